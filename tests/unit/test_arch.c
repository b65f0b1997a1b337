/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Syscall conventions by ABI, places in struct user, and what looks like a call.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <linux/audit.h>
#include <cmocka.h>
#include "arch/arch.h"

static struct user_regs_struct numbered(void)
{
	return (struct user_regs_struct){.rdi = 1,
					 .rsi = 2,
					 .rdx = 3,
					 .r10 = 4,
					 .r8 = 5,
					 .r9 = 6,
					 .rbx = 11,
					 .rcx = 12,
					 .rbp = 16};
}

static void test_arguments(void **state)
{
	static const uint64_t expected[LUPE_N_ABIS][6] = {
	    [LUPE_ABI_X86_64] = {1, 2, 3, 4, 5, 6},
	    [LUPE_ABI_I386] = {11, 12, 3, 2, 1, 16},
	    [LUPE_ABI_X32] = {1, 2, 3, 4, 5, 6},
	};
	struct user_regs_struct regs = numbered();

	(void)state;
	for (int abi = 0; abi < LUPE_N_ABIS; abi++)
		for (unsigned i = 0; i < 6; i++)
			assert_int_equal(lupe_arch_syscall_arg(&regs, abi, i), expected[abi][i]);
}

static void test_arguments_round_trip(void **state)
{
	const uint64_t value = UINT64_C(0xfedcba9876543210);

	(void)state;
	for (int abi = 0; abi < LUPE_N_ABIS; abi++)
		for (unsigned i = 0; i < 6; i++) {
			struct user_regs_struct regs = numbered();
			struct user user = {0};
			uint64_t seen = abi == LUPE_ABI_I386 ? (uint32_t)value : value;

			lupe_arch_set_syscall_arg(&regs, abi, i, value);
			assert_int_equal(lupe_arch_syscall_arg(&regs, abi, i), seen);
			for (unsigned k = 0; k < 6; k++) {
				struct user_regs_struct before = numbered();

				if (k != i)
					assert_int_equal(lupe_arch_syscall_arg(&regs, abi, k),
							 lupe_arch_syscall_arg(&before, abi, k));
			}
			memcpy((char *)&user + lupe_arch_user_offset_syscall_arg(abi, i), &value,
			       8);
			assert_int_equal(lupe_arch_syscall_arg(&user.regs, abi, i), seen);
		}
}

static void test_i386_sees_32_bits(void **state)
{
	struct user_regs_struct regs = {.rbx = UINT64_C(0xffffffff00000003)};

	(void)state;
	assert_int_equal(lupe_arch_syscall_arg(&regs, LUPE_ABI_I386, 0), 3);
}

static void test_number_and_result(void **state)
{
	struct user user = {0};
	uint64_t word = 39;

	(void)state;
	lupe_arch_set_syscall_nr(&user.regs, -1);
	assert_int_equal(lupe_arch_syscall_nr(&user.regs), -1);
	assert_int_equal(user.regs.orig_rax, UINT64_MAX);
	memcpy((char *)&user + lupe_arch_user_offset_syscall_nr(), &word, 8);
	assert_int_equal(lupe_arch_syscall_nr(&user.regs), 39);
	user.regs.orig_rax = UINT64_C(0x100000027); /* the kernel looks at 32 bits */
	assert_int_equal(lupe_arch_syscall_nr(&user.regs), 39);
	lupe_arch_set_result(&user.regs, -2);
	assert_int_equal(lupe_arch_result(&user.regs), -2);
	memcpy((char *)&user + lupe_arch_user_offset_result(), &word, 8);
	assert_int_equal(lupe_arch_result(&user.regs), 39);
}

static void test_pc_and_sp(void **state)
{
	struct user_regs_struct regs = {0};

	(void)state;
	lupe_arch_set_pc(&regs, 0x401000);
	lupe_arch_set_sp(&regs, 0x7ffe0000);
	assert_int_equal(regs.rip, 0x401000);
	assert_int_equal(regs.rsp, 0x7ffe0000);
	assert_int_equal(lupe_arch_pc(&regs), 0x401000);
	assert_int_equal(lupe_arch_sp(&regs), 0x7ffe0000);
}

static void test_abi(void **state)
{
	(void)state;
	assert_int_equal(lupe_arch_abi(AUDIT_ARCH_X86_64, 0), LUPE_ABI_X86_64);
	assert_int_equal(lupe_arch_abi(AUDIT_ARCH_X86_64, 0x40000000 | 512), LUPE_ABI_X32);
	assert_int_equal(lupe_arch_abi(AUDIT_ARCH_X86_64, UINT64_MAX), LUPE_ABI_X86_64);
	assert_int_equal(lupe_arch_abi(AUDIT_ARCH_X86_64, UINT32_MAX), LUPE_ABI_X86_64);
	assert_int_equal(lupe_arch_abi(AUDIT_ARCH_I386, 4), LUPE_ABI_I386);
}

static void test_follows_call(void **state)
{
	static const struct {
		bool expected;
		unsigned char before[7];
	} cases[] = {
	    {true, {0x90, 0x90, 0xe8, 1, 2, 3, 4}},             /* call rel32 */
	    {true, {0x90, 0x90, 0x90, 0x90, 0x90, 0xff, 0xd0}}, /* call *%rax */
	    {true, {0x90, 0x90, 0x90, 0x90, 0x41, 0xff, 0xd4}}, /* call *%r12 */
	    {true, {0x90, 0x90, 0x90, 0x90, 0x90, 0xff, 0x13}}, /* call *(%rbx) */
	    {true, {0x90, 0x90, 0x90, 0x90, 0xff, 0x50, 0x08}}, /* call *8(%rax) */
	    {true, {0x90, 0x90, 0x90, 0x90, 0xff, 0x14, 0xd8}}, /* call *(%rax,%rbx,8) */
	    {true, {0x90, 0x90, 0x90, 0xff, 0x54, 0x24, 0x08}}, /* call *8(%rsp) */
	    {true, {0x90, 0xff, 0x15, 1, 2, 3, 4}},             /* call *x(%rip) */
	    {true, {0x90, 0xff, 0x90, 0, 1, 0, 0}},             /* call *0x100(%rax) */
	    {true, {0xff, 0x94, 0x24, 0, 1, 0, 0}},             /* call *0x100(%rsp) */
	    {true, {0xff, 0x14, 0xc5, 0, 1, 0, 0}},             /* call *0x100(,%rax,8) */
	    {false, {0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90}},
	    {false, {0xe8, 1, 2, 3, 4, 0x90, 0x90}},             /* not just before */
	    {false, {0x90, 0x90, 0x90, 0x90, 0x90, 0xff, 0xe0}}, /* jmp *%rax */
	    {false, {0x90, 0x90, 0x90, 0x90, 0x90, 0xff, 0x14}}, /* a SIB byte must follow */
	    {false, {0x90, 0x90, 0x90, 0x90, 0x90, 0xff, 0x15}}, /* a displacement must follow */
	    {false, {0x90, 0x90, 0x90, 0x90, 0xff, 0xd0, 0x90}},
	    {false, {0x90, 0x90, 0x90, 0xff, 0x35, 0, 0}}, /* push */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (lupe_arch_follows_call(cases[i].before) != cases[i].expected)
			fail_msg("case %zu", i);
}

static void test_instructions(void **state)
{
	(void)state;
	assert_memory_equal(lupe_arch_syscall_insn, "\x0f\x05", LUPE_ARCH_SYSCALL_SIZE);
	assert_memory_equal(lupe_arch_breakpoint_insn, "\xcc", LUPE_ARCH_BREAKPOINT_SIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_arguments),         cmocka_unit_test(test_arguments_round_trip),
	    cmocka_unit_test(test_i386_sees_32_bits), cmocka_unit_test(test_number_and_result),
	    cmocka_unit_test(test_pc_and_sp),         cmocka_unit_test(test_abi),
	    cmocka_unit_test(test_follows_call),      cmocka_unit_test(test_instructions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
