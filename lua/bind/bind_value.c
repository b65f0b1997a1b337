/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Decoded values as Lua sees them: scalars as numbers, strings as strings, NULL as nil, structs and
 * arrays as objects. A pointer is what it points to. Members by name (v.st_size), elements by index from
 * 0 on as in C (v[3]). Assigning writes to the target.
 */
#include <string.h>
#include "base/buffer.h"
#include "base/cleanup.h"
#include "handles.h"

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

/* The names of the members, for "did you mean". */
static void push_names(lua_State *L, const struct lupe_value *value)
{
	lua_newtable(L);
	for (uint32_t i = 0; i < value->n_children; i++) {
		const struct lupe_member *member = value->children[i].member;

		if (!member || !member->name)
			continue;
		lua_pushboolean(L, true);
		lua_setfield(L, -2, member->name);
	}
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
		lupe_bind_unknown(L, describe(value), lua_tostring(L, 2), -1);
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

static const struct lupe_memory *check_memory(lua_State *L)
{
	struct lupe_thread *thread;

	lua_getiuservalue(L, 1, 2);
	if (lupe_bind_test(L, -1, &lupe_bind_process_type))
		return lupe_process_memory(lupe_bind_check_process(L, -1));
	thread = lupe_bind_check_thread(L, -1);
	return lupe_process_memory(lupe_thread_process(thread));
}

/* v.field = x: writes to the target, and to what was decoded. */
static int value_newindex(lua_State *L)
{
	struct lupe_value *part = (struct lupe_value *)check_part(L, value_at(L, 1)->value);
	const struct lupe_type *type = lupe_type_strip(part->type);
	const struct lupe_memory *memory = check_memory(L);
	struct lupe_error *error;
	uint64_t number;
	double real;

	if (type && type->kind == LUPE_KIND_FLOAT) {
		real = luaL_checknumber(L, 3);
		memcpy(&number, &real, sizeof(number));
	} else {
		number = lupe_bind_check_scalar(L, 3, part->type,
						part->member && part->member->name ? part->member->name
										   : "element");
	}
	error = lupe_value_write(memory, part, number);
	if (error)
		return lupe_bind_raise(L, error);
	part->u = number;
	return 0;
}

static int next_part(lua_State *L)
{
	struct bind_value *self = value_at(L, 1);
	uint32_t i = (uint32_t)lua_tointeger(L, lua_upvalueindex(1));
	const struct lupe_value *part;

	lua_settop(L, 1);
	if (i >= self->value->n_children)
		return 0;
	part = &self->value->children[i];
	lua_pushinteger(L, i + 1);
	lua_replace(L, lua_upvalueindex(1));
	if (part->member && part->member->name)
		lua_pushstring(L, part->member->name);
	else
		lua_pushinteger(L, i);
	push_part(L, part);
	lua_replace(L, 3);
	lua_settop(L, 3);
	return 2;
}

/* for name, part in pairs(v) do ... end: members in their order, or elements from 0 on */
static int value_pairs(lua_State *L)
{
	value_at(L, 1);
	lua_pushinteger(L, 0);
	lua_pushcclosure(L, next_part, 1);
	lua_pushvalue(L, 1);
	return 2;
}

static int value_eq(lua_State *L)
{
	const struct bind_value *a = lupe_bind_test(L, 1, &lupe_bind_value_type);
	const struct bind_value *b = lupe_bind_test(L, 2, &lupe_bind_value_type);

	lua_pushboolean(L, a && b && a->value->address == b->value->address &&
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

/* --- lupe.addr(v), lupe.typeof(v), lupe.json(v) --- */

static int core_value_addr(lua_State *L)
{
	lua_pushinteger(L, (lua_Integer)value_at(L, 1)->value->address);
	return 1;
}

static int core_value_type(lua_State *L)
{
	lua_pushstring(L, describe(value_at(L, 1)->value));
	return 1;
}

static int core_value_json(lua_State *L)
{
	struct lupe_buffer *out = lupe_bind_scratch(L);

	lupe_value_print_json(out, value_at(L, 1)->value);
	lupe_bind_push_buffer(L, out);
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
				     {NULL, NULL}};

static void open_value(lua_State *L)
{
	luaL_setfuncs(L, functions, 0);
}
LUPE_BIND_MODULE(open_value);
