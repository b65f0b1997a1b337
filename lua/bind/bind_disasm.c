/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Disassembly for Lua.
 */
#include "base/buffer.h"
#include "handles.h"
#include "lupe/disasm.h"

/* core.disassemble(bytes, addr) -> text, length of the instruction at their start | nil */
static int core_disassemble(lua_State *L)
{
	size_t size;
	const char *bytes = luaL_checklstring(L, 1, &size);
	lupe_addr addr = (lupe_addr)luaL_checkinteger(L, 2);
	struct lupe_buffer *out = lupe_bind_scratch(L);
	struct lupe_disasm *disasm;
	struct lupe_insn insn;
	struct lupe_error *error = lupe_disasm_create(LUPE_ABI_X86_64, LUPE_DISASM_ATT, &disasm);
	bool decoded;

	if (error)
		return lupe_bind_fail(L, error);
	decoded = lupe_disasm_decode(disasm, bytes, size, addr, &insn);
	if (decoded)
		lupe_insn_print(&insn, NULL, out);
	lupe_disasm_destroy(disasm);
	if (!decoded)
		return 0;
	lupe_bind_push_buffer(L, out);
	lua_pushinteger(L, insn.length);
	return 2;
}

static void open_disasm(lua_State *L)
{
	lua_pushcfunction(L, core_disassemble);
	lua_setfield(L, -2, "disassemble");
}
LUPE_BIND_MODULE(open_disasm);
