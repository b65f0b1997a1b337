-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Libraries that come and go while a target is at the prompt: an internal breakpoint where the loader tells of
-- changes (lupe/places.lua). What was pending is placed then, catchpoints for libraries decide.

local places = require "lupe.places"

local loading = {}

local function modules_of(process)
	local paths = {}
	for module in process:modules() do
		if module.path:sub(1, 1) == "/" then paths[module.path] = true end
	end
	return paths
end

-- What one set has and the other has not, as a sorted list.
local function difference(a, b)
	local list = {}
	for path in pairs(a) do
		if not b[path] then list[#list + 1] = path end
	end
	table.sort(list)
	return list
end

-- Breakpoints with names are placed anew: a library may have brought them, or taken them away.
local function place_points(dbg, process)
	for _, point in ipairs(dbg.points.list) do
		if point.resolve and not point.internal and not point.fixed and point.enabled then point:put_in(process) end
	end
end

local function changed(dbg, event)
	local process = event.process
	local loader = places.loader(process)
	if loader and not loader.is_consistent() then return false end
	process:forget_modules()
	local before, now = dbg.libraries[process.pid] or {}, modules_of(process)
	dbg.libraries[process.pid] = now
	local come, gone = difference(now, before), difference(before, now)
	if #come == 0 and #gone == 0 then return false end
	place_points(dbg, process)
	for _, point in ipairs(dbg.points:user_list()) do
		local reason = point.on_libraries and point:on_libraries(event, come, gone)
		if reason then return reason end
	end
	return false
end

-- Makes the breakpoint; for every process that comes.
function loading.watch(dbg)
	dbg.libraries = {}
	dbg.points:add { internal = true, what = "loader", resolve = function(_, process)
		local symbol = process:symbol "_dl_debug_state"
		if not symbol then return nil, "it has no loader" end
		dbg.libraries[process.pid] = modules_of(process)
		return { symbol.address }
	end, reached = function(_, event) return changed(dbg, event) end }
end

-- A catchpoint for libraries whose path has a pattern (all); `which`: "load" or "unload".
function loading.catch(prompt, which, pattern)
	local dbg = prompt.dbg
	local title = which .. (pattern and " " .. pattern or "")
	local point
	point = dbg.points:add { what = "catchpoint", title = title, source = "catch " .. title,
		on_libraries = function(self, event, come, gone)
			for _, path in ipairs(which == "load" and come or gone) do
				if self.enabled and (not pattern or path:find(pattern, 1, true)) and self:decides(event) then
					return { text = ("catchpoint %d (%sed %s)"):format(self.id, which, path), points = { self } }
				end
			end
		end }
	prompt:say("catchpoint %d (%s)", point.id, title)
end

return loading
