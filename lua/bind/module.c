/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lupe.core: what the Lua library cannot do itself. Names and numbers, time, descriptors, the terminal,
 * embedded files, and the door to sessions. Other files of this room add to it (LUPE_BIND_MODULE).
 */
#include "module.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#include "base/cleanup.h"
#include "embedded.h"
#include "handles.h"
#include "lupe/disasm.h"
#include "lupe/image.h"

/* --- time --- */

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* core.now() -> seconds of CLOCK_MONOTONIC. */
static int core_now(lua_State *L)
{
	lua_pushnumber(L, seconds_now());
	return 1;
}

/* core.sleep(seconds) -> true; nil, signo: a signal for us came first. */
static int core_sleep(lua_State *L)
{
	uint64_t ns = lupe_bind_check_seconds(L, 1);
	struct timespec time = {ns / 1000000000u, ns % 1000000000u};
	sigset_t all, before;
	int signal;

	/* Signals are held while we look, and let in while we wait: none is missed in between. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	if (!lupe_pending_signal)
		ppoll(NULL, 0, &time, &before);
	signal = lupe_pending_signal;
	lupe_pending_signal = 0;
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (!signal) {
		lua_pushboolean(L, true);
		return 1;
	}
	lua_pushnil(L);
	lua_pushinteger(L, signal);
	return 2;
}

static void do_nothing(int signal)
{
	(void)signal;
}

/* core.stay_running(): Ctrl-Z does not stop us. By a handler, not by ignoring: a program that we start has the
 * default again. */
static int core_stay_running(lua_State *L)
{
	struct sigaction action = {.sa_handler = do_nothing, .sa_flags = SA_RESTART};

	(void)L;
	sigaction(SIGTSTP, &action, NULL);
	return 0;
}

/* --- syscalls --- */

/* core.set_parse(text) -> { nr, ... } | nil, message, code */
static int core_set_parse(lua_State *L)
{
	const char *text = luaL_checkstring(L, 1);
	struct lupe_syscall_set set;
	struct lupe_error *error = lupe_syscall_set_parse(LUPE_ABI_X86_64, text, &set);
	lua_Integer count = 0;

	if (error)
		return lupe_bind_fail(L, error);
	lua_newtable(L);
	for (int nr = 0; nr < LUPE_SYSCALL_LIMIT; nr++)
		if (lupe_syscall_set_has(&set, nr)) {
			lua_pushinteger(L, nr);
			lua_rawseti(L, -2, ++count);
		}
	return 1;
}

static const char *type_name(const struct lupe_type *type)
{
	const struct lupe_type *stripped = lupe_type_strip(type);

	if (type && type->name)
		return type->name;
	if (!stripped)
		return "void";
	if (stripped->name)
		return stripped->name;
	return stripped->kind == LUPE_KIND_POINTER ? "pointer"
	       : stripped->kind == LUPE_KIND_FLAGS ? "flags"
	       : stripped->kind == LUPE_KIND_ENUM  ? "enum"
						   : "value";
}

static void push_parameters(lua_State *L, const struct lupe_syscall *syscall)
{
	lua_newtable(L);
	for (unsigned i = 0; i < syscall->n_args; i++) {
		lua_newtable(L);
		lua_pushstring(L, syscall->args[i].name);
		lua_setfield(L, -2, "name");
		lua_pushstring(L, type_name(syscall->args[i].type));
		lua_setfield(L, -2, "type");
		lua_rawseti(L, -2, i + 1);
	}
}

static void push_groups(lua_State *L, uint32_t groups)
{
	lua_Integer count = 0;

	lua_newtable(L);
	for (unsigned bit = 0; bit < 32; bit++) {
		const char *name = groups >> bit & 1 ? lupe_syscall_group_name(1u << bit) : NULL;

		if (!name)
			continue;
		lua_pushstring(L, name);
		lua_rawseti(L, -2, ++count);
	}
}

/* core.syscall_info(name or number) -> { name, nr, args, groups, never_returns } | nil */
static int core_syscall_info(lua_State *L)
{
	const struct lupe_syscall *syscall =
	    lua_isinteger(L, 1) ? lupe_syscall_by_nr(LUPE_ABI_X86_64, lua_tointeger(L, 1))
				: lupe_syscall_by_name(LUPE_ABI_X86_64, luaL_checkstring(L, 1));

	if (!syscall)
		return 0;
	lua_newtable(L);
	lua_pushstring(L, syscall->name);
	lua_setfield(L, -2, "name");
	lua_pushinteger(L, syscall->nr);
	lua_setfield(L, -2, "nr");
	lua_pushboolean(L, (syscall->flags & LUPE_SYSCALL_NEVER_RETURNS) != 0);
	lua_setfield(L, -2, "never_returns");
	push_parameters(L, syscall);
	lua_setfield(L, -2, "args");
	push_groups(L, syscall->groups);
	lua_setfield(L, -2, "groups");
	return 1;
}

/* core.syscall_names() -> { name, ... } */
static int core_syscall_names(lua_State *L)
{
	lua_Integer count = 0;

	lua_newtable(L);
	for (int nr = 0; nr < LUPE_SYSCALL_LIMIT; nr++) {
		const struct lupe_syscall *syscall = lupe_syscall_by_nr(LUPE_ABI_X86_64, nr);

		if (!syscall)
			continue;
		lua_pushstring(L, syscall->name);
		lua_rawseti(L, -2, ++count);
	}
	return 1;
}

/* --- errors and signals --- */

/* core.errno("ENOENT") -> 2, core.errno(2) -> "ENOENT"; nil for none. */
static int core_errno(lua_State *L)
{
	if (lua_isinteger(L, 1)) {
		lua_Integer number = lua_tointeger(L, 1);

		lua_pushstring(L, number > 0 && number < 4096 ? lupe_errno_name((int)number) : NULL);
	} else {
		int number = lupe_errno_number(luaL_checkstring(L, 1));

		if (!number)
			return 0;
		lua_pushinteger(L, number);
	}
	return 1;
}

static int core_signal_name(lua_State *L)
{
	char buffer[16];

	lua_pushstring(L, lupe_signal_name((int)luaL_checkinteger(L, 1), buffer));
	return 1;
}

/* core.signal_number("USR1") -> 10 | nil */
static int core_signal_number(lua_State *L)
{
	int number = lupe_signal_number(luaL_checkstring(L, 1));

	if (number < 0)
		return 0;
	lua_pushinteger(L, number);
	return 1;
}

/* --- descriptors --- */

static int open_flags(lua_State *L, const char *mode)
{
	switch (*mode) {
	case 'r':
		return O_RDONLY;
	case 'w':
		return O_WRONLY | O_CREAT | O_TRUNC;
	case 'a':
		return O_WRONLY | O_CREAT | O_APPEND;
	default:
		return luaL_error(L, "open: mode r, w or a is expected");
	}
}

/* core.open(path, "r" | "w" | "a") -> fd | nil, message, code */
static int core_open(lua_State *L)
{
	const char *path = luaL_checkstring(L, 1);
	int flags = open_flags(L, luaL_optstring(L, 2, "r"));
	int fd = open(path, flags | O_CLOEXEC | O_NOCTTY, 0666);

	if (fd < 0)
		return lupe_bind_fail(L, lupe_error_os(errno, "cannot open '%s'", path));
	lua_pushinteger(L, fd);
	return 1;
}

static int core_close(lua_State *L)
{
	int fd = (int)luaL_checkinteger(L, 1);

	lua_pushboolean(L, fd > STDERR_FILENO && close(fd) == 0);
	return 1;
}

static int core_isatty(lua_State *L)
{
	lua_pushboolean(L, isatty((int)luaL_checkinteger(L, 1)));
	return 1;
}

/* core.winsize() -> columns, rows of the terminal; nothing where there is none. */
static int core_winsize(lua_State *L)
{
	struct winsize size;

	for (int fd = STDOUT_FILENO; fd >= STDIN_FILENO; fd--)
		if (!ioctl(fd, TIOCGWINSZ, &size) && size.ws_col) {
			lua_pushinteger(L, size.ws_col);
			lua_pushinteger(L, size.ws_row);
			return 2;
		}
	return 0;
}

/* --- embedded files --- */

const struct lupe_embedded *lupe_embedded_find(const char *name)
{
	const struct lupe_embedded *file = lupe_embedded_files;

	while (file->name && strcmp(file->name, name) != 0)
		file++;
	return file->name ? file : NULL;
}

/* core.embedded(path) -> text | nil */
static int core_embedded(lua_State *L)
{
	const struct lupe_embedded *file = lupe_embedded_find(luaL_checkstring(L, 1));

	if (!file)
		return 0;
	lua_pushlstring(L, file->text, file->size);
	return 1;
}

/* core.embedded_list(prefix) -> { path, ... } */
static int core_embedded_list(lua_State *L)
{
	size_t length;
	const char *prefix = luaL_optlstring(L, 1, "", &length);
	lua_Integer count = 0;

	lua_newtable(L);
	for (const struct lupe_embedded *file = lupe_embedded_files; file->name; file++)
		if (!strncmp(file->name, prefix, length)) {
			lua_pushstring(L, file->name);
			lua_rawseti(L, -2, ++count);
		}
	return 1;
}

/* --- the module --- */

static const luaL_Reg functions[] = {
    {"now", core_now},
    {"sleep", core_sleep}, {"stay_running", core_stay_running},
    {"set_parse", core_set_parse},
    {"syscall_info", core_syscall_info},
    {"syscall_names", core_syscall_names},
    {"errno", core_errno},
    {"signal_name", core_signal_name},
    {"signal_number", core_signal_number},
    {"open", core_open},
    {"close", core_close},
    {"isatty", core_isatty},
    {"winsize", core_winsize},
    {"embedded", core_embedded},
    {"embedded_list", core_embedded_list},
    {NULL, NULL},
};

static const struct lupe_bind_type *const types[] = {
    &lupe_bind_session_type, &lupe_bind_process_type, &lupe_bind_thread_type,
    &lupe_bind_event_type,   &lupe_bind_args_type,    &lupe_bind_value_type,
    &lupe_bind_regs_type,
};

static void add_methods_table(lua_State *L)
{
	lua_newtable(L);
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		lupe_bind_register(L, types[i]);
		lupe_bind_push_methods(L, types[i]);
		lua_setfield(L, -2, types[i]->name);
	}
	lua_setfield(L, -2, "methods");
}

static void add_version(lua_State *L, const char *name, const char *text)
{
	lua_pushstring(L, text);
	lua_setfield(L, -2, name);
}

static void add_versions(lua_State *L)
{
	lua_newtable(L);
	add_version(L, "lupe", LUPE_VERSION);
	add_version(L, "lua", LUA_VERSION_MAJOR "." LUA_VERSION_MINOR "." LUA_VERSION_RELEASE);
	add_version(L, "capstone", lupe_disasm_version());
	add_version(L, "libdwarf", lupe_image_version());
	lua_setfield(L, -2, "version");
}

/* The files of this room that add to the module: the linker has collected them. */
extern lupe_bind_open_fn *const __start_lupe_bind_modules[] __attribute__((weak));
extern lupe_bind_open_fn *const __stop_lupe_bind_modules[] __attribute__((weak));

int lupe_bind_open_core(lua_State *L)
{
	lupe_bind_init(L);
	luaL_newlib(L, functions);
	add_methods_table(L);
	add_versions(L);
	for (lupe_bind_open_fn *const *open = __start_lupe_bind_modules;
	     open < __stop_lupe_bind_modules; open++)
		(*open)(L);
	return 1;
}
