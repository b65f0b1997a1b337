-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What scripts have at places of a program: p:breakpoint(where, options, fn) and p:hook(fn, {...}).
--
-- Invariants:
--  * A probe is a handler of the scheduler with a place. It lives in the process that it was made for and in
--    those that came of it by fork and are followed; exec resolves its name again.
--  * `spaces[pid].at[address]` lists what is there; each item of a list has had its own insert_breakpoint,
--    which counts its users. The lists are replaced, never changed: a handler may add and delete.
--  * The loader of a program with libraries is watched, too: after each change of their list all names are
--    resolved again. A name that the program does not have once its first libraries are there ends the run,
--    unless its probe is `pending`; where they are there already it is refused at once.

local check = require "lupe.check"
local hooks = require "lupe.hooks"
local places = require "lupe.places"

local probes = {}

local Probes = {}
Probes.__index = Probes

-- The one of a scheduler; `state`: of lupe/api.lua.
function probes.of(state)
	local sched = state.scheduler
	if sched.probes then return sched.probes end
	local self = setmetatable({ sched = sched, state = state, spaces = {}, list = {} }, Probes)
	self.hooks = hooks.new(self)
	sched.probes = self
	sched.arrive = function(event) self:arrive(event) end
	sched.returned = function(event) self.hooks:leave(event, { event.thread:call_registers() }) end
	sched.observe = function(event) self:observe(event) end
	sched:need_leading()
	return self
end

-- --- what is where ---

local function space_of(self, pid)
	local space = self.spaces[pid]
	if not space then
		space = { at = {} }
		self.spaces[pid] = space
	end
	return space
end

-- Puts an item at an address of a process; nil, message, code.
function Probes:put(process, address, item)
	local ok, message, code = process:insert_breakpoint(address)
	if not ok then return nil, message, code end
	local space = space_of(self, process.pid)
	local at = space.at
	space.hooked = space.hooked or item.is_hook or item.is_return
	local list = table.move(at[address] or {}, 1, at[address] and #at[address] or 0, 1, {})
	list[#list + 1] = item
	at[address] = list
	return true
end

function Probes:take(process, address, item)
	local space = self.spaces[process.pid]
	local list, left = space and space.at[address] or {}, {}
	for _, other in ipairs(list) do
		if other ~= item then left[#left + 1] = other end
	end
	if #left == #list then return end
	space.at[address] = left[1] and left or nil
	process:remove_breakpoint(address)
end

-- --- probes in a process ---

local function take_out(self, probe, process)
	for _, address in ipairs(probe.places[process.pid] or {}) do self:take(process, address, probe) end
	probe.places[process.pid] = nil
end

-- Has it where its name says now; nil, message, code.
local function settle(self, probe, process)
	local pid = process.pid
	local address, message, code = places.resolve(process, probe.place)
	local old = probe.places[pid] and probe.places[pid][1]
	if address == old then return address ~= nil, message, code end
	take_out(self, probe, process)
	if not address then return nil, message, code end
	local ok
	ok, message, code = self:put(process, address, probe)
	if not ok then return nil, message, code end
	probe.places[pid] = { address }
	probe.unresolved[pid] = nil
	return true
end

local function refuse(probe, process, message, code)
	local near = code == "not_found" and probe.place.name and places.did_you_mean(process, probe.place) or ""
	return ("%s: %s%s"):format(probe.what, message, near)
end

-- After the list of libraries has changed. The first time the program has all that it was linked with.
local function libraries_changed(self, process, space)
	if not space.loader.is_consistent() then return end
	local first = not space.loaded
	space.loaded = true
	process:forget_modules()
	for _, probe in ipairs(self.list) do
		if probe.pids[process.pid] and probe.enabled and probe.place.name then
			local ok, message, code = settle(self, probe, process)
			if not ok and first and probe.unresolved[process.pid] == "must" and code ~= "exited" then
				error(probe.position .. refuse(probe, process, message, code), 0)
			end
		end
	end
end

-- Watches the loader of a process; answers whether its first libraries are still to come.
local function watch_loader(self, process)
	local space = space_of(self, process.pid)
	if space.loader == nil then
		space.loader = places.loader(process) or false
		space.loaded = not space.loader or not places.is_loading(space.loader)
		if space.loader then
			self:put(process, space.loader.hook, { internal = function(event)
				libraries_changed(self, event.process, space_of(self, event.pid))
			end })
		end
	end
	return not space.loaded
end

local function sync(self, probe)
	local session = self.sched.session
	for pid in pairs(probe.pids) do
		local process = session and session:process(pid)
		if process and (probe.deleted or not probe.enabled) then
			take_out(self, probe, process)
			if probe.is_hook then self.hooks:drop(probe, process) end
		elseif process then
			settle(self, probe, process)
		end
	end
	if not probe.deleted then return end
	local left = {}
	for _, other in ipairs(self.list) do
		if other ~= probe then left[#left + 1] = other end
	end
	self.list = left
end

-- Makes a probe of { what, place, title, fn or is_hook, ... } in a process. Answers it, a handler; nil,
-- message, code when the process is gone or has no memory there; raises for a name that can never fire.
function Probes:add(probe, process)
	if process.state == "exited" then return nil, ("process %d has exited"):format(process.pid), "exited" end
	local pid = process.pid
	probe.pids, probe.places, probe.unresolved, probe.position = { [pid] = true }, {}, {}, check.where()
	probe.on_change = function() sync(self, probe) end
	local loading = probe.place.name and watch_loader(self, process)
	local ok, message, code = settle(self, probe, process)
	if not ok then
		if code == "exited" or code == "fault" then return nil, message, code end
		if code ~= "not_found" or not (probe.pending or loading) then
			check.misuse("%s", refuse(probe, process, message, code))
		end
		probe.unresolved[pid] = probe.pending and "may" or "must"
	end
	self.list = table.move(self.list, 1, #self.list, 1, {})
	self.list[#self.list + 1] = probe
	return self.sched:add(probe)
end

-- --- processes that come, change and go ---

local function inherit(self, event)
	local session, follow = self.sched.session, self.state.session_options.follow
	local child, space = session:process(event.child), self.spaces[event.pid]
	if not child or not space or follow == "parent" then return end
	local copy = { at = {}, loader = space.loader, loaded = space.loaded, hooked = space.hooked }
	for address, list in pairs(space.at) do copy.at[address] = list end
	self.spaces[child.pid] = copy
	for _, probe in ipairs(self.list) do
		if probe.pids[event.pid] then
			local addresses = probe.places[event.pid]
			probe.pids[child.pid] = true
			probe.places[child.pid] = addresses and table.move(addresses, 1, #addresses, 1, {})
			probe.unresolved[child.pid] = probe.unresolved[event.pid] and "may"
		end
	end
	self.hooks:inherit(event)
end

local function forget(self, pid)
	self.spaces[pid] = nil
	self.hooks:forget(pid)
	for _, probe in ipairs(self.list) do
		probe.pids[pid], probe.places[pid], probe.unresolved[pid] = nil, nil, nil
	end
end

-- Another program: nothing of ours is in it, and an address of the old one means nothing.
local function enter(self, process)
	local pid = process.pid
	self.spaces[pid] = nil
	self.hooks:forget(pid)
	for _, probe in ipairs(self.list) do
		if probe.pids[pid] then
			probe.places[pid] = nil
			if not probe.place.name then
				probe.pids[pid] = nil
			else
				watch_loader(self, process)
				probe.unresolved[pid] = "may"
				if probe.enabled then settle(self, probe, process) end
			end
		end
	end
end

-- The exec of a launch is told when its program is there already, with our int3s in it.
local function is_launch(self, process)
	local address = next(self.spaces[process.pid].at)
	return address and process:remove_breakpoint(address) and process:insert_breakpoint(address)
end

function Probes:observe(event)
	local kind = event.kind
	if kind == "fork" or kind == "vfork" or kind == "clone" then
		inherit(self, event)
	elseif kind == "exec" then
		local process = event.process
		if self.spaces[event.pid] and process and not is_launch(self, process) then enter(self, process) end
	elseif kind == "thread_exited" then
		self.hooks:forget_thread(event.tid)
	elseif kind == "exited" or kind == "killed" or kind == "detached" and event.pid == event.tid then
		forget(self, event.pid)
	end
end

-- --- hits ---

-- Whether a hit of an event counts for a probe.
function Probes:counts(probe, event)
	if probe.deleted or not probe.enabled or probe.tid and probe.tid ~= event.tid then return false end
	if probe.condition and not probe.condition(event) then return false end
	probe.hits = probe.hits + 1
	if probe.ignore > 0 then
		probe.ignore = probe.ignore - 1
		return false
	end
	if probe.once then probe:delete() end
	return true
end

-- The hooks of a place.
local function visit_hooks(self, items, event, registers)
	local visit
	for _, item in ipairs(items) do
		if item.is_hook and self:counts(item, event) then
			visit = visit or self.hooks:visit(event, registers)
			visit:enter(item)
		end
	end
	if visit then visit:leave() end
end

-- A thread has come to a place: runs what is there, in the caller's coroutine. Hooks first: what a breakpoint's
-- function does may lead the thread away.
function Probes:arrive(event)
	local space = self.spaces[event.pid]
	if not space then return end
	local registers = { event.thread:call_registers(space.hooked) }
	if not registers[1] then error(registers[2], 0) end
	local items = space.at[registers[1]]
	if not items then return end
	for _, item in ipairs(items) do
		if item.internal then item.internal(event, registers) end
	end
	if space.hooked then visit_hooks(self, items, event, registers) end
	for _, item in ipairs(items) do
		local now = self.sched:held_event(event.tid) or event
		if item.fn and self:counts(item, now) then item.fn(now, item) end
	end
end

return probes
