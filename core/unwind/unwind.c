/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One frame to the next; see lupe/unwind.h. First by call frame information, then by what the kernel
 * lays out for signal handlers, then by guesses, each of which must pass the test that a call precedes
 * the address it found.
 */
#include "lupe/unwind.h"

#include <stddef.h>
#include <string.h>
#include "arch/arch.h"
#include "image/expression.h"
#include "lupe/image.h"
#include "lupe/regs.h"
#include "unwind/guess.h"

_Static_assert(LUPE_CFI_REGISTERS == (int)LUPE_ARCH_N_DWARF, "the same registers");

enum {
	RBX = 3,
	RBP = 6,
	SP = LUPE_ARCH_SP_DWARF,
	PC = LUPE_ARCH_PC_DWARF,
	/* What a function gives back as it got it (psABI 3.2.1). */
	PRESERVED = 1 << RBX | 1 << RBP | 1 << 12 | 1 << 13 | 1 << 14 | 1 << 15,
};

const char *lupe_trust_name(enum lupe_trust trust)
{
	static const char *const names[] = {
	    [LUPE_TRUST_REGISTERS] = "registers",
	    [LUPE_TRUST_CFI] = "cfi",
	    [LUPE_TRUST_SIGNAL] = "signal",
	    [LUPE_TRUST_VERIFIED_CALL] = "verified call",
	    [LUPE_TRUST_RETURN_AT_SP] = "return address at sp",
	    [LUPE_TRUST_FRAME_POINTER] = "frame pointer",
	    [LUPE_TRUST_STACK_SCAN] = "stack scan",
	};

	return names[trust];
}

const char *lupe_unwind_end_text(enum lupe_unwind_end end)
{
	static const char *const texts[] = {
	    [LUPE_UNWIND_GOES_ON] = "",
	    [LUPE_UNWIND_OUTERMOST] = "",
	    [LUPE_UNWIND_NO_RULE] = "nothing tells how to unwind this code",
	    [LUPE_UNWIND_UNREADABLE] = "the stack cannot be read",
	    [LUPE_UNWIND_UNKNOWN] = "a register is needed that only a stop can tell",
	    [LUPE_UNWIND_LOOP] = "the caller's frame would be inside this one: the stack is corrupt",
	};

	return texts[end];
}

lupe_addr lupe_unwind_lookup_pc(const struct lupe_unwind_frame *frame)
{
	return frame->is_exact || !frame->pc ? frame->pc : frame->pc - 1;
}

/* --- what belongs to a new frame --- */

/* mov $__NR_rt_sigreturn,%rax; syscall: what every libc's trampoline is. */
static bool is_trampoline(const struct lupe_unwind_source *source, lupe_addr pc)
{
	static const unsigned char code[] = {0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05};
	unsigned char bytes[sizeof(code)];

	return lupe_memory_read_some(source->memory, pc, bytes, sizeof(bytes)) == sizeof(bytes) &&
	       memcmp(bytes, code, sizeof(code)) == 0;
}

/* Fills in what follows from pc. A return address that lies past its function's end is either after a
 * call that does not return, or the start of a trampoline. */
static void settle(const struct lupe_unwind_source *source, struct lupe_unwind_frame *frame)
{
	frame->has_row = source->cfi(source->context, lupe_unwind_lookup_pc(frame), &frame->row);
	frame->is_signal = frame->has_row && frame->row.is_signal;
	if (frame->is_signal || (frame->has_row && frame->pc < frame->row.function_end))
		return;
	if (!is_trampoline(source, frame->pc))
		return;
	frame->is_signal = true;
	frame->has_row = false;
}

void lupe_unwind_start(const struct lupe_unwind_source *source, const struct user_regs_struct *regs,
		       uint32_t known, struct lupe_unwind_frame *ret)
{
	*ret = (struct lupe_unwind_frame){.pc = lupe_arch_pc(regs),
					  .sp = lupe_arch_sp(regs),
					  .trust = LUPE_TRUST_REGISTERS,
					  .known = known | 1u << PC | 1u << SP,
					  .is_exact = true};
	for (int i = 0; i < LUPE_CFI_REGISTERS; i++) {
		const struct lupe_reg *reg = lupe_reg_by_dwarf(i);

		memcpy(&ret->regs[i], (const char *)regs + reg->offset, sizeof(ret->regs[i]));
	}
	settle(source, ret);
}

/* --- by call frame information --- */

static bool get_register(void *context, uint64_t number, uint64_t *ret)
{
	const struct lupe_unwind_frame *frame = context;

	if (number >= LUPE_CFI_REGISTERS || !(frame->known >> number & 1))
		return false;
	*ret = frame->regs[number];
	return true;
}

static bool evaluate(const struct lupe_unwind_source *source, const struct lupe_unwind_frame *frame,
		     const struct lupe_cfi_rule *rule, const uint64_t *initial, uint64_t *ret)
{
	struct lupe_expression_input input = {
	    .memory = source->memory,
	    .reg = get_register,
	    .context = (void *)frame,
	    .has_initial = initial != NULL,
	    .initial = initial ? *initial : 0,
	};

	return lupe_expression_evaluate(&input, rule->expression, rule->size, ret);
}

static enum lupe_unwind_end find_cfa(const struct lupe_unwind_source *source,
				     const struct lupe_unwind_frame *frame, uint64_t *ret)
{
	const struct lupe_cfi_rule *rule = &frame->row.cfa;

	if (rule->kind == LUPE_CFI_EXPRESSION)
		return evaluate(source, frame, rule, NULL, ret) ? LUPE_UNWIND_GOES_ON
								: LUPE_UNWIND_UNREADABLE;
	if (rule->reg >= LUPE_CFI_REGISTERS)
		return LUPE_UNWIND_NO_RULE;
	if (!get_register((void *)frame, rule->reg, ret))
		return LUPE_UNWIND_UNKNOWN;
	*ret += rule->offset;
	return LUPE_UNWIND_GOES_ON;
}

static bool read_word(const struct lupe_unwind_source *source, lupe_addr addr, uint64_t *ret)
{
	return lupe_memory_read_some(source->memory, addr, ret, sizeof(*ret)) == sizeof(*ret);
}

/* The caller's value of a register; false: it cannot be known. */
static bool apply_rule(const struct lupe_unwind_source *source,
		       const struct lupe_unwind_frame *frame, unsigned number, uint64_t cfa,
		       uint64_t *ret)
{
	const struct lupe_cfi_rule *rule = &frame->row.regs[number];

	switch ((enum lupe_cfi_kind)rule->kind) {
	case LUPE_CFI_UNSPECIFIED:
		if (number == SP) {
			*ret = cfa;
			return true;
		}
		return (frame->is_signal || PRESERVED >> number & 1) &&
		       get_register((void *)frame, number, ret);
	case LUPE_CFI_UNDEFINED:
		return false;
	case LUPE_CFI_SAME:
		return get_register((void *)frame, number, ret);
	case LUPE_CFI_OFFSET:
		return read_word(source, cfa + rule->offset, ret);
	case LUPE_CFI_VAL_OFFSET:
		*ret = cfa + rule->offset;
		return true;
	case LUPE_CFI_REGISTER:
		return get_register((void *)frame, rule->reg, ret);
	case LUPE_CFI_EXPRESSION:
		return evaluate(source, frame, rule, &cfa, ret) && read_word(source, *ret, ret);
	case LUPE_CFI_VAL_EXPRESSION:
		return evaluate(source, frame, rule, &cfa, ret);
	}
	return false;
}

/* A handler may run on another stack. A function that has its return address in a register (vfork) has
 * no frame at all, but then it called nobody. */
static bool moves_up(const struct lupe_unwind_frame *frame, const struct lupe_unwind_frame *caller)
{
	return frame->is_signal || caller->sp > frame->sp ||
	       (frame->is_exact && caller->sp == frame->sp && caller->pc != frame->pc);
}

/* The frame above, with everything but what settle() fills in. */
static enum lupe_unwind_end step_by_row(const struct lupe_unwind_source *source,
					const struct lupe_unwind_frame *frame,
					struct lupe_unwind_frame *ret)
{
	unsigned column = frame->row.return_column;
	uint64_t cfa = 0;
	enum lupe_unwind_end end = find_cfa(source, frame, &cfa);

	if (frame->row.regs[column].kind == LUPE_CFI_UNDEFINED)
		return LUPE_UNWIND_OUTERMOST; /* even if there is no CFA */
	if (end != LUPE_UNWIND_GOES_ON)
		return end;
	*ret = (struct lupe_unwind_frame){0};
	for (unsigned i = 0; i < LUPE_CFI_REGISTERS; i++)
		if (apply_rule(source, frame, i, cfa, &ret->regs[i]))
			ret->known |= 1u << i;
	if (!(ret->known >> column & 1) || !(ret->known >> SP & 1))
		return frame->row.regs[column].kind == LUPE_CFI_OFFSET ? LUPE_UNWIND_UNREADABLE
								       : LUPE_UNWIND_UNKNOWN;
	ret->pc = ret->regs[PC] = ret->regs[column];
	ret->sp = ret->regs[SP];
	ret->known |= 1u << PC;
	ret->trust = frame->is_signal ? LUPE_TRUST_SIGNAL : LUPE_TRUST_CFI;
	ret->is_exact = frame->is_signal;
	if (!ret->pc && !frame->is_signal) /* a handler may well have interrupted a call of NULL */
		return LUPE_UNWIND_OUTERMOST;
	return moves_up(frame, ret) ? LUPE_UNWIND_GOES_ON : LUPE_UNWIND_LOOP;
}

/* --- by the kernel's signal frame --- */

/* Without CFI: sp points to the ucontext, in the trampoline as at its start (arch/x86/include/uapi/asm/
 * sigcontext.h and ucontext.h). */
static enum lupe_unwind_end step_by_signal_frame(const struct lupe_unwind_source *source,
						 const struct lupe_unwind_frame *frame,
						 struct lupe_unwind_frame *ret)
{
	enum { REGISTERS_AT = 40 };
	static const unsigned char order[] = {8,  9,  10, 11, 12, 13, 14, 15, 5,
					      4,  RBP, RBX, 1, 0,  2,  SP, PC};
	uint64_t saved[LUPE_CFI_REGISTERS];

	if (lupe_memory_read_some(source->memory, frame->sp + REGISTERS_AT, saved, sizeof(saved)) !=
	    sizeof(saved))
		return LUPE_UNWIND_UNREADABLE;
	*ret = (struct lupe_unwind_frame){
	    .trust = LUPE_TRUST_SIGNAL, .is_exact = true, .known = LUPE_UNWIND_ALL_KNOWN};
	for (unsigned i = 0; i < LUPE_CFI_REGISTERS; i++)
		ret->regs[order[i]] = saved[i];
	ret->pc = ret->regs[PC];
	ret->sp = ret->regs[SP];
	return LUPE_UNWIND_GOES_ON;
}

/* --- by guesses --- */

static void set_guess(const struct lupe_unwind_frame *frame, const struct lupe_guess *guess,
		      struct lupe_unwind_frame *ret)
{
	struct lupe_unwind_frame new = {.pc = guess->pc,
					.sp = guess->sp,
					.trust = guess->trust,
					.is_tainted = true,
					.is_doubtful = guess->trust != LUPE_TRUST_RETURN_AT_SP,
					.known = 1u << PC | 1u << SP};

	new.regs[PC] = guess->pc;
	new.regs[SP] = guess->sp;
	new.regs[RBP] = guess->has_rbp ? guess->rbp : frame->regs[RBP];
	if (guess->has_rbp || frame->known >> RBP & 1)
		new.known |= 1u << RBP;
	if (guess->trust == LUPE_TRUST_RETURN_AT_SP) { /* nothing has run since the call */
		memcpy(new.regs, frame->regs, SP * sizeof(new.regs[0]));
		memcpy(new.regs + SP + 1, frame->regs + SP + 1,
		       (PC - SP - 1) * sizeof(new.regs[0]));
		new.known |= frame->known;
	}
	*ret = new;
}

/* rbp is not known, but the row counts from it: the caller's call tells where it must be. */
static enum lupe_unwind_end step_by_verified_call(const struct lupe_unwind_source *source,
						  const struct lupe_unwind_frame *frame,
						  struct lupe_unwind_frame *ret)
{
	const struct lupe_cfi_rule *cfa = &frame->row.cfa;
	const struct lupe_cfi_rule *pc = &frame->row.regs[frame->row.return_column];
	struct lupe_unwind_frame known = *frame;
	enum lupe_unwind_end end;
	lupe_addr slot;

	if (cfa->kind != LUPE_CFI_REGISTER || pc->kind != LUPE_CFI_OFFSET ||
	    cfa->reg >= LUPE_CFI_REGISTERS ||
	    !lupe_guess_caller_of(source, frame->sp, frame->row.function, &slot))
		return LUPE_UNWIND_UNKNOWN;
	known.regs[cfa->reg] = slot - pc->offset - cfa->offset;
	known.known |= 1u << cfa->reg;
	end = step_by_row(source, &known, ret);
	if (end != LUPE_UNWIND_GOES_ON)
		return LUPE_UNWIND_UNKNOWN;
	ret->trust = LUPE_TRUST_VERIFIED_CALL;
	ret->is_tainted = ret->is_doubtful = true;
	return end;
}

static enum lupe_unwind_end step_by_guess(const struct lupe_unwind_source *source,
					  const struct lupe_unwind_frame *frame,
					  struct lupe_unwind_frame *ret)
{
	struct lupe_guess guess;
	lupe_addr rbp = frame->known >> RBP & 1 ? frame->regs[RBP] : 0;

	if (!lupe_guess_return_address(source, frame, rbp, &guess))
		return LUPE_UNWIND_NO_RULE;
	set_guess(frame, &guess, ret);
	return LUPE_UNWIND_GOES_ON;
}

/* --- all of it --- */

static enum lupe_unwind_end step(const struct lupe_unwind_source *source,
				 const struct lupe_unwind_frame *frame,
				 struct lupe_unwind_frame *ret)
{
	enum lupe_unwind_end end;

	if (!frame->has_row)
		return frame->is_signal ? step_by_signal_frame(source, frame, ret)
					: step_by_guess(source, frame, ret);
	end = step_by_row(source, frame, ret);
	if (end == LUPE_UNWIND_UNKNOWN)
		return step_by_verified_call(source, frame, ret);
	/* What rests on a guess goes on being tested. */
	if (frame->is_tainted && !frame->is_signal &&
	    (end == LUPE_UNWIND_LOOP || end == LUPE_UNWIND_UNREADABLE ||
	     (end == LUPE_UNWIND_GOES_ON && !lupe_guess_follows_call(source, ret->pc))))
		return step_by_guess(source, frame, ret);
	return end;
}

enum lupe_unwind_end lupe_unwind_next(const struct lupe_unwind_source *source,
				      const struct lupe_unwind_frame *frame,
				      struct lupe_unwind_frame *ret)
{
	struct lupe_unwind_frame next;
	enum lupe_unwind_end end = step(source, frame, &next);

	if (end != LUPE_UNWIND_GOES_ON)
		return end;
	next.is_tainted |= frame->is_tainted;
	next.is_doubtful |= frame->is_doubtful;
	settle(source, &next);
	*ret = next;
	return LUPE_UNWIND_GOES_ON;
}
