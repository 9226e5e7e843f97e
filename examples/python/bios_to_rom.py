#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""From the BIOS file of a board's vendor to an option ROM for its GPU.

Usage: bios_to_rom.py BIOS DEVICE OUTPUT

BIOS is the file as it was downloaded, or an image of the flash chip; DEVICE the PCI id of the GPU, such as 4680.
"""
import pathlib
import sys

import igdrom


def build(bios, device):
    with igdrom.Contents.from_file(bios) as contents, igdrom.RomBuilder(target=device) as builder:
        gop = contents.choose_gop(device)
        print(gop.reason)
        builder.add_guest_driver()
        builder.add_gop(gop.data, name=gop.file_name(), origin=pathlib.Path(bios).name)
        data = builder.finish()
        for finding in builder.findings:
            print(finding, file=sys.stderr)
    return data


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    bios, device, output = sys.argv[1:]
    try:
        data = build(bios, device)
        # "x": an existing file is somebody's ROM; never write over it.
        with open(output, "xb") as file:
            file.write(data)
    except (igdrom.IgdromError, OSError) as error:
        sys.exit(str(error))
    print(f"{output}: {len(data)} bytes")


if __name__ == "__main__":
    main()
