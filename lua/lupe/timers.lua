-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Timers by due time: a binary heap, ties in order of creation. Pure: the caller says what time it is.

local Timers = {}
Timers.__index = Timers

local timers = {}

function timers.new() return setmetatable({ heap = {}, made = 0 }, Timers) end

local function earlier(a, b)
	if a.due ~= b.due then return a.due < b.due end
	return a.serial < b.serial
end

-- Adds an entry (a table, to which due and serial are set).
function Timers:add(entry, due)
	self.made = self.made + 1
	entry.due, entry.serial = due, self.made
	local heap = self.heap
	local i = #heap + 1
	while i > 1 and earlier(entry, heap[i // 2]) do
		heap[i] = heap[i // 2]
		i = i // 2
	end
	heap[i] = entry
	return entry
end

local function pop(heap)
	local top, last = heap[1], table.remove(heap)
	local n, i = #heap, 1
	if n == 0 then return top end
	while true do
		local child = 2 * i
		if child > n then break end
		if child < n and earlier(heap[child + 1], heap[child]) then child = child + 1 end
		if not earlier(heap[child], last) then break end
		heap[i] = heap[child]
		i = child
	end
	heap[i] = last
	return top
end

-- The first entry that is not `deleted`, without removing it.
function Timers:first()
	while self.heap[1] and self.heap[1].deleted do pop(self.heap) end
	return self.heap[1]
end

-- Removes and answers the first entry that is due; nil when none is.
function Timers:take(now)
	local entry = self:first()
	if entry and entry.due <= now then return pop(self.heap) end
end

-- True when an entry for which `predicate` holds is waiting.
function Timers:any(predicate)
	for _, entry in ipairs(self.heap) do
		if not entry.deleted and predicate(entry) then return true end
	end
	return false
end

return timers
