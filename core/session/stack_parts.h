/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the parts of capturing stacks share: stack.c takes those of a live process, stack_core.c those of a
 * core file, and stack_frames.c unwinds what was taken and gives the frames names.
 */
#ifndef LUPE_SESSION_STACK_PARTS_H
#define LUPE_SESSION_STACK_PARTS_H

#include "lupe/core.h"
#include "lupe/stack.h"
#include "trace/live_memory.h"
#include "trace/snapshot.h"

/* What modules read from as long as the stack lives. */
struct lupe_stack_target {
	pid_t access; /* one of its threads that is alive: /proc shows memory and files by it */
	struct lupe_live_memory live;
	struct lupe_core *core; /* instead of both; borrowed */
	bool has_borrowed_modules;
};

struct lupe_stack_capture {
	pid_t pid;
	const struct lupe_stack_options *options;
	struct lupe_stack_target *target;
	struct lupe_modules *modules;
	struct lupe_snapshot *snapshot;
	struct lupe_stack *stack;
};

/* NULL: out of memory. */
struct lupe_stack *lupe_stack_create(void);
/* Unwinds what was taken since; a stop would tell more of those that are wanted afterwards. */
LUPE_MUST_CHECK struct lupe_error *lupe_stack_unwind_new(struct lupe_stack_capture *capture);
/* Names, places and variables of all frames. */
void lupe_stack_name_frames(const struct lupe_stack_capture *capture);

#endif
