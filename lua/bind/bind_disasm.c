/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Disassembly for Lua.
 */
#include <string.h>
#include "base/buffer.h"
#include "base/cleanup.h"
#include "handles.h"
#include "lupe/disasm.h"

struct disassembler {
	struct lupe_bind_object head;
	struct lupe_disasm *disasm;
};

static int disassembler_decode(lua_State *L);
static int disassembler_collect(lua_State *L);

static const luaL_Reg methods[] = {{"decode", disassembler_decode}, {NULL, NULL}};
static const luaL_Reg meta[] = {{"__gc", disassembler_collect}, {NULL, NULL}};

static const struct lupe_bind_type disassembler_type = {
    .name = "disassembler",
    .size = sizeof(struct disassembler),
    .methods = methods,
    .meta = meta,
};

/* d:decode(bytes, addr) -> text, length, kind, target, data of the instruction at their start; nothing
 * when there are no bytes. kind is "call", "jump", ...; target and data are nil where it has none. */
static int disassembler_decode(lua_State *L)
{
	struct disassembler *self = lupe_bind_check(L, 1, &disassembler_type);
	size_t size;
	const char *bytes = luaL_checklstring(L, 2, &size);
	lupe_addr addr = (lupe_addr)luaL_checkinteger(L, 3);
	struct lupe_buffer *out = lupe_bind_scratch(L);
	struct lupe_insn insn;

	if (!lupe_disasm_decode(self->disasm, bytes, size, addr, &insn))
		return 0;
	lupe_insn_print(&insn, NULL, out);
	lupe_bind_push_buffer(L, out);
	lua_pushinteger(L, insn.length);
	lua_pushstring(L, lupe_insn_kind_name(insn.kind));
	if (insn.has_target)
		lua_pushinteger(L, (lua_Integer)insn.target);
	else
		lua_pushnil(L);
	if (insn.has_data)
		lua_pushinteger(L, (lua_Integer)insn.data);
	else
		lua_pushnil(L);
	return 5;
}

static int disassembler_collect(lua_State *L)
{
	struct disassembler *self = lupe_bind_check(L, 1, &disassembler_type);

	lupe_disasm_destroy(self->disasm);
	self->disasm = NULL;
	return 0;
}

/* core.disassembler("att" | "intel", abi) -> disassembler; abi as p.abi */
static int core_disassembler(lua_State *L)
{
	static const char *const syntaxes[] = {
	    [LUPE_DISASM_ATT] = "att", [LUPE_DISASM_INTEL] = "intel", NULL};
	static const char *const abis[] = {[LUPE_ABI_X86_64] = "x86-64", [LUPE_ABI_I386] = "i386",
					   [LUPE_ABI_X32] = "x32", NULL};
	enum lupe_disasm_syntax syntax = luaL_checkoption(L, 1, "att", syntaxes);
	enum lupe_abi abi = luaL_checkoption(L, 2, "x86-64", abis);
	struct disassembler *self = lupe_bind_new(L, &disassembler_type, 0);
	struct lupe_error *error = lupe_disasm_create(abi, syntax, &self->disasm);

	return error ? lupe_bind_raise(L, error) : 1;
}

static void open_disasm(lua_State *L)
{
	lupe_bind_register(L, &disassembler_type);
	lua_pushcfunction(L, core_disassembler);
	lua_setfield(L, -2, "disassembler");
}
LUPE_BIND_MODULE(open_disasm);
