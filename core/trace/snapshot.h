/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Snapshots of a process's threads for unwinding, cheapest first:
 *
 *  - without a stop, for a thread that is blocked: /proc tells its pc, sp and arguments, the stack is read
 *    from outside, and /proc is asked again whether it has moved meanwhile;
 *  - with a short stop: seized, interrupted, registers and stack taken in bulk, let go;
 *  - with a stop that is held until the snapshot is released.
 *
 * No session is needed. A thread is let go in the state it was in: a stopped process stays stopped, a
 * signal that was on its way is delivered. What does not stop in time (state D) is looked at instead.
 * The tracing is done by a thread of ours that ends with it, so that the kernel lets go whatever is left.
 */
#ifndef LUPE_TRACE_SNAPSHOT_H
#define LUPE_TRACE_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>
#include "lupe/error.h"
#include "lupe/image.h"
#include "lupe/memory.h"

enum lupe_snapshot_state {
	LUPE_SNAPSHOT_NONE,    /* nothing is known (yet) */
	LUPE_SNAPSHOT_BLOCKED, /* of `regs` only some are known; it was not stopped */
	LUPE_SNAPSHOT_STOPPED, /* everything */
	LUPE_SNAPSHOT_GONE,    /* it has exited */
};

struct lupe_snapshot_thread {
	pid_t tid;
	char name[64];
	enum lupe_snapshot_state state;
	bool is_wanted; /* take it next time */
	bool is_new;	/* it was taken since its user cleared this */
	struct user_regs_struct regs;
	uint32_t known; /* BLOCKED: which of them are, by DWARF number */
	struct lupe_memory_span stack; /* from below sp on; its bytes may be NULL */
	const char *reason;	       /* LUPE_SNAPSHOT_NONE: why */
	/* of the tracing: */
	bool is_seized, is_standing;
	int signal; /* to be delivered when it is let go */
};

struct lupe_snapshot {
	pid_t pid, only; /* only: the one thread asked for, or 0 */
	struct lupe_snapshot_thread *threads; /* the leader first, then by tid */
	size_t count;
	const struct lupe_maps *maps;	  /* how far stacks reach */
	const struct lupe_memory *memory; /* of the live process */
	struct lupe_snapshot_tracer *tracer; /* NULL: nothing is held */
	uint64_t paused_ns;		      /* from the first interrupt until the last was let go */
};

/* Lists the threads, or the one `tid` (0: all); all are wanted. `maps` and `memory` must outlive it. */
LUPE_MUST_CHECK struct lupe_error *lupe_snapshot_create(pid_t pid, pid_t tid,
							const struct lupe_maps *maps,
							const struct lupe_memory *memory,
							struct lupe_snapshot **ret);
/* Releases what is held. */
void lupe_snapshot_destroy(struct lupe_snapshot *snapshot);

/* Takes the wanted threads that are blocked, without a stop. Fails only if that is not permitted. */
LUPE_MUST_CHECK struct lupe_error *lupe_snapshot_look(struct lupe_snapshot *snapshot);

/* Stops the wanted threads, all before the first is read, and takes them. With `hold` they stay stopped
 * until lupe_snapshot_release. Threads born meanwhile are added, unless one `tid` was asked for. Fails
 * only if the process cannot be attached to, or is gone. */
LUPE_MUST_CHECK struct lupe_error *lupe_snapshot_stop(struct lupe_snapshot *snapshot, bool hold);

void lupe_snapshot_release(struct lupe_snapshot *snapshot);

/* Pure: from the text of /proc/PID/task/TID/syscall: "NR ARGS... SP PC" or "-1 SP PC" to registers, and
 * which of them (by DWARF number) are known. 0: it does not tell ("running"). */
uint32_t lupe_snapshot_parse_syscall(const char *text, struct user_regs_struct *ret);

#endif
