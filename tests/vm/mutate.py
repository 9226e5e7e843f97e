#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Changes one thing in a table of rules at a time, and says which change no test notices.

Usage: mutate.py SOURCE_DIR BUILD_DIR [COUNT [SEED]] [--sweep] [--only TEXT]

A change drops a row, drops one condition of a row, turns a condition round, or swaps an effect. The
tables are copied; of the library only the two files that hold the tables are compiled anew, and the
tests of plans and checks are linked with them. --sweep: what those do not notice is shown to the
sweep too, which is slow. --only: changes whose name holds TEXT. Not part of the ordinary run.
"""
import argparse
import pathlib
import random
import shlex
import shutil
import subprocess
import tempfile

TABLES = ("vm-rules.tsv", "vm-generations.tsv", "vm-properties.tsv")
TESTS = ("vm_model", "vm_decision", "vm_rules", "vm_plan", "vm_check", "vm_request", "vm_advice")
SLOW = ("vm_check_sweep", "vm_sweep")
COMPILED = {"rules.c": "rules.inc", "case.c": "cases.inc"}
OTHER_EFFECT = {"optional": "useless", "useless": "fatal", "fatal": "useless"}


def rows_of(text):
    """The lines, and the indices of those that hold a row: neither comment nor head."""
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


def row_changes(cells, head):
    """(what, cells) for every change of a row of the rules."""
    effect, when = head.index("effect"), head.index("when")
    if cells[effect] in OTHER_EFFECT:
        other = OTHER_EFFECT[cells[effect]]
        yield f"{other} for {cells[effect]}", cells[:effect] + [other] + cells[effect + 1:]
    if cells[when] == "-":
        return
    for what, cell in condition_changes(cells[when]):
        yield what, cells[:when] + [cell] + cells[when + 1:]


def changes(text, table):
    """(what, new text) for every change of a table."""
    lines, body = rows_of(text)
    head = next(line for line in lines if line and not line.startswith("#")).split("\t")
    for i in body:
        cells = lines[i].split("\t")
        yield f"{cells[0]}: row dropped", "\n".join(lines[:i] + lines[i + 1:]) + "\n"
        if table != "vm-rules.tsv":
            continue
        for what, new in row_changes(cells, head):
            yield f"{cells[0]}: {what}", "\n".join(lines[:i] + ["\t".join(new)] + lines[i + 1:]) + "\n"


class Bench:
    """A copy of the tables, and what it takes to make tests of them."""

    def __init__(self, source, build, room):
        self.build, self.room = build, room
        self.library = room / "libigdrom"
        shutil.copytree(source / "libigdrom/tables", self.library / "tables")
        shutil.copytree(source / "libigdrom/vm", self.library / "vm")
        self.compile, self.link, self.compiled = {}, {}, {}
        for name in COMPILED:
            target = next(build.rglob(f"vm/**/{name}.o")).relative_to(build)
            words = shlex.split(self.command(str(target)))
            while words[0].endswith("ccache"):  # a compiler launcher
                words.pop(0)
            cut = words.index("-MD")
            self.compile[name] = [words[0], f"-I{self.library}", *words[1:cut], "-O0", "-g0", "-c"]
        for test in (*TESTS, *SLOW):
            self.link[test] = self.link_words(test)

    def command(self, target):
        out = subprocess.run(["ninja", "-t", "commands", target], cwd=self.build, check=True,
                             capture_output=True, text=True).stdout
        return out.strip().splitlines()[-1]

    def link_words(self, test):
        words = shlex.split(self.command(f"test_{test}"))
        words = words[words.index("&&") + 1:words.index("&&", words.index("&&") + 1)]
        words[words.index("-o") + 1] = str(self.room / f"test_{test}")
        archive = next(i for i, w in enumerate(words) if w.endswith("libigdrom.a"))
        objects = [str(self.room / f"{name}.o") for name in COMPILED]
        return words[:archive] + objects + words[archive:]

    def noticed(self, tests):
        """By what the change is noticed; None: by nothing."""
        if self.fails(["/usr/bin/python3", self.library / "tables/gen-vm.py"]):
            return "generator"
        for name, words in self.compile.items():
            table = (self.library / "vm" / COMPILED[name]).read_bytes()
            if self.compiled.get(name) == table:
                continue
            self.compiled[name] = table
            if self.fails([*words, self.library / "vm" / name, "-o", self.room / f"{name}.o"]):
                return "compiler"
        for test in tests:
            if self.fails(self.link[test]):
                return "linker"
            if self.fails([self.room / f"test_{test}"]):
                return test
        return None

    def fails(self, words):
        done = subprocess.run([str(w) for w in words], cwd=self.build, capture_output=True,
                              check=False, timeout=300)
        return done.returncode != 0


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("count", type=int, nargs="?", default=1 << 30)
    parser.add_argument("seed", type=int, nargs="?", default=1)
    parser.add_argument("--sweep", action="store_true")
    parser.add_argument("--only", default="")
    return parser.parse_args()


def main():
    args = options()
    source, build = args.source.resolve(), args.build.resolve()
    texts = {t: (source / "libigdrom/tables" / t).read_text(encoding="utf-8") for t in TABLES}
    todo = [(t, *change) for t in TABLES for change in changes(texts[t], t) if args.only in change[0]]
    random.Random(args.seed).shuffle(todo)
    todo.sort(key=lambda change: " for " in change[1])  # what is turned round is seldom missed
    todo = todo[:args.count]
    tests = (*TESTS, *SLOW) if args.sweep else TESTS
    alive = []
    with tempfile.TemporaryDirectory() as room:
        bench = Bench(source, build, pathlib.Path(room))
        if bench.noticed(tests):
            raise SystemExit("the tests fail without any change")
        for table, what, new in todo:
            path = bench.library / "tables" / table
            path.write_text(new, encoding="utf-8")
            by = bench.noticed(tests)
            path.write_text(texts[table], encoding="utf-8")
            print(f"{table}: {what}: {by or 'NOTICED BY NOTHING'}", flush=True)
            if not by:
                alive.append(what)
    print(f"{len(todo)} changes, noticed by nothing: {len(alive)}")


if __name__ == "__main__":
    main()
