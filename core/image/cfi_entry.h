/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The entries of .eh_frame and .debug_frame: what all code described by one CIE has in common, and the
 * range and instructions of each FDE.
 */
#ifndef LUPE_IMAGE_CFI_ENTRY_H
#define LUPE_IMAGE_CFI_ENTRY_H

#include "base/cleanup.h"
#include "base/reader.h"
#include "image/cfi.h"

/* How addresses are written (LSB Core 5.0, 10.5.1): format in the low half, base in the high half. */
enum lupe_eh_encoding {
	LUPE_EH_ABSOLUTE = 0x00,
	LUPE_EH_ULEB = 0x01,
	LUPE_EH_U2 = 0x02,
	LUPE_EH_U4 = 0x03,
	LUPE_EH_U8 = 0x04,
	LUPE_EH_SLEB = 0x09,
	LUPE_EH_S2 = 0x0a,
	LUPE_EH_S4 = 0x0b,
	LUPE_EH_S8 = 0x0c,
	LUPE_EH_PC_RELATIVE = 0x10,
	LUPE_EH_DATA_RELATIVE = 0x30,
	LUPE_EH_INDIRECT = 0x80,
	LUPE_EH_OMIT = 0xff,
};

struct lupe_cie {
	uint64_t code_factor;
	int64_t data_factor;
	uint64_t return_column;
	uint8_t encoding; /* of the FDEs' addresses */
	bool has_data;	  /* 'z': FDEs have augmentation data */
	bool is_signal;
	struct lupe_reader program;
};

struct lupe_fde {
	struct lupe_cie cie;
	lupe_addr start, end;
	struct lupe_reader program;
};

/* A raw entry: its contents after the id. */
struct lupe_cfi_entry {
	bool is_cie;
	size_t cie; /* of an FDE: offset of its CIE */
	size_t next;
	struct lupe_reader contents;
};

/* The entry at `offset`; false at the end and where no entry can be. */
bool lupe_cfi_entry_at(const struct lupe_cfi_space *space, size_t offset,
		       struct lupe_cfi_entry *ret);
bool lupe_cie_parse(const struct lupe_cfi_space *space, size_t offset, struct lupe_cie *ret);
bool lupe_fde_parse(const struct lupe_cfi_space *space, const struct lupe_cfi_entry *entry,
		    struct lupe_fde *ret);

/* An address in an encoding; `position` is the address of the byte that `reader` is at, `data` what
 * data-relative ones count from. An indirect or unknown encoding makes the reader bad. */
lupe_addr lupe_eh_address(struct lupe_reader *reader, uint8_t encoding, lupe_addr position,
			  lupe_addr data);

#endif
