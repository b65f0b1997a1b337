/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Calls of functions in a target, by the System V ABI (psABI x86-64 3.2.3): the first six integers and eight
 * floating-point numbers in registers, the rest on the stack, in order. From the stack pointer down: the red zone
 * and what change.c put below it, the bytes that arguments point to, the arguments on the stack, the return address.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include "arch/arch.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "session/records.h"
#include "trace/status.h"

enum { ON_STACK_MAX = 16 * 1024, PAGE = 4096, VECTOR_SIZE = 16 };

struct call {
	struct lupe_thread *thread;
	struct lupe_regs *regs; /* to be set */
	lupe_addr sp;
	unsigned integers, reals; /* in registers so far */
	struct lupe_buffer words; /* on the stack */
};

/* --- what arguments point to --- */

static struct lupe_error *write_at(struct call *call, lupe_addr addr, const void *bytes, size_t size)
{
	return lupe_memory_write(&call->thread->process->reader, addr, bytes, size);
}

static struct lupe_error *put_in_mapping(struct call *call, const struct lupe_buffer *bytes, lupe_addr *ret)
{
	size_t size = (bytes->length + PAGE - 1) & ~(size_t)(PAGE - 1);
	const uint64_t args[LUPE_SYSCALL_MAX_ARGS] = {0, size, PROT_READ | PROT_WRITE,
						      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0};
	struct lupe_error *error;
	int64_t result;

	error = lupe_thread_do_syscall(call->thread, SYS_mmap, args, &result);
	if (error)
		return error;
	if (result < 0 && result >= -4095)
		return lupe_error_os((int)-result, "cannot map %zu bytes in process %d", size,
				     call->thread->process->pid);
	*ret = (lupe_addr)result;
	detour_keep_mapping(call->thread, *ret, size);
	return write_at(call, *ret, bytes->data, bytes->length);
}

/* The copies of all, and where they begin. */
static struct lupe_error *put_bytes(struct call *call, const struct lupe_buffer *bytes, lupe_addr *ret)
{
	struct lupe_error *error;

	*ret = (call->sp - bytes->length) & ~(lupe_addr)(LUPE_ARCH_STACK_ALIGN - 1);
	if (bytes->length > ON_STACK_MAX)
		return put_in_mapping(call, bytes, ret);
	error = bytes->length ? write_at(call, *ret, bytes->data, bytes->length) : NULL;
	if (error && error->code == LUPE_ERROR_FAULT) { /* the end of the stack */
		lupe_error_destroy(error);
		return put_in_mapping(call, bytes, ret);
	}
	call->sp = *ret;
	return error;
}

static struct lupe_error *place_bytes(struct call *call, const struct lupe_function_call *function,
				      lupe_addr *ret)
{
	CLEANUP(lupe_buffer_deinit) struct lupe_buffer bytes = {0};

	for (size_t i = 0; i < function->n_arguments; i++)
		if (function->arguments[i].kind == LUPE_ARGUMENT_BYTES)
			lupe_buffer_bytes(&bytes, function->arguments[i].bytes, function->arguments[i].size);
	if (bytes.failed)
		return lupe_error_no_memory();
	return put_bytes(call, &bytes, ret);
}

/* --- registers and stack --- */

static bool set_real(struct call *call, uint64_t bits)
{
	unsigned char vector[VECTOR_SIZE] = {0};
	char name[8];

	memcpy(vector, &bits, sizeof(bits));
	snprintf(name, sizeof(name), "xmm%u", call->reals++);
	return lupe_regs_set(call->regs, lupe_reg_by_name(name), vector);
}

static bool pass(struct call *call, const struct lupe_argument *argument, uint64_t bits)
{
	if (argument->kind == LUPE_ARGUMENT_REAL && call->reals < LUPE_ARCH_CALL_REALS)
		return set_real(call, bits);
	if (argument->kind != LUPE_ARGUMENT_REAL && call->integers < LUPE_ARCH_CALL_ARGS)
		lupe_arch_set_call_arg(&call->regs->general, call->integers++, bits);
	else
		lupe_buffer_bytes(&call->words, &bits, sizeof(bits));
	return true;
}

static struct lupe_error *pass_all(struct call *call, const struct lupe_function_call *function)
{
	lupe_addr at;
	struct lupe_error *error = place_bytes(call, function, &at);

	for (size_t i = 0; !error && i < function->n_arguments; i++) {
		const struct lupe_argument *argument = &function->arguments[i];
		bool bytes = argument->kind == LUPE_ARGUMENT_BYTES;

		if (!pass(call, argument, bytes ? at : argument->bits))
			error = lupe_error_create(LUPE_ERROR_UNSUPPORTED,
						  "the vector registers of thread %d cannot be set",
						  call->thread->tid);
		if (bytes)
			at += argument->size;
	}
	return error;
}

/* The arguments on the stack, the return address below them; *ret_sp: where the stack is after the return. */
static struct lupe_error *push(struct call *call, lupe_addr returns_to, lupe_addr *ret_sp)
{
	struct lupe_error *error = NULL;
	uint64_t word = returns_to;

	if (call->words.failed)
		return lupe_error_no_memory();
	*ret_sp = (call->sp - call->words.length) & ~(lupe_addr)(LUPE_ARCH_STACK_ALIGN - 1);
	call->sp = *ret_sp - sizeof(word);
	if (call->words.length)
		error = write_at(call, *ret_sp, call->words.data, call->words.length);
	return error ? error : write_at(call, call->sp, &word, sizeof(word));
}

static struct lupe_error *set_up(struct call *call, const struct lupe_function_call *function,
				 lupe_addr *ret_sp)
{
	struct lupe_error *error = pass_all(call, function);

	if (!error)
		error = push(call, function->returns_to, ret_sp);
	if (error)
		return error;
	lupe_arch_set_call(&call->regs->general, function->function, call->sp, call->reals);
	return lupe_thread_set_regs(call->thread, call->regs);
}

struct lupe_error *lupe_thread_call_begin(struct lupe_thread *thread,
					  const struct lupe_function_call *function, lupe_addr *ret_sp)
{
	struct call call = {.thread = thread};
	const struct lupe_regs *before;
	struct lupe_error *error = detour_begin(thread, &before, &call.sp);

	if (error)
		return error;
	error = lupe_thread_get_regs(thread, &call.regs);
	if (!error)
		error = set_up(&call, function, ret_sp);
	free(call.regs);
	lupe_buffer_deinit(&call.words);
	if (error)
		lupe_error_destroy(detour_end(thread));
	return error;
}

/* --- at once --- */

/* The thread's next stop, or (LUPE_ERROR_OS) none in time. */
static struct lupe_error *next_stop(struct lupe_thread *thread, struct lupe_event *ret)
{
	enum { NAPS = 10000, NAP_NS = 100000 }; /* a second */
	const struct timespec nap = {.tv_nsec = NAP_NS};
	unsigned naps = 0;
	int status;
	pid_t tid;

	lupe_ptrace_resume(thread->tid, LUPE_PTRACE_CONT, 0);
	while ((tid = lupe_wait(thread->tid, false, &status)) == 0 || tid == -EINTR) {
		if (naps++ == NAPS / 2)
			lupe_ptrace_interrupt(thread->tid);
		if (naps > NAPS)
			break;
		nanosleep(&nap, NULL);
	}
	if (tid == 0 || tid == -EINTR) {
		thread->state = THREAD_RUNNING;
		return lupe_error_create(LUPE_ERROR_OS, "thread %d does not stop", thread->tid);
	}
	if (tid > 0)
		lupe_event_from_status(status, ret);
	if (tid > 0 && ret->kind != LUPE_EVENT_EXITED && ret->kind != LUPE_EVENT_KILLED)
		return NULL;
	thread->state = THREAD_RUNNING;
	lupe_error_destroy(tid > 0 ? session_take_status(thread->process->session, thread->tid, status) : NULL);
	return lupe_error_create(LUPE_ERROR_EXITED, "thread %d has exited", thread->tid);
}

static bool has_returned(struct lupe_thread *thread, const struct lupe_event *event, lupe_addr returns_to,
			 uint64_t *ret)
{
	struct user_regs_struct regs;

	if (event->kind != LUPE_EVENT_SIGNAL || event->signal != SIGTRAP ||
	    lupe_ptrace_get_regs(thread->tid, &regs) ||
	    lupe_arch_pc(&regs) != returns_to + LUPE_ARCH_BREAKPOINT_SIZE)
		return false;
	*ret = (uint64_t)lupe_arch_result(&regs);
	return true;
}

/* All signals but those that the function itself can cause are blocked meanwhile. */
static struct lupe_error *run_at_once(struct lupe_thread *thread, lupe_addr returns_to, uint64_t *ret)
{
	const uint64_t own = UINT64_C(1) << (SIGTRAP - 1) | UINT64_C(1) << (SIGSEGV - 1) |
			     UINT64_C(1) << (SIGBUS - 1) | UINT64_C(1) << (SIGILL - 1) |
			     UINT64_C(1) << (SIGFPE - 1);
	struct lupe_event event;
	struct lupe_error *error;

	lupe_ptrace_set_sigmask(thread->tid, ~own);
	error = next_stop(thread, &event);
	if (error || has_returned(thread, &event, returns_to, ret))
		return error;
	return lupe_error_create(LUPE_ERROR_INVALID, "the function does not return at once in thread %d",
				 thread->tid);
}

struct lupe_error *lupe_thread_call_at_once(struct lupe_thread *thread, lupe_addr function,
					    lupe_addr returns_to, uint64_t *ret)
{
	const struct lupe_function_call call = {.function = function, .returns_to = returns_to};
	lupe_addr sp;
	struct lupe_error *error = lupe_process_insert_breakpoint(thread->process, returns_to), *ended;

	if (error)
		return error;
	error = lupe_thread_call_begin(thread, &call, &sp);
	if (!error) {
		error = run_at_once(thread, returns_to, ret);
		ended = detour_end(thread);
		if (error)
			lupe_error_destroy(ended);
		else
			error = ended;
	}
	lupe_error_destroy(lupe_process_remove_breakpoint(thread->process, returns_to));
	return error;
}

/* --- the end --- */

unsigned lupe_thread_call_depth(const struct lupe_thread *thread)
{
	return detour_depth(thread);
}

struct lupe_error *lupe_thread_call_end(struct lupe_thread *thread, unsigned depth)
{
	struct lupe_error *error = NULL;

	if (thread->state == THREAD_DEAD)
		return lupe_error_create(LUPE_ERROR_EXITED, "thread %d has exited", thread->tid);
	if (!depth || detour_depth(thread) < depth)
		return lupe_error_create(LUPE_ERROR_INVALID, "this call in thread %d is over", thread->tid);
	while (!error && detour_depth(thread) >= depth)
		error = detour_end(thread);
	return error;
}
