-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Types in expressions: those that every C program has, and those of the program (`of` of a type object, see
-- lua/bind/bind_type.c). A type is a table: kind (int float pointer array struct void function unknown other), size,
-- signed, target, count, name; of the program's also handle, the type object. Enumerations are integers with `enum`,
-- unions are structs; a C++ reference is a pointer with `reference`.

local ctypes = {}

local BASE = {}

local function int(name, size, signed)
	BASE[name] = { kind = "int", name = name, size = size, signed = signed }
end
int("char", 1, true)
int("signed char", 1, true)
int("unsigned char", 1, false)
int("short", 2, true)
int("unsigned short", 2, false)
int("int", 4, true)
int("unsigned int", 4, false)
int("long", 8, true)
int("unsigned long", 8, false)
int("long long", 8, true)
int("unsigned long long", 8, false)
int("__int128", 16, true)
BASE._Bool = { kind = "int", name = "_Bool", size = 1, signed = false, bool = true }
BASE.float = { kind = "float", name = "float", size = 4 }
BASE.double = { kind = "float", name = "double", size = 8 }
BASE.void = { kind = "void", name = "void", size = 1 }

local ALIASES = { bool = "_Bool", size_t = "unsigned long", ssize_t = "long", uintptr_t = "unsigned long",
	intptr_t = "long", ptrdiff_t = "long", off_t = "long", pid_t = "int", uid_t = "unsigned int", uint = "unsigned int",
	uchar = "unsigned char", ushort = "unsigned short", ulong = "unsigned long" }
for bits, name in pairs { [8] = "char", [16] = "short", [32] = "int", [64] = "long" } do
	ALIASES[("int%d_t"):format(bits)] = bits == 8 and "signed char" or name
	ALIASES[("uint%d_t"):format(bits)] = "unsigned " .. name
end

local WORDS = { unsigned = true, signed = true, long = true, short = true, int = true, char = true, const = true,
	volatile = true }
for name in pairs(BASE) do
	for word in name:gmatch("%S+") do WORDS[word] = true end
end

-- True for a word that only a type can contain.
function ctypes.is_word(word) return WORDS[word] or ALIASES[word] ~= nil end

-- The type of the words "unsigned", "long"... in any order; nil when they make none.
function ctypes.base(words)
	local counts, rest = {}, {}
	for _, word in ipairs(words) do
		if word == "unsigned" or word == "signed" or word == "long" or word == "short" then
			counts[word] = (counts[word] or 0) + 1
		elseif word ~= "const" and word ~= "volatile" then
			rest[#rest + 1] = word
		end
	end
	if #rest > 1 then return nil end
	local name = rest[1] or "int"
	if ALIASES[name] and next(counts) == nil then return BASE[ALIASES[name]] end
	if name == "int" then
		if counts.short then name = "short"
		elseif counts.long then name = counts.long > 1 and "long long" or "long" end
	elseif counts.long or counts.short then
		return nil
	end
	if counts.unsigned then return BASE["unsigned " .. name] end
	if counts.signed and name == "char" then return BASE["signed char"] end
	return BASE[name]
end

-- types(name) for lupe/expression.lua of a process: in C a struct's tag alone is no type.
function ctypes.of_process(process)
	return function(name)
		local found = process:type(name)
		local keyword = found and tostring(found):match "^(%a+) "
		if not found or (keyword == "struct" or keyword == "union" or keyword == "enum") and not name:find " " then
			return nil
		end
		return ctypes.of(found)
	end
end

function ctypes.pointer(target)
	if target.handle then return ctypes.of(target.handle:pointer()) end
	local gap = target.kind == "pointer" and "" or " "
	return { kind = "pointer", size = 8, signed = false, target = target, name = target.name .. gap .. "*" }
end

function ctypes.array(target, count)
	if target.handle then return ctypes.of(target.handle:array(count)) end
	return { kind = "array", size = target.size * count, target = target, count = count,
		name = ("%s [%d]"):format(target.name, count) }
end

ctypes.FUNCTION = { kind = "function", size = 1, name = "<text variable, no debug info>" }
ctypes.UNKNOWN = { kind = "unknown", size = 0, name = "<data variable, no debug info>" }

ctypes.get = BASE

-- --- types of the program ---

local KINDS = { bool = "int", char = "int", enum = "int", union = "struct" }
local KNOWN = { int = true, float = true, pointer = true, array = true, struct = true, void = true,
	["function"] = true }

local cache = setmetatable({}, { __mode = "k" })

-- What a type leads to is made when it is asked for: types refer to each other in circles.
local LAZY = { __index = function(kind, key)
	if key ~= "target" then return nil end
	local target = kind.handle.target
	target = target and ctypes.of(target) or BASE.void
	rawset(kind, "target", target)
	return target
end }

-- The table of a type object.
function ctypes.of(handle)
	local kind = cache[handle]
	if kind then return kind end
	local name = handle.kind
	kind = { handle = handle, name = tostring(handle), size = handle.size, signed = handle.signed,
		kind = KINDS[name] or name, bool = name == "bool" or nil, char = name == "char" or nil,
		enum = name == "enum" or nil, reference = handle.is_reference or nil, count = handle.count }
	if not KNOWN[kind.kind] then kind.kind = "other" end
	if kind.kind == "void" then kind.size = 1 end
	if kind.kind == "function" then kind.size = 1 end
	if kind.kind == "int" and kind.size > 8 then kind.kind = "other" end
	cache[handle] = setmetatable(kind, LAZY)
	return kind
end

-- An integer as a type of so many bytes would hold it.
function ctypes.wrap(kind, number)
	if kind.bool then return number ~= 0 and 1 or 0 end
	if kind.size >= 8 then return number end
	local bits = kind.size * 8
	number = number & ((1 << bits) - 1)
	if kind.signed and number >> (bits - 1) == 1 then number = number - (1 << bits) end
	return number
end

local FLOATS = { [4] = "<f", [8] = "<d" }

-- x87's format, 64 bits of mantissa with the one before the point.
local function extended(bytes)
	local mantissa, exponent = string.unpack("<I8I2", bytes)
	local sign = exponent & 0x8000 ~= 0 and -1.0 or 1.0
	exponent = exponent & 0x7fff
	local fraction = (mantissa >> 1) * 2.0 + (mantissa & 1)
	if exponent == 0x7fff then return mantissa << 1 == 0 and sign * math.huge or 0 / 0 end
	return sign * fraction * 2.0 ^ (exponent - 16383 - 63)
end

-- The value in the bytes (of the type's size); nil for what is no scalar.
function ctypes.unpack(kind, bytes)
	if kind.kind == "float" then
		if kind.size > 8 then return extended(bytes) end
		return (string.unpack(FLOATS[kind.size], bytes))
	end
	if kind.kind ~= "int" and kind.kind ~= "pointer" or kind.size > 8 then return nil end
	return (string.unpack((kind.signed and "<i" or "<I") .. kind.size, bytes))
end

-- The bytes of a value.
function ctypes.pack(kind, value)
	if kind.kind == "float" then
		if kind.size > 8 then error("a long double cannot be written", 0) end
		return string.pack(FLOATS[kind.size], value)
	end
	local number = math.tointeger(value) or math.tointeger(value < 0 and math.ceil(value) or math.floor(value)) or 0
	return string.pack("<i8", number):sub(1, kind.size)
end

return ctypes
