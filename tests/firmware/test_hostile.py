#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Images made to cost: bombs, nests, a million headers. Each is read to its end, in bounded memory,
with the finding that says what was left out; twice the bytes are at most twice the work.

test_hostile.py [NAME...]    environment: IGDROM_SOURCE, IGDROM_TEST_GOPS, IGDROM_PROBE, IGDROM_SANITIZE
"""
import os
import pathlib
import struct
import sys
import tempfile

import images
from images import DEPTH, EXPANDED, NODES
from fw import codec, vbt
from fw.writer import guid, pad

MIB = 1 << 20
FFS2 = guid("8C8CE578-8A3D-4F1C-9935-896185C32DD3")
LZMA = guid("EE4E5898-3914-4259-9D6E-DC7BD79403CF")
# What a program with the library takes anyway, and what a node may.
BASE_KIB, NODE_BYTES = 8 * 1024, 512


def volume(body, length=None, header=0x48):
    """A volume; length: what it says of itself."""
    size = header + len(body)
    out = bytearray(bytes(16) + FFS2 + struct.pack("<Q4sIHHHBB", size if length is None else length, b"_FVH", 0x4FEFF,
                                                   header, 0, 0, 0, 2))
    out += struct.pack("<IIQ", 1, size & 0xffffffff, 0)
    struct.pack_into("<H", out, 50, -sum(struct.unpack("<36H", out)) & 0xffff)
    return bytes(out) + body


def file(body, kind=2, number=0):
    out = bytearray(struct.pack("<QQHBB", number, 1, 0, kind, 0) + (24 + len(body)).to_bytes(3, "little") + b"\0")
    out[16] = -sum(out) & 0xff
    out[17], out[23] = 0xAA, 0xF8
    return pad(bytes(out) + body, 8, b"\xff")


def section(kind, body):
    return struct.pack("<I", 4 + len(body) | kind << 24) + body


def lzma(data):
    return section(2, LZMA + struct.pack("<HH", 24, 1) + codec.lzma_alone(data))


def capsule(body):
    return guid("3B6686BD-0D76-4030-B70E-B5519E2FC5A0") + struct.pack("<III", 0x1c, 0, 0x1c + len(body)) + body


def thin(size):
    """Bytes that shrink to a 500th, which is within the limit on the ratio."""
    part = codec_noise(64) + bytes(0x8000 - 64)
    return part * (size // len(part))


def codec_noise(size):
    return images.firmware.writer.noise(size, "thin")


def nested(levels, wrap, core=b""):
    for _ in range(levels):
        core = wrap(core)
    return core


def tree_of_streams(levels):
    """Each stream holds two of the level below: two to the power of levels at the end."""
    core = section(0x19, bytes(0x100))
    for _ in range(levels):
        core = lzma(pad(core, 4) * 2)
    return volume(file(core))


# name: (the image for a size, its size, limits, findings that must be there)
def bombs():
    yield "zeros", volume(file(lzma(section(0x19, bytes(64 * MIB))))), [], ["firmware-part-too-large"]
    yield "zeros-in-zeros", volume(file(lzma(lzma(section(0x19, bytes(32 * MIB)))))), [], ["firmware-part-too-large"]
    part = lzma(section(0x19, thin(2 * MIB)))
    yield "many-streams", volume(b"".join(file(part, number=i) for i in range(40))), [f"{EXPANDED}={16 * MIB}"], \
        ["firmware-limit-expanded"]
    yield "tree-of-streams", tree_of_streams(14), [f"{DEPTH}=100"], []
    yield "deep-streams", volume(file(nested(60, lzma, section(0x19, b"end")))), [], ["firmware-limit-depth"]
    yield "deep-volumes", nested(200, lambda core: volume(file(section(0x17, core), kind=0x0B))), [], \
        ["firmware-limit-depth"]
    yield "deep-capsules", nested(2000, capsule, volume(file(b""))), [], ["firmware-limit-depth"]
    yield "tiny-files", volume(b"".join(file(b"", number=i) for i in range(100001))), [], ["firmware-limit-nodes"]
    yield "tiny-sections", volume(file(section(0x19, b"") * 200000)), [], ["firmware-limit-nodes"]
    yield "few-nodes", volume(b"".join(file(b"", number=i) for i in range(50))), [f"{NODES}=10"], \
        ["firmware-limit-nodes"]


def option_rom(size):
    return struct.pack("<HB21xH", 0xAA55, size, 0x1c) + bytes(2) + b"PCIR" + struct.pack(
        "<HHHHB3sHHBBH", 0x8086, 0x42, 0, 24, 3, b"\0\0\3", size, 1, 0, 0, 0)


def repeated(unit):
    return lambda size: unit * (size // len(unit))


def overlapping(size):
    """Volumes that begin everywhere and all reach to the end."""
    step = len(volume(b""))
    return b"".join(volume(b"", length=size - at) for at in range(0, size - step, step))


def bpdt(entries, reach):
    out = struct.pack("<IHBBIIHHHH", 0x000055AA, entries, 1, 0, 0, 1, 0, 0, 0, 0)
    return out + b"".join(struct.pack("<III", 1, 0x18 + 12 * entries, reach) for _ in range(entries))


def cbfs_file(length, at=0x28):
    return b"LARCHIVE" + struct.pack(">IIII", length, 0x50, 0, at) + bytes(16)


def patterns():
    yield "signatures", repeated(b"_FVH")
    yield "headers-of-volumes", repeated(volume(b""))
    yield "overlapping-volumes", overlapping
    yield "rom-signatures", repeated(b"\x55\xaa")
    yield "rom-headers", repeated(option_rom(0xff))
    yield "rom-headers-small", repeated(option_rom(1))
    yield "bpdt-signatures", repeated(b"\xaa\x55\0\0")
    yield "bpdt-headers", repeated(bpdt(2, 0x40))
    yield "bpdt-to-the-end", lambda size: repeated(bpdt(4, size // 2))(size)
    yield "cbfs-signatures", repeated(b"LARCHIVE")
    yield "cbfs-files", repeated(cbfs_file(0x18))
    yield "cbfs-to-the-end", lambda size: repeated(cbfs_file(size))(size)
    yield "code-partitions", repeated(b"$CPD" + struct.pack("<IBBBB4s", 2, 1, 1, 16, 0, b"ABCD"))
    yield "flash-maps", repeated(b"__FMAP__" + bytes(48))
    yield "vbt-signatures", repeated(b"$VBT ")
    yield "descriptors", repeated(b"\xff" * 16 + struct.pack("<IIII", 0x0FF0A55A, 0x07040003, 8, 0))
    yield "capsule-headers", repeated(capsule(b""))
    yield "sections-in-a-file", lambda size: volume(file(section(0x19, b"ab\0\0") * (min(size, 15 * MIB) // 8)))
    name = pad(section(0x15, b"a\0" * 0x1000 + b"\0\0"), 4)
    yield "names", lambda size: volume(file(name * (min(size, 15 * MIB) // len(name))))
    yield "bad-files", lambda size: volume(b"\0" * 8 + b"\xee" * size)
    guided = section(2, LZMA + struct.pack("<HH", 24, 0))
    yield "guided-sections", lambda size: volume(file(guided * (min(size, 15 * MIB) // len(guided))))


def finds():
    """What looks like drivers and tables, or is, very often: name, image, most things to be found."""
    gop = (images.GOPS / "testgop_plain.efi").read_bytes()
    table = vbt.build("SKYLAKE")
    lying = bytearray(table[:70])
    struct.pack_into("<H", lying, 24, 0xffff)
    struct.pack_into("<H", lying, 68, 0xffff - 48)
    name = "Intel(R) GOP Driver".encode("utf-16-le")
    yield "tables", table * (4 * MIB // len(table)), 1
    yield "overlapping-tables", bytes(lying) * (4 * MIB // len(lying)), 256
    yield "drivers", b"".join(volume(file(section(0x10, gop + bytes(i)))) for i in range(100)), 1
    packed = [lzma(section(0x10, change(gop, i))) for i in range(64)]
    yield "drivers-that-differ", b"".join(volume(file(driver)) for driver in packed), 64
    yield "names-of-drivers", volume(file(section(0x10, gop + name * (4 * MIB // len(name))))), 1
    yield "headers-of-drivers", gop[:0x200] * (4 * MIB // 0x200), 0
    yield "video-bioses", (option_rom(1) + b"$VBT " * 100)[:512] * (4 * MIB // 512), 0


def change(gop, number):
    """The driver with another time in its header, which makes it another driver."""
    at = struct.unpack_from("<I", gop, 0x3c)[0] + 8
    return gop[:at] + struct.pack("<I", number) + gop[at + 4:]


def found_problems(folder, name, data, most):
    path = pathlib.Path(folder, name)
    path.write_bytes(data)
    found = [f for f in images.find(path) if f.kind != "vbios"]
    path.unlink()
    print(f"{name}: {len(data)} bytes, {len(found)} found in {sum(len(f.places) for f in found)} places")
    return [] if (len(found) > 0) == (most > 0) and len(found) <= most else [f"{name}: {len(found)} found, not {most}"]


def memory_problems(name, data, seen):
    """What is kept: the input, the decoded parts, the nodes."""
    if os.environ.get("IGDROM_SANITIZE"):
        return []
    # The program has the input twice: its own and the copy of the library.
    allowed = BASE_KIB + (2 * len(data) + 2 * seen.cost.decoded + NODE_BYTES * seen.cost.nodes) // 1024
    return [] if seen.cost.rss_kib <= allowed else [f"{name}: {seen.cost.rss_kib} KiB, allowed are {allowed}"]


def run(folder, name, data, limits, wanted):
    path = pathlib.Path(folder, name)
    path.write_bytes(data)
    seen = images.probe(path, *limits, verb="cost")
    path.unlink()
    found = {f.code for f in seen.findings}
    problems = [f"{name}: no finding {code}, but {sorted(found)}" for code in wanted if code not in found]
    if seen.cost:
        problems += memory_problems(name, data, seen)
        print(f"{name}: {len(data)} bytes, {seen.cost.nodes} nodes, {seen.cost.decoded} decoded, "
              f"{seen.cost.work} looked at, {seen.cost.rss_kib} KiB, {len(seen.findings)} findings {sorted(found)}")
    else:
        print(f"{name}: {len(data)} bytes, {seen.status}")
        if seen.status != "IGDROM_E_NOT_RECOGNIZED":
            problems.append(f"{name}: {seen.status}")
    return problems, seen.cost


def doubled(folder, name, make, size):
    """The work for twice the bytes is no more than twice the work, and a little."""
    problems, one = run(folder, name, make(size), [], [])
    more, two = run(folder, name + "-twice", make(2 * size), [], [])
    problems += more
    if one and two and two.nodes + two.work > 2.2 * (one.nodes + one.work) + 4 * size:
        problems.append(f"{name}: {one} becomes {two}")
    return problems


def main():
    images.need_all_codecs()
    problems, chosen = [], sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="igdrom-test-") as folder:
        for name, data, limits, wanted in bombs():
            if not chosen or name in chosen:
                problems += run(folder, name, data, limits, wanted)[0]
        for name, make in patterns():
            if not chosen or name in chosen:
                problems += doubled(folder, name, make, MIB if os.environ.get("IGDROM_SANITIZE") else 4 * MIB)
        for name, data, most in finds():
            if not chosen or name in chosen:
                problems += found_problems(folder, name, data, most)
    print("\n".join(problems) or "all is bounded")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
