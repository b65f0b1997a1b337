/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The program: a Lua state with the embedded library, the words of the command line for
 * lua/lupe/main.lua, and its answer as the exit status, or as the signal to die by.
 */
#include <errno.h>
#include <locale.h>
#include <lualib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include "embedded.h"
#include "handles.h"
#include "module.h"

enum { INTERNAL_ERROR = 125 };

/* --- signals to us --- */

static void on_signal(int signal)
{
	int saved = errno;

	lupe_session_notify(signal);
	errno = saved;
}

static void ignore_nothing(int signal)
{
	(void)signal;
}

/* The loop hears of the signals that end us, also where the shell that started us in the background has
 * them ignored (as with strace); not of a SIGHUP that nohup ignores. Writing to a closed pipe is an error,
 * not a death. Answers what was ignored before: a launched program is to have it so. */
static uint64_t take_signals(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
	uint64_t ignored = 0;

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		struct sigaction action = {.sa_handler = on_signal}, old;

		if (sigaction(signals[i], NULL, &old) < 0)
			continue;
		if (signals[i] == SIGPIPE)
			action = (struct sigaction){.sa_handler = ignore_nothing, .sa_flags = SA_RESTART};
		if (old.sa_handler == SIG_IGN)
			ignored |= UINT64_C(1) << (signals[i] - 1);
		if (old.sa_handler != SIG_IGN || signals[i] != SIGHUP)
			sigaction(signals[i], &action, NULL);
	}
	return ignored;
}

/* As the target died, so that whoever waits for us sees the same; the core dump is the target's. */
static int die_by(int signal)
{
	struct rlimit none = {0, 0};
	sigset_t set;

	fflush(NULL);
	setrlimit(RLIMIT_CORE, &none);
	if (signal != SIGKILL && signal != SIGSTOP) {
		struct sigaction action = {.sa_handler = SIG_DFL};

		sigaction(signal, &action, NULL);
		sigemptyset(&set);
		sigaddset(&set, signal);
		sigprocmask(SIG_UNBLOCK, &set, NULL);
	}
	kill(getpid(), signal);
	return 128 + signal;
}

/* --- the embedded library --- */

static int search_embedded(lua_State *L)
{
	const char *name = luaL_checkstring(L, 1);
	const struct lupe_embedded *file;
	char path[256];

	if (strncmp(name, "lupe.", 5) != 0)
		return 0;
	luaL_gsub(L, name + 5, ".", "/");
	snprintf(path, sizeof(path), "lua/lupe/%s.lua", lua_tostring(L, -1));
	file = lupe_embedded_find(path);
	if (!file) {
		lua_pushfstring(L, "no embedded file '%s'", path);
		return 1;
	}
	lua_pushfstring(L, "@%s", path);
	if (luaL_loadbufferx(L, file->text, file->size, lua_tostring(L, -1), "t") != LUA_OK)
		return lua_error(L);
	lua_pushstring(L, path);
	return 2;
}

/* Before the files: nothing that lies about can take a module's place. */
static void add_searcher(lua_State *L)
{
	lua_getglobal(L, "table");
	lua_getfield(L, -1, "insert");
	lua_getglobal(L, "package");
	lua_getfield(L, -1, "searchers");
	lua_remove(L, -2);
	lua_pushinteger(L, 2);
	lua_pushcfunction(L, search_embedded);
	lua_call(L, 3, 0);
	lua_pop(L, 1);
}

/* --- running --- */

static int add_traceback(lua_State *L)
{
	luaL_traceback(L, L, luaL_tolstring(L, 1, NULL), 1);
	return 1;
}

/* With the state's words: { [0] = argv[0], ... }. */
static int run(lua_State *L)
{
	int argc = (int)lua_tointeger(L, 1);
	char **argv = lua_touserdata(L, 2);

	lua_pushinteger(L, (lua_Integer)take_signals());
	lua_setfield(L, LUA_REGISTRYINDEX, LUPE_BIND_IGNORED);

	luaL_openlibs(L);
	add_searcher(L);
	luaL_requiref(L, "lupe.core", lupe_bind_open_core, 0);
	lua_getglobal(L, "require");
	lua_pushliteral(L, "lupe.main");
	lua_call(L, 1, 1);
	lua_createtable(L, argc, 1);
	for (int i = 0; i < argc; i++) {
		lua_pushstring(L, argv[i]);
		lua_rawseti(L, -2, i);
	}
	lua_call(L, 1, 1);
	return 1;
}

/* What main.lua answered: a status, nothing (0), or { signal = n }. */
static int read_answer(lua_State *L, int *ret_signal)
{
	*ret_signal = 0;
	if (lua_istable(L, -1)) {
		lua_getfield(L, -1, "signal");
		*ret_signal = (int)lua_tointeger(L, -1);
		return INTERNAL_ERROR;
	}
	return lua_isinteger(L, -1) ? (int)lua_tointeger(L, -1) : 0;
}

int main(int argc, char **argv)
{
	lua_State *L = luaL_newstate();
	int status, signal = 0;

	if (!L) {
		fputs("lupe: out of memory\n", stderr);
		return INTERNAL_ERROR;
	}
	setlocale(LC_CTYPE, "");
	lua_pushcfunction(L, add_traceback);
	lua_pushcfunction(L, run);
	lua_pushinteger(L, argc);
	lua_pushlightuserdata(L, argv);
	if (lua_pcall(L, 2, 1, 1) != LUA_OK) {
		fprintf(stderr, "lupe: internal error: %s\n", lua_tostring(L, -1));
		status = INTERNAL_ERROR;
	} else {
		status = read_answer(L, &signal);
	}
	lua_close(L);
	if (fflush(stdout) && status == 0)
		status = INTERNAL_ERROR;
	return signal ? die_by(signal) : status;
}
