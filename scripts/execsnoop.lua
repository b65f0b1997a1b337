-- which programs are executed, with their arguments
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A line for each program that the target and its children execute; with -x also for those that could not be
-- (a shell tries each folder of PATH).

local tool = require "lupe.tool"

local values = tool.options {
	name = "lupe execsnoop",
	summary = "which programs are executed, with their arguments",
	rows = true,
	examples = {
		{ "lupe execsnoop -- ./configure", "all that a script runs" },
		{ "lupe execsnoop -x -- ./run.sh", "also what is not found" },
	},
	options = {
		{ short = "x", long = "failed", help = "also those that fail" },
		{ short = "q", long = "quote", help = "arguments in quotes where a shell needs them" },
	},
}

local emit = tool.rows(values, { tool.TIME, tool.PID, { "PPID", width = 7 }, { "ERR", width = 8, left = true },
	{ "ARGS" } })

local function parent_of(process)
	local status = process:proc "status"
	return status and math.tointeger(tonumber(status:match "PPid:%s*(%d+)"))
end

local function line_of(argv)
	local words = {}
	for i, word in ipairs(argv or {}) do
		words[i] = values.quote and not word:find "^[%w_./:=@%%+,-]+$" and "'" .. word:gsub("'", "'\\''") .. "'" or word
	end
	return table.concat(words, " ")
end

lupe.on_exec(function(ev)
	emit(tool.time(ev), ev.pid, parent_of(ev.process), nil, line_of(ev.process.argv))
end)

if values.failed then
	lupe.on_syscall("execve,execveat", { on_exit = function(ev)
		if ev.err then emit(tool.time(ev), ev.pid, parent_of(ev.process), ev.err, ev.path) end
	end })
end
