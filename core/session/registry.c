/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Records of processes and threads: making, finding, ending. A record that ended stays readable until
 * the next call of lupe_session_next (session_bury).
 */
#include <stdlib.h>
#include <string.h>
#include "session/records.h"

/* --- making --- */

struct lupe_process *process_create(struct lupe_session *session, pid_t pid)
{
	struct lupe_process *process = calloc(1, sizeof(*process));

	if (!process || !lupe_hash_put(&session->processes, pid, process)) {
		free(process);
		return NULL;
	}
	process->session = session;
	process->pid = pid;
	process->generation = ++session->next_generation;
	process->next = session->process_list;
	session->process_list = process;
	lupe_live_memory_init(&process->memory, pid);
	breakpoint_init(process);
	return process;
}

struct lupe_thread *thread_create(struct lupe_process *process, pid_t tid)
{
	struct lupe_session *session = process->session;
	struct lupe_thread *thread = calloc(1, sizeof(*thread));

	if (!thread || !lupe_hash_put(&session->threads, tid, thread)) {
		free(thread);
		return NULL;
	}
	thread->process = process;
	thread->tid = tid;
	thread->generation = ++session->next_generation;
	thread->state = THREAD_BORN;
	thread->options = thread_wanted_options(process);
	thread->next = process->threads;
	process->threads = thread;
	process->n_threads++;
	session->n_threads++;
	return thread;
}

struct lupe_error *thread_rename(struct lupe_thread *thread, pid_t tid)
{
	struct lupe_session *session = thread->process->session;

	if (thread->tid == tid)
		return NULL;
	if (!lupe_hash_put(&session->threads, tid, thread))
		return lupe_error_no_memory();
	lupe_hash_remove(&session->threads, thread->tid);
	thread->tid = tid;
	return NULL;
}

/* --- ending --- */

static void unlink_thread(struct lupe_thread *thread)
{
	struct lupe_thread **at = &thread->process->threads;

	while (*at && *at != thread)
		at = &(*at)->next;
	if (*at)
		*at = thread->next;
	thread->next = NULL;
}

static void forget_delay(struct lupe_session *session, const struct lupe_thread *thread)
{
	for (size_t i = 0; i < session->delayed.count; i++)
		if (session->delayed.data[i] == thread)
			session->delayed.data[i--] = session->delayed.data[--session->delayed.count];
}

void thread_end(struct lupe_thread *thread)
{
	struct lupe_session *session = thread->process->session;

	if (thread->state == THREAD_DEAD)
		return;
	thread->state = THREAD_DEAD;
	forget_delay(session, thread);
	detour_forget(thread);
	if (lupe_hash_get(&session->threads, thread->tid) == thread)
		lupe_hash_remove(&session->threads, thread->tid);
	unlink_thread(thread);
	/* Memory is reached through a thread that lives. */
	if (thread->process->memory.pid == thread->tid && thread->process->threads)
		thread->process->memory.pid = thread->process->threads->tid;
	thread->process->n_threads--;
	session->n_threads--;
	if (!VECTOR_PUSH(&session->dead_threads, thread))
		free(thread);
}

static void unlink_process(struct lupe_process *process)
{
	struct lupe_process **at = &process->session->process_list;

	while (*at && *at != process)
		at = &(*at)->next;
	if (*at)
		*at = process->next;
	process->next = NULL;
}

void launch_strings_destroy(struct launch_strings *strings)
{
	if (!strings)
		return;
	for (char **at = strings->argv; at && *at; at++)
		free(*at);
	for (char **at = strings->own_env; at && *at; at++)
		free(*at);
	free(strings->argv);
	free(strings->own_env);
	free(strings->path);
	lupe_live_memory_deinit(&strings->memory);
	free(strings);
}

static void process_free(struct lupe_process *process)
{
	launch_strings_destroy(process->strings);
	breakpoint_deinit(process);
	lupe_live_memory_deinit(&process->memory);
	free(process);
}

void process_end(struct lupe_process *process)
{
	struct lupe_session *session = process->session;

	if (process->dead)
		return;
	while (process->threads)
		thread_end(process->threads);
	process->dead = true;
	if (lupe_hash_get(&session->processes, process->pid) == process)
		lupe_hash_remove(&session->processes, process->pid);
	unlink_process(process);
	if (!VECTOR_PUSH(&session->dead_processes, process))
		process_free(process);
}

void session_bury(struct lupe_session *session)
{
	while (session->dead_threads.count)
		free(session->dead_threads.data[--session->dead_threads.count]);
	while (session->dead_processes.count)
		process_free(session->dead_processes.data[--session->dead_processes.count]);
}

/* --- finding --- */

struct lupe_process *lupe_session_process(struct lupe_session *session, pid_t pid)
{
	return lupe_hash_get(&session->processes, pid);
}

struct lupe_thread *lupe_session_thread(struct lupe_session *session, pid_t tid)
{
	return lupe_hash_get(&session->threads, tid);
}

struct lupe_process *lupe_session_next_process(struct lupe_session *session,
					       struct lupe_process *after)
{
	return after ? after->next : session->process_list;
}

struct lupe_thread *lupe_process_next_thread(struct lupe_process *process, struct lupe_thread *after)
{
	return after ? after->next : process->threads;
}

/* --- properties --- */

pid_t lupe_process_pid(const struct lupe_process *process)
{
	return process->pid;
}

uint32_t lupe_process_programs(const struct lupe_process *process)
{
	return process->programs;
}

uint32_t lupe_process_generation(const struct lupe_process *process)
{
	return process->generation;
}

bool lupe_process_launched(const struct lupe_process *process)
{
	return process->launched;
}

bool lupe_process_filtered(const struct lupe_process *process)
{
	return process->has_filter;
}

enum lupe_abi lupe_process_abi(const struct lupe_process *process)
{
	return process->abi;
}

enum lupe_mechanism lupe_process_mechanism(const struct lupe_process *process)
{
	return process->mechanism;
}

const struct lupe_memory *lupe_process_memory(const struct lupe_process *process)
{
	return &process->reader;
}

const struct lupe_memory *lupe_thread_memory(const struct lupe_thread *thread)
{
	const struct launch_strings *strings = thread->process->strings;

	if (thread->replay != REPLAY_NONE && strings)
		return &strings->memory.reader;
	return &thread->process->as_kernel;
}

pid_t lupe_thread_tid(const struct lupe_thread *thread)
{
	return thread->tid;
}

uint32_t lupe_thread_generation(const struct lupe_thread *thread)
{
	return thread->generation;
}

struct lupe_process *lupe_thread_process(const struct lupe_thread *thread)
{
	return thread->process;
}

const char *lupe_thread_state_name(const struct lupe_thread *thread)
{
	return thread_state_name(thread->state);
}

bool lupe_thread_stopped(const struct lupe_thread *thread)
{
	return thread->state == THREAD_STOPPED || thread->state == THREAD_PENDING;
}

const struct lupe_call *lupe_thread_call(const struct lupe_thread *thread)
{
	return thread->has_call ? &thread->call : NULL;
}
