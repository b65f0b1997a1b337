-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- list: which lines are meant, and what was shown last: dbg.listed = { file, folder, line, first, last }. `centre`: the
-- next list is around `line`.

local disassembly = require "lupe.disassembly"
local format = require "lupe.format"
local locations = require "lupe.locations"

local listing = {}

-- The file that lines without one mean; raises when there is none.
local function current(prompt)
	local dbg = prompt.dbg
	if dbg.listed then return dbg.listed end
	local file, folder, line = locations.default_file(dbg)
	if not file then prompt.fail("list: no source file is known here; `list FUNCTION` shows one") end
	return { file = file, folder = folder, line = line, centre = true }
end

-- Where a place is declared or lies: file, folder, line.
local function where(prompt, text)
	local dbg = prompt.dbg
	local number, sign = text:match("^%s*(%d+)%s*$"), text:match("^%s*[-+]%d+%s*$")
	if number or sign then
		local now = current(prompt)
		local line = number and tonumber(number) or (now.last or now.line) + tonumber(sign)
		return now.file, now.folder, math.tointeger(line)
	end
	local target = dbg:need_target()
	local file, line = text:match("^(.+):(%d+)$")
	if file then
		local found = prompt.need(target:line_places(file, 0))[1]
		local row = found and target:line_at(found)
		if not row then prompt.fail("list: there is no source file '%s'", file) end
		return row.file, row.folder, math.tointeger(tonumber(line))
	end
	local own_file, name = text:match("^([^:]+%.[%w+]+):([%a_~].*)$")
	for _, found in ipairs(target:find_names(name or text, "function") or {}) do
		if found.file and (not own_file or found.file:sub(-#own_file) == own_file) then
			return found.file, found.folder, found.line
		end
	end
	local addresses = prompt.need(dbg:resolve(text, target))
	local row = target:line_at(addresses[1])
	if not row then prompt.fail("list: no source line is known for %s", text) end
	return row.file, row.folder, row.line
end

local function show(prompt, at, first, last)
	local dbg = prompt.dbg
	local lines = dbg.sources:lines(at.file, at.folder)
	if not lines then prompt.fail("list: %s: no such file (see `set directories`)", format.clean(at.file)) end
	first = math.max(1, first)
	if first > #lines then
		prompt.fail("list: line %d is out of range; '%s' has %d lines", first, format.clean(at.file), #lines)
	end
	last = math.min(last, #lines)
	local thread = dbg:target() and dbg.thread
	local frame = thread and thread.state == "stopped" and dbg:frame()
	for number = first, last do
		local here = frame and frame.file == at.file and frame.line == number
		prompt:say("%s", dbg.sources:line(at.file, at.folder, number, here and "=> " or "   ", prompt.paint_source))
	end
	dbg.listed = { file = at.file, folder = at.folder, line = at.line or first, first = first, last = last }
end

function listing.run(prompt, text)
	local count = prompt.settings:get "listsize"
	if text and text:find("^%s*%-%s*$") then
		local now = current(prompt)
		local last = (now.first or now.line) - 1
		if last < 1 then prompt.fail("list: already at the start of %s", format.clean(now.file)) end
		return show(prompt, now, last - count + 1, last)
	end
	if not text or text:find("^%s*$") then
		local now = current(prompt)
		if now.last and not now.centre then return show(prompt, now, now.last + 1, now.last + count) end
		local first = math.max(1, now.line - count // 2)
		return show(prompt, now, first, first + count - 1)
	end
	local from, to = disassembly.split(text)
	if not to then
		local file, folder, line = where(prompt, from)
		local first = math.max(1, line - count // 2)
		return show(prompt, { file = file, folder = folder, line = line }, first, first + count - 1)
	end
	if from:find("^%s*$") then
		local file, folder, line = where(prompt, to)
		return show(prompt, { file = file, folder = folder, line = line }, line - count + 1, line)
	end
	local file, folder, line = where(prompt, from)
	local last = line + count - 1
	if to:find("%S") then
		local _, _, number = where(prompt, to:match("^%s*(.-)%s*$"))
		last = number
	end
	show(prompt, { file = file, folder = folder, line = line }, line, last)
end

return listing
