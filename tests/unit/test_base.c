/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Floor 0: errors, buffers, arenas, hash maps, vectors, memory readers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdalign.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "base/arena.h"
#include "base/buffer.h"
#include "base/hash.h"
#include "base/vector.h"
#include "lupe/error.h"
#include "lupe/memory.h"

static uint64_t random_state = 0xabcdef0123456789u; /* always the same sequence */

static uint32_t below(uint32_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (random_state * 0x2545f4914f6cdd1du >> 32) % limit;
}

/* --- errors --- */

static void test_error_message(void **state)
{
	struct lupe_error *error =
	    lupe_error_create(LUPE_ERROR_INVALID, "cannot open %s: %d tries", "it", 3);

	(void)state;
	assert_string_equal(error->message, "cannot open it: 3 tries");
	assert_int_equal(error->code, LUPE_ERROR_INVALID);
	assert_int_equal(error->errnum, 0);
	error = lupe_error_prefix(error, "reading %s", "x");
	assert_string_equal(error->message, "reading x: cannot open it: 3 tries");
	assert_int_equal(error->code, LUPE_ERROR_INVALID);
	lupe_error_destroy(error);
}

static void test_error_of_errno(void **state)
{
	static const struct {
		int errnum;
		enum lupe_error_code code;
		const char *message;
	} cases[] = {
	    {ESRCH, LUPE_ERROR_EXITED, "x: No such process"},
	    {EPERM, LUPE_ERROR_PERMISSION, "x: Operation not permitted"},
	    {EACCES, LUPE_ERROR_PERMISSION, "x: Permission denied"},
	    {EIO, LUPE_ERROR_OS, "x: Input/output error"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct lupe_error *error = lupe_error_os(cases[i].errnum, "%c", 'x');

		assert_int_equal(error->code, cases[i].code);
		assert_int_equal(error->errnum, cases[i].errnum);
		assert_string_equal(error->message, cases[i].message);
		lupe_error_destroy(error);
	}
}

static void test_error_singletons(void **state)
{
	struct lupe_error *prefixed;

	(void)state;
	assert_ptr_equal(lupe_error_not_found(), lupe_error_not_found());
	lupe_error_destroy(lupe_error_not_found());
	lupe_error_destroy(lupe_error_no_memory());
	lupe_error_destroy(NULL);
	assert_string_equal(lupe_error_not_found()->message, "not found");
	prefixed = lupe_error_prefix(lupe_error_not_found(), "symbol f");
	assert_string_equal(prefixed->message, "symbol f: not found");
	assert_int_equal(prefixed->code, LUPE_ERROR_NOT_FOUND);
	lupe_error_destroy(prefixed);
	assert_string_equal(lupe_error_not_found()->message, "not found");
}

static void test_error_exited(void **state)
{
	struct lupe_error *error = lupe_error_fault(0x1000, "cannot read");

	(void)state;
	assert_false(lupe_error_is_exited(NULL));
	assert_false(lupe_error_is_exited(error)); /* and it is still ours */
	assert_int_equal(error->address, 0x1000);
	assert_int_equal(error->errnum, EFAULT);
	lupe_error_destroy(error);
	assert_true(
	    lupe_error_is_exited(lupe_error_os(ESRCH, "gone"))); /* destroyed: LSan watches */
}

static void test_error_code_names(void **state)
{
	(void)state;
	for (int code = LUPE_ERROR_NO_MEMORY; code <= LUPE_ERROR_UNSUPPORTED; code++)
		for (int other = LUPE_ERROR_NO_MEMORY; other < code; other++)
			assert_string_not_equal(lupe_error_code_name(code),
						lupe_error_code_name(other));
}

/* --- buffers --- */

static void test_buffer_writers(void **state)
{
	struct lupe_buffer buffer;

	(void)state;
	lupe_buffer_init(&buffer);
	assert_string_equal(lupe_buffer_text(&buffer), "");
	lupe_buffer_decimal(&buffer, INT64_MIN);
	lupe_buffer_char(&buffer, ' ');
	lupe_buffer_unsigned(&buffer, UINT64_MAX);
	lupe_buffer_char(&buffer, ' ');
	lupe_buffer_hex(&buffer, 0);
	lupe_buffer_hex(&buffer, UINT64_MAX);
	lupe_buffer_char(&buffer, ' ');
	lupe_buffer_octal(&buffer, 0);
	lupe_buffer_octal(&buffer, UINT64_MAX);
	assert_string_equal(lupe_buffer_text(&buffer),
			    "-9223372036854775808 18446744073709551615 0x00xffffffffffffffff "
			    "001777777777777777777777");
	lupe_buffer_reset(&buffer);
	assert_string_equal(lupe_buffer_text(&buffer), "");
	lupe_buffer_decimal(&buffer, 0);
	lupe_buffer_octal(&buffer, 0644);
	lupe_buffer_pad(&buffer, '.', 3);
	lupe_buffer_pad(&buffer, '.', 0);
	lupe_buffer_bytes(&buffer, "a\0b", 3);
	assert_int_equal(buffer.length, 11);
	assert_memory_equal(buffer.data, "00644...a\0b", 12);
	assert_false(buffer.failed);
	lupe_buffer_deinit(&buffer);
	assert_string_equal(lupe_buffer_text(&buffer), "");
}

/* Across the capacity, by every writer: what printf would give. */
static void test_buffer_grows(void **state)
{
	struct lupe_buffer buffer;
	char expected[8192] = "";
	size_t length = 0;

	(void)state;
	lupe_buffer_init(&buffer);
	while (length < sizeof(expected) - 200) {
		int number = (int)below(1000000) - 500000, width = below(100);

		lupe_buffer_printf(&buffer, "%*d|", width, number);
		length += sprintf(expected + length, "%*d|", width, number);
		lupe_buffer_decimal(&buffer, number);
		length += sprintf(expected + length, "%d", number);
		assert_int_equal(buffer.length, length);
		assert_true(buffer.length < buffer.capacity);
	}
	assert_string_equal(lupe_buffer_text(&buffer), expected);
	lupe_buffer_truncate(&buffer, length + 1); /* longer: nothing happens */
	assert_int_equal(buffer.length, length);
	lupe_buffer_truncate(&buffer, 5);
	expected[5] = '\0';
	assert_string_equal(lupe_buffer_text(&buffer), expected);
	lupe_buffer_deinit(&buffer);
}

static void test_buffer_out_of_memory(void **state)
{
	struct lupe_buffer buffer;

	(void)state;
	lupe_buffer_init(&buffer);
	lupe_buffer_string(&buffer, "before");
	lupe_buffer_pad(&buffer, 'x', SIZE_MAX); /* no size_t can count it */
	assert_true(buffer.failed);
	assert_string_equal(lupe_buffer_text(&buffer), "before");
	lupe_buffer_reset(&buffer);
	assert_false(buffer.failed);
	lupe_buffer_deinit(&buffer);
}

/* --- arenas --- */

/* Pieces are aligned, zeroed, and none overlaps another: each keeps its own pattern. */
static void test_arena(void **state)
{
	enum { PIECES = 400 };
	unsigned char *pieces[PIECES];
	size_t sizes[PIECES];
	struct lupe_arena arena;

	(void)state;
	lupe_arena_init(&arena);
	for (int round = 0; round < 5; round++) {
		for (size_t i = 0; i < PIECES; i++) {
			sizes[i] = below(50) ? below(300) : below(40000);
			pieces[i] = lupe_arena_alloc(&arena, sizes[i]);
			assert_non_null(pieces[i]);
			assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t), 0);
			for (size_t k = 0; k < sizes[i]; k++)
				assert_int_equal(pieces[i][k], 0);
			memset(pieces[i], i & 0xff, sizes[i]);
		}
		for (size_t i = 0; i < PIECES; i++)
			for (size_t k = 0; k < sizes[i]; k++)
				assert_int_equal(pieces[i][k], i & 0xff);
		lupe_arena_reset(&arena);
	}
	assert_string_equal(lupe_arena_copy(&arena, "text", 5), "text");
	assert_non_null(lupe_arena_copy(&arena, NULL, 0));
	assert_null(lupe_arena_alloc(&arena, SIZE_MAX));
	assert_null(lupe_arena_alloc(&arena, SIZE_MAX - 8));
	lupe_arena_deinit(&arena);
	lupe_arena_reset(&arena); /* an empty one */
	lupe_arena_deinit(&arena);
}

static void test_arena_reuses_its_memory(void **state)
{
	struct lupe_arena arena;
	void *first, *chunk;

	(void)state;
	lupe_arena_init(&arena);
	first = lupe_arena_alloc(&arena, 100);
	chunk = arena.chunks;
	for (int i = 0; i < 1000; i++) {
		lupe_arena_reset(&arena);
		assert_ptr_equal(lupe_arena_alloc(&arena, 100), first);
		assert_ptr_equal(arena.chunks, chunk);
	}
	lupe_arena_deinit(&arena);
}

/* --- hash maps --- */

enum { KEYS = 300 };

static void check_against(const struct lupe_hash *hash, const uint64_t *keys, void *const *values)
{
	size_t count = 0, seen = 0, cursor = 0;
	uint64_t key;
	void *value;

	for (size_t i = 0; i < KEYS; i++) {
		assert_ptr_equal(lupe_hash_get(hash, keys[i]), values[i]);
		count += values[i] != NULL;
	}
	assert_int_equal(hash->count, count);
	while (lupe_hash_next(hash, &cursor, &key, &value)) {
		assert_ptr_equal(lupe_hash_get(hash, key), value);
		seen++;
	}
	assert_int_equal(seen, count);
}

static void check_random_operations(const uint64_t *keys)
{
	void *values[KEYS] = {NULL};
	struct lupe_hash hash;
	char somewhere[64];

	lupe_hash_init(&hash);
	assert_null(lupe_hash_get(&hash, keys[0]));
	assert_null(lupe_hash_remove(&hash, keys[0]));
	for (int round = 0; round < 20000; round++) {
		/* fills up, then empties, and so on */
		bool fill = round / 1000 % 2 == 0;
		size_t i = below(KEYS);

		if (below(10) < (fill ? 7u : 3u)) {
			values[i] = &somewhere[below(sizeof(somewhere))];
			assert_true(lupe_hash_put(&hash, keys[i], values[i]));
		} else {
			assert_ptr_equal(lupe_hash_remove(&hash, keys[i]), values[i]);
			values[i] = NULL;
		}
		if (round % 100 == 0)
			check_against(&hash, keys, values);
	}
	check_against(&hash, keys, values);
	lupe_hash_deinit(&hash);
}

static void test_hash_random(void **state)
{
	uint64_t keys[KEYS];

	(void)state;
	for (size_t i = 0; i < KEYS; i++)
		keys[i] = i; /* thread ids */
	check_random_operations(keys);
	for (size_t i = 0; i < KEYS; i++)
		keys[i] = (uint64_t)i << 44; /* alike in their lower bits */
	check_random_operations(keys);
	for (size_t i = 0; i < KEYS; i++)
		keys[i] = UINT64_MAX - (uint64_t)i * 4096;
	check_random_operations(keys);
}

/* --- vectors --- */

static void test_vector(void **state)
{
	VECTOR(uint64_t) numbers = {0};
	VECTOR(struct { char bytes[3]; }) odd = {0};

	(void)state;
	for (uint64_t i = 0; i < 10000; i++)
		assert_true(VECTOR_PUSH(&numbers, i * i));
	assert_int_equal(numbers.count, 10000);
	for (uint64_t i = 0; i < 10000; i++)
		assert_int_equal(numbers.data[i], i * i);
	for (int i = 0; i < 100; i++) {
		__typeof__(*odd.data) item = {{(char)i, 0, (char)i}};

		assert_true(VECTOR_PUSH(&odd, item));
	}
	assert_int_equal(odd.data[99].bytes[2], 99);
	VECTOR_DEINIT(&numbers);
	VECTOR_DEINIT(&odd);
}

/* The sanitizer's allocator fails as the real one does, instead of ending the test. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static void test_vector_out_of_memory(void **state)
{
	void *data = NULL;
	size_t capacity = 0;

	(void)state;
	assert_false(lupe_vector_grow(&data, &capacity, 0, SIZE_MAX / 4));
	assert_null(data);
	assert_int_equal(capacity, 0);
}

/* --- memory --- */

enum { BASE = 0x10000, PAGE = 4096 };

/* A span that counts the requests, to see that none crosses into a page it does not need. */
struct watched {
	struct lupe_memory_span span;
	unsigned reads;
	lupe_addr furthest;
};

static size_t watched_read(void *context, lupe_addr addr, void *buffer, size_t size)
{
	struct watched *watched = context;
	struct lupe_memory memory = lupe_memory_over_span(&watched->span);

	assert_true(addr / PAGE == (addr + size - 1) / PAGE);
	watched->reads++;
	if (addr + size > watched->furthest)
		watched->furthest = addr + size;
	return memory.read(memory.context, addr, buffer, size);
}

static void test_memory_span(void **state)
{
	unsigned char bytes[16] = "0123456789abcde", buffer[16];
	struct lupe_memory_span span = {BASE, bytes, sizeof(bytes)};
	struct lupe_memory memory = lupe_memory_over_span(&span);
	struct lupe_error *error;

	(void)state;
	assert_int_equal(lupe_memory_read_some(&memory, BASE + 10, buffer, 16), 6);
	assert_int_equal(lupe_memory_read_some(&memory, BASE - 1, buffer, 16), 0);
	assert_int_equal(lupe_memory_read_some(&memory, BASE + 16, buffer, 1), 0);
	assert_int_equal(lupe_memory_read_some(&memory, UINT64_MAX, buffer, 16), 0);
	assert_int_equal(lupe_memory_read_some(NULL, BASE, buffer, 16), 0);
	assert_null(lupe_memory_read(&memory, BASE + 2, buffer, 4));
	assert_memory_equal(buffer, "2345", 4);
	assert_null(lupe_memory_read(&memory, 0, buffer, 0)); /* nothing is wanted, nothing fails */
	error = lupe_memory_read(&memory, BASE + 10, buffer, 16);
	assert_int_equal(error->code, LUPE_ERROR_FAULT);
	assert_int_equal(error->address, BASE + 16); /* the first bad byte */
	lupe_error_destroy(error);
	assert_null(lupe_memory_write(&memory, BASE + 14, "xy", 2));
	assert_memory_equal(bytes + 14, "xy", 2);
	error = lupe_memory_write(&memory, BASE + 15, "zz", 2);
	assert_int_equal(error->address, BASE + 16);
	assert_int_equal(bytes[15], 'z');
	lupe_error_destroy(error);
	memory.write = NULL; /* read-only */
	error = lupe_memory_write(&memory, BASE, "a", 1);
	assert_int_equal(error->address, BASE);
	lupe_error_destroy(error);
}

/* A string of `length` bytes that ends `tail` bytes before the end of what can be read. */
static void check_string(size_t length, size_t tail, size_t room)
{
	static unsigned char bytes[3 * PAGE];
	char buffer[3 * PAGE];
	size_t start = sizeof(bytes) - tail - length - 1, got = 12345;
	struct watched watched = {.span = {BASE, bytes, sizeof(bytes)}};
	struct lupe_memory memory = {watched_read, NULL, &watched};
	bool found;

	memset(bytes, 'x', sizeof(bytes));
	bytes[start + length] = '\0';
	found = lupe_memory_read_string(&memory, BASE + start, buffer, room, &got);
	assert_int_equal(found, length < room);
	assert_int_equal(got, length < room ? length : room);
	for (size_t i = 0; i < got; i++)
		assert_int_equal(buffer[i], 'x');
	/* never a page more than the one with the NUL */
	assert_true(watched.furthest <= (BASE + start + length) / PAGE * PAGE + PAGE);
}

static void test_memory_string(void **state)
{
	static const size_t lengths[] = {0, 1, 7, 8, 9, 4094, 4095, 4096, 4097, 8190};
	static const size_t tails[] = {0, 1, 100, 4095};
	static const size_t rooms[] = {1, 8, 9, 10, 4095, 4096, 4097, 3 * PAGE};

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++)
		for (size_t k = 0; k < sizeof(tails) / sizeof(*tails); k++)
			for (size_t j = 0; j < sizeof(rooms) / sizeof(*rooms); j++)
				if (lengths[i] + tails[k] < 3 * PAGE)
					check_string(lengths[i], tails[k], rooms[j]);
}

static void test_memory_string_ends_in_nothing(void **state)
{
	unsigned char bytes[PAGE];
	char buffer[2 * PAGE];
	struct lupe_memory_span span = {BASE, bytes, sizeof(bytes)};
	struct lupe_memory memory = lupe_memory_over_span(&span);
	size_t got;

	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	assert_false(lupe_memory_read_string(&memory, BASE + PAGE - 5, buffer, 100, &got));
	assert_int_equal(got, 5);
	assert_false(lupe_memory_read_string(&memory, BASE + PAGE, buffer, 100, &got));
	assert_int_equal(got, 0);
	assert_false(lupe_memory_read_string(NULL, BASE, buffer, 100, &got));
	assert_int_equal(got, 0);
	assert_false(lupe_memory_read_string(&memory, BASE, buffer, 0, &got));
	assert_int_equal(got, 0);
}

/* Readable everywhere: what lies at 0 is no continuation of the last page. */
static size_t read_anywhere(void *context, lupe_addr addr, void *buffer, size_t size)
{
	(void)context;
	(void)addr;
	memset(buffer, 'x', size);
	return size;
}

static void test_memory_string_at_the_top(void **state)
{
	struct lupe_memory memory = {.read = read_anywhere};
	char buffer[100];
	size_t got;

	(void)state;
	assert_false(
	    lupe_memory_read_string(&memory, UINT64_MAX - 9, buffer, sizeof(buffer), &got));
	assert_int_equal(got, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_error_message),
	    cmocka_unit_test(test_error_of_errno),
	    cmocka_unit_test(test_error_singletons),
	    cmocka_unit_test(test_error_exited),
	    cmocka_unit_test(test_error_code_names),
	    cmocka_unit_test(test_buffer_writers),
	    cmocka_unit_test(test_buffer_grows),
	    cmocka_unit_test(test_buffer_out_of_memory),
	    cmocka_unit_test(test_arena),
	    cmocka_unit_test(test_arena_reuses_its_memory),
	    cmocka_unit_test(test_hash_random),
	    cmocka_unit_test(test_vector),
	    cmocka_unit_test(test_vector_out_of_memory),
	    cmocka_unit_test(test_memory_span),
	    cmocka_unit_test(test_memory_string),
	    cmocka_unit_test(test_memory_string_ends_in_nothing),
	    cmocka_unit_test(test_memory_string_at_the_top),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
