/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Executing the instruction under a breakpoint somewhere else: a copy that does the same from there
 * and jumps back. So the breakpoint stays in place for other threads, and no single step is needed.
 * Pure: code from an instruction and two addresses.
 *
 * A copy may be several instructions (a call becomes a push of the original return address and a
 * jump; flags and all registers are as the original leaves them). A thread found inside it, because
 * of a signal or a stop, is at a place of the original program all the same: lupe_displaced_origin
 * tells.
 *
 * Not for code inside a restartable sequence (rseq(2)): the kernel would not know it there.
 */
#ifndef LUPE_STOP_DISPLACED_H
#define LUPE_STOP_DISPLACED_H

#include <stdbool.h>
#include <stdint.h>
#include "lupe/disasm.h"

enum { LUPE_DISPLACED_SIZE = 48, LUPE_DISPLACED_POINTS = 4 };

/* The start of an instruction of the copy, and what it is in the original program. */
struct lupe_displaced_point {
	uint8_t offset;
	uint8_t pushed; /* bytes that the copy has pushed before its time */
	lupe_addr pc;
};

struct lupe_displaced {
	lupe_addr from, to;
	uint8_t size; /* of code */
	unsigned char code[LUPE_DISPLACED_SIZE];
	uint8_t n_points;
	struct lupe_displaced_point points[LUPE_DISPLACED_POINTS];
};

/* Makes the code to be placed at `to` for `insn` (64-bit, decoded without breakpoint bytes). NULL
 * on success, else why it cannot be displaced (a static text, "depends on its address"): then it is
 * stepped in place. An operand relative to rip needs `to` within 2 GiB of what it points to.
 * `shadow_stack`: the thread has one, calls are refused. */
const char *lupe_displace(const struct lupe_insn *insn, lupe_addr to, bool shadow_stack,
			  struct lupe_displaced *ret);

/* For a thread at `pc` in the copy: it is in the same state as at *ret_pc of the original program,
 * once *ret_pushed is added to its stack pointer. False: `pc` is not in the copy. */
bool lupe_displaced_origin(const struct lupe_displaced *displaced, lupe_addr pc, lupe_addr *ret_pc,
			   unsigned *ret_pushed);

#endif
