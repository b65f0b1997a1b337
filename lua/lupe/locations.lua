-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Locations as commands name them, and the addresses that they mean:
--   *EXPRESSION   FUNCTION   FILE:FUNCTION   LINE   FILE:LINE   +N   -N   FUNCTION+OFFSET
-- A function is meant after its prologue, where its arguments can be seen; one that was inlined at each place where it
-- was. A line has an address for each function, or copy of one, that has code of it.

local locations = {}

-- Where a line without a file is: of the selected frame, else of main.
local function default_file(dbg)
	local listed = dbg.listed
	if listed and listed.file then return listed.file, listed.folder, listed.line end
	local thread = dbg:target() and dbg.thread or dbg:target() and dbg:need_thread()
	if thread and thread.state ~= "running" then
		local frame = dbg:frame()
		if frame and frame.file then return frame.file, frame.folder, frame.line end
	end
	local found = dbg:target() and dbg:target():find_names("main", "function")[1]
	if found and found.file then return found.file, found.folder, found.line end
end
locations.default_file = default_file

local function of_line(dbg, process, file, line)
	local addresses, best = process:line_places(file, line)
	if not addresses then return nil, best end
	if #addresses == 0 then return nil, ("no line %d in file '%s'"):format(line, file) end
	for i, address in ipairs(addresses) do
		local functions = process:functions_at(address)
		local innermost = functions[1]
		if innermost and not innermost.is_inlined and innermost.start == address then
			addresses[i] = process:after_prologue(address)
		end
	end
	return addresses, nil, { file = file, line = best, asked = line }
end

-- Each place once.
local function add(list, seen, address)
	if not seen[address] then
		seen[address] = true
		list[#list + 1] = address
	end
end

local function of_function(process, name, file)
	local list, seen = {}, {}
	for _, start in ipairs(process:function_places(name, file) or {}) do
		add(list, seen, start.is_inlined and start.address or process:after_prologue(start.address))
	end
	if #list > 0 then return list end
	if file then return nil, ("no function '%s' in file '%s'"):format(name, file) end
	local symbol, message = process:symbol(name)
	if not symbol then return nil, message end
	if not symbol.is_function and symbol.kind ~= "label" then return nil, ("'%s' is no function"):format(name) end
	return { process:after_prologue(symbol.address) }
end

-- The addresses of a location in a process; nil and a message when it has none there. Then what a line became.
function locations.resolve(dbg, location, process)
	local text = location:match("^%*%s*(.+)$")
	if text then
		local ok, value = pcall(dbg.evaluate_integer, dbg, text)
		if not ok then return nil, tostring(value) end
		return { value }
	end
	if not process then return nil, "there is no target yet" end
	local number = location:match("^%d+$")
	local sign, offset = location:match("^([-+])(%d+)$")
	if number or sign then
		local file, _, line = default_file(dbg)
		if not file then return nil, "no source file is known here: name it, as in file.c:10" end
		if sign then number = line + tonumber(sign .. offset) end
		return of_line(dbg, process, file, math.tointeger(tonumber(number)))
	end
	local file, line = location:match("^(.+):(%d+)$")
	if file then return of_line(dbg, process, file, math.tointeger(tonumber(line))) end
	local own_file, name = location:match("^([^:]+%.[%w+]+):([%a_~][^:].*)$")
	if own_file then return of_function(process, name, own_file) end
	local list, message = of_function(process, location)
	if list then return list end
	local base, plus = location:match("^([%a_][%w_:]*)%s*%+%s*(0?[xX]?%x+)$")
	local symbol = base and process:symbol(base)
	if symbol then return { symbol.address + math.tointeger(tonumber(plus)) } end
	return nil, message
end

-- "work at file.c:12", "read+4", "0x401136": what is told of a breakpoint's place.
function locations.describe(dbg, process, address)
	local line, functions = process:line_at(address), process:functions_at(address)
	local name = functions[1] and functions[1].name or dbg:name_of(process, address)
	if line then return ("%s at %s:%d"):format(name or "?", line.file, line.line) end
	return name
end

-- Whether the program has a name that one of its libraries is to bring: it waits for the library.
function locations.is_imported(process, name)
	local file = name:find("^[%a_][%w_]*$") and io.open(("/proc/%d/exe"):format(process.pid), "rb")
	if not file then return false end
	local text = file:read(64 << 20) or ""
	file:close()
	return text:find("\0" .. name .. "\0", 1, true) ~= nil
end

return locations
