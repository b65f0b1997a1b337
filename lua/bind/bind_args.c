/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ev.args: the arguments of a syscall by name, or by position from 1 on. Scalars are read from the call
 * without decoding anything; the first argument that lies in memory decodes them all. Assigning at the
 * entry gives the kernel another argument.
 */
#include <stdio.h>
#include <string.h>
#include "base/arena.h"
#include "base/cleanup.h"
#include "handles.h"

enum { SHORT_STRING = 4096 };

/* What a script may read of one argument. */
static const struct lupe_decode_limits limits = {
    .string_max = 1 << 20,
    .path_max = 4095,
    .array_max = 65536,
    .depth_max = 16,
    .values_max = 1 << 20,
    .verbose = true,
};

void lupe_bind_push_args(lua_State *L, int event)
{
	struct bind_event *owner = lupe_bind_check(L, event, &lupe_bind_event_type);
	struct bind_args *args;

	event = lua_absindex(L, event);
	if (lua_getiuservalue(L, event, 1) == LUA_TUSERDATA)
		return;
	lua_pop(L, 1);
	args = lupe_bind_new(L, &lupe_bind_args_type, event);
	args->event = owner;
	lua_pushvalue(L, event);
	lua_setiuservalue(L, -2, 1);
	lua_pushvalue(L, -1);
	lua_setiuservalue(L, event, 1);
}

static const struct lupe_syscall *syscall_of(const struct bind_args *args)
{
	return args->event->call.syscall;
}

static unsigned count_of(const struct bind_args *args)
{
	return syscall_of(args) ? syscall_of(args)->n_args : LUPE_SYSCALL_MAX_ARGS;
}

/* --- reading --- */

/* A number that needs no memory and depends on nothing. */
static bool is_plain(const struct lupe_member *member, const struct lupe_type *type)
{
	return type && !member->choice && !member->present &&
	       (type->kind == LUPE_KIND_INT || type->kind == LUPE_KIND_UINT ||
		type->kind == LUPE_KIND_ENUM || type->kind == LUPE_KIND_FLAGS);
}

static void push_plain(lua_State *L, const struct lupe_type *type, uint64_t word)
{
	bool is_signed = type->kind == LUPE_KIND_INT ||
			 (type->kind == LUPE_KIND_ENUM && type->is_signed);

	switch (type->size) {
	case 1:
		word = is_signed ? (uint64_t)(int8_t)word : (uint8_t)word;
		break;
	case 2:
		word = is_signed ? (uint64_t)(int16_t)word : (uint16_t)word;
		break;
	case 4:
		word = is_signed ? (uint64_t)(int32_t)word : (uint32_t)word;
		break;
	default:
		break;
	}
	lua_pushinteger(L, (lua_Integer)word);
}

/* Decodes all arguments; the arena becomes user value 2. `self` is the index of the args. */
static void decode(lua_State *L, int self, struct bind_args *args)
{
	struct lupe_decode decode = {.limits = limits};

	lua_getiuservalue(L, self, 1);
	decode.memory = lupe_bind_event_memory(L, -1);
	if (!decode.memory)
		lupe_bind_check_live(L, -1); /* raises */
	lua_pop(L, 1);
	decode.arena = lupe_bind_push_arena(L);
	args->values = lupe_call_decode(&decode, &args->event->call);
	lua_setiuservalue(L, self, 2);
	if (!args->values)
		luaL_error(L, "out of memory");
}

/* A string that the kernel reads up to its NUL: most often what is asked for, and nothing to decode.
 * False when it is no such, or has to be looked at more closely. */
static bool push_string(lua_State *L, int self, const struct bind_args *args, unsigned index,
			const struct lupe_member *member, const struct lupe_type *type)
{
	const struct lupe_type *target =
	    type && type->kind == LUPE_KIND_POINTER ? lupe_type_strip(type->target) : NULL;
	const struct lupe_call *call = &args->event->call;
	const struct lupe_memory *memory;
	char text[SHORT_STRING];
	size_t length;

	if (!target || target->kind != LUPE_KIND_STRING || target->size || target->ops ||
	    member->choice || member->present || member->flow != LUPE_FLOW_IN ||
	    member->count.kind != LUPE_COUNT_ONE ||
	    (call->finished && (call->syscall->flags & LUPE_SYSCALL_REPLACES_MEMORY)))
		return false;
	lua_getiuservalue(L, self, 1);
	memory = lupe_bind_event_memory(L, -1);
	lua_pop(L, 1);
	if (!memory || !lupe_memory_read_string(memory, call->args[index], text, sizeof(text), &length))
		return false;
	lua_pushlstring(L, text, length);
	return true;
}

/* What cannot be read may be a wrong address, or a target that is no more. */
static void check_readable(lua_State *L, int self, const struct lupe_value *value)
{
	struct lupe_thread *thread;

	if (!(value->flags & LUPE_VALUE_UNREADABLE) &&
	    !(value->n_children && (value->children->flags & LUPE_VALUE_UNREADABLE)))
		return;
	lua_getiuservalue(L, self, 1);
	thread = lupe_bind_thread_or_event(L, -1);
	if (thread)
		lupe_bind_check_alive(L, thread);
	lua_pop(L, 1);
}

void lupe_bind_push_arg(lua_State *L, int self, unsigned index)
{
	struct bind_args *args = lupe_bind_check(L, self, &lupe_bind_args_type);
	const struct lupe_syscall *syscall = syscall_of(args);
	const struct lupe_member *member = syscall ? &syscall->args[index] : NULL;
	const struct lupe_type *type = member ? lupe_type_strip(member->type) : NULL;

	self = lua_absindex(L, self);
	if (!member) {
		lua_pushinteger(L, (lua_Integer)args->event->call.args[index]);
		return;
	}
	if (is_plain(member, type)) {
		push_plain(L, type, args->event->call.args[index]);
		return;
	}
	if (push_string(L, self, args, index, member, type))
		return;
	if (!args->values)
		decode(L, self, args);
	check_readable(L, self, &args->values->children[index]);
	lua_getiuservalue(L, self, 1);
	lua_getiuservalue(L, self, 2);
	lupe_bind_push_value(L, -2, -1, &args->values->children[index]);
	lua_replace(L, -3);
	lua_pop(L, 1);
}

/* The index of the argument that the key at `arg` names; raises. */
static unsigned check_index(lua_State *L, struct bind_args *args, int arg)
{
	const struct lupe_syscall *syscall = syscall_of(args);
	const char *name;

	if (lua_isinteger(L, arg)) {
		lua_Integer i = lua_tointeger(L, arg);

		if (i < 1 || i > (lua_Integer)count_of(args))
			lupe_bind_misuse(L, "%s has %d arguments", syscall ? syscall->name : "a syscall",
					 (int)count_of(args));
		return (unsigned)i - 1;
	}
	name = luaL_checkstring(L, arg);
	for (unsigned i = 0; syscall && i < syscall->n_args; i++)
		if (!strcmp(syscall->args[i].name, name))
			return i;
	lua_newtable(L);
	for (unsigned i = 0; syscall && i < syscall->n_args; i++) {
		lua_pushboolean(L, true);
		lua_setfield(L, -2, syscall->args[i].name);
	}
	return (unsigned)lupe_bind_unknown(L, syscall ? syscall->name : "an unknown syscall", name, -1);
}

static int args_index(lua_State *L)
{
	struct bind_args *args = lupe_bind_check(L, 1, &lupe_bind_args_type);

	lupe_bind_push_arg(L, 1, check_index(L, args, 2));
	return 1;
}

static int args_len(lua_State *L)
{
	lua_pushinteger(L, count_of(lupe_bind_check(L, 1, &lupe_bind_args_type)));
	return 1;
}

static int next_arg(lua_State *L)
{
	struct bind_args *args = lupe_bind_check(L, lua_upvalueindex(1), &lupe_bind_args_type);
	unsigned i = (unsigned)lua_tointeger(L, lua_upvalueindex(2));
	const struct lupe_syscall *syscall = syscall_of(args);

	if (i >= count_of(args))
		return 0;
	lua_pushinteger(L, i + 1);
	lua_replace(L, lua_upvalueindex(2));
	if (syscall)
		lua_pushstring(L, syscall->args[i].name);
	else
		lua_pushinteger(L, i + 1);
	lua_pushvalue(L, lua_upvalueindex(1));
	lupe_bind_push_arg(L, -1, i);
	lua_remove(L, -2);
	return 2;
}

/* for name, value in pairs(ev.args) do ... end, in the order of the call */
static int args_pairs(lua_State *L)
{
	lupe_bind_check(L, 1, &lupe_bind_args_type);
	lua_settop(L, 1);
	lua_pushinteger(L, 0);
	lua_pushcclosure(L, next_arg, 2);
	return 1;
}

/* --- assigning --- */

static bool add_symbol(const struct lupe_type *type, const char *name, uint64_t *number)
{
	uint64_t one;
	int signal;

	if (lupe_type_enumerator(type, name, &one)) {
		*number |= one;
		return true;
	}
	signal = type->role == LUPE_ROLE_SIGNAL ? lupe_signal_number(name) : -1;
	if (signal >= 0)
		*number = (uint64_t)signal;
	if (type->role == LUPE_ROLE_DIRFD && !strcmp(name, "AT_FDCWD")) {
		*number = (uint64_t)-100;
		return true;
	}
	return signal >= 0;
}

/* "O_RDWR|O_CREAT" by the enumerators of a type; with spaces or without. */
static bool parse_symbols(const struct lupe_type *type, const char *text, uint64_t *ret)
{
	char word[128];

	*ret = 0;
	for (text += strspn(text, " |"); *text; text += strspn(text, " |")) {
		size_t length = strcspn(text, " |");

		if (length >= sizeof(word))
			return false;
		snprintf(word, sizeof(word), "%.*s", (int)length, text);
		if (!add_symbol(type, word, ret))
			return false;
		text += length;
	}
	return true;
}

uint64_t lupe_bind_check_scalar(lua_State *L, int arg, const struct lupe_type *type, const char *what)
{
	uint64_t number;
	lua_Integer integer;
	int exact;

	type = lupe_type_strip(type);
	if (lua_isboolean(L, arg))
		return (uint64_t)lua_toboolean(L, arg);
	if (lua_type(L, arg) == LUA_TNUMBER) {
		integer = lua_tointegerx(L, arg, &exact);
		if (!exact)
			lupe_bind_misuse(L, "%s: %s is no integer", what, lua_tostring(L, arg));
		return (uint64_t)integer;
	}
	if (lua_type(L, arg) == LUA_TSTRING && type && parse_symbols(type, lua_tostring(L, arg), &number))
		return number;
	if (lua_type(L, arg) == LUA_TSTRING)
		lupe_bind_misuse(L, "%s: unknown name '%s'", what, lua_tostring(L, arg));
	lupe_bind_misuse(L, "%s: a number or a name is expected, got %s", what, luaL_typename(L, arg));
	return 0;
}

static bool is_pointer(const struct lupe_type *type)
{
	return !type || type->kind == LUPE_KIND_POINTER;
}

/* A changed count belongs to its changed bytes. */
static struct lupe_error *set_count(struct lupe_thread *thread, const struct lupe_member *member,
				    size_t size)
{
	if (member->count.kind != LUPE_COUNT_MEMBER || member->count.member == LUPE_NO_MEMBER)
		return NULL;
	return lupe_thread_set_arg(thread, member->count.member, size - member->count.number);
}

/* A string gets its NUL (Lua's have one behind them); the size of a buffer is its argument's, too. */
static struct lupe_error *set_bytes(struct lupe_thread *thread, unsigned index,
				    const struct lupe_member *member, const char *bytes, size_t size)
{
	const struct lupe_type *target =
	    member ? lupe_type_strip(lupe_type_strip(member->type)->target) : NULL;
	struct lupe_error *error = lupe_thread_set_arg_bytes(thread, index, bytes, size + 1);

	if (error || !member || (target && target->kind == LUPE_KIND_STRING))
		return error;
	return set_count(thread, member, size);
}

static struct lupe_error *set_value(lua_State *L, struct lupe_thread *thread, unsigned index,
				    const struct lupe_member *member)
{
	const struct lupe_type *type = member ? lupe_type_strip(member->type) : NULL;
	const char *name = member ? member->name : "argument", *bytes;
	size_t size;

	if (lua_isnil(L, 3))
		return lupe_thread_set_arg(thread, index, 0);
	if (lua_istable(L, 3) && is_pointer(type))
		return lupe_thread_set_arg_strings(thread, index,
						   lupe_bind_check_strings(L, 3, name));
	if (lua_type(L, 3) == LUA_TSTRING && is_pointer(type)) {
		bytes = lua_tolstring(L, 3, &size);
		return set_bytes(thread, index, member, bytes, size);
	}
	return lupe_thread_set_arg(thread, index, lupe_bind_check_scalar(L, 3, type, name));
}

static int args_newindex(lua_State *L)
{
	struct bind_args *args = lupe_bind_check(L, 1, &lupe_bind_args_type);
	unsigned index = check_index(L, args, 2);
	const struct lupe_syscall *syscall = syscall_of(args);
	struct lupe_thread *thread;
	struct lupe_error *error;

	if (args->event->event.kind != LUPE_EVENT_SYSCALL_ENTRY)
		return lupe_bind_misuse(L, "arguments can be changed at the entry: use on_enter");
	lua_getiuservalue(L, 1, 1);
	thread = lupe_bind_check_live(L, -1);
	lua_settop(L, 3);
	error = set_value(L, thread, index, syscall ? &syscall->args[index] : NULL);
	if (lupe_error_is_exited(error)) /* its end will be told: no failure of the script */
		return 0;
	if (error)
		return lupe_bind_raise(L, error);
	args->event->call = *lupe_thread_call(thread);
	args->values = NULL; /* decoded anew when asked for */
	return 0;
}

static int args_tostring(lua_State *L)
{
	struct bind_args *args = lupe_bind_check(L, 1, &lupe_bind_args_type);

	lua_pushfstring(L, "arguments of %s", syscall_of(args) ? syscall_of(args)->name : "a syscall");
	return 1;
}

static const luaL_Reg meta[] = {{"__index", args_index},   {"__newindex", args_newindex},
				{"__len", args_len},	   {"__pairs", args_pairs},
				{"__tostring", args_tostring}, {NULL, NULL}};

const struct lupe_bind_type lupe_bind_args_type = {
    .name = "args",
    .size = sizeof(struct bind_args),
    .meta = meta,
};
