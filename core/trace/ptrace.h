/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The requests of ptrace(2), one thin function each. They answer 0 or an errno number: at this level
 * ESRCH is normal life (the thread was killed and its exit status is on the way), and making an error
 * object of it would cost more than the call. All but lupe_ptrace_seize and lupe_ptrace_interrupt
 * need the thread in a ptrace-stop. Only the thread that seized may call.
 */
#ifndef LUPE_TRACE_PTRACE_H
#define LUPE_TRACE_PTRACE_H

#include <linux/ptrace.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>
#include "lupe/error.h"

/* How a stopped thread goes on. */
enum lupe_ptrace_resume {
	LUPE_PTRACE_CONT,
	LUPE_PTRACE_SYSCALL,
	LUPE_PTRACE_STEP,
	LUPE_PTRACE_LISTEN, /* stays in its group-stop, but hears of SIGCONT and interrupts */
};

int lupe_ptrace_seize(pid_t tid, unsigned long options);
int lupe_ptrace_interrupt(pid_t tid);
int lupe_ptrace_set_options(pid_t tid, unsigned long options);
int lupe_ptrace_resume(pid_t tid, enum lupe_ptrace_resume how, int signal);
int lupe_ptrace_detach(pid_t tid, int signal);

/* The new tid of fork events, the former tid of exec, the status of exiting. */
int lupe_ptrace_event_message(pid_t tid, unsigned long *ret);
/* Linux 5.3. Fields past what the kernel wrote are zero. */
int lupe_ptrace_syscall_info(pid_t tid, struct ptrace_syscall_info *ret);

int lupe_ptrace_get_regs(pid_t tid, struct user_regs_struct *ret);
int lupe_ptrace_set_regs(pid_t tid, const struct user_regs_struct *regs);
/* NT_X86_XSTATE; `*size` in: room, out: bytes used. */
int lupe_ptrace_get_xstate(pid_t tid, void *buffer, size_t *size);
int lupe_ptrace_set_xstate(pid_t tid, const void *bytes, size_t size);

int lupe_ptrace_peek_user(pid_t tid, size_t offset, uint64_t *ret);
int lupe_ptrace_poke_user(pid_t tid, size_t offset, uint64_t word);
int lupe_ptrace_peek_data(pid_t tid, lupe_addr addr, uint64_t *ret);
int lupe_ptrace_poke_data(pid_t tid, lupe_addr addr, uint64_t word);

/* EINVAL: the stop is a group-stop, it has no siginfo. */
int lupe_ptrace_get_siginfo(pid_t tid, siginfo_t *ret);
int lupe_ptrace_set_siginfo(pid_t tid, const siginfo_t *info);
/* The kernel's SIGTRAP (of a step, an int3, a debug register) that waits in the stopped thread's own queue,
 * for another stop came first. False: there is none. Source: PTRACE_PEEKSIGINFO, Linux 3.10. */
bool lupe_ptrace_queued_trap(pid_t tid, siginfo_t *ret);
int lupe_ptrace_get_sigmask(pid_t tid, uint64_t *ret);
int lupe_ptrace_set_sigmask(pid_t tid, uint64_t mask);

/* wait4 with __WALL. Answers the tid; 0: nothing there (when `block` is false); -errno otherwise
 * (-EINTR: a signal for us, -ECHILD: nobody to wait for). `tid` -1: any. */
pid_t lupe_wait(pid_t tid, bool block, int *ret_status);

#endif
