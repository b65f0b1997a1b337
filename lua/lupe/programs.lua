-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The program's variables for scripts: process:eval, process:var, frame.vars, frame.args, lupe.cast. Names and
-- expressions are those of the prompt (lupe/expression.lua); what comes out is as Lua sees values
-- (lua/bind/bind_variable.c).

local check = require "lupe.check"
local ctypes = require "lupe.ctypes"
local expression = require "lupe.expression"
local variables = require "lupe.variables"

local programs = {}

-- What lupe/variables.lua asks of a debugger, for one process and maybe a thread of it that stands.
local function view(core, process, thread, level)
	return { core = core, level = level or 0, target = function() return process end,
		need_target = function() return process end,
		need_stopped = function() return thread or error("no thread is given that stands", 0) end }
end

local own = variables.new()

-- A value of an expression as Lua sees it.
local function to_lua(core, process, value)
	local kind = value.type
	if value.missing then return nil, value.missing, "optimized_out" end
	if kind.handle and value.at and not value.bits then return core.read_value(process, kind.handle, value.at) end
	if kind.handle and value.bytes and not value.bits then return core.read_value(process, kind.handle, value.bytes) end
	if kind.kind == "pointer" and kind.handle then
		return core.read_value(process, kind.handle, string.pack("<i8", value.v))
	end
	if kind.bool then return value.v ~= 0 end
	if value.v ~= nil then return value.v end
	if value.bytes then return (value.bytes:gsub("%z$", "")) end
	return value.at
end

local compiled_cache = setmetatable({}, { __mode = "k" })

-- The compiled expression, kept per process.
local function compile(process, text)
	local cache = compiled_cache[process]
	if not cache then
		cache = {}
		compiled_cache[process] = cache
	end
	local compiled = cache[text]
	if not compiled then
		compiled = expression.compile(text, ctypes.of_process(process))
		cache[text] = compiled
	end
	return compiled
end

local function evaluate(core, process, thread, level, text)
	check.arg("eval: expression", text, "string")
	local ok, value = pcall(function()
		local context = own:context(view(core, process, thread, level))
		return compile(process, text)(context)
	end)
	if not ok then return nil, tostring(value), "not_found" end
	return to_lua(core, process, value)
end

-- --- frame.vars, frame.args ---

local Scope = {}

local scopes = setmetatable({}, { __mode = "k" })

-- The first of a name in the list of the frame, and only arguments if asked for.
local function list_of(scope)
	local list = {}
	for _, variable in ipairs(scope.frame:variables()) do
		if variable.name and (not scope.only_arguments or variable.is_argument) then list[#list + 1] = variable end
	end
	return list
end

local function find(scope, key)
	if math.type(key) == "integer" then
		local variable = list_of(scope)[key]
		key = variable and variable.name
	end
	if not key then return nil end
	return scope.frame:find(key), key
end

function Scope.__index(self, key)
	local scope = scopes[self]
	local found = find(scope, key)
	if not found then
		local names = {}
		for _, variable in ipairs(list_of(scope)) do names[#names + 1] = variable.name end
		if math.type(key) == "integer" then return nil end
		check.misuse("this frame has no variable '%s'%s", tostring(key), check.did_you_mean(tostring(key), names))
	end
	if found.missing or not found.type then return nil end
	return scope.core.read_value(scope.frame.thread, found.type, found.bytes or found.at)
end

function Scope.__newindex(self, key, value)
	local scope = scopes[self]
	local found, name = find(scope, key)
	if not found then check.misuse("this frame has no variable '%s'", tostring(key)) end
	if found.missing then check.misuse("'%s' cannot be assigned to: %s", name, found.missing) end
	local thread = scope.frame.thread
	local ok, message = pcall(function()
		local context = own:context(view(scope.core, thread.process, thread, scope.frame.level))
		local target = context:lookup(name)
		if type(value) == "userdata" then value = scope.core.value_addr(value) end
		if value == nil then value = 0 elseif type(value) == "boolean" then value = value and 1 or 0 end
		local kind = math.type(value) == "float" and ctypes.get.double or ctypes.get.long
		expression.assign(context, target, { type = kind, v = value })
	end)
	if not ok then check.misuse("'%s' cannot be assigned to: %s", name, tostring(message)) end
end

function Scope.__len(self) return #list_of(scopes[self]) end

function Scope.__pairs(self)
	local list, i = list_of(scopes[self]), 0
	return function()
		i = i + 1
		if list[i] then return list[i].name, self[list[i].name] end
	end
end

function Scope.__tostring(self)
	local texts = {}
	for i, variable in ipairs(list_of(scopes[self])) do texts[i] = variable.name end
	return "variables: " .. table.concat(texts, ", ")
end

local function scope_of(frame, only_arguments)
	local self = setmetatable({}, Scope)
	scopes[self] = { frame = frame, only_arguments = only_arguments, core = require "lupe.core" }
	return self
end

-- frame.vars: all variables by name, assignable; pairs in their order. For lua/bind/bind_places.c.
function programs.vars(frame) return scope_of(frame, false) end

-- frame.args: the arguments, by name or from 1 on.
function programs.args(frame) return scope_of(frame, true) end

-- --- methods ---

function programs.add(core, lupe)
	local methods = core.methods

	-- (text: string, thread?: thread, level?: integer) -> any | nil, message, code
	-- The value of a C expression over the program's variables, types, registers: p:eval "head->next->name". With a
	-- thread that stands: as its frame `level` (0) sees names.
	function methods.process.eval(process, text, thread, level)
		return evaluate(core, process, thread, level, text)
	end

	-- (name: string) -> any | nil, message, code
	-- A global or static variable, "name" or "file.c::name".
	function methods.process.var(process, name)
		check.arg("var: name", name, "string")
		local file, own_name = name:match("^(.-%.[%w+]+)::(.+)$")
		local found, message, code = process:global(own_name or name, file)
		if not found then return nil, message, code end
		if found.kind == "enumerator" then return found.value end
		if found.missing then return nil, found.missing, "optimized_out" end
		return core.read_value(process, found.type, found.bytes or found.at)
	end

	-- (text: string) -> any | nil, message, code
	-- The value of a C expression as the frame sees names.
	function methods.frame.eval(frame, text)
		local thread = frame.thread
		return evaluate(core, thread.process, thread, frame.level, text)
	end

	-- (process: process, kind: type | string, address: integer | variable) -> any
	-- What lies at an address (or where an object of the program lies) as another type: one of p:type, or its name.
	function lupe.cast(process, kind, address)
		check.arg("cast: process", process, "userdata")
		if type(kind) == "string" then
			local ok, found = pcall(expression.type_of, kind, ctypes.of_process(process))
			found = ok and found
			if not found or not found.handle then check.misuse("cast: there is no type '%s'", kind) end
			kind = found.handle
		end
		return core.read_value(process, kind, address)
	end
end

return programs
