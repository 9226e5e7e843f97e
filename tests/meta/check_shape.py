#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Checks the shape of the tree: files of at most 600 lines, functions of at most 60, licence lines,
no bytes that are not text, no macro that the style forbids.

Usage: check_shape.py SOURCE_DIR
"""
import pathlib
import re
import subprocess
import sys

MAX_FILE, MAX_FUNCTION = 600, 60
FORBIDDEN = [
    (re.compile(r"__attribute__\s*\(\(.*\bpacked\b|#\s*pragma\s+pack"), "packed structure"),
    (re.compile(r"\bntoh[sl]\b|\bbe(16|32|64)toh\b|\ble(16|32|64)toh\b"), "byte-order macro"),
    (re.compile(r"\b(TODO|FIXME|XXX)\b"), "reminder without an owner"),
]
SOURCE = (".c", ".h", ".py", ".i", ".sh", ".cmake")


def tracked(root):
    out = subprocess.run(["git", "-C", str(root), "ls-files", "-z"], capture_output=True, check=False).stdout
    names = [n for n in out.decode().split("\0") if n]
    if names:
        return [root / n for n in names]
    # Not a git checkout: everything but build folders and what Python leaves behind.
    builds = [p.parent for p in root.glob("*/CMakeCache.txt")]
    return [p for p in root.rglob("*") if not any(b in p.parents for b in builds) and "__pycache__" not in p.parts]


def check_functions(path, lines, problems):
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            if number - start - 1 > MAX_FUNCTION:
                problems.append(f"{path}:{start}: function of {number - start - 1} lines (at most {MAX_FUNCTION})")
            start = None


def check_source(path, lines, problems):
    if len(lines) > MAX_FILE:
        problems.append(f"{path}: {len(lines)} lines (at most {MAX_FILE})")
    if not any("SPDX-License-Identifier: BSD-2-Clause" in l for l in lines[:3]):
        problems.append(f"{path}: no licence line")
    if path.suffix in (".c", ".h"):
        check_functions(path, lines, problems)
    for number, line in enumerate(lines, 1):
        for pattern, what in FORBIDDEN:
            if pattern.search(line) and path.name != "check_shape.py":
                problems.append(f"{path}:{number}: {what}")


def main():
    root = pathlib.Path(sys.argv[1])
    problems, seen = [], 0
    for path in tracked(root):
        if not path.is_file():
            continue
        data = path.read_bytes()
        if b"\0" in data:
            problems.append(f"{path}: is not text")
        elif path.suffix in SOURCE or path.name == "CMakeLists.txt":
            seen += 1
            check_source(path, data.decode("utf-8").splitlines(), problems)
    print("\n".join(problems) or f"{seen} files are in shape")
    return bool(problems) or seen < 20


if __name__ == "__main__":
    sys.exit(main())
