/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each allocation fails in turn, once alone and once with all that follow: the call says
 * IGDROM_E_NOMEM and hands nothing out, or does the same as with memory; it leaks nothing (the
 * sanitizers look). Findings may be dropped, and are counted then.
 */
#include "unit.h"

#include "vm_files.h"
#include "vm_rig.h"

#include <stdio.h>

#define NEVER SIZE_MAX

static size_t allocations;
static size_t fail_at = NEVER;
static bool fail_on; /* all that follow fail too */
static bool failed;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

static bool fails(void)
{
	size_t turn = allocations++;
	bool now = fail_at != NEVER && (turn == fail_at || (fail_on && turn > fail_at));

	failed = failed || now;
	return now;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return fails() ? NULL : __real_realloc(old, size);
}

static enum igdrom_status plan_once(const struct igdrom_vm_request *request)
{
	struct igdrom_vm_plan *plan = NULL;
	enum igdrom_status status = igdrom_vm_plan_new(request, NULL, &plan);

	assert_int_equal(status == IGDROM_OK, plan != NULL);
	igdrom_vm_plan_free(plan);
	return status;
}

static void fail_each(const struct igdrom_vm_request *request)
{
	size_t count;

	allocations = 0;
	fail_at = NEVER;
	assert_int_equal(plan_once(request), IGDROM_OK);
	count = allocations;
	assert_true(count > 3);
	for (size_t i = 0; i < 2 * count; i++) {
		enum igdrom_status status;

		allocations = 0;
		failed = false;
		fail_at = i / 2;
		fail_on = i & 1;
		status = plan_once(request);
		fail_at = NEVER;
		assert_true(failed);
		assert_int_equal(status, IGDROM_E_NOMEM);
	}
}

static void every_failed_allocation_of_a_plan_is_told(void **state)
{
	struct igdrom_vm_request *request =
		vm_rig_request("device=4680 hypervisor=pve qemu=11.0 firmware=ovmf vm=100 gms=2 "
			       "memory=8192 stolen_base=7b800000 audio=00:1f.3 debug_console=yes");

	(void)state;
	fail_each(request);
	igdrom_vm_request_free(request);
}

static void every_failed_allocation_of_a_refusal_is_told(void **state)
{
	struct igdrom_vm_request *request = vm_rig_request(
		"device=4680 hypervisor=pve qemu=9.2 firmware=ovmf display_class=0380");

	(void)state;
	fail_each(request);
	igdrom_vm_request_free(request);
}

static void a_value_that_cannot_be_kept_is_told(void **state)
{
	static const char *const rows[][2] = {
		{"device", "4680"}, {"rom", "/a/b.rom"}, {"firmware", "seabios"}};
	struct igdrom_vm_request *request = vm_rig_request("rom=old.rom");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum igdrom_status status;

		allocations = 0;
		fail_at = 0;
		status = igdrom_vm_request_set(request, rows[i][0], rows[i][1], NULL);
		fail_at = NEVER;
		assert_int_equal(status, IGDROM_E_NOMEM);
	}
	assert_string_equal(igdrom_vm_request_get(request, "rom"), "old.rom");
	assert_null(igdrom_vm_request_get(request, "device"));
	igdrom_vm_request_free(request);
}

/* ---- reading, writing, checking, explaining */

#define QEMU_LINE                                                                      \
	"kvm -M pc -m 3G -cpu host -nodefaults -drive if=pflash,file=/OVMF_CODE.fd "   \
	"-device 'vfio-pci,host=00:02.0,id=hostpci0,addr=2,x-igd-gms=0x41,x-vga=on' "  \
	"-device pci-bridge,addr=0x1f -fw_cfg name=opt/igdrom/stolen-base,string=0x1 " \
	"-global vfio-pci.x-igd-lcp=on -debugcon file:/a"

/* What a call is given, and what came of it. */
struct job {
	enum igdrom_status (*run)(struct job *job);
	enum igdrom_vm_format format;
	const char *text;
	size_t size;
	struct igdrom_vm_request *request;
	struct igdrom_vm_plan *plan;
	struct igdrom_vm_config *config;
	struct igdrom_bytes result; /* as it is with memory */
	size_t findings;
	enum igdrom_severity worst;
	bool reference; /* this run is with memory */
};

static enum igdrom_status read_once(struct job *job)
{
	struct igdrom_vm_config *config = NULL;
	enum igdrom_status status =
		igdrom_vm_config_read(job->text, job->size, job->format, NULL, &config);

	assert_int_equal(status == IGDROM_OK, config != NULL);
	igdrom_vm_config_free(config);
	return status;
}

static enum igdrom_status write_once(struct job *job)
{
	struct igdrom_bytes out = {0};
	enum igdrom_status status =
		igdrom_vm_write(job->plan, job->format, job->text, job->size, NULL, &out);

	if (status != IGDROM_OK) {
		assert_null(out.data);
		return status;
	}
	if (job->reference) {
		job->result = out;
		return status;
	}
	assert_int_equal(out.size, job->result.size);
	assert_memory_equal(out.data, job->result.data, out.size);
	igdrom_bytes_free(&out);
	return status;
}

/* Nothing of what there is to say is lost without a word. */
static enum igdrom_status compare_report(struct job *job, enum igdrom_status status,
					 struct igdrom_report *report)
{
	size_t said = igdrom_report_count(report) + igdrom_report_dropped(report);

	if (job->reference) {
		job->findings = said;
		job->worst = igdrom_report_worst(report);
		assert_true(said > 0);
	} else if (status == IGDROM_OK) {
		assert_int_equal(said, job->findings);
		assert_int_equal(igdrom_report_worst(report), job->worst);
	}
	igdrom_report_free(report);
	return status;
}

static enum igdrom_status check_once(struct job *job)
{
	struct igdrom_report *report;
	enum igdrom_status status = igdrom_report_new(&report);

	if (status == IGDROM_OK)
		status = igdrom_vm_check(job->config, job->request, report);
	return compare_report(job, status, report);
}

static enum igdrom_status upgrade_once(struct job *job)
{
	struct igdrom_report *report;
	enum igdrom_status status = igdrom_report_new(&report);

	if (status == IGDROM_OK)
		status = igdrom_vm_check_upgrade(job->config, job->request, "10.1", report);
	return compare_report(job, status, report);
}

static enum igdrom_status explain_once(struct job *job)
{
	struct igdrom_report *report;
	enum igdrom_status status = igdrom_report_new(&report);

	if (status == IGDROM_OK)
		status = igdrom_vm_explain(job->text, job->size, job->request, NULL, report);
	return compare_report(job, status, report);
}

static enum igdrom_status fill_once(struct job *job)
{
	static char wanted[VM_LINE_ROOM];
	char line[VM_LINE_ROOM] = "";
	size_t used = 0;
	struct igdrom_vm_request *request = NULL;
	enum igdrom_status status = igdrom_vm_request_new(&request);

	if (status == IGDROM_OK)
		status = igdrom_vm_request_set(request, "device", "4680", NULL);
	if (status == IGDROM_OK)
		status = igdrom_vm_request_set(request, "qemu", "10.1", NULL);
	if (status == IGDROM_OK)
		status = igdrom_vm_request_fill(request, job->config, "/etc/100.conf");
	for (size_t i = 0; status == IGDROM_OK && i < igdrom_vm_request_key_count(); i++) {
		const char *value = igdrom_vm_request_get(request, igdrom_vm_request_key_at(i));

		used += (size_t)snprintf(line + used, sizeof(line) - used, "%s ",
					 value ? value : "-");
	}
	igdrom_vm_request_free(request);
	if (job->reference)
		snprintf(wanted, sizeof(wanted), "%s", line);
	else if (status == IGDROM_OK)
		assert_string_equal(line, wanted);
	return status;
}

static void fail_each_of(struct job *job)
{
	size_t count;

	allocations = 0;
	job->reference = true;
	assert_int_equal(job->run(job), IGDROM_OK);
	job->reference = false;
	count = allocations;
	assert_true(count > 0);
	for (size_t i = 0; i < 2 * count; i++) {
		enum igdrom_status status;

		allocations = 0;
		failed = false;
		fail_at = i / 2;
		fail_on = i & 1;
		status = job->run(job);
		fail_at = NEVER;
		assert_true(failed);
		assert_true(status == IGDROM_OK || status == IGDROM_E_NOMEM);
	}
	igdrom_bytes_free(&job->result);
}

static const struct {
	const char *name; /* of a fixture; NULL: the command line above */
	enum igdrom_vm_format format;
} machines[] = {
	{"pve/windows-11-snapshots.conf", IGDROM_VM_FORMAT_PVE},
	{"pve/windows-10-args.conf", IGDROM_VM_FORMAT_PVE},
	{"libvirt/i440fx-video.xml", IGDROM_VM_FORMAT_LIBVIRT},
	{"libvirt/unraid-override.xml", IGDROM_VM_FORMAT_UNRAID},
	{NULL, IGDROM_VM_FORMAT_QEMU},
};

/* Runs a job over each machine; say: what is asked of it, behind the hypervisor. */
static void over_machines(enum igdrom_status (*run)(struct job *job), const char *say)
{
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		const char *name = machines[i].name;
		char *file = name ? vm_file_read(FIXTURES "/vm", name) : NULL;
		struct job job = {.run = run, .text = file ? file : QEMU_LINE};
		char line[512];

		job.size = strlen(job.text);
		snprintf(line, sizeof(line), "hypervisor=%s %s",
			 igdrom_vm_format_name(machines[i].format), say);
		job.request = vm_rig_request(line);
		job.format = machines[i].format;
		assert_int_equal(igdrom_vm_plan_new(job.request, NULL, &job.plan), IGDROM_OK);
		if (igdrom_vm_config_read(job.text, job.size, job.format, NULL, &job.config) !=
		    IGDROM_E_NOT_BUILT) {
			assert_non_null(job.config);
			fail_each_of(&job);
		}
		igdrom_vm_config_free(job.config);
		igdrom_vm_plan_free(job.plan);
		igdrom_vm_request_free(job.request);
		free(file);
	}
}

#define ASKED                                                                             \
	"device=4680 firmware=ovmf memory=8192 audio=00:1f.3 stolen_base=7b800000 gms=2 " \
	"address_width=39 libvirt=10.0.0 vm=100 debug_console=yes"

static void reading_tells_every_failed_allocation(void **state)
{
	(void)state;
	over_machines(read_once, ASKED " qemu=10.1");
}

static void filling_in_tells_every_failed_allocation(void **state)
{
	(void)state;
	over_machines(fill_once, ASKED " qemu=10.1");
}

static void writing_tells_every_failed_allocation(void **state)
{
	(void)state;
	over_machines(write_once, ASKED " qemu=10.1");
}

static void checking_loses_nothing_without_a_word(void **state)
{
	(void)state;
	over_machines(check_once, ASKED " qemu=10.1");
	over_machines(check_once, ASKED " qemu=9.2 guest=windows display_class=0380");
}

static void an_upgrade_loses_nothing_without_a_word(void **state)
{
	(void)state;
	over_machines(upgrade_once, ASKED " qemu=9.2");
}

static void explaining_loses_nothing_without_a_word(void **state)
{
	static const char *const logs[] = {"qemu.txt", "dmesg.txt", "pve.txt", "guest.txt"};

	(void)state;
	for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		char *text = vm_file_read(FIXTURES "/vm/logs", logs[i]);
		struct job job = {.run = explain_once, .text = text};

		job.size = strlen(text) < 6000 ? strlen(text) : 6000;
		job.request = vm_rig_request("device=4680 qemu=10.1");
		fail_each_of(&job);
		igdrom_vm_request_free(job.request);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_failed_allocation_of_a_plan_is_told),
		cmocka_unit_test(every_failed_allocation_of_a_refusal_is_told),
		cmocka_unit_test(a_value_that_cannot_be_kept_is_told),
		cmocka_unit_test(reading_tells_every_failed_allocation),
		cmocka_unit_test(filling_in_tells_every_failed_allocation),
		cmocka_unit_test(writing_tells_every_failed_allocation),
		cmocka_unit_test(checking_loses_nothing_without_a_word),
		cmocka_unit_test(an_upgrade_loses_nothing_without_a_word),
		cmocka_unit_test(explaining_loses_nothing_without_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
