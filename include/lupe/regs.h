/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Registers: one table (core/arch/<arch>/registers.def) says each one's name, DWARF number, size and
 * place in a register set. Reading, writing, printing, unwinding and the Lua fields use it.
 * Sources: psABI x86-64 figure 3.36 (DWARF numbers), <sys/user.h>, Intel SDM vol. 1 chapter 13 (XSAVE).
 */
#ifndef LUPE_REGS_H
#define LUPE_REGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/user.h>
#include "lupe/error.h"
#include "lupe/syscall.h"

enum lupe_regset {
	LUPE_REGSET_GENERAL, /* PTRACE_GETREGSET NT_PRSTATUS: struct user_regs_struct */
	LUPE_REGSET_XSTATE,  /* NT_X86_XSTATE: the standard (non-compacted) XSAVE image */
};

enum lupe_reg_group {
	LUPE_REG_GENERAL = 1, /* what `info registers` shows */
	LUPE_REG_FLOAT = 2,   /* x87 */
	LUPE_REG_VECTOR = 4,  /* mmx, xmm, ymm, zmm, mxcsr */
	LUPE_REG_SYSTEM = 8,  /* fs_base, gs_base, orig_rax */
	LUPE_REG_PART = 16,   /* eax, ax, al: a part of another register */
};

/* Components of the XSAVE image (Intel SDM vol. 1, 13.1), as numbered in XSTATE_BV. */
enum lupe_xsave_component {
	LUPE_XSAVE_X87,
	LUPE_XSAVE_SSE,	      /* xmm0-15, mxcsr */
	LUPE_XSAVE_AVX,	      /* upper halves of ymm0-15 */
	LUPE_XSAVE_OPMASK = 5,
	LUPE_XSAVE_ZMM_HI256, /* upper halves of zmm0-15 */
	LUPE_XSAVE_HI16_ZMM,  /* zmm16-31 */
	LUPE_XSAVE_PKRU = 9,
	LUPE_N_XSAVE
};

/* Most registers are bytes at a place; these are not. */
enum lupe_reg_form {
	LUPE_REG_PLAIN,
	LUPE_REG_TAG_WORD, /* ftag: two bits a register, stored as one (SDM vol. 1, 10.5.1.1) */
	LUPE_REG_MMX,	   /* mm0-7 are physical registers, stored in the order of the x87 stack */
};

struct lupe_reg {
	const char *name;
	int16_t dwarf; /* -1: none */
	uint16_t size; /* bytes */
	/* GENERAL: in struct user_regs_struct, and so in struct user (PTRACE_POKEUSER). XSTATE: in its
	 * component; what exceeds 16 bytes of an SSE register lies in AVX and ZMM_HI256. */
	uint16_t offset;
	uint8_t component; /* XSTATE: enum lupe_xsave_component of the lowest bytes */
	uint8_t form;	   /* enum lupe_reg_form */
	uint8_t set;	   /* enum lupe_regset */
	uint8_t groups;	   /* enum lupe_reg_group bits */
};

enum { LUPE_XSTATE_MAX = 16384, LUPE_REG_MAX_SIZE = 64 };

/* A snapshot of a thread's registers. */
struct lupe_regs {
	struct user_regs_struct general;
	size_t xstate_size; /* 0: not read */
	unsigned char xstate[] __attribute__((aligned(64)));
};

size_t lupe_reg_count(void);
const struct lupe_reg *lupe_reg_at(size_t index);
/* Also the aliases "pc", "sp", "fp", "rflags", "r8l"..., each with an optional "$"; NULL when unknown. */
const struct lupe_reg *lupe_reg_by_name(const char *name);
const struct lupe_reg *lupe_reg_by_dwarf(int number); /* NULL */

/* Copies the register's bytes (reg->size of them). False: its set was not read, or the CPU lacks it.
 * Setting a part (eax, ah, xmm3) leaves the rest of the whole as it is, as gdb does; the CPU's own
 * zeroing of upper halves is a matter of instructions, not of registers. */
bool lupe_regs_get(const struct lupe_regs *regs, const struct lupe_reg *reg, void *ret_bytes);
bool lupe_regs_set(struct lupe_regs *regs, const struct lupe_reg *reg, const void *bytes);

/* Where the components lie in a standard XSAVE image; it differs between CPUs. */
struct lupe_xsave_layout {
	uint16_t offset[LUPE_N_XSAVE]; /* 0 for AVX and above: the CPU lacks it */
};

/* This machine's layout (CPUID leaf 0xD), determined once. */
const struct lupe_xsave_layout *lupe_xsave_layout_host(void);

/* The same for an image with another layout: a core file of another machine, a test. A component that
 * is not in use (its bit in XSTATE_BV is clear) reads as its initial state, whatever the bytes say;
 * setting a register in it initialises the component and sets the bit. */
bool lupe_xsave_get(const struct lupe_xsave_layout *layout, const unsigned char *image, size_t size,
		    const struct lupe_reg *reg, void *ret_bytes);
bool lupe_xsave_set(const struct lupe_xsave_layout *layout, unsigned char *image, size_t size,
		    const struct lupe_reg *reg, const void *bytes);

/* Registers of at most 8 bytes as a number. */
bool lupe_regs_get_number(const struct lupe_regs *regs, const struct lupe_reg *reg, uint64_t *ret);
bool lupe_regs_set_number(struct lupe_regs *regs, const struct lupe_reg *reg, uint64_t number);

/* The names of the set bits of eflags, lowest first: "PF ZF IF". `buffer` holds at least 64 bytes. */
const char *lupe_eflags_text(uint64_t eflags, char *buffer);

#endif
