-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Histograms: how numbers are spread, in buckets that are powers of two, or of equal width; one, or one for each
-- key. Printed with bars. Whatever numbers come, the text has few lines: what is empty for long is left out.

local check = require "lupe.check"
local counter = require "lupe.counter"
local format = require "lupe.format"

local histogram = {}

local Histogram = {}
Histogram.__index = Histogram
Histogram.__name = "histogram"

local OPTIONS = { title = "string", unit = "string", step = "number", min = "number", max = "number" }
local SMALLEST = -64 -- the exponent of the lowest bucket above 0
local EMPTY_MAX = 3  -- so many empty buckets in a row are shown

function histogram.histogram(options)
	if type(options) == "string" then options = { title = options } end
	options = check.options("histogram", options or {}, OPTIONS)
	local step, min, max = options.step, options.min, options.max
	if step and (step <= 0 or step ~= step or step == math.huge) then check.misuse("histogram: step must be above 0") end
	if (min or max) and not step then check.misuse("histogram: min and max need a step") end
	if min and max and (min >= max or min ~= min or max ~= max) then check.misuse("histogram: min must be below max") end
	return setmetatable({ title = options.title, unit = options.unit or "", step = step, lowest = min, highest = max,
		buckets = {}, count = 0, sum = 0 }, Histogram)
end

-- --- buckets ---
-- By an index: floor((value - min) / step); by powers of two the exponent. -inf: below the first, inf: above
-- the last; by powers of two -inf holds what is negative, and ZERO what is too small for an exponent.

local ZERO = SMALLEST - 1

-- The exponent e of the power of two with 2^e <= value < 2^(e + 1).
local function exponent_of(value)
	local e = math.floor(math.log(value, 2))
	if 2.0 ^ e > value then e = e - 1 elseif 2.0 ^ (e + 1) <= value then e = e + 1 end
	return e
end

local function bucket_of(self, value)
	if self.step then
		if self.lowest and value < self.lowest then return -math.huge end
		if self.highest and value >= self.highest then return math.huge end
		return math.floor((value - (self.lowest or 0)) / self.step)
	end
	if value < 0 then return -math.huge end
	if value < 2.0 ^ SMALLEST then return ZERO end
	return exponent_of(value)
end

-- The first value of a bucket, and the first above it.
local function bounds(self, index)
	if self.step then
		local base = self.lowest or 0
		if index == -math.huge then return index, base end
		if index == math.huge then return self.highest, index end
		return base + index * self.step, math.min(base + (index + 1) * self.step, self.highest or math.huge)
	end
	if index == -math.huge then return index, 0 end
	if index == ZERO then return 0, self.fractions and 2.0 ^ SMALLEST or 1 end
	return 2.0 ^ index, 2.0 ^ (index + 1)
end

-- --- adding and asking ---

-- (value: number, n?: number) -> histogram
-- Adds a value, once or n times.
function Histogram:add(value, n)
	check.arg("histogram:add", value, "number")
	n = n == nil and 1 or check.arg("histogram:add: how many", n, "number")
	if value ~= value or value == math.huge or value == -math.huge then
		check.misuse("histogram:add: a finite number is expected, got %s", tostring(value))
	end
	local index = bucket_of(self, value)
	self.buckets[index] = (self.buckets[index] or 0) + n
	self.count, self.sum = self.count + n, self.sum + value * n
	self.fractions = self.fractions or value > 0 and value < 1
	self.min = math.min(self.min or value, value)
	self.max = math.max(self.max or value, value)
	return self
end
Histogram.__call = Histogram.add

-- () Forgets all values.
function Histogram:clear()
	self.buckets, self.count, self.sum, self.min, self.max, self.fractions = {}, 0, 0, nil, nil, nil
end

-- () -> number?
-- The mean; nil without values.
function Histogram:mean() return self.count > 0 and self.sum / self.count or nil end

local function sorted_indexes(self)
	local indexes = {}
	for index in pairs(self.buckets) do indexes[#indexes + 1] = index end
	table.sort(indexes)
	return indexes
end

-- (q: number) -> number?
-- The value below which the share q (0 to 1) of all values lies. As exact as the buckets are: inside one the values
-- are taken to be spread evenly.
function Histogram:quantile(q)
	check.arg("histogram:quantile", q, "number")
	if q < 0 or q > 1 or q ~= q then check.misuse("histogram:quantile: a number from 0 to 1 is expected") end
	local wanted, before = q * self.count, 0
	for _, index in ipairs(sorted_indexes(self)) do
		local n = self.buckets[index]
		if before + n >= wanted then
			local low, high = bounds(self, index)
			low, high = math.max(low, self.min), math.min(high, self.max)
			return n > 0 and low + (high - low) * math.max(0, wanted - before) / n or low
		end
		before = before + n
	end
	return self.max
end

-- --- text ---

local SUFFIXES = { { 2.0 ^ 60, "E" }, { 2.0 ^ 50, "P" }, { 2.0 ^ 40, "T" }, { 2.0 ^ 30, "G" }, { 2.0 ^ 20, "M" },
	{ 2.0 ^ 10, "K" } }

-- A bound: powers of two with their letter.
local function bound_text(self, value)
	if not self.step then
		for _, suffix in ipairs(SUFFIXES) do
			if value >= suffix[1] and value % suffix[1] == 0 then
				return ("%.6g%s"):format(value / suffix[1], suffix[2])
			end
		end
	end
	return format.number(value)
end

local function bucket_row(self, index, most, width)
	local low, high = bounds(self, index)
	local n = self.buckets[index] or 0
	local first = low == -math.huge and "(-inf," or "[" .. bound_text(self, low) .. ","
	local last = high == math.huge and "inf)" or bound_text(self, high) .. ")"
	return { first, last, format.number(n), format.bar(math.max(0, n / most), width) }
end

local function add_gap(rows, self, from, to, most, width)
	if to - from > EMPTY_MAX then
		rows[#rows + 1] = { "...", "", "", "" }
		return
	end
	for index = from, to - 1 do rows[#rows + 1] = bucket_row(self, index, most, width) end
end

local function head(self)
	local unit = self.unit ~= "" and " " .. self.unit or ""
	return ("%s%s values, mean %s%s, min %s, max %s"):format(self.title and self.title .. ": " or "",
		format.number(self.count), format.number(self:mean()), unit, format.number(self.min),
		format.number(self.max))
end

-- (width?: integer) -> string
-- What print shows, with bars of so many characters (40).
function Histogram:text(width)
	if self.count == 0 then return (self.title or "histogram") .. ": no values" end
	width = width == nil and 40 or check.arg("histogram:text: width", width, "integer")
	local most, rows, previous = 0, {}, nil
	for _, n in pairs(self.buckets) do most = math.max(most, n) end
	most = most > 0 and most or 1
	for _, index in ipairs(sorted_indexes(self)) do
		if previous and math.abs(previous) ~= math.huge and index ~= math.huge and previous ~= ZERO then
			add_gap(rows, self, previous + 1, index, most, width)
		end
		rows[#rows + 1] = bucket_row(self, index, most, width)
		previous = index
	end
	return head(self) .. "\n" .. format.columns(rows, { true, true, true })
end
function Histogram:__tostring() return self:text() end

-- --- one for each key ---

local Histograms = {}
Histograms.__index = Histograms
Histograms.__name = "histograms"

function histogram.histograms(options)
	if type(options) == "string" then options = { title = options } end
	histogram.histogram(options) -- raises what is wrong
	return setmetatable({ options = options or {}, by_key = {} }, Histograms)
end

-- (key: any) -> histogram?
-- The histogram of a key; nil when nothing was added to it.
function Histograms:get(key) return self.by_key[key] end

-- (key: any, value: number, n?: number) -> histograms
-- Adds a value to the histogram of a key, which is made at its first.
function Histograms:add(key, value, n)
	if key == nil or key ~= key then check.misuse("histograms:add: the key is %s", tostring(key)) end
	local own = self.by_key[key]
	if not own then
		own = histogram.histogram(self.options)
		own.title = (self.options.title and self.options.title .. " " or "") .. tostring(key)
	end
	own:add(value, n)
	self.by_key[key] = own
	return self
end
Histograms.__call = Histograms.add

-- () Forgets all keys.
function Histograms:clear() self.by_key = {} end

-- (n?: integer) -> fun(): any, histogram
-- Iterates over keys and histograms, the one with most values first.
function Histograms:top(n)
	local list = {}
	for key, own in pairs(self.by_key) do list[#list + 1] = { key, own, own.count, own.title } end
	return counter.ranked(list, n)
end

-- (n?: integer) -> string
-- What print shows, of the n keys with most values.
function Histograms:text(n)
	local texts = {}
	for _, own in self:top(n) do texts[#texts + 1] = own:text() end
	if #texts == 0 then return (self.options.title or "histograms") .. ": no values" end
	return table.concat(texts, "\n\n")
end
function Histograms:__tostring() return self:text() end

return histogram
