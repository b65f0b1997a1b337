/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The symbols of one file. Nothing is sorted: a look-up is one pass over the table, for as many addresses
 * as are asked for at once, and every answer is kept. Sorting a large table once costs more than finding
 * all names of all stacks of a process.
 */
#ifndef LUPE_IMAGE_SYMBOLS_H
#define LUPE_IMAGE_SYMBOLS_H

#include "base/arena.h"
#include "base/hash.h"
#include "image/elf.h"
#include "lupe/symbol.h"

struct lupe_buffer;
struct lupe_demangler;

/* One SHT_SYMTAB or SHT_DYNSYM. */
struct lupe_symbol_source {
	const struct lupe_elf *elf;
	const unsigned char *entries; /* Elf64_Sym each, unaligned */
	size_t count;
	const char *strings; /* ends in a NUL */
	size_t strings_size;
	uint64_t shift; /* to the addresses of the main file */
	unsigned char *owned[2]; /* inflated */
};

enum { LUPE_SYMBOL_SOURCES = 3 };

struct lupe_symbol_table {
	struct lupe_symbol_source sources[LUPE_SYMBOL_SOURCES];
	size_t n_sources;
	struct lupe_demangler *demangler;
	struct lupe_arena arena; /* names and kept answers */
	struct lupe_hash known;	 /* address to struct lupe_symbol; without a name: there is none */
};

void lupe_symbol_table_init(struct lupe_symbol_table *table, struct lupe_demangler *demangler);
void lupe_symbol_table_deinit(struct lupe_symbol_table *table);

/* Adds the symbol table of `elf`, which outlives this; answers whether it has one. `type` is SHT_SYMTAB,
 * or SHT_DYNSYM, which is also found without sections. */
bool lupe_symbol_table_add(struct lupe_symbol_table *table, const struct lupe_elf *elf, uint32_t type,
			   uint64_t shift);

/* Finds the symbols of many addresses (sorted, each once) and keeps them. */
void lupe_symbol_table_find(struct lupe_symbol_table *table, const lupe_addr *addresses, size_t count);
bool lupe_symbol_table_at(struct lupe_symbol_table *table, lupe_addr address,
			  struct lupe_symbol *ret);
bool lupe_symbol_table_named(struct lupe_symbol_table *table, const char *name,
			     struct lupe_symbol *ret);
/* Appends the names of all functions as the file has them, without versions, a NUL after each. */
void lupe_symbol_table_names(const struct lupe_symbol_table *table, struct lupe_buffer *out);

#endif
