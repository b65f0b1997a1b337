/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Types as Lua sees them: tostring(t) is the C name, t.kind, t.size, t.target, t.fields, t:pointer(), t:array(n),
 * t:definition(). The same object for the same type, as long as Lua refers to it.
 */
#include <string.h>
#include "base/buffer.h"
#include "modules.h"

static const char TYPES[] = "lupe.types"; /* in the registry: type to its object, weakly */

struct bind_type_object {
	struct lupe_bind_object head;
	const struct lupe_type *type;
};

static const struct lupe_bind_type type_type;

static const struct lupe_type *type_at(lua_State *L, int arg)
{
	return ((struct bind_type_object *)lupe_bind_check(L, arg, &type_type))->type;
}

const struct lupe_type *lupe_bind_check_type(lua_State *L, int arg) { return type_at(L, arg); }

void lupe_bind_push_type(lua_State *L, const struct lupe_type *type)
{
	struct bind_type_object *object;

	if (!type) {
		lua_pushnil(L);
		return;
	}
	lua_getfield(L, LUA_REGISTRYINDEX, TYPES);
	if (lua_rawgetp(L, -1, type) == LUA_TNIL) {
		lua_pop(L, 1);
		object = lupe_bind_new(L, &type_type, 0);
		object->type = type;
		lua_pushvalue(L, -1);
		lua_rawsetp(L, -3, type);
	}
	lua_remove(L, -2);
}

static const struct lupe_type *self_type(void *self) { return ((struct bind_type_object *)self)->type; }
static const struct lupe_type *bare(void *self) { return lupe_type_strip(self_type(self)); }

static void get_name(lua_State *L, void *self)
{
	struct lupe_buffer *out = lupe_bind_scratch(L);

	lupe_type_print_name(out, self_type(self), NULL);
	lupe_bind_push_buffer(L, out);
}

/* Of what is behind typedefs. */
static void get_kind(lua_State *L, void *self)
{
	static const char *const names[] = {
	    [LUPE_KIND_VOID] = "void",	       [LUPE_KIND_INT] = "int",
	    [LUPE_KIND_UINT] = "int",	       [LUPE_KIND_BOOL] = "bool",
	    [LUPE_KIND_CHAR] = "char",	       [LUPE_KIND_FLOAT] = "float",
	    [LUPE_KIND_ENUM] = "enum",	       [LUPE_KIND_FLAGS] = "enum",
	    [LUPE_KIND_POINTER] = "pointer",   [LUPE_KIND_STRING] = "string",
	    [LUPE_KIND_BYTES] = "bytes",       [LUPE_KIND_ARRAY] = "array",
	    [LUPE_KIND_STRUCT] = "struct",     [LUPE_KIND_UNION] = "union",
	    [LUPE_KIND_FUNCTION] = "function", [LUPE_KIND_TYPEDEF] = "typedef",
	    [LUPE_KIND_CUSTOM] = "custom",
	};
	const struct lupe_type *type = bare(self);

	lua_pushstring(L, type ? names[type->kind] : "void");
}

static void get_size(lua_State *L, void *self)
{
	lua_pushinteger(L, (lua_Integer)lupe_type_size(self_type(self)));
}

static void get_signed(lua_State *L, void *self)
{
	const struct lupe_type *type = bare(self);

	lua_pushboolean(L, type && (type->kind == LUPE_KIND_INT || type->is_signed));
}

/* What a pointer points to, an array consists of, a function returns; of a typedef's: behind it. */
static void get_target(lua_State *L, void *self)
{
	const struct lupe_type *type = bare(self);

	lupe_bind_push_type(L, type ? type->target : NULL);
}

static void get_count(lua_State *L, void *self)
{
	const struct lupe_type *type = bare(self);

	if (type && type->kind == LUPE_KIND_ARRAY)
		lua_pushinteger(L, (lua_Integer)type->count);
	else
		lua_pushnil(L);
}

static void get_is_typedef(lua_State *L, void *self)
{
	const struct lupe_type *type = self_type(self);

	lua_pushboolean(L, type->kind == LUPE_KIND_TYPEDEF && !type->is_qualifier);
}

static void get_is_reference(lua_State *L, void *self)
{
	const struct lupe_type *type = bare(self);

	lua_pushboolean(L, type && type->is_reference);
}

/* The type behind one typedef or qualifier; itself when it is none. */
static void get_alias_of(lua_State *L, void *self)
{
	const struct lupe_type *type = self_type(self);

	lupe_bind_push_type(L, type->kind == LUPE_KIND_TYPEDEF ? type->target : type);
}

static void set_integer(lua_State *L, const char *name, lua_Integer number)
{
	lua_pushinteger(L, number);
	lua_setfield(L, -2, name);
}

static void push_field(lua_State *L, const struct lupe_member *member)
{
	lua_createtable(L, 0, 6);
	if (member->name) {
		lua_pushstring(L, member->name);
		lua_setfield(L, -2, "name");
	}
	lupe_bind_push_type(L, member->type);
	lua_setfield(L, -2, "type");
	set_integer(L, "offset", member->offset);
	if (member->bit_size) {
		set_integer(L, "bit_size", member->bit_size);
		set_integer(L, "bit_offset", member->bit_offset);
	}
	lua_pushboolean(L, member->flags & LUPE_MEMBER_BASE);
	lua_setfield(L, -2, "is_base");
	lua_pushboolean(L, member->flags & LUPE_MEMBER_STATIC);
	lua_setfield(L, -2, "is_static");
}

/* { { name, type, offset, bit_size, bit_offset, is_base, is_static }, ... }: members of a struct, parameters of a
 * function. Offsets and sizes in bytes, bits of a bit-field from the lowest of the byte at `offset` on. */
static void get_fields(lua_State *L, void *self)
{
	const struct lupe_type *type = bare(self);

	lua_newtable(L);
	for (size_t i = 0; type && i < type->n_members; i++) {
		push_field(L, &type->members[i]);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
}

/* { { name, value }, ... } */
static void get_enumerators(lua_State *L, void *self)
{
	const struct lupe_type *type = bare(self);

	lua_newtable(L);
	for (size_t i = 0; type && i < type->n_enumerators; i++) {
		lua_createtable(L, 0, 2);
		lua_pushstring(L, type->enumerators[i].name);
		lua_setfield(L, -2, "name");
		set_integer(L, "value", (lua_Integer)type->enumerators[i].value);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
}

static const struct lupe_bind_field type_fields[] = {
    {"name", get_name, NULL},		  {"kind", get_kind, NULL},
    {"size", get_size, NULL},		  {"signed", get_signed, NULL},
    {"target", get_target, NULL},	  {"count", get_count, NULL},
    {"is_typedef", get_is_typedef, NULL}, {"is_reference", get_is_reference, NULL},
    {"alias_of", get_alias_of, NULL},	  {"fields", get_fields, NULL},
    {"enumerators", get_enumerators, NULL}, {NULL, NULL, NULL},
};

/* t:pointer(): the type of pointers to it */
static int type_pointer(lua_State *L)
{
	lupe_bind_push_type(L, lupe_bind_pointer_to(L, type_at(L, 1)));
	return 1;
}

/* t:array(n): the type of n of it in a row */
static int type_array(lua_State *L)
{
	lua_Integer count = luaL_checkinteger(L, 2);

	luaL_argcheck(L, count >= 0 && count <= INT32_MAX, 2, "a number of elements is expected");
	lupe_bind_push_type(L, lupe_bind_array_of(L, type_at(L, 1), (uint64_t)count));
	return 1;
}

/* t:definition(): what it is made of, as C writes it */
static int type_definition(lua_State *L)
{
	struct lupe_buffer *out = lupe_bind_scratch(L);

	lupe_type_print_definition(out, type_at(L, 1));
	lupe_bind_push_buffer(L, out);
	return 1;
}

/* t:field(name) -> offset, type; also of members of its bases and of nameless members. nil: there is none */
static int type_field(lua_State *L)
{
	uint32_t offset = 0;
	const struct lupe_member *member =
	    lupe_type_member(lupe_type_strip(type_at(L, 1)), luaL_checkstring(L, 2), &offset);

	if (!member)
		return 0;
	push_field(L, member);
	set_integer(L, "offset", offset);
	return 1;
}

static int type_tostring(lua_State *L)
{
	get_name(L, lupe_bind_check(L, 1, &type_type));
	return 1;
}

static int type_equal(lua_State *L)
{
	const struct bind_type_object *a = lupe_bind_test(L, 1, &type_type);
	const struct bind_type_object *b = lupe_bind_test(L, 2, &type_type);

	lua_pushboolean(L, a && b && a->type == b->type);
	return 1;
}

static const luaL_Reg type_methods[] = {{"pointer", type_pointer},
					{"array", type_array},
					{"definition", type_definition},
					{"field", type_field},
					{NULL, NULL}};
static const luaL_Reg type_meta[] = {{"__tostring", type_tostring}, {"__eq", type_equal}, {NULL, NULL}};

static const struct lupe_bind_type type_type = {
    .name = "type",
    .size = sizeof(struct bind_type_object),
    .fields = type_fields,
    .methods = type_methods,
    .meta = type_meta,
};

static void open_type(lua_State *L)
{
	lupe_bind_register(L, &type_type);
	lua_newtable(L);
	lua_createtable(L, 0, 1);
	lua_pushliteral(L, "v");
	lua_setfield(L, -2, "__mode");
	lua_setmetatable(L, -2);
	lua_setfield(L, LUA_REGISTRYINDEX, TYPES);
}
LUPE_BIND_MODULE(open_type);
