/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pieces of strace's text, for the printers of irregular types and for annotations.
 */
#ifndef LUPE_SYSCALL_TEXT_H
#define LUPE_SYSCALL_TEXT_H

#include "base/buffer.h"
#include "lupe/syscall.h"

/* NULL or 0x7f.. */
void lupe_strace_address(struct lupe_printer *printer, lupe_addr address);

/* "a\1b", escaped by -x; with `more`, "..." follows the closing quote. Nothing is cut here. */
void lupe_strace_quoted(struct lupe_printer *printer, const void *bytes, size_t size, bool more);

/* 0x1f, and 0 for zero: printf's %#x. */
void lupe_strace_hex(struct lupe_printer *printer, uint64_t number);

/* A comment in the style of C after what was written, with a space before it. */
void lupe_strace_comment(struct lupe_printer *printer, const char *text);

/* A number by an ENUM or FLAGS type, by -X: O_RDONLY, 0, or 0 with a comment. */
void lupe_strace_symbol(struct lupe_printer *printer, const struct lupe_type *type,
			uint64_t number);

/* 020666: at least three digits, as strace writes modes; 0 is 000. */
void lupe_strace_mode_number(struct lupe_printer *printer, uint64_t mode);
void lupe_strace_mode(struct lupe_printer *printer, uint64_t mode); /* S_IFCHR|0666, by -X */

void lupe_strace_fd(struct lupe_printer *printer, int fd);    /* 3, 3</path> */
void lupe_strace_pid(struct lupe_printer *printer, int pid);  /* 42, 42<comm> */
void lupe_strace_dirfd(struct lupe_printer *printer, int fd); /* the same, or AT_FDCWD, by -X */
void lupe_strace_signal(struct lupe_printer *printer, int signal); /* SIGINT, by -X; 99 */
void lupe_strace_uid(struct lupe_printer *printer, uint32_t id);   /* -1 for "no change" */

/* "[INT CHLD]", "~[RTMIN RT_1]": `size` bytes of a signal mask, by -X. */
void lupe_strace_sigset(struct lupe_printer *printer, const void *mask, size_t size);

/* The date of a time in a comment, nothing for zero and for no time; `digits` of the fraction: 6
 * or 9. */
void lupe_strace_date(struct lupe_printer *printer, int64_t seconds, uint64_t fraction,
		      unsigned digits);

/* Clock ticks, and in a comment how many seconds they are. */
void lupe_strace_ticks(struct lupe_printer *printer, uint64_t ticks);

/* A date's comment for a value of ROLE_TIME: seconds (with a sibling NAME_nsec), or a struct of seconds and
 * fraction (a timespec or timeval whose type has the role). */
void lupe_strace_time_comment(struct lupe_printer *printer, const struct lupe_value *value);

/* The argument as it was at the entry, for an argument of a finished call; NULL when nobody kept
 * it. */
const struct lupe_value *lupe_strace_before(const struct lupe_printer *printer,
					    const struct lupe_value *argument);

/* A scalar by its role; `type` is stripped. */
void lupe_strace_scalar(struct lupe_printer *printer, const struct lupe_value *value,
			const struct lupe_type *type);

/* True for what is only shown as its address: unreadable from the start, or a string, buffer or
 * struct that breaks off. */
bool lupe_strace_is_unreadable(const struct lupe_value *value);

/* "[1, 2, ...]": at most `max` elements of an array of `type`. */
void lupe_strace_array(struct lupe_printer *printer, const struct lupe_value *value,
		       const struct lupe_type *type, size_t max);

/* "{a=1, b=2, ...}". */
void lupe_strace_struct(struct lupe_printer *printer, const struct lupe_value *value);

#endif
