#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Images of all recipes and of what Debian ships stay as they are, byte by byte, when nothing is
changed and when each file is replaced by itself; what is put in and taken out again, or replaced and
put back, leaves nothing behind.

test_edit.py [NAME...]    environment: IGDROM_SOURCE, IGDROM_TEST_GOPS, IGDROM_PROBE, IGDROM_EDIT_PROBE
"""
import collections
import os
import pathlib
import subprocess
import sys
import tempfile

import images
from test_installed import installed

# What is around a change gets sums that are right.
REPAIRED = {"firmware-file-header-checksum", "firmware-file-data-checksum", "firmware-section-crc32",
            "firmware-volume-truncated"}
# Larger images are packed and unpacked for seconds; the command's own tests change them.
LARGEST_TO_CHANGE = 2 << 20

Same = collections.namedtuple("Same", "volumes files sections differ refused")
Round = collections.namedtuple("Round", "volumes inserted files replaced")


def run(verb, path):
    """The last line of the program of edit_probe.c, and the lines in front of it."""
    done = subprocess.run([os.environ["IGDROM_EDIT_PROBE"], verb, path], capture_output=True, text=True, check=False,
                          timeout=300)
    if done.returncode:
        raise AssertionError(f"edit_probe {verb} {path} ends with {done.returncode}: {done.stdout}{done.stderr}")
    *lines, last = done.stdout.splitlines()
    word, *numbers = last.split("\t")
    if word == "none":
        return None, lines
    return (Same if verb == "same" else Round)(*map(int, numbers)), lines


def same_problems(name, path):
    seen, lines = run("same", path)
    if not seen or not (seen.differ or seen.refused):
        return seen, []
    codes = {finding.code for finding in images.probe(path).findings}
    return seen, [] if codes & REPAIRED else [f"{name}: {line}" for line in lines]


def everything(folder):
    """Name, path, whether it is made here."""
    for recipe in images.recipes() + images.recipes("images/bad"):
        path = pathlib.Path(folder, recipe.name.split(".")[0])
        path.write_bytes(images.build(recipe).data)
        yield path.name, path, True
    for path in installed():
        yield str(path), path, False


def main():
    images.need_all_codecs()
    total, rounds, problems = Same(0, 0, 0, 0, 0), Round(0, 0, 0, 0), []
    with tempfile.TemporaryDirectory(prefix="igdrom-test-") as folder:
        for name, path, made in everything(folder):
            if len(sys.argv) > 1 and name not in sys.argv[1:]:
                continue
            seen, more = same_problems(name, path)
            problems += more
            total = Same(*map(sum, zip(total, seen))) if seen else total
            line = f"{name}: {seen}"
            if made and path.stat().st_size <= LARGEST_TO_CHANGE:
                turned, _ = run("round", path)
                rounds = Round(*map(sum, zip(rounds, turned))) if turned else rounds
                line += f" {turned}"
            print(line)
    print(f"{total} {rounds}")
    print("\n".join(problems) or "all stays as it is")
    if len(sys.argv) == 1 and (rounds.inserted < 40 or rounds.replaced < 150 or total.files < 100):
        problems.append("too little was seen")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
