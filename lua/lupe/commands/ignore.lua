-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "ignore", group = "stops", summary = "pass a breakpoint so many times without stopping",
	args = { { "NUMBER", type = "integer" }, { "COUNT", type = "integer" } },
	run = function(prompt, args)
		local point = prompt.need(prompt.dbg.points:find(args.number))
		point.ignore = math.max(0, args.count)
		prompt:say("breakpoint %d will not stop the next %d times", point.id, point.ignore)
	end,
}
