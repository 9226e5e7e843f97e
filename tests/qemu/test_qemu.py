#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""test_qemu.py QEMU_LINES TABLES: a real QEMU takes what plans write for it.

Every command line is started with a host device that is not there. QEMU 5.2 to 11.1 check in this
order: names and values of properties, the bus, the slot, and only then the device on the host; ROM
file and x-igd-* are looked at after that. So the one complaint must be about the host.

IGDROM_QEMU: more QEMUs, paths separated by ':'.
"""
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

LINES, TABLES = sys.argv.pop(1), pathlib.Path(sys.argv.pop(1))
FOLDER = tempfile.TemporaryDirectory()  # -debugcon file: makes one
HOST = "0000:99:"  # a bus that no machine has
NO_HOST = re.compile(r"vfio \S+: no such host device: No such file or directory")
OVMF = "/usr/share/OVMF/OVMF_CODE_4M.fd"
# What stands in vfio-pci,help for the types of the table, over the releases.
TYPES = {"bool": {"bool"}, "switch": {"OnOffAuto"}, "uint": {"uint32", "int32"}, "string": {"str"}}
SAME = {"on": {"on", "true", "1"}, "off": {"off", "false"}, "0": {"0"}, "auto": {"auto"}, "1": {"1", "-1"}}


def skip(reason):
    print(reason)
    sys.exit(1 if os.environ.get("IGDROM_NO_SKIP") == "1" else 77)


def find_qemus():
    found = [shutil.which("qemu-system-x86_64")] + os.environ.get("IGDROM_QEMU", "").split(":")
    return [path for path in found if path]


def run(argv):
    return subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                          cwd=FOLDER.name)


def rows(name):
    lines = [l for l in (TABLES / name).read_text().splitlines() if not l.startswith("#")]
    keys = lines[0].split("\t")
    return [dict(zip(keys, l.split("\t"))) for l in lines[1:]]


def shell_words(text):
    """What a shell makes of a command line, without the name of the program."""
    script = "set -- " + text.removeprefix("qemu-system-x86_64") + "\nprintf '%s\\0' \"$@\""
    out = subprocess.run(["sh", "-eu", "-c", script], capture_output=True, text=True, check=True).stdout
    return tuple(out.split("\0")[:-1])


RELEASES = [row["release"] for row in rows("qemu-releases.tsv")]


def release_of(version):
    """The table's release of a version; the last one for a later version."""
    major, minor = (int(part) for part in re.search(r"version (\d+)\.(\d+)", version).groups())
    known = [r for r in RELEASES if tuple(map(int, r.split("."))) <= (major, minor)]
    return known[-1]


def holds(ranges, release):
    """Whether "2.7-4.2|5.1-" holds for a release."""
    at = RELEASES.index(release)
    for part in re.split(r"[| ]", ranges):
        first, dash, last = part.partition("-")
        end = RELEASES.index(last) if last else len(RELEASES) - 1 if dash else RELEASES.index(first)
        if RELEASES.index(first) <= at <= end:
            return True
    return False


class Qemu:
    def __init__(self, path):
        self.path = path
        self.version = run([path, "--version"]).stdout.splitlines()[0]
        self.release = release_of(self.version)

    def lines(self):
        """The different command lines of all plans, as words behind the name of the program."""
        out = subprocess.run([LINES, self.version], capture_output=True, text=True, check=True).stdout
        return sorted({shell_words(text) for text in set(out.split("\0")) if text})

    def start(self, words):
        """Started without KVM and with a host device that is not there; what it says."""
        words = [w.replace("host=0000:00:", f"host={HOST}") for w in words]
        cpu = words.index("-cpu") + 1
        words[cpu] = words[cpu].replace("host", "max", 1)
        done = run([self.path, *words, "-machine", "accel=tcg", "-m", "512", "-S", "-display", "none"])
        return done.returncode, done.stderr.replace("\nUse -device", " Use -device").splitlines()

    def properties(self):
        """{name: (type, default or None)} as QEMU itself lists them."""
        out = {}
        for line in run([self.path, "-device", "vfio-pci,help"]).stdout.splitlines():
            match = re.match(r"\s+(\S+)=<(\w+)>", line)
            if match:
                default = re.search(r'\(default: "?([^")]*)"?\)', line)
                out[match[1]] = (match[2], default and default[1])
        return out


def complaint(errors):
    """The part of a complaint that is not a repetition of the -device."""
    return errors[0].rpartition("-device")[2] if len(errors) == 1 else "\n".join(errors)


class Accepts(unittest.TestCase):
    def each(self):
        for qemu in QEMUS:
            with self.subTest(qemu=qemu.version):
                yield qemu

    def test_every_plan_starts_up_to_the_host_device(self):
        for qemu in self.each():
            lines = qemu.lines()
            self.assertGreaterEqual(len(lines), 12, "few different plans: is the release known?")
            for words in lines:
                code, errors = qemu.start(list(words))
                with self.subTest(words=shlex.join(words)):
                    self.assertEqual(code, 1)
                    self.assertRegex(complaint(errors), NO_HOST)
                    self.assertEqual(len(errors), 1, errors)
            print(f"{qemu.version}: {len(lines)} different command lines")

    def test_a_mistake_is_told_from_the_missing_host_device(self):
        mistakes = [
            (",x-igd-nonsense=on", r"Property 'vfio-pci\.x-igd-nonsense' not found"),
            (",x-igd-gms=much", r"Parameter 'x-igd-gms' expects"),
            (",x-igd-opregion=2", r"Parameter 'x-igd-opregion' expects"),
            (",bus=pci.9", r"Bus 'pci\.9' not found"),
            (",addr=0x20", r"(Property|Parameter|addr)"),
            (",addr=0x1", r"PCI: slot 1 function 0 not available"),
        ]
        for qemu in self.each():
            words = next(list(l) for l in qemu.lines() if "x-igd-nonsense" not in l and "-drive" in l and
                         any("bus=pci.0,addr=0x2" in w for w in l))
            at = next(i for i, w in enumerate(words) if w.startswith("vfio-pci,"))
            for mistake, said in mistakes:
                wrong = words[:at] + [words[at] + mistake] + words[at + 1:]
                code, errors = qemu.start(wrong)
                with self.subTest(mistake=mistake):
                    self.assertEqual(code, 1)
                    self.assertRegex(complaint(errors), said)
                    self.assertNotRegex(complaint(errors), NO_HOST)

    def test_its_list_of_properties_is_that_of_the_table(self):
        table = {row["property"]: row for row in rows("vm-properties.tsv")}
        for qemu in self.each():
            listed = qemu.properties()
            self.assertIn("romfile", listed)
            for name, row in table.items():
                known = holds(row["releases"], qemu.release) and name != "ramfb"
                with self.subTest(property=name):
                    self.assertEqual(name in listed, known)
                    if known:
                        self.assertIn(listed[name][0], TYPES[row["type"]])
                        self.check_default(row["defaults"], qemu.release, listed[name][1])
            for name in listed:
                if name.startswith(("x-igd-", "x-pci-", "x-vga")):
                    self.assertIn(name, table)

    def check_default(self, defaults, release, listed):
        for part in defaults.split(", ") if defaults != "-" else []:
            value, ranges = part.split(" ")
            if holds(ranges, release) and listed is not None:
                self.assertIn(listed, SAME[value])


if __name__ == "__main__":
    paths = find_qemus()
    if not paths:
        skip("there is no qemu-system-x86_64")
    if not pathlib.Path(OVMF).exists():
        skip(f"there is no {OVMF} (package ovmf)")
    QEMUS = [Qemu(path) for path in paths]
    unittest.main(verbosity=2)
