/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Images and modules. An image is one ELF file (or what of it is mapped in a target): its symbols and
 * its call frame information, by the addresses of the file. A module is an image at its place in a
 * target. Nothing is read before it is needed, and a file that is corrupt costs what it would have told,
 * never more.
 */
#ifndef LUPE_IMAGE_H
#define LUPE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lupe/cfi.h"
#include "lupe/error.h"
#include "lupe/memory.h"
#include "lupe/symbol.h"

/* --- images --- */

struct lupe_buffer;
struct lupe_image;

/* A collection of images that several targets share; a file is opened once. */
struct lupe_images;

/* `debug_root` NULL: /usr/lib/debug. */
LUPE_MUST_CHECK struct lupe_error *lupe_images_create(const char *debug_root,
						      struct lupe_images **ret);
/* All images die with it. */
void lupe_images_destroy(struct lupe_images *images);

/* The image of the file behind `fd`, which the caller may close. `path` is where it lies for us: its
 * debug file is looked for beside it, too. LUPE_ERROR_FORMAT: no ELF file; LUPE_ERROR_UNSUPPORTED: of
 * another machine. */
LUPE_MUST_CHECK struct lupe_error *lupe_images_open(struct lupe_images *images, int fd,
						    const char *path, struct lupe_image **ret);

/* The image whose ELF header lies at `start` of the memory: the vdso, or a file that is gone. */
LUPE_MUST_CHECK struct lupe_error *lupe_images_read(struct lupe_images *images,
						    const struct lupe_memory *memory, lupe_addr start,
						    struct lupe_image **ret);

/* The bytes of the build-id; NULL when it has none. */
const unsigned char *lupe_image_build_id(struct lupe_image *image, size_t *ret_size);
/* The path of the separate debug file in use; NULL when there is none. */
const char *lupe_image_debug_path(struct lupe_image *image);

/* The symbol that covers `address`. Of aliases the public name with the fewest leading underscores. */
bool lupe_image_symbol_at(struct lupe_image *image, lupe_addr address, struct lupe_symbol *ret);
/* The symbol called so (mangled or demangled without parameters); a global one before a local one. */
bool lupe_image_symbol_named(struct lupe_image *image, const char *name, struct lupe_symbol *ret);

/* Appends the names of its functions as the file has them (mangled, without versions), a NUL after each;
 * false: out of memory, or the file was cut short. */
bool lupe_image_function_names(struct lupe_image *image, struct lupe_buffer *out);

/* The name of the function or variable that a slot of the global offset table is bound to by the loader; NULL: it is no
 * such slot. Lives as long as the image. */
const char *lupe_image_import_at(struct lupe_image *image, lupe_addr slot);

/* How to unwind from `address`. False: the file does not tell. */
bool lupe_image_cfi(struct lupe_image *image, lupe_addr address, struct lupe_cfi_row *ret);

/* --- what is mapped where --- */

struct lupe_mapping {
	lupe_addr start, end;
	uint64_t offset, inode;
	uint32_t device_major, device_minor;
	bool readable, writable, executable, shared;
	bool deleted;	  /* the file has no name any more; `path` is what it was */
	const char *path; /* "": anonymous; "[stack]", "[vdso]" */
};

struct lupe_maps {
	struct lupe_mapping *rows; /* by address */
	size_t count;
	char *text; /* where the paths lie */
};

/* Parses the text of /proc/PID/maps. A line that is not understood is skipped. */
LUPE_MUST_CHECK struct lupe_error *lupe_maps_parse(const char *text, size_t size,
						   struct lupe_maps *ret);
void lupe_maps_deinit(struct lupe_maps *maps);
const struct lupe_mapping *lupe_maps_at(const struct lupe_maps *maps, lupe_addr addr); /* NULL */

/* --- modules --- */

struct lupe_module {
	lupe_addr start, end; /* of all its mappings */
	lupe_addr bias;	      /* address in the target - address in the file; valid with `image` */
	const char *path;     /* as the target sees it */
	bool is_main;	      /* the program itself */
	bool deleted;
	struct lupe_image *image; /* NULL: not opened yet, or it cannot be */
	struct lupe_error *error; /* why its file is of no use, also if the memory gave an image */
	const struct lupe_mapping *first;
	size_t n_mappings;
};

/* What modules need to know of a target. */
struct lupe_module_source {
	struct lupe_images *images;
	const struct lupe_memory *memory;
	/* Opens the file behind a mapping: a descriptor or -errno. `*ret_same` tells whether it is
	 * certainly the one that is mapped; otherwise it is compared with the memory. Writes the path
	 * under which it was found to `path`. NULL: only the memory is used. */
	int (*open)(void *context, const struct lupe_mapping *mapping, char *path, size_t size,
		    bool *ret_same);
	/* Opens the text in which the program names the code that it made at run time (/tmp/perf-PID.map): a
	 * descriptor or -errno. NULL: such code has no names. */
	int (*open_perf_map)(void *context);
	void *context; /* of both */
	lupe_addr entry; /* an address in the main program (AT_PHDR); 0 when unknown */
};

struct lupe_modules;

/* Takes over `maps` (also on failure). `source` is copied; what it points to must outlive the modules. */
LUPE_MUST_CHECK struct lupe_error *lupe_modules_create(const struct lupe_module_source *source,
						       struct lupe_maps *maps,
						       struct lupe_modules **ret);
void lupe_modules_destroy(struct lupe_modules *modules);

const struct lupe_maps *lupe_modules_maps(const struct lupe_modules *modules);
size_t lupe_modules_count(const struct lupe_modules *modules);
/* By index, not opened. */
struct lupe_module *lupe_modules_get(struct lupe_modules *modules, size_t index);
/* The module that `addr` lies in, opened if it can be (see `image`); NULL: in none. */
struct lupe_module *lupe_modules_at(struct lupe_modules *modules, lupe_addr addr);

/* The symbol at an address of the target; its address is the target's. Its name lives as long as the module's
 * image, or as the modules if it is one of code made at run time. `ret_module` (may be NULL) is
 * set also when there is no symbol; NULL outside of all modules. */
bool lupe_modules_symbol_at(struct lupe_modules *modules, lupe_addr addr, struct lupe_symbol *ret,
			    struct lupe_module **ret_module);
/* The first module's symbol of that name, the main program first. */
bool lupe_modules_symbol_named(struct lupe_modules *modules, const char *name,
			       struct lupe_symbol *ret, struct lupe_module **ret_module);
/* Looks up the symbols of many addresses at once, so that asking for each is quick afterwards. Sorts and
 * overwrites `addrs`. */
void lupe_modules_find_symbols(struct lupe_modules *modules, lupe_addr *addrs, size_t count);
/* Call frame information, with the target's addresses. */
bool lupe_modules_cfi(struct lupe_modules *modules, lupe_addr addr, struct lupe_cfi_row *ret);

/* The version of libdwarf, as it tells it. */
const char *lupe_image_version(void);

#endif
