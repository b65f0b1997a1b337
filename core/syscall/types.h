/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Types that several families of syscalls share. One that a single family needs stays static there.
 */
#ifndef LUPE_SYSCALL_TYPES_H
#define LUPE_SYSCALL_TYPES_H

#include "lupe/syscall.h"
#include "lupe/value.h"

/* --- plain numbers, in decimal --- */
extern const struct lupe_type lupe_type_int, lupe_type_uint; /* 4 bytes */
extern const struct lupe_type lupe_type_long, lupe_type_ulong; /* 8 */
extern const struct lupe_type lupe_type_short, lupe_type_ushort; /* 2 */
extern const struct lupe_type lupe_type_s8, lupe_type_u8;
extern const struct lupe_type lupe_type_size_t, lupe_type_ssize_t; /* size_t, ssize_t */
extern const struct lupe_type lupe_type_off;	 /* off_t, loff_t: signed, 8 bytes */
extern const struct lupe_type lupe_type_time;	 /* time_t without a date */
extern const struct lupe_type lupe_type_char;

/* --- the same in hexadecimal; 0 is 0 --- */
extern const struct lupe_type lupe_type_u8_hex, lupe_type_u16_hex, lupe_type_u32_hex,
    lupe_type_ulong_hex;

/* --- numbers with a role --- */
extern const struct lupe_type lupe_type_fd, lupe_type_dirfd;
extern const struct lupe_type lupe_type_pid, lupe_type_tid, lupe_type_pgid;
extern const struct lupe_type lupe_type_uid, lupe_type_gid;
extern const struct lupe_type lupe_type_signal;
extern const struct lupe_type lupe_type_errno; /* from a positive number */
extern const struct lupe_type lupe_type_mode;  /* S_IFREG|0644 */
extern const struct lupe_type lupe_type_perm;  /* 0644 */
extern const struct lupe_type lupe_type_mode16, lupe_type_perm16; /* 2 bytes */
extern const struct lupe_type lupe_type_dev;   /* 8 bytes; the kernel's 32-bit form has the same text */
extern const struct lupe_type lupe_type_dev32;
extern const struct lupe_type lupe_type_date;  /* time_t with its date in a comment */
extern const struct lupe_type lupe_type_address; /* 0x7f.., NULL; never followed */

/* --- behind pointers: PTR(&lupe_type_path) --- */
extern const struct lupe_type lupe_type_string; /* up to the NUL */
extern const struct lupe_type lupe_type_path;	/* a string that is a file name */
extern const struct lupe_type lupe_type_bytes;	/* as many as the member's count says */
extern const struct lupe_type lupe_type_bytes_hex; /* the same, always written "\x01\x02" */
extern const struct lupe_type lupe_type_sigset; /* 8 bytes */

/* --- structs --- */
extern const struct lupe_type lupe_type_timespec, lupe_type_timeval;
extern const struct lupe_type lupe_type_timespec_date, lupe_type_timeval_date; /* dates in comments */
extern const struct lupe_type lupe_type_itimerspec, lupe_type_itimerval;
extern const struct lupe_type lupe_type_iovec; /* whose contents the caller provides */
extern const struct lupe_type lupe_type_iovec_address; /* of which only the address is ours to see */
/* An array of iovec which the call fills: as many bytes of contents as it answered, addresses alone
 * when it failed. LATE("iov", PTR(&lupe_type_iovecs_filled), .count = BY_MEMBER(2)). */
extern const struct lupe_type lupe_type_iovecs_filled;
/* The same with another number of bytes than the result: decodes `n_iovecs` of them at
 * value->address, for `ops`. */
void lupe_iovecs_decode(struct lupe_decode *decode, struct lupe_value *value, size_t n_iovecs,
			uint64_t n_bytes);

/* A mask and its size, behind the pointer that pselect6 and io_pgetevents have for both. */
extern const struct lupe_type lupe_type_sigset_argument;

/* --- flags and enumerations --- */

/* The bits of open's flags, as enumerators of a FLAGS type after its access modes. O_SYNC contains
 * O_DSYNC and O_TMPFILE contains O_DIRECTORY: the larger ones come first. */
#define LUPE_OPEN_BITS                                                                             \
	E(O_CREAT), E(O_EXCL), E(O_NOCTTY), E(O_TRUNC), E(O_APPEND), E(O_NONBLOCK), E(O_SYNC),     \
	    E_AS("__O_SYNC", O_SYNC & ~O_DSYNC), E(O_DSYNC), E(O_DIRECT),                          \
	    E_AS("O_LARGEFILE", 0100000), E(O_NOFOLLOW), E(O_NOATIME), E(O_CLOEXEC), E(O_PATH),    \
	    E(O_TMPFILE), E_AS("__O_TMPFILE", O_TMPFILE & ~O_DIRECTORY), E(O_DIRECTORY),           \
	    E_AS("FASYNC", O_ASYNC)

extern const struct lupe_type lupe_type_open_flags; /* O_RDONLY|O_CLOEXEC */
extern const struct lupe_type lupe_type_whence;
extern const struct lupe_type lupe_type_clockid;
extern const struct lupe_type lupe_type_rwf;	/* RWF_HIPRI: preadv2, aio */
extern const struct lupe_type lupe_type_ioprio; /* IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 4) */
extern const struct lupe_type lupe_type_ioprio16;
extern const struct lupe_type lupe_type_poll_events; /* POLLIN, 2 bytes */

/* What -X asks for: what `symbols` writes of the number, the number, or the number and the symbols in
 * a comment. `symbols` is called with the abbreviated style. For the `print` of a type. */
void lupe_strace_by_xlat(struct lupe_printer *printer, uint64_t number,
			 void (*symbols)(struct lupe_printer *printer, uint64_t number));

/* Flags with the log2 of a page size in their six bits from 26 on: MFD_HUGETLB|21<<MFD_HUGE_SHIFT.
 * `flags` knows the other bits. */
void lupe_strace_huge_flags(struct lupe_printer *printer, const struct lupe_type *flags,
			    uint64_t number, const char *shift_name);

#endif
