/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sessions: launching, attaching, what is wanted, the next event.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/cleanup.h"
#include "handles.h"

/* --- making and closing --- */

static enum lupe_follow check_follow(lua_State *L, const char *word)
{
	static const char *const words[] = {[LUPE_FOLLOW_PARENT] = "parent",
					    [LUPE_FOLLOW_CHILD] = "child",
					    [LUPE_FOLLOW_BOTH] = "both",
					    [LUPE_FOLLOW_NOTHING] = "nothing"};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(words[i], word))
			return i;
	return lupe_bind_misuse(L, "follow: parent, child, both or nothing is expected, got '%s'",
				word);
}

/* core.session{ follow =, follow_cpu =, use_filter = } -> session */
static int core_session(lua_State *L)
{
	struct lupe_session_options options = {0};
	struct lupe_bind_session *session;
	struct lupe_error *error;

	luaL_checktype(L, 1, LUA_TTABLE);
	lua_getfield(L, 1, "follow");
	options.follow = check_follow(L, luaL_optstring(L, -1, "both"));
	options.follow_cpu = lupe_bind_option(L, 1, "follow_cpu");
	options.use_filter = lupe_bind_option(L, 1, "use_filter");
	lua_getfield(L, LUA_REGISTRYINDEX, LUPE_BIND_IGNORED);
	options.ignored = (uint64_t)lua_tointeger(L, -1);
	session = lupe_bind_new(L, &lupe_bind_session_type, 0);
	session->head.session = session;
	lupe_hash_init(&session->standing);
	/* What refers to it finds it for as long as the state lives. */
	lua_pushvalue(L, -1);
	luaL_ref(L, LUA_REGISTRYINDEX);
	error = lupe_session_create(&options, &session->session);
	return error ? lupe_bind_raise(L, error) : 1;
}

/* core.program_path(name) -> the path that would be executed | nil, message, code */
static int core_program_path(lua_State *L)
{
	const char *name = luaL_checkstring(L, 1);
	char found[PATH_MAX] = "", *path = NULL;
	struct lupe_error *error = lupe_program_find(name, &path);

	if (error)
		return lupe_bind_fail(L, error);
	/* Freed before anything can raise. */
	snprintf(found, sizeof(found), "%s", path);
	free(path);
	lua_pushstring(L, found);
	return 1;
}

/* session:close(): attached targets go on, launched ones die. */
static int session_close(lua_State *L)
{
	struct lupe_bind_session *session = lupe_bind_check(L, 1, &lupe_bind_session_type);
	struct lupe_session *core = session->session;

	session->session = NULL;
	lupe_session_destroy(core);
	lupe_hash_deinit(&session->standing);
	lupe_hash_init(&session->standing);
	return 0;
}

/* --- targets --- */

static int optional_fd(lua_State *L, const char *name)
{
	int fd = -1;

	if (lua_getfield(L, 2, name) != LUA_TNIL)
		fd = (int)luaL_checkinteger(L, -1);
	lua_pop(L, 1);
	return fd;
}

/* The field stays on the stack: its string has to live. */
static const char *optional_string(lua_State *L, const char *name)
{
	lua_getfield(L, 2, name);
	return luaL_optstring(L, -1, NULL);
}

static enum lupe_daemonize optional_daemonize(lua_State *L)
{
	static const char *const names[] = {"no", "grandchild", "pgroup", "session", NULL};

	lua_getfield(L, 2, "daemonize");
	return luaL_checkoption(L, lua_gettop(L), names[LUPE_DAEMONIZE_NOT], names);
}

/* session:launch{ argv =, file =, env =, cwd =, stdin =, ... } -> process | nil, message, code, errno (0: none) */
static int session_launch(lua_State *L)
{
	struct lupe_session *session = lupe_bind_check_session(L, 1);
	struct lupe_launch launch = {0};
	struct lupe_process *process;
	struct lupe_error *error;

	luaL_checktype(L, 2, LUA_TTABLE);
	lua_getfield(L, 2, "argv");
	luaL_checktype(L, -1, LUA_TTABLE);
	launch.argv = lupe_bind_check_strings(L, lua_gettop(L), "argv");
	if (lua_getfield(L, 2, "env") == LUA_TTABLE)
		launch.env = lupe_bind_check_strings(L, lua_gettop(L), "env");
	launch.file = optional_string(L, "file");
	launch.cwd = optional_string(L, "cwd");
	launch.stdio[0] = optional_fd(L, "stdin");
	launch.stdio[1] = optional_fd(L, "stdout");
	launch.stdio[2] = optional_fd(L, "stderr");
	launch.own_group = lupe_bind_option(L, 2, "own_group");
	launch.foreground = lupe_bind_option(L, 2, "foreground");
	launch.no_randomization = lupe_bind_option(L, 2, "no_randomization");
	launch.user = optional_string(L, "user");
	launch.daemonize = optional_daemonize(L);
	error = lupe_session_launch(session, &launch, &process);
	if (error) {
		int errnum = error->errnum;

		lupe_bind_fail(L, error);
		lua_pushinteger(L, errnum);
		return 4;
	}
	lupe_bind_push_process(L, 1, process);
	return 1;
}

/* session:attach(pid) -> process | nil, message, code */
static int session_attach(lua_State *L)
{
	struct lupe_session *session = lupe_bind_check_session(L, 1);
	lua_Integer pid = luaL_checkinteger(L, 2);
	struct lupe_process *process;
	struct lupe_error *error;

	if (pid < INT32_MIN || pid > INT32_MAX)
		pid = -1;
	error = lupe_session_attach(session, (pid_t)pid, &process);
	if (error)
		return lupe_bind_fail(L, error);
	lupe_bind_push_process(L, 1, process);
	return 1;
}

static int session_process(lua_State *L)
{
	struct lupe_process *process =
	    lupe_session_process(lupe_bind_check_session(L, 1), (pid_t)luaL_checkinteger(L, 2));

	if (!process)
		return 0;
	lupe_bind_push_process(L, 1, process);
	return 1;
}

static int session_thread(lua_State *L)
{
	struct lupe_thread *thread =
	    lupe_session_thread(lupe_bind_check_session(L, 1), (pid_t)luaL_checkinteger(L, 2));

	if (!thread)
		return 0;
	lupe_bind_push_thread(L, 1, thread);
	return 1;
}

/* session:processes() -> { process, ... } */
static int session_processes(lua_State *L)
{
	struct lupe_session *session = lupe_bind_check_session(L, 1);
	struct lupe_process *process = NULL;
	lua_Integer count = 0;

	lua_newtable(L);
	while ((process = lupe_session_next_process(session, process))) {
		lupe_bind_push_process(L, 1, process);
		lua_rawseti(L, -2, ++count);
	}
	return 1;
}

/* --- interest --- */

static void read_set(lua_State *L, const char *name, struct lupe_syscall_set *set)
{
	lua_Integer count;

	if (lua_getfield(L, 2, name) == LUA_TTABLE) {
		count = luaL_len(L, -1);
		for (lua_Integer i = 1; i <= count; i++) {
			lua_rawgeti(L, -1, i);
			lupe_syscall_set_add(set, (int)luaL_checkinteger(L, -1));
			lua_pop(L, 1);
		}
	}
	lua_pop(L, 1);
}

static uint64_t read_signals(lua_State *L)
{
	uint64_t signals = 0;
	lua_Integer count;

	if (lua_getfield(L, 2, "signals") == LUA_TSTRING) {
		signals = ~UINT64_C(0);
	} else if (lua_istable(L, -1)) {
		count = luaL_len(L, -1);
		for (lua_Integer i = 1; i <= count; i++) {
			lua_rawgeti(L, -1, i);
			if (lua_tointeger(L, -1) >= 1 && lua_tointeger(L, -1) <= 64)
				signals |= UINT64_C(1) << (lua_tointeger(L, -1) - 1);
			lua_pop(L, 1);
		}
	}
	lua_pop(L, 1);
	return signals;
}

static uint32_t kind_bit(lua_State *L, const char *name)
{
	for (int kind = 0; kind < LUPE_N_EVENT_KINDS; kind++)
		if (!strcmp(lupe_event_kind_name(kind), name))
			return LUPE_EVENT_BIT(kind);
	return lupe_bind_misuse(L, "there is no event kind '%s'", name);
}

static uint32_t read_kinds(lua_State *L)
{
	uint32_t kinds = 0;
	lua_Integer count;

	if (lua_getfield(L, 2, "kinds") == LUA_TTABLE) {
		count = luaL_len(L, -1);
		for (lua_Integer i = 1; i <= count; i++) {
			lua_rawgeti(L, -1, i);
			kinds |= kind_bit(L, luaL_checkstring(L, -1));
			lua_pop(L, 1);
		}
	}
	lua_pop(L, 1);
	return kinds;
}

/* session:set_interest{ entry = {nr...}, exit =, signals = {n...} | "all", kinds = {name...} } */
static int session_set_interest(lua_State *L)
{
	struct lupe_session *session = lupe_bind_check_session(L, 1);
	struct lupe_interest interest = {0};

	luaL_checktype(L, 2, LUA_TTABLE);
	read_set(L, "entry", &interest.entry);
	read_set(L, "exit", &interest.exit);
	interest.signals = read_signals(L);
	interest.kinds = read_kinds(L);
	return lupe_bind_result(L, lupe_session_set_interest(session, &interest));
}

/* --- the loop --- */

/* session:next(seconds | nil) -> event | nil, message, code */
static int session_next(lua_State *L)
{
	struct lupe_session *session = lupe_bind_check_session(L, 1);
	double seconds = luaL_optnumber(L, 2, -1);
	/* Rounded up: waking before the time is up would mean waking twice. */
	int timeout = seconds < 0 ? -1 : seconds > 1e6 ? 1000000000 : (int)(seconds * 1000 + 0.999);
	struct lupe_event event;
	struct lupe_error *error = lupe_session_next(session, timeout, &event);

	if (error)
		return lupe_bind_fail(L, error);
	lupe_bind_push_event(L, 1, &event);
	return 1;
}

/* session:statistics() -> { stops, reported, filters, cpu_moves, idle_class, unexpected } */
static int session_statistics(lua_State *L)
{
	struct lupe_session_statistics statistics;

	lupe_session_get_statistics(lupe_bind_check_session(L, 1), &statistics);
	lua_newtable(L);
#define NUMBER(name) lua_pushinteger(L, statistics.name), lua_setfield(L, -2, #name)
	NUMBER(stops);
	NUMBER(reported);
	NUMBER(filters);
	NUMBER(cpu_moves);
	NUMBER(unexpected);
#undef NUMBER
	lua_pushboolean(L, statistics.idle_class);
	lua_setfield(L, -2, "idle_class");
	return 1;
}

static const luaL_Reg methods[] = {
    {"launch", session_launch},	      {"attach", session_attach},
    {"process", session_process},     {"thread", session_thread},
    {"processes", session_processes}, {"set_interest", session_set_interest},
    {"next", session_next},	      {"statistics", session_statistics},
    {"close", session_close},	      {NULL, NULL},
};

static const luaL_Reg meta[] = {{"__gc", session_close}, {"__close", session_close}, {NULL, NULL}};

const struct lupe_bind_type lupe_bind_session_type = {
    .name = "session",
    .size = sizeof(struct lupe_bind_session),
    .methods = methods,
    .meta = meta,
};

static void open_session(lua_State *L)
{
	lua_pushcfunction(L, core_session);
	lua_setfield(L, -2, "session");
	lua_pushcfunction(L, core_program_path);
	lua_setfield(L, -2, "program_path");
}
LUPE_BIND_MODULE(open_session);
