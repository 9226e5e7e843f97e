#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""igdrom firmware show and extract, on images from the recipes of tests/fixtures/images. Expected values: what the
recipes say that they write."""
import hashlib
import os
import re
import shlex
import zipfile

from igdrom_cli import Case, firmware_image, main, test_gop

FOUND_KEYS = "file stored_file ffs_file path guid name origin other_paths chosen size sha256".split()
GOP_KEYS = FOUND_KEYS + "version device_ids".split()
VBT_KEYS = FOUND_KEYS + "signature bdb_version checksum_ok".split()
PAD = 0xf0  # type of a file that fills room
NODE_KEYS = ("kind type type_number guid name role offset file_offset in_file size header_size room compression "
             "decoded_size found children").split()


def walk(node, depth=0):
    yield node, depth
    for child in node["children"]:
        yield from walk(child, depth + 1)


class Show(Case):
    def write(self, name):
        made = firmware_image(name)
        (self.here / f"{name}.bin").write_bytes(made.data)
        return made

    def show(self, name, *more, code=0):
        self.write(name)
        return self.run_igdrom("firmware", "show", f"{name}.bin", *more, code=code).text

    def test_the_drawing_fits_eighty_columns_and_folds(self):
        for name in ("ovmf", "aptio5", "aptio4", "phoenix", "nested", "cbfs", "capsule-ami-signed", "bpdt"):
            text = self.show(name, code=None)
            for line in text.splitlines():
                self.assertLessEqual(len(line), 80, f"{name}: {line}")
            self.assertLess(len(text.splitlines()), 60, name)

    def test_the_way_to_a_gop_driver_is_shown_in_the_order_of_the_image(self):
        lines = self.show("ovmf").splitlines()
        text = "\n".join(lines)
        self.assertIn("  GOP  ", text)
        places = [text.index(word) for word in ("9E21FD93: LZMA", "IntelGopDriver 1647B4F3")]
        self.assertEqual(places, sorted(places))
        driver = next(line for line in lines if "IntelGopDriver" in line)
        self.assertIn("<- GOP: 17.0.1087", driver)
        # It lies in an unpacked part.
        self.assertRegex(driver, r"^ +\+[0-9a-f]+ ")
        # Files of no interest are counted only.
        self.assertNotIn("SecMain", text)
        self.assertIn("1 file", text)

    def test_everything_is_shown_when_asked_for(self):
        made = self.write("ovmf")
        text = self.run_igdrom("firmware", "show", "--all", "ovmf.bin").text
        self.assertIn("SecMain", text)
        for part in made.parts:
            if part.guid and part.type != PAD:
                self.assertIn(part.guid, text.replace("\n", " "))

    def test_the_document_nests_every_node(self):
        made = self.write("ovmf")
        document = self.run_igdrom("firmware", "show", "ovmf.bin", "--json").document
        nodes = list(walk(document["tree"]))
        self.assertEqual(document["size"], len(made.data))
        self.assertEqual(document["node_count"], len(nodes))
        for node, _ in nodes:
            self.assertEqual([k for k in NODE_KEYS if k not in node], [])
        files = [(n["guid"], n["size"]) for n, _ in nodes if n["kind"] == "file" and n["type"] != "PAD"]
        wanted = [(part.guid, len(part.data)) for part in made.parts if part.kind == "file" and part.type != PAD]
        self.assertEqual(sorted(files), sorted(wanted))
        packed = [n for n, _ in nodes if n["compression"] == "LZMA"]
        self.assertEqual(len(packed), 1)
        self.assertEqual(document["decoded_size"], packed[0]["decoded_size"])
        self.assertTrue(all(not n["in_file"] and n["file_offset"] == packed[0]["file_offset"]
                            for n, d in walk(packed[0]) if d))

    def test_an_image_without_a_gop_ends_with_1_and_says_what_to_do(self):
        text = self.show("files", code=1)
        self.assertIn("no Intel GOP driver", text)
        self.assertIn("the complete BIOS file", " ".join(text.split()))
        self.run_igdrom("firmware", "show", "files.bin", "--json", code=1)

    def map_of(self, name):
        """The bars and the numbered lines of a map."""
        self.write(name)
        text = self.run_igdrom("firmware", "show", "--map", f"{name}.bin", code=None).text
        lines = text.splitlines()
        for line in lines:
            if "igdrom " not in line:
                self.assertLessEqual(len(line), 80, f"{name}: {line}")
        self.assertLess(len(lines), 90, name)
        bars = [line[3:-1].split("|") for line in lines if re.match(r"^  \|.*\|$", line)]
        rows = [re.match(r"^ {1,4}(\d+) +(0x|\+)([0-9a-f]+) +([\d.]+) (bytes|KiB|MiB)  (\S.*)", line) for line in lines]
        return text, bars, [row.groups() for row in rows if row]

    def test_the_map_numbers_its_segments_through(self):
        for name in ("ovmf", "virtual", "aptio5", "aptio4", "phoenix", "nested", "cbfs", "capsule-ami-signed", "bpdt",
                     "flash-16", "file-systems", "files"):
            _, bars, rows = self.map_of(name)
            self.assertTrue(bars and rows, name)
            self.assertEqual([int(row[0]) for row in rows], list(range(1, len(rows) + 1)), name)
            labels = [int(label) for bar in bars for label in bar if label.strip().isdigit()]
            self.assertEqual(labels, list(range(1, len(rows) + 1)), name)
            for bar in bars:
                self.assertEqual(len("|".join(bar)), 76, name)

    def test_the_map_is_in_proportion(self):
        text, bars, rows = self.map_of("ovmf")
        units = {"bytes": 1, "KiB": 1024, "MiB": 1024 * 1024}
        size = len((self.here / "ovmf.bin").read_bytes())
        cells = sum(len(label) for label in bars[0])
        for label in bars[0]:
            if not label.strip().isdigit():
                continue
            row = rows[int(label) - 1]
            self.assertEqual(row[1], "0x")
            wanted = float(row[3]) * units[row[4]] * cells / size
            # The widest one pays for those that are widened.
            self.assertLess(abs(len(label) - wanted), 2 + len(bars[0]), label)
        packed = next(row for row in rows if ": LZMA," in row[5])
        self.assertIn(f"{packed[0]} unpacked, ", text)
        self.assertIn("<- GOP: 17.0.1087", text)
        self.assertIn("<- VBT: SKYLAKE", text)

    def test_the_map_says_where_drivers_go(self):
        text, _, _ = self.map_of("virtual")
        self.assertRegex(text, r"\n +\d+ +\+[0-9a-f]+ +[\d.]+ KiB  free <- drivers go here\n")

    def test_firmware_of_a_virtual_machine_is_called_that_and_what_is_next(self):
        text = self.show("virtual", code=1)
        words = " ".join(text.split())
        self.assertIn("For virtual machines", words)
        self.assertNotIn("BIOS file from the vendor", words)
        self.assertNotIn("the board", words)
        self.assertRegex(words, r"Assignment IgdAssignmentDxe, 1\.\d KiB")
        self.assertRegex(words, r"GOP policy PlatformGopPolicy, 1\.\d KiB")
        self.assertNotIn("Our driver", words)
        self.assertIn("<- drivers go here", text)
        self.assertIn("igdrom firmware insert virtual.bin --bios BIOS --device ID -o OUT.fd", words)
        document = self.run_igdrom("firmware", "show", "virtual.bin", "--json", code=1).document
        self.assertTrue(document["virtual"])
        roles = sorted(n["role"] for n, _ in walk(document["tree"]) if n["role"])
        self.assertEqual(roles, ["assignment", "policy", "vm"])

    def test_the_room_for_drivers_is_said_in_words_and_numbers(self):
        made = self.write("virtual")
        document = self.run_igdrom("firmware", "show", "virtual.bin", "--json", code=1).document
        volume = document["driver_volume"]
        self.assertEqual(volume["guid"], "7CB8BDC9-F8EB-4F34-AAEA-3EE4AF6516A1")
        # What is erased behind the last file, in the image itself.
        tail = len(made.data) - len(made.data.rstrip(b"\xff"))
        self.assertLessEqual(tail - volume["packed_room"], 7)
        self.assertGreater(volume["packed_room"], 0xc000)
        used = sum(len(p.data) + -len(p.data) % 8 for p in made.parts if p.kind == "file" and p.type not in (0x0b, PAD))
        # The header of the volume is 72 bytes, its extension 20; the last file may end between two multiples of eight.
        self.assertIn(volume["room"] - (0x20000 - 96 - used), range(8))
        words = " ".join(self.run_igdrom("firmware", "show", "virtual.bin", code=1).text.split())
        self.assertIn(f"{volume['room'] / 1024:.1f} KiB in volume 7CB8BDC9", words)
        self.assertIn(f"packed form may grow by {volume['packed_room'] / 1024:.1f} KiB.", words)

    def test_our_driver_in_firmware_is_found_again(self):
        self.write("virtual")
        self.run_igdrom("firmware", "insert", "virtual.bin", "-o", "ours.bin")
        text = self.run_igdrom("firmware", "show", "ours.bin").text
        self.assertIn("Our driver", text)
        self.assertIn("IgdRomDxe 888636A4 <- our driver", text)
        self.assertNotIn("drivers go here", text)
        self.assertNotIn("firmware insert", text)

    def test_what_was_found_is_told_at_its_node(self):
        self.write("ovmf")
        document = self.run_igdrom("firmware", "show", "ovmf.bin", "--json").document
        self.assertFalse(document["virtual"])
        found = [(n["type"], f["in"], f["index"]) for n, _ in walk(document["tree"]) for f in n["found"]]
        self.assertEqual(found, [("PE32", "gops", 0), ("RAW", "vbts", 0)])

    def test_a_store_of_variables_is_called_that(self):
        self.show("ovmf")
        (self.here / "vars.fd").write_bytes((self.here / "ovmf.bin").read_bytes()[:0x4000])
        words = " ".join(self.run_igdrom("firmware", "show", "vars.fd", code=1).text.split())
        self.assertIn("the variables of a firmware", words)
        self.assertNotIn("the complete BIOS file", words)

    def test_what_is_no_image_is_said(self):
        (self.here / "a.txt").write_text("Dear reader\n" * 100, encoding="utf-8")
        self.run_igdrom("firmware", "show", "a.txt", code=1)
        self.fails("firmware", "show", "absent.bin", code=3, text="absent.bin", status="IGDROM_E_NOT_FOUND")
        self.fails("firmware", "show", ".", code=3, text="directory")

    def test_the_next_step_can_be_pasted_into_a_shell(self):
        name = "my board's BIOS.bin"
        (self.here / name).write_bytes(firmware_image("ovmf").data)
        text = self.run_igdrom("firmware", "show", name).text
        words = next(line for line in text.splitlines() if "rom build" in line)
        self.assertEqual(shlex.split(words)[:5], ["igdrom", "rom", "build", "--bios", name])

    def test_standard_input_will_do(self):
        made = firmware_image("ovmf")
        self.assertIn("<- GOP", self.run_igdrom("firmware", "show", "-", stdin=made.data).text)

    def test_a_truncated_image_is_shown_as_far_as_it_goes(self):
        made = firmware_image("aptio5")
        for size in range(0, len(made.data), 4099 * 7):
            done = self.run_igdrom("firmware", "show", "-", code=None, stdin=made.data[:size])
            self.assertIn(done.code, (0, 1))
            self.assertLess(len(done.errors.splitlines()), 20)

    def test_the_choice_for_a_device_is_marked_with_its_reason(self):
        made = self.write("aptio4")
        text = self.run_igdrom("firmware", "show", "--device", "4680", "aptio4.bin").text
        self.assertIn("For 4680", text)
        self.assertIn(", chosen", text)
        document = self.run_igdrom("firmware", "show", "--device", "4680", "aptio4.bin", "--json").document
        self.assertEqual(document["device_id"], "4680")
        self.assertEqual([g["chosen"] for g in document["gops"]].count(True), 1)
        self.assertEqual([v["chosen"] for v in document["vbts"]].count(True), 1)
        self.assertEqual({g["sha256"] for g in document["gops"]},
                         {hashlib.sha256(data).hexdigest() for _, _, data in made.drivers})

    def test_a_reason_is_told_once(self):
        self.write("aptio5")
        done = self.run_igdrom("firmware", "show", "--device", "0042", "aptio5.bin", code=1)
        self.assertIn("lists device 0042", " ".join(done.text.split()))
        self.assertNotIn("lists device 0042", done.errors)

    def test_other_files_are_named_and_the_command_for_them(self):
        (self.here / "a.efi").write_bytes(test_gop("plain").read_bytes())
        self.fails("firmware", "show", "a.efi", code=1, text="igdrom gop show")


class Extract(Case):
    def setUp(self):
        super().setUp()
        self.made = firmware_image("aptio5")
        (self.here / "a.bin").write_bytes(self.made.data)

    def extract(self, *more, code=0):
        return self.run_igdrom("firmware", "extract", "a.bin", "-o", "parts", *more, code=code)

    def names(self):
        return sorted(p.name for p in (self.here / "parts").iterdir())

    def digests(self):
        return {hashlib.sha256(p.read_bytes()).hexdigest() for p in (self.here / "parts").iterdir()}

    def written(self):
        """SHA-256 of what the writer put into the image."""
        return {hashlib.sha256(data).hexdigest() for _, _, data in self.made.drivers + self.made.tables}

    def test_drivers_and_tables_are_written_as_they_were(self):
        text = self.extract().text
        self.assertEqual(self.digests(), self.written())
        self.assertIn("IntelGopDriver-17.0.1077.efi", self.names())
        for name in self.names():
            self.assertIn(f"parts/{name}", text)
        shown = self.run_igdrom("gop", "show", "parts/IntelGopDriver-17.0.1077.efi").text
        self.assertIn("17.0.1077", shown)

    def test_the_document_says_what_was_written(self):
        document = self.extract("--json").document
        for key, keys in (("gops", GOP_KEYS), ("vbts", VBT_KEYS)):
            self.assertGreater(len(document[key]), 0)
            for thing in document[key]:
                self.assertEqual([k for k in keys if k not in thing], [])
                data = (self.here / thing["file"]).read_bytes()
                self.assertEqual(hashlib.sha256(data).hexdigest(), thing["sha256"])
                self.assertEqual(len(data), thing["size"])
                self.assertIsNone(thing["ffs_file"])
        self.assertEqual(document["gops"][0]["guid"], "8D59EBC8-B85E-400E-970A-1F995D1DB91E")
        self.assertEqual(document["gops"][0]["version"], "17.0.1077")
        self.assertEqual({v["signature"] for v in document["vbts"]}, {"$VBT CHERRYVIEW"})

    def test_the_same_bytes_in_two_places_are_written_once(self):
        tables = [hashlib.sha256(data).hexdigest() for _, _, data in self.made.tables]
        self.assertGreater(len(tables), len(set(tables)))
        document = self.extract("--json").document
        self.assertEqual(len(document["vbts"]), len(set(tables)))
        self.assertEqual(sum(1 + len(v["other_paths"]) for v in document["vbts"]), len(tables))

    def test_whole_firmware_files_are_written_on_demand(self):
        document = self.extract("--ffs", "--json").document
        files = {p.guid: p.data for p in self.made.parts if p.kind == "file" and p.type != PAD}
        for thing in document["gops"] + document["vbts"]:
            self.assertEqual((self.here / thing["ffs_file"]).read_bytes(), files[thing["guid"]])

    def test_what_a_table_is_stored_in_is_written_on_demand(self):
        for vbt in self.extract("--as-stored", "--json").document["vbts"]:
            stored, bare = ((self.here / vbt[key]).read_bytes() for key in ("stored_file", "file"))
            self.assertEqual(stored[:len(bare)], bare)
            self.assertGreater(len(stored), len(bare))

    def test_for_a_device_only_the_chosen_pair_is_written(self):
        text = self.extract("--device", "4680").text
        self.assertIn("For 4680", text)
        self.assertEqual(sorted(name.rsplit(".", 1)[1] for name in self.names()), ["efi", "vbt"])
        self.extract("--device", "4680", "--all", "--force")
        self.assertEqual(self.digests(), self.written())

    def test_without_a_driver_for_the_device_nothing_is_written(self):
        self.assertIn("none of its GOP drivers", self.extract("--device", "0042", code=1).errors)
        self.assertEqual(self.extract("--device", "0042", "--json", code=1).document["vbts"], [])
        self.assertFalse((self.here / "parts").exists())
        text = self.run_igdrom("firmware", "show", "--device", "0042", "a.bin", code=1).text
        self.assertNotIn("rom build", text)

    def test_the_list_of_files_fits_eighty_columns(self):
        for line in self.extract().text.splitlines():
            self.assertLessEqual(len(line), 80)

    def test_files_that_are_there_are_kept(self):
        self.extract()
        kept = self.here / "parts" / self.names()[0]
        kept.write_bytes(b"mine")
        self.fails("firmware", "extract", "a.bin", "-o", "parts", code=3, text="already there", status="IGDROM_E_EXISTS")
        self.assertEqual(kept.read_bytes(), b"mine")
        self.extract("--force")
        self.assertNotEqual(kept.read_bytes(), b"mine")

    def test_where_nothing_can_be_written_nothing_is_left(self):
        (self.here / "file").write_bytes(b"")
        self.fails("firmware", "extract", "a.bin", "-o", "file", code=3, text="file")
        self.fails("firmware", "extract", "a.bin", "-o", "no/such/folder", code=3, text="cannot be made",
                   file="no/such/folder")
        self.fails("firmware", "extract", "a.bin", code=2, text="-o DIR")

    def test_nothing_to_write_ends_with_1_and_makes_no_directory(self):
        (self.here / "a.bin").write_bytes(firmware_image("files").data)
        self.assertIn("neither a GOP driver nor a VBT", self.extract(code=1).errors)
        document = self.extract("--json", code=1).document
        self.assertEqual((document["gops"], document["vbts"], document["vbioses"]), ([], [], []))
        self.assertFalse((self.here / "parts").exists())

    def test_standard_input_will_do(self):
        self.run_igdrom("firmware", "extract", "-", "-o", "parts", stdin=self.made.data)
        self.assertEqual(self.digests(), self.written())


class Archives(Case):
    """libarchive is loaded when an archive is opened, and by nothing else."""

    def setUp(self):
        super().setUp()
        self.soname = os.environ["IGDROM_LIBARCHIVE_SONAME"]
        with zipfile.ZipFile(self.here / "bios.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("board.bin", firmware_image("ovmf").data)

    def test_the_driver_in_an_archive_is_found(self):
        if not self.soname:
            self.fails("firmware", "show", "bios.zip", code=1, text="(ZIP archive) that this build")
            return
        self.assertIn("<- GOP: 17.0.1087", self.run_igdrom("firmware", "show", "bios.zip").text)

    def test_without_the_library_one_sentence_says_what_to_install(self):
        (self.here / "libraries").mkdir()
        (self.here / "libraries" / (self.soname or "none")).write_bytes(b"")
        without = {"LD_LIBRARY_PATH": str(self.here / "libraries")}
        self.run_igdrom("--version", env=without)
        result = self.run_igdrom("firmware", "show", "bios.zip", code=1, env=without)
        self.assertEqual(result.out, b"")
        self.assertIn("ZIP archive", result.errors)
        self.assertIn("Install libarchive" if self.soname else "with libarchive", result.errors)
        self.assertIn('"unzip"', result.errors)


if __name__ == "__main__":
    main()
