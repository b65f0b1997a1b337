/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Staying on the target's CPU; see session/cpu.h for why and how.
 */
#include "session/cpu.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/cleanup.h"
#include "trace/proc.h"

enum {
	LOOK_EVERY = 64,		/* stops between two looks at where we are */
	DELAY_MAX_NS = 20000,		/* run delay a stop from which on it does not pay */
	SWITCHES_MAX = LOOK_EVERY / 4,	/* so many changes between threads: several are busy */
	BUSY_NS = 64 * 200000,		/* fewer stops than this: not worth following */
	PAUSE_NS = 200000000,		/* first pause after leaving; doubles up to PAUSE_MAX */
	GUARD_NS = 100000000,		/* between two looks of the guard */
	STALL_NS = 30000000,		/* so much run delay between two looks: starving */
	RUNNABLE_MAX = 3,		/* more than us, the target and a passer-by: the machine is busy */
};
static const uint64_t PAUSE_MAX_NS = 10000000000u;

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + now.tv_nsec;
}

/* --- may we? --- */

/* A thread of its own tries to enter and leave, for who may not leave is stuck. */
static void *try_to_leave(void *ret)
{
	const struct sched_param param = {0};

	*(bool *)ret = !sched_setscheduler(0, SCHED_IDLE, &param) &&
		       !sched_setscheduler(0, SCHED_OTHER, &param);
	return NULL;
}

static bool can_leave(void)
{
	bool can = false;
	pthread_t thread;

	if (pthread_create(&thread, NULL, try_to_leave, &can))
		return false;
	pthread_join(thread, NULL);
	return can;
}

void cpu_init(struct cpu_follower *cpu, bool enabled)
{
	cpu->cpu = cpu->load_fd = -1;
	cpu->pause_ns = PAUSE_NS;
	if (!enabled || sched_getscheduler(0) != SCHED_OTHER ||
	    sched_getaffinity(0, sizeof(cpu->own), &cpu->own) || CPU_COUNT(&cpu->own) < 2)
		return;
	cpu->tracer = gettid();
	cpu->load_fd = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
	cpu->enabled = cpu->load_fd >= 0 && can_leave();
}

/* --- the guard --- */

/* Nanoseconds that a thread of ours has waited for a CPU so far. */
static uint64_t run_delay_of(pid_t tid)
{
	char path[64], text[64], *at;
	ssize_t size;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/task/%d/schedstat", tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	size = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (fd >= 0)
		close(fd);
	if (size <= 0)
		return 0;
	text[size] = '\0';
	at = strchr(text, ' ');
	return at ? strtoull(at, NULL, 10) : 0;
}

static void take_out(struct cpu_follower *cpu)
{
	const struct sched_param param = {0};

	sched_setscheduler(cpu->tracer, SCHED_OTHER, &param);
	sched_setaffinity(cpu->tracer, sizeof(cpu->own), &cpu->own);
	cpu->guarding = false;
}

/* Ends as soon as there is nothing to guard: it is made anew at the next entry. */
static void *guard(void *context)
{
	const struct timespec pause = {.tv_nsec = GUARD_NS};
	struct cpu_follower *cpu = context;
	uint64_t before = run_delay_of(cpu->tracer), now;

	while (!cpu->ending && cpu->guarding) {
		nanosleep(&pause, NULL);
		now = run_delay_of(cpu->tracer);
		if (cpu->guarding && now - before > STALL_NS)
			take_out(cpu);
		before = now;
	}
	return NULL;
}

static void end_guard(struct cpu_follower *cpu)
{
	if (!cpu->has_guard)
		return;
	cpu->guarding = false;
	pthread_join(cpu->guard, NULL);
	cpu->has_guard = false;
}

/* Signals are the tracer's business. */
static bool start_guard(struct cpu_follower *cpu)
{
	sigset_t all, old;

	end_guard(cpu);
	cpu->guarding = true;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	cpu->has_guard = !pthread_create(&cpu->guard, NULL, guard, cpu);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return cpu->has_guard;
}

/* --- entering, moving, leaving --- */

static void pin(struct cpu_follower *cpu, int to)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(to, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		return;
	cpu->cpu = to;
	cpu->moves++;
}

static void enter(struct cpu_follower *cpu, int to)
{
	const struct sched_param param = {0};

	if (!start_guard(cpu) ||
	    sched_setscheduler(0, SCHED_IDLE | SCHED_RESET_ON_FORK, &param))
		return;
	cpu->idle = true;
	pin(cpu, to);
}

static void leave(struct cpu_follower *cpu, uint64_t now)
{
	const struct sched_param param = {0};

	if (!cpu->idle)
		return;
	cpu->guarding = false;
	sched_setscheduler(0, SCHED_OTHER, &param);
	sched_setaffinity(0, sizeof(cpu->own), &cpu->own);
	cpu->idle = false;
	cpu->cpu = -1;
	cpu->pause_until = now + cpu->pause_ns;
	cpu->pause_ns = MIN(2 * cpu->pause_ns, PAUSE_MAX_NS);
}

void cpu_deinit(struct cpu_follower *cpu)
{
	leave(cpu, 0);
	cpu->ending = true;
	end_guard(cpu);
	if (cpu->load_fd >= 0)
		close(cpu->load_fd);
	cpu->load_fd = -1;
	cpu->enabled = false;
}

void cpu_undo_in_child(const struct cpu_follower *cpu)
{
	const struct sched_param param = {0};

	if (!cpu->idle)
		return;
	sched_setscheduler(0, SCHED_OTHER, &param);
	sched_setaffinity(0, sizeof(cpu->own), &cpu->own);
}

/* --- looking --- */

/* Threads of the whole machine that run or want to: the fourth word of /proc/loadavg, "2/345". */
static unsigned runnable(const struct cpu_follower *cpu)
{
	char text[64], *at = text;
	ssize_t size = pread(cpu->load_fd, text, sizeof(text) - 1, 0);

	text[size > 0 ? size : 0] = '\0';
	for (int i = 0; at && i < 3; i++) {
		at = strchr(at, ' ');
		at = at ? at + 1 : NULL;
	}
	return at ? (unsigned)strtoul(at, NULL, 10) : 0;
}

static void look(struct cpu_follower *cpu, pid_t pid, pid_t tid)
{
	uint64_t now = now_ns(), delay = run_delay_of(cpu->tracer);
	bool rescued = cpu->idle && !cpu->guarding;
	bool late = rescued || runnable(cpu) > RUNNABLE_MAX;
	bool slow = cpu->idle && delay - cpu->run_delay > (uint64_t)LOOK_EVERY * DELAY_MAX_NS;
	bool crowded = cpu->switches > SWITCHES_MAX;
	bool busy = now - cpu->window_ns < BUSY_NS;

	if (late || slow || crowded || !busy) {
		leave(cpu, now);
	} else if (now >= cpu->pause_until) {
		int to = lupe_proc_cpu(pid, tid);

		if (to >= 0 && to < CPU_SETSIZE && to != cpu->cpu && CPU_ISSET(to, &cpu->own)) {
			if (cpu->idle)
				pin(cpu, to);
			else
				enter(cpu, to);
		} else if (cpu->idle) {
			cpu->pause_ns = PAUSE_NS; /* it goes well */
		}
	}
	cpu->run_delay = delay;
	cpu->window_ns = now;
	cpu->stops = 0;
	cpu->switches = 0;
}

void cpu_on_stop(struct cpu_follower *cpu, pid_t pid, pid_t tid)
{
	if (!cpu->enabled)
		return;
	cpu->switches += tid != cpu->served;
	cpu->served = tid;
	if (++cpu->stops >= LOOK_EVERY)
		look(cpu, pid, tid);
}
