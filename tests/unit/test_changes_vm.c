/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtual machines of each hypervisor: files below a captured root; domains by a virsh of the test. */
#include "unit/changes_rig.h"

#include "unit/findings.h"

#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONF "/etc/pve/nodes/one/qemu-server/100.conf"

static struct igdrom_vm_plan *make_plan(const char *hypervisor, const char *rom)
{
	const char *const said[][2] = {
		{"hypervisor", hypervisor}, {"device", "4680"},        {"qemu", "10.1"},
		{"firmware", "ovmf"},       {"machine", "i440fx"},     {"want", "boot-picture"},
		{"guest", "windows"},       {"memory", "8192"},        {"rom", rom},
		{"kernel", "6.14"},         {"display_class", "0300"},
	};
	struct igdrom_vm_request *request;
	struct igdrom_vm_plan *plan;

	assert_int_equal(igdrom_vm_request_new(&request), IGDROM_OK);
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		assert_int_equal(igdrom_vm_request_set(request, said[i][0], said[i][1], NULL),
				 IGDROM_OK);
	assert_int_equal(igdrom_vm_plan_new(request, NULL, &plan), IGDROM_OK);
	assert_true(igdrom_vm_plan_possible(plan));
	igdrom_vm_request_free(request);
	return plan;
}

static enum igdrom_status add_vm(struct rig *rig, const char *hypervisor, const char *rom,
				 enum igdrom_vm_format format, const char *into, bool copy)
{
	struct igdrom_vm_plan *plan = make_plan(hypervisor, rom);
	enum igdrom_status status;

	status = igdrom_changes_add_vm(rig->changes, plan, format, into, copy ? "ROM" : NULL,
				       copy ? 3 : 0, rig->report);
	igdrom_vm_plan_free(plan);
	return status;
}

static void put_cluster(struct rig *rig)
{
	rig_put(rig, CONF,
		"bios: ovmf\ncores: 4\nmachine: pc\nmemory: 8192\nname: win\nostype: win11\n"
		"vga: std\n\n[before]\nvga: std\nmemory: 4096\n");
	rig_put(rig, "/etc/pve/nodes/two/x", "");
	rig_put(rig, "/etc/pve/nodes/three/x", "");
	assert_int_equal(symlink("nodes/one/qemu-server", rig_at(rig, "/etc/pve/qemu-server")), 0);
}

static enum igdrom_status add_100(struct rig *rig)
{
	return add_vm(rig, "pve", "igd.rom", IGDROM_VM_FORMAT_PVE, "100", true);
}

static void a_pve_configuration_is_edited_the_rom_copied_and_other_nodes_named(void **state)
{
	struct rig *rig = *state;
	struct igdrom_bytes conf;
	char *before, *after, *text;

	put_cluster(rig);
	rig_put(rig, "/var/lib/igdrom/x", "");
	before = rig_tree(rig->root, rig_at(rig, "/var/lib/igdrom/changes"));
	assert_int_equal(add_100(rig), IGDROM_OK);
	assert_int_equal(igdrom_changes_count(rig->changes), 3);
	assert_string_equal(igdrom_changes_path(rig->changes, 0), "/usr/share/kvm/igd.rom");
	assert_string_equal(igdrom_changes_path(rig->changes, 1), "/etc/pve/qemu-server/100.conf");
	assert_int_equal(igdrom_changes_kind(rig->changes, 2), IGDROM_CHANGE_ADVICE);
	assert_non_null(strstr(igdrom_changes_text(rig->changes, 2), "two"));
	assert_non_null(strstr(igdrom_changes_text(rig->changes, 2), "three"));
	assert_null(strstr(igdrom_changes_text(rig->changes, 2), "one"));
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	assert_true(rig_holds(rig, "/usr/share/kvm/igd.rom", "ROM"));
	rig_again(rig, rig->root);
	assert_int_equal(igdrom_changes_content(rig->changes, CONF, NULL, &conf), IGDROM_OK);
	text = strndup((const char *)conf.data, conf.size);
	assert_non_null(strstr(text, "hostpci0: 0000:00:02.0,"));
	assert_non_null(strstr(text, "romfile=igd.rom"));
	assert_non_null(strstr(text, "\n[before]\nvga: std\nmemory: 4096\n"));
	free(text);
	igdrom_bytes_free(&conf);
	/* The second time there is nothing to do. */
	assert_int_equal(add_100(rig), IGDROM_OK);
	assert_int_equal(igdrom_changes_pending(rig->changes), 0);
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_OK);
	after = rig_tree(rig->root, rig_at(rig, "/var/lib/igdrom/changes"));
	assert_string_equal(after, before);
	free(before);
	free(after);
}

static void a_virtual_machine_that_is_not_there_or_locked_is_refused(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(add_100(rig), IGDROM_E_NOT_FOUND);
	assert_string_equal(rig_error(rig), "changes-vm-missing");
	put_cluster(rig);
	rig_put(rig, CONF, "bios: ovmf\nlock: backup\nmachine: pc\nmemory: 8192\n");
	assert_int_equal(add_100(rig), IGDROM_E_REFUSED);
	assert_string_equal(rig_error(rig), "changes-vm-locked");
	assert_non_null(
		strstr(igdrom_finding_text(find_in(rig->report, "changes-vm-locked")), "(backup)"));
	assert_int_equal(igdrom_changes_count(rig->changes), 0);
}

static void pending_changes_of_proxmox_are_named(void **state)
{
	struct rig *rig = *state;

	put_cluster(rig);
	rig_put(rig, CONF, "bios: ovmf\nmachine: pc\nmemory: 8192\n\n[PENDING]\nmachine: q35\n");
	assert_int_equal(add_100(rig), IGDROM_OK);
	assert_true(rig_found(rig, "changes-vm-pending"));
}

static void a_script_that_starts_qemu_is_edited(void **state)
{
	struct rig *rig = *state;

	rig_put(rig, "/root/vm.sh",
		"#!/bin/sh\nexec qemu-system-x86_64 -nodefaults -M pc -m 8G -bios "
		"/usr/share/ovmf/OVMF.fd\n");
	assert_int_equal(chmod(rig_at(rig, "/root/vm.sh"), 0750), 0);
	assert_int_equal(
		add_vm(rig, "qemu", "/root/igd.rom", IGDROM_VM_FORMAT_QEMU, "/root/vm.sh", true),
		IGDROM_OK);
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	assert_true(rig_holds(rig, "/root/igd.rom", "ROM"));
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_OK);
	assert_int_equal(
		add_vm(rig, "qemu", "/root/igd.rom", IGDROM_VM_FORMAT_QEMU, "vm.sh", false),
		IGDROM_E_INVAL);
}

#ifdef IGDROM_LIBXML
static const char domain[] =
	"<domain type='kvm'>\n  <name>win</name>\n  "
	"<uuid>8e0c7b2a-6a0f-4c3e-9d0e-0a1b2c3d4e5f</uuid>\n"
	"  <memory unit='GiB'>8</memory>\n  <os firmware='efi'>\n"
	"    <type arch='x86_64' machine='pc-i440fx-10.0'>hvm</type>\n  </os>\n"
	"  <features>\n    <acpi/>\n  </features>\n  <devices>\n"
	"    <emulator>/usr/bin/qemu-system-x86_64</emulator>\n"
	"    <graphics type='vnc' port='-1' passwd='secret7'/>\n  </devices>\n</domain>\n";

static void libvirts_own_files_are_not_touched(void **state)
{
	struct rig *rig = *state;

	rig_put(rig, "/etc/libvirt/qemu/win.xml", domain);
	rig_put(rig, "/srv/win.xml", domain);
	assert_int_equal(symlink("../etc/libvirt/qemu/win.xml", rig_at(rig, "/srv/link.xml")), 0);
	assert_int_equal(add_vm(rig, "libvirt", "/srv/igd.rom", IGDROM_VM_FORMAT_LIBVIRT,
				"/etc/libvirt/qemu/win.xml", false),
			 IGDROM_E_REFUSED);
	assert_string_equal(rig_error(rig), "changes-libvirt-own");
	assert_int_equal(add_vm(rig, "libvirt", "/srv/igd.rom", IGDROM_VM_FORMAT_LIBVIRT,
				"/srv/link.xml", false),
			 IGDROM_E_REFUSED);
	assert_int_equal(
		add_vm(rig, "libvirt", "/srv/igd.rom", IGDROM_VM_FORMAT_LIBVIRT, "win", false),
		IGDROM_E_NOT_FOUND);
	assert_string_equal(rig_error(rig), "changes-domain-captured");
	assert_int_equal(add_vm(rig, "libvirt", "/srv/igd.rom", IGDROM_VM_FORMAT_LIBVIRT,
				"/srv/win.xml", true),
			 IGDROM_OK);
	assert_int_equal(igdrom_changes_count(rig->changes), 3);
	assert_int_equal(igdrom_changes_kind(rig->changes, 2), IGDROM_CHANGE_ADVICE);
}

/* Keeps one domain in a file; adds a line to what it is given, as libvirt would. */
static void put_virsh(struct rig *rig)
{
	char path[512], script[1024];

	rig_put(rig, "/domain.xml", domain);
	snprintf(script, sizeof(script),
		 "#!/bin/sh\ncd %s\ncase $1 in\ndumpxml) [ \"$2 $3 $4 $5\" = "
		 "'--inactive --security-info --domain win' ] && cat domain.xml ;;\n"
		 "define) echo \"$2\" >>defined; cp \"$2\" domain.xml ;;\n*) exit 2 ;;\nesac\n",
		 rig->root);
	rig_put(rig, "/bin/virsh", script);
	assert_int_equal(chmod(rig_at(rig, "/bin/virsh"), 0755), 0);
	snprintf(path, sizeof(path), "%s/bin:%s", rig->root, getenv("PATH"));
	assert_int_equal(setenv("PATH", path, 1), 0);
}

static void a_domain_is_read_and_defined_by_virsh(void **state)
{
	struct rig *rig = *state;
	struct igdrom_bytes diff;
	char rom[160], *text;

	put_virsh(rig);
	rig_again(rig, NULL);
	snprintf(rom, sizeof(rom), "%s/igd.rom", rig->root);
	assert_int_equal(add_vm(rig, "libvirt", rom, IGDROM_VM_FORMAT_LIBVIRT, "win", true),
			 IGDROM_OK);
	assert_int_equal(igdrom_changes_pending(rig->changes), 2);
	assert_string_equal(igdrom_changes_word(rig->changes, 1, 1), "define");
	assert_int_equal(igdrom_changes_diff(rig->changes, &diff), IGDROM_OK);
	text = strndup((const char *)diff.data, diff.size);
	assert_non_null(strstr(text, "# run: virsh define @domain-0.xml\n"));
	assert_non_null(strstr(text, "\n# +    <hostdev "));
	assert_null(strstr(text, "secret7"));
	free(text);
	igdrom_bytes_free(&diff);
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	assert_false(rig_holds(rig, "/domain.xml", domain));
	rig_again(rig, NULL);
	assert_int_equal(add_vm(rig, "libvirt", rom, IGDROM_VM_FORMAT_LIBVIRT, "win", true),
			 IGDROM_OK);
	assert_int_equal(igdrom_changes_pending(rig->changes), 0);
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_OK);
	assert_true(rig_holds(rig, "/domain.xml", domain));
}

static void a_domain_edited_since_is_not_overwritten(void **state)
{
	struct rig *rig = *state;
	char rom[160];

	put_virsh(rig);
	rig_again(rig, NULL);
	snprintf(rom, sizeof(rom), "%s/igd.rom", rig->root);
	assert_int_equal(add_vm(rig, "libvirt", rom, IGDROM_VM_FORMAT_LIBVIRT, "win", false),
			 IGDROM_OK);
	rig_put(rig, "/domain.xml", "theirs");
	assert_int_equal(rig_apply(rig), IGDROM_E_REFUSED);
	rig_put(rig, "/domain.xml", domain);
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	rig_put(rig, "/domain.xml", "theirs");
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_E_REFUSED);
	assert_true(rig_holds(rig, "/domain.xml", "theirs"));
	rig_again(rig, NULL);
	assert_int_equal(add_vm(rig, "libvirt", rom, IGDROM_VM_FORMAT_LIBVIRT, "other", true),
			 IGDROM_E_NOT_FOUND);
	assert_string_equal(rig_error(rig), "changes-vm-missing");
	assert_int_equal(igdrom_changes_count(rig->changes), 0);
	assert_int_equal(add_vm(rig, "libvirt", rom, IGDROM_VM_FORMAT_LIBVIRT, "--help", true),
			 IGDROM_E_INVAL);
}
#endif

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_pve_configuration_is_edited_the_rom_copied_and_other_nodes_named),
		TEST(a_virtual_machine_that_is_not_there_or_locked_is_refused),
		TEST(pending_changes_of_proxmox_are_named),
		TEST(a_script_that_starts_qemu_is_edited),
#ifdef IGDROM_LIBXML
		TEST(libvirts_own_files_are_not_touched),
		TEST(a_domain_is_read_and_defined_by_virsh),
		TEST(a_domain_edited_since_is_not_overwritten),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
