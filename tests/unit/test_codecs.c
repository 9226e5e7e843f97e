/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The decoders of foreign formats, on streams of make_streams.py. The address space is limited and
 * the allocations of the library are watched, so that a size that a stream claims cannot cost
 * memory.
 */
#include "unit/unit.h"

#include "compress/brotli.h"
#include "compress/lz4.h"
#include "compress/lzma.h"
#include "compress/zlib.h"

#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED
#endif

#define ANY_SIZE    ((size_t)2 << 30)
#define ZEROS_SIZE  ((size_t)10 << 20)
#define A_FEW       16
#define SMALL       ((size_t)64 << 10)
#define FILE_MAX    ((size_t)1 << 20)
#define ADDRESS_MAX ((size_t)512 << 20)
#define SKIPPED     77

static size_t largest; /* allocation of the library */
static bool left_out;
static size_t allocations, fail_at = SIZE_MAX;

void *__real_malloc(size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_realloc(void *old, size_t size);
int __real_posix_memalign(void **out, size_t alignment, size_t size);
int __wrap_posix_memalign(void **out, size_t alignment, size_t size);

static bool fails(void)
{
	return allocations++ == fail_at;
}

void *__wrap_malloc(size_t size)
{
	if (fails())
		return NULL;
	largest = size > largest ? size : largest;
	return __real_malloc(size);
}

void *__wrap_realloc(void *old, size_t size)
{
	if (fails())
		return NULL;
	largest = size > largest ? size : largest;
	return __real_realloc(old, size);
}

int __wrap_posix_memalign(void **out, size_t alignment, size_t size)
{
	if (fails())
		return ENOMEM;
	largest = size > largest ? size : largest;
	return __real_posix_memalign(out, alignment, size);
}

struct file {
	uint8_t *data;
	size_t size;
};

static struct file load(const char *name)
{
	struct file file = {.data = malloc(FILE_MAX)};
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", STREAMS, name);
	f = fopen(path, "rb");
	assert_non_null(f);
	assert_non_null(file.data);
	file.size = fread(file.data, 1, FILE_MAX, f);
	assert_true(feof(f));
	fclose(f);
	return file;
}

/* A copy that ends where the memory ends, for the sanitizers to see reads beyond it. */
static enum igdrom_status decode(decompressor *decompress, const uint8_t *data, size_t size,
				 size_t max_out, size_t *used, struct igdrom_bytes *out)
{
	uint8_t *copy = malloc(size ? size : 1);
	enum igdrom_status err;

	assert_non_null(copy);
	if (size)
		memcpy(copy, data, size);
	*used = 1;
	largest = 0;
	err = decompress(copy, size, max_out, used, out);
	free(copy);
	if (err != IGDROM_OK) {
		assert_null(out->data);
		assert_true(out->size == 0 || out->size - 1 <= max_out);
		assert_int_equal(*used, 0);
	}
	return err;
}

struct row {
	decompressor *decompress;
	const char *stream;
	const char *text; /* the file it decodes to; NULL: ZEROS_SIZE zeros */
};

static const struct row good[] = {
	{lzma_alone_decompress, "lzma-end-marker", "text"},
	{lzma_alone_decompress, "lzma-size-and-end-marker", "text"},
	{lzma_alone_decompress, "lzma-size", "text"},
	{lzma_alone_decompress, "lzma-large-dictionary", "text"},
	{lzma_alone_decompress, "lzma-large-dictionary-no-size", "text"},
	{lzma_alone_decompress, "x86-not-filtered", "code"},
	{lzma_x86_decompress, "x86-end-marker", "code"},
	{lzma_x86_decompress, "x86-size", "code"},
	{zlib_decompress, "zlib", "text"},
	{zlib_decompress, "zlib-stored", "text"},
	{gzip_decompress, "gzip", "text"},
	{gzip_decompress, "gzip-members", "text"},
	{brotli_decompress, "brotli-stored", "text"},
	{brotli_edk2_decompress, "brotli-edk2", "text"},
	{brotli_edk2_decompress, "brotli-edk2-size-wrong", "text"},
	{lz4_block_decompress, "lz4-block", "text"},
	{lz4_frame_decompress, "lz4-frame", "text"},
	{lz4_frame_decompress, "lz4-frame-size", "text"},
};

static const struct row bombs[] = {
	{lzma_alone_decompress, "lzma-zeros", NULL},
	{lzma_alone_decompress, "lzma-zeros-size", NULL},
	{lzma_x86_decompress, "lzma-zeros", NULL},
	{lzma_x86_decompress, "lzma-zeros-size", NULL},
	{zlib_decompress, "zlib-zeros", NULL},
	{gzip_decompress, "gzip-zeros", NULL},
	{brotli_decompress, "brotli-zeros", NULL},
	{brotli_edk2_decompress, "brotli-edk2-zeros", NULL},
	{lz4_block_decompress, "lz4-block-zeros", NULL},
};

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* A build may lack the library; then there is nothing to test but that it says so. */
static bool is_left_out(decompressor *decompress)
{
	struct igdrom_bytes out;
	size_t used;

	if (decode(decompress, NULL, 0, 0, &used, &out) != IGDROM_E_NOT_BUILT)
		return false;
	left_out = true;
	return true;
}

static void expect_error(decompressor *decompress, const char *stream, size_t max_out,
			 enum igdrom_status expected)
{
	struct file in = load(stream);
	struct igdrom_bytes out;
	size_t used;

	if (!is_left_out(decompress))
		assert_int_equal(decode(decompress, in.data, in.size, max_out, &used, &out),
				 expected);
	free(in.data);
}

static void streams_of_other_encoders_are_decoded(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct file in = load(good[i].stream), text = load(good[i].text);
		struct igdrom_bytes out = {0};
		size_t used;

		if (!is_left_out(good[i].decompress)) {
			assert_int_equal(
				decode(good[i].decompress, in.data, in.size, ANY_SIZE, &used, &out),
				IGDROM_OK);
			assert_int_equal(used, in.size);
			assert_int_equal(out.size, text.size);
			assert_memory_equal(out.data, text.data, text.size);
		}
		igdrom_bytes_free(&out);
		free(in.data);
		free(text.data);
	}
}

/* But for a raw block, which has no end. */
static void bytes_behind_a_stream_are_left_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct file in = load(good[i].stream), text = load(good[i].text);
		struct igdrom_bytes out = {0};
		size_t used;

		memset(in.data + in.size, 0xff, 100);
		if (good[i].decompress != lz4_block_decompress &&
		    !is_left_out(good[i].decompress)) {
			assert_int_equal(decode(good[i].decompress, in.data, in.size + 100,
						ANY_SIZE, &used, &out),
					 IGDROM_OK);
			assert_int_equal(used, in.size);
			assert_memory_equal(out.data, text.data, text.size);
		}
		igdrom_bytes_free(&out);
		free(in.data);
		free(text.data);
	}
}

static void every_prefix_is_truncated(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct file in = load(good[i].stream);
		size_t step = in.size > 3000 ? in.size / 1000 : 1, used;

		if (is_left_out(good[i].decompress))
			in.size = 0;
		for (size_t size = 0; size < in.size; size += step) {
			struct igdrom_bytes out;
			enum igdrom_status err =
				decode(good[i].decompress, in.data, size, ANY_SIZE, &used, &out);

			if (strcmp(good[i].stream, "gzip-members") == 0 && err == IGDROM_OK)
				assert_int_equal(out.size, 5000); /* a member is a stream */
			else if (good[i].decompress == lz4_block_decompress && err != IGDROM_OK)
				assert_true(err == IGDROM_E_TRUNCATED || err == IGDROM_E_CORRUPT);
			else if (good[i].decompress != lz4_block_decompress)
				assert_int_equal(err, IGDROM_E_TRUNCATED);
			igdrom_bytes_free(&out);
		}
		free(in.data);
	}
}

static void the_cap_is_exact(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct file in = load(good[i].stream), text = load(good[i].text);
		struct igdrom_bytes out = {0};
		size_t used;

		if (!is_left_out(good[i].decompress)) {
			assert_int_equal(decode(good[i].decompress, in.data, in.size, text.size,
						&used, &out),
					 IGDROM_OK);
			igdrom_bytes_free(&out);
			assert_int_equal(decode(good[i].decompress, in.data, in.size, text.size - 1,
						&used, &out),
					 IGDROM_E_LIMIT);
			assert_int_equal(
				decode(good[i].decompress, in.data, in.size, 0, &used, &out),
				IGDROM_E_LIMIT);
		}
		free(in.data);
		free(text.data);
	}
}

static void a_bomb_costs_no_more_memory_than_the_cap(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bombs); i++) {
		struct file in = load(bombs[i].stream);
		struct igdrom_bytes out;
		size_t used;

		if (!is_left_out(bombs[i].decompress)) {
			assert_int_equal(
				decode(bombs[i].decompress, in.data, in.size, SMALL, &used, &out),
				IGDROM_E_LIMIT);
			assert_true(largest <= SMALL + A_FEW);
			assert_int_equal(decode(bombs[i].decompress, in.data, in.size, ANY_SIZE,
						&used, &out),
					 IGDROM_OK);
			assert_int_equal(out.size, ZEROS_SIZE);
			assert_true(out.data[0] == 0 &&
				    memcmp(out.data, out.data + 1, out.size - 1) == 0);
			igdrom_bytes_free(&out);
		}
		free(in.data);
	}
}

/* 1 GiB out of 9,600 bytes is more than LZMA can do; 1 EiB out of 20,000 is not believed either. */
static void a_declared_size_is_not_allocated_blindly(void **state)
{
	struct file in = load("brotli-edk2-size-wrong");
	struct igdrom_bytes out;
	size_t used;

	(void)state;
	expect_error(lzma_alone_decompress, "lzma-claims-gigabyte", ANY_SIZE, IGDROM_E_TRUNCATED);
	assert_true(largest < (size_t)100 << 20);
	if (!is_left_out(brotli_edk2_decompress)) {
		assert_int_equal(
			decode(brotli_edk2_decompress, in.data, in.size, ANY_SIZE, &used, &out),
			IGDROM_OK);
		assert_true(largest < (size_t)10 << 20);
		igdrom_bytes_free(&out);
	}
	free(in.data);
}

/* Small output of LZMA is none of the rows: liblzma's decoder itself is larger. */
static void what_is_declared_exactly_is_allocated_exactly(void **state)
{
	static const struct row rows[] = {
		{lzma_alone_decompress, "lzma-zeros-size", NULL},
		{lzma_x86_decompress, "lzma-zeros-size", NULL},
		{lz4_frame_decompress, "lz4-frame-size", "text"},
		{brotli_edk2_decompress, "brotli-edk2", "text"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct file in = load(rows[i].stream);
		struct igdrom_bytes out = {0};
		size_t used;

		if (!is_left_out(rows[i].decompress)) {
			assert_int_equal(
				decode(rows[i].decompress, in.data, in.size, ANY_SIZE, &used, &out),
				IGDROM_OK);
			assert_int_equal(largest, out.size);
		}
		igdrom_bytes_free(&out);
		free(in.data);
	}
}

/* Giving back what was too much may fail: then nothing is given back. */
static void without_memory_it_says_so(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct file in = load(good[i].stream), text = load(good[i].text);
		size_t used, failed = 0;

		for (size_t n = 0; !is_left_out(good[i].decompress); n++) {
			struct igdrom_bytes out;
			enum igdrom_status err;

			allocations = 0;
			fail_at = n;
			err = good[i].decompress(in.data, in.size, text.size, &used, &out);
			fail_at = SIZE_MAX;
			failed += err == IGDROM_E_NOMEM;
			if (err == IGDROM_E_NOMEM) {
				assert_null(out.data);
			} else {
				assert_int_equal(err, IGDROM_OK);
				assert_int_equal(out.size, text.size);
				assert_memory_equal(out.data, text.data, text.size);
			}
			igdrom_bytes_free(&out);
			if (allocations <= n)
				break;
		}
		assert_true(failed > 0 || is_left_out(good[i].decompress));
		free(in.data);
		free(text.data);
	}
}

static void bad_streams_say_what_is_wrong(void **state)
{
	static const struct {
		decompressor *decompress;
		const char *stream;
		enum igdrom_status expected;
	} rows[] = {
		{lzma_alone_decompress, "lzma-size-too-large", IGDROM_E_TRUNCATED},
		{lzma_alone_decompress, "lzma-properties", IGDROM_E_CORRUPT},
		{lzma_alone_decompress, "lzma-lc-lp", IGDROM_E_UNSUPPORTED},
		{lzma_alone_decompress, "lzma-first-byte", IGDROM_E_CORRUPT},
		{lzma_x86_decompress, "lzma-first-byte", IGDROM_E_CORRUPT},
		{zlib_decompress, "zlib-dictionary", IGDROM_E_UNSUPPORTED},
		{zlib_decompress, "gzip", IGDROM_E_CORRUPT},
		{gzip_decompress, "zlib", IGDROM_E_CORRUPT},
		{brotli_decompress, "brotli-edk2", IGDROM_E_CORRUPT},
		{brotli_edk2_decompress, "text", IGDROM_E_CORRUPT},
		{lz4_block_decompress, "text", IGDROM_E_CORRUPT},
		{lz4_frame_decompress, "lz4-block", IGDROM_E_CORRUPT},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		expect_error(rows[i].decompress, rows[i].stream, ANY_SIZE, rows[i].expected);
	}
}

static void an_empty_stream_decodes_to_nothing(void **state)
{
	static const uint8_t gzip_empty[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3,
					     3,    0,    0, 0, 0, 0, 0, 0, 0, 0};
	static const uint8_t brotli_empty[] = {6}, block_empty[] = {0};
	struct file lzma = load("lzma-empty");
	const struct {
		decompressor *decompress;
		const uint8_t *data;
		size_t size;
	} rows[] = {
		{lzma_alone_decompress, lzma.data, lzma.size},
		{gzip_decompress, gzip_empty, sizeof(gzip_empty)},
		{brotli_decompress, brotli_empty, sizeof(brotli_empty)},
		{lz4_block_decompress, block_empty, sizeof(block_empty)},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct igdrom_bytes out;
		size_t used;

		if (is_left_out(rows[i].decompress))
			continue;
		assert_int_equal(
			decode(rows[i].decompress, rows[i].data, rows[i].size, 0, &used, &out),
			IGDROM_OK);
		assert_int_equal(used, rows[i].size);
		assert_null(out.data);
		assert_int_equal(out.size, 0);
	}
	free(lzma.data);
}

/* RFC 1950 and RFC 1952 end with a checksum of the text. */
static void a_wrong_checksum_is_corrupt(void **state)
{
	static const struct row rows[] = {{zlib_decompress, "zlib", "text"},
					  {gzip_decompress, "gzip", "text"}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct file in = load(rows[i].stream);
		size_t used, at = in.size - (rows[i].decompress == gzip_decompress ? 8 : 4);
		struct igdrom_bytes out;

		in.data[at] ^= 1;
		if (!is_left_out(rows[i].decompress))
			assert_int_equal(
				decode(rows[i].decompress, in.data, in.size, ANY_SIZE, &used, &out),
				IGDROM_E_CORRUPT);
		free(in.data);
	}
}

/* Blocks by hand: token, literals, distance, lengths (LZ4 block format description). */
static void lz4_blocks_by_hand(void **state)
{
	static const struct {
		uint8_t block[16];
		size_t size;
		enum igdrom_status expected;
		const char *text;
	} rows[] = {
		{{0x30, 'a', 'b', 'c'}, 4, IGDROM_OK, "abc"},
		{{0x12, 'a', 1, 0, 0x50, 'b', 'c', 'd', 'e', 'f'}, 10, IGDROM_OK, "aaaaaaabcdef"},
		{{0x30, 'a', 'b'}, 3, IGDROM_E_TRUNCATED, NULL},
		{{0x12, 'a', 1}, 3, IGDROM_E_TRUNCATED, NULL},
		{{0x12, 'a', 1, 0}, 4, IGDROM_E_TRUNCATED, NULL},
		{{0xf0, 0xff, 0xff}, 3, IGDROM_E_TRUNCATED, NULL},
		{{0x12, 'a', 2, 0, 0x50, 'b', 'c', 'd', 'e', 'f'}, 10, IGDROM_E_CORRUPT, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows) && !is_left_out(lz4_block_decompress); i++) {
		struct igdrom_bytes out;
		size_t used;

		assert_int_equal(decode(lz4_block_decompress, rows[i].block, rows[i].size, ANY_SIZE,
					&used, &out),
				 rows[i].expected);
		if (!rows[i].text)
			continue;
		assert_int_equal(out.size, strlen(rows[i].text));
		assert_memory_equal(out.data, rows[i].text, out.size);
		igdrom_bytes_free(&out);
	}
}

/* The stream that Brotli's own command makes of "a" 1000 times. */
static void brotli_decodes_what_its_command_makes(void **state)
{
	struct file in = load("brotli-a");
	struct igdrom_bytes out = {0};
	size_t used;

	(void)state;
	if (!is_left_out(brotli_decompress)) {
		assert_int_equal(decode(brotli_decompress, in.data, in.size, ANY_SIZE, &used, &out),
				 IGDROM_OK);
		assert_int_equal(out.size, 1000);
		assert_true(out.data[0] == 'a' && memcmp(out.data, out.data + 1, 999) == 0);
	}
	igdrom_bytes_free(&out);
	free(in.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams_of_other_encoders_are_decoded),
		cmocka_unit_test(bytes_behind_a_stream_are_left_alone),
		cmocka_unit_test(every_prefix_is_truncated),
		cmocka_unit_test(the_cap_is_exact),
		cmocka_unit_test(a_bomb_costs_no_more_memory_than_the_cap),
		cmocka_unit_test(a_declared_size_is_not_allocated_blindly),
		cmocka_unit_test(what_is_declared_exactly_is_allocated_exactly),
		cmocka_unit_test(without_memory_it_says_so),
		cmocka_unit_test(bad_streams_say_what_is_wrong),
		cmocka_unit_test(an_empty_stream_decodes_to_nothing),
		cmocka_unit_test(a_wrong_checksum_is_corrupt),
		cmocka_unit_test(lz4_blocks_by_hand),
		cmocka_unit_test(brotli_decodes_what_its_command_makes),
	};
	int failed;

#ifndef SANITIZED
	const struct rlimit limit = {.rlim_cur = ADDRESS_MAX, .rlim_max = ADDRESS_MAX};

	if (setrlimit(RLIMIT_AS, &limit) != 0)
		return 1;
#endif
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	if (failed == 0 && left_out) {
		puts("Not all codecs are built in: configure with IGDROM_LZMA, IGDROM_ZLIB, "
		     "IGDROM_BROTLI and IGDROM_LZ4 to test them all.");
		return getenv("IGDROM_NO_SKIP") ? 1 : SKIPPED;
	}
	return failed;
}
