/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Breakpoint sites: the addresses of one address space where an int3 lies instead of the program's own
 * byte. Any number of users may want the same address. Over a memory reader and writer; no process.
 *
 * What is read through lupe_sites_hide never shows an int3 of ours, and what is written through
 * lupe_sites_write keeps it in place: the new byte is what comes back when the site is removed.
 */
#ifndef LUPE_STOP_SITES_H
#define LUPE_STOP_SITES_H

#include <stdbool.h>
#include "lupe/memory.h"

struct lupe_site {
	lupe_addr addr;
	unsigned users;
	unsigned char original;
};

/* Sorted by address. Zeroed is empty. */
struct lupe_sites {
	struct lupe_site *data;
	size_t count, capacity;
};

void lupe_sites_deinit(struct lupe_sites *sites);

/* Writes the int3 for the first user. LUPE_ERROR_FAULT: there is no memory that could be written. */
LUPE_MUST_CHECK struct lupe_error *lupe_sites_insert(struct lupe_sites *sites,
						     const struct lupe_memory *memory, lupe_addr addr);

/* Puts the program's byte back for the last user; a site of vanished memory is just forgotten.
 * LUPE_ERROR_NOT_FOUND: there is no site. */
LUPE_MUST_CHECK struct lupe_error *lupe_sites_remove(struct lupe_sites *sites,
						     const struct lupe_memory *memory, lupe_addr addr);

/* Puts all bytes back, and forgets nothing: of a copy of the address space that is let go. */
void lupe_sites_restore(const struct lupe_sites *sites, const struct lupe_memory *memory);

/* NULL: none there. */
const struct lupe_site *lupe_sites_at(const struct lupe_sites *sites, lupe_addr addr);

/* The program's own bytes in what was read from `addr` on. */
void lupe_sites_hide(const struct lupe_sites *sites, lupe_addr addr, void *buffer, size_t size);

/* Writes as lupe_memory's `write`, around the sites. */
size_t lupe_sites_write(struct lupe_sites *sites, const struct lupe_memory *memory, lupe_addr addr,
			const void *bytes, size_t size);

/* For the child of a fork. */
LUPE_MUST_CHECK struct lupe_error *lupe_sites_copy(const struct lupe_sites *sites,
						   struct lupe_sites *ret);

#endif
