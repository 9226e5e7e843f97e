#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Checks what the manual pages, the headers, the command's help and its completion promise each other.

libigdrom(3) has the status codes of status.def and names every public function; igdrom(1) has the
options that --help of each verb shows; the completion script is what the command writes; libigdrom(5)
names the keys of the documents; mandoc finds nothing to say.

Usage: check_manual.py SOURCE_DIR COMMAND
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile


def run(*words):
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, check=False)
    return done.stdout


def check_lint(pages, problems):
    """False when there is no mandoc."""
    if not shutil.which("mandoc"):
        return False
    for page in pages:
        for line in run("mandoc", "-Tlint", page).splitlines():
            if "referenced manual not found" not in line:
                problems.append(line)
    return True


def check_library_page(root, problems):
    page = (root / "libigdrom/man/libigdrom.3").read_text(encoding="utf-8")
    entries = re.findall(r'^IGDROM_STATUS\((\w+), (-?\d+), \w+, "([^"]*)"\)',
                         (root / "include/igdrom/status.def").read_text(encoding="utf-8"), re.M)
    wanted = [f".It Dv IGDROM_{name} Ta {number} Ta {text}" for name, number, text in entries]
    found = [line for line in page.splitlines() if line.startswith(".It Dv IGDROM_")]
    if found != wanted or len(wanted) < 10:
        problems.append("libigdrom.3: the table of status codes is not that of status.def:")
        problems += [f"  {line}" for line in sorted(set(found) ^ set(wanted))]
    functions = set()
    for header in (root / "include/igdrom").glob("*.h"):
        text = re.sub(r"/\*.*?\*/", "", header.read_text(encoding="utf-8"), flags=re.S)
        functions.update(re.findall(r"^IGDROM_API[^;(]*?(\w+)\(", text, re.M))
    named = set(re.findall(r"^\.Fn (igdrom_\w+)", page, re.M))
    for name in sorted(functions ^ named):
        problems.append(f"libigdrom.3: {name} is " + ("not named" if name in functions else "no function"))


def options_of_help(command, noun, verb):
    text = run(command, *filter(None, (noun, verb)), "--help")
    return {name for name in re.findall(r"^  (?:-\w,|   ) --([\w-]+)", text, re.M)} - {"json", "help"}


def options_of_page(page):
    """Options by verb, from the descriptions; those before the first verb belong to each."""
    found, verb, like = {}, None, False
    for line in page.split(".Sh DESCRIPTION")[1].split(".Sh ENVIRONMENT")[0].splitlines():
        match = re.match(r"\.It Cm (\w+ \w+|setup\b)", line)
        if match:
            verb = match.group(1)
            found[verb] = set()
        elif like and line.startswith(".Cm "):
            found[verb].update(found[" ".join(line.split()[1:3])])
        elif line.startswith(".It Fl ") and verb:
            found[verb].update(re.findall(r"(?<= )-([a-z0-9][\w-]+)", line))
        like = line == "Takes the options of"
    return found


def check_command_page(root, command, problems):
    page = (root / "libigdrom/man/igdrom.1").read_text(encoding="utf-8")
    listed = options_of_page(page)
    verbs = re.findall(r"^  igdrom (\w+) +(\w*) {2,}", run(command, "--help"), re.M)
    if {f"{n} {v}".strip() for n, v in verbs} != set(listed) or len(verbs) < 5:
        problems.append(f"igdrom.1: describes {sorted(listed)}, the command has {sorted(verbs)}")
    for noun, verb in verbs:
        if f".Cm {noun} {verb}".strip() not in page.split(".Sh DESCRIPTION")[0]:
            problems.append(f"igdrom.1: {noun} {verb} is not in the synopsis")
        different = options_of_help(command, noun, verb) ^ listed.get(f"{noun} {verb}".strip(), set())
        if different:
            problems.append(f"igdrom.1: {noun} {verb}: page and --help differ in {sorted(different)}")
    if run(command, "completion", "bash") != (root / "examples/igdrom/igdrom.bash").read_text(encoding="utf-8"):
        problems.append('igdrom.bash is stale: igdrom completion bash > examples/igdrom/igdrom.bash')


def keys_of(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            if key not in ("args", "properties", "device_properties", "pve"):
                yield from keys_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_of(inner)


PLAN = ("--device", "4680", "--hypervisor", "qemu", "--firmware", "ovmf", "--qemu")


def machine_of(root, folder):
    """The files of a machine with virtual functions and virtual machines."""
    place = pathlib.Path(folder) / "machine"
    place.mkdir()
    subprocess.run([sys.executable, "-B", root / "tests/host/machine.py", root / "tests/host/machines/sriov.txt", place],
                   check=True)
    return place


def check_document_page(root, command, problems):
    page = (root / "libigdrom/man/libigdrom.5").read_text(encoding="utf-8")
    named = set(re.findall(r"[a-z][a-z0-9_]+", page))
    with tempfile.TemporaryDirectory() as folder:
        rom, script = os.path.join(folder, "a.rom"), os.path.join(folder, "a.sh")
        documents = [run(command, *words, "--json") for words in (
            ("device", "show", "4680"), ("device", "list", "adls"), ("rom", "build", "-o", rom),
            ("rom", "show", rom), ("rom", "check", rom), ("rom", "split", rom, "-o", folder), ("rom", "show"),
            ("vm", "plan", *PLAN, "9.2"), ("vm", "plan", *PLAN, "10.1"),
            ("vm", "write", "qemu", *PLAN, "10.1", "-o", script),
            ("vm", "check", *PLAN[:2], "--qemu", "9.2", "--upgrade", "10.1", script),
            ("vm", "explain", root / "tests/fixtures/vm/logs/qemu.txt"),
            ("host", "show", "--root", machine_of(root, folder)))]
    for document in documents:
        for key in sorted(set(keys_of(json.loads(document))) - named):
            problems.append(f"libigdrom.5: does not name the key {key!r}")


def main():
    root, command = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    pages = sorted((root / "libigdrom/man").glob("*.[135]"))
    problems = [] if len(pages) == 3 else [f"three pages expected, not {pages}"]
    linted = check_lint(pages, problems)
    check_library_page(root, problems)
    check_command_page(root, command, problems)
    check_document_page(root, command, problems)
    print("\n".join(problems) or "pages, headers, help and completion agree")
    if problems:
        return 1
    if not linted:
        print("mandoc is not installed: the pages were not checked by it (apt-get install mandoc)")
        return 1 if os.environ.get("IGDROM_NO_SKIP") == "1" else 77
    return 0


if __name__ == "__main__":
    sys.exit(main())
