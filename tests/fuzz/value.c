/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Random types over random memory: the decoder and all three printers must end, stay inside what
 * they were given, and never trust a count, an offset or a pointer. The input decides everything,
 * so any finding repeats. Types refer to each other at will: cycles, members beyond their struct,
 * bit-fields wider than their word, counts by members that do not exist.
 *
 * With libFuzzer: clang -fsanitize=fuzzer,address,undefined -Iinclude -Icore tests/fuzz/value.c
 * liblupe.a. tests/unit/test_value_random.c feeds it a fixed set of inputs.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "lupe/syscall.h"

enum {
	N_TYPES = 12,
	N_MEMBERS = 6,
	N_ENUMERATORS = 5,
	PAGE = 4096,
	N_PAGES = 4,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *data;
	size_t size, at;
};

static uint64_t take(struct input *input, unsigned bytes)
{
	uint64_t value = 0;

	while (bytes--)
		value = value << 8 | (input->at < input->size ? input->data[input->at++] : 0);
	return value;
}

static unsigned below(struct input *input, unsigned limit)
{
	return take(input, 2) % limit;
}

/* Everything one round works with. */
struct world {
	struct lupe_type types[N_TYPES];
	struct lupe_member members[N_TYPES][N_MEMBERS];
	struct lupe_enumerator enumerators[N_TYPES][N_ENUMERATORS];
	struct lupe_choice choices[N_TYPES];
	struct lupe_case cases[N_TYPES][2];
	uint64_t pages[N_PAGES]; /* addresses; what lies elsewhere is not mapped */
	unsigned char memory[N_PAGES][PAGE];
};

/* Types' own code finds its world here: the contract has no room for a context. */
static struct world *current;

/* --- memory: a few pages, two of them neighbours, one at the end of the address space --- */

static size_t world_read(void *context, lupe_addr addr, void *buffer, size_t size)
{
	struct world *world = context;
	size_t done = 0;
	unsigned i;

	while (done < size) {
		lupe_addr page = (addr + done) & ~(lupe_addr)(PAGE - 1);
		size_t offset = (addr + done) % PAGE, piece;

		for (i = 0; i < N_PAGES && world->pages[i] != page; i++)
			;
		if (i == N_PAGES || (done && addr + done < addr))
			break;
		piece = PAGE - offset < size - done ? PAGE - offset : size - done;
		memcpy((char *)buffer + done, world->memory[i] + offset, piece);
		done += piece;
	}
	return done;
}

static uint64_t some_address(struct input *input, const struct world *world)
{
	switch (below(input, 8)) {
	case 0:
		return 0;
	case 1:
		return take(input, 8);
	case 2: /* just before the end of a page */
		return world->pages[below(input, N_PAGES)] + PAGE - below(input, 40);
	default:
		return world->pages[below(input, N_PAGES)] + below(input, PAGE);
	}
}

/* Filled from a stream that eight bytes of the input start: 16 KB of input would only dilute the
 * rest. */
static uint64_t next_word(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *state >> 24 ^ *state << 40;
}

static uint64_t memory_word(uint64_t *state, const struct world *world)
{
	uint64_t word = next_word(state);

	switch (word % 8) {
	case 0:
		return 0;
	case 1:
		return word;
	case 2:
		return word >> 32 & 0x0000000f0000000f; /* small numbers: counts, deciders */
	case 3:
		return world->pages[word >> 8 & 3] + PAGE - (word >> 16) % 40;
	default:
		return world->pages[word >> 8 & 3] + (word >> 16) % PAGE;
	}
}

static void make_memory(struct input *input, struct world *world)
{
	uint64_t state = take(input, 8);
	unsigned i, k;

	world->pages[0] = 0x10000;
	world->pages[1] = 0x11000;
	world->pages[2] = 0x7fff00000000;
	world->pages[3] = 0 - (uint64_t)PAGE;
	for (i = 0; i < N_PAGES; i++) {
		for (k = 0; k < PAGE; k += 8) {
			uint64_t word = memory_word(&state, world);

			memcpy(world->memory[i] + k, &word, sizeof(word));
		}
	}
}

/* --- types --- */

static bool random_present(const struct lupe_value *parent)
{
	unsigned sum = 0;
	uint32_t i;

	for (i = 0; i < parent->n_children; i++)
		sum += parent->children[i].u & 1;
	return sum % 4 != 3;
}

static void random_decode(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	const struct lupe_type *type = &current->types[value->u % N_TYPES];

	if (limit % 3 == 0)
		lupe_value_fill(decode, value, type, value->address ? value->address : value->u,
				limit);
}

static void random_print(struct lupe_printer *printer, const struct lupe_value *value)
{
	lupe_buffer_unsigned(printer->out, value->u);
}

static const struct lupe_type_ops random_ops[] = {{.decode = random_decode},
						  {.print = random_print},
						  {.decode = random_decode, .print = random_print}};

static const struct lupe_type *some_type(struct input *input, const struct world *world)
{
	unsigned index = below(input, N_TYPES + 1);

	return index == N_TYPES ? NULL : &world->types[index];
}

static uint32_t some_size(struct input *input)
{
	static const uint32_t usual[] = {0, 1, 2, 4, 4, 8, 8, 8, 16, 3, 24, 64};

	switch (below(input, 16)) {
	case 0:
		return (uint32_t)take(input, 4);
	case 1:
		return below(input, 5000);
	default:
		return usual[below(input, ARRAY_SIZE(usual))];
	}
}

static void make_member(struct input *input, struct world *world, struct lupe_member *member)
{
	static const char *const names[] = {"a", "b", "c", "a_nsec", NULL};

	*member = (struct lupe_member){
	    .name = names[below(input, ARRAY_SIZE(names))],
	    .type = some_type(input, world),
	    .offset = below(input, 8) ? below(input, 12) * 4 : (uint32_t)take(input, 4),
	    .flow = (uint8_t)below(input, 4),
	    .flags = (uint8_t)(below(input, 3) ? 0 : take(input, 1)),
	    .count = {(enum lupe_count_kind)below(input, LUPE_COUNT_TERMINATED + 1),
		      (uint8_t)(below(input, 9) ? below(input, N_MEMBERS + 1) : LUPE_NO_MEMBER),
		      below(input, 9) ? below(input, 20) : (uint32_t)take(input, 4)},
	    .choice = below(input, 5) ? NULL : &world->choices[below(input, N_TYPES)],
	    .present = below(input, 6) ? NULL : random_present,
	};
	if (!below(input, 5)) {
		member->bit_size = (uint8_t)take(input, 1);
		member->bit_offset = (uint8_t)take(input, 1);
	}
}

static void make_type(struct input *input, struct world *world, unsigned index)
{
	unsigned i;

	for (i = 0; i < N_MEMBERS; i++)
		make_member(input, world, &world->members[index][i]);
	for (i = 0; i < N_ENUMERATORS; i++)
		world->enumerators[index][i] = (struct lupe_enumerator){
		    "NAME", take(input, 1), below(input, 3) ? 0 : take(input, 1)};
	for (i = 0; i < 2; i++)
		world->cases[index][i] = (struct lupe_case){
		    below(input, 4),
		    &world->members[below(input, N_TYPES)][below(input, N_MEMBERS)],
		    below(input, 4)};
	world->choices[index] = (struct lupe_choice){(uint8_t)below(input, N_MEMBERS + 1),
						     below(input, 3), world->cases[index], 2};
	world->types[index] = (struct lupe_type){
	    .name = below(input, 2) ? "name" : NULL,
	    .kind = (enum lupe_kind)below(input, LUPE_KIND_CUSTOM + 1),
	    .role = below(input, 2) ? LUPE_ROLE_NONE
				    : (enum lupe_role)below(input, LUPE_ROLE_KERNEL_LONG + 1),
	    .size = some_size(input),
	    .is_signed = below(input, 2),
	    .incomplete = !below(input, 10),
	    .target = some_type(input, world),
	    .count = below(input, 6) ? below(input, 40) : take(input, 8),
	    .members = world->members[index],
	    .n_members = below(input, N_MEMBERS + 1),
	    .enumerators = world->enumerators[index],
	    .n_enumerators = N_ENUMERATORS,
	    .size_min = below(input, 4) ? 0 : below(input, 40),
	    .unknown = below(input, 2) ? "???" : NULL,
	    .ops = below(input, 8) ? NULL : &random_ops[below(input, ARRAY_SIZE(random_ops))],
	};
}

/* --- one round --- */

/* Reads every byte that a value says it has, so that the sanitiser sees it. */
static unsigned walk(const struct lupe_value *value, unsigned depth)
{
	unsigned sum = 0;
	size_t k;
	uint32_t i;

	if (depth > 200)
		abort();
	if (value->n_bytes && !value->bytes)
		abort();
	if (value->n_children && !value->children)
		abort();
	for (k = 0; k < value->n_bytes; k++)
		sum += value->bytes[k];
	for (i = 0; i < value->n_children; i++)
		sum += walk(&value->children[i], depth + 1);
	return sum;
}

static void print_all(struct input *input, const struct lupe_value *value,
		      const struct lupe_call *call)
{
	struct lupe_strace_options options = {
	    .string_max = below(input, 64),
	    .xlat = (enum lupe_xlat)below(input, 3),
	    .verbose = below(input, 2),
	    .hex_strings = below(input, 3),
	    .arg_names = below(input, 2),
	};
	struct lupe_print_options c_options = {.hex = below(input, 2),
					       .pretty = below(input, 2),
					       .string_max = below(input, 50),
					       .array_max = below(input, 50)};
	struct lupe_buffer out;
	struct lupe_printer printer = {.out = &out, .options = &options, .call = call};

	lupe_buffer_init(&out);
	if (call) {
		lupe_strace_exit(&printer, call, value, lupe_strace_entry(&printer, call, value));
		lupe_strace_result(&printer, call, value);
		lupe_call_print_json(&out, call, value);
	} else {
		lupe_strace_value(&printer, value);
		lupe_value_print_json(&out, value);
	}
	lupe_value_print_c(&out, value, &c_options);
	lupe_value_member(value, "a");
	if (out.failed)
		abort();
	lupe_buffer_deinit(&out);
}

static void decode_call(struct input *input, struct world *world, struct lupe_decode *decode)
{
	struct lupe_syscall syscall = {
	    .name = "call",
	    .n_args = (uint8_t)below(input, N_MEMBERS + 1),
	    .flags = (uint8_t)below(input, 8),
	    .args = world->members[below(input, N_TYPES)],
	    .result = some_type(input, world),
	};
	struct lupe_call call = {.syscall = below(input, 9) ? &syscall : NULL,
				 .nr = (int64_t)take(input, 2),
				 .finished = below(input, 2),
				 .failed = below(input, 2)};
	struct lupe_value *value;
	unsigned i;

	for (i = 0; i < LUPE_SYSCALL_MAX_ARGS; i++)
		call.args[i] = below(input, 3) ? some_address(input, world) : take(input, 1);
	if (call.finished && below(input, 2)) {
		call.finished = false;
		call.entry = lupe_call_decode(decode, &call);
		call.finished = true;
	}
	call.result = call.failed ? -(int64_t)below(input, 4096) : (int64_t)take(input, 2);
	value = lupe_call_decode(decode, &call);
	if (!value)
		abort();
	walk(value, 0);
	print_all(input, value, &call);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = {data, size, 0};
	struct world *world = calloc(1, sizeof(*world));
	struct lupe_memory memory = {world_read, NULL, world};
	struct lupe_arena arena;
	struct lupe_decode decode = {.arena = &arena, .memory = &memory};
	struct lupe_value *value;
	unsigned i;

	if (!world)
		return 0;
	current = world;
	lupe_arena_init(&arena);
	for (i = 0; i < N_TYPES; i++)
		make_type(&input, world, i);
	decode.limits = (struct lupe_decode_limits){
	    .string_max = below(&input, 8) ? below(&input, 100) : SIZE_MAX,
	    .path_max = below(&input, 5000),
	    .array_max = below(&input, 8) ? below(&input, 40) : SIZE_MAX,
	    .depth_max = below(&input, 8) ? below(&input, 9) : UINT32_MAX,
	    .values_max = 1 + below(&input, 3000),
	    .verbose = below(&input, 2),
	};
	make_memory(&input, world);
	value = lupe_value_read(&decode, &world->types[0], some_address(&input, world));
	if (!value || decode.depth || decode.n_values > decode.limits.values_max)
		abort();
	walk(value, 0);
	print_all(&input, value, NULL);
	lupe_arena_reset(&arena);
	decode_call(&input, world, &decode);
	lupe_arena_deinit(&arena);
	free(world);
	return 0;
}
