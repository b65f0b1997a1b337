/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A bump allocator for things that die together: the value tree of one event. Reset keeps the memory,
 * so the steady state allocates nothing.
 */
#ifndef LUPE_BASE_ARENA_H
#define LUPE_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct lupe_arena_chunk;

struct lupe_arena {
	struct lupe_arena_chunk *chunks; /* the newest first */
	size_t used;			 /* in the newest chunk */
};

void lupe_arena_init(struct lupe_arena *arena);
void lupe_arena_deinit(struct lupe_arena *arena);

/* Zeroed memory, aligned for any type; NULL when out of memory. */
void *lupe_arena_alloc(struct lupe_arena *arena, size_t size);
void *lupe_arena_copy(struct lupe_arena *arena, const void *bytes, size_t size);

/* Forgets all allocations; keeps one chunk for the next round. */
void lupe_arena_reset(struct lupe_arena *arena);

#endif
