-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "nexti", aliases = { "ni" }, group = "running", repeatable = true,
	summary = "execute one instruction, or COUNT, and all that a call does",
	args = { { "COUNT", type = "count", optional = true, default = 1 } },
	run = function(prompt, args) prompt.dbg:step(args.count, true) end,
}
