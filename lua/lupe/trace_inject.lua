-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- -e inject=SET:error=E:... as rules for the log. Pure but for the tables of names, which come as
-- `core`. Beside strace's words there are the guards of lupe.inject: stack=, path=, fd=, thread=, pid=,
-- args.NAME=, after=, before=, probability= and seed=. A rule that has some asks them in Lua.

local inject_rules = require "lupe.inject"
local sets = require "lupe.trace_sets"

local trace_inject = {}

local MAX_ERRNO, MAX_COUNT = 4095, 65535

-- "error=ENOENT" or a number from 1 to 4095, as -errno.
local function errno_of(core, text)
	local number = sets.number(text, MAX_ERRNO) or core.errno(text:upper())
	return number and number > 0 and -number or nil
end

local function signal_of(core, text)
	local number = core.signal_number(text:upper())
	return number and number > 0 and number or nil
end

local function pure_syscall(core, text)
	local info = core.syscall_info(text)
	for _, group in ipairs(info and info.groups or {}) do
		if group:gsub("^%%", "") == "pure" then return info.nr end
	end
end

-- "@arg1=0000DEAD,@arg2=41" as { { arg, bytes }, ... }.
local function pokes_of(text)
	local pokes = {}
	for item in (text .. ","):gmatch("([^,]*),") do
		local arg, hex = item:match("^@arg([1-7])=(%x+)$")
		if not arg or #hex % 2 == 1 then return nil end
		local bytes = hex:gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end)
		pokes[#pokes + 1] = { arg = tonumber(arg) - 1, bytes = bytes }
	end
	return pokes
end

local function parse_when(rule, text)
	local first, last, step = inject_rules.parse_when(text)
	if not first or first > MAX_COUNT or step > MAX_COUNT then return nil end
	if last ~= math.maxinteger and last > MAX_COUNT then return nil end
	rule.first, rule.last, rule.step = first, math.min(last, 0xffffffff), step
	return true
end

-- Each reads the value of one word into the rule; nil: it is not right.
local WORDS = {}
function WORDS.error(rule, text, core)
	if rule.result then return nil end
	rule.result = errno_of(core, text)
	return rule.result
end
function WORDS.retval(rule, text)
	local number = math.tointeger(tonumber(text))
	if rule.result or not number then return nil end
	rule.result = number
	return true
end
function WORDS.signal(rule, text, core)
	if rule.signal then return nil end
	rule.signal = signal_of(core, text)
	return rule.signal
end
function WORDS.syscall(rule, text, core)
	rule.nr = pure_syscall(core, text)
	return rule.nr
end
function WORDS.delay_enter(rule, text)
	rule.delay_enter_ns = sets.nanoseconds(text)
	return rule.delay_enter_ns
end
function WORDS.delay_exit(rule, text)
	rule.delay_exit_ns = sets.nanoseconds(text)
	return rule.delay_exit_ns
end
function WORDS.poke_enter(rule, text)
	rule.poke_enter = pokes_of(text)
	return rule.poke_enter
end
function WORDS.poke_exit(rule, text)
	rule.poke_exit = pokes_of(text)
	return rule.poke_exit
end
WORDS.when = parse_when

local FAULT_WORDS = { error = true, when = true }

-- --- guards: each answers the value for lupe.inject; nil: it is not right ---

local function text_of(text) return text ~= "" and text or nil end
local function integer_of(text) return math.tointeger(tonumber(text)) end
local function integer_or_text(text) return integer_of(text) or text_of(text) end

local GUARDS = { stack = text_of, path = text_of, fd = integer_or_text, thread = integer_or_text, pid = integer_of,
	after = text_of, before = text_of, seed = integer_of }
function GUARDS.probability(text)
	local number = tonumber(text)
	return number and number >= 0 and number <= 1 and number or nil
end

-- Reads "stack=wal_flush" or "args.count=4096" into `guards`; nil: it is no guard.
local function parse_guard(guards, name, value)
	local argument = name:match("^args%.([%w_]+)$")
	if argument then
		guards.args = guards.args or {}
		guards.args[argument] = integer_or_text(value)
		return guards.args[argument]
	end
	guards[name] = GUARDS[name] and GUARDS[name](value)
	return guards[name]
end

-- Gives a rule with guards `matches(event)`; nil and what is wrong with them. `when` counts with them.
local function add_guards(rule, set, guards, core)
	local function parse(_, text)
		local numbers, message = core.set_parse(text)
		if not numbers then error(message, 0) end
		local names = {}
		for i, nr in ipairs(numbers) do
			names[i] = (core.syscall_info(nr) or { name = ("syscall_%d"):format(nr) }).name
		end
		return numbers, names
	end
	local ok, matches, numbers = pcall(inject_rules.matcher, set, guards, core, parse)
	if not ok then return nil, matches end
	rule.guarded, rule.matches, rule.set = true, matches, numbers
	return true
end

-- For core.log: what answers whether a call is one that the rule of this number is for; nil when none asks.
function trace_inject.guard(rules)
	for _, rule in ipairs(rules) do
		if rule.guarded then return function(event, n) return rules[n].matches(event) end end
	end
end

-- --- for lupe.inject ---

local function seconds_of(text)
	local ns = sets.nanoseconds(text)
	return ns and ns / 1e9
end

local ACTIONS = { error = integer_or_text, retval = integer_of, ret = integer_of, signal = integer_or_text,
	delay_enter = seconds_of, delay_exit = seconds_of, when = text_of }

-- "error=ENOSPC:stack=wal_flush:when=2+", what follows the set, as a rule for lupe.inject; nil and a message.
function trace_inject.rule(text)
	local rule = {}
	for word in text:gmatch("[^:]+") do
		local name, value = word:match("^([%a_][%w_.]*)=(.*)$")
		local action = ACTIONS[name or ""]
		if action then
			rule[name == "retval" and "ret" or name] = action(value)
			if action(value) == nil then return nil, ("'%s' is not right"):format(word) end
		elseif not name or not parse_guard(rule, name, value) then
			return nil, ("'%s' is not right"):format(word)
		end
	end
	return rule
end

-- `what` is "inject" or "fault". Answers a rule, or nil and strace's message.
function trace_inject.parse(what, text, core)
	local set, rest = text:match("^([^:]*)(.*)$")
	local numbers, message = core.set_parse(set)
	if not numbers then return nil, message end
	local rule = { set = numbers, first = 1, last = 0xffffffff, step = 1 }
	local invalid = ("invalid %s argument '%s'"):format(what, text)
	local guards = {}
	for word in rest:gmatch(":([^:]*)") do
		local name, value = word:match("^([%a_][%w_.]*)=(.*)$")
		local known = WORDS[name or ""] and (what == "inject" or FAULT_WORDS[name])
		if known and not WORDS[name](rule, value, core) or not known and not (name and parse_guard(guards, name, value))
		then
			return nil, invalid
		end
		if name == "when" then rule.when = value end
	end
	if what == "fault" then rule.result = rule.result or errno_of(core, "ENOSYS") end
	if not (rule.result or rule.signal or rule.delay_enter_ns or rule.delay_exit_ns or rule.poke_enter
		or rule.poke_exit) then
		return nil, invalid
	end
	if next(guards) then
		guards.when = rule.when
		local ok, problem = add_guards(rule, set, guards, core)
		if not ok then return nil, problem end
	end
	return rule
end

return trace_inject
