/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * qemu_lines VERSION: the command lines of all plans for this QEMU (the first line of its
 * --version), each followed by a NUL.
 */
#include <igdrom/vm.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const devices[] = {"0102", "0412", "1616", "1912", "5A85", "3E92", "9BC5",
				      "4571", "8A52", "9A49", "4680", "A780", "7D55", "6420"};
static const char *const firmwares[] = {"ovmf", "seabios"};
static const char *const machines[] = {"i440fx", "q35"};
static const char *const wants[] = {"boot-picture", "output", "headless"};
static const char *const extras[][2] = {
	{"guest", "windows"},      {"disable_vga", "yes"},    {"stolen_base", "0x7b800001"},
	{"display_class", "0380"}, {"audio", "0000:00:1f.3"}, {"debug_console", "igdrom-debug.log"},
	{"gms", "0xf4"},           {"function", "vf"},        {"function", "mdev"},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void say(struct igdrom_vm_request *request, const char *key, const char *value)
{
	if (igdrom_vm_request_set(request, key, value, NULL) == IGDROM_OK)
		return;
	fprintf(stderr, "%s cannot be %s\n", key, value);
	exit(1);
}

static void print_plan(const struct igdrom_vm_request *request)
{
	struct igdrom_vm_plan *plan = NULL;
	struct igdrom_bytes text;

	if (igdrom_vm_plan_new(request, NULL, &plan) != IGDROM_OK)
		return;
	if (igdrom_vm_plan_possible(plan)) {
		if (igdrom_vm_write(plan, IGDROM_VM_FORMAT_QEMU, NULL, 0, NULL, &text) != IGDROM_OK)
			exit(1);
		fwrite(text.data, 1, text.size, stdout);
		putchar('\0');
		igdrom_bytes_free(&text);
	}
	igdrom_vm_plan_free(plan);
}

static void print_plans(const char *version, const char *device, const char *firmware,
			const char *machine, const char *want)
{
	for (size_t e = 0; e < COUNT(extras); e++) {
		struct igdrom_vm_request *request;

		if (igdrom_vm_request_new(&request) != IGDROM_OK)
			exit(1);
		say(request, "hypervisor", "qemu");
		say(request, "rom", "igd, the rom.rom");
		say(request, "kernel", "6.17");
		say(request, "gms", "0x2");
		say(request, "memory", "8192");
		say(request, "mdev", "00000000-0000-0000-0000-000000000001");
		say(request, "qemu", version);
		say(request, "device", device);
		say(request, "firmware", firmware);
		say(request, "machine", machine);
		say(request, "want", want);
		say(request, extras[e][0], extras[e][1]);
		print_plan(request);
		igdrom_vm_request_free(request);
	}
}

int main(int argc, char **argv)
{
	size_t each = COUNT(firmwares) * COUNT(machines) * COUNT(wants);

	if (argc != 2)
		return 2;
	for (size_t n = 0; n < COUNT(devices) * each; n++)
		print_plans(argv[1], devices[n / each], firmwares[n % COUNT(firmwares)],
			    machines[n / COUNT(firmwares) % COUNT(machines)],
			    wants[n / COUNT(firmwares) / COUNT(machines) % COUNT(wants)]);
	return 0;
}
