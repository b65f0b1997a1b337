/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Types: entries to struct lupe_type. Each is made once and kept. What lies by value inside of a type is
 * made with it; members of structs and parameters of functions are read when the type is first looked
 * into (lupe_type.complete), so that one variable does not bring in the types of half a program.
 * Source: DWARF 5 chapter 5.
 */
#include <stdlib.h>
#include <string.h>
#include "image/dwarf.h"
#include "image/guard.h"

enum {
	MAX_MEMBERS = 1 << 16,
	MAX_ENUMERATORS = 1 << 16,
	MAX_DIMENSIONS = 16,
};

/* A type that knows where it comes from. */
struct entry_type {
	struct lupe_type type;
	struct lupe_dwarf_unit *unit;
	uint64_t entry;
	bool in_progress;
};

static const struct lupe_type *referred(struct lupe_dwarf_unit *unit, Dwarf_Die die)
{
	uint64_t target;

	return lupe_die_reference(unit->dwarf, die, DW_AT_type, &target)
		   ? lupe_dwarf_type(unit->dwarf, target)
		   : NULL;
}

/* --- numbers --- */

static void make_base(struct entry_type *made, Dwarf_Die die)
{
	struct lupe_type *type = &made->type;
	uint64_t encoding = 0;

	lupe_die_number(made->unit->dwarf, die, DW_AT_encoding, &encoding);
	switch (encoding) {
	case DW_ATE_boolean:
		type->kind = LUPE_KIND_BOOL;
		break;
	case DW_ATE_signed:
		type->kind = LUPE_KIND_INT;
		break;
	case DW_ATE_unsigned:
	case DW_ATE_address:
		type->kind = LUPE_KIND_UINT;
		break;
	case DW_ATE_signed_char:
		type->kind = LUPE_KIND_CHAR;
		type->is_signed = true;
		break;
	case DW_ATE_unsigned_char:
	case DW_ATE_UTF:
	case DW_ATE_ASCII:
	case DW_ATE_UCS:
		type->kind = LUPE_KIND_CHAR;
		break;
	case DW_ATE_float:
		type->kind = LUPE_KIND_FLOAT;
		break;
	default: /* complex and decimal numbers: their bytes */
		type->kind = LUPE_KIND_BYTES;
		break;
	}
}

/* --- enumerations --- */

static bool add_enumerator(struct lupe_dwarf *dwarf, Dwarf_Die die, struct lupe_enumerator *ret)
{
	ret->name = lupe_die_string(dwarf, die, DW_AT_name);
	ret->mask = 0;
	return ret->name && lupe_die_number(dwarf, die, DW_AT_const_value, &ret->value);
}

/* Values that are each one bit are flags: they print as A | B, as in gdb. Zero may have a name, too. */
static bool are_flags(const struct lupe_enumerator *list, size_t count)
{
	uint64_t seen = 0;

	for (size_t i = 0; i < count; i++) {
		uint64_t value = list[i].value;

		if (!value)
			continue;
		if ((value & (value - 1)) || (seen & value))
			return false;
		seen |= value;
	}
	return count > 1 && seen && (seen & (seen - 1)) && seen > 3;
}

static void make_enumeration(struct entry_type *made, Dwarf_Die die)
{
	struct lupe_dwarf *dwarf = made->unit->dwarf;
	VECTOR(struct lupe_enumerator) list = {0};
	struct lupe_enumerator one;
	bool is_signed = false;

	for (Dwarf_Die child = lupe_die_child(dwarf, die); child; child = lupe_die_next(dwarf, child))
		if (lupe_die_tag(dwarf, child) == DW_TAG_enumerator && list.count < MAX_ENUMERATORS &&
		    add_enumerator(dwarf, child, &one)) {
			is_signed |= (int64_t)one.value < 0;
			(void)VECTOR_PUSH(&list, one);
		}
	made->type.kind = !is_signed && are_flags(list.data, list.count) ? LUPE_KIND_FLAGS
									  : LUPE_KIND_ENUM;
	made->type.role = LUPE_ROLE_DECIMAL;
	made->type.is_signed = is_signed;
	made->type.target = referred(made->unit, die);
	made->type.enumerators =
	    list.count ? lupe_arena_copy(&dwarf->arena, list.data, list.count * sizeof(one)) : NULL;
	made->type.n_enumerators = made->type.enumerators ? list.count : 0;
	VECTOR_DEINIT(&list);
}

/* --- arrays --- */

/* How many elements a dimension has; 0: only the program knows. */
static uint64_t dimension(struct lupe_dwarf *dwarf, Dwarf_Die die)
{
	uint64_t count, low = 0;

	if (lupe_die_number(dwarf, die, DW_AT_count, &count))
		return count;
	lupe_die_number(dwarf, die, DW_AT_lower_bound, &low);
	if (lupe_die_number(dwarf, die, DW_AT_upper_bound, &count) && (int64_t)count >= (int64_t)low)
		return count - low + 1;
	return 0;
}

static const struct lupe_type *array_of(struct lupe_dwarf *dwarf, const struct lupe_type *element,
					uint64_t count)
{
	struct lupe_type *array = lupe_arena_alloc(&dwarf->arena, sizeof(*array));

	if (array)
		*array = (struct lupe_type){
		    .kind = LUPE_KIND_ARRAY, .target = element, .count = count};
	return array;
}

/* int a[2][3] is an array of two arrays of three: dimensions nest from the last to the first. */
static void make_array(struct entry_type *made, Dwarf_Die die)
{
	struct lupe_dwarf *dwarf = made->unit->dwarf;
	const struct lupe_type *element = referred(made->unit, die);
	uint64_t counts[MAX_DIMENSIONS];
	size_t n = 0;

	for (Dwarf_Die child = lupe_die_child(dwarf, die); child; child = lupe_die_next(dwarf, child))
		if (n < MAX_DIMENSIONS && lupe_die_tag(dwarf, child) == DW_TAG_subrange_type)
			counts[n++] = dimension(dwarf, child);
	while (n > 1)
		element = array_of(dwarf, element, counts[--n]);
	made->type.kind = LUPE_KIND_ARRAY;
	made->type.size = 0; /* what multiplying out says: DW_AT_byte_size may lie */
	made->type.target = element;
	made->type.count = n ? counts[0] : 0;
}

/* --- structs --- */

static bool member_offset(struct lupe_dwarf *dwarf, Dwarf_Die die, uint64_t *ret)
{
	const unsigned char *block;
	size_t size;

	*ret = 0;
	if (lupe_die_number(dwarf, die, DW_AT_data_member_location, ret))
		return *ret <= UINT32_MAX;
	/* DWARF 2: an expression that adds a constant. */
	block = lupe_die_block(dwarf, die, DW_AT_data_member_location, &size);
	if (block && size > 1 && block[0] == DW_OP_plus_uconst)
		for (size_t i = 1, shift = 0; i < size && shift < 35; i++, shift += 7)
			*ret |= (uint64_t)(block[i] & 0x7f) << shift;
	return !block || *block == DW_OP_plus_uconst;
}

/* Without looking into it: a type may be incomplete yet. */
static uint64_t storage_bits(const struct lupe_type *type)
{
	for (unsigned hop = 0; type && type->kind == LUPE_KIND_TYPEDEF && hop < LUPE_DWARF_HOPS; hop++)
		type = type->target;
	return type ? (uint64_t)type->size * 8 : 0;
}

/* A bit-field as offset of the bytes it begins in and bits from there on. */
static void set_bits(struct lupe_dwarf *dwarf, Dwarf_Die die, struct lupe_member *member)
{
	uint64_t bits, at, storage = storage_bits(member->type);

	if (!lupe_die_number(dwarf, die, DW_AT_bit_size, &bits) || !bits || bits > 64)
		return;
	if (lupe_die_number(dwarf, die, DW_AT_data_bit_offset, &at)) {
		at += (uint64_t)member->offset * 8;
	} else if (lupe_die_number(dwarf, die, DW_AT_bit_offset, &at)) { /* from the highest bit */
		uint64_t bytes;

		if (lupe_die_number(dwarf, die, DW_AT_byte_size, &bytes))
			storage = bytes * 8;
		at = (uint64_t)member->offset * 8 + storage - at - bits;
	} else {
		at = (uint64_t)member->offset * 8;
	}
	member->offset = at / 8;
	member->bit_offset = at % 8;
	member->bit_size = bits;
}

static bool is_static(struct lupe_dwarf *dwarf, Dwarf_Die die)
{
	return lupe_die_flag(dwarf, die, DW_AT_external) ||
	       lupe_die_flag(dwarf, die, DW_AT_declaration);
}

static bool read_member(struct entry_type *made, Dwarf_Die die, struct lupe_member *ret)
{
	struct lupe_dwarf *dwarf = made->unit->dwarf;
	Dwarf_Half tag = lupe_die_tag(dwarf, die);
	uint64_t offset;

	if ((tag != DW_TAG_member && tag != DW_TAG_inheritance) ||
	    !member_offset(dwarf, die, &offset))
		return false;
	*ret = (struct lupe_member){
	    .name = lupe_die_string(dwarf, die, DW_AT_name),
	    .type = referred(made->unit, die),
	    .offset = offset,
	    .flags = is_static(dwarf, die) ? LUPE_MEMBER_STATIC : 0,
	};
	if (tag == DW_TAG_inheritance) {
		ret->flags = LUPE_MEMBER_BASE;
		ret->name = ret->type ? ret->type->name : NULL;
	} else if (ret->name && strncmp(ret->name, "_vptr.", 6) == 0) {
		ret->flags |= LUPE_MEMBER_NAMED;
	}
	if (ret->type)
		set_bits(dwarf, die, ret);
	return ret->type;
}

static void read_members(void *argument)
{
	struct entry_type *made = argument;
	struct lupe_dwarf *dwarf = made->unit->dwarf;
	Dwarf_Die die = lupe_die_at(dwarf, made->entry);
	VECTOR(struct lupe_member) list = {0};
	struct lupe_member one;

	for (Dwarf_Die child = die ? lupe_die_child(dwarf, die) : NULL; child;
	     child = lupe_die_next(dwarf, child))
		if (list.count < MAX_MEMBERS && read_member(made, child, &one))
			(void)VECTOR_PUSH(&list, one);
	made->type.members =
	    list.count ? lupe_arena_copy(&dwarf->arena, list.data, list.count * sizeof(one)) : NULL;
	made->type.n_members = made->type.members ? list.count : 0;
	VECTOR_DEINIT(&list);
}

const struct lupe_type *lupe_dwarf_inherited_type(struct lupe_dwarf *dwarf, uint64_t entry)
{
	uint64_t target;

	for (unsigned hop = 0; hop < LUPE_DWARF_HOPS; hop++) {
		Dwarf_Die die;

		dwarf = lupe_dwarf_home(dwarf, &entry);
		die = lupe_die_at(dwarf, entry);
		if (die && lupe_die_reference(dwarf, die, DW_AT_type, &target))
			return lupe_dwarf_type(dwarf, target);
		if (!die || (!lupe_die_reference(dwarf, die, DW_AT_abstract_origin, &entry) &&
			     !lupe_die_reference(dwarf, die, DW_AT_specification, &entry)))
			break;
	}
	return NULL;
}

static void read_parameters(void *argument)
{
	struct entry_type *made = argument;
	struct lupe_dwarf *dwarf = made->unit->dwarf;
	Dwarf_Die die = lupe_die_at(dwarf, made->entry);
	VECTOR(struct lupe_member) list = {0};

	for (Dwarf_Die child = die ? lupe_die_child(dwarf, die) : NULL; child;
	     child = lupe_die_next(dwarf, child)) {
		struct lupe_member one = {.name = lupe_die_string(dwarf, child, DW_AT_name)};

		if (lupe_die_tag(dwarf, child) != DW_TAG_formal_parameter)
			continue;
		one.type = lupe_dwarf_inherited_type(dwarf, lupe_die_offset(dwarf, child));
		if (list.count < MAX_MEMBERS)
			(void)VECTOR_PUSH(&list, one);
	}
	made->type.members =
	    list.count ? lupe_arena_copy(&dwarf->arena, list.data, list.count * sizeof(struct lupe_member))
		       : NULL;
	made->type.n_members = made->type.members ? list.count : 0;
	VECTOR_DEINIT(&list);
}

/* Called from outside of any fence. A library that breaks leaves the type without members. */
static void complete(struct lupe_type *type)
{
	struct entry_type *made = (struct entry_type *)type;

	if (made->unit->dwarf->is_broken)
		return;
	if (!lupe_guard_run(type->kind == LUPE_KIND_FUNCTION ? read_parameters : read_members, made))
		made->unit->dwarf->is_broken = true;
}

/* "struct stat" in C, the qualified name where classes are types of their own. */
static const char *tag_name(struct entry_type *made, const char *keyword)
{
	struct lupe_dwarf *dwarf = made->unit->dwarf;
	const char *name = lupe_dwarf_qualified_name(dwarf, made->entry);
	char *text;

	if (!name || made->unit->has_classes)
		return name;
	text = lupe_arena_alloc(&dwarf->arena, strlen(keyword) + strlen(name) + 2);
	if (text)
		strcat(strcat(strcpy(text, keyword), " "), name);
	return text;
}

static void make_struct(struct entry_type *made, Dwarf_Die die, Dwarf_Half tag)
{
	bool is_union = tag == DW_TAG_union_type;

	made->type.kind = is_union ? LUPE_KIND_UNION : LUPE_KIND_STRUCT;
	made->type.name = tag_name(made, is_union ? "union" : "struct");
	made->type.incomplete = lupe_die_flag(made->unit->dwarf, die, DW_AT_declaration);
	if (!made->type.incomplete)
		made->type.complete = complete;
}

/* --- what refers to another type --- */

static void make_qualifier(struct entry_type *made, Dwarf_Die die, const char *word)
{
	struct lupe_dwarf *dwarf = made->unit->dwarf;
	const char *name;
	char *text;

	made->type.kind = LUPE_KIND_TYPEDEF;
	made->type.is_qualifier = true;
	made->type.qualifier = word;
	made->type.target = referred(made->unit, die);
	made->type.size = 0;
	name = made->type.target ? made->type.target->name : "void";
	made->type.name = NULL;
	if (!name)
		return;
	text = lupe_arena_alloc(&dwarf->arena, strlen(word) + strlen(name) + 2);
	if (text)
		strcat(strcat(strcpy(text, word), " "), name);
	made->type.name = text;
}

static void make_pointer(struct entry_type *made, Dwarf_Die die, bool is_reference)
{
	made->type.kind = LUPE_KIND_POINTER;
	made->type.size = 8;
	made->type.is_reference = is_reference;
	made->type.target = referred(made->unit, die);
}

static void make(struct entry_type *made, Dwarf_Die die)
{
	Dwarf_Half tag = lupe_die_tag(made->unit->dwarf, die);

	switch (tag) {
	case DW_TAG_base_type:
		make_base(made, die);
		break;
	case DW_TAG_enumeration_type:
		made->type.name = tag_name(made, "enum");
		make_enumeration(made, die);
		break;
	case DW_TAG_array_type:
		make_array(made, die);
		break;
	case DW_TAG_structure_type:
	case DW_TAG_class_type:
	case DW_TAG_union_type:
	case DW_TAG_interface_type:
		make_struct(made, die, tag);
		break;
	case DW_TAG_pointer_type:
		make_pointer(made, die, false);
		break;
	case DW_TAG_reference_type:
	case DW_TAG_rvalue_reference_type:
		make_pointer(made, die, true);
		break;
	case DW_TAG_const_type:
		make_qualifier(made, die, "const");
		break;
	case DW_TAG_volatile_type:
		make_qualifier(made, die, "volatile");
		break;
	case DW_TAG_restrict_type:
		make_qualifier(made, die, "restrict");
		break;
	case DW_TAG_atomic_type:
		make_qualifier(made, die, "_Atomic");
		break;
	case DW_TAG_typedef:
	case DW_TAG_subrange_type:
		made->type.kind = LUPE_KIND_TYPEDEF;
		made->type.name = lupe_dwarf_qualified_name(made->unit->dwarf, made->entry);
		made->type.target = referred(made->unit, die);
		break;
	case DW_TAG_subroutine_type:
	case DW_TAG_subprogram:
		made->type.kind = LUPE_KIND_FUNCTION;
		made->type.target = lupe_dwarf_inherited_type(made->unit->dwarf, made->entry);
		made->type.complete = complete;
		break;
	case DW_TAG_ptr_to_member_type: /* an offset, or a function's address and an adjustment */
		made->type.kind = LUPE_KIND_INT;
		made->type.size = 8;
		break;
	default:
		made->type.kind = LUPE_KIND_VOID;
		break;
	}
}

const struct lupe_type *lupe_dwarf_type(struct lupe_dwarf *dwarf, uint64_t entry)
{
	struct entry_type *made;
	uint64_t size;
	Dwarf_Die die;

	dwarf = lupe_dwarf_home(dwarf, &entry);
	made = lupe_hash_get(&dwarf->types, entry);
	if (made) /* one that contains itself is none */
		return made->in_progress ? NULL : &made->type;
	made = lupe_arena_alloc(&dwarf->arena, sizeof(*made));
	if (!made)
		return NULL;
	made->unit = lupe_dwarf_unit_with(dwarf, entry);
	die = made->unit && dwarf->type_depth < LUPE_DWARF_DEPTH ? lupe_die_at(dwarf, entry) : NULL;
	if (!die || !lupe_hash_put(&dwarf->types, entry, made))
		return NULL;
	made->entry = entry;
	made->in_progress = true;
	made->type.name = lupe_die_string(dwarf, die, DW_AT_name);
	if (lupe_die_number(dwarf, die, DW_AT_byte_size, &size) && size <= UINT32_MAX)
		made->type.size = size;
	dwarf->type_depth++;
	make(made, die);
	dwarf->type_depth--;
	made->in_progress = false;
	return &made->type;
}
