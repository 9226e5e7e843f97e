#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The library against the recipes: each file and section bit by bit, names, findings.

test_recipes.py [NAME...]    environment: IGDROM_SOURCE, IGDROM_TEST_GOPS, IGDROM_PROBE
"""
import collections
import hashlib
import sys
import tempfile
import pathlib

import images


def differences(recipe, seen):
    """What the library says otherwise than the writer of the image, one line each."""
    out = []
    status = recipe.claims.get("status", ["IGDROM_OK"])[0]
    if seen.status != status:
        return [f"status {seen.status}, expected {status}"]
    written = recipe.parts
    kinds = images.PARTS
    # Where a fault is, structures are not what was written, but what is left of them.
    if recipe.path.parent.name != "bad" and "extra" not in recipe.claims:
        written, kinds = written + recipe.structures, kinds + images.STRUCTURES
    mine, theirs = images.keys(written), collections.Counter(n.key for n in seen.nodes if n.kind in kinds)
    parts = {images.key(p.kind, p.data): p for p in written}
    nodes = {n.key: n for n in seen.nodes}
    for key, count in (mine - theirs).items():
        part = parts[key]
        out.append(f"not found {count} times: {key.kind} {part.type:#x} {part.guid or ''} of {key.size} bytes")
    more = sum((theirs - mine).values())
    if more != sum(int(line.split()[0]) for line in recipe.claims.get("extra", [])):
        out += [f"found {count} times, not written: {nodes[key]}" for key, count in (theirs - mine).items()]
        out.append(f"{more} more than written")
    for key in mine & theirs:
        part, node = parts[key], nodes[key]
        out += part_differences(part, node)
    return out + finding_differences(recipe, seen)


def part_differences(part, node):
    out = []
    # A pad file has no GUID worth naming.
    if part.type != node.number or (part.kind != "section" and part.type != 0xF0 and (part.guid or "") != node.guid):
        out.append(f"written {part.type:#x} {part.guid}, found {node}")
    body = images.key("", part.body) if part.header else None
    if body and (body.size, body.crc) != (node.body_size, node.body_crc):
        out.append(f"another body: written {body}, header {part.header}, found {node}")
    if part.name and part.name != node.name:
        out.append(f"written {part.name!r}, found {node}")
    return out


def finding_differences(recipe, seen):
    claimed = collections.Counter(" ".join(c.split()[:2]) for c in recipe.claims.get("finding", []))
    found = collections.Counter(f"{f.code} {f.offset}" for f in seen.findings if f.severity != "info")
    return [f"finding missing: {c}" for c in claimed - found] + [f"finding not expected: {c}" for c in found - claimed]


# What is compiled into the test drivers, tests/guest/gop/CMakeLists.txt.
VERSIONS = {"plain": "17.0.1077", "old": "10.0.1037", "newer": "17.0.1087", "bridge": "5.5.1034"}


def found_differences(recipe, found):
    """Drivers and tables against those put in: the same bytes once, with all the files they are in."""
    written = {}
    for kind, things in (("gop", recipe.drivers), ("vbt", recipe.tables)):
        for name, file, data in things:
            version = VERSIONS[name] if kind == "gop" else ""
            thing = (kind, version, str(len(data)), hashlib.sha256(data).hexdigest())
            written.setdefault(thing, []).append((file.guid if file else "", file.name or "" if file else ""))
    seen = {tuple(f[:4]): f.places for f in found if f.kind != "vbios"}
    out = [f"not found: {thing}" for thing in written if thing not in seen]
    out += [f"found, not written: {thing} in {places}" for thing, places in seen.items() if thing not in written]
    for thing in written.keys() & seen.keys():
        mine, theirs = sorted(g for g, _ in written[thing]), sorted(g for g, _ in seen[thing])
        if mine != theirs:
            out.append(f"{thing} is in {mine}, found in {theirs}")
        names = [n for _, n in written[thing] if n and n not in [m for _, m in seen[thing]]]
        out += [f"{thing} has not the name {name}" for name in names]
    return out


def main():
    images.need_all_codecs()
    bad, paths = 0, images.recipes() + images.recipes("images/bad")
    paths = [p for p in paths if len(sys.argv) == 1 or p.name.split(".")[0] in sys.argv[1:]]
    with tempfile.TemporaryDirectory(prefix="igdrom-test-") as folder:
        for path in paths:
            recipe = images.build(path)
            file = pathlib.Path(folder, "image")
            file.write_bytes(recipe.data)
            seen = images.probe(file)
            lines = differences(recipe, seen) + images.claim_differences(recipe)
            lines += found_differences(recipe, images.find(file))
            if images.probe(file, f"{images.THREADS}=1")[:-1] != seen[:-1]:
                lines.append("one thread sees another image")
            bad += bool(lines)
            print("\n  ".join([f"{path.name}: {'differs' if lines else 'agrees'}", *lines]))
    print(f"{len(paths)} images, {bad} differ")
    return bad > 0 or (len(sys.argv) == 1 and len(paths) < 50)


if __name__ == "__main__":
    sys.exit(main())
