/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Separate debug files; see image/debug_file.h.
 */
#include "image/debug_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include "base/cleanup.h"

struct search {
	const unsigned char *build_id; /* NULL: none */
	size_t build_id_size;
	const char *link; /* a file's name; NULL: none */
	uint32_t crc;
	struct lupe_elf *found;
	char **found_path;
};

static bool has_build_id(const struct lupe_elf *elf, const struct search *search)
{
	size_t size;
	const unsigned char *id = lupe_elf_note(elf, "GNU", NT_GNU_BUILD_ID, &size);

	return id && search->build_id && size == search->build_id_size &&
	       memcmp(id, search->build_id, size) == 0;
}

static bool has_crc(const struct lupe_elf *elf, uint32_t wanted)
{
	return crc32_z(0, elf->bytes, elf->size) == wanted;
}

/* Takes over `path`. */
static bool try_file(const struct search *search, char *path, bool by_link)
{
	CLEANUP_CLOSE int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
	struct lupe_error *error = fd < 0 ? lupe_error_not_found() : lupe_elf_open(fd, search->found);

	if (error) {
		lupe_error_destroy(error);
		free(path);
		return false;
	}
	if (has_build_id(search->found, search) ||
	    (by_link && !search->build_id && has_crc(search->found, search->crc))) {
		*search->found_path = path;
		return true;
	}
	lupe_elf_deinit(search->found);
	free(path);
	return false;
}

LUPE_PRINTF(1, 2) static char *path_of(const char *format, ...)
{
	va_list arguments;
	char *path;
	int length;

	va_start(arguments, format);
	length = vasprintf(&path, format, arguments);
	va_end(arguments);
	return length < 0 ? NULL : path;
}

enum { MAX_BUILD_ID = 64 };

static bool build_id_text(const struct search *search, char *ret)
{
	if (search->build_id_size < 2 || search->build_id_size > MAX_BUILD_ID)
		return false;
	for (size_t i = 0; i < search->build_id_size; i++)
		snprintf(ret + 2 * i, 3, "%02x", search->build_id[i]);
	return true;
}

static bool find_by_build_id(const struct search *search, const char *debug_root)
{
	char hex[2 * MAX_BUILD_ID + 1];

	if (!build_id_text(search, hex))
		return false;
	return try_file(search, path_of("%s/.build-id/%.2s/%s.debug", debug_root, hex, hex + 2),
			false);
}

/* Where debuginfod's client keeps what it has fetched: debuginfod_find_debuginfo(3). Nothing is fetched here. */
static bool find_in_cache(const struct search *search)
{
	const char *own = getenv("DEBUGINFOD_CACHE_PATH"), *cache = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");
	char hex[2 * MAX_BUILD_ID + 1];

	if (!build_id_text(search, hex))
		return false;
	if (own && *own)
		return try_file(search, path_of("%s/%s/debuginfo", own, hex), false);
	return (cache && *cache &&
		try_file(search, path_of("%s/debuginfod_client/%s/debuginfo", cache, hex), false)) ||
	       (home && *home &&
		(try_file(search, path_of("%s/.cache/debuginfod_client/%s/debuginfo", home, hex), false) ||
		 try_file(search, path_of("%s/.debuginfod_client_cache/%s/debuginfo", home, hex), false)));
}

/* The path as the target sees it: ours may go through its /proc/PID/root. */
static const char *inner_path(const char *path)
{
	int length = 0;

	(void)sscanf(path, "/proc/%*d/root%n", &length);
	return path + length;
}

static bool find_by_link(const struct search *search, const char *path, const char *debug_root)
{
	const char *slash = strrchr(path, '/');
	int folder = slash ? (int)(slash - path) : 0;
	const char *inner = inner_path(path);

	if (!search->link || !slash)
		return false;
	return try_file(search, path_of("%.*s/%s", folder, path, search->link), true) ||
	       try_file(search, path_of("%.*s/.debug/%s", folder, path, search->link), true) ||
	       try_file(search, path_of("%s%.*s/%s", debug_root, (int)(slash - inner), inner,
					search->link),
			true);
}

/* Name, NUL, to a multiple of four, CRC. */
static void read_link(const struct lupe_elf *elf, struct search *search)
{
	struct lupe_elf_section section;
	size_t length;

	if (!lupe_elf_section_named(elf, ".gnu_debuglink", &section) || !section.bytes)
		return;
	length = strnlen((const char *)section.bytes, section.size);
	if (section.size < 8 || !length || length / 4 * 4 + 8 > section.size ||
	    memchr(section.bytes, '/', length))
		return;
	search->link = (const char *)section.bytes;
	search->crc = lupe_elf_u32(section.bytes + length / 4 * 4 + 4);
}

bool lupe_debug_file_find(const struct lupe_elf *elf, const char *path, const char *debug_root,
			  struct lupe_elf *ret, char **ret_path)
{
	struct search search = {.found = ret, .found_path = ret_path};

	search.build_id = lupe_elf_note(elf, "GNU", NT_GNU_BUILD_ID, &search.build_id_size);
	if (!search.build_id)
		search.build_id_size = 0;
	read_link(elf, &search);
	return find_by_build_id(&search, debug_root) || find_by_link(&search, path, debug_root) ||
	       find_in_cache(&search);
}
