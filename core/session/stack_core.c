/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The stacks in a core file; see lupe/stack.h. All registers are there, so that it is as if the process had
 * been stopped and never let go.
 */
#include <stdlib.h>
#include <string.h>
#include "lupe/core.h"
#include "session/stack_parts.h"

/* A snapshot of the threads, or of the one asked for. What the unwinder needs of stacks it reads itself. */
static struct lupe_error *take_threads(struct lupe_stack_capture *capture)
{
	const struct lupe_core *core = capture->target->core;
	struct lupe_snapshot *snapshot = calloc(1, sizeof(*snapshot));
	size_t count;
	const struct lupe_core_thread *threads = lupe_core_threads(core, &count);

	if (!snapshot)
		return lupe_error_no_memory();
	capture->snapshot = snapshot;
	snapshot->pid = capture->pid;
	snapshot->memory = lupe_core_memory(core);
	snapshot->threads = calloc(count, sizeof(*snapshot->threads));
	if (!snapshot->threads)
		return lupe_error_no_memory();
	for (size_t i = 0; i < count; i++) {
		struct lupe_snapshot_thread *thread = &snapshot->threads[snapshot->count];

		if (capture->options->tid && capture->options->tid != threads[i].tid)
			continue;
		*thread = (struct lupe_snapshot_thread){.tid = threads[i].tid,
							.state = LUPE_SNAPSHOT_STOPPED,
							.is_new = true,
							.regs = threads[i].regs};
		snapshot->count++;
	}
	return snapshot->count ? NULL
			       : lupe_error_create(LUPE_ERROR_NOT_FOUND, "%s has no thread %d",
						   lupe_core_path(core), capture->options->tid);
}

/* Of the files that code lies in, the first that could not be used. */
static void warn_of_files(struct lupe_stack *stack)
{
	for (size_t i = 0; i < stack->n_threads; i++)
		for (size_t k = 0; k < stack->threads[i].n_frames; k++) {
			const struct lupe_module *module = stack->threads[i].frames[k].module;

			if (!module || !module->error)
				continue;
			stack->warning = lupe_error_create(module->error->code, "%s: %s", module->path,
							   module->error->message);
			return;
		}
}

static struct lupe_error *run(struct lupe_stack_capture *capture, struct lupe_images *images)
{
	struct lupe_core *core = capture->target->core;
	struct lupe_module_source source = lupe_core_module_source(core, images);
	struct lupe_stack *stack = capture->stack;
	struct lupe_maps maps;
	struct lupe_error *error = lupe_core_maps(core, &maps);

	if (!error)
		error = lupe_modules_create(&source, &maps, &capture->modules);
	if (error)
		return error;
	stack->pid = capture->pid = lupe_core_pid(core);
	stack->core = core;
	stack->modules = capture->modules;
	strncpy(stack->name, lupe_core_name(core), sizeof(stack->name) - 1);
	error = take_threads(capture);
	if (!error)
		error = lupe_stack_unwind_new(capture);
	if (error)
		return error;
	lupe_stack_name_frames(capture);
	warn_of_files(stack);
	return NULL;
}

struct lupe_error *lupe_stack_capture_core(struct lupe_images *images, struct lupe_core *core,
					   const struct lupe_stack_options *options,
					   struct lupe_stack **ret)
{
	struct lupe_stack_capture capture = {.options = options, .stack = lupe_stack_create()};
	struct lupe_error *error;

	if (!capture.stack)
		return lupe_error_no_memory();
	capture.target = capture.stack->target;
	capture.target->core = core;
	error = run(&capture, images);
	lupe_snapshot_destroy(capture.snapshot);
	if (error) {
		lupe_stack_destroy(capture.stack);
		return error;
	}
	*ret = capture.stack;
	return NULL;
}
