/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The stacks of a process; see lupe/stack.h. No session takes part: threads are stopped by the snapshot
 * itself, for as long as it takes to copy registers and stacks.
 */
#include "session/stack_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/cleanup.h"
#include "trace/proc.h"
#include "trace/refusal.h"
#include "trace/target.h"

/* --- stopping --- */

static struct lupe_error *stop_and_unwind(struct lupe_stack_capture *capture, bool hold)
{
	struct lupe_error *error = lupe_snapshot_stop(capture->snapshot, hold);

	return error ? error : lupe_stack_unwind_new(capture);
}

static bool wants_more(const struct lupe_snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->count; i++)
		if (snapshot->threads[i].is_wanted)
			return true;
	return false;
}

/* Some stacks are better than none: what the stop could not get is a warning. */
static struct lupe_error *look_then_stop(struct lupe_stack_capture *capture)
{
	struct lupe_error *error = lupe_snapshot_look(capture->snapshot);

	if (!error)
		error = lupe_stack_unwind_new(capture);
	if (error || capture->options->stop == LUPE_STACK_STOP_NONE ||
	    !wants_more(capture->snapshot))
		return error;
	error = stop_and_unwind(capture, false);
	for (size_t i = 0; error && i < capture->stack->n_threads; i++)
		if (capture->stack->threads[i].n_frames) {
			capture->stack->warning = error;
			return NULL;
		}
	return error;
}

static struct lupe_error *take_stacks(struct lupe_stack_capture *capture)
{
	switch (capture->options->stop) {
	case LUPE_STACK_STOP_NEEDED:
	case LUPE_STACK_STOP_NONE:
		return look_then_stop(capture);
	case LUPE_STACK_STOP_SHORT:
		return stop_and_unwind(capture, false);
	case LUPE_STACK_STOP_HOLD:
		return stop_and_unwind(capture, true);
	}
	return NULL;
}

/* --- the whole --- */

/* A leader that has exited leaves the other threads running. */
static struct lupe_error *find_living(struct lupe_stack_capture *capture)
{
	CLEANUP_FREE pid_t *tids = NULL;
	struct lupe_proc_status status;
	size_t count = 0;
	struct lupe_error *error = lupe_proc_threads(capture->pid, &tids, &count);
	bool found = false;

	lupe_error_destroy(error);
	for (size_t i = 0; i < count && !found; i++) {
		error = lupe_proc_status_read(tids[i], &status);
		found = !error && status.state != 'Z' && status.state != 'X';
		lupe_error_destroy(error);
		capture->target->access = tids[i];
	}
	return found ? NULL : lupe_attach_refused(capture->pid, ESRCH);
}

static struct lupe_error *check_process(struct lupe_stack_capture *capture)
{
	struct lupe_proc_status status;
	struct lupe_error *error = lupe_proc_status_read(capture->pid, &status);

	if (error) {
		lupe_error_destroy(error);
		return lupe_attach_refused(capture->pid, ESRCH);
	}
	if (status.tgid != capture->pid) { /* a thread's number stands for its process */
		capture->pid = status.tgid;
		return check_process(capture);
	}
	memcpy(capture->stack->name, status.name, sizeof(status.name));
	if (status.kernel_thread)
		return lupe_attach_refused(capture->pid, EPERM);
	capture->target->access = capture->pid;
	return status.state == 'Z' ? find_living(capture) : NULL;
}

static struct lupe_error *find_modules(struct lupe_stack_capture *capture, struct lupe_images *images)
{
	struct lupe_module_source source = {
	    .images = images,
	    .memory = &capture->target->live.reader,
	    .open = lupe_target_open,
	    .open_perf_map = lupe_target_open_perf_map,
	    .context = &capture->target->access,
	    .entry = lupe_target_entry(capture->target->access),
	};
	struct lupe_maps maps;
	struct lupe_error *error = lupe_target_maps(capture->target->access, &maps);

	if (!error)
		return lupe_modules_create(&source, &maps, &capture->modules);
	if (error->code != LUPE_ERROR_PERMISSION && error->code != LUPE_ERROR_EXITED)
		return error;
	lupe_error_destroy(error);
	return lupe_attach_refused(capture->pid, EPERM);
}

static struct lupe_error *run(struct lupe_stack_capture *capture, struct lupe_images *images)
{
	const struct lupe_maps *maps;
	struct lupe_error *error = check_process(capture);

	if (error)
		return error;
	lupe_live_memory_init(&capture->target->live, capture->target->access);
	error = find_modules(capture, images);
	if (error)
		return error;
	capture->stack->pid = capture->pid;
	capture->stack->modules = capture->modules;
	maps = lupe_modules_maps(capture->modules);
	if (!maps->count) /* a zombie, or about to be one */
		return lupe_attach_refused(capture->pid, ESRCH);
	error = lupe_snapshot_create(capture->pid, capture->options->tid, maps,
				     &capture->target->live.reader, &capture->snapshot);
	if (!error)
		error = take_stacks(capture);
	if (!error)
		lupe_stack_name_frames(capture);
	return error;
}

struct lupe_stack *lupe_stack_create(void)
{
	struct lupe_stack *stack = calloc(1, sizeof(*stack));

	if (!stack)
		return NULL;
	stack->arena = malloc(sizeof(*stack->arena));
	stack->target = calloc(1, sizeof(*stack->target));
	if (!stack->arena || !stack->target) {
		free(stack->arena);
		free(stack->target);
		free(stack);
		return NULL;
	}
	stack->target->live.fd = -1;
	lupe_arena_init(stack->arena);
	return stack;
}

struct lupe_error *lupe_stack_capture(struct lupe_images *images, pid_t pid,
				      const struct lupe_stack_options *options,
				      struct lupe_stack **ret)
{
	struct lupe_stack_capture capture = {.pid = pid, .options = options};
	struct lupe_error *error;

	capture.stack = lupe_stack_create();
	if (!capture.stack)
		return lupe_error_no_memory();
	capture.target = capture.stack->target;
	error = run(&capture, images);
	if (capture.snapshot) {
		lupe_snapshot_release(capture.snapshot);
		capture.stack->paused_ns = capture.snapshot->paused_ns;
	}
	lupe_snapshot_destroy(capture.snapshot);
	if (error) {
		lupe_stack_destroy(capture.stack);
		return error;
	}
	*ret = capture.stack;
	return NULL;
}

void lupe_stack_destroy(struct lupe_stack *stack)
{
	if (!stack)
		return;
	for (size_t i = 0; i < stack->n_threads; i++)
		free(stack->threads[i].frames);
	free(stack->threads);
	lupe_error_destroy(stack->warning);
	if (!stack->target->has_borrowed_modules)
		lupe_modules_destroy(stack->modules);
	lupe_arena_deinit(stack->arena);
	lupe_live_memory_deinit(&stack->target->live);
	free(stack->target);
	free(stack->arena);
	free(stack);
}
