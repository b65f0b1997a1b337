/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Functions of a unit by address, and what was inlined into them. A unit's entries are gone through once:
 * namespaces and classes for qualified names, subprograms for their code. What lies inside of a
 * subprogram is only looked at for an address in it; functions nested in others (GNU C, Ada, Fortran)
 * only where an address is found in none. Source: DWARF 5 sections 3.2, 3.3.
 */
#include <stdio.h>
#include <string.h>
#include "image/dwarf.h"

/* --- going through a unit --- */

struct walk {
	struct lupe_dwarf_unit *unit;
	bool is_deep; /* also into subprograms */
};

static void walk_children(struct walk *walk, Dwarf_Die parent, const char *prefix, unsigned depth);

static const char *qualify(struct lupe_dwarf *dwarf, const char *prefix, const char *name)
{
	char *text;

	if (!prefix)
		return name;
	text = lupe_arena_alloc(&dwarf->arena, strlen(prefix) + strlen(name) + 3);
	if (text)
		sprintf(text, "%s::%s", prefix, name);
	return text;
}

static const char *name_entry(struct walk *walk, Dwarf_Die die, const char *prefix)
{
	struct lupe_dwarf *dwarf = walk->unit->dwarf;
	const char *name = lupe_die_string(dwarf, die, DW_AT_name);
	const char *text = name ? qualify(dwarf, prefix, name) : NULL;

	if (text)
		lupe_hash_put(&dwarf->names, lupe_die_offset(dwarf, die), (void *)text);
	return text;
}

static void take_function(struct walk *walk, Dwarf_Die die, const char *prefix, unsigned depth)
{
	struct lupe_dwarf_unit *unit = walk->unit;
	const char *name = name_entry(walk, die, prefix);

	if (!lupe_die_flag(unit->dwarf, die, DW_AT_declaration))
		lupe_die_ranges(unit, die, lupe_die_offset(unit->dwarf, die), &unit->functions);
	if (walk->is_deep)
		walk_children(walk, die, unit->has_classes && name ? name : prefix,
			      depth + 1);
}

static void take_namespace(struct walk *walk, Dwarf_Die die, const char *prefix, unsigned depth)
{
	struct lupe_dwarf *dwarf = walk->unit->dwarf;
	const char *name = lupe_die_string(dwarf, die, DW_AT_name);

	walk_children(walk, die, qualify(dwarf, prefix, name ? name : "(anonymous namespace)"),
		      depth + 1);
}

static void take_class(struct walk *walk, Dwarf_Die die, const char *prefix, unsigned depth)
{
	const char *name = name_entry(walk, die, prefix);

	if (walk->unit->has_classes)
		walk_children(walk, die, name ? name : prefix, depth + 1);
}

static void take_entry(struct walk *walk, Dwarf_Die die, const char *prefix, unsigned depth)
{
	switch (lupe_die_tag(walk->unit->dwarf, die)) {
	case DW_TAG_subprogram:
		take_function(walk, die, prefix, depth);
		break;
	case DW_TAG_namespace:
	case DW_TAG_module:
		take_namespace(walk, die, prefix, depth);
		break;
	case DW_TAG_class_type:
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
	case DW_TAG_interface_type:
		take_class(walk, die, prefix, depth);
		break;
	case DW_TAG_typedef:
	case DW_TAG_enumeration_type:
		if (prefix)
			(void)name_entry(walk, die, prefix);
		break;
	case DW_TAG_member: /* a static one has its definition elsewhere */
	case DW_TAG_variable:
		if (prefix && lupe_die_flag(walk->unit->dwarf, die, DW_AT_declaration))
			(void)name_entry(walk, die, prefix);
		break;
	case DW_TAG_lexical_block:
		if (walk->is_deep)
			walk_children(walk, die, prefix, depth + 1);
		break;
	default:
		break;
	}
}

static void walk_children(struct walk *walk, Dwarf_Die parent, const char *prefix, unsigned depth)
{
	struct lupe_dwarf *dwarf = walk->unit->dwarf;

	if (depth > LUPE_DWARF_DEPTH)
		return;
	for (Dwarf_Die die = lupe_die_child(dwarf, parent); die; die = lupe_die_next(dwarf, die))
		take_entry(walk, die, prefix, depth);
}

static void walk_unit(struct lupe_dwarf_unit *unit, bool is_deep)
{
	struct walk walk = {unit, is_deep};
	Dwarf_Die die = lupe_die_at(unit->dwarf, unit->die);

	unit->functions.count = 0;
	if (die)
		walk_children(&walk, die, NULL, 0);
	lupe_dwarf_ranges_sort(&unit->functions);
}

static void load_functions(struct lupe_dwarf_unit *unit)
{
	if (!unit->has_functions)
		walk_unit(unit, false);
	unit->has_functions = true;
}

static const struct lupe_dwarf_range *function_at(struct lupe_dwarf_unit *unit, lupe_addr address)
{
	const struct lupe_dwarf_range *found;

	load_functions(unit);
	found = lupe_dwarf_ranges_find(&unit->functions, address);
	if (found || unit->has_all_functions)
		return found;
	unit->has_all_functions = true;
	walk_unit(unit, true);
	return lupe_dwarf_ranges_find(&unit->functions, address);
}

/* --- names --- */

/* The entry that another one is an instance or the definition of; false: it is none. */
static bool next_origin(struct lupe_dwarf *dwarf, Dwarf_Die die, uint64_t *ret)
{
	return lupe_die_reference(dwarf, die, DW_AT_abstract_origin, ret) ||
	       lupe_die_reference(dwarf, die, DW_AT_specification, ret);
}

uint64_t lupe_dwarf_origin(struct lupe_dwarf *dwarf, uint64_t entry)
{
	uint64_t mark = 0;

	for (unsigned hop = 0; hop < LUPE_DWARF_HOPS; hop++) {
		struct lupe_dwarf *home = lupe_dwarf_home(dwarf, &entry);
		Dwarf_Die die = lupe_die_at(home, entry);
		bool found = die && next_origin(home, die, &entry);

		if (home != dwarf)
			mark = LUPE_DWARF_ALTERNATE; /* its references stay in there */
		dwarf = home;
		if (!found)
			break;
	}
	return entry | mark;
}

const char *lupe_dwarf_inherited_string(struct lupe_dwarf *dwarf, uint64_t entry,
					Dwarf_Half attribute)
{
	const char *text = NULL;

	for (unsigned hop = 0; !text && hop < LUPE_DWARF_HOPS; hop++) {
		Dwarf_Die die;
		bool found;

		dwarf = lupe_dwarf_home(dwarf, &entry);
		die = lupe_die_at(dwarf, entry);
		text = die ? lupe_die_string(dwarf, die, attribute) : NULL;
		found = die && next_origin(dwarf, die, &entry);
		if (!found)
			break;
	}
	return text;
}

const char *lupe_dwarf_qualified_name(struct lupe_dwarf *dwarf, uint64_t entry)
{
	uint64_t origin = lupe_dwarf_origin(dwarf, entry);
	struct lupe_dwarf_unit *unit;
	const char *name;
	Dwarf_Die die;

	dwarf = lupe_dwarf_home(dwarf, &origin);
	unit = lupe_dwarf_unit_with(dwarf, origin);
	if (!unit)
		return NULL;
	load_functions(unit);
	name = lupe_hash_get(&dwarf->names, origin);
	if (name)
		return name;
	die = lupe_die_at(dwarf, origin); /* inside of a function */
	name = die ? lupe_die_string(dwarf, die, DW_AT_name) : NULL;
	return name;
}

/* --- what an address is in --- */

struct chain {
	struct lupe_dwarf_unit *unit;
	lupe_addr address;
	uint64_t entries[LUPE_DWARF_DEPTH]; /* the function, then what was inlined, outermost first */
	size_t count;
};

static void descend(struct chain *chain, Dwarf_Die parent, unsigned depth);

static bool is_scope(Dwarf_Half tag)
{
	return tag == DW_TAG_inlined_subroutine || tag == DW_TAG_lexical_block ||
	       tag == DW_TAG_try_block || tag == DW_TAG_catch_block || tag == DW_TAG_with_stmt;
}

/* True: the address is in there. */
static bool enter(struct chain *chain, Dwarf_Die die, unsigned depth)
{
	struct lupe_dwarf *dwarf = chain->unit->dwarf;
	Dwarf_Half tag = lupe_die_tag(dwarf, die);

	if (!is_scope(tag) || !lupe_die_contains(chain->unit, die, chain->address))
		return false;
	if (tag == DW_TAG_inlined_subroutine && chain->count < LUPE_DWARF_DEPTH)
		chain->entries[chain->count++] = lupe_die_offset(dwarf, die);
	descend(chain, die, depth + 1);
	return true;
}

static void descend(struct chain *chain, Dwarf_Die parent, unsigned depth)
{
	struct lupe_dwarf *dwarf = chain->unit->dwarf;
	Dwarf_Die die = depth > LUPE_DWARF_DEPTH ? NULL : lupe_die_child(dwarf, parent);

	while (die && !enter(chain, die, depth))
		die = lupe_die_next(dwarf, die);
	lupe_die_free(die);
}

lupe_addr lupe_dwarf_start_of(struct lupe_dwarf_unit *unit, Dwarf_Die die)
{
	lupe_dwarf_ranges ranges = {0};
	lupe_addr start = 0;

	if (lupe_die_address(unit, die, DW_AT_entry_pc, &start) ||
	    lupe_die_address(unit, die, DW_AT_low_pc, &start))
		return start;
	if (lupe_die_ranges(unit, die, 0, &ranges) && ranges.count)
		start = ranges.data[0].start;
	VECTOR_DEINIT(&ranges);
	return start;
}

static void describe(struct chain *chain, uint64_t entry, struct lupe_debug_function *ret)
{
	struct lupe_dwarf_unit *unit = chain->unit, *home;
	struct lupe_dwarf *dwarf = unit->dwarf;
	Dwarf_Die die = lupe_die_at(dwarf, entry);
	uint64_t origin = lupe_dwarf_origin(dwarf, entry), number;

	*ret = (struct lupe_debug_function){.scope = entry};
	if (!die)
		return;
	ret->name = lupe_dwarf_qualified_name(dwarf, entry);
	ret->linkage_name = lupe_dwarf_inherited_string(dwarf, entry, DW_AT_linkage_name);
	ret->is_inlined = lupe_die_tag(dwarf, die) == DW_TAG_inlined_subroutine;
	ret->start = lupe_dwarf_start_of(unit, die) + dwarf->shift;
	ret->call_folder = unit->folder;
	if (lupe_die_number(dwarf, die, DW_AT_call_file, &number))
		ret->call_file = lupe_dwarf_file_name(unit, number);
	if (lupe_die_number(dwarf, die, DW_AT_call_line, &number))
		ret->call_line = number;
	dwarf = lupe_dwarf_home(dwarf, &origin);
	home = lupe_dwarf_unit_with(dwarf, origin);
	die = lupe_die_at(dwarf, origin);
	if (die && home && lupe_die_number(dwarf, die, DW_AT_decl_file, &number))
		ret->file = lupe_dwarf_file_name(home, number);
	if (die && lupe_die_number(dwarf, die, DW_AT_decl_line, &number))
		ret->line = number;
}

static void find_chain(struct chain *chain)
{
	const struct lupe_dwarf_range *range = function_at(chain->unit, chain->address);
	Dwarf_Die die = range ? lupe_die_at(chain->unit->dwarf, range->entry) : NULL;

	if (!die)
		return;
	chain->entries[chain->count++] = range->entry;
	descend(chain, die, 0);
}

static struct lupe_dwarf_answer *answer(struct lupe_dwarf *dwarf, lupe_addr address)
{
	struct lupe_dwarf_answer *answer = lupe_arena_alloc(&dwarf->arena, sizeof(*answer));
	struct chain chain = {.unit = lupe_dwarf_unit_at(dwarf, address), .address = address};

	if (!answer || !chain.unit)
		return answer;
	if (chain.unit->split)
		chain.unit = chain.unit->split;
	find_chain(&chain);
	answer->functions =
	    lupe_arena_alloc(&dwarf->arena, (chain.count + 1) * sizeof(*answer->functions));
	if (!answer->functions)
		return answer;
	answer->count = chain.count;
	for (size_t i = 0; i < chain.count; i++)
		describe(&chain, chain.entries[chain.count - 1 - i], &answer->functions[i]);
	return answer;
}

const struct lupe_dwarf_answer *lupe_dwarf_functions_at(struct lupe_dwarf *dwarf, lupe_addr address)
{
	struct lupe_dwarf_answer *known = lupe_hash_get(&dwarf->answers, address);

	if (known)
		return known;
	known = answer(dwarf, address);
	if (known)
		lupe_hash_put(&dwarf->answers, address, known);
	return known;
}
