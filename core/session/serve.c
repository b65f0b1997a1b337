/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a wait status means for its thread: the record is brought up to date, and either the event is
 * for the caller, or the thread goes on at once.
 *
 * Any ptrace request may find the thread gone (SIGKILL, another thread's exec or exit_group). Then
 * nothing is reported here: its end has a status of its own, on the way or in the queue already.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "arch/arch.h"
#include "base/cleanup.h"
#include "session/records.h"
#include "trace/status.h"

/* --- what is reported --- */

void event_of_thread(const struct lupe_thread *thread, enum lupe_event_kind kind,
		     struct lupe_event *ret)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	ret->kind = kind;
	ret->pid = thread->process->pid;
	ret->tid = thread->tid;
	ret->generation = thread->generation;
	ret->time_ns = (uint64_t)now.tv_sec * 1000000000u + now.tv_nsec;
}

static bool asked_kind(const struct lupe_session *session, enum lupe_event_kind kind)
{
	return session->interest.kinds & LUPE_EVENT_BIT(kind);
}

/* Reports when `asked`, else lets the thread go on, unless the process is being stopped. */
static bool report_or_resume(struct lupe_thread *thread, enum lupe_event_kind kind, bool asked,
			     struct lupe_event *ret)
{
	if (asked)
		event_of_thread(thread, kind, ret);
	else if (!thread->hold)
		thread_resume_now(thread, thread->stepping);
	return asked;
}

/* --- syscalls --- */

static void note_entry(struct lupe_thread *thread, const struct ptrace_syscall_info *info)
{
	bool seccomp = info->op == PTRACE_SYSCALL_INFO_SECCOMP;
	uint64_t nr = seccomp ? info->seccomp.nr : info->entry.nr;
	enum lupe_abi abi = lupe_arch_abi(info->arch, nr);
	struct lupe_call *call = &thread->call;

	*call = (struct lupe_call){.abi = abi, .nr = (int32_t)nr};
	memcpy(call->args, seccomp ? info->seccomp.args : info->entry.args, sizeof(call->args));
	call->syscall = lupe_syscall_by_nr(abi, call->nr);
	call->pc = info->instruction_pointer;
	call->sp = info->stack_pointer;
	call->entry_ns = session_now_ns();
	thread->process->abi = abi;
	thread->has_call = true;
	thread->change = (struct change){0};
}

static bool serve_entry(struct lupe_thread *thread, enum lupe_event_kind kind,
			const struct ptrace_syscall_info *info, struct lupe_event *ret)
{
	/* The filter's stop of a call that PTRACE_SYSCALL has stopped already. */
	bool again = kind == LUPE_EVENT_SECCOMP && thread->mode == LUPE_PTRACE_SYSCALL &&
		     thread->phase == CALL_ENTERED;

	thread->phase = call_phase_after(thread->phase, LUPE_EVENT_SYSCALL_ENTRY);
	thread->stop = LUPE_EVENT_SYSCALL_ENTRY;
	if (!again) {
		note_entry(thread, info);
		plan_note_entry(thread);
	}
	return report_or_resume(thread, LUPE_EVENT_SYSCALL_ENTRY,
				!again && plan_wants(thread->process->session, &thread->call, false),
				ret);
}

static bool serve_exit(struct lupe_thread *thread, const struct ptrace_syscall_info *info,
		       struct lupe_event *ret)
{
	bool known = thread->phase == CALL_ENTERED && thread->has_call;
	struct lupe_call *call = &thread->call;

	thread->stop = LUPE_EVENT_SYSCALL_EXIT;
	thread->phase = call_phase_after(thread->phase, LUPE_EVENT_SYSCALL_EXIT);
	thread->has_call = known;
	if (known) {
		call->finished = true;
		call->result = info->exit.rval;
		call->failed = info->exit.is_error;
		call->exit_ns = session_now_ns();
		change_undo(thread);
	}
	return report_or_resume(thread, LUPE_EVENT_SYSCALL_EXIT,
				known && plan_wants(thread->process->session, call, true), ret);
}

static bool serve_syscall(struct lupe_thread *thread, enum lupe_event_kind kind,
			  struct lupe_event *ret)
{
	struct ptrace_syscall_info info;

	if (lupe_ptrace_syscall_info(thread->tid, &info))
		return false;
	switch (info.op) {
	case PTRACE_SYSCALL_INFO_ENTRY:
	case PTRACE_SYSCALL_INFO_SECCOMP:
		return serve_entry(thread, kind, &info, ret);
	case PTRACE_SYSCALL_INFO_EXIT:
		return serve_exit(thread, &info, ret);
	default:
		thread->stop = LUPE_EVENT_STOPPED;
		thread_resume_now(thread, false);
		return false;
	}
}

/* --- signals --- */

/* The SIGTRAP of an int3 or a debug register, met while stepping. */
static bool is_trap(const struct lupe_event *event)
{
	const siginfo_t *info = &event->info;

	return event->signal == SIGTRAP && info->si_code > 0;
}

/* What a signal-stop of a thread that steps means. */
static enum lupe_event_kind kind_of_step(struct lupe_thread *thread, const struct lupe_event *event)
{
	if (lupe_siginfo_is_step(&event->info)) {
		thread->signal = 0;
		return LUPE_EVENT_STEPPED;
	}
	return is_trap(event) ? LUPE_EVENT_BREAKPOINT : LUPE_EVENT_SIGNAL;
}

/* A SIGTRAP where breakpoints are or were; true: *ret_report says what becomes of it. */
static bool serve_trap(struct lupe_thread *thread, struct lupe_event *ret, bool *ret_report)
{
	enum breakpoint_hit hit;

	*ret_report = false;
	if (lupe_ptrace_get_siginfo(thread->tid, &ret->info))
		return true;
	ret->has_info = true;
	hit = breakpoint_check(thread, &ret->info);
	if (hit == HIT_FOREIGN)
		return false;
	thread->stop = LUPE_EVENT_BREAKPOINT;
	thread->signal = 0;
	*ret_report = report_or_resume(thread, LUPE_EVENT_BREAKPOINT, hit == HIT_OURS, ret);
	return true;
}

/* The end of a step that was given up: it passes in silence. */
static bool is_step_owed(struct lupe_thread *thread, struct lupe_event *ret)
{
	if (ret->signal != SIGTRAP || lupe_ptrace_get_siginfo(thread->tid, &ret->info) ||
	    !lupe_siginfo_is_step(&ret->info))
		return false;
	thread->step_owed = false;
	thread->signal = 0;
	return true;
}

static bool serve_signal(struct lupe_thread *thread, struct lupe_event *ret)
{
	const struct lupe_interest *interest = &thread->process->session->interest;
	bool asked = interest->signals >> (ret->signal - 1) & 1;

	bool report;

	thread->stop = LUPE_EVENT_SIGNAL;
	thread->phase = call_phase_after(thread->phase, ret->kind);
	thread->signal = ret->signal;
	if (thread->step_owed && is_step_owed(thread, ret))
		return report_or_resume(thread, LUPE_EVENT_SIGNAL, false, ret);
	if (ret->signal == SIGTRAP && thread->process->had_sites &&
	    serve_trap(thread, ret, &report))
		return report;
	breakpoint_translate(thread);
	if (thread->requeued && ret->signal == thread->requeued_info.si_signo) {
		thread->requeued = false;
		lupe_ptrace_set_siginfo(thread->tid, &thread->requeued_info);
		asked = false;
	} else if (asked || thread->stepping) {
		if (lupe_ptrace_get_siginfo(thread->tid, &ret->info))
			return false;
		ret->has_info = true;
	}
	if (thread->stepping)
		thread->stop = kind_of_step(thread, ret);
	return report_or_resume(thread, thread->stop, asked || thread->stop != LUPE_EVENT_SIGNAL, ret);
}

/* --- stops without a signal --- */

static bool serve_stop(struct lupe_thread *thread, bool listened, struct lupe_event *ret)
{
	struct lupe_session *session = thread->process->session;
	enum lupe_event_kind kind = ret->kind;
	bool fresh = thread->fresh, asked = thread->interrupt_asked;

	breakpoint_translate(thread);
	thread->stop = kind;
	thread->phase = call_phase_after(thread->phase, ret->kind);
	thread->fresh = thread->interrupt_asked = false;
	if (thread->release) {
		breakpoint_leave(thread->process, thread);
		lupe_ptrace_detach(thread->tid, 0);
		thread_end(thread);
		if (!thread->process->threads)
			process_end(thread->process);
		return false;
	}
	if (fresh && !asked)
		return report_or_resume(thread, LUPE_EVENT_NEW_THREAD,
					asked_kind(session, LUPE_EVENT_NEW_THREAD), ret);
	if (asked)
		kind = LUPE_EVENT_STOPPED;
	else
		/* Of an interrupt of our own nobody needs to hear. */
		asked = asked_kind(session, kind) &&
			(kind == LUPE_EVENT_GROUP_STOP || listened || !thread->kicked);
	thread->kicked = false;
	return report_or_resume(thread, kind, asked, ret);
}

/* --- birth --- */

static bool is_fork(enum lupe_event_kind kind)
{
	return kind == LUPE_EVENT_FORK || kind == LUPE_EVENT_VFORK || kind == LUPE_EVENT_CLONE;
}

static bool is_thread_of(pid_t pid, pid_t tid)
{
	char path[48];

	snprintf(path, sizeof(path), "/proc/%d/task/%d", pid, tid);
	return access(path, F_OK) == 0;
}

/* What a fork leaves to the child. */
static void inherit(struct lupe_process *child, const struct lupe_process *parent)
{
	child->launched = parent->launched;
	child->abi = parent->abi;
	child->mechanism = parent->mechanism;
	child->planned = parent->planned;
	child->has_filter = parent->has_filter;
	child->filter_refused = parent->filter_refused;
	child->own_filter = parent->own_filter;
	child->filtered = parent->filtered;
}

struct lupe_error *session_adopt_child(struct lupe_thread *parent, pid_t child)
{
	struct lupe_session *session = parent->process->session;
	bool is_thread = is_thread_of(parent->process->pid, child);
	struct lupe_process *process = is_thread ? parent->process : process_create(session, child);
	struct lupe_thread *thread = process ? thread_create(process, child) : NULL;
	uintptr_t early = (uintptr_t)lupe_hash_remove(&session->early, child);

	if (!thread)
		return lupe_error_no_memory();
	if (!is_thread) {
		struct lupe_error *error = breakpoint_inherit(process, parent->process);

		if (!error)
			error = detour_inherit(thread, parent);
		if (error)
			return error;
		inherit(process, parent->process);
	}
	thread->options = parent->options;
	thread->fresh = true;
	thread->release = !is_thread && session->options.follow == LUPE_FOLLOW_PARENT;
	if (!is_thread && session->options.follow == LUPE_FOLLOW_CHILD)
		parent->process->releasing = true;
	return early ? session_take_status(session, child, (int)(early - 1)) : NULL;
}

static struct lupe_error *serve_fork(struct lupe_thread *thread, struct lupe_event *ret,
				     bool *ret_report)
{
	struct lupe_error *error = NULL;
	unsigned long child;

	thread->stop = ret->kind;
	if (lupe_ptrace_event_message(thread->tid, &child))
		return NULL;
	ret->child = child;
	/* There already when the process was attached while it forked. */
	if (!lupe_session_thread(thread->process->session, child))
		error = session_adopt_child(thread, child);
	if (!error)
		*ret_report = report_or_resume(
		    thread, ret->kind, asked_kind(thread->process->session, ret->kind), ret);
	return error;
}

/* --- exec --- */

/* The caller of execve has the leader's tid now; every other thread is gone, without a word. */
static struct lupe_error *take_over(struct lupe_thread **thread, pid_t former)
{
	struct lupe_process *process = (*thread)->process;
	struct lupe_thread *caller = lupe_session_thread(process->session, former), *next;
	struct lupe_error *error = NULL;

	if (caller && caller != *thread && caller->process == process) {
		pid_t leader = (*thread)->tid;

		thread_end(*thread);
		error = thread_rename(caller, leader);
		caller->state = THREAD_STOPPED;
		*thread = caller;
	}
	for (struct lupe_thread *other = process->threads; other; other = next) {
		next = other->next;
		if (other != *thread)
			thread_end(other);
	}
	return error;
}

static struct lupe_error *serve_exec(struct lupe_thread *thread, struct lupe_event *ret,
				     bool *ret_report)
{
	struct lupe_process *process = thread->process;
	struct lupe_error *error;
	unsigned long former;

	if (lupe_ptrace_event_message(thread->tid, &former))
		return NULL;
	error = take_over(&thread, former);
	if (error)
		return error;
	thread->stop = LUPE_EVENT_EXEC;
	ret->former = former;
	lupe_live_memory_renew(&process->memory);
	breakpoint_forget(process);
	process->syscall_insn = 0;
	process->programs++;
	/* Whatever was put into the old program went with it. */
	thread->change = (struct change){0};
	detour_forget(thread);
	*ret_report = report_or_resume(thread, LUPE_EVENT_EXEC,
				       asked_kind(process->session, LUPE_EVENT_EXEC), ret);
	return NULL;
}

/* --- death --- */

/* The kernel tells of the leader's end last; where the leader was not traced (it had ended before we
 * came), the last thread's status stands for the process. */
static bool serve_end(struct lupe_thread *thread, struct lupe_event *ret)
{
	struct lupe_process *process = thread->process;
	struct lupe_session *session = process->session;
	bool whole = thread->tid == process->pid || process->n_threads == 1;
	enum lupe_event_kind kind = whole ? ret->kind : LUPE_EVENT_THREAD_EXITED;
	bool silent = thread->release;

	event_of_thread(thread, kind, ret);
	thread_end(thread);
	if (whole)
		process_end(process);
	return !silent && asked_kind(session, kind);
}

/* --- the replay of a launch --- */

/* Where the replay of an execve goes on; what nobody wants is passed over. */
static enum replay next_replay(struct lupe_thread *thread)
{
	const struct lupe_session *session = thread->process->session;

	while (thread->replay != REPLAY_DONE) {
		enum replay step = thread->replay;
		bool wanted = step == REPLAY_EXEC
				  ? asked_kind(session, LUPE_EVENT_EXEC)
				  : plan_wants(session, &thread->call, step == REPLAY_EXIT);

		if (wanted)
			return step;
		thread->replay++;
	}
	return REPLAY_DONE;
}

static bool serve_replay(struct lupe_thread *thread, struct lupe_event *ret)
{
	switch (next_replay(thread)) {
	case REPLAY_ENTRY:
		thread->stop = LUPE_EVENT_SYSCALL_ENTRY;
		thread->call.entry_ns = session_now_ns();
		break;
	case REPLAY_EXEC:
		thread->stop = LUPE_EVENT_EXEC;
		ret->former = thread->tid;
		break;
	case REPLAY_EXIT:
		thread->stop = LUPE_EVENT_SYSCALL_EXIT;
		thread->call.finished = true;
		thread->call.exit_ns = session_now_ns();
		break;
	case REPLAY_NONE:
	case REPLAY_DONE:
		thread->stop = LUPE_EVENT_SYSCALL_EXIT;
		thread_resume_now(thread, false);
		return false;
	}
	event_of_thread(thread, thread->stop, ret);
	return true;
}

/* The instruction under a breakpoint was executed for somebody who steps. */
static bool serve_passed(struct lupe_thread *thread, struct lupe_event *ret)
{
	if (thread->state != THREAD_PENDING)
		return false;
	thread->state = THREAD_STOPPED;
	thread->stop = LUPE_EVENT_STEPPED;
	event_of_thread(thread, LUPE_EVENT_STEPPED, ret);
	return true;
}

static bool serve_synthetic(struct lupe_session *session, const struct pending *item,
			    struct lupe_event *ret)
{
	struct lupe_thread *thread;

	*ret = (struct lupe_event){0};
	if (item->synthetic == LUPE_EVENT_DETACHED) {
		*ret = (struct lupe_event){.kind = LUPE_EVENT_DETACHED, .pid = item->tid,
					   .tid = item->tid, .generation = item->generation};
		return asked_kind(session, LUPE_EVENT_DETACHED);
	}
	thread = lupe_session_thread(session, item->tid);
	if (!thread || thread->generation != item->generation)
		return false;
	if (item->synthetic == LUPE_EVENT_STEPPED)
		return serve_passed(thread, ret);
	if (!thread->replay_queued)
		return false;
	thread->replay_queued = false;
	return thread->replay != REPLAY_NONE && serve_replay(thread, ret);
}

/* VFORK_DONE, EXITING. */
static bool serve_other(struct lupe_thread *thread, struct lupe_event *ret)
{
	unsigned long message;

	thread->stop = ret->kind;
	if (ret->kind == LUPE_EVENT_EXITING && !lupe_ptrace_event_message(thread->tid, &message))
		ret->status = message;
	return report_or_resume(thread, ret->kind,
				asked_kind(thread->process->session, ret->kind), ret);
}

/* --- letting go --- */

/* Where in its syscall a stop for one is. */
static enum lupe_event_kind entry_or_exit(const struct lupe_thread *thread)
{
	struct ptrace_syscall_info info = {.op = PTRACE_SYSCALL_INFO_NONE};

	if (!lupe_ptrace_syscall_info(thread->tid, &info) &&
	    (info.op == PTRACE_SYSCALL_INFO_ENTRY || info.op == PTRACE_SYSCALL_INFO_SECCOMP))
		return LUPE_EVENT_SYSCALL_ENTRY;
	return LUPE_EVENT_SYSCALL_EXIT;
}

/* The process is to go on alone: a signal is delivered, a child that it just made goes with it, and
 * what else it stopped for does not matter any more. */
static struct lupe_error *serve_releasing(struct lupe_thread *thread, struct lupe_event *ret,
					  bool *ret_report)
{
	struct lupe_error *error = NULL;
	bool unused;

	thread->stop = ret->kind;
	thread->interrupt_asked = thread->hold = false;
	if (thread->state == THREAD_PENDING) {
		*ret_report = serve_end(thread, ret);
		return NULL;
	}
	if (ret->kind == LUPE_EVENT_SIGNAL)
		thread_leave_signal(thread, ret->signal);
	else if (ret->kind == LUPE_EVENT_SYSCALL || ret->kind == LUPE_EVENT_SECCOMP)
		thread->stop = entry_or_exit(thread);
	if (ret->kind == LUPE_EVENT_EXEC)
		error = serve_exec(thread, ret, &unused);
	else if (is_fork(ret->kind))
		error = serve_fork(thread, ret, &unused);
	else
		thread_release(thread);
	return error;
}

/* --- one status --- */

static void note_stop(struct lupe_thread *thread)
{
	struct lupe_process *process = thread->process;

	process->memory.pid = thread->tid;
	cpu_on_stop(&process->session->cpu, process->pid, thread->tid);
}

static struct lupe_error *serve_kind(struct lupe_thread *thread, bool listened,
				     struct lupe_event *ret, bool *ret_report)
{
	enum lupe_event_kind kind = ret->kind;

	if (is_fork(kind))
		return serve_fork(thread, ret, ret_report);
	if (kind == LUPE_EVENT_EXEC)
		return serve_exec(thread, ret, ret_report);
	if (kind == LUPE_EVENT_SYSCALL || kind == LUPE_EVENT_SECCOMP)
		*ret_report = serve_syscall(thread, kind, ret);
	else if (kind == LUPE_EVENT_SIGNAL)
		*ret_report = serve_signal(thread, ret);
	else if (kind == LUPE_EVENT_GROUP_STOP || kind == LUPE_EVENT_STOPPED)
		*ret_report = serve_stop(thread, listened, ret);
	else if (kind == LUPE_EVENT_EXITED || kind == LUPE_EVENT_KILLED)
		*ret_report = serve_end(thread, ret);
	else
		*ret_report = serve_other(thread, ret);
	return NULL;
}

struct lupe_error *session_serve(struct lupe_session *session, struct pending item,
				 struct lupe_event *ret, bool *ret_report)
{
	struct lupe_thread *thread;
	bool listened;

	*ret_report = false;
	if (item.synthetic != LUPE_EVENT_NONE) {
		*ret_report = serve_synthetic(session, &item, ret);
		return NULL;
	}
	thread = lupe_session_thread(session, item.tid);
	if (!thread)
		return NULL;
	lupe_event_from_status(item.status, ret);
	listened = thread->listened;
	thread->listened = false;
	thread->state = thread_state_after(ret->kind);
	if (thread->state == THREAD_DEAD)
		thread->state = THREAD_PENDING; /* until thread_end */
	else
		note_stop(thread);
	if (thread->process->releasing)
		return serve_releasing(thread, ret, ret_report);
	return serve_kind(thread, listened, ret, ret_report);
}

/* Whether what waits to be served is a stop at which a thread can be let go. */
static bool lets_go(const struct pending *item)
{
	if (item->synthetic != LUPE_EVENT_NONE)
		return item->synthetic == LUPE_EVENT_STEPPED;
	return !WIFEXITED(item->status) && !WIFSIGNALED(item->status);
}

struct lupe_error *session_serve_releasing(struct lupe_process *process)
{
	struct lupe_session *session = process->session;
	struct lupe_error *error = NULL;
	struct lupe_event unused;
	size_t i = session->queue_head;

	while (!error && !process->dead && i < session->queue.count) {
		struct pending item = session->queue.data[i];
		struct lupe_thread *thread = lupe_session_thread(session, item.tid);
		bool report;

		if (!thread || thread->process != process || !lets_go(&item)) {
			i++;
			continue;
		}
		session_unqueue(session, i);
		error = session_serve(session, item, &unused, &report);
		if (item.synthetic == LUPE_EVENT_STEPPED && report)
			thread_release(thread);
	}
	return error;
}
