/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Core files: opening one and what its notes tell; see lupe/core.h. Sources: the kernel's
 * fs/binfmt_elf.c (fill_note_info), <sys/procfs.h>, core(5).
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/procfs.h>
#include <unistd.h>
#include "base/cleanup.h"
#include "image/elf.h"
#include "image/guard.h"
#include "trace/core_parts.h"

/* Rows of one file are rarely far from each other; a foreign list is not searched without end. */
enum { LOOK_BACK = 1000, AUXV_MAX = 65536 };

/* --- notes --- */

struct note {
	const char *owner; /* of `owner_size` bytes, its NUL is among them */
	size_t owner_size;
	uint32_t type;
	const unsigned char *bytes;
	size_t size;
};

static size_t align(size_t size)
{
	return (size + 3) & ~(size_t)3;
}

/* The note at `*at`, which is moved behind it. */
static bool next_note(const unsigned char **at, size_t *left, struct note *ret)
{
	Elf64_Nhdr header;
	size_t name, whole;

	if (*left < sizeof(header))
		return false;
	memcpy(&header, *at, sizeof(header));
	name = sizeof(header) + align(header.n_namesz);
	whole = name + align(header.n_descsz);
	if (name + header.n_descsz > *left)
		return false;
	*ret = (struct note){.owner = (const char *)*at + sizeof(header),
			     .owner_size = header.n_namesz,
			     .type = header.n_type,
			     .bytes = *at + name,
			     .size = header.n_descsz};
	whole = MIN(whole, *left);
	*at += whole;
	*left -= whole;
	return true;
}

static bool is_of(const struct note *note, const char *owner)
{
	return note->owner_size == strlen(owner) + 1 && memcmp(note->owner, owner, note->owner_size) == 0;
}

/* Each begins what is told of one more thread. */
static bool take_status(struct lupe_core *core, const struct note *note)
{
	struct elf_prstatus status;
	struct lupe_core_thread thread = {0};

	if (note->size < sizeof(status))
		return true;
	memcpy(&status, note->bytes, sizeof(status));
	thread.tid = status.pr_pid;
	thread.signal = status.pr_cursig;
	_Static_assert(sizeof(thread.regs) == sizeof(status.pr_reg), "the same registers");
	memcpy(&thread.regs, &status.pr_reg, sizeof(thread.regs));
	return VECTOR_PUSH(&core->threads, thread);
}

static void take_fp(struct lupe_core *core, const struct note *note)
{
	struct lupe_core_thread *thread;

	if (!core->threads.count)
		return;
	thread = &core->threads.data[core->threads.count - 1];
	if (note->size < sizeof(thread->fp))
		return;
	memcpy(&thread->fp, note->bytes, sizeof(thread->fp));
	thread->has_fp = true;
}

static void take_process(struct lupe_core *core, const struct note *note)
{
	struct elf_prpsinfo process;
	size_t length;

	if (note->size < sizeof(process))
		return;
	memcpy(&process, note->bytes, sizeof(process));
	core->pid = process.pr_pid;
	memcpy(core->name, process.pr_fname, sizeof(process.pr_fname));
	memcpy(core->arguments, process.pr_psargs, sizeof(process.pr_psargs));
	length = strlen(core->arguments);
	while (length && core->arguments[length - 1] == ' ')
		core->arguments[--length] = '\0';
}

static void take_siginfo(struct lupe_core *core, const struct note *note)
{
	/* The others are of other threads, which the process's end only took along. */
	if (core->has_siginfo || note->size < sizeof(core->siginfo))
		return;
	memcpy(&core->siginfo, note->bytes, sizeof(core->siginfo));
	core->has_siginfo = true;
}

static bool take_auxv(struct lupe_core *core, const struct note *note)
{
	if (core->auxv.count)
		return true;
	for (size_t i = 0; i < AUXV_MAX && i + sizeof(uint64_t) <= note->size; i += sizeof(uint64_t))
		if (!VECTOR_PUSH(&core->auxv, lupe_elf_u64(note->bytes + i)))
			return false;
	return true;
}

/* --- mapped files --- */

/* The file of that name, which is put into the list if it is new. Rows of one file follow each other. */
static bool file_index(struct lupe_core *core, char *path, size_t *ret)
{
	static const char suffix[] = " (deleted)";
	struct lupe_core_mapped file = {.path = path, .fd = -1};
	size_t length = strlen(path), cut = sizeof(suffix) - 1;

	if (length > cut && strcmp(path + length - cut, suffix) == 0) {
		path[length - cut] = '\0';
		file.deleted = true;
	}
	for (size_t i = core->files.count; i > 0 && core->files.count - i < LOOK_BACK; i--)
		if (strcmp(core->files.data[i - 1].path, path) == 0) {
			*ret = i - 1;
			return true;
		}
	*ret = core->files.count;
	return VECTOR_PUSH(&core->files, file);
}

/* How many rows there are, and whether names can follow them. */
static size_t count_rows(const struct note *note, uint64_t *ret_page)
{
	enum { HEADER = 16, ROW = 24 };
	uint64_t count;

	if (note->size < HEADER)
		return 0;
	count = lupe_elf_u64(note->bytes);
	*ret_page = lupe_elf_u64(note->bytes + 8);
	return MIN(count, (note->size - HEADER) / ROW);
}

/* NT_FILE: count, page size, {start, end, offset in pages} each, then the names. */
static bool take_files(struct lupe_core *core, const struct note *note)
{
	enum { HEADER = 16, ROW = 24 };
	uint64_t page = 0;
	size_t count = count_rows(note, &page), size = note->size - MIN(note->size, HEADER + count * ROW);
	char *name;

	if (core->names || !count)
		return true;
	core->names = name = malloc(size + 1);
	if (!name)
		return false;
	memcpy(name, note->bytes + HEADER + count * ROW, size);
	name[size] = '\0';
	for (size_t i = 0; i < count && name < core->names + size; i++) {
		const unsigned char *at = note->bytes + HEADER + i * ROW;
		struct lupe_core_row row = {.start = lupe_elf_u64(at),
					    .end = lupe_elf_u64(at + 8),
					    .offset = lupe_elf_u64(at + 16) * page};
		char *next = name + strlen(name) + 1;
		lupe_addr last = core->rows.count ? core->rows.data[core->rows.count - 1].end : 0;

		if (row.start < row.end && row.start >= last &&
		    (!file_index(core, name, &row.file) || !VECTOR_PUSH(&core->rows, row)))
			return false;
		name = next;
	}
	return true;
}

static bool take_note(struct lupe_core *core, const struct note *note)
{
	if (!is_of(note, "CORE"))
		return true;
	switch (note->type) {
	case NT_PRSTATUS:
		return take_status(core, note);
	case NT_PRFPREG:
		take_fp(core, note);
		return true;
	case NT_PRPSINFO:
		take_process(core, note);
		return true;
	case NT_SIGINFO:
		take_siginfo(core, note);
		return true;
	case NT_AUXV:
		return take_auxv(core, note);
	case NT_FILE:
		return take_files(core, note);
	default:
		return true;
	}
}

static bool take_notes(struct lupe_core *core, const struct lupe_elf *elf, const Elf64_Phdr *segment)
{
	uint64_t offset = MIN(segment->p_offset, elf->size);
	size_t left = MIN(segment->p_filesz, elf->size - offset);
	const unsigned char *at = elf->bytes + offset;
	struct note note;

	while (next_note(&at, &left, &note))
		if (!take_note(core, &note))
			return false;
	return true;
}

/* --- segments --- */

static int compare_loads(const void *left, const void *right)
{
	const struct lupe_core_load *a = left, *b = right;

	return a->start < b->start ? -1 : a->start > b->start;
}

static bool take_load(struct lupe_core *core, const Elf64_Phdr *segment, size_t file_size)
{
	struct lupe_core_load load = {
	    .start = segment->p_vaddr,
	    .end = segment->p_vaddr + segment->p_memsz,
	    .offset = segment->p_offset,
	    .dumped = MIN(segment->p_filesz, segment->p_memsz),
	    .flags = segment->p_flags,
	};

	if (load.end <= load.start)
		return true;
	/* A core that is cut short has less than it says. */
	load.dumped = load.offset < file_size ? MIN(load.dumped, file_size - load.offset) : 0;
	return VECTOR_PUSH(&core->loads, load);
}

static void sort_loads(struct lupe_core *core)
{
	size_t kept = 0;

	if (core->loads.count)
		qsort(core->loads.data, core->loads.count, sizeof(*core->loads.data), compare_loads);
	for (size_t i = 0; i < core->loads.count; i++)
		if (!kept || core->loads.data[i].start >= core->loads.data[kept - 1].end)
			core->loads.data[kept++] = core->loads.data[i];
	core->loads.count = kept;
}

static struct lupe_error *take_segments(struct lupe_core *core, const struct lupe_elf *elf)
{
	Elf64_Phdr segment;
	bool done = true;

	for (size_t i = 0; done && lupe_elf_segment(elf, i, &segment); i++)
		if (segment.p_type == PT_LOAD)
			done = take_load(core, &segment, elf->size);
		else if (segment.p_type == PT_NOTE)
			done = take_notes(core, elf, &segment);
	sort_loads(core);
	return done ? NULL : lupe_error_no_memory();
}

/* --- the whole --- */

bool lupe_core_is_one(int fd)
{
	Elf64_Ehdr header; /* e_type lies where it does in 32-bit files, too */

	return pread(fd, &header, sizeof(header), 0) == sizeof(header) &&
	       memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 && header.e_type == ET_CORE;
}

struct taking {
	struct lupe_core *core;
	struct lupe_elf elf;
	struct lupe_error *error;
};

static void take(void *argument)
{
	struct taking *taking = argument;

	taking->error = lupe_elf_open(taking->core->fd, &taking->elf);
	if (taking->error)
		return;
	taking->error = take_segments(taking->core, &taking->elf);
	lupe_elf_deinit(&taking->elf);
}

/* Behind the fence: the file may be cut short while it is mapped. Later it is only read. */
static struct lupe_error *read_core(struct lupe_core *core)
{
	struct taking taking = {.core = core};

	core->fd = open(core->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (core->fd < 0)
		return lupe_error_os(errno, "cannot open %s", core->path);
	if (!lupe_core_is_one(core->fd))
		return lupe_error_create(LUPE_ERROR_FORMAT, "%s is no core file", core->path);
	if (!lupe_guard_run(take, &taking))
		taking.error = lupe_error_create(LUPE_ERROR_FORMAT, "it was cut short while it was read");
	if (taking.error)
		return lupe_error_prefix(taking.error, "cannot read the core file %s", core->path);
	if (!core->threads.count)
		return lupe_error_create(LUPE_ERROR_FORMAT, "the core file %s has no threads", core->path);
	return NULL;
}

struct lupe_error *lupe_core_open(const char *path, const char *exe, struct lupe_core **ret)
{
	struct lupe_core *core = calloc(1, sizeof(*core));
	struct lupe_error *error = NULL;

	if (!core)
		return lupe_error_no_memory();
	core->fd = -1;
	core->memory = (struct lupe_memory){.read = lupe_core_read, .context = core};
	core->path = strdup(path);
	core->exe = exe ? strdup(exe) : NULL;
	if (!core->path || (exe && !core->exe))
		error = lupe_error_no_memory();
	if (!error)
		error = read_core(core);
	if (error) {
		lupe_core_close(core);
		return error;
	}
	if (!core->pid)
		core->pid = core->threads.data[0].tid;
	*ret = core;
	return NULL;
}

void lupe_core_close(struct lupe_core *core)
{
	if (!core)
		return;
	for (size_t i = 0; i < core->files.count; i++)
		if (core->files.data[i].fd >= 0)
			close(core->files.data[i].fd);
	VECTOR_DEINIT(&core->threads);
	VECTOR_DEINIT(&core->auxv);
	VECTOR_DEINIT(&core->loads);
	VECTOR_DEINIT(&core->rows);
	VECTOR_DEINIT(&core->files);
	if (core->fd >= 0)
		close(core->fd);
	free(core->names);
	free(core->path);
	free(core->exe);
	free(core);
}

const char *lupe_core_path(const struct lupe_core *core)
{
	return core->path;
}

pid_t lupe_core_pid(const struct lupe_core *core)
{
	return core->pid;
}

const char *lupe_core_name(const struct lupe_core *core)
{
	return core->name;
}

const char *lupe_core_arguments(const struct lupe_core *core)
{
	return core->arguments;
}

const siginfo_t *lupe_core_siginfo(const struct lupe_core *core)
{
	return core->has_siginfo && core->siginfo.si_signo > 0 ? &core->siginfo : NULL;
}

const struct lupe_core_thread *lupe_core_threads(const struct lupe_core *core, size_t *ret_count)
{
	*ret_count = core->threads.count;
	return core->threads.data;
}

uint64_t lupe_core_auxv(const struct lupe_core *core, uint64_t type)
{
	for (size_t i = 0; i + 1 < core->auxv.count; i += 2)
		if (core->auxv.data[i] == type)
			return core->auxv.data[i + 1];
	return 0;
}

const struct lupe_memory *lupe_core_memory(const struct lupe_core *core)
{
	return &core->memory;
}
