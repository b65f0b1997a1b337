/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The text of /proc/PID/maps: proc(5).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/vector.h"
#include "lupe/image.h"

static const char deleted_suffix[] = " (deleted)";

/* In place: the kernel writes a newline in a name as \012, and nothing else so. */
static void unescape(char *path)
{
	char *to = path;

	while (*path) {
		if (strncmp(path, "\\012", 4) == 0) {
			*to++ = '\n';
			path += 4;
		} else {
			*to++ = *path++;
		}
	}
	*to = '\0';
}

static void set_path(struct lupe_mapping *row, char *path)
{
	size_t length = strlen(path), suffix = sizeof(deleted_suffix) - 1;

	if (*path == '/' && length > suffix && strcmp(path + length - suffix, deleted_suffix) == 0) {
		row->deleted = true;
		path[length - suffix] = '\0';
	}
	unescape(path);
	row->path = path;
}

static bool parse_line(char *line, struct lupe_mapping *ret)
{
	unsigned long long start, end, offset, inode;
	char rights[5];
	int path = 0;

	*ret = (struct lupe_mapping){0};
	if (sscanf(line, "%llx-%llx %4s %llx %x:%x %llu %n", &start, &end, rights, &offset,
		   &ret->device_major, &ret->device_minor, &inode, &path) < 7 ||
	    start >= end || strlen(rights) != 4)
		return false;
	ret->start = start;
	ret->end = end;
	ret->offset = offset;
	ret->inode = inode;
	ret->readable = rights[0] == 'r';
	ret->writable = rights[1] == 'w';
	ret->executable = rights[2] == 'x';
	ret->shared = rights[3] == 's';
	set_path(ret, line + path);
	return true;
}

struct lupe_error *lupe_maps_parse(const char *text, size_t size, struct lupe_maps *ret)
{
	VECTOR(struct lupe_mapping) rows = {0};
	char *copy = malloc(size + 1), *line, *rest;

	*ret = (struct lupe_maps){0};
	if (!copy)
		return lupe_error_no_memory();
	memcpy(copy, text, size);
	copy[size] = '\0';
	rest = copy;
	while ((line = strsep(&rest, "\n"))) {
		struct lupe_mapping row;

		/* They come by address; what does not would break the searches. */
		if (!parse_line(line, &row) ||
		    (rows.count && row.start < rows.data[rows.count - 1].end))
			continue;
		if (!VECTOR_PUSH(&rows, row)) {
			VECTOR_DEINIT(&rows);
			free(copy);
			return lupe_error_no_memory();
		}
	}
	*ret = (struct lupe_maps){rows.data, rows.count, copy};
	return NULL;
}

void lupe_maps_deinit(struct lupe_maps *maps)
{
	free(maps->rows);
	free(maps->text);
	*maps = (struct lupe_maps){0};
}

const struct lupe_mapping *lupe_maps_at(const struct lupe_maps *maps, lupe_addr addr)
{
	size_t low = 0, high = maps->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (maps->rows[middle].end <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low < maps->count && maps->rows[low].start <= addr ? &maps->rows[low] : NULL;
}
