# SPDX-License-Identifier: BSD-2-Clause
"""Functions that QEMU does not have, played by us: an Intel GPU, the LPC bridge of its board.

Registers of the GPU beyond the PCI header: GGC 50h, BDSM C0h, ASLS FCh (Linux
arch/x86/kernel/early-quirks.c, drivers/gpu/drm/i915/display/intel_opregion.c).
"""
import contextlib
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "guest"))
import oprom  # pylint: disable=wrong-import-position
import proxy  # pylint: disable=wrong-import-position

MIB = 1 << 20
MEMORY_BAR, IO_BAR, PREFETCHABLE = 0, 1, 8


MIRRORS = {0x108040: 0x50, 0x1080C0: 0xC0}  # BAR0 shows GGC and BDSM once more (qemu/qemu:hw/vfio/igd.c)


class Function(proxy.Device):
    """bars: index -> (size, flags); registers: offset -> (size, value)."""

    def __init__(self, device_id, class_code, *, rom_size=0, bars=(), registers=()):
        super().__init__(device_id, 0, rom_size or 1, bar0=self.mirrored)
        if not rom_size:
            self.masks[0x30] = 0
        self.config[8:12] = struct.pack("<I", class_code << 8 | 0x0C)
        self.masks[0x10] = 0
        for index, (size, flags) in dict(bars).items():
            self.masks[0x10 + 4 * index] = -size & 0xFFFFFFFF
            self.config[0x10 + 4 * index] = flags
        for offset, (size, value) in dict(registers).items():
            self.config[offset:offset + size] = value.to_bytes(size, "little")
        self.READ_ONLY = self.READ_ONLY | {0x0C}

    def mirrored(self, offset, size):
        at = next((offset - mirror + place for mirror, place in MIRRORS.items() if 0 <= offset - mirror < 8), None)
        return int.from_bytes(self.config[at:at + size], "little") if at else 0

    def first_of_several(self):
        """Function 0 of a device that has others (header type, PCI 3.0 section 6.2.1)."""
        self.config[0x0E] |= 0x80
        return self

    def write(self, offset, value, size):
        low = self.config[offset & ~3] & 0xF if 0x10 <= offset < 0x28 else 0
        super().write(offset, value, size)
        if low:
            self.config[offset & ~3] |= low


def gpu(rom_size=0, device_id=0x4680, class_code=0x030000, **registers):
    """An Alder Lake GPU: 64 MiB stolen, 8 MiB of GTT; its BARs are 32 bits wide, as QEMU's proxy has them."""
    return Function(device_id, class_code, rom_size=rom_size,
                    bars={0: (16 * MIB, MEMORY_BAR), 2: (256 * MIB, PREFETCHABLE), 4: (64, IO_BAR)},
                    registers={0x2C: (4, 0x86941043), 0x50: (2, 0x02C1), **registers})


def known_rom():
    """A ROM without padding: Linux hands out no more than the images. Firmware leaves these alone."""
    payload = bytes(range(256))
    return b"".join(oprom.image(payload * times, vendor=0x1234, device=0x1111, code_type=oprom.DATA, last=last)
                    for times, last in ((9, False), (13, True)))


def vbios(table, device_id=0x4680, size=32768):
    """A legacy VBIOS that does nothing when it is called, with a VBT in it (PCI Firmware 3.x, 5.1)."""
    out = bytearray(size)
    out[0:4] = struct.pack("<HBB", 0xAA55, size // oprom.UNIT, 0xCB)  # retf
    out[0x18:0x1A] = struct.pack("<H", 0x40)
    out[0x40:0x5C] = b"PCIR" + struct.pack("<HHHHBBHHHBBHHH", 0x8086, device_id, 0, 0x1C, 3, 0, 0x0300,
                                           size // oprom.UNIT, 0, oprom.LEGACY, oprom.LAST, 0, 0, 0)
    out[0x400:0x400 + len(table)] = table
    out[6] = -sum(out) & 0xFF
    return bytes(out)


@contextlib.contextmanager
def options(functions):
    """(options for QEMU, descriptors to hand down) for functions: {address: (function, name of the ROM or None)}."""
    peers = []
    out = ["-object", "memory-backend-memfd,id=ram,share=on,size=512M", "-machine", "memory-backend=ram"]
    for address, (function, rom) in functions.items():
        peer = proxy.Peer(function)
        peer.start()
        peers.append(peer)
        option = f"x-pci-proxy-dev,fd={peer.theirs.fileno()},addr={address}"
        option += ",multifunction=on" if function.config[0x0E] & 0x80 else ""
        out += ["-device", option + (f",romfile={{{rom}}}" if rom else "")]
    try:
        yield out, tuple(peer.theirs.fileno() for peer in peers)
    finally:
        for peer in peers:
            peer.theirs.close()
