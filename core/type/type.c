/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Questions about a type that need no memory. Types may come from hostile DWARF: every walk along a
 * chain (typedefs, arrays of arrays, anonymous members) is bounded.
 */
#include "lupe/type.h"

#include <string.h>

enum { CHAIN_MAX = 64, NESTING_MAX = 16 };

const struct lupe_type *lupe_type_strip(const struct lupe_type *type)
{
	unsigned steps = 0;

	while (type && type->kind == LUPE_KIND_TYPEDEF && steps++ < CHAIN_MAX)
		type = type->target;
	/* A cycle of typedefs names no type at all. */
	if (!type || type->kind == LUPE_KIND_TYPEDEF)
		return NULL;
	if (type->complete) { /* then it is no constant, but the object of who has read it so far */
		struct lupe_type *own = (struct lupe_type *)type;
		void (*complete)(struct lupe_type *) = own->complete;

		own->complete = NULL;
		complete(own);
	}
	return type;
}

uint64_t lupe_type_size(const struct lupe_type *type)
{
	uint64_t product = 1;
	unsigned steps;

	for (steps = 0; steps < CHAIN_MAX; steps++) {
		type = lupe_type_strip(type);
		if (!type)
			return 0;
		if (type->kind == LUPE_KIND_POINTER && !type->size)
			return __builtin_mul_overflow(product, sizeof(void *), &product) ? 0
											 : product;
		if (type->kind != LUPE_KIND_ARRAY || type->size)
			return __builtin_mul_overflow(product, type->size, &product) ? 0 : product;
		if (__builtin_mul_overflow(product, type->count, &product))
			return 0;
		type = type->target;
	}
	return 0;
}

/* A member whose own members count as its parent's. */
static bool is_transparent(const struct lupe_member *member)
{
	return !member->name || (member->flags & (LUPE_MEMBER_INLINE | LUPE_MEMBER_BASE));
}

static const struct lupe_member *find_member(const struct lupe_type *type, const char *name,
					     uint32_t offset, unsigned nesting,
					     uint32_t *ret_offset)
{
	const struct lupe_member *found;
	size_t i;

	type = lupe_type_strip(type);
	if (!type || nesting > NESTING_MAX ||
	    (type->kind != LUPE_KIND_STRUCT && type->kind != LUPE_KIND_UNION))
		return NULL;
	for (i = 0; i < type->n_members; i++) {
		const struct lupe_member *member = &type->members[i];

		if (member->name && !strcmp(member->name, name)) {
			if (ret_offset)
				*ret_offset = offset + member->offset;
			return member;
		}
	}
	/* Own names hide those of embedded and base parts. */
	for (i = 0; i < type->n_members; i++) {
		const struct lupe_member *member = &type->members[i];

		if (!is_transparent(member))
			continue;
		found = find_member(member->type, name, offset + member->offset, nesting + 1,
				    ret_offset);
		if (found)
			return found;
	}
	return NULL;
}

const struct lupe_member *lupe_type_member(const struct lupe_type *type, const char *name,
					   uint32_t *ret_offset)
{
	return find_member(type, name, 0, 0, ret_offset);
}

bool lupe_type_enumerator(const struct lupe_type *type, const char *name, uint64_t *ret_value)
{
	size_t i;

	type = lupe_type_strip(type);
	if (!type)
		return false;
	for (i = 0; i < type->n_enumerators; i++) {
		if (strcmp(type->enumerators[i].name, name))
			continue;
		*ret_value = type->enumerators[i].value;
		return true;
	}
	if (type->zero && !strcmp(type->zero, name)) {
		*ret_value = 0;
		return true;
	}
	return false;
}
