-- SPDX-License-Identifier: GPL-3.0-or-later
-- Counters, histograms, tables of rows and top lists: what they hold, what they print, what they refuse.
local spec = require "lupe.spec"
local counter = require "lupe.counter"
local histogram = require "lupe.histogram"
local tables = require "lupe.table"
local top = require "lupe.top"

-- Bars are # in this locale: the same everywhere.
os.setlocale("C", "ctype")

local function collect(iterator)
	local list = {}
	for a, b in iterator do list[#list + 1] = { a, b } end
	return list
end

spec("counter: counts, order, text", function(t)
	local c = counter.counter "WHAT"
	c:add "b"
	c("a", 2):add("b", 3):add(7):add(true)
	t.equal({ c:get "b", c:get "nosuch", c.total, #c }, { 4, 0, 8, 4 })
	t.equal(collect(c:top(3)), { { "b", 4 }, { "a", 2 }, { 7, 1 } })
	t.equal(c:text(2), "COUNT     %  WHAT\n    4  50.0  b\n    2  25.0  a")
	t.equal(tostring(counter.counter()), "COUNT  %  KEY")
	c:clear()
	t.equal({ c.total, #c, collect(c:top()) }, { 0, 0, {} })
end)

spec("counter: keys of several values", function(t)
	local c = counter.counter { "SYSCALL", "ERROR" }
	local key = { "open", "ENOENT" }
	c:add(key)
	key[2] = "EACCES"
	c:add(key):add({ "open", "ENOENT" }):add { "openE", "NOENT" }
	t.equal({ c:get { "open", "ENOENT" }, c:get { "open", "EACCES" }, c:get { 1 }, #c }, { 2, 1, 0, 3 })
	t.equal(collect(c:top(1)), { { { "open", "ENOENT" }, 2 } })
	t.equal(c:text(), "COUNT     %  SYSCALL  ERROR\n    2  50.0  open     ENOENT\n    1  25.0  open     EACCES\n"
		.. "    1  25.0  openE    NOENT")
	c:add { 1 }
	c:add { "1" }
	t.equal({ c:get { 1 }, c:get { "1" } }, { 1, 1 })
	t.equal(counter.counter():add("a\27[31m", 1):text():find("\27", 1, true), nil, "nothing reaches the terminal")
end)

spec("counter: misuse", function(t)
	local c = counter.counter()
	t.raises(function() c:add(nil) end, "key is nil")
	t.raises(function() c:add(0 / 0) end, "key is ")
	t.raises(function() c:add("a", "2") end, "number expected, got string")
	t.raises(function() counter.counter { 1 } end, "title 1: string expected")
	t.equal(c.total, 0)
end)

spec("histogram: powers of two", function(t)
	local h = histogram.histogram { title = "sizes", unit = "bytes" }
	for _, value in ipairs { 0, 1, 2, 3, 4, 1023, 1024, 4096 } do h:add(value) end
	h:add(2, 2)
	t.equal({ h.count, h.sum, h.min, h.max, h:mean() }, { 10, 6157, 0, 4096, 615.7 })
	t.equal(h:text(8), table.concat({
		"sizes: 10 values, mean 615.7 bytes, min 0, max 4096",
		"  [0,   1)  1  ##", "  [1,   2)  1  ##", "  [2,   4)  4  ########", "  [4,   8)  1  ##", "  ...",
		"[512,  1K)  1  ##", " [1K,  2K)  1  ##", " [2K,  4K)  0", " [4K,  8K)  1  ##" }, "\n"))
	t.equal(tostring(histogram.histogram "x"), "x: no values")
end)

spec("histogram: fractions, negatives, the far ends", function(t)
	local h = histogram.histogram()
	h:add(0.25):add(0.3):add(0.5):add(-3):add(0)
	local text = h:text(4)
	t.match(text, "%(%-inf,%s+0%)  1  ##\n")
	t.match(text, "%[0,%s+5.42101e%-20%)  1  ##\n")
	t.match(text, "%[0.25,%s+0.5%)  2  ####\n%s*%[0.5,%s+1%)  1  ##$")
	h = histogram.histogram()
	h:add(1e308):add(5e-324):add(math.maxinteger):add(math.mininteger):add(1)
	t.ok(select(2, h:text():gsub("\n", "")) < 20)
	for _, value in ipairs { 0 / 0, 1 / 0, -1 / 0 } do
		t.raises(function() h:add(value) end, "finite number is expected")
	end
	for e = 0, 62 do
		local one = histogram.histogram()
		one:add((1 << e) - 1):add(1 << e)
		t.equal(one:quantile(1), 1.0 * (1 << e))
		if e > 1 and e < 53 then t.equal(select(2, one:text():gsub("\n", "")), 2, e) end
	end
end)

spec("histogram: equal steps, with and without ends", function(t)
	local h = histogram.histogram { step = 10 }
	h:add(-1):add(0):add(9.99):add(10):add(1e15)
	t.equal(h:text(2), table.concat({ "5 values, mean 2e+14, min -1, max 1000000000000000",
		"             [-10,                 0)  1  #",
		"               [0,                10)  2  ##",
		"              [10,                20)  1  #",
		"               ...",
		"[1000000000000000,  1000000000000010)  1  #" }, "\n"))
	h = histogram.histogram { step = 5, min = 10, max = 22 }
	h:add(9):add(10):add(20):add(22):add(100)
	t.equal(h:text(2), table.concat({ "5 values, mean 32.2, min 9, max 100", "(-inf,   10)  1  #", "  [10,   15)  1  #",
		"  [15,   20)  0", "  [20,   22)  1  #", "  [22,  inf)  2  ##" }, "\n"))
	t.raises(function() histogram.histogram { step = 0 } end, "above 0")
	t.raises(function() histogram.histogram { step = 0 / 0 } end, "above 0")
	t.raises(function() histogram.histogram { min = 1 } end, "need a step")
	t.raises(function() histogram.histogram { step = 1, min = 2, max = 2 } end, "below max")
	t.raises(function() histogram.histogram { stepp = 1 } end, "did you mean 'step'")
end)

spec("histogram: quantiles lie within what was seen", function(t)
	local h = histogram.histogram { step = 1 }
	for value = 1, 100 do h:add(value) end
	t.equal({ h:quantile(0), h:quantile(1) }, { 1.0, 100.0 })
	t.ok(math.abs(h:quantile(0.5) - 51) <= 1)
	t.ok(math.abs(h:quantile(0.99) - 100) <= 1)
	t.equal(histogram.histogram():quantile(0.5), nil)
	t.raises(function() h:quantile(50) end, "from 0 to 1")
end)

spec("histograms: one for each key", function(t)
	local hs = histogram.histograms { title = "time of", unit = "ms" }
	hs:add("read", 1):add("write", 2):add("write", 3)
	t.equal(hs:get("write").count, 2)
	t.equal(hs:text(1), "time of write: 2 values, mean 2.5 ms, min 2, max 3\n[2,  4)  2  " .. ("#"):rep(40))
	t.contains(tostring(hs), "\n\ntime of read: 1 values")
	t.raises(function() hs:add(nil, 1) end, "key is nil")
	t.raises(function() hs:add("new", "x") end, "number expected")
	t.equal(hs:get "new", nil)
	hs:clear()
	t.equal(tostring(hs), "time of: no values")
end)

spec("table: rows, columns, order", function(t)
	local function bytes(n) return n .. "B" end
	local list = tables.new { "PID", "NAME", { "BYTES", right = true, format = bytes, default = 0 } }
	list:add(7, "init")
	list:add(30, "a", 5)
	list:row("k", 4).BYTES = 6
	list:row("k", 99).NAME = "z"
	t.equal(#list, 3)
	t.equal(list:text(), "PID  NAME  BYTES\n  7  init     0B\n 30  a        5B\n  4  z        6B")
	local function order()
		local pids = {}
		for row in list:rows() do pids[#pids + 1] = row.PID end
		return pids
	end
	list:sort "BYTES"
	t.equal(order(), { 4, 30, 7 })
	list:sort "PID ascending"
	t.equal(order(), { 4, 7, 30 })
	list:sort "NAME"
	t.equal(order(), { 30, 7, 4 })
	t.equal(list:text(1), "PID  NAME  BYTES\n 30  a        5B")
	t.equal({ list:delete "k", list:delete "k", #list }, { true, false, 2 })
	list:clear()
	t.equal(tostring(list), "PID  NAME  BYTES")
end)

spec("table: cells of all kinds have an order, equal ones keep theirs", function(t)
	local list = tables.new { "V", "N" }
	local values = { 3, "b", true, 3.5, "a", 3, false, 1 / 0, "b" }
	for i = 1, #values do list:add(values[i], i) end
	list:add(nil, 10)
	list:sort "V"
	local seen = {}
	for row in list:rows() do seen[#seen + 1] = row.N end
	t.equal(seen, { 8, 4, 1, 6, 5, 2, 9, 7, 3, 10 })
end)

spec("table: misuse", function(t)
	t.raises(function() tables.new {} end, "titles are missing")
	t.raises(function() tables.new { "A", "A" } end, "two columns are called 'A'")
	t.raises(function() tables.new { { right = true } } end, "column 1 has no title")
	t.raises(function() tables.new { { "A", wide = 1 } } end, "column 1: unknown option 'wide'")
	local list = tables.new { "NAME" }
	t.raises(function() list:add(1, 2) end, "1 columns, got 2 values")
	t.raises(function() list:sort "NAMES" end, "no column 'NAMES', did you mean 'NAME'")
	t.raises(function() list:row(nil) end, "key is nil")
end)

-- A top list that writes into a string, on a terminal of a size, with a clock that only `tick` moves.
local function with_top(options, columns, rows)
	local out, ticks, ends = {}, {}, {}
	options.output = assert(io.tmpfile())
	local list = top.new(options, {
		every = function(_, fn)
			ticks[#ticks + 1] = fn
			return { delete = function() ticks = {} end }
		end,
		at_end = function(fn) ends[#ends + 1] = fn end,
		size = function() return columns, rows end })
	local function take()
		options.output:seek("set")
		local text = options.output:read("a")
		local new = text:sub((out.seen or 0) + 1)
		out.seen = #text
		return new
	end
	return list, take, function() for _, fn in ipairs(ticks) do fn() end end, function() ends[1]() end
end

spec("top: below each other where there is no terminal", function(t)
	local c = counter.counter "K"
	local _, take, tick, finish = with_top { c:add("a"), clear = true }
	tick()
	t.equal(take(), "COUNT      %  K\n    1  100.0  a\n")
	c:add("b", 2)
	tick()
	t.equal(take(), "\nCOUNT      %  K\n    2  100.0  b\n")
	finish()
	t.equal(take(), "\nCOUNT  %  K\n")
	tick()
	finish()
	t.equal(take(), "")
end)

spec("top: in place on a terminal, never more than it has", function(t)
	local c = counter.counter "K"
	for i = 1, 50 do c:add(("%02d-ä"):format(i) .. ("x"):rep(100), 100 - i) end
	local list, take = with_top({ c, title = "all" }, 30, 10)
	list:refresh()
	local first = take()
	t.equal(first:sub(1, 7), "\27[2J\27[H")
	t.equal(select(2, first:gsub("\n", "")), 9)
	t.equal(first:sub(-3), "\27[J")
	local plain = first:gsub("\27%[%d*%a", "")
	t.match(plain, "^%d%d:%d%d:%d%d  all\n")
	for line in plain:gmatch("[^\n]+") do t.ok(utf8.len(line) <= 29) end
	list:refresh()
	t.equal(take():sub(1, 3), "\27[H")
	list, take = with_top({ function() return "one\n\27[31mtwo" end, rows = 1 }, 30, 10)
	list:stop()
	t.equal(take(), "\27[2J\27[Hone\27[K\n\\x1b[31mtwo\27[K\n\27[J")
	t.equal(list.ended, true)
end)

spec("top: misuse", function(t)
	t.raises(function() lupe.top {} end, "what to show is missing")
	t.raises(function() lupe.top { 1 } end, "table or userdata or function expected")
	t.raises(function() lupe.top { print, clear = true } end, "clear needs a counter")
	t.raises(function() lupe.top { print, rows = 0 } end, "rows must be above 0")
	t.raises(function() lupe.top { print, every = 0 } end, "a time above 0")
end)

spec.finish()
