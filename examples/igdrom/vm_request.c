/* SPDX-License-Identifier: BSD-2-Clause */
/* From the command line, and facts in files, to a request and its plan. */
#include "vm.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ASK "vm-ask-"

const char *hypervisor_words(enum igdrom_vm_format format)
{
	switch (format) {
	case IGDROM_VM_FORMAT_PVE:
	case IGDROM_VM_FORMAT_QM:
		return "Proxmox VE";
	case IGDROM_VM_FORMAT_QEMU:
		return "plain QEMU";
	case IGDROM_VM_FORMAT_LIBVIRT:
		return "libvirt";
	case IGDROM_VM_FORMAT_UNRAID:
		return "unraid";
	case IGDROM_VM_FORMAT_UNKNOWN:
		break;
	}
	return "an unknown hypervisor";
}

static int say(struct call *call, struct igdrom_vm_request *request, const char *key,
	       const char *value)
{
	enum igdrom_status status;

	igdrom_report_set_file(call->report, NULL);
	status = igdrom_vm_request_set(request, key, value, call->report);
	return status == IGDROM_OK ? EXIT_YES : fail(call, status, NULL);
}

int say_if_silent(struct call *call, struct igdrom_vm_request *request, const char *key,
		  const char *value)
{
	if (!value || igdrom_vm_request_get(request, key))
		return EXIT_YES;
	return say(call, request, key, value);
}

static int read_facts(struct call *call, struct igdrom_vm_request *request, const char *path)
{
	struct igdrom_bytes bytes;
	enum igdrom_status status;
	int code = load(call, path, &bytes);

	if (code != EXIT_YES)
		return code;
	status = igdrom_vm_request_read_json(request, bytes.data, bytes.size, call->report);
	igdrom_bytes_free(&bytes);
	return status == IGDROM_OK ? EXIT_YES : fail(call, status, path);
}

/* A GPU of this machine: what its address tells is said with it, where it is not said otherwise. */
static int say_device(struct call *call, struct igdrom_vm_request *request, const char *text)
{
	struct place at;
	uint16_t id;
	char value[32];
	int code = resolve_function(call, text, &id, &at);

	if (code != EXIT_YES)
		return code;
	snprintf(value, sizeof(value), "%04X", id);
	code = say(call, request, "device", value);
	if (code != EXIT_YES || !at.found)
		return code;
	snprintf(value, sizeof(value), "%04x:%02x:%02x.%x", at.address.domain & 0xffff,
		 at.address.bus, at.address.device & 0x1fu, at.address.function & 7u);
	code = say(call, request, "host_address", value);
	if (code == EXIT_YES)
		code = say(call, request, "display_class",
			   at.id.class_code >> 8 == 0x0300 ? "0300" : "0380");
	return code;
}

/* The file as it is named; for Proxmox VE also where that looks. NULL: it is not on this machine. */
const char *find_rom(const char *name)
{
	static char path[4096]; /* inputs are remembered by name to the end of the run */

	if (access(name, F_OK) == 0)
		return name;
	if (strchr(name, '/'))
		return NULL;
	snprintf(path, sizeof(path), "%s%s", PVE_ROMS, name);
	return access(path, F_OK) == 0 ? path : NULL;
}

static int look_into_rom(struct call *call, struct igdrom_vm_request *request, const char *name)
{
	struct igdrom_finding_arg arg = {.text = name};
	struct igdrom_rom *rom = NULL;
	enum igdrom_status status;
	const char *path = find_rom(name);
	int code;

	/* A plan says itself that it does not know the ROM. */
	if (!path && !strcmp(call->command->keys, "*"))
		return EXIT_YES;
	if (!path) {
		igdrom_report_set_file(call->report, NULL);
		status =
			igdrom_report_add(call->report, "vm-rom-absent", IGDROM_NO_OFFSET, &arg, 1);
		return status == IGDROM_OK ? EXIT_YES : fail(call, status, NULL);
	}
	code = open_rom(call, path, &rom);
	if (code != EXIT_YES)
		return code;
	status = igdrom_vm_request_set_rom(request, rom, call->report);
	igdrom_rom_free(rom);
	return status == IGDROM_OK ? EXIT_YES : fail(call, status, path);
}

/* The version of a QEMU that is here, by asking it. */
static int say_version_of(struct call *call, struct igdrom_vm_request *request, const char *binary)
{
	struct igdrom_host *host = NULL;
	enum igdrom_status status;
	char *line = NULL;
	int code;

	igdrom_report_set_file(call->report, NULL);
	status = igdrom_host_open(option_value(call, OPTION_ROOT), &host);
	if (status == IGDROM_OK)
		status = igdrom_host_qemu_version(host, binary, call->report, &line);
	igdrom_host_close(host);
	if (status != IGDROM_OK)
		return fail_environment(call, status, binary);
	code = say(call, request, "qemu", line);
	igdrom_string_free(line);
	return code;
}

static int say_key(struct call *call, struct igdrom_vm_request *request, const char *key,
		   const char *value)
{
	if (!strcmp(key, "device"))
		return say_device(call, request, value);
	if (!strcmp(key, "qemu") && strchr(value, '/'))
		return say_version_of(call, request, value);
	return say(call, request, key, value);
}

int say_options(struct call *call, struct igdrom_vm_request *request)
{
	int code = EXIT_YES;

	for (size_t i = 0; i < call->given_count && code == EXIT_YES; i++) {
		if (call->given[i].option->id == OPTION_FACTS)
			code = read_facts(call, request, call->given[i].value);
	}
	/* The address of the GPU first: other options may know better. */
	for (size_t pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < call->given_count && code == EXIT_YES; i++) {
			const struct given *given = &call->given[i];
			bool first = !strcmp(given->option->name, "device");

			if (given->option->id == OPTION_KEY && first == (pass == 0))
				code = say_key(call, request, given->option->name, given->value);
		}
	}
	return code;
}

int make_request(struct call *call, struct igdrom_vm_request **out)
{
	enum igdrom_status status = igdrom_vm_request_new(out);
	int code = status == IGDROM_OK ? say_options(call, *out) : fail(call, status, NULL);
	const char *rom = code == EXIT_YES ? igdrom_vm_request_get(*out, "rom") : NULL;

	return rom ? look_into_rom(call, *out, rom) : code;
}

static const struct option *find_in(const struct option *option, const char *name)
{
	while (option->id != OPTION_END && strcmp(option->name, name) != 0)
		option++;
	return option->id == OPTION_END ? NULL : option;
}

static const struct option *option_of_key(const struct call *call, const char *key)
{
	const struct option *own = find_in(call->command->options, key);

	return own ? own : find_in(key_options(), key);
}

/* "--device, --qemu and --firmware" of the findings that ask. */
static void name_missing(const struct call *call, char *out, size_t room)
{
	size_t count = 0, used = 0, done = 0;

	for (size_t i = 0; i < igdrom_report_count(call->report); i++)
		count += !strncmp(igdrom_finding_code(igdrom_report_at(call->report, i)), ASK,
				  strlen(ASK));
	for (size_t i = 0; i < igdrom_report_count(call->report) && used < room; i++) {
		const char *code = igdrom_finding_code(igdrom_report_at(call->report, i));

		if (strncmp(code, ASK, strlen(ASK)) != 0)
			continue;
		used += (size_t)snprintf(out + used, room - used, "%s--%s",
					 done == 0           ? ""
					 : done + 1 == count ? " and "
							     : ", ",
					 code + strlen(ASK));
		done++;
	}
}

/* Takes " (--qemu)" or " (bios)" out of a sentence in which the option is named before. */
static void leave_out(char *text, const char *name)
{
	char mark[64];

	for (int i = 0; i < 2; i++) {
		char *at;

		snprintf(mark, sizeof(mark), i ? " (%s)" : " (--%s)", name);
		at = strstr(text, mark);
		if (at)
			memmove(at, at + strlen(mark), strlen(at + strlen(mark)) + 1);
	}
}

/* All that is missing in one message, each with the option to give and where to find it. */
static int ask_for(struct call *call)
{
	char missing[256] = "";
	int code;

	name_missing(call, missing, sizeof(missing));
	call->told = ASK;
	code = fail_with(call, EXIT_USAGE, IGDROM_E_INVAL, NULL,
			 "Not enough is known; please give %s.", missing);
	if (call->json)
		return code;
	for (size_t i = 0; i < igdrom_report_count(call->report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(call->report, i);
		const char *name = igdrom_finding_code(finding) + strlen(ASK);
		const struct option *option;
		char head[64], fix[512];

		if (strncmp(igdrom_finding_code(finding), ASK, strlen(ASK)) != 0)
			continue;
		option = option_of_key(call, name);
		snprintf(head, sizeof(head), "--%s %s", name, option ? option->value : "VALUE");
		fprintf(stderr, "  %-18s  ", head);
		with_options(igdrom_finding_fix(finding), fix, sizeof(fix));
		leave_out(fix, name);
		print_line(&call->style, stderr, 22, 22, fix);
	}
	return code;
}

bool ask_for_missing(struct call *call, int *code)
{
	for (size_t i = 0; i < igdrom_report_count(call->report); i++) {
		if (!strncmp(igdrom_finding_code(igdrom_report_at(call->report, i)), ASK,
			     strlen(ASK))) {
			*code = ask_for(call);
			return true;
		}
	}
	return false;
}

int make_plan(struct call *call, const struct igdrom_vm_request *request,
	      struct igdrom_vm_plan **out)
{
	enum igdrom_status status;
	int code;

	igdrom_report_set_file(call->report, NULL);
	status = igdrom_vm_plan_new(request, call->report, out);
	if (status == IGDROM_OK)
		return EXIT_YES;
	return ask_for_missing(call, &code) ? code : fail(call, status, NULL);
}
