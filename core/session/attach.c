/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Attaching to running processes and letting go of them.
 *
 * Attaching seizes every thread that /proc lists, again and again until a pass finds none that is new:
 * a thread born of a seized one is seized from birth, so the passes end. Nobody is stopped for it; the
 * planner interrupts threads only where it needs PTRACE_SYSCALL.
 *
 * Letting go is asynchronous: a thread can be released only where it stands. Those that run are
 * interrupted and released at their next stop; waiting for them goes on in the loop, for the parent of
 * a vfork does not stop before its child has gone on.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/cleanup.h"
#include "session/records.h"
#include "trace/proc.h"
#include "trace/refusal.h"
#include "trace/status.h"

enum { RELEASE_MS = 1000, PASSES_MAX = 1000 };

/* --- seizing --- */

/* A thread that is gone, or ends right now, or that we have since its birth. */
static bool needs_no_seize(pid_t tid)
{
	struct lupe_proc_status status;
	struct lupe_error *error = lupe_proc_status_read(tid, &status);

	if (error) {
		lupe_error_destroy(error);
		return true;
	}
	return status.state == 'Z' || status.state == 'X' || status.tracer == gettid();
}

static struct lupe_error *seize(struct lupe_process *process, pid_t tid, bool *ret_new)
{
	unsigned long options = thread_wanted_options(process);
	int failed = lupe_ptrace_seize(tid, options);
	struct lupe_thread *thread;

	if (failed)
		return failed == ESRCH || needs_no_seize(tid) ? NULL
							      : lupe_attach_refused(tid, failed);
	thread = thread_create(process, tid);
	if (!thread)
		return lupe_error_no_memory(); /* it is let go with us */
	thread->state = THREAD_RUNNING;
	thread->mode = LUPE_PTRACE_CONT;
	thread->options = options;
	*ret_new = true;
	return NULL;
}

static struct lupe_error *seize_pass(struct lupe_process *process, bool *ret_new)
{
	struct lupe_session *session = process->session;
	CLEANUP_FREE pid_t *tids = NULL;
	size_t count = 0;
	struct lupe_error *error = lupe_proc_threads(process->pid, &tids, &count);

	*ret_new = false;
	for (size_t i = 0; !error && i < count; i++)
		if (!lupe_session_thread(session, tids[i]))
			error = seize(process, tids[i], ret_new);
	return error;
}

/* All threads, or the one asked for when not even new threads are followed. */
static struct lupe_error *seize_all(struct lupe_process *process, pid_t tid)
{
	struct lupe_error *error = NULL;
	bool found = true;

	if (process->session->options.follow == LUPE_FOLLOW_NOTHING) {
		error = seize(process, tid, &found);
		found = false;
	}
	for (unsigned i = 0; !error && found && i < PASSES_MAX; i++)
		error = seize_pass(process, &found);
	if (error && error->code == LUPE_ERROR_EXITED && process->threads) {
		lupe_error_destroy(error); /* it is ending; its events will tell */
		error = NULL;
	}
	if (!error && !process->threads)
		error = lupe_attach_refused(process->pid, ESRCH);
	return error;
}

struct lupe_error *lupe_session_attach(struct lupe_session *session, pid_t pid,
				       struct lupe_process **ret)
{
	struct lupe_proc_status status;
	struct lupe_process *process;
	struct lupe_error *error;
	bool known;

	if (pid <= 0)
		return lupe_error_create(LUPE_ERROR_INVALID, "cannot attach to %d: not a process id",
					 pid);
	error = lupe_proc_status_read(pid, &status);
	if (error) {
		lupe_error_destroy(error);
		return lupe_attach_refused(pid, ESRCH);
	}
	if (status.tgid == getpid())
		return lupe_error_create(LUPE_ERROR_INVALID, "cannot attach to %d: it is lupe itself",
					 pid);
	process = lupe_session_process(session, status.tgid);
	known = process;
	if (known && (session->options.follow != LUPE_FOLLOW_NOTHING ||
			lupe_session_thread(session, pid)))
		return lupe_error_create(LUPE_ERROR_INVALID, "process %d is attached already",
					 status.tgid);
	if (!known)
		process = process_create(session, status.tgid);
	if (!process)
		return lupe_error_no_memory();
	error = seize_all(process, pid);
	if (error) {
		if (!known)
			lupe_error_destroy(lupe_process_detach(process));
		return error;
	}
	plan_process(process, NULL);
	*ret = process;
	return NULL;
}

/* --- letting go --- */

static void cancel_changes(struct lupe_thread *thread)
{
	struct ptrace_syscall_info info;

	if (!thread->has_call || lupe_ptrace_syscall_info(thread->tid, &info))
		return;
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY || info.op == PTRACE_SYSCALL_INFO_SECCOMP)
		change_cancel(thread);
	else
		change_undo(thread);
}

/* The last thread is gone: who wants to know is told. */
static void end_if_empty(struct lupe_process *process)
{
	struct lupe_session *session = process->session;
	struct pending item = {.tid = process->pid,
			       .synthetic = LUPE_EVENT_DETACHED,
			       .generation = process->generation};

	if (process->threads)
		return;
	process_end(process);
	/* Out of memory: nobody is told. */
	lupe_error_destroy(session_push(session, item));
}

/* Whether the SIGTRAP that the thread stopped for came of what we did. */
static bool is_our_trap(struct lupe_thread *thread)
{
	siginfo_t info;

	if (lupe_ptrace_get_siginfo(thread->tid, &info))
		return false;
	if (lupe_siginfo_is_step(&info))
		return thread_is_stepped(thread);
	return info.si_code == TRAP_HWBKPT || breakpoint_check(thread, &info) != HIT_FOREIGN;
}

void thread_leave_signal(struct lupe_thread *thread, int signal)
{
	thread->signal = signal == SIGTRAP && is_our_trap(thread) ? 0 : signal;
}

/* Waits for the stop of a thread that runs nothing of the program before it. False: it has ended. */
static bool wait_for_stop(struct lupe_thread *thread, struct lupe_event *ret)
{
	int status;
	pid_t tid;

	do
		tid = lupe_wait(thread->tid, true, &status);
	while (tid == -EINTR);
	if (tid > 0 && WIFSTOPPED(status)) {
		lupe_event_from_status(status, ret);
		return true;
	}
	thread->state = THREAD_RUNNING;
	if (tid > 0)
		lupe_error_destroy(session_take_status(thread->process->session, tid, status));
	return false;
}

/* The stop for an interrupt comes before that for a trap which is there already. Leads the thread to the
 * trap: what came of us must not reach a program that nobody traces any more. False: it has ended. */
bool thread_take_queued_trap(struct lupe_thread *thread)
{
	struct lupe_event event = {0};
	siginfo_t info;

	while (lupe_ptrace_queued_trap(thread->tid, &info)) {
		if (lupe_ptrace_resume(thread->tid, LUPE_PTRACE_CONT, thread->signal) ||
		    !wait_for_stop(thread, &event))
			return false;
		thread->signal = 0;
		if (event.kind == LUPE_EVENT_SIGNAL)
			thread_leave_signal(thread, event.signal);
	}
	return true;
}

void thread_release(struct lupe_thread *thread)
{
	struct lupe_process *process = thread->process;

	detour_end_all(thread);
	breakpoint_translate(thread);
	breakpoint_leave(process, thread);
	cancel_changes(thread);
	if (thread->signal_left && thread->signal) {
		tgkill(process->pid, thread->tid, thread->signal);
		thread->signal = 0;
	}
	if (!thread_take_queued_trap(thread))
		return;
	if (lupe_ptrace_detach(thread->tid, thread->signal)) {
		thread->state = THREAD_RUNNING; /* killed: its end will be told */
		return;
	}
	thread_end(thread);
	end_if_empty(process);
}

/* --- threads that were led elsewhere --- */

static bool is_detoured(const struct lupe_process *process)
{
	for (const struct lupe_thread *thread = process->threads; thread; thread = thread->next)
		if (thread->detour)
			return true;
	return false;
}

/* Serves what is queued of such threads; they stay where they are. */
static void serve_detoured(struct lupe_process *process)
{
	struct lupe_session *session = process->session;
	struct lupe_event unused;
	bool report;

	for (size_t i = session->queue_head; i < session->queue.count && !process->dead;) {
		struct pending item = session->queue.data[i];
		struct lupe_thread *thread = lupe_session_thread(session, item.tid);

		if (!thread || thread->process != process || !thread->detour) {
			i++;
			continue;
		}
		thread->hold = true;
		session_unqueue(session, i);
		lupe_error_destroy(session_serve(session, item, &unused, &report));
	}
}

/* They come back to where the program has them while the int3s are still there that end what they do. */
static void end_detours(struct lupe_process *process)
{
	if (!is_detoured(process))
		return;
	lupe_error_destroy(lupe_process_stop(process));
	serve_detoured(process);
	for (struct lupe_thread *thread = process->threads; thread; thread = thread->next)
		if (thread->state == THREAD_STOPPED)
			detour_end_all(thread);
}

static void start_release(struct lupe_process *process)
{
	struct lupe_thread *next;

	process->releasing = true;
	for (struct lupe_thread *thread = process->threads; thread; thread = next) {
		next = thread->next;
		thread->hold = false;
		if (thread->state == THREAD_STOPPED) {
			thread_release(thread);
		} else if (thread->state == THREAD_RUNNING || thread->state == THREAD_LISTENING) {
			thread->kicked = true;
			lupe_ptrace_interrupt(thread->tid);
		}
	}
}

/* The process is finished once no thread of it is ours any more; only addresses are compared. */
struct release {
	struct lupe_session *session;
	pid_t pid;
	uint32_t generation;
	struct lupe_error *error;
};

static bool is_released(void *context)
{
	struct release *release = context;
	struct lupe_process *process = lupe_session_process(release->session, release->pid);

	if (!process || process->generation != release->generation || release->error)
		return true;
	release->error = session_serve_releasing(process);
	return process->dead;
}

struct lupe_error *lupe_process_detach(struct lupe_process *process)
{
	struct release release = {process->session, process->pid, process->generation, NULL};
	struct lupe_error *error;

	if (process->dead)
		return lupe_error_create(LUPE_ERROR_EXITED, "process %d has exited", process->pid);
	if (process->has_filter)
		return lupe_error_create(LUPE_ERROR_INVALID,
					 "process %d cannot be detached: the seccomp filter that it was "
					 "given would outlive its tracer; start it with --no-filter",
					 process->pid);
	end_detours(process);
	if (!process->dead)
		start_release(process);
	if (process->dead)
		return NULL;
	if (!process->threads) {
		end_if_empty(process);
		return NULL;
	}
	error = session_wait_for(release.session, RELEASE_MS, is_released, &release);
	if (release.error) {
		lupe_error_destroy(error);
		return release.error;
	}
	return error;
}

struct lupe_error *lupe_process_kill(struct lupe_process *process)
{
	if (process->dead)
		return lupe_error_create(LUPE_ERROR_EXITED, "process %d has exited", process->pid);
	if (kill(process->pid, SIGKILL) < 0 && errno != ESRCH)
		return lupe_error_os(errno, "cannot kill process %d", process->pid);
	return NULL;
}
