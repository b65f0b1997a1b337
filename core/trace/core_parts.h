/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the parts of the core file reader share: core_file.c opens it and takes its notes apart,
 * core_memory.c reads addresses and puts the mappings together.
 */
#ifndef LUPE_TRACE_CORE_PARTS_H
#define LUPE_TRACE_CORE_PARTS_H

#include "base/vector.h"
#include "lupe/core.h"

/* A PT_LOAD: a mapping, of which the first `dumped` bytes are in the core at `offset`. */
struct lupe_core_load {
	lupe_addr start, end; /* first, as in a row */
	uint64_t offset, dumped;
	uint32_t flags; /* PF_* */
};

/* A file that was mapped. It is opened when something of it is asked for. */
struct lupe_core_mapped {
	const char *path; /* as the process saw it */
	bool deleted;
	bool is_tried, is_same; /* its first page is the dumped one, or none was dumped */
	int fd;
};

/* A row of NT_FILE: a part of a file at its place. */
struct lupe_core_row {
	lupe_addr start, end; /* first */
	uint64_t offset;
	size_t file; /* index */
};

struct lupe_core {
	char *path, *exe;
	int fd;
	pid_t pid;
	char name[17], arguments[81]; /* as in elf_prpsinfo, with a NUL */
	bool has_siginfo;
	siginfo_t siginfo;
	VECTOR(struct lupe_core_thread) threads;
	VECTOR(uint64_t) auxv; /* types and values in turn */
	VECTOR(struct lupe_core_load) loads;  /* by address, none over another */
	VECTOR(struct lupe_core_row) rows;    /* by address, none over another */
	VECTOR(struct lupe_core_mapped) files; /* each path once */
	char *names; /* of the files */
	struct lupe_memory memory;
};

/* For struct lupe_memory; `context` is the core. */
size_t lupe_core_read(void *context, lupe_addr addr, void *buffer, size_t size);

#endif
