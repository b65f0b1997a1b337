-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Places in a program, as scripts name them: an address, "function", "function+4", "lib.so!function"; and
-- whether the loader of a process has mapped the libraries that its names may lie in.
--
-- Source for the loader's side: <link.h>, struct r_debug; the loader calls _dl_debug_state before and after
-- it changes the list of libraries, r_state is RT_CONSISTENT (0) after.

local check = require "lupe.check"

local places = {}

local R_MAP, R_STATE = 8, 24 -- offsetof(struct r_debug, r_map), r_state
local CONSISTENT = 0
local AT_NULL, AT_ENTRY = 0, 9
local NAMES_MAX = 200000 -- beyond, no near name is looked for

-- "lib!function+0x10" as { module, name, offset }; of an address { address }. Raises for something else.
function places.parse(what, where)
	check.arg(what .. ": place", where, "string|integer")
	if math.type(where) == "integer" then return { address = where, title = ("0x%x"):format(where) } end
	local module, rest = where:match("^([^!]+)!(.+)$")
	local name, offset = (rest or where):match("^(.-)%s*%+%s*(%w+)$")
	offset = offset and math.tointeger(tonumber(offset))
	if not offset then name = rest or where end
	if name == "" then check.misuse("%s: the name of a function or an address is expected", what) end
	return { module = module, name = name, offset = offset or 0, title = where }
end

-- The function of this place; nil, message, code.
local function find_function(process, place)
	local symbol, message, code = process:symbol(place.name, place.module)
	if not symbol then
		-- One that ends right now has no memory any more; its end will be told.
		if code == "not_found" and process:proc "maps" == "" then
			return nil, ("process %d has exited"):format(process.pid), "exited"
		end
		if code == "not_found" then message = ("there is no function '%s'"):format(place.title) end
		return nil, message, code
	end
	if symbol.kind == "object" or symbol.kind == "tls" then
		return nil, ("'%s' is no function but data"):format(place.title), "invalid"
	end
	return symbol
end

-- An entry of the auxiliary vector (<elf.h>); nil, message, code.
function places.auxiliary(process, wanted)
	local vector, message, code = process:proc "auxv"
	if not vector then return nil, message, code end
	for at = 1, #vector - 15, 16 do
		local key, value = string.unpack("<i8i8", vector, at)
		if key == wanted then return value end
		if key == AT_NULL then break end
	end
	return nil, ("where the program of process %d begins is not known"):format(process.pid), "not_found"
end

-- The address of the program's first instruction; nil, message, code.
function places.entry(process) return places.auxiliary(process, AT_ENTRY) end

-- A thread that stands; `halted` are those that were stopped for it.
local function standing(process)
	local running = {}
	for thread in process:threads() do
		if thread.state == "stopped" then return thread, {} end
		running[#running + 1] = thread
	end
	local ok, message, code = process:stop()
	if not ok then return nil, message, code end
	for _, thread in ipairs(running) do
		if thread.state == "stopped" then return thread, running end
	end
	return nil, ("process %d does not stop"):format(process.pid), "invalid"
end

-- What a resolver (IFUNC) chooses; nil, message, code.
local function ask_resolver(process, place, resolver)
	local entry, message, code = places.entry(process)
	if not entry then return nil, message, code end
	local thread, halted, why = standing(process)
	if not thread then return nil, halted, why end
	local address
	if thread.pc == entry then
		message = "that has not happened yet"
	else
		address, message = thread:call_at_once(resolver, entry)
	end
	for _, other in ipairs(halted) do other:resume() end
	if address then return address end
	return nil, ("'%s' is chosen when the program starts (IFUNC): %s"):format(place.title, message), "invalid"
end

-- The address of a parsed place in a process; nil, message, code ("not_found", "invalid", "exited").
function places.resolve(process, place)
	if place.address then return place.address end
	local symbol, message, code = find_function(process, place)
	if not symbol then return nil, message, code end
	local address = symbol.address
	if symbol.kind == "indirect" then
		address, message, code = ask_resolver(process, place, address)
		if not address then return nil, message, code end
	end
	return address + place.offset, symbol
end

-- ", did you mean 'malloc'?" for a name that the process does not have; "".
function places.did_you_mean(process, place)
	local names = process:function_names(place.module)
	if not names or #names == 0 then
		return place.module and (" (no library '%s' is loaded)"):format(place.module) or ""
	end
	return #names <= NAMES_MAX and check.did_you_mean(place.name, names) or ""
end

-- --- the loader ---

-- { hook = address that the loader comes to, state() -> consistent?, mapped? }; nil for a program without
-- a loader.
function places.loader(process)
	local hook, debug = process:symbol "_dl_debug_state", process:symbol "_r_debug"
	if not hook or not debug then return nil end
	local function read(offset, format, size)
		local bytes = process:read(debug.address + offset, size)
		return bytes and (string.unpack(format, bytes)) or 0
	end
	return { hook = hook.address,
		is_consistent = function() return read(R_STATE, "<i4", 4) == CONSISTENT end,
		has_begun = function() return read(R_MAP, "<i8", 8) ~= 0 end }
end

-- Whether the libraries of the program are still to be mapped: it has just begun.
function places.is_loading(loader)
	return loader ~= nil and not (loader.has_begun() and loader.is_consistent())
end

return places
