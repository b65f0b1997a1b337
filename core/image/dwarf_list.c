/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Code ranges of entries: low and high pc, .debug_ranges (DWARF 2 to 4), .debug_rnglists (DWARF 5 section
 * 7.25), and addresses of .debug_addr. The lists are read here, with bounds, and not by libdwarf.
 */
#include <stdlib.h>
#include "base/reader.h"
#include "image/dwarf.h"

enum { MAX_RANGES = 1 << 16 }; /* of one entry */

/* A section's bytes from an offset on; empty when it is outside. */
static struct lupe_reader section_from(struct lupe_dwarf *dwarf, const char *name,
				       uint64_t offset)
{
	const struct lupe_dwarf_section *section = lupe_dwarf_section(dwarf, name);

	if (!section || offset > section->size)
		return lupe_reader_over(NULL, 0);
	return lupe_reader_over(section->bytes + offset, section->size - offset);
}

/* Of a split unit, the skeleton's file has the addresses. */
static const struct lupe_dwarf_unit *unit_with_addresses(const struct lupe_dwarf_unit *unit)
{
	return unit->skeleton ? unit->skeleton : unit;
}

bool lupe_dwarf_indexed_address(const struct lupe_dwarf_unit *unit, uint64_t index, lupe_addr *ret)
{
	const struct lupe_dwarf_unit *home = unit_with_addresses(unit);
	struct lupe_reader reader;

	if (index > UINT32_MAX)
		return false;
	reader = section_from(home->dwarf, ".debug_addr", home->address_base + index * 8);
	*ret = lupe_reader_unsigned(&reader, 8);
	return !reader.bad;
}

static bool append(lupe_dwarf_ranges *ranges, lupe_addr start, lupe_addr end, uint64_t entry)
{
	struct lupe_dwarf_range range = {start, end, entry};

	return start >= end || VECTOR_PUSH(ranges, range);
}

static bool old_range_list(struct lupe_dwarf_unit *unit, uint64_t offset, uint64_t entry,
			   lupe_dwarf_ranges *ret)
{
	const struct lupe_dwarf_unit *home = unit_with_addresses(unit);
	struct lupe_reader reader =
	    section_from(home->dwarf, ".debug_ranges", offset + (unit->skeleton ? home->range_base : 0));
	lupe_addr base = home->base;

	for (unsigned i = 0; i < MAX_RANGES; i++) {
		lupe_addr start = lupe_reader_unsigned(&reader, 8);
		lupe_addr end = lupe_reader_unsigned(&reader, 8);

		if (reader.bad || (!start && !end))
			return !reader.bad;
		if (start == UINT64_MAX)
			base = end;
		else if (!append(ret, base + start, base + end, entry))
			return false;
	}
	return true;
}

struct list {
	struct lupe_dwarf_unit *unit;
	struct lupe_reader reader;
	lupe_addr base, start, end;
};

static lupe_addr indexed(struct list *list)
{
	lupe_addr address = 0;

	if (!lupe_dwarf_indexed_address(list->unit, lupe_reader_uleb(&list->reader), &address))
		list->reader.bad = true;
	return address;
}

/* One entry of a list, by its kind; false: it was the last. One without a range leaves start and end
 * equal. */
static bool read_range(struct list *list, unsigned kind)
{
	struct lupe_reader *reader = &list->reader;

	list->start = list->end = 0;
	switch (kind) {
	case DW_RLE_base_addressx:
		list->base = indexed(list);
		break;
	case DW_RLE_startx_endx:
		list->start = indexed(list);
		list->end = indexed(list);
		break;
	case DW_RLE_startx_length:
		list->start = indexed(list);
		list->end = list->start + lupe_reader_uleb(reader);
		break;
	case DW_RLE_offset_pair:
		list->start = list->base + lupe_reader_uleb(reader);
		list->end = list->base + lupe_reader_uleb(reader);
		break;
	case DW_RLE_base_address:
		list->base = lupe_reader_unsigned(reader, 8);
		break;
	case DW_RLE_start_end:
		list->start = lupe_reader_unsigned(reader, 8);
		list->end = lupe_reader_unsigned(reader, 8);
		break;
	case DW_RLE_start_length:
		list->start = lupe_reader_unsigned(reader, 8);
		list->end = list->start + lupe_reader_uleb(reader);
		break;
	default: /* DW_RLE_end_of_list, or nonsense */
		return false;
	}
	return !reader->bad;
}

static bool next_range(struct list *list)
{
	return read_range(list, lupe_reader_unsigned(&list->reader, 1));
}

static const char *range_section(const struct lupe_dwarf_unit *unit)
{
	return unit->skeleton ? ".debug_rnglists.dwo" : ".debug_rnglists";
}

bool lupe_dwarf_range_list(struct lupe_dwarf_unit *unit, uint64_t offset, uint64_t entry,
			   lupe_dwarf_ranges *ret)
{
	struct list list = {.unit = unit, .base = unit_with_addresses(unit)->base};

	if (unit->version < 5)
		return old_range_list(unit, offset, entry, ret);
	list.reader = section_from(unit->dwarf, range_section(unit), offset);
	for (unsigned i = 0; i < MAX_RANGES && next_range(&list); i++)
		if (!append(ret, list.start, list.end, entry))
			return false;
	return !list.reader.bad;
}

/* From the table of offsets that DW_AT_rnglists_base points to. */
static bool list_of_index(const struct lupe_dwarf_unit *unit, uint64_t index, uint64_t *ret)
{
	struct lupe_reader reader;

	if (index > UINT32_MAX)
		return false;
	reader = section_from(unit->dwarf, range_section(unit), unit->range_base + index * 4);
	*ret = unit->range_base + lupe_reader_unsigned(&reader, 4);
	return !reader.bad;
}

static bool listed_ranges(struct lupe_dwarf_unit *unit, Dwarf_Die die, uint64_t entry,
			  lupe_dwarf_ranges *ret)
{
	bool is_index;
	uint64_t at;

	if (!lupe_die_section_offset(unit->dwarf, die, DW_AT_ranges, &at, &is_index) ||
	    (is_index && !list_of_index(unit, at, &at)))
		return false;
	return lupe_dwarf_range_list(unit, at, entry, ret);
}

bool lupe_die_ranges(struct lupe_dwarf_unit *unit, Dwarf_Die die, uint64_t entry,
		     lupe_dwarf_ranges *ret)
{
	lupe_addr start, end;
	uint64_t length;

	if (!lupe_die_address(unit, die, DW_AT_low_pc, &start) ||
	    !lupe_die_has(unit->dwarf, die, DW_AT_high_pc))
		return listed_ranges(unit, die, entry, ret);
	if (!lupe_die_address(unit, die, DW_AT_high_pc, &end)) {
		if (!lupe_die_number(unit->dwarf, die, DW_AT_high_pc, &length))
			return false;
		end = start + length;
	}
	return append(ret, start, end, entry);
}

bool lupe_die_contains(struct lupe_dwarf_unit *unit, Dwarf_Die die, lupe_addr address)
{
	lupe_dwarf_ranges ranges = {0};
	bool found = false;

	lupe_die_ranges(unit, die, 0, &ranges);
	for (size_t i = 0; i < ranges.count && !found; i++)
		found = address - ranges.data[i].start < ranges.data[i].end - ranges.data[i].start;
	VECTOR_DEINIT(&ranges);
	return found;
}

/* --- location lists: .debug_loc, and .debug_loclists of DWARF 5 section 7.7.3 --- */

struct location {
	struct list list;
	lupe_addr address;
	bool is_default;
	const unsigned char *bytes;
	size_t size;
};

static bool covers(const struct location *location)
{
	return location->is_default ||
	       location->address - location->list.start < location->list.end - location->list.start;
}

/* One entry of a list before DWARF 5; false: it was the last. */
static bool next_old_location(struct location *location)
{
	struct list *list = &location->list;

	list->start = lupe_reader_unsigned(&list->reader, 8);
	list->end = lupe_reader_unsigned(&list->reader, 8);
	location->size = 0;
	if (list->reader.bad || (!list->start && !list->end))
		return false;
	if (list->start == UINT64_MAX) {
		list->base = list->end;
		list->start = list->end;
		return true;
	}
	list->start += list->base;
	list->end += list->base;
	location->size = lupe_reader_unsigned(&list->reader, 2);
	location->bytes = lupe_reader_skip(&list->reader, location->size);
	return location->bytes;
}

/* GNU's for split DWARF 4: kinds as in DWARF 5's draft, lengths of 4 and 2 bytes. */
static bool next_split_location(struct location *location)
{
	struct list *list = &location->list;

	list->start = list->end = 0;
	switch (lupe_reader_unsigned(&list->reader, 1)) {
	case 1: /* base address */
		list->base = indexed(list);
		return !list->reader.bad;
	case 2: /* start and end */
		list->start = indexed(list);
		list->end = indexed(list);
		break;
	case 3: /* start and length */
		list->start = indexed(list);
		list->end = list->start + lupe_reader_unsigned(&list->reader, 4);
		break;
	default:
		return false;
	}
	location->size = lupe_reader_unsigned(&list->reader, 2);
	location->bytes = lupe_reader_skip(&list->reader, location->size);
	return location->bytes;
}

static bool next_location(struct location *location)
{
	struct list *list = &location->list;
	struct lupe_reader kind = list->reader;
	unsigned code = lupe_reader_unsigned(&kind, 1);

	/* The kinds are those of range lists but for one more, which moves the others up by one. */
	list->reader = kind;
	location->is_default = code == DW_LLE_default_location;
	if (!location->is_default && !read_range(list, code > DW_LLE_default_location ? code - 1 : code))
		return false;
	if (code == DW_LLE_base_address || code == DW_LLE_base_addressx)
		return !list->reader.bad;
	location->size = lupe_reader_uleb(&list->reader);
	location->bytes = lupe_reader_skip(&list->reader, location->size);
	return location->bytes;
}

static const char *location_section(const struct lupe_dwarf_unit *unit)
{
	if (unit->version < 5)
		return unit->skeleton ? ".debug_loc.dwo" : ".debug_loc";
	return unit->skeleton ? ".debug_loclists.dwo" : ".debug_loclists";
}

static bool find_location(struct lupe_dwarf_unit *unit, uint64_t offset, struct location *location)
{
	bool (*next)(struct location *) = unit->version >= 5 ? next_location
					  : unit->skeleton   ? next_split_location
							     : next_old_location;

	location->list = (struct list){.unit = unit, .base = unit_with_addresses(unit)->base};
	location->list.reader = section_from(unit->dwarf, location_section(unit), offset);
	for (unsigned i = 0; i < MAX_RANGES; i++) {
		location->bytes = NULL;
		location->is_default = false;
		if (!next(location))
			return false;
		if (location->bytes && covers(location))
			return true;
	}
	return false;
}

bool lupe_die_location(struct lupe_dwarf_unit *unit, Dwarf_Die die, Dwarf_Half attribute,
		       lupe_addr address, const unsigned char **ret, size_t *ret_size)
{
	struct location location = {.address = address};
	struct lupe_reader reader;
	bool is_index;
	uint64_t at;

	if (!lupe_die_section_offset(unit->dwarf, die, attribute, &at, &is_index)) {
		*ret = lupe_die_block(unit->dwarf, die, attribute, ret_size);
		return *ret;
	}
	if (is_index) {
		if (at > UINT32_MAX)
			return false;
		reader = section_from(unit->dwarf, location_section(unit),
				      unit->location_base + at * 4);
		at = unit->location_base + lupe_reader_unsigned(&reader, 4);
	}
	if (!find_location(unit, at, &location))
		return false;
	*ret = location.bytes;
	*ret_size = location.size;
	return true;
}

/* --- sorted ranges --- */

/* By start; of those that start together the larger first, so that an inner one comes later. */
static int compare(const void *left, const void *right)
{
	const struct lupe_dwarf_range *a = left, *b = right;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return a->end == b->end ? 0 : a->end > b->end ? -1 : 1;
}

void lupe_dwarf_ranges_sort(lupe_dwarf_ranges *ranges)
{
	if (ranges->count)
		qsort(ranges->data, ranges->count, sizeof(*ranges->data), compare);
}

const struct lupe_dwarf_range *lupe_dwarf_ranges_find(const lupe_dwarf_ranges *ranges,
						      lupe_addr address)
{
	size_t low = 0, high = ranges->count;
	enum { OUTER = 64 }; /* how far back an enclosing range may begin */

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ranges->data[middle].start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	for (size_t i = low; i > 0 && low - i < OUTER; i--)
		if (address < ranges->data[i - 1].end)
			return &ranges->data[i - 1];
	return NULL;
}
