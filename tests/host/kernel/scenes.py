#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The command on a real kernel: each scene_NAME() boots once and is the test kernel.NAME.

Usage: scenes.py BUILD_DIR SCENE...
"""
import os
import pathlib
import subprocess
import sys
import tempfile

import disk
import igd
import machine
from opregion import opregion, vbt

BUILD = pathlib.Path()
SKIP = 77
PCI = "/sys/bus/pci/devices/0000:"
# In this order they find each other.
VFIO = ("irqbypass", "vfio", "vfio_virqfd", "vfio_iommu_type1", "vfio-pci-core")
DISK = ("virtio_ring", "virtio", "virtio_pci_modern_dev", "virtio_pci_legacy_dev", "virtio_pci", "virtio_blk",
        "crc32c_generic", "crc16", "mbcache", "jbd2", "ext4")
MOUNTED = "noauto_da_alloc"  # Linux Documentation/admin-guide/ext4.rst


class Checks:
    """Gathers what is wrong, so that one boot tells it all."""

    def __init__(self):
        self.wrong = []

    def __call__(self, condition, sentence, answer=None):
        if not condition:
            self.wrong.append(sentence + (f"\n  {answer.words}: {answer.status}\n{answer.text()}" if answer else ""))

    def says(self, answer, status, *texts):
        """The command ended so, and its output or messages have each of the texts in them."""
        text = " ".join(answer.text().split())
        self(answer.status == status, f"exit code {status}", answer)
        for part in texts:
            self(part in text, f"the words {part!r}", answer)

    def finish(self, scene):
        for sentence in self.wrong:
            print(f"wrong: {sentence}", file=sys.stderr)
        if self.wrong:
            sys.exit(f"{len(self.wrong)} wrong; end of the kernel's messages:\n{scene.console[-3000:]}")


def universal_rom():
    """Our guest driver in a ROM, as the command builds it."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "rom"
        subprocess.run([BUILD / "examples/igdrom/igdrom", "rom", "build", "-o", out], check=True,
                       stdout=subprocess.DEVNULL)
        return out.read_bytes()


def played(scene, functions, *extra, **options):
    """Boots with functions that we play."""
    with igd.options(functions) as (words, descriptors):
        try:
            scene.boot(*words, *extra, pass_fds=descriptors, **options)
        except RuntimeError:
            if not any(function.reads for function, _ in functions.values()):
                # Seen with QEMU 10 and later: dies in the device's set-up without KVM.
                cannot_run(f"this QEMU does not start with x-pci-proxy-dev: {scene.messages}")
            raise


def written(scene, files):
    """Boots with a disk of these files (paths below /disk); what was on it at each commit."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for path, content in files.items():
            file = folder / "content" / pathlib.PurePath(path).relative_to("/disk")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        disk.make(folder / "disk", folder / "content")
        start = (folder / "disk").read_bytes()
        (folder / "log").touch()
        scene.boot(*disk.drive(folder / "disk", folder / "log"))
        return list(disk.states(start, (folder / "log").read_bytes()))


def scene_answers_come_from_the_guest():
    """Users, bytes and failures come through as they are; the command finds its libraries."""
    scene, check = machine.Scene(BUILD), Checks()
    rom = igd.known_rom()
    scene.files["/rom"] = rom
    version = scene.igdrom("--version")
    back = scene.add("cat", "/rom")
    absent = scene.add("cat", "/nothing")
    seen = scene.igdrom("rom", "show", "--json", "/rom")
    scene.add("chmod", "600", "/rom")
    refused = scene.igdrom("rom", "show", "/rom", uid=1000)
    display = scene.igdrom("device", "show", "00:03.0")
    scene.boot("-device", "secondary-vga,addr=3")
    check.says(version(), 0, "igdrom")
    check(back().out == rom, "the bytes of a file", back())
    check.says(absent(), -1, "No such file")
    check(seen().status == 0 and len(seen().json()["images"]) == 2, "the ROM is shown", seen())
    check.says(refused(), 3, "ermission denied")
    check.says(display(), 1, "1111")
    return scene, check


def scene_linux_takes_what_the_guest_driver_sets_up():
    """Our guest driver in OVMF, and Linux reads it back: stolen memory, then vfio-pci the OpRegion."""
    scene, check = machine.Scene(BUILD), Checks()
    rom = universal_rom()
    shown = scene.igdrom("device", "show", "00:02.0")
    for name in VFIO:
        scene.module(name)
    scene.module("vfio-pci", "ids=8086:4680")
    bound = scene.add("cat", f"{PCI}00:02.0/uevent")
    gpu = igd.gpu(len(rom))
    played(scene, {"02.0": (gpu, "rom")}, "-device", "intel-iommu",
           "-fw_cfg", "name=etc/igd-opregion,file={opregion}", machine="q35", ovmf=True,
           append="intel_iommu=on", files={"rom": rom, "opregion": opregion(0x0201, extended=vbt(8666))})
    base = gpu.read(0xC0, 8) & ~0xFFFFF
    check(base and f"Reserving Intel graphics memory at [mem {base:#010x}-{base + (64 << 20) - 1:#010x}]"
          in scene.console, "Linux reserves the stolen memory")
    check.says(shown(), 0, "4680")
    # It refuses a GPU whose OpRegion has no signature (drivers/vfio/pci/vfio_pci_igd.c).
    check(b"DRIVER=vfio-pci\n" in bound().out, "vfio-pci takes the GPU", bound())
    return scene, check


def scene_a_power_cut_at_any_write_is_undone():
    """On ext4, without its help for programs that forget fsync(): each file is old or new, and --undo gives back all.

    The power goes off during --apply, during --undo, and during neither.
    """
    check, start = Checks(), machine.Scene(BUILD)
    name = "/disk/etc/pve/qemu-server/100.conf"
    words = ("vm", "write", "pve", "-d", "4692", "--pve", "9.1", "--want", "output", "--rom", "/igd.rom",
             "--root", "/disk", "--into", "100")
    old, rom = b"bios: ovmf\nmachine: q35\nmemory: 8192\nvga: std\n", universal_rom()
    start.files["/igd.rom"] = rom
    for module in DISK:
        start.module(module)
    start.add("mount", "ext4", "/dev/vda", "/disk", MOUNTED)
    applied = start.igdrom(*words, "--apply")
    new = start.add("cat", name)
    undone = start.igdrom("vm", "write", "--undo", "--root", "/disk")
    start.add("umount", "/disk")
    states = written(start, {name: old, "/disk/usr/share/kvm/other": b""})
    check.says(applied(), 0)
    check.says(undone(), 0)
    check(new().out not in (b"", old), "the configuration is changed", new())

    scene, seen = machine.Scene(BUILD), []
    for module in DISK:
        scene.module(module)
    for number in range(1, len(states) + 1):
        files = [("cat", name), ("cat", "/disk/usr/share/kvm/igd.rom")]
        scene.add("mount", "ext4", f"/dev/vda{number}", "/disk", MOUNTED)
        seen.append(([scene.add(*file) for file in files], scene.igdrom("vm", "write", "--undo", "--root", "/disk"),
                     [scene.add(*file) for file in files]))
        scene.add("umount", "/disk")
    scene.boot("-drive", "if=none,id=disk,format=raw,file={disk}", "-device", "virtio-blk-pci,drive=disk",
               files={"disk": disk.partitioned(states)})
    for before, undo, after in seen:
        check(before[0]().out in (old, new().out), "the configuration is the old or the new one", before[0]())
        check(before[1]().out == rom or before[1]().status < 0, "the ROM is whole or not there", before[1]())
        check(undo().status == 0 or b"nothing to undo" in undo().err, "it is taken back", undo())
        check(after[0]().out == old, "the configuration is the old one", after[0]())
        check(after[1]().status < 0, "the ROM is gone", after[1]())
    for what, count in (("done", sum(b[0]().out == new().out for b, _, _ in seen)),
                        ("half done", sum(b[1]().out == rom and b[0]().out == old for b, _, _ in seen)),
                        ("not done", sum(undo().status == 1 for _, undo, _ in seen))):
        check(count, f"a cut finds it {what}")
    return scene, check


def cannot_run(reason):
    """Skips the test, or fails it where nothing may be skipped."""
    if os.environ.get("IGDROM_NO_SKIP") == "1":
        sys.exit(f"cannot run, and IGDROM_NO_SKIP=1 allows no skipping: {reason}")
    print(f"skipped: {reason}")
    sys.exit(SKIP)


def main():
    global BUILD
    BUILD = pathlib.Path(sys.argv[1])
    if machine.missing():
        cannot_run(machine.missing())
    for name in sys.argv[2:]:
        scene, check = globals()[f"scene_{name}"]()
        check.finish(scene)
        print(f"{name}: passed, {len(scene.answers)} commands in a boot of {scene.seconds:.1f} s")


if __name__ == "__main__":
    main()
