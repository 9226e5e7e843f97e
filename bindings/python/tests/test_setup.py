# SPDX-License-Identifier: BSD-2-Clause
"""The whole job on captured machines: a folder stands in for each.

Usage: test_setup.py IGDROM GOPS     GOPS: the folder of the test drivers
"""
import gc
import hashlib
import itertools
import json
import pathlib
import sys
import threading
import unittest

import igdrom
import machines
from heap import heap_in_use
from igdrom import host

import firmware  # stands in tests/fixtures, which machines adds

GOPS = pathlib.Path(sys.argv.pop(1)) if len(sys.argv) > 1 else None
CONF = "etc/pve/nodes/pve1/qemu-server/100.conf"
ROM = "usr/share/kvm/igdrom-4680.rom"
States = host.SetupState


class Job(machines.Own):
    def setUp(self):
        super().setUp()
        self.root = self.machine()

    def states(self, setup):
        self.assertEqual([stage.stage for stage in setup.stages], list(host.SetupStage))
        return [stage.state for stage in setup.stages]

    def bios(self):
        # Packed as every build can read it.
        return firmware.build(machines.SOURCE / "tests/fixtures/images/file-systems.fw.txt", GOPS)


class Whole(Job):
    def test_nothing_is_answered_before_a_run(self):
        setup = host.Setup(self.root)
        self.assertEqual(self.states(setup), [States.NOT_RUN] * 6)
        self.assertIs(setup.status, igdrom.Status.E_STATE)
        self.assertEqual((setup.host, setup.rom, setup.rom_path, setup.plan, setup.vm, setup.changes, setup.next),
                         (None, None, None, None, None, None, ()))
        self.assertEqual((dict(setup.facts), list(setup.report)), ({}, []))
        self.raises(igdrom.IgdromMisuseError, "E_STATE", setup.apply)
        self.assertIn("facts not-run", repr(setup))

    def test_the_job_is_shown_done_and_put_back(self):
        before = (self.root / CONF).read_bytes()
        setup = host.Setup(self.root, want="output")
        setup.run()
        self.assertEqual((setup.status, setup.vm, setup.format, setup.rom_path),
                         (igdrom.Status.OK, "100", igdrom.VmFormat.PVE, "/" + ROM))
        self.assertEqual(self.states(setup)[-1], States.DONE)
        self.assertNotIn(States.REFUSED, self.states(setup))
        self.assertEqual((setup.changes.pending, len(setup.next), setup.plan.possible), (2, 3, True))
        self.assertEqual((setup.facts["lpc_id"], dict(setup.request)), ("7A84", {"want": "output"}))
        self.assertEqual(str(setup.host.igd.id), "8086:4680")
        self.assertIn("romfile=igdrom-4680.rom", setup.changes.diff())
        self.assertEqual(((self.root / CONF).read_bytes(), (self.root / ROM).exists()), (before, False))
        changes = setup.changes
        self.assertTrue(len(setup.apply()))
        self.assertEqual((self.root / ROM).read_bytes(), setup.rom)
        self.assertEqual((changes.pending, setup.changes.pending, changes.diff()), (0, 0, ""))
        self.raises(igdrom.IgdromMisuseError, "E_STATE", setup.apply)
        setup.run()
        self.assertEqual(setup.changes.pending, 0)
        host.undo(root=self.root)
        self.assertEqual(((self.root / CONF).read_bytes(), (self.root / ROM).exists()), (before, False))

    def test_the_rom_is_made_of_the_bios_that_was_given(self):
        made = self.bios()
        setup = host.Setup(self.root, bios=made.data, vm="100")
        setup.set_bios(made.data, "board.bin")
        setup.run()
        manifest = {entry.kind_name: entry for entry in igdrom.Rom.parse(setup.rom).manifest}
        self.assertIn(manifest["gop"].sha256, {hashlib.sha256(data).hexdigest() for _, _, data in made.drivers})
        self.assertEqual(manifest["gop"].name, "board.bin")
        self.assertTrue(igdrom.check_rom(setup.rom, "4680").ok)
        self.assertTrue(setup.plan.boot_picture)
        # What the command makes of the same file.
        (self.folder / "board.bin").write_bytes(made.data)
        done = machines.command("setup", "--root", self.root, "--vm", "100", "--bios", "board.bin", "--json",
                                folder=self.folder)
        theirs, ours = json.loads(done), json.loads(setup.to_json())
        self.assertEqual(ours, theirs)
        self.assertEqual([(stage.name, stage.state_name, stage.text) for stage in setup.stages],
                         [(stage["name"], stage["state"], stage["text"]) for stage in theirs["stages"]])
        self.assertEqual(list(setup.next), theirs["next"])

    def test_what_is_missing_is_asked_for_and_can_be_said(self):
        setup = host.Setup(self.root)
        error = self.raises(igdrom.IgdromMisuseError, "E_INVAL", setup.run, "4680")
        self.assertIn("vm-ask-bios", [finding.code for finding in error.findings])
        self.assertIsInstance(error, ValueError)
        self.assertEqual(list(error.findings), list(setup.report))
        self.assertIs(setup.status, igdrom.Status.E_INVAL)
        self.assertIs(self.states(setup)[host.SetupStage.FIRMWARE], States.REFUSED)
        self.assertIn("4680", setup.stages[host.SetupStage.FIRMWARE].text)
        self.assertIsNone(setup.changes)
        setup.set_bios(self.bios().data)
        self.assertIsInstance(setup.run(), igdrom.Report)
        self.assertTrue(setup.changes)
        setup.set_bios(None)
        self.raises(igdrom.IgdromMisuseError, "E_INVAL", setup.run)

    def test_a_rom_that_was_given_is_judged_and_put_in_its_place(self):
        setup = host.Setup(self.root, rom_data=b"no ROM", want="output", vm="100")
        self.raises(igdrom.IgdromRefusedError, "E_REFUSED", setup.run)
        self.assertIs(self.states(setup)[host.SetupStage.ROM], States.REFUSED)
        rom = igdrom.RomBuilder(target="4680").add_guest_driver().finish()
        setup.set_rom(bytearray(rom), "mine.rom")
        setup.run()
        self.assertEqual((setup.rom, setup.rom_path), (rom, "/usr/share/kvm/mine.rom"))

    def test_what_is_said_wins_over_the_machine(self):
        setup = host.Setup(self.root, want="output", qemu="10.1", rom="there.rom")
        setup.run()
        self.assertEqual((setup.plan.qemu, setup.rom_path, setup.plan.request["qemu"]),
                         ("10.1", "/usr/share/kvm/there.rom", "10.1"))
        self.assertIn("romfile=there.rom", str(setup.plan.write()))

    def test_a_plan_that_refuses_says_why_in_the_error(self):
        setup = host.Setup(self.machine("sriov"), want="boot-picture")
        error = self.raises(igdrom.IgdromRefusedError, "E_REFUSED", setup.run)
        self.assertEqual(setup.plan.refusal is not None, True)
        self.assertIn(setup.plan.refusal.split(".")[0], str(error))
        self.assertIs(self.states(setup)[host.SetupStage.PLAN], States.REFUSED)

    def test_wrong_arguments_are_refused(self):
        with self.assertRaises(igdrom.IgdromMissingError) as caught:
            host.Setup(self.folder / "nowhere")
        self.assertIn("nowhere", str(caught.exception))
        with self.assertRaises(igdrom.IgdromMissingError):
            host.Setup(self.root, no_such_key=1)
        with self.assertRaises(igdrom.IgdromMisuseError):
            host.Setup(self.root, want="nothing")
        self.raises(igdrom.IgdromMisuseError, "E_INVAL", lambda: host.Setup(self.root, vm=""), "vm")
        for wrong in ("text", 5, [1]):
            with self.subTest(wrong), self.assertRaises(TypeError):
                host.Setup(self.root, bios=wrong)
        with self.assertRaises(TypeError):
            host.Setup(self.root, vm=100)
        self.raises(igdrom.IgdromMissingError, "E_NOT_FOUND", host.Setup(self.root, want="output", vm="999").run, "999")

    def test_a_stage_is_a_sentence(self):
        setup = host.Setup(self.root, want="output")
        self.assertEqual(str(setup.stages[0]), "facts: not-run")
        setup.run()
        self.assertTrue(str(setup.stages[0]).startswith("facts: done: "))


class Lifetimes(Job):
    def test_what_a_run_handed_out_stays_when_there_is_another(self):
        setup = host.Setup(self.root, want="output")
        setup.run()
        changes, plan, one, igd = setup.changes, setup.plan, setup.host, setup.host.igd
        diff = changes.diff()
        setup.request["qemu"] = "10.1"
        setup.run()
        gc.collect()
        self.assertEqual((changes.diff(), plan.qemu, str(one.igd.id), igd.driver), (diff, "10.0", "8086:4680", "i915"))
        self.assertEqual(setup.plan.qemu, "10.1")
        del setup
        gc.collect()
        churn = [host.Setup(self.root, want="output") for _ in range(5)]
        self.assertEqual((changes.diff(), plan.config.machine, igd.driver), (diff, "i440fx", "i915"))
        del churn

    def test_each_thing_that_was_handed_out_keeps_the_job(self):
        for take, look in ((lambda job: job.plan, lambda plan: str(plan.write())),
                           (lambda job: job.plan.config, lambda config: config.devices[0].properties),
                           (lambda job: job.changes, lambda changes: changes.diff()),
                           (lambda job: job.host.igd, lambda igd: igd.config),
                           (lambda job: job.host.vms[0].config, lambda config: config.cpu)):
            setup = host.Setup(self.root, want="output")
            setup.run()
            thing = take(setup)
            expected = look(thing)
            del setup
            gc.collect()
            churn = [host.Setup(self.root, want="output") for _ in range(3)]
            for one in churn:
                one.run()
            self.assertEqual(look(thing), expected)

    def test_a_closed_job_refuses_and_so_does_what_it_handed_out(self):
        with host.Setup(self.root, want="output") as setup:
            setup.run()
            changes, one, igd = setup.changes, setup.host, setup.host.igd
        for use in (setup.run, setup.apply, lambda: setup.stages, lambda: setup.rom, lambda: setup.report, changes.diff,
                    lambda: one.functions, lambda: igd.driver, lambda: setup.set_vm("100")):
            self.raises(igdrom.IgdromMisuseError, "E_STATE", use)
        setup.close()
        self.assertEqual((repr(setup), repr(changes)),
                         ("<igdrom.host.Setup, closed>", "<igdrom.host.ChangeList, closed>"))

    def test_changes_of_a_job_are_only_to_look_at(self):
        setup = host.Setup(self.root, want="output")
        setup.run()
        for name in ("apply", "add_file", "add_vm", "add_prepare"):
            self.assertFalse(hasattr(setup.changes, name))
        self.assertEqual(setup.changes.content("/" + ROM), setup.rom)
        self.assertIn("2 to do", repr(setup.changes))

    def test_progress_is_told_and_ends_a_run(self):
        bios, told = self.bios().data, []
        setup = host.Setup(self.root, bios=bios)
        setup.run(igdrom.Limits(progress=lambda done, total: told.append(done)))
        self.assertTrue(told)
        self.raises(igdrom.IgdromEnvironmentError, "E_CANCELED",
                    lambda: setup.run(igdrom.Limits(progress=lambda done, total: False)))
        self.assertIs(setup.status, igdrom.Status.E_CANCELED)

        def wrong(done, total):
            raise ZeroDivisionError

        with self.assertRaises(ZeroDivisionError):
            setup.run(igdrom.Limits(progress=wrong))
        setup.run()

    def test_threads_share_a_job(self):
        setup, errors = host.Setup(self.root, want="output"), []
        setup.run()

        def use(work):
            try:
                for _ in range(20):
                    work()
            except BaseException as error:  # pylint: disable=broad-except
                errors.append(error)

        def look():
            self.assertIn("romfile", setup.changes.diff())
            self.assertEqual((setup.host.igd.driver, setup.plan.possible, setup.vm), ("i915", True, "100"))
            json.loads(setup.to_json())

        threads = [threading.Thread(target=use, args=(work,)) for work in (setup.run, look, look, setup.run)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(errors, [])

    def test_nothing_leaks(self):
        def work():
            for _ in range(60):
                setup = host.Setup(self.root, want="output", bios=b"x")
                setup.set_bios(None)
                setup.run()
                setup.changes.diff(), setup.plan.write(), setup.host.igd, setup.to_json(), setup.facts, setup.next
                setup.set_rom(b"no ROM")
                try:
                    setup.run()
                except igdrom.IgdromError as error:
                    str(error)
            gc.collect()
            return heap_in_use(), sys.getallocatedblocks()

        work()
        states = [work() for _ in range(4)]
        grown = [(after[0] - before[0], after[1] - before[1]) for before, after in itertools.pairwise(states)]
        self.assertLess(min(heap for heap, _ in grown), 30 * 60, "bytes of C, less than 30 in each round")
        self.assertLess(min(blocks for _, blocks in grown), 60, "objects of Python, less than one in each round")


if __name__ == "__main__":
    unittest.main()
