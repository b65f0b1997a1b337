/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One view of an ELF file, whether mapped from disk, inflated, or put together from the segments that a
 * target has in memory. Only 64-bit little-endian files of x86-64. Everything in it is foreign: each
 * offset and count is checked where it is used, and what does not fit is as if it were not there.
 */
#ifndef LUPE_IMAGE_ELF_H
#define LUPE_IMAGE_ELF_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lupe/error.h"
#include "lupe/memory.h"

struct lupe_elf {
	const unsigned char *bytes;
	size_t size;
	bool is_mapped; /* by mmap; otherwise malloc'ed */
	Elf64_Ehdr header;
	size_t n_segments, n_sections, name_section; /* the extended numbering is resolved */
	lupe_addr bias; /* of one read from memory: by what its addresses may be relocated */
};

struct lupe_elf_section {
	const char *name; /* "" when it has none */
	uint32_t type, link, info;
	uint64_t flags, address, size, entry_size;
	const unsigned char *bytes; /* as in the file; NULL: there are none (NOBITS, outside) */
};

/* Maps the file behind `fd`. */
LUPE_MUST_CHECK struct lupe_error *lupe_elf_open(int fd, struct lupe_elf *ret);
/* Takes over malloc'ed bytes, also on failure. */
LUPE_MUST_CHECK struct lupe_error *lupe_elf_over(unsigned char *bytes, size_t size,
						 struct lupe_elf *ret);
/* From the memory of a target, the ELF header being at `start`; sections are there only if they lie in
 * a segment. */
LUPE_MUST_CHECK struct lupe_error *lupe_elf_read(const struct lupe_memory *memory, lupe_addr start,
						 struct lupe_elf *ret);
void lupe_elf_deinit(struct lupe_elf *elf);

/* Unaligned numbers of the file. */
static inline uint32_t lupe_elf_u32(const void *at)
{
	uint32_t number;

	__builtin_memcpy(&number, at, sizeof(number));
	return number;
}

static inline uint64_t lupe_elf_u64(const void *at)
{
	uint64_t number;

	__builtin_memcpy(&number, at, sizeof(number));
	return number;
}

/* `size` bytes at a file offset; NULL when they are not all there. */
const unsigned char *lupe_elf_bytes(const struct lupe_elf *elf, uint64_t offset, uint64_t size);

bool lupe_elf_segment(const struct lupe_elf *elf, size_t index, Elf64_Phdr *ret);
/* The first segment of a type. */
bool lupe_elf_segment_of_type(const struct lupe_elf *elf, uint32_t type, Elf64_Phdr *ret);

/* What the file has at an address of its own, to the end of its segment; NULL when nothing. */
const unsigned char *lupe_elf_at(const struct lupe_elf *elf, lupe_addr address, size_t *ret_size);

bool lupe_elf_section(const struct lupe_elf *elf, size_t index, struct lupe_elf_section *ret);
bool lupe_elf_section_named(const struct lupe_elf *elf, const char *name,
			    struct lupe_elf_section *ret);
bool lupe_elf_section_of_type(const struct lupe_elf *elf, uint32_t type,
			      struct lupe_elf_section *ret);

/* The contents, inflated if SHF_COMPRESSED: `*ret_owned` is malloc'ed then, else NULL. NULL: it has
 * none, or they are corrupt. */
const unsigned char *lupe_elf_section_contents(const struct lupe_elf_section *section,
					       size_t *ret_size, unsigned char **ret_owned);

/* How many bytes the contents have, as the file says; nothing is inflated. */
size_t lupe_elf_section_size(const struct lupe_elf_section *section);

/* The first note of an owner ("GNU") and type, in whatever segment or section; NULL. */
const unsigned char *lupe_elf_note(const struct lupe_elf *elf, const char *owner, uint32_t type,
				   size_t *ret_size);

/* A value of the dynamic section, by DT_* tag. */
bool lupe_elf_dynamic(const struct lupe_elf *elf, int64_t tag, uint64_t *ret);

#endif
