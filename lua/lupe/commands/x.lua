-- SPDX-License-Identifier: GPL-3.0-or-later
local format = require "lupe.format"

local SIZES = { b = "<I1", h = "<I2", w = "<I4", g = "<I8" }

local function line_of(address, values, letter, size)
	local texts = {}
	for i, value in ipairs(values) do
		if letter == "d" then texts[i] = tostring(value)
		elseif letter == "c" then texts[i] = ("%d '%s'"):format(value, format.clean(string.char(value & 255)))
		else texts[i] = ("0x%0" .. 2 * size .. "x"):format(value) end
	end
	return ("%s:  %s"):format(format.hex(address), table.concat(texts, "  "))
end

return {
	name = "x", args = "[/NFU] ADDRESS", summary = "memory: N units of size U (b h w g) as F (x d c s)", repeatable = true,
	help = "ADDRESS is a Lua expression in which $NAME is a register.",
	examples = { { "x/4g $rsp", "four words of the stack" }, { "x/s 0x402010", "a string" } },
	run = function(prompt, text)
		local count, letters, rest = text:match("^/(%d*)(%a*)%s+(.+)$")
		if not rest then count, letters, rest = "", "", text end
		local process, thread = prompt:need_target(), prompt:need_thread()
		local code = rest:gsub("%$(%w+)", "REGS.%1")
		local chunk, message = load("return " .. code, "=prompt", "t",
			setmetatable({ REGS = thread.regs }, { __index = _G }))
		if not chunk then prompt.fail("%s", message) end
		local address = chunk()
		if math.type(address) ~= "integer" then prompt.fail("x: an address is expected, got %s", format.inspect(address)) end
		if letters:find("s") then
			prompt:say('%s:  "%s"', format.hex(address), format.clean(prompt.need(process:cstr(address))))
			return
		end
		local letter, unit = letters:match("[xdc]") or "x", letters:match("[bhwg]") or "g"
		local size = string.packsize(SIZES[unit])
		local n, per_line = tonumber(count) or 1, 16 // size
		for first = 0, n - 1, per_line do
			local values = {}
			for i = first, math.min(first + per_line, n) - 1 do
				values[#values + 1] = string.unpack(SIZES[unit], prompt.need(process:read(address + i * size, size)))
			end
			prompt:say("%s", line_of(address + first * size, values, letter, size))
		end
	end,
}
