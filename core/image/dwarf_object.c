/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opening libdwarf over the sections of an ELF view. Its own ELF reading is never used: a native init
 * sets a hook that later breaks objects like ours. Sections are shown under their plain names, inflated.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/cleanup.h"
#include "image/dwarf.h"
#include "image/guard.h"

enum { WORTH_A_THREAD = 1 << 16 }; /* compressed bytes */

/* --- reading sections --- */

static void inflate(void *argument)
{
	struct lupe_dwarf_section *section = argument;

	section->bytes =
	    lupe_elf_section_contents(&section->raw, &section->size, &section->owned);
}

/* Inflated when it is first asked for: many are not. A file that is cut short meanwhile costs the section. */
static void read_section(struct lupe_dwarf *dwarf, struct lupe_dwarf_section *section)
{
	struct lupe_dwarf_reader *reader = &dwarf->reader;
	bool is_mine;

	pthread_mutex_lock(&reader->mutex);
	while (section->state == LUPE_DWARF_READING)
		pthread_cond_wait(&reader->was_read, &reader->mutex);
	is_mine = section->state == LUPE_DWARF_UNREAD;
	if (is_mine)
		section->state = LUPE_DWARF_READING;
	pthread_mutex_unlock(&reader->mutex);
	if (!is_mine)
		return;
	if (!lupe_guard_run(inflate, section))
		section->bytes = NULL;
	pthread_mutex_lock(&reader->mutex);
	section->state = LUPE_DWARF_READ;
	pthread_cond_broadcast(&reader->was_read);
	pthread_mutex_unlock(&reader->mutex);
}

static struct lupe_dwarf_section *find_section(const struct lupe_dwarf *dwarf, const char *name)
{
	for (size_t i = 1; i < dwarf->sections.count; i++)
		if (strcmp(dwarf->sections.data[i].name, name) == 0)
			return &dwarf->sections.data[i];
	return NULL;
}

/* All that is needed beside .debug_info, in about the order of need. */
static const char *const always_needed[] = {
    ".debug_abbrev", ".debug_aranges",  ".debug_line_str", ".debug_line",   ".debug_str",
    ".debug_rnglists", ".debug_loclists", ".debug_ranges",   ".debug_loc",
};

static void *read_ahead(void *argument)
{
	struct lupe_dwarf *dwarf = argument;

	for (size_t i = 0; i < ARRAY_SIZE(always_needed); i++) {
		struct lupe_dwarf_section *section = find_section(dwarf, always_needed[i]);

		if (section)
			read_section(dwarf, section);
	}
	return NULL;
}

static bool is_worth_a_thread(const struct lupe_dwarf *dwarf)
{
	const struct lupe_dwarf_section *info = find_section(dwarf, ".debug_info");

	return info && info->raw.flags & SHF_COMPRESSED && info->raw.size > WORTH_A_THREAD &&
	       sysconf(_SC_NPROCESSORS_ONLN) > 1;
}

/* Signals to this program are its other threads' business. */
static void start_reading(struct lupe_dwarf *dwarf)
{
	sigset_t all, before;

	if (!is_worth_a_thread(dwarf))
		return;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	dwarf->reader.has_thread = !pthread_create(&dwarf->reader.thread, NULL, read_ahead, dwarf);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void stop_reading(struct lupe_dwarf *dwarf)
{
	if (dwarf->reader.has_thread)
		pthread_join(dwarf->reader.thread, NULL);
	pthread_cond_destroy(&dwarf->reader.was_read);
	pthread_mutex_destroy(&dwarf->reader.mutex);
}

/* --- what libdwarf asks --- */

/* Lists are read by us, with bounds; libdwarf takes all of them apart when it meets the first entry, and frees
 * memory twice if they are corrupt (20210528, dwarf_load_rnglists). */
static bool is_ours(const char *name)
{
	static const char *const ours[] = {".debug_rnglists", ".debug_loclists", ".debug_ranges", ".debug_loc"};

	for (size_t i = 0; i < ARRAY_SIZE(ours); i++) {
		size_t length = strlen(ours[i]);

		if (strncmp(name, ours[i], length) == 0 && (!name[length] || name[length] == '.'))
			return true;
	}
	return false;
}

static int get_section(void *object, lupe_dwarf_section_index index, lupe_dwarf_section_info *ret,
		       int *error)
{
	struct lupe_dwarf *dwarf = object;

	(void)error;
	if (index >= dwarf->sections.count)
		return DW_DLV_NO_ENTRY;
	*ret = (lupe_dwarf_section_info){
	    .LUPE_DWARF_FIELD(name) =
		is_ours(dwarf->sections.data[index].name) ? "" : dwarf->sections.data[index].name,
	    .LUPE_DWARF_FIELD(size) = lupe_elf_section_size(&dwarf->sections.data[index].raw),
	    .LUPE_DWARF_FIELD(type) = SHT_PROGBITS,
	};
	return DW_DLV_OK;
}

static int load_section(void *object, lupe_dwarf_section_index index, Dwarf_Small **ret, int *error)
{
	struct lupe_dwarf *dwarf = object;

	(void)error;
	if (index >= dwarf->sections.count)
		return DW_DLV_NO_ENTRY;
	read_section(dwarf, &dwarf->sections.data[index]);
	if (!dwarf->sections.data[index].bytes)
		return DW_DLV_NO_ENTRY;
	*ret = (Dwarf_Small *)dwarf->sections.data[index].bytes;
	return DW_DLV_OK;
}

static lupe_dwarf_endian get_byte_order(void *object)
{
	(void)object;
	return LUPE_DWARF_LITTLE_ENDIAN;
}

static Dwarf_Small get_word_size(void *object)
{
	(void)object;
	return 8;
}

static Dwarf_Unsigned get_section_count(void *object)
{
	return ((struct lupe_dwarf *)object)->sections.count;
}

#ifdef DW_LIBDWARF_VERSION
/* It sizes a table by this, so a small one is told. */
static Dwarf_Unsigned get_file_size(void *object)
{
	(void)object;
	return 1 << 20;
}
#endif

static const lupe_dwarf_methods methods = {
    .LUPE_DWARF_METHOD(get_section_info) = get_section,
    .LUPE_DWARF_METHOD(get_byte_order) = get_byte_order,
    .LUPE_DWARF_METHOD(get_length_size) = get_word_size,
    .LUPE_DWARF_METHOD(get_pointer_size) = get_word_size,
    .LUPE_DWARF_METHOD(get_section_count) = get_section_count,
    .LUPE_DWARF_METHOD(load_section) = load_section,
#ifdef DW_LIBDWARF_VERSION
    .om_get_filesize = get_file_size,
#endif
};

/* The plain name of a section we show, NULL for all others. */
static const char *plain_name(struct lupe_dwarf *dwarf, const char *name)
{
	char *plain;

	if (strncmp(name, ".debug_", 7) == 0)
		return name;
	if (strncmp(name, ".zdebug_", 8) != 0)
		return NULL;
	plain = lupe_arena_alloc(&dwarf->arena, strlen(name));
	if (plain)
		sprintf(plain, ".%s", name + 2);
	return plain;
}

static bool add_section(struct lupe_dwarf *dwarf, const struct lupe_elf_section *section)
{
	struct lupe_dwarf_section new = {.name = plain_name(dwarf, section->name), .raw = *section};

	if (!new.name || section->type == SHT_NOBITS || !section->bytes)
		return true;
	return VECTOR_PUSH(&dwarf->sections, new);
}

static bool add_sections(struct lupe_dwarf *dwarf, const struct lupe_elf *elf)
{
	struct lupe_dwarf_section none = {.name = ""}; /* number 0 means "no section" in ELF */
	struct lupe_elf_section section;

	if (!VECTOR_PUSH(&dwarf->sections, none))
		return false;
	for (size_t i = 1; i < elf->n_sections; i++)
		if (lupe_elf_section(elf, i, &section) && !add_section(dwarf, &section))
			return false;
	return true;
}

bool lupe_dwarf_has_section(const struct lupe_dwarf *dwarf, const char *name)
{
	return find_section(dwarf, name);
}

const struct lupe_dwarf_section *lupe_dwarf_section(struct lupe_dwarf *dwarf, const char *name)
{
	struct lupe_dwarf_section *section = find_section(dwarf, name);

	if (!section)
		return NULL;
	read_section(dwarf, section);
	return section->bytes ? section : NULL;
}

const struct lupe_dwarf_section *lupe_dwarf_info(struct lupe_dwarf *dwarf)
{
	const struct lupe_dwarf_section *info = lupe_dwarf_section(dwarf, ".debug_info");

	return info ? info : lupe_dwarf_section(dwarf, ".debug_info.dwo");
}

static bool init_library(struct lupe_dwarf *dwarf)
{
	Dwarf_Error error = NULL;

	dwarf_set_de_alloc_flag(0); /* what is taken is freed here; its own bookkeeping is slow */
	dwarf->interface.LUPE_DWARF_INTERFACE(object) = dwarf;
	dwarf->interface.LUPE_DWARF_INTERFACE(methods) = &methods;
	return dwarf_object_init_b(&dwarf->interface, NULL, NULL, DW_GROUPNUMBER_ANY, &dwarf->debug,
				   &error) == DW_DLV_OK;
}

struct lupe_dwarf *lupe_dwarf_open(const struct lupe_elf *elf, uint64_t shift)
{
	struct lupe_dwarf *dwarf = calloc(1, sizeof(*dwarf));

	if (!dwarf)
		return NULL;
	dwarf->shift = shift;
	lupe_arena_init(&dwarf->arena);
	lupe_hash_init(&dwarf->names);
	lupe_hash_init(&dwarf->answers);
	lupe_hash_init(&dwarf->types);
	lupe_hash_init(&dwarf->dies);
	pthread_mutex_init(&dwarf->reader.mutex, NULL);
	pthread_cond_init(&dwarf->reader.was_read, NULL);
	if (add_sections(dwarf, elf)) {
		start_reading(dwarf);
		if (lupe_dwarf_info(dwarf) && init_library(dwarf) && lupe_dwarf_read_units(dwarf))
			return dwarf;
	}
	lupe_dwarf_close(dwarf);
	return NULL;
}

/* What is broken keeps what libdwarf holds: it may be inconsistent. */
static void close_library(struct lupe_dwarf *dwarf)
{
	Dwarf_Error error = NULL;
	size_t cursor = 0;
	uint64_t offset;
	void *die;

	(void)error;
	if (!dwarf->debug || dwarf->is_broken)
		return;
	while (lupe_hash_next(&dwarf->dies, &cursor, &offset, &die))
		lupe_die_free(die);
	lupe_dwarf_object_finish(dwarf->debug, &error);
}

void lupe_dwarf_close(struct lupe_dwarf *dwarf)
{
	if (!dwarf)
		return;
	lupe_dwarf_close_others(dwarf);
	stop_reading(dwarf);
	close_library(dwarf);
	for (size_t i = 0; i < dwarf->units.count; i++) {
		VECTOR_DEINIT(&dwarf->units.data[i].rows);
		VECTOR_DEINIT(&dwarf->units.data[i].files);
		VECTOR_DEINIT(&dwarf->units.data[i].functions);
		VECTOR_DEINIT(&dwarf->units.data[i].inlined);
	}
	for (size_t i = 0; i < dwarf->sections.count; i++)
		free(dwarf->sections.data[i].owned);
	VECTOR_DEINIT(&dwarf->sections);
	VECTOR_DEINIT(&dwarf->units);
	VECTOR_DEINIT(&dwarf->unit_ranges);
	VECTOR_DEINIT(&dwarf->index);
	lupe_hash_deinit(&dwarf->names);
	lupe_hash_deinit(&dwarf->answers);
	lupe_hash_deinit(&dwarf->types);
	lupe_hash_deinit(&dwarf->dies);
	lupe_arena_deinit(&dwarf->arena);
	free(dwarf);
}
