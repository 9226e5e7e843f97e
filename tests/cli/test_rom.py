#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""igdrom rom build, show, check, fix and split. What is expected of a ROM is read from its bytes
here, as PCI Firmware 3.x and UEFI 14.4 lay them out, not asked of the library."""
import hashlib
import os
import pathlib
import resource
import signal
import struct
import subprocess

from igdrom_cli import COMMAND, Case, firmware_image, main, recipe, test_gop

KEYS = """index offset size code_type vendor_id device_id device_list class_code compressed last machine
subsystem payload_sha256""".split()


class Image:
    """The header and PCIR of one image."""

    def __init__(self, data, at):
        self.at = at
        pcir = at + struct.unpack_from("<H", data, at + 0x18)[0]
        assert data[at:at + 2] == b"\x55\xaa" and data[pcir:pcir + 4] == b"PCIR"
        self.vendor, self.device, self.list, self.length, self.revision = \
            struct.unpack_from("<HHHHB", data, pcir + 4)
        self.class_code = int.from_bytes(data[pcir + 0xd:pcir + 0x10], "little")
        units, self.code_revision, self.type, indicator = struct.unpack_from("<HHBB", data, pcir + 0x10)
        self.size, self.last = units * 512, bool(indicator & 0x80)
        self.compressed = self.type == 3 and struct.unpack_from("<H", data, at + 0xc)[0] == 1
        self.data = data[at:at + self.size]
        self.ids = []
        if self.list and self.revision == 3:
            self.ids = [v for v, in struct.iter_unpack("<H", data[pcir + self.list:pcir + self.list + 1024])]
            self.ids = self.ids[:self.ids.index(0)]


def images(data):
    found, at = [], 0
    while at < len(data) and data[at:at + 2] == b"\x55\xaa":
        found.append(Image(data, at))
        at += found[-1].size
        if found[-1].last:
            break
    return found


class RomCase(Case):
    def put(self, name, data):
        (self.here / name).write_bytes(data)
        return name

    def get(self, name):
        return (self.here / name).read_bytes()

    def build(self, *arguments, code=0):
        self.run_igdrom("rom", "build", *arguments, "-o", "out.rom", code=code)
        return images(self.get("out.rom"))


class Build(RomCase):
    def test_the_driver_for_the_device_is_taken_out_of_a_bios_file(self):
        made = firmware_image("aptio4")
        self.put("bios.bin", made.data)
        drivers = {name: (file.guid, data) for name, file, data in made.drivers}
        self.assertEqual(sorted(drivers), ["old", "plain"])
        for device, name in (("4680", "plain"), ("5a85", "old")):
            guid, driver = drivers[name]
            done = self.run_igdrom("rom", "build", "--no-compress", "--bios", "bios.bin", "--device",
                                   device, "-o", "out.rom")
            self.assertIn(guid, done.errors)
            self.assertNotIn("harmless", done.errors)
            self.assertIn(driver, images(self.get("out.rom"))[1].data)
            shown = self.run_igdrom("rom", "show", "out.rom", "--json").document
            (entry,) = [e for e in shown["manifest"]["entries"] if e["kind"] == "gop"]
            self.assertEqual(entry["name"], "bios.bin")
            self.assertIn(guid, entry["origin"])
            self.assertIn("file sha256 " + hashlib.sha256(made.data).hexdigest(), entry["origin"])
            self.assertEqual(entry["sha256"], hashlib.sha256(driver).hexdigest())

    def test_the_vbt_of_a_bios_file_comes_along(self):
        made = firmware_image("aptio5")
        tables = {hashlib.sha256(data).hexdigest() for _, _, data in made.tables}
        self.put("bios.bin", made.data)
        self.put("other.vbt", made.tables[-1][2])
        common = ("rom", "build", "--bios", "bios.bin", "--device", "4680", "-o", "out.rom")
        for more, expected in (((), tables), (("--no-vbt",), set()), (("--no-driver", "--force"), set()),
                               (("--vbt", "other.vbt"), {hashlib.sha256(made.tables[-1][2]).hexdigest()})):
            done = self.run_igdrom(*common, *more)
            shown = self.run_igdrom("rom", "show", "out.rom", "--json").document
            vbts = [e for e in (shown["manifest"] or {"entries": []})["entries"] if e["kind"] == "vbt"]
            self.assertLessEqual({e["sha256"] for e in vbts}, expected)
            self.assertEqual((len(vbts), "The VBT ($VBT" in done.errors), (bool(expected), not more))
            for entry in vbts if not more else ():
                self.assertEqual(entry["name"], "bios.bin")
                self.assertIn("file sha256 " + hashlib.sha256(made.data).hexdigest(), entry["origin"])

    def test_a_bios_file_without_a_driver_for_the_device_is_refused(self):
        self.put("bios.bin", firmware_image("aptio4").data)
        self.run_igdrom("rom", "build", "--bios", "bios.bin", "-o", "none.rom", code=4)
        done = self.run_igdrom("rom", "build", "--bios", "bios.bin", "--device", "0412", "-o", "none.rom",
                               code=4)
        self.assertRegex(done.errors, r"None of the 2 GOP drivers in bios\.bin \(.*10\.0\.1037.*\) drives "
                                      r"device 0412")
        self.assertIn("5.0.1025", done.errors)
        self.put("none.bin", firmware_image("sections").data)
        done = self.run_igdrom("rom", "build", "--bios", "none.bin", "-o", "none.rom", code=1)
        self.assertIn("holds no Intel GOP driver", done.errors)
        self.assertFalse((self.here / "none.rom").exists())

    def setUp(self):
        super().setUp()
        self.gop = self.put("gop.efi", test_gop("plain").read_bytes())
        self.efi = self.put("driver.rom", recipe("efirom-plain.rom.txt"))
        self.vbios = self.put("vbios.rom", recipe("vgabios.rom.txt"))

    def test_the_universal_rom_is_our_driver_and_a_manifest(self):
        found = self.build()
        self.assertEqual([i.type for i in found], [3, 0xf0])
        self.assertEqual([i.last for i in found], [False, True])
        self.assertGreaterEqual(len(self.get("out.rom")), 4096)

    def test_everything_is_laid_out_in_the_order_that_firmware_wants(self):
        found = self.build("--gop", self.gop, "--legacy", self.vbios)
        self.assertEqual([i.type for i in found], [0, 3, 0xf0, 0xf0])
        self.assertEqual(sum(found[0].data) % 256, 0)
        document = self.run_igdrom("rom", "show", "out.rom", "--json").document
        self.assertEqual([i["what"] for i in document["images"]],
                         ["legacy", "guest-driver", "gop", "manifest"])
        self.assertEqual(document["images"][2]["payload_sha256"],
                         hashlib.sha256(self.get("gop.efi")).hexdigest())

    def test_the_same_input_gives_the_same_bytes(self):
        self.run_igdrom("rom", "build", "--gop", self.gop, "-o", "a.rom")
        self.run_igdrom("rom", "build", "--gop", self.gop, "-o", "b.rom")
        self.assertEqual(self.get("a.rom"), self.get("b.rom"))

    def test_numbers_are_hexadecimal_with_and_without_0x(self):
        for vendor, device, class_code, revision in (
                ("8086", "4680", "030000", "10"), ("0x8086", "0x4680", "0x30000", "0x10")):
            found = self.build("--vendor", vendor, "--ids", device, "--class", class_code,
                               "--revision", revision, "--gop", self.gop)
            for image in found[:2]:
                self.assertEqual((image.vendor, image.device, image.class_code, image.code_revision),
                                 (0x8086, 0x4680, 0x030000, 0x10))

    def test_several_ids_make_a_device_list(self):
        for image in self.build("--ids", "4680,4682,a780", "--gop", self.gop)[:2]:
            self.assertEqual(image.device, 0x4680)
            self.assertEqual(image.ids, [0x4680, 0x4682, 0xa780])

    def test_settings_hold_for_the_files_after_them(self):
        other = self.put("other.efi", test_gop("old").read_bytes())
        found = self.build("--no-driver", "--force", "--no-compress", "--class", "038000", "--efi", self.efi,
                           "--compress", "--class", "030000", "--pci23", "--ids", "5a85", "--gop", other)
        by_class = {i.class_code: i for i in found if i.type == 3}
        self.assertEqual((by_class[0x038000].compressed, by_class[0x038000].revision), (False, 3))
        self.assertEqual((by_class[0x030000].compressed, by_class[0x030000].revision), (True, 0))
        self.assertEqual(by_class[0x030000].length, 0x18)

    def test_a_setting_before_every_file_holds_for_our_driver_too(self):
        self.assertFalse(any(i.compressed for i in self.build("--no-compress", "--gop", self.gop)))
        self.assertTrue(all(i.compressed for i in self.build("--gop", self.gop) if i.type == 3))

    def test_a_setting_after_the_last_file_is_not_lost_in_silence(self):
        self.fails("rom", "build", "--gop", self.gop, "--class", "030000", "-o", "out.rom", code=2,
                   text="--class stands after the last file")

    def test_our_driver_can_be_left_out(self):
        found = self.build("--no-driver", "--legacy", self.vbios)
        self.assertEqual([i.type for i in found if i.type != 0xf0], [0])

    def test_an_open_ended_rom_has_no_last_image(self):
        found = self.build("--open-ended")
        self.assertFalse(any(i.last for i in found))

    def test_what_the_numbers_must_be_is_said(self):
        for option, value in (("--class", "1000000"), ("--vendor", "z"), ("--ids", "4680,"), ("--ids", "12345"),
                              ("--revision", ""), ("--vendor", "0x"), ("--vendor", "-1")):
            self.fails("rom", "build", option, value, "-o", "out.rom", code=2, text=option)
        self.fails("rom", "build", "--pci23", "--ids", "4680,4682", "-o", "out.rom", code=2, text="--pci23")
        self.fails("rom", "build", "--ids", "4680,0", "-o", "out.rom", code=2, text="0 is no id")
        self.fails("rom", "build", "--ids", "4680,4682", "--pci23", "-o", "out.rom", code=2, text="--pci23")

    def test_nothing_to_build_is_said(self):
        self.fails("rom", "build", "--no-driver", "-o", "out.rom", code=2, text="nothing to put into the ROM")
        self.fails("rom", "build", "--gop", self.gop, code=2, text="-o OUT")

    def test_a_gop_that_does_not_list_the_device_is_refused(self):
        document = self.fails("rom", "build", "--device", "5a85", "--gop", self.gop, "-o", "out.rom", code=4,
                              text="does not drive device 5A85", file="gop.efi", status="IGDROM_E_REFUSED")
        self.assertEqual(document["findings"][-1]["args"]["device"], "5A85")
        self.build("--device", "5a85", "--gop", self.gop, "--force")
        document = self.run_igdrom("rom", "build", "--device", "5a85", "--gop", self.gop, "--force",
                                   "-o", "out.rom", "--json").document
        self.assertIn("warning", [f["severity"] for f in document["findings"]])

    def test_several_gops_are_carried_for_our_driver_which_chooses(self):
        other = self.put("other.efi", test_gop("old").read_bytes())
        found = self.build("--gop", self.gop, "--gop", other)
        self.assertEqual([i.type for i in found], [3, 0xf0, 0xf0, 0xf0])
        report = self.run_igdrom("rom", "check", "out.rom", "--json").document
        self.assertEqual([f["code"] for f in report["findings"] if f["severity"] in ("warning", "error")], [])

    def test_without_the_choice_several_gops_are_refused_or_warned_of(self):
        other = self.put("other.efi", test_gop("newer").read_bytes())
        self.fails("rom", "build", "--no-driver", "--gop", self.gop, "--gop", other, "-o", "out.rom", code=4,
                   text="nothing in the ROM chooses", status="IGDROM_E_REFUSED")
        found = self.build("--no-select", "--gop", self.gop, "--gop", other)
        self.assertEqual([i.type for i in found], [3, 3, 3, 0xf0])
        report = self.run_igdrom("rom", "check", "out.rom", "--json").document
        self.assertIn("check-gop-several", [f["code"] for f in report["findings"] if f["severity"] == "warning"])

    def test_a_gop_is_taken_out_of_a_rom(self):
        self.run_igdrom("rom", "build", "--gop", self.gop, "-o", "first.rom")
        result = self.run_igdrom("rom", "build", "--gop", "first.rom", "-o", "second.rom")
        self.assertIn("taken out of first.rom", result.errors)
        document = self.run_igdrom("rom", "show", "second.rom", "--json").document
        self.assertEqual(document["images"][1]["payload_sha256"],
                         hashlib.sha256(self.get("gop.efi")).hexdigest())

    def test_bad_files_leave_nothing_behind(self):
        self.put("text", b"no driver, no rom, nothing at all")
        self.put("empty", b"")
        for option in ("--gop", "--efi", "--legacy"):
            for name in ("text", "empty"):
                self.fails("rom", "build", option, name, "-o", "out.rom", code=1, text="", file=name)
            self.fails("rom", "build", option, "absent", "-o", "out.rom", code=3, text="absent cannot be read",
                       status="IGDROM_E_NOT_FOUND")

    def test_the_output_is_never_an_input(self):
        os.link(self.here / "gop.efi", self.here / "hard.efi")
        os.symlink("gop.efi", self.here / "soft.efi")
        data = self.get("gop.efi")
        for name in ("gop.efi", "./gop.efi", "hard.efi", "soft.efi"):
            self.fails("rom", "build", "--gop", "gop.efi", "-o", name, code=4, text="is one of the inputs")
            self.assertEqual(self.get("gop.efi"), data)

    def test_an_output_that_cannot_be_written_is_said(self):
        self.fails("rom", "build", "-o", "no/such/out.rom", code=3, text="no/such/out.rom cannot be written")
        self.fails("rom", "build", "-o", ".", code=3, text="Is a directory")
        self.fails("rom", "build", "-o", "/dev/full", code=3, text="No space left")

    def test_an_existing_output_is_replaced(self):
        self.put("out.rom", b"old")
        self.assertEqual([i.type for i in self.build()], [3, 0xf0])

    def test_standard_input_and_output(self):
        done = self.run_igdrom("rom", "build", "--gop", "-", "-o", "-", stdin=self.get("gop.efi"))
        self.assertEqual([i.type for i in images(done.out)], [3, 0xf0, 0xf0])
        self.run_igdrom("rom", "build", "--gop", self.gop, "-o", "-")
        self.run_igdrom("rom", "build", "-o", "-", "--json", code=2)
        self.run_igdrom("rom", "build", "--gop", "-", "--efi", "-", "-o", "out.rom", code=2,
                        stdin=self.get("gop.efi"))

    def test_the_document_says_what_was_written(self):
        document = self.run_igdrom("rom", "build", "--gop", self.gop, "-o", "out.rom", "--json").document
        data = self.get("out.rom")
        self.assertEqual((document["file"], document["changed"]), ("out.rom", None))
        self.assertEqual((document["size"], document["sha256"]), (len(data), hashlib.sha256(data).hexdigest()))
        self.assertEqual([e["kind"] for e in document["manifest"]["entries"]], ["guest-driver", "gop"])

    def test_the_manifest_names_the_file_without_its_folder(self):
        (self.here / "folder").mkdir()
        self.put("folder/显卡.efi", self.get("gop.efi"))
        self.build("--gop", "folder/显卡.efi")
        entries = self.run_igdrom("rom", "show", "out.rom", "--json").document["manifest"]["entries"]
        self.assertEqual((entries[1]["name"], entries[1]["matches"]), ("显卡.efi", True))


class Show(RomCase):
    def test_the_document_has_every_key_in_its_type(self):
        for name in ("igdrom.rom.txt", "ipxe.rom.txt", "vgabios.rom.txt", "efirom-device-list.rom.txt"):
            data = recipe(name)
            self.put("a.rom", data)
            document = self.run_igdrom("rom", "show", "a.rom", "--json").document
            self.assertEqual((document["size"], document["sha256"]), (len(data), hashlib.sha256(data).hexdigest()))
            self.assertEqual(len(document["images"]), len(images(data)))
            for image, wanted in zip(document["images"], images(data)):
                self.assertEqual([k for k in KEYS if k not in image], [])
                self.assertEqual((image["offset"], image["size"], image["last"], image["compressed"]),
                                 (wanted.at, wanted.size, wanted.last, wanted.compressed))
                self.assertEqual((image["vendor_id"], image["device_id"]),
                                 (f"{wanted.vendor:04X}", f"{wanted.device:04X}"))
                self.assertEqual(image["device_list"], [f"{i:04X}" for i in wanted.ids])
                self.assertEqual(image["class_code"], f"{wanted.class_code:06X}")
                self.assertEqual(image["machine"], "8664" if wanted.type == 3 else None)

    def test_the_text_draws_a_map_in_eighty_columns(self):
        self.put("a.rom", recipe("ipxe.rom.txt"))
        lines = self.run_igdrom("rom", "show", "a.rom").text.splitlines()
        bar = [line for line in lines if line.startswith("  |")]
        self.assertEqual(len(bar), 1)
        self.assertEqual([part.strip() for part in bar[0].strip(" |").split("|")], ["0", "1"])
        for line in lines:
            self.assertLessEqual(len(line), 80, line)

    def test_the_map_shows_gaps_and_what_is_free(self):
        self.put("a.rom", recipe("efirom-plain.rom.txt") + b"trailing bytes")
        result = self.run_igdrom("rom", "show", "a.rom")
        self.assertIn("data behind the last image", result.text)
        self.assertRegex(result.text, r"\|\s+0\s+\|\s+more\s+\|.*free\s+\|")
        self.assertIn("a.rom: 0x", result.errors)
        self.put("a.rom", recipe("efirom-plain.rom.txt"))
        self.assertIn("padding", self.run_igdrom("rom", "show", "a.rom").text)

    def test_findings_of_severity_error_end_with_1(self):
        self.put("a.rom", recipe("bad/next-unreadable.rom.txt"))
        self.run_igdrom("rom", "show", "a.rom", code=1)
        self.assertIn("images", self.run_igdrom("rom", "show", "a.rom", "--json", code=1).document)

    def test_a_changed_payload_is_seen_in_the_manifest(self):
        data = bytearray(recipe("igdrom.rom.txt"))
        data[0x250] ^= 1
        self.put("a.rom", data)
        document = self.run_igdrom("rom", "show", "a.rom", "--json").document
        self.assertIn(False, [e["matches"] for e in document["manifest"]["entries"]])
        self.assertIn("something else", self.run_igdrom("rom", "show", "a.rom").text)

    def test_a_bare_driver_is_named_as_such(self):
        self.put("a.efi", test_gop("plain").read_bytes())
        self.fails("rom", "show", "a.efi", code=1, text="bare PE image", file="a.efi",
                   status="IGDROM_E_NOT_RECOGNIZED")

    def test_every_prefix_of_a_rom_is_read_or_refused(self):
        data = recipe("efirom-compressed.rom.txt")
        for size in [*range(0, 0x60), *range(0x60, len(data), 97)]:
            done = subprocess.run([COMMAND, "rom", "show", "-", "--json"], input=data[:size],
                                  capture_output=True, check=False)
            self.assertIn(done.returncode, (0, 1), size)


class Check(RomCase):
    def test_a_good_rom_is_called_good(self):
        self.put("gop.efi", test_gop("plain").read_bytes())
        self.build("--gop", "gop.efi", "--device", "4680")
        text = self.run_igdrom("rom", "check", "out.rom", "--device", "4680").text
        self.assertEqual(text.splitlines()[-1], "out.rom: good")
        document = self.run_igdrom("rom", "check", "out.rom", "--json").document
        self.assertEqual(document["worst"], "info")

    def test_errors_end_with_1_and_come_first(self):
        self.put("a.rom", recipe("bad/last-early.rom.txt"))
        result = self.run_igdrom("rom", "check", "a.rom", code=1)
        self.assertTrue(result.text.startswith("error     0x000031"), result.text)
        self.assertIn("will not do its job", result.text.splitlines()[-1])
        self.assertEqual(result.err, b"")
        document = self.run_igdrom("rom", "check", "a.rom", "--json", code=1).document
        self.assertEqual(document["worst"], "error")
        self.assertIn("rom-last-early", [f["code"] for f in document["findings"]])

    def test_a_gop_for_another_device_is_an_error(self):
        self.put("gop.efi", test_gop("plain").read_bytes())
        self.build("--gop", "gop.efi")
        document = self.run_igdrom("rom", "check", "out.rom", "-d", "9bc5", "--json", code=1).document
        self.assertIn("check-gop-device", [f["code"] for f in document["findings"]])

    def test_a_file_that_is_no_rom_gets_a_finding(self):
        self.put("a.efi", test_gop("plain").read_bytes())
        self.assertIn("bare PE image", self.run_igdrom("rom", "check", "a.efi", code=1).text)
        self.fails("rom", "check", "absent", code=3, text="absent cannot be read")


class Fix(RomCase):
    def test_what_was_repaired_is_said_and_right(self):
        self.put("bad.rom", recipe("bad/last-missing.rom.txt"))
        document = self.run_igdrom("rom", "fix", "bad.rom", "-o", "good.rom", "--json").document
        self.assertEqual(document["changed"], True)
        self.assertIn("rom-fixed-last-set", [f["code"] for f in document["findings"]])
        self.assertEqual([i.last for i in images(self.get("good.rom"))], [False, True])
        self.assertIn("was marked as the last", self.run_igdrom("rom", "fix", "bad.rom", "-o", "good.rom").errors)

    def test_a_good_rom_is_copied(self):
        self.put("good.rom", recipe("efirom-two.rom.txt"))
        result = self.run_igdrom("rom", "fix", "good.rom", "-o", "copy.rom")
        self.assertIn("nothing to repair", result.text)
        self.assertEqual(self.get("copy.rom"), self.get("good.rom"))

    def test_its_input_is_never_replaced(self):
        self.put("a.rom", recipe("bad/last-missing.rom.txt"))
        self.fails("rom", "fix", "a.rom", "-o", "a.rom", code=4, text="is one of the inputs")
        self.assertEqual(self.get("a.rom"), recipe("bad/last-missing.rom.txt"))
        with open(self.here / "a.rom", "rb") as stdin:
            done = subprocess.run([COMMAND, "rom", "fix", "-", "-o", "a.rom"], stdin=stdin, cwd=self.here,
                                  capture_output=True, check=False)
        self.assertEqual(done.returncode, 4)

    def test_what_is_beyond_repair_gives_no_file(self):
        self.put("text", b"no rom at all")
        self.fails("rom", "fix", "text", "-o", "out.rom", code=1, text="", file="text")


class Split(RomCase):
    def setUp(self):
        super().setUp()
        self.put("gop.efi", test_gop("plain").read_bytes())
        self.put("vbios.rom", recipe("vgabios.rom.txt"))
        self.build("--gop", "gop.efi", "--legacy", "vbios.rom")

    def names(self):
        return sorted(p.name for p in (self.here / "parts").iterdir())

    def test_each_image_and_what_it_carries_gets_a_file(self):
        self.run_igdrom("rom", "split", "out.rom", "-o", "parts")
        self.assertEqual(self.names(), [
            "00-legacy.rom", "01-guest-driver.efi", "01-guest-driver.rom", "02-gop-17.0.1077.efi",
            "02-gop-17.0.1077.rom", "03-manifest.bin", "03-manifest.rom"])
        self.assertEqual(self.get("parts/02-gop-17.0.1077.efi"), self.get("gop.efi"))
        whole = b"".join(self.get(f"parts/{n}") for n in self.names() if n.endswith(".rom"))
        self.assertEqual(whole, self.get("out.rom"))
        self.assertEqual(self.get("parts/03-manifest.bin")[:8], b"IGDROM\x00\x01")

    def test_the_document_lists_the_files_that_are_there(self):
        document = self.run_igdrom("rom", "split", "out.rom", "-o", "parts", "--json").document
        self.assertEqual(sorted(pathlib.Path(f["file"]).name for f in document["files"]), self.names())
        for file in document["files"]:
            data = self.get(file["file"])
            self.assertEqual((file["size"], file["sha256"]), (len(data), hashlib.sha256(data).hexdigest()))

    def test_files_that_are_there_are_kept(self):
        (self.here / "parts").mkdir()
        self.put("parts/02-gop-17.0.1077.efi", b"mine")
        self.fails("rom", "split", "out.rom", "-o", "parts", code=3, text="--force replaces it",
                   status="IGDROM_E_EXISTS")
        self.assertEqual(self.names(), ["02-gop-17.0.1077.efi"])
        self.run_igdrom("rom", "split", "out.rom", "-o", "parts", "--force")
        self.assertEqual(self.get("parts/02-gop-17.0.1077.efi"), self.get("gop.efi"))

    def test_a_disk_that_is_full_midway_leaves_no_new_file(self):
        self.put("big.efi", test_gop("plain").read_bytes() + bytes(40000))
        self.build("--no-compress", "--efi", "big.efi")
        self.run_igdrom("rom", "split", "out.rom", "-o", "whole")
        sizes = {path.name: path.stat().st_size for path in (self.here / "whole").iterdir()}
        name, largest = max(sizes.items(), key=lambda item: item[1])
        self.assertNotEqual(name, min(sizes))

        def full():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest - 1, largest - 1))

        for words in ((), ("--force",)):
            done = self.run_igdrom("rom", "split", "out.rom", "-o", "parts", *words, code=3, preexec_fn=full)
            self.assertIn(f"{name} cannot be written", done.errors)
            self.assertFalse((self.here / "parts").exists())
        (self.here / "parts").mkdir()
        self.put(f"parts/{min(sizes)}", b"mine")
        self.run_igdrom("rom", "split", "out.rom", "-o", "parts", "--force", code=3, preexec_fn=full)
        self.assertEqual(self.names(), [min(sizes)])

    def test_the_rom_itself_is_never_replaced(self):
        (self.here / "parts").mkdir()
        os.link(self.here / "out.rom", self.here / "parts/00-legacy.rom")
        before = self.get("out.rom")
        self.fails("rom", "split", "out.rom", "-o", "parts", "--force", code=4, text="is one of the inputs")
        self.assertEqual(self.get("out.rom"), before)

    def test_a_directory_that_cannot_be_made_is_said(self):
        self.fails("rom", "split", "out.rom", "-o", "no/such/parts", code=3, text="cannot be made")
        self.fails("rom", "split", "out.rom", "-o", "gop.efi", code=3, text="")

    def test_a_directory_that_cannot_be_written_to_is_said(self):
        # Not even root makes files there.
        self.fails("rom", "split", "out.rom", "-o", "/proc", code=3, text="cannot be written")
        self.fails("rom", "fix", "out.rom", "-o", "/proc/out.rom", code=3, text="cannot be written")

    def test_what_cannot_be_decompressed_is_left_out_with_1(self):
        data = bytearray(recipe("efirom-compressed.rom.txt"))
        at = struct.unpack_from("<H", data, 0x16)[0]
        data[at + 12:at + 60] = b"\xff" * 48
        self.put("bad.rom", data)
        self.run_igdrom("rom", "split", "bad.rom", "-o", "parts", code=1)
        self.assertEqual(self.names(), ["00-unknown.rom", "trailing.bin"])


if __name__ == "__main__":
    main()
