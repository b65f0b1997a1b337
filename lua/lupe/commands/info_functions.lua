-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "info functions", summary = "the functions that debug information and symbols name",
	args = { { "PATTERN", type = "line", optional = true } },
	help = "PATTERN is one of Lua's: only names that have it are listed.",
	run = function(prompt, args) require("lupe.naming").list(prompt, "function", args.pattern) end,
}
