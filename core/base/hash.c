/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An open-addressed hash map with linear probing and backward-shift deletion; see base/hash.h.
 */
#include "base/hash.h"

#include <stdlib.h>

enum { FIRST_CAPACITY = 16 };

void lupe_hash_init(struct lupe_hash *hash)
{
	*hash = (struct lupe_hash){0};
}

void lupe_hash_deinit(struct lupe_hash *hash)
{
	free(hash->slots);
	lupe_hash_init(hash);
}

static size_t home_of(const struct lupe_hash *hash, uint64_t key)
{
	key *= 0x9e3779b97f4a7c15u; /* Fibonacci hashing: spreads small consecutive keys */
	return (key >> 32) & (hash->capacity - 1);
}

/* The slot of `key`, or the empty one where it would go. The map is never full. */
static struct lupe_hash_slot *find_slot(const struct lupe_hash *hash, uint64_t key)
{
	size_t i = home_of(hash, key);

	while (hash->slots[i].value && hash->slots[i].key != key)
		i = (i + 1) & (hash->capacity - 1);
	return &hash->slots[i];
}

void *lupe_hash_get(const struct lupe_hash *hash, uint64_t key)
{
	return hash->capacity ? find_slot(hash, key)->value : NULL;
}

static bool grow(struct lupe_hash *hash)
{
	struct lupe_hash larger = {.capacity = hash->capacity ? hash->capacity * 2 : FIRST_CAPACITY};

	larger.slots = calloc(larger.capacity, sizeof(*larger.slots));
	if (!larger.slots)
		return false;
	for (size_t i = 0; i < hash->capacity; i++)
		if (hash->slots[i].value)
			*find_slot(&larger, hash->slots[i].key) = hash->slots[i];
	larger.count = hash->count;
	free(hash->slots);
	*hash = larger;
	return true;
}

bool lupe_hash_put(struct lupe_hash *hash, uint64_t key, void *value)
{
	struct lupe_hash_slot *slot;

	if (hash->count * 4 >= hash->capacity * 3 && !grow(hash))
		return false;
	slot = find_slot(hash, key);
	hash->count += !slot->value;
	*slot = (struct lupe_hash_slot){key, value};
	return true;
}

void *lupe_hash_remove(struct lupe_hash *hash, uint64_t key)
{
	struct lupe_hash_slot *slot = hash->capacity ? find_slot(hash, key) : NULL;
	size_t mask = hash->capacity - 1, hole, i;
	void *value;

	if (!slot || !slot->value)
		return NULL;
	value = slot->value;
	hash->count--;
	hole = slot - hash->slots;
	for (i = (hole + 1) & mask; hash->slots[i].value; i = (i + 1) & mask) {
		size_t home = home_of(hash, hash->slots[i].key);

		if (((i - home) & mask) < ((i - hole) & mask))
			continue; /* already between its home and the hole's other side */
		hash->slots[hole] = hash->slots[i];
		hole = i;
	}
	hash->slots[hole].value = NULL;
	return value;
}

bool lupe_hash_next(const struct lupe_hash *hash, size_t *cursor, uint64_t *ret_key, void **ret_value)
{
	for (; *cursor < hash->capacity; ++*cursor) {
		const struct lupe_hash_slot *slot = &hash->slots[*cursor];

		if (!slot->value)
			continue;
		*ret_key = slot->key;
		*ret_value = slot->value;
		++*cursor;
		return true;
	}
	return false;
}
