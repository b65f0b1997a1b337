-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Numbers by stack: how often, how long, how many bytes. Stacks are texts as `lupe stack --folded` writes them,
-- the outermost function first, ";" between; they print as such lines, as a list of the heaviest stacks, or as
-- a table of functions.

local format = require "lupe.format"

local Stacks = {}
Stacks.__index = Stacks
Stacks.__name = "stacks"

local stacks = {}

function stacks.new() return setmetatable({ sums = {}, counts = {}, total = 0 }, Stacks) end

local function part(text) return (text:gsub("[;%c]", "_")) end

-- thread:bt(options); {} where there is none.
function stacks.frames(thread, options) return thread:bt(options) or {} end

-- The function of a frame of thread:bt{}; code without a name by its file in brackets, or by its address.
function stacks.name(frame)
	if frame.fn then return part(frame.fn) end
	if frame.module then return "[" .. part(frame.module:match "[^/]*$") .. "]" end
	return ("0x%x"):format(frame.pc)
end

-- Frames of thread:bt{}, the innermost first, as one text under `root` (a thread's name).
function stacks.fold(frames, root)
	local parts, n = { part(root or "") }, #frames
	for i = n, 1, -1 do parts[n - i + 2] = stacks.name(frames[i]) end
	return table.concat(parts, ";", root and 1 or 2)
end

-- `value` (1) more of a stack.
function Stacks:add(stack, value)
	value = value or 1
	self.sums[stack] = (self.sums[stack] or 0) + value
	self.counts[stack] = (self.counts[stack] or 0) + 1
	self.total = self.total + value
end

-- The stacks, those with the largest sums first.
function Stacks:sorted()
	local list = {}
	for stack in pairs(self.sums) do list[#list + 1] = stack end
	table.sort(list, function(a, b)
		local x, y = self.sums[a], self.sums[b]
		if x ~= y then return x > y end
		return a < b
	end)
	return list
end

-- Lines "stack sum", for `lupe flame`; sums are rounded.
function Stacks:folded()
	local lines = {}
	for i, stack in ipairs(self:sorted()) do lines[i] = ("%s %.0f\n"):format(stack, self.sums[stack]) end
	return table.concat(lines)
end

local function number(value) return tostring(value) end

-- The heaviest `n` stacks, the innermost function first; `text` makes a sum readable.
function Stacks:heaviest(n, text)
	local out = {}
	for i, stack in ipairs(self:sorted()) do
		if n and i > n then break end
		local parts = {}
		for name in stack:gmatch "[^;]+" do table.insert(parts, 1, name) end
		out[#out + 1] = ("%s, %.1f %%, %d times"):format((text or number)(self.sums[stack]),
			100 * self.sums[stack] / self.total, self.counts[stack])
		for _, name in ipairs(parts) do out[#out + 1] = "    " .. format.clean(name) end
	end
	return table.concat(out, "\n") .. "\n"
end

-- A table of functions: what was in them (self), and in them or in what they called (total).
function Stacks:functions(n, text)
	local own, all = {}, {}
	for stack, sum in pairs(self.sums) do
		local seen, last = {}, nil
		for name in stack:gmatch "[^;]+" do
			if not seen[name] then all[name] = (all[name] or 0) + sum end
			seen[name], last = true, name
		end
		if last then own[last] = (own[last] or 0) + sum end
	end
	local names = {}
	for name in pairs(all) do names[#names + 1] = name end
	table.sort(names, function(a, b)
		local x, y = own[a] or 0, own[b] or 0
		if x ~= y then return x > y end
		if all[a] ~= all[b] then return all[a] > all[b] end
		return a < b
	end)
	local rows = { { "SELF", "%", "TOTAL", "%", "FUNCTION" } }
	for i, name in ipairs(names) do
		if n and i > n then break end
		local self_sum = own[name] or 0
		rows[#rows + 1] = { (text or number)(self_sum), ("%.1f"):format(100 * self_sum / self.total),
			(text or number)(all[name]), ("%.1f"):format(100 * all[name] / self.total), name }
	end
	return format.columns(rows, { true, true, true, true }) .. "\n"
end

return stacks
