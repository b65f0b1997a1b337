-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What the word before the cursor may become. Nothing of a target's text is run: Lua fields are read without
-- calling functions, through tables and the members of our own objects.

local arguments = require "lupe.arguments"
local handling = require "lupe.handling"

local completion = {}

local MAX = 500

-- Collects candidates that begin with a word, each once.
local function collector(word)
	local found, seen = {}, {}
	return function(candidate)
		if #found < MAX and candidate:sub(1, #word) == word and not seen[candidate] then
			seen[candidate] = true
			found[#found + 1] = candidate
		end
	end, found
end

local function offer_all(word, list)
	local offer, found = collector(word)
	for _, candidate in ipairs(list) do offer(candidate) end
	table.sort(found)
	return found
end

-- --- Lua ---

-- The names that a value has: of a table and those behind it, of an object its members.
local function members(value)
	local names = {}
	local function add(t)
		for key in next, t do
			if type(key) == "string" and key:find("^[%a_][%w_]*$") then names[#names + 1] = key end
			if #names >= 10 * MAX then break end
		end
	end
	local meta = getmetatable(value)
	if type(value) == "table" then add(value) end
	if type(meta) == "table" then
		if type(meta.__members) == "table" then add(meta.__members) end
		if type(meta.__index) == "table" then add(meta.__index) end
	end
	return names
end

-- a.b.c: without calling what is not ours.
local function follow(path)
	local value = _G
	for name in path:gmatch("[%a_][%w_]*") do
		local meta = getmetatable(value)
		local ours = type(meta) == "table" and (meta.__members ~= nil or rawequal(value, rawget(_G, "lupe")))
		if type(value) == "table" and not ours then
			value = rawget(value, name)
		elseif ours or type(value) == "string" then
			local ok, field = pcall(function() return value[name] end)
			if not ok then return nil end
			value = field
		else
			return nil
		end
		if value == nil then return nil end
	end
	return value
end

-- Fields after the last dot or colon, or globals.
function completion.lua(word)
	local path, last = word:match("^(.*[.:])([%a_]?[%w_]*)$")
	if not path then
		if not word:find("^[%a_]*[%w_]*$") then return {} end
		return offer_all(word, members(_G))
	end
	if not path:find("^[%w_.:]+$") then return {} end
	local value, list = follow(path), {}
	if value == nil then return list end
	for i, name in ipairs(members(value)) do list[i] = path .. name end
	return offer_all(path .. last, list)
end

-- --- words of arguments ---

local by_type = {}

function by_type.signal(prompt)
	local names = { "0" }
	for n = 1, 31 do names[#names + 1] = prompt.core.signal_name(n) end
	return names
end

function by_type.setting(prompt) return prompt.settings.names end

function by_type.thread(prompt)
	local list = {}
	for _, thread in ipairs(prompt.dbg:all_threads()) do list[#list + 1] = tostring(prompt.dbg:number(thread)) end
	return list
end

function by_type.process(prompt)
	local list = {}
	for i in ipairs(prompt.dbg:processes()) do list[i] = tostring(i) end
	return list
end

function by_type.numbers(prompt) return prompt.dbg.points:ids() end
function by_type.choice(_, _, arg) return arg.choices end

function by_type.expression(prompt, word)
	if word:sub(1, 1) ~= "$" then return {} end
	local list = {}
	for _, name in ipairs(prompt.core.register_names()) do list[#list + 1] = "$" .. name end
	for name in pairs(prompt.dbg.variables.own) do list[#list + 1] = "$" .. name end
	return list
end
by_type.count = by_type.expression

-- The names of functions of symbol tables, kept while the libraries are the same.
local function symbol_names(dbg, target)
	local known = dbg.symbol_names
	if not known or known.pid ~= target.pid or known.libraries ~= dbg.libraries[target.pid] then
		known = { pid = target.pid, libraries = dbg.libraries[target.pid], names = target:function_names() or {} }
		dbg.symbol_names = known
	end
	return known.names
end

local function add_prefixed(list, names, word)
	for _, name in ipairs(names or {}) do
		if name:sub(1, #word) == word then
			list[#list + 1] = name
			if #list > 4 * MAX then return end
		end
	end
end

-- Functions, and source files with a colon.
function by_type.location(prompt, word)
	if word:sub(1, 1) == "$" then return by_type.expression(prompt, word) end
	local dbg, list = prompt.dbg, {}
	local target = dbg:target()
	if not target or word:find("^%*") then return list end
	add_prefixed(list, target:names("function", word), word)
	if word ~= "" then
		add_prefixed(list, symbol_names(dbg, target), word)
		for path in (target:sources() or ""):gmatch "[^\n]+" do
			local name = path:match "[^/]+$"
			if name:sub(1, #word) == word then list[#list + 1] = name .. ":" end
		end
	end
	return list
end

-- The members of what stands before the last "." or "->" of a word; readline's words begin after a ">".
local function members_of(prompt, base, prefix)
	local list = {}
	local ok, value = pcall(prompt.dbg.evaluate, prompt.dbg, base)
	local handle = ok and value.type.handle
	while handle and (handle.is_typedef or handle.kind == "pointer") do
		handle = handle.is_typedef and handle.alias_of or handle.target
	end
	local function add(of, depth)
		for _, field in ipairs(of and depth < 8 and of.fields or {}) do
			if field.is_base or not field.name then add(field.type, depth + 1)
			else list[#list + 1] = prefix .. field.name end
		end
	end
	add(handle, 0)
	return list
end

local registers_and_own = by_type.expression

-- Variables of the selected frame, global ones, members, registers.
function by_type.expression(prompt, word, arg, before)
	if word:sub(1, 1) == "$" then return registers_and_own(prompt, word, arg, before) end
	local outer = before and before:match("([%w_%[%]%.>%-]+)%->$")
	if outer then
		local inner = word:match("^(.*)%.[%w_]*$")
		return members_of(prompt, inner and outer .. "->" .. inner or outer, inner and inner .. "." or "")
	end
	local base = word:match("^(.*[%w_%])])%.[%w_]*$")
	if base then return members_of(prompt, base, base .. ".") end
	local dbg, list = prompt.dbg, {}
	local target = dbg:target()
	if not target then return list end
	local ok, frame = pcall(dbg.frame, dbg)
	for _, variable in ipairs(ok and frame and frame:variables() or {}) do list[#list + 1] = variable.name end
	if word ~= "" then add_prefixed(list, target:names("function,variable,enumerator,type", word), word) end
	return list
end
by_type.address = by_type.expression

function by_type.actions() return handling.ACTIONS end

-- Commands that begin with a word, or their subcommands when `before` is a command.
local function command_words(prompt, before, word)
	local command, rest = prompt.commands:find(before)
	if before:find("%S") and command and command.subs and rest == "" then
		return prompt.commands:matching(word, command)
	elseif not before:find("%S") then
		return prompt.commands:matching(word)
	end
	return {}
end

completion.commands = command_words

function by_type.command(prompt, word, _, before) return command_words(prompt, before, word) end

-- The candidates of an argument; nil: names of files are wanted.
local function of_argument(prompt, command, word, before)
	if command.complete then return offer_all(word, command.complete(prompt, word, before)) end
	local arg = arguments.at(command.args or {}, before)
	if not arg then return {} end
	if arg.type == "lua" then return completion.lua(word) end
	if arg.type == "file" or arg.type == "words" then return nil end
	local list = by_type[arg.type]
	return offer_all(word, list and list(prompt, word, arg, before) or {})
end

-- The candidates for `word`, which begins at byte `start` of the line; nil: names of files are wanted.
function completion.complete(prompt, line, start, word)
	local before = line:sub(1, start - 1)
	local offer, found = collector(word)
	if before:find("^%s*$") then
		for _, name in ipairs(prompt.commands:matching(word)) do offer(name) end
		for _, name in ipairs(completion.lua(word)) do offer(name) end
		table.sort(found)
		return found
	end
	if before:find("^%s*!") then return nil end
	local command, rest = prompt.commands:of_line(before:match("^%s*(.-)%s*$"))
	if not command then return completion.lua(word) end
	if command.subs and rest == "" then
		for _, name in ipairs(prompt.commands:matching(word, command)) do offer(name) end
		if command.run and command.args then
			for _, name in ipairs(of_argument(prompt, command, word, "") or {}) do offer(name) end
		end
		table.sort(found)
		return found
	end
	return of_argument(prompt, command, word, rest or "")
end

return completion
