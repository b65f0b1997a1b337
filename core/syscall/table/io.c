/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Asynchronous input and output: aio and io_uring.
 */
#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include "base/arena.h"
#include "syscall/table/table.h"

/* --- aio --- */

enum { IOCB_FLAGS = 12, IOCB_OPCODE = 3 }; /* members of iocb */
enum { OPCODE_PREADX = 4 };                /* of the kernel's list, in no header */

static unsigned opcode(const struct lupe_value *iocb)
{
	return iocb->children[IOCB_OPCODE].u;
}

static bool has_buffer(const struct lupe_value *iocb)
{
	return opcode(iocb) <= IOCB_CMD_PWRITE || opcode(iocb) == IOCB_CMD_POLL ||
	       opcode(iocb) == IOCB_CMD_PREADV || opcode(iocb) == IOCB_CMD_PWRITEV;
}

static bool has_bytes(const struct lupe_value *iocb)
{
	return opcode(iocb) <= IOCB_CMD_PWRITE;
}

static bool has_offset(const struct lupe_value *iocb)
{
	return has_buffer(iocb) && opcode(iocb) != IOCB_CMD_POLL;
}

static bool has_ioprio(const struct lupe_value *iocb)
{
	return iocb->children[IOCB_FLAGS].u & IOCB_FLAG_IOPRIO;
}

static bool has_reqprio(const struct lupe_value *iocb)
{
	return !has_ioprio(iocb);
}

static bool has_resfd(const struct lupe_value *iocb)
{
	return iocb->children[IOCB_FLAGS].u & IOCB_FLAG_RESFD;
}

static bool has_no_resfd(const struct lupe_value *iocb)
{
	return !has_resfd(iocb);
}

/* clang-format off */

#define NONZERO .flags = LUPE_MEMBER_NONZERO

static ENUM_DECIMAL(aio_opcode, 2, "IOCB_CMD_???",
	E(IOCB_CMD_PREAD), E(IOCB_CMD_PWRITE), E(IOCB_CMD_FSYNC), E(IOCB_CMD_FDSYNC),
	E_AS("IOCB_CMD_PREADX", OPCODE_PREADX), E(IOCB_CMD_POLL), E(IOCB_CMD_NOOP),
	E(IOCB_CMD_PREADV), E(IOCB_CMD_PWRITEV))
static FLAGS(aio_flags, 4, "IOCB_FLAG_???", NULL, E(IOCB_FLAG_RESFD), E(IOCB_FLAG_IOPRIO))

enum { IOCB_NBYTES = 8 };

CHOICE(aio_buffer, IOCB_OPCODE, 0,
	CASE(IOCB_CMD_PWRITE, .type = PTR(&lupe_type_bytes), .count = BY_MEMBER(IOCB_NBYTES)),
	CASE(IOCB_CMD_PREADV, .type = PTR(&lupe_type_iovec_address),
	     .count = BY_MEMBER(IOCB_NBYTES)),
	CASE(IOCB_CMD_PWRITEV, .type = PTR(&lupe_type_iovec), .count = BY_MEMBER(IOCB_NBYTES)),
	CASE(IOCB_CMD_POLL, .type = &lupe_type_poll_events))

#define IOCB_HEAD                                                                           \
	FIELD(struct iocb, aio_data, &lupe_type_ulong_hex),                                 \
	FIELD(struct iocb, aio_key, &lupe_type_uint, NONZERO),                              \
	FIELD(struct iocb, aio_rw_flags, &lupe_type_rwf, NONZERO),                          \
	FIELD(struct iocb, aio_lio_opcode, &aio_opcode),                                    \
	FIELD(struct iocb, aio_reqprio, &lupe_type_ioprio16, .present = has_ioprio),        \
	FIELD(struct iocb, aio_reqprio, &lupe_type_short, NONZERO, .present = has_reqprio), \
	FIELD(struct iocb, aio_fildes, &lupe_type_fd)

static STRUCT(iocb, struct iocb,
	IOCB_HEAD,
	FIELD(struct iocb, aio_buf, &lupe_type_ulong_hex, .choice = &aio_buffer,
	      .present = has_buffer),
	FIELD(struct iocb, aio_nbytes, &lupe_type_ulong, .present = has_bytes),
	FIELD(struct iocb, aio_offset, &lupe_type_off, .present = has_offset),
	FIELD(struct iocb, aio_resfd, &lupe_type_uint, .flags = LUPE_MEMBER_HIDDEN),
	FIELD(struct iocb, aio_reserved2, &lupe_type_ulong, .flags = LUPE_MEMBER_HIDDEN),
	FIELD(struct iocb, aio_flags, &aio_flags, NONZERO),
	FIELD(struct iocb, aio_resfd, &lupe_type_fd, .present = has_resfd),
	FIELD(struct iocb, aio_resfd, &lupe_type_u32_hex, NONZERO, .present = has_no_resfd))

/* What io_cancel looks at. */
static STRUCT(iocb_head, struct iocb,
	IOCB_HEAD,
	FIELD(struct iocb, aio_buf, &lupe_type_ulong, .flags = LUPE_MEMBER_HIDDEN),
	FIELD(struct iocb, aio_nbytes, &lupe_type_ulong, .flags = LUPE_MEMBER_HIDDEN),
	FIELD(struct iocb, aio_offset, &lupe_type_off, .flags = LUPE_MEMBER_HIDDEN),
	FIELD(struct iocb, aio_resfd, &lupe_type_uint, .flags = LUPE_MEMBER_HIDDEN),
	FIELD(struct iocb, aio_reserved2, &lupe_type_ulong, .flags = LUPE_MEMBER_HIDDEN),
	FIELD(struct iocb, aio_flags, &aio_flags, .flags = LUPE_MEMBER_HIDDEN))

static STRUCT(io_event, struct io_event,
	FIELD(struct io_event, data, &lupe_type_ulong_hex),
	FIELD(struct io_event, obj, &lupe_type_ulong_hex),
	FIELD(struct io_event, res, &lupe_type_long),
	FIELD(struct io_event, res2, &lupe_type_long))

/* --- io_uring: setting up --- */

static FLAGS(setup_flags, 4, "IORING_SETUP_???", NULL,
	E(IORING_SETUP_IOPOLL), E(IORING_SETUP_SQPOLL), E(IORING_SETUP_SQ_AFF),
	E(IORING_SETUP_CQSIZE), E(IORING_SETUP_CLAMP), E(IORING_SETUP_ATTACH_WQ),
	E(IORING_SETUP_R_DISABLED), E(IORING_SETUP_SUBMIT_ALL), E(IORING_SETUP_COOP_TASKRUN),
	E(IORING_SETUP_TASKRUN_FLAG), E(IORING_SETUP_SQE128), E(IORING_SETUP_CQE32))
static FLAGS(features, 4, "IORING_FEAT_???", NULL,
	E(IORING_FEAT_SINGLE_MMAP), E(IORING_FEAT_NODROP), E(IORING_FEAT_SUBMIT_STABLE),
	E(IORING_FEAT_RW_CUR_POS), E(IORING_FEAT_CUR_PERSONALITY), E(IORING_FEAT_FAST_POLL),
	E(IORING_FEAT_POLL_32BITS), E(IORING_FEAT_SQPOLL_NONFIXED), E(IORING_FEAT_EXT_ARG),
	E(IORING_FEAT_NATIVE_WORKERS), E(IORING_FEAT_RSRC_TAGS), E(IORING_FEAT_CQE_SKIP),
	E(IORING_FEAT_LINKED_FILE))
static FLAGS(enter_flags, 4, "IORING_ENTER_???", NULL,
	E(IORING_ENTER_GETEVENTS), E(IORING_ENTER_SQ_WAKEUP), E(IORING_ENTER_SQ_WAIT),
	E(IORING_ENTER_EXT_ARG), E(IORING_ENTER_REGISTERED_RING))

static STRUCT(sq_offsets, struct io_sqring_offsets,
	FIELD(struct io_sqring_offsets, head, &lupe_type_uint),
	FIELD(struct io_sqring_offsets, tail, &lupe_type_uint),
	FIELD(struct io_sqring_offsets, ring_mask, &lupe_type_uint),
	FIELD(struct io_sqring_offsets, ring_entries, &lupe_type_uint),
	FIELD(struct io_sqring_offsets, flags, &lupe_type_uint),
	FIELD(struct io_sqring_offsets, dropped, &lupe_type_uint),
	FIELD(struct io_sqring_offsets, array, &lupe_type_uint),
	FIELD(struct io_sqring_offsets, resv1, &lupe_type_u32_hex, NONZERO),
	FIELD(struct io_sqring_offsets, resv2, &lupe_type_ulong_hex, NONZERO))
static STRUCT(cq_offsets, struct io_cqring_offsets,
	FIELD(struct io_cqring_offsets, head, &lupe_type_uint),
	FIELD(struct io_cqring_offsets, tail, &lupe_type_uint),
	FIELD(struct io_cqring_offsets, ring_mask, &lupe_type_uint),
	FIELD(struct io_cqring_offsets, ring_entries, &lupe_type_uint),
	FIELD(struct io_cqring_offsets, overflow, &lupe_type_uint),
	FIELD(struct io_cqring_offsets, cqes, &lupe_type_uint),
	FIELD(struct io_cqring_offsets, flags, &lupe_type_uint),
	FIELD(struct io_cqring_offsets, resv1, &lupe_type_u32_hex, NONZERO),
	FIELD(struct io_cqring_offsets, resv2, &lupe_type_ulong_hex, NONZERO))

    /* clang-format on */

    static bool attaches(const struct lupe_value *params)
{
	return params->children[0].u & IORING_SETUP_ATTACH_WQ;
}

/* clang-format off */

#define PARAMS_GIVEN                                                                       \
	FIELD(struct io_uring_params, flags, &setup_flags),                                \
	FIELD(struct io_uring_params, sq_thread_cpu, &lupe_type_u32_hex),                  \
	FIELD(struct io_uring_params, sq_thread_idle, &lupe_type_uint),                    \
	FIELD(struct io_uring_params, wq_fd, &lupe_type_fd, .present = attaches),          \
	FIELD(struct io_uring_params, resv, ARRAY_OF(&lupe_type_u32_hex, 3), NONZERO)

static STRUCT(params_given, struct io_uring_params, PARAMS_GIVEN)
static STRUCT(params_answered, struct io_uring_params,
	PARAMS_GIVEN,
	FIELD(struct io_uring_params, sq_entries, &lupe_type_uint),
	FIELD(struct io_uring_params, cq_entries, &lupe_type_uint),
	FIELD(struct io_uring_params, features, &features),
	FIELD(struct io_uring_params, sq_off, &sq_offsets),
	FIELD(struct io_uring_params, cq_off, &cq_offsets))

    /* clang-format on */

    /* The kernel filled in its part unless it refused. */
    static void decode_params(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	(void)limit;
	lupe_value_fill(decode, value, decode->failed ? &params_given : &params_answered,
			value->address, SIZE_MAX);
}

static const struct lupe_type_ops params_ops = {.decode = decode_params};
static const struct lupe_type params = {
    .name = "struct io_uring_params", .kind = LUPE_KIND_CUSTOM, .ops = &params_ops};

/* --- io_uring: registering --- */

/* Makes `pointer` point to `count` elements: what the struct itself does not say. */
static void follow(struct lupe_decode *decode, struct lupe_value *pointer,
		   const struct lupe_type *element, size_t count)
{
	struct lupe_type *array = lupe_arena_alloc(decode->arena, sizeof(*array));
	struct lupe_value *target = lupe_arena_alloc(decode->arena, sizeof(*target));

	if (!array || !target || !pointer->u)
		return;
	array->kind = LUPE_KIND_ARRAY;
	array->target = element;
	array->count = count;
	lupe_value_fill(decode, target, array, pointer->u, count);
	pointer->children = target;
	pointer->n_children = 1;
	pointer->flags &= ~LUPE_VALUE_OPAQUE;
}

static void print_skippable_fd(struct lupe_printer *printer, const struct lupe_value *value)
{
	if (value->i != IORING_REGISTER_FILES_SKIP) {
		lupe_strace_fd(printer, (int)value->i);
		return;
	}
	if (printer->options->xlat != LUPE_XLAT_ABBREV)
		lupe_buffer_decimal(printer->out, value->i);
	if (printer->options->xlat == LUPE_XLAT_ABBREV)
		lupe_buffer_string(printer->out, "IORING_REGISTER_FILES_SKIP");
	else if (printer->options->xlat == LUPE_XLAT_VERBOSE)
		lupe_strace_comment(printer, "IORING_REGISTER_FILES_SKIP");
}

static const struct lupe_type_ops skippable_fd_ops = {.print = print_skippable_fd};
static const struct lupe_type skippable_fd = {.name = "int",
					      .kind = LUPE_KIND_INT,
					      .role = LUPE_ROLE_FD,
					      .size = 4,
					      .ops = &skippable_fd_ops};

/* clang-format off */

static STRUCT(files_update_struct, struct io_uring_files_update,
	FIELD(struct io_uring_files_update, offset, &lupe_type_uint),
	FIELD(struct io_uring_files_update, resv, &lupe_type_u32_hex, NONZERO),
	FIELD(struct io_uring_files_update, fds, PTR(&skippable_fd), .count = NOT_FOLLOWED))

    /* clang-format on */

    static void decode_files_update(struct lupe_decode *decode, struct lupe_value *value,
				    size_t limit)
{
	lupe_value_fill(decode, value, &files_update_struct, value->address, SIZE_MAX);
	if (value->n_children == 3)
		follow(decode, &value->children[2], &skippable_fd, limit);
}

static const struct lupe_type_ops files_update_ops = {.decode = decode_files_update};
static const struct lupe_type files_update = {
    .name = "struct io_uring_files_update", .kind = LUPE_KIND_CUSTOM, .ops = &files_update_ops};

/* clang-format off */

static ENUM_DECIMAL(uring_op, 1, "IORING_OP_???",
	E(IORING_OP_NOP), E(IORING_OP_READV), E(IORING_OP_WRITEV), E(IORING_OP_FSYNC),
	E(IORING_OP_READ_FIXED), E(IORING_OP_WRITE_FIXED), E(IORING_OP_POLL_ADD),
	E(IORING_OP_POLL_REMOVE), E(IORING_OP_SYNC_FILE_RANGE), E(IORING_OP_SENDMSG),
	E(IORING_OP_RECVMSG), E(IORING_OP_TIMEOUT), E(IORING_OP_TIMEOUT_REMOVE),
	E(IORING_OP_ACCEPT), E(IORING_OP_ASYNC_CANCEL), E(IORING_OP_LINK_TIMEOUT),
	E(IORING_OP_CONNECT), E(IORING_OP_FALLOCATE), E(IORING_OP_OPENAT), E(IORING_OP_CLOSE),
	E(IORING_OP_FILES_UPDATE), E(IORING_OP_STATX), E(IORING_OP_READ), E(IORING_OP_WRITE),
	E(IORING_OP_FADVISE), E(IORING_OP_MADVISE), E(IORING_OP_SEND), E(IORING_OP_RECV),
	E(IORING_OP_OPENAT2), E(IORING_OP_EPOLL_CTL), E(IORING_OP_SPLICE),
	E(IORING_OP_PROVIDE_BUFFERS), E(IORING_OP_REMOVE_BUFFERS), E(IORING_OP_TEE),
	E(IORING_OP_SHUTDOWN), E(IORING_OP_RENAMEAT), E(IORING_OP_UNLINKAT), E(IORING_OP_MKDIRAT),
	E(IORING_OP_SYMLINKAT), E(IORING_OP_LINKAT), E(IORING_OP_MSG_RING), E(IORING_OP_FSETXATTR),
	E(IORING_OP_SETXATTR), E(IORING_OP_FGETXATTR), E(IORING_OP_GETXATTR), E(IORING_OP_SOCKET),
	E(IORING_OP_URING_CMD))
static FLAGS(op_flags, 2, "IO_URING_OP_???", NULL, E(IO_URING_OP_SUPPORTED))

static STRUCT(probe_op, struct io_uring_probe_op,
	FIELD(struct io_uring_probe_op, op, &uring_op),
	FIELD(struct io_uring_probe_op, resv, &lupe_type_u8_hex, NONZERO),
	FIELD(struct io_uring_probe_op, flags, &op_flags),
	FIELD(struct io_uring_probe_op, resv2, &lupe_type_u32_hex, NONZERO))
static STRUCT(probe_struct, struct io_uring_probe,
	FIELD(struct io_uring_probe, last_op, &uring_op),
	FIELD(struct io_uring_probe, ops_len, &lupe_type_u8),
	FIELD(struct io_uring_probe, resv, &lupe_type_u16_hex, NONZERO),
	FIELD(struct io_uring_probe, resv2, ARRAY_OF(&lupe_type_u32_hex, 3), NONZERO),
	{.name = "ops", .type = ARRAY_OF(&probe_op, 0), .offset = sizeof(struct io_uring_probe)})

    /* clang-format on */

    static void decode_probe(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	struct lupe_type *array = lupe_arena_alloc(decode->arena, sizeof(*array));

	lupe_value_fill(decode, value, &probe_struct, value->address, SIZE_MAX);
	if (value->n_children != 5 || !array)
		return;
	array->kind = LUPE_KIND_ARRAY;
	array->target = &probe_op;
	array->count = limit;
	value->children[4].flags = 0;
	lupe_value_fill(decode, &value->children[4], array,
			value->address + sizeof(struct io_uring_probe), limit);
}

static const struct lupe_type_ops probe_ops = {.decode = decode_probe};
static const struct lupe_type probe = {
    .name = "struct io_uring_probe", .kind = LUPE_KIND_CUSTOM, .ops = &probe_ops};

static bool restricts_register(const struct lupe_value *restriction)
{
	return restriction->children[0].u == IORING_RESTRICTION_REGISTER_OP;
}

static bool restricts_op(const struct lupe_value *restriction)
{
	return restriction->children[0].u == IORING_RESTRICTION_SQE_OP;
}

static bool restricts_flags(const struct lupe_value *restriction)
{
	return restriction->children[0].u == IORING_RESTRICTION_SQE_FLAGS_ALLOWED ||
	       restriction->children[0].u == IORING_RESTRICTION_SQE_FLAGS_REQUIRED;
}

static const struct lupe_type restriction_kind;

/* What an unknown one restricts is shown as a number. */
static void print_restriction(struct lupe_printer *printer, const struct lupe_value *value)
{
	lupe_strace_symbol(printer, &restriction_kind, value->u);
	if (value->u > IORING_RESTRICTION_SQE_FLAGS_REQUIRED && printer->parent)
		lupe_buffer_printf(printer->out, " /* op: %#x */",
				   (unsigned)printer->parent->children[1].u);
}

static const struct lupe_type_ops restriction_ops = {.print = print_restriction};

/* [0 2]: processors, a bit each. */
static void print_cpus(struct lupe_printer *printer, const struct lupe_value *value)
{
	bool first = true;
	size_t cpu;

	lupe_buffer_char(printer->out, '[');
	for (cpu = 0; cpu < value->n_bytes * 8; cpu++) {
		if (!(value->bytes[cpu / 8] >> cpu % 8 & 1))
			continue;
		if (!first)
			lupe_buffer_char(printer->out, ' ');
		first = false;
		lupe_buffer_unsigned(printer->out, cpu);
	}
	lupe_buffer_char(printer->out, ']');
}

static const struct lupe_type_ops cpus_ops = {.print = print_cpus};
static const struct lupe_type cpus = {.name = "cpu_set_t",
				      .kind = LUPE_KIND_CUSTOM,
				      .role = LUPE_ROLE_HEX, /* all of it, whatever -s says */
				      .ops = &cpus_ops};

static const struct lupe_type worker_kind;

/* An array whose indexes have names. */
static void print_workers(struct lupe_printer *printer, const struct lupe_value *value)
{
	uint32_t i;

	lupe_buffer_char(printer->out, '[');
	for (i = 0; i < value->n_children; i++) {
		if (i)
			lupe_buffer_string(printer->out, ", ");
		lupe_buffer_char(printer->out, '[');
		lupe_strace_symbol(printer, &worker_kind, i);
		lupe_buffer_string(printer->out, "]=");
		lupe_buffer_unsigned(printer->out, value->children[i].u);
	}
	lupe_buffer_char(printer->out, ']');
}

static const struct lupe_type_ops workers_ops = {.print = print_workers};

/* clang-format off */

static ENUM_DECIMAL(worker_kind, 4, "IO_WQ_???", E_AS("IO_WQ_BOUND", 0), E_AS("IO_WQ_UNBOUND", 1))
static const struct lupe_type workers = {
	.name = "unsigned int [2]", .kind = LUPE_KIND_ARRAY, .size = 8, .count = 2,
	.target = &lupe_type_uint, .ops = &workers_ops};

#define REGISTER_OPS                                                                      \
	E(IORING_REGISTER_BUFFERS), E(IORING_UNREGISTER_BUFFERS),                         \
	E(IORING_REGISTER_FILES), E(IORING_UNREGISTER_FILES), E(IORING_REGISTER_EVENTFD), \
	E(IORING_UNREGISTER_EVENTFD), E(IORING_REGISTER_FILES_UPDATE),                    \
	E(IORING_REGISTER_EVENTFD_ASYNC), E(IORING_REGISTER_PROBE),                       \
	E(IORING_REGISTER_PERSONALITY), E(IORING_UNREGISTER_PERSONALITY),                 \
	E(IORING_REGISTER_RESTRICTIONS), E(IORING_REGISTER_ENABLE_RINGS),                 \
	E(IORING_REGISTER_FILES2), E(IORING_REGISTER_FILES_UPDATE2),                      \
	E(IORING_REGISTER_BUFFERS2), E(IORING_REGISTER_BUFFERS_UPDATE),                   \
	E(IORING_REGISTER_IOWQ_AFF), E(IORING_UNREGISTER_IOWQ_AFF),                       \
	E(IORING_REGISTER_IOWQ_MAX_WORKERS), E(IORING_REGISTER_RING_FDS),                 \
	E(IORING_UNREGISTER_RING_FDS), E(IORING_REGISTER_PBUF_RING),                      \
	E(IORING_UNREGISTER_PBUF_RING)
static ENUM(register_op, 4, "IORING_REGISTER_???", REGISTER_OPS)
static ENUM(register_op_8, 1, "IORING_REGISTER_???", REGISTER_OPS)
static ENUM(uring_op_hex, 1, "IORING_OP_???",
	E(IORING_OP_NOP), E(IORING_OP_READV), E(IORING_OP_WRITEV), E(IORING_OP_FSYNC),
	E(IORING_OP_READ_FIXED), E(IORING_OP_WRITE_FIXED), E(IORING_OP_POLL_ADD),
	E(IORING_OP_POLL_REMOVE), E(IORING_OP_SYNC_FILE_RANGE), E(IORING_OP_SENDMSG),
	E(IORING_OP_RECVMSG), E(IORING_OP_TIMEOUT), E(IORING_OP_TIMEOUT_REMOVE),
	E(IORING_OP_ACCEPT), E(IORING_OP_ASYNC_CANCEL), E(IORING_OP_LINK_TIMEOUT),
	E(IORING_OP_CONNECT), E(IORING_OP_FALLOCATE), E(IORING_OP_OPENAT), E(IORING_OP_CLOSE))
static FLAGS(sqe_flags, 1, "IOSQE_???", NULL,
	E(IOSQE_FIXED_FILE), E(IOSQE_IO_DRAIN), E(IOSQE_IO_LINK), E(IOSQE_IO_HARDLINK),
	E(IOSQE_ASYNC), E(IOSQE_BUFFER_SELECT), E(IOSQE_CQE_SKIP_SUCCESS))

#define RESTRICTION_KINDS                                                                 \
	E(IORING_RESTRICTION_REGISTER_OP), E(IORING_RESTRICTION_SQE_OP),                  \
	E(IORING_RESTRICTION_SQE_FLAGS_ALLOWED), E(IORING_RESTRICTION_SQE_FLAGS_REQUIRED)
static ENUM(restriction_kind, 2, "IORING_RESTRICTION_???", RESTRICTION_KINDS)
static const struct lupe_type restriction_opcode = {
	.kind = LUPE_KIND_ENUM, .size = 2, .unknown = "IORING_RESTRICTION_???",
	.ops = &restriction_ops, ENUMERATORS(RESTRICTION_KINDS)};

static STRUCT(restriction, struct io_uring_restriction,
	FIELD(struct io_uring_restriction, opcode, &restriction_opcode),
	FIELD(struct io_uring_restriction, sqe_op, &lupe_type_u8, .flags = LUPE_MEMBER_HIDDEN),
	FIELD(struct io_uring_restriction, register_op, &register_op_8,
	      .present = restricts_register),
	FIELD(struct io_uring_restriction, sqe_op, &uring_op_hex, .present = restricts_op),
	FIELD(struct io_uring_restriction, sqe_flags, &sqe_flags, .present = restricts_flags),
	FIELD(struct io_uring_restriction, resv, &lupe_type_u8_hex, NONZERO),
	FIELD(struct io_uring_restriction, resv2, ARRAY_OF(&lupe_type_u32_hex, 3), NONZERO))

static FLAGS(resource_flags, 4, "IORING_RSRC_REGISTER_???", NULL, E(IORING_RSRC_REGISTER_SPARSE))

/* Files or buffers with a tag each. */
#define RESOURCES(id, element)                                                             \
	static const struct lupe_type id = {                                               \
	    .name = "struct io_uring_rsrc_register", .kind = LUPE_KIND_STRUCT,             \
	    .size = sizeof(struct io_uring_rsrc_register),                                 \
	    .size_min = sizeof(struct io_uring_rsrc_register),                             \
	    MEMBERS(FIELD(struct io_uring_rsrc_register, nr, &lupe_type_uint),             \
		    FIELD(struct io_uring_rsrc_register, flags, &resource_flags),          \
		    FIELD(struct io_uring_rsrc_register, resv2, &lupe_type_ulong_hex, NONZERO), \
		    FIELD(struct io_uring_rsrc_register, data, PTR(element),               \
			  .count = BY_MEMBER(0)),                                          \
		    FIELD(struct io_uring_rsrc_register, tags, PTR(&lupe_type_ulong_hex),  \
			  .count = BY_MEMBER(0)))};
#define RESOURCES_UPDATE(id, element)                                                      \
	static const struct lupe_type id = {                                               \
	    .name = "struct io_uring_rsrc_update2", .kind = LUPE_KIND_STRUCT,              \
	    .size = sizeof(struct io_uring_rsrc_update2),                                  \
	    .size_min = sizeof(struct io_uring_rsrc_update2),                              \
	    MEMBERS(FIELD(struct io_uring_rsrc_update2, offset, &lupe_type_uint),          \
		    FIELD(struct io_uring_rsrc_update2, resv, &lupe_type_u32_hex, NONZERO), \
		    FIELD(struct io_uring_rsrc_update2, data, PTR(element),                \
			  .count = BY_MEMBER(4)),                                          \
		    FIELD(struct io_uring_rsrc_update2, tags, PTR(&lupe_type_ulong_hex),   \
			  .count = BY_MEMBER(4)),                                          \
		    FIELD(struct io_uring_rsrc_update2, nr, &lupe_type_uint),              \
		    FIELD(struct io_uring_rsrc_update2, resv2, &lupe_type_u32_hex, NONZERO))};

RESOURCES(file_resources, &skippable_fd)
RESOURCES(buffer_resources, &lupe_type_iovec_address)
RESOURCES_UPDATE(file_resources_update, &skippable_fd)
RESOURCES_UPDATE(buffer_resources_update, &lupe_type_iovec_address)

/* The offset -1 asks for any. */
#define RING_FD(id, data_type)                                                             \
	static STRUCT(id, struct io_uring_rsrc_update,                                     \
		FIELD(struct io_uring_rsrc_update, offset, &lupe_type_uid),                \
		FIELD(struct io_uring_rsrc_update, resv, &lupe_type_u32_hex, NONZERO),     \
		FIELD(struct io_uring_rsrc_update, data, data_type))
RING_FD(ring_fd_registered, &lupe_type_fd)
RING_FD(ring_fd_unregistered, &lupe_type_ulong_hex)

static STRUCT(buffer_ring, struct io_uring_buf_reg,
	FIELD(struct io_uring_buf_reg, ring_addr, &lupe_type_ulong_hex),
	FIELD(struct io_uring_buf_reg, ring_entries, &lupe_type_uint),
	FIELD(struct io_uring_buf_reg, bgid, &lupe_type_ushort),
	FIELD(struct io_uring_buf_reg, pad, &lupe_type_u16_hex, NONZERO),
	FIELD(struct io_uring_buf_reg, resv, ARRAY_OF(&lupe_type_ulong_hex, 3), NONZERO))

enum { NR_ARGS = 3 }; /* the argument that counts */

CHOICE(register_argument, 1, 0,
	CASE(IORING_REGISTER_BUFFERS, .type = PTR(&lupe_type_iovec_address),
	     .count = BY_MEMBER(NR_ARGS)),
	CASE(IORING_REGISTER_FILES, .type = PTR(&skippable_fd), .count = BY_MEMBER(NR_ARGS)),
	CASE(IORING_REGISTER_EVENTFD, .type = PTR(&lupe_type_fd), .count = BY_MEMBER(NR_ARGS)),
	CASE(IORING_REGISTER_EVENTFD_ASYNC, .type = PTR(&lupe_type_fd),
	     .count = BY_MEMBER(NR_ARGS)),
	CASE(IORING_REGISTER_FILES_UPDATE, .type = PTR(&files_update),
	     .count = BY_MEMBER(NR_ARGS)),
	CASE(IORING_REGISTER_PROBE, .type = PTR(&probe), .count = BY_MEMBER(NR_ARGS),
	     .flow = LUPE_FLOW_LATE),
	CASE(IORING_REGISTER_RESTRICTIONS, .type = PTR(&restriction),
	     .count = BY_MEMBER(NR_ARGS)),
	CASE(IORING_REGISTER_FILES2, .type = PTR(&file_resources), .count = BY_MEMBER(NR_ARGS)),
	CASE(IORING_REGISTER_BUFFERS2, .type = PTR(&buffer_resources),
	     .count = BY_MEMBER(NR_ARGS)),
	CASE(IORING_REGISTER_FILES_UPDATE2, .type = PTR(&file_resources_update),
	     .count = BY_MEMBER(NR_ARGS)),
	CASE(IORING_REGISTER_BUFFERS_UPDATE, .type = PTR(&buffer_resources_update),
	     .count = BY_MEMBER(NR_ARGS)),
	CASE(IORING_REGISTER_IOWQ_AFF, .type = PTR(&cpus), .count = BY_MEMBER(NR_ARGS)),
	CASE(IORING_REGISTER_IOWQ_MAX_WORKERS, .type = PTR(&workers),
	     .flow = LUPE_FLOW_UPDATED),
	CASE(IORING_REGISTER_RING_FDS, .type = PTR(&ring_fd_registered),
	     .count = BY_MEMBER(NR_ARGS)),
	CASE(IORING_UNREGISTER_RING_FDS, .type = PTR(&ring_fd_unregistered),
	     .count = BY_MEMBER(NR_ARGS)),
	CASE(IORING_REGISTER_PBUF_RING, .type = PTR(&buffer_ring)),
	CASE(IORING_UNREGISTER_PBUF_RING, .type = PTR(&buffer_ring)))

CHOICE(mask_of_size_5, 5, 0, CASE(8, .type = PTR(&lupe_type_sigset)))

static const struct lupe_syscall entries[] = {

/* --- aio --- */
SYSCALL(io_setup, G_MEMORY, NULL,
	IN("nr_events", &lupe_type_uint), OUT("ctx_idp", PTR(&lupe_type_address)))
SYSCALL(io_destroy, G_MEMORY, NULL, IN("ctx_id", &lupe_type_address))
SYSCALL(io_submit, 0, NULL,
	IN("ctx_id", &lupe_type_address), IN("nr", &lupe_type_long),
	IN("iocbpp", PTR(PTR(&iocb)), .count = BY_MEMBER(1)))
SYSCALL(io_cancel, 0, NULL,
	IN("ctx_id", &lupe_type_address), IN("iocb", PTR(&iocb_head)),
	OUT("result", PTR(&io_event)))
SYSCALL(io_getevents, 0, NULL,
	IN("ctx_id", &lupe_type_address), IN("min_nr", &lupe_type_long), IN("nr", &lupe_type_long),
	OUT("events", PTR(&io_event), .count = BY_RESULT(2)),
	IN("timeout", PTR(&lupe_type_timespec)))
SYSCALL(io_pgetevents, 0, NULL,
	IN("ctx_id", &lupe_type_address), IN("min_nr", &lupe_type_long), IN("nr", &lupe_type_long),
	OUT("events", PTR(&io_event), .count = BY_RESULT(2)),
	IN("timeout", PTR(&lupe_type_timespec)), IN("usig", PTR(&lupe_type_sigset_argument)))

/* --- io_uring --- */
SYSCALL(io_uring_setup, G_DESC, &lupe_type_fd,
	IN("entries", &lupe_type_uint), LATE("p", PTR(&params)))
SYSCALL(io_uring_enter, G_DESC | G_SIGNAL, NULL,
	IN("fd", &lupe_type_fd), IN("to_submit", &lupe_type_uint),
	IN("min_complete", &lupe_type_uint), IN("flags", &enter_flags),
	IN("sig", &lupe_type_address, .choice = &mask_of_size_5), IN("sz", &lupe_type_size_t))
SYSCALL(io_uring_register, G_DESC | G_MEMORY, NULL,
	IN("fd", &lupe_type_fd), IN("opcode", &register_op),
	IN("arg", &lupe_type_address, .choice = &register_argument),
	IN("nr_args", &lupe_type_uint))
};

EXPORT_FAMILY(io)
