#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs the hookscript for Proxmox VE, and the check after an upgrade of QEMU, on machines that are
played: files below a directory, and a thread that does what the kernel does when they are written to.

test_hookscript.py IGDROM SOURCE_DIR
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest

IGDROM, SOURCE = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
MACHINES = SOURCE / "tests/host/machines"
FAST = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # what is written is synced
GPU, SOUND, DISK = "0000:00:02.0", "0000:00:1f.3", "0000:00:17.0"


def have(tool):
    """Whether a test that needs a tool is run: without it, only where none may be skipped, to fail."""
    return shutil.which(tool) or os.environ.get("IGDROM_NO_SKIP") == "1"


class Kernel(threading.Thread):
    """Drivers and their devices below ROOT/sys, by the kernel's Documentation/ABI/testing/sysfs-bus-pci:
    a write to bind, unbind, drivers_probe, sriov_numvfs is carried out and the file is empty again."""

    def __init__(self, root, drivers):
        super().__init__(daemon=True)
        self.bus = root / "sys/bus/pci"
        self.drivers = drivers  # name: devices it takes by itself
        self.refuses = set()    # (driver, device)
        self.log = []
        self.ended = False
        self.mistakes = []
        for name in drivers:
            self.make_driver(name)
        self.write("drivers_probe", "")
        for device in (self.bus / "devices").iterdir():
            for name in ("driver_override",):
                (device / name).write_text("(null)\n")
        self.counts = {str(f): f.read_text() for f in self.bus.glob("devices/*/sriov_numvfs")}

    def make_driver(self, name):
        place = self.bus / "drivers" / name
        if (self.bus / "drivers").is_symlink() or not place.is_dir():
            place.mkdir(parents=True, exist_ok=True)
        for file in ("bind", "unbind"):
            (place / file).write_text("")

    def write(self, name, text):
        (self.bus / name).write_text(text)

    def take(self, path):
        """What was written to a file, once it is whole."""
        text = path.read_text()
        if not text.endswith("\n"):
            return ""
        path.write_text("")
        return text.strip()

    def driver(self, device):
        link = self.bus / "devices" / device / "driver"
        return os.path.basename(os.readlink(link)) if link.is_symlink() else ""

    def override(self, device):
        text = (self.bus / "devices" / device / "driver_override").read_text().strip()
        return "" if text == "(null)" else text

    def bind(self, device, driver, asked):
        path = self.bus / "devices" / device
        if not path.exists() or self.driver(device) or (driver, device) in self.refuses:
            return
        override = self.override(device)
        if override and override != driver:
            return
        if not override and device not in self.drivers[driver]:
            return
        self.log.append((asked, device, driver))
        os.symlink(f"../../../bus/pci/drivers/{driver}", path / "driver")

    def step(self):
        for name in list(self.drivers):
            place = self.bus / "drivers" / name
            device = self.take(place / "unbind")
            if device:
                if self.driver(device) != name:
                    self.mistakes.append(f"unbind {device} from {name}")
                elif (name, device, "stays") not in self.refuses:
                    self.log.append(("unbind", device, name))
                    (self.bus / "devices" / device / "driver").unlink()
            device = self.take(place / "bind")
            if device:
                self.bind(device, name, "bind")
        device = self.take(self.bus / "drivers_probe")
        if device:
            for name in self.drivers:
                self.bind(device, name, "probe")
        for file, before in list(self.counts.items()):
            now = pathlib.Path(file).read_text()
            if now.endswith("\n") and now != before:
                self.virtual(pathlib.Path(file).parent, int(before), int(now))
                self.counts[file] = now

    def virtual(self, device, before, now):
        if before and now:
            self.mistakes.append(f"{before} virtual functions cannot become {now}")
        for i in range(max(before, now)):
            address = f"{device.name[:-1]}{i + 1}"
            path = self.bus / "devices" / address
            if now and not path.exists():
                real = device.resolve().parent / address
                real.mkdir()
                for name in ("vendor", "device"):
                    (real / name).write_text((device / name).read_text())
                (real / "driver_override").write_text("(null)\n")
                os.symlink(f"../../../devices/{real.parent.name}/{address}", path)
                os.symlink(f"../{address}", device / f"virtfn{i}")
            elif not now:
                shutil.rmtree(path.resolve())
                path.unlink()
                (device / f"virtfn{i}").unlink()
        self.log.append(("virtual", device.name, now))

    def run(self):
        while not self.ended:
            self.step()
            time.sleep(0.002)


class Machine:
    def __init__(self, name, drivers=None):
        self.directory = tempfile.TemporaryDirectory(dir=FAST)
        self.root = pathlib.Path(self.directory.name)
        subprocess.run([sys.executable, "-B", SOURCE / "tests/host/machine.py", MACHINES / f"{name}.txt",
                        self.root], check=True)
        self.kernel = Kernel(self.root, drivers or {"i915": [GPU], "snd_hda_intel": [SOUND], "ahci": [DISK],
                                                    "vfio-pci": []})
        self.kernel.start()

    def end(self):
        self.kernel.ended = True
        self.kernel.join()
        self.directory.cleanup()

    def script(self, *args):
        out = self.root / "hook.sh"
        done = subprocess.run([IGDROM, "host", "hookscript", "--root", self.root, "-o", out, *args],
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return out

    def run(self, script, *args, shell="sh"):
        return subprocess.run([shell, script, *args], capture_output=True, text=True, timeout=60,
                              env={"PATH": "/usr/bin:/bin", "IGDROM_ROOT": str(self.root)})

    def drivers(self):
        return {a.name: self.kernel.driver(a.name) for a in (self.root / "sys/bus/pci/devices").iterdir()}


class Hook(unittest.TestCase):
    def machine(self, name, *args, **drivers):
        machine = Machine(name, **drivers)
        self.addCleanup(machine.end)
        self.addCleanup(lambda: self.assertEqual(machine.kernel.mistakes, []))
        return machine, machine.script(*args)

    def test_takes_the_devices_before_the_start_and_gives_them_back_after_the_stop(self):
        machine, script = self.machine("desktop-pve", "--audio", "00:1f.3", "--vmid", "101")
        before = machine.drivers()
        done = machine.run(script, "101", "pre-start")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        wanted = dict(before, **{GPU: "vfio-pci", SOUND: "vfio-pci"})
        self.assertEqual(machine.drivers(), wanted)
        self.assertIn("vfio-pci takes it from i915", done.stdout)
        again = machine.run(script, "101", "pre-start")
        self.assertEqual((again.returncode, machine.drivers()), (0, wanted))
        done = machine.run(script, "101", "post-stop")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(machine.drivers(), before)
        self.assertEqual(machine.kernel.override(GPU), "")
        log = list(machine.kernel.log)
        self.assertEqual(machine.run(script, "101", "post-stop").returncode, 0)
        self.assertEqual(machine.kernel.log, log)
        self.assertFalse((machine.root / "run/igdrom/101").exists())

    def test_other_phases_and_other_virtual_machines_change_nothing(self):
        machine, script = self.machine("desktop-pve", "--vmid", "100")
        for args in (("100", "post-start"), ("100", "pre-stop"), ("102", "pre-start"), ("102", "post-stop")):
            self.assertEqual(machine.run(script, *args).returncode, 0, args)
        for args in ((), ("x;y", "pre-start"), ("../1", "pre-start")):
            self.assertEqual(machine.run(script, *args).returncode, 1, args)
        self.assertEqual(machine.kernel.log, [])

    def test_what_it_did_not_take_it_does_not_give_back(self):
        machine, script = self.machine("desktop-pve", "--vmid", "100")
        (machine.root / f"sys/bus/pci/devices/{GPU}/driver").unlink()
        os.symlink("../../../bus/pci/drivers/vfio-pci", machine.root / f"sys/bus/pci/devices/{GPU}/driver")
        self.assertEqual(machine.run(script, "100", "pre-start").returncode, 0)
        self.assertEqual(machine.run(script, "100", "post-stop").returncode, 0)
        self.assertEqual(machine.kernel.log, [])
        self.assertEqual(machine.kernel.driver(GPU), "vfio-pci")

    def test_another_device_at_the_address_is_refused(self):
        machine, script = self.machine("desktop-pve", "--audio", "00:1f.3")
        (machine.root / f"sys/bus/pci/devices/{SOUND}/device").write_text("0xffff\n")
        done = machine.run(script, "100", "pre-start")
        self.assertEqual(done.returncode, 1)
        self.assertIn("is not the device that it was", done.stderr)
        self.assertEqual(machine.kernel.log, [])

    def test_a_driver_that_is_neither_graphics_nor_sound_keeps_its_device(self):
        machine, script = self.machine("desktop-pve")
        link = machine.root / f"sys/bus/pci/devices/{GPU}/driver"
        link.unlink()
        os.symlink("../../../bus/pci/drivers/ahci", link)
        done = machine.run(script, "100", "pre-start")
        self.assertEqual(done.returncode, 1)
        self.assertIn("used by ahci", done.stderr)
        self.assertEqual(machine.kernel.log, [])

    def test_a_start_that_fails_gives_everything_back(self):
        machine, script = self.machine("desktop-pve", "--audio", "00:1f.3")
        before = machine.drivers()
        machine.kernel.refuses.add(("vfio-pci", SOUND))
        done = machine.run(script, "100", "pre-start")
        self.assertEqual(done.returncode, 1)
        self.assertIn("is not started", done.stderr)
        self.assertEqual(machine.drivers(), before)
        self.assertFalse((machine.root / "run/igdrom/100").exists())

    def test_a_driver_that_does_not_let_go_stops_the_start(self):
        machine, script = self.machine("desktop-pve")
        machine.kernel.refuses.add(("i915", GPU, "stays"))
        done = machine.run(script, "100", "pre-start")
        self.assertEqual(done.returncode, 1)
        self.assertIn("is it in use", done.stderr)
        self.assertEqual(machine.kernel.driver(GPU), "i915")
        self.assertEqual(machine.kernel.override(GPU), "")

    def test_virtual_functions_are_made_and_handed_over(self):
        drivers = {"i915": [GPU] + [f"0000:00:02.{i}" for i in range(1, 8)], "vfio-pci": [], "snd_hda_intel": []}
        machine, script = self.machine("desktop-pve", "--device", "00:02.0", drivers=drivers)
        text = script.read_text().replace(f"{GPU} 0x8086 0x4680 -", f"0000:00:02.3 0x8086 0x4680 {GPU}")
        script.write_text(text)
        done = machine.run(script, "100", "pre-start")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn(("virtual", GPU, 7), machine.kernel.log)
        self.assertEqual(machine.kernel.driver("0000:00:02.3"), "vfio-pci")
        self.assertEqual(machine.kernel.driver(GPU), "i915")
        self.assertEqual(machine.run(script, "100", "post-stop").returncode, 0)
        self.assertEqual(machine.kernel.driver("0000:00:02.3"), "")

    def test_virtual_functions_of_the_whole_gpu_go_and_come_back(self):
        machine, script = self.machine("desktop-pve")
        (machine.root / f"sys/bus/pci/devices/{GPU}/sriov_numvfs").write_text("2\n")
        while not (machine.root / "sys/bus/pci/devices/0000:00:02.2").exists():
            time.sleep(0.01)
        done = machine.run(script, "100", "pre-start")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertFalse((machine.root / "sys/bus/pci/devices/0000:00:02.1").exists())
        self.assertEqual(machine.kernel.driver(GPU), "vfio-pci")
        self.assertEqual(machine.run(script, "100", "post-stop").returncode, 0)
        time.sleep(0.1)
        self.assertTrue((machine.root / "sys/bus/pci/devices/0000:00:02.2").exists())
        self.assertEqual(machine.kernel.driver(GPU), "i915")

    def test_virtual_functions_that_another_one_has_stop_the_start(self):
        machine, script = self.machine("desktop-pve")
        (machine.root / f"sys/bus/pci/devices/{GPU}/sriov_numvfs").write_text("1\n")
        virtual = machine.root / "sys/bus/pci/devices/0000:00:02.1"
        while not virtual.exists():
            time.sleep(0.01)
        os.symlink("../../../bus/pci/drivers/vfio-pci", virtual / "driver")
        done = machine.run(script, "100", "pre-start")
        self.assertEqual(done.returncode, 1)
        self.assertIn("another virtual machine may have it", done.stderr)
        self.assertTrue(virtual.exists())
        self.assertEqual(machine.kernel.driver(GPU), "i915")

    def test_is_a_script_for_every_shell_that_is_here(self):
        machine, script = self.machine("desktop-pve", "--vmid", "100")
        upgrade = SOURCE / "libigdrom/host/qemu-changed.sh"
        for shell in (["sh", "-n"], ["dash", "-n"], ["bash", "--posix", "-n"], ["busybox", "sh", "-n"], ["shellcheck"]):
            if shutil.which(shell[0]) or (shell[0] == "shellcheck" and have("shellcheck")):
                for file in (script, upgrade):
                    done = subprocess.run([*shell, file], capture_output=True, text=True)
                    self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""), shell)

    def test_names_the_devices_of_the_virtual_machine(self):
        machine, script = self.machine("mini-n100", "--vmid", "105")
        lines = re.search(r"^devices='([^']*)'", script.read_text(), re.M).group(1).split("\n")
        self.assertEqual([line.split()[0] for line in lines], [GPU, SOUND])
        self.assertIn("own_vm=105\n", script.read_text())
        machine, script = self.machine("sriov", "--vmid", "201")
        self.assertIn("0000:00:02.1 0x8086 0xa780 0000:00:02.0'", script.read_text())


class Upgrade(unittest.TestCase):
    """What runs after packages were changed."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory(dir=FAST)
        self.addCleanup(directory.cleanup)
        self.root = pathlib.Path(directory.name) / "machine"
        self.root.mkdir()
        subprocess.run([sys.executable, "-B", SOURCE / "tests/host/machine.py", MACHINES / "desktop-pve.txt",
                        self.root], check=True)
        self.local = self.root / "etc/pve/qemu-server"
        self.bin = pathlib.Path(directory.name) / "bin"
        self.bin.mkdir()
        os.symlink(IGDROM.resolve(), self.bin / "igdrom")
        applied = subprocess.run([IGDROM, "host", "prepare", "--trigger", "--apply", "--root", self.root],
                                 capture_output=True, text=True)
        self.assertEqual(applied.returncode, 0, applied.stderr)
        self.script = self.root / "usr/local/lib/igdrom/qemu-changed"
        self.hook = self.root / "etc/apt/apt.conf.d/90igdrom"

    def set_version(self, version):
        status = self.root / "var/lib/dpkg/status"
        status.write_text(f"Package: pve-qemu-kvm\nStatus: install ok installed\nArchitecture: amd64\n"
                          f"Maintainer: x <x@example.org>\nDescription: x\nVersion: {version}\n\n")

    def run_it(self, path=None):
        done = subprocess.run(["sh", self.script], capture_output=True, text=True, timeout=120,
                              env={"PATH": path or f"{self.bin}:/usr/bin:/bin", "IGDROM_ROOT": str(self.root)})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, "")
        return done.stderr

    @unittest.skipUnless(have("dpkg-query"), "there is no dpkg-query")
    def test_says_once_what_another_qemu_means(self):
        self.set_version("9.2.0-5")
        first = self.run_it()
        self.assertIn("virtual machine 100 may not work with QEMU 9.2.0", first)
        self.assertEqual(self.run_it(), "")
        self.set_version("10.1.2-1")
        self.assertIn("virtual machine 100", self.run_it())
        self.assertEqual(self.run_it(), "")

    @unittest.skipUnless(have("dpkg-query"), "there is no dpkg-query")
    def test_says_nothing_of_virtual_machines_without_the_gpu(self):
        for file in self.root.glob("etc/pve/nodes/*/qemu-server/*.conf"):
            file.write_text("hostpci0: 0000:03:00.2\nmemory: 4096\n")
        self.set_version("9.2.0-5")
        self.assertEqual(self.run_it(), "")

    def test_never_fails(self):
        (self.root / "var/lib/dpkg/status").write_text("rubbish\n")
        self.run_it()
        self.run_it(path="/usr/bin:/bin")
        shutil.rmtree(self.root / "var/lib/dpkg")
        self.run_it()

    @unittest.skipUnless(have("apt-config"), "there is no apt-config")
    def test_apt_reads_the_hook_and_its_command_never_fails(self):
        dump = subprocess.run(["apt-config", "dump", "--format", "%v%n", "DPkg::Post-Invoke"], check=True,
                              capture_output=True, text=True, env={"PATH": "/usr/bin:/bin", "APT_CONFIG": str(self.hook)})
        commands = [line for line in dump.stdout.splitlines() if "igdrom" in line]
        self.assertEqual(len(commands), 1, dump.stdout)
        self.assertEqual(subprocess.run(["sh", "-c", commands[0]]).returncode, 0)
        failing = commands[0].replace("/usr/local/lib/igdrom/qemu-changed", "/bin/false")
        self.assertEqual(subprocess.run(["sh", "-c", failing]).returncode, 0)

    def test_is_taken_back_by_undo(self):
        done = subprocess.run([IGDROM, "host", "prepare", "--undo", "--root", self.root], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertFalse(self.script.exists() or self.hook.exists() or self.script.parent.exists())


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]])
