-- the library calls of a program, with arguments and results
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A line for each call from the program to a function of a library, when it returns; in two parts when others
-- came in between. What arguments are is known for the usual functions of the C library and where there is debug
-- information; else three words are shown.

local format = require "lupe.format"
local functions = require "lupe.functions"
local imports = require "lupe.imports"
local inject = require "lupe.inject"
local signature = require "lupe.signature"
local tool = require "lupe.tool"

local values, patterns = tool.options {
	name = "lupe ltrace",
	summary = "the library calls of a program, with arguments and results",
	operands = "[FUNCTION...]",
	examples = {
		{ "lupe ltrace -- ./prog", "all that the program itself calls" },
		{ "lupe ltrace 'str*' getenv -p 4242", "some of it" },
		{ "lupe ltrace -a malloc -- ./prog", "also what libraries call" },
		{ "lupe ltrace -c -- ./prog", "a table at the end" },
	},
	options = {
		{ short = "a", long = "all", help = "calls from libraries, too" },
		{ short = "T", long = "times", help = "how long each took" },
		{ short = "c", long = "count", help = "a table of calls and times at the end, no lines" },
		{ short = "s", long = "string", arg = "N", type = "integer", default = 32, help = "N characters of a string" },
		{ long = "max", arg = "N", type = "integer", default = 2000, help = "at most N functions of a program" },
	},
}

local out, limit = values.out, math.max(values.string, 0)
local globs = {}
for i, pattern in ipairs(patterns) do globs[i] = inject.glob(pattern) end

-- What the program imports and the patterns mean; with -a and patterns those of any library.
local function wanted(process)
	if values.all and #patterns > 0 then return patterns end
	local list = {}
	for _, name in ipairs(imports.of(process)) do
		local chosen = #globs == 0
		for _, glob in ipairs(globs) do chosen = chosen or name:find(glob) ~= nil end
		if chosen and name ~= "__libc_start_main" and name ~= "__cxa_finalize" then list[#list + 1] = name end
	end
	return list
end

-- --- what is known of each process ---

local programs = {} -- pid -> { start, stop, signatures } of its program

local function program_of(process)
	local program = programs[process.pid]
	if program then return program end
	program = { start = 0, stop = 0, signatures = {} }
	for module in process:modules() or function() end do
		if module.is_main then program.start, program.stop = module.start, module["end"] end
	end
	programs[process.pid] = program
	return program
end
lupe.on_exec(function(ev) programs[ev.pid] = nil end)

local function signature_of(c, name)
	local known = program_of(c.process).signatures
	if known[name] == nil then known[name] = signature.of(c.process, name) or false end
	return known[name] or nil
end

-- Whether the program itself calls, not a library.
local function is_from_program(c)
	local program = program_of(c.process)
	local back = c.process:read(c.thread.sp, 8)
	if not back then return false end
	local address = string.unpack("<i8", back)
	return not math.ult(address, program.start) and math.ult(address, program.stop)
end

-- --- lines ---

local open = {} -- tid -> array of calls that have not returned
local sums, order = {}, {}

local function line(tid, text) out:write(("%7d %s\n"):format(tid, format.clean(text))) end

local function enter(c, name)
	if not values.all and not is_from_program(c) then return end
	c.name_shown, c.since = name, lupe.now()
	if values.count then return end
	local tid = c.thread.tid
	local list = open[tid] or {}
	open[tid] = list
	local above = list[#list]
	if above and not above.in_two then
		above.in_two = true
		line(tid, ("%s(%s <unfinished ...>"):format(above.name_shown, table.concat(above.texts, ", ")))
	end
	c.known = signature_of(c, name)
	c.texts, c.late = signature.arguments(c, c.known, limit)
	list[#list + 1] = c
end

local function count(c, time)
	local one = sums[c.name_shown]
	if not one then
		one = { name = c.name_shown, calls = 0, time = 0 }
		sums[c.name_shown] = one
		order[#order + 1] = one
	end
	one.calls, one.time = one.calls + 1, one.time + time
end

local function leave(c)
	if not c.since then return end
	local time = lupe.now() - c.since
	if values.count then return count(c, time) end
	local list = open[c.thread.tid] or {}
	while #list > 0 and list[#list] ~= c do list[#list] = nil end
	list[#list] = nil
	local result = signature.result(c, c.known, c.texts, c.late, limit)
	local head = c.in_two and ("<... %s resumed>)"):format(c.name_shown)
		or ("%s(%s)"):format(c.name_shown, table.concat(c.texts, ", "))
	line(c.thread.tid, ("%s = %s%s"):format(head, result, values.times and (" <%.6f>"):format(time) or ""))
end

functions.hook { name = "lupe ltrace", patterns = wanted, limit = values.max, hook = function(title)
	local name = title:match "!(.+)$" or title
	return { on_enter = function(c) enter(c, name) end, on_leave = leave }
end }

-- exit and the like do not return.
local function tell_open(tid)
	for _, c in ipairs(open[tid] or {}) do
		if not c.in_two then line(tid, ("%s(%s <no return ...>"):format(c.name_shown, table.concat(c.texts, ", "))) end
	end
	open[tid] = nil
end
lupe.on_exec(function(ev) tell_open(ev.tid) end)
lupe.on_exit(function(ev)
	programs[ev.pid] = nil
	tell_open(ev.tid)
	if values.count then return end
	line(ev.tid, ev.kind == "exited" and ("+++ exited with %d +++"):format(ev.exit_code)
		or ("+++ killed by %s +++"):format(lupe.signal(ev.signo)))
end)

if values.count then
	lupe.on_end(function()
		table.sort(order, function(a, b)
			if a.time ~= b.time then return a.time > b.time end
			return a.name < b.name
		end)
		local rows = { { "CALLS", "TIME", "EACH", "FUNCTION" } }
		for i, one in ipairs(order) do
			rows[i + 1] = { one.calls, format.seconds(one.time), format.seconds(one.time / one.calls), one.name }
		end
		out:write(format.columns(rows, { true, true, true }), "\n")
	end)
end
