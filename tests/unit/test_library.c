/* SPDX-License-Identifier: BSD-2-Clause */
/* Loading a library that is there (libmd, which this program is linked to anyway), and ones that are
 * not what they should be. */
#include "unit/unit.h"

#include "core/library.h"

#include <pthread.h>

#define THREADS 8

struct table {
	void (*start)(void);
	void (*add)(void);
};

static const struct library_function digests[] = {
	{"SHA256Init", offsetof(struct table, start)},
	{"SHA256Update", offsetof(struct table, add)},
};

static const struct library_function unknown[] = {
	{"SHA256Init", offsetof(struct table, start)},
	{"SHA256Forget", offsetof(struct table, add)},
};

static void what_is_not_installed_is_not_loaded(void **state)
{
	struct table table = {0};
	struct library library = {
		"libigdrom-none.so.1", digests, sizeof(digests) / sizeof(digests[0]), &table, 0, 0};

	(void)state;
	assert_false(library_load(&library));
	assert_false(library_load(&library));
	assert_null(table.start);
}

static void a_library_without_one_of_the_functions_is_not_used(void **state)
{
	struct table table = {0};
	struct library library = {"libmd.so.0", unknown, sizeof(unknown) / sizeof(unknown[0]),
				  &table,       0,       0};

	(void)state;
	assert_false(library_load(&library));
	assert_false(library_load(&library));
}

static struct table shared;
static struct library shared_library = {"libmd.so.0", digests, sizeof(digests) / sizeof(digests[0]),
					&shared,      0,       0};

static void *load_and_look(void *good)
{
	*(bool *)good = library_load(&shared_library) && shared.start && shared.add &&
			shared.start != shared.add;
	return NULL;
}

static void threads_that_load_at_once_all_get_all_functions(void **state)
{
	pthread_t threads[THREADS];
	bool good[THREADS] = {0};

	(void)state;
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, load_and_look, &good[i]), 0);
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_true(good[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_installed_is_not_loaded),
		cmocka_unit_test(a_library_without_one_of_the_functions_is_not_used),
		cmocka_unit_test(threads_that_load_at_once_all_get_all_functions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
