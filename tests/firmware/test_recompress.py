#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What is packed again is read by other tools: Python's zlib, gzip and lzma, the command brotli, and
UEFIExtract. Streams keep the settings of those whose place they take; volumes that lie deep in packed
sections get a file, and nothing else changes.

environment: IGDROM_SOURCE, IGDROM_TEST_GOPS, IGDROM_RECOMPRESS
"""
import gzip
import lzma
import os
import pathlib
import resource
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

import images

LEVELS = {0: 0, 1: 0, 2: 1, 3: 1, 4: 1, 5: 1, 6: 2, 7: 3, 8: 3, 9: 3}  # RFC 1950's FLEVEL, as zlib writes it
NEW = "00000000-0000-0000-000B-00000000FFFF"
NEW_FILE = f'file driver {NEW} {{\nraw {{\nnoise 700 new\n}}\nui "New"\n}}'
INNERMOST = """volume ffs2 size=0x8000 {
	file dxe-core 00000000-0000-0000-000B-000000000001 {
		raw {
			noise 3000 core
		}
%s
	}
%s
}"""
CALLS = "raw {\nrepeat 200 {\nbytes e8 34 12 00 00\nfill 11 90\nbytes e9 00 ff ff ff\n}\n}"
# What UEFIExtract A62 decodes.
PEER_KNOWS = ("guided lzma", "guided lzma-hp", "guided lzmaf86", "guided tiano", "guided efi11", "guided gzip",
              "guided crc32", "compressed lzma", "compressed lzma-intel", "compressed tiano", "compressed efi11",
              "compressed none")


def text(size):
    """Words in an order that repeats now and then."""
    words = b"volume file section capsule region descriptor driver table panel port".split()
    state, out = 7, bytearray()
    while len(out) < size:
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        out += words[(state >> 16) % len(words)] + b" "
    return bytes(out[:size])


PLAINS = (b"", b"a", text(300), text(200000) + bytes(100000))


def need_brotli():
    if not shutil.which("brotli"):
        images.skip("the command brotli is not here (Debian: brotli)")


def brotli(data, *words):
    return subprocess.run(["brotli", *words, "-c"], input=data, capture_output=True, check=True).stdout


def brotli_window(stream):
    """RFC 7932, 9.1."""
    first = stream[0]
    if not first & 1:
        return 16
    if first >> 1 & 7:
        return 17 + (first >> 1 & 7)
    return 8 + (first >> 4 & 7) if first >> 4 & 7 else 17


def properties(byte):
    return {"lc": byte % 9, "lp": byte // 9 % 5, "pb": byte // 45}


def lzma_like(data, lc, lp, pb, dictionary):
    own = {"id": lzma.FILTER_LZMA1, "dict_size": dictionary, "lc": lc, "lp": lp, "pb": pb}
    return lzma.compress(data, lzma.FORMAT_ALONE, filters=[own])


def lzma_alone(stream):
    """What it decodes to; all of it is the stream, and its header says the size."""
    decoder = lzma.LZMADecompressor(lzma.FORMAT_ALONE)
    out = decoder.decompress(stream)
    if not decoder.eof or decoder.unused_data or struct.unpack_from("<Q", stream, 5)[0] != len(out):
        raise AssertionError("the stream has another end")
    return out


LZMA1 = [{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 20}]
X86 = [{"id": lzma.FILTER_X86}]


def x86_filtered(data):
    return lzma.decompress(lzma.compress(data, lzma.FORMAT_RAW, filters=X86 + LZMA1), lzma.FORMAT_RAW, filters=LZMA1)


def x86_plain(data):
    return lzma.decompress(lzma.compress(data, lzma.FORMAT_RAW, filters=LZMA1), lzma.FORMAT_RAW, filters=X86 + LZMA1)


def amd(body):
    stream = body[0x100:]
    if body[:0x14] + body[0x18:0x100] != bytes(0xfc) or struct.unpack_from("<I", body, 0x14)[0] != len(stream):
        raise AssertionError("AMD's header is another one")
    return zlib.decompress(stream)


def intel(body):
    out = lzma_alone(body[4:])
    if struct.unpack_from("<I", body)[0] != len(out):
        raise AssertionError("the size in front is another one")
    return out


# What EDK2's tool adds to what its decoder takes; of small streams that is not much.
MARGIN = (1 << 20) + 0x1000


def edk2_brotli(body):
    size, scratch = struct.unpack_from("<QQ", body)
    out = brotli(body[16:], "-d")
    if size != len(out) or scratch not in (0, *range(MARGIN, MARGIN + (1 << 20))):
        raise AssertionError("a size in EDK2's header is wrong")
    return out


DECODERS = {
    "guided lzma": lzma_alone, "guided lzma-hp": lzma_alone, "compressed lzma": lzma_alone,
    "guided lzmaf86": lambda body: x86_plain(lzma_alone(body)), "compressed lzma-intel": intel,
    "guided gzip": gzip.decompress, "guided zlib-amd": amd, "guided zlib-amd2": amd,
    "guided brotli": edk2_brotli, "compressed none": bytes, "guided crc32": bytes,
}


class Work(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="igdrom-test-")
        self.addCleanup(folder.cleanup)
        self.here = pathlib.Path(folder.name)

    def library(self, *words, most_memory=None, most_seconds=120):
        def limit():
            resource.setrlimit(resource.RLIMIT_CPU, (most_seconds, most_seconds))
            if most_memory and os.environ.get("IGDROM_SANITIZE") != "1":
                resource.setrlimit(resource.RLIMIT_AS, (most_memory, most_memory))

        done = subprocess.run([os.environ["IGDROM_RECOMPRESS"], *map(str, words)], cwd=self.here, capture_output=True,
                              check=False, preexec_fn=limit)
        if done.returncode:
            raise AssertionError(f"recompress {words}: {done.stderr.decode(errors='replace')}")
        return done.stdout.decode().split()


class Streams(Work):
    def pack(self, method, like, plain, status="IGDROM_OK"):
        (self.here / "like").write_bytes(like)
        (self.here / "plain").write_bytes(plain)
        self.assertEqual(self.library("stream", method, "like", "plain", "out"), [status])
        return (self.here / "out").read_bytes() if status == "IGDROM_OK" else None

    def test_zlib_keeps_the_window_and_the_level(self):
        old = text(5000)
        for level, said in LEVELS.items():
            for window in (9, 12, 15):
                coder = zlib.compressobj(level, zlib.DEFLATED, window)
                like = coder.compress(old) + coder.flush()
                self.assertEqual(like[1] >> 6, said)
                for plain in PLAINS:
                    with self.subTest(level=level, window=window, size=len(plain)):
                        out = self.pack("zlib", like + b"behind it", plain)
                        self.assertEqual(out[:2], like[:2])
                        decoder = zlib.decompressobj(window)
                        self.assertEqual(decoder.decompress(out) + decoder.flush(), plain)
                        self.assertEqual((decoder.eof, decoder.unused_data), (True, b""))

    def test_zlib_packs_as_well_as_the_levels_it_stands_for(self):
        plain = PLAINS[-1]
        for level in range(1, 10):
            like = zlib.compress(plain, level)
            self.assertLessEqual(len(self.pack("zlib", like, plain)), len(like), level)

    def test_gzip_keeps_the_header(self):
        extra, name, comment = b"\x04\x00abcd", b"FV.bin\0", b"made by hand\0"
        for flags in range(0, 32):
            for more in (0, 2, 4):
                header = b"\x1f\x8b\x08" + bytes([flags]) + b"\x11\x22\x33\x44" + bytes([more, 11])
                header += (extra if flags & 4 else b"") + (name if flags & 8 else b"") + (comment if flags & 16 else b"")
                header += struct.pack("<H", zlib.crc32(header) & 0xFFFF) if flags & 2 else b""
                coder = zlib.compressobj(6, zlib.DEFLATED, -15)
                like = header + coder.compress(b"old") + coder.flush() + struct.pack("<II", zlib.crc32(b"old"), 3)
                self.assertEqual(gzip.decompress(like), b"old")
                plain = PLAINS[flags % len(PLAINS)]
                out = self.pack("gzip", like, plain)
                self.assertTrue(out.startswith(header))
                self.assertEqual(out[-8:], struct.pack("<II", zlib.crc32(plain), len(plain)))
                self.assertEqual(gzip.decompress(out), plain)

    def test_brotli_keeps_the_window(self):
        need_brotli()
        for window in range(10, 25):
            like = brotli(text(5000), "-q", "9", "-w", str(window))
            self.assertEqual(brotli_window(like), window)
            for plain in PLAINS:
                with self.subTest(window=window, size=len(plain)):
                    out = self.pack("brotli", struct.pack("<QQ", 5000, 1 << 26) + like, plain)
                    self.assertEqual(brotli_window(out[16:]), window)
                    self.assertEqual(brotli(out[16:], "-d"), plain)
                    self.assertEqual(struct.unpack_from("<Q", out)[0], len(plain))

    def test_brotli_packs_as_well_as_it_was_packed(self):
        need_brotli()
        plain = PLAINS[-1]
        for quality in (1, 5, 9, 11):
            like = struct.pack("<QQ", len(plain), 1 << 26) + brotli(plain, "-q", str(quality), "-w", "22")
            out = self.pack("brotli", like, plain)
            # What stands in front of the stream is all that may differ by a few bytes.
            self.assertLessEqual(len(out), len(like) + 4, quality)

    def test_scratch_memory_follows_what_decoding_takes(self):
        need_brotli()
        plain = text(3 << 20)
        small = struct.pack("<QQ", 100, 0) + brotli(text(100), "-q", "9", "-w", "22")
        alone = struct.unpack_from("<QQ", self.pack("brotli", small, plain))[1]
        self.assertGreater(alone, (4 << 20) + MARGIN)  # the window, and that
        self.assertLess(alone, (5 << 20) + (1 << 20))
        # The same bytes again: the same memory, and the margin as it was.
        for margin in (0x5000, MARGIN, 16 << 20):
            like = bytearray(self.pack("brotli", small, plain))
            struct.pack_into("<Q", like, 8, alone - MARGIN + margin)
            self.assertEqual(self.pack("brotli", bytes(like), plain), bytes(like))

    def test_lzma_keeps_its_settings(self):
        for lc, lp, pb, dictionary in ((3, 0, 2, 1 << 16), (0, 2, 0, 1 << 23), (4, 0, 4, 1 << 12), (0, 0, 0, 5 << 20)):
            like = lzma_like(text(500), lc, lp, pb, dictionary)
            for plain in PLAINS:
                out = self.pack("lzma", like, plain)
                self.assertEqual(out[:5], like[:5])
                self.assertEqual(properties(out[0]), {"lc": lc, "lp": lp, "pb": pb})
                self.assertEqual(lzma_alone(out), plain)
                code = plain + b"\xe8\x10\x20\x00\x00" * 50
                out = self.pack("x86", like, code)
                self.assertEqual(out[:5], like[:5])
                self.assertEqual(lzma_alone(out), x86_filtered(code))
                self.assertNotEqual(lzma_alone(out), code)

    def test_a_dictionary_of_any_size_is_kept_and_costs_no_memory(self):
        for dictionary in (0, 1, 4095, 1 << 30, 0xFFFFFFFF):
            like = bytearray(lzma_like(text(500), 3, 0, 2, 1 << 16))
            struct.pack_into("<I", like, 1, dictionary)
            for plain in PLAINS:
                out = self.pack("lzma", bytes(like), plain)
                self.assertEqual(out[:5], like[:5])
                out = bytearray(out)
                struct.pack_into("<I", out, 1, 1 << 20)
                self.assertEqual(lzma_alone(bytes(out)), plain)

    def test_streams_without_settings_are_told(self):
        for method, like, status in (
                ("zlib", b"", "TRUNCATED"), ("zlib", b"\x78", "TRUNCATED"), ("zlib", b"\x78\x9d", "CORRUPT"),
                ("zlib", b"\x79\x9b", "CORRUPT"), ("zlib", b"\x88\x98", "CORRUPT"), ("zlib", b"\x78\xbb", "UNSUPPORTED"),
                ("gzip", b"\x1f\x8b\x08" + bytes(6), "TRUNCATED"), ("gzip", b"\x1f\x8b\x07" + bytes(7), "CORRUPT"),
                ("gzip", b"\x1f\x8b\x08\x20" + bytes(6), "UNSUPPORTED"), ("gzip", b"PK\x08" + bytes(7), "CORRUPT"),
                ("gzip", b"\x1f\x8b\x08\x08" + bytes(6) + b"name", "TRUNCATED"),
                ("gzip", b"\x1f\x8b\x08\x04" + bytes(6) + b"\xff\xff", "TRUNCATED"),
                ("brotli", bytes(16), "TRUNCATED"), ("brotli", bytes(16) + b"\x11\x16", "UNSUPPORTED"),
                ("brotli", bytes(16) + b"\x21", "TRUNCATED"), ("lzma", b"\x5d\0\0\0", "TRUNCATED"),
                ("lzma", b"\xe1" + bytes(12), "CORRUPT"), ("lzma", b"\x2c" + bytes(12), "UNSUPPORTED")):
            with self.subTest(method, like=like):
                self.pack(method, like, b"plain", "IGDROM_E_" + status)


def chain(methods, new="", step=0x8000):
    """Volumes in each other, packed by the methods from outside to inside; the innermost has a DXE core."""
    out = INNERMOST % (CALLS, new)
    for i, method in enumerate(reversed(methods)):
        out = (f"volume ffs2 size={step * (i + 2):#x} {{\nfile volume-image 00000000-0000-0000-000A-{i:012X} {{\n"
               f"{method} {{\nimage {{\n{out}\n}}\n}}\n}}\n}}")
    return out + "\n"


def volume_of(data):
    """A volume of 72 bytes of header, and what it starts with."""
    length, = struct.unpack_from("<Q", data, 32)
    return data[:length], data[72:length]


def packed_section(volume):
    """The one section of the one file of a volume; the file and its checksums are right."""
    file = volume[72:]
    size = int.from_bytes(file[20:23], "little")
    head = bytearray(file[:24])
    head[17] = head[23] = 0
    assert sum(head) & 0xFF == 0 and file[17] == 0xAA and file[23] == 0xF8, "the header of the file is wrong"
    assert set(volume[72 + size:]) <= {0xFF}, "something is behind the file"
    section = file[24:size]
    assert int.from_bytes(section[:3], "little") == len(section), "the size of the section is wrong"
    return section


def decode(method, section):
    kind = method.split()[0]
    if kind == "compressed":
        out = DECODERS[method](section[9:])
        assert struct.unpack_from("<I", section, 4)[0] == len(out), "the declared size is wrong"
        return out
    offset, = struct.unpack_from("<H", section, 20)
    if method == "guided crc32":
        assert struct.unpack_from("<I", section, 24)[0] == zlib.crc32(section[offset:]), "the checksum is wrong"
    return DECODERS[method](section[offset:])


def innermost(methods, image):
    """The volume behind all methods; the headers of the others."""
    headers = []
    for method in methods:
        volume, _ = volume_of(image)
        headers.append(volume[:72 + 16])
        stream = decode(method, packed_section(volume))
        assert stream[3] == 0x17 and int.from_bytes(stream[:3], "little") == len(stream), "it is no volume"
        image = stream[4:]
    return volume_of(image)[0], headers


class Chains(Work):
    def build(self, source, name):
        path = self.here / f"{name}.fw.txt"
        path.write_text(source, encoding="utf-8")
        return images.build(path).data

    def put(self, image):
        (self.here / "image").write_bytes(image)
        alone = self.build("volume ffs2 {\n" + NEW_FILE + "\n}\n", "alone")
        self.new = alone[72:72 + int.from_bytes(alone[92:95], "little")]
        (self.here / "new").write_bytes(self.new)


class Images(Chains):
    def insert(self, source, status="IGDROM_OK"):
        image = self.build(source, "image")
        self.put(image)
        said = self.library("insert", "image", "new", "out")
        self.assertEqual(said[0], status, said)
        if status != "IGDROM_OK":
            return said[1:]
        self.assertEqual(said[1:], [])
        out = (self.here / "out").read_bytes()
        self.assertEqual(len(out), len(image))
        return image, out

    def expect(self, methods):
        image, out = self.insert(chain(methods))
        wanted = self.build(chain(methods, NEW_FILE), "wanted")
        volume, headers = innermost(methods, out)
        old, old_headers = innermost(methods, image)
        self.assertEqual(volume, innermost(methods, wanted)[0])
        self.assertNotEqual(volume, old)
        self.assertEqual(headers, old_headers)

    def test_a_volume_in_a_packed_section_gets_a_file(self):
        for method in DECODERS:
            with self.subTest(method):
                if "brotli" in method:
                    need_brotli()
                self.expect([method])

    def test_volumes_packed_in_all_ways_in_each_other(self):
        need_brotli()
        # Four nodes for each, and 32 are the limit.
        methods = list(DECODERS)
        for some in (methods[:7], methods[4:], methods[:3:-1], methods[6::-1]):
            self.expect(some)

    def test_uefiextract_reads_what_is_packed_again(self):
        images.peer()
        for methods in [[m] for m in PEER_KNOWS] + [PEER_KNOWS[:7], PEER_KNOWS[5:], PEER_KNOWS[:5:-1]]:
            with self.subTest(methods):
                self.insert(chain(methods))
                was = subprocess.run([images.peer(), "image", "report"], cwd=self.here, capture_output=True, check=False)
                before = {row.key for row in images.peer_report(self.here / "image")}
                now = subprocess.run([images.peer(), "out", "report"], cwd=self.here, capture_output=True, check=False)
                after = {row.key for row in images.peer_report(self.here / "out")}
                self.assertEqual(now.stdout + now.stderr, was.stdout + was.stderr)
                self.assertIn(images.key("file", self.new), after - before)

    def test_the_library_finds_nothing_wrong(self):
        for methods in ([m] for m in dict.fromkeys(PEER_KNOWS + tuple(DECODERS))):
            self.insert(chain(methods))
            was, now = images.probe(self.here / "image"), images.probe(self.here / "out")
            self.assertEqual((now.status, now.findings), (was.status, was.findings), methods)
            self.assertIn(images.key("file", self.new), [n.key for n in now.nodes])

    def test_a_header_that_is_not_known_is_not_guessed(self):
        # A byte in the zeros of AMD's header; a size in front that is none of those that are there.
        for method, place in (("guided zlib-amd flip=3", 3), ("guided zlib-amd flip=0xff", 0xff),
                              ("compressed lzma-intel flip=2", 2)):
            with self.subTest(method):
                self.assertEqual(self.insert(chain([method]), "IGDROM_E_UNSUPPORTED"), ["edit-method"], place)


# Some of it is noise: more than 1024 times its own size nothing may decode to.
FILLER = "raw {\nfill %#x 00\nnoise 0x12000 filler\n}\n"
NOISE = 0x12000
BOMB = ("guided lzma", "guided gzip", "guided zlib-amd")
BOMB_BYTES = 64 << 20


class Limits(Chains):
    def put_bomb(self, size, step):
        """Volumes in each other, with many zeros before each."""
        source = chain(BOMB, step=step).replace("image {", FILLER % size + "image {")
        image = bytearray(self.build(source, "image"))
        # The outermost dictionary: 1 GiB, for which an encoder would need eleven.
        struct.pack_into("<I", image, 72 + 24 + 24 + 1, 1 << 30)
        self.put(image)
        return bytes(image)

    def test_a_bomb_costs_bounded_time_and_memory(self):
        image = self.put_bomb(BOMB_BYTES, 0x40000)
        self.assertLessEqual(len(image), 1 << 20)
        self.assertEqual(self.library("insert", "image", "new", "out", most_memory=768 << 20, most_seconds=60),
                         ["IGDROM_OK"])
        out = (self.here / "out").read_bytes()
        for method in BOMB:
            stream = decode(method, packed_section(volume_of(out)[0]))
            raw, = struct.unpack_from("<I", stream, 4)  # of a section of 16 MiB and more
            self.assertEqual((raw, stream[3], stream[raw + 3]), (BOMB_BYTES + NOISE + 8, 0x19, 0x17), method)
            out = stream[raw + 4:]
        self.assertEqual(volume_of(out)[0], volume_of(self.build(INNERMOST % (CALLS, NEW_FILE) + "\n", "wanted"))[0])

    def test_the_limit_on_expanded_bytes_is_one_on_saving(self):
        self.put_bomb(1 << 20, 0x20000)
        # Three streams of 1 MiB and the volumes in them.
        inner = 3 * ((1 << 20) + NOISE) + (0x8000 + 0x40000 + 0x60000)
        for limit, status in ((1 << 20, "IGDROM_E_LIMIT"), (2 << 20, "IGDROM_E_LIMIT"), (inner, "IGDROM_E_LIMIT"),
                              (inner + 256, "IGDROM_OK")):
            said = self.library("insert", "image", "new", "out", limit, most_seconds=20)
            self.assertEqual(said, [status] + (["edit-limit"] if status != "IGDROM_OK" else []), limit)

    def test_saving_tells_how_far_it_is_and_can_be_canceled(self):
        self.put_bomb(1 << 20, 0x20000)
        status, count = self.library("cancel", "image", "new", 0)
        self.assertEqual(status, "IGDROM_OK")
        # At least once for each 256 KiB of each stream.
        self.assertGreaterEqual(int(count), 12)
        for turn in range(1, int(count) + 1):
            self.assertEqual(self.library("cancel", "image", "new", turn), ["IGDROM_E_CANCELED", str(turn)])


if __name__ == "__main__":
    images.need_all_codecs()
    unittest.main()
