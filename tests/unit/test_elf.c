/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ELF view: this program's own file, what the kernel mapped, files made by hand, and broken ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>
#include "base/cleanup.h"
#include "image/elf.h"
#include "own_process.h"

#define CHECK(call)                                                  \
	do {                                                         \
		struct lupe_error *error_ = (call);                  \
		if (error_)                                          \
			fail_msg("%s: %s", #call, error_->message);  \
	} while (0)

static void open_self(struct lupe_elf *ret)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	CHECK(lupe_elf_open(fd, ret));
	close(fd);
}

static void test_own_file(void **state)
{
	struct lupe_elf_section section;
	const unsigned char *id;
	struct lupe_elf elf;
	Elf64_Phdr segment;
	uint64_t value;
	size_t size;

	(void)state;
	open_self(&elf);
	assert_true(lupe_elf_section_named(&elf, ".text", &section));
	assert_int_equal(section.type, SHT_PROGBITS);
	assert_true(section.flags & SHF_EXECINSTR);
	assert_ptr_equal(lupe_elf_at(&elf, section.address, &size), section.bytes);
	assert_true(size >= section.size);
	assert_true(lupe_elf_section_named(&elf, ".bss", &section));
	assert_null(section.bytes);
	assert_false(lupe_elf_section_named(&elf, ".nothing", &section));
	assert_true(lupe_elf_segment_of_type(&elf, PT_GNU_EH_FRAME, &segment));
	assert_true(lupe_elf_dynamic(&elf, DT_STRTAB, &value));
	assert_false(lupe_elf_dynamic(&elf, 0x12345, &value));
	id = lupe_elf_note(&elf, "GNU", NT_GNU_BUILD_ID, &size);
	if (id)
		assert_int_equal(size, 20);
	assert_null(lupe_elf_note(&elf, "gnu", NT_GNU_BUILD_ID, &size));
	lupe_elf_deinit(&elf);
}

/* What is put together from memory has the same segments and notes as the file. */
static void test_from_memory(void **state)
{
	Elf64_Phdr from_file, from_memory;
	const unsigned char *id;
	size_t size, other_size;
	struct lupe_elf file, memory;
	lupe_addr start = getauxval(AT_PHDR) - sizeof(Elf64_Ehdr);

	(void)state;
	open_self(&file);
	CHECK(lupe_elf_read(&own_memory, start, &memory));
	assert_int_equal(memory.n_segments, file.n_segments);
	assert_true(lupe_elf_segment_of_type(&file, PT_GNU_EH_FRAME, &from_file));
	assert_true(lupe_elf_segment_of_type(&memory, PT_GNU_EH_FRAME, &from_memory));
	assert_memory_equal(lupe_elf_at(&file, from_file.p_vaddr, &size),
			    lupe_elf_at(&memory, from_memory.p_vaddr, &other_size),
			    from_file.p_filesz);
	id = lupe_elf_note(&file, "GNU", NT_GNU_BUILD_ID, &size);
	if (id)
		assert_memory_equal(lupe_elf_note(&memory, "GNU", NT_GNU_BUILD_ID, &other_size), id,
				    size);
	lupe_elf_deinit(&memory);
	lupe_elf_deinit(&file);
}

static void test_vdso(void **state)
{
	struct lupe_elf elf;
	Elf64_Phdr segment;
	uint64_t value;
	lupe_addr start = getauxval(AT_SYSINFO_EHDR);

	(void)state;
	if (!start)
		skip();
	CHECK(lupe_elf_read(&own_memory, start, &elf));
	assert_true(lupe_elf_segment_of_type(&elf, PT_GNU_EH_FRAME, &segment));
	assert_true(lupe_elf_dynamic(&elf, DT_SYMTAB, &value));
	lupe_elf_deinit(&elf);
}

/* --- files made by hand --- */

enum { N_SECTIONS = 4, DATA_AT = 1024, FILE_SIZE = 4096 };

struct made {
	Elf64_Ehdr header;
	Elf64_Shdr sections[N_SECTIONS];
};

/* A file with a null section, names, one section "data" and one empty; malloc'ed. */
static unsigned char *make_file(struct made **ret)
{
	static const char names[] = "\0names\0data";
	unsigned char *bytes = calloc(1, FILE_SIZE);
	struct made *made = (struct made *)bytes;

	assert_non_null(bytes);
	memcpy(made->header.e_ident, ELFMAG "\2\1\1", 7);
	made->header.e_machine = EM_X86_64;
	made->header.e_shoff = offsetof(struct made, sections);
	made->header.e_shentsize = sizeof(Elf64_Shdr);
	made->header.e_shnum = N_SECTIONS;
	made->header.e_shstrndx = 1;
	made->sections[1] = (Elf64_Shdr){.sh_name = 1,
					 .sh_type = SHT_STRTAB,
					 .sh_offset = DATA_AT - sizeof(names),
					 .sh_size = sizeof(names)};
	made->sections[2] = (Elf64_Shdr){.sh_name = 7,
					 .sh_type = SHT_PROGBITS,
					 .sh_offset = DATA_AT,
					 .sh_size = FILE_SIZE - DATA_AT};
	memcpy(bytes + DATA_AT - sizeof(names), names, sizeof(names));
	*ret = made;
	return bytes;
}

/* gABI: counts of 65,280 and more are in section 0. */
static void test_extended_numbering(void **state)
{
	struct lupe_elf_section section;
	struct lupe_elf elf;
	struct made *made;
	unsigned char *bytes = make_file(&made);

	(void)state;
	made->header.e_shnum = 0;
	made->header.e_shstrndx = SHN_XINDEX;
	made->sections[0].sh_size = N_SECTIONS;
	made->sections[0].sh_link = 1;
	CHECK(lupe_elf_over(bytes, FILE_SIZE, &elf));
	assert_int_equal(elf.n_sections, N_SECTIONS);
	assert_true(lupe_elf_section_named(&elf, "data", &section));
	assert_int_equal(section.size, FILE_SIZE - DATA_AT);
	lupe_elf_deinit(&elf);
}

/* Puts a compressed text into the section and answers its length. */
static size_t compress_data(unsigned char *bytes, struct made *made, const char *text,
			    uint64_t claimed_size)
{
	Elf64_Chdr header = {.ch_type = ELFCOMPRESS_ZLIB, .ch_size = claimed_size, .ch_addralign = 1};
	uLongf length = FILE_SIZE - DATA_AT - sizeof(header);

	memcpy(bytes + DATA_AT, &header, sizeof(header));
	assert_int_equal(compress(bytes + DATA_AT + sizeof(header), &length,
				  (const unsigned char *)text, strlen(text)),
			 Z_OK);
	made->sections[2].sh_flags = SHF_COMPRESSED;
	made->sections[2].sh_size = sizeof(header) + length;
	return made->sections[2].sh_size;
}

static void test_compressed(void **state)
{
	static const char text[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab";
	static const uint64_t wrong_sizes[] = {0, 1, sizeof(text), 4096, UINT64_MAX, 1ull << 32};
	struct lupe_elf_section section;
	unsigned char *owned, *bytes;
	struct lupe_elf elf;
	struct made *made;
	size_t size;

	(void)state;
	bytes = make_file(&made);
	compress_data(bytes, made, text, strlen(text));
	CHECK(lupe_elf_over(bytes, FILE_SIZE, &elf));
	assert_true(lupe_elf_section_named(&elf, "data", &section));
	assert_memory_equal(lupe_elf_section_contents(&section, &size, &owned), text, strlen(text));
	assert_int_equal(size, strlen(text));
	free(owned);
	lupe_elf_deinit(&elf);
	for (size_t i = 0; i < sizeof(wrong_sizes) / sizeof(*wrong_sizes); i++) {
		bytes = make_file(&made);
		compress_data(bytes, made, text, wrong_sizes[i]);
		CHECK(lupe_elf_over(bytes, FILE_SIZE, &elf));
		assert_true(lupe_elf_section_named(&elf, "data", &section));
		assert_null(lupe_elf_section_contents(&section, &size, &owned));
		assert_null(owned);
		lupe_elf_deinit(&elf);
	}
}

/* Offsets and sizes that wrap or lie outside: the section is there, its bytes are not. */
static void test_outside(void **state)
{
	static const uint64_t places[][2] = {{FILE_SIZE, 1},
					     {DATA_AT, FILE_SIZE},
					     {UINT64_MAX, 2},
					     {2, UINT64_MAX},
					     {UINT64_MAX - 1, UINT64_MAX - 1}};

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		struct lupe_elf_section section;
		struct lupe_elf elf;
		struct made *made;
		unsigned char *bytes = make_file(&made);

		made->sections[2].sh_offset = places[i][0];
		made->sections[2].sh_size = places[i][1];
		CHECK(lupe_elf_over(bytes, FILE_SIZE, &elf));
		assert_true(lupe_elf_section_named(&elf, "data", &section));
		assert_null(section.bytes);
		lupe_elf_deinit(&elf);
	}
}

static void assert_refused(unsigned char *bytes, size_t size, enum lupe_error_code code)
{
	struct lupe_elf elf;
	struct lupe_error *error = lupe_elf_over(bytes, size, &elf);

	assert_non_null(error);
	assert_int_equal(error->code, code);
	lupe_error_destroy(error);
}

static void test_refused(void **state)
{
	struct made *made;
	unsigned char *bytes;

	(void)state;
	assert_refused(calloc(1, 10), 10, LUPE_ERROR_FORMAT);
	assert_refused(calloc(1, 4096), 4096, LUPE_ERROR_FORMAT);
	bytes = make_file(&made);
	made->header.e_machine = EM_AARCH64;
	assert_refused(bytes, FILE_SIZE, LUPE_ERROR_UNSUPPORTED);
	bytes = make_file(&made);
	made->header.e_ident[EI_CLASS] = ELFCLASS32;
	assert_refused(bytes, FILE_SIZE, LUPE_ERROR_UNSUPPORTED);
}

/* --- broken copies of this program --- */

static uint64_t random_state = 0x9e3779b97f4a7c15u; /* always the same sequence */

static uint64_t random_word(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state * 0x2545f4914f6cdd1du;
}

static void visit_all(const struct lupe_elf *elf)
{
	struct lupe_elf_section section;
	uint64_t value;
	size_t size;

	for (size_t i = 0; i < MIN(elf->n_sections, 100u) && lupe_elf_section(elf, i, &section); i++) {
		unsigned char *owned;

		if (section.bytes && section.size)
			assert_true(section.bytes[section.size - 1] <= 255);
		lupe_elf_section_contents(&section, &size, &owned);
		free(owned);
	}
	lupe_elf_note(elf, "GNU", NT_GNU_BUILD_ID, &size);
	lupe_elf_dynamic(elf, 0x12345, &value);
	if (lupe_elf_at(elf, random_word() % elf->size, &size))
		assert_true(size > 0 && size <= elf->size);
}

/* Headers, program headers and section headers with random bytes in them: nothing is read outside
 * (the address sanitizer watches). */
static void test_random_damage(void **state)
{
	enum { ROUNDS = 300, KEPT = 65536 };
	struct lupe_elf file;

	(void)state;
	open_self(&file);
	for (int round = 0; round < ROUNDS; round++) {
		size_t size = MIN(file.size, (size_t)KEPT);
		unsigned char *bytes = malloc(size);
		struct lupe_elf elf;
		struct lupe_error *error;

		assert_non_null(bytes);
		memcpy(bytes, file.bytes, size);
		/* the section headers, which lie at the end, where they are kept */
		memcpy(bytes + size - 8192, file.bytes + file.header.e_shoff,
		       MIN(8192u, file.size - file.header.e_shoff));
		((Elf64_Ehdr *)bytes)->e_shoff = size - 8192;
		for (uint64_t i = random_word() % 32; i > 0; i--) {
			size_t at = random_word() % 3 ? random_word() % 1024
						      : size - 1 - random_word() % 8192;

			bytes[at] = random_word() >> 56;
		}
		error = lupe_elf_over(bytes, size, &elf);
		if (!error) {
			visit_all(&elf);
			lupe_elf_deinit(&elf);
		}
		lupe_error_destroy(error);
	}
	lupe_elf_deinit(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_own_file),	       cmocka_unit_test(test_from_memory),
	    cmocka_unit_test(test_vdso),	       cmocka_unit_test(test_extended_numbering),
	    cmocka_unit_test(test_compressed),	       cmocka_unit_test(test_outside),
	    cmocka_unit_test(test_refused),	       cmocka_unit_test(test_random_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
