-- events as JSON Lines: system calls with all arguments, signals, forks, executions, ends
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- An object a line, for other programs to read: time (seconds since 1970), pid, tid and what happened. A
-- system call has its arguments by name, as in lupe trace --json; with -k also the stack that led to it.

local json = require "lupe.json"
local stacks = require "lupe.stacks"
local tool = require "lupe.tool"

local values = tool.options {
	name = "lupe record",
	summary = "events as JSON Lines: system calls with all arguments, signals, forks, executions, ends",
	examples = {
		{ "lupe record -o run.jsonl -- make", "all that a build does" },
		{ "lupe record --set '%file' -k -o run.jsonl -p 4242", "files, and who asked for them" },
		{ "lupe record -o /dev/stdout --set connect -- curl -s example.org | jq .args.addr", "into another program" },
	},
	options = {
		{ long = "set", arg = "SET", default = "all", help = "these system calls, as in lupe trace -e trace=SET; none" },
		{ short = "k", long = "stack", help = "with the stack of each system call" },
		{ long = "depth", arg = "N", type = "integer", default = 20, help = "frames of a stack" },
	},
}

-- A frame as in lupe trace --json.
local function frames(ev)
	local list = json.array()
	for i, frame in ipairs(stacks.frames(ev.thread, { depth = math.max(values.depth, 1), lines = true })) do
		list[i] = { pc = ("0x%x"):format(frame.pc), symbol = frame.fn, offset = frame.offset, module = frame.module,
			file = frame.file, line = frame.line }
	end
	return list
end

-- What every line begins with, before the object of the event.
local function write(ev, object, more)
	values.out:write(('{"time":%.6f,"pid":%d,"tid":%d,%s%s\n'):format(ev.time, ev.pid, ev.tid, more or "", object:sub(2)))
end

local function call(ev)
	write(ev, ev:json(), values.stack and ('"stack":%s,'):format(json.encode(frames(ev))))
end

local function other(fields)
	return function(ev)
		local object = { event = ev.kind }
		for _, name in ipairs(fields) do object[name] = ev[name] end
		if ev.signo then object.signal = lupe.signal(ev.signo) end
		if ev.kind == "exec" then
			object.exe, object.argv = ev.process.exe, json.array(ev.process.argv)
		end
		write(ev, json.encode(object))
	end
end

-- exit and exit_group never return.
for _, nr in ipairs(values.set ~= "none" and tool.set("lupe record", values.set) or {}) do
	local info = lupe.syscall(nr)
	local ends = info and info.never_returns
	lupe.on_syscall(nr, ends and { on_enter = call } or { on_exit = call })
end
lupe.on_signal("all", function(ev)
	local info = ev.info or {}
	write(ev, json.encode { event = "signal", signal = lupe.signal(ev.signo), code = info.code, sender = info.pid,
		address = info.addr })
end)
lupe.on_fork(other { "child" })
lupe.on_exec(other {})
lupe.on_exit(other { "exit_code", "core_dumped" })
lupe.on_stop(other {})
