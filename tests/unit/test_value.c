/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Decoding, looking into, writing and printing values over a byte buffer that ends at an unmapped
 * page.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>
#include "base/arena.h"
#include "base/buffer.h"
#include "syscall/describe.h"

enum { BASE = 0x10000, SIZE = 0x4000, END = BASE + SIZE };

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

static lupe_addr put(struct bench *b, lupe_addr address, const void *bytes, size_t size)
{
	memcpy(b->bytes + (address - BASE), bytes, size);
	return address;
}

static const struct lupe_value *read_at(struct bench *b, const struct lupe_type *type,
					lupe_addr address)
{
	struct lupe_value *value;

	value = lupe_value_read(&b->decode, type, address);
	assert_non_null(value);
	assert_int_equal(b->decode.depth, 0);
	return value;
}

static const char *c_text(struct bench *b, const struct lupe_value *value,
			  const struct lupe_print_options *options)
{
	lupe_buffer_reset(&b->out);
	lupe_value_print_c(&b->out, value, options);
	assert_false(b->out.failed);
	return lupe_buffer_text(&b->out);
}

static SCALAR(t_i8, "int8_t", LUPE_KIND_INT, 1, LUPE_ROLE_NONE) static SCALAR(
    t_u8, "uint8_t", LUPE_KIND_UINT,
    1, LUPE_ROLE_NONE) static SCALAR(t_i16, "int16_t", LUPE_KIND_INT,
				     2, LUPE_ROLE_NONE) static SCALAR(t_u16, "uint16_t",
								      LUPE_KIND_UINT,
								      2, LUPE_ROLE_NONE) static SCALAR(t_int,
												       "int", LUPE_KIND_INT, 4, LUPE_ROLE_NONE) static SCALAR(t_u32, "uint32_t", LUPE_KIND_UINT, 4, LUPE_ROLE_NONE) static SCALAR(t_i64, "long", LUPE_KIND_INT, 8, LUPE_ROLE_NONE) static SCALAR(t_u64, "unsigned long",
																																				 LUPE_KIND_UINT,
																																				 8, LUPE_ROLE_NONE) static SCALAR(t_i128, "__int128", LUPE_KIND_INT, 16, LUPE_ROLE_NONE) static SCALAR(t_bool, "_Bool", LUPE_KIND_BOOL, 1, LUPE_ROLE_NONE) static SCALAR(t_float,
																																																									 "float",
																																																									 LUPE_KIND_FLOAT,
																																																									 4,
																																																									 LUPE_ROLE_NONE) static SCALAR(t_double,
																																																												       "double",
																																																												       LUPE_KIND_FLOAT,
																																																												       8,
																																																												       LUPE_ROLE_NONE) static SCALAR(t_long_double, "long double",
																																																																     LUPE_KIND_FLOAT,
																																																																     16,
																																																																     LUPE_ROLE_NONE) static SCALAR(t_string, "char []", LUPE_KIND_STRING, 0, LUPE_ROLE_NONE) static SCALAR(t_path,
																																																																													   "char []", LUPE_KIND_STRING, 0, LUPE_ROLE_PATH) static SCALAR(t_bytes,
																																																																																					 "bytes",
																																																																																					 LUPE_KIND_BYTES,
																																																																																					 0, LUPE_ROLE_NONE) static SCALAR(t_mask,
																																																																																									  "sigset_t",
																																																																																									  LUPE_KIND_BYTES,
																																																																																									  64,
																																																																																									  LUPE_ROLE_SIGSET) static SCALAR(t_void, "void", LUPE_KIND_VOID, 0,
																																																																																													  LUPE_ROLE_NONE) static const
    struct lupe_type t_char = {
	.name = "char", .kind = LUPE_KIND_CHAR, .size = 1, .is_signed = true};
static ENUM(t_colour, 4, NULL, E_AS("RED", 0), E_AS("BLUE", 2)) static const
    struct lupe_type t_signed_enum = {.kind = LUPE_KIND_ENUM,
				      .size = 4,
				      .is_signed = true,
				      ENUMERATORS(E_AS("MINUS", -1), E_AS("ONE", 1))};

static void test_scalars(void **state)
{
	struct bench *b = *state;
	static const unsigned char ones[16] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
					       0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	static const struct {
		const struct lupe_type *type;
		int64_t expected;
	} all[] = {{&t_i8, -1},      {&t_u8, 0xff},        {&t_i16, -1},
		   {&t_u16, 0xffff}, {&t_int, -1},         {&t_u32, UINT32_MAX},
		   {&t_i64, -1},     {&t_u64, -1},         {&t_char, -1},
		   {&t_bool, 0xff},  {&t_signed_enum, -1}, {&t_colour, UINT32_MAX}};
	size_t i;

	put(b, END - 16, ones, 16);
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		size_t size = lupe_type_size(all[i].type);
		const struct lupe_value *value = read_at(b, all[i].type, END - size);

		assert_int_equal(value->flags, 0);
		assert_true(value->i == all[i].expected);
		/* one byte further it is not there */
		value = read_at(b, all[i].type, END - size + 1);
		assert_int_equal(value->flags, LUPE_VALUE_UNREADABLE);
		value = lupe_value_over(&b->decode, all[i].type, 0, ones, size);
		assert_true(value->i == all[i].expected);
		value = lupe_value_over(&b->decode, all[i].type, 0, ones, size - 1);
		assert_int_equal(value->flags, LUPE_VALUE_UNREADABLE);
	}
}

static void test_floats(void **state)
{
	struct bench *b = *state;
	float f = 0.1f;
	double d = -1e300;
	long double l = 2.5L;

	put(b, BASE, &f, sizeof(f));
	put(b, BASE + 8, &d, sizeof(d));
	put(b, BASE + 16, &l, 10);
	assert_true(read_at(b, &t_float, BASE)->f == (double)0.1f);
	assert_string_equal(c_text(b, read_at(b, &t_float, BASE), NULL), "0.1");
	assert_true(read_at(b, &t_double, BASE + 8)->f == -1e300);
	assert_string_equal(c_text(b, read_at(b, &t_double, BASE + 8), NULL), "-1e+300");
	assert_true(read_at(b, &t_long_double, BASE + 16)->f == 2.5);
	d = 0.1;
	put(b, BASE + 8, &d, sizeof(d));
	assert_string_equal(c_text(b, read_at(b, &t_double, BASE + 8), NULL), "0.1");
	d = NAN;
	put(b, BASE + 8, &d, sizeof(d));
	assert_true(isnan(read_at(b, &t_double, BASE + 8)->f));
}

struct bits {
	unsigned a : 3;
	int b : 5;
	unsigned c : 24;
	uint64_t far : 60;
};

static STRUCT(t_bits, struct bits, {.name = "a", .type = &t_u32, .bit_size = 3},
	      {.name = "b", .type = &t_int, .bit_offset = 3, .bit_size = 5},
	      {.name = "c", .type = &t_u32, .bit_offset = 8, .bit_size = 24},
	      {.name = "far", .type = &t_u64, .offset = 8, .bit_size = 60},
	      {.name = "beyond", .type = &t_u64, .offset = 8, .bit_offset = 60, .bit_size = 10})

    static void test_bit_fields(void **state)
{
	struct bench *b = *state;
	struct bits bits = {.a = 5, .b = -3, .c = 0xabcdef, .far = UINT64_C(0xfedcba987654321)};
	const struct lupe_value *value;

	put(b, BASE, &bits, sizeof(bits));
	value = read_at(b, &t_bits, BASE);
	assert_int_equal(lupe_value_member(value, "a")->i, 5);
	assert_int_equal(lupe_value_member(value, "b")->i, -3);
	assert_int_equal(lupe_value_member(value, "c")->i, 0xabcdef);
	assert_true(lupe_value_member(value, "far")->u == UINT64_C(0xfedcba987654321));
	assert_int_equal(lupe_value_member(value, "beyond")->flags, LUPE_VALUE_UNREADABLE);

	assert_null(lupe_value_write(&b->memory, lupe_value_member(value, "b"), (uint64_t)-7));
	assert_null(lupe_value_write(&b->memory, lupe_value_member(value, "c"), 0x123456));
	memcpy(&bits, b->bytes, sizeof(bits));
	assert_int_equal(bits.a, 5);
	assert_int_equal(bits.b, -7);
	assert_int_equal(bits.c, 0x123456);
	assert_true(bits.far == UINT64_C(0xfedcba987654321));
}

static void assert_invalid(struct lupe_error *error)
{
	assert_non_null(error);
	assert_int_equal(error->code, LUPE_ERROR_INVALID);
	lupe_error_destroy(error);
}

static void test_write(void **state)
{
	struct bench *b = *state;
	struct lupe_value value = {.type = &t_u16, .address = BASE + 2};
	struct lupe_error *error;
	double d = 0.5;
	float f;
	uint64_t bits;

	memset(b->bytes, 0xaa, 16);
	assert_null(lupe_value_write(&b->memory, &value, 0x1234));
	assert_memory_equal(b->bytes, "\xaa\xaa\x34\x12\xaa", 5);
	assert_invalid(lupe_value_write(&b->memory, &value, 0x10000));
	assert_null(lupe_value_write(&b->memory, &value, UINT64_MAX)); /* -1, as in C */
	assert_memory_equal(b->bytes, "\xaa\xaa\xff\xff\xaa", 5);
	value.address = 0;
	assert_invalid(lupe_value_write(&b->memory, &value, 1));
	value = (struct lupe_value){.type = &t_bits, .address = BASE};
	assert_invalid(lupe_value_write(&b->memory, &value, 1));
	value = (struct lupe_value){.address = BASE};
	assert_invalid(lupe_value_write(&b->memory, &value, 1));
	value = (struct lupe_value){.type = &t_bool, .address = BASE};
	assert_invalid(lupe_value_write(&b->memory, &value, 2));
	value = (struct lupe_value){.type = PTR(&t_void), .address = BASE};
	assert_null(lupe_value_write(&b->memory, &value, 0x1122334455667788));
	assert_memory_equal(b->bytes, "\x88\x77\x66\x55\x44\x33\x22\x11\xaa", 9);
	value = (struct lupe_value){.type = &t_float, .address = BASE};
	memcpy(&bits, &d, sizeof(bits));
	assert_null(lupe_value_write(&b->memory, &value, bits));
	memcpy(&f, b->bytes, sizeof(f));
	assert_true(f == 0.5f);
	value = (struct lupe_value){.type = &t_u64, .address = END - 4};
	error = lupe_value_write(&b->memory, &value, 1);
	assert_non_null(error);
	assert_int_equal(error->code, LUPE_ERROR_FAULT);
	assert_int_equal(error->address, END);
	lupe_error_destroy(error);
}

/* --- strings and bytes --- */

static const struct lupe_value *pointed(struct bench *b, const struct lupe_type *target,
					lupe_addr address)
{
	const struct lupe_value *value =
	    lupe_value_over(&b->decode, PTR(target), 0, &address, sizeof(address));

	assert_int_equal(value->n_children, 1);
	return value->children;
}

static void test_strings(void **state)
{
	struct bench *b = *state;
	const struct lupe_value *value;

	memset(b->bytes, 'x', SIZE);
	b->bytes[32] = 0;
	value = pointed(b, &t_string, BASE); /* exactly the limit: not cut */
	assert_int_equal(value->n_bytes, 32);
	assert_int_equal(value->flags, 0);
	b->bytes[32] = 'x', b->bytes[33] = 0;
	value = pointed(b, &t_string, BASE);
	assert_int_equal(value->n_bytes, 32);
	assert_int_equal(value->flags, LUPE_VALUE_TRUNCATED | LUPE_VALUE_UNTERMINATED);
	value = pointed(b, &t_string, END - 5);
	assert_int_equal(value->n_bytes, 5);
	assert_int_equal(value->flags, LUPE_VALUE_PARTIAL | LUPE_VALUE_UNTERMINATED);
	value = pointed(b, &t_string, END);
	assert_int_equal(value->n_bytes, 0);
	assert_true(value->flags & LUPE_VALUE_UNREADABLE);
	b->bytes[SIZE - 1] = 0;
	value = pointed(b, &t_string, END - 1); /* the empty string in the last byte */
	assert_int_equal(value->flags, 0);
	assert_int_equal(value->n_bytes, 0);
	value = pointed(b, &t_path, END - 4000);
	assert_int_equal(value->n_bytes, 3999);
	assert_int_equal(value->flags, 0);
	value = pointed(b, &t_char, END - 3); /* a char * of a program is a string too */
	assert_int_equal(value->n_bytes, 2);
	assert_memory_equal(value->bytes, "xx", 2);
}

static void test_long_strings(void **state)
{
	struct bench *b = *state;
	const struct lupe_value *value;

	memset(b->bytes, 'x', SIZE);
	b->bytes[10000] = 0;
	b->decode.limits.string_max = 1 << 20;
	value = pointed(b, &t_string, BASE);
	assert_int_equal(value->n_bytes, 10000);
	assert_int_equal(value->flags, 0);
	assert_memory_equal(value->bytes, b->bytes, 10000);
	value = pointed(b, &t_string, BASE + 10001);
	assert_int_equal(value->n_bytes, SIZE - 10001);
	assert_int_equal(value->flags, LUPE_VALUE_PARTIAL | LUPE_VALUE_UNTERMINATED);
	b->decode.limits.string_max = 9999;
	value = pointed(b, &t_string, BASE);
	assert_int_equal(value->n_bytes, 9999);
	assert_true(value->flags & LUPE_VALUE_TRUNCATED);
	b->decode.limits.string_max = SIZE_MAX;
	assert_int_equal(pointed(b, &t_string, BASE)->n_bytes, 10000);
}

struct fixed {
	char name[8];
	unsigned char raw[4];
};

static const struct lupe_type t_name8 = {.kind = LUPE_KIND_STRING, .size = 8};
static const struct lupe_type t_raw4 = {.kind = LUPE_KIND_BYTES, .size = 4};
static STRUCT(t_fixed, struct fixed, FIELD(struct fixed, name, &t_name8),
	      FIELD(struct fixed, raw, &t_raw4))

    static void test_fixed_strings(void **state)
{
	struct bench *b = *state;
	const struct lupe_value *value;

	put(b, BASE, "abc\0XXXX\1\2\3\4", 12);
	value = read_at(b, &t_fixed, BASE);
	assert_int_equal(lupe_value_member(value, "name")->n_bytes, 3);
	assert_int_equal(lupe_value_member(value, "name")->flags, 0);
	assert_int_equal(lupe_value_member(value, "raw")->n_bytes, 4);
	assert_int_equal(lupe_value_member(value, "raw")->address, BASE + 8);
	put(b, BASE, "abcdefgh", 8);
	value = lupe_value_member(read_at(b, &t_fixed, BASE), "name");
	assert_int_equal(value->n_bytes, 8);
	assert_int_equal(value->flags, LUPE_VALUE_UNTERMINATED);
	/* half of the struct: what is there is told, the rest is unreadable */
	put(b, END - 6, "abcdef", 6);
	value = read_at(b, &t_fixed, END - 6);
	assert_int_equal(value->flags, LUPE_VALUE_PARTIAL);
	assert_int_equal(lupe_value_member(value, "raw")->flags, LUPE_VALUE_UNREADABLE);
	assert_int_equal(read_at(b, &t_fixed, END)->flags, LUPE_VALUE_UNREADABLE);
	assert_int_equal(read_at(b, &t_fixed, END)->n_children, 0);
}

/* --- counts --- */

struct counts {
	uint32_t n;
	int32_t negative;
	lupe_addr by_member, by_pointed, fixed, terminated, one, unknown;
	lupe_addr size;
	lupe_addr bytes;
};

static STRUCT(t_counts, struct counts, FIELD(struct counts, n, &t_u32),
	      FIELD(struct counts, negative, &t_int),
	      FIELD(struct counts, by_member, PTR(&t_u16), .count = BY_MEMBER(0)),
	      FIELD(struct counts, by_pointed, PTR(&t_u16), .count = BY_POINTED(8)),
	      FIELD(struct counts, fixed, PTR(&t_u16), .count = FIXED_COUNT(2)),
	      FIELD(struct counts, terminated, PTR(&t_u16), .count = TERMINATED),
	      FIELD(struct counts, one, PTR(&t_u16)),
	      FIELD(struct counts, unknown, PTR(&t_u16), .count = BY_MEMBER(1)),
	      FIELD(struct counts, size, PTR(&t_u32)),
	      FIELD(struct counts, bytes, PTR(&t_bytes), .count = BY_MEMBER(0)))

    static void test_counts(void **state)
{
	struct bench *b = *state;
	const uint16_t numbers[] = {1, 2, 3, 4, 0, 6};
	lupe_addr at = put(b, BASE + 256, numbers, sizeof(numbers));
	struct counts counts = {3, -1, at, at, at, at, at, at, BASE + 512, at};
	const struct lupe_value *value, *child;

	put(b, BASE + 512, &(uint32_t){5}, 4);
	put(b, BASE, &counts, sizeof(counts));
	value = read_at(b, &t_counts, BASE);
	child = lupe_value_member(value, "by_member");
	assert_int_equal(child->n_children, 1);
	assert_int_equal(child->children->n_children, 3);
	assert_int_equal(lupe_value_element(child, 2)->i, 3);
	assert_null(lupe_value_element(child, 3));
	assert_int_equal(lupe_value_element(child, 2)->address, at + 4);
	assert_int_equal(lupe_value_member(value, "by_pointed")->children->n_children, 5);
	assert_int_equal(lupe_value_member(value, "fixed")->children->n_children, 2);
	child = lupe_value_member(value, "terminated")->children;
	assert_int_equal(child->n_children, 4);
	assert_int_equal(child->total, 4);
	assert_int_equal(child->flags, 0);
	assert_int_equal(lupe_value_member(value, "one")->children->i, 1);
	child = lupe_value_member(value, "unknown");
	assert_int_equal(child->n_children, 0);
	assert_int_equal(child->flags, LUPE_VALUE_OPAQUE);
	child = lupe_value_member(value, "bytes")->children;
	assert_int_equal(child->n_bytes, 3);
	assert_memory_equal(child->bytes, numbers, 3);
}

static void test_counts_at_the_edge(void **state)
{
	struct bench *b = *state;
	const uint16_t numbers[] = {1, 2, 3};
	lupe_addr at = put(b, END - 6, numbers, 6);
	struct counts counts = {7, -1, at, at, at, at, END - 1, END, END - 2, at};
	const struct lupe_value *value, *child;

	put(b, BASE, &counts, sizeof(counts));
	value = read_at(b, &t_counts, BASE);
	child = lupe_value_member(value, "by_member")->children;
	assert_int_equal(child->n_children, 3);
	assert_int_equal(child->total, 7);
	assert_int_equal(child->flags, LUPE_VALUE_PARTIAL);
	/* its count cannot be read: nobody knows how many */
	assert_int_equal(lupe_value_member(value, "by_pointed")->flags, LUPE_VALUE_OPAQUE);
	child = lupe_value_member(value, "terminated")->children;
	assert_int_equal(child->n_children, 3);
	assert_int_equal(child->flags, LUPE_VALUE_PARTIAL | LUPE_VALUE_UNTERMINATED);
	assert_int_equal(lupe_value_member(value, "one")->children->flags, LUPE_VALUE_UNREADABLE);
	assert_int_equal(lupe_value_member(value, "size")->children->flags, LUPE_VALUE_UNREADABLE);
	child = lupe_value_member(value, "bytes")->children;
	assert_int_equal(child->n_bytes, 6);
	assert_int_equal(child->total, 7);
	assert_int_equal(child->flags, LUPE_VALUE_PARTIAL);
	counts.by_member = counts.terminated = counts.bytes = END;
	put(b, BASE, &counts, sizeof(counts));
	value = read_at(b, &t_counts, BASE);
	assert_int_equal(lupe_value_member(value, "by_member")->children->flags,
			 LUPE_VALUE_UNREADABLE);
	assert_true(lupe_value_member(value, "terminated")->children->flags &
		    LUPE_VALUE_UNREADABLE);
	assert_int_equal(lupe_value_member(value, "bytes")->children->flags, LUPE_VALUE_UNREADABLE);
}

static void test_hostile_counts(void **state)
{
	struct bench *b = *state;
	struct counts counts = {UINT32_MAX, -1, BASE, 0, 0, BASE + 1024, 0, 0, 0, BASE};
	const struct lupe_value *value, *child;

	memset(b->bytes + 1024, 1, SIZE - 1024);
	put(b, BASE, &counts, sizeof(counts));
	b->decode.limits.array_max = SIZE_MAX;
	b->decode.limits.string_max = SIZE_MAX;
	value = read_at(b, &t_counts, BASE);
	child = lupe_value_member(value, "by_member")->children;
	assert_int_equal(child->total, UINT32_MAX);
	assert_true(child->flags & LUPE_VALUE_TRUNCATED);
	assert_int_equal(child->n_bytes, SIZE);
	child = lupe_value_member(value, "bytes")->children;
	assert_int_equal(child->n_bytes, SIZE);
	assert_true(child->flags & LUPE_VALUE_PARTIAL);
	b->decode.limits.values_max = 100;
	value = read_at(b, &t_counts, BASE);
	child = lupe_value_member(value, "by_member")->children;
	assert_int_equal(child->n_children, 0);
	assert_true(child->flags & LUPE_VALUE_TRUNCATED);
}

/* --- conditions and dependent types --- */

struct variant {
	uint32_t kind;
	uint32_t optional;
	uint64_t payload;
	uint32_t later;
};

CHOICE(payload_choice, 3, 0xff, CASE(1, .type = PTR(&t_string)),
       CASE(2, .type = PTR(&t_u16), .count = BY_MEMBER(0)), CASE(-1, .type = &t_i8))

static bool optional_present(const struct lupe_value *parent)
{
	/* a later sibling, already there */
	return parent->children[3].u != 9;
}

static STRUCT(t_variant, struct variant, FIELD(struct variant, kind, &t_u32),
	      FIELD(struct variant, optional, &t_u32, .present = optional_present),
	      FIELD(struct variant, payload, &t_u64, .choice = &payload_choice),
	      FIELD(struct variant, later, &t_u32))

    static void test_choice(void **state)
{
	struct bench *b = *state;
	struct variant variant = {2, 5, BASE + 128, 1};
	const struct lupe_value *value, *payload;

	put(b, BASE + 128, "hi", 3);
	put(b, BASE, &variant, sizeof(variant));
	value = read_at(b, &t_variant, BASE);
	payload = lupe_value_member(value, "payload");
	assert_int_equal(payload->type->kind, LUPE_KIND_POINTER);
	assert_memory_equal(payload->children->bytes, "hi", 2);
	assert_string_equal(payload->member->name, "payload");
	assert_int_equal(lupe_value_member(value, "optional")->i, 5);
	variant.later = 0x102; /* masked: 2 */
	put(b, BASE, &variant, sizeof(variant));
	payload = lupe_value_member(read_at(b, &t_variant, BASE), "payload");
	assert_int_equal(payload->children->n_children, 2);
	variant.later = 0xff; /* -1 in eight bits */
	put(b, BASE, &variant, sizeof(variant));
	payload = lupe_value_member(read_at(b, &t_variant, BASE), "payload");
	assert_ptr_equal(payload->type, &t_i8);
	assert_int_equal(payload->i, (int8_t)(BASE + 128));
	variant.later = 9;
	put(b, BASE, &variant, sizeof(variant));
	value = read_at(b, &t_variant, BASE);
	assert_int_equal(lupe_value_member(value, "optional")->flags, LUPE_VALUE_ABSENT);
	payload = lupe_value_member(value, "payload");
	assert_ptr_equal(payload->type, &t_u64);
	assert_int_equal(payload->u, BASE + 128);
}

/* --- shape: nesting, depth, inline parts, open arrays, short structs --- */

struct node {
	int32_t number;
	lupe_addr next;
};

static const struct lupe_type t_node;
static const struct lupe_type t_node_pointer = {
    .kind = LUPE_KIND_POINTER, .size = 8, .target = &t_node};
static const struct lupe_type t_node = {
    .name = "struct node",
    .kind = LUPE_KIND_STRUCT,
    .size = sizeof(struct node),
    MEMBERS({.name = "number", .type = &t_int},
	    {.name = "next", .type = &t_node_pointer, .offset = offsetof(struct node, next)})};

static void test_cycle(void **state)
{
	struct bench *b = *state;
	struct node node = {7, BASE};
	const struct lupe_value *value;
	unsigned steps = 0;

	put(b, BASE, &node, sizeof(node)); /* points to itself */
	for (value = read_at(b, &t_node, BASE); value; steps++) {
		assert_int_equal(lupe_value_member(value, "number")->i, 7);
		value = lupe_value_member(value, "next");
		if (!value->n_children)
			break;
		value = value->children;
		if (!value->n_children)
			break;
	}
	assert_in_range(steps, 2, 8);
	b->decode.limits.depth_max = 1;
	value = lupe_value_member(read_at(b, &t_node, BASE), "next");
	assert_int_equal(value->flags, LUPE_VALUE_OPAQUE);
	assert_int_equal(value->u, BASE);
	b->decode.limits.depth_max = UINT32_MAX; /* bounded all the same */
	assert_non_null(read_at(b, &t_node, BASE));
}

struct embedding {
	int32_t own;
	struct node part;
	uint32_t count;
	uint16_t open[];
};

static STRUCT(t_embedding, struct embedding, FIELD(struct embedding, own, &t_int),
	      FIELD(struct embedding, part, &t_node, .flags = LUPE_MEMBER_INLINE),
	      FIELD(struct embedding, count, &t_u32),
	      FIELD(struct embedding, open, ARRAY_OF(&t_u16, 0), .count = BY_MEMBER(2)))

    static void test_embedding(void **state)
{
	struct bench *b = *state;
	struct embedding head = {.own = 1, .part = {2, 0}, .count = 3};
	const uint16_t numbers[] = {10, 20, 30};
	const struct lupe_value *value, *open;

	put(b, BASE, &head, sizeof(head));
	put(b, BASE + offsetof(struct embedding, open), numbers, sizeof(numbers));
	value = read_at(b, &t_embedding, BASE);
	assert_int_equal(lupe_value_member(value, "number")->i, 2);
	assert_int_equal(lupe_value_member(value, "next")->flags, LUPE_VALUE_NULL);
	open = lupe_value_member(value, "open");
	assert_int_equal(open->n_children, 3);
	assert_int_equal(lupe_value_element(open, 2)->i, 30);
	assert_null(lupe_value_member(value, "none"));
	assert_null(lupe_value_member(lupe_value_member(value, "next"), "number"));
}

static void test_short_struct(void **state)
{
	struct bench *b = *state;
	struct variant variant = {1, 2, 3, 4};
	struct lupe_value value = {0};

	put(b, BASE, &variant, sizeof(variant));
	lupe_value_fill(&b->decode, &value, &t_variant, BASE, 8); /* an older caller's struct */
	assert_int_equal(value.flags, 0);
	assert_int_equal(lupe_value_member(&value, "kind")->i, 1);
	assert_int_equal(lupe_value_member(&value, "later")->flags, LUPE_VALUE_UNREADABLE);
}

static void custom_decode(struct lupe_decode *decode, struct lupe_value *value, size_t limit)
{
	assert_non_null(decode->memory);
	value->u += 1000;
	value->total = limit;
}

static const struct lupe_type_ops custom_ops = {.decode = custom_decode};
static const struct lupe_type t_custom = {.kind = LUPE_KIND_CUSTOM, .size = 4, .ops = &custom_ops};

struct with_custom {
	uint32_t n;
	uint32_t value;
};

static STRUCT(t_with_custom, struct with_custom, FIELD(struct with_custom, n, &t_u32),
	      FIELD(struct with_custom, value, &t_custom, .count = BY_MEMBER(0)))

    static void test_ops(void **state)
{
	struct bench *b = *state;
	struct with_custom bytes = {5, 7};
	const struct lupe_value *value;

	put(b, BASE, &bytes, sizeof(bytes));
	value = lupe_value_member(read_at(b, &t_with_custom, BASE), "value");
	assert_int_equal(value->u, 1007); /* the bytes at hand were preset */
	assert_int_equal(value->total, 5);
	assert_int_equal(value->address, BASE + 4);
	value = read_at(b, &t_custom, BASE);
	assert_int_equal(value->u, 1000);
	assert_true(value->total == SIZE_MAX);
}

static void test_odd_types(void **state)
{
	struct bench *b = *state;
	const struct lupe_type loop = {.kind = LUPE_KIND_TYPEDEF, .target = &loop};
	const struct lupe_type incomplete = {
	    .name = "struct hidden", .kind = LUPE_KIND_STRUCT, .incomplete = true};
	const struct lupe_type strange = {.kind = LUPE_KIND_INT, .size = 3};
	const struct lupe_type wide = {.kind = LUPE_KIND_INT, .size = UINT32_MAX};
	const struct lupe_type giant = {.kind = LUPE_KIND_STRUCT, .size = UINT32_MAX};
	lupe_addr address = BASE;
	const struct lupe_value *value;

	assert_string_equal(c_text(b, read_at(b, &loop, BASE), NULL), "<unknown type>");
	assert_int_equal(read_at(b, NULL, BASE)->flags, 0);
	value = lupe_value_over(&b->decode, PTR(&incomplete), 0, &address, 8);
	assert_int_equal(value->n_children, 0);
	value = lupe_value_over(&b->decode, PTR(&t_void), 0, &address, 8);
	assert_int_equal(value->n_children, 0);
	assert_int_equal(value->u, BASE);
	put(b, BASE, "\xfe\xff\xff", 3);
	assert_int_equal(read_at(b, &strange, BASE)->i, -2);
	assert_int_equal(read_at(b, &wide, BASE)->flags, LUPE_VALUE_UNREADABLE);
	assert_int_equal(read_at(b, &giant, BASE)->n_bytes, SIZE);
	assert_int_equal(read_at(b, ARRAY_OF(&t_int, UINT64_MAX), BASE)->n_children, 32);
	assert_int_equal(read_at(b, ARRAY_OF(&t_void, 3), BASE)->flags, LUPE_VALUE_OPAQUE);
	assert_int_equal(read_at(b, &t_mask, BASE)->n_bytes, 64); /* a role is never cut by -s */
	b->decode.memory = NULL;
	assert_int_equal(read_at(b, &t_int, BASE)->flags, LUPE_VALUE_UNREADABLE);
	value = lupe_value_over(&b->decode, PTR(&t_int), 0, &address, 8);
	assert_int_equal(value->flags, LUPE_VALUE_OPAQUE);
}

/* --- every kind at the edge of memory --- */

static const struct lupe_type t_union = {
    .kind = LUPE_KIND_UNION,
    .size = 8,
    MEMBERS({.name = "word", .type = &t_u64}, {.name = "half", .type = &t_u32})};
static const struct lupe_type t_raw = {.kind = LUPE_KIND_CUSTOM, .size = 12};

static void test_every_kind_at_the_edge(void **state)
{
	struct bench *b = *state;
	const struct lupe_type *all[] = {
	    &t_i8,
	    &t_u16,
	    &t_int,
	    &t_u64,
	    &t_i128,
	    &t_bool,
	    &t_float,
	    &t_double,
	    &t_colour,
	    &t_signed_enum,
	    PTR(&t_int),
	    &t_name8,
	    &t_raw4,
	    &t_fixed,
	    &t_counts,
	    &t_variant,
	    &t_union,
	    &t_raw,
	    &t_bits,
	    ARRAY_OF(&t_u16, 5),
	    ARRAY_OF(&t_fixed, 2),
	    ARRAY_OF(ARRAY_OF(&t_int, 2), 2),
	    &t_long_double,
	    &t_mask,
	};
	const uint32_t bad = LUPE_VALUE_UNREADABLE | LUPE_VALUE_PARTIAL;
	size_t i, cut;

	memset(b->bytes, 1, SIZE); /* no NUL, no readable pointer */
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		size_t size = lupe_type_size(all[i]);

		assert_int_equal(pointed(b, all[i], END - size)->flags & bad, 0);
		for (cut = 1; cut <= size; cut++) {
			const struct lupe_value *value = pointed(b, all[i], END - size + cut);

			assert_true(value->flags & bad);
			if (cut == size)
				assert_true(value->flags & LUPE_VALUE_UNREADABLE);
			assert_true(value->n_bytes <= size - cut);
			c_text(b, value, NULL);
		}
	}
}

/* What a count promises and memory does not hold costs no memory. */
static void test_byte_budget(void **state)
{
	struct bench *b = *state;
	const struct lupe_value *value, *element;
	const struct lupe_type many = {
	    .kind = LUPE_KIND_STRUCT,
	    .size = 8,
	    MEMBERS({.name = "p", .type = PTR(&t_bytes), .count = FIXED_COUNT(UINT32_MAX)})};
	lupe_addr address = BASE + 4096;
	size_t i;

	for (i = 0; i < 512; i++)
		put(b, BASE + 8 * i, &address, 8);
	b->decode.limits.string_max = b->decode.limits.array_max = SIZE_MAX;
	value = lupe_value_read(&b->decode, ARRAY_OF(&many, 512), BASE);
	assert_int_equal(value->n_children, 512);
	assert_in_range(b->decode.n_bytes, 1, 1 << 26);
	element = lupe_value_member(&value->children[511], "p")->children;
	assert_int_equal(element->n_bytes, SIZE - 4096);
	assert_true(element->flags & LUPE_VALUE_PARTIAL);
	assert_int_equal(element->total, UINT32_MAX);
}

/* --- C text --- */

struct shown {
	int32_t a;
	uint8_t colour;
	lupe_addr text, nothing;
	char letters[6];
	uint16_t numbers[3];
	char letter;
};

static ENUM(t_colour8, 1, NULL, E_AS("RED", 0), E_AS("BLUE", 2)) static STRUCT(
    t_shown, struct shown, FIELD(struct shown, a, &t_int), FIELD(struct shown, colour, &t_colour8),
    FIELD(struct shown, text, PTR(&t_char)), FIELD(struct shown, nothing, PTR(&t_int)),
    FIELD(struct shown, letters, ARRAY_OF(&t_char, 6)),
    FIELD(struct shown, numbers, ARRAY_OF(&t_u16, 3)), FIELD(struct shown, letter, &t_char))

    static void test_c_text(void **state)
{
	struct bench *b = *state;
	struct shown shown = {-1, 2, BASE + 256, 0, "ab\33\0", {1, 2, 3}, '\n'};
	struct lupe_print_options options = lupe_print_options_default;

	put(b, BASE + 256, "text\"\0015\377", 9);
	put(b, BASE, &shown, sizeof(shown));
	assert_string_equal(
	    c_text(b, read_at(b, &t_shown, BASE), NULL),
	    "{a = -1, colour = BLUE, text = 0x10100 \"text\\\"\\0015\\377\", nothing = 0x0, "
	    "letters = \"ab\\e\", numbers = {1, 2, 3}, letter = 10 '\\n'}");
	options.hex = true;
	options.array_max = 2;
	options.string_max = 2;
	assert_string_equal(
	    c_text(b, read_at(b, &t_shown, BASE), &options),
	    "{a = 0xffffffff, colour = 0x2, text = 0x10100 \"te\"..., nothing = 0x0, "
	    "letters = \"ab\"..., numbers = {0x1, 0x2, ...}, letter = 0xa '\\n'}");
	options = (struct lupe_print_options){.pretty = true, .string_max = 9, .array_max = 9};
	put(b, BASE, &(struct node){5, 0}, sizeof(struct node));
	assert_string_equal(c_text(b, read_at(b, &t_node, BASE), &options),
			    "{\n  number = 5,\n  next = 0x0\n}");
	assert_string_equal(c_text(b, read_at(b, &t_int, END), NULL),
			    "<cannot read memory at 0x14000>");
	put(b, BASE, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 16);
	assert_string_equal(c_text(b, lupe_value_over(&b->decode, &t_i128, 0, b->bytes, 16), NULL),
			    "-1");
	b->bytes[15] = 0x80;
	memset(b->bytes, 0, 15);
	assert_string_equal(c_text(b, lupe_value_over(&b->decode, &t_i128, 0, b->bytes, 16), NULL),
			    "-170141183460469231731687303715884105728");
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(test_scalars),
	    TEST(test_floats),
	    TEST(test_bit_fields),
	    TEST(test_write),
	    TEST(test_strings),
	    TEST(test_long_strings),
	    TEST(test_fixed_strings),
	    TEST(test_counts),
	    TEST(test_counts_at_the_edge),
	    TEST(test_hostile_counts),
	    TEST(test_choice),
	    TEST(test_cycle),
	    TEST(test_embedding),
	    TEST(test_short_struct),
	    TEST(test_ops),
	    TEST(test_odd_types),
	    TEST(test_every_kind_at_the_edge),
	    TEST(test_byte_budget),
	    TEST(test_c_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
