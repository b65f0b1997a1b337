/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bytes and strings. A length that the target names is never trusted with memory: large reads grow
 * by what is really there, and all reads of a tree together are bounded.
 */
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/cleanup.h"
#include "type/decode_parts.h"

enum {
	DIRECT_MAX = 64 * 1024, /* bytes that are read at once into the arena */
	FIXED_STRING_MAX = 1 << 20,
};

/* Sets what a read of `wanted` bytes that answered `got` means. */
static void note_short_read(struct lupe_value *value, size_t got, size_t wanted)
{
	if (got < wanted)
		value->flags |= got ? LUPE_VALUE_PARTIAL : LUPE_VALUE_UNREADABLE;
}

/* Reads up to `size` bytes through a buffer that doubles as long as the target delivers. */
static size_t fetch_growing(struct lupe_decode *decode, struct lupe_value *value, lupe_addr address,
			    size_t size)
{
	unsigned char *heap = NULL, *bigger;
	size_t capacity = DIRECT_MAX, length = 0, got;

	do {
		bigger = realloc(heap, capacity);
		if (!bigger)
			break;
		heap = bigger;
		got = lupe_memory_read_some(decode->memory, address + length, heap + length,
					    capacity - length);
		length += MIN(got, capacity - length);
		if (length < capacity)
			break;
		capacity = MIN(capacity * 2, size);
	} while (length < size);
	value->bytes = length ? lupe_arena_copy(decode->arena, heap, length) : NULL;
	free(heap);
	return value->bytes ? length : 0;
}

size_t lupe_decode_fetch(struct lupe_decode *decode, struct lupe_value *value,
			 struct lupe_source source, size_t size)
{
	size_t wanted = MIN(size, (size_t)LUPE_DECODE_BYTES_MAX - decode->n_bytes), got = 0;
	unsigned char *bytes;

	value->bytes = NULL;
	if (source.bytes) {
		value->bytes = source.bytes;
		got = wanted = MIN(size, source.size);
		note_short_read(value, got, size);
	} else {
		if (wanted > DIRECT_MAX) {
			got = fetch_growing(decode, value, source.address, wanted);
		} else if (wanted) {
			bytes = lupe_arena_alloc(decode->arena, wanted);
			if (bytes)
				got =
				    MIN(wanted, lupe_memory_read_some(
						    decode->memory, source.address, bytes, wanted));
			value->bytes = bytes;
		}
		decode->n_bytes += got;
		note_short_read(value, got, wanted);
		if (wanted < size)
			value->flags |= LUPE_VALUE_TRUNCATED;
	}
	value->n_bytes = got;
	return got;
}

bool lupe_decode_is_zero(struct lupe_decode *decode, lupe_addr address, size_t size)
{
	unsigned char *bytes = lupe_arena_alloc(decode->arena, size);
	size_t i, got = bytes ? lupe_memory_read_some(decode->memory, address, bytes, size) : 0;

	for (i = 0; i < got; i++)
		if (bytes[i])
			return false;
	return got == size;
}

void lupe_decode_bytes(struct lupe_decode *decode, struct lupe_value *value,
		       const struct lupe_type *type, struct lupe_source source,
		       struct lupe_extent extent)
{
	uint64_t total = extent.kind == LUPE_EXTENT_COUNT ? extent.count : type->size;
	size_t shown = MIN(total, MIN(decode->limits.string_max, (size_t)LUPE_DECODE_BYTES_MAX));
	/* One more than is shown, as strace does: a buffer that breaks off there is not shown at
	 * all. */
	size_t wanted = MIN(total, shown + 1);

	/* A role makes the bytes a thing (an address, a signal set): all of it, not a text to cut.
	 */
	if (type->role != LUPE_ROLE_NONE)
		shown = wanted = MIN(total, (size_t)LUPE_DECODE_CHUNK);
	lupe_decode_fetch(decode, value, source, wanted);
	value->n_bytes = MIN(value->n_bytes, shown);
	value->total = total;
	if (shown < total)
		value->flags |= LUPE_VALUE_TRUNCATED;
}

static size_t shown_max(const struct lupe_decode *decode, const struct lupe_type *type)
{
	size_t max =
	    type->role == LUPE_ROLE_PATH ? decode->limits.path_max : decode->limits.string_max;

	return MIN(max, (size_t)LUPE_DECODE_BYTES_MAX - 1);
}

/* A string in bytes at hand: of a field with a fixed size. */
static void decode_fixed(struct lupe_decode *decode, struct lupe_value *value,
			 const struct lupe_type *type, struct lupe_source source, size_t size)
{
	size_t got = lupe_decode_fetch(decode, value, source, MIN(size, (size_t)FIXED_STRING_MAX));
	const unsigned char *nul = got ? memchr(value->bytes, '\0', got) : NULL;
	size_t max = shown_max(decode, type);

	if (nul)
		value->n_bytes = (size_t)(nul - value->bytes);
	else
		value->flags |= LUPE_VALUE_UNTERMINATED;
	value->total = value->n_bytes;
	if (value->n_bytes > max) {
		value->n_bytes = max;
		value->flags |= LUPE_VALUE_TRUNCATED;
	}
}

/* The rest of a string longer than the first chunk: through a buffer that grows, since the limit
 * may be far above what the string needs. Answers whether the NUL was found. */
static bool read_long(struct lupe_decode *decode, struct lupe_value *value, lupe_addr address,
		      const char *chunk, size_t max)
{
	size_t length = LUPE_DECODE_CHUNK, capacity = length, piece = 0;
	char *heap = NULL, *bigger;
	bool found = false;

	do {
		capacity = MIN(capacity * 2, max);
		bigger = realloc(heap, capacity);
		if (!bigger)
			break;
		if (!heap)
			memcpy(bigger, chunk, length);
		heap = bigger;
		found = lupe_memory_read_string(decode->memory, address + length, heap + length,
						capacity - length, &piece);
		length += piece;
	} while (!found && length == capacity && length < max);
	if (!found && length < max)
		value->flags |= LUPE_VALUE_PARTIAL;
	value->bytes = heap ? lupe_arena_copy(decode->arena, heap, length) : NULL;
	value->n_bytes = value->bytes ? length : 0;
	free(heap);
	return found;
}

/* A string up to its NUL somewhere in the target, at most `size` bytes long. Not inlined: its
 * buffer must not lie in each frame of the recursion above it. */
__attribute__((noinline)) static void decode_at(struct lupe_decode *decode,
						struct lupe_value *value,
						const struct lupe_type *type, lupe_addr address,
						size_t size)
{
	size_t limit = shown_max(decode, type), length;
	/* One byte more than is shown, to know whether the NUL follows. */
	size_t max = MIN(MIN(limit + 1, size), (size_t)LUPE_DECODE_BYTES_MAX - decode->n_bytes);
	char chunk[LUPE_DECODE_CHUNK];
	size_t first = MIN(max, sizeof(chunk));
	bool found = lupe_memory_read_string(decode->memory, address, chunk, first, &length);

	if (!found && length == first && first < max) {
		found = read_long(decode, value, address, chunk, max);
	} else {
		if (!found)
			note_short_read(value, length, first);
		value->bytes = lupe_arena_copy(decode->arena, chunk, length);
		value->n_bytes = value->bytes ? length : 0;
	}
	decode->n_bytes += value->n_bytes;
	value->total = value->n_bytes;
	if (found)
		return;
	value->flags |= LUPE_VALUE_UNTERMINATED;
	if (value->n_bytes > limit || max < MIN(limit + 1, size)) {
		value->n_bytes = MIN(value->n_bytes, limit);
		value->flags |= LUPE_VALUE_TRUNCATED;
	}
}

void lupe_decode_string(struct lupe_decode *decode, struct lupe_value *value,
			const struct lupe_type *type, struct lupe_source source,
			struct lupe_extent extent)
{
	size_t size = extent.kind == LUPE_EXTENT_COUNT ? MIN(extent.count, SIZE_MAX) : SIZE_MAX;

	if (type->size)
		size = MIN(size, type->size);
	if (source.bytes)
		decode_fixed(decode, value, type, source, MIN(size, source.size));
	else
		decode_at(decode, value, type, source.address, size);
}
