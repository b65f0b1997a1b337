/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Call frame information and DWARF expressions: entries written by hand, one per rule of the language,
 * and random bytes, which must end in no row or a row, never outside of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/cleanup.h"
#include "base/reader.h"
#include "image/cfi.h"
#include "image/cfi_entry.h"
#include "image/expression.h"

enum { SPACE_AT = 0x10000, CODE_AT = 0x20000, CODE_SIZE = 0x1000 };

/* --- writing entries --- */

struct writer {
	unsigned char bytes[4096];
	size_t size;
	size_t cie, fde; /* offsets of the last ones */
};

static void put(struct writer *writer, const void *bytes, size_t size)
{
	assert_true(writer->size + size <= sizeof(writer->bytes));
	memcpy(writer->bytes + writer->size, bytes, size);
	writer->size += size;
}

static void put_u32(struct writer *writer, uint32_t number)
{
	put(writer, &number, sizeof(number));
}

static void put_u64(struct writer *writer, uint64_t number)
{
	put(writer, &number, sizeof(number));
}

static void end_entry(struct writer *writer, size_t start)
{
	uint32_t length = writer->size - start - 4;

	memcpy(writer->bytes + start, &length, sizeof(length));
}

/* Version 1, code factor 1, data factor -8, return address in 16; `augmentation` with its data. */
static void put_cie(struct writer *writer, const char *augmentation, const char *data,
		    size_t data_size, const char *program, size_t program_size)
{
	writer->cie = writer->size;
	put_u32(writer, 0);
	put_u32(writer, 0);
	put(writer, "\1", 1);
	put(writer, augmentation, strlen(augmentation) + 1);
	put(writer, "\1\x78\x10", 3);
	put(writer, data, data_size);
	put(writer, program, program_size);
	end_entry(writer, writer->cie);
}

static void put_fde(struct writer *writer, bool has_data, const char *program, size_t size)
{
	writer->fde = writer->size;
	put_u32(writer, 0);
	put_u32(writer, writer->size - writer->cie);
	put_u64(writer, CODE_AT);
	put_u64(writer, CODE_SIZE);
	if (has_data)
		put(writer, "\0", 1);
	put(writer, program, size);
	end_entry(writer, writer->fde);
}

static bool row_at(const struct writer *writer, lupe_addr address, struct lupe_cfi_row *ret)
{
	/* a copy of just that size, so that the sanitizer sees a read beyond it */
	unsigned char *copy = malloc(writer->size);
	struct lupe_cfi_space space = {copy, writer->size, SPACE_AT, false};
	bool found;

	assert_non_null(copy);
	memcpy(copy, writer->bytes, writer->size);
	found = lupe_cfi_row_of(&space, writer->fde, address, ret);
	free(copy);
	return found;
}

#define START "\x0c\7\x8\x90\1" /* def_cfa rsp+8; offset rip at cfa-8 */

/* The row at `address` of a function with this program. */
static bool row_of(const char *program, size_t size, lupe_addr address, struct lupe_cfi_row *ret)
{
	struct writer writer = {.size = 0};

	put_cie(&writer, "", "", 0, START, sizeof(START) - 1);
	put_fde(&writer, false, program, size);
	return row_at(&writer, address, ret);
}

#define ROW_OF(program, address, ret) row_of(program, sizeof(program) - 1, address, ret)

/* --- rows --- */

static void assert_cfa(const struct lupe_cfi_row *row, unsigned reg, int64_t offset)
{
	assert_int_equal(row->cfa.kind, LUPE_CFI_REGISTER);
	assert_int_equal(row->cfa.reg, reg);
	assert_int_equal(row->cfa.offset, offset);
}

static void assert_rule(const struct lupe_cfi_row *row, unsigned reg, enum lupe_cfi_kind kind,
			int64_t offset)
{
	assert_int_equal(row->regs[reg].kind, kind);
	assert_int_equal(row->regs[reg].offset, offset);
}

/* push %rbp at 0, mov %rsp,%rbp at 1, leave; ret at 0x40. */
static void test_usual_function(void **state)
{
	static const char program[] = "\x41\x0e\x10\x86\2"  /* 1: cfa rsp+16, rbp at -16 */
				      "\x43\x0d\6"	    /* 4: cfa rbp+16 */
				      "\2\x3d\x0c\7\x8";    /* 0x41: cfa rsp+8 */
	struct lupe_cfi_row row;

	(void)state;
	assert_true(ROW_OF(program, CODE_AT, &row));
	assert_cfa(&row, 7, 8);
	assert_rule(&row, 16, LUPE_CFI_OFFSET, -8);
	assert_rule(&row, 6, LUPE_CFI_UNSPECIFIED, 0);
	assert_int_equal(row.function, CODE_AT);
	assert_int_equal(row.function_end, CODE_AT + CODE_SIZE);
	assert_true(ROW_OF(program, CODE_AT + 1, &row));
	assert_cfa(&row, 7, 16);
	assert_rule(&row, 6, LUPE_CFI_OFFSET, -16);
	assert_true(ROW_OF(program, CODE_AT + 3, &row));
	assert_cfa(&row, 7, 16);
	assert_true(ROW_OF(program, CODE_AT + 4, &row));
	assert_cfa(&row, 6, 16);
	assert_true(ROW_OF(program, CODE_AT + CODE_SIZE - 1, &row));
	assert_cfa(&row, 7, 8);
	assert_false(ROW_OF(program, CODE_AT + CODE_SIZE, &row));
	assert_false(ROW_OF(program, CODE_AT - 1, &row));
}

static void test_each_rule(void **state)
{
	struct lupe_cfi_row row;

	(void)state;
	assert_true(ROW_OF("\7\3\x8\x6\x9\xc\xd", CODE_AT, &row));
	assert_rule(&row, 3, LUPE_CFI_UNDEFINED, 0);
	assert_rule(&row, 6, LUPE_CFI_SAME, 0);
	assert_int_equal(row.regs[12].kind, LUPE_CFI_REGISTER);
	assert_true(ROW_OF("\5\3\5\x11\6\x7e\x14\xc\2\x15\xd\x7d\x2f\xe\3", CODE_AT, &row));
	assert_rule(&row, 3, LUPE_CFI_OFFSET, -40);
	assert_rule(&row, 6, LUPE_CFI_OFFSET, 16);
	assert_rule(&row, 12, LUPE_CFI_VAL_OFFSET, -16);
	assert_rule(&row, 13, LUPE_CFI_VAL_OFFSET, 24);
	assert_rule(&row, 14, LUPE_CFI_OFFSET, 24);
	assert_true(ROW_OF("\x12\6\x7e", CODE_AT, &row)); /* def_cfa_sf */
	assert_cfa(&row, 6, 16);
	assert_true(ROW_OF("\x13\x7d", CODE_AT, &row)); /* def_cfa_offset_sf */
	assert_cfa(&row, 7, 24);
	assert_true(ROW_OF("\x0f\2\x77\x8\x10\3\1\x30\x16\6\1\x31", CODE_AT, &row));
	assert_int_equal(row.cfa.kind, LUPE_CFI_EXPRESSION);
	assert_int_equal(row.cfa.size, 2);
	assert_int_equal(row.regs[3].kind, LUPE_CFI_EXPRESSION);
	assert_int_equal(row.regs[6].kind, LUPE_CFI_VAL_EXPRESSION);
	/* vector registers, args_size and nops are passed over */
	assert_true(ROW_OF("\x91\2\5\x40\3\x2e\x8\0\x0e\x20", CODE_AT, &row));
	assert_cfa(&row, 7, 32);
}

static void test_remember_and_restore(void **state)
{
	static const char program[] = "\x0e\x10\x86\2\x0a" /* remembered: rsp+16, rbp */
				      "\x41\x0e\x8\xc6"    /* 1: rsp+8, rbp restored */
				      "\x41\x0b"	   /* 2: as remembered */
				      "\x41\x6\x6";	   /* 3: restore_extended rbp */
	struct lupe_cfi_row row;

	(void)state;
	assert_true(ROW_OF(program, CODE_AT + 1, &row));
	assert_cfa(&row, 7, 8);
	assert_rule(&row, 6, LUPE_CFI_UNSPECIFIED, 0);
	assert_true(ROW_OF(program, CODE_AT + 2, &row));
	assert_cfa(&row, 7, 16);
	assert_rule(&row, 6, LUPE_CFI_OFFSET, -16);
	assert_true(ROW_OF(program, CODE_AT + 3, &row));
	assert_rule(&row, 6, LUPE_CFI_UNSPECIFIED, 0);
	assert_false(ROW_OF("\x0b", CODE_AT, &row)); /* nothing is remembered */
	assert_false(ROW_OF("\xa\xa\xa\xa\xa\xa\xa\xa\xa\xa\xa\xa\xa\xa\xa\xa\xa", CODE_AT, &row));
}

static void test_locations(void **state)
{
	static const char set[] = "\1\0\1\2\0\0\0\0\0\x0e\x30"; /* set_loc 0x20100 */
	static const char wide[] = "\3\0\1\x0e\x10\4\0\2\0\0\x0e\x20";
	struct lupe_cfi_row row;

	(void)state;
	assert_true(ROW_OF(set, CODE_AT + 0xff, &row));
	assert_cfa(&row, 7, 8);
	assert_true(ROW_OF(set, CODE_AT + 0x100, &row));
	assert_cfa(&row, 7, 0x30);
	assert_true(ROW_OF(wide, CODE_AT + 0x100, &row));
	assert_cfa(&row, 7, 0x10);
	assert_true(ROW_OF(wide, CODE_AT + 0x300, &row));
	assert_cfa(&row, 7, 0x20);
}

static void test_malformed(void **state)
{
	struct lupe_cfi_row row;

	(void)state;
	assert_false(ROW_OF("\x3c", CODE_AT, &row));	   /* unknown */
	assert_false(ROW_OF("\x0c\7", CODE_AT, &row));	   /* cut off */
	assert_false(ROW_OF("\x0c\7\xff", CODE_AT, &row)); /* in a number */
	assert_false(ROW_OF("\x0f\x7f\x77", CODE_AT, &row));
	assert_false(ROW_OF("\x0f\1\x30\x0d\6", CODE_AT, &row)); /* register of an expression */
	assert_true(ROW_OF("\x0d\x80\x80\4", CODE_AT, &row));	 /* a register that is none */
	assert_true(row.cfa.reg >= LUPE_CFI_REGISTERS);
}

/* The letters of augmentations that matter to unwinding. */
static void test_augmentations(void **state)
{
	struct writer writer = {.size = 0};
	struct lupe_cfi_row row;

	(void)state;
	put_cie(&writer, "zS", "\0", 1, START, sizeof(START) - 1);
	put_fde(&writer, true, "", 0);
	assert_true(row_at(&writer, CODE_AT, &row));
	assert_true(row.is_signal);

	/* personality (absolute), lsda, absolute addresses, an unknown letter at the end */
	writer.size = 0;
	put_cie(&writer, "zPLR?", "\x0c\0\1\2\3\4\5\6\7\x8\xff\0\x99", 13, START,
		sizeof(START) - 1);
	put_fde(&writer, true, "\x0e\x18", 2);
	assert_true(row_at(&writer, CODE_AT, &row));
	assert_false(row.is_signal);
	assert_cfa(&row, 7, 24);

	writer.size = 0; /* without "z" nobody knows how long the rest is */
	put_cie(&writer, "?", "", 0, START, sizeof(START) - 1);
	put_fde(&writer, false, "", 0);
	assert_false(row_at(&writer, CODE_AT, &row));
}

/* R with pcrel|sdata4, as compilers write it. */
static void test_relative_addresses(void **state)
{
	struct writer writer = {.size = 0};
	struct lupe_cfi_row row;

	(void)state;
	put_cie(&writer, "zR", "\1\x1b", 2, START, sizeof(START) - 1);
	writer.fde = writer.size;
	put_u32(&writer, 0);
	put_u32(&writer, writer.size - writer.cie);
	put_u32(&writer, CODE_AT - (SPACE_AT + writer.size));
	put_u32(&writer, CODE_SIZE);
	put(&writer, "\0", 1);
	end_entry(&writer, writer.fde);
	assert_true(row_at(&writer, CODE_AT + 5, &row));
	assert_int_equal(row.function, CODE_AT);
	assert_int_equal(row.function_end, CODE_AT + CODE_SIZE);
}

static uint64_t random_state = 0x123456789abcdefu; /* always the same sequence */

static uint64_t random_word(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state * 0x2545f4914f6cdd1du;
}

static void test_random_programs(void **state)
{
	unsigned found = 0;

	(void)state;
	for (int round = 0; round < 100000; round++) {
		struct lupe_cfi_row row;
		char program[48];
		size_t size = random_word() % sizeof(program);

		for (size_t i = 0; i < size; i++)
			program[i] = random_word() % 3 ? random_word() % 0x18 : random_word();
		found += row_of(program, size, CODE_AT + random_word() % 64, &row);
	}
	assert_true(found > 1000);
}

static void test_random_entries(void **state)
{
	(void)state;
	for (int round = 0; round < 100000; round++) {
		struct writer writer = {.size = 0};
		struct lupe_cfi_row row;

		put_cie(&writer, "zPLR", "\x0b\0\1\2\3\4\5\6\7\x8\xff\0", 12, START,
			sizeof(START) - 1);
		put_fde(&writer, true, "\x0e\x18\x86\2", 4);
		for (int i = 0; i < 3; i++)
			writer.bytes[random_word() % writer.size] = random_word();
		row_at(&writer, CODE_AT + random_word() % 64, &row);
	}
}

/* --- tables of this program --- */

static void test_own_table(void **state)
{
	struct lupe_cfi_table table;
	struct lupe_cfi_row row;
	struct lupe_elf elf;
	Elf64_Phdr segment;
	FILE *file = fopen("/proc/self/exe", "re");
	lupe_addr bias, address;

	(void)state;
	assert_non_null(file);
	assert_null(lupe_elf_open(fileno(file), &elf));
	fclose(file);
	assert_true(lupe_elf_segment_of_type(&elf, PT_GNU_EH_FRAME, &segment));
	lupe_cfi_table_init(&table, &elf, NULL, NULL);
	bias = (uintptr_t)&test_own_table & 0xfff;
	for (address = elf.header.e_entry; address < elf.header.e_entry + 1 + bias; address++)
		if (lupe_cfi_table_row(&table, address, &row))
			assert_true(row.function <= address && address < row.function_end);
	/* The entry point is the outermost function: its return address is undefined. */
	assert_true(lupe_cfi_table_row(&table, elf.header.e_entry, &row));
	assert_int_equal(row.regs[row.return_column].kind, LUPE_CFI_UNDEFINED);
	assert_false(lupe_cfi_table_row(&table, 0, &row));
	assert_false(lupe_cfi_table_row(&table, UINT64_MAX, &row));
	lupe_cfi_table_deinit(&table);
	lupe_elf_deinit(&elf);
}

/* --- expressions --- */

static bool some_register(void *context, uint64_t number, uint64_t *ret)
{
	(void)context;
	*ret = number * 0x1000;
	return number < 17;
}

static bool evaluate(const char *code, size_t size, uint64_t *ret)
{
	static unsigned char memory_bytes[16] = {0xf0, 0xde, 0xbc, 0x9a, 0x78, 0x56, 0x34, 0x12};
	struct lupe_memory_span span = {0x7000, memory_bytes, sizeof(memory_bytes)};
	struct lupe_memory memory = lupe_memory_over_span(&span);
	struct lupe_expression_input input = {.memory = &memory,
					      .reg = some_register,
					      .has_initial = true,
					      .initial = 100,
					      .has_cfa = true,
					      .cfa = 0xcfa,
					      .bias = 0x10};
	unsigned char *copy = malloc(size ? size : 1);
	bool found;

	assert_non_null(copy);
	memcpy(copy, code, size);
	found = lupe_expression_evaluate(&input, copy, size, ret);
	free(copy);
	return found;
}

#define GIVES(code, wanted)                                                \
	do {                                                               \
		uint64_t value_ = 0;                                       \
		assert_true(evaluate(code, sizeof(code) - 1, &value_));    \
		assert_int_equal(value_, (uint64_t)(wanted));              \
	} while (0)
#define FAILS(code)                                                           \
	do {                                                                  \
		uint64_t value_;                                              \
		assert_false(evaluate(code, sizeof(code) - 1, &value_));      \
	} while (0)

static void test_operations(void **state)
{
	(void)state;
	GIVES("", 100);
	GIVES("\x3\1\0\0\0\0\0\0\0", 0x11);
	GIVES("\x30", 0);
	GIVES("\x4f", 31);
	GIVES("\x8\xff", 255);
	GIVES("\x9\xff", -1);
	GIVES("\xa\xff\xff", 65535);
	GIVES("\xb\xff\xff", -1);
	GIVES("\xc\xff\xff\xff\xff", 0xffffffff);
	GIVES("\xd\xff\xff\xff\xff", -1);
	GIVES("\xe\1\0\0\0\0\0\0\x80", 0x8000000000000001);
	GIVES("\xf\1\0\0\0\0\0\0\x80", 0x8000000000000001);
	GIVES("\x10\xe5\x8e\x26", 624485);
	GIVES("\x11\x7f", -1);
	GIVES("\x33\x12\x22", 6);	 /* dup, plus */
	GIVES("\x33\x34\x13", 3);	 /* drop */
	GIVES("\x33\x34\x14", 3);	 /* over */
	GIVES("\x33\x34\x15\2", 100);	 /* pick */
	GIVES("\x33\x34\x16", 3);	 /* swap */
	GIVES("\x33\x34\x35\x17", 4);	 /* rot */
	GIVES("\x11\x7b\x19", 5);	 /* abs */
	GIVES("\x33\x38\x1a", 0);	 /* and */
	GIVES("\x11\x79\x32\x1b", -3);	 /* div */
	GIVES("\x39\x34\x1c", 5);	 /* minus */
	GIVES("\x39\x34\x1d", 1);	 /* mod */
	GIVES("\x39\x34\x1e", 36);	 /* mul */
	GIVES("\x39\x1f", -9);
	GIVES("\x30\x20", -1);
	GIVES("\x39\x34\x21", 13);
	GIVES("\x39\x23\x80\1", 137);
	GIVES("\x39\x34\x24", 144);
	GIVES("\x39\x8\x40\x24", 0);
	GIVES("\x11\x7f\x8\x3f\x25", 1);
	GIVES("\x11\x7c\x31\x26", -2);
	GIVES("\x11\x7c\x8\xff\x26", -1);
	GIVES("\x39\x34\x27", 13);
	GIVES("\x11\x7f\x30\x2d", 1); /* lt is signed */
	GIVES("\x31\x30\x2b", 1);
	GIVES("\x30\x30\x29\x30\x30\x2e\x1c", 1);
	GIVES("\x31\x28\1\0\x35\x36", 6);      /* bra over lit5 */
	GIVES("\x30\x28\1\0\x35", 5);	       /* not taken */
	GIVES("\x2f\1\0\x35", 100);	       /* skip */
	GIVES("\x96\x96", 100);
	GIVES("\x77\x8", 0x7008);	       /* breg7 */
	GIVES("\x92\6\x78", 0x5ff8);	       /* bregx */
	GIVES("\xa\0\x70\x6", 0x123456789abcdef0);
	GIVES("\xa\0\x70\x94\2", 0xdef0);
	GIVES("\x9c", 0xcfa);
}

static void test_failures(void **state)
{
	(void)state;
	FAILS("\x13\x13");		 /* nothing left */
	FAILS("\x13");			 /* no value at the end */
	FAILS("\x22");			 /* one operand */
	FAILS("\x31\x30\x1b");		 /* by zero */
	FAILS("\x31\x30\x1d");
	FAILS("\x8");			 /* cut off */
	FAILS("\x92\x40\0");		 /* no such register */
	FAILS("\x30\x6");		 /* unreadable */
	FAILS("\xa\0\x70\x94\x9");	 /* size */
	FAILS("\x2f\xfd\xff");		 /* for ever */
	FAILS("\x2f\xf0\xff");		 /* before the start */
	FAILS("\x2f\x7f\0");		 /* past the end */
	FAILS("\x12\x2f\xfc\xff");	 /* the stack overflows */
	FAILS("\xe0");			 /* unknown */
	/* the quotient that does not fit is no reason to die */
	GIVES("\xe\0\0\0\0\0\0\0\x80\x11\x7f\x1b", 0x8000000000000000);
}

static void test_random_expressions(void **state)
{
	unsigned found = 0;

	(void)state;
	for (int round = 0; round < 200000; round++) {
		char code[24];
		size_t size = random_word() % sizeof(code);
		uint64_t value;

		for (size_t i = 0; i < size; i++)
			code[i] = random_word() % 4 ? 0x10 + random_word() % 0x40 : random_word();
		found += evaluate(code, size, &value);
	}
	assert_true(found > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_usual_function),
	    cmocka_unit_test(test_each_rule),
	    cmocka_unit_test(test_remember_and_restore),
	    cmocka_unit_test(test_locations),
	    cmocka_unit_test(test_malformed),
	    cmocka_unit_test(test_augmentations),
	    cmocka_unit_test(test_relative_addresses),
	    cmocka_unit_test(test_random_programs),
	    cmocka_unit_test(test_random_entries),
	    cmocka_unit_test(test_own_table),
	    cmocka_unit_test(test_operations),
	    cmocka_unit_test(test_failures),
	    cmocka_unit_test(test_random_expressions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
