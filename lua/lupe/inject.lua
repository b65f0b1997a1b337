-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Fault injection as rules: which calls (args, fd, path, thread, a function on the stack, what was called
-- before, when, probability, condition), and what happens to them (error, ret, signal, delay_enter,
-- delay_exit). A rule is a syscall handler like any other; `lupe trace -e inject=` asks the same guards. What a
-- rule does, it does through the event's methods.

local check = require "lupe.check"
local options = require "lupe.options"
local stacks = require "lupe.stacks"

local inject = {}

-- --- when: strace's "3" "3+" "3+2" "3..5" "3..9+2", counted per thread and syscall ---

-- first, last, step of a when expression; nil and a message.
function inject.parse_when(when)
	local first, rest = tostring(when):match("^(%d+)(.*)$")
	local last, step = first
	if rest and rest:sub(1, 2) == ".." then
		last, rest = rest:match("^%.%.(%d+)(.*)$")
	elseif rest and rest:sub(1, 1) == "+" then
		last = math.maxinteger
	end
	step = rest == "" and "1" or rest == "+" and "1" or rest and rest:match("^%+(%d+)$")
	first, last, step = math.tointeger(tonumber(first)), math.tointeger(tonumber(last)), math.tointeger(tonumber(step))
	if not first or not last or not step or first < 1 or step < 1 or last < first then
		return nil, ("'%s' is no when expression: N, N+, N+STEP, N..M or N..M+STEP"):format(tostring(when))
	end
	return first, last, step
end

-- A function(thread key) -> true when this call is one of those that count.
local function when_filter(when)
	local first, last, step = inject.parse_when(when)
	if not first then check.misuse("inject: %s", last) end
	local counts = {}
	return function(key)
		local n = (counts[key] or 0) + 1
		counts[key] = n
		return n >= first and n <= last and (n - first) % step == 0
	end
end

-- --- guards ---

-- A shell pattern as a Lua pattern.
function inject.glob(pattern)
	local lua = pattern:gsub("[%^%$%(%)%%%.%[%]%+%-]", "%%%0"):gsub("%*", ".*"):gsub("%?", ".")
	return "^" .. lua .. "$"
end

local function text_guard(wanted)
	if type(wanted) == "function" then return wanted end
	local pattern = inject.glob(wanted)
	return function(text) return text ~= nil and text:find(pattern) ~= nil end
end

local function fd_guard(wanted)
	if math.type(wanted) == "integer" then
		return function(event)
			local fd = event.fd
			return fd ~= nil and fd.num == wanted
		end
	end
	local matches = text_guard(wanted)
	return function(event)
		local fd = event.fd
		return fd ~= nil and matches(fd.path)
	end
end

-- splitmix64: the same seed gives the same run.
local function random_source(seed)
	local state = seed
	return function()
		state = state + 0x9e3779b97f4a7c15
		local z = state
		z = (z ~ (z >> 30)) * 0xbf58476d1ce4e5b9
		z = (z ~ (z >> 27)) * 0x94d049bb133111eb
		z = z ~ (z >> 31)
		return (z >> 11) * 0x1p-53
	end
end

-- thread: a tid, a pattern of its name, or a thread.
local function thread_guard(wanted)
	if math.type(wanted) == "integer" then
		return function(event) return event.tid == wanted end
	end
	if type(wanted) == "string" then
		local matches = text_guard(wanted)
		return function(event) return matches(event.thread.name) end
	end
	local tid = wanted.tid
	return function(event) return event.tid == tid end
end

-- --- arguments ---

-- args = { count = 4096, flags = function(v) ... end, path = "*.db" }. `names` are the syscalls of the rule:
-- an argument that none of them has is a mistake; a call that lacks it is not meant.
local function args_guard(wanted, names, core)
	local has, known = {}, {}
	for _, name in ipairs(names) do
		has[name] = {}
		for _, arg in ipairs((core.syscall_info(name) or {}).args or {}) do
			has[name][arg.name], known[arg.name] = true, true
		end
	end
	local tests = {}
	for name, value in pairs(wanted) do
		check.arg("inject: args: name", name, "string")
		if not known[name] then
			check.misuse("inject: args: '%s' is no argument of %s%s", name, table.concat(names, ","),
				check.did_you_mean(name, check.keys(known)))
		end
		check.arg("inject: args: " .. name, value, "integer|string|function")
		tests[#tests + 1] = { name, math.type(value) ~= "integer" and text_guard(value)
			or function(got) return got == value end }
	end
	return function(event)
		for _, test in ipairs(tests) do
			if not has[event.name] or not has[event.name][test[1]] or not test[2](event.args[test[1]]) then return false end
		end
		return true
	end
end

-- --- a function on the stack ---

local DEPTH, MOST_KNOWN = 200, 10000

-- The functions of `patterns` are on the stack, the first innermost, others between them or not.
local function has_functions(frames, patterns)
	local i = 1
	for _, frame in ipairs(frames) do
		if frame.fn and frame.fn:find(patterns[i]) then i = i + 1 end
		if not patterns[i] then return true end
	end
	return false
end

local function stack_key(pid, frames)
	local parts = { pid }
	for i, frame in ipairs(frames) do parts[i + 1] = ("%x%s"):format(frame.pc, frame.fn or "") end
	return table.concat(parts, " ")
end

-- stack: a pattern of a function's name, several ("inner,outer" or an array), or function(frames). Functions
-- that were inlined need debug information, which takes longer: what came of a stack is remembered.
local function stack_guard(wanted)
	if type(wanted) == "function" then
		return function(event) return wanted(stacks.frames(event.thread, { depth = DEPTH, lines = true })) end
	end
	local patterns = {}
	if type(wanted) == "string" then
		for name in wanted:gmatch "[^,]+" do patterns[#patterns + 1] = inject.glob(name) end
	else
		for i, name in ipairs(wanted) do patterns[i] = inject.glob(check.arg("inject: stack", name, "string")) end
	end
	if #patterns == 0 then check.misuse("inject: stack: the name of a function is expected") end
	local known, n_known = {}, 0
	return function(event)
		local frames = stacks.frames(event.thread, { depth = DEPTH })
		if has_functions(frames, patterns) then return true end
		local key = stack_key(event.pid, frames)
		if known[key] == nil then
			if n_known >= MOST_KNOWN then known, n_known = {}, 0 end
			known[key] = has_functions(stacks.frames(event.thread, { depth = DEPTH, lines = true }), patterns)
			n_known = n_known + 1
		end
		return known[key]
	end
end

-- --- all guards of a rule ---

-- The guards of a rule, cheapest first; all must hold. `when` counts the calls the others let through.
local function guards_of(rule, names, core)
	local guards = {}
	local function add(guard) guards[#guards + 1] = guard or nil end
	if rule.pid then add(function(event) return event.pid == rule.pid end) end
	add(rule.thread and thread_guard(rule.thread))
	add(rule.args and args_guard(rule.args, names, core))
	add(rule.fd and fd_guard(rule.fd))
	if rule.path then
		local matches = text_guard(rule.path)
		add(function(event)
			local path, fd = event.path, nil
			if not path then fd = event.fd end
			return matches(path or fd and fd.path)
		end)
	end
	add(rule.condition)
	add(rule.stack and stack_guard(rule.stack))
	if rule.when then
		local counts = when_filter(rule.when)
		add(function(event) return counts(event.tid .. " " .. event.name) end)
	end
	if rule.probability then
		local random = random_source(rule.seed or os.time())
		add(function() return random() < rule.probability end)
	end
	return guards
end

local function all_hold(guards, event)
	for i = 1, #guards do
		if not guards[i](event) then return false end
	end
	return true
end

-- --- state: what was called before ---

local EVENT = { "string", args = "table", fd = "integer|string|function", path = "string|function",
	thread = "integer|string|userdata", pid = "integer", condition = "function", stack = "string|table|function",
	count = "integer" }

-- after = "fsync", after = { "openat", path = "*.db", count = 2 }: the rule holds once such a call has been made
-- so often, by whomever; before: until then. Answers { names (a set), see(event), came }.
local function mark_of(what, wanted, parse, core)
	if type(wanted) == "string" then wanted = { wanted } end
	check.options("inject: " .. what, wanted, EVENT)
	local numbers, names = parse("inject: " .. what, wanted[1] or "")
	local left, mark = wanted.count or 1, { numbers = numbers, list = names, names = {}, came = false }
	for _, name in ipairs(names) do mark.names[name] = true end
	local guards = guards_of(wanted, names, core)
	function mark.see(event)
		if not mark.came and mark.names[event.name] and all_hold(guards, event) then
			left = left - 1
			mark.came = left <= 0
		end
	end
	return mark
end

-- What a rule asks of calls. `parse(what, set)` answers numbers and names of a set of syscalls. Answers
-- matches(event), to be asked of every call of `numbers` and `names`: those of the set and of after and before.
function inject.matcher(set, rule, core, parse)
	local numbers, names = parse("inject", set)
	local guards, own = guards_of(rule, names, core), {}
	for _, name in ipairs(names) do own[name] = true end
	numbers, names = table.move(numbers, 1, #numbers, 1, {}), table.move(names, 1, #names, 1, {})
	local watched = {}
	for _, name in ipairs(names) do watched[name] = true end
	local function mark(what)
		local one = rule[what] and mark_of(what, rule[what], parse, core)
		for i, name in ipairs(one and one.list or {}) do
			if not watched[name] then
				watched[name] = true
				names[#names + 1], numbers[#numbers + 1] = name, one.numbers[i]
			end
		end
		return one
	end
	local after, before = mark "after", mark "before"
	local function matches(event)
		local holds = own[event.name] and (not after or after.came) and not (before and before.came)
			and all_hold(guards, event)
		if after then after.see(event) end
		if before then before.see(event) end
		return holds
	end
	return matches, numbers, names
end

-- --- the rule ---

local function seconds(what, value)
	if type(value) == "number" then return value end
	local number, message = options.convert({ type = "seconds" }, value)
	if not number then check.misuse("inject: %s: %s", what, message) end
	return number
end

local KNOWN = { error = "string|integer", ret = "integer", signal = "string|integer", delay_enter = "number|string",
	delay_exit = "number|string", when = "integer|string", probability = "number", seed = "integer",
	fd = "integer|string|function", path = "string|function", thread = "integer|string|userdata", pid = "integer",
	condition = "function", args = "table", stack = "string|table|function", after = "string|table",
	before = "string|table" }

local function check_rule(rule, core)
	check.options("inject", rule, KNOWN)
	if rule.error and rule.ret then check.misuse("inject: error and ret exclude each other") end
	if not (rule.error or rule.ret or rule.signal or rule.delay_enter or rule.delay_exit) then
		check.misuse("inject: nothing to do: give error, ret, signal, delay_enter or delay_exit")
	end
	if rule.probability and not (rule.probability >= 0 and rule.probability <= 1) then
		check.misuse("inject: probability must be from 0 to 1")
	end
	if rule.error and not core.errno(rule.error) then check.misuse("inject: unknown error '%s'", tostring(rule.error)) end
end

-- The handler that carries out a rule on the calls of a set. `signal` is its signal number, checked; `parse` as
-- for inject.matcher.
function inject.handler(set, rule, core, signal, parse)
	check_rule(rule, core)
	local delay_enter = rule.delay_enter and seconds("delay_enter", rule.delay_enter)
	local delay_exit = rule.delay_exit and seconds("delay_exit", rule.delay_exit)
	local hit = {} -- tid -> true: the call that is in the kernel now is one of ours
	local handler = {}
	local matches
	matches, handler.numbers, handler.names = inject.matcher(set, rule, core, parse)
	function handler.condition(event)
		if event.kind == "syscall_exit" then return hit[event.tid] end
		return matches(event)
	end
	function handler.on_enter(event)
		if delay_exit then hit[event.tid] = true end
		if rule.error then event:fail(rule.error) elseif rule.ret then event:skip(rule.ret) end
		if signal then event:signal(signal) end
		if delay_enter then event:delay(delay_enter) end
	end
	if delay_exit then
		function handler.on_exit(event)
			hit[event.tid] = nil
			event:delay(delay_exit)
		end
	end
	return handler
end

return inject
