#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Boot tests: each case_NAME() is the test guest.NAME.

Usage: run.py BUILD_DIR CASE...
"""
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

import boot
import cases
import in_firmware
import oprom
import proxy
from check import (BUILD, DESKTOP, HERE, MOBILE, NOBODY, TEST, Failure, assign, boot_played, built_rom, cannot_run,
                   check_log, check_pass, choose, driver, efi, entries, gop, gop_lines, has, need, payload_of, plain_rom,
                   started)
from opregion import corrected, opregion, vbt


def image_lines(run):
    return [line for line in run.lines if line.startswith("check: image ")]


def case_starts_every_image_of_a_rom():
    """Ids and class of another device do not matter to OVMF; images of type F0h are passed over."""
    rom = oprom.rom([oprom.image(driver("one")),
                     oprom.image(driver("two"), code_type=oprom.DATA),
                     oprom.image(driver("three"), vendor=0x1002, device=0x4680, class_code=0x020000),
                     oprom.image(driver("one"), subsystem=10),
                     oprom.image(driver("two"), pcir_length=0x18),
                     oprom.image(driver("end"), last=True),
                     oprom.image(driver("three"))])
    run = boot.boot(rom)
    check_pass(run)
    need(image_lines(run) == ["check: image one", "check: image three", "check: image two"],
         "these images run, in this order", run)


def case_starts_every_image_that_the_library_builds():
    """Plain and compressed, several and one alone that is padded to be seen at all."""
    words = ["efi=" + efi(name) for name in ("one", "two", "three", "end")]
    plain, packed = built_rom("plain", *words), built_rom(*words)
    lone = built_rom("efi=" + efi("one"))
    if not (len(lone) == 4096 and len(packed) < len(plain)):
        raise Failure(f"ROMs of {len(lone)}, {len(packed)} and {len(plain)} bytes are no such test")
    for first, second in ((lone, plain), (lone, packed)):
        run = boot.boot([first, second])
        check_pass(run)
        need(image_lines(run) == [f"check: image {name}" for name in ("one", "one", "two", "three")],
             "all images run, in this order", run)


def case_a_gop_finds_policy_and_vbt():
    """The ROM of a user, guest driver and GOP, between our ROMs: GOP's Start() up to the LPC gate."""
    table = vbt(8607, "TIGERLAKE", right=False)
    files = {TEST + "devices": cases.row(0x4680, 0x0200), "etc/igd-opregion": opregion(0x0201, extended=table)}
    begin = "testgop: start status=0x{} policy=1 vbt=8607 vbt-ok=1 lid=0x8000000000000003 lpc={}"
    for machine, user, end in (("pc", gop("plain"), ("8000000000000007", "FFFF")),
                               ("q35", efi("gop_q35"), ("0", "2918"))):
        run = boot.boot([plain_rom("fake"), built_rom("guest", "gop=" + user), plain_rom("connect")],
                        machine=machine, fw_cfg=files)
        check_pass(run)
        lines = gop_lines(run)
        need(lines[:1] == ["testgop: entry version=17.0.1077 ids=7"] and begin.format(*end) in lines,
             f"a line {begin.format(*end)!r}", run)


def case_starts_the_one_gop_for_the_device():
    """The highest version of those that list it, wherever it stands; plain and compressed; none when none does."""
    words = ["guest"] + ["gop=" + gop(name) for name in ("plain", "old", "newer", "bridge")]
    for device, packed, expected in ((DESKTOP, [], ["17.0.1087"]), (MOBILE, ["plain"], ["10.0.1037"]),
                                     (NOBODY, [], [])):
        run = choose(built_rom(*packed, *words), device)
        need(entries(run) == expected, f"these are started: {expected}", run)
        if expected:
            need(has(run, f"gop at=0000:00:02.0 image=. version={expected[0]} size=.*"), "it is named", run)
            need(has(run, "gop-started at=0000:00:02.0 image=. status=0x0"), "its status is logged", run)
            need([line for line in gop_lines(run) if "start status" in line], "firmware connects it", run)
        else:
            need(has(run, "gop-no-match at=0000:00:02.0 id=1912 gops=4"), "no match is logged", run)
            need(has(run, "gop-aboard image=2 version=10.0.1037 ids=2 first=5A85"), "what is aboard", run)


def case_starts_the_gop_that_the_configuration_asks_for():
    words = ["guest"] + ["gop=" + gop(name) for name in ("plain", "old", "newer")]
    for wanted, expected in ((b"17.0.1077", ["17.0.1077"]), (b"10.0.1037\n", ["10.0.1037"]), (b"off", []),
                             (b"17.0.10777", [])):
        run = choose(built_rom(*words), DESKTOP, files={"opt/igdrom/gop": wanted})
        need(entries(run) == expected, f"{wanted}: these are started: {expected}", run)


def case_passes_over_damaged_gops():
    """Checksum, stream and header: the next best is started, and the boot goes on."""
    words = ["guest"] + ["gop=" + gop(name) for name in ("newer", "plain")]
    whole, packed = bytearray(built_rom("plain", *words)), bytearray(built_rom(*words))
    whole[payload_of(whole, 1) + 3000] ^= 1
    start = payload_of(packed, 1)
    cut, lying = bytearray(packed), bytearray(packed)
    cut[start + 200:start + 600] = bytes(400)
    struct.pack_into("<I", lying, start + 4, 0xFFFFFFFF)
    for rom, reason in ((whole, "checksum"), (cut, "(stream|checksum)"), (lying, "stream")):
        run = choose(bytes(rom), DESKTOP)
        need(has(run, f"gop-damaged image=1 reason={reason}"), f"damaged: {reason}", run)
        need(entries(run) == ["17.0.1077"], "the next best is started", run)


def case_starts_the_next_gop_when_one_gives_up():
    """An entry point that returns an error is out of memory again; the next best is started, or none is left."""
    rom = built_rom("guest", "gop=" + gop("plain"), "gop=" + gop("fails"))
    for wish, expected, end in ((None, ["17.0.1099", "17.0.1077"], "gop-started .* status=0x0"),
                                (b"17.0.1099", ["17.0.1099"], "gop-no-match .* gops=2")):
        run = choose(rom, DESKTOP, files={"opt/igdrom/gop": wish} if wish else {})
        need(has(run, "gop-started at=0000:00:02.0 image=. status=0x8000000000000009"), "the error is logged", run)
        need(entries(run) == expected and has(run, end), f"these are tried: {expected}", run)


def case_starts_one_gop_from_two_copies_of_the_rom():
    """In two devices: the first copy that has a GOP for the GPU starts it, and the other does nothing."""
    full, other = built_rom("guest", "gop=" + gop("plain")), built_rom("guest", "gop=" + gop("old"))
    for first, second, lines in ((full, full, []), (other, full, ["gop-no-match at=.* id=4680 gops=1"])):
        files = {TEST + "devices": DESKTOP, "etc/igd-opregion": opregion(mailbox4=vbt(4300))}
        run = boot.boot([plain_rom("fake"), first, second, plain_rom("connect")], fw_cfg=files)
        check_log(run)
        need(entries(run) == ["17.0.1077"] and len([True for line in run.log() if line.startswith("start ")]) == 2,
             "two copies run, and one GOP is started", run)
        need(all(has(run, line) for line in lines + ["policy-there .*", "unchanged at=0000:00:02.0 .*"]),
             "the second copy finds the GPU set up", run)


def case_starts_a_gop_for_a_gpu_that_comes_late():
    """The GPU appears after our driver, which is told at TPL_CALLBACK; with Secure Boot as well."""
    rom = built_rom("guest", "gop=" + gop("newer"), "gop=" + gop("old"))
    files = {TEST + "devices": MOBILE, "etc/igd-opregion": opregion(mailbox4=vbt(4300))}
    for secure in (False, True):
        run = boot.boot([rom, plain_rom("fake"), plain_rom("connect")], fw_cfg=files, secure=secure)
        check_log(run)
        need(run.log()[1].startswith("policy ") and run.log()[2].startswith("device "), "the GPU comes late", run)
        need(entries(run) == ["10.0.1037"] and has(run, "gop-started at=0000:00:02.0 image=. status=0x0"),
             "the GOP is started", run)
        need(started(run) == [("0x0", "0000")], "firmware connects it", run)


def case_starts_no_gop_that_would_hang():
    """A build that never returns with a VBT this old: the next best is started; the configuration can insist."""
    rom = built_rom("guest", *("gop=" + gop(name) for name in ("hangs", "earlier")))
    device = cases.row(0x3E92, 0x0200)
    force = {"opt/igdrom/gop-force": b"1"}
    for version, files, expected, told in ((206, {}, "9.0.1084", "no"), (209, force, "9.0.1109", "yes"),
                                           (212, {}, "9.0.1109", None)):
        region = opregion(mailbox4=vbt(4300, bdb_version=version))
        run = choose(rom, device, files={"etc/igd-opregion": region, **files})
        need(entries(run) == [expected], f"BDB {version}: {expected} is started", run)
        line = f"gop-hang at=0000:00:02.0 image=1 version=9.0.1109 bdb={version} started={told}"
        need(has(run, line) == bool(told), f"BDB {version}: the log says so", run)


def case_starts_no_gop_where_none_can_work():
    rom = built_rom("guest", "gop=" + gop("plain"))
    for device, line in ((cases.row(0x4680, 0x0200, class_code=cases.DISPLAY_OTHER), "gop-class at=.* class=0x38000"),
                         (cases.row(0x4680, 0x0200, at=(0, 0, 3, 0)), "gop-place at=0000:00:03.0")):
        run = choose(rom, device)
        need(entries(run) == [] and has(run, line), f"none is started, and why: {line}", run)


def case_answers_the_lpc_check_on_q35():
    """Both ways in which drivers look: through ports, and through PciRootBridgeIo. The right bytes are logged."""
    host = {"opt/igdrom/lpc-id": b"0x7A84"}
    refused = [("0x8000000000000007", "2918")]
    haswell = cases.row(0x0412, 0x0008)
    for name, device, lines in (("plain", DESKTOP, [r"lpc-edit image=1 offset=0x\w+ was=0x\w+E8 is=0x7A84B8"]),
                                ("bridge", haswell, ["lpc-edit .* was=0x1F0002B841 is=0x907A8400C766",
                                                     "lpc-edit .* was=0x3850FF is=0x90C031"])):
        rom = built_rom("guest", "gop=" + gop(name))
        run = choose(rom, device, files=host, machine="q35")
        need(started(run) == [("0x0", "7A84")], "the GOP sees the host's bridge", run)
        for line in lines + ["lpc-answered at=0000:00:02.0 image=1 vendor=8086 lpc=2918 host=7A84"]:
            need(has(run, line), f"no line {line}", run)
        for files, reason in (({}, "no-lpc-id"), ({**host, "opt/igdrom/lpc-answer": b"0"}, "off")):
            run = choose(rom, device, files=files, machine="q35")
            need(started(run) == refused, "the GOP refuses q35's bridge", run)
            need(has(run, f"lpc-refused at=0000:00:02.0 image=1 vendor=8086 lpc=2918 reason={reason}"), reason, run)
    recorded = built_rom("lpc-id=7A84", "guest", "gop=" + gop("plain"))
    need(started(choose(recorded, DESKTOP, machine="q35")) == [("0x0", "7A84")], "the ROM names the host's bridge", run)
    unanswered = built_rom("no-lpc-answer", "guest", "gop=" + gop("plain"))
    run = choose(unanswered, DESKTOP, files=host, machine="q35")
    need(started(run) == refused and has(run, "lpc-refused .* reason=not-known-how"), "left as it is", run)
    run = choose(built_rom("guest", "gop=" + gop("old")), MOBILE, files=host, machine="q35")
    need(started(run) == [("0x0", "0000")] and not any("lpc" in line for line in run.log()), "not gated", run)


def case_makes_an_opregion_around_a_carried_vbt():
    """In mailbox 4 and behind the body, plain and compressed; the host's OpRegion wins; a damaged VBT is not used."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "vbt"
        for packed, table in (([], vbt(4300, "ONE")), (["plain"], vbt(6144, "TWO")), ([], vbt(8666, "THREE", right=False))):
            file.write_bytes(table)
            rom = built_rom(*packed, "guest", f"vbt={file}", "gop=" + gop("old"))
            run = boot.boot([plain_rom("fake"), rom, plain_rom("connect")], fw_cfg={TEST + "devices": MOBILE})
            check_log(run)
            need(has(run, "opregion-composed at=0000:00:02.0 address=0x\w+ size=0x\w+ image=2"), "one is made", run)
            where = "rvda" if len(table) > 6144 else "mailbox4"
            need(has(run, f"vbt at=.* size={len(table):#X} .* from={where} .*".replace("0X", "0x")), "it is served", run)
            begin = f"testgop: start status=0x0 policy=1 vbt={len(table)} vbt-ok=1"
            need(any(line.startswith(begin) for line in gop_lines(run)), "the GOP gets it whole", run)
        run = choose(rom, MOBILE)
        need(has(run, "vbt .* name=.VBT_UNIT_TEST .*") and not has(run, "opregion-composed .*"), "the host's wins", run)
        broken = bytearray(rom)
        broken[payload_of(rom, 2) + 300] ^= 0xFF
        run = boot.boot([plain_rom("fake"), bytes(broken), plain_rom("connect")], fw_cfg={TEST + "devices": MOBILE})
        need(has(run, "vbt-damaged image=2 reason=(stream|checksum)") and has(run, "opregion-no-file .*"), "not used", run)


def case_an_opregion_is_made_on_the_real_bus():
    """The register as the device saw it written, and what it leads to as it is seen from outside."""
    table = vbt(8666, "SECOND")

    def look(run, device, memory):
        asls = device.read(0xFC, 4)
        whole = proxy.peek(memory, asls, 0x2000 + len(table)) if asls else b""
        need(asls % 4096 == 0 and whole[:16] == b"IntelGraphicsMem", "an OpRegion", run)
        need(whole[0x10:0x18] == b"\x08\0\0\0\0\0\x01\x02" and whole[0x58:0x5C] == b"\x0C\0\0\0", "2.1", run)
        need(whole[0x3BA:0x3C6] == struct.pack("<QI", 0x2000, len(table)), "RVDA and RVDS", run)
        need(whole[0x2000:] == table, "the VBT", run)

    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "vbt"
        file.write_bytes(table)
        rom = built_rom("guest", f"vbt={file}")
    run, _ = boot_played(rom, 0x4680, 0x0200, None, look, until=rb"^igdrom: opregion-composed .*\n")
    check_log(run)


def case_makes_an_opregion_without_fw_cfg():
    """The driver that looks for fw_cfg elsewhere, in front of what the library puts behind ours."""
    table = vbt(4300, "NONE")
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "vbt"
        file.write_bytes(table)
        rom = built_rom("guest", f"vbt={file}", "gop=" + gop("old"))
    pcir, = struct.unpack_from("<H", rom, 0x18)
    rest = rom[512 * struct.unpack_from("<H", rom, pcir + 0x10)[0]:]
    for secure in (False, True):
        own = [plain_rom("fake"), oprom.image(driver("no_fwcfg")) + rest, plain_rom("connect")]
        run = boot.boot(own, fw_cfg={TEST + "devices": MOBILE}, secure=secure)
        check_log(run)
        need(has(run, "opregion-composed at=0000:00:02.0 .*"), "one is made", run)
        need(has(run, f"vbt at=.* size={len(table):#X} .*".replace("0X", "0x")), "the VBT is in it", run)


def case_starts_a_carried_gop_with_secure_boot():
    """The path that it is loaded with is that of an option ROM, as firmware's own would be."""
    rom = built_rom("guest", "gop=" + gop("plain"), "gop=" + gop("old"))
    run = choose(rom, MOBILE, secure=True)
    need(entries(run) == ["10.0.1037"], "it is started", run)


def sixteen_gops(folder):
    """Fifteen of 17.0.1077, different in their time stamps, and one of 10.0.1037: words for build_rom."""
    whole = pathlib.Path(gop("plain")).read_bytes()
    stamp = struct.unpack_from("<I", whole, 0x3C)[0] + 8
    words = ["gop=" + gop("old")]
    for number in range(15):
        file = pathlib.Path(folder) / f"gop{number}.efi"
        file.write_bytes(whole[:stamp] + struct.pack("<I", number + 1) + whole[stamp + 4:])
        words.append(f"gop={file}")
    return words


def case_chooses_among_sixteen_with_secure_boot():
    """Hit, miss, what the configuration asks for, and a damaged one; SecureBoot = 1 throughout."""
    with tempfile.TemporaryDirectory() as folder:
        rom = built_rom("guest", *sixteen_gops(folder))
    damaged = bytearray(rom)
    damaged[payload_of(rom, 2) + 300] ^= 0xFF
    wish = {"opt/igdrom/gop": b"10.0.1037"}
    for data, device, files, expected, line in (
            (rom, DESKTOP, {}, ["17.0.1077"], "gop at=.* image=2 .*"),
            (bytes(damaged), DESKTOP, {}, ["17.0.1077"], "gop at=.* image=3 .*"),
            (rom, NOBODY, {}, [], "gop-no-match at=.* id=1912 gops=16"),
            (rom, DESKTOP, wish, ["10.0.1037"], "gop-asked at=.* wanted=10.0.1037")):
        run = choose(data, device, files=files, secure=True)
        need(entries(run) == expected and has(run, line), f"{expected}: these are started, and a line {line}", run)
        need(has(run, "gop-damaged image=2 .*") == (data is not rom), "the damaged one is named", run)


def case_leaves_a_display_device_of_others_alone():
    """The ROM in a display device that is no Intel GPU: our driver runs, and sets nothing up."""
    rom = built_rom("guest", "gop=" + gop("plain"))
    run = boot.boot([rom, plain_rom("end")], device="bochs-display", fw_cfg={"etc/igd-opregion": opregion()})
    check_pass(run)
    need([line.split(" ")[0] for line in run.log()] == ["start", "policy"] and not entries(run), "nothing is done", run)


def case_boot_check_tells_whether_the_driver_starts():
    def script(names, **environment):
        with tempfile.TemporaryDirectory() as folder:
            rom = pathlib.Path(folder) / "a, b.rom"
            rom.write_bytes(plain_rom(*names))
            return subprocess.run([HERE / "../../examples/boot-check.sh", rom], capture_output=True, text=True,
                                  env={**os.environ, **environment}, check=False, timeout=120)

    good = script(["guest"])
    if good.returncode != 0 or "igdrom: start version=" not in good.stdout:
        raise Failure(f"the driver started, but: {good}")
    bad = script(["one"], BOOT_SECONDS="6")
    if bad.returncode != 1 or "the driver did not start" not in bad.stderr:
        raise Failure(f"there is no driver, but: {bad}")


def case_assigns_every_generation():
    """OpRegion, ASLS, stolen memory of every encoding, odd devices; two copies of the driver."""
    table = vbt(4300, "SKY\x01LAKE =x", right=False)
    run = assign(cases.EVERY_DEVICE, opregion(mailbox4=table), ("fake", "guest", "guest", "verify"),
                 corrected(table), memory=1536, timeout=150)
    check_pass(run)
    need(sum(line.startswith("start ") for line in run.log()) == 2, "two copies started", run)
    for code in ("policy", "policy-there", "opregion", "stolen", "stolen-not-needed", "stolen-zero",
                 "stolen-elsewhere", "stolen-reserved-size", "stolen-no-memory", "register-kept",
                 "device-unknown", "unchanged", "restored", "foreign", "vbt"):
        need(has(run, re.escape(code) + " .*"), f"no line {code}", run)
    need(has(run, "device-unknown at=0000:03:00.0 id=56A0"), "a discrete GPU is named", run)
    need(has(run, r"stolen at=0000:00:02.0 base=0x\w+ size=0x2000000 ggc=0xF7C1 register=0x5C gtt=0x0"),
         "stolen memory is logged", run)
    need(has(run, r"vbt at=0000:00:02.0 address=0x\w+ size=0x10CC name=\$VBT_SKY_LAKE_=x from=mailbox4 "
                  "checksum=fixed"), "the VBT is logged, its name made harmless", run)


def case_puts_stolen_memory_where_the_host_has_it():
    """The address from either file, in both forms of text; the GTT's share lies below it."""
    gen9, gen12 = cases.row(0x1912, 0x02C0, cases.B32, 64), cases.row(0x4680, 0x02C0, cases.B64, 64, 8)
    text, value = "opt/igdrom/stolen-base", "etc/igd-stolen-base"
    base = 0x10000000
    for device, files in ((gen9, {text: b"0x10000000"}), (gen12, {text: b"10000000\n"}),
                          (gen12, {text: b"0X10000001", value: struct.pack("<Q", 0x8000000)}),
                          (gen12, {value: struct.pack("<Q", base | 1)})):
        run = assign([device], opregion(),
                     files={**files, TEST + "base": struct.pack("<Q", base)})
        check_pass(run)
        name = text if text in files else value
        need(has(run, f"stolen-base at=0000:00:02.0 base=0x10000000 file={name}"), "the file is named", run)


def case_puts_stolen_memory_elsewhere_when_it_must():
    """An address that is taken, not there, below the GTT's share, or no address at all."""
    device = cases.row(0x4680, 0x02C0, cases.B64, 64, 8)
    text, value = "opt/igdrom/stolen-base", "etc/igd-stolen-base"
    for files, line in (({text: b"0x400000"}, "stolen-base-bad file=opt/igdrom/stolen-base base=0x400000"),
                        ({text: b"0xFFF00000"}, "stolen-base-bad .* base=0xFFF00000"),
                        ({text: b"0x7B80000O"}, "stolen-base-bad .* base=0x0"),
                        ({text: b"0xFFFFF"}, "stolen-base-bad .* base=0x0"),
                        ({text: b"1" * 33}, "stolen-base-bad .* base=0x0"),
                        ({value: b"123456789"}, "stolen-base-bad file=etc/igd-stolen-base base=0x0"),
                        ({text: b"0x1000000"}, r"stolen-base-taken at=0000:00:02.0 base=0x1000000 status=\w+"),
                        ({text: b"0xB0000000"}, r"stolen-base-taken at=0000:00:02.0 base=0xB0000000 status=\w+")):
        run = assign([device], opregion(), files=files)
        check_pass(run)
        need(has(run, line), f"no line {line}", run)
        need(has(run, "stolen at=.* size=0x4000000 .* gtt=0x800000"), "there is memory elsewhere", run)


def case_assigns_every_generation_with_secure_boot():
    """Registers and memory of every generation, and stolen memory at the host's base or, taken, elsewhere."""
    run = assign(cases.EVERY_DEVICE, opregion(), secure=True, memory=1536, timeout=200)
    check_pass(run)
    for code in ("opregion", "stolen", "stolen-not-needed", "stolen-zero", "register-kept", "restored"):
        need(has(run, re.escape(code) + " .*"), f"no line {code}", run)
    gen12 = cases.row(0x4680, 0x02C0, cases.B64, 64, 8)
    run = assign([gen12], opregion(), secure=True, files={"opt/igdrom/stolen-base": b"0x10000000",
                                                          TEST + "base": struct.pack("<Q", 0x10000000)})
    check_pass(run)
    need(has(run, "stolen-base at=0000:00:02.0 base=0x10000000 .*"), "the host's base", run)
    run = assign([gen12], opregion(), secure=True, files={"opt/igdrom/stolen-base": b"0xB0000000"})
    check_pass(run)
    need(has(run, "stolen-base-taken at=0000:00:02.0 .*") and has(run, "stolen at=.* gtt=0x800000"), "elsewhere", run)


def case_leaves_asls_alone_without_an_opregion():
    run = assign(cases.without_opregion(cases.FEW_DEVICES), None)
    check_pass(run)
    need(has(run, "opregion-no-file at=0000:00:02.0 asls=0x11110000"), "the reason is logged", run)
    need(has(run, "vbt-no-device asls=.*"), "why there is no VBT is logged", run)


def case_does_without_fw_cfg():
    run = assign(cases.without_opregion(cases.FEW_DEVICES), opregion(), ("fake", "no_fwcfg", "verify"))
    check_pass(run)
    need(has(run, "opregion-no-fwcfg at=0000:00:02.0 asls=0x0"), "the reason is logged", run)


def case_reads_through_ports_where_there_is_no_dma():
    table = vbt(5947)
    run = assign(cases.FEW_DEVICES, opregion(mailbox4=table), expected_vbt=table,
                 extra=["-global", "fw_cfg_io.dma_enabled=off"])
    check_pass(run)
    need(has(run, "opregion .* through=port"), "ports were used", run)


def case_refuses_files_that_are_no_opregion():
    bad = {"opregion-bad-size .* size=0x1FFF .*": opregion()[:-1],
           "opregion-bad-size .* size=0x100001 .*": opregion(extended=bytes(0xFE001)),
           "opregion-bad-signature .*": opregion(signature=b"IntelGraphicsMen")}
    for line, region in bad.items():
        run = assign(cases.without_opregion(cases.FEW_DEVICES), region)
        check_pass(run)
        need(has(run, line), f"no line {line}", run)


def case_serves_an_extended_vbt_with_secure_boot():
    """q35 with SMM, Microsoft's keys, SecureBoot = 1; an OpRegion whose last page is not full."""
    table = vbt(8666, "TIGERLAKE")
    run = assign(cases.FEW_DEVICES, opregion(0x0201, extended=table), expected_vbt=table, secure=True)
    check_pass(run)
    need(has(run, "vbt .* name=.VBT_TIGERLAKE from=rvda checksum=right"), "RVDA was used", run)


def case_survives_hostile_opregions():
    """Fields that lie: what is served stays inside the OpRegion, or nothing is."""
    variants = cases.vbt_variants()
    files = {TEST + "variants": b"".join(struct.pack("<III", len(region), offset, size) + region
                                         for _, region, offset, size in variants),
             "etc/igd-opregion": opregion(extended=bytes(0x2200))}
    run = boot.boot(plain_rom("guest", "vbt"), fw_cfg=files)
    for line in run.lines:
        wrong = re.fullmatch("check: wrong: variant 0x(.*)", line)
        need(not wrong, f"wrong: {variants[int(wrong[1], 16)][0] if wrong else ''}", run)
    check_pass(run)
    need(f"check: variants={len(variants):#x}" in run.lines, "all variants were tried", run)
    for reason in ("absent", "host-address", "outside", "damaged"):
        need(has(run, f"vbt-none .* reason={reason}"), f"no reason {reason}", run)
    need(has(run, "vbt-extended-refused .* reason=damaged"), "RVDA passed over", run)


def case_sets_up_a_device_on_the_real_bus():
    """Registers as the device saw them written; guest memory as it is seen from outside."""
    region = opregion(0x0201, extended=vbt(8666))

    def look(run, device, memory):
        asls, base = device.read(0xFC, 4), device.read(0xC0, 8)
        whole = proxy.peek(memory, asls, -(-len(region) // 4096) * 4096)
        need(asls % 4096 == 0 and whole == region.ljust(len(whole), b"\0"), "OpRegion in guest memory", run)
        need(base and base % (1 << 20) == 0 and not any(proxy.peek(memory, base, 64 << 20)),
             "64 MiB of zeros at BDSM", run)

    run, device = boot_played(plain_rom("guest", "end"), 0x4680, 0x0200, region, look)
    check_pass(run)
    at_host = {"opt/igdrom/stolen-base": b"0x10000000"}
    placed, other = boot_played(plain_rom("guest", "end"), 0x4680, 0x0200, region, files=at_host)
    need(other.read(0xC0, 8) == 0x10000000, "the base that the configuration names", placed)
    offsets = [offset for offset, _, _ in device.writes if offset in (0xFC, 0xC0, 0xC4, 0x5C)]
    need(offsets == [0xFC, 0xC0, 0xC4], f"registers written: {device.writes}", run)


def mirror(device, offset, size):
    """GGC and BDSM of configuration space, as BAR0 shows them from generation 11 on."""
    for start, register in ((0x108040, 0x50), (0x1080C0, 0xC0)):
        if start <= offset < start + 8:
            return device.read(register + offset - start, size)
    return 0


def case_compares_what_bar0_shows():
    """GOPs 17 and later take GGC and BDSM there: the same but for locks, the host's base, an old generation."""
    def host(device, offset, size):
        return 0x8B800001 if offset == 0x1080C0 else mirror(device, offset, size)

    def locked(device, offset, size):
        return mirror(device, offset, size) | (0xFFFF0007 if offset == 0x108040 else 0)

    for device_id, bar0, told in ((0x4680, locked, None), (0x4680, host, "bar0_ggc=0x2C0 bar0_bdsm=0x8B800001"),
                                  (0x1912, host, None)):
        run, device = boot_played(plain_rom("guest", "end"), device_id, 0x02C0, opregion(), bar0=bar0)
        check_pass(run)
        need(has(run, "stolen at=0000:00:02.0 .*"), "there is stolen memory", run)
        lines = [line for line in run.log() if line.startswith("mirror")]
        base = device.read(0xC0, 4)
        line = f"mirror-differs at=0000:00:02.0 ggc=0x2C0 bdsm={base:#X} {told}".replace("0X", "0x")
        need(lines == ([line] if told else []), f"what is said of BAR0: {told}", run)
    run, _ = boot_played(plain_rom("guest", "end"), 0x4680, 0x02C0, opregion())
    check_pass(run)
    need(has(run, r"mirror-unread at=0000:00:02.0 status=0x8\w+"), "a GPU without BAR0", run)


def case_a_gop_starts_on_the_real_bus():
    """A user's ROM in a GPU that we play, and firmware connects the GOP to it where it does so."""
    table = vbt(6144, "BROXTON")
    rom = built_rom("guest", "gop=" + str(BUILD / "tests/guest/gop/testgop_old.efi"))
    run, device = boot_played(rom, 0x5A85, 0x0100, opregion(mailbox4=table), until=rb"^testgop: start .*\n")
    check_log(run)
    need(gop_lines(run) == ["testgop: entry version=10.0.1037 ids=2", "testgop: start status=0x0 policy=1 "
                            "vbt=6144 vbt-ok=1 lid=0x8000000000000003 lpc=0000"], "GOP's Start()", run)
    need(device.read(0x5C, 4) and not device.read(0xC0, 8), "the base is in the 32-bit register", run)


def case_notices_a_planted_fault():
    """The same driver with the 64-bit base in the 32-bit register must not pass."""
    run = assign(cases.FEW_DEVICES, opregion(), ("fake", "wrong_bdsm", "verify"))
    need(run.code == boot.FAIL, "a driver that writes the wrong register passed", run)
    need("check: wrong: BDSM is not on a MiB value=0x0 device=0x4680" in run.lines, "for that reason", run)


CASES = {name[len("case_"):]: function for name, function in {**vars(in_firmware), **globals()}.items()
         if name.startswith("case_")}


def main():
    if boot.missing():
        cannot_run(boot.missing())
    for name in sys.argv[2:]:
        try:
            CASES[name]()
        except Failure as failure:
            sys.exit(f"{name}: {failure}")
        print(f"{name}: passed")


if __name__ == "__main__":
    main()
