-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What makes a target stop at the prompt, numbered as in gdb: breakpoints and catchpoints. A point decides at
-- each hit: enabled, thread, condition, ignore count; then it counts as hit, and stops unless it is internal.
--
-- A breakpoint is a place (`resolve(process)` -> addresses) in every process of the session; it is put into
-- those that are there, into those that come, and again after exec and restart. `where` not found yet leaves
-- it pending. A catchpoint is a handler of the scheduler.

local expression = require "lupe.expression"

local points = {}

local Points = {}
Points.__index = Points

local Point = {}
Point.__index = Point

-- dbg: lupe/debugger.lua.
function points.new(dbg)
	return setmetatable({ dbg = dbg, list = {}, next_id = 1, caught = setmetatable({}, { __mode = "k" }) }, Points)
end

-- --- conditions ---

-- A function(event) -> boolean of a condition as text: C-like, or Lua after "=", which sees `ev`.
local function compile_condition(dbg, text)
	local code = text:match("^%s*=(.*)$")
	if code then
		local environment = setmetatable({}, { __index = _G, __newindex = _G })
		local chunk, message = load("return " .. code, "=condition", "t", environment)
		if not chunk then error(message, 0) end
		return function(event)
			rawset(environment, "ev", event)
			return chunk()
		end
	end
	local compiled = dbg:compile(text)
	return function(event) return expression.truth(compiled(dbg:context(event.thread))) end
end

-- Sets or (nil, "") removes the condition; raises what is wrong with it.
function Point:set_condition(text)
	if text == nil or text:match("^%s*$") then
		self.condition, self.condition_text = nil, nil
		return
	end
	self.condition, self.condition_text = compile_condition(self.points.dbg, text), text
end

-- Whether the hit of an event counts and stops; a message when the condition cannot be decided.
function Point:decides(event)
	if not self.enabled or self.thread and self.thread ~= event.tid then return false end
	if self.condition then
		local ok, holds = pcall(self.condition, event)
		if not ok then
			return true, ("the condition of %s %d cannot be decided: %s"):format(self.what, self.id, tostring(holds))
		end
		if not holds then return false end
	end
	self.hits = self.hits + 1
	if self.ignore > 0 then
		self.ignore = self.ignore - 1
		return false
	end
	return true
end

-- --- the list ---

-- { what = "breakpoint", title, resolve or handler, temporary, internal, thread, hit = function(point, event) }
function Points:add(point)
	point.points, point.hits, point.ignore, point.enabled = self, 0, 0, true
	point.places = {} -- pid -> addresses that it is inserted at
	setmetatable(point, Point)
	if not point.internal then
		point.id, self.next_id = self.next_id, self.next_id + 1
	end
	self.list[#self.list + 1] = point
	return point
end

function Points:find(id)
	for _, point in ipairs(self.list) do
		if point.id == id then return point end
	end
	return nil, ("there is no breakpoint number %d"):format(id)
end

function Points:user_list()
	local list = {}
	for _, point in ipairs(self.list) do
		if not point.internal then list[#list + 1] = point end
	end
	return list
end

function Point:delete()
	if self.deleted then return end
	self.deleted = true
	for _, process in ipairs(self.points.dbg:processes()) do self:take_out(process) end
	if self.handler then self.handler:delete() end
	if self.on_delete then self:on_delete() end
	for i, other in ipairs(self.points.list) do
		if other == self then table.remove(self.points.list, i) break end
	end
end

function Point:set_enabled(enabled)
	self.enabled = enabled
	for _, process in ipairs(self.points.dbg:processes()) do
		if enabled then self:put_in(process) else self:take_out(process) end
	end
	if self.handler then
		if enabled then self.handler:enable() else self.handler:disable() end
	end
	if self.on_enable then self:on_enable(enabled) end
end

-- --- breakpoints in processes ---

-- Puts it into a process; nil and a message when it has no place there (yet).
function Point:put_in(process)
	if not self.resolve or not self.enabled then return true end
	local pid = process.pid
	self:take_out(process)
	local addresses, message = self:resolve(process)
	if not addresses then return nil, message end
	local places, failure = {}, nil
	for _, address in ipairs(addresses) do
		local ok
		ok, message = process:insert_breakpoint(address)
		if ok then places[#places + 1] = address else failure = failure or message end
	end
	self.places[pid] = places
	if failure then return nil, failure end
	return true
end

function Point:take_out(process)
	for _, address in ipairs(self.places[process.pid] or {}) do process:remove_breakpoint(address) end
	self.places[process.pid] = nil
end

-- A process has come, or executes another program: nothing of ours is in it.
function Points:enter(process)
	for _, point in ipairs(self.list) do
		point.places[process.pid] = nil
		local ok, message = point:put_in(process)
		if not ok and not point.internal and not point.pending_told then
			point.pending_told = true
			self.dbg:say("breakpoint %d is pending: %s", point.id, message)
		end
	end
end

-- A child has what its parent has: the sites are copied with its memory.
function Points:inherit(child, parent_pid)
	for _, point in ipairs(self.list) do
		local places = point.places[parent_pid]
		if places then point.places[child.pid] = table.move(places, 1, #places, 1, {}) end
	end
end

function Points:forget(pid)
	for _, point in ipairs(self.list) do point.places[pid] = nil end
end

-- The points of a process at an address.
function Points:at(pid, address)
	local found = {}
	for _, point in ipairs(self.list) do
		for _, place in ipairs(point.places[pid] or {}) do
			if place == address then
				found[#found + 1] = point
				break
			end
		end
	end
	return found
end

-- --- hits ---

-- At a breakpoint's event: the points that stop there (nil: nothing does), and messages for the user.
-- Internal ones come first, alone.
function Points:judge(event)
	local here = self:at(event.pid, event.thread.pc)
	local stopping, messages = {}, {}
	for _, point in ipairs(here) do
		local stops, message = point:decides(event)
		if stops and point.internal then return { point }, messages end
		if stops then
			stopping[#stopping + 1] = point
			messages[#messages + 1] = message
		end
	end
	if #stopping == 0 and #here > 0 then return nil, messages end
	return stopping, messages
end

-- Temporary ones are gone after their first stop, those that were let stop once are off.
function Points:after_stop(stopping)
	for _, point in ipairs(stopping) do
		if point.temporary then
			point:delete()
		elseif point.once then
			point.once = nil
			point:set_enabled(false)
		end
	end
end

-- A catchpoint: `register(hit)` makes the scheduler's handler, which calls hit(event, text) when it happens.
function Points:catch(point, register)
	self:add(point)
	local ok, result = pcall(register, function(event, text)
		local stops, message = point:decides(event)
		if stops then self.caught[event] = { point = point, text = text, message = message } end
	end)
	if not ok then
		point:delete()
		self.next_id = self.next_id - 1
		error(result, 0)
	end
	point.handler = result
	return point
end

-- The numbers of all, for completion.
function Points:ids()
	local ids = {}
	for _, point in ipairs(self:user_list()) do ids[#ids + 1] = tostring(point.id) end
	return ids
end

return points
