/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Line tables: run by libdwarf, kept as compact rows by address. Source: DWARF 5 section 6.2.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "image/dwarf.h"

enum { MAX_FILES = 1 << 20 };

/* What libdwarf gave for one table. */
struct table {
	struct lupe_dwarf_unit *unit;
	Dwarf_Line_Context context;
	Dwarf_Unsigned version;
};

static bool succeeded(struct lupe_dwarf *dwarf, int answer, Dwarf_Error error)
{
	if (answer == DW_DLV_ERROR && error)
		dwarf_dealloc_error(dwarf->debug, error);
	return answer == DW_DLV_OK;
}

/* --- rows --- */

static bool read_row(struct lupe_dwarf *dwarf, Dwarf_Line line, struct lupe_dwarf_row *ret)
{
	Dwarf_Error error = NULL;
	Dwarf_Unsigned number, file, column, isa, discriminator;
	Dwarf_Bool is_statement, is_end, is_prologue_end, is_epilogue;
	Dwarf_Addr address;

	if (!succeeded(dwarf, dwarf_lineaddr(line, &address, &error), error) ||
	    !succeeded(dwarf, dwarf_lineno(line, &number, &error), error) ||
	    !succeeded(dwarf, dwarf_line_srcfileno(line, &file, &error), error) ||
	    !succeeded(dwarf, dwarf_lineoff_b(line, &column, &error), error) ||
	    !succeeded(dwarf, dwarf_linebeginstatement(line, &is_statement, &error), error) ||
	    !succeeded(dwarf, dwarf_lineendsequence(line, &is_end, &error), error) ||
	    !succeeded(dwarf,
		       dwarf_prologue_end_etc(line, &is_prologue_end, &is_epilogue, &isa,
					      &discriminator, &error),
		       error))
		return false;
	*ret = (struct lupe_dwarf_row){
	    .address = address,
	    .line = number,
	    .column = column > UINT16_MAX ? 0 : column,
	    .file = file,
	    .is_statement = is_statement,
	    .is_end = is_end,
	    .is_prologue_end = is_prologue_end,
	};
	return true;
}

static void read_rows(struct table *table)
{
	struct lupe_dwarf_unit *unit = table->unit;
	Dwarf_Error error = NULL;
	Dwarf_Signed count;
	Dwarf_Line *lines;

	if (!succeeded(unit->dwarf,
		       dwarf_srclines_from_linecontext(table->context, &lines, &count, &error),
		       error))
		return;
	for (Dwarf_Signed i = 0; i < count; i++) {
		struct lupe_dwarf_row row;

		if (read_row(unit->dwarf, lines[i], &row) && !VECTOR_PUSH(&unit->rows, row))
			return;
	}
}

/* A sequence: rows up to its end, with rising addresses. */
struct sequence {
	lupe_addr start;
	size_t first, count;
};

static int compare_sequences(const void *left, const void *right)
{
	const struct sequence *a = left, *b = right;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return a->first < b->first ? -1 : 1;
}

/* The compiler writes the sequences of a file in the order of its sections, not of their addresses. */
static void sort_sequences(struct lupe_dwarf_unit *unit)
{
	VECTOR(struct sequence) sequences = {0};
	struct lupe_dwarf_row *sorted = reallocarray(NULL, unit->rows.count + 1, sizeof(*sorted));
	size_t first = 0, to = 0;

	for (size_t i = 0; sorted && i < unit->rows.count; i++) {
		struct sequence sequence = {unit->rows.data[first].address, first, i + 1 - first};

		if (!unit->rows.data[i].is_end)
			continue;
		if (!VECTOR_PUSH(&sequences, sequence))
			break;
		first = i + 1;
	}
	if (sequences.count)
		qsort(sequences.data, sequences.count, sizeof(*sequences.data), compare_sequences);
	for (size_t i = 0; i < sequences.count; i++) {
		const struct sequence *sequence = &sequences.data[i];

		memcpy(sorted + to, unit->rows.data + sequence->first,
		       sequence->count * sizeof(*sorted));
		to += sequence->count;
	}
	VECTOR_DEINIT(&sequences);
	VECTOR_DEINIT(&unit->rows);
	unit->rows.data = sorted;
	unit->rows.count = unit->rows.capacity = sorted ? to : 0;
}

/* --- files --- */

/* The folder of a file, by its index in the table; NULL: the one of the compilation, which is number 0
 * in all versions. */
static const char *folder_of(struct table *table, Dwarf_Unsigned index)
{
	Dwarf_Error error = NULL;
	const char *folder;

	if (!index)
		return NULL;
	return succeeded(table->unit->dwarf,
			 dwarf_srclines_include_dir_data(table->context, index, &folder, &error),
			 error)
		   ? folder
		   : NULL;
}

/* As gdb shows it: the folder before it unless that is the compilation's. */
static const char *join(struct lupe_dwarf *dwarf, const char *folder, const char *name)
{
	char *path;

	if (!folder || *name == '/')
		return name;
	path = lupe_arena_alloc(&dwarf->arena, strlen(folder) + strlen(name) + 2);
	if (path)
		sprintf(path, "%s/%s", folder, name);
	return path;
}

static bool add_file(struct table *table, Dwarf_Signed index)
{
	struct lupe_dwarf *dwarf = table->unit->dwarf;
	Dwarf_Unsigned folder, modified, length;
	struct lupe_dwarf_file file = {NULL};
	Dwarf_Form_Data16 *digest;
	Dwarf_Error error = NULL;
	const char *name;

	if (succeeded(dwarf,
		      dwarf_srclines_files_data_b(table->context, index, &name, &folder, &modified,
						  &length, &digest, &error),
		      error) &&
	    name)
		file.name = join(dwarf, folder_of(table, folder), name);
	return VECTOR_PUSH(&table->unit->files, file);
}

static void read_files(struct table *table)
{
	Dwarf_Signed first, count, end;
	struct lupe_dwarf_file none = {NULL};
	Dwarf_Error error = NULL;

	if (!succeeded(table->unit->dwarf,
		       dwarf_srclines_files_indexes(table->context, &first, &count, &end, &error),
		       error) ||
	    first < 0 || first > 1 || end - first > MAX_FILES)
		return;
	if (first == 1 && !VECTOR_PUSH(&table->unit->files, none))
		return;
	for (Dwarf_Signed i = first; i < end; i++)
		if (!add_file(table, i))
			return;
}

/* --- the table --- */

static bool open_table(struct table *table, Dwarf_Die die)
{
	Dwarf_Small count;
	Dwarf_Error error = NULL;

	return succeeded(table->unit->dwarf,
			 dwarf_srclines_b(die, &table->version, &count, &table->context, &error),
			 error);
}

void lupe_dwarf_unit_load_lines(struct lupe_dwarf_unit *unit)
{
	struct table table = {.unit = unit};
	Dwarf_Die die;

	if (unit->has_lines)
		return;
	unit->has_lines = true;
	die = lupe_die_at(unit->dwarf, unit->die);
	if (die && open_table(&table, die)) {
		read_files(&table);
		read_rows(&table);
		dwarf_srclines_dealloc_b(table.context);
		sort_sequences(unit);
	}
	lupe_die_free(die);
}

/* Of rows at one address the last one counts; but one that begins no statement only stands for the
 * statement before it at the same address, if there is one: so does gdb. */
const struct lupe_dwarf_row *lupe_dwarf_row_at(struct lupe_dwarf_unit *unit, lupe_addr address)
{
	const struct lupe_dwarf_row *rows = unit->rows.data;
	size_t low = 0, high = unit->rows.count, at;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (rows[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || rows[low - 1].is_end || !rows[low - 1].line)
		return NULL;
	at = low - 1;
	while (!rows[at].is_statement && at > 0 && rows[at - 1].address == rows[at].address &&
	       !rows[at - 1].is_end && rows[at - 1].line)
		at--;
	return rows[at].is_statement ? &rows[at] : &rows[low - 1];
}

const char *lupe_dwarf_file_name(struct lupe_dwarf_unit *unit, uint64_t number)
{
	lupe_dwarf_unit_load_lines(unit);
	if (number < unit->files.count)
		return unit->files.data[number].name;
	return unit->skeleton ? lupe_dwarf_file_name(unit->skeleton, number) : NULL;
}
