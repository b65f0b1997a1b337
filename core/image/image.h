/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An image from the inside; see lupe/image.h.
 */
#ifndef LUPE_IMAGE_IMAGE_H
#define LUPE_IMAGE_IMAGE_H

#include <sys/types.h>
#include <time.h>
#include "image/cfi.h"
#include "image/demangle.h"
#include "image/symbols.h"
#include "lupe/image.h"

/* What tells one state of a file from another. */
struct lupe_file_identity {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec modified;
};

struct lupe_dwarf;

struct lupe_image {
	struct lupe_image *next;
	struct lupe_images *images;
	struct lupe_file_identity identity; /* zero: from memory */
	char *path;			    /* NULL: from memory */
	struct lupe_elf elf;
	struct lupe_elf debug;
	char *debug_path;
	struct lupe_elf packed; /* of .gnu_debugdata; zero: none */
	bool tried_debug, has_symbols, tried_dwarf;
	struct lupe_dwarf *dwarf; /* NULL: not asked for yet, or none */
	struct lupe_symbol_table symbols;
	struct lupe_cfi_table cfi;
};

struct lupe_images {
	struct lupe_image *first;
	struct lupe_demangler demangler;
	char *debug_root;
};

/* The separate debug file, looked for once; NULL: there is none. */
const struct lupe_elf *lupe_image_debug(struct lupe_image *image);
/* By how much the file was moved (prelink) after its debug file was split off. */
uint64_t lupe_image_debug_shift(const struct lupe_image *image);
/* Looks up the symbols of addresses (sorted, each once), so that asking for each is quick afterwards. */
void lupe_image_find_symbols(struct lupe_image *image, lupe_addr *addresses, size_t count);

#endif
