-- SPDX-License-Identifier: GPL-3.0-or-later
local format = require "lupe.format"
local describe = require("lupe.locations").describe

local function what_of(dbg, point)
	local target = dbg:target()
	local places = target and point.places[target.pid]
	if point.resolve and not (places and places[1]) then return "(pending)  " .. point.title end
	local texts = {}
	for i, address in ipairs(places or {}) do
		local name = describe(dbg, target, address)
		texts[i] = format.hex(address) .. (name and ": " .. name or "")
	end
	if not point.resolve then return point.title end
	return table.concat(texts, ", ")
end

return {
	name = "info breakpoints", aliases = { "b", "break", "watchpoints" },
	summary = "breakpoints, watchpoints and catchpoints with their hits",
	run = function(prompt)
		local dbg = prompt.dbg
		local list = dbg.points:user_list()
		if #list == 0 then return prompt:say("no breakpoints") end
		local rows = { { "Num", "Type", "Disp", "Enb", "Hits", "What" } }
		local notes = {}
		for _, point in ipairs(list) do
			rows[#rows + 1] = { point.id, point.what, point.temporary and "del" or "keep", point.enabled and "y" or "n",
				point.what == "injection" and point.handler.hits or point.hits, what_of(dbg, point) }
			local more = {}
			if point.condition_text then more[#more + 1] = "only if " .. point.condition_text end
			if point.thread then more[#more + 1] = ("only in thread %d"):format(dbg.numbers[point.thread] or point.thread) end
			if point.ignore > 0 then more[#more + 1] = ("ignores the next %d hits"):format(point.ignore) end
			for _, line in ipairs(point.commands or {}) do more[#more + 1] = line end
			notes[#rows] = more
		end
		local lines = {}
		for line in (format.columns(rows) .. "\n"):gmatch("([^\n]*)\n") do
			lines[#lines + 1] = line
			notes.row = (notes.row or 0) + 1
			for _, note in ipairs(notes[notes.row] or {}) do lines[#lines + 1] = "        " .. format.clean(note) end
		end
		prompt:say("%s", table.concat(lines, "\n"))
	end,
}
