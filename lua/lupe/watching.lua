-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Watchpoints and hardware breakpoints: the four debug registers of x86, set in every thread of every
-- process (lupe/debug_registers.lua). A trap comes after the access; a breakpoint of this kind before
-- the instruction, which the RF flag lets pass when the thread goes on. Where the registers do not trap
-- (some virtual machines), `watch` has the selected thread go on by steps instead, as gdb does.

local breaking = require "lupe.breaking"
local expression = require "lupe.expression"
local format = require "lupe.format"
local registers = require "lupe.debug_registers"
local show = require "lupe.show"
local stops = require "lupe.stops"

local watching = {}

local KIND = { watch = "write", rwatch = "access", awatch = "access", hbreak = "execute" }
local WHAT = { watch = "watchpoint", rwatch = "read watchpoint", awatch = "access watchpoint",
	hbreak = "hw breakpoint" }
local RESUME_FLAG = 0x10000

local function set(thread, point, on)
	return registers.set(thread, { slot = point.slot, kind = KIND[point.kind], address = point.address,
		size = point.size }, on)
end

-- All threads stand while this is done: the prompt is all-stop.
local function set_all(dbg, point, on)
	local failure
	for _, thread in ipairs(dbg:all_threads()) do
		local ok, message, code = set(thread, point, on)
		if not ok and code ~= "exited" and on then failure = failure or message end
	end
	return failure
end

local function free_slot(dbg)
	local used = {}
	for _, point in ipairs(dbg.points.list) do
		if point.slot then used[point.slot] = true end
	end
	for slot = 0, registers.N - 1 do
		if not used[slot] then return slot end
	end
end

local function value_text(prompt, point)
	local ok, value = pcall(expression.load, prompt.dbg:context(), point.type, point.address)
	return ok and show.value(value, prompt:show_options()) or "(unreadable)"
end

local function reason_of(dbg, point, thread, before, now)
	local text = ("%s %d: %s, %s"):format(point.what, point.id, point.title, stops.thread(dbg, thread))
	if point.kind == "watch" then text = ("%s\nold value %s\nnew value %s"):format(text, before, now)
	elseif now then text = ("%s\nvalue %s"):format(text, now) end
	return { text = text, points = { point } }
end

-- The reason of a stop when the trap is this point's; "resumed" when nothing changed or it does not count.
local function on_trap(prompt, point, event)
	local dbg, thread = prompt.dbg, event.thread
	if not thread or not registers.is_trap(event) then return nil end
	dbg.trapped = dbg.trapped ~= nil and dbg.trapped.event == event and dbg.trapped
		or { event = event, bits = registers.triggered(thread) }
	if dbg.trapped.bits >> point.slot & 1 == 0 then return nil end
	if event.kind == "signal" then event:signal(0) end
	dbg:select(thread)
	local before, now = point.value, point.type and value_text(prompt, point)
	point.value = now
	local function pass()
		if point.kind == "hbreak" then thread.regs.eflags = thread.regs.eflags | RESUME_FLAG end
		event:resume(dbg.plan and dbg.plan.tid == event.tid and dbg.plan.mode or "run")
		return "resumed"
	end
	if point.kind == "watch" and before == now then return pass() end
	local decided, message = point:decides(event)
	if message then prompt:say("%s", message) end
	if not decided then return pass() end
	if point.kind == "hbreak" then thread.regs.eflags = thread.regs.eflags | RESUME_FLAG end
	return reason_of(dbg, point, thread, before, now)
end

-- The same after a step, where there is no debug register.
local function on_step(prompt, point, event)
	local now = point.enabled and value_text(prompt, point) or point.value
	local before = point.value
	point.value = now
	if before == now or not event.thread then return nil end
	local decided, message = point:decides(event)
	if message then prompt:say("%s", message) end
	return decided and reason_of(prompt.dbg, point, event.thread, before, now) or nil
end

-- What an expression names: address, size, type.
local function place_of(prompt, text, kind)
	if kind == "hbreak" then
		return prompt.need(prompt.dbg:resolve(text, prompt.dbg:need_target()))[1], 1
	end
	local value = prompt.dbg:evaluate(text)
	if not value.at then prompt.fail("%s: '%s' lies in no memory: name some, as in *(int *)ADDRESS", kind, text) end
	local size = value.type.size
	if not registers.has_size(size) then
		prompt.fail("%s: 1, 2, 4 or 8 bytes can be watched, not %d of %s", kind, size, value.type.name)
	end
	if value.at % size ~= 0 then
		prompt.fail("%s: %s is not aligned to its %d bytes", kind, format.hex(value.at), size)
	end
	return value.at, size, value.type
end

-- Has a point use its debug register in every thread that there is and that comes.
local function use_register(prompt, point)
	local dbg = prompt.dbg
	function point.on_trap(self, event) return on_trap(prompt, self, event) end
	function point.on_thread(self, thread) if self.enabled then set(thread, self, true) end end
	function point.on_delete(self) set_all(dbg, self, false) end
	function point.on_leave(self, process)
		for thread in process:threads() do set(thread, self, false) end
	end
	function point.on_enable(self, enabled) set_all(dbg, self, enabled) end
end

local function use_steps(prompt, point)
	point.what = "software watchpoint"
	function point.on_step(self, event) return on_step(prompt, self, event) end
end

-- Makes a watchpoint ("watch", "rwatch", "awatch") or a hardware breakpoint ("hbreak").
function watching.add(prompt, text, kind)
	local dbg = prompt.dbg
	dbg:need_stopped()
	local place, _, condition = breaking.split(text)
	local address, size, type_ = place_of(prompt, place, kind)
	local works = prompt.core.debug_registers_work()
	if not works and kind ~= "watch" then prompt.fail("%s: this machine has no debug registers that work", kind) end
	local slot = works and free_slot(dbg)
	if works and not slot then prompt.fail("%s: all %d debug registers are in use", kind, registers.N) end
	local point = dbg.points:add { what = WHAT[kind], title = place, kind = kind, slot = slot or nil,
		address = address, size = size, type = type_ }
	if works then use_register(prompt, point) else use_steps(prompt, point) end
	local ok, failure = pcall(point.set_condition, point, condition)
	if ok then failure = works and set_all(dbg, point, true) end
	if failure then
		point:delete()
		dbg.points.next_id = dbg.points.next_id - 1
		prompt.fail("%s: %s", kind, tostring(failure))
	end
	point.value = type_ and value_text(prompt, point)
	prompt:say("%s %d: %s", point.what, point.id, place)
end

return watching
