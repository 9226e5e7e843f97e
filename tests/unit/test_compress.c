/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/unit.h"

#include "compress/uefi.h"
#include "core/builder.h"

#define ANY_SIZE ((size_t)1 << 30)

/*
 * Streams written by hand, field by field in the order of UEFI 2.10 section 19.2.2: a string of
 * 0 and 1, blanks for the reader. The header is made from `original` and the number of bits.
 */
static struct igdrom_bytes stream(uint32_t original, const char *bits)
{
	struct build b = build_new(ANY_SIZE);
	struct igdrom_bytes out;
	unsigned byte = 0, count = 0;

	build_u32le(&b, 0);
	build_u32le(&b, original);
	for (; *bits || count % 8; bits += *bits ? 1 : 0) {
		if (*bits == ' ')
			continue;
		byte = byte << 1 | (*bits == '1');
		if (++count % 8 == 0)
			build_u8(&b, (uint8_t)byte);
	}
	build_patch_u32le(&b, 0, (uint32_t)(b.size - 8));
	assert_int_equal(build_finish(&b, &out), IGDROM_OK);
	return out;
}

static enum igdrom_status decode(enum uefi_variant variant, struct igdrom_bytes in,
				 struct igdrom_bytes *out)
{
	size_t used = 1;
	enum igdrom_status err = uefi_decompress(variant, in.data, in.size, ANY_SIZE, &used, out);

	assert_int_equal(used, err == IGDROM_OK ? in.size : 0);
	if (err != IGDROM_OK)
		assert_null(out->data);
	return err;
}

static void expect_text(enum uefi_variant variant, const char *bits, const char *text)
{
	struct igdrom_bytes in = stream((uint32_t)strlen(text), bits), out;

	assert_int_equal(decode(variant, in, &out), IGDROM_OK);
	assert_int_equal(out.size, strlen(text));
	assert_memory_equal(out.data, text, out.size);
	igdrom_bytes_free(&in);
	igdrom_bytes_free(&out);
}

static void expect_error(uint32_t original, const char *bits, enum igdrom_status expected)
{
	struct igdrom_bytes in = stream(original, bits), out;

	assert_int_equal(decode(UEFI_EFI11, in, &out), expected);
	igdrom_bytes_free(&in);
}

/* Number of symbols of a block. */
#define SYMBOLS_1 "0000000000000001 "
#define SYMBOLS_2 "0000000000000010 "
#define SYMBOLS_4 "0000000000000100 "
/* Number of lengths 0, then the only symbol, which takes no bits. */
#define EXTRA_ONLY_0          "00000 00000 "
#define CHAR_LEN_ONLY_A       "000000000 001000001 "
#define POSITION_ONLY_0       "0000 0000 "
#define POSITION_ONLY_2       "0000 0010 "
#define TIANO_POSITION_ONLY_0 "00000 00000 "
/*
 * Extra Set with 4 lengths 0 0 1 1: its symbol 2 (many zeros) is code 0, its symbol 3 (length 1) is
 * code 1. Behind the third length stands the number of zero lengths to skip: 0.
 */
#define EXTRA_2_3 "00100 000 000 001 00 001 "
/* 67 lengths: 20 + 45 zeros (0 to 64), then 1 for 'A' and 1 for 'B'. */
#define CHAR_LEN_A_B "001000011 0 000101101 1 1 "
/* 257 lengths: 20 + 45 zeros, 1 for 'A', 20 + 170 zeros (66 to 255), 1 for the match of 3. */
#define CHAR_LEN_A_MATCH "100000001 0 000101101 1 0 010101010 1 "

static void a_code_of_one_symbol_takes_no_bits(void **state)
{
	(void)state;
	expect_text(UEFI_EFI11, SYMBOLS_1 EXTRA_ONLY_0 CHAR_LEN_ONLY_A POSITION_ONLY_0, "A");
	expect_text(UEFI_EFI11, SYMBOLS_4 EXTRA_ONLY_0 CHAR_LEN_ONLY_A POSITION_ONLY_0, "AAAA");
}

static void codes_are_given_by_length_then_symbol(void **state)
{
	(void)state;
	expect_text(UEFI_EFI11, SYMBOLS_4 EXTRA_2_3 CHAR_LEN_A_B POSITION_ONLY_0 "0 1 1 0", "ABBA");
}

static void tiano_writes_positions_in_5_bits(void **state)
{
	(void)state;
	expect_text(UEFI_TIANO, SYMBOLS_4 EXTRA_2_3 CHAR_LEN_A_B TIANO_POSITION_ONLY_0 "0 1 1 0",
		    "ABBA");
}

static void a_match_may_overlap_itself(void **state)
{
	(void)state;
	expect_text(UEFI_EFI11, SYMBOLS_2 EXTRA_2_3 CHAR_LEN_A_MATCH POSITION_ONLY_0 "0 1", "AAAA");
}

static void a_match_ends_with_the_output(void **state)
{
	(void)state;
	expect_text(UEFI_EFI11, SYMBOLS_2 EXTRA_2_3 CHAR_LEN_A_MATCH POSITION_ONLY_0 "0 1", "AAA");
}

/*
 * Extra Set 0 0 1, skip 1, so symbol 4 (length 2) is the other one with length 1; symbol 2 is 0,
 * symbol 4 is 1. Char&Len: 20 + 45 zeros, 2 for 'A', 'B', 'C', 20 + 168 zeros (68 to 255), 2 for the
 * match of 3. Position symbol 2 has one more bit: 0 for distance 3, 1 for distance 4.
 */
#define EXTRA_2_4          "00101 000 000 001 01 001 "
#define CHAR_LEN_ABC_MATCH "100000001 0 000101101 1 1 1 0 010101000 1 "

static void a_position_has_extra_bits(void **state)
{
	(void)state;
	expect_text(UEFI_EFI11,
		    SYMBOLS_4 EXTRA_2_4 CHAR_LEN_ABC_MATCH POSITION_ONLY_2 "00 01 10 11 0",
		    "ABCABC");
	expect_error(6, SYMBOLS_4 EXTRA_2_4 CHAR_LEN_ABC_MATCH POSITION_ONLY_2 "00 01 10 11 1",
		     IGDROM_E_CORRUPT); /* distance 4 of 3 */
}

/* Position lengths 2 2 1: symbol 2 is code 0, symbols 0 and 1 are 10 and 11. */
static void a_position_code_is_read(void **state)
{
	(void)state;
	expect_text(UEFI_EFI11,
		    SYMBOLS_4 EXTRA_2_4 CHAR_LEN_ABC_MATCH "0011 010 010 001 00 01 11 11",
		    "ABABA"); /* A, B, match at distance 2 */
	expect_text(UEFI_EFI11,
		    SYMBOLS_4 EXTRA_2_4 CHAR_LEN_ABC_MATCH "0011 010 010 001 00 01 10 11 0 0",
		    "ABCABC");
}

static void blocks_follow_each_other(void **state)
{
	(void)state;
	expect_text(UEFI_EFI11,
		    SYMBOLS_1 EXTRA_ONLY_0 CHAR_LEN_ONLY_A POSITION_ONLY_0 SYMBOLS_4 EXTRA_2_3
			    CHAR_LEN_A_B POSITION_ONLY_0 "1 1 0 1",
		    "ABBAB");
}

/* Lengths 1 2 3 4 5 6 7 7: from 7 on, three ones, more ones, a zero. No symbol of it is used. */
static void long_lengths_are_unary(void **state)
{
	(void)state;
	expect_text(UEFI_EFI11,
		    SYMBOLS_1
		    "01000 001 010 011 00 100 101 110 1110 1110 " CHAR_LEN_ONLY_A POSITION_ONLY_0,
		    "A");
	expect_error(1,
		     SYMBOLS_1
		     "01000 001 010 011 00 100 101 110 1110 11110 " CHAR_LEN_ONLY_A POSITION_ONLY_0,
		     IGDROM_E_CORRUPT); /* 1 + ... + 1/128 + 1/256: a hole */
	expect_error(1, SYMBOLS_1 "00001 11111111111110 " CHAR_LEN_ONLY_A POSITION_ONLY_0,
		     IGDROM_E_CORRUPT); /* length 17 */
}

/* 16 bits cannot say 65536, EDK2's decoder takes 0 for it. */
static void a_block_of_0_symbols_has_65536(void **state)
{
	struct igdrom_bytes in = stream(65537, "0000000000000000 " EXTRA_ONLY_0 CHAR_LEN_ONLY_A
						       POSITION_ONLY_0 SYMBOLS_1 EXTRA_ONLY_0
					       "000000000 001000010 " POSITION_ONLY_0);
	struct igdrom_bytes out;

	(void)state;
	assert_int_equal(decode(UEFI_EFI11, in, &out), IGDROM_OK);
	assert_int_equal(out.size, 65537);
	assert_int_equal(out.data[65535], 'A');
	assert_int_equal(out.data[65536], 'B');
	igdrom_bytes_free(&in);
	igdrom_bytes_free(&out);
}

static void rejects_codes_that_are_not_complete(void **state)
{
	(void)state;
	/* Extra Set: one length 1, then three. */
	expect_error(1, SYMBOLS_1 "00001 001 " CHAR_LEN_ONLY_A POSITION_ONLY_0, IGDROM_E_CORRUPT);
	expect_error(1, SYMBOLS_1 "00011 001 001 001 00 " CHAR_LEN_ONLY_A POSITION_ONLY_0,
		     IGDROM_E_CORRUPT);
	/* Char&Len Set: only 'A' has a length (66 of them), then 'A', 'B' and 'C'. */
	expect_error(1, SYMBOLS_1 EXTRA_2_3 "001000010 0 000101101 1 " POSITION_ONLY_0 "0",
		     IGDROM_E_CORRUPT);
	expect_error(1, SYMBOLS_1 EXTRA_2_3 "001000100 0 000101101 1 1 1 " POSITION_ONLY_0 "0",
		     IGDROM_E_CORRUPT);
	/* Position Set: one length 1, then three. */
	expect_error(1, SYMBOLS_1 EXTRA_ONLY_0 CHAR_LEN_ONLY_A "0001 001 ", IGDROM_E_CORRUPT);
	expect_error(1, SYMBOLS_1 EXTRA_ONLY_0 CHAR_LEN_ONLY_A "0011 001 001 001 ",
		     IGDROM_E_CORRUPT);
}

static void rejects_symbols_outside_their_set(void **state)
{
	(void)state;
	expect_error(1, SYMBOLS_1 EXTRA_ONLY_0 "000000000 111111110 " POSITION_ONLY_0,
		     IGDROM_E_CORRUPT); /* 510 */
	expect_error(1, SYMBOLS_1 "00000 10011 000000001 " POSITION_ONLY_0 "0",
		     IGDROM_E_CORRUPT); /* 19 of the Extra Set, used */
	expect_text(UEFI_EFI11, SYMBOLS_1 "00000 10011 " CHAR_LEN_ONLY_A POSITION_ONLY_0,
		    "A"); /* not used */
}

static void an_empty_position_code_is_good_until_used(void **state)
{
	(void)state;
	expect_text(UEFI_EFI11, SYMBOLS_2 EXTRA_2_3 CHAR_LEN_A_B "0001 000 0 1", "AB");
	expect_error(4, SYMBOLS_2 EXTRA_2_3 CHAR_LEN_A_MATCH "0001 000 0 1", IGDROM_E_CORRUPT);
}

static void rejects_a_match_before_the_start(void **state)
{
	(void)state;
	expect_error(3, SYMBOLS_1 EXTRA_2_3 CHAR_LEN_A_MATCH POSITION_ONLY_0 "1", IGDROM_E_CORRUPT);
}

static void rejects_an_end_amid_the_symbols(void **state)
{
	(void)state;
	/* Four symbols, then nothing; zeros would go on with "AAAA...". */
	expect_error(40, SYMBOLS_4 EXTRA_2_3 CHAR_LEN_A_B POSITION_ONLY_0 "0 1 1 0",
		     IGDROM_E_TRUNCATED);
}

static void size_of_the_output_is_bounded_before_decoding(void **state)
{
	struct igdrom_bytes in = stream(4, SYMBOLS_4 EXTRA_ONLY_0 CHAR_LEN_ONLY_A POSITION_ONLY_0);
	struct igdrom_bytes huge = stream(UINT32_MAX, "1111");
	struct igdrom_bytes out;
	size_t used;

	(void)state;
	assert_int_equal(uefi_decompress(UEFI_EFI11, in.data, in.size, 3, &used, &out),
			 IGDROM_E_LIMIT);
	assert_int_equal(uefi_decompress(UEFI_EFI11, in.data, in.size, 4, &used, &out), IGDROM_OK);
	igdrom_bytes_free(&out);
	assert_int_equal(decode(UEFI_EFI11, huge, &out), IGDROM_E_LIMIT);
	igdrom_bytes_free(&in);
	igdrom_bytes_free(&huge);
}

static void bytes_behind_the_stream_are_left_alone(void **state)
{
	const uint8_t empty[] = {2, 0, 0, 0, 0, 0, 0, 0, 0xaa, 0xbb, 0xcc, 0xdd};
	struct igdrom_bytes out;
	size_t used = 0;
	uint32_t original = 1;

	(void)state;
	assert_int_equal(uefi_decompress(UEFI_EFI11, empty, sizeof(empty), 0, &used, &out),
			 IGDROM_OK);
	assert_int_equal(used, 10);
	assert_int_equal(out.size, 0);
	assert_int_equal(uefi_original_size(empty, sizeof(empty), &original), IGDROM_OK);
	assert_int_equal(original, 0);
	assert_int_equal(uefi_original_size(empty, 7, &original), IGDROM_E_TRUNCATED);
	assert_int_equal(uefi_decompress(UEFI_EFI11, empty, 9, 0, NULL, &out), IGDROM_E_TRUNCATED);
	assert_int_equal(uefi_decompress(UEFI_EFI11, NULL, 0, 0, NULL, &out), IGDROM_E_TRUNCATED);
}

/* A small generator of our own, so that the data is the same everywhere. */
static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * UINT32_C(1664525) + UINT32_C(1013904223);
	return *seed >> 8;
}

static void fill_random(uint8_t *p, size_t size)
{
	uint32_t seed = 1;

	for (size_t i = 0; i < size; i++)
		p[i] = (uint8_t)next_random(&seed);
}

static void fill_equal(uint8_t *p, size_t size)
{
	memset(p, 0xcc, size);
}

/* Words of a small vocabulary. */
static void fill_text(uint8_t *p, size_t size)
{
	static const char *const word[] = {"display ", "the ", "of ",   "memory ", "a ",
					   "stolen ",  "and ", "port ", "\n",      "table "};
	uint32_t seed = 2;

	for (size_t i = 0; i < size;) {
		for (const char *w = word[next_random(&seed) % 10]; *w && i < size; w++)
			p[i++] = (uint8_t)*w;
	}
}

/* What machine code looks like to a compressor: frequent opcodes, small numbers, zeros, noise. */
static void fill_code(uint8_t *p, size_t size)
{
	static const uint8_t opcode[] = {0x48, 0x8b, 0x89, 0x4c, 0x24, 0xe8, 0x0f, 0xff};
	uint32_t seed = 3;

	for (size_t i = 0; i < size; i++) {
		uint32_t r = next_random(&seed);

		if (r % 8 < 4)
			p[i] = opcode[r / 8 % 8];
		else
			p[i] = r % 8 < 6 ? (uint8_t)(r / 8 % 4) : (uint8_t)(r / 8);
	}
}

/* Long zeros, repeats at many distances up to far beyond the windows. */
static void fill_repeats(uint8_t *p, size_t size)
{
	uint32_t seed = 4;

	fill_random(p, size);
	for (size_t i = 0; i < size;) {
		size_t length = next_random(&seed) % 700;
		size_t distance = next_random(&seed) % 20000 + 1;

		for (; length && i < size; length--, i++)
			p[i] = distance > i ? 0 : p[i - distance];
		i += next_random(&seed) % 5;
	}
}

static void round_trip(enum uefi_variant variant, const uint8_t *data, size_t size)
{
	struct igdrom_bytes packed, again, out;

	assert_int_equal(uefi_compress(variant, data, size, &packed), IGDROM_OK);
	assert_int_equal(uefi_compress(variant, data, size, &again), IGDROM_OK);
	assert_int_equal(again.size, packed.size);
	assert_memory_equal(again.data, packed.data, packed.size);
	assert_int_equal(decode(variant, packed, &out), IGDROM_OK);
	assert_int_equal(out.size, size);
	if (size)
		assert_memory_equal(out.data, data, size);
	igdrom_bytes_free(&packed);
	igdrom_bytes_free(&again);
	igdrom_bytes_free(&out);
}

static void what_was_compressed_comes_back(void **state)
{
	static void (*const fill[])(uint8_t *, size_t) = {fill_random, fill_equal, fill_text,
							  fill_code, fill_repeats};
	static const size_t sizes[] = {0,   1,   2,    3,    4,    5,     255,   256,   257,
				       258, 259, 8191, 8192, 8193, 65535, 65536, 65537, 150000};
	uint8_t *data = malloc(150000);

	(void)state;
	assert_non_null(data);
	for (size_t f = 0; f < sizeof(fill) / sizeof(*fill); f++) {
		for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
			fill[f](data, sizes[i]);
			round_trip(UEFI_EFI11, data, sizes[i]);
			round_trip(UEFI_TIANO, data, sizes[i]);
		}
	}
	free(data);
}

/* A repeat of 300 bytes, `distance` after noise: the edge of what may be referred to. */
static void repeats_at_the_edge_of_the_window_come_back(void **state)
{
	static const size_t edges[] = {8192, 16384, 524288};
	uint8_t *data = malloc(600000);

	(void)state;
	assert_non_null(data);
	for (size_t i = 0; i < 3; i++) {
		for (size_t distance = edges[i] - 1; distance <= edges[i] + 1; distance++) {
			fill_random(data, distance);
			memcpy(data + distance, data, 300);
			round_trip(UEFI_EFI11, data, distance + 300);
			round_trip(UEFI_TIANO, data, distance + 300);
		}
	}
	free(data);
}

static void every_prefix_of_a_stream_fails_cleanly(void **state)
{
	uint8_t data[3000];
	struct igdrom_bytes packed, out;

	(void)state;
	fill_code(data, sizeof(data));
	assert_int_equal(uefi_compress(UEFI_EFI11, data, sizeof(data), &packed), IGDROM_OK);
	for (size_t size = 0; size < packed.size; size++) {
		uint8_t *copy = malloc(size ? size : 1);

		assert_non_null(copy);
		memcpy(copy, packed.data, size);
		assert_int_equal(
			decode(UEFI_EFI11, (struct igdrom_bytes){.data = copy, .size = size}, &out),
			IGDROM_E_TRUNCATED);
		if (size > 8) { /* and when the header agrees with the cut */
			for (unsigned i = 0; i < 4; i++)
				copy[i] = (uint8_t)((size - 8) >> 8 * i);
			assert_int_equal(decode(UEFI_EFI11,
						(struct igdrom_bytes){.data = copy, .size = size},
						&out),
					 IGDROM_E_TRUNCATED);
		}
		free(copy);
	}
	igdrom_bytes_free(&packed);
}

/* Each bit turned over: any answer, but for the sizes it must be clean (sanitizers look). */
static void every_flipped_bit_is_survived(void **state)
{
	uint8_t data[600];
	struct igdrom_bytes packed, out;
	uint8_t *copy;

	(void)state;
	fill_text(data, sizeof(data));
	assert_int_equal(uefi_compress(UEFI_TIANO, data, sizeof(data), &packed), IGDROM_OK);
	copy = malloc(packed.size);
	assert_non_null(copy);
	memcpy(copy, packed.data, packed.size);
	for (size_t bit = 64; bit < packed.size * 8; bit++) {
		copy[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
		if (uefi_decompress(UEFI_TIANO, copy, packed.size, sizeof(data), NULL, &out) ==
		    IGDROM_OK)
			assert_int_equal(out.size, sizeof(data));
		igdrom_bytes_free(&out);
		copy[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
	}
	free(copy);
	igdrom_bytes_free(&packed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_of_one_symbol_takes_no_bits),
		cmocka_unit_test(codes_are_given_by_length_then_symbol),
		cmocka_unit_test(tiano_writes_positions_in_5_bits),
		cmocka_unit_test(a_match_may_overlap_itself),
		cmocka_unit_test(a_match_ends_with_the_output),
		cmocka_unit_test(a_position_has_extra_bits),
		cmocka_unit_test(a_position_code_is_read),
		cmocka_unit_test(blocks_follow_each_other),
		cmocka_unit_test(long_lengths_are_unary),
		cmocka_unit_test(a_block_of_0_symbols_has_65536),
		cmocka_unit_test(rejects_codes_that_are_not_complete),
		cmocka_unit_test(rejects_symbols_outside_their_set),
		cmocka_unit_test(an_empty_position_code_is_good_until_used),
		cmocka_unit_test(rejects_a_match_before_the_start),
		cmocka_unit_test(rejects_an_end_amid_the_symbols),
		cmocka_unit_test(size_of_the_output_is_bounded_before_decoding),
		cmocka_unit_test(bytes_behind_the_stream_are_left_alone),
		cmocka_unit_test(what_was_compressed_comes_back),
		cmocka_unit_test(repeats_at_the_edge_of_the_window_come_back),
		cmocka_unit_test(every_prefix_of_a_stream_fails_cleanly),
		cmocka_unit_test(every_flipped_bit_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
