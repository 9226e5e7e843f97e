# SPDX-License-Identifier: BSD-2-Clause
"""Machines: each of tests/host/machines is read, and compared with its description, with what was worked out by
hand, and with what the command prints.

Usage: test_host.py IGDROM
"""
import hashlib
import json
import os
import pathlib
import pickle
import struct
import subprocess
import tempfile
import unittest

import igdrom
import machines
from igdrom import _igdrom_host, host

import doctor  # stands in tests/host, which machines adds
import test_show

ASLS = 0x63ADE018  # where the OpRegion of desktop-pve lies
FOLDER = tempfile.TemporaryDirectory(dir=machines.FAST)


def read(name):
    """A machine, made once."""
    root = pathlib.Path(FOLDER.name) / name
    return host.Host.read(root if root.exists() else machines.make(name, root))


class Functions(unittest.TestCase):
    def test_every_function_is_as_its_description_says(self):
        count = 0
        for name in machines.NAMES:
            expected = machines.described(name)
            found = {str(function.address): function for function in read(name).functions}
            self.assertEqual(list(found), sorted(expected), name)
            for address, function in found.items():
                with self.subTest(machine=name, address=address):
                    self.compare(function, expected[address])
                    count += 1
        self.assertGreater(count, 80)

    def compare(self, function, said):
        def number(key, base=10):
            return int(said[key], base) if key in said else None

        self.assertEqual((str(function.id), function.id.class_code), (said["ids"], said["class"]))
        self.assertEqual(function.is_display, said["class"] >> 16 == 3)
        self.assertEqual(function.driver, said.get("driver"))
        self.assertEqual(function.bound, "driver" in said)
        self.assertEqual(function.iommu_group, number("group"))
        self.assertEqual(function.revision, number("rev", 16) or 0)
        self.assertEqual(str(function.subsystem or ""), said.get("sub", ""))
        self.assertEqual(function.boot_vga, said["boot_vga"] == "1" if "boot_vga" in said else None)
        self.assertEqual(function.enabled, int(said.get("enable", "0")) > 0)
        self.assertEqual(function.power, said.get("power", "D0"))
        self.assertEqual(function.driver_override, said.get("override"))
        self.assertEqual(str(function.physical.address) if function.physical else None, said.get("physfn"))
        if "vfs" in said:
            self.assertEqual(f"{function.vf_count}/{function.vf_total}", said["vfs"])
        for index, found in enumerate(function.bars):
            expected = said["bars"].get(index)
            self.assertEqual(found is None, expected is None, f"BAR {index}")
            if found and index < 6:
                self.assertEqual(found, expected)
            elif found:
                self.assertEqual(found[:2], expected[:2])
        if function.config:
            ids = b"\xff" * 4 if "physfn" in said else struct.pack("<HH", function.id.vendor_id, function.id.device_id)
            self.assertEqual(function.config[:4], ids)

    def test_the_parts_of_a_machine_have_names(self):
        desktop = read("desktop-pve")
        self.assertEqual([str(f.address) for f in (desktop.igd, desktop.lpc, desktop.bridge, desktop.audio)],
                         ["0000:00:02.0", "0000:00:1f.0", "0000:00:00.0", "0000:00:1f.3"])
        self.assertEqual([str(gpu.address) for gpu in read("beside-discrete").gpus], ["0000:00:02.0", "0000:01:00.0"])
        self.assertEqual([function.name for function in read("beside-discrete").gpus],
                         ["CoffeeLake-S GT2 [UHD Graphics 630]", "10de:2504"])
        self.assertEqual(desktop.igd.device.codename, "Alder Lake-S")
        self.assertIs(desktop.igd.rom, host.PciRom.SHADOW)
        none = read("no-igd")
        self.assertEqual((none.igd, none.lpc, none.audio, none.igd_memory), (None,) * 4)
        self.assertIsNone(none.gpus[0].device)

    def test_a_function_is_found_by_its_address(self):
        desktop = read("desktop-pve")
        for address in ("00:02.0", "0000:00:02.0", host.PciAddress(0, 0, 2, 0), (0, 0, 2, 0)):
            self.assertEqual(desktop.function(address), desktop.igd)
        self.assertIsNone(desktop.function("00:02.1"))
        self.assertEqual(len({desktop.function("00:02.0"), desktop.igd}), 1)
        self.assertNotEqual(desktop.igd, read("desktop-pve").igd)
        self.assertNotEqual(desktop.igd, desktop.lpc)
        self.assertNotEqual(desktop.igd, "0000:00:02.0")

    def test_memory_is_what_was_worked_out_by_hand(self):
        for name, facts in test_show.FACTS.items():
            memory = read(name).igd_memory
            ggc = None if memory.ggc is None else f"{memory.ggc:04X}"
            self.assertEqual({**memory._asdict(), "ggc": ggc}, facts, name)
        self.assertIsNone(read("nothing").igd_memory)


class Addresses(unittest.TestCase):
    def test_an_address_reads_what_it_writes(self):
        for text, address in (("0000:00:02.0", (0, 0, 2, 0)), ("10000:e1:1f.7", (0x10000, 0xE1, 31, 7)),
                              ("01:00.0", (0, 1, 0, 0))):
            parsed = host.PciAddress.parse(text)
            self.assertEqual(parsed, address)
            self.assertEqual(host.PciAddress.parse(str(parsed)), parsed)
        self.assertEqual(str(host.PciAddress.parse("1:2.3")), "0000:01:02.3")
        self.assertLess(host.PciAddress.parse("00:1f.0"), host.PciAddress.parse("01:00.0"))

    def test_what_is_no_address_is_refused_and_named(self):
        desktop = read("desktop-pve")
        for text in ("", "8086:4680", "00:20.0", "00:02.8", "00:02", "00:02.0 "):
            with self.assertRaises(igdrom.IgdromMisuseError) as caught:
                desktop.function(text)
            self.assertIn(repr(text), str(caught.exception))
        for wrong, error in ((None, TypeError), (2, TypeError), ((0, 0, 2), TypeError), ((0, 0, 2.0, 0), TypeError),
                             ((0, 0, 32, 0), OverflowError), ((0, 0, 0, 8), OverflowError),
                             ((1 << 32, 0, 0, 0), OverflowError), ((0, -1, 0, 0), OverflowError)):
            with self.subTest(wrong), self.assertRaises(error):
                desktop.function(wrong)
        with self.assertRaises(TypeError):
            _igdrom_host.igdrom_host_function_find(desktop._get(), (0, 0, 2))
        with self.assertRaises(TypeError):
            _igdrom_host.igdrom_host_function_find(desktop._get(), 5)


class System(unittest.TestCase):
    def test_each_machine_is_what_the_command_shows(self):
        for name in machines.NAMES:
            with self.subTest(name):
                one = read(name)
                shown = json.loads(machines.command("host", "show", "--root", one.root, "--json"))
                self.assertEqual(json.loads(one.to_json()), shown)
                for key, value in shown["system"].items():
                    self.assertEqual(getattr(one, key), value, key)
                self.assertEqual([(vm.name, vm.path, vm.uses_igd, vm.uses_vf) for vm in one.vms],
                                 [(vm["name"], vm["path"], vm["uses_igd"], vm["uses_vf"]) for vm in shown["vms"]])
                self.assertEqual([f.code for f in one.report], [f["code"] for f in shown["findings"]])
                self.assertEqual((one.vbt_file, one.opregion_file),
                                 tuple((shown["igd"] or {}).get(key) for key in ("vbt_file", "opregion_file")))

    def test_a_desktop_is_what_its_files_say(self):
        desktop = read("desktop-pve")
        self.assertIs(desktop.source, host.HostSource.CAPTURED)
        self.assertEqual(desktop.root, str(pathlib.Path(FOLDER.name) / "desktop-pve"))
        self.assertEqual(
            (desktop.cpu, desktop.board, desktop.kernel, desktop.efi, desktop.lockdown, desktop.iommu,
             desktop.iommu_width, desktop.distribution, desktop.pve, desktop.libvirt, desktop.disable_vga),
            ("12th Gen Intel(R) Core(TM) i7-12700K", "ASRock Z690 Phantom Gaming 4", "6.14.8-2-pve", True, "none", True,
             39, "pve", "9.0.6", None, False))
        self.assertIn("iommu=pt", desktop.command_line)
        self.assertIn("10.0.2", desktop.qemu)
        self.assertIn("15.02", desktop.firmware)
        self.assertIn("trixie", desktop.system)
        self.assertIn("desktop-pve, 11 PCI functions, 2 virtual machines", repr(desktop))

    def test_a_virtual_machine_has_its_configuration(self):
        desktop = read("desktop-pve")
        vm = desktop.vms[0]
        self.assertEqual((vm.name, repr(vm)), ("100", "<igdrom.host.HostVm 100>"))
        config = vm.config
        self.assertEqual((config.devices[0].host, config.devices[0].rom_file, config.memory_mib),
                         ("0000:00:02.0", "adl-s.rom", 8192))
        request = igdrom.VmRequest(firmware="ovmf")
        desktop.fill_request(request)
        self.assertTrue(config.check(request).ok)
        with self.assertRaises(AttributeError):
            vm.name = "101"

    def test_a_request_is_completed_and_what_was_said_stays(self):
        request = igdrom.VmRequest(qemu="10.1", firmware="ovmf")
        report = read("desktop-pve").fill_request(request)
        self.assertIsInstance(report, igdrom.Report)
        # GGC, BDSM and the bridge as the description has them.
        self.assertEqual({key: request[key] for key in ("device", "qemu", "stolen_base", "ggc", "lpc_id", "host_address")},
                         {"device": "4680", "qemu": "10.1", "stolen_base": "0x6c800000", "ggc": "0x2c1",
                          "lpc_id": "7A84", "host_address": "0000:00:02.0"})
        self.assertTrue(request.plan().possible)

    def test_a_machine_without_pci_is_a_machine_with_a_finding(self):
        nothing = read("nothing")
        self.assertEqual([f.code for f in nothing.report], ["host-no-pci"])
        self.assertEqual((nothing.functions, nothing.gpus), ((), ()))
        self.assertFalse(nothing.report.ok)

    def test_this_machine_is_prepared_or_has_no_gpu(self):
        try:
            self.assertFalse(host.Host.read().prepare().captured)
        except (igdrom.IgdromMissingError, igdrom.IgdromRefusedError) as error:
            self.assertTrue(error.findings)

    def test_this_machine_can_be_read(self):
        this = host.Host.read()
        self.assertEqual((this.source, this.root), (host.HostSource.RUNNING, ""))
        self.assertEqual(this.kernel, os.uname().release)
        self.assertIn("this machine", repr(this))

    def test_doctor_finds_what_was_expected(self):
        with tempfile.TemporaryDirectory(dir=machines.FAST) as folder:
            for name in machines.NAMES:
                root = machines.make(name, pathlib.Path(folder) / name)
                doctor.order(machines.RECIPES / f"{name}.txt", root)
                golden = json.loads((machines.SOURCE / f"tests/host/doctor/{name}.json").read_text(encoding="utf-8"))
                one = host.Host.read(root)
                found = one.doctor()
                self.assertEqual([f.code for f in (*one.report, *found.problems)],
                                 [f["code"] for f in golden["findings"]], name)
                self.assertEqual([f.code for f in found.fine], [f["code"] for f in golden["ok"]], name)
                self.assertEqual(igdrom.Severity[golden["worst"].upper()], max(found.worst, one.report.worst), name)
                document = json.loads(found.to_json())
                self.assertEqual([f["code"] for f in document["findings"]], [f.code for f in found.problems])
                self.assertEqual(len(found), len(found.problems) + len(found.fine))

    def test_a_wish_changes_what_the_doctor_says(self):
        plain = read("meteor-lake").doctor()
        wish = igdrom.VmRequest(want="headless")
        self.assertNotEqual([f.code for f in read("meteor-lake").doctor(wish)], [f.code for f in plain])
        copy = pickle.loads(pickle.dumps(plain))
        self.assertEqual((copy.problems, copy.fine, repr(copy)), (plain.problems, plain.fine, repr(plain)))
        self.assertIn("<igdrom.host.Diagnosis of ", repr(plain))


class Texts(machines.Own):
    def test_lspci_is_read_as_text_and_as_bytes(self):
        text = "00:02.0 VGA compatible controller [0300]: Intel Corporation X [8086:4680] (rev 0c)\n\tKernel driver in use: i915\n"
        for given in (text, text.encode(), bytearray(text.encode()), memoryview(text.encode())):
            one = host.Host.from_lspci(given)
            self.assertEqual((one.source, one.root, str(one.igd.id), one.igd.driver, one.igd.revision),
                             (host.HostSource.LSPCI, None, "8086:4680", "i915", 12))
        self.assertEqual(str(host.Host.from_lspci(text).pci_id("00:02.0")), "8086:4680")
        self.assertIn("text of lspci", repr(one))
        self.raises(igdrom.IgdromMissingError, "E_NOT_RECOGNIZED", lambda: host.Host.from_lspci("x", file="lspci.txt"),
                    "lspci.txt")
        self.raises(igdrom.IgdromMisuseError, "E_STATE", one.dump_vbt)
        self.raises(igdrom.IgdromMisuseError, "E_STATE", one.prepare, "lspci")
        for wrong in (None, 5):
            with self.assertRaises(TypeError):
                host.Host.from_lspci(wrong)

    def test_ids_are_asked_for_now(self):
        desktop = host.Host.read(self.machine())
        try:
            self.assertEqual(desktop.pci_id("00:02.0"), (0x8086, 0x4680, 0x030000))
        except igdrom.IgdromEnvironmentError as error:
            self.assertIs(error.code, igdrom.Status.E_NOT_BUILT)
            self.skipTest("a build without libpci")
        self.raises(igdrom.IgdromMissingError, "E_NOT_FOUND", lambda: desktop.pci_id("00:02.7"), "00:02.7")
        machines.put(desktop.root, machines.GPU + "device", b"0xa780\n")
        self.assertEqual((desktop.pci_id("00:02.0").device_id, desktop.igd.id.device_id), (0xA780, 0x4680))

    def test_a_qemu_is_asked_for_its_version(self):
        qemu = machines.put(self.folder, "qemu", b"#!/bin/sh\necho 'QEMU emulator version 10.1.2'\n")
        qemu.chmod(0o755)
        this = host.Host.read()
        self.assertIn("10.1.2", this.qemu_version(qemu))
        self.assertEqual(igdrom.VmRequest(qemu=this.qemu_version(str(qemu)))["qemu"], "10.1.2")
        self.raises(igdrom.IgdromMissingError, "E_NOT_FOUND", lambda: this.qemu_version(self.folder / "none"), "none")
        self.raises(igdrom.IgdromMissingError, "E_NOT_FOUND", read("desktop-pve").qemu_version)

    def test_a_hookscript_is_a_script_for_the_devices(self):
        desktop = host.Host.read(self.machine())
        script = desktop.hookscript(desktop.vms[0].config, "100")
        self.assertIn("0000:00:02.0", script)
        checked = subprocess.run(["sh", "-n"], input=script, text=True, check=False)
        self.assertEqual(checked.returncode, 0)
        self.raises(igdrom.IgdromRefusedError, "E_REFUSED", lambda: desktop.hookscript(desktop.vms[1].config))

    def test_a_bundle_tells_nothing_that_is_private(self):
        text = host.Host.read(self.machine()).bundle()
        self.assertIn("doctor", json.loads(text))
        self.assertNotIn("BC:24:11", text)
        self.assertIn("MAC-1", text)

    def test_a_folder_that_is_not_there_is_named(self):
        nowhere = self.folder / "nowhere"
        self.raises(igdrom.IgdromMissingError, "E_NOT_FOUND", lambda: host.Host.read(nowhere), str(nowhere))
        with self.assertRaises(TypeError):
            host.Host.read(5)


class Dumps(machines.Own):
    def setUp(self):
        super().setUp()
        self.root = self.machine()
        table = machines.fixture("vbt/desktop.txt")
        self.vbt = table[:struct.unpack_from("<H", table, 24)[0]]  # its size field

    def host(self):
        return host.Host.read(self.root)

    def same(self, dump, kind, data, source):
        self.assertEqual((dump.kind, dump.data, dump.source), (kind, data, source))
        self.assertEqual((bytes(dump), dump.sha256), (data, hashlib.sha256(data).hexdigest()))
        document = json.loads(dump.to_json("out"))
        self.assertEqual((document["what"], document["size"], document["file"], document["gops"]),
                         (dump.kind_name, len(data), "out", None))

    def test_the_vbt_of_the_driver_is_one_vbt(self):
        machines.put(self.root, "sys/kernel/debug/dri/1/name", b"i915 dev=0000:00:02.0 unique=0000:00:02.0\n")
        machines.put(self.root, "sys/kernel/debug/dri/1/i915_vbt", self.vbt + bytes(500))
        one = self.host()
        dump = one.dump_vbt()
        self.same(dump, host.DumpKind.VBT, self.vbt, "/sys/kernel/debug/dri/1/i915_vbt")
        self.assertEqual(one.vbt_file, dump.source)
        with dump.open() as contents:
            self.assertEqual([vbt.data for vbt in contents.vbts], [self.vbt])
            self.assertEqual(json.loads(dump.to_json(contents=contents))["vbts"][0]["sha256"], dump.sha256)
        self.assertIn("vbt, ", repr(dump))

    def test_the_opregion_is_read_from_memory(self):
        region = bytearray(0x2000)
        region[0:16] = b"IntelGraphicsMem"
        struct.pack_into("<I", region, 0x10, 8)
        struct.pack_into("<H", region, 0x16, 0x0200)
        struct.pack_into("<I", region, 0x58, 0x0D)
        region[0x400:0x400 + len(self.vbt)] = self.vbt
        self.memory(self.root, (ASLS, bytes(region)))
        dump = self.host().dump_opregion()
        self.same(dump, host.DumpKind.OPREGION, bytes(region), f"/dev/mem at {ASLS:#x}")
        self.assertEqual(self.host().dump_vbt().data, self.vbt)
        self.assertEqual(igdrom.Opregion.parse(dump.data).version, "2.0")

    def test_a_rom_is_read_by_its_address(self):
        rom = machines.fixture("vgabios.rom.txt")
        machines.put(self.root, machines.GPU + "rom", rom)
        for dump in (self.host().dump_rom(), self.host().dump_rom("00:02.0"), self.host().dump_rom(self.host().igd.address)):
            self.same(dump, host.DumpKind.ROM, rom, "/" + machines.GPU + "rom")
        self.assertIn("dump-rom-device", [finding.code for finding in dump.report])  # it is that of another device
        self.raises(igdrom.IgdromMissingError, "E_NOT_FOUND", lambda: self.host().dump_rom("00:1f.7"), "0000:00:1f.7")

    def chip(self):
        chip = bytes(range(1, 251)) * 16000
        for name, text in (("type", "nor"), ("name", "BIOS"), ("size", str(len(chip)))):
            machines.put(self.root, f"sys/class/mtd/mtd0/{name}", text.encode() + b"\n")
        machines.put(self.root, "dev/mtd0ro", chip)
        return chip

    def test_flash_is_read_with_its_progress(self):
        chip, told = self.chip(), []
        dump = self.host().dump_flash(igdrom.Limits(progress=lambda done, total: told.append((done, total))))
        self.same(dump, host.DumpKind.FLASH, chip, "/dev/mtd0ro (BIOS)")
        self.assertGreater(len(told), 1)
        self.assertEqual({total for _, total in told}, {len(chip)})
        self.assertEqual([done for done, _ in told], sorted(done for done, _ in told))

    def test_progress_ends_a_dump(self):
        self.chip()
        machines.put(self.root, machines.GPU + "rom", machines.fixture("vgabios.rom.txt"))
        one = self.host()
        self.raises(igdrom.IgdromEnvironmentError, "E_CANCELED",
                    lambda: one.dump_flash(igdrom.Limits(progress=lambda done, total: False)))

        def wrong(done, total):
            raise ZeroDivisionError

        with self.assertRaises(ZeroDivisionError):
            one.dump_flash(igdrom.Limits(progress=wrong))
        found = []
        one.dump_flash(igdrom.Limits(progress=lambda done, total: found.append(one.dump_rom().kind_name)))
        self.assertEqual(set(found), {"rom"})
        self.raises(igdrom.IgdromDataError, "E_LIMIT", lambda: one.dump_flash(igdrom.Limits(input_bytes=4096)))
        self.assertEqual(len(one.dump_flash().data), 250 * 16000)

    def test_what_is_not_to_be_had_says_why(self):
        for dump in (self.host().dump_vbt, self.host().dump_opregion, self.host().dump_flash):
            error = self.raises(igdrom.IgdromMissingError, "E_NOT_FOUND", dump, "/dev/mem")
            self.assertTrue(error.findings)
        error = self.raises(igdrom.IgdromMissingError, "E_NOT_FOUND", self.host().dump_rom)
        self.assertEqual([finding.code for finding in error.findings], ["dump-rom-no-vbios"])


class Prepare(machines.Own):
    def snapshot(self, root):
        return {path: (path.lstat().st_mode, path.read_bytes() if path.is_file() else None)
                for path in pathlib.Path(root).rglob("*")}

    def test_each_machine_is_prepared_and_put_back(self):
        done = 0
        for name in machines.NAMES:
            root = self.machine(name)
            one = host.Host.read(root)
            if one.igd is None:
                self.raises(igdrom.IgdromMissingError, "E_NOT_FOUND", one.prepare)
                continue
            before = self.snapshot(root)
            changes = one.prepare(early=True)
            self.assertEqual(self.snapshot(root), before, name)
            self.assertTrue(changes.captured)
            if not changes.pending:
                continue
            changes.apply(self.folder / "journals" / name)
            changed = {str(p.relative_to(root)) for p, v in self.snapshot(root).items() if before.get(p) != v and v[1]}
            files = {step.path.lstrip("/") for step in changes.steps if step.kind == host.ChangeKind.FILE}
            self.assertLessEqual(changed, files)
            self.assertTrue(changed)
            self.assertEqual(host.Host.read(root).prepare(early=True).pending, 0, name)
            host.undo(root=root, directory=self.folder / "journals" / name)
            after = self.snapshot(root)
            self.assertEqual({p: after.get(p) for p in before}, before, name)
            done += 1
        self.assertGreater(done, 5)

    def test_the_diff_is_that_of_the_command(self):
        root = self.machine("meteor-lake")
        changes = host.Host.read(root).prepare()
        self.assertIn("intel_iommu=on", changes.diff())
        document = json.loads(machines.command("host", "prepare", "--root", root, "--json"))
        self.assertEqual((document["diff"], document["pending"]), (changes.diff(), changes.pending))
        self.assertEqual(json.loads(changes.to_json())["steps"], document["steps"])
        self.assertEqual([f.code for f in changes.report], [f["code"] for f in document["findings"]])

    def test_what_is_wished_is_prepared(self):
        root = self.machine("meteor-lake")
        one = host.Host.read(root)
        wish = igdrom.VmRequest(audio="00:1f.3")
        self.assertIn("7e28", one.prepare(wish, early=True).diff().lower())
        self.assertNotIn("7e28", one.prepare(early=True).diff().lower())
        self.assertIn("apt", one.prepare(trigger=True).diff())
        self.assertNotIn("apt", one.prepare().diff())

    def test_a_list_of_ones_own_takes_the_steps(self):
        root = self.machine("meteor-lake")
        one, changes = host.Host.read(root), host.Changes(root)
        changes.add_file("/etc/mine", b"x\n")
        changes.add_prepare(one)
        self.assertEqual(len(changes), 1 + len(one.prepare()))
        self.raises(igdrom.IgdromMisuseError, "E_INVAL", lambda: host.Changes(self.folder).add_prepare(one))
        with self.assertRaises(AttributeError):
            changes.add_prepare(None)

    def test_a_file_that_cannot_be_edited_is_refused_with_a_reason(self):
        root = self.machine("meteor-lake")
        machines.put(root, "etc/default/grub", b'if true; then\nGRUB_CMDLINE_LINUX_DEFAULT="quiet"\nfi\n')
        error = self.raises(igdrom.IgdromRefusedError, "E_REFUSED", host.Host.read(root).prepare)
        self.assertIn("line 2", " ".join(map(str, error.findings)))


if __name__ == "__main__":
    unittest.main()
