/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The state table of a thread: which state an event leads to, and which events may come in which
 * state. Pure, with the facts of ptrace(2) behind it; docs/ARCHITECTURE.md draws it.
 *
 * What cannot happen by the table is not believed: the status is noted and the thread resumed, for a
 * tracer that trusts its own bookkeeping over the kernel loses threads.
 */
#ifndef LUPE_SESSION_STATE_H
#define LUPE_SESSION_STATE_H

#include <stdbool.h>
#include "lupe/event.h"

enum thread_state {
	THREAD_BORN,	  /* known by its parent's event or by a seize, its first stop has not come */
	THREAD_RUNNING,
	THREAD_PENDING,	  /* it stands; its status is queued and not served yet */
	THREAD_STOPPED,	  /* served: reported, held, or about to be resumed */
	THREAD_LISTENING, /* in a group-stop: stopped for everybody, yet it may tell of SIGCONT */
	THREAD_DEAD,
	THREAD_N_STATES
};

/* Where it is in its current syscall. Stops tell, never a count of them: exec, sigreturn and seccomp
 * break the alternation. */
enum call_phase {
	CALL_OUTSIDE,	/* in user mode, or in a call whose entry nobody saw */
	CALL_ENTERED,	/* the entry-stop was seen, the exit-stop was not */
	CALL_LEFT,	/* at the exit-stop */
};

/* The state that a wait status of this kind leads to, from RUNNING, BORN, LISTENING or PENDING. */
enum thread_state thread_state_after(enum lupe_event_kind kind);

/* Whether a status of this kind may arrive in this state. */
bool thread_state_expects(enum thread_state state, enum lupe_event_kind kind);

/* The phase after a stop of this kind. */
enum call_phase call_phase_after(enum call_phase phase, enum lupe_event_kind kind);

/* "born", "running", ...: what lupe_thread_state_name answers. */
const char *thread_state_name(enum thread_state state);

#endif
