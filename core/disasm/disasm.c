/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Decoding by capstone; see lupe/disasm.h. The library's types stay in this file.
 */
#include "lupe/disasm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/buffer.h"
#include "base/cleanup.h"
#include "disasm/library.h"
#include "disasm/text.h"
#include "disasm/vex.h"

struct lupe_disasm {
	struct lupe_capstone capstone;
	csh handle;
	cs_insn *insn; /* the library's result, reused */
	enum lupe_disasm_syntax syntax;
	bool is_32_bit;
};

static struct lupe_error *start(struct lupe_disasm *disasm)
{
	const struct lupe_capstone *capstone = &disasm->capstone;
	cs_err status = capstone->open(CS_ARCH_X86, disasm->is_32_bit ? CS_MODE_32 : CS_MODE_64,
				       &disasm->handle);

	if (status != CS_ERR_OK)
		return lupe_error_create(LUPE_ERROR_UNSUPPORTED, "cannot start the disassembler: %s",
					 capstone->strerror(status));
	capstone->option(disasm->handle, CS_OPT_DETAIL, CS_OPT_ON);
	capstone->option(disasm->handle, CS_OPT_SYNTAX,
			 disasm->syntax == LUPE_DISASM_ATT ? CS_OPT_SYNTAX_ATT
							   : CS_OPT_SYNTAX_INTEL);
	disasm->insn = capstone->malloc(disasm->handle);
	return disasm->insn ? NULL : lupe_error_no_memory();
}

struct lupe_error *lupe_disasm_create(enum lupe_abi abi, enum lupe_disasm_syntax syntax,
				      struct lupe_disasm **ret)
{
	struct lupe_disasm *disasm = calloc(1, sizeof(*disasm));
	struct lupe_error *error;

	if (!disasm)
		return lupe_error_no_memory();
	disasm->syntax = syntax;
	disasm->is_32_bit = abi == LUPE_ABI_I386;
	error = lupe_capstone_load(&disasm->capstone);
	if (!error)
		error = start(disasm);
	if (error) {
		lupe_disasm_destroy(disasm);
		return error;
	}
	*ret = disasm;
	return NULL;
}

void lupe_disasm_destroy(struct lupe_disasm *disasm)
{
	if (!disasm)
		return;
	if (disasm->insn)
		disasm->capstone.free(disasm->insn, 1);
	if (disasm->handle)
		disasm->capstone.close(&disasm->handle);
	lupe_capstone_unload(&disasm->capstone);
	free(disasm);
}

/* --- what it is --- */

static bool in_group(const cs_insn *insn, uint8_t group)
{
	return memchr(insn->detail->groups, group, insn->detail->groups_count) != NULL;
}

static enum lupe_insn_kind kind_of(const cs_insn *insn)
{
	switch (insn->id) {
	case X86_INS_NOP:
	case X86_INS_ENDBR32:
	case X86_INS_ENDBR64:
		return LUPE_INSN_NOP;
	case X86_INS_SYSCALL:
	case X86_INS_SYSENTER:
		return LUPE_INSN_SYSCALL;
	case X86_INS_INT:
		return insn->detail->x86.operands[0].imm == 0x80 ? LUPE_INSN_SYSCALL
								 : LUPE_INSN_OTHER;
	case X86_INS_INT1:
	case X86_INS_INT3:
		return LUPE_INSN_BREAKPOINT;
	case X86_INS_HLT:
	case X86_INS_UD2:
	case X86_INS_UD2B:
		return LUPE_INSN_HALT;
	case X86_INS_JMP:
	case X86_INS_LJMP:
		return LUPE_INSN_JUMP;
	default:
		break;
	}
	if (in_group(insn, X86_GRP_CALL))
		return LUPE_INSN_CALL;
	if (in_group(insn, X86_GRP_RET) || in_group(insn, X86_GRP_IRET))
		return LUPE_INSN_RETURN;
	if (in_group(insn, X86_GRP_JUMP) || in_group(insn, X86_GRP_BRANCH_RELATIVE))
		return LUPE_INSN_CONDITIONAL;
	return LUPE_INSN_OTHER;
}

static void find_target(const struct lupe_disasm *disasm, const cs_insn *insn,
			struct lupe_insn *ret)
{
	const cs_x86 *x86 = &insn->detail->x86;

	if (!in_group(insn, X86_GRP_BRANCH_RELATIVE) || !x86->op_count ||
	    x86->operands[0].type != X86_OP_IMM)
		return;
	ret->has_target = true;
	ret->target = x86->operands[0].imm;
	if (disasm->is_32_bit)
		ret->target = (uint32_t)ret->target;
	ret->target_at = x86->encoding.imm_offset;
	ret->target_size = insn->size - ret->target_at;
}

static void find_data(const cs_insn *insn, struct lupe_insn *ret)
{
	const cs_x86 *x86 = &insn->detail->x86;

	for (int i = 0; i < x86->op_count; i++) {
		const cs_x86_op *operand = &x86->operands[i];
		bool is_32_bit = operand->mem.base == X86_REG_EIP;

		if (operand->type != X86_OP_MEM || (operand->mem.base != X86_REG_RIP && !is_32_bit))
			continue;
		ret->has_data = true;
		ret->data = ret->addr + ret->length + operand->mem.disp;
		if (is_32_bit)
			ret->data = (uint32_t)ret->data;
		ret->data_at = x86->encoding.disp_offset;
		ret->data_size = 4; /* the library says 2 after an operand-size prefix */
		return;
	}
}

/* --- its text --- */

/* A general register tells the size of the operation, as a memory operand does not. */
static bool register_tells_size(const cs_insn *insn)
{
	const cs_x86 *x86 = &insn->detail->x86;
	unsigned memory_size = 0, register_size = 0;

	for (int i = 0; i < x86->op_count; i++) {
		const cs_x86_op *operand = &x86->operands[i];

		if (operand->type == X86_OP_MEM)
			memory_size = operand->size;
		else if (operand->type == X86_OP_REG && operand->size <= 8 &&
			 !(operand->reg >= X86_REG_MM0 && operand->reg <= X86_REG_MM7))
			register_size = operand->size;
	}
	return register_size && (!memory_size || memory_size == register_size);
}

/* gdb leaves AT&T's size letter out where an operand tells the size, and where there is but one. */
static bool drops_size(const cs_insn *insn)
{
	switch (insn->id) {
	case X86_INS_CALL:
	case X86_INS_JMP:
	case X86_INS_RET:
	case X86_INS_PUSH:
	case X86_INS_POP:
		return true;
	case X86_INS_ROL:
	case X86_INS_ROR:
	case X86_INS_RCL:
	case X86_INS_RCR:
	case X86_INS_SHL:
	case X86_INS_SAL:
	case X86_INS_SHR:
	case X86_INS_SAR: /* by %cl, which tells nothing */
		return !strchr(insn->op_str, '(') && !strchr(insn->op_str, ':');
	case X86_INS_LEA:
		return true;
	default:
		return register_tells_size(insn);
	}
}

/* "rep stosq": the name is the last word, after the prefixes. */
static void write_mnemonic(const struct lupe_disasm *disasm, const cs_insn *insn,
			   struct lupe_insn *ret)
{
	const char *name = disasm->capstone.insn_name(disasm->handle, insn->id);
	char *word;
	size_t length;

	snprintf(ret->mnemonic, sizeof(ret->mnemonic), "%s", insn->mnemonic);
	if (disasm->syntax != LUPE_DISASM_ATT || !name)
		return;
	word = strrchr(ret->mnemonic, ' ');
	word = word ? word + 1 : ret->mnemonic;
	length = strlen(name);
	if (strlen(word) == length + 1 && !memcmp(word, name, length) &&
	    strchr("bwlq", word[length]) && drops_size(insn))
		word[length] = '\0';
}

/* Shifts by one have no immediate in their code (d0, d1), but the library writes one. */
static bool shifts_by_implied_one(const cs_insn *insn)
{
	return (insn->detail->x86.opcode[0] & 0xfe) == 0xd0;
}

static void write_operands(const struct lupe_disasm *disasm, const cs_insn *insn,
			   struct lupe_insn *ret)
{
	const cs_x86 *x86 = &insn->detail->x86;
	struct lupe_disasm_style style = {.syntax = disasm->syntax, .immediate_size = 8};
	const char *text = insn->op_str;

	for (int i = 0; i < x86->op_count; i++) {
		const cs_x86_op *operand = &x86->operands[i];

		if (operand->type == X86_OP_IMM)
			style.immediate_size = operand->size;
		else if (operand->type == X86_OP_MEM)
			style.zero_displacement = x86->encoding.disp_size && !operand->mem.disp &&
						  (operand->mem.base != X86_REG_INVALID ||
						   operand->mem.index != X86_REG_INVALID);
	}
	if (disasm->syntax == LUPE_DISASM_ATT && shifts_by_implied_one(insn) &&
	    !strncmp(text, "$1, ", 4))
		text += 4;
	lupe_disasm_operands_text(&style, text, ret->operands, sizeof(ret->operands));
}

/* --- decoding --- */

static void write_bad(struct lupe_insn *ret)
{
	ret->kind = LUPE_INSN_BAD;
	ret->length = 1;
	strcpy(ret->mnemonic, "(bad)");
}

bool lupe_disasm_decode(struct lupe_disasm *disasm, const void *bytes, size_t size, lupe_addr addr,
			struct lupe_insn *ret)
{
	const uint8_t *code = bytes;
	cs_insn *insn = disasm->insn;
	uint64_t address = addr;

	if (!size)
		return false;
	size = MIN(size, (size_t)LUPE_INSN_MAX_LENGTH);
	memset(ret, 0, sizeof(*ret));
	ret->addr = addr;
	if (!disasm->capstone.disasm_iter(disasm->handle, &code, &size, &address, insn)) {
		if (disasm->is_32_bit || !lupe_disasm_vex(bytes, size, ret))
			write_bad(ret);
	} else {
		ret->length = insn->size;
		ret->kind = kind_of(insn);
		find_target(disasm, insn, ret);
		find_data(insn, ret);
		write_mnemonic(disasm, insn, ret);
		write_operands(disasm, insn, ret);
	}
	memcpy(ret->bytes, bytes, ret->length);
	return true;
}

size_t lupe_disasm_decode_many(struct lupe_disasm *disasm, const void *bytes, size_t size,
			       lupe_addr addr, struct lupe_insn *ret, size_t max)
{
	const unsigned char *code = bytes;
	size_t count = 0, done = 0;

	while (count < max &&
	       lupe_disasm_decode(disasm, code + done, size - done, addr + done, &ret[count]))
		done += ret[count++].length;
	return count;
}

const char *lupe_insn_kind_name(enum lupe_insn_kind kind)
{
	static const char *const names[] = {
	    [LUPE_INSN_BAD] = "bad",
	    [LUPE_INSN_OTHER] = "other",
	    [LUPE_INSN_CALL] = "call",
	    [LUPE_INSN_JUMP] = "jump",
	    [LUPE_INSN_CONDITIONAL] = "conditional",
	    [LUPE_INSN_RETURN] = "return",
	    [LUPE_INSN_SYSCALL] = "syscall",
	    [LUPE_INSN_BREAKPOINT] = "breakpoint",
	    [LUPE_INSN_HALT] = "halt",
	    [LUPE_INSN_NOP] = "nop",
	};

	return names[kind];
}

/* " <f+4>" when the address has a name. */
static void print_symbol(const struct lupe_insn_symbols *symbols, lupe_addr addr,
			 struct lupe_buffer *out)
{
	size_t before = out->length, start;

	if (!symbols || !symbols->print)
		return;
	lupe_buffer_string(out, " <");
	start = out->length;
	symbols->print(symbols->context, addr, out);
	if (out->length == start)
		lupe_buffer_truncate(out, before);
	else
		lupe_buffer_char(out, '>');
}

void lupe_insn_print(const struct lupe_insn *insn, const struct lupe_insn_symbols *symbols,
		     struct lupe_buffer *out)
{
	lupe_buffer_string(out, insn->mnemonic);
	if (*insn->operands) {
		size_t length = strlen(insn->mnemonic);

		lupe_buffer_pad(out, ' ', length < 6 ? 7 - length : 1);
		lupe_buffer_string(out, insn->operands);
	}
	if (insn->has_target)
		print_symbol(symbols, insn->target, out);
	if (insn->has_data) {
		lupe_buffer_string(out, "        # ");
		lupe_buffer_hex(out, insn->data);
		print_symbol(symbols, insn->data, out);
	}
}

#define TEXT(number) #number
#define VERSION(major, minor) TEXT(major) "." TEXT(minor)

const char *lupe_disasm_version(void)
{
	return VERSION(CS_API_MAJOR, CS_API_MINOR);
}
