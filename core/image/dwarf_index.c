/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The names of a file: functions, global variables, types, enumerators. One pass over the outer entries of all
 * units, when a name is first asked for; sorted by the last part of each name, so that "b" finds "a::b" and
 * "b<int>", as in gdb.
 */
#include <stdlib.h>
#include <string.h>
#include "image/dwarf.h"
#include "image/image.h"

enum { NAMES_MAX = 1 << 24 }; /* of a file */

/* --- parts of names --- */

/* Where the arguments of a template begin that a name ends in; its end when there are none. */
static const char *before_arguments(const char *name, const char *end)
{
	const char *at = end;
	unsigned depth = 0;

	if (at == name || at[-1] != '>' || strncmp(name, "operator", 8) == 0)
		return end;
	while (at > name) {
		at--;
		depth += *at == '>';
		if (*at == '<' && --depth == 0)
			return at > name ? at : end;
	}
	return end;
}

/* The last part of a name, "b" of "a<x::y>::b<int>". */
static const char *last_part(const char *name, size_t *ret_size)
{
	const char *end = before_arguments(name, name + strlen(name)), *at = end;
	unsigned depth = 0;

	while (at > name) {
		if (at[-1] == '>')
			depth++;
		else if (at[-1] == '<' && depth)
			depth--;
		else if (at[-1] == ':' && !depth)
			break;
		at--;
	}
	*ret_size = end - at;
	return at;
}

static int compare_parts(const char *a, size_t size_a, const char *b, size_t size_b)
{
	int order = memcmp(a, b, size_a < size_b ? size_a : size_b);

	if (order)
		return order;
	return size_a < size_b ? -1 : size_a > size_b;
}

static int compare_names(const void *left, const void *right)
{
	const struct lupe_debug_name *a = left, *b = right;
	size_t size_a, size_b;
	const char *part_a = last_part(a->name, &size_a), *part_b = last_part(b->name, &size_b);
	int order = compare_parts(part_a, size_a, part_b, size_b);

	if (!order)
		order = strcmp(a->name, b->name);
	if (!order && a->unit != b->unit)
		order = a->unit < b->unit ? -1 : 1;
	return order ? order : a->entry < b->entry ? -1 : a->entry > b->entry;
}

/* --- one pass --- */

struct pass {
	struct lupe_dwarf *to; /* whose index grows */
	struct lupe_dwarf_unit *unit;
};

static void pass_children(struct pass *pass, Dwarf_Die parent, const char *prefix, unsigned depth);

static const char *qualified(struct pass *pass, const char *prefix, const char *name)
{
	char *text;

	if (!prefix || !name)
		return name;
	text = lupe_arena_alloc(&pass->to->arena, strlen(prefix) + strlen(name) + 3);
	if (text)
		strcat(strcat(strcpy(text, prefix), "::"), name);
	return text;
}

static void add(struct pass *pass, Dwarf_Die die, const char *name, enum lupe_name_kind kind,
		const char *keyword)
{
	struct lupe_dwarf *dwarf = pass->unit->dwarf;
	struct lupe_debug_name row = {
	    .name = name,
	    .kind = kind,
	    .keyword = keyword,
	    .entry = lupe_die_offset(dwarf, die),
	    .unit = pass->unit,
	};

	if (!name || !*name || pass->to->index.count >= NAMES_MAX)
		return;
	row.is_static = (kind == LUPE_NAME_FUNCTION || kind == LUPE_NAME_VARIABLE) &&
			!lupe_die_flag(dwarf, die, DW_AT_external);
	(void)VECTOR_PUSH(&pass->to->index, row);
}

/* The name of what is defined here: its own, or that of its declaration in a class or namespace. */
static const char *defined_name(struct pass *pass, Dwarf_Die die, const char *prefix)
{
	struct lupe_dwarf *dwarf = pass->unit->dwarf;
	const char *name = lupe_die_string(dwarf, die, DW_AT_name);

	return name ? qualified(pass, prefix, name)
		    : lupe_dwarf_qualified_name(dwarf, lupe_die_offset(dwarf, die));
}

static void pass_function(struct pass *pass, Dwarf_Die die, const char *prefix)
{
	struct lupe_dwarf *dwarf = pass->unit->dwarf;
	bool is_copy = lupe_die_has(dwarf, die, DW_AT_abstract_origin);

	if (lupe_die_flag(dwarf, die, DW_AT_declaration) ||
	    (!lupe_die_has(dwarf, die, DW_AT_low_pc) && !lupe_die_has(dwarf, die, DW_AT_ranges) &&
	     !lupe_die_has(dwarf, die, DW_AT_inline)))
		return;
	/* a copy of one that is inlined, too: the one entry stands for both */
	if (!is_copy)
		add(pass, die, defined_name(pass, die, prefix), LUPE_NAME_FUNCTION, NULL);
}

static void pass_variable(struct pass *pass, Dwarf_Die die, const char *prefix)
{
	struct lupe_dwarf *dwarf = pass->unit->dwarf;

	if (lupe_die_has(dwarf, die, DW_AT_location) || lupe_die_has(dwarf, die, DW_AT_const_value))
		add(pass, die, defined_name(pass, die, prefix), LUPE_NAME_VARIABLE, NULL);
}

static void pass_enumeration(struct pass *pass, Dwarf_Die die, const char *prefix, const char *name)
{
	struct lupe_dwarf *dwarf = pass->unit->dwarf;

	if (lupe_die_flag(dwarf, die, DW_AT_enum_class))
		prefix = name;
	for (Dwarf_Die child = lupe_die_child(dwarf, die); child; child = lupe_die_next(dwarf, child))
		if (lupe_die_tag(dwarf, child) == DW_TAG_enumerator)
			add(pass, child, qualified(pass, prefix, lupe_die_string(dwarf, child, DW_AT_name)),
			    LUPE_NAME_ENUMERATOR, NULL);
}

static void pass_type(struct pass *pass, Dwarf_Die die, const char *prefix, const char *keyword,
		      unsigned depth)
{
	struct lupe_dwarf *dwarf = pass->unit->dwarf;
	const char *name = qualified(pass, prefix, lupe_die_string(dwarf, die, DW_AT_name));
	bool has_classes = pass->unit->has_classes;

	if (lupe_die_flag(dwarf, die, DW_AT_declaration))
		return;
	add(pass, die, name, LUPE_NAME_TYPE, keyword);
	if (lupe_die_tag(dwarf, die) == DW_TAG_enumeration_type)
		pass_enumeration(pass, die, prefix, name);
	else if (keyword && has_classes)
		pass_children(pass, die, name ? name : prefix, depth + 1);
}

static void pass_entry(struct pass *pass, Dwarf_Die die, const char *prefix, unsigned depth)
{
	struct lupe_dwarf *dwarf = pass->unit->dwarf;
	const char *name;

	switch (lupe_die_tag(dwarf, die)) {
	case DW_TAG_subprogram:
		pass_function(pass, die, prefix);
		break;
	case DW_TAG_variable:
	case DW_TAG_member: /* a static one that is a constant */
		pass_variable(pass, die, prefix);
		break;
	case DW_TAG_namespace:
	case DW_TAG_module:
		name = lupe_die_string(dwarf, die, DW_AT_name);
		pass_children(pass, die, qualified(pass, prefix, name ? name : "(anonymous namespace)"),
			      depth + 1);
		break;
	case DW_TAG_structure_type:
	case DW_TAG_class_type:
	case DW_TAG_interface_type:
		pass_type(pass, die, prefix, "struct", depth);
		break;
	case DW_TAG_union_type:
		pass_type(pass, die, prefix, "union", depth);
		break;
	case DW_TAG_enumeration_type:
		pass_type(pass, die, prefix, "enum", depth);
		break;
	case DW_TAG_typedef:
	case DW_TAG_base_type:
	case DW_TAG_unspecified_type:
		pass_type(pass, die, prefix, NULL, depth);
		break;
	default:
		break;
	}
}

static void pass_children(struct pass *pass, Dwarf_Die parent, const char *prefix, unsigned depth)
{
	struct lupe_dwarf *dwarf = pass->unit->dwarf;

	if (depth > LUPE_DWARF_DEPTH)
		return;
	for (Dwarf_Die die = lupe_die_child(dwarf, parent); die; die = lupe_die_next(dwarf, die))
		pass_entry(pass, die, prefix, depth);
}

static void pass_units(struct lupe_dwarf *to, struct lupe_dwarf *from)
{
	for (size_t i = 0; i < from->units.count; i++) {
		struct pass pass = {to, &from->units.data[i]};
		Dwarf_Die die;

		lupe_dwarf_unit_load(pass.unit);
		if (pass.unit->is_assembler)
			continue;
		if (pass.unit->split)
			pass.unit = pass.unit->split;
		die = lupe_die_at(pass.unit->dwarf, pass.unit->die);
		if (die)
			pass_children(&pass, die, NULL, 0);
	}
}

void lupe_dwarf_load_index(struct lupe_dwarf *dwarf)
{
	if (dwarf->has_index)
		return;
	dwarf->has_index = true;
	pass_units(dwarf, dwarf);
	if (dwarf->alternate)
		pass_units(dwarf, dwarf->alternate);
	if (dwarf->index.count)
		qsort(dwarf->index.data, dwarf->index.count, sizeof(*dwarf->index.data), compare_names);
}

/* --- asking --- */

struct index_question {
	struct lupe_image *image;
};

static void load(void *argument)
{
	lupe_dwarf_load_index(lupe_image_dwarf(((struct index_question *)argument)->image));
}

size_t lupe_image_names(struct lupe_image *image, const struct lupe_debug_name **ret)
{
	struct index_question question = {image};
	struct lupe_dwarf *dwarf;

	*ret = NULL;
	if (!lupe_image_ask(image, load, &question))
		return 0;
	dwarf = lupe_image_dwarf(image);
	*ret = dwarf->index.data;
	return dwarf->index.count;
}

/* What is looked for. */
struct wanted {
	const char *keyword; /* NULL: any */
	size_t keyword_size;
	const char *name, *part; /* the whole name without "::" before it, its last part */
	size_t part_size;
	bool is_whole; /* "::b": in no namespace */
};

static void parse_wanted(const char *name, struct wanted *ret)
{
	static const char *const keywords[] = {"struct ", "union ", "enum ", "class "};

	*ret = (struct wanted){0};
	for (size_t i = 0; i < sizeof(keywords) / sizeof(*keywords); i++)
		if (strncmp(name, keywords[i], strlen(keywords[i])) == 0) {
			ret->keyword = i == 3 ? "struct" : keywords[i];
			ret->keyword_size = i == 3 ? 6 : strlen(keywords[i]) - 1;
			name += strlen(keywords[i]);
		}
	ret->is_whole = strncmp(name, "::", 2) == 0;
	ret->name = name + (ret->is_whole ? 2 : 0);
	ret->part = last_part(ret->name, &ret->part_size);
}

/* Whether a name ends in the wanted one, at a border of parts; arguments of templates may be left out. */
static bool is_match(const struct wanted *wanted, const struct lupe_debug_name *row, unsigned kinds)
{
	const char *end = row->name + strlen(row->name);
	size_t size = strlen(wanted->name), whole = end - row->name;

	if (!(row->kind & kinds))
		return false;
	if (wanted->keyword && (row->kind != LUPE_NAME_TYPE || !row->keyword ||
				strlen(row->keyword) != wanted->keyword_size ||
				memcmp(row->keyword, wanted->keyword, wanted->keyword_size) != 0))
		return false;
	if (!size || wanted->name[size - 1] != '>')
		whole = before_arguments(row->name, end) - row->name;
	if (whole < size || memcmp(row->name + whole - size, wanted->name, size) != 0)
		return false;
	return whole == size ||
	       (!wanted->is_whole && whole >= size + 2 && row->name[whole - size - 1] == ':');
}

void lupe_image_find_names(struct lupe_image *image, const char *name, unsigned kinds,
			   bool (*visit)(void *context, const struct lupe_debug_name *name), void *context)
{
	const struct lupe_debug_name *rows;
	size_t low = 0, high = lupe_image_names(image, &rows), count = high, size;
	struct wanted wanted;
	const char *part;

	parse_wanted(name, &wanted);
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		part = last_part(rows[middle].name, &size);
		if (compare_parts(part, size, wanted.part, wanted.part_size) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < count; low++) {
		part = last_part(rows[low].name, &size);
		if (compare_parts(part, size, wanted.part, wanted.part_size) != 0)
			return;
		if (is_match(&wanted, &rows[low], kinds) && !visit(context, &rows[low]))
			return;
	}
}

/* --- where a name is declared --- */

struct declaration_question {
	const struct lupe_debug_name *name;
	struct lupe_source_line *ret;
	bool found;
};

static void find_declaration(void *argument)
{
	struct declaration_question *question = argument;
	struct lupe_dwarf_unit *unit = (struct lupe_dwarf_unit *)question->name->unit;
	struct lupe_dwarf *dwarf = unit->dwarf;
	uint64_t file, line, entry = question->name->entry;
	Dwarf_Die die = lupe_die_at(dwarf, entry);

	if (die && !lupe_die_number(dwarf, die, DW_AT_decl_line, &line)) {
		entry = lupe_dwarf_origin(dwarf, entry);
		dwarf = lupe_dwarf_home(dwarf, &entry);
		unit = lupe_dwarf_unit_with(dwarf, entry);
		die = lupe_die_at(dwarf, entry);
	}
	if (!die || !unit || !lupe_die_number(dwarf, die, DW_AT_decl_line, &line) ||
	    !lupe_die_number(dwarf, die, DW_AT_decl_file, &file))
		return;
	*question->ret = (struct lupe_source_line){
	    .file = lupe_dwarf_file_name(unit, file), .folder = unit->folder, .line = line};
	question->found = question->ret->file;
}

bool lupe_image_declaration(struct lupe_image *image, const struct lupe_debug_name *name,
			    struct lupe_source_line *ret)
{
	struct declaration_question question = {name, ret, false};

	return lupe_image_ask(image, find_declaration, &question) && question.found;
}

/* --- where a function begins --- */

/* The places where functions were inlined, below an entry. */
static void find_inlined(struct lupe_dwarf_unit *unit, Dwarf_Die parent, unsigned depth)
{
	struct lupe_dwarf *dwarf = unit->dwarf;

	if (depth > LUPE_DWARF_DEPTH)
		return;
	for (Dwarf_Die die = lupe_die_child(dwarf, parent); die; die = lupe_die_next(dwarf, die)) {
		struct lupe_dwarf_inlined one = {0};

		switch (lupe_die_tag(dwarf, die)) {
		case DW_TAG_inlined_subroutine:
		case DW_TAG_subprogram: /* one that is a copy */
			if (lupe_die_reference(dwarf, die, DW_AT_abstract_origin, &one.origin) &&
			    (one.start = lupe_dwarf_start_of(unit, die)))
				(void)VECTOR_PUSH(&unit->inlined, one);
			find_inlined(unit, die, depth + 1);
			break;
		case DW_TAG_namespace:
		case DW_TAG_structure_type:
		case DW_TAG_class_type:
		case DW_TAG_lexical_block:
		case DW_TAG_try_block:
		case DW_TAG_catch_block:
			find_inlined(unit, die, depth + 1);
			break;
		default:
			break;
		}
	}
}

static void load_inlined(struct lupe_dwarf_unit *unit)
{
	Dwarf_Die die = lupe_die_at(unit->dwarf, unit->die);

	if (!unit->has_inlined && die)
		find_inlined(unit, die, 0);
	unit->has_inlined = true;
}

struct starts_question {
	const struct lupe_debug_name *name;
	struct lupe_debug_start *ret;
	size_t size, count;
};

static void add_start(struct starts_question *question, lupe_addr address, bool is_inlined)
{
	for (size_t i = 0; i < question->count; i++)
		if (question->ret[i].address == address)
			return;
	if (question->count < question->size)
		question->ret[question->count++] = (struct lupe_debug_start){address, is_inlined};
}

static void find_starts(void *argument)
{
	struct starts_question *question = argument;
	struct lupe_dwarf_unit *unit = (struct lupe_dwarf_unit *)question->name->unit;
	struct lupe_dwarf *dwarf = unit->dwarf;
	uint64_t entry = question->name->entry;
	Dwarf_Die die = lupe_die_at(dwarf, entry);
	lupe_addr start = die ? lupe_dwarf_start_of(unit, die) : 0;
	bool is_inline = die && lupe_die_has(dwarf, die, DW_AT_inline);

	if (start)
		add_start(question, start + dwarf->shift, false);
	if (!is_inline)
		return;
	load_inlined(unit);
	for (size_t i = 0; i < unit->inlined.count; i++)
		if (unit->inlined.data[i].origin == entry ||
		    lupe_dwarf_origin(dwarf, unit->inlined.data[i].origin) == entry)
			add_start(question, unit->inlined.data[i].start + dwarf->shift, true);
}

/* Of code that is a copy of its own, not inlined: the unit's functions know it as a whole one. */
static void tell_copies(struct lupe_image *image, struct starts_question *question)
{
	const struct lupe_debug_function *functions;

	for (size_t i = 0; i < question->count; i++) {
		struct lupe_debug_start *start = &question->ret[i];
		size_t count = lupe_image_functions_at(image, start->address, &functions);

		if (start->is_inlined && count && functions[count - 1].start == start->address &&
		    !functions[0].is_inlined)
			start->is_inlined = false;
	}
}

size_t lupe_image_function_starts(struct lupe_image *image, const struct lupe_debug_name *name,
				  struct lupe_debug_start *ret, size_t size)
{
	struct starts_question question = {name, ret, size, 0};

	if (name->kind != LUPE_NAME_FUNCTION || !lupe_image_ask(image, find_starts, &question))
		return 0;
	tell_copies(image, &question);
	return question.count;
}

/* --- types --- */

struct type_question {
	const struct lupe_debug_name *name;
	const struct lupe_type *type;
	uint64_t value;
};

/* The enumeration that an enumerator is in: the last one that begins before it. NULL: it has no name. */
static const struct lupe_type *type_of_enumerator(struct lupe_dwarf *dwarf, uint64_t entry, const char *name)
{
	const struct lupe_type *type;
	struct lupe_debug_name *best = NULL;

	for (size_t i = 0; i < dwarf->index.count; i++) {
		struct lupe_debug_name *row = &dwarf->index.data[i];
		struct lupe_dwarf_unit *unit = (struct lupe_dwarf_unit *)row->unit;

		if (row->kind == LUPE_NAME_TYPE && row->keyword && row->keyword[0] == 'e' &&
		    unit->dwarf == dwarf && row->entry < entry && (!best || row->entry > best->entry))
			best = row;
	}
	type = best && name ? lupe_dwarf_type(dwarf, best->entry) : NULL;
	for (size_t i = 0; type && i < type->n_enumerators; i++)
		if (strcmp(type->enumerators[i].name, name) == 0)
			return type;
	return NULL;
}

static void find_type(void *argument)
{
	struct type_question *question = argument;
	struct lupe_dwarf_unit *unit = (struct lupe_dwarf_unit *)question->name->unit;
	uint64_t entry = question->name->entry;
	Dwarf_Die die;

	switch (question->name->kind) {
	case LUPE_NAME_TYPE:
	case LUPE_NAME_FUNCTION:
		question->type = lupe_dwarf_type(unit->dwarf, entry);
		break;
	case LUPE_NAME_VARIABLE:
		question->type = lupe_dwarf_inherited_type(unit->dwarf, entry);
		break;
	case LUPE_NAME_ENUMERATOR:
		die = lupe_die_at(unit->dwarf, entry);
		if (!die || !lupe_die_number(unit->dwarf, die, DW_AT_const_value, &question->value))
			return;
		question->type = type_of_enumerator(unit->dwarf, entry, lupe_die_string(unit->dwarf, die, DW_AT_name));
		break;
	}
}

const struct lupe_type *lupe_image_type(struct lupe_image *image, const struct lupe_debug_name *name,
					uint64_t *ret_value)
{
	struct type_question question = {name, NULL, 0};

	if (!lupe_image_ask(image, find_type, &question))
		return NULL;
	if (ret_value)
		*ret_value = question.value;
	return question.type;
}
