#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Installs the Python package with pip into a virtual environment, from the sources, and uses it there.

Usage: check_wheel.py SOURCE_DIR WORK_DIR
"""
import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys

USER = """
import importlib.metadata, os, pathlib, sys
import igdrom
from igdrom import host

place = pathlib.Path(igdrom.__file__)
assert place.is_relative_to(sys.prefix), place
assert importlib.metadata.version("igdrom").startswith(igdrom.__version__.split("-")[0]), igdrom.__version__
assert igdrom.check_rom(igdrom.RomBuilder(target="4680").add_guest_driver().finish(), "4680").ok
assert host.Host.read().kernel == os.uname().release
mapped = {line.split()[-1] for line in open("/proc/self/maps") if "libigdrom" in line}
assert {os.path.dirname(path) for path in mapped} == {str(place.parent)}, mapped
recorded = {str(file) for file in importlib.metadata.files("igdrom")}
assert {"igdrom/py.typed", "igdrom/_igdrom.pyi", "igdrom/libigdrom.so.0.1"} <= recorded, recorded
"""


def main():
    source, work = map(pathlib.Path, sys.argv[1:])
    if importlib.util.find_spec("ensurepip") is None:
        print("there are no virtual environments with pip (Debian: python3-venv)")
        return 1 if os.environ.get("IGDROM_NO_SKIP") == "1" else 77
    shutil.rmtree(work, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", work], check=True)
    python = work.absolute() / "bin/python"
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    # What pip puts where is what the build without pip asks for.
    answers = subprocess.run([python, source / "bindings/python/ask-python.py"], env=env, capture_output=True, text=True,
                             check=True).stdout.strip().split(";")
    site, = work.absolute().glob("lib/python*/site-packages")
    assert answers[3] == str(site.relative_to(work.absolute())), answers
    done = subprocess.run([python, "-m", "pip", "install", "--no-index", source], env=env, capture_output=True, text=True,
                          check=False)
    if done.returncode:
        print(done.stdout[-5000:], done.stderr[-5000:])
        return 1
    subprocess.run([python, "-c", USER], env=env, cwd="/", check=True)
    print("installed and used")
    return 0


if __name__ == "__main__":
    sys.exit(main())
