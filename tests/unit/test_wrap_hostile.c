/* SPDX-License-Identifier: BSD-2-Clause */
/* Damaged packages, and no memory. */
#include "unit/package_files.h"

#define SWEEP_STEPS      600
#define HEADER_MAX       700 /* the stub of an executable and what follows */
#define MOST_ALLOCATIONS 400

static size_t allocations_left; /* the last of them fails; 0: none does */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

/* libarchive asks for what a damaged archive says, and lives with a refusal. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static bool fails(void)
{
	return allocations_left != 0 && --allocations_left == 0;
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

static const char *const all[] = {
	"ucp",           "upc",          "pfat",
	"pfat-nested",   "pfs-volume",   "pfs-exe",
	"pfs-blocks",    "iflash",       "inverted",
	"zip",           "7z",           "7z-lzma",
	"rar4",          "rar5",         "cab",
	"tar",           "iso",          "tar-gz",
	"zip-in-exe",    "7z-in-exe",    "rotated",
	"rar5-in-exe",   "zip-names",    "deep",
	"zip-encrypted", "7z-encrypted", "two-cabs-in-exe",
	"pfat-in-exe",
};

/* In a buffer of exactly that size, for the sanitizers. */
static void survive(const uint8_t *data, size_t size)
{
	struct file file = {malloc(size ? size : 1), size};
	struct wrap_parts parts;

	assert_non_null(file.data);
	memcpy(file.data, data, size);
	if (unpack(file, &parts) == IGDROM_OK)
		assert_true(parts.count > 0);
	else
		assert_int_equal(parts.count, 0);
	wrap_parts_free(&parts);
	free(file.data);
	forget_findings();
}

static void survives_every_prefix(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct file file = load(all[i]);
		size_t step = file.size / SWEEP_STEPS + 1;

		for (size_t n = 0; n < file.size; n += n < HEADER_MAX ? 1 : step)
			survive(file.data, n);
		for (size_t n = file.size - file.size % 64; n < file.size; n++)
			survive(file.data, n);
		free(file.data);
	}
}

static void survives_every_flipped_byte_of_headers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct file file = load(all[i]);

		for (size_t n = 0; n < file.size && n < HEADER_MAX; n++) {
			file.data[n] ^= 0xff;
			survive(file.data, file.size);
			file.data[n] ^= 0xff;
		}
		for (size_t n = file.size > 300 ? file.size - 300 : 0; n < file.size; n++) {
			file.data[n] ^= 0x81;
			survive(file.data, file.size);
			file.data[n] ^= 0x81;
		}
		free(file.data);
	}
}

static void gives_everything_back_when_memory_runs_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct file file = load(all[i]);

		for (size_t n = 1; n < MOST_ALLOCATIONS; n++) {
			struct wrap_parts parts;
			enum igdrom_status status;

			allocations_left = n;
			status = unpack(file, &parts);
			assert_true((status == IGDROM_OK) == (parts.count > 0));
			wrap_parts_free(&parts);
			if (allocations_left != 0)
				break;
			forget_findings();
			assert_true(n + 1 < MOST_ALLOCATIONS);
		}
		allocations_left = 0;
		free(file.data);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(survives_every_prefix),
		TEST(survives_every_flipped_byte_of_headers),
		TEST(gives_everything_back_when_memory_runs_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
