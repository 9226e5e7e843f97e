# SPDX-License-Identifier: BSD-2-Clause
"""Boots an option ROM in QEMU and OVMF, and collects what drivers write to debug port 402h."""
import dataclasses
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

QEMU = os.environ.get("IGDROM_QEMU", "qemu-system-x86_64")
OVMF = pathlib.Path(os.environ.get("IGDROM_OVMF", "/usr/share/OVMF"))
PASS, FAIL = 33, 3  # exit codes of QEMU after isa-debug-exit got 10h and 1
TIMEOUT = 100

SMALL, SMALL_SECURE = "small", "small-secure"  # in 2 MiB, which Debian 13 has no more
SECURE = (True, SMALL_SECURE)
FIRMWARE = {
    False: ("OVMF_CODE_4M.fd", "OVMF_VARS_4M.fd"),
    True: ("OVMF_CODE_4M.secboot.fd", "OVMF_VARS_4M.ms.fd"),
    SMALL: ("OVMF_CODE.fd", "OVMF_VARS.fd"),
    SMALL_SECURE: ("OVMF_CODE.secboot.fd", "OVMF_VARS.ms.fd"),
}


@dataclasses.dataclass
class Run:
    """One boot: the exit code (None: QEMU did not end by itself) and the lines written."""
    code: int | None
    lines: list[str]
    stderr: str
    seconds: float

    def log(self):
        """The lines of the driver under test, without their tag."""
        return [line[len("igdrom: "):] for line in self.lines if line.startswith("igdrom: ")]

    def text(self):
        return f"exit code {self.code} after {self.seconds:.1f} s\n" + "\n".join(self.lines + [self.stderr])


def is_there(secure):
    """Whether Debian has this firmware here."""
    return (OVMF / FIRMWARE[secure][0]).is_file()


def missing():
    """Why nothing can be booted here; None when it can."""
    if not shutil.which(QEMU):
        return f"{QEMU} is not installed (Debian: qemu-system-x86)"
    for name in FIRMWARE[False] + FIRMWARE[True]:
        if not (OVMF / name).is_file():
            return f"{OVMF / name} is not there (Debian: ovmf)"
    return None


def command(folder, machine, memory, secure, firmware):
    code, variables = FIRMWARE[secure]
    shutil.copyfile(OVMF / variables, folder / "vars.fd")
    if secure in SECURE:
        machine = "q35,smm=on" + "".join(machine.partition(",")[1:])
    out = [QEMU, "-machine", machine, "-accel", "tcg", "-m", str(memory), "-net", "none",
           "-vga", "none", "-display", "none", "-monitor", "none", "-serial", "null", "-no-reboot",
           "-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={firmware or OVMF / code}",
           "-drive", f"if=pflash,format=raw,unit=1,file={folder / 'vars.fd'}",
           "-chardev", f"file,id=dbg,path={folder / 'debug'}",
           "-device", "isa-debugcon,iobase=0x402,chardev=dbg",
           "-device", "isa-debug-exit,iobase=0xf4,iosize=4"]
    if secure in SECURE:
        out += ["-global", "driver=cfi.pflash01,property=secure,value=on"]
    if secure == SMALL_SECURE:
        out += ["-global", "ICH9-LPC.disable_s3=1"]  # with S3 it ends in PEI under TCG, as Debian ships it
    return out


def wait(process, debug, until, timeout):
    """Until QEMU ends, the debug console has a line like `until`, or time is up."""
    end = time.monotonic() + timeout
    while process.poll() is None and time.monotonic() < end:
        if until and debug.exists() and re.search(until, debug.read_bytes(), re.M):
            return
        time.sleep(0.05)


def boot(roms, *, machine="pc", memory=512, secure=False, fw_cfg=None, extra=(), timeout=TIMEOUT,
         device="virtio-rng-pci", pass_fds=(), until=None, firmware=None):
    """Boots with each of roms (bytes, or a list: in this order) in a device of its own.

    fw_cfg: name -> bytes; until: ends the run when a line matches (bytes pattern); firmware: path of
    another OVMF_CODE than that of Debian.
    """
    with tempfile.TemporaryDirectory(prefix="igdrom-boot-") as name:
        folder = pathlib.Path(name)
        argv = command(folder, machine, memory, secure, firmware)
        for number, rom in enumerate([roms] if isinstance(roms, bytes) else roms):
            (folder / f"rom{number}").write_bytes(rom)
            file = folder / f"rom{number}"
            argv += ["-device", json.dumps({**json.loads(device), "romfile": str(file)}) if device.startswith("{")
                     else f"{device},romfile={file}"]
        for number, (key, data) in enumerate((fw_cfg or {}).items()):
            (folder / f"file{number}").write_bytes(data)
            argv += ["-fw_cfg", f"name={key},file={folder / f'file{number}'}"]
        debug, messages = folder / "debug", folder / "stderr"
        start = time.monotonic()
        with open(messages, "wb") as stderr, \
             subprocess.Popen(argv + list(extra), stdin=subprocess.DEVNULL, stdout=stderr,
                              stderr=stderr, pass_fds=pass_fds) as process:
            wait(process, debug, until, timeout)
            code = process.poll()
            if code is None:
                process.kill()
        seconds = time.monotonic() - start
        text = debug.read_bytes().decode("ascii", "replace") if debug.exists() else ""
        stderr = messages.read_text(errors="replace")
    return Run(code, text.splitlines(), stderr, seconds)
