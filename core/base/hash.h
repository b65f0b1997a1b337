/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A hash map from 64-bit keys (thread ids, addresses) to pointers. It does not own what it points to.
 */
#ifndef LUPE_BASE_HASH_H
#define LUPE_BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lupe_hash_slot {
	uint64_t key;
	void *value; /* NULL: the slot is empty */
};

struct lupe_hash {
	struct lupe_hash_slot *slots;
	size_t capacity; /* a power of two, or 0 */
	size_t count;
};

void lupe_hash_init(struct lupe_hash *hash);
void lupe_hash_deinit(struct lupe_hash *hash);

void *lupe_hash_get(const struct lupe_hash *hash, uint64_t key); /* NULL when absent */
/* Replaces what was there. `value` is not NULL. False: out of memory. */
bool lupe_hash_put(struct lupe_hash *hash, uint64_t key, void *value);
void *lupe_hash_remove(struct lupe_hash *hash, uint64_t key);	       /* what was there, or NULL */

/* Iteration: start with *cursor = 0; false at the end. Do not change the map meanwhile. */
bool lupe_hash_next(const struct lupe_hash *hash, size_t *cursor, uint64_t *ret_key, void **ret_value);

#endif
