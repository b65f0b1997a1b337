-- SPDX-License-Identifier: GPL-3.0-or-later
-- What ./bootstrap demo runs: shows every file that a program opens and whether it was there (filtered
-- from all its syscalls), and serves another file in place of one (rewritten).
local path, other = ...
local opened = 0

lupe.on_syscall("open,openat", {
	on_enter = function(ev)
		if ev.path == path then
			io.stderr:write(("  rewriting  %s -> %s\n"):format(path, other))
			ev.args.path = other
		end
	end,
	on_exit = function(ev)
		opened = opened + 1
		io.stderr:write(("  %-10s %s\n"):format(ev.err or "fd " .. ev.ret, ev.path))
	end,
})

lupe.on_end(function() io.stderr:write(("  %d files asked for\n"):format(opened)) end)
