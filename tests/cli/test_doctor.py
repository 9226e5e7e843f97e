#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""igdrom host doctor: how it ends, what it prints, and what the options change. What is found is tested
in tests/host (test_doctor.c, doctor.py)."""
import subprocess
import sys

from igdrom_cli import SOURCE, Case, main

LSPCI = b"00:02.0 0300: 8086:4680 (rev 0c)\n00:1f.0 0601: 8086:7a84 (rev 11)\n"


class HostDoctor(Case):
    def machine(self, name):
        root = self.here / name
        root.mkdir()
        subprocess.run([sys.executable, "-B", SOURCE / "tests/host/machine.py",
                        SOURCE / f"tests/host/machines/{name}.txt", root], check=True)
        return root

    def test_ends_with_1_for_an_error_and_with_0_without(self):
        self.run_igdrom("host", "doctor", "--root", self.machine("broken-server"), code=1)
        done = self.run_igdrom("host", "doctor", "--root", self.machine("sriov"))
        self.assertEqual(done.err, b"")
        self.assertTrue(done.text.startswith("nothing in the way\n"))

    def test_prints_each_finding_once_the_worst_first_and_what_is_fine_last(self):
        done = self.run_igdrom("host", "doctor", "--root", self.machine("broken-pve"), code=1)
        words = [line.split()[0] for line in done.text.splitlines()[1:] if line[2] != " "]
        order = ["error", "warning", "info", "ok"]
        self.assertEqual(sorted(words, key=order.index), words)
        self.assertEqual(set(words), set(order))
        self.assertNotIn("doctor", done.errors)
        self.assertEqual(done.errors, "")
        self.assertEqual(done.text.count("BitLocker asks"), 1)

    def test_json_has_what_is_fine_apart(self):
        done = self.run_igdrom("host", "doctor", "--root", self.machine("desktop-pve"), "--json")
        document = done.document
        fine = [finding["code"] for finding in document["ok"]]
        self.assertIn("doctor-ok-iommu", fine)
        self.assertTrue(all(code.startswith("doctor-ok-") for code in fine))
        self.assertFalse([f for f in document["findings"] if f["code"].startswith("doctor-ok-")])
        self.assertEqual(document["worst"], "warning")

    def test_the_options_say_what_is_wanted(self):
        root = self.machine("sriov")
        done = self.run_igdrom("host", "doctor", "--root", root, "--function", "whole", "--json", code=1)
        self.assertIn("doctor-vfs", [f["code"] for f in done.document["findings"]])
        root = self.machine("mini-n100")
        for options, old in (((), True), (("--qemu", "10.1"), False), (("--want", "headless"), False)):
            done = self.run_igdrom("host", "doctor", "--root", root, *options, "--json", code=None)
            self.assertEqual("doctor-qemu" in [f["code"] for f in done.document["findings"]], old, options)

    def test_the_text_of_lspci_is_a_machine_of_which_little_is_known(self):
        done = self.run_igdrom("host", "doctor", "--lspci", "-", "--json", stdin=LSPCI)
        self.assertEqual([f["code"] for f in done.document["findings"] if f["severity"] == "info"],
                         ["doctor-unknown"])

    def test_a_root_that_is_not_there_is_an_error_of_the_environment(self):
        self.fails("host", "doctor", "--root", "/nowhere/at/all", code=3, text="/nowhere/at/all")


if __name__ == "__main__":
    main()
