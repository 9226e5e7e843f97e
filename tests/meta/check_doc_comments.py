#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Checks that each public function has a doc comment that says what it must.

A comment is needed before each IGDROM_API declaration; it has @since; @return unless the function
is void; an @param for each parameter; the status codes when it returns one; one of the lifetime words
when it returns or hands out a pointer.

Usage: check_doc_comments.py SOURCE_DIR
"""
import pathlib
import re
import sys

LIFETIME = re.compile(r"\b(owned|borrowed|static|copied)\b", re.I)


def declarations(text):
    """Yields (doc comment, declaration) for each IGDROM_API function."""
    pattern = re.compile(r"(/\*\*(?:(?!\*/).)*\*/)?\s*\n((?:IGDROM_API)\b[^;]*;)", re.S)
    for match in pattern.finditer(text):
        yield match.group(1) or "", " ".join(match.group(2).split())


def check(path, doc, declaration, problems):
    declaration = re.sub(r"IGDROM_(API|MUST_CHECK)\s*", "", declaration)
    match = re.match(r"(.*?)\b(igdrom_\w+)\((.*)\);", declaration)
    if not match:
        problems.append(f"{path}: cannot read {declaration!r}")
        return None
    kind, name, params = (part.strip() for part in match.groups())

    def need(condition, what):
        if not condition:
            problems.append(f"{path.name}: {name}: {what}")

    need(doc, "no doc comment")
    need("@since" in doc, "no @since")
    need(kind == "void" or "@return" in doc, "no @return")
    if params != "void":
        for param in params.split(","):
            param = re.search(r"(\w+)(\[\w*\])?$", param.strip()).group(1)
            need(re.search(rf"@param {param}\b", doc), f"no @param {param}")
    if kind == "enum igdrom_status":
        need("IGDROM_OK" in doc and "IGDROM_E_" in doc, "does not list its status codes")
        if "**" in params or "struct igdrom_bytes *out" in params:
            need(LIFETIME.search(doc), "does not say who owns what it hands out")
    elif "*" in kind or kind == "struct igdrom_bytes":
        need(LIFETIME.search(doc), "does not say how long its result lives")
    return name


def main():
    root = pathlib.Path(sys.argv[1])
    problems, names = [], []
    for path in sorted((root / "include/igdrom").glob("*.h")):
        text = path.read_text(encoding="utf-8")
        found = [check(path, doc, decl, problems) for doc, decl in declarations(text)]
        if text.count("IGDROM_API ") - text.count("define IGDROM_API ") != len(found):
            problems.append(f"{path.name}: {len(found)} declarations read, more are there")
        if "Layer:" not in text[:200]:
            problems.append(f"{path.name}: does not open with its layer")
        names += [n for n in found if n]
    if len(names) < 50 or len(set(names)) != len(names):
        problems.append(f"{len(names)} functions, {len(set(names))} names: is that right?")
    print("\n".join(problems) or f"{len(names)} functions: all documented")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
