-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What break and its kin have in common: LOCATION [thread N] [if CONDITION].

local format = require "lupe.format"

local breaking = {}

-- The parts of a location's text: place, thread (a number as text), condition.
function breaking.split(text)
	local rest, condition = text, nil
	for _, pattern in ipairs { "^(.-)%s+if%s+(.+)$", "^(.-)%s+if([=(].+)$", "^()if%s+(.+)$" } do
		local before, after = text:match(pattern)
		if after then
			rest, condition = type(before) == "string" and before or "", after
			break
		end
	end
	local place, thread = rest:match("^(.-)%s*thread%s+(%d+)%s*$")
	return place or rest, thread, condition
end

-- Makes a breakpoint and tells of it. `more`: temporary.
function breaking.add(prompt, text, more)
	local dbg = prompt.dbg
	local place, number, condition = breaking.split(text or "")
	local thread = number and prompt.need(dbg:find_thread(number))
	if place == "" then place = "*" .. format.hex(dbg:need_stopped().pc) end
	if place:match("^0x%x+$") then place = "*" .. place end
	local fixed = place:find("^%*") and prompt.need(dbg:resolve(place))
	local target = dbg:target()
	local found, message = fixed, nil
	if not found then found, message = dbg:resolve(place, target) end
	if not found and not breaking.may_come(prompt, place, message) then prompt.fail("break: %s", message) end
	local point = dbg.points:add { what = "breakpoint", title = place, temporary = more.temporary,
		thread = thread and thread.tid,
		source = (more.temporary and "tbreak " or "break ") .. (fixed and "*" .. format.hex(fixed[1]) or place),
		resolve = function(_, process)
			if fixed then return fixed end
			return dbg:resolve(place, process)
		end }
	breaking.place(prompt, point, condition)
end

-- A name that nothing has yet: whether it is to wait for a library.
function breaking.may_come(prompt, place, message)
	if not place:find("^[%a_][%w_:]*$") or not prompt.core.methods.process.symbol then return false end
	if not prompt.interactive then return prompt.settings:get "breakpoint-pending" == "on" end
	return prompt.settings:get "breakpoint-pending" ~= "off" and prompt:confirm("%s. Wait until it is loaded?", message)
end

-- Puts a new point into the processes; it is gone again when it cannot be there.
function breaking.place(prompt, point, condition)
	local dbg = prompt.dbg
	local ok, message = pcall(point.set_condition, point, condition)
	local where
	for _, process in ipairs(ok and dbg:processes() or {}) do
		local put, why = point:put_in(process)
		if not put and point.title:find("^%*") then ok, message = false, why end
		where = where or point.places[process.pid] and point.places[process.pid][1]
	end
	if not ok then
		point:delete()
		dbg.points.next_id = dbg.points.next_id - 1
		prompt.fail("break: %s", tostring(message))
	end
	local name = where and dbg:target() and dbg:name_of(dbg:target(), where)
	prompt:say("%s%s %d at %s", point.temporary and "temporary " or "", point.what, point.id,
		where and format.hex(where) .. (name and " <" .. name .. ">" or "") or point.title .. " (pending)")
end

return breaking
