-- SPDX-License-Identifier: GPL-3.0-or-later
local watching = require "lupe.watching"

return {
	name = "watch", group = "stops", summary = "stop when a value in memory changes",
	args = { { "EXPRESSION", type = "expression" } },
	examples = { { "watch *(int *)0x404010", "by the CPU's debug registers" },
		{ "watch (long)counter if $rdi > 3", "also with a condition" } },
	help = "The expression names 1, 2, 4 or 8 aligned bytes; four can be watched at a time. Where the CPU has no\n"
		.. "debug registers, the selected thread goes on by steps, which is slow.",
	run = function(prompt, args) watching.add(prompt, args.expression, "watch") end,
}
