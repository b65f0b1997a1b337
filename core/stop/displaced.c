/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See stop/displaced.h.
 *
 *   most instructions   copy; jmp next                    a rip-relative displacement is adjusted
 *   jmp, jcc            jcc target; jmp next
 *   loop, jrcxz         loop 1f; jmp next; 1: jmp target  they have no long form
 *   call target         push next; jmp target
 *   call *operand       push next; jmp *operand           unless the operand looks at rsp
 *   ret, jmp *operand   copy
 */
#include "stop/displaced.h"

#include <string.h>

enum { REX_W = 8, RSP = 4 };

struct writer {
	const struct lupe_insn *insn;
	struct lupe_displaced *out;
	bool overflow;
};

static lupe_addr next_of(const struct lupe_insn *insn)
{
	return insn->addr + insn->length;
}

static lupe_addr here(const struct writer *writer)
{
	return writer->out->to + writer->out->size;
}

static void put(struct writer *writer, const void *bytes, size_t size)
{
	if (sizeof(writer->out->code) - writer->out->size < size) {
		writer->overflow = true;
		return;
	}
	memcpy(writer->out->code + writer->out->size, bytes, size);
	writer->out->size += size;
}

static void put_byte(struct writer *writer, unsigned char byte)
{
	put(writer, &byte, 1);
}

static void put_word(struct writer *writer, uint32_t word)
{
	put(writer, &word, sizeof(word));
}

/* The next byte begins an instruction where the original program would be at `pc`. */
static void mark(struct writer *writer, lupe_addr pc, unsigned pushed)
{
	if (writer->out->n_points == LUPE_DISPLACED_POINTS) {
		writer->overflow = true;
		return;
	}
	writer->out->points[writer->out->n_points++] =
	    (struct lupe_displaced_point){writer->out->size, pushed, pc};
}

static bool fits_32(int64_t offset)
{
	return offset == (int32_t)offset;
}

/* A jump to anywhere, by 5 bytes or by 14. */
static void put_jump(struct writer *writer, lupe_addr target)
{
	int64_t offset = target - (here(writer) + 5);

	if (fits_32(offset)) {
		put_byte(writer, 0xe9);
		put_word(writer, offset);
	} else {
		put(writer, "\xff\x25\0\0\0\0", 6); /* jmp *0(%rip) */
		put(writer, &target, sizeof(target));
	}
}

/* Pushes the address after the original: the lower half, sign-extended, then the upper half over
 * it. */
static void put_push_next(struct writer *writer)
{
	lupe_addr next = next_of(writer->insn);

	put_byte(writer, 0x68);
	put_word(writer, next);
	mark(writer, writer->insn->addr, sizeof(next));
	put(writer, "\xc7\x44\x24\x04", 4); /* movl $upper,4(%rsp) */
	put_word(writer, next >> 32);
	mark(writer, writer->insn->addr, sizeof(next));
}

/* --- the parts of the instruction --- */

static bool is_legacy_prefix(unsigned char byte)
{
	return memchr("\x26\x2e\x36\x3e\x64\x65\x66\x67\xf0\xf2\xf3", byte, 11) != NULL;
}

static unsigned legacy_prefixes(const struct lupe_insn *insn)
{
	unsigned count = 0;

	while (count < insn->length && is_legacy_prefix(insn->bytes[count]))
		count++;
	return count;
}

static bool has_prefix(const struct lupe_insn *insn, unsigned char prefix)
{
	return memchr(insn->bytes, prefix, legacy_prefixes(insn)) != NULL;
}

/* The place of the opcode, after legacy prefixes and REX. */
static unsigned opcode_at(const struct lupe_insn *insn)
{
	unsigned at = legacy_prefixes(insn);

	return at + (at < insn->length && (insn->bytes[at] & 0xf0) == 0x40);
}

static bool fits_data(const struct lupe_insn *insn, lupe_addr copy)
{
	return fits_32(insn->data - (copy + insn->length));
}

/* --- the shapes --- */

static const char *const out_of_reach = "its operand is too far from the copy";

/* The instruction as it is, but for its displacement. */
static const char *put_copy(struct writer *writer)
{
	const struct lupe_insn *insn = writer->insn;
	unsigned char bytes[LUPE_INSN_MAX_LENGTH];
	uint32_t displacement = insn->data - (here(writer) + insn->length);

	if (insn->has_data && (insn->data_size != 4 || has_prefix(insn, 0x67)))
		return "its operand is addressed in an unusual way";
	if (insn->has_data && !fits_data(insn, here(writer)))
		return out_of_reach;
	memcpy(bytes, insn->bytes, insn->length);
	if (insn->has_data)
		memcpy(bytes + insn->data_at, &displacement, sizeof(displacement));
	put(writer, bytes, insn->length);
	return NULL;
}

/* jcc in its long form where it reaches, else over a jump. */
static void put_conditional(struct writer *writer, unsigned char condition)
{
	const struct lupe_insn *insn = writer->insn;
	int64_t offset = insn->target - (here(writer) + 6);
	unsigned distance_at;

	if (fits_32(offset)) {
		put_byte(writer, 0x0f);
		put_byte(writer, 0x80 | condition);
		put_word(writer, offset);
	} else {
		put_byte(writer, 0x70 | (condition ^ 1));
		distance_at = writer->out->size;
		put_byte(writer, 0);
		mark(writer, insn->target, 0);
		put_jump(writer, insn->target);
		writer->out->code[distance_at] = writer->out->size - (distance_at + 1);
	}
	mark(writer, next_of(insn), 0);
	put_jump(writer, next_of(insn));
}

/* loop and jrcxz, which count: `prefix` may make them count by ecx. */
static void put_counted(struct writer *writer)
{
	const struct lupe_insn *insn = writer->insn;
	unsigned distance_at;

	put(writer, insn->bytes, insn->length - 1);
	distance_at = writer->out->size;
	put_byte(writer, 0);
	mark(writer, next_of(insn), 0);
	put_jump(writer, next_of(insn));
	writer->out->code[distance_at] = writer->out->size - (distance_at + 1);
	mark(writer, insn->target, 0);
	put_jump(writer, insn->target);
}

static const char *displace_conditional(struct writer *writer)
{
	const struct lupe_insn *insn = writer->insn;
	unsigned at = opcode_at(insn);
	unsigned char opcode = insn->bytes[at];

	if (!insn->has_target || has_prefix(insn, 0x66))
		return "it is an unusual branch";
	if ((opcode & 0xf0) == 0x70)
		put_conditional(writer, opcode & 15);
	else if (opcode == 0x0f && (insn->bytes[at + 1] & 0xf0) == 0x80)
		put_conditional(writer, insn->bytes[at + 1] & 15);
	else if (opcode >= 0xe0 && opcode <= 0xe3)
		put_counted(writer);
	else
		return "it depends on its address"; /* xbegin */
	return NULL;
}

static const char *displace_jump(struct writer *writer)
{
	if (!writer->insn->has_target)
		return put_copy(writer);
	if (has_prefix(writer->insn, 0x66))
		return "it is an unusual branch";
	put_jump(writer, writer->insn->target);
	return NULL;
}

/* The operand of call *operand is computed from rsp, which the push changes. */
static bool looks_at_rsp(const struct lupe_insn *insn, unsigned opcode)
{
	unsigned char modrm = insn->bytes[opcode + 1], sib = insn->bytes[opcode + 2];
	bool rex_b = opcode && (insn->bytes[opcode - 1] & 0xf1) == 0x41;

	if (modrm >> 6 == 3 || (modrm & 7) != 4)
		return (modrm & 7) == RSP && modrm >> 6 == 3 && !rex_b;
	return (sib & 7) == RSP && !rex_b;
}

static const char *displace_indirect_call(struct writer *writer)
{
	const struct lupe_insn *call = writer->insn;
	struct lupe_insn jump = *call;
	const char *reason;
	unsigned at = opcode_at(call);

	if (at + 1u >= jump.length || jump.bytes[at] != 0xff ||
	    (jump.bytes[at + 1] >> 3 & 7) != 2 || has_prefix(&jump, 0x66))
		return "it is an unusual call";
	if (looks_at_rsp(&jump, at))
		return "it calls through the stack pointer";
	put_push_next(writer);
	jump.bytes[at + 1] = (jump.bytes[at + 1] & ~0x38) | 4 << 3; /* /2 is call, /4 is jmp */
	writer->insn = &jump;
	reason = put_copy(writer);
	writer->insn = call;
	return reason;
}

static const char *displace_call(struct writer *writer, bool shadow_stack)
{
	if (shadow_stack)
		return "the thread has a shadow stack";
	if (!writer->insn->has_target)
		return displace_indirect_call(writer);
	if (has_prefix(writer->insn, 0x66))
		return "it is an unusual call";
	put_push_next(writer);
	put_jump(writer, writer->insn->target);
	return NULL;
}

static const char *displace_other(struct writer *writer)
{
	const char *reason = put_copy(writer);

	mark(writer, next_of(writer->insn), 0);
	put_jump(writer, next_of(writer->insn));
	return reason;
}

static const char *displace_kind(struct writer *writer, bool shadow_stack)
{
	switch (writer->insn->kind) {
	case LUPE_INSN_BAD:
		return "it is no instruction";
	case LUPE_INSN_SYSCALL:
		return "the kernel sees its address";
	case LUPE_INSN_BREAKPOINT:
	case LUPE_INSN_HALT:
		return "it raises a signal at its address";
	case LUPE_INSN_CALL:
		return displace_call(writer, shadow_stack);
	case LUPE_INSN_JUMP:
		return displace_jump(writer);
	case LUPE_INSN_CONDITIONAL:
		return displace_conditional(writer);
	case LUPE_INSN_RETURN:
		return put_copy(writer);
	case LUPE_INSN_OTHER:
	case LUPE_INSN_NOP:
		return displace_other(writer);
	}
	return "it is no instruction";
}

const char *lupe_displace(const struct lupe_insn *insn, lupe_addr to, bool shadow_stack,
			  struct lupe_displaced *ret)
{
	struct writer writer = {.insn = insn, .out = ret};
	const char *reason;

	*ret = (struct lupe_displaced){.from = insn->addr, .to = to};
	mark(&writer, insn->addr, 0);
	reason = displace_kind(&writer, shadow_stack);
	if (!reason && writer.overflow)
		reason = "its copy is too long";
	return reason;
}

bool lupe_displaced_origin(const struct lupe_displaced *displaced, lupe_addr pc, lupe_addr *ret_pc,
			   unsigned *ret_pushed)
{
	if (pc < displaced->to || pc - displaced->to >= displaced->size)
		return false;
	for (unsigned i = 0; i < displaced->n_points; i++) {
		const struct lupe_displaced_point *point = &displaced->points[i];

		if (pc - displaced->to != point->offset)
			continue;
		*ret_pc = point->pc;
		*ret_pushed = point->pushed;
		return true;
	}
	return false; /* inside an instruction: no thread of ours comes there */
}
