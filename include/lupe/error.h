/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Errors as values. A function that can fail returns `struct lupe_error *`: NULL is success, anything
 * else is owned by the caller, who passes it on or destroys it. Out-of-memory and not-found are static
 * singletons, so that reporting them cannot fail; destroying them is harmless.
 *
 * A message says what was tried, on what, why it failed and what to do about it, in one line.
 */
#ifndef LUPE_ERROR_H
#define LUPE_ERROR_H

#include <stdarg.h>
#include <stdint.h>

typedef uint64_t lupe_addr; /* an address in the target, never a host pointer */

#define LUPE_MUST_CHECK __attribute__((warn_unused_result))
#define LUPE_PRINTF(f, a) __attribute__((format(printf, f, a)))

enum lupe_error_code {
	LUPE_ERROR_NO_MEMORY,  /* this program is out of memory (singleton) */
	LUPE_ERROR_NOT_FOUND,  /* a lookup had no result (singleton, or with a message) */
	LUPE_ERROR_INVALID,    /* the caller's request makes no sense: bad name, bad option, wrong state */
	LUPE_ERROR_OS,	       /* a system call failed: errnum says how */
	LUPE_ERROR_EXITED,     /* the thread or process is gone (ESRCH): an event will tell, never fatal */
	LUPE_ERROR_PERMISSION, /* EPERM or EACCES on the target */
	LUPE_ERROR_FAULT,      /* target memory at `address` cannot be read or written */
	LUPE_ERROR_FORMAT,     /* foreign bytes (ELF, DWARF, core file) are malformed */
	LUPE_ERROR_UNSUPPORTED,/* this kernel, architecture or build cannot do it */
};

struct lupe_error {
	enum lupe_error_code code;
	int errnum;	   /* errno value, 0 when none */
	lupe_addr address; /* for LUPE_ERROR_FAULT: first address that could not be accessed */
	char *message;	   /* one line, no newline at the end, never NULL */
};

/* Makes an error with a formatted message. Never fails: answers the out-of-memory singleton instead. */
struct lupe_error *lupe_error_create(enum lupe_error_code code, const char *format, ...)
    LUPE_PRINTF(2, 3);

/* An error of a system call: ": strerror(errnum)" is appended to the message. ESRCH becomes
 * LUPE_ERROR_EXITED, EPERM and EACCES LUPE_ERROR_PERMISSION, the rest LUPE_ERROR_OS. */
struct lupe_error *lupe_error_os(int errnum, const char *format, ...) LUPE_PRINTF(2, 3);

/* An inaccessible target address. */
struct lupe_error *lupe_error_fault(lupe_addr address, const char *format, ...) LUPE_PRINTF(2, 3);

struct lupe_error *lupe_error_no_memory(void);
struct lupe_error *lupe_error_not_found(void);

/* Puts "PREFIX: " before the message of `error` (consumed); answers the new error. */
struct lupe_error *lupe_error_prefix(struct lupe_error *error, const char *format, ...)
    LUPE_PRINTF(2, 3);

/* "not_found", "exited", ...: the third value that a Lua function answers on failure. */
const char *lupe_error_code_name(enum lupe_error_code code);

void lupe_error_destroy(struct lupe_error *error);

/* The race that is normal life: true (and the error is destroyed) when the target was gone. */
_Bool lupe_error_is_exited(struct lupe_error *error);

#endif
