/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Carrying out a common instruction in the tracer, where executing it in the target would cost
 * another stop: what stands at function entries and ends, and in between (push, mov, lea, sub, jmp,
 * call, ...). Pure: the outcome is a register block and at most one write.
 *
 * It is exact or it is refused. Refused is whatever is unknown, could fault in a way that the
 * kernel has to see (a target that is no user address, memory that cannot be read), depends on
 * state that is not here (a shadow stack, the trap and alignment-check flags), or reads or writes
 * memory that other threads may look at: only the stack near rsp is touched. Source: Intel SDM
 * vol. 2.
 */
#ifndef LUPE_STOP_EMULATE_H
#define LUPE_STOP_EMULATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/user.h>
#include "lupe/memory.h"

struct lupe_emulation {
	struct user_regs_struct regs; /* after the instruction */
	uint8_t write_size;           /* 0: nothing is written, else 4 or 8 */
	lupe_addr write_address;
	uint64_t write_value;
};

/* The thread is about to execute the instruction in `code` (without breakpoint bytes) at regs->rip,
 * in 64-bit mode. `memory` may be NULL: then what reads memory is refused. `shadow_stack`: the
 * thread has one (Linux 6.6, ARCH_SHSTK_ENABLE): calls and returns are refused.
 *
 * On true the caller does the write first, by a way that honours page protection
 * (process_vm_writev, not /proc/PID/mem), then sets the registers; if the write fails, it executes
 * the instruction. */
bool lupe_emulate(const unsigned char *code, size_t size, const struct user_regs_struct *regs,
		  const struct lupe_memory *memory, bool shadow_stack, struct lupe_emulation *ret);

#endif
