/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The log at a session: event after event is written and its thread goes on, without a way through
 * Lua. What was collected is written when nothing has happened for a moment.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "base/cleanup.h"
#include "base/vector.h"
#include "lupe/session.h"
#include "session/log_parts.h"
#include "session/records.h"
#include "trace/live_memory.h"
#include "trace/status.h"

enum { IDLE_MS = 100, NS_PER_MS = 1000000 };

struct lupe_error *lupe_log_set_interest(const struct lupe_log *log, struct lupe_session *session)
{
	struct lupe_interest interest = {
	    .entry = log->options.trace,
	    .exit = log->options.trace,
	    .signals = log->options.signals,
	    .kinds = LUPE_EVENT_BIT(LUPE_EVENT_GROUP_STOP) | LUPE_EVENT_BIT(LUPE_EVENT_EXEC) |
		     LUPE_EVENT_BIT(LUPE_EVENT_EXITING) | LUPE_EVENT_BIT(LUPE_EVENT_NEW_THREAD) |
		     LUPE_EVENT_BIT(LUPE_EVENT_EXITED) | LUPE_EVENT_BIT(LUPE_EVENT_KILLED) |
		     LUPE_EVENT_BIT(LUPE_EVENT_THREAD_EXITED) |
		     LUPE_EVENT_BIT(LUPE_EVENT_DETACHED)};

	return lupe_session_set_interest(session, &interest);
}

/* False: nothing is left of the thread to resume. */
static bool has_thread(enum lupe_event_kind kind)
{
	return kind >= LUPE_EVENT_SYSCALL_ENTRY && kind < LUPE_EVENT_EXITED;
}

static void find_pc(struct lupe_thread *thread, struct lupe_log_source *source)
{
	struct user_regs_struct regs;
	struct lupe_error *error = lupe_thread_get_general(thread, &regs);

	source->has_pc = !error;
	source->pc = error ? 0 : regs.rip;
	lupe_error_destroy(error);
}

static void write_event(struct lupe_log *log, struct lupe_thread *thread,
			const struct lupe_event *event)
{
	struct lupe_log_source source = {0};

	if (thread && has_thread(event->kind)) {
		source.memory = lupe_thread_memory(thread);
		source.thread = thread;
		if (event->kind == LUPE_EVENT_SYSCALL_ENTRY || event->kind == LUPE_EVENT_SYSCALL_EXIT)
			source.call = lupe_thread_call(thread);
		else if (log->options.columns & LUPE_LOG_PC)
			find_pc(thread, &source);
	}
	lupe_log_event(log, event, &source);
}

/* Carries out the rules, on calls that are to be written; answers for how long the thread is to be
 * held. */
static uint64_t inject(struct lupe_log *log, struct lupe_thread *thread,
		       const struct lupe_event *event)
{
	struct log_thread *record;

	if (!log->n_rules || !thread)
		return 0;
	record = lupe_log_add_thread(log, event->pid, event->tid);
	if (record && event->kind == LUPE_EVENT_SYSCALL_ENTRY)
		return lupe_log_wants_call(log, record, lupe_thread_call(thread),
					   lupe_thread_memory(thread))
			   ? lupe_log_inject_entry(log, event, record, thread)
			   : 0;
	if (record && event->kind == LUPE_EVENT_SYSCALL_EXIT)
		return lupe_log_inject_exit(record, thread);
	return 0;
}

/* -b: a process that executes another program goes on without us. */
static bool lets_go(struct lupe_log *log, struct lupe_thread *thread, const struct lupe_event *event)
{
	struct log_thread *record;

	if (event->kind != LUPE_EVENT_EXEC || !log->options.detach_on_exec || !thread)
		return false;
	record = lupe_log_add_thread(log, event->pid, event->tid);
	if (!record || record->launched) {
		if (record)
			record->launched = false;
		return false;
	}
	lupe_log_detach(log, lupe_thread_process(thread));
	return true;
}

static void resume(struct lupe_thread *thread, uint64_t delay_ns)
{
	if (delay_ns)
		lupe_thread_resume_after(thread, delay_ns);
	else
		lupe_thread_resume(thread, LUPE_RESUME_RUN);
}

/* Waits for the next event; writes what was collected before it waits for long. */
static struct lupe_error *next(struct lupe_log *log, struct lupe_session *session, int timeout_ms,
			       struct lupe_event *ret)
{
	struct lupe_error *error;
	bool in_two = lupe_log_pending(log) && (timeout_ms < 0 || timeout_ms > IDLE_MS);

	error = lupe_session_next(session, in_two ? IDLE_MS : timeout_ms, ret);
	if (error || ret->kind != LUPE_EVENT_NONE)
		return error;
	lupe_log_flush(log);
	if (!in_two)
		return NULL;
	return lupe_session_next(session, timeout_ms < 0 ? timeout_ms : timeout_ms - IDLE_MS, ret);
}

/* Lines that have waited long enough are written, however busy the targets are. */
static void flush_old(struct lupe_log *log, uint64_t now_ns)
{
	if (!lupe_log_pending(log)) {
		log->pending_since = 0;
	} else if (!log->pending_since) {
		log->pending_since = now_ns;
	} else if (now_ns - log->pending_since > (uint64_t)IDLE_MS * NS_PER_MS) {
		lupe_log_flush(log);
		log->pending_since = 0;
	}
}

struct lupe_error *lupe_log_run(struct lupe_log *log, struct lupe_session *session, pid_t pid,
				int timeout_ms, struct lupe_event *ret)
{
	struct lupe_thread *thread;
	struct lupe_error *error;
	uint64_t delay_ns;

	for (;;) {
		error = next(log, session, timeout_ms, ret);
		if (error || ret->kind < LUPE_EVENT_SYSCALL_ENTRY)
			break;
		thread = lupe_session_thread(session, ret->tid);
		delay_ns = inject(log, thread, ret);
		if (log->options.debug)
			lupe_log_say(log, "%s: thread %d of %d, status 0x%x", lupe_event_kind_name(ret->kind),
				     (int)ret->tid, (int)ret->pid, (unsigned)ret->status);
		write_event(log, thread, ret);
		flush_old(log, ret->time_ns);
		if (thread && has_thread(ret->kind) && !lets_go(log, thread, ret))
			resume(thread, delay_ns);
		if (log->options.call_limit && log->n_calls >= log->options.call_limit)
			break;
		if ((ret->kind == LUPE_EVENT_EXITED || ret->kind == LUPE_EVENT_KILLED) &&
		    ret->pid == pid)
			break;
	}
	return error;
}

/* The leader first, then by age. */
static int compare_tids(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return x < y ? -1 : x > y;
}

void lupe_log_detach(struct lupe_log *log, struct lupe_process *process)
{
	VECTOR(pid_t) tids = {0};
	struct lupe_thread *thread = NULL;
	size_t i;

	while ((thread = lupe_process_next_thread(process, thread)))
		if (!VECTOR_PUSH(&tids, lupe_thread_tid(thread)))
			break;
	if (tids.count)
		qsort(tids.data, tids.count, sizeof(*tids.data), compare_tids);
	lupe_error_destroy(lupe_process_detach(process));
	for (i = 0; i < tids.count; i++)
		lupe_log_detached(log, tids.data[i]);
	VECTOR_DEINIT(&tids);
}

/* --- a program that does not start --- */

/* Nobody was there to be traced: what is told is of a call that we know of, its strings are ours. */
void lupe_log_failed_exec(struct lupe_log *log, const char *file, const char *const *argv,
			  const char *const *env, int errnum)
{
	struct lupe_call call = {.syscall = lupe_syscall_by_nr(LUPE_ABI_X86_64, SYS_execve),
				 .nr = SYS_execve,
				 .result = -errnum,
				 .failed = true,
				 .entry_ns = session_now_ns(),
				 .exit_ns = session_now_ns()};
	struct lupe_event event = {.pid = getpid(), .tid = getpid(), .time_ns = call.entry_ns};
	struct lupe_log_source source = {.call = &call};
	CLEANUP_FREE char *path = NULL;
	struct lupe_live_memory memory;

	lupe_error_destroy(lupe_program_find(file, &path));
	call.args[0] = (uintptr_t)(path ? path : file);
	call.args[1] = (uintptr_t)argv;
	call.args[2] = (uintptr_t)(env ? (void *)env : environ);
	lupe_live_memory_init(&memory, event.pid);
	source.memory = &memory.reader;
	lupe_log_attached(log, event.pid, &event.tid, 1, true);
	for (int i = 0; i < 2 && lupe_syscall_set_has(&log->options.trace, SYS_execve); i++) {
		event.kind = i ? LUPE_EVENT_SYSCALL_EXIT : LUPE_EVENT_SYSCALL_ENTRY;
		call.finished = i;
		lupe_log_event(log, &event, &source);
	}
	lupe_live_memory_deinit(&memory);
	lupe_log_say(log, "exec: %s", strerror(errnum));
	event.kind = LUPE_EVENT_EXITED;
	event.status = lupe_status_of_exit(1);
	lupe_log_event(log, &event, NULL);
	lupe_log_flush(log);
}
