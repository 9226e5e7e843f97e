/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Domain XML: read, checked, and a configuration merged into it that the bits of the first byte
 * choose. What comes out can be read, holds what was wanted, and stays as it is a second time.
 */
#include "fuzz/fuzz.h"

#include "unit/vm_wanted.h"
#include "vm/libvirt.h"

#include <string.h>

/* The choice of each bit, and what there is without it. */
static const char *const choices[8][2] = {
	{"bool:x-igd-lpc=on", "i440fx"},
	{"q35", "i440fx"},
	{"fw_cfg=opt/igdrom/stolen-base:0x78000000", "i440fx"},
	{"debug", "i440fx"},
	{"display", "i440fx"},
	{"uint:x-igd-gms=0xf0", "i440fx"},
	{"seabios", "i440fx"},
	{"rom=/\xc3\xa4&'<.rom", "i440fx"},
};

static struct igdrom_vm_config *make_wanted(uint8_t choice)
{
	const char *words[12];
	struct igdrom_vm_config *wanted;
	size_t count = 0;

	for (unsigned i = 0; i < 8; i++)
		words[count++] = choices[i][!(choice >> i & 1)];
	words[count++] = "width=39";
	words[count++] = "libvirt=9003000";
	words[count] = NULL;
	wanted = vm_wanted(words);
	FUZZ_CHECK(wanted && wanted->err == IGDROM_OK);
	return wanted;
}

static struct igdrom_vm_config *read_config(const void *text, size_t size)
{
	struct igdrom_report *report;
	struct igdrom_vm_config *config;

	FUZZ_CHECK(igdrom_report_new(&report) == IGDROM_OK);
	if (igdrom_vm_config_read(text, size, IGDROM_VM_FORMAT_LIBVIRT, report, &config) ==
	    IGDROM_OK)
		vm_check_libvirt(config, true, report);
	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		uint64_t at = igdrom_finding_offset(igdrom_report_at(report, i));

		FUZZ_CHECK(at == IGDROM_NO_OFFSET || at <= size);
	}
	igdrom_report_free(report);
	return config;
}

/* The GPU is where it should be, with what it should have, and with its slot to itself. */
static void compare(const struct igdrom_vm_config *is, const struct igdrom_vm_config *wanted)
{
	const struct vm_device *gpu = &wanted->devices[0];
	const struct vm_device *found = NULL;

	for (size_t i = 0; i < is->device_count && !found; i++) {
		if (vm_address_equal(&is->devices[i].host, &gpu->host))
			found = &is->devices[i];
	}
	FUZZ_CHECK(found && vm_address_equal(&found->guest, &gpu->guest));
	for (size_t i = 0; i < gpu->property_count; i++) {
		const struct vm_property *property =
			vm_device_property(found, gpu->properties[i].name);

		FUZZ_CHECK(property && property->type == gpu->properties[i].type);
		FUZZ_CHECK(strcmp(property->value, gpu->properties[i].value) == 0);
	}
	if (gpu->rom_file)
		FUZZ_CHECK(found->rom_file && strcmp(found->rom_file, gpu->rom_file) == 0);
	if (wanted->display)
		FUZZ_CHECK(is->display && strcmp(is->display, "none") == 0);
}

static void merge(const char *text, size_t size, const struct igdrom_vm_config *wanted)
{
	struct build once = build_new(16u << 20);
	struct build twice = build_new(16u << 20);
	struct igdrom_report *report;
	struct igdrom_vm_config *is;

	FUZZ_CHECK(igdrom_report_new(&report) == IGDROM_OK);
	if (vm_write_libvirt(wanted, text, size, report, &once) == IGDROM_OK &&
	    once.size <= IGDROM_VM_MAX_TEXT_BYTES) {
		is = read_config(once.data, once.size);
		FUZZ_CHECK(is);
		compare(is, wanted);
		igdrom_vm_config_free(is);
		FUZZ_CHECK(vm_write_libvirt(wanted, once.data, once.size, NULL, &twice) ==
			   IGDROM_OK);
		FUZZ_CHECK(once.size == twice.size &&
			   memcmp(once.data, twice.data, once.size) == 0);
	}
	igdrom_report_free(report);
	build_free(&once);
	build_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct igdrom_vm_config *wanted;

	if (size < 2)
		return 0;
	wanted = make_wanted(data[0]);
	igdrom_vm_config_free(read_config(data + 1, size - 1));
	merge((const char *)data + 1, size - 1, wanted);
	igdrom_vm_config_free(wanted);
	return 0;
}
