/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The memory and the mappings of a core file; see lupe/core.h. The kernel leaves out what a file has (all
 * but its first page, if that is an ELF header: core(5), coredump_filter), so that it is read from the file.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "arch/arch.h"
#include "base/cleanup.h"
#include "trace/core_parts.h"

enum { FIRST_PAGE = 4096 };

/* --- look-ups --- */

/* The first of `count` objects of `size` bytes that ends behind an address. Each begins with where it starts
 * and ends. */
static size_t first_from(const void *data, size_t count, size_t size, lupe_addr addr)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const lupe_addr *range = (const lupe_addr *)((const char *)data + middle * size);

		if (range[1] <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t load_from(const struct lupe_core *core, lupe_addr addr)
{
	return first_from(core->loads.data, core->loads.count, sizeof(*core->loads.data), addr);
}

static size_t row_from(const struct lupe_core *core, lupe_addr addr)
{
	return first_from(core->rows.data, core->rows.count, sizeof(*core->rows.data), addr);
}

/* --- what was dumped --- */

static size_t read_file(int fd, void *buffer, size_t size, uint64_t offset)
{
	size_t done = 0;

	while (done < size && offset + done < INT64_MAX) {
		ssize_t got = pread(fd, (char *)buffer + done, size - done, offset + done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		done += got;
	}
	return done;
}

/* Up to `size` bytes, none beyond one load. */
static size_t read_dumped(const struct lupe_core *core, lupe_addr addr, void *buffer, size_t size)
{
	size_t index = load_from(core, addr);
	const struct lupe_core_load *load;

	if (index == core->loads.count)
		return 0;
	load = &core->loads.data[index];
	if (addr < load->start || addr - load->start >= load->dumped)
		return 0;
	return read_file(core->fd, buffer, MIN(size, load->dumped - (addr - load->start)),
			 load->offset + (addr - load->start));
}

/* --- what files have --- */

static bool is_exe(const struct lupe_core *core, size_t file)
{
	lupe_addr entry = lupe_core_auxv(core, AT_PHDR);
	size_t index = row_from(core, entry);

	return core->exe && index < core->rows.count && core->rows.data[index].start <= entry &&
	       core->rows.data[index].file == file;
}

/* Against a path's new file: the pages at which the file begins in memory. */
static bool is_first_page(const struct lupe_core *core, size_t file, int fd)
{
	unsigned char dumped[FIRST_PAGE], there[FIRST_PAGE];

	for (size_t i = 0; i < core->rows.count; i++) {
		const struct lupe_core_row *row = &core->rows.data[i];
		size_t index = load_from(core, row->start), size;

		if (row->file != file || row->offset || index == core->loads.count ||
		    core->loads.data[index].flags & PF_W)
			continue;
		size = read_dumped(core, row->start, dumped, sizeof(dumped));
		return read_file(fd, there, size, 0) == size && memcmp(dumped, there, size) == 0;
	}
	return true;
}

static int open_regular(const char *path)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return -errno;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
		return fd;
	close(fd);
	return -ENOENT;
}

static struct lupe_core_mapped *open_mapped(struct lupe_core *core, size_t index)
{
	struct lupe_core_mapped *file = &core->files.data[index];

	if (file->is_tried)
		return file;
	file->is_tried = true;
	file->fd = open_regular(is_exe(core, index) ? core->exe : file->path);
	file->is_same = file->fd >= 0 && is_first_page(core, index, file->fd);
	return file;
}

static size_t read_mapped(struct lupe_core *core, lupe_addr addr, void *buffer, size_t size)
{
	size_t index = row_from(core, addr);
	const struct lupe_core_row *row;
	const struct lupe_core_mapped *file;

	if (index == core->rows.count || addr < core->rows.data[index].start)
		return 0;
	row = &core->rows.data[index];
	file = open_mapped(core, row->file);
	if (!file->is_same)
		return 0;
	return read_file(file->fd, buffer, MIN(size, row->end - addr), row->offset + (addr - row->start));
}

/* How far it is to what was dumped: a file has it only until there. */
static size_t until_dumped(const struct lupe_core *core, lupe_addr addr, size_t size)
{
	size_t index = load_from(core, addr);
	lupe_addr next;

	if (index < core->loads.count && addr >= core->loads.data[index].start)
		index++;
	while (index < core->loads.count && !core->loads.data[index].dumped)
		index++;
	if (index == core->loads.count)
		return size;
	next = core->loads.data[index].start;
	return next - addr < size ? next - addr : size;
}

size_t lupe_core_read(void *context, lupe_addr addr, void *buffer, size_t size)
{
	struct lupe_core *core = context;
	size_t done = 0;

	while (done < size) {
		lupe_addr at = addr + done;
		char *to = (char *)buffer + done;
		size_t got = read_dumped(core, at, to, size - done);

		if (!got)
			got = read_mapped(core, at, to, until_dumped(core, at, size - done));
		if (!got)
			break;
		done += got;
	}
	return done;
}

/* --- mappings --- */

struct walk {
	const struct lupe_core *core;
	size_t load, row;
	lupe_addr at;
};

/* A name of memory that no file is behind. */
static const char *anonymous_name(const struct lupe_core *core, lupe_addr start, lupe_addr end)
{
	lupe_addr vdso = lupe_core_auxv(core, AT_SYSINFO_EHDR);
	lupe_addr name = lupe_core_auxv(core, AT_EXECFN); /* it lies at the top of the first stack */

	if (vdso && vdso >= start && vdso < end)
		return "[vdso]";
	return name && name >= start && name < end ? "[stack]" : "";
}

static struct lupe_mapping piece(const struct lupe_core *core, const struct lupe_core_load *load,
				 const struct lupe_core_row *row, lupe_addr start, lupe_addr end)
{
	/* What was not even mentioned among the loads is code as likely as not. */
	uint32_t flags = load ? load->flags : PF_R | PF_X;
	struct lupe_mapping ret = {
	    .start = start,
	    .end = end,
	    .readable = flags & PF_R,
	    .writable = flags & PF_W,
	    .executable = flags & PF_X,
	    .path = row ? core->files.data[row->file].path : anonymous_name(core, start, end),
	};

	if (row) {
		ret.offset = row->offset + (start - row->start);
		ret.deleted = core->files.data[row->file].deleted;
		ret.inode = row->file + 1; /* whatever it was; it tells files apart */
	}
	return ret;
}

/* The next piece that is one load's, one row's or both. */
static bool next_piece(struct walk *walk, struct lupe_mapping *ret)
{
	const struct lupe_core *core = walk->core;
	const struct lupe_core_load *load = NULL;
	const struct lupe_core_row *row = NULL;
	lupe_addr end = UINT64_MAX, start;

	walk->load = load_from(core, walk->at);
	walk->row = row_from(core, walk->at);
	if (walk->load < core->loads.count)
		load = &core->loads.data[walk->load];
	if (walk->row < core->rows.count)
		row = &core->rows.data[walk->row];
	if (!load && !row)
		return false;
	start = MAX(walk->at, MIN(load ? load->start : UINT64_MAX, row ? row->start : UINT64_MAX));
	if (load && load->start > start) {
		end = load->start;
		load = NULL;
	}
	if (row && row->start > start) {
		end = MIN(end, row->start);
		row = NULL;
	}
	end = MIN(end, MIN(load ? load->end : UINT64_MAX, row ? row->end : UINT64_MAX));
	*ret = piece(core, load, row, start, end);
	walk->at = end;
	return true;
}

struct lupe_error *lupe_core_maps(const struct lupe_core *core, struct lupe_maps *ret)
{
	VECTOR(struct lupe_mapping) rows = {0};
	struct walk walk = {.core = core};
	struct lupe_mapping mapping;

	*ret = (struct lupe_maps){0};
	while (next_piece(&walk, &mapping))
		if (!VECTOR_PUSH(&rows, mapping)) {
			VECTOR_DEINIT(&rows);
			return lupe_error_no_memory();
		}
	*ret = (struct lupe_maps){.rows = rows.data, .count = rows.count};
	return NULL;
}

static int open_module(void *context, const struct lupe_mapping *mapping, char *path, size_t size,
		       bool *ret_same)
{
	struct lupe_core *core = context;
	size_t index = mapping->inode - 1;
	const struct lupe_core_mapped *file;
	int fd;

	*ret_same = false;
	if (index >= core->files.count)
		return -ENOENT;
	file = open_mapped(core, index);
	if (file->fd < 0)
		return file->fd;
	snprintf(path, size, "%s", is_exe(core, index) ? core->exe : file->path);
	fd = fcntl(file->fd, F_DUPFD_CLOEXEC, 0);
	return fd < 0 ? -errno : fd;
}

struct lupe_module_source lupe_core_module_source(struct lupe_core *core, struct lupe_images *images)
{
	return (struct lupe_module_source){.images = images,
					   .memory = &core->memory,
					   .open = open_module,
					   .context = core,
					   .entry = lupe_core_auxv(core, AT_PHDR)};
}
