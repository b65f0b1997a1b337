/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The decoder: a type over bytes becomes a tree of values.
 *
 * A struct is read from the target once; its members decode from those bytes. Only pointers and
 * unbounded parts cause further reads. Scalars of a struct are decoded before everything else, so
 * that conditions, counts and dependent types may look at siblings on either side.
 *
 * All sizes and counts come from the target or from foreign type information: each is capped before
 * memory is taken, the depth and the number of values of a tree are limited, and what could not be
 * had becomes a flag of the value.
 */
#include <string.h>
#include "base/arena.h"
#include "base/cleanup.h"
#include "type/decode_parts.h"

enum {
	STRUCT_MAX = 1 << 20,     /* bytes of one struct */
	TERMINATED_MAX = 1 << 22, /* elements counted up to a terminator */
	NESTING_MAX = 64,         /* of C recursion, whatever depth_max says */
	VALUES_MAX = 65536,
};

const struct lupe_decode_limits lupe_decode_limits_default = {
    .string_max = 32, .path_max = 4095, .array_max = 32, .depth_max = 12, .values_max = VALUES_MAX};

static void decode_value(struct lupe_decode *decode, struct lupe_value *value,
			 const struct lupe_type *type, struct lupe_source source,
			 struct lupe_extent extent);

static struct lupe_value *make_children(struct lupe_decode *decode, size_t count)
{
	size_t max = decode->limits.values_max ? decode->limits.values_max : (size_t)VALUES_MAX;

	if (count > max || decode->n_values > max - count)
		return NULL;
	decode->n_values += count;
	return lupe_arena_alloc(decode->arena, count * sizeof(struct lupe_value));
}

static bool too_deep(const struct lupe_decode *decode)
{
	return decode->depth >= MIN(decode->limits.depth_max, (unsigned)NESTING_MAX);
}

/* --- arrays --- */

static void decode_elements(struct lupe_decode *decode, struct lupe_value *value,
			    const struct lupe_type *element, size_t size, size_t available)
{
	size_t i, count = value->n_children;

	value->children = count ? make_children(decode, count) : NULL;
	value->n_children = 0;
	if (count && !value->children) {
		value->flags |= LUPE_VALUE_TRUNCATED;
		return;
	}
	decode->depth++;
	for (i = 0; i < count; i++) {
		struct lupe_source source = {value->address ? value->address + i * size : 0,
					     value->bytes + i * size, available - i * size};

		source.size = MIN(source.size, size);
		decode_value(decode, &value->children[i], element, source,
			     (struct lupe_extent){.kind = LUPE_EXTENT_ONE});
	}
	decode->depth--;
	value->n_children = count;
}

static void decode_array(struct lupe_decode *decode, struct lupe_value *value,
			 const struct lupe_type *element, struct lupe_source source, uint64_t total)
{
	size_t size = lupe_type_size(element);
	size_t shown, got, array_max = decode->limits.array_max;
	const struct lupe_type *plain = lupe_type_strip(element);
	bool is_text = plain && plain->kind == LUPE_KIND_CHAR && size == 1;

	value->total = total;
	if (!total)
		return;
	if (!size || too_deep(decode)) {
		value->flags |= LUPE_VALUE_OPAQUE;
		return;
	}
	if (is_text) /* also kept as text, to its own limit */
		array_max = MAX(array_max, decode->limits.string_max);
	shown = MIN(MIN(total, array_max), LUPE_DECODE_BYTES_MAX / size);
	if (shown < total)
		value->flags |= LUPE_VALUE_TRUNCATED;
	/* Where none is shown, one is read all the same: nothing is not the same as unreadable. */
	got = lupe_decode_fetch(decode, value, source, MAX(shown, (size_t)1) * size);
	value->n_children = MIN(got / size, decode->limits.array_max);
	decode_elements(decode, value, element, size, got);
}

static void decode_terminated(struct lupe_decode *decode, struct lupe_value *value,
			      const struct lupe_type *element, lupe_addr address, bool count_only)
{
	size_t size = lupe_type_size(element);
	uint64_t most = count_only ? TERMINATED_MAX
				   : MIN(decode->limits.array_max, (size_t)TERMINATED_MAX - 1) + 1;
	bool found;
	uint64_t count;

	if (!size) {
		value->flags |= LUPE_VALUE_OPAQUE;
		return;
	}
	count = lupe_decode_count_terminated(decode, address, size, most, &found);
	if (count_only) {
		value->total = count;
		value->flags |= LUPE_VALUE_OPAQUE;
		if (!found)
			value->flags |= LUPE_VALUE_UNTERMINATED |
					(count ? LUPE_VALUE_PARTIAL : LUPE_VALUE_UNREADABLE);
		return;
	}
	decode_array(decode, value, element, (struct lupe_source){.address = address}, count);
	if (found)
		return;
	value->flags |= LUPE_VALUE_UNTERMINATED;
	if (count < most)
		value->flags |= count ? LUPE_VALUE_PARTIAL : LUPE_VALUE_UNREADABLE;
}

/* --- pointers --- */

static const struct lupe_type char_string = {.name = "char []", .kind = LUPE_KIND_STRING};

/* Several elements behind a pointer: one child, an array with a type made for it. */
static void decode_pointed_array(struct lupe_decode *decode, struct lupe_value *child,
				 const struct lupe_type *element, lupe_addr address,
				 struct lupe_extent extent)
{
	struct lupe_type *array = lupe_arena_alloc(decode->arena, sizeof(*array));
	uint64_t size = lupe_type_size(element);

	/* There is no array that is longer than the rest of the address space. */
	if (!array || (extent.kind == LUPE_EXTENT_COUNT && size &&
		       extent.count > (UINT64_MAX - address) / size)) {
		child->flags |= LUPE_VALUE_OPAQUE;
		return;
	}
	array->kind = LUPE_KIND_ARRAY;
	array->target = element;
	array->count = extent.kind == LUPE_EXTENT_COUNT ? extent.count : 0;
	child->type = array;
	child->address = address;
	if (extent.kind == LUPE_EXTENT_TERMINATED)
		decode_terminated(decode, child, element, address, extent.count_only);
	else
		decode_array(decode, child, element, (struct lupe_source){.address = address},
			     extent.count);
}

static void decode_target(struct lupe_decode *decode, struct lupe_value *child,
			  const struct lupe_type *type, lupe_addr address,
			  struct lupe_extent extent)
{
	const struct lupe_type *plain = lupe_type_strip(type);
	struct lupe_source source = {.address = address};

	switch (plain->kind) {
	case LUPE_KIND_CHAR:
		if (extent.kind != LUPE_EXTENT_ONE)
			break;
		decode_value(decode, child, &char_string, source, extent);
		return;
	case LUPE_KIND_STRING:
	case LUPE_KIND_BYTES:
	case LUPE_KIND_ARRAY:
	case LUPE_KIND_CUSTOM:
		if (extent.kind == LUPE_EXTENT_TERMINATED)
			break;
		decode_value(decode, child, type, source, extent);
		/* int[2] is one object: all of it is there, or it is unreadable. */
		if (plain->kind == LUPE_KIND_ARRAY && plain->count &&
		    (child->flags & LUPE_VALUE_PARTIAL))
			child->flags |= LUPE_VALUE_UNREADABLE;
		return;
	case LUPE_KIND_VOID:
	case LUPE_KIND_INT:
	case LUPE_KIND_UINT:
	case LUPE_KIND_BOOL:
	case LUPE_KIND_FLOAT:
	case LUPE_KIND_ENUM:
	case LUPE_KIND_FLAGS:
	case LUPE_KIND_POINTER:
	case LUPE_KIND_STRUCT:
	case LUPE_KIND_UNION:
	case LUPE_KIND_FUNCTION:
	case LUPE_KIND_TYPEDEF:
		/* The count of a struct that grows is its size. */
		if (extent.kind != LUPE_EXTENT_ONE &&
		    !(plain->size_min && extent.kind == LUPE_EXTENT_COUNT))
			break;
		decode_value(decode, child, type, source, extent);
		return;
	}
	decode_pointed_array(decode, child, type, address, extent);
}

/* True for what following a pointer cannot recurse through: shown at any depth. */
static bool is_leaf(const struct lupe_type *plain)
{
	return plain->kind == LUPE_KIND_STRING || plain->kind == LUPE_KIND_BYTES ||
	       plain->kind == LUPE_KIND_CHAR;
}

static void decode_pointer(struct lupe_decode *decode, struct lupe_value *value,
			   const struct lupe_type *type, struct lupe_extent extent)
{
	const struct lupe_type *target = lupe_type_strip(type->target);

	if (!value->u) {
		value->flags |= LUPE_VALUE_NULL;
		return;
	}
	if (!target || target->kind == LUPE_KIND_VOID || target->kind == LUPE_KIND_FUNCTION ||
	    target->incomplete ||
	    (decode->limits.text_only && !type->is_reference && !is_leaf(target)))
		return;
	if (!decode->memory || extent.kind == LUPE_EXTENT_UNKNOWN ||
	    (too_deep(decode) && !is_leaf(target))) {
		value->flags |= LUPE_VALUE_OPAQUE;
		return;
	}
	value->children = make_children(decode, 1);
	if (!value->children) {
		value->flags |= LUPE_VALUE_OPAQUE;
		return;
	}
	value->n_children = 1;
	decode->depth++;
	decode_target(decode, value->children, type->target, value->u, extent);
	decode->depth--;
}

/* --- structs --- */

/* True when `member` is a number that needs nothing of its siblings. */
static bool is_plain(const struct lupe_member *member, const struct lupe_type *type)
{
	return type && type->kind != LUPE_KIND_POINTER && lupe_kind_is_scalar(type->kind) &&
	       !member->choice && !(type->ops && type->ops->decode);
}

static void decode_plain(struct lupe_value *value, const struct lupe_type *type,
			 struct lupe_source source)
{
	if (!lupe_scalar_load(type, value->member, source.bytes, source.size, &value->u))
		value->flags |= LUPE_VALUE_UNREADABLE;
}

static struct lupe_source member_source(const struct lupe_siblings *siblings, size_t index)
{
	struct lupe_source source = {0};
	size_t offset = lupe_sibling_offset(siblings, index);

	if (siblings->source.address)
		source.address = siblings->source.address + offset;
	if (offset < siblings->source.size) {
		source.bytes = siblings->source.bytes + offset;
		source.size = siblings->source.size - offset;
	}
	return source;
}

/* Out-arguments before the exit, and after a failure: the address alone. */
static bool hides_target(const struct lupe_decode *decode, const struct lupe_member *member,
			 struct lupe_value *value)
{
	if (member->flow != LUPE_FLOW_OUT && member->flow != LUPE_FLOW_LATE &&
	    member->flow != LUPE_FLOW_CHANGED)
		return false;
	if (!decode->has_result) {
		value->flags |= LUPE_VALUE_PENDING;
		if (member->flow == LUPE_FLOW_CHANGED)
			return false;
	} else if (decode->failed && member->flow == LUPE_FLOW_OUT) {
		value->flags |= LUPE_VALUE_OPAQUE;
	} else {
		return false;
	}
	return true;
}

/* The member with the flow of the case that its choice took. */
static const struct lupe_member *flowing_as(struct lupe_decode *decode,
					    const struct lupe_member *member,
					    const struct lupe_member *as)
{
	struct lupe_member *copy = lupe_arena_copy(decode->arena, member, sizeof(*member));

	if (!copy)
		return member;
	copy->flow = as->flow;
	return copy;
}

static void decode_member(struct lupe_decode *decode, struct lupe_value *parent,
			  const struct lupe_siblings *siblings, size_t index)
{
	const struct lupe_member *member = &siblings->members[index], *as;
	struct lupe_value *value = &parent->children[index];
	struct lupe_source source = member_source(siblings, index);
	const struct lupe_type *plain;
	bool parameters = siblings->parameters;
	struct lupe_extent extent;

	if (member->present && !member->present(parent)) {
		value->flags |= LUPE_VALUE_ABSENT;
		return;
	}
	as = lupe_decode_chosen(siblings, member);
	if (as->flow != member->flow) /* printers ask for it */
		value->member = flowing_as(decode, member, as);
	value->type = as->type;
	value->address = source.address;
	plain = lupe_type_strip(as->type);
	if (!plain)
		return;
	if (lupe_kind_is_scalar(plain->kind) || plain->kind == LUPE_KIND_CUSTOM) {
		if (!lupe_scalar_load(plain, member, source.bytes, source.size, &value->u) &&
		    plain->kind != LUPE_KIND_CUSTOM) {
			value->flags |= LUPE_VALUE_UNREADABLE;
			return;
		}
	} else if (!source.bytes && siblings->source.size < lupe_type_size(parent->type)) {
		value->flags |= LUPE_VALUE_UNREADABLE; /* the struct broke off before us */
		return;
	}
	if (parameters && hides_target(decode, as, value))
		return;
	if ((member->flags & LUPE_MEMBER_VERBOSE) && !decode->limits.verbose && !parameters &&
	    (!lupe_kind_is_scalar(plain->kind) || plain->kind == LUPE_KIND_POINTER)) {
		value->flags |= LUPE_VALUE_OPAQUE; /* nobody will show it */
		return;
	}
	/* An open array at the end of a struct lies beyond what was read of the struct. */
	if (source.address && !lupe_type_size(plain) &&
	    (plain->kind == LUPE_KIND_ARRAY || plain->kind == LUPE_KIND_BYTES ||
	     plain->kind == LUPE_KIND_STRING))
		source.bytes = NULL;
	extent = lupe_decode_extent(decode, siblings, &as->count);
	extent.count_only =
	    parameters && (member->flags & LUPE_MEMBER_VERBOSE) && !decode->limits.verbose;
	decode_value(decode, value, as->type, source, extent);
}

void lupe_decode_members(struct lupe_decode *decode, struct lupe_value *parent,
			 const struct lupe_member *members, size_t n_members,
			 struct lupe_source source, bool parameters)
{
	struct lupe_siblings siblings = {members, n_members, source, parameters};
	size_t i;

	parent->total = n_members;
	if (!n_members)
		return;
	parent->children = make_children(decode, n_members);
	if (!parent->children) {
		parent->flags |= LUPE_VALUE_TRUNCATED;
		return;
	}
	parent->n_children = n_members;
	for (i = 0; i < n_members; i++) {
		struct lupe_value *value = &parent->children[i];
		const struct lupe_type *type = lupe_type_strip(members[i].type);
		struct lupe_source at = member_source(&siblings, i);

		value->member = &members[i];
		value->type = members[i].type;
		value->address = at.address;
		if (is_plain(&members[i], type))
			decode_plain(value, type, at);
	}
	for (i = 0; i < n_members; i++)
		if (members[i].present || !is_plain(&members[i], lupe_type_strip(members[i].type)))
			decode_member(decode, parent, &siblings, i);
}

static const struct lupe_type bytes_type = {.name = "char []", .kind = LUPE_KIND_BYTES};
static const struct lupe_member beyond = {
    .name = "beyond", .type = &bytes_type, .flags = LUPE_MEMBER_BEYOND};

/* What a caller of a newer kernel appended: one more child, after the members, unless it is zero.
 */
static void decode_beyond(struct lupe_decode *decode, struct lupe_value *value,
			  const struct lupe_type *type, lupe_addr address, uint64_t size)
{
	size_t more = MIN(size, (uint64_t)LUPE_DECODE_CHUNK) - MIN(type->size, LUPE_DECODE_CHUNK);
	struct lupe_value *children;

	if (!address || !more || lupe_decode_is_zero(decode, address + type->size, more))
		return;
	children = make_children(decode, value->n_children + 1);
	if (!children)
		return;
	memcpy(children, value->children, value->n_children * sizeof(*children));
	value->children = children;
	children += value->n_children++;
	children->member = &beyond;
	decode_value(decode, children, &bytes_type,
		     (struct lupe_source){.address = address + type->size},
		     (struct lupe_extent){.kind = LUPE_EXTENT_COUNT, .count = more});
}

static void decode_struct(struct lupe_decode *decode, struct lupe_value *value,
			  const struct lupe_type *type, struct lupe_source source,
			  struct lupe_extent extent)
{
	size_t size = MIN(type->size, (uint32_t)STRUCT_MAX), got;

	value->total = type->n_members;
	if (too_deep(decode)) {
		value->flags |= LUPE_VALUE_OPAQUE;
		return;
	}
	/* One that the caller says is shorter (an older ABI): what lies beyond is not there. */
	if (extent.kind == LUPE_EXTENT_COUNT) {
		if (extent.count < type->size_min) {
			value->flags |= LUPE_VALUE_OPAQUE;
			return;
		}
		size = MIN(size, extent.count);
	}
	got = lupe_decode_fetch(decode, value, source, size);
	if (value->flags & LUPE_VALUE_UNREADABLE)
		return;
	decode->depth++;
	lupe_decode_members(decode, value, type->members, type->n_members,
			    (struct lupe_source){source.address, value->bytes, got}, false);
	decode->depth--;
	if (type->size_min && extent.kind == LUPE_EXTENT_COUNT && extent.count > type->size)
		decode_beyond(decode, value, type, source.address, extent.count);
}

/* --- any type --- */

static bool load_scalar(struct lupe_decode *decode, struct lupe_value *value,
			const struct lupe_type *type, struct lupe_source source)
{
	unsigned char bytes[16];
	size_t size = lupe_type_size(type);

	if (source.bytes)
		return lupe_scalar_load(type, value->member, source.bytes, source.size, &value->u);
	if (!size || size > sizeof(bytes))
		return false;
	source.size = lupe_memory_read_some(decode->memory, source.address, bytes, size);
	return lupe_scalar_load(type, NULL, bytes, source.size, &value->u);
}

static void decode_custom(struct lupe_decode *decode, struct lupe_value *value,
			  const struct lupe_type *type, struct lupe_source source,
			  struct lupe_extent extent)
{
	size_t limit = extent.kind == LUPE_EXTENT_COUNT ? MIN(extent.count, SIZE_MAX) : SIZE_MAX;

	if (source.bytes) {
		value->bytes = source.bytes;
		value->n_bytes = type->size ? MIN(type->size, source.size) : source.size;
		lupe_scalar_load(type, value->member, source.bytes, source.size, &value->u);
	}
	if (type->ops && type->ops->decode) {
		if (decode->depth >= NESTING_MAX) {
			value->flags |= LUPE_VALUE_OPAQUE;
			return;
		}
		decode->depth++;
		type->ops->decode(decode, value, limit);
		decode->depth--;
		return;
	}
	lupe_decode_bytes(decode, value, type, source, extent);
	if (value->n_bytes && value->n_bytes == type->size)
		lupe_scalar_load(type, NULL, value->bytes, value->n_bytes, &value->u);
}

static void decode_value(struct lupe_decode *decode, struct lupe_value *value,
			 const struct lupe_type *type, struct lupe_source source,
			 struct lupe_extent extent)
{
	const struct lupe_type *plain = lupe_type_strip(type);
	uint64_t total;

	value->type = type;
	value->address = source.address;
	if (!plain)
		return;
	if (plain->ops && plain->ops->decode) {
		decode_custom(decode, value, plain, source, extent);
		return;
	}
	switch (plain->kind) {
	case LUPE_KIND_INT:
	case LUPE_KIND_UINT:
	case LUPE_KIND_BOOL:
	case LUPE_KIND_CHAR:
	case LUPE_KIND_FLOAT:
	case LUPE_KIND_ENUM:
	case LUPE_KIND_FLAGS:
		if (!load_scalar(decode, value, plain, source))
			value->flags |= LUPE_VALUE_UNREADABLE;
		else if (plain->size > sizeof(value->u) && source.bytes) {
			value->bytes = source.bytes; /* 128-bit numbers and long double: exactly */
			value->n_bytes = MIN(plain->size, source.size);
		}
		break;
	case LUPE_KIND_POINTER:
		if (load_scalar(decode, value, plain, source))
			decode_pointer(decode, value, plain, extent);
		else
			value->flags |= LUPE_VALUE_UNREADABLE;
		break;
	case LUPE_KIND_STRING:
		lupe_decode_string(decode, value, plain, source, extent);
		break;
	case LUPE_KIND_BYTES:
		lupe_decode_bytes(decode, value, plain, source, extent);
		break;
	case LUPE_KIND_ARRAY:
		total =
		    extent.kind == LUPE_EXTENT_COUNT && !plain->count ? extent.count : plain->count;
		decode_array(decode, value, plain->target, source, total);
		break;
	case LUPE_KIND_STRUCT:
	case LUPE_KIND_UNION:
		decode_struct(decode, value, plain, source, extent);
		break;
	case LUPE_KIND_CUSTOM:
		decode_custom(decode, value, plain, source, extent);
		break;
	case LUPE_KIND_VOID:
	case LUPE_KIND_FUNCTION:
	case LUPE_KIND_TYPEDEF:
		break;
	}
}

/* A read from outside begins a tree, with the whole budget; one by a type's own code goes on with
 * it. */
static void begin(struct lupe_decode *decode)
{
	if (!decode->depth)
		decode->n_values = decode->n_bytes = 0;
}

static struct lupe_extent limit_extent(size_t limit)
{
	if (limit == SIZE_MAX)
		return (struct lupe_extent){.kind = LUPE_EXTENT_ONE};
	return (struct lupe_extent){.kind = LUPE_EXTENT_COUNT, .count = limit};
}

void lupe_value_fill(struct lupe_decode *decode, struct lupe_value *value,
		     const struct lupe_type *type, lupe_addr address, size_t limit)
{
	struct lupe_source source = {.address = address};

	begin(decode);
	if (decode->depth >= NESTING_MAX) {
		value->type = type;
		value->flags |= LUPE_VALUE_OPAQUE;
		return;
	}
	/* An array behind an address keeps its element count; a struct, its bytes. */
	decode_value(decode, value, type, source, limit_extent(limit));
}

void lupe_value_follow(struct lupe_decode *decode, struct lupe_value *pointer, size_t limit)
{
	const struct lupe_type *plain = lupe_type_strip(pointer->type);

	if (plain && plain->kind == LUPE_KIND_POINTER && decode->depth < NESTING_MAX)
		decode_pointer(decode, pointer, plain, limit_extent(limit));
	else
		pointer->flags |= LUPE_VALUE_OPAQUE;
}

void lupe_value_follow_if(struct lupe_decode *decode, struct lupe_value *pointer, size_t limit,
			  bool follow)
{
	if (follow)
		lupe_value_follow(decode, pointer, limit);
	else
		pointer->flags |= pointer->u ? LUPE_VALUE_OPAQUE : LUPE_VALUE_NULL;
}

struct lupe_value *lupe_value_read(struct lupe_decode *decode, const struct lupe_type *type,
				   lupe_addr address)
{
	struct lupe_value *value;

	begin(decode);
	value = make_children(decode, 1);
	if (value)
		lupe_value_fill(decode, value, type, address, SIZE_MAX);
	return value;
}

struct lupe_value *lupe_value_over(struct lupe_decode *decode, const struct lupe_type *type,
				   lupe_addr address, const void *bytes, size_t size)
{
	struct lupe_source source = {address, lupe_arena_copy(decode->arena, bytes, size), size};
	struct lupe_value *value;

	begin(decode);
	value = make_children(decode, 1);
	if (!value || !source.bytes)
		return NULL;
	decode_value(decode, value, type, source, (struct lupe_extent){.kind = LUPE_EXTENT_ONE});
	return value;
}
