#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""VBTs in Python. Expected values: what the writer of the table, which shares no code with the
library, has put in.

Usage: test_vbt.py SOURCE_DIR
"""
import hashlib
import json
import pathlib
import struct
import sys
import tempfile
import unittest

import igdrom

sys.path.insert(0, str(pathlib.Path(sys.argv[1]) / "tests/fixtures"))
from fw import vbt as writer  # noqa: E402 - stands in the folder named above


class VbtTest(unittest.TestCase):
    def test_a_table_is_read_as_it_was_written(self):
        data = writer.build("SKYLAKE", 209)
        vbt = igdrom.Vbt.parse(data + bytes(100))
        self.assertEqual((vbt.signature, vbt.bdb_version, vbt.version), ("$VBT SKYLAKE", 209, 100))
        self.assertEqual((bytes(vbt), len(vbt)), (data, len(data)))
        self.assertEqual(vbt.sha256, hashlib.sha256(data).hexdigest())
        self.assertTrue(vbt.checksum_ok)
        self.assertEqual([block.id for block in vbt.blocks], [254, 1, 2])
        general = vbt.blocks[1]
        self.assertEqual((general.name, general.data), ("general features", bytes(7)))
        self.assertEqual(data[general.offset - 3], 1)

    def test_a_wrong_checksum_is_told_and_mended(self):
        data = bytearray(writer.build("SKYLAKE"))
        data[26] ^= 0x10
        vbt = igdrom.Vbt.parse(data)
        self.assertFalse(vbt.checksum_ok)
        self.assertEqual([finding.code for finding in vbt.check()], ["vbt-checksum"])
        self.assertEqual(vbt.fixed(), writer.build("SKYLAKE"))

    def test_it_is_compared_with_a_device(self):
        vbt = igdrom.Vbt.parse(writer.build("SKYLAKE"))
        self.assertEqual([vbt.fits(device) for device in ("1912", "4680", "64A0")], [True, False, None])
        self.assertIn("vbt-device-other", [finding.code for finding in vbt.check("4680")])

    def test_a_file_is_read_and_named_in_errors(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "vbt.bin"
            path.write_bytes(writer.build("SKYLAKE"))
            self.assertEqual(igdrom.Vbt.from_file(path).signature, "$VBT SKYLAKE")
            path.write_bytes(writer.build("SKYLAKE")[:100])
            with self.assertRaises(igdrom.IgdromDataError) as raised:
                igdrom.Vbt.from_file(path)
            self.assertIn("vbt.bin", str(raised.exception))
        with self.assertRaises(igdrom.IgdromMissingError):
            igdrom.Vbt.parse(b"no table")

    def test_connectors_are_named_and_features_listed(self):
        vbt = igdrom.Vbt.parse(writer.build("TIGERLAKE", 244))
        self.assertEqual([(port.name, port.type, port.ddi, port.internal) for port in vbt.ports],
                         [("DP on DDI A", "DP", "A", False), ("DP++ on DDI B", "DP++", "B", False)])
        self.assertEqual((vbt.ports[1].handle, vbt.ports[1].device_type, vbt.ports[1].flags), (4, 0x60d6, ()))
        self.assertEqual((vbt.features, vbt.panels, vbt.panel_type), ((), (), None))
        self.assertEqual(vbt.port_names("4680"), ("DP on DDI A", "DP++ on DDI TC1"))
        self.assertEqual(vbt.port_names("1912"), ("DP on DDI A", "DP++ on DDI B"))
        self.assertEqual(vbt.port_names("FFFE"), (None, None))
        self.assertEqual(igdrom.port_flag_name(igdrom.VbtPortFlag.TYPE_C), "type-c")

    def test_documents_are_those_of_the_command(self):
        vbt = igdrom.Vbt.parse(writer.build("SKYLAKE"))
        document = json.loads(vbt.to_json("1912"))
        self.assertEqual((document["signature"], document["fits"]), ("$VBT SKYLAKE", True))
        self.assertIsNone(json.loads(vbt.to_json())["fits"])
        self.assertEqual(json.loads(vbt.written_to_json("out.vbt", True))["file"], "out.vbt")


def opregion(vbt):
    """Version 2.1, the table behind the 8 KiB."""
    out = bytearray(0x2000)
    out[:16] = b"IntelGraphicsMem"
    struct.pack_into("<I2xH", out, 0x10, 8, 0x0201)
    struct.pack_into("<I", out, 0x58, 0x0d)
    struct.pack_into("<QI", out, 0x3ba, 0x2000, len(vbt))
    return bytes(out) + vbt


class OpregionTest(unittest.TestCase):
    def setUp(self):
        self.table = writer.build("TIGERLAKE")
        self.data = opregion(self.table)

    def check(self, found):
        self.assertEqual((found.version, found.size_kib, found.vbt_offset), ("2.1", 8, 0x2000))
        self.assertEqual([igdrom.mailbox_name(mailbox) for mailbox in found.mailboxes], ["acpi", "asle", "vbt"])
        self.assertEqual(bytes(found.vbt), self.table)

    def test_it_gives_its_table(self):
        self.check(igdrom.Opregion.parse(self.data))
        with self.assertRaises(igdrom.IgdromMissingError):
            igdrom.Opregion.parse(self.table)

    def test_that_of_a_file_lives_as_long_as_its_contents(self):
        with igdrom.open(self.data) as contents:
            found = contents.opregion
            self.check(found)
            self.assertEqual(json.loads(contents.vbt_to_json("4680"))["opregion"]["vbt_offset"], 0x2000)
        with self.assertRaises(ValueError):
            print(found.version)
        self.assertIn("closed", repr(found))
        self.assertIsNone(igdrom.open(self.table).opregion)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
