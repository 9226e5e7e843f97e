/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>

struct check {
	struct igdrom_bytes bytes;
	struct igdrom_vm_config *config;
	struct igdrom_vm_request *request;
	struct igdrom_report *upgrade; /* NULL: not asked about another QEMU */
	char qemu[32];                 /* that one */
	char from[32];                 /* what it is compared with */
	bool since;                    /* that is the QEMU of the machine type */
	bool works_then;               /* with it */
};

/* Which QEMU a release of Proxmox VE brings: a plan knows. */
static bool qemu_of_pve(const char *pve, char *out, size_t room)
{
	struct igdrom_vm_request *request = NULL;
	struct igdrom_vm_plan *plan = NULL;
	bool found = igdrom_vm_request_new(&request) == IGDROM_OK &&
		     igdrom_vm_request_set(request, "device", "0000", NULL) == IGDROM_OK &&
		     igdrom_vm_request_set(request, "hypervisor", "pve", NULL) == IGDROM_OK &&
		     igdrom_vm_request_set(request, "firmware", "ovmf", NULL) == IGDROM_OK &&
		     igdrom_vm_request_set(request, "function", "vf", NULL) == IGDROM_OK &&
		     igdrom_vm_request_set(request, "pve", pve, NULL) == IGDROM_OK &&
		     igdrom_vm_plan_new(request, NULL, &plan) == IGDROM_OK;

	if (found)
		snprintf(out, room, "%s", igdrom_vm_plan_qemu(plan));
	igdrom_vm_plan_free(plan);
	igdrom_vm_request_free(request);
	return found;
}

/* "10.1", or "pve-9.1" for what that brings. */
static int read_upgrade(struct call *call, struct check *check)
{
	const char *value = option_value(call, OPTION_UPGRADE);
	struct igdrom_vm_request *request = NULL;
	enum igdrom_status status;

	if (!value)
		return EXIT_YES;
	if (!strncmp(value, "pve", 3)) {
		const char *version = value + 3 + strspn(value + 3, "- ");

		return qemu_of_pve(version, check->qemu, sizeof(check->qemu))
			       ? EXIT_YES
			       : usage_error(call, "--upgrade: there is no Proxmox VE \"%s\".",
					     version);
	}
	status = igdrom_vm_request_new(&request);
	if (status == IGDROM_OK)
		status = igdrom_vm_request_set(request, "qemu", value, NULL);
	if (status == IGDROM_OK)
		snprintf(check->qemu, sizeof(check->qemu), "%s",
			 igdrom_vm_request_get(request, "qemu"));
	igdrom_vm_request_free(request);
	if (status == IGDROM_E_INVAL)
		return usage_error(call,
				   "--upgrade: \"%s\" is no version; give that of QEMU (10.1), or "
				   "of Proxmox VE (pve-9.1).",
				   value);
	return status == IGDROM_OK ? EXIT_YES : fail(call, status, NULL);
}

/* Without a present version the new one is the one to judge by. */
static int settle_versions(struct call *call, struct check *check)
{
	if (!check->qemu[0] || igdrom_vm_request_get(check->request, "qemu") ||
	    igdrom_vm_request_get(check->request, "pve"))
		return EXIT_YES;
	if (igdrom_vm_request_set(check->request, "qemu", check->qemu, call->report) != IGDROM_OK)
		return fail(call, IGDROM_E_NOMEM, NULL);
	check->qemu[0] = '\0';
	return EXIT_YES;
}

/* The ROM that the configuration names, when it is on this machine and no other one was given. */
static void look_into_its_rom(struct check *check)
{
	const char *name = igdrom_vm_config_device_rom_file(check->config, 0);
	struct igdrom_bytes bytes = {0};
	struct igdrom_rom *rom = NULL;
	char path[4096];

	if (!name || igdrom_vm_request_get(check->request, "rom"))
		return;
	snprintf(path, sizeof(path), "%s%s", strchr(name, '/') ? "" : PVE_ROMS, name);
	if (access(path, R_OK) != 0 || igdrom_file_read(path, NULL, NULL, &bytes) != IGDROM_OK)
		return;
	if (igdrom_rom_parse(bytes.data, bytes.size, NULL, NULL, &rom) != IGDROM_OK ||
	    igdrom_vm_request_set_rom(check->request, rom, NULL) != IGDROM_OK)
		rom = NULL;
	igdrom_rom_free(rom);
	igdrom_bytes_free(&bytes);
}

/* "pc-i440fx-9.2+pve1": the QEMU that the machine was made on; false: none is named. */
static bool pinned_version(const struct igdrom_vm_config *config, char *out, size_t room,
			   unsigned version[2])
{
	const char *type = igdrom_vm_config_machine_type(config);
	const char *dash = type ? strrchr(type, '-') : NULL;

	if (!dash || sscanf(dash + 1, "%u.%u", &version[0], &version[1]) != 2)
		return false;
	snprintf(out, room, "%u.%u", version[0], version[1]);
	return true;
}

/*
 * The present QEMU, where it is known: the one that was named before --upgrade; or, when the QEMU to
 * judge for is newer than the one in the machine type, that.
 */
static void settle_upgrade(struct check *check)
{
	const char *qemu = igdrom_vm_request_get(check->request, "qemu");
	unsigned made[2], asked[2];

	if (check->qemu[0]) {
		snprintf(check->from, sizeof(check->from), "%s", qemu ? qemu : "");
		return;
	}
	if (!qemu || sscanf(qemu, "%u.%u", &asked[0], &asked[1]) != 2 ||
	    !pinned_version(check->config, check->from, sizeof(check->from), made))
		return;
	check->since = made[0] < asked[0] || (made[0] == asked[0] && made[1] < asked[1]);
	if (check->since)
		snprintf(check->qemu, sizeof(check->qemu), "%u.%u", asked[0], asked[1]);
}

/* The request, with another version of QEMU in it; owned. */
static enum igdrom_status request_with(const struct check *check, const char *qemu,
				       struct igdrom_vm_request **out)
{
	enum igdrom_status status = igdrom_vm_request_new(out);

	for (size_t i = 0; i < igdrom_vm_request_key_count() && status == IGDROM_OK; i++) {
		const char *key = igdrom_vm_request_key_at(i);
		const char *value = igdrom_vm_request_get(check->request, key);

		if (strcmp(key, "pve") != 0)
			status = igdrom_vm_request_set(*out, key,
						       strcmp(key, "qemu") ? value : qemu, NULL);
	}
	return status;
}

static enum igdrom_status compare(struct call *call, struct check *check)
{
	struct igdrom_vm_request *before = NULL;
	enum igdrom_status status = igdrom_report_new(&check->upgrade);

	if (status == IGDROM_OK && check->since)
		status = request_with(check, check->from, &before);
	if (status == IGDROM_OK) {
		igdrom_report_set_file(check->upgrade, call->operands[0]);
		status = igdrom_vm_check_upgrade(check->config, before ? before : check->request,
						 check->qemu, check->upgrade);
	}
	igdrom_vm_request_free(before);
	return status;
}

/* Whether all is well with the other QEMU, not only what is different. */
static enum igdrom_status look_ahead(struct check *check)
{
	struct igdrom_vm_request *then = NULL;
	struct igdrom_report *report = NULL;
	enum igdrom_status status = request_with(check, check->qemu, &then);

	if (status == IGDROM_OK)
		status = igdrom_report_new(&report);
	if (status == IGDROM_OK)
		status = igdrom_vm_check(check->config, then, report);
	check->works_then = igdrom_report_worst(report) != IGDROM_SEVERITY_ERROR;
	igdrom_report_free(report);
	igdrom_vm_request_free(then);
	return status;
}

static int judge(struct call *call, struct check *check)
{
	enum igdrom_status status = igdrom_vm_check(check->config, check->request, call->report);
	int code;

	if (status != IGDROM_OK)
		return ask_for_missing(call, &code) ? code : fail(call, status, NULL);
	settle_upgrade(check);
	if (!check->qemu[0])
		return EXIT_YES;
	status = compare(call, check);
	if (status == IGDROM_OK && !check->since)
		status = look_ahead(check);
	return status == IGDROM_OK ? EXIT_YES : fail(call, status, NULL);
}

static void show_verdict(const struct call *call, const struct check *check)
{
	const char *qemu = igdrom_vm_request_get(check->request, "qemu");
	const char *pve = igdrom_vm_request_get(check->request, "pve");
	bool bad = igdrom_report_worst(call->report) == IGDROM_SEVERITY_ERROR;
	char counts[64], line[512];

	worst_words(call->report, counts, sizeof(counts));
	snprintf(line, sizeof(line), "%s: %s with %s %s%s%s", shown_name(call->operands[0]),
		 bad       ? "does not work"
		 : *counts ? "may work"
			   : "good",
		 qemu ? "QEMU" : "Proxmox VE", qemu ? qemu : pve, *counts ? ": " : "", counts);
	print_title(&call->style, "%s", line);
}

static void show_what_it_is(const struct style *style, const struct check *check)
{
	const char *machine = igdrom_vm_config_machine_type(check->config);
	const char *device = igdrom_vm_request_get(check->request, "device");
	const char *firmware = igdrom_vm_config_firmware(check->config);
	char line[256];

	if (!machine)
		machine = igdrom_vm_config_machine(check->config);
	snprintf(line, sizeof(line), "%s, machine %s, firmware %s, for GPU 8086:%s",
		 igdrom_vm_format_name(igdrom_vm_config_format(check->config)),
		 machine ? machine : "not said", firmware ? firmware : "not said", device);
	print_field(style, "Read", line);
}

static void show_upgrade(const struct call *call, const struct check *check)
{
	bool works = igdrom_report_worst(call->report) != IGDROM_SEVERITY_ERROR;
	const char *verdict = works ? "it breaks" : "it still does not work";
	char counts[64];

	if (works && igdrom_report_worst(check->upgrade) != IGDROM_SEVERITY_ERROR)
		verdict = "it goes on working";
	else if (check->works_then)
		verdict = "it works";
	worst_words(check->upgrade, counts, sizeof(counts));
	putchar('\n');
	print_title(&call->style, "After an upgrade to QEMU %s: %s%s%s", check->qemu, verdict,
		    *counts ? ", " : "", counts);
	list_findings(&call->style, check->upgrade, 0, &check->bytes);
}

/* What QEMU has changed since the machine was made; what is wrong now was told. */
static void show_since(const struct call *call, const struct check *check)
{
	bool any = false;

	for (size_t i = 0; i < igdrom_report_count(check->upgrade); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(check->upgrade, i);

		if (strncmp(igdrom_finding_code(finding), "vm-upgrade-", 11) != 0)
			continue;
		if (!any) {
			putchar('\n');
			print_title(&call->style,
				    "Changed since QEMU %s, which its machine type names",
				    check->from);
		}
		any = true;
		show_finding(&call->style, finding, &check->bytes);
	}
}

static int show(struct call *call, const struct check *check)
{
	enum igdrom_status status;
	char *json = NULL;

	if (call->json) {
		status = igdrom_vm_check_to_json(check->config, check->request, check->upgrade,
						 check->from[0] ? check->from : NULL, check->qemu,
						 call->report, &json);
		return print_json(call, status, json);
	}
	show_verdict(call, check);
	show_what_it_is(&call->style, check);
	list_findings(&call->style, call->report, 0, &check->bytes);
	call->findings_shown = igdrom_report_count(call->report);
	if (check->upgrade && check->since)
		show_since(call, check);
	else if (check->upgrade)
		show_upgrade(call, check);
	return EXIT_YES;
}

static int read_config(struct call *call, struct check *check)
{
	const char *path = call->operands[0];
	enum igdrom_status status;
	int code = load(call, path, &check->bytes);

	if (code != EXIT_YES)
		return code;
	status = igdrom_vm_config_read(check->bytes.data, check->bytes.size,
				       IGDROM_VM_FORMAT_UNKNOWN, call->report, &check->config);
	return status == IGDROM_OK ? EXIT_YES : fail(call, status, path);
}

int run_vm_check(struct call *call)
{
	struct check check = {0};
	int code = make_request(call, &check.request);

	if (code == EXIT_YES)
		code = ask_machine(call, check.request, false);
	if (code == EXIT_YES)
		code = read_upgrade(call, &check);
	if (code == EXIT_YES)
		code = settle_versions(call, &check);
	if (code == EXIT_YES)
		code = read_config(call, &check);
	if (code == EXIT_YES) {
		look_into_its_rom(&check);
		code = judge(call, &check);
	}
	if (code == EXIT_YES)
		code = show(call, &check);
	if (code == EXIT_YES)
		code = verdict_of(call);
	if (code == EXIT_YES && !check.since &&
	    igdrom_report_worst(check.upgrade) == IGDROM_SEVERITY_ERROR)
		code = EXIT_NO;
	igdrom_report_free(check.upgrade);
	igdrom_vm_config_free(check.config);
	igdrom_vm_request_free(check.request);
	igdrom_bytes_free(&check.bytes);
	return code;
}
