#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Builds an option ROM for one device from the GOP drivers of your own BIOS.

Usage: build_rom.py DEVICE OUTPUT [FILE...]

The files are GOP drivers (.efi) or option ROMs that hold some; the best one for the device is taken.
Without a file the ROM carries the guest driver alone: no boot picture, but Intel's driver in the
guest will work.
"""
import pathlib
import sys

import igdrom


def candidates(paths):
    """All GOP drivers in the files, with the file each came from."""
    for path in paths:
        for gop in igdrom.Contents.from_file(path):
            yield gop, path


def build(device, paths):
    origin = dict(candidates(paths))
    with igdrom.RomBuilder(target=device) as builder:
        builder.add_guest_driver()
        if origin:
            gop = igdrom.best_gop(origin, device)
            print(f"GOP {gop.version} of {origin[gop]}")
            builder.add_gop(gop.data, name=pathlib.Path(origin[gop]).name, origin=origin[gop])
        data = builder.finish()
        for finding in builder.findings:
            print(finding, file=sys.stderr)
    return data


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    device, output, *paths = sys.argv[1:]
    try:
        print(f"For {igdrom.lookup(device)!r}")
        data = build(device, paths)
        # "x": an existing file is somebody's ROM; never write over it.
        with open(output, "xb") as file:
            file.write(data)
    except (igdrom.IgdromError, OSError) as error:
        sys.exit(str(error))
    print(f"{output}: {len(data)} bytes")


if __name__ == "__main__":
    main()
