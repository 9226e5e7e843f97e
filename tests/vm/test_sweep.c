/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every plan for a device of every platform, on every QEMU release, firmware, machine, guest and
 * wish: it holds no property that this QEMU does not know, refuses or has no use for, and each
 * writer's text is read back as the same machine, in which the checker finds nothing to complain
 * of. What QEMU knows is written down here again, by hand, from its sources.
 */
#include "../unit/unit.h"
#include "releases.h"

#include <igdrom/igdrom.h>

#include <stdio.h>

/* Since which release vfio-pci has a property (hw/vfio/pci.c, hw/vfio/igd.c). */
static const struct {
	const char *name;
	const char *since;
} known_properties[] = {
	{"x-vga", "2.6"},
	{"x-pci-device-id", "2.6"},
	{"x-igd-opregion", "2.7"},
	{"x-igd-gms", "2.7"},
	{"x-igd-lpc", "10.0"},
	{"x-igd-legacy-mode", "10.0"},
	{"x-pci-class-code", "10.1"},
};

/* A device of every platform that QEMU's IGD support is about. gen: as the newest QEMU counts; 0: it does not
 * know the id. */
static const struct {
	const char *id;
	int gen;
} devices[] = {
	{"0102", 6},  {"0162", 6},  {"0412", 7},  {"0F31", 7},  {"1616", 8},  {"22B0", 8},
	{"1912", 9},  {"5912", 9},  {"591C", 9},  {"3E92", 9},  {"3EA0", 9},  {"9BC5", 9},
	{"3185", 9},  {"5A84", 9},  {"5A85", 9},  {"87C0", 0},  {"8A52", 11}, {"4571", 11},
	{"4E55", 11}, {"9A49", 12}, {"4C8A", 12}, {"4680", 12}, {"46A6", 12}, {"46D1", 12},
	{"A780", 12}, {"A721", 12}, {"A7A0", 12}, {"7D55", 0},  {"7D67", 0},  {"64A0", 0},
	{"B080", 0},
};

static const char *const firmwares[] = {"seabios", "ovmf"};
static const char *const machines[] = {"i440fx", "q35", "any"};
static const char *const guests[] = {"windows", "linux"};
static const char *const wants[] = {"boot-picture", "output", "headless"};
static const char *const extras[] = {"", "disable_vga", "secondary", "base"};

static const enum igdrom_vm_format formats[] = {
	IGDROM_VM_FORMAT_QEMU,
	IGDROM_VM_FORMAT_PVE,
	IGDROM_VM_FORMAT_LIBVIRT,
	IGDROM_VM_FORMAT_UNRAID,
};

/* One combination, named for messages. */
struct spot {
	size_t device;
	size_t release;
	const char *firmware;
	const char *machine;
	const char *guest;
	const char *want;
	const char *extra;
};

static size_t plans;
static size_t texts;

static void complain(const struct spot *spot, const char *what, const char *detail)
{
	fail_msg("%s %s: device %s, QEMU %s, %s, %s, %s, %s, %s", what, detail,
		 devices[spot->device].id, releases[spot->release], spot->firmware, spot->machine,
		 spot->guest, spot->want, spot->extra);
}

static bool since(const struct spot *spot, const char *release)
{
	return spot->release >= release_index(release, strlen(release));
}

/* Where each finds a ROM. */
static const char *rom_of(const char *hypervisor)
{
	if (strcmp(hypervisor, "pve") == 0)
		return "igd.rom";
	return strcmp(hypervisor, "unraid") == 0 ? "/mnt/user/isos/igd.rom"
						 : "/usr/share/vgabios/igd.rom";
}

static struct igdrom_vm_request *request_of(const struct spot *spot, const char *hypervisor)
{
	const char *const pairs[][2] = {
		{"device", devices[spot->device].id},
		{"qemu", releases[spot->release]},
		{"hypervisor", hypervisor},
		{"firmware", spot->firmware},
		{"machine", spot->machine},
		{"guest", spot->guest},
		{"want", spot->want},
		{"rom", rom_of(hypervisor)},
		{"kernel", "6.17"},
		{"memory", "8192"},
		{"libvirt", "10.0.0"},
		{"vm", "100"},
	};
	struct igdrom_vm_request *request = NULL;

	assert_int_equal(igdrom_vm_request_new(&request), IGDROM_OK);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (igdrom_vm_request_set(request, pairs[i][0], pairs[i][1], NULL) != IGDROM_OK)
			complain(spot, "not taken:", pairs[i][0]);
	}
	if (strcmp(spot->extra, "disable_vga") == 0)
		assert_int_equal(igdrom_vm_request_set(request, "disable_vga", "yes", NULL),
				 IGDROM_OK);
	if (strcmp(spot->extra, "secondary") == 0)
		assert_int_equal(igdrom_vm_request_set(request, "display_class", "0380", NULL),
				 IGDROM_OK);
	if (strcmp(spot->extra, "base") == 0) {
		assert_int_equal(igdrom_vm_request_set(request, "stolen_base", "0x6c000000", NULL),
				 IGDROM_OK);
		assert_int_equal(igdrom_vm_request_set(request, "gms", "2", NULL), IGDROM_OK);
	}
	return request;
}

/* What igdrom must never put into a configuration, as QEMU's sources have it. */
static void judge_property(const struct spot *spot, const struct igdrom_vm_config *config,
			   const char *name, const char *value)
{
	size_t i = 0;
	const char *machine = igdrom_vm_config_machine(config);

	while (i < sizeof(known_properties) / sizeof(known_properties[0]) &&
	       strcmp(known_properties[i].name, name) != 0)
		i++;
	if (i == sizeof(known_properties) / sizeof(known_properties[0]) ||
	    !since(spot, known_properties[i].since))
		complain(spot, "not known to this QEMU:", name);
	if (strcmp(name, "x-igd-lpc") == 0 &&
	    (strcmp(machine, "i440fx") != 0 || strcmp(value, "on") != 0))
		complain(spot, "fatal or the default:", name);
	if (strcmp(name, "x-igd-opregion") == 0 && strcmp(value, "on") == 0 && since(spot, "10.1"))
		complain(spot, "the default:", name);
	if (strcmp(name, "x-igd-opregion") == 0 && strcmp(value, "off") == 0 &&
	    !since(spot, "10.1"))
		complain(spot, "the default:", name);
	if (strcmp(name, "x-igd-legacy-mode") == 0 && strcmp(value, "off") != 0)
		complain(spot, "legacy mode:", value);
	if (strcmp(name, "x-igd-gms") == 0) {
		unsigned long gms = strtoul(value, NULL, 0);

		if (since(spot, "9.2") && !since(spot, "10.0"))
			complain(spot, "without effect:", name);
		if (since(spot, "10.1") && devices[spot->device].gen == 0)
			complain(spot, "fatal:", name);
		if (!since(spot, "10.0") && gms > 0x10)
			complain(spot, "out of range:", value);
	}
	if (strcmp(name, "x-vga") == 0 && strcmp(spot->firmware, "ovmf") == 0)
		complain(spot, "for SeaBIOS only:", name);
}

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static const char *property_of(const struct igdrom_vm_config *config, const char *name)
{
	for (size_t i = 0; i < igdrom_vm_config_property_count(config, 0); i++) {
		if (strcmp(igdrom_vm_config_property_name(config, 0, i), name) == 0)
			return igdrom_vm_config_property_value(config, 0, i);
	}
	return NULL;
}

/* Numbers may be written in another base. */
static bool same_value(const char *a, const char *b)
{
	char *end = NULL;

	if (same(a, b))
		return true;
	if (!a || !b || *a < '0' || *a > '9' || *b < '0' || *b > '9')
		return false;
	return strtoul(a, &end, 0) == strtoul(b, &end, 0);
}

static void compare(const struct spot *spot, const struct igdrom_vm_config *wanted,
		    const struct igdrom_vm_config *read)
{
	size_t count = igdrom_vm_config_property_count(wanted, 0);

	if (igdrom_vm_config_device_count(wanted) != igdrom_vm_config_device_count(read))
		complain(spot, "read back:", "number of devices");
	if (!same(igdrom_vm_config_machine(wanted), igdrom_vm_config_machine(read)))
		complain(spot, "read back: machine", igdrom_vm_config_machine(read));
	if (!same(igdrom_vm_config_firmware(wanted), igdrom_vm_config_firmware(read)))
		complain(spot, "read back:", "firmware");
	if (!same(igdrom_vm_config_device_host(wanted, 0), igdrom_vm_config_device_host(read, 0)))
		complain(spot, "read back:", "host address");
	if (igdrom_vm_config_device_guest(wanted, 0) &&
	    !same(igdrom_vm_config_device_guest(wanted, 0), igdrom_vm_config_device_guest(read, 0)))
		complain(spot, "read back:", "guest address");
	if (count != igdrom_vm_config_property_count(read, 0))
		complain(spot, "read back:", "number of properties");
	for (size_t i = 0; i < count; i++) {
		const char *name = igdrom_vm_config_property_name(wanted, 0, i);

		if (!same_value(igdrom_vm_config_property_value(wanted, 0, i),
				property_of(read, name)))
			complain(spot, "read back:", name);
	}
	for (size_t i = 0; i < igdrom_vm_config_fw_cfg_count(wanted); i++) {
		if (!same(igdrom_vm_config_fw_cfg_string(wanted, i),
			  igdrom_vm_config_fw_cfg_string(read, i)))
			complain(spot, "read back:", igdrom_vm_config_fw_cfg_name(wanted, i));
	}
}

/* Writes a plan, reads it, and asks the checker. */
static void write_and_read(const struct spot *spot, enum igdrom_vm_format format)
{
	struct igdrom_vm_request *request = request_of(spot, igdrom_vm_format_name(format));
	struct igdrom_vm_plan *plan = NULL;
	struct igdrom_vm_config *read = NULL;
	struct igdrom_report *report = NULL;
	struct igdrom_bytes text = {0};

	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(igdrom_vm_plan_new(request, NULL, &plan), IGDROM_OK);
	if (igdrom_vm_plan_possible(plan)) {
		if (igdrom_vm_write(plan, format, NULL, 0, NULL, &text) != IGDROM_OK)
			complain(spot, "cannot be written:", igdrom_vm_format_name(format));
		if (igdrom_vm_config_read(text.data, text.size, format, report, &read) != IGDROM_OK)
			complain(spot, "cannot be read:", igdrom_vm_format_name(format));
		compare(spot, igdrom_vm_plan_config(plan), read);
		assert_int_equal(igdrom_vm_check(read, request, report), IGDROM_OK);
		for (size_t i = 0; i < igdrom_report_count(report); i++) {
			const struct igdrom_finding *finding = igdrom_report_at(report, i);

			if (igdrom_finding_severity(finding) >= IGDROM_SEVERITY_WARNING) {
				print_error("%.*s\n%s\n", (int)text.size, (const char *)text.data,
					    igdrom_finding_text(finding));
				complain(spot, igdrom_vm_format_name(format),
					 igdrom_finding_code(finding));
			}
		}
		texts++;
	}
	igdrom_bytes_free(&text);
	igdrom_vm_config_free(read);
	igdrom_vm_plan_free(plan);
	igdrom_vm_request_free(request);
	igdrom_report_free(report);
}

static void plan_one(const struct spot *spot)
{
	struct igdrom_vm_request *request = request_of(spot, "qemu");
	struct igdrom_vm_plan *plan = NULL;
	const struct igdrom_vm_config *config;

	assert_int_equal(igdrom_vm_plan_new(request, NULL, &plan), IGDROM_OK);
	config = igdrom_vm_plan_config(plan);
	plans++;
	if (igdrom_vm_plan_possible(plan) != (config != NULL) ||
	    igdrom_vm_plan_possible(plan) != (igdrom_vm_plan_refusal(plan) == NULL))
		complain(spot, "half a", "refusal");
	if (config && strcmp(spot->want, "boot-picture") == 0 && !igdrom_vm_plan_boot_picture(plan))
		complain(spot, "possible without", "what was wanted");
	for (size_t i = 0; config && i < igdrom_vm_config_property_count(config, 0); i++)
		judge_property(spot, config, igdrom_vm_config_property_name(config, 0, i),
			       igdrom_vm_config_property_value(config, 0, i));
	igdrom_vm_plan_free(plan);
	igdrom_vm_request_free(request);
}

/* Calls for every combination. */
static void sweep(void (*visit)(const struct spot *spot), size_t device_step)
{
	struct spot spot;

#define EACH(field, list)                                                          \
	for (size_t i_##field = 0; i_##field < sizeof(list) / sizeof((list)[0]) && \
				   (spot.field = (list)[i_##field], true);         \
	     i_##field++)
	for (spot.device = 0; spot.device < sizeof(devices) / sizeof(devices[0]);
	     spot.device += device_step) {
		for (spot.release = 0; spot.release < RELEASE_COUNT; spot.release++) {
			EACH(firmware, firmwares)
			EACH(machine, machines)
			EACH(guest, guests)
			EACH(want, wants)
			EACH(extra, extras)
			visit(&spot);
		}
	}
#undef EACH
}

static void no_plan_holds_a_property_that_is_unknown_useless_or_fatal(void **state)
{
	(void)state;
	sweep(plan_one, 1);
	print_message("%zu plans\n", plans);
}

static void write_all(const struct spot *spot)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		write_and_read(spot, formats[i]);
}

static void what_is_written_is_read_as_planned_and_found_right(void **state)
{
	(void)state;
	sweep(write_all, 1);
	print_message("%zu texts\n", texts);
	assert_true(texts > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_plan_holds_a_property_that_is_unknown_useless_or_fatal),
		cmocka_unit_test(what_is_written_is_read_as_planned_and_found_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
