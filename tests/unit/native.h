/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Runs a few bytes of code on this thread with given registers and tells what they became: the oracle
 * for what emulates or moves instructions. No process is involved. The code ends by jumping to one of
 * two exits, "fallen through" and "taken". Include it in one file of a test.
 */
#ifndef LUPE_TEST_NATIVE_H
#define LUPE_TEST_NATIVE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/user.h>

/* In the order of the instruction set's numbers, then the flags. */
enum { NATIVE_RSP = 4, NATIVE_RBP = 5, NATIVE_FLAGS = 16, NATIVE_COUNT };

__attribute__((used)) static uint64_t native_state[NATIVE_COUNT];
__attribute__((used)) static uint64_t native_host_sp, native_code;
__attribute__((used)) static uint32_t native_taken;

void native_enter(void);
extern const char native_exit[], native_exit_taken[];

/* Nothing here touches the stack while the code's own rsp is in use. */
__asm__(".text\n"
	".globl native_enter, native_exit, native_exit_taken\n"
	"native_enter:\n"
	"	push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
	"	mov %rsp, native_host_sp(%rip)\n"
	"	movl $0, native_taken(%rip)\n"
	"	pushq 128+native_state(%rip)\n"
	"	popfq\n"
	"	mov 0+native_state(%rip), %rax; mov 8+native_state(%rip), %rcx\n"
	"	mov 16+native_state(%rip), %rdx; mov 24+native_state(%rip), %rbx\n"
	"	mov 32+native_state(%rip), %rsp; mov 40+native_state(%rip), %rbp\n"
	"	mov 48+native_state(%rip), %rsi; mov 56+native_state(%rip), %rdi\n"
	"	mov 64+native_state(%rip), %r8; mov 72+native_state(%rip), %r9\n"
	"	mov 80+native_state(%rip), %r10; mov 88+native_state(%rip), %r11\n"
	"	mov 96+native_state(%rip), %r12; mov 104+native_state(%rip), %r13\n"
	"	mov 112+native_state(%rip), %r14; mov 120+native_state(%rip), %r15\n"
	"	jmp *native_code(%rip)\n"
	"native_exit_taken:\n"
	"	movl $1, native_taken(%rip)\n"
	"native_exit:\n"
	"	mov %rax, 0+native_state(%rip); mov %rcx, 8+native_state(%rip)\n"
	"	mov %rdx, 16+native_state(%rip); mov %rbx, 24+native_state(%rip)\n"
	"	mov %rsp, 32+native_state(%rip); mov %rbp, 40+native_state(%rip)\n"
	"	mov %rsi, 48+native_state(%rip); mov %rdi, 56+native_state(%rip)\n"
	"	mov %r8, 64+native_state(%rip); mov %r9, 72+native_state(%rip)\n"
	"	mov %r10, 80+native_state(%rip); mov %r11, 88+native_state(%rip)\n"
	"	mov %r12, 96+native_state(%rip); mov %r13, 104+native_state(%rip)\n"
	"	mov %r14, 112+native_state(%rip); mov %r15, 120+native_state(%rip)\n"
	"	mov native_host_sp(%rip), %rsp\n"
	"	pushfq\n"
	"	popq 128+native_state(%rip)\n"
	"	pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
	"	ret\n");

/* Runs the code at `code`; true when it left by the exit "taken". */
static inline bool native_run(const void *code, uint64_t state[NATIVE_COUNT])
{
	memcpy(native_state, state, sizeof(native_state));
	native_code = (uintptr_t)code;
	native_enter();
	memcpy(state, native_state, sizeof(native_state));
	return native_taken;
}

/* A page of executable memory near `hint`. */
static inline unsigned char *native_page(uintptr_t hint)
{
	void *page = mmap((void *)hint, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return page == MAP_FAILED ? NULL : page;
}

/* Writes a jump to an exit: jmp *0(%rip) and the address. */
static inline void native_put_exit(unsigned char *code, bool taken)
{
	uintptr_t target = (uintptr_t)(taken ? native_exit_taken : native_exit);

	memcpy(code, "\xff\x25\0\0\0\0", 6);
	memcpy(code + 6, &target, sizeof(target));
}

static inline struct user_regs_struct native_to_regs(const uint64_t s[NATIVE_COUNT], uint64_t rip)
{
	return (struct user_regs_struct){
	    .rax = s[0], .rcx = s[1],  .rdx = s[2],  .rbx = s[3],  .rsp = s[4],	 .rbp = s[5],
	    .rsi = s[6], .rdi = s[7],  .r8 = s[8],   .r9 = s[9],   .r10 = s[10], .r11 = s[11],
	    .r12 = s[12], .r13 = s[13], .r14 = s[14], .r15 = s[15], .eflags = s[16], .rip = rip};
}

#endif
