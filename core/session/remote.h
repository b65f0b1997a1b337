/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Running something else inside a stopped thread; see remote.c.
 */
#ifndef LUPE_SESSION_REMOTE_H
#define LUPE_SESSION_REMOTE_H

#include "session/records.h"

struct remote {
	struct lupe_thread *thread;
	struct user_regs_struct saved;
	uint64_t mask; /* of signals; all are blocked meanwhile */
	bool interrupt_again, stop_again; /* what came in between and has to come again */
};

/* The thread stands where something can be run in it: else LUPE_ERROR_INVALID, _EXITED, _UNSUPPORTED. A thread
 * inside fork, clone or execve is led to that call's end. */
LUPE_MUST_CHECK struct lupe_error *remote_begin(struct remote *remote, struct lupe_thread *thread);
/* The mask is as before, what came in between comes again. */
void remote_finish(struct remote *remote);

/* Registers of a syscall's entry become those of before its instruction. */
void remote_before_call(const struct change *change, struct user_regs_struct *regs);
bool remote_is_at_entry(const struct lupe_thread *thread);
/* From a syscall's entry to before its instruction; and back, where `saved` is in the registers again. */
LUPE_MUST_CHECK struct lupe_error *remote_leave_entry(struct remote *remote);
LUPE_MUST_CHECK struct lupe_error *remote_enter_again(struct remote *remote);

#endif
