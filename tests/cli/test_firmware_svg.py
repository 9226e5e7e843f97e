#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The picture of igdrom firmware show --svg, read by an XML parser. Expected places: those that the sizes in the JSON
document give by a calculation of our own."""
import re
import struct
import time
import xml.etree.ElementTree as tree

from igdrom_cli import SOURCE, Case, firmware_image, main

NAMESPACE = "{http://www.w3.org/2000/svg}"
MARGIN, MOST, LEAST = 24, 4000, 1.5
IMAGES = SOURCE / "tests/fixtures/images"


class Picture:
    """What a viewer would see."""

    def __init__(self, data):
        self.data = data
        self.root = tree.fromstring(data)
        self.width, self.height = float(self.root.get("width")), float(self.root.get("height"))
        self.all = [self.rectangle(e) for e in self.root.iter(f"{NAMESPACE}rect")]
        self.boxes = [r for r in self.all if r[5] is not None]
        self.texts = ["".join(e.itertext()) for e in self.root.iter(f"{NAMESPACE}text")]

    @staticmethod
    def rectangle(e):
        tooltip = e.find(f"{NAMESPACE}title")
        return (*(float(e.get(k)) for k in ("x", "y", "width", "height")), e.get("class"),
                None if tooltip is None else tooltip.text)

    def rows(self):
        out = {}
        for box in self.boxes:
            out.setdefault(box[1], []).append(box)
        return [sorted(row) for _, row in sorted(out.items())]


def volume(files):
    """A volume in the form of PI 1.8 volume 3, 3.2.1, written here alone."""
    size = 72 + len(files)
    guid = bytes.fromhex("78e58c8c3d8a1c4f9935896185c32dd3")
    head = bytes(16) + guid + struct.pack("<Q4sIHHHBB", size, b"_FVH", 0xfeff, 72, 0, 0, 0, 2)
    head += struct.pack("<IIII", size, 1, 0, 0)
    total = sum(struct.unpack("<36H", head)) & 0xffff
    return head[:50] + struct.pack("<H", -total & 0xffff) + head[52:] + files


def file(number, body=b""):
    """A file of it (3.2.3), driver or pad."""
    head = bytearray(struct.pack("<IHHQHBBI", number, 0, 0, 0, 0, 0x07, 0, 24 + len(body)))
    head[16] = -sum(head[:23]) & 0xff
    head[17], head[23] = 0xaa, 0xf8
    return bytes(head) + body + b"\xff" * (-len(body) % 8)


class Svg(Case):
    def draw(self, name, data, code=None):
        (self.here / name).write_bytes(data)
        done = self.run_igdrom("firmware", "show", "--svg", "-", name, code=code)
        return Picture(done.out)

    def check(self, picture, name):
        self.assertEqual(picture.root.tag, f"{NAMESPACE}svg")
        self.assertEqual(picture.root.get("version"), "1.1")
        self.assertEqual(picture.root.get("viewBox"), f"0 0 {picture.width:g} {picture.height:g}")
        self.assertLessEqual(len(picture.all), MOST)
        for x, y, width, height, *_ in picture.all:
            self.assertTrue(0 <= x and x + width <= picture.width + 0.01, name)
            self.assertTrue(0 <= y and y + height <= picture.height, name)
            self.assertTrue(width > 0 and height > 0, name)
        for row in picture.rows():
            for left, right in zip(row, row[1:]):
                self.assertLessEqual(left[0] + left[2], right[0] + 0.011, f"{name}: {left} {right}")

    def test_every_recipe_gives_a_picture_in_which_nothing_overlaps(self):
        drawn = 0
        for path in sorted([*IMAGES.glob("*.fw.txt"), *IMAGES.glob("bad/*.fw.txt")]):
            name = str(path.relative_to(IMAGES)).removesuffix(".fw.txt")
            (self.here / "a.bin").write_bytes(firmware_image(name).data)
            done = self.run_igdrom("firmware", "show", "--svg", "-", "a.bin", code=None)
            if not done.out:
                self.assertIn("/", name)  # only a bad one may be no image at all
                continue
            picture = Picture(done.out)
            self.check(picture, name)
            self.assertTrue(picture.boxes, name)
            self.assertIn("a.bin", picture.texts)
            drawn += 1
        self.assertGreater(drawn, 30)

    def test_what_is_too_much_for_one_picture_is_counted(self):
        core = file(1, b"\1" * 40)
        for _ in range(3):
            inner = volume(core)
            core = file(2, struct.pack("<I", (4 + len(inner)) | 0x17 << 24) + inner)
        picture = self.draw("wide.bin", volume(core * 700))
        self.check(picture, "wide")
        self.assertGreater(len(picture.boxes), 1000)
        self.assertTrue(any(re.fullmatch(r"\d+ parts are too many to draw\.", t) for t in picture.texts))

    def test_it_has_no_script_and_nothing_from_outside(self):
        picture = self.draw("ovmf.bin", firmware_image("ovmf").data)
        text = picture.data.decode("utf-8")
        self.assertEqual(text.count("http"), 1)  # the name of the language itself
        self.assertEqual(set(re.findall(r"url\(([^)]*)\)", text)), {"#ig-hatch"})
        self.assertNotIn("<!", text)
        tags = {e.tag.removeprefix(NAMESPACE) for e in picture.root.iter()}
        self.assertEqual(tags - {"svg", "title", "style", "defs", "pattern", "path", "rect", "text"}, set())
        for element in picture.root.iter():
            self.assertFalse([k for k in element.attrib if k.startswith("on") or "href" in k])

    def test_boxes_are_in_proportion_to_the_bytes(self):
        for name in ("virtual", "aptio5", "ovmf", "phoenix"):
            picture = self.draw(f"{name}.bin", firmware_image(name).data)
            document = self.run_igdrom("firmware", "show", f"{name}.bin", "--json", code=None).document
            scale = (picture.width - 2 * MARGIN) / document["size"]
            places = [(box[0], box[2]) for box in picture.boxes]
            seen = 0
            for node in self.in_file(document["tree"]):
                x, width = MARGIN + node["offset"] * scale, node["size"] * scale
                if width < LEAST + 0.1:
                    continue
                seen += 1
                self.assertTrue(any(abs(x - a) < 0.03 and abs(width - b) < 0.03 for a, b in places),
                                f"{name}: {node['kind']} at {node['offset']}")
            self.assertGreater(seen, 2, name)

    def in_file(self, node):
        """The nodes that are drawn in the first lane."""
        for child in node["children"]:
            if child["in_file"] and child["kind"] not in ("section", "raw", "option-rom"):
                if child["kind"] != "padding" or node["kind"] not in ("file", "section"):
                    yield child
                yield from self.in_file(child)

    def test_what_is_unpacked_lies_beneath_in_its_own_proportion(self):
        picture = self.draw("virtual.bin", firmware_image("virtual").data)
        document = self.run_igdrom("firmware", "show", "virtual.bin", "--json", code=None).document
        inner = document["driver_volume"]
        scale = (picture.width - 2 * MARGIN) / document["decoded_size"]
        box = next(b for b in picture.boxes if inner["guid"] in b[5])
        packed = next(b for b in picture.boxes if b[4].startswith("ig-packed"))
        self.assertAlmostEqual(box[2], inner["size"] * scale, delta=0.03)
        self.assertGreater(box[1], packed[1] + packed[3])
        self.assertRegex(packed[5], r"LZMA, unpacks to")
        free = [b for b in picture.boxes if b[4].startswith("ig-free") and b[1] > box[1]]
        self.assertAlmostEqual(free[-1][2], inner["room"] * scale, delta=0.03)

    def test_the_same_image_gives_the_same_bytes(self):
        made = firmware_image("aptio5").data
        self.assertEqual(self.draw("a.bin", made).data, self.draw("a.bin", made).data)
        self.run_igdrom("firmware", "show", "a.bin", "--svg", "a.svg", code=None)
        self.assertEqual((self.here / "a.svg").read_bytes(), self.draw("a.bin", made).data)

    def test_gop_vbt_and_our_driver_are_pointed_at(self):
        picture = self.draw("ovmf.bin", firmware_image("ovmf").data, code=0)
        self.assertTrue(any(t.startswith("GOP 17.0.1087: IntelGopDriver, 1647B4F3-") for t in picture.texts))
        self.assertIn("GOP 17.0.1087", picture.texts)
        self.assertIn("VBT SKYLAKE", picture.texts)
        self.assertEqual(len([b for b in picture.boxes if b[4].startswith("ig-gop")]), 1)
        self.run_igdrom("firmware", "show", "ovmf.bin", code=0)
        (self.here / "virtual.bin").write_bytes(firmware_image("virtual").data)
        self.run_igdrom("firmware", "insert", "virtual.bin", "-o", "ours.bin")
        picture = self.draw("ours.bin", (self.here / "ours.bin").read_bytes())
        self.assertEqual(len([b for b in picture.boxes if b[4].startswith("ig-guest")]), 1)
        self.assertIn("our driver", picture.texts)

    def test_names_of_any_kind_are_escaped(self):
        picture = self.draw("virtual.bin", firmware_image("virtual").data)
        self.assertTrue(any("<Virtio> & 'PCI'" in (b[5] or "") for b in picture.boxes))
        name = "\"]]>&lt;\x01\x85\ud800\ufffe\uffff\u202e<script>\U0001f600\x7f&"
        coded = name.encode("utf-16-le", "surrogatepass") + bytes(2)
        section = struct.pack("<I", (4 + len(coded)) | 0x15 << 24) + coded
        picture = self.draw("names.bin", volume(file(1, section) * 3))
        self.check(picture, "names")
        shown = [b[5] for b in picture.boxes if "script" in (b[5] or "")]
        self.assertTrue(shown)
        self.assertIn("\"]]>&lt;????", shown[0])
        self.assertIn("<script>\U0001f600?&", shown[0])

    def test_a_title_of_any_kind_is_escaped(self):
        name = "a <b> & \"c\" 'd' \u00fc\u2028.bin"
        picture = self.draw(name, firmware_image("virtual").data)
        self.assertEqual(picture.root.find(f"{NAMESPACE}title").text, name)

    def test_a_hundred_thousand_files_stay_within_the_bounds(self):
        for body in (b"", b"\0" * 40):
            data = volume(b"".join(file(i + 1, body) for i in range(100000)))
            started = time.process_time()
            picture = self.draw("many.bin", data)
            self.assertLess(time.process_time() - started, 30)
            self.check(picture, "many")
            self.assertLess(len(picture.data), 2 << 20)
            self.assertGreater(len(picture.boxes), 300)
            # What is too small is there together with its neighbours.
            groups = [(b, re.search(r"small parts\nat 0x([0-9a-f]+) to 0x([0-9a-f]+)", b[5])) for b in picture.boxes]
            groups = [(b, int(m[1], 16), int(m[2], 16)) for b, m in groups if m]
            self.assertGreater(len(groups), 300)
            for box, start, end in groups:
                self.assertAlmostEqual(box[2], (end - start) * (picture.width - 2 * MARGIN) / len(data), delta=0.03)

    def test_a_map_of_very_many_parts_is_short_and_soon_there(self):
        data = volume(file(1, b"\1" * 40)) * 40000
        (self.here / "many.bin").write_bytes(data)
        started = time.monotonic()
        text = self.run_igdrom("firmware", "show", "--map", "many.bin", code=1).text
        self.assertLess(time.monotonic() - started, 30)
        self.assertLess(len(text.splitlines()), 60)
        self.assertRegex(text, r"\d+ drivers\n")
        self.check(self.draw("many.bin", data), "many")

    def test_the_text_is_shown_as_well_when_the_picture_goes_to_a_file(self):
        (self.here / "v.bin").write_bytes(firmware_image("virtual").data)
        with_it = self.run_igdrom("firmware", "show", "v.bin", "--svg", "v.svg", code=1).text
        self.assertEqual(with_it, self.run_igdrom("firmware", "show", "v.bin", code=1).text)
        document = self.run_igdrom("firmware", "show", "v.bin", "--svg", "w.svg", "--json", code=1).document
        self.assertTrue(document["virtual"])
        self.assertEqual((self.here / "v.svg").read_bytes(), (self.here / "w.svg").read_bytes())

    def test_what_cannot_be_drawn_or_written_is_said(self):
        (self.here / "a.efi").write_bytes((SOURCE / "tests/fixtures/README.md").read_bytes())
        self.run_igdrom("firmware", "show", "a.efi", "--svg", "a.svg", code=1)
        self.assertFalse((self.here / "a.svg").exists())
        (self.here / "v.bin").write_bytes(firmware_image("virtual").data)
        self.fails("firmware", "show", "v.bin", "--svg", "none/a.svg", code=3, text="none/a.svg",
                   status="IGDROM_E_NOT_FOUND")
        before = (self.here / "v.bin").read_bytes()
        self.run_igdrom("firmware", "show", "v.bin", "--svg", "v.bin", code=4)
        self.assertEqual((self.here / "v.bin").read_bytes(), before)
        self.run_igdrom("firmware", "show", "v.bin", "--svg", "-", "--json", code=2)
        self.run_igdrom("firmware", "show", "v.bin", "--svg", "", code=2)


if __name__ == "__main__":
    main()
