#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs the command under valgrind: every verb once, on good and on bad files.

Usage: valgrind.py BUILD_DIR
"""
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "fixtures"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "host"))
import firmware  # noqa: E402 - stands in the folder named above
import machine  # noqa: E402 - in the folder "host"
import recipe  # noqa: E402

ERROR = 99


def virtual_machines(folder):
    """Every verb of "vm" on the configurations and logs of the tests."""
    host = ["--device", "4680", "--firmware", "ovmf", "--guest", "windows", "--vm", "100"]
    for hypervisor, rom in (("pve", "igd.rom"), ("qemu", "/srv/igd.rom"), ("libvirt", "/usr/share/vgabios/igd.rom"),
                            ("unraid", "/mnt/user/isos/igd.rom")):
        asked = [*host, "--hypervisor", hypervisor, "--qemu", "10.1", "--libvirt", "10.0.0", "--rom", rom]
        yield ["vm", "plan", *asked], 0
        yield ["vm", "plan", *asked, "--json"], 0
        yield ["vm", "write", hypervisor, *host, "--qemu", "10.1", "--libvirt", "10.0.0", "--rom", rom], 0
    yield ["vm", "plan", *host, "--hypervisor", "pve", "--pve", "8.4"], 4
    yield ["vm", "plan", "--json"], 2
    fixtures = pathlib.Path(__file__).resolve().parent / "fixtures/vm"
    for path in sorted([*fixtures.glob("pve/*.conf"), *fixtures.glob("libvirt/*.xml")]):
        yield ["vm", "check", path, "--device", "4680", "--qemu", "9.1", "--upgrade", "10.1"], None
    config = folder / "100.conf"
    config.write_bytes(sorted(fixtures.glob("pve/*.conf"))[0].read_bytes())
    yield ["vm", "write", "pve", *host, "--qemu", "10.1", "--rom", "igd.rom", "--into", config], None
    for path in sorted(fixtures.glob("logs/*.txt")):
        yield ["vm", "explain", path], None


def machines(folder):
    """The verb "host show" on captured machines, and on a text of lspci."""
    tests = pathlib.Path(__file__).resolve().parent
    for recipe_path in sorted((tests / "host/machines").glob("*.txt")):
        root = folder / "machines" / recipe_path.stem
        root.mkdir(parents=True)
        machine.make(recipe_path, root)
        yield ["host", "show", "--root", root], None
    yield ["host", "show", "--root", root, "--json"], None
    for path in sorted((tests / "fuzz/corpus_lspci").glob("*.txt")):
        text = folder / "machines" / f"{path.stem}.lspci"
        text.write_bytes(recipe.build(path))
        yield ["host", "show", "--lspci", text], None


def main():
    build = pathlib.Path(sys.argv[1])
    igdrom = build / "examples/igdrom/igdrom"
    gops = sorted(build.glob("tests/guest/gop/*.efi"))
    if len(gops) < 2:
        sys.exit(f"{build}/tests/guest/gop holds no test drivers: build with IGDROM_TESTS=ON")
    gop, other = gops[:2]
    problems = count = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "bad").write_bytes(bytes(range(256)) * 9)
        rom, fixed, cut = folder / "a.rom", folder / "b.rom", folder / "cut.rom"
        tables = []
        for path in sorted((pathlib.Path(__file__).resolve().parent / "fixtures/vbt").glob("*.txt")):
            tables.append(folder / path.stem)
            tables[-1].write_bytes(recipe.build(path))
        image, short = folder / "a.bin", folder / "short.bin"
        made = firmware.build(pathlib.Path(__file__).resolve().parent / "fixtures/images/aptio5.fw.txt", gop.parent)
        image.write_bytes(made.data)
        short.write_bytes(made.data[:-len(made.data) // 3])
        runs = [
            (["device", "list"], 0), (["device", "show", "4680"], 0), (["device", "show", "FFFE", "--json"], 1),
            (["gop", "show", gop], 0), (["gop", "show", gop, "--json"], 0), (["gop", "match", gop, folder / "bad", "4680"], None),
            (["rom", "build", "--gop", gop, "-o", rom], 0), (["rom", "show", rom], 0), (["rom", "show", rom, "--json"], 0),
            (["rom", "check", rom, "--device", "4680"], None), (["rom", "split", rom, "-o", folder / "parts"], 0),
            (["rom", "fix", rom, "-o", fixed], 0), (["rom", "show", cut], None), (["rom", "fix", cut, "-o", fixed], None),
            (["rom", "check", folder / "bad"], 1), (["rom", "show", folder / "none", "--json"], 3),
            (["firmware", "show", image], 0), (["firmware", "show", "--all", image], 0),
            (["firmware", "show", "--json", short], None), (["firmware", "show", folder / "bad"], 1),
            (["firmware", "extract", image, "-o", folder / "parts", "--ffs", "--as-stored", "--device", "4680"], 0),
            (["firmware", "extract", image, "-o", folder / "more", "--json"], 0), (["firmware", "extract", short, "-o", folder / "less"], None),
            *((["vbt", "show", "--all", "--device", "4680", table], 0) for table in tables),
            (["vbt", "show", tables[0], "--json"], 0), (["vbt", "show", image, "--json"], None), (["vbt", "show", folder / "bad"], 1),
            (["vbt", "fix", tables[0], "-o", folder / "d.vbt"], 0),
            (["rom", "build", "--gop", gop, "--gop", other, "--vbt", tables[0], "-o", folder / "c.rom"], 0),
            (["rom", "show", folder / "c.rom"], 0), (["rom", "check", folder / "c.rom", "--json"], None),
            (["rom", "build", "--no-driver", "--gop", gop, "--gop", other, "-o", folder / "d.rom"], 4), (["rom", "frobnicate"], 2),
            *virtual_machines(folder), *machines(folder),
        ]
        for args, wanted in runs:
            if cut in args and not cut.exists():
                cut.write_bytes(rom.read_bytes()[:-700])
            done = subprocess.run(["valgrind", "-q", "--leak-check=full", "--errors-for-leak-kinds=definite,indirect,possible",
                                   f"--error-exitcode={ERROR}", igdrom, *args], capture_output=True, text=True, check=False)
            count += 1
            if done.returncode == ERROR or (wanted is not None and done.returncode != wanted):
                problems += 1
                print(f"igdrom {' '.join(map(str, args))}: exit {done.returncode}, expected {wanted}\n{done.stderr}")
    print(f"valgrind: {count - problems} of {count} runs of the command are clean")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
