-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What break and its kin have in common: LOCATION [thread N] [if CONDITION].

local format = require "lupe.format"
local locations = require "lupe.locations"

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
	if place == "" then place = "*" .. format.hex(breaking.here(dbg)) end
	if place:match("^0x%x+$") then place = "*" .. place end
	local fixed = place:find("^%*") and prompt.need(dbg:resolve(place))
	if not fixed then place = breaking.absolute(dbg, place) end
	local target = dbg:target()
	local found, message = fixed, nil
	if not found then found, message = dbg:resolve(place, target) end
	if not found and not breaking.may_come(prompt, place, message) then prompt.fail("break: %s", message) end
	local point = dbg.points:add { what = "breakpoint", title = place, temporary = more.temporary, fixed = fixed ~= nil,
		thread = thread and thread.tid,
		source = (more.temporary and "tbreak " or "break ") .. (fixed and "*" .. format.hex(fixed[1]) or place),
		resolve = function(_, process)
			if fixed then return fixed end
			return dbg:resolve(place, process)
		end,
		is_inlined_at = function(_, address) return not fixed and breaking.is_inlined_at(dbg, place, address) end }
	breaking.place(prompt, point, condition)
	return point
end

-- Whether a place is a function that was inlined at the address.
function breaking.is_inlined_at(dbg, place, address)
	local target = dbg:target()
	local functions = target and target:functions_at(address) or {}
	for _, start in ipairs(#functions > 0 and target:function_places(place:match("[^:]+$")) or {}) do
		if start.is_inlined and start.address == address and start.name == functions[1].name then return true end
	end
	return false
end

-- The pc of the selected frame.
function breaking.here(dbg)
	local thread = dbg:need_stopped()
	local frame = (dbg.level or 0) > 0 and dbg:frame()
	return frame and frame.pc or thread.pc
end

-- "12" and "+2" mean the file that is looked at now, also later.
function breaking.absolute(dbg, place)
	local sign, number = place:match("^([-+]?)(%d+)$")
	if not number then return place end
	local file, _, line = locations.default_file(dbg)
	if not file then return place end
	if sign ~= "" then number = line + tonumber(sign .. number) end
	return ("%s:%d"):format(file, number)
end

-- A name that nothing has yet: whether it is to wait for a library. What the program imports will come.
function breaking.may_come(prompt, place, message)
	local target = prompt.dbg:target()
	if target and locations.is_imported(target, place) then return true end
	local how = prompt.settings:get "breakpoint-pending"
	if not prompt.interactive or how ~= "auto" then return how == "on" end
	return prompt:confirm("%s. Wait until it is loaded?", message)
end

-- Puts a new point into the processes; it is gone again when it cannot be there.
function breaking.place(prompt, point, condition)
	local dbg = prompt.dbg
	local ok, message = pcall(point.set_condition, point, condition)
	local found, process_of
	for _, process in ipairs(ok and dbg:processes() or {}) do
		local put, why = point:put_in(process)
		if not put and point.title:find("^%*") then ok, message = false, why end
		if not found and point.places[process.pid] and #point.places[process.pid] > 0 then
			found, process_of = point.places[process.pid], process
		end
	end
	if not ok then
		point:delete()
		dbg.points.next_id = dbg.points.next_id - 1
		prompt.fail("break: %s", tostring(message))
	end
	prompt:say("%s%s %d at %s", point.temporary and "temporary " or "", point.what, point.id,
		found and breaking.describe(dbg, process_of, found) or point.title .. " (pending)")
end

-- "0x401136 <work> at file.c:12", "0x401136 and 2 more places".
function breaking.describe(dbg, process, addresses)
	local first = addresses[1]
	local name = locations.describe(dbg, process, first)
	local text = format.hex(first) .. (name and ": " .. format.clean(name) or "")
	if #addresses > 1 then text = ("%s and %d more places"):format(text, #addresses - 1) end
	return text
end

return breaking
