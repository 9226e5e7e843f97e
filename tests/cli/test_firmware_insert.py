#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""igdrom firmware insert with a ROM inside: what goes in, what is found again, and images that carry drivers already.
UEFIExtract is the judge of what came out."""
import os
import pathlib
import shutil
import struct
import subprocess
import sys

from igdrom_cli import SOURCE, Case, main, test_gop
from test_firmware_edit import FOLDER, SMALL, Seen, distinct_images, need

sys.path.insert(0, str(SOURCE / "tests/guest"))

from opregion import vbt  # noqa: E402 - stands in the folder named above

DRIVER_GUID = "888636A4-09F7-4B67-B03C-8C87CA6B00B9"
BUILD = pathlib.Path(os.environ["IGDROM_TEST_GOPS"]) / "../../.."
ROM_GUID = "3773120C-1195-4BC6-884B-FA4072645EE3"
POLICY = struct.pack("<IHH8B", 0xEC2E931B, 0x3281, 0x48A5, 0x81, 0x07, 0xDF, 0x8A, 0x8B, 0xED, 0x3C, 0x5D)


class Insert(Case):
    def setUp(self):
        super().setUp()
        need(SMALL.exists(), "ovmf")
        shutil.copyfile(SMALL, self.here / "code.fd")
        (self.here / "t.vbt").write_bytes(vbt(4300, "TABLE"))

    def insert(self, *words, image="code.fd", out="in.fd", code=0):
        return self.run_igdrom("firmware", "insert", image, *words, "-o", out, code=code)

    def section(self, image):
        """The RAW section of our data file, as UEFIExtract takes it out."""
        need(shutil.which("UEFIExtract"), "uefitool-cli")
        subprocess.run(["UEFIExtract", self.here / image, ROM_GUID, "-o", "out", "-m", "body", "-t", "19"],
                       cwd=self.here, capture_output=True, check=False, timeout=120)
        body, = (self.here / "out").glob("body*.bin")
        return body.read_bytes()

    def test_gops_and_vbt_go_in_as_the_rom_that_rom_build_makes(self):
        words = ("--gop", test_gop("plain"), "--gop", test_gop("old"), "--vbt", "t.vbt", "--lpc-id", "7A84")
        was = Seen(self.here / "code.fd")
        document = self.insert(*words, "--json").document
        self.assertEqual([(c["verb"], c["guid"], c["old_guid"]) for c in document["changes"]],
                         [("insert", DRIVER_GUID, None), ("insert", ROM_GUID, None)])
        self.assertEqual(Seen(self.here / "in.fd").messages, was.messages)
        self.run_igdrom("rom", "build", "--no-compress", *words, "-o", "same.rom")
        self.assertEqual(self.section("in.fd"), (self.here / "same.rom").read_bytes())
        self.run_igdrom("rom", "check", "same.rom")

    def test_what_is_inside_is_found_again(self):
        gops = [test_gop("plain"), test_gop("old")]
        self.insert("--gop", gops[0], "--gop", gops[1], "--vbt", "t.vbt")
        found = self.run_igdrom("firmware", "extract", "in.fd", "-o", "parts", "--json").document
        self.assertEqual([(g["name"], g["version"]) for g in found["gops"]],
                         [("IgdRomData", "17.0.1077"), ("IgdRomData", "10.0.1037")])
        for told, path in zip(found["gops"], gops):
            self.assertEqual((self.here / told["file"]).read_bytes(), pathlib.Path(path).read_bytes())
        table, = found["vbts"]
        self.assertEqual((self.here / table["file"]).read_bytes(), vbt(4300, "TABLE"))
        shown = self.run_igdrom("firmware", "show", "in.fd", "--device", "5A85").text
        for words in ("17.0.1077 for", "10.0.1037 for", "TABLE", "IgdRomData 3773120C"):
            self.assertIn(words, shown)

    def test_the_options_mean_what_they_mean_for_rom_build(self):
        gop = test_gop("plain")
        for words, code, text in (
                (("--gop", gop, "--device", "0412"), 4, "0412"),
                (("--gop", "t.vbt"), 1, "no Intel GOP driver"),
                (("--vbt", gop), 1, ""),
                (("--no-driver",), 2, "nothing to put in"),
                (("--no-driver", "--gop", gop), 2, "--efi puts a GOP in as a driver like any other"),
                (("--no-driver", "--replace", "--efi", gop), 2, "--no-driver leaves it out"),
                (("--device", "zz"), 2, "zz")):
            result = self.insert(*words, code=code)
            self.assertIn(text, result.errors, words)
            self.assertFalse((self.here / "in.fd").exists(), words)
        self.assertIn("warning", self.insert("--gop", gop, "--device", "0412", "--force").errors)
        # One file of a BIOS brings both; each can be left out.
        self.insert("--gop", gop, "--vbt", "t.vbt", out="source.fd")
        counts = {"both": ([], 1, 1), "no-vbt": (["--no-vbt"], 1, 0)}
        for name, (more, gops, vbts) in counts.items():
            self.insert("--bios", "source.fd", *more, out=f"{name}.fd")
            document = self.run_igdrom("firmware", "show", f"{name}.fd", "--json").document
            self.assertEqual((len(document["gops"]), len(document["vbts"])), (gops, vbts), name)

    def test_a_second_time_is_refused_and_replaces_when_told_so(self):
        self.insert("--gop", test_gop("plain"))
        refused = self.insert("--gop", test_gop("old"), image="in.fd", out="x.fd", code=4).errors
        for text in (f"our driver {DRIVER_GUID} IgdRomDxe, ", f"our ROM {ROM_GUID} IgdRomData, ", "--replace takes them out"):
            self.assertIn(text, refused)
        self.assertFalse((self.here / "x.fd").exists())
        # The other way round, and the same bytes as the first insert would have made.
        self.insert("--gop", test_gop("old"), "--vbt", "t.vbt", out="first.fd")
        self.insert("--gop", test_gop("old"), "--vbt", "t.vbt", "--replace", image="in.fd", out="second.fd")
        self.assertEqual((self.here / "first.fd").read_bytes(), (self.here / "second.fd").read_bytes())
        # Nothing of ours goes in, so that nothing is in the way.
        self.insert("--no-driver", "--efi", test_gop("old"), image="in.fd", out="more.fd")

    def test_what_others_put_in_is_named_and_taken_out(self):
        """A GOP, a policy driver, an assignment driver and a VBT: known by what is in them, whatever their names."""
        (self.here / "gop.efi").write_bytes(pathlib.Path(test_gop("plain")).read_bytes())
        # A driver that is none of these, with what theirs mention in its padding.
        harmless = (BUILD / "tests/guest/guest_test_one.efi").read_bytes()
        for name, mention in (("policy", POLICY), ("assignment", b"etc/igd-opregion\0")):
            at = harmless.rindex(bytes(40))
            (self.here / f"{name}.efi").write_bytes(harmless[:at] + mention + harmless[at + len(mention):])
        table = vbt(4300, "TABLE")
        section = struct.pack("<I", 4 + len(table) | 0x19 << 24) + table
        head = bytearray(struct.pack("<16sBBBB3sB", bytes(range(16)), 0, 0xAA, 2, 0, (24 + len(section)).to_bytes(3, "little"), 0xF8))
        head[16] = -sum(head[:16] + head[18:23]) & 0xFF
        (self.here / "vbt.ffs").write_bytes(bytes(head) + section)
        efis = [word for name in ("gop.efi", "policy.efi", "assignment.efi", "vbt.ffs") for word in ("--efi", name)]
        self.insert("--no-driver", *efis)
        refused = self.insert(image="in.fd", out="x.fd", code=4).errors
        for text in ("GOP driver ", "GOP policy driver ", "IGD assignment driver ", "VBT 03020100-0504-0706-0809-0A0B0C0D0E0F"):
            self.assertIn(text, refused)
        document = self.insert("--replace", "--json", image="in.fd", out="ours.fd").document
        self.assertEqual([c["verb"] for c in document["changes"]], ["remove"] * 4 + ["insert"])
        self.insert(out="plain.fd")
        self.assertEqual((self.here / "ours.fd").read_bytes(), (self.here / "plain.fd").read_bytes())

    def test_no_image_of_debian_carries_such_files_and_a_rom_fits_into_each(self):
        images = distinct_images()
        if os.environ.get("IGDROM_SANITIZE") == "1":
            images = images[:1]
        for path in images:
            with self.subTest(path.name):
                was = Seen(shutil.copyfile(path, self.here / "image.fd"))
                self.insert("--gop", test_gop("plain"), "--vbt", "t.vbt", image="image.fd", out="out.fd")
                self.assertEqual(Seen(self.here / "out.fd").messages, was.messages)

    def test_the_text_says_how_it_is_used(self):
        self.assertNotIn("romfile", self.insert(out="bare.fd").text)
        text = self.insert("--gop", test_gop("plain")).text
        for words in ("if=pflash,format=raw,unit=0,readonly=on,file=in.fd", "<loader readonly='yes' type='pflash'>in.fd</loader>",
                      "dpkg-divert", "romfile"):
            self.assertIn(words, " ".join(text.split()))
        self.assertTrue(FOLDER.is_dir())


if __name__ == "__main__":
    main()
