#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What holds for every command: help, version, wrong command lines, standard output."""
import pathlib
import re
import subprocess

from igdrom_cli import COMMAND, SOURCE, Case, main


class Usage(Case):
    def commands(self):
        """Words of each command of the global help: a noun, mostly with a verb."""
        text = self.run_igdrom("--help").text
        found = re.findall(r"^  igdrom (\w+) +(\w*) {2,}", text, re.M)
        return [tuple(filter(None, words)) for words in found]

    def options(self, *words):
        text = self.run_igdrom(*words, "--help").text
        return re.findall(r"^  (?:-(\w),|   ) --([\w-]+)(?: (\S+))?", text, re.M)

    def test_version_is_that_of_the_project(self):
        project = (SOURCE / "CMakeLists.txt").read_text(encoding="utf-8")
        version = re.search(r"project\(igdrom VERSION ([\d.]+)", project).group(1)
        self.assertEqual(self.run_igdrom("--version").text, f"igdrom {version}\n")

    def test_help_goes_to_standard_output_and_names_every_command(self):
        self.assertGreaterEqual(len(self.commands()), 2)
        for words in self.commands():
            self.assertIn(f"usage: igdrom {' '.join(words)} ", self.run_igdrom(*words, "--help").text)
            self.assertEqual(self.run_igdrom(*words, "-h").err, b"")
            self.assertIn(words[-1], self.run_igdrom(words[0], "--help").text)
            names = [name for _, name, _ in self.options(*words)]
            self.assertIn("json", names)
            self.assertIn("help", names)
            self.assertEqual(len(names), len(set(names)))

    def test_help_fits_eighty_columns(self):
        texts = [self.run_igdrom("--help").text]
        texts += [self.run_igdrom(*words, "--help").text for words in self.commands()]
        for line in "".join(texts).splitlines():
            self.assertLessEqual(len(line), 80, line)

    def test_a_wrong_command_line_is_told_with_code_2(self):
        self.run_igdrom(code=2)
        for arguments, text in [
                (("frobnicate",), "There is no \"frobnicate\""),
                (("device",), "missing"),
                (("device", "frobnicate"), "There is no \"frobnicate\" for device"),
                (("device", "show"), "Nothing to work on"),
                (("device", "show", "4680", "4690"), "Too many arguments: 4690"),
                (("device", "show", "4680", "--frobnicate"), "There is no option --frobnicate"),
                (("device", "show", "4680", "-x"), "There is no option -x"),
                (("device", "show", "--root"), "--root needs a value"),
                (("device", "show", "--root", "--json", "4680"), "--root needs a value"),
                (("device", "show", "--root", "a", "--root", "b", "4680"), "given twice"),
                (("device", "show", "--help=yes"), "takes no value"),
        ]:
            result = self.run_igdrom(*arguments, code=2)
            self.assertIn(text, result.errors)
            self.assertNotIn("usage:", result.text)
            document = self.run_igdrom(*arguments, "--json", code=2).document
            self.assertEqual(document["error"]["code"], "IGDROM_E_INVAL")

    def test_every_wrong_command_line_names_the_help_that_tells_more(self):
        for words in self.commands():
            errors = self.run_igdrom(*words, "--frobnicate", code=2).errors
            self.assertIn(f"igdrom {' '.join(words)} --help", errors)

    def test_a_full_standard_output_is_no_success(self):
        for arguments in (["device", "list"], ["--help"], ["device", "show", "4680", "--json"]):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([COMMAND, *arguments], stdout=full, stderr=subprocess.PIPE, check=False)
            self.assertEqual(done.returncode, 3)
            self.assertIn(b"No space left", done.stderr)
        with open("/dev/full", "wb") as full:
            done = subprocess.run([COMMAND, "rom", "build", "-o", "-"], stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 3)
        self.assertIn(b"standard output cannot be written", done.stderr)

    def test_an_empty_name_is_no_file(self):
        for words in (("rom", "show", ""), ("rom", "build", "--gop", "", "-o", "x"), ("vm", "check", "", "-d", "4680", "--qemu", "9.2"),
                      ("vm", "explain", ""), ("firmware", "show", "")):
            self.fails(*words, code=2, text="The name of a file is empty")

    def test_nothing_but_ascii_where_the_locale_has_no_more(self):
        result = self.run_igdrom("device", "list", env={"LC_ALL": "C"})
        result.out.decode("ascii")

    def test_text_in_a_pipe_has_no_colours_and_no_boxes(self):
        result = self.run_igdrom("device", "show", "4680", env={"TERM": "xterm", "CLICOLOR_FORCE": "1"})
        self.assertNotIn(b"\033", result.out)

    def test_completion_knows_every_command_and_option(self):
        script = self.here / "igdrom.bash"
        script.write_bytes(self.run_igdrom("completion", "bash").out)
        self.assertEqual(self.complete(script, "igdrom", ""),
                         sorted({words[0] for words in self.commands()} | {"--help", "--version"}))
        for words in self.commands():
            if len(words) == 2:
                self.assertIn(words[1], self.complete(script, "igdrom", words[0], ""))
            self.assertEqual(self.complete(script, "igdrom", *words, "--"),
                             sorted(f"--{name}" for _, name, _ in self.options(*words)))

    def complete(self, script, *words):
        """What bash offers for the last of the words."""
        done = subprocess.run(
            ["bash", "-c", 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _igdrom; '
             'printf "%s\\n" "${COMPREPLY[@]}"', "bash", str(script), *words],
            capture_output=True, check=True, cwd=pathlib.Path("/"))
        return sorted(done.stdout.decode().split())


if __name__ == "__main__":
    main()
