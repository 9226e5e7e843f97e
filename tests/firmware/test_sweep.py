#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Images cut at each boundary of a header, and with each byte of each header changed: the library
gives a tree that agrees with itself, or says that it found nothing.

test_sweep.py [NAME...]    environment: IGDROM_SOURCE, IGDROM_TEST_GOPS, IGDROM_PROBE
"""
import pathlib
import sys
import tempfile

import images

# One of each structure; all that have a fault already are taken as well.
GOOD = ("bpdt", "capsule-ami-signed", "capsule-fmp", "capsule-toshiba", "cbfs-lz4", "encodings", "ffs3-small",
        "file-systems", "files", "flash-16", "lenovo-large", "nested", "option-rom",
        "polarity", "sections")


def main():
    runs = 0
    paths = [p for p in images.recipes() if p.name.split(".")[0] in GOOD]
    if len(paths) != len(GOOD):
        print(f"recipes are missing: {set(GOOD) - {p.name.split('.')[0] for p in paths}}")
        return 1
    paths += images.recipes("images/bad")
    with tempfile.TemporaryDirectory(prefix="igdrom-test-") as folder:
        for path in paths:
            if len(sys.argv) > 1 and path.name.split(".")[0] not in sys.argv[1:]:
                continue
            file = pathlib.Path(folder, path.name)
            file.write_bytes(images.build(path).data)
            said = images.probe_lines("sweep", file)[0][0]
            print(f"{path.name}: {said}")
            runs += int(said.split()[2])
    print(f"{runs} images were read")
    return len(sys.argv) == 1 and runs < 50000


if __name__ == "__main__":
    sys.exit(main())
