-- SPDX-License-Identifier: GPL-3.0-or-later
-- Injection: what a rule may ask of a call, on a program that says what came of each.
local spec = require "lupe.spec"
local t = spec.t

-- Runs the journal fixture under rules { set, rule }; answers { ["1 append"] = -28, ... } and how often each rule hit.
local function outcome(rounds, rules)
	local file, out = t.temp_file(), t.temp_file()
	local process = assert(lupe.launch { t.fixture "journal", file, tostring(rounds), stdout = out })
	local handlers = {}
	for i, rule in ipairs(rules) do handlers[i] = lupe.inject(rule[1], rule[2]) end
	t.equal({ process:wait() }, { "exited", 0 })
	local results, hits = {}, {}
	for line in t.read_file(out):gmatch "[^\n]+" do
		local key, number = line:match "^(%d+ %a+) (-?%d+)$"
		results[key] = tonumber(number)
	end
	for i, handler in ipairs(handlers) do
		hits[i] = handler.hits
		handler:delete()
	end
	os.remove(file)
	os.remove(out)
	return results, hits
end

-- The keys of calls that failed with ENOSPC, sorted.
local function failed(...)
	local results, hits = outcome(...)
	local list = {}
	for key, number in pairs(results) do
		if number == -28 then list[#list + 1] = key end
	end
	table.sort(list)
	return list, hits
end

local function rule(more)
	local one = { error = "ENOSPC" }
	for key, value in pairs(more) do one[key] = value end
	return { "pwrite64", one }
end

spec("stack: a function that called, directly or not", function()
	t.equal(failed(2, { rule { stack = "wal_flush" } }), { "1 flush", "2 flush" })
	t.equal(failed(1, { rule { stack = "put" } }), { "1 append", "1 checkpoint", "1 flush", "1 thread" })
	t.equal(failed(1, { rule { stack = "wal_*" } }), { "1 flush" })
	t.equal(failed(1, { rule { stack = "no_such_function" } }), {})
end)

spec("stack: a function that was inlined", function()
	local list, hits = failed(3, { rule { stack = "checkpoint" } })
	t.equal(list, { "1 checkpoint", "2 checkpoint", "3 checkpoint" })
	t.equal(hits, { 3 })
end)

spec("stack: several, the innermost first", function()
	t.equal(failed(1, { rule { stack = "put,run_round" } }), { "1 append", "1 checkpoint", "1 flush" })
	t.equal(failed(1, { rule { stack = { "append_record", "main" } } }), { "1 append" })
	t.equal(failed(1, { rule { stack = "run_round,put" } }), {})
end)

spec("stack: asked by a function", function()
	local depths = {}
	t.equal(failed(1, { rule { stack = function(frames)
		depths[#depths + 1] = #frames
		for _, frame in ipairs(frames) do
			if frame.fn == "append_record" then return t.match(frame.file, "journal.c$") or true end
		end
	end } }), { "1 append" })
	t.equal(#depths, 4)
end)

spec("thread: by name, id, or the thread itself", function()
	t.equal(failed(1, { rule { thread = "flush*" } }), { "1 thread" })
	t.equal(failed(1, { rule { thread = "journal" } }), { "1 append", "1 checkpoint", "1 flush" })
	local main
	t.equal(failed(1, { rule { condition = function(ev)
		main = main or ev.tid
		return ev.tid ~= main
	end } }), { "1 thread" })
	local file, out = t.temp_file(), t.temp_file()
	for _, how in ipairs { "tid", "thread" } do
		local process = assert(lupe.launch { t.fixture "journal", file, stdout = out })
		local thread = process:threads()()
		local handler = lupe.inject("pwrite64", { ret = 1, thread = how == "tid" and thread.tid or thread })
		process:wait()
		t.equal(handler.hits, 3)
		handler:delete()
	end
	os.remove(file)
	os.remove(out)
end)

spec("args: numbers, patterns and functions", function()
	t.equal(failed(1, { rule { args = { count = 4 } } }), { "1 checkpoint" })
	t.equal(failed(1, { rule { args = { count = function(n) return n > 5 end } } }), { "1 append", "1 thread" })
	t.equal(failed(1, { rule { args = { buf = "wa?" } } }), { "1 flush" })
	t.equal(failed(1, { rule { args = { count = 4, buf = "wal" } } }), {})
	-- a set in which not every call has the argument
	local _, hits = outcome(1, { { "openat,pwrite64", { error = "EIO", args = { offset = 0 }, when = 2 } } })
	t.equal(hits, { 1 })
end)

spec("after and before another call", function()
	t.equal(failed(2, { rule { after = "fsync", stack = "append_record" } }), { "2 append" })
	t.equal(failed(2, { rule { before = "fsync" } }), { "1 append", "1 flush" })
	t.equal(failed(3, { rule { after = { "fsync", count = 2 }, before = { "fsync", count = 3 }, stack = "put" } }),
		{ "2 checkpoint", "2 thread", "3 append", "3 flush" })
	t.equal(failed(1, { rule { after = { "pwrite64", args = { count = 4 } } } }), { "1 thread" })
	t.equal(failed(1, { rule { after = { "fsync", thread = "nobody" } } }), {})
end)

spec("when counts what the other guards let through", function()
	t.equal(failed(3, { rule { stack = "wal_flush", when = "2+" } }), { "2 flush", "3 flush" })
end)

spec("what is wrong is told at the rule", function()
	local function wrong(more, message)
		t.match(t.raises(function() lupe.inject("write", rule(more)[2]) end), message)
	end
	wrong({ args = { cuont = 1 } }, "inject.lua:%d+: inject: args: 'cuont' is no argument of write, did you mean 'count'")
	wrong({ args = { count = {} } }, "args: count: integer or string or function expected")
	wrong({ stack = "" }, "stack: the name of a function is expected")
	wrong({ stack = { 1 } }, "stack: string expected")
	wrong({ after = "fsnc" }, "after: .*fsnc.*did you mean 'fsync'")
	wrong({ after = { "fsync", cuont = 1 } }, "after: unknown option 'cuont', did you mean 'count'")
	wrong({ thread = 1.5 }, "option 'thread'")
end)

spec.finish()
