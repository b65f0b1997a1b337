/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Errors of core as answers and as raises, and arguments that several functions take.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "handles.h"

/* --- misuse --- */

void lupe_bind_push_library(lua_State *L, const char *module, const char *name)
{
	lua_getglobal(L, "require");
	lua_pushstring(L, module);
	lua_call(L, 1, 1);
	lua_getfield(L, -1, name);
	lua_remove(L, -2);
}

int lupe_bind_misuse(lua_State *L, const char *format, ...)
{
	char text[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	lupe_bind_push_library(L, "lupe.check", "misuse");
	lua_pushliteral(L, "%s");
	lua_pushstring(L, text);
	lua_call(L, 2, 0); /* raises */
	return 0;
}

/* The keys of the table at `names`, as an array. */
static void push_keys(lua_State *L, int names)
{
	lua_Integer i = 0;

	names = lua_absindex(L, names);
	lua_newtable(L);
	lua_pushnil(L);
	while (lua_next(L, names)) {
		lua_pop(L, 1);
		if (lua_type(L, -1) != LUA_TSTRING)
			continue;
		lua_pushvalue(L, -1);
		lua_rawseti(L, -3, ++i);
	}
}

int lupe_bind_unknown(lua_State *L, const char *what, const char *name, int names)
{
	names = lua_absindex(L, names);
	lupe_bind_push_library(L, "lupe.check", "did_you_mean");
	lua_pushstring(L, name);
	push_keys(L, names);
	lua_call(L, 2, 1);
	return lupe_bind_misuse(L, "%s has no '%s'%s", what, name, lua_tostring(L, -1));
}

/* --- errors --- */

int lupe_bind_fail(lua_State *L, struct lupe_error *error)
{
	/* Copied before anything can raise: the error is freed first. */
	char message[1024];
	const char *code = lupe_error_code_name(error->code);

	snprintf(message, sizeof(message), "%s", error->message);
	lupe_error_destroy(error);
	lua_pushnil(L);
	lua_pushstring(L, message);
	lua_pushstring(L, code);
	return 3;
}

int lupe_bind_result(lua_State *L, struct lupe_error *error)
{
	if (error)
		return lupe_bind_fail(L, error);
	lua_pushboolean(L, true);
	return 1;
}

int lupe_bind_raise(lua_State *L, struct lupe_error *error)
{
	char message[1024];

	snprintf(message, sizeof(message), "%s", error->message);
	lupe_error_destroy(error);
	return lupe_bind_misuse(L, "%s", message);
}

/* --- reading arguments --- */

int lupe_bind_check_signal(lua_State *L, int arg)
{
	int number = -1;

	if (lua_isinteger(L, arg))
		number = lua_tointeger(L, arg) < 0 || lua_tointeger(L, arg) > 64
			     ? -1
			     : (int)lua_tointeger(L, arg);
	else if (lua_type(L, arg) == LUA_TSTRING)
		number = lupe_signal_number(lua_tostring(L, arg));
	if (number < 0)
		lupe_bind_misuse(L, "there is no signal '%s'", luaL_tolstring(L, arg, NULL));
	return number;
}

int lupe_bind_check_errno(lua_State *L, int arg)
{
	int number = 0;

	if (lua_isinteger(L, arg))
		number = lua_tointeger(L, arg) > 0 && lua_tointeger(L, arg) < 4096
			     ? (int)lua_tointeger(L, arg)
			     : 0;
	else if (lua_type(L, arg) == LUA_TSTRING)
		number = lupe_errno_number(lua_tostring(L, arg));
	if (!number)
		lupe_bind_misuse(L, "there is no error '%s'", luaL_tolstring(L, arg, NULL));
	return number;
}

uint64_t lupe_bind_check_seconds(lua_State *L, int arg)
{
	double seconds = luaL_checknumber(L, arg);

	if (!(seconds >= 0) || seconds > 1e9)
		lupe_bind_misuse(L, "a time of at least 0 seconds is expected, got %s",
				 luaL_tolstring(L, arg, NULL));
	return (uint64_t)(seconds * 1e9);
}

bool lupe_bind_option(lua_State *L, int arg, const char *name)
{
	bool set;

	lua_getfield(L, arg, name);
	set = lua_toboolean(L, -1);
	lua_pop(L, 1);
	return set;
}

enum { WORDS_MAX = 1 << 20 };

const char *const *lupe_bind_check_strings(lua_State *L, int index, const char *what)
{
	lua_Integer count = luaL_len(L, index);
	const char **strings;
	size_t length;

	index = lua_absindex(L, index);
	if (count < 0 || count > WORDS_MAX)
		lupe_bind_misuse(L, "%s: too many strings", what);
	strings = lua_newuserdatauv(L, (size_t)(count + 1) * sizeof(*strings), 1);
	lua_createtable(L, (int)count, 0); /* what keeps them alive, whatever becomes of the array */
	for (lua_Integer i = 0; i < count; i++) {
		lua_geti(L, index, i + 1);
		if (!lua_isstring(L, -1))
			lupe_bind_misuse(L, "%s: element %lld is a %s, not a string", what,
					 (long long)i + 1, luaL_typename(L, -1));
		strings[i] = lua_tolstring(L, -1, &length);
		if (strlen(strings[i]) != length)
			lupe_bind_misuse(L, "%s: element %lld contains a zero byte", what,
					 (long long)i + 1);
		lua_rawseti(L, -2, i + 1);
	}
	strings[count] = NULL;
	lua_setiuservalue(L, -2, 1);
	return strings;
}
