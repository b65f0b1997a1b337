/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * DWARF expressions: a small stack machine over a target's registers and memory. Source: DWARF 5 section
 * 2.5. Foreign code: steps, stack and addresses are bounded, and every failure is just "no value".
 */
#ifndef LUPE_IMAGE_EXPRESSION_H
#define LUPE_IMAGE_EXPRESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lupe/memory.h"

struct lupe_expression_input;

/* What expressions of variables ask for beyond those of call frame information. Each answers false when it
 * does not know. */
struct lupe_expression_debug {
	bool (*frame_base)(void *context, uint64_t *ret);
	bool (*indexed)(void *context, uint64_t index, uint64_t *ret); /* of .debug_addr */
	/* What an expression was worth when the function was entered. */
	bool (*entry_value)(void *context, const unsigned char *expression, size_t size, uint64_t *ret);
	bool (*thread_local_address)(void *context, uint64_t offset, uint64_t *ret);
	/* The location of another entry, for DW_OP_call*: `offset` in the unit, or in the section. */
	bool (*call)(void *context, uint64_t offset, bool is_global, const unsigned char **ret,
		     size_t *ret_size);
	/* A base type, by its offset in the unit; 0 is the generic one. */
	bool (*base_type)(void *context, uint64_t offset, uint32_t *ret_size, bool *ret_is_signed);
};

struct lupe_expression_input {
	const struct lupe_memory *memory;
	/* The value of a register by its DWARF number; false: not known. */
	bool (*reg)(void *context, uint64_t number, uint64_t *ret);
	void *context;
	bool has_initial; /* a value on the stack at the start (the CFA, in CFI) */
	uint64_t initial;
	bool has_cfa; /* for DW_OP_call_frame_cfa */
	uint64_t cfa;
	uint64_t bias; /* added to DW_OP_addr */
	const struct lupe_expression_debug *debug; /* NULL: in call frame information */
};

/* The value on top of the stack at the end. */
bool lupe_expression_evaluate(const struct lupe_expression_input *input,
			      const unsigned char *expression, size_t size, uint64_t *ret);

/* --- locations: DWARF 5 section 2.6 --- */

enum lupe_location_kind {
	LUPE_LOCATION_NOTHING,	/* optimized out */
	LUPE_LOCATION_MEMORY,	/* at address `value` */
	LUPE_LOCATION_REGISTER, /* in register `value` */
	LUPE_LOCATION_VALUE,	/* it is `value`, and lies nowhere */
	LUPE_LOCATION_BYTES,	/* it is `bytes` */
	LUPE_LOCATION_POINTER,	/* a pointer to something that has no address */
};

struct lupe_location_piece {
	enum lupe_location_kind kind;
	uint64_t value;
	const unsigned char *bytes; /* of the expression */
	size_t n_bytes;
	uint64_t bit_size, bit_offset; /* 0: all of it */
};

enum { LUPE_LOCATION_PIECES = 32 };

struct lupe_location {
	struct lupe_location_piece pieces[LUPE_LOCATION_PIECES];
	size_t n_pieces; /* one at least */
};

/* Where a thing is. An empty expression means that it was optimized out. */
bool lupe_expression_locate(const struct lupe_expression_input *input,
			    const unsigned char *expression, size_t size, struct lupe_location *ret);

#endif
