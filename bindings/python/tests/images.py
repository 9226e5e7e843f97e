# SPDX-License-Identifier: BSD-2-Clause
"""Option ROM images written from the PCI Firmware Specification 3.x, sections 5.1.1 and 5.1.2,
independently of the library's own builder."""
import struct

PCIR_AT = 0x1C


def image(code_type, payload=b"", *, last=True, blocks=None, vendor=0x8086, device=0x4680, efi=None):
    """One image: header, PCIR of PCI 3.0 at 1Ch, payload at 38h, legacy checksum where it is due."""
    blocks = blocks or -(-(0x38 + len(payload)) // 512)
    header = bytearray(b"\x55\xaa" + bytes(PCIR_AT - 2))
    struct.pack_into("<H", header, 0x18, PCIR_AT)
    if efi:
        machine, subsystem = efi
        # UEFI 2.10, table 14.12: size, signature 0EF1h, subsystem, machine, compression, offset.
        struct.pack_into("<HIHHH", header, 2, blocks, 0x0EF1, subsystem, machine, 0)
        struct.pack_into("<H", header, 0x16, 0x38)
    else:
        header[2] = blocks
    pcir = struct.pack("<4sHHHHB3sHHBBHHH", b"PCIR", vendor, device, 0, 0x1C, 3, b"\x00\x00\x03",
                       blocks, 0, code_type, 0x80 if last else 0, 0, 0, 0)
    data = bytearray((bytes(header) + pcir + payload).ljust(blocks * 512, b"\xff"))
    if code_type == 0:
        data[-1] = (-sum(data[:-1])) & 0xFF
    return bytes(data)


def efi_driver(driver, number):
    """Another UEFI driver: the one given, with another time stamp (PE, COFF header, offset 4)."""
    data = bytearray(driver)
    struct.pack_into("<I", data, struct.unpack_from("<I", data, 0x3C)[0] + 8, number)
    return bytes(data)


def legacy_rom(blocks=10, **how):
    """A ROM of one legacy image, larger than the 2 KiB that OVMF ignores."""
    return image(0, b"\xcb", blocks=blocks, **how)
