#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""VBTs in Python. Expected values: what the writer of the table, which shares no code with the
library, has put in.

Usage: test_vbt.py SOURCE_DIR
"""
import hashlib
import pathlib
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


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
