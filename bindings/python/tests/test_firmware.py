#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Firmware images in Python. Expected values: what the writer of the images says that it wrote.

Usage: test_firmware.py SOURCE_DIR GOPS     GOPS: the folder of the test drivers
"""
import gc
import json
import pathlib
import sys
import tempfile
import unittest

import igdrom

SOURCE, GOPS = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
sys.path.insert(0, str(SOURCE / "tests/fixtures"))
import firmware  # noqa: E402 - stands in the folder named above

PAD = 0xF0


class FirmwareTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.image = firmware.build(SOURCE / "tests/fixtures/images/ovmf.fw.txt", GOPS)

    def test_the_nodes_are_what_was_written(self):
        with igdrom.Firmware.from_bytes(self.image.data) as image:
            files = sorted((n.guid, n.bytes) for n in image
                           if n.kind is igdrom.NodeKind.FILE and n.type_number != PAD)
            wanted = sorted((p.guid, p.data) for p in self.image.parts if p.kind == "file" and p.type != PAD)
            self.assertEqual(files, wanted)
            self.assertEqual(len(image), len(list(image)))

    def test_a_child_knows_its_parent_and_the_way_to_it(self):
        with igdrom.Firmware.from_bytes(self.image.data) as image:
            self.assertIsNone(image.root.parent)
            self.assertEqual(image.root.path, "")
            for node in image:
                for child in node.children:
                    self.assertEqual(child.parent.offset, node.offset)
                    self.assertTrue(child.path.startswith(node.path))

    def test_a_packed_part_is_unpacked(self):
        with igdrom.Firmware.from_bytes(self.image.data) as image:
            packed = [n for n in image if n.compression == "LZMA"]
            self.assertEqual(len(packed), 1)
            self.assertEqual(len(packed[0].decoded), image.decoded_size)
            self.assertTrue(all(not child.in_file for child in packed[0].children))

    def test_the_document_is_that_of_the_command(self):
        with igdrom.Firmware.from_bytes(self.image.data) as image:
            document = json.loads(image.to_json())
            self.assertEqual(document["node_count"], len(image))
            self.assertEqual(document["tree"]["size"], len(self.image.data))

    def test_a_node_outlives_the_name_of_its_image(self):
        node = igdrom.Firmware.from_bytes(self.image.data).root.children[1]
        gc.collect()
        self.assertEqual(node.type, "FFS2")

    def test_a_closed_image_and_its_nodes_raise(self):
        image = igdrom.Firmware.from_bytes(self.image.data)
        node = image.root
        image.close()
        for use in (lambda: node.type, lambda: image.root, lambda: image.to_json(), lambda: list(image)):
            with self.assertRaises(igdrom.IgdromMisuseError):
                use()
        self.assertIn("closed", repr(node) + repr(image))

    def test_a_file_is_read_and_named_in_errors(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "a.bin"
            path.write_bytes(self.image.data)
            self.assertEqual(len(igdrom.Firmware.from_file(path).root.bytes), len(self.image.data))
            path.write_bytes(b"no firmware\n" * 10)
            with self.assertRaises(igdrom.IgdromMissingError):
                igdrom.Firmware.from_file(path)

    def test_limits_hold(self):
        with self.assertRaises(igdrom.IgdromDataError):
            igdrom.Firmware.from_bytes(self.image.data, igdrom.Limits(input_bytes=1000))
        with igdrom.Firmware.from_bytes(self.image.data, igdrom.Limits(nodes=5)) as image:
            self.assertLessEqual(len(image), 5)
            self.assertGreater(len(image.report), 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
