/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Staying on the CPU of the thread that is served. Two stops a syscall cost a few microseconds each
 * when tracer and target take turns on one CPU, and many times that when each wakes the other across
 * CPUs. Pinning the tracer alone does not do it: the scheduler moves the woken target to the idle CPU.
 * But a CPU that runs only SCHED_IDLE tasks counts as idle (sched(7)), so the target stays where a
 * tracer of that class waits. The target's own affinity and class are never touched.
 *
 * Such a tracer starves when somebody else wants the CPU, so it is adaptive: when its own run delay
 * (schedstat), the number of threads that are busy or the load of the machine tells that it does not
 * pay, it leaves the class and its CPU for a while. One that gets no CPU cannot notice: while it is in
 * the class, a guard thread looks ten times a second whether it waits, and takes it out. Where a process may not leave SCHED_IDLE again (no CAP_SYS_NICE, no
 * RLIMIT_NICE), it never enters.
 */
#ifndef LUPE_SESSION_CPU_H
#define LUPE_SESSION_CPU_H

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct cpu_follower {
	bool enabled;
	bool idle;	      /* in SCHED_IDLE, on `cpu` */
	int cpu;
	cpu_set_t own;	      /* the affinity we came with */
	int load_fd;	      /* /proc/loadavg */
	uint64_t stops;	      /* since the last look */
	uint64_t run_delay;   /* ns, at the last look */
	uint64_t window_ns;   /* time of the last look */
	uint64_t pause_until; /* ns: not before */
	uint64_t pause_ns;    /* doubles each time */
	pid_t served;	      /* thread of the last stop */
	uint32_t switches;    /* changes of it since the last look */
	uint64_t moves;
	pid_t tracer;	      /* our tid */
	pthread_t guard;
	bool has_guard;
	_Atomic bool guarding; /* the guard is to look; it clears it when it took the tracer out */
	_Atomic bool ending;
};

/* `cpu` is zeroed. `enabled`: the option. Finds out whether it can be done here. */
void cpu_init(struct cpu_follower *cpu, bool enabled);
void cpu_deinit(struct cpu_follower *cpu);

/* At each stop that is served: follows, or leaves. */
void cpu_on_stop(struct cpu_follower *cpu, pid_t pid, pid_t tid);


/* In a child between fork and exec: as if none of this had been. Async-signal-safe. */
void cpu_undo_in_child(const struct cpu_follower *cpu);

#endif
