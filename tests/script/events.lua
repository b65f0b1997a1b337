-- SPDX-License-Identifier: GPL-3.0-or-later
-- Events: what each kind tells, how long it lives, what a target that vanishes in a handler means.
local spec = require "lupe.spec"

local PYTHON = "/usr/bin/python3"

-- Runs a Python program to its end; how it ended, and what it printed.
local function python(t, code, ...)
	local out = t.temp_file("")
	local p = assert(lupe.launch { PYTHON, "-c", code, stdout = out, stderr = "/dev/null", ... })
	local how, number = p:wait()
	local text = t.read_file(out)
	os.remove(out)
	return how, number, text
end

spec("fields that an event of its kind does not have are nil", function(t)
	local seen = {}
	lupe.on_syscall("getppid", { on_enter = function(ev) seen.entry = { ev.ret, ev.err, ev.duration, ev.child, ev.signo,
		ev.exit_code, ev.info, ev.path, ev.fd } end,
		on_exit = function(ev) seen.exit = { math.type(ev.ret), ev.err, math.type(ev.duration) } end })
	lupe.on_exit(function(ev) seen.exited = { ev.exit_code, ev.signo, ev.name, ev.child } end)
	t.equal({ python(t, "import os, sys; os.getppid(); sys.exit(4)") }, { "exited", 4, "" })
	t.equal(seen, { entry = {}, exit = { "integer", nil, "float" }, exited = { 4 } })
end)

spec("an event that is over says so; what the kernel said of it stays", function(t)
	local kept, args, duration
	lupe.on_syscall("access,faccessat,faccessat2", function(ev)
		if ev.path ~= "/etc/passwd" then return end
		kept, args = kept or ev, args or ev.args
		t.equal(ev.over, false)
	end)
	lupe.on_syscall("access,faccessat,faccessat2", { on_exit = function(ev)
		if not kept or duration then return end
		duration = ev.duration
		t.equal(kept.over, true)
		t.equal({ kept.kind, kept.tid == ev.tid, kept.name }, { "syscall_entry", true, ev.name })
		t.raises(function() return args[2] and args[1] end, "over: its thread has gone on")
		t.raises(function() kept:fail "EIO" end, "events.lua:%d+: this event is over")
		t.raises(function() kept:skip(1) end, "over")
		t.raises(function() kept:delay(1) end, "over")
		t.raises(function() args[2] = 0 end, "over")
		kept:resume() -- does nothing: the thread stands at another event
		t.equal(ev.over, false)
	end })
	t.equal({ python(t, "import os; os.access('/etc/passwd', 0); print('on')") }, { "exited", 0, "on\n" })
	t.ok(duration and duration > 0)
end)

spec("an event is over when its thread is resumed by other means", function(t)
	local over = {}
	lupe.on_syscall("getppid", function(ev)
		if #over == 0 then ev.thread:resume() elseif #over == 1 then ev.process:resume() else ev:resume() end
		over[#over + 1] = ev.over
	end)
	t.equal({ python(t, "import os\nfor i in range(3): os.getppid()\nprint('on')") }, { "exited", 0, "on\n" })
	t.equal(over, { true, true, true })
end)

spec("a handler may step its thread; it goes on from there", function(t)
	local pcs = {}
	lupe.on_syscall("getppid", function(ev)
		if #pcs > 0 then return end
		for i = 1, 3 do
			local stepped = assert(ev.thread:stepi())
			t.equal(stepped.kind, "stepped")
			pcs[i] = ev.thread.pc
		end
	end)
	t.equal({ python(t, "import os; os.getppid(); print('on')") }, { "exited", 0, "on\n" })
	t.equal(#pcs, 3)
	t.ok(pcs[1] ~= pcs[2])
end)

spec("a target killed in a handler is no failure of the script", function(t)
	local after, ends = 0, {}
	lupe.on_exit(function(ev) ends[#ends + 1] = ev.name end)
	lupe.on_syscall("openat", function(ev)
		if ev.path ~= "/etc/passwd" then return end
		assert(ev.process:kill())
		-- What needs the target answers nil, "exited" or ends the handler in silence.
		for _ = 1, 1000 do
			local ok, message, code = ev:fail "EIO"
			if not ok then
				t.match(message, "has exited")
				t.equal(code, "exited")
				break
			end
		end
		ev.args.flags = 0
		after = after + 1
		lupe.sleep(0.01)
		local _ = ev.thread.regs.rax
		after = after + 100
	end)
	t.equal({ python(t, "open('/etc/passwd')") }, { "killed", 9, "" })
	t.equal({ after, ends }, { 1, { "SIGKILL" } })
end)

spec("reading from a target that was killed ends the handler, not the run", function(t)
	local n = 0
	lupe.on_syscall("openat", function(ev)
		if ev.path ~= "/etc/passwd" then return end
		n = n + 1
		ev.process:kill()
		while ev.path:len() > 0 and ev.args.path:len() > 0 do n = n end
	end)
	for _ = 1, 20 do t.equal({ python(t, "open('/etc/passwd')") }, { "killed", 9, "" }) end
	t.equal(n, 20)
end)

spec("fork, clone, exec and exit tell who", function(t)
	local child, process, ended, former
	lupe.on_fork(function(ev) child = ev.child end)
	lupe.on_exec(function(ev) former = ev.former or former end)
	lupe.on_exit(function(ev)
		ended = ended or ev.pid
		if ev.pid == child then
			process = ev.process
			t.equal({ process.pid, process.state, tostring(process) },
				{ child, "exited", ("process %d (exited)"):format(child) })
			t.equal({ ev.thread.tid, ev.thread.state, ev.over }, { child, "exited", true })
			t.equal(tostring(ev), "+++ exited with 3 +++")
			t.match(ev:json(), '"exit_code"')
		end
	end)
	t.equal({ python(t, "import os\np = os.fork()\nif p == 0: os._exit(3)\nos.waitpid(p, 0)") }, { "exited", 0, "" })
	t.ok(child and ended == child and process)
	t.ok(former ~= child and math.type(former) == "integer", "the tid that called execve")
end)

spec("a signal tells its sender, value and code", function(t)
	local infos, lines = {}, {}
	lupe.on_signal({ "USR1", "SEGV" }, function(ev)
		infos[#infos + 1] = ev.info
		lines[#lines + 1] = tostring(ev)
		t.match(ev:json(), ev.name)
		if ev.name == "SIGUSR1" then t.raises(function() return ev.args end, "signal has no 'args'") end
	end)
	local how, number = python(t, [[
import os, signal, ctypes
signal.signal(signal.SIGUSR1, lambda *a: None)
os.kill(os.getpid(), signal.SIGUSR1)
ctypes.string_at(16)]])
	t.equal({ how, number }, { "killed", 11 })
	t.equal({ infos[1].name, infos[1].code, infos[1].pid ~= nil, infos[1].addr }, { "SIGUSR1", 0, true })
	t.equal({ infos[2].signo, infos[2].addr, infos[2].pid }, { 11, 16 })
	t.match(infos[2].text, "si_code=SEGV_MAPERR, si_addr=0x10")
	t.match(lines[1], "^%-%-%- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_USER, si_pid=%d+, si_uid=%d+} %-%-%-$")
end)

spec("a result is faked at the exit, a call failed there too", function(t)
	local n = 0
	lupe.on_syscall("getppid", { on_exit = function(ev)
		n = n + 1
		ev.ret = 7 * n
		t.equal({ ev.ret, ev.injected }, { 7 * n, true })
		t.raises(function() ev:skip(1) end, "the call was made")
	end })
	lupe.on_syscall("mkdir", { on_exit = function(ev)
		ev:fail "EDQUOT"
		t.equal({ ev.err, ev.ret < 0 }, { "EDQUOT", true })
	end })
	local _, _, out = python(t, [[
import os
print(os.getppid(), os.getppid())
try: os.mkdir("/nonexistent/x")
except OSError as e: print(e.errno)]])
	t.equal(out, "7 14\n122\n")
end)

spec("misuse of an event names the script's line", function(t)
	lupe.on_syscall("getppid", function(ev)
		t.raises(function() ev:fail "ENOSUCH" end, "events.lua:%d+: there is no error 'ENOSUCH'")
		t.raises(function() ev:fail(0) end, "no error '0'")
		t.raises(function() ev:signal "NOSUCH" end, "no signal 'NOSUCH'")
		t.raises(function() ev:signal(0) end, "to withhold")
		t.raises(function() ev:delay(-1) end, "at least 0")
		t.raises(function() ev:delay(0 / 0) end, "at least 0")
		t.raises(function() ev.ret = 3 end, "ev:skip")
		t.raises(function() ev.kind = "x" end, "cannot be assigned")
		t.raises(function() ev.knd = 1 end, "did you mean 'kind'")
		t.raises(function() return ev[1] end, "events.lua:%d+: ")
		t.raises(function() return getmetatable(ev).__index({}, "kind") end, "a event is expected, got table")
		t.raises(function() return getmetatable(ev).__index(io.stdout, "kind") end, "a event is expected, got userdata")
		t.raises(function() ev.resume(ev.thread) end, "a event is expected")
		t.raises(function() ev.thread.resume(ev) end, "a thread is expected")
	end)
	t.equal({ python(t, "import os; os.getppid()") }, { "exited", 0, "" })
end)

spec("another call is delayed while others go on", function(t)
	local order = {}
	lupe.on_syscall("getppid", function(ev)
		order[#order + 1] = "enter"
		t.equal(ev:delay(0.05), true)
		ev:delay(0.05)
	end)
	lupe.on_syscall("getppid", { on_exit = function(ev)
		order[#order + 1] = "exit"
		t.ok(ev.time > 1e9)
	end })
	local before = os.time()
	python(t, "import os; os.getppid()")
	t.equal(order, { "enter", "exit" })
	t.ok(os.time() - before < 10)
end)

spec.finish()
