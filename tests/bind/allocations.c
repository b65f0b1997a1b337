/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * allocations FIXTURE [PLACES]: Lua runs out of memory in the middle of the bindings, at so many (20) places, others
 * each time. A script does what scripts do to the fixture; from its Nth allocation on none succeeds, until it has
 * given up. That must be an error that says so; nothing is left of the target, and (the sanitizers tell) nothing leaks.
 */
#include <lauxlib.h>
#include <lualib.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "module.h"

enum { PLACES = 20 };

static const char scenario[] =
    "local core = require 'lupe.core'\n"
    "table.insert(package.searchers, 2, function(name)\n"
    "  local path = 'lua/' .. name:gsub('%.', '/') .. '.lua'\n"
    "  local text = core.embedded(path)\n"
    "  return text and assert(load(text, '@' .. path, 't'))\n"
    "end)\n"
    "local lupe, state = require 'lupe.api'.new(core, {})\n"
    "lupe_state = state\n"
    "local function all(iterator) for a, b in iterator do local _ = a, b end end\n"
    "begin()\n"
    "local p = assert(lupe.launch { FIXTURE, 'go', 'add', 'text', 'add', stdout = '/dev/null' })\n"
    "lupe.on_syscall('write,openat,mmap,newfstatat', {\n"
    "  on_enter = function(ev) local _ = tostring(ev), ev:json(), ev.path, ev.args[1], ev.args[2], ev.info end,\n"
    "  on_exit = function(ev) local _ = tostring(ev), ev.ret, ev.err, ev.fd, lupe.copy(ev.args[2]) end })\n"
    "p:hook('add', { on_enter = function(c) c.list = { c.args[1], c:bt(4) } end,\n"
    "  on_leave = function(c) c.ret = c.ret + 1 end })\n"
    "p:breakpoint('add', function(ev)\n"
    "  local t = ev.thread\n"
    "  local _ = tostring(t.regs), tostring(p), tostring(t), t.regs.xmm1, t.regs:view('xmm1', 'f32'), t.name\n"
    "  all(t.regs:each 'all') all(p:maps()) all(p:fds()) all(p:modules()) all(p:threads())\n"
    "  _ = p.argv, p.environ, p.exe, p.cwd, t:siginfo(), t.syscall, p:proc 'status'\n"
    "  _ = p:read(t.sp, 5000), p:cstr(p:symbol('text').address), p:symbol(t.pc), t:bt { locals = true }\n"
    "  assert(p:call('length_of', 'some text') == 9)\n"
    "  assert(p:syscall('openat', -100, '/nonexistent', 'O_RDONLY') == nil)\n"
    "  local at = assert(p:alloc(100))\n"
    "  assert(p:write(at, 'needle') and p:search('needle', { from = at })() == at)\n"
    "  t:stepi(2)\n  hits = (hits or 0) + 1\n"
    "end)\n"
    "lupe.run()\n"
    "assert(hits == 2, hits)\n";

/* Counts from lupe.begin on. */
struct limit {
	bool counts, fails;
	size_t made, until;
};

static void *allocate(void *context, void *old, size_t old_size, size_t size)
{
	struct limit *limit = context;

	(void)old_size;
	if (!size) {
		free(old);
		return NULL;
	}
	/* Lua relies on it that shrinking succeeds. */
	if (limit->counts && (!old || size > old_size) && ++limit->made > limit->until)
		limit->fails = true;
	if (limit->fails && (!old || size > old_size))
		return NULL;
	return realloc(old, size);
}

static int begin(lua_State *L)
{
	struct limit *limit;

	lua_getallocf(L, (void **)&limit);
	limit->counts = true;
	return 0;
}

static int run(lua_State *L)
{
	luaL_openlibs(L);
	luaL_requiref(L, "lupe.core", lupe_bind_open_core, 0);
	lua_pushcfunction(L, begin);
	lua_setglobal(L, "begin");
	lua_pushvalue(L, 1);
	lua_setglobal(L, "FIXTURE");
	if (luaL_loadbufferx(L, scenario, sizeof(scenario) - 1, "=scenario", "t"))
		return lua_error(L);
	lua_call(L, 0, 0);
	return 0;
}

/* Runs the scenario with so many allocations; answers whether it ended as it has to. */
static bool try(const char *fixture, size_t until, size_t *ret_made)
{
	struct limit limit = {.until = until};
	lua_State *L = lua_newstate(allocate, &limit);
	const char *message;
	bool ok, whole;

	if (!L)
		return false;
	lua_pushcfunction(L, run);
	lua_pushstring(L, fixture);
	whole = lua_pcall(L, 1, 0, 0) == LUA_OK;
	*ret_made = limit.made;
	ok = whole != limit.fails;
	limit = (struct limit){0};
	message = whole ? "" : luaL_tolstring(L, -1, NULL);
	ok = ok && (whole || strstr(message, "memory"));
	if (!ok)
		printf("with %zu allocations: %s\n", until, whole ? "none was missed" : message);
	if (luaL_dostring(L, "if lupe_state then lupe_state.scheduler:close() end")) {
		printf("with %zu allocations, closing: %s\n", until, lua_tostring(L, -1));
		ok = false;
	}
	lua_close(L);
	if (waitpid(-1, NULL, WNOHANG) >= 0) {
		printf("with %zu allocations: a target is left\n", until);
		ok = false;
	}
	return ok;
}

static void nothing(int signal)
{
	(void)signal;
}

int main(int argc, char **argv)
{
	size_t places = argc > 2 ? strtoul(argv[2], NULL, 10) : PLACES, total, made, first;
	int failed = 0;

	if (argc < 2 || !places)
		return 2;
	signal(SIGALRM, nothing); /* of the loop's timer */
	if (!try(argv[1], SIZE_MAX, &total))
		return 1;
	first = (size_t)getpid() % (total / places + 1);
	for (size_t i = 0; i < places; i++)
		failed += !try(argv[1], first + total * i / places, &made);
	printf("%d of %zu failed, %zu allocations in all\n", failed, places, total);
	return failed != 0;
}
