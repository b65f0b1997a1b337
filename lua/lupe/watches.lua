-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- p:watch: a script hears of writes to memory, by a debug register that is set in every thread of the process, also
-- in those that come. The trap comes after the access.

local check = require "lupe.check"
local leading = require "lupe.leading"
local places = require "lupe.places"
local registers = require "lupe.debug_registers"

local watches = {}

local SIGTRAP = 5
local FORMATS = { [1] = "<I1", [2] = "<I2", [4] = "<I4", [8] = "<i8" }
local OPTIONS = { size = "integer", on = "string", condition = "callable", thread = "integer|userdata",
	once = "boolean", ignore = "integer" }

-- The address of a variable or a place; nil, message, code.
local function address_of(process, where)
	local place = places.parse("watch", where)
	if place.address then return place.address end
	local symbol, message, code = process:symbol(place.name, place.module)
	if symbol and symbol.kind ~= "tls" then return symbol.address + place.offset end
	if symbol then return nil, ("'%s' is another in each thread"):format(place.title), "unsupported" end
	if code ~= "not_found" then return nil, message, code end
	check.misuse("watch: %s%s", message, places.did_you_mean(process, place))
end

local function value_of(watch)
	local bytes = watch.process:read(watch.address, watch.size)
	return bytes and (string.unpack(FORMATS[watch.size], bytes))
end

-- Sets or clears it in all threads, which are stopped for it; nil, message, code.
local function set_all(watch, on)
	local process, running, failure = watch.process, {}, nil
	for thread in process:threads() do
		if thread.state == "running" then running[#running + 1] = thread end
	end
	local ok, message, code = true, nil, nil
	if #running > 0 then ok, message, code = process:stop() end
	if not ok then return nil, message, code end
	for thread in process:threads() do
		local done, why, reason = registers.set(thread, watch, on)
		if not done and reason ~= "exited" then failure = failure or { why, reason } end
	end
	for _, thread in ipairs(running) do
		if thread.state == "stopped" then thread:resume() end
	end
	if failure then return nil, failure[1], failure[2] end
	return true
end

-- The registers that made the trap of an event: the first who asks has them cleared.
local seen = setmetatable({}, { __mode = "k" })

local function is_ours(watch, event)
	if not registers.is_trap(event) then return false end
	seen[event] = seen[event] or registers.triggered(event.thread)
	return seen[event] >> watch.slot & 1 == 1
end

local function counts(watch, event)
	if watch.tid and watch.tid ~= event.tid then return false end
	if watch.decides and not watch.decides(event) then return false end
	if watch.ignore > 0 then
		watch.ignore = watch.ignore - 1
		return false
	end
	return true
end

-- Whether an event is an access that counts; a thread that comes gets the register.
local function is_hit(watch, event)
	if event.kind == "new_thread" then
		if event.thread then registers.set(event.thread, watch, true) end
		return false
	end
	if not is_ours(watch, event) then return false end
	event:signal(0)
	watch.old, watch.value = watch.value, value_of(watch)
	return (watch.kind ~= "write" or watch.old ~= watch.value) and counts(watch, event)
end

local function new_watch(process, where, options)
	local size, kind = options.size or 8, options.on or "write"
	if not registers.has_size(size) then check.misuse("watch: size: 1, 2, 4 or 8 bytes can be watched, not %d", size) end
	if kind ~= "write" and kind ~= "access" then check.misuse("watch: on: write or access is expected, got '%s'", kind) end
	local address, message, code = address_of(process, where)
	if not address then return nil, message, code end
	if address % size ~= 0 then check.misuse("watch: 0x%x is not aligned to its %d bytes", address, size) end
	return { what = "watchpoint", title = tostring(where), process = process, pid = process.pid, address = address,
		size = size, kind = kind, decides = options.condition, tid = leading.thread_id("watch", options.thread),
		once = options.once, ignore = options.ignore or 0, signals = { SIGTRAP },
		kinds = { "new_thread" } }
end

-- state: of lupe/api.lua.
function watches.add_methods(state)
	local core, methods = state.core, state.core.methods

	-- (where: string | integer, options: fun(ev: event, old: integer?, new: integer?, handler: handler) | {
	-- size?: integer, on?: string, condition?: fun(ev: event): boolean, thread?: thread | integer, once?: boolean,
	-- ignore?: integer },
	-- fn?: fun(ev: event, old: integer?, new: integer?, handler: handler)) -> handler | nil, message, code
	-- Calls fn after an access to memory: a variable's name or an address, `size` bytes of it (8; 1, 2, 4). `on`: "write"
	-- (the default: when the value has changed) or "access" (also reads). It takes a debug register, of which there are
	-- four; nil, message, "unsupported" where the machine has none that work, as some virtual machines.
	--   p:watch("total", { size = 4 }, function(ev, old, new) print(old, new, lupe.hex(ev.thread.pc)) end)
	function methods.process.watch(process, where, options, fn)
		if type(options) ~= "table" then options, fn = {}, options end
		check.options("watch", options, OPTIONS)
		check.arg("watch: function", fn, "callable")
		if process.state == "exited" then return nil, ("process %d has exited"):format(process.pid), "exited" end
		local watch, message, code = new_watch(process, where, options)
		if not watch then return nil, message, code end
		if not core.debug_registers_work() then
			return nil, "watch: this machine has no debug registers that work", "unsupported"
		end
		local first = process:threads()()
		watch.slot = first and registers.free(first)
		if not watch.slot then
			return nil, ("watch: all %d debug registers are in use"):format(registers.N), "invalid"
		end
		watch.value = value_of(watch)
		watch.condition = function(event) return is_hit(watch, event) end
		watch.fn = function(event)
			if watch.once then watch:delete() end
			fn(event, watch.old, watch.value, watch)
		end
		local ok
		ok, message, code = set_all(watch, true)
		if not ok then return nil, message, code end
		watch.on_change = function() set_all(watch, watch.enabled and not watch.deleted) end
		return state.scheduler:add(watch)
	end
end

return watches
