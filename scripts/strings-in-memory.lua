-- texts in the memory of a process, with where they lie
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Of a running process (-p) now, while it is held for a moment; of a command when it ends. Without --all only
-- in memory that it can write: heap, stacks, variables.

local tool = require "lupe.tool"

local values, operands = tool.options {
	name = "lupe strings-in-memory",
	summary = "texts in the memory of a process, with where they lie",
	operands = "[TEXT...]",
	rows = true,
	examples = {
		{ "lupe strings-in-memory -p 4242", "all texts of six characters and more" },
		{ "lupe strings-in-memory password -p 4242", "those that contain a word" },
		{ "lupe strings-in-memory -n 20 -k heap -- ./prog", "on the heap, when it ends" },
	},
	options = {
		{ short = "n", long = "length", arg = "N", type = "integer", default = 6, help = "at least N characters" },
		{ short = "i", long = "ignore-case", help = "TEXT in capitals or not" },
		{ short = "k", long = "kind", arg = "KIND", type = "choice", choices = { "heap", "stack", "anon", "file" },
			help = "only in memory of this kind" },
		{ short = "a", long = "all", help = "also in memory that cannot be written: code, constants" },
		{ short = "u", long = "utf8", help = "also letters beyond ASCII, in UTF-8" },
		{ short = "w", long = "wide", help = "texts of two bytes a character (UTF-16)" },
	},
}

local CHUNK, PAGE, LONGEST = 1 << 20, 4096, 1 << 16

local length = math.max(values.length, 1)
local emit = tool.rows(values, { tool.PID, { "ADDRESS", width = 14 }, { "WHERE", width = 16, left = true },
	{ "TEXT" } })

local function wanted(text)
	if #operands == 0 then return true end
	if values.ignore_case then text = text:lower() end
	for _, word in ipairs(operands) do
		if text:find(values.ignore_case and word:lower() or word, 1, true) then return true end
	end
	return false
end

-- --- texts in a string of bytes: each finder answers the first and last byte of the next from `at` on ---

local CLASS = values.utf8 and "[\t\32-\126\128-\255]" or "[\t\32-\126]"
local NARROW = CLASS:rep(length) .. CLASS .. "*"

local function find_narrow(bytes, at) return bytes:find(NARROW, at) end

local WIDE = ("[\t\32-\126]%z"):rep(length)

local function find_wide(bytes, at)
	local first, last = bytes:find(WIDE, at)
	while first and bytes:find("^[\t\32-\126]%z", last + 1) do last = last + 2 end
	return first, last
end

local find = values.wide and find_wide or find_narrow

local function text_of(bytes)
	if values.wide then return (bytes:gsub("%z", "")) end
	return bytes
end

-- --- memory ---

-- The bytes of a piece, page by page where a part cannot be read: f(address, bytes) for each run.
local function each_run(process, from, to, f)
	local whole = process:read(from, to - from)
	if whole then return f(from, whole) end
	for at = from, to - 1, PAGE do
		local bytes = process:read(at, math.min(PAGE, to - at))
		if bytes then f(at, bytes) end
	end
end

local function show(process, where, address, bytes)
	local text = text_of(bytes)
	if (values.utf8 and not utf8.len(text)) or not wanted(text) then return end
	emit(process.pid, ("%x"):format(address), where, text)
end

-- All texts of a mapping; one that reaches the end of a piece may go on in the next.
local function search(process, map, where)
	local carry, expected = "", nil
	for from = map.start, map.stop - 1, CHUNK do
		each_run(process, from, math.min(from + CHUNK, map.stop), function(address, bytes)
			if address == expected then
				bytes, address = carry .. bytes, address - #carry
			elseif #carry >= length then
				show(process, where, expected - #carry, carry)
			end
			carry, expected = "", address + #bytes
			local first, last = find(bytes, 1)
			while first do
				if last >= #bytes - 1 and last - first < LONGEST and expected < map.stop then
					carry = bytes:sub(first)
				else
					show(process, where, address + first - 1, bytes:sub(first, last))
				end
				first, last = find(bytes, last + 1)
			end
			-- A shorter beginning of one may stand at the end.
			if carry == "" then carry = bytes:match("(" .. CLASS .. "+)$", math.max(1, #bytes - 2 * length)) or "" end
		end)
	end
end

local function kind_of(map)
	local path = map.path or ""
	if path == "[heap]" then return "heap" end
	if path:find "^%[stack" then return "stack" end
	return path:find "^/" and "file" or "anon"
end

local function search_process(process)
	for map in process:maps() do
		local kind = kind_of(map)
		local readable = map.perms:find "^r" and map.path ~= "[vvar]" and map.path ~= "[vsyscall]"
		if readable and (values.all or map.perms:find "^rw") and (not values.kind or kind == values.kind) then
			search(process, map, map.path and map.path ~= "" and map.path:match "[^/]+$" or "anon")
		end
	end
end

if lupe.target.launched then
	lupe.on_syscall("exit_group", function(ev) search_process(ev.process) end)
else
	local process = lupe.target
	assert(process:stop())
	search_process(process)
	process:resume()
	lupe.quit(0)
end
