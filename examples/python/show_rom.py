#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Shows what is in an option ROM, who built it from what, and what is wrong with it.

Usage: show_rom.py FILE [DEVICE]

DEVICE is the PCI id of the graphics device it is meant for, such as 4680. The exit code is 0 for a
ROM that will do, 1 for one that will not.
"""
import sys

import igdrom


def show_images(rom):
    for image in rom:
        size = f"{image.size:>8} bytes at 0x{image.offset:x}"
        packed = ", compressed" if image.compressed else ""
        print(f"{size}  {image.code_type_name}, for {image.vendor_id:04X}:{image.device_id:04X}{packed}")


def show_gops(data, path):
    """The GOP drivers inside: version and the devices they were made for."""
    with igdrom.open(data, file=path) as contents:
        for gop in contents:
            names = sorted({igdrom.lookup(device).codename for device in gop.igd_ids})
            print(f"GOP {gop.version or 'of unknown version'} ({gop.where}) for {', '.join(names) or 'nothing known'}")


def main():
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    path, device = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    try:
        with igdrom.Rom.from_file(path) as rom:
            show_images(rom)
            show_gops(rom.to_bytes(), path)
            if rom.manifest:
                print(f"Built by {rom.manifest.tool} from:")
                for entry in rom.manifest:
                    print(f"  {entry.kind_name} {entry.name or entry.version} sha256 {entry.sha256}")
            report = rom.check(device)
    except (igdrom.IgdromError, OSError) as error:
        sys.exit(str(error))  # the sentence names the file
    for finding in report:
        print(finding, file=sys.stderr)
    sys.exit(0 if report.ok else 1)


if __name__ == "__main__":
    main()
