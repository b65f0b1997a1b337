/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Process ids across pid namespaces: what a target calls 2 may be 31757 for us. Looked for in /proc, where
 * NSpid tells the id in each namespace from ours down to the process's own (Linux 4.1).
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/cleanup.h"
#include "session/log_parts.h"

enum { LINK_SIZE = 64 };

/* "pid:[4026531836]"; "" when it cannot be told. */
static void read_namespace(const char *process, char ret[LINK_SIZE])
{
	char path[LINK_SIZE + 32];
	ssize_t size;

	snprintf(path, sizeof(path), "/proc/%.20s/ns/pid", process);
	size = readlink(path, ret, LINK_SIZE - 1);
	ret[size > 0 ? size : 0] = '\0';
}

/* The innermost id of a process or thread; 0: it cannot be told. */
static int innermost_id(const char *status_path)
{
	CLEANUP_FILE FILE *file = fopen(status_path, "re");
	char line[256];

	while (file && fgets(line, sizeof(line), file)) {
		const char *last = strrchr(line, '\t');

		if (strncmp(line, "NSpid:", 6) == 0)
			return last ? atoi(last + 1) : 0;
	}
	return 0;
}

/* One of the threads of a process with this innermost id; 0: none. */
static int find_thread(const char *process, int pid)
{
	char path[64], status[LINK_SIZE + 256];
	struct dirent *entry;
	int found = 0;
	DIR *folder;

	snprintf(path, sizeof(path), "/proc/%.20s/task", process);
	folder = opendir(path);
	while (folder && !found && (entry = readdir(folder))) {
		if (*entry->d_name == '.')
			continue;
		snprintf(status, sizeof(status), "%s/%.20s/status", path, entry->d_name);
		if (innermost_id(status) == pid)
			found = atoi(entry->d_name);
	}
	if (folder)
		closedir(folder);
	return found;
}

int lupe_log_own_pid(int caller, int pid)
{
	char number[16], theirs[LINK_SIZE], own[LINK_SIZE], other[LINK_SIZE];
	struct dirent *entry;
	int found = 0;
	DIR *folder;

	snprintf(number, sizeof(number), "%d", caller);
	read_namespace(number, theirs);
	read_namespace("self", own);
	if (!*theirs || strcmp(theirs, own) == 0)
		return pid;
	folder = opendir("/proc");
	while (folder && !found && (entry = readdir(folder))) {
		if (*entry->d_name < '1' || *entry->d_name > '9')
			continue;
		read_namespace(entry->d_name, other);
		if (strcmp(other, theirs) == 0)
			found = find_thread(entry->d_name, pid);
	}
	if (folder)
		closedir(folder);
	return found;
}
