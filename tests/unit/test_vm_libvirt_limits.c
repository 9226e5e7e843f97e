/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

#include "findings.h"
#include "vm/libvirt.h"
#include "vm_files.h"
#include "vm_libvirt_rig.h"

#include <stdio.h>

static const char *const none[] = {NULL};

static void refuses_when_every_slot_is_taken(void **state)
{
	char text[8192] = HEAD "<devices><disk><address type='pci' slot='2'/></disk>";
	size_t at = strlen(text);

	(void)state;
	for (unsigned i = 3; i < 31; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at,
				       "<disk><address type='pci' slot='%u'/></disk>", i);
	snprintf(text + at, sizeof(text) - at, "</devices></domain>");
	vm_rig_refused(text, false, none, "vm-libvirt-no-slot");
	/* One slot less, and it goes there. */
	memcpy(strstr(text, "slot='30'"), "slot='29'", 9);
	strstr(text, "slot='29'")[7] = '9';
	{
		struct result result = vm_rig_write(text, false, none);

		assert_int_equal(result.status, IGDROM_OK);
		assert_non_null(strstr(result.text, "<disk><address type='pci' slot='0x1e'/>"));
		vm_rig_free(&result);
	}
}

static void refuses_what_cannot_be_merged(void **state)
{
	static const char *const properties[] = {"bool:x-igd-lpc=on", NULL};
	static const char *const old[] = {"bool:x-igd-lpc=on", "libvirt=8001000", NULL};
	static const char *const mdev[] = {"mdev=i915-GVTg_V5_4", NULL};
	static const char *const q35[] = {"q35", NULL};
	static const char *const seabios[] = {"seabios", NULL};
	static const char plain[] = HEAD "<devices/></domain>";

	(void)state;
	vm_rig_refused(plain, false, q35, "vm-libvirt-machine");
	vm_rig_refused(plain, false, seabios, "vm-libvirt-firmware");
	vm_rig_refused(plain, false, old, "vm-libvirt-old");
	vm_rig_refused(NULL, false, old, "vm-libvirt-old");
	vm_rig_refused(plain, false, mdev, "vm-libvirt-mdev");
	vm_rig_refused(HEAD "</domain>", false, none, "vm-libvirt-no-devices");
	vm_rig_refused("<domain type='kvm' xmlns:qemu='http://example.org/'><os firmware='efi'>"
		       "<type>hvm</type></os><devices/></domain>",
		       false, properties, "vm-libvirt-namespace");
	vm_rig_refused("<domain type='kvm' " QEMU_NS "><os firmware='efi'><type>hvm</type></os>"
		       "<devices/><qemu:commandline><qemu:arg value='-device'/>"
		       "<qemu:arg value='vfio-pci,host=0000:00:02.0,addr=0x2'/></qemu:commandline>"
		       "</domain>",
		       false, none, "vm-libvirt-commandline-device");
	vm_rig_refused("<domain type='kvm' " QEMU_NS "><os firmware='efi'><type>hvm</type></os>"
		       "<devices/><qemu:commandline><qemu:arg value='-device'/>"
		       "<qemu:arg value='ich9-intel-hda,bus=pci.0,addr=0x2'/></qemu:commandline>"
		       "</domain>",
		       false, none, "vm-libvirt-slot-taken");
	vm_rig_refused(plain, true, properties, "vm-unraid-line");
	vm_rig_refused("<domain\n type='kvm'>\n<os "
		       "firmware='efi'><type>hvm</type></os><devices/></domain>",
		       true, properties, "vm-unraid-line");
}

static void limits_addresses_where_libvirt_can(void **state)
{
	static const char *const old[] = {"width=39", "libvirt=9002000", NULL};
	static const char *const unknown[] = {"width=39", NULL};
	static const char *const new[] = {"width=39", "libvirt=9003000", NULL};
	static const char host[] =
		HEAD "<cpu mode='host-passthrough'/><devices>" GPU
		     "<address type='pci' slot='2'/></hostdev></devices></domain>";
	const char *const *all[] = {old, unknown, new};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct result result = vm_rig_write(host, false, all[i]);

		assert_int_equal(result.status, IGDROM_OK);
		assert_int_equal(
			strstr(result.text, "<maxphysaddr mode='passthrough' limit='39'/>") != NULL,
			i == 2);
		assert_int_equal(find_in(result.report, "vm-libvirt-phys-bits") != NULL, i != 2);
		vm_rig_free(&result);
	}
	vm_rig_becomes(
		HEAD "<cpu mode='host-passthrough'><maxphysaddr mode='emulate' bits='46'/></cpu>"
		     "<devices>" GPU "<address type='pci' slot='2'/></hostdev></devices></domain>",
		new,
		HEAD
		"<cpu mode='host-passthrough'><maxphysaddr mode='passthrough' limit='39'/></cpu>"
		"<devices>" GPU "<address type='pci' slot='2'/></hostdev></devices></domain>");
}

static void files_of_fw_cfg_are_replaced(void **state)
{
	static const char *const words[] = {"fw_cfg=opt/igdrom/stolen-base:0x7a000000", NULL};

	(void)state;
	vm_rig_becomes(
		HEAD "<sysinfo type='smbios'/><sysinfo type='fwcfg'>"
		     "<entry name='opt/mine'>1</entry>"
		     "<entry name='opt/igdrom/stolen-base' file='/x'/></sysinfo>"
		     "<devices>" GPU "<address type='pci' slot='2'/></hostdev></devices></domain>",
		words,
		HEAD "<sysinfo type='smbios'/><sysinfo type='fwcfg'>"
		     "<entry name='opt/mine'>1</entry>"
		     "<entry name='opt/igdrom/stolen-base'>0x7a000000</entry></sysinfo>"
		     "<devices>" GPU "<address type='pci' slot='2'/></hostdev></devices></domain>");
	/* A stale one goes when the plan has none. */
	vm_rig_becomes(
		HEAD "<sysinfo type='fwcfg'>"
		     "<entry name='opt/mine'>1</entry>"
		     "<entry name='opt/igdrom/stolen-base'>0x7a000000</entry></sysinfo>"
		     "<devices>" GPU "<address type='pci' slot='2'/></hostdev></devices></domain>",
		none,
		HEAD "<sysinfo type='fwcfg'><entry name='opt/mine'>1</entry></sysinfo>"
		     "<devices>" GPU "<address type='pci' slot='2'/></hostdev></devices></domain>");
}

static void says_who_dropped_the_properties(void **state)
{
	static const struct {
		const char *file;
		const char *code; /* NULL: nothing to say */
	} cases[] = {{"unraid.xml", "vm-libvirt-dropped-unraid"},
		     {"virt-manager-q35.xml", "vm-libvirt-dropped"},
		     {"i440fx-video.xml", NULL},
		     {"unraid-override.xml", NULL}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *text = vm_file_read(FIXTURES, cases[i].file);
		struct igdrom_vm_config *config = vm_rig_read(text);
		struct igdrom_report *report;

		assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
		vm_check_libvirt(config, false, report);
		assert_int_equal(igdrom_report_count(report), 0);
		vm_check_libvirt(config, true, report);
		assert_int_equal(igdrom_report_count(report), cases[i].code != NULL);
		if (cases[i].code)
			assert_non_null(find_in(report, cases[i].code));
		igdrom_report_free(report);
		vm_config_free(config);
		free(text);
	}
}

static void says_that_types_and_places_are_wrong(void **state)
{
	struct igdrom_vm_config *config = vm_rig_read(
		"<domain type='kvm' " QEMU_NS "><metadata><vmtemplate xmlns='http://unraid'/>"
		"</metadata><devices>" GPU "<rom file='/root/x.rom'/></hostdev></devices>"
		"<qemu:override><qemu:device alias='hostdev0'><qemu:frontend>"
		"<qemu:property name='x-igd-gms' type='string' value='0x2'/></qemu:frontend>"
		"</qemu:device></qemu:override></domain>");
	struct igdrom_report *report;

	(void)state;
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	vm_check_libvirt(config, true, report);
	assert_int_equal(igdrom_report_count(report), 2);
	assert_non_null(find_in(report, "vm-unraid-rom"));
	assert_non_null(find_in(report, "vm-libvirt-property-type"));
	igdrom_report_free(report);
	vm_config_free(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_when_every_slot_is_taken),
		cmocka_unit_test(refuses_what_cannot_be_merged),
		cmocka_unit_test(limits_addresses_where_libvirt_can),
		cmocka_unit_test(files_of_fw_cfg_are_replaced),
		cmocka_unit_test(says_who_dropped_the_properties),
		cmocka_unit_test(says_that_types_and_places_are_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
