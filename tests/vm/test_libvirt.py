#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Gives what the writer of domain XML makes to libvirt itself.

Usage: test_libvirt.py VM_MERGE_TOOL FIXTURES

Every text is checked against libvirt's schema; then a libvirtd of the test's own defines it, dumps
it, says what QEMU would be started with, and forgets it. That libvirtd is an unprivileged one
(qemu:///session: the same driver and the same parser) with all its files in a temporary directory,
so no domain of this machine is seen or touched; root gives its rights away before starting it.
No domain is started.
"""
import json
import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import uuid
import xml.etree.ElementTree as ET

SCHEMA = "/usr/share/libvirt/schemas/domain.rng"
QEMU = "{http://libvirt.org/schemas/domain/qemu/1.0}"
TOOL, FIXTURES = sys.argv[1:3] if len(sys.argv) > 2 else ("", "")
EVERYTHING = ["rom=/usr/share/kvm/igd & co.rom", "bool:x-igd-lpc=on", "uint:x-igd-gms=0xf0",
              "string:x-igd-legacy-mode=off", "fw_cfg=opt/igdrom/stolen-base:0x78000000"]
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


class Libvirtd:
    """A libvirtd with its own directories and nobody's rights."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="igdrom-libvirt-")
        self.environ = {"PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}
        for name, sub in (("HOME", "home"), ("XDG_RUNTIME_DIR", "run"), ("XDG_CONFIG_HOME", "config"),
                          ("XDG_CACHE_HOME", "cache"), ("XDG_DATA_HOME", "data")):
            self.environ[name] = f"{self.folder}/{sub}"
            os.mkdir(self.environ[name], 0o700)
        self.rights = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self.rights = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            for path in [self.folder, *(self.environ[n] for n in self.environ if n.startswith(("HOME", "XDG")))]:
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
        self.log = open(f"{self.folder}/log", "wb")
        self.daemon = subprocess.Popen(["libvirtd"], env=self.environ, stdin=subprocess.DEVNULL, cwd="/",
                                       stdout=self.log, stderr=self.log, **self.rights)
        self.uri = f"qemu+unix:///session?socket={self.folder}/run/libvirt/libvirt-sock"

    def virsh(self, *args, check=True):
        done = subprocess.run(["virsh", "-c", self.uri, "-q", *args], env=self.environ, cwd="/", timeout=60,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **self.rights)
        if check and done.returncode:
            raise AssertionError(f"virsh {' '.join(args)}: {done.stderr.strip()}")
        return done

    def wait(self):
        """Whether it answers, and if not what it said last."""
        until = time.monotonic() + 30
        while time.monotonic() < until and self.daemon.poll() is None:
            if os.path.exists(f"{self.folder}/run/libvirt/libvirt-sock") and \
                    self.virsh("version", check=False).returncode == 0:
                return None
            time.sleep(0.2)
        said = pathlib.Path(self.folder, "log").read_text(errors="replace").strip().splitlines()
        return said[-1] if said else "it says nothing"

    def close(self):
        self.daemon.terminate()
        try:
            self.daemon.wait(20)
        except subprocess.TimeoutExpired:
            self.daemon.kill()
            self.daemon.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


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
        cls.libvirtd = Libvirtd()
        cls.addClassCleanup(cls.libvirtd.close)
        assert cls.libvirtd.wait() is None, "libvirtd does not come up"

    def define(self, text):
        """Defines it as a domain that needs no KVM and nothing of the fixture's machine."""
        root = ET.fromstring(text.encode())
        name = f"igdrom-test-{uuid.uuid4()}"
        root.set("type", "qemu")
        root.find("name").text = name
        for element in root.findall("uuid"):
            root.remove(element)
        for emulator in root.iter("emulator"):
            emulator.text = "/usr/bin/qemu-system-x86_64"
        machine = root.find("os/type")
        machine.set("machine", "q35" if "q35" in machine.get("machine") else "pc")
        devices = root.find("devices")
        for tag in ("interface", "disk", "tpm"):
            for element in devices.findall(tag):
                devices.remove(element)
        os_element = root.find("os")
        for element in [*os_element.findall("loader"), *os_element.findall("nvram")]:
            os_element.remove(element)
        os_element.attrib.pop("firmware", None)
        cpu = root.find("cpu")
        if cpu is not None:
            root.remove(cpu)
        for hostdev in devices.iter("hostdev"):
            if hostdev.find("driver") is None:
                # Which driver is used is decided at the start of a domain; QEMU's words need it now.
                hostdev.append(ET.Element("driver", name="vfio"))
        path = pathlib.Path(self.libvirtd.folder, "domain.xml")
        path.write_bytes(ET.tostring(root))
        os.chmod(path, 0o644)
        self.libvirtd.virsh("define", str(path))
        self.addCleanup(self.libvirtd.virsh, "undefine", name)
        return name

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
        self.check_argv(self.libvirtd.virsh("domxml-to-native", "qemu-argv", "--domain", name).stdout)

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
        argv = self.libvirtd.virsh("domxml-to-native", "qemu-argv", "--domain", name).stdout
        self.assertRegex(argv, r'"driver":"isa-debugcon".*"iobase":1026')

    def test_libvirt_drops_an_override_without_the_namespace(self):
        text = merge("unraid.xml", ["i440fx", *EVERYTHING])
        name = self.define(text.replace(" xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'", "")
                           .replace("qemu:", ""))
        self.assertNotIn("override", self.libvirtd.virsh("dumpxml", name).stdout)


def cannot_run():
    """Why libvirtd does not run here; None: it does."""
    libvirtd = Libvirtd()
    try:
        return libvirtd.wait()
    except OSError as error:
        return str(error)
    finally:
        libvirtd.close()


def main():
    missing = [tool for tool in ("libvirtd", "virsh", "xmllint", "qemu-system-x86_64")
               if not shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin")]
    if missing or not os.path.exists(SCHEMA):
        print(f"not installed: {' '.join(missing) or SCHEMA} "
              "(apt-get install libvirt-daemon libvirt-clients libxml2-utils qemu-system-x86)")
        return 1 if os.environ.get("IGDROM_NO_SKIP") == "1" else 77
    why = cannot_run()
    if why and os.environ.get("IGDROM_NO_SKIP") != "1":
        del globals()["Define"]
    done = unittest.main(argv=sys.argv[:1], exit=False).result.wasSuccessful()
    if why:
        print(f"libvirtd does not come up here: {why}")
    return 1 if not done else 77 if why else 0


if __name__ == "__main__":
    sys.exit(main())
