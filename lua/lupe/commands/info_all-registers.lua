-- SPDX-License-Identifier: GPL-3.0-or-later
local registers = require "lupe.registers"

return {
	name = "info all-registers", summary = "also the floating point, vector and system registers",
	args = { { "NAME", type = "words", optional = true } },
	run = function(prompt, args) registers.show(prompt, args.name, "all") end,
}
