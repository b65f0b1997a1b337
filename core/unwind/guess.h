/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Guesses at a caller where nothing describes the code. A return address is believed only if it lies in
 * executable memory right behind a call instruction.
 */
#ifndef LUPE_UNWIND_GUESS_H
#define LUPE_UNWIND_GUESS_H

#include "lupe/unwind.h"

struct lupe_guess {
	lupe_addr pc, sp;
	bool has_rbp;
	lupe_addr rbp;
	enum lupe_trust trust;
};

bool lupe_guess_follows_call(const struct lupe_unwind_source *source, lupe_addr pc);

/* The caller of `frame`, whose frame pointer is `rbp` (0: not known). */
bool lupe_guess_return_address(const struct lupe_unwind_source *source,
			       const struct lupe_unwind_frame *frame, lupe_addr rbp,
			       struct lupe_guess *ret);

/* Where above `sp` the return address of a direct call of `function` lies; false also if there are
 * several. Calls through a procedure linkage table count. */
bool lupe_guess_caller_of(const struct lupe_unwind_source *source, lupe_addr sp, lupe_addr function,
			  lupe_addr *ret_slot);

#endif
