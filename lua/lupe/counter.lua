-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Counters and histograms: what most tracing scripts end in. Both print as tables a person reads.

local check = require "lupe.check"
local format = require "lupe.format"

local counter = {}

-- --- counter: how often each key was seen ---

local Counter = {}
Counter.__index = Counter
Counter.__name = "counter"

function counter.counter(title)
	if title ~= nil then check.arg("counter", title, "string") end
	return setmetatable({ title = title, counts = {}, total = 0 }, Counter)
end

-- One more of `key` (or `n` more). Several values make one key: c:add(ev.name, ev.err).
function Counter:add(key, n)
	if key == nil then check.misuse("counter: the key is nil") end
	n = n or 1
	self.counts[key] = (self.counts[key] or 0) + n
	self.total = self.total + n
	return self
end
Counter.__call = Counter.add

function Counter:get(key) return self.counts[key] or 0 end

function Counter:clear()
	self.counts, self.total = {}, 0
end

-- The keys with their counts, the most frequent first: for key, count in c:top(10) do ... end
function Counter:top(n)
	local keys = {}
	for key in pairs(self.counts) do keys[#keys + 1] = key end
	table.sort(keys, function(a, b)
		local x, y = self.counts[a], self.counts[b]
		if x ~= y then return x > y end
		return tostring(a) < tostring(b)
	end)
	local i = 0
	return function()
		i = i + 1
		if keys[i] ~= nil and (not n or i <= n) then return keys[i], self.counts[keys[i]] end
	end
end

function Counter:text(n)
	local rows = { { "COUNT", "%", self.title or "KEY" } }
	for key, count in self:top(n) do
		rows[#rows + 1] = { count, ("%.1f"):format(100 * count / self.total), tostring(key) }
	end
	return format.columns(rows, { true, true })
end
function Counter:__tostring() return self:text() end

-- --- histogram: how numbers are spread ---

local Histogram = {}
Histogram.__index = Histogram
Histogram.__name = "histogram"

-- options: title, unit; step=N for buckets of equal width, otherwise they are powers of two.
function counter.histogram(options)
	if type(options) == "string" then options = { title = options } end
	options = check.options("histogram", options or {}, { title = "string", unit = "string", step = "number" })
	if options.step and options.step <= 0 then check.misuse("histogram: step must be above 0") end
	return setmetatable({ title = options.title, unit = options.unit or "", step = options.step,
		buckets = {}, count = 0, sum = 0 }, Histogram)
end

-- The index of the bucket of a number: floor(log2) + 1, 0 for anything below 1, by steps floor(v / step).
local function bucket_of(self, value)
	if self.step then return math.floor(value / self.step) end
	if value < 1 then return 0 end
	local exponent = 0
	while value >= 2 do value, exponent = value / 2, exponent + 1 end
	return exponent + 1
end

-- The lower bound of a bucket.
local function lower_bound(self, index)
	if self.step then return index * self.step end
	return index == 0 and 0 or 1 << (index - 1)
end

function Histogram:add(value, n)
	check.arg("histogram:add", value, "number")
	n = n or 1
	local index = bucket_of(self, value)
	self.buckets[index] = (self.buckets[index] or 0) + n
	self.count, self.sum = self.count + n, self.sum + value * n
	self.min = math.min(self.min or value, value)
	self.max = math.max(self.max or value, value)
	return self
end
Histogram.__call = Histogram.add

function Histogram:mean() return self.count > 0 and self.sum / self.count or nil end

local function number_text(value)
	return math.type(value) == "integer" and ("%d"):format(value) or ("%g"):format(value)
end

function Histogram:text(width)
	if self.count == 0 then return (self.title or "histogram") .. ": no values" end
	local first, last, most = math.huge, -math.huge, 0
	for index, n in pairs(self.buckets) do
		first, last, most = math.min(first, index), math.max(last, index), math.max(most, n)
	end
	local rows = {}
	for index = first, last do
		local n = self.buckets[index] or 0
		rows[#rows + 1] = { "[" .. number_text(lower_bound(self, index)) .. ",",
			number_text(lower_bound(self, index + 1)) .. ")", n, format.bar(n / most, width or 40) }
	end
	local head = ("%s%d values, mean %.4g%s, min %s, max %s\n"):format(self.title and self.title .. ": " or "",
		self.count, self:mean(), self.unit ~= "" and " " .. self.unit or "", number_text(self.min),
		number_text(self.max))
	return head .. format.columns(rows, { true, true, true })
end
function Histogram:__tostring() return self:text() end

return counter
