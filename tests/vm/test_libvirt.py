#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Gives what the writer of domain XML makes to libvirt itself.

Usage: test_libvirt.py VM_MERGE_TOOL FIXTURES

Every text is checked against libvirt's schema; then a libvirtd of the test's own (libvirtd.py)
defines it, dumps it, says what QEMU would be started with, and forgets it. No domain is started.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest
import xml.etree.ElementTree as ET

import libvirtd

SCHEMA = "/usr/share/libvirt/schemas/domain.rng"
QEMU = "{http://libvirt.org/schemas/domain/qemu/1.0}"
TOOL, FIXTURES = sys.argv[1:3] if len(sys.argv) > 2 else ("", "")
EVERYTHING = ["rom=/usr/share/kvm/igd & co.rom", "bool:x-igd-lpc=on", "uint:x-igd-gms=0xf0",
              "string:x-igd-legacy-mode=off", "fw_cfg=opt/igdrom/stolen-base:0x78000000"]
KIND = None
SWTPM = shutil.which("swtpm_setup", path=libvirtd.PATH)
CASES = {
    "virt-manager-q35.xml": ["q35", *EVERYTHING],
    "i440fx-video.xml": ["i440fx", *EVERYTHING],
    "unraid.xml": ["i440fx", *EVERYTHING],
    "unraid-override.xml": ["i440fx", *EVERYTHING],
}


def merge(name, words):
    path = "-" if name == "-" else f"{FIXTURES}/{name}"
    done = subprocess.run([TOOL, "libvirt", path, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"{name} {words}: {done.stderr}")
    return done.stdout


def whole_domain(fragment):
    """A fragment with the little that a domain must have besides."""
    more = "<name>fragment</name><memory unit='MiB'>4096</memory><features><acpi/></features>"
    at = fragment.index("\n", fragment.index("<domain")) + 1
    return fragment[:at] + more + fragment[at:]


def device_of(argv, device_id):
    """The JSON of the -device with this id."""
    words = argv.split(" -device ")
    for word in words[1:]:
        text = word.strip().lstrip("'")
        if text.startswith("{"):
            device = json.JSONDecoder().raw_decode(text)[0]
            if device.get("id") == device_id:
                return device
    raise AssertionError(f"no -device with id {device_id} in {argv}")


class Schema(unittest.TestCase):
    def assert_valid(self, text):
        done = subprocess.run(["xmllint", "--noout", "--nonet", "--relaxng", SCHEMA, "-"], input=text,
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr + text)

    def test_the_fixtures_themselves_are_valid(self):
        for name in CASES:
            with self.subTest(name):
                self.assert_valid(pathlib.Path(FIXTURES, name).read_text(encoding="utf-8"))

    def test_every_merged_domain_is_valid(self):
        for name, words in CASES.items():
            with self.subTest(name):
                self.assert_valid(merge(name, [*words, "debug", "audio"]))

    def test_a_fragment_is_valid_once_it_has_a_name_and_memory(self):
        for machine in ("i440fx", "q35"):
            with self.subTest(machine):
                self.assert_valid(whole_domain(merge("-", [machine, *EVERYTHING, "debug", "audio"])))

    def test_the_schema_refuses_what_is_wrong(self):
        with self.assertRaises(AssertionError):
            self.assert_valid(whole_domain(merge("-", EVERYTHING)).replace("<rom file", "<rom fail"))


class Define(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.libvirtd = KIND()
        cls.addClassCleanup(cls.libvirtd.close)
        assert cls.libvirtd.wait() is None, "libvirtd does not come up"
        known = subprocess.run([libvirtd.QEMU, "-machine", "help"], capture_output=True, text=True, check=True)
        cls.machines = {line.split(" ")[0] for line in known.stdout.splitlines()[1:]}

    def define(self, text):
        """Defines it as it is, but for what needs KVM, a newer QEMU, or a swtpm that is not here."""
        root = ET.fromstring(text.encode())
        root.set("type", "qemu")
        machine = root.find("os/type")
        if machine.get("machine") not in self.machines:
            machine.set("machine", "q35" if "q35" in machine.get("machine") else "pc")
        for emulator in root.iter("emulator"):
            if not self.libvirtd.has(emulator.text):
                emulator.text = libvirtd.QEMU
        for tpm in root.findall("devices/tpm"):
            if not SWTPM:
                root.find("devices").remove(tpm)
        self.libvirtd.virsh("define", self.libvirtd.put(ET.tostring(root, "unicode")))
        name = root.find("name").text
        self.addCleanup(self.libvirtd.virsh, "undefine", "--nvram", name, check=False)
        return name

    def forget(self, name):
        self.libvirtd.virsh("undefine", "--nvram", name)
        self.assertNotIn(name, self.libvirtd.virsh("list", "--all", "--name").stdout.splitlines())

    def argv(self, dump):
        """What QEMU would be started with, were the processor one that can do without KVM."""
        for hostdev in dump.iter("hostdev"):
            if hostdev.find("driver") is None:
                # Which driver is used is decided at the start of a domain; QEMU's words need it now.
                hostdev.insert(0, ET.Element("driver", name="vfio"))
        for cpu in dump.findall("cpu[@mode='host-passthrough']"):
            dump.remove(cpu)
        if KIND is libvirtd.Session:
            # Even to say QEMU's words it makes the device that the network would need.
            for interface in dump.findall("devices/interface"):
                dump.find("devices").remove(interface)
        path = self.libvirtd.put(ET.tostring(dump, "unicode"))
        return self.libvirtd.virsh("domxml-to-native", "qemu-argv", path).stdout

    def check(self, text):
        name = self.define(text)
        dump = ET.fromstring(self.libvirtd.virsh("dumpxml", name).stdout)
        gpu = [h for h in dump.iter("hostdev") if h.find("source/address").get("slot") == "0x02"]
        self.assertEqual(len(gpu), 1)
        self.assertEqual(gpu[0].find("alias").get("name"), "ua-igd")
        self.assertEqual(gpu[0].find("rom").get("file"), "/usr/share/kvm/igd & co.rom")
        address = gpu[0].find("address").attrib
        self.assertEqual([address[k] for k in ("type", "domain", "bus", "slot", "function")],
                         ["pci", "0x0000", "0x00", "0x02", "0x0"])
        self.assertLessEqual({v.find("model").get("type") for v in dump.iter("video")}, {"none"})
        entries = dump.findall("sysinfo[@type='fwcfg']/entry")
        self.assertEqual([(e.get("name"), e.text) for e in entries], [("opt/igdrom/stolen-base", "0x78000000")])
        self.check_override(dump)
        self.check_the_rest(ET.fromstring(text.encode()), dump)
        self.check_argv(self.argv(dump))
        self.forget(name)

    def check_the_rest(self, given, dump):
        """What the domain has besides is defined with it."""
        for path in ("uuid", "os/loader", "os/nvram"):
            if given.find(path) is not None:
                self.assertEqual(dump.find(path).text, given.find(path).text)
        for tag in ("disk", "interface", "sound", *(["tpm"] if SWTPM else [])):
            self.assertEqual(len(list(dump.iter(tag))), len(list(given.iter(tag))), tag)
        self.assertLessEqual({cpu.get("mode") for cpu in given.findall("cpu")},
                             {cpu.get("mode") for cpu in dump.findall("cpu")})

    def check_override(self, dump):
        devices = [d for d in dump.iter(f"{QEMU}device") if d.get("alias") == "ua-igd"]
        self.assertEqual(len(devices), 1)
        found = {p.get("name"): (p.get("type"), p.get("value")) for p in devices[0].iter(f"{QEMU}property")}
        found.pop("x-no-mmap", None)
        self.assertEqual(found, {"x-igd-lpc": ("bool", "true"), "x-igd-gms": ("unsigned", "240"),
                                 "x-igd-legacy-mode": ("string", "off")})

    def check_argv(self, argv):
        device = device_of(argv, "ua-igd")
        wanted = {"driver": "vfio-pci", "host": "0000:00:02.0", "addr": "0x2",
                  "romfile": "/usr/share/kvm/igd & co.rom", "x-igd-lpc": True, "x-igd-gms": 240,
                  "x-igd-legacy-mode": "off"}
        self.assertEqual({k: device.get(k) for k in wanted}, wanted)
        self.assertIn(device["bus"], ("pci.0", "pcie.0"))
        self.assertNotIn("multifunction", device)
        self.assertIn("name=opt/igdrom/stolen-base,string=0x78000000", argv)
        for vga in ("VGA", "qxl", "cirrus", "virtio-gpu", "vmware-svga"):
            self.assertNotIn(f'"{vga}', argv)

    def test_merged_domains_keep_everything(self):
        for name, words in CASES.items():
            with self.subTest(name):
                self.check(merge(name, words))

    def test_fragments_keep_everything(self):
        for machine in ("i440fx", "q35"):
            with self.subTest(machine):
                self.check(whole_domain(merge("-", [machine, *EVERYTHING])))

    def test_root_ports_that_moved_are_where_they_should_be(self):
        name = self.define(merge("virt-manager-q35.xml", ["q35", *EVERYTHING]))
        dump = ET.fromstring(self.libvirtd.virsh("dumpxml", name).stdout)
        places = {c.get("index"): c.find("address").get("slot") + c.find("address").get("function")
                  for c in dump.iter("controller") if c.get("model") == "pcie-root-port"}
        self.assertEqual({i: places[i] for i in ("1", "2", "3", "4")},
                         {"1": "0x040x0", "2": "0x040x1", "3": "0x040x2", "4": "0x040x3"})

    def test_the_debug_console_is_at_port_402(self):
        name = self.define(merge("i440fx-video.xml", ["i440fx", *EVERYTHING, "debug"]))
        argv = self.argv(ET.fromstring(self.libvirtd.virsh("dumpxml", name).stdout))
        self.assertRegex(argv, r'"driver":"isa-debugcon".*"iobase":1026')

    def test_libvirt_drops_an_override_without_the_namespace(self):
        text = merge("unraid.xml", ["i440fx", *EVERYTHING])
        name = self.define(text.replace(" xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'", "")
                           .replace("qemu:", ""))
        self.assertNotIn("override", self.libvirtd.virsh("dumpxml", name).stdout)


def main():
    global KIND
    missing = [tool for tool in ("libvirtd", "virsh", "xmllint", libvirtd.QEMU)
               if not shutil.which(tool, path=libvirtd.PATH)]
    if missing or not os.path.exists(SCHEMA):
        print(f"not installed: {' '.join(missing) or SCHEMA} "
              "(apt-get install libvirt-daemon libvirt-clients libxml2-utils qemu-system-x86)")
        return 1 if os.environ.get("IGDROM_NO_SKIP") == "1" else 77
    KIND = libvirtd.kind()
    why = libvirtd.why_not(KIND)
    if why and os.environ.get("IGDROM_NO_SKIP") != "1":
        del globals()["Define"]
    done = unittest.main(argv=sys.argv[:1], exit=False).result.wasSuccessful()
    if why:
        print(f"libvirtd does not come up here ({KIND.name}): {why}")
    else:
        print(f"What was defined was defined with {KIND.name}.")
    return 1 if not done else 77 if why else 0


if __name__ == "__main__":
    sys.exit(main())
