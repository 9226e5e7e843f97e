#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""igdrom firmware insert, replace and remove, on the firmware that Debian ships; UEFIExtract is the judge of
what came out."""
import collections
import os
import pathlib
import re
import shutil
import struct
import subprocess
import zlib

from igdrom_cli import Case, firmware_image, main, test_gop

DRIVER = pathlib.Path(os.environ["IGDROM_TEST_GOPS"]) / "../../../libigdrom/guest/guest.efi"
OURS = "888636A4-09F7-4B67-B03C-8C87CA6B00B9"
FOLDER = pathlib.Path(os.environ.get("IGDROM_OVMF", "/usr/share/OVMF"))
SMALL = FOLDER / "OVMF_CODE.fd"
WHOLE = pathlib.Path("/usr/share/ovmf/OVMF.fd")  # with the variables
IA32 = FOLDER / "OVMF32_CODE_4M.secboot.fd"
ARM = (pathlib.Path("/usr/share/qemu-efi-aarch64/QEMU_EFI.fd"), pathlib.Path("/usr/share/AAVMF/AAVMF32_CODE.fd"))
ROW = re.compile(r"\s*(File|Section|Volume|Free space|Padding)\s*\|[^|]*\|[^|]*\|\s*([0-9A-F]{8})\s*\|\s*([0-9A-F]{8})\s*\|\s*(-*) (.*)")


def need(thing, package):
    """Ends the test when it cannot run here."""
    if not thing:
        if os.environ.get("IGDROM_NO_SKIP"):
            raise AssertionError(f"IGDROM_NO_SKIP is set, and {package} is not installed")
        Case.skipTest(f"{package} is not installed")


def distinct_images():
    """Debian's images; some are links, some are the same with another name."""
    seen, out = set(), []
    for path in [*sorted(FOLDER.glob("OVMF_CODE*.fd")), *(WHOLE for _ in range(WHOLE.exists()))]:
        data = path.read_bytes()
        if data not in seen:
            seen.add(data)
            out.append(path)
    return out


def pe32(machine):
    """A 32-bit EFI driver with one section and nothing that runs."""
    out = bytearray(0x400)
    out[:2], out[0x80:0x84] = b"MZ", b"PE\0\0"
    struct.pack_into("<I", out, 0x3C, 0x80)
    struct.pack_into("<HHIIIHH", out, 0x84, machine, 1, 0, 0, 0, 0xE0, 0x2102)
    for at, value in ((0x10, 0x1000), (0x20, 0x1000), (0x24, 0x200), (0x38, 0x2000), (0x3C, 0x200), (0x5C, 16)):
        struct.pack_into("<I", out, 0x98 + at, value)
    struct.pack_into("<H", out, 0x98, 0x10B)
    struct.pack_into("<H", out, 0x98 + 0x44, 11)
    struct.pack_into("<8sIIIIIIHHI", out, 0x178, b".text", 0x10, 0x1000, 0x200, 0x200, 0, 0, 0, 0, 0x60000020)
    return bytes(out)


def section(kind, data):
    """How a section of that kind is seen: size and CRC-32 with its header."""
    whole = (4 + len(data)).to_bytes(3, "little") + bytes([kind]) + data
    return "Section", f"{len(whole):08X}", f"{zlib.crc32(whole):08X}"


class Seen:
    """What UEFIExtract sees: rows and messages."""

    def __init__(self, path):
        program = shutil.which("UEFIExtract")
        need(program, "uefitool-cli")
        done = subprocess.run([program, path, "report"], capture_output=True, text=True, check=False, timeout=120)
        text = pathlib.Path(f"{path}.report.txt").read_text(encoding="utf-8", errors="replace")
        rows = [match.groups() for match in map(ROW.match, text.splitlines()) if match]
        self.rows = collections.Counter((kind, size, crc, name.strip()) for kind, size, crc, _, name in rows)
        self.messages = sorted(re.sub(r"[0-9A-F]{6,}h", "", line) for line in (done.stdout + done.stderr).splitlines())


class Edit(Case):
    def copy(self, path, name="code.fd"):
        shutil.copyfile(path, self.here / name)
        return Seen(self.here / name)

    def test_our_driver_goes_into_every_image_of_debian_and_out_again(self):
        images = distinct_images()
        need(images, "ovmf")
        driver = DRIVER.read_bytes()
        if os.environ.get("IGDROM_SANITIZE") == "1":
            images = images[:1]
        for path in images:
            with self.subTest(path.name):
                was = self.copy(path)
                self.run_igdrom("firmware", "insert", "code.fd", "-o", "in.fd")
                came = self.only_drivers_came(was, Seen(self.here / "in.fd"))
                self.assertEqual((self.here / "in.fd").stat().st_size, path.stat().st_size)
                self.assertIn(section(0x10, driver), [row[:3] for row in came])
                self.assertTrue([row for row in came if row[0] == "File" and row[3].startswith(OURS)], came)
                self.run_igdrom("firmware", "remove", "in.fd", OURS.lower(), "-o", "out.fd")
                self.all_is_as_it_was(was, Seen(self.here / "out.fd"))

    def only_drivers_came(self, was, now):
        """Rows that are new; of the old ones only those around what was put in are gone."""
        self.assertEqual(now.messages, was.messages)
        # The packed section, and what it lies in, once each; the volume of drivers and its section.
        self.assertEqual(sorted(kind for kind, *_ in (was.rows - now.rows).elements()),
                         ["File", "Free space", "Free space", "Section", "Section", "Volume", "Volume"])
        return now.rows - was.rows

    def all_is_as_it_was(self, was, out):
        """But for the bytes that it is packed to."""
        self.assertEqual(out.messages, was.messages)
        gone, came = was.rows - out.rows, out.rows - was.rows
        self.assertEqual(sorted(kind for kind, *_ in gone.elements()), sorted(kind for kind, *_ in came.elements()))
        self.assertLessEqual({kind for kind, *_ in gone}, {"File", "Section", "Volume", "Free space"})
        self.assertLessEqual(sum(gone.values()), 4)

    def test_code_for_another_machine_is_refused(self):
        for path in (IA32, *ARM):
            need(path.exists(), "ovmf-ia32, qemu-efi-aarch64 or qemu-efi-arm")
            result = self.run_igdrom("firmware", "insert", path, "-o", "out.fd", code=4)
            self.assertRegex(result.errors, "It is code for machine 0x8664; this firmware is for 0x(14c|aa64|1c[0-9])")
            self.assertFalse((self.here / "out.fd").exists())
        need(SMALL.exists(), "ovmf")
        (self.here / "small.efi").write_bytes(pe32(0x14C))
        result = self.run_igdrom("firmware", "insert", SMALL, "--no-driver", "--efi", "small.efi", "-o", "out.fd", code=4)
        self.assertIn("It is code for machine 0x14c; this firmware is for 0x8664", result.errors)

    def test_32_bit_firmware_takes_32_bit_drivers(self):
        need(IA32.exists(), "ovmf-ia32")
        was, driver = self.copy(IA32), pe32(0x14C)
        (self.here / "small.efi").write_bytes(driver)
        words = self.run_igdrom("firmware", "insert", "code.fd", "--no-driver", "--efi", "small.efi", "-o", "in.fd", "--json")
        change, = words.document["changes"]
        came = self.only_drivers_came(was, Seen(self.here / "in.fd"))
        self.assertIn(section(0x10, driver), [row[:3] for row in came])
        self.assertIn(section(0x15, "small\0".encode("utf-16-le")), [row[:3] for row in came])
        self.run_igdrom("firmware", "remove", "in.fd", change["guid"], "-o", "out.fd")
        self.all_is_as_it_was(was, Seen(self.here / "out.fd"))

    def test_what_was_replaced_can_be_put_back(self):
        need(SMALL.exists(), "ovmf")
        was = self.copy(SMALL)
        # The shell, a file with a name, as UEFIExtract takes it out.
        shell = "7C04A583-9E3E-4F1C-AD65-E05268D0B4D1"
        subprocess.run([shutil.which("UEFIExtract"), "code.fd", shell, "-o", "shell", "-m", "file"], cwd=self.here,
                       capture_output=True, check=False, timeout=60)
        old = self.here / "shell/file.ffs"
        self.assertEqual(old.read_bytes()[:4], bytes.fromhex("83a5047c"))
        self.run_igdrom("firmware", "replace", "code.fd", shell, test_gop("plain"), "-o", "in.fd")
        now = Seen(self.here / "in.fd")
        self.assertEqual(now.messages, was.messages)
        gop = pathlib.Path(test_gop("plain")).read_bytes()
        self.assertIn(section(0x10, gop), [row[:3] for row in now.rows - was.rows])
        self.run_igdrom("firmware", "replace", "in.fd", shell, old, "-o", "out.fd")
        self.all_is_as_it_was(was, Seen(self.here / "out.fd"))

    def test_a_file_takes_the_place_of_another(self):
        need(SMALL.exists(), "ovmf")
        self.copy(SMALL)
        self.run_igdrom("firmware", "insert", "code.fd", "-o", "in.fd")
        document = self.run_igdrom("firmware", "replace", "in.fd", OURS, test_gop("plain"), "-o", "out.fd",
                                   "--json").document
        change, = document["changes"]
        self.assertEqual((change["verb"], change["guid"], change["old_guid"]), ("replace", OURS, OURS))
        self.assertEqual(document["size"], SMALL.stat().st_size)
        gops = self.run_igdrom("firmware", "show", "out.fd", "--json").document["gops"]
        self.assertEqual([(g["guid"], g["name"]) for g in gops], [(OURS, "IgdRomDxe")])

    def test_what_cannot_be_done_is_refused_with_the_reason(self):
        need(SMALL.exists(), "ovmf")
        self.copy(SMALL)
        (self.here / "text").write_bytes(b"no driver at all")
        for words, code, text in (
                (("insert", "text"), 1, "no"),
                (("insert", "code.fd", "--no-driver"), 2, "nothing to put in"),
                (("insert", "code.fd", "--efi", "text"), 1, "no file of a firmware volume"),
                (("remove", "code.fd", OURS), 1, f"There is no file {OURS} in it"),
                (("remove", "code.fd", "hello"), 1, "There is no file hello in it"),
                (("remove", "code.fd", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"), 1, "in it")):
            result = self.run_igdrom("firmware", *words, "-o", "out.fd", code=code)
            self.assertIn(text, result.errors, words)
            self.assertFalse((self.here / "out.fd").exists(), words)

    def test_no_room_is_said_in_bytes(self):
        need(SMALL.exists(), "ovmf")
        self.copy(SMALL)
        # Noise does not pack.
        noise = b"".join(zlib.crc32(i.to_bytes(4, "little")).to_bytes(4, "little") for i in range(1 << 17))
        (self.here / "noise.bin").write_bytes(noise)
        result = self.run_igdrom("firmware", "insert", "code.fd", "--file", "noise.bin", "--type", "freeform", "-o", "out.fd",
                                 code=4)
        self.assertRegex(result.errors, r"has too little room: \d+ bytes are needed, \d+ are free")

    def test_the_firmware_of_a_board_is_left_alone(self):
        (self.here / "board.bin").write_bytes(firmware_image("aptio5").data)
        tree = self.run_igdrom("firmware", "show", "board.bin", "--json").document["tree"]
        def files(node):
            if node["kind"] == "file" and node["guid"] and node["type"] == "DRIVER":
                yield node["guid"]
            for child in node["children"]:
                yield from files(child)
        guid = next(files(tree))
        result = self.run_igdrom("firmware", "remove", "board.bin", guid, "-o", "out.bin", code=4)
        self.assertIn("This is the firmware of a board", result.errors)
        self.run_igdrom("firmware", "remove", "board.bin", guid, "--force", "-o", "out.bin")
        self.assertNotIn(guid, list(files(self.run_igdrom("firmware", "show", "out.bin", "--json").document["tree"])))


if __name__ == "__main__":
    main()
