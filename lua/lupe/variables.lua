-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What the names of an expression stand for: registers of a thread, the prompt's own variables and the
-- history of printed values, symbols and memory of the target.

local ctypes = require "lupe.ctypes"

local variables = {}

local Variables = {}
Variables.__index = Variables

function variables.new() return setmetatable({ own = {}, history = {} }, Variables) end

-- A value, or a Lua integer, as the variable $name.
function Variables:set(name, value)
	if math.type(value) == "integer" then value = { type = ctypes.get.long, v = value } end
	self.own[name] = { type = value.type, v = value.v, at = value.at, variable = name }
end

-- Keeps a value as the next of the history; answers its number.
function Variables:remember(value)
	self.history[#self.history + 1] = { type = value.type, v = value.v, at = value.at, bytes = value.bytes }
	return #self.history
end

local REGISTER_TYPES = {}
for name, kind in pairs { rip = "void", pc = "void", rsp = "void", sp = "void", rbp = "void", fp = "void" } do
	REGISTER_TYPES[name] = ctypes.pointer(ctypes.get[kind])
end
local BY_SIZE = { [1] = ctypes.get.char, [2] = ctypes.get.short, [4] = ctypes.get.int, [8] = ctypes.get.long }

local Context = {}
Context.__index = Context

-- The context of a thread; nil: of the debugger's selected one, when there is a target.
function Variables:context(dbg, thread)
	return setmetatable({ variables = self, dbg = dbg, given = thread }, Context)
end

local function thread_of(self) return self.given or self.dbg:need_stopped() end

local function process_of(self) return self.given and self.given.process or self.dbg:need_target() end

-- xmm0 and the like: so many bytes.
local function wide(name, bytes)
	return { type = ctypes.array(ctypes.get["unsigned char"], #bytes), bytes = bytes, register = name }
end

function Context:register(name)
	if not self.given and not self.dbg:target() then return nil end
	local thread = thread_of(self)
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

function Context:set_register(name, value)
	thread_of(self).regs[name] = value
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

function Context:read(address, size)
	local bytes, message = process_of(self):read(address, size)
	return bytes or error(message, 0)
end

function Context:write(address, bytes)
	local ok, message = process_of(self):write(address, bytes)
	return ok or error(message, 0)
end

return variables
