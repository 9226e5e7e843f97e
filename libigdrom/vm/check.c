/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm/check.h"

#include "core/report.h"
#include "vm/libvirt.h"
#include "vm/plan.h"
#include "vm/pve.h"

#include <stdlib.h>
#include <string.h>

#define GPU_ADDRESS "0000:00:02.0"

static bool has_igd_property(const struct vm_device *device)
{
	for (size_t i = 0; i < device->property_count; i++) {
		if (strncmp(device->properties[i].name, "x-igd-", 6) == 0)
			return true;
	}
	return device->legacy_igd;
}

/*
 * How sure it is that a device is the GPU; 0: it is not. Which device a mapping is, stands in another
 * file: it is the GPU when it comes first, where people put it.
 */
static unsigned likeness(const struct vm_device *device, bool first, const struct vm_address *gpu,
			 bool vf)
{
	const struct vm_address *host = &device->host;
	bool same_slot = host->known && host->domain == gpu->domain && host->bus == gpu->bus &&
			 host->slot == gpu->slot;

	if (vf && same_slot && host->function != 0)
		return 5;
	if (vm_address_equal(host, gpu))
		return 4;
	if (same_slot)
		return 3;
	if (has_igd_property(device))
		return 2;
	return !host->known && (device->mdev || (device->mapping && first));
}

size_t vm_check_gpu(const struct igdrom_vm_config *config, const struct igdrom_vm_request *request)
{
	const char *said = vm_request_text(request, VM_KEY_HOST_ADDRESS);
	const char *function = vm_request_text(request, VM_KEY_FUNCTION);
	bool vf = function && strcmp(function, "vf") == 0;
	struct vm_address gpu = {0};
	bool slot_only;
	unsigned best = 0;
	size_t found = SIZE_MAX;

	(void)vm_address_parse(said ? said : GPU_ADDRESS, &gpu, &slot_only);
	for (size_t i = 0; i < config->device_count; i++) {
		unsigned now = likeness(&config->devices[i], i == 0, &gpu, vf);

		if (now > best) {
			best = now;
			found = i;
		}
	}
	return found;
}

/* A fragment of a command line leaves the display to the rest of it. */
bool vm_check_display_known(const struct igdrom_vm_config *config)
{
	return config->display || config->format != IGDROM_VM_FORMAT_QEMU ||
	       config->machine != VM_MACHINE_UNKNOWN;
}

static bool has_display(const struct igdrom_vm_config *config)
{
	return vm_check_display_known(config) &&
	       (!config->display || strcmp(config->display, "none") != 0);
}

/*
 * What a configuration is for, when nobody says. A whole GPU that is given nothing of what a picture
 * takes (ROM, place, an end to the emulated display) is one that computes.
 */
static uint8_t evident_want(const struct vm_check *check)
{
	const struct vm_case *it = &check->it;
	const struct vm_device *device = check->device;

	if (it->is[VM_IF_FUNCTION] == VM_IS_FUNCTION_VF)
		return VM_IS_WANT_HEADLESS;
	if (it->is[VM_IF_FUNCTION] == VM_IS_FUNCTION_MDEV)
		return VM_IS_WANT_OUTPUT;
	if (!device->rom_file && device->guest.known &&
	    it->is[VM_IF_ADDRESS] == VM_IS_ADDRESS_OTHER && !has_igd_property(device) &&
	    has_display(check->config))
		return VM_IS_WANT_HEADLESS;
	return VM_IS_WANT_BOOT_PICTURE;
}

void vm_check_case(struct vm_check *check)
{
	struct vm_case *it = &check->it;

	vm_case_from_config(check->config, check->index, check->request, it);
	check->want_said = vm_request_text(check->request, VM_KEY_WANT) != NULL;
	if (!check->want_said)
		it->is[VM_IF_WANT] = evident_want(check);
	check->picture_meant = check->want_said || (check->device->rom_file &&
						    it->is[VM_IF_ADDRESS] == VM_IS_ADDRESS_IGD &&
						    !has_display(check->config));
	/* That a ROM is missing is one fault, not the reason for others. */
	if (it->is[VM_IF_ROM] == VM_IS_ROM_NONE && it->is[VM_IF_WANT] != VM_IS_WANT_HEADLESS) {
		it->is[VM_IF_ROM] = VM_IS_ROM_UNREAD;
		it->is[VM_IF_ROM_VBIOS] = VM_IS_ROM_VBIOS_UNREAD;
	}
	vm_rules_settle(it, false);
}

static char *noted(const struct vm_check *check, char *text)
{
	if (!text)
		*check->no_memory = true;
	return text;
}

char *vm_check_expand(const struct vm_check *check, const char *text)
{
	return noted(check, vm_rules_expand(&check->it, text));
}

char *vm_check_value(const struct vm_check *check, const struct vm_rule *rule)
{
	return noted(check, vm_rules_value(&check->it, rule));
}

static void report_refusal(const struct vm_check *check, enum finding_code code,
			   const struct vm_rule *rule)
{
	struct vm_way ways[VM_MAX_WAYS];
	size_t count = vm_nearest(&check->it, ways);
	char *why = vm_check_expand(check, rule->text);
	char *text = noted(check, vm_nearest_text(&check->it, ways, count));

	if (why && text)
		report_add(check->report, code, check->device->at,
			   REPORT_ARGS(ARG_S(why), ARG_S(text + strspn(text, " "))));
	free(why);
	free(text);
}

/*
 * Whether it can work at all. Without a wish a configuration that gives a picture only once the
 * driver of the guest runs is a warning, and judged as what it is.
 */
static void check_possible(struct vm_check *check)
{
	const struct vm_rule *rule = vm_rules_refusal(&check->it);
	const struct vm_rule *ask = vm_rules_ask(&check->it);
	struct vm_case less = check->it;

	if (!rule && ask)
		report_add_as(check->report, IGDROM_SEVERITY_WARNING, vm_ask_finding(ask),
			      IGDROM_NO_OFFSET, REPORT_NO_ARGS);
	if (!rule)
		return;
	less.is[VM_IF_WANT] = VM_IS_WANT_OUTPUT;
	vm_rules_settle(&less, false);
	if (check->want_said || vm_rules_refusal(&less)) {
		report_refusal(check, FINDING_VM_CHECK_IMPOSSIBLE, rule);
		check->impossible = true;
		return;
	}
	report_refusal(check, FINDING_VM_CHECK_NO_BOOT_PICTURE, rule);
	check->it = less;
}

enum igdrom_severity vm_check_picture_severity(const struct vm_check *check)
{
	return check->picture_meant && !check->never_pictured ? IGDROM_SEVERITY_ERROR
							      : IGDROM_SEVERITY_WARNING;
}

/* Whether a property that is needed is not there. */
static bool lacks_properties(const struct vm_check *check)
{
	const struct vm_rule *needs[VM_MAX_NEEDS];
	size_t count = vm_rules_needs(&check->it, VM_NEED, needs);
	bool lacks = false;

	for (size_t i = 0; i < count; i++)
		lacks |= !vm_device_property(check->device, needs[i]->subject);
	return lacks;
}

/* Rules of the format itself. */
static void check_format(const struct vm_check *check)
{
	switch (check->config->format) {
	case IGDROM_VM_FORMAT_LIBVIRT:
	case IGDROM_VM_FORMAT_UNRAID:
		vm_check_libvirt(check->config, lacks_properties(check), check->report);
		break;
	default:
		break;
	}
}

static bool ask_for_keys(const struct igdrom_vm_request *request, struct igdrom_report *report)
{
	bool device = vm_request_text(request, VM_KEY_DEVICE) != NULL;
	bool qemu = vm_request_text(request, VM_KEY_QEMU) || vm_request_text(request, VM_KEY_PVE);

	if (!device)
		report_add(report, FINDING_VM_ASK_DEVICE, IGDROM_NO_OFFSET, REPORT_NO_ARGS);
	if (!qemu)
		report_add(report, FINDING_VM_ASK_QEMU, IGDROM_NO_OFFSET, REPORT_NO_ARGS);
	return device && qemu;
}

enum igdrom_status vm_check_run(const struct igdrom_vm_config *config,
				const struct igdrom_vm_request *request, bool never_pictured,
				struct igdrom_report *report)
{
	const char *address;
	bool no_memory = false;
	struct vm_check check = {.config = config,
				 .request = request,
				 .report = report,
				 .no_memory = &no_memory,
				 .never_pictured = never_pictured};

	if (!config || !request || !ask_for_keys(request, report))
		return IGDROM_E_INVAL;
	vm_check_pve(config, report);
	address = vm_request_text(request, VM_KEY_HOST_ADDRESS);
	check.index = vm_check_gpu(config, request);
	if (check.index == SIZE_MAX) {
		report_add(report, FINDING_VM_CHECK_NO_GPU, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(address ? address : GPU_ADDRESS)));
		return IGDROM_OK;
	}
	check.device = &config->devices[check.index];
	vm_check_case(&check);
	vm_advise_versions(&check.it, request, report);
	if (!check.want_said && check.it.is[VM_IF_FUNCTION] == VM_IS_FUNCTION_WHOLE &&
	    check.it.is[VM_IF_WANT] == VM_IS_WANT_HEADLESS)
		report_add(report, FINDING_VM_CHECK_HEADLESS, check.device->at, REPORT_NO_ARGS);
	check_possible(&check);
	vm_check_places(&check);
	vm_check_properties(&check);
	vm_check_rest(&check);
	check_format(&check);
	return no_memory ? IGDROM_E_NOMEM : IGDROM_OK;
}

enum igdrom_status igdrom_vm_check(const struct igdrom_vm_config *config,
				   const struct igdrom_vm_request *request,
				   struct igdrom_report *report)
{
	return vm_check_run(config, request, false, report);
}
