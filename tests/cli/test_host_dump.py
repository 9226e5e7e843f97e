#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""igdrom host dump, on captured machines: files as the kernel shows them, memory as a sparse file."""
import hashlib
import struct

import igdrom_cli

GPU = "sys/bus/pci/devices/0000:00:02.0/"
ASLS = 0x7A2C9018
WINDOW = 0xFF000000


def opregion(version, table, rvda=0):
    """An OpRegion with the table in mailbox 4, or with an address of it (intel_opregion.c)."""
    out = bytearray(0x2000)
    out[0:16] = b"IntelGraphicsMem"
    struct.pack_into("<I", out, 0x10, 8)
    struct.pack_into("<H", out, 0x16, version)
    struct.pack_into("<I", out, 0x58, 0x0D)
    if rvda:
        struct.pack_into("<QI", out, 0x3BA, rvda, len(table))
    else:
        out[0x400:0x400 + len(table)] = table
    return bytes(out)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class HostDump(igdrom_cli.Case):

    def setUp(self):
        super().setUp()
        self.root = self.here / "root"
        config = bytearray(256)
        config[0:4] = bytes.fromhex("86808046")
        struct.pack_into("<I", config, 0xFC, ASLS)
        for name, text in (("vendor", "0x8086"), ("device", "0x4680"), ("class", "0x030000")):
            self.put(GPU + name, text.encode() + b"\n")
        self.put(GPU + "config", bytes(config))

    def put(self, name, data):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def memory(self, *parts):
        """Sparse: only what is written takes room."""
        path = self.root / "dev/mem"
        path.parent.mkdir(exist_ok=True)
        with open(path, "ab") as file:
            file.truncate(1 << 32)
        with open(path, "r+b") as file:
            for address, data in parts:
                file.seek(address)
                file.write(data)

    def tree(self):
        return {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in self.root.rglob("*")}

    def dump(self, *words, code=0):
        """Dumps twice, for people and as JSON: the same file, and nothing below the root is touched."""
        before = self.tree()
        self.run_igdrom("host", "dump", *words, "--root", self.root, "-o", "out", code=code)
        data = (self.here / "out").read_bytes()
        (self.here / "out").unlink()
        document = self.run_igdrom("host", "dump", *words, "--root", self.root, "-o", "out", "--json",
                                   code=code).document
        self.assertEqual((self.here / "out").read_bytes(), data)
        self.assertEqual(document["what"], words[0])
        self.assertEqual(document["file"], "out")
        self.assertEqual(document["size"], len(data))
        self.assertEqual(document["sha256"], sha256(data))
        self.assertEqual(self.tree(), before)
        return data, document

    def codes(self, document):
        return [f["code"] for f in document["findings"]]

    def test_a_rom_is_written_as_it_is_and_checked(self):
        rom = igdrom_cli.recipe("vgabios.rom.txt")
        vendor, device = struct.unpack_from("<HH", rom, struct.unpack_from("<H", rom, 0x18)[0] + 4)
        self.put(GPU.replace("02.0", "03.0") + "vendor", f"{vendor:#06x}\n".encode())
        self.put(GPU.replace("02.0", "03.0") + "device", f"{device:#06x}\n".encode())
        self.put(GPU.replace("02.0", "03.0") + "class", b"0x030000\n")
        self.put(GPU.replace("02.0", "03.0") + "rom", rom)
        data, document = self.dump("rom", "00:03.0")
        self.assertEqual(data, rom)
        self.assertEqual(document["source"], "/" + GPU.replace("02.0", "03.0") + "rom")
        self.assertNotIn("dump-rom-device", self.codes(document))
        self.put(GPU + "rom", rom)
        _, document = self.dump("rom")
        self.assertIn("dump-rom-device", self.codes(document))

    def test_a_gpu_without_vbios_names_the_gop_instead(self):
        document = self.fails("host", "dump", "rom", "--root", self.root, "-o", "out", code=1,
                              text="have no VBIOS", status="IGDROM_E_NOT_FOUND")
        self.assertEqual(self.codes(document), ["dump-rom-no-vbios"])
        self.assertIn("igdrom host dump flash", document["findings"][0]["fix"])

    def test_the_vbt_of_the_driver_is_cut_to_its_size(self):
        table = igdrom_cli.recipe("vbt/desktop.txt")
        size = struct.unpack_from("<H", table, 24)[0]
        self.put("sys/kernel/debug/dri/1/name", b"i915 dev=0000:00:02.0 unique=0000:00:02.0\n")
        self.put("sys/kernel/debug/dri/1/i915_vbt", table[:size] + bytes(500))
        data, document = self.dump("vbt")
        self.assertEqual(data, table[:size])
        self.assertEqual(document["source"], "/sys/kernel/debug/dri/1/i915_vbt")
        self.assertEqual([v["sha256"] for v in document["vbts"]], [sha256(data)])
        shown = self.run_igdrom("vbt", "show", "--json", "out").document
        self.assertEqual(shown["sha256"], sha256(data))

    def test_memory_holds_opregion_and_vbt(self):
        table = igdrom_cli.recipe("vbt/desktop.txt")
        table = table[:struct.unpack_from("<H", table, 24)[0]]
        body = opregion(0x0200, table)
        self.memory((ASLS, body))
        self.assertEqual(self.dump("vbt")[0], table)
        data, document = self.dump("opregion")
        self.assertEqual(data, body)
        self.assertEqual(document["source"], "/dev/mem at 0x7a2c9018")

    def test_a_table_elsewhere_in_memory_follows_the_opregion(self):
        table = igdrom_cli.recipe("vbt/desktop.txt")
        table = table[:struct.unpack_from("<H", table, 24)[0]]
        self.memory((ASLS, opregion(0x0200, table, rvda=0x12345678)), (0x12345678, table))
        self.assertEqual(self.dump("vbt")[0], table)
        data, document = self.dump("opregion")
        self.assertEqual(data[0x2000:], table)
        self.assertEqual(data[:0x2000], opregion(0x0201, table, rvda=0x2000))
        self.assertIn("dump-opregion-joined", self.codes(document))
        self.assertEqual([v["sha256"] for v in document["vbts"]], [sha256(table)])

    def test_flash_in_memory_tells_its_gops_and_the_next_command(self):
        image = igdrom_cli.firmware_image("aptio5").data
        image = image[len(image) % 65536:]
        self.memory((2 ** 32 - len(image), image))
        data, document = self.dump("flash")
        self.assertTrue(image.endswith(data))
        self.assertEqual(image[:len(image) - len(data)].strip(b"\xff").strip(b"\0"), b"")
        self.assertEqual(document["source"], f"/dev/mem at {2 ** 32 - len(data):#x}")
        extracted = self.run_igdrom("firmware", "extract", "out", "-o", "parts", "--json").document
        self.assertEqual({g["sha256"] for g in document["gops"]}, {g["sha256"] for g in extracted["gops"]})
        self.assertEqual({v["sha256"] for v in document["vbts"]}, {v["sha256"] for v in extracted["vbts"]})
        self.assertTrue(document["gops"] and document["gops"][0]["version"] and document["gops"][0]["device_ids"])
        text = self.run_igdrom("host", "dump", "flash", "--root", self.root, "-o", "bios.bin").text
        self.assertIn("igdrom rom build -d 4680 --bios bios.bin -o igd.rom", " ".join(text.split()))
        self.assertIn(document["gops"][0]["version"], text)

    def test_flash_of_a_chip_comes_before_memory(self):
        chip = bytes(range(1, 251)) * 1000
        self.memory((WINDOW, b"else"))
        for name, text in (("type", "nor"), ("name", "BIOS"), ("size", str(len(chip)))):
            self.put(f"sys/class/mtd/mtd0/{name}", text.encode() + b"\n")
        self.put("dev/mtd0ro", chip)
        data, document = self.dump("flash")
        self.assertEqual(data, chip)
        self.assertEqual(document["source"], "/dev/mtd0ro (BIOS)")
        self.assertIsNone(document["gops"])
        self.assertIn("dump-flash-no-gop", self.codes(document))

    def test_nothing_to_be_had_is_said_and_nothing_written(self):
        for what in ("vbt", "opregion", "flash"):
            self.fails("host", "dump", what, "--root", self.root, "-o", "out", code=1, text="/dev/mem",
                       status="IGDROM_E_NOT_FOUND")
        self.memory((ASLS, bytes(8)))
        self.fails("host", "dump", "opregion", "--root", self.root, "-o", "out", code=1, text="no OpRegion")
        self.fails("host", "dump", "vbt", "--root", self.root, "-o", "out", code=1, text="no OpRegion")
        self.fails("host", "dump", "flash", "--root", self.root, "-o", "out", code=1, text="empty memory")
        self.fails("host", "dump", "rom", "00:1f.7", "--root", self.root, "-o", "out", code=1,
                   text="no PCI device at 0000:00:1f.7")
        self.fails("host", "dump", "flash", "--root", self.here / "nowhere", "-o", "out", code=1, text="nowhere")

    def test_standard_output_gets_the_bytes_alone(self):
        rom = igdrom_cli.recipe("vgabios.rom.txt")
        self.put(GPU + "rom", rom)
        done = self.run_igdrom("host", "dump", "rom", "--root", self.root, "-o", "-")
        self.assertEqual(done.out, rom)
        self.assertIn("warning", done.errors)

    def test_a_wrong_command_line_is_told(self):
        for words in (("dump", "bios", "-o", "out"), ("dump", "vbt", "00:02.0", "-o", "out"),
                      ("dump", "rom", "8086:4680", "-o", "out"), ("dump", "rom"),
                      ("dump", "rom", "--json", "-o", "-")):
            self.run_igdrom("host", *words, code=2)

    def test_links_lead_nowhere_out_and_devices_are_not_opened(self):
        self.put("secret", b"x")
        (self.here / "outside").write_bytes(igdrom_cli.recipe("vgabios.rom.txt"))
        (self.root / GPU / "rom").symlink_to(self.here / "outside")
        self.run_igdrom("host", "dump", "rom", "--root", self.root, "-o", "out", code=1)
        (self.root / "dev").mkdir()
        (self.root / "dev/mem").symlink_to("/dev/zero")
        self.run_igdrom("host", "dump", "flash", "--root", self.root, "-o", "out", code=1)
        self.assertFalse((self.here / "out").exists())


    def test_what_was_not_captured_is_not_what_the_machine_has_not(self):
        self.put(GPU + "device", b"0x5916\n")
        config = bytearray((self.root / GPU / "config").read_bytes())
        config[2:4] = bytes.fromhex("1659")
        self.put(GPU + "config", bytes(config))
        for what, path in (("rom", "0000:00:02.0/rom"), ("flash", "/dev/mem"), ("opregion", "/dev/mem"), ("vbt", "/dev/mem")):
            done = self.run_igdrom("host", "dump", what, "--root", self.root, "-o", "out", code=1)
            self.assertIn(f"{path} was not captured", done.errors)
            self.assertFalse((self.here / "out").exists())


if __name__ == "__main__":
    igdrom_cli.main()
