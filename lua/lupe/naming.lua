-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- info functions, variables, types; rbreak: names by a pattern, in the order of their files.

local format = require "lupe.format"

local naming = {}

local MAX = 2000

-- { { name, file, line, ... }, ... } of the names of a kind that have the pattern, by file and line.
function naming.find(prompt, kind, pattern)
	local target, list, seen = prompt.dbg:need_target(), {}, {}
	local ok, message = pcall(string.find, "", pattern or "")
	if not ok then prompt.fail("'%s' is no pattern: %s", pattern, tostring(message)) end
	for _, name in ipairs(prompt.need(target:names(kind, ""))) do
		if not seen[name] and (not pattern or name:find(pattern)) then
			seen[name] = true
			for _, found in ipairs(#list < MAX and target:find_names("::" .. name, kind) or {}) do
				list[#list + 1] = found
			end
		end
	end
	table.sort(list, function(a, b)
		local x, y = a.file or "", b.file or ""
		if x ~= y then return x < y end
		if a.line ~= b.line then return (a.line or 0) < (b.line or 0) end
		return a.name < b.name
	end)
	return list
end

-- How one is declared: with its type, where that is known.
local function declaration(target, found)
	local text = (found.is_static and "static " or "") .. (found.keyword and found.keyword .. " " or "") .. found.name
	if found.kind == "type" then return text end
	local place = target:global("::" .. found.name, found.file and found.file:match("[^/]+$"))
	local kind = place and place.type and tostring(place.type)
	return kind and ("%s%s: %s"):format(found.is_static and "static " or "", found.name, kind) or text
end

function naming.list(prompt, kind, pattern)
	local list, file = naming.find(prompt, kind, pattern), nil
	if #list == 0 then
		prompt.fail(pattern and "no %s has '%s' in its name, as far as debug information goes"
			or "no %ss are known: there is no debug information", kind, pattern)
	end
	local target = prompt.dbg:need_target()
	for _, found in ipairs(list) do
		if found.file ~= file then
			file = found.file
			prompt:say("%s:", file and format.clean(file) or "(no file)")
		end
		prompt:say("%6s  %s", found.line and tostring(found.line) or "", format.clean(declaration(target, found)))
	end
	if #list >= MAX then prompt:say("(and more: give a pattern)") end
end

return naming
