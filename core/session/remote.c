/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Running a syscall inside a stopped thread, at whatever stop it is, and leaving everything as it was:
 * registers, the signal mask, the call it is about to make, a signal it is about to get.
 *
 *  - In user mode (after a call, at a signal, after an interrupt or a step): its registers are set to an
 *    instruction `syscall` of the vdso, and put back afterwards. A call that is to be restarted is, for
 *    the kernel does that on the way out of an interrupt, so one is made for it.
 *  - At a syscall's entry: that call becomes ours, and afterwards the thread steps back and enters its
 *    own again.
 *  - Inside fork, clone or execve: it is led to that call's end first, which is told of later.
 *
 * All signals are blocked meanwhile, so that only SIGSTOP and SIGKILL can come in between.
 */
#include <errno.h>
#include <string.h>
#include "arch/arch.h"
#include "base/cleanup.h"
#include "session/remote.h"
#include "trace/proc.h"
#include "trace/status.h"

enum {
	ERESTARTSYS = 512,
	ERESTART_RESTARTBLOCK = 516,
	VDSO_MAX = 4 * 4096,
	STOPS_MAX = 1000, /* stops in between that a call may take */
};

static struct lupe_error *exited(const struct lupe_thread *thread)
{
	return lupe_error_create(LUPE_ERROR_EXITED, "thread %d has exited", thread->tid);
}

/* --- waiting for the thread --- */

/* What came between the stops that we wait for. */
static struct lupe_error *note_other(struct remote *remote, const struct lupe_event *event)
{
	struct lupe_thread *thread = remote->thread;
	unsigned long child;

	if (event->kind == LUPE_EVENT_SIGNAL && event->signal == SIGSTOP)
		remote->stop_again = true;
	if (event->kind == LUPE_EVENT_GROUP_STOP || event->kind == LUPE_EVENT_STOPPED)
		remote->interrupt_again = thread->interrupt_asked || thread->hold ||
					  event->kind == LUPE_EVENT_GROUP_STOP;
	if (event->kind != LUPE_EVENT_FORK && event->kind != LUPE_EVENT_VFORK &&
	    event->kind != LUPE_EVENT_CLONE)
		return NULL;
	if (lupe_ptrace_event_message(thread->tid, &child) ||
	    lupe_session_thread(thread->process->session, child))
		return NULL;
	return session_adopt_child(thread, child);
}

/* Resumes and waits for its next stop. LUPE_ERROR_EXITED when it ended; that status is queued. */
static struct lupe_error *to_next_stop(struct remote *remote, enum lupe_ptrace_resume how,
				       struct lupe_event *ret)
{
	struct lupe_thread *thread = remote->thread;
	struct lupe_error *error;
	int status;
	pid_t tid;

	/* ESRCH: its end is on the way. */
	lupe_ptrace_resume(thread->tid, how, 0);
	do
		tid = lupe_wait(thread->tid, true, &status);
	while (tid == -EINTR);
	if (tid < 0)
		return exited(thread);
	lupe_event_from_status(status, ret);
	if (ret->kind != LUPE_EVENT_EXITED && ret->kind != LUPE_EVENT_KILLED)
		return NULL;
	thread->state = THREAD_RUNNING;
	error = session_take_status(thread->process->session, thread->tid, status);
	return error ? error : exited(thread);
}

/* On until a syscall-stop with this `op` (PTRACE_SYSCALL_INFO_*). */
static struct lupe_error *to_syscall_stop(struct remote *remote, enum lupe_ptrace_resume how,
					  unsigned op)
{
	struct ptrace_syscall_info info;
	struct lupe_event event;

	for (unsigned i = 0; i < STOPS_MAX; i++) {
		struct lupe_error *error = to_next_stop(remote, how, &event);

		if (error)
			return error;
		if (event.kind == LUPE_EVENT_SYSCALL || event.kind == LUPE_EVENT_SECCOMP) {
			if (lupe_ptrace_syscall_info(remote->thread->tid, &info))
				return exited(remote->thread);
			if (info.op == op)
				return NULL;
			continue;
		}
		error = note_other(remote, &event);
		if (error)
			return error;
	}
	return lupe_error_create(LUPE_ERROR_OS, "thread %d does not finish the call",
				 remote->thread->tid);
}

/* On until the trap of an interrupt: there the kernel is about to restart a call that is to be. */
static struct lupe_error *to_trap(struct remote *remote)
{
	struct lupe_event event;

	lupe_ptrace_interrupt(remote->thread->tid);
	for (unsigned i = 0; i < STOPS_MAX; i++) {
		struct lupe_error *error = to_next_stop(remote, LUPE_PTRACE_CONT, &event);

		if (error || event.kind == LUPE_EVENT_STOPPED || event.kind == LUPE_EVENT_GROUP_STOP)
			return error;
		error = note_other(remote, &event);
		if (error)
			return error;
	}
	return lupe_error_create(LUPE_ERROR_OS, "thread %d does not stop", remote->thread->tid);
}

/* --- an instruction to run it with --- */

static lupe_addr find_in_vdso(struct lupe_process *process)
{
	lupe_addr vdso = lupe_proc_vdso(process->pid);
	unsigned char code[VDSO_MAX];
	size_t size;
	const unsigned char *at;

	size = vdso ? lupe_memory_read_some(&process->memory.reader, vdso, code, sizeof(code)) : 0;
	at = memmem(code, size, lupe_arch_syscall_insn, LUPE_ARCH_SYSCALL_SIZE);
	return at ? vdso + (at - code) : 0;
}

static lupe_addr find_before_pc(struct lupe_process *process, const struct user_regs_struct *regs)
{
	unsigned char code[LUPE_ARCH_SYSCALL_SIZE];
	lupe_addr at = lupe_arch_pc(regs) - sizeof(code);

	return lupe_memory_read_some(&process->memory.reader, at, code, sizeof(code)) ==
			       sizeof(code) &&
		       !memcmp(code, lupe_arch_syscall_insn, sizeof(code))
		   ? at
		   : 0;
}

static lupe_addr syscall_insn(struct lupe_process *process, const struct user_regs_struct *regs)
{
	if (!process->syscall_insn)
		process->syscall_insn = find_in_vdso(process);
	return process->syscall_insn ? process->syscall_insn : find_before_pc(process, regs);
}

/* --- the three places --- */

static void set_call(struct user_regs_struct *regs, int64_t nr, const uint64_t args[6])
{
	for (unsigned i = 0; i < LUPE_SYSCALL_MAX_ARGS; i++)
		lupe_arch_set_syscall_arg(regs, LUPE_ABI_X86_64, i, args[i]);
	lupe_arch_set_result(regs, nr); /* rax: what `syscall` takes the number from */
	lupe_arch_set_syscall_nr(regs, -1);
}

static bool is_to_be_restarted(const struct user_regs_struct *regs)
{
	int64_t result = lupe_arch_result(regs);

	return lupe_arch_syscall_nr(regs) >= 0 && result <= -ERESTARTSYS &&
	       result >= -ERESTART_RESTARTBLOCK;
}

static struct lupe_error *read_result(struct remote *remote, int64_t *ret)
{
	struct user_regs_struct regs;

	if (lupe_ptrace_get_regs(remote->thread->tid, &regs))
		return exited(remote->thread);
	*ret = lupe_arch_result(&regs);
	return NULL;
}

static struct lupe_error *run_in_user_mode(struct remote *remote, int64_t nr, const uint64_t args[6],
					   int64_t *ret)
{
	struct lupe_thread *thread = remote->thread;
	struct user_regs_struct regs = remote->saved;
	lupe_addr insn = syscall_insn(thread->process, &regs);
	struct lupe_error *error;

	if (!insn)
		return lupe_error_create(LUPE_ERROR_UNSUPPORTED,
					 "no syscall instruction is known in process %d",
					 thread->process->pid);
	set_call(&regs, nr, args);
	lupe_arch_set_pc(&regs, insn);
	if (lupe_ptrace_set_regs(thread->tid, &regs))
		return exited(thread);
	error = to_syscall_stop(remote, LUPE_PTRACE_SYSCALL, PTRACE_SYSCALL_INFO_ENTRY);
	if (!error)
		error = to_syscall_stop(remote, LUPE_PTRACE_SYSCALL, PTRACE_SYSCALL_INFO_EXIT);
	if (!error)
		error = read_result(remote, ret);
	if (!error && is_to_be_restarted(&remote->saved))
		error = to_trap(remote);
	if (!error && lupe_ptrace_set_regs(thread->tid, &remote->saved))
		error = exited(thread);
	return error;
}

void remote_before_call(const struct change *change, struct user_regs_struct *regs)
{
	bool changed = change->skipped || change->number;

	lupe_arch_set_pc(regs, lupe_arch_pc(regs) - LUPE_ARCH_SYSCALL_SIZE);
	lupe_arch_set_result(regs, changed ? change->original_nr : lupe_arch_syscall_nr(regs));
	lupe_arch_set_syscall_nr(regs, -1);
}

/* Sets the registers to those of before the instruction that the thread was in. */
static struct lupe_error *step_back(struct remote *remote)
{
	struct lupe_thread *thread = remote->thread;
	struct user_regs_struct regs = remote->saved;

	remote_before_call(&thread->change, &regs);
	return lupe_ptrace_set_regs(thread->tid, &regs) ? exited(thread) : NULL;
}

/* Enters its own call again. */
struct lupe_error *remote_enter_again(struct remote *remote)
{
	struct lupe_thread *thread = remote->thread;
	bool by_filter = thread->mode == LUPE_PTRACE_CONT;
	struct lupe_error *error = step_back(remote);

	if (error)
		return error;
	error = by_filter ? to_syscall_stop(remote, LUPE_PTRACE_CONT, PTRACE_SYSCALL_INFO_SECCOMP)
			  : to_syscall_stop(remote, LUPE_PTRACE_SYSCALL, PTRACE_SYSCALL_INFO_ENTRY);
	if (!error && lupe_ptrace_set_regs(thread->tid, &remote->saved))
		error = exited(thread);
	return error;
}

static struct lupe_error *run_at_entry(struct remote *remote, int64_t nr, const uint64_t args[6],
				       int64_t *ret)
{
	struct user_regs_struct regs = remote->saved;
	struct lupe_error *error;

	set_call(&regs, -ENOSYS, args); /* rax, as at any entry */
	lupe_arch_set_syscall_nr(&regs, nr);
	if (lupe_ptrace_set_regs(remote->thread->tid, &regs))
		return exited(remote->thread);
	error = to_syscall_stop(remote, LUPE_PTRACE_SYSCALL, PTRACE_SYSCALL_INFO_EXIT);
	if (!error)
		error = read_result(remote, ret);
	return error ? error : remote_enter_again(remote);
}

struct lupe_error *remote_leave_entry(struct remote *remote)
{
	struct user_regs_struct regs = remote->saved;
	struct lupe_error *error;

	lupe_arch_set_syscall_nr(&regs, -1);
	if (lupe_ptrace_set_regs(remote->thread->tid, &regs))
		return exited(remote->thread);
	error = to_syscall_stop(remote, LUPE_PTRACE_SYSCALL, PTRACE_SYSCALL_INFO_EXIT);
	return error ? error : step_back(remote);
}

/* Leads a thread inside fork, clone or execve to that call's end; its exit is told of when it goes on. */
static struct lupe_error *finish_call(struct remote *remote)
{
	struct lupe_thread *thread = remote->thread;
	struct lupe_error *error =
	    to_syscall_stop(remote, LUPE_PTRACE_SYSCALL, PTRACE_SYSCALL_INFO_EXIT);

	if (error)
		return error;
	if (lupe_ptrace_get_regs(thread->tid, &remote->saved))
		return exited(thread);
	thread->call.result = lupe_arch_result(&remote->saved);
	thread->call.failed = thread->call.result < 0 && thread->call.result > -4096;
	thread->replay = REPLAY_EXEC; /* the next step is the exit */
	return NULL;
}

/* --- the call --- */

static struct lupe_error *check(const struct lupe_thread *thread)
{
	if (thread->state == THREAD_DEAD || thread->stop == LUPE_EVENT_EXITING)
		return exited(thread);
	if (thread->state != THREAD_STOPPED)
		return lupe_error_create(LUPE_ERROR_INVALID, "thread %d is not stopped", thread->tid);
	if (thread->stop == LUPE_EVENT_GROUP_STOP)
		return lupe_error_create(LUPE_ERROR_INVALID,
					 "thread %d was stopped by a signal: continue it first",
					 thread->tid);
	if (thread->stop == LUPE_EVENT_VFORK)
		return lupe_error_create(LUPE_ERROR_INVALID,
					 "thread %d is inside vfork until its child goes on",
					 thread->tid);
	if (thread->process->abi != LUPE_ABI_X86_64)
		return lupe_error_create(LUPE_ERROR_UNSUPPORTED,
					 "process %d is not a 64-bit program",
					 thread->process->pid);
	return NULL;
}

bool remote_is_at_entry(const struct lupe_thread *thread)
{
	return thread->stop == LUPE_EVENT_SYSCALL_ENTRY && thread->replay == REPLAY_NONE;
}

static bool is_inside(const struct lupe_thread *thread)
{
	return thread->replay == REPLAY_NONE &&
	       (thread->stop == LUPE_EVENT_FORK || thread->stop == LUPE_EVENT_CLONE ||
		thread->stop == LUPE_EVENT_VFORK_DONE || thread->stop == LUPE_EVENT_EXEC);
}

/* What came in between comes again. */
void remote_finish(struct remote *remote)
{
	struct lupe_thread *thread = remote->thread;

	lupe_ptrace_set_sigmask(thread->tid, remote->mask);
	if (remote->stop_again)
		tgkill(thread->process->pid, thread->tid, SIGSTOP);
	if (remote->interrupt_again)
		lupe_ptrace_interrupt(thread->tid);
}

/* At a signal's stop the delivery is lost with the stop: it is sent again when the thread goes on. */
static void keep_signal(struct lupe_thread *thread)
{
	if (thread->stop != LUPE_EVENT_SIGNAL || thread->signal_left)
		return;
	thread->signal_left = !lupe_ptrace_get_siginfo(thread->tid, &thread->signal_info);
}

struct lupe_error *remote_begin(struct remote *remote, struct lupe_thread *thread)
{
	struct lupe_error *error = check(thread);

	if (error)
		return error;
	*remote = (struct remote){.thread = thread};
	if (lupe_ptrace_get_regs(thread->tid, &remote->saved) ||
	    lupe_ptrace_get_sigmask(thread->tid, &remote->mask) ||
	    lupe_ptrace_set_sigmask(thread->tid, ~UINT64_C(0)))
		return exited(thread);
	keep_signal(thread);
	if (!is_inside(thread))
		return NULL;
	error = finish_call(remote);
	if (error)
		remote_finish(remote);
	return error;
}

struct lupe_error *lupe_thread_do_syscall(struct lupe_thread *thread, int64_t nr,
					  const uint64_t args[6], int64_t *ret)
{
	struct remote remote;
	struct lupe_error *error = remote_begin(&remote, thread);

	if (error)
		return error;
	error = remote_is_at_entry(thread) ? run_at_entry(&remote, nr, args, ret)
					   : run_in_user_mode(&remote, nr, args, ret);
	remote_finish(&remote);
	return error;
}
