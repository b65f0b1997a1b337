-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What a script passes to the library, checked. Misuse raises with the position of the script's own
-- line: the first frame outside the library, however deep the check sits. Failures that a careful
-- script expects are no misuse: those are returned as nil, message, code.

local check = {}

-- True for the chunk names of the library itself ("@lua/lupe/api.lua") and of C functions.
function check.is_library(source)
	return source == "=[C]" or source:find("^@%.?/?lua/lupe/") ~= nil
end

-- Where the script's function begins that a frame of the library has called: its local `fn` or `chunk`. For errors
-- in what such a function calls as its last act: then its own frame has gone.
local function called_place(level)
	for i = 1, 20 do
		local name, value = debug.getlocal(level + 1, i)
		if not name then return nil end
		local info = (name == "fn" or name == "chunk") and type(value) == "function" and debug.getinfo(value, "S")
		if info and not check.is_library(info.source) then
			return ("%s:%d: "):format(info.short_src, math.max(1, info.linedefined))
		end
	end
end

-- "script.lua:12: " for the innermost frame of the running coroutine that is not the library's; "".
function check.where()
	local level, called = 2, nil
	while true do
		local info = debug.getinfo(level, "Sl")
		if not info then return called or "" end
		if not check.is_library(info.source) and info.currentline > 0 then
			return ("%s:%d: "):format(info.short_src, info.currentline)
		end
		called = called or called_place(level)
		level = level + 1
	end
end

-- Raises "script.lua:12: message".
function check.misuse(format, ...)
	local message = select("#", ...) > 0 and format:format(...) or format
	error(check.where() .. message, 0)
end

-- The edit distance of two words, a swap of neighbours counting as one.
local function distance(a, b)
	local before, previous, current = {}, {}, {}
	for j = 0, #b do previous[j] = j end
	for i = 1, #a do
		current[0] = i
		for j = 1, #b do
			local cost = a:byte(i) == b:byte(j) and 0 or 1
			local best = math.min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost)
			if i > 1 and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then
				best = math.min(best, before[j - 2] + 1)
			end
			current[j] = best
		end
		before, previous, current = previous, current, before
	end
	return previous[#b]
end

-- The word of `words` (an array) nearest to a misspelt one; nil when none is near.
function check.nearest(word, words)
	local best, limit = nil, math.max(1, #word // 3) + 1
	for _, candidate in ipairs(words) do
		if math.abs(#candidate - #word) < limit then
			local d = distance(word:lower(), candidate:lower())
			if d < limit then best, limit = candidate, d end
		end
	end
	return best
end

-- ", did you mean 'x'?" or "".
function check.did_you_mean(word, words)
	local near = check.nearest(word, words)
	return near and (", did you mean '%s'?"):format(near) or ""
end

-- The keys of a table that are strings, sorted.
function check.keys(t)
	local keys = {}
	for key in pairs(t) do
		if type(key) == "string" then keys[#keys + 1] = key end
	end
	table.sort(keys)
	return keys
end

local function type_fits(value, wanted)
	for name in wanted:gmatch("[^|]+") do
		if name == "integer" and math.type(value) == "integer" then return true end
		if type(value) == name then return true end
		if name == "callable" then
			local meta = getmetatable(value)
			if type(value) == "function" or (type(meta) == "table" and meta.__call) then return true end
		end
	end
	return false
end

-- An argument of a public function: raises unless it is of one of the types ("string|integer").
function check.arg(what, value, wanted)
	if not type_fits(value, wanted) then
		check.misuse("%s: %s expected, got %s", what, wanted:gsub("|", " or "), type(value))
	end
	return value
end

-- A table of options of a public function: `known` maps each name to its types. Positions (1, 2, ...)
-- are let through when `known[1]` gives their type.
function check.options(what, options, known)
	check.arg(what, options, "table")
	for key, value in pairs(options) do
		local wanted = known[math.type(key) == "integer" and 1 or key]
		if not wanted then
			check.misuse("%s: unknown option '%s'%s", what, tostring(key),
				check.did_you_mean(tostring(key), check.keys(known)))
		end
		if not type_fits(value, wanted) then
			check.misuse("%s: option '%s': %s expected, got %s", what, tostring(key),
				wanted:gsub("|", " or "), type(value))
		end
	end
	return options
end

local function message_text(message)
	if type(message) == "string" then return message end
	local meta = getmetatable(message)
	if meta and meta.__tostring then return tostring(message) end
	return message == nil and "nil" or ("(error object is a %s value)"):format(type(message))
end

-- An error that was raised by a line of the library, and not by what it checks, names the script's line too.
local function name_script(message, place)
	local own, rest = message:match("^%.?/?(lua/lupe/[%w_/-]+%.lua:%d+): (.*)$")
	if not own or not place then return message end
	return ("%s: %s (at %s)"):format(place, rest, own)
end

-- The traceback of a script's error without the library's own frames; just the message when nothing
-- but the line it names would be left. For xpcall, or of a dead coroutine `co`.
function check.traceback(message, co)
	message = message_text(message)
	local lines, frames, place = {}, 0, nil
	local level = co and 0 or 2
	while true do
		local info
		if co then info = debug.getinfo(co, level, "Sln") else info = debug.getinfo(level, "Sln") end
		if not info or frames > 40 then break end
		if not check.is_library(info.source) then
			frames = frames + 1
			place = place or info.currentline > 0 and ("%s:%d"):format(info.short_src, info.currentline) or nil
			local name = info.what == "main" and "main chunk"
				or info.name and ("%s '%s'"):format(info.namewhat ~= "" and info.namewhat or "function", info.name)
				or ("function <%s:%d>"):format(info.short_src, info.linedefined)
			lines[#lines + 1] = ("\t%s:%d: in %s"):format(info.short_src, info.currentline, name)
		end
		level = level + 1
	end
	message = name_script(message, place)
	local only = frames == 1 and lines[1]:match("^\t(.-:%d+:) in main chunk")
	if frames == 0 or only and message:sub(1, #only) == only then return message end
	return message .. "\nstack traceback:\n" .. table.concat(lines, "\n")
end

return check
