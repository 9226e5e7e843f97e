#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes the streams that test_codecs decodes: NAME is the stream, TEXT what it decodes to.

Encoders are Python's zlib, gzip and lzma modules and the small ones below, which share nothing with
the libraries that decode. Usage: make_streams.py OUT_DIR
"""
import gzip
import lzma
import pathlib
import struct
import sys
import zlib

UNKNOWN = (1 << 64) - 1
LC, LP, PB = 3, 0, 2
PROPERTIES = (PB * 5 + LP) * 9 + LC


def text():
    """Words in an order that repeats now and then."""
    words = b"volume file section capsule region descriptor driver table panel port".split()
    state, out = 1, bytearray()
    while len(out) < 20000:
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        out += words[(state >> 16) % len(words)] + b" "
    return bytes(out[:20000])


def code():
    """Bytes shaped like x86 code: near calls (E8) and jumps (E9) to a few targets."""
    out = bytearray()
    for i in range(600):
        target = (i % 7) * 0x40
        out += b"\x48\x89\xc3\x90\x55"[: i % 5 + 1]
        out += bytes([0xE8 + i % 2]) + struct.pack("<i", target - (len(out) + 5))
    return bytes(out)


class RangeEncoder:
    """The range coder of LZMA, as the LZMA specification describes its decoder."""

    def __init__(self):
        self.low, self.range, self.cache, self.cache_size = 0, 0xFFFFFFFF, 0, 1
        self.out = bytearray()

    def shift_low(self):
        if self.low < 0xFF000000 or self.low > 0xFFFFFFFF:
            carry = self.low >> 32
            while self.cache_size:
                self.out.append((self.cache + carry) & 0xFF)
                self.cache, self.cache_size = 0xFF, self.cache_size - 1
            self.cache = self.low >> 24 & 0xFF
        self.cache_size += 1
        self.low = (self.low & 0x00FFFFFF) << 8

    def bit(self, model, index, bit):
        probability = model.get(index, 1024)
        bound = (self.range >> 11) * probability
        if bit:
            self.low, self.range = self.low + bound, self.range - bound
            model[index] = probability - (probability >> 5)
        else:
            self.range = bound
            model[index] = probability + ((2048 - probability) >> 5)
        while self.range < 1 << 24:
            self.range = self.range << 8 & 0xFFFFFFFF
            self.shift_low()

    def finish(self):
        for _ in range(5):
            self.shift_low()
        return bytes(self.out)


def lzma_literals(data):
    """An LZMA stream of literals alone, without an end marker."""
    coder, is_match, literal = RangeEncoder(), {}, {}
    for position, byte in enumerate(data):
        coder.bit(is_match, position % (1 << PB), 0)
        context = (data[position - 1] if position else 0) >> (8 - LC)
        symbol = 1
        for shift in range(7, -1, -1):
            bit = byte >> shift & 1
            coder.bit(literal, (context, symbol), bit)
            symbol = symbol << 1 | bit
    return coder.finish()


def lzma_header(size, dictionary=1 << 16, properties=PROPERTIES):
    return struct.pack("<BIQ", properties, dictionary, size)


def lzma_raw(data, *before):
    options = {"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16, "lc": LC, "lp": LP, "pb": PB}
    return lzma.compress(data, lzma.FORMAT_RAW, filters=[{"id": f} for f in before] + [options])


def lz4_length(out, length):
    """What a length of 15 or more goes on with."""
    length -= 15
    while length >= 255:
        out.append(255)
        length -= 255
    out.append(length)


def lz4_sequence(out, literals, match):
    out.append(min(len(literals), 15) << 4 | (min(match - 4, 15) if match else 0))
    if len(literals) >= 15:
        lz4_length(out, len(literals))
    out += literals


def lz4_block(data):
    """Greedy; the last 12 bytes are literals, as the block format asks."""
    out, seen, start, at = bytearray(), {}, 0, 0
    while at < len(data) - 12:
        before = seen.get(data[at:at + 4])
        seen[data[at:at + 4]] = at
        if before is None or at - before > 65535:
            at += 1
            continue
        length = 4
        while at + length < len(data) - 5 and data[before + length] == data[at + length]:
            length += 1
        lz4_sequence(out, data[start:at], length)
        out += struct.pack("<H", at - before)
        if length - 4 >= 15:
            lz4_length(out, length - 4)
        at += length
        start = at
    lz4_sequence(out, data[start:], 0)
    return bytes(out)


def rotate(value, by):
    return (value << by | value >> (32 - by)) & 0xFFFFFFFF


def xxh32_short(data):
    """xxHash 32, seed 0, of less than 16 bytes."""
    value = 374761393 + len(data)
    while len(data) >= 4:
        value = rotate(value + struct.unpack("<I", data[:4])[0] * 3266489917 & 0xFFFFFFFF, 17)
        value, data = value * 668265263 & 0xFFFFFFFF, data[4:]
    for byte in data:
        value = rotate(value + byte * 374761393 & 0xFFFFFFFF, 11) * 2654435761 & 0xFFFFFFFF
    value = (value ^ value >> 15) * 2246822519 & 0xFFFFFFFF
    value = (value ^ value >> 13) * 3266489917 & 0xFFFFFFFF
    return value ^ value >> 16


def lz4_frame(data, size_known):
    """Version 01, independent blocks of at most 64 KiB; one is stored, one compressed."""
    flags = 1 << 6 | 1 << 5 | (8 if size_known else 0)
    descriptor = bytes([flags, 4 << 4])
    if size_known:
        descriptor += struct.pack("<Q", len(data))
    out = struct.pack("<I", 0x184D2204) + descriptor
    out += bytes([xxh32_short(descriptor) >> 8 & 0xFF])
    half = len(data) // 2
    packed = lz4_block(data[half:])
    out += struct.pack("<I", half | 1 << 31) + data[:half]
    out += struct.pack("<I", len(packed)) + packed
    return out + struct.pack("<I", 0)


class Bits:
    """Brotli's bits: the lowest of a byte first (RFC 7932, 1.5.1)."""

    def __init__(self):
        self.value, self.count = 0, 0

    def put(self, value, width):
        self.value |= value << self.count
        self.count += width
        return self

    def align(self):
        self.count = (self.count + 7) // 8 * 8
        return self

    def data(self, data):
        self.align()
        return self.put(int.from_bytes(data, "little"), 8 * len(data))

    def bytes(self):
        return self.value.to_bytes((self.count + 7) // 8, "little")


def brotli_stored(data):
    """RFC 7932, 9.1 and 9.2: window of 16 bits, uncompressed meta-blocks, an empty last one."""
    bits = Bits().put(0, 1)
    for at in range(0, len(data), 4096):
        part = data[at:at + 4096]
        bits.put(0, 1).put(0, 2).put(len(part) - 1, 16).put(1, 1).data(part)
    return bits.put(3, 2).bytes()


# "a" 1000 times by `brotli -q 9 -w 16` 1.0.9; 10 MiB of zeros by `brotli -q 11 -w 24`.
BROTLI_A = bytes.fromhex("e27c0080445834164868")
BROTLI_ZEROS = bytes.fromhex("9fffff9ff82700e2b14020f7fe13")


def zeros():
    return bytes(10 << 20)


def edk2_brotli(size, stream):
    return struct.pack("<QQ", size, 1 << 16) + stream


def streams():
    plain, x86, none = text(), code(), zeros()
    yield "text", plain
    yield "code", x86
    yield "lzma-end-marker", lzma.compress(plain, lzma.FORMAT_ALONE)
    yield "lzma-size-and-end-marker", lzma_header(len(plain)) + lzma_raw(plain)
    yield "lzma-size", lzma_header(len(plain)) + lzma_literals(plain)
    yield "lzma-large-dictionary", lzma_header(len(plain), 0xFFFFFFFF) + lzma_raw(plain)
    yield "lzma-large-dictionary-no-size", lzma_header(UNKNOWN, 0xFFFFFFFF) + lzma_raw(plain)
    yield "lzma-size-too-large", lzma_header(len(plain) + 1) + lzma_literals(plain)
    yield "lzma-claims-gigabyte", lzma_header(1 << 30) + lzma_literals(plain)
    yield "lzma-properties", lzma_header(len(plain), properties=225) + lzma_literals(plain)
    yield "lzma-lc-lp", lzma_header(len(plain), properties=4 * 9 + 8) + lzma_literals(plain)
    yield "lzma-first-byte", lzma_header(len(plain)) + b"\1" + lzma_literals(plain)[1:]
    yield "lzma-empty", lzma_header(0) + lzma_literals(b"")
    yield "lzma-zeros", lzma.compress(none, lzma.FORMAT_ALONE)
    yield "lzma-zeros-size", lzma_header(len(none)) + lzma_raw(none)
    yield "x86-end-marker", lzma_header(UNKNOWN) + lzma_raw(x86, lzma.FILTER_X86)
    yield "x86-size", lzma_header(len(x86)) + lzma_raw(x86, lzma.FILTER_X86)
    yield "x86-not-filtered", lzma_header(len(x86)) + lzma_raw(x86)
    yield "zlib", zlib.compress(plain, 9)
    yield "zlib-stored", zlib.compress(plain, 0)
    dictionary = zlib.compressobj(zdict=plain[:100])
    yield "zlib-dictionary", dictionary.compress(plain) + dictionary.flush()
    yield "zlib-zeros", zlib.compress(none, 9)
    yield "gzip", gzip.compress(plain, mtime=0)
    yield "gzip-members", gzip.compress(plain[:5000], mtime=0) + gzip.compress(plain[5000:], mtime=0)
    yield "gzip-zeros", gzip.compress(none, mtime=0)
    yield "brotli-stored", brotli_stored(plain)
    yield "brotli-a", BROTLI_A
    yield "brotli-zeros", BROTLI_ZEROS
    yield "brotli-edk2", edk2_brotli(len(plain), brotli_stored(plain))
    yield "brotli-edk2-size-wrong", edk2_brotli(1 << 60, brotli_stored(plain))
    yield "brotli-edk2-zeros", edk2_brotli(len(none), BROTLI_ZEROS)
    yield "lz4-block", lz4_block(plain)
    yield "lz4-block-zeros", lz4_block(none)
    yield "lz4-frame", lz4_frame(plain, False)
    yield "lz4-frame-size", lz4_frame(plain, True)


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for name, data in streams():
        (out / name).write_bytes(data)


if __name__ == "__main__":
    main()
