-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- disassemble: [START,END | START,+LENGTH | ADDRESS]; without, the function around the pc, or what follows
-- it where no function is known.

local examine = require "lupe.examine"
local format = require "lupe.format"

local disassembly = {}

local BYTES_MAX = 1 << 20

-- The function that covers an address: first and last byte's next; nil.
local function function_at(prompt, process, address)
	local lookup = prompt.core.methods.process.symbol
	local symbol = lookup and lookup(process, address)
	if symbol and symbol.size and symbol.size > 0 then return symbol.address, symbol.address + symbol.size end
end

-- Splits at the first comma outside of parentheses.
local function split(text)
	local depth = 0
	for i = 1, #text do
		local c = text:sub(i, i)
		if c == "(" or c == "[" then depth = depth + 1 elseif c == ")" or c == "]" then depth = depth - 1 end
		if c == "," and depth == 0 then return text:sub(1, i - 1), text:sub(i + 1) end
	end
	return text
end
disassembly.split = split

-- The range that a text means: start, end (nil: so many instructions as listsize says).
local function range(prompt, process, text)
	local first, second = split(text or "")
	if not text then
		local pc = prompt.dbg:need_stopped().pc
		local from, to = function_at(prompt, process, pc)
		return from or pc, to
	end
	local found = first:find("^[%a_][%w_]*$") and prompt.dbg:resolve(first, process)
	local start = found and found[1] or prompt:evaluate_integer(first)
	if not second then
		local from, to = function_at(prompt, process, start)
		return from or start, to
	end
	local length = second:match("^%s*%+(.+)$")
	if length then return start, start + prompt:evaluate_integer(length) end
	return start, prompt:evaluate_integer(second)
end

-- Shows the source line of an address where it is another one than `shown`; answers that.
local function source_line(prompt, process, address, shown)
	local row = process:line_at(address)
	local key = row and row.file .. ":" .. row.line
	if not key or key == shown then return shown end
	prompt:say("%s", prompt.dbg.sources:line(row.file, row.folder, row.line, "", prompt.paint_source)
		or ("%d\t%s"):format(row.line, format.clean(row.file)))
	return key
end

function disassembly.command(prompt, args)
	local letters = args.format or ""
	if letters:find("[^rms]") then
		prompt.fail("disassemble: after the / come r (the bytes), and s or m (the source lines)")
	end
	local process = prompt.dbg:need_target()
	local from, to = range(prompt, process, args.range)
	if to and (math.ult(to, from) or to - from > BYTES_MAX) then
		prompt.fail("disassemble: from %s to %s is no range, or too large", format.hex(from), format.hex(to))
	end
	local count = prompt.settings:get "listsize"
	local address = from
	local shown
	repeat
		shown = letters:find "[ms]" and source_line(prompt, process, address, shown) or shown
		address = examine.instructions(prompt, address, 1, letters:find("r") ~= nil)
		count = count - 1
	until to and not math.ult(address, to) or not to and count <= 0
end

return disassembly
