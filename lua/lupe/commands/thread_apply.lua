-- SPDX-License-Identifier: GPL-3.0-or-later
local stops = require "lupe.stops"

return {
	name = "thread apply", summary = "run a command for each of some threads",
	args = { { "NUMBERS", type = "line" } },
	examples = { { "thread apply all info registers rip", "all" }, { "thread apply 1-3 x/i $pc", "some" } },
	run = function(prompt, args)
		local dbg = prompt.dbg
		local which, command = args.numbers:match("^(%S+)%s+(.+)$")
		local threads = dbg:all_threads()
		if which and which:match("^%d") then
			local rest
			which, rest = args.numbers:match("^([%d%s-]+)%s(.+)$")
			command = rest or command
			local wanted = require("lupe.arguments").parse(prompt, "thread apply", { { "N", type = "numbers" } }, which).n
			threads = {}
			for i, number in ipairs(wanted) do threads[i] = prompt.need(dbg:find_thread(tostring(number))) end
		elseif which ~= "all" then
			prompt.fail("thread apply: numbers of threads or `all`, and a command, are expected")
		end
		local before = dbg:need_thread()
		for _, thread in ipairs(threads) do
			if thread.state ~= "exited" then
				dbg:select(thread)
				prompt:say("\n%s:", stops.thread(dbg, thread))
				local ok, message = pcall(prompt.execute_nested, prompt, command)
				if not ok then
					if before.state ~= "exited" then dbg:select(before) end
					error(message, 0)
				end
			end
		end
		if before.state ~= "exited" then dbg:select(before) end
	end,
}
