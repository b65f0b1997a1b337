-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What the names of an expression stand for: registers of a thread, the prompt's own variables and the
-- history of printed values, symbols and memory of the target.

local ctypes = require "lupe.ctypes"
local expression = require "lupe.expression"
local returned = require "lupe.returned"

local variables = {}

local Variables = {}
Variables.__index = Variables

function variables.new() return setmetatable({ own = {}, history = {} }, Variables) end

-- A value, or a Lua integer, as the variable $name.
function Variables:set(name, value)
	if math.type(value) == "integer" then value = { type = ctypes.get.long, v = value } end
	self.own[name] = { type = value.type, v = value.v, at = value.at, bytes = value.bytes, variable = name }
end

-- Keeps a value as the next of the history; answers its number.
function Variables:remember(value)
	self.history[#self.history + 1] = { type = value.type, v = value.v, at = value.at, bytes = value.bytes,
		bits = value.bits, missing = value.missing, referred = value.referred }
	return #self.history
end

local REGISTER_TYPES = {}
for name, kind in pairs { rip = "void", pc = "void", rsp = "void", sp = "void", rbp = "void", fp = "void" } do
	REGISTER_TYPES[name] = ctypes.pointer(ctypes.get[kind])
end
local ALIASES = { pc = "rip", sp = "rsp", fp = "rbp" }
local BY_SIZE = { [1] = ctypes.get.char, [2] = ctypes.get.short, [4] = ctypes.get.int, [8] = ctypes.get.long }

local Context = {}
Context.__index = Context

-- The context of a thread; nil: of the debugger's selected one, when there is a target.
function Variables:context(dbg, thread)
	return setmetatable({ variables = self, dbg = dbg, given = thread }, Context)
end

local function thread_of(self) return self.given or self.dbg:need_stopped() end

local function process_of(self) return self.given and self.given.process or self.dbg:need_target() end

-- The level of the frame that is meant.
local function level_of(self)
	if self.given then return 0 end
	return self.dbg.real_level and self.dbg:real_level() or self.dbg.level or 0
end

-- xmm0 and the like: so many bytes.
local function wide(name, bytes)
	return { type = ctypes.array(ctypes.get["unsigned char"], #bytes), bytes = bytes, register = name }
end

function Context:register(name)
	if not self.given and not self.dbg:target() then return nil end
	local thread = thread_of(self)
	local level = level_of(self)
	if level > 0 and thread.frame then
		local frame = thread:frame(level)
		local saved = frame and frame.regs[ALIASES[name] or name]
		if saved then return { type = REGISTER_TYPES[name] or ctypes.get.long, v = saved } end
	end
	local ok, value = pcall(function() return thread.regs[name] end)
	if not ok then
		if thread.state == "exited" then error(value, 0) end
		return nil
	end
	if value == nil then error(("$%s: this CPU has no such register"):format(name), 0) end
	if type(value) == "string" then return wide(name, value) end
	local size = self.dbg.core.register_size and self.dbg.core.register_size(name) or 8
	return { type = REGISTER_TYPES[name] or BY_SIZE[size] or ctypes.get.long, v = value, register = name }
end

-- `target`: a variable that is in a part of it.
function Context:set_register(name, value, target)
	local regs = thread_of(self).regs
	if target and target.type and math.type(value) == "integer" and target.type.size < 8 and target.part then
		local mask = (1 << 8 * target.type.size) - 1
		value = regs[name] & ~mask | value & mask
	end
	regs[name] = value
end

-- --- the program's names ---

-- A variable as frame:find and process:global tell of it.
local function found_value(context, found, name)
	local kind = found.type and ctypes.of(found.type) or ctypes.get.int
	if found.kind == "enumerator" then return { type = kind, v = found.value } end
	if found.missing then return { type = kind, missing = found.missing, name = name } end
	if found.kind == "function" then return { type = kind, at = found.at, name = name } end
	if found.bytes then
		local value = expression.in_bytes(context, kind, found.bytes)
		value.register, value.part = found.register, true
		return value
	end
	return expression.load(context, kind, found.at)
end

-- The frame that names are looked up in; nil: there is none (no thread that stands).
function Context:frame()
	if self.looked then return self.found_frame end
	self.looked = true
	local ok, thread = pcall(thread_of, self)
	if ok and thread.frame and thread.state ~= "running" then
		self.found_frame = thread:frame(level_of(self))
	end
	return self.found_frame
end

-- A variable of a function on the stack: function::name.
local function in_function(context, scope, name)
	local selected, steps = context:frame(), 0
	local frame = selected and selected.thread:frame(0)
	while frame and steps < 200 do
		if frame.fn == scope then return frame:find(name) end
		frame, steps = frame:up(), steps + 1
	end
end

local function member_of_this(context, frame, name)
	local this = frame:find("this")
	local value = this and found_value(context, this, "this")
	if not value or value.v == nil or value.type.kind ~= "pointer" or not value.type.target.handle then return nil end
	local target = value.type.target.handle
	return target:field(name) and expression.member(context, value, name)
end

-- The thread's errno, where its library tells (it lies in thread-local memory that only the loader knows).
local function errno_of(context)
	local thread = thread_of(context)
	if not thread.process:symbol "__errno_location" then return nil end
	context.dbg.calling = thread.tid
	local address = thread:call "__errno_location"
	context.dbg.calling = nil
	return address and expression.load(context, ctypes.get.int, address)
end

-- A value by its name as the selected frame sees it; `scope`: the function, file, namespace or class before "::".
function Context:lookup(name, scope)
	local frame = self:frame()
	if frame and not scope then
		local found, outer = frame:find(name), frame
		while not found and self.given and outer.inlined and outer.start == outer.thread.pc and outer:up() do
			outer = outer:up() -- what was inlined here has not begun
			found = outer:find(name)
		end
		if found then return found_value(self, found, name) end
		local of_this = member_of_this(self, frame, name)
		if of_this then return of_this end
	end
	local process = self.dbg:target() and process_of(self)
	if not process or not process.global then return nil end
	local base = frame and frame.thread.regs.fs_base
	local found
	if scope then
		local inner = in_function(self, scope, name)
		found = inner or process:global(scope .. "::" .. name, nil, base)
			or process:global(name, scope:match("[^/]+$"), base)
	else
		local file = frame and frame.file
		found = file and process:global(name, file:match("[^/]+$"), base) or process:global(name, nil, base)
	end
	if found and found.kind == "function" then
		local symbol = process:symbol(name)
		if symbol and symbol.kind == "indirect" then return nil end -- what is described is its resolver
	end
	if name == "errno" and not scope and (not found or found.missing) then return errno_of(self) end
	return found and found_value(self, found, name)
end

function Context:variable(name) return self.variables.own[name] end
function Context:set_variable(name, value) self.variables:set(name, value) end

-- $N, or the one so many before the last.
function Context:history(n)
	local list = self.variables.history
	local value = list[n > 0 and n or #list + n]
	if not value and n > 0 then error(("the history has no $%d"):format(n), 0) end
	return value or { type = ctypes.get.void }
end

function Context:symbol(name)
	local lookup = self.dbg.core.methods.process.symbol
	if not lookup or not self.dbg:target() then return nil end
	return lookup(process_of(self), name)
end

-- --- calls ---

-- An argument as t:call takes it, by the type of the parameter (nil: not known).
local function argument(value, parameter)
	if value.bytes and value.type.kind == "array" then return value.bytes:gsub("%z$", "") .. "" end
	local kind = parameter and ctypes.of(parameter) or value.type
	if kind.reference then
		return value.at or error("what a reference is to has no address", 0)
	elseif kind.kind == "struct" or value.type.kind == "struct" then
		error("a struct cannot be an argument of a call yet: pass its address", 0)
	end
	local number = expression.scalar(value)
	if kind.kind ~= "float" then return expression.integer(value) end
	return { kind.size == 4 and "float" or "double", number + 0.0 }
end

-- Calls a function in the thread; the value that it returns.
function Context:call(callee, values)
	local thread = thread_of(self)
	local handle = callee.type.handle
	if handle and handle.kind == "pointer" then handle = handle.target end
	if handle and handle.kind ~= "function" then error(("%s is no function"):format(callee.type.name), 0) end
	local address = callee.v or callee.at
	local symbol = callee.name and thread.process:symbol(callee.name)
	if symbol and symbol.kind == "indirect" then address = callee.name end -- its resolver knows where it is
	if not address then error("the function has no code of its own: it is inlined wherever it is called", 0) end
	local parameters = handle and handle.fields or {}
	if handle and #values < #parameters then
		error(("the function needs %d arguments, got %d"):format(#parameters, #values), 0)
	end
	local list = {}
	for i, value in ipairs(values) do list[i] = argument(value, parameters[i] and parameters[i].type) end
	local result
	list[#list + 1] = { returns = function(after)
		result = returned.value(self, after.regs, handle)
		return true
	end }
	self.dbg.calling = thread.tid -- breakpoints on its way do not stop it
	local ok, message = thread:call(address, table.unpack(list))
	self.dbg.calling = nil
	if not ok then error(message, 0) end
	return result or { type = ctypes.get.void }
end

function Context:read(address, size)
	local bytes, message = process_of(self):read(address, size)
	return bytes or error(message, 0)
end

function Context:write(address, bytes)
	local ok, message = process_of(self):write(address, bytes)
	return ok or error(message, 0)
end

return variables
