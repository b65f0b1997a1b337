/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Dates in comments: 5 and a comment of 1970-01-01T00:00:05+0000, in the tracer's time zone. A time
 * is a number of seconds with a fraction in the sibling NAME_nsec, or a struct of seconds and a
 * fraction. Zero and what is no time (a fraction of a second and more, a year beyond reason) have
 * no comment.
 */
#include <string.h>
#include <time.h>
#include "syscall/text.h"

enum { TICKS_PER_SECOND = 100 /* USER_HZ */ };

/* Writes the fraction with `digits` digits, zeros in front. */
static void print_fraction(struct lupe_buffer *out, uint64_t fraction, unsigned digits)
{
	char text[10] = {'.'};
	unsigned i;

	for (i = digits; i > 0; i--, fraction /= 10)
		text[i] = (char)('0' + fraction % 10);
	lupe_buffer_bytes(out, text, digits + 1);
}

void lupe_strace_date(struct lupe_printer *printer, int64_t seconds, uint64_t fraction,
		      unsigned digits)
{
	time_t time = seconds;
	struct tm parts;
	char text[64];

	if ((!seconds && !fraction) || fraction > (digits == 6 ? 999999 : 999999999) ||
	    !localtime_r(&time, &parts) || !strftime(text, sizeof(text), "%FT%T", &parts))
		return;
	lupe_buffer_bytes(printer->out, " /* ", 4);
	lupe_buffer_string(printer->out, text);
	if (fraction)
		print_fraction(printer->out, fraction, digits);
	if (strftime(text, sizeof(text), "%z", &parts))
		lupe_buffer_string(printer->out, text);
	lupe_buffer_bytes(printer->out, " */", 3);
}

void lupe_strace_ticks(struct lupe_printer *printer, uint64_t ticks)
{
	uint64_t rest = ticks % TICKS_PER_SECOND;

	lupe_buffer_unsigned(printer->out, ticks);
	if (!ticks || printer->options->xlat == LUPE_XLAT_RAW)
		return;
	lupe_buffer_bytes(printer->out, " /* ", 4);
	lupe_buffer_unsigned(printer->out, ticks / TICKS_PER_SECOND);
	lupe_buffer_string(printer->out, rest < 10 ? ".0" : ".");
	lupe_buffer_unsigned(printer->out, rest);
	lupe_buffer_bytes(printer->out, " s */", 5);
}

static uint64_t sibling_nanoseconds(const struct lupe_printer *printer,
				    const struct lupe_value *value)
{
	const char *name = value->member ? value->member->name : NULL;
	const struct lupe_value *sibling;
	char nsec[64];

	if (!name || !printer->parent || strlen(name) > sizeof(nsec) - sizeof("_nsec"))
		return 0;
	strcpy(stpcpy(nsec, name), "_nsec");
	sibling = lupe_value_member(printer->parent, nsec);
	return sibling ? sibling->u : 0;
}

void lupe_strace_time_comment(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_value *fraction;
	const char *name;

	if (!value->n_children) {
		lupe_strace_date(printer, value->i, sibling_nanoseconds(printer, value), 9);
		return;
	}
	if (value->n_children < 2)
		return;
	fraction = &value->children[1];
	name = fraction->member ? fraction->member->name : NULL;
	lupe_strace_date(printer, value->children[0].i, fraction->u,
			 name && strstr(name, "usec") ? 6 : 9);
}
