#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Compares the command's JSON with the documents in this folder.

device-ID.json     igdrom device show ID --json
show-NAME.json     igdrom rom show --json, of the recipe tests/fixtures/NAME.rom.txt or bad/NAME.rom.txt
check-NAME.json    igdrom rom check --json of such a recipe
vbt-NAME.json      igdrom vbt show --device 4680 --json, of the recipe tests/fixtures/vbt/NAME.txt
firmware-NAME.json igdrom firmware show --json, of the recipe tests/fixtures/images/NAME.fw.txt
vm-NAME.json       igdrom vm plan, check and explain --json, as VM says

Usage: run.py COMMAND GOPS [--update]      GOPS: the folder of the test drivers
                                           --update writes the documents anew: read the difference
"""
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
FIXTURES = HERE.parent / "fixtures"
# One for each kind of row: gated GOP, hole in the QEMU releases, no BDSM, CHV encoding, before GOP, discrete.
DEVICES = ("4680", "591D", "7D55", "22B0", "0042", "56C0")
# What can be shown although something is wrong, and what cannot. The findings of each are in the recipe.
BAD = ("bare-pe", "device-list-unterminated", "gap", "leading-bytes", "manifest-corrupt", "next-unreadable",
       "stream-corrupt", "trailing-data")
# A tree of volumes in one packed part; firmware of a virtual machine; a flash image with regions.
IMAGES = ("ovmf", "virtual", "aptio5")
# A plan for each hypervisor with what is special about it, a refusal, a configuration, a log.
VM = {
    "plan-pve": ("plan -d 46D1 --hypervisor pve --pve 9.1 --firmware ovmf --rom n100.rom --memory 8192 --guest windows", None),
    "plan-qemu": ("plan -d 4680 --hypervisor qemu --qemu 10.1 --firmware ovmf --memory 8192 --stolen-base 7b800000 --gms 2"
                  " --debug-console yes --audio 00:1f.3", None),
    "plan-unraid": ("plan -d 3E91 --hypervisor unraid --qemu 9.2 --firmware ovmf --gms 2", None),
    "plan-refused": ("plan -d 4692 --hypervisor pve --pve 8.4 --firmware ovmf", None),
    "check-pve": ("check -d 4692 --qemu 10.0 --upgrade 10.1 -", "vm/pve/windows-11-snapshots.conf"),
    "explain-qemu": ("explain -", "vm/logs/qemu72.txt"),
}
CHECKED = ("igdrom", "ipxe", "bad/last-early", "bad/bare-pe")

sys.dont_write_bytecode = True
sys.path.insert(0, str(FIXTURES))
import firmware  # noqa: E402  (modules of the fixtures, found by the line above)
import recipe  # noqa: E402


def run(command, words, data=b""):
    done = subprocess.run([command, *words, "--json"], input=data, capture_output=True, check=False)
    if done.returncode not in (0, 1, 4):
        sys.exit(f"igdrom {' '.join(words)}: exit code {done.returncode}: {done.stderr.decode()}")
    document = json.loads(done.stdout.decode("utf-8", "strict"))
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def rom(name):
    return recipe.build(FIXTURES / f"{name}.rom.txt")


def documents(command, gops):
    """File name and content of all documents."""
    for device in DEVICES:
        yield f"device-{device}.json", run(command, ["device", "show", device])
    good = [path.name[:-len(".rom.txt")] for path in sorted(FIXTURES.glob("*.rom.txt"))]
    for name in [*good, *(f"bad/{name}" for name in BAD)]:
        yield f"show-{name.replace('/', '-')}.json", run(command, ["rom", "show", "-"], rom(name))
    for name in CHECKED:
        yield f"check-{name.replace('/', '-')}.json", run(command, ["rom", "check", "-"], rom(name))
    for path in sorted((FIXTURES / "vbt").glob("*.txt")):
        yield f"vbt-{path.stem}.json", run(command, ["vbt", "show", "--device", "4680", "-"], recipe.build(path))
    for name, (words, path) in VM.items():
        yield f"vm-{name}.json", run(command, ["vm", *words.split()], (FIXTURES / path).read_bytes() if path else b"")
    for name in IMAGES:
        image = firmware.build(FIXTURES / f"images/{name}.fw.txt", gops)
        yield f"firmware-{name}.json", run(command, ["firmware", "show", "-"], image.data)


def difference(name, wanted, found):
    for number, (a, b) in enumerate(zip(wanted.splitlines(), found.splitlines()), 1):
        if a != b:
            return f"{name}:{number}: expected {a.strip()}, found {b.strip()}"
    return f"{name}: {len(wanted.splitlines())} lines expected, {len(found.splitlines())} found"


def main():
    command, gops, update = sys.argv[1], sys.argv[2], "--update" in sys.argv[3:]
    problems, seen = [], set()
    for name, found in documents(command, gops):
        seen.add(name)
        path = HERE / name
        wanted = path.read_text(encoding="utf-8") if path.exists() else ""
        if found != wanted and update:
            path.write_text(found, encoding="utf-8")
        elif found != wanted:
            problems.append(difference(name, wanted, found))
    for path in HERE.glob("*.json"):
        if path.name not in seen:
            problems.append(f"{path.name} is of nothing that is there")
    if len(seen) < 20:
        problems.append(f"only {len(seen)} documents")
    print("\n".join(problems) or f"{len(seen)} documents are as expected")
    if problems:
        print(f"If the change is meant: {sys.argv[0]} {command} {gops} --update, and read the difference.")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
