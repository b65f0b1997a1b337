-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Memory as x and display show it: units by a format, strings, instructions.

local ctypes = require "lupe.ctypes"
local format = require "lupe.format"
local show = require "lupe.show"

local examine = {}

local COUNT_MAX = 100000
local PER_LINE = { [1] = 8, [2] = 8, [4] = 4, [8] = 2 }

local function label(dbg, process, address)
	local name = dbg:name_of(process, address)
	return format.hex(address) .. (name and " <" .. name .. ">" or "")
end

-- Instructions from an address on; answers the address behind the last.
function examine.instructions(prompt, address, count, with_bytes)
	local dbg = prompt.dbg
	local process, thread = dbg:need_target(), dbg:need_thread()
	local pc = thread.state ~= "running" and thread.pc or nil
	for _ = 1, count do
		local insn = dbg:instruction(process, address)
		if not insn then prompt.fail("cannot read memory at %s", format.hex(address)) end
		local bytes = with_bytes and insn.bytes:gsub(".", function(c) return ("%02x "):format(c:byte()) end) .. "\t" or ""
		prompt:say("%s%s:\t%s%s", address == pc and "=> " or "   ", label(dbg, process, address), bytes, insn.text)
		address = address + insn.length
	end
	return address
end

local function strings(prompt, address, count)
	local process, limit = prompt.dbg:need_target(), prompt.settings:get "print-elements"
	if limit == 0 then limit = 1 << 20 end
	for _ = 1, count do
		local text = prompt.need(process:cstr(address, limit))
		local whole = #text < limit
		prompt:say("%s:\t%s%s", label(prompt.dbg, process, address), show.string(text), whole and "" or "...")
		address = address + #text + (whole and 1 or 0)
	end
	return address
end

local function units(prompt, address, count, letter, size)
	local dbg = prompt.dbg
	local process, per_line = dbg:need_target(), letter == "c" and 8 or letter == "a" and 2 or PER_LINE[size]
	local kind = { kind = "int", size = size, signed = letter == "d" }
	local function name(at) return dbg:name_of(process, at) end
	local last
	for first = 0, count - 1, per_line do
		local texts = {}
		local at = address + first * size
		for i = 0, math.min(per_line, count - first) - 1 do
			local bytes, message = process:read(at + i * size, size)
			if not bytes then
				if #texts > 0 then prompt:say("%s:\t%s", label(dbg, process, at), table.concat(texts, "\t")) end
				prompt.fail("%s", message)
			end
			last = ctypes.unpack(kind, bytes)
			-- gdb fills the places of x
			texts[#texts + 1] = show.number(last, letter == "x" and "z" or letter, size, name)
		end
		prompt:say("%s:\t%s", label(dbg, process, at), table.concat(texts, "\t"))
	end
	dbg.variables:set("__", last or 0)
	return address + count * size
end

-- Shows what a parsed format asks for; answers the address behind it.
function examine.show(prompt, address, wanted)
	local count, letter = wanted.count or 1, wanted.letter or "x"
	if math.abs(count) > COUNT_MAX then prompt.fail("x: more than %d units are asked for", COUNT_MAX) end
	local size = wanted.size or letter == "c" and 1 or letter == "a" and 8 or 8
	if letter == "i" then return examine.instructions(prompt, address, count) end
	if letter == "s" then return strings(prompt, address, count) end
	if count < 0 then address, count = address + count * size, -count end
	return units(prompt, address, count, letter, size)
end

-- x: what is not given stays as it was.
function examine.command(prompt, args)
	local wanted = prompt.need(show.parse_format(args.format or ""))
	local before = prompt.examined or { letter = "x" }
	local letter = wanted.letter or before.letter
	-- A letter that comes with its own size does not take that of another.
	local size = wanted.size or not wanted.letter and before.size or letter == before.letter and before.size or nil
	if not size and (letter == "x" or letter == "d" or letter == "u") and not wanted.size then size = before.unit end
	local address = args.address or prompt.next_address
	if not address then prompt.fail("x: an address is missing") end
	prompt.dbg.variables:set("_", address)
	prompt.next_address = examine.show(prompt, address, { count = wanted.count, letter = letter, size = size })
	prompt.examined = { letter = letter, size = size, unit = wanted.size or before.unit }
end

return examine
