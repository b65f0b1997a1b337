/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Images: ELF files with what belongs to them; see lupe/image.h.
 */
#include "image/image.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "base/cleanup.h"
#include "image/debug_file.h"
#include "image/dwarf.h"

struct lupe_error *lupe_images_create(const char *debug_root, struct lupe_images **ret)
{
	struct lupe_images *images = calloc(1, sizeof(*images));

	if (images)
		images->debug_root = strdup(debug_root ? debug_root : "/usr/lib/debug");
	if (!images || !images->debug_root) {
		free(images);
		return lupe_error_no_memory();
	}
	lupe_demangler_init(&images->demangler);
	*ret = images;
	return NULL;
}

static void destroy_image(struct lupe_image *image)
{
	lupe_dwarf_close(image->dwarf);
	lupe_symbol_table_deinit(&image->symbols);
	lupe_cfi_table_deinit(&image->cfi);
	if (image->debug_path)
		lupe_elf_deinit(&image->debug);
	lupe_elf_deinit(&image->elf);
	free(image->debug_path);
	free(image->path);
	free(image);
}

void lupe_images_destroy(struct lupe_images *images)
{
	if (!images)
		return;
	while (images->first) {
		struct lupe_image *image = images->first;

		images->first = image->next;
		destroy_image(image);
	}
	lupe_demangler_deinit(&images->demangler);
	free(images->debug_root);
	free(images);
}

static const struct lupe_elf *debug_of(void *context)
{
	return lupe_image_debug(context);
}

/* Takes over `elf`, also on failure. */
static struct lupe_error *add(struct lupe_images *images, struct lupe_elf *elf, const char *path,
			      struct lupe_image **ret)
{
	struct lupe_image *image = calloc(1, sizeof(*image));

	if (image && path)
		image->path = strdup(path);
	if (!image || (path && !image->path)) {
		free(image);
		lupe_elf_deinit(elf);
		return lupe_error_no_memory();
	}
	image->images = images;
	image->elf = *elf;
	lupe_symbol_table_init(&image->symbols, &images->demangler);
	lupe_cfi_table_init(&image->cfi, &image->elf, debug_of, image);
	image->next = images->first;
	images->first = image;
	*ret = image;
	return NULL;
}

static bool is_same_file(const struct lupe_file_identity *a, const struct lupe_file_identity *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size &&
	       a->modified.tv_sec == b->modified.tv_sec &&
	       a->modified.tv_nsec == b->modified.tv_nsec;
}

struct lupe_error *lupe_images_open(struct lupe_images *images, int fd, const char *path,
				    struct lupe_image **ret)
{
	struct lupe_file_identity identity;
	struct lupe_error *error;
	struct stat status;
	struct lupe_elf elf;

	if (fstat(fd, &status))
		return lupe_error_os(errno, "cannot look at %s", path);
	identity = (struct lupe_file_identity){status.st_dev, status.st_ino, status.st_size,
					       status.st_mtim};
	for (struct lupe_image *image = images->first; image; image = image->next)
		if (image->path && is_same_file(&image->identity, &identity)) {
			*ret = image;
			return NULL;
		}
	error = lupe_elf_open(fd, &elf);
	if (!error)
		error = add(images, &elf, path, ret);
	if (error)
		return lupe_error_prefix(error, "%s", path);
	(*ret)->identity = identity;
	return NULL;
}

struct lupe_error *lupe_images_read(struct lupe_images *images, const struct lupe_memory *memory,
				    lupe_addr start, struct lupe_image **ret)
{
	struct lupe_elf elf;
	struct lupe_error *error = lupe_elf_read(memory, start, &elf);

	return error ? error : add(images, &elf, NULL, ret);
}

const unsigned char *lupe_image_build_id(struct lupe_image *image, size_t *ret_size)
{
	return lupe_elf_note(&image->elf, "GNU", NT_GNU_BUILD_ID, ret_size);
}

const struct lupe_elf *lupe_image_debug(struct lupe_image *image)
{
	if (!image->tried_debug) {
		image->tried_debug = true;
		if (!lupe_debug_file_find(&image->elf, image->path ? image->path : "",
					  image->images->debug_root, &image->debug,
					  &image->debug_path))
			image->debug_path = NULL;
	}
	return image->debug_path ? &image->debug : NULL;
}

const char *lupe_image_debug_path(struct lupe_image *image)
{
	lupe_image_debug(image);
	return image->debug_path;
}

uint64_t lupe_image_debug_shift(const struct lupe_image *image)
{
	Elf64_Phdr own, other;

	if (!lupe_elf_segment_of_type(&image->elf, PT_LOAD, &own) ||
	    !lupe_elf_segment_of_type(&image->debug, PT_LOAD, &other))
		return 0;
	return own.p_vaddr - other.p_vaddr;
}

struct lupe_symbol_table *lupe_image_symbols(struct lupe_image *image)
{
	struct lupe_symbol_table *table = &image->symbols;

	if (image->has_symbols)
		return table;
	image->has_symbols = true;
	if (lupe_symbol_table_add(table, &image->elf, SHT_SYMTAB, 0))
		return table;
	if (lupe_image_debug(image) &&
	    lupe_symbol_table_add(table, &image->debug, SHT_SYMTAB, lupe_image_debug_shift(image)))
		return table;
	lupe_symbol_table_add(table, &image->elf, SHT_DYNSYM, 0);
	return table;
}

bool lupe_image_symbol_at(struct lupe_image *image, lupe_addr address, struct lupe_symbol *ret)
{
	return lupe_symbol_table_at(lupe_image_symbols(image), address, ret);
}

bool lupe_image_symbol_named(struct lupe_image *image, const char *name, struct lupe_symbol *ret)
{
	return lupe_symbol_table_named(lupe_image_symbols(image), name, ret);
}

bool lupe_image_cfi(struct lupe_image *image, lupe_addr address, struct lupe_cfi_row *ret)
{
	return lupe_cfi_table_row(&image->cfi, address, ret);
}
