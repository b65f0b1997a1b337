/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where lines go: stderr, a file, a file for each thread, the stdin of a command. Text is collected
 * and written in one piece; what cannot be written is lost, and the first reason is kept.
 */
#include "session/log_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/cleanup.h"
#include "trace/ptrace.h"

extern char **environ;

/* --- streams --- */

void lupe_log_stream_init(struct log_stream *stream, int fd)
{
	*stream = (struct log_stream){.fd = fd};
	lupe_buffer_init(&stream->buffer);
}

void lupe_log_stream_deinit(struct log_stream *stream)
{
	if (stream->fd > STDERR_FILENO)
		close(stream->fd);
	lupe_buffer_deinit(&stream->buffer);
	lupe_log_stream_init(stream, -1);
}

void lupe_log_stream_write(struct log_stream *stream)
{
	const char *text = stream->buffer.data;
	size_t size = stream->buffer.length;
	ssize_t done;

	if (stream->fd < 0 || !size)
		return;
	while (size) {
		done = write(stream->fd, text, size);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0) {
			stream->failure = stream->failure ? stream->failure : errno;
			break;
		}
		text += done;
		size -= done;
	}
	stream->line -= (ptrdiff_t)stream->buffer.length;
	lupe_buffer_reset(&stream->buffer);
}

/* --- opening --- */

static struct lupe_error *open_file(const char *path, bool append, int *ret)
{
	int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC);
	int fd = open(path, flags, 0666);

	if (fd < 0)
		return lupe_error_os(errno, "Can't fopen '%s'", path);
	/* 0, 1 and 2 of a program without them are not for the log. */
	if (fd <= STDERR_FILENO) {
		*ret = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
		close(fd);
		return *ret < 0 ? lupe_error_os(errno, "fcntl") : NULL;
	}
	*ret = fd;
	return NULL;
}

/* Runs a shell command; `*ret` is the writing end of its stdin. */
static struct lupe_error *open_command(const char *command, pid_t *ret_pid, int *ret)
{
	const char *const argv[] = {"sh", "-c", command, NULL};
	posix_spawn_file_actions_t actions;
	int ends[2], errnum;

	if (pipe2(ends, O_CLOEXEC))
		return lupe_error_os(errno, "pipe");
	errnum = posix_spawn_file_actions_init(&actions);
	if (!errnum) {
		errnum = posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
		if (!errnum)
			errnum = posix_spawn(ret_pid, "/bin/sh", &actions, NULL,
					     (char *const *)argv, environ);
		posix_spawn_file_actions_destroy(&actions);
	}
	close(ends[0]);
	if (errnum) {
		close(ends[1]);
		*ret_pid = 0;
		return lupe_error_os(errnum, "exec");
	}
	*ret = ends[1];
	return NULL;
}

struct lupe_error *lupe_log_output_open(struct lupe_log *log)
{
	const char *file = log->file;
	int fd = STDERR_FILENO;
	struct lupe_error *error = NULL;

	log->output.at_once = !file;
	if (file && (*file == '|' || *file == '!'))
		error = open_command(file + 1, &log->command, &fd);
	else if (file && !log->options.separate)
		error = open_file(file, log->options.append, &fd);
	if (!error)
		log->output.fd = fd;
	return error;
}

void lupe_log_output_close(struct lupe_log *log)
{
	int status;

	lupe_log_stream_write(&log->output);
	lupe_log_stream_deinit(&log->output);
	if (log->command > 0)
		lupe_wait(log->command, true, &status);
	log->command = 0;
}

void lupe_log_output_open_own(struct lupe_log *log, struct log_thread *thread)
{
	char path[4096];
	struct lupe_error *error;
	int fd = -1;

	snprintf(path, sizeof(path), "%s.%d", log->file, (int)thread->tid);
	error = open_file(path, log->options.append, &fd);
	if (error) {
		lupe_log_say(log, "%s", error->message);
		lupe_error_destroy(error);
	}
	thread->own.fd = fd;
	thread->stream = &thread->own;
}

/* --- messages --- */

void lupe_log_say(struct lupe_log *log, const char *format, ...)
{
	struct lupe_buffer text;
	va_list arguments;

	lupe_log_flush(log);
	lupe_buffer_init(&text);
	lupe_buffer_string(&text, log->options.program);
	lupe_buffer_bytes(&text, ": ", 2);
	va_start(arguments, format);
	lupe_buffer_vprintf(&text, format, arguments);
	va_end(arguments);
	lupe_buffer_char(&text, '\n');
	/* In one piece: others write there too. */
	if (!text.failed && write(STDERR_FILENO, text.data, text.length) < 0)
		log->output.failure = log->output.failure ? log->output.failure : errno;
	lupe_buffer_deinit(&text);
}
