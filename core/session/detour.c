/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A thread is led elsewhere for a while: what it is in is kept, and put back afterwards. That is its registers, its
 * signal mask, and of its record all that says at which stop it stands: so the event that was reported of it holds
 * again. A thread at a syscall's entry is taken out of that call, and enters it again at the end.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include "arch/arch.h"
#include "base/cleanup.h"
#include "session/remote.h"

struct detour {
	struct detour *outer;
	struct lupe_regs *regs;
	uint64_t mask;
	bool at_entry;
	lupe_addr mapping; /* 0: none */
	size_t mapping_size;
	struct lupe_thread record; /* as it was */
};

static void destroy(struct detour *detour)
{
	if (!detour)
		return;
	free(detour->regs);
	free(detour);
}

void detour_forget(struct lupe_thread *thread)
{
	while (thread->detour) {
		struct detour *outer = thread->detour->outer;

		destroy(thread->detour);
		thread->detour = outer;
	}
}

void detour_keep_mapping(struct lupe_thread *thread, lupe_addr addr, size_t size)
{
	thread->detour->mapping = addr;
	thread->detour->mapping_size = size;
}

unsigned detour_depth(const struct lupe_thread *thread)
{
	unsigned depth = 0;

	for (const struct detour *detour = thread->detour; detour; detour = detour->outer)
		depth++;
	return depth;
}

static struct detour *copy(const struct detour *detour)
{
	struct detour *made = malloc(sizeof(*made));
	size_t size = sizeof(*detour->regs) + LUPE_XSTATE_MAX;

	if (!made)
		return NULL;
	*made = *detour;
	made->outer = NULL;
	/* What the kernel still has for the parent is not the child's. */
	made->record.signal = 0;
	made->record.signal_left = made->record.replay_queued = false;
	made->regs = aligned_alloc(_Alignof(struct lupe_regs), size);
	if (!made->regs) {
		free(made);
		return NULL;
	}
	memcpy(made->regs, detour->regs, size);
	return made;
}

struct lupe_error *detour_inherit(struct lupe_thread *child, const struct lupe_thread *parent)
{
	struct detour **at = &child->detour;

	for (const struct detour *detour = parent->detour; detour; detour = detour->outer) {
		*at = copy(detour);
		if (!*at)
			return lupe_error_no_memory();
		at = &(*at)->outer;
	}
	return NULL;
}

/* --- the record --- */

/* It stands in user mode, at a stop that nobody reported. */
static void clear_record(struct lupe_thread *thread)
{
	thread->stop = LUPE_EVENT_STOPPED;
	thread->phase = CALL_OUTSIDE;
	thread->signal = 0;
	thread->signal_left = false;
	thread->replay = REPLAY_NONE;
	thread->replay_queued = false;
	thread->has_call = false;
	thread->change = (struct change){0};
	thread->passing = 0;
}

static void put_back_signal(struct lupe_thread *thread, const struct lupe_thread *record)
{
	thread->signal = record->signal;
	thread->signal_left = record->signal_left;
	thread->signal_info = record->signal_info;
}

/* Mode and change are put back before the call is entered again, for which they say how. */
static void put_back_record(struct lupe_thread *thread, const struct lupe_thread *record)
{
	thread->stop = record->stop;
	thread->phase = record->phase;
	thread->passing = record->passing;
	put_back_signal(thread, record);
	thread->stepping = false;
	thread->replay = record->replay;
	thread->call = record->call;
	thread->has_call = record->has_call;
}

/* The replay of a launch goes on where it was; its queued step was dropped meanwhile. */
static struct lupe_error *replay_again(struct lupe_thread *thread, const struct lupe_thread *record)
{
	return record->replay_queued ? session_push_replay(thread) : NULL;
}

/* --- there and back --- */

static struct lupe_error *leave(struct remote *remote, struct detour *detour)
{
	struct lupe_error *error = lupe_thread_get_regs(remote->thread, &detour->regs);

	if (error)
		return error;
	detour->mask = remote->mask;
	detour->record = *remote->thread;
	detour->at_entry = remote_is_at_entry(remote->thread);
	return detour->at_entry ? remote_leave_entry(remote) : NULL;
}

struct lupe_error *detour_begin(struct lupe_thread *thread, const struct lupe_regs **ret_regs,
				lupe_addr *ret_stack)
{
	struct remote remote;
	struct lupe_error *error = remote_begin(&remote, thread);
	struct detour *detour = error ? NULL : calloc(1, sizeof(*detour));

	if (error)
		return error;
	error = detour ? leave(&remote, detour) : lupe_error_no_memory();
	remote_finish(&remote);
	if (error) {
		destroy(detour);
		return error;
	}
	detour->outer = thread->detour;
	thread->detour = detour;
	clear_record(thread);
	*ret_regs = detour->regs;
	*ret_stack = lupe_arch_sp(&detour->regs->general) - LUPE_ARCH_RED_ZONE -
		     detour->record.change.scratch_used;
	return NULL;
}

/* What the thread is in now is given up: it stands in user mode afterwards. A signal that it was about to get
 * comes again. */
static struct lupe_error *give_up(struct remote *remote)
{
	struct lupe_thread *thread = remote->thread;
	struct lupe_error *error = NULL;

	if (remote_is_at_entry(thread))
		error = remote_leave_entry(remote);
	if (thread->signal && thread->signal_left)
		tgkill(thread->process->pid, thread->tid, thread->signal);
	return error;
}

static void unmap(struct lupe_thread *thread, const struct detour *detour)
{
	const uint64_t args[LUPE_SYSCALL_MAX_ARGS] = {detour->mapping, detour->mapping_size};
	int64_t result;

	if (detour->mapping)
		lupe_error_destroy(lupe_thread_do_syscall(thread, SYS_munmap, args, &result));
}

static struct lupe_error *come_back(struct remote *remote, const struct detour *detour)
{
	struct lupe_thread *thread = remote->thread;
	struct lupe_error *error = give_up(remote);

	remote->mask = detour->mask;
	if (!error)
		error = lupe_thread_set_regs(thread, detour->regs);
	thread->mode = detour->record.mode;
	thread->change = detour->record.change;
	remote->saved = detour->regs->general;
	if (!error && detour->at_entry)
		error = remote_enter_again(remote);
	return error;
}

/* A process that was stopped by a signal stays so: there only the registers can be put back, and a call that it
 * was entering is made anew when it goes on. */
static struct lupe_error *come_back_stopped(struct lupe_thread *thread, const struct detour *detour)
{
	struct lupe_error *error = lupe_thread_set_regs(thread, detour->regs);
	struct user_regs_struct regs = detour->regs->general;

	lupe_ptrace_set_sigmask(thread->tid, detour->mask);
	if (error || !detour->at_entry)
		return error;
	remote_before_call(&detour->record.change, &regs);
	return lupe_thread_set_general(thread, &regs);
}

static struct lupe_error *gone(const struct lupe_thread *thread)
{
	return lupe_error_create(LUPE_ERROR_EXITED, "thread %d has exited", thread->tid);
}

/* A trap of the code that is left must not be met by the code that it comes back to. */
static bool take_trap(struct lupe_thread *thread)
{
	return remote_is_at_entry(thread) || thread_take_queued_trap(thread);
}

struct lupe_error *detour_end(struct lupe_thread *thread)
{
	struct detour *detour = thread->detour;
	struct lupe_error *error;
	struct remote remote;

	if (!detour)
		return lupe_error_create(LUPE_ERROR_INVALID, "thread %d is where its program has it",
					 thread->tid);
	if (thread->state == THREAD_STOPPED && thread->stop == LUPE_EVENT_GROUP_STOP) {
		error = come_back_stopped(thread, detour);
	} else {
		if (thread->state == THREAD_STOPPED && !take_trap(thread))
			return gone(thread);
		if (thread->state == THREAD_STOPPED)
			unmap(thread, detour);
		error = remote_begin(&remote, thread);
		if (error)
			return error;
		error = come_back(&remote, detour);
		remote_finish(&remote);
		put_back_record(thread, &detour->record);
	}
	thread->detour = detour->outer;
	if (!error)
		error = replay_again(thread, &detour->record);
	destroy(detour);
	return error;
}

void detour_end_all(struct lupe_thread *thread)
{
	struct lupe_error *error = NULL;

	while (thread->detour && !error)
		error = detour_end(thread);
	lupe_error_destroy(error); /* it has vanished */
}

/* --- going back for good --- */

struct lupe_error *lupe_thread_capture(struct lupe_thread *thread, struct lupe_regs **ret,
				       uint64_t *ret_mask)
{
	struct remote remote;
	struct lupe_error *error = remote_begin(&remote, thread);

	if (error)
		return error;
	*ret_mask = remote.mask;
	error = lupe_thread_get_regs(thread, ret);
	if (!error && remote_is_at_entry(thread))
		remote_before_call(&thread->change, &(*ret)->general);
	remote_finish(&remote);
	return error;
}

struct lupe_error *lupe_thread_go_back(struct lupe_thread *thread, const struct lupe_regs *regs,
				       uint64_t mask)
{
	struct remote remote;
	struct lupe_error *error;

	if (thread->state == THREAD_STOPPED && !take_trap(thread))
		return gone(thread);
	error = remote_begin(&remote, thread);
	if (error)
		return error;
	error = give_up(&remote);
	remote.mask = mask;
	if (!error)
		error = lupe_thread_set_regs(thread, regs);
	remote_finish(&remote);
	clear_record(thread);
	/* What is at that place was reported when it came there. */
	thread->stop = LUPE_EVENT_BREAKPOINT;
	return error;
}
