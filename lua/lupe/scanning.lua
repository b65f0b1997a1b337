-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Looking for bytes in the memory of a process, piece by piece; what can not be read is passed over.

local check = require "lupe.check"

local scanning = {}

local CHUNK, PAGE, NEEDLE_MAX = 1 << 20, 4096, 4096

-- What is looked for: { text, plain, length } of bytes, or of { pattern = "48 8b ?? c3" }. Raises.
function scanning.needle(what, value)
	check.arg(what, value, "string|table")
	local bytes
	if type(value) == "table" then
		check.options(what, value, { pattern = "string" })
		local parts, n = {}, 0
		for word in check.arg(what .. ": pattern", value.pattern, "string"):gmatch "%S+" do
			if not (word == "??" or word:find "^%x%x$") then
				check.misuse("%s: a pattern is made of bytes as \"48\" and \"??\", got '%s'", what, word)
			end
			n = n + 1
			parts[n] = word == "??" and "." or string.char(tonumber(word, 16)):gsub("%W", "%%%0")
		end
		bytes = { text = table.concat(parts), length = n }
	else
		bytes = { text = value, plain = true, length = #value }
	end
	if bytes.length == 0 or bytes.length > NEEDLE_MAX then
		check.misuse("%s: 1 to %d bytes can be looked for", what, NEEDLE_MAX)
	end
	return bytes
end

-- The next piece from `at` on: its bytes (nil: unreadable) and size.
local function read_piece(process, at, left)
	local size = (left < 0 or left > CHUNK) and CHUNK or left
	local bytes = process:read(at, size)
	local page = PAGE - (at & PAGE - 1)
	if bytes or size <= page then return bytes, size end
	return process:read(at, page), page
end

-- Iterates over the addresses of a needle in [from, to).
function scanning.range(process, from, to, needle)
	local at, base, bytes, init = from, nil, nil, nil
	return function()
		while true do
			local place = bytes and bytes:find(needle.text, init, needle.plain)
			if place then
				init = place + 1
				return base + place - 1
			end
			if not math.ult(at, to) then return nil end
			local size
			base, init = at, 1
			bytes, size = read_piece(process, at, to - at)
			-- The next piece begins where one could begin in this that it does not hold whole.
			local kept = bytes and size > needle.length and to - at ~= size and needle.length - 1 or 0
			at = at + size - kept
		end
	end
end

local OPTIONS = { from = "integer", to = "integer", perms = "string", path = "string" }

-- The ranges of a process that the options name.
local function ranges(process, options)
	local list = {}
	local maps, message, code = process:maps()
	if not maps then return nil, message, code end
	for map in maps do
		local fits = map.perms:find("r", 1, true) and map.path ~= "[vvar]" and map.path ~= "[vsyscall]"
		for letter in (options.perms or ""):gmatch "." do
			fits = fits and map.perms:find(letter, 1, true)
		end
		if fits and (not options.path or map.path:find(options.path)) then
			local from, to = map.start, map.stop
			if options.from and math.ult(from, options.from) then from = options.from end
			if options.to and math.ult(options.to, to) then to = options.to end
			if math.ult(from, to) then list[#list + 1] = { from, to } end
		end
	end
	return list
end

-- state: of lupe/api.lua.
function scanning.add_methods(state)
	local methods = state.core.methods

	-- (what: string | { pattern: string }, options?: { from?: integer, to?: integer, perms?: string,
	-- path?: string }) -> fun(): integer? | nil, message, code
	-- Iterates over the addresses where bytes lie in its memory, by address.
	--   for at in p:search("needle", { perms = "w" }) do print(lupe.hex(at)) end
	--   local first = p:search({ pattern = "48 8b ?? c3" }, { perms = "x" })()
	-- Options: from and to; perms: mappings with these letters; path: a pattern of the mapping's ("%[heap%]").
	function methods.process.search(process, what, options)
		local needle = scanning.needle("search", what)
		local list, message, code = ranges(process, check.options("search", options or {}, OPTIONS))
		if not list then return nil, message, code end
		local i, inner = 0, nil
		return function()
			while true do
				local found = inner and inner()
				if found then return found end
				i = i + 1
				if not list[i] then return nil end
				inner = scanning.range(process, list[i][1], list[i][2], needle)
			end
		end
	end
end

return scanning
