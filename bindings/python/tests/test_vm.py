# SPDX-License-Identifier: BSD-2-Clause
"""Requests, plans and configurations of virtual machines."""
import json
import pathlib
import tempfile
import unittest

import igdrom
from igdrom import Status, VmFormat

COMMAND_LINE = (b"qemu-system-x86_64 -machine pc -vga none -device vfio-pci,host=00:02.0,id=gpu,bus=pci.0,"
                b"addr=0x2,romfile=/srv/igd.rom,x-igd-lpc=on -fw_cfg name=opt/igdrom/stolen-base,string=0x7b800000\n")


class Keys(unittest.TestCase):
    def test_a_plan_keeps_what_was_said_of_the_rom(self):
        rom = igdrom.Rom.parse(igdrom.RomBuilder().add_guest_driver().finish())
        keys = {"device": "9BC5", "hypervisor": "qemu", "qemu": "10.1", "firmware": "ovmf", "rom": "x.rom"}
        self.assertTrue(igdrom.plan_vm(**keys).possible)
        plan = igdrom.plan_vm(rom_image=rom, **keys)  # it has no GOP driver
        rom.close()
        self.assertEqual((plan.possible, plan.request.plan().refusal), (False, plan.refusal))
        with self.assertRaises(igdrom.IgdromMisuseError) as caught:
            plan.write()
        self.assertIn(plan.refusal, str(caught.exception))

    def test_each_key_has_a_name_a_help_and_values(self):
        keys = igdrom.vm_request_keys()
        self.assertEqual(len({key.name for key in keys}), len(keys))
        self.assertTrue({"device", "hypervisor", "qemu", "firmware", "machine", "rom"} <= {key.name for key in keys})
        for key in keys:
            self.assertRegex(key.name, "^[a-z][a-z_]*$")
            self.assertTrue(key.help and key.values)

    def test_formats_have_names(self):
        self.assertEqual([igdrom.vm_format_name(one) for one in VmFormat],
                         ["unknown", "pve", "qm", "qemu", "libvirt", "unraid"])


class Request(unittest.TestCase):
    def test_values_come_back_in_normal_form(self):
        request = igdrom.VmRequest(device="8086:4680", host_address="00:02.0", memory="8G", qemu="10.1.2")
        self.assertEqual(dict(request), {"device": "4680", "host_address": "0000:00:02.0", "memory": "8192",
                                         "qemu": "10.1.2"})
        self.assertEqual(len(request), 4)
        self.assertIn("device='4680'", repr(request))

    def test_numbers_have_the_digits_of_their_key(self):
        request = igdrom.VmRequest(device=0x4680, lpc_id=0x7a84, stolen_base=0x7b800000, memory=4096, gms=16,
                                   disable_vga=False)
        self.assertEqual(dict(request), {"device": "4680", "lpc_id": "7A84", "stolen_base": "0x7b800000",
                                         "memory": "4096", "gms": "0x10", "disable_vga": "no"})
        self.assertEqual(igdrom.VmRequest(device=igdrom.lookup(0x9bc5))["device"], "9BC5")
        with self.assertRaises(TypeError):
            igdrom.VmRequest(qemu=10.1)

    def test_what_is_said_can_be_taken_back(self):
        request = igdrom.VmRequest(device="4680", guest=None)
        self.assertNotIn("guest", request)
        del request["device"]
        self.assertEqual(len(request), 0)
        with self.assertRaises(KeyError):
            del request["device"]
        with self.assertRaises(KeyError):
            request["no such key"]

    def test_a_wrong_key_and_a_wrong_value_are_told(self):
        with self.assertRaises(igdrom.IgdromMissingError) as caught:
            igdrom.VmRequest(devcie="4680")
        self.assertEqual([f.code for f in caught.exception.findings], ["vm-key-unknown"])
        with self.assertRaises(igdrom.IgdromMisuseError) as caught:
            igdrom.VmRequest(firmware="coreboot")
        self.assertEqual(caught.exception.findings[0].args["values"], "ovmf | seabios")
        self.assertIsInstance(caught.exception, ValueError)

    def test_documents_are_written_and_read_back(self):
        request = igdrom.VmRequest(device="4680", qemu="10.1", stolen_base=0x7b800000)
        document = json.loads(request.to_json())
        self.assertEqual((document["schema"], document["device"], document["guest"]), (1, "4680", None))
        self.assertEqual(dict(igdrom.VmRequest.from_json(request.to_json().encode())), dict(request))

    def test_documents_may_hold_flags_and_decimal_numbers(self):
        request = igdrom.VmRequest.from_json(b'{"memory": 4096, "disable_vga": true, "address_width": 39, "rom": null}')
        self.assertEqual(dict(request), {"memory": "4096", "disable_vga": "yes", "address_width": "39"})

    def test_documents_that_say_something_else_are_refused(self):
        for text, code, offset in [
                (b"", "vm-facts-broken", 0), (b"[]", "vm-facts-broken", 0), (b'{"device": ', "vm-facts-broken", None),
                (b'{"gms": 10}', "vm-facts-type", None), (b'{"qemu": 10.1}', "vm-facts-type", None),
                (b'{"device": ["4680"]}', "vm-facts-type", None), (b'{"devcie": "4680"}', "vm-key-unknown", None),
                (b'{"memory": -1}', "vm-facts-type", None), (b'{"firmware": "bios"}', "vm-value-bad", None)]:
            with self.assertRaises(igdrom.IgdromError, msg=text) as caught:
                igdrom.VmRequest.from_json(text, file="facts.json")
            self.assertEqual(caught.exception.findings[-1].code, code, text)
            self.assertEqual(caught.exception.findings[-1].file, "facts.json")
            if offset is not None:
                self.assertEqual(caught.exception.offset, offset)
        # One wrong key does not hide the next.
        with self.assertRaises(igdrom.IgdromDataError) as caught:
            igdrom.VmRequest.from_json(b'{"devcie": "4680", "firmware": "bios"}')
        self.assertEqual([f.code for f in caught.exception.findings], ["vm-key-unknown", "vm-value-bad"])


class Config(unittest.TestCase):
    def test_a_command_line_is_read(self):
        config = igdrom.VmConfig.read(COMMAND_LINE)
        self.assertEqual((config.format, config.machine, config.display), (VmFormat.QEMU, "i440fx", "none"))
        device, = config.devices
        self.assertEqual((device.id, device.host, device.guest, device.rom_file),
                         ("gpu", "0000:00:02.0", "0000:00:02.0", "/srv/igd.rom"))
        self.assertEqual(device.properties, {"x-igd-lpc": "on"})
        self.assertEqual(config.fw_cfg, {"opt/igdrom/stolen-base": "0x7b800000"})
        self.assertIsNone(config.address_width)

    def test_its_document_has_every_key(self):
        document = json.loads(igdrom.VmConfig.read(COMMAND_LINE, format="qemu").to_json())
        self.assertEqual((document["format"], document["machine"], document["address_width"]), ("qemu", "i440fx", None))
        self.assertEqual(document["devices"][0]["properties"], {"x-igd-lpc": True})
        self.assertEqual(document["devices"][0]["mdev"], None)
        self.assertEqual(document["fw_cfg"], [{"name": "opt/igdrom/stolen-base", "string": "0x7b800000"}])

    def test_other_text_is_refused(self):
        with self.assertRaises(igdrom.IgdromMissingError):
            igdrom.VmConfig.read(b"once upon a time")
        with self.assertRaises(ValueError):
            igdrom.VmConfig.read(COMMAND_LINE, format="vmware")

    def test_a_file_is_read(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "run.sh")
            path.write_bytes(COMMAND_LINE)
            self.assertEqual(len(igdrom.VmConfig.from_file(path).devices), 1)


class Check(unittest.TestCase):
    def setUp(self):
        self.config = igdrom.VmConfig.read(COMMAND_LINE, file="run.sh")

    def test_a_property_that_this_qemu_does_not_know_is_an_error(self):
        report = self.config.check(igdrom.VmRequest(device="4680", qemu="9.2"))
        self.assertFalse(report.ok)
        finding, = [f for f in report if f.code == "vm-check-property-unknown"]
        self.assertEqual((finding.args["property"], finding.file), ("x-igd-lpc", "run.sh"))
        self.assertEqual(COMMAND_LINE[finding.offset:][:9], b"x-igd-lpc")

    def test_an_upgrade_tells_what_becomes_better(self):
        request = igdrom.VmRequest(device="4680", qemu="9.2")
        upgrade = self.config.check_upgrade(request, "10.1")
        self.assertIn("vm-upgrade-gone", [f.code for f in upgrade])
        document = json.loads(self.config.check_to_json(request, self.config.check(request), upgrade, "10.1"))
        self.assertEqual((document["worst"], document["machine"], document["request"]["qemu"]),
                         ("error", "i440fx", "9.2"))
        self.assertEqual((document["upgrade"]["from"], document["upgrade"]["qemu"]), ("9.2", "10.1"))
        self.assertEqual(len(document["upgrade"]["findings"]), len(upgrade))
        self.assertIsNone(json.loads(self.config.check_to_json(request, upgrade))["upgrade"])

    def test_what_must_be_said_is_asked_for(self):
        with self.assertRaises(igdrom.IgdromMisuseError) as caught:
            self.config.check(igdrom.VmRequest())
        self.assertEqual([f.code for f in caught.exception.findings], ["vm-ask-device", "vm-ask-qemu"])
        with self.assertRaises(igdrom.IgdromMisuseError):
            self.config.check_upgrade(igdrom.VmRequest(device="4680", qemu="9.2"), "ten")


class Plan(unittest.TestCase):
    def test_what_is_possible_comes_with_reasons(self):
        plan = igdrom.plan_vm(device="4680", hypervisor="qemu", qemu="10.1", firmware="ovmf")
        self.assertTrue(plan.possible and plan.boot_picture)
        self.assertEqual((plan.qemu, plan.want, plan.refusal, plan.refusal_rule, plan.refusal_source),
                         ("10.1", "boot-picture", None, None, None))
        self.assertEqual(plan.config.devices[0].properties, {"x-igd-lpc": "on"})
        self.assertIn("x-igd-lpc=on", [reason.subject for reason in plan.reasons])
        self.assertTrue(all(reason.text and reason.source and reason.rule for reason in plan.reasons))
        self.assertIn("10.1", repr(plan))

    def test_what_it_writes_is_read_back_and_found_good(self):
        plan = igdrom.plan_vm(device="4680", hypervisor="qemu", qemu="10.1", firmware="ovmf")
        written = plan.write()
        self.assertTrue(written.report.ok)
        config = igdrom.VmConfig.read(written.data)
        self.assertEqual(config.devices[0].properties, plan.config.devices[0].properties)
        self.assertTrue(config.check(plan.request).ok)
        self.assertEqual(plan.write("qemu", written.data).data, written.data)
        self.assertEqual(json.loads(plan.to_json())["text"], str(written))
        document = json.loads(written.to_json("run.sh", True))
        self.assertEqual((document["file"], document["changed"], document["format"], document["text"]),
                         ("run.sh", True, "qemu", str(written)))
        self.assertIsNone(json.loads(written.to_json())["changed"])

    def test_the_configuration_outlives_the_plan(self):
        config = igdrom.plan_vm(device="4680", hypervisor="qemu", qemu="10.1", firmware="ovmf").config
        self.assertEqual(config.machine, "i440fx")

    def test_a_refusal_is_an_answer(self):
        plan = igdrom.plan_vm(device="4680", hypervisor="qemu", qemu="9.2", firmware="ovmf")
        self.assertFalse(plan.possible or plan.boot_picture)
        self.assertIn("10.0", plan.refusal)
        self.assertIsNone(plan.config)
        self.assertEqual(plan.reasons, ())
        self.assertIn(plan.refusal_rule, repr(plan))
        self.assertTrue(plan.refusal_source)
        with self.assertRaises(igdrom.IgdromMisuseError):
            plan.write()

    def test_a_later_change_of_the_request_does_not_change_the_plan(self):
        request = igdrom.VmRequest(device="4680", hypervisor="qemu", qemu="10.1", firmware="ovmf")
        plan = request.plan()
        request["qemu"] = "9.2"
        self.assertEqual(json.loads(plan.to_json())["request"]["qemu"], "10.1")

    def test_the_plan_follows_what_is_in_the_rom(self):
        with igdrom.RomBuilder() as builder:
            rom = igdrom.Rom.parse(builder.add_guest_driver().finish())
        plan = igdrom.plan_vm(device="4680", hypervisor="qemu", qemu="10.1", firmware="ovmf", rom_image=rom)
        self.assertIn("GOP", plan.refusal)
        plan.request.set_rom(None)

    def test_an_existing_machine_says_what_the_request_does_not(self):
        config = igdrom.VmConfig.read(b"bios: ovmf\nmemory: 8192\nhostpci0: 0000:00:02.0,romfile=a.rom\n", file="100.conf")
        request = igdrom.VmRequest(device="4680", qemu="10.1", memory="4096")
        request.fill(config)
        self.assertEqual(dict(request.items()), {
            "device": "4680", "qemu": "10.1", "memory": "4096", "hypervisor": "pve", "firmware": "ovmf", "vm": "100",
            "machine": "i440fx", "rom": "/usr/share/kvm/a.rom"})

    def test_what_must_be_said_is_asked_for_all_at_once(self):
        with self.assertRaises(igdrom.IgdromMisuseError) as caught:
            igdrom.plan_vm()
        self.assertEqual(caught.exception.code, Status.E_INVAL)
        self.assertEqual([f.code for f in caught.exception.findings],
                         ["vm-ask-device", "vm-ask-hypervisor", "vm-ask-qemu", "vm-ask-firmware"])


class Explain(unittest.TestCase):
    LOG = (b"kvm: info: OpRegion detected on Intel display 4680.\n"
           b"kvm: IGD device 0000:00:02.0 is unsupported in legacy mode, try SandyBridge or newer\n")

    def test_each_known_line_is_a_finding_at_its_offset(self):
        report = igdrom.explain_log(self.LOG, file="task.log")
        self.assertEqual([(f.code, f.offset, f.file) for f in report],
                         [("log-igd-opregion", 0, "task.log"), ("log-igd-unsupported", 52, "task.log")])
        self.assertEqual(report[0].severity, igdrom.Severity.INFO)
        self.assertEqual(report.worst, igdrom.Severity.ERROR)

    def test_its_document_shows_the_lines(self):
        log = b"\nhello\n" + self.LOG + self.LOG
        document = json.loads(igdrom.explained_to_json(log, igdrom.explain_log(log)))
        self.assertEqual((document["line_count"], document["known_count"], document["worst"]), (5, 4, "error"))
        self.assertEqual([(line["line"], line["offset"], line["more"], line["severity"]) for line in document["lines"]],
                         [(3, 7, 1, "info"), (4, 59, 1, "error")])
        self.assertEqual(document["lines"][0]["text"], "kvm: info: OpRegion detected on Intel display 4680.")
        self.assertTrue(document["lines"][1]["cause"])

    def test_the_request_narrows_causes(self):
        report = igdrom.explain_log(memoryview(self.LOG), igdrom.VmRequest(qemu="10.0"))
        self.assertEqual(report[1].code, "log-igd-unsupported-10-0")

    def test_limits_hold(self):
        with self.assertRaises(igdrom.IgdromError) as caught:
            igdrom.explain_log(self.LOG, limits=igdrom.Limits(input_bytes=16))
        self.assertEqual(caught.exception.code, Status.E_LIMIT)


if __name__ == "__main__":
    unittest.main()
