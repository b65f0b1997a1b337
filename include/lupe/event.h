/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Events: what a wait status means, as a value. The kernel's status becomes a kind in a pure function
 * (core/trace/status.h); the session fills in what only the stopped thread can tell.
 */
#ifndef LUPE_EVENT_H
#define LUPE_EVENT_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum lupe_event_kind {
	/* of the session itself: no thread */
	LUPE_EVENT_NONE,   /* the timeout passed */
	LUPE_EVENT_WOKEN,  /* a signal for this program arrived: `signal` */
	LUPE_EVENT_NO_TARGETS, /* nothing is left to wait for */

	/* the thread is stopped and waits for lupe_thread_resume */
	LUPE_EVENT_SYSCALL_ENTRY, /* `lupe_thread_call` tells which */
	LUPE_EVENT_SYSCALL_EXIT,
	LUPE_EVENT_SIGNAL,	/* about to be delivered: `signal`, `info` */
	LUPE_EVENT_GROUP_STOP,	/* the process was stopped by `signal`; resuming means listening */
	LUPE_EVENT_STOPPED,	/* an interrupt or an attach took effect, or SIGCONT ended a group-stop */
	LUPE_EVENT_STEPPED,	/* a single step is done */
	LUPE_EVENT_BREAKPOINT,	/* an int3, hardware breakpoint or watchpoint: `info` */
	LUPE_EVENT_FORK,	/* `child` */
	LUPE_EVENT_VFORK,	/* `child` */
	LUPE_EVENT_CLONE,	/* `child`: a thread, or a process when its pid differs */
	LUPE_EVENT_VFORK_DONE,
	LUPE_EVENT_EXEC,	/* the new program is mapped; `former` is the caller's former tid */
	LUPE_EVENT_EXITING,	/* PTRACE_EVENT_EXIT: last look; `status` is its wait status */
	LUPE_EVENT_SECCOMP,	/* raw kind only: the session turns it into SYSCALL_ENTRY */
	LUPE_EVENT_SYSCALL,	/* raw kind only: entry or exit, GET_SYSCALL_INFO tells */
	LUPE_EVENT_NEW_THREAD,	/* a followed thread or process is here, stopped before its first instruction */

	/* the thread is gone; nothing to resume */
	LUPE_EVENT_EXITED,   /* a process: `exit_code` */
	LUPE_EVENT_KILLED,   /* a process: `signal`, `core_dumped` */
	LUPE_EVENT_THREAD_EXITED, /* a thread that is not its process's last */
	LUPE_EVENT_DETACHED, /* by its own or somebody's doing we no longer trace it */
	LUPE_N_EVENT_KINDS
};

#define LUPE_EVENT_BIT(kind) (UINT32_C(1) << (kind))

struct lupe_event {
	enum lupe_event_kind kind;
	pid_t pid, tid;	     /* process and thread */
	uint32_t generation; /* of the thread's record: a reused tid has another */
	int status;	     /* the raw wait status */
	int signal;
	int exit_code;
	bool core_dumped;
	bool has_info;
	pid_t child, former;
	uint64_t time_ns; /* CLOCK_REALTIME when we learnt of it */
	siginfo_t info;	  /* when has_info */
};

/* "syscall_entry", "signal", ...: the word that Lua knows. */
const char *lupe_event_kind_name(enum lupe_event_kind kind);

#endif
