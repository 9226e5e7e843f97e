# SPDX-License-Identifier: BSD-2-Clause
"""GOP drivers, from those that tests/guest/gop compiles. Expected values are their build options.

Usage: test_gop.py DIRECTORY_OF_DRIVERS
"""
import gc
import hashlib
import json
import pathlib
import sys
import unittest

import igdrom
import images

DRIVERS = pathlib.Path(sys.argv.pop(1)) if len(sys.argv) > 1 else None
IDS = (0x4680, 0x4682, 0x4690, 0xA780, 0xCAFE, 0xA782, 0x9A40)


def path_of(name):
    return DRIVERS / f"testgop_{name}.efi"


def load(name):
    return path_of(name).read_bytes()


class Facts(unittest.TestCase):
    def test_a_driver_is_read_as_it_was_built(self):
        data = load("plain")
        gop = igdrom.Gop.identify(data)
        self.assertEqual((gop.version, gop.version_info), ("17.0.1077", (17, 0, 1077)))
        self.assertEqual(gop.family, "gop17-tgl-rpls")
        self.assertIs(gop.confidence, igdrom.Confidence.HIGH)
        self.assertEqual(gop.device_ids, IDS)
        self.assertEqual(gop.igd_ids, tuple(i for i in IDS if i != 0xCAFE))
        table = b"".join(i.to_bytes(2, "little") for i in IDS)
        self.assertEqual(gop.device_table_offset, data.index(table))
        self.assertIs(gop.gate, igdrom.GopGate.FATAL)
        self.assertEqual(data[gop.gate_offset], 0xE8)  # the call that answers with the LPC id
        self.assertEqual((gop.machine, gop.subsystem), (0x8664, 0x0B))
        self.assertEqual((gop.size, gop.sha256), (len(data), hashlib.sha256(data).hexdigest()))
        self.assertIn("17.0.1077, 7 device ids (4680 4682 4690 A780 ...), confidence high", repr(gop))

    def test_it_says_which_devices_it_supports(self):
        gop = igdrom.Gop.from_file(path_of("plain"))
        for device, expected in (("4680", True), (0xA780, True), ("46A6", False), (igdrom.lookup("9bc5"), False)):
            self.assertIs(gop.supports(device), expected)

    def test_accepted_lpc_ids_come_from_the_table_of_builds(self):
        gop = igdrom.Gop.identify(load("plain"))
        self.assertIs(gop.accepts_lpc(0x7A84), True)
        self.assertIs(gop.accepts_lpc(0x7000), False)
        self.assertTrue(any(first <= 0x7A84 <= last for first, last in gop.lpc_ranges))

    def test_what_is_not_known_is_none(self):
        gop = igdrom.Gop.identify(load("unknown"))
        self.assertEqual(gop.version, "19.3.7")
        self.assertIsNone(gop.family)
        self.assertIsNone(gop.accepts_lpc(0x7A84))
        self.assertIs(gop.gate, igdrom.GopGate.UNKNOWN)
        self.assertIn("gop-gate-unknown", [f.code for f in gop.report])

    def test_a_changed_byte_in_its_table_changes_the_answer(self):
        data = bytearray(load("plain"))
        at = igdrom.Gop.identify(data).device_table_offset
        data[at:at + 2] = (0x46A6).to_bytes(2, "little")
        self.assertIs(igdrom.Gop.identify(data).supports("46A6"), True)

    def test_other_images_are_no_gop(self):
        with self.assertRaises(igdrom.IgdromMissingError):
            igdrom.Gop.identify(igdrom.guest_driver())

    def test_the_best_lists_the_device_and_is_the_newest(self):
        gops = [igdrom.Gop.from_file(path_of(name)) for name in ("plain", "newer", "old", "unknown")]
        self.assertEqual(igdrom.best_gop(gops[:3], "4680").version, "17.0.1087")
        self.assertIs(igdrom.best_gop(gops, 0x5A85), gops[2])
        with self.assertRaisesRegex(igdrom.IgdromMissingError, "for device 9BC5"):
            igdrom.best_gop(gops, "9bc5")
        with self.assertRaises(igdrom.IgdromError):
            igdrom.best_gop([], "4680")


    def test_each_driver_is_told_why_it_is_not_the_best(self):
        plain, newer, old = (igdrom.Gop.from_file(path_of(name)) for name in ("plain", "newer", "old"))
        verdicts = [igdrom.judge_gop(gop, newer, "4680") for gop in (newer, plain, old, None)]
        self.assertEqual([igdrom.verdict_name(v) for v in verdicts],
                         ["best", "older", "not-listed", "absent"])
        self.assertIs(igdrom.judge_gop(plain, None, 0x9BC5), igdrom.GopVerdict.NOT_LISTED)


class Files(unittest.TestCase):
    def setUp(self):
        self.driver = load("plain")
        self.rom = images.legacy_rom(last=False) + images.image(3, self.driver, efi=(0x8664, 0x0B))

    def test_a_driver_is_found_in_a_file_of_its_own(self):
        contents = igdrom.Contents.from_file(path_of("plain"))
        (gop,) = contents
        self.assertEqual((contents.kind, gop.where, gop.data), (igdrom.FileKind.PE, "", self.driver))

    def test_a_driver_is_found_in_a_rom(self):
        with igdrom.open(self.rom) as contents:
            (gop,) = contents.gops
            self.assertEqual((contents.kind, len(contents)), (igdrom.FileKind.OPTION_ROM, 1))
            self.assertEqual((gop.version, gop.data), ("17.0.1077", self.driver))
            self.assertIn("image 1", gop.where)
            self.assertIs(igdrom.best_gop(contents, "4680").data == self.driver, True)
            self.assertEqual(json.loads(contents.to_json())["images"][0]["version"], "17.0.1077")

    def test_the_choice_among_files_has_json(self):
        with igdrom.open(self.rom) as rom, igdrom.Contents.from_file(path_of("newer")) as newer:
            document = json.loads(igdrom.match_json([(rom, "a.rom"), (None, "说明.txt"), (newer, "b.efi")], "4680"))
            with self.assertRaises(TypeError):
                igdrom.match_json([(rom, None)], "4680")
        self.assertEqual((document["best"]["file"], document["best"]["version"]), ("b.efi", "17.0.1087"))
        self.assertEqual([(c["file"], c["verdict"]) for c in document["candidates"]],
                         [("a.rom", "older"), ("说明.txt", "absent"), ("b.efi", "best")])

    def test_a_found_driver_keeps_its_file_alive_and_closes_with_it(self):
        gop = igdrom.open(self.rom)[0]
        gc.collect()
        churn = [igdrom.open(self.rom) for _ in range(10)]
        self.assertEqual((gop.version, gop.device_ids), ("17.0.1077", IDS))
        del churn
        with igdrom.open(self.rom) as contents:
            gop = contents[0]
        for use in (lambda: gop.version, lambda: gop.data, lambda: gop.supports(1), lambda: igdrom.best_gop([gop], 1),
                    lambda: len(contents), lambda: contents.kind):
            with self.assertRaises(igdrom.IgdromMisuseError):
                use()
        self.assertEqual(repr(contents), "<igdrom.Contents, closed>")


class Building(unittest.TestCase):
    def test_a_rom_carries_the_driver_and_says_whence(self):
        with igdrom.RomBuilder(target="4680") as builder:
            builder.add_gop(load("plain"), name="Gop.efi", origin="bios.cap").add_guest_driver()
            data = builder.finish()
        report = igdrom.check_rom(data, "4680")
        self.assertTrue(report.ok, str(report))
        rom = igdrom.Rom.parse(data)
        entries = {entry.kind: entry for entry in rom.manifest}
        gop = entries[igdrom.ManifestKind.GOP]
        self.assertLess(entries[igdrom.ManifestKind.GUEST_DRIVER].image, gop.image)
        self.assertEqual((gop.name, gop.origin, gop.version), ("Gop.efi", "bios.cap", "17.0.1077"))
        self.assertEqual(set(gop.device_ids) - set(IDS), set())
        self.assertEqual(rom[gop.image].payload(), load("plain"))
        self.assertEqual(gop.sha256, hashlib.sha256(load("plain")).hexdigest())

    def test_a_driver_for_another_device_is_refused_unless_forced(self):
        with igdrom.RomBuilder(target="9bc5") as builder:
            builder.add_guest_driver()
            with self.assertRaises(igdrom.IgdromRefusedError) as caught:
                builder.add_gop(load("plain"), name="Gop.efi")
            self.assertTrue(str(caught.exception).startswith("Gop.efi: refused"), str(caught.exception))
            self.assertGreater(len(caught.exception.findings), 0)
            builder.configure(force=True).add_gop(load("plain"))
            self.assertIn(igdrom.Severity.WARNING, [f.severity for f in builder.findings])
            self.assertGreater(len(builder.finish()), 0)

    def test_several_drivers_need_somebody_who_chooses(self):
        with igdrom.RomBuilder() as builder:
            builder.add_gop(load("plain")).add_gop(load("newer"))
            with self.assertRaises(igdrom.IgdromRefusedError):
                builder.finish()
            rom = igdrom.Rom.parse(builder.add_guest_driver().finish())
        self.assertEqual([image.code_type for image in rom.images], [3, 0xF0, 0xF0, 0xF0])
        with igdrom.RomBuilder(select=False) as builder:
            rom = igdrom.Rom.parse(builder.add_guest_driver().add_gop(load("plain")).add_gop(load("newer")).finish())
        self.assertEqual([image.code_type for image in rom.images], [3, 3, 3, 0xF0])

    def test_a_driver_without_the_guest_driver_is_refused_and_found_by_the_check(self):
        with igdrom.RomBuilder() as builder:
            builder.add_gop(load("plain"))
            with self.assertRaises(igdrom.IgdromRefusedError):
                builder.finish()
        with igdrom.RomBuilder(force=True) as builder:
            report = igdrom.check_rom(builder.add_gop(load("plain")).finish(), "4680")
        self.assertFalse(report.ok, str(report))


if __name__ == "__main__":
    unittest.main()
