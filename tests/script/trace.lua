-- SPDX-License-Identifier: GPL-3.0-or-later
-- The pure parts of lupe trace: sets, the summary's table, the tree of processes, --where.
local spec = require "lupe.spec"
local sets = require "lupe.trace_sets"
local summary = require "lupe.trace_summary"
local tree = require "lupe.trace_tree"
local where = require "lupe.trace_where"

spec("sets of words: lists, all, none, !", function(t)
	local bits = { a = 1, b = 2, c = 4 }
	local function words(text) return sets.words("thing", text, bits, 7) end
	t.equal(words "a,c", 5)
	t.equal(words "!a,c", 2)
	t.equal(words "all", 7)
	t.equal(words "!all", 0)
	t.equal(words "!none", 7)
	t.equal({ words "a,x" }, { nil, "invalid thing 'x'" })
	t.equal({ words "" }, { nil, "invalid thing ''" })
end)

spec("signals, descriptors, times and process ids", function(t)
	local numbers = { CHLD = 17, SIGTERM = 15 }
	local function signals(text) return sets.signals(text, function(name) return numbers[name] end) end
	t.equal(signals "chld,SIGTERM", 1 << 16 | 1 << 14)
	t.equal(signals "!chld", ~(1 << 16))
	t.equal(signals "all", -1)
	t.equal(select(2, signals "FOO"), "invalid signal 'FOO'")
	t.equal(sets.descriptors "3,5", { 3, 5, inverted = false })
	t.equal(sets.descriptors "!3", { 3, inverted = true })
	t.equal(sets.descriptors "all", { inverted = true })
	t.equal(select(2, sets.descriptors "-1"), "invalid descriptor '-1'")
	t.equal({ sets.timestamps "unix,us" }, { "unix", 6 })
	t.equal({ sets.timestamps "precision:ms,format:time" }, { "time", 3 })
	t.equal({ sets.timestamps "" }, { "time", 0 })
	t.equal(sets.timestamps "foo", nil)
	t.equal(sets.nanoseconds "5", 5000)
	t.equal(sets.nanoseconds "1.5ms", 1500000)
	t.equal(sets.nanoseconds "x", nil)
	t.equal(sets.pids "1, 22,3", { 1, 22, 3 })
	t.equal(select(2, sets.pids "1x"), "Invalid process id: '1x'")
end)

local ROWS = {
	{ nr = 3, name = "close", calls = 3, errors = 1, total = 65000, least = 1000, most = 50000 },
	{ nr = 148, name = "sched_rr_get_interval", calls = 4, errors = 0, total = 58000, least = 2000, most = 20000 },
	{ nr = 39, name = "getpid", calls = 3, errors = 0, total = 0, least = 0, most = 0 },
}

spec("the summary's table, by time", function(t)
	t.equal(summary.text(table.move(ROWS, 1, 3, 1, {})), [[
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------------
 52.85    0.000065          21         3         1 close
 47.15    0.000058          14         4           sched_rr_get_interval
  0.00    0.000000           0         3           getpid
------ ----------- ----------- --------- --------- ----------------------
100.00    0.000123          12        10         1 total
]])
	t.equal(summary.text({}), "")
end)

spec("the summary's columns and order", function(t)
	local columns = summary.columns "name,calls,shortest,longest"
	t.equal(summary.text(table.move(ROWS, 1, 3, 1, {}), columns, summary.order "calls"), [[
syscall                    calls shortest  longest
---------------------- --------- -------- --------
sched_rr_get_interval          4 0.000002 0.000020
close                          3 0.000001 0.000050
getpid                         3 0.000000 0.000000
---------------------- --------- -------- --------
total                         10 0.000000 0.000050
]])
	t.equal(summary.columns "calls", { "calls", "name" })
	t.equal(select(2, summary.columns "foo"), "unknown column name: 'foo'")
	t.equal(summary.order "count", "calls")
	t.equal(select(2, summary.order "foo"), "invalid sortby: 'foo'")
end)

spec("the tree of processes", function(t)
	local processes = {
		{ pid = 10, parent = 1, command = "make -j4", exit_code = 0, duration_ns = 1500000000 },
		{ pid = 11, parent = 10, command = "cc1\27[2J", signo = 11, duration_ns = 2000000 },
		{ pid = 12, parent = 10, command = "sh" },
		{ pid = 13, parent = 12, exit_code = 3, duration_ns = 0 },
	}
	t.equal(tree.text(processes, function() return "SIGSEGV" end), [[
10 make -j4  [exited with 0 after 1.500 s]
├─ 11 cc1\x1b[2J  [killed by SIGSEGV after 0.002 s]
└─ 12 sh  [still running]
   └─ 13 ?  [exited with 3 after 0.000 s]
]])
	t.equal(tree.text({}), "")
end)

spec("--where: which syscalls it can be about", function(t)
	t.equal(where.names "name == 'openat' and ret < 0", { "openat" })
	t.equal(where.names [[name=="read" or name == "write"]], { "read", "write" })
	t.equal(where.names "name == 'read' or ret < 0", nil)
	t.equal(where.names "not (name == 'read')", nil)
	t.equal(where.names "name ~= 'read'", nil)
	t.equal(where.names "ret < 0", nil)
end)

spec("--where: fields, missing ones, errors", function(t)
	local event = { name = "openat", ret = -1, err = "ENOENT", args = { path = "/etc/x" } }
	local function chosen(text)
		local predicate, failure = assert(where.compile(text))
		return predicate(event), failure()
	end
	t.equal(chosen "ret < 0 and args.path:find '^/etc'", true)
	t.equal(chosen "err == 'EACCES'", false)
	t.equal(chosen "args.nothing == nil and nothing == nil", true)
	local ok, failure = chosen "args.nothing:find 'x'"
	t.equal(ok, false)
	t.match(failure, "nil value")
	local predicate, message = where.compile "ret <"
	t.equal(predicate, nil)
	t.match(message, "^%-%-where: ")
end)

spec.finish()
