/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The seam to readline, and the terminal that target and prompt take turns at. Completion asks a Lua
 * function; readline's callbacks have no argument of their own, so while a line is read the state is
 * kept here.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>
#include <readline/history.h>
#include <readline/readline.h>
#include "base/cleanup.h"
#include "handles.h"

/* Only while core.readline is on the stack. */
struct reading {
	lua_State *L;
	sigset_t outside; /* the mask under which we wait for a key */
	int given_up;	  /* the signal that ended the line; 0: none */
	volatile sig_atomic_t suspended, resized;
};
static struct reading *reading;

/* --- signals while a line is read --- */

/* Signals are blocked but for the wait for a key: none comes between a look and the wait, and none while
 * readline is at work. Those that end us have the handlers of main. */
static const int waiting[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH};

static void note_signal(int signal)
{
	if (reading && signal == SIGTSTP)
		reading->suspended = 1;
	if (reading && signal == SIGWINCH)
		reading->resized = 1;
}

/* Ctrl-Z: the terminal is left as it was found, and taken again afterwards. */
static void suspend(void)
{
	struct sigaction action = {.sa_handler = SIG_DFL}, old;
	sigset_t stop, blocked;

	rl_deprep_terminal();
	sigaction(SIGTSTP, &action, &old);
	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	kill(getpid(), SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stop, &blocked);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	sigaction(SIGTSTP, &old, NULL);
	rl_prep_terminal(1);
	rl_on_new_line();
	rl_forced_update_display();
}

static void serve_signals(void)
{
	if (reading->suspended) {
		reading->suspended = 0;
		suspend();
	}
	if (reading->resized) {
		reading->resized = 0;
		rl_resize_terminal();
	}
	if (!lupe_pending_signal)
		return;
	reading->given_up = lupe_pending_signal;
	lupe_pending_signal = 0;
	if (reading->given_up == SIGINT)
		rl_echo_signal_char(SIGINT);
}

/* A line that is given up is ended by as many newlines as whatever reads the keys (a search, a quoted
 * insert) needs to come back. */
static int get_key(FILE *stream)
{
	struct pollfd input = {.fd = fileno(stream), .events = POLLIN};
	unsigned char key;
	ssize_t got;

	for (;;) {
		if (reading->given_up)
			return '\n';
		if (ppoll(&input, 1, NULL, &reading->outside) < 0) {
			if (errno != EINTR)
				return EOF;
			serve_signals();
			continue;
		}
		got = read(input.fd, &key, 1);
		if (got == 1)
			return key;
		if (got == 0 || (errno != EINTR && errno != EAGAIN))
			return EOF;
	}
}

static char *read_line(struct reading *self, const char *prompt)
{
	struct sigaction note = {.sa_handler = note_signal}, tstp, winch;
	sigset_t blocked;
	char *line;

	sigemptyset(&blocked);
	for (size_t i = 0; i < ARRAY_SIZE(waiting); i++)
		sigaddset(&blocked, waiting[i]);
	sigprocmask(SIG_BLOCK, &blocked, &self->outside);
	sigaction(SIGTSTP, &note, &tstp);
	sigaction(SIGWINCH, &note, &winch);
	reading = self;
	line = readline(prompt);
	reading = NULL;
	sigaction(SIGTSTP, &tstp, NULL);
	sigaction(SIGWINCH, &winch, NULL);
	sigprocmask(SIG_SETMASK, &self->outside, NULL);
	return line;
}

/* core.readline(prompt) -> line | nil at the end of the input | false, signo when a signal came */
static int core_readline(lua_State *L)
{
	struct reading self = {.L = L};
	const char *prompt = luaL_checkstring(L, 1);
	char *line = read_line(&self, prompt);

	if (self.given_up) {
		lua_pushboolean(L, false);
		lua_pushinteger(L, self.given_up);
		free(line);
		return 2;
	}
	/* With bracketed paste readline has ended the line already. */
	if (!line && strcmp(rl_variable_value("enable-bracketed-paste"), "on") != 0)
		rl_crlf();
	/* Out of memory while it is pushed loses the line: then we are about to end anyway. */
	lua_pushstring(L, line);
	free(line);
	return 1;
}

/* --- Lua that can be interrupted --- */

static lua_State *guarded;

static void stop_lua(lua_State *L, lua_Debug *where)
{
	(void)where;
	lua_sethook(L, NULL, 0, 0);
	if (lupe_pending_signal != SIGINT)
		return;
	lupe_pending_signal = 0;
	lua_pushliteral(L, "interrupted");
	lua_error(L);
}

/* lua_sethook is made to be called from a signal handler. */
static void on_interrupt(int signal)
{
	int saved = errno;

	lupe_session_notify(signal);
	if (guarded)
		lua_sethook(guarded, stop_lua, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT,
			    1);
	errno = saved;
}

/* core.guarded(fn, ...) -> what fn answers; Ctrl-C raises "interrupted" inside it. */
static int core_guarded(lua_State *L)
{
	struct sigaction action = {.sa_handler = on_interrupt}, old;
	int status;

	luaL_checktype(L, 1, LUA_TFUNCTION);
	if (guarded) {
		lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
		return lua_gettop(L);
	}
	guarded = L;
	sigaction(SIGINT, &action, &old);
	status = lua_pcall(L, lua_gettop(L) - 1, LUA_MULTRET, 0);
	sigaction(SIGINT, &old, NULL);
	guarded = NULL;
	lua_sethook(L, NULL, 0, 0);
	return status == LUA_OK ? lua_gettop(L) : lua_error(L);
}

/* --- completion --- */

/* Calls the completer with the line, where the word begins, and the word; pushes its list. */
static bool ask(const char *text, int start)
{
	lua_State *L = reading->L;

	if (lua_getfield(L, LUA_REGISTRYINDEX, "lupe.completer") != LUA_TFUNCTION)
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
	int top;

	(void)end;
	if (!reading)
		return NULL;
	top = lua_gettop(reading->L);
	/* No list: names of files, which readline completes itself. */
	rl_attempted_completion_over = ask(text, start);
	if (rl_attempted_completion_over)
		matches = take_list(reading->L, text);
	lua_settop(reading->L, top);
	return matches;
}

/* core.set_completer(function(line, start, word) -> { candidate, ... }) */
static int core_set_completer(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TFUNCTION);
	lua_settop(L, 1);
	lua_setfield(L, LUA_REGISTRYINDEX, "lupe.completer");
	rl_attempted_completion_function = complete;
	rl_completer_word_break_characters = " \t\n\"'`@><=;|&{(+-*,";
	return 0;
}

/* --- history --- */

/* core.history_load(path [, most]): of that many lines the newest are kept from then on. */
static int core_history_load(lua_State *L)
{
	const char *path = luaL_checkstring(L, 1);

	using_history();
	if (!lua_isnoneornil(L, 2))
		stifle_history((int)luaL_checkinteger(L, 2));
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

/* core.history_clear() */
static int core_history_clear(lua_State *L)
{
	(void)L;
	clear_history();
	return 0;
}

/* core.history_save(path) -> true | false: in one go, readable for its owner alone. */
static int core_history_save(lua_State *L)
{
	const char *path = luaL_checkstring(L, 1);
	char temporary[PATH_MAX];
	mode_t mask;
	bool saved;

	if ((size_t)snprintf(temporary, sizeof(temporary), "%s.%d", path, (int)getpid()) >=
	    sizeof(temporary)) {
		lua_pushboolean(L, false);
		return 1;
	}
	mask = umask(0077);
	saved = !write_history(temporary) && !rename(temporary, path);
	umask(mask);
	if (!saved)
		unlink(temporary);
	lua_pushboolean(L, saved);
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
				     {"history_clear", core_history_clear},
				     {"history_save", core_history_save},
				     {"guarded", core_guarded},
				     {"make_folder", core_make_folder},
				     {"foreground", core_foreground},
				     {"terminal_modes", core_terminal_modes},
				     {NULL, NULL}};

static void open_readline(lua_State *L)
{
	rl_readline_name = "lupe";
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_getc_function = get_key;
	luaL_setfuncs(L, functions, 0);
	lua_getfield(L, -1, "version");
	lua_pushstring(L, rl_library_version);
	lua_setfield(L, -2, "readline");
	lua_pop(L, 1);
}
LUPE_BIND_MODULE(open_readline);
