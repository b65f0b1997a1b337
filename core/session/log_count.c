/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The summary: calls, failures and times of each syscall. The time of a call is what its thread ran
 * between entry and exit (all of it inside the kernel), or the time that passed.
 */
#include "session/log_parts.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/cleanup.h"

/* Nanoseconds that the thread has run, by /proc/PID/task/TID/schedstat; 0 when unknown. */
static uint64_t run_time(const struct log_thread *thread)
{
	char path[64], text[64];
	CLEANUP_CLOSE int fd = -1;
	ssize_t size;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/schedstat", (int)thread->pid,
		 (int)thread->tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	size = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (size <= 0)
		return 0;
	text[size] = '\0';
	return strtoull(text, NULL, 10);
}

void lupe_log_count_entry(struct lupe_log *log, struct log_thread *thread)
{
	if (!log->options.wall_clock)
		thread->run_ns = run_time(thread);
}

static uint64_t time_of(const struct lupe_log *log, const struct log_thread *thread,
			const struct lupe_call *call)
{
	uint64_t since = log->options.wall_clock ? call->entry_ns : thread->run_ns;
	uint64_t until = log->options.wall_clock ? call->exit_ns : run_time(thread);
	uint64_t ns = until > since ? until - since : 0;

	return ns > log->options.overhead_ns ? ns - log->options.overhead_ns : 0;
}

void lupe_log_count_exit(struct lupe_log *log, struct log_thread *thread,
			 const struct lupe_call *call)
{
	int64_t nr = lupe_log_number(call);
	struct lupe_log_count *count;
	uint64_t ns;

	if (!log->counts || nr < 0 || nr >= LUPE_SYSCALL_LIMIT)
		return;
	count = &log->counts[nr];
	ns = time_of(log, thread, call);
	count->least_ns = count->calls ? MIN(count->least_ns, ns) : ns;
	count->most_ns = MAX(count->most_ns, ns);
	count->total_ns += ns;
	count->calls++;
	count->errors += call->failed;
}

struct lupe_log_count lupe_log_get_count(const struct lupe_log *log, int nr)
{
	static const struct lupe_log_count nothing;

	return log->counts && nr >= 0 && nr < LUPE_SYSCALL_LIMIT ? log->counts[nr] : nothing;
}
