/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which process started which, what they ran and how they ended: --tree.
 */
#include "session/log_parts.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/cleanup.h"
#include "trace/proc.h"

static struct lupe_log_process *find(struct lupe_log *log, pid_t pid)
{
	size_t i;

	/* A reused id is that of the latest. */
	for (i = log->processes.count; i > 0; i--)
		if (log->processes.data[i - 1].pid == pid)
			return &log->processes.data[i - 1];
	return NULL;
}

/* The words of its command line, joined; malloc'ed, or NULL. */
static char *command_of(pid_t pid)
{
	char path[64], text[4096];
	CLEANUP_CLOSE int fd = -1;
	ssize_t size, i;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	size = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (size <= 0)
		return NULL;
	while (size > 0 && !text[size - 1])
		size--;
	for (i = 0; i < size; i++)
		if (!text[i])
			text[i] = ' ';
	text[size] = '\0';
	return strdup(text);
}

/* A thread is no process of its own. */
static void add(struct lupe_log *log, pid_t pid, uint64_t time_ns)
{
	struct lupe_log_process process = {.pid = pid, .start_ns = time_ns};
	const struct lupe_log_process *parent;
	struct lupe_proc_status status;
	struct lupe_error *error = lupe_proc_status_read(pid, &status);

	process.parent = error ? 0 : status.ppid;
	lupe_error_destroy(error);
	process.command = command_of(pid);
	parent = find(log, process.parent);
	if (!process.command && parent && parent->command)
		process.command = strdup(parent->command);
	if (!VECTOR_PUSH(&log->processes, process))
		free(process.command);
}

static void renew_command(struct lupe_log_process *process)
{
	char *command = command_of(process->pid);

	if (!command)
		return;
	free(process->command);
	process->command = command;
}

void lupe_log_grow_tree(struct lupe_log *log, const struct lupe_event *event)
{
	struct lupe_log_process *process = find(log, event->pid);

	if (!process || (process->ended && event->kind == LUPE_EVENT_NEW_THREAD))
		add(log, event->pid, event->time_ns);
	else if (event->kind == LUPE_EVENT_EXEC)
		renew_command(process);
	process = find(log, event->pid);
	if (process && (event->kind == LUPE_EVENT_EXITED || event->kind == LUPE_EVENT_KILLED)) {
		process->ended = true;
		process->status = event->status;
		process->end_ns = event->time_ns;
	}
}

void lupe_log_free_tree(struct lupe_log *log)
{
	size_t i;

	for (i = 0; i < log->processes.count; i++)
		free(log->processes.data[i].command);
	VECTOR_DEINIT(&log->processes);
}

const struct lupe_log_process *lupe_log_get_process(const struct lupe_log *log, size_t index)
{
	return index < log->processes.count ? &log->processes.data[index] : NULL;
}
