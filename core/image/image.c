/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Images: ELF files with what belongs to them; see lupe/image.h.
 */
#include "image/image.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "base/buffer.h"
#include "base/cleanup.h"
#include "image/debug_file.h"
#include "image/dwarf.h"
#include "image/guard.h"
#include "image/unpack.h"

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
	lupe_elf_deinit(&image->packed);
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

struct opening {
	int fd;
	struct lupe_elf *elf;
	struct lupe_error *error;
};

static void open_elf(void *argument)
{
	struct opening *opening = argument;

	opening->error = lupe_elf_open(opening->fd, opening->elf);
}

struct lupe_error *lupe_images_open(struct lupe_images *images, int fd, const char *path,
				    struct lupe_image **ret)
{
	struct lupe_file_identity identity;
	struct lupe_error *error;
	struct stat status;
	struct lupe_elf elf;
	struct opening opening = {.fd = fd, .elf = &elf};

	if (fstat(fd, &status))
		return lupe_error_os(errno, "cannot look at %s", path);
	identity = (struct lupe_file_identity){status.st_dev, status.st_ino, status.st_size,
					       status.st_mtim};
	for (struct lupe_image *image = images->first; image; image = image->next)
		if (image->path && is_same_file(&image->identity, &identity)) {
			*ret = image;
			return NULL;
		}
	if (!lupe_guard_run(open_elf, &opening))
		error = lupe_error_create(LUPE_ERROR_FORMAT, "it was cut short while it was read");
	else
		error = opening.error;
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

/* The symbols of functions that are not in .dynsym, in a file of their own packed with xz. */
static void add_packed_symbols(struct lupe_image *image)
{
	struct lupe_elf_section section;
	struct lupe_error *error;
	unsigned char *bytes;
	size_t size;

	if (!lupe_elf_section_named(&image->elf, ".gnu_debugdata", &section) || !section.bytes)
		return;
	bytes = lupe_unpack_xz(section.bytes, section.size, &size);
	if (!bytes)
		return;
	error = lupe_elf_over(bytes, size, &image->packed);
	if (!error)
		lupe_symbol_table_add(&image->symbols, &image->packed, SHT_SYMTAB, 0);
	lupe_error_destroy(error);
}

static void open_symbols(struct lupe_image *image)
{
	struct lupe_symbol_table *table = &image->symbols;

	if (image->has_symbols)
		return;
	image->has_symbols = true;
	if (lupe_symbol_table_add(table, &image->elf, SHT_SYMTAB, 0))
		return;
	if (lupe_image_debug(image) &&
	    lupe_symbol_table_add(table, &image->debug, SHT_SYMTAB, lupe_image_debug_shift(image)))
		return;
	add_packed_symbols(image);
	lupe_symbol_table_add(table, &image->elf, SHT_DYNSYM, 0);
}

/* --- behind the fence: a file that is cut short while it is mapped costs its answers (SIGBUS) --- */

struct question {
	struct lupe_image *image;
	const char *name;
	lupe_addr address, *addresses;
	size_t count;
	struct lupe_symbol *symbol;
	struct lupe_cfi_row *row;
	struct lupe_buffer *names;
	bool found;
};

static bool ask(void (*function)(void *), struct question *question)
{
	return lupe_guard_run(function, question) && question->found;
}

static void ask_symbol_at(void *argument)
{
	struct question *question = argument;

	open_symbols(question->image);
	question->found =
	    lupe_symbol_table_at(&question->image->symbols, question->address, question->symbol);
}

static void ask_symbol_named(void *argument)
{
	struct question *question = argument;

	open_symbols(question->image);
	question->found =
	    lupe_symbol_table_named(&question->image->symbols, question->name, question->symbol);
}

static void ask_symbols(void *argument)
{
	struct question *question = argument;

	open_symbols(question->image);
	lupe_symbol_table_find(&question->image->symbols, question->addresses, question->count);
}

static void ask_names(void *argument)
{
	struct question *question = argument;

	open_symbols(question->image);
	lupe_symbol_table_names(&question->image->symbols, question->names);
}

static void ask_cfi(void *argument)
{
	struct question *question = argument;

	question->found = lupe_cfi_table_row(&question->image->cfi, question->address, question->row);
}

bool lupe_image_symbol_at(struct lupe_image *image, lupe_addr address, struct lupe_symbol *ret)
{
	return ask(ask_symbol_at,
		   &(struct question){.image = image, .address = address, .symbol = ret});
}

bool lupe_image_symbol_named(struct lupe_image *image, const char *name, struct lupe_symbol *ret)
{
	return ask(ask_symbol_named, &(struct question){.image = image, .name = name, .symbol = ret});
}

bool lupe_image_function_names(struct lupe_image *image, struct lupe_buffer *out)
{
	struct question question = {.image = image, .names = out};

	return lupe_guard_run(ask_names, &question) && !out->failed;
}

void lupe_image_find_symbols(struct lupe_image *image, lupe_addr *addresses, size_t count)
{
	ask(ask_symbols,
	    &(struct question){.image = image, .addresses = addresses, .count = count});
}

bool lupe_image_cfi(struct lupe_image *image, lupe_addr address, struct lupe_cfi_row *ret)
{
	return ask(ask_cfi, &(struct question){.image = image, .address = address, .row = ret});
}
