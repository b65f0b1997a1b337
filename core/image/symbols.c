/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The symbols of one file; see image/symbols.h.
 *
 * Which symbol names an address: the one with a size that covers it and starts last; without one, the
 * label (no size) that starts last, if no symbol with a size lies between. Aliases: functions before
 * labels before data, then the fewest leading underscores, then global before weak before local.
 */
#include "image/symbols.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/buffer.h"
#include "base/cleanup.h"
#include "image/demangle.h"

struct candidate {
	Elf64_Sym symbol; /* with the address of the main file */
	const struct lupe_symbol_source *source;
	const char *name; /* NULL: there is none */
};

/* What is known of one wanted address while the table is passed over. */
struct wanted {
	lupe_addr address;
	struct candidate covering, label;
	lupe_addr last_sized; /* where the last symbol with a size before it starts */
	bool has_sized;
};

void lupe_symbol_table_init(struct lupe_symbol_table *table, struct lupe_demangler *demangler)
{
	*table = (struct lupe_symbol_table){.demangler = demangler};
	lupe_arena_init(&table->arena);
	lupe_hash_init(&table->known);
}

void lupe_symbol_table_deinit(struct lupe_symbol_table *table)
{
	for (size_t i = 0; i < table->n_sources; i++) {
		free(table->sources[i].owned[0]);
		free(table->sources[i].owned[1]);
	}
	lupe_hash_deinit(&table->known);
	lupe_arena_deinit(&table->arena);
}

/* --- sources --- */

static bool source_from_section(const struct lupe_elf *elf, uint32_t type,
				struct lupe_symbol_source *ret)
{
	struct lupe_elf_section symbols, strings;
	size_t size;

	if (!lupe_elf_section_of_type(elf, type, &symbols) ||
	    !lupe_elf_section(elf, symbols.link, &strings) || strings.type != SHT_STRTAB)
		return false;
	ret->entries = lupe_elf_section_contents(&symbols, &size, &ret->owned[0]);
	ret->count = size / sizeof(Elf64_Sym);
	ret->strings = (const char *)lupe_elf_section_contents(&strings, &ret->strings_size,
							       &ret->owned[1]);
	return ret->entries && ret->strings;
}

/* Where an address of the dynamic section leads; the dynamic linker may have relocated it in place. */
static const unsigned char *dynamic_bytes(const struct lupe_elf *elf, int64_t tag, size_t *ret_size)
{
	uint64_t address;
	const unsigned char *bytes;

	if (!lupe_elf_dynamic(elf, tag, &address))
		return NULL;
	bytes = lupe_elf_at(elf, address, ret_size);
	return bytes ? bytes : lupe_elf_at(elf, address - elf->bias, ret_size);
}

/* How many symbols DT_GNU_HASH knows: the last chain's end (it tells no count). */
static size_t count_by_gnu_hash(const unsigned char *hash, size_t size)
{
	uint64_t n_buckets, first, buckets_at, chains_at;
	size_t last = 0, at;

	if (size < 16)
		return 0;
	n_buckets = lupe_elf_u32(hash);
	first = lupe_elf_u32(hash + 4);
	buckets_at = 16 + (uint64_t)lupe_elf_u32(hash + 8) * 8;
	chains_at = buckets_at + n_buckets * 4;
	if (chains_at > size)
		return 0;
	for (uint64_t i = 0; i < n_buckets; i++)
		last = MAX(last, lupe_elf_u32(hash + buckets_at + i * 4));
	if (last < first)
		return first;
	for (at = chains_at + (last - first) * 4; at + 4 <= size; at += 4, last++)
		if (lupe_elf_u32(hash + at) & 1)
			return last + 1;
	return 0;
}

static size_t count_dynamic(const struct lupe_elf *elf)
{
	size_t size;
	const unsigned char *hash = dynamic_bytes(elf, DT_GNU_HASH, &size);

	if (hash)
		return count_by_gnu_hash(hash, size);
	hash = dynamic_bytes(elf, DT_HASH, &size);
	return hash && size >= 8 ? lupe_elf_u32(hash + 4) : 0;
}

/* Without sections: what the dynamic linker uses. */
static bool source_from_dynamic(const struct lupe_elf *elf, struct lupe_symbol_source *ret)
{
	uint64_t strings_size;
	size_t size;

	if (!lupe_elf_dynamic(elf, DT_STRSZ, &strings_size))
		return false;
	ret->entries = dynamic_bytes(elf, DT_SYMTAB, &size);
	ret->count = ret->entries ? MIN(count_dynamic(elf), size / sizeof(Elf64_Sym)) : 0;
	ret->strings = (const char *)dynamic_bytes(elf, DT_STRTAB, &size);
	ret->strings_size = ret->strings ? MIN(strings_size, size) : 0;
	return ret->entries && ret->strings;
}

bool lupe_symbol_table_add(struct lupe_symbol_table *table, const struct lupe_elf *elf,
			   uint32_t type, uint64_t shift)
{
	struct lupe_symbol_source source = {.elf = elf, .shift = shift};
	bool found = source_from_section(elf, type, &source) ||
		     (type == SHT_DYNSYM && source_from_dynamic(elf, &source));

	if (!found || !source.strings_size || source.strings[source.strings_size - 1] ||
	    table->n_sources == LUPE_SYMBOL_SOURCES) {
		free(source.owned[0]);
		free(source.owned[1]);
		return false;
	}
	table->sources[table->n_sources++] = source;
	return true;
}

/* The symbol at an index with its name; false: it names nothing in this file. */
static bool symbol_at(const struct lupe_symbol_source *source, size_t index,
		      struct candidate *ret)
{
	Elf64_Sym *symbol = &ret->symbol;
	unsigned type;

	memcpy(symbol, source->entries + index * sizeof(*symbol), sizeof(*symbol));
	type = ELF64_ST_TYPE(symbol->st_info);
	if (symbol->st_shndx == SHN_UNDEF || symbol->st_shndx == SHN_ABS ||
	    !symbol->st_name || symbol->st_name >= source->strings_size ||
	    type == STT_SECTION || type == STT_FILE || type == STT_COMMON)
		return false;
	symbol->st_value += source->shift;
	ret->source = source;
	ret->name = source->strings + symbol->st_name;
	return true;
}

/* --- preferences among aliases --- */

static unsigned kind_rank(const Elf64_Sym *symbol)
{
	switch (ELF64_ST_TYPE(symbol->st_info)) {
	case STT_FUNC:
	case STT_GNU_IFUNC:
		return 0;
	case STT_NOTYPE:
		return 1;
	default:
		return 2;
	}
}

static unsigned binding_rank(const Elf64_Sym *symbol)
{
	switch (ELF64_ST_BIND(symbol->st_info)) {
	case STB_GLOBAL:
		return 0;
	case STB_WEAK:
		return 1;
	default:
		return 2;
	}
}

/* A mangled name's own underscore does not count. */
static unsigned underscores(const char *name)
{
	return strncmp(name, "_Z", 2) == 0 || strncmp(name, "_R", 2) == 0 ? 0 : strspn(name, "_");
}

static bool is_better_alias(const struct candidate *new, const struct candidate *old)
{
	unsigned new_rank = kind_rank(&new->symbol), old_rank = kind_rank(&old->symbol);

	if (new_rank != old_rank)
		return new_rank < old_rank;
	new_rank = underscores(new->name);
	old_rank = underscores(old->name);
	if (new_rank != old_rank)
		return new_rank < old_rank;
	return binding_rank(&new->symbol) < binding_rank(&old->symbol);
}

static bool is_better(const struct candidate *new, const struct candidate *old)
{
	if (!old->name || new->symbol.st_value != old->symbol.st_value)
		return !old->name || new->symbol.st_value > old->symbol.st_value;
	return is_better_alias(new, old);
}

/* --- one pass for many addresses --- */

/* The first wanted address that is not below `address`. */
static size_t first_not_below(const struct wanted *wanted, size_t count, lupe_addr address)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (wanted[middle].address < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* What holds for one address as the last start before it holds for those above, too: it is handed on
 * at the end (see hand_on). */
static void consider(struct wanted *wanted, size_t count, const struct candidate *candidate)
{
	const Elf64_Sym *symbol = &candidate->symbol;
	size_t i = first_not_below(wanted, count, symbol->st_value);

	if (i == count || ELF64_ST_TYPE(symbol->st_info) == STT_TLS)
		return;
	if (!symbol->st_size) {
		if (kind_rank(symbol) < 2 && is_better(candidate, &wanted[i].label))
			wanted[i].label = *candidate;
		return;
	}
	if (!wanted[i].has_sized || symbol->st_value > wanted[i].last_sized)
		wanted[i].last_sized = symbol->st_value;
	wanted[i].has_sized = true;
	for (; i < count && wanted[i].address - symbol->st_value < symbol->st_size; i++)
		if (is_better(candidate, &wanted[i].covering))
			wanted[i].covering = *candidate;
}

static void hand_on(struct wanted *wanted, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		const struct wanted *below = &wanted[i - 1];

		if (below->label.name && is_better(&below->label, &wanted[i].label))
			wanted[i].label = below->label;
		if (below->has_sized &&
		    (!wanted[i].has_sized || below->last_sized > wanted[i].last_sized)) {
			wanted[i].last_sized = below->last_sized;
			wanted[i].has_sized = true;
		}
	}
}

/* A label reaches to the end of its section at most. */
static bool label_covers(const struct wanted *wanted)
{
	const struct candidate *label = &wanted->label;
	struct lupe_elf_section section;

	if (!label->name || (wanted->has_sized && wanted->last_sized > label->symbol.st_value))
		return false;
	if (!lupe_elf_section(label->source->elf, label->symbol.st_shndx, &section))
		return true;
	return wanted->address - label->source->shift - section.address < section.size;
}

/* --- answers --- */

static enum lupe_symbol_kind kind_of(const Elf64_Sym *symbol)
{
	switch (ELF64_ST_TYPE(symbol->st_info)) {
	case STT_FUNC:
		return LUPE_SYMBOL_FUNCTION;
	case STT_GNU_IFUNC:
		return LUPE_SYMBOL_INDIRECT;
	case STT_OBJECT:
		return LUPE_SYMBOL_OBJECT;
	case STT_TLS:
		return LUPE_SYMBOL_TLS;
	default:
		return LUPE_SYMBOL_LABEL;
	}
}

/* The name without its version ("memcpy@@GLIBC_2.14"), demangled; it lives in the arena. */
static const char *shown_name(struct lupe_symbol_table *table, const char *raw)
{
	size_t length = strcspn(raw, "@");
	char *name = lupe_arena_alloc(&table->arena, length + 1);
	CLEANUP_FREE char *demangled = NULL;

	if (!name)
		return "";
	memcpy(name, raw, length); /* an "@" at the start leaves "" */
	demangled = lupe_demangle(table->demangler, name);
	if (demangled) {
		char *copy = lupe_arena_copy(&table->arena, demangled, strlen(demangled) + 1);

		name = copy ? copy : name;
	}
	return name;
}

static struct lupe_symbol answer(struct lupe_symbol_table *table, const struct candidate *found)
{
	return (struct lupe_symbol){
	    .name = shown_name(table, found->name),
	    .address = found->symbol.st_value,
	    .size = found->symbol.st_size,
	    .kind = kind_of(&found->symbol),
	};
}

static void keep(struct lupe_symbol_table *table, const struct wanted *wanted)
{
	struct lupe_symbol *symbol = lupe_arena_alloc(&table->arena, sizeof(*symbol));

	if (!symbol)
		return;
	if (wanted->covering.name)
		*symbol = answer(table, &wanted->covering);
	else if (label_covers(wanted))
		*symbol = answer(table, &wanted->label);
	/* Out of memory: it is looked for again. */
	(void)lupe_hash_put(&table->known, wanted->address, symbol);
}

static void pass(const struct lupe_symbol_table *table, struct wanted *wanted, size_t count)
{
	struct candidate candidate;
	lupe_addr last = wanted[count - 1].address;

	for (size_t s = 0; s < table->n_sources; s++) {
		const struct lupe_symbol_source *source = &table->sources[s];

		for (size_t i = 0; i < source->count; i++) {
			uint64_t value = lupe_elf_u64(source->entries + i * sizeof(Elf64_Sym) +
						      offsetof(Elf64_Sym, st_value));

			if (value + source->shift <= last &&
			    symbol_at(source, i, &candidate))
				consider(wanted, count, &candidate);
		}
	}
	hand_on(wanted, count);
}

void lupe_symbol_table_find(struct lupe_symbol_table *table, const lupe_addr *addresses,
			    size_t count)
{
	CLEANUP_FREE struct wanted *wanted = calloc(count ? count : 1, sizeof(*wanted));
	size_t n = 0;

	if (!wanted)
		return;
	for (size_t i = 0; i < count; i++)
		if (!lupe_hash_get(&table->known, addresses[i]))
			wanted[n++].address = addresses[i];
	if (!n)
		return;
	pass(table, wanted, n);
	for (size_t i = 0; i < n; i++)
		keep(table, &wanted[i]);
}

bool lupe_symbol_table_at(struct lupe_symbol_table *table, lupe_addr address,
			  struct lupe_symbol *ret)
{
	const struct lupe_symbol *symbol = lupe_hash_get(&table->known, address);

	if (!symbol) {
		lupe_symbol_table_find(table, &address, 1);
		symbol = lupe_hash_get(&table->known, address);
	}
	if (!symbol || !symbol->name)
		return false;
	*ret = *symbol;
	return true;
}

/* --- by name --- */

/* "ns::f(int)" is called "ns::f", too. */
static bool is_called(const char *demangled, const char *name)
{
	size_t length = strlen(name);

	return strncmp(demangled, name, length) == 0 &&
	       (!demangled[length] || demangled[length] == '(');
}

/* `part` is what a mangled name must contain to be worth demangling: the last word of `name`. */
static bool has_name(struct lupe_symbol_table *table, const char *raw, const char *name,
		     const char *part)
{
	CLEANUP_FREE char *demangled = NULL;
	size_t length = strcspn(raw, "@");

	if (strncmp(raw, name, length) == 0 && !name[length])
		return true;
	if ((strncmp(raw, "_Z", 2) != 0 && strncmp(raw, "_R", 2) != 0) || !*part || !strstr(raw, part))
		return false;
	demangled = lupe_demangle(table->demangler, raw);
	return demangled && is_called(demangled, name);
}

/* The last identifier before any parameters; "" for operators. */
static void last_word(const char *name, char *ret, size_t size)
{
	size_t end = strcspn(name, "(<"), start = end;

	while (start && name[start - 1] != ':' && name[start - 1] != ' ')
		start--;
	snprintf(ret, size, "%.*s", (int)MIN(end - start, size - 1), name + start);
}

bool lupe_symbol_table_named(struct lupe_symbol_table *table, const char *name,
			     struct lupe_symbol *ret)
{
	struct candidate candidate, best = {0};
	char part[256];

	last_word(name, part, sizeof(part));
	for (size_t s = 0; s < table->n_sources; s++) {
		for (size_t i = 0; i < table->sources[s].count; i++) {
			if (!symbol_at(&table->sources[s], i, &candidate) ||
			    !has_name(table, candidate.name, name, part))
				continue;
			if (!best.name || is_better_alias(&candidate, &best))
				best = candidate;
		}
	}
	if (!best.name)
		return false;
	*ret = answer(table, &best);
	return true;
}

void lupe_symbol_table_names(const struct lupe_symbol_table *table, struct lupe_buffer *out)
{
	struct candidate candidate;

	for (size_t s = 0; s < table->n_sources; s++)
		for (size_t i = 0; i < table->sources[s].count; i++)
			if (symbol_at(&table->sources[s], i, &candidate) && !kind_rank(&candidate.symbol)) {
				lupe_buffer_bytes(out, candidate.name, strcspn(candidate.name, "@"));
				lupe_buffer_char(out, '\0');
			}
}
