-- each read and write: descriptor, file, bytes, how long it took
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A line for each call that moves bytes; with -s instead one for each file at the end: how many calls and
-- bytes, and how long they took.

local format = require "lupe.format"
local inject = require "lupe.inject"
local tool = require "lupe.tool"

local READS = "read,pread64,readv,preadv,preadv2,recvfrom,recvmsg,getdents,getdents64"
local WRITES = "write,pwrite64,writev,pwritev,pwritev2,sendto,sendmsg,sendfile,copy_file_range"

local values = tool.options {
	name = "lupe iotrace",
	summary = "each read and write: descriptor, file, bytes, how long it took",
	rows = true,
	examples = {
		{ "lupe iotrace -p 4242", "all that a process reads and writes" },
		{ "lupe iotrace -s -- tar cf out.tar .", "a summary by file" },
		{ "lupe iotrace --min 10ms --kind file -p 4242", "slow disks" },
	},
	options = {
		{ short = "s", long = "summary", help = "a row for each file at the end, not for each call" },
		{ short = "r", long = "reads", help = "only those that read" },
		{ short = "w", long = "writes", help = "only those that write" },
		{ short = "x", long = "failed", help = "only those that fail" },
		{ short = "k", long = "kind", arg = "KIND", type = "choice",
			choices = { "file", "directory", "pipe", "socket", "device", "anon" }, help = "only on descriptors of this kind" },
		{ long = "path", arg = "PATTERN", help = "only on files that match this shell pattern" },
		{ long = "min", arg = "TIME", type = "seconds", default = 0, help = "only calls that take at least so long" },
	},
}

local pattern = values.path and inject.glob(values.path)
local emit = not values.summary and tool.rows(values, { tool.TIME, tool.PID, tool.COMM,
	{ "CALL", width = 12, left = true }, { "FD", width = 4 }, { "BYTES", width = 9 }, { "US", width = 9, format = "%.1f" },
	{ "FILE" } })
local files = {} -- path -> { calls, bytes, time, slowest }

local function add(path, name, bytes, time)
	local key = name .. " " .. path
	local file = files[key]
	if not file then
		file = { path = path, name = name, calls = 0, bytes = 0, time = 0, slowest = 0 }
		files[key] = file
	end
	file.calls, file.bytes, file.time = file.calls + 1, file.bytes + bytes, file.time + time
	file.slowest = math.max(file.slowest, time)
end

lupe.on_syscall(values.reads and READS or values.writes and WRITES or READS .. "," .. WRITES, { on_exit = function(ev)
	local time, err = ev.duration, ev.err
	if time < values.min or values.failed and not err then return end
	local fd = ev.fd
	local path = fd and fd.path or "?"
	if values.kind and not (fd and fd.kind == values.kind) or pattern and not path:find(pattern) then return end
	if emit then
		emit(tool.time(ev), ev.pid, ev.thread.name, ev.name, fd and fd.num, err or ev.ret, time * 1e6, path)
	else
		add(path, ev.name, err and 0 or ev.ret, time)
	end
end })

local function print_summary()
	local list = {}
	for _, file in pairs(files) do list[#list + 1] = file end
	table.sort(list, function(a, b)
		if a.bytes ~= b.bytes then return a.bytes > b.bytes end
		return a.path .. a.name < b.path .. b.name
	end)
	local lines = { { "BYTES", "CALLS", "TIME", "EACH", "SLOWEST", "CALL", "FILE" } }
	for _, file in ipairs(list) do
		lines[#lines + 1] = { format.bytes(file.bytes), file.calls, format.seconds(file.time),
			format.seconds(file.time / file.calls), format.seconds(file.slowest), file.name, file.path }
	end
	values.out:write(format.columns(lines, { true, true, true, true, true }), "\n")
end

if values.summary then lupe.on_end(print_summary) end
