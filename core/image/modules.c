/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Modules: the images of a target at their places; see lupe/image.h.
 *
 * A module is a run of mappings of one file. An image is opened when the first address in it is asked
 * for; a file that is not certainly the mapped one (it was found by its name) must have the build-id,
 * or else the program headers, that the memory shows. Otherwise the memory itself is the image.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/cleanup.h"
#include "base/vector.h"
#include "image/guard.h"
#include "image/image.h"
#include "image/perf_map.h"

struct lupe_modules {
	struct lupe_module_source source;
	struct lupe_maps maps;
	VECTOR(struct lupe_module) list; /* by address */
	struct lupe_perf_map perf_map;
	bool tried_perf_map;
};

enum { MAX_PERF_MAP = 64 << 20 };

static bool is_vdso(const struct lupe_mapping *row)
{
	return strcmp(row->path, "[vdso]") == 0;
}

/* Files, and what else has an ELF header in memory. */
static bool can_be_module(const struct lupe_mapping *row)
{
	return (row->inode && *row->path == '/') || is_vdso(row);
}

/* A file that is mapped again starts with its first page again: whoever looks at a library as data, as
 * debuggers do, has it twice. */
static bool belongs(const struct lupe_module *module, const struct lupe_mapping *row)
{
	const struct lupe_mapping *first = module->first;

	return row->inode && first->inode == row->inode &&
	       first->device_major == row->device_major &&
	       first->device_minor == row->device_minor && row->offset > first->offset;
}

/* The last module, if the row goes on with it; anonymous memory may lie between. */
static struct lupe_module *module_of_row(struct lupe_modules *modules,
					 const struct lupe_mapping *row)
{
	struct lupe_module *last;

	if (!modules->list.count)
		return NULL;
	last = &modules->list.data[modules->list.count - 1];
	return belongs(last, row) ? last : NULL;
}

/* Zeroed data right behind a module's own. */
static bool is_bss(const struct lupe_modules *modules, const struct lupe_mapping *row)
{
	return modules->list.count && !*row->path && row->writable && !row->executable &&
	       modules->list.data[modules->list.count - 1].end == row->start && row[-1].writable &&
	       can_be_module(&row[-1]);
}

static struct lupe_error *collect(struct lupe_modules *modules)
{
	for (size_t i = 0; i < modules->maps.count; i++) {
		const struct lupe_mapping *row = &modules->maps.rows[i];
		struct lupe_module *module = module_of_row(modules, row);
		struct lupe_module new = {.start = row->start,
					  .end = row->end,
					  .path = row->path,
					  .deleted = row->deleted,
					  .first = row};

		if (is_bss(modules, row))
			modules->list.data[modules->list.count - 1].end = row->end;
		if (!can_be_module(row))
			continue;
		if (!module) {
			if (!VECTOR_PUSH(&modules->list, new))
				return lupe_error_no_memory();
			module = &modules->list.data[modules->list.count - 1];
		}
		module->end = row->end;
		module->n_mappings = row + 1 - module->first;
	}
	return NULL;
}

/* Files that are only data (locales, caches) are no modules. */
static void drop_data(struct lupe_modules *modules)
{
	size_t kept = 0;

	for (size_t i = 0; i < modules->list.count; i++) {
		const struct lupe_module *module = &modules->list.data[i];
		bool executable = false;

		for (size_t j = 0; j < module->n_mappings; j++)
			executable |= module->first[j].executable;
		if (executable)
			modules->list.data[kept++] = *module;
	}
	modules->list.count = kept;
}

struct lupe_error *lupe_modules_create(const struct lupe_module_source *source,
				       struct lupe_maps *maps, struct lupe_modules **ret)
{
	struct lupe_modules *modules = calloc(1, sizeof(*modules));
	struct lupe_error *error;

	if (!modules) {
		lupe_maps_deinit(maps);
		return lupe_error_no_memory();
	}
	modules->source = *source;
	modules->maps = *maps;
	*maps = (struct lupe_maps){0};
	error = collect(modules);
	if (error) {
		lupe_modules_destroy(modules);
		return error;
	}
	drop_data(modules);
	for (size_t i = 0; i < modules->list.count; i++) {
		struct lupe_module *module = &modules->list.data[i];

		module->is_main = source->entry ? source->entry - module->start <
						      module->end - module->start
						: i == 0;
	}
	*ret = modules;
	return NULL;
}

void lupe_modules_destroy(struct lupe_modules *modules)
{
	if (!modules)
		return;
	for (size_t i = 0; i < modules->list.count; i++)
		lupe_error_destroy(modules->list.data[i].error);
	VECTOR_DEINIT(&modules->list);
	lupe_perf_map_deinit(&modules->perf_map);
	lupe_maps_deinit(&modules->maps);
	free(modules);
}

const struct lupe_maps *lupe_modules_maps(const struct lupe_modules *modules)
{
	return &modules->maps;
}

size_t lupe_modules_count(const struct lupe_modules *modules)
{
	return modules->list.count;
}

struct lupe_module *lupe_modules_get(struct lupe_modules *modules, size_t index)
{
	return &modules->list.data[index];
}

/* --- opening --- */

/* The segment that a mapping shows: it starts in the mapping's first page. */
static bool is_mapping_of(const struct lupe_mapping *row, const Elf64_Phdr *segment)
{
	uint64_t page = sysconf(_SC_PAGESIZE);

	return segment->p_type == PT_LOAD && segment->p_offset / page * page == row->offset &&
	       row->executable == !!(segment->p_flags & PF_X);
}

static bool set_bias(struct lupe_module *module, const struct lupe_image *image)
{
	Elf64_Phdr segment;

	for (size_t m = 0; m < module->n_mappings; m++) {
		const struct lupe_mapping *row = &module->first[m];

		for (size_t i = 0; lupe_elf_segment(&image->elf, i, &segment); i++) {
			if (!can_be_module(row) || !is_mapping_of(row, &segment))
				continue;
			module->bias =
			    row->start - row->offset + segment.p_offset - segment.p_vaddr;
			return true;
		}
	}
	return false;
}

static bool memory_equals(const struct lupe_memory *memory, lupe_addr addr, const void *bytes,
			  size_t size)
{
	unsigned char buffer[1024];
	size_t count = MIN(size, sizeof(buffer));

	return lupe_memory_read_some(memory, addr, buffer, count) == count &&
	       memcmp(buffer, bytes, count) == 0;
}

/* The address at which the file's bytes at a pointer are mapped. */
static bool file_address(const struct lupe_elf *elf, const unsigned char *bytes, lupe_addr *ret)
{
	uint64_t offset = bytes - elf->bytes;
	Elf64_Phdr segment;

	for (size_t i = 0; lupe_elf_segment(elf, i, &segment); i++)
		if (segment.p_type == PT_LOAD && offset - segment.p_offset < segment.p_filesz) {
			*ret = segment.p_vaddr + (offset - segment.p_offset);
			return true;
		}
	return false;
}

static bool is_mapped_file(struct lupe_modules *modules, const struct lupe_module *module,
			   struct lupe_image *image)
{
	const struct lupe_elf *elf = &image->elf;
	size_t size;
	const unsigned char *id = lupe_image_build_id(image, &size);
	lupe_addr address;

	if (!id) {
		size = elf->n_segments * sizeof(Elf64_Phdr);
		id = lupe_elf_bytes(elf, elf->header.e_phoff, size);
	}
	return !id || !file_address(elf, id, &address) ||
	       memory_equals(modules->source.memory, module->bias + address, id, size);
}

/* Behind the fence: the file may be cut short while it is mapped. */
struct placing {
	struct lupe_modules *modules;
	struct lupe_module *module;
	struct lupe_image *image;
	bool certain; /* that it is the mapped file */
	bool has_bias, is_same;
};

static void place(void *argument)
{
	struct placing *placing = argument;

	placing->has_bias = set_bias(placing->module, placing->image);
	placing->is_same = placing->has_bias &&
			   (placing->certain ||
			    is_mapped_file(placing->modules, placing->module, placing->image));
}

static struct lupe_error *open_file(struct lupe_modules *modules, struct lupe_module *module)
{
	char path[PATH_MAX] = "";
	bool same = false;
	CLEANUP_CLOSE int fd = modules->source.open(modules->source.context, module->first, path,
						    sizeof(path), &same);
	struct placing placing = {.modules = modules, .module = module, .certain = same};
	struct lupe_error *error;

	if (fd < 0)
		return lupe_error_os(-fd, "cannot open %s", module->path);
	error = lupe_images_open(modules->source.images, fd, path, &placing.image);
	if (error)
		return error;
	if (!lupe_guard_run(place, &placing) || !placing.has_bias)
		return lupe_error_create(LUPE_ERROR_FORMAT,
					 "%s is not mapped as its segments say", module->path);
	if (!placing.is_same)
		return lupe_error_create(LUPE_ERROR_NOT_FOUND,
					 "%s was replaced since it was loaded", module->path);
	module->image = placing.image;
	return NULL;
}

static struct lupe_error *open_memory(struct lupe_modules *modules, struct lupe_module *module)
{
	struct lupe_image *image;
	struct lupe_error *error = lupe_images_read(modules->source.images, modules->source.memory,
						    module->start, &image);

	if (error)
		return error;
	/* The vdso's mapping has no offset of a file: its first segment begins it. */
	if (!set_bias(module, image))
		return lupe_error_create(LUPE_ERROR_FORMAT, "%s has no segments", module->path);
	module->image = image;
	return NULL;
}

static void open_module(struct lupe_modules *modules, struct lupe_module *module)
{
	struct lupe_error *error;

	if (module->image || module->error)
		return;
	if (modules->source.open && !is_vdso(module->first)) {
		module->error = open_file(modules, module);
		if (!module->error)
			return;
	}
	error = open_memory(modules, module);
	if (error && module->error) {
		lupe_error_destroy(error); /* rather told is why the file is of no use */
		return;
	}
	if (error)
		module->error = error;
}

static struct lupe_module *find(struct lupe_modules *modules, lupe_addr addr)
{
	size_t low = 0, high = modules->list.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (modules->list.data[middle].end <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == modules->list.count || modules->list.data[low].start > addr)
		return NULL;
	return &modules->list.data[low];
}

struct lupe_module *lupe_modules_at(struct lupe_modules *modules, lupe_addr addr)
{
	struct lupe_module *module = find(modules, addr);

	if (module)
		open_module(modules, module);
	return module;
}

/* --- code made at run time --- */

/* The text with a NUL; NULL when there is none, or too much. */
static char *read_perf_map(int fd)
{
	struct stat status;
	char *text;
	size_t length = 0;
	ssize_t got;

	if (fstat(fd, &status) || !S_ISREG(status.st_mode) || status.st_size > MAX_PERF_MAP)
		return NULL;
	text = malloc(status.st_size + 1);
	while (text && length < (size_t)status.st_size &&
	       (got = read(fd, text + length, status.st_size - length)) > 0)
		length += got;
	if (text)
		text[length] = '\0';
	return text;
}

static bool made_symbol_at(struct lupe_modules *modules, lupe_addr addr, struct lupe_symbol *ret)
{
	const struct lupe_mapping *row = lupe_maps_at(&modules->maps, addr);

	if (!modules->source.open_perf_map || !row || !row->executable || row->inode)
		return false;
	if (!modules->tried_perf_map) {
		CLEANUP_CLOSE int fd = modules->source.open_perf_map(modules->source.context);
		char *text = fd < 0 ? NULL : read_perf_map(fd);

		modules->tried_perf_map = true;
		if (text && !lupe_perf_map_parse(text, &modules->perf_map))
			return false;
	}
	return lupe_perf_map_at(&modules->perf_map, addr, ret);
}

/* --- look-ups --- */

bool lupe_modules_symbol_at(struct lupe_modules *modules, lupe_addr addr, struct lupe_symbol *ret,
			    struct lupe_module **ret_module)
{
	struct lupe_module *module = lupe_modules_at(modules, addr);

	if (ret_module)
		*ret_module = module;
	if (!module || !module->image ||
	    !lupe_image_symbol_at(module->image, addr - module->bias, ret))
		return made_symbol_at(modules, addr, ret);
	ret->address += module->bias;
	return true;
}

static bool named_in(struct lupe_modules *modules, struct lupe_module *module, const char *name,
		     struct lupe_symbol *ret)
{
	open_module(modules, module);
	if (!module->image || !lupe_image_symbol_named(module->image, name, ret))
		return false;
	if (ret->kind != LUPE_SYMBOL_TLS)
		ret->address += module->bias;
	return true;
}

bool lupe_modules_symbol_named(struct lupe_modules *modules, const char *name,
			       struct lupe_symbol *ret, struct lupe_module **ret_module)
{
	for (int main_only = 1; main_only >= 0; main_only--)
		for (size_t i = 0; i < modules->list.count; i++) {
			struct lupe_module *module = &modules->list.data[i];

			if (module->is_main != (bool)main_only ||
			    !named_in(modules, module, name, ret))
				continue;
			if (ret_module)
				*ret_module = module;
			return true;
		}
	return false;
}

bool lupe_modules_cfi(struct lupe_modules *modules, lupe_addr addr, struct lupe_cfi_row *ret)
{
	struct lupe_module *module = lupe_modules_at(modules, addr);

	if (!module || !module->image || !lupe_image_cfi(module->image, addr - module->bias, ret))
		return false;
	ret->function += module->bias;
	ret->function_end += module->bias;
	return true;
}

static int compare_addresses(const void *left, const void *right)
{
	lupe_addr a = *(const lupe_addr *)left, b = *(const lupe_addr *)right;

	return a < b ? -1 : a > b;
}

void lupe_modules_find_symbols(struct lupe_modules *modules, lupe_addr *addrs, size_t count)
{
	size_t first = 0, n;

	if (!count)
		return;
	qsort(addrs, count, sizeof(*addrs), compare_addresses);
	while (first < count) {
		struct lupe_module *module = lupe_modules_at(modules, addrs[first]);
		lupe_addr end = module ? module->end : addrs[first] + 1;
		lupe_addr bias = module && module->image ? module->bias : 0;
		size_t unique = first;

		for (n = first; n < count && addrs[n] < end; n++)
			if (n == first || addrs[n] - bias != addrs[unique - 1])
				addrs[unique++] = addrs[n] - bias;
		if (n == first)
			n++; /* the last address of all */
		else if (module && module->image)
			lupe_image_find_symbols(module->image, addrs + first, unique - first);
		first = n;
	}
}
