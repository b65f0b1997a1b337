-- SPDX-License-Identifier: GPL-3.0-or-later
-- Breakpoints and hooks of scripts, and leading threads and processes to places.
local spec = require "lupe.spec"
local probed = require "lib.probed"

-- --- breakpoints ---

spec("a breakpoint's function is called at each hit, with the event", function(t)
	local seen = {}
	local _, status, out, p = probed(t, "add add", function(p)
		local h
		h = p:breakpoint("add", function(ev, handler)
			t.equal({ ev.kind, rawequal(ev.process, p), ev.thread.tid, ev.pid }, { "breakpoint", true, p.pid, p.pid })
			t.equal(ev.thread.pc, p:symbol "add".address)
			t.ok(rawequal(handler, h))
			seen[#seen + 1] = ev.thread.regs.rdi
		end)
		t.equal({ h.enabled, h.hits, math.type(h.id), tostring(h) },
			{ true, 0, "integer", ("breakpoint %d: add, 0 hits"):format(h.id) })
		lupe.on_end(function() t.equal(h.hits, 2) end)
	end)
	t.equal({ seen, status, out, p.state }, { { 2, 2 }, 3, "add 5\nadd 5\ntotal 10\n", "exited" })
end)

spec("places: an address, an offset, a library's function", function(t)
	local seen = {}
	local function note(name) return function() seen[#seen + 1] = name end end
	probed(t, "add", function(p)
		local address = p:symbol "add".address
		p:breakpoint(address, note "address")
		p:breakpoint("add+4", note "offset")
		p:breakpoint("probed!add", note "module")
		p:breakpoint("libc.so.6!exit", note "libc.so.6")
		p:breakpoint("libc!exit", note "libc")
	end)
	t.equal(seen, { "address", "module", "offset", "libc.so.6", "libc" })
end)

spec("options: condition, once, ignore, thread", function(t)
	local seen, handlers = {}, {}
	local function note(name)
		return function(ev) seen[#seen + 1] = name .. ev.thread.regs.rdi end
	end
	probed(t, "loop", function(p)
		handlers[1] = p:breakpoint("add", { condition = function(ev) return ev.thread.regs.rdi % 50 == 7 end }, note "c")
		handlers[2] = p:breakpoint("add", { once = true }, note "o")
		handlers[3] = p:breakpoint("add", { ignore = 98 }, note "i")
		handlers[4] = p:breakpoint("add", { thread = p.pid + 1 }, note "t")
		handlers[5] = p:breakpoint("add", { thread = lupe.thread(p.pid), ignore = 99 }, note "u")
	end)
	t.equal(seen, { "o0", "c7", "c57", "i98", "i99", "u99" })
	local hits = {}
	for i, handler in ipairs(handlers) do hits[i] = handler.hits end
	t.equal(hits, { 2, 1, 100, 0, 100 })
	t.equal(handlers[2].deleted, true)
end)

spec("a breakpoint is deleted, disabled and enabled, also by itself; memory shows none of it", function(t)
	local log = {}
	probed(t, "loop", function(p)
		local address = p:symbol "add".address
		local before = p:read(address, 4)
		local h, other
		h = p:breakpoint("add", function(ev, handler)
			local n = ev.thread.regs.rdi
			log[#log + 1] = n
			if n == 2 then
				handler:disable()
				t.equal(handler.enabled, false)
			elseif n == 12 then
				handler:delete()
			end
		end)
		other = p:breakpoint("many", function() end)
		p:breakpoint("add", { condition = function(ev) return ev.thread.regs.rdi == 10 end }, function() h:enable() end)
		t.equal(p:read(address, 4), before)
		other:delete()
		other:delete()
		t.match(tostring(other), "deleted")
	end)
	-- Enabled while the others of hit 10 are run: from the next one on.
	t.equal(log, { 0, 1, 2, 11, 12 })
end)

spec("threads hit a breakpoint, none is lost", function(t)
	local n, sum = 0, 0
	local _, _, out = probed(t, "threads", function(p)
		p:breakpoint("add", function(ev)
			n, sum = n + 1, sum + ev.thread.regs.rdi + ev.thread.regs.rsi
		end)
	end)
	t.equal({ n, sum, out }, { 200, 5200, "total 5200\n" })
end)

spec("a fork's child has them; exec resolves them again", function(t)
	local pids, main = {}, nil
	local _, status, out = probed(t, "fork exec", function(p)
		main = p.pid
		p:breakpoint("add", function(ev) pids[#pids + 1] = ev.pid == main and "main" or "child" end)
	end)
	t.equal({ pids, status, out }, { { "child", "main" }, 3, "child 7\nadd 5\ntotal 5\n" })
end)

spec("a child that is not followed runs without them", function(t)
	local result = t.lupe({ "run", "--follow", "parent", "-e",
		"lupe.target:breakpoint('add', function(ev) print(ev.pid == lupe.target.pid) end)", "--",
		t.fixture "probed", "go", "fork", "add" })
	t.equal({ result.status, result.err, result.out:gsub("ready %d+\n", "") },
		{ 3, "", "child 7\ntrue\nadd 5\ntotal 5\n", 1 })
end)

spec("pending: a name that comes with a library, and goes with it", function(t)
	local n, values = 0, {}
	local _, status, out = probed(t, "library", function(p)
		p:breakpoint("libm.so.6!cbrt", { pending = true }, function() n = n + 1 end)
		p:hook("cbrt", { pending = true, on_leave = function(c) values[#values + 1] = c.name end })
		p:breakpoint("never_there", { pending = true }, function() error "never" end)
	end)
	t.equal({ n, values, status, out }, { 2, { "cbrt", "cbrt" }, 3, "total 6\n" })
end)

spec("a name that never fires is an error at registration, with what was meant", function(t)
	t.with_tracee({ "probed", "add", stdin = "/dev/null" }, function(p)
		t.ok(p:run_to "main")
		local function nothing() end
		t.raises(function() p:breakpoint("ad", nothing) end, "probes.lua:%d+: breakpoint: .*'ad', did you mean 'add'")
		t.raises(function() p:breakpoint("mallok", nothing) end, "did you mean 'malloc'")
		t.raises(function() p:hook("probed!mny", { on_enter = nothing }) end, "hook: .*did you mean 'many'")
		t.raises(function() p:breakpoint("libnone!add", nothing) end, "no library 'libnone' is loaded")
		t.raises(function() p:breakpoint("total", nothing) end, "no function but data")
		t.raises(function() p:breakpoint("add") end, "function: callable expected")
		t.raises(function() p:breakpoint({}, nothing) end, "place: string or integer expected")
		t.raises(function() p:breakpoint("", nothing) end, "name of a function")
		t.raises(function() p:breakpoint("add", { onse = true }, nothing) end, "'onse', did you mean 'once'")
		t.raises(function() p:breakpoint("add", { condition = "x" }, nothing) end, "callable expected")
		t.raises(function() p:breakpoint("add", { ignore = -1 }, nothing) end, "0 or more")
		t.raises(function() p:hook("add", {}) end, "a function is missing")
		t.raises(function() p:hook("add+3", { on_enter = nothing }) end, "inside a function")
		t.fails("fault", p:breakpoint(16, nothing))
	end)
end)

spec("a name that is not there once the libraries are ends the run, and says where it was given", function(t)
	local result = t.lupe { "run", "-e", "lupe.target:hook('mallok', { on_enter = print })", "--", "/bin/true" }
	t.equal(result.status, 125)
	t.match(result.err, "hook: there is no function 'mallok', did you mean 'malloc'%?")
	result = t.lupe { "run", "-e", "lupe.target:hook('malloc', { on_leave = function(c) os.exit(c.ret ~= 0 and 4) end })",
		"--", "/bin/ls", "/" }
	t.equal({ result.status, result.err }, { 4, "" })
end)

-- --- hooks ---

spec("a hook sees arguments and result, keeps fields, changes both", function(t)
	local log = {}
	local _, _, out = probed(t, "many add", function(p)
		p:hook("many", {
			on_enter = function(c)
				for i = 1, 8 do log[i] = c.args[i] end
				c.mine = "kept"
				c.args[1], c.args[8] = 100, 0
				t.equal({ c.args[1], c.args[8], c.ret, c.skipped }, { 100, 0, nil, false })
				t.equal({ rawequal(c.process, p), c.thread.tid, c.name }, { true, p.pid, "many" })
				t.raises(function() c.ret = 1 end, "on_leave")
				t.raises(function() c.thread = 1 end, "can not be assigned")
				t.raises(function() return c.args[0] end, "from 1 on")
				t.raises(function() return c.args.x end, "from 1 on")
				t.raises(function() c.args[1] = {} end, "integer expected")
			end,
			on_leave = function(c)
				log[9], log[10], log[11] = c.mine, c.ret, c.args[1]
				c.ret = -1
				t.equal(c.ret, -1)
				t.raises(function() c.args[1] = 1 end, "on_enter only")
				t.raises(function() c:skip() end, "has been run")
			end })
		local kept
		p:hook("add", { on_enter = function(c)
			kept = kept or c
			c:skip(-2)
			t.match(tostring(c), "^call of add in thread %d+$")
		end, on_leave = function(c) log[12], log[13] = c.ret, c.skipped end })
		lupe.on_end(function() end)
		p:breakpoint("exit", { once = true }, function()
			t.raises(function() kept:bt() end, "this call of add is over")
			t.equal(kept.ret, -2)
		end)
	end)
	t.equal(log, { 1, 2, 3, 4, 5, 6, 7, 8, "kept", 204 + 99 - 64, 100, -2, true })
	t.equal(out, "many -1\nadd -2\ntotal 0\n")
end)

spec("a function is replaced by a result, by Lua, by another function; and is back", function(t)
	local log = {}
	local function replaced(words, name, with)
		local _, _, out = probed(t, words, function(p)
			local h = p:replace(name, type(with) == "table" and with.address and
				{ address = p:symbol(with.address).address } or with)
			p:hook(name, { on_leave = function(c) log[#log + 1] = c.ret end })
			if #log == 0 then p:breakpoint("many", { once = true }, function() h:delete() end) end
		end)
		return out:gsub("total.*", "")
	end
	t.equal(replaced("add many add", "add", -7), "add -7\nmany 204\nadd 5\n")
	t.equal(replaced("add", "add", function(c) return c.args[1] * 100 end), "add 200\n")
	t.equal(replaced("add", "add", "factorial"), "add 2\n")
	t.equal(replaced("add", "add", { address = "factorial" }), "add 2\n")
	t.equal(log, { -7, 5, 200, 2, 2 })
	t.equal(replaced("odd", "scale", 2.5), "2.5 1.5 -5 0 hello\n")
	t.equal(replaced("odd", "is_even", true), "5 1.5 -5 1 hello\n")
	t.with_tracee({ "probed", "go", "add" }, function(p)
		t.raises(function() p:replace("add", "factoriall") end, "did you mean 'factorial'")
		t.raises(function() p:replace("add") end, "with: number or boolean")
		t.raises(function() p:replace("add", {}) end, "address: integer expected")
	end)
end)

spec("results that are floating-point numbers", function(t)
	local _, _, out = probed(t, "odd", function(p)
		p:hook("scale", { on_leave = function(c) c.ret = 0.25 end })
	end)
	t.equal(out, "0.25 1.5 -5 0 hello\ntotal 0\n")
end)

spec("returns of recursion, tail calls, longjmp and signal handlers find their calls", function(t)
	local log = {}
	local function note(p, name)
		return p:hook(name, { on_enter = function(c) c.n = c.args[1] end,
			on_leave = function(c) log[#log + 1] = ("%s(%d)=%d"):format(name, c.n, c.ret) end })
	end
	probed(t, "factorial", function(p) note(p, "factorial") end)
	t.equal(log, { "factorial(1)=1", "factorial(2)=2", "factorial(3)=6", "factorial(4)=24", "factorial(5)=120" })
	log = {}
	probed(t, "tail", function(p) note(p, "tail") note(p, "add") end)
	t.equal(log, { "add(5)=6", "tail(5)=6" })
	log = {}
	local jumps
	probed(t, "jump jump add", function(p)
		jumps = p:hook("jump_out", { on_leave = function() log[#log + 1] = "never" end })
		p:hook("leave_by_jump", { on_leave = function() log[#log + 1] = "left" end })
		note(p, "add")
	end)
	t.equal({ log, jumps.hits }, { { "add(1)=3", "left", "add(1)=3", "left", "add(2)=5" }, 8 })
	log = {}
	probed(t, "signal", function(p) note(p, "add") note(p, "raise") end)
	t.equal(log, { "add(10)=10", "raise(10)=0" })
end)

spec("hooks in many threads keep to their own calls, and are deleted among them", function(t)
	local n, wrong, hook, breakpoint = 0, 0, nil, nil
	local _, _, out = probed(t, "threads", function(p)
		hook = p:hook("add", { on_enter = function(c) c.a, c.b, c.tid = c.args[1], c.args[2], c.thread.tid end,
			on_leave = function(c)
				n = n + 1
				if c.ret ~= c.a + c.b or c.thread.tid ~= c.tid then wrong = wrong + 1 end
				if n == 150 then hook:delete() end
			end })
		breakpoint = p:hook("add", { on_enter = function() end })
	end)
	t.equal({ n, wrong, breakpoint.hits, out }, { 150, 0, 200, "total 5200\n" })
end)

spec("a hooked fork returns twice", function(t)
	local log = {}
	local _, _, out = probed(t, "fork", function(p)
		p:hook("split", { on_enter = function(c) c.who = "parent's" end, on_leave = function(c)
			local is_parent = c.process.pid == p.pid
			log[#log + 1] = { c.who, is_parent, (c.ret == 0) ~= is_parent, c.thread.tid == c.process.pid }
		end })
	end)
	table.sort(log, function(a) return not a[2] end)
	t.equal(log, { { "parent's", false, true, true }, { "parent's", true, true, true } })
	t.equal(out, "child 7\ntotal 0\n")
end)

spec("c:bt shows the stack", function(t)
	local names, text = {}, nil
	probed(t, "factorial", function(p)
		p:hook("factorial", { condition = function(ev) return ev.thread.regs.rdi == 3 end, on_enter = function(c)
			for i, frame in ipairs(c:bt(5)) do names[i] = frame.fn end
			text = tostring(c:bt(2))
			t.equal(#c:bt(1), 1)
			t.raises(function() c:bt "x" end, "integer expected")
		end })
	end)
	t.equal(names, { "factorial", "factorial", "factorial", "act", "main" })
	t.match(text, "^#0  0x%x+ in factorial\n#1  0x%x+ in factorial%+%d+$")
end)

-- --- leading ---

spec("a task leads its process: run_to, finish, nexti, until_", function(t)
	local log = {}
	local _, _, out = probed(t, "add factorial add", function(p)
		lupe.task(function()
			local ev = p:run_to "add"
			log[1] = { ev.kind, ev.thread.pc == p:symbol "add".address }
			local done = ev.thread:finish()
			log[2] = { done.ret, done.event.kind, done.thread.tid }
			local thread = done.thread
			thread:until_ "factorial"
			log[3] = { thread.regs.rdi, thread:finish().ret }
			p:run_to("add", { thread = thread })
			repeat ev = thread:nexti() until thread:bt { depth = 1 }[1].fn ~= "add"
			log[4] = ev.kind
			thread:nexti(3)
		end)
	end)
	t.equal({ log[1], log[2][1], log[2][2], log[3], log[4] },
		{ { "breakpoint", true }, 5, "breakpoint", { 5, 120 }, "stepped" })
	t.equal(out, "add 5\nfactorial 120\nadd 5\ntotal 10\n")
end)

spec("nexti steps over a call, with what is hooked in it", function(t)
	local entered, text = 0, nil
	probed(t, "factorial", function(p)
		p:breakpoint("factorial", { once = true }, function(ev)
			p:hook("factorial", { on_enter = function() entered = entered + 1 end })
			for _ = 1, 40 do
				local before = ev.thread.sp
				ev = t.ok(ev.thread:nexti())
				if entered > 0 then
					text = { ev.kind, ev.thread.sp == before, ev.thread.regs.rax }
					break
				end
			end
		end)
	end)
	t.equal({ entered, text }, { 4, { "breakpoint", true, 24 } })
end)

spec("handlers may lead; what is on the way is run", function(t)
	local log = {}
	probed(t, "factorial", function(p)
		p:breakpoint("factorial", function(ev)
			local n = ev.thread.regs.rdi
			log[#log + 1] = n
			if n ~= 3 then return end
			local result = ev.thread:finish().ret
			log[#log + 1] = "=" .. result
		end)
	end)
	t.equal(log, { 5, 4, 3, 2, 1, "=6" })
	log = {}
	probed(t, "many add", function(p)
		lupe.on_syscall("write", function(ev, handler)
			handler:disable()
			log[1] = p:run_to "add".kind
			log[2] = ev.over
		end)
	end)
	t.equal(log, { "breakpoint", true })
end)

spec("a step onto a breakpoint is a hit of it", function(t)
	local hits, stepped = 0, nil
	probed(t, "add", function(p)
		p:breakpoint("add+4", function() hits = hits + 1 end)
		p:breakpoint("add", function(ev) stepped = ev.thread:stepi(3).kind end)
	end)
	t.equal({ hits, stepped }, { 1, "stepped" })
end)

spec("the main chunk leads, too; what it holds goes on when it waits", function(t)
	probed(t, "add factorial", function(p)
		local ev = p:run_to "add"
		t.equal({ ev.thread:finish().ret, ev.thread.state, ev.over }, { 5, "stopped", true })
		t.equal(p:run_to("factorial").thread.regs.rdi, 5)
	end)
end)

spec("run_to follows an exec; the end of what is led is told", function(t)
	probed(t, "exec", function(p)
		t.equal(p:run_to "replace_me".thread.name, "probed")
		t.equal(p:run_to "add".thread.regs.rdi, 2)
		t.fails("exited", p:run_to "many")
		t.fails("exited", p:run_to "many")
	end)
	probed(t, "exit", function(p)
		local thread = p:run_to "end_with".thread
		t.fails("exited", thread:finish())
		t.fails("exited", thread:finish())
		t.fails("exited", thread:nexti())
		t.fails("exited", thread:until_ "add")
		t.fails("exited", p:breakpoint("add", print))
		t.fails("exited", p:hook("add", { on_enter = print }))
	end)
	probed(t, "exec", function(p)
		t.fails("exec", p:run_to "replace_me".thread:finish())
	end)
	probed(t, "forever", function(p)
		local thread = p:run_to "forever".thread
		t.fails("timeout", thread:finish { timeout = 0.02 })
		t.fails("invalid", thread:finish())
		t.fails("timeout", p:run_to("add", { timeout = 0.02 }))
		p:kill()
	end)
	t.raises(function() t.with_tracee({ "probed", "add" }, function(p) lupe.thread(p.pid):until_ "ad" end) end,
		"did you mean 'add'")
end)

spec("a thread that is led dies: its leader is told", function(t)
	probed(t, "threads", function(p)
		local ev = p:run_to "work"
		t.ok(ev.tid ~= p.pid)
		local done = ev.thread:finish()
		if done then t.fails("exited", done.thread:until_ "many") end
	end)
end)

spec.finish()
