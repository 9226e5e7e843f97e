#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""igdrom vbt show and fix, on tables of a writer that shares no code with the library."""
import hashlib
import struct

from igdrom_cli import Case, main, recipe
from fw import vbt as writer

KEYS = "signature bdb_version size checksum_ok sha256 ports blocks".split()


def opregion(vbt, version=0x0201, mailbox=b""):
    """An OpRegion with the table behind it (RVDA, RVDS)."""
    out = bytearray(0x2000)
    out[:16] = b"IntelGraphicsMem"
    struct.pack_into("<I", out, 0x10, 8)
    struct.pack_into("<H", out, 0x16, version)
    struct.pack_into("<I", out, 0x58, 0x0d)
    struct.pack_into("<QI", out, 0x3ba, 0x2000, len(vbt))
    out[0x400:0x400 + len(mailbox)] = mailbox
    return bytes(out) + vbt


class VbtShow(Case):
    def setUp(self):
        super().setUp()
        self.table = writer.build("TIGERLAKE", 244)
        (self.here / "vbt.bin").write_bytes(self.table + bytes(100))

    def document(self, *words, **more):
        return self.run_igdrom("vbt", "show", *words, "--json", **more).document

    def test_the_document_has_every_key_and_what_was_written(self):
        document = self.document("vbt.bin")
        self.assertEqual([k for k in KEYS if k not in document], [])
        self.assertEqual((document["signature"], document["bdb_version"]), ("$VBT TIGERLAKE", 244))
        self.assertEqual(document["size"], len(self.table))
        self.assertEqual(document["sha256"], hashlib.sha256(self.table).hexdigest())
        self.assertIs(document["checksum_ok"], True)
        self.assertEqual([(p["name"], p["type"], p["ddi"]) for p in document["ports"]],
                         [("DP on DDI A", "DP", "A"), ("DP++ on DDI B", "DP++", "B")])
        self.assertEqual([(b["id"], b["name"]) for b in document["blocks"]],
                         [(254, "skip"), (1, "general features"), (2, "general definitions")])
        self.assertEqual((document["device_id"], document["fits"], document["opregion"]), (None, None, None))
        self.assertEqual([c["verdict"] for c in document["candidates"]], ["best"])

    def test_it_is_compared_with_a_device(self):
        self.assertIs(self.document("vbt.bin", "-d", "4680")["fits"], True)
        self.assertIs(self.document("vbt.bin", "--device", "1912")["fits"], False)
        result = self.run_igdrom("vbt", "show", "vbt.bin", "-d", "1912")
        self.assertIn("does not fit Skylake", result.text)
        self.assertEqual(result.errors.count("warning: "), 1)
        self.assertIn("fits Alder Lake-S", self.run_igdrom("vbt", "show", "vbt.bin", "-d", "4680").text)

    def test_text_fits_a_terminal_and_folds_the_blocks(self):
        text = self.run_igdrom("vbt", "show", "vbt.bin").text
        self.assertIn("DP++ on DDI B", text)
        self.assertNotIn("general definitions", text)
        self.assertIn("3 blocks", text)
        everything = self.run_igdrom("vbt", "show", "--all", "vbt.bin").text
        self.assertIn("general definitions", everything)
        for line in (text + everything).splitlines():
            self.assertLessEqual(len(line), 80, line)

    def test_an_opregion_names_the_table_behind_it(self):
        other = writer.build("SKYLAKE", 209)
        (self.here / "opregion").write_bytes(opregion(self.table, mailbox=other))
        document = self.document("opregion")
        self.assertEqual(document["signature"], "$VBT TIGERLAKE")
        self.assertEqual(document["opregion"], {
            "version": "2.1", "size_kib": 8, "mailboxes": ["acpi", "asle", "vbt"], "vbt_offset": 0x2000})
        self.assertEqual(len(document["candidates"]), 1)
        self.assertIn("version 2.1", self.run_igdrom("vbt", "show", "opregion").text)

    def test_an_absolute_address_is_told_and_the_mailbox_taken(self):
        (self.here / "opregion").write_bytes(opregion(b"", version=0x0200, mailbox=self.table))
        document = self.document("opregion")
        self.assertEqual(document["opregion"]["vbt_offset"], 0x400)
        (self.here / "opregion").write_bytes(opregion(self.table, version=0x0200)[:0x2000])
        result = self.run_igdrom("vbt", "show", "opregion", code=1)
        self.assertIn("i915_vbt", result.errors)

    def test_a_cut_opregion_is_told_and_its_table_shown(self):
        (self.here / "opregion").write_bytes(opregion(b"", mailbox=self.table)[:0x1fff])
        result = self.run_igdrom("vbt", "show", "opregion", code=1)
        self.assertIn("$VBT TIGERLAKE", result.text)
        self.assertIn("cut off", result.errors)

    def test_of_several_one_is_shown_and_why(self):
        (self.here / "two").write_bytes(bytes(64) + self.table + writer.build("SKYLAKE", 209))
        self.assertEqual(self.document("two", "-d", "1912")["signature"], "$VBT SKYLAKE")
        document = self.document("two", "-d", "4680")
        self.assertEqual(document["signature"], "$VBT TIGERLAKE")
        self.assertEqual([c["verdict"] for c in document["candidates"]], ["best", "other-platform"])
        result = self.run_igdrom("vbt", "show", "two", "-d", "1912")
        self.assertIn("Chosen", result.text)

    def test_a_file_without_a_table_is_the_answer_no(self):
        (self.here / "driver.rom").write_bytes(recipe("efirom-plain.rom.txt"))
        self.fails("vbt", "show", "driver.rom", code=1, text="There is no VBT in it (PCI option ROM)",
                   status="IGDROM_E_NOT_FOUND", file="driver.rom")

    def test_a_damaged_table_gets_a_sentence(self):
        (self.here / "cut").write_bytes(self.table[:-1])
        self.fails("vbt", "show", "cut", code=1, text="", status="IGDROM_E_TRUNCATED", file="cut")


class VbtFix(Case):
    def setUp(self):
        super().setUp()
        self.good = writer.build("SKYLAKE", 209)
        bad = bytearray(self.good)
        bad[26] ^= 0x5a
        self.bad = bytes(bad)
        (self.here / "bad").write_bytes(self.bad + b"\xff" * 333)
        (self.here / "good").write_bytes(self.good)

    def test_only_the_checksum_is_changed_and_padding_left_out(self):
        self.assertIn("mended", self.run_igdrom("vbt", "fix", "bad", "-o", "out").text)
        self.assertEqual((self.here / "out").read_bytes(), self.good)
        document = self.run_igdrom("vbt", "fix", "good", "-o", "same", "--json").document
        self.assertEqual((document["changed"], document["file"], document["checksum_ok"]), (False, "same", True))
        self.assertEqual((self.here / "same").read_bytes(), self.good)
        self.assertIs(self.run_igdrom("vbt", "fix", "bad", "-o", "out", "--json").document["changed"], True)

    def test_the_table_is_taken_out_of_what_it_lies_in(self):
        (self.here / "opregion").write_bytes(opregion(self.bad))
        self.run_igdrom("vbt", "fix", "opregion", "-o", "out")
        self.assertEqual((self.here / "out").read_bytes(), self.good)

    def test_standard_output_gets_the_bytes_alone(self):
        self.assertEqual(self.run_igdrom("vbt", "fix", "-", "-o", "-", stdin=self.bad).out, self.good)

    def test_no_input_is_overwritten_and_the_output_is_needed(self):
        self.fails("vbt", "fix", "bad", "-o", "bad", code=4, text="", status="IGDROM_E_REFUSED")
        self.fails("vbt", "fix", "bad", code=2, text="-o OUT")
        self.assertEqual((self.here / "bad").read_bytes()[:len(self.bad)], self.bad)


if __name__ == "__main__":
    main()
