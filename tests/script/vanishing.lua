-- SPDX-License-Identifier: GPL-3.0-or-later
-- Targets that end, execute another program or are let go while they are hooked, led and called: again and
-- again, at moments that nobody chose. Nothing hangs, nothing is an error of the script.
local spec = require "lupe.spec"
local probed = require "lib.probed"

local random = math.random -- seeded by Lua: other moments each time

-- Everything at once in a process: hooks, breakpoints, calls, leading.
local function busy(p)
	p:hook("add", { on_enter = function(c) c.a = c.args[1] end, on_leave = function(c)
		if random(20) == 1 then c.thread:call("many", 1, 2, 3, 4, 5, 6, 7, 8) end
	end })
	p:breakpoint("add", { condition = function() return random(10) == 1 end }, function(ev)
		local what = random(5)
		if what == 1 then ev.thread:finish()
		elseif what == 2 then ev.thread:nexti(3)
		elseif what == 3 then ev.thread:stepi(4)
		elseif what == 4 then p:call("factorial", 5)
		else lupe.sleep(0.0005) end
	end)
	p:replace("many", function(c) return c.args[8] end)
end

spec("killed at any moment", function(t)
	local ends = {}
	for _ = 1, 12 do
		local how = probed(t, "threads loop threads forever", function(p)
			busy(p)
			lupe.task(function()
				lupe.sleep(random() * 0.03)
				p:kill()
			end)
		end)
		ends[how] = (ends[how] or 0) + 1
	end
	t.equal(ends, { killed = 12 })
end)

spec("killed in a call, by a signal from outside", function(t)
	for i = 1, 6 do
		local how, number = probed(t, "loop", function(p)
			local answers
			p:breakpoint("add", { ignore = i, once = true }, function(ev)
				lupe.after(random() * 0.01, function() os.execute("kill -KILL " .. p.pid) end)
				answers = table.pack(ev.thread:call "forever")
			end)
			lupe.task(function()
				p:wait()
				t.equal({ answers[1], answers[3] }, { nil, "exited" })
			end)
		end)
		t.equal({ how, number }, { "killed", 9 })
	end
end)

spec("an exit or an exec by a call in a handler, while other threads are hooked", function(t)
	for i = 1, 5 do
		local how, status = probed(t, "threads forever", function(p)
			busy(p)
			p:breakpoint("add", { ignore = 10 * i, once = true }, function(ev)
				t.fails("exited", ev.thread:call("end_with", 11))
			end)
		end)
		t.equal({ how, status }, { "exited", 11 })
		local done = false
		how, status = probed(t, "threads forever", function(p)
			busy(p)
			p:breakpoint("add", { ignore = 10 * i, once = true }, function(ev)
				done = true
				local _, _, code = ev.thread:call("replace_me", p.exe)
				-- Of a thread that is not the leader nothing is left but the process.
				t.ok(code == "exec" or code == "exited", code)
			end)
		end)
		t.equal({ how, status, done }, { "exited", 3, true })
	end
end)

spec("let go in a handler", function(t)
	local attached = t.lupe { "run", "-e", [[
		lupe.on_end(function() print "over" end)
		local p = lupe.target
		p:hook("add", { on_enter = function() end, on_leave = function() end })
		p:breakpoint("add", function(ev) p:detach() assert(ev.thread.state == "exited") end)
	]], "--no-filter", "--", t.fixture "probed", "go", "loop" }
	t.match(attached.err .. attached.out, "over")
	t.equal({ attached.status ~= 125, attached.err }, { true, "" })
end)

spec("handlers come and go while threads run", function(t)
	for _ = 1, 3 do
		local _, status, out = probed(t, "threads threads", function(p)
			local list = {}
			lupe.task(function()
				while p.state ~= "exited" do
					local n = random(3)
					if n == 1 and #list < 6 then
						list[#list + 1] = p:hook("add", { on_enter = function() end, on_leave = function() end })
					elseif n == 2 and #list < 6 then
						list[#list + 1] = p:breakpoint("add", function(_, h) if random(4) == 1 then h:disable() end end)
					elseif #list > 0 then
						local h = table.remove(list, random(#list))
						if h then if random(2) == 1 then h:delete() else h:enable() end end
					end
					lupe.sleep(0.004)
				end
			end)
		end)
		t.equal({ status, out }, { 3, "total 10400\n" })
	end
end)

spec.finish()
