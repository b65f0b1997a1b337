-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- find: START, END | +LENGTH, VALUE, ...: where the bytes of the values lie one after the other.

local disassembly = require "lupe.disassembly"
local expression = require "lupe.expression"
local format = require "lupe.format"
local scanning = require "lupe.scanning"
local show = require "lupe.show"

local searching = {}

local MAX_FOUND, MAX_PATTERN = 1000, 4096

local function parts_of(text)
	local parts, rest = {}, text
	while rest do
		local first
		-- a comma inside quotes separates nothing
		local quoted, after = rest:match('^%s*(".-[^\\]")%s*(.*)$')
		if quoted then
			first, rest = quoted, after:match("^,(.*)$")
		else
			first, rest = disassembly.split(rest)
		end
		parts[#parts + 1] = first:match("^%s*(.-)%s*$")
	end
	return parts
end

local function pattern_of(prompt, parts, size)
	local bytes = {}
	for i = 3, #parts do
		local value = prompt.dbg:evaluate(parts[i])
		if value.bytes then
			bytes[#bytes + 1] = value.bytes:sub(1, -2)
		else
			local width = size or math.min(value.type.size or 8, 8)
			bytes[#bytes + 1] = string.pack("<i8", expression.integer(value)):sub(1, width)
		end
	end
	return table.concat(bytes)
end

-- The places of bytes in a range, at most MAX_FOUND.
local function search(process, from, to, bytes)
	local found = {}
	for address in scanning.range(process, from, to, { text = bytes, plain = true, length = #bytes }) do
		found[#found + 1] = address
		if #found == MAX_FOUND then break end
	end
	return found
end

function searching.command(prompt, args)
	local parts = parts_of(args["start,end,value..."])
	if #parts < 3 then prompt.fail("find: START, END, VALUE are expected") end
	local wanted = prompt.need(show.parse_format(args.format or ""))
	local dbg = prompt.dbg
	local process = dbg:need_target()
	local from = prompt:evaluate_integer(parts[1])
	local length = parts[2]:match("^%+(.+)$")
	local to = length and from + prompt:evaluate_integer(length) or prompt:evaluate_integer(parts[2]) + 1
	local pattern = pattern_of(prompt, parts, wanted.size)
	if #pattern == 0 or #pattern > MAX_PATTERN then
		prompt.fail("find: from 1 to %d bytes can be searched for", MAX_PATTERN)
	end
	local found = search(process, from, to, pattern)
	for _, address in ipairs(found) do
		local name = dbg:name_of(process, address)
		prompt:say("%s%s", format.hex(address), name and " <" .. name .. ">" or "")
	end
	dbg.variables:set("numfound", #found)
	if #found > 0 then dbg.variables:set("_", found[#found]) end
	prompt:say(#found == 0 and "nothing was found" or "%d found", #found)
end

return searching
