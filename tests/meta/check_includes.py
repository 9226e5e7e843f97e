#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Checks which room includes which: nothing points back to a room that stands on it.

Usage: check_includes.py SOURCE_DIR
"""
import pathlib
import re
import sys

# Left knows nothing of right. Rooms in one set do not know each other, but for the pairs below.
ORDER = [
    {"core"},
    {"tables", "compress", "pe"},
    {"igd"},
    {"device", "gop", "vbt", "oprom", "wrap"},
    {"firmware"},
    {"edit", "open"},
    {"draw", "guest", "kit"},
    {"vm"},
    {"changes"},
    {"host", "preflight"},
    {"setup"},
    {"json"},
]
SIBLINGS = {("gop", "device"), ("vbt", "device"), ("kit", "guest")}
# Public headers, by the room that implements them: including one means knowing that room.
HEADERS = {
    "status": "core", "report": "core", "limits": "core", "device": "device", "gop": "gop",
    "rom": "kit", "vbt": "vbt", "firmware": "firmware", "edit": "edit", "open": "open", "draw": "draw", "vm": "vm", "json": "json", "changes": "changes", "file": "changes", "host": "host", "setup": "setup",
}
# rom.h is declared for two rooms: oprom parses, kit builds and checks; open and json read ROMs.
MAY_INCLUDE_ROM = {"oprom", "firmware", "open", "guest", "kit", "vm", "json", "host", "changes", "setup"}
FREESTANDING = {"stdint.h", "stddef.h", "stdbool.h"}
# Headers of the outside world that a pure room has no use for; stdio.h is there for snprintf().
IMPURE = {"fcntl.h", "unistd.h", "time.h", "sys/stat.h", "sys/mman.h", "dirent.h", "dlfcn.h", "pthread.h"}
# Decoders run in threads, large memory is of huge pages, libraries are loaded; none of it changes a result.
MAY_INCLUDE = {("firmware/pool.c", "pthread.h"), ("core/large.c", "sys/mman.h"), ("core/library.c", "dlfcn.h"),
               ("core/library.c", "pthread.h")}


def level(room):
    for i, rooms in enumerate(ORDER):
        if room in rooms:
            return i
    return None


def owner(quoted, name, room):
    """The room that an include leads to; None when it leads out of the tree."""
    if quoted:
        return name.split("/")[0] if "/" in name else room
    public = re.fullmatch(r"igdrom/(\w+)\.h", name)
    if not public or public.group(1) == "igdrom":
        return None
    if public.group(1) == "rom" and room in MAY_INCLUDE_ROM:
        return room
    return HEADERS.get(public.group(1), "?")


def check_file(path, room, problems):
    mine = level(room)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = re.match(r'\s*#\s*include\s+([<"])([^>"]+)[>"]', line)
        if not match:
            continue
        where, name = f"{path}:{number}", match.group(2)
        other = owner(match.group(1) == '"', name, room)
        if other is None:
            if room == "igd" and name not in FREESTANDING:
                problems.append(f"{where}: igd/ is freestanding, <{name}> is not")
            known = ("/".join(path.parts[-2:]), name) in MAY_INCLUDE
            if mine < level("changes") and name in IMPURE and not known:
                problems.append(f"{where}: a pure room includes <{name}>")
        elif other != room:
            theirs = level(other)
            if theirs is None:
                problems.append(f"{where}: {name} belongs to no known room")
            elif not (theirs < mine or (room, other) in SIBLINGS):
                problems.append(f"{where}: {room} must not know {other}")


def main():
    root = pathlib.Path(sys.argv[1])
    problems, seen = [], 0
    for path in sorted(root.glob("libigdrom/*/**/*")):
        if path.suffix not in (".c", ".h", ".inc"):
            continue
        room = path.relative_to(root / "libigdrom").parts[0]
        if level(room) is None:
            problems.append(f"{path}: {room} is no room of the design")
            continue
        seen += 1
        check_file(path, room, problems)
    for path in sorted(root.glob("examples/**/*.[ch]")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.match(r'\s*#\s*include\s+"[a-z]+/', line):
                problems.append(f"{path}:{number}: examples use public headers only")
    if seen < 10:
        problems.append(f"only {seen} files found: is {root} the source tree?")
    print("\n".join(problems) or f"{seen} files: all includes point the right way")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
