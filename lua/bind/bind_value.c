/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Decoded values as Lua sees them: scalars as numbers, strings as strings, NULL as nil, structs and
 * arrays as objects. A pointer is what it points to. Members by name (v.st_size), elements by index from
 * 0 on as in C (v[3]). Assigning writes to the target.
 */
#include <string.h>
#include "base/arena.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "handles.h"
#include "modules.h"
#include "type/decode.h"

/* --- pushing --- */

static void push_object(lua_State *L, int owner, int arena, const struct lupe_value *value)
{
	struct bind_value *self;

	owner = lua_absindex(L, owner);
	arena = lua_absindex(L, arena);
	self = lupe_bind_new(L, &lupe_bind_value_type, owner);
	self->value = value;
	lua_pushvalue(L, arena);
	lua_setiuservalue(L, -2, 1);
	lua_pushvalue(L, owner);
	lua_setiuservalue(L, -2, 2);
}

static void push_pointer(lua_State *L, int owner, int arena, const struct lupe_value *value)
{
	const uint32_t address_only = LUPE_VALUE_PENDING | LUPE_VALUE_OPAQUE;

	if (!value->u || (value->flags & LUPE_VALUE_NULL))
		lua_pushnil(L);
	else if ((value->flags & address_only) || !value->n_children ||
		 (value->children->flags & (LUPE_VALUE_UNREADABLE | LUPE_VALUE_OPAQUE)))
		lua_pushinteger(L, (lua_Integer)value->u);
	else
		lupe_bind_push_value(L, owner, arena, value->children);
}

/* Raw bytes, or an object where there are parts to look at. */
static void push_compound(lua_State *L, int owner, int arena, const struct lupe_value *value,
			  const struct lupe_type *type)
{
	const struct lupe_type *element =
	    type->kind == LUPE_KIND_ARRAY ? lupe_type_strip(type->target) : NULL;
	bool chars = element && element->kind == LUPE_KIND_CHAR && element->size == 1;

	if ((type->kind == LUPE_KIND_CUSTOM || chars) && !value->n_children && value->bytes)
		lua_pushlstring(L, (const char *)value->bytes, value->n_bytes);
	else if (type->kind == LUPE_KIND_CUSTOM && !value->n_children)
		lua_pushinteger(L, value->i);
	else
		push_object(L, owner, arena, value);
}

void lupe_bind_push_value(lua_State *L, int owner, int arena, const struct lupe_value *value)
{
	const struct lupe_type *type = lupe_type_strip(value->type);

	if (!type || (value->flags & (LUPE_VALUE_ABSENT | LUPE_VALUE_UNREADABLE |
				      LUPE_VALUE_OPTIMIZED_OUT))) {
		lua_pushnil(L);
		return;
	}
	switch (type->kind) {
	case LUPE_KIND_INT:
	case LUPE_KIND_UINT:
	case LUPE_KIND_CHAR:
	case LUPE_KIND_ENUM:
	case LUPE_KIND_FLAGS:
		lua_pushinteger(L, value->i);
		break;
	case LUPE_KIND_BOOL:
		lua_pushboolean(L, value->u != 0);
		break;
	case LUPE_KIND_FLOAT:
		lua_pushnumber(L, value->f);
		break;
	case LUPE_KIND_POINTER:
		push_pointer(L, owner, arena, value);
		break;
	case LUPE_KIND_STRING:
	case LUPE_KIND_BYTES:
		lua_pushlstring(L, value->bytes ? (const char *)value->bytes : "", value->n_bytes);
		break;
	case LUPE_KIND_ARRAY:
	case LUPE_KIND_STRUCT:
	case LUPE_KIND_UNION:
	case LUPE_KIND_CUSTOM:
		push_compound(L, owner, arena, value, type);
		break;
	case LUPE_KIND_VOID:
	case LUPE_KIND_FUNCTION:
	case LUPE_KIND_TYPEDEF:
		lua_pushinteger(L, (lua_Integer)value->address);
		break;
	}
}

/* --- looking inside --- */

static struct bind_value *value_at(lua_State *L, int arg)
{
	return lupe_bind_check(L, arg, &lupe_bind_value_type);
}

/* Pushes a part of the value at index 1. */
static int push_part(lua_State *L, const struct lupe_value *part)
{
	lua_getiuservalue(L, 1, 2);
	lua_getiuservalue(L, 1, 1);
	lupe_bind_push_value(L, -2, -1, part);
	return 1;
}

static const char *describe(const struct lupe_value *value)
{
	const struct lupe_type *type = lupe_type_strip(value->type);

	return type && type->name ? type->name : "the value";
}

/* Members of an anonymous or inline one count as ours. */
static bool is_transparent(const struct lupe_value *part)
{
	return part->member &&
	       (!part->member->name ||
		(part->member->flags & (LUPE_MEMBER_INLINE | LUPE_MEMBER_BASE)));
}

/* Adds the names of the members that are there to the two at the top: a set of names, and their array. */
static void add_names(lua_State *L, const struct lupe_value *value)
{
	luaL_checkstack(L, 4, "nested too deep");
	for (uint32_t i = 0; i < value->n_children; i++) {
		const struct lupe_value *part = &value->children[i];

		if (is_transparent(part)) {
			add_names(L, part);
		} else if (part->member && !(part->flags & LUPE_VALUE_ABSENT) &&
			   !(part->member->flags & LUPE_MEMBER_HIDDEN)) {
			lua_pushstring(L, part->member->name);
			lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
			lua_pushboolean(L, true);
			lua_setfield(L, -3, part->member->name);
		}
	}
}

static void push_names(lua_State *L, const struct lupe_value *value)
{
	lua_newtable(L);
	lua_newtable(L);
	add_names(L, value);
}

static const struct lupe_value *check_part(lua_State *L, const struct lupe_value *value)
{
	const struct lupe_value *part;

	if (lua_isinteger(L, 2)) {
		lua_Integer i = lua_tointeger(L, 2);

		part = i >= 0 ? lupe_value_element(value, (size_t)i) : NULL;
		if (!part)
			lupe_bind_misuse(L, "%s has no element %d", describe(value), (int)i);
		return part;
	}
	part = lupe_value_member(value, luaL_checkstring(L, 2));
	if (!part) {
		push_names(L, value);
		lupe_bind_unknown(L, describe(value), lua_tostring(L, 2), -2);
	}
	return part;
}

static int value_index(lua_State *L)
{
	return push_part(L, check_part(L, value_at(L, 1)->value));
}

static int value_len(lua_State *L)
{
	lua_pushinteger(L, value_at(L, 1)->value->n_children);
	return 1;
}

/* The memory that the value lies in. What an execve was given may lie in this program's own, for a
 * launch, and is gone for the target in any case. */
static const struct lupe_memory *check_memory(lua_State *L)
{
	const struct bind_event *event;
	const struct lupe_memory *memory;

	lua_getiuservalue(L, 1, 2);
	event = lupe_bind_test(L, -1, &lupe_bind_event_type);
	if (event && event->call.syscall &&
	    (event->call.syscall->flags & LUPE_SYSCALL_REPLACES_MEMORY))
		lupe_bind_misuse(L, "the parts of an execve's arguments cannot be changed: assign the "
				    "argument");
	if (lupe_bind_test(L, -1, &lupe_bind_value_type))
		lupe_bind_misuse(L, "a copy cannot be assigned to: it is no part of the target");
	if (lupe_bind_test(L, -1, &lupe_bind_process_type))
		memory = lupe_process_memory(lupe_bind_check_process(L, -1));
	else
		memory = lupe_process_memory(lupe_thread_process(lupe_bind_check_thread(L, -1)));
	lua_pop(L, 1);
	return memory;
}

static bool is_text(const struct lupe_type *type)
{
	const struct lupe_type *element;

	if (type->kind == LUPE_KIND_STRING || type->kind == LUPE_KIND_BYTES)
		return true;
	element = type->kind == LUPE_KIND_ARRAY ? lupe_type_strip(type->target) : NULL;
	return element && element->kind == LUPE_KIND_CHAR && element->size == 1;
}

/* Text into a field of a fixed size, with its NUL where there is room for it. What was decoded follows. */
static struct lupe_error *write_text(lua_State *L, const struct lupe_memory *memory,
				     struct lupe_value *part)
{
	size_t size, room = lupe_type_size(part->type);
	const char *text = luaL_checklstring(L, 3, &size);
	struct lupe_error *error;

	if (size > room)
		return lupe_error_create(LUPE_ERROR_INVALID, "%zu bytes do not fit the %zu there are",
					 size, room);
	error = lupe_memory_write(memory, part->address, text, MIN(size + 1, room));
	if (!error && part->bytes) {
		part->n_bytes = MIN(size, part->n_bytes);
		memcpy((unsigned char *)part->bytes, text, part->n_bytes);
	}
	return error;
}

/* What was decoded, after `bits` were written. */
static void renew(struct lupe_value *part, const struct lupe_type *type, uint64_t bits)
{
	unsigned width = part->member && part->member->bit_size ? part->member->bit_size
								: 8 * type->size;

	part->u = bits;
	if (type->kind == LUPE_KIND_FLOAT || !width || width >= 64)
		return;
	part->u = bits << (64 - width);
	if (lupe_kind_is_signed(type))
		part->i >>= 64 - width;
	else
		part->u >>= 64 - width;
}

static struct lupe_error *write_scalar(lua_State *L, const struct lupe_memory *memory,
				       struct lupe_value *part, const struct lupe_type *type)
{
	const char *name = part->member && part->member->name ? part->member->name : "element";
	struct lupe_error *error;
	uint64_t bits;
	double real;

	if (type && type->kind == LUPE_KIND_FLOAT) {
		real = luaL_checknumber(L, 3);
		memcpy(&bits, &real, sizeof(bits));
	} else {
		bits = lupe_bind_check_scalar(L, 3, part->type, name);
	}
	error = lupe_value_write(memory, part, bits);
	if (!error && type)
		renew(part, type, bits);
	return error;
}

/* v.field = x: writes to the target, and to what was decoded. */
static int value_newindex(lua_State *L)
{
	struct lupe_value *part = (struct lupe_value *)check_part(L, value_at(L, 1)->value);
	const struct lupe_type *type = lupe_type_strip(part->type);
	const struct lupe_memory *memory = check_memory(L);
	struct lupe_error *error;

	if (type && is_text(type) && part->address)
		error = write_text(L, memory, part);
	else
		error = write_scalar(L, memory, part, type);
	if (error && !lupe_error_is_exited(error)) /* of a target that vanished its end will be told */
		return lupe_bind_raise(L, error);
	return 0;
}

/* --- walking --- */

/* Upvalues: the value, its names (nil: an array), the next position from 0 on. */
static int next_part(lua_State *L)
{
	lua_Integer i = lua_tointeger(L, lua_upvalueindex(3));
	const struct lupe_value *value, *part;

	lua_settop(L, 0);
	lua_pushvalue(L, lua_upvalueindex(1));
	value = value_at(L, 1)->value;
	if (lua_isnil(L, lua_upvalueindex(2))) {
		lua_pushinteger(L, i);
		part = lupe_value_element(value, (size_t)i);
	} else if (lua_geti(L, lua_upvalueindex(2), i + 1) == LUA_TSTRING) {
		part = lupe_value_member(value, lua_tostring(L, -1));
	} else {
		part = NULL;
	}
	if (!part)
		return 0;
	lua_pushinteger(L, i + 1);
	lua_replace(L, lua_upvalueindex(3));
	push_part(L, part);
	lua_replace(L, 3);
	lua_settop(L, 3);
	return 2;
}

/* for name, part in pairs(v) do ... end: members in their order, or elements from 0 on */
static int value_pairs(lua_State *L)
{
	const struct lupe_value *value = value_at(L, 1)->value;

	lua_settop(L, 1);
	if (value->n_children && !value->children->member) {
		lua_pushnil(L);
	} else {
		push_names(L, value);
		lua_remove(L, 2); /* the set */
	}
	lua_pushinteger(L, 0);
	lua_pushcclosure(L, next_part, 3);
	return 1;
}

static int value_eq(lua_State *L)
{
	const struct bind_value *a = lupe_bind_test(L, 1, &lupe_bind_value_type);
	const struct bind_value *b = lupe_bind_test(L, 2, &lupe_bind_value_type);

	lua_pushboolean(L, a && b && a->value->address && a->head.session == b->head.session &&
			       a->value->address == b->value->address &&
			       a->value->type == b->value->type);
	return 1;
}

static int value_tostring(lua_State *L)
{
	struct lupe_buffer *out = lupe_bind_scratch(L);

	lupe_value_print_c(out, value_at(L, 1)->value, &lupe_print_options_default);
	lupe_bind_push_buffer(L, out);
	return 1;
}

/* --- lupe.addr(v), lupe.typeof(v), lupe.copy(v), lupe.json(v) --- */

/* Where it lies in the target; nil when it lies in a register. */
static int core_value_addr(lua_State *L)
{
	const void *variable = lupe_bind_test(L, 1, &lupe_bind_variable_type);
	lupe_addr address = variable ? lupe_bind_variable_address(variable) : value_at(L, 1)->value->address;

	if (address)
		lua_pushinteger(L, (lua_Integer)address);
	else
		lua_pushnil(L);
	return 1;
}

/* A type (see bind_type.c); of numbers, strings and the like what type() says. */
static int core_value_type(lua_State *L)
{
	const void *variable = lupe_bind_test(L, 1, &lupe_bind_variable_type);
	const struct bind_value *value = lupe_bind_test(L, 1, &lupe_bind_value_type);

	luaL_checkany(L, 1);
	if (variable)
		lupe_bind_push_type(L, lupe_bind_variable_declared(variable));
	else if (value)
		lupe_bind_push_type(L, value->value->type);
	else
		lua_pushstring(L, luaL_typename(L, 1));
	return 1;
}

/* The decoded tree of the object at index 1, which may be more than one on the stack keeps. */
static const struct lupe_value *tree_at(lua_State *L)
{
	return lupe_bind_test(L, 1, &lupe_bind_variable_type) ? lupe_bind_variable_read(L, 1)
							       : value_at(L, 1)->value;
}

static int core_value_json(lua_State *L)
{
	const struct lupe_value *value = tree_at(L);
	struct lupe_buffer *out = lupe_bind_scratch(L);

	lupe_value_print_json(out, value);
	lupe_bind_push_buffer(L, out);
	return 1;
}

/* Copies the tree below `from`; false: out of memory. Its depth was limited when it was decoded. */
static bool copy_tree(struct lupe_arena *arena, struct lupe_value *to, const struct lupe_value *from)
{
	*to = *from;
	if (from->bytes && from->n_bytes)
		to->bytes = lupe_arena_copy(arena, from->bytes, from->n_bytes);
	if (from->n_children)
		to->children = lupe_arena_alloc(arena, from->n_children * sizeof(*to));
	if ((from->bytes && !to->bytes) || (from->n_children && !to->children))
		return false;
	for (uint32_t i = 0; i < from->n_children; i++)
		if (!copy_tree(arena, &to->children[i], &from->children[i]))
			return false;
	return true;
}

/* The value as it is now, apart from the target. Numbers and strings are their own copies. */
static int core_value_copy(lua_State *L)
{
	const struct lupe_value *from;
	struct bind_value *copy;
	struct lupe_arena *arena;
	struct lupe_value *value;
	int at;

	luaL_checkany(L, 1);
	lua_settop(L, 1);
	if (!lupe_bind_test(L, 1, &lupe_bind_value_type) && !lupe_bind_test(L, 1, &lupe_bind_variable_type))
		return 1;
	from = tree_at(L);
	copy = lupe_bind_new(L, &lupe_bind_value_type, 1);
	at = lua_gettop(L);
	arena = lupe_bind_push_arena(L);
	value = lupe_arena_alloc(arena, sizeof(*value));
	if (!value || !copy_tree(arena, value, from))
		return luaL_error(L, "out of memory");
	copy->value = value;
	lua_setiuservalue(L, at, 1);
	lua_pushvalue(L, at); /* it is its own owner: see check_memory */
	lua_setiuservalue(L, at, 2);
	return 1;
}

static const luaL_Reg meta[] = {
    {"__index", value_index},	    {"__newindex", value_newindex}, {"__len", value_len},
    {"__pairs", value_pairs},	    {"__eq", value_eq},		    {"__tostring", value_tostring},
    {NULL, NULL},
};

const struct lupe_bind_type lupe_bind_value_type = {
    .name = "value",
    .size = sizeof(struct bind_value),
    .meta = meta,
};

static const luaL_Reg functions[] = {{"value_addr", core_value_addr},
				     {"value_type", core_value_type},
				     {"value_json", core_value_json},
				     {"value_copy", core_value_copy},
				     {NULL, NULL}};

static void open_value(lua_State *L)
{
	luaL_setfuncs(L, functions, 0);
}
LUPE_BIND_MODULE(open_value);
