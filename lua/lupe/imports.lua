-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The functions that a program takes from its libraries, read from its dynamic section in memory: so a stripped
-- file, or one that is gone, serves as well. What is read is bounded; a program that lies about itself has none.
--
-- Source: the System V ABI, "Program Loading and Dynamic Linking"; its supplement for x86-64 for the relocations.

local imports = {}

local AT_PHDR, AT_PHNUM = 3, 5
local PT_DYNAMIC, PT_PHDR = 2, 6
local DT_PLTRELSZ, DT_STRTAB, DT_SYMTAB, DT_RELA, DT_RELASZ, DT_STRSZ, DT_JMPREL = 2, 5, 6, 7, 8, 10, 23
local R_GLOB_DAT, R_JUMP_SLOT = 6, 7
local STT_NOTYPE, STT_FUNC, STT_GNU_IFUNC = 0, 2, 10
local PHDR_SIZE, DYN_SIZE, RELA_SIZE, SYM_SIZE = 56, 16, 24, 24
local MOST_PHDRS, MOST_DYN, MOST_RELOCATIONS, MOST_NAME = 1000, 1000, 200000, 1000

-- The auxiliary vector of a process: what the kernel told its program, by number.
function imports.auxiliary(process)
	local words, values = process:proc "auxv" or "", {}
	for at = 1, #words - 15, 16 do
		local kind, value = string.unpack("<i8i8", words, at)
		values[kind] = value
	end
	return values
end

-- The address of the dynamic section, and what its addresses are relative to.
local function find_dynamic(process)
	local values = imports.auxiliary(process)
	local phdr, count = values[AT_PHDR], values[AT_PHNUM] or 0
	if not phdr or count < 1 or count > MOST_PHDRS then return nil end
	local headers = process:read(phdr, count * PHDR_SIZE)
	local base, dynamic = 0, nil
	for i = 0, headers and count - 1 or -1 do
		local kind, _, _, address = string.unpack("<I4I4i8i8", headers, i * PHDR_SIZE + 1)
		if kind == PT_PHDR then base = phdr - address end
		if kind == PT_DYNAMIC then dynamic = address end
	end
	return dynamic and base + dynamic, base
end

-- The entries of the dynamic section by tag. The loader has made some addresses absolute, others not.
local function read_dynamic(process, address, base)
	local entries = {}
	for i = 0, MOST_DYN do
		local bytes = process:read(address + i * DYN_SIZE, DYN_SIZE)
		if not bytes then break end
		local tag, value = string.unpack("<i8i8", bytes)
		if tag == 0 then break end
		entries[tag] = value
	end
	for _, tag in ipairs { DT_STRTAB, DT_SYMTAB, DT_RELA, DT_JMPREL } do
		if entries[tag] and math.ult(entries[tag], base) then entries[tag] = entries[tag] + base end
	end
	return entries
end

-- The name of an undefined function of the symbol table; nil for anything else.
local function imported_name(process, entries, index)
	local symbol = process:read(entries[DT_SYMTAB] + index * SYM_SIZE, SYM_SIZE)
	if not symbol then return nil end
	local name, info, _, section = string.unpack("<I4BBI2", symbol)
	local kind = info & 15
	local is_function = kind == STT_FUNC or kind == STT_GNU_IFUNC or kind == STT_NOTYPE
	if section ~= 0 or not is_function or name >= (entries[DT_STRSZ] or 0) then return nil end
	local text = process:cstr(entries[DT_STRTAB] + name, MOST_NAME)
	return text ~= "" and text or nil
end

local function add_relocations(process, entries, table_tag, size_tag, seen)
	local count = math.min((entries[size_tag] or 0) // RELA_SIZE, MOST_RELOCATIONS)
	local bytes = entries[table_tag] and count > 0 and process:read(entries[table_tag], count * RELA_SIZE)
	for i = 0, bytes and count - 1 or -1 do
		local _, info = string.unpack("<i8i8", bytes, i * RELA_SIZE + 1)
		local kind = info & 0xffffffff
		if kind == R_GLOB_DAT or kind == R_JUMP_SLOT then
			local name = imported_name(process, entries, (info >> 32) & 0xffffffff)
			if name then seen[name] = true end
		end
	end
end

-- The names, sorted; none for a program without libraries.
function imports.of(process)
	local address, base = find_dynamic(process)
	if not address then return {} end
	local entries, seen, names = read_dynamic(process, address, base), {}, {}
	if not entries[DT_SYMTAB] or not entries[DT_STRTAB] then return {} end
	add_relocations(process, entries, DT_JMPREL, DT_PLTRELSZ, seen)
	add_relocations(process, entries, DT_RELA, DT_RELASZ, seen)
	for name in pairs(seen) do names[#names + 1] = name end
	table.sort(names)
	return names
end

return imports
