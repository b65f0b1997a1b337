-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "step", aliases = { "s" }, group = "running", repeatable = true,
	summary = "execute one source line, or COUNT, and into functions that have lines",
	args = { { "COUNT", type = "count", optional = true, default = 1 } },
	lua = function(_, args) return ("lupe.thread():step(%s)"):format(args.count or "") end,
	run = function(prompt, args) prompt.dbg:step_lines { count = args.count } end,
}
