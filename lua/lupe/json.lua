-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- JSON of Lua values and back, for reports and journals. A table with [1], or one made by json.array, is
-- an array; any other an object, its keys sorted, so that equal values have equal texts. Text that is no
-- UTF-8 is written byte by byte as U+0000 to U+00FF, as everywhere in lupe. null reads as nil.

local check = require "lupe.check"

local json = {}

local MAX_DEPTH = 200
local ARRAY = {}

-- Marks a table as an array, also when it is empty.
function json.array(list) return setmetatable(list or {}, ARRAY) end

-- --- writing ---

local ESCAPES = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ["\b"] = "\\b",
	["\f"] = "\\f" }

local function quote(text)
	if not utf8.len(text) then
		text = text:gsub("[\128-\255]", function(c) return utf8.char(c:byte()) end)
	end
	return '"' .. text:gsub('[%c"\\]', function(c) return ESCAPES[c] or ("\\u%04x"):format(c:byte()) end) .. '"'
end

local function number_text(value)
	if math.type(value) == "integer" then return ("%d"):format(value) end
	if value ~= value or value == math.huge or value == -math.huge then return "null" end
	return ("%.17g"):format(value)
end

local write

local function write_table(out, value, depth)
	if depth > MAX_DEPTH then check.misuse("json: more than %d levels, or a cycle", MAX_DEPTH) end
	if getmetatable(value) == ARRAY or value[1] ~= nil then
		out[#out + 1] = "["
		for i, item in ipairs(value) do
			if i > 1 then out[#out + 1] = "," end
			write(out, item, depth + 1)
		end
		out[#out + 1] = "]"
		return
	end
	out[#out + 1] = "{"
	for i, key in ipairs(check.keys(value)) do
		if i > 1 then out[#out + 1] = "," end
		out[#out + 1] = quote(key) .. ":"
		write(out, value[key], depth + 1)
	end
	out[#out + 1] = "}"
end

write = function(out, value, depth)
	local kind = type(value)
	if kind == "table" then write_table(out, value, depth)
	elseif kind == "string" then out[#out + 1] = quote(value)
	elseif kind == "number" then out[#out + 1] = number_text(value)
	elseif kind == "boolean" or kind == "nil" then out[#out + 1] = kind == "nil" and "null" or tostring(value)
	else check.misuse("json: a %s has no JSON", kind) end
end

-- The text of a value, in one line.
function json.encode(value)
	local out = {}
	write(out, value, 0)
	return table.concat(out)
end

-- --- reading ---

local UNESCAPES = { ['"'] = '"', ["\\"] = "\\", ["/"] = "/", n = "\n", r = "\r", t = "\t", b = "\b", f = "\f" }

-- What is wrong is raised as { text, position }, caught by decode.
local function wrong(message, at) error({ message, at }, 0) end

local function skip(text, at) return text:find("[^ \t\r\n]", at) or #text + 1 end

-- The code point of \uXXXX at `at`, of a pair of surrogates too, and where it ends.
local function read_escape(text, at)
	local high = tonumber(text:match("^\\u(%x%x%x%x)", at) or wrong("four hexadecimal digits are expected", at), 16)
	local low = text:match("^\\u([dD][c-fC-F]%x%x)", at + 6)
	if high >= 0xd800 and high < 0xdc00 and low then
		return 0x10000 + ((high - 0xd800) << 10) + tonumber(low, 16) - 0xdc00, at + 12
	end
	return high, at + 6
end

local function read_string(text, at)
	local parts, from = {}, at + 1
	while true do
		local stop = text:find('[%c"\\]', from)
		if not stop then wrong("the string has no end", at) end
		parts[#parts + 1] = text:sub(from, stop - 1)
		local c = text:sub(stop, stop)
		if c == '"' then return table.concat(parts), stop + 1 end
		if c ~= "\\" then wrong("a control byte in a string", stop) end
		local plain = UNESCAPES[text:sub(stop + 1, stop + 1)]
		if plain then
			parts[#parts + 1], from = plain, stop + 2
		else
			local code
			code, from = read_escape(text, stop)
			parts[#parts + 1] = utf8.char(code)
		end
	end
end

local read

-- Items up to `close`, each read by `item`, which answers where it ends.
local function read_items(text, at, close, item)
	at = skip(text, at + 1)
	if text:sub(at, at) == close then return at + 1 end
	while true do
		at = skip(text, item(at))
		local c = text:sub(at, at)
		if c == close then return at + 1 end
		if c ~= "," then wrong(("',' or '%s' is expected"):format(close), at) end
		at = skip(text, at + 1)
	end
end

local function read_array(text, at, depth)
	local list, n = json.array(), 0
	return list, read_items(text, at, "]", function(from)
		local value, stop = read(text, from, depth)
		n = n + 1
		list[n] = value
		return stop
	end)
end

local function read_object(text, at, depth)
	local object = {}
	return object, read_items(text, at, "}", function(from)
		if text:sub(from, from) ~= '"' then wrong("a name in quotes is expected", from) end
		local key, stop = read_string(text, from)
		stop = skip(text, stop)
		if text:sub(stop, stop) ~= ":" then wrong("':' is expected", stop) end
		object[key], stop = read(text, skip(text, stop + 1), depth)
		return stop
	end)
end

local WORDS = { ["true"] = true, ["false"] = false }

read = function(text, at, depth)
	if depth > MAX_DEPTH then wrong(("more than %d levels"):format(MAX_DEPTH), at) end
	local c = text:sub(at, at)
	if c == '"' then return read_string(text, at) end
	if c == "[" then return read_array(text, at, depth + 1) end
	if c == "{" then return read_object(text, at, depth + 1) end
	local number = text:match("^-?%d+%.?%d*[eE]?[+-]?%d*", at)
	if number and tonumber(number) then return math.tointeger(tonumber(number)) or tonumber(number), at + #number end
	local word = text:match("^%a+", at)
	if word == "null" or WORDS[word or ""] ~= nil then return WORDS[word], at + #word end
	wrong("a value is expected", at)
end

-- The value of a text; nil and what is wrong, with its place.
function json.decode(text)
	check.arg("json: text", text, "string")
	local ok, value, at = pcall(read, text, skip(text, 1), 0)
	if ok and skip(text, at) <= #text then ok, value = false, { "something follows the value", skip(text, at) } end
	if ok then return value end
	if type(value) ~= "table" then error(value, 0) end
	return nil, ("%s at byte %d"):format(value[1], value[2])
end

return json
