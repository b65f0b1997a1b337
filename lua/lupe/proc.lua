-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What the file of a process's program tells: how it is hardened.

local proc = {}

-- --- ELF: enough to see how it was linked ---

local PT_DYNAMIC, PT_GNU_STACK, PT_GNU_RELRO = 2, 0x6474e551, 0x6474e552
local DT_FLAGS, DT_BIND_NOW, DT_FLAGS_1 = 30, 24, 0x6ffffffb
local ET_DYN = 3

local function program_headers(bytes)
	local offset = string.unpack("<I8", bytes, 33)
	local size, count = string.unpack("<I2I2", bytes, 55)
	local list = {}
	for i = 0, count - 1 do
		local at = offset + i * size + 1
		if at < 1 or at + 55 > #bytes then break end
		local kind, flags, start, _, _, file_size = string.unpack("<I4I4I8I8I8I8", bytes, at)
		list[#list + 1] = { kind = kind, flags = flags, offset = start, size = file_size }
	end
	return list
end

local function binds_now(bytes, header)
	for at = header.offset + 1, math.min(header.offset + header.size, #bytes) - 15, 16 do
		if at < 1 then return false end
		local tag, value = string.unpack("<i8I8", bytes, at)
		if tag == 0 then return false end
		local now = tag == DT_BIND_NOW or tag == DT_FLAGS and value & 8 ~= 0 or tag == DT_FLAGS_1 and value & 1 ~= 0
		if now then return true end
	end
	return false
end

-- Rows of what is hardened; nil, message when the program cannot be read as an ELF file.
function proc.hardening(pid)
	local file, message = io.open(("/proc/%d/exe"):format(pid), "rb")
	if not file then return nil, message end
	local bytes = file:read(1 << 26) or ""
	file:close()
	if bytes:sub(1, 5) ~= "\127ELF\2" or #bytes < 64 then return nil, "the program is no 64-bit ELF file" end
	local relro, nx, now = false, false, false
	for _, header in ipairs(program_headers(bytes)) do
		if header.kind == PT_GNU_RELRO then relro = true end
		if header.kind == PT_GNU_STACK then nx = header.flags & 1 == 0 end
		if header.kind == PT_DYNAMIC then now = binds_now(bytes, header) end
	end
	local function word(flag) return flag and "yes" or "no" end
	return {
		{ "PIE", word(string.unpack("<I2", bytes, 17) == ET_DYN) },
		{ "NX", word(nx) },
		{ "RELRO", relro and (now and "full" or "partial") or "no" },
		{ "Canary", word(bytes:find("__stack_chk_fail", 1, true)) },
		{ "FORTIFY", word(bytes:find("_chk\0", 1, true) and bytes:find("__%l+_chk%z")) },
	}
end

return proc
