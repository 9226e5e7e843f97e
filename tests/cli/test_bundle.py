#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""igdrom host bundle: secrets are planted in every file that it reads, and none may come out again."""
import re
import subprocess
import sys

from igdrom_cli import SOURCE, Case, main

HOST, NODE, USER = "kellerkiste", "wohnzimmer7", "annegret"
MAC, MAC2 = "de:ad:c0:ff:ee:42", "DE-AD-C0-FF-EE-43"
UUID, UUID2 = "3f2b8a10-77aa-4c5e-9d21-0f1e2d3c4b5a", "3F2B8A10-77AA-4C5E-9D21-0F1E2D3C4B5B"
IP4, IP6 = "203.0.113.77", "2001:db8:dead:beef::77"
SERIAL, SERIAL2, PASSWORD, DISK = "S3Z9NB0K123456", "VMW-99-ABCDEF", "korrekthorsebatterie", "ata-Samsung_SSD_860_S3Z9NB0K777"
MAIL, DOMAIN = "annegret@example.org", "heim.example"
SECRETS = [HOST, NODE, USER, MAC, MAC2, UUID, UUID2, IP4, IP6, SERIAL, SERIAL2, PASSWORD, DISK, MAIL, DOMAIN,
           "deadc0ffee44", "einkaufszettel", "d34db33f-01"]

# Each secret in the ways in which files and logs have it.
PVE_CONF = f"""#einkaufszettel: Milch, {PASSWORD}
args: -device isa-applesmc,osk="{PASSWORD} with blanks" -smbios type=1,serial={SERIAL2},uuid={UUID2} -vnc {IP4}:1,password={PASSWORD}
bios: ovmf
cipassword: {PASSWORD}
ciuser: {USER}
cpu: host
efidisk0: local-lvm:vm-100-disk-0,size=4M
hostpci0: 0000:00:02.0,legacy-igd=1,romfile=adl-s.rom
ide2: {NODE}:iso/win.iso,media=cdrom
ipconfig0: ip={IP4}/24,gw6={IP6}
machine: pc-i440fx-10.0+pve1
memory: 8192
name: win11
nameserver: {IP4}
net0: virtio={MAC},bridge=vmbr0
net1: virtio={MAC2},bridge=vmbr0
scsi0: /dev/disk/by-id/{DISK},serial={SERIAL},size=64G
searchdomain: {DOMAIN}
smbios1: uuid={UUID},serial={SERIAL2},base64=1
sshkeys: ssh-rsa%20{PASSWORD}%20{USER}
usb0: host=1-2
vga: none
vmgenid: {UUID2}
"""
DOMAIN_XML = f"""<domain type='kvm'>
  <name>win11</name>
  <uuid>{UUID}</uuid>
  <title>einkaufszettel</title>
  <description>of {USER},
    kept in {PASSWORD}</description>
  <memory unit='KiB'>8388608</memory>
  <os><type arch='x86_64' machine='pc-i440fx-10.0'>hvm</type>
  <nvram>/var/lib/libvirt/qemu/nvram/{UUID}_VARS.fd</nvram></os>
  <sysinfo type='smbios'><system><entry name='serial'>{SERIAL2}</entry><entry name='uuid'>{UUID2}</entry></system></sysinfo>
  <devices>
    <disk type='file' device='disk'><source file='/home/{USER}/win.img'/><serial>{SERIAL}</serial></disk>
    <disk type='block' device='disk'><source dev='/dev/disk/by-id/{DISK}'/></disk>
    <interface type='bridge'><mac address='{MAC}'/><source bridge='br0'/></interface>
    <graphics type='vnc' passwd='{PASSWORD}' listen='{IP4}'/>
    <hostdev mode='subsystem' type='pci' managed='yes'>
      <source><address domain='0x0000' bus='0x00' slot='0x02' function='0x0'/></source>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x02' function='0x0'/>
    </hostdev>
  </devices>
</domain>
"""
CMDLINE = (f"BOOT_IMAGE=/vmlinuz root=UUID={UUID} resume=PARTUUID=d34db33f-01 ip={IP4}::{IP4}:255.255.255.0:{HOST}:eth0 "
           f"nfsroot={IP4}:/home/{USER}/root rd.luks.uuid={UUID2} root2=/dev/mapper/{HOST}--vg-root intel_iommu=on quiet\n")
LOG = "".join(f"Nov 21 12:00:0{i} {HOST} kernel: [    {i}.0] {line}\n" for i, line in enumerate((
    f"Command line: {CMDLINE.strip()}",
    f"igc 0000:02:00.0 enxdeadc0ffee44: renamed from eth0, {MAC}, {IP6}",
    f"usb 1-2: SerialNumber: {SERIAL}",
    f"vfio-pci 0000:00:02.0: vgaarb: changed VGA decodes: olddecodes=io+mem of {HOST}.{DOMAIN} by {MAIL}",
    f"i915 0000:00:02.0: [drm] Serial Number: {SERIAL2} at {IP4} {UUID}",
    f"vfio-pci 0000:00:02.0: BAR 2: can't reserve [mem 0x4000000000-0x400fffffff 64bit pref] {MAC} {HOST}",
    "DMAR: IOMMU enabled")))


class Bundle(Case):
    def plant(self, name, extra):
        root = self.here / name
        subprocess.run([sys.executable, "-B", SOURCE / "tests/host/machine.py", SOURCE / f"tests/host/machines/{name}.txt",
                        root], check=True)
        files = {
            "etc/hostname": HOST + "\n",
            "proc/sys/kernel/hostname": HOST + "\n",
            "etc/hosts": f"127.0.0.1 localhost\n127.0.1.1 {HOST}.{DOMAIN} {HOST}\n{IP4} {NODE}\n",
            "etc/passwd": f"root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1::/:/bin/false\n{USER}:x:1000:1000::/home/{USER}:/bin/sh\n",
            "proc/cmdline": CMDLINE,
            "etc/default/grub": f'# by {MAIL}\nGRUB_CMDLINE_LINUX_DEFAULT="{CMDLINE.strip()}"\nGRUB_PASSWORD={PASSWORD}\n',
            "etc/modprobe.d/local.conf": f"# {USER} in /home/{USER}/x, {IP6}\noptions vfio-pci ids=8086:4680\n",
            "etc/modprobe.d/net.conf": f"options igc mac={MAC} ssid={PASSWORD} # {HOST}\n",
            "etc/modules": f"vfio\n# {NODE}\n",
            "var/log/kern.log": LOG,
            **extra,
        }
        for path, text in files.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            target.write_text(text, encoding="utf-8")
        return root

    def bundle(self, root):
        self.run_igdrom("host", "bundle", "--root", root, "-o", "out.json")
        return (self.here / "out.json").read_text(encoding="utf-8")

    def check(self, text):
        for secret in SECRETS:
            at = text.lower().find(secret.lower())
            self.assertEqual(at, -1, f"{secret} is still there: {text[max(0, at - 80):at + 80]!r}")

    def test_no_planted_secret_survives_on_proxmox_ve(self):
        text = self.bundle(self.plant("desktop-pve", {
            f"etc/pve/nodes/{NODE}/qemu-server/100.conf": PVE_CONF,
            f"etc/pve/nodes/{HOST}/qemu-server/102.conf": PVE_CONF,
            "etc/pve/nodes/pve1/qemu-server/100.conf": PVE_CONF}))
        self.check(text)
        # It has to be of use still.
        for useful in ("8086:4680", "intel_iommu=on", "romfile=adl-s.rom", "legacy-igd=1", "6.14.8-2-pve",
                       "pc-i440fx-10.0+pve1", "0000:00:02.0", "ids=8086:4680", "BAR 2"):
            self.assertIn(useful, text)

    def test_no_planted_secret_survives_under_libvirt(self):
        text = self.bundle(self.plant("laptop-csm", {"etc/libvirt/qemu/win10.xml": DOMAIN_XML}))
        self.check(text)
        for useful in ("machine='pc-i440fx-10.0'", "slot='0x02'", "<hostdev", "<mac address='MAC-"):
            self.assertIn(useful, text)

    def test_the_planted_secrets_are_read_at_all(self):
        # Without this, a bundle that reads none of the files would pass.
        document = self.run_igdrom("host", "bundle", "--root", self.plant("laptop-csm", {
            "etc/libvirt/qemu/win10.xml": DOMAIN_XML}), "-o", "-").document
        paths = [file["path"] for file in document["files"] + document["vms"]]
        for path in ("/proc/cmdline", "/etc/default/grub", "/etc/modprobe.d/local.conf", "/etc/modprobe.d/net.conf",
                     "/etc/modules", "/etc/libvirt/qemu/win10.xml"):
            self.assertIn(path, paths)
        self.assertEqual(document["log_source"], "/var/log/kern.log")
        self.assertTrue(all(document["redacted"][kind] for kind in ("MAC", "UUID", "IP", "MAIL", "HOST", "USER",
                                                                    "DISK", "SECRET")), document["redacted"])

    def test_the_same_thing_is_the_same_word_and_the_same_machine_the_same_bundle(self):
        root = self.plant("desktop-pve", {"etc/pve/nodes/pve1/qemu-server/100.conf": PVE_CONF})
        first = self.bundle(root)
        self.assertEqual(self.bundle(root), first)
        self.assertEqual(len(set(re.findall(r"net0: virtio=(MAC-\d+)", first))), 1)
        word = re.search(r"net0: virtio=(MAC-\d+)", first).group(1)
        self.assertIn(f"mac={word} ", first)

    def test_doctor_and_log_are_in_it(self):
        document = self.run_igdrom("host", "bundle", "--root", self.plant("desktop-pve", {}), "-o", "-").document
        self.assertIn("GPU        8086:4680", document["summary"])
        self.assertEqual(document["host"]["igd"]["device_id"], "4680")
        self.assertTrue(document["doctor"]["ok"] or document["doctor"]["findings"])
        self.assertIn("BAR 2: can't reserve", str(document["log"]))

    def test_machines_of_every_kind_have_a_bundle(self):
        for path in sorted((SOURCE / "tests/host/machines").glob("*.txt")):
            root = self.here / path.stem
            subprocess.run([sys.executable, "-B", SOURCE / "tests/host/machine.py", path, root], check=True)
            self.assertIn("summary", self.run_igdrom("host", "bundle", "--root", root, "-o", "-").document)

    def test_where_to_write_must_be_said(self):
        self.fails("host", "bundle", code=2, text="-o OUT")


if __name__ == "__main__":
    main()
