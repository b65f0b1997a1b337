-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- `lupe stack`: every thread's stack of running processes and of core files. The work is C (core.images and its method
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
	summary = "print the stack of every thread of a process or of a core file",
	usage = { "lupe stack [options] PID...", "lupe stack [options] CORE [PROGRAM]" },
	examples = {
		{ "lupe stack 4242", "all threads of a process" },
		{ "lupe stack -q -n 10 $(pidof nginx)", "ten names of each thread" },
		{ "lupe stack --stop=none 4242", "without stopping anything, not even briefly" },
		{ "lupe stack --group 4242", "what hundreds of threads are doing" },
		{ "lupe stack --folded --every 20 --duration 10 4242 >folded", "sample for ten seconds, for a flame graph" },
		{ "lupe stack core ./server", "where a program died, from its core file" },
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

-- The program that a word names beside a core file.
local function is_program(word)
	local file = io.open(word, "rb")
	local start = file and file:read(4)
	if file then file:close() end
	return start == "\127ELF"
end

-- A word of the operands: a process, a core file or the program of the core file before or behind it. Nil, or
-- what is wrong with it.
local function add_operand(targets, word)
	local pid = word:find("^%d+$") and positive(word)
	if pid then
		targets[#targets + 1] = { pid = pid }
	elseif core.is_core(word) then
		targets[#targets + 1] = { core = word, exe = targets.exe }
		targets.exe = nil
	elseif is_program(word) then
		local last = targets[#targets]
		if targets.exe then return ("a core file for %s is missing"):format(targets.exe) end
		if last and last.core and not last.exe then
			last.exe = word
		else
			targets.exe = word
		end
	else
		return ("'%s' is no process id and no core file"):format(word)
	end
end

-- The processes and core files of the operands, or nil and what is wrong.
local function targets_of(operands, rest)
	local targets = {}
	for _, words in ipairs { operands, rest or {} } do
		for _, word in ipairs(words) do
			local wrong = add_operand(targets, word)
			if wrong then return nil, wrong end
		end
	end
	if targets.exe then return nil, ("a core file for %s is missing"):format(targets.exe) end
	if #targets == 0 then return nil, "a process id is missing" end
	return targets
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
local function show(job, target)
	local values = job.values
	local text, warning = job.images:stack(target.pid or target.core, {
		exe = target.exe,
		stop = values.stop, depth = values.depth, tid = values.thread, as = job.form,
		names = values.names or job.form == "folded", locals = values.verbose,
		header = job.several or values.verbose or job.again or target.core,
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

-- Once; the targets that were there, and whether all could be shown.
local function round(job, targets)
	local left, whole = {}, true
	for _, target in ipairs(targets) do
		local ok, gone = show(job, target)
		if gone and not job.seen[target] then complain("%s", gone) end
		if not gone then
			left[#left + 1] = target
			job.seen[target] = true
		end
		-- A process that ends while it is sampled is no failure.
		whole = whole and (ok or gone and job.seen[target] or false)
	end
	io.stdout:flush()
	return left, whole
end

-- Until the time is over, the rounds are, all targets have ended, or a signal asks for the end.
local function sample(job, targets)
	local values = job.values
	local period = (values.every or 100) / 1000
	local start, rounds, whole = core.now(), 0, true
	while true do
		local all
		targets, all = round(job, targets)
		whole, rounds = whole and all, rounds + 1
		local due = start + rounds * period
		local over = values.duration and due > start + values.duration
		if #targets == 0 or rounds == values.loop or over then break end
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
	local targets
	targets, message = targets_of(parsed.operands, parsed.rest)
	if not targets then return usage(message) end
	local form
	form, message = form_of(values)
	if not form then return usage(message) end
	local images <close> = core.images()
	local whole
	local again = values.every or values.duration or values.loop
	local job = { images = images, values = values, form = form, several = #targets > 1, again = again,
		counts = {}, seen = {} }
	if again then
		whole = sample(job, targets)
	else
		whole = select(2, round(job, targets))
	end
	if form == "folded" then io.stdout:write(folded_text(job.counts)) end
	return whole and 0 or FAILED
end

return stack
