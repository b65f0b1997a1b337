/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From what somebody wants to hear of to a seccomp filter: classic BPF over struct seccomp_data. Pure:
 * nothing is installed here.
 *
 * The filter looks at the architecture, then finds the number by binary search over runs of numbers
 * with the same verdict. A verdict that depends on architecture and number alone is one the kernel
 * works out once per number and then caches when it is "allow" (Linux 5.11): such a call costs next to
 * nothing. Only numbers with a rule look at arguments.
 *
 * When several filters are installed, the kernel runs them all and the strictest verdict wins: ERRNO
 * over TRACE over ALLOW (seccomp(2)). A filter outlives its tracer: TRACE then answers ENOSYS.
 */
#ifndef LUPE_SECCOMP_FILTER_H
#define LUPE_SECCOMP_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lupe/error.h"
#include "lupe/syscall.h"

enum lupe_filter_action {
	LUPE_FILTER_ALLOW,
	LUPE_FILTER_TRACE, /* a ptrace stop */
	LUPE_FILTER_ERRNO, /* not executed: fails with `data`, or answers 0 when that is 0 */
};

struct lupe_filter_verdict {
	enum lupe_filter_action action;
	uint16_t data; /* TRACE: PTRACE_GETEVENTMSG; ERRNO: at most 4095 */
};

/* (argument & mask) equals value, or not. For an `int` parameter use the mask 0xffffffff: its upper
 * half is garbage. */
struct lupe_filter_condition {
	uint8_t arg;
	bool negate;
	uint64_t mask, value;
};

enum { LUPE_FILTER_MAX_CONDITIONS = 16 };

/* The verdict for calls of `nr` for which all conditions hold. Of a number's rules the first that
 * applies decides; when none does, the request's set. */
struct lupe_filter_rule {
	uint16_t nr; /* x86-64 */
	struct lupe_filter_verdict verdict;
	const struct lupe_filter_condition *conditions;
	size_t n_conditions; /* 0: always */
};

struct lupe_filter_request {
	const struct lupe_syscall_set *traced; /* x86-64 numbers */
	bool trace_unknown; /* also x86-64 numbers that the set has no room for, and negative ones */
	bool trace_foreign; /* also every call by the i386 and x32 ABIs: their numbers mean other calls */
	uint16_t trace_data;
	const struct lupe_filter_rule *rules;
	size_t n_rules;
};

struct lupe_filter {
	struct sock_filter *insns; /* malloc'ed */
	size_t count;		   /* 1 to BPF_MAXINSNS */
};

/* LUPE_ERROR_INVALID for a rule that makes no sense, LUPE_ERROR_UNSUPPORTED when the rules need more
 * than BPF_MAXINSNS instructions (sets alone never do). */
LUPE_MUST_CHECK struct lupe_error *lupe_filter_init(struct lupe_filter *filter,
						    const struct lupe_filter_request *request);
void lupe_filter_deinit(struct lupe_filter *filter);

#endif
