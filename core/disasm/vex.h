/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The length of instructions with a VEX or EVEX prefix, for those that the disassembler library does not
 * know: a reader that loses its place at one of them would misread what follows. Their encoding is
 * regular: prefix, opcode, ModRM with its displacement, and an immediate byte by opcode map.
 * Source: Intel SDM vol. 2, 2.3 and 2.7, appendix A.
 */
#ifndef LUPE_DISASM_VEX_H
#define LUPE_DISASM_VEX_H

#include <stdbool.h>
#include "lupe/disasm.h"

/* Fills in length and, for a rip-relative operand, `data`; the mnemonic is "(vex)" or "(evex)". False:
 * no such prefix, or cut off. For 64-bit code; ret->addr is set. */
bool lupe_disasm_vex(const unsigned char *bytes, size_t size, struct lupe_insn *ret);

#endif
