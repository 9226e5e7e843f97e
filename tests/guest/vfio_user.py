# SPDX-License-Identifier: BSD-2-Clause
"""Plays a PCI device for QEMU's vfio-user-pci (from 10.1 on), in the place of x-pci-proxy-dev.

Messages: qemu/qemu:docs/interop/vfio-user.rst. A header {u16 id, u16 command, u32 size with the header,
u32 flags, u32 error}; answers have the id of what they answer. QEMU keeps the BARs and the option ROM;
configuration space is read and written here as the guest does it.
"""
import json
import pathlib
import socket
import struct
import subprocess
import tempfile
import threading

import proxy

VERSION, DMA_MAP, DMA_UNMAP, DEVICE_INFO, REGION_INFO = 1, 2, 3, 4, 5
IRQ_INFO, REGION_READ, REGION_WRITE = 7, 9, 10
HEADER = struct.Struct("<HHIII")
REPLY, NO_REPLY = 1, 1 << 4
BAR0, CONFIG, REGIONS, IRQS = 0, 7, 9, 5
READ_WRITE, IS_PCI = 3, 2  # linux:include/uapi/linux/vfio.h


def start(device, qemu):
    """What plays a device for this QEMU: over vfio-user, or where it has not that, x-pci-proxy-dev."""
    done = subprocess.run([qemu, "-device", "vfio-user-pci,help"], capture_output=True, text=True, check=False)
    peer = (Peer if done.stdout.startswith("vfio-user-pci options") else proxy.Peer)(device)
    peer.start()
    return peer


class Peer(threading.Thread):
    """Serves one device (proxy.Device) at a socket with a name; use it as a context."""

    def __init__(self, device):
        super().__init__(daemon=True)
        self.device = device
        self.folder = tempfile.TemporaryDirectory(prefix="igdrom-vfio-user-")
        self.path = pathlib.Path(self.folder.name) / "socket"
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.path))
        self.listener.listen(1)
        self.connection = None

    def option(self, address):
        """The value of -device."""
        return json.dumps({"driver": "vfio-user-pci", "addr": address, "socket": {"type": "unix", "path": str(self.path)}})

    def descriptors(self):
        """What QEMU has to be handed."""
        return ()

    def region(self, index):
        """(flags, size) of a region."""
        if index == CONFIG:
            return READ_WRITE, len(self.device.config)
        return (READ_WRITE, 16 << 20) if index == BAR0 and self.device.bar0 else (0, 0)

    def read(self, region, offset, count):
        if region == CONFIG:
            self.device.reads += 1
            return bytes(self.device.config[offset:offset + count]).ljust(count, b"\0")
        value = self.device.bar0(offset, count)
        return (value & (1 << 8 * count) - 1).to_bytes(count, "little")

    def answer(self, command, data):
        if command == VERSION:
            return data[:4] + json.dumps({"capabilities": {"max_msg_fds": 16, "max_data_xfer_size": 1 << 20}}).encode() + b"\0"
        if command == DEVICE_INFO:
            return struct.pack("<IIII", 16, IS_PCI, REGIONS, IRQS)
        if command == REGION_INFO:
            index = struct.unpack_from("<I", data, 8)[0]
            flags, size = self.region(index)
            return struct.pack("<IIIIQQ", 32, flags, index, 0, size, 0)
        if command == IRQ_INFO:
            return struct.pack("<IIII", 16, 0, struct.unpack_from("<I", data, 8)[0], 0)
        if command in (REGION_READ, REGION_WRITE):
            offset, region, count = struct.unpack_from("<QII", data)
            if command == REGION_READ:
                return data[:16] + self.read(region, offset, count)
            if region == CONFIG:
                self.device.write(offset, int.from_bytes(data[16:16 + count], "little"), count)
            return data[:16]
        return data if command == DMA_UNMAP else b""

    def run(self):
        try:
            self.connection, _ = self.listener.accept()
            while True:
                number, command, size, flags, _ = HEADER.unpack(proxy.take(self.connection, HEADER.size))
                out = self.answer(command, proxy.take(self.connection, size - HEADER.size))
                if not flags & NO_REPLY:
                    self.connection.sendall(HEADER.pack(number, command, HEADER.size + len(out), REPLY, 0) + out)
        except (EOFError, OSError):
            pass

    def close(self):
        self.listener.close()
        self.folder.cleanup()
