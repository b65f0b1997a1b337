/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names of code made at run time; see image/perf_map.h.
 */
#include "image/perf_map.h"

#include <stdlib.h>
#include <string.h>
#include "base/vector.h"

enum { LOOK_BACK = 4096 }; /* rows that are looked at for one address */

static int compare_rows(const void *left, const void *right)
{
	const struct lupe_perf_row *a = left, *b = right;

	if (a->symbol.address != b->symbol.address)
		return a->symbol.address < b->symbol.address ? -1 : 1;
	return a->line < b->line ? -1 : a->line > b->line;
}

static bool parse_line(char *line, struct lupe_symbol *ret)
{
	char *end;

	ret->address = strtoull(line, &end, 16);
	if (end == line || *end != ' ')
		return false;
	line = end + 1;
	ret->size = strtoull(line, &end, 16);
	if (end == line || *end != ' ' || !ret->size || ret->address + ret->size < ret->address)
		return false;
	ret->name = end + 1;
	ret->kind = LUPE_SYMBOL_FUNCTION;
	return *ret->name;
}

bool lupe_perf_map_parse(char *text, struct lupe_perf_map *ret)
{
	VECTOR(struct lupe_perf_row) rows = {0};
	char *rest = text, *line;

	*ret = (struct lupe_perf_map){0};
	for (size_t i = 0; (line = strsep(&rest, "\n")); i++) {
		struct lupe_perf_row row = {.line = i};

		if (!parse_line(line, &row.symbol))
			continue;
		if (!VECTOR_PUSH(&rows, row)) {
			VECTOR_DEINIT(&rows);
			free(text);
			return false;
		}
		if (row.symbol.size > ret->longest)
			ret->longest = row.symbol.size;
	}
	if (rows.count)
		qsort(rows.data, rows.count, sizeof(*rows.data), compare_rows);
	ret->rows = rows.data;
	ret->count = rows.count;
	ret->text = text;
	return true;
}

void lupe_perf_map_deinit(struct lupe_perf_map *map)
{
	free(map->rows);
	free(map->text);
	*map = (struct lupe_perf_map){0};
}

/* The first row that starts behind an address. */
static size_t first_behind(const struct lupe_perf_map *map, lupe_addr addr)
{
	size_t low = 0, high = map->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (map->rows[middle].symbol.address <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool lupe_perf_map_at(const struct lupe_perf_map *map, lupe_addr addr, struct lupe_symbol *ret)
{
	const struct lupe_perf_row *best = NULL;
	size_t i = first_behind(map, addr);

	for (size_t looked = 0; i > 0 && looked < LOOK_BACK; i--, looked++) {
		const struct lupe_perf_row *row = &map->rows[i - 1];

		if (addr - row->symbol.address >= map->longest)
			break;
		if (addr - row->symbol.address < row->symbol.size && (!best || row->line > best->line))
			best = row;
	}
	if (best)
		*ret = best->symbol;
	return best;
}
