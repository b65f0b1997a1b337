#!/usr/bin/env -S lupe run
-- SPDX-License-Identifier: GPL-3.0-or-later
-- Who started whom, what they executed, how they ended.
--   lupe run examples/tree.lua -- sh -c 'ls | wc -l'
local depth = {}
local function say(pid, text)
	io.stderr:write(("  "):rep(depth[pid] or 0), ("%d %s\n"):format(pid, text))
end
lupe.on_fork(function(ev)
	depth[ev.child] = (depth[ev.pid] or 0) + 1
end)
lupe.on_exec(function(ev)
	say(ev.pid, table.concat(ev.process.argv, " "))
end)
lupe.on_exit(function(ev)
	if ev.kind == "killed" then
		say(ev.pid, "killed by signal " .. ev.signo)
	else
		say(ev.pid, "exited with " .. ev.exit_code)
	end
end)
