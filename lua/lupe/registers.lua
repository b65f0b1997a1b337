-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Registers as info shows them: the general ones in hexadecimal and decimal, flags by name, vectors by their
-- lanes.

local format = require "lupe.format"
local show = require "lupe.show"

local registers = {}

local POINTERS = { rip = true, pc = true, rsp = true, sp = true, rbp = true, fp = true }

local function hex_of(bytes)
	return "0x" .. bytes:reverse():gsub(".", function(c) return ("%02x"):format(c:byte()) end)
end

-- The lanes of a vector register, by the types that compilers use most.
local function lanes(bytes)
	local texts = {}
	for _, view in ipairs { { "f32", "<f", 4 }, { "f64", "<d", 8 }, { "i32", "<i4", 4 }, { "i64", "<i8", 8 } } do
		local items = {}
		for at = 1, #bytes - view[3] + 1, view[3] do
			local v = string.unpack(view[2], bytes, at)
			items[#items + 1] = math.type(v) == "float" and show.float(v) or tostring(v)
		end
		texts[#texts + 1] = view[1] .. " {" .. table.concat(items, ", ") .. "}"
	end
	return table.concat(texts, "  ")
end

local function extended(bytes)
	local mantissa, sign_exponent = string.unpack("<I8I2", bytes)
	local exponent = (sign_exponent & 0x7fff) - 16383 - 63
	local value = (mantissa >> 1) * 2.0 + (mantissa & 1)
	if sign_exponent & 0x7fff == 0x7fff then return "special" end
	value = value * 2.0 ^ exponent
	return show.float(sign_exponent & 0x8000 ~= 0 and -value or value)
end

local function row_of(dbg, thread, name, value)
	if value == nil then return { name, "(this CPU has none)", "" } end
	if type(value) == "string" then
		return { name, hex_of(value), #value == 10 and extended(value) or lanes(value) }
	end
	if name == "eflags" or name == "rflags" then
		return { name, format.hex(value), "[ " .. thread.regs:flags() .. " ]" }
	end
	if POINTERS[name] then
		local symbol = dbg:name_of(thread.process, value)
		return { name, format.hex(value), symbol and "<" .. symbol .. ">" or format.hex(value) }
	end
	return { name, format.hex(value), tostring(value) }
end

-- Shows registers by name, or a group of them ("general", "all").
function registers.show(prompt, names, group)
	local dbg = prompt.dbg
	local thread, rows = dbg:need_stopped(), {}
	local regs = thread.regs
	for _, word in ipairs(names or {}) do
		local name = word:gsub("^%$", "")
		if not prompt.core.register_size(name) then
			local check = require "lupe.check"
			prompt.fail("there is no register '%s'%s", name, check.did_you_mean(name, prompt.core.register_names()))
		end
		rows[#rows + 1] = row_of(dbg, thread, name, regs[name])
	end
	if not names then
		for name, value in regs:each(group) do rows[#rows + 1] = row_of(dbg, thread, name, value) end
	end
	local lines, i = {}, 0
	for line in (format.columns(rows) .. "\n"):gmatch "([^\n]*)\n" do
		i = i + 1
		local name = rows[i] and rows[i][1]
		local changed = name and dbg:has_changed(thread, name, regs[name])
		lines[#lines + 1] = changed and prompt:paint("changed", line) or line
	end
	prompt:say("%s", table.concat(lines, "\n"))
end

return registers
