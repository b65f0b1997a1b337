/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Copies of the instructions under breakpoints, in memory of ours in the target: a thread executes them instead and
 * jumps back (stop/displaced.h). Each is made at its first use and kept; addresses of which none can be made are
 * remembered. A program and its libraries lie far apart, and an operand relative to rip must reach from the copy what
 * it reached from the original: so there are several areas, each near the code that it serves.
 */
#ifndef LUPE_SESSION_COPIES_H
#define LUPE_SESSION_COPIES_H

#include "base/hash.h"
#include "base/vector.h"
#include "lupe/disasm.h"
#include "stop/displaced.h"

struct lupe_process;
struct lupe_thread;

struct copy {
	struct lupe_displaced displaced;
	unsigned char original[LUPE_INSN_MAX_LENGTH]; /* what it was made of; other code may come to the address */
};

enum { COPIES_AREAS_MAX = 16 };

struct copies {
	VECTOR(struct copy) list;
	struct lupe_hash places; /* address -> place in the list, from 1 on; or that there is none */
	struct copies_area {
		lupe_addr start;
		size_t used; /* copies */
	} areas[COPIES_AREAS_MAX];
	size_t n_areas;
	bool refused; /* the target maps no more */
};

/* All is forgotten: the address space is another. Zeroed memory is an empty one. */
void copies_deinit(struct copies *copies);
/* Of a child that has the same memory. False: out of memory. */
bool copies_inherit(struct copies *child, const struct copies *parent);
/* The copy for `addr`, whose code is given; NULL: there can be none. The thread stands. */
const struct lupe_displaced *copies_find(struct lupe_thread *thread, lupe_addr addr, const unsigned char *code,
					 size_t size);
/* The instruction whose copy has this address in it: as lupe_displaced_origin. False: none. */
bool copies_origin(const struct copies *copies, lupe_addr addr, lupe_addr *ret_from, lupe_addr *ret_pc,
		   unsigned *ret_pushed);
/* Unmaps all areas by a thread that stands: no other may be in them. */
void copies_release(struct lupe_thread *thread);

#endif
