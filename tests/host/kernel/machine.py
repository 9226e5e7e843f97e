# SPDX-License-Identifier: BSD-2-Clause
"""Boots Debian's kernel in QEMU with the igdrom command in its initramfs, and has it do things.

The first process is init.c; what it is to do and what it answers is said there. The initramfs is
an archive in the "newc" form (Linux Documentation/driver-api/early-userspace/buffer-format.rst).
"""
import dataclasses
import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import tempfile
import time

QEMU = os.environ.get("IGDROM_QEMU", "qemu-system-x86_64")
OVMF = pathlib.Path(os.environ.get("IGDROM_OVMF", "/usr/share/OVMF"))
SOURCE = pathlib.Path(__file__).resolve().parents[3]
KERNEL = pathlib.Path(os.environ.get("IGDROM_KERNEL", SOURCE / "build-kernel"))
CODE, VARS = OVMF / "OVMF_CODE_4M.fd", OVMF / "OVMF_VARS_4M.fd"
SEABIOS = pathlib.Path("/usr/share/seabios/bios-256k.bin")
MKFS = pathlib.Path("/usr/sbin/mkfs.ext4")
COMMAND = "/bin/igdrom"
TIMEOUT = 180


def missing():
    """Why nothing can be booted here; None when it can."""
    if not shutil.which(QEMU):
        return f"{QEMU} is not installed (Debian: qemu-system-x86)"
    for path, package in ((CODE, "ovmf"), (VARS, "ovmf"), (SEABIOS, "seabios"), (MKFS, "e2fsprogs")):
        if not path.is_file():
            return f"{path} is not there (Debian: {package})"
    if not (KERNEL / "complete").is_file():
        return f"there is no kernel in {KERNEL} (tests/host/kernel/fetch.sh gets Debian's)"
    return None


class Archive:
    """An initramfs."""

    def __init__(self):
        self.data = bytearray()
        self.names = set()

    def pad(self):
        self.data += bytes(-len(self.data) % 4)

    def entry(self, name, mode, content=b""):
        fields = (len(self.names) + 1, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name) + 1, 0)
        self.data += b"070701" + b"".join(b"%08X" % field for field in fields) + name.encode() + b"\0"
        self.pad()
        self.data += content
        self.pad()
        self.names.add(name)

    def folder(self, name):
        if name and name not in self.names:
            self.folder(name.rpartition("/")[0])
            self.entry(name, stat.S_IFDIR | 0o755)

    def file(self, path, content, executable=False):
        name = path.lstrip("/")
        if name in self.names:
            return
        self.folder(name.rpartition("/")[0])
        self.entry(name, stat.S_IFREG | (0o755 if executable else 0o644), content)

    def program(self, path, program):
        """A program with the libraries that the loader takes for it, all in /lib."""
        self.file(path, program.read_bytes(), executable=True)
        lines = subprocess.run(["ldd", program], stdout=subprocess.PIPE, text=True, check=True).stdout
        for name, place in re.findall(r"^\s*(?:(\S+) => )?(/\S+) \(0x", lines, re.M):
            self.file(f"/lib/{name}" if name else place, pathlib.Path(place).read_bytes(), executable=True)

    def finish(self):
        self.entry("TRAILER!!!", 0)
        return bytes(self.data)


@dataclasses.dataclass
class Answer:
    """What a command did: exit code (negative: it could not be done), output, messages."""
    words: list[str]
    status: int
    out: bytes
    err: bytes

    def json(self):
        return json.loads(self.out)

    def text(self):
        return self.out.decode("utf-8", "replace") + self.err.decode("utf-8", "replace")


class Scene:
    """One boot: first say what is to be done, then boot()."""

    def __init__(self, build):
        self.build = pathlib.Path(build)
        self.files = {}
        self.programs = {COMMAND: self.build / "examples/igdrom/igdrom"}
        self.stand_ins = []  # paths of commands that only say in /ran that they were run
        self.commands = []
        self.answers = []
        self.console = self.messages = ""
        self.seconds = 0.0

    def add(self, *words):
        """Adds a command of init.c; what is returned finds its answer after the boot."""
        self.commands.append([str(word) for word in words])
        return lambda number=len(self.commands) - 1: self.answers[number]

    def igdrom(self, *words, uid=0):
        return self.add("run", uid, COMMAND, *words)

    def module(self, name, parameters=""):
        """Loads a module; those it needs come first."""
        path, = KERNEL.glob(f"lib/modules/*/kernel/**/{name}.ko")
        self.files[f"/modules/{name}.ko"] = path.read_bytes()
        return self.add("insmod", f"/modules/{name}.ko", parameters)

    def initramfs(self):
        archive = Archive()
        for name in ("dev", "proc", "sys", "tmp"):
            archive.folder(name)
        init = (self.build / "tests/host/kernel/init").read_bytes()
        for path in ("/init", *self.stand_ins):
            archive.file(path, init, executable=True)
        for path, program in self.programs.items():
            archive.program(path, pathlib.Path(program).resolve())
        for path, content in self.files.items():
            archive.file(path, content)
        archive.file("/commands", "".join("\t".join(words) + "\n" for words in self.commands).encode())
        return archive.finish()

    def argv(self, folder, machine, ovmf, append):
        kernel, = KERNEL.glob("boot/vmlinuz-*")
        out = [QEMU, "-machine", machine, "-accel", "tcg", "-m", "512", "-nodefaults", "-vga", "none",
               "-display", "none", "-no-reboot", "-kernel", kernel, "-initrd", folder / "initramfs",
               # On a busy machine the check of the timer fails and the kernel gives up.
               "-append", f"console=ttyS0 panic=-1 no_timer_check {append}",
               "-serial", f"file:{folder / 'console'}", "-serial", f"file:{folder / 'answers'}"]
        if ovmf:
            shutil.copyfile(VARS, folder / "vars.fd")
            out += ["-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={CODE}",
                    "-drive", f"if=pflash,format=raw,unit=1,file={folder / 'vars.fd'}"]
        return out

    def boot(self, *extra, machine="pc", ovmf=False, append="", files=None, pass_fds=()):
        """Boots and fills the answers. files: name -> content; {name} in extra is the path of such a file."""
        with tempfile.TemporaryDirectory(prefix="igdrom-kernel-") as name:
            folder = pathlib.Path(name)
            (folder / "initramfs").write_bytes(self.initramfs())
            for key, content in (files or {}).items():
                (folder / f"file-{key}").write_bytes(content)
            paths = {key: folder / f"file-{key}" for key in files or {}}
            argv = self.argv(folder, machine, ovmf, append) + [word.format(**paths) for word in extra]
            start = time.monotonic()
            try:
                result = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                                        stderr=subprocess.STDOUT, timeout=TIMEOUT, pass_fds=pass_fds, check=False)
                self.messages = result.stdout
            except subprocess.TimeoutExpired as error:
                self.messages = f"QEMU did not end in {TIMEOUT} s\n{error.stdout}"
            self.seconds = time.monotonic() - start
            self.console = (folder / "console").read_text(errors="replace") if (folder / "console").exists() else ""
            self.parse((folder / "answers").read_bytes() if (folder / "answers").exists() else b"")

    def parse(self, data):
        at = data.find(b"\n@start\n") + len(b"\n@start\n")  # when it is not there, what follows fails
        for number, words in enumerate(self.commands):
            head = re.compile(rb"@(\d+) (-?\d+) (\d+) (\d+)\n").match(data, at)
            if not head or int(head[1]) != number:
                raise RuntimeError(f"no answer to {words}\n{self.console[-6000:]}\n{self.messages}")
            out, err = head.end(), head.end() + int(head[3])
            at = err + int(head[4])
            self.answers.append(Answer(words, int(head[2]), data[out:err], data[err:at]))
