/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The line of a call: begun at the entry, ended at the exit, or by the end of its thread.
 */
#include "session/log_parts.h"

#include <string.h>
#include "base/cleanup.h"
#include "trace/proc.h"

/* --- how a call is shown --- */

/* Raw arguments are numbers whatever their type; one list serves all syscalls. */
static const struct lupe_type raw_type = {
    .name = "unsigned long", .kind = LUPE_KIND_UINT, .role = LUPE_ROLE_HEX, .size = 8};
static const struct lupe_member raw_parameters[LUPE_SYSCALL_MAX_ARGS] = {
    {.name = "arg1", .type = &raw_type}, {.name = "arg2", .type = &raw_type},
    {.name = "arg3", .type = &raw_type}, {.name = "arg4", .type = &raw_type},
    {.name = "arg5", .type = &raw_type}, {.name = "arg6", .type = &raw_type}};

/* One call as this log's options want it: the call, the decoder's limits and the printer's options. */
struct shown {
	struct lupe_call call;
	struct lupe_syscall raw; /* what stands in for the call's own description */
	struct lupe_decode decode;
	struct lupe_descriptors descriptors;
	struct lupe_log *log;
	struct lupe_strace_options options;
	struct lupe_printer printer;
};

int64_t lupe_log_number(const struct lupe_call *call)
{
	const struct lupe_syscall *syscall = call->syscall;

	if (syscall && call->abi != LUPE_ABI_X86_64)
		syscall = lupe_syscall_by_name(LUPE_ABI_X86_64, syscall->name);
	return syscall ? syscall->nr : call->nr;
}

static bool is_in(const struct lupe_syscall_set *set, const struct lupe_call *call)
{
	return lupe_syscall_set_has(set, lupe_log_number(call));
}

static void make_raw(struct shown *shown)
{
	const struct lupe_syscall *syscall = shown->call.syscall;

	shown->raw = (struct lupe_syscall){.name = syscall->name,
					   .nr = syscall->nr,
					   .n_args = syscall->n_args,
					   .flags = syscall->flags,
					   .args = raw_parameters,
					   .result = &raw_type};
	shown->call.syscall = &shown->raw;
}

static int netlink_protocol(void *context, int fd)
{
	const struct shown *shown = context;

	return lupe_proc_netlink_protocol(shown->options.pid, fd);
}

static const char *generic_family(void *context, uint16_t id)
{
	const struct shown *shown = context;

	return lupe_log_generic_family(shown->log, id);
}

/* Of -v: what a call of the kernel's own limits has (IOV_MAX, arguments), and then some. */
enum { VERBOSE_ARRAY_MAX = 1 << 16 };

/* `shown` must stay where it is: its parts point to each other. */
static void show(struct shown *shown, struct lupe_log *log, struct log_thread *thread,
		 const struct lupe_call *call, const struct lupe_log_source *source,
		 struct lupe_arena *arena)
{
	bool verbose = log->options.text.verbose || is_in(&log->options.unabbreviated, call);

	shown->call = *call;
	shown->decode = (struct lupe_decode){
	    .arena = arena, .memory = source ? source->memory : NULL,
	    .limits = lupe_decode_limits_default};
	shown->decode.limits.string_max = log->options.text.string_max;
	/* -s is the length of abbreviated arrays, too; with -v nothing is left out. */
	shown->decode.limits.array_max = verbose ? VERBOSE_ARRAY_MAX : log->options.text.string_max;
	shown->decode.limits.verbose = verbose;
	shown->descriptors = (struct lupe_descriptors){netlink_protocol, generic_family, shown};
	shown->log = log;
	shown->decode.descriptors = &shown->descriptors;
	shown->options = log->options.text;
	shown->options.verbose = verbose;
	shown->options.pid = thread->pid;
	shown->printer = (struct lupe_printer){.out = &thread->stream->buffer,
					       .options = &shown->options,
					       .call = &shown->call};
	if (call->syscall && is_in(&log->options.raw, call))
		make_raw(shown);
}

/* --- the entry --- */

/* -e verbose=!: what is behind pointers stays there, but text is shown. */
static void hide_structs(struct lupe_value *args)
{
	uint32_t i;

	for (i = 0; i < args->n_children; i++) {
		const struct lupe_type *type = lupe_type_strip(args->children[i].type);
		const struct lupe_type *target =
		    type && type->kind == LUPE_KIND_POINTER ? lupe_type_strip(type->target) : NULL;

		if (target && target->kind != LUPE_KIND_STRING && target->kind != LUPE_KIND_BYTES)
			args->children[i].flags |= LUPE_VALUE_OPAQUE;
	}
}

static struct lupe_value *decode(struct lupe_log *log, struct shown *shown)
{
	struct lupe_value *args = lupe_call_decode(&shown->decode, &shown->call);

	if (args && is_in(&log->options.opaque, &shown->call))
		hide_structs(args);
	return args;
}

static bool is_updated(const struct lupe_value *argument)
{
	return argument->member && argument->member->flow == LUPE_FLOW_UPDATED;
}

/* What restart_syscall goes on with is known only by having seen it. */
static void note_restart(struct log_thread *thread, const struct lupe_call *call)
{
	const char *name = call->syscall ? call->syscall->name : "";

	if (!strcmp(name, "restart_syscall")) {
		lupe_buffer_string(&thread->stream->buffer, "<... resuming interrupted ");
		lupe_buffer_string(&thread->stream->buffer,
				   thread->previous ? thread->previous : "read");
		lupe_buffer_string(&thread->stream->buffer, " ...>");
	}
	thread->previous = name;
}

static void hold_back(struct lupe_log *log, struct log_thread *thread)
{
	if (log->options.status != LUPE_LOG_STATUS_ALL || log->options.keep)
		thread->stream = &thread->held;
}

/* The line up to what only the exit knows. */
static void begin_line(struct lupe_log *log, struct log_thread *thread,
		       const struct lupe_event *event, const struct lupe_log_source *source)
{
	const struct lupe_call *call = &thread->call;
	const struct lupe_value *args;
	struct shown shown;
	size_t start;

	hold_back(log, thread);
	lupe_arena_reset(&thread->arena);
	if (!log->options.json)
		lupe_log_begin(log, thread, event->time_ns, source);
	show(&shown, log, thread, call, source, &thread->arena);
	args = decode(log, &shown);
	thread->entry = args;
	thread->in_call = args;
	if (!args || log->options.json)
		return;
	start = thread->stream->buffer.length;
	thread->from = lupe_strace_entry(&shown.printer, &shown.call, args);
	if (call->syscall)
		lupe_log_paint_range(log, thread->stream, LOG_NAME, start,
				     start + strlen(call->syscall->name));
	thread->complete = thread->from >= args->n_children &&
			   !(args->n_children && is_updated(&args->children[args->n_children - 1]));
	note_restart(thread, call);
}

/* A look at the arguments before the line is begun. */
static bool touches_path(struct lupe_log *log, struct log_thread *thread,
			 const struct lupe_call *call, const struct lupe_log_source *source)
{
	const struct lupe_value *args;
	struct shown shown;

	lupe_arena_reset(&log->arena);
	show(&shown, log, thread, call, source, &log->arena);
	args = decode(log, &shown);
	return args && lupe_log_touches_path(log, thread, args);
}

bool lupe_log_wants_call(struct lupe_log *log, struct log_thread *thread,
			 const struct lupe_call *call, const struct lupe_memory *memory)
{
	const struct lupe_log_source source = {.call = call, .memory = memory};

	return call && is_in(&log->options.trace, call) &&
	       (!log->n_paths || touches_path(log, thread, call, &source));
}

void lupe_log_entry(struct lupe_log *log, struct log_thread *thread, const struct lupe_event *event,
		    const struct lupe_log_source *source)
{
	const struct lupe_call *call = thread->rule ? &thread->asked : source->call;

	thread->in_call = lupe_log_wants_call(log, thread, call, source->memory);
	if (!thread->in_call)
		return;
	thread->call = *call;
	if (log->counts)
		lupe_log_count_entry(log, thread);
	if (log->options.summary != LUPE_LOG_SUMMARY_ONLY)
		begin_line(log, thread, event, source);
}

/* --- the exit --- */

/* Goes on with the thread's line: in place when it is still the open one. */
static void resume_line(struct lupe_log *log, struct log_thread *thread, uint64_t time_ns,
			const struct lupe_log_source *source)
{
	const struct lupe_call *call = &thread->call;
	struct lupe_buffer *out;

	if (thread->stream->writer == thread && lupe_log_column(thread->stream) &&
	    !thread->resumes)
		return;
	thread->resumes = false;
	lupe_log_begin(log, thread, time_ns, source);
	out = &thread->stream->buffer;
	lupe_buffer_string(out, "<... ");
	if (call->syscall) {
		lupe_buffer_string(out, call->syscall->name);
	} else {
		lupe_buffer_string(out, "syscall_");
		lupe_buffer_hex(out, (uint64_t)call->nr);
	}
	lupe_buffer_string(out, " resumed>");
}

static void put_result(struct lupe_log *log, struct log_thread *thread, struct shown *shown,
		       const struct lupe_value *args)
{
	struct log_stream *stream = thread->stream;
	const struct lupe_call *call = &shown->call;

	lupe_buffer_char(&stream->buffer, ' ');
	lupe_log_tab(log, stream);
	lupe_buffer_bytes(&stream->buffer, "= ", 2);
	if (call->failed)
		lupe_log_paint(log, stream, LOG_FAILURE);
	lupe_strace_result(&shown->printer, call, args);
	lupe_log_put_injected(thread, call, &stream->buffer);
	if (log->options.kvm)
		lupe_log_put_kvm(thread->pid, call, shown->decode.memory, &stream->buffer);
	if (call->failed)
		lupe_log_paint(log, stream, LOG_PLAIN);
	if (log->options.duration_digits != LUPE_LOG_ABSENT)
		lupe_log_duration(log, stream,
				  call->exit_ns > call->entry_ns ? call->exit_ns - call->entry_ns : 0);
	lupe_log_end(thread);
}

/* The call as the program made it, with what became of it. */
static struct lupe_call finished(const struct log_thread *thread, const struct lupe_call *call)
{
	struct lupe_call result = *call;

	result.syscall = thread->call.syscall;
	result.nr = thread->call.nr;
	return result;
}

/* What execve was given is gone when it has succeeded: the entry tells. */
static const struct lupe_value *json_args(const struct log_thread *thread,
					  const struct lupe_call *call, const struct lupe_value *args)
{
	bool gone = call->syscall && (call->syscall->flags & LUPE_SYSCALL_REPLACES_MEMORY) &&
		    !call->failed;

	return gone && thread->entry ? thread->entry : args;
}

static void end_line(struct lupe_log *log, struct log_thread *thread, const struct lupe_event *event,
		     const struct lupe_log_source *source)
{
	struct lupe_call call = finished(thread, source->call);
	const struct lupe_value *args;
	struct shown shown;

	lupe_arena_reset(&log->arena);
	if (!log->options.json)
		resume_line(log, thread, event->time_ns, source);
	show(&shown, log, thread, &call, source, &log->arena);
	shown.call.entry = thread->entry;
	args = decode(log, &shown);
	if (!args)
		return;
	if (log->options.json) {
		lupe_log_json_call(thread, event, &shown.call, json_args(thread, &call, args));
	} else {
		lupe_strace_exit(&shown.printer, &shown.call, args, thread->from);
		put_result(log, thread, &shown, args);
	}
	if (log->options.dumps)
		lupe_log_dump(log, thread, &call, source->memory);
	lupe_log_put_stack(log, thread, source);
	if (log->options.keep && !log->options.keep(log->options.keep_context, event))
		lupe_log_release(log, thread, LUPE_LOG_NO_STATUS);
	else
		lupe_log_release(log, thread,
				 source->call->failed ? LUPE_LOG_FAILED : LUPE_LOG_SUCCESSFUL);
}

void lupe_log_exit(struct lupe_log *log, struct log_thread *thread, const struct lupe_event *event,
		   const struct lupe_log_source *source)
{
	if (source->call)
		lupe_log_stacks_note(log->stacks, thread->pid, source->call);
	if (!thread->in_call || !source->call)
		return;
	thread->in_call = false;
	log->n_calls++;
	if (log->counts)
		lupe_log_count_exit(log, thread, source->call);
	if (log->options.summary != LUPE_LOG_SUMMARY_ONLY)
		end_line(log, thread, event, source);
}

static void put_no_result(struct lupe_log *log, struct log_thread *thread,
			  const struct lupe_event *event)
{
	struct lupe_buffer *out;

	resume_line(log, thread, event->time_ns, NULL);
	out = &thread->stream->buffer;
	if (!thread->complete)
		lupe_buffer_string(out, " <unfinished ...>");
	lupe_buffer_bytes(out, ") ", 2);
	lupe_log_tab(log, thread->stream);
	lupe_buffer_bytes(out, "= ?", 3);
	lupe_log_end(thread);
}

void lupe_log_abandon(struct lupe_log *log, struct log_thread *thread, const struct lupe_event *event)
{
	if (!thread->in_call || log->options.summary == LUPE_LOG_SUMMARY_ONLY)
		return;
	thread->in_call = false;
	if (log->options.json)
		lupe_log_json_call(thread, event, &thread->call, thread->entry);
	else
		put_no_result(log, thread, event);
	lupe_log_release(log, thread,
			 log->options.keep ? LUPE_LOG_NO_STATUS : LUPE_LOG_UNFINISHED);
}

void lupe_log_release(struct lupe_log *log, struct log_thread *thread, enum lupe_log_status status)
{
	struct log_stream *held = &thread->held, *stream;

	if (thread->stream != held)
		return;
	stream = thread->stream = log->options.separate && log->file ? &thread->own : &log->output;
	if (log->options.status & status) {
		lupe_buffer_bytes(&stream->buffer, held->buffer.data, held->buffer.length);
		stream->line = (ptrdiff_t)stream->buffer.length;
	}
	lupe_buffer_reset(&held->buffer);
	held->line = 0;
	held->unseen = 0;
	held->writer = NULL;
}
