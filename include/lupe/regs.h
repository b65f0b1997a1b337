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

struct lupe_reg {
	const char *name;
	int16_t dwarf; /* -1: none */
	uint16_t size; /* bytes */
	uint16_t offset; /* in its set; for ymm: of the low half, `high` has the other's offset */
	uint16_t high;	 /* ymm and zmm: offset of the upper part in the XSAVE image, 0: contiguous */
	uint8_t set;   /* enum lupe_regset */
	uint8_t groups;/* enum lupe_reg_group bits */
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
const struct lupe_reg *lupe_reg_by_name(const char *name); /* also "pc", "sp", "fp", "$rax"; NULL */
const struct lupe_reg *lupe_reg_by_dwarf(int number);	    /* NULL */

/* Copies the register's bytes (reg->size of them). False: its set was not read, or the CPU lacks it. */
bool lupe_regs_get(const struct lupe_regs *regs, const struct lupe_reg *reg, void *ret_bytes);
bool lupe_regs_set(struct lupe_regs *regs, const struct lupe_reg *reg, const void *bytes);

/* Registers of at most 8 bytes as a number. */
bool lupe_regs_get_number(const struct lupe_regs *regs, const struct lupe_reg *reg, uint64_t *ret);
bool lupe_regs_set_number(struct lupe_regs *regs, const struct lupe_reg *reg, uint64_t number);

/* The names of the set bits of eflags: "ZF PF IF". `buffer` holds at least 64 bytes. */
const char *lupe_eflags_text(uint64_t eflags, char *buffer);

#endif
