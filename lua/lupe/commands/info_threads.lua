-- SPDX-License-Identifier: GPL-3.0-or-later
local format = require "lupe.format"
local stops = require "lupe.stops"

return {
	name = "info threads", summary = "every thread, the selected one marked",
	lua = "for t in lupe.target:threads() do print(t.tid, t.name, t.state) end",
	run = function(prompt)
		local dbg = prompt.dbg
		local selected, rows = dbg:need_thread(), { { "", "Id", "tid", "name", "where" } }
		for _, thread in ipairs(dbg:all_threads()) do
			local where = thread.state == "running" and "(running)" or stops.where(dbg, thread)
			rows[#rows + 1] = { thread == selected and "*" or " ", dbg:number(thread), thread.tid, thread.name, where }
		end
		prompt:say("%s", format.columns(rows, { false, true, true }))
	end,
}
