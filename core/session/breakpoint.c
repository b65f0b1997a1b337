/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Breakpoints in live processes. To go on from one, the instruction under it has to be executed while
 * the int3 stays in place for the other threads. In turn:
 *
 *  1. it is carried out here, on the registers (stop/emulate.h): no further stop;
 *  2. a copy that jumps back is executed (stop/displaced.h): no further stop;
 *  3. the other threads are held, the byte is put back, one step is made.
 *
 * A signal may arrive before the instruction was executed. Then the thread is `passing`: it will run
 * into the same int3 once more, which is not a hit of its own.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include "arch/arch.h"
#include "base/cleanup.h"
#include "session/records.h"
#include "stop/emulate.h"
#include "trace/status.h"

enum {
	HOLD_MS = 1000,
};

/* --- memory without our int3s --- */

static size_t read_own(void *context, lupe_addr addr, void *buffer, size_t size)
{
	struct lupe_process *process = context;
	size_t done = lupe_memory_read_some(&process->memory.reader, addr, buffer, size);

	lupe_sites_hide(&process->sites, addr, buffer, done);
	return done;
}

static size_t read_as_kernel(void *context, lupe_addr addr, void *buffer, size_t size)
{
	struct lupe_process *process = context;
	size_t done = lupe_memory_read_some(&process->memory.as_kernel, addr, buffer, size);

	lupe_sites_hide(&process->sites, addr, buffer, done);
	return done;
}

static size_t write_own(void *context, lupe_addr addr, const void *bytes, size_t size)
{
	struct lupe_process *process = context;

	return lupe_sites_write(&process->sites, &process->memory.reader, addr, bytes, size);
}

void breakpoint_init(struct lupe_process *process)
{
	process->reader = (struct lupe_memory){read_own, write_own, process};
	process->as_kernel = (struct lupe_memory){read_as_kernel, write_own, process};
}

void breakpoint_forget(struct lupe_process *process)
{
	lupe_sites_deinit(&process->sites);
	copies_deinit(&process->copies);
	process->had_sites = false;
}

void breakpoint_deinit(struct lupe_process *process)
{
	breakpoint_forget(process);
}

struct lupe_error *breakpoint_inherit(struct lupe_process *child, const struct lupe_process *parent)
{
	child->had_sites = parent->had_sites;
	if (!copies_inherit(&child->copies, &parent->copies))
		return lupe_error_no_memory();
	return lupe_sites_copy(&parent->sites, &child->sites);
}

/* --- inserting, removing --- */

struct lupe_error *lupe_process_insert_breakpoint(struct lupe_process *process, lupe_addr addr)
{
	if (process->dead)
		return lupe_error_create(LUPE_ERROR_EXITED, "process %d has exited", process->pid);
	process->had_sites = true;
	return lupe_sites_insert(&process->sites, &process->memory.reader, addr);
}

struct lupe_error *lupe_process_remove_breakpoint(struct lupe_process *process, lupe_addr addr)
{
	if (process->dead)
		return lupe_error_create(LUPE_ERROR_EXITED, "process %d has exited", process->pid);
	return lupe_sites_remove(&process->sites, &process->memory.reader, addr);
}

void breakpoint_leave(struct lupe_process *process, struct lupe_thread *thread)
{
	process->memory.pid = thread->tid;
	lupe_sites_restore(&process->sites, &process->memory.reader);
	lupe_sites_deinit(&process->sites);
	/* The last thread to go takes the copies with it: another might be in one. */
	if (process->n_threads <= 1)
		copies_release(thread);
}

/* --- hits --- */

static bool get_regs(struct lupe_thread *thread, struct user_regs_struct *ret)
{
	return !lupe_ptrace_get_regs(thread->tid, ret);
}

enum breakpoint_hit breakpoint_check(struct lupe_thread *thread, const siginfo_t *info)
{
	struct lupe_process *process = thread->process;
	struct user_regs_struct regs;
	unsigned char byte = 0;
	lupe_addr addr;
	bool ours;

	if (info->si_code != SI_KERNEL || !get_regs(thread, &regs))
		return HIT_FOREIGN;
	addr = lupe_arch_pc(&regs) - LUPE_ARCH_BREAKPOINT_SIZE;
	ours = lupe_sites_at(&process->sites, addr);
	/* The site was removed while the SIGTRAP was on its way, unless the int3 is the program's. */
	if (!ours && (lupe_memory_read_some(&process->memory.reader, addr, &byte, 1) != 1 ||
		      byte == lupe_arch_breakpoint_insn[0]))
		return HIT_FOREIGN;
	lupe_arch_set_pc(&regs, addr);
	lupe_ptrace_set_regs(thread->tid, &regs);
	if (ours && thread->passing != addr)
		return HIT_OURS;
	return HIT_PASSED;
}

void breakpoint_translate(struct lupe_thread *thread)
{
	const struct copies *copies = &thread->process->copies;
	struct user_regs_struct regs;
	lupe_addr from, pc;
	unsigned pushed;

	if (!copies->n_areas || !get_regs(thread, &regs) ||
	    !copies_origin(copies, lupe_arch_pc(&regs), &from, &pc, &pushed))
		return;
	lupe_arch_set_pc(&regs, pc);
	lupe_arch_set_sp(&regs, lupe_arch_sp(&regs) + pushed);
	lupe_ptrace_set_regs(thread->tid, &regs);
	thread->passing = pc == from ? pc : 0;
}

/* --- 1: emulating --- */

/* By a way that honours the page's protection, as the instruction would. */
static bool carry_out(struct lupe_thread *thread, const struct lupe_emulation *emulation)
{
	struct iovec local = {(void *)&emulation->write_value, emulation->write_size};
	struct iovec remote = {(void *)(uintptr_t)emulation->write_address, emulation->write_size};

	if (emulation->write_size &&
	    process_vm_writev(thread->tid, &local, 1, &remote, 1, 0) != emulation->write_size)
		return false;
	return !lupe_ptrace_set_regs(thread->tid, &emulation->regs);
}

static bool emulate(struct lupe_thread *thread, const struct user_regs_struct *regs,
		    const unsigned char *code, size_t size)
{
	struct lupe_emulation emulation;

	return lupe_emulate(code, size, regs, &thread->process->as_kernel, false, &emulation) &&
	       carry_out(thread, &emulation);
}

/* --- 2: a copy --- */

static bool go_to_copy(struct lupe_thread *thread, struct user_regs_struct *regs,
		       const unsigned char *code, size_t size)
{
	const struct lupe_displaced *displaced = copies_find(thread, lupe_arch_pc(regs), code, size);

	if (!displaced)
		return false;
	lupe_arch_set_pc(regs, displaced->to);
	return !lupe_ptrace_set_regs(thread->tid, regs);
}

/* --- 3: in place --- */

struct others {
	struct lupe_process *process;
	const struct lupe_thread *except;
};

static bool others_stand(void *context)
{
	const struct others *others = context;

	for (const struct lupe_thread *t = others->process->threads; t; t = t->next)
		if (t != others->except &&
		    (t->state == THREAD_RUNNING || (t->state == THREAD_BORN && !t->fresh)))
			return false;
	return true;
}

static struct lupe_error *hold_others(struct lupe_thread *thread)
{
	struct others others = {thread->process, thread};

	for (struct lupe_thread *t = thread->process->threads; t; t = t->next) {
		if (t == thread || t->state != THREAD_RUNNING)
			continue;
		t->hold = t->kicked = t->held_aside = true;
		lupe_ptrace_interrupt(t->tid);
	}
	return session_wait_for(thread->process->session, HOLD_MS, others_stand, &others);
}

static void release_others(struct lupe_process *process)
{
	struct lupe_thread *next;

	for (struct lupe_thread *t = process->threads; t; t = next) {
		next = t->next;
		if (!t->held_aside)
			continue;
		t->hold = t->held_aside = false;
		if (t->state == THREAD_STOPPED)
			thread_resume_now(t, t->stepping);
	}
}

/* A system call may wait for what only the held threads, or we, would do: its end is not waited for. */
static bool may_block(const struct lupe_process *process, lupe_addr addr)
{
	static const unsigned char syscall_insn[] = {0x0f, 0x05};
	unsigned char code[sizeof(syscall_insn)];

	return lupe_memory_read_some(&process->reader, addr, code, sizeof(code)) == sizeof(code) &&
	       memcmp(code, syscall_insn, sizeof(code)) == 0;
}

/* The thread's next status; 0: there is none yet of what may block. */
static pid_t wait_for_step(pid_t tid, bool blocks, int *ret_status)
{
	enum { NAPS = 100 };
	const struct timespec nap = {.tv_nsec = 100000};
	unsigned naps = 0;
	pid_t got;

	do {
		got = lupe_wait(tid, !blocks, ret_status);
		if (!got)
			nanosleep(&nap, NULL);
	} while (got == -EINTR || (!got && naps++ < NAPS));
	return got;
}

/* One step, and its status. *ret_stepped: the instruction was executed and the thread stands behind it. It goes on running
 * when it waits in a system call. */
static struct lupe_error *step_once(struct lupe_thread *thread, bool blocks, bool *ret_stepped)
{
	struct lupe_event event;
	siginfo_t info;
	int status;
	pid_t tid;

	*ret_stepped = false;
	thread->mode = LUPE_PTRACE_STEP;
	thread->state = THREAD_RUNNING;
	thread->hold = false;
	if (lupe_ptrace_resume(thread->tid, LUPE_PTRACE_STEP, 0))
		return NULL;
	tid = wait_for_step(thread->tid, blocks, &status);
	if (tid <= 0)
		return NULL;
	lupe_event_from_status(status, &event);
	*ret_stepped = event.kind == LUPE_EVENT_SIGNAL && event.signal == SIGTRAP &&
		       !lupe_ptrace_get_siginfo(thread->tid, &info) &&
		       lupe_siginfo_is_step(&info);
	if (*ret_stepped) {
		thread->state = THREAD_STOPPED;
		thread->stop = LUPE_EVENT_STEPPED;
		return NULL;
	}
	return session_take_status(thread->process->session, thread->tid, status);
}

static void swap_byte(struct lupe_process *process, lupe_addr addr, bool original)
{
	const struct lupe_site *site = lupe_sites_at(&process->sites, addr);

	if (site && process->memory.reader.write)
		process->memory.reader.write(process->memory.reader.context, addr,
					     original ? &site->original : lupe_arch_breakpoint_insn, 1);
}

static enum breakpoint_pass step_in_place(struct lupe_thread *thread, lupe_addr addr, bool step)
{
	struct lupe_process *process = thread->process;
	struct lupe_error *error = hold_others(thread);
	bool stepped = false;

	if (!error) {
		swap_byte(process, addr, true);
		error = step_once(thread, may_block(process, addr), &stepped);
		swap_byte(process, addr, false);
	}
	release_others(process);
	if (!error && !stepped && thread->state == THREAD_RUNNING) { /* it waits in its system call */
		thread->stepping = step;
		thread->step_owed = !step;
		return PASS_DONE;
	}
	if (!error && stepped && !step)
		return PASS_NOTHING;
	if (!error && stepped) {
		thread->state = THREAD_PENDING;
		error = session_push(process->session, (struct pending){.tid = thread->tid,
									.synthetic = LUPE_EVENT_STEPPED,
									.generation = thread->generation});
	} else {
		thread->passing = addr; /* its status is queued: it may come here again */
	}
	lupe_error_destroy(error); /* out of memory: the event is lost, the thread stands */
	return PASS_DONE;
}

/* --- leaving one behind --- */

/* Only where the thread has arrived at the breakpoint: elsewhere it has not run into it yet. */
static bool is_at_breakpoint(const struct lupe_thread *thread)
{
	return thread->stop == LUPE_EVENT_BREAKPOINT || thread->stop == LUPE_EVENT_STEPPED ||
	       (thread->passing && !thread->signal);
}

enum breakpoint_pass breakpoint_pass(struct lupe_thread *thread, bool step)
{
	struct lupe_process *process = thread->process;
	unsigned char code[LUPE_INSN_MAX_LENGTH];
	struct user_regs_struct regs;
	size_t size;
	lupe_addr pc;

	if (!process->sites.count || !is_at_breakpoint(thread) || !get_regs(thread, &regs))
		return PASS_NOTHING;
	pc = lupe_arch_pc(&regs);
	if (!lupe_sites_at(&process->sites, pc))
		return PASS_NOTHING;
	thread->passing = 0;
	size = lupe_memory_read_some(&process->reader, pc, code, sizeof(code));
	if (!step && process->abi == LUPE_ABI_X86_64 &&
	    (emulate(thread, &regs, code, size) || go_to_copy(thread, &regs, code, size)))
		return PASS_NOTHING;
	return step_in_place(thread, pc, step);
}
