/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How many elements there are, and of what type: by the numbers of siblings. They are taken from
 * the raw bytes of the struct or the argument registers, so that the order of members does not
 * matter.
 */
#include "base/cleanup.h"
#include "type/decode_parts.h"

enum { CHOICES_MAX = 4 /* dependent types that depend further */ };

size_t lupe_sibling_offset(const struct lupe_siblings *siblings, size_t index)
{
	return siblings->parameters ? 8 * index : siblings->members[index].offset;
}

static bool is_size_type(const struct lupe_type *type)
{
	return type && lupe_kind_is_scalar(type->kind);
}

static struct lupe_type plain_number(uint32_t size)
{
	return (struct lupe_type){.kind = LUPE_KIND_UINT, .size = MIN(size, (uint32_t)8)};
}

/* The raw number of a sibling: a parameter list and a struct both have it in their bytes. */
static bool sibling_number(const struct lupe_siblings *siblings, unsigned index, uint64_t *ret,
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
	offset = lupe_sibling_offset(siblings, index);
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
static bool pointed_number(struct lupe_decode *decode, const struct lupe_siblings *siblings,
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

/* The kernel may answer a longer length than the caller had room for: no more than that was
 * written. */
static void cap_by_entry(const struct lupe_decode *decode, const struct lupe_siblings *siblings,
			 unsigned index, uint64_t *number)
{
	const struct lupe_value *before;

	if (!decode->entry || !siblings->parameters || index >= decode->entry->n_children)
		return;
	before = &decode->entry->children[index];
	if (before->n_children == 1 && !(before->children->flags & LUPE_VALUE_UNREADABLE))
		*number = MIN(*number, before->children->u);
}

static struct lupe_extent counted(uint64_t number, bool is_signed, uint32_t more)
{
	/* A negative int count is nobody's count. */
	if ((is_signed && (int64_t)number < 0) ||
	    __builtin_add_overflow(number, (uint64_t)more, &number))
		return (struct lupe_extent){.kind = LUPE_EXTENT_UNKNOWN};
	return (struct lupe_extent){.kind = LUPE_EXTENT_COUNT, .count = number};
}

static struct lupe_extent result_extent(const struct lupe_decode *decode,
					const struct lupe_siblings *siblings,
					const struct lupe_count *count)
{
	uint64_t number = decode->result, most;
	size_t width;
	bool is_signed;

	if (!decode->is_syscall || !decode->has_result || decode->failed || decode->result < 0)
		return (struct lupe_extent){.kind = LUPE_EXTENT_UNKNOWN};
	if (count->member != LUPE_NO_MEMBER &&
	    sibling_number(siblings, count->member, &most, &width, &is_signed))
		number = MIN(number, most);
	return counted(number, true, 0);
}

struct lupe_extent lupe_decode_extent(struct lupe_decode *decode,
				      const struct lupe_siblings *siblings,
				      const struct lupe_count *count)
{
	uint64_t number;
	size_t width;
	bool is_signed;

	switch (count->kind) {
	case LUPE_COUNT_ONE:
		return (struct lupe_extent){.kind = LUPE_EXTENT_ONE};
	case LUPE_COUNT_FIXED:
		return counted(count->number, false, 0);
	case LUPE_COUNT_MEMBER:
		if (sibling_number(siblings, count->member, &number, &width, &is_signed))
			return counted(number, is_signed, count->number);
		break;
	case LUPE_COUNT_POINTED:
		if (pointed_number(decode, siblings, count->member, &number, &is_signed)) {
			cap_by_entry(decode, siblings, count->member, &number);
			return counted(number, is_signed, count->number);
		}
		break;
	case LUPE_COUNT_RESULT:
		return result_extent(decode, siblings, count);
	case LUPE_COUNT_TERMINATED:
		return (struct lupe_extent){.kind = LUPE_EXTENT_TERMINATED};
	}
	return (struct lupe_extent){.kind = LUPE_EXTENT_UNKNOWN};
}

/* The case that the number takes; NULL for none. `width` is the sibling's: -1 as an int is
 * 0xffffffff. */
static const struct lupe_member *chosen_case(const struct lupe_choice *choice, uint64_t number,
					     size_t width)
{
	uint64_t whole = width < 8 ? (UINT64_C(1) << width * 8) - 1 : UINT64_MAX, mask;
	size_t i;

	for (i = 0; i < choice->n_cases; i++) {
		mask = choice->cases[i].mask ? choice->cases[i].mask : choice->mask;
		if (!((number ^ choice->cases[i].value) & (mask ? mask : UINT64_MAX) & whole))
			return choice->cases[i].as;
	}
	return NULL;
}

const struct lupe_member *lupe_decode_chosen(const struct lupe_siblings *siblings,
					     const struct lupe_member *member)
{
	const struct lupe_member *as;
	uint64_t number;
	unsigned steps;
	size_t width;
	bool is_signed;

	for (steps = 0; member->choice && steps < CHOICES_MAX; steps++) {
		if (!sibling_number(siblings, member->choice->member, &number, &width, &is_signed))
			break;
		as = chosen_case(member->choice, number, width);
		if (!as)
			break;
		member = as;
	}
	return member;
}

/* Not inlined: its buffer must not lie in each frame of the recursion above it. */
__attribute__((noinline)) uint64_t lupe_decode_count_terminated(struct lupe_decode *decode,
								lupe_addr address, size_t size,
								uint64_t max, bool *ret_found)
{
	unsigned char chunk[LUPE_DECODE_CHUNK];
	size_t per_chunk = sizeof(chunk) / size;
	uint64_t count = 0;

	*ret_found = false;
	if (!per_chunk)
		return 0;
	while (count < max) {
		lupe_addr at = address + count * size;
		/* Up to the end of the page: the terminator may be the last thing that is mapped.
		 */
		size_t whole = MAX((LUPE_DECODE_CHUNK - at % LUPE_DECODE_CHUNK) / size, (size_t)1);
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
