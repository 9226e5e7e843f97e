#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Compares `igdrom firmware extract` with UEFIExtract and with decoders alone, in one run.

Usage: bench_firmware.py BUILD_DIR [IMAGE...]      by default the OVMF images of Debian's package ovmf

UEFIExtract runs in its fastest mode, for one named file: the first GOP of the image, or the DXE core
where there is none. Whole processes in turns, medians over ROUNDS rounds; see README.md.
"""
import json
import os
import math
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 15
DXE_CORE = "D6A2CB7F-6A18-4E2F-B43B-9920A733700A"
PE32_SECTION = "10"
LEAST_DECODING = 1e-3  # seconds
# What is aimed at; README.md.
MOST_WALL, MOST_MEMORY, MOST_DECODERS = 0.5, 0.5, 1.25


def run(args, cwd):
    """Wall seconds, seconds of user and system, peak memory in MiB, exit code."""
    start = time.perf_counter()
    with subprocess.Popen(args, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return (time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024,
            process.returncode)


def named_file(igdrom, image, folder):
    """What UEFIExtract is asked for."""
    done = subprocess.run([igdrom, "firmware", "extract", image, "-o", folder, "--json"], capture_output=True,
                          text=True, check=False)
    gops = json.loads(done.stdout).get("gops") or [{}]
    return gops[0].get("guid") or DXE_CORE


def compare(igdrom, image, folder):
    """Medians of wall, CPU and memory of both, and of the ratios of wall time."""
    guid = named_file(igdrom, image, folder / "first")
    ours, theirs = [], []
    for i in range(ROUNDS):
        ours.append(run([igdrom, "firmware", "extract", image, "-o", folder / f"ours{i}"], folder))
        theirs.append(run(["UEFIExtract", image, guid, "-o", folder / f"theirs{i}", "-m", "body", "-t", PE32_SECTION],
                          folder))
        if ours[-1][3] not in (0, 1):
            sys.exit(f"{image}: igdrom firmware extract ended with {ours[-1][3]}")

    def median(runs, column):
        return statistics.median(r[column] for r in runs)

    return {"ours": [median(ours, n) for n in range(3)], "theirs": [median(theirs, n) for n in range(3)],
            "ratio": statistics.median(a[0] / b[0] for a, b in zip(ours, theirs, strict=True))}


def decoders(bench, images):
    """For each image: opening on one thread, by default, decoders alone; seconds."""
    lines = subprocess.run([bench, *images], check=True, capture_output=True, text=True).stdout.splitlines()
    return [tuple(map(float, line.split()[:3])) for line in lines]


def conclude(name, ratios, most):
    """Prints a median and whether it is what is aimed at."""
    ratios = [ratio for ratio in ratios if not math.isnan(ratio)]
    if not ratios:
        return
    median = statistics.median(ratios)
    verdict = "met" if median <= most else "missed"
    print(f"  {name}: median {median:.3f} ({min(ratios):.2f} to {max(ratios):.2f}), at most {most:.2f}: {verdict}")


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    build = pathlib.Path(sys.argv[1]).resolve()
    images = [pathlib.Path(a).resolve() for a in sys.argv[2:]]
    images = images or [p for p in sorted(pathlib.Path("/usr/share/OVMF").glob("OVMF_CODE*.fd")) if not p.is_symlink()]
    igdrom = build / "examples/igdrom/igdrom"
    walls, memories, reads, cpus = [], [], [], []
    print("wall: ms igdrom, UEFIExtract, ratio; memory: MiB, ratio; reading on one thread : decoders; CPU : decoders")
    for image in images:
        alone = decoders(build / "tests/bench/bench_firmware", [image])[0]
        with tempfile.TemporaryDirectory() as folder:
            both = compare(igdrom, image, pathlib.Path(folder))
        ours, theirs = both["ours"], both["theirs"]
        walls.append(both["ratio"])
        memories.append(ours[2] / theirs[2])
        # An image may hold next to nothing that a decoder is needed for.
        known = alone[2] >= LEAST_DECODING
        reads.append(alone[0] / alone[2] if known else math.nan)
        cpus.append(ours[1] / alone[2] if known else math.nan)
        print(f"{ours[0] * 1e3:6.1f} {theirs[0] * 1e3:6.1f} {walls[-1]:5.2f}   {ours[2]:6.1f} {theirs[2]:6.1f}"
              f" {memories[-1]:5.2f}   {reads[-1]:5.2f}   {cpus[-1]:5.2f}   {image.name}", flush=True)
    print(f"over {len(images)} images:")
    conclude("wall : UEFIExtract", walls, MOST_WALL)
    conclude("slowest : UEFIExtract", [max(walls)], 1)
    conclude("memory : UEFIExtract", memories, MOST_MEMORY)
    conclude("reading on one thread : decoders", reads, MOST_DECODERS)
    conclude("CPU : decoders", cpus, MOST_DECODERS)


if __name__ == "__main__":
    main()
