# SPDX-License-Identifier: BSD-2-Clause
"""Plays a PCI device for QEMU's x-pci-proxy-dev: the guest's firmware sees it on its PCI bus.

Messages: qemu/qemu:include/hw/remote/mpqemu-link.h. A header {i32 command, u32 padding, u64 size},
then size bytes. The guest's BARs are in the peer's hands, the option ROM is in QEMU's.
"""
import contextlib
import mmap
import os
import socket
import struct
import threading

SET_IRQFD, SYNC_SYSMEM, RET, RESET = 6, 0, 1, 7
CONFIG_WRITE, CONFIG_READ, BAR_WRITE, BAR_READ = 2, 3, 4, 5
HEADER = struct.Struct("<i4xQ")


class Device:
    """Configuration space of an Intel GPU; every register not named here is plain memory."""
    READ_ONLY = {0x00, 0x08, 0x50}

    def __init__(self, device_id, ggc, rom_size, bar0=None):
        """bar0(offset, size): what is read from 16 MiB of memory there; None: no such BAR."""
        self.config = bytearray(256)
        self.config[0:4] = struct.pack("<HH", 0x8086, device_id)
        self.config[8:12] = struct.pack("<I", 0x030000 << 8)
        self.config[0x50:0x52] = struct.pack("<H", ggc)
        self.masks = {offset: 0 for offset in range(0x10, 0x28, 4)}  # no BARs
        self.bar0 = bar0
        if bar0:
            self.masks[0x10] = 0xFF000000
        rom_bar = 1 << (rom_size - 1).bit_length()
        self.masks[0x30] = ~(rom_bar - 1) & 0xFFFFFFFF | 1
        self.writes = []  # (offset, size, value) beyond the standard header
        self.reads = 0

    def read(self, offset, size):
        self.reads += 1
        return int.from_bytes(self.config[offset:offset + size], "little")

    def write(self, offset, value, size):
        if offset >= 0x40:
            self.writes.append((offset, size, value))
        if offset & ~3 in self.READ_ONLY:
            return
        value &= self.masks.get(offset, 0xFFFFFFFF)
        self.config[offset:offset + size] = (value & (1 << 8 * size) - 1).to_bytes(size, "little")


    def read_bar0(self, address, size):
        return self.bar0(address - (int.from_bytes(self.config[0x10:0x14], "little") & ~0xF), size)


def take(connection, size):
    """So many bytes; descriptors that come along are not needed."""
    data = b""
    while len(data) < size:
        part, descriptors, _, _ = socket.recv_fds(connection, size - len(data), 16)
        for descriptor in descriptors:
            socket.close(descriptor)
        if not part:
            raise EOFError
        data += part
    return data


class Peer(threading.Thread):
    """Serves one device at one end of a socket; the other end is QEMU's."""

    def __init__(self, device):
        super().__init__(daemon=True)
        self.device = device
        self.ours, self.theirs = socket.socketpair()

    def option(self, address):
        """The value of -device."""
        return f"x-pci-proxy-dev,fd={self.theirs.fileno()},addr={address}"

    def descriptors(self):
        """What QEMU has to be handed."""
        return (self.theirs.fileno(),)

    def close(self):
        self.theirs.close()

    def answer(self, command, data):
        if command in (CONFIG_WRITE, CONFIG_READ):
            offset, value, size = struct.unpack("<IIi", data[:12])
            if command == CONFIG_READ:
                return self.device.read(offset, size)
            self.device.write(offset, value, size)
        elif command == BAR_READ:
            address, _, size, _ = struct.unpack("<QQI?", data[:21])
            return self.device.read_bar0(address, size)
        return 0

    def run(self):
        try:
            while True:
                command, size = HEADER.unpack(take(self.ours, HEADER.size))
                result = self.answer(command, take(self.ours, size))
                if command not in (SYNC_SYSMEM, SET_IRQFD):
                    self.ours.sendall(HEADER.pack(RET, 8) + struct.pack("<Q", result))
        except (EOFError, OSError):
            pass


@contextlib.contextmanager
def soiled_memory(size):
    """A file for the guest's RAM, full of A5h: what is zero in the end was made so."""
    with os.fdopen(os.memfd_create("igdrom-guest-ram"), "r+b") as memory:
        block = b"\xA5" * (1 << 20)
        for _ in range(size // len(block)):
            memory.write(block)
        memory.flush()
        yield memory


def peek(memory, address, size):
    """Guest memory below 3 GiB."""
    with mmap.mmap(memory.fileno(), 0, prot=mmap.PROT_READ) as view:
        return view[address:address + size]
