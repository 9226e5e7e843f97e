# SPDX-License-Identifier: BSD-2-Clause
"""README and examples do what they say.

Usage: test_documents.py SOURCE_DIR GOPS     GOPS: the folder of the test drivers
"""
import doctest
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import igdrom

SOURCE = pathlib.Path(sys.argv.pop(1)) if len(sys.argv) > 1 else None
GOPS = pathlib.Path(sys.argv.pop(1)) if len(sys.argv) > 1 else None
if SOURCE:
    sys.path.insert(0, str(SOURCE / "tests/fixtures"))


def run(script, *args):
    return subprocess.run([sys.executable, SOURCE / "examples/python" / script, *args], env=os.environ,
                          capture_output=True, text=True, check=False)


class Readme(unittest.TestCase):
    def setUp(self):
        self.path = SOURCE / "bindings/python/README.md"

    def test_its_sessions_run_as_printed(self):
        result = doctest.testfile(str(self.path), module_relative=False)
        self.assertEqual(result.failed, 0)
        self.assertGreater(result.attempted, 10)

    def test_its_programs_can_be_compiled(self):
        for program in re.findall(r"```python\n(.*?)```", self.path.read_text(encoding="utf-8"), re.S):
            compile(program, str(self.path), "exec")

    def test_it_names_every_exception(self):
        text = self.path.read_text(encoding="utf-8")
        for name in igdrom.__all__:
            if name.endswith("Error"):
                self.assertIn(f"`{name}`", text)


class Examples(unittest.TestCase):
    def test_a_rom_is_built_and_shown(self):
        with tempfile.TemporaryDirectory() as folder:
            rom = os.path.join(folder, "igd.rom")
            built = run("build_rom.py", "4680", rom)
            self.assertEqual(built.returncode, 0, built.stderr)
            shown = run("show_rom.py", rom, "4680")
            self.assertEqual(shown.returncode, 0, shown.stderr)
            self.assertIn("guest-driver", shown.stdout)
            again = run("build_rom.py", "4680", rom)
            self.assertEqual(again.returncode, 1)
            self.assertIn("File exists", again.stderr)

    def test_a_bios_file_becomes_a_rom(self):
        import firmware  # stands in tests/fixtures, which the command line names
        with tempfile.TemporaryDirectory() as folder:
            bios, rom = os.path.join(folder, "bios.bin"), os.path.join(folder, "igd.rom")
            # Packed as every build can read it.
            image = firmware.build(SOURCE / "tests/fixtures/images/file-systems.fw.txt", GOPS)
            pathlib.Path(bios).write_bytes(image.data)
            done = run("bios_to_rom.py", bios, "4680", rom)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("The GOP driver for device 4680 is version", done.stdout)
            self.assertEqual(igdrom.Rom.from_file(rom).check("4680").ok, True)
            self.assertEqual(run("bios_to_rom.py", bios, "0042", os.path.join(folder, "none.rom")).returncode, 1)

    def test_a_file_that_is_no_rom_gets_one_sentence(self):
        shown = run("show_rom.py", str(SOURCE / "LICENSE"))
        self.assertEqual(shown.returncode, 1)
        self.assertEqual(shown.stderr.count("\n"), 1)
        self.assertIn("LICENSE", shown.stderr)

    def test_a_virtual_machine_is_planned_and_checked(self):
        keys = ("device=4680", "qemu=10.1", "firmware=ovmf")
        planned = run("vm_plan.py", "qemu", *keys)
        self.assertEqual(planned.returncode, 0, planned.stderr)
        self.assertIn("# x-igd-lpc=on: ", planned.stdout)
        with tempfile.TemporaryDirectory() as folder:
            script = os.path.join(folder, "run.sh")
            pathlib.Path(script).write_text(planned.stdout, encoding="utf-8")
            self.assertEqual(run("vm_plan.py", script, *keys).returncode, 0)
            checked = run("vm_plan.py", script, "device=4680", "qemu=9.2")
            self.assertEqual(checked.returncode, 1)
            self.assertIn("x-igd-lpc", checked.stdout)
        refused = run("vm_plan.py", "qemu", "device=4680", "qemu=9.2", "firmware=ovmf")
        self.assertEqual((refused.returncode, refused.stdout), (4, ""))
        self.assertIn("10.0", refused.stderr)

    def test_a_machine_is_shown_and_gives_its_gpu_away(self):
        import machines
        with tempfile.TemporaryDirectory(dir=machines.FAST) as folder:
            root = machines.make("desktop-pve", os.path.join(folder, "root"))
            shown = run("show_host.py", root)
            self.assertEqual(shown.returncode, 0, shown.stderr)
            self.assertIn("0000:00:02.0  Alder Lake-S GT1 [UHD Graphics 770], driver i915, IOMMU group 0", shown.stdout)
            self.assertIn("/etc/pve/qemu-server/100.conf uses the integrated GPU", shown.stdout)
            conf = root / "etc/pve/qemu-server/100.conf"
            before = conf.read_bytes()
            planned = run("hand_over.py", "--root", root, "want=output")
            self.assertEqual(planned.returncode, 0, planned.stderr)
            self.assertIn("+hostpci0: 0000:00:02.0,legacy-igd=1,romfile=igdrom-4680.rom", planned.stdout)
            self.assertEqual(conf.read_bytes(), before)
            self.assertEqual(run("hand_over.py", "--root", root, "--apply", "want=output").returncode, 0)
            self.assertIn(b"romfile=igdrom-4680.rom", conf.read_bytes())
            self.assertEqual(run("hand_over.py", "--root", root, "--undo").returncode, 0)
            self.assertEqual(conf.read_bytes(), before)
            asked = run("hand_over.py", "--root", root)
            self.assertEqual((asked.returncode, asked.stderr.count("\n")), (1, 1))
            self.assertIn("firmware: refused: ", asked.stdout)
            self.assertEqual(run("show_host.py", machines.make("no-igd", os.path.join(folder, "none"))).returncode, 1)

    def test_devices_of_a_generation_are_listed(self):
        listed = run("list_devices.py", "alder lake-s")
        self.assertEqual(listed.returncode, 0, listed.stderr)
        self.assertIn("4680", listed.stdout)
        self.assertNotIn("9BC5", listed.stdout)
        self.assertEqual(run("list_devices.py", "no such lake").returncode, 1)


if __name__ == "__main__":
    unittest.main()
