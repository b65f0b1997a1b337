-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "next", aliases = { "n" }, group = "running", repeatable = true,
	summary = "execute one source line, or COUNT, and all that is called in it",
	args = { { "COUNT", type = "count", optional = true, default = 1 } },
	lua = function(_, args) return ("lupe.thread():next(%s)"):format(args.count or "") end,
	run = function(prompt, args) prompt.dbg:step_lines { count = args.count, over = true } end,
}
