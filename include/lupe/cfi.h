/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Call frame information: for one address of code, how the caller's registers are found. A row is a
 * value; rules refer to the canonical frame address (CFA), which is what sp was before the call.
 * Sources: DWARF 5 section 6.4, LSB Core 5.0 section 10.6 (.eh_frame).
 */
#ifndef LUPE_CFI_H
#define LUPE_CFI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lupe/error.h"

enum lupe_cfi_kind {
	LUPE_CFI_UNSPECIFIED, /* nothing is said: the same value if the callee must preserve it */
	LUPE_CFI_UNDEFINED,
	LUPE_CFI_SAME,
	LUPE_CFI_OFFSET,	 /* lies at CFA + offset */
	LUPE_CFI_VAL_OFFSET,	 /* is CFA + offset */
	LUPE_CFI_REGISTER,	 /* is in register `reg`; as the CFA's rule: `reg` + offset */
	LUPE_CFI_EXPRESSION,	 /* lies where the expression says */
	LUPE_CFI_VAL_EXPRESSION, /* is what the expression says */
};

struct lupe_cfi_rule {
	uint8_t kind;  /* enum lupe_cfi_kind */
	uint16_t reg;  /* DWARF number; may be any of the file's, so check it */
	uint32_t size; /* of the expression */
	union {
		int64_t offset;
		const unsigned char *expression; /* lives as long as the image */
	};
};

enum { LUPE_CFI_REGISTERS = 17 /* of x86-64: 0 to 15 and the return address */ };

struct lupe_cfi_row {
	lupe_addr function, function_end; /* of the code that the description covers */
	struct lupe_cfi_rule cfa;
	struct lupe_cfi_rule regs[LUPE_CFI_REGISTERS];
	uint8_t return_column; /* below LUPE_CFI_REGISTERS */
	bool is_signal;	       /* the frame of a signal trampoline ('S') */
};

#endif
