/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The decoder: a type over bytes becomes a tree of values.
 *
 * A struct is read from the target once; its members decode from those bytes. Only pointers and
 * unbounded parts cause further reads. Scalars of a struct are decoded before everything else, so that
 * conditions, counts and dependent types may look at siblings on either side.
 *
 * All sizes and counts come from the target or from foreign type information: each is capped before
 * memory is taken, the depth and the number of values of a tree are limited, and what could not be had
 * becomes a flag of the value.
 */
#include "type/decode.h"

#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/cleanup.h"

enum {
	CHUNK = 4096,
	STRUCT_MAX = 1 << 20,	   /* bytes of one struct */
	ARRAY_BYTES_MAX = 1 << 24, /* bytes of one array */
	STRING_MAX = 1 << 26,	   /* bytes of one string or buffer, whatever the limits say */
	TERMINATED_MAX = 1 << 22,  /* elements counted up to a terminator */
	NESTING_MAX = 64,	   /* of C recursion, whatever depth_max says */
	CHOICES_MAX = 4,	   /* dependent types that depend further */
	VALUES_MAX = 65536,
};

const struct lupe_decode_limits lupe_decode_limits_default = {
    .string_max = 32, .path_max = 4096, .array_max = 32, .depth_max = 8, .values_max = VALUES_MAX};

/* How many elements or bytes there are behind a pointer or in an open array. */
enum extent_kind { EXTENT_ONE, EXTENT_COUNT, EXTENT_TERMINATED, EXTENT_UNKNOWN };

struct extent {
	enum extent_kind kind;
	uint64_t count;
	bool count_only; /* TERMINATED: nobody will look at the elements */
};

struct siblings {
	const struct lupe_member *members;
	size_t n_members;
	struct lupe_source source;
	bool parameters; /* of a syscall: eight bytes each, one after the other */
};

static size_t offset_of(const struct siblings *siblings, size_t index)
{
	return siblings->parameters ? 8 * index : siblings->members[index].offset;
}

static void decode_value(struct lupe_decode *decode, struct lupe_value *value,
			 const struct lupe_type *type, struct lupe_source source,
			 struct extent extent);

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

static bool is_size_type(const struct lupe_type *type)
{
	return type && lupe_kind_is_scalar(type->kind);
}

/* --- bytes and strings --- */

/* Sets what a read of `wanted` bytes that answered `got` means. */
static void note_short_read(struct lupe_value *value, size_t got, size_t wanted)
{
	if (got >= wanted)
		return;
	value->flags |= got ? LUPE_VALUE_PARTIAL : LUPE_VALUE_UNREADABLE;
}

/* Gets `size` bytes of the source: at hand, or read into the arena. Answers how many there are. */
static size_t fetch(struct lupe_decode *decode, struct lupe_source source, size_t size,
		    const unsigned char **ret)
{
	unsigned char *bytes;

	*ret = NULL;
	if (source.bytes) {
		*ret = source.bytes;
		return MIN(size, source.size);
	}
	bytes = size ? lupe_arena_alloc(decode->arena, size) : NULL;
	if (!bytes)
		return 0;
	*ret = bytes;
	return MIN(size, lupe_memory_read_some(decode->memory, source.address, bytes, size));
}

static void decode_bytes(struct lupe_decode *decode, struct lupe_value *value,
			 const struct lupe_type *type, struct lupe_source source,
			 struct extent extent)
{
	uint64_t total = extent.kind == EXTENT_COUNT ? extent.count : type->size;
	size_t shown = MIN(total, MIN(decode->limits.string_max, (size_t)STRING_MAX));
	/* One more than is shown, as strace does: a buffer that breaks off there is not shown at all. */
	size_t wanted = MIN(total, shown + 1), got;

	/* A role makes the bytes a thing (an address, a signal set): all of it, not a text to cut. */
	if (type->role != LUPE_ROLE_NONE)
		shown = wanted = MIN(total, (size_t)CHUNK);
	got = fetch(decode, source, wanted, &value->bytes);
	value->n_bytes = MIN(got, shown);
	value->total = total;
	if (shown < total)
		value->flags |= LUPE_VALUE_TRUNCATED;
	note_short_read(value, got, wanted);
}

/* A string inside bytes at hand, or of a field with a fixed size. */
static void decode_fixed_string(struct lupe_decode *decode, struct lupe_value *value,
				struct lupe_source source, size_t size)
{
	size_t wanted = MIN(size, (size_t)STRUCT_MAX), got, max = decode->limits.string_max;
	const unsigned char *nul;

	got = fetch(decode, source, wanted, &value->bytes);
	nul = got ? memchr(value->bytes, '\0', got) : NULL;
	value->n_bytes = nul ? (size_t)(nul - value->bytes) : got;
	if (!nul) {
		value->flags |= LUPE_VALUE_UNTERMINATED;
		note_short_read(value, got, wanted);
	}
	value->total = value->n_bytes;
	if (value->n_bytes > max) {
		value->n_bytes = max;
		value->flags |= LUPE_VALUE_TRUNCATED;
	}
}

/* The rest of a string longer than the first chunk: a heap buffer that grows, since the limit may be far
 * above what the string needs. Answers the bytes before the NUL. */
static bool read_long_string(struct lupe_decode *decode, lupe_addr address, const char *chunk,
			     size_t length, size_t max, struct lupe_value *value)
{
	char *heap = NULL;
	size_t capacity = length, piece;
	bool found = false, ok = true;

	heap = malloc(capacity);
	if (!heap)
		return false;
	memcpy(heap, chunk, length);
	while (!found && ok && length < max) {
		char *bigger = realloc(heap, MIN(capacity * 2, max));

		if (!bigger)
			break;
		heap = bigger;
		capacity = MIN(capacity * 2, max);
		found = lupe_memory_read_string(decode->memory, address + length, heap + length,
						capacity - length, &piece);
		ok = found || length + piece == capacity;
		length += piece;
	}
	value->bytes = lupe_arena_copy(decode->arena, heap, length);
	value->n_bytes = value->bytes ? length : 0;
	free(heap);
	if (!ok)
		value->flags |= LUPE_VALUE_PARTIAL | LUPE_VALUE_UNTERMINATED;
	return found;
}

/* A string up to its NUL somewhere in the target, at most `size` bytes long (SIZE_MAX: no bound). Not
 * inlined: its buffer must not lie in each frame of the recursion above it. */
__attribute__((noinline))
static void decode_string(struct lupe_decode *decode, struct lupe_value *value,
			  enum lupe_role role, lupe_addr address, size_t size)
{
	size_t limit = role == LUPE_ROLE_PATH ? decode->limits.path_max : decode->limits.string_max;
	/* One byte more than is shown, to know whether the NUL follows; strings that fit need no more. */
	size_t max = MIN(MIN(limit, (size_t)STRING_MAX) + 1, size), length;
	char chunk[CHUNK + 1];
	bool found;

	found = lupe_memory_read_string(decode->memory, address, chunk, MIN(max, sizeof(chunk)),
					&length);
	if (!found && length == sizeof(chunk) && length < max) {
		found = read_long_string(decode, address, chunk, length, max, value);
	} else {
		if (!found && length < MIN(max, sizeof(chunk)))
			value->flags |= LUPE_VALUE_UNTERMINATED |
					(length ? LUPE_VALUE_PARTIAL : LUPE_VALUE_UNREADABLE);
		value->bytes = lupe_arena_copy(decode->arena, chunk, length);
		value->n_bytes = value->bytes ? length : 0;
	}
	value->total = value->n_bytes;
	if (found || (value->flags & LUPE_VALUE_UNTERMINATED))
		return;
	value->flags |= LUPE_VALUE_UNTERMINATED;
	if (value->n_bytes > limit) {
		value->n_bytes = limit;
		value->flags |= LUPE_VALUE_TRUNCATED;
	}
}

static void decode_any_string(struct lupe_decode *decode, struct lupe_value *value,
			      const struct lupe_type *type, struct lupe_source source,
			      struct extent extent)
{
	size_t size = extent.kind == EXTENT_COUNT ? MIN(extent.count, SIZE_MAX) : SIZE_MAX;

	if (type->size)
		size = MIN(size, type->size);
	if (source.bytes)
		decode_fixed_string(decode, value, source, MIN(size, source.size));
	else
		decode_string(decode, value, type->role, source.address, size);
}

/* --- counts and dependent types --- */

static struct lupe_type plain_number(uint32_t size)
{
	return (struct lupe_type){.kind = LUPE_KIND_UINT, .size = MIN(size, (uint32_t)8)};
}

/* The raw number of a sibling: a parameter list and a struct both have it in their bytes. */
static bool sibling_number(const struct siblings *siblings, unsigned index, uint64_t *ret,
			   size_t *ret_width, bool *ret_signed)
{
	const struct lupe_member *member;
	const struct lupe_type *type;
	struct lupe_type custom;
	size_t rest, offset;

	if (index >= siblings->n_members)
		return false;
	member = &siblings->members[index];
	type = lupe_type_strip(member->type);
	offset = offset_of(siblings, index);
	if (!siblings->source.bytes || offset >= siblings->source.size || !type)
		return false;
	rest = siblings->source.size - offset;
	if (type->kind == LUPE_KIND_CUSTOM) { /* a count with a notation of its own */
		custom = plain_number(type->size);
		type = &custom;
	}
	if (!is_size_type(type))
		return false;
	*ret_signed = lupe_kind_is_signed(type);
	*ret_width = member->bit_size ? 8 : MIN(lupe_type_size(type), 8);
	return lupe_scalar_load(type, member, siblings->source.bytes + offset, rest, ret);
}

/* The number behind a sibling pointer (socklen_t *). */
static bool pointed_number(struct lupe_decode *decode, const struct siblings *siblings,
			   unsigned index, uint64_t *ret, bool *ret_signed)
{
	const struct lupe_type *pointer, *target;
	struct lupe_type number;
	unsigned char bytes[16];
	uint64_t address;
	size_t width, size;
	bool is_signed;

	if (!sibling_number(siblings, index, &address, &width, &is_signed) || !address)
		return false;
	pointer = lupe_type_strip(siblings->members[index].type);
	target = pointer->kind == LUPE_KIND_POINTER ? lupe_type_strip(pointer->target) : NULL;
	if (!is_size_type(target)) {
		number = plain_number(target && target->size ? target->size : 4);
		target = &number;
	}
	size = lupe_type_size(target);
	if (!size || size > sizeof(bytes) ||
	    lupe_memory_read_some(decode->memory, address, bytes, size) != size)
		return false;
	*ret_signed = lupe_kind_is_signed(target);
	return lupe_scalar_load(target, NULL, bytes, size, ret);
}

static struct extent counted(uint64_t number, bool is_signed, uint32_t more)
{
	/* A negative int count is nobody's count. */
	if ((is_signed && (int64_t)number < 0) || __builtin_add_overflow(number, (uint64_t)more, &number))
		return (struct extent){.kind = EXTENT_UNKNOWN};
	return (struct extent){.kind = EXTENT_COUNT, .count = number};
}

static struct extent result_extent(const struct lupe_decode *decode, const struct siblings *siblings,
				   const struct lupe_count *count)
{
	uint64_t number = decode->result, most;
	size_t width;
	bool is_signed;

	if (!decode->is_syscall || !decode->has_result || decode->failed || decode->result < 0)
		return (struct extent){.kind = EXTENT_UNKNOWN};
	if (count->member != LUPE_NO_MEMBER &&
	    sibling_number(siblings, count->member, &most, &width, &is_signed))
		number = MIN(number, most);
	return counted(number, true, 0);
}

static struct extent member_extent(struct lupe_decode *decode, const struct siblings *siblings,
				   const struct lupe_count *count)
{
	uint64_t number;
	size_t width;
	bool is_signed;

	switch (count->kind) {
	case LUPE_COUNT_ONE:
		return (struct extent){.kind = EXTENT_ONE};
	case LUPE_COUNT_FIXED:
		return counted(count->number, false, 0);
	case LUPE_COUNT_MEMBER:
		if (sibling_number(siblings, count->member, &number, &width, &is_signed))
			return counted(number, is_signed, count->number);
		break;
	case LUPE_COUNT_POINTED:
		if (pointed_number(decode, siblings, count->member, &number, &is_signed))
			return counted(number, is_signed, count->number);
		break;
	case LUPE_COUNT_RESULT:
		return result_extent(decode, siblings, count);
	case LUPE_COUNT_TERMINATED:
		return (struct extent){.kind = EXTENT_TERMINATED};
	}
	return (struct extent){.kind = EXTENT_UNKNOWN};
}

/* What the member is in this struct: the case that its choice takes, or the member itself. */
static const struct lupe_member *chosen(const struct siblings *siblings,
					const struct lupe_member *member)
{
	unsigned steps;

	for (steps = 0; member->choice && steps < CHOICES_MAX; steps++) {
		const struct lupe_choice *choice = member->choice;
		uint64_t number, mask = choice->mask ? choice->mask : UINT64_MAX;
		size_t i, width;
		bool is_signed;

		if (!sibling_number(siblings, choice->member, &number, &width, &is_signed))
			break;
		/* Compared in the sibling's own width: -1 as an int is 0xffffffff. */
		if (width < 8)
			mask &= (UINT64_C(1) << width * 8) - 1;
		for (i = 0; i < choice->n_cases; i++)
			if (!((number ^ choice->cases[i].value) & mask))
				break;
		if (i == choice->n_cases)
			break;
		member = choice->cases[i].as;
	}
	return member;
}

/* --- arrays --- */

/* Elements up to a zero one, found chunk by chunk. `ret_found` is false when memory or patience ended
 * first. Not inlined, as decode_string. */
__attribute__((noinline))
static uint64_t count_to_terminator(struct lupe_decode *decode, lupe_addr address, size_t size,
				    uint64_t max, bool *ret_found)
{
	unsigned char chunk[CHUNK];
	size_t per_chunk = sizeof(chunk) / size;
	uint64_t count = 0;

	*ret_found = false;
	if (!per_chunk)
		return 0;
	while (count < max) {
		lupe_addr at = address + count * size;
		/* Up to the end of the page: the terminator may be the last thing that is mapped. */
		size_t whole = MAX((CHUNK - at % CHUNK) / size, (size_t)1);
		size_t wanted = MIN(MIN(whole, per_chunk), max - count), got, i, k;

		got = lupe_memory_read_some(decode->memory, at, chunk, wanted * size) / size;
		for (i = 0; i < MIN(got, wanted); i++) {
			for (k = 0; k < size && !chunk[i * size + k]; k++)
				;
			if (k == size) {
				*ret_found = true;
				return count + i;
			}
		}
		count += MIN(got, wanted);
		if (got < wanted)
			break;
	}
	return count;
}

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
			     (struct extent){.kind = EXTENT_ONE});
	}
	decode->depth--;
	value->n_children = count;
}

static void decode_array(struct lupe_decode *decode, struct lupe_value *value,
			 const struct lupe_type *element, struct lupe_source source, uint64_t total)
{
	size_t size = lupe_type_size(element);
	size_t shown, wanted, got, array_max = decode->limits.array_max;
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
	shown = MIN(MIN(total, array_max), ARRAY_BYTES_MAX / size);
	if (shown < total)
		value->flags |= LUPE_VALUE_TRUNCATED;
	wanted = shown * size;
	got = fetch(decode, source, wanted, &value->bytes);
	value->n_bytes = got;
	note_short_read(value, got, wanted);
	value->n_children = MIN(got / size, decode->limits.array_max);
	decode_elements(decode, value, element, size, got);
}

static void decode_terminated(struct lupe_decode *decode, struct lupe_value *value,
			      const struct lupe_type *element, lupe_addr address, bool count_only)
{
	size_t size = lupe_type_size(element);
	uint64_t most = count_only ? TERMINATED_MAX : (uint64_t)decode->limits.array_max + 1;
	bool found;
	uint64_t count;

	if (!size) {
		value->flags |= LUPE_VALUE_OPAQUE;
		return;
	}
	count = count_to_terminator(decode, address, size, most, &found);
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
				 struct extent extent)
{
	struct lupe_type *array = lupe_arena_alloc(decode->arena, sizeof(*array));

	if (!array) {
		child->flags |= LUPE_VALUE_OPAQUE;
		return;
	}
	array->kind = LUPE_KIND_ARRAY;
	array->target = element;
	array->count = extent.kind == EXTENT_COUNT ? extent.count : 0;
	child->type = array;
	child->address = address;
	if (extent.kind == EXTENT_TERMINATED)
		decode_terminated(decode, child, element, address, extent.count_only);
	else
		decode_array(decode, child, element, (struct lupe_source){.address = address},
			     extent.count);
}

static void decode_target(struct lupe_decode *decode, struct lupe_value *child,
			  const struct lupe_type *type, lupe_addr address, struct extent extent)
{
	const struct lupe_type *plain = lupe_type_strip(type);
	struct lupe_source source = {.address = address};

	switch (plain->kind) {
	case LUPE_KIND_CHAR:
		if (extent.kind != EXTENT_ONE)
			break;
		decode_value(decode, child, &char_string, source, extent);
		return;
	case LUPE_KIND_STRING:
	case LUPE_KIND_BYTES:
	case LUPE_KIND_ARRAY:
	case LUPE_KIND_CUSTOM:
		if (extent.kind == EXTENT_TERMINATED)
			break;
		decode_value(decode, child, type, source, extent);
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
		if (extent.kind != EXTENT_ONE)
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
			   const struct lupe_type *type, struct extent extent)
{
	const struct lupe_type *target = lupe_type_strip(type->target);

	if (!value->u) {
		value->flags |= LUPE_VALUE_NULL;
		return;
	}
	if (!target || target->kind == LUPE_KIND_VOID || target->kind == LUPE_KIND_FUNCTION ||
	    target->incomplete)
		return;
	if (!decode->memory || extent.kind == EXTENT_UNKNOWN || (too_deep(decode) && !is_leaf(target))) {
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
	       !member->choice && !member->present && !(type->ops && type->ops->decode);
}

static void decode_plain(struct lupe_value *value, const struct lupe_type *type,
			 struct lupe_source source)
{
	if (!lupe_scalar_load(type, value->member, source.bytes, source.size, &value->u))
		value->flags |= LUPE_VALUE_UNREADABLE;
}

static struct lupe_source member_source(const struct siblings *siblings, size_t index)
{
	struct lupe_source source = {0};
	size_t offset = offset_of(siblings, index);

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
	if (member->flow != LUPE_FLOW_OUT)
		return false;
	if (!decode->has_result)
		value->flags |= LUPE_VALUE_PENDING;
	else if (decode->failed)
		value->flags |= LUPE_VALUE_OPAQUE;
	else
		return false;
	return true;
}

static void decode_member(struct lupe_decode *decode, struct lupe_value *parent,
			  const struct siblings *siblings, size_t index)
{
	const struct lupe_member *member = &siblings->members[index], *as;
	struct lupe_value *value = &parent->children[index];
	struct lupe_source source = member_source(siblings, index);
	const struct lupe_type *plain;
	bool parameters = siblings->parameters;
	struct extent extent;

	if (member->present && !member->present(parent)) {
		value->flags |= LUPE_VALUE_ABSENT;
		return;
	}
	as = chosen(siblings, member);
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
	extent = member_extent(decode, siblings, &as->count);
	extent.count_only = parameters && (member->flags & LUPE_MEMBER_VERBOSE) &&
			    !decode->limits.verbose;
	decode_value(decode, value, as->type, source, extent);
}

void lupe_decode_members(struct lupe_decode *decode, struct lupe_value *parent,
			 const struct lupe_member *members, size_t n_members,
			 struct lupe_source source, bool parameters)
{
	struct siblings siblings = {members, n_members, source, parameters};
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
		if (!is_plain(&members[i], lupe_type_strip(members[i].type)))
			decode_member(decode, parent, &siblings, i);
}

static void decode_struct(struct lupe_decode *decode, struct lupe_value *value,
			  const struct lupe_type *type, struct lupe_source source,
			  struct extent extent)
{
	size_t size = MIN(type->size, (uint32_t)STRUCT_MAX), got;

	value->total = type->n_members;
	if (too_deep(decode)) {
		value->flags |= LUPE_VALUE_OPAQUE;
		return;
	}
	/* A struct that the caller says is shorter (an older ABI): what lies beyond is not there. */
	if (extent.kind == EXTENT_COUNT)
		size = MIN(size, extent.count);
	got = fetch(decode, source, size, &value->bytes);
	value->n_bytes = got;
	note_short_read(value, got, size);
	if (value->flags & LUPE_VALUE_UNREADABLE)
		return;
	decode->depth++;
	lupe_decode_members(decode, value, type->members, type->n_members,
			    (struct lupe_source){source.address, value->bytes, got}, false);
	decode->depth--;
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
			  struct extent extent)
{
	size_t limit = extent.kind == EXTENT_COUNT ? MIN(extent.count, SIZE_MAX) : SIZE_MAX;

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
	decode_bytes(decode, value, type, source, extent);
	if (value->n_bytes && value->n_bytes == type->size)
		lupe_scalar_load(type, NULL, value->bytes, value->n_bytes, &value->u);
}

static void decode_value(struct lupe_decode *decode, struct lupe_value *value,
			 const struct lupe_type *type, struct lupe_source source,
			 struct extent extent)
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
		decode_any_string(decode, value, plain, source, extent);
		break;
	case LUPE_KIND_BYTES:
		decode_bytes(decode, value, plain, source, extent);
		break;
	case LUPE_KIND_ARRAY:
		total = extent.kind == EXTENT_COUNT && !plain->count ? extent.count : plain->count;
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

static struct extent limit_extent(size_t limit)
{
	if (limit == SIZE_MAX)
		return (struct extent){.kind = EXTENT_ONE};
	return (struct extent){.kind = EXTENT_COUNT, .count = limit};
}

void lupe_value_fill(struct lupe_decode *decode, struct lupe_value *value,
		     const struct lupe_type *type, lupe_addr address, size_t limit)
{
	struct lupe_source source = {.address = address};

	if (decode->depth >= NESTING_MAX) {
		value->type = type;
		value->flags |= LUPE_VALUE_OPAQUE;
		return;
	}
	/* An array behind an address keeps its element count; a struct, its bytes. */
	decode_value(decode, value, type, source, limit_extent(limit));
}

struct lupe_value *lupe_value_read(struct lupe_decode *decode, const struct lupe_type *type,
				   lupe_addr address)
{
	struct lupe_value *value = make_children(decode, 1);

	if (value)
		lupe_value_fill(decode, value, type, address, SIZE_MAX);
	return value;
}

struct lupe_value *lupe_value_over(struct lupe_decode *decode, const struct lupe_type *type,
				   lupe_addr address, const void *bytes, size_t size)
{
	struct lupe_value *value = make_children(decode, 1);
	struct lupe_source source = {address, lupe_arena_copy(decode->arena, bytes, size), size};

	if (!value || !source.bytes)
		return NULL;
	decode_value(decode, value, type, source, (struct extent){.kind = EXTENT_ONE});
	return value;
}
