-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Expressions as in C, over the program's variables and types, registers ($rax), memory, symbols, and the prompt's
-- own variables ($x) and history ($1, $$): what print, x, conditions, `set var` and p:eval understand.
--
-- A value is a table: type (lupe/ctypes.lua), v (a Lua number; nil for what is no scalar), and where it is: at (an
-- address), register or variable (a name), bytes (a copy of what is in no memory); of a bit-field bits = { offset,
-- size }. missing says why there is none ("<optimized out>"). Parsing makes a function(context) -> value, so that a
-- condition is parsed once; types(name) -> type or nil tells it the program's types. The context answers
-- register(name), set_register(name, v), variable(name), set_variable(name, value), history(n), lookup(name, scope) ->
-- value or nil (of a variable, function or enumerator of the program), symbol(name), read(addr, n), write(addr, bytes),
-- call(function value, arguments); those that fail raise a text.
--
-- The file is longer than others: it is one grammar.

local check = require "lupe.check"
local ctypes = require "lupe.ctypes"

local expression = {}

local LONG, INT, ULONG = ctypes.get.long, ctypes.get.int, ctypes.get["unsigned long"]
local UINT = ctypes.get["unsigned int"]
local CHAR, DOUBLE = ctypes.get.char, ctypes.get.double

local function fail(text, ...) error(select("#", ...) > 0 and text:format(...) or text, 0) end

local function of(kind, v) return { type = kind, v = v } end

-- --- values ---

local function scalar(value)
	if value.v ~= nil then return value.v end
	if value.missing then fail("its value is not known here: %s", value.missing) end
	if value.at and (value.type.kind == "array" or value.type.kind == "function") then return value.at end
	if value.type.kind == "unknown" then
		fail("the type of '%s' is not known: cast it, as in (int)%s, or take its address, &%s", value.name, value.name,
			value.name)
	end
	fail("a number is expected, not %s", value.type.name)
end

local function integer(value)
	local v = scalar(value)
	if math.type(v) == "float" then return math.tointeger(v < 0 and math.ceil(v) or math.floor(v)) or 0 end
	return v
end

local SCALARS = { int = true, float = true, pointer = true }

-- The number of a bit-field in the bytes that it begins in.
local function extract_bits(kind, bytes, bits)
	local raw = string.unpack("<I8", bytes .. ("\0"):rep(8 - math.min(8, #bytes))) >> bits.offset
	if bits.offset + bits.size > 64 then raw = raw | bytes:byte(9) << (64 - bits.offset) end
	if bits.size >= 64 then return raw end
	raw = raw & ((1 << bits.size) - 1)
	if kind.signed and raw >> (bits.size - 1) == 1 then raw = raw - (1 << bits.size) end
	return raw
end

local function bytes_of_bits(bits) return (bits.offset + bits.size + 7) // 8 end

local load_at

-- What a reference refers to; any other value as it is.
local function behind_reference(context, value)
	local kind = value.type
	if not kind.reference then return value end
	local referred = load_at(context, kind.target, value.v)
	referred.referred = kind
	return referred
end

-- What lies at an address; what a reference refers to.
load_at = function(context, kind, address, bits)
	local value = { type = kind, at = address, bits = bits }
	if bits then
		value.v = extract_bits(kind, context:read(address, bytes_of_bits(bits)), bits)
	elseif SCALARS[kind.kind] then
		value.v = ctypes.unpack(kind, context:read(address, kind.size))
	end
	return behind_reference(context, value)
end
expression.load = load_at

-- What is in bytes that lie in no memory.
local function in_bytes(context, kind, bytes, bits)
	local value = { type = kind, bytes = bytes, bits = bits }
	if bits then
		value.v = extract_bits(kind, bytes, bits)
	elseif SCALARS[kind.kind] then
		value.v = ctypes.unpack(kind, bytes:sub(1, kind.size) .. ("\0"):rep(kind.size - #bytes))
	end
	return behind_reference(context, value)
end
expression.in_bytes = in_bytes

local POINTERS = { pointer = true, array = true, ["function"] = true }

local function is_pointer(value) return POINTERS[value.type.kind] or false end

-- The type that C computes in.
local function common(a, b)
	if a.type.kind == "float" or b.type.kind == "float" then return DOUBLE end
	if is_pointer(a) or is_pointer(b) then return ULONG end
	local size = math.max(a.type.size, b.type.size, 4)
	if size > 4 then
		local unsigned = a.type.size == 8 and not a.type.signed or b.type.size == 8 and not b.type.signed
		return unsigned and ULONG or LONG
	end
	local unsigned = a.type.size == 4 and not a.type.signed or b.type.size == 4 and not b.type.signed
	return unsigned and UINT or INT
end

local function divide(a, b, kind, rest)
	if b == 0 then fail("division by zero") end
	if kind.signed then
		local quotient = a // b
		if quotient < 0 and quotient * b ~= a then quotient = quotient + 1 end
		return rest and a - quotient * b or quotient
	end
	if b < 0 then -- above 2^63
		local one = not math.ult(a, b)
		return rest and (one and a - b or a) or one and 1 or 0
	end
	local quotient = ((a >> 1) // b) << 1
	if not math.ult(a - quotient * b, b) then quotient = quotient + 1 end
	return rest and a - quotient * b or quotient
end

local INTEGER = {
	["+"] = function(a, b) return a + b end,
	["-"] = function(a, b) return a - b end,
	["*"] = function(a, b) return a * b end,
	["/"] = function(a, b, kind) return divide(a, b, kind, false) end,
	["%"] = function(a, b, kind) return divide(a, b, kind, true) end,
	["&"] = function(a, b) return a & b end,
	["|"] = function(a, b) return a | b end,
	["^"] = function(a, b) return a ~ b end,
	["<<"] = function(a, b) return a << b end,
	[">>"] = function(a, b, kind)
		if not kind.signed or a >= 0 then return a >> b end
		return b > 63 and -1 or ~(~a >> b)
	end,
}
local FLOAT = { ["+"] = INTEGER["+"], ["-"] = INTEGER["-"], ["*"] = INTEGER["*"],
	["/"] = function(a, b) return a / b end }

local COMPARE = {
	["=="] = function(a, b) return a == b end,
	["!="] = function(a, b) return a ~= b end,
	["<"] = function(a, b, less) return less(a, b) end,
	[">"] = function(a, b, less) return less(b, a) end,
	["<="] = function(a, b, less) return not less(b, a) end,
	[">="] = function(a, b, less) return not less(a, b) end,
}

local function less(a, b) return a < b end

-- Pointer plus number, pointer minus pointer; nil when neither is one.
local function pointer_arithmetic(op, a, b)
	if op ~= "+" and op ~= "-" or not is_pointer(a) and not is_pointer(b) then return nil end
	if op == "-" and is_pointer(a) and is_pointer(b) then
		return of(LONG, (scalar(a) - scalar(b)) // math.max(1, (a.type.target or a.type).size))
	end
	if is_pointer(b) then a, b = b, a end
	local kind = a.type.kind == "array" and ctypes.pointer(a.type.target)
		or a.type.kind == "function" and ctypes.pointer(a.type) or a.type
	local offset = integer(b) * math.max(1, kind.target.size)
	return of(kind, op == "+" and scalar(a) + offset or scalar(a) - offset)
end

local function binary(op, a, b)
	local moved = pointer_arithmetic(op, a, b)
	if moved then return moved end
	local kind = common(a, b)
	if COMPARE[op] then
		if kind == DOUBLE then return of(INT, COMPARE[op](scalar(a), scalar(b), less) and 1 or 0) end
		local x, y = ctypes.wrap(kind, integer(a)), ctypes.wrap(kind, integer(b))
		return of(INT, COMPARE[op](x, y, kind.signed and less or math.ult) and 1 or 0)
	end
	if kind == DOUBLE then
		if not FLOAT[op] then fail("%s needs integers", op) end
		return of(DOUBLE, FLOAT[op](scalar(a) + 0.0, scalar(b) + 0.0))
	end
	local x, y = ctypes.wrap(kind, integer(a)), ctypes.wrap(kind, integer(b))
	return of(kind, ctypes.wrap(kind, INTEGER[op](x, y, kind)))
end

local function convert(value, kind)
	if kind.kind == "float" then return of(kind, scalar(value) + 0.0) end
	if kind.kind == "void" then return { type = kind } end
	return of(kind, ctypes.wrap(kind, integer(value)))
end

-- A cast; of a variable without a known type: what lies there.
local function cast(context, value, kind)
	local from = value.type.kind
	if (from == "unknown" or kind.kind == "array" or from == "struct") and value.at then
		return load_at(context, kind, value.at)
	end
	local same = value.at and value.v ~= nil and not value.bits and kind.size == value.type.size and SCALARS[kind.kind]
	if same then return load_at(context, kind, value.at) end -- it can still be assigned to
	if kind.kind == "struct" then fail("a number cannot become a struct: cast its address, as in *(%s *)", kind.name) end
	return convert(value, kind)
end

local function write_bits(context, target, number)
	local bits, size = target.bits, bytes_of_bits(target.bits)
	if size > 8 then fail("a bit-field over nine bytes cannot be written") end
	local old = string.unpack("<I8", context:read(target.at, size) .. ("\0"):rep(8 - size))
	local mask = (bits.size >= 64 and -1 or (1 << bits.size) - 1) << bits.offset
	local new = old & ~mask | number << bits.offset & mask
	context:write(target.at, string.pack("<i8", new):sub(1, size))
end

local function assign(context, target, value)
	if target.variable then
		local copy = { type = value.type, v = value.v, at = value.v == nil and value.at or nil, bytes = value.bytes }
		context:set_variable(target.variable, copy)
		return copy
	elseif target.register then
		context:set_register(target.register, target.type.kind == "float" and scalar(value) or integer(value), target)
		return of(target.type, scalar(value))
	elseif target.type.kind == "struct" and target.at and value.type.size == target.type.size then
		context:write(target.at, value.bytes or context:read(value.at, value.type.size))
		return load_at(context, target.type, target.at)
	elseif not target.at or target.v == nil then
		fail("this cannot be assigned to")
	end
	local converted = convert(value, target.type)
	if target.bits then
		write_bits(context, target, converted.v)
		return load_at(context, target.type, target.at, target.bits)
	end
	context:write(target.at, ctypes.pack(target.type, converted.v))
	return { type = target.type, v = converted.v, at = target.at }
end

-- An element of what lies in no memory: a literal, a vector register.
local function element(value, index, context)
	local kind = value.type.target
	if not SCALARS[kind.kind] then
		local size = kind.size
		if index < 0 or (index + 1) * size > #value.bytes then fail("there is no element %d", index) end
		return in_bytes(context, kind, value.bytes:sub(index * size + 1, (index + 1) * size))
	end
	local bytes = value.bytes:sub(index * kind.size + 1, (index + 1) * kind.size)
	if index < 0 or #bytes < kind.size then fail("there is no element %d", index) end
	return of(kind, ctypes.unpack(kind, bytes))
end

local function dereference(context, value)
	local kind = value.type
	if value.bytes and kind.kind == "array" then return element(value, 0, context) end
	if kind.kind == "function" then return value end
	if kind.kind == "array" then return load_at(context, kind.target, value.at) end
	if kind.kind == "pointer" then
		if kind.target.kind == "function" then return { type = kind.target, at = value.v } end
		if kind.target.kind == "void" then fail("a void pointer has nothing to show: cast it, as in *(long *)p") end
		return load_at(context, kind.target, value.v)
	end
	return load_at(context, LONG, integer(value)) -- as gdb reads *NUMBER
end

local function address_of(value)
	if value.bits then fail("a bit-field has no address") end
	if value.missing then fail("it has no address: %s", value.missing) end
	if value.register then fail("it has no address: it is in register %s", value.register) end
	if not value.at then fail("this has no address") end
	local target = value.type
	if target.kind == "unknown" or target.kind == "function" and not target.handle then target = ctypes.get.void end
	return of(ctypes.pointer(target), value.at)
end

-- --- words ---

local OPERATORS = { "<<=", ">>=", "->", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "+=", "-=", "*=", "/=", "%=",
	"&=", "|=", "^=", "++", "--", "::" }
local ESCAPES = { n = 10, t = 9, r = 13, a = 7, b = 8, f = 12, v = 11, e = 27, ["0"] = 0 }

local function number_token(text, at)
	local hex = text:match("^0[xX]%x+", at)
	local float = not hex and (text:match("^%d+%.%d*[eE][-+]?%d+", at) or text:match("^%d+[eE][-+]?%d+", at)
		or text:match("^%d+%.%d*", at) or text:match("^%.%d+", at))
	local digits = hex or float or text:match("^%d+", at)
	local suffix = text:match("^[uUlLfF]*", at + #digits)
	local value
	if float then
		value = of(DOUBLE, tonumber(float) + 0.0)
	else
		local base = not hex and #digits > 1 and digits:sub(1, 1) == "0" and 8 or nil
		if base and digits:find("[89]") then fail("no number: '%s'", digits) end
		local n = math.tointeger(tonumber(digits, base))
		if not n then n = math.tointeger(tonumber("0x" .. digits:gsub("^0[xX]", ""))) end
		if not hex and not base and (not math.tointeger(tonumber(digits))) then fail("the number %s is too large", digits) end
		local unsigned, long = suffix:lower():find("u"), suffix:lower():find("l")
		if not long and n >= 0 and n <= 0x7fffffff then
			value = of(unsigned and UINT or INT, n)
		elseif not long and n >= 0 and n <= 0xffffffff and (unsigned or hex or base) then
			value = of(UINT, n)
		else
			value = of((unsigned or n < 0) and ULONG or LONG, n)
		end
	end
	return { kind = "number", value = value }, at + #digits + #suffix
end

-- One character of a literal at `at`: its code and where the next begins.
local function literal_character(text, at)
	if text:sub(at, at) ~= "\\" then return text:byte(at), at + 1 end
	local octal = text:match("^[0-7][0-7]?[0-7]?", at + 1)
	if octal then return tonumber(octal, 8), at + 1 + #octal end
	local hex = text:match("^x(%x%x?)", at + 1)
	if hex then return tonumber(hex, 16), at + 2 + #hex end
	local c = text:sub(at + 1, at + 1)
	return ESCAPES[c] or c:byte() or 92, at + 2
end

local function quoted_token(text, at)
	local quote, bytes = text:sub(at, at), {}
	at = at + 1
	while text:sub(at, at) ~= quote do
		if at > #text then fail("a quote is not closed") end
		local code
		code, at = literal_character(text, at)
		bytes[#bytes + 1] = string.char(code & 255)
	end
	local content = table.concat(bytes)
	if quote == '"' then return { kind = "string", text = content }, at + 1 end
	if #content == 1 then return { kind = "number", value = of(CHAR, content:byte()) }, at + 1 end
	return { kind = "name", text = content }, at + 1 -- gdb's 'file name'::x, 'function(int)'
end

local function next_token(text, at)
	at = text:find("%S", at) or #text + 1
	if at > #text then return { kind = "end", text = "the end" }, at end
	if text:find("^%.?%d", at) then return number_token(text, at) end
	local name = text:match("^%$[%w_$]*", at)
	if name then return { kind = "dollar", text = name }, at + #name end
	name = text:match("^[%a_][%w_]*", at)
	if name then return { kind = "name", text = name }, at + #name end
	if text:find("^['\"]", at) then return quoted_token(text, at) end
	for _, operator in ipairs(OPERATORS) do
		if text:sub(at, at + #operator - 1) == operator then
			return { kind = "operator", text = operator }, at + #operator
		end
	end
	return { kind = "operator", text = text:sub(at, at) }, at + 1
end

local function tokens_of(text)
	local tokens, at = {}, 1
	repeat
		tokens[#tokens + 1], at = next_token(text, at)
		if #tokens > 2000 then fail("the expression is too long") end
	until tokens[#tokens].kind == "end"
	return tokens
end

-- --- parsing ---

local Parser = {}
Parser.__index = Parser

function Parser:peek(ahead) return self.tokens[self.at + (ahead or 0)] or self.tokens[#self.tokens] end

function Parser:take()
	local token = self:peek()
	self.at = self.at + 1
	return token
end

function Parser:is(text)
	local token = self:peek()
	return token.kind == "operator" and token.text == text
end

function Parser:expect(text)
	if not self:is(text) then fail("'%s' is expected before %s", text, self:peek().text or "a number") end
	return self:take()
end

local TAGS = { struct = true, union = true, enum = true, class = true }

-- The name of a type of the program at the cursor, "struct node" or "ns::Class<int>"; nil: there is none.
function Parser:program_type()
	local start, first = self.at, self:peek()
	if first.kind ~= "name" or not self.types then return nil end
	local name = self:take().text
	if TAGS[name] then
		if self:peek().kind ~= "name" then fail("a name is expected after '%s'", name) end
		name = name .. " " .. self:take().text
	end
	while self:is("::") and self:peek(1).kind == "name" do
		self:take()
		name = name .. "::" .. self:take().text
	end
	if self:is("<") then name = name .. (self:template_arguments(name) or "") end
	local kind = self.types(name)
	if kind then return kind end
	self.at = start
	if TAGS[first.text] then fail("there is no %s", name) end
	return nil
end

-- "<int, 3>" at the cursor as the compiler writes it, if that makes the name of a type.
function Parser:template_arguments(name)
	local at, depth, out = self.at, 0, {}
	repeat
		local token = self.tokens[at]
		if not token or token.kind == "end" then return nil end
		local text = token.text or token.value and tostring(token.value.v) or ""
		if text == "<" then depth = depth + 1 elseif text == ">" then depth = depth - 1
		elseif text == ">>" then depth = depth - 2 end
		out[#out + 1] = text == "," and ", " or text
		at = at + 1
	until depth <= 0
	local text = table.concat(out)
	if not self.types(name .. text) then return nil end
	self.at = at
	return text
end

local QUALIFIERS = { const = true, volatile = true }

-- "*", "&", "[4]", "(*)(int)" after the name of a type.
function Parser:declarator(kind)
	while self:peek().kind == "name" and QUALIFIERS[self:peek().text] do self:take() end
	while self:is("*") or self:is("&") do
		self:take()
		kind = ctypes.pointer(kind)
		while self:peek().kind == "name" and QUALIFIERS[self:peek().text] do self:take() end
	end
	if self:is("(") and self:peek(1).text == "*" then
		self:skip_parentheses()
		self:skip_parentheses()
		return ctypes.pointer(ctypes.FUNCTION)
	end
	local counts = {}
	while self:is("[") do
		self:take()
		local count = self:take()
		if count.kind ~= "number" then fail("a number of elements is expected") end
		self:expect("]")
		table.insert(counts, 1, count.value.v)
	end
	for _, count in ipairs(counts) do kind = ctypes.array(kind, count) end
	return kind
end

function Parser:skip_parentheses()
	local depth = 0
	repeat
		local token = self:take()
		if token.kind == "end" then fail("')' is expected") end
		if token.text == "(" then depth = depth + 1 elseif token.text == ")" then depth = depth - 1 end
	until depth == 0
end

-- "unsigned char *[4]" at the cursor: its type; nil when no type begins here.
function Parser:type_name()
	while self:peek().kind == "name" and QUALIFIERS[self:peek().text] do self:take() end
	local words = {}
	local known = self:peek().kind == "name" and self:peek(1).text ~= "::" and self:program_type()
	if known then return self:declarator(known) end
	while self:peek().kind == "name" and ctypes.is_word(self:peek().text) do words[#words + 1] = self:take().text end
	if #words > 0 then
		local kind = ctypes.base(words)
		if not kind then fail("there is no type '%s'", table.concat(words, " ")) end
		return self:declarator(kind)
	end
	local kind = self:program_type()
	if kind then return self:declarator(kind) end
	local tag = self:peek().text
	if self:peek().kind == "name" and TAGS[tag] then fail("there is no %s %s", tag, self:peek(1).text or "") end
	return nil
end

local LEVELS = { ["||"] = 1, ["&&"] = 2, ["|"] = 3, ["^"] = 4, ["&"] = 5, ["=="] = 6, ["!="] = 6, ["<"] = 7,
	[">"] = 7, ["<="] = 7, [">="] = 7, ["<<"] = 8, [">>"] = 8, ["@"] = 9, ["+"] = 10, ["-"] = 10,
	["*"] = 11, ["/"] = 11, ["%"] = 11 }

local function truth(value) return scalar(value) ~= 0 end

-- p@n: n objects in a row, from the one that p names.
local function repeated(value, count)
	if not value.at then fail("only what lies in memory can be repeated by @") end
	local n = integer(count)
	if n < 1 or n > 1 << 20 or n * math.max(1, value.type.size) > 1 << 20 then
		fail("@: from 1 to a megabyte of elements are expected")
	end
	return { type = ctypes.array(value.type, n), at = value.at }
end

-- A name, or 'file.c'::name, function::name.
function Parser:name()
	local token = self:take()
	local name, scope = token.text, nil
	while self:is("::") do
		self:take()
		scope = scope and scope .. "::" .. name or name
		name = self:take().text or ""
	end
	local whole = scope and scope .. "::" .. name or name
	return function(context)
		local value = context.lookup and context:lookup(name, scope)
		if value then return value end
		local symbol = context:symbol(whole)
		if not symbol then fail("there is no symbol '%s'", whole) end
		return { type = symbol.is_function and ctypes.FUNCTION or ctypes.UNKNOWN, at = symbol.address, name = whole }
	end
end

function Parser:dollar()
	local name = self:take().text:sub(2)
	local back, number = name:match("^(%$*)(%d*)$")
	if back == "" and number ~= "" then
		return function(context) return context:history(tonumber(number)) end
	elseif back then -- $ is the last value, $$ the one before, $$N the Nth before
		local nth = number ~= "" and tonumber(number) or #back
		return function(context) return context:history(-nth) end
	end
	return function(context)
		return context:register(name) or context:variable(name) or { type = ctypes.get.void, variable = name }
	end
end

function Parser:string()
	local text = self:take().text .. "\0"
	return function() return { type = ctypes.array(CHAR, #text), bytes = text } end
end

function Parser:primary()
	local token = self:peek()
	if token.kind == "number" then
		self:take()
		return function() return token.value end
	elseif token.kind == "dollar" then
		return self:dollar()
	elseif token.kind == "string" then
		return self:string()
	elseif self:is("(") then
		self:take()
		local inner = self:expression()
		self:expect(")")
		return inner
	elseif token.kind == "name" then
		return self:name()
	elseif self:is("::") then
		self:take()
		return self:name()
	end
	fail("an expression is expected before %s", token.text)
end

-- value.name, or what a pointer leads to.
local function member(context, value, name)
	local kind = value.type
	if kind.kind == "pointer" and kind.target.kind == "struct" then
		value = load_at(context, kind.target, scalar(value))
		kind = value.type
	end
	if value.missing then fail("its value is not known here: %s", value.missing) end
	if kind.kind ~= "struct" or not kind.handle then fail("%s has no member '%s': it is no struct", kind.name, name) end
	local field = kind.handle:field(name)
	if not field then
		local names = {}
		for _, one in ipairs(kind.handle.fields) do names[#names + 1] = one.name end
		fail("%s has no member '%s'%s", kind.name, name, check.did_you_mean(name, names))
	end
	local bits = field.bit_size and { offset = field.bit_offset, size = field.bit_size }
	if value.at then return load_at(context, ctypes.of(field.type), value.at + field.offset, bits) end
	if not value.bytes then fail("'%s' lies in no memory", name) end
	local size = bits and bytes_of_bits(bits) or field.type.size
	return in_bytes(context, ctypes.of(field.type), value.bytes:sub(field.offset + 1, field.offset + size), bits)
end
expression.member = member

-- "(1, 2)" of a call at the cursor: the arguments' expressions.
function Parser:arguments()
	local list = {}
	self:take()
	while not self:is(")") do
		if #list > 0 then self:expect(",") end
		list[#list + 1] = self:expression()
	end
	self:take()
	return list
end

function Parser:postfix()
	local operand = self:primary()
	while true do
		if self:is("[") then
			self:take()
			local base, index = operand, self:expression()
			self:expect("]")
			operand = function(context)
				local value = base(context)
				if value.bytes and value.type.kind == "array" then
					return element(value, integer(index(context)), context)
				end
				if not is_pointer(value) then value = of(ctypes.pointer(LONG), integer(value)) end
				return dereference(context, binary("+", value, index(context)))
			end
		elseif self:is(".") or self:is("->") then
			self:take()
			local base, name = operand, self:take()
			if name.kind ~= "name" then fail("the name of a member is expected before %s", name.text or "a number") end
			operand = function(context) return member(context, base(context), name.text) end
		elseif self:is("(") then
			local callee, arguments = operand, self:arguments()
			operand = function(context)
				if not context.call then fail("functions cannot be called here") end
				local values = {}
				for i, argument in ipairs(arguments) do values[i] = argument(context) end
				return context:call(callee(context), values)
			end
		else
			return operand
		end
	end
end

function Parser:cast()
	local start = self.at
	self:take()
	local kind = self:type_name()
	if not kind then
		self.at = start
		return nil
	end
	self:expect(")")
	local operand = self:unary()
	return function(context) return cast(context, operand(context), kind) end
end

function Parser:size_of()
	self:take()
	local kind, operand
	if self:is("(") then
		local start = self.at
		self:take()
		kind = self:type_name()
		if kind then self:expect(")") else self.at = start end
	end
	if not kind then operand = self:unary() end
	return function(context) return of(ULONG, (kind or operand(context).type).size) end
end

local UNARY = {
	["*"] = function(context, value) return dereference(context, value) end,
	["&"] = function(_, value) return address_of(value) end,
	["!"] = function(_, value) return of(INT, truth(value) and 0 or 1) end,
	["-"] = function(_, value)
		if value.type.kind == "float" then return of(DOUBLE, -scalar(value)) end
		return binary("-", of(INT, 0), value)
	end,
	["+"] = function(_, value) return binary("+", of(INT, 0), value) end,
	["~"] = function(_, value)
		local kind = common(value, value)
		return of(kind, ctypes.wrap(kind, ~integer(value)))
	end,
}

function Parser:unary()
	self.depth = self.depth + 1
	if self.depth > 200 then fail("the expression is nested too deeply") end
	local token = self:peek()
	local operand
	if token.kind == "name" and token.text == "sizeof" then
		operand = self:size_of()
	elseif self:is("(") then
		operand = self:cast() or self:postfix()
	elseif token.kind == "operator" and UNARY[token.text] then
		self:take()
		local inner = self:unary()
		operand = function(context) return UNARY[token.text](context, inner(context)) end
	else
		operand = self:postfix()
	end
	self.depth = self.depth - 1
	return operand
end

local function combine(op, left, right)
	if op == "&&" then
		return function(c) return of(INT, truth(left(c)) and truth(right(c)) and 1 or 0) end
	elseif op == "||" then
		return function(c) return of(INT, (truth(left(c)) or truth(right(c))) and 1 or 0) end
	elseif op == "@" then
		return function(c) return repeated(left(c), right(c)) end
	end
	return function(c) return binary(op, left(c), right(c)) end
end

function Parser:binary(lowest)
	local left = self:unary()
	while true do
		local token = self:peek()
		local level = token.kind == "operator" and LEVELS[token.text]
		if not level or level < lowest then return left end
		self:take()
		left = combine(token.text, left, self:binary(level + 1))
	end
end

function Parser:expression()
	self.depth = self.depth + 1
	if self.depth > 200 then fail("the expression is nested too deeply") end
	local left = self:binary(1)
	if self:is("?") then
		self:take()
		local condition, yes = left, self:expression()
		self:expect(":")
		local no = self:expression()
		left = function(c)
			if truth(condition(c)) then return yes(c) end
			return no(c)
		end
	end
	local op = self:peek().kind == "operator" and self:peek().text:match("^([-+*/%%&|^<>]*)=$")
	if op and (op == "" or INTEGER[op]) then
		self:take()
		local target, value = left, self:expression()
		left = function(c)
			local place = target(c)
			return assign(c, place, op == "" and value(c) or binary(op, place, value(c)))
		end
	end
	self.depth = self.depth - 1
	return left
end

local function parser_of(text, types)
	return setmetatable({ tokens = tokens_of(text), at = 1, depth = 0, types = types }, Parser)
end

-- A function(context) -> value of the expression; raises what is wrong with it. types(name): the program's types.
function expression.compile(text, types)
	local parser = parser_of(text, types)
	local kind = parser:peek().kind == "name" and ctypes.is_word(parser:peek().text) and parser:type_name()
	if kind then fail("'%s' is a type", kind.name) end
	local compiled = parser:expression()
	if parser:peek().kind ~= "end" then fail("the expression ends before '%s'", parser:peek().text or "a number") end
	return compiled
end

-- The type that a text names; nil when it names none.
function expression.type_of(text, types)
	local ok, kind = pcall(function()
		local parser = parser_of(text, types)
		local found = parser:type_name()
		return parser:peek().kind == "end" and found or nil
	end)
	return ok and kind or nil
end

expression.integer, expression.truth, expression.scalar, expression.assign = integer, truth, scalar, assign

return expression
