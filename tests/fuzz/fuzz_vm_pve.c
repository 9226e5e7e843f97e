/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A Proxmox VE configuration: read, checked and compared with another release for the request that
 * the first byte chooses; its plan merged into it, which changes nothing from the first section on
 * and nothing at all a second time. Then another plan is merged into that, as people change their
 * minds, and the first one again.
 */
#include "fuzz/fuzz.h"

#include <igdrom/vm.h>

#include <string.h>

static const char *const asked[][2] = {
	{"4680 10.1 ovmf i440fx boot-picture", "4680 10.1 ovmf q35 output"},
	{"5912 8.1 ovmf i440fx boot-picture", "5912 8.1 ovmf i440fx headless"},
	{"5912 10.0 seabios i440fx boot-picture", "5912 10.0 ovmf i440fx boot-picture"},
	{"9A49 10.2 ovmf q35 output", "9A49 10.2 ovmf i440fx boot-picture"},
	{"7D55 10.0 ovmf q35 headless", "7D55 11.0 ovmf i440fx boot-picture"},
};
#define PAIRS (sizeof(asked) / sizeof(asked[0]))

static void say(struct igdrom_vm_request *request, const char *key, const char *value)
{
	FUZZ_CHECK(igdrom_vm_request_set(request, key, value, NULL) == IGDROM_OK);
}

/* choice: which pair, and by its bits what else is said. */
static struct igdrom_vm_request *make_request(const char *words, uint8_t choice)
{
	static const char *const keys[] = {"device", "qemu", "firmware", "machine", "want"};
	struct igdrom_vm_request *request;

	FUZZ_CHECK(igdrom_vm_request_new(&request) == IGDROM_OK);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		char value[32] = "";
		size_t size = strcspn(words, " ");

		memcpy(value, words, size);
		say(request, keys[i], value);
		words += size + (words[size] == ' ');
	}
	say(request, "hypervisor", "pve");
	say(request, "vm", "100");
	say(request, "gms", "0x2");
	if (choice & 0x80)
		say(request, "audio", "00:1f.3");
	if (choice & 0x40)
		say(request, "rom", "a b'.rom");
	if (choice & 0x20) {
		say(request, "stolen_base", "0x7b800001");
		say(request, "memory", "8192");
		say(request, "debug_console", "yes");
	}
	return request;
}

static void check(const char *text, size_t size, const struct igdrom_vm_request *request)
{
	struct igdrom_vm_config *config;
	struct igdrom_report *report;

	FUZZ_CHECK(igdrom_report_new(&report) == IGDROM_OK);
	if (igdrom_vm_config_read(text, size, IGDROM_VM_FORMAT_PVE, report, &config) == IGDROM_OK) {
		FUZZ_CHECK(igdrom_vm_check(config, request, report) == IGDROM_OK);
		FUZZ_CHECK(igdrom_vm_check_upgrade(config, request, "10.1", report) == IGDROM_OK);
	}
	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		uint64_t at = igdrom_finding_offset(igdrom_report_at(report, i));

		FUZZ_CHECK(at == IGDROM_NO_OFFSET || at <= size);
	}
	igdrom_vm_config_free(config);
	igdrom_report_free(report);
}

/* Where the first section begins: "[name]" in a line of its own. */
static size_t head_of(const char *text, size_t size)
{
	for (size_t at = 0; at < size;) {
		const char *end = memchr(text + at, '\n', size - at);
		size_t next = end ? (size_t)(end - text) + 1 : size;
		size_t last = next;

		while (last > at && strchr(" \t\r\n\f\v", text[last - 1]) && text[last - 1])
			last--;
		if (last - at >= 2 && text[at] == '[' && text[last - 1] == ']' &&
		    !memchr(text + at, ']', last - 1 - at))
			return at;
		at = next;
	}
	return size;
}

/* false: the plan is a refusal, or cannot be merged. */
static bool merge(const struct igdrom_vm_request *request, const void *text, size_t size,
		  struct igdrom_bytes *out)
{
	struct igdrom_vm_plan *plan = NULL;
	struct igdrom_bytes again = {0};
	struct igdrom_bytes commands = {0};
	struct igdrom_report *report;
	bool done;

	*out = again;
	FUZZ_CHECK(igdrom_report_new(&report) == IGDROM_OK);
	FUZZ_CHECK(igdrom_vm_plan_new(request, NULL, &plan) == IGDROM_OK);
	done = igdrom_vm_plan_possible(plan) &&
	       igdrom_vm_write(plan, IGDROM_VM_FORMAT_PVE, text, size, report, out) == IGDROM_OK;
	if (done && out->size <= IGDROM_VM_MAX_TEXT_BYTES) {
		size_t head = head_of(text, size);
		size_t rest = size - head;

		FUZZ_CHECK(out->size >= rest);
		FUZZ_CHECK(rest == 0 || memcmp(out->data + out->size - rest,
					       (const char *)text + head, rest) == 0);
		FUZZ_CHECK(igdrom_vm_write(plan, IGDROM_VM_FORMAT_PVE, out->data, out->size, NULL,
					   &again) == IGDROM_OK);
		FUZZ_CHECK(again.size == out->size &&
			   memcmp(again.data, out->data, again.size) == 0);
		FUZZ_CHECK(igdrom_vm_write(plan, IGDROM_VM_FORMAT_QM, out->data, out->size, NULL,
					   &commands) == IGDROM_OK);
		FUZZ_CHECK(commands.size == 0);
	}
	igdrom_bytes_free(&again);
	igdrom_bytes_free(&commands);
	igdrom_vm_plan_free(plan);
	igdrom_report_free(report);
	return done;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct igdrom_vm_request *first;
	struct igdrom_vm_request *second;
	struct igdrom_bytes once, other, back;
	const char *text = (const char *)data + 1;

	if (size < 2)
		return 0;
	first = make_request(asked[data[0] % PAIRS][0], data[0]);
	second = make_request(asked[data[0] % PAIRS][1], 0);
	check(text, size - 1, first);
	if (merge(first, text, size - 1, &once)) {
		if (merge(second, once.data, once.size, &other)) {
			(void)merge(first, other.data, other.size, &back);
			igdrom_bytes_free(&back);
		}
		igdrom_bytes_free(&other);
	}
	igdrom_bytes_free(&once);
	igdrom_vm_request_free(first);
	igdrom_vm_request_free(second);
	return 0;
}
