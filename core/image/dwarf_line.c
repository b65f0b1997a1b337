/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Line tables, kept as compact rows by address. The program is run here and not by libdwarf, which takes
 * an object for each row: with many units that is most of the time of a stack with lines. Each
 * instruction takes a byte at least and makes one row at most, so that the section's size bounds all.
 * Source: DWARF 5 section 6.2, DWARF 4 section 6.2.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/reader.h"
#include "image/dwarf.h"

enum { MAX_FORMATS = 16 };

/* The header of a table, and the state of its machine. */
struct table {
	struct lupe_dwarf_unit *unit;
	struct lupe_reader reader;
	bool is_64, default_is_statement, is_split;
	uint16_t version;
	uint8_t address_size, minimum_length, operations, range, first_special;
	int8_t base;
	const unsigned char *lengths; /* of the standard instructions' operands, from number 1 on */
	struct lupe_reader program;
	VECTOR(const char *) folders;
	struct lupe_dwarf_row row;
	uint64_t file, operation;
};

/* --- the header --- */

/* A string of another section; NULL: it is not there. */
static const char *string_at(struct table *table, const char *name, uint64_t offset)
{
	const struct lupe_dwarf_section *section = lupe_dwarf_section(table->unit->dwarf, name);

	if (!section || offset >= section->size ||
	    !memchr(section->bytes + offset, '\0', section->size - offset))
		return NULL;
	return (const char *)section->bytes + offset;
}

/* One field of an entry: its number or its text, whichever the form has. */
static void read_form(struct table *table, uint64_t form, uint64_t *number, const char **text)
{
	struct lupe_reader *reader = &table->reader;
	size_t offset_size = table->is_64 ? 8 : 4;

	switch (form) {
	case DW_FORM_string:
		*text = lupe_reader_string(reader);
		break;
	case DW_FORM_line_strp:
		*text = string_at(table, ".debug_line_str", lupe_reader_unsigned(reader, offset_size));
		break;
	case DW_FORM_strp:
		*text = string_at(table, table->is_split ? ".debug_str.dwo" : ".debug_str",
				  lupe_reader_unsigned(reader, offset_size));
		break;
	case DW_FORM_udata:
		*number = lupe_reader_uleb(reader);
		break;
	case DW_FORM_data1:
	case DW_FORM_strx1:
		*number = lupe_reader_unsigned(reader, 1);
		break;
	case DW_FORM_data2:
	case DW_FORM_strx2:
		*number = lupe_reader_unsigned(reader, 2);
		break;
	case DW_FORM_data4:
	case DW_FORM_strx4:
		*number = lupe_reader_unsigned(reader, 4);
		break;
	case DW_FORM_data8:
		*number = lupe_reader_unsigned(reader, 8);
		break;
	case DW_FORM_data16:
		lupe_reader_skip(reader, 16);
		break;
	case DW_FORM_block:
		lupe_reader_skip(reader, lupe_reader_uleb(reader));
		break;
	default:
		reader->bad = true;
		break;
	}
}

/* As gdb shows it: the folder before it unless that is the compilation's, number 0 in all versions, and told
 * whole. */
static const char *join(struct table *table, uint64_t folder, const char *name)
{
	const char *before = folder < table->folders.count ? table->folders.data[folder] : NULL;
	char *path;

	if (!before || !*before || !name || *name == '/' || (!folder && *before == '/'))
		return name;
	path = lupe_arena_alloc(&table->unit->dwarf->arena, strlen(before) + strlen(name) + 2);
	if (path)
		sprintf(path, "%s/%s", before, name);
	return path;
}

static bool add_file(struct table *table, uint64_t folder, const char *name)
{
	struct lupe_dwarf_file file = {join(table, folder, name)};

	return VECTOR_PUSH(&table->unit->files, file);
}

/* Before DWARF 5: lists of strings that end in an empty one; both count from 1. */
static bool read_old_names(struct table *table)
{
	const char *name = "";

	if (!VECTOR_PUSH(&table->folders, name) || !add_file(table, 0, NULL))
		return false;
	while ((name = lupe_reader_string(&table->reader)) && *name)
		if (!VECTOR_PUSH(&table->folders, name))
			return false;
	while ((name = lupe_reader_string(&table->reader)) && *name) {
		uint64_t folder = lupe_reader_uleb(&table->reader);

		lupe_reader_uleb(&table->reader); /* when it was changed, and its size */
		lupe_reader_uleb(&table->reader);
		if (!add_file(table, folder, name))
			return false;
	}
	return name;
}

/* A list of entries that says its own format; `take` gets each one's name and folder. */
static bool read_entries(struct table *table, bool (*take)(struct table *, uint64_t, const char *))
{
	struct lupe_reader *reader = &table->reader;
	uint64_t types[MAX_FORMATS], forms[MAX_FORMATS], count;
	size_t n_formats = lupe_reader_unsigned(reader, 1);

	if (n_formats > MAX_FORMATS)
		return false;
	for (size_t i = 0; i < n_formats; i++) {
		types[i] = lupe_reader_uleb(reader);
		forms[i] = lupe_reader_uleb(reader);
	}
	count = lupe_reader_uleb(reader);
	if (reader->bad || (count && !n_formats) || count > lupe_reader_left(reader))
		return false;
	for (uint64_t i = 0; i < count; i++) {
		uint64_t folder = 0, number = 0;
		const char *name = NULL, *text = NULL;

		for (size_t k = 0; k < n_formats; k++) {
			read_form(table, forms[k], &number, &text);
			if (types[k] == DW_LNCT_path)
				name = text;
			else if (types[k] == DW_LNCT_directory_index)
				folder = number;
		}
		if (reader->bad || !take(table, folder, name))
			return false;
	}
	return true;
}

static bool add_folder(struct table *table, uint64_t folder, const char *name)
{
	(void)folder;
	return VECTOR_PUSH(&table->folders, name);
}

static bool read_header(struct table *table)
{
	struct lupe_reader *reader = &table->reader;
	uint64_t length = lupe_reader_unsigned(reader, 4);
	const unsigned char *bytes;

	table->is_64 = length == UINT32_MAX;
	if (table->is_64)
		length = lupe_reader_unsigned(reader, 8);
	bytes = lupe_reader_skip(reader, length);
	if (!bytes)
		return false;
	*reader = lupe_reader_over(bytes, length);
	table->version = lupe_reader_unsigned(reader, 2);
	if (table->version < 2 || table->version > 5)
		return false;
	table->address_size = table->version >= 5 ? lupe_reader_unsigned(reader, 1) : 8;
	if (table->version >= 5)
		lupe_reader_unsigned(reader, 1); /* segments */
	length = lupe_reader_unsigned(reader, table->is_64 ? 8 : 4);
	table->program = *reader;
	lupe_reader_skip(&table->program, length);
	table->minimum_length = lupe_reader_unsigned(reader, 1);
	table->operations = table->version >= 4 ? lupe_reader_unsigned(reader, 1) : 1;
	table->default_is_statement = lupe_reader_unsigned(reader, 1);
	table->base = lupe_reader_signed(reader, 1);
	table->range = lupe_reader_unsigned(reader, 1);
	table->first_special = lupe_reader_unsigned(reader, 1);
	if (table->first_special)
		table->lengths = lupe_reader_skip(reader, table->first_special - 1);
	return !reader->bad && !table->program.bad && table->lengths && table->range &&
	       table->address_size == 8;
}

/* --- the program --- */

static void reset(struct table *table)
{
	table->row = (struct lupe_dwarf_row){.line = 1,
					     .is_statement = table->default_is_statement};
	table->file = 1;
	table->operation = 0;
}

static bool add_row(struct table *table)
{
	table->row.file = table->file < (1 << 29) ? table->file : 0;
	if (!VECTOR_PUSH(&table->unit->rows, table->row))
		return false;
	table->row.is_prologue_end = false;
	return true;
}

static void advance(struct table *table, uint64_t by)
{
	uint64_t operations = table->operations > 1 ? table->operations : 1;

	table->operation += by;
	table->row.address += table->minimum_length * (table->operation / operations);
	table->operation %= operations;
}

/* Those with a length of their own; false: the table is of no more use. */
static bool run_extended(struct table *table)
{
	struct lupe_reader *reader = &table->program;
	uint64_t length = lupe_reader_uleb(reader);
	const unsigned char *bytes = lupe_reader_skip(reader, length);
	struct lupe_reader operands = lupe_reader_over(bytes, bytes ? length : 0);

	switch (lupe_reader_unsigned(&operands, 1)) {
	case DW_LNE_end_sequence:
		table->row.is_end = true;
		if (!add_row(table))
			return false;
		reset(table);
		break;
	case DW_LNE_set_address:
		table->row.address = lupe_reader_unsigned(&operands, 8);
		table->operation = 0;
		break;
	case DW_LNE_define_file: {
		const char *name = lupe_reader_string(&operands);

		if (name && !add_file(table, lupe_reader_uleb(&operands), name))
			return false;
		break;
	}
	default: /* discriminators, and what others have added */
		break;
	}
	return !reader->bad;
}

static void skip_operands(struct table *table, uint8_t code)
{
	for (uint8_t i = table->lengths[code - 1]; i > 0; i--)
		lupe_reader_uleb(&table->program);
}

static bool run_standard(struct table *table, uint8_t code)
{
	struct lupe_reader *reader = &table->program;
	uint64_t column;

	switch (code) {
	case DW_LNS_copy:
		return add_row(table);
	case DW_LNS_advance_pc:
		advance(table, lupe_reader_uleb(reader));
		break;
	case DW_LNS_advance_line:
		table->row.line += lupe_reader_sleb(reader);
		break;
	case DW_LNS_set_file:
		table->file = lupe_reader_uleb(reader);
		break;
	case DW_LNS_set_column:
		column = lupe_reader_uleb(reader);
		table->row.column = column > UINT16_MAX ? 0 : column;
		break;
	case DW_LNS_negate_stmt:
		table->row.is_statement = !table->row.is_statement;
		break;
	case DW_LNS_const_add_pc:
		advance(table, (255 - table->first_special) / table->range);
		break;
	case DW_LNS_fixed_advance_pc:
		table->row.address += lupe_reader_unsigned(reader, 2);
		table->operation = 0;
		break;
	case DW_LNS_set_prologue_end:
		table->row.is_prologue_end = true;
		break;
	case DW_LNS_set_basic_block:
	case DW_LNS_set_epilogue_begin:
		break;
	default:
		skip_operands(table, code);
		break;
	}
	return !reader->bad;
}

static bool run_special(struct table *table, uint8_t code)
{
	unsigned adjusted = code - table->first_special;

	advance(table, adjusted / table->range);
	table->row.line += table->base + (int)(adjusted % table->range);
	return add_row(table);
}

static void run(struct table *table)
{
	bool goes_on = true;

	reset(table);
	while (goes_on && lupe_reader_left(&table->program)) {
		uint8_t code = lupe_reader_unsigned(&table->program, 1);

		if (code >= table->first_special)
			goes_on = run_special(table, code);
		else
			goes_on = code ? run_standard(table, code) : run_extended(table);
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

/* --- the table --- */

static bool open_table(struct table *table)
{
	struct lupe_dwarf_unit *unit = table->unit;
	const struct lupe_dwarf_section *section;
	Dwarf_Die die = lupe_die_at(unit->dwarf, unit->die);
	uint64_t offset;
	bool is_index, found;

	table->is_split = unit->skeleton;
	section = lupe_dwarf_section(unit->dwarf, table->is_split ? ".debug_line.dwo" : ".debug_line");
	found = die &&
		lupe_die_section_offset(unit->dwarf, die, DW_AT_stmt_list, &offset, &is_index);
	if (!found && table->is_split) { /* the only table of the file, for the names of files */
		offset = 0;
		found = true;
	}
	if (!found || !section || offset >= section->size)
		return false;
	table->reader = lupe_reader_over(section->bytes + offset, section->size - offset);
	return read_header(table);
}

void lupe_dwarf_unit_load_lines(struct lupe_dwarf_unit *unit)
{
	struct table table = {.unit = unit};
	bool has_names;

	if (unit->has_lines)
		return;
	unit->has_lines = true;
	if (!open_table(&table))
		return;
	has_names = table.version >= 5 ? read_entries(&table, add_folder) && read_entries(&table, add_file)
				       : read_old_names(&table);
	if (has_names)
		run(&table);
	VECTOR_DEINIT(&table.folders);
	sort_sequences(unit);
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
