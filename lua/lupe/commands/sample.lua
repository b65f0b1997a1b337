-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "sample", group = "status", summary = "let the target run for a while and show in which functions it was",
	args = { { "SECONDS", type = "count", optional = true, default = 2 } },
	run = function(prompt, args)
		local dbg = prompt.dbg
		local process, stacks = dbg:need_target(), nil
		dbg.sampled = true
		prompt.lupe.task(function()
			stacks = process:sample { duration = args.seconds }
			dbg.sampled = nil
			if process.state ~= "exited" then process:interrupt() end
		end)
		dbg:go_on()
		dbg.sampled = nil
		if not stacks or stacks.total == 0 then return prompt:say("no sample was taken: its threads only waited") end
		prompt:say("%s", (stacks:functions(20):gsub("\n$", "")))
	end,
}
