-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "stepi", aliases = { "si" }, group = "running", repeatable = true,
	summary = "execute one instruction, or COUNT",
	args = { { "COUNT", type = "count", optional = true, default = 1 } },
	examples = { { "stepi 10", "ten instructions" } },
	lua = function(_, args) return ("lupe.thread():stepi(%s)"):format(args.count or "") end,
	run = function(prompt, args) prompt.dbg:step(args.count, false) end,
}
