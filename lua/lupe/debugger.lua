-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The targets of the prompt: which process and thread commands mean, how they go on, and what makes them
-- stop.
--
-- All-stop: when something stops a thread, all threads of all targets are stopped, and they go on together
-- (see the setting scheduler-locking). The event that made the stop is `kept` until then: going on resumes
-- it, which delivers its signal. `reason` says why they stand: { text =, points =, quiet = }.
--
-- The file is longer than others: what is heard of, what stops and how it goes on is one state machine over `kept`,
-- `reason` and `plan`. How lines are stepped, places are found and libraries are heard of is in rooms of its own.
--
-- A plan is how one thread is led by steps: { tid =, left =, over = }. Its steps end at a stop of any kind.

local ctypes = require "lupe.ctypes"
local expression = require "lupe.expression"
local format = require "lupe.format"
local handling = require "lupe.handling"
local loading = require "lupe.loading"
local locations = require "lupe.locations"
local points = require "lupe.points"
local scheduler = require "lupe.scheduler"
local sources = require "lupe.sources"
local stepping = require "lupe.stepping"
local stops = require "lupe.stops"
local variables = require "lupe.variables"

local debugger = {}

local Debugger = {}
Debugger.__index = Debugger

local SIGINT = 2

-- ui: lupe/repl.lua: say, fail, settings, interactive, confirm.
function debugger.new(core, lupe, state, ui)
	local self = setmetatable({ core = core, lupe = lupe, state = state, sched = state.scheduler, ui = ui,
		settings = ui.settings, session = state.scheduler:get_session(), threads = {}, numbers = {}, told = {},
		displays = {}, came = {} }, Debugger)
	self.handling = handling.new(core.signal_name)
	self.points = points.new(self)
	loading.watch(self)
	self.sources = sources.new(self.settings)
	self.variables = variables.new()
	self.own_terminal = ui.interactive and core.isatty(0) and core.foreground() ~= nil
	self.own_modes = self.own_terminal and core.terminal_modes()
	self:hear()
	return self
end

function Debugger:say(...) self.ui:say(...) end
function Debugger:fail(...) self.ui.fail(...) end

-- --- selection ---

function Debugger:processes() return self.session:processes() end

function Debugger:target()
	local target = self.state.target
	return target and target.state ~= "exited" and target or nil
end

function Debugger:need_target()
	return self:target() or self:fail("there is no target; `run` starts one, `attach PID` takes one")
end

-- The thread's small number, given in the order in which threads were seen.
function Debugger:number(thread)
	local known = self.numbers[thread.tid]
	if known and self.threads[known] == thread then return known end
	local number = #self.threads + 1
	self.threads[number], self.numbers[thread.tid] = thread, number
	return number
end

-- All threads of all targets, the oldest first.
function Debugger:all_threads()
	local list = {}
	for _, process in ipairs(self:processes()) do
		local own = {}
		for thread in process:threads() do own[#own + 1] = thread end
		table.sort(own, function(a, b) return a.tid < b.tid end)
		for _, thread in ipairs(own) do self:number(thread) end
		table.move(own, 1, #own, #list + 1, list)
	end
	table.sort(list, function(a, b) return self:number(a) < self:number(b) end)
	return list
end

-- The thread that a number (or a thread id) means; nil and a message.
function Debugger:find_thread(text)
	local list, wanted = self:all_threads(), math.tointeger(tonumber(text))
	for _, thread in ipairs(list) do
		if self:number(thread) == wanted then return thread end
	end
	for _, thread in ipairs(list) do
		if thread.tid == wanted then return thread end
	end
	return nil, "the number of a thread is expected (`info threads` lists them)"
end

-- The processes in the order in which they came (pids begin anew some time).
function Debugger:process_list()
	local list = self:processes()
	table.sort(list, function(a, b)
		local x, y = self.came[a.pid] or math.huge, self.came[b.pid] or math.huge
		if x ~= y then return x < y end
		return a.pid < b.pid
	end)
	return list
end

local function note_process(self, pid)
	self.last_came = (self.last_came or 0) + 1
	self.came[pid] = self.last_came
end

function Debugger:find_process(text)
	local wanted = math.tointeger(tonumber(text))
	for i, process in ipairs(self:process_list()) do
		if process.pid == wanted or i == wanted then return process end
	end
	return nil, "the number of a process is expected (`info inferiors` lists them)"
end

function Debugger:select(thread)
	self.level = nil
	self.thread, self.state.target = thread, thread.process
end

-- The thread that commands mean: the selected one, else the first of the target.
function Debugger:need_thread()
	local target, thread = self:need_target(), self.thread
	if thread and thread.state ~= "exited" and thread.process == target then return thread end
	self.thread = nil
	for _, other in ipairs(self:all_threads()) do
		if other.process == target and not self.thread then self.thread = other end
	end
	return self.thread or self:fail("the target has no thread that could be looked at")
end

function Debugger:need_stopped()
	local thread = self:need_thread()
	if thread.state == "running" then self:fail("thread %d is running; Ctrl-C stops it", thread.tid) end
	return thread
end

-- --- expressions ---

-- What expressions see of a thread (the selected one); without a target only numbers.
function Debugger:context(thread)
	return self.variables:context(self, thread)
end

function Debugger:evaluate(text, thread)
	return self:compile(text)(self:context(thread))
end

-- An expression over the target's types; raises what is wrong with it.
function Debugger:compile(text) return expression.compile(text, self:types()) end

-- types(name) -> the target's type of a name, or nil.
function Debugger:types()
	local target = self:target()
	return target and ctypes.of_process(target)
end

function Debugger:evaluate_integer(text) return expression.integer(self:evaluate(text)) end

-- --- places ---

-- "puts@plt" for an entry of a linkage table: a jump through a slot that the loader binds to that name.
local function linkage_name(process, address)
	local bytes = process:read(address, 12)
	if not bytes then return nil end
	local at = bytes:find("^\xf3\x0f\x1e\xfa") and 4 or 0
	local offset = bytes:match("^\xf2?()\xff%%", at + 1)
	if not offset or offset + 5 > #bytes then return nil end
	local name = process:import_at(address + offset + 5 + string.unpack("<i4", bytes, offset + 2))
	return name and name .. "@plt"
end

-- "main+4" for an address; nil.
function Debugger:name_of(process, address)
	local symbol = process:symbol(address)
	if not symbol then
		local name = linkage_name(process, address)
		return name and format.clean(name)
	end
	local offset = address - symbol.address
	return format.clean(symbol.name) .. (offset ~= 0 and ("+%d"):format(offset) or "")
end

-- The instruction at an address: { text, length, kind, target }; nil where none can be read.
function Debugger:instruction(process, address)
	local bytes
	for size = 15, 1, -1 do -- less at the end of a mapping
		bytes = process:read(address, size)
		if bytes then break end
	end
	if not bytes then return nil end
	local flavor = self.settings:get "disassembly-flavor"
	local key = flavor .. process.abi
	self.disassemblers = self.disassemblers or {}
	self.disassemblers[key] = self.disassemblers[key] or self.core.disassembler(flavor, process.abi)
	local text, length, kind, target, data = self.disassemblers[key]:decode(bytes, address)
	if not text then return nil end
	for _, known in ipairs { target or false, data or false } do
		local name = known and self:name_of(process, known)
		if name then text = text:gsub(format.hex(known), function(hex) return hex .. " <" .. name .. ">" end) end
	end
	return { text = text, length = length, kind = kind, target = target, bytes = bytes:sub(1, length) }
end

-- The addresses that a location means (lupe/locations.lua); nil, message.
function Debugger:resolve(location, process) return locations.resolve(self, location, process) end

-- True when a call instruction ends at an address: what a return address has to look like.
local function follows_call(self, process, address)
	for length = 2, 7 do
		local bytes = process:read(address - length, length)
		local insn = bytes and self:instruction(process, address - length)
		if insn and insn.kind == "call" and insn.length == length then return true end
	end
	return false
end

-- Where the function of a thread's frame returns to, and the stack pointer that it has then. By the unwinder; where
-- that ends at the top of the stack or over the frame pointer, if a call lies before it.
function Debugger:return_address(thread, level)
	local frame = thread:frame(level or 0)
	while frame and frame.inlined do frame = frame:up() end
	local outer = frame and frame:up()
	if outer then return outer.pc, outer.sp end
	local process = thread.process
	for _, place in ipairs { thread.sp, thread.regs.rbp + 8 } do
		local word = process:read(place, 8)
		local address = word and string.unpack("<i8", word)
		if address and follows_call(self, process, address) then return address, place + 8 end
	end
	self:fail("where this function returns to is not known")
end

-- --- the terminal ---

function Debugger:give_terminal()
	if not self.own_terminal then return end
	local target = self:target()
	if not target or not target.launched then return end
	if self.target_modes then self.core.terminal_modes(self.target_modes) end
	self.core.foreground(self.target_group or target.pid)
end

function Debugger:take_terminal()
	if not self.own_terminal then return end
	local group = self.core.foreground()
	if self.gave then self.target_modes, self.target_group = self.core.terminal_modes(), group end
	self.core.foreground(true)
	self.core.terminal_modes(self.own_modes)
end

-- --- starting, ending ---

-- "<in", ">out", ">>out", "2>err" among the words of `run` become files of the launch.
local function redirect(words, launch)
	local argv, names = {}, { ["<"] = "stdin", [">"] = "stdout", [">>"] = "stdout", ["2>"] = "stderr", ["2>>"] = "stderr" }
	local i = 1
	while i <= #words do
		local sign, file = words[i]:match("^(2?[<>]>?)(.*)$")
		if sign and names[sign] then
			if file == "" then
				i = i + 1
				file = words[i] or error(sign .. ": a file is missing", 0)
			end
			launch[names[sign]] = sign:find(">>") and ">>" .. file or file
		else
			argv[#argv + 1] = words[i]
		end
		i = i + 1
	end
	return argv
end

-- Starts the program, and holds it before its first instruction. `words`: its arguments (or, when no
-- program is known yet, the program and its arguments); nil: those of before.
function Debugger:start(words)
	if words and not self.program then self.program, words = words[1], table.move(words, 2, #words, 1, {}) end
	if words then self.settings:set("args", words) end
	if not self.program then self:fail("which program? `run PROGRAM [ARG...]`, or `lupe -- PROGRAM`") end
	local before = self:target()
	if before and self.fresh and not words then return before end
	if before and before.launched then
		if not self.fresh and not self.ui:confirm("process %d is alive and will be killed. Start anew?", before.pid) then
			self:fail("it goes on")
		end
		self:kill(before)
	end
	local launch = { own_group = self.own_terminal or nil, foreground = self.own_terminal or nil,
		no_randomization = self.settings:get "disable-randomization" }
	launch.argv = redirect({ self.program, table.unpack(self.settings:get "args") }, launch)
	local cwd = self.settings:get "cwd"
	launch.cwd = cwd ~= "" and cwd or nil
	local process, message, code = self.lupe.launch(launch)
	if not process then
		self.launch_failure = code
		error(message, 0)
	end
	self.target_modes, self.target_group = nil, nil
	self.state.target, self.thread, self.state.main_pid, self.fresh = process, nil, process.pid, true
	note_process(self, process.pid)
	self.kept, self.reason = nil, nil
	self.gave = false
	self:take_terminal()
	self.points:enter(process)
	return process
end

function Debugger:attach(pid)
	local process, message = self.lupe.attach(pid)
	if not process then error(message, 0) end
	process:stop()
	note_process(self, pid)
	self.state.target, self.thread = process, nil
	self.points:enter(process)
	return process
end

-- Pumps until the process is not ours any more; the others stand meanwhile.
local function until_gone(self, pid)
	self.thread, self.kept, self.reason = nil, nil, nil
	self.sched:pump(function() return self.session:process(pid) == nil end)
end

function Debugger:kill(process)
	local ok, message, code = process:kill()
	if not ok and code ~= "exited" then error(message, 0) end
	until_gone(self, process.pid)
end

function Debugger:detach(process)
	for _, point in ipairs(self.points.list) do
		point:take_out(process)
		if point.on_leave then point:on_leave(process) end
	end
	local pid = process.pid
	local ok, message, code = process:detach()
	if not ok and code ~= "exited" then error(message, 0) end
	until_gone(self, pid)
	if self.state.target and self.state.target.state == "exited" then self.state.target = self:processes()[1] end
end

-- --- what is heard of ---

local function told_end(self)
	return function(pid, ended)
		if ended.how == "exited" then
			self.variables:set("_exitcode", ended.number)
			self:say("[process %d exited with code %d]", pid, ended.number)
		elseif ended.how == "killed" then
			self:say("[process %d was killed by %s%s]", pid, self.core.signal_name(ended.number),
				ended.core_dumped and " (core dumped)" or "")
		end
		self.points:forget(pid)
		self.told[pid] = nil
		if self.kept and self.kept.pid == pid then self.kept = nil end
		if self.state.target and self.state.target.pid == pid then
			self.state.target, self.thread = nil, nil
			self.state.target = self:processes()[1]
			self.sched.stopped = true
		end
	end
end

-- A signal for lupe itself. Ctrl-C stops the targets (a launched one in the foreground gets it instead).
local function woken(self)
	return function(signo)
		if signo ~= SIGINT or not self.ui.interactive then
			self.state.status = { signal = signo }
			return true
		end
		self.reason = { text = "interrupted" }
		self.sched.stopped = true
		return false
	end
end

local function on_thread(self)
	return function(event)
		local tell = self.settings:get "print-thread-events"
		if event.kind == "new_thread" then
			if event.thread then
				local number = self:number(event.thread)
				for _, point in ipairs(self.points.list) do
					if point.on_thread then point:on_thread(event.thread) end
				end
				if tell and event.tid ~= event.pid then self:say("[new thread %d (%d)]", number, event.tid) end
			end
		else
			if tell then self:say("[thread %d (%d) exited]", self.numbers[event.tid] or 0, event.tid) end
			if self.plan and self.plan.tid == event.tid then
				self.reason = { text = "the thread that was stepped is gone" }
				self.sched.stopped = true
			end
		end
	end
end

local function on_fork(self)
	return function(event)
		local follow = self.state.session_options.follow
		local child = self.session:process(event.child)
		if child and follow ~= "parent" then
			note_process(self, event.child)
			self.points:inherit(child, event.pid)
		end
		if self.settings:get "print-inferior-events" and (child or event.kind ~= "clone") then
			self:say("[process %d forked %d%s]", event.pid, event.child,
				follow == "parent" and ", which goes on alone" or "")
		end
	end
end

local function on_exec(self)
	return function(event)
		local process = event.process
		if not process then return end
		if event.pid == self.state.main_pid and self.execed ~= event.pid then
			self.execed, self.launching = event.pid, event -- of the launch itself: nothing to tell
			return
		end
		if self.settings:get "print-inferior-events" then
			self:say("[process %d executes %s]", event.pid, format.clean(process.exe or "?"))
		end
		self.points:enter(process)
	end
end

-- Asks the scheduler for what the prompt has to know.
function Debugger:hear()
	local sched = self.sched
	sched.on_stop = function(event, failed) return self:keeps(event, failed) end
	sched.on_end = told_end(self)
	sched.on_woken = woken(self)
	local function nothing() end
	sched:add { what = "prompt", title = "stops", kinds = { "stopped", "group_stop" }, fn = nothing }
	sched:add { what = "prompt", title = "threads", kinds = { "new_thread", "thread_exited" }, fn = on_thread(self) }
	sched:add { what = "prompt", title = "forks", kinds = { "fork", "vfork", "clone" }, fn = on_fork(self) }
	sched:add { what = "prompt", title = "exec", kinds = { "exec" }, fn = on_exec(self) }
	self:hear_signals()
end

-- The next of this signal is the user's own: it is delivered without a stop.
function Debugger:let_pass(signo) self.allowed = signo end

-- Again whenever `handle` has changed something.
function Debugger:hear_signals()
	if self.signals then self.signals:delete() end
	self.signals = self.sched:add { what = "prompt", title = "signals", signals = self.handling:wanted(),
		fn = function() end }
end

-- --- what stops ---

local judges = {}

function judges.signal(self, event)
	for _, point in ipairs(self.points.list) do
		local reason = point.on_trap and point:on_trap(event)
		if reason then return reason end
	end
	local rule = self.handling:get(event.signo)
	if self.allowed == event.signo then -- sent by `signal`
		self.allowed = nil
		return nil
	end
	if not rule.pass then event:signal(0) end
	local text = stops.signal(self, event)
	if rule.stop then return { text = text } end
	local plan = self.plan
	if plan and plan.source and plan.tid == event.tid then stepping.signalled(plan, event) end
	if rule.print then self:say("%s", text) end
	return nil
end

-- What the breakpoints where a thread stands make of it: a reason or "resumed"; false when they let it go on,
-- nil when there are none.
local function at_breakpoints(self, event)
	local stopping, messages = self.points:judge(event)
	for _, message in ipairs(messages) do self:say("%s", message) end
	if not stopping then return false end
	if stopping[1] and stopping[1].internal then return stopping[1]:reached(event) end
	if #stopping == 0 then return nil end
	local described = stopping[1].describe
	return { text = described and stopping[1]:describe(event) or stops.breakpoint(self, event, stopping),
		points = stopping }
end

function judges.breakpoint(self, event)
	for _, point in ipairs(self.points.list) do
		local reason = point.on_trap and point:on_trap(event)
		if reason then return reason end
	end
	local reason = at_breakpoints(self, event)
	if reason ~= nil then return reason end
	-- A step into an int3 of the program's own; elsewhere a breakpoint that a script deals with.
	return self.plan and self.plan.tid == event.tid and { text = stops.signal(self, event, "SIGTRAP") } or nil
end

-- Watchpoints without a debug register look after each step.
local function watching_reason(self, event)
	for _, point in ipairs(self.points.list) do
		local reason = point.on_step and point:on_step(event)
		if reason then return reason end
	end
end

function judges.stepped(self, event)
	local plan = self.plan
	if not plan or plan.tid ~= event.tid then return nil end
	-- A breakpoint that was stepped onto is a hit of it; its int3 will not be met.
	return watching_reason(self, event) or at_breakpoints(self, event) or self:advance(plan, event)
end

function judges.stopped(self, event)
	if self.sampled then return nil end
	if self.told[event.pid] then -- SIGCONT has ended a group-stop
		self.told[event.pid] = nil
		return nil
	end
	return { text = ("thread %d stopped"):format(event.tid) }
end

-- Each thread tells of it; the first one is enough.
function judges.group_stop(self, event)
	if self.told[event.pid] then return nil end
	self.told[event.pid] = true
	return { text = ("process %d was stopped by %s; `continue` sends it SIGCONT"):format(event.pid,
		self.core.signal_name(event.signo)), stopped = true }
end

-- The thread is led by a plan and was not stopped: it goes on as the plan has it.
local function go_on_by_plan(self, event)
	local plan = self.plan
	if not plan or plan.tid ~= event.tid or plan.mode ~= "step" then return false end
	event:resume("step")
	return "resumed"
end

-- What the scheduler asks of each event that its handlers are done with.
function Debugger:keeps(event, failed)
	if self.closing or self.calling == event.tid then return false end
	if self.calling and event.kind == "stopped" then return "resumed" end -- another thread: it stays where it is
	local reason
	local caught = self.points.caught[event]
	if failed then
		reason = { quiet = true }
	elseif caught then
		if caught.message then self:say("%s", caught.message) end
		reason = { text = caught.text, points = { caught.point } }
	elseif judges[event.kind] then
		reason = judges[event.kind](self, event)
	end
	if not reason then return go_on_by_plan(self, event) end
	if reason == "resumed" then return "resumed" end
	self.kept, self.reason = event, reason
	if event.thread then self:select(event.thread) end
	self.entered = nil
	for _, point in ipairs(reason.points or {}) do -- set in the inlined function itself
		if point.is_inlined_at and point:is_inlined_at(event.thread.pc) then
			self.entered = { tid = event.tid, pc = event.thread.pc, all = true }
		end
	end
	return true
end

-- --- stepping ---

-- A breakpoint for the plan's thread alone, once, where the stack is not deeper than `sp`. reached(point, event): a
-- reason to stop, or "resumed".
function Debugger:internal_point(thread, address, sp, reached)
	local point = self.points:add { internal = true, what = "step", thread = thread.tid,
		resolve = function() return { address } end, reached = reached,
		condition = function(event) return not math.ult(event.thread.sp, sp) end }
	local ok, message = point:put_in(thread.process)
	if not ok then
		point:delete()
		error(message, 0)
	end
	return point
end

-- The next step of a plan: into a call, or over it. `resume(how)` lets the thread go on.
local function move(self, plan, thread, resume)
	plan.mode = "step"
	if plan.over or plan.source then
		local insn = self:instruction(thread.process, thread.pc)
		local is_call = insn and insn.kind == "call"
		plan.called = plan.source and is_call and not plan.over and not plan.leaving
		if insn and not plan.called and not plan.leaving and (is_call or insn.text:find("^rep")) then
			plan.mode = "run"
			if plan.source and is_call then stepping.guard(self, plan, thread) end
			plan.point = self:internal_point(thread, thread.pc + insn.length, thread.sp, function(point, event)
				point:delete()
				plan.point = nil
				return self:advance(plan, event)
			end)
		end
	end
	resume(plan.mode)
end

-- The plan's next step, from the event of the last one.
function Debugger:move_on(plan, event)
	move(self, plan, event.thread, function(how) event:resume(how) end)
	return "resumed"
end

-- A step of the plan is done: "resumed", or the reason of a stop when it was the last.
function Debugger:advance(plan, event)
	if plan.source then return stepping.advance(self, plan, event) end
	plan.left = plan.left - 1
	if plan.left <= 0 or plan.reached and plan.reached(event.thread) then return { plan = plan } end
	return self:move_on(plan, event)
end

-- Leads the selected thread `count` instructions on, over calls if asked for.
function Debugger:step(count, over)
	local thread = self:need_stopped()
	return self:go_on { tid = thread.tid, left = count, over = over, thread = thread }
end

-- How many innermost frames of the selected thread are not shown: functions inlined where it stands, which have not
-- begun. Not those that a breakpoint was set in, or that a step has gone into.
function Debugger:hidden_frames()
	local thread = self.thread
	if not thread or thread.state == "exited" or thread.state == "running" then return 0 end
	local entered = self.entered
	if entered and (entered.tid ~= thread.tid or entered.pc ~= thread.pc) then entered, self.entered = nil, nil end
	if entered and entered.all then return 0 end
	local count = stepping.beginning(thread.process, thread.pc)
	return math.max(0, count - (entered and entered.count or 0))
end

-- The selected frame's level among all that the thread has.
function Debugger:real_level() return (self.level or 0) + self:hidden_frames() end

-- The selected frame; nil where the stack cannot be read.
function Debugger:frame() return self:need_stopped():frame(self:real_level()) end

-- Leads the selected thread `count` lines on, over calls if asked for; out of code that has no lines. how: over,
-- count, ends_at.
function Debugger:step_lines(how)
	local thread = self:need_stopped()
	if not how.over and self:hidden_frames() > 0 then -- into an inlined function: nothing is executed
		local before = self.entered and self.entered.count or 0
		self.entered = { tid = thread.tid, pc = thread.pc, count = before + 1 }
		self.level = nil
		self:say("%s", stops.where(self, thread))
		if how.count > 1 then return self:step_lines { count = how.count - 1 } end
		return
	end
	local plan = stepping.plan(self, thread, how)
	if plan then return self:go_on(plan) end
	local address, sp = self:return_address(thread)
	self:say("going on until %s has returned: it has no line information", self:name_of(thread.process, thread.pc)
		or "the function")
	return self:run_to(address, sp)
end

-- Runs until the selected thread comes to an address, or one of several, not deeper in the stack than `sp` (nil:
-- anywhere). `or_caller`: also when the selected frame has returned.
function Debugger:run_to(addresses, sp, or_caller)
	local thread = self:need_stopped()
	local plan = { tid = thread.tid, left = 1, mode = "run", thread = thread, anywhere = true, points = {} }
	local function reached() return { plan = plan } end
	local outer = or_caller and thread:frame(self:real_level() + 1)
	if type(addresses) ~= "table" then addresses = { addresses } end
	local ok, message = pcall(function()
		for _, address in ipairs(addresses) do
			table.insert(plan.points, self:internal_point(thread, address, sp or 0, reached))
		end
		if outer then table.insert(plan.points, self:internal_point(thread, outer.pc, outer.sp, reached)) end
	end)
	if not ok then
		self:end_points(plan)
		error(message, 0)
	end
	return self:go_on(plan)
end

function Debugger:end_points(plan)
	stepping.unguard(plan)
	for _, point in ipairs(plan.points or {}) do point:delete() end
	plan.points = nil
	if plan.point then plan.point:delete() end
	plan.point = nil
end

-- --- going on ---

-- The first threads of a plan, and who goes with them.
local function resume_all(self, plan)
	local kept, locking = self.kept, self.settings:get "scheduler-locking"
	self.kept = nil
	local alone = locking == "on" or locking == "step" and plan and not plan.anywhere
	local thread = plan and plan.thread or alone and self.thread
	if kept and kept.over then kept = nil end
	if thread then
		local function resume(how)
			if kept and kept.tid == thread.tid then
				kept:resume(how)
				kept = nil
			else
				thread:resume(how)
			end
		end
		if plan and plan.mode ~= "run" then move(self, plan, thread, resume) else resume("run") end
	end
	if alone then
		self.kept = kept -- it stays where it is
		return
	end
	if kept then kept:resume() end
	for _, process in ipairs(self:processes()) do process:resume() end
end

-- What the registers were before the target goes on: what has changed is marked at the next stop.
function Debugger:remember_registers()
	self.before = {}
	local thread = self.thread
	if not thread or thread.state == "exited" or thread.state == "running" then return end
	self.before.tid = thread.tid
	for name, value in thread.regs:each() do self.before[name] = value end
end

-- Whether a register of a thread has another value than before the target went on.
function Debugger:has_changed(thread, name, value)
	local before = self.before
	return before ~= nil and before.tid == thread.tid and before[name] ~= nil and before[name] ~= value
end

-- Where a value is watched without a debug register, the selected thread goes on by steps.
function Debugger:watching_plan()
	for _, point in ipairs(self.points.list) do
		if point.on_step and point.enabled then
			local thread = self:need_stopped()
			return { tid = thread.tid, left = math.maxinteger, thread = thread, anywhere = true }
		end
	end
end

-- Lets the targets go on until something stops them; shows where they stand then.
function Debugger:go_on(plan)
	local stopped = self.reason and self.reason.stopped and self:target()
	self.level = nil
	if self.ui.pager then self.ui.pager:reset() end
	self:remember_registers()
	plan = plan or self:watching_plan()
	-- a step leaves its exec untold
	if self.fresh and plan and plan.mode ~= "run" then self.execed = self.state.main_pid end
	self.plan, self.reason, self.fresh = plan, nil, false
	self:give_terminal()
	self.gave = true
	local ok, how = pcall(function()
		resume_all(self, plan)
		if stopped then stopped:signal("CONT") end
		return self.sched:pump()
	end)
	self:take_terminal()
	self.gave, self.allowed = false, nil
	self:end_plan()
	if not ok and how ~= scheduler.QUIT then
		self:stop_all()
		error(how, 0)
	end
	if not ok or how == "over" then
		self.ui.over = true
		return
	end
	self:settle()
end

function Debugger:end_plan()
	local plan = self.plan
	self.plan = nil
	if plan then self:end_points(plan) end
end

function Debugger:stop_all()
	for _, process in ipairs(self:processes()) do process:stop() end
end

-- After something ran the scheduler: whoever was stopped is shown, and its commands are run.
function Debugger:settle()
	local reason = self.reason
	self:stop_all()
	for _, process in ipairs(self:processes()) do process:forget_modules() end -- libraries may have come
	if not reason or reason.settled then return end
	reason.settled = true
	local thread = self:target() and self:need_thread()
	self:show_stop(reason, thread)
	self.points:after_stop(reason.points or {})
	for _, point in ipairs(reason.points or {}) do
		if point.commands then self.ui:run_commands(point.commands) end
	end
end

-- The same after Lua of the user's, which may have run it by other ways.
function Debugger:settle_scripts()
	if self.reason and not self.reason.settled then self:settle() end
end

function Debugger:show_stop(reason, thread)
	for _, point in ipairs(reason.points or {}) do
		if point.silent then return end
	end
	if reason.text then self:say("%s", reason.text) end
	if thread and thread.state ~= "running" and not reason.quiet then
		self:say("%s", stops.where(self, thread, reason.plan))
		for _, display in ipairs(self.displays) do
			if display.enabled then self.ui:show_display(display) end
		end
	end
end

return debugger
