/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How a stopped thread goes on: at once, after a while, by one instruction; and stopping it. By which
 * request is the planner's word, except that a call whose exit somebody wants, or that we changed, has
 * to stop there.
 */
#include <errno.h>
#include "base/cleanup.h"
#include "session/records.h"
#include "trace/status.h"

/* --- options --- */

unsigned long thread_wanted_options(const struct lupe_process *process)
{
	const struct lupe_session *session = process->session;
	uint32_t kinds = session->interest.kinds;
	unsigned long options =
	    PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACESECCOMP;

	if (session->options.follow != LUPE_FOLLOW_NOTHING)
		options |= PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE;
	if (kinds & LUPE_EVENT_BIT(LUPE_EVENT_VFORK_DONE))
		options |= PTRACE_O_TRACEVFORKDONE;
	if (kinds & LUPE_EVENT_BIT(LUPE_EVENT_EXITING))
		options |= PTRACE_O_TRACEEXIT;
	if (process->launched)
		options |= PTRACE_O_EXITKILL;
	return options;
}

void thread_apply_options(struct lupe_thread *thread)
{
	unsigned long wanted = thread_wanted_options(thread->process);

	if (wanted != thread->options && !lupe_ptrace_set_options(thread->tid, wanted))
		thread->options = wanted;
}

/* --- going on --- */

/* What has to be put back at the exit; a call that is not run needs nothing more. */
static bool needs_exit(const struct change *change)
{
	return change->number || change->args || change->mapping;
}

static enum lupe_ptrace_resume choose_mode(const struct lupe_thread *thread, bool step)
{
	const struct lupe_process *process = thread->process;

	if (step)
		return LUPE_PTRACE_STEP;
	if (thread->stop == LUPE_EVENT_GROUP_STOP)
		return LUPE_PTRACE_LISTEN;
	if (process->mechanism == LUPE_MECHANISM_SYSCALL)
		return LUPE_PTRACE_SYSCALL;
	if (thread->phase == CALL_ENTERED && thread->has_call &&
	    (needs_exit(&thread->change) || plan_wants(process->session, &thread->call, true)))
		return LUPE_PTRACE_SYSCALL;
	return LUPE_PTRACE_CONT;
}

/* A signal whose stop is over is sent anew; its next stop passes in silence, with the old siginfo. */
static void send_again(struct lupe_thread *thread)
{
	if (!thread->signal_left || !thread->signal)
		return;
	thread->requeued = true;
	thread->requeued_info = thread->signal_info;
	thread->requeued_info.si_signo = thread->signal;
	tgkill(thread->process->pid, thread->tid, thread->signal);
	thread->signal = 0;
}

bool thread_is_stepped(const struct lupe_thread *thread)
{
	return thread->step_owed ||
	       (thread->mode == LUPE_PTRACE_STEP && thread->stop != LUPE_EVENT_STEPPED);
}

/* It has made a step whose SIGTRAP is still to come: an interrupt cut a syscall short, and the kernel makes
 * the interrupt's stop first. */
static bool owes_step(const struct lupe_thread *thread)
{
	siginfo_t info;

	return thread_is_stepped(thread) && lupe_ptrace_queued_trap(thread->tid, &info) &&
	       lupe_siginfo_is_step(&info);
}

static void go(struct lupe_thread *thread, bool step)
{
	enum lupe_ptrace_resume mode = choose_mode(thread, step);
	int signal, failed;

	send_again(thread);
	signal = thread->signal;
	thread->step_owed = owes_step(thread);
	if (thread->phase == CALL_LEFT)
		thread->phase = CALL_OUTSIDE;
	if (mode == LUPE_PTRACE_CONT)
		thread->change = (struct change){0};
	thread->signal = 0;
	thread->signal_left = thread->hold = false;
	thread->mode = mode;
	thread->stepping = step;
	thread->state = mode == LUPE_PTRACE_LISTEN ? THREAD_LISTENING : THREAD_RUNNING;
	/* A stop of another kind has swallowed the interrupt: the kernel makes but one trap of both. */
	if (thread->interrupt_asked)
		lupe_ptrace_interrupt(thread->tid);
	failed = lupe_ptrace_resume(thread->tid, mode, signal);
	if (failed == EIO && mode == LUPE_PTRACE_LISTEN) { /* SIGCONT has ended the group-stop */
		thread->state = THREAD_RUNNING;
		lupe_ptrace_resume(thread->tid, LUPE_PTRACE_CONT, 0);
	}
	/* ESRCH: it was killed; its status is on the way. */
}

/* The replay goes on with its next step, in its turn. */
static void go_on_replaying(struct lupe_thread *thread)
{
	struct lupe_error *error;

	thread->replay++;
	error = session_push_replay(thread);
	if (!error)
		return;
	/* Out of memory: the rest of the replay is lost, the thread is not. */
	lupe_error_destroy(error);
	thread->replay = REPLAY_NONE;
	thread->replay_queued = false;
	go(thread, false);
}

void thread_resume_now(struct lupe_thread *thread, bool step)
{
	struct lupe_process *process = thread->process;

	if (thread->state == THREAD_PENDING) { /* once its status was served, unless that is reported */
		thread->hold = false;
		thread->stepping = thread->stepping || step;
	}
	if (thread->state != THREAD_STOPPED || (thread->replay_queued && !step))
		return;
	if (thread->replay != REPLAY_NONE && thread->replay != REPLAY_DONE && !step) {
		go_on_replaying(thread);
		return;
	}
	thread->replay = REPLAY_NONE;
	if (process->releasing) {
		thread_release(thread);
		return;
	}
	if (process->planned != process->session->plan)
		plan_process(process, thread);
	thread_apply_options(thread);
	if (breakpoint_pass(thread, step) == PASS_NOTHING)
		go(thread, step);
}

void lupe_thread_resume(struct lupe_thread *thread, enum lupe_resume how)
{
	thread_resume_now(thread, how == LUPE_RESUME_STEP);
}

void lupe_thread_resume_after(struct lupe_thread *thread, uint64_t delay_ns)
{
	struct lupe_session *session = thread->process->session;

	if (thread->state != THREAD_STOPPED || thread->due_ns)
		return;
	thread->due_ns = session_now_ns() + delay_ns;
	if (!thread->due_ns)
		thread->due_ns = 1;
	if (!VECTOR_PUSH(&session->delayed, thread)) {
		thread->due_ns = 0;
		thread_resume_now(thread, false);
	}
}

void lupe_process_resume(struct lupe_process *process)
{
	struct lupe_thread *next;

	for (struct lupe_thread *thread = process->threads; thread; thread = next) {
		next = thread->next;
		if (!thread->due_ns)
			thread_resume_now(thread, false);
	}
}

/* --- stopping --- */

struct lupe_error *lupe_thread_interrupt(struct lupe_thread *thread)
{
	int failed;

	if (thread->state == THREAD_DEAD)
		return lupe_error_create(LUPE_ERROR_EXITED, "thread %d has exited", thread->tid);
	if (thread->state == THREAD_STOPPED)
		return lupe_error_create(LUPE_ERROR_INVALID, "thread %d is stopped already",
					 thread->tid);
	thread->interrupt_asked = true;
	failed = lupe_ptrace_interrupt(thread->tid);
	/* ESRCH: it is about to end, and that is an event. */
	return failed && failed != ESRCH
		   ? lupe_error_os(failed, "cannot interrupt thread %d", thread->tid)
		   : NULL;
}

/* How long a thread may take until it stands: the parent of a vfork does not before its child has gone
 * on, and that one may be waiting for us. It stops when it can. */
enum { HALT_MS = 1000 };

static bool is_moving(const struct lupe_thread *thread)
{
	return thread->state == THREAD_RUNNING || thread->state == THREAD_BORN;
}

static bool stands(void *context)
{
	const struct lupe_process *process = context;

	for (const struct lupe_thread *thread = process->threads; thread; thread = thread->next)
		if (is_moving(thread))
			return false;
	return true;
}

struct lupe_error *lupe_process_stop(struct lupe_process *process)
{
	if (process->dead)
		return lupe_error_create(LUPE_ERROR_EXITED, "process %d has exited", process->pid);
	for (struct lupe_thread *thread = process->threads; thread; thread = thread->next) {
		if (!is_moving(thread) && thread->state != THREAD_LISTENING)
			continue;
		thread->hold = true;
		if (thread->fresh) /* it stops by itself */
			continue;
		thread->kicked = true;
		lupe_ptrace_interrupt(thread->tid);
	}
	return session_wait_for(process->session, HALT_MS, stands, process);
}
