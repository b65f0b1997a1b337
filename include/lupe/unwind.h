/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Unwinding: from a thread's registers to those of its callers, frame by frame. The unwinder knows memory
 * by a reader and code by two questions, so that a live thread, a snapshot, a core file and a test are
 * the same to it. It always ends: each step but one across a signal frame moves up the stack, and the
 * caller counts the steps.
 */
#ifndef LUPE_UNWIND_H
#define LUPE_UNWIND_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/user.h>
#include "lupe/cfi.h"
#include "lupe/memory.h"

/* How a frame was found. Anything but the first three is a guess that passed a test. */
enum lupe_trust {
	LUPE_TRUST_REGISTERS,	  /* the thread's own registers */
	LUPE_TRUST_CFI,		  /* by call frame information */
	LUPE_TRUST_SIGNAL,	  /* by the registers that the kernel saved for a signal handler */
	LUPE_TRUST_VERIFIED_CALL, /* by the one return address on the stack whose call goes to the callee */
	LUPE_TRUST_RETURN_AT_SP,  /* a call to where no code is: the address on top of the stack */
	LUPE_TRUST_FRAME_POINTER, /* by rbp; a call precedes the return address */
	LUPE_TRUST_STACK_SCAN,	  /* the first address on the stack that a call precedes */
};

/* "registers", "cfi", ... */
const char *lupe_trust_name(enum lupe_trust trust);

/* What the unwinder asks about code. */
struct lupe_unwind_source {
	const struct lupe_memory *memory;
	bool (*cfi)(void *context, lupe_addr addr, struct lupe_cfi_row *ret);
	bool (*executable)(void *context, lupe_addr addr);
	void *context;
};

struct lupe_modules;
/* Code as the modules of a target have it. */
struct lupe_unwind_source lupe_unwind_source_of(struct lupe_modules *modules,
						const struct lupe_memory *memory);

struct lupe_unwind_frame {
	lupe_addr pc, sp;
	uint64_t regs[LUPE_CFI_REGISTERS]; /* by DWARF number */
	uint32_t known;			   /* bit per register */
	enum lupe_trust trust;
	bool is_signal;	 /* the kernel's call of a handler: "<signal handler called>" */
	bool is_exact;	 /* pc is the next instruction, not a return address */
	bool is_tainted; /* this frame or one below it was guessed */
	bool is_doubtful; /* the same, but for the caller of what is no code: its registers are certain */
	bool has_row;
	struct lupe_cfi_row row;
};

enum lupe_unwind_end {
	LUPE_UNWIND_GOES_ON,
	LUPE_UNWIND_OUTERMOST,	/* the stack says that it ends here */
	LUPE_UNWIND_NO_RULE,	/* no description of this code, and no guess passed the test */
	LUPE_UNWIND_UNREADABLE, /* memory that is needed cannot be read */
	LUPE_UNWIND_UNKNOWN,	/* a register that is needed is not known (the thread was not stopped) */
	LUPE_UNWIND_LOOP,	/* the stack pointer does not grow: the stack is corrupt */
};

/* One clause that says why, "" for the first two. */
const char *lupe_unwind_end_text(enum lupe_unwind_end end);

/* Frame 0. `known`: a bit for each register that is, by its DWARF number; pc and sp at least. */
enum { LUPE_UNWIND_ALL_KNOWN = (1 << LUPE_CFI_REGISTERS) - 1 };
void lupe_unwind_start(const struct lupe_unwind_source *source,
		       const struct user_regs_struct *regs, uint32_t known,
		       struct lupe_unwind_frame *ret);

/* The caller of `frame`, which may be the same object as `*ret`. Only LUPE_UNWIND_GOES_ON sets it. */
enum lupe_unwind_end lupe_unwind_next(const struct lupe_unwind_source *source,
				      const struct lupe_unwind_frame *frame,
				      struct lupe_unwind_frame *ret);

/* The address by which a frame's code is looked up: in its call, not after it. */
lupe_addr lupe_unwind_lookup_pc(const struct lupe_unwind_frame *frame);

#endif
