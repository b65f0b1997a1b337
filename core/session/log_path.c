/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * -P: only calls that name one of some files, or have it open in a descriptor among their arguments.
 * Names are compared as the program gave them, and as they resolve here.
 */
#include "session/log_parts.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_DEPTH = 16 };

static bool is_named(const struct lupe_log *log, const char *name, size_t size)
{
	size_t i;

	for (i = 0; i < log->n_paths; i++)
		if (strlen(log->paths[i]) == size && !memcmp(log->paths[i], name, size))
			return true;
	return false;
}

static bool is_open(const struct lupe_log *log, pid_t pid, int fd)
{
	char link[64], path[PATH_MAX + 1];
	ssize_t size;

	if (fd < 0)
		return false;
	snprintf(link, sizeof(link), "/proc/%d/fd/%d", (int)pid, fd);
	size = readlink(link, path, sizeof(path));
	return size > 0 && is_named(log, path, (size_t)size);
}

static bool touches(const struct lupe_log *log, pid_t pid, const struct lupe_value *value,
		    unsigned depth)
{
	const struct lupe_type *type = lupe_type_strip(value->type);
	uint32_t i;

	if (!type || depth > MAX_DEPTH || (value->flags & (LUPE_VALUE_UNREADABLE | LUPE_VALUE_ABSENT)))
		return false;
	if (type->kind == LUPE_KIND_STRING && type->role == LUPE_ROLE_PATH)
		return value->bytes && is_named(log, (const char *)value->bytes, value->n_bytes);
	if ((type->role == LUPE_ROLE_FD || type->role == LUPE_ROLE_DIRFD) && !value->n_children)
		return is_open(log, pid, (int)value->i);
	for (i = 0; i < value->n_children; i++)
		if (touches(log, pid, &value->children[i], depth + 1))
			return true;
	return false;
}

bool lupe_log_touches_path(const struct lupe_log *log, const struct log_thread *thread,
			   const struct lupe_value *args)
{
	return touches(log, thread->pid, args, 0);
}

/* --- the list --- */

static bool add(struct lupe_log *log, const char *path)
{
	char *copy = strdup(path);

	if (copy)
		log->paths[log->n_paths++] = copy;
	return copy;
}

/* Says what a path became. */
static bool add_resolved(struct lupe_log *log, const char *path)
{
	char *resolved = realpath(path, NULL);
	bool done = true;

	if (resolved && strcmp(resolved, path) != 0) {
		if (!(log->options.quiet & LUPE_LOG_QUIET_PATH_RESOLUTION))
			lupe_log_say(log, "Requested path \"%s\" resolved into \"%s\"", path,
				     resolved);
		done = add(log, resolved);
	}
	free(resolved);
	return done;
}

bool lupe_log_copy_paths(struct lupe_log *log, const char *const *paths, size_t n_paths)
{
	size_t i;

	if (!n_paths)
		return true;
	log->paths = calloc(2 * n_paths, sizeof(*log->paths));
	if (!log->paths)
		return false;
	for (i = 0; i < n_paths; i++)
		if (!add(log, paths[i]) || !add_resolved(log, paths[i]))
			return false;
	return true;
}

void lupe_log_free_paths(struct lupe_log *log)
{
	size_t i;

	for (i = 0; i < log->n_paths; i++)
		free(log->paths[i]);
	free(log->paths);
}
