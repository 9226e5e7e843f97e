#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Compares the encoder and `igdrom rom build` with EfiRom on the same files, in one run.

Usage: bench.py BUILD_DIR EFIROM FILE.efi...

Each figure is the median over ROUNDS rounds, in which the programs take turns; times are user and
system seconds of whole processes, a round over all files. No figure is a test: see README.md.
"""
import pathlib
import resource
import statistics
import struct
import subprocess
import sys
import tempfile

ROUNDS = 9


def cpu_seconds(lists):
    """User and system seconds of processes that must succeed, one after the other."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for args in lists:
        subprocess.run(args, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def stream_size(rom):
    """Header and compressed size of the stream in the first image (UEFI 2.10, 14.4 and 19.2)."""
    data = pathlib.Path(rom).read_bytes()
    at = struct.unpack_from("<H", data, 0x16)[0]
    return struct.unpack_from("<I", data, at)[0] + 8


def sizes(bench, efirom, files, folder):
    ours, theirs = 0, 0
    lines = subprocess.run([bench, "encode", *files], check=True, capture_output=True, text=True).stdout.splitlines()
    for line, name in zip(lines, files, strict=True):
        size, stream = map(int, line.split()[:2])
        subprocess.run([efirom, "-f", "0x8086", "-i", "0x4680", "-ec", name, "-o", folder / "peer.rom"],
                       check=True, stdout=subprocess.DEVNULL)
        peer = stream_size(folder / "peer.rom")
        print(f"{size:9} {peer:9} {stream:9} {stream / peer:8.4f}  {pathlib.Path(name).name}")
        ours, theirs = ours + stream, theirs + peer
    return ours, theirs


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    build, efirom, files = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    bench, igdrom = build / "tests/bench/bench_uefi", build / "examples/igdrom/igdrom"
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        print("     size    EfiRom   libigdrom ratio    file")
        ours, theirs = sizes(bench, efirom, files, folder)
        print(f"{'':9} {theirs:9} {ours:9} {ours / theirs:8.4f}  all streams")
        jobs = {
            "EfiRom -ec": [[efirom, "-f", "0x8086", "-i", "0x4680", "-ec", f, "-o", folder / "p.rom"] for f in files],
            "encoder alone": [[bench, "encode", f] for f in files],
            "igdrom rom build": [[igdrom, "rom", "build", "--no-driver", "--force", "--efi", f, "-o", folder / "o.rom"]
                                 for f in files],
        }
        times = {name: [] for name in jobs}
        for _ in range(ROUNDS):
            for name, lists in jobs.items():
                times[name].append(cpu_seconds(lists))
        for name, values in times.items():
            ratios = [v / p for v, p in zip(values, times["EfiRom -ec"], strict=True)]
            print(f"{name:17} {statistics.median(values):7.3f} s  ratio {statistics.median(ratios):5.2f}"
                  f"  ({min(ratios):.2f} to {max(ratios):.2f})")
        print(subprocess.run([bench, "decode", *files], check=True, capture_output=True, text=True).stdout, end="")


if __name__ == "__main__":
    main()
