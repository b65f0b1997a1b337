/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * perf_event_open(2). Its attributes have grown over the years and say their own size; which of
 * them mean something depends on the type of event and on bits among them. Abbreviated, only bits
 * that are set are shown, and what follows them is not.
 */
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <stddef.h>
#include "syscall/table/table.h"
#include "type/symbols.h"

enum {
	SIZE_AT = offsetof(struct perf_event_attr, size),
	BITS_AT = offsetof(struct perf_event_attr, read_format) + 8, /* the bit-fields' word */
	HIGH_HALF = 32,
	BYTE = 8,
};

static void decode_attr(struct lupe_decode *decode, struct lupe_value *value, size_t limit);
static void print_attr(struct lupe_printer *printer, const struct lupe_value *value);
static void print_config(struct lupe_printer *printer, const struct lupe_value *value);
static void print_skid(struct lupe_printer *printer, const struct lupe_value *value);
static void print_breakpoint_type(struct lupe_printer *printer, const struct lupe_value *value);

static uint64_t number(const struct lupe_value *parent, const char *name)
{
	const struct lupe_value *value = lupe_value_member(parent, name);

	return value ? value->u : 0;
}

static bool is_breakpoint(const struct lupe_value *parent)
{
	return number(parent, "type") == PERF_TYPE_BREAKPOINT;
}

static bool is_no_breakpoint(const struct lupe_value *parent)
{
	return !is_breakpoint(parent);
}

static bool has_frequency(const struct lupe_value *parent)
{
	return number(parent, "freq");
}

static bool has_period(const struct lupe_value *parent)
{
	return !has_frequency(parent);
}

static bool has_watermark(const struct lupe_value *parent)
{
	return number(parent, "watermark");
}

static bool has_wakeups(const struct lupe_value *parent)
{
	return !has_watermark(parent);
}

static bool samples_branches(const struct lupe_value *parent)
{
	return number(parent, "sample_type") & PERF_SAMPLE_BRANCH_STACK;
}

static bool samples_stack(const struct lupe_value *parent)
{
	return number(parent, "sample_type") & PERF_SAMPLE_STACK_USER;
}

static bool has_clock(const struct lupe_value *parent)
{
	return number(parent, "use_clockid");
}

/* clang-format off */

static FLAGS(open_flags, 8, "PERF_FLAG_???", NULL,
	E(PERF_FLAG_FD_NO_GROUP), E(PERF_FLAG_FD_OUTPUT), E(PERF_FLAG_PID_CGROUP),
	E(PERF_FLAG_FD_CLOEXEC))
static ENUM(event_type, 4, "PERF_TYPE_???",
	E(PERF_TYPE_HARDWARE), E(PERF_TYPE_SOFTWARE), E(PERF_TYPE_TRACEPOINT),
	E(PERF_TYPE_HW_CACHE), E(PERF_TYPE_RAW), E(PERF_TYPE_BREAKPOINT))
static ENUM(attr_size, 4, "PERF_ATTR_SIZE_???",
	E(PERF_ATTR_SIZE_VER0), E(PERF_ATTR_SIZE_VER1), E(PERF_ATTR_SIZE_VER2),
	E(PERF_ATTR_SIZE_VER3), E(PERF_ATTR_SIZE_VER4), E(PERF_ATTR_SIZE_VER5),
	E(PERF_ATTR_SIZE_VER6), E(PERF_ATTR_SIZE_VER7))
#define HW(name) E(PERF_COUNT_HW_##name)
static ENUM(hardware, 8, "PERF_COUNT_HW_???",
	HW(CPU_CYCLES), HW(INSTRUCTIONS), HW(CACHE_REFERENCES), HW(CACHE_MISSES),
	HW(BRANCH_INSTRUCTIONS), HW(BRANCH_MISSES), HW(BUS_CYCLES), HW(STALLED_CYCLES_FRONTEND),
	HW(STALLED_CYCLES_BACKEND), HW(REF_CPU_CYCLES))
#define SW(name) E(PERF_COUNT_SW_##name)
static ENUM(software, 8, "PERF_COUNT_SW_???",
	SW(CPU_CLOCK), SW(TASK_CLOCK), SW(PAGE_FAULTS), SW(CONTEXT_SWITCHES), SW(CPU_MIGRATIONS),
	SW(PAGE_FAULTS_MIN), SW(PAGE_FAULTS_MAJ), SW(ALIGNMENT_FAULTS), SW(EMULATION_FAULTS),
	SW(DUMMY), SW(BPF_OUTPUT), SW(CGROUP_SWITCHES))
static ENUM(cache, 1, "PERF_COUNT_HW_CACHE_???",
	HW(CACHE_L1D), HW(CACHE_L1I), HW(CACHE_LL), HW(CACHE_DTLB), HW(CACHE_ITLB), HW(CACHE_BPU),
	HW(CACHE_NODE))
static ENUM(cache_op, 1, "PERF_COUNT_HW_CACHE_OP_???",
	HW(CACHE_OP_READ), HW(CACHE_OP_WRITE), HW(CACHE_OP_PREFETCH))
static ENUM(cache_result, 1, "PERF_COUNT_HW_CACHE_RESULT_???",
	HW(CACHE_RESULT_ACCESS), HW(CACHE_RESULT_MISS))
#define SAMPLE(name) E(PERF_SAMPLE_##name)
static FLAGS(sample_type, 8, "PERF_SAMPLE_???", NULL,
	SAMPLE(IP), SAMPLE(TID), SAMPLE(TIME), SAMPLE(ADDR), SAMPLE(READ), SAMPLE(CALLCHAIN),
	SAMPLE(ID), SAMPLE(CPU), SAMPLE(PERIOD), SAMPLE(STREAM_ID), SAMPLE(RAW),
	SAMPLE(BRANCH_STACK), SAMPLE(REGS_USER), SAMPLE(STACK_USER), SAMPLE(WEIGHT),
	SAMPLE(DATA_SRC), SAMPLE(IDENTIFIER), SAMPLE(TRANSACTION), SAMPLE(REGS_INTR),
	SAMPLE(PHYS_ADDR), SAMPLE(AUX), SAMPLE(CGROUP), SAMPLE(DATA_PAGE_SIZE),
	SAMPLE(CODE_PAGE_SIZE), SAMPLE(WEIGHT_STRUCT))
static FLAGS(read_format, 8, "PERF_FORMAT_???", NULL,
	E(PERF_FORMAT_TOTAL_TIME_ENABLED), E(PERF_FORMAT_TOTAL_TIME_RUNNING), E(PERF_FORMAT_ID),
	E(PERF_FORMAT_GROUP), E(PERF_FORMAT_LOST))
static FLAGS(branch_type, 8, "PERF_SAMPLE_BRANCH_???", NULL,
	SAMPLE(BRANCH_USER), SAMPLE(BRANCH_KERNEL), SAMPLE(BRANCH_HV), SAMPLE(BRANCH_ANY),
	SAMPLE(BRANCH_ANY_CALL), SAMPLE(BRANCH_ANY_RETURN), SAMPLE(BRANCH_IND_CALL),
	SAMPLE(BRANCH_ABORT_TX), SAMPLE(BRANCH_IN_TX), SAMPLE(BRANCH_NO_TX), SAMPLE(BRANCH_COND),
	SAMPLE(BRANCH_CALL_STACK), SAMPLE(BRANCH_IND_JUMP), SAMPLE(BRANCH_CALL),
	SAMPLE(BRANCH_NO_FLAGS), SAMPLE(BRANCH_NO_CYCLES), SAMPLE(BRANCH_TYPE_SAVE),
	SAMPLE(BRANCH_HW_INDEX), SAMPLE(BRANCH_PRIV_SAVE))
static ENUM(breakpoint_names, 4, "HW_BREAKPOINT_???",
	E(HW_BREAKPOINT_EMPTY), E(HW_BREAKPOINT_R), E(HW_BREAKPOINT_W), E(HW_BREAKPOINT_RW),
	E(HW_BREAKPOINT_X))

static const struct lupe_type_ops config_ops = {.print = print_config};
static const struct lupe_type config = {.name = "__u64", .kind = LUPE_KIND_UINT, .size = 8,
	.ops = &config_ops};
static const struct lupe_type_ops skid_ops = {.print = print_skid};
static const struct lupe_type skid = {.name = "__u64", .kind = LUPE_KIND_UINT, .size = 8,
	.ops = &skid_ops};
static const struct lupe_type_ops breakpoint_ops = {.print = print_breakpoint_type};
static const struct lupe_type breakpoint_type = {.name = "__u32", .kind = LUPE_KIND_UINT, .size = 4,
	.ops = &breakpoint_ops};

#define A(field, type, ...) FIELD(struct perf_event_attr, field, type, ##__VA_ARGS__)
#define BITS(text, from, width, type_, ...) \
	{.name = text, .type = (type_), .offset = BITS_AT, .bit_offset = (from), \
	.bit_size = (width), ##__VA_ARGS__}
#define BIT(text, at) BITS(text, at, 1, &lupe_type_ulong)
static const struct lupe_type_ops attr_ops = {.print = print_attr};
static const struct lupe_type attr_fields = {
	.name = "struct perf_event_attr", .kind = LUPE_KIND_STRUCT,
	.size = sizeof(struct perf_event_attr), .ops = &attr_ops, MEMBERS(
	A(type, &event_type), A(size, &attr_size), A(config, &config),
	A(sample_freq, &lupe_type_ulong, .present = has_frequency),
	A(sample_period, &lupe_type_ulong, .present = has_period),
	A(sample_type, &sample_type), A(read_format, &read_format),
	BIT("disabled", 0), BIT("inherit", 1), BIT("pinned", 2), BIT("exclusive", 3),
	BIT("exclude_user", 4), BIT("exclude_kernel", 5), BIT("exclude_hv", 6),
	BIT("exclude_idle", 7), BIT("mmap", 8), BIT("comm", 9), BIT("freq", 10),
	BIT("inherit_stat", 11), BIT("enable_on_exec", 12), BIT("task", 13), BIT("watermark", 14),
	BITS("precise_ip", 15, 2, &skid), BIT("mmap_data", 17), BIT("sample_id_all", 18),
	BIT("exclude_host", 19), BIT("exclude_guest", 20), BIT("exclude_callchain_kernel", 21),
	BIT("exclude_callchain_user", 22), BIT("mmap2", 23), BIT("comm_exec", 24),
	BIT("use_clockid", 25), BIT("context_switch", 26), BIT("write_backward", 27),
	BIT("namespaces", 28), BIT("ksymbol", 29), BIT("bpf_event", 30), BIT("aux_output", 31),
	BIT("cgroup", 32), BIT("text_poke", 33), BIT("build_id", 34), BIT("inherit_thread", 35),
	BIT("remove_on_exec", 36), BIT("sigtrap", 37),
	BITS("__reserved_1", 38, 26, &lupe_type_ulong_hex),
	A(wakeup_watermark, &lupe_type_uint, .present = has_watermark),
	A(wakeup_events, &lupe_type_uint, .present = has_wakeups),
	A(bp_type, &breakpoint_type, .present = is_breakpoint),
	A(bp_addr, &lupe_type_ulong_hex, .present = is_breakpoint),
	A(config1, &lupe_type_ulong_hex, .present = is_no_breakpoint),
	A(bp_len, &lupe_type_ulong, .present = is_breakpoint),
	A(config2, &lupe_type_ulong_hex, .present = is_no_breakpoint),
	A(branch_sample_type, &branch_type, .present = samples_branches),
	A(sample_regs_user, &lupe_type_ulong_hex),
	A(sample_stack_user, &lupe_type_u32_hex, .present = samples_stack),
	A(clockid, &lupe_type_clockid, .present = has_clock),
	A(sample_regs_intr, &lupe_type_ulong_hex), A(aux_watermark, &lupe_type_uint),
	A(sample_max_stack, &lupe_type_ushort), A(__reserved_2, &lupe_type_u16_hex),
	A(aux_sample_size, &lupe_type_uint), A(__reserved_3, &lupe_type_u32_hex),
	A(sig_data, &lupe_type_ulong_hex))};
static const struct lupe_type_ops sized_ops = {.decode = decode_attr};
static const struct lupe_type attr = {.name = "struct perf_event_attr", .kind = LUPE_KIND_CUSTOM,
	.ops = &sized_ops};

static const struct lupe_syscall entries[] = {
SYSCALL(perf_event_open, G_DESC, &lupe_type_fd,
	IN("attr", PTR(&attr)), IN("pid", &lupe_type_pid), IN("cpu", &lupe_type_int),
	IN("group_fd", &lupe_type_fd), IN("flags", &open_flags))
SYSCALL_NO_ARGS(uretprobe, 0, NULL, 0)
SYSCALL_NO_ARGS(uprobe, 0, NULL, 0)
};

EXPORT_FAMILY(perf)

/* clang-format on */

/* The size stands in the struct; 0 is the first version's, and less than that is none. */
static void decode_attr(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	uint32_t said = 0;
	size_t size;

	(void)limit;
	if (lupe_memory_read_some(decode->memory, value->address + SIZE_AT, &said, sizeof(said)) !=
	    sizeof(said)) {
		value->flags |= LUPE_VALUE_UNREADABLE;
		return;
	}
	size = said ? said : PERF_ATTR_SIZE_VER0;
	if (size < PERF_ATTR_SIZE_VER0) {
		value->flags |= LUPE_VALUE_OPAQUE;
		return;
	}
	lupe_value_fill(decode, value, &attr_fields, value->address,
			MIN(size, sizeof(struct perf_event_attr)));
	value->total = size;
}

/* What has no name of its own: bits and bytes that the kernel keeps for later. */
static bool print_reserved(struct lupe_printer *printer, const struct lupe_value *child)
{
	const struct lupe_member *member = child->member;
	struct lupe_buffer *out = printer->out;

	if (member->offset == BITS_AT && member->bit_offset == 38) {
		if (child->u)
			lupe_buffer_printf(out, ", __reserved_1=%#llx /* Bits 63..38 */",
					   (unsigned long long)child->u);
		return true;
	}
	if (member->offset != offsetof(struct perf_event_attr, __reserved_2) &&
	    member->offset != offsetof(struct perf_event_attr, __reserved_3))
		return false;
	if (child->u)
		lupe_buffer_printf(out, " /* bytes %u..%zu: %#llx */", member->offset,
				   member->offset + lupe_type_size(child->type) - 1,
				   (unsigned long long)child->u);
	return true;
}

static void print_attr(struct lupe_printer *printer, const struct lupe_value *value)
{
	bool verbose = printer->options->verbose, first = true;
	size_t end = MIN(value->total, sizeof(struct perf_event_attr));
	struct lupe_printer inner = *printer;
	uint32_t i;

	if (value->flags & LUPE_VALUE_PARTIAL) {
		lupe_strace_address(printer, value->address);
		return;
	}
	inner.parent = value;
	lupe_buffer_char(printer->out, '{');
	for (i = 0; i < value->n_children; i++) {
		const struct lupe_value *child = &value->children[i];
		const struct lupe_member *member = child->member;

		if ((child->flags & (LUPE_VALUE_ABSENT | LUPE_VALUE_UNREADABLE)) ||
		    member->offset >= end || print_reserved(printer, child))
			continue;
		if (!verbose && member->bit_size == 1 && !child->u)
			continue;
		if (!verbose && member->offset > BITS_AT)
			break;
		lupe_buffer_string(printer->out, first ? "" : ", ");
		first = false;
		lupe_buffer_string(printer->out, member->name);
		lupe_buffer_char(printer->out, '=');
		lupe_strace_value(&inner, child);
	}
	if (!verbose || value->total > sizeof(struct perf_event_attr))
		lupe_buffer_string(printer->out, ", ...");
	lupe_buffer_char(printer->out, '}');
}

/* Three bytes from the bottom: which cache, which operation, which result. */
static void print_cache(struct lupe_printer *printer, uint64_t value)
{
	struct lupe_buffer *out = printer->out;
	uint64_t rest = value >> 24 & 0xff;

	if (value >> HIGH_HALF) {
		lupe_buffer_hex(out, value >> HIGH_HALF);
		lupe_buffer_string(out, "<<32|");
	}
	if (rest) {
		lupe_buffer_hex(out, rest);
		lupe_buffer_string(out, "<<24|");
	}
	lupe_strace_symbol(printer, &cache_result, value >> 2 * BYTE & 0xff);
	lupe_buffer_string(out, "<<16|");
	lupe_strace_symbol(printer, &cache_op, value >> BYTE & 0xff);
	lupe_buffer_string(out, "<<8|");
	lupe_strace_symbol(printer, &cache, value & 0xff);
}

static void print_config(struct lupe_printer *printer, const struct lupe_value *value)
{
	switch (printer->parent ? number(printer->parent, "type") : UINT64_MAX) {
	case PERF_TYPE_HARDWARE:
		if (value->u >> HIGH_HALF) {
			lupe_buffer_hex(printer->out, value->u >> HIGH_HALF);
			lupe_buffer_string(printer->out, "<<32|");
		}
		lupe_strace_symbol(printer, &hardware, (uint32_t)value->u);
		break;
	case PERF_TYPE_SOFTWARE:
		lupe_strace_symbol(printer, &software, value->u);
		break;
	case PERF_TYPE_TRACEPOINT:
		lupe_buffer_unsigned(printer->out, value->u);
		break;
	case PERF_TYPE_HW_CACHE:
		print_cache(printer, value->u);
		break;
	default:
		lupe_strace_hex(printer, value->u);
	}
}

static void print_skid(struct lupe_printer *printer, const struct lupe_value *value)
{
	static const char *const words[] = {"arbitrary skid", "constant skid",
					    "requested to have 0 skid", "must have 0 skid"};

	lupe_buffer_unsigned(printer->out, value->u);
	if (printer->options->xlat != LUPE_XLAT_RAW && value->u < ARRAY_SIZE(words))
		lupe_strace_comment(printer, words[value->u]);
}

/* Bits that no hardware takes together have a name too. */
static void print_breakpoint_type(struct lupe_printer *printer, const struct lupe_value *value)
{
	if (value->u > HW_BREAKPOINT_X && value->u <= HW_BREAKPOINT_INVALID) {
		lupe_buffer_hex(printer->out, value->u);
		if (printer->options->xlat != LUPE_XLAT_RAW)
			lupe_strace_comment(printer, "HW_BREAKPOINT_INVALID");
	} else {
		lupe_strace_symbol(printer, &breakpoint_names, value->u);
	}
}
