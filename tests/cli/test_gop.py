#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""igdrom gop show and match, on the GOP-shaped drivers of tests/guest/gop. Expected values: their
build options in CMakeLists.txt there, and the tables that PE tools show."""
import hashlib
import struct

from igdrom_cli import Case, main, recipe, test_gop

KEYS = "version device_ids lpc_ids machine subsystem size sha256 confidence".split()
PLAIN_IDS = ["4680", "4682", "4690", "A780", "CAFE", "A782", "9A40"]


class GopShow(Case):
    def setUp(self):
        super().setUp()
        self.plain = test_gop("plain")

    def image(self, path):
        document = self.run_igdrom("gop", "show", path, "--json").document
        self.assertEqual(len(document["images"]), 1)
        return document["images"][0]

    def test_the_document_has_every_key_and_the_facts_of_the_driver(self):
        image = self.image(self.plain)
        self.assertEqual([k for k in KEYS if k not in image], [])
        data = self.plain.read_bytes()
        self.assertEqual(image["version"], "17.0.1077")
        self.assertEqual(image["family"], "gop17-tgl-rpls")
        self.assertEqual(image["device_ids"], PLAIN_IDS)
        self.assertEqual(image["other_ids"], ["CAFE"])
        self.assertEqual(sorted(image["igd_ids"] + image["other_ids"]), sorted(PLAIN_IDS))
        self.assertEqual(image["gate"], "fatal")
        # The ids of this build that the facts name for 17.0.1077.
        self.assertIn("7A80-7A9F", image["lpc_ids"])
        self.assertEqual((image["machine"], image["subsystem"]), ("8664", 11))
        self.assertEqual(image["size"], len(data))
        self.assertEqual(image["sha256"], hashlib.sha256(data).hexdigest())
        table = image["device_table_offset"]
        self.assertEqual(struct.unpack_from("<H", data, table)[0], 0x4680)
        self.assertIsNone(image["where"])

    def test_a_driver_without_a_gate_has_no_list(self):
        image = self.image(test_gop("old"))
        self.assertEqual(image["version"], "10.0.1037")
        self.assertEqual(image["device_ids"], ["5A85", "5A84"])
        self.assertEqual(image["gate"], "none")
        self.assertIsNone(image["gate_offset"])
        self.assertIsNone(image["lpc_ids"])

    def test_what_cannot_be_read_is_null(self):
        image = self.image(test_gop("two_walks"))
        self.assertIsNone(image["device_ids"])
        self.assertIsNone(image["other_ids"])
        self.assertEqual(image["confidence"], "low")

    def test_one_byte_of_the_table_changes_the_answer(self):
        data = bytearray(self.plain.read_bytes())
        data[self.image(self.plain)["device_table_offset"]] ^= 0x02
        (self.here / "changed.efi").write_bytes(data)
        self.assertEqual(self.image("changed.efi")["device_ids"][0], "4682")

    def test_a_driver_is_found_in_an_option_rom(self):
        data = self.plain.read_bytes()
        rom = recipe("efirom-plain.rom.txt")
        size = (0x200 + len(data) + 511) // 512
        head = bytearray(rom[:0x38].ljust(0x200, b"\xff"))
        for at, value in ((2, size), (0x16, 0x200), (0x1c + 0x10, size)):
            struct.pack_into("<H", head, at, value)
        (self.here / "gop.rom").write_bytes((bytes(head) + data).ljust(size * 512, b"\xff"))
        image = self.image("gop.rom")
        self.assertEqual(image["sha256"], hashlib.sha256(data).hexdigest())
        self.assertIn("image 0", image["where"])
        self.assertIn("image 0", self.run_igdrom("gop", "show", "gop.rom").text)

    def test_text_groups_the_devices_and_keeps_others_apart(self):
        text = self.run_igdrom("gop", "show", self.plain).text
        self.assertIn("Alder Lake-S: 4680 4682 4690", text)
        self.assertIn("Raptor Lake-S: A780 A782", text)
        self.assertIn("Other ids     not in the tables: CAFE", text)
        self.assertIn("6 integrated devices", text)
        for line in text.splitlines()[1:]:
            self.assertLessEqual(len(line), 80, line)

    def test_standard_input_is_a_file_too(self):
        document = self.run_igdrom("gop", "show", "-", "--json", stdin=self.plain.read_bytes()).document
        self.assertEqual(document["images"][0]["version"], "17.0.1077")

    def test_a_file_without_a_driver_is_the_answer_no(self):
        (self.here / "driver.rom").write_bytes(recipe("efirom-plain.rom.txt"))
        result = self.run_igdrom("gop", "show", "driver.rom", code=1)
        self.assertIn("driver.rom: There is no Intel GOP driver in it (PCI option ROM)", result.errors)
        document = self.run_igdrom("gop", "show", "driver.rom", "--json", code=1).document
        self.assertEqual(document["images"], [])

    def test_bad_files_get_a_sentence_and_code_1(self):
        (self.here / "text").write_bytes(b"hello, world, this is no driver")
        (self.here / "empty").write_bytes(b"")
        (self.here / "cut.efi").write_bytes(self.plain.read_bytes()[:100])
        for name, status in (("text", "IGDROM_E_NOT_RECOGNIZED"), ("empty", None), ("cut.efi", None)):
            self.fails("gop", "show", name, code=1, text="", file=name, status=status)

    def test_files_that_cannot_be_opened_are_code_3(self):
        self.fails("gop", "show", "absent.efi", code=3, text="absent.efi cannot be read: No such file",
                   status="IGDROM_E_NOT_FOUND")
        self.fails("gop", "show", ".", code=3, text="Is a directory", status="IGDROM_E_IO")


class GopMatch(Case):
    def setUp(self):
        super().setUp()
        for name in ("plain", "old", "newer", "two_walks"):
            (self.here / f"{name}.efi").write_bytes(test_gop(name).read_bytes())
        (self.here / "same.efi").write_bytes((self.here / "newer.efi").read_bytes())
        (self.here / "note.txt").write_bytes(b"no driver at all")

    def test_the_newest_that_lists_the_device_is_the_best(self):
        names = ["plain.efi", "old.efi", "newer.efi", "same.efi", "two_walks.efi", "note.txt"]
        document = self.run_igdrom("gop", "match", *names, "4680", "--json").document
        self.assertEqual(document["device_id"], "4680")
        self.assertEqual(document["best"]["file"], "newer.efi")
        self.assertEqual(document["best"]["version"], "17.0.1087")
        verdicts = {c["file"]: c["verdict"] for c in document["candidates"]}
        self.assertEqual(verdicts, {
            "plain.efi": "older", "old.efi": "not-listed", "newer.efi": "best",
            "same.efi": "same-version", "two_walks.efi": "unreadable", "note.txt": "absent"})
        self.assertIsNone(document["candidates"][5]["gop"])
        text = self.run_igdrom("gop", "match", *names, "8086:4680").text.splitlines()
        self.assertIn("newer.efi", text[1])
        self.assertIn("best", text[1])
        self.assertEqual(len(text), 1 + len(names))

    def test_the_order_of_the_files_does_not_matter(self):
        for names in (["plain.efi", "newer.efi"], ["newer.efi", "plain.efi"]):
            document = self.run_igdrom("gop", "match", *names, "4680", "--json").document
            self.assertEqual(document["best"]["file"], "newer.efi")

    def test_no_driver_for_the_device_is_the_answer_no(self):
        result = self.run_igdrom("gop", "match", "plain.efi", "old.efi", "7D55", code=1)
        self.assertIn("gop22-mtl-arl", result.errors)
        document = self.run_igdrom("gop", "match", "plain.efi", "7D55", "--json", code=1).document
        self.assertIsNone(document["best"])
        self.assertEqual(document["candidates"][0]["verdict"], "not-listed")

    def test_a_file_that_cannot_be_opened_is_told(self):
        self.fails("gop", "match", "plain.efi", "absent.efi", "4680", code=3, text="absent.efi cannot be read")

    def test_the_last_word_must_be_a_device(self):
        self.fails("gop", "match", "plain.efi", "newer.efi", code=2, text="\"newer.efi\" is no device")


if __name__ == "__main__":
    main()
