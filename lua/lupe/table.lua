-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Tables of rows under titles, printed in aligned columns. Rows are Lua tables with a field for each title:
-- t:add(1, "init"), or t:row(pid).BYTES = 4096, where a row is made at its first use.

local check = require "lupe.check"
local format = require "lupe.format"

local tables = {}

local Table = {}
Table.__index = Table
Table.__name = "rows"

local COLUMN = { "string", right = "boolean", format = "callable", default = "string|number|boolean" }

local function column_of(i, given)
	if type(given) == "string" then given = { given } end
	check.options(("table: column %d"):format(i), given, COLUMN)
	if not given[1] then check.misuse("table: column %d has no title", i) end
	return { title = given[1], right = given.right, format = given.format, default = given.default }
end

-- Of titles, or { title, right = true, format = function(value) -> text, default = value }.
function tables.new(columns)
	check.arg("table: columns", columns, "table")
	if #columns == 0 then check.misuse("table: the titles are missing: lupe.table { \"PID\", \"BYTES\" }") end
	local self = { columns = {}, titles = {}, list = {}, by_key = {} }
	for i, given in ipairs(columns) do
		local column = column_of(i, given)
		if self.titles[column.title] then check.misuse("table: two columns are called '%s'", column.title) end
		self.columns[i], self.titles[column.title] = column, i
	end
	return setmetatable(self, Table)
end

local function new_row(self)
	local row = {}
	for _, column in ipairs(self.columns) do row[column.title] = column.default end
	self.list[#self.list + 1] = row
	return row
end

-- (...: any) -> table
-- A new row with these values; answers it: a table with a field for each title.
function Table:add(...)
	if select("#", ...) > #self.columns then
		check.misuse("table:add: there are %d columns, got %d values", #self.columns, select("#", ...))
	end
	local row = new_row(self)
	for i, column in ipairs(self.columns) do
		local value = select(i, ...)
		if value ~= nil then row[column.title] = value end
	end
	return row
end

-- (key: any, ...: any) -> table
-- The row of a key, made when there is none yet, with these values.
function Table:row(key, ...)
	if key == nil or key ~= key then check.misuse("table:row: the key is %s", tostring(key)) end
	local row = self.by_key[key]
	if not row then
		row = self:add(...)
		self.by_key[key] = row
	end
	return row
end

-- (key: any) -> boolean
-- Takes the row of a key out; whether there was one.
function Table:delete(key)
	local row = self.by_key[key]
	if not row then return false end
	self.by_key[key] = nil
	for i, other in ipairs(self.list) do
		if other == row then
			table.remove(self.list, i)
			break
		end
	end
	return true
end

-- () Takes all rows out.
function Table:clear() self.list, self.by_key = {}, {} end
function Table:__len() return #self.list end

-- Numbers before texts before what is absent; the order of rows that are equal is kept.
local function comes_before(a, b, descending)
	if type(a) == "number" and type(b) == "number" then
		if a ~= b then return descending and a > b or not descending and a < b end
		return nil
	end
	if a == nil or b == nil then
		if a == b then return nil end
		return b == nil
	end
	if type(a) ~= type(b) then
		if type(a) == "number" or type(b) == "number" then return type(a) == "number" end
	end
	a, b = tostring(a), tostring(b)
	if a == b then return nil end
	return a < b
end

-- (by: string) -> rows
-- Orders by a column: numbers with the largest first, texts by the alphabet; "PID ascending" turns numbers round.
function Table:sort(by)
	if by ~= nil then
		check.arg("table:sort", by, "string")
		local title, ascending = by:match("^(.-)%s+(ascending)$")
		title = title or by
		if not self.titles[title] then
			check.misuse("table:sort: there is no column '%s'%s", title, check.did_you_mean(title, check.keys(self.titles)))
		end
		self.sorted_by, self.descending = title, not ascending
	end
	return self
end

-- (n?: integer) -> fun(): table?
-- Iterates over the rows in their order: for row in t:rows(10) do ... end
function Table:rows(n)
	local list, place = table.move(self.list, 1, #self.list, 1, {}), {}
	local by, descending = self.sorted_by, self.descending
	if by then
		for i, row in ipairs(list) do place[row] = i end
		table.sort(list, function(a, b)
			local before = comes_before(a[by], b[by], descending)
			if before == nil then return place[a] < place[b] end
			return before
		end)
	end
	local i = 0
	return function()
		i = i + 1
		if list[i] and (not n or i <= n) then return list[i] end
	end
end

local function cell_text(column, value)
	if value == nil then return "" end
	if column.format then return tostring(column.format(value)) end
	return type(value) == "number" and format.number(value) or tostring(value)
end

-- (n?: integer) -> string
-- What print shows, of the first n rows.
function Table:text(n)
	local lines, right = { {} }, {}
	for i, column in ipairs(self.columns) do
		lines[1][i] = column.title
		right[i] = column.right
	end
	local numbers, others = {}, {}
	for row in self:rows(n) do
		local line = {}
		for i, column in ipairs(self.columns) do
			local value = row[column.title]
			line[i] = cell_text(column, value)
			if type(value) == "number" then numbers[i] = true elseif value ~= nil then others[i] = true end
		end
		lines[#lines + 1] = line
	end
	for i in ipairs(self.columns) do
		if right[i] == nil then right[i] = numbers[i] and not others[i] end
	end
	return format.columns(lines, right)
end
function Table:__tostring() return self:text() end

return tables
