/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What every memory reader shares: exact reads, strings page by page, a reader over host bytes.
 */
#include "lupe/memory.h"

#include <string.h>
#include "base/cleanup.h"

enum { PAGE = 4096 };

size_t lupe_memory_read_some(const struct lupe_memory *memory, lupe_addr addr, void *buffer,
			     size_t size)
{
	if (!memory || !memory->read || !size)
		return 0;
	return memory->read(memory->context, addr, buffer, size);
}

struct lupe_error *lupe_memory_read(const struct lupe_memory *memory, lupe_addr addr, void *buffer,
				    size_t size)
{
	size_t got = lupe_memory_read_some(memory, addr, buffer, size);

	if (got == size)
		return NULL;
	return lupe_error_fault(addr + got, "cannot read memory at 0x%llx",
				(unsigned long long)(addr + got));
}

struct lupe_error *lupe_memory_write(const struct lupe_memory *memory, lupe_addr addr,
				     const void *buffer, size_t size)
{
	size_t done = 0;

	if (memory && memory->write && size)
		done = memory->write(memory->context, addr, buffer, size);
	if (done == size)
		return NULL;
	return lupe_error_fault(addr + done, "cannot write memory at 0x%llx",
				(unsigned long long)(addr + done));
}

bool lupe_memory_read_string(const struct lupe_memory *memory, lupe_addr addr, char *buffer,
			     size_t size, size_t *ret_length)
{
	size_t length = 0;

	if (addr && size > 0 - addr)
		size = 0 - addr; /* the top of the address space ends a string, too */
	while (length < size) {
		size_t to_page_end = PAGE - (addr + length) % PAGE;
		size_t wanted = MIN(to_page_end, size - length);
		size_t got = lupe_memory_read_some(memory, addr + length, buffer + length, wanted);
		char *nul = memchr(buffer + length, '\0', got);

		if (nul) {
			*ret_length = nul - buffer;
			return true;
		}
		length += got;
		if (got < wanted)
			break;
	}
	*ret_length = length;
	return false;
}

/* How many of `size` bytes from `addr` on lie in the span. */
static size_t span_overlap(const struct lupe_memory_span *span, lupe_addr addr, size_t size)
{
	if (addr < span->base || addr - span->base >= span->size)
		return 0;
	return MIN(size, span->size - (addr - span->base));
}

static size_t span_read(void *context, lupe_addr addr, void *buffer, size_t size)
{
	const struct lupe_memory_span *span = context;
	size_t count = span_overlap(span, addr, size);

	if (count)
		memcpy(buffer, span->bytes + (addr - span->base), count);
	return count;
}

static size_t span_write(void *context, lupe_addr addr, const void *buffer, size_t size)
{
	const struct lupe_memory_span *span = context;
	size_t count = span_overlap(span, addr, size);

	if (count)
		memcpy(span->bytes + (addr - span->base), buffer, count);
	return count;
}

struct lupe_memory lupe_memory_over_span(struct lupe_memory_span *span)
{
	return (struct lupe_memory){span_read, span_write, span};
}
