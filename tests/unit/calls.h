/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A bench for the syscall tables: calls over 64 KB of memory of the test's own, written as strace
 * does. Nothing is mapped behind it.
 */
#ifndef LUPE_TESTS_CALLS_H
#define LUPE_TESTS_CALLS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "lupe/syscall.h"
#include "syscall/numbers.h"

enum { BASE = 0x10000, SIZE = 0x10000, END = BASE + SIZE };

struct bench {
	unsigned char bytes[SIZE];
	struct lupe_memory_span span;
	struct lupe_memory memory;
	struct lupe_arena arena;
	struct lupe_buffer out;
	struct lupe_decode decode;
	struct lupe_strace_options options;
	struct lupe_call call;
	/* What the kernel does between entry and exit; may be NULL. */
	void (*kernel)(struct bench *b);
};

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	setenv("TZ", "UTC", 1);
	b->span = (struct lupe_memory_span){BASE, b->bytes, SIZE};
	b->memory = lupe_memory_over_span(&b->span);
	lupe_arena_init(&b->arena);
	lupe_buffer_init(&b->out);
	b->decode = (struct lupe_decode){
	    .arena = &b->arena, .memory = &b->memory, .limits = lupe_decode_limits_default};
	b->options = (struct lupe_strace_options){.string_max = 32};
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;

	lupe_arena_deinit(&b->arena);
	lupe_buffer_deinit(&b->out);
	free(b);
	return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

static inline lupe_addr put(struct bench *b, lupe_addr address, const void *bytes, size_t size)
{
	memcpy(b->bytes + (address - BASE), bytes, size);
	return address;
}

#define PUT(b, address, object)      put(b, address, &(object), sizeof(object))
#define PUT_STRING(b, address, text) put(b, address, text, sizeof(text))

/* The whole line of a call that ended with `result`. */
static inline const char *line(struct bench *b, long nr, int64_t result, const uint64_t args[6])
{
	struct lupe_printer printer = {.out = &b->out, .options = &b->options};
	struct lupe_value *values;
	unsigned written;

	b->call = (struct lupe_call){.syscall = lupe_syscall_by_nr(LUPE_ABI_X86_64, nr), .nr = nr};
	assert_non_null(b->call.syscall);
	memcpy(b->call.args, args, sizeof(b->call.args));
	b->decode.limits.verbose = b->options.verbose;
	b->decode.limits.array_max = b->options.verbose ? SIZE_MAX : 32;
	b->decode.limits.string_max = b->options.string_max;
	lupe_buffer_reset(&b->out);
	lupe_arena_reset(&b->arena);
	values = lupe_call_decode(&b->decode, &b->call);
	assert_non_null(values);
	written = lupe_strace_entry(&printer, &b->call, values);
	if (b->kernel)
		b->kernel(b);
	b->call.entry = values;
	b->call.finished = true;
	b->call.result = result;
	b->call.failed = result < 0 && result >= -4095;
	values = lupe_call_decode(&b->decode, &b->call);
	assert_non_null(values);
	lupe_strace_exit(&printer, &b->call, values, written);
	lupe_buffer_string(&b->out, " = ");
	lupe_strace_result(&printer, &b->call, values);
	assert_false(b->out.failed);
	return lupe_buffer_text(&b->out);
}

#define LINE(b, nr, result, ...) line(b, nr, result, (const uint64_t[6]){__VA_ARGS__})

/* What strace wrote for a call that failed with ENOSYS. */
struct refused {
	int nr;
	uint64_t args[6];
	const char *text; /* without the result */
};

static inline void check_refused(struct bench *b, const struct refused *calls, size_t n_calls)
{
	static const char result[] = " = -1 ENOSYS (Function not implemented)";
	size_t i, length, failures = 0;
	const char *text;

	for (i = 0; i < n_calls; i++) {
		text = line(b, calls[i].nr, -38, calls[i].args);
		length = strlen(calls[i].text);
		if (!strncmp(text, calls[i].text, length) && !strcmp(text + length, result))
			continue;
		print_error("strace: %s\nlupe:   %s\n", calls[i].text, text);
		failures++;
	}
	assert_int_equal(failures, 0);
}

#endif
