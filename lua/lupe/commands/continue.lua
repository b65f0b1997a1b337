-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "continue", aliases = { "c", "cont", "fg" }, group = "running", repeatable = true,
	summary = "let the targets go on until something stops them",
	args = { { "COUNT", type = "count", optional = true } },
	help = "COUNT: do not stop at the breakpoint that stopped here until it was reached so often. Ctrl-C stops the\n"
		.. "targets. A signal that stopped one is delivered as `handle` says.",
	lua = "lupe.run()",
	run = function(prompt, args)
		local dbg = prompt.dbg
		dbg:need_target()
		if args.count and args.count > 1 then
			local point = dbg.reason and dbg.reason.points and dbg.reason.points[1]
			if not point then
				prompt.fail("continue: no breakpoint stopped here, so there is none to pass %d times", args.count)
			end
			point.ignore = args.count - 1
		end
		dbg:go_on()
	end,
}
