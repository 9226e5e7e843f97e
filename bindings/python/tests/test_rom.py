# SPDX-License-Identifier: BSD-2-Clause
"""Option ROMs: parse, check, fix, build. Inputs are written here, not by the library."""
import hashlib
import json
import os
import pathlib
import tempfile
import unittest

import igdrom
import images


class Reading(unittest.TestCase):
    def setUp(self):
        driver = igdrom.guest_driver()
        self.legacy = images.image(0, b"\xcb" * 600, last=False)
        self.efi = images.image(3, driver, efi=(0x8664, 0x0B), device=0x46A6)
        self.driver = driver
        self.data = self.legacy + self.efi

    def test_images_say_what_was_written(self):
        rom = igdrom.Rom.parse(self.data)
        self.assertEqual((len(rom), rom.size, rom.trailing), (2, len(self.data), b""))
        self.assertTrue(rom.bar_size // 2 < rom.size <= rom.bar_size)
        legacy, efi = rom
        self.assertEqual((legacy.index, legacy.offset, legacy.size), (0, 0, len(self.legacy)))
        self.assertEqual((legacy.code_type, legacy.last), (igdrom.CodeType.LEGACY, False))
        self.assertEqual((legacy.machine, legacy.subsystem), (None, None))
        self.assertEqual((efi.offset, efi.size), (len(self.legacy), len(self.efi)))
        self.assertEqual((efi.vendor_id, efi.device_id, efi.class_code), (0x8086, 0x46A6, 0x030000))
        self.assertEqual((efi.code_type, efi.code_type_name), (igdrom.CodeType.EFI, "EFI"))
        self.assertEqual((efi.machine, efi.subsystem, efi.compressed, efi.last), (0x8664, 0x0B, False, True))
        self.assertEqual((efi.pcir_offset, efi.pcir_revision, efi.code_revision), (images.PCIR_AT, 3, 0))
        self.assertEqual(efi.device_list, ())
        self.assertEqual((legacy.data, efi.data), (self.legacy, self.efi))
        self.assertIn("46A6", repr(efi))

    def test_a_payload_is_what_went_in(self):
        efi = igdrom.Rom.parse(self.data)[1]
        self.assertEqual(efi.payload(), self.driver)
        self.assertEqual(efi.payload_sha256, hashlib.sha256(self.driver).hexdigest())

    def test_writing_gives_the_same_bytes(self):
        for data in (self.data, self.legacy, self.data + b"trailing"):
            rom = igdrom.Rom.parse(data)
            self.assertEqual(rom.to_bytes(), data)
            self.assertEqual(rom.sha256, hashlib.sha256(data).hexdigest())

    def test_json_lists_the_images(self):
        document = json.loads(igdrom.Rom.parse(self.data).to_json())
        self.assertEqual([i["device_id"] for i in document["images"]], ["4680", "46A6"])

    def test_images_are_known_by_what_they_carry(self):
        rom = igdrom.Rom.parse(self.data)
        self.assertEqual([image.kind for image in rom], [igdrom.ImageKind.LEGACY, igdrom.ImageKind.GUEST_DRIVER])
        self.assertEqual(rom[1].kind_name, "guest-driver")
        self.assertEqual([image.provides for image in rom],
                         [(), (igdrom.Provides.OPREGION, igdrom.Provides.GOP_POLICY)])

    def test_a_rom_is_taken_apart_into_files(self):
        rom = igdrom.Rom.parse(self.data + b"trailing")
        self.assertEqual([(p.name, p.image, p.payload) for p in rom.parts()], [
            ("00-legacy.rom", 0, False), ("01-guest-driver.rom", 1, False),
            ("01-guest-driver.efi", 1, True), ("trailing.bin", None, False)])
        self.assertEqual([p.data for p in rom.parts()], [self.legacy, self.efi, self.driver, b"trailing"])
        files = json.loads(rom.split_json("out"))["files"]
        self.assertEqual([f["file"] for f in files], [f"out/{p.name}" for p in rom.parts()])
        self.assertEqual(files[2]["sha256"], hashlib.sha256(self.driver).hexdigest())

    def test_a_rom_that_was_written_says_where(self):
        rom = igdrom.Rom.parse(self.data)
        for changed in (None, True, False):
            document = json.loads(rom.written_json("out.rom", changed))
            self.assertEqual((document["file"], document["changed"]), ("out.rom", changed))

    def test_a_rom_of_others_has_no_manifest(self):
        self.assertIsNone(igdrom.Rom.parse(self.data).manifest)

    def test_a_file_is_named_in_its_errors(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "显卡.rom"
            path.write_bytes(self.data)
            self.assertEqual(len(igdrom.Rom.from_file(path)), 2)
            self.assertEqual(len(igdrom.Rom.from_file(os.fspath(path))), 2)
            path.write_bytes(b"not a ROM")
            with self.assertRaises(igdrom.IgdromMissingError) as caught:
                igdrom.Rom.from_file(path)
            self.assertTrue(str(caught.exception).startswith(f"{path}: "), str(caught.exception))
            self.assertTrue(all(f.file == str(path) for f in caught.exception.findings))
            with self.assertRaises(FileNotFoundError):
                igdrom.Rom.from_file(path.with_name("missing"))

    def test_a_file_larger_than_the_limit_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "big.rom"
            path.write_bytes(self.data)
            with self.assertRaises(igdrom.IgdromDataError) as caught:
                igdrom.Rom.from_file(path, igdrom.Limits(input_bytes=1000))
            self.assertIs(caught.exception.code, igdrom.Status.E_LIMIT)

    def test_every_prefix_parses_or_fails_cleanly(self):
        for size in [*range(0, 600), *range(600, len(self.data), 37)]:
            try:
                igdrom.Rom.parse(self.data[:size]).to_bytes()
            except igdrom.IgdromError as error:
                self.assertIn(error.code, (igdrom.Status.E_NOT_RECOGNIZED, igdrom.Status.E_TRUNCATED,
                                           igdrom.Status.E_CORRUPT))

    def test_open_finds_no_gop_in_it(self):
        contents = igdrom.open(self.data)
        self.assertEqual((contents.kind, len(contents), list(contents)), (igdrom.FileKind.OPTION_ROM, 0, []))
        self.assertIn("PCI option ROM", repr(contents))
        self.assertEqual(json.loads(contents.to_json())["images"], [])
        with self.assertRaises(igdrom.IgdromMissingError):
            igdrom.open(b"nothing that is known" * 50)


class Checking(unittest.TestCase):
    def test_a_sound_rom_passes(self):
        report = igdrom.check_rom(images.legacy_rom())
        self.assertTrue(report.ok, str(report))

    def test_a_missing_last_bit_is_found_and_fixed(self):
        data = images.legacy_rom(last=False)
        with igdrom.Rom.parse(data) as rom:
            report = rom.check()
            fixed, repairs = rom.fix()
        self.assertIn("rom-last-missing", [f.code for f in report])
        self.assertGreater(len(repairs), 0)
        # The LAST bit, and the checksum that it takes along (byte 6, as in hw/pci/pci.c of QEMU).
        changed = [i for i, (old, new) in enumerate(zip(data, fixed, strict=True)) if old != new]
        indicator = data.index(b"PCIR") + 0x15
        self.assertEqual(changed, [6, indicator])
        self.assertEqual(fixed[indicator], data[indicator] | 0x80)
        self.assertEqual(sum(fixed) % 256, 0)

    def test_nothing_is_changed_where_nothing_is_wrong(self):
        self.assertEqual(igdrom.fix_rom(images.legacy_rom()).data, images.legacy_rom())

    def test_a_driver_without_its_rom_is_named_as_such(self):
        self.assertFalse(igdrom.check_rom(igdrom.guest_driver()).ok)
        with self.assertRaises(igdrom.IgdromMissingError):
            igdrom.Rom.parse(igdrom.guest_driver())

    def test_findings_have_json_and_name_the_file(self):
        report = igdrom.check_rom(images.legacy_rom(last=False), "4680", file="x.rom")
        document = json.loads(report.to_json())
        self.assertEqual([f["code"] for f in document["findings"]], [f.code for f in report])
        self.assertEqual({f["file"] for f in document["findings"]}, {"x.rom"})


class Building(unittest.TestCase):
    def test_the_universal_rom_holds_the_guest_driver_and_its_record(self):
        with igdrom.RomBuilder() as builder:
            data = builder.add_guest_driver().finish()
        rom = igdrom.Rom.parse(data)
        self.assertTrue(igdrom.check_rom(data).ok, str(igdrom.check_rom(data)))
        self.assertEqual(rom[0].payload(), igdrom.guest_driver())
        self.assertTrue(rom[0].compressed)
        manifest = rom.manifest
        self.assertEqual(manifest.version, 1)
        self.assertEqual(manifest.tool, f"libigdrom {igdrom.__version__}")
        (entry,) = manifest
        self.assertIs(entry.kind, igdrom.ManifestKind.GUEST_DRIVER)
        self.assertEqual((entry.kind_name, entry.image), ("guest-driver", 0))
        self.assertEqual(entry.sha256, hashlib.sha256(igdrom.guest_driver()).hexdigest())
        self.assertIsInstance(entry.device_ids, tuple)
        self.assertIn("guest-driver", repr(entry))

    def test_settings_reach_the_image(self):
        with igdrom.RomBuilder(vendor_id=0x1234, device_ids=["4680", 0x46A6], class_code=0x038000,
                               code_revision=7, compress=False, open_ended=True) as builder:
            rom = igdrom.Rom.parse(builder.add_guest_driver().finish())
        image = rom[0]
        self.assertEqual((image.vendor_id, image.device_id, image.class_code), (0x1234, 0x4680, 0x038000))
        self.assertEqual(image.device_list, (0x4680, 0x46A6))
        self.assertEqual((image.code_revision, image.compressed, image.pcir_revision), (7, False, 3))
        self.assertFalse(rom[len(rom) - 1].last)

    def test_pci_2_structures_can_be_had(self):
        with igdrom.RomBuilder(pcir_revision=0) as builder:
            rom = igdrom.Rom.parse(builder.add_guest_driver().finish())
        self.assertEqual(rom[0].pcir_revision, 0)

    def test_legacy_and_efi_images_are_added_in_the_order_of_the_rom(self):
        with igdrom.RomBuilder() as builder:
            builder.add_efi(images.efi_driver(igdrom.guest_driver(), 1), name="other.efi")
            builder.add_legacy(images.legacy_rom(), name="vbios.rom")
            builder.add_guest_driver()
            rom = igdrom.Rom.parse(builder.finish())
        kind = igdrom.ManifestKind
        self.assertEqual([(e.image, e.kind) for e in rom.manifest],
                         [(0, kind.LEGACY), (1, kind.GUEST_DRIVER), (2, kind.EFI)])
        self.assertEqual((rom.manifest[0].name, rom.manifest[2].name), ("vbios.rom", "other.efi"))
        efi, data = igdrom.CodeType.EFI, igdrom.CodeType.DATA
        self.assertEqual([i.code_type for i in rom], [igdrom.CodeType.LEGACY, efi, efi, data])

    def test_the_same_driver_twice_is_taken_once_and_said_so(self):
        with igdrom.RomBuilder() as builder:
            builder.add_efi(igdrom.guest_driver(), name="one.efi").add_efi(igdrom.guest_driver(), name="two.efi")
            self.assertEqual([f.code for f in builder.findings], ["build-duplicate"])
            self.assertEqual(builder.findings[0].file, "two.efi")

    def test_the_same_input_gives_the_same_bytes(self):
        built = {igdrom.RomBuilder().add_guest_driver().finish() for _ in range(3)}
        self.assertEqual(len(built), 1)

    def test_misuse_is_named(self):
        builder = igdrom.RomBuilder()
        with self.assertRaises(igdrom.IgdromMisuseError) as caught:
            builder.finish()
        self.assertIs(caught.exception.code, igdrom.Status.E_STATE)
        with self.assertRaisesRegex(ValueError, "class_code=0x1000000"):
            igdrom.RomBuilder(class_code=1 << 24)
        with self.assertRaisesRegex(ValueError, "pcir_revision=2"):
            igdrom.RomBuilder(pcir_revision=2)
        with self.assertRaises(OverflowError):
            igdrom.RomBuilder(device_ids=[0x4680, 0x14680])
        with self.assertRaises(TypeError):
            igdrom.RomBuilder(device_ids=0x4680)
        builder.add_guest_driver()
        with self.assertRaises(igdrom.IgdromMisuseError):
            builder.add_guest_driver()

    def test_what_is_no_gop_is_refused_by_name(self):
        with igdrom.RomBuilder() as builder, self.assertRaises(igdrom.IgdromMissingError) as caught:
            builder.add_gop(igdrom.guest_driver(), name="mine.efi")
        self.assertTrue(str(caught.exception).startswith("mine.efi: "))


if __name__ == "__main__":
    unittest.main()
