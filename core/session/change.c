/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Changing a syscall: at its entry the number and the arguments, at its exit the result. The kernel
 * promises a program that a syscall leaves its argument registers alone, so what was put there is taken
 * back at the exit; also for a call that is to be restarted, which then enters as the program made it.
 *
 * New strings and structs lie below the red zone of the stack, which is nobody's while the thread is in
 * the kernel; where they do not fit, in memory mapped for this one call.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include "arch/arch.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "session/records.h"

enum { SCRATCH_ON_STACK = 64 * 1024, SCRATCH_ALIGN = 16 };

static struct lupe_error *exited(const struct lupe_thread *thread)
{
	return lupe_error_create(LUPE_ERROR_EXITED, "thread %d has exited", thread->tid);
}

static struct lupe_error *check_at(const struct lupe_thread *thread, enum lupe_event_kind stop)
{
	if (thread->state == THREAD_DEAD)
		return exited(thread);
	if (thread->state == THREAD_STOPPED && thread->stop == stop && thread->has_call) {
		if (thread->replay == REPLAY_NONE)
			return NULL;
		return lupe_error_create(LUPE_ERROR_INVALID,
					 "the execve that started process %d is over",
					 thread->process->pid);
	}
	return lupe_error_create(LUPE_ERROR_INVALID, "thread %d is not at the %s of a syscall",
				 thread->tid,
				 stop == LUPE_EVENT_SYSCALL_ENTRY ? "entry" : "exit");
}

static struct lupe_error *poke(struct lupe_thread *thread, size_t offset, uint64_t value)
{
	return lupe_ptrace_poke_user(thread->tid, offset, value) ? exited(thread) : NULL;
}

/* --- the number, the result --- */

static void keep_number(struct lupe_thread *thread)
{
	if (!thread->change.skipped && !thread->change.number)
		thread->change.original_nr = thread->call.nr;
}

/* With -1 for a number the kernel leaves rax as it is (Linux 2.6 to today, entry_64.S and
 * entry/common.c), so that the result can be put there at once and no exit-stop is needed. */
struct lupe_error *lupe_thread_skip_syscall(struct lupe_thread *thread, int64_t result)
{
	struct lupe_error *error = check_at(thread, LUPE_EVENT_SYSCALL_ENTRY);

	if (!error)
		error = poke(thread, lupe_arch_user_offset_syscall_nr(), -1);
	if (!error)
		error = poke(thread, lupe_arch_user_offset_result(), result);
	if (error)
		return error;
	keep_number(thread);
	thread->change.skipped = true;
	thread->call.injected = true;
	return NULL;
}

struct lupe_error *lupe_thread_set_result(struct lupe_thread *thread, int64_t result)
{
	struct lupe_error *error = check_at(thread, LUPE_EVENT_SYSCALL_EXIT);

	if (!error)
		error = poke(thread, lupe_arch_user_offset_result(), result);
	if (error)
		return error;
	thread->call.result = result;
	thread->call.failed = result < 0 && result >= -4095;
	thread->call.injected = true;
	return NULL;
}

struct lupe_error *lupe_thread_set_syscall(struct lupe_thread *thread, int64_t nr)
{
	struct lupe_error *error = check_at(thread, LUPE_EVENT_SYSCALL_ENTRY);

	if (!error)
		error = poke(thread, lupe_arch_user_offset_syscall_nr(), nr);
	if (error)
		return error;
	keep_number(thread);
	thread->change.number = true;
	thread->call.nr = nr;
	thread->call.syscall = lupe_syscall_by_nr(thread->call.abi, nr);
	return NULL;
}

/* --- arguments --- */

struct lupe_error *lupe_thread_set_arg(struct lupe_thread *thread, unsigned index, uint64_t value)
{
	struct lupe_error *error = check_at(thread, LUPE_EVENT_SYSCALL_ENTRY);
	struct change *change = &thread->change;

	if (error)
		return error;
	if (index >= LUPE_SYSCALL_MAX_ARGS)
		return lupe_error_create(LUPE_ERROR_INVALID, "a syscall has no argument %u", index);
	error = poke(thread, lupe_arch_user_offset_syscall_arg(thread->call.abi, index), value);
	if (error)
		return error;
	if (!(change->args >> index & 1))
		change->original[index] = thread->call.args[index];
	change->args |= 1u << index;
	thread->call.args[index] = value;
	return NULL;
}

struct lupe_error *lupe_thread_set_arg_bytes(struct lupe_thread *thread, unsigned index,
					     const void *bytes, size_t size)
{
	struct lupe_error *error = check_at(thread, LUPE_EVENT_SYSCALL_ENTRY);
	lupe_addr addr;

	if (!error)
		error = change_scratch(thread, bytes, size, &addr);
	return error ? error : lupe_thread_set_arg(thread, index, addr);
}

/* The strings behind one another at `addr`, then the array of where each begins. */
static struct lupe_error *put_pointers(struct lupe_thread *thread, const char *const *strings,
				       lupe_addr addr, lupe_addr *ret)
{
	size_t width = thread->call.abi == LUPE_ABI_X86_64 ? 8 : 4, count = 0;
	CLEANUP(lupe_buffer_deinit) struct lupe_buffer array = {0};
	const uint64_t end = 0;

	for (; strings[count]; count++) {
		lupe_buffer_bytes(&array, &addr, width);
		addr += strlen(strings[count]) + 1;
	}
	lupe_buffer_bytes(&array, &end, width);
	if (array.failed)
		return lupe_error_no_memory();
	return change_scratch(thread, array.data, array.length, ret);
}

struct lupe_error *lupe_thread_set_arg_strings(struct lupe_thread *thread, unsigned index,
					       const char *const *strings)
{
	struct lupe_error *error = check_at(thread, LUPE_EVENT_SYSCALL_ENTRY);
	CLEANUP(lupe_buffer_deinit) struct lupe_buffer text = {0};
	lupe_addr addr;

	if (error)
		return error;
	for (size_t i = 0; strings[i]; i++)
		lupe_buffer_bytes(&text, strings[i], strlen(strings[i]) + 1);
	if (text.failed)
		return lupe_error_no_memory();
	error = change_scratch(thread, lupe_buffer_text(&text), text.length, &addr);
	if (!error)
		error = put_pointers(thread, strings, addr, &addr);
	return error ? error : lupe_thread_set_arg(thread, index, addr);
}

/* --- scratch memory --- */

static struct lupe_error *stack_pointer(struct lupe_thread *thread, lupe_addr *ret)
{
	struct user_regs_struct regs;

	if (lupe_ptrace_get_regs(thread->tid, &regs))
		return exited(thread);
	*ret = lupe_arch_sp(&regs);
	return NULL;
}

static struct lupe_error *put_on_stack(struct lupe_thread *thread, const void *bytes, size_t size,
				       lupe_addr *ret)
{
	struct change *change = &thread->change;
	struct lupe_error *error;
	lupe_addr sp = 0, addr;

	error = stack_pointer(thread, &sp);
	if (error)
		return error;
	addr = (sp - LUPE_ARCH_RED_ZONE - change->scratch_used - size) &
	       ~(lupe_addr)(SCRATCH_ALIGN - 1);
	error = lupe_memory_write(&thread->process->memory.reader, addr, bytes, size);
	if (error)
		return error;
	change->scratch_used = sp - LUPE_ARCH_RED_ZONE - addr;
	*ret = addr;
	return NULL;
}

static struct lupe_error *put_in_mapping(struct lupe_thread *thread, const void *bytes, size_t size,
					 lupe_addr *ret)
{
	struct change *change = &thread->change;
	uint64_t args[LUPE_SYSCALL_MAX_ARGS] = {0, size + 4096, PROT_READ | PROT_WRITE,
						MAP_PRIVATE | MAP_ANONYMOUS, -1, 0};
	struct lupe_error *error;
	int64_t address;

	if (change->mapping)
		return lupe_error_create(LUPE_ERROR_UNSUPPORTED,
					 "one large argument can be replaced in a call, not two");
	error = lupe_thread_do_syscall(thread, SYS_mmap, args, &address);
	if (error)
		return error;
	if (address < 0 && address >= -4095)
		return lupe_error_os(-address, "cannot map %zu bytes in process %d", size,
				     thread->process->pid);
	change->mapping = address;
	change->mapping_size = args[1];
	*ret = address;
	return lupe_memory_write(&thread->process->memory.reader, address, bytes, size);
}

struct lupe_error *change_scratch(struct lupe_thread *thread, const void *bytes, size_t size,
				  lupe_addr *ret)
{
	struct lupe_error *error = NULL;

	if (size <= SCRATCH_ON_STACK) {
		error = put_on_stack(thread, bytes, size, ret);
		if (!error || error->code != LUPE_ERROR_FAULT)
			return error;
		lupe_error_destroy(error);
	}
	return put_in_mapping(thread, bytes, size, ret);
}

/* --- taking back --- */

static void put_back_args(struct lupe_thread *thread)
{
	const struct change *change = &thread->change;

	for (unsigned i = 0; i < LUPE_SYSCALL_MAX_ARGS; i++)
		if (change->args >> i & 1)
			lupe_ptrace_poke_user(
			    thread->tid, lupe_arch_user_offset_syscall_arg(thread->call.abi, i),
			    change->original[i]);
}

static void unmap_scratch(struct lupe_thread *thread)
{
	const struct change *change = &thread->change;
	const uint64_t args[LUPE_SYSCALL_MAX_ARGS] = {change->mapping, change->mapping_size};
	int64_t result;

	if (change->mapping)
		lupe_error_destroy(lupe_thread_do_syscall(thread, SYS_munmap, args, &result));
}

/* The call keeps its changed arguments for those who print it; the registers do not. */
void change_undo(struct lupe_thread *thread)
{
	struct change *change = &thread->change;

	if (change->number || change->skipped)
		lupe_ptrace_poke_user(thread->tid, lupe_arch_user_offset_syscall_nr(),
				      change->original_nr);
	put_back_args(thread);
	unmap_scratch(thread);
	*change = (struct change){0};
}

void change_cancel(struct lupe_thread *thread)
{
	struct change *change = &thread->change;

	put_back_args(thread);
	if (change->number || change->skipped)
		lupe_ptrace_poke_user(thread->tid, lupe_arch_user_offset_syscall_nr(),
				      change->original_nr);
	if (change->skipped)
		lupe_ptrace_poke_user(thread->tid, lupe_arch_user_offset_result(), -ENOSYS);
	*change = (struct change){0};
}
