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


class Recipes(Case):
    """The tables of tests/fixtures/vbt. Expected values: what the recipes put in."""

    def table(self, name):
        (self.here / name).write_bytes(recipe(f"vbt/{name}.txt"))
        return self.run_igdrom("vbt", "show", name, "--json").document

    def test_connectors_of_a_desktop(self):
        document = self.table("desktop")
        ports = [tuple(port[key] for key in ("name", "aux", "ddc", "lanes", "max_link_rate", "max_tmds", "flags"))
                 for port in document["ports"]]
        self.assertEqual(ports, [
            ("HDMI-A on DDI B", None, 2, None, None, 594000, []),
            ("HDMI-A on DDI C", None, 3, None, None, 297000, ["hpd-invert"]),
            ("DP++ on DDI D", "D", 4, 4, 540000, None, []),
            ("DP on DDI E", "E", None, 2, 810000, None, ["lane-reversal", "type-c", "thunderbolt"])])
        self.assertEqual(document["features"], ["dynamic display clock", "hot plug in the video BIOS", "embedded platform"])
        self.assertEqual((document["panels"], document["panel_type"]), ([], None))

    def test_ports_are_called_as_drivers_of_the_device_call_them(self):
        """i915, dvo_port_to_port(): Alder Lake-S counts A, D (TC1), E (TC2), ..., Alder Lake-P F as TC1."""
        self.table("desktop")
        for device, names in (("4680", ["HDMI-A on DDI TC1", "HDMI-A on DDI TC2", "DP++ on DDI TC3", "DP on DDI TC4"]),
                              ("46A6", ["HDMI-A on DDI B", "HDMI-A on DDI C", "DP++ on DDI D", "DP on DDI E"]),
                              ("9A49", ["HDMI-A on DDI B", "HDMI-A on DDI C", "DP++ on DDI TC1", "DP on DDI TC2"]),
                              ("4C8A", ["HDMI-A on DDI B", "HDMI-A on DDI TC1", "DP++ on DDI TC2", None])):
            document = self.run_igdrom("vbt", "show", "desktop", "--device", device, "--json").document
            self.assertEqual([p["driver_name"] for p in document["ports"]], names)
        self.assertIn("HDMI-A on DDI TC1", self.run_igdrom("vbt", "show", "desktop", "-d", "4680").text)
        self.assertIn("DP on DDI E", self.run_igdrom("vbt", "show", "desktop", "-d", "4C8A").text)

    def test_the_panel_of_a_laptop(self):
        document = self.table("laptop")
        self.assertEqual([(p["name"], p["internal"]) for p in document["ports"]],
                         [("LVDS", True), ("VGA", False), ("DP on DDI B", False)])
        self.assertEqual(document["panels"], [{
            "number": 2, "selected": True, "width": 1600, "height": 900, "clock": 97500, "name": "LP140WD2",
            "pnp_id": "LGD 0471", "color_depth": None, "backlight": 220}])
        self.assertEqual(document["features"], [
            "spread spectrum clock for LVDS", "VGA connector supported", "spread spectrum clock for DisplayPort",
            "dynamic refresh rate (DRRS)", "panel self refresh (PSR)"])

    def test_generic_timings_names_without_pointers_and_long_blocks(self):
        document = self.table("tablet")
        self.assertEqual([(p["name"], p["ddi"], p["lanes"]) for p in document["ports"]],
                         [("DSI A", None, None), ("eDP on DDI A", "A", 4), ("HDMI-A on DDI B", "B", None)])
        self.assertEqual(document["panels"], [{
            "number": 9, "selected": True, "width": 1600, "height": 2560, "clock": 338600, "name": "JD101",
            "pnp_id": "JDI 0000", "color_depth": 30, "backlight": None}])
        self.assertEqual(document["features"], ["picture rotated by 180 degrees", "panel self refresh (PSR)",
                                                "variable refresh rate (VRR)"])
        self.assertEqual(document["blocks"][-1]["id"], 53)
        self.assertEqual(document["blocks"][-1]["size"], 13)  # 14, and the last is not there
        self.assertIn("30 bits per pixel, JD101, JDI 0000 (selected)",
                      " ".join(self.run_igdrom("vbt", "show", "tablet").text.split()))

    def test_entries_of_the_first_tables(self):
        document = self.table("old")
        self.assertEqual([(p["name"], p["ddc"], p["aux"]) for p in document["ports"]], [("TV", None, None), ("LVDS", 3, None)])
        self.assertIs(document["checksum_ok"], False)

    def test_a_wrong_size_of_entries_is_told(self):
        document = self.table("stride")
        self.assertEqual([p["name"] for p in document["ports"]], ["eDP on DDI A", "DP++ on DDI B"])
        self.assertEqual(document["ports"][1]["flags"], ["lspcon"])
        self.assertEqual([(f["code"], f["offset"]) for f in document["findings"] if f["severity"] == "warning"],
                         [("vbt-child-stride", 48 + 22 + 3 + 7 + 3 + 4)])

    def test_every_view_fits_a_terminal(self):
        for name in ("desktop", "laptop", "tablet", "old", "stride"):
            self.table(name)
            for line in self.run_igdrom("vbt", "show", "--all", "--device", "4680", name).text.splitlines():
                self.assertLessEqual(len(line), 80, line)
                self.assertEqual(line, line.rstrip())


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
