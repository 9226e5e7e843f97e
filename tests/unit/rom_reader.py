# SPDX-License-Identifier: BSD-2-Clause
"""Reads option ROMs and manifests for the tests, after the specifications; shares nothing with the library.

PCI Firmware Specification 3.x section 5, UEFI 2.10 sections 14.4 and 19, libigdrom(5). Strict: what the
builder writes has no oddities, so every one is an error.
"""
import struct
import zlib


class Bits:
    """Most significant bit first; beyond the end come zeros."""

    def __init__(self, data):
        self.data = data
        self.at = 0
        self.value = 0
        self.have = 0

    def take(self, n):
        while self.have < n:
            byte = self.data[self.at] if self.at < len(self.data) else 0
            self.value = (self.value & 0xFFFF) << 8 | byte
            self.at += 1
            self.have += 8
        self.have -= n
        return self.value >> self.have & ((1 << n) - 1)


def code_table(lengths):
    """Canonical Huffman code: {(length, code): symbol}."""
    table, code = {}, 0
    for length in range(1, 17):
        code <<= 1
        for symbol, own in enumerate(lengths):
            if own == length:
                table[(length, code)] = symbol
                code += 1
    return table


def read_symbol(bits, table):
    if isinstance(table, int):
        return table
    code = 0
    for length in range(1, 17):
        code = code << 1 | bits.take(1)
        if (length, code) in table:
            return table[(length, code)]
    raise ValueError("no such code")


def read_small_code(bits, count_bits, special):
    """The code of code lengths (special = 3) and of positions (special = None)."""
    count = bits.take(count_bits)
    if count == 0:
        return bits.take(count_bits)
    lengths = []
    while len(lengths) < count:
        length = bits.take(3)
        if length == 7:
            while bits.take(1):
                length += 1
        lengths.append(length)
        if len(lengths) == special:
            lengths += [0] * bits.take(2)
    return code_table(lengths)


def read_main_code(bits, extra):
    count = bits.take(9)
    if count == 0:
        return bits.take(9)
    lengths = []
    while len(lengths) < count:
        symbol = read_symbol(bits, extra)
        if symbol == 0:
            lengths.append(0)
        elif symbol == 1:
            lengths += [0] * (3 + bits.take(4))
        elif symbol == 2:
            lengths += [0] * (20 + bits.take(9))
        else:
            lengths.append(symbol - 2)
    return code_table(lengths)


def decompress(data):
    """UEFI 2.10 section 19: blocks of symbols, three codes before each block."""
    packed, size = struct.unpack_from("<II", data)
    out = bytearray()
    bits, left = Bits(data[8:8 + packed]), 0
    while len(out) < size:
        if left == 0:
            left = bits.take(16)
            main = read_main_code(bits, read_small_code(bits, 5, 3))
            places = read_small_code(bits, 4, None)
        left -= 1
        symbol = read_symbol(bits, main)
        if symbol < 256:
            out.append(symbol)
            continue
        place = read_symbol(bits, places)
        if place > 1:
            place = (1 << (place - 1)) + bits.take(place - 1)
        for _ in range(symbol - 253):
            out.append(out[-1 - place])
    return bytes(out[:size])


def pe_size(pe):
    """Where a PE32+ image ends: its last section or its certificates."""
    at = struct.unpack_from("<I", pe, 0x3c)[0]
    assert pe[:2] == b"MZ" and pe[at:at + 4] == b"PE\0\0"
    sections, optional = struct.unpack_from("<H", pe, at + 6)[0], struct.unpack_from("<H", pe, at + 20)[0]
    end = at + 24 + optional + 40 * sections
    for i in range(sections):
        size, offset = struct.unpack_from("<II", pe, at + 24 + optional + 40 * i + 16)
        end = max(end, offset + size if size else 0)
    certificates = struct.unpack_from("<II", pe, at + 24 + 112 + 4 * 8)
    return max(end, sum(certificates) if certificates[1] else 0)


def read_image(rom, at):
    signature, pcir_at = struct.unpack_from("<H", rom, at)[0], struct.unpack_from("<H", rom, at + 0x18)[0]
    assert signature == 0xAA55, f"no image at {at:#x}"
    assert pcir_at % 4 == 0
    pcir = at + pcir_at
    (magic, vendor, device, device_list, length, revision, class_low, class_high, units, code_revision, code_type,
     indicator) = struct.unpack_from("<4sHHHHBBHHHBB", rom, pcir)
    assert magic == b"PCIR" and length == {0: 0x18, 3: 0x1C}[revision]
    image = {
        "at": at, "size": units * 512, "vendor": vendor, "device": device, "revision": revision,
        "class": class_high << 8 | class_low, "code_revision": code_revision, "type": code_type,
        "last": bool(indicator & 0x80), "ids": [], "bytes": rom[at:at + units * 512],
    }
    assert len(image["bytes"]) == image["size"] > 0
    if device_list and revision == 3:
        image["ids"] = read_list(rom, pcir + device_list)
    if code_type == 0:
        assert sum(image["bytes"][:rom[at + 2] * 512]) % 256 == 0, "checksum"
        image["payload"] = image["bytes"]
        return image
    init, efi, subsystem, machine, compression = struct.unpack_from("<HIHHH", rom, at + 2)
    offset = struct.unpack_from("<H", rom, at + 0x16)[0]
    assert efi == 0x0EF1 and init == units and compression in (0, 1)
    image.update(subsystem=subsystem, machine=machine, compressed=bool(compression))
    stored = image["bytes"][offset:]
    payload = decompress(stored) if compression else stored
    image["payload"] = payload[:pe_size(payload)] if payload[:2] == b"MZ" else payload
    return image


def read_list(rom, at):
    ids = []
    while struct.unpack_from("<H", rom, at)[0]:
        ids.append(struct.unpack_from("<H", rom, at)[0])
        at += 2
    return ids


def read_rom(rom):
    """Images in order, and the bytes behind the last one."""
    images, at = [], 0
    while not images or not images[-1]["last"]:
        images.append(read_image(rom, at))
        at += images[-1]["size"]
        if at == len(rom):
            break
    return images, rom[at:]


def text_at(data, offset):
    return data[offset:data.index(b"\0", offset)].decode("utf-8") if offset else ""


def read_load(data, at):
    crc, size, checked, edits, ranges, first, last, lpc, _ = struct.unpack_from("<IIBBHHHHH", data, at)
    end = at + 20 + 18 * edits
    return {
        "crc": crc, "size": size, "checked": checked,
        "hangs": (first, last), "host_lpc": lpc,
        "edits": [struct.unpack_from("<IBB6s6s", data, at + 20 + 18 * i) for i in range(edits)],
        "lpc": [struct.unpack_from("<HH", data, end + 4 * i) for i in range(ranges)],
        "length": -(-(end + 4 * ranges - at) // 4) * 4,
    }


def read_manifest(data):
    magic, size, count, tool, crc = struct.unpack_from("<8sIHHI", data)
    assert magic == b"IGDROM\0\1"
    data = data[:size]
    assert zlib.crc32(data[:16] + bytes(4) + data[20:]) == crc, "CRC-32"
    entries, at = [], 20
    for _ in range(count):
        length, kind, image, flags, ids, name, version, origin, zero = struct.unpack_from("<HBBHHHHHH", data, at)
        assert length % 4 == 0 and flags in (0, 1) and zero == 0
        end = at + 48 + -(-2 * ids // 4) * 4
        load = read_load(data, end) if flags else None
        assert length == end - at + (load.pop("length") if load else 0)
        entries.append({
            "kind": kind, "image": image, "name": text_at(data, name), "version": text_at(data, version),
            "origin": text_at(data, origin), "sha256": data[at + 16:at + 48].hex(),
            "ids": list(struct.unpack_from(f"<{ids}H", data, at + 48)), "load": load,
        })
        assert not any(data[at + 48 + 2 * ids:end])
        at += length
    return {"tool": text_at(data, tool), "entries": entries}
