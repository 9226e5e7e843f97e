/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The decoder of LZMA (LZMA specification by Igor Pavlov). What is decoded goes where it stays, so
 * there is no dictionary to be copied from; the size of the dictionary in the header means nothing.
 *
 * Each symbol begins with at least SYMBOL_INPUT_MAX bytes of input in front of it. The end of the
 * input is decoded from a copy with zeros behind; who takes one of those is found out before the
 * next symbol.
 */
#include "compress/lzma_decode.h"
#include "compress/lzma_range.h"

#include <stdlib.h>
#include <string.h>

#define PROPERTIES       (9 * 5 * 5) /* lc 0 to 8, lp 0 to 4, pb 0 to 4 */
#define LITERAL_BITS_MAX 4
#define RANGE_START      5

#define STATES           12
#define FIRST_MATCH      7 /* states below: the last symbol was a literal */
#define POSITIONS        16
#define MATCH_MIN        2
#define LENGTH_SLOTS     4
#define SLOT_BITS        6
#define SLOT_FIRST_BITS  4  /* slots from here on have bits of their own */
#define SLOT_FIRST_ALIGN 14 /* from here on the lowest bits have one tree */
#define ALIGN_BITS       4
#define LITERAL_SIZE     0x300
#define COPY_CHUNK       16
#define MARKER           UINT32_MAX /* distance - 1 of the end marker */

/* Where the probabilities of what begin. */
enum {
	LENGTH_CHOICE = 0,
	LENGTH_CHOICE2,
	LENGTH_LOW,
	LENGTH_MID = LENGTH_LOW + POSITIONS * 8,
	LENGTH_HIGH = LENGTH_MID + POSITIONS * 8,
	LENGTH_SIZE = LENGTH_HIGH + 256,

	IS_MATCH = 0,
	IS_REP = IS_MATCH + STATES * POSITIONS,
	IS_REP_G0 = IS_REP + STATES,
	IS_REP_G1 = IS_REP_G0 + STATES,
	IS_REP_G2 = IS_REP_G1 + STATES,
	IS_REP0_LONG = IS_REP_G2 + STATES,
	SLOT = IS_REP0_LONG + STATES * POSITIONS,
	SPECIAL = SLOT + (LENGTH_SLOTS << SLOT_BITS),
	ALIGN = SPECIAL + 128,
	MATCH_LENGTH = ALIGN + (1 << ALIGN_BITS),
	REP_LENGTH = MATCH_LENGTH + LENGTH_SIZE,
	LITERAL = REP_LENGTH + LENGTH_SIZE,
	PROBABILITIES = LITERAL + (LITERAL_SIZE << LITERAL_BITS_MAX),
};

struct lzma_decoder {
	struct range in;
	const uint8_t *in_end; /* of what in.p points into */
	const uint8_t *start;  /* of the input */
	size_t size;           /* of the input */
	bool at_tail;          /* in.p points into tail */
	uint32_t rep[4];       /* the last distances */
	unsigned state;
	unsigned lc;
	uint32_t lp_mask, pb_mask;
	size_t pending;    /* bytes of the last match that had no room */
	bool marker;       /* the end marker was read */
	uint64_t declared; /* bytes of output */
	uint8_t tail[2 * SYMBOL_INPUT_MAX];
	uint16_t p[PROBABILITIES];
};

enum igdrom_status lzma_decoder_new(uint8_t properties, uint64_t declared, const uint8_t *data,
				    size_t size, struct lzma_decoder **out)
{
	unsigned lc = properties % 9, lp = properties / 9 % 5, pb = properties / 45;
	struct lzma_decoder *d;

	if (properties >= PROPERTIES)
		return IGDROM_E_CORRUPT;
	if (lc + lp > LITERAL_BITS_MAX)
		return IGDROM_E_UNSUPPORTED;
	if (size < RANGE_START)
		return IGDROM_E_TRUNCATED;
	if (data[0] != 0)
		return IGDROM_E_CORRUPT;
	d = malloc(sizeof(*d));
	if (!d)
		return IGDROM_E_NOMEM;
	*out = d;
	d->in = (struct range){.p = data + RANGE_START, .range = UINT32_MAX};
	for (unsigned i = 1; i < RANGE_START; i++)
		d->in.code = d->in.code << 8 | data[i];
	d->in_end = data + size;
	d->start = data;
	d->size = size;
	d->at_tail = false;
	d->state = 0;
	d->lc = lc;
	d->lp_mask = (1U << lp) - 1;
	d->pb_mask = (1U << pb) - 1;
	d->pending = 0;
	d->marker = false;
	d->declared = declared;
	for (unsigned i = 0; i < 4; i++)
		d->rep[i] = 0;
	for (size_t i = 0; i < LITERAL + ((size_t)LITERAL_SIZE << (lc + lp)); i++)
		d->p[i] = PROBABILITY_HALF;
	return IGDROM_OK;
}

void lzma_decoder_free(struct lzma_decoder *d)
{
	free(d);
}

size_t lzma_decoder_used(const struct lzma_decoder *d)
{
	return d->size - (size_t)(d->in_end - d->in.p);
}

HOT uint32_t take_length(struct range *r, uint16_t *p, unsigned position)
{
	if (!range_flag(r, p + LENGTH_CHOICE))
		return MATCH_MIN - 8 + range_tree(r, p + LENGTH_LOW + position * 8, 3);
	if (!range_flag(r, p + LENGTH_CHOICE2))
		return MATCH_MIN + range_tree(r, p + LENGTH_MID + position * 8, 3);
	return MATCH_MIN + 16 - 256 + range_tree(r, p + LENGTH_HIGH, 8);
}

/* Distance - 1. */
HOT uint32_t take_distance(struct range *r, uint16_t *p, uint32_t length)
{
	uint32_t tree = length - MATCH_MIN < LENGTH_SLOTS ? length - MATCH_MIN : LENGTH_SLOTS - 1;
	uint32_t slot = range_tree(r, p + SLOT + (tree << SLOT_BITS), SLOT_BITS) - (1 << SLOT_BITS);
	unsigned bits = slot / 2 - 1;
	uint32_t distance;

	if (slot < SLOT_FIRST_BITS)
		return slot;
	distance = (2 | (slot & 1)) << bits;
	if (slot < SLOT_FIRST_ALIGN)
		return distance + range_reverse_tree(r, p + SPECIAL + distance - slot, bits);
	distance += range_direct(r, bits - ALIGN_BITS) << ALIGN_BITS;
	return distance + range_reverse_tree(r, p + ALIGN, ALIGN_BITS);
}

/* A literal behind a match: the byte that the match would have gone on with is a hint. */
HOT uint8_t take_matched(struct range *r, uint16_t *p, uint32_t hint)
{
	uint32_t node = 1, follows = 0x100;

	for (unsigned i = 0; i < 8; i++) {
		uint32_t bit, mask;

		hint <<= 1;
		bit = hint & follows;
		mask = range_mask(r, p + follows + bit + node);
		node = 2 * node + 1 + mask;
		follows &= bit ^ mask;
	}
	return (uint8_t)node;
}

/* One of the last four distances, which becomes the first of them. Whether a length comes. */
HOT bool take_rep(struct range *r, uint16_t *p, unsigned state, unsigned position, uint32_t *rep)
{
	uint32_t distance;

	if (!range_flag(r, p + IS_REP_G0 + state))
		return range_flag(r, p + IS_REP0_LONG + state * POSITIONS + position);
	distance = rep[1];
	if (range_flag(r, p + IS_REP_G1 + state)) {
		distance = rep[2];
		if (range_flag(r, p + IS_REP_G2 + state)) {
			distance = rep[3];
			rep[3] = rep[2];
		}
		rep[2] = rep[1];
	}
	rep[1] = rep[0];
	rep[0] = distance;
	return true;
}

/* Source and target may overlap. distance <= to, length <= left. */
HOT void copy(uint8_t *to, size_t distance, size_t length, size_t left)
{
	const uint8_t *from = to - distance;

	if (distance < COPY_CHUNK || left - length < COPY_CHUNK) {
		for (size_t i = 0; i < length; i++)
			to[i] = from[i];
		return;
	}
	for (size_t i = 0; i < length; i += COPY_CHUNK)
		memcpy(to + i, from + i, COPY_CHUNK);
}

/* One literal, to out[at]; the next state. */
HOT unsigned take_literal(struct lzma_decoder *d, struct range *r, unsigned state, uint32_t rep0,
			  uint8_t *out, size_t at)
{
	unsigned before = at ? out[at - 1] : 0;
	size_t context = (((unsigned)at & d->lp_mask) << d->lc) + (before >> (8 - d->lc));
	uint16_t *p = d->p + LITERAL + LITERAL_SIZE * context;

	if (state < FIRST_MATCH) {
		out[at] = (uint8_t)range_tree(r, p, 8);
		return state < 4 ? 0 : state - 3;
	}
	out[at] = take_matched(r, p, out[at - rep0 - 1]);
	return state < 10 ? state - 3 : state - 6;
}

/* Decodes symbols as long as there is input for one and room for a byte. */
static enum igdrom_status decode(struct lzma_decoder *d, uint8_t *out, size_t *size, size_t room)
{
	const uint8_t *last = d->at_tail ? d->in_end : d->in_end - SYMBOL_INPUT_MAX;
	uint32_t rep[4] = {d->rep[0], d->rep[1], d->rep[2], d->rep[3]};
	unsigned state = d->state;
	struct range r = d->in;
	uint16_t *p = d->p;
	size_t at = *size;
	enum igdrom_status err = IGDROM_OK;

	while (at < room && r.p <= last) {
		unsigned position = (unsigned)at & d->pb_mask;
		size_t length = 1;

		if (!range_flag(&r, p + IS_MATCH + state * POSITIONS + position)) {
			state = take_literal(d, &r, state, rep[0], out, at);
			at++;
			continue;
		}
		if (!range_flag(&r, p + IS_REP + state)) {
			rep[3] = rep[2];
			rep[2] = rep[1];
			rep[1] = rep[0];
			state = state < FIRST_MATCH ? 7 : 10;
			length = take_length(&r, p + MATCH_LENGTH, position);
			rep[0] = take_distance(&r, p, (uint32_t)length);
			d->marker = rep[0] == MARKER;
		} else if (take_rep(&r, p, state, position, rep)) {
			state = state < FIRST_MATCH ? 8 : 11;
			length = take_length(&r, p + REP_LENGTH, position);
		} else {
			state = state < FIRST_MATCH ? 9 : 11;
		}
		if (d->marker || rep[0] >= at) {
			err = d->marker ? IGDROM_OK : IGDROM_E_CORRUPT;
			break;
		}
		d->pending = length < room - at ? 0 : length - (room - at);
		length -= d->pending;
		copy(out + at, (size_t)rep[0] + 1, length, room - at);
		at += length;
	}
	d->in = r;
	memcpy(d->rep, rep, sizeof(rep));
	d->state = state;
	*size = at;
	return err;
}

/* With a symbol's worth of bytes behind the position, zeros if need be. */
static void provide_input(struct lzma_decoder *d)
{
	size_t left = (size_t)(d->in_end - d->in.p);

	if (d->at_tail || left >= SYMBOL_INPUT_MAX)
		return;
	memset(d->tail, 0, sizeof(d->tail));
	memcpy(d->tail, d->in.p, left);
	d->in.p = d->tail;
	d->in_end = d->tail + left;
	d->at_tail = true;
}

static bool overrun(const struct lzma_decoder *d)
{
	return d->at_tail && d->in.p > d->in_end;
}

/* Behind the last symbol the range decoder is at 0. */
static enum igdrom_status finish(struct lzma_decoder *d, bool *end)
{
	range_normalize(&d->in);
	*end = d->in.code == 0;
	if (overrun(d))
		return IGDROM_E_TRUNCATED;
	return d->marker && !*end ? IGDROM_E_CORRUPT : IGDROM_OK;
}

/* All output is there: here the stream ends, or with the marker that comes next. */
static enum igdrom_status finish_declared(struct lzma_decoder *d, bool *end)
{
	unsigned position = (unsigned)d->declared & d->pb_mask;
	enum igdrom_status err;
	uint32_t length;

	if (d->pending)
		return IGDROM_E_CORRUPT;
	err = finish(d, end);
	if (err != IGDROM_OK || *end)
		return err;
	provide_input(d);
	if (!range_flag(&d->in, d->p + IS_MATCH + d->state * POSITIONS + position) ||
	    range_flag(&d->in, d->p + IS_REP + d->state))
		return overrun(d) ? IGDROM_E_TRUNCATED : IGDROM_E_CORRUPT;
	length = take_length(&d->in, d->p + MATCH_LENGTH, position);
	d->marker = take_distance(&d->in, d->p, length) == MARKER;
	if (!d->marker)
		return overrun(d) ? IGDROM_E_TRUNCATED : IGDROM_E_CORRUPT;
	provide_input(d);
	return finish(d, end);
}

static void copy_pending(struct lzma_decoder *d, struct output *o, size_t room)
{
	size_t length = d->pending < room - o->size ? d->pending : room - o->size;

	copy(o->data + o->size, (size_t)d->rep[0] + 1, length, room - o->size);
	o->size += length;
	d->pending -= length;
}

enum igdrom_status lzma_decoder_step(void *state, struct output *o, bool *end)
{
	struct lzma_decoder *d = state;
	size_t room = d->declared < o->room ? (size_t)d->declared : o->room;
	enum igdrom_status err = IGDROM_OK;

	if (d->pending)
		copy_pending(d, o, room);
	while (err == IGDROM_OK) {
		provide_input(d);
		err = decode(d, o->data, &o->size, room);
		if (overrun(d))
			return IGDROM_E_TRUNCATED;
		if (err != IGDROM_OK)
			break;
		provide_input(d);
		if (d->marker)
			return d->declared == LZMA_SIZE_UNKNOWN ? finish(d, end) : IGDROM_E_CORRUPT;
		if (o->size == d->declared)
			return finish_declared(d, end);
		if (o->size == o->room)
			break;
	}
	return err;
}
