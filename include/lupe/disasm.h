/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Disassembly: one instruction at a time, from bytes that somebody read. An instruction is a value:
 * what it is (kind, length, target, where its displacement lies), and its text as gdb writes it.
 *
 * Any bytes are fine: what is no instruction, or is cut off by the end of the bytes, is one byte of kind
 * LUPE_INSN_BAD with the text "(bad)".
 */
#ifndef LUPE_DISASM_H
#define LUPE_DISASM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lupe/error.h"
#include "lupe/syscall.h"

struct lupe_buffer;
struct lupe_disasm;

enum lupe_disasm_syntax { LUPE_DISASM_ATT, LUPE_DISASM_INTEL };

enum lupe_insn_kind {
	LUPE_INSN_BAD,
	LUPE_INSN_OTHER,
	LUPE_INSN_CALL,
	LUPE_INSN_JUMP,	       /* always taken */
	LUPE_INSN_CONDITIONAL, /* a jump that may fall through (jcc, loop, jrcxz, xbegin) */
	LUPE_INSN_RETURN,      /* ret, lret, iret */
	LUPE_INSN_SYSCALL,     /* syscall, sysenter, int $0x80 */
	LUPE_INSN_BREAKPOINT,  /* int3, int1 */
	LUPE_INSN_HALT,	       /* hlt, ud2: does not go on */
	LUPE_INSN_NOP,	       /* also endbr64 */
};

enum { LUPE_INSN_MAX_LENGTH = 15, LUPE_INSN_OPERANDS = 224 };

struct lupe_insn {
	lupe_addr addr;
	unsigned char bytes[LUPE_INSN_MAX_LENGTH];
	uint8_t length; /* 1 to 15; the next one is at addr + length */
	enum lupe_insn_kind kind;
	bool has_target; /* CALL, JUMP, CONDITIONAL: direct, to `target` */
	bool has_data;	 /* an operand relative to the instruction's end (rip): at `data` */
	lupe_addr target, data;
	uint8_t target_at, target_size; /* the place of the offset of a direct target in `bytes` */
	uint8_t data_at, data_size;	/* the same of the displacement that leads to `data` */
	char mnemonic[32];
	char operands[LUPE_INSN_OPERANDS]; /* without symbols */
};

/* The version of the library that decodes: "4.0". */
const char *lupe_disasm_version(void);

/* For one thread at a time. Of the ABIs only i386 has 32-bit code. */
LUPE_MUST_CHECK struct lupe_error *lupe_disasm_create(enum lupe_abi abi,
						      enum lupe_disasm_syntax syntax,
						      struct lupe_disasm **ret);
void lupe_disasm_destroy(struct lupe_disasm *disasm);

/* Decodes the instruction at the start of `bytes`, which lie at `addr` in the target. False: `size` is
 * 0, and *ret is untouched. */
bool lupe_disasm_decode(struct lupe_disasm *disasm, const void *bytes, size_t size, lupe_addr addr,
			struct lupe_insn *ret);

/* Decodes up to `max` instructions in a row; answers how many. */
size_t lupe_disasm_decode_many(struct lupe_disasm *disasm, const void *bytes, size_t size,
			       lupe_addr addr, struct lupe_insn *ret, size_t max);

/* "call", "jump", "conditional", ...: the word that Lua knows. */
const char *lupe_insn_kind_name(enum lupe_insn_kind kind);

/* Who knows names: appends "f+4" for an address, or nothing when it has none. */
struct lupe_insn_symbols {
	void (*print)(void *context, lupe_addr addr, struct lupe_buffer *out);
	void *context;
};

/* Appends "call   0x401136 <add+4>", "mov    0x2ee2(%rip),%eax        # 0x404010 <counter>".
 * `symbols` may be NULL. */
void lupe_insn_print(const struct lupe_insn *insn, const struct lupe_insn_symbols *symbols,
		     struct lupe_buffer *out);

#endif
