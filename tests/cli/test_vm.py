#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""igdrom vm plan and write: what is asked for, what is refused, what is written."""
import json
import re
import subprocess
import sys

from igdrom_cli import SOURCE, Case, main, recipe, sysfs

PLAN_KEYS = ("possible boot_picture machine firmware device_properties pve qemu reasons refusal config request"
             " want text").split()


class Vm(Case):
    def plan(self, *words, code=0, **options):
        """The document of `vm plan`; options by the names of the request's keys."""
        said = {"device": "4680", "hypervisor": "qemu", "qemu": "10.1", "firmware": "ovmf", **options}
        named = [f"--{key.replace('_', '-')}={value}" for key, value in said.items() if value is not None]
        return self.run_igdrom("vm", "plan", *named, *words, "--json", code=code).document


class Plan(Vm):
    def test_the_document_has_every_key(self):
        document = self.plan()
        self.assertEqual([key for key in PLAN_KEYS if key not in document], [])
        self.assertNotIn("error", document)
        self.assertEqual((document["possible"], document["boot_picture"], document["refusal"]), (True, True, None))
        self.assertEqual((document["machine"], document["firmware"]), ("i440fx", "ovmf"))
        for reason in document["reasons"]:
            self.assertTrue(all(reason[key] for key in ("rule", "subject", "text", "source")), reason)

    def test_gpus_of_generation_12_need_the_lpc_bridge_from_10_1_on(self):
        # Legacy mode is gone for them there; 10.0 still has it.
        document = self.plan()
        self.assertEqual(document["device_properties"], {"x-igd-lpc": True})
        words = document["qemu"]
        device = words[words.index("-device") + 1].split(",")
        self.assertEqual(device[0], "vfio-pci")
        self.assertLessEqual({"host=0000:00:02.0", "bus=pci.0", "addr=0x2", "x-igd-lpc=on"}, set(device))
        self.assertIn("x-igd-lpc=on", [reason["subject"] for reason in document["reasons"]])
        self.assertEqual(self.plan(qemu="10.0")["device_properties"], {})

    def test_old_releases_need_the_size_of_stolen_memory(self):
        self.assertEqual(self.plan(device="1912", qemu="8.1")["device_properties"], {"x-igd-gms": 2})

    def test_a_refusal_has_the_keys_of_a_plan_and_those_of_an_error(self):
        document = self.plan(qemu="9.2", code=4)
        self.assertEqual([key for key in PLAN_KEYS if key not in document], [])
        self.assertEqual((document["possible"], document["boot_picture"]), (False, False))
        self.assertEqual((document["machine"], document["config"], document["text"]), (None, None, None))
        self.assertEqual((document["device_properties"], document["pve"], document["qemu"], document["reasons"]),
                         ({}, {}, [], []))
        self.assertEqual(document["error"], {"code": "IGDROM_E_REFUSED", "text": document["refusal"], "file": None,
                                             "offset": None})
        self.assertIn("4680", document["refusal"])
        self.assertIn("10.0", document["refusal"])  # what would work

    def test_a_refusal_for_people_comes_first_and_names_its_source(self):
        result = self.run_igdrom("vm", "plan", "-d", "4680", "--hypervisor", "qemu", "--qemu", "10.1", "--firmware",
                                 "seabios", code=4)
        self.assertTrue(result.text.startswith("Refused: "), result.text)
        self.assertIn("Source", result.text)
        self.assertEqual(result.errors, "")

    def test_what_is_missing_is_asked_for_in_one_message(self):
        result = self.run_igdrom("vm", "plan", "--root", ".", code=2)
        self.assertEqual(result.text, "")
        self.assertIn("please give --device, --hypervisor, --qemu and --firmware.", result.errors)
        self.assertEqual(re.findall(r"^  (--\w+)", result.errors, re.M),
                         ["--device", "--hypervisor", "--qemu", "--firmware"])
        self.assertEqual(result.errors.count("igdrom: "), 1)
        document = self.run_igdrom("vm", "plan", "--root", ".", "-d", "4680", "--qemu", "10.1", "--json", code=2).document
        self.assertIn("give --hypervisor and --firmware.", document["error"]["text"])
        self.assertEqual([f["code"] for f in document["findings"]], ["vm-ask-hypervisor", "vm-ask-firmware"])

    def test_the_kernel_is_asked_for_only_where_it_decides(self):
        document = self.plan(display_class="0380", qemu="10.2", code=2)
        self.assertIn("--kernel", document["error"]["text"])
        self.assertTrue(self.plan(display_class="0380", qemu="10.2", kernel="6.17")["possible"])

    def test_a_wrong_value_is_told_with_what_is_allowed(self):
        self.fails("vm", "plan", "--firmware", "coreboot", code=2, text="", status="IGDROM_E_INVAL")
        errors = self.run_igdrom("vm", "plan", "--firmware", "coreboot", code=2).errors
        self.assertIn("ovmf | seabios", errors)
        self.fails("vm", "plan", "--device", "xyz", code=2, text="is no device")
        self.fails("vm", "plan", "--device", "10de:1234", code=1, text="not from Intel")
        self.fails("vm", "plan", "--firmware", "ovmf", "--firmware", "ovmf", code=2, text="given twice")

    def test_a_qemu_that_is_here_is_asked_for_its_version(self):
        fake = self.here / "fake-qemu"
        fake.write_text("#!/bin/sh\necho 'QEMU emulator version 10.1.2 (pve-qemu-kvm_10.1.2-1)'\necho Copyright\n")
        fake.chmod(0o755)
        document = self.plan(qemu=str(fake))
        self.assertEqual(document["request"]["qemu"], "10.1.2 (pve-qemu-kvm_10.1.2-1)")
        self.assertEqual(document["rules_of_qemu"], "10.1")
        self.fails("vm", "plan", "--qemu", "/bin/none", code=3, text="/bin/none")

    def test_every_key_of_a_request_is_an_option(self):
        keys = set(self.plan()["request"])
        for verb in ("plan", "write"):
            text = self.run_igdrom("vm", verb, "--help").text
            options = set(re.findall(r"^  (?:-\w,|   ) --([\w-]+)", text, re.M))
            self.assertEqual({key.replace("_", "-") for key in keys} - options, set())
        manual = (SOURCE / "libigdrom/man/libigdrom.5").read_text(encoding="utf-8")
        requests = manual.split(".Ss Requests")[1].split(".Ss Manifest")[0]
        self.assertEqual({key for key in keys if not re.search(rf"\b{key}\b", requests)}, set())

    def test_facts_come_from_files_and_options_win(self):
        (self.here / "facts.json").write_text(json.dumps(
            {"device": "4680", "hypervisor": "qemu", "qemu": "9.2", "firmware": "ovmf", "memory": 4096}))
        document = self.run_igdrom("vm", "plan", "--facts", "facts.json", "--qemu", "10.1", "--json").document
        self.assertEqual((document["request"]["qemu"], document["request"]["memory"]), ("10.1", "4096"))
        document = self.run_igdrom("vm", "plan", "--facts", "-", "--json", code=4,
                                   stdin=(self.here / "facts.json").read_bytes()).document
        self.assertEqual(document["request"]["qemu"], "9.2")
        # A request that was printed can be read.
        (self.here / "again.json").write_text(json.dumps(document["request"]))
        again = self.run_igdrom("vm", "plan", "--facts", "again.json", "--json", code=4).document
        self.assertEqual(again["request"], document["request"])

    def test_facts_that_cannot_be_read_are_told(self):
        (self.here / "broken.json").write_text("{")
        self.fails("vm", "plan", "--facts", "broken.json", code=1, text="no JSON object", file="broken.json")
        (self.here / "wrong.json").write_text('{"qemu": 10.1}')
        self.fails("vm", "plan", "--facts", "wrong.json", code=1, text="qemu must be a text", file="wrong.json")
        self.fails("vm", "plan", "--facts", "none.json", code=3, text="", file="none.json")

    def test_a_gpu_of_this_machine_tells_where_it_is(self):
        sysfs(SOURCE / "tests/host/desktop.sysfs.txt", self.here / "root")
        document = self.plan("--root", "root", device="00:02.0", qemu="11.0")
        self.assertEqual(document["request"]["host_address"], "0000:00:02.0")
        self.assertRegex(document["request"]["device"], "^[0-9A-F]{4}$")
        self.assertEqual(document["request"]["display_class"], "0300")

    def test_the_plan_follows_what_is_in_the_rom(self):
        document = self.plan(rom="/srv/igd.rom")
        self.assertIn("vm-rom-assumed", [f["code"] for f in document["findings"]])
        (self.here / "universal.rom").write_bytes(recipe("igdrom.rom.txt"))
        document = self.plan(rom="universal.rom", code=4)
        self.assertEqual(document["request"]["rom"], "universal.rom")
        self.assertIn("GOP", document["refusal"])
        self.assertFalse(self.plan(rom="universal.rom", want="output")["boot_picture"])
        (self.here / "no.rom").write_bytes(b"no ROM")
        self.fails("vm", "plan", "--rom", "no.rom", code=1, text="", file="no.rom")

    def test_text_fits_a_terminal_but_for_lines_to_copy(self):
        text = self.run_igdrom("vm", "plan", "-d", "4680", "--hypervisor", "qemu", "--qemu", "10.1", "--firmware",
                               "ovmf", "--stolen-base", "7b800000", "--gms", "2", "--audio", "00:1f.3").text
        self.assertTrue(text.startswith("Boot picture: yes\n"))
        advice = " ".join(self.run_igdrom("vm", "plan", "-d", "4680", "--hypervisor", "qemu", "--qemu", "10.1", "--firmware",
                                          "ovmf", "--stolen-base", "7b800000").text.split())
        self.assertIn("(--gms, --ggc)", advice)  # keys of the request, as options
        self.assertNotIn("(gms", advice)
        for part in ("Options for QEMU", "Why", "Good to know"):
            self.assertIn(f"\n{part}\n", text)
        before, rest = text.split("Options for QEMU\n")
        for line in (before + rest.split("\n\n", 1)[1]).splitlines():
            self.assertLessEqual(len(line), 80, line)
            self.assertEqual(line, line.rstrip())


class Write(Vm):
    WORDS = ("--device", "4680", "--qemu", "10.1", "--firmware", "ovmf")

    def test_only_the_configuration_goes_to_standard_output(self):
        result = self.run_igdrom("vm", "write", "qemu", *self.WORDS)
        self.assertTrue(result.text.startswith("qemu-system-x86_64"))
        self.assertEqual(result.text, self.plan()["text"])

    def test_it_can_be_written_to_a_file(self):
        text = self.run_igdrom("vm", "write", "qemu", *self.WORDS, "-o", "run.sh")
        self.assertEqual(text.text, "")
        self.assertEqual((self.here / "run.sh").read_text(), self.plan()["text"])

    def test_a_document_holds_the_text(self):
        document = self.run_igdrom("vm", "write", "qemu", *self.WORDS, "--json").document
        self.assertEqual((document["file"], document["format"], document["changed"]), (None, "qemu", None))
        self.assertEqual(document["text"], self.plan()["text"])
        document = self.run_igdrom("vm", "write", "qemu", *self.WORDS, "-o", "run.sh", "--json").document
        self.assertEqual(document["file"], "run.sh")
        self.run_igdrom("vm", "write", "qemu", *self.WORDS, "-o", "-", "--json", code=2)
        document = self.run_igdrom("vm", "write", "qemu", *self.WORDS, "--into", "run.sh", "-o", "again.sh", "--json").document
        self.assertEqual((document["changed"], document["text"]), (False, self.plan()["text"]))

    def test_merging_keeps_the_rest(self):
        (self.here / "run.sh").write_text("#!/bin/sh\n# my machine\nexec qemu-system-x86_64 -machine pc -m 8G "
                                          "-bios /usr/share/OVMF/OVMF_CODE.fd -nodefaults -serial stdio\n")
        self.run_igdrom("vm", "write", "qemu", "-d", "4680", "--qemu", "10.1", "--into", "run.sh", "-o", "new.sh")
        text = (self.here / "new.sh").read_text()
        self.assertIn("# my machine\n", text)
        self.assertIn("-serial stdio", text)
        self.assertIn("x-igd-lpc=on", text)
        self.run_igdrom("vm", "write", "qemu", "-d", "4680", "--qemu", "10.1", "--into", "new.sh", "-o", "again.sh")
        self.assertEqual((self.here / "again.sh").read_text(), text)

    def test_a_refusal_writes_nothing(self):
        result = self.run_igdrom("vm", "write", "qemu", "-d", "4680", "--qemu", "9.2", "--firmware", "ovmf", "-o", "run.sh",
                                 code=4)
        self.assertIn("Refused: ", result.text + result.errors)
        self.assertFalse((self.here / "run.sh").exists())

    def test_wrong_command_lines_are_told(self):
        self.fails("vm", "write", code=2, text="Nothing to work on")
        self.fails("vm", "write", "vmware", *self.WORDS, code=2, text='no format "vmware"')
        self.fails("vm", "write", "qemu", *self.WORDS, "--hypervisor", "pve", code=2, text="not for the hypervisor")
        self.fails("vm", "write", "qm", *self.WORDS, "--into", "100.conf", code=2, text="takes a configuration")
        self.fails("vm", "write", "qemu", *self.WORDS, "--into", "none", code=3, text="", file="none")
        self.fails("vm", "write", "libvirt", *self.WORDS, "--into", "win11", "-o", "x", code=2, text="dumpxml")


class ProxmoxVe(Vm):
    """A configuration of Proxmox VE, and what its snapshots and comments become."""
    CONF = (SOURCE / "tests/fixtures/vm/pve/windows-11-snapshots.conf").read_bytes()

    def setUp(self):
        super().setUp()
        (self.here / "100.conf").write_bytes(self.CONF)

    def test_the_plan_has_the_lines_as_an_object(self):
        document = self.run_igdrom("vm", "plan", "-d", "46D1", "--hypervisor", "pve", "--pve", "9.1", "--firmware", "ovmf",
                                   "--rom", "n100.rom", "--json").document
        self.assertEqual(document["pve"], {
            "args": "-set device.hostpci0.x-igd-lpc=on", "bios": "ovmf", "machine": "pc", "vga": "none",
            "hostpci0": "0000:00:02.0,legacy-igd=1,romfile=n100.rom"})
        self.assertEqual(document["text"], "".join(f"{k}: {v}\n" for k, v in document["pve"].items()))
        self.assertEqual(document["rules_of_qemu"], "10.1")
        self.assertEqual(self.plan()["pve"], {})

    def test_pve_8_4_is_refused_with_the_release_that_would_do(self):
        # QEMU 9.2 does not know Alder Lake (its igd_gen() answers -1).
        result = self.run_igdrom("vm", "plan", "-d", "4692", "--hypervisor", "pve", "--pve", "8.4", "--firmware", "ovmf", code=4)
        self.assertIn("PVE 9.0", result.text)
        old = self.run_igdrom("vm", "plan", "-d", "3E91", "--hypervisor", "pve", "--pve", "8.4", "--firmware", "ovmf", "--gms", "2",
                              "--json")
        self.assertIs(old.document["boot_picture"], True)

    def test_commands_are_written_for_a_machine(self):
        text = self.run_igdrom("vm", "write", "qm", "-d", "46D1", "--pve", "9.1", "--firmware", "ovmf", "--vm", "100").text
        self.assertTrue(text.startswith("qm set 100 "), text)
        self.assertIn("--args '-set device.hostpci0.x-igd-lpc=on'", text)

    def test_only_the_head_is_changed_and_only_once(self):
        words = ("vm", "write", "pve", "-d", "4692", "--pve", "9.1", "--rom", "igd.rom", "--into")
        result = self.run_igdrom(*words, "100.conf", "-o", "new.conf")
        new = (self.here / "new.conf").read_bytes()
        self.assertEqual(new[new.index(b"\n[PENDING]"):], self.CONF[self.CONF.index(b"\n[PENDING]"):])
        self.assertIn(b"hostpci1: 0000:00:02.0,legacy-igd=1,romfile=igd.rom\n", new)
        self.assertIn(b'product="My Board" -set device.hostpci1.x-igd-lpc=on\n', new)
        self.assertIn(b"machine: pc-i440fx-9.2+pve1\n", new)
        self.assertRegex(result.errors, r"(?m)^100\.conf: line 27: warning: ")
        self.run_igdrom(*words, "new.conf", "-o", "again.conf")
        self.assertEqual((self.here / "again.conf").read_bytes(), new)

    def test_a_broken_one_is_found_out_and_what_is_written_is_good(self):
        text = self.run_igdrom("vm", "check", "100.conf", "-d", "4692", "--qemu", "10.1", code=1).text
        self.assertIn("legacy IGD assignment requires VGA mode to be 'none'", " ".join(text.split()))
        self.assertRegex(text, r"error     line 24: ")
        self.run_igdrom("vm", "write", "pve", "-d", "4692", "--pve", "9.1", "--rom", "igd.rom", "--into", "100.conf", "-o", "new.conf")
        self.assertIn(": may work", self.run_igdrom("vm", "check", "new.conf", "-d", "4692", "--pve", "9.1").text)

    def test_the_machine_stays_where_what_is_wanted_works_with_it(self):
        (self.here / "old.conf").write_text("bios: ovmf\nmachine: pc-i440fx-8.1\nmemory: 8192\n")
        (self.here / "new.conf").write_text("bios: ovmf\nmachine: q35\nmemory: 8192\n")
        for words, old, new in (
                (("--want", "headless"), "pc-i440fx-8.1", "q35"), (("--want", "output"), "pc-i440fx-8.1", "q35"),
                ((), "pc-i440fx-8.1", "pc"), (("--want", "headless", "--machine", "q35"), "pc-q35-8.1", "q35")):
            for name, machine in (("old.conf", old), ("new.conf", new)):
                text = self.run_igdrom("vm", "write", "pve", "-d", "4692", "--pve", "9.1", "--into", name, "-o", "-", *words).text
                self.assertIn(f"machine: {machine}\n", text, (words, name))

    def test_the_rom_of_the_gpu_stays_unless_another_is_named(self):
        for words, rom in (((), "old.rom"), (("--rom", "new.rom"), "new.rom")):
            self.run_igdrom("vm", "write", "pve", "-d", "4692", "--pve", "9.1", "--into", "100.conf", "-o", "out.conf", *words)
            self.assertIn(f"hostpci1: 0000:00:02.0,legacy-igd=1,romfile={rom}\n", (self.here / "out.conf").read_text())

    def test_a_part_of_the_gpu_stays_a_part(self):
        words = ("vm", "write", "pve", "--pve", "9.1", "--into", "100.conf", "-o", "out.conf")
        conf = self.here / "100.conf"
        conf.write_text("bios: ovmf\nmachine: q35\nmemory: 4096\nhostpci0: 0000:00:02.3,pcie=1\n")
        self.run_igdrom(*words, "-d", "A780", "--want", "headless")
        self.assertRegex((self.here / "out.conf").read_text(), r"(?m)^hostpci0: 0000:00:02\.3\b")
        conf.write_text("bios: ovmf\nmachine: q35\nmemory: 4096\nhostpci0: 0000:00:02.0,mdev=i915-GVTg_V5_4\n")
        self.run_igdrom(*words, "-d", "3E92", "--want", "output", "--kernel", "6.8")
        self.assertIn("mdev=i915-GVTg_V5_4", (self.here / "out.conf").read_text())

    def test_the_whole_gpu_and_a_part_of_it_are_not_joined(self):
        result = self.run_igdrom("vm", "write", "pve", "-d", "4692", "--pve", "9.1", "--function", "vf", "--want", "headless",
                                 "--machine", "i440fx", "--into", "100.conf", "-o", "out.conf", code=4)
        self.assertIn("hostpci1 passes 0000:00:02.0 already", result.errors)
        self.assertFalse((self.here / "out.conf").exists())

    def test_commands_name_the_vmid_and_not_the_name_of_the_guest(self):
        def fix(name):
            document = self.run_igdrom("vm", "write", "pve", "-d", "4692", "--pve", "9.1", "--into", name, "-o", "out", "--json").document
            return next(f["fix"] for f in document["findings"] if f["code"] == "vm-way-back-pve-args")
        (self.here / "copy.conf").write_bytes(self.CONF)
        self.assertIn("qm set 100 --delete", fix("100.conf"))
        self.assertIn("qm set VMID --delete", fix("copy.conf"))

    def test_what_cannot_be_merged_is_refused(self):
        (self.here / "q35.conf").write_bytes((SOURCE / "tests/fixtures/vm/pve/linux-q35-card.conf").read_bytes())
        result = self.run_igdrom("vm", "write", "pve", "-d", "4692", "--pve", "9.1", "--into", "q35.conf", "-o", "new.conf", code=4)
        self.assertIn("pcie=1", result.errors)
        self.assertFalse((self.here / "new.conf").exists())


class Apply(Vm):
    """The machine is a captured one: a directory that holds its /etc."""
    CONF = (SOURCE / "tests/fixtures/vm/pve/windows-11-snapshots.conf").read_bytes().split(b"\n[PENDING]")[0] + b"\n"
    WORDS = ("vm", "write", "pve", "-d", "4692", "--pve", "9.1", "--want", "output", "--rom", "igd.rom", "--root", "root",
             "--into", "100")

    def setUp(self):
        super().setUp()
        self.conf = self.here / "root/etc/pve/qemu-server/100.conf"
        self.rom = self.here / "root/usr/share/kvm/igd.rom"
        self.conf.parent.mkdir(parents=True)
        self.conf.write_bytes(self.CONF)
        (self.here / "igd.rom").write_bytes(recipe("igdrom.rom.txt"))

    def test_without_apply_the_changes_are_shown_and_nothing_is_done(self):
        before = sorted(self.here.rglob("*"))
        result = self.run_igdrom(*self.WORDS)
        self.assertIn("\n-vga: qxl,memory=32\n+vga: none\n", result.text)
        self.assertIn("/usr/share/kvm/igd.rom", result.text)
        self.assertIn("--apply", result.errors)
        self.assertEqual(sorted(self.here.rglob("*")), before)
        self.assertEqual(self.conf.read_bytes(), self.CONF)

    def test_apply_does_it_once_and_undo_takes_it_back(self):
        wanted = self.run_igdrom(*self.WORDS, "-o", "-").out
        result = self.run_igdrom(*self.WORDS, "--apply")
        self.assertIn("--undo", result.errors)
        self.assertEqual(self.conf.read_bytes(), wanted)
        self.assertEqual(self.rom.read_bytes(), (self.here / "igd.rom").read_bytes())
        self.assertIn("nothing to change", self.run_igdrom(*self.WORDS, "--apply").errors)
        self.assertIn("nothing to change", self.run_igdrom(*self.WORDS).errors)
        self.run_igdrom("vm", "write", "--undo", "--root", "root")
        self.assertEqual(self.conf.read_bytes(), self.CONF)
        self.assertFalse(self.rom.exists())
        self.fails_twice("vm", "write", "--undo", "--root", "root", code=1, text="nothing to undo")

    def fails_twice(self, *words, code, text):
        self.assertIn(text, self.run_igdrom(*words, code=code).errors)
        self.assertIn(text, self.run_igdrom(*words, "--json", code=code).document["error"]["text"])

    def test_what_somebody_else_changed_is_kept_unless_forced(self):
        self.run_igdrom(*self.WORDS, "--apply")
        self.conf.write_bytes(self.conf.read_bytes() + b"tags: mine\n")
        self.run_igdrom("vm", "write", "--undo", "--root", "root", code=4)
        self.assertIn(b"tags: mine", self.conf.read_bytes())
        self.run_igdrom("vm", "write", "--undo", "--force", "--root", "root")
        self.assertEqual(self.conf.read_bytes(), self.CONF)

    def test_the_document_has_the_steps_and_the_diff(self):
        document = self.run_igdrom(*self.WORDS, "--json").document
        self.assertIs(document["captured"], True)
        self.assertGreaterEqual(document["pending"], 2)
        self.assertEqual(document["diff"], self.run_igdrom(*self.WORDS).text)
        document = self.run_igdrom(*self.WORDS, "--apply", "--json").document
        self.assertEqual(document["pending"], 0)
        self.run_igdrom("vm", "write", "--undo", "--root", "root", "--json")
        self.assertEqual(self.conf.read_bytes(), self.CONF)

    def test_a_machine_that_is_not_there_and_wrong_options_are_told(self):
        self.run_igdrom(*self.WORDS[:-1], "101", code=3)
        for words in (("pve", "--apply"), ("--undo", "--into", "100"), ("pve", "--force"), ("--undo", "--apply"),
                      ("pve", "--into", "100", "--apply", "-o", "x")):
            self.run_igdrom("vm", "write", *words, code=2)
        (self.here / "run.sh").write_text("qemu-system-x86_64 -nodefaults -vga none\n")
        done = self.run_igdrom("vm", "write", "qemu", "-d", "4680", "--qemu", "10.1", "--firmware", "ovmf", "--root", "root",
                               "--into", "run.sh", code=2)
        self.assertIn("it starts with /", done.errors)


class Check(Vm):
    def setUp(self):
        super().setUp()
        self.run_igdrom("vm", "write", "qemu", "-d", "4680", "--qemu", "10.0", "--firmware", "ovmf", "-o", "run.sh")

    def test_what_was_written_is_found_good(self):
        result = self.run_igdrom("vm", "check", "run.sh", "-d", "4680", "--qemu", "10.0")
        self.assertTrue(result.text.startswith("run.sh: good with QEMU 10.0\n"), result.text)
        self.assertEqual(result.errors, "")
        document = self.run_igdrom("vm", "check", "run.sh", "-d", "4680", "--qemu", "10.0", "--json").document
        self.assertEqual((document["format"], document["machine"], document["firmware"], document["upgrade"]),
                         ("qemu", "i440fx", "ovmf", None))
        self.assertEqual(document["devices"][0]["guest"], "0000:00:02.0")

    def test_an_upgrade_that_takes_legacy_mode_away_breaks_it(self):
        # QEMU 10.1 has legacy mode for generations 6 to 9 only; the LPC id has to be asked for.
        words = ("vm", "check", "run.sh", "-d", "4680", "--qemu", "10.0", "--upgrade")
        for version in ("10.1", "pve-9.1"):
            result = self.run_igdrom(*words, version, code=1)
            self.assertTrue(result.text.startswith("run.sh: good with QEMU 10.0\n"), result.text)
            self.assertIn("After an upgrade to QEMU 10.1: it breaks, 1 error\n", result.text)
            self.assertIn("x-igd-lpc=on is missing", result.text)
        document = self.run_igdrom(*words, "10.1", "--json", code=1).document
        self.assertEqual(document["upgrade"]["qemu"], "10.1")
        self.assertEqual(document["upgrade"]["worst"], "error")
        self.assertEqual([f for f in document["findings"] if f["severity"] == "error"], [])
        old = self.run_igdrom("vm", "check", "run.sh", "-d", "1912", "--qemu", "10.0", "--upgrade", "10.1")
        self.assertIn("it goes on working", old.text)

    def test_the_new_qemu_alone_is_judged_for(self):
        for option in ("--qemu", "--upgrade"):
            document = self.run_igdrom("vm", "check", "run.sh", "-d", "4680", option, "10.1", "--json", code=1).document
            self.assertIn("vm-check-property-missing", [f["code"] for f in document["findings"]])
            self.assertIsNone(document["upgrade"])

    def test_a_machine_type_tells_what_it_was_made_on(self):
        text = (self.here / "run.sh").read_text().replace("-machine pc,", "-machine pc-i440fx-10.0,")
        (self.here / "run.sh").write_text(text)
        result = self.run_igdrom("vm", "check", "run.sh", "-d", "4680", "--qemu", "10.1", code=1)
        self.assertIn("\nChanged since QEMU 10.0, which its machine type names\n", result.text)
        self.assertEqual(result.text.count("x-igd-lpc=on is missing"), 1)
        document = self.run_igdrom("vm", "check", "run.sh", "-d", "4680", "--qemu", "10.1", "--json", code=1).document
        self.assertEqual((document["upgrade"]["from"], document["upgrade"]["qemu"]), ("10.0", "10.1"))
        for version in ("10.0", "9.2"):
            document = self.run_igdrom("vm", "check", "run.sh", "-d", "4680", "--qemu", version, "--json", code=None).document
            self.assertIsNone(document["upgrade"])

    def test_errors_come_first_and_name_their_line(self):
        (self.here / "bad.sh").write_text(
            "qemu-system-x86_64 -nodefaults -vga none \\\n  -device vfio-pci,host=00:02.0,addr=0x2,x-igd-foo=1\n")
        text = self.run_igdrom("vm", "check", "bad.sh", "-d", "4680", "--qemu", "10.1", code=1).text
        self.assertTrue(text.startswith("bad.sh: does not work with QEMU 10.1: "))
        self.assertRegex(text, r"error     line 2: No QEMU has a property x-igd-foo")
        severities = re.findall(r"^  (error|warning|info|harmless) ", text, re.M)
        self.assertEqual(severities, sorted(severities, key=["error", "warning", "info", "harmless"].index))
        for line in text.splitlines():
            self.assertLessEqual(len(line), 80, line)

    def test_the_rom_that_is_named_counts_when_it_is_here(self):
        rom = self.here / "igd.rom"
        text = (self.here / "run.sh").read_text().replace("igdrom-4680.rom", str(rom))
        (self.here / "run.sh").write_text(text)
        words = ("vm", "check", "run.sh", "-d", "4680", "--qemu", "10.0")
        self.assertIn(": good", self.run_igdrom(*words).text)
        rom.write_bytes(recipe("igdrom.rom.txt"))
        self.assertIn("holds no GOP driver", self.run_igdrom(*words).text)
        self.assertIn("is not on this machine", self.run_igdrom(*words, "--rom", "none.rom").text)

    def test_what_is_missing_and_what_cannot_be_read_is_told(self):
        errors = self.run_igdrom("vm", "check", "run.sh", "--root", ".", code=2).errors
        self.assertIn("please give --device and --qemu.", errors)
        (self.here / "text").write_text("once upon a time\n")
        self.fails("vm", "check", "text", "-d", "4680", "--qemu", "10.1", code=1, text="no configuration", file="text")
        self.fails("vm", "check", "none", "-d", "4680", "--qemu", "10.1", code=3, text="", file="none")
        self.fails("vm", "check", "run.sh", "-d", "4680", "--upgrade", "ten", code=2, text="is no version")
        self.fails("vm", "check", "run.sh", "-d", "4680", "--upgrade", "pve-x", code=2, text="no Proxmox VE")
        self.fails("vm", "check", "run.sh", "-d", "4680", "--memory", "4096", code=2, text="no option --memory")


class Machine(Vm):
    """What nobody said is found out on the machine that has the GPU."""

    CONF = "machine/etc/pve/nodes/pve1/qemu-server/100.conf"

    def setUp(self):
        super().setUp()
        subprocess.run([sys.executable, "-B", SOURCE / "tests/host/machine.py",
                        SOURCE / "tests/host/machines/desktop-pve.txt", self.here / "machine"], check=True)

    def test_a_plan_needs_no_word_but_the_firmware(self):
        document = self.run_igdrom("vm", "plan", "--root", "machine", "--firmware", "ovmf", "--json").document
        request = document["request"]
        self.assertEqual([request[key] for key in ("device", "hypervisor", "pve", "host_address", "display_class", "lpc_id")],
                         ["4680", "pve", "9.0.6", "0000:00:02.0", "0300", "7A84"])
        self.assertEqual(int(request["stolen_base"], 16), 0x6C800000)
        (found,) = [f for f in document["findings"] if f["code"] == "vm-from-host"]
        self.assertIn("device 4680", found["text"])
        self.assertIn("stolen_base 0x6c800000", found["text"])

    def test_what_was_said_stays(self):
        document = self.plan("--root", "machine", device="00:02.0", qemu="10.1")
        self.assertEqual((document["request"]["qemu"], document["request"]["pve"]), ("10.1", None))
        self.assertEqual(document["request"]["hypervisor"], "qemu")
        (found,) = [f for f in document["findings"] if f["code"] == "vm-from-host"]
        self.assertNotIn("qemu 1", found["text"])

    def test_a_machine_with_another_gpu_does_not_speak_for_this_one(self):
        document = self.plan("--root", "machine", device="1912")
        self.assertIn("host-other-device", [f["code"] for f in document["findings"]])
        self.assertEqual((document["request"]["stolen_base"], document["request"]["host_address"]), (None, None))

    def test_a_check_takes_gpu_and_qemu_from_the_machine(self):
        done = self.run_igdrom("vm", "check", "--root", "machine", self.CONF)
        self.assertIn("with QEMU 10.0.2", " ".join(done.text.split()))
        self.assertIn("opt/igdrom/stolen-base", done.text)
        done = self.run_igdrom("vm", "check", "--root", "machine", self.CONF, "--upgrade", "pve-9.1", code=1)
        self.assertIn("After an upgrade to QEMU 10.1: it breaks", done.text)

    def test_a_plan_is_written_into_a_machine_that_says_the_rest(self):
        done = self.run_igdrom("vm", "write", "pve", "--root", "machine", "--into", "100")
        self.assertIn("+args: -fw_cfg name=opt/igdrom/stolen-base,string=0x6c800000\n", done.text)
        self.assertNotIn("romfile=igdrom", done.text)

    def test_a_root_that_is_not_there_is_told(self):
        self.fails("vm", "plan", "--root", "nowhere", code=3, text="nowhere")


class Explain(Vm):
    LOG = (b"kvm: info: OpRegion detected on Intel display 4680.\n"
           b"something else\n\n"
           b"[    1.0] vfio-pci 0000:00:02.0: Invalid PCI ROM header signature: expecting 0xaa55, got 0x0000\n"
           b"kvm: -device vfio-pci,host=0000:00:02.0,id=hostpci0,bus=pci.0,addr=0x2: IGD device 0000:00:02.0 is "
           b"unsupported in legacy mode, try SandyBridge or newer\n")

    def test_known_lines_are_shown_with_cause_and_fix(self):
        (self.here / "qemu.log").write_bytes(self.LOG)
        result = self.run_igdrom("vm", "explain", "qemu.log", code=1)
        self.assertEqual(result.errors, "")
        lines = result.text.splitlines()
        self.assertTrue(lines[0].startswith("qemu.log: 1 error"), lines[0])
        self.assertEqual(re.findall(r"^line (\d+)  ", result.text, re.M), ["1", "4", "5"])
        self.assertEqual(re.findall(r"^    (info|harmless|warning|error) ", result.text, re.M),
                         ["info", "harmless", "error"])
        self.assertIn("3 of 4 lines are known here.", result.text)
        for line in lines:
            self.assertLessEqual(len(line), 80, line)

    def test_the_document_has_the_lines(self):
        document = self.run_igdrom("vm", "explain", "-", "--json", stdin=self.LOG, code=1).document
        self.assertEqual((document["line_count"], document["known_count"], document["worst"]), (4, 3, "error"))
        self.assertEqual([line["offset"] for line in document["lines"]],
                         [0, self.LOG.index(b"[    1.0]"), self.LOG.index(b"kvm: -device")])
        for line in document["lines"]:
            self.assertTrue(line["cause"] and line["code"] and line["text"], line)

    def test_a_log_without_errors_is_a_yes(self):
        result = self.run_igdrom("vm", "explain", "-", stdin=self.LOG[:52])
        self.assertTrue(result.text.startswith("standard input: nothing in it speaks of a problem\n"))
        for log in (b"", b"hello\n", b"\xff\xfe\0\x1b[1m"):
            result = self.run_igdrom("vm", "explain", "-", stdin=log)
            self.assertTrue(result.text.startswith("standard input: no line of it is known\n"), result.text)

    def test_the_release_of_qemu_narrows_causes(self):
        codes = [[line["code"] for line in self.run_igdrom("vm", "explain", "-", "--json", *words, stdin=self.LOG,
                                                            code=1).document["lines"]]
                 for words in ((), ("--qemu", "10.0"), ("--pve", "9.0"))]
        self.assertEqual(codes[1], codes[2])
        self.assertNotEqual(codes[0], codes[1])

    def test_a_log_that_is_not_there_is_no_answer(self):
        self.fails("vm", "explain", "none.log", code=3, text="", file="none.log")
        self.fails("vm", "explain", code=2, text="Nothing to work on")

    def test_escape_sequences_of_a_log_do_not_reach_the_terminal(self):
        result = self.run_igdrom("vm", "explain", "-", stdin=b"\x1b[31m" + self.LOG[:52].replace(b"kvm", b"k\x07vm"))
        self.assertNotIn(b"\x1b", result.out)
        self.assertNotIn(b"\x07", result.out)


if __name__ == "__main__":
    main()
