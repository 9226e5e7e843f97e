/* SPDX-License-Identifier: BSD-2-Clause */
/* The engine: what it makes of properties that are set, and what it offers for what it refuses. */
#include "unit.h"

#include "vm/plan.h"
#include "vm_rig.h"

#include <igdrom/device.h>

#include <stdio.h>

static struct vm_case case_of(const char *say)
{
	struct igdrom_vm_request *request = vm_rig_request(say);
	struct vm_case it;

	vm_case_from_request(request, &it);
	vm_rules_settle(&it, true);
	igdrom_vm_request_free(request);
	return it;
}

/*
 * A device's releases (the device tables) are those for which the rules refuse no boot picture on
 * i440fx with OVMF.
 */
static void releases_of_each_device_are_those_that_the_rules_allow(void **state)
{
	size_t seen = 0;

	(void)state;
	for (size_t i = 0; i < igdrom_device_count(); i++) {
		const struct igdrom_device *device = igdrom_device_at(i);
		char ranges[256] = "";
		bool before = false;

		if (igdrom_device_kind(device) != IGDROM_DEVICE_IGD)
			continue;
		for (unsigned r = 0; r <= vm_release_count(); r++) {
			char say[128];
			struct vm_case it;
			bool now = false;

			snprintf(say, sizeof(say),
				 "device=%04X hypervisor=qemu firmware=ovmf machine=i440fx",
				 igdrom_device_id(device));
			it = case_of(say);
			if (r < vm_release_count()) {
				vm_case_set_qemu(&it, r);
				vm_rules_settle(&it, true);
				now = !vm_rules_refusal(&it);
			}
			if (now && !before)
				snprintf(ranges + strlen(ranges), sizeof(ranges) - strlen(ranges),
					 "%s%s-", *ranges ? ", " : "", vm_release_name(r));
			if (!now && before && r < vm_release_count())
				strcat(ranges, vm_release_name(r - 1));
			before = now;
		}
		if (strcmp(ranges, igdrom_device_qemu_ranges(device)) != 0)
			fail_msg("%04X: %s, and the device table says %s", igdrom_device_id(device),
				 ranges, igdrom_device_qemu_ranges(device));
		seen++;
	}
	assert_true(seen > 300);
}

struct judged {
	const char *say;
	const char *property;
	const char *value;
	enum vm_verdict verdict;
};

#define I440FX " hypervisor=qemu firmware=ovmf machine=i440fx"
#define Q35    " hypervisor=qemu firmware=ovmf machine=q35"

/* What the sources say of each property, release by release. */
static const struct judged judged[] = {
	{"device=4680 qemu=10.1" I440FX, "x-igd-lpc", "on", VM_JUDGED_NEEDED},
	{"device=4680 qemu=10.1" I440FX, "x-igd-lpc", "true", VM_JUDGED_NEEDED},
	{"device=4680 qemu=10.1" I440FX, "x-igd-lpc", "2", VM_JUDGED_BAD_VALUE},
	{"device=4680 qemu=10.0" I440FX, "x-igd-lpc", "on", VM_JUDGED_USELESS},
	{"device=4680 qemu=10.1" Q35, "x-igd-lpc", "on", VM_JUDGED_FATAL},
	{"device=4680 qemu=9.2" I440FX, "x-igd-lpc", "on", VM_JUDGED_UNKNOWN_TO_QEMU},
	{"device=4680 qemu=9.2" I440FX, "x-igd-legacy-mode", "off", VM_JUDGED_UNKNOWN_TO_QEMU},
	{"device=5912 qemu=10.1" I440FX, "x-igd-lpc", "on", VM_JUDGED_USELESS},
	{"device=5912 qemu=2.6 want=headless" I440FX, "x-igd-gms", "2", VM_JUDGED_UNKNOWN_TO_QEMU},
	{"device=5912 qemu=9.1" I440FX, "x-igd-gms", "0x2", VM_JUDGED_NEEDED},
	{"device=5912 qemu=9.1" I440FX, "x-igd-gms", "2", VM_JUDGED_NEEDED},
	{"device=5912 qemu=9.1" I440FX, "x-igd-gms", "6", VM_JUDGED_OPTIONAL},
	{"device=5912 qemu=9.1" I440FX, "x-igd-gms", "0x11", VM_JUDGED_FATAL},
	{"device=5912 qemu=9.1" Q35 " want=output", "x-igd-gms", "2", VM_JUDGED_USELESS},
	{"device=5912 qemu=9.2" I440FX, "x-igd-gms", "2", VM_JUDGED_USELESS},
	{"device=5912 qemu=10.0" I440FX, "x-igd-gms", "0x40", VM_JUDGED_OPTIONAL},
	{"device=5912 qemu=10.0" I440FX, "x-igd-gms", "0xf0", VM_JUDGED_USELESS},
	{"device=0412 qemu=10.0" I440FX, "x-igd-gms", "0x11", VM_JUDGED_USELESS},
	{"device=5912 qemu=10.1" I440FX, "x-igd-gms", "0x40", VM_JUDGED_OPTIONAL},
	{"device=5912 qemu=10.1" I440FX, "x-igd-gms", "0x41", VM_JUDGED_FATAL},
	{"device=5912 qemu=10.1" I440FX, "x-igd-gms", "0xef", VM_JUDGED_FATAL},
	{"device=5912 qemu=10.1" I440FX, "x-igd-gms", "0xf0", VM_JUDGED_OPTIONAL},
	{"device=5912 qemu=10.1" I440FX, "x-igd-gms", "0xfe", VM_JUDGED_OPTIONAL},
	{"device=5912 qemu=10.1" I440FX, "x-igd-gms", "0xff", VM_JUDGED_FATAL},
	{"device=1612 qemu=10.1" I440FX, "x-igd-gms", "0xf0", VM_JUDGED_FATAL},
	{"device=1612 qemu=10.1" I440FX, "x-igd-gms", "0x40", VM_JUDGED_OPTIONAL},
	{"device=0412 qemu=10.1" I440FX, "x-igd-gms", "0x10", VM_JUDGED_OPTIONAL},
	{"device=0412 qemu=10.1" I440FX, "x-igd-gms", "0x11", VM_JUDGED_FATAL},
	{"device=7D55 qemu=10.1" I440FX, "x-igd-gms", "1", VM_JUDGED_FATAL},
	{"device=7D55 qemu=10.1" I440FX, "x-igd-gms", "0", VM_JUDGED_USELESS},
	{"device=7D55 qemu=10.0 want=headless" I440FX, "x-igd-gms", "1", VM_JUDGED_USELESS},
	{"device=5912 qemu=10.1" I440FX, "x-igd-gms", "two", VM_JUDGED_BAD_VALUE},
	{"device=4680 qemu=10.1" I440FX, "x-igd-opregion", "on", VM_JUDGED_USELESS},
	{"device=4680 qemu=10.1" I440FX, "x-igd-opregion", "off", VM_JUDGED_FATAL},
	{"device=4680 qemu=10.1 want=headless" I440FX, "x-igd-opregion", "off", VM_JUDGED_OPTIONAL},
	{"device=5912 qemu=10.1" I440FX, "x-igd-opregion", "off", VM_JUDGED_USELESS},
	{"device=5912 qemu=9.1" I440FX, "x-igd-opregion", "on", VM_JUDGED_USELESS},
	{"device=4680 qemu=9.1 want=output" Q35, "x-igd-opregion", "on", VM_JUDGED_NEEDED},
	{"device=4680 qemu=9.1 want=output" Q35, "x-igd-opregion", "off", VM_JUDGED_NEEDED},
	{"device=7D55 qemu=10.0" I440FX, "x-igd-opregion", "on", VM_JUDGED_USELESS},
	{"device=4680 qemu=9.2 display_class=0380" I440FX, "x-igd-opregion", "on", VM_JUDGED_FATAL},
	{"device=4680 qemu=9.2 function=vf want=headless" I440FX, "x-igd-opregion", "on",
	 VM_JUDGED_FATAL},
	{"device=4680 qemu=10.1" I440FX, "x-igd-legacy-mode", "on", VM_JUDGED_FATAL},
	{"device=4680 qemu=10.1" I440FX, "x-igd-legacy-mode", "off", VM_JUDGED_USELESS},
	{"device=4680 qemu=10.1" I440FX, "x-igd-legacy-mode", "auto", VM_JUDGED_USELESS},
	{"device=5912 qemu=10.1" I440FX, "x-igd-legacy-mode", "on", VM_JUDGED_OPTIONAL},
	{"device=5912 qemu=10.1" I440FX, "x-igd-legacy-mode", "off", VM_JUDGED_OPTIONAL},
	{"device=5912 qemu=10.1 disable_vga=yes" I440FX, "x-igd-legacy-mode", "off",
	 VM_JUDGED_NEEDED},
	{"device=5912 qemu=10.1 disable_vga=yes" I440FX, "x-igd-legacy-mode", "on",
	 VM_JUDGED_FATAL},
	{"device=5912 qemu=10.1" Q35, "x-igd-legacy-mode", "on", VM_JUDGED_FATAL},
	{"device=5912 qemu=10.1" Q35, "x-igd-legacy-mode", "off", VM_JUDGED_USELESS},
	{"device=5912 qemu=10.1" I440FX, "x-vga", "on", VM_JUDGED_USELESS},
	{"device=5912 qemu=10.1" I440FX, "x-vga", "off", VM_JUDGED_USELESS},
	{"device=4680 qemu=10.1" I440FX, "x-vga", "on", VM_JUDGED_OPTIONAL},
	{"device=5912 qemu=9.1 disable_vga=yes" I440FX, "x-vga", "on", VM_JUDGED_FATAL},
	{"device=5912 qemu=11.0 kernel=6.15 display_class=0380" I440FX, "x-vga", "on",
	 VM_JUDGED_FATAL},
	{"device=5912 qemu=11.0 kernel=6.15 display_class=0380" I440FX, "x-pci-class-code",
	 "196608", VM_JUDGED_NEEDED},
	{"device=5912 qemu=11.0" I440FX, "x-pci-class-code", "0x030000", VM_JUDGED_USELESS},
	{"device=5912 qemu=9.1" I440FX, "x-pci-class-code", "0x030000", VM_JUDGED_UNKNOWN_TO_QEMU},
	{"device=5912 qemu=9.1" I440FX, "rombar", "0", VM_JUDGED_FATAL},
	{"device=5912 qemu=9.1" I440FX, "display", "on", VM_JUDGED_USELESS},
	{"device=5912 qemu=2.11" I440FX, "display", "on", VM_JUDGED_UNKNOWN_TO_QEMU},
	{"device=5912 qemu=9.1" I440FX, "x-pci-device-id", "0x1912", VM_JUDGED_OPTIONAL},
	{"device=5912 qemu=9.1" I440FX, "bootindex", "1", VM_JUDGED_NOT_OURS},
	{"device=7D55 qemu=10.0" I440FX, "x-igd-lpc", "on", VM_JUDGED_USELESS},
	{"device=4680 qemu=10.1 function=vf want=headless" I440FX, "x-igd-lpc", "on",
	 VM_JUDGED_USELESS},
	{"device=4680 qemu=10.1 function=vf want=headless" I440FX, "x-igd-gms", "2",
	 VM_JUDGED_USELESS},
	{"device=4680 qemu=10.1 function=vf want=headless" I440FX, "x-igd-legacy-mode", "on",
	 VM_JUDGED_USELESS},
	{"device=4680 qemu=10.1 function=vf want=headless" I440FX, "x-vga", "on", VM_JUDGED_FATAL},
	{"device=4680 qemu=9.2 kernel=4.4" I440FX, "x-igd-opregion", "on", VM_JUDGED_FATAL},
	{"device=7D55 qemu=10.0" I440FX, "x-igd-legacy-mode", "on", VM_JUDGED_USELESS},
	{"device=5912 qemu=11.0 kernel=6.15 display_class=0380" I440FX, "x-igd-legacy-mode", "on",
	 VM_JUDGED_FATAL},
	{"device=5912 qemu=11.0 want=headless" I440FX, "x-igd-legacy-mode", "on", VM_JUDGED_FATAL},
	{"device=5912 qemu=9.1" I440FX, "ramfb", "on", VM_JUDGED_USELESS},
	{"device=4680 qemu=10.1 kernel=4.4" I440FX, "x-igd-opregion", "on", VM_JUDGED_USELESS},
};

static void judges_properties_as_the_sources_do(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(judged) / sizeof(judged[0]); i++) {
		const struct judged *row = &judged[i];
		struct vm_case it = case_of(row->say);
		struct vm_judgement got = vm_rules_judge(&it, row->property, row->value);

		if (got.verdict != row->verdict)
			fail_msg("%s: %s=%s is %d (%s), expected %d", row->say, row->property,
				 row->value, (int)got.verdict, got.rule ? got.rule->name : "-",
				 (int)row->verdict);
	}
}

/* What works and is not needed has a remark where there is something to say. */
static void remarks_on_what_is_optional(void **state)
{
	static const struct {
		const char *say, *property, *value, *rule;
	} rows[] = {
		{"device=4680 qemu=10.1 want=headless" I440FX, "x-igd-opregion", "off",
		 "opregion-off-headless"},
		{"device=5912 qemu=9.1" I440FX, "x-igd-gms", "6", "gms-value-old"},
		{"device=5912 qemu=10.1" I440FX, "x-igd-gms", "6", "gms-own"},
		{"device=5912 qemu=10.1" I440FX, "x-igd-legacy-mode", "off", "legacy-off-own"},
		{"device=5912 qemu=11.0 kernel=6.15 display_class=0380 want=output" I440FX,
		 "x-pci-class-code", "0x030000", "class-code-own"},
		{"device=5912 qemu=9.1" I440FX, "x-pci-device-id", "0x1912", "device-id-own"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct vm_case it = case_of(rows[i].say);
		struct vm_judgement got = vm_rules_judge(&it, rows[i].property, rows[i].value);

		assert_int_equal(got.verdict, VM_JUDGED_OPTIONAL);
		assert_non_null(got.rule);
		assert_string_equal(got.rule->name, rows[i].rule);
	}
}

/* What is said of a GPU that computes is not said of a mediated device with a picture. */
static void remarks_where_they_are_true(void **state)
{
	struct vm_case it = case_of("device=5912 qemu=10.1 function=mdev want=output" I440FX);
	struct vm_judgement got = vm_rules_judge(&it, "x-igd-opregion", "off");

	(void)state;
	assert_int_equal(got.verdict, VM_JUDGED_OPTIONAL);
	assert_null(got.rule);
	it = case_of("device=7D55 qemu=10.1" I440FX);
	assert_null(vm_rules_judge(&it, "x-igd-gms", "0").rule);
}

static void only_i440fx_and_q35_have_a_place_for_the_gpu(void **state)
{
	struct vm_case it = case_of("device=4680 qemu=10.1 want=output" I440FX);

	(void)state;
	assert_null(vm_rules_refusal(&it));
	it.is[VM_IF_MACHINE] = VM_IS_MACHINE_OTHER;
	vm_rules_settle(&it, true);
	assert_string_equal(vm_rules_refusal(&it)->name, "machine-other");
}

/* Forced on, legacy mode fails with each of its conditions; left to itself it must be off. */
static void legacy_mode_needs_all_of_its_conditions(void **state)
{
	static const struct vm_change spoilers[] = {
		{VM_IF_ROM, VM_IS_ROM_NONE},
		{VM_IF_LPC_SLOT, VM_IS_LPC_SLOT_TAKEN},
		{VM_IF_DISABLE_VGA, VM_IS_DISABLE_VGA_YES},
		{VM_IF_ADDRESS, VM_IS_ADDRESS_OTHER},
	};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(spoilers) / sizeof(spoilers[0]); i++) {
		const struct vm_change *spoiler = &spoilers[i / 2];
		struct vm_case it = case_of(i & 1 ? "device=5912 qemu=10.0" I440FX
						  : "device=5912 qemu=10.1" I440FX);
		struct vm_judgement off;

		assert_int_equal(it.is[VM_IF_MODE], VM_IS_MODE_LEGACY);
		it.is[spoiler->condition] = spoiler->value;
		vm_rules_settle(&it, false);
		assert_int_equal(it.is[VM_IF_MODE], VM_IS_MODE_PLAIN);
		assert_int_equal(vm_rules_judge(&it, "x-igd-legacy-mode", "on").verdict,
				 VM_JUDGED_FATAL);
		/* Elsewhere than at 00:02.0 it is not even tried. */
		off = vm_rules_judge(&it, "x-igd-legacy-mode", "off");
		assert_int_equal(off.verdict, spoiler->condition == VM_IF_ADDRESS
						      ? VM_JUDGED_OPTIONAL
						      : VM_JUDGED_NEEDED);
	}
}

/* A taken slot 1f.0 is what PVE's bridge pci.2 does without legacy-igd. */
static void a_taken_lpc_slot_ends_legacy_mode(void **state)
{
	struct vm_case it = case_of("device=5912 qemu=10.1" I440FX);
	struct vm_judgement got;

	(void)state;
	assert_int_equal(it.is[VM_IF_MODE], VM_IS_MODE_LEGACY);
	it.is[VM_IF_LPC_SLOT] = VM_IS_LPC_SLOT_TAKEN;
	vm_rules_settle(&it, false);
	assert_int_equal(it.is[VM_IF_MODE], VM_IS_MODE_PLAIN);
	got = vm_rules_judge(&it, "x-igd-legacy-mode", "off");
	assert_int_equal(got.verdict, VM_JUDGED_NEEDED);
	assert_int_equal(vm_rules_judge(&it, "x-igd-lpc", "on").verdict, VM_JUDGED_FATAL);
}

/* Has the request know of a ROM with our driver and one GOP driver, for one device. */
static struct vm_rom_gop *take_a_rom(struct igdrom_vm_request *request, uint16_t device_id)
{
	struct vm_rom_gop *gop = calloc(1, sizeof(*gop));

	assert_non_null(gop);
	gop->ids = malloc(sizeof(*gop->ids));
	gop->version = calloc(1, 1);
	assert_non_null(gop->ids);
	assert_non_null(gop->version);
	gop->ids[0] = device_id;
	gop->id_count = 1;
	request->rom =
		(struct vm_rom_facts){.known = true, .opregion = true, .gops = gop, .gop_count = 1};
	return gop;
}

/* A ROM that answers the check of its GOP driver, with the id of the host's LPC bridge. */
static void a_rom_that_answers_the_gate_gives_q35_its_picture(void **state)
{
	struct igdrom_vm_request *request = vm_rig_request("device=4680 qemu=11.0 lpc_id=7A84" Q35);
	struct vm_rom_gop *gop = take_a_rom(request, 0x4680);
	char got[VM_LINE_ROOM];

	(void)state;
	gop->gate = IGDROM_GATE_FATAL;
	assert_string_equal(vm_rig_answer(request, got), "refused q35-lpc-gate");
	gop->answered = true;
	assert_string_equal(vm_rig_answer(request, got),
			    "q35 02.0 picture opt/igdrom/lpc-id=0x7a84");
	assert_int_equal(igdrom_vm_request_set(request, "lpc_id", NULL, NULL), IGDROM_OK);
	assert_string_equal(vm_rig_answer(request, got), "refused q35-lpc-id");
	gop->ids[0] = 0x1234;
	assert_string_equal(vm_rig_answer(request, got), "refused q35-lpc-gate");
	assert_int_equal(igdrom_vm_request_set(request, "machine", "i440fx", NULL), IGDROM_OK);
	assert_string_equal(vm_rig_answer(request, got), "refused rom-no-gop");
	assert_int_equal(igdrom_vm_request_set(request, "want", "output", NULL), IGDROM_OK);
	assert_string_equal(vm_rig_answer(request, got), "i440fx 02.0 dark");
	request->rom.opregion = false;
	assert_string_equal(vm_rig_answer(request, got), "refused rom-no-driver");
	igdrom_vm_request_free(request);
}

static void output_shows_a_boot_picture_when_nothing_is_missing(void **state)
{
	struct igdrom_vm_request *request =
		vm_rig_request("device=5912 qemu=11.0 want=output" I440FX);
	struct vm_rom_gop *gop = take_a_rom(request, 0x5912);
	char got[VM_LINE_ROOM];

	(void)state;
	assert_string_equal(vm_rig_answer(request, got), "i440fx 02.0 picture");
	gop->ids[0] = 0x4680;
	vm_rig_say(request, "device=4680");
	assert_string_equal(vm_rig_answer(request, got), "i440fx 02.0 dark");
	igdrom_vm_request_free(request);
}

/* A ROM as the change wants it, for the device of the request. */
static void change_rom(struct igdrom_vm_request *request, uint8_t kind)
{
	uint16_t id = (uint16_t)strtoul(igdrom_vm_request_get(request, "device"), NULL, 16);
	struct vm_rom_gop *gop = take_a_rom(request, id);

	assert_true(kind == VM_IS_ROM_GOP || kind == VM_IS_ROM_GATE);
	gop->gate = IGDROM_GATE_FATAL;
	gop->answered = kind == VM_IS_ROM_GATE;
}

/* Says a change as a person would, in the request. */
static void say_change(struct igdrom_vm_request *request, const struct vm_change *change)
{
	static const char *const said[VM_CONDITION_COUNT] = {[VM_IF_MACHINE] = "machine",
							     [VM_IF_FIRMWARE] = "firmware",
							     [VM_IF_FUNCTION] = "function",
							     [VM_IF_WANT] = "want",
							     [VM_IF_CLASS] = "display_class",
							     [VM_IF_DISABLE_VGA] = "disable_vga",
							     [VM_IF_KERNEL] = "kernel=6.15",
							     [VM_IF_LIBVIRT] = "libvirt=8.2.0",
							     [VM_IF_GMS] = "gms=2",
							     [VM_IF_LPC_ID] = "lpc_id=7A84",
							     [VM_IF_QEMU] = "qemu"};
	const char *value = vm_condition_value(change->condition, change->value);
	const char *words = said[change->condition];
	char text[64];

	if (change->condition == VM_IF_ROM) {
		change_rom(request, change->value);
		return;
	}
	if (!words)
		fail_msg("%s: no key for it", vm_condition_name(change->condition));
	if (strchr(words, '='))
		snprintf(text, sizeof(text), "%s", words);
	else
		snprintf(text, sizeof(text), "%s=%s", words, value);
	vm_rig_say(request, text);
}

/* Makes each way out of a refusal true, and asks again; the number of ways tried. */
static size_t try_ways(const char *say)
{
	struct igdrom_vm_request *request = vm_rig_request(say);
	struct igdrom_vm_plan *plan = NULL;
	size_t tried = 0;

	assert_int_equal(igdrom_vm_plan_new(request, NULL, &plan), IGDROM_OK);
	if (!igdrom_vm_plan_possible(plan)) {
		assert_true(plan->way_count > 0);
		assert_non_null(strstr(igdrom_vm_plan_refusal(plan), ". "));
	}
	for (size_t i = 0; i < plan->way_count; i++) {
		struct igdrom_vm_request *changed = vm_rig_request(say);
		char got[VM_LINE_ROOM];

		for (size_t k = 0; k < plan->ways[i].change_count; k++)
			say_change(changed, &plan->ways[i].changes[k]);
		vm_rig_answer(changed, got);
		if (strncmp(got, "refused", 7) == 0 || strncmp(got, "asks", 4) == 0)
			fail_msg("%s\n%s\nway %zu: %s", say, igdrom_vm_plan_refusal(plan), i, got);
		igdrom_vm_request_free(changed);
		tried++;
	}
	igdrom_vm_plan_free(plan);
	igdrom_vm_request_free(request);
	return tried;
}

static void every_way_out_of_a_refusal_works(void **state)
{
	static const char *const devices[] = {"0046", "0102", "0412", "5912", "9BC5", "87C0",
					      "9A49", "4680", "7D55", "56A0", "FFFF"};
	static const char *const releases[] = {"2.6", "2.7",  "5.0",  "9.1",
					       "9.2", "10.0", "10.1", "11.0"};
	static const char *const rest[] = {
		"firmware=ovmf machine=i440fx",
		"firmware=ovmf machine=q35",
		"firmware=ovmf",
		"firmware=seabios machine=i440fx",
		"firmware=seabios machine=q35 want=output",
		"firmware=ovmf display_class=0380 kernel=6.8",
		"firmware=ovmf machine=i440fx gms=f0",
		"firmware=seabios machine=i440fx disable_vga=yes gms=20",
		"firmware=ovmf machine=q35 function=mdev want=boot-picture",
		"firmware=ovmf function=vf want=output",
	};
	size_t tried = 0;

	(void)state;
	for (size_t d = 0; d < sizeof(devices) / sizeof(devices[0]); d++) {
		for (size_t r = 0; r < sizeof(releases) / sizeof(releases[0]); r++) {
			for (size_t i = 0; i < sizeof(rest) / sizeof(rest[0]); i++) {
				char say[256];

				snprintf(say, sizeof(say), "hypervisor=pve device=%s qemu=%s %s",
					 devices[d], releases[r], rest[i]);
				tried += try_ways(say);
			}
		}
	}
	assert_true(
		try_ways("hypervisor=libvirt libvirt=8.0.0 device=4680 qemu=10.1 firmware=ovmf"));
	assert_true(tried > 500);
}

/* What people are told, in words that they can act on. */
static void refusals_name_the_nearest_that_works(void **state)
{
	static const struct {
		const char *say, *words[4];
	} rows[] = {
		{"device=4680 hypervisor=pve qemu=9.2 firmware=ovmf machine=i440fx",
		 {"does not know device id 8086:4680", "QEMU 10.0 (PVE 9.0) or newer",
		  "give up the boot picture"}},
		{"device=7D55 hypervisor=pve pve=9.0 firmware=ovmf",
		 {"QEMU 10.0 ignores x-igd-opregion", "QEMU 10.1 (PVE 9.1) or newer"}},
		{"device=7D55 hypervisor=qemu qemu=10.0 firmware=ovmf",
		 {"needs QEMU 10.1 or newer;"}},
		{"device=4680 hypervisor=pve qemu=10.1 firmware=seabios",
		 {"has no VBIOS", "OVMF with an EFI option ROM", "bios: ovmf"}},
		{"device=4680 hypervisor=pve qemu=10.1 firmware=ovmf machine=q35",
		 {"LPC ids", "machine: pc", "(lpc_id); or give up", "give up the boot picture"}},
		{"device=5912 hypervisor=pve qemu=10.1 firmware=seabios machine=i440fx "
		 "disable_vga=yes",
		 {"disable_vga=1", "removed"}},
		{"device=4680 hypervisor=pve qemu=10.1 firmware=ovmf display_class=0380 kernel=6.8",
		 {"class 0380", "Linux 6.15", "primary display", "QEMU 10.2 (PVE 9.2) or newer"}},
		{"device=5912 hypervisor=qemu qemu=9.2 firmware=ovmf machine=i440fx gms=f0",
		 {"GMS 0xf0", "Unsupported IGD GMS value", "DVMT Pre-Allocated",
		  "QEMU 10.0 or newer"}},
		{"device=87C0 hypervisor=qemu qemu=11.0 firmware=ovmf machine=i440fx",
		 {"does not know device id 8086:87C0", "QEMU 9.1;"}},
		{"device=5912 hypervisor=qemu qemu=5.0 firmware=ovmf machine=i440fx",
		 {"compiled out", "QEMU 5.1 or newer"}},
		{"device=9BC5 hypervisor=qemu qemu=5.0 firmware=ovmf machine=i440fx",
		 {"QEMU 5.1;"}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct igdrom_vm_request *request = vm_rig_request(rows[i].say);
		struct igdrom_vm_plan *plan = NULL;

		assert_int_equal(igdrom_vm_plan_new(request, NULL, &plan), IGDROM_OK);
		assert_false(igdrom_vm_plan_possible(plan));
		assert_null(igdrom_vm_plan_config(plan));
		assert_non_null(igdrom_vm_plan_refusal_source(plan));
		for (size_t k = 0; k < 4 && rows[i].words[k]; k++) {
			if (!strstr(igdrom_vm_plan_refusal(plan), rows[i].words[k]))
				fail_msg("\"%s\" is not in: %s", rows[i].words[k],
					 igdrom_vm_plan_refusal(plan));
		}
		igdrom_vm_plan_free(plan);
		igdrom_vm_request_free(request);
	}
}

/* Rules that nothing can meet, or that speak twice, would be there for nobody. */
static void no_case_has_two_needs_for_one_property(void **state)
{
	static const char *const devices[] = {"0102", "0412", "1612", "5912", "3E92", "9BC5",
					      "8A52", "9A49", "4680", "7D55", "87C0"};
	static const char *const rest[] = {
		"", " want=output guest=windows", " disable_vga=yes gms=0",
		" display_class=0380 kernel=6.15", " function=mdev want=output"};

	(void)state;
	for (size_t d = 0; d < sizeof(devices) / sizeof(devices[0]); d++) {
		for (unsigned r = 0; r < vm_release_count(); r++) {
			for (size_t i = 0; i < 4 * sizeof(rest) / sizeof(rest[0]); i++) {
				const struct vm_rule *needs[VM_MAX_NEEDS];
				struct vm_case it;
				char say[256];
				size_t count;

				snprintf(say, sizeof(say),
					 "hypervisor=qemu device=%s qemu=%s firmware=%s "
					 "machine=%s%s",
					 devices[d], vm_release_name(r), i & 1 ? "ovmf" : "seabios",
					 i & 2 ? "q35" : "i440fx", rest[i / 4]);
				it = case_of(say);
				count = vm_rules_needs(&it, VM_NEED, needs);
				for (size_t k = 1; k < count; k++) {
					for (size_t m = 0; m < k; m++)
						assert_string_not_equal(needs[k]->subject,
									needs[m]->subject);
				}
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(releases_of_each_device_are_those_that_the_rules_allow),
		cmocka_unit_test(judges_properties_as_the_sources_do),
		cmocka_unit_test(remarks_on_what_is_optional),
		cmocka_unit_test(remarks_where_they_are_true),
		cmocka_unit_test(only_i440fx_and_q35_have_a_place_for_the_gpu),
		cmocka_unit_test(legacy_mode_needs_all_of_its_conditions),
		cmocka_unit_test(a_taken_lpc_slot_ends_legacy_mode),
		cmocka_unit_test(a_rom_that_answers_the_gate_gives_q35_its_picture),
		cmocka_unit_test(output_shows_a_boot_picture_when_nothing_is_missing),
		cmocka_unit_test(every_way_out_of_a_refusal_works),
		cmocka_unit_test(refusals_name_the_nearest_that_works),
		cmocka_unit_test(no_case_has_two_needs_for_one_property),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
