/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Registers, words, signal state of a stopped thread: the requests of ptrace(2) with errors that say
 * what was tried on whom.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "arch/arch.h"
#include "base/cleanup.h"
#include "session/records.h"

/* NULL when requests can be made of it. */
static struct lupe_error *check(const struct lupe_thread *thread, const char *what)
{
	if (thread->state == THREAD_DEAD)
		return lupe_error_create(LUPE_ERROR_EXITED, "thread %d has exited", thread->tid);
	if (!lupe_thread_stopped(thread))
		return lupe_error_create(LUPE_ERROR_INVALID,
					 "cannot %s of thread %d: it is not stopped", what,
					 thread->tid);
	return NULL;
}

/* The outcome of a request. */
static struct lupe_error *outcome(const struct lupe_thread *thread, const char *what, int failed)
{
	if (!failed)
		return NULL;
	if (failed == ESRCH)
		return lupe_error_create(LUPE_ERROR_EXITED, "thread %d has exited", thread->tid);
	return lupe_error_os(failed, "cannot %s of thread %d", what, thread->tid);
}

#define REQUEST(thread, what, call)                                                               \
	do {                                                                                      \
		struct lupe_error *error = check(thread, what);                                   \
		return error ? error : outcome(thread, what, call);                               \
	} while (0)

/* --- registers --- */

struct lupe_error *lupe_thread_get_general(struct lupe_thread *thread, struct user_regs_struct *ret)
{
	REQUEST(thread, "read the registers", lupe_ptrace_get_regs(thread->tid, ret));
}

/* A thread at a breakpoint that is put elsewhere has not arrived there: if an int3 lies there, it is met. */
static void note_move(struct lupe_thread *thread, lupe_addr pc)
{
	struct user_regs_struct now;

	if (!thread->process->sites.count || lupe_ptrace_get_regs(thread->tid, &now) || lupe_arch_pc(&now) == pc)
		return;
	if (thread->stop == LUPE_EVENT_BREAKPOINT || thread->stop == LUPE_EVENT_STEPPED)
		thread->stop = LUPE_EVENT_STOPPED;
	thread->passing = 0;
}

struct lupe_error *lupe_thread_set_general(struct lupe_thread *thread,
					   const struct user_regs_struct *regs)
{
	if (thread->state == THREAD_STOPPED)
		note_move(thread, lupe_arch_pc(regs));
	REQUEST(thread, "set the registers", lupe_ptrace_set_regs(thread->tid, regs));
}

struct lupe_error *lupe_thread_get_regs(struct lupe_thread *thread, struct lupe_regs **ret)
{
	struct lupe_error *error = check(thread, "read the registers");
	struct lupe_regs *regs;

	if (error)
		return error;
	/* Its alignment is that of the XSAVE image; the size has to be a multiple of it. */
	regs = aligned_alloc(_Alignof(struct lupe_regs), sizeof(*regs) + LUPE_XSTATE_MAX);
	if (!regs)
		return lupe_error_no_memory();
	memset(regs, 0, sizeof(*regs));
	regs->xstate_size = LUPE_XSTATE_MAX;
	error = outcome(thread, "read the registers",
			lupe_ptrace_get_regs(thread->tid, &regs->general));
	/* A CPU without XSAVE has no such set: its registers are just not there. */
	if (!error && lupe_ptrace_get_xstate(thread->tid, regs->xstate, &regs->xstate_size))
		regs->xstate_size = 0;
	if (error) {
		free(regs);
		return error;
	}
	*ret = regs;
	return NULL;
}

struct lupe_error *lupe_thread_set_regs(struct lupe_thread *thread, const struct lupe_regs *regs)
{
	struct lupe_error *error = lupe_thread_set_general(thread, &regs->general);

	if (error || !regs->xstate_size)
		return error;
	return outcome(thread, "set the vector registers",
		       lupe_ptrace_set_xstate(thread->tid, regs->xstate, regs->xstate_size));
}

/* --- words --- */

struct lupe_error *lupe_thread_peekuser(struct lupe_thread *thread, size_t offset, uint64_t *ret)
{
	REQUEST(thread, "read the user area", lupe_ptrace_peek_user(thread->tid, offset, ret));
}

struct lupe_error *lupe_thread_pokeuser(struct lupe_thread *thread, size_t offset, uint64_t word)
{
	REQUEST(thread, "write the user area", lupe_ptrace_poke_user(thread->tid, offset, word));
}

/* EIO and EFAULT: there is no memory. */
static struct lupe_error *word_outcome(const struct lupe_thread *thread, const char *what,
				       lupe_addr addr, int failed)
{
	if (failed == EIO || failed == EFAULT)
		return lupe_error_fault(addr, "cannot %s memory of thread %d at 0x%llx", what,
					thread->tid, (unsigned long long)addr);
	return outcome(thread, what, failed);
}

struct lupe_error *lupe_thread_peekdata(struct lupe_thread *thread, lupe_addr addr, uint64_t *ret)
{
	struct lupe_error *error = check(thread, "read memory");

	return error ? error
		     : word_outcome(thread, "read", addr,
				    lupe_ptrace_peek_data(thread->tid, addr, ret));
}

struct lupe_error *lupe_thread_pokedata(struct lupe_thread *thread, lupe_addr addr, uint64_t word)
{
	struct lupe_error *error = check(thread, "write memory");

	return error ? error
		     : word_outcome(thread, "write", addr,
				    lupe_ptrace_poke_data(thread->tid, addr, word));
}

/* --- signals --- */

struct lupe_error *lupe_thread_get_siginfo(struct lupe_thread *thread, siginfo_t *ret)
{
	struct lupe_error *error = check(thread, "read the siginfo");

	if (!error && thread->signal_left) {
		*ret = thread->signal_info;
		return NULL;
	}
	return error ? error
		     : outcome(thread, "read the siginfo", lupe_ptrace_get_siginfo(thread->tid, ret));
}

struct lupe_error *lupe_thread_set_siginfo(struct lupe_thread *thread, const siginfo_t *info)
{
	struct lupe_error *error = check(thread, "set the siginfo");

	if (!error && thread->signal_left) {
		thread->signal_info = *info;
		return NULL;
	}
	return error ? error
		     : outcome(thread, "set the siginfo", lupe_ptrace_set_siginfo(thread->tid, info));
}

struct lupe_error *lupe_thread_get_sigmask(struct lupe_thread *thread, uint64_t *ret)
{
	REQUEST(thread, "read the signal mask", lupe_ptrace_get_sigmask(thread->tid, ret));
}

struct lupe_error *lupe_thread_set_sigmask(struct lupe_thread *thread, uint64_t mask)
{
	REQUEST(thread, "set the signal mask", lupe_ptrace_set_sigmask(thread->tid, mask));
}

struct lupe_error *lupe_thread_set_signal(struct lupe_thread *thread, int signal)
{
	struct lupe_error *error = check(thread, "choose the signal");

	if (error)
		return error;
	if (signal < 0 || signal > 64)
		return lupe_error_create(LUPE_ERROR_INVALID, "there is no signal %d", signal);
	if (thread->stop != LUPE_EVENT_SIGNAL && thread->stop != LUPE_EVENT_BREAKPOINT &&
	    thread->stop != LUPE_EVENT_SYSCALL_ENTRY && thread->stop != LUPE_EVENT_SYSCALL_EXIT)
		return lupe_error_create(LUPE_ERROR_INVALID,
					 "thread %d is not about to get a signal", thread->tid);
	thread->signal = signal;
	return NULL;
}

static struct lupe_error *sent(int failed, const char *what, pid_t id, int signal)
{
	if (!failed)
		return NULL;
	if (errno == ESRCH)
		return lupe_error_create(LUPE_ERROR_EXITED, "%s %d has exited", what, id);
	return lupe_error_os(errno, "cannot send signal %d to %s %d", signal, what, id);
}

struct lupe_error *lupe_thread_send_signal(struct lupe_thread *thread, int signal)
{
	if (thread->state == THREAD_DEAD)
		return lupe_error_create(LUPE_ERROR_EXITED, "thread %d has exited", thread->tid);
	return sent(tgkill(thread->process->pid, thread->tid, signal), "thread", thread->tid, signal);
}

struct lupe_error *lupe_process_send_signal(struct lupe_process *process, int signal)
{
	if (process->dead)
		return lupe_error_create(LUPE_ERROR_EXITED, "process %d has exited", process->pid);
	return sent(kill(process->pid, signal), "process", process->pid, signal);
}
