/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * This process as a target of its own: a memory reader that no bad address kills, and its modules.
 * Include it in one file of a test.
 */
#ifndef LUPE_TEST_OWN_PROCESS_H
#define LUPE_TEST_OWN_PROCESS_H

#include <fcntl.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <sys/uio.h>
#include <unistd.h>
#include "base/buffer.h"
#include "lupe/image.h"

__attribute__((unused)) static size_t own_read(void *context, lupe_addr addr, void *buffer, size_t size)
{
	struct iovec local = {buffer, size}, remote = {(void *)(uintptr_t)addr, size};
	ssize_t got = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);

	(void)context;
	return got < 0 ? 0 : (size_t)got;
}

__attribute__((unused)) static const struct lupe_memory own_memory = {own_read, NULL, NULL};

static int own_open(void *context, const struct lupe_mapping *mapping, char *path, size_t size,
		    bool *ret_same)
{
	(void)context;
	*ret_same = false;
	snprintf(path, size, "%s", mapping->path);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static struct lupe_maps own_maps(void)
{
	struct lupe_buffer text;
	struct lupe_maps maps;
	FILE *file = fopen("/proc/self/maps", "re");
	char line[1024];

	assert_non_null(file);
	lupe_buffer_init(&text);
	while (fgets(line, sizeof(line), file))
		lupe_buffer_string(&text, line);
	fclose(file);
	assert_null(lupe_maps_parse(text.data, text.length, &maps));
	lupe_buffer_deinit(&text);
	return maps;
}

/* By files, or (`open` NULL) from memory only. */
__attribute__((unused)) static struct lupe_modules *own_modules(struct lupe_images *images, bool by_files)
{
	struct lupe_module_source source = {.images = images,
					    .memory = &own_memory,
					    .open = by_files ? own_open : NULL,
					    .entry = getauxval(AT_PHDR)};
	struct lupe_maps maps = own_maps();
	struct lupe_modules *modules;

	assert_null(lupe_modules_create(&source, &maps, &modules));
	return modules;
}

#endif
