/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Registers of a stopped thread, by the names of the register table: t.regs.rax = 1. Those of up to
 * eight bytes are integers, larger ones strings of bytes (as many as the register has), which regs:view
 * shows as numbers.
 */
#include <stdlib.h>
#include <string.h>
#include "base/buffer.h"
#include "base/cleanup.h"
#include "handles.h"

/* The thread of a view: its user value 1, put at the top of the stack. */
static struct lupe_thread *check_thread(lua_State *L)
{
	lua_getiuservalue(L, 1, 1);
	return lupe_bind_check_thread(L, -1);
}

static void push_register(lua_State *L, const struct lupe_regs *regs, const struct lupe_reg *reg)
{
	unsigned char bytes[LUPE_REG_MAX_SIZE];
	uint64_t number;

	if (reg->size <= sizeof(number) && lupe_regs_get_number(regs, reg, &number))
		lua_pushinteger(L, (lua_Integer)number);
	else if (reg->size <= sizeof(bytes) && lupe_regs_get(regs, reg, bytes))
		lua_pushlstring(L, (const char *)bytes, reg->size);
	else
		lua_pushnil(L);
}

/* General registers are read without the vector state: that is most of the cost. */
static bool push_general(lua_State *L, struct lupe_thread *thread, const struct lupe_reg *reg)
{
	struct lupe_regs regs = {0};
	struct lupe_error *error;

	if (reg->set != LUPE_REGSET_GENERAL)
		return false;
	error = lupe_thread_get_general(thread, &regs.general);
	if (error)
		lupe_bind_raise(L, error);
	push_register(L, &regs, reg);
	return true;
}

/* All registers, in a userdata that is pushed: what follows may raise. */
static struct lupe_regs *push_all(lua_State *L, struct lupe_thread *thread)
{
	struct lupe_regs **box = lua_newuserdatauv(L, sizeof(*box), 0);
	struct lupe_error *error;

	*box = NULL;
	luaL_setmetatable(L, "lupe.registers");
	error = lupe_thread_get_regs(thread, box);
	if (error)
		lupe_bind_raise(L, error);
	return *box;
}

static int collect_registers(lua_State *L)
{
	struct lupe_regs **box = lua_touserdata(L, 1);

	free(*box);
	*box = NULL;
	return 0;
}

/* The register of this name; raises with the nearest. */
static const struct lupe_reg *check_register(lua_State *L, const char *name)
{
	const struct lupe_reg *reg = lupe_reg_by_name(name);

	if (reg)
		return reg;
	lua_newtable(L);
	for (size_t i = 0; i < lupe_reg_count(); i++) {
		lua_pushboolean(L, true);
		lua_setfield(L, -2, lupe_reg_at(i)->name);
	}
	lupe_bind_unknown(L, "regs", name, -1);
	return NULL;
}

static bool get_register(lua_State *L, void *self, const char *name)
{
	const struct lupe_reg *reg = check_register(L, name);
	struct lupe_thread *thread;

	(void)self;
	thread = check_thread(L);
	if (!push_general(L, thread, reg))
		push_register(L, push_all(L, thread), reg);
	return true;
}

/* As a signed or as an unsigned number. */
static void check_fit(lua_State *L, const struct lupe_reg *reg, lua_Integer number)
{
	unsigned bits = 8 * reg->size;

	if (bits < 64 && number >> bits && number >> (bits - 1) != -1)
		lupe_bind_misuse(L, "%lld does not fit the %u bits of %s", (long long)number, bits,
				 reg->name);
}

static void set_bytes(lua_State *L, struct lupe_regs *regs, const struct lupe_reg *reg)
{
	size_t size;
	const char *bytes;
	bool ok;

	if (lua_isinteger(L, 3)) {
		check_fit(L, reg, lua_tointeger(L, 3));
		ok = lupe_regs_set_number(regs, reg, (uint64_t)lua_tointeger(L, 3));
	} else {
		bytes = luaL_checklstring(L, 3, &size);
		if (size != reg->size)
			lupe_bind_misuse(L, "%s has %d bytes, got %d", reg->name, reg->size, (int)size);
		ok = lupe_regs_set(regs, reg, bytes);
	}
	if (!ok)
		lupe_bind_misuse(L, "%s cannot be set on this CPU", reg->name);
}

static bool set_register(lua_State *L, void *self, const char *name)
{
	const struct lupe_reg *reg = check_register(L, name);
	struct lupe_thread *thread;
	struct lupe_regs *regs;
	struct lupe_error *error;

	(void)self;
	thread = check_thread(L);
	regs = push_all(L, thread);
	set_bytes(L, regs, reg);
	error = reg->set == LUPE_REGSET_GENERAL ? lupe_thread_set_general(thread, &regs->general)
						: lupe_thread_set_regs(thread, regs);
	if (error && !lupe_error_is_exited(error)) /* of a thread that vanished its end will be told */
		lupe_bind_raise(L, error);
	return true;
}

/* regs:each(): iterates over name and value of the general registers; regs:each("all"): over all. */
static int next_register(lua_State *L)
{
	struct lupe_regs **box = lua_touserdata(L, lua_upvalueindex(1));
	size_t i = (size_t)lua_tointeger(L, lua_upvalueindex(2));
	unsigned groups = (unsigned)lua_tointeger(L, lua_upvalueindex(3));

	for (; i < lupe_reg_count(); i++) {
		const struct lupe_reg *reg = lupe_reg_at(i);

		if (!(reg->groups & groups))
			continue;
		lua_pushinteger(L, (lua_Integer)i + 1);
		lua_replace(L, lua_upvalueindex(2));
		lua_pushstring(L, reg->name);
		push_register(L, *box, reg);
		return 2;
	}
	return 0;
}

static int push_each(lua_State *L, unsigned groups)
{
	push_all(L, check_thread(L));
	lua_pushinteger(L, 0);
	lua_pushinteger(L, groups);
	lua_pushcclosure(L, next_register, 3);
	return 1;
}

static int regs_each(lua_State *L)
{
	static const char *const words[] = {"general", "float", "vector", "system",
					    "part",    "all",	NULL};
	static const unsigned groups[] = {LUPE_REG_GENERAL, LUPE_REG_FLOAT, LUPE_REG_VECTOR,
					  LUPE_REG_SYSTEM,  LUPE_REG_PART,
					  LUPE_REG_GENERAL | LUPE_REG_FLOAT | LUPE_REG_VECTOR |
					      LUPE_REG_SYSTEM};
	int which;

	lupe_bind_check(L, 1, &lupe_bind_regs_type);
	which = luaL_checkoption(L, 2, "general", words);
	return push_each(L, groups[which]);
}

static int regs_pairs(lua_State *L)
{
	lupe_bind_check(L, 1, &lupe_bind_regs_type);
	return push_each(L, LUPE_REG_GENERAL);
}

/* --- views --- */

enum lane_kind { LANE_INTEGER, LANE_REAL };

struct lane {
	const char *name;
	size_t size;
	enum lane_kind kind;
};

static const struct lane lanes[] = {
    {"i8", 1, LANE_INTEGER},  {"i16", 2, LANE_INTEGER}, {"i32", 4, LANE_INTEGER},
    {"i64", 8, LANE_INTEGER}, {"f32", 4, LANE_REAL},	{"f64", 8, LANE_REAL},
    {"f80", 10, LANE_REAL},
};

static const struct lane *check_lane(lua_State *L, int arg)
{
	const char *name = luaL_checkstring(L, arg);

	for (size_t i = 0; i < ARRAY_SIZE(lanes); i++)
		if (!strcmp(lanes[i].name, name))
			return &lanes[i];
	lupe_bind_misuse(L, "view: i8, i16, i32, i64, f32, f64 or f80 is expected, got '%s'", name);
	return NULL;
}

static void push_lane(lua_State *L, const struct lane *lane, const unsigned char *bytes)
{
	union {
		int64_t integer;
		float narrow;
		double wide;
		long double x87;
	} number = {0};
	unsigned unused = 64 - 8 * (unsigned)MIN(lane->size, (size_t)8);

	memcpy(&number, bytes, lane->size);
	if (lane->kind == LANE_INTEGER)
		lua_pushinteger(L, (int64_t)((uint64_t)number.integer << unused) >> unused);
	else if (lane->size == sizeof(number.narrow))
		lua_pushnumber(L, (lua_Number)number.narrow);
	else if (lane->size == sizeof(number.wide))
		lua_pushnumber(L, number.wide);
	else
		lua_pushnumber(L, (lua_Number)number.x87);
}

/* regs:view("xmm0", "f32") -> { 1.5, ... }, the lowest first; nil, message, code on a CPU without it. */
static int regs_view(lua_State *L)
{
	unsigned char bytes[LUPE_REG_MAX_SIZE];
	const struct lupe_regs *regs;
	const struct lupe_reg *reg;
	const struct lane *lane;

	lupe_bind_check(L, 1, &lupe_bind_regs_type);
	reg = check_register(L, luaL_checkstring(L, 2));
	lane = check_lane(L, 3);
	regs = push_all(L, check_thread(L));
	if (!lupe_regs_get(regs, reg, bytes))
		return lupe_bind_fail(L, lupe_error_create(LUPE_ERROR_UNSUPPORTED,
							   "this CPU has no %s", reg->name));
	lua_newtable(L);
	for (size_t i = 0; (i + 1) * lane->size <= reg->size; i++) {
		push_lane(L, lane, bytes + i * lane->size);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	return 1;
}

/* The general ones, a line each: name, hexadecimal, decimal. */
static int regs_tostring(lua_State *L)
{
	struct lupe_regs regs = {0};
	struct lupe_buffer *out = lupe_bind_scratch(L);
	struct lupe_error *error;
	uint64_t number;

	lupe_bind_check(L, 1, &lupe_bind_regs_type);
	error = lupe_thread_get_general(check_thread(L), &regs.general);
	if (error)
		return lupe_bind_raise(L, error);
	for (size_t i = 0; i < lupe_reg_count(); i++) {
		const struct lupe_reg *reg = lupe_reg_at(i);

		if ((reg->groups & LUPE_REG_GENERAL) && lupe_regs_get_number(&regs, reg, &number))
			lupe_buffer_printf(out, "%s%-14s 0x%-16llx %lld", out->length ? "\n" : "",
					   reg->name, (unsigned long long)number,
					   (long long)number);
	}
	lupe_bind_push_buffer(L, out);
	return 1;
}

/* regs:flags() -> "ZF PF IF" */
static int regs_flags(lua_State *L)
{
	struct user_regs_struct regs;
	struct lupe_error *error;
	char text[64];

	lupe_bind_check(L, 1, &lupe_bind_regs_type);
	error = lupe_thread_get_general(check_thread(L), &regs);
	if (error)
		return lupe_bind_raise(L, error);
	lua_pushstring(L, lupe_eflags_text(regs.eflags, text));
	return 1;
}

static const luaL_Reg methods[] = {{"each", regs_each}, {"flags", regs_flags}, {"view", regs_view},
				   {NULL, NULL}};

static const luaL_Reg meta[] = {
    {"__pairs", regs_pairs}, {"__tostring", regs_tostring}, {NULL, NULL}};

const struct lupe_bind_type lupe_bind_regs_type = {
    .name = "regs",
    .size = sizeof(struct lupe_bind_object),
    .methods = methods,
    .meta = meta,
    .get_other = get_register,
    .set_other = set_register,
};

/* core.register_size(name) -> bytes | nil for an unknown one */
static int core_register_size(lua_State *L)
{
	const struct lupe_reg *reg = lupe_reg_by_name(luaL_checkstring(L, 1));

	if (!reg)
		return 0;
	lua_pushinteger(L, reg->size);
	return 1;
}

/* core.register_names() -> { name, ... } */
static int core_register_names(lua_State *L)
{
	lua_newtable(L);
	for (size_t i = 0; i < lupe_reg_count(); i++) {
		lua_pushstring(L, lupe_reg_at(i)->name);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	return 1;
}

static void open_regs(lua_State *L)
{
	lua_pushcfunction(L, core_register_size);
	lua_setfield(L, -2, "register_size");
	lua_pushcfunction(L, core_register_names);
	lua_setfield(L, -2, "register_names");
	luaL_newmetatable(L, "lupe.registers");
	lua_pushcfunction(L, collect_registers);
	lua_setfield(L, -2, "__gc");
	lua_pop(L, 1);
}
LUPE_BIND_MODULE(open_regs);
