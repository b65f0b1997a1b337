/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Wait status to event; see trace/status.h.
 */
#include "trace/status.h"

#include <linux/ptrace.h>
#include <sys/wait.h>

enum {
	SYSCALL_TRAP = SIGTRAP | 0x80, /* PTRACE_O_TRACESYSGOOD */
};

bool lupe_signal_stops(int signal)
{
	return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

bool lupe_siginfo_is_step(const siginfo_t *info)
{
	return info->si_signo == SIGTRAP &&
	       (info->si_code == TRAP_TRACE || info->si_code == TRAP_BRKPT);
}

/* The kind of a ptrace-stop. PTRACE_EVENT_STOP reports a group-stop with its signal; with SIGTRAP it is
 * an interrupt, the first stop of an automatically attached child, or SIGCONT that ended a listening. */
static enum lupe_event_kind kind_of_stop(int signal, int event)
{
	switch (event) {
	case 0:
		return signal == SYSCALL_TRAP ? LUPE_EVENT_SYSCALL : LUPE_EVENT_SIGNAL;
	case PTRACE_EVENT_STOP:
		return lupe_signal_stops(signal) ? LUPE_EVENT_GROUP_STOP : LUPE_EVENT_STOPPED;
	case PTRACE_EVENT_FORK:
		return LUPE_EVENT_FORK;
	case PTRACE_EVENT_VFORK:
		return LUPE_EVENT_VFORK;
	case PTRACE_EVENT_CLONE:
		return LUPE_EVENT_CLONE;
	case PTRACE_EVENT_VFORK_DONE:
		return LUPE_EVENT_VFORK_DONE;
	case PTRACE_EVENT_EXEC:
		return LUPE_EVENT_EXEC;
	case PTRACE_EVENT_EXIT:
		return LUPE_EVENT_EXITING;
	case PTRACE_EVENT_SECCOMP:
		return LUPE_EVENT_SECCOMP;
	default:
		return LUPE_EVENT_STOPPED; /* an event of a newer kernel that we did not ask for */
	}
}

void lupe_event_from_status(int status, struct lupe_event *ret)
{
	*ret = (struct lupe_event){.status = status};
	if (WIFEXITED(status)) {
		ret->kind = LUPE_EVENT_EXITED;
		ret->exit_code = WEXITSTATUS(status);
	} else if (WIFSIGNALED(status)) {
		ret->kind = LUPE_EVENT_KILLED;
		ret->signal = WTERMSIG(status);
		ret->core_dumped = WCOREDUMP(status);
	} else {
		ret->signal = WSTOPSIG(status);
		ret->kind = kind_of_stop(ret->signal, status >> 16);
	}
}

int lupe_status_of_stop(int signal, int event)
{
	return event << 16 | signal << 8 | 0x7f;
}

int lupe_status_of_exit(int exit_code)
{
	return (exit_code & 0xff) << 8;
}

int lupe_status_of_kill(int signal, bool core_dumped)
{
	return signal | (core_dumped ? 0x80 : 0);
}

const char *lupe_event_kind_name(enum lupe_event_kind kind)
{
	static const char *const names[LUPE_N_EVENT_KINDS] = {
	    [LUPE_EVENT_NONE] = "none",
	    [LUPE_EVENT_WOKEN] = "woken",
	    [LUPE_EVENT_NO_TARGETS] = "no_targets",
	    [LUPE_EVENT_SYSCALL_ENTRY] = "syscall_entry",
	    [LUPE_EVENT_SYSCALL_EXIT] = "syscall_exit",
	    [LUPE_EVENT_SIGNAL] = "signal",
	    [LUPE_EVENT_GROUP_STOP] = "group_stop",
	    [LUPE_EVENT_STOPPED] = "stopped",
	    [LUPE_EVENT_STEPPED] = "stepped",
	    [LUPE_EVENT_BREAKPOINT] = "breakpoint",
	    [LUPE_EVENT_FORK] = "fork",
	    [LUPE_EVENT_VFORK] = "vfork",
	    [LUPE_EVENT_CLONE] = "clone",
	    [LUPE_EVENT_VFORK_DONE] = "vfork_done",
	    [LUPE_EVENT_EXEC] = "exec",
	    [LUPE_EVENT_EXITING] = "exiting",
	    [LUPE_EVENT_SECCOMP] = "seccomp",
	    [LUPE_EVENT_SYSCALL] = "syscall",
	    [LUPE_EVENT_NEW_THREAD] = "new_thread",
	    [LUPE_EVENT_EXITED] = "exited",
	    [LUPE_EVENT_KILLED] = "killed",
	    [LUPE_EVENT_THREAD_EXITED] = "thread_exited",
	    [LUPE_EVENT_DETACHED] = "detached",
	};

	return kind < LUPE_N_EVENT_KINDS && names[kind] ? names[kind] : "unknown";
}
