-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Values of expressions and units of memory as text, by gdb's format letters:
--   x hexadecimal, d decimal, u unsigned, o octal, t binary, z hexadecimal with zeros, c character,
--   a address with its symbol, f floating point, s string, i instruction.
-- Pure but for the `name` function that gives an address its symbol, and the reader of strings.

local ctypes = require "lupe.ctypes"
local format = require "lupe.format"

local show = {}

local ESCAPES = { [7] = "\\a", [8] = "\\b", [9] = "\\t", [10] = "\\n", [11] = "\\v", [12] = "\\f", [13] = "\\r",
	[27] = "\\033", [92] = "\\\\" }

local function character(code, quote)
	if code == quote then return "\\" .. string.char(code) end
	if ESCAPES[code] then return ESCAPES[code] end
	if code < 32 or code > 126 then return ("\\%03o"):format(code) end
	return string.char(code)
end

-- "abc\n" as C writes it.
function show.string(bytes)
	local out = { '"' }
	for i = 1, #bytes do out[i + 1] = character(bytes:byte(i), 34) end
	out[#out + 1] = '"'
	return table.concat(out)
end

local function unsigned(v, size)
	if size < 8 then v = v & ((1 << size * 8) - 1) end
	if v >= 0 then return ("%d"):format(v) end
	local quotient = (v >> 1) // 5
	return ("%d%d"):format(quotient, v - quotient * 10)
end

local function binary(v)
	if v == 0 then return "0" end
	local bits = {}
	while v ~= 0 do
		table.insert(bits, 1, tostring(v & 1))
		v = v >> 1
	end
	return table.concat(bits)
end

local function masked(v, size) return size < 8 and v & ((1 << size * 8) - 1) or v end

local function float_text(v)
	if v ~= v then return "nan" end
	if v == math.huge then return "inf" elseif v == -math.huge then return "-inf" end
	local text = ("%.17g"):format(v)
	for precision = 1, 16 do
		local shorter = ("%%.%dg"):format(precision):format(v)
		if tonumber(shorter) == v then
			text = shorter
			break
		end
	end
	return text
end
show.float = float_text

local letters = {}
function letters.x(v, size) return ("0x%x"):format(masked(v, size)) end
function letters.z(v, size) return ("0x%0" .. 2 * size .. "x"):format(masked(v, size)) end
function letters.o(v, size) return v == 0 and "0" or ("0%o"):format(masked(v, size)) end
function letters.t(v, size) return binary(masked(v, size)) end
function letters.d(v, size) return ("%d"):format(ctypes.wrap({ size = size, signed = true }, v)) end
function letters.u(v, size) return unsigned(v, size) end
function letters.c(v)
	local code = v & 255
	return ("%d '%s'"):format(code > 127 and code - 256 or code, character(code, 39))
end
function letters.a(v, size, name)
	local symbol = name and name(masked(v, size))
	return letters.x(v, size) .. (symbol and " <" .. symbol .. ">" or "")
end
function letters.f(v, size)
	if size ~= 4 and size ~= 8 then return letters.d(v, size) end
	return float_text((string.unpack(size == 4 and "<f" or "<d", string.pack("<i8", v))))
end

-- A number of so many bytes by a letter; `name(address)` gives "main+4" or nil.
function show.number(v, letter, size, name)
	if math.type(v) == "float" then
		if letter == "f" or not letters[letter] then return float_text(v) end
		v = math.tointeger(v < 0 and math.ceil(v) or math.floor(v)) or 0
	end
	return letters[letter](v, size, name)
end

-- True for a letter that `show.number` knows.
function show.is_letter(letter) return letters[letter] ~= nil end

local by_type

local function array_text(value, options)
	local kind = value.type
	if kind.target.size == 1 and kind.target.kind == "int" and not options.letter then
		local bytes = value.bytes or options.context:read(value.at, kind.count)
		local text = bytes:gsub("%z+$", "")
		local limit = options.elements
		if limit > 0 and #text > limit then return show.string(text:sub(1, limit)) .. "..." end
		return show.string(text)
	end
	local items = {}
	for i = 0, kind.count - 1 do
		if options.elements > 0 and i >= options.elements then
			items[#items + 1] = "..."
			break
		end
		local element = options.load(options.context, kind.target, value.at + i * kind.target.size)
		items[#items + 1] = by_type(element, options)
	end
	return "{" .. table.concat(items, ", ") .. "}"
end

local function pointer_text(value, options, nested)
	local target, symbol = value.type.target, options.name and options.name(value.v)
	local text = format.hex(value.v) .. (symbol and " <" .. symbol .. ">" or "")
	if target.kind == "int" and target.size == 1 and not target.bool and value.v ~= 0 then
		local string = options.string(value.v)
		if string then return text .. " " .. string end -- of text the type says nothing more
	end
	return nested and text or ("(%s) %s"):format(value.type.name, text)
end

-- What C shows of a type of the program: structs, arrays, enumerations, wide numbers.
local function program_text(value, options)
	local kind = value.type
	local place = value.bytes or value.at or kind.enum and string.pack("<i8", value.v):sub(1, kind.size)
	if value.bits then place = string.pack("<i8", value.v):sub(1, kind.size) end
	if not place then return nil end
	return options.text(kind.handle, place, options.letter == "x")
end

local BY_C = { struct = true, array = true, other = true }

by_type = function(value, options, top)
	local kind = value.type
	if value.missing then return value.missing end
	if kind.handle and options.text and (BY_C[kind.kind] or kind.enum) and
		(not options.letter or options.letter == "x" and not kind.enum or kind.kind == "struct") then
		local text = program_text(value, options)
		if text then return text end
	end
	if kind.kind == "array" then return array_text(value, options) end
	if kind.kind == "void" then return "void" end
	if kind.kind == "function" then
		local symbol = value.at and options.name and options.name(value.at)
		if not value.at then return kind.name end
		return ("{%s} %s%s"):format(kind.name, format.hex(value.at), symbol and " <" .. symbol .. ">" or "")
	end
	if value.v == nil then return kind.name end
	if options.letter then return show.number(value.v, options.letter, kind.size, options.name) end
	if kind.kind == "pointer" then return pointer_text(value, options, not top) end
	if kind.kind == "float" then return float_text(value.v) end
	if kind.bool then return value.v ~= 0 and "true" or "false" end
	if kind.size == 1 then return letters.c(value.v) end
	return show.number(value.v, kind.signed and "d" or "u", kind.size)
end

-- A value of an expression as text. options: letter, name(address), string(address) -> text or nil,
-- elements (limit, 0: none), context and load (of lupe/expression.lua, for arrays).
function show.value(value, options)
	local text = by_type(value, options, true)
	local reference = value.referred and not options.letter
	return reference and ("(%s) @%s: %s"):format(value.referred.name, format.hex(value.at), text) or text
end

-- --- /NFU ---

local UNITS = { b = 1, h = 2, w = 4, g = 8 }

-- "4xg" as { count, letter, size }; what is not given stays nil. nil and a message for nonsense.
function show.parse_format(text)
	local parsed = {}
	local minus, digits, rest = text:match("^(%-?)(%d*)(%a*)$")
	if not rest then return nil, ("'/%s' is no format, such as /4xg"):format(text) end
	if digits ~= "" then parsed.count = math.tointeger(tonumber(minus .. digits)) end
	for letter in rest:gmatch(".") do
		if UNITS[letter] then parsed.size = UNITS[letter]
		elseif letters[letter] or letter == "s" or letter == "i" then parsed.letter = letter
		else return nil, ("'%s' is no format letter: x d u o t z c a f s i, and for the size b h w g"):format(letter) end
	end
	return parsed
end

return show
