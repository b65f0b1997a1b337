/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The session: its beginning and its end. At the end launched targets are killed and reaped, attached
 * ones let go.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/cleanup.h"
#include "session/records.h"

enum { END_MS = 5000, FIRST_FD = 3 };

/* --- the beginning --- */

/* SIGALRM only interrupts wait4. */
static void on_alarm(int signal)
{
	(void)signal;
}

static struct lupe_error *take_signals(void)
{
	struct sigaction action = {.sa_handler = on_alarm}; /* no SA_RESTART */
	struct sigaction child;

	if (sigaction(SIGALRM, &action, NULL) < 0)
		return lupe_error_os(errno, "cannot take SIGALRM");
	/* Stops are waited for: the kernel need not send a signal for each. */
	if (!sigaction(SIGCHLD, NULL, &child) && !(child.sa_flags & SA_NOCLDSTOP)) {
		child.sa_flags |= SA_NOCLDSTOP;
		sigaction(SIGCHLD, &child, NULL);
	}
	return NULL;
}

/* The descriptors that we were started with and that an exec would keep. */
static struct lupe_error *note_inherited(struct lupe_session *session)
{
	DIR *folder = opendir("/proc/self/fd");
	struct dirent *entry;
	bool ok = true;

	while (ok && folder && (entry = readdir(folder))) {
		int fd = atoi(entry->d_name);

		if (fd < FIRST_FD || fd == dirfd(folder) || fcntl(fd, F_GETFD) & FD_CLOEXEC)
			continue;
		ok = VECTOR_PUSH(&session->inherited, fd);
	}
	if (folder)
		closedir(folder);
	return ok ? NULL : lupe_error_no_memory();
}

struct lupe_error *lupe_session_create(const struct lupe_session_options *options,
				       struct lupe_session **ret)
{
	struct lupe_session *session = calloc(1, sizeof(*session));
	struct lupe_error *error;

	if (!session)
		return lupe_error_no_memory();
	session->options = *options;
	session->plan = 1;
	lupe_hash_init(&session->processes);
	lupe_hash_init(&session->threads);
	lupe_hash_init(&session->early);
	error = note_inherited(session);
	if (!error)
		error = take_signals();
	if (error) {
		VECTOR_DEINIT(&session->inherited);
		free(session);
		return error;
	}
	cpu_init(&session->cpu, options->follow_cpu);
	*ret = session;
	return NULL;
}

/* --- the end --- */

static void let_go(struct lupe_session *session)
{
	struct lupe_process *next;

	for (struct lupe_process *process = session->process_list; process; process = next) {
		next = process->next;
		if (process->launched)
			lupe_error_destroy(lupe_process_kill(process));
		else
			lupe_error_destroy(lupe_process_detach(process));
	}
}

/* Serves what comes until nothing is traced; nobody hears of it. A detached process may have left
 * threads that could not be stopped at once, a killed one is reaped. */
static void run_out(struct lupe_session *session)
{
	const struct lupe_interest none = {0};
	uint64_t deadline = session_now_ns() + (uint64_t)END_MS * 1000000;
	struct lupe_event event;

	lupe_error_destroy(lupe_session_set_interest(session, &none));
	while (session->n_threads && session_now_ns() < deadline) {
		struct lupe_error *error = lupe_session_next(session, 100, &event);

		lupe_error_destroy(error);
		if (error || event.kind == LUPE_EVENT_NO_TARGETS)
			break;
	}
}

static void free_records(struct lupe_session *session)
{
	while (session->process_list)
		process_end(session->process_list);
	session_bury(session);
	lupe_hash_deinit(&session->processes);
	lupe_hash_deinit(&session->threads);
	lupe_hash_deinit(&session->early);
	VECTOR_DEINIT(&session->queue);
	VECTOR_DEINIT(&session->delayed);
	VECTOR_DEINIT(&session->dead_processes);
	VECTOR_DEINIT(&session->dead_threads);
	VECTOR_DEINIT(&session->inherited);
}

void lupe_session_destroy(struct lupe_session *session)
{
	if (!session)
		return;
	let_go(session);
	run_out(session);
	cpu_deinit(&session->cpu);
	free_records(session);
	lupe_disasm_destroy(session->disasm);
	free(session);
}

void lupe_session_get_statistics(const struct lupe_session *session,
				 struct lupe_session_statistics *ret)
{
	*ret = session->statistics;
	ret->cpu_moves = session->cpu.moves;
	ret->idle_class = session->cpu.idle;
}
