-- which signals are sent, by whom and to whom
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A line for each signal that the target and its children send (kill, tkill, tgkill, sigqueue,
-- pidfd_send_signal). With -r also for each that they receive, whoever sent it: PID is then the sender, TO the
-- receiver.

local tool = require "lupe.tool"

local values = tool.options {
	name = "lupe killsnoop",
	summary = "which signals are sent, by whom and to whom",
	rows = true,
	examples = {
		{ "lupe killsnoop -- ./supervisor", "what it sends" },
		{ "lupe killsnoop -r -p 4242", "who sends what to process 4242" },
		{ "lupe killsnoop --signal TERM,KILL -- make", "these only" },
	},
	options = {
		{ short = "r", long = "received", help = "also those that are received" },
		{ short = "s", long = "signal", arg = "LIST", help = "only these signals" },
		{ short = "x", long = "failed", help = "only those that could not be sent" },
	},
}

local emit = tool.rows(values, { tool.TIME, tool.PID, tool.COMM, { "HOW", width = 8, left = true },
	{ "SIGNAL", width = 10, left = true }, { "TO", width = 7 }, { "RESULT" } })

local wanted = nil
if values.signal then
	wanted = {}
	for name in values.signal:gmatch "[^,%s]+" do wanted[lupe.signal(math.tointeger(tonumber(name)) or name)] = true end
end

local function show(signo) return not wanted or wanted[signo] or wanted[lupe.signal(signo)] end

-- Who is meant: the thread or process, or the process behind a descriptor.
local function receiver(ev)
	local args = ev.args
	if ev.name == "kill" then return args.pid end
	if ev.name == "rt_sigqueueinfo" then return args.tgid end
	if ev.name ~= "pidfd_send_signal" then return args.tid end
	local info = ev.process:proc("fdinfo/" .. args.pidfd)
	return info and math.tointeger(tonumber(info:match "Pid:%s*(-?%d+)"))
end

lupe.on_syscall("kill,tkill,tgkill,rt_sigqueueinfo,rt_tgsigqueueinfo,pidfd_send_signal", { on_exit = function(ev)
	local signo, err = ev.args.sig, ev.err
	if not show(signo) or values.failed and not err then return end
	local name = signo == 0 and "0" or lupe.signal(signo)
	emit(tool.time(ev), ev.pid, ev.thread.name, "sent", name, receiver(ev), err or "ok")
end })

-- The name of a process that need not be a target.
local function name_of(pid)
	local file = io.open(("/proc/%d/comm"):format(pid))
	local name = file and file:read "l"
	if file then file:close() end
	return name
end

if values.received then
	lupe.on_signal("all", function(ev)
		if not show(ev.signo) then return end
		local sender = ev.info and ev.info.pid
		sender = sender ~= 0 and sender or nil
		emit(tool.time(ev), sender, sender and name_of(sender) or "kernel", "received", lupe.signal(ev.signo), ev.tid, "")
	end)
end
