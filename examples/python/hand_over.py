#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Gives the integrated GPU of a machine to one of its virtual machines: the ROM, its configuration, and the host.

Usage: hand_over.py [--apply] [--root ROOT] [--bios BIOS] [--vm VM] [KEY=VALUE...]
       hand_over.py --undo [--root ROOT]

Without --apply it shows what would be changed. BIOS is the file of the mainboard's vendor, as it was downloaded;
the keys are those of igdrom.vm_request_keys(), such as want=output. The exit code is 0 when it is done, or could
be done.
"""
import argparse
import pathlib
import sys

import igdrom
from igdrom import host


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--apply", action="store_true")
    parser.add_argument("--undo", action="store_true")
    for name in ("--root", "--bios", "--vm"):
        parser.add_argument(name)
    parser.add_argument("keys", nargs="*", metavar="KEY=VALUE")
    return parser.parse_args()


def progress(done, total):
    if total and sys.stderr.isatty():
        print(f"\r{100 * done // total} %", end="", file=sys.stderr)


def hand_over(args):
    bios = pathlib.Path(args.bios) if args.bios else None
    keys = dict(word.split("=", 1) for word in args.keys)
    with host.Setup(args.root, vm=args.vm, **keys) as setup:
        if bios:
            setup.set_bios(bios.read_bytes(), bios.name)
        try:
            setup.run(igdrom.Limits(progress=progress))
        finally:
            # Also what a run that failed has to say.
            print(*(stage for stage in setup.stages if stage.text), sep="\n")
        if args.apply:
            print(setup.apply())
        else:
            print(setup.changes.diff())
        print(*setup.next, sep="\n")


def main():
    args = arguments()
    try:
        if args.undo:
            print(host.undo(root=args.root))
        else:
            hand_over(args)
    except (igdrom.IgdromError, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
