/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The mappings and files of a live process; see trace/target.h.
 */
#include "trace/target.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/buffer.h"
#include "base/cleanup.h"
#include "trace/proc.h"

struct lupe_error *lupe_target_maps(pid_t pid, struct lupe_maps *ret)
{
	char path[32], chunk[16384];
	CLEANUP_CLOSE int fd = -1;
	struct lupe_buffer text;
	struct lupe_error *error;
	ssize_t got;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return lupe_error_os(errno == ENOENT ? ESRCH : errno, "cannot read %s", path);
	lupe_buffer_init(&text);
	while ((got = read(fd, chunk, sizeof(chunk))) > 0)
		lupe_buffer_bytes(&text, chunk, got);
	if (got < 0)
		error = lupe_error_os(errno, "cannot read %s", path);
	else if (text.failed)
		error = lupe_error_no_memory();
	else
		error = lupe_maps_parse(lupe_buffer_text(&text), text.length, ret);
	lupe_buffer_deinit(&text);
	return error;
}

/* A device or a pipe of that name is not waited for. */
static int open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	return fd < 0 ? -errno : fd;
}

/* The inode tells it apart from what has taken its name since; the device number does not always agree
 * with the one in maps (btrfs, overlayfs), so that a match is no proof. */
static int open_named(const char *path, const struct lupe_mapping *mapping)
{
	struct stat status;
	int fd = open_file(path);

	if (fd < 0)
		return fd;
	if (fstat(fd, &status) || !S_ISREG(status.st_mode) || status.st_ino != mapping->inode) {
		close(fd);
		return -ENOENT;
	}
	return fd;
}

int lupe_target_open(void *context, const struct lupe_mapping *mapping, char *path, size_t size,
		     bool *ret_same)
{
	pid_t pid = *(pid_t *)context;
	int fd;

	*ret_same = false;
	snprintf(path, size, "/proc/%d/root%s", pid, mapping->path);
	fd = open_named(path, mapping);
	if (fd < 0) {
		snprintf(path, size, "%s", mapping->path);
		fd = open_named(path, mapping);
	}
	if (fd >= 0)
		return fd;
	snprintf(path, size, "/proc/%d/map_files/%llx-%llx", pid,
		 (unsigned long long)mapping->start, (unsigned long long)mapping->end);
	*ret_same = true;
	return open_file(path);
}

int lupe_target_open_perf_map(void *context)
{
	pid_t pid = *(pid_t *)context;
	struct stat process, file;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d", pid);
	if (stat(path, &process))
		return -errno;
	snprintf(path, sizeof(path), "/proc/%d/root/tmp/perf-%d.map", pid, lupe_proc_inner_pid(pid));
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &file) == 0 && S_ISREG(file.st_mode) && (file.st_uid == process.st_uid || !file.st_uid))
		return fd;
	close(fd);
	return -EPERM;
}

lupe_addr lupe_target_entry(pid_t pid)
{
	return lupe_proc_auxv(pid, AT_PHDR);
}
