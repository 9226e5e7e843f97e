/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm.h"

#include <stdlib.h>
#include <string.h>

#define REASON_AT 18 /* column of the text of a reason */

static void show_device(const struct style *style, const struct igdrom_vm_request *request)
{
	const struct igdrom_device *device = NULL;
	const char *id = igdrom_vm_request_get(request, "device");
	char line[256];
	uint16_t number;

	if (!id || igdrom_device_parse_id(id, &number) != IGDROM_OK)
		return;
	if (igdrom_device_lookup(number, &device) != IGDROM_OK)
		snprintf(line, sizeof(line), "8086:%s, which is in no table of this version", id);
	else
		snprintf(line, sizeof(line), "8086:%s %s (%s)", id,
			 igdrom_device_name(device) ? igdrom_device_name(device) : "",
			 igdrom_device_codename(device));
	print_field(style, "GPU", line);
}

static void show_host(const struct style *style, const struct igdrom_vm_plan *plan,
		      const struct igdrom_vm_request *request)
{
	const char *pve = igdrom_vm_request_get(request, "pve");
	const char *qemu = igdrom_vm_request_get(request, "qemu");
	const char *rules = igdrom_vm_plan_qemu(plan);
	char line[256];

	snprintf(line, sizeof(line), "%s%s%s", igdrom_vm_request_get(request, "hypervisor"),
		 pve ? " " : "", pve ? pve : "");
	snprintf(line + strlen(line), sizeof(line) - strlen(line), ", QEMU %s",
		 qemu ? qemu : rules);
	if (qemu && strncmp(qemu, rules, strlen(rules)) != 0)
		snprintf(line + strlen(line), sizeof(line) - strlen(line), " (by the rules of %s)",
			 rules);
	print_field(style, "Host", line);
}

static void show_machine(const struct style *style, const struct igdrom_vm_config *config)
{
	const char *guest = igdrom_vm_config_device_guest(config, 0);
	const char *rom = igdrom_vm_config_device_rom_file(config, 0);
	char line[256];

	snprintf(line, sizeof(line), "%s, firmware %s", igdrom_vm_config_machine(config),
		 igdrom_vm_config_firmware(config));
	if (guest)
		snprintf(line + strlen(line), sizeof(line) - strlen(line), ", GPU at %s",
			 strncmp(guest, "0000:", 5) ? guest : guest + 5);
	print_field(style, "Machine", line);
	print_field(style, "ROM", rom);
}

/* Lines to copy are never broken. */
static void show_lines(const struct style *style, const char *text)
{
	while (*text) {
		size_t size = strcspn(text, "\n");

		fputs(size ? "  " : "", stdout);
		print_part(style, stdout, text, size);
		putchar('\n');
		text += size + (text[size] == '\n');
	}
}

static const char *where_to(const struct igdrom_vm_config *config, char *room, size_t size)
{
	const char *name = igdrom_vm_config_name(config);

	switch (igdrom_vm_config_format(config)) {
	case IGDROM_VM_FORMAT_PVE:
		snprintf(room, size,
			 "Lines for /etc/pve/qemu-server/%s.conf (as commands: \"igdrom vm write "
			 "qm\")",
			 name ? name : "VMID");
		return room;
	case IGDROM_VM_FORMAT_LIBVIRT:
		return "For the domain (\"virsh edit\")";
	case IGDROM_VM_FORMAT_UNRAID:
		return "For the XML view of the virtual machine";
	case IGDROM_VM_FORMAT_QEMU:
	case IGDROM_VM_FORMAT_QM:
	case IGDROM_VM_FORMAT_UNKNOWN:
		break;
	}
	return "Options for QEMU";
}

/* What goes into the configuration; owned. */
static int write_text(struct call *call, const struct igdrom_vm_plan *plan, char **text)
{
	enum igdrom_vm_format format = igdrom_vm_config_format(igdrom_vm_plan_config(plan));
	struct igdrom_bytes bytes = {0};
	enum igdrom_status status = igdrom_vm_write(plan, format, NULL, 0, call->report, &bytes);

	if (status != IGDROM_OK)
		return fail(call, status, NULL);
	*text = strndup((const char *)bytes.data, bytes.size);
	igdrom_bytes_free(&bytes);
	return *text ? EXIT_YES : fail(call, IGDROM_E_NOMEM, NULL);
}

static void show_reasons(const struct style *style, const struct igdrom_vm_plan *plan)
{
	size_t count = igdrom_vm_plan_reason_count(plan);

	if (count == 0)
		return;
	putchar('\n');
	print_title(style, "Why");
	for (size_t i = 0; i < count; i++) {
		const char *subject = igdrom_vm_plan_reason_subject(plan, i);
		char source[512];

		printf("  %-*s", REASON_AT - 2, subject);
		if (strlen(subject) > REASON_AT - 3)
			printf("\n%*s", REASON_AT, "");
		print_wrapped(style, REASON_AT, igdrom_vm_plan_reason_text(plan, i));
		snprintf(source, sizeof(source), "[%s]", igdrom_vm_plan_reason_source(plan, i));
		printf("%*s", REASON_AT, "");
		print_wrapped(style, REASON_AT, source);
	}
}

static const char *verdict(const struct igdrom_vm_plan *plan)
{
	const char *want = igdrom_vm_plan_want(plan);

	if (igdrom_vm_plan_boot_picture(plan))
		return "Boot picture: yes";
	if (!strcmp(want, "headless"))
		return "Boot picture: no; the GPU computes and encodes only";
	return "Boot picture: no; the picture comes when the guest's driver starts";
}

int tell_refusal(struct call *call, const struct igdrom_vm_plan *plan,
		 const struct igdrom_vm_request *request)
{
	char *json = NULL, text[4096];
	enum igdrom_status status;
	int code;

	if (call->json) {
		status = igdrom_vm_plan_to_json(plan, request, call->report, &json);
		code = print_json(call, status, json);
		return code == EXIT_YES ? EXIT_REFUSED : code;
	}
	printf("Refused: ");
	with_options(igdrom_vm_plan_refusal(plan), text, sizeof(text));
	print_wrapped(&call->style, 9, text);
	show_device(&call->style, request);
	show_host(&call->style, plan, request);
	print_field(&call->style, "Rule", igdrom_vm_plan_refusal_rule(plan));
	print_field(&call->style, "Source", igdrom_vm_plan_refusal_source(plan));
	return EXIT_REFUSED;
}

static int show_plan(struct call *call, const struct igdrom_vm_plan *plan,
		     const struct igdrom_vm_request *request)
{
	const struct igdrom_vm_config *config = igdrom_vm_plan_config(plan);
	char *text = NULL, title[256];
	int code = write_text(call, plan, &text);

	if (code != EXIT_YES)
		return code;
	print_title(&call->style, "%s", verdict(plan));
	show_device(&call->style, request);
	show_host(&call->style, plan, request);
	show_machine(&call->style, config);
	putchar('\n');
	print_title(&call->style, "%s", where_to(config, title, sizeof(title)));
	show_lines(&call->style, text);
	free(text);
	show_reasons(&call->style, plan);
	if (call->findings_shown < igdrom_report_count(call->report)) {
		putchar('\n');
		print_title(&call->style, "Good to know");
	}
	list_findings(&call->style, call->report, call->findings_shown, NULL);
	call->findings_shown = igdrom_report_count(call->report);
	return EXIT_YES;
}

int run_vm_plan(struct call *call)
{
	struct igdrom_vm_request *request = NULL;
	struct igdrom_vm_plan *plan = NULL;
	char *json = NULL;
	int code = make_request(call, &request);

	if (code == EXIT_YES)
		code = ask_machine(call, request, true);
	if (code == EXIT_YES)
		code = make_plan(call, request, &plan);
	if (code == EXIT_YES && !igdrom_vm_plan_possible(plan)) {
		code = tell_refusal(call, plan, request);
	} else if (code == EXIT_YES && call->json) {
		enum igdrom_status status =
			igdrom_vm_plan_to_json(plan, request, call->report, &json);

		code = print_json(call, status, json);
	} else if (code == EXIT_YES) {
		code = show_plan(call, plan, request);
	}
	igdrom_vm_plan_free(plan);
	igdrom_vm_request_free(request);
	return code == EXIT_YES ? verdict_of(call) : code;
}
