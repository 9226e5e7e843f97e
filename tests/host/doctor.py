#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Compares what "host doctor" says of each machine (machines/*.txt) with doctor/NAME.json.

doctor.py COMMAND [--update]      --update writes the documents anew: read the difference

What is said of a virtual machine in detail is that of "vm check", which has tests of its own: it is
left out here.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
RECIPES = sorted((HERE / "machines").glob("*.txt"))
CHECKED = ("doctor-vm-errors", "doctor-vm-warnings")


def run(command, root, *more):
    done = subprocess.run([command, "host", "doctor", "--root", root, *more], capture_output=True,
                          text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{root}: exit code {done.returncode}: {done.stderr}")
    return done


def document(command, recipe, problems):
    with tempfile.TemporaryDirectory() as root:
        subprocess.run([sys.executable, "-B", HERE / "machine.py", recipe, root], check=True)
        order(recipe, root)
        before = listing(root)
        done = run(command, root, "--json")
        if listing(root) != before:
            problems.append(f"{recipe.stem}: something was changed on the machine")
        found = json.loads(done.stdout)
        if (found["worst"] == "error") != (done.returncode == 1):
            problems.append(f"{recipe.stem}: {found['worst']} ends with {done.returncode}")
        text = run(command, root).stdout
    for kind in ("ok", "findings"):
        for finding in found[kind]:
            if " ".join(finding["text"].split()) not in " ".join(text.split()) and "doctor" in finding["code"]:
                problems.append(f"{recipe.stem}: {finding['code']} is not in the text")
    for finding in found["findings"]:
        if finding["code"] in CHECKED:
            for key in ("text", "args"):
                finding[key] = None
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def order(recipe, root):
    """Each file a second newer than the one before it in the recipe."""
    paths = re.findall(r"^([^\s#][^\n=]*?) =", recipe.read_text(encoding="utf-8"), re.M)
    for seconds, path in enumerate(p for p in paths if not p.startswith("pci ")):
        os.utime(os.path.join(root, path), (1_700_000_000 + seconds,) * 2)


def listing(root):
    return sorted((str(p), p.lstat().st_mtime_ns) for p in pathlib.Path(root).rglob("*"))


def main():
    command, update = sys.argv[1], "--update" in sys.argv
    problems = []
    for recipe in RECIPES:
        golden = HERE / "doctor" / f"{recipe.stem}.json"
        text = document(command, recipe, problems)
        if update:
            golden.parent.mkdir(exist_ok=True)
            golden.write_text(text, encoding="utf-8")
        elif not golden.exists() or golden.read_text(encoding="utf-8") != text:
            problems.append(f"{golden.name} differs: doctor.py COMMAND --update, and read the difference")
            print(text)
    for stale in {p.stem for p in (HERE / "doctor").glob("*.json")} - {r.stem for r in RECIPES}:
        problems.append(f"doctor/{stale}.json has no machine")
    print("\n".join(problems) or f"{len(RECIPES)} machines, as expected")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
