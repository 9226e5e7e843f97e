#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""igdrom device list and show. Expected values: the tables of the kernel, QEMU and pci.ids."""
import re

from igdrom_cli import SOURCE, Case, main, sysfs

KEYS = """device_id vendor_id platform codename name cpu_generation display_version gop_family bdsm
stolen_family legacy_vbios needs_lpc min_qemu qemu_ranges""".split()


class DeviceShow(Case):
    def test_the_document_has_every_key_that_scripts_rely_on(self):
        for device_id in ("4680", "0046", "56C0", "7D55", "22B0"):
            document = self.run_igdrom("device", "show", device_id, "--json").document
            self.assertEqual([k for k in KEYS if k not in document], [])
            self.assertEqual(document["device_id"], device_id)
            self.assertEqual(document["vendor_id"], "8086")

    def test_facts_of_an_alder_lake_desktop(self):
        document = self.run_igdrom("device", "show", "8086:4680", "--json").document
        wanted = {"kind": "integrated", "platform": "ADLS", "codename": "Alder Lake-S",
                  "name": "Alder Lake-S GT1 [UHD Graphics 770]", "gop_family": "gop17-tgl-rpls",
                  "bdsm": "64@C0", "stolen_family": "gen9", "legacy_vbios": False,
                  "needs_lpc": True, "min_qemu": "10.0", "qemu_ranges": ["10.0-"]}
        self.assertEqual({k: document[k] for k in wanted}, wanted)
        self.assertIn("17.0.1077", document["gop_versions"])

    def test_unknown_is_null_and_none_is_an_empty_list(self):
        old = self.run_igdrom("device", "show", "0042", "--json").document
        self.assertIsNone(old["gop_family"])
        self.assertIsNone(old["gop_versions"])
        self.assertIsNone(old["min_qemu"])
        self.assertEqual(old["qemu_ranges"], [])
        discrete = self.run_igdrom("device", "show", "56C0", "--json").document
        self.assertEqual(discrete["kind"], "discrete")
        for key in ("bdsm", "stolen_family", "needs_lpc", "min_qemu", "qemu_ranges", "legacy_vbios"):
            self.assertIsNone(discrete[key], key)

    def test_a_hole_in_the_qemu_releases_is_shown(self):
        document = self.run_igdrom("device", "show", "591D", "--json").document
        self.assertEqual(document["qemu_ranges"], ["2.7-4.2", "5.1-"])
        self.assertEqual(document["min_qemu"], "5.1")
        self.assertIn("2.7-4.2", self.run_igdrom("device", "show", "591D").text)

    def test_every_way_to_write_an_id_gives_the_same(self):
        wanted = self.run_igdrom("device", "show", "4680").out
        for text in ("0x4680", "8086:4680", "[8086:4680]", "8086:0x4680"):
            self.assertEqual(self.run_igdrom("device", "show", text).out, wanted)

    def test_a_discrete_card_is_said_to_be_one(self):
        self.assertIn("discrete", self.run_igdrom("device", "show", "56c0").text)

    def test_an_unknown_id_is_no_answer_and_no_guess(self):
        self.fails("device", "show", "1234", code=1, text="8086:1234 is in no table",
                   status="IGDROM_E_NOT_FOUND")

    def test_another_vendor_is_named(self):
        self.fails("device", "show", "10de:1234", code=1, text="not from Intel",
                   status="IGDROM_E_UNSUPPORTED")

    def test_what_is_no_id_is_a_wrong_command_line(self):
        for text in ("xyz", "", "46800", "8086:", "00:02", "0:0:2.0"):
            self.run_igdrom("device", "show", "--json", text, code=2)

    def test_the_text_fits_eighty_columns(self):
        for device_id in ("4680", "7D55", "591D", "22B0", "0042"):
            for line in self.run_igdrom("device", "show", device_id).text.splitlines():
                self.assertLessEqual(len(line), 80, line)


class CapturedMachine(Case):
    def setUp(self):
        super().setUp()
        sysfs(SOURCE / "tests/host/desktop.sysfs.txt", self.here)

    def test_a_pci_address_is_looked_up_on_the_machine(self):
        wanted = self.run_igdrom("device", "show", "4680").out
        for address in ("00:02.0", "0000:00:02.0"):
            self.assertEqual(self.run_igdrom("device", "show", "--root", ".", address).out, wanted)

    def test_an_address_with_nothing_there_is_named(self):
        self.fails("device", "show", "--root=.", "00:05.0", code=3, text="0000:00:05.0",
                   status="IGDROM_E_NOT_FOUND")

    def test_what_is_not_from_intel_or_no_display_is_said(self):
        self.fails("device", "show", "--root=.", "10000:e1:00.0", code=1, text="144D:A80A")
        self.fails("device", "show", "--root=.", "00:1f.0", code=1, text="not a display")

    def test_a_function_that_cannot_be_read_does_not_end_the_process(self):
        self.fails("device", "show", "--root=.", "00:03.0", code=3, text="00:03.0",
                   status="IGDROM_E_IO")


class DeviceList(Case):
    def test_all_devices_are_listed_once_in_ascending_order(self):
        rows = self.run_igdrom("device", "list").text.splitlines()[1:]
        ids = [row.split()[0] for row in rows]
        self.assertEqual(ids, sorted(set(ids)))
        self.assertGreater(len(ids), 400)
        document = self.run_igdrom("device", "list", "--json").document
        self.assertEqual([d["device_id"] for d in document["devices"]], ids)
        self.assertEqual([k for k in KEYS if k not in document["devices"][0]], [])

    def test_a_word_keeps_the_rows_that_have_it(self):
        text = self.run_igdrom("device", "list", "adls").text
        ids = re.findall(r"^([0-9A-F]{4}) ", text, re.M)
        # ADLS of the kernel's pciids.h
        self.assertEqual(ids, ["4680", "4682", "4688", "468A", "468B", "4690", "4692", "4693"])
        self.assertEqual(self.run_igdrom("device", "list", "ADLS").text, text)

    def test_kinds_add_up(self):
        def count(*arguments):
            return len(self.run_igdrom("device", "list", "--json", *arguments).document["devices"])

        self.assertEqual(count("integrated") + count("discrete"), count())
        self.assertEqual(count("discrete"), 64)

    def test_no_row_is_the_answer_no(self):
        self.assertIn("elephant", self.run_igdrom("device", "list", "elephant", code=1).errors)
        document = self.run_igdrom("device", "list", "elephant", "--json", code=1).document
        self.assertEqual(document["devices"], [])


if __name__ == "__main__":
    main()
