# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of the command share: running it, and files to run it on."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

COMMAND = os.environ["IGDROM"]
SOURCE = pathlib.Path(os.environ["IGDROM_SOURCE"])
sys.path.insert(0, str(SOURCE / "tests/fixtures"))

import firmware  # noqa: E402 - stands in the folder named above


class Result:
    """One run: code, out and err as bytes; text and document as properties."""

    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    @property
    def text(self):
        return self.out.decode("utf-8")

    @property
    def errors(self):
        return self.err.decode("utf-8")

    @property
    def document(self):
        """Standard output as exactly one JSON document in strict UTF-8, keys given once."""
        def unique(pairs):
            keys = [k for k, _ in pairs]
            if len(set(keys)) != len(keys):
                raise ValueError(f"a key stands twice: {keys}")
            return dict(pairs)

        document = json.loads(self.out.decode("utf-8", "strict"), object_pairs_hook=unique)
        if document["schema"] != 1 or not isinstance(document["findings"], list):
            raise ValueError("no schema or no findings")
        return document


def recipe(name):
    """The bytes that a recipe of tests/fixtures describes, by the writer in Python."""
    done = subprocess.run([sys.executable, "-B", SOURCE / "tests/fixtures/recipe.py",
                           SOURCE / "tests/fixtures" / name, "/dev/stdout"],
                          capture_output=True, check=True)
    return done.stdout


def firmware_image(name):
    """The firmware image of a recipe, and what its writer knows of it."""
    return firmware.build(SOURCE / f"tests/fixtures/images/{name}.fw.txt", os.environ["IGDROM_TEST_GOPS"])


def test_gop(name):
    """The path of a driver that tests/guest/gop/CMakeLists.txt builds."""
    return pathlib.Path(os.environ["IGDROM_TEST_GOPS"]) / f"testgop_{name}.efi"


def sysfs(description, root):
    """Creates the tree that a sysfs description holds."""
    for line in description.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, content = line.split(" = ", 1)
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content + "\n", encoding="utf-8")


class Case(unittest.TestCase):
    """A test with an empty directory of its own, which is the current one."""

    def setUp(self):
        self._directory = tempfile.TemporaryDirectory(prefix="igdrom-test-")
        self.here = pathlib.Path(self._directory.name)
        self.addCleanup(self._directory.cleanup)

    def run_igdrom(self, *arguments, code=0, stdin=b"", env=None, **more):
        """Runs the command and checks its exit code; None: any."""
        done = subprocess.run([COMMAND, *map(str, arguments)], input=stdin, capture_output=True,
                              check=False, cwd=self.here, timeout=300,
                              env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})}, **more)
        result = Result(done)
        self.assertEqual(result.code, result.code if code is None else code, f"igdrom {' '.join(map(str, arguments))}\n"
                         f"{result.out!r}\n{result.err!r}")
        return result

    def fails(self, *arguments, code, text, file=None, status=None, stdin=b""):
        """Runs it twice, plain and with --json: same exit code, same sentence, nothing written."""
        before = sorted(p.name for p in self.here.iterdir())
        plain = self.run_igdrom(*arguments, code=code, stdin=stdin)
        self.assertIn(text, plain.errors)
        self.assertEqual(plain.out, b"")
        document = self.run_igdrom(*arguments, "--json", code=code, stdin=stdin).document
        self.assertIn(text, document["error"]["text"])
        self.assertEqual(set(document["error"]), {"code", "text", "file", "offset"})
        if file is not None:
            self.assertEqual(document["error"]["file"], file)
            self.assertIn(file, plain.errors)
        if status is not None:
            self.assertEqual(document["error"]["code"], status)
        self.assertEqual(sorted(p.name for p in self.here.iterdir()), before)
        return document


def main():
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]], verbosity=2)
