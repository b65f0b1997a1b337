/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The syscall conventions and instruction facts of x86-64; see arch/arch.h.
 * Sources: psABI x86-64 A.2.1 (syscalls), Linux entry/entry_64.S and entry_64_compat.S.
 */
#include "arch/arch.h"

#include <assert.h>
#include <linux/audit.h>
#include <stddef.h>
#include <string.h>

enum { N_ARGS = LUPE_SYSCALL_MAX_ARGS, X32_SYSCALL_BIT = 0x40000000 };

const unsigned char lupe_arch_syscall_insn[LUPE_ARCH_SYSCALL_SIZE] = {0x0f, 0x05};
const unsigned char lupe_arch_breakpoint_insn[LUPE_ARCH_BREAKPOINT_SIZE] = {0xcc};

#define AT(field) offsetof(struct user_regs_struct, field)

static const uint8_t arg_offsets[LUPE_N_ABIS][N_ARGS] = {
    [LUPE_ABI_X86_64] = {AT(rdi), AT(rsi), AT(rdx), AT(r10), AT(r8), AT(r9)},
    [LUPE_ABI_I386] = {AT(rbx), AT(rcx), AT(rdx), AT(rsi), AT(rdi), AT(rbp)},
    [LUPE_ABI_X32] = {AT(rdi), AT(rsi), AT(rdx), AT(r10), AT(r8), AT(r9)},
};

lupe_addr lupe_arch_pc(const struct user_regs_struct *regs)
{
	return regs->rip;
}

lupe_addr lupe_arch_sp(const struct user_regs_struct *regs)
{
	return regs->rsp;
}

void lupe_arch_set_pc(struct user_regs_struct *regs, lupe_addr pc)
{
	regs->rip = pc;
}

void lupe_arch_set_sp(struct user_regs_struct *regs, lupe_addr sp)
{
	regs->rsp = sp;
}

static size_t arg_offset(enum lupe_abi abi, unsigned index)
{
	assert(abi < LUPE_N_ABIS && index < N_ARGS);
	return arg_offsets[abi][index];
}

uint64_t lupe_arch_syscall_arg(const struct user_regs_struct *regs, enum lupe_abi abi,
			       unsigned index)
{
	uint64_t value;

	memcpy(&value, (const char *)regs + arg_offset(abi, index), sizeof(value));
	return abi == LUPE_ABI_I386 ? (uint32_t)value : value;
}

void lupe_arch_set_syscall_arg(struct user_regs_struct *regs, enum lupe_abi abi, unsigned index,
			       uint64_t value)
{
	if (abi == LUPE_ABI_I386)
		value = (uint32_t)value;
	memcpy((char *)regs + arg_offset(abi, index), &value, sizeof(value));
}

int64_t lupe_arch_syscall_nr(const struct user_regs_struct *regs)
{
	return (int32_t)regs->orig_rax;
}

void lupe_arch_set_syscall_nr(struct user_regs_struct *regs, int64_t nr)
{
	regs->orig_rax = nr;
}

int64_t lupe_arch_result(const struct user_regs_struct *regs)
{
	return regs->rax;
}

void lupe_arch_set_result(struct user_regs_struct *regs, int64_t value)
{
	regs->rax = value;
}

/* --- calls of functions --- */

void lupe_arch_set_call_arg(struct user_regs_struct *regs, unsigned index, uint64_t value)
{
	unsigned long long *const registers[LUPE_ARCH_CALL_ARGS] = {&regs->rdi, &regs->rsi, &regs->rdx,
								    &regs->rcx, &regs->r8,  &regs->r9};

	assert(index < LUPE_ARCH_CALL_ARGS);
	*registers[index] = value;
}

void lupe_arch_set_call(struct user_regs_struct *regs, lupe_addr pc, lupe_addr sp, unsigned n_reals)
{
	enum { TRAP_FLAG = 0x100, DIRECTION_FLAG = 0x400 };

	regs->rip = pc;
	regs->rsp = sp;
	regs->rax = n_reals;
	regs->orig_rax = -1;
	regs->eflags &= ~(unsigned long long)(TRAP_FLAG | DIRECTION_FLAG);
}

size_t lupe_arch_user_offset_syscall_arg(enum lupe_abi abi, unsigned index)
{
	return offsetof(struct user, regs) + arg_offset(abi, index);
}

size_t lupe_arch_user_offset_syscall_nr(void)
{
	return offsetof(struct user, regs.orig_rax);
}

size_t lupe_arch_user_offset_result(void)
{
	return offsetof(struct user, regs.rax);
}

enum lupe_abi lupe_arch_abi(uint32_t audit_arch, uint64_t nr)
{
	if (audit_arch == AUDIT_ARCH_I386)
		return LUPE_ABI_I386;
	/* A skipped call's number is -1, which has the bit too. */
	if ((int64_t)nr >= 0 && (int32_t)nr >= 0 && nr & X32_SYSCALL_BIT)
		return LUPE_ABI_X32;
	return LUPE_ABI_X86_64;
}

/* The length of an indirect near call by its ModRM and SIB bytes; 0: /2 is not there. */
static unsigned indirect_call_length(const unsigned char *insn)
{
	unsigned mod = insn[1] >> 6, rm = insn[1] & 7, has_sib = mod != 3 && rm == 4;
	unsigned displacement = mod == 1 ? 1 : mod == 2 ? 4 : 0;

	if (insn[0] != 0xff || (insn[1] >> 3 & 7) != 2)
		return 0;
	if (mod == 0 && (rm == 5 || (has_sib && (insn[2] & 7) == 5)))
		displacement = 4;
	return 2 + has_sib + displacement;
}

bool lupe_arch_follows_call(const unsigned char before[static 7])
{
	if (before[2] == 0xe8)
		return true;
	/* Of length 2 to 7; an instruction of length 2 has no SIB byte, so its third is not read.
	 */
	for (unsigned length = 2; length <= 7; length++) {
		unsigned char insn[3] = {0};

		memcpy(insn, before + 7 - length, length < 3 ? length : 3);
		if (indirect_call_length(insn) == length)
			return true;
	}
	return false;
}
