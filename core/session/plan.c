/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The planner: from what somebody wants to hear of to the cheapest mechanism that tells it.
 *
 *   no syscall is wanted                         CONT: the target runs free
 *   launched, followed whole, and most calls     FILTER: a seccomp filter stops only at those;
 *     or all exits are of no interest              installed in the target, held to the end
 *   else                                         SYSCALL: PTRACE_SYSCALL at every entry and exit
 *
 * A filter outlives us: a process that is let go would get ENOSYS. So only launched targets get one,
 * and only if all their children are followed. Observation inside the kernel (BPF, perf_event) will be
 * one more mechanism here, for interests that only look.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include "base/cleanup.h"
#include "seccomp/filter.h"
#include "session/records.h"

/* --- sets --- */

static bool set_is_empty(const struct lupe_syscall_set *set)
{
	for (size_t i = 0; i < ARRAY_SIZE(set->bits); i++)
		if (set->bits[i])
			return false;
	return true;
}

/* Numbers beyond the table belong to a set that has all of them. */
static bool set_is_full(const struct lupe_syscall_set *set)
{
	for (size_t i = 0; i < ARRAY_SIZE(set->bits); i++)
		if (~set->bits[i])
			return false;
	return true;
}

static bool set_covers(const struct lupe_syscall_set *set, const struct lupe_syscall_set *part)
{
	for (size_t i = 0; i < ARRAY_SIZE(set->bits); i++)
		if (part->bits[i] & ~set->bits[i])
			return false;
	return true;
}

static void set_unite(struct lupe_syscall_set *set, const struct lupe_syscall_set *other)
{
	for (size_t i = 0; i < ARRAY_SIZE(set->bits); i++)
		set->bits[i] |= other->bits[i];
}

bool plan_wants(const struct lupe_session *session, const struct lupe_call *call, bool exit)
{
	const struct lupe_syscall_set *set =
	    exit ? &session->interest.exit : &session->interest.entry;
	const struct lupe_syscall *same;

	if (call->abi == LUPE_ABI_X86_64 && call->nr >= 0 && call->nr < LUPE_SYSCALL_LIMIT)
		return lupe_syscall_set_has(set, call->nr);
	/* Sets are of x86-64 numbers; the other ABIs' calls belong to them by name. */
	same = call->syscall ? lupe_syscall_by_name(LUPE_ABI_X86_64, call->syscall->name) : NULL;
	return same ? lupe_syscall_set_has(set, same->nr) : set_is_full(set);
}

/* --- the decision --- */

static bool may_filter(const struct lupe_process *process)
{
	const struct lupe_session_options *options = &process->session->options;

	return process->launched && !process->filter_refused && !process->own_filter && options->use_filter &&
	       options->follow == LUPE_FOLLOW_BOTH && process->abi == LUPE_ABI_X86_64;
}

static enum lupe_mechanism decide(const struct lupe_process *process,
				  const struct lupe_syscall_set *wanted)
{
	const struct lupe_interest *interest = &process->session->interest;

	if (set_is_empty(wanted))
		return LUPE_MECHANISM_CONT;
	/* With every exit wanted, two stops a call are needed whatever we do. */
	if (set_is_full(&interest->exit) || !may_filter(process))
		return LUPE_MECHANISM_SYSCALL;
	return LUPE_MECHANISM_FILTER;
}

/* --- installing a filter --- */

static int64_t remote(struct lupe_thread *thread, int64_t nr, uint64_t a, uint64_t b, uint64_t c)
{
	const uint64_t args[LUPE_SYSCALL_MAX_ARGS] = {a, b, c};
	int64_t result;
	struct lupe_error *error = lupe_thread_do_syscall(thread, nr, args, &result);

	if (!error)
		return result;
	result = error->code == LUPE_ERROR_EXITED ? -ESRCH : -ENOSYS;
	lupe_error_destroy(error);
	return result;
}

/* Seccomp of the program at `program`; without CAP_SYS_ADMIN the kernel wants no_new_privs first. */
static int64_t install_at(struct lupe_thread *thread, lupe_addr program)
{
	unsigned long flags = SECCOMP_FILTER_FLAG_SPEC_ALLOW;
	int64_t result;

	if (thread->process->n_threads > 1)
		flags |= SECCOMP_FILTER_FLAG_TSYNC;
	result = remote(thread, SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, program);
	if (result != -EACCES)
		return result;
	result = remote(thread, SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0);
	return result ? result
		      : remote(thread, SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, program);
}

/* The instructions and, behind them, the struct sock_fprog that the kernel is given. */
static struct lupe_error *put_program(struct lupe_thread *thread, const struct lupe_filter *filter,
				      lupe_addr *ret)
{
	size_t size = filter->count * sizeof(filter->insns[0]);
	struct sock_fprog program = {.len = filter->count};
	lupe_addr insns;
	struct lupe_error *error = change_scratch(thread, filter->insns, size, &insns);

	if (error)
		return error;
	program.filter = (struct sock_filter *)(uintptr_t)insns;
	return change_scratch(thread, &program, sizeof(program), ret);
}

/* False: it cannot be done here and now. */
static bool install(struct lupe_thread *thread, const struct lupe_syscall_set *wanted)
{
	struct lupe_process *process = thread->process;
	struct lupe_syscall_set traced = *wanted;
	struct lupe_filter_request request = {
	    .traced = &traced, .trace_unknown = set_is_full(wanted), .trace_foreign = true};
	struct lupe_filter filter;
	struct lupe_error *error;
	lupe_addr program;
	int64_t result = -1;

	lupe_syscall_set_add(&traced, SYS_seccomp);
	lupe_syscall_set_add(&traced, SYS_prctl);
	error = lupe_filter_init(&filter, &request);
	if (!error) {
		error = put_program(thread, &filter, &program);
		if (!error)
			result = install_at(thread, program);
		lupe_filter_deinit(&filter);
	}
	thread->change.scratch_used = 0;
	lupe_error_destroy(error);
	if (result == -ESRCH)
		return false;
	if (result) {
		process->filter_refused = true;
		return false;
	}
	process->has_filter = true;
	set_unite(&process->filtered, wanted);
	process->session->statistics.filters++;
	return true;
}

/* Only from a clean boundary to user mode: no call, no signal, no event is in the way. */
static bool can_install(const struct lupe_thread *thread)
{
	return thread && thread->state == THREAD_STOPPED &&
	       (thread->stop == LUPE_EVENT_SYSCALL_EXIT || thread->stop == LUPE_EVENT_STOPPED ||
		thread->stop == LUPE_EVENT_NEW_THREAD);
}

/* --- bringing threads into line --- */

static void kick(struct lupe_thread *thread)
{
	if (thread->state != THREAD_RUNNING || thread->kicked)
		return;
	thread->kicked = true;
	lupe_ptrace_interrupt(thread->tid);
}

/* Threads that run free have to stop once before PTRACE_SYSCALL holds for them. */
static void kick_free_threads(struct lupe_process *process)
{
	for (struct lupe_thread *thread = process->threads; thread; thread = thread->next)
		if (thread->mode == LUPE_PTRACE_CONT)
			kick(thread);
}

void plan_process(struct lupe_process *process, struct lupe_thread *thread)
{
	struct lupe_session *session = process->session;
	struct lupe_syscall_set wanted = session->interest.entry;
	bool done = true;

	set_unite(&wanted, &session->interest.exit);
	process->mechanism = decide(process, &wanted);
	if (process->mechanism == LUPE_MECHANISM_FILTER && !set_covers(&process->filtered, &wanted)) {
		done = can_install(thread) && install(thread, &wanted);
		if (!done)
			/* Until it can be, and for good where the kernel refuses. */
			process->mechanism = LUPE_MECHANISM_SYSCALL;
		done = done || process->filter_refused;
	}
	if (process->mechanism == LUPE_MECHANISM_SYSCALL)
		kick_free_threads(process);
	if (done)
		process->planned = session->plan;
}

/* seccomp(2), prctl(2): of several filters' answers an error wins over RET_TRACE, and no stop tells of it. */
static bool installs_filter(const struct lupe_call *call)
{
	if (!call->syscall)
		return false;
	if (strcmp(call->syscall->name, "seccomp") == 0)
		return call->args[0] == SECCOMP_SET_MODE_STRICT || call->args[0] == SECCOMP_SET_MODE_FILTER;
	return strcmp(call->syscall->name, "prctl") == 0 && call->args[0] == PR_SET_SECCOMP;
}

void plan_note_entry(struct lupe_thread *thread)
{
	struct lupe_process *process = thread->process;

	if (!process->has_filter || process->own_filter || !installs_filter(&thread->call))
		return;
	process->own_filter = true;
	process->planned = process->session->plan - 1; /* anew, when the thread goes on */
}

struct lupe_error *lupe_session_set_interest(struct lupe_session *session,
					     const struct lupe_interest *interest)
{
	session->interest = *interest;
	session->plan++;
	for (struct lupe_process *process = session->process_list; process; process = process->next)
		plan_process(process, NULL);
	return NULL;
}
