/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A line's beginning: the columns before the text (thread, times, number, address), and what becomes of
 * the line that was open. No printf on the way of a call.
 */
#include "session/log_parts.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>
#include "base/cleanup.h"

static const uint64_t second_ns = UINT64_C(1000000000);

size_t lupe_log_column(const struct log_stream *stream)
{
	return (size_t)((ptrdiff_t)stream->buffer.length - stream->line) - stream->unseen;
}

/* --- colours --- */

static const char *const escapes[] = {
    [LOG_PLAIN] = "\033[0m",	[LOG_NAME] = "\033[1m",  [LOG_FAILURE] = "\033[31m",
    [LOG_SIGNAL] = "\033[33m", [LOG_LIFE] = "\033[36m", [LOG_THREAD] = "\033[2m",
};

void lupe_log_paint(struct lupe_log *log, struct log_stream *stream, enum log_color color)
{
	if (!log->options.color)
		return;
	lupe_buffer_string(&stream->buffer, escapes[color]);
	stream->unseen += strlen(escapes[color]);
}

/* What stands behind `at` moves on. */
static void insert(struct lupe_buffer *out, size_t at, const char *text)
{
	size_t size = strlen(text), length = out->length;

	lupe_buffer_bytes(out, text, size);
	if (out->length != length + size)
		return;
	memmove(out->data + at + size, out->data + at, length - at);
	memcpy(out->data + at, text, size);
}

void lupe_log_paint_range(struct lupe_log *log, struct log_stream *stream, enum log_color color,
			  size_t from, size_t to)
{
	if (!log->options.color || from >= to || to > stream->buffer.length)
		return;
	insert(&stream->buffer, to, escapes[LOG_PLAIN]);
	insert(&stream->buffer, from, escapes[color]);
	stream->unseen += strlen(escapes[LOG_PLAIN]) + strlen(escapes[color]);
}

/* --- numbers in columns --- */

static unsigned count_digits(uint64_t number)
{
	unsigned digits = 1;

	while (number >= 10) {
		number /= 10;
		digits++;
	}
	return digits;
}

/* Right-aligned. */
static void put_padded(struct lupe_buffer *out, uint64_t number, unsigned width)
{
	unsigned digits = count_digits(number);

	if (digits < width)
		lupe_buffer_pad(out, ' ', width - digits);
	lupe_buffer_unsigned(out, number);
}

/* ".012345": the fraction of a second, `digits` of it; nothing for 0. */
static void put_fraction(struct lupe_buffer *out, uint64_t ns, int digits)
{
	char text[10] = ".";
	int i;

	if (digits <= 0)
		return;
	for (i = 9; i > digits; i--)
		ns /= 10;
	for (; i > 0; i--, ns /= 10)
		text[i] = (char)('0' + ns % 10);
	lupe_buffer_bytes(out, text, (size_t)digits + 1);
}

/* --- the columns --- */

static void put_thread(struct lupe_log *log, struct lupe_buffer *out, pid_t tid)
{
	size_t start = out->length, width;

	if (log->with_ids) {
		lupe_buffer_unsigned(out, (uint64_t)tid);
		if (log->options.names)
			lupe_log_put_name(log, out, tid);
		width = out->length - start;
		lupe_buffer_pad(out, ' ', width < 5 ? 6 - width : 1);
	} else if (log->n_threads > 1 && !log->file) {
		lupe_buffer_string(out, "[pid ");
		put_padded(out, (uint64_t)tid, 5);
		if (log->options.names)
			lupe_log_put_name(log, out, tid);
		lupe_buffer_bytes(out, "] ", 2);
	}
}

/* The text of a second is kept: there are many lines in one. */
static void renew_second(struct lupe_log *log, int64_t second)
{
	struct log_clock *clock = &log->clock;
	time_t time = second;
	struct tm parts;

	if (clock->length && clock->second == second)
		return;
	clock->second = second;
	clock->length = 0;
	if (localtime_r(&time, &parts))
		clock->length = strftime(clock->text, sizeof(clock->text),
					 log->options.clock == LUPE_LOG_UNIX_TIME ? "%s" : "%T",
					 &parts);
}

static void put_clock(struct lupe_log *log, struct lupe_buffer *out, uint64_t ns)
{
	struct timespec now;

	if (!ns) {
		clock_gettime(CLOCK_REALTIME, &now);
		ns = (uint64_t)now.tv_sec * second_ns + (uint64_t)now.tv_nsec;
	}
	renew_second(log, (int64_t)(ns / second_ns));
	lupe_buffer_bytes(out, log->clock.text, log->clock.length);
	put_fraction(out, ns % second_ns, log->options.clock_digits);
	lupe_buffer_char(out, ' ');
}

/* Since the line before. */
static void put_relative(struct lupe_log *log, struct lupe_buffer *out)
{
	bool framed = log->options.clock != LUPE_LOG_NO_CLOCK;
	struct timespec now;
	uint64_t ns, since;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ns = (uint64_t)now.tv_sec * second_ns + (uint64_t)now.tv_nsec;
	since = log->clock.last_ns ? ns - log->clock.last_ns : 0;
	log->clock.last_ns = ns;
	if (framed)
		lupe_buffer_bytes(out, "(+", 2);
	put_padded(out, since / second_ns, 6);
	put_fraction(out, since % second_ns, log->options.relative_digits);
	lupe_buffer_bytes(out, ") ", framed ? 2 : 0);
	if (!framed)
		lupe_buffer_char(out, ' ');
}

static void put_number(struct lupe_buffer *out, int64_t nr)
{
	lupe_buffer_char(out, '[');
	put_padded(out, (uint64_t)nr, 4);
	lupe_buffer_bytes(out, "] ", 2);
}

static void put_pc(struct lupe_buffer *out, const struct lupe_log_source *source)
{
	bool known = source && (source->has_pc || source->call);
	lupe_addr pc = !known ? 0 : source->has_pc ? source->pc : source->call->pc;

	if (known)
		lupe_buffer_printf(out, "[%016" PRIx64 "] ", pc);
	else
		lupe_buffer_string(out, "[????????????????] ");
}

/* --- lines --- */

static void close_open_line(struct log_stream *stream)
{
	if (!stream->writer || !lupe_log_column(stream))
		return;
	lupe_buffer_string(&stream->buffer, " <unfinished ...>\n");
	stream->line = (ptrdiff_t)stream->buffer.length;
	stream->unseen = 0;
}

void lupe_log_begin(struct lupe_log *log, struct log_thread *thread, uint64_t time_ns,
		    const struct lupe_log_source *source)
{
	struct log_stream *stream = thread->stream;
	struct lupe_buffer *out = &stream->buffer;
	size_t start;

	close_open_line(stream);
	stream->writer = thread;
	stream->line = (ptrdiff_t)out->length;
	stream->unseen = 0;
	start = out->length;
	put_thread(log, out, thread->tid);
	lupe_log_paint_range(log, stream, LOG_THREAD, start, out->length);
	if (log->options.clock != LUPE_LOG_NO_CLOCK)
		put_clock(log, out, time_ns);
	if (log->options.relative_digits != LUPE_LOG_ABSENT)
		put_relative(log, out);
	if (log->options.columns & LUPE_LOG_NUMBER)
		put_number(out, thread->call.nr);
	if (log->options.columns & LUPE_LOG_PC)
		put_pc(out, source);
}

void lupe_log_end(struct log_thread *thread)
{
	lupe_buffer_char(&thread->stream->buffer, '\n');
	thread->stream->line = (ptrdiff_t)thread->stream->buffer.length;
	thread->stream->unseen = 0;
}

void lupe_log_tab(struct lupe_log *log, struct log_stream *stream)
{
	size_t column = lupe_log_column(stream);

	if (column < log->options.column)
		lupe_buffer_pad(&stream->buffer, ' ', log->options.column - column);
}

void lupe_log_duration(struct lupe_log *log, struct log_stream *stream, uint64_t ns)
{
	lupe_buffer_bytes(&stream->buffer, " <", 2);
	lupe_buffer_unsigned(&stream->buffer, ns / second_ns);
	put_fraction(&stream->buffer, ns % second_ns, log->options.duration_digits);
	lupe_buffer_char(&stream->buffer, '>');
}
