/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What lies in a program's memory as Lua sees it: numbers, booleans, text as strings, NULL as nil; structs, unions,
 * arrays and pointers as objects that know their type and address and read at each access. v.field and v[i] (from 0
 * on, as in C; v[{first, count}] for several) read, assigning writes. A pointer is used as what it points to: p.field, p[i].
 * Longer than other files: all of it is the one userdata that Lua calls a variable.
 *
 * Text: char * up to its NUL, arrays of char likewise, arrays of unsigned char whole.
 */
#include <string.h>
#include "base/arena.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "handles.h"
#include "modules.h"
#include "type/decode.h"

enum { TEXT_MAX = 1 << 16 }; /* characters of one string */

/* User value 1: the process. */
struct bind_variable {
	struct lupe_bind_object head;
	const struct lupe_type *type; /* as declared */
	lupe_addr address;	      /* where it lies; of a pointer: where it points to */
};

/* --- reading --- */

static const struct lupe_memory *memory_at(lua_State *L, int owner)
{
	if (lupe_bind_test(L, owner, &lupe_bind_process_type))
		return lupe_process_memory(lupe_bind_check_process(L, owner));
	return lupe_process_memory(lupe_thread_process(lupe_bind_check_thread(L, owner)));
}

static void prepare(lua_State *L, int owner, struct lupe_decode *decode)
{
	*decode = (struct lupe_decode){.memory = memory_at(L, owner), .limits = lupe_decode_limits_default};
	decode->limits.string_max = TEXT_MAX;
	decode->limits.array_max = lupe_print_options_default.array_max;
	decode->limits.text_only = true;
	decode->arena = lupe_bind_push_arena(L);
}

/* Decodes; the arena is on top. */
static struct lupe_value *read_at(lua_State *L, int owner, const struct lupe_type *type, lupe_addr address)
{
	struct lupe_decode decode;
	struct lupe_value *value;

	owner = lua_absindex(L, owner);
	prepare(L, owner, &decode);
	value = lupe_value_read(&decode, type, address);
	if (!value)
		luaL_error(L, "out of memory");
	return value;
}

static void push_object(lua_State *L, int owner, const struct lupe_type *type, lupe_addr address)
{
	struct bind_variable *self;

	owner = lua_absindex(L, owner);
	self = lupe_bind_new(L, &lupe_bind_variable_type, owner);
	self->type = type;
	self->address = address;
	if (lupe_bind_test(L, owner, &lupe_bind_process_type))
		lua_pushvalue(L, owner);
	else
		lupe_bind_push_process(L, owner, lupe_thread_process(lupe_bind_check_thread(L, owner)));
	lua_setiuservalue(L, -2, 1);
}

static bool is_char(const struct lupe_type *type)
{
	type = lupe_type_strip(type);
	return type && type->kind == LUPE_KIND_CHAR && type->size == 1;
}

/* What a pointer leads to can be looked at. */
static bool can_follow(const struct lupe_type *type)
{
	const struct lupe_type *target = lupe_type_strip(type->target);

	return target && target->kind != LUPE_KIND_VOID && target->kind != LUPE_KIND_FUNCTION &&
	       !target->incomplete && lupe_type_size(target);
}

static void push_pointer(lua_State *L, int owner, const struct lupe_type *declared,
			 const struct lupe_type *type, const struct lupe_value *value)
{
	const struct lupe_value *text = value->n_children ? value->children : NULL;

	if (!value->u)
		lua_pushnil(L);
	else if (is_char(type->target) && text && text->bytes && !(text->flags & LUPE_VALUE_UNREADABLE))
		lua_pushlstring(L, (const char *)text->bytes, text->n_bytes);
	else if (type->is_reference)
		lupe_bind_push_variable(L, owner, type->target, value->u);
	else if (!is_char(type->target) && can_follow(type))
		push_object(L, owner, declared, value->u);
	else
		lua_pushinteger(L, (lua_Integer)value->u);
}

static void push_chars(lua_State *L, const struct lupe_type *element, const struct lupe_value *value)
{
	size_t size = value->n_bytes;

	element = lupe_type_strip(element);
	if (element->is_signed && value->bytes)
		size = strnlen((const char *)value->bytes, size);
	lua_pushlstring(L, value->bytes ? (const char *)value->bytes : "", size);
}

static bool is_compound(const struct lupe_type *type)
{
	return type->kind == LUPE_KIND_STRUCT || type->kind == LUPE_KIND_UNION ||
	       (type->kind == LUPE_KIND_ARRAY && !is_char(type->target));
}

/* Pushes a decoded value that is no compound. `arena`: where it lives. */
static void push_decoded(lua_State *L, int owner, int arena, const struct lupe_type *declared,
			 const struct lupe_value *value)
{
	const struct lupe_type *type = lupe_type_strip(declared);

	if (value->flags & (LUPE_VALUE_UNREADABLE | LUPE_VALUE_OPTIMIZED_OUT | LUPE_VALUE_UNAVAILABLE))
		lua_pushnil(L);
	else if (type->kind == LUPE_KIND_POINTER)
		push_pointer(L, owner, declared, type, value);
	else if (type->kind == LUPE_KIND_ARRAY && is_char(type->target))
		push_chars(L, type->target, value);
	else
		lupe_bind_push_value(L, owner, arena, value);
}

void lupe_bind_push_variable(lua_State *L, int owner, const struct lupe_type *declared, lupe_addr address)
{
	const struct lupe_type *type = lupe_type_strip(declared);
	const struct lupe_value *value;

	owner = lua_absindex(L, owner);
	if (!type) {
		lua_pushnil(L);
	} else if (type->kind == LUPE_KIND_FUNCTION || type->kind == LUPE_KIND_VOID) {
		lua_pushinteger(L, (lua_Integer)address);
	} else if (is_compound(type)) {
		push_object(L, owner, declared, address);
	} else {
		value = read_at(L, owner, declared, address);
		push_decoded(L, owner, lua_gettop(L), declared, value);
		lua_remove(L, -2);
	}
}

void lupe_bind_push_bytes(lua_State *L, int owner, const struct lupe_type *declared, const void *bytes,
			  size_t size)
{
	const struct lupe_type *type = lupe_type_strip(declared);
	struct lupe_decode decode;
	struct lupe_value *value;

	owner = lua_absindex(L, owner);
	if (!type) {
		lua_pushnil(L);
		return;
	}
	prepare(L, owner, &decode);
	value = lupe_value_over(&decode, declared, 0, bytes, size);
	if (!value)
		luaL_error(L, "out of memory");
	if (is_compound(type))
		lupe_bind_push_value(L, owner, -1, value);
	else
		push_decoded(L, owner, lua_gettop(L), declared, value);
	lua_remove(L, -2);
}

/* --- parts --- */

static struct bind_variable *variable_at(lua_State *L, int arg)
{
	return lupe_bind_check(L, arg, &lupe_bind_variable_type);
}

/* A part: its type and place; of a bit-field the member, too. */
struct part {
	const struct lupe_type *type;
	lupe_addr address;
	const struct lupe_member *bits;
	const struct lupe_type *parent; /* that the bit-field is in, and where that lies */
	lupe_addr parent_address;
};

/* The struct, or the one that the pointer leads to; NULL: neither. */
static const struct lupe_type *struct_of(const struct bind_variable *self)
{
	const struct lupe_type *type = lupe_type_strip(self->type);

	if (type->kind == LUPE_KIND_POINTER)
		type = lupe_type_strip(type->target);
	return type && (type->kind == LUPE_KIND_STRUCT || type->kind == LUPE_KIND_UNION) ? type : NULL;
}

static void push_type_name(lua_State *L, const struct lupe_type *type)
{
	struct lupe_buffer *out = lupe_bind_scratch(L);

	lupe_type_print_name(out, type, NULL);
	lupe_bind_push_buffer(L, out);
}

static void add_names(lua_State *L, const struct lupe_type *type, unsigned depth)
{
	for (size_t i = 0; type && i < type->n_members && depth < 8; i++) {
		const struct lupe_member *member = &type->members[i];

		if (!member->name || (member->flags & LUPE_MEMBER_BASE)) {
			add_names(L, lupe_type_strip(member->type), depth + 1);
		} else {
			lua_pushboolean(L, true);
			lua_setfield(L, -2, member->name);
		}
	}
}

static int no_member(lua_State *L, const struct bind_variable *self, const char *name)
{
	push_type_name(L, self->type);
	lua_newtable(L);
	add_names(L, struct_of(self), 0);
	return lupe_bind_unknown(L, lua_tostring(L, -2), name, -1);
}

static void find_member(lua_State *L, const struct bind_variable *self, const char *name, struct part *ret)
{
	const struct lupe_type *type = struct_of(self);
	uint32_t offset = 0;
	const struct lupe_member *member = type ? lupe_type_member(type, name, &offset) : NULL;

	if (!member)
		no_member(L, self, name);
	*ret = (struct part){.type = member->type, .address = self->address + offset};
	if (!member->bit_size)
		return;
	ret->bits = member;
	ret->parent = type;
	ret->parent_address = self->address;
}

/* The elements of an array, or of what a pointer leads to. `*ret_count` 0: nobody knows how many there are. */
static const struct lupe_type *element_type(lua_State *L, const struct bind_variable *self, uint64_t *ret_count)
{
	const struct lupe_type *type = lupe_type_strip(self->type);

	if (type->kind != LUPE_KIND_ARRAY && type->kind != LUPE_KIND_POINTER) {
		push_type_name(L, self->type);
		lupe_bind_misuse(L, "%s has no elements", lua_tostring(L, -1));
	}
	*ret_count = type->kind == LUPE_KIND_ARRAY ? type->count : 0;
	return type->target;
}

static void find_element(lua_State *L, const struct bind_variable *self, lua_Integer index, struct part *ret)
{
	uint64_t count;
	const struct lupe_type *type = element_type(L, self, &count);

	if (count && (index < 0 || (uint64_t)index >= count)) {
		push_type_name(L, self->type);
		lupe_bind_misuse(L, "%s has no element %d", lua_tostring(L, -1), (int)index);
	}
	*ret = (struct part){.type = type,
			     .address = self->address + (lupe_addr)index * lupe_type_size(type)};
}

static void find_part(lua_State *L, const struct bind_variable *self, struct part *ret)
{
	if (lua_isinteger(L, 2))
		find_element(L, self, lua_tointeger(L, 2), ret);
	else
		find_member(L, self, luaL_checkstring(L, 2), ret);
}

/* The decoded part; its arena is on top. */
static struct lupe_value *read_part(lua_State *L, int owner, const struct part *part, const char *name)
{
	if (!part->bits)
		return read_at(L, owner, part->type, part->address);
	return (struct lupe_value *)lupe_value_member(read_at(L, owner, part->parent, part->parent_address),
						      name);
}

/* v[{first, count}] */
static int push_slice(lua_State *L, const struct bind_variable *self)
{
	lua_Integer first, count;
	struct part part;

	lua_geti(L, 2, 1);
	lua_geti(L, 2, 2);
	first = luaL_checkinteger(L, -2);
	count = luaL_checkinteger(L, -1);
	luaL_argcheck(L, count >= 0 && count <= INT32_MAX, 2, "{first, count} is expected");
	find_element(L, self, first, &part);
	if (count > 1) { /* the last one has to be there, too */
		struct part last;

		find_element(L, self, first + count - 1, &last);
	}
	lua_getiuservalue(L, 1, 1);
	lupe_bind_push_variable(L, -1, lupe_bind_array_of(L, part.type, (uint64_t)count), part.address);
	return 1;
}

static int variable_index(lua_State *L)
{
	struct bind_variable *self = variable_at(L, 1);
	const struct lupe_value *value;
	struct part part;

	if (lua_istable(L, 2))
		return push_slice(L, self);
	find_part(L, self, &part);
	lua_getiuservalue(L, 1, 1);
	if (part.bits) {
		value = read_part(L, -1, &part, lua_tostring(L, 2));
		lupe_bind_push_value(L, -2, -1, value);
	} else {
		lupe_bind_push_variable(L, -1, part.type, part.address);
	}
	return 1;
}

static int variable_len(lua_State *L)
{
	uint64_t count;
	struct bind_variable *self = variable_at(L, 1);

	(void)element_type(L, self, &count);
	if (!count)
		lupe_bind_misuse(L, "how many elements there are is not known: take a slice, v[{0, 10}]");
	lua_pushinteger(L, (lua_Integer)count);
	return 1;
}

/* --- writing --- */

/* What the value at index 3 is as a pointer; false: it is no pointer of ours. */
static bool pointer_bits(lua_State *L, uint64_t *ret)
{
	struct bind_variable *other = lupe_bind_test(L, 3, &lupe_bind_variable_type);

	*ret = other ? other->address : 0;
	return other || lua_isnil(L, 3);
}

static bool is_text(const struct lupe_type *type)
{
	return type->kind == LUPE_KIND_ARRAY && is_char(type->target);
}

/* A whole struct or array from another one of the same size. */
static struct lupe_error *write_compound(lua_State *L, const struct lupe_memory *memory, const struct part *part)
{
	struct bind_variable *other = lupe_bind_check(L, 3, &lupe_bind_variable_type);
	uint64_t size = lupe_type_size(part->type), at = 0;
	unsigned char bytes[4096];
	struct lupe_error *error = NULL;

	if (lupe_type_size(other->type) != size || lupe_type_strip(other->type)->kind == LUPE_KIND_POINTER)
		lupe_bind_misuse(L, "what is assigned has another size");
	for (; !error && at < size; at += sizeof(bytes)) {
		size_t length = MIN(sizeof(bytes), size - at);

		error = lupe_memory_read(memory, other->address + at, bytes, length);
		if (!error)
			error = lupe_memory_write(memory, part->address + at, bytes, length);
	}
	return error;
}

static struct lupe_error *write_text(lua_State *L, const struct lupe_memory *memory, const struct part *part)
{
	size_t size, room = lupe_type_size(part->type);
	const char *text = luaL_checklstring(L, 3, &size);

	if (size > room)
		return lupe_error_create(LUPE_ERROR_INVALID, "%zu bytes do not fit the %zu there are",
					 size, room);
	return lupe_memory_write(memory, part->address, text, MIN(size + 1, room));
}

static struct lupe_error *write_scalar(lua_State *L, const struct lupe_memory *memory, const struct part *part,
				       const struct lupe_type *type, const char *name)
{
	const struct lupe_value *value;
	uint64_t bits;
	double real;

	if (type->kind == LUPE_KIND_FLOAT) {
		real = luaL_checknumber(L, 3);
		memcpy(&bits, &real, sizeof(bits));
	} else if (type->kind != LUPE_KIND_POINTER || !pointer_bits(L, &bits)) {
		bits = lupe_bind_check_scalar(L, 3, part->type, name);
	}
	lua_getiuservalue(L, 1, 1);
	value = read_part(L, -1, part, name);
	return lupe_value_write(memory, value, bits);
}

/* v.field = x, v[i] = x */
static int variable_newindex(lua_State *L)
{
	struct bind_variable *self = variable_at(L, 1);
	const struct lupe_memory *memory;
	const struct lupe_type *type;
	struct lupe_error *error;
	struct part part;

	find_part(L, self, &part);
	type = lupe_type_strip(part.type);
	lua_getiuservalue(L, 1, 1);
	memory = memory_at(L, -1);
	lua_pop(L, 1);
	if (!type)
		error = lupe_error_create(LUPE_ERROR_INVALID, "its type is not known");
	else if (is_text(type))
		error = write_text(L, memory, &part);
	else if (is_compound(type))
		error = write_compound(L, memory, &part);
	else
		error = write_scalar(L, memory, &part, type, lua_isinteger(L, 2) ? "element" : lua_tostring(L, 2));
	if (error && !lupe_error_is_exited(error))
		return lupe_bind_raise(L, error);
	return 0;
}

/* --- walking --- */

static int next_element(lua_State *L)
{
	lua_Integer i = lua_tointeger(L, lua_upvalueindex(2));
	struct bind_variable *self = variable_at(L, lua_upvalueindex(1));
	uint64_t count;
	const struct lupe_type *type = element_type(L, self, &count);

	if ((uint64_t)i >= count)
		return 0;
	lua_pushinteger(L, i + 1);
	lua_replace(L, lua_upvalueindex(2));
	lua_pushinteger(L, i);
	lua_getiuservalue(L, lua_upvalueindex(1), 1);
	lupe_bind_push_variable(L, -1, type, self->address + (lupe_addr)i * lupe_type_size(type));
	lua_remove(L, -2);
	return 2;
}

/* Upvalues: the object, its names, the next position. */
static int next_member(lua_State *L)
{
	lua_Integer i = lua_tointeger(L, lua_upvalueindex(3)) + 1;

	lua_pushinteger(L, i);
	lua_replace(L, lua_upvalueindex(3));
	if (lua_rawgeti(L, lua_upvalueindex(2), i) != LUA_TSTRING)
		return 0;
	lua_pushvalue(L, -1);
	lua_gettable(L, lua_upvalueindex(1));
	return 2;
}

static void list_names(lua_State *L, const struct lupe_type *type, unsigned depth)
{
	for (size_t i = 0; type && i < type->n_members && depth < 8; i++) {
		const struct lupe_member *member = &type->members[i];

		if (!member->name || (member->flags & LUPE_MEMBER_BASE)) {
			list_names(L, lupe_type_strip(member->type), depth + 1);
		} else if (!(member->flags & LUPE_MEMBER_STATIC)) {
			lua_pushstring(L, member->name);
			lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
		}
	}
}

/* for name, part in pairs(v): members in their order, or elements from 0 on */
static int variable_pairs(lua_State *L)
{
	struct bind_variable *self = variable_at(L, 1);

	lua_settop(L, 1);
	if (struct_of(self)) {
		lua_newtable(L);
		list_names(L, struct_of(self), 0);
		lua_pushinteger(L, 0);
		lua_pushcclosure(L, next_member, 3);
		return 1;
	}
	lua_pushinteger(L, 0);
	lua_pushcclosure(L, next_element, 2);
	return 1;
}

static int variable_equal(lua_State *L)
{
	const struct bind_variable *a = lupe_bind_test(L, 1, &lupe_bind_variable_type);
	const struct bind_variable *b = lupe_bind_test(L, 2, &lupe_bind_variable_type);

	lua_pushboolean(L, a && b && a->head.session == b->head.session && a->address == b->address);
	return 1;
}

/* A pointer as its type and address, all else as C shows it. */
static int variable_tostring(lua_State *L)
{
	struct bind_variable *self = variable_at(L, 1);
	struct lupe_buffer *out;
	struct lupe_value *value;

	if (lupe_type_strip(self->type)->kind == LUPE_KIND_POINTER) {
		out = lupe_bind_scratch(L);
		lupe_buffer_char(out, '(');
		lupe_type_print_name(out, self->type, NULL);
		lupe_buffer_string(out, ") ");
		lupe_buffer_hex(out, self->address);
		lupe_bind_push_buffer(L, out);
		return 1;
	}
	lua_getiuservalue(L, 1, 1);
	value = read_at(L, -1, self->type, self->address);
	out = lupe_bind_scratch(L);
	lupe_value_print_c(out, value, &lupe_print_options_default);
	lupe_bind_push_buffer(L, out);
	return 1;
}

static const luaL_Reg meta[] = {
    {"__index", variable_index}, {"__newindex", variable_newindex}, {"__len", variable_len},
    {"__pairs", variable_pairs}, {"__eq", variable_equal},	    {"__tostring", variable_tostring},
    {NULL, NULL},
};

const struct lupe_bind_type lupe_bind_variable_type = {
    .name = "variable",
    .size = sizeof(struct bind_variable),
    .meta = meta,
};

/* --- lupe.addr, lupe.typeof, lupe.copy, lupe.json --- */

lupe_addr lupe_bind_variable_address(const void *self) { return ((const struct bind_variable *)self)->address; }

const struct lupe_type *lupe_bind_variable_declared(const void *self)
{
	return ((const struct bind_variable *)self)->type;
}

/* What it is, or points to, decoded; pushes its process and the arena. */
struct lupe_value *lupe_bind_variable_read(lua_State *L, int arg)
{
	struct bind_variable *self = variable_at(L, arg);
	const struct lupe_type *type = lupe_type_strip(self->type);

	lua_getiuservalue(L, arg, 1);
	return read_at(L, -1, type->kind == LUPE_KIND_POINTER ? type->target : self->type, self->address);
}

/* --- core --- */

/* A number that is an address, or an object that lies at one. */
static lupe_addr check_address(lua_State *L, int arg)
{
	struct bind_variable *self = lupe_bind_test(L, arg, &lupe_bind_variable_type);

	return self ? self->address : (lupe_addr)luaL_checkinteger(L, arg);
}

/* core.read_value(process or thread, type, address or bytes) */
static int core_read_value(lua_State *L)
{
	const struct lupe_type *type = lupe_bind_check_type(L, 2);
	const char *bytes;
	size_t size;

	if (lua_type(L, 3) != LUA_TSTRING) {
		lupe_bind_push_variable(L, 1, type, check_address(L, 3));
		return 1;
	}
	bytes = lua_tolstring(L, 3, &size);
	lupe_bind_push_bytes(L, 1, type, bytes, size);
	return 1;
}

static size_t count_option(lua_State *L, const char *name, size_t otherwise)
{
	lua_Integer number = (lua_Integer)otherwise;

	if (lua_getfield(L, 4, name) == LUA_TNUMBER)
		number = lua_tointeger(L, -1);
	lua_pop(L, 1);
	return number <= 0 ? 1 << 20 : MIN((size_t)number, (size_t)1 << 20);
}

/* " <name+offset>" of code and static data. */
static void write_symbol(void *context, lupe_addr address, struct lupe_buffer *out)
{
	struct lupe_symbol symbol;

	if (!lupe_modules_symbol_at(context, address, &symbol, NULL))
		return;
	lupe_buffer_string(out, " <");
	lupe_buffer_string(out, symbol.name);
	if (address != symbol.address) {
		lupe_buffer_char(out, '+');
		lupe_buffer_unsigned(out, address - symbol.address);
	}
	lupe_buffer_char(out, '>');
}

/* The modules of the process or thread at `owner`; NULL when they cannot be read. */
static struct lupe_modules *modules_at(lua_State *L, int owner)
{
	struct lupe_process *process = lupe_bind_test(L, owner, &lupe_bind_process_type)
					   ? lupe_bind_check_process(L, owner)
					   : lupe_thread_process(lupe_bind_check_thread(L, owner));
	struct lupe_modules *modules = NULL;
	bool fresh;
	struct lupe_error *error = lupe_bind_modules_of(L, process, &modules, &fresh);

	lupe_error_destroy(error);
	return error ? NULL : modules;
}

/* core.value_text(process or thread, type, address or bytes, {hex=, pretty=, elements=}) -> its C text */
static int core_value_text(lua_State *L)
{
	const struct lupe_type *type = lupe_bind_check_type(L, 2);
	struct lupe_print_options options = lupe_print_options_default;
	bool is_bytes = lua_type(L, 3) == LUA_TSTRING;
	lupe_addr address = is_bytes ? 0 : check_address(L, 3);
	struct lupe_decode decode;
	struct lupe_value *value;
	struct lupe_buffer *out;
	const char *bytes;
	size_t size;

	luaL_checktype(L, 4, LUA_TTABLE);
	options.hex = lupe_bind_option(L, 4, "hex");
	options.pretty = lupe_bind_option(L, 4, "pretty");
	options.array_max = options.string_max = count_option(L, "elements", 200);
	prepare(L, 1, &decode);
	decode.limits.string_max = options.string_max;
	decode.limits.array_max = options.array_max;
	options.context = modules_at(L, 1);
	options.symbol = options.context ? write_symbol : NULL;
	bytes = is_bytes ? lua_tolstring(L, 3, &size) : NULL;
	value = is_bytes ? lupe_value_over(&decode, type, 0, bytes, size)
			 : lupe_value_read(&decode, type, address);
	if (!value)
		return luaL_error(L, "out of memory");
	out = lupe_bind_scratch(L);
	lupe_value_print_c(out, value, &options);
	lupe_bind_push_buffer(L, out);
	return 1;
}

static const luaL_Reg functions[] = {
    {"read_value", core_read_value}, {"value_text", core_value_text}, {NULL, NULL}};

static void open_variable(lua_State *L)
{
	lupe_bind_register(L, &lupe_bind_variable_type);
	luaL_setfuncs(L, functions, 0);
}
LUPE_BIND_MODULE(open_variable);
