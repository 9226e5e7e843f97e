/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Encoders that write a stream in the place of another one of make_streams.py: without memory, and
 * canceled. What they write is read by other tools in tests/firmware/test_recompress.py.
 */
#include "unit/unit.h"

#include "compress/brotli.h"
#include "compress/lzma.h"
#include "compress/uefi.h"
#include "compress/zlib.h"

#include <errno.h>
#include <stdio.h>

#define FILE_MAX   ((size_t)1 << 20)
#define PLAIN_SIZE (5 * PACE_BYTES / 2)
#define NEVER      SIZE_MAX
#define SKIPPED    77

static size_t allocations, fail_at = NEVER;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
int __real_posix_memalign(void **out, size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
int __wrap_posix_memalign(void **out, size_t alignment, size_t size);

void *__wrap_malloc(size_t size)
{
	return allocations++ == fail_at ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return allocations++ == fail_at ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return allocations++ == fail_at ? NULL : __real_realloc(old, size);
}

int __wrap_posix_memalign(void **out, size_t alignment, size_t size)
{
	return allocations++ == fail_at ? ENOMEM : __real_posix_memalign(out, alignment, size);
}

static enum igdrom_status compress_tiano(struct igdrom_bytes data, struct igdrom_bytes like,
					 const struct pace *pace, struct igdrom_bytes *out)
{
	(void)like;
	return uefi_compress_paced(UEFI_TIANO, data.data, data.size, pace, out);
}

static const struct row {
	compressor *compress;
	const char *like;
} rows[] = {
	{lzma_alone_compress, "lzma-size"},
	{lzma_x86_compress, "x86-size"},
	{zlib_compress, "zlib"},
	{gzip_compress, "gzip-members"},
	{brotli_edk2_compress, "brotli-edk2"},
	{compress_tiano, "text"},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static bool left_out;

static struct igdrom_bytes load(const char *name)
{
	uint8_t *data = malloc(FILE_MAX);
	struct igdrom_bytes out = {data, 0};
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", STREAMS, name);
	f = fopen(path, "rb");
	assert_non_null(f);
	assert_non_null(data);
	out.size = fread(data, 1, FILE_MAX, f);
	assert_true(out.size && feof(f));
	fclose(f);
	return out;
}

/* Text, over and over with a number in between. */
static struct igdrom_bytes plain(void)
{
	struct igdrom_bytes text = load("text");
	uint8_t *data = malloc(PLAIN_SIZE);

	assert_non_null(data);
	for (size_t i = 0; i < PLAIN_SIZE; i++)
		data[i] = i % text.size % 500 ? text.data[i % text.size] : (uint8_t)(i >> 9);
	igdrom_bytes_free(&text);
	return (struct igdrom_bytes){data, PLAIN_SIZE};
}

static bool is_left_out(compressor *compress)
{
	struct igdrom_bytes none = {0}, out;
	bool is = compress(none, none, NULL, &out) == IGDROM_E_NOT_BUILT;

	assert_null(is ? out.data : NULL);
	igdrom_bytes_free(&out);
	left_out = left_out || is;
	return is;
}

static void every_failed_allocation_is_told(void **state)
{
	struct igdrom_bytes data = plain(), out;

	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		struct igdrom_bytes like = load(rows[i].like);
		enum igdrom_status status;
		size_t count;

		if (!is_left_out(rows[i].compress)) {
			allocations = 0;
			status = rows[i].compress(data, like, NULL, &out);
			count = allocations;
			assert_int_equal(status, IGDROM_OK);
			igdrom_bytes_free(&out);
			assert_in_range(count, 3, 1000);
			for (size_t n = 0; n < count; n++) {
				allocations = 0;
				fail_at = n;
				status = rows[i].compress(data, like, NULL, &out);
				fail_at = NEVER;
				/* The last one only gives back what is not needed. */
				if (status == IGDROM_OK && n + 1 == count)
					igdrom_bytes_free(&out);
				else
					assert_int_equal(status, IGDROM_E_NOMEM);
				assert_null(out.data);
			}
		}
		igdrom_bytes_free(&like);
	}
	igdrom_bytes_free(&data);
}

#define BEFORE 1000

struct told {
	size_t count, cancel_at;
	uint64_t last;
};

static bool tell(void *user, uint64_t done, uint64_t total)
{
	struct told *told = user;

	assert_int_equal(total, BEFORE + PLAIN_SIZE);
	assert_in_range(done, told->count ? told->last : BEFORE, total);
	/* In steps of at most two: an encoder may take larger pieces than it is given. */
	assert_true(!told->count || done - told->last <= 2 * PACE_BYTES);
	told->last = done;
	return ++told->count != told->cancel_at;
}

static void each_tells_how_far_it_is_and_can_be_canceled(void **state)
{
	struct igdrom_limits *limits;
	struct igdrom_bytes data = plain(), out;
	struct told told;

	(void)state;
	assert_int_equal(igdrom_limits_new(&limits), IGDROM_OK);
	assert_int_equal(igdrom_limits_set_progress(limits, tell, &told), IGDROM_OK);
	for (size_t i = 0; i < ROWS; i++) {
		const struct pace pace = {limits, BEFORE, BEFORE + PLAIN_SIZE};
		struct igdrom_bytes like = load(rows[i].like);
		size_t count;

		if (!is_left_out(rows[i].compress)) {
			told = (struct told){0};
			assert_int_equal(rows[i].compress(data, like, &pace, &out), IGDROM_OK);
			igdrom_bytes_free(&out);
			count = told.count;
			assert_in_range(count, PLAIN_SIZE / PACE_BYTES, 100);
			for (size_t n = 1; n <= count; n++) {
				told = (struct told){.cancel_at = n};
				assert_int_equal(rows[i].compress(data, like, &pace, &out),
						 IGDROM_E_CANCELED);
				assert_null(out.data);
				assert_int_equal(told.count, n);
			}
		}
		igdrom_bytes_free(&like);
	}
	igdrom_limits_free(limits);
	igdrom_bytes_free(&data);
}

static void whoever_is_told_changes_nothing(void **state)
{
	struct igdrom_bytes data = plain(), out, again;

	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		const struct pace pace = {NULL, 0, PLAIN_SIZE};
		struct igdrom_bytes like = load(rows[i].like);

		if (!is_left_out(rows[i].compress)) {
			assert_int_equal(rows[i].compress(data, like, &pace, &out), IGDROM_OK);
			assert_int_equal(rows[i].compress(data, like, NULL, &again), IGDROM_OK);
			assert_int_equal(out.size, again.size);
			assert_memory_equal(out.data, again.data, out.size);
			igdrom_bytes_free(&out);
			igdrom_bytes_free(&again);
		}
		igdrom_bytes_free(&like);
	}
	igdrom_bytes_free(&data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_failed_allocation_is_told),
		cmocka_unit_test(each_tells_how_far_it_is_and_can_be_canceled),
		cmocka_unit_test(whoever_is_told_changes_nothing),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	if (failed == 0 && left_out) {
		puts("Not all codecs are built in: configure with IGDROM_LZMA, IGDROM_ZLIB, "
		     "IGDROM_BROTLI and IGDROM_BROTLI_ENCODER to test them all.");
		return getenv("IGDROM_NO_SKIP") ? 1 : SKIPPED;
	}
	return failed;
}
