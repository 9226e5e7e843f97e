/* SPDX-License-Identifier: BSD-2-Clause */
/* Machines of the recipes as the getters tell them, and machines that somebody has tampered with. */
#include "host/host_rig.h"

#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define GPU  "sys/devices/pci0000:00/0000:00:02.0/"
#define MANY 4096

static const struct igdrom_pci_function *at(const struct rig *rig, const char *text)
{
	struct igdrom_pci_address address;

	assert_int_equal(igdrom_pci_address_parse(text, &address), IGDROM_OK);
	return igdrom_host_function_find(rig->host, &address);
}

static void tells_all_of_a_function(void **state)
{
	const struct igdrom_pci_function *igd;
	struct igdrom_pci_bar bar;
	struct rig rig;

	(void)state;
	rig_make(&rig, "desktop-pve");
	assert_int_equal(igdrom_host_function_count(rig.host), 0);
	assert_int_equal(rig_scan(&rig), IGDROM_OK);
	assert_int_equal(igdrom_report_count(rig.report), 0);
	assert_int_equal(igdrom_host_source(rig.host), IGDROM_HOST_CAPTURED);
	assert_int_equal(igdrom_host_function_count(rig.host), 11);
	igd = igdrom_host_igd(rig.host);
	assert_non_null(igd);
	assert_ptr_equal(igd, at(&rig, "00:02.0"));
	assert_int_equal(igdrom_pci_function_id(igd).class_code, 0x030000);
	assert_int_equal(igdrom_pci_function_subsystem(igd), 0x46801849);
	assert_int_equal(igdrom_pci_function_revision(igd), 0x0c);
	assert_string_equal(igdrom_pci_function_driver(igd), "i915");
	assert_null(igdrom_pci_function_driver_override(igd));
	assert_int_equal(igdrom_pci_function_boot_vga(igd), IGDROM_YES);
	assert_int_equal(igdrom_pci_function_enabled(igd), IGDROM_YES);
	assert_string_equal(igdrom_pci_function_power(igd), "D0");
	assert_int_equal(igdrom_pci_function_iommu_group(igd), 0);
	assert_int_equal(igdrom_pci_function_config(igd).size, 256);
	assert_int_equal(igdrom_pci_function_vf_total(igd), 7);
	assert_int_equal(igdrom_pci_function_vf_count(igd), 0);
	assert_int_equal(igdrom_pci_function_rom(igd), IGDROM_PCI_ROM_SHADOW);
	assert_true(igdrom_pci_function_bar(igd, 2, &bar));
	assert_true(bar.address == 0x4000000000 && bar.size == 256u << 20 && bar.is_64bit &&
		    bar.is_prefetchable && !bar.is_io);
	assert_true(igdrom_pci_function_bar(igd, 4, &bar));
	assert_true(bar.address == 0x5000 && bar.size == 64 && bar.is_io);
	assert_false(igdrom_pci_function_bar(igd, 1, &bar));
	assert_false(igdrom_pci_function_bar(igd, 7, &bar));
	assert_int_equal(igdrom_pci_function_bound(at(&rig, "00:1f.0")), IGDROM_NO);
	assert_ptr_equal(igdrom_host_lpc(rig.host), at(&rig, "00:1f.0"));
	assert_ptr_equal(igdrom_host_bridge(rig.host), at(&rig, "00:00.0"));
	assert_ptr_equal(igdrom_host_audio(rig.host), at(&rig, "00:1f.3"));
	assert_null(at(&rig, "00:03.0"));
	rig_end(&rig);
}

static void forgets_what_is_not_there_any_more(void **state)
{
	struct rig rig;

	(void)state;
	rig_make(&rig, "desktop-pve");
	assert_int_equal(rig_scan(&rig), IGDROM_OK);
	assert_int_equal(igdrom_host_vm_count(rig.host), 2);
	assert_int_equal(unlink(rig_path(&rig, "sys/bus/pci/devices/0000:00:02.0")), 0);
	assert_int_equal(unlink(rig_path(&rig, "etc/pve/nodes/pve1/qemu-server/101.conf")), 0);
	assert_int_equal(rig_scan(&rig), IGDROM_OK);
	assert_int_equal(igdrom_host_vm_count(rig.host), 1);
	assert_int_equal(igdrom_host_function_count(rig.host), 10);
	assert_null(igdrom_host_igd(rig.host));
	/* Without the GPU nobody uses it. */
	assert_false(igdrom_host_vm_uses_igd(igdrom_host_vm_at(rig.host, 0)));
	rig_end(&rig);
}

static void resolves_mappings_of_a_cluster(void **state)
{
	static const char config[] = "bios: ovmf\nhostpci0: mapping=igpu,legacy-igd=1\n"
				     "memory: 2048\n\n[before]\nhostpci1: mapping=vf\n";
	static const char mappings[] =
		"other\n\tmap id=8086:4680,node=pve9,path=0000:00:02.0\n"
		"\tmap id=8086:7ae0,node=pve1,path=0000:00:14.0\n\n"
		"igpu\n\tdescription x\n\tmap id=8086:4680,node=pve9,path=0000:00:14.0\n"
		"\tmap id=8086:4680,iommugroup=0,node=pve1,path=0000:00:02\n";
	struct rig rig;

	(void)state;
	rig_make(&rig, "desktop-pve");
	assert_true(machine_write(rig.root, "etc/pve/nodes/pve1/qemu-server/100.conf", config,
				  sizeof(config) - 1));
	assert_int_equal(rig_scan(&rig), IGDROM_OK);
	assert_false(igdrom_host_vm_uses_igd(igdrom_host_vm_at(rig.host, 0)));
	assert_true(
		machine_write(rig.root, "etc/pve/mapping/pci.cfg", mappings, sizeof(mappings) - 1));
	assert_int_equal(rig_scan(&rig), IGDROM_OK);
	assert_true(igdrom_host_vm_uses_igd(igdrom_host_vm_at(rig.host, 0)));
	assert_false(igdrom_host_vm_uses_vf(igdrom_host_vm_at(rig.host, 0)));
	/* The GPU of another machine of the cluster. */
	assert_true(machine_write(rig.root, "etc/pve/nodes/pve1/qemu-server/101.conf",
				  "hostpci0: mapping=other\n", 24));
	assert_int_equal(rig_scan(&rig), IGDROM_OK);
	assert_false(igdrom_host_vm_uses_igd(igdrom_host_vm_at(rig.host, 1)));
	rig_end(&rig);
}

static void finds_the_files_of_the_graphics_driver(void **state)
{
	static const char other[] = "nouveau dev=0000:01:00.0 unique=0000:01:00.0\n";
	static const char ours[] = "i915 dev=0000:00:02.0 unique=0000:00:02.0\n";
	struct rig rig;

	(void)state;
	rig_make(&rig, "desktop-pve");
	assert_true(
		machine_write(rig.root, "sys/kernel/debug/dri/0/name", other, sizeof(other) - 1));
	assert_true(machine_write(rig.root, "sys/kernel/debug/dri/0/i915_vbt", "x", 1));
	assert_true(machine_write(rig.root, "sys/kernel/debug/dri/1/name", ours, sizeof(ours) - 1));
	assert_true(machine_write(rig.root, "sys/kernel/debug/dri/1/i915_vbt", "x", 1));
	assert_int_equal(rig_scan(&rig), IGDROM_OK);
	assert_string_equal(igdrom_host_vbt_file(rig.host), "/sys/kernel/debug/dri/1/i915_vbt");
	assert_null(igdrom_host_opregion_file(rig.host));
	rig_end(&rig);
}

static void reads_modprobe_as_modprobe_does(void **state)
{
	static const struct {
		const char *name, *text, *command_line;
		enum igdrom_tristate wanted;
	} cases[] = {
		{"a.conf", "options vfio-pci ids=8086:4680 disable_vga=1\n", "", IGDROM_YES},
		{"a.conf", "options vfio_pci disable_vga=Y", "", IGDROM_YES},
		{"a.conf", "options vfio_pci disable_vga", "", IGDROM_YES},
		{"a.conf", "options vfio-pci disable_vga=0\n", "", IGDROM_NO},
		{"a.conf", "#options vfio-pci disable_vga=1\n", "", IGDROM_NO},
		{"a.conf", "options i915 disable_vga=1\n", "", IGDROM_NO},
		{"a.txt", "options vfio-pci disable_vga=1\n", "", IGDROM_NO},
		{"a.conf", "options vfio-pci disable_vga=1\n", "ro vfio-pci.disable_vga=0",
		 IGDROM_NO},
		{"a.conf", "", "ro vfio_pci.disable_vga=1 quiet", IGDROM_YES},
	};
	struct rig rig;

	(void)state;
	rig_make(&rig, "desktop-pve");
	unlink(rig_path(&rig, "sys/module/vfio_pci/parameters/disable_vga"));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char path[64];

		snprintf(path, sizeof(path), "etc/modprobe.d/%s", cases[i].name);
		assert_true(machine_write(rig.root, path, cases[i].text, strlen(cases[i].text)));
		assert_true(machine_write(rig.root, "proc/cmdline", cases[i].command_line,
					  strlen(cases[i].command_line)));
		assert_int_equal(rig_scan(&rig), IGDROM_OK);
		assert_int_equal(igdrom_host_disable_vga(rig.host), cases[i].wanted);
		unlink(rig_path(&rig, path));
	}
	rig_end(&rig);
}

static void never_leaves_the_root(void **state)
{
	struct rig rig;

	(void)state;
	rig_make(&rig, "desktop-pve");
	/* Links that lead out, or would: each is followed as on the machine, or not at all. */
	unlink(rig_path(&rig, "etc/os-release"));
	assert_int_equal(symlink("/../../../usr/lib/os-release", rig_path(&rig, "etc/os-release")),
			 0);
	unlink(rig_path(&rig, "proc/cmdline"));
	assert_int_equal(
		symlink("../../../../../../../../../proc/version", rig_path(&rig, "proc/cmdline")),
		0);
	unlink(rig_path(&rig, GPU "resource"));
	assert_int_equal(symlink("/etc/passwd", rig_path(&rig, GPU "resource")), 0);
	assert_true(machine_write(rig.root, "usr/lib/os-release", "ID=inside\n", 10));
	assert_int_equal(rig_scan(&rig), IGDROM_OK);
	/* The Proxmox VE packages of the machine say what it is; its name is the file's. */
	assert_null(igdrom_host_system(rig.host));
	assert_string_equal(igdrom_host_kernel(rig.host), "6.14.8-2-pve");
	assert_non_null(strstr(igdrom_host_command_line(rig.host), "6.14.8-2-pve (build@proxmox)"));
	/* Its BARs are then those of configuration space. */
	assert_int_equal(igdrom_pci_function_rom(igdrom_host_igd(rig.host)),
			 IGDROM_PCI_ROM_UNKNOWN);
	rig_end(&rig);
}

static void takes_absolute_and_broken_links_for_what_they_name(void **state)
{
	struct rig rig;

	(void)state;
	rig_make(&rig, "desktop-pve");
	unlink(rig_path(&rig, "sys/bus/pci/devices/0000:00:02.0"));
	assert_int_equal(symlink("/sys/devices/pci0000:00/0000:00:02.0",
				 rig_path(&rig, "sys/bus/pci/devices/0000:00:02.0")),
			 0);
	unlink(rig_path(&rig, GPU "driver"));
	assert_int_equal(symlink("/gone/drivers/xe", rig_path(&rig, GPU "driver")), 0);
	unlink(rig_path(&rig, "sys/bus/pci/devices/0000:00:14.0"));
	assert_int_equal(
		symlink("0000:00:14.0", rig_path(&rig, "sys/bus/pci/devices/0000:00:14.0")), 0);
	assert_int_equal(rig_scan(&rig), IGDROM_OK);
	assert_string_equal(igdrom_pci_function_driver(igdrom_host_igd(rig.host)), "xe");
	assert_null(at(&rig, "00:14.0"));
	assert_int_equal(rig_count(&rig, "host-function-unreadable"), 1);
	rig_end(&rig);
}

/* In place of a file: what makes a careless reader wait, or read for ever. */
static void does_not_wait_for_what_is_no_file(void **state)
{
	static const char *const paths[] = {GPU "config", GPU "vendor", "proc/cmdline",
					    "etc/os-release",
					    "etc/pve/nodes/pve1/qemu-server/100.conf"};

	char kept[1024];
	struct rig rig;

	(void)state;
	rig_make(&rig, "desktop-pve");
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		snprintf(kept, sizeof(kept), "%s/kept", rig.root);
		assert_int_equal(rename(rig_path(&rig, paths[i]), kept), 0);
		assert_int_equal(mkfifo(rig_path(&rig, paths[i]), 0600), 0);
		assert_int_equal(rig_scan(&rig), IGDROM_OK);
		ask_all(rig.host);
		unlink(rig_path(&rig, paths[i]));
		assert_int_equal(mkdir(rig_path(&rig, paths[i]), 0700), 0);
		assert_int_equal(rig_scan(&rig), IGDROM_OK);
		ask_all(rig.host);
		assert_int_equal(rmdir(rig_path(&rig, paths[i])), 0);
		assert_int_equal(rename(kept, rig_path(&rig, paths[i])), 0);
	}
	rig_end(&rig);
}

static void caps_sizes_and_counts(void **state)
{
	char path[128], first[128];
	struct rig rig;

	(void)state;
	rig_make(&rig, "desktop-pve");
	assert_int_equal(truncate(rig_path(&rig, "var/lib/dpkg/status"), 1 << 30), 0);
	assert_int_equal(truncate(rig_path(&rig, "proc/cpuinfo"), 1 << 30), 0);
	assert_int_equal(truncate(rig_path(&rig, GPU "config"), 1 << 30), 0);
	assert_int_equal(rig_scan(&rig), IGDROM_OK);
	assert_int_equal(rig_count(&rig, "host-file-unreadable"), 1);
	assert_non_null(igdrom_host_cpu(rig.host));
	assert_int_equal(igdrom_pci_function_config(igdrom_host_igd(rig.host)).size, 0);
	snprintf(first, sizeof(first), "%s/proc/version", rig.root);
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(path, sizeof(path), "sys/bus/pci/devices/%04x:00:00.0", i + 1);
		assert_int_equal(link(first, rig_path(&rig, path)), 0);
	}
	assert_int_equal(rig_scan(&rig), IGDROM_E_IO);
	assert_int_equal(rig_count(&rig, "host-too-many"), 1);
	assert_int_equal(igdrom_host_function_count(rig.host), 0);
	rig_end(&rig);
}

static char files[1024][256];
static size_t file_count;

static int remember(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	/* One function is as good as another. */
	if (type == FTW_F && file_count < 1024 &&
	    (!strstr(path, "/pci0000:00/") || strstr(path, "/0000:00:02.0/")))
		snprintf(files[file_count++], sizeof(files[0]), "%s", path);
	return 0;
}

static void replace(const char *path, const void *data, size_t size)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(!size || fwrite(data, 1, size, file) == size);
	assert_int_equal(fclose(file), 0);
}

static void survives_any_content_of_any_file(void **state)
{
	static char before[65536], junk[100000];
	struct rig rig;

	(void)state;
	rig_make(&rig, "desktop-pve");
	file_count = 0;
	nftw(rig.root, remember, 8, FTW_PHYS);
	assert_true(file_count > 30);
	for (size_t i = 0; i < file_count; i++) {
		FILE *file = fopen(files[i], "r");
		size_t size;

		assert_non_null(file);
		size = fread(before, 1, sizeof(before), file);
		fclose(file);
		for (unsigned turn = 0; turn < 4; turn++) {
			memset(junk, turn == 1 ? 0xff : turn == 2 ? '9' : 0, sizeof(junk));
			if (turn == 0)
				replace(files[i], before, size / 2);
			else
				replace(files[i], junk, turn == 3 ? 300 : sizeof(junk));
			assert_int_equal(igdrom_host_scan(rig.host, NULL), IGDROM_OK);
			ask_all(rig.host);
		}
		replace(files[i], before, size);
	}
	assert_int_equal(rig_scan(&rig), IGDROM_OK);
	assert_int_equal(igdrom_report_count(rig.report), 0);
	rig_end(&rig);
}

static void says_when_there_is_no_bus_and_no_root(void **state)
{
	struct igdrom_host *host;
	struct rig rig;

	(void)state;
	rig_make(&rig, "nothing");
	assert_int_equal(rig_scan(&rig), IGDROM_E_IO);
	assert_int_equal(rig_count(&rig, "host-no-pci"), 1);
	assert_string_equal(igdrom_host_cpu(rig.host), "Intel(R) N100");
	ask_all(rig.host);
	assert_int_equal(igdrom_host_open(rig_path(&rig, "none"), &host), IGDROM_OK);
	assert_int_equal(igdrom_host_scan(host, rig.report), IGDROM_E_NOT_FOUND);
	assert_int_equal(rig_count(&rig, "host-no-root"), 1);
	igdrom_host_close(host);
	rig_end(&rig);
}

static void answers_null_with_nothing(void **state)
{
	struct igdrom_vm_request *request;
	struct igdrom_igd_memory memory;
	struct igdrom_pci_bar bar;
	char *json;

	(void)state;
	assert_int_equal(igdrom_host_source(NULL), 0);
	assert_null(igdrom_host_root(NULL));
	assert_int_equal(igdrom_host_function_count(NULL), 0);
	assert_null(igdrom_host_function_at(NULL, 0));
	assert_null(igdrom_host_function_find(NULL, NULL));
	assert_null(igdrom_host_igd(NULL));
	assert_null(igdrom_host_lpc(NULL));
	assert_null(igdrom_host_bridge(NULL));
	assert_null(igdrom_host_audio(NULL));
	assert_int_equal(igdrom_pci_function_id(NULL).vendor_id, 0);
	assert_int_equal(igdrom_pci_function_address(NULL).device, 0);
	assert_false(igdrom_pci_function_is_display(NULL));
	assert_int_equal(igdrom_pci_function_vf_total(NULL), -1);
	assert_int_equal(igdrom_pci_function_bound(NULL), IGDROM_UNKNOWN);
	assert_int_equal(igdrom_pci_function_config(NULL).size, 0);
	assert_false(igdrom_pci_function_bar(NULL, 0, &bar));
	assert_false(igdrom_host_igd_memory(NULL, &memory));
	assert_false(memory.ggc_known || memory.asls_known);
	assert_null(igdrom_host_cpu(NULL));
	assert_int_equal(igdrom_host_iommu(NULL), IGDROM_UNKNOWN);
	assert_null(igdrom_host_vm_at(NULL, 0));
	assert_null(igdrom_host_vm_config(NULL));
	assert_false(igdrom_host_vm_uses_igd(NULL));
	assert_int_equal(igdrom_host_scan(NULL, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_vm_request_new(&request), IGDROM_OK);
	assert_int_equal(igdrom_host_fill_request(NULL, request, NULL), IGDROM_E_INVAL);
	igdrom_vm_request_free(request);
	assert_int_not_equal(igdrom_host_to_json(NULL, NULL, &json), IGDROM_OK);
	assert_null(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_all_of_a_function),
		cmocka_unit_test(forgets_what_is_not_there_any_more),
		cmocka_unit_test(resolves_mappings_of_a_cluster),
		cmocka_unit_test(finds_the_files_of_the_graphics_driver),
		cmocka_unit_test(reads_modprobe_as_modprobe_does),
		cmocka_unit_test(never_leaves_the_root),
		cmocka_unit_test(takes_absolute_and_broken_links_for_what_they_name),
		cmocka_unit_test(does_not_wait_for_what_is_no_file),
		cmocka_unit_test(caps_sizes_and_counts),
		cmocka_unit_test(survives_any_content_of_any_file),
		cmocka_unit_test(says_when_there_is_no_bus_and_no_root),
		cmocka_unit_test(answers_null_with_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
