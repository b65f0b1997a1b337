/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * New processes and threads. clone's low byte of the flags is the signal at the child's end, its
 * text is in another order than its registers; clone3 takes a struct that has grown over the years
 * and may be longer than ours, and writes through pointers in it.
 */
#include <linux/sched.h>
#include <signal.h>
#include "base/arena.h"
#include "syscall/table/process.h"
#include "syscall/table/table.h"

enum { SET_TIDS_MAX = 32 /* levels of pid namespaces */ };

/* --- clone --- */

static bool clone_has(const struct lupe_value *args, uint64_t flags)
{
	return args->children[0].u & flags;
}

static bool has_parent_tid(const struct lupe_value *args)
{
	return clone_has(args, CLONE_PARENT_SETTID | CLONE_PIDFD);
}

static bool has_child_tid(const struct lupe_value *args)
{
	return clone_has(args, CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID);
}

static bool has_tls(const struct lupe_value *args)
{
	return clone_has(args, CLONE_SETTLS);
}

static void print_clone_flags(struct lupe_printer *printer, const struct lupe_value *value)
{
	uint64_t flags = value->u & ~(uint64_t)CSIGNAL;
	int signal = (int)(value->u & CSIGNAL);

	if (flags)
		lupe_strace_symbol(printer, lupe_type_strip(value->type), flags);
	if (flags && signal)
		lupe_buffer_char(printer->out, '|');
	if (signal || !flags)
		lupe_strace_signal(printer, signal);
}

/* --- clone3 --- */

/* The size that the caller says; shorter than the first version is none. Bytes that lie beyond what
 * we know stay in the value's bytes. */
static void decode_clone_args(struct lupe_decode *decode, struct lupe_value *value, size_t limit);
static void print_clone_args(struct lupe_printer *printer, const struct lupe_value *value);

static bool args_have(const struct lupe_value *parent, uint64_t flags)
{
	return parent->children[0].u & flags;
}

static bool args_have_pidfd(const struct lupe_value *parent)
{
	return args_have(parent, CLONE_PIDFD);
}

static bool args_have_child_tid(const struct lupe_value *parent)
{
	return args_have(parent, CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID);
}

static bool args_have_parent_tid(const struct lupe_value *parent)
{
	return args_have(parent, CLONE_PARENT_SETTID);
}

static bool args_have_tls(const struct lupe_value *parent)
{
	return args_have(parent, CLONE_SETTLS);
}

/* What the kernel wrote through the struct's pointers: nothing before the exit. */
static void follow_if_done(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	lupe_value_follow_if(decode, value, limit, decode->has_result && !decode->failed);
}

/* A list that is too long is an error, and so is one without a length. */
static void follow_set_tid(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	lupe_value_follow_if(decode, value, limit, limit && limit <= SET_TIDS_MAX);
}

/* clang-format off */

FLAGS(lupe_type_clone_flags, 8, "CLONE_???", NULL,
	E(CLONE_VM), E(CLONE_FS), E(CLONE_FILES), E(CLONE_SIGHAND), E(CLONE_PIDFD), E(CLONE_PTRACE),
	E(CLONE_VFORK), E(CLONE_PARENT), E(CLONE_THREAD), E(CLONE_NEWNS), E(CLONE_SYSVSEM),
	E(CLONE_SETTLS), E(CLONE_PARENT_SETTID), E(CLONE_CHILD_CLEARTID), E(CLONE_UNTRACED),
	E(CLONE_CHILD_SETTID), E(CLONE_NEWCGROUP), E(CLONE_NEWUTS), E(CLONE_NEWIPC),
	E(CLONE_NEWUSER), E(CLONE_NEWPID), E(CLONE_NEWNET), E(CLONE_IO), E(CLONE_NEWTIME), E(CLONE_CLEAR_SIGHAND),
	E(CLONE_INTO_CGROUP))

/* clone's own: bits from 2^32 on mean nothing there. */
static const struct lupe_type_ops clone_flags_ops = {.print = print_clone_flags};
static const struct lupe_type clone_flags = {
	.name = "unsigned long", .kind = LUPE_KIND_FLAGS, .size = 8, .unknown = "CLONE_???",
	.ops = &clone_flags_ops, ENUMERATORS(
	E(CLONE_VM), E(CLONE_FS), E(CLONE_FILES), E(CLONE_SIGHAND), E(CLONE_PIDFD), E(CLONE_PTRACE),
	E(CLONE_VFORK), E(CLONE_PARENT), E(CLONE_THREAD), E(CLONE_NEWNS), E(CLONE_SYSVSEM),
	E(CLONE_SETTLS), E(CLONE_PARENT_SETTID), E(CLONE_CHILD_CLEARTID), E(CLONE_UNTRACED),
	E(CLONE_CHILD_SETTID), E(CLONE_NEWCGROUP), E(CLONE_NEWUTS), E(CLONE_NEWIPC),
	E(CLONE_NEWUSER), E(CLONE_NEWPID), E(CLONE_NEWNET), E(CLONE_IO))};

static const struct lupe_type_ops done_ops = {.decode = follow_if_done};
static const struct lupe_type pidfd_pointer = {
	.kind = LUPE_KIND_POINTER, .size = sizeof(void *), .target = &lupe_type_fd,
	.ops = &done_ops};
static const struct lupe_type tid_pointer = {
	.kind = LUPE_KIND_POINTER, .size = sizeof(void *), .target = &lupe_type_tid,
	.ops = &done_ops};
static const struct lupe_type_ops set_tid_ops = {.decode = follow_set_tid};
static const struct lupe_type set_tid_pointer = {
	.kind = LUPE_KIND_POINTER, .size = sizeof(void *), .target = &lupe_type_tid,
	.ops = &set_tid_ops};

/* Decoding makes the sized type a plain struct of the members that are there. */
static const struct lupe_type_ops clone3_ops = {.print = print_clone_args};
static const struct lupe_type clone3_fields = {
	.name = "struct clone_args", .kind = LUPE_KIND_STRUCT, .size = sizeof(struct clone_args),
	.ops = &clone3_ops, MEMBERS(
	FIELD(struct clone_args, flags, &lupe_type_clone_flags),
	FIELD(struct clone_args, pidfd, &pidfd_pointer, .present = args_have_pidfd),
	FIELD(struct clone_args, child_tid, &lupe_type_address, .present = args_have_child_tid),
	FIELD(struct clone_args, parent_tid, &tid_pointer, .present = args_have_parent_tid),
	FIELD(struct clone_args, exit_signal, &lupe_type_signal),
	FIELD(struct clone_args, stack, &lupe_type_address),
	FIELD(struct clone_args, stack_size, &lupe_type_ulong_hex),
	FIELD(struct clone_args, tls, &lupe_type_ulong_hex, .present = args_have_tls),
	FIELD(struct clone_args, set_tid, &set_tid_pointer, .count = BY_MEMBER(9),
	.flags = LUPE_MEMBER_NONZERO), FIELD(struct clone_args, set_tid_size, &lupe_type_ulong,
	.flags = LUPE_MEMBER_NONZERO), FIELD(struct clone_args, cgroup, &lupe_type_fd,
	.flags = LUPE_MEMBER_NONZERO))};
static const struct lupe_type_ops sized_ops = {.decode = decode_clone_args};
static const struct lupe_type clone_args = {
	.name = "struct clone_args", .kind = LUPE_KIND_CUSTOM, .ops = &sized_ops};

enum { PIDFD = 1, PARENT_TID = 3, CGROUP = 10 }; /* places in it */

static const uint8_t clone_order[] = {1, 0, 2, 4, 3};

static const struct lupe_syscall entries[] = {
SYSCALL_WITH(clone, G_PROCESS, &lupe_type_pid, WITH(.order = clone_order),
	UPDATED("flags", &clone_flags, .flags = LUPE_MEMBER_NAMED),
	IN("child_stack", &lupe_type_address, .flags = LUPE_MEMBER_NAMED),
	OUT("parent_tid", PTR(&lupe_type_tid), .flags = LUPE_MEMBER_NAMED,
	.present = has_parent_tid), IN("child_tidptr", &lupe_type_ulong_hex,
	.flags = LUPE_MEMBER_NAMED, .present = has_child_tid),
	IN("tls", &lupe_type_ulong_hex, .flags = LUPE_MEMBER_NAMED, .present = has_tls))
SYSCALL(clone3, G_PROCESS, &lupe_type_pid,
	UPDATED("cl_args", PTR(&clone_args), .count = BY_MEMBER(1)), IN("size", &lupe_type_size_t))
SYSCALL_NO_ARGS(fork, G_PROCESS, &lupe_type_pid, 0)
SYSCALL_NO_ARGS(vfork, G_PROCESS, &lupe_type_pid, 0)
};

EXPORT_FAMILY(clone)

/* clang-format on */

enum { BEYOND_MAX = 4096 };

static void decode_clone_args(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	size_t size = MIN(limit, (size_t)BEYOND_MAX), got;
	unsigned char *bytes;

	if (size < CLONE_ARGS_SIZE_VER0) {
		value->flags |= LUPE_VALUE_OPAQUE;
		return;
	}
	lupe_value_fill(decode, value, &clone3_fields, value->address,
			MIN(size, sizeof(struct clone_args)));
	bytes = size > sizeof(struct clone_args) ? lupe_arena_alloc(decode->arena, size) : NULL;
	if (!bytes)
		return;
	got = lupe_memory_read_some(decode->memory, value->address, bytes, size);
	if (got > sizeof(struct clone_args)) {
		value->bytes = bytes;
		value->n_bytes = MIN(got, size);
	}
}

/* What lies beyond the struct as we know it, unless it is all zero. */
static bool print_beyond(struct lupe_printer *printer, const struct lupe_value *value)
{
	struct lupe_strace_options hex = *printer->options;
	struct lupe_printer inner = *printer;
	size_t from = sizeof(struct clone_args), i, shown;

	for (i = from; i < value->n_bytes && !value->bytes[i]; i++)
		;
	if (i >= value->n_bytes)
		return false;
	if (printer->out->data[printer->out->length - 1] != '{')
		lupe_buffer_bytes(printer->out, ", ", 2);
	lupe_buffer_printf(printer->out, "/* bytes %zu..%zu */ ", from, value->n_bytes - 1);
	hex.hex_strings = 2;
	inner.options = &hex;
	shown = MIN(value->n_bytes - from, hex.string_max);
	lupe_strace_quoted(&inner, value->bytes + from, shown, shown < value->n_bytes - from);
	return true;
}

static bool print_written(struct lupe_printer *printer, const struct lupe_value *child, bool first)
{
	if (child->flags & LUPE_VALUE_ABSENT)
		return false;
	lupe_buffer_string(printer->out, first ? "" : ", ");
	lupe_buffer_string(printer->out, child->member->name);
	lupe_buffer_char(printer->out, '=');
	lupe_strace_value(printer, child);
	return true;
}

/* After the "=>": what the kernel wrote. */
static void print_results(struct lupe_printer *printer, const struct lupe_value *value)
{
	size_t start = printer->out->length;
	bool any;

	lupe_buffer_char(printer->out, '{');
	any = print_written(printer, &value->children[PIDFD], true);
	any |= print_written(printer, &value->children[PARENT_TID], !any);
	any |= print_beyond(printer, value);
	if (any)
		lupe_buffer_char(printer->out, '}');
	else
		lupe_buffer_truncate(printer->out, start);
}

/* Members that a shorter, older struct does not have are not there. */
static void print_clone_args(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_call *call = printer->call;

	if (value->flags & (LUPE_VALUE_OPAQUE | LUPE_VALUE_PARTIAL) ||
	    value->n_children <= CGROUP) {
		if (!printer->update)
			lupe_strace_address(printer, value->address);
		return;
	}
	if (printer->update) {
		if (call && !call->failed)
			print_results(printer, value);
		return;
	}
	lupe_strace_struct(printer, value);
	if (value->n_bytes > sizeof(struct clone_args)) {
		lupe_buffer_truncate(printer->out, printer->out->length - 1);
		print_beyond(printer, value);
		lupe_buffer_char(printer->out, '}');
	}
}
