-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "commands", group = "stops", summary = "run commands each time a breakpoint stops (the last one made)",
	args = { { "NUMBER", type = "integer", optional = true } },
	help = "One command a line, `end` ends them. `silent` as the first: the stop itself is not shown.",
	run = function(prompt, args)
		local points = prompt.dbg.points
		local list = points:user_list()
		local point = args.number and prompt.need(points:find(args.number)) or list[#list]
		if not point then prompt.fail("commands: there is no breakpoint") end
		local lines = prompt:read_block(("commands of %s %d"):format(point.what, point.id))
		point.silent = lines[1] and lines[1]:match("^%s*silent%s*$") ~= nil
		if point.silent then table.remove(lines, 1) end
		point.commands = #lines > 0 and lines or nil
	end,
}
