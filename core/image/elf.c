/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One view of an ELF file; see image/elf.h. Sources: gABI 4.1, elf(5).
 */
#include "image/elf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#ifdef LUPE_HAVE_LIBDEFLATE
#include <libdeflate.h>
#else
#include <zlib.h>
#endif
#include "base/cleanup.h"

enum {
	MAX_SEGMENTS = 65536,
	MAX_SECTIONS = 1 << 20,
	/* Of a compressed section, and of what is put together from memory. */
	MAX_CONTENTS = 1 << 30,
	/* zlib cannot do better than about 1030 to 1: what claims more is made up. */
	MAX_RATIO = 1040,
	LARGE_PAGE = 2 << 20,
};

const unsigned char *lupe_elf_bytes(const struct lupe_elf *elf, uint64_t offset, uint64_t size)
{
	if (offset > elf->size || size > elf->size - offset)
		return NULL;
	return elf->bytes + offset;
}

/* --- segments --- */

bool lupe_elf_segment(const struct lupe_elf *elf, size_t index, Elf64_Phdr *ret)
{
	const unsigned char *at;

	if (index >= elf->n_segments)
		return false;
	at = lupe_elf_bytes(elf, elf->header.e_phoff + index * sizeof(*ret), sizeof(*ret));
	if (!at)
		return false;
	memcpy(ret, at, sizeof(*ret));
	return true;
}

bool lupe_elf_segment_of_type(const struct lupe_elf *elf, uint32_t type, Elf64_Phdr *ret)
{
	for (size_t i = 0; lupe_elf_segment(elf, i, ret); i++)
		if (ret->p_type == type)
			return true;
	return false;
}

const unsigned char *lupe_elf_at(const struct lupe_elf *elf, lupe_addr address, size_t *ret_size)
{
	Elf64_Phdr segment;

	for (size_t i = 0; lupe_elf_segment(elf, i, &segment); i++) {
		uint64_t skip = address - segment.p_vaddr, offset = segment.p_offset + skip;

		if (segment.p_type != PT_LOAD || skip >= segment.p_filesz || offset >= elf->size)
			continue;
		*ret_size = MIN(segment.p_filesz - skip, elf->size - offset);
		return elf->bytes + offset;
	}
	return NULL;
}

/* --- sections --- */

static bool raw_section(const struct lupe_elf *elf, size_t index, Elf64_Shdr *ret)
{
	const unsigned char *at =
	    lupe_elf_bytes(elf, elf->header.e_shoff + index * sizeof(*ret), sizeof(*ret));

	if (!elf->header.e_shoff || !at)
		return false;
	memcpy(ret, at, sizeof(*ret));
	return true;
}

/* The string at an offset of the section names; they must end in a NUL. */
static const char *section_name(const struct lupe_elf *elf, uint32_t offset)
{
	Elf64_Shdr names;
	const unsigned char *at;

	if (elf->name_section >= elf->n_sections || !raw_section(elf, elf->name_section, &names))
		return "";
	at = names.sh_type == SHT_STRTAB ? lupe_elf_bytes(elf, names.sh_offset, names.sh_size)
					 : NULL;
	if (!at || offset >= names.sh_size || at[names.sh_size - 1])
		return "";
	return (const char *)at + offset;
}

bool lupe_elf_section(const struct lupe_elf *elf, size_t index, struct lupe_elf_section *ret)
{
	Elf64_Shdr raw;

	if (index >= elf->n_sections || !raw_section(elf, index, &raw))
		return false;
	*ret = (struct lupe_elf_section){
	    .name = section_name(elf, raw.sh_name),
	    .type = raw.sh_type,
	    .link = raw.sh_link,
	    .info = raw.sh_info,
	    .flags = raw.sh_flags,
	    .address = raw.sh_addr,
	    .size = raw.sh_size,
	    .entry_size = raw.sh_entsize,
	};
	if (raw.sh_type != SHT_NOBITS && raw.sh_type != SHT_NULL)
		ret->bytes = lupe_elf_bytes(elf, raw.sh_offset, raw.sh_size);
	return true;
}

bool lupe_elf_section_named(const struct lupe_elf *elf, const char *name,
			    struct lupe_elf_section *ret)
{
	for (size_t i = 1; lupe_elf_section(elf, i, ret); i++)
		if (strcmp(ret->name, name) == 0)
			return true;
	return false;
}

bool lupe_elf_section_of_type(const struct lupe_elf *elf, uint32_t type,
			      struct lupe_elf_section *ret)
{
	for (size_t i = 1; lupe_elf_section(elf, i, ret); i++)
		if (ret->type == type)
			return true;
	return false;
}

/* --- compressed sections --- */

/* All `size` bytes become exactly `inflated_size`. libdeflate does it in half the time, where it is. */
#ifdef LUPE_HAVE_LIBDEFLATE
static bool inflate_into(const unsigned char *bytes, size_t size, unsigned char *ret,
			 size_t inflated_size)
{
	struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
	bool done = decompressor &&
		    libdeflate_zlib_decompress(decompressor, bytes, size, ret, inflated_size, NULL) ==
			LIBDEFLATE_SUCCESS;

	libdeflate_free_decompressor(decompressor);
	return done;
}
#else
static bool inflate_into(const unsigned char *bytes, size_t size, unsigned char *ret,
			 size_t inflated_size)
{
	uLongf length = inflated_size;

	return uncompress(ret, &length, bytes, size) == Z_OK && length == inflated_size;
}
#endif

/* For free(). Large ones in large pages where the kernel has some: faulting in small ones takes a third of the
 * time of inflating. */
static void *allocate(size_t size)
{
	void *bytes;

	if (size < LARGE_PAGE)
		return malloc(size ? size : 1);
	bytes = aligned_alloc(LARGE_PAGE, (size + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE);
	if (bytes)
		madvise(bytes, size, MADV_HUGEPAGE);
	return bytes;
}

static unsigned char *inflate_whole(const unsigned char *bytes, size_t size, size_t inflated_size)
{
	unsigned char *inflated = allocate(inflated_size);

	if (inflated && inflate_into(bytes, size, inflated, inflated_size))
		return inflated;
	free(inflated);
	return NULL;
}

size_t lupe_elf_section_size(const struct lupe_elf_section *section)
{
	Elf64_Chdr header;

	if (!section->bytes)
		return 0;
	if (!(section->flags & SHF_COMPRESSED))
		return section->size;
	if (section->size < sizeof(header))
		return 0;
	memcpy(&header, section->bytes, sizeof(header));
	return header.ch_size;
}

const unsigned char *lupe_elf_section_contents(const struct lupe_elf_section *section,
					       size_t *ret_size, unsigned char **ret_owned)
{
	Elf64_Chdr header;

	*ret_owned = NULL;
	if (!section->bytes)
		return NULL;
	*ret_size = section->size;
	if (!(section->flags & SHF_COMPRESSED))
		return section->bytes;
	if (section->size < sizeof(header))
		return NULL;
	memcpy(&header, section->bytes, sizeof(header));
	if (header.ch_type != ELFCOMPRESS_ZLIB || header.ch_size > MAX_CONTENTS ||
	    header.ch_size / MAX_RATIO > section->size)
		return NULL;
	*ret_size = header.ch_size;
	*ret_owned = inflate_whole(section->bytes + sizeof(header), section->size - sizeof(header),
				   header.ch_size);
	return *ret_owned;
}

/* --- notes --- */

static size_t align_up(size_t size, size_t alignment)
{
	return (size + alignment - 1) / alignment * alignment;
}

/* Notes are aligned to 4, or to 8 where their segment says so. */
static const unsigned char *find_note(const unsigned char *at, size_t size, size_t alignment,
				      const char *owner, uint32_t type, size_t *ret_size)
{
	Elf64_Nhdr note;

	while (at && size >= sizeof(note)) {
		size_t name_end, desc_at, next;

		memcpy(&note, at, sizeof(note));
		name_end = sizeof(note) + (size_t)note.n_namesz;
		desc_at = align_up(name_end, alignment);
		next = align_up(desc_at + note.n_descsz, alignment);
		if (desc_at + note.n_descsz > size)
			return NULL;
		if (note.n_type == type && note.n_namesz == strlen(owner) + 1 &&
		    memcmp(at + sizeof(note), owner, note.n_namesz) == 0) {
			*ret_size = note.n_descsz;
			return at + desc_at;
		}
		if (next > size)
			return NULL;
		at += next;
		size -= next;
	}
	return NULL;
}

const unsigned char *lupe_elf_note(const struct lupe_elf *elf, const char *owner, uint32_t type,
				   size_t *ret_size)
{
	struct lupe_elf_section section;
	const unsigned char *found;
	Elf64_Phdr segment;

	for (size_t i = 0; lupe_elf_segment(elf, i, &segment); i++) {
		if (segment.p_type != PT_NOTE)
			continue;
		found = find_note(lupe_elf_bytes(elf, segment.p_offset, segment.p_filesz),
				  segment.p_filesz, segment.p_align == 8 ? 8 : 4, owner, type,
				  ret_size);
		if (found)
			return found;
	}
	for (size_t i = 1; lupe_elf_section(elf, i, &section); i++) {
		if (section.type != SHT_NOTE)
			continue;
		found = find_note(section.bytes, section.size, 4, owner, type, ret_size);
		if (found)
			return found;
	}
	return NULL;
}

bool lupe_elf_dynamic(const struct lupe_elf *elf, int64_t tag, uint64_t *ret)
{
	const unsigned char *at;
	Elf64_Phdr segment;
	Elf64_Dyn entry;

	if (!lupe_elf_segment_of_type(elf, PT_DYNAMIC, &segment))
		return false;
	at = lupe_elf_bytes(elf, segment.p_offset, segment.p_filesz);
	for (uint64_t done = 0; at && segment.p_filesz - done >= sizeof(entry);
	     done += sizeof(entry)) {
		memcpy(&entry, at + done, sizeof(entry));
		if (entry.d_tag == DT_NULL)
			return false;
		if (entry.d_tag == tag) {
			*ret = entry.d_un.d_val;
			return true;
		}
	}
	return false;
}

/* --- opening --- */

/* What does not fit into the header's 16-bit fields is in section 0 (gABI "Sections"). */
static void resolve_counts(struct lupe_elf *elf)
{
	const Elf64_Ehdr *header = &elf->header;
	Elf64_Shdr first;
	bool has_first = raw_section(elf, 0, &first);

	elf->n_segments = header->e_phoff ? header->e_phnum : 0;
	elf->n_sections = header->e_shoff ? header->e_shnum : 0;
	elf->name_section = header->e_shstrndx;
	if (has_first && header->e_phnum == PN_XNUM)
		elf->n_segments = first.sh_info;
	if (has_first && header->e_shnum == 0)
		elf->n_sections = first.sh_size;
	if (has_first && header->e_shstrndx == SHN_XINDEX)
		elf->name_section = first.sh_link;
	/* More than the file can hold costs time only. */
	elf->n_segments = MIN(elf->n_segments, MIN(elf->size / sizeof(Elf64_Phdr), MAX_SEGMENTS));
	elf->n_sections = MIN(elf->n_sections, MIN(elf->size / sizeof(Elf64_Shdr), MAX_SECTIONS));
	if (header->e_phentsize != sizeof(Elf64_Phdr))
		elf->n_segments = 0;
	if (header->e_shentsize != sizeof(Elf64_Shdr))
		elf->n_sections = 0;
}

static struct lupe_error *check_header(const Elf64_Ehdr *header)
{
	if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
		return lupe_error_create(LUPE_ERROR_FORMAT, "it is no ELF file");
	if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB ||
	    header->e_machine != EM_X86_64)
		return lupe_error_create(LUPE_ERROR_UNSUPPORTED,
					 "it is an ELF file of another machine than x86-64");
	return NULL;
}

/* `elf` has its bytes; they are released on failure. */
static struct lupe_error *init(struct lupe_elf *elf)
{
	struct lupe_error *error;

	if (elf->size < sizeof(elf->header)) {
		lupe_elf_deinit(elf);
		return lupe_error_create(LUPE_ERROR_FORMAT, "it is no ELF file");
	}
	memcpy(&elf->header, elf->bytes, sizeof(elf->header));
	error = check_header(&elf->header);
	if (error) {
		lupe_elf_deinit(elf);
		return error;
	}
	resolve_counts(elf);
	return NULL;
}

struct lupe_error *lupe_elf_open(int fd, struct lupe_elf *ret)
{
	struct stat status;
	void *bytes;

	if (fstat(fd, &status))
		return lupe_error_os(errno, "cannot look at the file");
	if (!S_ISREG(status.st_mode) || (uint64_t)status.st_size < sizeof(Elf64_Ehdr))
		return lupe_error_create(LUPE_ERROR_FORMAT, "it is no ELF file");
	bytes = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return lupe_error_os(errno, "cannot map the file");
	*ret = (struct lupe_elf){.bytes = bytes, .size = status.st_size, .is_mapped = true};
	return init(ret);
}

struct lupe_error *lupe_elf_over(unsigned char *bytes, size_t size, struct lupe_elf *ret)
{
	*ret = (struct lupe_elf){.bytes = bytes, .size = size};
	return init(ret);
}

void lupe_elf_deinit(struct lupe_elf *elf)
{
	if (elf->is_mapped)
		munmap((void *)elf->bytes, elf->size);
	else
		free((void *)elf->bytes);
	*elf = (struct lupe_elf){0};
}

/* --- from memory --- */

/* The bytes of a file as far as its segments reach, from the bias on. */
static struct lupe_error *read_segments(const struct lupe_memory *memory, lupe_addr bias,
					const Elf64_Phdr *segments, size_t count, size_t size,
					unsigned char *ret)
{
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		const Elf64_Phdr *segment = &segments[i];

		if (segment->p_type != PT_LOAD || segment->p_offset > size)
			continue;
		if (lupe_memory_read_some(memory, bias + segment->p_vaddr, ret + segment->p_offset,
					  MIN(segment->p_filesz, size - segment->p_offset)))
			any = true;
	}
	return any ? NULL : lupe_error_create(LUPE_ERROR_FORMAT, "none of its segments is there");
}

/* Where the segment with the header lies in the file's addresses, and how long such a file is. */
static bool measure(const Elf64_Phdr *segments, size_t count, uint64_t *ret_base, size_t *ret_size)
{
	bool has_base = false;
	uint64_t sum = 0;

	*ret_size = 0;
	for (size_t i = 0; i < count; i++) {
		const Elf64_Phdr *segment = &segments[i];

		if (segment->p_type != PT_LOAD)
			continue;
		if (segment->p_offset > MAX_CONTENTS || segment->p_filesz > MAX_CONTENTS)
			return false;
		if (!segment->p_offset) {
			*ret_base = segment->p_vaddr;
			has_base = true;
		}
		*ret_size = MAX(*ret_size, segment->p_offset + segment->p_filesz);
		sum += segment->p_filesz;
	}
	return has_base && *ret_size >= sizeof(Elf64_Ehdr) && sum <= MAX_CONTENTS;
}

/* The sparse bytes stay unwritten zero pages: a large claim costs address space, not memory. */
static struct lupe_error *assemble(const struct lupe_memory *memory, lupe_addr start,
				   const Elf64_Phdr *segments, size_t count, struct lupe_elf *ret)
{
	struct lupe_error *error;
	uint64_t base = 0;
	size_t size;
	void *bytes;

	if (!measure(segments, count, &base, &size))
		return lupe_error_create(LUPE_ERROR_FORMAT, "its segments make no sense");
	bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (bytes == MAP_FAILED)
		return lupe_error_no_memory();
	*ret = (struct lupe_elf){.bytes = bytes, .size = size, .is_mapped = true};
	error = read_segments(memory, start - base, segments, count, size, bytes);
	if (error) {
		lupe_elf_deinit(ret);
		return error;
	}
	ret->bias = start - base;
	return init(ret);
}

struct lupe_error *lupe_elf_read(const struct lupe_memory *memory, lupe_addr start,
				 struct lupe_elf *ret)
{
	enum { LIMIT = 512 };
	CLEANUP_FREE Elf64_Phdr *segments = NULL;
	Elf64_Ehdr header;
	struct lupe_error *error = lupe_memory_read(memory, start, &header, sizeof(header));
	size_t count;

	if (!error)
		error = check_header(&header);
	if (error)
		return error;
	count = MIN(header.e_phnum, LIMIT);
	segments = calloc(count ? count : 1, sizeof(*segments));
	if (!segments)
		return lupe_error_no_memory();
	error = lupe_memory_read(memory, start + header.e_phoff, segments, count * sizeof(*segments));
	return error ? error : assemble(memory, start, segments, count, ret);
}
