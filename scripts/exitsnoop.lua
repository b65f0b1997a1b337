-- which processes end, how, and how old they became
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A line for each process of the target that ends: its exit status, or the signal that killed it.

local tool = require "lupe.tool"

local values = tool.options {
	name = "lupe exitsnoop",
	summary = "which processes end, how, and how old they became",
	rows = true,
	examples = {
		{ "lupe exitsnoop -- make", "each command of a build, with its age in seconds" },
		{ "lupe exitsnoop -x -- ./run.sh", "those that fail" },
	},
	options = {
		{ short = "x", long = "failed", help = "only those that end with a status other than 0, or by a signal" },
	},
}

local emit = tool.rows(values, { tool.TIME, tool.COMM, tool.PID, { "PPID", width = 7 }, { "AGE", width = 9 },
	{ "EXIT" } })

-- What is known of each process while it lives: nothing can be read of it when its end is told.
local born = {}

local function note(pid, parent, age)
	local one = born[pid] or { parent = parent, since = lupe.now() - (age or 0) }
	local file = io.open(("/proc/%d/status"):format(pid))
	local status = file and file:read "a" or ""
	if file then file:close() end
	one.comm = status:match "Name:%s*([^\n]*)" or one.comm
	one.parent = one.parent or math.tointeger(tonumber(status:match "PPid:%s*(%d+)"))
	born[pid] = one
end

-- Those that are there have lived before.
for process in lupe.processes() do note(process.pid, nil, tool.age(process.pid)) end

lupe.on_fork(function(ev) note(ev.child, ev.pid) end)
lupe.on_exec(function(ev) note(ev.pid) end)

lupe.on_exit(function(ev)
	local one = born[ev.pid] or {}
	born[ev.pid] = nil
	if values.failed and ev.kind == "exited" and ev.exit_code == 0 then return end
	local how = ev.kind == "exited" and ("status %d"):format(ev.exit_code)
		or lupe.signal(ev.signo) .. (ev.core_dumped and " (core dumped)" or "")
	emit(tool.time(ev), one.comm, ev.pid, one.parent, one.since and lupe.now() - one.since, how)
end)
