/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A memory reader: what decoders, printers and the unwinder know of a target. It may stand for a live
 * process, a core file, a snapshot or a byte buffer in a test. Addresses are the target's.
 */
#ifndef LUPE_MEMORY_H
#define LUPE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include "lupe/error.h"

struct lupe_memory {
	/* Reads up to `size` bytes from `addr` on; answers how many from the start were read. A short
	 * count tells exactly where the first unreadable byte is (addr + count). Never fails otherwise. */
	size_t (*read)(void *context, lupe_addr addr, void *buffer, size_t size);
	/* The same for writing. NULL: the memory is read-only. */
	size_t (*write)(void *context, lupe_addr addr, const void *buffer, size_t size);
	void *context;
};

/* Reads what can be read; a NULL `memory` reads nothing. */
size_t lupe_memory_read_some(const struct lupe_memory *memory, lupe_addr addr, void *buffer,
			     size_t size);

/* Reads all `size` bytes or answers LUPE_ERROR_FAULT with the first bad address. */
LUPE_MUST_CHECK struct lupe_error *lupe_memory_read(const struct lupe_memory *memory, lupe_addr addr,
						    void *buffer, size_t size);

/* Writes all or answers LUPE_ERROR_FAULT; what lies before the bad address has been written. */
LUPE_MUST_CHECK struct lupe_error *lupe_memory_write(const struct lupe_memory *memory, lupe_addr addr,
						     const void *buffer, size_t size);

/* Reads a string up to its NUL or `size` bytes, never crossing into a page it does not need. The count
 * of bytes before the NUL goes to `ret_length`. Answers true when the NUL was found, false when the
 * string is longer than `size` (then *ret_length == size) or ends in unreadable memory. */
bool lupe_memory_read_string(const struct lupe_memory *memory, lupe_addr addr, char *buffer,
			     size_t size, size_t *ret_length);

/* A reader over host bytes, as if they lay at `base` in the target: for tests and snapshots. */
struct lupe_memory_span {
	lupe_addr base;
	unsigned char *bytes;
	size_t size;
};
struct lupe_memory lupe_memory_over_span(struct lupe_memory_span *span);

#endif
