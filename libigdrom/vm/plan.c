/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm/plan.h"

#include "core/report.h"
#include "vm/formats.h"
#include "vm/libvirt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD_ROOM 64
#define PATH_ROOM 4160 /* the longest text that a request takes, and a folder */

/* Without a wish: a picture from the start, or as much as the part of a GPU can do. */
static void default_want(const struct igdrom_vm_request *request, struct vm_case *it)
{
	if (vm_request_text(request, VM_KEY_WANT))
		return;
	if (it->is[VM_IF_FUNCTION] == VM_IS_FUNCTION_VF)
		it->is[VM_IF_WANT] = VM_IS_WANT_HEADLESS;
	else if (it->is[VM_IF_FUNCTION] == VM_IS_FUNCTION_MDEV)
		it->is[VM_IF_WANT] = VM_IS_WANT_OUTPUT;
}

const struct vm_rule *vm_choose(struct vm_case *it, const struct vm_rule **ask)
{
	const struct vm_rule *refusal;
	uint8_t machines[] = {VM_IS_MACHINE_I440FX, VM_IS_MACHINE_Q35};
	struct vm_case first = *it;

	*ask = NULL;
	if (it->is[VM_IF_MACHINE] == VM_IS_MACHINE_UNKNOWN) {
		/* Where a display is wanted the GPU is at home on i440fx; else q35 is the newer one. */
		if (it->is[VM_IF_WANT] == VM_IS_WANT_HEADLESS) {
			machines[0] = VM_IS_MACHINE_Q35;
			machines[1] = VM_IS_MACHINE_I440FX;
		}
		it->is[VM_IF_MACHINE] = machines[1];
		vm_rules_settle(it, true);
		first.is[VM_IF_MACHINE] = machines[0];
		vm_rules_settle(&first, true);
		if (!vm_rules_refusal(&first) || vm_rules_refusal(it))
			*it = first;
	}
	vm_rules_settle(it, true);
	refusal = vm_rules_refusal(it);
	if (!refusal)
		*ask = vm_rules_ask(it);
	return refusal;
}

static bool needs_no_more(const struct vm_case *than, const struct vm_case *it)
{
	const struct vm_rule *more[VM_MAX_NEEDS];
	const struct vm_rule *have[VM_MAX_NEEDS];
	size_t count = vm_rules_needs(it, VM_NEED, more);
	size_t have_count = vm_rules_needs(than, VM_NEED, have);

	for (size_t i = 0; i < count; i++) {
		size_t k = 0;

		while (k < have_count && strcmp(have[k]->subject, more[i]->subject) != 0)
			k++;
		if (k == have_count)
			return false;
	}
	return true;
}

/*
 * Asked for, or a gift: what is set for the driver of the guest is enough for the GOP too, and the
 * ROM is known to carry one.
 */
bool vm_shows_boot_picture(const struct vm_case *it)
{
	const struct vm_rule *ask = NULL;
	struct vm_case copy = *it;

	if (it->is[VM_IF_WANT] != VM_IS_WANT_OUTPUT)
		return it->is[VM_IF_WANT] == VM_IS_WANT_BOOT_PICTURE;
	if (it->is[VM_IF_ROM] < VM_IS_ROM_GOP && it->is[VM_IF_ROM_VBIOS] != VM_IS_ROM_VBIOS_YES)
		return false;
	copy.is[VM_IF_WANT] = VM_IS_WANT_BOOT_PICTURE;
	return !vm_choose(&copy, &ask) && !ask && needs_no_more(it, &copy);
}

void vm_plan_reason(struct igdrom_vm_plan *plan, const char *rule, const char *subject,
		    const char *text, const char *source)
{
	struct vm_reason *reason = &plan->reasons[plan->reason_count];

	if (plan->reason_count == VM_MAX_REASONS) {
		vm_config_fail(plan->config, IGDROM_E_INTERNAL);
		return;
	}
	*reason = (struct vm_reason){rule, vm_config_string(plan->config, subject),
				     vm_config_string(plan->config, text), source};
	plan->reason_count++;
}

void vm_plan_because(struct igdrom_vm_plan *plan, const struct vm_rule *rule, const char *subject)
{
	char *text = vm_rules_expand(&plan->it, rule->text);

	if (text)
		vm_plan_reason(plan, rule->name, subject, text, rule->source);
	else
		vm_config_fail(plan->config, IGDROM_E_NOMEM);
	free(text);
}

static void set_properties(struct igdrom_vm_plan *plan, struct vm_device *device)
{
	static const enum vm_value_type types[] = {
		[VM_TYPE_BOOL] = VM_VALUE_BOOL,
		[VM_TYPE_SWITCH] = VM_VALUE_STRING,
		[VM_TYPE_UINT] = VM_VALUE_UINT,
		[VM_TYPE_STRING] = VM_VALUE_STRING,
	};
	const struct vm_rule *needs[VM_MAX_NEEDS];
	size_t count = vm_rules_needs(&plan->it, VM_NEED, needs);

	for (size_t i = 0; i < count; i++) {
		const struct vm_known_property *known = vm_rules_property(needs[i]->subject);
		char *value = vm_rules_value(&plan->it, needs[i]);
		char subject[WORD_ROOM];

		if (!value) {
			vm_config_fail(plan->config, IGDROM_E_NOMEM);
			return;
		}
		snprintf(subject, sizeof(subject), "%s=%s", needs[i]->subject, value);
		vm_device_set(plan->config, device, needs[i]->subject, value, types[known->type],
			      IGDROM_NO_OFFSET);
		vm_plan_because(plan, needs[i], subject);
		free(value);
	}
}

/*
 * Where the ROM will be read from: a name of its own by the device when none was said. Proxmox VE
 * takes names of files in one folder only; the others get a folder that QEMU may read.
 */
static void set_rom(struct igdrom_vm_plan *plan, const struct igdrom_vm_request *request,
		    struct vm_device *device)
{
	static const char *const folders[] = {
		[VM_IS_HYPERVISOR_QEMU] = "",
		[VM_IS_HYPERVISOR_PVE] = "",
		[VM_IS_HYPERVISOR_LIBVIRT] = "/usr/share/vgabios/",
		[VM_IS_HYPERVISOR_UNRAID] = "/mnt/user/isos/",
	};
	uint8_t hypervisor = plan->it.is[VM_IF_HYPERVISOR];
	const char *name = vm_request_text(request, VM_KEY_ROM);
	const char *slash = name ? strrchr(name, '/') : NULL;
	const char *folder = folders[hypervisor];
	char made[WORD_ROOM];
	char path[PATH_ROOM];

	snprintf(made, sizeof(made), "igdrom-%04x.rom", plan->it.device_id);
	if (!name)
		name = made;
	else if (slash && hypervisor != VM_IS_HYPERVISOR_QEMU &&
		 (name[0] != '/' || hypervisor == VM_IS_HYPERVISOR_PVE))
		name = slash + 1;
	snprintf(path, sizeof(path), "%s%s", name[0] == '/' ? "" : folder, name);
	device->rom_file = vm_config_string(plan->config, path);
}

static void set_the_rest(struct igdrom_vm_plan *plan, const struct igdrom_vm_request *request,
			 struct vm_device *device)
{
	const struct vm_rule *needs[VM_MAX_NEEDS];
	size_t count = vm_rules_needs(&plan->it, VM_SET, needs);

	for (size_t i = 0; i < count; i++) {
		const char *subject = needs[i]->subject;
		char *value = vm_rules_value(&plan->it, needs[i]);

		if (!value) {
			vm_config_fail(plan->config, IGDROM_E_NOMEM);
			return;
		}
		if (strcmp(subject, "display") == 0)
			plan->config->display = vm_config_string(plan->config, value);
		else if (strcmp(subject, "rom") == 0)
			set_rom(plan, request, device);
		else if (strcmp(subject, "pcie") == 0)
			device->pcie = true;
		else
			vm_config_add_fw_cfg(plan->config, subject, value, IGDROM_NO_OFFSET);
		vm_plan_because(plan, needs[i], subject);
		free(value);
	}
}

/* Where QEMU would put a device that has no place at all is 00:02.0 of an i440fx: say another. */
static void set_place(struct igdrom_vm_plan *plan, uint64_t index, struct vm_device *device)
{
	/* The slots that Proxmox VE gives to hostpci0 to hostpci3. */
	static const uint8_t slots[] = {0x10, 0x11, 0x1b, 0x1c};
	bool i440fx = plan->it.is[VM_IF_MACHINE] == VM_IS_MACHINE_I440FX;
	bool igd = plan->it.is[VM_IF_ADDRESS] == VM_IS_ADDRESS_IGD;
	const struct vm_rule *place[VM_MAX_NEEDS];

	if (!igd && (!i440fx || index >= sizeof(slots)))
		return;
	device->guest = (struct vm_address){
		.known = true,
		.on_root = true,
		.slot = igd ? 2 : slots[index],
		.bus_name = i440fx ? "pci.0" : "pcie.0",
	};
	device->legacy_igd = igd && i440fx && plan->it.is[VM_IF_HYPERVISOR] == VM_IS_HYPERVISOR_PVE;
	if (vm_rules_needs(&plan->it, VM_PLACE, place))
		vm_plan_because(plan, place[0], "guest-address");
}

static struct vm_device *add_device(struct igdrom_vm_plan *plan, uint64_t index,
				    const char *address, const char *alias)
{
	struct vm_device *device = vm_config_add_device(plan->config, IGDROM_NO_OFFSET);
	bool xml = plan->it.is[VM_IF_HYPERVISOR] == VM_IS_HYPERVISOR_LIBVIRT ||
		   plan->it.is[VM_IF_HYPERVISOR] == VM_IS_HYPERVISOR_UNRAID;
	char id[WORD_ROOM];
	bool slot_only;

	if (!device)
		return NULL;
	snprintf(id, sizeof(id), "hostpci%u", (unsigned)index);
	device->id = vm_config_string(plan->config, xml ? alias : id);
	(void)vm_address_parse(address, &device->host, &slot_only);
	return device;
}

static void add_gpu(struct igdrom_vm_plan *plan, const struct igdrom_vm_request *request,
		    uint64_t index)
{
	struct vm_device *device = add_device(plan, index, vm_gpu_address(request), "ua-igd");

	if (!device)
		return;
	if (plan->it.is[VM_IF_FUNCTION] == VM_IS_FUNCTION_MDEV)
		device->mdev =
			vm_config_string(plan->config, vm_request_text(request, VM_KEY_MDEV));
	set_place(plan, index, device);
	set_properties(plan, device);
	set_the_rest(plan, request, device);
}

static void add_audio(struct igdrom_vm_plan *plan, const struct igdrom_vm_request *request,
		      uint64_t index)
{
	const char *audio = vm_request_text(request, VM_KEY_AUDIO);

	if (!audio || strcmp(audio, "none") == 0)
		return;
	if (add_device(plan, index, audio, "ua-igd-audio"))
		vm_plan_reason(plan, "audio", "audio",
			       "Sound of HDMI and DisplayPort is a function of its own.",
			       "libigdrom: tables/platforms.tsv");
}

/* What a writer of domain XML has to know. */
static void set_libvirt(struct igdrom_vm_config *config, const struct igdrom_vm_request *request)
{
	struct vm_version version;

	if (vm_request_version(request, VM_KEY_LIBVIRT, &version))
		config->libvirt = VM_LIBVIRT(version.part[0], version.part[1], version.part[2]);
}

static void fill(struct igdrom_vm_plan *plan, const struct igdrom_vm_request *request,
		 const struct vm_case *asked, struct igdrom_report *report)
{
	struct igdrom_vm_config *config = plan->config;
	const char *console = vm_request_text(request, VM_KEY_DEBUG_CONSOLE);
	uint64_t index;

	(void)vm_request_number(request, VM_KEY_INDEX, &index);
	config->name = vm_config_string(config, vm_request_text(request, VM_KEY_VM));
	config->machine = plan->it.is[VM_IF_MACHINE] == VM_IS_MACHINE_Q35 ? VM_MACHINE_Q35
									  : VM_MACHINE_I440FX;
	config->firmware = plan->it.is[VM_IF_FIRMWARE] == VM_IS_FIRMWARE_SEABIOS
				   ? VM_FIRMWARE_SEABIOS
				   : VM_FIRMWARE_OVMF;
	if (asked->is[VM_IF_MACHINE] == VM_IS_MACHINE_UNKNOWN)
		vm_plan_reason(
			plan, "machine-free", "machine",
			"No machine was asked for: this is the first one that nothing speaks "
			"against, i440fx before q35 where a display is wanted.",
			"libigdrom: tables/vm-rules.tsv");
	config->memory_known = vm_request_number(request, VM_KEY_MEMORY, &config->memory_mib);
	set_libvirt(config, request);
	add_gpu(plan, request, index);
	add_audio(plan, request, index < VM_INDEX_MAX ? index + 1 : index - 1);
	vm_plan_stolen_base(plan, request, report);
	if (console && strcmp(console, "no") != 0) {
		config->debug_console = true;
		config->debug_file = vm_config_string(
			config, strcmp(console, "yes") ? console : "/tmp/igdrom-debug.log");
		vm_plan_reason(plan, "debug-console", "debug-console",
			       "Firmware and the guest driver write to port 402h what they do.",
			       "qemu/qemu:docs/igd-assign.txt");
	}
	vm_config_complete(config);
}

static enum igdrom_status refuse(struct igdrom_vm_plan *plan, const struct vm_case *asked)
{
	char *why = vm_rules_expand(&plan->it, plan->refusing->text);
	char *ways;

	plan->way_count = vm_nearest(asked, plan->ways);
	ways = vm_nearest_text(asked, plan->ways, plan->way_count);
	if (why && ways)
		plan->refusal = malloc(strlen(why) + strlen(ways) + 1);
	if (plan->refusal)
		strcat(strcpy(plan->refusal, why), ways);
	free(why);
	free(ways);
	return plan->refusal ? IGDROM_OK : IGDROM_E_NOMEM;
}

static enum igdrom_status answer(struct igdrom_vm_plan *plan,
				 const struct igdrom_vm_request *request,
				 struct igdrom_report *report)
{
	static const enum igdrom_vm_format formats[] = {
		[VM_IS_HYPERVISOR_QEMU] = IGDROM_VM_FORMAT_QEMU,
		[VM_IS_HYPERVISOR_PVE] = IGDROM_VM_FORMAT_PVE,
		[VM_IS_HYPERVISOR_LIBVIRT] = IGDROM_VM_FORMAT_LIBVIRT,
		[VM_IS_HYPERVISOR_UNRAID] = IGDROM_VM_FORMAT_UNRAID,
	};
	const struct vm_rule *ask = NULL;
	struct vm_case asked;

	vm_case_from_request(request, &asked);
	default_want(request, &asked);
	vm_advise_versions(&asked, request, report);
	plan->it = asked;
	plan->refusing = vm_choose(&plan->it, &ask);
	if (plan->refusing)
		return refuse(plan, &asked);
	if (ask) {
		report_add(report, vm_ask_finding(ask), IGDROM_NO_OFFSET, REPORT_NO_ARGS);
		return IGDROM_E_INVAL;
	}
	plan->boot_picture = vm_shows_boot_picture(&plan->it);
	plan->config = vm_config_new(formats[plan->it.is[VM_IF_HYPERVISOR]]);
	if (!plan->config)
		return IGDROM_E_NOMEM;
	fill(plan, request, &asked, report);
	if (plan->config->err == IGDROM_OK)
		vm_advise(plan, request, report);
	return plan->config->err;
}

enum igdrom_status igdrom_vm_plan_new(const struct igdrom_vm_request *request,
				      struct igdrom_report *report, struct igdrom_vm_plan **out)
{
	struct igdrom_vm_plan *plan;
	enum igdrom_status status;

	if (out)
		*out = NULL;
	if (!request || !out || !vm_ask(request, report))
		return IGDROM_E_INVAL;
	plan = calloc(1, sizeof(*plan));
	if (!plan)
		return IGDROM_E_NOMEM;
	status = answer(plan, request, report);
	if (status == IGDROM_OK)
		*out = plan;
	else
		igdrom_vm_plan_free(plan);
	return status;
}
