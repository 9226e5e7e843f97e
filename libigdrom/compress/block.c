/* SPDX-License-Identifier: BSD-2-Clause */
#include "compress/block.h"
#include "compress/huffman.h"

#include <string.h>

/* An op is a symbol of the Extra Set and the number that follows it. */
#define OP_VALUE 5

void histogram_add(struct histogram *h, const uint32_t *token, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		unsigned symbol = token[i] & TOKEN_SYMBOL;

		h->char_len[symbol]++;
		if (symbol >= FIRST_LENGTH)
			h->position[position_symbol(token[i] >> TOKEN_POSITION)]++;
	}
}

static void put_chunk(struct put *p)
{
	build_bytes(p->to, p->chunk, p->filled);
	p->filled = 0;
}

/* At most 32 bits; none is fine. */
static inline void put_bits(struct put *p, uint32_t value, unsigned width)
{
	p->window = p->window << width | value;
	p->have += width;
	if (p->have < 32)
		return;
	p->have -= 32;
	for (unsigned i = 0; i < 4; i++)
		p->chunk[p->filled + i] = (uint8_t)(p->window >> (p->have + 24 - 8 * i));
	p->filled += 4;
	if (p->filled == sizeof(p->chunk))
		put_chunk(p);
}

void put_end(struct put *p)
{
	put_bits(p, 0, (8 - p->have % 8) % 8);
	put_chunk(p);
	for (; p->have; p->have -= 8)
		build_u8(p->to, (uint8_t)(p->window >> (p->have - 8)));
}

/* Number of lengths up to the last one that is not zero. */
static unsigned used_lengths(const uint8_t *length, unsigned n)
{
	while (n && length[n - 1] == 0)
		n--;
	return n;
}

static void add_op(struct block *b, unsigned symbol, unsigned value)
{
	b->ops[b->ops_count++] = (uint16_t)(symbol | value << OP_VALUE);
}

static void add_zeros(struct block *b, unsigned run)
{
	if (run >= EXTRA_MANY_FIRST) {
		add_op(b, EXTRA_MANY_ZEROS, run - EXTRA_MANY_FIRST);
		return;
	}
	for (; run && (run < EXTRA_ZEROS_FIRST || run == EXTRA_MANY_FIRST - 1); run--)
		add_op(b, EXTRA_ZERO, 0);
	if (run)
		add_op(b, EXTRA_ZEROS, run - EXTRA_ZEROS_FIRST);
}

static void plan_ops(struct block *b)
{
	unsigned n = used_lengths(b->char_len, CHAR_LEN_SYMBOLS);

	b->ops_count = 0;
	for (unsigned i = 0; i < n;) {
		unsigned run = 0;

		while (b->char_len[i + run] == 0)
			run++;
		add_zeros(b, run);
		i += run;
		add_op(b, b->char_len[i++] + EXTRA_FIRST_LENGTH, 0);
	}
}

void block_plan(struct block *b, enum uefi_variant variant, const struct histogram *h)
{
	uint32_t frequency[EXTRA_SYMBOLS] = {0};
	unsigned positions = (1U << position_width(variant)) - 1;

	huffman_lengths(h->char_len, CHAR_LEN_SYMBOLS, CODE_LENGTH_MAX, b->char_len,
			&b->char_len_single);
	huffman_lengths(h->position, positions, CODE_LENGTH_MAX, b->position, &b->position_single);
	plan_ops(b);
	for (unsigned i = 0; i < b->ops_count; i++)
		frequency[b->ops[i] & ((1U << OP_VALUE) - 1)]++;
	huffman_lengths(frequency, EXTRA_SYMBOLS, CODE_LENGTH_MAX, b->extra, &b->extra_single);
}

static void put_small_code(struct put *p, const uint8_t *length, unsigned n, unsigned width,
			   unsigned skip_at, unsigned single)
{
	unsigned count = used_lengths(length, n);

	put_bits(p, count, width);
	if (count == 0)
		put_bits(p, single, width);
	for (unsigned i = 0; i < count;) {
		unsigned l = length[i++], skip = 0;

		if (l < SMALL_LENGTH_LONG)
			put_bits(p, l, SMALL_LENGTH_WIDTH);
		else
			put_bits(p, (1U << (l - SMALL_LENGTH_WIDTH)) - 2, l - SMALL_LENGTH_WIDTH);
		if (i != skip_at)
			continue;
		while (skip < (1U << EXTRA_SKIP_WIDTH) - 1 && length[i] == 0) {
			skip++;
			i++;
		}
		put_bits(p, skip, EXTRA_SKIP_WIDTH);
	}
}

static void put_char_len_code(struct put *p, const struct block *b)
{
	static const uint8_t width[EXTRA_SYMBOLS] = {
		[EXTRA_ZEROS] = EXTRA_ZEROS_WIDTH, [EXTRA_MANY_ZEROS] = EXTRA_MANY_WIDTH};
	unsigned count = used_lengths(b->char_len, CHAR_LEN_SYMBOLS);
	uint16_t code[EXTRA_SYMBOLS];

	put_bits(p, count, CHAR_LEN_WIDTH);
	if (count == 0)
		put_bits(p, b->char_len_single, CHAR_LEN_WIDTH);
	huffman_codes(b->extra, EXTRA_SYMBOLS, code);
	for (unsigned i = 0; i < b->ops_count; i++) {
		unsigned symbol = b->ops[i] & ((1U << OP_VALUE) - 1);

		put_bits(p, code[symbol], b->extra[symbol]);
		put_bits(p, (uint32_t)b->ops[i] >> OP_VALUE, width[symbol]);
	}
}

void block_write(const struct block *b, enum uefi_variant variant, const uint32_t *token,
		 size_t count, struct put *p)
{
	unsigned width = position_width(variant);
	uint16_t char_len[CHAR_LEN_SYMBOLS];
	uint16_t position[POSITION_SYMBOLS_MAX];

	put_bits(p, (uint32_t)count, BLOCK_SIZE_WIDTH);
	put_small_code(p, b->extra, EXTRA_SYMBOLS, EXTRA_WIDTH, EXTRA_SKIP_AT, b->extra_single);
	put_char_len_code(p, b);
	put_small_code(p, b->position, (1U << width) - 1, width, 0, b->position_single);
	huffman_codes(b->char_len, CHAR_LEN_SYMBOLS, char_len);
	huffman_codes(b->position, (1U << width) - 1, position);
	for (size_t i = 0; i < count; i++) {
		unsigned symbol = token[i] & TOKEN_SYMBOL;
		uint32_t value = token[i] >> TOKEN_POSITION;
		unsigned bits = position_symbol(value);

		put_bits(p, char_len[symbol], b->char_len[symbol]);
		if (symbol < FIRST_LENGTH)
			continue;
		put_bits(p, position[bits], b->position[bits]);
		if (bits > 1)
			put_bits(p, value & ((1U << (bits - 1)) - 1), bits - 1);
	}
}
