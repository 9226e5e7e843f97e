/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The decoder. What it accepts is what EDK2's BaseUefiDecompressLib accepts, less what decodes to
 * nonsense there: a Char&Len code that is not complete, symbols outside their set, bits beyond the
 * compressed size. A block size of 0 means 65536 there, so it does here.
 */
#include "compress/format.h"
#include "core/cursor.h"
#include "core/large.h"

#include <stdlib.h>
#include <string.h>

#define CHAR_LEN_FAST 11
#define SMALL_FAST    8

/* An entry is symbol | length of its code << ENTRY_LENGTH. */
#define ENTRY_SYMBOL 0x1ff
#define ENTRY_LENGTH 9
#define ENTRY_NONE   0xffff

/*
 * One Huffman code. Codes are canonical: shorter ones first, then by symbol. So the codes of one
 * length are an interval of 16-bit windows, and `sorted` lists the symbols in the order of codes.
 */
struct code {
	uint16_t fast[1 << CHAR_LEN_FAST];    /* by the first bits; ENTRY_NONE: longer */
	uint32_t end[CODE_LENGTH_MAX + 1];    /* windows below are codes of this length or less */
	uint32_t first[CODE_LENGTH_MAX + 1];  /* window of the first code of this length */
	uint32_t offset[CODE_LENGTH_MAX + 1]; /* its place in sorted */
	uint16_t sorted[CHAR_LEN_SYMBOLS];
};

/*
 * Bits, the next one at the top of `window`. Behind the end come zeros; whoever takes one of them
 * is found out by bits_overrun().
 */
struct bits {
	const uint8_t *p;
	size_t left;
	uint64_t window;
	unsigned have; /* valid bits in window */
	unsigned past; /* how many of them are from behind the end, or were */
};

struct decoder {
	struct bits in;
	uint8_t *out;
	size_t at;
	size_t size;
	unsigned position_width;
	struct code extra;
	struct code char_len;
	struct code position;
};

static void bits_refill_at_end(struct bits *b)
{
	for (; b->have <= 56; b->have += 8) {
		if (b->left) {
			b->window |= (uint64_t)*b->p++ << (56 - b->have);
			b->left--;
		} else {
			b->past += 8;
		}
	}
}

static inline uint64_t load_be64(const uint8_t *p)
{
	return (uint64_t)p[0] << 56 | (uint64_t)p[1] << 48 | (uint64_t)p[2] << 40 |
	       (uint64_t)p[3] << 32 | (uint64_t)p[4] << 24 | (uint64_t)p[5] << 16 |
	       (uint64_t)p[6] << 8 | (uint64_t)p[7];
}

/* At least 56 bits. Bits below the valid ones may be set already: they are the same ones. */
static inline void bits_refill(struct bits *b)
{
	unsigned bytes;

	if (b->left < 8) {
		bits_refill_at_end(b);
		return;
	}
	b->window |= load_be64(b->p) >> b->have;
	bytes = (63 - b->have) / 8;
	b->p += bytes;
	b->left -= bytes;
	b->have += bytes * 8;
}

static inline bool bits_overrun(const struct bits *b)
{
	return b->past > b->have;
}

static inline void bits_drop(struct bits *b, unsigned n)
{
	b->window <<= n;
	b->have -= n;
}

/* The next n bits, n from 1 to 32, out of those that are there. */
static inline uint32_t bits_take(struct bits *b, unsigned n)
{
	uint32_t v = (uint32_t)(b->window >> (64 - n));

	bits_drop(b, n);
	return v;
}

static inline uint32_t bits_read(struct bits *b, unsigned n)
{
	bits_refill(b);
	return bits_take(b, n);
}

/* A code whose only symbol takes no bits. */
static void code_build_single(struct code *c, unsigned fast_bits, uint32_t symbol)
{
	for (size_t i = 0; i < (size_t)1 << fast_bits; i++)
		c->fast[i] = (uint16_t)symbol;
}

static void code_fill_fast(struct code *c, unsigned fast_bits, const uint32_t *count)
{
	size_t at = 0, size = (size_t)1 << fast_bits;

	for (unsigned length = 1; length <= fast_bits; length++) {
		size_t run = size >> length;

		for (uint32_t i = 0; i < count[length]; i++) {
			unsigned entry = c->sorted[c->offset[length] + i] | length << ENTRY_LENGTH;

			for (size_t end = at + run; at < end; at++)
				c->fast[at] = (uint16_t)entry;
		}
	}
	for (; at < size; at++)
		c->fast[at] = ENTRY_NONE;
}

/* Whether the lengths make a complete code, or none at all (which is good until it is used). */
static bool code_build(struct code *c, unsigned fast_bits, const uint8_t *length, unsigned symbols)
{
	uint32_t count[CODE_LENGTH_MAX + 1] = {0};
	uint32_t next[CODE_LENGTH_MAX + 1];
	uint32_t window = 0, offset = 0;

	for (unsigned i = 0; i < symbols; i++) {
		if (length[i] > CODE_LENGTH_MAX)
			return false;
		count[length[i]]++;
	}
	for (unsigned i = 1; i <= CODE_LENGTH_MAX; i++) {
		c->first[i] = window;
		c->offset[i] = next[i] = offset;
		window += count[i] << (CODE_LENGTH_MAX - i);
		offset += count[i];
		c->end[i] = window;
	}
	if (window != 0 && window != UINT32_C(1) << CODE_LENGTH_MAX)
		return false;
	for (unsigned i = 0; i < symbols; i++) {
		if (length[i])
			c->sorted[next[length[i]]++] = (uint16_t)i;
	}
	code_fill_fast(c, fast_bits, count);
	return true;
}

static unsigned code_find_long(const struct code *c, unsigned fast_bits, uint32_t window)
{
	for (unsigned length = fast_bits + 1; length <= CODE_LENGTH_MAX; length++) {
		uint32_t i = (window - c->first[length]) >> (CODE_LENGTH_MAX - length);

		if (window < c->end[length])
			return c->sorted[c->offset[length] + i] | length << ENTRY_LENGTH;
	}
	return ENTRY_NONE;
}

/* Takes one symbol; ENTRY_NONE if the code has none. 16 bits must be there. */
static inline unsigned code_take(const struct code *c, unsigned fast_bits, struct bits *b)
{
	unsigned entry = c->fast[b->window >> (64 - fast_bits)];

	if (entry == ENTRY_NONE) {
		entry = code_find_long(c, fast_bits, (uint32_t)(b->window >> 48));
		if (entry == ENTRY_NONE)
			return ENTRY_NONE;
	}
	bits_drop(b, entry >> ENTRY_LENGTH);
	return entry & ENTRY_SYMBOL;
}

static uint8_t read_small_length(struct bits *b)
{
	uint32_t length = bits_read(b, SMALL_LENGTH_WIDTH);

	if (length < SMALL_LENGTH_LONG)
		return (uint8_t)length;
	while (length <= CODE_LENGTH_MAX && bits_take(b, 1))
		length++;
	return (uint8_t)length;
}

/*
 * The Extra or the Position Set. More lengths than the set has symbols are read and left out, as
 * EDK2 does.
 */
static bool read_small_code(struct bits *b, struct code *c, unsigned symbols, unsigned width,
			    unsigned skip_at)
{
	uint8_t length[(1 << EXTRA_WIDTH) + (1 << EXTRA_SKIP_WIDTH)] = {0};
	unsigned count = bits_read(b, width);
	unsigned i = 0;

	if (count == 0) {
		code_build_single(c, SMALL_FAST, bits_read(b, width));
		return true;
	}
	while (i < count) {
		length[i++] = read_small_length(b);
		if (i == skip_at)
			i += bits_read(b, EXTRA_SKIP_WIDTH);
	}
	return code_build(c, SMALL_FAST, length, symbols);
}

/* How many lengths of the Char&Len code are zero, by a symbol of the Extra Set below 3. */
static unsigned read_zeros(struct bits *b, unsigned symbol)
{
	if (symbol == EXTRA_ZEROS)
		return bits_take(b, EXTRA_ZEROS_WIDTH) + EXTRA_ZEROS_FIRST;
	if (symbol == EXTRA_MANY_ZEROS)
		return bits_take(b, EXTRA_MANY_WIDTH) + EXTRA_MANY_FIRST;
	return 1;
}

static bool read_char_len_code(struct decoder *d)
{
	struct bits *b = &d->in;
	uint8_t length[CHAR_LEN_SYMBOLS] = {0};
	unsigned count = bits_read(b, CHAR_LEN_WIDTH);
	unsigned i = 0, symbol;

	if (count == 0) {
		symbol = bits_read(b, CHAR_LEN_WIDTH);
		code_build_single(&d->char_len, CHAR_LEN_FAST, symbol);
		return symbol < CHAR_LEN_SYMBOLS;
	}
	while (i < count && i < CHAR_LEN_SYMBOLS) {
		bits_refill(b);
		symbol = code_take(&d->extra, SMALL_FAST, b);
		if (symbol >= EXTRA_SYMBOLS)
			return false;
		if (symbol > EXTRA_FIRST_LENGTH)
			length[i++] = (uint8_t)(symbol - EXTRA_FIRST_LENGTH);
		else
			i += read_zeros(b, symbol);
	}
	return code_build(&d->char_len, CHAR_LEN_FAST, length, CHAR_LEN_SYMBOLS) &&
	       d->char_len.end[CODE_LENGTH_MAX] != 0;
}

/* Copies within out, where source and target may overlap; [at, at + length) is inside size. */
static inline void copy_match(uint8_t *out, size_t at, size_t distance, size_t length, size_t size)
{
	uint8_t *to = out + at;
	const uint8_t *from = to - distance;

	if (distance >= 8 && size - at - length >= 8) {
		for (size_t i = 0; i < length; i += 8)
			memcpy(to + i, from + i, 8);
	} else if (distance == 1) {
		memset(to, *from, length);
	} else {
		for (size_t i = 0; i < length; i++)
			to[i] = from[i];
	}
}

/* Distance of a match; 0 if the Position code has no symbols. */
static inline size_t take_distance(const struct code *position, struct bits *b)
{
	unsigned symbol = code_take(position, SMALL_FAST, b);

	if (symbol == ENTRY_NONE)
		return 0;
	if (symbol > 24) /* two codes of 16 bits and this may be more than the window holds */
		bits_refill(b);
	if (symbol <= 1)
		return symbol + 1;
	return ((size_t)1 << (symbol - 1)) + bits_take(b, symbol - 1) + 1;
}

/* The symbols of one block; stops early when the output is complete. */
static enum igdrom_status decode_symbols(struct decoder *d, uint32_t symbols)
{
	struct bits in = d->in;
	uint8_t *out = d->out;
	size_t at = d->at, size = d->size;
	enum igdrom_status err = IGDROM_OK;

	for (; symbols && at < size; symbols--) {
		size_t length, distance;
		unsigned symbol;

		bits_refill(&in);
		if (bits_overrun(&in))
			break;
		symbol = code_take(&d->char_len, CHAR_LEN_FAST, &in);
		if (symbol < FIRST_LENGTH) {
			out[at++] = (uint8_t)symbol;
			continue;
		}
		distance = take_distance(&d->position, &in);
		if (distance == 0 || distance > at) {
			err = IGDROM_E_CORRUPT;
			break;
		}
		length = symbol - FIRST_LENGTH + MATCH_MIN;
		length = length < size - at ? length : size - at;
		copy_match(out, at, distance, length, size);
		at += length;
	}
	d->in = in;
	d->at = at;
	return err;
}

static enum igdrom_status decode_block(struct decoder *d)
{
	uint32_t symbols = bits_read(&d->in, BLOCK_SIZE_WIDTH);

	if (!read_small_code(&d->in, &d->extra, EXTRA_SYMBOLS, EXTRA_WIDTH, EXTRA_SKIP_AT) ||
	    !read_char_len_code(d) ||
	    !read_small_code(&d->in, &d->position, POSITION_SYMBOLS_MAX, d->position_width, 0))
		return IGDROM_E_CORRUPT;
	return decode_symbols(d, symbols ? symbols : UINT32_C(1) << BLOCK_SIZE_WIDTH);
}

static enum igdrom_status decode(struct decoder *d)
{
	enum igdrom_status err = IGDROM_OK;

	while (err == IGDROM_OK && d->at < d->size) {
		err = decode_block(d);
		if (bits_overrun(&d->in))
			err = IGDROM_E_TRUNCATED;
	}
	return err;
}

enum igdrom_status uefi_original_size(const void *data, size_t size, uint32_t *original)
{
	struct cur c = cur_from(data, size, 0);

	cur_skip(&c, 4);
	*original = cur_u32le(&c);
	return c.err;
}

enum igdrom_status uefi_decompress(enum uefi_variant variant, const void *data, size_t size,
				   size_t max_out, size_t *used, struct igdrom_bytes *out)
{
	struct cur c = cur_from(data, size, 0);
	uint32_t compressed = cur_u32le(&c);
	uint32_t original = cur_u32le(&c);
	struct cur body = cur_sub(&c, 0, compressed);
	struct decoder *d;
	enum igdrom_status err;

	*out = (struct igdrom_bytes){0};
	if (used)
		*used = 0;
	if (body.err != IGDROM_OK)
		return body.err;
	if (original > max_out)
		return IGDROM_E_LIMIT;
	d = calloc(1, sizeof(*d));
	if (!d)
		return IGDROM_E_NOMEM;
	d->in = (struct bits){.p = body.p, .left = body.left};
	d->size = original;
	d->position_width = position_width(variant);
	d->out = original ? large_alloc(original) : NULL;
	err = original && !d->out ? IGDROM_E_NOMEM : decode(d);
	if (err == IGDROM_OK) {
		*out = (struct igdrom_bytes){.data = d->out, .size = original};
		if (used)
			*used = STREAM_HEADER_SIZE + (size_t)compressed;
	} else {
		free(d->out);
		out->size = d->at;
	}
	free(d);
	return err;
}
