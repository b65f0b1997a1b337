/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the slots of a module's global offset table are bound to: by their relocations (System V ABI, Relocation;
 * psABI x86-64, R_X86_64_JUMP_SLOT and R_X86_64_GLOB_DAT). A linkage table jumps through these slots, also before the
 * loader has filled them.
 */
#include <string.h>
#include "image/guard.h"
#include "image/image.h"

/* The name of a symbol of the dynamic table; NULL: it has none such. */
static const char *dynamic_name(const struct lupe_elf *elf, const struct lupe_elf_section *relocations, uint64_t index)
{
	struct lupe_elf_section symbols, strings;
	uint64_t offset;

	if (!lupe_elf_section(elf, relocations->link, &symbols) || !symbols.bytes ||
	    !lupe_elf_section(elf, symbols.link, &strings) || !strings.bytes ||
	    index >= symbols.size / sizeof(Elf64_Sym))
		return NULL;
	offset = lupe_elf_u32(symbols.bytes + index * sizeof(Elf64_Sym));
	if (offset >= strings.size || !memchr(strings.bytes + offset, 0, strings.size - offset))
		return NULL;
	return (const char *)strings.bytes + offset;
}

static const char *find_in(const struct lupe_elf *elf, const struct lupe_elf_section *section, lupe_addr slot)
{
	for (size_t at = 0; at + sizeof(Elf64_Rela) <= section->size; at += sizeof(Elf64_Rela)) {
		uint64_t info;

		if (lupe_elf_u64(section->bytes + at) != slot)
			continue;
		info = lupe_elf_u64(section->bytes + at + 8);
		if (ELF64_R_TYPE(info) == R_X86_64_JUMP_SLOT || ELF64_R_TYPE(info) == R_X86_64_GLOB_DAT)
			return dynamic_name(elf, section, ELF64_R_SYM(info));
	}
	return NULL;
}

struct import_question {
	const struct lupe_elf *elf;
	lupe_addr slot;
	const char *name;
};

static void find_import(void *argument)
{
	struct import_question *question = argument;
	struct lupe_elf_section section;

	for (size_t i = 0; !question->name && i < question->elf->n_sections; i++)
		if (lupe_elf_section(question->elf, i, &section) && section.type == SHT_RELA && section.bytes)
			question->name = find_in(question->elf, &section, question->slot);
}

const char *lupe_image_import_at(struct lupe_image *image, lupe_addr slot)
{
	struct import_question question = {&image->elf, slot, NULL};

	if (!lupe_guard_run(find_import, &question))
		return NULL;
	return question.name && *question.name ? question.name : NULL;
}
