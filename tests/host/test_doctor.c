/* SPDX-License-Identifier: BSD-2-Clause */
/* What a doctor finds, and what it does not: doctor_cases.c, one machine for each. */
#include "unit/unit.h"

#include "host/doctor_cases.h"
#include "host/machine.h"

#include <igdrom/host.h>
#include <igdrom/json.h>

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define GPU_AT "pci 0000:00:02.0 "

struct found {
	char root[64];
	struct igdrom_host *host;
	struct igdrom_report *report;
};

static bool is_ours(const char *line)
{
	return strchr("-+!", line[0]) && line[1] == ' ';
}

/* Lines of a recipe, without those that are for us; " group=N" goes along when there are none. */
static void put(FILE *file, const char *text, bool groups)
{
	while (*text) {
		size_t size = strcspn(text, "\n") + 1;
		const char *group = groups ? NULL : strstr(text, " group=");

		if (is_ours(text)) {
			text += size;
			continue;
		}
		if (group && group < text + size && !strncmp(text, "pci ", 4)) {
			fwrite(text, 1, (size_t)(group - text), file);
			size -= (size_t)(group - text);
			text = group + 1 + strcspn(group + 1, " \n");
			size -= (size_t)(text - group);
		}
		fwrite(text, 1, size, file);
		text += size;
	}
}

static void make(const char *difference, char *root)
{
	char path[] = "/tmp/igdrom-doctor-XXXXXX";
	bool groups = !strstr(difference, "! no groups\n");
	int fd = mkstemp(path);
	FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;

	assert_non_null(file);
	put(file, healthy, groups);
	if (!strstr(difference, GPU_AT))
		put(file, healthy_gpu, groups);
	put(file, difference, groups);
	assert_int_equal(fclose(file), 0);
	assert_true(machine_make_temporary(path, root));
	assert_int_equal(unlink(path), 0);
}

static void set_time(const char *root, const char *path, size_t size, long seconds)
{
	struct timespec times[2] = {{.tv_sec = time(NULL) + seconds}, {0}};
	char full[512];

	times[1] = times[0];
	snprintf(full, sizeof(full), "%s/%.*s", root, (int)size, path);
	assert_int_equal(utimensat(AT_FDCWD, full, times, AT_SYMLINK_NOFOLLOW), 0);
}

static void alter(const char *difference, const char *root)
{
	static const char initrd[] = "boot/initrd.img-6.12.48-amd64";
	char full[512];

	set_time(root, initrd, strlen(initrd), 10);
	while (*difference) {
		size_t size = strcspn(difference, "\n");

		if (!strncmp(difference, "- ", 2)) {
			snprintf(full, sizeof(full), "%s/%.*s", root, (int)size - 2,
				 difference + 2);
			assert_int_equal(remove(full), 0);
		} else if (!strncmp(difference, "+ ", 2)) {
			set_time(root, difference + 2, size - 2, 20);
		}
		difference += size + 1;
	}
}

static struct igdrom_vm_request *say(const char *wish)
{
	struct igdrom_vm_request *request;
	char text[256], *rest = text;

	if (!wish)
		return NULL;
	assert_int_equal(igdrom_vm_request_new(&request), IGDROM_OK);
	snprintf(text, sizeof(text), "%s", wish);
	for (char *key = strtok_r(text, " ", &rest); key; key = strtok_r(NULL, " ", &rest)) {
		char *value = strchr(key, '=');

		*value++ = '\0';
		assert_int_equal(igdrom_vm_request_set(request, key, value, NULL), IGDROM_OK);
	}
	return request;
}

static void ask(const char *difference, const char *wish, struct found *out)
{
	struct igdrom_vm_request *request = say(wish);

	make(difference, out->root);
	alter(difference, out->root);
	assert_int_equal(igdrom_host_open(out->root, &out->host), IGDROM_OK);
	assert_int_equal(igdrom_host_scan(out->host, NULL), IGDROM_OK);
	assert_int_equal(igdrom_report_new(&out->report), IGDROM_OK);
	assert_int_equal(igdrom_host_doctor(out->host, request, out->report), IGDROM_OK);
	igdrom_vm_request_free(request);
}

static void done(struct found *found)
{
	igdrom_report_free(found->report);
	igdrom_host_close(found->host);
	machine_remove(found->root);
}

static const struct igdrom_finding *find(const struct found *found, const char *code)
{
	for (size_t i = 0; i < igdrom_report_count(found->report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(found->report, i);

		if (!strcmp(igdrom_finding_code(finding), code))
			return finding;
	}
	return NULL;
}

static void print(const struct found *found)
{
	for (size_t i = 0; i < igdrom_report_count(found->report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(found->report, i);

		print_message("  %s: %s\n", igdrom_finding_code(finding),
			      igdrom_finding_text(finding));
	}
}

static bool is_found(const struct found *found, const char *code)
{
	const char *text = strchr(code, '~');
	const struct igdrom_finding *finding;
	char name[64];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(code, "~"), code);
	finding = find(found, name);
	return finding && (!text || strstr(igdrom_finding_text(finding), text + 1));
}

/* 1 when something is not as it should be. */
static size_t check(size_t i, const struct found *found, bool wanted)
{
	const struct doctor_case *one = &doctor_cases[i];

	if (wanted == is_found(found, one->code))
		return 0;
	print_message("%zu: %s is %s:\n", i, one->code,
		      wanted ? "not found" : "found where it is not");
	print(found);
	return 1;
}

/* Many cases have the healthy machine on one side: it is made once. */
static size_t look(size_t i, const char *difference, bool wanted, const struct found *well)
{
	const struct doctor_case *one = &doctor_cases[i];
	struct found found;
	size_t wrong;

	if (!*difference && !one->wish)
		return check(i, well, wanted);
	ask(difference, one->wish, &found);
	wrong = check(i, &found, wanted);
	done(&found);
	return wrong;
}

static void finds_each_and_does_not_find_it_next_to_it(void **state)
{
	struct found well;
	size_t wrong = 0;

	(void)state;
	ask("", NULL, &well);
	for (size_t i = 0; i < doctor_case_count; i++) {
		wrong += look(i, doctor_cases[i].with, true, &well);
		wrong += look(i, doctor_cases[i].without, false, &well);
	}
	done(&well);
	assert_int_equal(wrong, 0);
}

static bool has_case(const char *code)
{
	for (size_t i = 0; i < doctor_case_count; i++) {
		if (!strcmp(doctor_cases[i].code, code))
			return true;
	}
	return false;
}

static void every_finding_of_the_catalogue_has_a_case(void **state)
{
	FILE *file = fopen(FINDINGS, "r");
	char line[4096];
	size_t count = 0;

	(void)state;
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\t")] = '\0';
		/* That one is for the machine that it runs on. */
		if (strncmp(line, "doctor-", 7) != 0 || !strcmp(line, "doctor-unknown-here"))
			continue;
		if (!has_case(line))
			print_message("%s has no case\n", line);
		assert_true(has_case(line));
		count++;
	}
	fclose(file);
	assert_true(count > 60);
}

static void has_nothing_to_say_against_a_healthy_machine(void **state)
{
	struct found found;

	(void)state;
	ask("", NULL, &found);
	for (size_t i = 0; i < igdrom_report_count(found.report); i++)
		assert_memory_equal(igdrom_finding_code(igdrom_report_at(found.report, i)),
				    "doctor-ok-", 10);
	assert_int_equal(igdrom_report_worst(found.report), IGDROM_SEVERITY_INFO);
	assert_non_null(strstr(igdrom_finding_text(find(&found, "doctor-ok-igd")),
			       "[UHD Graphics 770] (8086:4680)"));
	assert_non_null(strstr(igdrom_finding_text(find(&found, "doctor-ok-iommu")), "39 bits"));
	assert_non_null(strstr(igdrom_finding_text(find(&found, "doctor-ok-stolen")), "64 MiB"));
	done(&found);
}

static void tells_the_worst_first_and_what_is_fine_last(void **state)
{
	static const int rank[] = {[IGDROM_SEVERITY_ERROR] = 0,
				   [IGDROM_SEVERITY_WARNING] = 1,
				   [IGDROM_SEVERITY_INFO] = 2,
				   [IGDROM_SEVERITY_HARMLESS] = 3};
	struct found found;
	int last = 0;

	(void)state;
	ask("etc/modprobe.d/a.conf = blaklist i915\n"
	    "etc/modules = vfio_virqfd\n"
	    "proc/cpuinfo = flags : fpu\n",
	    NULL, &found);
	for (size_t i = 0; i < igdrom_report_count(found.report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(found.report, i);
		int now = strncmp(igdrom_finding_code(finding), "doctor-ok-", 10)
				  ? rank[igdrom_finding_severity(finding)]
				  : 4;

		assert_true(now >= last);
		last = now;
	}
	assert_int_equal(last, 4);
	assert_string_equal(igdrom_finding_code(igdrom_report_at(found.report, 0)), "doctor-vtx");
	done(&found);
}

static void names_what_is_not_known_once_and_judges_nothing_of_it(void **state)
{
	static const char lspci[] = "00:02.0 0300: 8086:4680 (rev 0c)\n"
				    "00:1f.0 0601: 8086:7a84 (rev 11)\n";
	static const char *const about[] = {
		"the IOMMU group",
		"the IOMMU",
		"the OpRegion",
		"stolen memory",
		"QEMU",
		"options of vfio-pci",
		"which driver the GPU has",
		"whether SSH is on",
		"how the machine was started",
	};
	struct found found = {.host = NULL};

	(void)state;
	assert_int_equal(igdrom_host_from_lspci(lspci, sizeof(lspci) - 1, NULL, &found.host),
			 IGDROM_OK);
	assert_int_equal(igdrom_report_new(&found.report), IGDROM_OK);
	assert_int_equal(igdrom_host_doctor(found.host, NULL, found.report), IGDROM_OK);
	assert_int_equal(igdrom_report_worst(found.report), IGDROM_SEVERITY_INFO);
	assert_non_null(find(&found, "doctor-unknown"));
	for (size_t i = 0; i < sizeof(about) / sizeof(about[0]); i++)
		assert_non_null(
			strstr(igdrom_finding_text(find(&found, "doctor-unknown")), about[i]));
	igdrom_report_free(found.report);
	igdrom_host_close(found.host);
}

static void fixes_are_commands_of_the_distribution(void **state)
{
	static const struct {
		const char *system, *rebuild, *ssh;
	} known[] = {
		{"etc/os-release = ID=debian\n", "update-initramfs -u -k all",
		 "systemctl enable --now ssh\""},
		{"etc/os-release = ID=fedora\n", "dracut", "systemctl enable --now sshd"},
		{"etc/os-release = ID=arch\n", "mkinitcpio -P", "pacman -S openssh"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct found found;
		char lines[512];

		snprintf(lines, sizeof(lines),
			 "%s%s- etc/systemd/system/multi-user.target.wants/ssh.service\n"
			 "+ etc/modprobe.d/vfio.conf\n",
			 known[i].system, i < 2 ? "usr/sbin/sshd = x\n" : "");
		ask(lines, NULL, &found);
		assert_non_null(strstr(igdrom_finding_fix(find(&found, "doctor-initramfs")),
				       known[i].rebuild));
		assert_non_null(
			strstr(igdrom_finding_fix(find(&found, "doctor-way-in")), known[i].ssh));
		done(&found);
	}
}

/* proxmox-boot-tool(8) takes /etc/kernel/cmdline over, update-grub /etc/default/grub. */
static void the_command_line_is_taken_over_by_the_tool_of_the_loader(void **state)
{
	static const char *const known[][2] = {
		{"etc/default/grub = GRUB_CMDLINE_LINUX=iommu=pt\n", "update-grub"},
		{"proc/cmdline = initrd=\\EFI\\proxmox\\6\\initrd.img ro intel_iommu=on\n"
		 "etc/kernel/cmdline = ro intel_iommu=on iommu=pt\n",
		 "proxmox-boot-tool refresh"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct found found;

		ask(known[i][0], NULL, &found);
		assert_non_null(
			strstr(igdrom_finding_fix(find(&found, "doctor-reboot")), known[i][1]));
		done(&found);
	}
}

/* Examines a machine again after one of its files was replaced. */
static void examine(const struct found *found, const char *path, const void *data, size_t size)
{
	struct igdrom_report *report;

	assert_true(machine_write(found->root, path, data, size));
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(igdrom_host_doctor(found->host, NULL, report), IGDROM_OK);
	assert_true(igdrom_report_count(report) < 100);
	igdrom_report_free(report);
}

static void survives_any_bytes_in_the_files_that_it_reads(void **state)
{
	static const struct {
		const char *path, *text;
	} files[] = {
		{"etc/modprobe.d/vfio.conf", "options vfio-pci ids=8086:4680,\\\n8086 "
					     "disable_vga=1\nsoftdep xe pre: vfio\nx y"},
		{"etc/modprobe.d/other", "options\n\\"},
		{"etc/default/grub",
		 "export GRUB_CMDLINE_LINUX=\"a iommu=pt\"\nGRUB_CMDLINE_LINUX_DEFAULT='x"},
		{"etc/modules", "vfio_pci\n#\nvfio_virqfd"},
		{"proc/iomem", "40-50 : a\n  4000000000-40002fffff : efifb\n"},
		{"proc/cpuinfo", "flags\t: fpu vmx\naddress sizes : 39 bits physical"},
	};
	char large[20000];
	struct found found;

	(void)state;
	ask("proc/sys/kernel/osrelease = 5.10.0\n", NULL, &found);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		size_t size = strlen(files[i].text);

		for (size_t cut = 0; cut <= size; cut++)
			examine(&found, files[i].path, files[i].text, cut);
		for (size_t k = 0; k + size < sizeof(large); k += size)
			memcpy(large + k, files[i].text, size);
		examine(&found, files[i].path, large, sizeof(large) - size);
		for (int fill = 0; fill < 256; fill += 51) {
			memset(large + size, fill, sizeof(large) - 2 * size);
			examine(&found, files[i].path, large, sizeof(large) - size);
		}
	}
	done(&found);
}

static void refuses_what_is_missing(void **state)
{
	struct igdrom_report *report;
	struct igdrom_host *host;
	char *json;

	(void)state;
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(igdrom_host_open("/nowhere", &host), IGDROM_OK);
	assert_int_equal(igdrom_host_doctor(NULL, NULL, report), IGDROM_E_INVAL);
	assert_int_equal(igdrom_host_doctor(host, NULL, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_host_doctor_to_json(NULL, &json), IGDROM_E_INVAL);
	assert_int_equal(igdrom_host_doctor_to_json(report, NULL), IGDROM_E_INVAL);
	/* A machine that was not scanned: nothing is known. */
	assert_int_equal(igdrom_host_doctor(host, NULL, report), IGDROM_OK);
	assert_int_equal(igdrom_report_worst(report), IGDROM_SEVERITY_INFO);
	igdrom_host_close(host);
	igdrom_report_free(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_each_and_does_not_find_it_next_to_it),
		cmocka_unit_test(every_finding_of_the_catalogue_has_a_case),
		cmocka_unit_test(has_nothing_to_say_against_a_healthy_machine),
		cmocka_unit_test(tells_the_worst_first_and_what_is_fine_last),
		cmocka_unit_test(names_what_is_not_known_once_and_judges_nothing_of_it),
		cmocka_unit_test(fixes_are_commands_of_the_distribution),
		cmocka_unit_test(the_command_line_is_taken_over_by_the_tool_of_the_loader),
		cmocka_unit_test(survives_any_bytes_in_the_files_that_it_reads),
		cmocka_unit_test(refuses_what_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
