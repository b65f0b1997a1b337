-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Arguments of commands, by a table: an array of
--   { "COUNT", type = "count", optional = true, default = 1, help = "..." }
-- Parsing, the usage line and completion derive from it. The values come as a table by the names in lower
-- case (- as _). An argument takes one word; those of the types text, lua, expression, line and location
-- take all that is left, words an array of all that is left (quoted as in a shell).
--
-- lua and line (a command of another's) take even a --lua.
--
-- Types: word, text, lua, line, expression, address, location, integer, count, signal, thread, process, pid,
-- file, command, setting, choice (choices = {...}), numbers ("1 3-5"), words.

local check = require "lupe.check"

local arguments = {}

local TAKES_REST = { text = true, lua = true, line = true, expression = true, location = true, address = true,
	words = true, numbers = true, command = true }

local parsers = {}

function parsers.word(_, text) return text end
parsers.text, parsers.lua, parsers.line = parsers.word, parsers.word, parsers.word
parsers.expression, parsers.location = parsers.word, parsers.word
parsers.command, parsers.setting = parsers.word, parsers.word

function parsers.integer(_, text)
	return math.tointeger(tonumber(text)), "a number is expected"
end

-- Also an expression, as in gdb: stepi $rcx.
function parsers.count(prompt, text)
	local number = math.tointeger(tonumber(text))
	if not number and prompt.evaluate_integer then number = prompt:evaluate_integer(text) end
	return number and number > 0 and number or nil, "a number above 0 is expected"
end

function parsers.pid(_, text)
	local pid = math.tointeger(tonumber(text))
	return pid and pid > 0 and pid or nil, "a process id is expected"
end

function parsers.address(prompt, text) return prompt:evaluate_integer(text) end

function parsers.signal(prompt, text)
	if text == "0" then return 0 end
	local number = prompt.core.signal_number(text) or prompt.core.signal_number(text:upper())
	if number then return number end
	local names = {}
	for n = 1, 64 do names[n] = prompt.core.signal_name(n) end
	local upper = text:upper()
	return nil, "a signal is expected", check.did_you_mean(upper:find("^SIG") and upper or "SIG" .. upper, names)
end

-- "~/x" as the shell reads it.
function parsers.file(_, text)
	return (text:gsub("^~/", (os.getenv("HOME") or "~") .. "/"))
end

function parsers.choice(_, text, arg)
	local found
	for _, choice in ipairs(arg.choices) do
		if choice == text then return choice end
		if choice:sub(1, #text) == text then
			if found then return nil, "one of " .. table.concat(arg.choices, ", ") .. " is expected" end
			found = choice
		end
	end
	return found, "one of " .. table.concat(arg.choices, ", ") .. " is expected", check.did_you_mean(text, arg.choices)
end

function parsers.thread(prompt, text) return prompt.dbg:find_thread(text) end
function parsers.process(prompt, text) return prompt.dbg:find_process(text) end

-- "1 3-5": an array of numbers.
function parsers.numbers(_, text)
	local list = {}
	for word in text:gmatch("[^%s,]+") do
		local from, to = word:match("^(%d+)%-(%d+)$")
		from, to = tonumber(from or word), tonumber(to or word)
		if not math.tointeger(from) or not math.tointeger(to) or to - from > 100000 then
			return nil, "numbers are expected, such as 1 3-5"
		end
		for n = from, to do list[#list + 1] = n end
	end
	return list
end

-- The words of a text as a shell reads them: quotes and backslashes. nil and a message for an open quote.
function arguments.split(text)
	local words, word, quote, i = {}, nil, nil, 1
	while i <= #text do
		local c = text:sub(i, i)
		if c == "\\" and quote ~= "'" and i < #text then
			i = i + 1
			local following = text:sub(i, i)
			local kept = quote == '"' and not following:find('["\\$`]')
			word = (word or "") .. (kept and "\\" or "") .. following
		elseif quote then
			if c == quote then quote = nil else word = word .. c end
		elseif c == "'" or c == '"' then
			quote, word = c, word or ""
		elseif c:find("%s") then
			words[#words + 1], word = word, nil
		else
			word = (word or "") .. c
		end
		i = i + 1
	end
	if quote then return nil, ("the quote %s is not closed"):format(quote) end
	words[#words + 1] = word
	return words
end

function parsers.words(_, text) return arguments.split(text) end

-- The field of an argument: "FILE" is args.file.
function arguments.key(arg) return (arg[1]:lower():gsub("%-", "_")) end

-- The arguments in `text`; raises what is wrong, in one line.
function arguments.parse(prompt, name, spec, text)
	local args, rest = {}, text:match("^%s*(.-)%s*$")
	for _, arg in ipairs(spec) do
		local key, kind = arguments.key(arg), arg.type or "word"
		local word
		if TAKES_REST[kind] and not arg.single then word, rest = rest, ""
		else word, rest = rest:match("^(%S*)%s*(.*)$") end
		if word == "" then
			if not arg.optional then error(("%s: %s is missing"):format(name, arg[1]), 0) end
			args[key] = arg.default
		else
			local value, message, hint = parsers[kind](prompt, word, arg)
			if value == nil then
				error(("%s: %s, got '%s'%s"):format(name, message or arg[1] .. " is wrong", word, hint or ""), 0)
			end
			args[key] = value
		end
	end
	if rest ~= "" then error(("%s: nothing is expected at '%s'"):format(name, rest), 0) end
	return args
end

-- "[COUNT] FILE"
function arguments.usage(spec)
	local words = {}
	for i, arg in ipairs(spec) do
		local text = arg.type == "choice" and table.concat(arg.choices, "|") or arg[1]
		if arg.type == "words" or arg.type == "numbers" then text = text .. "..." end
		words[i] = arg.optional and "[" .. text .. "]" or text
	end
	return table.concat(words, " ")
end

-- The argument that the next word of a command belongs to, after the words in `before`; nil for none.
function arguments.at(spec, before)
	local count = 0
	for _ in before:gmatch("%S+") do count = count + 1 end
	for i, arg in ipairs(spec) do
		if i > count or TAKES_REST[arg.type] then return arg end
	end
end

return arguments
