#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""igdrom firmware insert --file, replace and remove: which file, which place. The image is one that the writer of the
tests made; UEFIExtract reads what came out."""
import os
import pathlib
import struct
import uuid

from igdrom_cli import Case, firmware, firmware_image, main, test_gop
from test_firmware_edit import FOLDER, OURS, Seen, need

VBT = "D5AB69DF-C3B1-4727-93DC-9CFE4B732091"
SMALL = FOLDER / "OVMF_CODE.fd"
# Of the recipe: the driver without a name.
GOP = "8D59EBC8-B85E-400E-970A-1F995D1DB91E"
DEPEX = b"\x02" + uuid.UUID("18A031AB-B443-4D1A-A5C0-0C09261E9F71").bytes_le + b"\x08"


def walk(node):
    yield node
    for child in node["children"]:
        yield from walk(child)


def te_of(pe):
    """A TE image of what a PE image is (PI 1.8 volume 1, 15.2): only its header counts here."""
    at, = struct.unpack_from("<I", pe, 0x3c)
    machine, sections = struct.unpack_from("<HH", pe, at + 4)
    subsystem, = struct.unpack_from("<H", pe, at + 24 + 68)
    return struct.pack("<HHBBHII16x8x", 0x5a56, machine, sections, subsystem, 0, 0x1000, 0x1000)[:40] + pe[0x200:]


class Place(Case):
    def setUp(self):
        super().setUp()
        self.board = firmware_image("aptio5").data
        (self.here / "board.bin").write_bytes(self.board)
        (self.here / "table.vbt").write_bytes(b"$VBT " * 100)
        (self.here / "wait.depex").write_bytes(DEPEX)
        self.gop = pathlib.Path(test_gop("plain"))

    def tree(self, name):
        return list(walk(self.run_igdrom("firmware", "show", name, "--json", code=None).document["tree"]))

    def sections(self, name, guid):
        """Types and sizes of the sections of a file, from the outermost on."""
        file, = [n for n in self.tree(name) if n["kind"] == "file" and n["guid"] == guid]
        return [(n["type"], n["size"]) for n in walk(file) if n["kind"] == "section"]

    def extracted(self, name):
        """The files of an image that are not in packed parts, by their GUIDs."""
        data = (self.here / name).read_bytes()
        return {n["guid"]: data[n["offset"]:n["offset"] + n["size"]] for n in self.tree(name)
                if n["kind"] == "file" and n["guid"] and n["in_file"]}

    def insert(self, *words, image="board.bin", code=0):
        return self.run_igdrom("firmware", "insert", image, "--force", "-o", "out.bin", *words, code=code)

    def order(self, name, guid):
        """The GUIDs of the volume that a file is in."""
        for node in self.tree(name):
            guids = [n["guid"] for n in node["children"] if n["kind"] == "file"]
            if guid in guids:
                return guids
        raise AssertionError(f"no {guid}")

    def test_data_goes_behind_a_named_file_with_a_name_of_its_own(self):
        was = self.order("board.bin", GOP)
        for after in (GOP, GOP.lower(), GOP[:8]):
            result = self.insert("--file", "table.vbt", "--type", "freeform", "--guid", VBT, "--after", after)
            self.assertIn(f"Put in        {VBT} table, ", result.text)
            self.assertIn(f"Behind        {after}\n", result.text)
            now = self.order("out.bin", VBT)
            self.assertEqual(now, [was[0], VBT, *was[1:]])
        self.assertEqual(self.sections("out.bin", VBT), [("RAW", 504), ("USER_INTERFACE", 16)])
        file = self.extracted("out.bin")[VBT]
        self.assertEqual(file[16 + 2], 2)
        self.assertEqual(file[24 + 4:24 + 504], b"$VBT " * 100)
        self.insert("--file", "table.vbt", "--type", "freeform", "--guid", VBT, "--after", "Setup", "--name", "")
        self.assertEqual(self.order("out.bin", VBT)[1:3], [was[1], VBT])
        self.assertEqual(self.sections("out.bin", VBT), [("RAW", 504)])

    def test_drivers_wait_for_what_they_depend_on(self):
        (self.here / "section.depex").write_bytes((4 + len(DEPEX)).to_bytes(3, "little") + b"\x13" + DEPEX)
        size = self.gop.stat().st_size
        for depex in ("wait.depex", "section.depex"):
            self.insert("--file", self.gop, "--guid", VBT, "--name", "Waits", "--depex", depex, "--after", GOP)
            self.assertEqual(self.sections("out.bin", VBT),
                             [("DXE_DEPEX", 22), ("PE32", size + 4), ("USER_INTERFACE", 16)])
            self.assertIn(b"\x13" + DEPEX, self.extracted("out.bin")[VBT])
        self.insert("--file", self.gop, "--guid", VBT, "--after", GOP)
        self.assertEqual(self.extracted("out.bin")[VBT][18], 7)
        self.assertEqual(self.sections("out.bin", VBT)[0], ("PE32", size + 4))
        (self.here / "bad.depex").write_bytes(DEPEX[:-1])
        result = self.insert("--file", self.gop, "--depex", "bad.depex", "--after", GOP, code=1)
        self.assertIn("This is no dependency expression: END is missing", result.errors)
        result = self.insert("--file", "table.vbt", "--type", "freeform", "--depex", "wait.depex", "--after", GOP,
                             code=2)
        self.assertIn("--depex is for drivers", result.errors)

    def test_te_images_and_applications_go_in(self):
        te = te_of(self.gop.read_bytes())
        (self.here / "driver.te").write_bytes(te)
        self.insert("--file", "driver.te", "--guid", VBT, "--after", GOP)
        self.assertEqual(self.sections("out.bin", VBT)[0], ("TE", len(te) + 4))
        self.assertEqual(self.extracted("out.bin")[VBT][18], 7)
        self.insert("--file", self.gop, "--type", "application", "--guid", VBT, "--after", GOP)
        self.assertEqual(self.extracted("out.bin")[VBT][18], 9)
        self.insert("--file", self.gop, "--type", "freeform", "--guid", VBT, "--after", GOP)
        self.assertEqual(self.sections("out.bin", VBT)[0][0], "RAW")

    def test_whole_files_go_in_as_they_are(self):
        file = self.extracted("board.bin")["993E7BB0-9C0D-418E-8903-8DFAE2A47337"]
        file = bytearray(file)
        file[0] ^= 1  # another name
        file[16] = (file[16] + (1 if file[0] & 1 == 0 else -1)) % 256
        (self.here / "other.ffs").write_bytes(file)
        self.insert("--file", "other.ffs", "--after", GOP)
        self.assertIn(bytes(file), (self.here / "out.bin").read_bytes())
        result = self.insert("--file", "other.ffs", "--after", GOP, "--guid", VBT, code=2)
        self.assertIn("--guid is for bare content", result.errors)

    def test_volumes_are_named_by_guid_and_offset(self):
        volumes = [n for n in self.tree("board.bin") if n["kind"] == "volume"]
        of_gop, = [n for n in volumes if any(c["guid"] == GOP for c in n["children"])]
        place = f"0x{of_gop['offset']:x}"
        for name in (of_gop["guid"], of_gop["guid"].lower(), of_gop["guid"][:8], place, place.upper().replace("X", "x")):
            self.insert("--file", "table.vbt", "--type", "freeform", "--guid", VBT, "--volume", name)
            self.assertEqual(self.order("out.bin", VBT), [*self.order("board.bin", GOP), VBT])
        for name in ("0x0", "0x", "+", "+40000", "nothing", ""):
            result = self.insert("--file", "table.vbt", "--type", "freeform", "--volume", name, code=1)
            self.assertIn(f"There is no volume {name} in it", result.errors)

    def test_what_could_mean_several_is_refused_with_all_of_them(self):
        recipe = self.here / "two.fw.txt"
        recipe.write_text("".join(f"volume ffs2 size=0x4000 {{\nfile freeform {VBT} {{\nraw {{\nfill 100 {fill}\n}}\n"
                                  'ui "Table"\n}\n}\n' for fill in ("11", "22")), encoding="utf-8")
        two = firmware.build(recipe, os.environ["IGDROM_TEST_GOPS"]).data
        (self.here / "two.bin").write_bytes(two)
        for name in VBT, "table":
            result = self.run_igdrom("firmware", "remove", "two.bin", name, "-o", "out.bin", code=4)
            self.assertIn(f"There are 2 files {name} in it, in the volumes at 0x0 (8C8CE578-", result.errors)
            self.assertIn(", 0x4000 (8C8CE578-", result.errors)
            self.assertIn("--volume", result.errors)
        result = self.insert("--file", "table.vbt", "--type", "freeform", "--volume", "8C8CE578", image="two.bin", code=4)
        self.assertIn("There are 2 volumes 8C8CE578 in it: 0x0 (", result.errors)
        for at in range(0, len(two), 0x4000):
            self.run_igdrom("firmware", "remove", "two.bin", VBT, "--volume", f"0x{at:x}", "-o", "out.bin")
            out = (self.here / "out.bin").read_bytes()
            self.assertEqual([out[i:i + 0x4000] == two[i:i + 0x4000] for i in (0, 0x4000)], [at != 0, at == 0])
            self.run_igdrom("firmware", "replace", "two.bin", VBT, "table.vbt", "--volume", f"0x{at:x}", "-o", "out.bin")
            out = (self.here / "out.bin").read_bytes()
            self.assertEqual([b"$VBT" in out[i:i + 0x4000] for i in (0, 0x4000)], [at == 0, at != 0])

    def test_bare_content_keeps_all_else_of_its_file(self):
        other = pathlib.Path(test_gop("newer"))
        self.run_igdrom("firmware", "replace", "board.bin", GOP, other, "--force", "-o", "out.bin")
        was, now = self.sections("board.bin", GOP), self.sections("out.bin", GOP)
        self.assertEqual([t for t, _ in now], [t for t, _ in was])
        self.assertEqual([t for t, _ in was], ["DXE_DEPEX", "GUID_DEFINED", "PE32"])
        self.assertEqual(now[0], was[0])
        self.assertEqual(now[2], ("PE32", other.stat().st_size + 4))
        files, before = self.extracted("out.bin"), self.extracted("board.bin")
        self.assertEqual({g for g in before if files[g] != before[g]}, {GOP})
        # By name, data in a RAW section; and what is of another kind.
        self.run_igdrom("firmware", "replace", "board.bin", "993E7BB0", "table.vbt", "--force", "-o", "out.bin")
        self.assertEqual(self.sections("out.bin", "993E7BB0-9C0D-418E-8903-8DFAE2A47337"), [("RAW", 504)])
        result = self.run_igdrom("firmware", "replace", "board.bin", "Setup", "table.vbt", "--force", "-o", "x.bin", code=4)
        self.assertIn("0 sections that such content (RAW) could go into", result.errors)
        self.assertFalse((self.here / "x.bin").exists())

    def test_what_is_said_of_boards_and_of_measurements(self):
        result = self.insert("--file", "table.vbt", "--type", "freeform", "--after", GOP)
        self.assertIn("This is the firmware of a board", result.errors)
        self.assertEqual(result.errors.count("PCR 0"), 1)
        self.assertNotIn("-drive", result.text)
        codes = [f["code"] for f in self.run_igdrom(
            "firmware", "remove", "board.bin", GOP, "--force", "-o", "out.bin", "--json").document["findings"]]
        self.assertEqual([c for c in codes if c.startswith("edit-")], ["edit-vendor-forced", "edit-measured"])
        result = self.run_igdrom("firmware", "insert", "board.bin", "--file", "table.vbt", "--type", "freeform", "--after",
                                 GOP, "-o", "x.bin", code=4)
        self.assertIn("--force", result.errors)

    def test_what_is_in_a_capsule_or_a_package_is_refused(self):
        for name, text in (("capsule-ami-signed", "something that is signed (AMI Aptio signed)"),
                           ("capsule-lenovo", "something that is signed (Lenovo)"),
                           ("capsule-fmp", "a package (payload), which"),
                           ("capsule-ami-unsigned", "a package (AMI Aptio unsigned), which cannot be written")):
            (self.here / "in.bin").write_bytes(firmware_image(name).data)
            guid = next(n["guid"] for n in self.tree("in.bin") if n["kind"] == "file" and n["guid"])
            result = self.run_igdrom("firmware", "remove", "in.bin", guid, "--force", "-o", "out.bin", code=4)
            self.assertIn(text, result.errors, name)

    def test_words_that_make_no_sense_are_told(self):
        for words, code, text in (
                (("--file", "table.vbt"), 2, "It is neither a driver or an application nor a file of a volume"),
                (("--file", "table.vbt", "--type", "driver"), 4, "It is no driver"),
                (("--file", "table.vbt", "--type", "peim"), 2, "There is no type peim"),
                (("--file", "table.vbt", "--type", "freeform", "--guid", "xyz"), 2, "xyz is no GUID"),
                (("--file", "table.vbt", "--type", "freeform", "--name", "\U0001f5a5"), 2, "cannot be written as UCS-2"),
                (("--file", "nothing.bin"), 3, "nothing.bin"),
                (("--guid", VBT), 2, "--guid says how --file goes in"),
                (("--file", "table.vbt", "--type", "freeform", "--after", "Nobody"), 1, "There is no file Nobody")):
            words = words if "--after" in words else (*words, "--after", GOP)
            result = self.insert(*words, code=code)
            self.assertIn(text, result.errors, words)
            self.assertFalse((self.here / "out.bin").exists(), words)

    def test_a_second_judge_reads_what_went_into_ovmf(self):
        need(SMALL.exists(), "ovmf")
        (self.here / "code.fd").write_bytes(SMALL.read_bytes())
        was = Seen(self.here / "code.fd")
        self.run_igdrom("firmware", "insert", "code.fd", "--file", "table.vbt", "--type", "freeform", "--guid", VBT,
                        "--after", "PcdDxe", "-o", "one.fd")
        result = self.run_igdrom("firmware", "insert", "one.fd", "--file", self.gop, "--depex", "wait.depex",
                                 "--after", VBT, "--guid", OURS, "-o", "two.fd")
        self.assertIn("-drive", result.text)
        self.assertNotIn("romfile", result.text)
        self.assertEqual([g for g in self.order("two.fd", VBT) if g in (VBT, OURS)], [VBT, OURS])
        now = Seen(self.here / "two.fd")
        self.assertEqual(now.messages, was.messages)
        came = [row[3] for row in (now.rows - was.rows) if row[0] == "File"]
        self.assertTrue(any(name.startswith(VBT) for name in came) and any(name.startswith(OURS) for name in came), came)
        # The list of what is started first names it.
        result = self.run_igdrom("firmware", "remove", "code.fd", "PcdDxe", "-o", "out.fd")
        self.assertIn("The a priori list of the volume names the file 80CF7257-87AB-47F9-A3FE-D50B76D89541", result.errors)


if __name__ == "__main__":
    main()
