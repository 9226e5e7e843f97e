# SPDX-License-Identifier: BSD-2-Clause
"""Changes to a machine: a folder stands in for it."""
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import unittest

import igdrom
from igdrom import host

CONF = b"bios: ovmf\nmachine: pc\nmemory: 8192\nname: media\n"


class Captured(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name) / "root"
        self.root.mkdir()
        self.journals = pathlib.Path(folder.name) / "journals"

    def write(self, name, data):
        path = self.root / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def changes(self):
        return host.Changes(self.root)

    def test_files_are_shown_changed_and_put_back(self):
        old = self.write("/etc/a", b"1\n2\n")
        gone = self.write("/etc/b", b"b\n")
        with self.changes() as changes:
            changes.add_file("/etc/a", b"1\n3\n", why="three is better")
            changes.add_file("/etc/new/c", b"c\n", mode=0o600)
            changes.add_removal(pathlib.Path("/etc/b"))
            self.assertEqual(changes.content("/etc/a"), b"1\n3\n")
            with self.assertRaises(igdrom.IgdromMissingError):
                changes.content("/etc/b")
            steps = changes.steps
            self.assertEqual([(s.kind, s.path, s.removes) for s in steps], [
                (host.ChangeKind.FILE, "/etc/a", False), (host.ChangeKind.FILE, "/etc/new/c", False),
                (host.ChangeKind.FILE, "/etc/b", True)])
            self.assertEqual((steps[0].why, steps[1].why), ("three is better", None))
            self.assertEqual((str(steps[0]), changes.pending, len(changes), changes.captured),
                             ("file: /etc/a", 3, 3, True))
            self.assertIn("-2\n+3\n", changes.diff())
            self.assertEqual(old.read_bytes(), b"1\n2\n")
            changes.apply(self.journals)
            self.assertEqual((old.read_bytes(), gone.exists()), (b"1\n3\n", False))
            self.assertEqual((self.root / "etc/new/c").stat().st_mode & 0o777, 0o600)
            self.assertTrue(all(step.done for step in changes.steps))
            self.assertEqual((changes.pending, changes.diff()), (0, ""))
        journal, = host.journals(root=self.root, directory=self.journals)
        self.assertEqual((journal.state, str(journal)), (host.JournalState.APPLIED, f"{journal.number}: applied"))
        self.assertIn("/etc/a", " ".join(journal.steps))
        self.assertGreater(journal.time.year, 2000)
        document = json.loads(host.journals_json(root=self.root, directory=self.journals))
        self.assertEqual(document["journals"][0]["number"], journal.number)
        host.undo(root=self.root, directory=self.journals)
        self.assertEqual((old.read_bytes(), gone.read_bytes(), (self.root / "etc/new").exists()),
                         (b"1\n2\n", b"b\n", False))
        self.assertEqual(host.journals(root=self.root, directory=self.journals)[0].state, host.JournalState.UNDONE)

    def test_the_diff_is_one_that_patch_takes(self):
        path = self.write("/etc/a", b"".join(b"%d\n" % i for i in range(40)))
        changes = self.changes()
        changes.add_file("/etc/a", path.read_bytes().replace(b"7\n", b"seven\n"))
        done = subprocess.run(["patch", "-p1", "-s"], input=changes.diff(), cwd=self.root, text=True, check=False)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(path.read_bytes(), changes.content("/etc/a"))

    def test_commands_of_a_captured_machine_are_shown_and_never_run(self):
        flag = self.root / "ran"
        changes = self.changes()
        changes.attach("list", b"new", old=b"old")
        changes.add_command(["touch", str(flag), "@list"], ("rm", str(flag)), why="why not")
        changes.add_refresh(["update-grub"])
        changes.add_advice("Reboot.")
        command, refresh, advice = changes.steps
        self.assertEqual((command.command, command.inverse), (("touch", str(flag), "@list"), ("rm", str(flag))))
        self.assertEqual((refresh.command, advice.text, str(advice)), (("update-grub",), "Reboot.", "advice: Reboot."))
        self.assertEqual(json.loads(changes.to_json())["pending"], changes.pending)
        changes.apply(self.journals)
        self.assertFalse(flag.exists())

    def test_a_virtual_machine_gets_its_plan(self):
        conf = self.write("/etc/pve/qemu-server/100.conf", CONF)
        request = igdrom.VmRequest(device="4680", hypervisor="pve", pve="9.1", firmware="ovmf", rom="igd.rom")
        changes = self.changes()
        changes.add_vm(request.plan(), "pve", "100", rom=igdrom.RomBuilder().add_guest_driver().finish())
        self.assertIn("+hostpci0: 0000:00:02.0,legacy-igd=1,romfile=igd.rom", changes.diff())
        changes.apply(self.journals)
        self.assertEqual(igdrom.VmConfig.from_file(conf, format="pve").devices[0].rom_file, "igd.rom")
        self.assertTrue((self.root / "usr/share/kvm/igd.rom").exists())
        host.undo(root=self.root, directory=self.journals)
        self.assertEqual(conf.read_bytes(), CONF)

    def test_somebody_elses_change_is_not_lost(self):
        path = self.write("/etc/a", b"1\n")
        changes = self.changes()
        changes.add_file("/etc/a", b"2\n")
        path.write_bytes(b"theirs\n")
        with self.assertRaises(igdrom.IgdromRefusedError) as raised:
            changes.apply(self.journals)
        self.assertTrue(raised.exception.findings)
        self.assertEqual(path.read_bytes(), b"theirs\n")

    def test_words_are_lists_of_texts(self):
        changes = self.changes()
        for words in ("ls -l", [None], [1], 7):
            with self.assertRaises(TypeError):
                changes.add_command(words)
        with self.assertRaises(ValueError):
            changes.add_command(["a\0b"])
        with self.assertRaises(igdrom.IgdromMisuseError):
            changes.add_command([])
        self.assertEqual(len(changes), 0)

    def test_closed_and_missing_are_errors(self):
        changes = self.changes()
        changes.close()
        with self.assertRaises(igdrom.IgdromMisuseError):
            changes.diff()
        with self.assertRaises(igdrom.IgdromMissingError):
            host.Changes(self.root / "nothing")
        with self.assertRaises(igdrom.IgdromMissingError):
            host.undo(root=self.root, directory=self.journals)
        self.assertEqual(host.journals(root=self.root, directory=self.journals), ())

    def test_threads_share_one_list(self):
        changes = self.changes()
        def add(n):
            for i in range(10):
                changes.add_file(f"/etc/{n}-{i}", b"x")
                self.assertLessEqual(len(changes.steps), 40)
        threads = [threading.Thread(target=add, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len({step.path for step in changes.steps}), 40)


class ThisMachine(unittest.TestCase):
    def test_the_library_that_looks_at_the_machine_is_loaded_when_it_is_asked_for(self):
        program = ("import igdrom; maps = lambda: 'libigdrom-host' in open('/proc/self/maps').read();"
                   "print(maps(), igdrom.host.Host.__name__, maps())")
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout.split(), ["False", "Host", "True"])
        with self.assertRaises(AttributeError):
            igdrom.no_such_thing

    def test_a_command_runs_and_is_taken_back(self):
        with tempfile.TemporaryDirectory() as folder:
            flag, journals = pathlib.Path(folder) / "flag", pathlib.Path(folder) / "journals"
            changes = host.Changes()
            changes.add_command(["touch", str(flag)], ["rm", str(flag)])
            changes.done_if(["test", "-e", str(flag)])
            changes.watch(["ls", "--ignore=journals", folder])
            self.assertEqual(changes.pending, 1)
            changes.apply(journals)
            self.assertTrue(flag.exists())
            again = host.Changes()
            again.add_command(["touch", str(flag)], ["rm", str(flag)])
            again.done_if(["test", "-e", str(flag)])
            self.assertEqual(again.pending, 0)
            host.undo(directory=journals)
            self.assertFalse(flag.exists())


if __name__ == "__main__":
    unittest.main()
