#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Changes one thing in a table of rules at a time, and says which change no test notices.

Usage: mutate.py SOURCE_DIR BUILD_DIR [COUNT [SEED]]     a tree of its own: its tables are written to

A change drops a row, drops one condition of a row, turns a condition round, or gives a row the value
or the effect of another. The tests are those of plans and checks. Not part of the ordinary run: each
change is compiled.
"""
import pathlib
import random
import subprocess
import sys

TABLES = ("vm-rules.tsv", "vm-generations.tsv", "vm-properties.tsv")
TESTS = ("vm_decision", "vm_rules", "vm_plan", "vm_check", "vm_request", "vm_advice", "vm_sweep")


def rows_of(text):
    """Indices of the lines that hold a row: neither comment nor head."""
    lines = text.splitlines()
    body = [i for i, line in enumerate(lines) if line and not line.startswith("#")]
    return lines, body[1:]


def condition_changes(cell):
    words = cell.split(" ")
    for i, word in enumerate(words):
        rest = words[:i] + words[i + 1:]
        yield f"without {word}", " ".join(rest) or "-"
        turned = word.replace("!=", "=") if "!=" in word else word.replace("=", "!=", 1)
        if not word.startswith("qemu"):
            yield f"{turned} for {word}", " ".join(words[:i] + [turned] + words[i + 1:])


def changes(text, table):
    """(what, new text) for every change of a table."""
    lines, body = rows_of(text)
    head = next(line for line in lines if line and not line.startswith("#")).split("\t")
    for i in body:
        cells = lines[i].split("\t")
        yield f"{cells[0]}: row dropped", "\n".join(lines[:i] + lines[i + 1:]) + "\n"
        if table != "vm-rules.tsv":
            continue
        column = head.index("when")
        if cells[column] == "-":
            continue
        for what, cell in condition_changes(cells[column]):
            new = cells[:column] + [cell] + cells[column + 1:]
            yield f"{cells[0]}: {what}", "\n".join(lines[:i] + ["\t".join(new)] + lines[i + 1:]) + "\n"


def noticed(source, build):
    """By what the change was noticed; None: by nothing."""
    if subprocess.run(["/usr/bin/python3", source / "libigdrom/tables/gen-vm.py"], capture_output=True, check=False).returncode:
        return "generator"
    if subprocess.run(["ninja", "-C", build, *(f"test_{t}" for t in TESTS)], capture_output=True, check=False).returncode:
        return "compiler"
    for test in TESTS:
        names = [p for p in build.rglob(f"test_{test}") if p.is_file()]
        if subprocess.run([names[0]], capture_output=True, check=False, timeout=300).returncode:
            return test
    return None


def main():
    source, build = (pathlib.Path(a).resolve() for a in sys.argv[1:3])
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 1 << 30
    texts = {t: (source / "libigdrom/tables" / t).read_text(encoding="utf-8") for t in TABLES}
    todo = [(t, *change) for t in TABLES for change in changes(texts[t], t)]
    random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 1).shuffle(todo)
    alive = []
    print(f"{len(todo)} changes, {min(count, len(todo))} of them tried")
    for table, what, new in todo[:count]:
        path = source / "libigdrom/tables" / table
        path.write_text(new, encoding="utf-8")
        by = noticed(source, build)
        path.write_text(texts[table], encoding="utf-8")
        print(f"{table}: {what}: {by or 'NOTICED BY NOTHING'}", flush=True)
        if not by:
            alive.append(what)
    subprocess.run(["/usr/bin/python3", source / "libigdrom/tables/gen-vm.py"], check=True)
    print(f"noticed by nothing: {len(alive)}")


if __name__ == "__main__":
    main()
