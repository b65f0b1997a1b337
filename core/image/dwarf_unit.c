/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Units: listed by their headers (DWARF 5 section 7.5.1), found by an entry's offset or by an address:
 * .debug_aranges (section 6.1.2) for the units that it names, the units' own ranges for all others (clang
 * writes none).
 */
#include <stdlib.h>
#include "base/cleanup.h"
#include "base/reader.h"
#include "image/dwarf.h"

/* The length at the head of a unit or table, and whether its offsets have 8 bytes. */
static uint64_t read_length(struct lupe_reader *reader, bool *ret_is_64)
{
	uint64_t length = lupe_reader_unsigned(reader, 4);

	*ret_is_64 = length == UINT32_MAX;
	return *ret_is_64 ? lupe_reader_unsigned(reader, 8) : length;
}

/* What follows the length of a unit's header; false: no unit with code. */
static bool read_header(struct lupe_reader *reader, bool is_64, struct lupe_dwarf_unit *unit)
{
	unsigned type = DW_UT_compile;

	unit->version = lupe_reader_unsigned(reader, 2);
	if (unit->version < 2 || unit->version > 5)
		return false;
	if (unit->version == 5) {
		type = lupe_reader_unsigned(reader, 1);
		lupe_reader_skip(reader, 1);
	}
	lupe_reader_skip(reader, is_64 ? 8 : 4);
	if (unit->version < 5)
		lupe_reader_skip(reader, 1);
	if (type == DW_UT_skeleton || type == DW_UT_split_compile)
		lupe_reader_skip(reader, 8);
	else if (type == DW_UT_type || type == DW_UT_split_type)
		lupe_reader_skip(reader, is_64 ? 16 : 12);
	return !reader->bad;
}

bool lupe_dwarf_read_units(struct lupe_dwarf *dwarf)
{
	const struct lupe_dwarf_section *info = lupe_dwarf_info(dwarf);
	struct lupe_reader reader = lupe_reader_over(info->bytes, info->size);

	while (lupe_reader_left(&reader)) {
		struct lupe_dwarf_unit unit = {.dwarf = dwarf, .header = reader.at - info->bytes};
		bool is_64;
		uint64_t length = read_length(&reader, &is_64);
		const unsigned char *bytes = lupe_reader_skip(&reader, length);
		struct lupe_reader header;

		if (!bytes)
			break; /* the rest of the section is cut off */
		header = lupe_reader_over(bytes, length);
		unit.end = reader.at - info->bytes;
		if (!read_header(&header, is_64, &unit))
			continue;
		unit.die = header.at - info->bytes;
		if (!VECTOR_PUSH(&dwarf->units, unit))
			return false;
	}
	return true;
}

static struct lupe_dwarf_unit *find_unit(struct lupe_dwarf *dwarf, uint64_t offset)
{
	size_t low = 0, high = dwarf->units.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (dwarf->units.data[middle].end <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == dwarf->units.count || offset < dwarf->units.data[low].header)
		return NULL;
	return &dwarf->units.data[low];
}

/* --- loading --- */

/* An offset attribute of the unit's entry, by its name in DWARF 5 or in GNU's extension. */
static uint64_t base_of(struct lupe_dwarf *dwarf, Dwarf_Die die, Dwarf_Half attribute,
			Dwarf_Half gnu_attribute)
{
	uint64_t base;
	bool is_index;

	if (lupe_die_section_offset(dwarf, die, attribute, &base, &is_index) ||
	    (gnu_attribute &&
	     lupe_die_section_offset(dwarf, die, gnu_attribute, &base, &is_index)))
		return base;
	return 0;
}

static const char *text_of(struct lupe_dwarf *dwarf, Dwarf_Die die, Dwarf_Half attribute)
{
	const char *text = lupe_die_string(dwarf, die, attribute);

	return text ? text : "";
}

static bool has_classes(uint64_t language)
{
	switch (language) {
	case DW_LANG_C89:
	case DW_LANG_C:
	case DW_LANG_C99:
	case DW_LANG_C11:
	case DW_LANG_Mips_Assembler:
		return false;
	default:
		return true;
	}
}

void lupe_dwarf_unit_load(struct lupe_dwarf_unit *unit)
{
	struct lupe_dwarf *dwarf = unit->dwarf;
	uint64_t language = 0;
	const char *split;
	Dwarf_Die die;

	if (unit->is_loaded)
		return;
	unit->is_loaded = true;
	unit->name = unit->folder = "";
	die = lupe_die_at(dwarf, unit->die);
	if (!die)
		return;
	unit->name = text_of(dwarf, die, DW_AT_name);
	unit->folder = text_of(dwarf, die, DW_AT_comp_dir);
	lupe_die_number(dwarf, die, DW_AT_language, &language);
	unit->has_classes = has_classes(language);
	unit->is_assembler = language == DW_LANG_Mips_Assembler;
	unit->address_base = base_of(dwarf, die, DW_AT_addr_base, DW_AT_GNU_addr_base);
	unit->range_base = base_of(dwarf, die, DW_AT_rnglists_base, DW_AT_GNU_ranges_base);
	unit->location_base = base_of(dwarf, die, DW_AT_loclists_base, 0);
	if (!lupe_die_address(unit, die, DW_AT_low_pc, &unit->base))
		unit->base = 0;
	split = lupe_die_string(dwarf, die, DW_AT_dwo_name);
	if (!split)
		split = lupe_die_string(dwarf, die, DW_AT_GNU_dwo_name);
	if (split && !unit->skeleton)
		lupe_dwarf_find_split(unit, split);
}

struct lupe_dwarf_unit *lupe_dwarf_unit_with(struct lupe_dwarf *dwarf, uint64_t offset)
{
	struct lupe_dwarf_unit *unit = find_unit(dwarf, offset);

	if (unit)
		lupe_dwarf_unit_load(unit);
	return unit;
}

/* --- by address --- */

/* One table of .debug_aranges: the addresses of one unit. */
static bool read_arange_table(struct lupe_dwarf *dwarf, struct lupe_reader table, bool is_64,
			      const unsigned char *start)
{
	struct lupe_dwarf_unit *unit;
	lupe_addr address, length;
	size_t padding;

	if (lupe_reader_unsigned(&table, 2) != 2)
		return true;
	unit = find_unit(dwarf, lupe_reader_unsigned(&table, is_64 ? 8 : 4));
	if (lupe_reader_unsigned(&table, 1) != 8 || lupe_reader_unsigned(&table, 1) != 0 || !unit)
		return true;
	padding = -(size_t)(table.at - start) % 16;
	lupe_reader_skip(&table, padding);
	while (lupe_reader_left(&table) >= 16) {
		struct lupe_dwarf_range range = {.entry = unit - dwarf->units.data};

		address = lupe_reader_unsigned(&table, 8);
		length = lupe_reader_unsigned(&table, 8);
		if (!address && !length)
			break;
		range.start = address;
		range.end = address + length;
		unit->has_ranges = true;
		if (range.start < range.end && !VECTOR_PUSH(&dwarf->unit_ranges, range))
			return false;
	}
	return true;
}

static void read_aranges(struct lupe_dwarf *dwarf)
{
	const struct lupe_dwarf_section *section = lupe_dwarf_section(dwarf, ".debug_aranges");
	struct lupe_reader reader;

	if (!section)
		return;
	reader = lupe_reader_over(section->bytes, section->size);
	while (lupe_reader_left(&reader)) {
		const unsigned char *start = reader.at;
		bool is_64;
		uint64_t length = read_length(&reader, &is_64);
		const unsigned char *bytes = lupe_reader_skip(&reader, length);

		if (!bytes ||
		    !read_arange_table(dwarf, lupe_reader_over(bytes, length), is_64, start))
			return;
	}
}

static void add_own_ranges(struct lupe_dwarf *dwarf, size_t index)
{
	struct lupe_dwarf_unit *unit = &dwarf->units.data[index];
	Dwarf_Die die;

	unit->has_ranges = true;
	lupe_dwarf_unit_load(unit);
	die = lupe_die_at(dwarf, unit->die);
	if (die)
		lupe_die_ranges(unit, die, index, &dwarf->unit_ranges);
}

/* The table of addresses is enough for most; only for an address that it does not have, units that it
 * does not name are read. */
static const struct lupe_dwarf_range *find_range(struct lupe_dwarf *dwarf, lupe_addr address)
{
	const struct lupe_dwarf_range *found;

	if (!dwarf->has_unit_ranges) {
		dwarf->has_unit_ranges = true;
		read_aranges(dwarf);
		lupe_dwarf_ranges_sort(&dwarf->unit_ranges);
	}
	found = lupe_dwarf_ranges_find(&dwarf->unit_ranges, address);
	if (found || dwarf->has_all_ranges)
		return found;
	dwarf->has_all_ranges = true;
	for (size_t i = 0; i < dwarf->units.count; i++)
		if (!dwarf->units.data[i].has_ranges)
			add_own_ranges(dwarf, i);
	lupe_dwarf_ranges_sort(&dwarf->unit_ranges);
	return lupe_dwarf_ranges_find(&dwarf->unit_ranges, address);
}

struct lupe_dwarf_unit *lupe_dwarf_unit_at(struct lupe_dwarf *dwarf, lupe_addr address)
{
	const struct lupe_dwarf_range *range = find_range(dwarf, address);
	struct lupe_dwarf_unit *unit;

	if (!range)
		return NULL;
	unit = &dwarf->units.data[range->entry];
	lupe_dwarf_unit_load(unit);
	return unit;
}
