/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

#include "findings.h"
#include "vm/config.h"
#include "vm_files.h"
#include "vm_libvirt_rig.h"

#include <stdio.h>

static const char *const none[] = {NULL};

static const char *const everything[] = {"rom=/usr/share/kvm/igd.rom",
					 "bool:x-igd-lpc=on",
					 "uint:x-igd-gms=0xf0",
					 "string:x-igd-legacy-mode=off",
					 "fw_cfg=opt/igdrom/stolen-base:0x78000000",
					 NULL};

static void holds_everything(const char *text)
{
	struct igdrom_vm_config *config = vm_rig_read(text);
	const struct vm_device *device = NULL;

	for (size_t i = 0; i < config->device_count; i++) {
		if (config->devices[i].host.known && config->devices[i].host.slot == 2)
			device = &config->devices[i];
	}
	assert_non_null(device);
	assert_int_equal(config->firmware, VM_FIRMWARE_OVMF);
	assert_string_equal(config->display, "none");
	assert_true(device->guest.on_root);
	assert_int_equal(device->guest.slot, 2);
	assert_int_equal(device->guest.function, 0);
	assert_string_equal(device->rom_file, "/usr/share/kvm/igd.rom");
	assert_true(device->rom_bar);
	assert_int_equal(device->property_count, 3);
	assert_string_equal(vm_device_property(device, "x-igd-lpc")->value, "on");
	assert_int_equal(vm_device_property(device, "x-igd-lpc")->type, VM_VALUE_BOOL);
	assert_string_equal(vm_device_property(device, "x-igd-gms")->value, "0xf0");
	assert_int_equal(vm_device_property(device, "x-igd-gms")->type, VM_VALUE_UINT);
	assert_string_equal(vm_device_property(device, "x-igd-legacy-mode")->value, "off");
	assert_int_equal(config->fw_cfg_count, 1);
	assert_string_equal(config->fw_cfg[0].name, "opt/igdrom/stolen-base");
	assert_string_equal(config->fw_cfg[0].string, "0x78000000");
	for (size_t i = 0; i < config->slot_count; i++)
		assert_int_not_equal(config->slots[i].guest.slot, 2);
	vm_config_free(config);
}

static void a_fragment_reads_back_as_what_was_wanted(void **state)
{
	struct result result = vm_rig_write(NULL, false, everything);
	struct igdrom_vm_config *config;

	(void)state;
	assert_int_equal(result.status, IGDROM_OK);
	holds_everything(result.text);
	config = vm_rig_read(result.text);
	assert_int_equal(config->machine, VM_MACHINE_I440FX);
	assert_string_equal(config->devices[0].id, "ua-igd");
	/* Numbers are decimal in libvirt: hexadecimal is refused there. */
	assert_non_null(strstr(result.text, "name='x-igd-gms' type='unsigned' value='240'"));
	vm_config_free(config);
	vm_rig_free(&result);
}

static void whole_domains_read_back_as_what_was_wanted(void **state)
{
	static const char *const q35[] = {"q35",
					  "rom=/usr/share/kvm/igd.rom",
					  "bool:x-igd-lpc=on",
					  "uint:x-igd-gms=0xf0",
					  "string:x-igd-legacy-mode=off",
					  "fw_cfg=opt/igdrom/stolen-base:0x78000000",
					  NULL};
	static const struct {
		const char *name;
		const char *const *words;

	} cases[] = {{"virt-manager-q35.xml", q35},
		     {"i440fx-video.xml", everything},
		     {"unraid.xml", everything}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *text = vm_file_read(FIXTURES, cases[i].name);
		struct result first = vm_rig_write(text, false, cases[i].words);
		struct result second;

		assert_int_equal(first.status, IGDROM_OK);
		holds_everything(first.text);
		second = vm_rig_write(first.text, false, cases[i].words);
		assert_int_equal(second.status, IGDROM_OK);
		assert_string_equal(second.text, first.text);
		assert_int_equal(igdrom_report_count(second.report), 0);
		vm_rig_free(&first);
		vm_rig_free(&second);
		free(text);
	}
}

/* Takes the next line out of a text; its length, without its end. */
static size_t next_line(const char **text, const char **line)
{
	size_t length = strcspn(*text, "\n");

	*line = *text;
	*text += length + ((*text)[length] == '\n');
	return length;
}

static void lines_that_have_nothing_to_do_with_it_stay(void **state)
{
	static const char *const words[] = {"q35", "rom=/r.rom", "bool:x-igd-opregion=on", NULL};
	char *before = vm_file_read(FIXTURES, "virt-manager-q35.xml");
	struct result result = vm_rig_write(before, false, words);
	const char *old = before;
	const char *new = result.text;
	size_t changed = 0;

	(void)state;
	assert_int_equal(result.status, IGDROM_OK);
	while (*old) {
		const char *line;
		size_t length = next_line(&old, &line);
		const char *found = NULL;
		const char *rest = new;

		while (*rest && !found) {
			const char *other;
			size_t other_length = next_line(&rest, &other);

			if (other_length == length && memcmp(other, line, length) == 0)
				found = other;
		}
		changed += !found;
		if (found)
			new = rest;
	}
	/* First line, four root ports in slot 2, two lines of the display. */
	assert_int_equal(changed, 7);
	assert_non_null(strstr(result.text, "<!-- the system disk: do not move it -->"));
	vm_rig_free(&result);
	free(before);
}

static void keeps_quotes_tabs_newlines_and_comments(void **state)
{
	static const char *const words[] = {"rom=/r.rom", "bool:x-igd-lpc=on", NULL};

	(void)state;
	vm_rig_becomes(
		"<?xml version=\"1.0\"?>\r\n<!-- mine -->\r\n<domain\ttype = \"kvm\" >\r\n"
		"\t<os firmware=\"efi\"><type machine=\"pc\">hvm</type></os>\r\n"
		"\t<devices>\r\n"
		"\t\t<hostdev  mode='subsystem'  type=\"pci\">\r\n"
		"\t\t\t<source><address domain=\"0\" bus='0' slot=\"2\" function='0'/></source>\r\n"
		"\t\t\t<!-- the GPU -->\r\n"
		"\t\t\t<rom bar='off' file=\"/old'.rom\"/>\r\n"
		"\t\t\t<address type='pci' domain='0' bus='0' slot='9' function='0'/>\r\n"
		"\t\t</hostdev>\r\n"
		"\t</devices>\r\n"
		"</domain>\r\n<!-- end -->\r\n",
		words,
		"<?xml version=\"1.0\"?>\r\n<!-- mine -->\r\n<domain\ttype = \"kvm\" " QEMU_NS
		" >\r\n"
		"\t<os firmware=\"efi\"><type machine=\"pc\">hvm</type></os>\r\n"
		"\t<devices>\r\n"
		"\t\t<hostdev  mode='subsystem'  type=\"pci\">\r\n"
		"\t\t\t<source><address domain=\"0\" bus='0' slot=\"2\" function='0'/></source>\r\n"
		"\t\t\t<!-- the GPU -->\r\n"
		"\t\t\t<rom bar='on' file=\"/r.rom\"/>\r\n"
		"\t\t\t<address type='pci' domain='0x0000' bus='0x00' slot='0x02' "
		"function='0x0'/>\r\n"
		"\t\t\t<alias name='ua-igd'/>\r\n"
		"\t\t</hostdev>\r\n"
		"\t</devices>\r\n"
		"\t<qemu:override>\r\n"
		"\t\t<qemu:device alias='ua-igd'>\r\n"
		"\t\t\t<qemu:frontend>\r\n"
		"\t\t\t\t<qemu:property name='x-igd-lpc' type='bool' value='true'/>\r\n"
		"\t\t\t</qemu:frontend>\r\n"
		"\t\t</qemu:device>\r\n"
		"\t</qemu:override>\r\n"
		"</domain>\r\n<!-- end -->\r\n");
}

static void a_text_on_one_line_takes_it_too(void **state)
{
	static const char *const words[] = {"rom=/a&b's.rom", NULL};

	(void)state;
	vm_rig_becomes(HEAD "<devices/></domain>", words,
		       HEAD
		       "<devices>\n"
		       "  <hostdev mode='subsystem' type='pci' managed='yes'>\n"
		       "    <driver name='vfio'/>\n"
		       "    <source>\n"
		       "      <address domain='0x0000' bus='0x00' slot='0x02' function='0x0'/>\n"
		       "    </source>\n"
		       "    <rom file='/a&amp;b&apos;s.rom'/>\n"
		       "    <address type='pci' domain='0x0000' bus='0x00' slot='0x02' "
		       "function='0x0'/>\n"
		       "  </hostdev>\n"
		       "</devices></domain>");
}

static void other_encodings_get_references(void **state)
{
	static const char *const words[] = {"rom=/\xc3\xa4\xe2\x82\xac.rom", NULL};

	(void)state;
	vm_rig_becomes("<?xml version='1.0' encoding='ISO-8859-1'?>\n" HEAD
		       "<name>K\xe4se</name><devices>" GPU
		       "<address type='pci' slot='0x02'/></hostdev></devices></domain>",
		       words,
		       "<?xml version='1.0' encoding='ISO-8859-1'?>\n" HEAD
		       "<name>K\xe4se</name><devices>" GPU
		       "<address type='pci' slot='0x02'/>\n  <rom file='/&#xe4;&#x20ac;.rom'/>\n"
		       "</hostdev></devices></domain>");
}

static void old_properties_of_the_device_go(void **state)
{
	static const char *const words[] = {"bool:x-igd-lpc=on", NULL};
	static const char before[] = HEAD
		"<devices>" GPU "<address type='pci' slot='0x02'/></hostdev></devices>\n"
		"<q:commandline xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'>\n"
		"<q:arg value='-set'/>\n<q:arg value='device.hostdev0.x-igd-gms=1'/>\n"
		"<q:arg value='-set'/>\n<q:arg value='device.hostdev1.x-igd-gms=1'/>\n"
		"</q:commandline>\n"
		"<q:override xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'>\n"
		"<q:device alias='net0'><q:frontend>"
		"<q:property name='x-igd-gms' type='unsigned' value='3'/></q:frontend></q:device>\n"
		"<q:device alias='hostdev0'>\n<q:frontend>\n"
		"<q:property name='x-igd-gms' type='unsigned' value='2'/>\n"
		"<q:property name='x-no-mmap' type='bool' value='true'/>\n"
		"<q:property name='x-igd-lpc' type='string' value='on'/>\n"
		"</q:frontend>\n</q:device>\n"
		"</q:override>\n</domain>\n";
	struct result result = vm_rig_write(before, false, words);

	(void)state;
	assert_int_equal(result.status, IGDROM_OK);
	assert_non_null(find_in(result.report, "vm-libvirt-property-dropped"));
	assert_non_null(find_in(result.report, "vm-libvirt-arg-dropped"));
	vm_rig_free(&result);
	vm_rig_becomes(
		before, words,
		"<domain type='kvm' " QEMU_NS
		"><os firmware='efi'><type machine='pc'>hvm</type></os>"
		"<devices>" GPU "<address type='pci' slot='0x02'/>\n  <alias "
		"name='ua-igd'/>\n</hostdev></devices>\n"
		"<q:commandline xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'>\n"
		"<q:arg value='-set'/>\n<q:arg value='device.hostdev1.x-igd-gms=1'/>\n"
		"</q:commandline>\n"
		"<q:override xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'>\n"
		"<q:device alias='net0'><q:frontend>"
		"<q:property name='x-igd-gms' type='unsigned' value='3'/></q:frontend></q:device>\n"
		"<q:device alias='ua-igd'>\n<q:frontend>\n"
		"<q:property name='x-no-mmap' type='bool' value='true'/>\n"
		"<q:property name='x-igd-lpc' type='bool' value='true'/>\n"
		"</q:frontend>\n</q:device>\n"
		"</q:override>\n</domain>\n");
}

static void an_override_without_anything_goes(void **state)
{
	(void)state;
	vm_rig_becomes(
		"<domain type='kvm' " QEMU_NS "><os firmware='efi'><type>hvm</type></os>\n"
		"<devices>" GPU "<alias name='ua-x'/><address type='pci' slot='0x02'/></hostdev>"
		"</devices>\n"
		"  <qemu:override>\n    <qemu:device alias='ua-x'><qemu:frontend>"
		"<qemu:property name='x-vga' type='bool' "
		"value='true'/></qemu:frontend></qemu:device>\n"
		"  </qemu:override>\n"
		"</domain>",
		none,
		"<domain type='kvm' " QEMU_NS "><os firmware='efi'><type>hvm</type></os>\n"
		"<devices>" GPU "<alias name='ua-x'/><address type='pci' slot='0x02'/></hostdev>"
		"</devices>\n"
		"</domain>");
}

static void a_dropped_namespace_comes_back(void **state)
{
	static const char *const words[] = {"uint:x-igd-gms=2", NULL};
	static const char tail[] =
		"<os firmware='efi'><type>hvm</type></os>\n<devices>" GPU
		"<alias name='ua-igd'/><address type='pci' slot='0x02'/></hostdev></devices>\n"
		"<qemu:override><qemu:device alias='ua-igd'><qemu:frontend>"
		"<qemu:property name='x-igd-gms' type='unsigned' value='2'/></qemu:frontend>"
		"</qemu:device></qemu:override></domain>";
	char before[1024];
	char after[1024];

	(void)state;
	snprintf(before, sizeof(before), "<domain type='kvm'>%s", tail);
	snprintf(after, sizeof(after), "<domain type='kvm' " QEMU_NS ">%s", tail);
	vm_rig_becomes(before, words, after);
}

static void an_alias_that_is_taken_is_not_taken_twice(void **state)
{
	static const char *const words[] = {"bool:x-igd-lpc=on", NULL};
	struct result result =
		vm_rig_write(HEAD "<devices><disk><alias name='ua-igd'/></disk>" GPU
				  "<address type='pci' slot='2'/></hostdev></devices></domain>",
			     false, words);

	(void)state;
	assert_int_equal(result.status, IGDROM_OK);
	assert_non_null(strstr(result.text, "<alias name='ua-igd-2'/>"));
	assert_non_null(strstr(result.text, "<qemu:device alias='ua-igd-2'>"));
	vm_rig_free(&result);
}

static void displays_go_and_graphics_stay(void **state)
{
	struct result result = vm_rig_write(
		HEAD "<devices>" GPU "<address type='pci' slot='2'/></hostdev>\n"
		     "<graphics type='spice'/>\n"
		     "<video>\n<!-- why -->\n<model type='qxl' ram='1'/>\n<address type='pci' "
		     "slot='1'/>\n</video>\n"
		     "<video><model type='vga'/></video>\n</devices></domain>",
		false, none);

	(void)state;
	assert_int_equal(result.status, IGDROM_OK);
	assert_non_null(strstr(result.text, "<graphics type='spice'/>\n<video>\n<!-- why -->\n"
					    "<model type='none'/>\n</video>\n</devices>"));
	vm_rig_free(&result);
	/* With <graphics> alone libvirt would add a display. */
	result = vm_rig_write(HEAD "<devices>" GPU "<address type='pci' slot='2'/></hostdev>"
				   "<graphics type='vnc'/></devices></domain>",
			      false, none);
	assert_int_equal(result.status, IGDROM_OK);
	assert_non_null(strstr(result.text, "<model type='none'/>"));
	vm_rig_free(&result);
}

static void a_display_that_is_wanted_moves_away(void **state)
{
	static const char *const words[] = {"display", NULL};
	static const char before[] =
		HEAD "<devices>" GPU "</hostdev><video><model type='vga'/><address type='pci' "
		     "domain='0x0000' bus='0x00' slot='0x02' function='0x0'/></video>"
		     "<interface><address type='pci' domain='0x0000' bus='0x00' slot='0x03' "
		     "function='0x0'/></interface></devices></domain>";
	struct result result = vm_rig_write(before, false, words);
	const struct igdrom_finding *finding;

	(void)state;
	assert_int_equal(result.status, IGDROM_OK);
	finding = find_in(result.report, "vm-libvirt-moved");
	assert_non_null(finding);
	assert_int_equal(igdrom_finding_offset(finding),
			 strstr(before, "<address type='pci' domain") - before);
	assert_string_equal(igdrom_finding_arg_text(finding, 0), "video vga");
	assert_string_equal(igdrom_finding_arg_text(finding, 1), "00:02.0");
	assert_string_equal(igdrom_finding_arg_text(finding, 2), "00:04.0");
	assert_non_null(strstr(result.text, "<model type='vga'/><address type='pci' "
					    "domain='0x0000' bus='0x00' slot='0x04'"));
	vm_rig_free(&result);
}

static void the_place_of_the_lpc_bridge_is_freed_on_i440fx(void **state)
{
	struct result result = vm_rig_write(
		HEAD "<devices>" GPU
		     "<address type='pci' slot='2'/></hostdev><controller type='pci' "
		     "index='2' model='pci-bridge'><address type='pci' bus='0' slot='0x1f'/>"
		     "</controller></devices></domain>",
		false, none);

	(void)state;
	assert_int_equal(result.status, IGDROM_OK);
	assert_non_null(strstr(result.text, "<address type='pci' bus='0' slot='0x03'/>"));
	vm_rig_free(&result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fragment_reads_back_as_what_was_wanted),
		cmocka_unit_test(whole_domains_read_back_as_what_was_wanted),
		cmocka_unit_test(lines_that_have_nothing_to_do_with_it_stay),
		cmocka_unit_test(keeps_quotes_tabs_newlines_and_comments),
		cmocka_unit_test(a_text_on_one_line_takes_it_too),
		cmocka_unit_test(other_encodings_get_references),
		cmocka_unit_test(old_properties_of_the_device_go),
		cmocka_unit_test(an_override_without_anything_goes),
		cmocka_unit_test(a_dropped_namespace_comes_back),
		cmocka_unit_test(an_alias_that_is_taken_is_not_taken_twice),
		cmocka_unit_test(displays_go_and_graphics_stay),
		cmocka_unit_test(a_display_that_is_wanted_moves_away),
		cmocka_unit_test(the_place_of_the_lpc_bridge_is_freed_on_i440fx),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
