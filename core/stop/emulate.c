/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See stop/emulate.h. First the bytes become a struct insn (prefixes, opcode, ModRM, immediate),
 * then a function per family of opcodes changes the registers of the outcome.
 */
#include "stop/emulate.h"

#include <string.h>
#include "base/cleanup.h"

enum {
	FLAG_CF = 1 << 0,
	FLAG_PF = 1 << 2,
	FLAG_AF = 1 << 4,
	FLAG_ZF = 1 << 6,
	FLAG_SF = 1 << 7,
	FLAG_TF = 1 << 8,
	FLAG_OF = 1 << 11,
	FLAG_RF = 1 << 16,
	FLAG_AC = 1 << 18,
	STATUS_FLAGS = FLAG_CF | FLAG_PF | FLAG_AF | FLAG_ZF | FLAG_SF | FLAG_OF,

	RSP = 4,
	RBP = 5,
	USER_ADDRESS_BITS = 47,
	FRAME_REACH = 1 << 20, /* how far above rsp memory counts as this thread's frames */
	RED_ZONE = 128,
};

struct insn {
	const unsigned char *code;
	size_t size, at; /* at: the next byte to read */
	bool cut_off;    /* read past the end */
	bool operand_16, rep, repne, segment;
	uint8_t rex;
	unsigned opcode; /* 0x0fXX for the two-byte ones */
	bool has_memory; /* ModRM names memory, not a register */
	unsigned reg, rm;
	bool on_stack; /* the memory's base is rsp or rbp */
	uint64_t address;
	unsigned width; /* of the operation: 4 or 8 bytes */
};

struct context {
	struct insn insn;
	const struct user_regs_struct *before;
	const struct lupe_memory *memory;
	bool shadow_stack, jumped;
	struct lupe_emulation *out;
};

/* --- reading the bytes --- */

static int64_t fetch(struct insn *insn, unsigned size)
{
	uint64_t value = 0;

	if (insn->size - insn->at < size) {
		insn->cut_off = true;
		return 0;
	}
	memcpy(&value, insn->code + insn->at, size);
	insn->at += size;
	/* sign-extended: displacements and immediates are signed */
	return (int64_t)(value << (64 - 8 * size)) >> (64 - 8 * size);
}

/* By the number that instructions use, which is not the DWARF number. */
static size_t register_offset(unsigned number)
{
	static const uint8_t offsets[] = {
	    offsetof(struct user_regs_struct, rax), offsetof(struct user_regs_struct, rcx),
	    offsetof(struct user_regs_struct, rdx), offsetof(struct user_regs_struct, rbx),
	    offsetof(struct user_regs_struct, rsp), offsetof(struct user_regs_struct, rbp),
	    offsetof(struct user_regs_struct, rsi), offsetof(struct user_regs_struct, rdi),
	    offsetof(struct user_regs_struct, r8),  offsetof(struct user_regs_struct, r9),
	    offsetof(struct user_regs_struct, r10), offsetof(struct user_regs_struct, r11),
	    offsetof(struct user_regs_struct, r12), offsetof(struct user_regs_struct, r13),
	    offsetof(struct user_regs_struct, r14), offsetof(struct user_regs_struct, r15),
	};

	return offsets[number & 15];
}

static uint64_t register_before(const struct context *context, unsigned number)
{
	uint64_t value;

	memcpy(&value, (const char *)context->before + register_offset(number), sizeof(value));
	return value;
}

static void set_whole_register(struct context *context, unsigned number, uint64_t value)
{
	memcpy((char *)&context->out->regs + register_offset(number), &value, sizeof(value));
}

/* Writing 32 bits clears the upper half (SDM vol. 1, 3.4.1.1). */
static void set_register(struct context *context, unsigned number, uint64_t value)
{
	set_whole_register(context, number, context->insn.width == 4 ? (uint32_t)value : value);
}

/* Prefixes that other instructions than ours need are refused here. */
static bool read_prefixes(struct insn *insn)
{
	for (; insn->at < insn->size; insn->at++) {
		switch (insn->code[insn->at]) {
		case 0x66:
			insn->operand_16 = true;
			break;
		case 0xf2:
			insn->repne = true;
			break;
		case 0xf3:
			insn->rep = true;
			break;
		case 0x2e: /* cs, ss, ds, es: without meaning in 64-bit mode; branch hints, notrack
			    */
		case 0x36:
		case 0x3e:
		case 0x26:
			break;
		case 0x64:
		case 0x65:
			insn->segment = true;
			break;
		case 0x67:
		case 0xf0:
			return false;
		default:
			return true;
		}
	}
	return false;
}

static void read_opcode(struct insn *insn)
{
	unsigned char byte = fetch(insn, 1);

	if ((byte & 0xf0) == 0x40) {
		insn->rex = byte;
		byte = fetch(insn, 1);
	}
	insn->opcode = byte;
	if (byte == 0x0f)
		insn->opcode = 0x0f00 | (unsigned char)fetch(insn, 1);
	insn->width = insn->rex & 8 ? 8 : 4;
}

/* Needs the immediate's size, because rip-relative counts from the end of the instruction. */
static void read_modrm(struct context *context, unsigned immediate_size)
{
	struct insn *insn = &context->insn;
	unsigned char modrm = fetch(insn, 1), sib = 0;
	unsigned mod = modrm >> 6, rm = modrm & 7, base;

	insn->reg = (modrm >> 3 & 7) | (insn->rex & 4) << 1;
	insn->rm = rm | (insn->rex & 1) << 3;
	insn->has_memory = mod != 3;
	if (mod == 3)
		return;
	if (rm == 4)
		sib = fetch(insn, 1);
	base = (rm == 4 ? sib & 7u : rm) | (insn->rex & 1u) << 3;
	if (rm == 4 && ((sib >> 3 & 7) | (insn->rex & 2) << 2) != 4)
		insn->address = register_before(context, (sib >> 3 & 7) | (insn->rex & 2) << 2)
				<< (sib >> 6);
	if (mod == 0 && (base & 7) == 5) {
		insn->address += fetch(insn, 4);
		if (rm != 4)
			insn->address += context->before->rip + insn->at + immediate_size;
		return;
	}
	insn->on_stack = base == RSP || base == RBP;
	insn->address += register_before(context, base);
	if (mod != 0)
		insn->address += fetch(insn, mod == 1 ? 1 : 4);
}

/* --- memory --- */

static bool is_user_address(uint64_t address)
{
	return address >> USER_ADDRESS_BITS == 0;
}

/* Memory that is this thread's own: its frames and the red zone. */
static bool is_own_stack(const struct context *context, uint64_t address)
{
	uint64_t low = context->before->rsp - RED_ZONE;

	return is_user_address(address + 8) && address - low < FRAME_REACH;
}

static bool read_memory(const struct context *context, uint64_t address, unsigned size,
			uint64_t *ret)
{
	*ret = 0;
	return lupe_memory_read_some(context->memory, address, ret, size) == size;
}

static void write_memory(struct context *context, uint64_t address, unsigned size, uint64_t value)
{
	context->out->write_address = address;
	context->out->write_size = size;
	context->out->write_value = size == 4 ? (uint32_t)value : value;
}

static bool push(struct context *context, uint64_t value)
{
	uint64_t sp = context->before->rsp - 8;

	if (!is_user_address(sp) || !is_user_address(sp + 8))
		return false;
	write_memory(context, sp, 8, value);
	context->out->regs.rsp = sp;
	return true;
}

static bool pop(struct context *context, uint64_t from, uint64_t *ret)
{
	if (!is_user_address(from) || !read_memory(context, from, 8, ret))
		return false;
	context->out->regs.rsp = from + 8;
	return true;
}

/* --- flags --- */

static uint64_t result_flags(uint64_t result, unsigned width)
{
	uint64_t sign = UINT64_C(1) << (8 * width - 1), flags = 0;

	if (width == 4)
		result = (uint32_t)result;
	if (!result)
		flags |= FLAG_ZF;
	if (result & sign)
		flags |= FLAG_SF;
	if (__builtin_parity(result & 0xff) == 0)
		flags |= FLAG_PF;
	return flags;
}

static void set_flags(struct context *context, uint64_t flags)
{
	context->out->regs.eflags = (context->out->regs.eflags & ~(uint64_t)STATUS_FLAGS) | flags;
}

enum alu { ADD, OR, ADC, SBB, AND, SUB, XOR, CMP }; /* as numbered in the opcodes */

/* False for the two that take the carry flag in. Sets the flags; the AND family leaves AF
 * undefined, and processors clear it. */
static bool compute(struct context *context, enum alu alu, uint64_t a, uint64_t b, uint64_t *ret)
{
	unsigned width = context->insn.width;
	uint64_t sign = UINT64_C(1) << (8 * width - 1), carry = 0, overflow = 0, half = 0, result;

	if (width == 4) {
		a = (uint32_t)a;
		b = (uint32_t)b;
	}
	switch (alu) {
	case ADD:
		result = a + b;
		carry = width == 4 ? result >> 32 : result < a;
		overflow = ~(a ^ b) & (a ^ result) & sign;
		half = (a ^ b ^ result) & 0x10;
		break;
	case SUB:
	case CMP:
		result = a - b;
		carry = a < b;
		overflow = (a ^ b) & (a ^ result) & sign;
		half = (a ^ b ^ result) & 0x10;
		break;
	case OR:
		result = a | b;
		break;
	case AND:
		result = a & b;
		break;
	case XOR:
		result = a ^ b;
		break;
	case ADC:
	case SBB:
	default:
		return false;
	}
	set_flags(context, result_flags(result, width) | (carry ? FLAG_CF : 0) |
			       (overflow ? FLAG_OF : 0) | (half ? FLAG_AF : 0));
	*ret = result;
	return true;
}

/* The sixteen conditions of jcc: eight, each with its opposite. */
static bool condition_holds(uint64_t flags, unsigned condition)
{
	bool cf = flags & FLAG_CF, zf = flags & FLAG_ZF, sf = flags & FLAG_SF;
	bool of = flags & FLAG_OF, pf = flags & FLAG_PF;
	const bool holds[] = {of, cf, zf, cf || zf, sf, pf, sf != of, zf || sf != of};

	return holds[condition >> 1 & 7] != (condition & 1);
}

/* --- families of instructions; each answers false to refuse --- */

static bool jump(struct context *context, uint64_t target)
{
	if (!is_user_address(target))
		return false;
	context->out->regs.rip = target;
	context->jumped = true;
	return true;
}

static bool call(struct context *context, uint64_t target)
{
	uint64_t next = context->before->rip + context->insn.at;

	return !context->shadow_stack && push(context, next) && jump(context, target);
}

static bool relative(struct context *context, unsigned size, uint64_t *ret)
{
	int64_t offset = fetch(&context->insn, size);

	*ret = context->before->rip + context->insn.at + offset;
	return !context->insn.cut_off;
}

static bool emulate_branch(struct context *context)
{
	struct insn *insn = &context->insn;
	bool is_short = insn->opcode == 0xeb || (insn->opcode & ~0xfu) == 0x70, conditional;
	uint64_t target;

	conditional = (insn->opcode & ~0xfu) == 0x70 || (insn->opcode & ~0xfu) == 0x0f80;
	/* Intel and AMD differ about an operand-size prefix here. */
	if (insn->operand_16 || !relative(context, is_short ? 1 : 4, &target))
		return false;
	if (insn->opcode == 0xe8)
		return call(context, target);
	if (conditional && !condition_holds(context->before->eflags, insn->opcode & 15))
		return true;
	return jump(context, target);
}

static bool emulate_return(struct context *context)
{
	uint64_t target;

	return !context->shadow_stack && !context->insn.operand_16 &&
	       pop(context, context->before->rsp, &target) && jump(context, target);
}

static bool emulate_leave(struct context *context)
{
	uint64_t frame = context->before->rbp, saved;

	if (context->insn.operand_16 || !pop(context, frame, &saved))
		return false;
	context->out->regs.rbp = saved;
	return true;
}

static bool emulate_push_pop_register(struct context *context)
{
	unsigned number = (context->insn.opcode & 7) | (context->insn.rex & 1) << 3;
	uint64_t value;

	if (context->insn.operand_16)
		return false;
	if (context->insn.opcode < 0x58)
		return push(context, register_before(context, number));
	if (!pop(context, context->before->rsp, &value))
		return false;
	set_whole_register(context, number, value); /* after rsp changed: pop %rsp */
	return true;
}

static bool emulate_push_immediate(struct context *context)
{
	int64_t value = fetch(&context->insn, context->insn.opcode == 0x6a ? 1 : 4);

	return !context->insn.operand_16 && push(context, value);
}

/* Between a register and a register or the stack. */
static bool emulate_mov(struct context *context)
{
	struct insn *insn = &context->insn;
	bool load = insn->opcode == 0x8b;
	uint64_t value;

	read_modrm(context, 0);
	if (insn->operand_16)
		return false;
	if (!insn->has_memory) {
		value = register_before(context, load ? insn->rm : insn->reg);
		set_register(context, load ? insn->reg : insn->rm, value);
		return true;
	}
	if (!insn->on_stack || insn->segment || !is_own_stack(context, insn->address))
		return false;
	if (!load) {
		write_memory(context, insn->address, insn->width,
			     register_before(context, insn->reg));
		return true;
	}
	if (!read_memory(context, insn->address, insn->width, &value))
		return false;
	set_register(context, insn->reg, value);
	return true;
}

static bool emulate_mov_immediate(struct context *context)
{
	struct insn *insn = &context->insn;
	uint64_t value;

	if (insn->operand_16)
		return false;
	if (insn->opcode != 0xc7) {
		set_register(context, (insn->opcode & 7) | (insn->rex & 1) << 3,
			     fetch(insn, insn->width));
		return true;
	}
	read_modrm(context, 4);
	value = fetch(insn, 4);
	if (insn->reg & 7)
		return false;
	if (!insn->has_memory) {
		set_register(context, insn->rm, value);
		return true;
	}
	if (!insn->on_stack || insn->segment || !is_own_stack(context, insn->address))
		return false;
	write_memory(context, insn->address, insn->width, value);
	return true;
}

static bool emulate_lea(struct context *context)
{
	struct insn *insn = &context->insn;

	read_modrm(context, 0);
	if (!insn->has_memory || insn->operand_16)
		return false;
	set_register(context, insn->reg, insn->address);
	return true;
}

/* OP r/m,r (01, 09, ...), OP r,r/m (03, ...), OP r/m,imm (81, 83), test (85); registers only. */
static bool emulate_alu(struct context *context)
{
	struct insn *insn = &context->insn;
	bool by_immediate = insn->opcode == 0x81 || insn->opcode == 0x83,
	     is_test = insn->opcode == 0x85;
	bool to_reg = !by_immediate && !is_test && insn->opcode & 2;
	unsigned destination;
	uint64_t a, b, result;
	enum alu alu;

	read_modrm(context, 0);
	if (insn->has_memory || insn->operand_16)
		return false;
	destination = to_reg ? insn->reg : insn->rm;
	a = register_before(context, destination);
	b = by_immediate ? (uint64_t)fetch(insn, insn->opcode == 0x83 ? 1 : 4)
			 : register_before(context, to_reg ? insn->rm : insn->reg);
	alu = is_test ? AND : (by_immediate ? insn->reg : insn->opcode >> 3) & 7;
	if (!compute(context, alu, a, b, &result))
		return false;
	if (!is_test && alu != CMP)
		set_register(context, destination, result);
	return true;
}

/* jmp *reg and call *reg. */
static bool emulate_indirect(struct context *context)
{
	struct insn *insn = &context->insn;
	uint64_t target;

	read_modrm(context, 0);
	if (insn->has_memory || insn->operand_16)
		return false;
	target = register_before(context, insn->rm);
	if ((insn->reg & 7) == 2)
		return call(context, target);
	return (insn->reg & 7) == 4 && jump(context, target);
}

/* nop with operands, endbr64 and endbr32. */
static bool emulate_long_nop(struct context *context)
{
	struct insn *insn = &context->insn;
	size_t modrm = insn->at;

	read_modrm(context, 0);
	if (insn->cut_off)
		return false;
	if (insn->opcode == 0x0f1f)
		return (insn->reg & 7) == 0 && !insn->rep && !insn->repne;
	return insn->rep && (insn->code[modrm] == 0xfa || insn->code[modrm] == 0xfb);
}

static bool emulate_opcode(struct context *context)
{
	unsigned opcode = context->insn.opcode;

	switch (opcode) {
	case 0x90: /* with REX.B: xchg; with rep: pause */
		return !(context->insn.rex & 1);
	case 0x0f1e:
	case 0x0f1f:
		return emulate_long_nop(context);
	case 0x50 ... 0x5f:
		return emulate_push_pop_register(context);
	case 0x68:
	case 0x6a:
		return emulate_push_immediate(context);
	case 0x89:
	case 0x8b:
		return emulate_mov(context);
	case 0xb8 ... 0xbf:
	case 0xc7:
		return emulate_mov_immediate(context);
	case 0x8d:
		return emulate_lea(context);
	case 0x01:
	case 0x03:
	case 0x09:
	case 0x0b:
	case 0x21:
	case 0x23:
	case 0x29:
	case 0x2b:
	case 0x31:
	case 0x33:
	case 0x39:
	case 0x3b:
	case 0x81:
	case 0x83:
	case 0x85:
		return emulate_alu(context);
	case 0x70 ... 0x7f:
	case 0x0f80 ... 0x0f8f:
	case 0xe8:
	case 0xe9:
	case 0xeb:
		return emulate_branch(context);
	case 0xff:
		return emulate_indirect(context);
	case 0xc3:
		return emulate_return(context);
	case 0xc9:
		return emulate_leave(context);
	default:
		return false;
	}
}

/* rep and repne mean something else elsewhere, but these ignore them (rep ret, bnd call, pause). */
static bool ignores_rep(unsigned opcode)
{
	return opcode == 0x90 || opcode == 0x0f1e || opcode == 0xc3 || opcode == 0xe8 ||
	       opcode == 0xe9 || opcode == 0xeb || opcode == 0xff || (opcode & ~0xfu) == 0x70 ||
	       (opcode & ~0xfu) == 0x0f80;
}

bool lupe_emulate(const unsigned char *code, size_t size, const struct user_regs_struct *regs,
		  const struct lupe_memory *memory, bool shadow_stack, struct lupe_emulation *ret)
{
	struct context context = {.insn = {.code = code, .size = MIN(size, (size_t)15)},
				  .before = regs,
				  .memory = memory,
				  .shadow_stack = shadow_stack,
				  .out = ret};
	struct insn *insn = &context.insn;

	*ret = (struct lupe_emulation){.regs = *regs};
	if (regs->eflags & (FLAG_TF | FLAG_AC) || !read_prefixes(insn))
		return false;
	read_opcode(insn);
	if (insn->cut_off || ((insn->rep || insn->repne) && !ignores_rep(insn->opcode)))
		return false;
	if (!emulate_opcode(&context) || insn->cut_off)
		return false;
	if (!context.jumped)
		ret->regs.rip = regs->rip + insn->at;
	ret->regs.eflags &= ~(uint64_t)FLAG_RF;
	return true;
}
