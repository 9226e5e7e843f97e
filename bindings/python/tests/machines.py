# SPDX-License-Identifier: BSD-2-Clause
"""Machines out of tests/host/machines: their files, and what their descriptions say of them, read apart from
the library."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import igdrom

SOURCE = pathlib.Path(__file__).resolve().parents[3]
RECIPES = SOURCE / "tests/host/machines"
NAMES = sorted(path.stem for path in RECIPES.glob("*.txt"))
GPU = "sys/bus/pci/devices/0000:00:02.0/"

sys.path[1:1] = [str(SOURCE / "tests/host"), str(SOURCE / "tests/fixtures")]
import machine  # noqa: E402  (found by the line above)
import recipe  # noqa: E402

COMMAND = sys.argv.pop(1) if len(sys.argv) > 1 and os.path.isfile(sys.argv[1]) else "igdrom"
FAST = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # what is written is synced
UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def command(*words, folder=None):
    """What igdrom prints. It has its own sanitizer, when there is one, and not the one that Python gets."""
    done = subprocess.run([COMMAND, *map(str, words)], cwd=folder, env={**os.environ, "LD_PRELOAD": ""},
                          stdout=subprocess.PIPE, text=True, check=False)
    return done.stdout


def make(name, root):
    """The files of a machine, below a folder."""
    pathlib.Path(root).mkdir(parents=True, exist_ok=True)
    machine.make(RECIPES / f"{name}.txt", root)
    return pathlib.Path(root)


def put(root, name, data):
    """One more file of a machine."""
    path = pathlib.Path(root) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def bar(words):
    """What a line "bar INDEX ADDRESS SIZE KIND" says."""
    index, address, size, kind = words
    count = int(size.rstrip("KMG")) * UNITS[size.lstrip("0123456789")]
    return int(index), (int(address, 16), count, kind == "io", kind.endswith("64"), kind == "pref64")


def described(name):
    """The functions of a description: address to ids, options and base address registers."""
    found = {}
    for line in (RECIPES / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        words = line.split()
        if words and words[0] == "pci":
            options = dict(word.split("=", 1) for word in words[4:])
            last = found[words[1]] = {"ids": words[2], "class": int(words[3], 16), "bars": {}, **options}
        elif line.startswith("\tbar ") and re.fullmatch(r"[\da-f]+", words[2]):
            index, values = bar(words[1:])
            last["bars"][index] = values
    return found


def fixture(name):
    """The bytes of tests/fixtures/NAME."""
    return bytes(recipe.build(SOURCE / "tests/fixtures" / name))


class Own(unittest.TestCase):
    """Machines of a test's own, that it may change."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(dir=FAST)
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def machine(self, name="desktop-pve"):
        return make(name, self.folder / name)

    def memory(self, root, *parts):
        """Sparse: only what is written takes room."""
        path = put(root, "dev/mem", b"")
        with open(path, "r+b") as file:
            file.truncate(1 << 32)
            for address, data in parts:
                file.seek(address)
                file.write(data)

    def raises(self, error, code, call, *words):
        with self.assertRaises(error) as caught:
            call()
        self.assertIs(caught.exception.code, igdrom.Status[code])
        for word in words:
            self.assertIn(word, str(caught.exception))
        return caught.exception
