-- SPDX-License-Identifier: GPL-3.0-or-later
-- Calling functions in a target, at every kind of stop, and what it leaves: nothing.
local spec = require "lupe.spec"
local probed = require "lib.probed"

-- All registers of a thread.
local function registers(thread)
	local values = {}
	for name, value in thread.regs:each "all" do values[name] = value end
	return values
end

local function changed(before, now)
	local names = {}
	for name, value in pairs(before) do
		if now[name] ~= value then names[#names + 1] = name end
	end
	table.sort(names)
	return table.concat(names, " ")
end

-- Calls of all kinds in a stopped thread; everything is as before after each.
local function call_all(t, p, thread)
	local before, mask = registers(thread), thread.sigmask
	local function same(what)
		t.equal(changed(before, registers(thread)), "", what)
		t.equal(thread.sigmask, mask, what)
	end
	t.equal(thread:call("add", 40, 2), 42)
	same "add"
	t.equal(p:call("probed!add", -1, true), 0)
	t.equal(p:call(p:symbol "add".address, 1, nil), 1)
	t.equal(thread:call("many", 1, 2, 3, 4, 5, 6, 7, 8), 204)
	same "many"
	t.equal(thread:call("scale", 1.5, 4.0, 3, { returns = "double" }), 9.0)
	t.equal(thread:call("half", { "float", 3 }, { returns = "float" }), 1.5)
	same "reals"
	t.equal(thread:call("length_of", "eleven\0chars"), 6)
	t.equal(thread:call("length_of", ("x"):rep(100000)), 100000)
	t.equal(thread:call("length_of", ""), 0)
	same "strings"
	t.equal(thread:call("negative", { returns = "int" }), -5)
	t.equal(thread:call("negative", { returns = "uint" }), 0xfffffffb)
	t.equal({ thread:call("is_even", 2, { returns = "bool" }), thread:call("is_even", 3, { returns = "bool" }) },
		{ true, false })
	t.equal(thread:call("greeting", { returns = "string" }), "hello")
	t.equal(thread:call("getenv", "NOSUCH_NAME", { returns = "pointer" }), nil)
	t.equal(thread:call("factorial", 10), 3628800)
	t.equal(thread:call("getpid"), p.pid)
	same "returns"
	t.match(t.fails("fault", thread:call "fault"), "SIGSEGV at 0x10; process %d+ is as it was")
	same "fault"
	t.match(t.fails("fault", thread:call(16)), "SIGSEGV")
	t.match(t.fails("fault", thread:call "abort"), "SIGABRT")
	same "abort"
	t.match(t.fails("timeout", thread:call("forever", { timeout = 0.03 })), "did not return within 0.03 seconds")
	same "timeout"
end

spec("at a breakpoint, at a syscall's entry and exit, at a signal, after a step, at an interrupt", function(t)
	local done = {}
	local _, status, out = probed(t, "add signal text", function(p)
		local function try(name, ev)
			if done[name] then return end
			done[name] = true
			local kind = ev.kind
			call_all(t, p, ev.thread)
			t.equal({ ev.kind, ev.over }, { kind, false }, name)
		end
		p:breakpoint("add", { condition = function(ev) return ev.thread.regs.rsi == 3 end }, function(ev)
			try("breakpoint", ev)
			try("step", ev.thread:stepi())
		end)
		lupe.on_syscall("write", { on_enter = function(ev)
			try("entry", ev)
			if ev.args.buf == "add 5\n" then ev.args.buf = "ADD 5\n" end
		end, on_exit = function(ev) try("exit", ev) end })
		lupe.on_signal("USR1", function(ev) try("signal", ev) end)
	end)
	t.equal(done, { breakpoint = true, step = true, entry = true, exit = true, signal = true })
	-- add() is called here with 42, 0, 1 by us, five times, and raised counts 10.
	t.equal({ status, out:gsub("total %d+", "total N") }, { 3, "ADD 5\ntext as it was 9\ntotal N\n", 1 })
end)

spec("in the middle of a read, which goes on", function(t)
	local called = 0
	local _, status, out = probed(t, "pipe", function(p)
		lupe.task(function()
			local child
			repeat -- until it has forked
				lupe.sleep(0.01)
				for other in lupe.processes() do child = other.pid ~= p.pid and other or child end
			until child
			t.ok(p:stop())
			t.equal({ p:call("add", 3, 4) }, { 7 })
			t.ok(p:stop()) -- what it stood at may have been told by now
			t.equal({ p:call "getpid" }, { p.pid })
			t.ok(p:resume())
			called = 1
			t.ok(child:signal "USR1")
		end)
	end)
	t.equal({ called, status, out:gsub("total %d+", "total N") }, { 1, 3, "read 1\ntotal N\n", 1 })
end)

spec("in the middle of a fork, of a launch, of an exec", function(t)
	local done = {}
	local _, status, out = probed(t, "fork exec", function(p)
		t.equal(p:call("add", 3, 4), 7) -- nothing of it has run
		t.fails("fault", p:call("length_of", "the libraries are not there"))
		lupe.on_exec(function(ev)
			done[#done + 1] = "exec"
			t.equal(ev.thread:call("add", 1, 1), 2)
		end)
		lupe.on_fork(function(ev)
			done[#done + 1] = "fork"
			t.equal(ev.thread:call("add", 1, 1), 2) -- which leads it to the end of the fork
			call_all(t, p, ev.thread)
			t.equal(ev.over, false)
		end)
	end)
	t.equal(done, { "exec", "fork", "exec" })
	t.equal({ status, out:gsub("total %d+", "total N") }, { 3, "child 7\nadd 5\ntotal N\n", 1 })
end)

spec("what is on the way of a call is run, also calls", function(t)
	local seen, inner = {}, nil
	local _, status, out = probed(t, "add", function(p)
		p:hook("factorial", { on_enter = function(c)
			seen[#seen + 1] = c.args[1]
			if c.args[1] == 2 then inner = c.thread:call("many", 1, 0, 0, 0, 0, 0, 0, 0) end
		end, on_leave = function(c) seen[#seen + 1] = c.ret end })
		lupe.on_syscall("getppid", { on_exit = function(ev) ev.ret = 77 end })
		p:breakpoint("add", function(ev)
			t.equal(ev.thread:call("factorial", 3), 6)
			t.equal(ev.thread:call "getppid", 77)
			local h = p:replace("many", 5)
			t.equal(ev.thread:call("many", 1, 2), 5)
			h:delete()
			h = p:replace("many", "is_even")
			t.equal(ev.thread:call("many", 2, { returns = "bool" }), true)
			h:delete()
			p:hook("many", { on_enter = function(c) c:skip(1.5) end, on_leave = function(c) seen[#seen + 1] = c.ret end })
			t.equal(ev.thread:call("many", { returns = "double" }), 1.5)
		end)
	end)
	t.equal({ seen, inner, status, out }, { { 3, 2, 1, 1, 2, 6, 1.5 }, 1, 3, "add 5\ntotal 5\n" })
end)

spec("a call that ends the process, executes another program, or whose target is killed", function(t)
	local how, number = probed(t, "add", function(p)
		p:breakpoint("add", function(ev)
			t.match(t.fails("exited", ev.thread:call("end_with", 9)), "has exited")
			t.fails("exited", ev.thread:call("add", 1, 2))
			t.fails("exited", p:call("add", 1, 2))
			t.fails("exited", p:alloc(1))
			t.fails("exited", p:free(4096))
		end)
	end)
	t.equal({ how, number }, { "exited", 9 })
	local _, status, out = probed(t, "add", function(p)
		local first = true
		p:breakpoint("add", function(ev)
			if not first then return end
			first = false
			t.fails("exec", ev.thread:call("replace_me", p.exe))
		end)
	end)
	t.equal({ status, out }, { 3, "add 5\ntotal 5\n" })
	how, number = probed(t, "add", function(p)
		p:hook("factorial", { on_enter = function() p:kill() end })
		p:breakpoint("add", function(ev) t.fails("exited", ev.thread:call("factorial", 4)) end)
	end)
	t.equal({ how, number }, { "killed", 9 })
end)

spec("a call that forks: the child goes on from where its parent was, too", function(t)
	for _, where in ipairs { "breakpoint", "entry" } do
		local statuses, child = {}, nil
		lupe.on_exit(function(ev) statuses[#statuses + 1] = ev.exit_code end)
		local _, status = probed(t, "add text", function(p)
			local function call(ev)
				child = t.ok(ev.thread:call("split", { returns = "int" }))
				t.ok(child > 0 and child ~= p.pid)
			end
			if where == "breakpoint" then
				p:breakpoint("add", { once = true }, function(ev) call(ev) end)
			else
				lupe.on_syscall("write", function(ev, handler)
					if not ev.args.buf:find "^add" then return end
					handler:delete()
					call(ev)
				end)
			end
			lupe.task(function()
				p:wait()
				if lupe.process(child) then lupe.process(child):wait() end
			end)
		end)
		lupe.run()
		t.equal({ status, statuses }, { 3, { 3, 3 } }, where)
	end
end)

spec("a thread calls while others run, and is the one that was asked for", function(t)
	local sum, other = 0, 0
	local _, _, out = probed(t, "threads", function(p)
		p:breakpoint("add", { condition = function(ev) return ev.thread.regs.rdi % 10 == 0 end }, function(ev)
			t.equal(ev.thread:call "gettid", ev.tid)
			t.equal(p:call "gettid", ev.tid, "the thread whose event this is")
			local one = ev.thread:call("many", 1, 0, 0, 0, 0, 0, 0, 0)
			sum = sum + one
		end)
		p:hook("many", { on_leave = function() other = other + 1 end })
	end)
	t.equal({ sum, other, out }, { 20, 20, "total 5200\n" })
end)

spec("what can not be called says why", function(t)
	probed(t, "forever", function(p)
		local thread = p:run_to "forever".thread
		t.match(t.fails("not_found", p:call "ad"), "'ad', did you mean 'add'")
		t.match(t.fails("invalid", p:call "total"), "no function but data")
		t.raises(function() p:call("add", {}, 1) end, "calling.lua:%d+: call: { \"integer\"")
		t.raises(function() p:call("add", print) end, "got function")
		t.raises(function() p:call("add", { "complex", 1 }) end, "an argument that is a table")
		t.raises(function() p:call("add", { "double", "x" }) end, "an argument that is a table")
		t.raises(function() p:call("add", { "integer", 1.5 }) end, "an argument that is a table")
		t.raises(function() p:call("add", 1, { return_ = "int" }) end, "did you mean 'returns'")
		t.raises(function() p:call("add", 1, { returns = "duoble" }) end, "did you mean 'double'")
		t.raises(function() p:call() end, "place: string or integer expected")
		t.raises(function() thread:call("add", table.unpack({}, 1, 300)) end, "256 arguments at most")
		t.equal(thread:call("add", table.unpack({ 1, 2 }, 1, 256)), 3)
		thread:cont()
		t.fails("invalid", p:call("add", 1, 2))
		t.fails("invalid", thread:call("add", 1, 2))
		p:kill()
	end)
end)

spec("functions that are chosen when the program starts (IFUNC)", function(t)
	local n, lengths = 0, {}
	local _, status, out = probed(t, "text", function(p)
		p:hook("strlen", { on_leave = function(c)
			n = n + 1
			lengths[c.ret] = true
		end })
		p:breakpoint("length_of", function(ev)
			t.equal(ev.thread:call("strlen", "seven77"), 7)
			t.equal(p:symbol "strlen".kind, "indirect")
		end)
	end)
	t.ok(n > 0)
	t.equal({ lengths[7], lengths[9], status, out }, { true, true, 3, "text as it was 9\ntotal 0\n" })
end)

spec("memory of their own is allocated, used and freed", function(t)
	probed(t, "text", function(p)
		p:run_to "length_of"
		local at = t.ok(p:alloc(5000))
		t.equal(p:read(at, 8192), ("\0"):rep(8192))
		t.ok(p:write(at, "mine\0"))
		t.equal(p:call("length_of", at), 4)
		t.equal(p:free(at), true)
		t.fails("fault", p:read(at, 1))
		t.raises(function() p:free(at) end, "was not allocated")
		local code = t.ok(p:alloc(1, "rx"))
		p:write(code, "\x8d\x04\x37\xc3") -- lea (%rdi,%rsi),%eax; ret
		t.equal(p:call(code, 20, 22), 42)
		t.raises(function() p:alloc(0) end, "size")
		t.raises(function() p:alloc(1, "rwz") end, "some of r, w, x")
	end)
end)

spec.finish()
