/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What of a file was packed with xz: the small symbol table (.gnu_debugdata, "MiniDebugInfo") that
 * distributions leave in stripped programs.
 */
#ifndef LUPE_IMAGE_UNPACK_H
#define LUPE_IMAGE_UNPACK_H

#include <stddef.h>

/* The unpacked bytes, malloc'ed; NULL: corrupt, larger than is sensible, or built without liblzma. */
unsigned char *lupe_unpack_xz(const unsigned char *bytes, size_t size, size_t *ret_size);

#endif
