-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- p:sample: the stacks of a process's threads, taken again and again; lupe.folded: what they are counted in.

local check = require "lupe.check"
local stacks = require "lupe.stacks"

local sampling = {}

local OPTIONS = { every = "number", duration = "number", depth = "integer", wall = "boolean", into = "table" }

local function is_busy(process, thread)
	local stat = process:proc(("task/%d/stat"):format(thread.tid))
	return stat and stat:match "^.*%) (%a)" == "R"
end

-- One sample: threads that run are interrupted, and tell their stack when they stop; of those that wait it is read
-- without a stop, if that is wanted.
local function take(process, options, folded, images)
	for thread in process:threads() do
		if thread.state == "running" and is_busy(process, thread) then thread:interrupt() end
	end
	local text = images and images:stack(process.pid, { stop = "none", as = "folded", names = true,
		depth = options.depth })
	for line in (text or ""):gmatch "[^\n]+" do folded:add(line:match "^(.*) %d+$" or line) end
end

function sampling.add_methods(lupe, state)
	local methods, core = state.core.methods, state.core

	-- () -> folded
	-- A counter of stacks: add(stack, n) of "outermost;...;innermost", folded() as lines for `lupe flame`, heaviest(n),
	-- functions(n) as tables.
	function lupe.folded() return stacks.new() end

	-- (options?: { every?: number, duration?: number, depth?: integer, wall?: boolean, into?: folded }) -> folded
	-- Samples the stacks of its threads for `duration` seconds (5), each `every` seconds (0.01): of threads that run, by a
	-- short stop; with wall = true also of those that wait, without one. Answers a counter of stacks (`into`, if given).
	function methods.process.sample(process, options)
		options = check.options("sample", options or {}, OPTIONS)
		local every, duration = options.every or 0.01, options.duration or 5
		if every <= 0 or duration <= 0 then check.misuse("sample: times above 0 are expected") end
		local folded = options.into or stacks.new()
		local depth = options.depth or 100
		local images = options.wall and core.images() or nil
		local function count(event)
			if event.kind ~= "stopped" then return end
			local frames = stacks.frames(event.thread, { depth = depth })
			if #frames > 0 then folded:add(stacks.fold(frames, event.thread.name)) end
		end
		local stops <close> = lupe.on_stop({ pid = process.pid }, count) -- luacheck: ignore 211
		local timer <close> = lupe.every(every, function() -- luacheck: ignore 211
			if process.state ~= "exited" then take(process, { depth = depth }, folded, images) end
		end)
		local over = lupe.now() + duration
		while process.state ~= "exited" and lupe.now() < over do lupe.sleep(math.min(0.1, duration)) end
		return folded
	end
end

return sampling
