-- SPDX-License-Identifier: GPL-3.0-or-later
-- Stacks of threads that stand, and what is counted by them.
local spec = require "lupe.spec"
local stacks = require "lupe.stacks"

spec("a stack is right after libraries were loaded since the last one", function(t)
	for _, lines in ipairs { false, true } do
		local seen, first = {}, true
		t.with_tracee({ "journal", t.temp_file(), stdout = "/dev/null" }, function(p)
			local handler = lupe.on_syscall("openat,mmap,pwrite64", { pid = p.pid, on_enter = function(ev)
				if first and ev.name == "openat" or ev.name == "pwrite64" then -- the first is the loader's own
					local frames = ev.thread:bt { lines = lines }
					seen[#seen + 1] = { ev.name, frames }
					first = false
				end
			end })
			t.equal({ p:wait() }, { "exited", 0 })
			handler:delete()
		end)
		t.equal(#seen, 5)
		t.match(seen[1][2][1].module, "/ld[^/]*$")
		for i = 2, 4 do
			local names = {}
			for j, frame in ipairs(seen[i][2]) do
				t.ok(frame.module, "a frame without a module")
				names[j] = frame.fn or "?"
			end
			t.match(table.concat(names, " "), " put .*run_round main ")
			t.equal(seen[i][2].ends, "")
		end
	end
end)

spec("numbers by stack", function(t)
	local sums = stacks.new()
	sums:add("main;a;b", 3)
	sums:add "main;a;b"
	sums:add("main;a", 2)
	sums:add("main;c;a", 4)
	t.equal(sums:folded(), "main;a;b 4\nmain;c;a 4\nmain;a 2\n")
	t.equal(sums:heaviest(1), "4, 40.0 %, 2 times\n    b\n    a\n    main\n")
	t.equal(sums:functions(2), "SELF     %  TOTAL      %  FUNCTION\n   6  60.0     10  100.0  a\n"
		.. "   4  40.0      4   40.0  b\n")
	t.equal(stacks.fold({ { fn = "in;ner", pc = 1 }, { module = "/lib/x.so", pc = 2 }, { pc = 255 } }, "na\nme"),
		"na_me;0xff;[x.so];in_ner")
	t.equal(stacks.fold({ { fn = "f" } }), "f")
end)

spec.finish()
