/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is read of a machine while memory runs out: the call says IGDROM_E_NOMEM, and hands nothing
 * out.
 */
#include "unit/failing.h"

#include "host/host_rig.h"

#ifdef IGDROM_JSON
#include <cJSON.h>
#endif

static enum igdrom_status scan(void *context, bool reference)
{
	struct rig *rig = context;
	enum igdrom_status status = igdrom_host_scan(rig->host, NULL);

	(void)reference;
	assert_int_equal(status == IGDROM_OK, igdrom_host_function_count(rig->host) != 0);
	return status;
}

static void scans(void **state)
{
	static const char *const more[][2] = {
		{"sys/bus/pci/devices/0000:00:02.0/vendor", "0x8086\n"},
		{"sys/bus/pci/devices/0000:00:02.0/device", "0x4680\n"},
		{"sys/bus/pci/devices/0000:00:02.0/class", "0x030000\n"},
		{"sys/kernel/debug/dri/1/name", "i915 dev=0000:00:02.0\n"},
		{"sys/kernel/debug/dri/1/i915_vbt", ""},
		{"sys/class/dmi/id/board_name", "board\n"},
		{"sys/class/dmi/id/bios_date", "01/01/2024\n"},
		{"etc/modprobe.d/a.conf", "options vfio-pci disable_vga=1\n"},
		{"etc/unraid-version", "version=1\n"},
		{"var/lib/dpkg/status",
		 "Package: pve-qemu-kvm\nStatus: x installed\nVersion: 10.0.2-4\n"},
		{"etc/pve/nodes/a/qemu-server/100.conf", "hostpci0: mapping=gpu\n"},
		{"etc/pve/mapping/pci.cfg", "gpu\n\tmap path=0000:00:02.0\n"},
	};
	struct rig rig;

	(void)state;
	rig_make(&rig, "no-igd");
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		assert_true(machine_write(rig.root, more[i][0], more[i][1], strlen(more[i][1])));
	fail_each_told(scan, &rig, 50);
	rig_end(&rig);
}

static enum igdrom_status read_lspci(void *context, bool reference)
{
	static const char text[] =
		"00:02.0 VGA [0300]: GPU [8086:4680]\n\tFlags: fast\n\tKernel driver in use: i915\n"
		"00: 86 80 80 46 07 04 10 00 0c 00 00 03 00 00 00 00\n"
		"10: 04 00 00 00 60 00 00 00 0c 00 00 00 40 00 00 00\n"
		"20: 01 50 00 00 00 00 00 00 00 00 00 00 49 18 80 46\n"
		"30: 00 00 00 00 40 00 00 00 00 00 00 00 ff 01 00 00\n"
		"00:1f.0 0601: 8086:7a84\n00:1f.3 0403: 8086:7ad0\n";
	struct igdrom_host *host;
	enum igdrom_status status;

	(void)context;
	(void)reference;
	status = igdrom_host_from_lspci(text, sizeof(text) - 1, NULL, &host);
	assert_int_equal(status == IGDROM_OK, host != NULL);
	igdrom_host_close(host);
	return status;
}

static void reads_lspci(void **state)
{
	(void)state;
	fail_each_told(read_lspci, NULL, 6);
}

static enum igdrom_status fill(void *context, bool reference)
{
	const struct rig *rig = context;
	struct igdrom_vm_request *request;
	enum igdrom_status status = igdrom_vm_request_new(&request);

	(void)reference;
	if (status != IGDROM_OK)
		return status;
	status = igdrom_host_fill_request(rig->host, request, NULL);
	igdrom_vm_request_free(request);
	return status;
}

static void fills_requests(void **state)
{
	struct rig rig;

	(void)state;
	rig_make(&rig, "desktop-pve");
	assert_int_equal(igdrom_host_scan(rig.host, NULL), IGDROM_OK);
	fail_each_told(fill, &rig, 10);
	rig_end(&rig);
}

#ifdef IGDROM_JSON
static enum igdrom_status view(void *context, bool reference)
{
	const struct rig *rig = context;
	char *json;
	enum igdrom_status status = igdrom_host_to_json(rig->host, NULL, &json);

	(void)reference;
	assert_int_equal(status == IGDROM_OK, json != NULL);
	igdrom_string_free(json);
	return status;
}

static void writes_documents(void **state)
{
	cJSON_Hooks hooks = {.malloc_fn = malloc, .free_fn = free};
	struct rig rig;

	(void)state;
	rig_make(&rig, "laptop-csm");
	assert_int_equal(igdrom_host_scan(rig.host, NULL), IGDROM_OK);
	cJSON_InitHooks(&hooks);
	fail_each_told(view, &rig, 200);
	cJSON_InitHooks(NULL);
	rig_end(&rig);
}
#endif

static enum igdrom_status open_root(void *context, bool reference)
{
	struct igdrom_host *host;
	enum igdrom_status status = igdrom_host_open(context, &host);

	(void)reference;
	igdrom_host_close(host);
	return status;
}

static void opens(void **state)
{
	char root[] = "/tmp";

	(void)state;
	fail_each_told(open_root, root, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens),
		cmocka_unit_test(scans),
		cmocka_unit_test(reads_lspci),
		cmocka_unit_test(fills_requests),
#ifdef IGDROM_JSON
		cmocka_unit_test(writes_documents),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
