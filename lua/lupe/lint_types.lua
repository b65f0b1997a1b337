-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Of which object of the library an expression of a script is, as far as lupe/reference.lua tells: what functions
-- answer, what handlers are called with, what fields hold. Expressions are those of lupe/scopes.lua.

local lint_types = {}

local Types = {}
Types.__index = Types

-- `reference`: of reference.load.
function lint_types.new(reference) return setmetatable({ reference = reference }, Types) end

-- "process?" is the object process; anything else but one name is none.
local function object_of(self, text)
	local name = text and text:match("^%s*([%a_]+)%??%s*$")
	return name and self.reference.by_name[name] or nil
end

-- The type of parameter `position` of the function in "fun(ev: event, h: handler): boolean".
local function parameter_of(text, position)
	local list = text and text:match("fun(%b())")
	if not list then return nil end
	local n = 0
	for kind in list:sub(2, -2):gmatch("[%w_]+%??:%s*([^,]+)") do
		n = n + 1
		if n == position then return kind end
	end
end

-- The part of a type that describes a field of a table: "{ on_enter?: fun(ev: event), ... }".
local function field_of(text, field)
	local fields = text:match("%b{}")
	local at = fields and select(2, fields:find("%f[%w_]" .. field .. "%??:%s*"))
	return at and fields:sub(at + 1) or nil
end

-- A function's type that is not in a table.
local function outside_tables(text) return (text:gsub("%b{}", "")) end

local entry_of

-- What a function or method is called and the options that it takes in a table as argument `index`: a set; nil when
-- that is not known, or it takes any.
function Types:options(what, index)
	local entry = entry_of(self, what, 0)
	local param = entry and entry.params[index]
	local fields = param and param.type:match("%b{}")
	if not fields or outside_tables(param.type):find("%f[%w]table%f[%W]") then return nil end
	local names = {}
	for name in fields:gmatch("([%a_][%w_]*)%??:") do names[name] = true end
	return names, entry.name
end

-- The object that an expression is; nil when that is not known.
function Types:object(what, depth)
	depth = (depth or 0) + 1
	if depth > 20 then return nil end
	if what.kind == "global" then return what.name == "lupe" and self.reference.by_name.lupe or nil end
	if what.kind == "member" then
		local entry = entry_of(self, what, depth)
		return entry and entry.kind == "field" and object_of(self, entry.type) or nil
	end
	if what.kind == "element" or what.kind == "call" and what.fn.kind == "call" then -- of an iterator
		local entry = entry_of(self, (what.of or what.fn).fn, depth)
		local result = entry and entry.returns[1] and entry.returns[1].type
		return result and object_of(self, result:match("^fun%(%):%s*([^,]+)")) or nil
	end
	if what.kind == "call" then
		if what.fn.kind == "global" and what.fn.name == "assert" and what.arguments[1] then
			return self:object(what.arguments[1], depth)
		end
		local entry = entry_of(self, what.fn, depth)
		return entry and entry.returns[1] and object_of(self, entry.returns[1].type) or nil
	end
	if what.kind == "parameter" then
		local entry = entry_of(self, what.of, depth)
		local param = entry and entry.params[what.index]
		if not param then return nil end
		local text = what.field and field_of(param.type, what.field) or not what.field and outside_tables(param.type)
		return object_of(self, parameter_of(text or "", what.position))
	end
end

-- The entry of the reference that a member is; nil when that is not known.
entry_of = function(self, what, depth)
	if what.kind ~= "member" then return nil end
	local object = self:object(what.of, depth)
	return object and object.by_name[what.name] or nil
end

return lint_types
