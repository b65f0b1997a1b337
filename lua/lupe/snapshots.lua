-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- p:snapshot(): a process of one thread goes back to where it was: its registers, its signal mask, and what it can
-- write of its own memory. Not what the kernel or others have of it: files and their offsets, descriptors, shared
-- memory, children, timers, signal handlers, mappings whose protection it changed.

local format = require "lupe.format"
local places = require "lupe.places"

local snapshots = {}

local CHUNK, PAGE, SIZE_MAX = 1 << 20, 4096, 1 << 32
local AT_RANDOM = 25
local PROT_READ_WRITE, MAP_AGAIN = 3, 0x100022 -- PRIVATE, ANONYMOUS, FIXED_NOREPLACE

local Snapshot = { __name = "snapshot" }
Snapshot.__index = Snapshot

-- { start, stop, path } of what the process can write and nobody else sees, by address; nil, message, code.
local function own_memory(process)
	local list = {}
	local maps, message, code = process:maps()
	if not maps then return nil, message, code end
	for map in maps do
		if map.perms:find "^rw.p" then list[#list + 1] = { start = map.start, stop = map.stop, path = map.path } end
	end
	return list
end

local function gone(process)
	return nil, ("process %d has exited"):format(process.pid), "exited"
end

-- Its one thread, which stands; nil, message, code.
local function only_thread(process)
	local only, n = nil, 0
	for thread in process:threads() do only, n = thread, n + 1 end
	if n == 0 then return gone(process) end
	if n > 1 then
		return nil, ("process %d has %d threads: only one alone can go back"):format(process.pid, n), "unsupported"
	end
	if only.state ~= "stopped" then
		return nil, ("process %d is not stopped: call p:stop() first"):format(process.pid), "invalid"
	end
	return only
end

-- What no two programs that are executed share: the random bytes that the kernel gives each.
local function identity(process)
	local address = places.auxiliary(process, AT_RANDOM)
	return address and process:read(address, 16)
end

local function save_range(process, range, chunks)
	local at = range.start
	while math.ult(at, range.stop) do
		local size = math.min(range.stop - at, CHUNK)
		chunks[#chunks + 1] = { at = at, size = size, bytes = process:read(at, size) }
		at = at + size
	end
end

-- Takes one; nil, message, code.
local function take(process)
	local thread, message, code = only_thread(process)
	if not thread then return nil, message, code end
	local captured, ranges, brk
	captured, message, code = thread:capture()
	if captured then ranges, message, code = own_memory(process) end
	if ranges then brk, message, code = process:syscall("brk", 0) end
	if not brk then return nil, message, code end
	local size = 0
	for _, range in ipairs(ranges) do size = size + range.stop - range.start end
	if size > SIZE_MAX then
		return nil, ("process %d has %d MB of its own: too much"):format(process.pid, size >> 20), "unsupported"
	end
	local self = { process = process, program = identity(process), captured = captured, ranges = ranges, brk = brk,
		size = size, chunks = {} }
	for _, range in ipairs(ranges) do save_range(process, range, self.chunks) end
	return setmetatable(self, Snapshot)
end

-- --- going back ---

-- Calls fn(start, stop, range) for each part of `ranges` that is not in `others`; both by address.
local function each_difference(ranges, others, fn)
	for _, range in ipairs(ranges) do
		local at = range.start
		for _, other in ipairs(others) do
			if math.ult(at, range.stop) and math.ult(other.start, range.stop) and math.ult(at, other.stop) then
				if math.ult(at, other.start) then fn(at, other.start, range) end
				at = other.stop
			end
		end
		if math.ult(at, range.stop) then fn(at, range.stop, range) end
	end
end

-- Has the same memory mapped as then. The stack may have grown, which changes nothing.
local function restore_mappings(self, process)
	process:syscall("brk", self.brk)
	local now, message, code = own_memory(process)
	if not now then return nil, message, code end
	each_difference(now, self.ranges, function(start, stop, range)
		if range.path == "" then process:syscall("munmap", start, stop - start) end
	end)
	each_difference(self.ranges, now, function(start, stop)
		local ok, why = process:syscall("mmap", start, stop - start, PROT_READ_WRITE, MAP_AGAIN, -1, 0)
		if ok then return end
		message = ("%s to %s cannot be mapped again: %s"):format(format.hex(start), format.hex(stop), why)
		code = "os"
	end)
	if message then return nil, message, code end
	return true
end

-- Writes the pages that differ.
local function restore_chunk(process, chunk)
	local now = process:read(chunk.at, chunk.size)
	if now == chunk.bytes then return true end
	for offset = 0, chunk.size - 1, PAGE do
		local page = chunk.bytes:sub(offset + 1, offset + PAGE)
		if not now or now:sub(offset + 1, offset + PAGE) ~= page then
			local ok, message, code = process:write(chunk.at + offset, page)
			if not ok then return nil, message, code end
		end
	end
	return true
end

-- () -> boolean | nil, message, code
-- The process goes on from where it was then; may be called again and again.
function Snapshot:restore()
	local process = self.process
	local thread, message, code = only_thread(process)
	if not thread then return nil, message, code end
	if identity(process) ~= self.program then
		return nil, ("process %d executes another program now"):format(process.pid), "invalid"
	end
	local ok
	ok, message, code = restore_mappings(self, process)
	if not ok then return nil, message, code end
	for _, chunk in ipairs(self.chunks) do
		if chunk.bytes then
			ok, message, code = restore_chunk(process, chunk)
			if not ok then return nil, message, code end
		end
	end
	return thread:go_back(self.captured)
end

function Snapshot:__tostring()
	return ("snapshot of process %d, %d KB"):format(self.process.pid, self.size >> 10)
end

-- state: of lupe/api.lua.
function snapshots.add_methods(state)
	local methods = state.core.methods

	-- () -> table | nil, message, code
	-- What a process of one thread, which stands, has to go back to by the snapshot's method restore(): registers,
	-- signal mask, the memory that it can write and nobody shares. Files, descriptors, children, timers, signal
	-- handlers and shared memory do not go back.
	--   local s = p:snapshot()
	--   p:run_to "bad_end"; s:restore()
	function methods.process.snapshot(process)
		if process.state == "exited" then return gone(process) end
		return take(process)
	end
end

return snapshots
