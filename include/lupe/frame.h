/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The frames of a thread that stands, one at a time, for the variables in them: what expressions and conditions are
 * evaluated in. Nothing is unwound, and no variable is read, before it is asked for; see lupe/stack.h for whole
 * stacks.
 */
#ifndef LUPE_FRAME_H
#define LUPE_FRAME_H

#include <sys/user.h>
#include "lupe/debug.h"
#include "lupe/unwind.h"

struct lupe_frames;

/* `modules` and `memory` must outlive it. */
LUPE_MUST_CHECK struct lupe_error *lupe_frames_create(struct lupe_modules *modules,
						      const struct lupe_memory *memory,
						      const struct user_regs_struct *regs,
						      struct lupe_frames **ret);
/* xmm0 to xmm15 of the innermost frame, 16 bytes each: without them what lies in these is not known. */
void lupe_frames_set_vectors(struct lupe_frames *frames, const unsigned char *vectors);
void lupe_frames_destroy(struct lupe_frames *frames);

struct lupe_frame {
	const struct lupe_debug_frame *debug;
	size_t place;		    /* which of the places of its address: see lupe_modules_place */
	size_t index;		    /* how many real frames are below it */
	const struct lupe_unwind_frame *unwound;
};

/* The frame of a level, the innermost is 0; a function that was inlined is a level of its own. False: the stack ends
 * before it. */
bool lupe_frames_get(struct lupe_frames *frames, size_t level, struct lupe_frame *ret);

#endif
