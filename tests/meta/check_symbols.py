#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Checks that headers, version scripts and libraries name the same functions: each declared one is
in the map, sorted, and exported under its version; nothing else is.

Usage: check_symbols.py SOURCE_DIR LIBIGDROM_SO LIBIGDROM_HOST_SO
"""
import pathlib
import re
import subprocess
import sys


def declared(root):
    """Functions by library: <igdrom/igdrom.h> includes all headers of libigdrom itself."""
    include = root / "include/igdrom"
    own = set(re.findall(r"#include <igdrom/(\w+\.h)>", (include / "igdrom.h").read_text(encoding="utf-8")))
    found = {"libigdrom": set(), "libigdrom-host": set()}
    for header in include.glob("*.h"):
        text = re.sub(r"/\*.*?\*/", "", header.read_text(encoding="utf-8"), flags=re.S)
        names = re.findall(r"^IGDROM_API[^;(]*?(\w+)\(", text, re.M)
        found["libigdrom" if header.name in own else "libigdrom-host"].update(names)
    return found


def mapped(path):
    """Function -> version node, in the order of the map."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
    found = {}
    for node, body in re.findall(r"(\w[\w.]*)\s*\{(.*?)\}", text, re.S):
        names = re.findall(r"[\w*?\[\]]+(?=;)", body.split("local:")[0])
        found.update({name: node for name in names})
    return found


def exported(path):
    """Function -> version node, of what a shared library offers."""
    out = subprocess.run(["nm", "-D", "--defined-only", "--with-symbol-versions", str(path)],
                         capture_output=True, text=True, check=True).stdout
    found = {}
    for line in out.splitlines():
        kind, name = line.split()[-2:]
        name, _, node = name.partition("@")
        if kind != "A":  # the version nodes themselves
            found[name] = node.lstrip("@")
    return found


def check(name, functions, in_map, in_library, problems):
    def differ(left, right, what):
        problems.extend(f"{name}: {function} {what}" for function in sorted(set(left) - set(right)))

    if list(in_map) != sorted(in_map):
        problems.append(f"{name}.map is not sorted")
    differ(functions, in_map, "is declared but not in the map")
    differ(in_map, functions, "is in the map but not declared")
    differ(functions, in_library, "is declared but not exported")
    differ(in_library, functions, "is exported but not declared")
    for function in sorted(set(in_map) & set(in_library)):
        if in_map[function] != in_library[function]:
            problems.append(f"{name}: {function} is exported as {in_library[function]!r}, not {in_map[function]}")


def main():
    root, problems, count = pathlib.Path(sys.argv[1]), [], 0
    for (name, functions), library in zip(declared(root).items(), sys.argv[2:4]):
        count += len(functions)
        check(name, functions, mapped(root / f"libigdrom/cmake/{name}.map"), exported(library), problems)
    if count < 100:
        problems.append(f"only {count} functions found: is {root} the source tree?")
    print("\n".join(problems) or f"{count} functions: declared, mapped and exported alike")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
