/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From the disassembler library's way of writing operands to gdb's, which users know: no blanks, all
 * numbers in hexadecimal, negative immediates as wide as they are, scales and encoded zeroes written out.
 */
#ifndef LUPE_DISASM_TEXT_H
#define LUPE_DISASM_TEXT_H

#include <stddef.h>
#include "lupe/disasm.h"

/* What the library's text does not tell. */
struct lupe_disasm_style {
	enum lupe_disasm_syntax syntax;
	unsigned immediate_size; /* bytes of the operand that an immediate is extended to */
	bool zero_displacement;	 /* a displacement of 0 is in the code: 0x0(%rbp) */
};

/* Writes the operands to `ret`, which has room for `size` bytes; what does not fit is dropped. */
void lupe_disasm_operands_text(const struct lupe_disasm_style *style, const char *text, char *ret,
			       size_t size);

#endif
