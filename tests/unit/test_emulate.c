/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Emulated instructions against the processor: random instructions of the emulated families run
 * both ways, and registers, flags, stack and way out must agree. Random bytes: accepted ones have
 * the length that the disassembler finds. And what must be refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "lupe/disasm.h"
#include "native.h"
#include "stop/emulate.h"

enum { TARGET = 64, STACK_WORDS = 256, STATUS = 0x8d5, AF = 0x10, ROUNDS = 200000 };

static uint64_t random_state = 0x123456789abcdefu; /* always the same sequence */

static uint64_t random_word(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state * 0x2545f4914f6cdd1du;
}

static uint32_t below(uint32_t limit)
{
	return (random_word() >> 32) % limit;
}

/* One instruction to be tried. */
struct trial {
	unsigned char bytes[16];
	size_t length;
	bool logical; /* leaves AF undefined */
};

static void add(struct trial *trial, const void *bytes, size_t size)
{
	memcpy(trial->bytes + trial->length, bytes, size);
	trial->length += size;
}

static void add_byte(struct trial *trial, unsigned char byte)
{
	add(trial, &byte, 1);
}

static void add_word(struct trial *trial, uint32_t word)
{
	add(trial, &word, sizeof(word));
}

static void add_rex(struct trial *trial)
{
	if (below(4))
		add_byte(trial, 0x40 | below(16));
}

/* --- a generator per family; addresses of the code are known, for relative operands --- */

static void push_pop(struct trial *trial)
{
	if (below(2))
		add_byte(trial, 0x40 | below(16));
	add_byte(trial, 0x50 | below(16));
}

static void push_immediate(struct trial *trial)
{
	if (below(2)) {
		add_byte(trial, 0x6a);
		add_byte(trial, below(256));
	} else {
		add_byte(trial, 0x68);
		add_word(trial, random_word());
	}
}

static void mov_registers(struct trial *trial)
{
	add_rex(trial);
	add_byte(trial, below(2) ? 0x89 : 0x8b);
	add_byte(trial, 0xc0 | below(64));
}

/* Relative to rsp or rbp, which are in the middle of the test's stack. */
static void mov_stack(struct trial *trial)
{
	bool by_rsp = below(2), wide = below(2), immediate = below(3) == 0;
	unsigned reg = immediate ? 0 : below(8);
	int32_t displacement = (int32_t)below(256) - 128;

	add_byte(trial, 0x40 | below(2) << 3 | (immediate ? 0 : below(2) << 2));
	add_byte(trial, immediate ? 0xc7 : below(2) ? 0x89 : 0x8b);
	add_byte(trial, (wide ? 0x80 : 0x40) | reg << 3 | (by_rsp ? 4 : 5));
	if (by_rsp)
		add_byte(trial, 0x24);
	if (wide)
		add_word(trial, displacement);
	else
		add_byte(trial, displacement);
	if (immediate)
		add_word(trial, random_word());
}

static void mov_immediate(struct trial *trial)
{
	bool wide = below(2);

	add_byte(trial, 0x40 | wide << 3 | below(2));
	if (below(2)) {
		add_byte(trial, 0xc7);
		add_byte(trial, 0xc0 | below(8));
		add_word(trial, random_word());
		return;
	}
	add_byte(trial, 0xb8 | below(8));
	add_word(trial, random_word());
	if (wide)
		add_word(trial, random_word());
}

static void lea(struct trial *trial)
{
	unsigned mod = below(3), rm = below(8), sib = below(256);

	if (below(8) == 0)
		add_byte(trial, 0x64); /* segments do not matter to lea */
	add_rex(trial);
	add_byte(trial, 0x8d);
	add_byte(trial, mod << 6 | below(8) << 3 | rm);
	if (rm == 4)
		add_byte(trial, sib);
	if (mod == 1)
		add_byte(trial, below(256));
	else if (mod == 2 || (mod == 0 && (rm == 5 || (rm == 4 && (sib & 7) == 5))))
		add_word(trial, random_word());
}

static void arithmetic(struct trial *trial)
{
	static const unsigned char families[] = {0, 1, 4, 5, 6, 7};
	unsigned family = families[below(6)], form = below(4);

	trial->logical = family == 1 || family == 4 || family == 6;
	add_rex(trial);
	if (below(6) == 0) {
		add_byte(trial, 0x85);
		add_byte(trial, 0xc0 | below(64));
		trial->logical = true;
	} else if (form < 2) {
		add_byte(trial, family << 3 | 1 | form << 1);
		add_byte(trial, 0xc0 | below(64));
	} else {
		add_byte(trial, form == 2 ? 0x81 : 0x83);
		add_byte(trial, 0xc0 | family << 3 | below(8));
		if (form == 2)
			add_word(trial, random_word());
		else
			add_byte(trial, below(256));
	}
}

static void branch(struct trial *trial)
{
	static const unsigned char always[] = {0xe8, 0xe9, 0xeb};
	unsigned kind = below(3);

	if (below(4) == 0)
		add_byte(trial, kind ? 0x2e : 0xf2);
	if (kind == 0) {
		add_byte(trial, always[below(3)]);
	} else if (kind == 1) {
		add_byte(trial, 0x70 | below(16));
	} else {
		add_byte(trial, 0x0f);
		add_byte(trial, 0x80 | below(16));
	}
	if (kind == 1 || trial->bytes[trial->length - 1] == 0xeb)
		add_byte(trial, TARGET - (trial->length + 1));
	else
		add_word(trial, TARGET - (trial->length + 4));
}

/* By rbx or r10, which hold the target. */
static void indirect(struct trial *trial)
{
	bool high = below(2);

	if (below(3) == 0)
		add_byte(trial, 0x3e); /* notrack */
	if (high)
		add_byte(trial, 0x41);
	add_byte(trial, 0xff);
	add_byte(trial, (below(2) ? 0xd0 : 0xe0) | (high ? 2 : 3));
}

static void ret(struct trial *trial)
{
	if (below(3) == 0)
		add_byte(trial, 0xf3);
	add_byte(trial, 0xc3);
}

static void leave(struct trial *trial)
{
	add_byte(trial, 0xc9);
}

static void nop(struct trial *trial)
{
	static const char *const nops[] = {"\x90",
					   "\x66\x90",
					   "\xf3\x90",
					   "\x0f\x1f\xc0",
					   "\xf3\x0f\x1e\xfa",
					   "\xf3\x0f\x1e\xfb",
					   "\x66\x2e\x0f\x1f\x84\x11\x01\x01\x01\x01",
					   "\x0f\x1f\x40\x11",
					   "\x48\x90"};
	const char *bytes = nops[below(sizeof(nops) / sizeof(*nops))];

	add(trial, bytes, strlen(bytes));
}

/* --- one trial: both ways --- */

struct machine {
	unsigned char *page;
	uint64_t stack[STACK_WORDS];
	uint64_t state[NATIVE_COUNT];
};

/* Values at the borders show carries and overflows. */
static uint64_t interesting_value(void)
{
	static const uint64_t values[] = {0,          1,         0x7fffffff,          0x80000000,
					  0xffffffff, INT64_MAX, (uint64_t)INT64_MIN, UINT64_MAX,
					  0x100000000};

	return below(3) ? random_word() : values[below(sizeof(values) / sizeof(*values))];
}

static void prepare(struct machine *machine, const struct trial *trial)
{
	uintptr_t target = (uintptr_t)machine->page + TARGET;

	memset(machine->page, 0xcc, 128);
	memcpy(machine->page, trial->bytes, trial->length);
	native_put_exit(machine->page + trial->length, false);
	native_put_exit(machine->page + TARGET, true);
	for (size_t i = 0; i < STACK_WORDS; i++)
		machine->stack[i] = random_word();
	for (size_t i = 0; i < 16; i++)
		machine->state[i] = interesting_value();
	machine->state[3] = machine->state[10] = target;
	machine->state[NATIVE_RSP] = (uintptr_t)&machine->stack[STACK_WORDS / 2 + below(16)];
	machine->state[NATIVE_RBP] = machine->state[NATIVE_RSP] + 8 * below(32);
	machine->state[NATIVE_FLAGS] = (random_word() & STATUS) | 0x202;
	/* for ret */
	if (trial->bytes[trial->length - 1] == 0xc3)
		memcpy((void *)(uintptr_t)machine->state[NATIVE_RSP], &target, sizeof(target));
}

static void apply_write(const struct lupe_emulation *emulation, struct lupe_memory *memory)
{
	struct lupe_error *error = lupe_memory_write(
	    memory, emulation->write_address, &emulation->write_value, emulation->write_size);

	if (error)
		fail_msg("%s", error->message);
}

static void fail_trial(const struct trial *trial, const char *what)
{
	print_error("bytes:");
	for (size_t i = 0; i < trial->length; i++)
		print_error(" %02x", trial->bytes[i]);
	fail_msg(": %s", what);
}

static void check_trial(struct machine *machine, const struct trial *trial)
{
	struct machine other;
	struct lupe_memory_span span;
	struct lupe_memory memory;
	struct lupe_emulation emulation;
	struct user_regs_struct before, after;
	uint64_t rip = (uintptr_t)machine->page, flags = STATUS & ~(trial->logical ? AF : 0);
	bool taken;

	prepare(machine, trial);
	other = *machine;
	before = native_to_regs(machine->state, rip);
	/* the copy stands for the memory, at the original's address */
	span = (struct lupe_memory_span){(uintptr_t)machine->stack, (unsigned char *)other.stack,
					 sizeof(other.stack)};
	memory = lupe_memory_over_span(&span);
	if (!lupe_emulate(trial->bytes, trial->length, &before, &memory, false, &emulation))
		fail_trial(trial, "refused");
	if (emulation.write_size)
		apply_write(&emulation, &memory);
	taken = native_run(machine->page, machine->state);
	after = native_to_regs(machine->state, taken ? rip + TARGET : rip + trial->length);
	after.eflags = (after.eflags & flags) | (before.eflags & ~flags);
	emulation.regs.eflags = (emulation.regs.eflags & flags) | (before.eflags & ~flags);
	if (memcmp(&after, &emulation.regs, sizeof(after)))
		fail_trial(trial, "registers differ");
	if (memcmp(machine->stack, other.stack, sizeof(other.stack)))
		fail_trial(trial, "memory differs");
}

static void test_against_processor(void **state)
{
	static void (*const generators[])(struct trial *) = {
	    push_pop,   push_immediate, mov_registers, mov_stack, mov_immediate, lea,
	    arithmetic, branch,         indirect,      ret,       leave,         nop};
	static struct machine machine;

	(void)state;
	machine.page = native_page(0);
	assert_non_null(machine.page);
	/* the stack's addresses must look like a program's */
	assert_true((uintptr_t)&machine >> 47 == 0);
	for (int round = 0; round < ROUNDS; round++) {
		struct trial trial = {0};

		generators[below(sizeof(generators) / sizeof(*generators))](&trial);
		check_trial(&machine, &trial);
	}
	munmap(machine.page, 4096);
}

/* Whatever is accepted has the right length; a cut-off instruction is never accepted. */
static void test_random_bytes(void **state)
{
	struct user_regs_struct regs = {
	    .rip = 0x401000, .rsp = 0x7ffe00001000, .rbp = 0x7ffe00001040, .eflags = 0x202};
	unsigned char stack[8192] = {0};
	struct lupe_memory_span span = {0x7ffe00000000, stack, sizeof(stack)};
	struct lupe_memory memory = lupe_memory_over_span(&span);
	struct lupe_disasm *disasm;
	struct lupe_emulation emulation;
	struct lupe_insn insn;
	int accepted = 0;

	(void)state;
	assert_null(lupe_disasm_create(LUPE_ABI_X86_64, LUPE_DISASM_ATT, &disasm));
	for (int round = 0; round < 300000; round++) {
		unsigned char bytes[16];
		size_t size = 1 + below(16);

		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = random_word() >> 56;
		if (below(3) == 0)
			bytes[0] = 0x48 | (bytes[0] & 7);
		if (!lupe_emulate(bytes, size, &regs, &memory, false, &emulation))
			continue;
		accepted++;
		assert_true(lupe_disasm_decode(disasm, bytes, size, regs.rip, &insn));
		if (insn.kind == LUPE_INSN_BAD) {
			struct trial trial = {.length = size < 15 ? size : 15};

			/* the library does not know nops with a register (0f 1f c0); they run above
			 */
			if (memmem(bytes, size, "\x0f\x1f", 2))
				continue;
			memcpy(trial.bytes, bytes, trial.length);
			fail_trial(&trial, "accepted, but no instruction");
		}
		if (insn.kind == LUPE_INSN_OTHER || insn.kind == LUPE_INSN_NOP)
			assert_int_equal(emulation.regs.rip, regs.rip + insn.length);
		if (insn.has_target && insn.kind != LUPE_INSN_CONDITIONAL)
			assert_int_equal(emulation.regs.rip, insn.target);
		assert_false(
		    lupe_emulate(bytes, insn.length - 1, &regs, &memory, false, &emulation));
	}
	assert_true(accepted > 10000);
	lupe_disasm_destroy(disasm);
}

static bool emulates(const struct user_regs_struct *regs, const char *bytes, size_t size,
		     bool shadow_stack)
{
	unsigned char stack[256] = {0};
	struct lupe_memory_span span = {0x7ffe00000000, stack, sizeof(stack)};
	struct lupe_memory memory = lupe_memory_over_span(&span);
	struct lupe_emulation emulation;

	return lupe_emulate((const unsigned char *)bytes, size, regs, &memory, shadow_stack,
			    &emulation);
}

#define EMULATES(regs, bytes)          emulates(regs, bytes, sizeof(bytes) - 1, false)
#define EMULATES_SHADOWED(regs, bytes) emulates(regs, bytes, sizeof(bytes) - 1, true)

static void test_refused(void **state)
{
	struct user_regs_struct regs = {.rip = 0x401000,
					.rsp = 0x7ffe00000080,
					.rbp = 0x7ffe00000080,
					.rax = 0x8000000000000000,
					.rbx = 0x601000,
					.eflags = 0x202};
	struct user_regs_struct odd = regs;

	(void)state;
	assert_true(EMULATES(&regs, "\x55"));
	assert_false(EMULATES(&regs, "\x0f\x05"));     /* syscall */
	assert_false(EMULATES(&regs, "\x66\x55"));     /* 16-bit push */
	assert_false(EMULATES(&regs, "\x41\x90"));     /* xchg %eax,%r8d */
	assert_false(EMULATES(&regs, "\xff\xd0"));     /* call to no user address */
	assert_false(EMULATES(&regs, "\x48\x8b\x03")); /* memory that is not the stack */
	assert_false(EMULATES(&regs, "\x48\x89\x03"));
	assert_false(EMULATES(&regs, "\x64\x48\x8b\x45\x08"));   /* thread-local */
	assert_false(EMULATES(&regs, "\x48\x8b\x85\0\0\0\x40")); /* far from the frame */
	assert_false(EMULATES(&regs, "\x48\x8d\xc0"));           /* lea of a register */
	assert_false(EMULATES(&regs, "\x48\x13\xc3"));           /* adc */
	assert_false(EMULATES(&regs, "\xf0\x48\x01\xd8"));       /* lock */
	assert_false(EMULATES(&regs, "\xf3\x48\x89\xd8"));
	assert_false(EMULATES(&regs, "\xf3\x48\x0f\x1e\xc8")); /* rdsspq */
	assert_false(EMULATES(&regs, "\x66\xe9\0\0\0\0"));
	assert_false(EMULATES(&regs, ""));
	assert_true(EMULATES(&regs, "\xe8\0\0\0\0"));
	assert_false(EMULATES_SHADOWED(&regs, "\xe8\0\0\0\0"));
	assert_false(EMULATES_SHADOWED(&regs, "\xc3"));
	assert_true(EMULATES_SHADOWED(&regs, "\x55"));
	odd.rsp = 0x7ffe00001000; /* cannot be read */
	assert_false(EMULATES(&odd, "\xc3"));
	odd.rsp = 0xffff800000000000;
	assert_false(EMULATES(&odd, "\x55"));
	odd = regs;
	odd.eflags |= 0x100; /* the program steps itself */
	assert_false(EMULATES(&odd, "\x55"));
	assert_false(lupe_emulate((const unsigned char *)"\x5d", 1, &regs, NULL, false,
				  &(struct lupe_emulation){0}));
}

static void test_resume_flag_is_cleared(void **state)
{
	struct user_regs_struct regs = {.rip = 0x401000, .eflags = 0x10202};
	struct lupe_emulation emulation;

	(void)state;
	assert_true(lupe_emulate((const unsigned char *)"\x90", 1, &regs, NULL, false, &emulation));
	assert_int_equal(emulation.regs.eflags, 0x202);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_against_processor),
	    cmocka_unit_test(test_random_bytes),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_resume_flag_is_cleared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
