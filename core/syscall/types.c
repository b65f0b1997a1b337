/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The types that families of syscalls share. Sizes are the kernel's, on x86-64.
 */
#include "syscall/types.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/ioprio.h>
#include <poll.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include "base/arena.h"
#include "syscall/describe.h"
#include "syscall/text.h"
#include "type/symbols.h"

static void decode_iovecs(struct lupe_decode *decode, struct lupe_value *value, size_t limit);
static void print_ioprio(struct lupe_printer *printer, const struct lupe_value *value);
static void print_bytes_hex(struct lupe_printer *printer, const struct lupe_value *value);

/* clang-format off */

SCALAR(lupe_type_int, "int", LUPE_KIND_INT, 4, LUPE_ROLE_NONE)
SCALAR(lupe_type_uint, "unsigned int", LUPE_KIND_UINT, 4, LUPE_ROLE_NONE)
SCALAR(lupe_type_long, "long", LUPE_KIND_INT, 8, LUPE_ROLE_NONE)
SCALAR(lupe_type_ulong, "unsigned long", LUPE_KIND_UINT, 8, LUPE_ROLE_NONE)
SCALAR(lupe_type_short, "short", LUPE_KIND_INT, 2, LUPE_ROLE_NONE)
SCALAR(lupe_type_ushort, "unsigned short", LUPE_KIND_UINT, 2, LUPE_ROLE_NONE)
SCALAR(lupe_type_s8, "int8_t", LUPE_KIND_INT, 1, LUPE_ROLE_NONE)
SCALAR(lupe_type_u8, "uint8_t", LUPE_KIND_UINT, 1, LUPE_ROLE_NONE)
SCALAR(lupe_type_size_t, "size_t", LUPE_KIND_UINT, 8, LUPE_ROLE_NONE)
SCALAR(lupe_type_ssize_t, "ssize_t", LUPE_KIND_INT, 8, LUPE_ROLE_NONE)
SCALAR(lupe_type_off, "off_t", LUPE_KIND_INT, 8, LUPE_ROLE_NONE)
SCALAR(lupe_type_time, "time_t", LUPE_KIND_INT, 8, LUPE_ROLE_NONE)
SCALAR(lupe_type_char, "char", LUPE_KIND_CHAR, 1, LUPE_ROLE_NONE)

SCALAR(lupe_type_u8_hex, "uint8_t", LUPE_KIND_UINT, 1, LUPE_ROLE_HEX)
SCALAR(lupe_type_u16_hex, "uint16_t", LUPE_KIND_UINT, 2, LUPE_ROLE_HEX)
SCALAR(lupe_type_u32_hex, "uint32_t", LUPE_KIND_UINT, 4, LUPE_ROLE_HEX)
SCALAR(lupe_type_ulong_hex, "unsigned long", LUPE_KIND_UINT, 8, LUPE_ROLE_HEX)

SCALAR(lupe_type_fd, "int", LUPE_KIND_INT, 4, LUPE_ROLE_FD)
SCALAR(lupe_type_dirfd, "int", LUPE_KIND_INT, 4, LUPE_ROLE_DIRFD)
SCALAR(lupe_type_pid, "pid_t", LUPE_KIND_INT, 4, LUPE_ROLE_PID)
SCALAR(lupe_type_tid, "pid_t", LUPE_KIND_INT, 4, LUPE_ROLE_TID)
SCALAR(lupe_type_pgid, "pid_t", LUPE_KIND_INT, 4, LUPE_ROLE_PGID)
SCALAR(lupe_type_uid, "uid_t", LUPE_KIND_UINT, 4, LUPE_ROLE_UID)
SCALAR(lupe_type_gid, "gid_t", LUPE_KIND_UINT, 4, LUPE_ROLE_GID)
SCALAR(lupe_type_signal, "int", LUPE_KIND_INT, 4, LUPE_ROLE_SIGNAL)
SCALAR(lupe_type_errno, "int", LUPE_KIND_INT, 4, LUPE_ROLE_ERRNO)
SCALAR(lupe_type_mode, "mode_t", LUPE_KIND_UINT, 4, LUPE_ROLE_MODE)
SCALAR(lupe_type_perm, "mode_t", LUPE_KIND_UINT, 4, LUPE_ROLE_PERM)
SCALAR(lupe_type_mode16, "umode_t", LUPE_KIND_UINT, 2, LUPE_ROLE_MODE)
SCALAR(lupe_type_perm16, "umode_t", LUPE_KIND_UINT, 2, LUPE_ROLE_PERM)
SCALAR(lupe_type_dev, "dev_t", LUPE_KIND_UINT, 8, LUPE_ROLE_DEV)
SCALAR(lupe_type_dev32, "unsigned int", LUPE_KIND_UINT, 4, LUPE_ROLE_DEV)
SCALAR(lupe_type_date, "time_t", LUPE_KIND_INT, 8, LUPE_ROLE_TIME)
SCALAR(lupe_type_address, "void *", LUPE_KIND_UINT, 8, LUPE_ROLE_ADDRESS)

SCALAR(lupe_type_string, "char []", LUPE_KIND_STRING, 0, LUPE_ROLE_NONE)
SCALAR(lupe_type_path, "char []", LUPE_KIND_STRING, 0, LUPE_ROLE_PATH)
SCALAR(lupe_type_bytes, "char []", LUPE_KIND_BYTES, 0, LUPE_ROLE_NONE)
static const struct lupe_type_ops bytes_hex_ops = {.print = print_bytes_hex};
const struct lupe_type lupe_type_bytes_hex = {
	.name = "char []", .kind = LUPE_KIND_BYTES, .ops = &bytes_hex_ops};
SCALAR(lupe_type_sigset, "sigset_t", LUPE_KIND_BYTES, 8, LUPE_ROLE_SIGSET)

/* --- times --- */

/* The same members with a role of the whole: with a date. */
#define TIME_STRUCT(id, role_, ctype, fraction)                            \
	const struct lupe_type id = {.name = #ctype,                       \
				     .kind = LUPE_KIND_STRUCT,             \
				     .role = role_,                        \
				     .size = sizeof(ctype),                \
				     MEMBERS(FIELD(ctype, tv_sec, &lupe_type_long), \
					     FIELD(ctype, fraction, &lupe_type_ulong))};

TIME_STRUCT(lupe_type_timespec, LUPE_ROLE_NONE, struct timespec, tv_nsec)
TIME_STRUCT(lupe_type_timespec_date, LUPE_ROLE_TIME, struct timespec, tv_nsec)
TIME_STRUCT(lupe_type_timeval, LUPE_ROLE_NONE, struct timeval, tv_usec)
TIME_STRUCT(lupe_type_timeval_date, LUPE_ROLE_TIME, struct timeval, tv_usec)

STRUCT(lupe_type_itimerspec, struct itimerspec,
	FIELD(struct itimerspec, it_interval, &lupe_type_timespec),
	FIELD(struct itimerspec, it_value, &lupe_type_timespec))
STRUCT(lupe_type_itimerval, struct itimerval,
	FIELD(struct itimerval, it_interval, &lupe_type_timeval),
	FIELD(struct itimerval, it_value, &lupe_type_timeval))

ENUM(lupe_type_clockid, 4, "CLOCK_???",
	E(CLOCK_REALTIME), E(CLOCK_MONOTONIC), E(CLOCK_PROCESS_CPUTIME_ID),
	E(CLOCK_THREAD_CPUTIME_ID), E(CLOCK_MONOTONIC_RAW), E(CLOCK_REALTIME_COARSE),
	E(CLOCK_MONOTONIC_COARSE), E(CLOCK_BOOTTIME), E(CLOCK_REALTIME_ALARM),
	E(CLOCK_BOOTTIME_ALARM), E_AS("CLOCK_SGI_CYCLE", 10), E(CLOCK_TAI))

/* --- signal masks --- */

struct sigset_argument {
	uint64_t sigmask, sigsetsize;
};

CHOICE(mask_of_size_1, 1, 0, CASE(8, .type = PTR(&lupe_type_sigset)))

STRUCT(lupe_type_sigset_argument, struct sigset_argument,
	FIELD(struct sigset_argument, sigmask, &lupe_type_address, .choice = &mask_of_size_1),
	FIELD(struct sigset_argument, sigsetsize, &lupe_type_size_t))

/* --- scattered buffers --- */

STRUCT(lupe_type_iovec, struct iovec,
	FIELD(struct iovec, iov_base, PTR(&lupe_type_bytes), .count = BY_MEMBER(1)),
	FIELD(struct iovec, iov_len, &lupe_type_size_t))

STRUCT(lupe_type_iovec_address, struct iovec,
	FIELD(struct iovec, iov_base, PTR(&lupe_type_bytes), .count = NOT_FOLLOWED),
	FIELD(struct iovec, iov_len, &lupe_type_size_t))

static const struct lupe_type_ops iovecs_ops = {.decode = decode_iovecs};
const struct lupe_type lupe_type_iovecs_filled = {
	.name = "struct iovec []", .kind = LUPE_KIND_CUSTOM, .ops = &iovecs_ops};

/* --- files --- */

FLAGS(lupe_type_open_flags, 4, "O_???", NULL,
	IN_FIELD(O_RDONLY, O_ACCMODE), IN_FIELD(O_WRONLY, O_ACCMODE), IN_FIELD(O_RDWR, O_ACCMODE),
	IN_FIELD(O_ACCMODE, O_ACCMODE), LUPE_OPEN_BITS)

FLAGS(lupe_type_rwf, 4, "RWF_???", NULL,
	E(RWF_HIPRI), E(RWF_DSYNC), E(RWF_SYNC), E(RWF_NOWAIT), E(RWF_APPEND))

static ENUM(ioprio_class, 4, "IOPRIO_CLASS_???",
	E(IOPRIO_CLASS_NONE), E(IOPRIO_CLASS_RT), E(IOPRIO_CLASS_BE), E(IOPRIO_CLASS_IDLE))
static const struct lupe_type_ops ioprio_ops = {.print = print_ioprio};
const struct lupe_type lupe_type_ioprio = {
	.name = "int", .kind = LUPE_KIND_INT, .size = 4, .ops = &ioprio_ops};
const struct lupe_type lupe_type_ioprio16 = {
	.name = "short", .kind = LUPE_KIND_INT, .size = 2, .ops = &ioprio_ops};

FLAGS(lupe_type_poll_events, 2, "POLL???", NULL,
	E(POLLIN), E(POLLPRI), E(POLLOUT), E(POLLERR), E(POLLHUP), E(POLLNVAL), E(POLLRDNORM),
	E(POLLRDBAND), E(POLLWRNORM), E(POLLWRBAND), E(POLLMSG), E(POLLREMOVE), E(POLLRDHUP),
	E_AS("POLL_BUSY_LOOP", 0x8000))

ENUM(lupe_type_whence, 4, "SEEK_???",
	E(SEEK_SET), E(SEEK_CUR), E(SEEK_END), E(SEEK_DATA), E(SEEK_HOLE))

/* clang-format on */

static void decode_addresses(struct lupe_decode *decode, struct lupe_value *value, size_t n_iovecs)
{
	struct lupe_type *array = lupe_arena_alloc(decode->arena, sizeof(*array));

	if (!array) {
		value->flags |= LUPE_VALUE_OPAQUE;
		return;
	}
	array->kind = LUPE_KIND_ARRAY;
	array->target = &lupe_type_iovec_address;
	array->count = n_iovecs;
	lupe_value_fill(decode, value, array, value->address, n_iovecs);
}

void lupe_iovecs_decode(struct lupe_decode *decode, struct lupe_value *value, size_t n_iovecs,
			uint64_t n_bytes)
{
	uint64_t length;
	uint32_t i;

	decode_addresses(decode, value, n_iovecs);
	for (i = 0; i < value->n_children; i++) {
		struct lupe_value *iovec = &value->children[i], *base, *bytes;

		if (iovec->n_children != lupe_type_iovec_address.n_members)
			continue;
		base = &iovec->children[0];
		length = MIN(iovec->children[1].u, n_bytes);
		n_bytes -= length;
		bytes = lupe_arena_alloc(decode->arena, sizeof(*bytes));
		if (!base->u || !bytes)
			continue;
		lupe_value_fill(decode, bytes, &lupe_type_bytes, base->u, length);
		base->flags &= ~LUPE_VALUE_OPAQUE;
		base->children = bytes;
		base->n_children = 1;
	}
}

static void decode_iovecs(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	if (decode->failed)
		decode_addresses(decode, value, limit);
	else
		lupe_iovecs_decode(decode, value, limit, MAX(decode->result, 0));
}

enum { HUGE_SHIFT = 26, HUGE_MASK = 0x3f };

void lupe_strace_huge_flags(struct lupe_printer *printer, const struct lupe_type *flags,
			    uint64_t number, const char *shift_name)
{
	struct lupe_buffer *out = printer->out;
	size_t start = out->length;
	uint64_t size, rest;

	number = lupe_symbols_narrow(flags, number);
	size = number >> HUGE_SHIFT & HUGE_MASK;
	rest = number & ~((uint64_t)HUGE_MASK << HUGE_SHIFT);
	if (!size) {
		lupe_strace_symbol(printer, flags, number);
		return;
	}
	if (!lupe_symbols_append(out, flags, rest) && rest) {
		lupe_buffer_hex(out, rest);
		lupe_strace_comment(printer, flags->unknown);
	}
	if (out->length > start)
		lupe_buffer_char(out, '|');
	lupe_buffer_unsigned(out, size);
	lupe_buffer_string(out, "<<");
	lupe_buffer_string(out, shift_name);
}

void lupe_strace_by_xlat(struct lupe_printer *printer, uint64_t number,
			 void (*symbols)(struct lupe_printer *printer, uint64_t number))
{
	struct lupe_strace_options options = *printer->options;
	struct lupe_printer inner = *printer;
	struct lupe_buffer *out = printer->out;
	size_t before, start;

	inner.options = &options;
	options.xlat = LUPE_XLAT_ABBREV;
	if (printer->options->xlat == LUPE_XLAT_ABBREV) {
		symbols(&inner, number);
		return;
	}
	lupe_strace_scalar(printer, &(struct lupe_value){.u = number}, &lupe_type_ulong_hex);
	if (printer->options->xlat == LUPE_XLAT_RAW)
		return;
	before = out->length;
	lupe_buffer_string(out, " /* ");
	start = out->length;
	symbols(&inner, number);
	if (out->length == start + 1 && out->data[start] == '0') /* which says nothing */
		lupe_buffer_truncate(out, before);
	else
		lupe_buffer_string(out, " */");
}

static void print_ioprio(struct lupe_printer *printer, const struct lupe_value *value)
{
	struct lupe_buffer *out = printer->out;

	if (printer->options->xlat != LUPE_XLAT_ABBREV) {
		lupe_buffer_decimal(out, value->i);
		if (printer->options->xlat == LUPE_XLAT_RAW)
			return;
		lupe_buffer_string(out, " /* ");
	}
	lupe_buffer_string(out, "IOPRIO_PRIO_VALUE(");
	lupe_strace_symbol(printer, &ioprio_class, (lupe_type_size(value->type) == 2 ? (uint16_t)value->i : (uint32_t)value->i) >>
						IOPRIO_CLASS_SHIFT);
	lupe_buffer_string(out, ", ");
	lupe_buffer_decimal(out, value->i & IOPRIO_PRIO_MASK);
	lupe_buffer_char(out, ')');
	if (printer->options->xlat == LUPE_XLAT_VERBOSE)
		lupe_buffer_string(out, " */");
}

static void print_bytes_hex(struct lupe_printer *printer, const struct lupe_value *value)
{
	struct lupe_strace_options options = *printer->options;
	struct lupe_printer inner = *printer;

	options.hex_strings = 2;
	inner.options = &options;
	lupe_strace_quoted(&inner, value->bytes, value->n_bytes,
			   value->flags & LUPE_VALUE_TRUNCATED);
}
