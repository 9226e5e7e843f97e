# SPDX-License-Identifier: BSD-2-Clause
"""What the boot tests share: ROMs of what the build made, and judging what a boot wrote."""
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

import boot
import cases
import oprom
import proxy
import vfio_user
from opregion import opregion, vbt

HERE = pathlib.Path(__file__).resolve().parent
TEST = "opt/org.igdrom.test/"
BUILD = pathlib.Path(sys.argv[1])
SKIP = 77


class Failure(Exception):
    """A sentence, and what the boot wrote."""


def driver(name):
    if name == "guest":
        return (BUILD / "libigdrom/guest/guest.efi").read_bytes()
    return (BUILD / f"tests/guest/guest_test_{name}.efi").read_bytes()


def plain_rom(*names, **fields):
    images = [oprom.image(driver(name), last=name is names[-1], **fields) for name in names]
    return oprom.rom(images)


def built_rom(*words):
    """A ROM as the library builds it; words: build_rom.c."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "rom"
        subprocess.run([BUILD / "tests/guest/build_rom", out, *words], check=True)
        return out.read_bytes()


def built_firmware(folder, *words, secure=False, code=None):
    """Path of an OVMF_CODE with drivers in it, as the library puts them in; a ROM as bytes: in its file."""
    program = BUILD / "tests/guest/build_fd"
    if not program.exists():
        cannot_run("this build is without LZMA")
    out = pathlib.Path(folder) / "code.fd"
    words = list(words)
    for number, word in enumerate(words):
        if isinstance(word, bytes):
            (out.parent / "data").write_bytes(word)
            words[number] = f"data={out.parent / 'data'}"
    subprocess.run([program, boot.OVMF / (code or boot.FIRMWARE[secure][0]), out, *words], check=True)
    return out


def efi(name):
    return str(BUILD / f"tests/guest/guest_test_{name}.efi")


def gop(name):
    return str(BUILD / f"tests/guest/gop/testgop_{name}.efi")


def catalogue():
    """Code -> keys, as log.def has them."""
    text = (HERE / "../../libigdrom/guest/log.def").read_text(encoding="ascii")
    rows = re.findall(r'GUEST_LOG\(\w+, "([^"]+)",\s*"([^"]*)"', text)
    return {code: re.findall(r"(\w+)=%", keys) for code, keys in rows}


def cannot_run(reason):
    """Skips the test, or fails it where nothing may be skipped."""
    if os.environ.get("IGDROM_NO_SKIP") == "1":
        sys.exit(f"cannot run, and IGDROM_NO_SKIP=1 allows no skipping: {reason}")
    print(f"skipped: {reason}")
    sys.exit(SKIP)


def need(condition, sentence, run):
    if not condition:
        raise Failure(f"{sentence}\n{run.text()}")


def check_log(run):
    """Each line of the driver is one that log.def announces."""
    known = catalogue()
    for line in run.log():
        words = line.split(" ")
        keys = [word.split("=", 1)[0] for word in words[1:]]
        need(known.get(words[0]) == keys, f"log.def has no line such as {line!r}", run)
    check_explained(run)


def check_explained(run):
    """Each line of the driver is one that `igdrom vm explain` explains."""
    lines = [f"igdrom: {line}" for line in run.log()]
    done = subprocess.run([BUILD / "tests/qemu/explain_log"], input="\n".join(lines), capture_output=True, text=True,
                          check=True)
    rows = [row.split("\t") for row in done.stdout.splitlines()]
    told = sum(int(re.search(r"lines: (\d+)", text)[1]) if code == "log-more" else 1
               for at, code, text in rows if at != "-1")
    strange = [text for _, code, text in rows if code == "log-guest-other"]
    need(told == len(lines) and not strange, f"{told} of {len(lines)} lines are explained; {strange}", run)


def check_pass(run):
    need(run.code == boot.PASS, "the check in the guest did not pass", run)
    check_log(run)


def has(run, pattern):
    return any(re.fullmatch(pattern, line) for line in run.log())


def assign(devices, region, names=("fake", "guest", "verify"), expected_vbt=None, **options):
    """Boots the driver under test between the two test drivers; region: etc/igd-opregion."""
    files = {TEST + "devices": b"".join(devices)}
    if region is not None:
        files["etc/igd-opregion"] = region
    if expected_vbt is not None:
        files[TEST + "vbt"] = expected_vbt
    files.update(options.pop("files", {}))
    if options.get("secure"):
        files[TEST + "secure"] = b"1"
    return boot.boot(plain_rom(*names) if names else [], fw_cfg=files, **options)


def gop_lines(run):
    return [line for line in run.lines if line.startswith("testgop: ")]


DESKTOP, MOBILE, NOBODY = cases.row(0x4680, 0x0200), cases.row(0x5A85, 0x0100), cases.row(0x1912, 0x0200)


def choose(rom, *devices, files=None, **options):
    """Boots ROMs around the one under test: devices of the table before it, connected after it."""
    files = {TEST + "devices": b"".join(devices), "etc/igd-opregion": opregion(mailbox4=vbt(4300)), **(files or {})}
    run = boot.boot([plain_rom("fake"), rom, plain_rom("connect")], fw_cfg=files, **options)
    check_log(run)
    return run


def entries(run):
    """Versions of the GOPs whose entry point ran."""
    return [line.split("version=")[1].split(" ")[0] for line in gop_lines(run) if line.startswith("testgop: entry")]


def payload_of(rom, index):
    """Offset of what an image carries."""
    at = 0
    for _ in range(index):
        at += 512 * struct.unpack_from("<H", rom, at + struct.unpack_from("<H", rom, at + 0x18)[0] + 0x10)[0]
    return at + struct.unpack_from("<H", rom, at + 0x16)[0]


def started(run):
    """status= and lpc= of each Start() of a GOP."""
    return [re.search("status=(\\S+) .* lpc=(\\S+)", line).groups() for line in gop_lines(run) if "start status" in line]


def boot_played(rom, device_id, ggc, region, look=None, files=None, bar0=None, **options):
    """Boots rom in a GPU at 00:02.0 of OVMF's own bus, played by us; look(memory): before it ends.

    bar0(device, offset, size): what is read from its BAR0.
    """
    device = proxy.Device(device_id, ggc, len(rom), bar0 and (lambda offset, size: bar0(device, offset, size)))
    peer = vfio_user.start(device, boot.QEMU)
    size = 512
    with proxy.soiled_memory(size << 20) as memory:
        backend = f"memory-backend-file,id=ram,share=on,size={size}M,mem-path=/proc/self/fd/{memory.fileno()}"
        run = boot.boot(rom, memory=size, machine="pc,memory-backend=ram",
                        fw_cfg={**({"etc/igd-opregion": region} if region else {}), **(files or {})},
                        device=peer.option("02.0"), extra=["-object", backend],
                        pass_fds=(*peer.descriptors(), memory.fileno()), **options)
        peer.close()
        if run.code is not None and run.code < 0 and not device.reads:
            # Seen with QEMU 10 and later: dies in the device's set-up without KVM.
            cannot_run(f"this QEMU does not start with {peer.option('02.0')}: {run.text()}")
        if look:
            look(run, device, memory)
    return run, device
