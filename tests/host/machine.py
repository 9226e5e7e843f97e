#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Turns the description of a machine (machines/*.txt; the form is told in machine.h) into a tree of
files. Written apart from machine.c, which does the same.

machine.py RECIPE DIR                makes the tree below DIR
machine.py --compare TOOL RECIPE...  makes each here and with TOOL, and compares
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

FLAGS = {"io": 0x40101, "mem": 0x40200, "mem64": 0x140204, "pref64": 0x14220C, "rom": 0x46200, "shadow": 0x212}
LOW = {"io": 1, "mem": 0, "mem64": 4, "pref64": 12, "rom": 0}
UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


class Function:
    """One PCI function of a recipe."""

    def __init__(self, words):
        self.address, ids, self.code = words[:3]
        self.vendor, self.device = ids.split(":")
        self.options = dict(word.split("=", 1) for word in words[3:])
        self.bars = [(0, 0, 0)] * 7
        self.config = None

    def bar(self, words):
        number, address, size, kind = int(words[0]), int(words[1], 16), words[2], words[3]
        count = int(size.rstrip("KMG")) * UNITS[size.lstrip("0123456789")]
        self.bars[number] = (address, address + count - 1, FLAGS[kind])
        return number, address, kind

    def header(self, bars):
        size = int(self.options.get("config", "256"))
        data = bytearray(size)
        data[0:4] = int(self.vendor, 16).to_bytes(2, "little") + int(self.device, 16).to_bytes(2, "little")
        if "physfn" in self.options:  # PCI Express 5.0, 9.3.4.1.1: the ids are those of the physical function
            data[0:4] = b"\xff" * 4
        data[4:6] = b"\x07\x04"
        data[8:12] = bytes([int(self.options.get("rev", "0"), 16)]) + int(self.code, 16).to_bytes(3, "little")
        if self.code.startswith("0604"):
            data[14] = 1
            return data
        if "sub" in self.options:
            vendor, device = (int(x, 16).to_bytes(2, "little") for x in self.options["sub"].split(":"))
            data[0x2C:0x30] = vendor + device
        for number, address, kind in bars:
            if kind == "shadow" or "physfn" in self.options:
                continue
            at = 0x30 if kind == "rom" else 0x10 + 4 * number
            width = 8 if kind.endswith("64") else 4
            data[at:at + width] = (address | LOW[kind]).to_bytes(width, "little")
        return data


class Machine:
    """Writes what the lines of a recipe say."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.function, self.set_bars = None, []

    def file(self, path, data):
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data.encode() if isinstance(data, str) else data)

    def link(self, path, target):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        os.symlink(target, self.root / path)

    def finish(self):
        """The function that was described up to here."""
        f, self.function = self.function, None
        if not f:
            return
        place = f"sys/devices/pci{f.address.split(':')[0]}:00/{f.address}/"
        self.link(f"sys/bus/pci/devices/{f.address}", f"../../../devices/pci{f.address.split(':')[0]}:00/{f.address}")
        values = {"vendor": "0x" + f.vendor, "device": "0x" + f.device, "class": "0x" + f.code,
                  "revision": "0x" + f.options.get("rev", "0").zfill(2),
                  "driver_override": f.options.get("override", "(null)"), "enable": f.options.get("enable", "0"),
                  "irq": "0",
                  "power_state": f.options.get("power", "D0")}
        vendor, device = f.options.get("sub", "0000:0000").split(":")
        values.update(subsystem_vendor="0x" + vendor, subsystem_device="0x" + device)
        if "boot_vga" in f.options:
            values["boot_vga"] = f.options["boot_vga"]
        if "vfs" in f.options:
            values["sriov_numvfs"], values["sriov_totalvfs"] = f.options["vfs"].split("/")
        for name, value in values.items():
            self.file(place + name, value + "\n")
        self.file(place + "resource", "".join("0x%016x 0x%016x 0x%016x\n" % bar for bar in f.bars))
        data = f.header(self.set_bars)
        for at, value in f.config or []:
            data[at:at + len(value)] = value
        self.file(place + "config", bytes(data))
        self.links(f, place)

    def links(self, f, place):
        if "driver" in f.options:
            self.link(place + "driver", "../../../bus/pci/drivers/" + f.options["driver"])
        if "physfn" in f.options:
            self.link(place + "physfn", "../" + f.options["physfn"])
        if "group" in f.options:
            group = "sys/kernel/iommu_groups/" + f.options["group"]
            self.link(place + "iommu_group", "../../../kernel/iommu_groups/" + f.options["group"])
            self.link(f"{group}/devices/{f.address}", f"../../../../devices/pci0000:00/{f.address}")

    def run(self, text):
        lines = text.split("\n")
        while lines:
            line = lines.pop(0)
            words = line.split()
            if not words or line.startswith("#"):
                continue
            if line.startswith("\t"):
                self.detail(words)
                continue
            self.finish()
            if words[0] == "pci":
                self.function, self.set_bars = Function(words[1:]), []
            elif words[1:] and words[1] == "->":
                self.link(words[0], words[2])
            elif words[1:] and words[1] == ":":
                self.file(words[0], bytes.fromhex("".join(words[2:])))
            elif words[1:] and words[1] == "=":
                self.text(line, lines)
            elif line.endswith("/"):
                (self.root / line).mkdir(parents=True, exist_ok=True)
            else:
                raise ValueError(f"no recipe: {line!r}")
        self.finish()

    def text(self, line, lines):
        path, content = re.match(r"(\S+) =(?: (.*))?$", line).groups()
        if content:
            self.file(path, content + "\n")
            return
        content, blank = "", ""
        while lines and (lines[0].startswith("\t") or not lines[0]):
            line = lines.pop(0)
            content += blank + line[1:] + "\n" if line else ""
            blank = "" if line else blank + "\n"
        self.file(path, content)

    def detail(self, words):
        if words[0] == "bar":
            self.set_bars.append(self.function.bar(words[1:]))
        elif words[0] == "config":
            self.function.config = self.function.config or []
            for word in words[1:]:
                at, value = word.split("=")
                self.function.config.append((int(at, 16), bytes.fromhex(value)[::-1]))
        else:
            raise ValueError(f"no detail of a function: {words}")


def make(recipe, root):
    """Makes the tree of a recipe below a directory."""
    Machine(root).run(pathlib.Path(recipe).read_text(encoding="utf-8"))


def tree_of(root):
    found = {}
    for path in sorted(pathlib.Path(root).rglob("*")):
        name = str(path.relative_to(root))
        if path.is_symlink():
            found[name] = os.readlink(path)
        else:
            found[name] = path.read_bytes() if path.is_file() else None
    return found


def main():
    if sys.argv[1] != "--compare":
        make(sys.argv[1], sys.argv[2])
        return 0
    problems = []
    for recipe in sys.argv[3:]:
        with tempfile.TemporaryDirectory() as here, tempfile.TemporaryDirectory() as there:
            make(recipe, here)
            subprocess.run([sys.argv[2], recipe, there], check=True)
            ours, theirs = tree_of(here), tree_of(there)
            problems += [f"{recipe}: {name}: {ours.get(name)!r} {theirs.get(name)!r}"
                         for name in sorted(set(ours) | set(theirs)) if ours.get(name) != theirs.get(name)]
            if len(ours) < 5:
                problems.append(f"{recipe}: only {len(ours)} files")
    print("\n".join(problems) or f"{len(sys.argv) - 3} machines: both readers make the same files")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
