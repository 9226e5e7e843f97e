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

import igd
import machine
from opregion import opregion, vbt

BUILD = pathlib.Path()
SKIP = 77
PCI = "/sys/bus/pci/devices/0000:"
# In this order they find each other.
VFIO = ("irqbypass", "vfio", "vfio_virqfd", "vfio_iommu_type1", "vfio-pci-core")


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
