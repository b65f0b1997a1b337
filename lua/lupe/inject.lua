-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Fault injection as rules: which calls (when, probability, seed, fd, path, condition), and what happens
-- to them (error, ret, signal, delay_enter, delay_exit). A rule is a syscall handler like any other.
-- The rule itself is pure; what it does, it does through the event's methods.

local check = require "lupe.check"
local options = require "lupe.options"

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

-- The guards of a rule, cheapest first; all must hold. `when` counts the calls the others let through.
local function guards_of(rule)
	local guards = {}
	if rule.thread then
		guards[#guards + 1] = function(event) return event.tid == rule.thread end
	end
	if rule.fd then guards[#guards + 1] = fd_guard(rule.fd) end
	if rule.path then
		local matches = text_guard(rule.path)
		guards[#guards + 1] = function(event) return matches(event.path) end
	end
	if rule.condition then guards[#guards + 1] = rule.condition end
	if rule.when then
		local counts = when_filter(rule.when)
		guards[#guards + 1] = function(event) return counts(event.tid .. " " .. event.name) end
	end
	if rule.probability then
		local random = random_source(rule.seed or os.time())
		guards[#guards + 1] = function() return random() < rule.probability end
	end
	return guards
end

local function seconds(what, value)
	if type(value) == "number" then return value end
	local number, message = options.convert({ type = "seconds" }, value)
	if not number then check.misuse("inject: %s: %s", what, message) end
	return number
end

local KNOWN = { error = "string|integer", ret = "integer", signal = "string|integer", delay_enter = "number|string",
	delay_exit = "number|string", when = "integer|string", probability = "number", seed = "integer",
	fd = "integer|string|function", path = "string|function", thread = "integer", pid = "integer",
	condition = "function" }

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

-- The options of on_syscall that carry out a rule. `signal` is its signal number, checked.
function inject.handler(rule, core, signal)
	check_rule(rule, core)
	local guards = guards_of(rule)
	local delay_enter = rule.delay_enter and seconds("delay_enter", rule.delay_enter)
	local delay_exit = rule.delay_exit and seconds("delay_exit", rule.delay_exit)
	local hit = {} -- tid -> true: the call that is in the kernel now is one of ours
	local function matches(event)
		for i = 1, #guards do
			if not guards[i](event) then return false end
		end
		return true
	end
	local handler = { pid = rule.pid, condition = function(event)
		if event.kind == "syscall_exit" then return hit[event.tid] end
		return matches(event)
	end }
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
