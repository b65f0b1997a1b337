-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- `lupe stack`: every thread's stack of running processes. The work is C (core.images and its method
-- stack); here are the options and what is said of failures. Exit status: 0, 1 if a process could not be
-- shown, 2 for a wrong command line.

local core = require "lupe.core"
local options = require "lupe.options"

local stack = {}

local FAILED, USAGE = 1, 2

local function positive(text)
	local number = math.tointeger(tonumber(text))
	return number and number > 0 and number or nil, "a number above 0 is expected"
end

stack.spec = {
	name = "lupe stack",
	summary = "print the stack of every thread of a process",
	usage = { "lupe stack [options] PID..." },
	examples = {
		{ "lupe stack 4242", "all threads of a process" },
		{ "lupe stack -q -n 10 $(pidof nginx)", "ten names of each thread" },
		{ "lupe stack --stop=none 4242", "without stopping anything, not even briefly" },
	},
	options = {
		{ short = "q", long = "names", help = "only the names of functions" },
		{ short = "n", long = "depth", arg = "N", type = positive, help = "at most N frames of a thread" },
		{ short = "t", long = "thread", arg = "TID", type = positive, help = "only this thread" },
		{ long = "json", help = "one line of JSON for each process" },
		{ long = "stop", arg = "HOW", type = "choice", choices = { "needed", "none", "short", "hold" },
			default = "needed",
			help = "needed: blocked threads are read without a stop, others stopped for a moment; none: no thread"
				.. " is ever stopped, running ones have no stack; short: all are stopped together for a moment;"
				.. " hold: until everything is known" },
		{ short = "v", long = "verbose", help = "also local variables, how many threads were stopped, and for how long" },
		{ short = "h", long = "help", help = "print this help" },
	},
	operand_like = "pid",
}

local function complain(format, ...)
	io.stderr:write("lupe: ", format:format(...), "\n")
end

local function usage(message)
	complain("%s\nTry 'lupe stack --help'.", message)
	return USAGE
end

-- The pids of the operands, or nil and what is wrong.
local function pids_of(operands, rest)
	local pids = {}
	for _, words in ipairs { operands, rest or {} } do
		for _, word in ipairs(words) do
			local pid = word:find("^%d+$") and positive(word)
			if not pid then return nil, ("'%s' is no process id"):format(word) end
			pids[#pids + 1] = pid
		end
	end
	if #pids == 0 then return nil, "a process id is missing" end
	return pids
end

local function show(images, pid, values, several)
	local text, warning = images:stack(pid, {
		stop = values.stop, depth = values.depth, tid = values.thread, json = values.json,
		names = values.names, locals = values.verbose,
		header = several or values.verbose,
	})
	if not text then
		complain("%s", warning)
		return false
	end
	io.stdout:write(text)
	if not warning then return true end
	complain("%s", warning)
	return false
end

-- Answers the exit status.
function stack.main(argv)
	local parsed, message = options.parse(stack.spec, argv)
	if not parsed then return usage(message) end
	local values = parsed.values
	if values.help then
		io.stdout:write(options.help(stack.spec, core.winsize()))
		return 0
	end
	local pids
	pids, message = pids_of(parsed.operands, parsed.rest)
	if not pids then return usage(message) end
	local images <close> = core.images()
	local status = 0
	for _, pid in ipairs(pids) do
		if not show(images, pid, values, #pids > 1) then status = FAILED end
	end
	return status
end

return stack
