/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each allocation of a plan fails in turn, once alone and once with all that follow: the call says
 * IGDROM_E_NOMEM, hands nothing out and leaks nothing (the sanitizers look).
 */
#include "unit.h"

#include "vm_rig.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_failed_allocation_of_a_plan_is_told),
		cmocka_unit_test(every_failed_allocation_of_a_refusal_is_told),
		cmocka_unit_test(a_value_that_cannot_be_kept_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
