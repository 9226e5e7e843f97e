#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Firmware images in Python. Expected values: what the writer of the images says that it wrote.

Usage: test_firmware.py SOURCE_DIR GOPS     GOPS: the folder of the test drivers
"""
import gc
import hashlib
import json
import pathlib
import sys
import tempfile
import threading
import unittest
import xml.etree.ElementTree

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

    def test_a_file_has_a_role_and_firmware_of_virtual_machines_is_known(self):
        made = firmware.build(SOURCE / "tests/fixtures/images/virtual.fw.txt", GOPS)
        with igdrom.Firmware.from_bytes(made.data) as image:
            self.assertTrue(image.is_virtual)
            self.assertEqual([n.role for n in image if n.role], ["vm", "assignment", "policy"])
        with igdrom.Firmware.from_bytes(self.image.data) as image:
            self.assertFalse(image.is_virtual)

    def test_the_document_is_that_of_the_command(self):
        with igdrom.Firmware.from_bytes(self.image.data) as image:
            document = json.loads(image.to_json())
            self.assertEqual(document["node_count"], len(image))
            self.assertEqual(document["tree"]["size"], len(self.image.data))

    def test_contents_draw_themselves(self):
        with igdrom.open(self.image.data) as contents:
            root = xml.etree.ElementTree.fromstring(contents.to_svg("a <b>"))
            self.assertEqual(root.find("{http://www.w3.org/2000/svg}title").text, "a <b>")
            self.assertIn("IntelGopDriver", contents.to_svg())
        driver = (GOPS / "testgop_newer.efi").read_bytes()
        with igdrom.open(driver) as contents, self.assertRaises(igdrom.IgdromMissingError):
            contents.to_svg()

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

    def test_progress_is_told_and_grows(self):
        told = []
        igdrom.Firmware.from_bytes(self.image.data, igdrom.Limits(progress=lambda *so_far: told.append(so_far))).close()
        self.assertEqual(told, sorted(told))
        self.assertGreater(told[-1][0], 0)
        for done, total in told:
            self.assertLessEqual(done, total)

    def test_progress_can_cancel(self):
        for answer, calls in ((False, 1), (0, None), (None, None)):
            told = []
            limits = igdrom.Limits(progress=lambda *so_far: (told.append(so_far), answer)[1])
            if calls:
                with self.assertRaises(igdrom.IgdromError) as raised:
                    igdrom.open(self.image.data, limits)
                self.assertEqual(raised.exception.code, igdrom.Status.E_CANCELED)
                self.assertEqual(len(told), calls)
            else:
                igdrom.open(self.image.data, limits).close()

    def test_what_progress_raises_goes_up(self):
        def stop(done, total):
            raise KeyboardInterrupt(f"{done <= total}")
        with self.assertRaisesRegex(KeyboardInterrupt, "True"):
            igdrom.Firmware.from_bytes(self.image.data, igdrom.Limits(progress=stop))
        with self.assertRaisesRegex(TypeError, "progress"):
            igdrom.Limits(progress=7)

    def test_work_of_ones_own_tells_progress_too(self):
        told = []
        limits = igdrom.Limits(progress=lambda *so_far: (told.append(so_far), len(told) < 2)[1])
        self.assertIs(limits.go_on(1, 2 ** 40), True)
        self.assertIs(limits.go_on(2, 2 ** 40), False)
        self.assertEqual(told, [(1, 2 ** 40), (2, 2 ** 40)])
        self.assertIs(igdrom.Limits().go_on(0, 0), True)

        def stop(*_):
            raise KeyError("enough")
        with self.assertRaisesRegex(KeyError, "enough"):
            igdrom.Limits(progress=stop).go_on(0, 1)

    def test_progress_works_in_threads(self):
        counts = [[] for _ in range(4)]
        def read(mine):
            for _ in range(5):
                igdrom.Firmware.from_bytes(self.image.data, igdrom.Limits(progress=lambda *_: mine.append(1))).close()
        threads = [threading.Thread(target=read, args=(mine,)) for mine in counts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len({len(mine) for mine in counts}), 1)
        self.assertGreater(len(counts[0]), 0)


class EditTest(unittest.TestCase):
    """Changes, on an image without compression around its volume."""

    @classmethod
    def setUpClass(cls):
        cls.data = firmware.build(SOURCE / "tests/fixtures/images/files.fw.txt", GOPS).data

    def setUp(self):
        self.image = igdrom.Firmware.from_bytes(self.data)
        self.addCleanup(self.image.close)
        self.volume = next(n for n in self.image if n.kind == igdrom.NodeKind.VOLUME and igdrom.FirmwareEdit.room(n) > 100)

    def guids(self, data):
        with igdrom.Firmware.from_bytes(data) as image:
            return [n.guid for n in image if n.kind == igdrom.NodeKind.FILE]

    def test_a_file_goes_in_and_out(self):
        file = igdrom.ffs_file(0x02, [(0x19, b"VBT")], guid="D5AB69DF-C3B1-4727-93DC-9CFE4B732091", name="table")
        edit = igdrom.FirmwareEdit(self.image, igdrom.EditFlags.VENDOR)
        self.assertEqual(edit.save(), self.data)
        edit.insert(self.volume, file)
        change, = edit.changes
        self.assertEqual((change.verb, change.volume.offset, change.target, change.file, len(edit)),
                         ("insert", self.volume.offset, None, file, 1))
        data = edit.save()
        self.assertIn("D5AB69DF-C3B1-4727-93DC-9CFE4B732091", self.guids(data))
        self.assertEqual(json.loads(edit.to_json(data, "x.fd"))["changes"][0]["size"], len(file))
        with igdrom.Firmware.from_bytes(data) as image:
            back = igdrom.FirmwareEdit(image, igdrom.EditFlags.VENDOR)
            back.remove(next(n for n in image if n.guid == "D5AB69DF-C3B1-4727-93DC-9CFE4B732091"))
            self.assertEqual(back.save(), self.data)
        with self.assertRaises(igdrom.IgdromError) as raised:
            edit.insert(self.volume, file)
        self.assertEqual(raised.exception.code, igdrom.Status.E_EXISTS)

    def test_saving_tells_progress_and_can_be_canceled(self):
        with igdrom.Firmware.from_bytes(firmware.build(SOURCE / "tests/fixtures/images/ovmf.fw.txt", GOPS).data) as image:
            packed = next(n for n in image if n.name == "IntelGopVbt")
            edit = igdrom.FirmwareEdit(image, igdrom.EditFlags.VENDOR)
            edit.remove(packed)
            told = []
            data = edit.save(igdrom.Limits(progress=lambda *so_far: (told.append(so_far), True)[1]))
            self.assertNotIn(packed.guid, self.guids(data))
            self.assertGreater(len(told), 0)
            self.assertTrue(all(done <= total for done, total in told))
            with self.assertRaises(igdrom.IgdromError) as raised:
                edit.save(igdrom.Limits(progress=lambda *_: False))
            self.assertEqual(raised.exception.code, igdrom.Status.E_CANCELED)
            with self.assertRaises(igdrom.IgdromError) as raised:
                edit.save(igdrom.Limits(expanded_bytes=1000))
            self.assertEqual((raised.exception.code, [f.code for f in raised.exception.findings][-1]),
                             (igdrom.Status.E_LIMIT, "edit-limit"))
            self.assertEqual(edit.save(), data)

    def test_drivers_need_a_volume_for_them(self):
        edit = igdrom.FirmwareEdit(self.image)
        if edit.driver_volume is None:
            with self.assertRaises(igdrom.IgdromMisuseError):
                edit.add_guest_driver()
        edit.add_guest_driver(where=self.volume) if igdrom.FirmwareEdit.room(self.volume) > 30000 else None
        with self.assertRaises(igdrom.IgdromMissingError):
            edit.add_driver(b"no PE image", where=self.volume)

    def test_a_rom_goes_in_and_what_is_for_the_gpu_comes_out(self):
        builder = igdrom.RomBuilder()
        builder.add_guest_driver()
        rom = builder.finish()
        edit = igdrom.FirmwareEdit(self.image, igdrom.EditFlags.VENDOR)
        with self.assertRaises(igdrom.IgdromMissingError):
            edit.add_rom(b"no ROM", where=self.volume)
        edit.add_rom(rom, where=self.volume)
        self.assertIn(rom, edit.changes[0].file)
        kinds = {igdrom.FirmwareEdit.gpu_file(n) for n in self.image if n.kind == igdrom.NodeKind.FILE}
        self.assertLessEqual(kinds, set(igdrom.GpuFile))
        self.assertEqual(igdrom.FirmwareEdit.gpu_file_name(igdrom.GpuFile.GOP), "GOP driver")
        self.assertIsNone(igdrom.FirmwareEdit.gpu_file_name(igdrom.GpuFile.NONE))
        out = igdrom.FirmwareEdit(self.image, igdrom.EditFlags.VENDOR)
        out.remove_gpu_files()
        wanted = [n.guid for n in self.image if igdrom.FirmwareEdit.gpu_file(n)]
        self.assertEqual([(c.verb, c.target.guid) for c in out.changes], [("remove", guid) for guid in wanted])

    def test_a_file_takes_the_place_of_another(self):
        target = next(n for n in self.volume.children if n.kind == igdrom.NodeKind.FILE and n.type == "FREEFORM")
        edit = igdrom.FirmwareEdit(self.image, igdrom.EditFlags.VENDOR)
        edit.replace(target, igdrom.ffs_file(0x02, [(0x19, b"")], guid=target.guid))
        self.assertEqual(edit.changes[0].target.guid, target.guid)
        self.assertEqual(len(edit.save()), len(self.data))
        edit.close()
        with self.assertRaises(igdrom.IgdromMisuseError):
            edit.save()

    def test_content_changes_and_its_file_stays(self):
        target = next(n for n in self.volume.children if n.kind == igdrom.NodeKind.FILE and n.type == "FREEFORM")
        edit = igdrom.FirmwareEdit(self.image, igdrom.EditFlags.VENDOR)
        edit.replace_content(target, b"other")
        file = edit.changes[0].file
        self.assertEqual(file[:16], target.bytes[:16])
        self.assertIn(b"\x09\0\0\x19other", file)
        with self.assertRaises(igdrom.IgdromError):
            edit.replace_content(target, b"again")

    def test_content_says_what_it_is(self):
        self.assertEqual(igdrom.content_types(igdrom.guest_driver()), (0x07, 0x10))
        self.assertEqual(igdrom.content_types(b"text"), (0, 0x19))

    def test_dependency_expressions_are_checked(self):
        igdrom.check_depex(b"\x06\x08")
        with self.assertRaises(igdrom.IgdromDataError) as caught:
            igdrom.check_depex(b"\x06\x03\x08")
        self.assertIn("an operand is missing", str(caught.exception.findings[0]))


class ContentsTest(unittest.TestCase):
    """What is found in an image, and the choice. The writer knows what it put there."""

    @classmethod
    def setUpClass(cls):
        cls.image = firmware.build(SOURCE / "tests/fixtures/images/aptio5.fw.txt", GOPS)

    def setUp(self):
        self.contents = igdrom.open(self.image.data, file="a.bin")
        self.addCleanup(self.contents.close)

    def test_drivers_and_tables_are_those_that_were_written(self):
        self.assertIs(self.contents.kind, igdrom.FileKind.FIRMWARE)
        self.assertEqual([gop.data for gop in self.contents], [data for _, _, data in self.image.drivers])
        self.assertEqual({vbt.data for vbt in self.contents.vbts}, {data for _, _, data in self.image.tables})
        for thing in (*self.contents.gops, *self.contents.vbts):
            self.assertEqual(thing.sha256, hashlib.sha256(thing.data).hexdigest())

    def test_each_place_leads_to_the_tree(self):
        self.assertEqual(sum(len(vbt.places) for vbt in self.contents.vbts), len(self.image.tables))
        gop = self.contents.gops[0]
        self.assertEqual(gop.guid, "8D59EBC8-B85E-400E-970A-1F995D1DB91E")
        place = gop.places[0]
        self.assertIs(place.node.kind, igdrom.NodeKind.SECTION)
        self.assertEqual(place.path, place.node.path)
        self.assertEqual(igdrom.origin_name(gop.origin), "alone")

    def test_other_forms_are_there_or_none(self):
        gop = self.contents.gops[0]
        files = {p.guid: p.data for p in self.image.parts if p.kind == "file" and p.type != PAD}
        self.assertEqual(gop.data_as(igdrom.Form.FFS), files[gop.guid])
        self.assertTrue(gop.file_name(igdrom.Form.FFS).endswith(".ffs"))
        bare = igdrom.open(gop.data).gops[0]
        self.assertIsNone(bare.data_as(igdrom.Form.FFS))
        with self.assertRaises(igdrom.IgdromMissingError):
            bare.file_name(igdrom.Form.FFS)

    def test_the_choice_has_a_reason(self):
        gop, vbt = self.contents.choose_gop("4680"), self.contents.choose_vbt("4680")
        self.assertIn("4680", gop.reason)
        self.assertTrue(vbt.reason)
        best = [i for i in range(len(self.contents.vbts))
                if self.contents.judge_vbt(i, "4680") is igdrom.VbtVerdict.BEST]
        self.assertEqual([self.contents.vbts[i].sha256 for i in best], [vbt.sha256])
        self.assertIsNone(self.contents.gops[0].reason)
        with self.assertRaises(igdrom.IgdromMissingError):
            self.contents.choose_gop("0042")
        self.assertEqual(igdrom.vbt_verdict_name(igdrom.VbtVerdict.OTHER_PLATFORM), "other-platform")

    def test_everything_is_written_to_files_and_nothing_replaced(self):
        with tempfile.TemporaryDirectory() as folder:
            paths = self.contents.extract(pathlib.Path(folder) / "all")
            self.assertEqual({p.read_bytes() for p in paths},
                             {data for _, _, data in self.image.drivers + self.image.tables})
            with self.assertRaises(FileExistsError):
                self.contents.extract(pathlib.Path(folder) / "all")
            pair = self.contents.extract(pathlib.Path(folder) / "pair", "4680")
            self.assertEqual([p.suffix for p in pair], [".efi", ".vbt"])

    def test_documents_are_those_of_the_command(self):
        document = json.loads(self.contents.firmware_json("4680"))
        self.assertEqual(document["gops"][0]["chosen"], True)
        self.assertEqual(document["tree"]["size"], len(self.image.data))
        things = self.contents.vbts[:1]
        document = json.loads(self.contents.extract_json(things, "parts", forms=(igdrom.Form.BARE, igdrom.Form.FFS)))
        self.assertEqual(document["gops"], [])
        self.assertEqual([v["file"] for v in document["vbts"]], [f"parts/{things[0].file_name()}"])
        self.assertTrue(document["vbts"][0]["ffs_file"].endswith(".ffs"))

    def test_what_was_found_outlives_the_name_of_the_file(self):
        vbt = igdrom.open(self.image.data).vbts[0]
        node = vbt.places[0].node
        gc.collect()
        self.assertEqual(vbt.signature, "$VBT CHERRYVIEW")
        self.assertEqual(vbt.data, bytes(vbt))
        self.assertTrue(node.bytes)

    def test_closing_ends_the_use_of_all_that_was_found(self):
        gop, vbt, image = self.contents.gops[0], self.contents.vbts[0], self.contents.firmware
        place = gop.places[0]
        self.contents.close()
        for use in (lambda: gop.sha256, lambda: gop.data, lambda: gop.places, lambda: vbt.signature,
                    lambda: vbt.data, lambda: vbt.file_name(), lambda: image.root, lambda: place.node.type):
            with self.assertRaises(igdrom.IgdromMisuseError):
                use()
        self.assertIn("closed", repr(image) + repr(self.contents))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
