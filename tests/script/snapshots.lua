-- SPDX-License-Identifier: GPL-3.0-or-later
-- Processes that go back to where they were, and looking for bytes in them.
local spec = require "lupe.spec"
local probed = require "lib.probed"

spec("a process goes back at a breakpoint, as often as one likes", function(t)
	local seen, saved = {}, nil
	local _, status, out = probed(t, "loop add", function(p)
		p:breakpoint("add", { condition = function(ev) return ev.thread.regs.rdi % 25 == 5 end }, function(ev)
			local n = ev.thread.regs.rdi
			seen[#seen + 1] = n
			if n == 30 and not saved then
				saved = t.ok(p:snapshot())
				t.match(tostring(saved), "^snapshot of process %d+, %d+ KB$")
			elseif n == 55 and #seen < 7 then
				t.equal(saved:restore(), true)
				t.equal(ev.thread.regs.rdi, 30)
			end
		end)
	end)
	t.equal(seen, { 5, 30, 55, 55, 55, 55, 55, 80 })
	t.equal({ status, out }, { 3, "add 5\ntotal 5055\n" })
end)

spec("from and to every kind of stop, with memory that came and went meanwhile", function(t)
	local log, saved = {}, nil
	local _, status, out = probed(t, "text odd text", function(p)
		lupe.on_syscall("write", { on_enter = function(ev)
			local said = ev.args.buf
			log[#log + 1] = said
			if said:find "^text" and not saved then
				saved = t.ok(p:snapshot())
				t.ok(p:write(p:symbol "text".address, "another\0"))
				t.ok(p:alloc(100000))
				t.ok(p:syscall("brk", p:syscall("brk", 0) + 65536))
				t.equal(p:call("add", 1, 2), 3)
			elseif said:find "^text another" then
				t.equal(saved:restore(), true)
			end
		end })
	end)
	t.equal(log[2], "text as it was 9\n")
	t.equal(log[4], "text another 7\n")
	t.equal(log[5], log[2], "it makes the call again")
	t.equal({ status, out:gsub("[^\n]*\n", "", 1) }, { 3, "5 1.5 -5 0 hello\ntext as it was 9\n5 1.5 -5 0 hello\n"
		.. "text as it was 9\ntotal 0\n", 1 })
end)

spec("what does not go back says why", function(t)
	probed(t, "threads", function(p)
		local saved = t.ok(p:snapshot())
		t.ok(p:run_to "work")
		t.match(t.fails("unsupported", p:snapshot()), "has %d threads")
		t.fails("unsupported", saved:restore())
	end)
	probed(t, "exec add", function(p)
		local saved = t.ok(p:snapshot())
		t.ok(p:run_to "replace_me")
		t.ok(p:run_to "add")
		t.match(t.fails("invalid", saved:restore()), "executes another program")
		local later, thread = t.ok(p:snapshot()), lupe.thread(p.pid)
		thread:cont()
		t.fails("invalid", p:snapshot())
		p:wait()
		t.fails("exited", later:restore())
		t.fails("exited", p:snapshot())
		t.raises(function() thread:go_back(1) end, "captured")
		t.fails("exited", thread:capture())
	end)
end)

spec("search finds all places of bytes, in the order of their addresses", function(t)
	probed(t, "add", function(p)
		p:run_to "add"
		local text = p:symbol "text".address
		local found, last = {}, 0
		for at in p:search("as it was", { perms = "w" }) do
			t.ok(math.ult(last, at))
			last = at
			found[at] = p:read(at, 9)
		end
		t.equal(found[text], "as it was")
		t.equal(p:search("as it was", { from = text, to = text + 9 })(), text)
		t.equal(p:search("as it was", { from = text, to = text + 8 })(), nil)
		t.equal(p:search("as it was", { path = "no such path" })(), nil)
		local add = p:symbol "add".address
		p:breakpoint("add", function() end)
		local code = p:read(add, 4):gsub(".", function(c) return ("%02x "):format(c:byte()) end)
		t.equal(p:search({ pattern = code .. " ?? ??" }, { from = add, perms = "x" })(), add, "no int3 of ours")
		local area = p:alloc(3 << 20)
		p:write(area + (1 << 20) - 3, "needle") -- across two pieces
		p:write(area + (2 << 20) - 6, "needleneedle")
		local places = {}
		for at in p:search("needle", { from = area, to = area + (3 << 20) }) do places[#places + 1] = at - area end
		t.equal(places, { (1 << 20) - 3, (2 << 20) - 6, 2 << 20 })
		t.equal(p:search({ pattern = "6e ?? ?? 64 6C 65" }, { from = area })(), area + (1 << 20) - 3)
		places = {}
		p:write(area, "aaaa")
		for at in p:search("aa", { from = area, to = area + 10 }) do places[#places + 1] = at - area end
		t.equal(places, { 0, 1, 2 }, "also where they overlap")
		t.raises(function() p:search "" end, "1 to 4096 bytes")
		t.raises(function() p:search { pattern = "4" } end, "\"48\" and \"%?%?\", got '4'")
		t.raises(function() p:search {} end, "pattern: string expected")
		t.raises(function() p:search("x", { form = 1 }) end, "did you mean 'from'")
		p:kill()
		p:wait()
		t.fails("exited", p:search "x")
	end)
end)

spec.finish()
