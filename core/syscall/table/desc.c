/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Descriptors: reading and writing, copying between them, fcntl, directories, and the files that
 * are none: events, signals, timers, processes, memory.
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/memfd.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include "base/arena.h"
#include "syscall/table/table.h"

#define CLOSE_RANGE_UNSHARE_ (1U << 1)
#define CLOSE_RANGE_CLOEXEC_ (1U << 2)

/* --- fcntl --- */

static bool fcntl_takes_argument(const struct lupe_value *args)
{
	switch ((int)args->children[1].u) {
	case F_GETFD:
	case F_GETFL:
	case F_GETOWN:
	case F_GETSIG:
	case F_GETLEASE:
	case F_GETPIPE_SZ:
	case F_GET_SEALS:
		return false;
	default:
		return true;
	}
}

/* clang-format off */

enum { KERNEL_F_GETLK64 = 12, KERNEL_F_SETLK64, KERNEL_F_SETLKW64, KERNEL_F_CANCELLK = 1029 };

static ENUM(fcntl_command, 4, "F_???",
	E(F_DUPFD), E(F_GETFD), E(F_SETFD), E(F_GETFL), E(F_SETFL), E_AS("F_GETLK", 5),
	E_AS("F_SETLK", 6), E_AS("F_SETLKW", 7), E(F_SETOWN), E(F_GETOWN), E(F_SETSIG), E(F_GETSIG),
	E_AS("F_GETLK64", KERNEL_F_GETLK64), E_AS("F_SETLK64", KERNEL_F_SETLK64),
	E_AS("F_SETLKW64", KERNEL_F_SETLKW64), E(F_SETOWN_EX), E(F_GETOWN_EX),
	E_AS("F_GETOWNER_UIDS", 17), E(F_OFD_GETLK), E(F_OFD_SETLK), E(F_OFD_SETLKW), E(F_SETLEASE),
	E(F_GETLEASE), E_AS("F_CANCELLK", KERNEL_F_CANCELLK), E(F_DUPFD_CLOEXEC), E(F_NOTIFY),
	E(F_SETPIPE_SZ), E(F_GETPIPE_SZ), E(F_ADD_SEALS), E(F_GET_SEALS))

static FLAGS(fd_flags, 4, "FD_???", NULL, E(FD_CLOEXEC))
static ENUM(lock_type, 2, "F_???", E(F_RDLCK), E(F_WRLCK), E(F_UNLCK), E(F_EXLCK), E(F_SHLCK))
static ENUM(lock_whence, 2, "SEEK_???",
	E(SEEK_SET), E(SEEK_CUR), E(SEEK_END), E(SEEK_DATA), E(SEEK_HOLE))
static ENUM(lease_type, 8, "F_???", E(F_RDLCK), E(F_WRLCK), E(F_UNLCK), E(F_EXLCK), E(F_SHLCK))
static ENUM(owner_type, 4, "F_OWNER_???", E(F_OWNER_TID), E(F_OWNER_PID), E(F_OWNER_PGRP))
static FLAGS(notify_flags, 8, "DN_???", NULL,
	E(DN_ACCESS), E(DN_MODIFY), E(DN_CREATE), E(DN_DELETE), E(DN_RENAME), E(DN_ATTRIB),
	E_AS("DN_MULTISHOT", 0x80000000))
static FLAGS(seals, 8, "F_SEAL_???", NULL,
	E(F_SEAL_SEAL), E(F_SEAL_SHRINK), E(F_SEAL_GROW), E(F_SEAL_WRITE),
	E_AS("F_SEAL_FUTURE_WRITE", 0x10))

static STRUCT(lock_set, struct flock,
	FIELD(struct flock, l_type, &lock_type), FIELD(struct flock, l_whence, &lock_whence),
	FIELD(struct flock, l_start, &lupe_type_off), FIELD(struct flock, l_len, &lupe_type_off))
static STRUCT(lock_found, struct flock,
	FIELD(struct flock, l_type, &lock_type), FIELD(struct flock, l_whence, &lock_whence),
	FIELD(struct flock, l_start, &lupe_type_off), FIELD(struct flock, l_len, &lupe_type_off),
	FIELD(struct flock, l_pid, &lupe_type_pid))
static STRUCT(owner, struct f_owner_ex,
	FIELD(struct f_owner_ex, type, &owner_type), FIELD(struct f_owner_ex, pid, &lupe_type_pid))

CHOICE(fcntl_argument, 1, 0,
	CASE(F_DUPFD, .type = &lupe_type_long),
	CASE(F_DUPFD_CLOEXEC, .type = &lupe_type_long),
	CASE(F_SETFD, .type = &fd_flags),
	CASE(F_SETFL, .type = &lupe_type_open_flags),
	CASE(5 /* F_GETLK */, .type = PTR(&lock_found), .flow = LUPE_FLOW_OUT),
	CASE(6 /* F_SETLK */, .type = PTR(&lock_set)),
	CASE(7 /* F_SETLKW */, .type = PTR(&lock_set)),
	CASE(F_OFD_GETLK, .type = PTR(&lock_found), .flow = LUPE_FLOW_OUT),
	CASE(F_OFD_SETLK, .type = PTR(&lock_set)),
	CASE(F_OFD_SETLKW, .type = PTR(&lock_set)),
	CASE(F_SETOWN, .type = &lupe_type_pid),
	CASE(F_SETSIG, .type = &lupe_type_signal),
	CASE(F_SETOWN_EX, .type = PTR(&owner)),
	CASE(F_GETOWN_EX, .type = PTR(&owner), .flow = LUPE_FLOW_OUT),
	CASE(F_SETLEASE, .type = &lease_type),
	CASE(F_NOTIFY, .type = &notify_flags),
	CASE(F_SETPIPE_SZ, .type = &lupe_type_long),
	CASE(F_ADD_SEALS, .type = &seals))

CHOICE(fcntl_result, 1, 0,
	CASE(F_DUPFD, .type = &lupe_type_fd),
	CASE(F_DUPFD_CLOEXEC, .type = &lupe_type_fd),
	CASE(F_GETFD, .type = &lupe_type_u32_hex),
	CASE(F_GETFL, .type = &lupe_type_u32_hex),
	CASE(F_GETLEASE, .type = &lupe_type_u32_hex),
	CASE(F_GETSIG, .type = &lupe_type_int),
	CASE(F_GET_SEALS, .type = &lupe_type_u32_hex))

    /* clang-format on */

    static void annotate_names(struct lupe_printer *printer, const char *what,
			       const struct lupe_type *type, uint64_t number)
{
	lupe_buffer_string(printer->out, what);
	lupe_strace_symbol(printer, type, number);
}

/* Always by name: the number stands before it. */
static void annotate_open_flags(struct lupe_printer *printer, uint64_t number)
{
	lupe_buffer_string(printer->out, "flags ");
	lupe_type_print_symbols(printer->out, &lupe_type_open_flags, number);
}

static void annotate_fcntl(struct lupe_printer *printer, const struct lupe_call *call,
			   const struct lupe_value *args)
{
	char buffer[16];

	switch ((int)args->children[1].u) {
	case F_GETFD:
		if (call->result)
			annotate_names(printer, "flags ", &fd_flags, call->result);
		break;
	case F_GETFL:
		annotate_open_flags(printer, call->result);
		break;
	case F_GETLEASE:
		lupe_type_print_symbols(printer->out, &lease_type, call->result);
		break;
	case F_GETSIG:
		if (call->result)
			lupe_buffer_string(printer->out,
					   lupe_signal_name((int)call->result, buffer));
		break;
	case F_GET_SEALS:
		if (call->result)
			annotate_names(printer, "seals ", &seals, call->result);
		break;
	default:
		break;
	}
}

/* --- directories --- */

struct kernel_dirent {
	uint64_t d_ino;
	int64_t d_off;
	uint16_t d_reclen;
	char d_name[];
};

enum { NAME_OFFSET = 18, NAME_OFFSET_64 = 19, RECORD_MAX = 1 << 16 };

/* clang-format off */

static ENUM(file_type, 1, "DT_???",
	E(DT_UNKNOWN), E(DT_FIFO), E(DT_CHR), E(DT_DIR), E(DT_BLK), E(DT_REG), E(DT_LNK), E(DT_SOCK),
	E(DT_WHT))

#define DIRENT_HEAD                                                           \
	FIELD(struct kernel_dirent, d_ino, &lupe_type_ulong),                 \
	FIELD(struct kernel_dirent, d_off, &lupe_type_off),                   \
	FIELD(struct kernel_dirent, d_reclen, &lupe_type_ushort)

static const struct lupe_type dirent64 = {
	.name = "struct linux_dirent64", .kind = LUPE_KIND_STRUCT, .size = NAME_OFFSET_64,
	MEMBERS(DIRENT_HEAD, {.name = "d_type", .type = &file_type, .offset = 18},
		{.name = "d_name", .type = &lupe_type_path, .offset = NAME_OFFSET_64})};

/* The type of the file is in the last byte of the record. */
static const struct lupe_type dirent_old = {
	.name = "struct linux_dirent", .kind = LUPE_KIND_STRUCT, .size = NAME_OFFSET,
	MEMBERS(DIRENT_HEAD, {.name = "d_name", .type = &lupe_type_path, .offset = NAME_OFFSET},
		{.name = "d_type", .type = &file_type, .offset = 0})};

/* clang-format on */

/* The length of the record at `offset`; 0 when there is none that makes sense. */
static size_t record_length(const struct lupe_value *value, size_t offset, size_t least)
{
	uint16_t length;

	if (value->n_bytes < offset + least)
		return 0;
	memcpy(&length, value->bytes + offset + offsetof(struct kernel_dirent, d_reclen),
	       sizeof(length));
	return length >= least && length <= value->n_bytes - offset ? length : 0;
}

static struct lupe_value *decode_record(struct lupe_decode *decode, const struct lupe_type *type,
					const unsigned char *bytes, size_t length)
{
	struct lupe_value *record = lupe_value_over(decode, type, 0, bytes, length), *name;

	if (!record || record->n_children != 5)
		return record;
	name = &record->children[type == &dirent_old ? 3 : 4];
	name->bytes = bytes + type->size;
	name->n_bytes = name->total = strnlen((const char *)name->bytes, length - type->size);
	name->flags = 0;
	if (type == &dirent_old)
		record->children[4].u = bytes[length - 1];
	return record;
}

/* The kernel filled `limit` bytes with records of different lengths. */
static void decode_records(struct lupe_decode *decode, struct lupe_value *value, size_t limit,
			   const struct lupe_type *type)
{
	size_t size = MIN(limit, (size_t)RECORD_MAX), offset = 0, length, max;
	unsigned char *bytes = lupe_arena_alloc(decode->arena, size ? size : 1);
	struct lupe_value *record;

	value->bytes = bytes;
	value->n_bytes =
	    bytes ? MIN(size, lupe_memory_read_some(decode->memory, value->address, bytes, size))
		  : 0;
	if (size && !value->n_bytes) {
		value->flags |= LUPE_VALUE_UNREADABLE;
		return;
	}
	while ((length = record_length(value, offset, type->size))) {
		offset += length;
		value->total++;
	}
	max = MIN(value->total, decode->limits.array_max);
	value->children = lupe_arena_alloc(decode->arena, (max + 1) * sizeof(*value->children));
	for (offset = 0; value->children && value->n_children < max; offset += length) {
		length = record_length(value, offset, type->size);
		record = decode_record(decode, type, value->bytes + offset, length);
		if (!record)
			break;
		value->children[value->n_children++] = *record;
	}
}

static void decode_dirents(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	decode_records(decode, value, limit, &dirent_old);
}

static void decode_dirents64(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	decode_records(decode, value, limit, &dirent64);
}

/* How many there are, unless all is asked for. */
static void print_dirents(struct lupe_printer *printer, const struct lupe_value *value)
{
	struct lupe_buffer *out = printer->out;
	uint32_t i;

	if (!printer->options->verbose) {
		lupe_strace_address(printer, value->address);
		lupe_buffer_printf(out, " /* %zu entries */", value->total);
		return;
	}
	lupe_buffer_char(out, '[');
	for (i = 0; i < value->n_children; i++) {
		if (i)
			lupe_buffer_string(out, ", ");
		lupe_strace_struct(printer, &value->children[i]);
	}
	if (value->n_children < value->total)
		lupe_buffer_string(out, ", ...");
	lupe_buffer_char(out, ']');
}

static const struct lupe_type_ops dirents_ops = {decode_dirents, print_dirents};
static const struct lupe_type_ops dirents64_ops = {decode_dirents64, print_dirents};
static const struct lupe_type dirents = {
    .name = "struct linux_dirent []", .kind = LUPE_KIND_CUSTOM, .ops = &dirents_ops};
static const struct lupe_type dirents64 = {
    .name = "struct linux_dirent64 []", .kind = LUPE_KIND_CUSTOM, .ops = &dirents64_ops};

/* --- flags --- */

static const struct lupe_type memfd_bits;

static void memfd_symbols(struct lupe_printer *printer, uint64_t number)
{
	lupe_strace_huge_flags(printer, &memfd_bits, number, "MFD_HUGE_SHIFT");
}

static void print_memfd_flags(struct lupe_printer *printer, const struct lupe_value *value)
{
	lupe_strace_by_xlat(printer, value->u, memfd_symbols);
}

static const struct lupe_type_ops memfd_ops = {.print = print_memfd_flags};

/* clang-format off */

static FLAGS(memfd_bits, 4, "MFD_???", NULL,
	E(MFD_CLOEXEC), E(MFD_ALLOW_SEALING), E(MFD_HUGETLB))
static const struct lupe_type memfd_flags = {
	.kind = LUPE_KIND_FLAGS, .size = 4, .unknown = "MFD_???", .ops = &memfd_ops,
	ENUMERATORS(E(MFD_CLOEXEC), E(MFD_ALLOW_SEALING), E(MFD_HUGETLB))};

static FLAGS(open_bits, 4, "O_???", NULL, LUPE_OPEN_BITS)
static FLAGS(close_range_flags, 4, "CLOSE_RANGE_???", NULL,
	E_AS("CLOSE_RANGE_UNSHARE", CLOSE_RANGE_UNSHARE_),
	E_AS("CLOSE_RANGE_CLOEXEC", CLOSE_RANGE_CLOEXEC_))
static FLAGS(flock_operation, 4, "LOCK_???", NULL,
	E(LOCK_SH), E(LOCK_EX), E(LOCK_NB), E(LOCK_UN), E(LOCK_MAND), E(LOCK_RW), E(LOCK_READ),
	E(LOCK_WRITE))
static FLAGS(splice_flags, 4, "SPLICE_F_???", NULL,
	E(SPLICE_F_MOVE), E(SPLICE_F_NONBLOCK), E(SPLICE_F_MORE), E(SPLICE_F_GIFT))
static FLAGS(eventfd_flags, 4, "EFD_???", NULL, E(EFD_SEMAPHORE), E(EFD_CLOEXEC), E(EFD_NONBLOCK))
static FLAGS(signalfd_flags, 4, "SFD_???", NULL, E(SFD_CLOEXEC), E(SFD_NONBLOCK))
static FLAGS(timerfd_flags, 4, "TFD_???", NULL,
	E(TFD_TIMER_ABSTIME), E(TFD_TIMER_CANCEL_ON_SET), E(TFD_CLOEXEC), E(TFD_NONBLOCK))
static FLAGS(pidfd_flags, 4, "PIDFD_???", NULL, E_AS("PIDFD_NONBLOCK", O_NONBLOCK))
static FLAGS(sync_range_flags, 4, "SYNC_FILE_RANGE_???", NULL,
	E(SYNC_FILE_RANGE_WAIT_BEFORE), E(SYNC_FILE_RANGE_WRITE), E(SYNC_FILE_RANGE_WAIT_AFTER))
static FLAGS(fallocate_mode, 4, "FALLOC_FL_???", NULL,
	E_AS("FALLOC_FL_KEEP_SIZE", 1), E_AS("FALLOC_FL_PUNCH_HOLE", 2),
	E_AS("FALLOC_FL_NO_HIDE_STALE", 4), E_AS("FALLOC_FL_COLLAPSE_RANGE", 8),
	E_AS("FALLOC_FL_ZERO_RANGE", 0x10), E_AS("FALLOC_FL_INSERT_RANGE", 0x20),
	E_AS("FALLOC_FL_UNSHARE_RANGE", 0x40))
static ENUM(fadvise, 4, "POSIX_FADV_???",
	E(POSIX_FADV_NORMAL), E(POSIX_FADV_RANDOM), E(POSIX_FADV_SEQUENTIAL),
	E(POSIX_FADV_WILLNEED), E(POSIX_FADV_DONTNEED), E(POSIX_FADV_NOREUSE))

/* A signal mask of the kernel's size; of another one, the address alone. */
CHOICE(mask_of_size_2, 2, 0, CASE(8, .type = PTR(&lupe_type_sigset)))

static const struct lupe_syscall entries[] = {

/* --- reading, writing, positions --- */
SYSCALL(read, G_DESC, NULL,
	IN("fd", &lupe_type_fd), OUT("buf", PTR(&lupe_type_bytes), .count = BY_RESULT(2)),
	IN("count", &lupe_type_size_t))
SYSCALL(write, G_DESC, NULL,
	IN("fd", &lupe_type_fd), IN("buf", PTR(&lupe_type_bytes), .count = BY_MEMBER(2)),
	IN("count", &lupe_type_size_t))
SYSCALL(pread64, G_DESC, NULL,
	IN("fd", &lupe_type_fd), OUT("buf", PTR(&lupe_type_bytes), .count = BY_RESULT(2)),
	IN("count", &lupe_type_size_t), IN("offset", &lupe_type_off))
SYSCALL(pwrite64, G_DESC, NULL,
	IN("fd", &lupe_type_fd), IN("buf", PTR(&lupe_type_bytes), .count = BY_MEMBER(2)),
	IN("count", &lupe_type_size_t), IN("offset", &lupe_type_off))
SYSCALL(readv, G_DESC, NULL,
	IN("fd", &lupe_type_fd), LATE("iov", PTR(&lupe_type_iovecs_filled), .count = BY_MEMBER(2)),
	IN("iovcnt", &lupe_type_ulong))
SYSCALL(writev, G_DESC, NULL,
	IN("fd", &lupe_type_fd), IN("iov", PTR(&lupe_type_iovec), .count = BY_MEMBER(2)),
	IN("iovcnt", &lupe_type_ulong))
SYSCALL(preadv, G_DESC, NULL,
	IN("fd", &lupe_type_fd), LATE("iov", PTR(&lupe_type_iovecs_filled), .count = BY_MEMBER(2)),
	IN("iovcnt", &lupe_type_ulong), IN("offset", &lupe_type_off))
SYSCALL(pwritev, G_DESC, NULL,
	IN("fd", &lupe_type_fd), IN("iov", PTR(&lupe_type_iovec), .count = BY_MEMBER(2)),
	IN("iovcnt", &lupe_type_ulong), IN("offset", &lupe_type_off))
SYSCALL(preadv2, G_DESC, NULL,
	IN("fd", &lupe_type_fd), LATE("iov", PTR(&lupe_type_iovecs_filled), .count = BY_MEMBER(2)),
	IN("iovcnt", &lupe_type_ulong), IN("offset", &lupe_type_off),
	IN("offset_high", &lupe_type_ulong, .flags = LUPE_MEMBER_HIDDEN),
	IN("flags", &lupe_type_rwf))
SYSCALL(pwritev2, G_DESC, NULL,
	IN("fd", &lupe_type_fd), IN("iov", PTR(&lupe_type_iovec), .count = BY_MEMBER(2)),
	IN("iovcnt", &lupe_type_ulong), IN("offset", &lupe_type_off),
	IN("offset_high", &lupe_type_ulong, .flags = LUPE_MEMBER_HIDDEN),
	IN("flags", &lupe_type_rwf))
SYSCALL(lseek, G_DESC, &lupe_type_off,
	IN("fd", &lupe_type_fd), IN("offset", &lupe_type_off), IN("whence", &lupe_type_whence))
SYSCALL(readahead, G_DESC, NULL,
	IN("fd", &lupe_type_fd), IN("offset", &lupe_type_off), IN("count", &lupe_type_size_t))
SYSCALL(fadvise64, G_DESC, NULL,
	IN("fd", &lupe_type_fd), IN("offset", &lupe_type_off), IN("len", &lupe_type_size_t),
	IN("advice", &fadvise))
SYSCALL(fallocate, G_DESC, NULL,
	IN("fd", &lupe_type_fd), IN("mode", &fallocate_mode), IN("offset", &lupe_type_off),
	IN("len", &lupe_type_off))
SYSCALL(fsync, G_DESC, NULL, IN("fd", &lupe_type_fd))
SYSCALL(fdatasync, G_DESC, NULL, IN("fd", &lupe_type_fd))
SYSCALL(sync_file_range, G_DESC, NULL,
	IN("fd", &lupe_type_fd), IN("offset", &lupe_type_off), IN("nbytes", &lupe_type_off),
	IN("flags", &sync_range_flags))

/* --- from one to another --- */
SYSCALL(sendfile, G_DESC | G_NETWORK, NULL,
	IN("out_fd", &lupe_type_fd), IN("in_fd", &lupe_type_fd),
	UPDATED("offset", PTR(&lupe_type_ulong)), IN("count", &lupe_type_size_t))
SYSCALL(splice, G_DESC, NULL,
	IN("fd_in", &lupe_type_fd), IN("off_in", PTR(&lupe_type_off)),
	IN("fd_out", &lupe_type_fd), IN("off_out", PTR(&lupe_type_off)),
	IN("len", &lupe_type_size_t), IN("flags", &splice_flags))
SYSCALL(tee, G_DESC, NULL,
	IN("fd_in", &lupe_type_fd), IN("fd_out", &lupe_type_fd), IN("len", &lupe_type_size_t),
	IN("flags", &splice_flags))
SYSCALL(vmsplice, G_DESC, NULL,
	IN("fd", &lupe_type_fd), IN("iov", PTR(&lupe_type_iovec), .count = BY_MEMBER(2)),
	IN("nr_segs", &lupe_type_ulong), IN("flags", &splice_flags))
SYSCALL(copy_file_range, G_DESC, NULL,
	IN("fd_in", &lupe_type_fd), IN("off_in", PTR(&lupe_type_off)),
	IN("fd_out", &lupe_type_fd), IN("off_out", PTR(&lupe_type_off)),
	IN("len", &lupe_type_size_t), IN("flags", &lupe_type_uint))

/* --- the table of descriptors --- */
SYSCALL(close, G_DESC, NULL, IN("fd", &lupe_type_fd))
SYSCALL(close_range, 0, NULL,
	IN("first", &lupe_type_uint), IN("last", &lupe_type_uint), IN("flags", &close_range_flags))
SYSCALL(dup, G_DESC, &lupe_type_fd, IN("oldfd", &lupe_type_fd))
SYSCALL(dup2, G_DESC, &lupe_type_fd, IN("oldfd", &lupe_type_fd), IN("newfd", &lupe_type_fd))
SYSCALL(dup3, G_DESC, &lupe_type_fd,
	IN("oldfd", &lupe_type_fd), IN("newfd", &lupe_type_fd), IN("flags", &open_bits))
SYSCALL(pipe, G_DESC, NULL, OUT("pipefd", PTR(&lupe_type_fd), .count = FIXED_COUNT(2)))
SYSCALL(pipe2, G_DESC, NULL,
	OUT("pipefd", PTR(&lupe_type_fd), .count = FIXED_COUNT(2)), IN("flags", &open_bits))
SYSCALL_WITH(fcntl, G_DESC, NULL,
	WITH(.result_choice = &fcntl_result, .annotate = annotate_fcntl),
	IN("fd", &lupe_type_fd), IN("cmd", &fcntl_command),
	IN("arg", &lupe_type_ulong_hex, .choice = &fcntl_argument,
	   .present = fcntl_takes_argument))
SYSCALL(flock, G_DESC, NULL, IN("fd", &lupe_type_fd), IN("operation", &flock_operation))

/* --- directories --- */
SYSCALL(getdents, G_DESC, NULL,
	IN("fd", &lupe_type_fd), OUT("dirp", PTR(&dirents), .count = BY_RESULT(2)),
	IN("count", &lupe_type_uint))
SYSCALL(getdents64, G_DESC, NULL,
	IN("fd", &lupe_type_fd), OUT("dirp", PTR(&dirents64), .count = BY_RESULT(2)),
	IN("count", &lupe_type_uint))

/* --- events, signals, timers, processes, memory --- */
SYSCALL(eventfd, G_DESC, &lupe_type_fd, IN("initval", &lupe_type_uint))
SYSCALL(eventfd2, G_DESC, &lupe_type_fd,
	IN("initval", &lupe_type_uint), IN("flags", &eventfd_flags))
SYSCALL(signalfd, G_DESC | G_SIGNAL, &lupe_type_fd,
	IN("fd", &lupe_type_fd), IN("mask", &lupe_type_address, .choice = &mask_of_size_2),
	IN("sizemask", &lupe_type_size_t))
SYSCALL(signalfd4, G_DESC | G_SIGNAL, &lupe_type_fd,
	IN("fd", &lupe_type_fd), IN("mask", &lupe_type_address, .choice = &mask_of_size_2),
	IN("sizemask", &lupe_type_size_t), IN("flags", &signalfd_flags))
SYSCALL(timerfd_create, G_DESC, &lupe_type_fd,
	IN("clockid", &lupe_type_clockid), IN("flags", &timerfd_flags))
SYSCALL(timerfd_settime, G_DESC, NULL,
	IN("fd", &lupe_type_fd), IN("flags", &timerfd_flags),
	IN("new_value", PTR(&lupe_type_itimerspec)),
	OUT("old_value", PTR(&lupe_type_itimerspec)))
SYSCALL(timerfd_gettime, G_DESC, NULL,
	IN("fd", &lupe_type_fd), OUT("curr_value", PTR(&lupe_type_itimerspec)))
SYSCALL(pidfd_open, G_DESC, &lupe_type_fd,
	IN("pid", &lupe_type_pid), IN("flags", &pidfd_flags))
SYSCALL(pidfd_getfd, G_DESC, &lupe_type_fd,
	IN("pidfd", &lupe_type_fd), IN("targetfd", &lupe_type_int),
	IN("flags", &lupe_type_u32_hex))
SYSCALL(memfd_create, G_DESC, &lupe_type_fd,
	IN("name", PTR(&lupe_type_string)), IN("flags", &memfd_flags))
};

EXPORT_FAMILY(desc)
