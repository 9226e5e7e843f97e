/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

#include "vm_rig.h"

#include <stdio.h>

static const char pve[] = "bios: ovmf\nmachine: pc-q35-8.1\nmemory: 8192\nname: office\n"
			  "hostpci0: 0000:00:02.0,romfile=old.rom\n";
static const char pve_vf[] =
	"bios: ovmf\nmachine: q35\nmemory: 4096\nhostpci0: 0000:00:02.3,pcie=1\n";
static const char pve_mdev[] = "memory: 4096\nhostpci0: 0000:00:02.0,mdev=i915-GVTg_V5_4\n";
static const char pve_card[] = "memory: 2048\nhostpci0: 0000:01:00.0,romfile=card.rom\n";
static const char qemu[] = "qemu-system-x86_64 -M pc -m 3G -name office "
			   "-drive if=pflash,file=/OVMF_CODE.fd "
			   "-device vfio-pci,host=00:02.0,romfile=/roms/a.rom";
static const char qemu_mdev[] = "qemu-system-x86_64 -M pc -m 1G -device vfio-pci,sysfsdev="
				"/sys/bus/mdev/devices/4b20d080-1b54-4048-85b3-a6a62d165c01";
static const char microvm[] = "qemu-system-x86_64 -M microvm -m 1G -device vfio-pci,host=00:02.0";

/* A plan for this can be made, on either machine type. */
#define HOST "device=3E91 qemu=10.1 guest=linux want=output"

static const struct {
	const char *text, *file, *before;
	const char *after; /* what the request says then: each of these keys, '-' for none */
} rows[] = {
	{pve, "/etc/pve/qemu-server/100.conf", HOST,
	 "hypervisor=pve vm=100 firmware=ovmf memory=8192 function=- host_address=- "
	 "rom=/usr/share/kvm/old.rom machine=q35"},
	{pve, "/root/copy.conf", HOST, "vm=-"},
	{pve, "/root/100.conf.bak", HOST, "vm=-"},
	{pve, "/root/10a.conf", HOST, "vm=-"},
	{pve, "123456789012345678901234.conf", HOST, "vm=-"},
	{pve, NULL, HOST, "vm=- memory=8192"},
	/* What was said stays. */
	{pve, "100.conf",
	 "hypervisor=qemu vm=7 firmware=seabios memory=512 rom=/new.rom machine=i440fx " HOST,
	 "hypervisor=qemu vm=7 firmware=seabios memory=512 rom=/new.rom machine=i440fx"},
	{pve, "100.conf", "device=3E91 qemu=10.1 want=headless", "rom=- machine=q35"},
	/* Legacy mode, and with it the boot picture, is for i440fx alone up to QEMU 10.0. */
	{pve, "100.conf", "device=3E91 qemu=10.0 want=boot-picture", "machine=- memory=8192"},
	{pve, "100.conf", "device=3E91 qemu=10.0 want=boot-picture machine=q35", "machine=q35"},
	/* Without a device no plan can be made. */
	{pve, "100.conf", "qemu=10.1", "machine=- memory=8192 vm=100"},
	{pve, "100.conf", HOST " host_address=00:03.0", "rom=-"},
	{pve_vf, "100.conf", "device=A780 qemu=10.1 kernel=6.8 want=headless",
	 "function=vf host_address=0000:00:02.3 machine=q35"},
	{pve_vf, "100.conf", HOST " host_address=00:02.0", "function=- host_address=0000:00:02.0"},
	{pve_vf, "100.conf", HOST " host_address=00:02.3", "function=vf"},
	{pve_vf, "100.conf", HOST " function=whole", "function=whole host_address=-"},
	{pve_mdev, "100.conf", HOST, "function=mdev mdev=i915-GVTg_V5_4 host_address=-"},
	{pve_mdev, "100.conf", HOST " mdev=i915-GVTg_V5_8", "function=mdev mdev=i915-GVTg_V5_8"},
	{pve_card, "100.conf", HOST, "function=- host_address=- rom=- memory=2048"},
	{qemu, "run.sh", HOST,
	 "hypervisor=qemu vm=office firmware=ovmf memory=3072 rom=/roms/a.rom machine=i440fx"},
	{qemu_mdev, "run.sh", HOST, "function=mdev mdev=4b20d080-1b54-4048-85b3-a6a62d165c01"},
	{microvm, "run.sh", HOST, "machine=- memory=1024"},
};

static struct igdrom_vm_config *read_text(const char *text)
{
	struct igdrom_vm_config *config = NULL;

	assert_int_equal(
		igdrom_vm_config_read(text, strlen(text), IGDROM_VM_FORMAT_UNKNOWN, NULL, &config),
		IGDROM_OK);
	return config;
}

static void expect(const struct igdrom_vm_request *request, const char *said)
{
	char line[VM_LINE_ROOM];

	snprintf(line, sizeof(line), "%s", said);
	for (char *word = strtok(line, " "); word; word = strtok(NULL, " ")) {
		char *value = strchr(word, '=');
		const char *got;

		*value++ = '\0';
		got = igdrom_vm_request_get(request, word);
		if (strcmp(got ? got : "-", value) != 0)
			fail_msg("%s: %s is %s", said, word, got ? got : "not said");
	}
}

static void takes_what_a_configuration_says_where_the_request_is_silent(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct igdrom_vm_request *request = vm_rig_request(rows[i].before);
		struct igdrom_vm_config *config = read_text(rows[i].text);

		assert_int_equal(igdrom_vm_request_fill(request, config, rows[i].file), IGDROM_OK);
		expect(request, rows[i].after);
		igdrom_vm_config_free(config);
		igdrom_vm_request_free(request);
	}
}

static void takes_nothing_that_its_keys_do_not_take(void **state)
{
	struct igdrom_vm_request *request = vm_rig_request(HOST);
	struct igdrom_vm_config *config =
		read_text("bios: ovmf\nmemory: 4000000\nhostpci0: 0000:00:02.0,romfile=roms/\n");

	(void)state;
	assert_int_equal(igdrom_vm_request_fill(request, config, "100.conf"), IGDROM_OK);
	expect(request, "memory=- rom=- firmware=ovmf vm=100");
	igdrom_vm_config_free(config);
	igdrom_vm_request_free(request);
}

static void needs_both(void **state)
{
	struct igdrom_vm_request *request = vm_rig_request("");
	struct igdrom_vm_config *config = read_text(pve);

	(void)state;
	assert_int_equal(igdrom_vm_request_fill(NULL, config, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_vm_request_fill(request, NULL, NULL), IGDROM_E_INVAL);
	igdrom_vm_config_free(config);
	igdrom_vm_request_free(request);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_what_a_configuration_says_where_the_request_is_silent),
		cmocka_unit_test(takes_nothing_that_its_keys_do_not_take),
		cmocka_unit_test(needs_both),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
