#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""test_messages.py EXPLAIN_LOG: what a real QEMU says of wrong configurations is explained.

Each case is a mistake that is made here on purpose, and the finding that must name it; what QEMU
writes is not looked at. IGDROM_QEMU: more QEMUs, paths separated by ':'.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

EXPLAIN = sys.argv.pop(1)
FOLDER = tempfile.TemporaryDirectory()
GPU = "vfio-pci,host=0000:99:02.0"
# Name of the case: arguments, code (or one of several), words that the sentence holds.
CASES = {
    "a property of no QEMU": (["-device", GPU + ",x-igd-nothing=on"], "log-qemu-property-igd", "x-igd-nothing"),
    "another property": (["-device", GPU + ",x-nothing=on"], "log-qemu-property", "x-nothing of vfio-pci"),
    "a number that is none": (["-device", GPU + ",x-igd-gms=abc"], "log-igd-gms-range", ""),
    "a switch that is none": (["-device", GPU + ",x-igd-opregion=perhaps"], "log-qemu-value", "x-igd-opregion"),
    "a choice that is none": (["-device", GPU + ",display=loud"], "log-qemu-value log-qemu-parameter", "loud"),
    "an address that is none": (["-device", "vfio-pci,host=0000:00:zz.0"], "log-qemu-value", "host"),
    "a missing host device": (["-device", GPU], "log-vfio-no-device", "0000:99:02.0"),
    "a device without a host": (["-device", "vfio-pci"], "log-vfio-no-host", ""),
    "-set for no device": (["-set", "device.hostpci0.x-igd-lpc=on"], "log-qemu-set", "hostpci0"),
    "-set of an unknown property": (["-device", GPU + ",id=gpu", "-set", "device.gpu.x-igd-nothing=on"],
                                    "log-qemu-property-igd", "x-igd-nothing"),
    "a missing romfile": (["-device", "e1000,romfile=/nowhere/igd.rom"], "log-qemu-romfile", "/nowhere/igd.rom"),
    "an empty romfile": (["-device", "e1000,romfile=empty.rom"], "log-qemu-romfile-bad", "empty.rom"),
    "slot 2 with an emulated display": (["-vga", "std", "-device", "e1000,addr=0x2"], "log-qemu-slot", "VGA"),
    "1f.0 on q35": (["-machine", "q35", "-device", "e1000,bus=pcie.0,addr=0x1f"], "log-qemu-slot", "ICH9-LPC"),
    "pcie.0 on i440fx": (["-device", "e1000,bus=pcie.0"], "log-qemu-bus", "pcie.0"),
    "a machine of another release": (["-machine", "pc-q35-99.9"], "log-qemu-machine", ""),
    "a bridge elsewhere": (["-device", "vfio-pci-igd-lpc-bridge,addr=5"], "log-igd-lpc-taken", ""),
    "an id given twice": (["-device", "e1000,id=twin", "-device", "e1000,id=twin"], "log-qemu-duplicate", "twin"),
    "an unknown model": (["-device", "vfio-igd"], "log-qemu-model", ""),
    "fw_cfg given twice": (["-fw_cfg", "name=opt/igdrom/a,string=1", "-fw_cfg", "name=opt/igdrom/a,string=2"],
                           "log-qemu-fw-cfg-twice", "opt/igdrom/a"),
    "more memory than there is": (["-m", "900000G"], "log-qemu-memory", ""),
}


def skip(reason):
    print(reason)
    sys.exit(1 if os.environ.get("IGDROM_NO_SKIP") == "1" else 77)


QEMUS = [q for q in [shutil.which("qemu-system-x86_64")] + os.environ.get("IGDROM_QEMU", "").split(":") if q]


def complaints(qemu, arguments):
    """What QEMU writes about arguments that it must refuse."""
    argv = [qemu, "-machine", "pc", "-accel", "tcg", "-display", "none", "-net", "none", "-S", *arguments]
    if "-machine" in arguments:
        del argv[1:3]
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, cwd=FOLDER.name)
    assert done.returncode == 1, f"{arguments}: ended with {done.returncode}: {done.stderr}"
    return done.stderr


def explain(log):
    done = subprocess.run([EXPLAIN], input=log, capture_output=True, check=True)
    return [line.split("\t") for line in done.stdout.decode().splitlines()]


class Messages(unittest.TestCase):
    def test_mistakes_are_named(self):
        for qemu in QEMUS:
            for name, (arguments, code, words) in CASES.items():
                with self.subTest(qemu=qemu, case=name):
                    log = complaints(qemu, arguments)
                    found = explain(log)
                    texts = [row[2] for row in found if row[1] in code.split(" ")]
                    self.assertTrue(texts, f"{log}: {found}")
                    self.assertIn(words, texts[0], log)

    def test_every_line_about_a_mistake_is_known(self):
        for qemu in QEMUS:
            logs = [complaints(qemu, arguments) for arguments, _, _ in CASES.values()]
            for log in logs:
                with self.subTest(qemu=qemu, log=log):
                    rows = explain(log)
                    known = {int(at) for at, code, _ in rows if code != "log-no-cause"}
                    more = sum(int(re.search(r"lines: (\d+)", text)[1]) for _, code, text in rows if code == "log-more")
                    self.assertEqual(len(known) + more, len(log.splitlines()), rows)

    def test_all_in_one_log(self):
        log = b"".join(complaints(QEMUS[0], arguments) for arguments, _, _ in CASES.values())
        found = {row[1] for row in explain(log)}
        self.assertEqual([code for _, code, _ in CASES.values() if not found & set(code.split(" "))], [])


if __name__ == "__main__":
    if not QEMUS:
        skip("there is no qemu-system-x86_64")
    pathlib.Path(FOLDER.name, "empty.rom").touch()
    unittest.main()
