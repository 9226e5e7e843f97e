#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Packs the build as a .deb, unpacks it elsewhere and runs the command from there.

Usage: check_deb.py BUILD_DIR DEPENDENCY...
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile


def run(*args, **more):
    done = subprocess.run(args, capture_output=True, text=True, check=False, **more)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, args))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def main():
    build = sys.argv[1]
    for tool in ("cpack", "dpkg-deb", "dpkg-shlibdeps", "file"):
        if not shutil.which(tool):
            print(f"{tool} is not installed (apt-get install cmake dpkg-dev file)")
            return 1 if os.environ.get("IGDROM_NO_SKIP") == "1" else 77
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        run("cpack", "-G", "DEB", "-B", folder / "out", cwd=build)
        debs = list((folder / "out").glob("*.deb"))
        assert len(debs) == 1, f"expected one package, found {debs}"
        fields = run("dpkg-deb", "-f", debs[0])
        for wanted in ("Package: igdrom", "libmd0", "libc6", *sys.argv[2:]):
            assert wanted in fields, f"{wanted} is not in the control file:\n{fields}"
        run("dpkg-deb", "-x", debs[0], folder / "root")
        libs = {p.name for p in (folder / "root/usr/lib").rglob("libigdrom*.so.*")}
        assert any(n.startswith("libigdrom.so.") for n in libs), f"no shared library: {libs}"
        libdir = next((folder / "root/usr/lib").rglob("libigdrom.so.*")).parent
        env = dict(os.environ, LD_LIBRARY_PATH=str(libdir))
        command = folder / "root/usr/bin/igdrom"
        assert run(command, "--version", env=env).startswith("igdrom "), "--version does not say igdrom"
        run(command, "rom", "build", "-o", folder / "x.rom", env=env)
        run(command, "rom", "check", folder / "x.rom", env=env)
        assert (folder / "root/usr/share/man/man1").is_dir(), "no manual page in the package"
        print(f"{debs[0].name}: {debs[0].stat().st_size} bytes, runs from an unpacked folder")
    return 0


if __name__ == "__main__":
    sys.exit(main())
