/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Breakpoint sites; see stop/sites.h.
 */
#include "stop/sites.h"

#include <stdlib.h>
#include <string.h>
#include "arch/arch.h"
#include "base/cleanup.h"
#include "base/vector.h"

enum { WRITE_PIECE = 4096 };

void lupe_sites_deinit(struct lupe_sites *sites)
{
	free(sites->data);
	*sites = (struct lupe_sites){0};
}

/* The index of the first site at `addr` or above. */
static size_t lower_bound(const struct lupe_sites *sites, lupe_addr addr)
{
	size_t low = 0, high = sites->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (sites->data[middle].addr < addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct lupe_site *find(const struct lupe_sites *sites, lupe_addr addr)
{
	size_t i = lower_bound(sites, addr);

	return i < sites->count && sites->data[i].addr == addr ? &sites->data[i] : NULL;
}

const struct lupe_site *lupe_sites_at(const struct lupe_sites *sites, lupe_addr addr)
{
	return find(sites, addr);
}

struct lupe_error *lupe_sites_insert(struct lupe_sites *sites, const struct lupe_memory *memory,
				     lupe_addr addr)
{
	struct lupe_site *site = find(sites, addr), fresh = {.addr = addr, .users = 1};
	struct lupe_error *error;
	size_t i;

	if (site) {
		site->users++;
		return NULL;
	}
	if (!lupe_vector_grow(&sites->data, &sites->capacity, sites->count, sizeof(fresh)))
		return lupe_error_no_memory();
	error = lupe_memory_read(memory, addr, &fresh.original, 1);
	if (!error)
		error = lupe_memory_write(memory, addr, lupe_arch_breakpoint_insn,
					  LUPE_ARCH_BREAKPOINT_SIZE);
	if (error)
		return error;
	i = lower_bound(sites, addr);
	memmove(&sites->data[i + 1], &sites->data[i], (sites->count - i) * sizeof(fresh));
	sites->data[i] = fresh;
	sites->count++;
	return NULL;
}

/* Unless somebody else has written there meanwhile. */
static void put_back(const struct lupe_site *site, const struct lupe_memory *memory)
{
	unsigned char now;

	if (lupe_memory_read_some(memory, site->addr, &now, 1) == 1 &&
	    now == lupe_arch_breakpoint_insn[0] && memory->write)
		memory->write(memory->context, site->addr, &site->original, 1);
}

struct lupe_error *lupe_sites_remove(struct lupe_sites *sites, const struct lupe_memory *memory,
				     lupe_addr addr)
{
	struct lupe_site *site = find(sites, addr);

	if (!site)
		return lupe_error_not_found();
	if (--site->users)
		return NULL;
	put_back(site, memory);
	sites->count--;
	memmove(site, site + 1, (sites->data + sites->count - site) * sizeof(*site));
	return NULL;
}

void lupe_sites_restore(const struct lupe_sites *sites, const struct lupe_memory *memory)
{
	for (size_t i = 0; i < sites->count; i++)
		put_back(&sites->data[i], memory);
}

void lupe_sites_hide(const struct lupe_sites *sites, lupe_addr addr, void *buffer, size_t size)
{
	for (size_t i = lower_bound(sites, addr); i < sites->count; i++) {
		lupe_addr offset = sites->data[i].addr - addr;

		if (offset >= size)
			break;
		((unsigned char *)buffer)[offset] = sites->data[i].original;
	}
}

/* One piece with our int3s put over it, so that none is ever out of place. */
static size_t write_piece(struct lupe_sites *sites, const struct lupe_memory *memory, lupe_addr addr,
			  const unsigned char *bytes, size_t size)
{
	unsigned char piece[WRITE_PIECE];
	size_t i, done;

	memcpy(piece, bytes, size);
	for (i = lower_bound(sites, addr); i < sites->count && sites->data[i].addr - addr < size; i++)
		piece[sites->data[i].addr - addr] = lupe_arch_breakpoint_insn[0];
	done = memory->write(memory->context, addr, piece, size);
	for (i = lower_bound(sites, addr); i < sites->count && sites->data[i].addr - addr < done; i++)
		sites->data[i].original = bytes[sites->data[i].addr - addr];
	return done;
}

size_t lupe_sites_write(struct lupe_sites *sites, const struct lupe_memory *memory, lupe_addr addr,
			const void *bytes, size_t size)
{
	size_t done = 0;

	if (!memory->write)
		return 0;
	if (!sites->count)
		return memory->write(memory->context, addr, bytes, size);
	while (done < size) {
		size_t wanted = MIN(size - done, (size_t)WRITE_PIECE);
		size_t put = write_piece(sites, memory, addr + done,
					 (const unsigned char *)bytes + done, wanted);

		done += put;
		if (put < wanted)
			break;
	}
	return done;
}

struct lupe_error *lupe_sites_copy(const struct lupe_sites *sites, struct lupe_sites *ret)
{
	*ret = (struct lupe_sites){0};
	if (!sites->count)
		return NULL;
	ret->data = malloc(sites->count * sizeof(*sites->data));
	if (!ret->data)
		return lupe_error_no_memory();
	memcpy(ret->data, sites->data, sites->count * sizeof(*sites->data));
	ret->count = ret->capacity = sites->count;
	return NULL;
}
