#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""test_unraid.py IGDROM EXAMPLES: the page of a plugin for unraid, as its web server runs it."""
import html
import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

IGDROM, EXAMPLES = sys.argv.pop(1), pathlib.Path(sys.argv.pop(1))
HEAD, PAGE = (EXAMPLES / "IgdRom.page").read_text().split("\n---\n", 1)


def show(**post):
    """What the page shows; unraid evaluates what is behind the line of dashes."""
    code = "error_reporting(E_ALL); ini_set('display_errors', 'stderr'); " \
           "$_POST = json_decode(getenv('POST'), true); eval('?>' . stream_get_contents(STDIN));"
    return subprocess.run(["php", "-r", code], input=PAGE, capture_output=True, text=True,
                          env={**os.environ, "IGDROM": IGDROM, "POST": json.dumps(post)})


class Page(unittest.TestCase):
    def show(self, **post):
        done = show(**post)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def test_its_head_has_what_unraid_reads(self):
        keys = [line.split("=")[0] for line in HEAD.splitlines()]
        self.assertTrue({"Menu", "Title"} <= set(keys), keys)

    def test_it_asks_first(self):
        page = self.show(qemu="10.1")
        self.assertIn('name="device"', page)
        self.assertNotIn("<pre>", page)

    def test_it_shows_the_xml_and_the_reasons(self):
        page = self.show(device="4680", qemu="10.1", rom="/mnt/user/isos/igd.rom")
        xml = html.unescape(page.split("<pre>")[1].split("</pre>")[0])
        self.assertIn("<rom file='/mnt/user/isos/igd.rom'/>", xml)
        self.assertIn("x-igd-lpc", xml)
        self.assertIn("<li><b>x-igd-lpc=on</b>", page)

    def test_it_shows_a_refusal(self):
        page = self.show(device="4680", qemu="9.2", rom="/mnt/user/isos/igd.rom")
        self.assertIn('<p class="refusal">', page)
        self.assertIn("10.0", page)
        self.assertNotIn("<pre>", page)

    def test_what_is_posted_reaches_neither_a_shell_nor_the_page_raw(self):
        page = self.show(device="4680; touch x <b>", qemu="10.1", rom="\"><script>alert(1)</script>")
        self.assertIn('<p class="error">', page)
        self.assertNotIn("<script>", page)
        self.assertNotIn("touch x <b>", page)


if __name__ == "__main__":
    if not shutil.which("php"):
        print("there is no php (Debian: php-cli)")
        sys.exit(1 if os.environ.get("IGDROM_NO_SKIP") == "1" else 77)
    unittest.main()
