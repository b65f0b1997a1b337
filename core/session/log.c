/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Events to lines; see lupe/log.h. Here: what the log knows of threads, and the lines that are not
 * calls.
 */
#include "session/log_parts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include "base/cleanup.h"

const struct lupe_log_options lupe_log_options_default = {
    .program = "lupe",
    .trace = {.bits = {[0 ... LUPE_SYSCALL_LIMIT / 64 - 1] = UINT64_MAX}},
    .signals = UINT64_MAX,
    .status = LUPE_LOG_STATUS_ALL,
    .text = {.string_max = 32},
    .column = 40,
    .clock_digits = 0,
    .relative_digits = LUPE_LOG_ABSENT,
    .duration_digits = LUPE_LOG_ABSENT,
};

/* --- life --- */

struct lupe_error *lupe_log_create(const struct lupe_log_options *options, struct lupe_log **ret)
{
	struct lupe_log *log = calloc(1, sizeof(*log));
	struct lupe_error *error;

	if (!log)
		return lupe_error_no_memory();
	log->options = *options;
	log->options.text.print_fd = lupe_log_put_fd;
	log->options.text.print_pid =
	    options->names || options->pid_spaces ? lupe_log_put_pid : NULL;
	log->options.text.context = log;
	lupe_log_stream_init(&log->output, -1);
	lupe_hash_init(&log->threads);
	lupe_arena_init(&log->arena);
	log->file = options->file ? strdup(options->file) : NULL;
	log->with_ids = log->file && !options->separate && options->follow;
	if (options->summary != LUPE_LOG_NO_SUMMARY)
		log->counts = calloc(LUPE_SYSCALL_LIMIT, sizeof(*log->counts));
	log->options.rules = NULL;
	log->options.paths = NULL;
	if ((options->file && !log->file) ||
	    (options->summary != LUPE_LOG_NO_SUMMARY && !log->counts) ||
	    !lupe_log_copy_rules(log, options->rules, options->n_rules) ||
	    !lupe_log_copy_paths(log, options->paths, options->n_paths))
		error = lupe_error_no_memory();
	else
		error = lupe_log_output_open(log);
	if (!error && options->stacks)
		error = lupe_log_stacks_create(options->stack_lines, &log->stacks);
	if (error) {
		lupe_log_destroy(log);
		return error;
	}
	*ret = log;
	return NULL;
}

static void destroy_thread(struct log_thread *thread)
{
	lupe_log_stream_write(&thread->own);
	lupe_log_stream_deinit(&thread->own);
	lupe_log_stream_deinit(&thread->held);
	lupe_arena_deinit(&thread->arena);
	lupe_buffer_deinit(&thread->last_stack);
	free(thread->hits);
	free(thread);
}

void lupe_log_destroy(struct lupe_log *log)
{
	size_t cursor = 0;
	uint64_t tid;
	void *thread;

	if (!log)
		return;
	while (lupe_hash_next(&log->threads, &cursor, &tid, &thread))
		destroy_thread(thread);
	lupe_hash_deinit(&log->threads);
	lupe_log_output_close(log);
	lupe_arena_deinit(&log->arena);
	lupe_log_free_rules(log);
	lupe_log_free_paths(log);
	lupe_log_free_tree(log);
	lupe_log_stacks_destroy(log->stacks);
	lupe_log_families_destroy(log->families);
	free(log->counts);
	free(log->file);
	free(log);
}

void lupe_log_flush(struct lupe_log *log)
{
	size_t cursor = 0;
	uint64_t tid;
	void *thread;

	lupe_log_stream_write(&log->output);
	if (!log->options.separate)
		return;
	while (lupe_hash_next(&log->threads, &cursor, &tid, &thread))
		lupe_log_stream_write(&((struct log_thread *)thread)->own);
}

bool lupe_log_pending(const struct lupe_log *log)
{
	size_t cursor = 0;
	uint64_t tid;
	void *thread;

	if (log->output.buffer.length)
		return true;
	while (log->options.separate && lupe_hash_next(&log->threads, &cursor, &tid, &thread))
		if (((struct log_thread *)thread)->own.buffer.length)
			return true;
	return false;
}

void lupe_log_text(struct lupe_log *log, const char *text, size_t size)
{
	lupe_buffer_bytes(&log->output.buffer, text, size);
	log->output.line = (ptrdiff_t)log->output.buffer.length;
	lupe_log_stream_write(&log->output);
}

int lupe_log_failure(const struct lupe_log *log)
{
	return log->output.failure;
}

/* --- threads --- */

struct log_thread *lupe_log_add_thread(struct lupe_log *log, pid_t pid, pid_t tid)
{
	struct log_thread *thread = lupe_hash_get(&log->threads, (uint64_t)tid);

	if (thread)
		return thread;
	thread = calloc(1, sizeof(*thread));
	if (!thread || !lupe_hash_put(&log->threads, (uint64_t)tid, thread)) {
		free(thread);
		return NULL;
	}
	thread->pid = pid;
	thread->tid = tid;
	thread->stream = &log->output;
	lupe_log_stream_init(&thread->own, -1);
	lupe_log_stream_init(&thread->held, -1);
	lupe_arena_init(&thread->arena);
	if (log->options.separate && log->file)
		lupe_log_output_open_own(log, thread);
	log->n_threads++;
	return thread;
}

void lupe_log_drop_thread(struct lupe_log *log, struct log_thread *thread)
{
	struct log_stream *stream;

	lupe_log_release(log, thread, LUPE_LOG_DETACHED);
	stream = thread->stream;
	if (stream->writer == thread) {
		if (lupe_log_column(stream)) {
			lupe_buffer_string(&stream->buffer, " <detached ...>");
			lupe_log_end(thread);
		}
		stream->writer = NULL;
	}
	lupe_hash_remove(&log->threads, (uint64_t)thread->tid);
	log->n_threads--;
	destroy_thread(thread);
}

void lupe_log_attached(struct lupe_log *log, pid_t pid, const pid_t *tids, size_t n_threads, bool quiet)
{
	size_t i;

	if (log->n_threads && log->file && !log->options.separate)
		log->with_ids = true;
	for (i = 0; i < n_threads; i++) {
		struct log_thread *thread = lupe_log_add_thread(log, pid, tids[i]);

		if (thread)
			thread->launched = quiet;
	}
	if (quiet || (log->options.quiet & LUPE_LOG_QUIET_ATTACH))
		return;
	if (n_threads > 1)
		lupe_log_say(log, "Process %d attached with %zu threads", (int)pid, n_threads);
	else
		lupe_log_say(log, "Process %d attached", (int)pid);
}

void lupe_log_detached(struct lupe_log *log, pid_t tid)
{
	struct log_thread *thread = lupe_hash_get(&log->threads, (uint64_t)tid);

	if (!thread)
		return;
	if (!(log->options.quiet & LUPE_LOG_QUIET_ATTACH))
		lupe_log_say(log, "Process %d detached", (int)tid);
	lupe_log_drop_thread(log, thread);
}

/* --- lines that are not calls --- */

/* With nothing but the summary asked for there are no lines at all. */
static bool writes_lines(const struct lupe_log *log)
{
	return log->options.summary != LUPE_LOG_SUMMARY_ONLY;
}

static bool wants_signal(const struct lupe_log *log, int signal)
{
	return writes_lines(log) && signal > 0 && signal <= 64 &&
	       (log->options.signals >> (signal - 1) & 1);
}

static void put_signal(struct lupe_log *log, struct log_thread *thread,
		       const struct lupe_event *event, const struct lupe_log_source *source)
{
	struct lupe_buffer *out = &thread->stream->buffer;
	struct lupe_strace_options options = log->options.text;
	struct lupe_printer printer = {.out = out, .options = &options};
	bool group_stop = event->kind == LUPE_EVENT_GROUP_STOP;
	char name[16];

	if (!wants_signal(log, event->signal))
		return;
	options.pid = thread->pid;
	if (log->options.json) {
		lupe_log_json_signal(thread, event);
		return;
	}
	lupe_log_begin(log, thread, event->time_ns, source);
	lupe_log_paint(log, thread->stream, LOG_SIGNAL);
	lupe_buffer_string(out, group_stop ? "--- stopped by " : "--- ");
	lupe_buffer_string(out, lupe_signal_name(event->signal, name));
	lupe_buffer_char(out, ' ');
	if (!group_stop && event->has_info) {
		lupe_strace_siginfo(&printer, &event->info);
		lupe_buffer_char(out, ' ');
	}
	lupe_buffer_bytes(out, "---", 3);
	lupe_log_paint(log, thread->stream, LOG_PLAIN);
	lupe_log_end(thread);
	lupe_log_put_stack(log, thread, source);
}

/* Where it was when it began to end. */
static void put_last_stack(struct log_thread *thread)
{
	struct lupe_buffer *out = &thread->stream->buffer;

	lupe_buffer_bytes(out, thread->last_stack.data, thread->last_stack.length);
	thread->stream->line = (ptrdiff_t)out->length;
}

static void put_exited(struct lupe_log *log, struct log_thread *thread,
		       const struct lupe_event *event)
{
	struct lupe_buffer *out = &thread->stream->buffer;

	if (!writes_lines(log) || (log->options.quiet & LUPE_LOG_QUIET_EXIT))
		return;
	if (log->options.json) {
		lupe_log_json_end(thread, event);
		return;
	}
	lupe_log_begin(log, thread, event->time_ns, NULL);
	lupe_log_paint(log, thread->stream, LOG_LIFE);
	lupe_buffer_string(out, "+++ exited with ");
	lupe_buffer_decimal(out, WEXITSTATUS(event->status));
	lupe_buffer_string(out, " +++");
	lupe_log_paint(log, thread->stream, LOG_PLAIN);
	lupe_log_end(thread);
	put_last_stack(thread);
}

static void put_killed(struct lupe_log *log, struct log_thread *thread,
		       const struct lupe_event *event)
{
	struct lupe_buffer *out = &thread->stream->buffer;
	int signal = WTERMSIG(event->status);
	char name[16];

	if (!wants_signal(log, signal))
		return;
	if (log->options.json) {
		lupe_log_json_end(thread, event);
		return;
	}
	lupe_log_begin(log, thread, event->time_ns, NULL);
	lupe_log_paint(log, thread->stream, LOG_SIGNAL);
	lupe_buffer_string(out, "+++ killed by ");
	lupe_buffer_string(out, lupe_signal_name(signal, name));
	lupe_buffer_string(out, WCOREDUMP(event->status) ? " (core dumped) +++" : " +++");
	lupe_log_paint(log, thread->stream, LOG_PLAIN);
	lupe_log_end(thread);
}

/* A thread's last event, of which its status tells what it was. */
static void on_end(struct lupe_log *log, struct log_thread *thread, const struct lupe_event *event)
{
	/* It ended without a last look at it. */
	lupe_log_release(log, thread, LUPE_LOG_UNFINISHED);
	if (WIFSIGNALED(event->status))
		put_killed(log, thread, event);
	else
		put_exited(log, thread, event);
	if (event->kind != LUPE_EVENT_THREAD_EXITED)
		lupe_log_stacks_forget(log->stacks, event->pid);
	lupe_log_drop_thread(log, thread);
}

/* --- exec --- */

/* The open line of a thread that now has another file ends here. */
static void close_former(struct log_thread *thread, pid_t tid)
{
	struct log_stream *stream = thread->stream;

	if (stream != &thread->own || stream->writer != thread || !lupe_log_column(stream))
		return;
	lupe_buffer_string(&stream->buffer, " <pid changed to ");
	lupe_buffer_decimal(&stream->buffer, tid);
	lupe_buffer_string(&stream->buffer, " ...>");
	lupe_log_end(thread);
}

/* The two change files: each goes on in the one that has its id in its name. */
static void swap_files(struct log_thread *a, struct log_thread *b)
{
	struct log_stream file = a->own;

	a->own = b->own;
	b->own = file;
	a->own.writer = a->own.writer ? a : NULL;
	b->own.writer = b->own.writer ? b : NULL;
}

/* A thread that is not the leader has executed a program: it goes on under the leader's id, and the
 * leader is gone. */
static void on_superseded(struct lupe_log *log, const struct lupe_event *event)
{
	struct log_thread *caller = lupe_hash_get(&log->threads, (uint64_t)event->former);
	struct log_thread *leader = lupe_hash_get(&log->threads, (uint64_t)event->tid);

	if (!caller)
		return;
	close_former(caller, event->tid);
	if (leader) {
		swap_files(caller, leader);
		leader->tid = event->former;
		lupe_hash_put(&log->threads, (uint64_t)event->former, leader);
		lupe_log_drop_thread(log, leader);
	} else {
		lupe_hash_remove(&log->threads, (uint64_t)event->former);
	}
	caller->tid = event->tid;
	caller->pid = event->pid;
	if (!lupe_hash_put(&log->threads, (uint64_t)event->tid, caller)) {
		log->n_threads--;
		destroy_thread(caller);
		return;
	}
	if (!writes_lines(log) || (log->options.quiet & LUPE_LOG_QUIET_THREAD_EXECVE))
		return;
	if (log->options.json) {
		lupe_log_json_superseded(caller, event);
		return;
	}
	lupe_log_begin(log, caller, event->time_ns, NULL);
	lupe_buffer_string(&caller->stream->buffer, "+++ superseded by execve in pid ");
	lupe_buffer_decimal(&caller->stream->buffer, event->former);
	lupe_buffer_string(&caller->stream->buffer, " +++");
	lupe_log_end(caller);
	caller->resumes = true;
}

/* --- events --- */

/* exit and exit_group, if they are written: their stack stands below the line of the end. */
static bool is_ending_call(const struct log_thread *thread)
{
	return thread->in_call && thread->call.syscall &&
	       (thread->call.syscall->flags & LUPE_SYSCALL_NEVER_RETURNS);
}

static void dispatch(struct lupe_log *log, struct log_thread *thread, const struct lupe_event *event,
		     const struct lupe_log_source *source)
{
	switch (event->kind) {
	case LUPE_EVENT_SYSCALL_ENTRY:
		lupe_log_entry(log, thread, event, source);
		break;
	case LUPE_EVENT_SYSCALL_EXIT:
		lupe_log_exit(log, thread, event, source);
		break;
	case LUPE_EVENT_SIGNAL:
	case LUPE_EVENT_GROUP_STOP:
		put_signal(log, thread, event, source);
		break;
	case LUPE_EVENT_EXITING:
		if (log->stacks && source->thread && !log->options.json && is_ending_call(thread))
			lupe_log_stack_text(log->stacks, source->thread, &thread->last_stack);
		lupe_log_abandon(log, thread, event);
		break;
	case LUPE_EVENT_EXITED:
	case LUPE_EVENT_KILLED:
	case LUPE_EVENT_THREAD_EXITED:
		on_end(log, thread, event);
		break;
	case LUPE_EVENT_DETACHED:
		lupe_log_detached(log, event->tid);
		break;
	case LUPE_EVENT_NONE:
	case LUPE_EVENT_WOKEN:
	case LUPE_EVENT_NO_TARGETS:
	case LUPE_EVENT_STOPPED:
	case LUPE_EVENT_STEPPED:
	case LUPE_EVENT_BREAKPOINT:
	case LUPE_EVENT_FORK:
	case LUPE_EVENT_VFORK:
	case LUPE_EVENT_CLONE:
	case LUPE_EVENT_VFORK_DONE:
	case LUPE_EVENT_EXEC:
	case LUPE_EVENT_NEW_THREAD:
	case LUPE_EVENT_SECCOMP:
	case LUPE_EVENT_SYSCALL:
	case LUPE_N_EVENT_KINDS:
		break;
	}
}

void lupe_log_event(struct lupe_log *log, const struct lupe_event *event,
		    const struct lupe_log_source *source)
{
	static const struct lupe_log_source nothing;
	struct log_thread *thread;

	if (event->tid <= 0)
		return;
	if (log->options.tree)
		lupe_log_grow_tree(log, event);
	if (event->kind == LUPE_EVENT_EXEC && event->former && event->former != event->tid)
		on_superseded(log, event);
	thread = lupe_hash_get(&log->threads, (uint64_t)event->tid);
	if (!thread) {
		if (event->kind == LUPE_EVENT_NEW_THREAD) {
			lupe_log_attached(log, event->tid, &event->tid, 1, false);
			thread = lupe_hash_get(&log->threads, (uint64_t)event->tid);
		} else {
			thread = lupe_log_add_thread(log, event->pid, event->tid);
		}
		if (!thread)
			return;
	}
	thread->pid = event->pid;
	dispatch(log, thread, event, source ? source : &nothing);
	if (log->output.at_once || log->output.buffer.length > 65536)
		lupe_log_stream_write(&log->output);
}
