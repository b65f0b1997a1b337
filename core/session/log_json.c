/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The log as JSON Lines: one object an event. Each has "type", "time_ns" (since the epoch), "pid" and
 * "tid"; docs/trace.schema.json tells the rest. A call is one object, written when it has ended.
 */
#include "session/log_parts.h"

#include <string.h>
#include <sys/wait.h>
#include "type/json.h"

static void put_string(struct lupe_buffer *out, const char *key, const char *text)
{
	lupe_buffer_string(out, ",\"");
	lupe_buffer_string(out, key);
	lupe_buffer_string(out, "\":");
	lupe_json_string(out, text, strlen(text));
}

static void put_number(struct lupe_buffer *out, const char *key, int64_t number)
{
	lupe_buffer_string(out, ",\"");
	lupe_buffer_string(out, key);
	lupe_buffer_string(out, "\":");
	lupe_buffer_decimal(out, number);
}

static void begin(struct log_thread *thread, const struct lupe_event *event, const char *type)
{
	struct lupe_buffer *out = &thread->stream->buffer;

	lupe_buffer_string(out, "{\"type\":\"");
	lupe_buffer_string(out, type);
	lupe_buffer_char(out, '"');
	put_number(out, "time_ns", (int64_t)event->time_ns);
	put_number(out, "pid", thread->pid);
	put_number(out, "tid", thread->tid);
}

static void end(struct log_thread *thread)
{
	lupe_buffer_char(&thread->stream->buffer, '}');
	lupe_log_end(thread);
}

static void put_signal_name(struct lupe_buffer *out, int signal)
{
	char name[16];

	put_string(out, "signal", lupe_signal_name(signal, name));
	put_number(out, "signo", signal);
}

/* --- calls --- */

void lupe_log_json_call(struct log_thread *thread, const struct lupe_event *event,
			const struct lupe_call *call, const struct lupe_value *args)
{
	struct lupe_buffer *out = &thread->stream->buffer;
	size_t start;

	begin(thread, event, "syscall");
	start = out->length;
	lupe_call_print_json(out, call, args);
	/* Its members are ours: the brace becomes a comma, and our own end closes it. */
	if (out->failed || out->length < start + 2)
		return;
	out->data[start] = ',';
	lupe_log_end(thread);
}

/* --- signals --- */

/* Which members of the union hold, by signal and code (sigaction(2)). */
static void put_info(struct lupe_buffer *out, const siginfo_t *info)
{
	put_number(out, "code", info->si_code);
	if (info->si_code == SI_KERNEL)
		return;
	if (info->si_code <= 0 || info->si_signo == SIGCHLD) {
		put_number(out, "sender_pid", info->si_pid);
		put_number(out, "sender_uid", info->si_uid);
	}
	if (info->si_code == SI_QUEUE)
		put_number(out, "value", info->si_value.sival_int);
	if (info->si_code <= 0)
		return;
	switch (info->si_signo) {
	case SIGCHLD:
		put_number(out, "status", info->si_status);
		break;
	case SIGSEGV:
	case SIGBUS:
	case SIGILL:
	case SIGFPE:
	case SIGTRAP:
		lupe_buffer_string(out, ",\"address\":\"");
		lupe_buffer_hex(out, (uintptr_t)info->si_addr);
		lupe_buffer_char(out, '"');
		break;
	default:
		break;
	}
}

void lupe_log_json_signal(struct log_thread *thread, const struct lupe_event *event)
{
	struct lupe_buffer *out = &thread->stream->buffer;

	begin(thread, event, event->kind == LUPE_EVENT_GROUP_STOP ? "stopped" : "signal");
	put_signal_name(out, event->signal);
	if (event->has_info)
		put_info(out, &event->info);
	end(thread);
}

/* --- lives --- */

void lupe_log_json_end(struct log_thread *thread, const struct lupe_event *event)
{
	struct lupe_buffer *out = &thread->stream->buffer;
	bool killed = WIFSIGNALED(event->status);

	begin(thread, event, killed ? "killed" : "exited");
	if (killed) {
		put_signal_name(out, WTERMSIG(event->status));
		lupe_buffer_string(out, WCOREDUMP(event->status) ? ",\"core_dumped\":true"
								 : ",\"core_dumped\":false");
	} else {
		put_number(out, "code", WEXITSTATUS(event->status));
	}
	end(thread);
}

void lupe_log_json_superseded(struct log_thread *thread, const struct lupe_event *event)
{
	begin(thread, event, "superseded");
	put_number(&thread->stream->buffer, "by", event->former);
	end(thread);
}
