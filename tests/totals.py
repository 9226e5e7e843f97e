#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Prints one line of totals for one or more logs of ctest: 'N passed, N failed, N skipped'.

Usage: totals.py LOG...
"""
import re
import sys


def main():
    passed = failed = skipped = 0
    for name in sys.argv[1:]:
        with open(name, encoding="utf-8", errors="replace") as file:
            results = [m.group(1) for m in map(re.compile(r"^\s*\d+/\d+ Test +#\d+: .*?(\*\*\*\w+|Passed)\b").match, file) if m]
        passed += results.count("Passed")
        skipped += sum(r == "***Skipped" for r in results)
        failed += sum(r not in ("Passed", "***Skipped") for r in results)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return passed == 0


if __name__ == "__main__":
    sys.exit(main())
