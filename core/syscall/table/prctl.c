/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * prctl(2): one call for each option. What an option does not use is not shown, unless the kernel
 * insists on its being zero.
 */
#include <linux/capability.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include "syscall/table/filter.h"
#include "syscall/table/signal.h"
#include "syscall/table/table.h"
#include "type/symbols.h"

enum { TASK_NAME = 16, MTE_TAGS = 0xffff << 3, VECTOR_LENGTH = 0xffff };

static void print_tagged_address(struct lupe_printer *printer, const struct lupe_value *value);
static void print_vector_length(struct lupe_printer *printer, const struct lupe_value *value);
static void print_pid_type(struct lupe_printer *printer, const struct lupe_value *value);
static void print_ptracer(struct lupe_printer *printer, const struct lupe_value *value);
static void annotate(struct lupe_printer *printer, const struct lupe_call *call,
		     const struct lupe_value *args);
static void decode_task_name(struct lupe_decode *decode, struct lupe_value *value, size_t limit);

/* clang-format off */

static ENUM(option, 4, "PR_???",
	E(PR_SET_PDEATHSIG), E(PR_GET_PDEATHSIG), E(PR_GET_DUMPABLE), E(PR_SET_DUMPABLE),
	E(PR_GET_UNALIGN), E(PR_SET_UNALIGN), E(PR_GET_KEEPCAPS), E(PR_SET_KEEPCAPS),
	E(PR_GET_FPEMU), E(PR_SET_FPEMU), E(PR_GET_FPEXC), E(PR_SET_FPEXC), E(PR_GET_TIMING),
	E(PR_SET_TIMING), E(PR_SET_NAME), E(PR_GET_NAME), E(PR_GET_ENDIAN), E(PR_SET_ENDIAN),
	E(PR_GET_SECCOMP), E(PR_SET_SECCOMP), E(PR_CAPBSET_READ), E(PR_CAPBSET_DROP), E(PR_GET_TSC),
	E(PR_SET_TSC), E(PR_GET_SECUREBITS), E(PR_SET_SECUREBITS), E(PR_SET_TIMERSLACK),
	E(PR_GET_TIMERSLACK), E(PR_TASK_PERF_EVENTS_DISABLE), E(PR_TASK_PERF_EVENTS_ENABLE),
	E(PR_MCE_KILL), E(PR_MCE_KILL_GET), E(PR_SET_MM), E(PR_SET_CHILD_SUBREAPER),
	E(PR_GET_CHILD_SUBREAPER), E(PR_SET_NO_NEW_PRIVS), E(PR_GET_NO_NEW_PRIVS),
	E(PR_GET_TID_ADDRESS), E(PR_SET_THP_DISABLE), E(PR_GET_THP_DISABLE),
	E(PR_MPX_ENABLE_MANAGEMENT), E(PR_MPX_DISABLE_MANAGEMENT), E(PR_SET_FP_MODE),
	E(PR_GET_FP_MODE), E(PR_CAP_AMBIENT), E(PR_SVE_SET_VL), E(PR_SVE_GET_VL),
	E(PR_GET_SPECULATION_CTRL), E(PR_SET_SPECULATION_CTRL), E(PR_PAC_RESET_KEYS),
	E(PR_SET_TAGGED_ADDR_CTRL), E(PR_GET_TAGGED_ADDR_CTRL), E(PR_SET_IO_FLUSHER),
	E(PR_GET_IO_FLUSHER), E(PR_SET_SYSCALL_USER_DISPATCH), E(PR_PAC_SET_ENABLED_KEYS),
	E(PR_PAC_GET_ENABLED_KEYS), E(PR_SCHED_CORE), E(PR_SME_SET_VL), E(PR_SME_GET_VL),
	E(PR_SET_VMA), E(PR_SET_PTRACER),
	/* newer than the system's headers */
	E_AS("PR_SET_MDWE", 65), E_AS("PR_GET_MDWE", 66), E_AS("PR_SET_MEMORY_MERGE", 67),
	E_AS("PR_GET_MEMORY_MERGE", 68), E_AS("PR_RISCV_V_SET_CONTROL", 69),
	E_AS("PR_RISCV_V_GET_CONTROL", 70), E_AS("PR_RISCV_SET_ICACHE_FLUSH_CTX", 71),
	E_AS("PR_PPC_GET_DEXCR", 72), E_AS("PR_PPC_SET_DEXCR", 73),
	E_AS("PR_GET_SHADOW_STACK_STATUS", 74), E_AS("PR_SET_SHADOW_STACK_STATUS", 75),
	E_AS("PR_LOCK_SHADOW_STACK_STATUS", 76), E_AS("PR_TIMER_CREATE_RESTORE_IDS", 77),
	E_AS("PR_FUTEX_HASH", 78), E_AS("PR_GET_AUXV", 0x41555856))

#define NAMES(id, unknown_, ...) static ENUM(id, 8, unknown_, __VA_ARGS__)
NAMES(dumpable, "SUID_DUMP_???", E_AS("SUID_DUMP_DISABLE", 0), E_AS("SUID_DUMP_USER", 1),
	E_AS("SUID_DUMP_ROOT", 2))
static FLAGS(unalign, 4, "PR_UNALIGN_???", NULL, E(PR_UNALIGN_NOPRINT), E(PR_UNALIGN_SIGBUS))
static ENUM(tsc, 4, "PR_TSC_???", E(PR_TSC_ENABLE), E(PR_TSC_SIGSEGV))
static FLAGS(securebits, 4, "SECBIT_???", NULL,
	E(SECBIT_NOROOT), E(SECBIT_NOROOT_LOCKED), E(SECBIT_NO_SETUID_FIXUP),
	E(SECBIT_NO_SETUID_FIXUP_LOCKED), E(SECBIT_KEEP_CAPS), E(SECBIT_KEEP_CAPS_LOCKED),
	E(SECBIT_NO_CAP_AMBIENT_RAISE), E(SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED))
NAMES(seccomp_mode, "SECCOMP_MODE_???",
	E(SECCOMP_MODE_DISABLED), E(SECCOMP_MODE_STRICT), E(SECCOMP_MODE_FILTER))
NAMES(mce_kill, "PR_MCE_KILL_???", E(PR_MCE_KILL_CLEAR), E(PR_MCE_KILL_SET))
NAMES(mce_policy, "PR_MCE_KILL_???", E(PR_MCE_KILL_LATE), E(PR_MCE_KILL_EARLY),
	E(PR_MCE_KILL_DEFAULT))
static ENUM(set_mm, 4, "PR_SET_MM_???",
	E(PR_SET_MM_START_CODE), E(PR_SET_MM_END_CODE), E(PR_SET_MM_START_DATA),
	E(PR_SET_MM_END_DATA), E(PR_SET_MM_START_STACK), E(PR_SET_MM_START_BRK), E(PR_SET_MM_BRK),
	E(PR_SET_MM_ARG_START), E(PR_SET_MM_ARG_END), E(PR_SET_MM_ENV_START), E(PR_SET_MM_ENV_END),
	E(PR_SET_MM_AUXV), E(PR_SET_MM_EXE_FILE), E(PR_SET_MM_MAP), E(PR_SET_MM_MAP_SIZE))
static FLAGS(fp_mode, 4, "PR_FP_MODE_???", NULL, E(PR_FP_MODE_FR), E(PR_FP_MODE_FRE))
NAMES(ambient, "PR_CAP_AMBIENT_???",
	E(PR_CAP_AMBIENT_IS_SET), E(PR_CAP_AMBIENT_RAISE), E(PR_CAP_AMBIENT_LOWER),
	E(PR_CAP_AMBIENT_CLEAR_ALL))
NAMES(capability, "CAP_???",
	E(CAP_CHOWN), E(CAP_DAC_OVERRIDE), E(CAP_DAC_READ_SEARCH), E(CAP_FOWNER), E(CAP_FSETID),
	E(CAP_KILL), E(CAP_SETGID), E(CAP_SETUID), E(CAP_SETPCAP), E(CAP_LINUX_IMMUTABLE),
	E(CAP_NET_BIND_SERVICE), E(CAP_NET_BROADCAST), E(CAP_NET_ADMIN), E(CAP_NET_RAW),
	E(CAP_IPC_LOCK), E(CAP_IPC_OWNER), E(CAP_SYS_MODULE), E(CAP_SYS_RAWIO), E(CAP_SYS_CHROOT),
	E(CAP_SYS_PTRACE), E(CAP_SYS_PACCT), E(CAP_SYS_ADMIN), E(CAP_SYS_BOOT), E(CAP_SYS_NICE),
	E(CAP_SYS_RESOURCE), E(CAP_SYS_TIME), E(CAP_SYS_TTY_CONFIG), E(CAP_MKNOD), E(CAP_LEASE),
	E(CAP_AUDIT_WRITE), E(CAP_AUDIT_CONTROL), E(CAP_SETFCAP), E(CAP_MAC_OVERRIDE),
	E(CAP_MAC_ADMIN), E(CAP_SYSLOG), E(CAP_WAKE_ALARM), E(CAP_BLOCK_SUSPEND), E(CAP_AUDIT_READ),
	E(CAP_PERFMON), E(CAP_BPF), E(CAP_CHECKPOINT_RESTORE))
NAMES(speculation, "PR_SPEC_???",
	E(PR_SPEC_STORE_BYPASS), E(PR_SPEC_INDIRECT_BRANCH), E(PR_SPEC_L1D_FLUSH))
NAMES(speculation_control, "PR_SPEC_???",
	E(PR_SPEC_ENABLE), E(PR_SPEC_DISABLE), E(PR_SPEC_FORCE_DISABLE), E(PR_SPEC_DISABLE_NOEXEC))
CHOICE(control_choice, 1, UINT64_MAX,
	CASE(PR_SPEC_STORE_BYPASS, .type = &speculation_control),
	CASE(PR_SPEC_INDIRECT_BRANCH, .type = &speculation_control),
	CASE(PR_SPEC_L1D_FLUSH, .type = &speculation_control))
static FLAGS(speculation_state, 8, "PR_SPEC_???", NULL,
	E(PR_SPEC_PRCTL), E(PR_SPEC_ENABLE), E(PR_SPEC_DISABLE), E(PR_SPEC_FORCE_DISABLE),
	E(PR_SPEC_DISABLE_NOEXEC))
static FLAGS(pac_keys, 8, "PR_PAC_???", NULL,
	E(PR_PAC_APIAKEY), E(PR_PAC_APIBKEY), E(PR_PAC_APDAKEY), E(PR_PAC_APDBKEY),
	E(PR_PAC_APGAKEY))
static FLAGS(pac_enabled, 8, "PR_PAC_???", NULL,
	E(PR_PAC_APIAKEY), E(PR_PAC_APIBKEY), E(PR_PAC_APDAKEY), E(PR_PAC_APDBKEY))
NAMES(dispatch, "PR_SYS_DISPATCH_???", E(PR_SYS_DISPATCH_OFF), E(PR_SYS_DISPATCH_ON))
static ENUM(sched_core, 4, "PR_SCHED_CORE_???",
	E(PR_SCHED_CORE_GET), E(PR_SCHED_CORE_CREATE), E(PR_SCHED_CORE_SHARE_TO),
	E(PR_SCHED_CORE_SHARE_FROM))
NAMES(vma, "PR_SET_VMA_???", E(PR_SET_VMA_ANON_NAME))

static const struct lupe_type_ops tagged_ops = {.print = print_tagged_address};
static const struct lupe_type tagged_address = {
	.name = "unsigned long", .kind = LUPE_KIND_UINT, .size = 8, .ops = &tagged_ops};
static FLAGS(mte_flags, 8, NULL, NULL, E(PR_TAGGED_ADDR_ENABLE),
	IN_FIELD(PR_MTE_TCF_NONE, PR_MTE_TCF_MASK), IN_FIELD(PR_MTE_TCF_SYNC, PR_MTE_TCF_MASK),
	IN_FIELD(PR_MTE_TCF_ASYNC, PR_MTE_TCF_MASK), IN_FIELD(PR_MTE_TCF_MASK, PR_MTE_TCF_MASK))
static const struct lupe_type_ops vector_ops = {.print = print_vector_length};
static FLAGS(sve_bits, 8, NULL, NULL, E(PR_SVE_SET_VL_ONEXEC), E(PR_SVE_VL_INHERIT))
static FLAGS(sme_bits, 8, NULL, NULL, E(PR_SME_SET_VL_ONEXEC), E(PR_SME_VL_INHERIT))
static const struct lupe_type sve_length = {
	.name = "unsigned long", .kind = LUPE_KIND_UINT, .size = 8, .ops = &vector_ops,
	.target = &sve_bits};
static const struct lupe_type sme_length = {
	.name = "unsigned long", .kind = LUPE_KIND_UINT, .size = 8, .ops = &vector_ops,
	.target = &sme_bits};
static const struct lupe_type_ops pid_type_ops = {.print = print_pid_type};
static const struct lupe_type pid_type = {
	.kind = LUPE_KIND_ENUM, .size = 4, .unknown = "PIDTYPE_???", .ops = &pid_type_ops,
	ENUMERATORS(
	E_AS("PIDTYPE_PID", 0), E_AS("PIDTYPE_TGID", 1), E_AS("PIDTYPE_PGID", 2),
	E_AS("PIDTYPE_SID", 3))};
static const struct lupe_type_ops ptracer_ops = {.print = print_ptracer};
static const struct lupe_type ptracer = {
	.name = "unsigned long", .kind = LUPE_KIND_INT, .size = 8, .ops = &ptracer_ops};
static const struct lupe_type_ops task_name_ops = {.decode = decode_task_name};
static const struct lupe_type task_name = {.name = "char [16]", .kind = LUPE_KIND_CUSTOM,
	.ops = &task_name_ops};
static const struct lupe_type name_in = {
	.name = "char [16]", .kind = LUPE_KIND_STRING, .size = TASK_NAME};

CHOICE(seccomp_argument, 1, UINT64_MAX, CASE(SECCOMP_MODE_FILTER,
	.type = PTR(&lupe_type_seccomp_program)))
CHOICE(mce_argument, 1, UINT64_MAX, CASE(PR_MCE_KILL_SET, .type = &mce_policy))
CHOICE(ambient_argument, 1, UINT64_MAX,
	CASE(PR_CAP_AMBIENT_IS_SET, .type = &capability),
	CASE(PR_CAP_AMBIENT_RAISE, .type = &capability),
	CASE(PR_CAP_AMBIENT_LOWER, .type = &capability))
CHOICE(vma_name, 1, UINT64_MAX, CASE(PR_SET_VMA_ANON_NAME, .type = PTR(&lupe_type_string)))
CHOICE(vma_size, 1, UINT64_MAX, CASE(PR_SET_VMA_ANON_NAME, .type = &lupe_type_ulong))

static bool seccomp_has_more(const struct lupe_value *args)
{
	return args->children[1].u != SECCOMP_MODE_STRICT &&
	args->children[1].u != SECCOMP_MODE_FILTER;
}

static bool seccomp_has_argument(const struct lupe_value *args)
{
	return args->children[1].u != SECCOMP_MODE_STRICT;
}

#define O IN("option", &option)
#define A2(type, ...) IN("arg2", type, ##__VA_ARGS__)
#define A3(type, ...) IN("arg3", type, ##__VA_ARGS__)
#define A4(type, ...) IN("arg4", type, ##__VA_ARGS__)
#define A5(type, ...) IN("arg5", type, ##__VA_ARGS__)
#define HEX &lupe_type_ulong_hex
#define REST3 A3(HEX), A4(HEX), A5(HEX)
#define REST4 A4(HEX), A5(HEX)
#define NONE(op) VARIANT(op, O)
#define NUMBER(op) VARIANT(op, O, A2(&lupe_type_ulong))
#define NUMBER_ZEROS(op) VARIANT(op, O, A2(&lupe_type_ulong), REST3)
#define ZEROS(op) VARIANT(op, O, A2(HEX), REST3)
#define GETS(op, type) VARIANT(op, O, OUT("arg2", PTR(type)))

VARIANTS(prctl_variants, 0, 0,
	VARIANT(PR_SET_PDEATHSIG, O, A2(&lupe_type_signal_number)), GETS(PR_GET_PDEATHSIG, &lupe_type_signal),
	NONE(PR_GET_DUMPABLE), VARIANT(PR_SET_DUMPABLE, O, A2(&dumpable)),
	GETS(PR_GET_UNALIGN, &unalign), VARIANT(PR_SET_UNALIGN, O, A2(&unalign)),
	NONE(PR_GET_KEEPCAPS), NUMBER(PR_SET_KEEPCAPS),
	GETS(PR_GET_FPEMU, &lupe_type_uint), NUMBER(PR_SET_FPEMU),
	GETS(PR_GET_FPEXC, &lupe_type_uint), NUMBER(PR_SET_FPEXC),
	NONE(PR_GET_TIMING), NUMBER(PR_SET_TIMING),
	VARIANT(PR_SET_NAME, O, A2(PTR(&task_name))),
	VARIANT(PR_GET_NAME, O, OUT("arg2", PTR(&name_in))),
	GETS(PR_GET_ENDIAN, &lupe_type_uint), NUMBER(PR_SET_ENDIAN),
	NONE(PR_GET_SECCOMP),
	VARIANT(PR_SET_SECCOMP, O, A2(&seccomp_mode),
		A3(HEX, .choice = &seccomp_argument, .present = seccomp_has_argument),
		A4(HEX, .present = seccomp_has_more), A5(HEX, .present = seccomp_has_more)),
	VARIANT(PR_CAPBSET_READ, O, A2(&capability)), VARIANT(PR_CAPBSET_DROP, O, A2(&capability)),
	GETS(PR_GET_TSC, &tsc), VARIANT(PR_SET_TSC, O, A2(&tsc)),
	VARIANT_WITH(PR_GET_SECUREBITS, &lupe_type_u32_hex, O),
	VARIANT(PR_SET_SECUREBITS, O, A2(&securebits)),
	VARIANT(PR_SET_TIMERSLACK, O, A2(&lupe_type_long)), NONE(PR_GET_TIMERSLACK),
	NONE(PR_TASK_PERF_EVENTS_DISABLE), NONE(PR_TASK_PERF_EVENTS_ENABLE),
	VARIANT(PR_MCE_KILL, O, A2(&mce_kill), A3(HEX, .choice = &mce_argument), REST4),
	ZEROS(PR_MCE_KILL_GET), VARIANT(PR_SET_MM, O, A2(&set_mm), REST3),
	NUMBER(PR_SET_CHILD_SUBREAPER), GETS(PR_GET_CHILD_SUBREAPER, &lupe_type_uint),
	NUMBER_ZEROS(PR_SET_NO_NEW_PRIVS), ZEROS(PR_GET_NO_NEW_PRIVS),
	GETS(PR_GET_TID_ADDRESS, &lupe_type_ulong_hex),
	NUMBER_ZEROS(PR_SET_THP_DISABLE), ZEROS(PR_GET_THP_DISABLE),
	ZEROS(PR_MPX_ENABLE_MANAGEMENT), ZEROS(PR_MPX_DISABLE_MANAGEMENT),
	VARIANT(PR_SET_FP_MODE, O, A2(&fp_mode)), NONE(PR_GET_FP_MODE),
	VARIANT(PR_CAP_AMBIENT, O, A2(&ambient), A3(HEX, .choice = &ambient_argument), REST4),
	VARIANT(PR_SVE_SET_VL, O, A2(&sve_length)), NONE(PR_SVE_GET_VL),
	VARIANT(PR_SME_SET_VL, O, A2(&sme_length)), NONE(PR_SME_GET_VL),
	VARIANT_WITH(PR_GET_SPECULATION_CTRL, &lupe_type_ulong_hex, O, A2(&speculation)),
	VARIANT(PR_SET_SPECULATION_CTRL, O, A2(&speculation), A3(HEX, .choice = &control_choice)),
	VARIANT(PR_PAC_RESET_KEYS, O, A2(&pac_keys), REST3),
	VARIANT(PR_PAC_SET_ENABLED_KEYS, O, A2(&pac_enabled), A3(&pac_enabled), REST4),
	ZEROS(PR_PAC_GET_ENABLED_KEYS),
	VARIANT(PR_SET_TAGGED_ADDR_CTRL, O, A2(&tagged_address), REST3),
	ZEROS(PR_GET_TAGGED_ADDR_CTRL), NUMBER_ZEROS(PR_SET_IO_FLUSHER), ZEROS(PR_GET_IO_FLUSHER),
	VARIANT(PR_SET_SYSCALL_USER_DISPATCH, O, A2(&dispatch), A3(HEX), A4(HEX),
	A5(&lupe_type_address)), VARIANT(PR_SCHED_CORE, O, A2(&sched_core), A3(&lupe_type_pid),
	A4(&pid_type), A5(&lupe_type_address)),
	VARIANT(PR_SET_VMA, O, A2(&vma), A3(HEX), A4(HEX, .choice = &vma_size),
	A5(HEX, .choice = &vma_name)), VARIANT(PR_SET_PTRACER, O, A2(&ptracer)))

static const struct lupe_syscall entries[] = {
SYSCALL_WITH(prctl, G_CREDS, NULL, WITH(.variants = &prctl_variants, .annotate = annotate),
	O, A2(HEX), A3(HEX), A4(HEX), A5(HEX))
};

EXPORT_FAMILY(prctl)

/* clang-format on */

/* The kernel keeps 15 characters of a longer name. */
static void decode_task_name(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	struct lupe_decode inside = *decode;

	(void)limit;
	inside.limits.string_max = MIN(inside.limits.string_max, (size_t)TASK_NAME - 1);
	lupe_value_fill(&inside, value, &lupe_type_string, value->address, SIZE_MAX);
	decode->n_values = inside.n_values;
	decode->n_bytes = inside.n_bytes;
}

/* The tag bits of memory tagging stand between flags. */
static void print_tagged_address(struct lupe_printer *printer, const struct lupe_value *value)
{
	struct lupe_buffer *out = printer->out;
	uint64_t flags = PR_TAGGED_ADDR_ENABLE | PR_MTE_TCF_MASK;
	uint64_t tags = value->u & MTE_TAGS, rest = value->u & ~(flags | MTE_TAGS);

	if (!(value->u & PR_TAGGED_ADDR_ENABLE))
		lupe_buffer_string(out, "!PR_TAGGED_ADDR_ENABLE|");
	lupe_symbols_append(out, &mte_flags, value->u & flags);
	if (tags) {
		lupe_buffer_char(out, '|');
		lupe_buffer_hex(out, tags >> PR_MTE_TAG_SHIFT);
		lupe_buffer_string(out, "<<PR_MTE_TAG_SHIFT");
	}
	if (rest) {
		lupe_buffer_char(out, '|');
		lupe_buffer_hex(out, rest);
	}
}

static void print_vector_length(struct lupe_printer *printer, const struct lupe_value *value)
{
	uint64_t length = value->u & VECTOR_LENGTH, flags = value->u & ~(uint64_t)VECTOR_LENGTH;

	if (flags) {
		lupe_strace_symbol(printer, lupe_type_strip(value->type)->target, flags);
		lupe_buffer_char(printer->out, '|');
	}
	lupe_strace_hex(printer, length);
}

static void print_pid_type(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_type *type = lupe_type_strip(value->type);
	size_t start;

	lupe_strace_hex(printer, (uint32_t)value->u);
	start = printer->out->length;
	lupe_buffer_bytes(printer->out, " /* ", 4);
	if (!lupe_symbols_append(printer->out, type, value->u)) {
		lupe_buffer_truncate(printer->out, start);
		lupe_strace_comment(printer, type->unknown);
		return;
	}
	lupe_buffer_bytes(printer->out, " */", 3);
}

static void print_ptracer(struct lupe_printer *printer, const struct lupe_value *value)
{
	if (value->i == -1)
		lupe_buffer_string(printer->out, "PR_SET_PTRACER_ANY");
	else
		lupe_buffer_decimal(printer->out, (int32_t)value->i);
}

/* What a get option answers, in words. */
static void annotate(struct lupe_printer *printer, const struct lupe_call *call,
		     const struct lupe_value *args)
{
	const struct lupe_type *type = NULL;

	switch (args->n_children ? args->children[0].i : -1) {
	case PR_GET_DUMPABLE:
		type = &dumpable;
		break;
	case PR_GET_SECUREBITS:
		type = call->result ? &securebits : NULL;
		break;
	case PR_GET_SPECULATION_CTRL:
		type = call->result ? &speculation_state : NULL;
		break;
	default:
		break;
	}
	if (type)
		lupe_strace_symbol(printer, type, (uint64_t)call->result);
}
