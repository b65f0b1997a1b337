/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Types: stripping, sizes, members through embedded parts, enumerators; cycles as hostile DWARF
 * makes them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buffer.h"
#include "syscall/describe.h"

static SCALAR(t_int, "int", LUPE_KIND_INT, 4,
	      LUPE_ROLE_NONE) static SCALAR(t_char, "char", LUPE_KIND_CHAR, 1, LUPE_ROLE_NONE)

    static const
    struct lupe_type integer = {.name = "integer", .kind = LUPE_KIND_TYPEDEF, .target = &t_int};
static const struct lupe_type number = {
    .name = "number", .kind = LUPE_KIND_TYPEDEF, .target = &integer};
static const struct lupe_type loop_b;
static const struct lupe_type loop_a = {.kind = LUPE_KIND_TYPEDEF, .target = &loop_b};
static const struct lupe_type loop_b = {.kind = LUPE_KIND_TYPEDEF, .target = &loop_a};
static const struct lupe_type dangling = {.kind = LUPE_KIND_TYPEDEF};

static void test_strip(void **state)
{
	(void)state;
	assert_null(lupe_type_strip(NULL));
	assert_ptr_equal(lupe_type_strip(&t_int), &t_int);
	assert_ptr_equal(lupe_type_strip(&number), &t_int);
	assert_null(lupe_type_strip(&dangling));
	assert_null(lupe_type_strip(&loop_a));
}

static void test_size(void **state)
{
	const struct lupe_type *grid = ARRAY_OF(ARRAY_OF(&number, 3), 5);
	const struct lupe_type *huge = ARRAY_OF(ARRAY_OF(&t_int, UINT64_MAX / 2), 3);
	struct lupe_type self = {.kind = LUPE_KIND_ARRAY, .count = 1};
	(void)state;

	self.target = &self;
	assert_int_equal(lupe_type_size(&t_int), 4);
	assert_int_equal(lupe_type_size(&number), 4);
	assert_int_equal(lupe_type_size(grid), 60);
	assert_int_equal(lupe_type_size(PTR(&t_int)), sizeof(void *));
	assert_int_equal(lupe_type_size(huge), 0);
	assert_int_equal(lupe_type_size(&self), 0);
	assert_int_equal(lupe_type_size(&loop_a), 0);
	assert_int_equal(lupe_type_size(NULL), 0);
}

struct outer {
	int own;
	struct {
		int first;
		union {
			int word;
			char letter;
		};
	};
	struct {
		int own;
		int deep;
	} part;
};

static const struct lupe_type inner_union = {
    .kind = LUPE_KIND_UNION,
    .size = 4,
    MEMBERS({.name = "word", .type = &t_int}, {.name = "letter", .type = &t_char})};
static const struct lupe_type inner_struct = {
    .kind = LUPE_KIND_STRUCT,
    .size = 8,
    MEMBERS({.name = "first", .type = &t_int}, {.type = &inner_union, .offset = 4})};
static const struct lupe_type part_struct = {
    .kind = LUPE_KIND_STRUCT,
    .size = 8,
    MEMBERS({.name = "own", .type = &t_int}, {.name = "deep", .type = &t_int, .offset = 4})};
static STRUCT(t_outer, struct outer,
	      {.type = &inner_struct, .offset = offsetof(struct outer, first)},
	      FIELD(struct outer, part, &part_struct, .flags = LUPE_MEMBER_INLINE),
	      FIELD(struct outer, own, &t_int)) static const
    struct lupe_type t_outer_name = {.kind = LUPE_KIND_TYPEDEF, .target = &t_outer};

static void test_members(void **state)
{
	const struct lupe_member *member;
	uint32_t offset = 99;
	(void)state;

	member = lupe_type_member(&t_outer_name, "letter", &offset);
	assert_non_null(member);
	assert_string_equal(member->name, "letter");
	assert_int_equal(offset, offsetof(struct outer, letter));
	assert_non_null(lupe_type_member(&t_outer, "deep", &offset));
	assert_int_equal(offset, offsetof(struct outer, part.deep));
	/* its own `own` hides the embedded one, whatever the order */
	assert_non_null(lupe_type_member(&t_outer, "own", &offset));
	assert_int_equal(offset, 0);
	assert_non_null(lupe_type_member(&t_outer, "first", NULL));
	assert_null(lupe_type_member(&t_outer, "none", &offset));
	assert_null(lupe_type_member(&t_int, "x", &offset));
	assert_null(lupe_type_member(NULL, "x", &offset));
}

static void test_member_cycle(void **state)
{
	struct lupe_type self = {.kind = LUPE_KIND_STRUCT, .size = 8, .n_members = 1};
	struct lupe_member member = {.type = &self};
	(void)state;

	self.members = &member;
	assert_null(lupe_type_member(&self, "x", NULL));
}

static ENUM(t_whence, 4, "SEEK_???", E_AS("SEEK_SET", 0), E_AS("SEEK_CUR", 1),
	    E_AS("MINUS",
		 -1)) static FLAGS(t_flags, 4, "F_???", "F_NONE", E_AS("F_A", 4), E_AS("F_B", 8),
				   E_AS("F_AB",
					12)) static FLAGS(t_modes, 4, NULL, NULL, {"RD", 0, 3},
							  {"WR", 1, 3}, {"CREAT", 64, 0},
							  {"SYNC", 0x300, 0}, {"DSYNC", 0x100, 0})

    static struct lupe_buffer out;

static int release(void **state)
{
	(void)state;
	lupe_buffer_deinit(&out);
	return 0;
}

static const char *symbols(const struct lupe_type *type, uint64_t value)
{
	lupe_buffer_reset(&out);
	lupe_type_print_symbols(&out, type, value);
	return lupe_buffer_text(&out);
}

static void test_enumerators(void **state)
{
	uint64_t value = 7;
	(void)state;

	assert_true(lupe_type_enumerator(&t_whence, "SEEK_CUR", &value));
	assert_int_equal(value, 1);
	assert_false(lupe_type_enumerator(&t_whence, "SEEK_NONE", &value));
	assert_int_equal(value, 1);
	assert_true(lupe_type_enumerator(&t_flags, "F_NONE", &value));
	assert_int_equal(value, 0);
	assert_false(lupe_type_enumerator(&t_int, "x", &value));
}

static void test_symbols(void **state)
{
	(void)state;
	assert_string_equal(symbols(&t_whence, 1), "SEEK_CUR");
	assert_string_equal(symbols(&t_whence, 9), "0x9 /* SEEK_??? */");
	assert_string_equal(symbols(&t_whence, UINT32_MAX), "MINUS");
	assert_string_equal(symbols(&t_whence, UINT64_MAX), "MINUS");
	assert_string_equal(symbols(&t_flags, 0), "F_NONE");
	assert_string_equal(symbols(&t_flags, 4), "F_A");
	assert_string_equal(symbols(&t_flags, 12), "F_A|F_B");
	assert_string_equal(symbols(&t_flags, 0x14), "F_A|0x10");
	assert_string_equal(symbols(&t_flags, 0x10), "0x10 /* F_??? */");
	assert_string_equal(symbols(&t_modes, 0), "RD");
	assert_string_equal(symbols(&t_modes, 1), "WR");
	assert_string_equal(symbols(&t_modes, 2), "0x2");
	assert_string_equal(symbols(&t_modes, 64), "RD|CREAT");
	assert_string_equal(symbols(&t_modes, 66), "CREAT|0x2");
	assert_string_equal(symbols(&t_modes, 0x301), "WR|SYNC");
	assert_string_equal(symbols(&t_modes, 0x100), "RD|DSYNC");
	assert_string_equal(symbols(NULL, 5), "5");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_strip),       cmocka_unit_test(test_size),
	    cmocka_unit_test(test_members),     cmocka_unit_test(test_member_cycle),
	    cmocka_unit_test(test_enumerators), cmocka_unit_test(test_symbols),
	};

	return cmocka_run_group_tests(tests, NULL, release);
}
