#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Checks what README.md and README.zh-CN.md promise.

Both name the same two commands first, and .ci/run calls them. The C and Python examples, the
same in both, run against this build. Every igdrom command line names a verb and options that exist.

Usage: check_readme.py SOURCE_DIR BUILD_DIR C_COMPILER PYTHONPATH-or-empty
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

COMMANDS = ["examples/first-rom.sh", "tests/run.sh"]


def blocks(text, language):
    return [m.group(1) for m in re.finditer(rf"^```{language}\n(.*?)^```$", text, re.S | re.M)]


def run(args, **more):
    return subprocess.run(args, capture_output=True, text=True, check=False, **more)


def check_c(code, root, build, compiler, problems):
    with tempfile.TemporaryDirectory() as folder:
        source, program = pathlib.Path(folder, "example.c"), pathlib.Path(folder, "example")
        source.write_text(code, encoding="utf-8")
        lib = build / "libigdrom"
        flags = ["-std=c11", "-Wall", "-Wextra", "-Werror", f"-I{root}/include", f"-L{lib}", f"-Wl,-rpath,{lib}"]
        if "IGDROM_SANITIZE:BOOL=ON" in (build / "CMakeCache.txt").read_text(encoding="utf-8"):
            flags.append("-fsanitize=address,undefined")
        done = run([compiler, source, "-o", program, *flags, "-ligdrom"])
        if done.returncode:
            problems.append(f"the C example does not compile: {done.stderr}")
            return
        done = run([program])
        if done.returncode or not re.fullmatch(r"universal ROM: \d+ bytes\n", done.stdout):
            problems.append(f"the C example says {done.stdout!r} {done.stderr!r}, exit {done.returncode}")


def check_lines(text, igdrom, problems):
    count = 0
    for line in re.findall(r"^(?:    )?igdrom ([^\n#|]+)", text, re.M):
        # A verb of its own, or a command without one.
        words = re.match(r"(\w+)( [a-z]\w*)?", line)[0].split()
        count += 1
        done = run([igdrom, *words, "--help"])
        if done.returncode:
            problems.append(f"igdrom {' '.join(words)}: not a command")
        for option in re.findall(r"(?<!\S)\[?(--?[a-z][a-z-]*)", line):
            if option not in done.stdout:
                problems.append(f"igdrom {' '.join(words)}: no option {option}")
    if count < 5:
        problems.append(f"only {count} igdrom command lines found")


def main():
    root, build = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    compiler, python_path = (sys.argv[3:] + [""])[:2]  # without the binding CMake drops the empty one
    problems = []
    texts = [(root / n).read_text(encoding="utf-8") for n in ("README.md", "README.zh-CN.md")]
    for text in texts:
        first = [b.strip() for b in blocks(text, "sh")[:2]]
        if first != COMMANDS:
            problems.append(f"the first two commands are {first}, not {COMMANDS}")
    for command in COMMANDS:
        if not re.search(rf"^{re.escape(command)}( |$)", (root / ".ci/run").read_text(encoding="utf-8"), re.M):
            problems.append(f".ci/run does not call {command}")
    for language in ("c", "python"):
        examples = [blocks(t, language) for t in texts]
        if not examples[0] or examples[0] != examples[1]:
            problems.append(f"the {language} examples of the two files differ, or there is none")
    for code in blocks(texts[0], "c"):
        check_c(code, root, build, compiler, problems)
    for code in blocks(texts[0], "python") if python_path else []:
        done = run([sys.executable, "-c", code], env=dict(os.environ, PYTHONPATH=python_path))
        if done.returncode or not done.stdout:
            problems.append(f"the Python example fails: {done.stdout}{done.stderr}")
    check_lines(texts[0], build / "examples/igdrom/igdrom", problems)
    print("\n".join(problems) or "both files keep what they promise")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
