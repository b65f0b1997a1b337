-- how often each system call is made, how long it takes, how often it fails
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Counts by system call, or by process, thread, error, file or any other thing of a call; at the end, and with
-- -i every so often (then each time from zero).

local format = require "lupe.format"
local tool = require "lupe.tool"

-- What may be counted by: a function of the event.
local KEYS = {
	syscall = function(ev) return ev.name end,
	process = function(ev) return ev.pid end,
	thread = function(ev) return ("%d %s"):format(ev.tid, ev.thread.name) end,
	error = function(ev) return ev.err and ev.name .. " " .. ev.err or ev.name .. " ok" end,
	file = function(ev)
		local fd = ev.fd
		return fd and fd.path or ev.path or "(none)"
	end,
}

local values = tool.options {
	name = "lupe syscount",
	summary = "how often each system call is made, how long it takes, how often it fails",
	examples = {
		{ "lupe syscount -- make", "all calls of a build" },
		{ "lupe syscount -b file --set '%desc' -p 4242", "which files a process works on" },
		{ "lupe syscount -i 1 --top 5 -p 4242", "the five most frequent, each second" },
	},
	options = {
		{ long = "set", arg = "SET", default = "all", help = "these system calls, as in lupe trace -e trace=SET" },
		{ short = "b", long = "by", arg = "WHAT", type = "choice", default = "syscall",
			choices = { "syscall", "process", "thread", "error", "file" }, help = "count by" },
		{ short = "x", long = "failed", help = "only those that fail" },
		{ short = "s", long = "sort", arg = "COLUMN", type = "choice", choices = { "count", "time", "failed" },
			default = "count", help = "what the order is by" },
		{ short = "n", long = "top", arg = "N", type = "integer", help = "at most N rows" },
		{ short = "i", long = "interval", arg = "S", type = "seconds", help = "print each S seconds, and begin anew" },
	},
}

local rows = {} -- key -> { count, time, failed }
local key_of = KEYS[values.by]

tool.set("lupe syscount", values.set)
lupe.on_syscall(values.set, { on_exit = function(ev)
	local err = ev.err
	if values.failed and not err then return end
	local key = key_of(ev)
	local row = rows[key]
	if not row then
		row = { count = 0, time = 0, failed = 0 }
		rows[key] = row
	end
	row.count, row.time = row.count + 1, row.time + ev.duration
	if err then row.failed = row.failed + 1 end
end })

local function print_rows()
	local keys, total = {}, 0
	for key, row in pairs(rows) do
		keys[#keys + 1] = key
		total = total + row.count
	end
	table.sort(keys, function(a, b)
		local x, y = rows[a][values.sort], rows[b][values.sort]
		if x ~= y then return x > y end
		return tostring(a) < tostring(b)
	end)
	local lines = { { "COUNT", "%", "TIME", "EACH", "FAILED", values.by:upper() } }
	for i, key in ipairs(keys) do
		if values.top and i > values.top then break end
		local row = rows[key]
		lines[#lines + 1] = { row.count, ("%.1f"):format(100 * row.count / total), format.seconds(row.time),
			format.seconds(row.time / row.count), row.failed > 0 and row.failed or "", key }
	end
	values.out:write(format.columns(lines, { true, true, true, true, true }), "\n")
end

if values.interval then
	lupe.every(math.max(values.interval, 0.01), function()
		values.out:write(os.date "%H:%M:%S", "\n")
		print_rows()
		rows = {}
	end)
end
lupe.on_end(function()
	if next(rows) or not values.interval then print_rows() end
end)
