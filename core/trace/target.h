/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The mappings and files of a live process, as what core/image asks of a target.
 */
#ifndef LUPE_TRACE_TARGET_H
#define LUPE_TRACE_TARGET_H

#include <sys/types.h>
#include "lupe/error.h"
#include "lupe/image.h"

/* Parses /proc/PID/maps. */
LUPE_MUST_CHECK struct lupe_error *lupe_target_maps(pid_t pid, struct lupe_maps *ret);

/* For struct lupe_module_source; `context` points to the pid. In turn: /proc/PID/map_files (the very
 * file, also if deleted; needs CAP_CHECKPOINT_RESTORE), the path in the process's root, the path in
 * ours. */
int lupe_target_open(void *context, const struct lupe_mapping *mapping, char *path, size_t size,
		     bool *ret_same);

/* The same of what a program says of the code that it makes at run time: /tmp/perf-PID.map, where /tmp and PID are
 * the process's own. It must be the process's user's, or root's: perf(1) reads no other. */
int lupe_target_open_perf_map(void *context);

/* Where the program headers of the main program lie (AT_PHDR); 0 when unknown. */
lupe_addr lupe_target_entry(pid_t pid);

#endif
