-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- ptype/o: a struct with the offset and size of each member, and the holes between them.

local layout = {}

local STRUCTS = { struct = true, union = true }

local function hole(lines, from, to, indent)
	if to > from then lines[#lines + 1] = ("%s/* XXX %d-byte hole */"):format(indent, to - from) end
end

local function add_members(lines, handle, base, indent)
	local at, is_union = 0, handle.kind == "union"
	for _, field in ipairs(handle.fields) do
		if not field.is_static then
			if not is_union and not field.bit_size then hole(lines, at, field.offset, (" "):rep(20) .. indent) end
			local bits = field.bit_size and (":%2d"):format(field.bit_offset) or "   "
			local inner = STRUCTS[field.type.kind] and tostring(field.type):find("{", 1, true)
			local text = tostring(field.type) .. " " .. (field.name or "")
			lines[#lines + 1] = ("/* %6d%s | %5d */ %s%s%s%s"):format(base + field.offset, bits, field.type.size, indent,
				inner and field.type.kind .. " {" or text, field.bit_size and " : " .. field.bit_size or "",
				inner and "" or ";")
			if inner then
				add_members(lines, field.type, base + field.offset, indent .. "    ")
				lines[#lines + 1] = (" "):rep(23) .. indent .. "} " .. (field.name or "") .. ";"
			end
			at = math.max(at, field.offset + (field.bit_size and (field.bit_offset + field.bit_size + 7) // 8
				or field.type.size))
		end
	end
	if not is_union then hole(lines, at, handle.size, (" "):rep(20) .. indent) end
end

-- The layout of a type; of what is no struct its definition.
function layout.text(handle)
	while handle.is_typedef do handle = handle.alias_of end
	if not STRUCTS[handle.kind] then return "type = " .. handle:definition() end
	local lines = { ("/* offset    |  size */  type = %s {"):format((tostring(handle):gsub(" {.*$", ""))) }
	add_members(lines, handle, 0, "    ")
	lines[#lines + 1] = ""
	lines[#lines + 1] = ("%s/* total size: %d bytes */"):format((" "):rep(23) .. "    ", handle.size)
	lines[#lines + 1] = (" "):rep(23) .. "}"
	return table.concat(lines, "\n")
end

return layout
