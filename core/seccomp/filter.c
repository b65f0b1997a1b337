/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Emits seccomp filters; see seccomp/filter.h.
 *
 * The numbers are seen as runs (first to last, one verdict each) on a background of "allow". The
 * code of a list of runs compares with the start of the middle one and goes on with either half,
 * knowing ever narrower bounds; a single run needs at most two more comparisons. Every piece of
 * code ends in returns, so pieces can be put one after the other and moved: jumps stay inside a
 * piece.
 */
#include "seccomp/filter.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include "base/vector.h"

enum {
	X32_FIRST = 0x40000000,
	MAX_JUMP = 255,
	MAX_ERRNO = 4095, /* of the kernel: what a result of -1 to -4095 means */
};

struct run {
	uint32_t first, last;
	bool has_rules; /* then first == last */
};

struct builder {
	const struct lupe_filter_request *request;
	VECTOR(struct sock_filter) code;
	VECTOR(struct run) runs;
	bool failed;
};

/* --- single instructions --- */

static size_t emit(struct builder *builder, uint16_t code, uint32_t k, uint8_t jt, uint8_t jf)
{
	struct sock_filter insn = {code, jt, jf, k};

	if (!builder->failed && !VECTOR_PUSH(&builder->code, insn))
		builder->failed = true;
	return builder->failed ? 0 : builder->code.count - 1;
}

static void emit_load(struct builder *builder, size_t offset)
{
	emit(builder, BPF_LD | BPF_W | BPF_ABS, offset, 0, 0);
}

static void emit_return(struct builder *builder, struct lupe_filter_verdict verdict)
{
	static const uint32_t words[] = {
	    [LUPE_FILTER_ALLOW] = SECCOMP_RET_ALLOW,
	    [LUPE_FILTER_TRACE] = SECCOMP_RET_TRACE,
	    [LUPE_FILTER_ERRNO] = SECCOMP_RET_ERRNO,
	};

	emit(builder, BPF_RET | BPF_K, words[verdict.action] | verdict.data, 0, 0);
}

static void emit_allow(struct builder *builder)
{
	emit_return(builder, (struct lupe_filter_verdict){LUPE_FILTER_ALLOW, 0});
}

static void emit_trace(struct builder *builder)
{
	emit_return(builder,
		    (struct lupe_filter_verdict){LUPE_FILTER_TRACE, builder->request->trace_data});
}

/* Lets the comparison at `at` jump to the end of the code when it holds. What follows it is one
 * piece, so it can make room for a long jump. */
static void jump_to_end_if(struct builder *builder, size_t at)
{
	struct sock_filter *code;
	size_t distance;

	if (builder->failed)
		return;
	distance = builder->code.count - at - 1;
	if (distance <= MAX_JUMP) {
		builder->code.data[at].jt = distance;
		return;
	}
	emit(builder, 0, 0, 0, 0);
	if (builder->failed)
		return;
	code = builder->code.data;
	memmove(code + at + 2, code + at + 1, distance * sizeof(*code));
	code[at].jf = 1;
	code[at + 1] = (struct sock_filter){BPF_JMP | BPF_JA, 0, 0, distance};
}

/* --- rules --- */

/* The jumps of a rule that go to its end, where the next rule begins, are marked so until that
 * place is known; a rule's code is shorter than that (see check_rule). */
enum { TO_NEXT = MAX_JUMP };

/* Falls through when the condition holds, else goes on TO_NEXT. */
static void emit_condition(struct builder *builder, const struct lupe_filter_condition *condition)
{
	size_t base = offsetof(struct seccomp_data, args) + condition->arg * sizeof(uint64_t);
	uint32_t masks[] = {condition->mask, condition->mask >> 32};
	uint32_t values[] = {condition->value, condition->value >> 32};
	int tests = 0, last_half = masks[1] || values[1] ? 1 : 0;
	size_t start = builder->code.count;

	for (int half = 0; half <= last_half; half++) {
		if (!masks[half] && !values[half] && half < last_half)
			continue; /* always equal, and another half decides */
		emit_load(builder, base + half * sizeof(uint32_t));
		if (masks[half] != UINT32_MAX)
			emit(builder, BPF_ALU | BPF_AND | BPF_K, masks[half], 0, 0);
		emit(builder, BPF_JMP | BPF_JEQ | BPF_K, values[half], 0, TO_NEXT);
		tests++;
	}
	if (!condition->negate || builder->failed)
		return;
	/* Turned round: equal in the last half is the miss; unequal in the first is the hit. */
	builder->code.data[builder->code.count - 1].jt = TO_NEXT;
	builder->code.data[builder->code.count - 1].jf = 0;
	for (size_t i = start; tests > 1 && i < builder->code.count - 1; i++)
		if (BPF_CLASS(builder->code.data[i].code) == BPF_JMP)
			builder->code.data[i].jf = builder->code.count - i - 1;
}

static void emit_rule(struct builder *builder, const struct lupe_filter_rule *rule)
{
	size_t start = builder->code.count;

	for (size_t i = 0; i < rule->n_conditions; i++)
		emit_condition(builder, &rule->conditions[i]);
	emit_return(builder, rule->verdict);
	if (builder->failed)
		return;
	for (size_t i = start; i < builder->code.count; i++) {
		struct sock_filter *insn = &builder->code.data[i];
		uint8_t to_next = builder->code.count - i - 1;

		if (BPF_CLASS(insn->code) != BPF_JMP)
			continue;
		if (insn->jt == TO_NEXT)
			insn->jt = to_next;
		if (insn->jf == TO_NEXT)
			insn->jf = to_next;
	}
}

static bool is_traced(const struct lupe_filter_request *request, uint32_t nr)
{
	return request->traced && request->traced->bits[nr / 64] >> nr % 64 & 1;
}

/* The rules of one number, then what the set says. */
static void emit_rules(struct builder *builder, uint32_t nr)
{
	const struct lupe_filter_request *request = builder->request;

	for (size_t i = 0; i < request->n_rules; i++) {
		if (request->rules[i].nr != nr)
			continue;
		emit_rule(builder, &request->rules[i]);
		if (!request->rules[i].n_conditions)
			return;
	}
	if (is_traced(request, nr))
		emit_trace(builder);
	else
		emit_allow(builder);
}

/* --- runs of numbers --- */

static void add_run(struct builder *builder, uint32_t first, uint32_t last, bool has_rules)
{
	struct run run = {first, last, has_rules};
	struct run *previous =
	    builder->runs.count ? &builder->runs.data[builder->runs.count - 1] : NULL;

	if (previous && !has_rules && !previous->has_rules && previous->last + 1 == first)
		previous->last = last;
	else if (!VECTOR_PUSH(&builder->runs, run))
		builder->failed = true;
}

static void find_runs(struct builder *builder)
{
	const struct lupe_filter_request *request = builder->request;
	bool has_rules[LUPE_SYSCALL_LIMIT] = {false};

	for (size_t i = 0; i < request->n_rules; i++)
		has_rules[request->rules[i].nr] = true;
	for (uint32_t nr = 0; nr < LUPE_SYSCALL_LIMIT; nr++)
		if (has_rules[nr] || is_traced(request, nr))
			add_run(builder, nr, nr, has_rules[nr]);
	if (request->trace_unknown)
		add_run(builder, LUPE_SYSCALL_LIMIT, X32_FIRST - 1, false);
	if (request->trace_foreign)
		add_run(builder, X32_FIRST, 2u * X32_FIRST - 1, false);
	if (request->trace_unknown)
		add_run(builder, 2u * X32_FIRST, UINT32_MAX, false);
}

/* The number is between `low` and `high`; is it in the run? */
static void emit_run(struct builder *builder, const struct run *run, uint32_t low, uint32_t high)
{
	bool check_first = low<run->first, check_last = high> run->last;

	if (run->first == run->last && low < high) {
		emit(builder, BPF_JMP | BPF_JEQ | BPF_K, run->first, 1, 0);
		emit_allow(builder);
	} else if (check_last) {
		if (check_first)
			emit(builder, BPF_JMP | BPF_JGE | BPF_K, run->first, 0, 1);
		emit(builder, BPF_JMP | BPF_JGT | BPF_K, run->last, 0, 1);
		emit_allow(builder);
	} else if (check_first) {
		emit(builder, BPF_JMP | BPF_JGE | BPF_K, run->first, 1, 0);
		emit_allow(builder);
	}
	if (run->has_rules)
		emit_rules(builder, run->first);
	else
		emit_trace(builder);
}

static void emit_search(struct builder *builder, const struct run *runs, size_t count, uint32_t low,
			uint32_t high)
{
	size_t half = count / 2, at;

	if (count == 0) {
		emit_allow(builder);
	} else if (count == 1) {
		emit_run(builder, runs, low, high);
	} else {
		at = emit(builder, BPF_JMP | BPF_JGE | BPF_K, runs[half].first, 0, 0);
		emit_search(builder, runs, half, low, runs[half].first - 1);
		jump_to_end_if(builder, at);
		emit_search(builder, runs + half, count - half, runs[half].first, high);
	}
}

static void emit_filter(struct builder *builder)
{
	emit_load(builder, offsetof(struct seccomp_data, arch));
	emit(builder, BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0);
	if (builder->request->trace_foreign)
		emit_trace(builder);
	else
		emit_allow(builder);
	emit_load(builder, offsetof(struct seccomp_data, nr));
	emit_search(builder, builder->runs.data, builder->runs.count, 0, UINT32_MAX);
}

/* --- the request --- */

static struct lupe_error *check_rule(const struct lupe_filter_rule *rule)
{
	/* Six instructions a condition and the return: jumps inside a rule are short. */
	_Static_assert(LUPE_FILTER_MAX_CONDITIONS * 6 + 1 < TO_NEXT, "a rule's jumps are short");

	if (rule->nr >= LUPE_SYSCALL_LIMIT)
		return lupe_error_create(LUPE_ERROR_INVALID,
					 "cannot filter syscall %u: there is no such number",
					 rule->nr);
	if (rule->n_conditions > LUPE_FILTER_MAX_CONDITIONS)
		return lupe_error_create(
		    LUPE_ERROR_INVALID,
		    "cannot filter syscall %u: %zu conditions, at most %d are possible", rule->nr,
		    rule->n_conditions, LUPE_FILTER_MAX_CONDITIONS);
	if (rule->verdict.action == LUPE_FILTER_ERRNO && rule->verdict.data > MAX_ERRNO)
		return lupe_error_create(LUPE_ERROR_INVALID,
					 "cannot fail syscall %u with error %u: the largest is %d",
					 rule->nr, rule->verdict.data, MAX_ERRNO);
	for (size_t i = 0; i < rule->n_conditions; i++)
		if (rule->conditions[i].arg >= LUPE_SYSCALL_MAX_ARGS)
			return lupe_error_create(
			    LUPE_ERROR_INVALID,
			    "cannot filter syscall %u by argument %u: there are %d", rule->nr,
			    rule->conditions[i].arg, LUPE_SYSCALL_MAX_ARGS);
	return NULL;
}

static struct lupe_error *result_of(const struct builder *builder)
{
	if (builder->failed)
		return lupe_error_no_memory();
	if (builder->code.count > BPF_MAXINSNS)
		return lupe_error_create(
		    LUPE_ERROR_UNSUPPORTED,
		    "cannot build the seccomp filter: %zu instructions, the kernel "
		    "takes %d; use fewer rules",
		    builder->code.count, BPF_MAXINSNS);
	return NULL;
}

struct lupe_error *lupe_filter_init(struct lupe_filter *filter,
				    const struct lupe_filter_request *request)
{
	struct builder builder = {.request = request};
	struct lupe_error *error;

	*filter = (struct lupe_filter){0};
	for (size_t i = 0; i < request->n_rules; i++) {
		error = check_rule(&request->rules[i]);
		if (error)
			return error;
	}
	find_runs(&builder);
	emit_filter(&builder);
	VECTOR_DEINIT(&builder.runs);
	error = result_of(&builder);
	if (error) {
		VECTOR_DEINIT(&builder.code);
		return error;
	}
	*filter = (struct lupe_filter){builder.code.data, builder.code.count};
	return NULL;
}

void lupe_filter_deinit(struct lupe_filter *filter)
{
	free(filter->insns);
	*filter = (struct lupe_filter){0};
}
