/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names of code that a program made at run time, from the text it writes for perf(1): /tmp/perf-PID.map, a line
 * "START SIZE NAME" each, numbers in hexadecimal (the kernel's tools/perf/Documentation/jit-interface.txt).
 * Code that is made anew where old code was is written at the end: the last line holds.
 */
#ifndef LUPE_IMAGE_PERF_MAP_H
#define LUPE_IMAGE_PERF_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include "lupe/symbol.h"

struct lupe_perf_row {
	struct lupe_symbol symbol;
	size_t line;
};

struct lupe_perf_map {
	struct lupe_perf_row *rows; /* by address, then by line */
	size_t count;
	uint64_t longest; /* of all symbols */
	char *text; /* where the names lie */
};

/* Takes over malloc'ed `text`, which ends in a NUL; lines that make no sense are skipped. False: out of memory. */
bool lupe_perf_map_parse(char *text, struct lupe_perf_map *ret);
void lupe_perf_map_deinit(struct lupe_perf_map *map);
bool lupe_perf_map_at(const struct lupe_perf_map *map, lupe_addr addr, struct lupe_symbol *ret);

#endif
