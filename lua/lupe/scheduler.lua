-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The event pump. It takes events from the session one at a time, runs the handlers that asked for them,
-- and lets the thread go on when all of them are done.
--
-- Invariants:
--  * All handlers of one event run in one coroutine, in the order of registration; the event is held
--    (its thread stays stopped) until the last has returned. Meanwhile other events are served.
--  * A coroutine that waits yields HOLD and is woken through `ready`; only the pump resumes coroutines,
--    so waking is never recursion. Finished coroutines go back to a pool.
--  * Outside of these coroutines (a script's main chunk, the prompt, a script's own coroutine) waiting
--    pumps in place until what it waits for has come.
--  * The lists of handlers are replaced, never changed, so a handler may register and delete others.
--  * The first error of a handler or task is kept in `failure` and raised by the pump.

local check = require "lupe.check"
local claims = require "lupe.claims"
local interest = require "lupe.interest"
local timers = require "lupe.timers"

local scheduler = {}

local Scheduler = {}
Scheduler.__index = Scheduler

local IDLE, HOLD = {}, {}

-- What lupe.quit raises to leave the code that called it; the pump's `over` is set by then.
scheduler.QUIT = setmetatable({}, { __tostring = function() return "lupe.quit" end })

-- Kinds that are always wanted: how targets end.
local ALWAYS = { "exited", "killed", "detached" }
-- Kinds after which there is no thread to resume.
local GONE = { exited = true, killed = true, thread_exited = true, detached = true }

-- `core` gives now() and sleep(); `open()` makes the session at first need and answers it.
function scheduler.new(core, open)
	return setmetatable({
		core = core, open = open, session = nil,
		handlers = {}, next_id = 1, -- all handlers, in order of registration
		entry = {}, exit = {}, signals = {}, any_signal = {}, kinds = {}, -- name, number -> handlers
		stale = true, signature = nil,
		pool = {}, running = {}, n_running = 0, -- running: coroutine -> { event } or { task = true }
		ready = {}, timers = timers.new(),
		claims = {}, always = ALWAYS, -- see lupe/claims.lua
		main = {}, -- what is held outside of coroutines: { held = { tid -> event } }
		arrive = nil,  -- function(event): what is at the place of a breakpoint's event (lupe/probes.lua)
		returned = nil, -- function(event): a function that was called in a target has returned
		observe = nil, -- function(event): hears of forks, execs and ends before the handlers
		exits = {}, exit_waiters = {}, -- pid -> { how, number }; pid -> array of functions
		had_target = false, over = false, failure = nil,
		on_woken = nil, -- function(signo) -> true to end the pump
		-- The prompt's: function(event, failed) -> true to leave it unresumed and end the pump, "resumed"
		-- when it has let it go on itself.
		on_stop = nil,
		on_end = nil,   -- function(pid, { how, number, core_dumped }) when a process has ended
	}, Scheduler)
end

-- The session, made at first need.
function Scheduler:get_session()
	if not self.session then
		self.session = self.open()
		self.stale = true
	end
	return self.session
end

-- --- handlers ---

local Handler = {}
Handler.__index = Handler
Handler.__name = "handler"

-- `on_change` of a handler that has something in the target: it brings that into line.
local function set_enabled(self, enabled)
	self.enabled = enabled
	self.scheduler.stale = true
	if self.on_change and not self.deleted then self:on_change() end
end

-- () It is not called until it is enabled.
function Handler:disable() set_enabled(self, false) end

-- () It is called again.
function Handler:enable() set_enabled(self, true) end

-- () It is never called again.
function Handler:delete()
	if self.deleted then return end
	self.deleted = true
	self.scheduler:remove(self)
	if self.on_change then self:on_change() end
end
Handler.__close = Handler.delete

function Handler:__tostring()
	return ("%s %d: %s, %d hits%s"):format(self.what, self.id, self.title or "", self.hits,
		self.deleted and ", deleted" or not self.enabled and ", disabled" or "")
end

local function append_copy(list, item)
	local copy = list and table.move(list, 1, #list, 1, {}) or {}
	copy[#copy + 1] = item
	return copy
end

local function index_handler(self, handler)
	for _, name in ipairs(handler.names or {}) do
		if handler.on_enter then self.entry[name] = append_copy(self.entry[name], handler) end
		if handler.on_exit then self.exit[name] = append_copy(self.exit[name], handler) end
	end
	for _, kind in ipairs(handler.kinds or {}) do
		self.kinds[kind] = append_copy(self.kinds[kind], handler)
	end
	if handler.signals == "all" then
		for signo in pairs(self.signals) do self.signals[signo] = append_copy(self.signals[signo], handler) end
		self.any_signal = append_copy(self.any_signal, handler)
	else
		for _, signo in ipairs(handler.signals or {}) do
			self.signals[signo] = append_copy(self.signals[signo] or self.any_signal, handler)
		end
	end
end

-- Registers a handler: { what = "syscall handler", numbers, names, on_enter, on_exit } or { signals, fn }
-- or { kinds, fn }, with pid, condition, title. Answers it, an object.
function Scheduler:add(handler)
	handler.id, self.next_id = self.next_id, self.next_id + 1
	handler.hits, handler.enabled, handler.scheduler = 0, true, self
	setmetatable(handler, Handler)
	self.handlers[#self.handlers + 1] = handler
	index_handler(self, handler)
	self.stale = true
	return handler
end

function Scheduler:remove(handler)
	local left = {}
	self.entry, self.exit, self.signals, self.any_signal, self.kinds = {}, {}, {}, {}, {}
	for _, other in ipairs(self.handlers) do
		if other ~= handler then
			left[#left + 1] = other
			index_handler(self, other)
		end
	end
	self.handlers = left
	self.stale = true
end

-- Tells the session what is wanted now, if that changed.
function Scheduler:apply_interest()
	self.stale = false
	local wanted = interest.collect(self.handlers, self.always)
	local signature = interest.signature(wanted)
	if signature == self.signature then return end
	local ok, message = self.session:set_interest(wanted)
	if not ok then error(message, 0) end
	self.signature = signature
end

-- --- coroutines ---

local function worker()
	local fn, a, b, c
	while true do
		fn, a, b, c = coroutine.yield(IDLE)
		fn(a, b, c)
	end
end

local function take_worker(self)
	local co = table.remove(self.pool)
	if not co then
		co = coroutine.create(worker)
		coroutine.resume(co)
	end
	return co
end

local finish_event

-- True when a handler was cut short because the target of its event has vanished: its end will be told,
-- and that is no failure of the script.
local function vanished(event, message)
	if not event or type(message) ~= "string" then return false end
	return message:find(("thread %d has exited"):format(event.tid), 1, true) ~= nil
		or message:find(("process %d has exited"):format(event.pid), 1, true) ~= nil
end

-- Resumes a coroutine; afterwards it waits, or is done and its event goes on.
local function step(self, co, ...)
	local ok, what = coroutine.resume(co, ...)
	if ok and what == HOLD then return end
	local record = self.running[co]
	self.running[co] = nil
	if not ok then
		if what ~= scheduler.QUIT and not vanished(record.origin, what) then
			self.failure = self.failure or check.traceback(what, co)
		end
		coroutine.close(co)
	else
		self.pool[#self.pool + 1] = co
	end
	if record.event then finish_event(self, record.event) end
	if record.held then self:release_held(record) end
end

-- Runs fn(a, b, c) in a coroutine at once, up to its first wait; `record` says what it is.
local function start(self, record, fn, a, b, c)
	local co = take_worker(self)
	self.running[co], record.origin = record, record.event
	step(self, co, fn, a, b, c)
end

-- The record of who calls.
function Scheduler:caller()
	return self.running[coroutine.running()] or self.main
end

-- Suspends the caller until the function given to `register` is called; answers its arguments. Answers
-- nil and a message when nothing is left that could call it.
function Scheduler:wait(register)
	local co, is_main = coroutine.running()
	if not is_main and self.running[co] then
		register(function(...)
			self.ready[#self.ready + 1] = { co = co, args = table.pack(...) }
		end)
		return coroutine.yield(HOLD)
	end
	local result
	register(function(...) result = table.pack(...) end)
	self:pump(function() return result ~= nil end)
	if not result then return nil, "nothing is left to wait for", "exited" end
	return table.unpack(result, 1, result.n)
end

-- Runs fn as a task: in a coroutine of its own, from the pump's next turn on.
function Scheduler:task(fn)
	self.ready[#self.ready + 1] = { task = fn }
end

local function drain_ready(self)
	while self.ready[1] and not self.failure do
		local item = table.remove(self.ready, 1) -- before it runs: it may pump in place
		if item.task then
			start(self, { task = true }, item.task)
		elseif self.running[item.co] then
			step(self, item.co, table.unpack(item.args, 1, item.args.n))
		end
	end
end

-- --- time ---

-- Calls fn in `seconds`, then every `period` if given. `keeps`: the run goes on for it when all targets
-- are gone. The entry's field `deleted` cancels it, with `aside` no run goes on for it, not even without targets.
function Scheduler:add_timer(seconds, fn, period, keeps)
	return self.timers:add({ fn = fn, period = period, keeps = keeps }, self.core.now() + seconds)
end

function Scheduler:sleep(seconds)
	return self:wait(function(wake)
		self.timers:add({ wake = wake, keeps = true }, self.core.now() + seconds)
	end)
end

-- Fires what is due; answers the seconds until the next, or nil, and whether somebody was woken.
local function fire_timers(self)
	local now, woke = self.core.now(), false
	local entry = self.timers:take(now)
	while entry do
		woke = true
		if entry.wake then
			entry.wake(true)
		else
			self:task(entry.fn)
			-- From the due time, so that a period does not drift; never a burst after a long stop.
			if entry.period then self.timers:add(entry, math.max(entry.due + entry.period, now)) end
		end
		entry = self.timers:take(now)
	end
	local first = self.timers:first()
	return first and math.max(0, first.due - now) or nil, woke
end

-- --- events ---

-- Lets the event's thread go on, unless the prompt wants to keep it.
finish_event = function(self, event)
	if GONE[event.kind] or event.over then return end
	-- The end of the run detaches or kills; what stands at a call must not make it before.
	if self.over or self.failure and not self.on_stop then return end
	local kept = self.on_stop and self.on_stop(event, self.failure ~= nil)
	if kept == "resumed" then return end
	if kept then
		self.stopped = true
		return
	end
	event:resume()
end
Scheduler.finish_event = finish_event
claims.extend(Scheduler)

local function run_handlers(event, list)
	local exit = event.kind == "syscall_exit"
	local pid = event.pid
	for i = 1, #list do
		local handler = list[i]
		if handler.enabled and not handler.deleted and (not handler.pid or handler.pid == pid)
			and (not handler.condition or handler.condition(event)) then
			if not exit or not handler.on_enter then handler.hits = handler.hits + 1 end
			local fn = handler.fn or (exit and handler.on_exit or handler.on_enter)
			fn(event, handler)
		end
	end
end

local function handlers_of(self, kind, event)
	if kind == "syscall_entry" then return self.entry[event.name] end
	if kind == "syscall_exit" then return self.exit[event.name] end
	if kind == "signal" then return self.signals[event.signo] or self.any_signal end
	return self.kinds[kind]
end

-- A process ended: who waits for it is told once the handlers are done.
local function note_end(self, kind, event)
	local pid = event.pid
	local number = kind == "exited" and event.exit_code or kind == "killed" and event.signo or 0
	self.exits[pid] = { how = kind, number = number, core_dumped = kind == "killed" and event.core_dumped }
	local waiters = self.exit_waiters[pid]
	self.exit_waiters[pid] = nil
	for _, wake in ipairs(waiters or {}) do wake(kind, number) end
	if self.on_end then self.on_end(pid, self.exits[pid]) end
end

-- --- dispatch ---

local function serve(self, event, list)
	if event.kind == "breakpoint" and self.arrive then self.arrive(event, true) end
	if list then run_handlers(event, list) end
end

-- Runs what there is for an event of which everybody else has heard.
function Scheduler:serve(event)
	local kind = event.kind
	local list = handlers_of(self, kind, event)
	if list and #list > 0 or kind == "breakpoint" and self.arrive then
		start(self, { event = event }, serve, self, event, list)
	else
		finish_event(self, event)
	end
end

function Scheduler:dispatch(event)
	local kind = event.kind
	if self.observe then self.observe(event) end
	if next(self.claims) then
		if self:claimed(event) then return end
		self:note_loss(kind, event)
	end
	self:serve(event)
	if kind == "exited" or kind == "killed" or kind == "detached" and event.pid == event.tid then
		note_end(self, kind, event)
	end
end

-- Waits until the process has ended: "exited", status or "killed", signal or "detached", 0.
function Scheduler:wait_exit(pid)
	local known = self.exits[pid]
	if known then return known.how, known.number end
	self:release(pid)
	return self:wait(function(wake)
		self.exit_waiters[pid] = self.exit_waiters[pid] or {}
		table.insert(self.exit_waiters[pid], wake)
	end)
end

local function is_step_end(event) return event.kind == "stepped" or event.kind == "breakpoint" end

-- One instruction of a stopped thread; answers its stop event, or nil, message, code when it died. What is at
-- the place it comes to has been run by then.
function Scheduler:step_thread(thread)
	local event, message, code = self:lead(thread, "step", is_step_end)
	if event and self.arrive then self.arrive(event, false) end
	return event and (self:held_event(event.tid) or event), message, code
end

-- --- the loop ---

-- No target is left: sleeps until the next timer that matters; false when there is none.
local function idle(self, timeout)
	local matters = timeout and self.timers:any(function(e)
		return e.keeps or not self.had_target and not e.aside
	end)
	if not matters then return false end
	local ok, signo = self.core.sleep(timeout)
	if not ok and signo and self.on_woken and self.on_woken(signo) then self.over = true end
	return true
end

local function raise_failure(self)
	local failure = self.failure
	self.failure = nil
	error(setmetatable({ message = failure }, { __tostring = function(e) return e.message end, __name = "failure" }), 0)
end

-- Serves one event, or time. False when nothing is left to wait for.
local function turn(self)
	local timeout, woke = fire_timers(self)
	if woke or #self.ready > 0 then return true end
	if not self.session then return idle(self, timeout) end
	if self.stale then self:apply_interest() end
	local event, message = self.session:next(timeout)
	if not event then error(message or "the session ended", 0) end
	local kind = event.kind
	if kind == "none" then return true end
	if kind == "no_targets" then return idle(self, timeout) end
	if kind == "woken" then
		if self.on_woken and self.on_woken(event.signo) then self.over = true end
		return true
	end
	self:dispatch(event)
	return true
end

-- Pumps until done() holds, lupe.quit was called, the prompt keeps an event, or nothing is left. Raises
-- what a handler raised. Answers "done", "over", "stopped" or "idle".
function Scheduler:pump(done)
	self.stopped = false
	if not done then self:release_held(self.main) end
	while true do
		drain_ready(self)
		if self.failure then raise_failure(self) end
		if self.over then return "over" end
		if done and done() then return "done" end
		if self.stopped then return "stopped" end
		if #self.ready == 0 and not turn(self) then
			if #self.ready == 0 then return "idle" end
		end
	end
end

-- Ends everything: suspended coroutines are closed (their to-be-closed variables run), then the session
-- (attached targets go on, launched ones die). May be called twice.
function Scheduler:close()
	self.over = true
	for co in pairs(self.running) do
		if coroutine.status(co) == "suspended" then coroutine.close(co) end
	end
	self.running, self.ready = {}, {}
	if self.session then self.session:close() end
	self.session = nil
end

return scheduler
