/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * seccomp(2), and classic BPF programs as the macros that write them: BPF_STMT(code, k) and
 * BPF_JUMP(code, k, jt, jf).
 */
#include "syscall/table/filter.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include "syscall/table/table.h"

enum {
	CLASS = 0x07,
	SIZE = 0x18,
	MODE = 0xe0,
	OPERATION = 0xf0,
	SOURCE = 0x08,
	RETURN_VALUE = 0x18,
	MISC_OPERATION = 0xf8,
	ABOVE = 0xff00,
	INSTRUCTIONS_MAX = 4096,
};

static void print_seccomp_insn(struct lupe_printer *printer, const struct lupe_value *value);
static void print_socket_insn(struct lupe_printer *printer, const struct lupe_value *value);
static void print_program(struct lupe_printer *printer, const struct lupe_value *value);

/* clang-format off */

#define UNKNOWN "BPF_???"
static ENUM(class, 2, UNKNOWN,
	E(BPF_LD), E(BPF_LDX), E(BPF_ST), E(BPF_STX), E(BPF_ALU), E(BPF_JMP), E(BPF_RET),
	E(BPF_MISC))
static ENUM(size, 2, UNKNOWN, E(BPF_W), E(BPF_H), E(BPF_B))
static ENUM(mode, 2, UNKNOWN, E(BPF_IMM), E(BPF_ABS), E(BPF_IND), E(BPF_MEM), E(BPF_LEN),
	E(BPF_MSH))
static ENUM(alu, 2, UNKNOWN,
	E(BPF_ADD), E(BPF_SUB), E(BPF_MUL), E(BPF_DIV), E(BPF_OR), E(BPF_AND), E(BPF_LSH),
	E(BPF_RSH), E(BPF_NEG), E(BPF_MOD), E(BPF_XOR), E_AS("BPF_MOV", 0xb0),
	E_AS("BPF_ARSH", 0xc0), E_AS("BPF_END", 0xd0))
static ENUM(jump, 2, UNKNOWN,
	E(BPF_JA), E(BPF_JEQ), E(BPF_JGT), E(BPF_JGE), E(BPF_JSET), E_AS("BPF_JNE", 0x50),
	E_AS("BPF_JSGT", 0x60), E_AS("BPF_JSGE", 0x70), E_AS("BPF_CALL", 0x80),
	E_AS("BPF_EXIT", 0x90), E_AS("BPF_JLT", 0xa0), E_AS("BPF_JLE", 0xb0),
	E_AS("BPF_JSLT", 0xc0), E_AS("BPF_JSLE", 0xd0))
static ENUM(source, 2, UNKNOWN, E(BPF_K), E(BPF_X))
static ENUM(returned, 2, UNKNOWN, E(BPF_K), E(BPF_X), E(BPF_A))
static ENUM(misc, 2, UNKNOWN, E(BPF_TAX), E(BPF_TXA))
static ENUM(nothing, 2, UNKNOWN, E_AS("0", 0))

#define ACTIONS E(SECCOMP_RET_KILL_PROCESS), E(SECCOMP_RET_KILL_THREAD), E(SECCOMP_RET_TRAP), \
	E(SECCOMP_RET_ERRNO), \
	E(SECCOMP_RET_USER_NOTIF), E(SECCOMP_RET_TRACE), E(SECCOMP_RET_LOG), E(SECCOMP_RET_ALLOW)
ENUM(lupe_type_seccomp_action, 4, "SECCOMP_RET_???", ACTIONS)

#define INSN_MEMBERS \
	FIELD(struct sock_filter, code, &lupe_type_u16_hex), \
	FIELD(struct sock_filter, jt, &lupe_type_u8), \
	FIELD(struct sock_filter, jf, &lupe_type_u8), \
	FIELD(struct sock_filter, k, &lupe_type_u32_hex)
#define INSN(id, ops_) static const struct lupe_type id = {.name = "struct sock_filter", \
	.kind = LUPE_KIND_STRUCT, \
	.size = sizeof(struct sock_filter), .ops = &ops_, MEMBERS(INSN_MEMBERS)};
static const struct lupe_type_ops seccomp_insn_ops = {.print = print_seccomp_insn};
static const struct lupe_type_ops socket_insn_ops = {.print = print_socket_insn};
INSN(seccomp_insn, seccomp_insn_ops)
INSN(socket_insn, socket_insn_ops)

#define PROGRAM(id, insn) const struct lupe_type id = {.name = "struct sock_fprog", \
	.kind = LUPE_KIND_STRUCT, \
	.size = sizeof(struct sock_fprog), .ops = &program_ops, MEMBERS( \
	FIELD(struct sock_fprog, len, &lupe_type_ushort), \
	FIELD(struct sock_fprog, filter, PTR(&insn), .count = BY_MEMBER(0)))};
static const struct lupe_type_ops program_ops = {.print = print_program};
PROGRAM(lupe_type_seccomp_program, seccomp_insn)
PROGRAM(lupe_type_socket_program, socket_insn)

static ENUM(seccomp_operation, 4, "SECCOMP_SET_MODE_???",
	E(SECCOMP_SET_MODE_STRICT), E(SECCOMP_SET_MODE_FILTER), E(SECCOMP_GET_ACTION_AVAIL),
	E(SECCOMP_GET_NOTIF_SIZES))
static FLAGS(filter_flags, 4, "SECCOMP_FILTER_FLAG_???", NULL,
	E(SECCOMP_FILTER_FLAG_TSYNC), E(SECCOMP_FILTER_FLAG_LOG), E(SECCOMP_FILTER_FLAG_SPEC_ALLOW),
	E(SECCOMP_FILTER_FLAG_NEW_LISTENER), E(SECCOMP_FILTER_FLAG_TSYNC_ESRCH),
	E(SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV))
static STRUCT(notif_sizes, struct seccomp_notif_sizes,
	FIELD(struct seccomp_notif_sizes, seccomp_notif, &lupe_type_ushort),
	FIELD(struct seccomp_notif_sizes, seccomp_notif_resp, &lupe_type_ushort),
	FIELD(struct seccomp_notif_sizes, seccomp_data, &lupe_type_ushort))

#define SECCOMP_FIRST IN("operation", &seccomp_operation)
VARIANTS(seccomp_variants, 0, 0,
	VARIANT(SECCOMP_SET_MODE_FILTER, SECCOMP_FIRST, IN("flags", &filter_flags),
	IN("args", PTR(&lupe_type_seccomp_program))),
	VARIANT(SECCOMP_GET_ACTION_AVAIL, SECCOMP_FIRST, IN("flags", &lupe_type_u32_hex),
	IN("args", PTR(&lupe_type_seccomp_action))),
	VARIANT(SECCOMP_GET_NOTIF_SIZES, SECCOMP_FIRST, IN("flags", &lupe_type_u32_hex),
	OUT("args", PTR(&notif_sizes))))

static const struct lupe_syscall entries[] = {
SYSCALL_WITH(seccomp, 0, NULL, WITH(.variants = &seccomp_variants),
	SECCOMP_FIRST, IN("flags", &lupe_type_u32_hex), IN("args", &lupe_type_address))
};

EXPORT_FAMILY(filter)

/* clang-format on */

static void print_field(struct lupe_printer *printer, const struct lupe_type *type, unsigned code)
{
	lupe_buffer_char(printer->out, '|');
	lupe_strace_symbol(printer, type, code);
}

/* BPF_JMP|BPF_K|BPF_JEQ: the class decides which bits mean what; what is left over is shown as
 * such. */
static void print_code(struct lupe_printer *printer, unsigned code)
{
	unsigned kind = code & CLASS;

	lupe_strace_symbol(printer, &class, kind);
	switch (kind) {
	case BPF_LD:
	case BPF_LDX:
		print_field(printer, &size, code & SIZE);
		print_field(printer, &mode, code & MODE);
		break;
	case BPF_ST:
	case BPF_STX:
		if (code & (SIZE | MODE))
			print_field(printer, &nothing, code & (SIZE | MODE));
		break;
	case BPF_ALU:
		print_field(printer, &source, code & SOURCE);
		print_field(printer, &alu, code & OPERATION);
		break;
	case BPF_JMP:
		print_field(printer, &source, code & SOURCE);
		print_field(printer, &jump, code & OPERATION);
		break;
	case BPF_RET:
		print_field(printer, &returned, code & RETURN_VALUE);
		if (code & MODE)
			print_field(printer, &nothing, code & MODE);
		break;
	default:
		print_field(printer, &misc, code & MISC_OPERATION);
	}
	if (code & ABOVE)
		print_field(printer, &nothing, code & ABOVE);
}

static void print_action(struct lupe_printer *printer, uint32_t k)
{
	lupe_strace_symbol(printer, &lupe_type_seccomp_action, k & SECCOMP_RET_ACTION_FULL);
	if (k & SECCOMP_RET_DATA) {
		lupe_buffer_char(printer->out, '|');
		lupe_strace_hex(printer, k & SECCOMP_RET_DATA);
	}
}

static void print_insn(struct lupe_printer *printer, const struct lupe_value *value, bool seccomp)
{
	unsigned code, jt, jf;

	if (value->n_children < 4) {
		lupe_strace_address(printer, value->address);
		return;
	}
	code = (unsigned)value->children[0].u;
	jt = (unsigned)value->children[1].u;
	jf = (unsigned)value->children[2].u;
	lupe_buffer_string(printer->out, jt || jf ? "BPF_JUMP(" : "BPF_STMT(");
	print_code(printer, code);
	lupe_buffer_bytes(printer->out, ", ", 2);
	if (seccomp && (code & CLASS) == BPF_RET && !jt && !jf)
		print_action(printer, (uint32_t)value->children[3].u);
	else
		lupe_strace_hex(printer, value->children[3].u);
	if (jt || jf) {
		lupe_buffer_bytes(printer->out, ", ", 2);
		lupe_strace_hex(printer, jt);
		lupe_buffer_bytes(printer->out, ", ", 2);
		lupe_strace_hex(printer, jf);
	}
	lupe_buffer_char(printer->out, ')');
}

static void print_seccomp_insn(struct lupe_printer *printer, const struct lupe_value *value)
{
	print_insn(printer, value, true);
}

static void print_socket_insn(struct lupe_printer *printer, const struct lupe_value *value)
{
	print_insn(printer, value, false);
}

/* The instructions only when nothing is abbreviated. */
static void print_program(struct lupe_printer *printer, const struct lupe_value *value)
{
	const struct lupe_value *filter;

	if (printer->options->verbose || value->n_children < 2) {
		lupe_strace_struct(printer, value);
		return;
	}
	filter = &value->children[1];
	lupe_buffer_string(printer->out, "{len=");
	lupe_buffer_unsigned(printer->out, value->children[0].u);
	lupe_buffer_string(printer->out, ", filter=");
	lupe_strace_address(printer, filter->u);
	lupe_buffer_char(printer->out, '}');
}
