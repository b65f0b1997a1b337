/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * /proc files for Lua; see proc_files.h, proc(5). Contents are snapshots of foreign text: sizes are
 * bounded, lines that are not understood are skipped.
 */
#include "proc_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/buffer.h"
#include "handles.h"

enum { NAME_ROOM = 64, FILE_MAX = 1 << 26, MAX_FDS = 1 << 20 };

/* --- files --- */

/* Cannot raise. False: errno says why. */
static bool read_all(pid_t pid, const char *name, struct lupe_buffer *out)
{
	char path[NAME_ROOM], chunk[4096];
	ssize_t got;
	int fd, failed;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	while ((got = read(fd, chunk, sizeof(chunk))) > 0 && out->length < FILE_MAX)
		lupe_buffer_bytes(out, chunk, (size_t)got);
	failed = got < 0 ? errno : 0;
	close(fd);
	errno = failed;
	return !failed;
}

struct lupe_buffer *lupe_bind_read_proc(lua_State *L, pid_t pid, const char *name)
{
	struct lupe_buffer *out = lupe_bind_scratch(L);

	return read_all(pid, name, out) ? out : NULL;
}

void lupe_bind_push_string_list(lua_State *L, pid_t pid, const char *name)
{
	const struct lupe_buffer *out = lupe_bind_read_proc(L, pid, name);
	const char *at, *end;
	lua_Integer n = 0;

	if (!out) {
		lua_pushnil(L);
		return;
	}
	lua_newtable(L);
	at = lupe_buffer_text(out);
	for (end = at + out->length; at < end; at += strnlen(at, (size_t)(end - at)) + 1) {
		lua_pushlstring(L, at, strnlen(at, (size_t)(end - at)));
		lua_rawseti(L, -2, ++n);
	}
}

void lupe_bind_push_line(lua_State *L, pid_t pid, const char *name)
{
	struct lupe_buffer *out = lupe_bind_read_proc(L, pid, name);

	if (!out) {
		lua_pushnil(L);
		return;
	}
	if (out->length && lupe_buffer_text(out)[out->length - 1] == '\n')
		lupe_buffer_truncate(out, out->length - 1);
	lupe_bind_push_buffer(L, out);
}

void lupe_bind_push_link(lua_State *L, pid_t pid, const char *name)
{
	char path[NAME_ROOM], text[PATH_MAX];
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	length = readlink(path, text, sizeof(text));
	if (length < 0)
		lua_pushnil(L);
	else
		lua_pushlstring(L, text, (size_t)length);
}

/* --- iterators --- */

static int step(lua_State *L)
{
	lua_Integer next = lua_tointeger(L, lua_upvalueindex(2)) + 1;

	lua_pushinteger(L, next);
	lua_replace(L, lua_upvalueindex(2));
	lua_rawgeti(L, lua_upvalueindex(1), next);
	return 1;
}

void lupe_bind_make_iterator(lua_State *L)
{
	lua_pushinteger(L, 0);
	lua_pushcclosure(L, step, 2);
}

/* --- maps --- */

static void set_integer(lua_State *L, const char *name, uint64_t number)
{
	lua_pushinteger(L, (lua_Integer)number);
	lua_setfield(L, -2, name);
}

/* Paths have newlines as \012 there, and nothing else escaped. */
static void push_map_path(lua_State *L, const char *text, size_t length)
{
	lua_pushlstring(L, text, length);
	luaL_gsub(L, lua_tostring(L, -1), "\\012", "\n");
	lua_remove(L, -2);
}

/* Pushes a row; false: no row, nothing is pushed. `line` ends with NUL. */
static bool push_map_row(lua_State *L, const char *line)
{
	uint64_t start, stop, offset, inode;
	char perms[8], dev[16];
	int path = 0;

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s %" SCNx64 " %15s %" SCNu64 " %n", &start, &stop,
		   perms, &offset, dev, &inode, &path) < 6)
		return false;
	lua_createtable(L, 0, 7);
	set_integer(L, "start", start);
	set_integer(L, "stop", stop);
	set_integer(L, "offset", offset);
	set_integer(L, "inode", inode);
	lua_pushstring(L, perms);
	lua_setfield(L, -2, "perms");
	lua_pushstring(L, dev);
	lua_setfield(L, -2, "dev");
	push_map_path(L, line + path, strlen(line + path));
	lua_setfield(L, -2, "path");
	return true;
}

static int fail(lua_State *L, pid_t pid, int errnum, const char *what)
{
	if (errnum == ENOENT)
		errnum = ESRCH;
	return lupe_bind_fail(L, lupe_error_os(errnum, "cannot read the %s of process %d", what,
					       (int)pid));
}

int lupe_bind_push_maps(lua_State *L, pid_t pid)
{
	struct lupe_buffer *out = lupe_bind_read_proc(L, pid, "maps");
	lua_Integer n = 0;
	size_t at = 0;

	if (!out)
		return fail(L, pid, errno, "mappings");
	lua_newtable(L);
	while (at < out->length) {
		char *line = out->data + at, *end = strchr(line, '\n');

		at = end ? (size_t)(end - out->data) + 1 : out->length;
		if (end)
			*end = '\0';
		if (push_map_row(L, line))
			lua_rawseti(L, -2, ++n);
	}
	lupe_bind_make_iterator(L);
	return 1;
}

/* --- descriptors --- */

struct descriptor {
	struct lupe_bind_object object;
	pid_t pid;
	int fd;
};

static const struct lupe_bind_type descriptor_type;

void lupe_bind_push_descriptor(lua_State *L, int owner, pid_t pid, int fd)
{
	struct descriptor *self = lupe_bind_new(L, &descriptor_type, owner);

	self->pid = pid;
	self->fd = fd;
}

static int by_number(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

/* The numbers in /proc/PID/fd, sorted, as bytes of `out`; 0 or an errno. Cannot raise. */
static int list_fds(pid_t pid, struct lupe_buffer *out)
{
	char path[NAME_ROOM];
	struct dirent *entry;
	DIR *folder;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	folder = opendir(path);
	if (!folder)
		return errno;
	while ((entry = readdir(folder)) && out->length < MAX_FDS * sizeof(int)) {
		int fd = atoi(entry->d_name);

		if (*entry->d_name != '.')
			lupe_buffer_bytes(out, &fd, sizeof(fd));
	}
	closedir(folder);
	if (out->failed)
		return ENOMEM;
	if (out->length)
		qsort(out->data, out->length / sizeof(int), sizeof(int), by_number);
	return 0;
}

int lupe_bind_push_fds(lua_State *L, int owner, pid_t pid)
{
	struct lupe_buffer *out = lupe_bind_scratch(L);
	int failed = list_fds(pid, out), fd;
	size_t count = out->length / sizeof(int);

	if (failed)
		return fail(L, pid, failed, "descriptors");
	owner = lua_absindex(L, owner);
	lua_createtable(L, (int)count, 0);
	for (size_t i = 0; i < count; i++) {
		memcpy(&fd, out->data + i * sizeof(int), sizeof(int));
		lupe_bind_push_descriptor(L, owner, pid, fd);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	lupe_bind_make_iterator(L);
	return 1;
}

static void get_num(lua_State *L, void *self)
{
	lua_pushinteger(L, ((struct descriptor *)self)->fd);
}

static bool stat_descriptor(const struct descriptor *self, struct stat *ret)
{
	char path[NAME_ROOM];

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)self->pid, self->fd);
	return !stat(path, ret);
}

/* The link's text; its " (deleted)" taken off where the file has no name any more. */
static ssize_t read_target(const struct descriptor *self, char text[static PATH_MAX])
{
	static const char mark[] = " (deleted)";
	const ssize_t size = sizeof(mark) - 1;
	char path[NAME_ROOM];
	struct stat status;
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)self->pid, self->fd);
	length = readlink(path, text, PATH_MAX);
	if (length > size && !memcmp(text + length - size, mark, (size_t)size) &&
	    stat_descriptor(self, &status) && !status.st_nlink)
		length -= size;
	return length;
}

/* Not open, or a target that is no more: then this raises. */
static void check_owner(lua_State *L, const struct descriptor *self)
{
	struct lupe_session *session = self->object.session->session;
	struct lupe_thread *thread = session ? lupe_session_thread(session, self->pid) : NULL;

	if (thread && lupe_thread_stopped(thread))
		lupe_bind_check_alive(L, thread);
}

/* nil: not open. */
static void get_path(lua_State *L, void *self)
{
	char text[PATH_MAX];
	ssize_t length = read_target(self, text);

	if (length >= 0) {
		lua_pushlstring(L, text, (size_t)length);
		return;
	}
	check_owner(L, self);
	lua_pushnil(L);
}

static const char *kind_of_mode(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "file";
	case S_IFDIR:
		return "directory";
	case S_IFIFO:
		return "pipe";
	case S_IFSOCK:
		return "socket";
	case S_IFCHR:
	case S_IFBLK:
		return "device";
	default:
		return "anon";
	}
}

/* "file", "directory", "pipe", "socket", "device", "anon" (eventfd, epoll, ...); nil: not open. */
static void get_kind(lua_State *L, void *self)
{
	struct stat status;

	if (stat_descriptor(self, &status)) {
		lua_pushstring(L, kind_of_mode(status.st_mode));
		return;
	}
	check_owner(L, self);
	lua_pushnil(L);
}

static int descriptor_tostring(lua_State *L)
{
	struct descriptor *self = lupe_bind_check(L, 1, &descriptor_type);
	char text[PATH_MAX];
	ssize_t length = read_target(self, text);

	if (length < 0) {
		lua_pushinteger(L, self->fd);
		lua_tostring(L, -1);
	} else {
		lua_pushlstring(L, text, (size_t)length);
		lua_pushfstring(L, "%d<%s>", self->fd, lua_tostring(L, -1));
	}
	return 1;
}

static const struct lupe_bind_field fields[] = {
    {"num", get_num, NULL},
    {"path", get_path, NULL},
    {"kind", get_kind, NULL},
    {NULL, NULL, NULL},
};

static const luaL_Reg meta[] = {{"__tostring", descriptor_tostring}, {NULL, NULL}};

static const struct lupe_bind_type descriptor_type = {
    .name = "descriptor",
    .size = sizeof(struct descriptor),
    .fields = fields,
    .meta = meta,
};

static void open_descriptor(lua_State *L)
{
	lupe_bind_register(L, &descriptor_type);
}
LUPE_BIND_MODULE(open_descriptor);
