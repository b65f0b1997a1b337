-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- `lupe run --check`: what is wrong with a script that can be known without running it. Its syntax; options and
-- members of lupe, and of the objects that its functions answer and handlers get, that there are none of; globals
-- that nobody assigns and that are called, indexed or handed to lupe; syscalls and signals that there are none of;
-- modules that are not found. Modules beside the script are checked with it. Globals are left alone where a script
-- has _G or _ENV at hand, or loads code.

local check = require "lupe.check"
local lexer = require "lupe.lexer"
local lint_types = require "lupe.lint_types"
local modules = require "lupe.modules"
local reference = require "lupe.reference"
local scopes = require "lupe.scopes"

local lint = {}

-- Functions of lupe whose first argument, a constant, is a syscall set or signals.
local SETS = { on_syscall = true, inject = true }
local SIGNALS = { on_signal = true }
-- Whoever uses these may define globals where nobody sees it.
local MAKES_GLOBALS = { _G = true, _ENV = true, load = true, loadstring = true, loadfile = true, dofile = true }

-- Objects with members of the target's or the script's own.
local OPEN = { lupe = true, args = true, value = true, variable = true, regs = true, call = true }

-- "x" of an expression that is lupe.x.
local function member_of_lupe(what)
	return what.kind == "member" and what.of.kind == "global" and what.of.name == "lupe" and what.name or nil
end

-- --- one file ---

local function note(state, line, format, ...)
	table.insert(state.findings, { file = state.file, line = line, message = format:format(...) })
end

local function check_set(state, argument)
	local numbers, message = state.core.set_parse(argument.value)
	if not numbers then
		note(state, argument.line, "%s", message)
	elseif #numbers == 0 then
		note(state, argument.line, "'%s' names no syscall", argument.value)
	end
end

local function check_signals(state, argument)
	if argument.value == "all" then return end
	local names = {}
	for number = 1, 64 do names[number] = state.core.signal_name(number) end
	for name in argument.value:gmatch("[^,%s]+") do
		if (state.core.signal_number(name) or -1) < 0 then
			note(state, argument.line, "unknown signal '%s'%s", name,
				check.did_you_mean("SIG" .. name:upper():gsub("^SIG", ""), names))
		end
	end
end

local load_file

local function check_module(state, argument)
	local name = argument.value
	if package.loaded[name] or package.preload[name] or name:find("^lupe%.") then return end
	local path, message = modules.find(name, state.folders)
	if path then return load_file(state, path) end
	if package.searchpath(name, package.path) or package.searchpath(name, package.cpath) then return end
	note(state, argument.line, "%s", message)
end

local function on_call(state, what, arguments)
	local first = arguments[1]
	if not first or first.kind ~= "string" or not first.value then return end
	local member = member_of_lupe(what)
	if member and SETS[member] then check_set(state, first) end
	if member and SIGNALS[member] then check_signals(state, first) end
	if what.kind == "global" and what.name == "require" then check_module(state, first) end
end

-- The object that something is a member of, where all its members are known.
local function closed_object(state, what)
	local object = what.kind == "member" and state.types:object(what.of)
	return object and not OPEN[object.name] and object or nil
end

local function check_option(state, handed_to, name)
	local known, called = state.types:options(handed_to.of, handed_to.index)
	if not known or known[name.value] then return end
	note(state, name.line, "%s: unknown option '%s'%s", called, name.value,
		check.did_you_mean(name.value, check.keys(known)))
end

local function visitor(state)
	local file = state.file
	return {
		read = function(what, how)
			local object = member_of_lupe(what) and state.lupe or closed_object(state, what)
			if object then
				table.insert(state.members, { file = file, line = what.line, name = what.name, object = object })
			elseif what.kind == "global" then
				state.makes_globals = state.makes_globals or MAKES_GLOBALS[what.name]
				table.insert(state.globals, { file = file, line = what.line, name = what.name, how = how })
			end
		end,
		assign = function(what)
			local object = member_of_lupe(what) and state.lupe or closed_object(state, what)
			if object then state.own_members[object.name .. "." .. what.name] = true end
			if what.kind == "global" then state.own_globals[what.name] = true end
		end,
		field = function(handed_to, name) check_option(state, handed_to, name) end,
		call = function(what, arguments)
			on_call(state, what, arguments)
			if not member_of_lupe(what) then return end
			for _, argument in ipairs(arguments) do
				if argument.kind == "global" then
					table.insert(state.globals, { file = file, line = argument.line, name = argument.name, how = "handed" })
				end
			end
		end,
	}
end

-- --- files ---

local function walk(state, file, text)
	local before = state.file
	state.file = file
	scopes.walk(text, visitor(state))
	state.file = before
end

-- A module's file, once.
load_file = function(state, path)
	if state.seen[path] then return end
	state.seen[path] = true
	local file = io.open(path, "rb")
	local text = file and file:read("a")
	if file then file:close() end
	if not text then return end
	text = lexer.strip(text)
	local chunk, message = load(text, "@" .. path, "t")
	if chunk then return walk(state, path, text) end
	local line, rest = message:match(":(%d+): (.*)$")
	table.insert(state.findings, { file = path, line = math.tointeger(tonumber(line)) or 1, message = rest or message })
end

-- --- what the whole says ---

-- Members that are not there, unless the script makes them itself.
local function judge_members(state)
	for _, use in ipairs(state.members) do
		local object = use.object
		if not object.by_name[use.name] and not state.own_members[object.name .. "." .. use.name] then
			table.insert(state.findings, { file = use.file, line = use.line, message = ("%s has no '%s'%s"):format(object.name,
				use.name, check.did_you_mean(use.name, check.keys(object.by_name))) })
		end
	end
end

local REASONS = { call = true, index = true, handed = true }

local function judge_globals(state)
	if state.makes_globals then return end
	local known = check.keys(_G)
	for _, name in ipairs { "lupe", "arg" } do known[#known + 1] = name end
	for name in pairs(state.own_globals) do known[#known + 1] = name end
	local is_known = {}
	for _, name in ipairs(known) do is_known[name] = true end
	for _, use in ipairs(state.globals) do
		if not is_known[use.name] and REASONS[use.how] then
			table.insert(state.findings, { file = use.file, line = use.line,
				message = ("nobody assigns the global '%s'%s"):format(use.name, check.did_you_mean(use.name, known)) })
		end
	end
end

local function sorted_lines(findings)
	table.sort(findings, function(a, b)
		if a.file ~= b.file then return a.file < b.file end
		if a.line ~= b.line then return a.line < b.line end
		return a.message < b.message
	end)
	local lines = {}
	for _, finding in ipairs(findings) do
		local line = ("%s:%d: %s"):format(finding.file, finding.line, finding.message)
		if line ~= lines[#lines] then lines[#lines + 1] = line end
	end
	return lines
end

-- The library as an object of the reference: with what a script that runs has, and not the prompt.
local function public_table(lupe)
	local by_name = { target = true, program = true }
	for _, name in ipairs(check.keys(lupe)) do by_name[name] = true end
	return { name = "lupe", by_name = by_name }
end

-- Checks a text that compiles. `what`: file (its name in messages), text, folders (of modules), core, lupe (the
-- public table), reference (one that is loaded already). Answers lines "script.lua:12: message"; none: nothing was
-- found.
function lint.check(what)
	local state = { core = what.core, folders = what.folders or {}, findings = {},
		types = lint_types.new(what.reference or reference.load(what.core)), lupe = public_table(what.lupe),
		members = {}, globals = {}, own_members = {}, own_globals = {}, seen = {} }
	walk(state, what.file, what.text)
	judge_members(state)
	judge_globals(state)
	return sorted_lines(state.findings)
end

return lint
