#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""igdrom host show over all machines: goldens (golden/MACHINE.show.txt, .json), facts that were worked
out by hand, and what the system's own lspci prints of the same files.

test_show.py           runs the tests
test_show.py --update  writes the goldens anew: read the difference
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import machine  # noqa: E402  (found by the line above)

COMMAND = os.environ.get("IGDROM", "igdrom")
GOLDEN = HERE / "golden"
MACHINES = sorted(path.stem for path in (HERE / "machines").glob("*.txt"))
# One for each source of difference: everything known, class 0380, virtual functions, no base register, nothing.
WITH_JSON = ("beside-discrete", "desktop-pve", "meteor-lake", "nothing", "sriov")
# By the registers that the recipes hold, as facts on the encodings have it: GGC bits 15:8 are 32 MiB each, bits
# 7:6 are 1 << n MiB; BDSM without its lock bit, 32 bits at 5Ch up to Comet Lake and 64 at C0h from Ice Lake on;
# ASLS at FCh; VGA is off when GGC bit 1 is set. No GMS and no BDSM from Meteor Lake on.
FACTS = {
    "beside-discrete": {"ggc": "02C3", "gms_mib": 64, "ggms_mib": 8, "bdsm": 0x8C800000, "asls": 0, "vga_disabled": True},
    "desktop-pve": {"ggc": "02C1", "gms_mib": 64, "ggms_mib": 8, "bdsm": 0x6C800000, "asls": 0x63ADE018,
                    "vga_disabled": False},
    "laptop-csm": {"ggc": "01C1", "gms_mib": 32, "ggms_mib": 8, "bdsm": 0x7C000000, "asls": 0x7A2C9018,
                   "vga_disabled": False},
    "meteor-lake": {"ggc": None, "gms_mib": None, "ggms_mib": None, "bdsm": None, "asls": 0x6C5A1018,
                    "vga_disabled": None},
    "mini-n100": {"ggc": "02C1", "gms_mib": 64, "ggms_mib": 8, "bdsm": 0x78800000, "asls": 0x75D2A018,
                  "vga_disabled": False},
    "sriov": {"ggc": "02C1", "gms_mib": 64, "ggms_mib": 8, "bdsm": 0x6A800000, "asls": 0x615E5018,
              "vga_disabled": False},
    "unraid": {"ggc": "02C1", "gms_mib": 64, "ggms_mib": 8, "bdsm": 0x8B800000, "asls": 0x85FE1018,
               "vga_disabled": False},
}
# lspci does not say these; drivers only where it finds an index of modules (test_lspci.c has such texts).
NOT_IN_LSPCI = ("driver", "bound", "driver_override", "boot_vga", "enabled", "power", "vbt_file", "opregion_file", "vf_total",
                "vf_count", "virtual_functions", "physical_function", "iommu_group", "iommu_group_members")


def show(*words, data=None):
    done = subprocess.run([COMMAND, "host", "show", *map(str, words)], input=data, capture_output=True, check=False,
                          env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})
    return done.returncode, done.stdout.decode("utf-8", "strict"), done.stderr.decode("utf-8", "strict")


FOLDER = tempfile.TemporaryDirectory()


def made(name, into="shared"):
    """The files of a machine, made once; into another folder: to be changed."""
    root = pathlib.Path(FOLDER.name) / into / name
    if not root.exists():
        root.mkdir(parents=True)
        machine.make(HERE / f"machines/{name}.txt", root)
    return root


class Goldens(unittest.TestCase):
    @staticmethod
    def documents():
        for name in MACHINES:
            root = made(name)
            code, text, errors = show("--root", root)
            yield f"{name}.show.txt", f"{text}[{code}]\n{errors}".replace(str(root), "")
            if name in WITH_JSON:
                document = json.loads(show("--root", root, "--json")[1])
                yield f"{name}.show.json", json.dumps(document, indent=1, ensure_ascii=False) + "\n"

    def test_machines_are_shown_as_the_goldens_have_it(self):
        names = set()
        for name, text in self.documents():
            names.add(name)
            with self.subTest(name):
                self.assertEqual(text, (GOLDEN / name).read_text(encoding="utf-8"))
        self.assertEqual({path.name for path in GOLDEN.glob("*.show.*")}, names)

    def test_lines_fit_eighty_columns(self):
        for path in GOLDEN.glob("*.show.txt"):
            for line in path.read_text(encoding="utf-8").split("\n["):
                for part in line.splitlines():
                    if not part.startswith(("igdrom: ", "  fix: ")):
                        self.assertLessEqual(len(part), 80, part)


class Facts(unittest.TestCase):
    def test_memory_is_what_the_registers_say(self):
        for name, facts in FACTS.items():
            document = json.loads(show("--root", made(name), "--json")[1])
            self.assertEqual(document["igd"]["memory"], facts, name)

    def test_a_machine_without_the_gpu_ends_with_1(self):
        for name, wanted in (("no-igd", 1), ("nothing", 1), ("sriov", 0)):
            self.assertEqual(show("--root", made(name))[0], wanted, name)

    def test_virtual_functions_belong_to_the_gpu(self):
        igd = json.loads(show("--root", made("sriov"), "--json")[1])
        self.assertEqual(igd["igd"]["virtual_functions"], [f"0000:00:02.{n}" for n in range(1, 8)])
        self.assertEqual({d["physical_function"] for d in igd["displays"]}, {"0000:00:02.0"})

    def test_without_privilege_the_memory_is_not_known(self):
        root = made("desktop-pve", "unprivileged")
        config = root / "sys/bus/pci/devices/0000:00:02.0/config"
        config.write_bytes(config.read_bytes()[:64])
        code, text, errors = show("--root", root)
        self.assertEqual(code, 0)
        self.assertIn("Stolen memory not known", text)
        self.assertIn("Run it as root", errors)
        document = json.loads(show("--root", root, "--json")[1])
        self.assertEqual(set(document["igd"]["memory"].values()), {None})
        self.assertEqual([f["code"] for f in document["findings"]], ["host-config-short"])

    def test_root_and_lspci_exclude_each_other(self):
        self.assertEqual(show("--root", "/", "--lspci", "-", data=b"")[0], 2)

    def test_a_root_that_is_not_there_ends_with_3(self):
        self.assertEqual(show("--root", pathlib.Path(FOLDER.name) / "none")[0], 3)


class Lspci(unittest.TestCase):
    @staticmethod
    def lspci(root, *options):
        done = subprocess.run(["lspci", "-A", "linux-sysfs", "-O", f"sysfs.path={root}/sys/bus/pci", *options],
                              capture_output=True, check=True)
        return done.stdout

    def setUp(self):
        if not shutil.which("lspci"):
            self.skipTest("no lspci (apt-get install pciutils)")

    def test_its_text_says_the_same_as_the_files(self):
        for name in MACHINES:
            if name == "nothing":
                continue
            root = made(name)
            wanted = json.loads(show("--root", root, "--json")[1])
            # Regions by number, domains, ids without names: the same for every machine.
            for options in ("-nnvxxx", "-nnvvxxx", "-Dnnvxxx", "-nvxxx") if name == "sriov" else ("-nnvxxx",):
                code, text, _ = show("--lspci", "-", "--json", data=self.lspci(root, options))
                found = json.loads(text)
                self.compare(f"{name} {options}", wanted, found)
                self.assertEqual(code, 0 if wanted["igd"] else 1)

    def compare(self, what, wanted, found):
        self.assertEqual(len(found["functions"]), len(wanted["functions"]), what)
        for a, b in zip([*wanted["functions"], *wanted["displays"], wanted["igd"]],
                        [*found["functions"], *found["displays"], found["igd"]]):
            for key in a or ():
                if key not in NOT_IN_LSPCI and not isinstance(a[key], (dict, list)):
                    self.assertEqual(b[key], a[key], f"{what}: {a['address']} {key}")
        if wanted["igd"]:
            self.assertEqual(found["igd"]["memory"], wanted["igd"]["memory"], what)
            self.assertEqual(self.bars(found), self.bars(wanted), what)

    @staticmethod
    def bars(document):
        """lspci leaves the attributes of some out."""
        return [(b["index"], b["address"], b["size"]) for b in document["igd"]["bars"]]

    def test_bytes_alone_are_enough(self):
        root = made("laptop-csm")
        text = self.lspci(root, "-xxx")
        # Names are from pci.ids: without -nn they tell nothing.
        document = json.loads(show("--lspci", "-", "--json", data=text)[1])
        self.assertEqual(document["igd"]["device_id"], "5916")
        self.assertEqual(document["igd"]["memory"], FACTS["laptop-csm"])
        self.assertIsNone(document["igd"]["driver"])
        self.assertIsNone(document["igd"]["bound"])
        self.assertIsNone(document["system"]["iommu"])

    def test_ids_alone_are_enough(self):
        text = self.lspci(made("desktop-pve"), "-nn")
        document = json.loads(show("--lspci", "-", "--json", data=text)[1])
        self.assertEqual(document["igd"]["class_code"], "030000")
        self.assertEqual(document["igd"]["lpc"]["device_id"], "7A84")
        self.assertEqual(set(document["igd"]["memory"].values()), {None})
        self.assertEqual(document["igd"]["bars"], [])
        self.assertIsNone(document["igd"]["rom"])

    def test_names_alone_are_not(self):
        text = re.sub(rb" \[[0-9a-f:]+\]", b"", self.lspci(made("desktop-pve"), "-nn"))
        code, _, errors = show("--lspci", "-", data=text)
        self.assertEqual(code, 1)
        self.assertIn("no text of lspci that names PCI ids (11 functions", errors)


def update():
    GOLDEN.mkdir(exist_ok=True)
    for old in GOLDEN.glob("*.show.*"):
        old.unlink()
    for name, text in Goldens.documents():
        (GOLDEN / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if "--update" in sys.argv:
        update()
        sys.exit(0)
    program = unittest.main(exit=False)
    if program.result.skipped and program.result.wasSuccessful():
        print("\n".join(f"skipped: {reason}" for _, reason in program.result.skipped))
        sys.exit(1 if os.environ.get("IGDROM_NO_SKIP") == "1" else 77)
    sys.exit(not program.result.wasSuccessful())
