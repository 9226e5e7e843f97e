/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm_pve_rig.h"

#include "unit.h"

struct igdrom_report *pve_report;

struct igdrom_vm_config *pve_i440fx(void)
{
	struct igdrom_vm_config *config = vm_config_new(IGDROM_VM_FORMAT_PVE);
	struct vm_device *gpu = vm_config_add_device(config, 0);

	assert_non_null(gpu);
	config->machine = VM_MACHINE_I440FX;
	config->firmware = VM_FIRMWARE_OVMF;
	config->display = "none";
	config->name = "100";
	gpu->id = "hostpci0";
	gpu->host = (struct vm_address){.known = true, .slot = 2};
	gpu->guest =
		(struct vm_address){.known = true, .on_root = true, .slot = 2, .bus_name = "pci.0"};
	gpu->legacy_igd = true;
	gpu->rom_file = "igd.rom";
	vm_device_set(config, gpu, "x-igd-lpc", "on", VM_VALUE_BOOL, 0);
	assert_int_equal(config->err, IGDROM_OK);
	return config;
}

struct igdrom_vm_config *pve_q35(void)
{
	struct igdrom_vm_config *config = pve_i440fx();

	config->machine = VM_MACHINE_Q35;
	config->devices[0].guest.bus_name = "pcie.0";
	config->devices[0].legacy_igd = false;
	config->devices[0].property_count = 0;
	return config;
}

struct igdrom_vm_config *pve_vf(void)
{
	struct igdrom_vm_config *config = pve_q35();

	config->display = NULL;
	config->devices[0].host.function = 3;
	config->devices[0].guest = (struct vm_address){.known = false};
	config->devices[0].rom_file = NULL;
	config->devices[0].pcie = true;
	return config;
}

char *pve_write(const struct igdrom_vm_config *config, bool command, const char *existing,
		enum igdrom_status expected)
{
	struct build out = build_new(1 << 20);
	size_t size = existing ? strlen(existing) : 0;
	char *text = calloc(1, 1);
	enum igdrom_status status;

	igdrom_report_free(pve_report);
	assert_int_equal(igdrom_report_new(&pve_report), IGDROM_OK);
	status = command ? vm_write_qm(config, existing, size, pve_report, &out)
			 : vm_write_pve(config, existing, size, pve_report, &out);
	assert_int_equal(status, expected);
	if (status == IGDROM_OK) {
		text = realloc(text, out.size + 1);
		assert_non_null(text);
		if (out.size)
			memcpy(text, out.data, out.size);
		text[out.size] = '\0';
	}
	build_free(&out);
	return text;
}

void pve_expect_text(const struct igdrom_vm_config *config, bool command, const char *existing,
		     const char *text)
{
	char *written = pve_write(config, command, existing, IGDROM_OK);

	assert_string_equal(written, text);
	free(written);
}

void pve_expect_merged(struct igdrom_vm_config *config, const char *existing, const char *merged)
{
	pve_expect_text(config, false, existing, merged);
	pve_expect_text(config, false, merged, merged);
	pve_expect_text(config, true, merged, "");
	vm_config_free(config);
}

int pve_rig_free(void **state)
{
	(void)state;
	igdrom_report_free(pve_report);
	return 0;
}
