-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Command lines from tables. One entry per option says its names, argument, type and help; parsing (as
-- getopt_long would: clusters, --name=value, unambiguous abbreviations, `--`), --help, completion and
-- the manual page derive from it.
--
-- A specification:
--   { name = "lupe run", summary = "...", usage = { "lupe run [options] SCRIPT ..." },
--     examples = { { "lupe run count.lua -- make", "count the syscalls of a build" }, ... },
--     options = { option, ... }, notes = "text after the options" }
-- An option:
--   short = "p", long = "attach"   names without dashes; also = {"pid"}: further long names
--   single = "ex"                  a long name with one dash (-ex), taken before any cluster
--   arg = "PID"                    it takes an argument, called so in the help; absent: a switch
--   optional = true                the argument may be left out, and if given is attached (-yVAL, --color=VAL)
--   type                           of the argument: "string" (default) "integer" "number" "size" "seconds"
--                                  "choice" (choices = {...}) or a function(text) -> value | nil, message
--   key                            its field in the result (default: long, else single, else short; - as _)
--   value                          what a switch (or a missing optional argument) stores; default true
--   count = true                   a switch that counts how often it came (-vv)
--   repeatable = true              the values as an array, in order
--   default                        value when absent
--   help, group                    text; options of one group are listed together
--   operand_like = "file"          completion: "file" "pid" "command"

local check = require "lupe.check"
local format = require "lupe.format"

local options = {}

-- The field an option is stored under.
function options.key(option)
	return option.key or ((option.long or option.single or option.short):gsub("-", "_"))
end

-- --- values ---

local SCALE = { [""] = 1, b = 1, k = 1 << 10, m = 1 << 20, g = 1 << 30, t = 1 << 40 }
local TIME = { [""] = 1, s = 1, ms = 1e-3, us = 1e-6, ns = 1e-9, m = 60, h = 3600 }

local converters = {}
function converters.string(text) return text end
function converters.integer(text)
	return text:find("^%s*[-+]?%w+%s*$") and math.tointeger(tonumber(text)) or nil, "an integer is expected"
end
function converters.number(text) return tonumber(text), "a number is expected" end
function converters.size(text)
	local number, unit = text:lower():match("^(%d+)%s*([bkmgt]?)i?b?$")
	return number and math.tointeger(number) * SCALE[unit] or nil, "a size is expected, such as 4096 or 16k"
end
function converters.seconds(text)
	local number, unit = text:match("^([%d.]+)(%a*)$")
	local value = tonumber(number)
	return value and TIME[unit] and value * TIME[unit] or nil, "a time is expected, such as 2, 1.5s or 10ms"
end

-- The value of an option's argument, or nil and why not.
function options.convert(option, text)
	local kind = option.type or "string"
	if type(kind) == "function" then return kind(text) end
	if kind == "choice" then
		for _, choice in ipairs(option.choices) do
			if choice == text then return choice end
		end
		return nil, "one of " .. table.concat(option.choices, ", ") .. " is expected"
			.. check.did_you_mean(text, option.choices)
	end
	local value, message = converters[kind](text)
	if value == nil then return nil, message end
	return value
end

-- --- lookup ---

local function find_short(spec, letter)
	for _, option in ipairs(spec.options) do
		if option.short == letter then return option end
	end
end

-- Calls f(name, option) for each long name.
local function each_long(spec, f)
	for _, option in ipairs(spec.options) do
		if option.long then f(option.long, option) end
		for _, name in ipairs(option.also or {}) do f(name, option) end
	end
end

-- An exact long name, else the only option that the name abbreviates; nil and getopt's message otherwise.
local function find_long(spec, name)
	local exact, found, names, ambiguous = nil, nil, {}, false
	each_long(spec, function(long, option)
		if long == name then exact = option end
		if long:sub(1, #name) == name then
			ambiguous = ambiguous or (found ~= nil and found ~= option)
			found = option
			names[#names + 1] = "'--" .. long .. "'"
		end
	end)
	if exact then return exact end
	if ambiguous then
		return nil, ("option '--%s' is ambiguous; possibilities: %s"):format(name, table.concat(names, " "))
	end
	if found then return found end
	local all = {}
	each_long(spec, function(long) all[#all + 1] = long end)
	local near = check.nearest(name, all)
	return nil, ("unrecognized option '--%s'%s"):format(name, near and (", did you mean '--%s'?"):format(near) or "")
end

local function find_single(spec, name)
	for _, option in ipairs(spec.options) do
		if option.single == name then return option end
	end
end

-- --- parsing ---

local function store(state, option, shown, text)
	local value = option.value
	if value == nil then value = true end
	if text ~= nil then
		local message
		value, message = options.convert(option, text)
		if value == nil then return ("invalid argument '%s' of option '%s': %s"):format(text, shown, message) end
	end
	local key, values = options.key(option), state.values
	if option.count then
		values[key] = (values[key] or 0) + 1
	elseif option.repeatable then
		values[key] = values[key] or {}
		table.insert(values[key], value)
	else
		values[key] = value
	end
	table.insert(state.order, { key = key, value = value, option = option })
end

local function parse_long(spec, state, argv, i, name, dashes)
	local equals = name:find("=", 1, true)
	local text = equals and name:sub(equals + 1) or nil
	name = equals and name:sub(1, equals - 1) or name
	local option, message
	if dashes == "-" then option = find_single(spec, name) else option, message = find_long(spec, name) end
	if not option then return nil, message end
	local shown = dashes .. (dashes == "-" and option.single or option.long)
	if not option.arg and text then return nil, ("option '%s' doesn't allow an argument"):format(shown) end
	if option.arg and not option.optional and not text then
		i = i + 1
		text = argv[i]
		if text == nil then return nil, ("option '%s' requires an argument"):format(shown) end
	end
	message = store(state, option, shown, text)
	if message then return nil, message end
	return i + 1
end

local function parse_cluster(spec, state, argv, i)
	local word, at = argv[i], 2
	while at <= #word do
		local letter = word:sub(at, at)
		local option = find_short(spec, letter)
		if not option then return nil, ("invalid option -- '%s'"):format(letter) end
		local text
		at = at + 1
		if option.arg then
			local attached = at <= #word and word:sub(at) or nil
			at = #word + 1
			text = attached
			if not attached and not option.optional then
				i = i + 1
				text = argv[i]
				if text == nil then return nil, ("option requires an argument -- '%s'"):format(letter) end
			end
		end
		local message = store(state, option, "-" .. letter, text)
		if message then return nil, message end
	end
	return i + 1
end

local function is_single(spec, word)
	local name = word:match("^%-([%w][%w-]+)")
	return name and find_single(spec, (name:gsub("=.*", ""))) ~= nil
end

-- Parses argv[first..]. `how` may say: stop_at_operand = true (the first operand ends the options, as
-- with a leading + in getopt; all that follows are operands).
-- Returns a table: values (by key, defaults filled in), operands (array), rest (array of what follows
-- `--`, or nil without one), order (array of { key, value, option } as given). Or nil and a message in
-- getopt's words, without the program's name.
function options.parse(spec, argv, first, how)
	local state = { values = {}, operands = {}, order = {} }
	local i, message = first or 1, nil
	while i <= #argv do
		local word = argv[i]
		if word == "--" then
			state.rest = table.move(argv, i + 1, #argv, 1, {})
			break
		elseif word:sub(1, 2) == "--" then
			i, message = parse_long(spec, state, argv, i, word:sub(3), "--")
		elseif is_single(spec, word) then
			i, message = parse_long(spec, state, argv, i, word:sub(2), "-")
		elseif word:sub(1, 1) == "-" and #word > 1 then
			i, message = parse_cluster(spec, state, argv, i)
		elseif how and how.stop_at_operand then
			table.move(argv, i, #argv, #state.operands + 1, state.operands)
			break
		else
			table.insert(state.operands, word)
			i = i + 1
		end
		if not i then return nil, message end
	end
	for _, option in ipairs(spec.options) do
		local key = options.key(option)
		if state.values[key] == nil and option.default ~= nil then state.values[key] = option.default end
	end
	return state
end

-- --- help ---

-- "-p, --attach=PID"
function options.names(option)
	local names, arg = {}, option.arg
	if option.short then names[#names + 1] = "-" .. option.short end
	if option.single then names[#names + 1] = "-" .. option.single end
	if option.long then names[#names + 1] = "--" .. option.long end
	local text = table.concat(names, ", ")
	if not arg then return text end
	if option.long then return text .. (option.optional and "[=" .. arg .. "]" or "=" .. arg) end
	return text .. (option.optional and "[" .. arg .. "]" or " " .. arg)
end

local function option_lines(option, left, width)
	local names = "  " .. options.names(option)
	local help = option.help or ""
	if option.choices then help = help .. " (" .. table.concat(option.choices, ", ") .. ")" end
	if option.default ~= nil and option.default ~= false then
		help = ("%s [%s]"):format(help, tostring(option.default))
	end
	local lines = format.wrap(help, math.max(20, width - left))
	local indent = (" "):rep(left)
	local first = #names + 2 > left and names .. "\n" .. indent or names .. (" "):rep(left - #names)
	return first .. table.concat(lines, "\n" .. indent)
end

local function add_examples(out, spec)
	if not spec.examples then return end
	out[#out + 1] = "Examples:"
	local left = 0
	for _, example in ipairs(spec.examples) do
		if #example[1] <= 50 then left = math.max(left, #example[1]) end
	end
	for _, example in ipairs(spec.examples) do
		local gap = #example[1] > left and "\n" .. (" "):rep(left + 4) or (" "):rep(left - #example[1] + 2)
		out[#out + 1] = "  " .. example[1] .. (example[2] and gap .. example[2] or "")
	end
	out[#out + 1] = ""
end

local function add_options(out, spec, width)
	local left, groups, order = 0, {}, {}
	for _, option in ipairs(spec.options) do
		if option.help then
			left = math.max(left, math.min(28, #options.names(option) + 4))
			local group = option.group or "Options"
			if not groups[group] then
				groups[group] = {}
				order[#order + 1] = group
			end
			table.insert(groups[group], option)
		end
	end
	for _, group in ipairs(order) do
		out[#out + 1] = ""
		out[#out + 1] = group .. ":"
		for _, option in ipairs(groups[group]) do out[#out + 1] = option_lines(option, left, width) end
	end
end

-- The text of --help, ending in a newline: examples first.
function options.help(spec, width)
	width = math.max(40, math.min(width or 80, 100))
	local out = {}
	if spec.summary then
		out[#out + 1] = spec.name .. ": " .. spec.summary
		out[#out + 1] = ""
	end
	add_examples(out, spec)
	for i, usage in ipairs(spec.usage or {}) do out[#out + 1] = (i == 1 and "Usage: " or "       ") .. usage end
	add_options(out, spec, width)
	if spec.notes then
		out[#out + 1] = ""
		out[#out + 1] = spec.notes
	end
	return table.concat(out, "\n") .. "\n"
end

-- --- completion ---

-- What the last of `words` (those after the program's name) may become: an array of whole words, or
-- nil and what kind of operand is wanted ("file", "pid", "command").
function options.complete(spec, words)
	local word, before = words[#words] or "", words[#words - 1] or ""
	local found = {}
	local function offer(text)
		if text:sub(1, #word) == word then found[#found + 1] = text end
	end
	local option = before:match("^%-%-(.+)") and find_long(spec, before:match("^%-%-(.+)"))
		or before:match("^%-(%w)$") and find_short(spec, before:sub(2, 2)) or find_single(spec, before:sub(2))
	if option and option.arg and not option.optional and before:sub(1, 1) == "-" then
		if not option.choices then return nil, option.operand_like or "file" end
		for _, choice in ipairs(option.choices) do offer(choice) end
		return found
	end
	if word:sub(1, 1) ~= "-" then return nil, spec.operand_like or "file" end
	for _, o in ipairs(spec.options) do
		if o.help then
			if o.long then offer("--" .. o.long .. (o.arg and not o.optional and "=" or "")) end
			if o.single then offer("-" .. o.single) end
			if o.short then offer("-" .. o.short) end
		end
	end
	table.sort(found)
	return found
end

return options
