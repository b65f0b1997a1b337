-- SPDX-License-Identifier: GPL-3.0-or-later
local stops = require "lupe.stops"

return {
	name = "thread", aliases = { "t" }, group = "threads", summary = "show or choose the thread that commands mean",
	args = { { "NUMBER", type = "thread", optional = true } },
	lua = "print(lupe.thread())",
	run = function(prompt, args)
		local dbg = prompt.dbg
		if args.number then dbg:select(args.number) end
		local thread = dbg:need_thread()
		prompt:say("%s", stops.thread(dbg, thread))
		prompt:say("%s", thread.state == "running" and "(running)" or stops.where(dbg, thread))
	end,
}
