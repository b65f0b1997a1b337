/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * JSON of values and calls; hostile bytes must come out as valid JSON of valid UTF-8.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <math.h>
#include <string.h>
#include "base/arena.h"
#include "syscall/describe.h"
#include "type/json.h"

enum { BASE = 0x10000, SIZE = 0x1000, END = BASE + SIZE };

struct bench {
	unsigned char bytes[SIZE];
	struct lupe_memory_span span;
	struct lupe_memory memory;
	struct lupe_arena arena;
	struct lupe_buffer out;
	struct lupe_decode decode;
};

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	b->span = (struct lupe_memory_span){BASE, b->bytes, SIZE};
	b->memory = lupe_memory_over_span(&b->span);
	lupe_arena_init(&b->arena);
	lupe_buffer_init(&b->out);
	b->decode = (struct lupe_decode){
	    .arena = &b->arena, .memory = &b->memory, .limits = lupe_decode_limits_default};
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

/* --- strings --- */

static const char *quoted(struct bench *b, const void *bytes, size_t size, bool *ret_text)
{
	lupe_buffer_reset(&b->out);
	*ret_text = lupe_json_string(&b->out, bytes, size);
	return lupe_buffer_text(&b->out);
}

static void test_strings(void **state)
{
	struct bench *b = *state;
	static const struct {
		const char *bytes;
		size_t size;
		const char *json;
		bool text;
	} all[] = {
	    {"", 0, "\"\"", true},
	    {"plain", 5, "\"plain\"", true},
	    {"a\"b\\c/", 6, "\"a\\\"b\\\\c/\"", true},
	    {"\b\f\n\r\t", 5, "\"\\b\\f\\n\\r\\t\"", true},
	    {"\0\1\33\177", 4, "\"\\u0000\\u0001\\u001b\\u007f\"", true},
	    {"\303\244\342\202\254\360\237\230\200", 9, "\"\303\244\342\202\254\360\237\230\200\"",
	     true},
	    {"\302\233", 2, "\"\\u009b\"", true},                    /* a C1 control character */
	    {"\303", 1, "\"\\u00c3\"", false},                       /* cut short */
	    {"\303\244\377", 3, "\"\\u00c3\\u00a4\\u00ff\"", false}, /* all as bytes */
	    {"\300\200", 2, "\"\\u00c0\\u0080\"", false},            /* overlong NUL */
	    {"\355\240\200", 3, "\"\\u00ed\\u00a0\\u0080\"", false}, /* a surrogate */
	    {"\364\220\200\200", 4, "\"\\u00f4\\u0090\\u0080\\u0080\"", false},
	    {"\340\200\257", 3, "\"\\u00e0\\u0080\\u00af\"", false},
	};
	bool text;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		assert_string_equal(quoted(b, all[i].bytes, all[i].size, &text), all[i].json);
		assert_int_equal(text, all[i].text);
	}
}

/* Whatever the bytes, what comes out has no control characters, no quote inside and is UTF-8. */
static void test_every_pair_of_bytes(void **state)
{
	struct bench *b = *state;
	unsigned pair;
	bool text;

	for (pair = 0; pair < 0x10000; pair++) {
		unsigned char bytes[3] = {pair >> 8, pair & 0xff, 'x'};
		const unsigned char *json = (const unsigned char *)quoted(b, bytes, 3, &text);
		size_t size = b->out.length, i, length;

		assert_int_equal(json[0], '"');
		assert_int_equal(json[size - 1], '"');
		for (i = 1; i < size - 1; i += length) {
			length = lupe_utf8_length(json + i, size - 1 - i);
			assert_true(length > 0);
			assert_true(json[i] >= 0x20 && json[i] != 0x7f && json[i] != '"');
			if (json[i] == '\\') {
				assert_non_null(strchr("\"\\bfnrtu", json[i + 1]));
				length = json[i + 1] == 'u' ? 6 : 2;
				assert_true(i + length < size);
			}
		}
	}
}

/* --- values --- */

static SCALAR(t_int, "int", LUPE_KIND_INT, 4, LUPE_ROLE_NONE) static SCALAR(t_u64, "unsigned long", LUPE_KIND_UINT, 8, LUPE_ROLE_NONE) static SCALAR(t_bool, "_Bool", LUPE_KIND_BOOL, 1, LUPE_ROLE_NONE) static SCALAR(
    t_double, "double", LUPE_KIND_FLOAT, 8,
    LUPE_ROLE_NONE) static SCALAR(t_dirfd, "int", LUPE_KIND_INT, 4,
				  LUPE_ROLE_DIRFD) static SCALAR(t_signal, "int", LUPE_KIND_INT, 4,
								 LUPE_ROLE_SIGNAL) static SCALAR(t_path,
												 "c"
												 "h"
												 "a"
												 "r"
												 " "
												 "["
												 "]",
												 LUPE_KIND_STRING,
												 0,
												 LUPE_ROLE_PATH) static SCALAR(t_bytes,
															       "bytes",
															       LUPE_KIND_BYTES,
															       0,
															       LUPE_ROLE_NONE) static SCALAR(t_void,
																			     "void",
																			     LUPE_KIND_VOID,
																			     0,
																			     LUPE_ROLE_NONE) static const
    struct lupe_type t_char = {.kind = LUPE_KIND_CHAR, .size = 1, .is_signed = true};
static FLAGS(t_open, 4, "O_???", NULL, IN_FIELD(O_RDONLY, O_ACCMODE), IN_FIELD(O_RDWR, O_ACCMODE),
	     E(O_CREAT))

    struct shown {
	int32_t number;
	uint32_t hidden;
	uint64_t big;
	double real;
	char name[8];
	uint32_t flags;
	bool yes;
	lupe_addr nothing, text, raw, bad, numbers;
};

static STRUCT(t_part, int, {.name = "number", .type = &t_int}) static STRUCT(
    t_shown, struct shown, {.type = &t_part},
    FIELD(struct shown, hidden, &t_int, .flags = LUPE_MEMBER_HIDDEN),
    FIELD(struct shown, big, &t_u64), FIELD(struct shown, real, &t_double),
    FIELD(struct shown, name, ARRAY_OF(&t_char, 8)), FIELD(struct shown, flags, &t_open),
    FIELD(struct shown, yes, &t_bool), FIELD(struct shown, nothing, PTR(&t_int)),
    FIELD(struct shown, text, PTR(&t_char)),
    FIELD(struct shown, raw, PTR(&t_bytes), .count = FIXED_COUNT(40)),
    FIELD(struct shown, bad, PTR(&t_int)),
    FIELD(struct shown, numbers, PTR(&t_int), .count = FIXED_COUNT(3)))

    static void test_values(void **state)
{
	struct bench *b = *state;
	struct shown shown = {.number = -5,
			      .big = UINT64_MAX,
			      .real = 0.5,
			      .name = "n\n",
			      .flags = O_RDWR | O_CREAT,
			      .yes = true,
			      .text = BASE + 512,
			      .raw = BASE + 512,
			      .bad = END,
			      .numbers = END - 8};
	const struct lupe_value *value;

	memcpy(b->bytes + 512, "hi\0\377", 4);
	memcpy(b->bytes + SIZE - 8, (int32_t[]){1, -2}, 8);
	memcpy(b->bytes, &shown, sizeof(shown));
	b->decode.limits.string_max = 4;
	value = lupe_value_read(&b->decode, &t_shown, BASE);
	lupe_value_print_json(&b->out, value);
	assert_string_equal(
	    lupe_buffer_text(&b->out),
	    "{\"number\":-5,\"big\":18446744073709551615,\"real\":0.5,\"name\":\"n\\n\","
	    "\"flags\":{\"value\":66,\"name\":\"O_RDWR|O_CREAT\"},\"yes\":true,\"nothing\":null,"
	    "\"text\":\"hi\","
	    "\"raw\":{\"value\":\"hi\\u0000\\u00ff\",\"encoding\":\"bytes\",\"truncated\":true,"
	    "\"length\":40},"
	    "\"bad\":{\"address\":\"0x11000\",\"error\":\"unreadable\"},"
	    "\"numbers\":{\"items\":[1,-2],\"truncated\":true,\"length\":3}}");
}

static const char *json_of(struct bench *b, const struct lupe_type *type, const void *bytes,
			   size_t size)
{
	lupe_buffer_reset(&b->out);
	lupe_value_print_json(&b->out, lupe_value_over(&b->decode, type, 0, bytes, size));
	return lupe_buffer_text(&b->out);
}

static void test_odd_values(void **state)
{
	struct bench *b = *state;
	double real = NAN;

	assert_string_equal(json_of(b, &t_double, &real, 8), "\"nan\"");
	real = -INFINITY;
	assert_string_equal(json_of(b, &t_double, &real, 8), "\"-inf\"");
	assert_string_equal(json_of(b, PTR(&t_void), &(uint64_t){0x1234}, 8),
			    "{\"address\":\"0x1234\"}");
	assert_string_equal(json_of(b, &t_open, &(uint32_t){3 | 1 << 30}, 4),
			    "{\"value\":1073741827}");
	assert_string_equal(json_of(b, NULL, "", 0), "null");
}

/* --- calls --- */

static bool creates(const struct lupe_value *parent)
{
	return parent->children[2].u & O_CREAT;
}

static const struct lupe_syscall open_call = {
    .name = "openat",
    .nr = 257,
    .n_args = 4,
    .args =
	(const struct lupe_member[]){IN("dfd", &t_dirfd), IN("filename", PTR(&t_path)),
				     IN("flags", &t_open), IN("mode", &t_int, .present = creates)}};

static const struct lupe_syscall kill_call = {
    .name = "kill",
    .nr = 62,
    .n_args = 2,
    .args = (const struct lupe_member[]){IN("pid", &t_int), IN("sig", &t_signal)}};

static const char *call_json(struct bench *b, const struct lupe_call *call)
{
	lupe_buffer_reset(&b->out);
	lupe_call_print_json(&b->out, call, lupe_call_decode(&b->decode, call));
	return lupe_buffer_text(&b->out);
}

static void test_calls(void **state)
{
	struct bench *b = *state;
	struct lupe_call call = {.syscall = &open_call,
				 .nr = 257,
				 .args = {(uint64_t)AT_FDCWD, BASE, O_RDONLY},
				 .finished = true,
				 .result = 3};

	memcpy(b->bytes, "/etc/x", 7);
	assert_string_equal(call_json(b, &call),
			    "{\"syscall\":\"openat\",\"nr\":257,\"args\":{\"dfd\":{\"value\":-100,"
			    "\"name\":\"AT_FDCWD\"},\"filename\":\"/etc/x\",\"flags\":{\"value\":0,"
			    "\"name\":\"O_RDONLY\"}},\"ret\":3,\"err\":null}");
	call.args[2] = O_CREAT;
	call.args[3] = 0600;
	call.failed = call.injected = true;
	call.result = -28;
	call.entry_ns = 100, call.exit_ns = 250;
	assert_string_equal(
	    call_json(b, &call),
	    "{\"syscall\":\"openat\",\"nr\":257,\"args\":{\"dfd\":{\"value\":-100,"
	    "\"name\":\"AT_FDCWD\"},\"filename\":\"/etc/x\",\"flags\":{\"value\":64,"
	    "\"name\":\"O_RDONLY|O_CREAT\"},\"mode\":384},\"ret\":-1,\"err\":\"ENOSPC\","
	    "\"injected\":true,\"duration_ns\":150}");
	call = (struct lupe_call){.syscall = &kill_call, .nr = 62, .args = {1, 9}};
	assert_string_equal(
	    call_json(b, &call),
	    "{\"syscall\":\"kill\",\"nr\":62,\"args\":{\"pid\":1,\"sig\":{\"value\":9,"
	    "\"name\":\"SIGKILL\"}},\"ret\":null,\"err\":null}");
	call = (struct lupe_call){.nr = 999, .finished = true, .failed = true, .result = -600};
	assert_string_equal(
	    call_json(b, &call),
	    "{\"syscall\":null,\"nr\":999,\"args\":{\"arg0\":0,\"arg1\":0,\"arg2\":0,"
	    "\"arg3\":0,\"arg4\":0,\"arg5\":0},\"ret\":-1,\"err\":600}");
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(test_strings), TEST(test_every_pair_of_bytes),
	    TEST(test_values),  TEST(test_odd_values),
	    TEST(test_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
