#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Reads the ROMs that kit_samples writes with rom_reader.py and compares them with what went in.

Usage: check_kit_layout.py KIT_SAMPLES DEVICES_TSV
"""
import hashlib
import pathlib
import subprocess
import sys
import tempfile
import unittest
import zlib

import rom_reader

LEGACY, EFI, DATA = 0, 3, 0xF0
GUEST, GOP, OTHER, VBIOS = 1, 2, 4, 5  # kinds in the manifest
DESKTOP = [0x4680, 0x4690, 0xA780]


class Layout(unittest.TestCase):
    def setUp(self):
        self.maxDiff = None

    def rom(self, name):
        return rom_reader.read_rom((FILES / name).read_bytes())

    def content(self, name):
        return (FILES / name).read_bytes()

    def assert_images(self, images, expected):
        self.assertEqual([i["type"] for i in images], [t for t, _ in expected])
        for image, (_, name) in zip(images, expected):
            if name:
                self.assertEqual(image["payload"], self.content(name), name)

    def assert_efi(self, image, ids, **other):
        self.assertEqual((image["vendor"], image["device"]), (0x8086, ids[0]))
        self.assertEqual(image["ids"], ids if len(ids) > 1 else [])
        self.assertEqual((image["machine"], image["subsystem"]), (0x8664, 11))
        self.assertEqual((image["class"], image["revision"]), (0x030000, 3))
        for key, value in other.items():
            self.assertEqual(image[key], value, key)

    def assert_manifest(self, image, expected):
        manifest = rom_reader.read_manifest(image["payload"])
        self.assertEqual(manifest["tool"], "libigdrom 0.1.0")
        self.assertEqual((image["ids"], image["compressed"]), ([], False))
        self.assertEqual([(e["kind"], e["image"]) for e in manifest["entries"]],
                         [(kind, index) for index, (kind, _) in enumerate(expected)])
        for entry, (kind, name) in zip(manifest["entries"], expected):
            if kind != VBIOS:
                self.assertEqual(entry["sha256"], hashlib.sha256(self.content(name)).hexdigest())
            content = self.content(name)
            load = entry["load"] or {"crc": None, "size": None}
            self.assertEqual((load["crc"], load["size"]),
                             (zlib.crc32(content), len(content)) if kind == GOP else (None, None))
            self.assertEqual(entry["name"], "igdrom guest driver" if kind == GUEST else name)
            self.assertEqual(entry["version"], {GUEST: "0.1.0", GOP: "17.0.1077"}.get(kind, ""))
        return manifest["entries"]

    def test_a_universal_rom_is_for_every_device_since_sandy_bridge(self):
        images, rest = self.rom("universal.rom")
        self.assert_images(images, [(EFI, "guest.efi"), (DATA, None)])
        rows = [line.split("\t") for line in DEVICES.read_text().splitlines() if line and line[0] != "#"]
        column = rows[0].index("device_id")
        known = {int(row[column], 16) for row in rows[1:]}
        # 0102 is the first id of Sandy Bridge; older devices stand apart from it in the table.
        self.assertEqual(images[0]["device"], 0x0102)
        self.assertLessEqual(set(images[0]["ids"]), known)
        self.assertEqual(images[0]["ids"], sorted(images[0]["ids"]))
        self.assertGreater(len(images[0]["ids"]), 300)
        for old in (0x7121, 0x3577, 0x2582, 0x29A2, 0x0042, 0x0046):
            self.assertIn(old, known)
            self.assertNotIn(old, images[0]["ids"])
        for new in (0x0102, 0x0F31, 0x22B0, 0x1912, 0x5A85, 0x3185, 0x8A52, 0x4E61, 0x46D1, 0xA780, 0x7D55, 0xB080):
            self.assertIn(new, images[0]["ids"])
        entries = self.assert_manifest(images[1], [(GUEST, "guest.efi")])
        self.assertEqual(entries[0]["ids"], images[0]["ids"])
        self.assertTrue(images[0]["compressed"])
        self.assertFalse(images[1]["compressed"])
        self.assertLessEqual(len(self.content("universal.rom")), 16384)
        self.assertEqual(set(rest), set() if not rest else {0xFF})

    def test_a_gop_rom_is_for_the_integrated_devices_of_its_gop(self):
        for name, compressed in (("gop.rom", True), ("gop-plain.rom", False)):
            images, rest = self.rom(name)
            self.assert_images(images, [(EFI, "guest.efi"), (DATA, "gop.efi"), (DATA, None)])
            self.assert_efi(images[0], DESKTOP, compressed=compressed)
            self.assert_efi(images[1], DESKTOP, compressed=compressed)
            entries = self.assert_manifest(images[2], [(GUEST, "guest.efi"), (GOP, "gop.efi")])
            self.assertEqual(entries[1]["ids"], [0x4680, 0x4690, 0xCAFE, 0xA780])
            self.assertEqual(entries[1]["origin"], "a BIOS")
            self.assertEqual([i["last"] for i in images], [False, False, True])
            self.assertEqual(rest, b"")

    def test_a_rom_with_everything_has_it_in_order(self):
        images, _ = self.rom("all.rom")
        self.assert_images(images, [(LEGACY, None), (EFI, "guest.efi"), (DATA, "gop.efi"), (EFI, "driver.efi"),
                                    (DATA, None)])
        self.assert_efi(images[1], [0xA780], code_revision=0)
        self.assert_efi(images[2], [0xA780], code_revision=0x0102)
        self.assert_efi(images[3], [0xA780], code_revision=0x0102)
        entries = self.assert_manifest(images[4], [(VBIOS, "legacy.bin"), (GUEST, "guest.efi"), (GOP, "gop.efi"),
                                                   (OTHER, "driver.efi")])
        self.assertEqual(entries[0]["sha256"], hashlib.sha256(images[0]["bytes"]).hexdigest())
        # Of the legacy image only LAST and one byte for the checksum have changed.
        before = self.content("legacy.bin")
        changed = [i for i, byte in enumerate(images[0]["bytes"]) if byte != before[i]]
        self.assertEqual(len(changed), 2)
        self.assertIn(0x1C + 0x15, changed)

    def test_settings_reach_the_structures(self):
        images, _ = self.rom("pci23.rom")
        self.assertEqual((images[0]["vendor"], images[0]["device"]), (0x1AF4, 0x1234))
        self.assertEqual((images[0]["revision"], images[0]["class"]), (0, 0x038000))
        self.assertEqual(images[0]["ids"], [])

    def test_an_open_ended_rom_ends_with_its_images(self):
        images, rest = self.rom("open.rom")
        self.assertEqual([i["last"] for i in images], [False, False])
        self.assertEqual(rest, b"")


if __name__ == "__main__":
    DEVICES = pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as directory:
        FILES = pathlib.Path(directory)
        made = subprocess.run([sys.argv[1], directory], capture_output=True, text=True)
        if made.returncode:
            sys.exit(made.stdout + made.stderr)
        unittest.main(argv=sys.argv[:1])
