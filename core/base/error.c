/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Errors as values; see lupe/error.h.
 */
#include "lupe/error.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char no_memory_text[] = "out of memory";
static char not_found_text[] = "not found";
static struct lupe_error no_memory = {LUPE_ERROR_NO_MEMORY, ENOMEM, 0, no_memory_text};
static struct lupe_error not_found = {LUPE_ERROR_NOT_FOUND, 0, 0, not_found_text};

struct lupe_error *lupe_error_no_memory(void)
{
	return &no_memory;
}

struct lupe_error *lupe_error_not_found(void)
{
	return &not_found;
}

/* Takes ownership of `message`; NULL means that formatting it ran out of memory. */
static struct lupe_error *error_of(enum lupe_error_code code, int errnum, lupe_addr address,
				   char *message)
{
	struct lupe_error *error = message ? malloc(sizeof(*error)) : NULL;

	if (!error) {
		free(message);
		return &no_memory;
	}
	*error = (struct lupe_error){code, errnum, address, message};
	return error;
}

static char *LUPE_PRINTF(1, 0) format_text(const char *format, va_list arguments)
{
	char *text;

	return vasprintf(&text, format, arguments) < 0 ? NULL : text;
}

struct lupe_error *lupe_error_create(enum lupe_error_code code, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = format_text(format, arguments);
	va_end(arguments);
	return error_of(code, 0, 0, text);
}

static enum lupe_error_code code_of_errno(int errnum)
{
	switch (errnum) {
	case ESRCH:
		return LUPE_ERROR_EXITED;
	case EPERM:
	case EACCES:
		return LUPE_ERROR_PERMISSION;
	case ENOMEM:
		return LUPE_ERROR_NO_MEMORY;
	default:
		return LUPE_ERROR_OS;
	}
}

struct lupe_error *lupe_error_os(int errnum, const char *format, ...)
{
	va_list arguments;
	char *text, *whole = NULL;

	va_start(arguments, format);
	text = format_text(format, arguments);
	va_end(arguments);
	if (!text || asprintf(&whole, "%s: %s", text, strerror(errnum)) < 0)
		whole = NULL;
	free(text);
	return error_of(code_of_errno(errnum), errnum, 0, whole);
}

struct lupe_error *lupe_error_fault(lupe_addr address, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = format_text(format, arguments);
	va_end(arguments);
	return error_of(LUPE_ERROR_FAULT, EFAULT, address, text);
}

struct lupe_error *lupe_error_prefix(struct lupe_error *error, const char *format, ...)
{
	va_list arguments;
	char *text, *whole = NULL;
	struct lupe_error *prefixed;

	va_start(arguments, format);
	text = format_text(format, arguments);
	va_end(arguments);
	if (!text || asprintf(&whole, "%s: %s", text, error->message) < 0)
		whole = NULL;
	free(text);
	prefixed = error_of(error->code, error->errnum, error->address, whole);
	lupe_error_destroy(error);
	return prefixed;
}

const char *lupe_error_code_name(enum lupe_error_code code)
{
	static const char *const names[] = {
	    [LUPE_ERROR_NO_MEMORY] = "no_memory",     [LUPE_ERROR_NOT_FOUND] = "not_found",
	    [LUPE_ERROR_INVALID] = "invalid",	      [LUPE_ERROR_OS] = "os",
	    [LUPE_ERROR_EXITED] = "exited",	      [LUPE_ERROR_PERMISSION] = "permission",
	    [LUPE_ERROR_FAULT] = "fault",	      [LUPE_ERROR_FORMAT] = "format",
	    [LUPE_ERROR_UNSUPPORTED] = "unsupported",
	};

	return names[code];
}

void lupe_error_destroy(struct lupe_error *error)
{
	if (!error || error == &no_memory || error == &not_found)
		return;
	free(error->message);
	free(error);
}

bool lupe_error_is_exited(struct lupe_error *error)
{
	if (!error || error->code != LUPE_ERROR_EXITED)
		return false;
	lupe_error_destroy(error);
	return true;
}
