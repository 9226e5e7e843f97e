#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Compares `igdrom firmware insert` with what liblzma alone needs to encode the same bytes again.

Usage: bench_edit.py BUILD_DIR [FD]      by default OVMF_CODE_4M.fd of Debian's package ovmf

Both are whole processes in turns, medians over ROUNDS rounds: igdrom reads the image, puts our driver in,
encodes, decodes again to compare, and writes the file; the other one is xz with the settings of the image
(liblzma's preset 9, lc, lp, pb and dictionary of the stream), on the bytes that igdrom has encoded.
"""
import lzma
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 5
HEADER = 13  # of an LZMA stream: lc, lp and pb in one byte, dictionary, size
LZMA_GUID = bytes.fromhex("98584eee143959429d6edc7bd79403cf")
MOST = 1.15  # what is aimed at; README.md


def run(args):
    """Wall seconds, seconds of user and system, peak memory in MiB."""
    start = time.perf_counter()
    with subprocess.Popen(args, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{args}: ends with {process.returncode}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    build = pathlib.Path(sys.argv[1])
    image = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else "/usr/share/OVMF/OVMF_CODE_4M.fd")
    igdrom = build / "examples/igdrom/igdrom"
    xz = shutil.which("xz") or sys.exit("xz is not installed (Debian: xz-utils)")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        insert = [igdrom, "firmware", "insert", image, "-o", folder / "out.fd"]
        run(insert)
        data = (folder / "out.fd").read_bytes()
        stream = data[data.index(LZMA_GUID) + len(LZMA_GUID) + 4:]
        settings, dictionary = stream[0], int.from_bytes(stream[1:5], "little")
        (folder / "plain").write_bytes(lzma.LZMADecompressor(lzma.FORMAT_ALONE).decompress(stream))
        size = (folder / "plain").stat().st_size
        encode = [xz, "--format=raw", "--keep", "--force", "--stdout",
                  f"--lzma1=preset=9,dict={min(dictionary, size)},lc={settings % 9},lp={settings // 9 % 5},"
                  f"pb={settings // 45}", folder / "plain"]
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(run(insert))
            theirs.append(run(encode))
    print(f"{image.name}: {size / 1048576:.1f} MiB packed again, medians of {ROUNDS} rounds")
    for i, what in enumerate(("wall time", "user and system")):
        times = [statistics.median(r[i] for r in runs) for runs in (ours, theirs)]
        ratio = statistics.median(a[i] / b[i] for a, b in zip(ours, theirs))
        print(f"{what}: insert {times[0]:.2f} s, liblzma alone {times[1]:.2f} s, ratio {ratio:.2f}, at most {MOST}: "
              f"{'met' if ratio <= MOST else 'missed'}")
    memory = [statistics.median(r[2] for r in runs) for runs in (ours, theirs)]
    print(f"peak memory: insert {memory[0]:.0f} MiB, liblzma alone {memory[1]:.0f} MiB")


if __name__ == "__main__":
    main()
