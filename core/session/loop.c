/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The loop: statuses of wait4 go into a queue, all that are there at once, before the first of them is
 * served: so a busy thread does not starve the others. What nobody asked for is handled in silence.
 *
 * Waiting is wait4 without a timeout; a signal of ours interrupts it. Between the last look at the
 * signal flag and wait4 a signal would be missed: its handler then starts a timer that interrupts
 * again and again (lupe_session_notify). The same timer serves the timeouts.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include "base/cleanup.h"
#include "session/records.h"
#include "trace/status.h"

enum { NS_PER_MS = 1000000, NS_PER_US = 1000, RETRY_US = 10000 };

volatile sig_atomic_t lupe_pending_signal;
/* Of the same making: a loop is between its last look at the flag and its next. */
static volatile sig_atomic_t waiting;

uint64_t session_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + now.tv_nsec;
}

/* --- interrupting ourselves --- */

/* From `us` microseconds on, SIGALRM comes every 10 ms; 0: no more. */
static void alarm_in(uint64_t us)
{
	struct itimerval timer = {0};

	if (us) {
		timer.it_value.tv_sec = us / 1000000;
		timer.it_value.tv_usec = us % 1000000;
		timer.it_interval.tv_usec = RETRY_US;
	}
	setitimer(ITIMER_REAL, &timer, NULL);
}

void lupe_session_notify(int signal)
{
	lupe_pending_signal = signal;
	if (waiting)
		alarm_in(1);
}

/* --- the queue --- */

struct lupe_error *session_push(struct lupe_session *session, struct pending item)
{
	if (session->queue_head && session->queue_head == session->queue.count)
		session->queue_head = session->queue.count = 0;
	return VECTOR_PUSH(&session->queue, item) ? NULL : lupe_error_no_memory();
}

static bool pop(struct lupe_session *session, struct pending *ret)
{
	if (session->queue_head >= session->queue.count)
		return false;
	*ret = session->queue.data[session->queue_head++];
	return true;
}

void session_unqueue(struct lupe_session *session, size_t index)
{
	struct pending *item = &session->queue.data[index];

	memmove(item, item + 1, (session->queue.count - index - 1) * sizeof(*item));
	session->queue.count--;
}

struct lupe_error *session_push_replay(struct lupe_thread *thread)
{
	thread->replay_queued = true;
	return session_push(thread->process->session,
			    (struct pending){.tid = thread->tid,
					     .synthetic = LUPE_EVENT_EXEC,
					     .generation = thread->generation});
}

/* The first stop of a child may come before the event that tells of it. Other children of this program
 * (of popen) end here too. */
static struct lupe_error *stash(struct lupe_session *session, pid_t tid, int status)
{
	if (!WIFSTOPPED(status)) {
		lupe_hash_remove(&session->early, tid);
		return NULL;
	}
	if (!lupe_hash_put(&session->early, tid, (void *)((uintptr_t)(unsigned)status + 1)))
		return lupe_error_no_memory();
	return NULL;
}

/* The interrupt of lupe_process_stop took effect: nobody has to hear of it. */
static bool is_held(struct lupe_thread *thread, const struct lupe_event *event)
{
	return thread->hold && !thread->fresh && !thread->interrupt_asked &&
	       (event->kind == LUPE_EVENT_STOPPED || event->kind == LUPE_EVENT_GROUP_STOP);
}

struct lupe_error *session_take_status(struct lupe_session *session, pid_t tid, int status)
{
	struct lupe_thread *thread = lupe_session_thread(session, tid);
	struct lupe_event event;

	session->statistics.stops++;
	if (!thread)
		return stash(session, tid, status);
	lupe_event_from_status(status, &event);
	if (!thread_state_expects(thread->state, event.kind))
		session->statistics.unexpected++;
	if (is_held(thread, &event)) {
		thread->state = THREAD_STOPPED;
		thread->stop = event.kind;
		thread->phase = call_phase_after(thread->phase, event.kind);
		thread->kicked = false;
		return NULL;
	}
	thread->listened = thread->state == THREAD_LISTENING;
	thread->state = THREAD_PENDING;
	return session_push(session, (struct pending){.tid = tid, .status = status});
}

/* --- waiting --- */

/* What else is there already: each thread once, then the serving. */
static struct lupe_error *drain(struct lupe_session *session)
{
	size_t most = session->n_threads + 1;
	int status;

	/* With one thread there is nobody else who could be starved. */
	for (size_t i = 1; session->n_threads > 1 && i < most; i++) {
		pid_t tid = lupe_wait(-1, false, &status);
		struct lupe_error *error;

		if (tid <= 0)
			break;
		error = session_take_status(session, tid, status);
		if (error)
			return error;
	}
	return NULL;
}

/* When we have to be awake: the caller's deadline or a delayed thread's; 0: never. */
static uint64_t next_deadline(const struct lupe_session *session, uint64_t deadline)
{
	for (size_t i = 0; i < session->delayed.count; i++) {
		uint64_t due = session->delayed.data[i]->due_ns;

		if (!deadline || due < deadline)
			deadline = due;
	}
	return deadline;
}

static void resume_due(struct lupe_session *session)
{
	uint64_t now = session->delayed.count ? session_now_ns() : 0;

	for (size_t i = 0; i < session->delayed.count; i++) {
		struct lupe_thread *thread = session->delayed.data[i];

		if (thread->due_ns > now)
			continue;
		session->delayed.data[i--] = session->delayed.data[--session->delayed.count];
		thread->due_ns = 0;
		thread_resume_now(thread, false);
	}
}

/* wait4 until a status, the deadline, or (`heeding`) a signal of ours, also one that came before. Answers as
 * lupe_wait. */
static pid_t wait_until(uint64_t deadline, bool heeding, int *ret_status)
{
	pid_t tid = -EINTR;

	if (deadline) {
		uint64_t now = session_now_ns();

		tid = lupe_wait(-1, false, ret_status);
		if (tid || now >= deadline)
			return tid;
		alarm_in((deadline - now) / NS_PER_US + 1);
	}
	waiting = 1;
	if (!lupe_pending_signal || !heeding)
		tid = lupe_wait(-1, true, ret_status);
	waiting = 0;
	/* Also where a handler started it. */
	if (deadline || lupe_pending_signal)
		alarm_in(0);
	return tid;
}

/* Waits for statuses; *ret_idle: nothing is left to wait for. */
static struct lupe_error *wait_more(struct lupe_session *session, uint64_t deadline, bool *ret_idle)
{
	struct lupe_error *error;
	int status;
	pid_t tid;

	tid = wait_until(next_deadline(session, deadline), true, &status);
	*ret_idle = tid == -ECHILD;
	if (tid == 0 || tid == -EINTR || tid == -ECHILD)
		return NULL;
	if (tid < 0)
		return lupe_error_os(-tid, "cannot wait for the targets");
	error = session_take_status(session, tid, status);
	return error ? error : drain(session);
}

struct lupe_error *session_wait_for(struct lupe_session *session, int timeout_ms,
				    bool (*done)(void *context), void *context)
{
	uint64_t deadline = session_now_ns() + (uint64_t)timeout_ms * NS_PER_MS;

	while (!done(context) && session_now_ns() < deadline) {
		int status;
		pid_t tid = wait_until(deadline, false, &status);
		struct lupe_error *error;

		if (tid == -ECHILD)
			break;
		/* A signal of ours would wake us again and again: the timer's pace is good enough. */
		if (tid <= 0)
			continue;
		error = session_take_status(session, tid, status);
		if (error)
			return error;
	}
	return NULL;
}

/* --- the next event --- */

static bool take_signal(struct lupe_event *ret)
{
	int signal = lupe_pending_signal;

	if (!signal)
		return false;
	lupe_pending_signal = 0;
	*ret = (struct lupe_event){.kind = LUPE_EVENT_WOKEN, .signal = signal};
	return true;
}

/* Serves what is queued until something is to be reported. */
static struct lupe_error *serve_queue(struct lupe_session *session, struct lupe_event *ret,
				      bool *ret_report)
{
	struct lupe_error *error = NULL;
	struct pending item;

	*ret_report = false;
	while (!error && !*ret_report && !lupe_pending_signal && pop(session, &item))
		error = session_serve(session, item, ret, ret_report);
	return error;
}

static bool is_over(uint64_t deadline)
{
	return deadline && session_now_ns() >= deadline;
}

struct lupe_error *lupe_session_next(struct lupe_session *session, int timeout_ms,
				     struct lupe_event *ret)
{
	uint64_t deadline = timeout_ms < 0 ? 0 : session_now_ns() + (uint64_t)timeout_ms * NS_PER_MS;
	struct lupe_error *error;
	bool report, idle = false;

	session_bury(session);
	for (;;) {
		if (take_signal(ret))
			return NULL;
		resume_due(session);
		error = serve_queue(session, ret, &report);
		if (error)
			return error;
		if (report) {
			session->statistics.reported++;
			return NULL;
		}
		if (lupe_pending_signal || session->queue_head < session->queue.count)
			continue;
		*ret = (struct lupe_event){
		    .kind = idle || !session->n_threads ? LUPE_EVENT_NO_TARGETS : LUPE_EVENT_NONE};
		if (ret->kind == LUPE_EVENT_NO_TARGETS)
			return NULL;
		if (timeout_ms >= 0 && is_over(deadline))
			return NULL;
		error = wait_more(session, deadline, &idle);
		if (error)
			return error;
		if (timeout_ms == 0 && session->queue_head == session->queue.count)
			return NULL;
	}
}
