#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The drivers and tables that the writer put into each recipe against those that the library finds
in the image: each one bit by bit, in the files they lie in, and nothing else.

test_found.py [NAME...]    environment: IGDROM_SOURCE, IGDROM_TEST_GOPS, IGDROM_FOUND
"""
import collections
import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile

import images

Found = collections.namedtuple("Found", "what sha256 origin file_name bare stored ffs places")


def look(path):
    """What the program of found.c says of a file: its kind, what is in it."""
    done = subprocess.run([os.environ["IGDROM_FOUND"], path], capture_output=True, check=True, timeout=60)
    kind, out = None, []
    for line in done.stdout.decode("utf-8").splitlines():
        word, *fields = line.split("\t")
        if word == "kind":
            kind = fields[0]
        elif word == "place":
            out[-1].places.append(tuple(fields))
        elif word != "status":
            out.append(Found(word, *fields[:3], *map(bytes.fromhex, fields[3:]), []))
    return kind, out


def differences(recipe, found):
    lines = []
    for what, written in (("gop", recipe.drivers), ("vbt", recipe.tables)):
        mine = collections.Counter((data, file.guid if file else "") for _, file, data in written)
        theirs = collections.Counter((f.bare, place[0]) for f in found if f.what == what for place in f.places)
        for (data, guid), count in (mine - theirs).items():
            lines.append(f"{what} of {len(data)} bytes in {guid or 'no file'} not found {count} times")
        for (data, guid), count in (theirs - mine).items():
            lines.append(f"{what} of {len(data)} bytes in {guid or 'no file'} found {count} times, not written")
    files = {part.data for part in recipe.parts if part.kind == "file"}
    for f in found:
        if f.sha256 != hashlib.sha256(f.bare).hexdigest():
            lines.append(f"{f.file_name}: another digest")
        if f.stored and f.stored[:len(f.bare)] != f.bare:
            lines.append(f"{f.file_name}: what is stored begins with other bytes")
        if bool(f.ffs) != bool(f.places[0][0]) or (f.ffs and f.ffs not in files):
            lines.append(f"{f.file_name}: another FFS file")
    names = [f.file_name for f in found]
    if len(set(names)) != len(names):
        lines.append(f"names that are not unique: {names}")
    return lines


def main():
    bad, paths = 0, images.recipes() + images.recipes("images/bad")
    paths = [p for p in paths if len(sys.argv) == 1 or p.name.split(".")[0] in sys.argv[1:]]
    with tempfile.TemporaryDirectory(prefix="igdrom-test-") as folder:
        for path in paths:
            recipe = images.build(path)
            file = pathlib.Path(folder, "image")
            file.write_bytes(recipe.data)
            _, found = look(file)
            lines = differences(recipe, found)
            bad += bool(lines)
            print("\n  ".join([f"{path.name}: {'differs' if lines else 'agrees'}", *lines]))
    print(f"{len(paths)} images, {bad} differ")
    return bad > 0 or (len(sys.argv) == 1 and len(paths) < 50)


if __name__ == "__main__":
    images.need_all_codecs()
    sys.exit(main())
