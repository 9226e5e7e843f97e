# SPDX-License-Identifier: BSD-2-Clause
"""Writes OpRegions and VBTs, on its own: shares nothing with the library.

Layout: IGD OpRegion specification and intel_vbt_defs.h, as in torvalds/linux:drivers/gpu/drm/i915.
"""
import struct

BODY = 0x2000
MAILBOX4, MAILBOX5 = 0x400, 0x1C00
EXTENDED = BODY
MAILBOXES = 0x1D  # 1, 3, 4 and 5 are in use


def vbt(size, name="UNIT TEST", right=True, **fields):
    """A VBT of size bytes; fields: header_size, vbt_size, bdb_offset, bdb_signature, bdb_version, bdb_size."""
    get = fields.get
    out = bytearray((i * 37 + size) & 0xFF for i in range(size))
    head = f"$VBT {name}".encode().ljust(20)[:20]
    head += struct.pack("<HHHBBI16x", 100, get("header_size", 48), get("vbt_size", size), 0, 0,
                        get("bdb_offset", 48))
    bdb = get("bdb_signature", b"BIOS_DATA_BLOCK ") + struct.pack("<HHH", get("bdb_version", 243), 22,
                                                                  get("bdb_size", size - 48))
    start = (head + bdb)[:size]
    out[:len(start)] = start
    if right:
        return corrected(out)
    out[26] = corrected(out)[26] ^ 0x55
    return bytes(out)


def corrected(data):
    """The same VBT, its bytes summing to 0 mod 256."""
    out = bytearray(data)
    out[26] = 0
    out[26] = -sum(out) & 0xFF
    return bytes(out)


def opregion(version=0x0200, mailbox4=b"", extended=b"", rvda=None, rvds=None, mailboxes=MAILBOXES,
             signature=b"IntelGraphicsMem"):
    """Body of 8 KiB, and the extended VBT behind it as Linux' vfio-pci hands it over."""
    out = bytearray((i * 11) & 0xFF for i in range(BODY))
    out[:MAILBOX4] = bytes(MAILBOX4)
    out[MAILBOX4:BODY] = bytes(BODY - MAILBOX4)
    out[:16] = signature
    out[0x10:0x14] = struct.pack("<I", 8)
    out[0x16:0x18] = struct.pack("<H", version)
    out[0x58:0x5C] = struct.pack("<I", mailboxes)
    if rvda is None:
        rvda = EXTENDED if extended else 0
    if rvds is None:
        rvds = len(extended)
    out[0x3BA:0x3C6] = struct.pack("<QI", rvda, rvds)
    out[MAILBOX4:MAILBOX4 + len(mailbox4)] = mailbox4
    return bytes(out) + extended
