/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What /proc tells of a process or thread, as Lua values.
 */
#ifndef LUPE_BIND_PROC_FILES_H
#define LUPE_BIND_PROC_FILES_H

#include "bind.h"

/* The contents of /proc/PID/NAME in the scratch buffer; NULL and errno when it cannot be read. */
struct lupe_buffer *lupe_bind_read_proc(lua_State *L, pid_t pid, const char *name);

/* Pushes what the link /proc/PID/NAME points to; nil when it cannot be read. */
void lupe_bind_push_link(lua_State *L, pid_t pid, const char *name);
/* Pushes an array of the strings, each with its NUL, in /proc/PID/NAME; nil when it cannot be read. */
void lupe_bind_push_string_list(lua_State *L, pid_t pid, const char *name);
/* Pushes the one line of /proc/PID/NAME without its end; nil when it cannot be read. */
void lupe_bind_push_line(lua_State *L, pid_t pid, const char *name);

/* Push iterators: of the memory mappings (tables start, stop, perms, offset, dev, inode, path), of the
 * open descriptors (descriptor objects, by number). Answer 1, or 3 for nil, message, code. */
int lupe_bind_push_maps(lua_State *L, pid_t pid);
int lupe_bind_push_fds(lua_State *L, int owner, pid_t pid);

/* Pushes descriptor `fd` of a process or thread: an object of num, path and kind, which are looked up when
 * they are asked for. */
void lupe_bind_push_descriptor(lua_State *L, int owner, pid_t pid, int fd);

/* Replaces the array at the top by an iterator over it: `for item in it do`. */
void lupe_bind_make_iterator(lua_State *L);

#endif
