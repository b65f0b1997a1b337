/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Looking into decoded values. A tree's depth was limited when it was made, so walking it is
 * bounded.
 */
#include "lupe/value.h"

#include <string.h>

static const struct lupe_value *through_pointer(const struct lupe_value *value)
{
	const struct lupe_type *type = lupe_type_strip(value->type);

	if (type && type->kind == LUPE_KIND_POINTER)
		return value->n_children ? value->children : NULL;
	return value;
}

static bool is_transparent(const struct lupe_value *child)
{
	const struct lupe_member *member = child->member;

	return member &&
	       (!member->name || (member->flags & (LUPE_MEMBER_INLINE | LUPE_MEMBER_BASE)));
}

/* Of several members with one name (variants that exclude each other) the one that is there wins.
 */
static const struct lupe_value *find(const struct lupe_value *value, const char *name)
{
	const struct lupe_value *absent = NULL, *found;
	uint32_t i;

	for (i = 0; i < value->n_children; i++) {
		const struct lupe_value *child = &value->children[i];

		if (!child->member || !child->member->name || strcmp(child->member->name, name))
			continue;
		if (!(child->flags & LUPE_VALUE_ABSENT))
			return child;
		absent = child;
	}
	for (i = 0; i < value->n_children; i++) {
		if (!is_transparent(&value->children[i]))
			continue;
		found = find(&value->children[i], name);
		if (found)
			return found;
	}
	return absent;
}

const struct lupe_value *lupe_value_member(const struct lupe_value *value, const char *name)
{
	value = through_pointer(value);
	return value ? find(value, name) : NULL;
}

const struct lupe_value *lupe_value_element(const struct lupe_value *value, size_t index)
{
	value = through_pointer(value);
	return value && index < value->n_children ? &value->children[index] : NULL;
}
