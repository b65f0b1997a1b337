/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The memory of a live process, three ways in turn: process_vm_readv (sees what the kernel would see
 * for the process), then /proc/PID/mem (also what is not readable for it; and the way to write to text),
 * then PTRACE_PEEKDATA where both are closed. A short count is exact.
 */
#ifndef LUPE_TRACE_LIVE_MEMORY_H
#define LUPE_TRACE_LIVE_MEMORY_H

#include <sys/types.h>
#include "lupe/memory.h"

struct lupe_live_memory {
	pid_t pid;     /* a thread of the process; for PEEK it must be in a ptrace-stop */
	int fd;	       /* /proc/PID/mem, or -1 while not opened */
	bool vm_closed;/* process_vm_readv answered ENOSYS or EPERM: do not try again */
	struct lupe_memory reader;    /* with all three ways; its context is this struct */
	struct lupe_memory as_kernel; /* reads only what a syscall of the process could read */
};

/* `memory` must stay where it is: the readers point to it. */
void lupe_live_memory_init(struct lupe_live_memory *memory, pid_t pid);
void lupe_live_memory_deinit(struct lupe_live_memory *memory);

/* After an exec: an open /proc/PID/mem still shows the old program. */
void lupe_live_memory_renew(struct lupe_live_memory *memory);

#endif
