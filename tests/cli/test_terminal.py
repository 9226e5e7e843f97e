#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The command on a terminal: colours, box characters, narrow windows, hostile file names."""
import fcntl
import os
import pathlib
import pty
import re
import struct
import termios

from igdrom_cli import COMMAND, Case, firmware_image, main, recipe, test_gop

OVMF = pathlib.Path(os.environ.get("IGDROM_OVMF", "/usr/share/OVMF")) / "OVMF_CODE.fd"


class Terminal(Case):
    def setUp(self):
        super().setUp()
        (self.here / "a.rom").write_bytes(recipe("ipxe.rom.txt"))
        (self.here / "a.bin").write_bytes(firmware_image("ovmf").data)

    def on_terminal(self, *arguments, columns=80, **env):
        """What the command writes to a terminal, standard error included."""
        pid, fd = pty.fork()
        if pid == 0:
            os.chdir(self.here)
            unwanted = ("NO_COLOR", "COLUMNS", "LC_ALL", "LANG", "LC_CTYPE", "TERM")
            base = {k: v for k, v in os.environ.items() if k not in unwanted}
            # Wait for the size, which the parent sets.
            os.read(0, 1)
            os.execve(COMMAND, [COMMAND, *arguments], {**base, "TERM": "xterm", "LC_ALL": "C.UTF-8", **env})
        fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        os.write(fd, b"\n")
        out = b""
        while True:
            try:
                data = os.read(fd, 65536)
            except OSError:
                break
            if not data:
                break
            out += data
        os.close(fd)
        os.waitpid(pid, 0)
        return out.replace(b"\r\n", b"\n").lstrip(b"\n")

    def test_boxes_are_drawn_in_a_utf8_locale_only(self):
        self.assertIn("┌".encode(), self.on_terminal("rom", "show", "a.rom"))
        for locale in ("C", "POSIX"):
            self.on_terminal("rom", "show", "a.rom", LC_ALL=locale).decode("ascii")

    def test_colours_are_used_unless_they_are_unwanted(self):
        self.assertIn(b"\033[1m", self.on_terminal("rom", "show", "a.rom"))
        self.assertIn(b"\033[1m", self.on_terminal("rom", "show", "a.rom", NO_COLOR=""))
        self.assertNotIn(b"\033", self.on_terminal("rom", "show", "a.rom", NO_COLOR="1"))
        self.assertNotIn(b"\033", self.on_terminal("rom", "show", "a.rom", TERM="dumb"))

    def test_lines_fit_the_window(self):
        for columns in (40, 50, 64, 80, 100):
            for words in (("rom", "show", "a.rom"), ("device", "show", "4680"),
                          ("firmware", "show", "a.bin"), ("firmware", "show", "--all", "a.bin")):
                text = self.on_terminal(*words, columns=columns, NO_COLOR="1").decode()
                for line in text.split("\nNext:")[0].splitlines():
                    self.assertLessEqual(len(line), columns, line)
                box = [line for line in text.splitlines() if line.startswith("  ┌")]
                self.assertEqual(len(box), words[0] == "rom")

    def test_findings_fit_the_window_and_stay_on_one_line_in_a_file(self):
        (self.here / "bare.rom").write_bytes(test_gop("plain").read_bytes())
        for words in (("rom", "check", "bare.rom"), ("rom", "show", "bare.rom"), ("rom", "show", "absent"),
                      ("rom", "build", "--device", "1912", "--gop", "bare.rom", "-o", "x"),
                      ("vm", "plan", "--root", "."), ("rom", "build"), ("device", "show", "xyz"), ("setup", "--root", ".")):
            for columns in (60, 80):
                text = self.on_terminal(*words, columns=columns, NO_COLOR="1").decode()
                for line in text.splitlines():
                    self.assertLessEqual(len(line), columns, line)
        done = self.run_igdrom("rom", "show", "bare.rom", code=1)
        self.assertEqual(len(done.errors.splitlines()), 2)

    def test_a_tree_is_drawn_with_lines_and_in_bold_where_a_driver_is(self):
        text = self.on_terminal("firmware", "show", "a.bin").decode()
        self.assertIn("\u251c", text)
        marked = next(line for line in text.splitlines() if "\u25c0 GOP" in line)
        self.assertIn("\033[1m", marked)
        plain = self.on_terminal("firmware", "show", "a.bin", LC_ALL="C", NO_COLOR="1").decode("ascii")
        self.assertIn("<- GOP", plain)

    def test_bars_of_one_map_have_the_same_length(self):
        text = self.on_terminal("rom", "show", "a.rom", NO_COLOR="1").decode()
        lines = [line for line in text.splitlines() if re.match("  [┌│└]", line)]
        self.assertEqual([len(line) for line in lines], [80, 80, 80])

    def test_a_file_name_cannot_write_to_the_terminal(self):
        name = "\033]0;owned\007.rom"
        (self.here / name).write_bytes(recipe("ipxe.rom.txt"))
        for words in (("rom", "show", name), ("rom", "check", name), ("gop", "show", name),
                      ("rom", "show", "\033[2Jabsent"), ("rom", "\033[2J"), ("\033[2J",),
                      ("rom", "build", "--gop", name, "-o", "\033[2J/x"), ("gop", "match", name, "4680"), ("firmware", "show", name),
                      ("device", "list", "\033[2J"), ("rom", "show", "--\033[2J", name)):
            out = self.on_terminal(*words, NO_COLOR="1")
            self.assertNotIn(b"\033", out, words)
            self.assertNotIn(b"\007", out, words)

    def test_packing_again_tells_how_far_it_is(self):
        if not OVMF.exists():
            if os.environ.get("IGDROM_NO_SKIP"):
                self.fail("IGDROM_NO_SKIP is set, and ovmf is not installed")
            self.skipTest("ovmf is not installed")
        out = self.on_terminal("firmware", "insert", str(OVMF), "-o", "out.fd")
        told = [int(percent) for percent in re.findall(rb"\rigdrom: packing, +(\d+) %", out)]
        self.assertTrue(told)
        self.assertEqual(told, sorted(told))
        self.assertLessEqual(told[-1], 100)
        # The line is wiped before the result is shown.
        self.assertEqual(out.rsplit(b" %", 1)[1][:4], b"\r\033[K")
        out = self.on_terminal("firmware", "insert", str(OVMF), "-o", "other.fd", "--json")
        self.assertNotIn(b"packing", out)

    def test_a_chinese_file_name_is_shown_where_it_can_be(self):
        (self.here / "显卡.rom").write_bytes(recipe("ipxe.rom.txt"))
        self.assertIn("显卡.rom", self.on_terminal("rom", "show", "显卡.rom").decode())
        self.assertIn(b"??.rom", self.on_terminal("rom", "show", "显卡.rom", LC_ALL="C"))


if __name__ == "__main__":
    main()
