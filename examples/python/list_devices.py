#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Lists the integrated graphics of a generation, and what each needs for a boot picture in a VM.

Usage: list_devices.py WORD

WORD is part of a platform, codename or CPU generation: "ADL", "Alder Lake", "12th gen".
"""
import sys

import igdrom


def matches(device, word):
    fields = (device.platform, device.codename, device.cpu_generation or "")
    return any(word.casefold() in field.casefold() for field in fields)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    found = [d for d in igdrom.devices() if d.kind == igdrom.DeviceKind.IGD and matches(d, sys.argv[1])]
    for device in found:
        qemu = f"QEMU {device.min_qemu} or later" if device.min_qemu else "no QEMU gives a boot picture"
        lpc = {True: "needs an LPC id", False: "needs no LPC id", None: "LPC gate not known"}[device.needs_lpc]
        print(f"{device.id:04X}  {device.codename:<16} {qemu}, {lpc}, GOP {device.gop_family or 'unknown'}")
    sys.exit(0 if found else f"no integrated graphics match {sys.argv[1]!r}")


if __name__ == "__main__":
    main()
