/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Separate debug files: found by build-id (DEBUG_ROOT/.build-id/xx/rest.debug), then by the name in
 * .gnu_debuglink beside the file, in its .debug folder and under DEBUG_ROOT. A file is taken only if its
 * build-id is the same, or, where there is none, if the CRC of .gnu_debuglink is right.
 */
#ifndef LUPE_IMAGE_DEBUG_FILE_H
#define LUPE_IMAGE_DEBUG_FILE_H

#include "image/elf.h"

/* True: `*ret` is open and `*ret_path` malloc'ed. */
bool lupe_debug_file_find(const struct lupe_elf *elf, const char *path, const char *debug_root,
			  struct lupe_elf *ret, char **ret_path);

#endif
