/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The stack of one thread that somebody else holds; see lupe/stack.h.
 */
#include <stdlib.h>
#include "session/stack_parts.h"

static struct lupe_error *run(struct lupe_stack_capture *capture, const struct user_regs_struct *regs)
{
	struct lupe_error *error;

	capture->snapshot->threads[0] = (struct lupe_snapshot_thread){
	    .tid = capture->pid, .state = LUPE_SNAPSHOT_STOPPED, .is_new = true, .regs = *regs};
	capture->snapshot->count = 1;
	error = lupe_stack_unwind_new(capture);
	if (!error)
		lupe_stack_name_frames(capture);
	return error;
}

struct lupe_error *lupe_stack_capture_thread(struct lupe_modules *modules, const struct lupe_memory *memory,
					     pid_t tid, const struct user_regs_struct *regs,
					     const struct lupe_stack_options *options, struct lupe_stack **ret)
{
	struct lupe_snapshot_thread thread = {0};
	struct lupe_snapshot snapshot = {.pid = tid, .threads = &thread, .memory = memory};
	struct lupe_stack_capture capture = {.pid = tid,
					     .options = options,
					     .modules = modules,
					     .snapshot = &snapshot,
					     .stack = lupe_stack_create()};
	struct lupe_error *error;

	if (!capture.stack)
		return lupe_error_no_memory();
	capture.target = capture.stack->target;
	capture.target->has_borrowed_modules = true;
	capture.stack->pid = tid;
	capture.stack->modules = modules;
	error = run(&capture, regs);
	if (error) {
		lupe_stack_destroy(capture.stack);
		return error;
	}
	*ret = capture.stack;
	return NULL;
}
