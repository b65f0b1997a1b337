-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What a function has returned, by its type: System V psABI x86-64, 3.2.3, "Returning of Values".

local ctypes = require "lupe.ctypes"
local expression = require "lupe.expression"

local returned = {}

-- Whether all that lies in eight bytes of a struct are floating point numbers.
local function is_sse(handle, base, eight)
	while handle.is_typedef do handle = handle.alias_of end
	local kind = handle.kind
	if kind == "struct" or kind == "union" then
		local any = false
		for _, field in ipairs(handle.fields) do
			local at = base + field.offset
			if not field.is_static and at < eight + 8 and at + field.type.size > eight then
				any = true
				if not is_sse(field.type, at, eight) then return false end
			end
		end
		return any
	elseif kind == "array" then
		return is_sse(handle.target, base, eight)
	end
	return kind == "float" and handle.size <= 8
end

local function word(v) return string.pack("<i8", v) end

-- The bytes of a value that came in registers; nil: it is in memory, at rax.
local function in_registers(handle, regs)
	local size = handle.size
	if handle.kind == "float" then
		return size <= 8 and regs.xmm0:sub(1, size) or (regs.st0 .. ("\0"):rep(16)):sub(1, size)
	end
	if size > 16 then return nil end
	local general, vectors, parts = { regs.rax, regs.rdx }, { regs.xmm0, regs.xmm1 }, {}
	for eight = 0, size - 1, 8 do
		if is_sse(handle, 0, eight) then
			parts[#parts + 1] = table.remove(vectors, 1):sub(1, 8)
		else
			parts[#parts + 1] = word(table.remove(general, 1))
		end
	end
	return table.concat(parts):sub(1, size)
end

-- The return type of the function that a frame is in; nil when it is not known.
function returned.type_of(frame)
	local process = frame.thread.process
	local found = frame.fn and process:global("::" .. frame.fn, frame.file and frame.file:match "[^/]+$")
	if not found then found = frame.fn and process:global("::" .. frame.fn) end
	return found and found.kind == "function" and found.type or nil
end

-- The value of an expression (lupe/expression.lua) that the thread has been returned; nil for void. Without a type: rax
-- as a long. `context` of lupe/variables.lua.
function returned.value(context, regs, function_type)
	if not function_type then return { type = ctypes.get.long, v = regs.rax } end
	local handle = function_type.target
	if not handle or handle.kind == "void" then return nil end
	local kind = ctypes.of(handle)
	local bytes = in_registers(handle, regs)
	if bytes then return expression.in_bytes(context, kind, bytes) end
	return expression.load(context, kind, regs.rax)
end

return returned
