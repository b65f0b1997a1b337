/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Fuzzer of what reads ELF files: the view, symbols, call frame information and expressions, over an
 * input that is the file; and the unwinder over the same bytes as memory. Seeds: small programs.
 * Run by tests/shell/fuzz.sh.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "image/cfi.h"
#include "image/demangle.h"
#include "image/expression.h"
#include "image/symbols.h"
#include "lupe/image.h"
#include "lupe/unwind.h"

enum { N_ADDRESSES = 16, MAX_DEPTH = 200 };

struct input {
	struct lupe_elf elf;
	struct lupe_cfi_table cfi;
	struct lupe_memory_span span;
};

static void visit_sections(const struct lupe_elf *elf)
{
	struct lupe_elf_section section;
	unsigned char *owned;
	size_t size;

	for (size_t i = 0; i < 64 && lupe_elf_section(elf, i, &section); i++) {
		const unsigned char *bytes = lupe_elf_section_contents(&section, &size, &owned);

		if (bytes && size && bytes[0] + bytes[size - 1] > 510)
			abort();
		free(owned);
	}
	lupe_elf_note(elf, "GNU", NT_GNU_BUILD_ID, &size);
}

static void visit_symbols(const struct lupe_elf *elf, const lupe_addr *addresses)
{
	struct lupe_demangler demangler;
	struct lupe_symbol_table table;
	struct lupe_symbol symbol;

	lupe_demangler_init(&demangler);
	lupe_symbol_table_init(&table, &demangler);
	lupe_symbol_table_add(&table, elf, SHT_SYMTAB, 0);
	lupe_symbol_table_add(&table, elf, SHT_DYNSYM, 0);
	for (int i = 0; i < N_ADDRESSES; i++)
		if (lupe_symbol_table_at(&table, addresses[i], &symbol) &&
		    strlen(symbol.name) > elf->size * 64)
			abort();
	lupe_symbol_table_named(&table, "main", &symbol);
	lupe_symbol_table_deinit(&table);
	lupe_demangler_deinit(&demangler);
}

static bool no_register(void *context, uint64_t number, uint64_t *ret)
{
	(void)context;
	*ret = number << 12;
	return number < 20;
}

static void visit_rule(const struct lupe_cfi_rule *rule, const struct lupe_memory *memory)
{
	struct lupe_expression_input input = {.memory = memory, .reg = no_register};
	uint64_t value;

	if (rule->kind == LUPE_CFI_EXPRESSION || rule->kind == LUPE_CFI_VAL_EXPRESSION)
		lupe_expression_evaluate(&input, rule->expression, rule->size, &value);
}

static bool find_cfi(void *context, lupe_addr addr, struct lupe_cfi_row *ret)
{
	struct input *input = context;

	return lupe_cfi_table_row(&input->cfi, addr, ret);
}

static bool is_executable(void *context, lupe_addr addr)
{
	size_t size;

	return lupe_elf_at(&((struct input *)context)->elf, addr, &size) != NULL;
}

static void unwind(struct input *input, const lupe_addr *addresses)
{
	struct lupe_memory memory = lupe_memory_over_span(&input->span);
	struct lupe_unwind_source source = {&memory, find_cfi, is_executable, input};
	struct lupe_unwind_frame frame;

	for (int i = 0; i + 2 < N_ADDRESSES; i++) {
		struct user_regs_struct regs = {
		    .rip = addresses[i], .rsp = addresses[i + 1], .rbp = addresses[i + 2]};

		lupe_unwind_start(&source, &regs, LUPE_UNWIND_ALL_KNOWN, &frame);
		for (int depth = 0; depth < MAX_DEPTH; depth++) {
			if (frame.has_row)
				visit_rule(&frame.row.cfa, &memory);
			if (lupe_unwind_next(&source, &frame, &frame) != LUPE_UNWIND_GOES_ON)
				break;
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = {.span = {.size = size}};
	unsigned char *copy = malloc(size ? size : 1);
	lupe_addr addresses[N_ADDRESSES];
	struct lupe_error *error;

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	error = lupe_elf_over(copy, size, &input.elf);
	if (error) {
		lupe_error_destroy(error);
		return 0;
	}
	input.span.bytes = copy;
	for (int i = 0; i < N_ADDRESSES; i++)
		addresses[i] = input.elf.header.e_entry + (size ? i * i * size / 256 : 0);
	visit_sections(&input.elf);
	visit_symbols(&input.elf, addresses);
	lupe_cfi_table_init(&input.cfi, &input.elf, NULL, NULL);
	unwind(&input, addresses);
	lupe_cfi_table_deinit(&input.cfi);
	lupe_elf_deinit(&input.elf);
	return 0;
}
