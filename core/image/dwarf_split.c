/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Debug information that lies in further files: split units (.dwo, DWARF 5 section 7.3.2 and GNU's for
 * DWARF 4), and the file that dwz has moved common entries to (.gnu_debugaltlink). They are looked for
 * where the compiler put them, as the target sees it and as we do, and beside the image.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/cleanup.h"
#include "base/reader.h"
#include "image/dwarf.h"
#include "image/image.h"

/* Takes nothing over; NULL: it cannot be opened, or is no ELF file. */
static struct lupe_elf *open_elf(const char *path)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct lupe_elf *elf = fd < 0 ? NULL : calloc(1, sizeof(*elf));
	struct lupe_error *error;

	if (!elf)
		return NULL;
	error = lupe_elf_open(fd, elf);
	if (!error)
		return elf;
	lupe_error_destroy(error);
	free(elf);
	return NULL;
}

static void close_elf(struct lupe_elf *elf)
{
	lupe_elf_deinit(elf);
	free(elf);
}

/* What leads to the root of the target's files: "/proc/PID/root", or "". */
static int root_length(const char *path)
{
	int length = 0;

	(void)sscanf(path, "/proc/%*d/root%n", &length);
	return length;
}

/* --- candidates --- */

struct search {
	const struct lupe_image *image;
	bool (*accepts)(struct search *search, struct lupe_elf *elf);
	struct lupe_dwarf_unit *skeleton; /* a split unit's */
	struct lupe_dwarf *main;	  /* whose alternate file it is, with the build-id: */
	const unsigned char *build_id;
	size_t build_id_size;
};

static bool try_path(struct search *search, const char *path)
{
	struct lupe_elf *elf = open_elf(path);

	if (!elf)
		return false;
	if (search->accepts(search, elf))
		return true;
	close_elf(elf);
	return false;
}

/* FOLDER/NAME in the target's root, in ours, and NAME in the folder of the image. */
static bool try_places(struct search *search, const char *folder, const char *name)
{
	const char *image = search->image->path ? search->image->path : "";
	const char *slash = strrchr(image, '/'), *base = strrchr(name, '/');
	int root = root_length(image);
	char path[PATH_MAX];

	if (*name == '/')
		folder = "";
	if (root && snprintf(path, sizeof(path), "%.*s%s/%s", root, image, folder, name) < PATH_MAX &&
	    try_path(search, path))
		return true;
	if (snprintf(path, sizeof(path), "%s%s%s", folder, *folder ? "/" : "", name) < PATH_MAX &&
	    try_path(search, path))
		return true;
	return slash &&
	       snprintf(path, sizeof(path), "%.*s/%s", (int)(slash - image), image,
			base ? base + 1 : name) < PATH_MAX &&
	       try_path(search, path);
}

/* --- split units --- */

/* The id that ties a split unit to its skeleton: in the header since DWARF 5. */
static bool unit_id(struct lupe_dwarf_unit *unit, uint64_t *ret)
{
	const struct lupe_dwarf_section *info = lupe_dwarf_info(unit->dwarf);
	Dwarf_Die die;
	bool found;

	if (unit->version >= 5) { /* the eight bytes before the first entry */
		if (unit->die < unit->header + 20 || unit->die > info->size)
			return false;
		*ret = lupe_elf_u64(info->bytes + unit->die - 8);
		return true;
	}
	die = lupe_die_at(unit->dwarf, unit->die);
	found = die && lupe_die_number(unit->dwarf, die, DW_AT_GNU_dwo_id, ret);
	return found;
}

/* Where the table of offsets begins, as no attribute says it in these files: behind the header. */
static uint64_t table_base(const struct lupe_dwarf *dwarf, const char *name)
{
	enum { HEADER = 12 };

	return lupe_dwarf_has_section(dwarf, name) ? HEADER : 0;
}

static bool adopt(struct search *search, struct lupe_dwarf *dwarf, uint64_t id)
{
	for (size_t i = 0; i < dwarf->units.count; i++) {
		struct lupe_dwarf_unit *unit = &dwarf->units.data[i];
		uint64_t own;

		if (!unit_id(unit, &own) || own != id)
			continue;
		unit->skeleton = search->skeleton;
		lupe_dwarf_unit_load(unit);
		unit->range_base = table_base(dwarf, ".debug_rnglists.dwo");
		unit->location_base = table_base(dwarf, ".debug_loclists.dwo");
		search->skeleton->split = unit;
		return true;
	}
	return false;
}

static bool is_split_of(struct search *search, struct lupe_elf *elf)
{
	struct lupe_dwarf *main = search->skeleton->dwarf, *dwarf;
	Dwarf_Error error = NULL;
	uint64_t id;

	if (!unit_id(search->skeleton, &id))
		return false;
	dwarf = lupe_dwarf_open(elf, main->shift);
	if (!dwarf)
		return false;
	if (dwarf_set_tied_dbg(dwarf->debug, main->debug, &error) != DW_DLV_OK ||
	    !adopt(search, dwarf, id)) {
		lupe_dwarf_close(dwarf);
		return false;
	}
	dwarf->owned_elf = elf;
	dwarf->image = main->image;
	dwarf->next = main->others;
	main->others = dwarf;
	return true;
}

void lupe_dwarf_find_split(struct lupe_dwarf_unit *unit, const char *name)
{
	struct search search = {
	    .image = unit->dwarf->image, .accepts = is_split_of, .skeleton = unit};

	if (search.image)
		(void)try_places(&search, unit->folder, name);
}

/* --- the alternate file --- */

static bool is_alternate(struct search *search, struct lupe_elf *elf)
{
	struct lupe_dwarf *main = search->main, *dwarf;
	Dwarf_Error error = NULL;
	size_t size;
	const unsigned char *id = lupe_elf_note(elf, "GNU", NT_GNU_BUILD_ID, &size);

	if (!id || size != search->build_id_size || memcmp(id, search->build_id, size) != 0)
		return false;
	dwarf = lupe_dwarf_open(elf, 0);
	if (!dwarf)
		return false;
	if (dwarf_set_tied_dbg(main->debug, dwarf->debug, &error) != DW_DLV_OK) {
		lupe_dwarf_close(dwarf);
		return false;
	}
	dwarf->owned_elf = elf;
	dwarf->next = main->others;
	main->others = dwarf;
	main->alternate = dwarf;
	return true;
}

/* The section has a path, a zero byte and the build-id; the path may be relative to the file's own. */
void lupe_dwarf_find_alternate(struct lupe_dwarf *dwarf, const struct lupe_elf *elf)
{
	struct search search = {.image = dwarf->image, .accepts = is_alternate, .main = dwarf};
	struct lupe_elf_section section;
	char folder[PATH_MAX];
	const char *path, *slash;
	size_t length;

	if (!lupe_elf_section_named(elf, ".gnu_debugaltlink", &section) || !section.bytes)
		return;
	length = strnlen((const char *)section.bytes, section.size);
	if (length == section.size || !length)
		return;
	search.build_id = section.bytes + length + 1;
	search.build_id_size = section.size - length - 1;
	path = lupe_image_debug_path(dwarf->image);
	if (!path)
		path = dwarf->image->path ? dwarf->image->path : "";
	slash = strrchr(path, '/');
	snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path) : 0, path);
	(void)try_places(&search, folder, (const char *)section.bytes);
}

void lupe_dwarf_close_others(struct lupe_dwarf *dwarf)
{
	while (dwarf->others) {
		struct lupe_dwarf *next = dwarf->others->next;

		lupe_dwarf_close(dwarf->others);
		dwarf->others = next;
	}
	if (dwarf->owned_elf)
		close_elf(dwarf->owned_elf);
}
