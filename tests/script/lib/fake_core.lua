-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A core without processes: a clock that only sleeping moves, a session that plays a list of events.
-- What the library does to it is recorded: session.resumed, session.interests, core.closed.

local fake = {}

local SYSCALLS = { read = 0, write = 1, open = 2, exit_group = 231, openat = 257 }
local SIGNALS = { [1] = "SIGHUP", [2] = "SIGINT", [10] = "SIGUSR1", [12] = "SIGUSR2", [15] = "SIGTERM" }

local function set_parse(text)
	local numbers = {}
	for name in text:gmatch("[^,]+") do
		if name == "%file" then
			table.move({ 2, 257 }, 1, 2, #numbers + 1, numbers)
		elseif name ~= "none" then
			local nr = SYSCALLS[name] or math.tointeger(tonumber(name))
			if not nr then return nil, ("unknown syscall '%s', did you mean 'open'?"):format(name), "invalid" end
			numbers[#numbers + 1] = nr
		end
	end
	return numbers
end

local function syscall_info(what)
	for name, nr in pairs(SYSCALLS) do
		if name == what or nr == what then return { name = name, nr = nr, never_returns = name == "exit_group" } end
	end
end

local Event = {}
Event.__index = Event
function Event:resume()
	assert(not self.resumed, "resumed twice")
	self.resumed = true
	table.insert(self.session.resumed, self)
end
function Event:fail(errno) self.failed = errno end
function Event:skip(value) self.skipped = value end
function Event:delay(seconds) self.delayed = seconds end
function Event:signal(signo) self.delivered = signo end

local Session = {}
Session.__index = Session

function Session:set_interest(wanted)
	table.insert(self.interests, wanted)
	return true
end

-- Events are tables, or functions that make one when it is their turn.
function Session:next(timeout)
	local event = table.remove(self.events, 1)
	if type(event) == "function" then event = event() end
	if event then
		event.session = self
		return setmetatable(event, Event)
	end
	if self.alive and timeout then
		self.core.clock = self.core.clock + timeout
		return { kind = "none" }
	end
	return { kind = "no_targets" }
end

function Session:launch(launch)
	if launch.argv[1] == "missing" then return nil, "cannot run 'missing': not found", "not_found" end
	self.launched = launch
	return { pid = 100 }
end

function Session:processes() return {} end
function Session:close() self.core.closed = true end

-- A core whose session will play `events`; alive = true: its target lives on afterwards.
function fake.core(events, alive)
	local core = { clock = 0, methods = { process = {}, thread = {}, event = {}, value = {} }, version = { lupe = "0" } }
	function core.now() return core.clock end
	function core.sleep(seconds)
		core.clock = core.clock + seconds
		return true
	end
	function core.session(options)
		core.the_session = setmetatable({ core = core, events = events or {}, alive = alive, resumed = {},
			interests = {}, options = options }, Session)
		return core.the_session
	end
	core.set_parse, core.syscall_info = set_parse, syscall_info
	function core.errno(name) return name == "ENOSPC" and 28 or name == 28 and "ENOSPC" or nil end
	function core.signal_name(n) return SIGNALS[n] or ("SIGRT_" .. n) end
	function core.signal_number(name)
		for n, known in pairs(SIGNALS) do
			if known == name or known == "SIG" .. name or tostring(n) == name then return n end
		end
		return nil
	end
	function core.close() end
	return core
end

return fake
