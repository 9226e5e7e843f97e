/* SPDX-License-Identifier: BSD-2-Clause */
/* The whole job as an object: its states, what it takes and refuses, and memory that runs out. */
#include "unit/failing.h"

#include <igdrom/setup.h>

#include "host/machine.h"

#include <stdlib.h>
#include <string.h>

#define MOST_TURNS 100 /* allocations that are made to fail, spread over all */

struct rig {
	char root[64];
	struct igdrom_report *report;
	struct igdrom_setup *setup;
};

static int begin(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));

	assert_non_null(rig);
	assert_true(machine_make_temporary(MACHINES "/desktop-pve.txt", rig->root));
	assert_int_equal(igdrom_report_new(&rig->report), IGDROM_OK);
	assert_int_equal(igdrom_setup_new(rig->root, rig->report, &rig->setup), IGDROM_OK);
	*state = rig;
	return 0;
}

static int end(void **state)
{
	struct rig *rig = *state;

	igdrom_setup_free(rig->setup);
	igdrom_report_free(rig->report);
	machine_remove(rig->root);
	free(rig);
	return 0;
}

/* What needs no firmware of the machine. */
static void want(struct rig *rig, const char *what)
{
	assert_int_equal(
		igdrom_vm_request_set(igdrom_setup_request(rig->setup), "want", what, NULL),
		IGDROM_OK);
}

static void nothing_is_answered_before_a_run(void **state)
{
	struct rig *rig = *state;

	for (int i = 0; i < IGDROM_SETUP_STAGES; i++) {
		assert_int_equal(igdrom_setup_state(rig->setup, (enum igdrom_setup_stage)i),
				 IGDROM_SETUP_NOT_RUN);
		assert_null(igdrom_setup_text(rig->setup, (enum igdrom_setup_stage)i));
	}
	assert_int_equal(igdrom_setup_status(rig->setup), IGDROM_E_STATE);
	assert_int_equal(igdrom_setup_apply(rig->setup, NULL, NULL), IGDROM_E_STATE);
	assert_null(igdrom_setup_changes(rig->setup));
	assert_null(igdrom_setup_host(rig->setup));
	assert_null(igdrom_setup_plan(rig->setup));
	assert_null(igdrom_setup_vm(rig->setup));
	assert_null(igdrom_setup_rom_path(rig->setup));
	assert_int_equal(igdrom_setup_rom(rig->setup).size, 0);
	assert_int_equal(igdrom_setup_next_count(rig->setup), 0);
	assert_null(igdrom_setup_next_at(rig->setup, 0));
}

static void null_is_answered_with_nothing(void **state)
{
	struct igdrom_setup *setup;

	(void)state;
	assert_null(igdrom_setup_request(NULL));
	assert_null(igdrom_setup_changes(NULL));
	assert_null(igdrom_setup_plan(NULL));
	assert_int_equal(igdrom_setup_state(NULL, IGDROM_SETUP_ROM), IGDROM_SETUP_NOT_RUN);
	assert_int_equal(igdrom_setup_format(NULL), IGDROM_VM_FORMAT_UNKNOWN);
	assert_int_equal(igdrom_setup_run(NULL, NULL, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_setup_apply(NULL, NULL, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_setup_set_bios(NULL, "", 0, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_setup_new("/", NULL, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_setup_new("/nowhere/at/all", NULL, &setup), IGDROM_E_NOT_FOUND);
	assert_null(setup);
	igdrom_setup_free(NULL);
	assert_string_equal(igdrom_setup_stage_name(IGDROM_SETUP_PREPARE), "prepare");
	assert_string_equal(igdrom_setup_stage_name((enum igdrom_setup_stage)6), "unknown");
	assert_string_equal(igdrom_setup_state_name(IGDROM_SETUP_SKIPPED), "skipped");
	assert_string_equal(igdrom_setup_state_name((enum igdrom_setup_state)9), "unknown");
}

static void what_cannot_be_given_is_refused(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(igdrom_setup_set_vm(rig->setup, ""), IGDROM_E_INVAL);
	assert_int_equal(igdrom_setup_set_bios(rig->setup, NULL, 1, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_setup_set_rom(rig->setup, NULL, 1, NULL), IGDROM_E_INVAL);
}

/* What this machine is made of is its own affair; that it is looked at is not. */
static void this_machine_is_looked_at_without_a_root(void **state)
{
	struct igdrom_report *report = NULL;
	struct igdrom_setup *setup = NULL;
	enum igdrom_status status;

	(void)state;
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(igdrom_setup_new(NULL, report, &setup), IGDROM_OK);
	assert_int_equal(
		igdrom_vm_request_set(igdrom_setup_request(setup), "want", "headless", NULL),
		IGDROM_OK);
	status = igdrom_setup_run(setup, NULL, report);
	assert_true(status == IGDROM_OK || igdrom_report_worst(report) == IGDROM_SEVERITY_ERROR);
	igdrom_setup_free(setup);
	igdrom_report_free(report);
}

static void a_job_is_done_once(void **state)
{
	struct rig *rig = *state;

	want(rig, "output");
	assert_int_equal(igdrom_setup_run(rig->setup, NULL, rig->report), IGDROM_OK);
	assert_string_equal(igdrom_setup_vm(rig->setup), "100");
	assert_int_equal(igdrom_setup_format(rig->setup), IGDROM_VM_FORMAT_PVE);
	assert_string_equal(igdrom_setup_rom_path(rig->setup), "/usr/share/kvm/igdrom-4680.rom");
	assert_true(igdrom_setup_rom(rig->setup).size > 4096);
	assert_int_equal(igdrom_changes_pending(igdrom_setup_changes(rig->setup)), 2);
	assert_int_equal(igdrom_setup_next_count(rig->setup), 3);
	assert_int_equal(igdrom_setup_apply(rig->setup, NULL, rig->report), IGDROM_OK);
	assert_int_equal(igdrom_setup_apply(rig->setup, NULL, rig->report), IGDROM_E_STATE);
	assert_int_equal(igdrom_setup_run(rig->setup, NULL, rig->report), IGDROM_OK);
	assert_int_equal(igdrom_changes_pending(igdrom_setup_changes(rig->setup)), 0);
}

static void a_job_that_was_refused_can_be_mended(void **state)
{
	struct rig *rig = *state;

	/* A boot picture needs firmware, and there is none. */
	assert_int_equal(igdrom_setup_run(rig->setup, NULL, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_setup_status(rig->setup), IGDROM_E_INVAL);
	assert_int_equal(igdrom_setup_state(rig->setup, IGDROM_SETUP_FIRMWARE),
			 IGDROM_SETUP_REFUSED);
	assert_non_null(strstr(igdrom_setup_text(rig->setup, IGDROM_SETUP_FIRMWARE), "4680"));
	assert_null(igdrom_setup_changes(rig->setup));
	assert_int_equal(igdrom_setup_apply(rig->setup, NULL, NULL), IGDROM_E_STATE);
	assert_int_equal(igdrom_setup_set_vm(rig->setup, "999"), IGDROM_OK);
	assert_int_equal(igdrom_setup_run(rig->setup, NULL, NULL), IGDROM_E_NOT_FOUND);
	assert_int_equal(igdrom_setup_set_vm(rig->setup, NULL), IGDROM_OK);
	assert_int_equal(igdrom_setup_set_rom(rig->setup, "no ROM", 6, "x.rom"), IGDROM_OK);
	assert_int_equal(igdrom_setup_run(rig->setup, NULL, NULL), IGDROM_E_REFUSED);
	assert_int_equal(igdrom_setup_state(rig->setup, IGDROM_SETUP_ROM), IGDROM_SETUP_REFUSED);
	assert_int_equal(igdrom_setup_set_rom(rig->setup, NULL, 0, NULL), IGDROM_OK);
	want(rig, "output");
	assert_int_equal(igdrom_setup_run(rig->setup, NULL, NULL), IGDROM_OK);
}

static void what_the_caller_says_wins_over_the_machine(void **state)
{
	struct rig *rig = *state;
	struct igdrom_vm_request *request = igdrom_setup_request(rig->setup);

	want(rig, "output");
	assert_int_equal(igdrom_vm_request_set(request, "qemu", "10.1", NULL), IGDROM_OK);
	assert_int_equal(igdrom_vm_request_set(request, "rom", "mine.rom", NULL), IGDROM_OK);
	assert_int_equal(igdrom_setup_run(rig->setup, NULL, rig->report), IGDROM_OK);
	assert_string_equal(igdrom_vm_plan_qemu(igdrom_setup_plan(rig->setup)), "10.1");
	assert_string_equal(igdrom_setup_rom_path(rig->setup), "/usr/share/kvm/mine.rom");
	/* And the machine says the rest. */
	assert_string_equal(igdrom_vm_request_get(request, "lpc_id"), "7A84");
}

/* One run as a whole. */
static enum igdrom_status run_once(void *context, bool reference)
{
	struct igdrom_setup *setup;
	enum igdrom_status status = igdrom_setup_new(context, NULL, &setup);

	(void)reference;
	if (status == IGDROM_OK)
		status = igdrom_vm_request_set(igdrom_setup_request(setup), "want", "output", NULL);
	if (status == IGDROM_OK)
		status = igdrom_setup_run(setup, NULL, NULL);
	igdrom_setup_free(setup);
	return status;
}

static void memory_may_run_out_anywhere(void **state)
{
	struct rig *rig = *state;

	fail_each(run_once, rig->root, MOST_TURNS, 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_is_answered_before_a_run, begin, end),
		cmocka_unit_test(null_is_answered_with_nothing),
		cmocka_unit_test_setup_teardown(what_cannot_be_given_is_refused, begin, end),
		cmocka_unit_test(this_machine_is_looked_at_without_a_root),
		cmocka_unit_test_setup_teardown(a_job_is_done_once, begin, end),
		cmocka_unit_test_setup_teardown(a_job_that_was_refused_can_be_mended, begin, end),
		cmocka_unit_test_setup_teardown(what_the_caller_says_wins_over_the_machine, begin,
						end),
		cmocka_unit_test_setup_teardown(memory_may_run_out_anywhere, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
