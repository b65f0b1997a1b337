-- SPDX-License-Identifier: GPL-3.0-or-later
local format = require "lupe.format"

return {
	name = "info inferiors", aliases = { "inf" }, summary = "every process, the selected one marked",
	lua = "for p in lupe.processes() do print(p.pid, p.exe) end",
	run = function(prompt)
		local dbg = prompt.dbg
		local target, rows, list = dbg:target(), { { "", "Num", "pid", "state", "program" } }, dbg:process_list()
		if #list == 0 then return prompt:say("no processes") end
		for i, process in ipairs(list) do
			rows[#rows + 1] = { process == target and "*" or " ", i, process.pid,
				process.launched and process.state or process.state .. ", attached", process.exe or "?" }
		end
		prompt:say("%s", format.columns(rows, { false, true, true }))
	end,
}
