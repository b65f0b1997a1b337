-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- --where EXPR: a Lua expression over a finished call chooses the lines to print. Names in it are the
-- event's fields (name, ret, err, args, path, fd, duration, pid, ...), then Lua's globals. What a call
-- does not have is nil; an expression that fails on a call does not choose it.

local check = require "lupe.check"

local where = {}

-- Fields that a call lacks read as nil, also those of its arguments.
local function lenient(object)
	return setmetatable({}, { __index = function(_, key)
		local ok, value = pcall(function() return object[key] end)
		if ok then return value end
	end })
end

-- The names of syscalls outside of which the expression cannot hold: those of `name == "x"` in a
-- conjunction, or in a disjunction of nothing else. An array, or nil when any call may match.
function where.names(text)
	if text:find("%f[%w]not%f[%W]") or text:find("~=", 1, true) then return nil end
	local names = {}
	if text:find("%f[%w]or%f[%W]") then
		for term in (text .. " or "):gmatch("(.-)%f[%w]or%f[%W]") do
			local name = term:match("^%s*name%s*==%s*[\"']([%w_]+)[\"']%s*$")
			if not name then return nil end
			names[#names + 1] = name
		end
		return names
	end
	local name = text:match("%f[%w]name%s*==%s*[\"']([%w_]+)[\"']")
	return name and { name } or nil
end

-- A predicate of events and a function that answers the last error of it; nil and a message when the
-- expression is no Lua.
function where.compile(text)
	local current
	local env = setmetatable({}, { __index = function(_, key)
		if key == "args" then return lenient(current.args) end
		local ok, value = pcall(function() return current[key] end)
		if ok and value ~= nil then return value end
		return _G[key]
	end })
	local chunk, message = load("return " .. text, "=(where)", "t", env)
	if not chunk then return nil, "--where: " .. message end
	local chosen, failed, last = 0, 0, nil
	local function predicate(event)
		current = event
		local ok, result = pcall(chunk)
		if not ok then failed, last = failed + 1, check.traceback(result) end
		if ok and result then chosen = chosen + 1 end
		return ok and result and true or false
	end
	return predicate, function() return chosen == 0 and failed > 0 and last or nil end
end

return where
