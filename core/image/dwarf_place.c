/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From source lines to addresses: where the code of a line begins, where a function has set up its frame, which
 * source files there are. Source: DWARF 5 section 6.2.
 */
#include <string.h>
#include "image/dwarf.h"
#include "image/image.h"

/* --- files --- */

/* Whether a path ends in the wanted one, at a border of folders. */
static bool ends_in(const char *path, size_t length, const char *wanted, size_t size)
{
	return length >= size && memcmp(path + length - size, wanted, size) == 0 &&
	       (length == size || path[length - size - 1] == '/' || *wanted == '/');
}

/* `wanted`: a name, the last parts of a path, or a whole one. */
static bool is_file(const char *name, const char *folder, const char *wanted)
{
	size_t size = strlen(wanted), length = strlen(name), before = strlen(folder), rest;

	while (wanted[0] == '.' && wanted[1] == '/') {
		wanted += 2;
		size -= 2;
	}
	if (!size)
		return false;
	if (ends_in(name, length, wanted, size))
		return true;
	if (name[0] == '/' || size <= length + 1) /* it reaches into the folder of the compilation */
		return false;
	rest = size - length - 1;
	return memcmp(wanted + rest + 1, name, length) == 0 && wanted[rest] == '/' &&
	       ends_in(folder, before, wanted, rest);
}

/* --- lines --- */

struct line_question {
	struct lupe_image *image;
	struct lupe_dwarf *dwarf;
	const char *file;
	uint32_t line, best; /* the wanted one; the lowest from there on that has code, 0: none */
	lupe_addr *ret;
	uint64_t *scopes; /* of each: the function, or the copy of an inlined one */
	size_t size, count;
};

/* Of the rows of a unit those of the wanted file. */
static bool is_candidate(const struct line_question *question, struct lupe_dwarf_unit *unit,
			 const struct lupe_dwarf_row *row)
{
	const char *name;

	if (row->is_end || !row->is_statement || row->line < question->line ||
	    (question->best && row->line > question->best))
		return false;
	name = lupe_dwarf_file_name(unit, row->file);
	return name && is_file(name, unit->folder, question->file);
}

static bool has_file(const struct line_question *question, struct lupe_dwarf_unit *unit)
{
	for (size_t i = 0; i < unit->files.count; i++)
		if (unit->files.data[i].name &&
		    is_file(unit->files.data[i].name, unit->folder, question->file))
			return true;
	return false;
}

static void take_place(struct line_question *question, lupe_addr address)
{
	const struct lupe_dwarf_answer *answer = lupe_dwarf_functions_at(question->dwarf, address);
	uint64_t scope = answer && answer->count ? answer->functions[0].scope : 0;

	address += question->dwarf->shift;
	for (size_t i = 0; i < question->count; i++)
		if (question->scopes[i] == scope) {
			if (address < question->ret[i])
				question->ret[i] = address;
			return;
		}
	if (question->count == question->size)
		return;
	question->scopes[question->count] = scope;
	question->ret[question->count++] = address;
}

static void take_rows(struct line_question *question, struct lupe_dwarf_unit *unit)
{
	for (size_t i = 0; i < unit->rows.count; i++) {
		const struct lupe_dwarf_row *row = &unit->rows.data[i];

		if (!is_candidate(question, unit, row))
			continue;
		if (question->best != row->line) { /* nearer than all before */
			question->best = row->line;
			question->count = 0;
		}
		take_place(question, row->address);
	}
}

static void find_places(void *argument)
{
	struct line_question *question = argument;

	question->dwarf = lupe_image_dwarf(question->image);
	for (size_t i = 0; i < question->dwarf->units.count; i++) {
		struct lupe_dwarf_unit *unit = &question->dwarf->units.data[i];

		lupe_dwarf_unit_load(unit);
		lupe_dwarf_unit_load_lines(unit);
		if (has_file(question, unit))
			take_rows(question, unit);
	}
}

size_t lupe_image_line_places(struct lupe_image *image, const char *file, uint32_t line, lupe_addr *ret,
			      size_t size, uint32_t *ret_line)
{
	uint64_t *scopes = calloc(size + 1, sizeof(*scopes));
	struct line_question question = {
	    .image = image, .file = file, .line = line, .ret = ret, .scopes = scopes, .size = size};

	if (!scopes || !lupe_image_ask(image, find_places, &question))
		question.count = 0;
	free(scopes);
	*ret_line = question.best;
	return question.count;
}

/* --- prologues --- */

struct prologue_question {
	struct lupe_image *image;
	lupe_addr start, ret;
	unsigned skipped;
};

/* The end of the function that begins at `start`; 0: not known. */
static lupe_addr end_of_function(struct lupe_dwarf *dwarf, lupe_addr start)
{
	struct lupe_dwarf_unit *unit = lupe_dwarf_unit_at(dwarf, start);
	const struct lupe_dwarf_range *range;

	(void)lupe_dwarf_functions_at(dwarf, start); /* loads them */
	if (!unit)
		return 0;
	range = lupe_dwarf_ranges_find(unit->split ? &unit->split->functions : &unit->functions, start);
	return range ? range->end : 0;
}

static const struct lupe_dwarf_row *marked_row(const struct lupe_dwarf_unit *unit, lupe_addr start, lupe_addr end)
{
	for (size_t i = 0; i < unit->rows.count; i++) {
		const struct lupe_dwarf_row *row = &unit->rows.data[i];

		if (row->address >= start && row->address < end && row->is_prologue_end && !row->is_end)
			return row;
	}
	return NULL;
}

/* The first row that begins at or after the address, in the function. */
static lupe_addr next_row(const struct lupe_dwarf_unit *unit, lupe_addr address, lupe_addr end)
{
	lupe_addr best = address;

	for (size_t i = 0; i < unit->rows.count; i++) {
		const struct lupe_dwarf_row *row = &unit->rows.data[i];

		if (row->address >= address && row->address < end && !row->is_end && row->is_statement &&
		    (best == address || row->address < best))
			best = row->address;
		if (row->address == address && !row->is_end)
			return address;
	}
	return best;
}

static void find_prologue(void *argument)
{
	struct prologue_question *question = argument;
	struct lupe_dwarf *dwarf = lupe_image_dwarf(question->image);
	lupe_addr start = question->start - dwarf->shift, end = end_of_function(dwarf, start);
	struct lupe_dwarf_unit *unit = lupe_dwarf_unit_at(dwarf, start);
	const struct lupe_dwarf_row *row;

	if (!unit || end <= start)
		return;
	lupe_dwarf_unit_load_lines(unit);
	row = marked_row(unit, start, end);
	if (row)
		question->ret = row->address + dwarf->shift;
	else if (question->skipped)
		question->ret = next_row(unit, start + question->skipped, end) + dwarf->shift;
}

lupe_addr lupe_image_after_prologue(struct lupe_image *image, lupe_addr start, unsigned skipped)
{
	struct prologue_question question = {image, start, start + skipped, skipped};

	(void)lupe_image_ask(image, find_prologue, &question);
	return question.ret;
}

/* --- sources --- */

struct sources_question {
	struct lupe_image *image;
	void (*visit)(void *context, const char *file, const char *folder);
	void *context;
};

static void find_sources(void *argument)
{
	struct sources_question *question = argument;
	struct lupe_dwarf *dwarf = lupe_image_dwarf(question->image);

	for (size_t i = 0; i < dwarf->units.count; i++) {
		struct lupe_dwarf_unit *unit = &dwarf->units.data[i];

		lupe_dwarf_unit_load(unit);
		lupe_dwarf_unit_load_lines(unit);
		for (size_t k = 0; k < unit->files.count; k++)
			if (unit->files.data[k].name)
				question->visit(question->context, unit->files.data[k].name, unit->folder);
	}
}

void lupe_image_sources(struct lupe_image *image,
			void (*visit)(void *context, const char *file, const char *folder), void *context)
{
	struct sources_question question = {image, visit, context};

	(void)lupe_image_ask(image, find_sources, &question);
}
