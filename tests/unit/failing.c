/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/failing.h"

#define NEVER SIZE_MAX

static size_t allocations, fail_at = NEVER;
static bool fail_on; /* all that follow fail too */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);

static bool fails(void)
{
	size_t turn = allocations++;

	return fail_at != NEVER && (turn == fail_at || (fail_on && turn > fail_at));
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

char *__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

static enum igdrom_status run(failing_job *job, void *context, size_t turn, bool on)
{
	enum igdrom_status status;

	allocations = 0;
	fail_at = turn;
	fail_on = on;
	status = job(context, turn == NEVER);
	fail_at = NEVER;
	return status;
}

static void sweep(failing_job *job, void *context, size_t most, size_t least, bool told)
{
	size_t count, step;

	assert_int_equal(run(job, context, NEVER, false), IGDROM_OK);
	count = allocations;
	step = most && count > most ? count / most : 1;
	assert_true(count >= least);
	for (size_t turn = 0; turn < count; turn += step) {
		for (int on = 0; on < 2; on++) {
			enum igdrom_status status = run(job, context, turn, on);

			if (status != IGDROM_E_NOMEM && (told || status != IGDROM_OK))
				fail_msg("allocation %zu of %zu%s: %s", turn, count,
					 on ? " and all that follow" : "", igdrom_strerror(status));
		}
	}
}

void fail_each(failing_job *job, void *context, size_t most, size_t least)
{
	sweep(job, context, most, least, false);
}

void fail_each_told(failing_job *job, void *context, size_t least)
{
	sweep(job, context, 0, least, true);
}
