/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The memory of a live process; see trace/live_memory.h.
 */
#include "trace/live_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include "base/cleanup.h"
#include "trace/ptrace.h"

enum { WORD = sizeof(uint64_t) };

static size_t read_vm(struct lupe_live_memory *memory, lupe_addr addr, void *buffer, size_t size)
{
	struct iovec local = {buffer, size}, remote = {(void *)(uintptr_t)addr, size};
	ssize_t got;

	if (memory->vm_closed)
		return 0;
	got = process_vm_readv(memory->pid, &local, 1, &remote, 1, 0);
	if (got < 0 && (errno == ENOSYS || errno == EPERM))
		memory->vm_closed = true;
	return got < 0 ? 0 : (size_t)got;
}

static bool open_mem(struct lupe_live_memory *memory)
{
	char path[32];

	if (memory->fd >= 0)
		return true;
	snprintf(path, sizeof(path), "/proc/%d/mem", memory->pid);
	memory->fd = open(path, O_RDWR | O_CLOEXEC);
	return memory->fd >= 0;
}

static size_t read_mem(struct lupe_live_memory *memory, lupe_addr addr, void *buffer, size_t size)
{
	size_t done = 0;

	if (!open_mem(memory))
		return 0;
	while (done < size) {
		ssize_t got = pread(memory->fd, (char *)buffer + done, size - done, addr + done);

		if (got <= 0)
			break;
		done += got;
	}
	return done;
}

/* Word by word; the first and last word may reach beyond the range. */
static size_t read_peek(struct lupe_live_memory *memory, lupe_addr addr, void *buffer, size_t size)
{
	size_t done = 0;

	while (done < size) {
		lupe_addr at = (addr + done) & ~(lupe_addr)(WORD - 1);
		size_t skip = addr + done - at, count = MIN(WORD - skip, size - done);
		uint64_t word;

		if (lupe_ptrace_peek_data(memory->pid, at, &word))
			break;
		memcpy((char *)buffer + done, (char *)&word + skip, count);
		done += count;
	}
	return done;
}

static size_t read_all_ways(void *context, lupe_addr addr, void *buffer, size_t size)
{
	struct lupe_live_memory *memory = context;
	size_t done = read_vm(memory, addr, buffer, size);

	if (done < size)
		done += read_mem(memory, addr + done, (char *)buffer + done, size - done);
	if (!done && memory->fd < 0)
		done = read_peek(memory, addr, buffer, size);
	return done;
}

static size_t read_as_kernel(void *context, lupe_addr addr, void *buffer, size_t size)
{
	struct lupe_live_memory *memory = context;
	size_t done = read_vm(memory, addr, buffer, size);

	return memory->vm_closed ? read_all_ways(context, addr, buffer, size) : done;
}

static size_t write_poke(struct lupe_live_memory *memory, lupe_addr addr, const void *buffer,
			 size_t size)
{
	size_t done = 0;

	while (done < size) {
		lupe_addr at = (addr + done) & ~(lupe_addr)(WORD - 1);
		size_t skip = addr + done - at, count = MIN(WORD - skip, size - done);
		uint64_t word;

		if (lupe_ptrace_peek_data(memory->pid, at, &word))
			break;
		memcpy((char *)&word + skip, (const char *)buffer + done, count);
		if (lupe_ptrace_poke_data(memory->pid, at, word))
			break;
		done += count;
	}
	return done;
}

static size_t write_all_ways(void *context, lupe_addr addr, const void *buffer, size_t size)
{
	struct lupe_live_memory *memory = context;
	size_t done = 0;

	if (!open_mem(memory))
		return write_poke(memory, addr, buffer, size);
	while (done < size) {
		ssize_t put =
		    pwrite(memory->fd, (const char *)buffer + done, size - done, addr + done);

		if (put <= 0)
			break;
		done += put;
	}
	return done;
}

void lupe_live_memory_init(struct lupe_live_memory *memory, pid_t pid)
{
	*memory = (struct lupe_live_memory){.pid = pid, .fd = -1};
	memory->reader = (struct lupe_memory){read_all_ways, write_all_ways, memory};
	memory->as_kernel = (struct lupe_memory){read_as_kernel, write_all_ways, memory};
}

void lupe_live_memory_deinit(struct lupe_live_memory *memory)
{
	if (memory->fd >= 0)
		close(memory->fd);
	memory->fd = -1;
}

void lupe_live_memory_renew(struct lupe_live_memory *memory)
{
	lupe_live_memory_deinit(memory);
}
