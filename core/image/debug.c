/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Debug information of an image; see lupe/debug.h. Each question is asked inside of a fence. A file that
 * the library could not bear is never asked again, and its objects stay where they are.
 */
#include <string.h>
#include "image/dwarf.h"
#include "image/guard.h"
#include "image/image.h"

/* --- the file with the DWARF --- */

static bool has_dwarf(const struct lupe_elf *elf)
{
	struct lupe_elf_section section;

	return (lupe_elf_section_named(elf, ".debug_info", &section) ||
		lupe_elf_section_named(elf, ".zdebug_info", &section)) &&
	       section.type != SHT_NOBITS && section.bytes;
}

static void open_dwarf(void *argument)
{
	struct lupe_image *image = argument;
	const struct lupe_elf *elf = &image->elf;
	uint64_t shift = 0;

	if (!has_dwarf(elf)) {
		elf = lupe_image_debug(image);
		if (!elf || !has_dwarf(elf))
			return;
		shift = lupe_image_debug_shift(image);
	}
	image->dwarf = lupe_dwarf_open(elf, shift);
	if (!image->dwarf)
		return;
	image->dwarf->image = image;
	lupe_dwarf_find_alternate(image->dwarf, elf);
}

struct lupe_dwarf *lupe_image_dwarf(struct lupe_image *image)
{
	if (!image->tried_dwarf) {
		image->tried_dwarf = true;
		if (!lupe_guard_run(open_dwarf, image))
			image->dwarf = NULL;
	}
	return image->dwarf && !image->dwarf->is_broken ? image->dwarf : NULL;
}

/* Runs a question; false: there is no DWARF to ask, or it broke. */
static bool ask(struct lupe_dwarf *dwarf, void (*question)(void *), void *argument)
{
	if (!dwarf)
		return false;
	if (lupe_guard_run(question, argument))
		return true;
	dwarf->is_broken = true;
	return false;
}

bool lupe_image_ask(struct lupe_image *image, void (*question)(void *), void *argument)
{
	return ask(lupe_image_dwarf(image), question, argument);
}

/* --- lines --- */

struct line_question {
	struct lupe_dwarf *dwarf;
	lupe_addr address; /* of the file with the DWARF */
	struct lupe_source_line *ret;
	bool found;
};

static void fill_line(struct lupe_dwarf_unit *unit, const struct lupe_dwarf_row *row,
		      struct lupe_source_line *ret)
{
	const struct lupe_dwarf_row *end = unit->rows.data + unit->rows.count, *next = row + 1;
	const char *file = lupe_dwarf_file_name(unit, row->file);

	while (next < end && next->address == row->address)
		next++;
	*ret = (struct lupe_source_line){
	    .file = file ? file : "??",
	    .folder = unit->folder,
	    .line = row->line,
	    .column = row->column,
	    .start = row->address + unit->dwarf->shift,
	    .end = (next < end ? next->address : row->address) + unit->dwarf->shift,
	    .is_statement = row->is_statement,
	};
}

static void find_line(void *argument)
{
	struct line_question *question = argument;
	struct lupe_dwarf_unit *unit = lupe_dwarf_unit_at(question->dwarf, question->address);
	const struct lupe_dwarf_row *row;

	if (!unit)
		return;
	lupe_dwarf_unit_load_lines(unit);
	row = lupe_dwarf_row_at(unit, question->address);
	if (!row)
		return;
	fill_line(unit, row, question->ret);
	question->found = true;
}

bool lupe_image_line_at(struct lupe_image *image, lupe_addr address, struct lupe_source_line *ret)
{
	struct lupe_dwarf *dwarf = lupe_image_dwarf(image);
	struct line_question question = {.dwarf = dwarf, .ret = ret};

	if (dwarf)
		question.address = address - dwarf->shift;
	return ask(dwarf, find_line, &question) && question.found;
}

/* --- functions --- */

struct function_question {
	struct lupe_dwarf *dwarf;
	lupe_addr address;
	const struct lupe_dwarf_answer *answer;
};

static void find_functions(void *argument)
{
	struct function_question *question = argument;

	question->answer = lupe_dwarf_functions_at(question->dwarf, question->address);
}

size_t lupe_image_functions_at(struct lupe_image *image, lupe_addr address,
			       const struct lupe_debug_function **ret)
{
	struct lupe_dwarf *dwarf = lupe_image_dwarf(image);
	struct function_question question = {.dwarf = dwarf};

	*ret = NULL;
	if (dwarf)
		question.address = address - dwarf->shift;
	if (!ask(dwarf, find_functions, &question) || !question.answer)
		return 0;
	*ret = question.answer->functions;
	return question.answer->count;
}

/* --- in a target --- */

bool lupe_modules_ask(struct lupe_modules *modules, lupe_addr address, void (*question)(void *),
		      void *argument)
{
	struct lupe_module *module = lupe_modules_at(modules, address);

	return module && module->image && ask(lupe_image_dwarf(module->image), question, argument);
}

static void set_line(struct lupe_image *image, lupe_addr address, struct lupe_place *ret)
{
	struct lupe_source_line line;

	if (!lupe_image_line_at(image, address, &line))
		return;
	ret->file = line.file;
	ret->folder = line.folder;
	ret->line = line.line;
	ret->column = line.column;
}

bool lupe_modules_place(struct lupe_modules *modules, lupe_addr address, size_t level,
			struct lupe_place *ret)
{
	struct lupe_module *module = lupe_modules_at(modules, address);
	const struct lupe_debug_function *functions = NULL;
	size_t count = 0;

	*ret = (struct lupe_place){0};
	if (module && module->image)
		count = lupe_image_functions_at(module->image, address - module->bias, &functions);
	if (level && level >= count)
		return false;
	if (count) {
		ret->function = &functions[level];
		ret->start = ret->function->start + module->bias;
		ret->is_inlined = ret->function->is_inlined;
	}
	if (level) { /* where the one inlined into it was called */
		ret->file = functions[level - 1].call_file;
		ret->folder = functions[level - 1].call_folder;
		ret->line = functions[level - 1].call_line;
	} else if (module && module->image) {
		set_line(module->image, address - module->bias, ret);
	}
	return true;
}
