/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The unwinder: stacks made by hand, one per way from a frame to its caller; this thread's own stack,
 * through a signal handler and as its functions know it; random memory, which must end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <signal.h>
#include <ucontext.h>
#include "base/cleanup.h"
#include "lupe/unwind.h"
#include "own_process.h"

enum {
	STACK_AT = 0x7ffe0000,
	STACK_WORDS = 512,
	CODE_AT = 0x400000,
	CODE_SIZE = 0x1000,
	RBX = 3,
	RBP = 6,
	RSP = 7,
	RIP = 16,
};

/* --- a world made by hand --- */

struct world {
	uint64_t stack[STACK_WORDS];
	unsigned char code[CODE_SIZE];
	/* One row for all code from row_from to row_to. */
	bool has_row;
	lupe_addr row_from, row_to;
	struct lupe_cfi_row row;
	struct lupe_memory memory;
	struct lupe_unwind_source source;
};

static size_t read_span(const void *bytes, lupe_addr base, size_t length, lupe_addr addr,
			void *buffer, size_t size)
{
	if (addr - base >= length)
		return 0;
	size = MIN(size, length - (addr - base));
	memcpy(buffer, (const char *)bytes + (addr - base), size);
	return size;
}

static size_t world_read(void *context, lupe_addr addr, void *buffer, size_t size)
{
	struct world *world = context;
	size_t got =
	    read_span(world->stack, STACK_AT, sizeof(world->stack), addr, buffer, size);

	return got ? got
		   : read_span(world->code, CODE_AT, sizeof(world->code), addr, buffer, size);
}

static bool world_cfi(void *context, lupe_addr addr, struct lupe_cfi_row *ret)
{
	struct world *world = context;

	if (!world->has_row || addr < world->row_from || addr >= world->row_to)
		return false;
	*ret = world->row;
	return true;
}

static bool world_executable(void *context, lupe_addr addr)
{
	(void)context;
	return addr - CODE_AT < CODE_SIZE;
}

static void init_world(struct world *world)
{
	memset(world, 0, sizeof(*world));
	world->memory = (struct lupe_memory){world_read, NULL, world};
	world->source =
	    (struct lupe_unwind_source){&world->memory, world_cfi, world_executable, world};
}

/* CFA = `reg` + offset, the return address below it, for all code. */
static void set_row(struct world *world, unsigned reg, int64_t offset)
{
	world->has_row = true;
	world->row_from = CODE_AT;
	world->row_to = CODE_AT + CODE_SIZE;
	world->row = (struct lupe_cfi_row){
	    .function = CODE_AT,
	    .function_end = CODE_AT + CODE_SIZE,
	    .cfa = {.kind = LUPE_CFI_REGISTER, .reg = reg, .offset = offset},
	    .return_column = RIP,
	};
	world->row.regs[RIP] = (struct lupe_cfi_rule){.kind = LUPE_CFI_OFFSET, .offset = -8};
}

/* A call instruction that ends at `pc`, and answers pc. */
static lupe_addr put_call(struct world *world, lupe_addr pc, lupe_addr target)
{
	int32_t displacement = target - pc;

	world->code[pc - CODE_AT - 5] = 0xe8;
	memcpy(world->code + (pc - CODE_AT - 4), &displacement, sizeof(displacement));
	return pc;
}

static lupe_addr word_at(unsigned index)
{
	return STACK_AT + index * 8;
}

static struct user_regs_struct regs_at(lupe_addr pc, unsigned sp_index)
{
	return (struct user_regs_struct){.rip = pc, .rsp = word_at(sp_index), .rbx = 0xb0b};
}

/* --- by call frame information --- */

static void test_row(void **state)
{
	struct world world;
	struct lupe_unwind_frame frame;
	struct user_regs_struct regs = regs_at(CODE_AT + 0x10, 10);

	(void)state;
	init_world(&world);
	set_row(&world, RSP, 24);
	world.row.regs[RBP] = (struct lupe_cfi_rule){.kind = LUPE_CFI_OFFSET, .offset = -16};
	world.row.regs[12] = (struct lupe_cfi_rule){.kind = LUPE_CFI_VAL_OFFSET, .offset = -24};
	world.row.regs[13] = (struct lupe_cfi_rule){.kind = LUPE_CFI_REGISTER, .reg = RBX};
	world.row.regs[14] = (struct lupe_cfi_rule){.kind = LUPE_CFI_UNDEFINED};
	world.stack[11] = 0xb9;
	world.stack[12] = CODE_AT + 0x100;
	regs.rax = 77;
	lupe_unwind_start(&world.source, &regs, LUPE_UNWIND_ALL_KNOWN, &frame);
	assert_int_equal(frame.trust, LUPE_TRUST_REGISTERS);
	assert_int_equal(lupe_unwind_lookup_pc(&frame), CODE_AT + 0x10);
	assert_int_equal(lupe_unwind_next(&world.source, &frame, &frame), LUPE_UNWIND_GOES_ON);
	assert_int_equal(frame.pc, CODE_AT + 0x100);
	assert_int_equal(lupe_unwind_lookup_pc(&frame), CODE_AT + 0xff);
	assert_int_equal(frame.sp, word_at(13));
	assert_int_equal(frame.trust, LUPE_TRUST_CFI);
	assert_int_equal(frame.regs[RBP], 0xb9);
	assert_int_equal(frame.regs[RBX], 0xb0b); /* preserved, though nothing is said */
	assert_int_equal(frame.regs[12], word_at(10));
	assert_int_equal(frame.regs[13], 0xb0b);
	assert_false(frame.known >> 14 & 1);
	assert_false(frame.known & 1); /* rax belongs to the callee */
	assert_false(frame.is_tainted);
}

static void test_ends(void **state)
{
	struct world world;
	struct lupe_unwind_frame frame;
	struct user_regs_struct regs = regs_at(CODE_AT + 0x10, 10);

	(void)state;
	init_world(&world);
	set_row(&world, RSP, 8);
	lupe_unwind_start(&world.source, &regs, LUPE_UNWIND_ALL_KNOWN, &frame);
	assert_int_equal(lupe_unwind_next(&world.source, &frame, &frame), LUPE_UNWIND_OUTERMOST);
	world.row.regs[RIP].kind = LUPE_CFI_UNDEFINED;
	lupe_unwind_start(&world.source, &regs, LUPE_UNWIND_ALL_KNOWN, &frame);
	assert_int_equal(lupe_unwind_next(&world.source, &frame, &frame), LUPE_UNWIND_OUTERMOST);
	set_row(&world, RSP, 0); /* the frame has no size: it would go round for ever */
	world.stack[9] = CODE_AT + 0x10;
	lupe_unwind_start(&world.source, &regs, LUPE_UNWIND_ALL_KNOWN, &frame);
	assert_int_equal(lupe_unwind_next(&world.source, &frame, &frame), LUPE_UNWIND_LOOP);
	set_row(&world, RSP, 1 << 20);
	lupe_unwind_start(&world.source, &regs, LUPE_UNWIND_ALL_KNOWN, &frame);
	assert_int_equal(lupe_unwind_next(&world.source, &frame, &frame), LUPE_UNWIND_UNREADABLE);
	set_row(&world, 99, 8);
	lupe_unwind_start(&world.source, &regs, LUPE_UNWIND_ALL_KNOWN, &frame);
	assert_int_equal(lupe_unwind_next(&world.source, &frame, &frame), LUPE_UNWIND_NO_RULE);
	world.has_row = false; /* and the stack holds no return address */
	lupe_unwind_start(&world.source, &regs, LUPE_UNWIND_ALL_KNOWN, &frame);
	assert_int_equal(lupe_unwind_next(&world.source, &frame, &frame), LUPE_UNWIND_NO_RULE);
}

/* The thread was not stopped: rbp is unknown, and the one call of this function tells where it is. */
static void test_verified_call(void **state)
{
	struct world world;
	struct lupe_unwind_frame frame;
	struct user_regs_struct regs = regs_at(CODE_AT + 0x10, 10);

	(void)state;
	init_world(&world);
	set_row(&world, RBP, 16);
	world.row.regs[RBP] = (struct lupe_cfi_rule){.kind = LUPE_CFI_OFFSET, .offset = -16};
	world.stack[12] = put_call(&world, CODE_AT + 0x80, CODE_AT + 0x300); /* of another function */
	world.stack[20] = 0x1234;
	world.stack[21] = put_call(&world, CODE_AT + 0x100, CODE_AT);
	lupe_unwind_start(&world.source, &regs, 0, &frame);
	assert_int_equal(lupe_unwind_next(&world.source, &frame, &frame), LUPE_UNWIND_GOES_ON);
	assert_int_equal(frame.pc, CODE_AT + 0x100);
	assert_int_equal(frame.sp, word_at(22));
	assert_int_equal(frame.regs[RBP], 0x1234);
	assert_int_equal(frame.trust, LUPE_TRUST_VERIFIED_CALL);
	assert_true(frame.is_tainted);

	/* through a procedure linkage table */
	memcpy(world.code + 0x400, "\xf3\x0f\x1e\xfa\xf2\xff\x25\xf5\0\0\0", 11);
	memcpy(world.code + 0x500, &(uint64_t){CODE_AT}, 8);
	put_call(&world, CODE_AT + 0x100, CODE_AT + 0x400);
	lupe_unwind_start(&world.source, &regs, 0, &frame);
	assert_int_equal(lupe_unwind_next(&world.source, &frame, &frame), LUPE_UNWIND_GOES_ON);
	assert_int_equal(frame.pc, CODE_AT + 0x100);

	/* two such calls: nobody can tell which */
	world.stack[30] = world.stack[21];
	lupe_unwind_start(&world.source, &regs, 0, &frame);
	assert_int_equal(lupe_unwind_next(&world.source, &frame, &frame), LUPE_UNWIND_UNKNOWN);
}

/* --- signal frames --- */

static void test_signal_frame_without_cfi(void **state)
{
	static const unsigned char trampoline[] = {0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05};
	struct world world;
	struct lupe_unwind_frame frame;
	struct user_regs_struct regs = regs_at(CODE_AT + 0x200, 10);

	(void)state;
	init_world(&world);
	memcpy(world.code + 0x200, trampoline, sizeof(trampoline));
	for (unsigned i = 0; i < 17; i++)
		world.stack[10 + 5 + i] = 100 + i;
	world.stack[10 + 5 + 15] = word_at(5); /* rsp: another stack, so it need not grow */
	world.stack[10 + 5 + 16] = CODE_AT + 0x44;
	lupe_unwind_start(&world.source, &regs, LUPE_UNWIND_ALL_KNOWN, &frame);
	assert_true(frame.is_signal);
	assert_int_equal(lupe_unwind_next(&world.source, &frame, &frame), LUPE_UNWIND_GOES_ON);
	assert_int_equal(frame.pc, CODE_AT + 0x44);
	assert_true(frame.is_exact);
	assert_int_equal(lupe_unwind_lookup_pc(&frame), CODE_AT + 0x44);
	assert_int_equal(frame.sp, word_at(5));
	assert_int_equal(frame.regs[8], 100);
	assert_int_equal(frame.regs[5], 108);	/* rdi */
	assert_int_equal(frame.regs[RBP], 110);
	assert_int_equal(frame.regs[0], 113);	/* rax */
	assert_int_equal(frame.known, 0x1ffff);
	assert_int_equal(frame.trust, LUPE_TRUST_SIGNAL);
}

/* --- guesses --- */

static void test_call_of_null(void **state)
{
	struct world world;
	struct lupe_unwind_frame frame;
	struct user_regs_struct regs = regs_at(0, 10);

	(void)state;
	init_world(&world);
	world.stack[10] = put_call(&world, CODE_AT + 0x100, 0);
	lupe_unwind_start(&world.source, &regs, LUPE_UNWIND_ALL_KNOWN, &frame);
	assert_int_equal(lupe_unwind_next(&world.source, &frame, &frame), LUPE_UNWIND_GOES_ON);
	assert_int_equal(frame.pc, CODE_AT + 0x100);
	assert_int_equal(frame.sp, word_at(11));
	assert_int_equal(frame.trust, LUPE_TRUST_RETURN_AT_SP);
	assert_int_equal(frame.regs[RBX], 0xb0b);
	assert_true(frame.known >> RBX & 1);
}

static void test_frame_pointer(void **state)
{
	struct world world;
	struct lupe_unwind_frame frame;
	struct user_regs_struct regs = regs_at(CODE_AT + 0x10, 10);

	(void)state;
	init_world(&world);
	world.stack[11] = put_call(&world, CODE_AT + 0x80, 0); /* a stale one, nearer than rbp */
	world.stack[20] = 0x1234;
	world.stack[21] = put_call(&world, CODE_AT + 0x100, 0);
	regs.rbp = word_at(20);
	lupe_unwind_start(&world.source, &regs, LUPE_UNWIND_ALL_KNOWN, &frame);
	assert_int_equal(lupe_unwind_next(&world.source, &frame, &frame), LUPE_UNWIND_GOES_ON);
	assert_int_equal(frame.pc, CODE_AT + 0x100);
	assert_int_equal(frame.trust, LUPE_TRUST_FRAME_POINTER);
	assert_int_equal(frame.regs[RBP], 0x1234);
	/* no call precedes it: the scan finds the other */
	world.stack[21] = CODE_AT + 0x103;
	lupe_unwind_start(&world.source, &regs, LUPE_UNWIND_ALL_KNOWN, &frame);
	assert_int_equal(lupe_unwind_next(&world.source, &frame, &frame), LUPE_UNWIND_GOES_ON);
	assert_int_equal(frame.pc, CODE_AT + 0x80);
	assert_int_equal(frame.trust, LUPE_TRUST_STACK_SCAN);
	assert_int_equal(frame.sp, word_at(12));
}

/* After a guess each step is tested: a row that leads astray is not followed. */
static void test_taint(void **state)
{
	struct world world;
	struct lupe_unwind_frame frame;
	struct user_regs_struct regs = regs_at(CODE_AT + 0x10, 10);

	(void)state;
	init_world(&world);
	set_row(&world, RSP, 32);
	world.row_from = CODE_AT + 0x80;
	world.stack[10] = put_call(&world, CODE_AT + 0x100, 0);
	world.stack[14] = CODE_AT + 0x333; /* what the row finds; no call precedes it */
	world.stack[16] = put_call(&world, CODE_AT + 0x200, 0);
	lupe_unwind_start(&world.source, &regs, LUPE_UNWIND_ALL_KNOWN, &frame);
	assert_int_equal(lupe_unwind_next(&world.source, &frame, &frame), LUPE_UNWIND_GOES_ON);
	assert_int_equal(frame.pc, CODE_AT + 0x100);
	assert_int_equal(lupe_unwind_next(&world.source, &frame, &frame), LUPE_UNWIND_GOES_ON);
	assert_int_equal(frame.pc, CODE_AT + 0x200);
	assert_int_equal(frame.trust, LUPE_TRUST_STACK_SCAN);
}

/* --- random memory --- */

static uint64_t random_state = 0x123456789abcdefu; /* always the same sequence */

static uint64_t random_word(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state * 0x2545f4914f6cdd1du;
}

static uint64_t tempting_word(void)
{
	switch (random_word() % 4) {
	case 0:
		return STACK_AT + random_word() % (STACK_WORDS * 8);
	case 1:
		return CODE_AT + random_word() % CODE_SIZE;
	case 2:
		return random_word() % 256;
	default:
		return random_word();
	}
}

static void randomise(struct world *world)
{
	set_row(world, random_word() % 20, random_word() % 64);
	world->has_row = random_word() % 4;
	world->row_from += random_word() % CODE_SIZE;
	world->row.is_signal = random_word() % 16 == 0;
	for (unsigned i = 0; i < LUPE_CFI_REGISTERS; i++)
		if (random_word() % 3 == 0)
			world->row.regs[i] = (struct lupe_cfi_rule){
			    .kind = random_word() % LUPE_CFI_EXPRESSION,
			    .reg = random_word() % 20,
			    .offset = (int64_t)(random_word() % 512) - 256};
	for (unsigned i = 0; i < STACK_WORDS; i++)
		world->stack[i] = tempting_word();
	for (unsigned i = 0; i < CODE_SIZE; i++)
		world->code[i] = random_word() % 3 ? random_word() : 0xe8;
}

/* sp grows with every step. Where it is the CFA and the return address is read below it, there are no
 * more frames than bytes of the stack. */
static void test_random_memory(void **state)
{
	static struct world world;
	unsigned long frames = 0;

	(void)state;
	init_world(&world);
	for (int round = 0; round < 3000; round++) {
		struct lupe_unwind_frame frame;
		struct user_regs_struct regs = regs_at(tempting_word(), random_word() % STACK_WORDS);
		unsigned depth = 0;

		randomise(&world);
		regs.rbp = tempting_word();
		lupe_unwind_start(&world.source, &regs, LUPE_UNWIND_ALL_KNOWN, &frame);
		while (depth < 3 * STACK_WORDS * 8 && lupe_unwind_next(&world.source, &frame, &frame) ==
					    LUPE_UNWIND_GOES_ON)
			depth++;
		if (!world.row.is_signal && world.row.regs[RIP].kind == LUPE_CFI_OFFSET &&
		    world.row.regs[RSP].kind == LUPE_CFI_UNSPECIFIED)
			assert_true(depth <= STACK_WORDS * 8);
		frames += depth;
	}
	assert_true(frames > 3000);
}

/* --- this thread --- */

enum { MAX_FRAMES = 64, DEPTH = 5 };

static struct lupe_modules *modules;
static struct {
	char name[64];
	bool is_signal;
	enum lupe_trust trust;
} seen[MAX_FRAMES];
static size_t n_seen;
static enum lupe_unwind_end seen_end;
static bool partial;

static struct user_regs_struct regs_of(const ucontext_t *context)
{
	const greg_t *g = context->uc_mcontext.gregs;

	return (struct user_regs_struct){
	    .r8 = g[REG_R8], .r9 = g[REG_R9], .r10 = g[REG_R10], .r11 = g[REG_R11],
	    .r12 = g[REG_R12], .r13 = g[REG_R13], .r14 = g[REG_R14], .r15 = g[REG_R15],
	    .rdi = g[REG_RDI], .rsi = g[REG_RSI], .rbp = g[REG_RBP], .rbx = g[REG_RBX],
	    .rdx = g[REG_RDX], .rax = g[REG_RAX], .rcx = g[REG_RCX], .rsp = g[REG_RSP],
	    .rip = g[REG_RIP],
	};
}

static void unwind_from(const struct user_regs_struct *regs)
{
	struct lupe_unwind_source source = lupe_unwind_source_of(modules, &own_memory);
	struct lupe_unwind_frame frame;
	struct lupe_symbol symbol;

	n_seen = 0;
	lupe_unwind_start(&source, regs, partial ? 0 : LUPE_UNWIND_ALL_KNOWN, &frame);
	do {
		bool found = lupe_modules_symbol_at(modules, lupe_unwind_lookup_pc(&frame), &symbol,
						    NULL);

		snprintf(seen[n_seen].name, sizeof(seen[0].name), "%s", found ? symbol.name : "??");
		seen[n_seen].name[strcspn(seen[n_seen].name, ".")] = '\0'; /* "f.constprop.0" */
		seen[n_seen].is_signal = frame.is_signal;
		seen[n_seen].trust = frame.trust;
		n_seen++;
		seen_end = lupe_unwind_next(&source, &frame, &frame);
	} while (seen_end == LUPE_UNWIND_GOES_ON && n_seen < MAX_FRAMES);
}

/* In the handler: from where the signal came, and from the handler itself. */
static bool from_handler;

static void handle(int signal, siginfo_t *info, void *context)
{
	ucontext_t here;
	struct user_regs_struct regs;

	(void)signal;
	(void)info;
	if (from_handler) {
		getcontext(&here);
		regs = regs_of(&here);
	} else {
		regs = regs_of(context);
	}
	unwind_from(&regs);
}

__attribute__((noinline)) static int raise_here(int how)
{
	if (how)
		raise(SIGUSR1);
	__asm__ volatile("" ::: "memory");
	return how + 1;
}

/* gcc realigns the stack by a register here: the CFA is an expression ("DRAP"). */
__attribute__((noinline)) static int realigned(int how)
{
	volatile char aligned[64] __attribute__((aligned(64)));
	volatile char *more = __builtin_alloca(how * 16 + 16);

	more[0] = aligned[0] = how;
	return raise_here(how) + more[0] + aligned[0];
}

__attribute__((noinline)) static int recurse(int depth)
{
	int result = depth ? recurse(depth - 1) : realigned(1);

	__asm__ volatile("" ::: "memory"); /* no loop may be made of it */
	return result + 1;
}

static size_t find_seen(const char *name)
{
	for (size_t i = 0; i < n_seen; i++)
		if (strcmp(seen[i].name, name) == 0)
			return i;
	fail_msg("%s is not on the stack", name);
	return 0;
}

static void assert_own_stack(size_t at)
{
	assert_string_equal(seen[at].name, "raise_here");
	assert_string_equal(seen[at + 1].name, "realigned");
	for (size_t i = 0; i <= DEPTH; i++)
		assert_string_equal(seen[at + 2 + i].name, "recurse");
	assert_true(find_seen("main") > at + 2 + DEPTH);
	assert_int_equal(seen_end, LUPE_UNWIND_OUTERMOST);
	for (size_t i = 0; i < n_seen; i++)
		assert_true(seen[i].trust <= LUPE_TRUST_SIGNAL);
}

static void run_with_handler(int flags, bool start_in_handler)
{
	struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | flags};

	assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
	from_handler = start_in_handler;
	assert_int_equal(recurse(DEPTH), 2 + 1 + 1 + DEPTH + 1);
}

static void test_own_stack(void **state)
{
	(void)state;
	partial = false;
	run_with_handler(0, false);
	assert_own_stack(find_seen("raise_here"));
}

static void test_through_signal_handler(void **state)
{
	size_t signal_at;

	(void)state;
	partial = false;
	run_with_handler(0, true);
	signal_at = find_seen("handle") + 1;
	assert_true(seen[signal_at].is_signal);
	assert_false(seen[signal_at - 1].is_signal);
	assert_int_equal(seen[signal_at + 1].trust, LUPE_TRUST_SIGNAL);
	assert_own_stack(find_seen("raise_here"));
}

static void test_on_another_stack(void **state)
{
	stack_t other = {.ss_size = 1 << 20};

	(void)state;
	partial = false;
	other.ss_sp = malloc(other.ss_size);
	assert_non_null(other.ss_sp);
	assert_int_equal(sigaltstack(&other, NULL), 0);
	run_with_handler(SA_ONSTACK, true);
	assert_own_stack(find_seen("raise_here"));
	other.ss_flags = SS_DISABLE;
	assert_int_equal(sigaltstack(&other, NULL), 0);
	free(other.ss_sp);
}

/* With pc and sp alone: whatever is found must be true, and it says why it ends. */
static void test_partial_registers(void **state)
{
	(void)state;
	partial = true;
	run_with_handler(0, false);
	partial = false;
	if (seen_end == LUPE_UNWIND_OUTERMOST)
		assert_true(find_seen("main") > find_seen("recurse"));
	else
		assert_int_equal(seen_end, LUPE_UNWIND_UNKNOWN);
}

static int open_modules(void **state)
{
	static struct lupe_images *images;

	if (lupe_images_create(NULL, &images))
		return 1;
	*state = images;
	modules = own_modules(images, true);
	return 0;
}

static int close_modules(void **state)
{
	lupe_modules_destroy(modules);
	lupe_images_destroy(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_row),
	    cmocka_unit_test(test_ends),
	    cmocka_unit_test(test_verified_call),
	    cmocka_unit_test(test_signal_frame_without_cfi),
	    cmocka_unit_test(test_call_of_null),
	    cmocka_unit_test(test_frame_pointer),
	    cmocka_unit_test(test_taint),
	    cmocka_unit_test(test_random_memory),
	    cmocka_unit_test(test_own_stack),
	    cmocka_unit_test(test_through_signal_handler),
	    cmocka_unit_test(test_on_another_stack),
	    cmocka_unit_test(test_partial_registers),
	};

	return cmocka_run_group_tests(tests, open_modules, close_modules);
}
