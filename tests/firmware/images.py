# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of firmware images share: the recipes, what a peer says of an image, skipping."""
import collections
import os
import pathlib
import re
import shutil
import subprocess
import sys
import zlib

SOURCE = pathlib.Path(os.environ["IGDROM_SOURCE"])
GOPS = pathlib.Path(os.environ["IGDROM_TEST_GOPS"])
FIXTURES = SOURCE / "tests/fixtures"
sys.path.insert(0, str(FIXTURES))

import firmware  # noqa: E402 - stands in the folder named above

# enum igdrom_limit
EXPANDED, NODES, DEPTH, THREADS, RATIO = 1, 2, 3, 4, 5

ROW = re.compile(r"\s*(?P<type>[^|]+?)\s*\|\s*(?P<subtype>[^|]*?)\s*\|\s*(?P<base>\S+)\s*\|\s*(?P<size>[0-9A-F]{8})\s*"
                 r"\|\s*(?P<crc>[0-9A-F]{8})\s*\|\s*(?P<level>-*) (?P<name>.*)")

# One node: kind ("file", "section"), its size, the CRC-32 of all its bytes.
Key = collections.namedtuple("Key", "kind size crc")
Row = collections.namedtuple("Row", "key guid name level")
Node = collections.namedtuple("Node", "depth kind number type guid name offset key body_size body_crc compression "
                                      "decoded_size in_file file_offset")
Finding = collections.namedtuple("Finding", "severity code offset text")
# What lies in a volume, and what a volume is or comes in.
PARTS = ("file", "section")
STRUCTURES = ("volume", "capsule", "entry", "flash", "region", "partition", "cbfs-file", "option-rom")

Seen = collections.namedtuple("Seen", "status nodes findings dropped cost")
Found = collections.namedtuple("Found", "kind version size sha256 places")
Cost = collections.namedtuple("Cost", "nodes decoded work rss_kib")


def skip(reason):
    """Ends a test that cannot run here."""
    if os.environ.get("IGDROM_NO_SKIP"):
        print(f"IGDROM_NO_SKIP is set: {reason}")
        sys.exit(1)
    print(f"skipped: {reason}")
    sys.exit(77)


def need_all_codecs():
    """The images are packed in all ways there are."""
    left_out = os.environ.get("IGDROM_LEFT_OUT")
    if left_out:
        skip(f"this build leaves out{left_out}")


def recipes(folder="images"):
    return sorted((FIXTURES / folder).glob("*.fw.txt"))


def build(path):
    return firmware.build(path, GOPS)


def key(kind, data):
    return Key(kind, len(data), zlib.crc32(data))


def keys(parts):
    return collections.Counter(key(part.kind, part.data) for part in parts)


def peer():
    found = shutil.which("UEFIExtract")
    if not found:
        skip("UEFIExtract is not here (Debian: uefitool-cli)")
    return found


def peer_report(path):
    """The files and sections that UEFIExtract sees in the image at path."""
    subprocess.run([peer(), path, "report"], capture_output=True, check=False, timeout=60)
    rows, report = [], pathlib.Path(f"{path}.report.txt")
    for line in report.read_text(encoding="utf-8", errors="replace").splitlines() if report.exists() else []:
        match = ROW.match(line)
        if match and match["type"] in ("File", "Section"):
            name, _, more = match["name"].partition(" | ")
            rows.append(Row(Key(match["type"].lower(), int(match["size"], 16), int(match["crc"], 16)),
                            name.strip(), more.strip(), len(match["level"])))
    return rows


def probe_lines(*arguments):
    """What the program of probe.c says, as fields."""
    done = subprocess.run([os.environ["IGDROM_PROBE"], *map(str, arguments)],
                          capture_output=True, check=False, timeout=300)
    if done.returncode:
        raise AssertionError(f"probe {arguments} ends with {done.returncode}: {done.stderr.decode(errors='replace')}")
    return [line.split("\t") for line in done.stdout.decode("utf-8").splitlines()]


def node(fields):
    depth, kind, number, type_name, guid, name, offset, size, crc, *more = fields
    body, body_crc, compression, decoded, in_file, at = more
    same = Key(kind, int(size), int(crc, 16))
    return Node(int(depth), kind, int(number), type_name, guid, name, int(offset), same, int(body), int(body_crc, 16),
                compression, int(decoded), in_file == "1", int(at))


def probe(path, *limits, verb="show"):
    """What the library says of the image at path."""
    out = {"status": None, "nodes": [], "findings": [], "dropped": 0, "cost": None}
    for word, *fields in probe_lines(verb, path, *limits):
        if word == "node":
            out["nodes"].append(node(fields))
        elif word == "finding":
            out["findings"].append(Finding(*fields))
        elif word == "status":
            out["status"] = fields[0]
        elif word == "dropped":
            out["dropped"] = int(fields[0])
        else:
            out["cost"] = Cost(*map(int, fields))
    return Seen(**out)


def find(path):
    """What the library finds in the image at path: drivers, tables and video BIOSes."""
    out = []
    for word, *fields in probe_lines("find", path):
        if word == "found":
            out.append(Found(*fields, places=[]))
        elif word == "place":
            out[-1].places.append(tuple(fields[:2]))
    return out


def claim_differences(recipe):
    """Whether the recipe's lines about drivers and tables are what its writer put in."""
    gops = sorted(f"{name} {file.guid if file else '-'} {(file.name if file else None) or '-'}"
                  for name, file, _ in recipe.drivers)
    vbts = sorted(f"{name} {file.guid if file else '-'}" for name, file, _ in recipe.tables)
    out = []
    for word, written in (("gop", gops), ("vbt", vbts)):
        claimed = sorted(recipe.claims.get(word, []))
        if claimed != written:
            out.append(f"the recipe claims {word} {claimed}, and there is {written}")
    return out
