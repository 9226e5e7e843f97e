#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Checks that no code path names a platform: what a generation needs is a row in a table.

Looks at the code (comments and generated files left out) of the library and the command for the
platform and codename columns of the tables.

Usage: check_platform_names.py SOURCE_DIR
"""
import csv
import pathlib
import re
import sys


def names(root):
    found = set()
    for table in ("platforms.tsv", "devices.tsv"):
        with open(root / "libigdrom/tables" / table, encoding="utf-8", newline="") as file:
            lines = (l for l in file if not l.startswith("#"))
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                found.update(row.get(c) or "-" for c in ("platform", "codename"))
    return {n for n in found if len(n) > 2}


def code_of(path):
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group(0).count("\n"), text, flags=re.S)
    return re.sub(r"//[^\n]*", "", text)


def main():
    root = pathlib.Path(sys.argv[1])
    wanted = names(root)
    if len(wanted) < 40:
        print(f"only {len(wanted)} platform names read from the tables")
        return 1
    pattern = re.compile(r"(?<![A-Za-z0-9])(" + "|".join(map(re.escape, sorted(wanted))) + r")(?![A-Za-z0-9])", re.I)
    problems, seen = [], 0
    for folder in ("libigdrom", "examples/igdrom", "include"):
        for path in sorted((root / folder).rglob("*.[ch]")):
            seen += 1
            for number, line in enumerate(code_of(path).splitlines(), 1):
                match = pattern.search(line)
                # "chv" also names an encoding of the stolen memory size (a family, several platforms).
                if match and not re.search(r"STOLEN_CHV|\"chv\"", line):
                    problems.append(f"{path}:{number}: names {match.group(1)}")
    print("\n".join(problems) or f"{seen} files name none of {len(wanted)} platforms")
    return bool(problems) or seen < 20


if __name__ == "__main__":
    sys.exit(main())
