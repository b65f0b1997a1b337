-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Hooked functions: what on_enter and on_leave of p:hook share, and how a return is found.
--
-- At the entry the word at the top of the stack is the return address; an int3 there tells of the return. It
-- belongs to a call when the stack pointer is where the call began: so recursion, threads and other ways to the
-- same place are told apart. Calls that ended by longjmp or an exception are dropped when one below them
-- returns. A tail call has the same return address and stack pointer as the call that it ends: both return at
-- once, the inner one first. The int3 stays for the next call; one that is met without a call goes. What can not be
-- told apart: a longjmp to where the call that it left would have returned to, with the stack pointer of then.

local check = require "lupe.check"
local format = require "lupe.format"

local hooks = {}

local Hooks = {}
Hooks.__index = Hooks

local REGISTERS = { "rdi", "rsi", "rdx", "rcx", "r8", "r9" } -- System V: arguments 1 to 6
local PC, SP, RESULT, FIRST, RETURN = 1, 2, 3, 4, 10 -- in what thread:call_registers(true) answers
local ARGS_MAX = 1000
local PRUNE = 1024 -- calls of one thread, before those that were abandoned are looked for

function hooks.new(probes)
	local self = setmetatable({ probes = probes, sched = probes.sched,
		calls = {},   -- tid -> array of calls that have not returned, the innermost last
		returns = {}, -- pid -> address -> number of calls that return there
		limits = {} }, Hooks)
	self.item = { is_return = true, internal = function(event, registers) self:leave(event, registers) end }
	return self
end

-- --- what the functions of a hook get ---

local STATE = {} -- the key of an invocation's private part
local Invocation = { __name = "call" }

local function current(c, what)
	local state = c[STATE]
	if state.phase == "over" then check.misuse("%s: this call of %s is over", what, state.title) end
	return state
end

local function stack_argument(state, i) return state.sp + 8 * (i - 6) end

local function check_index(i)
	if math.type(i) ~= "integer" or i < 1 or i > ARGS_MAX then
		check.misuse("args: an argument has a number from 1 on, got %s", format.inspect(i))
	end
end

local Args = { __name = "args" }

function Args.__index(args, i)
	local state = args[STATE]
	check_index(i)
	if i <= 6 then return state.registers[FIRST + i - 1] end
	local word, message = state.process:read(stack_argument(state, i), 8)
	if not word then check.misuse("args: %s", message) end
	return (string.unpack("<i8", word))
end

function Args.__newindex(args, i, value)
	local state = args[STATE]
	check_index(i)
	if type(value) == "boolean" then value = value and 1 or 0 end
	value = check.arg("args", value == nil and 0 or value, "integer")
	if state.phase ~= "entered" then check.misuse("args: they can be changed in on_enter only") end
	if i <= 6 then
		state.thread.regs[REGISTERS[i]] = value
		state.registers[FIRST + i - 1] = value
	else
		local ok, message = state.process:write(stack_argument(state, i), string.pack("<i8", value))
		if not ok then check.misuse("args: %s", message) end
	end
end

local Stack = {}
Stack.__index = Stack

function Stack:__tostring()
	local lines = {}
	for i, frame in ipairs(self) do
		local name = frame.fn and format.clean(frame.fn) or "??"
		if frame.offset and frame.offset ~= 0 then name = ("%s+%d"):format(name, frame.offset) end
		lines[i] = ("#%-3d0x%016x in %s"):format(frame.level, frame.pc, name)
	end
	return table.concat(lines, "\n")
end

local methods = {}

-- c:bt(n): the n innermost frames (10), as thread:bt; printed, a line each.
function methods.bt(c, n)
	check.arg("bt: depth", n == nil and 10 or n, "integer")
	local list, message, code = current(c, "bt").thread:bt { depth = n or 10 }
	if not list then return nil, message, code end
	return setmetatable(list, Stack)
end

-- c:skip(value): in on_enter; the function is not run, its caller sees the value (0; a float as a double).
function methods.skip(c, value)
	local state = current(c, "skip")
	check.arg("skip: value", value == nil and 0 or value, "number|boolean")
	if state.phase ~= "entered" then check.misuse("skip: the function has been run; assign c.ret") end
	if not state.visit.ret then check.misuse("skip: where %s returns to is not known", state.title) end
	if type(value) == "boolean" then value = value and 1 or 0 end
	state.visit.skipped = value or 0
end

-- The function at an address is run in place of this one, with its arguments (p:replace).
function hooks.divert(c, address) c[STATE].visit.target = address end

-- What the caller of a function is to see.
local function set_result(thread, value)
	if math.type(value) == "float" then
		thread.regs.xmm0 = string.pack("<d", value) .. ("\0"):rep(8)
	else
		thread.regs.rax = value
	end
end

local getters = {
	args = function(state)
		state.args = state.args or setmetatable({ [STATE] = state }, Args)
		return state.args
	end,
	thread = function(state) return state.thread end,
	process = function(state) return state.process end,
	name = function(state) return state.title end,
	ret = function(state) return state.ret end,
	skipped = function(state) return state.skipped or false end,
}

-- Fields of the script's own are nil until they are set.
function Invocation.__index(c, key)
	local getter = getters[key]
	if getter then return getter(rawget(c, STATE)) end
	return methods[key]
end

function Invocation.__newindex(c, key, value)
	if key == "ret" then
		local state = current(c, "ret")
		check.arg("ret", value, "number")
		if state.phase ~= "leaving" then
			check.misuse("ret: it can be assigned in on_leave; in on_enter use c:skip(value)")
		end
		set_result(state.thread, value)
		state.ret = value
	elseif getters[key] or methods[key] then
		check.misuse("a call's '%s' can not be assigned", key)
	else
		rawset(c, key, value)
	end
end

function Invocation.__tostring(c)
	local state = c[STATE]
	return ("call of %s in thread %d"):format(state.title, state.tid)
end

-- --- return addresses ---

-- Whether code lies at an address: no int3 is put elsewhere.
local function is_code(process, address)
	for map in process:maps() or function() end do
		if not math.ult(address, map.start) and math.ult(address, map.stop) then
			return map.perms:find("x", 1, true) ~= nil
		end
	end
	return false
end

-- One more call returns to this address; false where none can be heard of.
local function await_return(self, process, address)
	local pid = process.pid
	local returns = self.returns[pid] or {}
	self.returns[pid] = returns
	local count = returns[address]
	if not count then
		if not is_code(process, address) then return false end
		if not self.probes:put(process, address, self.item) then return false end
		count = 0
	end
	returns[address] = count + 1
	return true
end

local function forget_return(self, process, address)
	self.returns[process.pid][address] = nil
	self.probes:take(process, address, self.item)
end

-- A call is over, or was dropped: nothing is taken out, the next call needs it again.
local function end_call(self, call)
	local returns = self.returns[call.pid]
	if returns and returns[call.ret] then returns[call.ret] = returns[call.ret] - 1 end
	call.state.phase = "over"
end

-- Many calls that never returned: those whose return address was overwritten will not.
local function prune(self, tid, process)
	local list, left = self.calls[tid], {}
	for _, call in ipairs(list) do
		local word = process:read(call.sp, 8)
		local waits = word and string.unpack("<i8", word) == call.ret
		if waits then left[#left + 1] = call else end_call(self, call) end
	end
	self.calls[tid] = left
	self.limits[tid] = math.max(PRUNE, 2 * #left)
end

-- --- a thread at the entry of hooked functions ---

local Visit = {}
Visit.__index = Visit

-- `registers`: what its thread's call_registers(true) answers.
function Hooks:visit(event, registers)
	return setmetatable({ hooks = self, thread = event.thread, tid = event.tid, process = event.process,
		pid = event.pid, pc = registers[PC], sp = registers[SP], ret = registers[RETURN], registers = registers },
		Visit)
end

-- The invocation of a hook, which a later return of the thread belongs to.
function Visit:enter(hook)
	local state = { phase = "entered", visit = self, thread = self.thread, process = self.process, tid = self.tid,
		sp = self.sp, registers = self.registers, title = hook.title }
	local c = setmetatable({ [STATE] = state }, Invocation)
	local all, tid = self.hooks.calls, self.tid
	if hook.on_leave and self.ret and await_return(self.hooks, self.process, self.ret) then
		local list = all[tid] or {}
		all[tid] = list
		list[#list + 1] = { sp = self.sp, ret = self.ret, pid = self.pid, hook = hook, c = c, state = state }
		if #list > (self.hooks.limits[tid] or PRUNE) then prune(self.hooks, tid, self.process) end
	end
	if hook.on_enter then hook.on_enter(c, hook) end
	if state.phase == "entered" then state.phase = "inside" end
end

-- When one of them wants it, the thread returns from the function as if that had been run, or is at another. What is
-- there is met when it goes on.
function Visit:leave()
	if not self.skipped and not self.target then return end
	local regs, thread = self.thread.regs, self.thread
	if thread.pc ~= self.pc or thread.sp ~= self.sp then
		error("skip: the thread has gone on since", 0)
	end
	if not self.skipped then
		regs.rip = self.target
		return
	end
	for _, call in ipairs(self.hooks.calls[self.tid] or {}) do
		if call.state.visit == self then call.state.skipped, call.state.forced = true, self.skipped end
	end
	set_result(thread, self.skipped)
	regs.rip, regs.rsp = self.ret, self.sp + 8
end

-- --- a thread at a return address ---

-- The calls that have returned now, the innermost first.
local function take_returned(self, tid, ret, sp)
	local list, taken = self.calls[tid] or {}, {}
	local function returns_now(call) return call.ret == ret and call.sp + 8 == sp end
	local last = #list
	while last > 0 and not returns_now(list[last]) do last = last - 1 end
	if last == 0 then return taken end
	for i = #list, last + 1, -1 do -- what is above was left by longjmp or an exception
		end_call(self, list[i])
		list[i] = nil
	end
	while last > 0 and returns_now(list[last]) do
		taken[#taken + 1] = list[last]
		list[last] = nil
		last = last - 1
	end
	if last == 0 then self.calls[tid] = nil end
	return taken
end

function Hooks:leave(event, registers)
	local pc, rax = registers[PC], registers[RESULT]
	local calls = take_returned(self, event.tid, pc, registers[SP])
	local returns = self.returns[event.pid] or {}
	if #calls == 0 and returns[pc] == 0 then forget_return(self, event.process, pc) end
	for _, call in ipairs(calls) do
		local state, hook = call.state, call.hook
		if not hook.deleted and hook.enabled then
			state.phase, state.ret = "leaving", calls.ret or state.forced or rax
			hook.on_leave(call.c, hook)
			calls.ret = state.ret -- another may have changed it
		end
		end_call(self, call)
	end
end

-- --- threads and processes that come and go ---

-- A hook is gone or off: its calls are dropped, and the int3s that nobody needs any more.
function Hooks:drop(hook, process)
	local pid = process.pid
	for tid, list in pairs(self.calls) do
		local left = {}
		for _, call in ipairs(list) do
			if call.hook == hook and call.pid == pid then end_call(self, call) else left[#left + 1] = call end
		end
		self.calls[tid] = left[1] and left or nil
	end
	local unused = {}
	for address, count in pairs(self.returns[pid] or {}) do
		if count == 0 then unused[#unused + 1] = address end
	end
	for _, address in ipairs(unused) do forget_return(self, process, address) end
end

local function copy_call(call, thread, process)
	local state, c = {}, {}
	for key, value in pairs(call.state) do state[key] = value end
	for key, value in pairs(call.c) do c[key] = value end
	state.args, state.thread, state.process, state.tid = nil, thread, process, thread.tid
	c[STATE] = state
	return { sp = call.sp, ret = call.ret, pid = process.pid, hook = call.hook, state = state,
		c = setmetatable(c, Invocation) }
end

-- A child returns from what its parent was in, with what the scripts had set by then.
function Hooks:inherit(event)
	local session, list = self.sched.session, self.calls[event.tid]
	local process, thread = session:process(event.child), session:thread(event.child)
	local returns = {}
	for address in pairs(self.returns[event.pid] or {}) do returns[address] = 0 end
	self.returns[event.child] = returns
	if not list or not process or not thread then return end
	local copies = {}
	for i, call in ipairs(list) do
		copies[i] = copy_call(call, thread, process)
		returns[call.ret] = returns[call.ret] + 1
	end
	self.calls[event.child] = copies
end

function Hooks:forget_thread(tid)
	for _, call in ipairs(self.calls[tid] or {}) do end_call(self, call) end
	self.calls[tid], self.limits[tid] = nil, nil
end

function Hooks:forget(pid)
	local gone = {}
	for tid, list in pairs(self.calls) do
		if list[1] and list[1].pid == pid then gone[#gone + 1] = tid end
	end
	for _, tid in ipairs(gone) do self:forget_thread(tid) end
	self.returns[pid] = nil
end

return hooks
