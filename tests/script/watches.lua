-- SPDX-License-Identifier: GPL-3.0-or-later
-- p:watch: what it puts into the debug registers, what it makes of traps, and that it says when they do not work.
local spec = require "lupe.spec"
local core = require "lupe.core"
local probed = require "lib.probed"

local CONTROL, FIRST = 848 + 7 * 8, 848
local works = core.debug_registers_work

-- As if the registers trapped: what is put into them can be looked at.
local function pretending(fn)
	core.debug_registers_work = function() return true end
	local ok, message = pcall(fn)
	core.debug_registers_work = works
	if not ok then error(message, 0) end
end

spec("where the machine has no debug registers that work, it says so", function(t)
	if works() then t.skip "they work here" end
	probed(t, "add", function(p)
		t.match(t.fails("unsupported", p:watch("total", function() end)), "no debug registers that work")
	end)
end)

spec("writes to a variable are heard of, with the old and the new value", function(t)
	if not works() then t.skip "this machine has no debug registers that work" end
	local changes, here = {}, nil
	probed(t, "add add threads", function(p)
		here = p:watch("total", function(_, old, new) changes[#changes + 1] = new - old end)
	end)
	t.equal({ changes[1], changes[2], #changes > 100, here.hits > 100 }, { 5, 5, true, true })
end)

spec("registers of all threads are set and cleared", function(t)
	pretending(function()
		probed(t, "threads", function(p)
			local thread = lupe.thread(p.pid)
			local total = p:symbol "total".address
			local first = p:watch("total", { size = 4 }, function() end)
			local second = p:watch(total, { on = "access" }, function() end)
			t.equal({ thread:peekuser(FIRST), thread:peekuser(FIRST + 8) }, { total, total })
			t.equal(thread:peekuser(CONTROL), 1 | 4 | (1 | 3 << 2) << 16 | (3 | 2 << 2) << 20)
			p:watch("text", { size = 1 }, function() end)
			local last = p:watch("text+1", { size = 1 }, function() end)
			t.fails("invalid", p:watch("total", function() end))
			last:delete()
			first:disable()
			t.equal(thread:peekuser(CONTROL) & 0xff, 4 | 16)
			first:enable()
			t.equal(thread:peekuser(CONTROL) & 0xff, 1 | 4 | 16)
			second:delete()
			t.equal(thread:peekuser(CONTROL) & 0xff, 1 | 16)
			local ev = p:run_to "work"
			t.equal(ev.thread:peekuser(CONTROL) & 0xff, 1 | 16, "a thread that came later")
		end)
	end)
end)

-- An event of a trap, as far as a watch looks at it.
local function trap(tid, bits)
	local ev = { kind = "signal", signo = 5, tid = tid, info = { code = 4 } }
	ev.thread = { peekuser = function() return bits end, pokeuser = function() bits = 0 return true end }
	function ev.signal(_, signo) ev.delivered = signo end
	return ev
end

spec("a trap is told with the values, if it counts", function(t)
	pretending(function()
		probed(t, "add", function(p)
			local total, told = p:symbol "total".address, {}
			local function write(n) p:write(total, string.pack("<i8", n)) end
			local h = p:watch("total", { ignore = 1, condition = function(ev) return ev.tid == 1 end },
				function(_, old, new) told[#told + 1] = { old, new } end)
			local function happens(tid, bits)
				local ev = trap(tid, bits)
				if h.condition(ev) then h.fn(ev) end
				return ev.delivered
			end
			write(1)
			t.equal(happens(1, 2), nil, "of another register")
			t.equal(happens(1, 1), 0, "it is ignored once")
			t.equal(happens(1, 1), 0, "nothing has changed")
			write(2)
			t.equal(happens(2, 1), 0, "the condition does not hold")
			write(3)
			happens(1, 1)
			t.equal(told, { { 2, 3 } })
			write(0)
		end)
	end)
end)

spec("what can not be watched says why", function(t)
	probed(t, "add", function(p)
		t.raises(function() p:watch "total" end, "function: callable expected")
		t.raises(function() p:watch("totl", function() end) end, "watch: there is no symbol 'totl'")
		t.raises(function() p:watch("total", { size = 3 }, function() end) end, "1, 2, 4 or 8 bytes")
		t.raises(function() p:watch("total+1", { size = 4 }, function() end) end, "not aligned")
		t.raises(function() p:watch("total", { on = "read" }, function() end) end, "write or access")
		t.raises(function() p:watch("total", { onn = "read" }, function() end) end, "did you mean 'on'")
		p:kill()
		p:wait()
		t.fails("exited", p:watch("total", function() end))
	end)
end)

spec.finish()
