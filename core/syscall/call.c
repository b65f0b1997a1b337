/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A call's arguments as values. The six argument registers form a block of 48 bytes, the syscall's
 * parameters are members at offset 8 * index over it, and from there on it is the decoder's
 * business.
 *
 * What the state of the call allows: before the exit, out-arguments are PENDING; after a failure
 * they are addresses (OPAQUE); after a successful execve nothing of the old memory is left, so
 * nothing is followed.
 */
#include <string.h>
#include "base/arena.h"
#include "base/cleanup.h"
#include "lupe/syscall.h"
#include "type/decode.h"

static const struct lupe_type arguments_type = {.name = "arguments", .kind = LUPE_KIND_STRUCT};
static const struct lupe_type unknown_argument = {
    .name = "unsigned long", .kind = LUPE_KIND_UINT, .role = LUPE_ROLE_HEX, .size = 8};

/* The parameters of a syscall that no table has. */
static const struct lupe_member unknown_parameters[LUPE_SYSCALL_MAX_ARGS] = {
    {.name = "arg0", .type = &unknown_argument}, {.name = "arg1", .type = &unknown_argument},
    {.name = "arg2", .type = &unknown_argument}, {.name = "arg3", .type = &unknown_argument},
    {.name = "arg4", .type = &unknown_argument}, {.name = "arg5", .type = &unknown_argument}};

const struct lupe_variant *lupe_call_variant(const struct lupe_call *call)
{
	const struct lupe_variants *variants = call->syscall ? call->syscall->variants : NULL;
	uint64_t number, mask;
	size_t i;

	if (!variants || variants->member >= LUPE_SYSCALL_MAX_ARGS)
		return NULL;
	/* What decides is an int: the upper half of its register means nothing. */
	mask = variants->mask ? variants->mask : UINT32_MAX;
	number = call->args[variants->member];
	for (i = 0; i < variants->n; i++)
		if (!((number ^ variants->list[i].value) & mask))
			return &variants->list[i];
	return NULL;
}

/* The parameters of this very call. */
static const struct lupe_member *parameters(const struct lupe_call *call, size_t *ret_count)
{
	const struct lupe_variant *variant = lupe_call_variant(call);
	size_t count = LUPE_SYSCALL_MAX_ARGS;

	if (call->syscall)
		count = variant ? variant->n_args : call->syscall->n_args;
	*ret_count = MIN(count, (size_t)LUPE_SYSCALL_MAX_ARGS);
	if (!call->syscall)
		return unknown_parameters;
	return variant ? variant->args : call->syscall->args;
}

struct lupe_value *lupe_call_decode(struct lupe_decode *decode, const struct lupe_call *call)
{
	struct lupe_decode inside = *decode;
	struct lupe_value *value = lupe_arena_alloc(decode->arena, sizeof(*value));
	uint64_t *block = lupe_arena_copy(decode->arena, call->args, sizeof(call->args));
	const struct lupe_syscall *syscall = call->syscall;
	const struct lupe_member *members;
	size_t n_members;

	if (!value || !block)
		return NULL;
	inside.is_syscall = true;
	inside.has_result = call->finished;
	inside.failed = call->failed;
	inside.result = call->result;
	inside.entry = call->finished ? call->entry : NULL;
	inside.arguments = call->args;
	inside.depth = 0;
	inside.n_values = 0;
	inside.n_bytes = 0;
	if (syscall && (syscall->flags & LUPE_SYSCALL_REPLACES_MEMORY) && call->finished &&
	    !call->failed)
		inside.memory = NULL;
	if (syscall && (syscall->flags & LUPE_SYSCALL_TAKES_STACK))
		block[0] = call->sp;
	value->type = &arguments_type;
	members = parameters(call, &n_members);
	lupe_decode_members(
	    &inside, value, members, n_members,
	    (struct lupe_source){0, (const unsigned char *)block, sizeof(call->args)}, true);
	return value;
}
