/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Copies of instructions in a live process; see session/copies.h.
 */
#include "session/copies.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include "session/records.h"

enum {
	AREA_COPIES = 1024,
	AREA_SIZE = AREA_COPIES * LUPE_DISPLACED_SIZE,
	AREA_DISTANCE = 1 << 24, /* below the code */
	REACH = 1 << 30,	 /* well within reach of 32-bit offsets */
	PAGE = 4096,
};

/* The place of an address that has none. */
static void *const none = (void *)UINTPTR_MAX;

/* --- what is known --- */

void copies_deinit(struct copies *copies)
{
	VECTOR_DEINIT(&copies->list);
	lupe_hash_deinit(&copies->places);
	memset(copies, 0, sizeof(*copies));
}

bool copies_inherit(struct copies *child, const struct copies *parent)
{
	uint64_t address;
	size_t cursor = 0;
	void *place;

	for (size_t i = 0; i < parent->list.count; i++)
		if (!VECTOR_PUSH(&child->list, parent->list.data[i]))
			return false;
	while (lupe_hash_next(&parent->places, &cursor, &address, &place))
		if (!lupe_hash_put(&child->places, address, place))
			return false;
	memcpy(child->areas, parent->areas, sizeof(child->areas));
	child->n_areas = parent->n_areas;
	child->refused = parent->refused;
	return true;
}

/* --- areas --- */

static bool reaches(const struct copies_area *area, lupe_addr addr)
{
	return area->start - addr + REACH < 2u * REACH;
}

static lupe_addr map_area(struct lupe_thread *thread, lupe_addr near)
{
	const uint64_t args[LUPE_SYSCALL_MAX_ARGS] = {(near - AREA_DISTANCE) & ~(lupe_addr)(PAGE - 1),
						      AREA_SIZE, PROT_READ | PROT_EXEC,
						      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0};
	struct lupe_error *error;
	int64_t result = -1;

	error = lupe_thread_do_syscall(thread, SYS_mmap, args, &result);
	if (error) {
		lupe_error_destroy(error);
		return 0;
	}
	return result < 0 && result >= -4095 ? 0 : (lupe_addr)result;
}

/* One with room near the address, made if need be: also where the target has put it elsewhere, for then most
 * instructions can be copied all the same. NULL: there is none. */
static struct copies_area *find_area(struct lupe_thread *thread, lupe_addr addr)
{
	struct copies *copies = &thread->process->copies;
	struct copies_area *area;

	for (size_t i = 0; i < copies->n_areas; i++)
		if (copies->areas[i].used < AREA_COPIES && reaches(&copies->areas[i], addr))
			return &copies->areas[i];
	if (copies->refused || copies->n_areas == COPIES_AREAS_MAX)
		return NULL;
	area = &copies->areas[copies->n_areas];
	*area = (struct copies_area){.start = map_area(thread, addr)};
	if (!area->start) {
		copies->refused = true;
		return NULL;
	}
	copies->n_areas++;
	return area;
}

/* --- copies --- */

/* One for the session: it is costly to make. NULL: there is none. */
static struct lupe_disasm *get_disasm(struct lupe_session *session)
{
	if (!session->disasm && !session->no_disasm) {
		lupe_error_destroy(lupe_disasm_create(LUPE_ABI_X86_64, LUPE_DISASM_ATT, &session->disasm));
		session->no_disasm = !session->disasm;
	}
	return session->disasm;
}

static bool make_copy(struct lupe_thread *thread, const unsigned char *code, size_t size, lupe_addr addr,
		      lupe_addr to, struct lupe_displaced *ret)
{
	struct lupe_disasm *disasm = get_disasm(thread->process->session);
	struct lupe_error *error;
	struct lupe_insn insn;
	bool made;

	if (!disasm || !lupe_disasm_decode(disasm, code, size, addr, &insn) || lupe_displace(&insn, to, false, ret))
		return false;
	error = lupe_memory_write(&thread->process->memory.reader, to, ret->code, ret->size);
	made = !error;
	lupe_error_destroy(error);
	return made;
}

/* Puts a new copy into the list and the target; its place, or `none`. */
static void *add_copy(struct lupe_thread *thread, lupe_addr addr, const unsigned char *code, size_t size)
{
	struct copies *copies = &thread->process->copies;
	struct copies_area *area = find_area(thread, addr);
	struct copy copy = {0};
	lupe_addr to;

	if (!area)
		return none;
	to = area->start + area->used * LUPE_DISPLACED_SIZE;
	memcpy(copy.original, code, size);
	if (!make_copy(thread, code, size, addr, to, &copy.displaced) || !VECTOR_PUSH(&copies->list, copy))
		return none;
	area->used++;
	return (void *)(uintptr_t)copies->list.count;
}

const struct lupe_displaced *copies_find(struct lupe_thread *thread, lupe_addr addr, const unsigned char *code,
					 size_t size)
{
	struct copies *copies = &thread->process->copies;
	void *place = lupe_hash_get(&copies->places, addr);
	const struct copy *copy;

	if (size > LUPE_INSN_MAX_LENGTH)
		size = LUPE_INSN_MAX_LENGTH;
	for (int tries = 0; tries < 2; tries++) {
		if (!place) {
			place = add_copy(thread, addr, code, size);
			if (!lupe_hash_put(&copies->places, addr, place))
				return NULL;
		}
		if (place == none)
			return NULL;
		copy = &copies->list.data[(uintptr_t)place - 1];
		if (!memcmp(copy->original, code, size))
			return &copy->displaced;
		place = NULL; /* a library has gone, another is there; who is in the old copy stays there */
	}
	return NULL;
}

bool copies_origin(const struct copies *copies, lupe_addr addr, lupe_addr *ret_from, lupe_addr *ret_pc,
		   unsigned *ret_pushed)
{
	bool inside = false;

	for (size_t i = 0; i < copies->n_areas; i++)
		inside |= addr - copies->areas[i].start < AREA_SIZE;
	for (size_t i = 0; inside && i < copies->list.count; i++)
		if (lupe_displaced_origin(&copies->list.data[i].displaced, addr, ret_pc, ret_pushed)) {
			*ret_from = copies->list.data[i].displaced.from;
			return true;
		}
	return false;
}

void copies_release(struct lupe_thread *thread)
{
	struct copies *copies = &thread->process->copies;
	int64_t result;

	for (size_t i = 0; i < copies->n_areas; i++) {
		const uint64_t args[LUPE_SYSCALL_MAX_ARGS] = {copies->areas[i].start, AREA_SIZE};

		lupe_error_destroy(lupe_thread_do_syscall(thread, SYS_munmap, args, &result));
	}
	copies_deinit(copies);
}
