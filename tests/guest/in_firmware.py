# SPDX-License-Identifier: BSD-2-Clause
"""Boot tests with our driver, and the ROM that it takes GOPs and the VBT from, inside OVMF: cases of run.py."""
import pathlib
import struct
import tempfile

import boot
import cases
import proxy
from check import (DESKTOP, MOBILE, NOBODY, TEST, assign, boot_played, built_firmware, built_rom, check_log, check_pass, efi,
                   entries, gop, gop_lines, has, need, payload_of, plain_rom, started)
from opregion import opregion, vbt


def case_assigns_from_within_the_firmware():
    """There is no option ROM: the drivers are files of OVMF's volume, which Secure Boot lets run."""
    table = vbt(4300)
    for secure in filter(boot.is_there, (False, True, boot.SMALL_SECURE)):
        with tempfile.TemporaryDirectory() as folder:
            firmware = built_firmware(folder, efi("fake"), "guest", efi("verify"), secure=secure)
            run = assign(cases.FEW_DEVICES, opregion(mailbox4=table), None, table, secure=secure, firmware=firmware)
        check_pass(run)
        need(has(run, r"stolen at=0000:00:02.0 base=.*"), "stolen memory is logged", run)


def case_sets_up_a_device_from_within_the_firmware():
    """Our driver starts long before there is a PCI device, and sets up the one that comes: its ROM has
    nothing but what ends the run."""
    region = opregion(mailbox4=vbt(4300))

    def look(run, device, memory):
        asls, base = device.read(0xFC, 4), device.read(0xC0, 8)
        need(asls and proxy.peek(memory, asls, len(region)) == region, "OpRegion in guest memory", run)
        need(base and not any(proxy.peek(memory, base, 64 << 20)), "64 MiB of zeros at BDSM", run)

    with tempfile.TemporaryDirectory() as folder:
        firmware = built_firmware(folder, "guest")
        run, _ = boot_played(plain_rom("end"), 0x4680, 0x0200, region, look, firmware=firmware)
    check_pass(run)


def vbt_file(folder, table):
    file = pathlib.Path(folder) / "vbt"
    file.write_bytes(table)
    return f"vbt={file}"


def inside(rom, device, *, files=None, region=None, **options):
    """No option ROM: devices, our driver, what it finds beside it, and what connects drivers, all in the volume."""
    files = {TEST + "devices": device, **({"etc/igd-opregion": region} if region else {}), **(files or {})}
    with tempfile.TemporaryDirectory() as folder:
        firmware = built_firmware(folder, efi("fake"), "guest", *([rom] if rom else []), efi("connect"),
                                  code=boot.FIRMWARE[options.get("secure", False)][0])
        run = boot.boot([], fw_cfg=files, firmware=firmware, **options)
    check_log(run)
    return run


GOPS = ["gop=" + gop(name) for name in ("plain", "old", "newer")]


def check_choice(secure, *rows):
    """(device, versions that are started) of each boot."""
    region = opregion(mailbox4=vbt(4300))
    rom = built_rom("plain", "guest", *GOPS)
    for device, expected in rows:
        run = inside(rom, device, region=region, secure=secure)
        need(entries(run) == expected, f"these are started: {expected}", run)
        need(has(run, f"volume size=0x{len(rom):X}"), "where it was found", run)
        if expected:
            need(has(run, "gop-started at=0000:00:02.0 image=. status=0x0"), "its status is logged", run)
            need([line for line in gop_lines(run) if "start status" in line], "firmware connects it", run)
            need(has(run, "vbt .* name=.VBT_UNIT_TEST .*"), "the host's VBT reaches it", run)
        else:
            need(has(run, "gop-no-match at=0000:00:02.0 id=1912 gops=3"), "no match is logged", run)


CHOICES = ((DESKTOP, ["17.0.1087"]), (MOBILE, ["10.0.1037"]), (NOBODY, []))


def case_starts_the_gop_for_the_device_from_within_the_firmware():
    check_choice(False, *CHOICES)
    if boot.is_there(boot.SMALL):
        check_choice(boot.SMALL, CHOICES[1])


def case_starts_the_gop_from_within_the_firmware_with_secure_boot():
    """Enforced: a driver without a signature runs because it is firmware's own."""
    check_choice(True, *CHOICES)
    if boot.is_there(boot.SMALL_SECURE):
        check_choice(boot.SMALL_SECURE, CHOICES[1])


def case_answers_the_lpc_check_from_within_the_firmware():
    rom = built_rom("plain", "guest", "gop=" + gop("plain"))
    named = built_rom("plain", "lpc-id=7A84", "guest", "gop=" + gop("plain"))
    region = opregion(mailbox4=vbt(4300))
    host = {"opt/igdrom/lpc-id": b"0x7A84"}
    for data, files, secure, seen in ((rom, host, False, "7A84"), (named, {}, True, "7A84"), (rom, {}, False, "2918")):
        run = inside(data, DESKTOP, files=files, region=region, machine="q35", secure=secure)
        need([lpc for _, lpc in started(run)] == [seen], f"the GOP sees bridge {seen}", run)
        need(has(run, "lpc-answered .* host=7A84") == (seen == "7A84"), "the answer is logged", run)


def case_serves_the_vbt_from_within_the_firmware():
    """Where the host hands no OpRegion over; its OpRegion wins when it does."""
    table = vbt(8666, "THREE")
    with tempfile.TemporaryDirectory() as folder:
        rom = built_rom("plain", "guest", vbt_file(folder, table), "gop=" + gop("old"))
    for secure in (False, True):
        run = inside(rom, MOBILE, secure=secure)
        need(has(run, r"opregion-composed at=0000:00:02.0 address=0x\w+ size=0x\w+ image=2"), "one is made", run)
        begin = f"testgop: start status=0x0 policy=1 vbt={len(table)} vbt-ok=1"
        need(any(line.startswith(begin) for line in gop_lines(run)), "the GOP gets it whole", run)
    run = inside(rom, MOBILE, region=opregion(mailbox4=vbt(4300)))
    need(has(run, "vbt .* name=.VBT_UNIT_TEST .*") and not has(run, "opregion-composed .*"), "the host's wins", run)


def case_goes_on_when_the_rom_in_the_firmware_is_damaged():
    """No ROM, half of one, one whose best GOP is damaged: all is logged, and the device is set up."""
    rom = built_rom("plain", "guest", "gop=" + gop("newer"), "gop=" + gop("plain"))
    broken = bytearray(rom)
    broken[payload_of(rom, 1) + 3000] ^= 1
    endless = bytearray(rom)
    struct.pack_into("<H", endless, struct.unpack_from("<H", rom, 0x18)[0] + 0x10, 0xFFFF)
    region = opregion(mailbox4=vbt(4300))
    for data, line, expected in ((b"no ROM at all", "volume-damaged size=0xD status=0x0", []),
                                 (rom[:len(rom) // 2], "volume-damaged size=.*", []),
                                 (bytes(endless), "volume-damaged size=.*", []),
                                 (bytes(broken), "gop-damaged image=1 reason=checksum", ["17.0.1077"]),
                                 (None, "policy .*", [])):
        run = inside(data, DESKTOP, region=region)
        check_pass(run)
        need(has(run, line) and entries(run) == expected, f"{line!r}, {expected}", run)
        need(len([True for text in run.log() if text.startswith("volume")]) == (data is not None), "said once", run)
        need(has(run, "stolen at=0000:00:02.0 .*"), "stolen memory is set up", run)


def case_a_rom_goes_before_the_firmware():
    """The GPU's ROM is for one virtual machine, the firmware for many; what the ROM lacks comes from the firmware."""
    mine = built_rom("plain", "guest", *GOPS)
    region = opregion(mailbox4=vbt(4300))
    end = rb"^testgop: start .*\n"
    for rom, version in ((built_rom("guest", "gop=" + gop("plain")), "17.0.1077"), (built_rom("guest"), "17.0.1087"),
                         (built_rom("guest", "gop=" + gop("old")), "17.0.1087"), (plain_rom("one"), "17.0.1087")):
        with tempfile.TemporaryDirectory() as folder:
            firmware = built_firmware(folder, "guest", mine)
            run, _ = boot_played(rom, 0x4680, 0x0200, region, firmware=firmware, until=end)
        check_log(run)
        need(entries(run) == [version], f"{version} is started", run)
        mine_is_left = version == "17.0.1077"
        need(has(run, "gop-left at=0000:00:02.0 image=1 version=17.0.1077") == mine_is_left, "what is left to the ROM", run)
        need(has(run, "volume size=.*") != mine_is_left, "where it was found", run)


def case_a_gop_from_the_firmware_starts_on_the_real_bus():
    """The GPU that we play has no ROM of ours, and the host hands no OpRegion over."""
    table = vbt(6144, "BROXTON")
    with tempfile.TemporaryDirectory() as folder:
        rom = built_rom("plain", "guest", vbt_file(folder, table), *GOPS)

    def look(run, device, memory):
        asls = device.read(0xFC, 4)
        need(asls and proxy.peek(memory, asls, 16) == b"IntelGraphicsMem", "an OpRegion in guest memory", run)

    for secure in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            firmware = built_firmware(folder, "guest", rom, secure=secure)
            run, device = boot_played(plain_rom("one"), 0x5A85, 0x0100, None, look, firmware=firmware,
                                      until=rb"^testgop: start .*\n", **({} if not secure else {"secure": True}))
        check_log(run)
        need(gop_lines(run) == ["testgop: entry version=10.0.1037 ids=2", "testgop: start status=0x0 policy=1 "
                                "vbt=6144 vbt-ok=1 lid=0x8000000000000003 lpc=0000"], "GOP's Start()", run)
        need(device.read(0x5C, 4) and not device.read(0xC0, 8), "the base is in the 32-bit register", run)
