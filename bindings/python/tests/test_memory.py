# SPDX-License-Identifier: BSD-2-Clause
"""Lifetimes, buffers, threads: what would crash if it were wrong.

Usage: test_memory.py DIRECTORY_OF_DRIVERS
"""
import array
import gc
import itertools
import mmap
import pathlib
import sys
import tempfile
import threading
import time
import unittest

import igdrom
import images
from heap import heap_in_use
from igdrom import _igdrom

DRIVERS = pathlib.Path(sys.argv.pop(1)) if len(sys.argv) > 1 else None


def sample():
    return images.legacy_rom(last=False) + images.image(3, igdrom.guest_driver(), efi=(0x8664, 0x0B))


class Lifetimes(unittest.TestCase):
    def test_a_child_outlives_every_name_of_its_rom(self):
        image = igdrom.Rom.parse(sample())[1]
        gc.collect()
        churn = [igdrom.Rom.parse(sample()) for _ in range(20)]
        self.assertEqual(image.payload(), igdrom.guest_driver())
        del churn

    def test_manifest_entries_outlive_manifest_and_rom(self):
        data = igdrom.RomBuilder().add_guest_driver().finish()
        entry = igdrom.Rom.parse(data).manifest.entries[0]
        gc.collect()
        churn = [igdrom.Rom.parse(sample()) for _ in range(20)]
        self.assertEqual(entry.kind_name, "guest-driver")
        del churn

    def test_findings_outlive_their_report(self):
        finding = igdrom.check_rom(images.legacy_rom(last=False))[0]
        gc.collect()
        self.assertTrue(finding.text)

    def test_a_closed_rom_refuses_and_so_do_its_children(self):
        data = igdrom.RomBuilder().add_guest_driver().finish()
        with igdrom.Rom.parse(data) as rom:
            image, manifest = rom[0], rom.manifest
            entry = manifest[0]
        self.assertTrue(rom.closed)
        rom.close()
        gc.collect()
        for use in (rom.to_bytes, lambda: len(rom), lambda: rom.images, lambda: image.data, image.payload,
                    lambda: manifest.tool, lambda: entry.name, rom.__enter__):
            with self.assertRaises(igdrom.IgdromMisuseError) as caught:
                use()
            self.assertIs(caught.exception.code, igdrom.Status.E_STATE)
        self.assertEqual(repr(rom), "<igdrom.Rom, closed>")

    def test_a_call_that_has_begun_survives_closing_by_another_thread(self):
        rom = igdrom.Rom.parse(sample())
        image = rom[1]
        facts = image._get()  # what a method does first; then another thread gets its turn
        rom.close()
        gc.collect()
        self.assertEqual(_igdrom.igdrom_rom_image_payload(facts), igdrom.guest_driver())

    def test_a_closed_builder_refuses(self):
        with igdrom.RomBuilder() as builder:
            pass
        with self.assertRaises(igdrom.IgdromMisuseError):
            builder.add_guest_driver()
        self.assertEqual(repr(builder), "<igdrom.RomBuilder, closed>")

    def test_with_lets_exceptions_through(self):
        with self.assertRaises(ZeroDivisionError):
            with igdrom.Rom.parse(sample()):
                raise ZeroDivisionError
        with igdrom.Rom.parse(sample()) as rom:
            pass
        self.assertIsNone(rom.__exit__(None, None, None))

    def test_nothing_leaks(self):
        driver = DRIVERS.joinpath("testgop_plain.efi").read_bytes()

        def work():
            for _ in range(300):
                with igdrom.RomBuilder(device_ids=["4680"]) as builder:
                    rom = builder.add_gop(driver, name="x").add_guest_driver().finish()
                with igdrom.open(rom) as contents:
                    igdrom.best_gop(contents, "4680")
                    igdrom.match_json([(contents, "x"), (None, "y")], "4680")
                    [(gop.data, gop.lpc_ranges, gop.where) for gop in contents]
                igdrom.devices_json([igdrom.lookup("4680")])
                report = igdrom.Report("x")
                report.add("input-too-large", 300, 256)
                with igdrom.Rom.parse(sample()) as rom:
                    rom.to_bytes()
                    rom.to_json()
                    rom.check()
                    rom.fix()
                    [image.payload() for image in rom]
                try:
                    igdrom.Rom.parse(b"")
                except igdrom.IgdromError as error:
                    error.to_json()
                for wrong in (None, 70000):
                    try:
                        igdrom.RomBuilder(device_ids=[1, wrong])
                    except (TypeError, OverflowError):
                        pass
            gc.collect()
            return heap_in_use(), sys.getallocatedblocks()

        # A leak shows each time; what the interpreter keeps for itself does not.
        work()
        states = [work() for _ in range(4)]
        grown = [(after[0] - before[0], after[1] - before[1]) for before, after in itertools.pairwise(states)]
        self.assertLess(min(heap for heap, _ in grown), 30 * 300, "bytes of C, less than 30 in each round")
        self.assertLess(min(blocks for _, blocks in grown), 300, "objects of Python, less than one in each round")


class Buffers(unittest.TestCase):
    def test_anything_with_a_buffer_will_do(self):
        data = sample()
        with tempfile.TemporaryFile() as file:
            file.write(data)
            file.flush()
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
                self.assertEqual(igdrom.Rom.parse(mapped).to_bytes(), data)
            # An export that was not released would make closing the map fail.
            with mmap.mmap(file.fileno(), 0) as mapped:
                self.assertEqual(igdrom.Rom.parse(mapped).to_bytes(), data)
        for buffer in (bytearray(data), memoryview(data), array.array("B", data), memoryview(bytearray(data))):
            self.assertEqual(igdrom.Rom.parse(buffer).to_bytes(), data)

    def test_a_buffer_is_let_go_of_in_the_end(self):
        data = bytearray(sample())
        rom = igdrom.Rom.parse(data)
        data.clear()
        self.assertEqual(rom.to_bytes(), sample())
        for wrong in (bytearray(b"not a ROM"), bytearray()):
            with self.assertRaises(igdrom.IgdromError):
                igdrom.Rom.parse(wrong)
            wrong.append(0)

    def test_what_is_no_contiguous_buffer_is_refused(self):
        with self.assertRaisesRegex(BufferError, "not contiguous"):
            igdrom.Rom.parse(memoryview(sample())[::2])
        for wrong in ("text", None, 5, [1, 2]):
            with self.subTest(wrong), self.assertRaises(TypeError):
                igdrom.Rom.parse(wrong)

    def test_objects_of_another_class_are_refused(self):
        with self.assertRaises(TypeError):
            _igdrom.igdrom_rom_size(igdrom.Report()._handle)
        with self.assertRaises(TypeError):
            _igdrom.igdrom_gop_best([igdrom.Report()._handle], 1)


class Threads(unittest.TestCase):
    def run_all(self, *functions):
        errors = []

        def guard(function):
            try:
                function()
            except BaseException as error:  # pylint: disable=broad-except
                errors.append(error)

        threads = [threading.Thread(target=guard, args=(f,)) for f in functions]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(errors, [])

    def test_two_threads_use_two_objects(self):
        data = {"4680": [], "9BC5": []}

        def build(device):
            for _ in range(20):
                with igdrom.RomBuilder(device_ids=[device]) as builder:
                    rom = builder.add_guest_driver().finish()
                self.assertEqual(igdrom.Rom.parse(rom)[0].device_id, int(device, 16))
                data[device].append(rom)

        self.run_all(*(lambda d=d: build(d) for d in data))
        self.assertEqual([len(set(roms)) for roms in data.values()], [1, 1])

    def test_threads_may_share_a_rom_that_one_of_them_closes(self):
        for _ in range(20):
            rom = igdrom.Rom.parse(sample())
            image = rom[1]

            def read(image=image):
                try:
                    while True:
                        self.assertEqual(image.payload(), igdrom.guest_driver())
                except igdrom.IgdromMisuseError:
                    pass

            self.run_all(read, read, rom.close)

    def test_a_shared_builder_takes_one_call_at_a_time(self):
        builder = igdrom.RomBuilder()
        drivers = [images.efi_driver(igdrom.guest_driver(), number) for number in range(8)]
        self.run_all(*(lambda d=d: builder.add_efi(d) for d in drivers))
        rom = igdrom.Rom.parse(builder.finish())
        self.assertEqual(sum(i.code_type == igdrom.CodeType.EFI for i in rom), 8)

    def test_other_threads_run_while_one_waits_for_the_library(self):
        big = images.legacy_rom(blocks=250, last=False) * 29 + images.legacy_rom(blocks=250)
        padded = DRIVERS.joinpath("testgop_plain.efi").read_bytes() + bytes(len(big))
        builders = iter([igdrom.RomBuilder().add_legacy(big) for _ in range(10)])
        calls = {
            "parse": lambda: igdrom.Rom.parse(big), "check": lambda: igdrom.check_rom(big),
            "fix": lambda: igdrom.fix_rom(big), "open": lambda: igdrom.open(big),
            "identify": lambda: igdrom.Gop.identify(padded),
            "add_legacy": lambda: igdrom.RomBuilder().add_legacy(big),
            "finish": lambda: next(builders).finish(),
        }
        for name, call in calls.items():
            with self.subTest(name):
                self.assertTrue(any(self.ticks_during(call) for _ in range(10)))

    def ticks_during(self, call):
        """How often another thread had its turn well inside a call."""
        ticks, done = [], threading.Event()

        def tick():
            while not done.wait(0.0005):
                ticks.append(time.perf_counter())

        thread = threading.Thread(target=tick)
        thread.start()
        begin = time.perf_counter()
        call()
        end = time.perf_counter()
        done.set()
        thread.join()
        margin = (end - begin) / 4
        return sum(begin + margin < t < end - margin for t in ticks)

    def test_a_bytearray_may_change_while_it_is_parsed(self):
        data = bytearray(sample())
        stop = threading.Event()

        def scribble():
            while not stop.is_set():
                for i in range(0, len(data), 97):
                    data[i] ^= 0xFF

        def parse():
            for _ in range(200):
                try:
                    igdrom.check_rom(data)
                    igdrom.Rom.parse(data)
                except igdrom.IgdromError:
                    pass
            stop.set()

        self.run_all(scribble, parse)


if __name__ == "__main__":
    unittest.main()
