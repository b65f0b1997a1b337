/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What /proc tells of a process or thread; see trace/proc.h.
 */
#include "trace/proc.h"

#include <ctype.h>
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include "base/cleanup.h"
#include "base/vector.h"
#include "lupe/value.h"

/* Reads a whole small file of /proc; answers its length, NUL-terminates, or -errno. */
static ssize_t read_file(const char *path, char *buffer, size_t size)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;

	if (fd < 0)
		return -errno;
	while (length < size - 1) {
		ssize_t got = read(fd, buffer + length, size - 1 - length);

		if (got < 0)
			return -errno;
		if (!got)
			break;
		length += got;
	}
	buffer[length] = '\0';
	return length;
}

/* The text after "\nKEY:\t", or NULL. */
static const char *field(const char *text, const char *key)
{
	char label[32];
	const char *at;

	snprintf(label, sizeof(label), "\n%s:\t", key);
	at = strstr(text, label);
	return at ? at + strlen(label) : NULL;
}

static long number_field(const char *text, const char *key)
{
	const char *at = field(text, key);

	return at ? strtol(at, NULL, 10) : 0;
}

bool lupe_proc_status_parse(const char *text, struct lupe_proc_status *ret)
{
	const char *state = field(text, "State");
	size_t i;

	*ret = (struct lupe_proc_status){0};
	if (strncmp(text, "Name:\t", 6) != 0 || !state)
		return false;
	for (i = 0; i < sizeof(ret->name) - 1 && text[6 + i] && text[6 + i] != '\n'; i++)
		ret->name[i] = isprint((unsigned char)text[6 + i]) ? text[6 + i] : '?';
	ret->state = *state;
	ret->tgid = number_field(text, "Tgid");
	ret->ppid = number_field(text, "PPid");
	ret->tracer = number_field(text, "TracerPid");
	if (field(text, "Kthread"))
		ret->kernel_thread = number_field(text, "Kthread") != 0;
	else
		ret->kernel_thread = !field(text, "VmSize") && ret->state != 'Z' &&
				     (ret->tgid == 2 || ret->ppid == 2);
	return true;
}

struct lupe_error *lupe_proc_status_read(pid_t tid, struct lupe_proc_status *ret)
{
	char path[32], text[4096];
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/%d/status", tid);
	length = read_file(path, text, sizeof(text));
	if (length == -ENOENT || length == -ESRCH)
		return lupe_error_os(ESRCH, "%d", tid);
	if (length < 0)
		return lupe_error_os(-length, "cannot read %s", path);
	if (!lupe_proc_status_parse(text, ret))
		return lupe_error_create(LUPE_ERROR_FORMAT, "%s is not understood", path);
	return NULL;
}

pid_t lupe_proc_inner_pid(pid_t pid)
{
	char path[32], text[4096];
	const char *line, *last;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	if (read_file(path, text, sizeof(text)) <= 0 || !(line = strstr(text, "\nNSpid:")))
		return pid;
	line++;
	last = line + strcspn(line, "\n");
	while (last > line && isdigit((unsigned char)last[-1]))
		last--;
	return atoi(last) > 0 ? atoi(last) : pid;
}

struct lupe_error *lupe_proc_threads(pid_t pid, pid_t **ret, size_t *ret_count)
{
	VECTOR(pid_t) tids = {0};
	struct dirent *entry;
	char path[32];
	DIR *folder;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	folder = opendir(path);
	if (!folder)
		return lupe_error_os(errno == ENOENT ? ESRCH : errno, "cannot list %s", path);
	while ((entry = readdir(folder))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		if (!VECTOR_PUSH(&tids, (pid_t)atoi(entry->d_name))) {
			closedir(folder);
			VECTOR_DEINIT(&tids);
			return lupe_error_no_memory();
		}
	}
	closedir(folder);
	*ret = tids.data;
	*ret_count = tids.count;
	return NULL;
}

int lupe_proc_cpu(pid_t pid, pid_t tid)
{
	enum { FIELDS_AFTER_NAME = 37 }; /* field 39, processor; the name's ')' ends field 2 */
	char path[48], text[1024], *at;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, tid);
	if (read_file(path, text, sizeof(text)) <= 0)
		return -1;
	at = strrchr(text, ')');
	for (int i = 0; at && i < FIELDS_AFTER_NAME; i++)
		at = strchr(at + 1, ' ');
	return at ? atoi(at) : -1;
}

uint64_t lupe_proc_auxv(pid_t pid, uint64_t type)
{
	Elf64_auxv_t entries[64];
	char path[32];
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/%d/auxv", pid);
	length = read_file(path, (char *)entries, sizeof(entries));
	for (ssize_t i = 0; i < length / (ssize_t)sizeof(entries[0]); i++)
		if (entries[i].a_type == type)
			return entries[i].a_un.a_val;
	return 0;
}

lupe_addr lupe_proc_vdso(pid_t pid)
{
	return lupe_proc_auxv(pid, AT_SYSINFO_EHDR);
}

/* --- netlink sockets --- */

enum {
	NETLINK_TABLE_MAX = 1 << 20,
	/* sk, protocol, pid, groups, rmem, wmem, dump, locks, drops, inode */
	NETLINK_PROTOCOL = 1,
	NETLINK_INODE = 9,
};

int lupe_proc_netlink_parse(const char *text, unsigned long inode)
{
	const char *line;

	for (line = strchr(text, '\n'); line; line = strchr(line, '\n')) {
		unsigned column = 0;
		long protocol = LUPE_UNKNOWN_NETLINK;

		for (line++; *line && *line != '\n'; column++) {
			line += strspn(line, " ");
			if (column == NETLINK_PROTOCOL)
				protocol = strtol(line, NULL, 10);
			else if (column == NETLINK_INODE && strtoul(line, NULL, 10) == inode)
				return (int)protocol;
			line += strcspn(line, " \n");
		}
	}
	return LUPE_UNKNOWN_NETLINK;
}

int lupe_proc_netlink_protocol(pid_t pid, int fd)
{
	CLEANUP_FREE char *table = NULL;
	char path[64], target[64], protocol[32] = "";
	unsigned long inode;
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)pid, fd);
	length = readlink(path, target, sizeof(target) - 1);
	if (length < 0)
		return LUPE_NOT_NETLINK;
	target[length] = '\0';
	if (sscanf(target, "socket:[%lu]", &inode) != 1 ||
	    getxattr(path, "system.sockprotoname", protocol, sizeof(protocol) - 1) <= 0 ||
	    strcmp(protocol, "NETLINK") != 0)
		return LUPE_NOT_NETLINK;
	table = malloc(NETLINK_TABLE_MAX);
	if (!table || read_file("/proc/net/netlink", table, NETLINK_TABLE_MAX) < 0)
		return LUPE_UNKNOWN_NETLINK;
	return lupe_proc_netlink_parse(table, inode);
}
