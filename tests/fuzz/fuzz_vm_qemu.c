/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A QEMU command line: read, checked against a release that the first byte chooses, compared with
 * another, and a plan merged into it, which a second time must change nothing. Then the same text
 * as arguments behind a configuration, split as Perl does.
 */
#include "fuzz/fuzz.h"

#include <igdrom/vm.h>

#include "vm/qemu.h"

#include <string.h>

static const struct {
	const char *device;
	const char *qemu;
	const char *firmware;
	const char *machine;
	const char *want;
} asked[] = {
	{"4680", "10.1", "ovmf", "i440fx", "boot-picture"},
	{"5912", "8.1", "ovmf", "i440fx", "boot-picture"},
	{"5912", "10.0", "seabios", "i440fx", "boot-picture"},
	{"9A49", "10.2", "ovmf", "q35", "output"},
	{"7D55", "10.0", "ovmf", "q35", "headless"},
};

static struct igdrom_vm_request *make_request(uint8_t choice)
{
	struct igdrom_vm_request *request;
	size_t i = choice % (sizeof(asked) / sizeof(asked[0]));
	const char *const said[][2] = {
		{"hypervisor", "qemu"},
		{"device", asked[i].device},
		{"qemu", asked[i].qemu},
		{"firmware", asked[i].firmware},
		{"machine", asked[i].machine},
		{"want", asked[i].want},
		{"gms", "0x2"},
		{"memory", "8192"},
		{"stolen_base", "0x7b800001"},
		{"address_width", "39"},
	};

	FUZZ_CHECK(igdrom_vm_request_new(&request) == IGDROM_OK);
	for (size_t n = 0; n < sizeof(said) / sizeof(said[0]); n++)
		FUZZ_CHECK(igdrom_vm_request_set(request, said[n][0], said[n][1], NULL) ==
			   IGDROM_OK);
	return request;
}

static void check(const char *text, size_t size, const struct igdrom_vm_request *request)
{
	struct igdrom_vm_config *config;
	struct igdrom_report *report;

	FUZZ_CHECK(igdrom_report_new(&report) == IGDROM_OK);
	if (igdrom_vm_config_read(text, size, IGDROM_VM_FORMAT_QEMU, report, &config) ==
	    IGDROM_OK) {
		FUZZ_CHECK(igdrom_vm_check(config, request, report) == IGDROM_OK);
		FUZZ_CHECK(igdrom_vm_check_upgrade(config, request, "10.1", report) == IGDROM_OK);
		for (size_t i = 0; i < igdrom_report_count(report); i++) {
			uint64_t at = igdrom_finding_offset(igdrom_report_at(report, i));

			FUZZ_CHECK(at == IGDROM_NO_OFFSET || at <= size);
		}
	}
	igdrom_vm_config_free(config);
	igdrom_report_free(report);
}

/* Merges a plan; the text as it was is what it may give, never what cannot be merged again. */
static void merge(const char *text, size_t size, const struct igdrom_vm_request *request)
{
	struct igdrom_vm_plan *plan = NULL;
	struct igdrom_bytes once;
	struct igdrom_bytes twice;

	FUZZ_CHECK(igdrom_vm_plan_new(request, NULL, &plan) == IGDROM_OK);
	if (igdrom_vm_plan_possible(plan) &&
	    igdrom_vm_write(plan, IGDROM_VM_FORMAT_QEMU, text, size, NULL, &once) == IGDROM_OK) {
		FUZZ_CHECK(igdrom_vm_write(plan, IGDROM_VM_FORMAT_QEMU, once.data, once.size, NULL,
					   &twice) == IGDROM_OK);
		FUZZ_CHECK(twice.size == once.size &&
			   memcmp(twice.data, once.data, once.size) == 0);
		igdrom_bytes_free(&once);
		igdrom_bytes_free(&twice);
	}
	igdrom_vm_plan_free(plan);
}

static void apply(const char *text, size_t size)
{
	struct igdrom_vm_config *config = vm_config_new(IGDROM_VM_FORMAT_PVE);
	struct vm_device *device = config ? vm_config_add_device(config, 0) : NULL;
	struct words words;

	FUZZ_CHECK(device);
	device->id = "hostpci0";
	if (words_split(text, size, 0, WORDS_PERL, &words) == IGDROM_OK)
		FUZZ_CHECK(vm_qemu_apply(config, &words, false, NULL) == config->err);
	words_free(&words);
	vm_config_free(config);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct igdrom_vm_request *request;

	if (size == 0)
		return 0;
	request = make_request(data[0]);
	check((const char *)data + 1, size - 1, request);
	if (size > 1)
		merge((const char *)data + 1, size - 1, request);
	apply((const char *)data + 1, size - 1);
	igdrom_vm_request_free(request);
	return 0;
}
