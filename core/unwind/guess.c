/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Guesses at a caller; see unwind/guess.h.
 */
#include "unwind/guess.h"

#include <string.h>
#include "arch/arch.h"
#include "base/cleanup.h"

enum {
	WORD = sizeof(uint64_t),
	SCAN_WORDS = 2048, /* how far up the stack a return address is looked for */
	CHUNK_WORDS = 64,
	CALL_SIZE = 5, /* e8 and four bytes */
};

static bool read_word(const struct lupe_unwind_source *source, lupe_addr addr, uint64_t *ret)
{
	return lupe_memory_read_some(source->memory, addr, ret, sizeof(*ret)) == sizeof(*ret);
}

bool lupe_guess_follows_call(const struct lupe_unwind_source *source, lupe_addr pc)
{
	unsigned char before[7];

	return pc > sizeof(before) && source->executable(source->context, pc - 1) &&
	       lupe_memory_read_some(source->memory, pc - sizeof(before), before,
				     sizeof(before)) == sizeof(before) &&
	       lupe_arch_follows_call(before);
}

static bool by_top_of_stack(const struct lupe_unwind_source *source, lupe_addr sp,
			    struct lupe_guess *ret)
{
	*ret = (struct lupe_guess){.sp = sp + WORD, .trust = LUPE_TRUST_RETURN_AT_SP};
	return read_word(source, sp, &ret->pc) && lupe_guess_follows_call(source, ret->pc);
}

/* push %rbp; mov %rsp,%rbp has been done: the caller's rbp and the return address lie at rbp. */
static bool by_frame_pointer(const struct lupe_unwind_source *source, lupe_addr sp, lupe_addr rbp,
			     struct lupe_guess *ret)
{
	*ret = (struct lupe_guess){
	    .sp = rbp + 2 * WORD, .has_rbp = true, .trust = LUPE_TRUST_FRAME_POINTER};
	return rbp >= sp && rbp % WORD == 0 && ret->sp > rbp && read_word(source, rbp, &ret->rbp) &&
	       read_word(source, rbp + WORD, &ret->pc) &&
	       lupe_guess_follows_call(source, ret->pc);
}

/* Calls `visit` with each word of the stack until it answers true. */
static bool scan(const struct lupe_unwind_source *source, lupe_addr sp,
		 bool (*visit)(void *context, lupe_addr slot, uint64_t word), void *context)
{
	uint64_t words[CHUNK_WORDS];
	lupe_addr at = (sp + WORD - 1) / WORD * WORD;

	for (size_t done = 0; done < SCAN_WORDS; done += CHUNK_WORDS) {
		size_t got = lupe_memory_read_some(source->memory, at + done * WORD, words,
						   sizeof(words)) /
			     WORD;

		for (size_t i = 0; i < got; i++)
			if (visit(context, at + (done + i) * WORD, words[i]))
				return true;
		if (got < CHUNK_WORDS)
			return false;
	}
	return false;
}

struct search {
	const struct lupe_unwind_source *source;
	lupe_addr function; /* of the callee, where that is known */
	lupe_addr slot;
	uint64_t word;
	unsigned count;
};

static bool is_return_address(void *context, lupe_addr slot, uint64_t word)
{
	struct search *search = context;

	search->slot = slot;
	search->word = word;
	return lupe_guess_follows_call(search->source, word);
}

static bool by_scan(const struct lupe_unwind_source *source, lupe_addr sp, struct lupe_guess *ret)
{
	struct search search = {.source = source};

	if (!scan(source, sp, is_return_address, &search))
		return false;
	*ret = (struct lupe_guess){
	    .pc = search.word, .sp = search.slot + WORD, .trust = LUPE_TRUST_STACK_SCAN};
	return true;
}

bool lupe_guess_return_address(const struct lupe_unwind_source *source,
			       const struct lupe_unwind_frame *frame, lupe_addr rbp,
			       struct lupe_guess *ret)
{
	bool is_code = source->executable(source->context, frame->pc);

	if (frame->is_exact && !is_code && by_top_of_stack(source, frame->sp, ret))
		return true;
	return (rbp && by_frame_pointer(source, frame->sp, rbp, ret)) ||
	       by_scan(source, frame->sp, ret);
}

/* --- whose call is it --- */

/* Where a procedure linkage table's entry at `addr` jumps: [endbr64] [bnd] jmp *displacement(%rip). */
static bool linkage_target(const struct lupe_unwind_source *source, lupe_addr addr, lupe_addr *ret)
{
	static const unsigned char endbr64[] = {0xf3, 0x0f, 0x1e, 0xfa};
	unsigned char code[12] = {0};
	size_t got = lupe_memory_read_some(source->memory, addr, code, sizeof(code)), at = 0;
	int32_t displacement;

	if (got < sizeof(code))
		return false;
	if (memcmp(code, endbr64, sizeof(endbr64)) == 0)
		at += sizeof(endbr64);
	if (code[at] == 0xf2)
		at++;
	if (code[at] != 0xff || code[at + 1] != 0x25)
		return false;
	memcpy(&displacement, code + at + 2, sizeof(displacement));
	return read_word(source, addr + at + 6 + displacement, ret);
}

static bool calls_function(void *context, lupe_addr slot, uint64_t word)
{
	struct search *search = context;
	unsigned char code[CALL_SIZE];
	int32_t displacement;
	lupe_addr target;

	if (word < CALL_SIZE || !search->source->executable(search->source->context, word - 1) ||
	    lupe_memory_read_some(search->source->memory, word - CALL_SIZE, code, CALL_SIZE) !=
		CALL_SIZE ||
	    code[0] != 0xe8)
		return false;
	memcpy(&displacement, code + 1, sizeof(displacement));
	target = word + displacement;
	if (target != search->function &&
	    !(linkage_target(search->source, target, &target) && target == search->function))
		return false;
	search->slot = slot;
	return ++search->count > 1;
}

bool lupe_guess_caller_of(const struct lupe_unwind_source *source, lupe_addr sp, lupe_addr function,
			  lupe_addr *ret_slot)
{
	struct search search = {.source = source, .function = function};

	scan(source, sp, calls_function, &search);
	*ret_slot = search.slot;
	return search.count == 1;
}
