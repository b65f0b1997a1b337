/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Scheduling: policies, priorities, CPU sets.
 */
#include <errno.h>
#include <linux/ioprio.h>
#include <linux/sched.h>
#include <linux/sched/types.h>
#include <sys/resource.h>
#include "base/arena.h"
#include "syscall/table/table.h"

enum { CPU_BYTES_MAX = 8192 };

/* --- CPU sets --- */

/* "[0 2 64]" of a mask of bytes. */
static void print_cpus(struct lupe_printer *printer, const struct lupe_value *value)
{
	bool first = true;
	size_t i;

	lupe_buffer_char(printer->out, '[');
	for (i = 0; i < value->n_bytes * 8; i++) {
		if (!(value->bytes[i / 8] >> i % 8 & 1))
			continue;
		if (!first)
			lupe_buffer_char(printer->out, ' ');
		first = false;
		lupe_buffer_unsigned(printer->out, i);
	}
	lupe_buffer_char(printer->out, ']');
}

/* All of the mask or none of it; the kernel reads whole words. */
static void decode_cpus(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	size_t size = MIN(limit, (size_t)CPU_BYTES_MAX);
	size_t rounded = (size + 7) / 8 * 8;
	unsigned char *bytes = lupe_arena_alloc(decode->arena, rounded ? rounded : 1);

	value->total = limit;
	if (!bytes ||
	    lupe_memory_read_some(decode->memory, value->address, bytes, rounded) < rounded) {
		value->flags |= LUPE_VALUE_UNREADABLE;
		return;
	}
	value->bytes = bytes;
	value->n_bytes = rounded;
}

/* --- sched_attr: the size it says itself, and what the policy makes of it --- */

/* A negative policy is none at all, and shown whatever the flags say. */
static bool attr_has_policy(const struct lupe_value *parent)
{
	return lupe_value_member(parent, "sched_policy")->u >> 31 & 1 ||
	       !(lupe_value_member(parent, "sched_flags")->u &
		 (SCHED_FLAG_KEEP_POLICY | SCHED_FLAG_KEEP_PARAMS));
}

static bool attr_has_params(const struct lupe_value *parent)
{
	return !(lupe_value_member(parent, "sched_flags")->u & SCHED_FLAG_KEEP_PARAMS);
}

static bool attr_has_clamps(const struct lupe_value *parent)
{
	return parent->children[0].u >= SCHED_ATTR_SIZE_VER1;
}

static void decode_attr(struct lupe_decode *decode, struct lupe_value *value, size_t limit);
static void print_attr(struct lupe_printer *printer, const struct lupe_value *value);

/* --- I/O priorities: a class and a level in one number --- */

static void print_ioprio(struct lupe_printer *printer, const struct lupe_value *value);

/* clang-format off */

static ENUM(policy, 4, "SCHED_???",
	E_AS("SCHED_OTHER", SCHED_NORMAL), E(SCHED_FIFO), E(SCHED_RR), E(SCHED_BATCH),
	E_AS("SCHED_ISO", 4), E(SCHED_IDLE), E(SCHED_DEADLINE))
static FLAGS(attr_flags, 8, "SCHED_FLAG_???", NULL,
	E(SCHED_FLAG_RESET_ON_FORK), E(SCHED_FLAG_RECLAIM), E(SCHED_FLAG_DL_OVERRUN),
	E(SCHED_FLAG_KEEP_POLICY), E(SCHED_FLAG_KEEP_PARAMS), E(SCHED_FLAG_UTIL_CLAMP_MIN),
	E(SCHED_FLAG_UTIL_CLAMP_MAX))

#define ATTR(field, type, ...) FIELD(struct sched_attr, field, type, ##__VA_ARGS__)
/* Decoding makes the sized type a plain struct of the members that are there. */
static const struct lupe_type_ops attr_print_ops = {.print = print_attr};
static const struct lupe_type attr_fields = {
	.name = "struct sched_attr", .kind = LUPE_KIND_STRUCT, .size = sizeof(struct sched_attr),
	.ops = &attr_print_ops, MEMBERS(
	ATTR(size, &lupe_type_uint), ATTR(sched_policy, &policy, .present = attr_has_policy),
	ATTR(sched_flags, &attr_flags),
	ATTR(sched_nice, &lupe_type_int, .present = attr_has_params),
	ATTR(sched_priority, &lupe_type_uint, .present = attr_has_params),
	ATTR(sched_runtime, &lupe_type_ulong, .present = attr_has_params),
	ATTR(sched_deadline, &lupe_type_ulong, .present = attr_has_params),
	ATTR(sched_period, &lupe_type_ulong, .present = attr_has_params),
	ATTR(sched_util_min, &lupe_type_uint, .present = attr_has_clamps),
	ATTR(sched_util_max, &lupe_type_uint, .present = attr_has_clamps))};
static const struct lupe_type_ops attr_ops = {.decode = decode_attr};
static const struct lupe_type attr = {
	.name = "struct sched_attr", .kind = LUPE_KIND_CUSTOM, .ops = &attr_ops};

static const struct lupe_type_ops cpus_ops = {.decode = decode_cpus, .print = print_cpus};
static const struct lupe_type cpus = {
	.name = "cpu_set_t", .kind = LUPE_KIND_CUSTOM, .ops = &cpus_ops};

static ENUM(priority_which, 4, "PRIO_???", E(PRIO_PROCESS), E(PRIO_PGRP), E(PRIO_USER))
static ENUM(ioprio_which, 4, "IOPRIO_WHO_???", E(IOPRIO_WHO_PROCESS), E(IOPRIO_WHO_PGRP),
	E(IOPRIO_WHO_USER))
static ENUM(ioprio_class, 4, "IOPRIO_CLASS_???",
	E(IOPRIO_CLASS_NONE), E(IOPRIO_CLASS_RT), E(IOPRIO_CLASS_BE), E(IOPRIO_CLASS_IDLE))
static const struct lupe_type_ops ioprio_ops = {.print = print_ioprio};
static const struct lupe_type ioprio = {
	.name = "int", .kind = LUPE_KIND_INT, .size = 4, .ops = &ioprio_ops};

static void annotate_policy(struct lupe_printer *printer, const struct lupe_call *call,
			    const struct lupe_value *args);
static void annotate_ioprio(struct lupe_printer *printer, const struct lupe_call *call,
			    const struct lupe_value *args);

static const struct lupe_syscall entries[] = {
SYSCALL_NO_ARGS(sched_yield, 0, NULL, 0)
SYSCALL(sched_setparam, 0, NULL, IN("pid", &lupe_type_pid), IN("param", PTR(&lupe_type_int)))
SYSCALL(sched_getparam, 0, NULL, IN("pid", &lupe_type_pid), OUT("param", PTR(&lupe_type_int)))
SYSCALL(sched_setscheduler, 0, NULL,
	IN("pid", &lupe_type_pid), IN("policy", &policy), IN("param", PTR(&lupe_type_int)))
SYSCALL_WITH(sched_getscheduler, 0, NULL, WITH(.annotate = annotate_policy),
	IN("pid", &lupe_type_pid))
SYSCALL(sched_get_priority_max, 0, NULL, IN("policy", &policy))
SYSCALL(sched_get_priority_min, 0, NULL, IN("policy", &policy))
SYSCALL(sched_rr_get_interval, 0, NULL, IN("pid", &lupe_type_pid),
	OUT("tp", PTR(&lupe_type_timespec)))
SYSCALL(sched_setaffinity, 0, NULL,
	IN("pid", &lupe_type_pid), IN("cpusetsize", &lupe_type_uint),
	IN("mask", PTR(&cpus), .count = BY_MEMBER(1)))
SYSCALL(sched_getaffinity, 0, NULL,
	IN("pid", &lupe_type_pid), IN("cpusetsize", &lupe_type_uint),
	OUT("mask", PTR(&cpus), .count = BY_RESULT(1)))
SYSCALL(sched_setattr, 0, NULL,
	IN("pid", &lupe_type_pid), UPDATED("attr", PTR(&attr)), IN("flags", &lupe_type_uint))
SYSCALL(sched_getattr, 0, NULL,
	IN("pid", &lupe_type_pid), OUT("attr", PTR(&attr), .count = BY_MEMBER(2)),
	IN("size", &lupe_type_uint), IN("flags", &lupe_type_uint))
SYSCALL(getpriority, 0, NULL, IN("which", &priority_which), IN("who", &lupe_type_int))
SYSCALL(setpriority, 0, NULL,
	IN("which", &priority_which), IN("who", &lupe_type_int), IN("prio", &lupe_type_int))
SYSCALL_WITH(ioprio_get, 0, &lupe_type_u32_hex, WITH(.annotate = annotate_ioprio),
	IN("which", &ioprio_which), IN("who", &lupe_type_int))
SYSCALL(ioprio_set, 0, NULL,
	IN("which", &ioprio_which), IN("who", &lupe_type_int), IN("ioprio", &ioprio))
};

EXPORT_FAMILY(sched)

/* clang-format on */

static void annotate_policy(struct lupe_printer *printer, const struct lupe_call *call,
			    const struct lupe_value *args)
{
	(void)args;
	lupe_strace_symbol(printer, &policy, (uint64_t)call->result);
}

static void ioprio_text(struct lupe_printer *printer, uint32_t number)
{
	uint32_t class = number >> IOPRIO_CLASS_SHIFT;

	lupe_buffer_string(printer->out, "IOPRIO_PRIO_VALUE(");
	lupe_strace_symbol(printer, &ioprio_class, class);
	lupe_buffer_bytes(printer->out, ", ", 2);
	lupe_buffer_unsigned(printer->out, number & ((1u << IOPRIO_CLASS_SHIFT) - 1));
	lupe_buffer_char(printer->out, ')');
}

static void print_ioprio(struct lupe_printer *printer, const struct lupe_value *value)
{
	ioprio_text(printer, (uint32_t)value->u);
}

static void annotate_ioprio(struct lupe_printer *printer, const struct lupe_call *call,
			    const struct lupe_value *args)
{
	(void)args;
	ioprio_text(printer, (uint32_t)call->result);
}

/* The size stands in front, whether or not the rest fits it; 0 is the first version's. A caller of
 * sched_getattr says the size beside it, and the kernel writes no more than that. */
static void decode_attr(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	uint32_t said = 0;
	size_t size;

	if (lupe_memory_read_some(decode->memory, value->address, &said, sizeof(said)) !=
	    sizeof(said)) {
		value->flags |= LUPE_VALUE_UNREADABLE;
		return;
	}
	size = said ? said : SCHED_ATTR_SIZE_VER0;
	if (size < SCHED_ATTR_SIZE_VER0)
		size = sizeof(said);
	if (limit != SIZE_MAX)
		size = MIN(size, limit);
	lupe_value_fill(decode, value, &attr_fields, value->address,
			MIN(size, sizeof(struct sched_attr)));
	value->total = said;
}

/* The kernel tells by the size alone what it would have taken (E2BIG). */
static void print_attr(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_value *size = value->n_children ? &value->children[0] : NULL;
	bool longer = value->total > sizeof(struct sched_attr);

	if (!size || (value->flags & LUPE_VALUE_PARTIAL)) {
		lupe_strace_address(printer, value->address);
		return;
	}
	if (printer->update && !(printer->call->failed && printer->call->result == -E2BIG))
		return;
	if (!printer->update && (!size->u || size->u >= SCHED_ATTR_SIZE_VER0)) {
		lupe_strace_struct(printer, value);
		if (longer) {
			lupe_buffer_truncate(printer->out, printer->out->length - 1);
			lupe_buffer_string(printer->out, ", ...}");
		}
		return;
	}
	lupe_buffer_string(printer->out, "{size=");
	lupe_buffer_unsigned(printer->out, size->u);
	lupe_buffer_char(printer->out, '}');
}
