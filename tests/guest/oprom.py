# SPDX-License-Identifier: BSD-2-Clause
"""Writes option ROMs, on its own: shares nothing with the library, and writes what that refuses.

Layout: PCI Firmware Specification 3.x section 5.1, UEFI specification 2.10 section 14.4.2.
"""
import struct

UNIT = 512
EFI, LEGACY, DATA = 3, 0, 0xF0
LAST = 0x80


def image(payload, vendor=0x8086, device=0xFFFF, class_code=0x030000, code_type=EFI, last=False,
          machine=0x8664, subsystem=11, compression=0, pcir_length=0x1C):
    """One image: header, PCIR, payload, padding."""
    start = 0x38
    size = -(-(start + len(payload)) // UNIT)
    header = struct.pack("<HHIHHH8xHHxx", 0xAA55, size, 0x0EF1, subsystem, machine, compression,
                         start, 0x1C)
    pcir = b"PCIR" + struct.pack("<HHHHBBHHHBBHHH", vendor, device, 0, pcir_length,
                                 3 if pcir_length == 0x1C else 0,
                                 class_code & 0xFF, class_code >> 8, size, 0, code_type,
                                 LAST if last else 0, 0, 0, 0)
    out = (header + pcir).ljust(start, b"\0") + payload
    return out.ljust(size * UNIT, b"\xFF")


def rom(images, size=4096):
    """Images one after the other, padded: OVMF does not see ROMs of 2 KiB and less."""
    return b"".join(images).ljust(size, b"\xFF")
