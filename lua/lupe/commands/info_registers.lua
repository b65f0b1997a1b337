-- SPDX-License-Identifier: GPL-3.0-or-later
local registers = require "lupe.registers"

return {
	name = "info registers", aliases = { "r", "reg" }, summary = "the registers of the selected thread",
	args = { { "NAME", type = "words", optional = true } },
	examples = { { "info registers rip xmm0", "some" }, { "info registers", "the general ones" } },
	lua = "for name, value in lupe.thread().regs:each() do print(name, lupe.hex(value)) end",
	complete = function(prompt) return prompt.core.register_names() end,
	run = function(prompt, args) registers.show(prompt, args.name, "general") end,
}
