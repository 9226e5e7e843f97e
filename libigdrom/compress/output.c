/* SPDX-License-Identifier: BSD-2-Clause */
#include "compress/output.h"

#include "core/large.h"

#include <stdlib.h>

#define OUTPUT_MIN 4096

size_t output_bound(size_t size, size_t ratio)
{
	return size > (SIZE_MAX - OUTPUT_MIN) / ratio ? SIZE_MAX : size * ratio + OUTPUT_MIN;
}

/* One byte beyond the cap tells a stream that ends there from one that goes on. */
static size_t most_room(const struct output *o)
{
	return o->max == SIZE_MAX ? SIZE_MAX : o->max + 1;
}

static enum igdrom_status set_room(struct output *o, size_t room)
{
	uint8_t *data;

	room = room ? room : 1;
	room = room < most_room(o) ? room : most_room(o);
	data = o->data ? realloc(o->data, room) : large_alloc(room);
	if (!data)
		return IGDROM_E_NOMEM;
	o->data = data;
	o->room = room;
	return IGDROM_OK;
}

static enum igdrom_status more_room(struct output *o)
{
	size_t room = o->room < OUTPUT_MIN ? OUTPUT_MIN : o->room;

	if (o->room == most_room(o))
		return IGDROM_E_LIMIT;
	return set_room(o, room > SIZE_MAX / 2 ? SIZE_MAX : room * 2);
}

static enum igdrom_status run(output_step *step, void *state, struct output *o)
{
	enum igdrom_status err;
	bool end = false;

	for (;;) {
		err = step(state, o, &end);
		if (err != IGDROM_OK)
			return err;
		if (end)
			return o->size > o->max ? IGDROM_E_LIMIT : IGDROM_OK;
		if (o->size < o->room)
			return IGDROM_E_TRUNCATED;
		err = more_room(o);
		if (err != IGDROM_OK)
			return err;
	}
}

enum igdrom_status output_hand_out(uint8_t *data, size_t size, size_t room,
				   struct igdrom_bytes *out)
{
	uint8_t *exact;

	*out = (struct igdrom_bytes){0};
	if (size == 0) {
		free(data);
		return IGDROM_OK;
	}
	exact = size < room ? realloc(data, size) : NULL;
	*out = (struct igdrom_bytes){.data = exact ? exact : data, .size = size};
	return IGDROM_OK;
}

enum igdrom_status output_run(output_step *step, void *state, size_t expected, size_t max,
			      struct igdrom_bytes *out)
{
	struct output o = {.max = max};
	enum igdrom_status err = set_room(&o, expected);

	*out = (struct igdrom_bytes){0};
	if (err == IGDROM_OK)
		err = run(step, state, &o);
	if (err == IGDROM_OK)
		return output_hand_out(o.data, o.size, o.room, out);
	free(o.data);
	out->size = o.size;
	return err;
}
