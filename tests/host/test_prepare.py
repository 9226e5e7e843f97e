#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The command "host prepare" on captured machines: what it changes, that it changes it once, and that
it is taken back byte by byte.

test_prepare.py IGDROM SOURCE_DIR
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

IGDROM, SOURCE = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
MACHINES = SOURCE / "tests/host/machines"
FAST = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # what is written is synced
sys.path.insert(0, str(SOURCE / "tests/host"))

PVE = """
pci 0000:00:02.0 8086:4680 030000 driver=i915 {group} boot_vga=1 enable=1 vfs=0/{vfs}
pci 0000:00:1f.3 8086:7ad0 040300 driver=snd_hda_intel enable=1
proc/cmdline = {cmdline}
proc/sys/kernel/osrelease = {kernel}
etc/os-release =
	ID={name}
{more}
"""
PVE_PACKAGES = """var/lib/dpkg/status =
	Package: pve-manager
	Status: install ok installed
	Version: 8.4.1
	
	Package: proxmox-ve
	Status: install ok installed
	Version: 8.4.0
"""
GRUB = "etc/default/grub =\n\tGRUB_DEFAULT=0\n\tGRUB_CMDLINE_LINUX_DEFAULT=\"quiet\" # mine\n\tGRUB_CMDLINE_LINUX=\"\"\n"
ESP = "etc/kernel/proxmox-boot-uuids = 1A2B-3C4D\n"


def machine(name="debian", kernel="6.1.0-28-amd64", cmdline="BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro quiet",
            group="", more="", pve=False, vfs=7):
    text = PVE.format(name=name, kernel=kernel, cmdline=cmdline, group=group, more=more, vfs=vfs)
    return text + (PVE_PACKAGES if pve else "")


def snapshot(root):
    """Every file, link and directory with its mode and bytes; journals are left out."""
    out = {}
    for directory, names, files in os.walk(root):
        for name in names + files:
            path = os.path.join(directory, name)
            mode = os.lstat(path).st_mode
            kept = os.readlink(path) if os.path.islink(path) else None
            if os.path.isfile(path) and kept is None:
                kept = pathlib.Path(path).read_bytes()
            out[os.path.relpath(path, root)] = (mode, kept)
    return {k: v for k, v in out.items() if "igdrom/changes" not in k
            and k not in ("var", "var/lib", "var/lib/igdrom", "boot/config/igdrom")}


class Case(unittest.TestCase):
    def make(self, recipe):
        directory = tempfile.TemporaryDirectory(dir=FAST)
        self.addCleanup(directory.cleanup)
        root = pathlib.Path(directory.name) / "machine"
        root.mkdir()
        if not isinstance(recipe, pathlib.Path):
            text, recipe = recipe, pathlib.Path(directory.name) / "recipe.txt"
            recipe.write_text(text)
        subprocess.run([sys.executable, "-B", SOURCE / "tests/host/machine.py", recipe, root], check=True)
        return root

    def run_it(self, root, *args, code=0):
        done = subprocess.run([IGDROM, "host", "prepare", "--root", root, *args], capture_output=True, text=True)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def apply(self, root, *args):
        """The paths that were changed."""
        before = snapshot(root)
        shown = self.run_it(root, *args)
        self.assertEqual(snapshot(root), before)
        self.run_it(root, "--apply", *args)
        after = snapshot(root)
        again = json.loads(self.run_it(root, "--json", *args).stdout)
        self.assertEqual(again["pending"], 0)
        self.assertFalse([s for s in again["steps"] if not s["done"] and s["kind"] != "advice"])
        self.run_it(root, "--apply", *args)
        self.assertEqual(snapshot(root), after)
        changed = {k for k in before.keys() | after.keys() if before.get(k) != after.get(k)}
        texts = {k: after[k][1].decode() for k in changed if k in after and after[k][1] is not None}
        self.last = shown.stdout
        if changed:
            self.run_it(root, "--undo")
            self.assertEqual(snapshot(root), before)
        return texts


class Fixtures(Case):
    def test_every_machine_is_prepared_once_and_restored_byte_by_byte(self):
        wishes = [[], ["--early"], ["--early", "--trigger", "--audio", "00:1f.3"], ["--function", "vf"],
                  ["--function", "mdev"], ["--hypervisor", "qemu"]]
        done = 0
        for recipe in sorted(MACHINES.glob("*.txt")):
            root = self.make(recipe)
            gpu = (root / "sys/bus/pci/devices/0000:00:02.0").exists()
            for wish in wishes:
                if "--audio" in wish and not (root / "sys/bus/pci/devices/0000:00:1f.3").exists():
                    continue
                with self.subTest(machine=recipe.stem, wish=wish):
                    if gpu and (root / "sys/bus/pci/devices/0000:00:02.0/vendor").read_text() == "0x8086\n":
                        self.apply(root, *wish)
                        done += 1
                    else:
                        self.run_it(root, *wish, code=1)
        self.assertGreater(done, 20)


class Debian(Case):
    def test_a_gpu_without_a_group_needs_the_iommu(self):
        root = self.make(machine(more=GRUB + "etc/libvirt/\n"))
        texts = self.apply(root)
        self.assertEqual(texts, {"etc/default/grub": "GRUB_DEFAULT=0\nGRUB_CMDLINE_LINUX_DEFAULT=\"quiet "
                                                     "intel_iommu=on\" # mine\nGRUB_CMDLINE_LINUX=\"\"\n"})
        self.assertIn("update-grub", self.last)
        self.assertIn("Reboot", self.last)
        self.assertNotIn("update-initramfs", self.last)

    def test_a_gpu_with_a_group_needs_nothing(self):
        root = self.make(machine(group="group=1", more=GRUB + "etc/libvirt/\n"))
        self.assertEqual(self.apply(root), {})
        self.assertEqual(self.last, "")

    def test_the_kernel_of_proxmox_needs_no_option_from_6_8_on(self):
        root = self.make(machine(more=GRUB, pve=True, kernel="6.8.12-4-pve"))
        self.assertEqual(self.apply(root), {})
        root = self.make(machine(more=GRUB, pve=True, kernel="6.5.13-6-pve"))
        self.assertEqual(list(self.apply(root)), ["etc/default/grub"])
        # The IOMMU is in use, and this GPU has none: it was left out.
        root = self.make(machine(more=GRUB + "sys/class/iommu/dmar0/x = 1\n", pve=True, kernel="6.8.12-4-pve"))
        self.assertEqual(list(self.apply(root)), ["etc/default/grub"])

    def test_firmware_without_an_iommu_is_named(self):
        root = self.make(machine(more=GRUB + "sys/firmware/acpi/tables/APIC = x\n", pve=True, kernel="6.8.12-4-pve"))
        done = self.run_it(root)
        self.assertIn("VT-d", done.stderr)
        self.assertNotIn("All is prepared", done.stderr)

    def test_systemd_boot_has_its_own_file(self):
        cmdline = "initrd=\\EFI\\proxmox\\6.5\\initrd.img-6.5 root=ZFS=rpool boot=zfs"
        more = GRUB + ESP + "etc/kernel/cmdline = root=ZFS=rpool boot=zfs\n"
        root = self.make(machine(more=more, pve=True, kernel="6.5.13-6-pve", cmdline=cmdline))
        self.assertEqual(self.apply(root), {"etc/kernel/cmdline": "root=ZFS=rpool boot=zfs intel_iommu=on\n"})
        self.assertIn("proxmox-boot-tool refresh", self.last)
        self.assertNotIn("update-grub", self.last)
        root = self.make(machine(more=GRUB + ESP, pve=True, kernel="6.5.13-6-pve", cmdline=cmdline))
        self.assertEqual(self.apply(root), {"etc/kernel/cmdline": "root=ZFS=rpool boot=zfs intel_iommu=on\n"})

    def test_grub_on_partitions_of_proxmox_boot_tool_is_refreshed_by_it(self):
        root = self.make(machine(more=GRUB + ESP, pve=True, kernel="6.5.13-6-pve"))
        self.assertEqual(list(self.apply(root)), ["etc/default/grub"])
        self.assertIn("proxmox-boot-tool refresh", self.last)

    def test_both_are_told_when_nothing_tells_which_one_it_is(self):
        more = GRUB + ESP + "etc/kernel/cmdline = root=ZFS=rpool boot=zfs\nsys/firmware/efi/\n"
        root = self.make(machine(more=more, pve=True, kernel="6.5.13-6-pve", cmdline="quiet"))
        self.assertEqual(sorted(self.apply(root)), ["etc/default/grub", "etc/kernel/cmdline"])

    def test_a_variable_that_is_nowhere_is_assigned(self):
        root = self.make(machine(more="etc/default/grub =\n\tGRUB_DEFAULT=0\netc/libvirt/\n"))
        path = root / "etc/default/grub"
        path.write_bytes(b"GRUB_DEFAULT=0")
        self.assertEqual(self.apply(root), {"etc/default/grub": "GRUB_DEFAULT=0\nGRUB_CMDLINE_LINUX_DEFAULT="
                                                                "\"intel_iommu=on\"\n"})

    def test_files_of_grub_d_win(self):
        more = GRUB + "etc/libvirt/\netc/default/grub.d/50-x.cfg =\n\tGRUB_CMDLINE_LINUX_DEFAULT=\"console=ttyS0\"\n" \
            "etc/default/grub.d/README =\n\tGRUB_CMDLINE_LINUX_DEFAULT=\"no\"\n"
        root = self.make(machine(more=more))
        self.assertEqual(self.apply(root), {"etc/default/grub.d/50-x.cfg":
                                            "GRUB_CMDLINE_LINUX_DEFAULT=\"console=ttyS0 intel_iommu=on\"\n"})

    def test_what_cannot_be_edited_is_refused_with_line_and_words(self):
        more = "etc/libvirt/\netc/default/grub =\n\tX=1\n\tif true; then\n\tGRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n\tfi\n"
        root = self.make(machine(more=more))
        before = snapshot(root)
        done = self.run_it(root, "--apply", code=4)
        self.assertIn("/etc/default/grub", done.stderr)
        self.assertIn("line 3", done.stderr)
        self.assertIn("intel_iommu=on", done.stderr)
        self.assertEqual(snapshot(root), before)
        error = json.loads(self.run_it(root, "--json", code=4).stdout)
        self.assertEqual(error["findings"][-1]["code"], "prepare-by-hand")

    def test_harmful_options_go_and_their_reason_is_shown(self):
        more = GRUB + "etc/modprobe.d/vfio.conf =\n\toptions vfio-pci disable_vga=1 disable_idle_d3=1\n" \
            "etc/modprobe.d/off.conf.bak =\n\toptions vfio-pci disable_vga=1\n"
        root = self.make(machine(group="group=1", more=more, pve=True, kernel="6.8.12-4-pve"))
        self.assertEqual(self.apply(root), {"etc/modprobe.d/vfio.conf": "options vfio-pci disable_idle_d3=1\n"})
        self.assertIn("VGA ranges", self.last)
        self.assertIn("update-initramfs -u -k all", self.last)

    def test_plain_qemu_has_vfio_pci_bind_at_boot(self):
        root = self.make(machine(group="group=1", more=GRUB))
        texts = self.apply(root, "--audio", "00:1f.3")
        lines = [line for line in texts.pop("etc/modprobe.d/igdrom.conf").splitlines() if line[0] != "#"]
        self.assertEqual(texts, {})
        self.assertEqual(lines, ["options vfio-pci ids=8086:4680,8086:7ad0", "softdep i915 pre: vfio-pci",
                                 "softdep xe pre: vfio-pci", "softdep snd_hda_intel pre: vfio-pci"])

    def test_ids_that_are_given_elsewhere_are_completed_there(self):
        more = GRUB + "etc/modprobe.d/zz.conf =\n\toptions vfio-pci ids=8086:4680\n"
        root = self.make(machine(group="group=1", more=more, pve=True, kernel="6.8.12-4-pve"))
        texts = self.apply(root, "--early", "--audio", "00:1f.3")
        self.assertEqual(texts["etc/modprobe.d/zz.conf"], "options vfio-pci ids=8086:4680,8086:7ad0\n")
        self.assertNotIn("options", texts["etc/modprobe.d/igdrom.conf"])

    def test_the_console_of_the_firmware_is_told_to_let_go_before_linux_6_0(self):
        for kernel, wanted in (("5.15.0-91", True), ("6.1.0-28-amd64", False)):
            root = self.make(machine(group="group=1", more=GRUB + "etc/libvirt/\n", kernel=kernel))
            texts = self.apply(root, "--early")
            self.assertEqual("initcall_blacklist=sysfb_init" in texts.get("etc/default/grub", ""), wanted)

    def test_virtual_functions_need_the_driver_and_not_vfio_pci(self):
        more = GRUB + "etc/modprobe.d/vfio.conf =\n\tblacklist i915\n\toptions vfio-pci ids=8086:4680\n\tblacklist nouveau\n" \
            "usr/share/doc/i915-sriov-dkms/copyright = x\n"
        root = self.make(machine(group="group=1", more=more, pve=True, kernel="6.17.2-1-pve", vfs=0))
        texts = self.apply(root, "--function", "vf")
        self.assertEqual(texts, {"etc/modprobe.d/vfio.conf": "blacklist nouveau\n", "etc/default/grub":
                                 "GRUB_DEFAULT=0\nGRUB_CMDLINE_LINUX_DEFAULT=\"quiet i915.enable_guc=3 "
                                 "i915.max_vfs=7 module_blacklist=xe\" # mine\nGRUB_CMDLINE_LINUX=\"\"\n"})

    def test_what_the_device_offers_is_no_promise_of_its_driver(self):
        for vfs, more, wanted in ((7, "", False), (7, "usr/share/doc/i915-sriov-dkms/copyright = x\n", True)):
            root = self.make(machine(group="group=1", more=GRUB + more, pve=True, kernel="6.17.2-1-pve", vfs=vfs))
            done = self.run_it(root, "--function", "vf")
            self.assertEqual("i915.max_vfs=7" in done.stdout, wanted)
            self.assertEqual("makes no virtual functions" in done.stderr, not wanted)

    def test_no_audio_can_be_said(self):
        root = self.make(machine(group="group=1", more=GRUB, pve=True))
        self.apply(root, "--audio", "none")

    def test_mediated_devices_need_gvt_and_its_module(self):
        def skylake(more):
            return machine(group="group=1", pve=True, kernel="6.8.12-4-pve", more=GRUB + more).replace("8086:4680", "8086:1912")
        root = self.make(skylake("etc/modules =\n\t# none\n"))
        texts = self.apply(root, "--function", "mdev")
        self.assertIn("i915.enable_gvt=1", texts["etc/default/grub"])
        self.assertTrue(texts["etc/modules-load.d/igdrom.conf"].endswith("\nkvmgt\n"))
        root = self.make(skylake("etc/modules =\n\tkvmgt\n"))
        self.assertEqual(list(self.apply(root, "--function", "mdev")), ["etc/default/grub"])

    def test_nothing_is_changed_for_mediated_devices_of_a_gpu_that_has_none(self):
        # i915's is_supported_device() knows no Alder Lake and no Gemini Lake.
        for device in ("4680", "3185"):
            root = self.make(machine(group="group=1", pve=True, kernel="6.8.12-4-pve", more=GRUB)
                             .replace("8086:4680", f"8086:{device}"))
            found = json.loads(self.run_it(root, "--json", "--function", "mdev").stdout)
            self.assertEqual(found["steps"], [])
            self.assertEqual([f["code"] for f in found["findings"]], ["prepare-no-gvt"])

    def test_a_link_out_of_the_machine_is_not_followed(self):
        root = self.make(machine(more="etc/libvirt/\n"))
        outside = root.parent / "grub"
        outside.write_text("GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n")
        (root / "etc/default").mkdir()
        (root / "etc/default/grub").symlink_to("../../../grub")
        self.run_it(root, "--apply")
        self.assertEqual(outside.read_text(), "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n")

    def test_options_that_do_not_go_together_are_refused(self):
        root = self.make(machine(more=GRUB))
        self.run_it(root, "--undo", "--apply", code=2)
        self.run_it(root, "--force", code=2)
        self.run_it(root, "--undo", code=1)
        self.run_it(root, "--device", "00:05.0", code=3)


class Others(Case):
    def test_fedora_is_told_what_to_type(self):
        root = self.make(machine(name="fedora", more=GRUB + "etc/libvirt/\n", cmdline="quiet vfio-pci.disable_vga=1"))
        self.assertEqual(self.apply(root), {})
        self.assertIn('grubby --update-kernel=ALL --args="intel_iommu=on"', self.last.replace("\n#   ", " "))
        self.assertIn('--remove-args="vfio-pci.disable_vga', self.last.replace("\n#   ", " "))

    def test_arch_is_told_what_to_type(self):
        root = self.make(machine(name="arch", more=GRUB + "etc/libvirt/\n"))
        self.assertEqual(list(self.apply(root, "--early")), ["etc/modprobe.d/igdrom.conf"])
        text = self.last.replace("\n#   ", " ")
        self.assertIn("grub-mkconfig -o /boot/grub/grub.cfg", text)
        self.assertIn("mkinitcpio -P", text)

    def test_unraid_keeps_everything_on_its_flash_drive(self):
        more = "etc/unraid-version = version=\"7.0.1\"\nboot/config/go =\n\t#!/bin/bash\n\tmodprobe i915\n" \
            "\t/usr/local/sbin/emhttp\nboot/syslinux/syslinux.cfg =\n\tlabel Unraid OS\n\t  kernel /bzimage\n" \
            "\t  append vfio-pci.disable_vga=1 initrd=/bzroot\n"
        root = self.make(machine(name="slackware", group="group=1", more=more))
        texts = self.apply(root, "--early", "--audio", "00:1f.3")
        self.assertEqual(texts, {
            "boot/config/go": "#!/bin/bash\n#modprobe i915\n/usr/local/sbin/emhttp\n",
            "boot/config/vfio-pci.cfg": "BIND=0000:00:02.0|8086:4680 0000:00:1f.3|8086:7ad0",
            "boot/syslinux/syslinux.cfg": "label Unraid OS\n  kernel /bzimage\n  append initrd=/bzroot\n"})
        self.assertTrue((root / "boot/config/igdrom/changes").is_dir())
        (root / "boot/config/go").write_text("modprobe i915 && chmod -R 777 /dev/dri\n")
        done = self.run_it(root, "--early", code=4)
        self.assertIn("/boot/config/go", done.stderr)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]])
