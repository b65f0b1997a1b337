-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Who leads a thread, and who holds it: methods of the scheduler.
--
-- Whoever leads a thread (a step, finish, a call) has a claim on its stops: the event that he waits for goes to him
-- alone, and he holds it: its thread stands until his coroutine is done or lets it go on. `claims[tid]` (of a whole
-- process: -pid) lists { takes = function(event), wake, pid, tid, survives_exec, depth }, the newest last; of a
-- coroutine's record, `event` is what it handles, `held[tid]` what it holds beside that.

local claims = {}

local Claims = {}

-- What is heard of once threads are led, or places of a process are watched: what those depend on.
local LEADING = { "thread_exited", "exec", "fork", "vfork", "clone" }

-- From now on also what those who lead threads and watch places have to know.
function Claims:need_leading()
	if self.leading then return end
	self.leading = true
	self.always = table.move(LEADING, 1, #LEADING, #self.always + 1,
		table.move(self.always, 1, #self.always, 1, {}))
	self.stale = true
end

-- What a coroutine holds beside its own event: of one process, or all.
function Claims:release_held(record, pid)
	for tid, event in pairs(record.held or {}) do
		if not pid or event.pid == pid then
			record.held[tid] = nil
			self:finish_event(event)
		end
	end
end

local function take_out(self, key, entry)
	local list = self.claims[key]
	for i, other in ipairs(list or {}) do
		if other == entry then table.remove(list, i) break end
	end
	if list and #list == 0 then self.claims[key] = nil end
end

-- A thread that someone leads: true when the event was what he waits for.
function Claims:claimed(event)
	local list = self.claims[event.tid]
	for i = list and #list or 0, 1, -1 do
		local entry = list[i]
		if entry.takes(event) then
			take_out(self, event.tid, entry)
			entry.wake(event)
			return true
		end
	end
	return false
end

-- Those who wait for what can not come any more are told why.
local function fail_claims(self, message, code, is_lost)
	local lost = {}
	for key, list in pairs(self.claims) do
		for _, entry in ipairs(list) do
			if is_lost(entry) then lost[#lost + 1] = { key, entry } end
		end
	end
	for _, pair in ipairs(lost) do
		take_out(self, pair[1], pair[2])
		pair[2].wake(nil, message, code)
	end
end

-- Claims of calls inside one that is over.
function Claims:end_calls(tid, depth)
	fail_claims(self, "a call around this one has ended", "invalid",
		function(entry) return entry.tid == tid and entry.depth and entry.depth > depth end)
end

function Claims:note_loss(kind, event)
	local pid, tid = event.pid, event.tid
	if kind == "exited" or kind == "killed" or kind == "detached" then
		local how = kind == "detached" and "was let go" or "has exited"
		fail_claims(self, ("process %d %s"):format(pid, how), kind == "detached" and kind or "exited",
			function(entry) return entry.pid == pid end)
	elseif kind == "thread_exited" then
		fail_claims(self, ("thread %d has exited"):format(tid), "exited", function(entry) return entry.tid == tid end)
	elseif kind == "exec" then
		-- Its other threads are gone, its memory is another.
		fail_claims(self, ("process %d executes another program"):format(pid), "exec",
			function(entry) return entry.pid == pid and not (entry.survives_exec and (entry.tid or tid) == tid) end)
	end
end

-- The caller holds the event: its thread stands until he lets it go on, or is done.
function Claims:hold(event)
	local record = self:caller()
	if record.event and record.event.tid == event.tid then
		record.event = event
	else
		record.held = record.held or {}
		record.held[event.tid] = event
	end
end

-- The caller does not hold the thread any more: it is left as it stands.
function Claims:unhold(tid)
	local record = self:caller()
	if record.event and record.event.tid == tid then record.event = nil end
	if record.held then record.held[tid] = nil end
end

-- What the caller holds of a process beside the event that he handles goes on.
function Claims:release(pid) self:release_held(self:caller(), pid) end

-- The event of a thread that the caller handles or holds; nil.
function Claims:held_event(tid)
	local record = self:caller()
	local event = record.event and record.event.tid == tid and record.event or record.held and record.held[tid]
	return event and not event.over and event or nil
end

-- Lets the threads of a process go on, except those that stand for somebody else.
function Claims:go_on(process)
	local pid, record = process.pid, self:caller()
	if record.event and record.event.pid == pid then record.event:resume() end
	for _, event in pairs(record.held or {}) do
		if event.pid == pid then event:resume() end
	end
	for thread in process:threads() do
		if thread.state == "stopped" and not self:is_held_elsewhere(thread.tid) then thread:resume() end
	end
	return true
end

-- The event that the caller handles, for somebody else: he is to hold it.
function Claims:hand_over(tid, wake)
	local record, event = self:caller(), self:held_event(tid)
	if not event then return false end
	if record.event == event then record.event = nil else record.held[tid] = nil end
	wake(event)
	return true
end

-- Whether a coroutine other than the caller's has it that this thread stands.
function Claims:is_held_elsewhere(tid)
	local own = self:caller()
	local function holds(record)
		local event = record.event and record.event.tid == tid and record.event or record.held and record.held[tid]
		return record ~= own and event ~= nil and not event.over
	end
	for _, record in pairs(self.running) do
		if holds(record) then return true end
	end
	return holds(self.main)
end

-- Adds a claim whose `wake` is there.
function Claims:claim(key, entry)
	self.claims[key] = self.claims[key] or {}
	table.insert(self.claims[key], entry)
end

-- Waits for an event: entry = { pid, tid, takes = function(event), survives_exec }, under a thread's tid or
-- -pid; go() lets whom it concerns go on, and answers nil, message, code when it can not. Answers the event,
-- which the caller holds; nil, message, code when it can not come any more, or not within `timeout` seconds.
function Claims:await(key, entry, go, timeout)
	local timer
	self:need_leading()
	local event, message, code = self:wait(function(wake)
		entry.wake = wake
		self:claim(key, entry)
		local ok, why, failure = go()
		if ok == nil and why then
			take_out(self, key, entry)
			wake(nil, why, failure)
		elseif timeout then
			timer = self.timers:add({ keeps = true, wake = function()
				take_out(self, key, entry)
				wake(nil, ("it did not come within %g seconds"):format(timeout), "timeout")
			end }, self.core.now() + timeout)
		end
	end)
	if timer then timer.deleted = true end
	take_out(self, key, entry)
	if event then self:hold(event) end
	return event, message, code
end

-- Lets a stopped thread go on ("run" or "step") until takes(event) holds for a stop of it. As await.
function Claims:lead(thread, how, takes, options)
	local tid = thread.tid
	if thread.state == "exited" then return nil, ("thread %d has exited"):format(tid), "exited" end
	local entry = { tid = tid, pid = thread.process.pid, takes = takes, survives_exec = how == "step",
		depth = options and options.depth }
	return self:await(tid, entry, function() return thread:resume(how) end, options and options.timeout)
end

function claims.extend(class)
	for name, method in pairs(Claims) do class[name] = method end
end

return claims
