-- SPDX-License-Identifier: GPL-3.0-or-later
-- Expressions as in C, and how their values are shown.
local spec = require "lupe.spec"
local ctypes = require "lupe.ctypes"
local expression = require "lupe.expression"
local show = require "lupe.show"

-- A context over some bytes at 0x1000, registers and a symbol.
local function context(bytes)
	local c = { memory = bytes or "", regs = { rax = 7, rsp = 0x1000 }, own = {}, values = {} }
	function c:register(name)
		local v = self.regs[name]
		return v and { type = name == "rsp" and ctypes.pointer(ctypes.get.void) or ctypes.get.long, v = v, register = name }
	end
	function c:set_register(name, v) self.regs[name] = v end
	function c:variable(name) return self.own[name] end
	function c:set_variable(name, value)
		value.variable = name
		self.own[name] = value
	end
	function c:history(n)
		return self.values[n > 0 and n or #self.values + n] or { type = ctypes.get.void }
	end
	function c:symbol(name)
		if name == "datum" then return { address = 0x1000 } end
		if name == "main" then return { address = 0x401136, is_function = true } end
	end
	function c:read(address, size)
		local at = address - 0x1000
		if at < 0 or at + size > #self.memory then error("cannot read", 0) end
		return self.memory:sub(at + 1, at + size)
	end
	function c:write(address, new)
		local at = address - 0x1000
		self.memory = self.memory:sub(1, at) .. new .. self.memory:sub(at + #new + 1)
	end
	return c
end

local function value(text, c) return expression.compile(text)(c or context()) end
local function number(text, c) return expression.scalar(value(text, c)) end

local function text_of(text, letter, c)
	c = c or context()
	return show.value(value(text, c), { letter = letter, elements = 200, context = c, load = expression.load,
		string = function() return nil end })
end

spec("numbers and their types are those of C", function(t)
	t.equal(number "1 + 2 * 3", 7)
	t.equal(number "(1 + 2) * 3", 9)
	t.equal(number "017", 15)
	t.equal(number "0xffffffffffffffff", -1)
	t.equal(number "'a' + 1", 98)
	t.equal(number "'\\n'", 10)
	t.equal(number "1.5 * 2", 3.0)
	t.equal(number "7 / 2", 3)
	t.equal(number "-7 / 2", -3)
	t.equal(number "-7 % 2", -1)
	t.equal(number "1 << 4 | 1", 17)
	t.equal(number "6 & 3 == 3", 0, "== binds closer than &")
	t.equal(value("1").type.name, "int")
	t.equal(value("1L").type.name, "long")
	t.equal(value("3000000000").type.name, "long")
	t.equal(number "(unsigned char)300", 44)
	t.equal(number "(signed char)200", -56)
	t.equal(number "sizeof(long) + sizeof(int *)", 16)
end)

spec("unsigned numbers compare, divide and shift as unsigned", function(t)
	t.equal(number "0xffffffffffffffff > 1", 1)
	t.equal(number "-1L > 1L", 0)
	t.equal(number "0xffffffffffffffff / 2", math.maxinteger)
	t.equal(number "0xffffffffffffffff % 10", 5)
	t.equal(number "0x8000000000000000 >> 63", 1)
	t.equal(number "-8L >> 1", -4)
	t.equal(number "-8 >> 1", -4)
	t.equal(number "4000000000u + 500000000u", 205032704, "32 bits wrap")
end)

spec("logic is lazy, the conditional chooses", function(t)
	t.equal(number "0 && *(int *)0", 0)
	t.equal(number "1 || *(int *)0", 1)
	t.equal(number "!3", 0)
	t.equal(number "0 ? 1 : 0 ? 2 : 3", 3)
	t.equal(number "~0", -1)
end)

spec("registers, variables and history", function(t)
	local c = context()
	t.equal(number("$rax + 1", c), 8)
	t.equal(number("$rax = 3", c), 3)
	t.equal(c.regs.rax, 3)
	number("$rax += 4", c)
	t.equal(c.regs.rax, 7)
	t.equal(number("$x = 5", c), 5)
	t.equal(number("$x * 2", c), 10)
	t.equal(value("$unset", c).type.name, "void")
	c.values = { { type = ctypes.get.int, v = 1 }, { type = ctypes.get.int, v = 22 } }
	t.equal(number("$ + $$ + $1 + $$0 + $$1", c), 22 + 1 + 1 + 22 + 1)
end)

spec("memory: casts, indexes, repetition, assignment", function(t)
	local c = context(string.pack("<i4i4i4i4", 10, 20, -1, 40) .. "hello\0")
	t.equal(number("*(int *)$rsp", c), 10)
	t.equal(number("((int *)$rsp)[1]", c), 20)
	t.equal(number("*((int *)$rsp + 2)", c), -1)
	t.equal(number("(int)datum", c), 10)
	t.equal(number("*(unsigned int *)(&datum + 8)", c), 4294967295)
	t.equal(number("&((int *)$rsp)[3] - (int *)$rsp", c), 3)
	t.equal(text_of("*(int *)$rsp@4", nil, c), "{10, 20, -1, 40}")
	t.equal(text_of("*(char *)0x1010@6", nil, c), '"hello"')
	number("*(int *)$rsp = 'A'", c)
	t.equal(c.memory:sub(1, 4), "A\0\0\0")
	number("((short *)$rsp)[1] = -1", c)
	t.equal(c.memory:sub(1, 4), "A\0\255\255")
	t.equal(number("main + 4 - 4 == 0x401136", c), 1)
	t.equal(text_of("main", nil, c), "{<text variable, no debug info>} 0x401136")
end)

spec("what is wrong is told", function(t)
	local function fails(text, pattern)
		t.raises(function() value(text, context("12345678")) end, pattern)
	end
	fails("1 +", "an expression is expected before the end")
	fails("(1", "'%)' is expected")
	fails("1 2", "ends before 'a number'")
	fails("nonsense", "no symbol 'nonsense'")
	fails("datum + 1", "type of 'datum' is not known: cast it")
	fails("*(int *)0x9999", "cannot read")
	fails("1 / 0", "division by zero")
	fails("1 % 0", "division by zero")
	fails("1 = 2", "cannot be assigned")
	fails("int", "'int' is a type")
	fails("(struct x *)1", "there is no struct x")
	fails("'", "not closed")
	fails("*(void *)0x1000", "void pointer")
	fails("main(1)", "cannot be called")
	fails("$rsp->x", "void %* has no member 'x'")
	fails(("("):rep(5000) .. "1", "too long")
	fails(("("):rep(900) .. "1" .. (")"):rep(900), "nested too deeply")
	fails("*(char *)$rsp@10000000", "megabyte")
end)

spec("formats are gdb's", function(t)
	t.equal(text_of("255", "x"), "0xff")
	t.equal(text_of("-1", "x"), "0xffffffff")
	t.equal(text_of("-1L", "u"), "18446744073709551615")
	t.equal(text_of("10", "t"), "1010")
	t.equal(text_of("8", "o"), "010")
	t.equal(text_of("(char)65", nil), "65 'A'")
	t.equal(text_of("(unsigned char)200", nil), "-56 '\\310'")
	t.equal(text_of("'\\n'", "c"), "10 '\\n'")
	t.equal(text_of("255", "z"), "0x000000ff")
	t.equal(text_of("1.5", nil), "1.5")
	t.equal(text_of("0.1", nil), "0.1")
	t.equal(text_of("$rsp", nil), "(void *) 0x1000")
	t.equal(text_of("1 == 1", nil), "1")
	t.equal(text_of("(bool)7", nil), "true")
	t.equal({ show.parse_format "4xg" }, { { count = 4, letter = "x", size = 8 } })
	t.equal((show.parse_format "q"), nil)
end)

spec("names of types", function(t)
	t.equal(expression.type_of("unsigned long int").name, "unsigned long")
	t.equal(expression.type_of("char const *").name, "char *")
	t.equal(expression.type_of("int **").name, "int **")
	t.equal(expression.type_of("int[4]").size, 16)
	t.equal(expression.type_of("uint16_t").size, 2)
	t.equal(expression.type_of("long x"), nil)
	t.equal(expression.type_of("nonsense"), nil)
end)

-- Any text is an error or a value, never a hang or a fault of ours.
spec("random texts", function(t)
	local words = { "1", "0x10", "$rax", "$", "(", ")", "*", "&", "-", "!", "~", "+", "/", "%", "<<", ">>", "==", "&&",
		"?",
		":", "=", "+=", "[", "]", "@", "(int *)", "(char)", "sizeof", "datum", "main", "'a'", '"s"', ".", "->", "$x" }
	math.randomseed(7)
	for _ = 1, 20000 do
		local text = {}
		for i = 1, math.random(1, 9) do text[i] = words[math.random(#words)] end
		local line = table.concat(text, " ")
		local ok, message = pcall(value, line, context(("x"):rep(64)))
		if not ok then t.ok(type(message) == "string" and not message:find("%.lua:%d"), line .. ": " .. tostring(message)) end
	end
end)

spec.finish()
