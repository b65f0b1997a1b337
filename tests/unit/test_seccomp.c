/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The emitted filter, run by a small BPF interpreter, decides as a naive evaluator does; it passes
 * the kernel's rules for seccomp filters; it stays small and shallow; and the kernel itself takes
 * it (on a thread of this test, which a filter can be confined to).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <cmocka.h>
#include "seccomp/filter.h"

enum { X32 = 0x40000000, TRACE_DATA = 0x4c55 };

static uint64_t random_state = 0x9e3779b97f4a7c15u; /* always the same sequence */

static uint64_t random_word(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state * 0x2545f4914f6cdd1du;
}

static uint32_t random_below(uint32_t limit)
{
	return (random_word() >> 32) % limit;
}

/* --- an interpreter of the part of classic BPF that seccomp allows --- */

struct outcome {
	uint32_t word;
	unsigned steps;
	bool looked_at_arguments;
};

static struct outcome interpret(const struct lupe_filter *filter, const struct seccomp_data *data)
{
	struct outcome outcome = {0};
	uint32_t a = 0;

	for (size_t pc = 0; pc < filter->count; pc++) {
		const struct sock_filter *insn = &filter->insns[pc];

		outcome.steps++;
		switch (insn->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			assert_true(insn->k % 4 == 0 && insn->k < sizeof(*data));
			memcpy(&a, (const char *)data + insn->k, sizeof(a));
			outcome.looked_at_arguments |=
			    insn->k >= offsetof(struct seccomp_data, args);
			break;
		case BPF_ALU | BPF_AND | BPF_K:
			a &= insn->k;
			break;
		case BPF_JMP | BPF_JA:
			pc += insn->k;
			break;
		case BPF_JMP | BPF_JEQ | BPF_K:
			pc += a == insn->k ? insn->jt : insn->jf;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			pc += a >= insn->k ? insn->jt : insn->jf;
			break;
		case BPF_JMP | BPF_JGT | BPF_K:
			pc += a > insn->k ? insn->jt : insn->jf;
			break;
		case BPF_RET | BPF_K:
			outcome.word = insn->k;
			return outcome;
		default:
			fail_msg("instruction %zu: code %#x", pc, insn->code);
		}
	}
	fail_msg("ran off the end");
	return outcome;
}

/* What the kernel's checker demands (net/core/filter.c, kernel/seccomp.c): bounded length, jumps
 * that stay inside, a return at the end. */
static void check_valid(const struct lupe_filter *filter)
{
	assert_in_range(filter->count, 1, BPF_MAXINSNS);
	for (size_t pc = 0; pc < filter->count; pc++) {
		const struct sock_filter *insn = &filter->insns[pc];

		if (insn->code == (BPF_JMP | BPF_JA))
			assert_true(pc + 1 + insn->k < filter->count);
		else if (BPF_CLASS(insn->code) == BPF_JMP)
			assert_true(pc + 1 + insn->jt < filter->count &&
				    pc + 1 + insn->jf < filter->count);
	}
	assert_int_equal(filter->insns[filter->count - 1].code, BPF_RET | BPF_K);
}

/* --- the naive evaluator --- */

static uint32_t word_of(struct lupe_filter_verdict verdict)
{
	switch (verdict.action) {
	case LUPE_FILTER_ALLOW:
		return SECCOMP_RET_ALLOW | verdict.data;
	case LUPE_FILTER_TRACE:
		return SECCOMP_RET_TRACE | verdict.data;
	case LUPE_FILTER_ERRNO:
		return SECCOMP_RET_ERRNO | verdict.data;
	}
	fail();
	return 0;
}

static bool applies(const struct lupe_filter_rule *rule, const struct seccomp_data *data)
{
	for (size_t i = 0; i < rule->n_conditions; i++) {
		const struct lupe_filter_condition *c = &rule->conditions[i];

		if (((data->args[c->arg] & c->mask) == c->value) == c->negate)
			return false;
	}
	return true;
}

static uint32_t evaluate(const struct lupe_filter_request *request, const struct seccomp_data *data)
{
	uint32_t trace = SECCOMP_RET_TRACE | request->trace_data, nr = data->nr;

	if (data->arch != AUDIT_ARCH_X86_64 || (nr >= X32 && nr < 2u * X32))
		return request->trace_foreign ? trace : SECCOMP_RET_ALLOW;
	if (nr >= LUPE_SYSCALL_LIMIT)
		return request->trace_unknown ? trace : SECCOMP_RET_ALLOW;
	for (size_t i = 0; i < request->n_rules; i++)
		if (request->rules[i].nr == nr && applies(&request->rules[i], data))
			return word_of(request->rules[i].verdict);
	return request->traced->bits[nr / 64] >> nr % 64 & 1 ? trace : SECCOMP_RET_ALLOW;
}

/* --- helpers --- */

static struct lupe_filter built(const struct lupe_filter_request *request)
{
	struct lupe_filter filter;
	struct lupe_error *error = lupe_filter_init(&filter, request);

	if (error)
		fail_msg("%s", error->message);
	check_valid(&filter);
	return filter;
}

static void check_call(const struct lupe_filter *filter, const struct lupe_filter_request *request,
		       const struct seccomp_data *data)
{
	struct outcome outcome = interpret(filter, data);
	uint32_t expected = evaluate(request, data);

	if (outcome.word != expected)
		fail_msg("arch %#x nr %#x: %#x, expected %#x", data->arch, data->nr, outcome.word,
			 expected);
	/* the condition for the kernel's cache */
	if (!request->n_rules)
		assert_false(outcome.looked_at_arguments);
}

/* Every number there is, its neighbours at the borders, by three architectures. */
static void check_all_numbers(const struct lupe_filter *filter,
			      const struct lupe_filter_request *request)
{
	static const uint32_t borders[] = {LUPE_SYSCALL_LIMIT,
					   LUPE_SYSCALL_LIMIT + 1,
					   X32 - 1,
					   X32,
					   X32 + 1,
					   X32 + 512,
					   2u * X32 - 1,
					   2u * X32,
					   UINT32_MAX - 1,
					   UINT32_MAX};
	static const uint32_t archs[] = {AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, AUDIT_ARCH_AARCH64};
	struct seccomp_data data = {0};

	for (size_t i = 0; i < 6; i++)
		data.args[i] = random_word();
	for (size_t k = 0; k < 3; k++) {
		data.arch = archs[k];
		for (data.nr = 0; data.nr < LUPE_SYSCALL_LIMIT; data.nr++)
			check_call(filter, request, &data);
		for (size_t i = 0; i < sizeof(borders) / sizeof(*borders); i++) {
			data.nr = borders[i];
			check_call(filter, request, &data);
		}
	}
}

static void add(struct lupe_syscall_set *set, unsigned nr)
{
	set->bits[nr / 64] |= UINT64_C(1) << nr % 64;
}

/* Sparse, dense, in runs: each kind has its own code. */
static struct lupe_syscall_set random_set(void)
{
	struct lupe_syscall_set set = {{0}};
	uint32_t kind = random_below(4), percent = random_below(101), nr;

	switch (kind) {
	case 0:
		for (uint32_t n = random_below(12); n; n--)
			add(&set, random_below(LUPE_SYSCALL_LIMIT));
		break;
	case 1:
		for (nr = 0; nr < LUPE_SYSCALL_LIMIT; nr++)
			if (random_below(100) < percent)
				add(&set, nr);
		break;
	case 2:
		for (nr = random_below(20); nr < LUPE_SYSCALL_LIMIT; nr += random_below(30))
			for (uint32_t n = 1 + random_below(40); n && nr < LUPE_SYSCALL_LIMIT; n--)
				add(&set, nr++);
		break;
	default:
		memset(&set, 0xff, sizeof(set));
		for (uint32_t n = random_below(12); n; n--)
			set.bits[random_below(LUPE_SYSCALL_LIMIT / 64)] &= random_word();
		break;
	}
	return set;
}

/* --- tests --- */

static void test_random_sets(void **state)
{
	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct lupe_syscall_set set = random_set();
		struct lupe_filter_request request = {.traced = &set,
						      .trace_unknown = round & 1,
						      .trace_foreign = round & 2,
						      .trace_data = TRACE_DATA};
		struct lupe_filter filter = built(&request);

		check_all_numbers(&filter, &request);
		lupe_filter_deinit(&filter);
	}
}

static void check_shape(const struct lupe_syscall_set *set, size_t max_insns, unsigned max_steps)
{
	struct lupe_filter_request request = {
	    .traced = set, .trace_unknown = true, .trace_foreign = true};
	struct lupe_filter filter = built(&request);
	struct seccomp_data data = {.arch = AUDIT_ARCH_X86_64};

	check_all_numbers(&filter, &request);
	assert_in_range(filter.count, 1, max_insns);
	for (data.nr = 0; data.nr < LUPE_SYSCALL_LIMIT; data.nr++)
		assert_in_range(interpret(&filter, &data).steps, 1, max_steps);
	lupe_filter_deinit(&filter);
}

static void test_size_and_depth(void **state)
{
	struct lupe_syscall_set set = {{0}};

	(void)state;
	check_shape(&set, 8, 8); /* nothing but the foreign */
	add(&set, 59);
	check_shape(&set, 12, 8);
	memset(&set, 0xff, sizeof(set)); /* everything is one run */
	check_shape(&set, 5, 5);
	memset(&set, 0x55, sizeof(set)); /* the most single numbers */
	check_shape(&set, 2080, 17);
	memset(&set, 0xdb, sizeof(set)); /* the most runs */
	check_shape(&set, 2200, 18);
}

static void test_no_set(void **state)
{
	struct lupe_filter_request request = {0};
	struct lupe_filter filter = built(&request);
	struct seccomp_data data = {.arch = AUDIT_ARCH_X86_64, .nr = 1};

	(void)state;
	assert_int_equal(interpret(&filter, &data).word, SECCOMP_RET_ALLOW);
	data.arch = AUDIT_ARCH_I386;
	assert_int_equal(interpret(&filter, &data).word, SECCOMP_RET_ALLOW);
	assert_in_range(filter.count, 1, 5);
	lupe_filter_deinit(&filter);
	lupe_filter_deinit(&filter); /* twice is harmless */
}

/* Few different values, so that conditions hold now and then. */
static uint64_t few_values(void)
{
	static const uint64_t values[] = {
	    0, 1, 2, UINT32_MAX, UINT64_MAX, UINT64_C(1) << 32, 0x80000000, UINT64_C(0x100000001)};

	return values[random_below(sizeof(values) / sizeof(*values))];
}

static void check_rules(const struct lupe_filter *filter, const struct lupe_filter_request *request)
{
	struct seccomp_data data = {.arch = AUDIT_ARCH_X86_64};

	for (size_t i = 0; i < request->n_rules; i++)
		for (int round = 0; round < 40; round++) {
			data.nr = request->rules[i].nr;
			for (size_t k = 0; k < 6; k++)
				data.args[k] = few_values();
			check_call(filter, request, &data);
		}
	check_all_numbers(filter, request);
}

static void test_random_rules(void **state)
{
	enum { RULES = 24, CONDITIONS = 4 };

	(void)state;
	for (int round = 0; round < 600; round++) {
		struct lupe_filter_condition conditions[RULES][CONDITIONS];
		struct lupe_filter_rule rules[RULES];
		struct lupe_syscall_set set = random_set();
		struct lupe_filter_request request = {.traced = &set,
						      .trace_foreign = true,
						      .trace_data = TRACE_DATA,
						      .rules = rules,
						      .n_rules = 1 + random_below(RULES)};
		struct lupe_filter filter;

		for (size_t i = 0; i < request.n_rules; i++) {
			rules[i] = (struct lupe_filter_rule){
			    .nr = random_below(2) ? random_below(8)
						  : random_below(LUPE_SYSCALL_LIMIT),
			    .verdict = {random_below(3), random_below(4096)},
			    .conditions = conditions[i],
			    .n_conditions = random_below(CONDITIONS + 1)};
			for (size_t k = 0; k < CONDITIONS; k++)
				conditions[i][k] = (struct lupe_filter_condition){
				    .arg = random_below(6),
				    .negate = random_below(2),
				    .mask = random_below(2) ? UINT64_MAX : few_values(),
				    .value = few_values()};
		}
		filter = built(&request);
		check_rules(&filter, &request);
		lupe_filter_deinit(&filter);
	}
}

/* Long pieces of rules between the runs need long jumps. */
static void test_many_rules(void **state)
{
	struct lupe_filter_condition conditions[LUPE_FILTER_MAX_CONDITIONS];
	struct lupe_filter_rule rules[40];
	struct lupe_syscall_set set = {{0}};
	struct lupe_filter_request request = {
	    .traced = &set, .rules = rules, .n_rules = 40, .trace_data = TRACE_DATA};
	struct lupe_filter filter;

	(void)state;
	add(&set, 3);
	for (size_t i = 0; i < LUPE_FILTER_MAX_CONDITIONS; i++)
		conditions[i] = (struct lupe_filter_condition){
		    .arg = i % 6, .negate = i & 1, .mask = ~UINT64_C(0x100000001), .value = i};
	for (size_t i = 0; i < 40; i++)
		rules[i] = (struct lupe_filter_rule){.nr = i / 4 * 10 + 3,
						     .verdict = {LUPE_FILTER_ERRNO, i + 1},
						     .conditions = conditions,
						     .n_conditions = i % 17};
	filter = built(&request);
	assert_true(filter.count > 1000);
	check_rules(&filter, &request);
	lupe_filter_deinit(&filter);
}

static void check_refused(const struct lupe_filter_request *request, enum lupe_error_code code)
{
	struct lupe_filter filter;
	struct lupe_error *error = lupe_filter_init(&filter, request);

	assert_non_null(error);
	assert_int_equal(error->code, code);
	assert_null(filter.insns);
	lupe_error_destroy(error);
}

static void test_refused(void **state)
{
	static struct lupe_filter_condition conditions[LUPE_FILTER_MAX_CONDITIONS + 1];
	struct lupe_filter_rule rules[100] = {{0}};
	struct lupe_filter_request request = {.rules = rules, .n_rules = 1};

	(void)state;
	rules[0] = (struct lupe_filter_rule){.nr = LUPE_SYSCALL_LIMIT};
	check_refused(&request, LUPE_ERROR_INVALID);
	rules[0] = (struct lupe_filter_rule){.nr = 1, .verdict = {LUPE_FILTER_ERRNO, 4096}};
	check_refused(&request, LUPE_ERROR_INVALID);
	rules[0] = (struct lupe_filter_rule){
	    .nr = 1, .conditions = conditions, .n_conditions = LUPE_FILTER_MAX_CONDITIONS + 1};
	check_refused(&request, LUPE_ERROR_INVALID);
	conditions[0].arg = 6;
	rules[0].n_conditions = 1;
	check_refused(&request, LUPE_ERROR_INVALID);
	conditions[0].arg = 0;
	for (size_t i = 0; i < 100; i++) {
		conditions[i % LUPE_FILTER_MAX_CONDITIONS].mask = ~UINT64_C(0x100000001);
		rules[i] = (struct lupe_filter_rule){
		    .nr = i, .conditions = conditions, .n_conditions = LUPE_FILTER_MAX_CONDITIONS};
	}
	request.n_rules = 100;
	check_refused(&request, LUPE_ERROR_UNSUPPORTED);
}

/* --- the kernel's own opinion --- */

struct kernel_test {
	struct lupe_filter filter;
	int installed; /* 0 or errno */
	long first_conditional, second_conditional, always, zero, untouched;
};

static long call(long nr, long a, long b)
{
	long result = syscall(nr, a, b, 0, 0, 0, 0);

	return result < 0 ? -errno : result;
}

/* A filter binds the thread that installs it, and goes with it. */
static void *under_filter(void *argument)
{
	struct kernel_test *test = argument;
	struct sock_fprog program = {.len = test->filter.count, .filter = test->filter.insns};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program)) {
		test->installed = errno;
		return NULL;
	}
	test->first_conditional = call(600, 7, 0);
	test->second_conditional = call(600, 8, 0);
	test->always = call(601, 0, 0);
	test->zero = call(SYS_getppid, 0, 0);
	test->untouched = call(SYS_getpid, 0, 0);
	return NULL;
}

static void test_kernel_takes_it(void **state)
{
	static const struct lupe_filter_condition is_7 = {.arg = 0, .mask = UINT32_MAX, .value = 7};
	static const struct lupe_filter_rule rules[] = {
	    {600, {LUPE_FILTER_ERRNO, ENOSPC}, &is_7, 1},
	    {600, {LUPE_FILTER_ERRNO, EDQUOT}, NULL, 0},
	    {601, {LUPE_FILTER_ERRNO, EBADSLT}, NULL, 0},
	    {SYS_getppid, {LUPE_FILTER_ERRNO, 0}, NULL, 0},
	};
	struct lupe_syscall_set set = {{0}};
	struct lupe_filter_request request = {
	    .traced = &set, .trace_foreign = true, .rules = rules, .n_rules = 4};
	struct kernel_test test = {0};
	pthread_t thread;

	(void)state;
	for (unsigned nr = 602; nr < LUPE_SYSCALL_LIMIT; nr += 2)
		add(&set, nr); /* a long filter, of numbers that nobody calls */
	test.filter = built(&request);
	assert_true(test.filter.count > 800);
	assert_int_equal(pthread_create(&thread, NULL, under_filter, &test), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(test.installed, 0);
	assert_int_equal(test.first_conditional, -ENOSPC);
	assert_int_equal(test.second_conditional, -EDQUOT);
	assert_int_equal(test.always, -EBADSLT);
	assert_int_equal(test.zero, 0);
	assert_int_equal(test.untouched, getpid());
	lupe_filter_deinit(&test.filter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_random_sets),     cmocka_unit_test(test_size_and_depth),
	    cmocka_unit_test(test_no_set),          cmocka_unit_test(test_random_rules),
	    cmocka_unit_test(test_many_rules),      cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_kernel_takes_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
