/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Scope-bound clean-up. Never hold one of these across a call that may raise in Lua: a raise skips it.
 */
#ifndef LUPE_BASE_CLEANUP_H
#define LUPE_BASE_CLEANUP_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CLEANUP(function) __attribute__((cleanup(function)))
#define CLEANUP_FREE	  CLEANUP(lupe_cleanup_free)
#define CLEANUP_CLOSE	  CLEANUP(lupe_cleanup_close)
#define CLEANUP_FILE	  CLEANUP(lupe_cleanup_file)

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MIN(a, b)     ((a) < (b) ? (a) : (b))
#define MAX(a, b)     ((a) > (b) ? (a) : (b))

static inline void lupe_cleanup_free(void *pointer)
{
	free(*(void **)pointer);
}

static inline void lupe_cleanup_close(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void lupe_cleanup_file(FILE **file)
{
	if (*file)
		fclose(*file);
}

#endif
