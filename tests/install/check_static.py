#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Builds the static binary and uses it in an empty environment.

Usage: check_static.py SOURCE_DIR WORK_DIR
"""
import os
import pathlib
import shutil
import subprocess
import sys


def main():
    source, work = map(pathlib.Path, sys.argv[1:])
    if not shutil.which("dpkg-source") or not shutil.which("apt-get"):
        print("dpkg-source or apt-get is not there: the static binary is built on Debian (apt-get install dpkg-dev)")
        return 1 if os.environ.get("IGDROM_NO_SKIP") == "1" else 77
    done = subprocess.run([source / "libigdrom/cmake/build-static.sh", work], capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout[-3000:], done.stderr[-3000:])
        if "Failed to fetch" in done.stdout + done.stderr and os.environ.get("IGDROM_NO_SKIP") != "1":
            print("no source packages could be fetched: offline?")
            return 77
        return 1
    binary = work / "igdrom"
    size = binary.stat().st_size
    head = subprocess.run(["file", "-b", binary], capture_output=True, text=True, check=True).stdout
    assert "statically linked" in head, head
    assert size < 10 << 18, f"{size} bytes: over 2.5 MiB"
    rom = work / "static.rom"
    for args in (["rom", "build", "-o", rom], ["rom", "check", rom], ["device", "show", "4680"]):
        subprocess.run([binary, *args], env={}, check=True, capture_output=True)
    print(f"static binary: {size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
