-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Doing things in a target: calling its functions, memory of its own.
--
-- A call borrows a thread that stands. Where it stands (its registers, the syscall it is in, its event) is kept by
-- the core and put back however the call ends: return, fault, time-out. Meanwhile it runs as the program does: what
-- scripts have on its way is run, other threads and events go on. The function returns to the program's first
-- instruction, where nobody comes any more, and an int3 tells of it.

local check = require "lupe.check"
local format = require "lupe.format"
local places = require "lupe.places"

local calling = {}

local TIMEOUT, STOP_TIMEOUT = 10, 1 -- seconds
-- What ends a call: ILL, TRAP, ABRT, BUS, FPE, SEGV, SYS.
local FATAL = { 4, 5, 6, 7, 8, 11, 31 }
local IS_FATAL = {}
for _, signo in ipairs(FATAL) do IS_FATAL[signo] = true end

local FORKS = { fork = true, vfork = true, clone = true }

local OPTIONS = { timeout = "number", returns = "string|callable" }

-- --- results ---

local function integer_of(bits, signed)
	return function(thread)
		local value = thread.regs.rax & (1 << bits) - 1
		return signed and value >> bits - 1 == 1 and value - (1 << bits) or value
	end
end

local RETURNS = {
	integer = function(thread) return thread.regs.rax end,
	pointer = function(thread)
		local value = thread.regs.rax
		return value ~= 0 and value or nil
	end,
	int = integer_of(32, true), uint = integer_of(32), short = integer_of(16, true), ushort = integer_of(16),
	char = integer_of(8, true), uchar = integer_of(8),
	bool = function(thread) return thread.regs.al ~= 0 end,
	double = function(thread) return thread.regs:view("xmm0", "f64")[1] end,
	float = function(thread) return thread.regs:view("xmm0", "f32")[1] end,
	string = function(thread)
		local address = thread.regs.rax
		if address == 0 then return nil end
		return thread.process:cstr(address)
	end,
	void = function() return true end,
}

-- --- one call ---

-- Hears of the signals that end a call.
local function hear_faults(sched)
	if sched.faults and not sched.faults.deleted then return end
	sched.faults = sched:add { what = "calls", title = "faults", signals = FATAL, fn = function() end }
end

-- Kinds of events at which a thread stands.
local function stands(event)
	local kind = event.kind
	return kind ~= "exited" and kind ~= "killed" and kind ~= "thread_exited" and kind ~= "detached"
end

-- A call that did not return in time: has its thread stand; false when it does not stop.
local function halt(sched, thread)
	if thread.state == "stopped" then return true end
	local entry = { tid = thread.tid, pid = thread.process.pid, takes = stands }
	return sched:await(thread.tid, entry, function() return thread:interrupt() end, STOP_TIMEOUT) ~= nil
end

local function describe_fault(process, stop)
	local info = stop.info
	local at = info and info.addr and (" at " .. format.hex(info.addr)) or ""
	return ("the call ended by %s%s; process %d is as it was before"):format(stop.name, at, process.pid)
end

-- A fork in a call: the child, once it comes to the call's end, goes on from where its parent's thread was.
local function lead_child(sched, event, is_end, entry)
	local child, process = sched.session:thread(event.child), sched.session:process(event.child)
	if not child or not process or event.child == event.tid then return end
	sched:claim(event.child, { tid = event.child, pid = event.child, takes = is_end, wake = function(stop)
		if not stop then return end
		child:call_end(0, 1)
		process:remove_breakpoint(entry)
		child:resume()
	end })
end

-- Runs the prepared thread to the end of its call. Answers "returned", or nil, message, code.
local function run(sched, thread, process, sp, entry, timeout, depth)
	local fault
	local function is_end(stop)
		if stop.kind ~= "breakpoint" then return false end
		local pc, now = stop.thread:call_registers()
		return pc == entry and now == sp
	end
	local event, message, code = sched:lead(thread, "run", function(stop)
		if stop.kind == "signal" and IS_FATAL[stop.signo] then
			fault = stop
			return true
		end
		if FORKS[stop.kind] then lead_child(sched, stop, is_end, entry) end
		return is_end(stop)
	end, { timeout = timeout, depth = depth })
	if fault and event then
		event:signal(0)
		return nil, describe_fault(process, fault), "fault"
	end
	if event then
		if sched.returned then sched.returned(event) end
		return "returned"
	end
	if code == "timeout" then
		if not halt(sched, thread) then
			return nil, ("the call did not return within %g seconds, and thread %d does not stop")
				:format(timeout, thread.tid), code
		end
		message = ("the call did not return within %g seconds"):format(timeout)
	elseif sched.stopped and thread.state == "running" then -- the prompt broke it off: what runs cannot be put back
		halt(sched, thread)
	end
	return nil, message, code
end

-- For a thread that stands at an event which was not told yet: does what there is to do before it is.
local function before_its_event(sched, thread, fn)
	local entry = { tid = thread.tid, pid = thread.process.pid, takes = stands }
	local event, message, code = sched:await(thread.tid, entry, function() return true end, STOP_TIMEOUT)
	if not event then return nil, message, code end
	local results = table.pack(fn())
	sched:unhold(event.tid)
	if not sched:claimed(event) then sched:serve(event) end
	return table.unpack(results, 1, results.n)
end

-- Calls the function at an address in a stopped thread. Answers its result; nil, message, code.
local function call_now(sched, thread, address, arguments, options)
	local process, tid = thread.process, thread.tid
	local entry, message, code = places.entry(process)
	if not entry then return nil, message, code end
	local ok
	ok, message, code = process:insert_breakpoint(entry)
	if not ok then return nil, message, code end
	hear_faults(sched)
	local before = sched:held_event(tid)
	local sp, serial, depth = thread:call_begin(address, entry, arguments)
	-- However it is left, also by an error in what is run on its way: the thread must not go on from the entry.
	local _ <close> = setmetatable({}, { __close = function()
		if sp then
			thread:call_end(serial, depth)
			sched:end_calls(tid, depth)
			sched:unhold(tid)
			if before then sched:hold(before) end
		end
		process:remove_breakpoint(entry)
	end })
	if not sp then return nil, serial, depth end
	ok, message, code = run(sched, thread, process, sp, entry, options.timeout or TIMEOUT, depth)
	if not ok then return nil, message, code end
	return (RETURNS[options.returns or "integer"] or options.returns)(thread)
end

local function call_in(sched, thread, address, arguments, options)
	local results = table.pack(call_now(sched, thread, address, arguments, options))
	if results[3] ~= "invalid" or thread.state ~= "stopped" or sched:held_event(thread.tid) then
		return table.unpack(results, 1, results.n)
	end
	return before_its_event(sched, thread, function()
		return call_now(sched, thread, address, arguments, options)
	end)
end

-- --- who calls what ---

local function resolve(process, where)
	local place = places.parse("call", where)
	local address, message, code = places.resolve(process, place)
	if not address and code == "not_found" then message = message .. places.did_you_mean(process, place) end
	return address, message, code
end

-- A thread that stands: one that the caller holds, else one that nobody does, else any.
local function choose_thread(sched, process)
	local best, best_rank
	for thread in process:threads() do
		local rank = thread.state ~= "stopped" and 0 or sched:held_event(thread.tid) and 3
			or sched:is_held_elsewhere(thread.tid) and 1 or 2
		if rank > (best_rank or 0) then best, best_rank = thread, rank end
	end
	if best then return best end
	if process.state == "exited" then return nil, ("process %d has exited"):format(process.pid), "exited" end
	return nil, ("no thread of process %d is stopped: call p:stop() first"):format(process.pid), "invalid"
end

-- (arguments..., { timeout =, returns = }): the list, and the options, which are not { type, value }.
local function split(...)
	local arguments = table.pack(...)
	local last = arguments[arguments.n]
	if type(last) ~= "table" or last[1] ~= nil then return arguments, {} end
	arguments[arguments.n] = nil
	arguments.n = arguments.n - 1
	check.options("call", last, OPTIONS)
	if type(last.returns) == "string" and not RETURNS[last.returns] then
		check.misuse("call: returns: unknown type '%s'%s", last.returns,
			check.did_you_mean(last.returns, check.keys(RETURNS)))
	end
	return arguments, last
end

local function call(sched, process, thread, where, ...)
	local arguments, options = split(...)
	local address, message, code = resolve(process, where)
	if not address then return nil, message, code end
	if not thread then
		thread, message, code = choose_thread(sched, process)
		if not thread then return nil, message, code end
	end
	return call_in(sched, thread, address, arguments, options)
end

-- --- memory ---

local PROTECTION = { r = 1, w = 2, x = 4 }
local MAP_PRIVATE, MAP_ANONYMOUS, PAGE = 2, 0x20, 4096
local ALLOC_MAX = 1 << 40

local function protection(text)
	local bits = 0
	for letter in text:gmatch "." do
		local bit = PROTECTION[letter]
		if not bit then check.misuse("alloc: protection: some of r, w, x are expected, got '%s'", text) end
		bits = bits | bit
	end
	return bits
end

-- Sizes of what was allocated, by process: gone with its handle.
local allocated = setmetatable({}, { __mode = "k" })

local function add_memory(methods)
	-- (size: integer, access?: string) -> integer | nil, message, code
	-- Memory of its own in the process, zeroed, "rw" or what else of "rwx"; answers its address.
	function methods.process.alloc(process, size, access)
		check.arg("alloc: size", size, "integer")
		if size < 1 or size > ALLOC_MAX then check.misuse("alloc: a size of 1 to %d is expected", ALLOC_MAX) end
		local bits = protection(check.arg("alloc: protection", access or "rw", "string"))
		size = (size + PAGE - 1) & ~(PAGE - 1)
		local address, message, code = process:syscall("mmap", 0, size, bits, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
		if not address then return nil, message, code end
		allocated[process] = allocated[process] or {}
		allocated[process][address] = size
		return address
	end

	-- (address: integer) -> boolean | nil, message, code
	-- Gives back what process:alloc gave.
	function methods.process.free(process, address)
		check.arg("free: address", address, "integer")
		if process.state == "exited" then return nil, ("process %d has exited"):format(process.pid), "exited" end
		local size = allocated[process] and allocated[process][address]
		if not size then check.misuse("free: %s was not allocated by p:alloc", format.hex(address)) end
		local ok, message, code = process:syscall("munmap", address, size)
		if not ok then return nil, message, code end
		allocated[process][address] = nil
		return true
	end
end

-- state: of lupe/api.lua.
function calling.add_methods(state)
	local sched, methods = state.scheduler, state.core.methods

	-- (where: string | integer, ...: integer | number | string | boolean | table | nil) -> any | nil, message, code
	-- Calls a function in a thread that stands.
	--   p:call("scale", 1.5, 2.0, { returns = "double", timeout = 1 })
	-- Arguments: integers, floats (as double), strings (a copy, by address), booleans, nil (0), { "float", 1.5 }.
	-- Answers its result by `returns`: integer (64 bits, the default), int, uint, short, ushort, char, uchar, bool,
	-- pointer (nil for 0), string, double, float, void, or a function(thread) that makes the result of its registers.
	-- nil, message, code when it faulted ("fault"), did not return ("timeout", after 10 seconds), or ended the process
	-- ("exited"); but for the last everything is as before then.
	function methods.process.call(process, where, ...)
		if process.state == "exited" then return nil, ("process %d has exited"):format(process.pid), "exited" end
		return call(sched, process, nil, where, ...)
	end

	-- (where: string | integer, ...: integer | number | string | boolean | table | nil) -> any | nil, message, code
	-- Calls a function in this thread, as process:call does.
	function methods.thread.call(thread, where, ...)
		if thread.state == "exited" then return nil, ("thread %d has exited"):format(thread.tid), "exited" end
		return call(sched, thread.process, thread, where, ...)
	end

	add_memory(methods)
end

return calling
