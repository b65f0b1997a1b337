-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Watchpoints and hardware breakpoints: the four debug registers of x86, set in every thread of every
-- process (PTRACE_POKEUSER on u_debugreg). A trap comes after the access; a breakpoint of this kind before
-- the instruction, which the RF flag lets pass when the thread goes on. Where the registers do not trap
-- (some virtual machines), `watch` has the selected thread go on by steps instead, as gdb does.
--
-- Source: Intel SDM vol. 3, 17.2 (DR7: a bit pair that enables, four bits of kind and size, per register).

local breaking = require "lupe.breaking"
local expression = require "lupe.expression"
local format = require "lupe.format"
local show = require "lupe.show"
local stops = require "lupe.stops"

local watching = {}

local DEBUGREG, N = 848, 4 -- offsetof(struct user, u_debugreg)
local TRAP_HWBKPT, SIGTRAP = 4, 5
local KIND = { watch = 1, rwatch = 3, awatch = 3, hbreak = 0 } -- R/W bits of DR7
local LENGTH = { [1] = 0, [2] = 1, [4] = 3, [8] = 2 } -- LEN bits
local WHAT = { watch = "watchpoint", rwatch = "read watchpoint", awatch = "access watchpoint",
	hbreak = "hw breakpoint" }
local RESUME_FLAG = 0x10000

local function offset(register) return DEBUGREG + 8 * register end

-- Sets or clears one debug register of a thread; nil and a message.
local function set(thread, point, on)
	local slot = point.slot
	local control, message = thread:peekuser(offset(7))
	if not control then return nil, message end
	local mask = 3 << 2 * slot | 15 << 16 + 4 * slot
	local ok
	ok, message = thread:pokeuser(offset(7), control & ~mask)
	if not ok or not on then return ok, message end
	ok, message = thread:pokeuser(offset(slot), point.address)
	if not ok then return nil, message end
	local enabled = control & ~mask | 1 << 2 * slot | (KIND[point.kind] | LENGTH[point.size] << 2) << 16 + 4 * slot
	return thread:pokeuser(offset(7), enabled)
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
	for slot = 0, N - 1 do
		if not used[slot] then return slot end
	end
end

-- Which of our registers made the trap; clears what the CPU noted.
local function triggered(thread)
	local status = thread:peekuser(offset(6))
	if not status then return 0 end
	thread:pokeuser(offset(6), 0)
	return status & 15
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
	if not thread or event.signo ~= SIGTRAP or not event.info or event.info.code ~= TRAP_HWBKPT then return nil end
	dbg.trapped = dbg.trapped ~= nil and dbg.trapped.event == event and dbg.trapped
		or { event = event, bits = triggered(thread) }
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
	if not LENGTH[size] then
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
	if works and not slot then prompt.fail("%s: all %d debug registers are in use", kind, N) end
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
