-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "lua", group = "prompt", summary = "run Lua and print what it answers",
	args = { { "CODE", type = "lua" } },
	help = "A line that is no command does the same; this is for Lua that begins like one.",
	run = function(prompt, args) prompt:lua(args.code, "lua ") end,
}
