/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From an address to its row; see image/cfi.h. Source of .eh_frame_hdr: LSB Core 5.0, 10.6.2.
 */
#include "image/cfi.h"

#include <stdlib.h>
#include <string.h>
#include "base/cleanup.h"
#include "base/vector.h"
#include "image/cfi_entry.h"

enum {
	HEADER_VERSION = 1,
	TABLE_ENCODING = LUPE_EH_DATA_RELATIVE | LUPE_EH_S4, /* what every linker writes */
	PAIR = 8,
	MAX_ROWS = 65536, /* kept; a sampler of a large program starts over then */
};

void lupe_cfi_table_init(struct lupe_cfi_table *table, const struct lupe_elf *elf,
			 const struct lupe_elf *(*debug)(void *context), void *context)
{
	*table = (struct lupe_cfi_table){.elf = elf, .debug = debug, .context = context};
	lupe_hash_init(&table->rows);
}

static void forget_rows(struct lupe_cfi_table *table)
{
	size_t cursor = 0;
	uint64_t key;
	void *row;

	while (lupe_hash_next(&table->rows, &cursor, &key, &row))
		free(row);
	lupe_hash_deinit(&table->rows);
	lupe_hash_init(&table->rows);
}

void lupe_cfi_table_deinit(struct lupe_cfi_table *table)
{
	forget_rows(table);
	free(table->eh_index.ranges);
	free(table->debug_index.ranges);
	free(table->inflated);
}

/* --- where the entries are --- */

static void set_eh_frame(struct lupe_cfi_table *table, lupe_addr address)
{
	size_t size;
	const unsigned char *bytes = lupe_elf_at(table->elf, address, &size);

	if (bytes)
		table->eh_frame = (struct lupe_cfi_space){bytes, size, address, false};
}

/* By the program header, which is there without sections, too. */
static void open_header(struct lupe_cfi_table *table)
{
	Elf64_Phdr segment;
	struct lupe_reader reader;
	const unsigned char *bytes;
	uint8_t version, frame_encoding, count_encoding, table_encoding;
	uint64_t count;

	if (!lupe_elf_segment_of_type(table->elf, PT_GNU_EH_FRAME, &segment))
		return;
	bytes = lupe_elf_bytes(table->elf, segment.p_offset, segment.p_filesz);
	reader = lupe_reader_over(bytes, segment.p_filesz);
	version = lupe_reader_unsigned(&reader, 1);
	frame_encoding = lupe_reader_unsigned(&reader, 1);
	count_encoding = lupe_reader_unsigned(&reader, 1);
	table_encoding = lupe_reader_unsigned(&reader, 1);
	if (reader.bad || version != HEADER_VERSION || frame_encoding == LUPE_EH_OMIT)
		return;
	set_eh_frame(table, lupe_eh_address(&reader, frame_encoding,
					    segment.p_vaddr + (reader.at - bytes), segment.p_vaddr));
	if (count_encoding == LUPE_EH_OMIT || table_encoding != TABLE_ENCODING)
		return;
	count = lupe_eh_address(&reader, count_encoding, segment.p_vaddr + (reader.at - bytes),
				segment.p_vaddr);
	if (reader.bad)
		return;
	table->search = reader.at;
	table->n_search = MIN(count, lupe_reader_left(&reader) / PAIR);
	table->search_address = segment.p_vaddr;
}

static void open_table(struct lupe_cfi_table *table)
{
	struct lupe_elf_section section;

	table->is_open = true;
	open_header(table);
	if (!table->eh_frame.bytes &&
	    lupe_elf_section_named(table->elf, ".eh_frame", &section) && section.bytes &&
	    !(section.flags & SHF_COMPRESSED))
		table->eh_frame = (struct lupe_cfi_space){section.bytes, section.size,
							  section.address, false};
}

/* --- the linker's table --- */

static lupe_addr search_start(const struct lupe_cfi_table *table, size_t index)
{
	return table->search_address +
	       (int64_t)(int32_t)lupe_elf_u32(table->search + index * PAIR);
}

static bool search(const struct lupe_cfi_table *table, lupe_addr address, size_t *ret_offset)
{
	size_t low = 0, high = table->n_search;
	lupe_addr entry;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (search_start(table, middle) <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return false;
	entry = table->search_address +
		(int64_t)(int32_t)lupe_elf_u32(table->search + (low - 1) * PAIR + 4);
	*ret_offset = entry - table->eh_frame.address;
	return *ret_offset < table->eh_frame.size;
}

/* --- an index of our own --- */

static int compare_ranges(const void *left, const void *right)
{
	const struct lupe_cfi_range *a = left, *b = right;

	return a->start < b->start ? -1 : a->start > b->start;
}

/* Running out of memory leaves the index shorter. */
static void make_index(struct lupe_cfi_index *index)
{
	VECTOR(struct lupe_cfi_range) ranges = {0};
	struct lupe_cfi_entry entry;
	struct lupe_fde fde;
	size_t offset = 0;

	index->is_made = true;
	for (; lupe_cfi_entry_at(&index->space, offset, &entry); offset = entry.next) {
		struct lupe_cfi_range range = {.offset = offset};

		if (entry.is_cie || !lupe_fde_parse(&index->space, &entry, &fde))
			continue;
		range.start = fde.start;
		range.end = fde.end;
		if (!VECTOR_PUSH(&ranges, range))
			break;
	}
	if (ranges.count)
		qsort(ranges.data, ranges.count, sizeof(*ranges.data), compare_ranges);
	index->ranges = ranges.data;
	index->count = ranges.count;
}

static bool search_index(const struct lupe_cfi_index *index, lupe_addr address, size_t *ret_offset)
{
	size_t low = 0, high = index->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (index->ranges[middle].start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || address >= index->ranges[low - 1].end)
		return false;
	*ret_offset = index->ranges[low - 1].offset;
	return true;
}

static bool row_by_index(struct lupe_cfi_index *index, lupe_addr address, struct lupe_cfi_row *ret)
{
	size_t offset;

	if (!index->is_made)
		make_index(index);
	return search_index(index, address, &offset) &&
	       lupe_cfi_row_of(&index->space, offset, address, ret);
}

/* --- .debug_frame --- */

static bool open_debug_frame(struct lupe_cfi_table *table, const struct lupe_elf *elf)
{
	struct lupe_elf_section section;
	size_t size;
	const unsigned char *bytes;

	if (!elf || !lupe_elf_section_named(elf, ".debug_frame", &section))
		return false;
	bytes = lupe_elf_section_contents(&section, &size, &table->inflated);
	if (bytes)
		table->debug_index.space = (struct lupe_cfi_space){bytes, size, 0, true};
	return bytes != NULL;
}

static bool row_by_debug_frame(struct lupe_cfi_table *table, lupe_addr address,
			       struct lupe_cfi_row *ret)
{
	if (!table->debug_index.is_made && !open_debug_frame(table, table->elf) &&
	    !open_debug_frame(table, table->debug ? table->debug(table->context) : NULL))
		table->debug_index.is_made = true; /* and empty */
	return row_by_index(&table->debug_index, address, ret);
}

/* --- rows --- */

static bool make_row(struct lupe_cfi_table *table, lupe_addr address, struct lupe_cfi_row *ret)
{
	size_t offset;

	if (!table->is_open)
		open_table(table);
	if (table->eh_frame.bytes && table->n_search) {
		if (search(table, address, &offset) &&
		    lupe_cfi_row_of(&table->eh_frame, offset, address, ret))
			return true;
	} else if (table->eh_frame.bytes) {
		table->eh_index.space = table->eh_frame;
		if (row_by_index(&table->eh_index, address, ret))
			return true;
	}
	return row_by_debug_frame(table, address, ret);
}

bool lupe_cfi_table_row(struct lupe_cfi_table *table, lupe_addr address, struct lupe_cfi_row *ret)
{
	struct lupe_cfi_row *row = lupe_hash_get(&table->rows, address);

	if (row) {
		*ret = *row;
		return true;
	}
	if (!make_row(table, address, ret))
		return false;
	if (table->rows.count >= MAX_ROWS)
		forget_rows(table);
	row = malloc(sizeof(*row));
	if (!row)
		return true;
	*row = *ret;
	if (!lupe_hash_put(&table->rows, address, row))
		free(row);
	return true;
}
