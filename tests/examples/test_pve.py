#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""test_pve.py IGDROM EXAMPLES: the Perl examples for add-ons of Proxmox VE."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

IGDROM, EXAMPLES = sys.argv.pop(1), pathlib.Path(sys.argv.pop(1))
CONF = """agent: 1
bios: ovmf
cpu: host
efidisk0: local-lvm:vm-100-disk-0,efitype=4m,size=4M
memory: 8192
ostype: win11
vga: std

[before]
#made by hand
bios: ovmf
vga: std
"""


class Example(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.here = pathlib.Path(folder.name)
        self.conf = self.here / "100.conf"
        self.conf.write_text(CONF)

    def run_example(self, name, *words, **settings):
        env = {**os.environ, "IGDROM": IGDROM, **{key: str(value) for key, value in settings.items()}}
        return subprocess.run(["perl", EXAMPLES / name, *map(str, words)], capture_output=True, text=True, env=env,
                              cwd=self.here)


class Plan(Example):
    def test_prints_the_configuration_with_the_plan_in_it(self):
        done = self.run_example("igd-plan.pl", self.conf, "9.1", "4680", "igd.rom")
        self.assertEqual(done.returncode, 0, done.stderr)
        for line in ("hostpci0: 0000:00:02.0,legacy-igd=1,romfile=igd.rom", "vga: none",
                     "args: -set device.hostpci0.x-igd-lpc=on"):
            self.assertIn(line + "\n", done.stdout.split("[before]")[0])
        self.assertTrue(done.stdout.endswith(CONF[CONF.index("[before]"):]))
        self.assertIn("x-igd-lpc=on: ", done.stderr)
        self.assertIn("There will be a picture from power-on.", done.stderr)
        self.assertEqual(self.conf.read_text(), CONF)

    def test_a_second_time_changes_nothing(self):
        first = self.run_example("igd-plan.pl", self.conf, "9.1", "4680", "igd.rom").stdout
        self.conf.write_text(first)
        self.assertEqual(self.run_example("igd-plan.pl", self.conf, "9.1", "4680", "igd.rom").stdout, first)

    def test_a_refusal_says_why_and_prints_nothing(self):
        done = self.run_example("igd-plan.pl", self.conf, "8.4", "4680", "igd.rom")  # QEMU 9.2
        self.assertEqual((done.returncode, done.stdout), (4, ""))
        self.assertIn("Not possible: ", done.stderr)
        self.assertIn("10.0", done.stderr)

    def test_a_wrong_id_is_named(self):
        done = self.run_example("igd-plan.pl", self.conf, "9.1", "zzzz", "igd.rom")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn('"zzzz" is no device', done.stderr)


class Hook(Example):
    def hook(self, *words, qemu="10.1.2", device="0x4680\n"):
        kvm, file = self.here / "kvm", self.here / "device"
        kvm.write_text(f"#!/bin/sh\necho 'QEMU emulator version {qemu} (pve-qemu-kvm_{qemu}-1)'\n")
        kvm.chmod(0o755)
        file.write_text(device)
        return self.run_example("igd-hook.pl", *words, IGD_CONFS=self.here, IGD_QEMU=kvm, IGD_DEVICE=file)

    def test_a_configuration_that_fits_may_start(self):
        new = self.run_example("igd-plan.pl", self.conf, "9.1", "4680", "igd.rom").stdout
        self.conf.write_text(new)
        done = self.hook("100", "pre-start")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertNotIn("error:", done.stdout)

    def test_one_that_an_upgrade_broke_is_stopped_with_the_reason(self):
        new = self.run_example("igd-plan.pl", self.conf, "9.1", "4680", "igd.rom").stdout
        self.conf.write_text(new)
        done = self.hook("100", "pre-start", qemu="9.2.0")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("igdrom: error: ", done.stdout)
        self.assertIn("x-igd-lpc", done.stdout)

    def test_other_phases_and_what_cannot_be_judged_pass(self):
        for words in (("100", "post-start"), ("100", "pre-stop"), ("999", "pre-start")):
            self.assertEqual(self.hook(*words).returncode, 0, words)
        self.assertEqual(self.hook("100", "pre-start", device="").returncode, 0)


if __name__ == "__main__":
    if not shutil.which("perl") or subprocess.run(["perl", "-MJSON::PP", "-e1"], stderr=subprocess.DEVNULL).returncode:
        print("there is no perl with JSON::PP (Debian: perl)")
        sys.exit(1 if os.environ.get("IGDROM_NO_SKIP") == "1" else 77)
    unittest.main()
