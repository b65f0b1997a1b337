/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a descriptor or a process id stands for, after its number: 3</etc/passwd>, 4<pipe:[123]>, and with everything
 * asked for 5<TCP:[127.0.0.1:80->127.0.0.1:4242]>, 6</dev/null<char 1:3>>, 7<pid:42>. Looked up at each
 * use: descriptors are closed and reused.
 */
#include "session/log_parts.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>
#include "base/cleanup.h"
#include "session/log_socket.h"

/* --- a path as text --- */

static bool is_plain(unsigned char c)
{
	return c >= ' ' && c <= '~' && c != '"' && c != '\\' && c != '<' && c != '>';
}

static bool wants_hex(const char *path, size_t size, unsigned hex_strings)
{
	size_t i;

	for (i = 0; hex_strings == 1 && i < size; i++)
		if (!(path[i] >= ' ' && path[i] <= '~') && !(path[i] >= '\t' && path[i] <= '\r'))
			return true;
	return hex_strings == 2;
}

static void put_escaped(struct lupe_buffer *out, unsigned char c, unsigned char next, bool in_hex)
{
	static const char letters[] = "tnvfr";

	if (c == '"' || c == '\\') {
		lupe_buffer_char(out, '\\');
		lupe_buffer_char(out, (char)c);
	} else if (c >= '\t' && c <= '\r') {
		lupe_buffer_char(out, '\\');
		lupe_buffer_char(out, letters[c - '\t']);
	} else if (in_hex && (c < ' ' || c > '~')) {
		lupe_buffer_printf(out, "\\x%02x", c);
	} else {
		lupe_buffer_printf(out, next >= '0' && next <= '9' ? "\\%03o" : "\\%o", c);
	}
}

/* As in a string, without the quotes; what encloses the path is escaped too. */
static void put_path(struct lupe_buffer *out, const char *path, size_t size, unsigned hex_strings)
{
	const unsigned char *bytes = (const unsigned char *)path;
	bool hex = wants_hex(path, size, hex_strings);
	size_t i;

	for (i = 0; i < size; i++)
		if (hex)
			lupe_buffer_printf(out, "\\x%02x", bytes[i]);
		else if (is_plain(bytes[i]))
			lupe_buffer_char(out, path[i]);
		else
			put_escaped(out, bytes[i], i + 1 < size ? bytes[i + 1] : 0,
				    hex_strings == 3);
}

/* --- kinds of files --- */

/* "pid:42" for a pidfd, from its fdinfo. */
static bool put_pidfd(struct lupe_buffer *out, int pid, int fd, const char *path)
{
	char name[64], line[128];
	int of = 0;

	if (strcmp(path, "anon_inode:[pidfd]") != 0)
		return false;
	snprintf(name, sizeof(name), "/proc/%d/fdinfo/%d", pid, fd);
	CLEANUP_FILE FILE *file = fopen(name, "re");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "Pid: %d", &of) == 1)
			break;
	if (of <= 0)
		return false;
	lupe_buffer_string(out, "pid:");
	lupe_buffer_decimal(out, of);
	return true;
}

/* "<char 1:3>" after the path of a device. */
static void put_device(struct lupe_buffer *out, const char *link)
{
	struct stat status;

	if (stat(link, &status) || !(S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)))
		return;
	lupe_buffer_printf(out, "<%s %u:%u>", S_ISCHR(status.st_mode) ? "char" : "block",
			   major(status.st_rdev), minor(status.st_rdev));
}

static bool put_socket(struct lupe_buffer *out, const char *link, const char *path)
{
	unsigned long inode;
	char end, protocol[32];
	ssize_t size;

	if (sscanf(path, "socket:[%lu%c", &inode, &end) != 2 || end != ']')
		return false;
	size = getxattr(link, "system.sockprotoname", protocol, sizeof(protocol) - 1);
	if (size <= 0)
		return false;
	protocol[size] = '\0';
	lupe_log_put_socket(out, protocol, inode);
	return true;
}

/* --- the whole --- */

static void put_file(struct lupe_buffer *out, const struct lupe_log_options *options,
		     const char *link, const char *path, size_t size)
{
	static const char deleted[] = " (deleted)";
	size_t tail = sizeof(deleted) - 1;
	bool is_deleted = *path == '/' && size > tail && !strcmp(path + size - tail, deleted);

	put_path(out, path, is_deleted ? size - tail : size, options->text.hex_strings);
	if ((options->text.fd_paths & LUPE_LOG_FD_DEV) && *path == '/')
		put_device(out, link);
	lupe_buffer_char(out, '>');
	if (is_deleted)
		lupe_buffer_string(out, "(deleted)");
}

void lupe_log_put_fd(void *context, struct lupe_buffer *out, int pid, int fd)
{
	const struct lupe_log *log = context;
	unsigned wanted = log->options.text.fd_paths;
	char link[64], path[PATH_MAX + 1];
	size_t start = out->length;
	ssize_t size;

	if (fd == AT_FDCWD)
		snprintf(link, sizeof(link), "/proc/%d/cwd", pid);
	else
		snprintf(link, sizeof(link), "/proc/%d/fd/%d", pid, fd);
	size = readlink(link, path, sizeof(path) - 1);
	if (size < 0)
		return;
	path[size] = '\0';
	lupe_buffer_char(out, '<');
	if (((wanted & LUPE_LOG_FD_SOCKET) && put_socket(out, link, path)) ||
	    ((wanted & LUPE_LOG_FD_PIDFD) && put_pidfd(out, pid, fd, path)))
		lupe_buffer_char(out, '>');
	else if (wanted & (LUPE_LOG_FD_PATH | LUPE_LOG_FD_DEV))
		put_file(out, &log->options, link, path, (size_t)size);
	else
		lupe_buffer_truncate(out, start);
}

void lupe_log_put_pid(void *context, struct lupe_buffer *out, int caller, int pid)
{
	const struct lupe_log *log = context;
	int ours = caller > 0 ? lupe_log_own_pid(caller, pid) : pid;

	if (log->options.names)
		lupe_log_put_name(log, out, ours);
	if (log->options.pid_spaces && ours > 0 && ours != pid)
		lupe_buffer_printf(out, " /* %d in strace's PID NS */", ours);
}

void lupe_log_put_name(const struct lupe_log *log, struct lupe_buffer *out, int pid)
{
	char file[64], name[64];
	CLEANUP_CLOSE int fd = -1;
	ssize_t size;

	snprintf(file, sizeof(file), "/proc/%d/comm", pid);
	fd = open(file, O_RDONLY | O_CLOEXEC);
	size = fd < 0 ? -1 : read(fd, name, sizeof(name));
	if (size > 0 && name[size - 1] == '\n')
		size--;
	if (size <= 0)
		return;
	lupe_buffer_char(out, '<');
	put_path(out, name, (size_t)size, log->options.text.hex_strings);
	lupe_buffer_char(out, '>');
}
