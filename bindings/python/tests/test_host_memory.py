# SPDX-License-Identifier: BSD-2-Clause
"""Lifetimes and threads of machines: what would crash if it were wrong."""
import gc
import itertools
import sys
import threading
import unittest

import igdrom
import machines
from heap import heap_in_use
from igdrom import _igdrom_host, host


class Lifetimes(machines.Own):
    def children(self, one):
        return {"function": one.igd, "physical": one.function("00:02.1").physical, "vm": one.vms[0]}

    def test_children_outlive_every_name_of_their_machine(self):
        root = self.machine("sriov")
        kept = self.children(host.Host.read(root))
        config = host.Host.read(root).vms[0].config
        gc.collect()
        churn = [host.Host.read(root) for _ in range(5)]
        self.assertEqual((str(kept["function"].address), str(kept["physical"].id), kept["vm"].name),
                         ("0000:00:02.0", "8086:a780", "201"))
        self.assertEqual(config.name, "win11-vf")
        del churn

    def test_a_closed_machine_refuses_and_so_do_its_children(self):
        with host.Host.read(self.machine("sriov")) as one:
            kept = self.children(one)
            config = kept["vm"].config
        self.assertTrue(one.closed)
        one.close()
        gc.collect()
        churn = [host.Host.read(one_root) for one_root in [self.folder / "sriov"] * 5]
        uses = [lambda: one.functions, lambda: one.cpu, one.doctor, one.prepare, one.dump_vbt, one.to_json, one.bundle,
                lambda: kept["function"].config, lambda: kept["physical"].name, lambda: kept["vm"].name,
                lambda: kept["vm"].config, one.__enter__, lambda: one.fill_request(igdrom.VmRequest())]
        for use in uses:
            self.raises(igdrom.IgdromMisuseError, "E_STATE", use)
        self.assertEqual(repr(one), "<igdrom.host.Host, closed>")
        self.assertIn("closed", repr(kept["function"]) + repr(kept["vm"]))
        # What was taken out of it is not closed, and its memory is there.
        self.assertEqual(config.name, "win11-vf")
        del churn

    def test_dumps_and_changes_need_no_machine(self):
        root = self.machine("meteor-lake")
        machines.put(root, machines.GPU + "rom", machines.fixture("vgabios.rom.txt"))
        one = host.Host.read(root)
        dump, changes = one.dump_rom(), one.prepare()
        one.close()
        del one
        gc.collect()
        self.assertEqual(dump.data, machines.fixture("vgabios.rom.txt"))
        self.assertIn("intel_iommu=on", changes.diff())

    def test_objects_of_another_class_are_refused(self):
        one = host.Host.read(self.machine())
        with self.assertRaises(TypeError):
            _igdrom_host.igdrom_host_cpu(igdrom.Report()._handle)
        with self.assertRaises(TypeError):
            _igdrom_host.igdrom_pci_function_id(one._get())
        with self.assertRaises(TypeError):
            one.hookscript(one.vms[0].config, 100)

    def test_nothing_leaks(self):
        root = self.machine("sriov")
        machines.put(root, machines.GPU + "rom", machines.fixture("vgabios.rom.txt"))

        def work():
            for _ in range(60):
                with host.Host.read(root) as one:
                    [(f.name, f.bars, f.config, f.physical, f.subsystem) for f in one.functions]
                    [(vm.config.devices, vm.path) for vm in one.vms]
                    one.igd_memory, one.system, one.qemu
                    one.fill_request(igdrom.VmRequest())
                    one.doctor().to_json()
                    one.to_json()
                    one.prepare(early=True).diff()
                    one.dump_rom().to_json()
                    for wrong in ("00:1f.7", "x", (0, 0, 99, 0)):
                        try:
                            one.dump_rom(wrong)
                        except (igdrom.IgdromError, OverflowError):
                            pass
                try:
                    host.Host.read(root / "nowhere")
                except igdrom.IgdromError as error:
                    error.to_json()
            gc.collect()
            return heap_in_use(), sys.getallocatedblocks()

        # A leak shows each time; what the interpreter keeps for itself does not.
        work()
        states = [work() for _ in range(4)]
        grown = [(after[0] - before[0], after[1] - before[1]) for before, after in itertools.pairwise(states)]
        self.assertLess(min(heap for heap, _ in grown), 30 * 60, "bytes of C, less than 30 in each round")
        self.assertLess(min(blocks for _, blocks in grown), 60, "objects of Python, less than one in each round")


class Threads(machines.Own):
    def test_threads_share_a_machine_that_one_of_them_closes(self):
        root = self.machine("sriov")
        for _ in range(5):
            one, errors = host.Host.read(root), []

            def use(one=one, errors=errors):
                try:
                    while True:
                        names = [function.name for function in one.functions]
                        self.assertEqual(len(names), 14)
                        self.assertEqual(one.vms[0].config.name, "win11-vf")
                        self.assertTrue(one.doctor().fine)
                        self.assertGreaterEqual(len(one.prepare(early=True)), 0)
                except igdrom.IgdromMisuseError:
                    pass
                except BaseException as error:  # pylint: disable=broad-except
                    errors.append(error)

            threads = [threading.Thread(target=use) for _ in range(3)]
            for thread in threads:
                thread.start()
            threading.Event().wait(0.05)
            one.close()
            for thread in threads:
                thread.join()
            self.assertEqual(errors, [])

    def test_other_threads_run_while_a_program_is_waited_for(self):
        slow = machines.put(self.folder, "qemu", b"#!/bin/sh\nsleep 0.3\necho 'QEMU emulator version 10.1.2'\n")
        slow.chmod(0o755)
        this, ticks, done = host.Host.read(), [], threading.Event()

        def tick():
            while not done.wait(0.01):
                ticks.append(1)

        thread = threading.Thread(target=tick)
        thread.start()
        this.qemu_version(slow)
        done.set()
        thread.join()
        self.assertGreater(len(ticks), 5)


if __name__ == "__main__":
    unittest.main()
