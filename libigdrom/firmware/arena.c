/* SPDX-License-Identifier: BSD-2-Clause */
/* Small things in large chunks: an image has tens of thousands of nodes, all freed together. */
#include "firmware/engine.h"

#include <stdalign.h>
#include <stdlib.h>

#define CHUNK_BYTES 65536

struct fw_chunk {
	struct fw_chunk *next;
	size_t size;
	alignas(max_align_t) uint8_t data[];
};

void *fw_arena_take(struct fw_arena *arena, size_t size)
{
	struct fw_chunk *chunk = arena->chunks;

	size = (size + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
	if (size > arena->left) {
		size_t most = size > CHUNK_BYTES ? size : CHUNK_BYTES;

		chunk = malloc(sizeof(*chunk) + most);
		if (!chunk)
			return NULL;
		chunk->next = arena->chunks;
		chunk->size = most;
		arena->chunks = chunk;
		arena->left = most;
	}
	arena->left -= size;
	return chunk->data + (chunk->size - arena->left - size);
}

void fw_arena_free(struct fw_arena *arena)
{
	for (struct fw_chunk *chunk = arena->chunks, *next; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	*arena = (struct fw_arena){0};
}
