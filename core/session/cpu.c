/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Staying on the target's CPU; see session/cpu.h for why and how.
 */
#include "session/cpu.h"

#include <fcntl.h>
#include <pthread.h>
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
	*cpu = (struct cpu_follower){.cpu = -1, .stat_fd = -1, .pause_ns = PAUSE_NS};
	if (!enabled || sched_getscheduler(0) != SCHED_OTHER ||
	    sched_getaffinity(0, sizeof(cpu->own), &cpu->own) || CPU_COUNT(&cpu->own) < 2)
		return;
	cpu->stat_fd = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
	cpu->enabled = cpu->stat_fd >= 0 && can_leave();
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

	if (sched_setscheduler(0, SCHED_IDLE | SCHED_RESET_ON_FORK, &param))
		return;
	cpu->idle = true;
	pin(cpu, to);
}

static void leave(struct cpu_follower *cpu, uint64_t now)
{
	const struct sched_param param = {0};

	if (!cpu->idle)
		return;
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
	if (cpu->stat_fd >= 0)
		close(cpu->stat_fd);
	cpu->stat_fd = -1;
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

/* Nanoseconds that this thread has waited for a CPU so far. */
static uint64_t read_run_delay(const struct cpu_follower *cpu)
{
	char text[64];
	ssize_t size = pread(cpu->stat_fd, text, sizeof(text) - 1, 0);
	char *at;

	if (size <= 0)
		return 0;
	text[size] = '\0';
	at = strchr(text, ' ');
	return at ? strtoull(at, NULL, 10) : 0;
}

static void look(struct cpu_follower *cpu, pid_t pid, pid_t tid)
{
	uint64_t now = now_ns(), delay = read_run_delay(cpu);
	bool late = cpu->idle && delay - cpu->run_delay > (uint64_t)LOOK_EVERY * DELAY_MAX_NS;
	bool crowded = cpu->switches > SWITCHES_MAX;
	bool busy = now - cpu->window_ns < BUSY_NS;

	if (late || crowded || !busy) {
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
