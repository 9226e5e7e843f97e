#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""UEFIExtract against the recipes: it sees each file and section that the writer wrote, bit by bit.

Where it does not, the recipe says so: "peer-lacks: GUID why" (what lies in that file), "peer-lacks:
all why", "peer-extra: COUNT why". A line that no longer holds is a failure, too.

test_peer.py [NAME...]    environment: IGDROM_SOURCE, IGDROM_TEST_GOPS
"""
import collections
import pathlib
import sys
import tempfile

import images


def owners(recipe):
    """Each part with the GUID of the file that it is in or is."""
    owner = None
    for part in recipe.parts:
        owner = part.guid if part.kind == "file" else owner
        yield owner, part


def differences(recipe, rows):
    lacks = [line.split()[0] for line in recipe.claims.get("peer-lacks", [])]
    extra = sum(int(line.split()[0]) for line in recipe.claims.get("peer-extra", []))
    theirs = collections.Counter(row.key for row in rows)
    missing, out = set(), []
    for owner, part in owners(recipe):
        key = images.key(part.kind, part.data)
        if theirs[key]:
            theirs[key] -= 1
        elif "all" in lacks or owner in lacks:
            missing.add("all" if "all" in lacks else owner)
        else:
            out.append(f"UEFIExtract has no {part.kind} {part.type:#x} {part.guid or ''} of {len(part.data)} bytes")
    out += [f"UEFIExtract has all of {guid}" for guid in set(lacks) - missing]
    more = sum(theirs.values())
    if more != extra:
        out.append(f"UEFIExtract has {more} more, the recipe says {extra}")
        out += [f"  {row}" for row in rows if theirs[row.key]]
    return out


def main():
    images.peer()
    bad, seen, paths = 0, 0, images.recipes() + images.recipes("images/bad")
    paths = [p for p in paths if len(sys.argv) == 1 or p.name.split(".")[0] in sys.argv[1:]]
    for path in paths:
        recipe = images.build(path)
        with tempfile.TemporaryDirectory(prefix="igdrom-test-") as folder:
            file = pathlib.Path(folder, "image")
            file.write_bytes(recipe.data)
            rows = images.peer_report(file)
        lines = differences(recipe, rows)
        seen += len(rows)
        bad += bool(lines)
        print("\n  ".join([f"{path.name}: {len(rows)} files and sections, {'differs' if lines else 'agrees'}", *lines]))
    print(f"{len(paths)} images, {seen} files and sections seen, {bad} differ")
    return bad > 0 or (len(sys.argv) == 1 and seen < 400)


if __name__ == "__main__":
    sys.exit(main())
