/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From snapshots of threads to frames with names, places and variables; see session/stack_parts.h.
 */
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/cleanup.h"
#include "base/vector.h"
#include "session/stack_parts.h"

enum {
	MAX_DEPTH = 1000000,
	VALUE_MAX = 200, /* characters or elements of one value: as gdb */
};

typedef VECTOR(struct lupe_stack_frame) frames;

/* The copied stack, and around it the live memory. */
struct layers {
	const struct lupe_memory_span *copy;
	const struct lupe_memory *live;
};

static size_t read_layers(void *context, lupe_addr addr, void *buffer, size_t size)
{
	const struct layers *layers = context;
	const struct lupe_memory_span *copy = layers->copy;
	size_t done = 0;

	if (copy->size && addr - copy->base < copy->size) {
		done = MIN(size, copy->size - (addr - copy->base));
		memcpy(buffer, copy->bytes + (addr - copy->base), done);
	}
	return done + lupe_memory_read_some(layers->live, addr + done, (char *)buffer + done,
					    size - done);
}

/* --- one thread --- */

/* What variables need of a frame. Its CFA is where its caller's stack begins. */
static struct lupe_debug_frame *keep_frame(const struct lupe_stack_capture *capture, bool is_partial,
					   const struct lupe_unwind_frame *frame)
{
	struct lupe_debug_frame *kept;

	if (capture->options->names_only)
		return NULL;
	kept = lupe_arena_alloc(capture->stack->arena, sizeof(*kept));
	if (!kept)
		return NULL;
	kept->modules = capture->modules;
	kept->address = lupe_unwind_lookup_pc(frame);
	kept->pc = frame->pc;
	kept->known = frame->known;
	kept->is_partial = is_partial;
	memcpy(kept->regs, frame->regs, sizeof(kept->regs));
	return kept;
}

static bool add_frame(struct lupe_stack_thread *thread, size_t *capacity,
		      const struct lupe_unwind_frame *frame, struct lupe_debug_frame *kept)
{
	if (!lupe_vector_grow(&thread->frames, capacity, thread->n_frames, sizeof(*thread->frames)))
		return false;
	thread->frames[thread->n_frames++] = (struct lupe_stack_frame){
	    .pc = frame->pc,
	    .sp = frame->sp,
	    .trust = frame->trust,
	    .is_signal = frame->is_signal,
	    .debug = kept,
	    /* until it is given a name: by what it is looked up */
	    .symbol.address = lupe_unwind_lookup_pc(frame),
	};
	return true;
}

/* What was found by a guess is not certain enough. */
static void link_caller(struct lupe_debug_frame *callee, const struct lupe_debug_frame *caller,
			const struct lupe_unwind_frame *frame)
{
	if (frame->is_doubtful)
		return;
	callee->caller = caller;
	callee->has_cfa = true;
	callee->cfa = frame->sp;
}

/* Answers false when a stop would tell more. */
static bool unwind(const struct lupe_stack_capture *capture, const struct lupe_snapshot_thread *taken,
		   struct lupe_stack_thread *thread)
{
	struct layers layers = {&taken->stack, capture->snapshot->memory};
	struct lupe_memory memory = {read_layers, NULL, &layers};
	struct lupe_unwind_source source = lupe_unwind_source_of(capture->modules, &memory);
	unsigned depth = capture->options->depth ? capture->options->depth : MAX_DEPTH;
	bool is_partial = taken->state == LUPE_SNAPSHOT_BLOCKED;
	struct lupe_debug_frame *callee = NULL;
	struct lupe_unwind_frame frame;
	size_t capacity = 0;

	free(thread->frames);
	thread->frames = NULL;
	thread->n_frames = 0;
	lupe_unwind_start(&source, &taken->regs,
			  is_partial ? taken->known : LUPE_UNWIND_ALL_KNOWN, &frame);
	do {
		struct lupe_debug_frame *kept = keep_frame(capture, is_partial, &frame);

		if (callee && !callee->caller)
			link_caller(callee, kept, &frame);
		thread->end = LUPE_UNWIND_GOES_ON;
		if (thread->n_frames == depth || !add_frame(thread, &capacity, &frame, kept))
			break;
		callee = kept;
		thread->end = lupe_unwind_next(&source, &frame, &frame);
	} while (thread->end == LUPE_UNWIND_GOES_ON);
	return !frame.is_tainted && thread->end <= LUPE_UNWIND_OUTERMOST;
}

/* --- all threads --- */

static struct lupe_error *prepare_threads(struct lupe_stack_capture *capture)
{
	struct lupe_stack *stack = capture->stack;
	size_t count = capture->snapshot->count;
	struct lupe_stack_thread *threads = calloc(count ? count : 1, sizeof(*threads));

	if (!threads)
		return lupe_error_no_memory();
	/* Of the threads already unwound some remain; they keep their order, by tid. */
	for (size_t i = 0, old = 0; i < count; i++) {
		const struct lupe_snapshot_thread *taken = &capture->snapshot->threads[i];

		if (old < stack->n_threads && stack->threads[old].tid == taken->tid)
			threads[i] = stack->threads[old++];
		threads[i].tid = taken->tid;
		threads[i].number = i + 1;
		memcpy(threads[i].name, taken->name, sizeof(threads[i].name));
	}
	free(stack->threads);
	stack->threads = threads;
	stack->n_threads = count;
	return NULL;
}

struct lupe_error *lupe_stack_unwind_new(struct lupe_stack_capture *capture)
{
	struct lupe_error *error = prepare_threads(capture);

	for (size_t i = 0; !error && i < capture->snapshot->count; i++) {
		struct lupe_snapshot_thread *taken = &capture->snapshot->threads[i];
		struct lupe_stack_thread *thread = &capture->stack->threads[i];

		thread->reason = taken->state == LUPE_SNAPSHOT_GONE ? "it has exited" : taken->reason;
		if (!taken->is_new)
			continue;
		taken->is_new = false;
		thread->how = taken->state == LUPE_SNAPSHOT_BLOCKED ? LUPE_STACK_UNSTOPPED
								    : LUPE_STACK_STOPPED;
		taken->is_wanted = !unwind(capture, taken, thread);
	}
	return error;
}

/* --- names --- */

/* All addresses at once: a symbol table is passed over once. */
static void find_names(const struct lupe_stack *stack)
{
	CLEANUP_FREE lupe_addr *addrs = NULL;
	size_t count = 0;

	for (size_t i = 0; i < stack->n_threads; i++)
		count += stack->threads[i].n_frames;
	addrs = reallocarray(NULL, count ? count : 1, sizeof(*addrs));
	if (!addrs)
		return;
	count = 0;
	for (size_t i = 0; i < stack->n_threads; i++)
		for (size_t j = 0; j < stack->threads[i].n_frames; j++)
			addrs[count++] = stack->threads[i].frames[j].symbol.address;
	lupe_modules_find_symbols(stack->modules, addrs, count);
}

static struct lupe_stack_variable *read_one(struct lupe_decode *decode,
					    const struct lupe_debug_frame *frame,
					    const struct lupe_debug_variable *variable,
					    struct lupe_stack_variable *ret)
{
	ret->variable = *variable;
	ret->value = lupe_debug_read(frame, variable, decode);
	ret->at_entry = lupe_debug_read_at_entry(frame, variable, decode);
	return ret->value ? ret : NULL;
}

/* One bad variable costs itself only: it says so in its value. */
static void read_variables(const struct lupe_stack_capture *capture, const struct lupe_memory *memory,
			   size_t level, struct lupe_stack_frame *frame)
{
	const struct lupe_debug_variable *list;
	struct lupe_decode decode = {.arena = capture->stack->arena,
				     .memory = memory,
				     .limits = lupe_decode_limits_default};
	size_t count;

	decode.limits.string_max = decode.limits.array_max = VALUE_MAX;
	decode.limits.text_only = true;
	frame->debug->memory = memory;
	count = lupe_debug_variables(frame->debug, level, capture->stack->arena, &list);
	if (count)
		frame->variables =
		    lupe_arena_alloc(capture->stack->arena, count * sizeof(*frame->variables));
	for (size_t i = 0; frame->variables && i < count; i++) {
		if (!list[i].is_parameter && !capture->options->locals)
			break;
		if (!read_one(&decode, frame->debug, &list[i],
			      &frame->variables[frame->n_variables]))
			break;
		frame->n_arguments += list[i].is_parameter;
		frame->n_variables++;
	}
}

/* A frame becomes as many as functions were inlined into it; its own is the last of them. */
static bool add_places(const struct lupe_stack_capture *capture, const struct lupe_memory *memory,
		       const struct lupe_stack_frame *frame, frames *out)
{
	struct lupe_modules *modules = capture->modules;
	lupe_addr address = frame->symbol.address;
	struct lupe_stack_frame new = *frame;
	struct lupe_module *module;

	new.has_symbol = lupe_modules_symbol_at(modules, address, &new.symbol, &module);
	new.module = module;
	for (size_t level = 0; lupe_modules_place(modules, address, level, &new.place); level++) {
		new.is_inlined = new.place.is_inlined;
		new.variables = NULL;
		new.n_variables = new.n_arguments = 0;
		if (new.place.function && new.debug && !new.is_signal)
			read_variables(capture, memory, level, &new);
		if (!VECTOR_PUSH(out, new))
			return false;
		if (new.is_signal)
			break;
	}
	return true;
}

static const struct lupe_snapshot_thread *taken_of(const struct lupe_stack_capture *capture, pid_t tid)
{
	for (size_t i = 0; i < capture->snapshot->count; i++)
		if (capture->snapshot->threads[i].tid == tid)
			return &capture->snapshot->threads[i];
	return NULL;
}

static void name_thread(const struct lupe_stack_capture *capture, struct lupe_stack_thread *thread)
{
	const struct lupe_snapshot_thread *taken = taken_of(capture, thread->tid);
	struct layers layers = {taken ? &taken->stack : NULL, capture->snapshot->memory};
	struct lupe_memory memory = {read_layers, NULL, &layers};
	frames named = {0};

	for (size_t i = 0; taken && i < thread->n_frames; i++)
		if (!add_places(capture, &memory, &thread->frames[i], &named)) {
			VECTOR_DEINIT(&named);
			return;
		}
	free(thread->frames);
	thread->frames = named.data;
	thread->n_frames = named.count;
	if (capture->options->depth && named.count > capture->options->depth) {
		thread->n_frames = capture->options->depth;
		thread->end = LUPE_UNWIND_GOES_ON;
	}
}

static void name_symbols(const struct lupe_stack_capture *capture, struct lupe_stack_thread *thread)
{
	for (size_t i = 0; i < thread->n_frames; i++) {
		struct lupe_stack_frame *frame = &thread->frames[i];
		struct lupe_module *module;

		frame->has_symbol = lupe_modules_symbol_at(
		    capture->stack->modules, frame->symbol.address, &frame->symbol, &module);
		frame->module = module;
	}
}

void lupe_stack_name_frames(const struct lupe_stack_capture *capture)
{
	find_names(capture->stack);
	for (size_t i = 0; i < capture->stack->n_threads; i++)
		if (capture->options->names_only)
			name_symbols(capture, &capture->stack->threads[i]);
		else
			name_thread(capture, &capture->stack->threads[i]);
}

