/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the rest of the house needs to know of a CPU architecture: a folder each implements this.
 * Pure functions over register blocks; no ptrace here.
 */
#ifndef LUPE_ARCH_H
#define LUPE_ARCH_H

#include <stdint.h>
#include <sys/user.h>
#include "lupe/error.h"
#include "lupe/syscall.h"

enum {
	LUPE_ARCH_RED_ZONE = 128,	/* bytes below sp that a leaf function may use (psABI 3.2.2) */
	LUPE_ARCH_SYSCALL_SIZE = 2,	/* of the instruction `syscall` */
	LUPE_ARCH_BREAKPOINT_SIZE = 1,	/* int3 */
	LUPE_ARCH_PC_DWARF = 16,	/* return address column */
	LUPE_ARCH_SP_DWARF = 7,
	LUPE_ARCH_N_DWARF = 17,		/* registers the unwinder keeps */
	LUPE_ARCH_CALL_ARGS = 6,	/* integer arguments of a function in registers */
	LUPE_ARCH_CALL_REALS = 8,	/* floating-point ones */
	LUPE_ARCH_STACK_ALIGN = 16,	/* at a call instruction */
};

extern const unsigned char lupe_arch_syscall_insn[LUPE_ARCH_SYSCALL_SIZE];
extern const unsigned char lupe_arch_breakpoint_insn[LUPE_ARCH_BREAKPOINT_SIZE];

lupe_addr lupe_arch_pc(const struct user_regs_struct *regs);
lupe_addr lupe_arch_sp(const struct user_regs_struct *regs);
void lupe_arch_set_pc(struct user_regs_struct *regs, lupe_addr pc);
void lupe_arch_set_sp(struct user_regs_struct *regs, lupe_addr sp);

/* Argument `index` (0 to 5) of a syscall; by ABI the registers differ (r10 for 3, ebx... on i386). */
uint64_t lupe_arch_syscall_arg(const struct user_regs_struct *regs, enum lupe_abi abi, unsigned index);
void lupe_arch_set_syscall_arg(struct user_regs_struct *regs, enum lupe_abi abi, unsigned index,
			       uint64_t value);
/* As the kernel takes it: the low 32 bits, signed. x32 numbers keep their bit 0x40000000. */
int64_t lupe_arch_syscall_nr(const struct user_regs_struct *regs);
void lupe_arch_set_syscall_nr(struct user_regs_struct *regs, int64_t nr); /* -1: skip it */
int64_t lupe_arch_result(const struct user_regs_struct *regs); /* rax */
void lupe_arch_set_result(struct user_regs_struct *regs, int64_t value);

/* Integer argument `index` (0 to 5) of a function (psABI 3.2.3). */
void lupe_arch_set_call_arg(struct user_regs_struct *regs, unsigned index, uint64_t value);
/* The rest of what a function expects at its entry: no syscall to restart, the direction flag clear, no single
 * step; `n_reals` arguments in vector registers. */
void lupe_arch_set_call(struct user_regs_struct *regs, lupe_addr pc, lupe_addr sp, unsigned n_reals);

/* Offset in struct user (PTRACE_POKEUSER) of these registers: one poke instead of GETREGS + SETREGS. */
size_t lupe_arch_user_offset_syscall_arg(enum lupe_abi abi, unsigned index);
size_t lupe_arch_user_offset_syscall_nr(void);
size_t lupe_arch_user_offset_result(void);

/* The ABI of a syscall from PTRACE_GET_SYSCALL_INFO's audit architecture and number. */
enum lupe_abi lupe_arch_abi(uint32_t audit_arch, uint64_t nr);

/* True when the bytes that end just before a return address look like a call (e8 or ff /2 of any
 * length): `before` holds the 7 bytes below it. For the unwinder's fallback. */
bool lupe_arch_follows_call(const unsigned char before[static 7]);

#endif
