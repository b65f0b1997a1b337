/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The state table of a thread; see session/state.h.
 */
#include "session/state.h"

#include <stdint.h>

#define BIT(kind) LUPE_EVENT_BIT(kind)

/* The kinds that a wait status can have. */
enum {
	ENDS = BIT(LUPE_EVENT_EXITED) | BIT(LUPE_EVENT_KILLED) | BIT(LUPE_EVENT_THREAD_EXITED),
	TRAPS = BIT(LUPE_EVENT_GROUP_STOP) | BIT(LUPE_EVENT_STOPPED), /* PTRACE_EVENT_STOP */
	OTHERS = BIT(LUPE_EVENT_SYSCALL_ENTRY) | BIT(LUPE_EVENT_SYSCALL_EXIT) | BIT(LUPE_EVENT_SYSCALL) |
		 BIT(LUPE_EVENT_SECCOMP) | BIT(LUPE_EVENT_SIGNAL) | BIT(LUPE_EVENT_STEPPED) |
		 BIT(LUPE_EVENT_BREAKPOINT) | BIT(LUPE_EVENT_FORK) | BIT(LUPE_EVENT_VFORK) |
		 BIT(LUPE_EVENT_CLONE) | BIT(LUPE_EVENT_VFORK_DONE) | BIT(LUPE_EVENT_EXEC) |
		 BIT(LUPE_EVENT_EXITING),
};

/* What may arrive in a state. A seized thread may do anything before the stop that we asked of it
 * (BORN); a listening one tells only of its group-stop's end, or dies; one that stands can only be
 * killed (SIGKILL, or another thread's exec or exit_group), and then stops once more if exits are
 * traced. An exec by another thread ends in a status of the leader's tid whatever that one did. */
static const uint32_t expected[THREAD_N_STATES] = {
    [THREAD_BORN] = ENDS | TRAPS | OTHERS,
    [THREAD_RUNNING] = ENDS | TRAPS | OTHERS,
    [THREAD_PENDING] = ENDS | BIT(LUPE_EVENT_EXITING) | BIT(LUPE_EVENT_EXEC),
    [THREAD_STOPPED] = ENDS | BIT(LUPE_EVENT_EXITING) | BIT(LUPE_EVENT_EXEC),
    [THREAD_LISTENING] = ENDS | TRAPS | BIT(LUPE_EVENT_EXITING) | BIT(LUPE_EVENT_EXEC),
    [THREAD_DEAD] = 0,
};

enum thread_state thread_state_after(enum lupe_event_kind kind)
{
	return BIT(kind) & ENDS ? THREAD_DEAD : THREAD_STOPPED;
}

bool thread_state_expects(enum thread_state state, enum lupe_event_kind kind)
{
	return state < THREAD_N_STATES && expected[state] & BIT(kind);
}

enum call_phase call_phase_after(enum call_phase phase, enum lupe_event_kind kind)
{
	switch (kind) {
	case LUPE_EVENT_SYSCALL_ENTRY:
	case LUPE_EVENT_SECCOMP:
		return CALL_ENTERED;
	case LUPE_EVENT_SYSCALL_EXIT:
		return CALL_LEFT;
	/* Inside a call: fork, vfork, clone, execve, exit. */
	case LUPE_EVENT_FORK:
	case LUPE_EVENT_VFORK:
	case LUPE_EVENT_VFORK_DONE:
	case LUPE_EVENT_CLONE:
	case LUPE_EVENT_EXEC:
	case LUPE_EVENT_EXITING:
	/* Some stop on their way out of the kernel, after the call: where its exit was to be told, that
	 * has been told by then. Where it was not, the call is over all the same. */
		return phase;
	case LUPE_EVENT_SIGNAL:
	case LUPE_EVENT_GROUP_STOP:
	case LUPE_EVENT_STOPPED:
	case LUPE_EVENT_STEPPED:
	case LUPE_EVENT_BREAKPOINT:
	case LUPE_EVENT_NONE:
	case LUPE_EVENT_WOKEN:
	case LUPE_EVENT_NO_TARGETS:
	case LUPE_EVENT_SYSCALL:
	case LUPE_EVENT_NEW_THREAD:
	case LUPE_EVENT_EXITED:
	case LUPE_EVENT_KILLED:
	case LUPE_EVENT_THREAD_EXITED:
	case LUPE_EVENT_DETACHED:
	case LUPE_N_EVENT_KINDS:
		break;
	}
	return CALL_OUTSIDE;
}

const char *thread_state_name(enum thread_state state)
{
	static const char *const names[THREAD_N_STATES] = {
	    [THREAD_BORN] = "running",	  [THREAD_RUNNING] = "running",
	    [THREAD_PENDING] = "stopped", [THREAD_STOPPED] = "stopped",
	    [THREAD_LISTENING] = "listening", [THREAD_DEAD] = "dead",
	};

	return state < THREAD_N_STATES ? names[state] : "dead";
}
