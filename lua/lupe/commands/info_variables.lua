-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "info variables", summary = "the variables that debug information and symbols name",
	args = { { "PATTERN", type = "line", optional = true } },
	help = "PATTERN is one of Lua's: only names that have it are listed.",
	run = function(prompt, args) require("lupe.naming").list(prompt, "variable", args.pattern) end,
}
