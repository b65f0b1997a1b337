/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Calls of functions in a target, as far as C has to see to them: t:call_begin, t:call_end. What happens in between
 * is lupe/calling.lua's.
 */
#include <stdlib.h>
#include <string.h>
#include "base/cleanup.h"
#include "handles.h"

enum { ARGUMENTS_MAX = 256 };

static void read_real(lua_State *L, int index, bool single, struct lupe_argument *ret)
{
	double wide = lua_tonumber(L, index);
	float narrow = (float)wide;

	ret->kind = LUPE_ARGUMENT_REAL;
	memcpy(&ret->bits, single ? (const void *)&narrow : &wide, single ? sizeof(narrow) : sizeof(wide));
}

/* { "float", 1.5 } and the like: what a plain value does not tell. */
static void read_typed(lua_State *L, int index, struct lupe_argument *ret)
{
	const char *type;

	lua_rawgeti(L, index, 1);
	lua_rawgeti(L, index, 2);
	type = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
	if (lua_type(L, -1) == LUA_TNUMBER && (!strcmp(type, "double") || !strcmp(type, "float")))
		read_real(L, lua_gettop(L), *type == 'f', ret);
	else if (lua_isinteger(L, -1) && !strcmp(type, "integer"))
		ret->bits = (uint64_t)lua_tointeger(L, -1);
	else
		lupe_bind_misuse(L, "call: { \"integer\", \"double\" or \"float\", number } is expected of an "
				    "argument that is a table");
	lua_pop(L, 2);
}

static void read_argument(lua_State *L, int index, struct lupe_argument *ret)
{
	*ret = (struct lupe_argument){.kind = LUPE_ARGUMENT_INTEGER};
	switch (lua_type(L, index)) {
	case LUA_TNIL:
		break;
	case LUA_TBOOLEAN:
		ret->bits = (uint64_t)lua_toboolean(L, index);
		break;
	case LUA_TNUMBER:
		if (lua_isinteger(L, index))
			ret->bits = (uint64_t)lua_tointeger(L, index);
		else
			read_real(L, index, false, ret);
		break;
	case LUA_TSTRING: /* with the NUL that Lua keeps behind it; the list keeps it alive */
		ret->kind = LUPE_ARGUMENT_BYTES;
		ret->bytes = lua_tolstring(L, index, &ret->size);
		ret->size++;
		break;
	case LUA_TTABLE:
		read_typed(L, index, ret);
		break;
	default:
		lupe_bind_misuse(L, "call: an argument is a number, string, boolean, nil or { type, value }, got %s",
				 luaL_typename(L, index));
	}
}

static uintptr_t standing(lua_State *L, int owner, pid_t tid)
{
	struct lupe_bind_object *object = lua_touserdata(L, owner);

	return (uintptr_t)lupe_hash_get(&object->session->standing, (uint64_t)tid);
}

/* t:call_begin(function, returns_to, { argument, ..., n = }) -> sp after the return, and the two numbers that t:call_end
 * wants back | nil, message, code. The thread executes the function once it is resumed. */
static int thread_call_begin(lua_State *L)
{
	struct lupe_thread *thread = lupe_bind_thread(L, 1);
	struct lupe_argument arguments[ARGUMENTS_MAX];
	struct lupe_function_call call = {.function = (lupe_addr)luaL_checkinteger(L, 2),
					  .returns_to = (lupe_addr)luaL_checkinteger(L, 3),
					  .arguments = arguments};
	struct lupe_error *error;
	lua_Integer count;
	lupe_addr sp;

	luaL_checktype(L, 4, LUA_TTABLE);
	lua_getfield(L, 4, "n");
	count = luaL_checkinteger(L, -1);
	if (count < 0 || count > ARGUMENTS_MAX)
		return lupe_bind_misuse(L, "call: %d arguments at most", ARGUMENTS_MAX);
	for (lua_Integer i = 0; i < count; i++) {
		lua_rawgeti(L, 4, i + 1);
		read_argument(L, lua_gettop(L), &arguments[i]);
		lua_pop(L, 1);
	}
	call.n_arguments = count;
	if (!thread)
		return lupe_bind_gone(L, 1);
	error = lupe_thread_call_begin(thread, &call, &sp);
	if (error)
		return lupe_bind_fail(L, error);
	lua_pushinteger(L, (lua_Integer)sp);
	lua_pushinteger(L, (lua_Integer)standing(L, 1, lupe_thread_tid(thread)));
	lua_pushinteger(L, lupe_thread_call_depth(thread));
	return 3;
}

/* t:call_end(event, depth) -> true | nil, message, code: the thread is what it was, at the event that it stood at. */
static int thread_call_end(lua_State *L)
{
	struct bind_handle *handle = lupe_bind_check(L, 1, &lupe_bind_thread_type);
	struct lupe_thread *thread = lupe_bind_thread(L, 1);
	uintptr_t serial = (uintptr_t)luaL_checkinteger(L, 2);
	unsigned depth = (unsigned)luaL_checkinteger(L, 3);
	struct lupe_error *error;

	if (!thread)
		return lupe_bind_gone(L, 1);
	error = lupe_thread_call_end(thread, depth);
	if (error)
		return lupe_bind_fail(L, error);
	lupe_bind_event_over(L, 1, handle->id);
	if (serial && !lupe_hash_put(&handle->head.session->standing, (uint64_t)handle->id, (void *)serial))
		return luaL_error(L, "out of memory");
	lua_pushboolean(L, true);
	return 1;
}

/* t:call_at_once(function, returns_to) -> result | nil, message, code */
static int thread_call_at_once(lua_State *L)
{
	struct lupe_thread *thread = lupe_bind_thread(L, 1);
	lupe_addr function = (lupe_addr)luaL_checkinteger(L, 2), to = (lupe_addr)luaL_checkinteger(L, 3);
	struct lupe_error *error;
	uint64_t result = 0;

	if (!thread)
		return lupe_bind_gone(L, 1);
	error = lupe_thread_call_at_once(thread, function, to, &result);
	if (error)
		return lupe_bind_fail(L, error);
	lua_pushinteger(L, (lua_Integer)result);
	return 1;
}

/* --- going back --- */

/* Registers and signal mask, of a thread, in a userdata. */
struct captured {
	struct lupe_bind_object head;
	struct lupe_regs *regs;
	uint64_t mask;
};

static int captured_release(lua_State *L);

static const luaL_Reg captured_meta[] = {{"__gc", captured_release}, {NULL, NULL}};
static const struct lupe_bind_type captured_type = {
    .name = "captured", .size = sizeof(struct captured), .meta = captured_meta};

static int captured_release(lua_State *L)
{
	struct captured *self = lupe_bind_check(L, 1, &captured_type);

	free(self->regs);
	self->regs = NULL;
	return 0;
}

/* t:capture() -> what t:go_back wants | nil, message, code */
static int thread_capture(lua_State *L)
{
	struct lupe_thread *thread = lupe_bind_thread(L, 1);
	struct captured *self;
	struct lupe_error *error;

	if (!thread)
		return lupe_bind_gone(L, 1);
	self = lupe_bind_new(L, &captured_type, 1);
	error = lupe_thread_capture(thread, &self->regs, &self->mask);
	return error ? lupe_bind_fail(L, error) : 1;
}

/* t:go_back(captured) -> true | nil, message, code */
static int thread_go_back(lua_State *L)
{
	struct lupe_thread *thread = lupe_bind_thread(L, 1);
	struct captured *self = lupe_bind_check(L, 2, &captured_type);

	return thread ? lupe_bind_result(L, lupe_thread_go_back(thread, self->regs, self->mask))
		      : lupe_bind_gone(L, 1);
}

static const luaL_Reg methods[] = {
    {"capture", thread_capture}, {"go_back", thread_go_back},
    {"call_at_once", thread_call_at_once}, {"call_begin", thread_call_begin}, {"call_end", thread_call_end}, {NULL, NULL}};

static void open_call(lua_State *L)
{
	lupe_bind_register(L, &captured_type);
	lupe_bind_add_methods(L, &lupe_bind_thread_type, methods);
}
LUPE_BIND_MODULE(open_call);
