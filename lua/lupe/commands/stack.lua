-- SPDX-License-Identifier: GPL-3.0-or-later
local frames = require "lupe.frames"

return {
	name = "stack", group = "status", summary = "the stacks of all threads, alike ones once",
	args = { { "COUNT", type = "count", optional = true } },
	help = "COUNT is how many frames of each are shown.",
	run = function(prompt, args)
		local dbg = prompt.dbg
		local groups, order = {}, {}
		for _, thread in ipairs(dbg:all_threads()) do
			local list = thread.state ~= "running" and thread:bt { depth = args.count, lines = true } or {}
			local texts, names = {}, {}
			for i, frame in ipairs(list) do
				texts[i] = frames.text(frame, list[i - 1])
				names[i] = (frame.fn or "??") .. ":" .. (frame.line or "")
			end
			local key = table.concat(names, "\n")
			if not groups[key] then
				groups[key] = { text = table.concat(texts, "\n"), threads = {} }
				order[#order + 1] = key
			end
			table.insert(groups[key].threads, ("%d (%d)"):format(dbg:number(thread), thread.tid))
		end
		for _, key in ipairs(order) do
			local group = groups[key]
			prompt:say("%s %s:\n%s", #group.threads > 1 and "threads" or "thread", table.concat(group.threads, ", "),
				group.text ~= "" and group.text or "(it runs)")
		end
	end,
}
