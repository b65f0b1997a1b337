/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The requests of ptrace(2); see trace/ptrace.h. The libc wrapper is bypassed: it turns PEEK results
 * into return values, and <sys/ptrace.h> clashes with <linux/ptrace.h>.
 */
#include "trace/ptrace.h"

#include <elf.h>
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { QUEUE_MAX = 8 }; /* of a queue that we look at: a trap is among the first */

static int request(long what, pid_t tid, uintptr_t addr, uintptr_t data)
{
	return syscall(SYS_ptrace, what, tid, addr, data) < 0 ? errno : 0;
}

int lupe_ptrace_seize(pid_t tid, unsigned long options)
{
	return request(PTRACE_SEIZE, tid, 0, options);
}

int lupe_ptrace_interrupt(pid_t tid)
{
	return request(PTRACE_INTERRUPT, tid, 0, 0);
}

int lupe_ptrace_set_options(pid_t tid, unsigned long options)
{
	return request(PTRACE_SETOPTIONS, tid, 0, options);
}

int lupe_ptrace_resume(pid_t tid, enum lupe_ptrace_resume how, int signal)
{
	static const long requests[] = {
	    [LUPE_PTRACE_CONT] = PTRACE_CONT,
	    [LUPE_PTRACE_SYSCALL] = PTRACE_SYSCALL,
	    [LUPE_PTRACE_STEP] = PTRACE_SINGLESTEP,
	    [LUPE_PTRACE_LISTEN] = PTRACE_LISTEN,
	};

	return request(requests[how], tid, 0, how == LUPE_PTRACE_LISTEN ? 0 : signal);
}

int lupe_ptrace_detach(pid_t tid, int signal)
{
	return request(PTRACE_DETACH, tid, 0, signal);
}

int lupe_ptrace_event_message(pid_t tid, unsigned long *ret)
{
	return request(PTRACE_GETEVENTMSG, tid, 0, (uintptr_t)ret);
}

int lupe_ptrace_syscall_info(pid_t tid, struct ptrace_syscall_info *ret)
{
	memset(ret, 0, sizeof(*ret));
	return request(PTRACE_GET_SYSCALL_INFO, tid, sizeof(*ret), (uintptr_t)ret);
}

int lupe_ptrace_get_regs(pid_t tid, struct user_regs_struct *ret)
{
	return request(PTRACE_GETREGS, tid, 0, (uintptr_t)ret);
}

int lupe_ptrace_set_regs(pid_t tid, const struct user_regs_struct *regs)
{
	return request(PTRACE_SETREGS, tid, 0, (uintptr_t)regs);
}

int lupe_ptrace_get_xstate(pid_t tid, void *buffer, size_t *size)
{
	struct iovec piece = {buffer, *size};
	int failed = request(PTRACE_GETREGSET, tid, NT_X86_XSTATE, (uintptr_t)&piece);

	*size = failed ? 0 : piece.iov_len;
	return failed;
}

int lupe_ptrace_set_xstate(pid_t tid, const void *bytes, size_t size)
{
	struct iovec piece = {(void *)bytes, size};

	return request(PTRACE_SETREGSET, tid, NT_X86_XSTATE, (uintptr_t)&piece);
}

int lupe_ptrace_peek_user(pid_t tid, size_t offset, uint64_t *ret)
{
	return request(PTRACE_PEEKUSR, tid, offset, (uintptr_t)ret);
}

int lupe_ptrace_poke_user(pid_t tid, size_t offset, uint64_t word)
{
	return request(PTRACE_POKEUSR, tid, offset, word);
}

int lupe_ptrace_peek_data(pid_t tid, lupe_addr addr, uint64_t *ret)
{
	return request(PTRACE_PEEKDATA, tid, addr, (uintptr_t)ret);
}

int lupe_ptrace_poke_data(pid_t tid, lupe_addr addr, uint64_t word)
{
	return request(PTRACE_POKEDATA, tid, addr, word);
}

int lupe_ptrace_get_siginfo(pid_t tid, siginfo_t *ret)
{
	return request(PTRACE_GETSIGINFO, tid, 0, (uintptr_t)ret);
}

int lupe_ptrace_set_siginfo(pid_t tid, const siginfo_t *info)
{
	return request(PTRACE_SETSIGINFO, tid, 0, (uintptr_t)info);
}

bool lupe_ptrace_queued_trap(pid_t tid, siginfo_t *ret)
{
	siginfo_t queued[QUEUE_MAX];
	struct ptrace_peeksiginfo_args args = {.nr = QUEUE_MAX};
	long n = syscall(SYS_ptrace, PTRACE_PEEKSIGINFO, tid, &args, queued);

	for (long i = 0; i < n; i++)
		if (queued[i].si_signo == SIGTRAP && queued[i].si_code > 0) {
			*ret = queued[i];
			return true;
		}
	return false;
}

int lupe_ptrace_get_sigmask(pid_t tid, uint64_t *ret)
{
	return request(PTRACE_GETSIGMASK, tid, sizeof(*ret), (uintptr_t)ret);
}

int lupe_ptrace_set_sigmask(pid_t tid, uint64_t mask)
{
	return request(PTRACE_SETSIGMASK, tid, sizeof(mask), (uintptr_t)&mask);
}

pid_t lupe_wait(pid_t tid, bool block, int *ret_status)
{
	pid_t got = wait4(tid, ret_status, __WALL | (block ? 0 : WNOHANG), NULL);

	return got < 0 ? -errno : got;
}
