/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Snapshots of a process's threads; see trace/snapshot.h.
 */
#include "trace/snapshot.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "arch/arch.h"
#include "base/cleanup.h"
#include "trace/proc.h"
#include "trace/ptrace.h"
#include "trace/refusal.h"
#include "trace/status.h"

enum {
	MAX_STACK = 8 << 20,   /* bytes of one stack taken; the rest is read when it is needed */
	UNMAPPED_STACK = 65536,/* the same where no mapping is known */
	LOOKS = 3,	       /* tries to see a thread that moves now and then */
	PASSES_MAX = 100,      /* over the list of threads */
	WAIT_NS = 200000000,   /* for all threads to stand */
	SLEEPERS_NS = 5000000, /* the same for those in state D */
	NAP_NS = 10000,
	NAP_MAX_NS = 1000000,
};

/* --- the list --- */

static struct lupe_snapshot_thread *find(struct lupe_snapshot *snapshot, pid_t tid)
{
	for (size_t i = 0; i < snapshot->count; i++)
		if (snapshot->threads[i].tid == tid)
			return &snapshot->threads[i];
	return NULL;
}

static int compare_threads(const void *left, const void *right)
{
	const struct lupe_snapshot_thread *a = left, *b = right;

	return a->tid < b->tid ? -1 : a->tid > b->tid;
}

/* A thread's name and whether there is something to take. */
static void look_up(struct lupe_snapshot_thread *thread)
{
	struct lupe_proc_status status;
	struct lupe_error *error = lupe_proc_status_read(thread->tid, &status);

	thread->is_wanted = true;
	if (error) {
		thread->state = LUPE_SNAPSHOT_GONE;
		thread->is_wanted = false;
		lupe_error_destroy(error);
		return;
	}
	memcpy(thread->name, status.name, sizeof(thread->name));
	if (status.state == 'Z' || status.state == 'X') {
		thread->reason = "it has exited (a zombie)";
		thread->is_wanted = false;
	}
}

/* Adds those of `tids` that are not in the list; answers whether there were any. */
static struct lupe_error *add_threads(struct lupe_snapshot *snapshot, const pid_t *tids,
				      size_t count, bool *ret_new)
{
	size_t old = snapshot->count;
	struct lupe_snapshot_thread *larger =
	    reallocarray(snapshot->threads, old + count + 1, sizeof(*larger));

	*ret_new = false;
	if (!larger)
		return lupe_error_no_memory();
	snapshot->threads = larger;
	for (size_t i = 0; i < count; i++) {
		struct lupe_snapshot_thread *thread = &larger[snapshot->count];

		/* Both lists are sorted but for this call's own. */
		if (old && find(snapshot, tids[i]))
			continue;
		*thread = (struct lupe_snapshot_thread){.tid = tids[i]};
		look_up(thread);
		snapshot->count++;
		*ret_new = true;
	}
	qsort(larger, snapshot->count, sizeof(*larger), compare_threads);
	return NULL;
}

static struct lupe_error *list_threads(struct lupe_snapshot *snapshot, bool *ret_new)
{
	CLEANUP_FREE pid_t *tids = NULL;
	size_t count = 0;
	struct lupe_error *error = lupe_proc_threads(snapshot->pid, &tids, &count);

	if (error) {
		lupe_error_destroy(error);
		return lupe_attach_refused(snapshot->pid, ESRCH);
	}
	return add_threads(snapshot, tids, count, ret_new);
}

/* A thread that is one of the process's. */
static struct lupe_error *check_thread(pid_t pid, pid_t tid)
{
	struct lupe_proc_status status;
	struct lupe_error *error = lupe_proc_status_read(tid, &status);
	bool is_one = !error && status.tgid == pid;

	lupe_error_destroy(error);
	return is_one ? NULL
		      : lupe_error_create(LUPE_ERROR_NOT_FOUND, "%d has no thread %d", pid, tid);
}

struct lupe_error *lupe_snapshot_create(pid_t pid, pid_t tid, const struct lupe_maps *maps,
					const struct lupe_memory *memory,
					struct lupe_snapshot **ret)
{
	struct lupe_snapshot *snapshot = calloc(1, sizeof(*snapshot));
	struct lupe_error *error;
	bool added;

	if (!snapshot)
		return lupe_error_no_memory();
	snapshot->pid = pid;
	snapshot->only = tid;
	snapshot->maps = maps;
	snapshot->memory = memory;
	error = tid ? check_thread(pid, tid) : NULL;
	if (!error)
		error = tid ? add_threads(snapshot, &tid, 1, &added)
			    : list_threads(snapshot, &added);
	if (error) {
		lupe_snapshot_destroy(snapshot);
		return error;
	}
	*ret = snapshot;
	return NULL;
}

void lupe_snapshot_destroy(struct lupe_snapshot *snapshot)
{
	if (!snapshot)
		return;
	lupe_snapshot_release(snapshot);
	for (size_t i = 0; i < snapshot->count; i++)
		free(snapshot->threads[i].stack.bytes);
	free(snapshot->threads);
	free(snapshot);
}

/* --- stacks --- */

static void read_stack(const struct lupe_snapshot *snapshot, struct lupe_snapshot_thread *thread)
{
	lupe_addr sp = lupe_arch_sp(&thread->regs), base = sp - LUPE_ARCH_RED_ZONE;
	const struct lupe_mapping *row = lupe_maps_at(snapshot->maps, sp);
	size_t size = UNMAPPED_STACK;

	if (row) {
		base = MAX(base, row->start);
		size = MIN(row->end - base, MAX_STACK);
	}
	free(thread->stack.bytes);
	thread->stack = (struct lupe_memory_span){.base = base, .bytes = malloc(size)};
	if (thread->stack.bytes)
		thread->stack.size =
		    lupe_memory_read_some(snapshot->memory, base, thread->stack.bytes, size);
}

/* --- without a stop --- */

/* The numbers of a line, as far as it has any; the first is decimal, the others have their 0x. */
static unsigned parse_numbers(const char *text, uint64_t *ret, unsigned max)
{
	unsigned count = 0;
	char *end;

	while (count < max) {
		ret[count] = strtoull(text, &end, 0);
		if (end == text)
			break;
		text = end;
		count++;
	}
	return count;
}

uint32_t lupe_snapshot_parse_syscall(const char *text, struct user_regs_struct *ret)
{
	enum { WITH_ARGS = LUPE_SYSCALL_MAX_ARGS + 3, WITHOUT_ARGS = 3, LINE = WITH_ARGS + 1 };
	static const unsigned char arg_numbers[] = {5, 4, 1, 10, 8, 9}; /* rdi rsi rdx r10 r8 r9 */
	uint64_t numbers[LINE];
	unsigned count = parse_numbers(text, numbers, LINE);
	uint32_t known = 1u << LUPE_ARCH_PC_DWARF | 1u << LUPE_ARCH_SP_DWARF;

	if (count != WITH_ARGS && count != WITHOUT_ARGS)
		return 0;
	lupe_arch_set_sp(ret, numbers[count - 2]);
	lupe_arch_set_pc(ret, numbers[count - 1]);
	if (count == WITHOUT_ARGS)
		return known;
	for (unsigned i = 0; i < LUPE_SYSCALL_MAX_ARGS; i++) {
		lupe_arch_set_syscall_arg(ret, LUPE_ABI_X86_64, i, numbers[1 + i]);
		known |= 1u << arg_numbers[i];
	}
	return known;
}

/* What changes when a thread runs: how often it was switched off, and where it is. */
struct sighting {
	char syscall[256];
	char switches[128];
};

static int read_task_file(pid_t pid, pid_t tid, const char *name, char *buffer, size_t size)
{
	char path[64];
	CLEANUP_FILE FILE *file = NULL;
	size_t length;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", pid, tid, name);
	errno = 0;
	file = fopen(path, "re");
	if (!file)
		return errno;
	length = fread(buffer, 1, size - 1, file);
	buffer[length] = '\0';
	return ferror(file) ? errno : 0;
}

static int sight(pid_t pid, pid_t tid, struct sighting *ret)
{
	char status[4096], *switches;
	int failed = read_task_file(pid, tid, "syscall", ret->syscall, sizeof(ret->syscall));

	if (!failed)
		failed = read_task_file(pid, tid, "status", status, sizeof(status));
	if (failed)
		return failed;
	switches = strstr(status, "voluntary_ctxt_switches:");
	snprintf(ret->switches, sizeof(ret->switches), "%s", switches ? switches : "");
	return 0;
}

/* 0 or an errno number. */
static int look_at(const struct lupe_snapshot *snapshot, struct lupe_snapshot_thread *thread)
{
	for (int i = 0; i < LOOKS; i++) {
		struct sighting before, after;
		int failed = sight(snapshot->pid, thread->tid, &before);

		if (failed)
			return failed;
		thread->known = lupe_snapshot_parse_syscall(before.syscall, &thread->regs);
		if (!thread->known)
			continue;
		read_stack(snapshot, thread);
		if (sight(snapshot->pid, thread->tid, &after) == 0 &&
		    strcmp(before.syscall, after.syscall) == 0 &&
		    strcmp(before.switches, after.switches) == 0) {
			thread->state = LUPE_SNAPSHOT_BLOCKED;
			thread->is_new = true;
			return 0;
		}
	}
	thread->reason = "it is running and was not stopped";
	return 0;
}

struct lupe_error *lupe_snapshot_look(struct lupe_snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->count; i++) {
		struct lupe_snapshot_thread *thread = &snapshot->threads[i];
		int failed = thread->is_wanted ? look_at(snapshot, thread) : 0;

		if (failed == EPERM || failed == EACCES)
			return lupe_attach_refused(snapshot->pid, EPERM);
		if (failed)
			thread->state = LUPE_SNAPSHOT_GONE;
	}
	return NULL;
}

/* --- with a stop --- */

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static bool is_zombie(pid_t tid)
{
	struct lupe_proc_status status;
	struct lupe_error *error = lupe_proc_status_read(tid, &status);
	bool zombie = error || status.state == 'Z' || status.state == 'X';

	lupe_error_destroy(error);
	return zombie;
}

/* 0, or why the process cannot be attached to. A thread that is gone is none of the reasons. */
static int interrupt(struct lupe_snapshot_thread *thread)
{
	int failed = lupe_ptrace_seize(thread->tid, 0);

	if (failed == ESRCH || (failed && is_zombie(thread->tid))) {
		thread->state = LUPE_SNAPSHOT_GONE;
		thread->is_wanted = false;
		return 0;
	}
	if (failed)
		return failed;
	thread->is_seized = true;
	failed = lupe_ptrace_interrupt(thread->tid);
	return failed == ESRCH ? 0 : failed;
}

static struct lupe_error *interrupt_all(struct lupe_snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->count; i++) {
		struct lupe_snapshot_thread *thread = &snapshot->threads[i];
		int failed = thread->is_wanted && !thread->is_seized ? interrupt(thread) : 0;

		if (failed)
			return lupe_attach_refused(snapshot->pid, failed);
	}
	return NULL;
}

/* A status of wait4 for one of ours: it stands, with a signal that it was about to get, or it is gone. */
static void take_status(struct lupe_snapshot_thread *thread, int status)
{
	struct lupe_event event;

	lupe_event_from_status(status, &event);
	if (!WIFSTOPPED(status)) {
		thread->state = LUPE_SNAPSHOT_GONE;
		thread->is_seized = thread->is_wanted = false;
		return;
	}
	thread->is_standing = true;
	thread->signal = event.kind == LUPE_EVENT_SIGNAL ? event.signal : 0;
}

static bool is_asleep(pid_t tid)
{
	struct lupe_proc_status status;
	struct lupe_error *error = lupe_proc_status_read(tid, &status);
	bool asleep = !error && status.state == 'D';

	lupe_error_destroy(error);
	return asleep;
}

/* Each thread is waited for by its tid: other children of this program are not ours to reap. Answers
 * whether all are there that are worth waiting for. */
static bool collect_statuses(struct lupe_snapshot *snapshot, bool leave_sleepers)
{
	bool all = true;

	for (size_t i = 0; i < snapshot->count; i++) {
		struct lupe_snapshot_thread *thread = &snapshot->threads[i];
		int status;
		pid_t got;

		if (!thread->is_seized || thread->is_standing)
			continue;
		got = lupe_wait(thread->tid, false, &status);
		if (got > 0)
			take_status(thread, status);
		else if (got == -ECHILD)
			take_status(thread, 0);
		else if (!leave_sleepers || !is_asleep(thread->tid))
			all = false;
	}
	return all;
}

static void wait_for_all(struct lupe_snapshot *snapshot)
{
	uint64_t start = now_ns(), passed = 0;
	struct timespec nap = {.tv_nsec = NAP_NS};

	while (!collect_statuses(snapshot, passed > SLEEPERS_NS) && passed < WAIT_NS) {
		nanosleep(&nap, NULL);
		nap.tv_nsec = MIN(nap.tv_nsec * 2, NAP_MAX_NS);
		passed = now_ns() - start;
	}
}

static void take(const struct lupe_snapshot *snapshot, struct lupe_snapshot_thread *thread)
{
	if (!thread->is_wanted)
		return;
	if (!thread->is_standing) {
		thread->reason = "it could not be stopped";
		if (look_at(snapshot, thread))
			thread->state = LUPE_SNAPSHOT_GONE;
		return;
	}
	thread->is_wanted = false;
	if (lupe_ptrace_get_regs(thread->tid, &thread->regs)) {
		thread->state = LUPE_SNAPSHOT_GONE;
		return;
	}
	read_stack(snapshot, thread);
	thread->state = LUPE_SNAPSHOT_STOPPED;
	thread->is_new = true;
}

/* Threads that were born of ones we had not stopped yet. */
static struct lupe_error *interrupt_new(struct lupe_snapshot *snapshot)
{
	struct lupe_error *error = NULL;
	bool added = true;

	for (unsigned i = 0; !error && added && i < PASSES_MAX; i++) {
		error = list_threads(snapshot, &added);
		if (!error && added) {
			error = interrupt_all(snapshot);
			wait_for_all(snapshot);
		}
	}
	return error;
}

/* Some were taken already, or only one was asked for: those born since are not missed. */
static bool wants_all(const struct lupe_snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->count; i++)
		if (snapshot->threads[i].state == LUPE_SNAPSHOT_BLOCKED)
			return false;
	return !snapshot->only;
}

static struct lupe_error *stop_all(struct lupe_snapshot *snapshot)
{
	bool also_new = wants_all(snapshot);
	struct lupe_error *error = interrupt_all(snapshot);

	if (!error)
		wait_for_all(snapshot);
	if (!error && also_new)
		error = interrupt_new(snapshot);
	for (size_t i = 0; !error && i < snapshot->count; i++)
		take(snapshot, &snapshot->threads[i]);
	return error;
}

static void let_all_go(struct lupe_snapshot *snapshot)
{
	collect_statuses(snapshot, false);
	for (size_t i = 0; i < snapshot->count; i++) {
		struct lupe_snapshot_thread *thread = &snapshot->threads[i];

		if (thread->is_seized && thread->is_standing)
			lupe_ptrace_detach(thread->tid, thread->signal);
		thread->is_seized = thread->is_standing = false;
	}
}

/* --- the thread that traces --- */

struct lupe_snapshot_tracer {
	struct lupe_snapshot *snapshot;
	pthread_t thread;
	bool hold;
	sem_t taken, release;
	struct lupe_error *error;
};

static void wait_for(sem_t *semaphore)
{
	while (sem_wait(semaphore) && errno == EINTR)
		;
}

static void *trace(void *context)
{
	struct lupe_snapshot_tracer *tracer = context;
	uint64_t start = now_ns();

	tracer->error = stop_all(tracer->snapshot);
	if (tracer->hold && !tracer->error) {
		sem_post(&tracer->taken);
		wait_for(&tracer->release);
	}
	let_all_go(tracer->snapshot);
	tracer->snapshot->paused_ns += now_ns() - start;
	sem_post(&tracer->taken);
	return NULL;
}

/* Signals to this program are its other threads' business. */
static int start_tracer(struct lupe_snapshot_tracer *tracer)
{
	sigset_t all, before;
	int failed;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(&tracer->thread, NULL, trace, tracer);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return failed;
}

struct lupe_error *lupe_snapshot_stop(struct lupe_snapshot *snapshot, bool hold)
{
	struct lupe_snapshot_tracer *tracer = calloc(1, sizeof(*tracer));
	struct lupe_error *error;
	int failed;

	if (!tracer)
		return lupe_error_no_memory();
	lupe_snapshot_release(snapshot);
	tracer->snapshot = snapshot;
	tracer->hold = hold;
	sem_init(&tracer->taken, 0, 0);
	sem_init(&tracer->release, 0, 0);
	failed = start_tracer(tracer);
	if (failed) {
		free(tracer);
		return lupe_error_os(failed, "cannot start a thread");
	}
	snapshot->tracer = tracer;
	wait_for(&tracer->taken);
	error = tracer->error;
	if (error || !hold)
		lupe_snapshot_release(snapshot);
	return error;
}

void lupe_snapshot_release(struct lupe_snapshot *snapshot)
{
	struct lupe_snapshot_tracer *tracer = snapshot->tracer;

	if (!tracer)
		return;
	snapshot->tracer = NULL;
	sem_post(&tracer->release);
	pthread_join(tracer->thread, NULL);
	sem_destroy(&tracer->taken);
	sem_destroy(&tracer->release);
	free(tracer);
}
