# SPDX-License-Identifier: BSD-2-Clause
"""What is expected of the guest driver: devices, and what must have been done to each.

Expected sizes are written out. Source of the encodings: the comments of
torvalds/linux:arch/x86/kernel/early-quirks.c; of the registers: qemu/qemu:docs/igd-assign.txt and
tomitamoeko/VfioIgdPkg:IgdAssignmentDxe/IgdPrivate.c.
"""
import struct

from opregion import opregion, vbt

IGD = (0, 0, 2, 0)  # segment, bus, device, function
ROW = "<HHI4BHBBIIQQ"
VGA, DISPLAY_OTHER = 0x030000, 0x038000
B32, B64, NONE = 0x5C, 0xC0, 0


def row(device, ggc, register=NONE, mib=0, gtt_mib=0, *, at=IGD, class_code=VGA, vendor=0x8086, opregion=True,
        read_only=False, asls=0):
    """One row of the table that the first test driver reads (harness.h)."""
    segment, bus, number, function = at
    return struct.pack(ROW, vendor, device, class_code, function, number, bus, segment,
                       ggc, read_only, opregion, asls, register, mib << 20, gtt_mib << 20)


# (device, GGC, register of the base, MiB, MiB of the GTT below it). Bits outside the size field are
# set in some. The GTT: bits 7:6, 1 = 2 MiB, 2 = 4, 3 = 8; it belongs to the range from gen11 on.
GENERATIONS = [
    (0x0102, 0x0008, B32, 32),    # gen6: bits 7:3 in units of 32 MiB
    (0x0162, 0x0311, B32, 64),
    (0x0412, 0x0000, NONE, 0),    # zero size
    (0x0416, 0x0008, B32, 32),
    (0x0F31, 0x00F8, NONE, 0),    # reserved encoding 1Fh
    (0x1616, 0x01C0, B32, 32),    # gen8: bits 15:8 in units of 32 MiB
    (0x1626, 0x0001, NONE, 0),
    (0x22B0, 0x0088, B32, 8),     # Cherryview: 11h
    (0x22B1, 0x00B0, B32, 28),    # 16h
    (0x22B2, 0x00B8, B32, 36),    # 17h
    (0x22B3, 0x0008, B32, 32),    # 01h
    (0x1912, 0x02C3, B32, 64),    # gen9: bits 15:8 in units of 32 MiB
    (0x5912, 0xF000, B32, 4),     # F0h: units of 4 MiB from here
    (0x3E92, 0xFE00, B32, 60),    # FEh: the last of them
    (0x3E98, 0xF7C1, B32, 32),
    (0x9BC5, 0x0000, NONE, 0),
    (0x9BC8, 0xFF00, NONE, 0),    # reserved encoding
    (0x5A85, 0x0100, B32, 32),
    (0x3185, 0xF100, B32, 8),
    (0x87C0, 0xF200, B32, 12),
    (0x8A56, 0x0100, B64, 32),    # gen11: 64-bit base
    (0x4571, 0xF000, B64, 4),
    (0x4E61, 0xF300, B64, 16),
    (0x9A49, 0x02C0, B64, 64, 8),   # gen12
    (0x4C8A, 0xF100, B64, 8),
    (0x4680, 0x0280, B64, 64, 4),
    (0x46A6, 0xF400, B64, 20),
    (0x46D1, 0xF500, B64, 24),
    (0xA780, 0x0141, B64, 32, 2),
    (0xA7A0, 0xF000, B64, 4),
    (0x4690, 0x4000, NONE, 0),    # 2 GiB: more than this guest has
    (0x7D55, 0x0200, NONE, 0),    # from Meteor Lake on the base is not in configuration space
    (0x7D67, 0xF000, NONE, 0),
    (0x64A0, 0x0200, NONE, 0),
    (0xB080, 0x0200, NONE, 0),
]

ODD = [
    # Not at 00:02.0: OpRegion yes, stolen memory no.
    row(0x4692, 0x0200, at=(0, 1, 0, 0)),
    row(0x4692, 0x0200, at=(0, 0, 3, 0)),
    row(0x4692, 0x0200, at=(0, 0, 2, 1)),
    row(0x4692, 0x0200, at=(1, 0, 2, 0)),
    row(0x1916, 0x0200, at=(0, 2, 2, 0)),
    # Not the primary display; any interface.
    row(0x191B, 0xF000, B32, 4, class_code=DISPLAY_OTHER),
    row(0x46D0, 0xF000, B64, 4, class_code=DISPLAY_OTHER | 1),
    # Values from the host, or from before a reset, count for nothing (the base gets one as well).
    row(0x5A84, 0xF000, B32, 4, asls=0x7B123018),
    row(0x4551, 0xF000, B64, 4, asls=0x7B123018),
    # Configuration writes do nothing: hypervisor without the quirks.
    row(0x4E55, 0x0100, read_only=True, opregion=False, asls=0x7B123018),
    # None of our business.
    row(0xFFFF, 0x0200, opregion=False),                      # in no table
    row(0x56A0, 0x0200, opregion=False, at=(0, 3, 0, 0)),     # discrete
    row(0x4905, 0x0200, opregion=False),                      # discrete
    row(0x4680, 0x0200, opregion=False, vendor=0x1002),       # not Intel
    row(0x0106, 0x0008, opregion=False, class_code=0x020000), # a network card
    row(0x0106, 0x0008, opregion=False, class_code=0x030200), # 3D controller
    row(0x0106, 0x0008, opregion=False, class_code=0x030001), # 8514 interface
]

EVERY_DEVICE = [row(*facts) for facts in GENERATIONS] + ODD
FEW_DEVICES = [row(0x1912, 0x0100, B32, 32), row(0x4680, 0x0100, B64, 32), row(0x7D55, 0x0200)]


def without_opregion(rows):
    """The same devices when there is no OpRegion to be had; ASLS keeps what is in it."""
    out = []
    for number, data in enumerate(rows):
        fields = list(struct.unpack(ROW, data))
        fields[9], fields[10] = 0, 0x11110000 * (number % 2)
        out.append(struct.pack(ROW, *fields))
    return out


def vbt_variants():
    """(what, OpRegion, offset of the VBT that must be served or 0, its size)."""
    good, small, body = vbt(4300), vbt(100), 0x2000
    edge, over = vbt(6144), vbt(6145)
    out = [
        ("mailbox 4", opregion(mailbox4=good), 0x400, 4300),
        ("mailbox 4, wrong checksum", opregion(mailbox4=vbt(4300, right=False)), 0x400, 4300),
        ("mailbox 4, full", opregion(mailbox4=edge), 0x400, 6144),
        ("mailbox 4, into mailbox 5", opregion(mailbox4=over), 0, 0),
        ("mailbox 5 not in use", opregion(mailbox4=vbt(7168), mailboxes=0x0D), 0x400, 7168),
        ("mailbox 5 not in use, too long", opregion(mailbox4=vbt(7168, vbt_size=7169), mailboxes=0x0D), 0, 0),
        ("nothing there", opregion(), 0, 0),
        ("extended", opregion(0x0201, small, vbt(8666)), body, 8666),
        ("extended, version 3", opregion(0x0300, small, vbt(8666)), body, 8666),
        ("extended, one byte beyond RVDS", opregion(0x0201, b"", vbt(8666), rvds=8665), 0, 0),
        ("extended, then mailbox 4", opregion(0x0201, small, vbt(8666), rvds=8665), 0x400, 100),
        ("host address of version 2.0", opregion(0x0200, b"", vbt(8666)), 0, 0),
        ("version 1: RVDA means nothing", opregion(0x0100, small, vbt(8666)), 0x400, 100),
        ("RVDA in the body", opregion(0x0201, good, rvda=0x400, rvds=6144), 0x400, 4300),
        ("RVDA in the body, mailbox 4 empty", opregion(0x0201, rvda=0x1C00, rvds=100), 0, 0),
        ("RVDA in the body, a VBT there", opregion(0x0201, bytes(0xC00) + small, rvda=0x1000, rvds=100), 0, 0),
        ("smallest VBT", opregion(mailbox4=vbt(70)), 0x400, 70),
        ("VBT smaller than its headers", opregion(mailbox4=vbt(100, vbt_size=69)), 0, 0),
        ("no size", opregion(mailbox4=vbt(100, vbt_size=0)), 0, 0),
        ("lying size", opregion(mailbox4=vbt(4300, vbt_size=0xFFFF)), 0, 0),
        ("lying size, extended", opregion(0x0201, b"", vbt(8666, vbt_size=0xFFFF)), 0, 0),
        ("header of no size", opregion(mailbox4=vbt(100, header_size=0)), 0, 0),
        ("BDB behind the end", opregion(mailbox4=vbt(100, bdb_offset=79)), 0, 0),
        ("BDB far away", opregion(mailbox4=vbt(100, bdb_offset=0xFFFFFFFF)), 0, 0),
        ("BDB far away, signed", opregion(mailbox4=vbt(100, bdb_offset=0x80000030)), 0, 0),
        ("BDB of another name", opregion(mailbox4=vbt(100, bdb_signature=b"BIOS_DATA_BLOCKS")), 0, 0),
        ("BDB larger than the VBT", opregion(mailbox4=vbt(100, bdb_size=53)), 0, 0),
    ]
    for rvda, rvds in ((0xFFFFFFFFFFFFFFFF, 1), (0xFFFFFFFFFFFFE000, 0x4000), (1 << 32, 0x2000),
                       (body, 0xFFFFFFFF), (body, 1 << 31), (0x100000 - 1, 0x1000),
                       (0x8000000000002000, 0x1000)):
        region = opregion(0x0201, b"", vbt(8666), rvda=rvda, rvds=rvds)
        out.append((f"RVDA {rvda:X}h, RVDS {rvds:X}h", region, 0, 0))
    return out
