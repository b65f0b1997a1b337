/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Displaced instructions: the original and its copy run on the processor from the same state, near
 * and far away, and must do the same. Then what every place inside a copy means, and what cannot be
 * moved.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "native.h"
#include "stop/displaced.h"

enum { CODE = 16, TARGET = 100, DATA = 2048, STACK_WORDS = 64 };

/* `near` is the offset in the original's page, `far` the distance that a jump of 32 bits cannot
 * span. */
static struct {
	struct lupe_disasm *disasm;
	unsigned char *page, *near, *far;
} fixture;

static int set_up(void **state)
{
	(void)state;
	fixture.page = native_page(0x155500000000);
	fixture.near = native_page(0x155510000000);
	fixture.far = native_page(0x600000000000);
	assert_true(fixture.page && fixture.near && fixture.far);
	assert_true((uint64_t)(fixture.far - fixture.page) >> 33);
	assert_true(fixture.near - fixture.page < INT32_MAX);
	assert_null(lupe_disasm_create(LUPE_ABI_X86_64, LUPE_DISASM_ATT, &fixture.disasm));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	munmap(fixture.page, 4096);
	munmap(fixture.near, 4096);
	munmap(fixture.far, 4096);
	lupe_disasm_destroy(fixture.disasm);
	return 0;
}

static struct lupe_insn insn_of(const char *bytes, size_t size)
{
	struct lupe_insn insn;

	memset(fixture.page, 0xcc, 4096);
	memcpy(fixture.page + CODE, bytes, size);
	assert_true(lupe_disasm_decode(fixture.disasm, fixture.page + CODE, size,
				       (uintptr_t)fixture.page + CODE, &insn));
	assert_int_equal(insn.length, size);
	native_put_exit(fixture.page + CODE + size, false);
	native_put_exit(fixture.page + TARGET, true);
	return insn;
}

struct machine {
	uint64_t state[NATIVE_COUNT];
	uint64_t stack[STACK_WORDS];
	unsigned char data[64];
	bool taken;
};

static uint64_t live_stack[STACK_WORDS];

/* rbx holds the target, rcx `counter`, r9 the address of a word with the target. */
static struct machine run(const void *code, uint64_t counter, uint64_t flags)
{
	uint64_t target = (uintptr_t)fixture.page + TARGET;
	struct machine machine = {0};

	for (size_t i = 0; i < STACK_WORDS; i++)
		live_stack[i] = i % 2 ? target : 0x1111111111111111 * (i % 15);
	for (size_t i = 0; i < 16; i++)
		machine.state[i] = 0x0102030405060708 * (i + 1);
	for (size_t i = 0; i < sizeof(machine.data); i++)
		fixture.page[DATA + i] = i;
	memcpy(fixture.page + DATA, &target, sizeof(target));
	machine.state[1] = counter;
	machine.state[3] = target;
	machine.state[9] = (uintptr_t)fixture.page + DATA;
	machine.state[NATIVE_RSP] = (uintptr_t)&live_stack[STACK_WORDS / 2 + 1];
	machine.state[NATIVE_FLAGS] = 0x202 | flags;
	machine.taken = native_run(code, machine.state);
	memcpy(machine.stack, live_stack, sizeof(machine.stack));
	memcpy(machine.data, fixture.page + DATA, sizeof(machine.data));
	return machine;
}

static void check_same(const struct lupe_insn *insn, const struct machine *a,
		       const struct machine *b)
{
	if (memcmp(a->state, b->state, sizeof(a->state)))
		fail_msg("%s %s: registers differ", insn->mnemonic, insn->operands);
	if (memcmp(a->stack, b->stack, sizeof(a->stack)))
		fail_msg("%s %s: the stack differs", insn->mnemonic, insn->operands);
	if (memcmp(a->data, b->data, sizeof(a->data)))
		fail_msg("%s %s: data differ", insn->mnemonic, insn->operands);
	if (a->taken != b->taken)
		fail_msg("%s %s: they part ways", insn->mnemonic, insn->operands);
}

static void check_copy_at(const struct lupe_insn *insn, unsigned char *to)
{
	static const uint64_t flags[] = {0, 0x8d5, 0x40, 0x1, 0x80, 0x800, 0x4};
	struct lupe_displaced displaced;
	const char *reason = lupe_displace(insn, (uintptr_t)to, false, &displaced);

	if (reason)
		fail_msg("%s %s: %s", insn->mnemonic, insn->operands, reason);
	memset(to, 0xcc, 256);
	memcpy(to, displaced.code, displaced.size);
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		for (uint64_t counter = 0; counter < 3; counter++) {
			struct machine original = run(fixture.page + CODE, counter, flags[i]);
			struct machine copy = run(to, counter, flags[i]);

			check_same(insn, &original, &copy);
		}
}

/* rel8 and rel32 to the target, a rip-relative displacement to the data, from an end of the code.
 */
#define REL8(length)  (char)(TARGET - CODE - (length))
#define REL32(length) (char)(TARGET - CODE - (length)), 0, 0, 0
#define TO_DATA(length)                                                                            \
	(char)((DATA - CODE - (length)) & 0xff), (char)((DATA - CODE - (length)) >> 8), 0, 0

struct example {
	const char *bytes;
	size_t size;
	bool only_near;
};

#define EXAMPLE(...)                                                                               \
	{                                                                                          \
		(const char[]){__VA_ARGS__}, sizeof((const char[]){__VA_ARGS__}), false            \
	}
#define NEAR_ONLY(...)                                                                             \
	{                                                                                          \
		(const char[]){__VA_ARGS__}, sizeof((const char[]){__VA_ARGS__}), true             \
	}
#define B(x) (char)(x)

static const struct example examples[] = {
    EXAMPLE(0x55),                                             /* push %rbp */
    EXAMPLE(0x48, B(0x89), B(0xe5)),                           /* mov %rsp,%rbp */
    EXAMPLE(0x48, B(0x83), B(0xec), 0x20),                     /* sub $0x20,%rsp */
    EXAMPLE(B(0xf3), 0x0f, 0x1e, B(0xfa)),                     /* endbr64 */
    EXAMPLE(0x48, B(0x01), B(0xd8)),                           /* add %rbx,%rax */
    EXAMPLE(B(0xeb), REL8(2)),                                 /* jmp */
    EXAMPLE(B(0xe9), REL32(5)),                                /* jmp */
    EXAMPLE(0x74, REL8(2)),                                    /* je */
    EXAMPLE(0x75, REL8(2)),                                    /* jne */
    EXAMPLE(0x7c, REL8(2)),                                    /* jl */
    EXAMPLE(0x2e, 0x76, REL8(3)),                              /* jbe,pn */
    EXAMPLE(0x0f, B(0x8f), REL32(6)),                          /* jg */
    EXAMPLE(0x0f, B(0x8a), REL32(6)),                          /* jp */
    EXAMPLE(B(0xe0), REL8(2)),                                 /* loopne */
    EXAMPLE(B(0xe1), REL8(2)),                                 /* loope */
    EXAMPLE(B(0xe2), REL8(2)),                                 /* loop */
    EXAMPLE(B(0xe3), REL8(2)),                                 /* jrcxz */
    EXAMPLE(0x67, B(0xe3), REL8(3)),                           /* jecxz */
    EXAMPLE(B(0xe8), REL32(5)),                                /* call */
    EXAMPLE(B(0xff), B(0xd3)),                                 /* call *%rbx */
    EXAMPLE(0x48, B(0xff), B(0xd3)),                           /* the same, with a REX prefix */
    EXAMPLE(0x3e, B(0xff), B(0xd3)),                           /* notrack call *%rbx */
    EXAMPLE(0x41, B(0xff), 0x11),                              /* call *(%r9) */
    EXAMPLE(0x41, B(0xff), 0x51, 0x00),                        /* call *0(%r9) */
    EXAMPLE(B(0xff), B(0xe3)),                                 /* jmp *%rbx */
    EXAMPLE(0x41, B(0xff), 0x21),                              /* jmp *(%r9) */
    EXAMPLE(B(0xff), 0x24, 0x24),                              /* jmp *(%rsp) */
    EXAMPLE(B(0xc3)),                                          /* ret */
    EXAMPLE(B(0xc2), 0x08, 0x00),                              /* ret $8 */
    NEAR_ONLY(B(0xff), 0x15, TO_DATA(6)),                      /* call *x(%rip) */
    NEAR_ONLY(B(0xff), 0x25, TO_DATA(6)),                      /* jmp *x(%rip) */
    NEAR_ONLY(0x48, B(0x8b), 0x05, TO_DATA(7)),                /* mov x(%rip),%rax */
    NEAR_ONLY(0x48, B(0x8d), 0x35, TO_DATA(7)),                /* lea x(%rip),%rsi */
    NEAR_ONLY(B(0x83), 0x05, TO_DATA(7), 0x05),                /* addl $5,x(%rip) */
    NEAR_ONLY(0x66, B(0xc7), 0x05, TO_DATA(9), 1, 2),          /* movw $0x201,x(%rip) */
    NEAR_ONLY(B(0xc7), 0x05, TO_DATA(10), 1, 2, 3, 4),         /* movl $0x4030201,x(%rip) */
    NEAR_ONLY(B(0xf0), 0x48, 0x0f, B(0xc1), 0x15, TO_DATA(9)), /* lock xadd %rdx,x(%rip) */
};

static void test_against_processor(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
		struct lupe_insn insn = insn_of(examples[i].bytes, examples[i].size);
		struct lupe_displaced displaced;

		check_copy_at(&insn, fixture.near);
		if (!examples[i].only_near)
			check_copy_at(&insn, fixture.far);
		else
			assert_non_null(
			    lupe_displace(&insn, (uintptr_t)fixture.far, false, &displaced));
	}
}

/* The borders of what 32 bits reach: every distance yields code that goes to the right places. */
static lupe_addr end_of_jump(const struct lupe_displaced *displaced, unsigned at)
{
	const unsigned char *code = displaced->code + at;
	int32_t offset;
	uint64_t target;

	assert_true(at + 5 <= displaced->size);
	if (code[0] == 0xe9) {
		memcpy(&offset, code + 1, sizeof(offset));
		return displaced->to + at + 5 + offset;
	}
	assert_true(at + 14 <= displaced->size);
	assert_memory_equal(code, "\xff\x25\0\0\0\0", 6);
	memcpy(&target, code + 6, sizeof(target));
	return target;
}

static void check_conditional_copy(const struct lupe_insn *insn, lupe_addr to)
{
	struct lupe_displaced displaced;
	int32_t offset;

	assert_null(lupe_displace(insn, to, false, &displaced));
	if (displaced.code[0] == 0x0f) {
		memcpy(&offset, displaced.code + 2, sizeof(offset));
		assert_int_equal(displaced.code[1], 0x84);
		assert_int_equal(to + 6 + offset, insn->target);
		assert_int_equal(end_of_jump(&displaced, 6), insn->addr + insn->length);
	} else {
		assert_int_equal(displaced.code[0], 0x75); /* the opposite, over the jump */
		assert_int_equal(end_of_jump(&displaced, 2), insn->target);
		assert_int_equal(end_of_jump(&displaced, 2 + displaced.code[1]),
				 insn->addr + insn->length);
	}
}

static void test_reach(void **state)
{
	struct lupe_insn insn = insn_of((const char[]){0x74, REL8(2)}, 2);

	(void)state;
	for (int64_t delta = -40; delta <= 40; delta++) {
		check_conditional_copy(&insn, insn.target + INT32_MAX + delta);
		check_conditional_copy(&insn,
				       insn.target + (int64_t)INT32_MIN + delta + UINT32_MAX);
	}
}

static void test_data_reach(void **state)
{
	const char bytes[] = {B(0x83), 0x05, TO_DATA(7), 0x05};
	struct lupe_insn insn = insn_of(bytes, sizeof(bytes));
	struct lupe_displaced displaced;
	int32_t displacement;
	lupe_addr furthest = insn.data - INT32_MIN - insn.length; /* the copy above the data */

	(void)state;
	assert_null(lupe_displace(&insn, furthest, false, &displaced));
	memcpy(&displacement, displaced.code + 2, sizeof(displacement));
	assert_int_equal(displacement, INT32_MIN);
	assert_non_null(lupe_displace(&insn, furthest + 1, false, &displaced));
}

static void check_origin(const struct lupe_displaced *displaced, unsigned offset, lupe_addr pc,
			 unsigned pushed)
{
	lupe_addr found_pc = 0;
	unsigned found_pushed = 99;

	assert_true(
	    lupe_displaced_origin(displaced, displaced->to + offset, &found_pc, &found_pushed));
	assert_int_equal(found_pc, pc);
	assert_int_equal(found_pushed, pushed);
}

static void test_origin(void **state)
{
	struct lupe_insn insn = insn_of("\x48\x89\xe5", 3);
	struct lupe_displaced displaced;
	lupe_addr pc;
	unsigned pushed;

	(void)state;
	assert_null(lupe_displace(&insn, insn.addr + 0x1000, false, &displaced));
	check_origin(&displaced, 0, insn.addr, 0);
	check_origin(&displaced, 3, insn.addr + 3, 0);
	assert_false(lupe_displaced_origin(&displaced, displaced.to + 1, &pc, &pushed));
	assert_false(lupe_displaced_origin(&displaced, displaced.to - 1, &pc, &pushed));
	assert_false(
	    lupe_displaced_origin(&displaced, displaced.to + displaced.size, &pc, &pushed));

	/* a call that is half done is undone by dropping what it pushed */
	insn = insn_of("\xe8\0\0\0\0", 5);
	assert_null(lupe_displace(&insn, insn.addr + 0x1000, false, &displaced));
	check_origin(&displaced, 0, insn.addr, 0);
	check_origin(&displaced, 5, insn.addr, 8);
	check_origin(&displaced, 13, insn.addr, 8);

	insn = insn_of((const char[]){B(0xe2), REL8(2)}, 2);
	assert_null(lupe_displace(&insn, insn.addr + 0x1000, false, &displaced));
	check_origin(&displaced, 2, insn.addr + 2, 0);
	check_origin(&displaced, 7, insn.target, 0);
}

static void check_refused(const char *bytes, size_t size)
{
	struct lupe_insn insn = insn_of(bytes, size);
	struct lupe_displaced displaced;

	if (!lupe_displace(&insn, (uintptr_t)fixture.near, false, &displaced))
		fail_msg("%s %s is displaced", insn.mnemonic, insn.operands);
}

#define CHECK_REFUSED(bytes) check_refused(bytes, sizeof(bytes) - 1)

static void test_refused(void **state)
{
	struct lupe_insn call = insn_of("\xe8\0\0\0\0", 5);
	struct lupe_displaced displaced;

	(void)state;
	assert_non_null(lupe_displace(&call, (uintptr_t)fixture.near, true, &displaced));
	CHECK_REFUSED("\x0f\x05"); /* syscall: rcx becomes the address */
	CHECK_REFUSED("\xcd\x80");
	CHECK_REFUSED("\xcc");
	CHECK_REFUSED("\x0f\x0b");
	CHECK_REFUSED("\x06");
	CHECK_REFUSED("\xc7\xf8\0\0\0\0");     /* xbegin */
	CHECK_REFUSED("\xff\xd4");             /* call *%rsp */
	CHECK_REFUSED("\xff\x14\x24");         /* call *(%rsp) */
	CHECK_REFUSED("\xff\x54\xc4\x08");     /* call *8(%rsp,%rax,8) */
	CHECK_REFUSED("\xff\x1b");             /* far call */
	CHECK_REFUSED("\x67\x8b\x05\0\0\0\0"); /* eip-relative */
}

static void test_call_by_r12_is_not_by_rsp(void **state)
{
	struct lupe_insn insn = insn_of("\x41\xff\x14\x24", 4); /* call *(%r12) */
	struct lupe_displaced displaced;

	(void)state;
	assert_null(lupe_displace(&insn, (uintptr_t)fixture.near, false, &displaced));
	insn = insn_of("\x41\xff\xd4", 3);
	assert_null(lupe_displace(&insn, (uintptr_t)fixture.near, false, &displaced));
}

/* Any instruction that decodes yields code within bounds, or a reason. */
static void test_random_bytes(void **state)
{
	uint64_t random = 0x2545f4914f6cdd1du;
	int displaced_count = 0;

	(void)state;
	for (int round = 0; round < 200000; round++) {
		unsigned char bytes[16];
		struct lupe_displaced displaced;
		struct lupe_insn insn;

		for (size_t i = 0; i < sizeof(bytes); i++) {
			random ^= random << 13;
			random ^= random >> 7;
			random ^= random << 17;
			bytes[i] = random >> 24;
		}
		lupe_disasm_decode(fixture.disasm, bytes, sizeof(bytes), 0x401000, &insn);
		if (lupe_displace(&insn, round & 1 ? 0x10000000 : 0x7f0000000000, false,
				  &displaced))
			continue;
		displaced_count++;
		assert_in_range(displaced.size, 1, LUPE_DISPLACED_SIZE);
		assert_in_range(displaced.n_points, 1, LUPE_DISPLACED_POINTS);
		for (unsigned i = 0; i < displaced.n_points; i++)
			assert_true(displaced.points[i].offset < displaced.size);
	}
	assert_true(displaced_count > 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_against_processor),
	    cmocka_unit_test(test_reach),
	    cmocka_unit_test(test_data_reach),
	    cmocka_unit_test(test_origin),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_call_by_r12_is_not_by_rsp),
	    cmocka_unit_test(test_random_bytes),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
