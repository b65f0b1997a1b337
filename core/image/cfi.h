/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Call frame information of one file: from an address to its row. The entry (FDE) is found by binary
 * search in .eh_frame_hdr, or in an index made once where there is none; then its instructions are
 * carried out up to the address. Rows are kept: many frames of many threads share few addresses.
 */
#ifndef LUPE_IMAGE_CFI_H
#define LUPE_IMAGE_CFI_H

#include "base/hash.h"
#include "image/elf.h"
#include "lupe/cfi.h"

/* Bytes with entries: .eh_frame or .debug_frame. */
struct lupe_cfi_space {
	const unsigned char *bytes;
	size_t size;
	lupe_addr address; /* of the first byte */
	bool is_debug_frame;
};

struct lupe_cfi_range {
	lupe_addr start, end;
	size_t offset; /* of the entry in its space */
};

struct lupe_cfi_index {
	bool is_made;
	struct lupe_cfi_space space;
	struct lupe_cfi_range *ranges; /* by start */
	size_t count;
};

struct lupe_cfi_table {
	const struct lupe_elf *elf;
	/* Where .debug_frame may be, too; asked when .eh_frame cannot answer. May be NULL. */
	const struct lupe_elf *(*debug)(void *context);
	void *context;
	bool is_open;
	/* of .eh_frame_hdr: pairs of 32-bit offsets from `search_address` */
	const unsigned char *search;
	size_t n_search;
	lupe_addr search_address;
	struct lupe_cfi_space eh_frame;
	struct lupe_cfi_index eh_index, debug_index;
	unsigned char *inflated; /* .debug_frame */
	struct lupe_hash rows;	 /* address to struct lupe_cfi_row, malloc'ed */
};

void lupe_cfi_table_init(struct lupe_cfi_table *table, const struct lupe_elf *elf,
			 const struct lupe_elf *(*debug)(void *context), void *context);
void lupe_cfi_table_deinit(struct lupe_cfi_table *table);

bool lupe_cfi_table_row(struct lupe_cfi_table *table, lupe_addr address, struct lupe_cfi_row *ret);

/* Pure: the row of `address` by the entry at `offset`. False: it is no entry of that address, or it is
 * malformed. */
bool lupe_cfi_row_of(const struct lupe_cfi_space *space, size_t offset, lupe_addr address,
		     struct lupe_cfi_row *ret);

#endif
