# SPDX-License-Identifier: BSD-2-Clause
"""A disk for the guest, and what would be on it had the power gone at any of its writes.

QEMU's blklogwrites records the writes as Linux' dm-log-writes does
(Documentation/admin-guide/device-mapper/log-writes.rst, drivers/md/dm-log-writes.c).
"""
import struct
import subprocess
import zlib

import machine

SECTOR = 512
SIZE = 4 << 20
LINUX_DATA = bytes.fromhex("af3dc60f838472478e793d69d8477de4")  # UEFI 2.10 section 5.3, type of a partition
JBD2_COMMIT = bytes.fromhex("c03b399800000002")  # Linux Documentation/filesystems/ext4/journal.rst
MAGIC = 0x6A736677736872


def make(path, content):
    """An ext4 file system with the files of the folder `content`."""
    with open(path, "wb") as file:
        file.truncate(SIZE)
    subprocess.run([machine.MKFS, "-q", "-F", "-b", "1024", "-m", "0", "-d", content, path], check=True)


def drive(disk, log):
    """Options for QEMU: the disk, its writes logged to a file that is there and empty."""
    return ["-drive", f"if=none,id=disk,driver=blklogwrites,file.driver=file,file.filename={disk},"
            f"log.driver=file,log.filename={log},log-super-update-interval=1",
            "-device", "virtio-blk-pci,drive=disk"]


def writes(log):
    """(offset, bytes) of each write, in their order."""
    magic, version, count, sector = struct.unpack_from("<QQQI", log)
    assert (magic, version, sector) == (MAGIC, 1, SECTOR), (magic, version, sector)
    at, out = SECTOR, []
    for _ in range(count):
        where, sectors, flags, _ = struct.unpack_from("<4Q", log, at)
        at += SECTOR
        if sectors and not flags & 4:  # not a discard
            out.append((where * SECTOR, log[at:at + sectors * SECTOR]))
            at += sectors * SECTOR
    return out


def states(start, log):
    """The disk just before each commit of the file system's journal, and in the end.

    What is in files changes with a commit and not between two; the writes between them are all there.
    """
    disk = bytearray(start)
    for at, data in writes(log):
        if data.startswith(JBD2_COMMIT):
            yield bytes(disk)
        disk[at:at + len(data)] = data
    yield bytes(disk)


def partitioned(images):
    """A disk with each image in a partition of its own (UEFI 2.10, section 5.3)."""
    first = 2048
    step = SIZE // SECTOR
    last = first + len(images) * step
    table = b"".join(struct.pack("<16s16sQQQ72s", LINUX_DATA, number.to_bytes(16, "little"), first + step * number,
                                 first + step * (number + 1) - 1, 0, b"") for number in range(len(images)))
    table = table.ljust(128 * 128, b"\0")

    def header(here, other, entries):
        def pack(crc):
            return struct.pack("<8sIIIIQQQQ16sQIII", b"EFI PART", 0x10000, 92, crc, 0, here, other, first, last - 1,
                               bytes(16), entries, 128, 128, zlib.crc32(table))
        return pack(zlib.crc32(pack(0))).ljust(SECTOR, b"\0")

    end = last + len(table) // SECTOR
    protective = bytes(446) + struct.pack("<8B2I", 0, 0, 2, 0, 0xEE, 255, 255, 255, 1, end) + bytes(48) + b"\x55\xAA"
    head = (protective + header(1, end, 2) + table).ljust(first * SECTOR, b"\0")
    return head + b"".join(images) + table + header(end, 1, last)
