#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""igdrom firmware show, on images from the recipes of tests/fixtures/images. Expected values: what the
recipes say that they write."""
import shlex

from igdrom_cli import Case, firmware_image, main

PAD = 0xf0  # type of a file that fills room
NODE_KEYS = ("kind type type_number guid name offset file_offset in_file size compression decoded_size "
             "children").split()


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
        self.assertIn("  GOP 1 ", text)
        places = [text.index(word) for word in ("9E21FD93: LZMA", "IntelGopDriver 1647B4F3")]
        self.assertEqual(places, sorted(places))
        driver = next(line for line in lines if "IntelGopDriver" in line)
        self.assertIn("<- GOP 1", driver)
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
        self.assertIn("GOP 1", self.run_igdrom("firmware", "show", "-", stdin=made.data).text)

    def test_a_truncated_image_is_shown_as_far_as_it_goes(self):
        made = firmware_image("aptio5")
        for size in range(0, len(made.data), 4099 * 7):
            done = self.run_igdrom("firmware", "show", "-", code=None, stdin=made.data[:size])
            self.assertIn(done.code, (0, 1))
            self.assertLess(len(done.errors.splitlines()), 20)


if __name__ == "__main__":
    main()
