-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Counters: how often each key was seen. A key is any value, or an array of values, which are columns then:
-- c:add { ev.name, ev.err or "" }. Printed as a table, the most frequent first.

local check = require "lupe.check"
local format = require "lupe.format"

local counter = {}

local Counter = {}
Counter.__index = Counter
Counter.__name = "counter"

-- counter("SYSCALL"), counter { "SYSCALL", "ERROR" }: the title of each column of the key.
function counter.counter(titles)
	if type(titles) == "string" then titles = { titles } end
	titles = check.arg("counter: titles", titles == nil and {} or titles, "table")
	for i, title in ipairs(titles) do check.arg(("counter: title %d"):format(i), title, "string") end
	return setmetatable({ titles = titles, counts = {}, keys = {}, total = 0 }, Counter)
end

-- What counts are kept under: a key itself, or one string for the values of an array.
local function identity(key)
	if type(key) ~= "table" or getmetatable(key) then return key end
	local parts = {}
	for i = 1, #key do
		local text = tostring(key[i])
		parts[i] = ("%s%d:%s"):format(type(key[i]):sub(1, 2), #text, text)
	end
	return table.concat(parts)
end

-- (key: any, n?: number) -> counter
-- One more of a key, or n more.
function Counter:add(key, n)
	if key == nil or key ~= key then check.misuse("counter:add: the key is %s", tostring(key)) end
	n = n == nil and 1 or check.arg("counter:add: how many", n, "number")
	local id = identity(key)
	local before = self.counts[id]
	if not before then self.keys[id] = id ~= key and table.move(key, 1, #key, 1, {}) or key end
	self.counts[id] = (before or 0) + n
	self.total = self.total + n
	return self
end
Counter.__call = Counter.add

-- (key: any) -> number
-- How often a key was seen: 0 for one that never was.
function Counter:get(key) return self.counts[identity(key)] or 0 end

-- () Forgets all keys.
function Counter:clear()
	self.counts, self.keys, self.total = {}, {}, 0
end

function Counter:__len()
	local n = 0
	for _ in pairs(self.counts) do n = n + 1 end
	return n
end

local function key_text(key)
	if type(key) ~= "table" or getmetatable(key) then return tostring(key) end
	local parts = {}
	for i, part in ipairs(key) do parts[i] = tostring(part) end
	return table.concat(parts, "\0")
end

-- An iterator over the first n (nil: all) of a list of { key, value, how often, name }: the most frequent first,
-- then by name. It answers key and value.
function counter.ranked(list, n)
	if n ~= nil then check.arg("top", n, "number") end
	table.sort(list, function(a, b)
		if a[3] ~= b[3] then return a[3] > b[3] end
		return a[4] < b[4]
	end)
	local i = 0
	return function()
		i = i + 1
		if list[i] and (not n or i <= n) then return list[i][1], list[i][2] end
	end
end

-- (n?: integer) -> fun(): any, number
-- Iterates over keys and counts, the most frequent first: for key, count in c:top(10) do ... end
function Counter:top(n)
	local list = {}
	for id, key in pairs(self.keys) do list[#list + 1] = { key, self.counts[id], self.counts[id], key_text(key) } end
	return counter.ranked(list, n)
end

local function percent(count, total)
	return total ~= 0 and ("%.1f"):format(100 * count / total) or "-"
end

-- (n?: integer) -> string
-- The table that print shows, of the n most frequent keys.
function Counter:text(n)
	local rows = { { "COUNT", "%", table.unpack(#self.titles > 0 and self.titles or { "KEY" }) } }
	for key, count in self:top(n) do
		local row = { format.number(count), percent(count, self.total) }
		if type(key) == "table" and not getmetatable(key) then
			table.move(key, 1, #key, 3, row)
		else
			row[3] = tostring(key)
		end
		rows[#rows + 1] = row
	end
	return format.columns(rows, { true, true })
end
function Counter:__tostring() return self:text() end

return counter
