/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The seam to readline, and the terminal that target and prompt take turns at. Completion asks a Lua
 * function; readline's callbacks have no argument of their own, so while a line is read the state is
 * kept here.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>
#include <readline/history.h>
#include <readline/readline.h>
#include "handles.h"

enum { HISTORY_MAX = 10000 };

/* Only while core.readline is on the stack. */
static lua_State *reading;
static bool interrupted;

/* --- one line --- */

/* Ctrl-C gives the line up, what ends us ends it. */
static int on_signal(void)
{
	if (lupe_pending_signal == SIGINT) {
		lupe_pending_signal = 0;
		interrupted = true;
		rl_replace_line("", 0);
		rl_crlf();
		rl_done = 1;
	} else if (lupe_pending_signal) {
		rl_done = 1;
	}
	return 0;
}

/* core.readline(prompt) -> line | nil at the end of the input | false after Ctrl-C */
static int core_readline(lua_State *L)
{
	const char *prompt = luaL_checkstring(L, 1);
	char *line;

	reading = L;
	interrupted = false;
	rl_signal_event_hook = on_signal;
	line = readline(prompt);
	reading = NULL;
	if (interrupted)
		lua_pushboolean(L, false);
	else if (!line || lupe_pending_signal)
		lua_pushnil(L);
	else
		lua_pushstring(L, line);
	free(line);
	return 1;
}

/* --- completion --- */

/* Calls the completer with the line, where the word begins, and the word; pushes its list. */
static bool ask(const char *text, int start)
{
	lua_State *L = reading;

	if (!L || lua_getfield(L, LUA_REGISTRYINDEX, "lupe.completer") != LUA_TFUNCTION)
		return false;
	lua_pushstring(L, rl_line_buffer);
	lua_pushinteger(L, start + 1);
	lua_pushstring(L, text);
	return lua_pcall(L, 3, 1, 0) == LUA_OK && lua_istable(L, -1);
}

/* readline wants malloc'ed strings, the first being their common prefix. */
static char **take_list(lua_State *L, const char *text)
{
	size_t count = (size_t)luaL_len(L, -1), kept = 0;
	char **matches = calloc(count + 2, sizeof(*matches));

	for (size_t i = 1; matches && i <= count; i++) {
		lua_rawgeti(L, -1, (lua_Integer)i);
		if (lua_isstring(L, -1) && (matches[kept + 1] = strdup(lua_tostring(L, -1))))
			kept++;
		lua_pop(L, 1);
	}
	if (!kept) {
		free(matches);
		return NULL;
	}
	matches[0] = strdup(kept == 1 ? matches[1] : text);
	if (kept == 1) {
		free(matches[1]);
		matches[1] = NULL;
	} else if (matches[0]) {
		size_t common = strlen(matches[1]);

		for (size_t i = 2; i <= kept; i++)
			while (strncmp(matches[1], matches[i], common) != 0)
				common--;
		if (common > strlen(text)) {
			free(matches[0]);
			matches[0] = strndup(matches[1], common);
		}
	}
	return matches;
}

static char **complete(const char *text, int start, int end)
{
	char **matches = NULL;
	int top = reading ? lua_gettop(reading) : 0;

	(void)end;
	rl_attempted_completion_over = 1;
	if (reading && ask(text, start))
		matches = take_list(reading, text);
	if (reading)
		lua_settop(reading, top);
	return matches;
}

/* core.set_completer(function(line, start, word) -> { candidate, ... }) */
static int core_set_completer(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TFUNCTION);
	lua_settop(L, 1);
	lua_setfield(L, LUA_REGISTRYINDEX, "lupe.completer");
	rl_attempted_completion_function = complete;
	rl_completer_word_break_characters = " \t\n\"'`@$><=;|&{(+-*/,";
	return 0;
}

/* --- history --- */

/* core.history_load(path) */
static int core_history_load(lua_State *L)
{
	const char *path = luaL_checkstring(L, 1);

	using_history();
	stifle_history(HISTORY_MAX);
	lua_pushboolean(L, read_history(path) == 0);
	return 1;
}

/* core.history_add(line): once, as the newest. */
static int core_history_add(lua_State *L)
{
	const char *line = luaL_checkstring(L, 1);

	for (int i = history_length - 1; i >= 0; i--) {
		HIST_ENTRY *entry = history_get(history_base + i);

		if (entry && !strcmp(entry->line, line))
			free_history_entry(remove_history(i));
	}
	add_history(line);
	return 0;
}

/* core.history_save(path): readable for its owner alone. */
static int core_history_save(lua_State *L)
{
	const char *path = luaL_checkstring(L, 1);
	mode_t mask = umask(0077);
	int failed = write_history(path);

	umask(mask);
	chmod(path, 0600);
	lua_pushboolean(L, !failed);
	return 1;
}

/* core.make_folder(path) -> true | false: with its parents, for the owner alone. */
static int core_make_folder(lua_State *L)
{
	char path[4096];
	char *at = path;

	snprintf(path, sizeof(path), "%s", luaL_checkstring(L, 1));
	while ((at = strchr(at + 1, '/'))) {
		*at = '\0';
		mkdir(path, 0755);
		*at = '/';
	}
	lua_pushboolean(L, !mkdir(path, 0700) || errno == EEXIST);
	return 1;
}

/* --- the terminal --- */

/* core.foreground() -> the terminal's foreground process group; nil where there is no terminal.
 * core.foreground(pgid): gives it the terminal; ours when left out with true. */
static int core_foreground(lua_State *L)
{
	sigset_t ttou, old;
	pid_t group;

	if (lua_isnoneornil(L, 1)) {
		group = tcgetpgrp(STDIN_FILENO);
		if (group < 0)
			return 0;
		lua_pushinteger(L, group);
		return 1;
	}
	group = lua_isboolean(L, 1) ? getpgrp() : (pid_t)luaL_checkinteger(L, 1);
	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	sigprocmask(SIG_BLOCK, &ttou, &old);
	lua_pushboolean(L, tcsetpgrp(STDIN_FILENO, group) == 0);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return 1;
}

/* core.terminal_modes() -> modes as a string | nil; core.terminal_modes(modes): sets them. */
static int core_terminal_modes(lua_State *L)
{
	struct termios modes;
	sigset_t ttou, old;
	size_t size;
	const char *bytes;

	if (lua_isnoneornil(L, 1)) {
		if (tcgetattr(STDIN_FILENO, &modes) < 0)
			return 0;
		lua_pushlstring(L, (const char *)&modes, sizeof(modes));
		return 1;
	}
	bytes = luaL_checklstring(L, 1, &size);
	if (size != sizeof(modes))
		return luaL_error(L, "terminal_modes: not what it answered");
	memcpy(&modes, bytes, sizeof(modes));
	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	sigprocmask(SIG_BLOCK, &ttou, &old);
	lua_pushboolean(L, tcsetattr(STDIN_FILENO, TCSADRAIN, &modes) == 0);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return 1;
}

static const luaL_Reg functions[] = {{"readline", core_readline},
				     {"set_completer", core_set_completer},
				     {"history_load", core_history_load},
				     {"history_add", core_history_add},
				     {"history_save", core_history_save},
				     {"make_folder", core_make_folder},
				     {"foreground", core_foreground},
				     {"terminal_modes", core_terminal_modes},
				     {NULL, NULL}};

static void open_readline(lua_State *L)
{
	rl_readline_name = "lupe";
	/* Our handlers stay: they tell the loop, and the hook above. */
	rl_catch_signals = 0;
	luaL_setfuncs(L, functions, 0);
	lua_getfield(L, -1, "version");
	lua_pushstring(L, rl_library_version);
	lua_setfield(L, -2, "readline");
	lua_pop(L, 1);
}
LUPE_BIND_MODULE(open_readline);
