/* SPDX-License-Identifier: BSD-2-Clause */
/* What is done to a machine, and found out about it, while memory runs out. */
#include "unit/failing.h"

#include "host/dump_rig.h"
#include "host/host_rig.h"
#include "host/machine.h"

#include <igdrom/changes.h>
#include <igdrom/setup.h>

#include <stdio.h>

/* The healthy machine of the doctor's cases has little to say; these have much. */
static const char *const machines[] = {"broken-pve", "broken-server", "unraid", "meteor-lake"};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

struct job {
	struct rig rig;
	const char *function;
	struct igdrom_bytes wanted; /* of the run with memory */
	size_t findings, steps;
	enum igdrom_severity worst;
};

/* What was said, and what there was no memory to say. */
static enum igdrom_status compare_report(struct job *job, enum igdrom_status status,
					 struct igdrom_report *report, bool reference)
{
	size_t said = igdrom_report_count(report) + igdrom_report_dropped(report);

	if (reference) {
		assert_true(said > 0);
		job->findings = said;
		job->worst = igdrom_report_worst(report);
	} else if (status == IGDROM_OK) {
		assert_int_equal(said, job->findings);
		assert_int_equal(igdrom_report_worst(report), job->worst);
	}
	igdrom_report_free(report);
	return status;
}

static enum igdrom_status doctor(void *context, bool reference)
{
	struct job *job = context;
	struct igdrom_report *report = NULL;
	enum igdrom_status status = igdrom_report_new(&report);

	if (status == IGDROM_OK)
		status = igdrom_host_doctor(job->rig.host, NULL, report);
	return compare_report(job, status, report, reference);
}

static void a_doctor_loses_nothing_without_a_word(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(machines); i++) {
		struct job job = {.findings = 0};

		rig_make(&job.rig, machines[i]);
		assert_int_equal(igdrom_host_scan(job.rig.host, NULL), IGDROM_OK);
		fail_each(doctor, &job, 0, 40);
		rig_end(&job.rig);
	}
}

static enum igdrom_status compare_changes(struct job *job, const struct igdrom_changes *changes,
					  bool reference)
{
	struct igdrom_bytes diff = {0};
	enum igdrom_status status = igdrom_changes_diff(changes, &diff);

	if (status != IGDROM_OK)
		return status;
	if (reference)
		job->steps = igdrom_changes_count(changes);
	assert_int_equal(igdrom_changes_count(changes), job->steps);
	if (reference) {
		igdrom_bytes_free(&job->wanted);
		job->wanted = diff;
		return status;
	}
	assert_int_equal(diff.size, job->wanted.size);
	if (diff.size)
		assert_memory_equal(diff.data, job->wanted.data, diff.size);
	igdrom_bytes_free(&diff);
	return status;
}

static enum igdrom_status prepare(void *context, bool reference)
{
	struct job *job = context;
	struct igdrom_vm_request *wish = NULL;
	struct igdrom_changes *changes = NULL;
	enum igdrom_status status = igdrom_vm_request_new(&wish);

	if (status == IGDROM_OK)
		status = igdrom_vm_request_set(wish, "function", job->function, NULL);
	if (status == IGDROM_OK)
		status = igdrom_changes_new(job->rig.root, NULL, &changes);
	if (status == IGDROM_OK) {
		status = igdrom_changes_add_prepare(
			changes, job->rig.host, wish,
			strcmp(job->function, "whole") ? 0 : IGDROM_PREPARE_EARLY, NULL);
		if (status == IGDROM_OK)
			status = compare_changes(job, changes, reference);
		else
			assert_int_equal(igdrom_changes_count(changes), 0);
	}
	igdrom_changes_free(changes);
	igdrom_vm_request_free(wish);
	return status;
}

static void a_preparation_is_whole_or_none(void **state)
{
	static const char *const functions[] = {"whole", "vf", "mdev"};
	static const char *const more[][2] = {
		{"etc/default/grub.d/a.cfg",
		 "GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX iommu=off\"\n"},
		{"etc/modprobe.d/a.conf", "options vfio-pci disable_vga=1\nblacklist i915\n"},
		{"etc/modules", "loop\n"},
		{"usr/share/doc/i915-sriov-dkms/copyright", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(machines); i++) {
		struct job job = {.findings = 0};

		rig_make(&job.rig, machines[i]);
		for (size_t k = 0; k < COUNT(more); k++)
			assert_true(machine_write(job.rig.root, more[k][0], more[k][1],
						  strlen(more[k][1])));
		assert_int_equal(igdrom_host_scan(job.rig.host, NULL), IGDROM_OK);
		for (size_t k = 0; k < COUNT(functions); k++) {
			job.function = functions[k];
			fail_each(prepare, &job, 250, 10);
		}
		igdrom_bytes_free(&job.wanted);
		rig_end(&job.rig);
	}
}

/* ---- dumps, of a machine that is played */

#define ASLS 0x7a2c9018u
#define BODY 0x2000u

static enum igdrom_status take(enum igdrom_status status, struct igdrom_dump *dump)
{
	assert_int_equal(status == IGDROM_OK, dump != NULL);
	igdrom_dump_free(dump);
	return status;
}

static enum igdrom_status take_vbt(void *context, bool reference)
{
	struct fake *fake = context;
	struct igdrom_dump *dump = NULL;
	enum igdrom_status status = dump_vbt(&fake->machine, NULL, &dump);

	(void)reference;
	assert_true(fake_is_as_before(fake));
	return take(status, dump);
}

static enum igdrom_status take_opregion(void *context, bool reference)
{
	struct fake *fake = context;
	struct igdrom_dump *dump = NULL;
	enum igdrom_status status = dump_opregion(&fake->machine, NULL, &dump);

	(void)reference;
	assert_true(fake_is_as_before(fake));
	return take(status, dump);
}

static enum igdrom_status take_rom(void *context, bool reference)
{
	static const struct igdrom_pci_address gpu = {.device = 2};
	struct fake *fake = context;
	struct igdrom_dump *dump = NULL;
	enum igdrom_status status = dump_rom(&fake->machine, &gpu, NULL, &dump);

	(void)reference;
	assert_true(fake_is_as_before(fake));
	return take(status, dump);
}

static enum igdrom_status take_flash(void *context, bool reference)
{
	struct fake *fake = context;
	struct igdrom_dump *dump = NULL;
	enum igdrom_status status = dump_flash(&fake->machine, NULL, NULL, &dump);

	(void)reference;
	assert_true(fake_is_as_before(fake));
	return take(status, dump);
}

static void take_from_the_driver(struct fake *fake, uint8_t *body, const uint8_t *table,
				 size_t size)
{
	fake_text(fake, "/sys/kernel/debug/dri/0/name", "i915 dev=0000:00:02.0\n");
	fake_put(fake, "/sys/kernel/debug/dri/0/i915_opregion", body, BODY);
	fake_put(fake, "/sys/kernel/debug/dri/0/i915_vbt", table, size);
	fail_each(take_vbt, fake, 0, 2);
	fail_each(take_opregion, fake, 0, 2);
}

static void a_dump_is_whole_or_none(void **state)
{
	static uint8_t body[BODY], table[4300], rom[1024], chip[0x100000];
	struct fake *fake = *state;

	make_vbt(table, sizeof(table));
	make_opregion(body, 0x0200, 0, 0);
	memcpy(body + 0x400, table, sizeof(table));
	make_vbios(rom, sizeof(rom), 0x8086, 0x4680);
	for (unsigned i = 0; i < 4; i++)
		fake->config[0xfc + i] = (uint8_t)(ASLS >> 8 * i);
	fake_memory(fake, ASLS, body, sizeof(body));
	fail_each(take_vbt, fake, 0, 4);
	fail_each(take_opregion, fake, 0, 4);
	take_from_the_driver(fake, body, table, sizeof(table));
	fake_put(fake, FAKE_DEVICE "rom", rom, sizeof(rom));
	fail_each(take_rom, fake, 0, 2);
	for (size_t i = 0; i < sizeof(chip); i++)
		chip[i] = (uint8_t)(i * 31 + i / 4096);
	fake_text(fake, "/sys/class/mtd/mtd0/type", "nor\n");
	fake_text(fake, "/sys/class/mtd/mtd0/name", "BIOS\n");
	fake_text(fake, "/sys/class/mtd/mtd0/size", "1048576\n");
	fake_put(fake, "/dev/mtd0ro", chip, sizeof(chip));
	fail_each(take_flash, fake, 0, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_doctor_loses_nothing_without_a_word),
		cmocka_unit_test(a_preparation_is_whole_or_none),
		cmocka_unit_test_setup_teardown(a_dump_is_whole_or_none, fake_setup, fake_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
