# SPDX-License-Identifier: BSD-2-Clause
"""Devices, limits, reports, exceptions: what needs no file."""
import errno
import json
import pickle
import unittest

import igdrom
from igdrom import _errors, _igdrom
from igdrom._enums import STATUS_GROUPS, Limit


class Devices(unittest.TestCase):
    def test_an_id_is_found_in_every_spelling(self):
        for spelling in (0x4680, "4680", "0x4680", "8086:4680", igdrom.lookup(0x4680)):
            self.assertEqual(igdrom.lookup(spelling).id, 0x4680)

    def test_a_row_says_what_the_tables_say(self):
        device = igdrom.lookup("4680")
        self.assertEqual(device.platform, "ADLS")
        self.assertIs(device.kind, igdrom.DeviceKind.IGD)
        self.assertIs(device.needs_lpc, True)
        self.assertEqual(device.min_qemu, "10.0")
        self.assertIs(device.stolen_family, igdrom.StolenFamily.GEN9)
        self.assertIs(device.bdsm_kind, igdrom.BdsmKind.BDSM_64_C0)
        self.assertEqual(device.stolen_size(0x0200), 64 << 20)  # GMS 2 x 32 MiB
        self.assertEqual(repr(device), "<igdrom.Device 8086:4680 Alder Lake-S>")

    def test_every_attribute_of_every_row_can_be_read(self):
        names = [n for n, p in vars(igdrom.Device).items() if isinstance(p, property)]
        self.assertGreater(len(names), 25)
        for device in igdrom.devices():
            for name in names:
                getattr(device, name)

    def test_rows_ascend(self):
        ids = [d.id for d in igdrom.devices()]
        self.assertEqual(ids, sorted(set(ids)))
        self.assertGreater(len(ids), 300)

    def test_unknown_ids_are_missing(self):
        with self.assertRaises(igdrom.IgdromMissingError) as caught:
            igdrom.lookup(0x1234)
        self.assertEqual(str(caught.exception), "device 1234: not found")
        self.assertIs(caught.exception.code, igdrom.Status.E_NOT_FOUND)

    def test_what_is_no_id_is_refused_and_never_cut_to_fit(self):
        for wrong, error in (("xx", igdrom.IgdromMisuseError), ("46\0", ValueError), (0x14680, OverflowError),
                             (-1, OverflowError), (1.5, TypeError), (None, TypeError), (b"4680", TypeError)):
            with self.subTest(wrong), self.assertRaises(error):
                igdrom.lookup(wrong)

    def test_families_are_listed_and_named_by_devices(self):
        names = {f.name for f in igdrom.gop_families()}
        self.assertIn(igdrom.lookup("4680").gop_family, names)
        for family in igdrom.gop_families():
            self.assertTrue(family.source and family.platforms and family.evidence)
            self.assertTrue(family.versions is None or family.versions)
            self.assertTrue(family.coverage is None or family.coverage)
            self.assertTrue(family.gate_note is None or family.gate_note)
            self.assertEqual(igdrom.gop_family(family.name).source, family.source)
            self.assertEqual(repr(family), f"<igdrom.GopFamily {family.name}>")

        with self.assertRaises(KeyError):
            igdrom.gop_family("gop0")

    def test_json_has_the_ids(self):
        self.assertEqual(json.loads(igdrom.lookup("4680").to_json())["device_id"], "4680")
        rows = [igdrom.lookup("9bc5"), igdrom.lookup("4680")]
        self.assertEqual([d["device_id"] for d in json.loads(igdrom.devices_json(rows))["devices"]], ["9BC5", "4680"])
        with self.assertRaises(TypeError):
            _igdrom.igdrom_devices_to_json([rows[0]], None)

    def test_devices_compare_by_id(self):
        self.assertEqual(len({igdrom.lookup("4680"), igdrom.lookup(0x4680), igdrom.lookup("9bc5")}), 2)


class Limits(unittest.TestCase):
    def test_each_cap_has_a_name(self):
        for which in Limit:
            self.assertEqual(getattr(igdrom.Limits(**{which.name.lower(): 7}), which.name.lower()), 7)

    def test_what_is_left_out_has_the_default(self):
        self.assertEqual(igdrom.Limits(depth=3).input_bytes, 256 << 20)

    def test_caps_must_be_numbers_above_zero(self):
        with self.assertRaisesRegex(ValueError, "^depth=0: "):
            igdrom.Limits(depth=0)
        with self.assertRaises(OverflowError):
            igdrom.Limits(nodes=-1)
        with self.assertRaises(OverflowError):
            igdrom.Limits(nodes=1 << 64)
        with self.assertRaises(TypeError):
            igdrom.Limits(nodes="many")

    def test_progress_can_be_told_by_the_caller(self):
        told = []
        limits = igdrom.Limits(progress=lambda done, total: told.append((done, total)) or done < 3)
        self.assertEqual([limits.go_on(i, 5) for i in (1, 2, 3)], [True, True, False])
        self.assertEqual(told, [(1, 5), (2, 5), (3, 5)])
        self.assertTrue(igdrom.Limits().go_on(1, 2))
        with self.assertRaises(ZeroDivisionError):
            igdrom.Limits(progress=lambda done, total: 1 // 0).go_on(1, 2)


class Reports(unittest.TestCase):
    def test_a_finding_has_its_words_arguments_and_file(self):
        report = igdrom.Report("a.rom")
        report.add("input-too-large", 300, 256, offset=16)
        (finding,) = report
        self.assertIs(finding.severity, igdrom.Severity.ERROR)
        self.assertEqual((finding.code, finding.offset, finding.file), ("input-too-large", 16, "a.rom"))
        self.assertEqual(finding.args, {"size": 300, "limit": 256})
        self.assertIn("300 bytes", finding.text)
        self.assertTrue(str(finding).startswith("error input-too-large at 0x10: "))
        self.assertFalse(report.ok)
        self.assertEqual(report[-1:], (finding,))

    def test_text_crosses_as_utf8(self):
        report = igdrom.Report("显卡.rom")
        report.add("file-unreadable", "固件.bin", "没有")
        self.assertEqual(report[0].args, {"path": "固件.bin", "reason": "没有"})
        self.assertEqual(report[0].file, "显卡.rom")
        self.assertEqual(json.loads(report.to_json())["findings"][0]["args"]["path"], "固件.bin")

    def test_findings_beyond_the_cap_are_counted(self):
        report = igdrom.Report()
        for _ in range(3):
            report.add("input-empty")
        self.assertEqual((len(report), report.dropped, report.worst), (3, 0, igdrom.Severity.ERROR))
        self.assertIsNone(report[0].offset)

    def test_an_empty_report_is_fine(self):
        report = igdrom.Report()
        self.assertTrue(report.ok)
        self.assertEqual(report.findings, ())
        self.assertEqual(repr(report), "<igdrom.Report of 0 findings, worst INFO>")

    def test_wrong_codes_and_arguments_are_refused(self):
        report = igdrom.Report()
        with self.assertRaises(igdrom.IgdromMissingError):
            report.add("no-such-code")
        with self.assertRaises(igdrom.IgdromMisuseError):
            report.add("input-too-large", 1)
        with self.assertRaises(TypeError):
            report.add("input-too-large", 1, None)
        self.assertEqual(len(report), 0)

    def test_a_pickled_report_keeps_its_findings(self):
        report = igdrom.Report()
        report.add("input-empty")
        copy = pickle.loads(pickle.dumps(report))
        self.assertEqual(copy.findings, report.findings)
        self.assertIs(copy.worst, igdrom.Severity.ERROR)
        with self.assertRaises(TypeError):
            copy.to_json()


class Errors(unittest.TestCase):
    def test_each_status_raises_the_class_of_its_group(self):
        for code, group in STATUS_GROUPS.items():
            if code is igdrom.Status.OK:
                continue
            error = _errors.from_status(code)
            self.assertEqual(type(error).__name__, f"Igdrom{group.title()}Error")
            self.assertIn(_igdrom.igdrom_strerror(code), str(error))
            self.assertIn(f"IGDROM_{code.name}", repr(error))

    def test_classes_join_those_of_python(self):
        misuse = _errors.from_status(igdrom.Status.E_INVAL)
        self.assertIsInstance(misuse, ValueError)
        failed = _errors.from_status(igdrom.Status.E_ACCESS)
        self.assertIsInstance(failed, OSError)
        self.assertEqual(failed.errno, errno.EACCES)
        self.assertIsNone(failed.filename)

    def test_every_environment_code_has_an_errno(self):
        for code, group in STATUS_GROUPS.items():
            if group == "ENVIRONMENT":
                self.assertGreater(_errors.from_status(code).errno, 0)

    def test_an_error_has_code_offset_findings_and_json(self):
        report = igdrom.Report("big.rom")
        report.add("input-too-large", 300, 256, offset=0)
        error = igdrom.IgdromDataError(igdrom.Status.E_LIMIT, "big.rom", report)
        self.assertEqual((error.code, error.offset, error.findings), (igdrom.Status.E_LIMIT, 0, report.findings))
        self.assertRegex(str(error), r"^big\.rom: a limit was exceeded \(offset 0x0\): The file has 300 bytes")
        document = json.loads(error.to_json("big.rom"))
        self.assertEqual(document["error"]["file"], "big.rom")
        self.assertEqual(document["error"]["offset"], 0)
        self.assertEqual(len(document["findings"]), 1)

    def test_a_mistake_is_told_with_what_would_be_right(self):
        for call, kind, words in (
                (lambda: igdrom.lookup("xyz"), igdrom.IgdromMisuseError, "'xyz'.*as in 4680 or 8086:4680"),
                (lambda: igdrom.lookup(None), TypeError, "a number or text .*, not 'NoneType'"),
                (lambda: igdrom.open("BIOS.zip"), TypeError, "data: bytes are needed, not 'str'; of a file give its content"),
                (lambda: igdrom.RomBuilder().finish(), igdrom.IgdromMisuseError, "Nothing was added"),
                (lambda: igdrom.VmConfig.read(b"a: b", format="xen"), ValueError, "'xen'.*pve, qm, qemu, libvirt, unraid"),
                (lambda: igdrom.ffs_file(7, [], guid="x"), igdrom.IgdromMisuseError, "GUID x.*hex digits")):
            with self.subTest(words), self.assertRaisesRegex(kind, words):
                call()

    def test_an_error_can_be_pickled(self):
        for code in (igdrom.Status.E_CORRUPT, igdrom.Status.E_IO, igdrom.Status.E_STATE):
            report = igdrom.Report()
            report.add("input-empty")
            error = _errors.from_status(code)
            error.subject, error.report = "x", report
            copy = pickle.loads(pickle.dumps(error))
            self.assertIs(type(copy), type(error))
            self.assertEqual((copy.code, str(copy), copy.findings), (code, str(error), error.findings))


if __name__ == "__main__":
    unittest.main()
