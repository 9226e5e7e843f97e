#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The command on a real kernel: each scene_NAME() boots once and is the test kernel.NAME.

Usage: scenes.py BUILD_DIR SCENE...
"""
import os
import pathlib
import sys

import machine

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "guest"))
import oprom  # pylint: disable=wrong-import-position

BUILD = pathlib.Path()
SKIP = 77


class Checks:
    """Gathers what is wrong, so that one boot tells it all."""

    def __init__(self):
        self.wrong = []

    def __call__(self, condition, sentence, answer=None):
        if not condition:
            self.wrong.append(sentence + (f"\n  {answer.words}: {answer.status}\n{answer.text()}" if answer else ""))

    def finish(self, scene):
        for sentence in self.wrong:
            print(f"wrong: {sentence}", file=sys.stderr)
        if self.wrong:
            sys.exit(f"{len(self.wrong)} wrong; end of the kernel's messages:\n{scene.console[-3000:]}")


def known_rom(size=8192):
    """A ROM that parses, with a payload that is no driver: firmware leaves it alone."""
    return oprom.rom([oprom.image(bytes(range(256)) * 8, code_type=oprom.DATA, last=True)], size)


def scene_answers_from_the_guest():
    """Users, bytes and failures come through as they are; the command finds its libraries."""
    scene, check = machine.Scene(BUILD), Checks()
    rom = known_rom()
    scene.files["/rom"] = rom
    version = scene.igdrom("--version")
    back = scene.add("cat", "/rom")
    absent = scene.add("cat", "/nothing")
    seen = scene.igdrom("rom", "show", "--json", "/rom")
    scene.add("chmod", "600", "/rom")
    refused = scene.igdrom("rom", "show", "/rom", uid=1000)
    display = scene.igdrom("device", "show", "00:03.0")
    scene.boot("-device", "secondary-vga,addr=3")
    check(version().status == 0 and b"igdrom" in version().out, "the version", version())
    check(back().out == rom, "the bytes of a file", back())
    check(absent().status < 0 and b"No such file" in absent().err, "a file that is not there", absent())
    check(seen().status == 0 and len(seen().json()["images"]) == 1, "the ROM is shown", seen())
    check(refused().status == 3 and b"ermission denied" in refused().err, "not for user 1000", refused())
    check(b"1111" in display().out + display().err, "the display at 00:03.0 has device id 1111", display())
    return scene, check


def cannot_run(reason):
    """Skips the test, or fails it where nothing may be skipped."""
    if os.environ.get("IGDROM_NO_SKIP") == "1":
        sys.exit(f"cannot run, and IGDROM_NO_SKIP=1 allows no skipping: {reason}")
    print(f"skipped: {reason}")
    sys.exit(SKIP)


def main():
    global BUILD
    BUILD = pathlib.Path(sys.argv[1])
    if machine.missing():
        cannot_run(machine.missing())
    for name in sys.argv[2:]:
        scene, check = globals()[f"scene_{name}"]()
        check.finish(scene)
        print(f"{name}: passed, {len(scene.answers)} commands in a boot of {scene.seconds:.1f} s")


if __name__ == "__main__":
    main()
