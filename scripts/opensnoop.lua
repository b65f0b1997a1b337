-- which files are opened, by whom, and what came of it
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A line for each open, openat, openat2 and creat of the target and its children, when it returns: the
-- descriptor, or the error.

local inject = require "lupe.inject"
local tool = require "lupe.tool"

local values = tool.options {
	name = "lupe opensnoop",
	summary = "which files are opened, by whom, and what came of it",
	rows = true,
	examples = {
		{ "lupe opensnoop -- make", "all files of a build" },
		{ "lupe opensnoop -x -p 4242", "what a process looks for and does not find" },
		{ "lupe opensnoop --path '*.conf' -- sshd -t", "configuration files only" },
	},
	options = {
		{ short = "x", long = "failed", help = "only those that fail" },
		{ short = "n", long = "comm", arg = "NAME", help = "only of threads called so" },
		{ long = "path", arg = "PATTERN", help = "only names that match this shell pattern" },
	},
}

local emit = tool.rows(values, { tool.TIME, tool.PID, tool.COMM, { "FD", width = 4 },
	{ "ERR", width = 8, left = true }, { "PATH" } })
local pattern = values.path and inject.glob(values.path)

lupe.on_syscall("open,openat,openat2,creat", { on_exit = function(ev)
	local path, err = ev.path, ev.err
	if values.failed and not err or pattern and not (path and path:find(pattern)) then return end
	local comm = ev.thread.name
	if values.comm and comm ~= values.comm then return end
	emit(tool.time(ev), ev.pid, comm, not err and ev.ret or nil, err, path)
end })
