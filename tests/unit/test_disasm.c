/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Instructions from bytes: text as gdb writes it (the expectations come from gdb 13), kinds,
 * targets, operands relative to rip; and random bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "base/buffer.h"
#include "lupe/disasm.h"

enum { ADDR = 0x401000 };

static size_t bytes_of(const char *hex, unsigned char *bytes)
{
	size_t count = 0;
	unsigned byte;

	for (; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		bytes[count++] = byte;
	return count;
}

static struct lupe_disasm *opened(enum lupe_abi abi, enum lupe_disasm_syntax syntax)
{
	struct lupe_disasm *disasm;
	struct lupe_error *error = lupe_disasm_create(abi, syntax, &disasm);

	if (error)
		fail_msg("%s", error->message);
	return disasm;
}

static struct lupe_insn decoded(struct lupe_disasm *disasm, const char *hex)
{
	unsigned char bytes[32];
	size_t size = bytes_of(hex, bytes);
	struct lupe_insn insn;

	assert_true(lupe_disasm_decode(disasm, bytes, size, ADDR, &insn));
	assert_memory_equal(insn.bytes, bytes, insn.length);
	return insn;
}

static void check_text(struct lupe_disasm *disasm, const char *hex, const char *expected)
{
	struct lupe_insn insn = decoded(disasm, hex);
	struct lupe_buffer out;

	lupe_buffer_init(&out);
	lupe_insn_print(&insn, NULL, &out);
	assert_string_equal(lupe_buffer_text(&out), expected);
	lupe_buffer_deinit(&out);
}

static void test_text(void **state)
{
	static const struct {
		const char *hex, *att, *intel;
	} cases[] = {
	    {"55", "push   %rbp", "push   rbp"},
	    {"4889e5", "mov    %rsp,%rbp", "mov    rbp,rsp"},
	    {"c3", "ret", "ret"},
	    {"c9", "leave", "leave"},
	    {"f30f1efa", "endbr64", "endbr64"},
	    {"90", "nop", "nop"},
	    {"e801020000", "call   0x401206", "call   0x401206"},
	    {"7405", "je     0x401007", "je     0x401007"},
	    {"ffd0", "call   *%rax", "call   rax"},
	    {"488b0501000000", "mov    0x1(%rip),%rax        # 0x401008",
	     "mov    rax,QWORD PTR [rip+0x1]        # 0x401008"},
	    {"c7050100000002000000", "movl   $0x2,0x1(%rip)        # 0x40100b",
	     "mov    DWORD PTR [rip+0x1],0x2        # 0x40100b"},
	    {"48c7442408ffffffff", "movq   $0xffffffffffffffff,0x8(%rsp)",
	     "mov    QWORD PTR [rsp+0x8],0xffffffffffffffff"},
	    {"4883c480", "add    $0xffffffffffffff80,%rsp", "add    rsp,0xffffffffffffff80"},
	    {"83c0ff", "add    $0xffffffff,%eax", "add    eax,0xffffffff"},
	    {"48837df800", "cmpq   $0x0,-0x8(%rbp)", "cmp    QWORD PTR [rbp-0x8],0x0"},
	    {"660f1f840000000000", "nopw   0x0(%rax,%rax,1)", "nop    WORD PTR [rax+rax*1+0x0]"},
	    {"0fb6c0", "movzbl %al,%eax", "movzx  eax,al"},
	    {"64488b042528000000", "mov    %fs:0x28,%rax", "mov    rax,QWORD PTR fs:0x28"},
	    {"488d440808", "lea    0x8(%rax,%rcx,1),%rax", "lea    rax,[rax+rcx*1+0x8]"},
	    {"488d444808", "lea    0x8(%rax,%rcx,2),%rax", "lea    rax,[rax+rcx*2+0x8]"},
	    {"4c8d2cc500000000", "lea    0x0(,%rax,8),%r13", "lea    r13,[rax*8+0x0]"},
	    {"41c7450030000000", "movl   $0x30,0x0(%r13)", "mov    DWORD PTR [r13+0x0],0x30"},
	    {"d3642408", "shll   %cl,0x8(%rsp)", "shl    DWORD PTR [rsp+0x8],cl"},
	    {"6a00", "push   $0x0", "push   0x0"},
	    {"cd80", "int    $0x80", "int    0x80"},
	    {"d9c1", "fld    %st(1)", "fld    st(1)"},
	    {"db6c2418", "fldt   0x18(%rsp)", "fld    TBYTE PTR [rsp+0x18]"},
	    {"c8100000", "enter  $0x10,$0x0", "enter  0x10,0x0"},
	    {"f20f100501000000", "movsd  0x1(%rip),%xmm0        # 0x401009",
	     "movsd  xmm0,QWORD PTR [rip+0x1]        # 0x401009"},
	    {"f0410fb11424", "lock cmpxchg %edx,(%r12)", "lock cmpxchg DWORD PTR [r12],edx"},
	    {"06", "(bad)", "(bad)"},
	};
	struct lupe_disasm *att = opened(LUPE_ABI_X86_64, LUPE_DISASM_ATT);
	struct lupe_disasm *intel = opened(LUPE_ABI_X86_64, LUPE_DISASM_INTEL);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		check_text(att, cases[i].hex, cases[i].att);
		check_text(intel, cases[i].hex, cases[i].intel);
	}
	lupe_disasm_destroy(att);
	lupe_disasm_destroy(intel);
	lupe_disasm_destroy(NULL);
}

static void test_kinds(void **state)
{
	static const struct {
		const char *hex, *kind;
		unsigned length;
	} cases[] = {
	    {"e801020304", "call", 5},
	    {"ff1501000000", "call", 6},
	    {"41ffd4", "call", 3},
	    {"eb05", "jump", 2},
	    {"ffe0", "jump", 2},
	    {"3effe0", "jump", 3},
	    {"0f8400010000", "conditional", 6},
	    {"e305", "conditional", 2},
	    {"e205", "conditional", 2},
	    {"c7f801000000", "conditional", 6},
	    {"c3", "return", 1},
	    {"f3c3", "return", 2},
	    {"c21000", "return", 3},
	    {"48cf", "return", 2},
	    {"cb", "return", 1},
	    {"0f05", "syscall", 2},
	    {"0f34", "syscall", 2},
	    {"cd80", "syscall", 2},
	    {"cd81", "other", 2},
	    {"cc", "breakpoint", 1},
	    {"f1", "breakpoint", 1},
	    {"f4", "halt", 1},
	    {"0f0b", "halt", 2},
	    {"90", "nop", 1},
	    {"0f1f4000", "nop", 4},
	    {"f30f1efa", "nop", 4},
	    {"01c0", "other", 2},
	    {"06", "bad", 1},
	    {"e801", "bad", 1},
	    {"c5fb92c0", "other", 4},
	};
	struct lupe_disasm *disasm = opened(LUPE_ABI_X86_64, LUPE_DISASM_ATT);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct lupe_insn insn = decoded(disasm, cases[i].hex);

		if (strcmp(lupe_insn_kind_name(insn.kind), cases[i].kind) ||
		    insn.length != cases[i].length)
			fail_msg("%s: %s of length %u", cases[i].hex,
				 lupe_insn_kind_name(insn.kind), insn.length);
	}
	lupe_disasm_destroy(disasm);
}

static void test_targets(void **state)
{
	struct lupe_disasm *disasm = opened(LUPE_ABI_X86_64, LUPE_DISASM_ATT);
	struct lupe_insn insn = decoded(disasm, "e8fbffffff");

	(void)state;
	assert_true(insn.has_target && !insn.has_data);
	assert_int_equal(insn.target, ADDR);
	assert_int_equal(insn.target_at, 1);
	assert_int_equal(insn.target_size, 4);
	insn = decoded(disasm, "ebfe");
	assert_true(insn.has_target);
	assert_int_equal(insn.target, ADDR);
	assert_int_equal(insn.target_size, 1);
	insn = decoded(disasm, "ffd0");
	assert_false(insn.has_target);
	insn = decoded(disasm, "ff25f6ffffff");
	assert_true(insn.has_data && !insn.has_target);
	assert_int_equal(insn.data, ADDR - 4);
	assert_int_equal(insn.data_at, 2);
	assert_int_equal(insn.data_size, 4);
	insn = decoded(disasm, "488b442408"); /* by rsp */
	assert_false(insn.has_data);
	lupe_disasm_destroy(disasm);
}

/* The library knows little of AVX-512 masks: their length is ours. Expectations: objdump 2.40. */
static void test_vex_lengths(void **state)
{
	static const struct {
		const char *hex;
		unsigned length;
	} cases[] = {
	    {"c5fb93c0", 4},       /* kmovd %k0,%eax */
	    {"c4e1fb92cb", 5},     /* kmovq %rbx,%k1 */
	    {"62b17520740f", 6},   /* vpcmpeqb (%rdi),%ymm17,%k1 */
	    {"62f3652825e2fe", 7}, /* vpternlogd $0xfe,%ymm2,%ymm3,%ymm2 */
	    {"62f37d483f0511111111"
	     "00",
	     11}, /* vpcmpb $0,0x11111111(%rip),%zmm0,%k0 */
	    {"c4e1f99040"
	     "08",
	     6}, /* kmovq 0x8(%rax),%k0 */
	};
	struct lupe_disasm *disasm = opened(LUPE_ABI_X86_64, LUPE_DISASM_ATT);
	struct lupe_insn insn;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		insn = decoded(disasm, cases[i].hex);
		if (insn.kind != LUPE_INSN_OTHER || insn.length != cases[i].length)
			fail_msg("%s: %s of length %u", cases[i].hex, insn.mnemonic, insn.length);
	}
	insn = decoded(disasm, cases[4].hex);
	assert_true(insn.has_data);
	assert_int_equal(insn.data, ADDR + 11 + 0x11111111);
	assert_int_equal(insn.data_at, 6);
	lupe_disasm_destroy(disasm);
}

static void test_i386(void **state)
{
	struct lupe_disasm *disasm = opened(LUPE_ABI_I386, LUPE_DISASM_ATT);
	struct lupe_insn insn = decoded(disasm, "e800f0bfff");

	(void)state;
	check_text(disasm, "06", "push   %es");
	check_text(disasm, "40", "inc    %eax");
	assert_true(insn.has_target);
	assert_int_equal(insn.target, 5);
	insn = decoded(disasm, "8b0501000000"); /* absolute here */
	assert_false(insn.has_data);
	lupe_disasm_destroy(disasm);
}

static void print_name(void *context, lupe_addr addr, struct lupe_buffer *out)
{
	(void)context;
	if (addr >= 0x401200 && addr < 0x401300)
		lupe_buffer_printf(out, "add+%d", (int)(addr - 0x401200));
}

static void test_symbols(void **state)
{
	const struct lupe_insn_symbols symbols = {print_name, NULL};
	static const struct {
		const char *hex, *text;
	} cases[] = {
	    {"e801020000", "call   0x401206 <add+6>"},
	    {"e801000000", "call   0x401006"},
	    {"8b0500020000", "mov    0x200(%rip),%eax        # 0x401206 <add+6>"},
	};
	struct lupe_disasm *disasm = opened(LUPE_ABI_X86_64, LUPE_DISASM_ATT);
	struct lupe_buffer out;

	(void)state;
	lupe_buffer_init(&out);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct lupe_insn insn = decoded(disasm, cases[i].hex);

		lupe_buffer_reset(&out);
		lupe_insn_print(&insn, &symbols, &out);
		assert_string_equal(lupe_buffer_text(&out), cases[i].text);
	}
	lupe_buffer_deinit(&out);
	lupe_disasm_destroy(disasm);
}

static void test_many(void **state)
{
	struct lupe_disasm *disasm = opened(LUPE_ABI_X86_64, LUPE_DISASM_ATT);
	struct lupe_insn insns[8];
	unsigned char bytes[32];
	size_t size = bytes_of("554889e5e800000000c3e8", bytes);

	(void)state;
	assert_int_equal(lupe_disasm_decode_many(disasm, bytes, size, ADDR, insns, 8), 5);
	assert_int_equal(insns[1].addr, ADDR + 1);
	assert_int_equal(insns[2].kind, LUPE_INSN_CALL);
	assert_int_equal(insns[4].kind, LUPE_INSN_BAD); /* cut off */
	assert_int_equal(lupe_disasm_decode_many(disasm, bytes, size, ADDR, insns, 2), 2);
	assert_int_equal(lupe_disasm_decode_many(disasm, bytes, 0, ADDR, insns, 8), 0);
	assert_false(lupe_disasm_decode(disasm, bytes, 0, ADDR, insns));
	lupe_disasm_destroy(disasm);
}

/* Any bytes at any address: the invariants of struct lupe_insn hold, and printing ends. */
static void check_random(enum lupe_abi abi, enum lupe_disasm_syntax syntax)
{
	struct lupe_disasm *disasm = opened(abi, syntax);
	uint64_t random = 0x9e3779b97f4a7c15u;
	struct lupe_buffer out;
	struct lupe_insn insn;

	lupe_buffer_init(&out);
	for (int round = 0; round < 150000; round++) {
		unsigned char bytes[16];
		size_t size;

		for (size_t i = 0; i < sizeof(bytes); i++) {
			random ^= random << 13;
			random ^= random >> 7;
			random ^= random << 17;
			bytes[i] = random >> 24;
		}
		if (round % 4 == 1)
			bytes[0] = 0x62;
		else if (round % 4 == 2)
			bytes[0] = 0xc4 | (round >> 2 & 1);
		size = 1 + (random >> 40) % sizeof(bytes);
		assert_true(lupe_disasm_decode(disasm, bytes, size, random, &insn));
		assert_in_range(insn.length, 1, size < 15 ? size : 15);
		assert_true(memchr(insn.operands, '\0', sizeof(insn.operands)));
		assert_true(insn.data_at + insn.data_size <= insn.length);
		assert_true(insn.target_at + insn.target_size <= insn.length);
		assert_true(!insn.has_data || insn.data_size == 4);
		assert_true(!insn.has_target || insn.target_size);
		lupe_buffer_reset(&out);
		lupe_insn_print(&insn, NULL, &out);
		assert_true(out.length > 0);
	}
	lupe_buffer_deinit(&out);
	lupe_disasm_destroy(disasm);
}

static void test_random_bytes(void **state)
{
	(void)state;
	check_random(LUPE_ABI_X86_64, LUPE_DISASM_ATT);
	check_random(LUPE_ABI_X86_64, LUPE_DISASM_INTEL);
	check_random(LUPE_ABI_I386, LUPE_DISASM_ATT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_text),    cmocka_unit_test(test_kinds),
	    cmocka_unit_test(test_targets), cmocka_unit_test(test_vex_lengths),
	    cmocka_unit_test(test_i386),    cmocka_unit_test(test_symbols),
	    cmocka_unit_test(test_many),    cmocka_unit_test(test_random_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
