-- SPDX-License-Identifier: GPL-3.0-or-later
-- The event pump and the public table over a core without processes.
local spec = require "lupe.spec"
local api = require "lupe.api"
local check = require "lupe.check"
local fake = require "lib.fake_core"
local interest = require "lupe.interest"
local scheduler = require "lupe.scheduler"
local timers = require "lupe.timers"

local function entry(name, tid, more)
	local event = more or {}
	event.kind, event.name, event.pid, event.tid = "syscall_entry", name, 100, tid or 100
	return event
end
local function exit(name, tid) return { kind = "syscall_exit", name = name, pid = 100, tid = tid or 100 } end
local function exited(code) return { kind = "exited", pid = 100, tid = 100, exit_code = code } end
local function signal(signo) return { kind = "signal", pid = 100, tid = 100, signo = signo } end

-- The public table on a launched target that will cause these events.
local function with(events, alive)
	local core = fake.core(events, alive)
	local lupe, state = api.new(core)
	lupe.launch { "true" }
	return lupe, state, core
end

spec("handlers of one event run in the order of registration, then it goes on", function(t)
	local lupe, _, core = with { entry "open", exited(3) }
	local seen = {}
	local first = lupe.on_syscall("open", function(ev)
		t.equal(#core.the_session.resumed, 0)
		seen[#seen + 1] = "a" .. ev.name
	end)
	lupe.on_syscall("%file", { on_enter = function() seen[#seen + 1] = "b" end })
	lupe.on_syscall("read", function() seen[#seen + 1] = "never" end)
	t.equal({ lupe.run() }, { "exited", 3 })
	t.equal(seen, { "aopen", "b" })
	t.equal(#core.the_session.resumed, 1)
	t.equal(first.hits, 1)
end)

spec("enter and exit are asked for apart", function(t)
	local lupe, _, core = with { exited(0) }
	lupe.on_syscall("open", function() end)
	lupe.on_syscall("read", { on_exit = function() end })
	lupe.run()
	local wanted = core.the_session.interests[1]
	t.equal(wanted.entry, { 2 })
	t.equal(wanted.exit, { 0 })
	t.equal(wanted.signals, {})
	t.equal(wanted.kinds, { "detached", "exited", "killed" })
end)

spec("interests are told again only when they change", function(t)
	local lupe, _, core = with { entry "open", entry "open", entry "read", exited(0) }
	local handler
	handler = lupe.on_syscall("open", function()
		if handler.hits == 1 then
			lupe.on_syscall("open", function() end)
		else
			handler:delete()
			lupe.on_syscall("read", function() end)
		end
	end)
	lupe.run()
	t.equal(#core.the_session.interests, 2)
	t.equal(core.the_session.interests[2].entry, { 0, 2 })
end)

spec("a disabled handler asks for nothing", function(t)
	local lupe, _, core = with { entry "open", exited(0) }
	local handler = lupe.on_syscall("open", function() error "must not run" end)
	handler:disable()
	lupe.run()
	t.equal(core.the_session.interests[1].entry, {})
	t.equal(handler.hits, 0)
end)

spec("an event is held while its handler waits; others are served", function(t)
	local lupe, _, core = with({ entry("open", 100), entry("read", 101), exited(0) }, false)
	local order = {}
	lupe.on_syscall("open", function()
		lupe.sleep(1)
		order[#order + 1] = "open"
	end)
	lupe.on_syscall("open", function() order[#order + 1] = "open too" end)
	lupe.on_syscall("read", function() order[#order + 1] = "read" end)
	lupe.run()
	t.equal(order, { "read", "open", "open too" })
	t.equal(core.the_session.resumed[1].name, "read")
	t.equal(core.the_session.resumed[2].name, "open")
	t.equal(core.clock, 1)
end)

spec("coroutines are reused", function(t)
	local lupe, state = with { entry "open", entry "open", entry "open", exited(0) }
	local seen = {}
	lupe.on_syscall("open", function() seen[coroutine.running()] = true end)
	lupe.run()
	local n = 0
	for _ in pairs(seen) do n = n + 1 end
	t.equal(n, 1)
	t.equal(#state.scheduler.pool, 1)
end)

spec("tasks run beside, and wait for the end of a process", function(t)
	local lupe, state = with { entry "open", exited(7) }
	local result
	lupe.on_syscall("open", function() end)
	lupe.task(function() result = table.pack(state.core.methods.process.wait(lupe.target)) end)
	lupe.run()
	t.equal(result, { n = 2, "exited", 7 })
	t.equal({ state.core.methods.process.wait(lupe.target) }, { "exited", 7 }, "known afterwards too")
end)

spec("waiting in the main chunk pumps", function(t)
	local lupe, state = with { entry "open", exited(7), }
	local seen = 0
	lupe.on_syscall("open", function() seen = seen + 1 end)
	t.equal({ state.core.methods.process.wait(lupe.target) }, { "exited", 7 })
	t.equal(seen, 1)
end)

spec("sleeping in the main chunk ends when its time is up", function(t)
	local core = fake.core({}, true)
	local lupe = api.new(core)
	lupe.launch { "true" }
	lupe.after(50, function() end)
	lupe.sleep(2)
	t.equal(core.clock, 2)
end)

spec("for ev in p:events{} holds each event during the body", function(t)
	local lupe, state, core = with { exit "open", exit "read", exit "open", exited(0) }
	local names = {}
	lupe.task(function()
		for ev in state.core.methods.process.events(lupe.target, { syscalls = "open,read" }) do
			t.equal(ev.resumed, nil)
			names[#names + 1] = ev.name
			if #names == 2 then break end
		end
	end)
	lupe.run()
	t.equal(names, { "open", "read" })
	t.equal(#core.the_session.resumed, 3)
	t.equal(#state.scheduler.handlers, 0)
end)

spec("p:events ends with the process", function(t)
	local lupe, state = with { exit "open", exited(0) }
	local n, after = 0, false
	lupe.task(function()
		for _ in state.core.methods.process.events(lupe.target, { syscalls = "open" }) do n = n + 1 end
		after = true
	end)
	lupe.run()
	t.equal({ n, after }, { 1, true })
end)

spec("timers: after once, every until its target is gone", function(t)
	local core = fake.core({}, true)
	local lupe, state = api.new(core)
	lupe.launch { "true" }
	local log = {}
	lupe.after(2.5, function() log[#log + 1] = ("after%g"):format(core.clock) end)
	local every
	every = lupe.every(1, function()
		log[#log + 1] = ("every%g"):format(core.clock)
		if core.clock >= 3 then
			every:delete()
			lupe.after("1s", function() lupe.quit(4) end)
		end
	end)
	t.raises(lupe.run)
	t.equal(log, { "every1", "every2", "after2.5", "every3" })
	t.equal(api.final_status(state), 4)
end)

spec("an error in a handler ends the run with the script's traceback", function(t)
	local lupe, _, core = with { entry "open", exited(0) }
	lupe.on_syscall("open", function() local x = nil; return x.y end)
	local message = t.raises(lupe.run, "scheduler.lua:%d+: attempt to index a nil value")
	t.ok(not message:find("lua/lupe/scheduler", 1, true), "library frames are cut")
	t.equal(#core.the_session.resumed, 0)
end)

spec("lupe.quit leaves the handler at once and ends the run", function(t)
	local lupe, state = with { entry "open", exited(0) }
	local reached = false
	lupe.on_syscall("open", function()
		lupe.quit(9)
		reached = true
	end)
	local ok, what = pcall(lupe.run)
	t.equal({ ok, what == scheduler.QUIT, reached }, { false, true, false })
	t.equal(api.final_status(state), 9)
end)

spec("closing runs the to-be-closed variables of what still waits", function(t)
	local lupe, state, core = with { entry "open" }
	local closed = false
	lupe.on_syscall("open", function()
		local guard <close> = setmetatable({}, { __close = function() closed = true end }) -- luacheck: ignore
		state.core.methods.process.wait(lupe.target)
	end)
	lupe.run()
	t.equal(closed, false)
	state.scheduler:close()
	t.equal({ closed, core.closed }, { true, true })
end)

spec("signals: by name, all, several", function(t)
	local lupe, _, core = with { signal(10), signal(12), signal(15), exited(0) }
	local seen = {}
	lupe.on_signal("USR1", function(ev) seen[#seen + 1] = "one" .. ev.signo end)
	lupe.on_signal("all", function(ev) seen[#seen + 1] = "all" .. ev.signo end)
	lupe.on_signal({ "SIGUSR1", 12 }, function(ev) seen[#seen + 1] = "two" .. ev.signo end)
	lupe.run()
	t.equal(seen, { "one10", "all10", "two10", "all12", "two12", "all15" })
	t.equal(core.the_session.interests[1].signals, "all")
end)

spec("misuse names the script's line", function(t)
	local lupe = api.new(fake.core())
	local function at_line(fn, pattern)
		local message = t.raises(fn, pattern)
		t.match(message, "^[%w_./-]*tests/script/scheduler.lua:%d+: ", message)
	end
	at_line(function() lupe.on_syscall("opne", print) end, "unknown syscall 'opne', did you mean 'open'")
	at_line(function() lupe.on_syscall("open") end, "a function is missing")
	at_line(function() lupe.on_syscall("open", { on_entr = print }) end, "'on_entr', did you mean 'on_enter'")
	at_line(function() lupe.on_syscall("none", print) end, "names no syscall")
	at_line(function() lupe.on_syscall("exit_group", { on_exit = print }) end, "never returns")
	at_line(function() lupe.on_signal("USR3", print) end, "unknown signal 'USR3', did you mean 'SIGUSR1'")
	at_line(function() lupe.on_exec(3) end, "callable expected, got number")
	at_line(function() lupe.on_sycall("open", print) end, "no 'on_sycall', did you mean 'on_syscall'")
	at_line(function() lupe.inject("open", { error = "ENOSPC", ret = 1 }) end, "exclude")
	at_line(function() lupe.inject("open", {}) end, "nothing to do")
	at_line(function() lupe.inject("open", { error = "ENOSPC", when = "3-4" }) end, "no when expression")
	at_line(function() lupe.launch {} end, "the program is missing")
	at_line(function() lupe.launch { "x", folow = "both" } end, "unknown option 'folow'")
	at_line(function() lupe.launch { "x", follow = "bth" } end, "both, parent, child, nothing")
	at_line(function() lupe.attach("12") end, "integer expected, got string")
end)

spec("expected failures are answers", function(t)
	local lupe = api.new(fake.core())
	t.fails("not_found", lupe.launch { "missing" })
end)

spec("inject counts like strace", function(t)
	local inject = require "lupe.inject"
	t.equal({ inject.parse_when(3) }, { 3, 3, 1 })
	t.equal({ inject.parse_when("3+") }, { 3, math.maxinteger, 1 })
	t.equal({ inject.parse_when("3+2") }, { 3, math.maxinteger, 2 })
	t.equal({ inject.parse_when("2..6+2") }, { 2, 6, 2 })
	for _, wrong in ipairs { "", "0", "x", "3..2", "3+0", "3..", "+2", 0 } do
		t.equal((inject.parse_when(wrong)), nil, wrong)
	end
	local made, events = {}, {}
	for i = 1, 8 do
		made[i] = entry("write", 100 + i % 2)
		events[i] = made[i]
	end
	events[9] = exited(0)
	local lupe = with(events)
	lupe.inject("write", { error = "ENOSPC", when = "2..3" })
	lupe.run()
	local failed = {}
	for i, ev in ipairs(made) do
		if ev.failed then failed[#failed + 1] = i end
	end
	t.equal(failed, { 3, 4, 5, 6 }, "the second and third of each thread")
end)

spec("inject fails the calls it counts, by fd and path", function(t)
	local made, events = {}, {}
	for i = 1, 6 do
		made[i] = entry("write", 100, { fd = { num = i % 2, path = i % 2 == 0 and "/x/a.db" or "/y" } })
		events[i] = made[i]
	end
	events[7] = exited(0)
	local lupe = with(events)
	lupe.inject("write", { error = "ENOSPC", fd = "*.db", when = "2+" })
	local slow = lupe.inject("write", { delay_enter = "10ms", fd = 1 })
	lupe.run()
	local failed, delayed = {}, {}
	for i, ev in ipairs(made) do
		if ev.failed then failed[#failed + 1] = i end
		if ev.delayed == 0.01 then delayed[#delayed + 1] = i end
	end
	t.equal(failed, { 4, 6 })
	t.equal(delayed, { 1, 3, 5 })
	t.equal(slow.hits, 3)
end)

spec("probability with a seed is the same every time", function(t)
	local function run(seed)
		local made, events = {}, {}
		for i = 1, 200 do
			made[i] = entry "write"
			events[i] = made[i]
		end
		events[201] = exited(0)
		local lupe = with(events)
		lupe.inject("write", { ret = 0, probability = 0.25, seed = seed })
		lupe.run()
		local text, n = {}, 0
		for i, ev in ipairs(made) do
			text[i] = ev.skipped and "x" or "."
			n = n + (ev.skipped and 1 or 0)
		end
		return table.concat(text), n
	end
	local first, n = run(1)
	t.equal((run(1)), first)
	t.ok((run(2)) ~= first)
	t.ok(n > 25 and n < 80, n)
end)

spec("interests unite", function(t)
	local wanted = interest.collect({
		{ enabled = true, numbers = { 3, 1 }, on_enter = print },
		{ enabled = true, numbers = { 2 }, on_enter = print, on_exit = print },
		{ enabled = false, numbers = { 9 }, on_enter = print },
		{ enabled = true, signals = { 10, 2 } }, { enabled = true, kinds = { "exec" } },
	}, { "exited" })
	t.equal(wanted, { entry = { 1, 2, 3 }, exit = { 2 }, signals = { 2, 10 }, kinds = { "exec", "exited" } })
	t.equal(interest.collect({ { enabled = true, signals = "all" }, { enabled = true, signals = { 2 } } }).signals, "all")
end)

spec("timers come out by due time, ties in order", function(t)
	local heap = timers.new()
	for i, due in ipairs { 5, 3, 9, 3, 1, 7, 3, 2 } do heap:add({ i = i, deleted = i == 6 }, due) end
	local out = {}
	local entry_ = heap:take(100)
	while entry_ do
		out[#out + 1] = entry_.i
		entry_ = heap:take(100)
	end
	t.equal(out, { 5, 8, 2, 4, 7, 1, 3 })
	t.equal(heap:take(100), nil)
end)

spec("near names", function(t)
	t.equal(check.nearest("opne", { "open", "close" }), "open")
	t.equal(check.nearest("xyzzy", { "open", "close" }), nil)
end)

spec.finish()
