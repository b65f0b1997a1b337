/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Futexes. futex(2) takes its parameters by the operation: a timeout, a count or a second futex
 * stand in the same places.
 */
#include <linux/futex.h>
#include "syscall/table/table.h"
#include "type/symbols.h"

enum { OPERATION = 0x7f };

/* FUTEX_WAKE_OP's last parameter: how to change the second futex and how to compare it. */
static void print_wake_operation(struct lupe_printer *printer, const struct lupe_value *value);

/* clang-format off */

#define OP(name) E_AS("FUTEX_" #name, FUTEX_##name), \
	E_AS("FUTEX_" #name "_PRIVATE", FUTEX_##name | FUTEX_PRIVATE_FLAG)
#define OP_CLOCK(name) OP(name), \
	E_AS("FUTEX_" #name "|FUTEX_CLOCK_REALTIME", FUTEX_##name | FUTEX_CLOCK_REALTIME), \
	E_AS("FUTEX_" #name "_PRIVATE|FUTEX_CLOCK_REALTIME", \
	FUTEX_##name | FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME)
static ENUM(operation, 4, "FUTEX_???",
	OP_CLOCK(WAIT), OP(WAKE), E(FUTEX_FD),
	E_AS("FUTEX_FD|FUTEX_PRIVATE_FLAG", FUTEX_FD | FUTEX_PRIVATE_FLAG), OP(REQUEUE),
	OP(CMP_REQUEUE), OP(WAKE_OP), OP(LOCK_PI), OP(UNLOCK_PI), OP(TRYLOCK_PI),
	OP_CLOCK(WAIT_BITSET), OP(WAKE_BITSET), OP_CLOCK(WAIT_REQUEUE_PI), OP(CMP_REQUEUE_PI),
	OP(LOCK_PI2))

static ENUM(wake_operation, 4, "FUTEX_OP_???",
	E(FUTEX_OP_SET), E(FUTEX_OP_ADD), E(FUTEX_OP_OR), E(FUTEX_OP_ANDN), E(FUTEX_OP_XOR))
static ENUM(wake_comparison, 4, "FUTEX_OP_CMP_???",
	E(FUTEX_OP_CMP_EQ), E(FUTEX_OP_CMP_NE), E(FUTEX_OP_CMP_LT), E(FUTEX_OP_CMP_LE),
	E(FUTEX_OP_CMP_GT), E(FUTEX_OP_CMP_GE))
static const struct lupe_type_ops wake_ops = {.print = print_wake_operation};
static const struct lupe_type wake_encoding = {
	.name = "int", .kind = LUPE_KIND_UINT, .size = 4, .ops = &wake_ops};

static ENUM(bitset, 4, NULL, E(FUTEX_BITSET_MATCH_ANY))

#define FUTEX_FIRST IN("uaddr", &lupe_type_address), IN("futex_op", &operation)
#define FUTEX_VAL FUTEX_FIRST, IN("val", &lupe_type_uint)
#define FUTEX_TIMED FUTEX_VAL, IN("timeout", PTR(&lupe_type_timespec))
#define FUTEX_TWO FUTEX_VAL, IN("val2", &lupe_type_uint), IN("uaddr2", &lupe_type_address)
VARIANTS(futex_variants, 1, OPERATION,
	VARIANT(FUTEX_WAIT, FUTEX_TIMED),
	VARIANT(FUTEX_WAKE, FUTEX_VAL),
	VARIANT(FUTEX_FD, FUTEX_VAL),
	VARIANT(FUTEX_REQUEUE, FUTEX_TWO),
	VARIANT(FUTEX_CMP_REQUEUE, FUTEX_TWO, IN("val3", &lupe_type_uint)),
	VARIANT(FUTEX_WAKE_OP, FUTEX_TWO, IN("val3", &wake_encoding)),
	VARIANT(FUTEX_LOCK_PI, FUTEX_FIRST, IN("val", &lupe_type_uint, .flags = LUPE_MEMBER_HIDDEN),
		IN("timeout", PTR(&lupe_type_timespec))),
	VARIANT(FUTEX_LOCK_PI2, FUTEX_FIRST, IN("val", &lupe_type_uint,
	.flags = LUPE_MEMBER_HIDDEN),
		IN("timeout", PTR(&lupe_type_timespec))),
	VARIANT(FUTEX_UNLOCK_PI, FUTEX_FIRST),
	VARIANT(FUTEX_TRYLOCK_PI, FUTEX_FIRST),
	VARIANT(FUTEX_WAIT_BITSET, FUTEX_TIMED,
	IN("uaddr2", &lupe_type_address, .flags = LUPE_MEMBER_HIDDEN),
		IN("val3", &bitset)),
	VARIANT(FUTEX_WAKE_BITSET, FUTEX_VAL, IN("timeout", &lupe_type_address,
	.flags = LUPE_MEMBER_HIDDEN),
		IN("uaddr2", &lupe_type_address, .flags = LUPE_MEMBER_HIDDEN), IN("val3", &bitset)),
	VARIANT(FUTEX_WAIT_REQUEUE_PI, FUTEX_TIMED, IN("uaddr2", &lupe_type_address)),
	VARIANT(FUTEX_CMP_REQUEUE_PI, FUTEX_TWO, IN("val3", &lupe_type_uint)))

static FLAGS(waiter_flags, 4, "FUTEX_???", NULL, E(FUTEX_32), E(FUTEX_PRIVATE_FLAG))
#define WAITER(field, type, ...) FIELD(struct futex_waitv, field, type, ##__VA_ARGS__)
static STRUCT(waiter, struct futex_waitv,
	WAITER(val, &lupe_type_ulong_hex), WAITER(uaddr, &lupe_type_address),
	WAITER(flags, &waiter_flags), WAITER(__reserved, &lupe_type_u32_hex,
	.flags = LUPE_MEMBER_NONZERO))

/* futex2 calls say the size in two bits. */
enum { SIZE_MASK = 3, FUTEX2_NUMA = 4 };
static FLAGS(futex2_flags, 4, "FUTEX2_???", NULL,
	{"FUTEX2_SIZE_U8", 0, SIZE_MASK}, {"FUTEX2_SIZE_U16", 1, SIZE_MASK},
	{"FUTEX2_SIZE_U32", 2, SIZE_MASK}, {"FUTEX2_SIZE_U64", 3, SIZE_MASK}, E(FUTEX2_NUMA),
	E_AS("FUTEX2_MPOL", 8), E_AS("FUTEX2_PRIVATE", FUTEX_PRIVATE_FLAG))

static const struct lupe_syscall entries[] = {
SYSCALL_WITH(futex, 0, NULL, WITH(.variants = &futex_variants),
	FUTEX_VAL, IN("timeout", &lupe_type_address), IN("uaddr2", &lupe_type_address),
	IN("val3", &lupe_type_u32_hex))
SYSCALL(futex_waitv, 0, NULL,
	IN("waiters", PTR(&waiter), .count = BY_MEMBER(1)), IN("nr_futexes", &lupe_type_uint),
	IN("flags", &lupe_type_u32_hex), IN("timeout", PTR(&lupe_type_timespec)),
	IN("clockid", &lupe_type_clockid))
SYSCALL(futex_wake, 0, NULL,
	IN("uaddr", &lupe_type_address), IN("mask", &lupe_type_ulong_hex), IN("nr", &lupe_type_int),
	IN("flags", &futex2_flags))
SYSCALL(futex_wait, 0, NULL,
	IN("uaddr", &lupe_type_address), IN("val", &lupe_type_ulong_hex),
	IN("mask", &lupe_type_ulong_hex), IN("flags", &futex2_flags),
	IN("timeout", PTR(&lupe_type_timespec)), IN("clockid", &lupe_type_clockid))
SYSCALL(futex_requeue, 0, NULL,
	IN("waiters", PTR(&waiter), .count = FIXED_COUNT(2)), IN("flags", &lupe_type_u32_hex),
	IN("nr_wake", &lupe_type_int), IN("nr_requeue", &lupe_type_int))
};

EXPORT_FAMILY(futex)

/* clang-format on */

/* "NAME<<24", "0x7<<24" with a comment. */
static void print_shifted(struct lupe_printer *printer, const struct lupe_type *type,
			  uint32_t number, const char *shift)
{
	struct lupe_buffer *out = printer->out;
	enum lupe_xlat xlat = printer->options->xlat;
	size_t start = out->length;
	bool known = lupe_symbols_append(out, type, number);

	if (known && xlat == LUPE_XLAT_ABBREV) {
		lupe_buffer_string(out, shift);
		return;
	}
	lupe_buffer_truncate(out, start);
	lupe_strace_hex(printer, number);
	lupe_buffer_string(out, shift);
	if (xlat == LUPE_XLAT_RAW)
		return;
	lupe_buffer_bytes(out, " /* ", 4);
	if (known) {
		lupe_symbols_append(out, type, number);
		lupe_buffer_string(out, shift);
	} else {
		lupe_buffer_string(out, type->unknown);
	}
	lupe_buffer_bytes(out, " */", 3);
}

/* Fields from the top: shift, operation, comparison, its argument, the operation's (linux/futex.h).
 */
static void print_wake_operation(struct lupe_printer *printer, const struct lupe_value *value)
{
	struct lupe_buffer *out = printer->out;
	uint32_t code = (uint32_t)value->u, op = code >> 28;

	if (op & FUTEX_OP_OPARG_SHIFT)
		lupe_buffer_string(out, "FUTEX_OP_OPARG_SHIFT<<28|");
	print_shifted(printer, &wake_operation, op & ~FUTEX_OP_OPARG_SHIFT, "<<28");
	lupe_buffer_char(out, '|');
	lupe_strace_hex(printer, code >> 12 & 0xfff);
	lupe_buffer_string(out, "<<12|");
	print_shifted(printer, &wake_comparison, code >> 24 & 0xf, "<<24");
	lupe_buffer_char(out, '|');
	lupe_strace_hex(printer, code & 0xfff);
}
