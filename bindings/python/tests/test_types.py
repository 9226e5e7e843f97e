# SPDX-License-Identifier: BSD-2-Clause
"""Checks the types of the package with mypy, as a user's own check would.

Usage: test_types.py PACKAGE_DIR
"""
import importlib.util
import os
import subprocess
import sys
import tempfile

USER = """
import pathlib
import igdrom
from igdrom import host

def name(device: igdrom.DeviceId) -> str:
    return igdrom.lookup(device).codename

with igdrom.RomBuilder(target="4680") as builder:
    data: bytes = builder.add_guest_driver().finish()
rom = igdrom.Rom.from_file(pathlib.Path("x"))
ids: list[int] = [image.device_id for image in rom]
first: igdrom.Finding = igdrom.check_rom(data)[0]
reveal_type(igdrom.Severity.ERROR)
machine = host.Host.read(pathlib.Path("x"))
places: list[str] = [f"{gpu.address} {gpu.address.bus:x} {gpu.device.codename if gpu.device else gpu.name}"
                     for gpu in machine.gpus]
rom_of_gpu: bytes = machine.dump_rom("00:02.0").data
machine.prepare(igdrom.VmRequest(audio="00:1f.3"), early=True).apply()
with host.Setup("x", bios=data, vm="100", want="output") as setup:
    states: list[host.SetupState] = [stage.state for stage in setup.stages]
    text: str = setup.changes.diff() if setup.changes else ""
igdrom.lookup(1.5)
"""


def mypy(package, *args):
    env = {**os.environ, "MYPYPATH": package, "LD_PRELOAD": ""}
    return subprocess.run([sys.executable, "-m", "mypy", "--strict", *args], env=env, capture_output=True,
                          text=True, check=False)


def main():
    package = sys.argv[1]
    if importlib.util.find_spec("mypy") is None:
        print("mypy is not installed (Debian: python3-mypy)")
        return 1 if os.environ.get("IGDROM_NO_SKIP") else 77
    with tempfile.TemporaryDirectory() as folder:
        cache = f"--cache-dir={folder}/cache"
        own = mypy(package, cache, f"{package}/igdrom")
        print(own.stdout)
        user = os.path.join(folder, "user.py")
        with open(user, "w", encoding="utf-8") as file:
            file.write(USER)
        theirs = mypy(package, cache, user)
        print(theirs.stdout)
    errors = [line for line in theirs.stdout.splitlines() if ": error:" in line]
    # One mistake was planted: a check that finds nothing would check nothing.
    planted = len(errors) == 1 and '"lookup" has incompatible type "float"' in errors[0]
    return 0 if own.returncode == 0 and planted else 1


if __name__ == "__main__":
    sys.exit(main())
