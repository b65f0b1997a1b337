/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files that are part of the program: the Lua library and the shipped scripts. The table is written by
 * embed.cmake.
 */
#ifndef LUPE_BIND_EMBEDDED_H
#define LUPE_BIND_EMBEDDED_H

#include <stddef.h>

struct lupe_embedded {
	const char *name, *text; /* the path in the source tree; NULL: the end of the table */
	size_t size;
};

extern const struct lupe_embedded lupe_embedded_files[];

const struct lupe_embedded *lupe_embedded_find(const char *name); /* NULL: there is none */

#endif
