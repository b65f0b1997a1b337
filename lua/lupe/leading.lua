-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Leading a thread or a process to a place, in handlers and tasks: finish, until_, nexti, run_to. Where one of
-- them has come to, its thread stands until the caller lets it go on or is done; probes at that place have been
-- run by then.

local check = require "lupe.check"
local places = require "lupe.places"
local probes = require "lupe.probes"

local leading = {}

local INSN_MAX = 15
local TIMEOUT = { timeout = "number" }
local RUN_TO = { timeout = "number", thread = "integer|userdata" }

-- An option `thread`: a thread or its id.
function leading.thread_id(what, thread)
	if type(thread) ~= "userdata" then return thread end
	local ok, tid = pcall(function() return thread.tid end)
	if not ok then check.misuse("%s: thread: a thread or its id is expected", what) end
	return tid
end

-- The event of a thread that was led somewhere, once what is at that place was run.
local function arrived(sched, event, message, code)
	if not event then return nil, message, code end
	if sched.arrive then sched.arrive(event) end
	return sched:held_event(event.tid) or event
end

-- Leads a thread to an address where fits(sp) holds; answers the event, or nil, message, code.
local function lead_to(sched, thread, address, fits, options)
	if thread.state == "exited" then return nil, ("thread %d has exited"):format(thread.tid), "exited" end
	local process = thread.process
	local ok, message, code = process:insert_breakpoint(address)
	if not ok then return nil, message, code end
	local event
	event, message, code = sched:lead(thread, "run", function(stop)
		if stop.kind ~= "breakpoint" then return false end
		local pc, sp = stop.thread:call_registers()
		return pc == address and fits(sp)
	end, options)
	process:remove_breakpoint(address)
	return arrived(sched, event, message, code)
end

local function not_above(limit)
	return function(sp) return not math.ult(sp, limit) end
end

-- Runs a thread until the function that it is in has returned.
function leading.finish(sched, thread, options)
	local frames, message, code = thread:bt { depth = 2 }
	if not frames then return nil, message, code end
	local caller = frames[2]
	if not caller then
		return nil, ("where the function of thread %d returns to is not known"):format(thread.tid), "not_found"
	end
	local event
	event, message, code = lead_to(sched, thread, caller.pc, not_above(caller.sp), options)
	if not event then return nil, message, code end
	local now = event.thread
	return { ret = now.regs.rax, thread = now, event = event }
end

-- The instruction at the pc: its length when it is a call or repeats; nil for others.
local function length_to_step_over(core, thread)
	local process, pc = thread.process, thread.pc
	local bytes
	for size = INSN_MAX, 1, -1 do
		bytes = process:read(pc, size)
		if bytes then break end
	end
	if not bytes then return nil end
	local text, length, kind = core.disassembler("att", process.abi):decode(bytes, pc)
	return text and (kind == "call" or text:find "^rep") and length or nil
end

local function next_instruction(sched, core, thread, options)
	if thread.state == "exited" then return nil, ("thread %d has exited"):format(thread.tid), "exited" end
	if thread.state == "running" then return nil, ("thread %d is not stopped"):format(thread.tid), "invalid" end
	local length = length_to_step_over(core, thread)
	if not length then return sched:step_thread(thread) end
	return lead_to(sched, thread, thread.pc + length, not_above(thread.sp), options)
end

-- Runs a process until one of its threads comes to a place.
local function run_to(state, process, where, options)
	local sched = state.scheduler
	local entry = { pid = process.pid, survives_exec = true, takes = function() return false end }
	local place = places.parse("run_to", where)
	local probe, message, code = probes.of(state):add({ what = "run_to", place = place, title = place.title,
		tid = leading.thread_id("run_to", options.thread), ignore = 0, fn = function(event, probe)
			-- Another has taken it over already: the next one.
			if not entry.wake or not sched:held_event(event.tid) then return end
			probe:delete()
			sched:hand_over(event.tid, entry.wake)
		end }, process)
	if not probe then return nil, message, code end
	local event
	event, message, code = sched:await(-process.pid, entry, function() return sched:go_on(process) end,
		options.timeout)
	probe:delete()
	return event, message, code
end

local function add_thread_methods(state, methods)
	local sched, core = state.scheduler, state.core

	-- (options?: { timeout?: number }) -> table | nil, message, code
	-- Runs until the function that the thread is in has returned: { ret =, thread =, event = }; nil, message,
	-- code when the thread ended, or did not come within `timeout` seconds. Its process' other threads go on
	-- as they do.
	function methods.thread.finish(thread, options)
		return leading.finish(sched, thread, check.options("finish", options or {}, TIMEOUT))
	end

	-- (where: string | integer, options?: { timeout?: number }) -> event | nil, message, code
	-- Runs until the thread comes to a place ("function", "function+4", an address); answers the event.
	function methods.thread.until_(thread, where, options)
		check.options("until_", options or {}, TIMEOUT)
		local place = places.parse("until_", where)
		if thread.state == "exited" then return nil, ("thread %d has exited"):format(thread.tid), "exited" end
		local address, message, code = places.resolve(thread.process, place)
		if not address and code == "not_found" then
			check.misuse("until_: %s%s", message, places.did_you_mean(thread.process, place))
		elseif not address then
			return nil, message, code
		end
		return lead_to(sched, thread, address, function() return true end, options)
	end

	-- (n?: integer, options?: { timeout?: number }) -> event | nil, message, code
	-- Executes n instructions (1), a call with all that it calls as one; answers the event of the last.
	function methods.thread.nexti(thread, n, options)
		check.arg("nexti", n == nil and 1 or n, "integer")
		check.options("nexti", options or {}, TIMEOUT)
		local event, message, code
		for _ = 1, n or 1 do
			event, message, code = next_instruction(sched, core, thread, options)
			if not event then return nil, message, code end
		end
		return event
	end
end

-- state: of lupe/api.lua.
function leading.add_methods(state)
	local methods = state.core.methods
	add_thread_methods(state, methods)

	-- (where: string | integer, options?: { timeout?: number, thread?: thread | integer }) -> event | nil, message, code
	-- Lets the process go on until a thread of it (`thread`: that one) comes to a place; answers the event of that: the
	-- thread stands until the caller lets it go on, waits or is done.
	function methods.process.run_to(process, where, options)
		return run_to(state, process, where, check.options("run_to", options or {}, RUN_TO))
	end
end

return leading
