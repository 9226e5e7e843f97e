#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The command on a real kernel: each scene_NAME() boots once and is the test kernel.NAME.

Usage: scenes.py BUILD_DIR SCENE...
"""
import hashlib
import os
import pathlib
import re
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
Q35 = {"0000:00:00.0": ("8086", "29C0", "060000"), "0000:00:1f.0": ("8086", "2918", "060100"),
       "0000:00:1f.2": ("8086", "2922", "010601"), "0000:00:1f.3": ("8086", "2930", "0C0500")}
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


def dump(scene, what, *words, uid=0):
    """Adds a dump; (answer, the file that it wrote)."""
    scene.dumps = getattr(scene, "dumps", 0) + 1
    out = f"/tmp/{scene.dumps}"
    return scene.igdrom("host", "dump", what, *words, "-o", out, uid=uid), scene.add("cat", out)


def lock_down(scene):
    """Once, and for good."""
    return scene.add("write", "/sys/kernel/security/lockdown", "integrity")


def functions(document):
    return {function["address"]: (function["vendor_id"], function["device_id"], function["class_code"],
                                  function["iommu_group"]) for function in document["functions"]}


def groups(scene, *addresses):
    """What Linux says: links of /sys/kernel/iommu_groups, by their names."""
    found = re.findall(r"pci (\S+): Adding to iommu group (\d+)", scene.console)
    return {address: int(group) for address, group in found if address in addresses or not addresses}


def scene_roms_of_other_displays():
    """SeaBIOS; displays that QEMU has: one that it booted from, others with a known ROM, with none."""
    scene, check, rom = machine.Scene(BUILD), Checks(), igd.known_rom()
    shown = scene.igdrom("host", "show", "--json")
    known = dump(scene, "rom", "00:04.0")
    left = scene.add("cat", f"{PCI}00:04.0/rom")
    shadow = dump(scene, "rom", "00:02.0")
    none = dump(scene, "rom", "00:05.0")
    nobody = dump(scene, "rom", "00:09.0")
    forbidden = dump(scene, "rom", "00:04.0", uid=1000)
    asleep = scene.add("poke", f"{PCI}00:06.0/config", 4, "0000")
    woken = dump(scene, "rom", "00:06.0")
    command = scene.add("cat", f"{PCI}00:06.0/config")
    flash = dump(scene, "flash")
    no_igd = dump(scene, "opregion")
    locked = lock_down(scene)
    rom_when_locked, flash_when_locked = dump(scene, "rom", "00:04.0"), dump(scene, "flash")
    scene.boot("-device", "VGA,addr=2", "-device", "secondary-vga,addr=4,romfile={rom}",
               "-device", "bochs-display,addr=5,romfile=", "-device", "secondary-vga,addr=6,romfile={rom}",
               "-device", "intel-iommu", machine="q35", append="intel_iommu=on", files={"rom": rom})

    document = shown().json()
    seen = functions(document)
    check(shown().status == 1 and document["igd"] is None, "there is no integrated GPU", shown())
    check({address: row[:3] for address, row in seen.items()} == Q35 | {
        "0000:00:02.0": ("1234", "1111", "030000"), "0000:00:04.0": ("1234", "1111", "038000"),
        "0000:00:05.0": ("1234", "1111", "038000"), "0000:00:06.0": ("1234", "1111", "038000")}, "ids", shown())
    check({address: row[3] for address, row in seen.items()} == groups(scene), "groups", shown())
    check([(d["address"], d["boot_vga"]) for d in document["displays"]] == [
        ("0000:00:02.0", True), ("0000:00:04.0", None), ("0000:00:05.0", None), ("0000:00:06.0", None)],
          "who is the boot display", shown())
    check.says(known[0](), 0, hashlib.sha256(rom).hexdigest())
    check(known[1]().out == rom, "the ROM that QEMU was given", known[0]())
    check.says(left(), -1, "Invalid argument")  # switched off again
    check.says(shadow[0](), 0, "that firmware left in memory at C0000h")
    check(shadow[1]().out[:2] == b"\x55\xAA" and len(shadow[1]().out) == 512 * shadow[1]().out[2], "its size", shadow[0]())
    check.says(none[0](), 1, "0000:00:05.0 has no ROM of its own")
    check.says(nobody[0](), 1, "There is no PCI device at 0000:00:09.0")
    check.says(forbidden[0](), 3, "Only root may read /sys/bus/pci/devices/0000:00:04.0/rom")
    check(asleep().status == 0 and woken[1]().out == rom, "the ROM of one that decodes no memory", woken[0]())
    check(command().out[4:6] == bytes(2), "it decodes no memory afterwards either", command())
    bios = machine.SEABIOS.read_bytes()
    check(flash[1]().out and bios.endswith(flash[1]().out) and not any(bios[:-len(flash[1]().out)]),
          "the flash is SeaBIOS, but for empty bytes", flash[0]())
    check.says(no_igd[0](), 1, "At 0000:00:02.0 is 1234:1111", "no graphics of Intel")
    check(locked().status == 0 and rom_when_locked[1]().out == rom, "ROMs can be read when locked down", rom_when_locked[0]())
    check.says(flash_when_locked[0](), 3, "The kernel is locked down (integrity)")
    return scene, check


def scene_flash_and_empty_shadow_of_ovmf():
    """OVMF: no VBIOS in memory, and its own code below 4 GiB."""
    scene, check = machine.Scene(BUILD), Checks()
    code = machine.CODE.read_bytes()
    scene.files["/code"] = code
    shadow = dump(scene, "rom", "00:02.0")
    flash = scene.igdrom("host", "dump", "flash", "-o", "/flash")
    same = scene.add("same", "/code", machine.VARS.stat().st_size, "/flash")
    shown = scene.igdrom("firmware", "show", "/flash")
    forbidden = dump(scene, "flash", uid=1000)
    scene.add("remove", "/dev/mem")
    missing = dump(scene, "flash")
    scene.boot("-device", "VGA,addr=2", machine="q35", ovmf=True)
    check.says(shadow[0](), 1, "Firmware left no VBIOS of 0000:00:02.0 in memory at C0000h",
               "started in UEFI mode")
    check.says(flash(), 0, "from /dev/mem", str(len(code) + machine.VARS.stat().st_size))
    check(same().status == 0, "the code is that of OVMF's file", same())
    check.says(shown(), 1, "among", "drivers in 5 volumes")
    check.says(forbidden[0](), 3, "Only root may read /dev/mem")
    check.says(missing[0](), 1, "There is no /dev/mem")
    return scene, check


def scene_gpu_started_by_seabios():
    """An Alder Lake GPU with a VBIOS, its LPC bridge and audio, and SeaBIOS hands it an OpRegion."""
    scene, check = machine.Scene(BUILD), Checks()
    table = vbt(8666)
    rom, region = igd.vbios(vbt(4300)), opregion(0x0201, extended=table)
    shown = scene.igdrom("host", "show", "--json")
    dumps = [dump(scene, what) for what in ("rom", "opregion", "vbt")]
    forbidden = [dump(scene, what, uid=1000) for what in ("rom", "opregion", "vbt")]
    lock_down(scene)
    locked = [dump(scene, what) for what in ("opregion", "vbt")]
    scene.add("remove", "/dev/mem")
    missing = dump(scene, "opregion")
    gpu = igd.gpu(len(rom))
    played(scene, {"02.0": (gpu, "rom"), "1f.0": (igd.Function(0x7A84, 0x060100).first_of_several(), None),
                   "1f.3": (igd.Function(0x7AD0, 0x040300), None)},
           "-fw_cfg", "name=etc/igd-opregion,file={region}", files={"rom": rom, "region": region})
    document = shown().json()["igd"]
    check(shown().status == 0 and (document["device_id"], document["platform"]) == ("4680", "ADLS"), "the GPU", shown())
    check((document["lpc"]["device_id"], document["audio"]["device_id"]) == ("7A84", "7AD0"), "LPC and audio", shown())
    check((document["rom"], document["boot_vga"], document["iommu_group"]) == ("shadow", True, None), "its ROM", shown())
    check(document["memory"] == {"ggc": "02C1", "vga_disabled": False, "gms_mib": 64, "ggms_mib": 8, "bdsm": 0,
                                 "asls": gpu.read(0xFC, 4)}, "its memory", shown())
    check([bar["size"] for bar in document["bars"][:3]] == [16 << 20, 256 << 20, 64], "its BARs", shown())
    for (answer, file), content in zip(dumps, (rom, region, table)):
        check.says(answer(), 0, hashlib.sha256(content).hexdigest())
        check(file().out == content, "what QEMU was given", answer())
    for answer, _ in forbidden:
        check.says(answer(), 3, "Only root may read")
    for answer, _ in locked:
        check.says(answer(), 3, "The kernel is locked down (integrity)")
    check.says(missing[0](), 1, "There is no /dev/mem")
    return scene, check


def scene_gpu_started_by_our_guest_driver():
    """The same in OVMF: Linux reads back what our driver set up, and so do we; then vfio-pci has it."""
    scene, check = machine.Scene(BUILD), Checks()
    rom, region = universal_rom(), opregion(0x0201, extended=vbt(8666))
    before = scene.igdrom("host", "show", "--json")
    closed = [dump(scene, what) for what in ("rom", "opregion", "vbt")]
    for name in VFIO:
        scene.module(name)
    scene.module("vfio-pci", "ids=8086:4680")
    after = scene.igdrom("host", "show", "--json")
    handed = [dump(scene, what) for what in ("opregion", "vbt")]
    gpu = igd.gpu(len(rom))
    played(scene, {"02.0": (gpu, "rom")}, "-device", "intel-iommu",
           "-fw_cfg", "name=etc/igd-opregion,file={region}", machine="q35", ovmf=True,
           append="intel_iommu=on", files={"rom": rom, "region": region})
    base = gpu.read(0xC0, 8) & ~0xFFFFF
    check(base and f"Reserving Intel graphics memory at [mem {base:#010x}-{base + (64 << 20) - 1:#010x}]"
          in scene.console, "Linux reserves the stolen memory")
    document = before().json()["igd"]
    check((document["memory"]["bdsm"], document["memory"]["asls"]) == (base, gpu.read(0xFC, 4)), "its memory", before())
    check((document["driver"], document["iommu_group"]) == (None, groups(scene)["0000:00:02.0"]), "its group", before())
    check.says(closed[0][0](), 1, "has no ROM to read: Alder Lake-S GPUs have no VBIOS")
    for answer, _ in closed[1:]:  # the OpRegion is in memory of ACPI, which Debian's kernel does not hand out
        check.says(answer(), 3, "CONFIG_IO_STRICT_DEVMEM", "iomem=relaxed")
    # It refuses a GPU whose OpRegion has no signature (drivers/vfio/pci/vfio_pci_igd.c).
    document = after().json()["igd"]
    check((document["driver"], document["bound"]) == ("vfio-pci", True), "vfio-pci takes the GPU", after())
    for (answer, file), content in zip(handed, (region, vbt(8666))):
        check.says(answer(), 0, "from /dev/vfio/")
        check(file().out == content, "what QEMU was given, by vfio-pci", answer())
    return scene, check


GRUB = b'GRUB_DEFAULT=0\nGRUB_CMDLINE_LINUX_DEFAULT="quiet intel_iommu=off"\nGRUB_CMDLINE_LINUX=""\n'
CONF = "/etc/pve/qemu-server/100.conf"
PROXMOX = {
    "/etc/os-release": b'ID=debian\nVERSION_ID="12"\n',
    "/etc/default/grub": GRUB,
    "/boot/grub/grub.cfg": b"#\n",
    "/var/lib/dpkg/status": b"".join(b"Package: %s\nStatus: install ok installed\nVersion: %s\n\n" % package for package in (
        (b"pve-manager", b"9.0.3"), (b"pve-qemu-kvm", b"10.0.2-4"))),
    CONF: b"bios: ovmf\nmachine: pc\nhostpci0: 0000:00:02.0,legacy-igd=1,romfile=igd.rom\nvga: none\n",
}
SHELL = {"/bin/sh": "/bin/dash", **{f"/bin/{name}": f"/bin/{name}" for name in (
    "cat", "readlink", "sleep", "mkdir", "rm", "rmdir")}}


def proxmox(files, append):
    """A boot of a machine with these files; (scene, prepare, hook, driver): its commands and their answers."""
    scene = machine.Scene(BUILD)
    scene.files = files | {"/usr/share/kvm/igd.rom": universal_rom()}
    scene.programs |= SHELL
    scene.stand_ins = ["/usr/sbin/update-grub", "/usr/sbin/update-initramfs"]
    for name in (*VFIO, "vfio-pci"):
        scene.module(name)
    scene.igdrom("host", "hookscript", "--vmid", "100", "-o", "/hook")
    run = {"doctor": scene.igdrom("host", "doctor"), "dry": scene.igdrom("host", "prepare"), "unchanged": scene.add("cat", "/etc/default/grub"),
           "apply": scene.igdrom("host", "prepare", "--apply"), "grub": scene.add("cat", "/etc/default/grub"),
           "ran": scene.add("cat", "/ran"), "again": scene.igdrom("host", "prepare", "--apply")}
    for phase in ("pre-start", "post-stop"):
        run[phase] = scene.add("run", 0, "/bin/sh", "/hook", "100", phase)
        run[phase, "driver"] = scene.igdrom("host", "show", "--json")
    run["undo"] = scene.igdrom("host", "prepare", "--undo")
    run["back"] = scene.add("cat", "/etc/default/grub")
    run["setup"] = scene.igdrom("setup", "--want", "output")
    run["done"] = scene.igdrom("setup", "--want", "output", "--apply")
    run["taken back"] = scene.igdrom("setup", "--undo")
    run["machine"], run["whole"] = scene.add("cat", CONF), scene.add("cat", "/etc/default/grub")
    played(scene, {"02.0": (igd.gpu(), None)}, "-device", "intel-iommu",
           "-fw_cfg", "name=etc/igd-opregion,file={region}", machine="q35", append=append,
           files={"region": opregion(0x0200, mailbox4=vbt(4300))})
    return scene, {key: answer() for key, answer in run.items()}


def scene_what_prepare_writes_makes_the_machine_ready():
    """A Proxmox VE host without its IOMMU; then it is booted with the command line that prepare wrote.

    After that the whole job is done there, and taken back."""
    check = Checks()
    _, run = proxmox(PROXMOX, "quiet intel_iommu=off")
    check.says(run["doctor"], 1, "1 error", "not to use the IOMMU for the GPU (intel_iommu=off)", "host prepare --apply")
    check.says(run["dry"], 0, "intel_iommu=on", "--apply does it")
    check(run["unchanged"].out == GRUB and run["ran"].out.count(b"\n") == 1, "nothing is done untold", run["ran"])
    check.says(run["apply"], 0, "done: /etc/default/grub", "done: update-grub")
    check.says(run["ran"], 0, "update-grub")
    check.says(run["again"], 0, "there is nothing to change")
    check.says(run["pre-start"], 1, "vfio-pci does not take 0000:00:02.0: is the IOMMU on?")
    check(run["pre-start", "driver"].json()["igd"]["driver_override"] is None, "the GPU is given back", run["pre-start"])
    check.says(run["undo"], 0)
    check(run["back"].out == GRUB, "what was there before", run["back"])
    check.says(run["setup"], 0, "8086:4680", "virtual machine 100", "intel_iommu=on", "the same command with --apply")
    check.says(run["done"], 0, "done: /etc/default/grub", "done: update-grub", "Restart this machine")
    check.says(run["taken back"], 0)
    check((run["machine"].out, run["whole"].out) == (PROXMOX[CONF], GRUB), "all is as it was", run["taken back"])

    line = re.search(rb'^GRUB_CMDLINE_LINUX_DEFAULT="(.*)"$', run["grub"].out, re.M)[1].decode()
    check("quiet" in line.split(), "what was on the command line stays there", run["grub"])
    scene, run = proxmox(PROXMOX | {"/etc/default/grub": run["grub"].out}, line)
    check.says(run["doctor"], 0, "The IOMMU is on, with addresses of 39 bits", "The GPU is alone in IOMMU group")
    check.says(run["dry"], 0, "there is nothing to change")
    check.says(run["pre-start"], 0, "0000:00:02.0: vfio-pci takes it")
    check(run["pre-start", "driver"].json()["igd"]["driver"] == "vfio-pci", "vfio-pci has the GPU", run["pre-start"])
    check.says(run["post-stop"], 0)
    document = run["post-stop", "driver"].json()["igd"]
    check((document["driver"], document["driver_override"]) == (None, None), "the GPU is free", run["post-stop", "driver"])
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
