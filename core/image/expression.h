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
};

/* The value on top of the stack at the end. */
bool lupe_expression_evaluate(const struct lupe_expression_input *input,
			      const unsigned char *expression, size_t size, uint64_t *ret);

#endif
