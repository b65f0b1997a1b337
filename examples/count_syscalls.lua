#!/usr/bin/env -S lupe run
-- SPDX-License-Identifier: GPL-3.0-or-later
-- Counts the syscalls of a program and of all its children, by name; the most frequent first.
--   lupe run examples/count_syscalls.lua -- ls -l
local counts, failed = {}, {}
lupe.on_syscall("all", { on_exit = function(ev)
	counts[ev.name] = (counts[ev.name] or 0) + 1
	if ev.err then failed[ev.name] = (failed[ev.name] or 0) + 1 end
end })
lupe.on_end(function()
	local names = {}
	for name in pairs(counts) do names[#names + 1] = name end
	table.sort(names, function(a, b)
		if counts[a] ~= counts[b] then return counts[a] > counts[b] end
		return a < b
	end)
	for _, name in ipairs(names) do
		io.stderr:write(("%8d %8d  %s\n"):format(counts[name], failed[name] or 0, name))
	end
end)
