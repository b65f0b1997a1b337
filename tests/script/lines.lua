-- SPDX-License-Identifier: GPL-3.0-or-later
-- Stepping by source lines in scripts.
local spec = require "lupe.spec"

-- The fixture at its function: fn(thread) in a task.
local function at(t, place, fn)
	local p = assert(lupe.launch { t.fixture "calls", stdout = "/dev/null" })
	local reached = false
	lupe.task(function()
		local event = assert(p:run_to(place))
		reached = true
		fn(event.thread)
		p:kill()
	end)
	p:wait()
	t.ok(reached)
end

local function where(thread)
	local frame = thread:frame(0)
	return frame.fn .. ":" .. tostring(frame.line)
end

spec("next executes what is called, and comes out of the function", function(t)
	at(t, "outer", function(thread)
		local first = thread:frame(0).line
		t.ok(thread:next())
		local line = thread:frame(0).line
		t.ok(line > first)
		t.equal(thread:frame(0).fn, "outer")
		for _ = 1, 20 do
			if thread:frame(0).fn == "main" then break end
			t.ok(thread:next())
			t.ok(thread:frame(0).fn ~= "inner", where(thread))
		end
		t.equal(thread:frame(0).fn, "main")
	end)
end)

spec("step goes into functions that have lines", function(t)
	at(t, "outer", function(thread)
		local seen = {}
		for _ = 1, 12 do
			t.ok(thread:step())
			seen[thread:frame(0).fn] = true
		end
		t.ok(seen.inner)
		local frame = thread:frame(0)
		t.ok(frame.file:find "calls%.c$")
	end)
end)

spec("several lines at once, and what cannot be", function(t)
	at(t, "inner", function(thread)
		local first = thread:frame(0).line
		t.ok(thread:next(2))
		t.ok(thread:frame(0).line ~= first)
		t.raises(function() thread:next "x" end, "next")
	end)
	local p = assert(lupe.launch { t.fixture "calls", stdout = "/dev/null" })
	local thread = assert(lupe.thread(p.pid))
	p:kill()
	p:wait()
	t.raises(function() thread:step() end, "has exited")
end)
spec.finish()
