#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Firmware that Debian ships (ovmf, qemu-efi, seabios, ipxe): what is installed of it gives the same
files and sections, in the same order, by the library and by UEFIExtract, and holds no GOP driver of
Intel's, no VBT and no video BIOS.

environment: IGDROM_SOURCE, IGDROM_TEST_GOPS, IGDROM_PROBE
"""
import pathlib
import sys
import tempfile

import images

FOLDERS = ("/usr/share/OVMF", "/usr/share/ovmf", "/usr/share/AAVMF", "/usr/share/qemu-efi-aarch64",
           "/usr/share/qemu-efi-arm", "/usr/share/seabios", "/usr/lib/ipxe/qemu")
SUFFIXES = (".fd", ".bin", ".rom")
# One of AArch64's flash images is 64 MiB of mostly nothing; a peer that is slow there is not asked.
LARGEST = 16 << 20


def installed():
    seen = set()
    for folder in FOLDERS:
        for path in sorted(pathlib.Path(folder).glob("*")):
            real = path.resolve()
            if path.suffix in SUFFIXES and path.is_file() and real not in seen:
                seen.add(real)
                yield real


def compare(path, folder):
    """What the two see differently in one image, and how many parts both see."""
    copy = pathlib.Path(folder, "image")
    copy.write_bytes(path.read_bytes())
    nodes = [n for n in images.probe(copy).nodes if n.kind in images.PARTS]
    rows = images.peer_report(copy)
    if [row.key for row in rows] != [n.key for n in nodes]:
        only = {row.key for row in rows} ^ {n.key for n in nodes}
        return [f"{x}" for x in rows + nodes if x.key in only] or ["another order"], 0
    wrong = [f"{row} is {n}" for row, n in zip(rows, nodes)
             if n.kind == "file" and n.number != 0xF0 and row.guid != n.guid]
    return wrong, len(nodes)


def main():
    images.need_all_codecs()
    images.peer()
    paths = [p for p in installed() if p.stat().st_size <= LARGEST]
    if not any("OVMF" in str(p) for p in paths):
        images.skip("no image of OVMF is here (Debian: ovmf)")
    bad = parts = 0
    with tempfile.TemporaryDirectory(prefix="igdrom-test-") as folder:
        for path in paths:
            lines = [f"claims {found.kind} {found.sha256}" for found in images.find(path)]
            more, count = compare(path, folder) if path.stat().st_size <= LARGEST else ([], 0)
            lines += more
            parts += count
            bad += bool(lines)
            print("\n  ".join([f"{path}: {count} files and sections", *lines]))
    print(f"{len(paths)} images, {parts} files and sections, {bad} images differ")
    return bad > 0 or parts < 500


if __name__ == "__main__":
    sys.exit(main())
