-- SPDX-License-Identifier: GPL-3.0-or-later
local disassembly = require "lupe.disassembly"

return {
	name = "disassemble", aliases = { "disas" }, group = "data", format = true,
	summary = "the instructions of the current function, or of a range",
	args = { { "RANGE", type = "text", optional = true } },
	examples = { { "disassemble", "this function" }, { "disassemble $pc,+32", "so many bytes" },
		{ "disassemble/r 0x401000,0x401020", "with their bytes" } },
	run = function(prompt, args) disassembly.command(prompt, args) end,
}
