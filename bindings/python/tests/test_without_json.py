# SPDX-License-Identifier: BSD-2-Clause
"""A build without cJSON: everything but the JSON documents, which say so."""
import errno
import unittest

import igdrom
import images
from igdrom import host


class WithoutJson(unittest.TestCase):
    def test_documents_are_refused_as_not_built(self):
        rom = igdrom.Rom.parse(images.legacy_rom())
        one = host.Host.from_lspci("00:02.0 VGA compatible controller [0300]: Intel [8086:4680]")
        for ask in (igdrom.lookup("4680").to_json, rom.to_json, rom.check().to_json, one.to_json, one.bundle,
                    one.doctor().to_json):
            with self.assertRaises(OSError) as caught:
                ask()
            self.assertIs(caught.exception.code, igdrom.Status.E_NOT_BUILT)
            self.assertEqual(caught.exception.errno, errno.EOPNOTSUPP)

    def test_all_else_is_there(self):
        with igdrom.RomBuilder() as builder:
            self.assertTrue(igdrom.check_rom(builder.add_guest_driver().finish()).ok)


if __name__ == "__main__":
    unittest.main()
