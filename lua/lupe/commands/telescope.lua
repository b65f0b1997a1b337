-- SPDX-License-Identifier: GPL-3.0-or-later
local format = require "lupe.format"
local show = require "lupe.show"

-- What a word points to, followed as long as it is an address: "-> 0x.. -> "text"".
local function chain(prompt, target, word)
	local dbg, texts, seen = prompt.dbg, {}, {}
	for _ = 1, 4 do
		local name = dbg:name_of(target, word)
		texts[#texts + 1] = format.hex(word) .. (name and " <" .. name .. ">" or "")
		if seen[word] then break end
		seen[word] = true
		local bytes = target:read(word, 8)
		if not bytes then break end
		local text = target:cstr(word, 64)
		if text and #text >= 4 and not text:find("[^\t\n\r -~]") then
			texts[#texts + 1] = show.string(text)
			break
		end
		word = string.unpack("<i8", bytes)
	end
	return table.concat(texts, " -> ")
end

return {
	name = "telescope", aliases = { "tele" }, group = "data", repeatable = true,
	summary = "words of memory and what they point to, the stack without an address",
	args = { { "ADDRESS", type = "text", optional = true } },
	examples = { { "telescope", "the top of the stack" }, { "telescope $rdi 4", "four words" } },
	run = function(prompt, args)
		local dbg = prompt.dbg
		local target, text = dbg:need_target(), args.address or "$sp"
		local where, count = text:match("^(.-)%s+(%d+)$")
		local address = prompt:evaluate_integer(where or text)
		local regs, rows = {}, {}
		for name, value in dbg:need_stopped().regs:each() do
			if name ~= "eflags" and #name <= 3 then regs[value] = regs[value] and regs[value] .. "," .. name or name end
		end
		for i = 0, math.min(tonumber(count) or prompt.settings:get "listsize", 1000) - 1 do
			local at = address + 8 * i
			local bytes, message = target:read(at, 8)
			if not bytes then
				if i == 0 then prompt.fail("%s", message) end
				break
			end
			local word = string.unpack("<i8", bytes)
			rows[#rows + 1] = { ("%02d"):format(i), format.hex(at), regs[at] or "", chain(prompt, target, word) }
		end
		prompt:say("%s", format.columns(rows))
	end,
}
