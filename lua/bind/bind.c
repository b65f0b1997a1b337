/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Types of userdata and handles, as bind.h promises them to the other files of this room.
 *
 * A type's metatable has __index and __newindex with two upvalues: the table of its members (a name to
 * a light userdata of the field, or to a method) and the type. An object is told from any other userdata
 * by the address of its type at its start: no check looks anything up by name. Handles of threads and
 * processes are kept in a weak table by their generation, which is unique among both; the last one of a
 * process also by its negative pid.
 */
#include "bind.h"

#include <stdio.h>
#include <string.h>
#include "handles.h"

static const char HANDLES[] = "lupe.handles";

/* --- types --- */

static struct lupe_bind_object *object_at(lua_State *L, int arg)
{
	return lua_touserdata(L, arg);
}

/* The name of the type of the metatable's members. */
static const struct lupe_bind_type *upvalue_type(lua_State *L)
{
	return lua_touserdata(L, lua_upvalueindex(2));
}

static int index_object(lua_State *L)
{
	const struct lupe_bind_type *type = upvalue_type(L);
	void *self = lupe_bind_check(L, 1, type); /* a script can call this with anything */

	lua_settop(L, 2);
	lua_pushvalue(L, 2);
	lua_rawget(L, lua_upvalueindex(1));
	if (lua_islightuserdata(L, -1)) {
		const struct lupe_bind_field *field = lua_touserdata(L, -1);

		lua_settop(L, 2);
		field->get(L, self);
		return 1;
	}
	if (!lua_isnil(L, -1))
		return 1;
	lua_settop(L, 2);
	if (lua_type(L, 2) == LUA_TSTRING) {
		if (type->get_other && type->get_other(L, self, lua_tostring(L, 2)))
			return 1;
		return lupe_bind_unknown(L, type->name, lua_tostring(L, 2), lua_upvalueindex(1));
	}
	return lupe_bind_misuse(L, "%s has no member of type %s", type->name, luaL_typename(L, 2));
}

static int newindex_object(lua_State *L)
{
	const struct lupe_bind_type *type = upvalue_type(L);
	void *self = lupe_bind_check(L, 1, type);
	const char *name = luaL_checkstring(L, 2);

	lua_settop(L, 3);
	lua_pushvalue(L, 2);
	lua_rawget(L, lua_upvalueindex(1));
	if (lua_islightuserdata(L, -1)) {
		const struct lupe_bind_field *field = lua_touserdata(L, -1);

		lua_settop(L, 3);
		if (!field->set)
			return lupe_bind_misuse(L, "%s.%s cannot be assigned", type->name, name);
		field->set(L, self);
		return 0;
	}
	if (!lua_isnil(L, -1))
		return lupe_bind_misuse(L, "%s.%s is a method and cannot be assigned", type->name, name);
	lua_settop(L, 3);
	if (type->set_other && type->set_other(L, self, name))
		return 0;
	return lupe_bind_unknown(L, type->name, name, lua_upvalueindex(1));
}

/* The table of members: what core.methods shows, without the fields. */
static void push_members(lua_State *L, const struct lupe_bind_type *type)
{
	lua_newtable(L);
	for (const luaL_Reg *method = type->methods; method && method->name; method++) {
		lua_pushcfunction(L, method->func);
		lua_setfield(L, -2, method->name);
	}
	for (const struct lupe_bind_field *field = type->fields; field && field->name; field++) {
		lua_pushlightuserdata(L, (void *)field);
		lua_setfield(L, -2, field->name);
	}
}

void lupe_bind_register(lua_State *L, const struct lupe_bind_type *type)
{
	lua_newtable(L);
	lua_pushvalue(L, -1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, type);
	lua_pushstring(L, type->name);
	lua_setfield(L, -2, "__name");
	push_members(L, type);
	lua_pushvalue(L, -1);
	lua_setfield(L, -3, "__members");
	lua_pushvalue(L, -1);
	lua_pushlightuserdata(L, (void *)type);
	lua_pushcclosure(L, index_object, 2);
	lua_setfield(L, -3, "__index");
	lua_pushlightuserdata(L, (void *)type);
	lua_pushcclosure(L, newindex_object, 2);
	lua_setfield(L, -2, "__newindex");
	if (type->meta)
		luaL_setfuncs(L, type->meta, 0);
	lua_pop(L, 1);
}

void lupe_bind_push_methods(lua_State *L, const struct lupe_bind_type *type)
{
	lua_rawgetp(L, LUA_REGISTRYINDEX, type);
	lua_getfield(L, -1, "__members");
	lua_remove(L, -2);
}

void lupe_bind_add_methods(lua_State *L, const struct lupe_bind_type *type, const luaL_Reg *methods)
{
	lupe_bind_push_methods(L, type);
	luaL_setfuncs(L, methods, 0);
	lua_pop(L, 1);
}

void *lupe_bind_new(lua_State *L, const struct lupe_bind_type *type, int owner)
{
	struct lupe_bind_session *session = owner ? object_at(L, owner)->session : NULL;
	struct lupe_bind_object *object = lua_newuserdatauv(L, type->size, 2);

	memset(object, 0, type->size);
	object->type = type;
	object->session = session;
	lua_rawgetp(L, LUA_REGISTRYINDEX, type);
	lua_setmetatable(L, -2);
	return object;
}

void *lupe_bind_test(lua_State *L, int arg, const struct lupe_bind_type *type)
{
	struct lupe_bind_object *object =
	    lua_type(L, arg) == LUA_TUSERDATA ? lua_touserdata(L, arg) : NULL;

	return object && lua_rawlen(L, arg) >= sizeof(*object) && object->type == type ? object : NULL;
}

void *lupe_bind_check(lua_State *L, int arg, const struct lupe_bind_type *type)
{
	void *object = lupe_bind_test(L, arg, type);

	if (!object)
		lupe_bind_misuse(L, "a %s is expected, got %s", type->name, luaL_typename(L, arg));
	return object;
}

/* --- session --- */

/* The object at `owner`, of whatever type; raises when it is none of ours. */
static struct lupe_bind_object *check_object(lua_State *L, int owner)
{
	struct lupe_bind_object *object =
	    lua_type(L, owner) == LUA_TUSERDATA ? lua_touserdata(L, owner) : NULL;
	bool ours = object && lua_rawlen(L, owner) >= sizeof(*object) && lua_getmetatable(L, owner);

	if (ours) {
		lua_rawgetp(L, LUA_REGISTRYINDEX, object->type);
		ours = lua_rawequal(L, -1, -2);
		lua_pop(L, 2);
	}
	if (!ours)
		lupe_bind_misuse(L, "a session is expected, got %s", luaL_typename(L, owner));
	return object;
}

struct lupe_session *lupe_bind_session(lua_State *L, int owner)
{
	struct lupe_bind_object *object = check_object(L, owner);

	return object->session ? object->session->session : NULL;
}

struct lupe_session *lupe_bind_check_session(lua_State *L, int owner)
{
	struct lupe_session *session = lupe_bind_session(L, owner);

	if (!session)
		lupe_bind_misuse(L, "the session is closed");
	return session;
}

/* --- handles --- */

static struct bind_handle *handle_at(lua_State *L, int arg)
{
	struct bind_handle *handle = lupe_bind_test(L, arg, &lupe_bind_process_type);

	return handle ? handle : lupe_bind_test(L, arg, &lupe_bind_thread_type);
}

struct lupe_process *lupe_bind_process(lua_State *L, int arg)
{
	struct bind_handle *handle = lupe_bind_check(L, arg, &lupe_bind_process_type);
	struct lupe_session *session = lupe_bind_session(L, arg);
	struct lupe_process *process = session ? lupe_session_process(session, handle->id) : NULL;

	return process && lupe_process_generation(process) == handle->generation ? process : NULL;
}

static struct lupe_thread *find_thread(struct lupe_session *session, pid_t tid, uint32_t generation)
{
	struct lupe_thread *thread = session ? lupe_session_thread(session, tid) : NULL;

	return thread && lupe_thread_generation(thread) == generation ? thread : NULL;
}

struct lupe_thread *lupe_bind_thread(lua_State *L, int arg)
{
	struct bind_handle *handle = lupe_bind_check(L, arg, &lupe_bind_thread_type);

	return find_thread(lupe_bind_session(L, arg), handle->id, handle->generation);
}

struct lupe_thread *lupe_bind_thread_or_event(lua_State *L, int arg)
{
	struct bind_event *event = lupe_bind_test(L, arg, &lupe_bind_event_type);

	if (!event)
		return lupe_bind_thread(L, arg);
	return find_thread(lupe_bind_session(L, arg), event->event.tid, event->event.generation);
}

static void describe_gone(lua_State *L, int arg, char *text, size_t size)
{
	struct bind_event *event = lupe_bind_test(L, arg, &lupe_bind_event_type);
	struct bind_handle *handle = event ? NULL : handle_at(L, arg);
	bool is_process = handle && handle->head.type == &lupe_bind_process_type;

	if (!lupe_bind_session(L, arg))
		snprintf(text, size, "the session is closed");
	else
		snprintf(text, size, "%s %d has exited", is_process ? "process" : "thread",
			 event ? event->event.tid : handle ? handle->id : 0);
}

int lupe_bind_gone(lua_State *L, int arg)
{
	char text[64];

	describe_gone(L, arg, text, sizeof(text));
	lua_pushnil(L);
	lua_pushstring(L, text);
	lua_pushliteral(L, "exited");
	return 3;
}

static void raise_gone(lua_State *L, int arg)
{
	char text[64];

	describe_gone(L, arg, text, sizeof(text));
	lupe_bind_misuse(L, "%s", text);
}

struct lupe_process *lupe_bind_check_process(lua_State *L, int arg)
{
	struct lupe_process *process = lupe_bind_process(L, arg);

	if (!process)
		raise_gone(L, arg);
	return process;
}

struct lupe_thread *lupe_bind_check_thread(lua_State *L, int arg)
{
	struct lupe_thread *thread = lupe_bind_thread_or_event(L, arg);

	if (!thread)
		raise_gone(L, arg);
	return thread;
}

static void push_handle(lua_State *L, int owner, const struct lupe_bind_type *type, pid_t id,
			uint32_t generation)
{
	struct bind_handle *handle;

	owner = lua_absindex(L, owner);
	lua_getfield(L, LUA_REGISTRYINDEX, HANDLES);
	if (lua_rawgeti(L, -1, generation) == LUA_TNIL) {
		lua_pop(L, 1);
		handle = lupe_bind_new(L, type, owner);
		handle->id = id;
		handle->generation = generation;
		lua_pushvalue(L, -1);
		lua_rawseti(L, -3, generation);
	}
	lua_remove(L, -2);
}

void lupe_bind_push_process(lua_State *L, int owner, struct lupe_process *process)
{
	pid_t pid = lupe_process_pid(process);

	push_handle(L, owner, &lupe_bind_process_type, pid, lupe_process_generation(process));
	lua_getfield(L, LUA_REGISTRYINDEX, HANDLES);
	lua_pushvalue(L, -2);
	lua_rawseti(L, -2, -(lua_Integer)pid);
	lua_pop(L, 1);
}

void lupe_bind_push_gone_process(lua_State *L, int owner, pid_t pid)
{
	struct bind_handle *handle;

	owner = lua_absindex(L, owner);
	lua_getfield(L, LUA_REGISTRYINDEX, HANDLES);
	lua_rawgeti(L, -1, -(lua_Integer)pid);
	lua_remove(L, -2);
	if (!lua_isnil(L, -1))
		return;
	lua_pop(L, 1);
	handle = lupe_bind_new(L, &lupe_bind_process_type, owner);
	handle->id = pid; /* no process has generation 0 */
}

void lupe_bind_push_thread_handle(lua_State *L, int owner, pid_t tid, uint32_t generation)
{
	push_handle(L, owner, &lupe_bind_thread_type, tid, generation);
}

void lupe_bind_push_thread(lua_State *L, int owner, struct lupe_thread *thread)
{
	push_handle(L, owner, &lupe_bind_thread_type, lupe_thread_tid(thread),
		    lupe_thread_generation(thread));
}

static void make_weak_handles(lua_State *L)
{
	lua_newtable(L);
	lua_newtable(L);
	lua_pushliteral(L, "v");
	lua_setfield(L, -2, "__mode");
	lua_setmetatable(L, -2);
	lua_setfield(L, LUA_REGISTRYINDEX, HANDLES);
}

void lupe_bind_init(lua_State *L)
{
	make_weak_handles(L);
	lupe_bind_init_memory(L);
}
