/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stacks as text, in the layout of gdb's "thread apply all bt", and as JSON; see lupe/stack.h.
 */
#include <string.h>
#include "base/buffer.h"
#include "base/cleanup.h"
#include "lupe/stack.h"
#include "type/json.h"

/* Text of the target: what is not printable, or no UTF-8, becomes '?'. */
static void put_clean(struct lupe_buffer *out, const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t left = strlen(text);

	while (left) {
		size_t length = lupe_utf8_length(at, left);
		bool control = !length || *at < ' ' || *at == 0x7f || (*at == 0xc2 && at[1] < 0xa0);

		length = length ? length : 1;
		if (control)
			lupe_buffer_char(out, '?');
		else
			lupe_buffer_bytes(out, at, length);
		at += length;
		left -= length;
	}
}

/* Whether the symbol is a better name of the same function: a library's public one in place of its inner
 * one (read for __libc_read). */
static bool symbol_is_public(const struct lupe_stack_frame *frame, const char *name)
{
	return frame->has_symbol && !frame->is_inlined &&
	       frame->symbol.address == frame->place.start && !strchr(frame->symbol.name, '.') &&
	       strspn(frame->symbol.name, "_") < strspn(name, "_");
}

const char *lupe_stack_function(const struct lupe_stack_frame *frame)
{
	const char *name = frame->place.function ? frame->place.function->name : NULL;

	if (name && !symbol_is_public(frame, name))
		return name;
	return frame->has_symbol ? frame->symbol.name : NULL;
}

/* --- variables --- */

/* " <name+offset>" for code and static data, as gdb. */
static void put_symbol(void *context, lupe_addr addr, struct lupe_buffer *out)
{
	struct lupe_symbol symbol;

	if (!lupe_modules_symbol_at(context, addr, &symbol, NULL) || symbol.kind == LUPE_SYMBOL_TLS)
		return;
	lupe_buffer_string(out, " <");
	put_clean(out, symbol.name);
	if (addr != symbol.address)
		lupe_buffer_printf(out, "+%lu", addr - symbol.address);
	lupe_buffer_char(out, '>');
}

static void put_value(struct lupe_buffer *out, const struct lupe_stack_frame *frame,
		      const struct lupe_value *value)
{
	struct lupe_print_options options = lupe_print_options_default;

	options.symbol = put_symbol;
	options.context = frame->debug->modules;
	lupe_value_print_c(out, value, &options);
}

static bool is_same_value(const struct lupe_value *a, const struct lupe_value *b)
{
	const struct lupe_type *type = lupe_type_strip(a->type);

	return !a->flags && !b->flags && type && type->kind != LUPE_KIND_STRUCT &&
	       type->kind != LUPE_KIND_UNION && type->kind != LUPE_KIND_ARRAY && a->u == b->u;
}

/* As gdb: x=x@entry=1 where it still is what it was, x=2, x@entry=1 where it is another. */
static void put_argument(struct lupe_buffer *out, const struct lupe_stack_frame *frame,
			 const struct lupe_stack_variable *argument)
{
	const char *name = argument->variable.name ? argument->variable.name : "";

	put_clean(out, name);
	lupe_buffer_char(out, '=');
	if (!argument->at_entry || !is_same_value(argument->value, argument->at_entry)) {
		put_value(out, frame, argument->value);
		if (!argument->at_entry)
			return;
		lupe_buffer_string(out, ", ");
	}
	put_clean(out, name);
	lupe_buffer_string(out, "@entry=");
	put_value(out, frame, argument->at_entry);
}

static void put_arguments(struct lupe_buffer *out, const struct lupe_stack_frame *frame)
{
	for (size_t i = 0; i < frame->n_arguments; i++) {
		if (i)
			lupe_buffer_string(out, ", ");
		put_argument(out, frame, &frame->variables[i]);
	}
}

void lupe_stack_print_argument(struct lupe_buffer *out, const struct lupe_stack_frame *frame, size_t index)
{
	put_argument(out, frame, &frame->variables[index]);
}

void lupe_stack_print_local(struct lupe_buffer *out, const struct lupe_stack_frame *frame, size_t index)
{
	put_clean(out, frame->variables[index].variable.name);
	lupe_buffer_string(out, " = ");
	put_value(out, frame, frame->variables[index].value);
}

static void put_locals(struct lupe_buffer *out, const struct lupe_stack_frame *frame)
{
	for (size_t i = frame->n_arguments; i < frame->n_variables; i++) {
		lupe_buffer_string(out, "        ");
		lupe_stack_print_local(out, frame, i);
		lupe_buffer_char(out, '\n');
	}
}

/* --- frames --- */

/* Where it is: a line, or else the library. */
static void put_position(struct lupe_buffer *out, const struct lupe_stack_frame *frame)
{
	if (frame->place.file) {
		lupe_buffer_string(out, " at ");
		put_clean(out, frame->place.file);
		lupe_buffer_printf(out, ":%u", frame->place.line);
	} else if (frame->module && !frame->module->is_main) {
		lupe_buffer_string(out, " from ");
		put_clean(out, frame->module->path);
	}
}

/* As gdb: no address where the place is another one of the frame before. */
static void put_code(struct lupe_buffer *out, const struct lupe_stack_frame *frame, bool is_same,
		     bool names_only)
{
	const char *name = lupe_stack_function(frame);

	if (!names_only && !is_same)
		lupe_buffer_printf(out, "0x%016lx in ", frame->pc);
	put_clean(out, name ? name : "??");
	if (names_only)
		return;
	lupe_buffer_string(out, " (");
	put_arguments(out, frame);
	lupe_buffer_char(out, ')');
	put_position(out, frame);
}

static void put_frame(struct lupe_buffer *out, const struct lupe_stack_frame *frames, size_t level,
		      bool names_only)
{
	const struct lupe_stack_frame *frame = &frames[level];

	lupe_buffer_printf(out, "#%-3zu", level);
	if (frame->is_signal)
		lupe_buffer_string(out, "<signal handler called>");
	else
		put_code(out, frame, level && frame[-1].is_inlined, names_only);
	if (frame->trust > LUPE_TRUST_SIGNAL)
		lupe_buffer_printf(out, "  [guessed: %s]", lupe_trust_name(frame->trust));
	lupe_buffer_char(out, '\n');
	put_locals(out, frame);
}

static void put_frames(struct lupe_buffer *out, const struct lupe_stack_thread *thread, bool names_only)
{
	for (size_t i = 0; i < thread->n_frames; i++)
		put_frame(out, thread->frames, i, names_only);
	if (!thread->n_frames)
		lupe_buffer_printf(out, "  (no stack: %s)\n",
				   thread->reason ? thread->reason : "out of memory");
	else if (thread->end == LUPE_UNWIND_GOES_ON)
		lupe_buffer_string(out, "(More stack frames follow...)\n");
	else if (thread->end != LUPE_UNWIND_OUTERMOST)
		lupe_buffer_printf(out, "  (the stack ends here: %s)\n",
				   lupe_unwind_end_text(thread->end));
}

/* A core file does not tell it. */
static void put_thread_name(struct lupe_buffer *out, const struct lupe_stack_thread *thread)
{
	if (!*thread->name)
		return;
	lupe_buffer_string(out, " \"");
	put_clean(out, thread->name);
	lupe_buffer_char(out, '"');
}

static void put_thread(struct lupe_buffer *out, const struct lupe_stack_thread *thread,
		       bool names_only)
{
	lupe_buffer_printf(out, "Thread %u (LWP %d)", thread->number, thread->tid);
	put_thread_name(out, thread);
	lupe_buffer_string(out, ":\n");
	put_frames(out, thread, names_only);
}

/* Whether the kernel sent it for what an instruction did: sigaction(2). */
static bool has_address(const siginfo_t *info)
{
	int number = info->si_signo;

	return info->si_code > 0 && info->si_code < SI_KERNEL &&
	       (number == SIGSEGV || number == SIGBUS || number == SIGILL || number == SIGFPE);
}

/* The signal that ended the process; 0: none did. A file of gcore has the one that stopped it: signal(7), those
 * whose default action is none or to stop end nobody. */
static int end_signal(const struct lupe_core *core)
{
	const siginfo_t *info = lupe_core_siginfo(core);
	size_t count;
	int number = info ? info->si_signo : lupe_core_threads(core, &count)[0].signal;

	switch (number) {
	case SIGSTOP:
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
	case SIGCONT:
	case SIGCHLD:
	case SIGURG:
	case SIGWINCH:
		return 0;
	default:
		return number > 0 ? number : 0;
	}
}

/* What ended the process, as far as its core file tells; the address of a fault. */
static void put_signal(struct lupe_buffer *out, const struct lupe_core *core)
{
	const siginfo_t *info = lupe_core_siginfo(core);
	int number = end_signal(core);
	const char *name = number ? sigabbrev_np(number) : NULL;

	if (!number)
		lupe_buffer_string(out, ", not ended by a signal");
	else if (name)
		lupe_buffer_printf(out, ", ended by SIG%s (%s)", name, sigdescr_np(number));
	else
		lupe_buffer_printf(out, ", ended by signal %d", number);
	if (info && has_address(info))
		lupe_buffer_printf(out, " at %p", info->si_addr);
}

static void put_core_header(struct lupe_buffer *out, const struct lupe_stack *stack)
{
	lupe_buffer_string(out, "Core file ");
	put_clean(out, lupe_core_path(stack->core));
	lupe_buffer_printf(out, " of process %d \"", stack->pid);
	put_clean(out, stack->name);
	lupe_buffer_string(out, "\" (");
	put_clean(out, lupe_core_arguments(stack->core));
	lupe_buffer_printf(out, "): %zu thread%s", stack->n_threads, stack->n_threads == 1 ? "" : "s");
	put_signal(out, stack->core);
	lupe_buffer_char(out, '\n');
}

void lupe_stack_print_header(struct lupe_buffer *out, const struct lupe_stack *stack)
{
	size_t stopped = 0;

	if (stack->core) {
		put_core_header(out, stack);
		return;
	}
	for (size_t i = 0; i < stack->n_threads; i++)
		stopped += stack->threads[i].how == LUPE_STACK_STOPPED;
	lupe_buffer_printf(out, "Process %d \"", stack->pid);
	put_clean(out, stack->name);
	lupe_buffer_printf(out, "\": %zu thread%s, ", stack->n_threads,
			   stack->n_threads == 1 ? "" : "s");
	if (stopped)
		lupe_buffer_printf(out, "%zu stopped for %.1f ms\n", stopped,
				   (double)stack->paused_ns / 1e6);
	else
		lupe_buffer_string(out, "none stopped\n");
}

void lupe_stack_print(struct lupe_buffer *out, const struct lupe_stack *stack, bool names_only)
{
	for (size_t i = stack->n_threads; i > 0; i--)
		put_thread(out, &stack->threads[i - 1], names_only);
}

/* --- stacks of several threads --- */

static bool is_same_stack(const struct lupe_stack_thread *a, const struct lupe_stack_thread *b)
{
	if (a->n_frames != b->n_frames || a->end != b->end || !a->n_frames)
		return false;
	for (size_t i = 0; i < a->n_frames; i++)
		if (a->frames[i].pc != b->frames[i].pc ||
		    a->frames[i].is_inlined != b->frames[i].is_inlined)
			return false;
	return true;
}

/* Whether a thread that is printed before this one has the same stack. */
static bool was_printed(const struct lupe_stack *stack, size_t index)
{
	for (size_t i = stack->n_threads; i > index + 1; i--)
		if (is_same_stack(&stack->threads[i - 1], &stack->threads[index]))
			return true;
	return false;
}

static void put_group_header(struct lupe_buffer *out, const struct lupe_stack *stack, size_t index,
			     size_t count)
{
	const char *between = ": ";

	lupe_buffer_printf(out, "%zu threads", count);
	for (size_t i = index + 1; i > 0; i--) {
		const struct lupe_stack_thread *thread = &stack->threads[i - 1];

		if (i != index + 1 && !is_same_stack(thread, &stack->threads[index]))
			continue;
		lupe_buffer_printf(out, "%s%u (LWP %d)", between, thread->number, thread->tid);
		put_thread_name(out, thread);
		between = ", ";
	}
	lupe_buffer_char(out, '\n');
}

void lupe_stack_print_grouped(struct lupe_buffer *out, const struct lupe_stack *stack, bool names_only)
{
	for (size_t i = stack->n_threads; i > 0; i--) {
		const struct lupe_stack_thread *thread = &stack->threads[i - 1];
		size_t count = 1;

		if (was_printed(stack, i - 1))
			continue;
		for (size_t k = 0; k + 1 < i; k++)
			count += is_same_stack(thread, &stack->threads[k]);
		if (count > 1) {
			put_group_header(out, stack, i - 1, count);
			put_frames(out, thread, names_only);
		} else {
			put_thread(out, thread, names_only);
		}
	}
}

/* A name in a line whose parts are divided by ";". */
static void put_part(struct lupe_buffer *out, const char *text)
{
	size_t start = out->length;

	put_clean(out, text);
	for (size_t i = start; i < out->length; i++)
		if (out->data[i] == ';')
			out->data[i] = ':';
}

/* Code without a name, by the file that it is in: [libc.so.6]. */
static void put_file(struct lupe_buffer *out, const char *name)
{
	lupe_buffer_char(out, '[');
	put_part(out, name);
	lupe_buffer_char(out, ']');
}

static void put_folded_frame(struct lupe_buffer *out, const struct lupe_stack_frame *frame)
{
	const char *name = lupe_stack_function(frame);
	const char *slash = frame->module ? strrchr(frame->module->path, '/') : NULL;

	if (frame->is_signal)
		lupe_buffer_string(out, "<signal handler called>");
	else if (name)
		put_part(out, name);
	else if (frame->module && *frame->module->path == '[')
		put_part(out, frame->module->path);
	else if (frame->module)
		put_file(out, slash ? slash + 1 : frame->module->path);
	else
		lupe_buffer_printf(out, "0x%lx", frame->pc);
}

void lupe_stack_print_folded(struct lupe_buffer *out, const struct lupe_stack *stack)
{
	for (size_t i = 0; i < stack->n_threads; i++) {
		const struct lupe_stack_thread *thread = &stack->threads[i];

		if (!thread->n_frames)
			continue;
		put_part(out, *thread->name ? thread->name : stack->name);
		for (size_t k = thread->n_frames; k > 0; k--) {
			lupe_buffer_char(out, ';');
			put_folded_frame(out, &thread->frames[k - 1]);
		}
		lupe_buffer_char(out, '\n');
	}
}

/* --- JSON --- */

static void put_text(struct lupe_buffer *out, bool *first, const char *key, const char *text)
{
	lupe_json_key(out, first, key);
	lupe_json_string(out, text, strlen(text));
}

static void put_number(struct lupe_buffer *out, bool *first, const char *key, uint64_t number)
{
	lupe_json_key(out, first, key);
	lupe_buffer_unsigned(out, number);
}

/* A string: readers of JSON have doubles for numbers. */
static void put_address(struct lupe_buffer *out, bool *first, const char *key, lupe_addr addr)
{
	lupe_json_key(out, first, key);
	lupe_buffer_printf(out, "\"0x%lx\"", addr);
}

/* A list, as names may occur twice. */
static void put_json_variables(struct lupe_buffer *out, bool *first, const char *key,
			       const struct lupe_stack_variable *variables, size_t count)
{
	lupe_json_key(out, first, key);
	lupe_buffer_char(out, '[');
	for (size_t i = 0; i < count; i++) {
		bool inner = true;

		lupe_buffer_string(out, i ? ",{" : "{");
		if (variables[i].variable.name)
			put_text(out, &inner, "name", variables[i].variable.name);
		lupe_json_key(out, &inner, "value");
		lupe_value_print_json(out, variables[i].value);
		if (variables[i].at_entry) {
			lupe_json_key(out, &inner, "at_entry");
			lupe_value_print_json(out, variables[i].at_entry);
		}
		lupe_buffer_char(out, '}');
	}
	lupe_buffer_char(out, ']');
}

static void put_json_frame(struct lupe_buffer *out, const struct lupe_stack_frame *frame,
			   size_t level)
{
	bool first = true;

	lupe_buffer_char(out, '{');
	put_number(out, &first, "level", level);
	put_address(out, &first, "pc", frame->pc);
	if (frame->is_signal)
		put_text(out, &first, "function", "<signal handler called>");
	else if (lupe_stack_function(frame))
		put_text(out, &first, "function", lupe_stack_function(frame));
	if (frame->has_symbol && !frame->is_signal && !frame->is_inlined)
		put_number(out, &first, "offset", frame->pc - frame->symbol.address);
	if (frame->is_inlined) {
		lupe_json_key(out, &first, "inlined");
		lupe_buffer_string(out, "true");
	}
	if (frame->place.file) {
		put_text(out, &first, "file", frame->place.file);
		put_text(out, &first, "folder", frame->place.folder);
		put_number(out, &first, "line", frame->place.line);
	}
	if (frame->module)
		put_text(out, &first, "module", frame->module->path);
	put_text(out, &first, "trust", lupe_trust_name(frame->trust));
	if (frame->n_arguments)
		put_json_variables(out, &first, "args", frame->variables, frame->n_arguments);
	if (frame->n_variables > frame->n_arguments)
		put_json_variables(out, &first, "locals", frame->variables + frame->n_arguments,
				   frame->n_variables - frame->n_arguments);
	lupe_buffer_char(out, '}');
}

static void put_json_thread(struct lupe_buffer *out, const struct lupe_stack_thread *thread)
{
	bool first = true;

	lupe_buffer_char(out, '{');
	put_number(out, &first, "number", thread->number);
	put_number(out, &first, "tid", thread->tid);
	if (*thread->name)
		put_text(out, &first, "name", thread->name);
	lupe_json_key(out, &first, "stopped");
	lupe_buffer_string(out, thread->how == LUPE_STACK_STOPPED ? "true" : "false");
	if (!thread->n_frames && thread->reason)
		put_text(out, &first, "reason", thread->reason);
	lupe_json_key(out, &first, "frames");
	lupe_buffer_char(out, '[');
	for (size_t i = 0; i < thread->n_frames; i++) {
		if (i)
			lupe_buffer_char(out, ',');
		put_json_frame(out, &thread->frames[i], i);
	}
	lupe_buffer_char(out, ']');
	if (thread->n_frames && thread->end != LUPE_UNWIND_OUTERMOST)
		put_text(out, &first, "incomplete",
			 thread->end == LUPE_UNWIND_GOES_ON ? "depth"
							    : lupe_unwind_end_text(thread->end));
	lupe_buffer_char(out, '}');
}

static void put_json_core(struct lupe_buffer *out, bool *first, const struct lupe_core *core)
{
	const siginfo_t *info = lupe_core_siginfo(core);
	int number = end_signal(core);

	put_text(out, first, "core", lupe_core_path(core));
	put_text(out, first, "arguments", lupe_core_arguments(core));
	if (number)
		put_number(out, first, "signal", number);
	if (info && has_address(info))
		put_address(out, first, "address", (lupe_addr)info->si_addr);
}

void lupe_stack_print_json(struct lupe_buffer *out, const struct lupe_stack *stack)
{
	bool first = true;

	lupe_buffer_char(out, '{');
	put_number(out, &first, "pid", stack->pid);
	put_text(out, &first, "name", stack->name);
	if (stack->core)
		put_json_core(out, &first, stack->core);
	else
		put_number(out, &first, "paused_ns", stack->paused_ns);
	lupe_json_key(out, &first, "threads");
	lupe_buffer_char(out, '[');
	for (size_t i = 0; i < stack->n_threads; i++) {
		if (i)
			lupe_buffer_char(out, ',');
		put_json_thread(out, &stack->threads[i]);
	}
	lupe_buffer_string(out, "]}\n");
}
