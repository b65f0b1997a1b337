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
		{ "lupe stack --group 4242", "what hundreds of threads are doing" },
		{ "lupe stack --folded --every 20 --duration 10 4242 >folded", "sample for ten seconds, for a flame graph" },
	},
	options = {
		{ short = "q", long = "names", help = "only the names of functions" },
		{ short = "n", long = "depth", arg = "N", type = positive, help = "at most N frames of a thread" },
		{ short = "t", long = "thread", arg = "TID", type = positive, help = "only this thread" },
		{ short = "g", long = "group", help = "the same stack once, with all threads that have it" },
		{ long = "folded", help = "a line for each different stack, and how often it was seen: for flame graphs" },
		{ long = "json", help = "one line of JSON for each process" },
		{ long = "every", arg = "MS", type = positive, help = "again and again, MS milliseconds apart [100]" },
		{ long = "duration", arg = "S", type = positive, help = "for S seconds; without it until Ctrl-C or the end of all" },
		{ long = "loop", arg = "N", type = positive, help = "N times" },
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

-- What the options say of how stacks are shown, or nil and why they contradict each other.
local function form_of(values)
	local form
	for _, name in ipairs { "group", "folded", "json" } do
		if values[name] then
			if form then return nil, ("--%s and --%s exclude each other"):format(form, name) end
			form = name
		end
	end
	return form == "group" and "groups" or form or "threads"
end

-- Folded stacks and how often each was seen, the most frequent first.
local function folded_text(counts)
	local stacks, lines = {}, {}
	for text in pairs(counts) do stacks[#stacks + 1] = text end
	table.sort(stacks, function(a, b) return counts[a] > counts[b] or counts[a] == counts[b] and a < b end)
	for i, text in ipairs(stacks) do lines[i] = ("%s %d\n"):format(text, counts[text]) end
	return table.concat(lines)
end

-- Shows or counts one process; false when it could not be shown whole.
local function show(job, pid)
	local values = job.values
	local text, warning = job.images:stack(pid, {
		stop = values.stop, depth = values.depth, tid = values.thread, as = job.form,
		names = values.names or job.form == "folded", locals = values.verbose,
		header = job.several or values.verbose or job.again,
	})
	if not text then return false, warning end
	if job.form == "folded" then
		for line in text:gmatch("[^\n]+") do job.counts[line] = (job.counts[line] or 0) + 1 end
	else
		io.stdout:write(text)
	end
	if warning then complain("%s", warning) end
	return not warning
end

-- Once; the pids that were there, and whether all could be shown.
local function round(job, pids)
	local left, whole = {}, true
	for _, pid in ipairs(pids) do
		local ok, gone = show(job, pid)
		if gone and not job.seen[pid] then complain("%s", gone) end
		if not gone then
			left[#left + 1] = pid
			job.seen[pid] = true
		end
		-- A process that ends while it is sampled is no failure.
		whole = whole and (ok or gone and job.seen[pid] or false)
	end
	io.stdout:flush()
	return left, whole
end

-- Until the time is over, the rounds are, all targets have ended, or a signal asks for the end.
local function sample(job, pids)
	local values = job.values
	local period = (values.every or 100) / 1000
	local start, rounds, whole = core.now(), 0, true
	while true do
		local all
		pids, all = round(job, pids)
		whole, rounds = whole and all, rounds + 1
		local due = start + rounds * period
		local over = values.duration and due > start + values.duration
		if #pids == 0 or rounds == values.loop or over then break end
		local pause = due - core.now()
		if pause > 0 and not core.sleep(pause) then break end
	end
	return whole
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
	local form
	form, message = form_of(values)
	if not form then return usage(message) end
	local images <close> = core.images()
	local whole
	local again = values.every or values.duration or values.loop
	local job = { images = images, values = values, form = form, several = #pids > 1, again = again,
		counts = {}, seen = {} }
	if again then
		whole = sample(job, pids)
	else
		whole = select(2, round(job, pids))
	end
	if form == "folded" then io.stdout:write(folded_text(job.counts)) end
	return whole and 0 or FAILED
end

return stack
