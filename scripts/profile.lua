-- where a program spends its time: samples of its stacks
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- So many times a second each thread that runs on a CPU is stopped for a moment and its stack noted. Threads
-- that wait are left alone; with --wall their stacks count too, read without stopping them.

local tool = require "lupe.tool"

local values = tool.options {
	name = "lupe profile",
	summary = "where a program spends its time: samples of its stacks",
	examples = {
		{ "lupe profile -d 5 -p 4242", "five seconds of a process" },
		{ "lupe profile -F 500 -- ./prog", "500 samples a second of a command and its children" },
		{ "lupe profile -f -o stacks -- ./prog; lupe flame -o prog.svg stacks", "as a flame graph" },
	},
	options = {
		{ short = "F", long = "frequency", arg = "HZ", type = "number", default = 99, help = "samples a second" },
		{ short = "w", long = "wall", help = "also threads that wait" },
		{ short = "n", long = "top", arg = "N", type = "integer", default = 20, help = "at most N functions or stacks" },
		{ short = "s", long = "stacks", help = "the heaviest stacks, not functions" },
		{ short = "f", long = "folded", help = "lines for lupe flame" },
		{ long = "depth", arg = "N", type = "integer", default = 100, help = "frames of a stack" },
	},
}

if values.frequency <= 0 or values.frequency > 10000 then
	tool.usage({ name = "lupe profile" }, "a frequency above 0 and up to 10000 is expected")
end
local samples = lupe.folded()
local options = { every = 1 / values.frequency, duration = values.duration or math.maxinteger,
	depth = math.max(values.depth, 1), wall = values.wall, into = samples }

local function watch(process)
	if process then lupe.task(function() process:sample(options) end) end
end
for process in lupe.processes() do watch(process) end
lupe.on_fork(function(ev) watch(lupe.process(ev.child)) end)

lupe.on_end(function()
	local out = values.out
	if values.folded then
		out:write(samples:folded())
	elseif samples.total == 0 then
		out:write "no sample was taken: it did not run long enough\n"
	else
		out:write(values.stacks and samples:heaviest(values.top) or samples:functions(values.top))
	end
end)
