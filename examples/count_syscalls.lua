#!/usr/bin/env -S lupe run
-- SPDX-License-Identifier: GPL-3.0-or-later
-- Counts the syscalls of a program and of all its children, by name; the most frequent first.
--   lupe run examples/count_syscalls.lua -- ls -l
local counts = lupe.table { { "CALLS", default = 0 }, { "FAILED", default = 0 }, "SYSCALL" }:sort "CALLS"
lupe.on_syscall("all", { on_exit = function(ev)
	local row = counts:row(ev.name, nil, nil, ev.name)
	row.CALLS = row.CALLS + 1
	if ev.err then row.FAILED = row.FAILED + 1 end
end })
lupe.on_end(function() io.stderr:write(counts:text(), "\n") end)
