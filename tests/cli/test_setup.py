#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""igdrom setup, end to end on captured machines. That the result is right is asked of "rom check",
"rom show" and "vm check", and read from the files."""
import hashlib
import os
import pathlib
import shutil
import stat
import subprocess
import sys

from igdrom_cli import SOURCE, Case, firmware_image, main, recipe, test_gop

MACHINES = SOURCE / "tests/host/machines"
STAGES = ["facts", "firmware", "rom", "plan", "prepare", "vm"]
CONF = "etc/pve/nodes/pve1/qemu-server/100.conf"
ROM = "usr/share/kvm/igdrom-4680.rom"


def tree(root):
    """Every file and link below a directory, with mode and content; journals left out."""
    found = {}
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        if name == "var/lib/igdrom" or name.startswith("var/lib/igdrom/changes"):
            continue
        if path.is_symlink():
            found[name] = os.readlink(path)
        elif path.is_file():
            found[name] = (stat.S_IMODE(path.stat().st_mode), path.read_bytes())
    return found


class Setup(Case):
    def machine(self, name):
        """The captured machine that a description of tests/host/machines makes."""
        root = self.here / name
        subprocess.run([sys.executable, "-B", SOURCE / "tests/host/machine.py", MACHINES / f"{name}.txt", root],
                       check=True)
        return root

    def setUp(self):
        super().setUp()
        self.root = self.machine("desktop-pve")
        self.made = firmware_image("aptio4")
        (self.here / "bios.bin").write_bytes(self.made.data)

    def setup(self, *words, code=0, root=None):
        return self.run_igdrom("setup", "--root", root or self.root, *words, code=code)

    def states(self, document):
        self.assertEqual([stage["name"] for stage in document["stages"]], STAGES)
        return {stage["name"]: stage["state"] for stage in document["stages"]}


class Job(Setup):
    WORDS = ("--bios", "bios.bin")

    def test_what_is_shown_is_not_done(self):
        before = tree(self.root)
        done = self.setup(*self.WORDS)
        self.assertEqual(tree(self.root), before)
        self.assertIn("+++ b/etc/pve/nodes/pve1/qemu-server/100.conf", done.text)
        self.assertIn("/" + ROM, done.text)
        self.assertIn("--apply", done.text)
        self.assertEqual([line[:2] for line in done.text.splitlines() if line[:2] in ("1.", "2.", "3.", "4.")],
                         ["1.", "2.", "3."])

    def test_the_whole_job_on_a_captured_machine(self):
        self.setup(*self.WORDS, "--apply")
        rom = self.root / ROM
        # What others say of the result.
        checked = self.run_igdrom("rom", "check", "-d", "4680", rom)
        self.assertIn(": good", checked.text)
        self.run_igdrom("vm", "check", "-d", "4680", "--pve", "9.0", "--rom", rom, self.root / CONF)
        shown = self.run_igdrom("rom", "show", rom, "--json").document
        kinds = {entry["kind"]: entry for entry in shown["manifest"]["entries"]}
        self.assertEqual(set(kinds), {"guest-driver", "gop", "vbt"})
        driver = {name: data for name, _, data in self.made.drivers}["plain"]
        self.assertEqual(kinds["gop"]["sha256"], hashlib.sha256(driver).hexdigest())
        self.assertEqual(kinds["gop"]["name"], "bios.bin")
        self.assertIn("romfile=igdrom-4680.rom", (self.root / CONF).read_text(encoding="utf-8"))

    def test_the_rom_is_the_one_that_rom_build_makes(self):
        self.setup(*self.WORDS, "--apply")
        self.run_igdrom("rom", "build", "-d", "4680", "--lpc-id", "7A84", "--bios", "bios.bin", "--vbt", "bios.bin",
                        "-o", "out.rom")
        self.assertEqual((self.root / ROM).read_bytes(), (self.here / "out.rom").read_bytes())

    def test_a_second_run_changes_nothing(self):
        self.setup(*self.WORDS, "--apply")
        once = tree(self.root)
        again = self.setup(*self.WORDS, "--apply", "--json").document
        self.assertEqual(tree(self.root), once)
        self.assertEqual(again["changes"]["pending"], 0)

    def test_a_second_run_needs_no_bios_file(self):
        self.setup(*self.WORDS, "--apply")
        document = self.setup("--json").document
        self.assertEqual(document["changes"]["pending"], 0)
        self.assertEqual(self.states(document)["firmware"], "skipped")

    def test_undo_restores_every_byte(self):
        before = tree(self.root)
        self.setup(*self.WORDS, "--apply")
        self.assertNotEqual(tree(self.root), before)
        self.setup("--undo")
        self.assertEqual(tree(self.root), before)

    def test_the_document_has_every_stage_and_every_key(self):
        document = self.setup(*self.WORDS, "--json").document
        states = self.states(document)
        self.assertNotIn("refused", states.values())
        self.assertNotIn("not-run", states.values())
        for stage in document["stages"]:
            self.assertTrue(stage["text"], stage)
        self.assertEqual(document["rom"]["path"], "/" + ROM)
        self.assertEqual((document["vm"]["name"], document["vm"]["format"]), ("100", "pve"))
        self.assertEqual((document["plan"]["possible"], document["plan"]["boot_picture"]), (True, True))
        self.assertEqual(document["changes"]["captured"], True)
        self.assertEqual(len(document["next"]), 3)
        self.assertIn("machine i440fx", document["stages"][0]["text"])
        self.assertNotIn("error", document)
        paths = [step["path"] for step in document["changes"]["steps"]]
        self.assertIn("/" + ROM, paths)

    def test_firmware_is_read_from_the_flash_of_the_machine(self):
        mtd = self.root / "sys/class/mtd/mtd0"
        mtd.mkdir(parents=True)
        for name, value in (("type", "nor"), ("name", "BIOS"), ("size", str(len(self.made.data)))):
            (mtd / name).write_text(value + "\n", encoding="utf-8")
        (self.root / "dev").mkdir(exist_ok=True)
        (self.root / "dev/mtd0ro").write_bytes(self.made.data)
        document = self.setup("--apply", "--json").document
        self.assertEqual(self.states(document)["firmware"], "done")
        shown = self.run_igdrom("rom", "show", self.root / ROM, "--json").document
        (gop,) = [entry for entry in shown["manifest"]["entries"] if entry["kind"] == "gop"]
        self.assertIn("/dev/mtd0ro", gop["name"])

    def test_the_vbt_that_the_machine_uses_goes_before_that_of_the_firmware(self):
        vbt = recipe("vbt/desktop.txt")
        folder = self.root / "sys/kernel/debug/dri/0000:00:02.0"
        folder.mkdir(parents=True)
        (folder / "i915_vbt").write_bytes(vbt)
        self.setup(*self.WORDS, "--apply")
        shown = self.run_igdrom("rom", "show", self.root / ROM, "--json").document
        (entry,) = [entry for entry in shown["manifest"]["entries"] if entry["kind"] == "vbt"]
        self.assertIn("i915_vbt", entry["name"])
        size = int.from_bytes(vbt[0x18:0x1a], "little")
        self.assertEqual(entry["sha256"], hashlib.sha256(vbt[:size]).hexdigest())

    def test_a_rom_that_is_ready_keeps_its_name(self):
        self.run_igdrom("rom", "build", "-d", "4680", "-g", test_gop("plain"), "-o", "mine.rom")
        self.setup("--vm", "100", "--rom", "mine.rom", "--apply")
        self.assertEqual((self.root / "usr/share/kvm/mine.rom").read_bytes(), (self.here / "mine.rom").read_bytes())
        self.assertIn("romfile=mine.rom", (self.root / CONF).read_text(encoding="utf-8"))


class Refusals(Setup):
    def refused(self, stage, *words, code=4):
        before = tree(self.root)
        document = self.setup(*words, "--apply", "--json", code=code).document
        states = self.states(document)
        self.assertEqual(states[stage], "refused")
        for later in STAGES[STAGES.index(stage) + 1:]:
            self.assertIn(states[later], ("not-run", "skipped"))
        self.assertIsNone(document["changes"])
        self.assertEqual(tree(self.root), before, "nothing is written when a stage refuses")
        text = {s["name"]: s["text"] for s in document["stages"]}[stage]
        self.assertEqual(document["error"]["text"], text)
        return text

    def test_a_bios_of_another_machine_is_refused_and_the_nearest_is_named(self):
        (self.here / "bios.bin").write_bytes(firmware_image("sections").data)
        text = self.refused("firmware", "--bios", "bios.bin", "--vm", "100")
        self.assertIn("no GOP driver", text)
        self.assertIn("ask for output (want)", text)

    def test_what_the_refusal_names_works(self):
        (self.here / "bios.bin").write_bytes(firmware_image("sections").data)
        document = self.setup("--bios", "bios.bin", "--vm", "100", "--want", "output", "--json").document
        self.assertFalse(document["plan"]["boot_picture"])
        self.assertGreater(document["changes"]["pending"], 0)

    def test_a_qemu_that_cannot_do_it_is_refused_before_the_firmware_is_looked_at(self):
        (self.here / "bios.bin").write_bytes(b"no firmware at all")
        text = self.refused("plan", "--bios", "bios.bin", "--vm", "100", "--qemu", "9.2")
        self.assertIn("10.0", text)

    def test_a_rom_for_another_device_is_refused(self):
        self.run_igdrom("rom", "build", "-d", "5a85", "-g", test_gop("old"), "-o", "other.rom")
        self.refused("rom", "--vm", "100", "--rom", "other.rom")

    def test_what_is_no_rom_is_refused(self):
        (self.here / "bad.rom").write_bytes(b"\x55\xaa" + bytes(510))
        self.refused("rom", "--vm", "100", "--rom", "bad.rom")

    def test_a_virtual_machine_that_is_not_there_is_no_answer(self):
        self.refused("facts", "--bios", "bios.bin", "--vm", "999", code=1)

    def test_without_firmware_the_bios_file_is_asked_for(self):
        self.refused("firmware", "--vm", "100", code=2)
        done = self.setup("--vm", "100", code=2)
        self.assertIn("--bios FILE", done.errors)
        self.assertEqual(done.out, b"")

    def test_a_locked_virtual_machine_is_left_alone(self):
        conf = self.root / CONF
        conf.write_text("lock: backup\n" + conf.read_text(encoding="utf-8"), encoding="utf-8")
        self.refused("vm", "--bios", "bios.bin", "--vm", "100")


class Machines(Setup):
    """What comes of machines of all kinds; nothing is asked for that their files tell."""

    def run_on(self, name, *words, code=0):
        root = self.machine(name) if name != "desktop-pve" else self.root
        before = tree(root)
        done = self.setup("--bios", "bios.bin", *words, "--json", code=code, root=root)
        self.assertEqual(tree(root), before)
        return done.document

    def test_a_domain_of_libvirt_is_carried_over_as_a_file(self):
        document = self.run_on("laptop-csm")
        self.assertEqual(document["vm"], {"name": "win10", "format": "libvirt"})
        steps = {step["path"]: step for step in document["changes"]["steps"] if step["path"]}
        self.assertIn("/var/lib/igdrom/domains/win10.xml", steps)
        self.assertIn("/usr/share/vgabios/igdrom-5916.rom", steps)
        self.assertIn("virsh define /var/lib/igdrom/domains/win10.xml", " ".join(document["next"]))
        self.setup("--bios", "bios.bin", "--apply", root=self.here / "laptop-csm")
        self.run_igdrom("vm", "check", "-d", "5916", "--qemu", "7.2", "--rom",
                        self.here / "laptop-csm/usr/share/vgabios/igdrom-5916.rom",
                        self.here / "laptop-csm/var/lib/igdrom/domains/win10.xml")

    def test_an_option_that_stands_in_the_way_is_taken_out(self):
        # With disable_vga=1 the plan would be refused.
        document = self.run_on("laptop-csm")
        self.assertIn("-options vfio-pci disable_vga=1", document["changes"]["diff"])
        self.assertIn("restart", " ".join(document["next"]))

    def test_seabios_gets_the_legacy_vbios_of_the_firmware(self):
        self.run_on("laptop-csm")
        self.setup("--bios", "bios.bin", "--apply", root=self.here / "laptop-csm")
        rom = (self.here / "laptop-csm/usr/share/vgabios/igdrom-5916.rom").read_bytes()
        self.assertEqual((rom[:2], sum(rom) % 256), (b"\x55\xaa", 0))

    def test_a_virtual_machine_with_a_virtual_function_keeps_it(self):
        document = self.run_on("sriov")
        self.assertEqual(document["plan"]["want"], "headless")
        self.assertEqual((document["rom"], document["changes"]["pending"]), (None, 0))
        self.assertEqual(self.states(document)["rom"], "skipped")

    def test_what_the_files_of_a_machine_tell_is_not_asked_for(self):
        for name, device, qemu in (("mini-n100", "46D1", "9.2"), ("meteor-lake", "7D55", "8.2"),
                                   ("unraid", "9BC8", "9.2")):
            document = self.run_on(name, code=4)
            self.assertEqual(self.states(document)["facts"], "done")
            self.assertEqual(self.states(document)["plan"], "refused")
            self.assertIn(device, document["stages"][0]["text"])
            self.assertIn(f"QEMU {qemu}", document["stages"][0]["text"])

    def test_unraid_keeps_roms_and_journals_where_they_outlive_a_restart(self):
        root = self.machine("unraid")
        before = tree(root)
        self.setup("--bios", "bios.bin", "--want", "output", "--apply", root=root)
        self.assertTrue((root / "mnt/user/isos/igdrom-9bc8.rom").is_file())
        self.assertTrue((root / "boot/config/igdrom/changes").is_dir())
        self.setup("--undo", root=root)
        self.assertEqual({k: v for k, v in tree(root).items() if not k.startswith("boot/config/igdrom")}, before)

    def test_a_machine_without_an_integrated_gpu_is_told_so(self):
        document = self.run_on("no-igd", code=4)
        self.assertIn("no Intel GPU at 00:02.0", document["error"]["text"])

    def test_facts_by_hand_are_enough_where_nothing_is_known(self):
        document = self.run_on("nothing", "--device", "4680", "--hypervisor", "pve", "--qemu", "10.1")
        self.assertEqual(self.states(document)["vm"], "skipped")
        (advice,) = [s["text"] for s in document["changes"]["steps"] if s["text"] and "hostpci0" in s["text"]]
        self.assertIn("romfile=igdrom-4680.rom", advice)
        words = ("--device", "4680", "--hypervisor", "pve", "--qemu", "10.1", "--bios", "bios.bin")
        shown = self.setup(*words, root=self.here / "nothing").text
        self.assertIn("\n#     hostpci0: 0000:00:02.0,legacy-igd=1,romfile=igdrom-4680.rom\n", shown)
        done = self.setup(*words, "--apply", root=self.here / "nothing").text
        self.assertIn("\n    hostpci0: 0000:00:02.0,legacy-igd=1,romfile=igdrom-4680.rom\n", done)

    def test_of_several_virtual_machines_one_has_to_be_named(self):
        conf = (self.root / CONF).read_text(encoding="utf-8")
        (self.root / CONF).with_name("101.conf").write_text(conf, encoding="utf-8")
        done = self.setup("--bios", "bios.bin", code=2)
        self.assertIn("--vm VM", done.errors)
        self.assertIn("100, 101", done.errors)


class Running(Case):
    """This machine, whatever it is: nothing is written without --apply."""

    def test_without_a_root_the_machine_itself_is_looked_at(self):
        self.run_igdrom("rom", "build", "--device", "4680", "-o", "mine.rom")
        done = self.run_igdrom("setup", "--device", "4680", "--hypervisor", "pve", "--pve", "9.1", "--firmware", "ovmf",
                               "--want", "output", "--rom", "mine.rom", "--json", code=None)
        self.assertIn(done.document["stages"][0]["state"], ("done", "refused"))
        self.assertNotIn("not valid", done.document["stages"][0]["text"])

    def test_a_gpu_that_is_not_in_this_machine_is_no_error(self):
        self.run_igdrom("rom", "build", "--device", "4680", "-o", "mine.rom")
        done = self.run_igdrom("setup", "--root", self.empty_machine(), "--device", "4680", "--hypervisor", "pve",
                               "--pve", "9.1", "--want", "output", "--rom", "mine.rom")
        self.assertIn("The GPU is not in this machine", " ".join(done.text.split()))
        self.assertNotIn("No integrated", done.errors)
        self.assertNotIn("no integrated", done.errors)

    def empty_machine(self):
        root = self.here / "other"
        (root / "sys/bus/pci/devices").mkdir(parents=True)
        return root


class Usage(Case):
    def test_options_that_contradict_each_other(self):
        for words in (("--apply", "--undo"), ("--force",), ("--undo", "--vm", "1"), ("--bios", "a", "--rom", "b")):
            self.fails("setup", *words, code=2, text="igdrom setup --help")

    def test_a_root_that_is_not_there(self):
        self.fails("setup", "--root", "nowhere", code=3, text="nowhere")

    def test_an_operand_is_too_much(self):
        self.fails("setup", "100", code=2, text="Too many arguments")


if __name__ == "__main__":
    main()
