#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Checks that every generated table is what its generator writes today.

Runs each libigdrom/tables/gen-*.py with --check.

Usage: check_tables.py SOURCE_DIR
"""
import pathlib
import subprocess
import sys


def main():
    root = pathlib.Path(sys.argv[1])
    generators = sorted((root / "libigdrom/tables").glob("gen-*.py"))
    stale = [g.name for g in generators if subprocess.run([sys.executable, g, "--check"], check=False).returncode]
    if len(generators) < 2:
        print(f"only {len(generators)} generators found: is {root} the source tree?")
        return 1
    print(f"not up to date or broken: {', '.join(stale)}" if stale else f"{len(generators)} generators agree")
    return bool(stale)


if __name__ == "__main__":
    sys.exit(main())
