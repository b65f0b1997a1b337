-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The public table `lupe`: what scripts and the prompt program with. It checks what it is given, names
-- the script's line when that is wrong, and turns it into handlers of the scheduler.
--
-- Failures that a careful script expects (no such process, program not found) are answered as
-- nil, message, code; misuse raises. The file is longer than others: it is one table, a function after the other.

local calling = require "lupe.calling"
local check = require "lupe.check"
local counter = require "lupe.counter"
local format = require "lupe.format"
local histogram = require "lupe.histogram"
local inject = require "lupe.inject"
local leading = require "lupe.leading"
local lines = require "lupe.lines"
local options = require "lupe.options"
local probing = require "lupe.probing"
local scanning = require "lupe.scanning"
local programs = require "lupe.programs"
local sampling = require "lupe.sampling"
local scheduler = require "lupe.scheduler"
local snapshots = require "lupe.snapshots"
local watches = require "lupe.watches"
local tables = require "lupe.table"
local top = require "lupe.top"

local api = {}

-- --- names to numbers, with "did you mean" ---

local function signal_names(core)
	local names = {}
	for n = 1, 64 do names[n] = core.signal_name(n) end
	return names
end

-- A signal's number from "USR1", "SIGUSR1", "10" or 10; raises for an unknown one.
local function signal_number(core, signal)
	check.arg("signal", signal, "string|integer")
	if math.type(signal) == "integer" then
		if signal < 0 or signal > 64 then check.misuse("there is no signal %d", signal) end
		return signal
	end
	local number = core.signal_number(signal)
	if number and number >= 0 then return number end
	local upper = signal:upper()
	if upper:sub(1, 3) ~= "SIG" then upper = "SIG" .. upper end
	check.misuse("unknown signal '%s'%s", signal, check.did_you_mean(upper, signal_names(core)))
end

-- "all", or an array of numbers, from one signal, "USR1,USR2", or an array.
local function signal_list(core, signals)
	if signals == "all" then return "all" end
	local list = {}
	if type(signals) == "string" then
		for name in signals:gmatch("[^,%s]+") do list[#list + 1] = signal_number(core, name) end
	elseif type(signals) == "table" then
		for _, name in ipairs(signals) do list[#list + 1] = signal_number(core, name) end
	else
		list[1] = signal_number(core, signals)
	end
	if #list == 0 then check.misuse("no signal is named: the handler could never run") end
	return list
end

-- Numbers, names and flags of a syscall set: strace's syntax, a number, or an array of names and numbers.
local function syscall_set(core, what, set)
	if type(set) == "table" then
		for i, name in ipairs(set) do check.arg(("%s: syscall %d"):format(what, i), name, "string|integer") end
		set = table.concat(set, ",")
	end
	check.arg(what .. ": syscall", set, "string|integer")
	local numbers, message = core.set_parse(tostring(set))
	if not numbers then check.misuse("%s: %s", what, message) end
	if #numbers == 0 then check.misuse("%s: '%s' names no syscall: the handler could never run", what, set) end
	local names, returns = {}, false
	for i, nr in ipairs(numbers) do
		local info = core.syscall_info(nr)
		names[i] = info and info.name or ("syscall_%d"):format(nr)
		returns = returns or not (info and info.never_returns)
	end
	return numbers, names, returns
end

-- --- targets ---

local LAUNCH = { "string|number", -- the words
	argv = "table", file = "string", env = "table", cwd = "string",
	stdin = "integer|string", stdout = "integer|string", stderr = "integer|string", follow = "string",
	own_group = "boolean", foreground = "boolean", no_randomization = "boolean" }

local FOLLOW = { "both", "parent", "child", "nothing" }

local function set_follow(state, follow)
	if not follow then return end
	local known = false
	for _, word in ipairs(FOLLOW) do known = known or word == follow end
	if not known then
		check.misuse("follow: one of %s is expected, got '%s'", table.concat(FOLLOW, ", "), follow)
	end
	if state.scheduler.session and state.session_options.follow ~= follow then
		check.misuse("follow: the session follows '%s' already; one rule holds for all its targets",
			state.session_options.follow)
	end
	state.session_options.follow = follow
end

-- { NAME = "value", OLD = false } over our own environment; an array of "NAME=value" as it is.
local function environment(env)
	if env == nil or #env > 0 then return env end
	local list, seen = {}, {}
	local file = io.open("/proc/self/environ", "rb")
	local text = file and file:read("a") or ""
	if file then file:close() end
	for entry in text:gmatch("[^\0]+") do
		local name = entry:match("^([^=]+)=")
		local value = name and env[name]
		if name then seen[name] = true end
		if value == nil then list[#list + 1] = entry
		elseif value then list[#list + 1] = name .. "=" .. tostring(value) end
	end
	for _, name in ipairs(check.keys(env)) do
		if not seen[name] and env[name] then list[#list + 1] = name .. "=" .. tostring(env[name]) end
	end
	return list
end

-- The three descriptors of a launch: numbers as they are, file names opened; nil, message, code.
local function open_stdio(core, launch)
	local opened, modes = {}, { stdin = "r", stdout = "w", stderr = "w" }
	local function close_all()
		for _, fd in ipairs(opened) do core.close(fd) end
	end
	local fds = {}
	for name, mode in pairs(modes) do
		local value = launch[name]
		if type(value) == "string" then
			local append = value:match("^>>(.+)$")
			local fd, message, code = core.open(append or value, append and "a" or mode)
			if not fd then
				close_all()
				return nil, message, code
			end
			opened[#opened + 1], fds[name] = fd, fd
		else
			fds[name] = value
		end
	end
	return fds, close_all
end

local function adopt(state, process, launched)
	state.scheduler.had_target = true
	state.target = state.target or process
	if launched and not state.main_pid then state.main_pid = process.pid end
	return process
end

local function add_targets(lupe, state)
	local core, sched = state.core, state.scheduler

	-- (what: string | { argv?: string[], file?: string, env?: table, cwd?: string, stdin?: integer | string,
	-- stdout?: integer | string, stderr?: integer | string, follow?: string, own_group?: boolean,
	-- foreground?: boolean, no_randomization?: boolean }) -> process | nil, message, code
	-- Starts a program, held before its first instruction until the run goes on.
	--   lupe.launch{ "ls", "-l", cwd = "/", env = { LC_ALL = "C" }, stdout = "/tmp/out" }
	-- env is laid over our own environment (false removes a name); stdin, stdout, stderr are descriptor
	-- numbers or file names (">>name" appends); follow is both (default), parent, child or nothing.
	function lupe.launch(launch)
		if type(launch) == "string" then launch = { launch } end
		check.options("launch", launch, LAUNCH)
		local argv = launch.argv or table.move(launch, 1, #launch, 1, {})
		if #argv == 0 then check.misuse("launch: the program is missing: lupe.launch{ \"ls\", \"-l\" }") end
		for i, word in ipairs(argv) do argv[i] = tostring(word) end
		set_follow(state, launch.follow)
		local fds, close_all, code = open_stdio(core, launch)
		if not fds then return nil, close_all, code end
		local process, message
		process, message, code = sched:get_session():launch { file = launch.file, argv = argv,
			env = environment(launch.env), cwd = launch.cwd, stdin = fds.stdin, stdout = fds.stdout,
			stderr = fds.stderr, own_group = launch.own_group, foreground = launch.foreground,
			no_randomization = launch.no_randomization }
		close_all()
		if not process then return nil, message, code end
		return adopt(state, process, true)
	end

	-- (pid: integer) -> process | nil, message, code
	-- Attaches to all threads of a running process.
	function lupe.attach(pid)
		check.arg("attach: pid", pid, "integer")
		local process, message, code = sched:get_session():attach(pid)
		if not process then return nil, message, code end
		return adopt(state, process, false)
	end

	-- (pid: integer) -> process?
	-- The traced process with this pid; nil for none.
	function lupe.process(pid)
		return sched.session and sched.session:process(check.arg("process: pid", pid, "integer"))
	end

	-- (tid?: integer) -> thread?
	-- The traced thread with this tid, nil for none; at the prompt without one: the selected thread.
	function lupe.thread(tid)
		if tid == nil and state.selected_thread then return state.selected_thread() end
		return sched.session and sched.session:thread(check.arg("thread: tid", tid, "integer"))
	end

	-- () -> fun(): process?
	-- Iterates over the traced processes: for p in lupe.processes() do ... end
	function lupe.processes()
		local list, i = sched.session and sched.session:processes() or {}, 0
		return function()
			i = i + 1
			return list[i]
		end
	end
end

-- --- handlers ---

local SYSCALL = { on_enter = "callable", on_exit = "callable", pid = "integer", condition = "callable" }
local FILTER = { pid = "integer", condition = "callable" }

local function add_syscalls(lupe, state)
	local core, sched = state.core, state.scheduler

	-- (set: string | integer | (string | integer)[], how: fun(ev: event, h: handler) |
	-- { on_enter?: fun(ev: event, h: handler), on_exit?: fun(ev: event, h: handler), pid?: integer,
	-- condition?: fun(ev: event): boolean }, fn?: fun(ev: event, h: handler)) -> handler
	-- Calls a function at the entry (there arguments can be changed, and the call failed or skipped) or at the exit
	-- (it sees the result) of syscalls: names, numbers, groups such as %file, as strace has them.
	--   lupe.on_syscall("write", function(ev) print(ev.fd.path, #ev.args.buf) end)
	--   lupe.on_syscall("openat,%network", { on_exit = function(ev) print(ev) end, pid = 42 })
	function lupe.on_syscall(set, how, fn)
		if type(how) ~= "table" then how, fn = {}, how end
		check.options("on_syscall", how, SYSCALL)
		if fn ~= nil and how.on_enter then check.misuse("on_syscall: both on_enter and a function are given") end
		local on_enter = how.on_enter or fn
		if on_enter == nil and how.on_exit == nil then
			check.misuse("on_syscall: a function is missing: on_syscall(\"open\", { on_enter = fn, on_exit = fn })")
		end
		if fn ~= nil then check.arg("on_syscall", fn, "callable") end
		local numbers, names, returns = syscall_set(core, "on_syscall", set)
		if not on_enter and not returns then
			check.misuse("on_syscall: '%s' never returns: on_exit could never run", names[1])
		end
		local title = type(set) == "table" and table.concat(set, ",") or tostring(set)
		return sched:add { what = "syscall handler", title = title, numbers = numbers, names = names,
			on_enter = on_enter, on_exit = how.on_exit, pid = how.pid, condition = how.condition }
	end

	-- (set: string | integer | (string | integer)[], rule: table) -> handler
	-- A rule instead of a function:
	--   lupe.inject("write", { error = "ENOSPC", fd = "*.db", when = 3 })
	-- What to do: error, ret (both: the kernel does not run the call), signal, delay_enter, delay_exit
	-- (seconds, or "10ms"). When: when ("3", "3+", "3+2", "2..5", counted per thread and syscall),
	-- probability with seed, fd (number, or pattern of its path), path (pattern; of a call without one, of its
	-- descriptor's), args ({ count = 4096 }; a value, a pattern or a function), thread (tid, pattern of its
	-- name), pid, condition, stack (pattern of a function on the stack, or several, the innermost first), after
	-- and before ("fsync", or { "openat", path = "*.db", count = 2 }: once, or until, such a call was made).
	function lupe.inject(set, rule)
		check.arg("inject: rule", rule, "table")
		local signal = rule.signal and signal_number(core, rule.signal)
		local handler = inject.handler(set, rule, core, signal, function(what, text)
			return syscall_set(core, what, text)
		end)
		handler.what, handler.title = "injection", type(set) == "table" and table.concat(set, ",") or tostring(set)
		return sched:add(handler)
	end

	-- (signals: string | integer | (string | integer)[], how: fun(ev: event) | { pid?: integer,
	-- condition?: fun(ev: event): boolean }, fn?: fun(ev: event)) -> handler
	-- Calls a function before a signal is delivered: "USR1", "INT,TERM", an array, or "all".
	-- ev:signal(0) withholds it, ev:signal("TERM") delivers another.
	function lupe.on_signal(signals, how, fn)
		if type(how) ~= "table" then how, fn = {}, how end
		check.options("on_signal", how, FILTER)
		check.arg("on_signal: function", fn, "callable")
		return sched:add { what = "signal handler", signals = signal_list(core, signals), fn = fn, pid = how.pid,
			condition = how.condition, title = type(signals) == "table" and table.concat(signals, ",")
			or tostring(signals) }
	end
end

-- A clone that made a thread is no fork.
local function is_fork(event)
	if event.kind ~= "clone" then return true end
	local task = io.open(("/proc/%d/task/%d/comm"):format(event.pid, event.child))
	if task then task:close() end
	return task == nil
end

local KINDS = {
	on_fork = { what = "fork handler", kinds = { "fork", "vfork", "clone" }, condition = is_fork },
	on_exec = { what = "exec handler", kinds = { "exec" } },
	on_exit = { what = "exit handler", kinds = { "exited", "killed" } },
	on_stop = { what = "stop handler", kinds = { "group_stop", "stopped" } },
	on_thread = { what = "thread handler", kinds = { "new_thread", "thread_exited" } },
}

-- lupe.on_fork(fn): ev.child is the new pid. on_exec: the new program is loaded. on_exit: a process has
-- ended (ev.kind "exited" with ev.exit_code, or "killed" with ev.signo). on_stop: a thread was stopped by
-- a stop signal or an interrupt. on_thread: a thread came ("new_thread") or went ("thread_exited").
local function add_kinds(lupe, state)
	for name, kind in pairs(KINDS) do
		lupe[name] = function(how, fn)
			if type(how) ~= "table" then how, fn = {}, how end
			check.options(name, how, FILTER)
			check.arg(name .. ": function", fn, "callable")
			local condition, own = how.condition, kind.condition
			if own then
				condition = function(event) return own(event) and (not how.condition or how.condition(event)) end
			end
			return state.scheduler:add { what = kind.what, kinds = kind.kinds, fn = fn, pid = how.pid,
				condition = condition }
		end
	end
end

-- --- tasks, time, the run ---

local Timer = { __name = "timer" }
Timer.__index = Timer

-- () It fires no more.
function Timer:delete() self.entry.deleted = true end
Timer.__close = Timer.delete

local function seconds(what, value)
	if type(value) == "number" and value >= 0 then return value end
	local number = type(value) == "string" and options.convert({ type = "seconds" }, value)
	if not number then check.misuse("%s: seconds are expected, got %s", what, format.inspect(value)) end
	return number
end

local function add_time(lupe, state)
	local sched = state.scheduler

	-- (fn: fun())
	-- Runs fn as straight-line code beside the handlers: it may wait (p:wait(), lupe.sleep, t:stepi, ...).
	function lupe.task(fn)
		sched:task(check.arg("task", fn, "callable"))
	end

	-- (delay: number | string, fn: fun()) -> timer
	-- Calls fn once in so many seconds: 1, 0.5, "10ms". The run goes on until then.
	function lupe.after(delay, fn)
		check.arg("after: function", fn, "callable")
		return setmetatable({ entry = sched:add_timer(seconds("after", delay), fn, nil, true) }, Timer)
	end

	-- (period: number | string, fn: fun()) -> timer
	-- Calls fn every so many seconds, as long as there are targets.
	function lupe.every(period, fn)
		check.arg("every: function", fn, "callable")
		local s = seconds("every", period)
		if s <= 0 then check.misuse("every: a time above 0 is expected") end
		return setmetatable({ entry = sched:add_timer(s, fn, s, false) }, Timer)
	end

	-- (delay: number | string)
	-- Waits so many seconds; targets and other handlers go on meanwhile.
	function lupe.sleep(delay)
		return sched:sleep(seconds("sleep", delay))
	end

	-- () -> how: string?, number: integer?
	-- Runs until all targets are gone and no task waits for time. A script that ends without calling it
	-- runs then. Answers how the main target ended: "exited", status or "killed", signal.
	function lupe.run()
		sched:pump()
		if sched.over then error(scheduler.QUIT, 0) end
		local ended = sched.exits[state.main_pid or state.target and state.target.pid]
		if ended then return ended.how, ended.number end
	end

	-- (status?: integer)
	-- Ends the run now: attached targets go on, launched ones die. `status` is lupe's exit status; left
	-- out, it is the target's own.
	function lupe.quit(status)
		if status ~= nil then check.arg("quit: status", status, "integer") end
		state.status = status
		state.quit = true
		sched.over = true
		error(scheduler.QUIT, 0)
	end

	-- (fn: fun())
	-- Calls fn when the run ends, however it ends: the place to print a summary. The targets are gone or about to
	-- be let go.
	function lupe.on_end(fn)
		table.insert(state.at_end, check.arg("on_end", fn, "callable"))
	end
end

-- --- methods of C objects that need the scheduler ---

local EVENTS = { syscalls = "string|integer|table", phase = "string", signals = "string|integer|table",
	kinds = "table" }

local function add_event_handlers(lupe, pid, how, fn)
	local handlers = {}
	if how.syscalls then
		local phase = how.phase or "exit"
		if phase ~= "enter" and phase ~= "exit" and phase ~= "both" then
			check.misuse("events: phase: enter, exit or both is expected, got '%s'", phase)
		end
		handlers[#handlers + 1] = lupe.on_syscall(how.syscalls, { pid = pid,
			on_enter = phase ~= "exit" and fn or nil, on_exit = phase ~= "enter" and fn or nil })
	end
	if how.signals then handlers[#handlers + 1] = lupe.on_signal(how.signals, { pid = pid }, fn) end
	for _, kind in ipairs(how.kinds or {}) do
		if not lupe["on_" .. kind] or not KINDS["on_" .. kind] then
			check.misuse("events: unknown kind '%s': fork, exec, exit, stop and thread are known", tostring(kind))
		end
		handlers[#handlers + 1] = lupe["on_" .. kind]({ pid = pid }, fn)
	end
	if #handlers == 0 then check.misuse("events: nothing is asked for: give syscalls, signals or kinds") end
	return handlers
end

local function events(lupe, state, process, how)
	check.options("events", how, EVENTS)
	local sched, pid = state.scheduler, process.pid
	local queue, waiting, current, over = {}, nil, nil, false
	local function hand(event) -- runs in the event's coroutine: holds it until the body is done
		sched:wait(function(release)
			local item = { event = event, release = release }
			if waiting then
				local wake = waiting
				waiting = nil
				wake(item)
			else
				queue[#queue + 1] = item
			end
		end)
	end
	local handlers = add_event_handlers(lupe, pid, how, hand)
	local function release()
		if current then current.release() end
		current = nil
	end
	sched.exit_waiters[pid] = sched.exit_waiters[pid] or {}
	table.insert(sched.exit_waiters[pid], function()
		over = true
		if waiting then waiting(nil) end
		waiting = nil
	end)
	local function next_event()
		release()
		current = table.remove(queue, 1)
		if not current and not over then
			current = sched:wait(function(wake) waiting = wake end)
		end
		return current and current.event
	end
	local function close()
		for _, handler in ipairs(handlers) do handler:delete() end
		release()
		for _, item in ipairs(queue) do item.release() end
		queue, over = {}, true
	end
	return next_event, nil, nil, setmetatable({}, { __close = close })
end

local function add_methods(lupe, state)
	local sched, methods = state.scheduler, state.core.methods
	if not methods then return end

	-- () -> how: string, number: integer
	-- Waits until the process has ended: "exited", status or "killed", signal or "detached", 0.
	function methods.process.wait(process)
		return sched:wait_exit(process.pid)
	end

	-- () -> boolean | nil, message, code
	-- Lets the stopped threads of the process go on.
	function methods.process.cont(process)
		return process:resume()
	end

	-- (what: { syscalls?: string | integer | table, phase?: "enter" | "exit" | "both", signals?: string | integer | table,
	-- kinds?: string[] }) -> fun(): event?
	-- Iterates over events; each is held while the loop's body runs, leaving the loop ends it. For tasks.
	--   for ev in p:events { syscalls = "openat", phase = "exit", signals = "USR1", kinds = { "exec" } } do print(ev) end
	function methods.process.events(process, how)
		return events(lupe, state, process, how)
	end

	-- (n?: integer) -> event | nil, message, code
	-- Executes n instructions (1) of a stopped thread; answers the event of the last, or nil, message,
	-- code when the thread has gone. After a handler the thread goes on; in a task it stands until t:cont().
	function methods.thread.stepi(thread, n)
		check.arg("stepi", n or 1, "integer")
		local event, message, code
		for _ = 1, n or 1 do
			event, message, code = sched:step_thread(thread)
			if not event then return nil, message, code end
		end
		return event
	end

	-- () -> boolean | nil, message, code
	-- Lets the thread go on.
	function methods.thread.cont(thread)
		return thread:resume()
	end

	calling.add_methods(state)
	leading.add_methods(state)
	probing.add_methods(state)
	scanning.add_methods(state)
	snapshots.add_methods(state)
	watches.add_methods(state)
end

-- --- the table ---

local function add_tools(lupe, state)
	local core = state.core
	-- (titles?: string | string[]) -> counter
	-- Counts keys: c:add(key, n), c:get(key), c:top(n), c.total, #c, c:clear(); print(c) is a table, the most
	-- frequent first. A key may be an array: lupe.counter { "SYSCALL", "ERROR" }, c:add { ev.name, ev.err or "" }.
	lupe.counter = counter.counter

	-- (options?: string | { title?: string, unit?: string, step?: number, min?: number, max?: number }) -> histogram
	-- How numbers are spread: h:add(value), h:mean(), h:quantile(0.99); print(h) draws bars. Buckets are powers of
	-- two, or of equal width with `step`; then what is below `min` and above `max` has a line each.
	lupe.histogram = histogram.histogram

	-- (options?: string | table) -> histograms
	-- The same for each key: hs:add(key, value), hs:get(key), hs:top(n).
	lupe.histograms = histogram.histograms

	-- (columns: (string | table)[]) -> rows
	-- Rows under titles, or { title, format = function(value), right = true, default = value }:
	--   local t = lupe.table { "PID", { "BYTES", default = 0 } }
	--   t:add(1, 4096); t:row("key").BYTES = 3; t:sort "BYTES"; print(t)
	lupe.table = tables.new

	-- (what: table | fun(): any) -> top
	-- Shows a counter, a histogram, a table or a function's text every so many seconds and at the end of the run, in
	-- place on a terminal; `clear` empties it after each time.
	--   lupe.top { c, every = 1, rows = 20, title = "reads", clear = true, output = io.stdout }
	function lupe.top(what)
		local function every(period, fn)
			local timer = lupe.every(period, fn)
			timer.entry.aside = true
			return timer
		end
		local function size()
			local fd = type(what) == "table" and what.output == io.stdout and 1 or 2
			if os.getenv "TERM" ~= "dumb" and core.isatty(fd) then return core.winsize() end
		end
		return top.new(what, { every = every, at_end = lupe.on_end, size = size })
	end

	lupe.version = core.version and core.version.lupe

	-- (value: any, options?: { depth?: integer, width?: integer, max?: integer }) -> string
	-- A value as text: tables with their fields, strings quoted.
	lupe.inspect = format.inspect

	-- (n: integer) -> string
	-- An address as people read it, 0x7f..., also above 2^63.
	lupe.hex = format.hex

	-- (value: any) -> string
	-- The name of a value's type in the target: "struct stat"; of Lua's own what type() says.
	lupe.typeof = core.value_type

	-- (value: value) -> integer?
	-- Where a value lies in the target; nil when it lies in a register.
	lupe.addr = core.value_addr

	-- (value: any) -> any
	-- A copy of a value that the target no longer changes.
	lupe.copy = core.value_copy

	-- (value: value) -> string
	-- A value as JSON.
	lupe.json = core.value_json

	-- () -> number
	-- Seconds of a clock that never goes back: for what lies between two moments.
	lupe.now = core.now

	-- (name: string | integer) -> table?
	-- A syscall's description { name, nr, args, groups }; nil for an unknown one.
	function lupe.syscall(name) return core.syscall_info(check.arg("syscall", name, "string|integer")) end

	-- (errno: string | integer) -> integer | string | nil
	-- "ENOENT" to 2 and back.
	function lupe.errno(errno) return core.errno(check.arg("errno", errno, "string|integer")) end

	-- (signal: string | integer) -> integer | string
	-- "USR1" to 10, 10 to "SIGUSR1".
	function lupe.signal(signal)
		if math.type(signal) == "integer" then return core.signal_name(signal) end
		return signal_number(core, signal)
	end

	-- (spec: table) -> values: table, operands: string[]
	-- The script's own command line by a table of options (see lupe/options.lua): values, operands.
	-- Prints --help and ends for it; ends with status 2 for a wrong one.
	function lupe.options(spec)
		local script = rawget(_G, "arg") or {}
		spec.options = spec.options or {}
		table.insert(spec.options, { long = "help", short = "h", help = "print this help" })
		local parsed, message = options.parse(spec, script)
		if not parsed then
			io.stderr:write(("%s: %s\nTry '%s --help'.\n"):format(spec.name, message, spec.name))
			lupe.quit(2)
		end
		if parsed.values.help then
			io.stdout:write(options.help(spec))
			lupe.quit(0)
		end
		return parsed.values, parsed.operands
	end
end

local function missing(lupe, key)
	check.misuse("lupe has no '%s'%s", tostring(key), check.did_you_mean(tostring(key), check.keys(lupe)))
end

local states = setmetatable({}, { __mode = "k" })

-- The state behind a public table, for the library's own modules.
function api.state_of(lupe) return states[lupe] end

-- Makes the table. `session_options`: follow, follow_cpu, use_filter. Answers it and its state: core,
-- scheduler, target, main_pid (of the first launched), status, at_end, session_options.
function api.new(core, session_options)
	local state = { core = core, at_end = {}, session_options = session_options or {} }
	state.session_options.follow = state.session_options.follow or "both"
	state.scheduler = scheduler.new(core, function() return core.session(state.session_options) end)
	local lupe = { program = false }
	states[lupe] = state
	add_targets(lupe, state)
	add_syscalls(lupe, state)
	add_kinds(lupe, state)
	add_time(lupe, state)
	add_tools(lupe, state)
	add_methods(lupe, state)
	if core.methods and core.read_value then
		programs.add(core, lupe)
		sampling.add_methods(lupe, state)
		lines.add_methods(core.methods)
	end
	-- `target` is the process that the run is about: the first, or the one chosen at the prompt.
	setmetatable(lupe, {
		__index = function(_, key)
			if key == "target" then return state.target end
			missing(lupe, key)
		end,
		__newindex = function(_, key, value)
			if key == "target" then state.target = value else rawset(lupe, key, value) end
		end,
	})
	return lupe, state
end

-- For commands: a signal's number, raising for an unknown name.
api.signal_number = signal_number

-- Runs what lupe.on_end collected; answers the first error's message, or nil.
function api.run_at_end(state)
	local list, failure = state.at_end, nil
	state.at_end = {}
	for _, fn in ipairs(list) do
		local ok, message = xpcall(fn, check.traceback)
		if not ok and message ~= tostring(scheduler.QUIT) then failure = failure or message end
	end
	return failure
end

-- How lupe ends when the run is over: what lupe.quit said, else the fate of the first launched target:
-- an exit status or { signal = n }; 0 when none was launched.
function api.final_status(state)
	if state.status then return state.status end
	local ended = state.main_pid and state.scheduler.exits[state.main_pid]
	if not ended then return 0 end
	if ended.how == "killed" then return { signal = ended.number } end
	return ended.how == "exited" and ended.number or 0
end

return api
