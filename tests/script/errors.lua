-- SPDX-License-Identifier: GPL-3.0-or-later
-- Whatever a script does wrong, the message names the script's line: of every function of lupe, of every
-- member of every object, in handlers, tasks and timers, and where the library itself runs into it.
local spec = require "lupe.spec"
local check = require "lupe.check"
local core = require "lupe.core"

-- Argument lists that no function takes; some take some of them, which is no matter here.
local WRONG = { {}, { {} }, { "\0x" }, { -1 }, { 1.5 }, { true }, { {}, {} }, { "zzz", "zzz" }, { 1e300 },
	{ { x = 1 } }, { print }, { "", { y = 2 } }, { 1, { z = 3 } }, { math.mininteger }, { 0 / 0 }, { nil, nil, {} } }
-- They end the run, wait, or make handlers of right arguments.
local SKIPPED = {}
for name in ([[quit run sleep task after every options top on_end on_exit on_fork on_exec on_thread on_stop wait cont
	resume detach kill step next stepi nexti finish until_ run_to call syscall do_syscall snapshot restore
	replace forget_modules sample]]):gmatch("%S+") do SKIPPED[name] = true end

local HERE = "^[^\n]*errors%.lua:%d+: "

-- A failure is no raise, or a raise that names a line of this file.
local function raises_here(t, what, fn, ...)
	local args = table.pack(...)
	local ok, message = xpcall(function()
		fn(table.unpack(args, 1, args.n))
		return nil
	end, check.traceback)
	if not ok then t.match(tostring(message), HERE, what) end
	return not ok
end

spec("every function of lupe", function(t)
	local raised = 0
	for _, name in ipairs(check.keys(lupe)) do
		if type(lupe[name]) == "function" and not SKIPPED[name] then
			for _, args in ipairs(WRONG) do
				if raises_here(t, "lupe." .. name, lupe[name], table.unpack(args)) then raised = raised + 1 end
			end
		end
	end
	t.ok(raised > 100)
end)

spec("every member of processes, threads and registers", function(t)
	t.with_tracee("threads", function(p)
		local thread = p:threads()()
		for kind, object in pairs { process = p, thread = thread, regs = thread.regs } do
			for name, method in pairs(core.methods[kind]) do
				local what = kind .. "." .. name
				if type(method) == "function" and not SKIPPED[name] then
					for _, args in ipairs(WRONG) do
						raises_here(t, what, method, object, table.unpack(args))
						raises_here(t, what, method, table.unpack(args))
					end
				end
				t.ok(raises_here(t, what .. "=", function() object[name] = {} end), what)
			end
			t.ok(raises_here(t, kind, function() return object.nosuch end))
			t.ok(raises_here(t, kind, function() return object[{}] end))
			t.ok(raises_here(t, kind, function() object.nosuch = 1 end))
		end
	end)
end)

spec("members of events and their arguments, in a handler", function(t)
	t.with_tracee("threads", function(p)
		local seen
		lupe.on_syscall("write", function(ev)
			if seen then return end
			seen = true
			for _, name in ipairs(check.keys(core.methods.event)) do
				if name ~= "resume" and name ~= "delay" and type(ev[name]) == "function" then
					raises_here(t, "ev:" .. name, ev[name], ev, {})
					t.ok(raises_here(t, "ev:" .. name, ev[name]))
				end
				if name ~= "ret" then t.ok(raises_here(t, name, function() ev[name] = {} end), name) end
			end
			t.ok(raises_here(t, "ret", function() ev.ret = {} end))
			t.match(t.raises(function() return ev.nmae end), HERE .. ".*did you mean 'name'")
			t.match(t.raises(function() ev.args.bfu = 1 end), HERE)
			t.match(t.raises(function() return ev.args.bfu end), HERE .. ".*did you mean 'buf'")
			p:kill()
		end)
		p:wait()
		t.ok(seen)
	end)
end)

-- Each is a script whose line 3 is wrong, in whatever way it comes to run.
local SCRIPTS = {
	["the main chunk"] = "\n\nlupe.on_syscall('write', { on_entry = print })",
	["a syscall handler"] = "lupe.on_syscall('write', function(ev)\n\nev:fail 'ENOSUCH' end)",
	["a condition"] = "lupe.on_syscall('write', { on_enter = print, condition = function(ev)\n\nreturn ev.nosuch end })",
	["an exec handler"] = "lupe.on_exec(function(ev)\n\nerror 'here' end)",
	["an exit handler"] = "lupe.on_exit(function(ev)\n\nlocal x = nil + 1 end)",
	["a task"] = "lupe.task(function()\n\nlupe.sleep 'long' end)",
	["a timer"] = "lupe.after(0, function()\n\nlupe.hex {} end)",
	["a repeated timer"] = "lupe.every('1ms', function()\n\nlupe.target.nosuch() end)",
	["the end"] = "lupe.on_end(function()\n\nlupe.nosuch() end)",
	["a coroutine"] = "error(select(2, coroutine.resume(coroutine.create(function()\n\nlupe.attach() end))), 0)",
	["an iterator"] = "for p in lupe.processes() do\n\np:read(0, -1) end",
	["a metamethod"] = "local t = setmetatable({}, { __index = function()\n\nlupe.errno() end }) return t.x",
	["a sort"] = "table.sort({ 1, 2 }, function()\n\nlupe.signal 'NOSUCH' end)",
	["the library's own line"] = "local _ =\n\nrequire('lupe.core').methods.thread.stepi(nil)",
	["a last call in a handler"] = "lupe.on_syscall('write',\n\nfunction(ev) return lupe.sleep(ev) end)",
	["a last call in a task"] = "lupe.task(\n\nfunction() return lupe.sleep 'long' end)",
	["a last call in a timer"] = "lupe.after(0,\n\nfunction() return lupe.hex {} end)",
	["a last call of C in a handler"] = "lupe.on_syscall('write',\n\nfunction(ev) return ev:fail 'ENOSUCH' end)",
	["events"] = "lupe.task(function() for ev in lupe.target:events { syscalls = 'write' } do\n\nev.nosuch = 1 end end)",
}

spec("wherever a script's code runs: its line, and status 125", function(t)
	for _, what in ipairs(check.keys(SCRIPTS)) do
		local name = t.temp_file(SCRIPTS[what])
		local result = t.lupe { "run", name, "--", "echo", "x" }
		os.remove(name)
		t.equal(result.status, 125, what .. result.err)
		t.match(result.err, "^lupe: " .. name:gsub("%p", "%%%0") .. ":3: ", what)
	end
end)

spec("a last call of the main chunk: the script at least", function(t)
	t.match(t.lupe({ "run", "-e", "return lupe.hex {}" }).err, "^lupe: %(eval%):1: hex: an integer")
end)

spec("code of the command line has a name, too", function(t)
	t.match(t.lupe({ "run", "-e", "\nlupe.hex {}" }).err, "^lupe: %(eval%):2: hex: an integer is expected, got table")
	t.match(t.lupe({ "-batch", "-n", "-e", "(lupe.hex {})" }).err, "^prompt:1: hex: an integer is expected, got table")
end)

spec.finish()
