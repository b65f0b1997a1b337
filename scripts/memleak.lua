-- memory that was allocated and not freed, by the stack that asked for it
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Follows malloc, calloc, realloc, free and the like. What is left at the end, or so far with -i, was not freed:
-- by a program that ends on purpose without freeing, too. Memory that was there before is not known.

local format = require "lupe.format"
local functions = require "lupe.functions"
local stacks = require "lupe.stacks"
local tool = require "lupe.tool"

local values = tool.options {
	name = "lupe memleak",
	summary = "memory that was allocated and not freed, by the stack that asked for it",
	examples = {
		{ "lupe memleak -- ./prog", "what a program leaves" },
		{ "lupe memleak -i 5 --older 10 -p 4242", "each five seconds: what is older than ten" },
		{ "lupe memleak -f -o left -- ./prog; lupe flame -o left.svg left", "as a flame graph of bytes" },
	},
	options = {
		{ short = "n", long = "top", arg = "N", type = "integer", default = 10, help = "at most N stacks" },
		{ short = "i", long = "interval", arg = "S", type = "seconds", help = "print each S seconds" },
		{ long = "older", arg = "S", type = "seconds", default = 0, help = "only what was allocated so long ago" },
		{ long = "min", arg = "BYTES", type = "size", default = 0, help = "only allocations of at least so many bytes" },
		{ short = "f", long = "folded", help = "lines for lupe flame" },
		{ long = "depth", arg = "N", type = "integer", default = 30, help = "frames of a stack" },
	},
}

local live = {}     -- pid -> address -> { size, stack, since }
local totals = { allocations = 0, frees = 0, bytes = 0 }
local ended = lupe.folded() -- what processes have left that are gone
local depth = math.max(values.depth, 1)

local function take(c, size)
	if c.ret == 0 or size < values.min then return end
	totals.allocations, totals.bytes = totals.allocations + 1, totals.bytes + size
	local pid = c.process.pid
	live[pid] = live[pid] or {}
	live[pid][c.ret] = { size = size, since = lupe.now(), stack = stacks.fold(c:bt(depth) or {}) }
end

local function drop(pid, address)
	local of = live[pid]
	if address == 0 or not of or not of[address] then return end
	of[address], totals.frees = nil, totals.frees + 1
end

-- The stack of an allocation is that at the return: the caller is the innermost.
local function allocator(size_of)
	return { on_enter = function(c) c.size = size_of(c.args) end, on_leave = function(c) take(c, c.size) end }
end

local HOOKS = {
	malloc = allocator(function(args) return args[1] end),
	calloc = allocator(function(args) return args[1] * args[2] end),
	memalign = allocator(function(args) return args[2] end),
	aligned_alloc = allocator(function(args) return args[2] end),
	valloc = allocator(function(args) return args[1] end),
	realloc = { on_enter = function(c) c.old, c.size = c.args[1], c.args[2] end, on_leave = function(c)
		if c.ret ~= 0 or c.size == 0 then drop(c.process.pid, c.old) end
		take(c, c.size)
	end },
	posix_memalign = { on_enter = function(c) c.place, c.size = c.args[1], c.args[3] end, on_leave = function(c)
		local word = c.ret == 0 and c.process:read(c.place, 8)
		if word then take({ ret = string.unpack("<i8", word), process = c.process, bt = function(_, n) return c:bt(n) end },
			c.size) end
	end },
	free = { on_enter = function(c) drop(c.process.pid, c.args[1]) end },
}

local names = {}
for name in pairs(HOOKS) do names[#names + 1] = name end
table.sort(names)
functions.hook { name = "lupe memleak", patterns = names, hook = function(title)
	local hooks = HOOKS[title]
	return { on_enter = hooks.on_enter, on_leave = hooks.on_leave }
end }

-- A child has a copy of all that its parent has; another program begins with nothing.
lupe.on_fork(function(ev)
	local copy = {}
	for address, one in pairs(live[ev.pid] or {}) do copy[address] = one end
	live[ev.child] = copy
end)
lupe.on_exec(function(ev) live[ev.pid] = nil end)

local function add_left(sums, pid)
	local now = lupe.now()
	for _, one in pairs(live[pid] or {}) do
		if now - one.since >= values.older then sums:add(one.stack, one.size) end
	end
end

lupe.on_exit(function(ev)
	add_left(ended, ev.pid)
	live[ev.pid] = nil
end)

local function report(sums)
	local out = values.out
	if values.folded then
		out:write(sums:folded())
		return
	end
	local n = 0
	for _, count in pairs(sums.counts) do n = n + count end
	out:write(("%d bytes in %d allocations are left, of %d allocations (%s)\n"):format(sums.total, n, totals.allocations,
		format.bytes(totals.bytes)))
	if n > 0 then out:write(sums:heaviest(values.top, function(bytes) return ("%d bytes"):format(bytes) end)) end
end

if values.interval then
	lupe.every(math.max(values.interval, 0.01), function()
		local sums = lupe.folded()
		for pid in pairs(live) do add_left(sums, pid) end
		values.out:write(os.date "%H:%M:%S", "\n")
		report(sums)
	end)
end
lupe.on_end(function()
	for pid in pairs(live) do add_left(ended, pid) end
	report(ended)
end)
