-- SPDX-License-Identifier: GPL-3.0-or-later
-- Samples of a process's stacks, counted.
local spec = require "lupe.spec"

spec("a thread that runs is sampled where it runs", function(t)
	local p = assert(lupe.launch { t.fixture "mixload", "1", "1000000000", stdout = "/dev/null" })
	local stacks
	lupe.task(function()
		stacks = p:sample { every = 0.005, duration = 0.5 }
		p:kill()
	end)
	p:wait()
	t.ok(stacks.total > 5, tostring(stacks.total))
	t.match(stacks:folded(), "work")
	t.match(stacks:functions(), "FUNCTION")
	t.match(stacks:heaviest(1), "times")
end)

spec("threads that wait are sampled without a stop when asked for", function(t)
	local p = assert(lupe.launch { "/bin/sleep", "1000" })
	local busy, all
	lupe.task(function()
		busy = p:sample { every = 0.02, duration = 0.2 }
		all = p:sample { every = 0.02, duration = 0.3, wall = true, into = lupe.folded() }
		p:kill()
	end)
	p:wait()
	t.ok(all.total > 2 and all.total > busy.total)
	t.match(all:folded(), "nanosleep")
end)

spec("counts of stacks", function(t)
	local stacks = lupe.folded()
	stacks:add("main;a;b")
	stacks:add("main;a;b", 2)
	stacks:add("main;c", 2)
	t.equal({ stacks.total, stacks:sorted(), stacks:folded() }, { 5, { "main;a;b", "main;c" }, "main;a;b 3\nmain;c 2\n" })
	t.match(stacks:functions(), "\n *3 +60%.0 +3 +60%.0 +b\n")
end)

spec("what cannot be", function(t)
	local p = assert(lupe.launch { "/bin/sleep", "1000" })
	t.raises(function() p:sample { every = 0 } end, "times above 0")
	t.raises(function() p:sample { evry = 1 } end, "did you mean 'every'")
	p:kill()
end)
spec.finish()
