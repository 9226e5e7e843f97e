/* SPDX-License-Identifier: BSD-2-Clause */
/* Plans, row by row of what was collected about QEMU releases; written down apart from the rules. */
#include "unit.h"

#include "findings.h"
#include "vm_rig.h"

#include <stdio.h>

struct row {
	const char *say;
	const char *answer;
};

static void expect_one(const char *device, int device_size, const char *release, int release_size,
		       const char *rest, const char *answer)
{
	char say[VM_LINE_ROOM];
	char got[VM_LINE_ROOM];

	snprintf(say, sizeof(say), "hypervisor=qemu device=%.*s qemu=%.*s %s", device_size, device,
		 release_size, release, rest);
	vm_rig_plan(say, got);
	if (strcmp(got, answer) != 0)
		fail_msg("%s\nexpected: %s\ngot:      %s", say, answer, got);
}

static const char *next_word(const char *text)
{
	text += strcspn(text, " ");
	return text + (*text == ' ');
}

/* Each of the devices, in each of the releases, one answer. */
static void expect(const char *devices, const char *releases, const char *rest, const char *answer)
{
	for (const char *d = devices; *d; d = next_word(d)) {
		for (const char *r = releases; *r; r = next_word(r))
			expect_one(d, (int)strcspn(d, " "), r, (int)strcspn(r, " "), rest, answer);
	}
}

#define SEA  "firmware=seabios machine=i440fx want=boot-picture"
#define OVMF "firmware=ovmf machine=i440fx want=boot-picture"
#define Q35  "firmware=ovmf machine=q35 want=boot-picture"
/* Generations 6 to 9: Sandy Bridge, Haswell, Broadwell, Sky, Kaby, Coffee Lake; then Apollo, Gemini, Comet Lake. */
#define GEN6_9     "0102 0152 0412 0F31 1612 1912 5912 3E92"
#define GEN9_LATE  "3185 9BC5"
#define OLD        "2.7 2.8 2.12 3.0 4.2 5.1 6.0 7.2 8.0 8.2 9.0 9.1"
#define NEW        "10.0 10.1 10.2 11.0 11.1"
#define GEN11_12   "8A52 4571 4E61 9A49 4C8A 4680 46D1 46A6 A780 A7A0"
#define NOT_IN_9_2 "8A52 4E61 4C8A 4680 46D1 46A6 A780 A7A0"
#define CORE_ULTRA "7D55 7D67 64A0 B080"

static void generations_6_to_9_under_seabios_need_nothing(void **state)
{
	(void)state;
	expect(GEN6_9, OLD, SEA, "i440fx 02.0 picture");
	expect(GEN6_9, "9.2", SEA, "i440fx 02.0 picture");
	expect(GEN6_9 " " GEN9_LATE, NEW, SEA, "i440fx 02.0 picture");
	expect("1912 5912", "2.7 8.2 9.1", SEA " guest=windows",
	       "i440fx 02.0 picture x-igd-gms=0x2");
}

static void qemu_5_0_is_refused_unless_proxmox_built_it(void **state)
{
	(void)state;
	expect(GEN6_9, "5.0", SEA, "refused qemu-5.0");
	expect(GEN6_9, "5.0", OVMF, "refused qemu-5.0");
	expect(GEN6_9, "5.0", "firmware=ovmf machine=q35 want=output", "refused qemu-5.0");
	expect("5912", "5.0", OVMF " hypervisor=pve", "i440fx 02.0 picture x-igd-gms=0x2");
	expect("5912", "5.0", SEA " hypervisor=pve", "i440fx 02.0 picture");
}

static void up_to_9_1_ovmf_needs_x_igd_gms(void **state)
{
	(void)state;
	expect(GEN6_9 " " GEN9_LATE " 5A84 5A85", OLD, OVMF, "i440fx 02.0 picture x-igd-gms=0x2");
	/* The host's own size where this QEMU takes it. */
	expect("5912", "9.1", OVMF " gms=6", "i440fx 02.0 picture x-igd-gms=0x6");
	expect("5912", "9.1", OVMF " ggc=0x02c0", "i440fx 02.0 picture x-igd-gms=0x2");
	expect("0412", "9.1", OVMF " ggc=0x0020", "i440fx 02.0 picture x-igd-gms=0x4");
	expect("5912", "9.1", OVMF " gms=11", "i440fx 02.0 picture x-igd-gms=0x2");
	expect("5912", "9.1", OVMF " gms=f0", "i440fx 02.0 picture x-igd-gms=0x2");
}

/* Windows drivers unload without stolen memory; Linux's do not. */
static void the_windows_driver_needs_stolen_memory(void **state)
{
	(void)state;
	expect("5912", "2.7 9.1", "firmware=ovmf machine=i440fx want=output guest=windows",
	       "i440fx 02.0 dark x-igd-gms=0x2");
	expect("5912", "2.7 9.1", "firmware=ovmf machine=i440fx want=output guest=linux",
	       "i440fx 02.0 dark");
	/* A host that sets none aside: the guest gets some of its own. */
	expect("5912", "10.0 11.0", OVMF " gms=0", "i440fx 02.0 picture x-igd-gms=0x2");
	expect("7D55", "11.0", OVMF " gms=0", "i440fx 02.0 picture x-igd-lpc=on");
}

static void release_9_2_takes_the_value_of_the_host(void **state)
{
	(void)state;
	expect(GEN6_9 " 5A84", "9.2", OVMF, "i440fx 02.0 picture");
	expect("1912 5912 1612", "9.2", OVMF " gms=10", "i440fx 02.0 picture");
	expect("1912 5912 1612", "9.2", OVMF " gms=11", "refused gms-9.2");
	expect("1912 5912", "9.2", OVMF " gms=f0", "refused gms-9.2");
	expect("1912 5912", "9.2", SEA " gms=fe", "refused gms-9.2");
	/* Coffee Lake is generation 9 there already, and takes the 4-MiB steps. */
	expect("3E92", "9.2", OVMF " gms=f0", "i440fx 02.0 picture");
	expect(GEN9_LATE " 5A85", "9.2", OVMF, "refused qemu-unknown-device");
	expect(GEN9_LATE, "9.2", "firmware=ovmf machine=i440fx want=output",
	       "i440fx 02.0 dark x-igd-opregion=on");
}

static void from_10_0_legacy_mode_gives_generations_6_to_9_all(void **state)
{
	(void)state;
	expect(GEN6_9 " " GEN9_LATE " 5A84 5A85", NEW, OVMF, "i440fx 02.0 picture");
	/* The explicit form where legacy mode would fail. */
	expect("5912 9BC5", "10.0", OVMF " disable_vga=yes",
	       "i440fx 02.0 picture x-igd-legacy-mode=off x-igd-opregion=on x-igd-lpc=on");
	expect("5912 9BC5", "10.1 11.0", OVMF " disable_vga=yes",
	       "i440fx 02.0 picture x-igd-legacy-mode=off x-igd-lpc=on");
	expect("5912", "10.1", SEA " disable_vga=yes", "refused seabios-disable-vga");
	expect("5912", "9.2 9.1 2.7", OVMF " disable_vga=yes", "refused disable-vga-9.2");
}

static void generations_11_and_12_need_9_2_or_10_0(void **state)
{
	(void)state;
	expect(GEN11_12, OLD, OVMF, "refused bdsm-64-old");
	expect(GEN11_12, OLD, "firmware=ovmf machine=i440fx want=output",
	       "i440fx 10.0 dark x-igd-opregion=on");
	expect(GEN11_12, OLD, "firmware=ovmf machine=q35 want=output",
	       "q35 02.0 dark x-igd-opregion=on");
	expect("4571 9A49", "9.2", OVMF, "i440fx 02.0 picture");
	expect(NOT_IN_9_2, "9.2", OVMF, "refused qemu-unknown-device");
	expect(NOT_IN_9_2, "9.2", "firmware=ovmf machine=i440fx want=output",
	       "i440fx 02.0 dark x-igd-opregion=on");
	expect(GEN11_12, "10.0", OVMF, "i440fx 02.0 picture");
	expect(GEN11_12, "10.1 10.2 11.0 11.1", OVMF, "i440fx 02.0 picture x-igd-lpc=on");
	expect(GEN11_12, "10.1 11.0", "firmware=ovmf machine=i440fx want=output",
	       "i440fx 02.0 dark");
	/* Legacy mode is no matter of theirs from 10.1 on. */
	expect(GEN11_12, "10.1", OVMF " disable_vga=yes", "i440fx 02.0 picture x-igd-lpc=on");
	expect(GEN11_12, "10.0", OVMF " disable_vga=yes",
	       "i440fx 02.0 picture x-igd-legacy-mode=off x-igd-opregion=on x-igd-lpc=on");
}

static void seabios_shows_nothing_without_a_vbios(void **state)
{
	(void)state;
	expect(GEN11_12 " " CORE_ULTRA, OLD " 9.2 " NEW, SEA, "refused seabios-no-vbios");
	expect(GEN11_12 " " CORE_ULTRA, "9.1 10.1", "firmware=seabios machine=q35 want=output",
	       "refused seabios-no-vbios");
	expect(GEN6_9, OLD " 9.2 " NEW, "firmware=seabios machine=q35 want=boot-picture",
	       "refused seabios-q35");
}

static void core_ultra_needs_10_1(void **state)
{
	(void)state;
	expect(CORE_ULTRA, OLD, OVMF, "refused lmem-old");
	expect(CORE_ULTRA, "9.2", OVMF, "refused qemu-unknown-device");
	expect(CORE_ULTRA, OLD, "firmware=ovmf machine=i440fx want=output",
	       "i440fx 10.0 dark x-igd-opregion=on");
	expect(CORE_ULTRA, "9.2", "firmware=ovmf machine=i440fx want=output",
	       "i440fx 02.0 dark x-igd-opregion=on");
	expect(CORE_ULTRA, "10.0", OVMF, "refused opregion-10.0");
	expect(CORE_ULTRA, "10.0", "firmware=ovmf machine=q35 want=output",
	       "refused opregion-10.0");
	expect(CORE_ULTRA, "10.1 10.2 11.0", OVMF, "i440fx 02.0 picture x-igd-lpc=on");
	expect(CORE_ULTRA, "10.1 10.2 11.0", OVMF " gms=2", "i440fx 02.0 picture x-igd-lpc=on");
}

static void q35_shows_a_picture_only_when_the_gop_asks_no_lpc_id(void **state)
{
	(void)state;
	expect("0412 1912 5912 3E92 9BC5 " GEN11_12 " " CORE_ULTRA, "10.1 10.2 11.0", Q35,
	       "refused q35-lpc-gate");
	expect("0412 5912 4680 9A49", "10.0", Q35, "refused q35-lpc-gate");
	expect("0102 5912 3E92", OLD " 9.2", Q35, "refused q35-no-bdsm");
	expect("9A49", "9.2", Q35, "refused q35-no-bdsm");
	expect("0412 5912 4680 9A49", "10.0", "firmware=ovmf machine=q35 want=output",
	       "q35 02.0 dark x-igd-opregion=on");
	expect("0412 5912 4680 9A49 7D55", "10.1 10.2 11.0",
	       "firmware=ovmf machine=q35 want=output", "q35 02.0 dark");
	expect("0102 5912 4680", OLD " 9.2", "firmware=ovmf machine=q35 want=output",
	       "q35 02.0 dark x-igd-opregion=on");
	/* GOP 10.0 and 13.0 do not look. */
	expect("5A84 5A85 3185", "10.1 11.0", Q35, "q35 02.0 picture");
	expect("5A85 3185", "10.0", Q35, "q35 02.0 picture x-igd-opregion=on");
}

static void a_gpu_that_is_not_primary_needs_10_2_and_linux_6_15(void **state)
{
	(void)state;
	expect("5912 4680 7D55", "10.2 11.0", OVMF " display_class=0380 kernel=6.15",
	       "i440fx 02.0 picture x-igd-lpc=on x-pci-class-code=0x030000");
	expect("5912 4680 7D55", "10.2 11.0",
	       "firmware=ovmf machine=q35 want=output display_class=0380 kernel=6.17",
	       "q35 02.0 dark");
	expect("5912 4680", "9.2 10.0 10.1", OVMF " display_class=0380 kernel=6.15",
	       "refused class-0380-qemu");
	expect("5912 4680", "10.2 11.0", OVMF " display_class=0380 kernel=6.14.8",
	       "refused class-0380-kernel");
	expect("5912 4680", "10.2 11.0", OVMF " display_class=0380", "asks kernel");
	expect("5912", "10.2", SEA " display_class=0380 kernel=6.15", "refused class-0380-seabios");
	expect("5912 4680", "9.2 10.1 11.0",
	       "firmware=ovmf machine=i440fx want=headless display_class=0380", "i440fx 10.0 dark");
}

static void parts_of_a_gpu_are_plain_devices(void **state)
{
	(void)state;
	expect("4680 A780", "2.7 9.1 9.2 10.0 11.0", "firmware=ovmf machine=q35 function=vf",
	       "q35 any dark");
	expect("4680", "9.2 11.0", "firmware=seabios machine=i440fx function=vf",
	       "i440fx 10.0 dark");
	expect("4680", "11.0", OVMF " function=vf", "refused vf-no-display");
	expect("1912 5912 1612", "9.2 10.0",
	       "firmware=ovmf machine=i440fx function=mdev mdev=i915-GVTg_V5_4",
	       "i440fx 10.0 dark x-igd-opregion=on");
	expect("5912", "10.1 11.0", "firmware=ovmf machine=q35 function=mdev mdev=i915-GVTg_V5_4",
	       "q35 any dark");
	expect("0412 4680 7D55", "9.2", "firmware=ovmf function=mdev", "refused mdev-generation");
	expect("5912", "9.2", OVMF " function=mdev", "refused mdev-no-boot-picture");
	/* The whole GPU is never what a part was asked for, nor the other way round. */
	expect("5912", "9.2 11.0", "firmware=ovmf function=mdev", "asks mdev");
	expect("4680", "9.2 11.0", "firmware=ovmf function=vf host_address=00:02.0",
	       "refused vf-physical");
	expect("4680", "9.2 11.0", "firmware=ovmf machine=q35 function=vf host_address=00:02.7",
	       "q35 any dark");
	expect("56C0", "11.0", "firmware=ovmf machine=q35 function=vf host_address=03:01.0",
	       "q35 any dark");
	expect("4680", "11.0", OVMF " host_address=00:02.1", "refused part-as-whole");
	expect("4680", "11.0", "firmware=ovmf want=headless host_address=00:02.7",
	       "refused part-as-whole");
	expect("5912", "11.0", "firmware=ovmf function=mdev mdev=a host_address=00:02.1",
	       "refused part-as-whole");
	expect("4680", "11.0", OVMF " host_address=0001:00:02.1",
	       "i440fx 02.0 picture x-igd-lpc=on");
	expect("4680", "11.0", OVMF " audio=00:02.0", "asks audio");
	expect("4680", "11.0", "firmware=ovmf function=vf audio=00:02.1", "asks audio");
	expect("4680", "11.0", OVMF " host_address=04:00.0 audio=04:00.0", "asks audio");
}

static void headless_is_plain_everywhere(void **state)
{
	(void)state;
	expect(GEN6_9 " " GEN11_12 " " CORE_ULTRA, "2.6 " OLD " 5.0 9.2 " NEW,
	       "firmware=ovmf machine=q35 want=headless", "q35 any dark");
	expect("4680 5912 7D55 FFFF 56A0 0046", "2.6 9.1 10.0 11.0",
	       "firmware=ovmf machine=i440fx want=headless", "i440fx 10.0 dark");
}

static void what_no_release_supports_is_refused(void **state)
{
	(void)state;
	expect("0046 2E12", "2.7 8.0 11.0", OVMF, "refused generation-old");
	expect("FFFF", "2.7 11.0", OVMF, "refused device-unknown");
	expect("56A0", "11.0", OVMF, "refused device-discrete");
	expect("0102 4680", "2.6", OVMF, "refused qemu-before-igd");
	expect("5912", "9.1", OVMF " kernel=4.4", "refused kernel-no-opregion");
	/* Generation 9, and yet unknown to QEMU from 9.2 on. */
	expect("87C0 87CA", "9.1", OVMF, "i440fx 02.0 picture x-igd-gms=0x2");
	expect("87C0 87CA", "9.2", OVMF, "refused qemu-unknown-device");
	expect("87C0 87CA", "10.0", OVMF, "refused opregion-10.0");
	expect("87C0 87CA", "10.1 11.0", OVMF, "refused qemu-dropped-device");
}

static void a_machine_that_is_free_is_chosen(void **state)
{
	(void)state;
	expect("4680", "10.1", "firmware=ovmf", "i440fx 02.0 picture x-igd-lpc=on");
	expect("4680", "10.1", "firmware=ovmf machine=any want=output", "i440fx 02.0 dark");
	expect("4680", "10.1", "firmware=ovmf machine=any want=headless", "q35 any dark");
	expect("4680", "10.1", "firmware=seabios machine=any", "refused seabios-no-vbios");
	/* Where i440fx is not possible q35 is taken: PVE takes 00:02.0 of the host only. */
	expect("3185", "10.1", "firmware=ovmf hypervisor=pve host_address=00:03.0",
	       "q35 02.0 picture");
	expect("4680", "10.1", OVMF " hypervisor=pve host_address=00:03.0",
	       "refused pve-host-address");
}

static void old_libvirt_cannot_set_properties(void **state)
{
	(void)state;
	expect("4680", "10.1", OVMF " hypervisor=libvirt libvirt=8.1.0",
	       "refused libvirt-no-override");
	expect("4680", "10.1", OVMF " hypervisor=libvirt libvirt=8.2.0",
	       "i440fx 02.0 picture x-igd-lpc=on");
	expect("5912", "10.1", OVMF " hypervisor=libvirt libvirt=6.0", "i440fx 02.0 picture");
}

/* i440fx with 3 GiB: 40000000h to B8000000h; q35 and small guests: to 78000000h. */
static void the_stolen_base_is_given_where_the_guest_has_room(void **state)
{
	static const struct row rows[] = {
		/* 64 MiB, and 8 MiB of GTT below. */
		{"memory=4096 gms=2 ggms=8 stolen_base=7b800000",
		 "opt/igdrom/stolen-base=0x7b800000"},
		{"memory=4096 gms=2 ggms=8 stolen_base=7b800001",
		 "opt/igdrom/stolen-base=0x7b800000"},
		{"memory=3072 gms=2 ggms=8 stolen_base=b4000000",
		 "opt/igdrom/stolen-base=0xb4000000"},
		{"memory=3072 gms=2 ggms=8 stolen_base=b4100000", NULL},
		{"memory=3071 gms=2 ggms=8 stolen_base=7b800000", NULL},
		{"memory=2048 gms=2 ggms=8 stolen_base=74000000",
		 "opt/igdrom/stolen-base=0x74000000"},
		{"memory=1024 gms=2 ggms=8 stolen_base=74000000", NULL},
		{"memory=4096 gms=2 ggms=8 stolen_base=40800000",
		 "opt/igdrom/stolen-base=0x40800000"},
		{"memory=4096 gms=2 ggms=8 stolen_base=40700000", NULL},
		{"memory=4096 gms=2 ggms=4 stolen_base=40700000",
		 "opt/igdrom/stolen-base=0x40700000"},
		{"memory=4096 gms=2 ggms=0 stolen_base=40000000",
		 "opt/igdrom/stolen-base=0x40000000"},
		{"memory=4096 ggc=02c0 stolen_base=40800000", "opt/igdrom/stolen-base=0x40800000"},
		{"memory=4096 ggc=0280 stolen_base=40700000", "opt/igdrom/stolen-base=0x40700000"},
		{"memory=4096 gms=f0 ggms=8 stolen_base=b7c00000",
		 "opt/igdrom/stolen-base=0xb7c00000"},
		{"gms=2 ggms=8 stolen_base=7b800000", "opt/igdrom/stolen-base=0x7b800000"},
		{"memory=4096 gms=ff ggms=8 stolen_base=7b800000", NULL},
		{"memory=4096 ggms=8 stolen_base=7b800000", NULL},
		{"memory=4096 gms=2 stolen_base=104000000", NULL},
		{"memory=4096 gms=2 stolen_base=ffffffffffffffff", NULL},
		{"memory=4096 gms=2 stolen_base=0", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char rest[VM_LINE_ROOM];
		char answer[VM_LINE_ROOM];

		snprintf(rest, sizeof(rest), OVMF " %s", rows[i].say);
		snprintf(answer, sizeof(answer), "i440fx 02.0 picture x-igd-lpc=on%s%s",
			 rows[i].answer ? " " : "", rows[i].answer ? rows[i].answer : "");
		expect("4680", "11.0", rest, answer);
	}
	expect("3185", "11.0", Q35 " gms=2 stolen_base=74000000",
	       "q35 02.0 picture opt/igdrom/stolen-base=0x74000000");
	expect("3185", "11.0", Q35 " memory=8192 gms=2 stolen_base=74100000", "q35 02.0 picture");
	/* No share of the GTT below a 32-bit base. */
	expect("5912", "11.0", OVMF " memory=4096 gms=2 ggms=8 stolen_base=40000000",
	       "i440fx 02.0 picture opt/igdrom/stolen-base=0x40000000");
	expect("7D55", "11.0", OVMF " memory=4096 gms=2 ggms=8 stolen_base=7b800000",
	       "i440fx 02.0 picture x-igd-lpc=on");
	expect("5912", "11.0", SEA " memory=4096 gms=2 stolen_base=7b800000",
	       "i440fx 02.0 picture");
}

static void says_why_the_stolen_base_is_not_given(void **state)
{
	static const struct row rows[] = {
		{"device=4680 memory=4096 gms=2 ggms=8 stolen_base=c0000000", "vm-stolen-outside"},
		{"device=4680 memory=2048 gms=2 ggms=8 stolen_base=7b800000", "vm-stolen-memory"},
		{"device=4680 memory=4096 stolen_base=7b800000", "vm-stolen-size"},
		{"device=7D55 memory=4096 gms=2 stolen_base=7b800000", "vm-stolen-no-base"},
		{"device=5912 memory=4096 gms=2 stolen_base=7b800000 firmware=seabios",
		 "vm-stolen-not-ours"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct igdrom_vm_request *request =
			vm_rig_request("hypervisor=qemu qemu=11.0 firmware=ovmf machine=i440fx");
		struct igdrom_report *report = NULL;
		struct igdrom_vm_plan *plan = NULL;

		vm_rig_say(request, rows[i].say);
		assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
		assert_int_equal(igdrom_vm_plan_new(request, report, &plan), IGDROM_OK);
		assert_true(igdrom_vm_plan_possible(plan));
		assert_int_equal(igdrom_vm_config_fw_cfg_count(igdrom_vm_plan_config(plan)), 0);
		if (!find_in(report, rows[i].answer))
			fail_msg("%s: no %s", rows[i].say, rows[i].answer);
		igdrom_vm_plan_free(plan);
		igdrom_report_free(report);
		igdrom_vm_request_free(request);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(generations_6_to_9_under_seabios_need_nothing),
		cmocka_unit_test(qemu_5_0_is_refused_unless_proxmox_built_it),
		cmocka_unit_test(up_to_9_1_ovmf_needs_x_igd_gms),
		cmocka_unit_test(the_windows_driver_needs_stolen_memory),
		cmocka_unit_test(release_9_2_takes_the_value_of_the_host),
		cmocka_unit_test(from_10_0_legacy_mode_gives_generations_6_to_9_all),
		cmocka_unit_test(generations_11_and_12_need_9_2_or_10_0),
		cmocka_unit_test(seabios_shows_nothing_without_a_vbios),
		cmocka_unit_test(core_ultra_needs_10_1),
		cmocka_unit_test(q35_shows_a_picture_only_when_the_gop_asks_no_lpc_id),
		cmocka_unit_test(a_gpu_that_is_not_primary_needs_10_2_and_linux_6_15),
		cmocka_unit_test(parts_of_a_gpu_are_plain_devices),
		cmocka_unit_test(headless_is_plain_everywhere),
		cmocka_unit_test(what_no_release_supports_is_refused),
		cmocka_unit_test(a_machine_that_is_free_is_chosen),
		cmocka_unit_test(old_libvirt_cannot_set_properties),
		cmocka_unit_test(the_stolen_base_is_given_where_the_guest_has_room),
		cmocka_unit_test(says_why_the_stolen_base_is_not_given),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
