/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The register table and registers in a snapshot: round trips, neighbours, aliases, XSAVE
 * components. Two layouts, so that nothing depends on the machine: Intel's places and AMD's (no gap
 * for MPX).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "lupe/regs.h"

enum { IMAGE = 2696, USED = 512, ENABLED = 464 };

static const struct lupe_xsave_layout intel = {{[LUPE_XSAVE_AVX] = 576,
						[LUPE_XSAVE_OPMASK] = 1088,
						[LUPE_XSAVE_ZMM_HI256] = 1152,
						[LUPE_XSAVE_HI16_ZMM] = 1664,
						[LUPE_XSAVE_PKRU] = 2688}};
static const struct lupe_xsave_layout amd = {{[LUPE_XSAVE_AVX] = 576,
					      [LUPE_XSAVE_OPMASK] = 832,
					      [LUPE_XSAVE_ZMM_HI256] = 896,
					      [LUPE_XSAVE_HI16_ZMM] = 1408,
					      [LUPE_XSAVE_PKRU] = 2432}};
static const struct lupe_xsave_layout only_sse = {{0}};

struct image {
	unsigned char bytes[IMAGE];
};

static const struct lupe_reg *reg(const char *name)
{
	const struct lupe_reg *found = lupe_reg_by_name(name);

	if (!found)
		fail_msg("no register %s", name);
	return found;
}

static uint64_t load(const unsigned char *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

static void store(unsigned char *bytes, uint64_t word)
{
	memcpy(bytes, &word, sizeof(word));
}

/* All components in use, every byte of state different from its neighbours'. */
static struct image busy_image(void)
{
	struct image image;

	for (size_t i = 0; i < IMAGE; i++)
		image.bytes[i] = (i * 7 + (i >> 8)) & 0xff;
	memset(image.bytes + ENABLED, 0, 576 - ENABLED);
	store(image.bytes + USED, 0x2e7);
	store(image.bytes + ENABLED, 0x2e7);
	image.bytes[2] = image.bytes[3] = 0; /* TOP is 0 */
	return image;
}

static void test_table_is_sound(void **state)
{
	(void)state;
	for (size_t i = 0; i < lupe_reg_count(); i++) {
		const struct lupe_reg *r = lupe_reg_at(i);

		assert_ptr_equal(lupe_reg_by_name(r->name), r);
		assert_in_range(r->size, 1, LUPE_REG_MAX_SIZE);
		assert_true(r->groups != 0);
		if (r->dwarf >= 0)
			assert_ptr_equal(lupe_reg_by_dwarf(r->dwarf), r);
		if (r->set == LUPE_REGSET_GENERAL)
			assert_true(r->offset + r->size <= sizeof(struct user_regs_struct));
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(lupe_reg_at(k)->name, r->name);
	}
	assert_null(lupe_reg_at(lupe_reg_count()));
	assert_null(lupe_reg_by_dwarf(-1));
	assert_null(lupe_reg_by_dwarf(16384));
}

static void test_dwarf_numbers(void **state)
{
	static const char *const order[] = {"rax", "rdx", "rcx", "rbx", "rsi", "rdi",
					    "rbp", "rsp", "r8",  "r9",  "r10", "r11",
					    "r12", "r13", "r14", "r15", "rip"};
	static const struct {
		int number;
		const char *name;
	} others[] = {{17, "xmm0"},  {32, "xmm15"},  {33, "st0"},     {40, "st7"},
		      {41, "mm0"},   {49, "eflags"}, {58, "fs_base"}, {64, "mxcsr"},
		      {67, "xmm16"}, {82, "xmm31"},  {118, "k0"}};

	(void)state;
	for (int i = 0; i < 17; i++)
		assert_string_equal(lupe_reg_by_dwarf(i)->name, order[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		assert_string_equal(lupe_reg_by_dwarf(others[i].number)->name, others[i].name);
}

static void test_names(void **state)
{
	static const char *const unknown[] = {"",    "$",     "$$rax", "rax ", "RAX",
					      "r16", "xmm32", "st8",   "k8"};

	(void)state;
	assert_ptr_equal(reg("pc"), reg("rip"));
	assert_ptr_equal(reg("$pc"), reg("rip"));
	assert_ptr_equal(reg("sp"), reg("rsp"));
	assert_ptr_equal(reg("$fp"), reg("rbp"));
	assert_ptr_equal(reg("rflags"), reg("eflags"));
	assert_ptr_equal(reg("$r9l"), reg("r9b"));
	for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++)
		assert_null(lupe_reg_by_name(unknown[i]));
}

/* Writing a general register changes its bytes and no others. */
static void test_general_round_trip(void **state)
{
	(void)state;
	for (size_t i = 0; i < lupe_reg_count(); i++) {
		const struct lupe_reg *r = lupe_reg_at(i);
		struct lupe_regs before, after;
		uint64_t value = 0;

		if (r->set != LUPE_REGSET_GENERAL)
			continue;
		memset(&before, 0xa5, sizeof(before));
		before.xstate_size = 0;
		after = before;
		assert_true(lupe_regs_set_number(&after, r, UINT64_C(0x1122334455667788)));
		assert_true(lupe_regs_get_number(&after, r, &value));
		assert_int_equal(value,
				 UINT64_C(0x1122334455667788) & (UINT64_MAX >> (64 - 8 * r->size)));
		for (size_t k = 0; k < sizeof(after.general); k++)
			if (k < r->offset || k >= r->offset + r->size)
				assert_int_equal(((unsigned char *)&after.general)[k], 0xa5);
	}
}

static void test_parts(void **state)
{
	struct lupe_regs regs = {.general = {.rax = UINT64_C(0x1111222233334444), .r8 = ~0ull}};
	uint64_t value;

	(void)state;
	assert_true(lupe_regs_set_number(&regs, reg("eax"), 0xaabbccdd));
	assert_int_equal(regs.general.rax, UINT64_C(0x11112222aabbccdd));
	assert_true(lupe_regs_set_number(&regs, reg("ah"), 0x99));
	assert_int_equal(regs.general.rax, UINT64_C(0x11112222aabb99dd));
	assert_true(lupe_regs_set_number(&regs, reg("al"), 0x1ff));
	assert_int_equal(regs.general.rax, UINT64_C(0x11112222aabb99ff));
	assert_true(lupe_regs_set_number(&regs, reg("ax"), 1));
	assert_int_equal(regs.general.rax, UINT64_C(0x11112222aabb0001));
	assert_true(lupe_regs_set_number(&regs, reg("r8b"), 0));
	assert_int_equal(regs.general.r8, ~0ull << 8);
	assert_true(lupe_regs_get_number(&regs, reg("$r8w"), &value));
	assert_int_equal(value, 0xff00);
}

/* The registers that share bytes with `r`: the whole and its parts. */
static bool overlap(const struct lupe_reg *a, const struct lupe_reg *b)
{
	size_t low_a = a->size < 16 ? a->size : 16, low_b = b->size < 16 ? b->size : 16;

	if (a->component != b->component)
		return false;
	if (a->component == LUPE_XSAVE_X87) /* mmN is in stN while TOP is 0 */
		return a->offset < b->offset + b->size && b->offset < a->offset + a->size;
	if (a->component == LUPE_XSAVE_SSE)
		return a->offset < b->offset + low_b && b->offset < a->offset + low_a;
	return a->offset < b->offset + b->size && b->offset < a->offset + a->size;
}

static void check_round_trip(const struct lupe_xsave_layout *layout, const struct lupe_reg *r)
{
	struct image before = busy_image(), after = before;
	unsigned char in[LUPE_REG_MAX_SIZE], out[LUPE_REG_MAX_SIZE + 1], was[LUPE_REG_MAX_SIZE];

	for (size_t i = 0; i < r->size; i++)
		in[i] = 0xf0 ^ (i * 3);
	out[r->size] = 0x77;
	assert_true(lupe_xsave_set(layout, after.bytes, IMAGE, r, in));
	assert_true(lupe_xsave_get(layout, after.bytes, IMAGE, r, out));
	if (r->form != LUPE_REG_TAG_WORD) /* of which only "empty or not" is stored */
		assert_memory_equal(in, out, r->size);
	assert_int_equal(out[r->size], 0x77);
	for (size_t i = 0; i < lupe_reg_count(); i++) {
		const struct lupe_reg *other = lupe_reg_at(i);

		if (other->set != LUPE_REGSET_XSTATE || overlap(r, other) ||
		    !strcmp(other->name, "ftag") ||
		    (other->form == LUPE_REG_MMX && !strcmp(r->name, "fstat")))
			continue;
		assert_true(lupe_xsave_get(layout, before.bytes, IMAGE, other, was));
		assert_true(lupe_xsave_get(layout, after.bytes, IMAGE, other, out));
		if (memcmp(was, out, other->size))
			fail_msg("writing %s changes %s", r->name, other->name);
	}
}

static void test_xsave_round_trip(void **state)
{
	(void)state;
	for (size_t i = 0; i < lupe_reg_count(); i++) {
		if (lupe_reg_at(i)->set != LUPE_REGSET_XSTATE)
			continue;
		check_round_trip(&intel, lupe_reg_at(i));
		check_round_trip(&amd, lupe_reg_at(i));
	}
}

static void test_wide_registers_are_pieces(void **state)
{
	struct image image = busy_image();
	unsigned char zmm[64];

	(void)state;
	assert_true(lupe_xsave_get(&intel, image.bytes, IMAGE, reg("zmm3"), zmm));
	assert_memory_equal(zmm, image.bytes + 160 + 48, 16);
	assert_memory_equal(zmm + 16, image.bytes + 576 + 48, 16);
	assert_memory_equal(zmm + 32, image.bytes + 1152 + 96, 32);
	assert_true(lupe_xsave_get(&amd, image.bytes, IMAGE, reg("zmm17"), zmm));
	assert_memory_equal(zmm, image.bytes + 1408 + 64, 64);
	assert_true(lupe_xsave_get(&amd, image.bytes, IMAGE, reg("ymm17"), zmm));
	assert_memory_equal(zmm, image.bytes + 1408 + 64, 32);
}

static void test_unused_component_reads_as_initial(void **state)
{
	static const unsigned char zero[64];
	struct image image = busy_image();
	unsigned char bytes[64];
	uint16_t word;

	(void)state;
	store(image.bytes + USED, 0);
	assert_true(lupe_xsave_get(&intel, image.bytes, IMAGE, reg("zmm5"), bytes));
	assert_memory_equal(bytes, zero, 64);
	assert_true(lupe_xsave_get(&intel, image.bytes, IMAGE, reg("st1"), bytes));
	assert_memory_equal(bytes, zero, 10);
	assert_true(lupe_xsave_get(&intel, image.bytes, IMAGE, reg("fctrl"), &word));
	assert_int_equal(word, 0x37f);
	assert_true(lupe_xsave_get(&intel, image.bytes, IMAGE, reg("ftag"), &word));
	assert_int_equal(word, 0xffff);
	/* only the upper half is unused */
	store(image.bytes + USED, 1 << LUPE_XSAVE_SSE);
	assert_true(lupe_xsave_get(&intel, image.bytes, IMAGE, reg("ymm5"), bytes));
	assert_memory_equal(bytes, image.bytes + 160 + 80, 16);
	assert_memory_equal(bytes + 16, zero, 16);
}

static void test_mxcsr_does_not_depend_on_use(void **state)
{
	struct image image = busy_image();
	uint32_t mxcsr = 0x1fa0, got = 0;

	(void)state;
	store(image.bytes + USED, 1);
	memcpy(image.bytes + 24, &mxcsr, sizeof(mxcsr));
	assert_true(lupe_xsave_get(&intel, image.bytes, IMAGE, reg("mxcsr"), &got));
	assert_int_equal(got, mxcsr);
}

static void test_setting_brings_into_use(void **state)
{
	static const unsigned char zero[64];
	struct image image = busy_image();
	unsigned char ones[64], bytes[64];

	(void)state;
	memset(ones, 0xff, sizeof(ones));
	store(image.bytes + USED, 0);
	assert_true(lupe_xsave_set(&intel, image.bytes, IMAGE, reg("xmm2"), ones));
	assert_int_equal(load(image.bytes + USED), 2);
	assert_true(lupe_xsave_set(&intel, image.bytes, IMAGE, reg("ymm2"), ones));
	assert_int_equal(load(image.bytes + USED), 6);
	/* what lay there before the component was in use does not come to life */
	assert_true(lupe_xsave_get(&intel, image.bytes, IMAGE, reg("ymm3"), bytes));
	assert_memory_equal(bytes, zero, 32);
	assert_true(lupe_xsave_set(&intel, image.bytes, IMAGE, reg("k1"), ones));
	assert_int_equal(load(image.bytes + USED), 0x26);
	assert_true(lupe_xsave_set(&intel, image.bytes, IMAGE, reg("st0"), ones));
	assert_int_equal(load(image.bytes), 0x37f);
	assert_int_equal(load(image.bytes + USED), 0x27);
}

static void test_missing_components(void **state)
{
	struct image image = busy_image();
	unsigned char bytes[64] = {0};

	(void)state;
	assert_false(lupe_xsave_get(&only_sse, image.bytes, IMAGE, reg("ymm0"), bytes));
	assert_true(lupe_xsave_get(&only_sse, image.bytes, IMAGE, reg("xmm0"), bytes));
	assert_false(lupe_xsave_set(&only_sse, image.bytes, IMAGE, reg("k0"), bytes));
	/* too short an image */
	assert_false(lupe_xsave_get(&intel, image.bytes, 575, reg("xmm0"), bytes));
	assert_true(lupe_xsave_get(&intel, image.bytes, 576, reg("xmm0"), bytes));
	assert_false(lupe_xsave_get(&intel, image.bytes, 831, reg("ymm0"), bytes));
	assert_true(lupe_xsave_get(&intel, image.bytes, 832, reg("ymm0"), bytes));
	assert_false(lupe_xsave_set(&intel, image.bytes, 832, reg("zmm0"), bytes));
	/* the kernel has not enabled it */
	store(image.bytes + ENABLED, 7);
	assert_true(lupe_xsave_get(&intel, image.bytes, IMAGE, reg("ymm0"), bytes));
	assert_false(lupe_xsave_get(&intel, image.bytes, IMAGE, reg("zmm0"), bytes));
	/* a compacted image is not one we read */
	store(image.bytes + USED + 8, UINT64_C(1) << 63);
	assert_false(lupe_xsave_get(&intel, image.bytes, IMAGE, reg("xmm0"), bytes));
	assert_false(lupe_xsave_set(&intel, image.bytes, IMAGE, reg("xmm0"), bytes));
}

static void test_a_failed_set_changes_nothing(void **state)
{
	struct image image = busy_image(), before = image;
	unsigned char ones[64];

	(void)state;
	memset(ones, 0xff, sizeof(ones));
	assert_false(lupe_xsave_set(&only_sse, image.bytes, IMAGE, reg("ymm0"), ones));
	assert_memory_equal(&image, &before, sizeof(image));
}

/* Values as FSAVE would store them: 1.0 in st0, 0.0 in st1, infinity in st2, TOP = 5. */
static void test_tag_word(void **state)
{
	struct image image = busy_image();
	uint16_t word = 0, fstat = 5 << 11;
	unsigned char *st = image.bytes + 32;

	(void)state;
	memset(st, 0, 128);
	store(st, UINT64_C(1) << 63);
	memcpy(st + 8, "\xff\x3f", 2);
	store(st + 32, UINT64_C(1) << 63);
	memcpy(st + 40, "\xff\x7f", 2);
	memcpy(image.bytes + 2, &fstat, sizeof(fstat));
	image.bytes[4] = 0xe0; /* physical 5, 6, 7 hold st0, st1, st2 */
	assert_true(lupe_xsave_get(&intel, image.bytes, IMAGE, reg("ftag"), &word));
	assert_int_equal(word, 2 << 14 | 1 << 12 | 0 << 10 | 0x3ff);
	word = 0xfffc;
	assert_true(lupe_xsave_set(&intel, image.bytes, IMAGE, reg("ftag"), &word));
	assert_int_equal(image.bytes[4], 1);
}

static void test_mmx_is_physical(void **state)
{
	struct image image = busy_image();
	uint16_t fstat = 5 << 11;
	uint64_t value = 0;

	(void)state;
	memcpy(image.bytes + 2, &fstat, sizeof(fstat));
	assert_true(lupe_xsave_get(&intel, image.bytes, IMAGE, reg("mm5"), &value));
	assert_int_equal(value, load(image.bytes + 32)); /* st0 */
	assert_true(lupe_xsave_get(&intel, image.bytes, IMAGE, reg("mm4"), &value));
	assert_int_equal(value, load(image.bytes + 32 + 16 * 7)); /* st7 */
}

static void test_snapshot(void **state)
{
	const struct lupe_xsave_layout *host = lupe_xsave_layout_host();
	struct lupe_regs *regs = calloc(1, sizeof(*regs) + IMAGE);
	unsigned char in[16] = "0123456789abcde", out[16];
	uint64_t number;

	(void)state;
	assert_non_null(regs);
	assert_ptr_equal(host, lupe_xsave_layout_host());
	assert_false(lupe_regs_get(regs, reg("xmm1"), out)); /* the set was not read */
	regs->xstate_size = IMAGE;
	assert_true(lupe_regs_set(regs, reg("xmm1"), in));
	assert_true(lupe_regs_get(regs, reg("xmm1"), out));
	assert_memory_equal(in, out, 16);
	assert_false(lupe_regs_get_number(regs, reg("xmm1"), &number));
	assert_false(lupe_regs_set_number(regs, reg("xmm1"), 1));
	assert_true(lupe_regs_set_number(regs, reg("mxcsr"), 0x1f80));
	assert_true(lupe_regs_get_number(regs, reg("mxcsr"), &number));
	assert_int_equal(number, 0x1f80);
	free(regs);
}

static void test_eflags_text(void **state)
{
	char buffer[64];

	(void)state;
	assert_string_equal(lupe_eflags_text(0x246, buffer), "PF ZF IF");
	assert_string_equal(lupe_eflags_text(0, buffer), "");
	assert_string_equal(lupe_eflags_text(2, buffer), "");
	assert_string_equal(lupe_eflags_text(~0ull, buffer),
			    "CF PF AF ZF SF TF IF DF OF NT RF VM AC VIF VIP ID");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_table_is_sound),
	    cmocka_unit_test(test_dwarf_numbers),
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_general_round_trip),
	    cmocka_unit_test(test_parts),
	    cmocka_unit_test(test_xsave_round_trip),
	    cmocka_unit_test(test_wide_registers_are_pieces),
	    cmocka_unit_test(test_unused_component_reads_as_initial),
	    cmocka_unit_test(test_mxcsr_does_not_depend_on_use),
	    cmocka_unit_test(test_setting_brings_into_use),
	    cmocka_unit_test(test_missing_components),
	    cmocka_unit_test(test_a_failed_set_changes_nothing),
	    cmocka_unit_test(test_tag_word),
	    cmocka_unit_test(test_mmx_is_physical),
	    cmocka_unit_test(test_snapshot),
	    cmocka_unit_test(test_eflags_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
