/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/doctor_cases.h"

#define GPU_AT                "pci 0000:00:02.0 8086:"
#define BARS                  "\tbar 0 6000000000 16M mem64\n\tbar 2 4000000000 256M pref64\n"
#define GPU(id, rest, config) GPU_AT id " " rest "\n" BARS "\tconfig " config "\n"
#define ADL(rest)             GPU("4680", "030000 " rest, "50=02c1 c0=000000006c800001 fc=63ade018")
#define ADL_AS(config)        GPU("4680", "030000 driver=vfio-pci group=0 boot_vga=1", config)
#define ADL_0380(rest)                                                                           \
	GPU("4680", "038000 driver=vfio-pci group=0", "50=02c1 c0=000000006c800001 fc=63ade018") \
	rest
#define KBL(config) GPU("5916", "030000 driver=vfio-pci group=0 boot_vga=1", config)
#define HSW(ggc) \
	GPU("0412", "030000 driver=vfio-pci group=0 boot_vga=1", ggc " 5c=7c000001 fc=7a2c9018")
#define HSW_SOUND(driver) "pci 0000:00:03.0 8086:0c0c 040300" driver " group=3\n"
#define KBL_WELL          KBL("50=02c1 5c=7c000001 fc=7a2c9018")
#define I915              ADL("driver=i915 group=0 boot_vga=1")
#define NO_IDS            "etc/modprobe.d/vfio.conf = # nothing\n"
#define CMDLINE(words)    "proc/cmdline = BOOT_IMAGE=/boot/vmlinuz root=/dev/sda2 ro quiet " words "\n"
#define GRUB(words)       "etc/default/grub = GRUB_CMDLINE_LINUX_DEFAULT=\"quiet " words "\"\n"
#define GRUB_LINES(lines) "etc/default/grub =\n" lines
#define KERNEL(v)         "proc/sys/kernel/osrelease = " v "\n"
#define PACKAGE(name, v) \
	"\tPackage: " name "\n\tStatus: install ok installed\n\tVersion: " v "\n\t\n"
#define QEMU(v) "var/lib/dpkg/status =\n" PACKAGE("qemu-system-x86", v)
#define NO_QEMU "var/lib/dpkg/status =\n"
#define PVE_QEMU(v) \
	"var/lib/dpkg/status =\n" PACKAGE("pve-manager", "9.1.1") PACKAGE("pve-qemu-kvm", v)
#define PVE PVE_QEMU("10.1.2-3")
#define LIBVIRT                                                               \
	"var/lib/dpkg/status =\n" PACKAGE("qemu-system-x86", "1:10.1.0+ds-5") \
		PACKAGE("libvirt-daemon", "11.0.0-1")
#define NO_IOMMU  "- sys/class/iommu/dmar0\n! no groups\n"
#define NO_GROUP  ADL("driver=vfio-pci boot_vga=1")
#define NO_GROUPS "! no groups\n"
#define VM(n, more)                            \
	"etc/pve/qemu-server/" n ".conf =\n"   \
	"\tbios: ovmf\n"                       \
	"\tefidisk0: l:vm-disk-0,efitype=4m\n" \
	"\tmachine: pc\n"                      \
	"\tmemory: 8192\n"                     \
	"\tvga: none\n" more
#define GIVES(rom) "\thostpci0: 0000:00:02.0,legacy-igd=1" rom "\n"
#define SET_LPC                                              \
	"\targs: -set device.hostpci0.x-igd-lpc=on -fw_cfg " \
	"opt/igdrom/stolen-base,string=0x6c800000\n"
#define MODPROBE(lines) "etc/modprobe.d/vfio.conf =\n" lines
#define IDS             "\toptions vfio-pci ids=8086:4680\n"
#define IOMEM(owner)                               \
	"proc/iomem =\n"                           \
	"\t00001000-0009efff : System RAM\n"       \
	"\t4000000000-400fffffff : 0000:00:02.0\n" \
	"\t  4000000000-40002fffff : " owner "\n"
#define IN_GROUP_0(at, rest) "pci 0000:" at " " rest " group=0\n"
#define DRM(status)                                                  \
	I915 "sys/class/drm/card0/device -> ../../../0000:00:02.0\n" \
	     "sys/class/drm/card0-HDMI-A-1/status = " status "\n"

#define DOMAIN(os)                                                                          \
	"etc/libvirt/qemu/w.xml =\n"                                                        \
	"\t<domain type='kvm'>\n\t<name>w</name>\n" os                                      \
	"\t<os><type machine='pc'>hvm</type></os>\n\t<devices><hostdev mode='subsystem' "   \
	"type='pci'>"                                                                       \
	"<source><address domain='0x0000' bus='0x00' slot='0x02' function='0x0'/></source>" \
	"</hostdev><tpm model='tpm-crb'/></devices></domain>\n"

const char healthy[] =
	"pci 0000:00:1f.0 8086:7a84 060100 group=12\n"
	"pci 0000:00:1f.3 8086:7ad0 040300 driver=vfio-pci group=13\n"
	"pci 0000:00:17.0 8086:7ae2 010601 driver=ahci group=7\n"
	"pci 0000:02:00.0 8086:15f3 020000 driver=igc group=15\n"
	"sys/class/iommu/dmar0 -> ../../devices/virtual/iommu/dmar0\n"
	"sys/devices/virtual/iommu/dmar0/intel-iommu/cap = 1c0000c40660462\n"
	"sys/firmware/efi/efivars/\n"
	"sys/firmware/acpi/tables/DMAR = x\n"
	"sys/module/vfio_pci/parameters/disable_vga = N\n"
	"proc/cpuinfo =\n"
	"\tflags		: fpu vmx ept\n"
	"\taddress sizes	: 39 bits physical, 48 bits virtual\n" IOMEM("nobody")
		KERNEL("6.12.48-amd64") CMDLINE("intel_iommu=on")
			GRUB("intel_iommu=on") "etc/os-release = ID=debian\n" QEMU("1:10.1.0+ds-5")
				MODPROBE(IDS "\tsoftdep i915 pre: vfio-pci\n\tsoftdep xe pre: "
					     "vfio-pci\n") "etc/systemd/system/"
							   "multi-user.target.wants/ssh.service -> "
							   "/lib/systemd/system/ssh.service\n"
							   "boot/initrd.img-6.12.48-amd64 = x\n";

const char healthy_gpu[] = ADL("driver=vfio-pci group=0 boot_vga=1");

const struct doctor_case doctor_cases[] = {
	{"doctor-no-igd", "pci 0000:00:02.0 1002:164e 030000 group=0\n", "", NULL},
	{"doctor-ok-igd", "", "pci 0000:00:02.0 1002:164e 030000 group=0\n", NULL},
	{"doctor-igd-unknown", GPU("0001", "030000 driver=vfio-pci group=0", "50=02c1 fc=63ade018"),
	 "", NULL},
	{"doctor-vtx", "proc/cpuinfo = flags : fpu vme ept\n", "proc/cpuinfo = flags : fpu svm\n",
	 NULL},

	{"doctor-iommu-told-off", NO_IOMMU NO_GROUP CMDLINE("intel_iommu=off"), NO_IOMMU NO_GROUP,
	 NULL},
	{"doctor-iommu-told-off", NO_IOMMU NO_GROUP CMDLINE("iommu=off"), CMDLINE("iommu=off"),
	 NULL},
	{"doctor-iommu-told-off", NO_GROUP CMDLINE("intel_iommu=on,igfx_off"),
	 CMDLINE("intel_iommu=on,igfx_off"), NULL},
	{"doctor-iommu-told-off", NO_GROUP CMDLINE("intel_iommu=intgpu_off"), NO_GROUP, NULL},
	{"doctor-iommu-firmware", NO_IOMMU NO_GROUP "- sys/firmware/acpi/tables/DMAR\n",
	 NO_IOMMU NO_GROUP, NULL},
	{"doctor-iommu-firmware",
	 NO_IOMMU NO_GROUP "- sys/firmware/acpi/tables/DMAR\n- sys/firmware/acpi/tables\n",
	 NO_IOMMU NO_GROUP CMDLINE(
		 "") "- sys/firmware/acpi/tables/DMAR\n- sys/firmware/acpi/tables\n",
	 NULL},
	{"doctor-iommu-line", NO_IOMMU NO_GROUP CMDLINE(""), NO_IOMMU NO_GROUP, NULL},
	/* Proxmox VE's kernels do it by themselves from 6.8 on. */
	{"doctor-iommu-line", NO_IOMMU NO_GROUP PVE KERNEL("6.5.13-6-pve") CMDLINE(""),
	 NO_IOMMU NO_GROUP PVE KERNEL("6.8.4-2-pve") CMDLINE(""), NULL},
	{"doctor-iommu-refused", NO_IOMMU NO_GROUP, "", NULL},
	{"doctor-iommu-refused", NO_IOMMU NO_GROUP,
	 NO_IOMMU NO_GROUP "- sys/firmware/acpi/tables/DMAR\n- sys/firmware/acpi/tables\n", NULL},
	{"doctor-iommu-gpu", NO_GROUP, "", NULL},
	{"doctor-iommu-gpu", NO_GROUP, NO_GROUPS, NULL},
	{"doctor-ok-iommu", "", NO_IOMMU NO_GROUP, NULL},
	{"doctor-ok-iommu-on", "- sys/devices/virtual/iommu/dmar0/intel-iommu/cap\n", "", NULL},
	{"doctor-width", "proc/cpuinfo = address sizes : 46 bits physical, 48 bits virtual\n", "",
	 NULL},
	{"doctor-ok-width", "",
	 "proc/cpuinfo = address sizes : 40 bits physical, 48 bits virtual\n", NULL},

	{"doctor-class-kernel", ADL_0380(KERNEL("6.14.11-4-pve")), ADL_0380(KERNEL("6.15.0")),
	 NULL},
	{"doctor-class-kernel", ADL_0380(""), "", NULL},
	{"doctor-class-qemu", ADL_0380(QEMU("1:10.1.0+ds-5")), ADL_0380(QEMU("1:10.2.0+ds-1")),
	 NULL},
	{"doctor-class", ADL_0380(KERNEL("6.17.1") QEMU("1:10.2.0+ds-1")),
	 ADL_0380(KERNEL("6.14.1") QEMU("1:10.2.0+ds-1")), NULL},
	{"doctor-ok-class", "", ADL_0380(""), NULL},
	{"doctor-opregion", ADL_AS("50=02c1 fc=00000000"), ADL_AS("50=02c1 fc=00001000"), NULL},
	{"doctor-opregion", ADL_AS("50=02c1 fc=ffffffff"), "", NULL},
	{"doctor-ok-opregion", "", ADL_AS("50=02c1 fc=00000000"), NULL},
	/* GMS F0h to FEh: 4 MiB each, from 4 on. */
	{"doctor-stolen", ADL_AS("50=f0c1 fc=63ade018"), ADL_AS("50=01c1 fc=63ade018"), NULL},
	{"doctor-stolen", ADL_AS("50=f6c1 fc=63ade018"), ADL_AS("50=f7c1 fc=63ade018"), NULL},
	{"doctor-stolen-none", ADL_AS("50=00c1 fc=63ade018"), ADL_AS("50=01c1 fc=63ade018"), NULL},
	{"doctor-ok-stolen", "", ADL_AS("50=00c1 fc=63ade018"), NULL},
	{"doctor-stolen-wish", ADL_AS("50=01c1 fc=63ade018"), ADL_AS("50=02c1 fc=63ade018"),
	 "gms=2"},
	{"doctor-ivd", KBL("50=02c3 5c=7c000001 fc=7a2c9018"), KBL_WELL, NULL},
	{"doctor-ivd", KBL("50=02c3 5c=7c000001 fc=7a2c9018"), ADL_AS("50=02c3 fc=63ade018"), NULL},

	{"doctor-qemu", QEMU("1:9.2.1+ds-1"), QEMU("1:10.0.0+ds-1"), NULL},
	{"doctor-qemu", QEMU("1:5.0-14") KBL_WELL, QEMU("1:5.1-2") KBL_WELL, NULL},
	{"doctor-ok-qemu", "", QEMU("1:9.2.1+ds-1"), NULL},
	{"doctor-qemu", PVE_QEMU("9.2.0-5"), PVE, "want=boot-picture"},
	{"doctor-ok-plan-dark", "",
	 QEMU("1:10.0.0+ds-1") GPU("7d55", "030000 driver=vfio-pci group=0", "50=0000 fc=6c5a1018"),
	 "want=output machine=q35 firmware=ovmf"},
	{"doctor-plan", "", QEMU("1:9.2.1+ds-1"), "firmware=seabios want=boot-picture"},
	{"doctor-ok-plan", "", PVE VM("100", GIVES("")), NULL},
	{"doctor-ok-plan", "", ADL("driver=i915 group=0 vfs=7/7"), NULL},
	{"doctor-ok-plan", "", QEMU("1:9.2.1+ds-1"), NULL},

	{"doctor-vfs", ADL("driver=vfio-pci group=0 vfs=3/7"), "", "function=whole"},
	{"doctor-vfs", ADL("driver=i915 group=0 vfs=3/7") VM("100", GIVES("")) PVE,
	 ADL("driver=i915 group=0 vfs=3/7"), NULL},
	{"doctor-part-driver", ADL("driver=vfio-pci group=0 vfs=7/7"),
	 ADL("driver=xe group=0 vfs=7/7"), NULL},
	{"doctor-part-driver", "", I915, "function=vf"},
	{"doctor-vf-missing",
	 ADL("driver=i915 group=0 vfs=0/7") VM("100", "\thostpci0: 0000:00:02.1\n"),
	 ADL("driver=i915 group=0") VM("100", "\thostpci0: 0000:00:02.1\n"), NULL},
	{"doctor-vf-missing",
	 ADL("driver=i915 group=0 vfs=0/7") VM("100", "\thostpci0: 0000:00:02.1\n"),
	 ADL("driver=i915 group=0 vfs=0/7") VM("100", GIVES("")), NULL},
	{"doctor-ok-part-driver", I915, "", "function=vf"},

	{"doctor-group-disk", IN_GROUP_0("00:1e.0", "8086:7ae2 010601"),
	 IN_GROUP_0("00:1e.0", "8086:7ae2 060400"), NULL},
	{"doctor-group-disk",
	 IN_GROUP_0("00:1e.0",
		    "8086:7ae2 010802") "sys/block/nvme0n1 -> "
					"../devices/pci0000:00/0000:00:1e.0/nvme/nvme0/nvme0n1\n",
	 IN_GROUP_0("00:1e.0",
		    "8086:7ae2 010802") "sys/block/nvme0n1 -> "
					"../devices/pci0000:00/0000:00:1d.0/nvme/nvme0/nvme0n1\n",
	 NULL},
	{"doctor-group-network", IN_GROUP_0("03:00.0", "8086:15f3 020000"), "", NULL},
	{"doctor-group-network",
	 IN_GROUP_0("03:00.0",
		    "8086:15f3 020000") "sys/class/net/eth0 -> "
					"../../devices/pci0000:00/0000:03:00.0/net/eth0\n",
	 IN_GROUP_0("03:00.0",
		    "8086:15f3 020000") "sys/class/net/eth0 -> "
					"../../devices/pci0000:00/0000:02:00.0/net/eth0\n",
	 NULL},
	{"doctor-group", IN_GROUP_0("00:14.0", "8086:7ae0 0c0330"),
	 IN_GROUP_0("00:01.0", "8086:7ae0 060400"), NULL},
	{"doctor-ok-group", "", IN_GROUP_0("03:00.0", "8086:15f3 020000"), NULL},
	{"doctor-sound-group", "pci 0000:00:1f.6 8086:1a1d 020000 group=13\n",
	 "pci 0000:00:1f.6 8086:1a1d 020000 group=14\n", "audio=00:1f.3"},
	{"doctor-sound-group",
	 "pci 0000:00:1f.6 8086:1a1d 020000 group=13\n" PVE VM(
		 "100", GIVES("") "\thostpci1: 0000:00:1f.3\n"),
	 "pci 0000:00:1f.6 8086:1a1d 020000 group=13\n" PVE VM("100", GIVES("")), NULL},

	{"doctor-disable-vga", "etc/modprobe.d/a.conf = options vfio-pci disable_vga=1\n",
	 "etc/modprobe.d/a.conf = # options vfio-pci disable_vga=1\n", NULL},
	{"doctor-disable-vga", CMDLINE("intel_iommu=on vfio_pci.disable_vga=Y"),
	 CMDLINE("intel_iommu=on vfio_pci.disable_vga=0"), NULL},
	{"doctor-disable-vga", "sys/module/vfio_pci/parameters/disable_vga = Y\n",
	 "sys/module/vfio_pci/parameters/disable_vga = N\n", NULL},
	{"doctor-disable-vga", "usr/lib/modprobe.d/a.conf = options vfio_pci disable_vga=1\n",
	 "usr/lib/modprobe.d/a.conf = options vfio_pci disable_vga=1\n"
	 "etc/modprobe.d/a.conf =\n",
	 NULL},
	{"doctor-disable-vga-legacy",
	 KBL_WELL "etc/modprobe.d/a.conf = options vfio-pci disable_vga=1\n",
	 "etc/modprobe.d/a.conf = options vfio-pci disable_vga=1\n", NULL},
	{"doctor-ok-disable-vga", "", "etc/modprobe.d/a.conf = options vfio-pci disable_vga=1\n",
	 NULL},
	{"doctor-ids-syntax", MODPROBE("\toptions vfio-pci ids=8086,4680\n"), MODPROBE(IDS), NULL},
	{"doctor-ids-syntax", MODPROBE("\toptions vfio-pci ids=8086:4680,\\\n\t8086:\n"),
	 MODPROBE("\toptions vfio-pci ids=8086:4680:1849:4680:030000:ff0000,8086:7ad0\n"), NULL},
	{"doctor-ids-syntax", CMDLINE("intel_iommu=on vfio-pci.ids=4680"),
	 CMDLINE("intel_iommu=on vfio-pci.ids=8086:4680"), NULL},
	{"doctor-ids-twice", "etc/modprobe.d/a.conf = options vfio-pci ids=8086:7ad0\n",
	 "etc/modprobe.d/a.conf = options vfio-pci ids=8086:4680\n", NULL},
	{"doctor-ids-twice", CMDLINE("vfio-pci.ids=8086:7ad0 vfio-pci.ids=8086:15f3") NO_IDS,
	 CMDLINE("vfio-pci.ids=8086:7ad0,8086:15f3") NO_IDS, NULL},
	{"doctor-ids-absent", MODPROBE("\toptions vfio-pci ids=8086:4692\n"), MODPROBE(IDS), NULL},
	{"doctor-modprobe-name", "etc/modprobe.d/igpu = blacklist i915\n",
	 "etc/modprobe.d/igpu = # blacklist i915\n", NULL},
	{"doctor-modprobe-name", "etc/modprobe.d/vfio.cnf = options vfio-pci ids=8086:4680\n",
	 "etc/modprobe.d/vfio.conf.bak = options vfio-pci ids=8086:4680\n", NULL},
	{"doctor-modprobe-word", "etc/modprobe.d/a.conf = blaklist i915\n",
	 "etc/modprobe.d/a.conf = blacklist nouveau\n", NULL},
	{"doctor-virqfd", "etc/modules = vfio_virqfd\n", "etc/modules = # vfio_virqfd\n", NULL},
	{"doctor-virqfd", "etc/modules-load.d/v.conf = vfio_virqfd\n",
	 "etc/modules-load.d/v.conf = vfio_virqfd\n" KERNEL("6.1.0-28-amd64"), NULL},

	{"doctor-loader",
	 CMDLINE("intel_iommu=on") "etc/kernel/cmdline = root=/dev/sda2 iommu=pt\n",
	 CMDLINE("intel_iommu=on") "etc/kernel/cmdline = root=/dev/sda2 quiet\n", NULL},
	{"doctor-loader",
	 "proc/cmdline = initrd=\\EFI\\proxmox\\6\\initrd.img ro intel_iommu=on\n"
	 "etc/kernel/cmdline = ro intel_iommu=on\n" GRUB("initcall_blacklist=sysfb_init"),
	 "proc/cmdline = initrd=\\EFI\\proxmox\\6\\initrd.img ro intel_iommu=on\n"
	 "etc/kernel/cmdline = ro intel_iommu=on\n" GRUB("intel_iommu=on"),
	 NULL},
	{"doctor-reboot", GRUB("intel_iommu=on iommu=pt"), GRUB("intel_iommu=on splash"), NULL},
	{"doctor-reboot", "etc/default/grub = GRUB_CMDLINE_LINUX='module_blacklist=xe'\n",
	 "etc/default/grub = #GRUB_CMDLINE_LINUX='module_blacklist=xe'\n", NULL},
	{"doctor-reboot", CMDLINE(""), GRUB("") CMDLINE(""), NULL},
	/* grub-mkconfig(8) runs the files as a shell does. */
	{"doctor-reboot",
	 GRUB_LINES("\tGRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n\tGRUB_CMDLINE_LINUX_DEFAULT+=' "
		    "iommu=pt'\n"),
	 GRUB_LINES(
		 "\tGRUB_CMDLINE_LINUX_DEFAULT=\"iommu=pt\"\n\tGRUB_CMDLINE_LINUX_DEFAULT=quiet\n"),
	 NULL},
	{"doctor-reboot", "etc/default/grub.d/x.cfg = GRUB_CMDLINE_LINUX=\"iommu=pt\"\n",
	 "etc/default/grub.d/x.cfg.bak = GRUB_CMDLINE_LINUX=\"iommu=pt\"\n", NULL},
	{"doctor-reboot", GRUB("$FLAVOUR iommu=pt"), GRUB("iommu=pt$FLAVOUR"), NULL},
	{"doctor-reboot", GRUB("iommu=pt"),
	 GRUB_LINES("\tif test -e /x; then\n\tGRUB_CMDLINE_LINUX_DEFAULT=iommu=pt\n\tfi\n"), NULL},
	{"doctor-reboot", GRUB("iommu=pt"), GRUB("iommu=pt") "etc/default/grub.d/y.cfg = x='\n",
	 NULL},
	{"doctor-reboot", GRUB("video=efifb:off xe.max_vfs=7"), GRUB("intel_iommu=on nosplash"),
	 NULL},
	{"doctor-ok-reboot", "", GRUB("iommu=pt"), NULL},
	{"doctor-initramfs", "+ etc/modprobe.d/vfio.conf\n", "", NULL},
	{"doctor-initramfs", "etc/modprobe.d/a.conf = blacklist xe\n+ etc/modprobe.d/a.conf\n",
	 "etc/modprobe.d/a.conf = blacklist pcspkr\n+ etc/modprobe.d/a.conf\n", NULL},
	/* The kernel makes /proc/cmdline anew; a package's files come with a new initramfs. */
	{"doctor-initramfs", "+ etc/modprobe.d/vfio.conf\n",
	 CMDLINE("intel_iommu=on vfio-pci.ids=8086:4680") "+ proc/cmdline\n", NULL},
	{"doctor-initramfs", "etc/modprobe.d/a.conf = blacklist xe\n+ etc/modprobe.d/a.conf\n",
	 "usr/lib/modprobe.d/a.conf = blacklist xe\n+ usr/lib/modprobe.d/a.conf\n", NULL},
	{"doctor-ok-initramfs", "", "+ etc/modprobe.d/vfio.conf\n", NULL},

	{"doctor-not-taken", I915, "", NULL},
	{"doctor-not-taken", I915 MODPROBE("\tblacklist i915\n\tblacklist xe\n"), I915 NO_IDS,
	 NULL},
	{"doctor-order", I915 MODPROBE(IDS), I915 MODPROBE(IDS "\tblacklist i915\n"), NULL},
	{"doctor-order", I915 MODPROBE(IDS "\tinstall i915 /bin/echo no\n"),
	 I915 MODPROBE(IDS "\tinstall i915 /usr/bin/false\n"), NULL},
	{"doctor-order", I915 MODPROBE(IDS "\t#\\\n\tblacklist i915\n"),
	 I915 MODPROBE(IDS "\t#\n\tblacklist\\\n\t i915\n"), NULL},
	{"doctor-order", I915 MODPROBE(IDS),
	 I915 MODPROBE(IDS) "etc/initramfs-tools/modules = vfio_pci\n", NULL},
	{"doctor-half-blacklist", I915 MODPROBE("\tblacklist xe\n"),
	 I915 MODPROBE("\tblacklist i915\n\tblacklist xe\n"), NULL},
	{"doctor-half-blacklist",
	 I915 NO_IDS CMDLINE("intel_iommu=on module_blacklist=nouveau,i915"),
	 I915 NO_IDS CMDLINE("intel_iommu=on module_blacklist=xe,i915"), NULL},
	{"doctor-half-blacklist", I915 MODPROBE("\tblacklist i915\n"),
	 I915 MODPROBE("\tblacklist i915\n") KERNEL("6.1.0-28-amd64"), NULL},
	{"doctor-bound", I915 NO_IDS, I915 NO_IDS PVE, NULL},
	{"doctor-bound", ADL("driver=xe group=0"), "", NULL},
	{"doctor-bound-managed", I915 NO_IDS LIBVIRT, I915 NO_IDS, NULL},
	{"doctor-bound-managed", I915 NO_IDS "etc/unraid-version = version=\"7.1.4\"\n", "", NULL},
	{"doctor-ok-bound", "", I915, NULL},
	{"doctor-ok-bound-none", ADL("group=0"), "", NULL},
	{"doctor-sound",
	 "pci 0000:00:03.0 8086:0c0c 040300 driver=snd_hda_intel group=3\n" GPU(
		 "0412", "030000 driver=vfio-pci group=0", "50=0202 5c=7c000001 fc=7a2c9018"),
	 "", NULL},
	{"doctor-frame", KERNEL("5.15.0") IOMEM("efifb"), KERNEL("5.15.0") IOMEM("nvidia"), NULL},
	{"doctor-frame", KERNEL("5.15.0") IOMEM("BOOTFB"), KERNEL("6.1.0") IOMEM("BOOTFB"), NULL},
	{"doctor-frame", KERNEL("5.15.0") IOMEM("simplefb"),
	 KERNEL("5.15.0") "proc/iomem =\n\t00000000-00000000 : simplefb\n", NULL},
	{"doctor-frame", KERNEL("5.15.0") IOMEM("simple-framebuffer.0"),
	 KERNEL("5.15.0") IOMEM("vfio"), NULL},
	{"doctor-frame", KERNEL("5.15.0") IOMEM("vesafb"), I915 KERNEL("5.15.0") IOMEM("vesafb"),
	 NULL},
	{"doctor-ok-frame", KERNEL("5.15.0") "", KERNEL("5.15.0") "- proc/iomem\n", NULL},

	{"doctor-way-in", "- etc/systemd/system/multi-user.target.wants/ssh.service\n", "", NULL},
	{"doctor-way-in", "- etc/systemd/system/multi-user.target.wants/ssh.service\n",
	 "- etc/systemd/system/multi-user.target.wants/ssh.service\n" CMDLINE(
		 "intel_iommu=on console=ttyS0,115200"),
	 NULL},
	{"doctor-way-in", "- etc/systemd/system/multi-user.target.wants/ssh.service\n",
	 "- etc/systemd/system/multi-user.target.wants/ssh.service\n"
	 "pci 0000:01:00.0 10de:2504 030000 driver=nvidia group=1\n",
	 NULL},
	{"doctor-ok-way-in",
	 "- etc/systemd/system/multi-user.target.wants/ssh.service\n"
	 "etc/systemd/system/ssh.service.requires/ssh.socket -> /lib/systemd/system/ssh.socket\n",
	 "- etc/systemd/system/multi-user.target.wants/ssh.service\n", NULL},
	{"doctor-ok-way-in", "- etc/systemd/system/multi-user.target.wants/ssh.service\n" PVE,
	 "- etc/systemd/system/multi-user.target.wants/ssh.service\n", NULL},
	{"doctor-legacy", "- sys/firmware/efi/efivars\n- sys/firmware/efi\n", "", NULL},
	{"doctor-ok-legacy", KBL_WELL "- sys/firmware/efi/efivars\n- sys/firmware/efi\n",
	 "- sys/firmware/efi/efivars\n- sys/firmware/efi\n", NULL},
	{"doctor-uefi", KBL_WELL, "", NULL},
	{"doctor-ok-uefi", "", KBL_WELL, NULL},
	{"doctor-monitor", DRM("disconnected"), DRM("connected"), NULL},
	{"doctor-ok-monitor", DRM("connected"), DRM("unknown"), NULL},

	{"doctor-vm-errors", PVE VM("100", GIVES(",romfile=a.rom")),
	 PVE VM("100", GIVES(",romfile=a.rom") SET_LPC), NULL},
	{"doctor-vm-errors",
	 PVE_QEMU("9.2.0-5")
		 KBL_WELL VM("100", GIVES("") "\targs: -set device.hostpci0.x-igd-lpc=on\n"),
	 PVE VM("100", "\thostpci0: 0000:02:00.0\n"), NULL},
	{"doctor-vm-warnings",
	 PVE VM("100", GIVES(",romfile=a.rom") "\targs: -set device.hostpci0.x-igd-lpc=on\n"),
	 PVE VM("100", GIVES(",romfile=a.rom") SET_LPC), NULL},
	{"doctor-ok-vm", PVE VM("100", GIVES(",romfile=a.rom") SET_LPC),
	 PVE VM("100", GIVES(",romfile=a.rom")), NULL},
	{"doctor-rom-missing", PVE VM("100", GIVES(",romfile=a.rom")) "usr/share/kvm/b.rom = x\n",
	 PVE VM("100", GIVES(",romfile=a.rom")) "usr/share/kvm/a.rom = x\n", NULL},
	{"doctor-bitlocker",
	 PVE VM("100", GIVES("") "\tostype: win11\n\ttpmstate0: l:d,version=v2.0\n"),
	 PVE VM("100", GIVES("") "\tostype: l26\n\ttpmstate0: l:d,version=v2.0\n"), NULL},
	{"doctor-bitlocker",
	 PVE VM("100", GIVES("") "\tostype: win11\n\ttpmstate0: l:d,version=v2.0\n"),
	 PVE VM("100", GIVES("") "\tostype: win11\n"), NULL},
#ifdef WITH_XML
	{"doctor-bitlocker",
	 DOMAIN("\t<metadata><vmtemplate xmlns='http://unraid' os='windows11'/></metadata>\n"),
	 DOMAIN("\t<metadata><vmtemplate xmlns='http://unraid' os='linux'/></metadata>\n"), NULL},
	{"doctor-bitlocker",
	 DOMAIN("\t<metadata><vmtemplate xmlns=\"http://unraid\" os=\"windows11\"/></metadata>\n"),
	 DOMAIN(""), NULL},
	{"doctor-bitlocker",
	 DOMAIN("\t<metadata><os id='http://microsoft.com/win/11'/></metadata>\n"), DOMAIN(""),
	 NULL},
#endif
	{"doctor-shared", PVE VM("100", GIVES("")) VM("101", GIVES("")),
	 PVE VM("100", GIVES("")) VM("101", "\thostpci0: 0000:02:00.0\n"), NULL},

	{"doctor-iommu-line", NO_IOMMU NO_GROUP CMDLINE(""), NO_IOMMU NO_GROUP CMDLINE("iommu=off"),
	 NULL},
	{"doctor-half-blacklist", I915 MODPROBE("\tinstall xe /bin/false\n"),
	 MODPROBE("\tinstall xe /bin/false\n"), NULL},
	{"doctor-qemu", QEMU("1:9.2.1+ds-1"), "", "want=boot-picture"},
	{"doctor-ok-qemu", "", QEMU("1:9.2.1+ds-1"), "want=boot-picture"},
	/* What is not known is not bad. */
	{"doctor-class-kernel", ADL_0380(""), ADL_0380("- proc/sys/kernel/osrelease\n"), NULL},
	{"doctor-class-qemu", ADL_0380(""), ADL_0380(NO_QEMU), NULL},
	{"doctor-qemu", QEMU("1:9.2.1+ds-1"), NO_QEMU, NULL},
	{"doctor-opregion", ADL_AS("50=02c1 fc=00000000"), ADL("driver=vfio-pci group=0 config=64"),
	 NULL},
	{"doctor-stolen-none", ADL_AS("50=00c1 fc=63ade018"),
	 ADL("driver=vfio-pci group=0 config=64"), NULL},
	{"doctor-frame", KERNEL("5.15.0") IOMEM("efifb"), KERNEL("5.15.0") "- proc/iomem\n", NULL},
	{"doctor-way-in", "- etc/systemd/system/multi-user.target.wants/ssh.service\n",
	 "- etc/systemd/system/multi-user.target.wants/ssh.service\n"
	 "- etc/systemd/system/multi-user.target.wants\n"
	 "- etc/systemd/system\n",
	 NULL},
	{"doctor-rom-missing", PVE VM("100", GIVES(",romfile=a.rom")) "usr/share/kvm/\n",
	 PVE VM("100", GIVES(",romfile=a.rom")), NULL},
	{"doctor-unknown", NO_QEMU, QEMU("1:10.1.0+ds-5"), NULL},
	{"doctor-unknown", PVE VM("100", GIVES(",romfile=a.rom")), PVE VM("100", GIVES("")), NULL},
	{"doctor-unknown", "- proc/iomem\n" KERNEL("5.15.0"), "- proc/iomem\n", NULL},
	{"doctor-unknown", ADL("driver=vfio-pci group=0 config=64"), "", NULL},

	/* ---- the IOMMU */
	{"doctor-iommu-firmware", NO_IOMMU NO_GROUP "- sys/firmware/acpi/tables/DMAR\n",
	 NO_IOMMU NO_GROUP CMDLINE("intel_iommu=off") "- sys/firmware/acpi/tables/DMAR\n", NULL},
	{"doctor-iommu-firmware", NO_IOMMU NO_GROUP "- sys/firmware/acpi/tables/DMAR\n",
	 "- sys/firmware/acpi/tables/DMAR\n", NULL},
	{"doctor-iommu-line", NO_IOMMU NO_GROUP CMDLINE(""),
	 NO_IOMMU NO_GROUP CMDLINE("intel_iommu=igfx_off"), NULL},
	{"doctor-iommu-line", NO_IOMMU NO_GROUP CMDLINE(""),
	 NO_IOMMU NO_GROUP CMDLINE("") "- sys/firmware/acpi/tables/DMAR\n", NULL},
	{"doctor-iommu-line", NO_IOMMU NO_GROUP CMDLINE(""), NO_IOMMU NO_GROUP "- proc/cmdline\n",
	 NULL},
	{"doctor-iommu-line", NO_IOMMU NO_GROUP CMDLINE(""), CMDLINE(""), NULL},
	{"doctor-iommu-line", NO_IOMMU NO_GROUP PVE CMDLINE("") "- proc/sys/kernel/osrelease\n",
	 NO_IOMMU NO_GROUP PVE CMDLINE("") KERNEL("6.8.4-2-pve"), NULL},
	{"doctor-iommu-told-off", NO_GROUP CMDLINE("intel_iommu=igfx_off"),
	 CMDLINE("intel_iommu=igfx_off"), NULL},
	{"doctor-iommu-told-off~igfx_off", NO_GROUP CMDLINE("intel_iommu=igfx_off"),
	 NO_IOMMU NO_GROUP CMDLINE("intel_iommu=off,igfx_off"), NULL},
	{"doctor-iommu-gpu", NO_GROUP, NO_GROUP CMDLINE("intel_iommu=igfx_off"), NULL},
	{"doctor-iommu-gpu", NO_GROUP, NO_IOMMU NO_GROUP, NULL},
	{"doctor-unknown~the IOMMU group", NO_GROUPS, "", NULL},
	{"doctor-unknown~the IOMMU group", NO_GROUPS, NO_GROUP, NULL},
	{"doctor-width", "proc/cpuinfo = address sizes : 40 bits physical, 48 bits virtual\n",
	 "proc/cpuinfo = address sizes : 39 bits physical, 48 bits virtual\n", NULL},
	{"doctor-ok-width", "", "proc/cpuinfo = flags : vmx\n", NULL},
	{"doctor-ok-width", "", "- sys/devices/virtual/iommu/dmar0/intel-iommu/cap\n", NULL},
	{"doctor-vtx", "proc/cpuinfo = flags : fpu\n", "proc/cpuinfo = model : x\n", NULL},
	{"doctor-vtx", "proc/cpuinfo = flags : fpu vmxx\n", "- proc/cpuinfo\n", NULL},

	/* ---- the GPU */
	{"doctor-class-kernel", ADL_0380(KERNEL("6.14.0")), ADL_0380(KERNEL("7.0.1")), NULL},
	{"doctor-unknown~the kernel", ADL_0380("- proc/sys/kernel/osrelease\n"), ADL_0380(""),
	 NULL},
	{"doctor-unknown~QEMU", ADL_0380(NO_QEMU), ADL_0380(""), NULL},
	{"doctor-unknown~QEMU", NO_QEMU, "", NULL},
	{"doctor-unknown~the OpRegion", ADL("driver=vfio-pci group=0 config=64"), "", NULL},
	{"doctor-unknown~stolen memory", ADL("driver=vfio-pci group=0 config=64"), "", NULL},
	{"doctor-class", ADL_0380(KERNEL("6.15.0") QEMU("1:10.2.0+ds-1")),
	 ADL_0380(KERNEL("6.15.0") QEMU("1:10.1.0+ds-1")), NULL},
	{"doctor-class", ADL_0380("- proc/sys/kernel/osrelease\n" NO_QEMU), ADL_0380(""), NULL},
	{"doctor-ok-stolen~32 MiB", ADL_AS("50=01c1 fc=63ade018"), ADL_AS("50=02c1 fc=63ade018"),
	 NULL},
	{"doctor-ok-stolen", "",
	 GPU("7d55", "030000 driver=vfio-pci group=0", "50=02c1 fc=6c5a1018"), NULL},
	/* GMS of Haswell stands in bits 7:3, in steps of 32 MiB. */
	{"doctor-stolen-wish", HSW("50=0208"), HSW("50=0210"), "gms=2"},
	{"doctor-stolen-wish", ADL_AS("50=01c1 fc=63ade018"),
	 ADL("driver=vfio-pci group=0 config=64"), "gms=2"},
	{"doctor-ivd", KBL("50=02c3 5c=7c000001 fc=7a2c9018"),
	 GPU("5916", "038000 driver=vfio-pci group=0", "50=02c3 5c=7c000001 fc=7a2c9018"), NULL},
	{"doctor-legacy", "- sys/firmware/efi/efivars\n- sys/firmware/efi\n",
	 KBL_WELL "- sys/firmware/efi/efivars\n- sys/firmware/efi\n", NULL},
	{"doctor-unknown~how the machine was started",
	 "- sys/firmware/efi/efivars\n- sys/firmware/efi\n- sys/firmware/acpi/tables/DMAR\n"
	 "- sys/firmware/acpi/tables\n- sys/firmware/acpi\n- sys/firmware\n",
	 "- sys/firmware/efi/efivars\n- sys/firmware/efi\n", NULL},
	{"doctor-monitor", DRM("disconnected"), "", NULL},
	{"doctor-monitor", DRM("disconnected"),
	 I915 "sys/class/drm/card0/device -> ../../../0000:01:00.0\n"
	      "sys/class/drm/card0-HDMI-A-1/status = disconnected\n",
	 NULL},
	{"doctor-ok-monitor~HDMI-A-1", DRM("connected"),
	 DRM("disconnected") "sys/class/drm/card0-DP-1/status = connected\n", NULL},
	{"doctor-ok-monitor~DP-1",
	 DRM("disconnected") "sys/class/drm/card0-DP-1/status = connected\n", DRM("connected"),
	 NULL},

	/* ---- drivers */
	{"doctor-unknown~options of vfio-pci",
	 "- sys/module/vfio_pci/parameters/disable_vga\n- etc/modprobe.d/vfio.conf\n"
	 "- etc/modprobe.d\n",
	 "- etc/modprobe.d/vfio.conf\n- etc/modprobe.d\n", NULL},
	{"doctor-unknown~options of vfio-pci",
	 "- sys/module/vfio_pci/parameters/disable_vga\n- etc/modprobe.d/vfio.conf\n"
	 "- etc/modprobe.d\n",
	 "- sys/module/vfio_pci/parameters/disable_vga\n", NULL},
	{"doctor-not-taken", I915, I915 MODPROBE(IDS), NULL},
	{"doctor-not-taken", I915, I915 MODPROBE("\tsoftdep i915 pre: vfio-pci\n"), NULL},
	{"doctor-order", I915 MODPROBE(IDS), MODPROBE(IDS), NULL},
	{"doctor-order", I915 MODPROBE(IDS), I915 MODPROBE("\toptions vfio-pci ids=8086:4692\n"),
	 NULL},
	{"doctor-half-blacklist", I915 MODPROBE("\tblacklist i915\n"),
	 MODPROBE("\tblacklist i915\n"), NULL},
	{"doctor-half-blacklist", I915 MODPROBE("\tblacklist i915\n"),
	 I915 MODPROBE("\tblacklist i915\n") "- proc/sys/kernel/osrelease\n", NULL},
	{"doctor-half-blacklist", ADL("group=0") MODPROBE("\tblacklist i915\n"),
	 GPU("5916", "030000 group=0", "50=02c1 5c=7c000001 fc=7a2c9018")
		 MODPROBE("\tblacklist i915\n"),
	 NULL},
	{"doctor-sound", HSW("50=0208") HSW_SOUND(" driver=snd_hda_intel"),
	 HSW("50=0208") HSW_SOUND(""), NULL},
	{"doctor-sound", HSW("50=0208") HSW_SOUND(" driver=snd_hda_intel"),
	 HSW("50=0208") HSW_SOUND(" driver=vfio-pci"), NULL},
	{"doctor-unknown~who holds the memory",
	 KERNEL("5.15.0") "proc/iomem =\n\t00000000-00000000 : simplefb\n", KERNEL("5.15.0"), NULL},
	{"doctor-unknown~who holds the memory", "- proc/iomem\n" KERNEL("5.15.0"),
	 I915 "- proc/iomem\n" KERNEL("5.15.0"), NULL},
	{"doctor-frame", KERNEL("5.15.0") "proc/iomem =\n\t400fffffff-400fffffff : efifb\n",
	 KERNEL("5.15.0") "proc/iomem =\n\t4010000000-40102fffff : efifb\n", NULL},
	{"doctor-frame", KERNEL("5.15.0") "proc/iomem =\n\t6000000000-60000fffff : efifb\n",
	 KERNEL("5.15.0") "proc/iomem =\n\t3fffffffff-40002fffff : efifb\n", NULL},
	{"doctor-vf-missing",
	 ADL("driver=i915 group=0 vfs=0/7") VM("100", "\thostpci0: 0000:00:02.7\n"),
	 ADL("driver=i915 group=0 vfs=0/7") VM("100", "\thostpci0: 0000:02:00.1\n"), NULL},
	{"doctor-vf-missing~00:02.3",
	 ADL("driver=i915 group=0 vfs=0/7")
		 VM("100", "\thostpci0: 0000:02:00.0\n\thostpci1: 0000:00:02.3\n"),
	 ADL("driver=i915 group=0 vfs=0/7") VM("100", "\thostpci0: 0000:02:00.0\n"), NULL},

	/* ---- groups */
	{"doctor-group-disk", IN_GROUP_0("00:1e.0", "8086:7ae2 010601"),
	 "pci 0000:00:1e.0 8086:7ae2 010601 group=5\n", NULL},
	{"doctor-group-network~(eth0)",
	 IN_GROUP_0("03:00.0",
		    "8086:15f3 020000") "sys/class/net/eth0 -> "
					"../../devices/pci0000:00/0000:03:00.0/net/eth0\n",
	 IN_GROUP_0("03:00.0", "8086:15f3 020000"), NULL},
	{"doctor-ok-group", "", IN_GROUP_0("00:1e.0", "8086:7ae2 010601"), NULL},
	{"doctor-ok-group", "", NO_GROUPS, NULL},
	{"doctor-sound-group", "pci 0000:00:1f.6 8086:1a1d 020000 group=13\n",
	 "pci 0000:00:1f.6 8086:1a1d 0c0500 group=13\n", "audio=00:1f.3"},
	{"doctor-sound-group", "pci 0000:00:18.0 8086:7ae2 010601 group=13\n", "", "audio=00:1f.3"},

	/* ---- the system */
	{"doctor-ok-way-in~serial console",
	 "- etc/systemd/system/multi-user.target.wants/ssh.service\n" CMDLINE(
		 "intel_iommu=on console=ttyS0"),
	 "- etc/systemd/system/multi-user.target.wants/ssh.service\n" CMDLINE(
		 "intel_iommu=on console=tty0"),
	 NULL},
	{"doctor-ok-way-in~web interface",
	 "- etc/systemd/system/multi-user.target.wants/ssh.service\n"
	 "etc/unraid-version = version=\"7.1.4\"\n",
	 "- etc/systemd/system/multi-user.target.wants/ssh.service\n", NULL},
	{"doctor-ok-way-in", "", "pci 0000:01:00.0 10de:2504 030000 driver=nvidia group=1\n", NULL},
	{"doctor-unknown~whether SSH is on",
	 "- etc/systemd/system/multi-user.target.wants/ssh.service\n"
	 "- etc/systemd/system/multi-user.target.wants\n- etc/systemd/system\n",
	 "", NULL},
	{"doctor-shared~100, 101", PVE VM("100", GIVES("")) VM("101", GIVES("")),
	 PVE VM("100", GIVES("")) VM("102", GIVES("")), NULL},

	/* ---- what is looked at beside what counts */
	{"doctor-iommu-firmware", NO_IOMMU NO_GROUP CMDLINE("") "- sys/firmware/acpi/tables/DMAR\n",
	 "", NULL},
	{"doctor-unknown~the IOMMU group, the IOMMU",
	 "- sys/class/iommu/dmar0\n- sys/class/iommu\n" NO_GROUPS, NO_GROUPS, NULL},
	{"doctor-unknown~stolen memory", ADL("driver=vfio-pci group=0 config=64"),
	 GPU("0001", "030000 driver=vfio-pci group=0", "50=02c1 fc=63ade018"), NULL},
	{"doctor-unknown~stolen memory", ADL("driver=vfio-pci group=0 config=64"),
	 GPU("7d55", "030000 driver=vfio-pci group=0", "50=0000 fc=6c5a1018"), NULL},
	{"doctor-ok-monitor", DRM("connected"),
	 I915
	 "sys/class/drm/card0/device -> ../../../0000:00:02.0\nsys/class/drm/card0-HDMI-A-1/\n",
	 NULL},
	{"doctor-monitor", DRM("disconnected"),
	 I915 "sys/class/drm/card1-HDMI-A-1/status = disconnected\n", NULL},
	{"doctor-monitor", DRM("disconnected"),
	 I915 "sys/class/drm/card0/device -> ../../../0000:00:02.0\n", NULL},
	{"doctor-monitor", DRM("disconnected"),
	 "sys/class/drm/card0/device -> ../../../0000:00:02.0\n"
	 "sys/class/drm/card0-HDMI-A-1/status = disconnected\n",
	 NULL},
	{"doctor-ok-monitor~HDMI-A-1",
	 DRM("connected") "sys/class/drm/card0-DP-1/status = disconnected\n", "", NULL},
	{"doctor-ok-reboot", "", "- etc/default/grub\n", NULL},
	{"doctor-ok-reboot", "", "etc/default/grub.d/y.cfg = x='\n", NULL},
	{"doctor-reboot~in /etc/default/grub,", GRUB("iommu=pt"),
	 GRUB("iommu=pt") "etc/default/grub.d/y.cfg = x=1\n", NULL},
	{"doctor-reboot~/etc/default/grub.d", GRUB("iommu=pt") "etc/default/grub.d/y.cfg = x=1\n",
	 GRUB("iommu=pt"), NULL},
	{"doctor-initramfs~vfio.conf",
	 "etc/modprobe.d/a.conf = blacklist xe\n+ etc/modprobe.d/vfio.conf\n", "", NULL},
	{"doctor-initramfs~a.conf",
	 "etc/modprobe.d/a.conf = blacklist xe\n+ etc/modprobe.d/a.conf\n",
	 "etc/modprobe.d/a.conf = blacklist pcspkr\n+ etc/modprobe.d/vfio.conf\n", NULL},
	{"doctor-initramfs",
	 "etc/modprobe.d/a.conf = blacklist pcspkr\n+ etc/modprobe.d/vfio.conf\n",
	 "etc/modprobe.d/a.conf = blacklist pcspkr\n", NULL},
	{"doctor-initramfs",
	 "- boot/initrd.img-6.12.48-amd64\nboot/initramfs-6.12.48-amd64.img = x\n"
	 "+ etc/modprobe.d/vfio.conf\n",
	 "- boot/initrd.img-6.12.48-amd64\n+ etc/modprobe.d/vfio.conf\n", NULL},
	{"doctor-initramfs",
	 "etc/os-release = ID=arch\n- boot/initrd.img-6.12.48-amd64\n"
	 "boot/initramfs-linux.img = x\n+ etc/modprobe.d/vfio.conf\n",
	 "- boot/initrd.img-6.12.48-amd64\nboot/initramfs-linux.img = x\n"
	 "+ etc/modprobe.d/vfio.conf\n",
	 NULL},
	{"doctor-disable-vga", "etc/modprobe.d/a.conf = options vfio-pci disable_vga=1\n",
	 "etc/modprobe.d/a.conf = options vfio-pci xdisable_vga=1 disable_vga_x=1\n", NULL},
	{"doctor-disable-vga", "etc/modprobe.d/a.conf = options vfio-pci x=2 disable_vga=1\n",
	 "etc/modprobe.d/a.conf = options vfio x=2 disable_vga=1\n", NULL},
	{"doctor-ids-syntax", MODPROBE("\toptions vfio-pci ids=\"8086,4680\"\n"),
	 MODPROBE("\toptions vfio-pci ids=\"8086:4680\"\n"), NULL},
	{"doctor-ids-absent", MODPROBE("\toptions vfio-pci ids=8086:4680,8086:4692\n"), "", NULL},
	{"doctor-order", I915 MODPROBE(IDS "\tsoftdep xe pre: vfio-pci\n"),
	 I915 MODPROBE(IDS "\tsoftdep i915 pre: vfio-pci\n"), NULL},
};

const size_t doctor_case_count = sizeof(doctor_cases) / sizeof(doctor_cases[0]);
