/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A bump allocator; see base/arena.h.
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include "base/cleanup.h"

enum { CHUNK_SIZE = 16 * 1024 };

struct lupe_arena_chunk {
	struct lupe_arena_chunk *next;
	size_t size; /* of bytes */
	alignas(max_align_t) unsigned char bytes[];
};

void lupe_arena_init(struct lupe_arena *arena)
{
	*arena = (struct lupe_arena){0};
}

void lupe_arena_deinit(struct lupe_arena *arena)
{
	struct lupe_arena_chunk *chunk, *next;

	for (chunk = arena->chunks; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	lupe_arena_init(arena);
}

static struct lupe_arena_chunk *add_chunk(struct lupe_arena *arena, size_t size)
{
	size_t capacity = MAX(size, (size_t)CHUNK_SIZE);
	struct lupe_arena_chunk *chunk = malloc(sizeof(*chunk) + capacity);

	if (!chunk)
		return NULL;
	chunk->next = arena->chunks;
	chunk->size = capacity;
	arena->chunks = chunk;
	arena->used = 0;
	return chunk;
}

void *lupe_arena_alloc(struct lupe_arena *arena, size_t size)
{
	struct lupe_arena_chunk *chunk = arena->chunks;
	size_t aligned;
	void *memory;

	if (size > SIZE_MAX / 2)
		return NULL;
	aligned = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if (!chunk || chunk->size - arena->used < aligned)
		chunk = add_chunk(arena, aligned);
	if (!chunk)
		return NULL;
	memory = chunk->bytes + arena->used;
	arena->used += aligned;
	return memset(memory, 0, size);
}

void *lupe_arena_copy(struct lupe_arena *arena, const void *bytes, size_t size)
{
	void *memory = lupe_arena_alloc(arena, size);

	if (memory && size)
		memcpy(memory, bytes, size);
	return memory;
}

void lupe_arena_reset(struct lupe_arena *arena)
{
	struct lupe_arena_chunk *chunk = arena->chunks;

	while (chunk && chunk->next) {
		struct lupe_arena_chunk *next = chunk->next;

		free(chunk);
		chunk = next;
	}
	arena->chunks = chunk;
	arena->used = 0;
}
