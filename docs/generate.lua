#!/usr/bin/env -S lupe run
-- SPDX-License-Identifier: GPL-3.0-or-later
-- Writes docs/lua-api.md and lua/meta/lupe.lua from what lupe/reference.lua has read: the library in the binary, so
-- build first.
--   lupe run docs/generate.lua            writes what has changed
--   lupe run docs/generate.lua --check    names what is stale, and ends with status 1
local core = require "lupe.core"
local reference = require "lupe.reference"

local values = lupe.options { name = "generate.lua", summary = "write the reference of the Lua library",
	usage = { "lupe run docs/generate.lua [--check]" },
	options = { { long = "check", help = "write nothing, tell what is stale" } } }

local known = reference.load(core)
local root = (arg[0]:match("^(.*/)[^/]*$") or "./") .. "../"

-- --- docs/lua-api.md ---

-- A comment's text: indented lines are code, and in the others nothing is markup but `code`.
local function markdown(text)
	local out, in_code = {}, false
	for line in (text .. "\n"):gmatch("(.-)\n") do
		local code = line:match("^  (.*)$")
		if (code ~= nil) ~= in_code then
			out[#out + 1] = in_code and "```" or "```lua"
			in_code = not in_code
		end
		out[#out + 1] = code or line:gsub("[<*]", "\\%0")
	end
	if in_code then out[#out + 1] = "```" end
	return table.concat(out, "\n")
end

local function add_function(out, object, entry)
	out[#out + 1] = ("### %s%s%s"):format(object.variable, entry.kind == "method" and ":" or ".", reference.short(entry))
	out[#out + 1] = ""
	if entry.prompt_only then
		out[#out + 1] = "At the prompt only."
		out[#out + 1] = ""
	end
	if entry.text ~= "" then
		out[#out + 1] = markdown(entry.text)
		out[#out + 1] = ""
	end
	local lines = {}
	for _, param in ipairs(entry.params) do
		if param.type ~= "any" then
			lines[#lines + 1] = ("- `%s`%s: `%s`"):format(param.name, param.optional and " (optional)" or "", param.type)
		end
	end
	local results = reference.results(entry)
	if results then
		lines[#lines + 1] = ("- answers `%s`%s"):format(results:gsub(", or nil, message, code$", ""),
			entry.fails and ", or nil, message, code" or "")
	end
	for _, line in ipairs(lines) do out[#out + 1] = line end
	if #lines > 0 then out[#out + 1] = "" end
end

local function add_object(out, object)
	out[#out + 1] = "## " .. object.name
	out[#out + 1] = ""
	out[#out + 1] = object.summary:sub(1, 1):upper() .. object.summary:sub(2) .. "."
	if object.text ~= "" then
		out[#out + 1] = ""
		out[#out + 1] = markdown(object.text)
	end
	out[#out + 1] = ""
	local fields = false
	for _, entry in ipairs(object.entries) do
		if entry.kind == "field" then
			fields = true
			out[#out + 1] = ("- `%s`: `%s`%s. %s"):format(reference.path(object, entry), entry.type,
				entry.writable and ", can be assigned" or "", (markdown(entry.text):gsub("\n", " ")))
		end
	end
	if fields then out[#out + 1] = "" end
	for _, entry in ipairs(object.entries) do
		if entry.kind ~= "field" then add_function(out, object, entry) end
	end
end

local function api_text()
	local out = { "# What scripts have", "",
		"Made by `docs/generate.lua` from the comments of `lua/lupe/*.lua` and from `lua/lupe/members.lua`: change those.",
		"`help lupe.on_syscall` at the prompt, and `lupe help lupe.on_syscall`, say the same. See",
		"[the tutorial](tutorial.md) and [the cookbook](cookbook.md).", "" }
	for _, object in ipairs(known.objects) do
		out[#out + 1] = ("- [%s](#%s): %s"):format(object.name, object.name, object.summary)
	end
	out[#out + 1] = ""
	for _, object in ipairs(known.objects) do add_object(out, object) end
	while out[#out] == "" do out[#out] = nil end
	return table.concat(out, "\n") .. "\n"
end

-- --- lua/meta/lupe.lua ---

-- Names of objects are classes lupe.NAME; a word before a colon is a parameter's name or a field's.
local function class_names(text)
	return (text:gsub("([%a_][%w_.]*)(%??:?)", function(word, after)
		if after:find(":", 1, true) then return nil end
		return known.by_name[word] and "lupe." .. word .. after or nil
	end))
end

local function add_text(out, text)
	if text == "" then return end
	for line in (markdown(text) .. "\n"):gmatch("(.-)\n") do out[#out + 1] = "---" .. line end
end

local function add_results(out, entry)
	for i, result in ipairs(entry.returns) do
		local kind = class_names(result.type)
		if entry.fails and not kind:find("%?$") then
			kind = (kind:find("^fun%(") and "(" .. kind .. ")" or kind) .. "|nil"
		end
		out[#out + 1] = ("---@return %s%s"):format(kind, result.name and " " .. result.name or i == 1 and "" or "")
	end
	if entry.fails then
		out[#out + 1] = "---@return string? message"
		out[#out + 1] = "---@return string? code"
	end
end

local function add_declaration(out, object, entry)
	out[#out + 1] = ""
	add_text(out, entry.text)
	local names = {}
	for i, param in ipairs(entry.params) do
		names[i] = param.name
		out[#out + 1] = ("---@param %s%s %s"):format(param.name, param.optional and "?" or "", class_names(param.type))
	end
	add_results(out, entry)
	local owner = object.name == "lupe" and "lupe" or object.name .. "_class"
	out[#out + 1] = ("function %s%s%s(%s) end"):format(owner, entry.kind == "method" and ":" or ".", entry.name,
		table.concat(names, ", "))
end

local function add_class(out, object)
	out[#out + 1] = ""
	add_text(out, object.summary)
	out[#out + 1] = object.name == "lupe" and "---@class lupe" or "---@class lupe." .. object.name
	for _, entry in ipairs(object.entries) do
		if entry.kind == "field" then
			out[#out + 1] = ("---@field %s %s %s"):format(entry.name, class_names(entry.type), (entry.text:gsub("\n", " ")))
		end
	end
	if object.name == "args" or object.name == "value" or object.name == "regs" then
		out[#out + 1] = "---@field [string|integer] any"
	end
	out[#out + 1] = object.name == "lupe" and "lupe = {}" or ("local %s_class = {}"):format(object.name)
	for _, entry in ipairs(object.entries) do
		if entry.kind ~= "field" then add_declaration(out, object, entry) end
	end
end

local function meta_text()
	local out = { "---@meta", "-- SPDX-License-Identifier: GPL-3.0-or-later", "--",
		"-- Annotations for the Lua language server: put the folder of this file into its setting workspace.library.",
		"-- Made by docs/generate.lua.", "-- luacheck: ignore" }
	for _, object in ipairs(known.objects) do add_class(out, object) end
	return table.concat(out, "\n") .. "\n"
end

-- --- writing ---

local stale = 0

local function write(path, text)
	local file = io.open(root .. path, "rb")
	local before = file and file:read("a")
	if file then file:close() end
	if before == text then return end
	stale = stale + 1
	if values.check then
		io.stderr:write(path, " is stale: lupe run docs/generate.lua\n")
	else
		file = assert(io.open(root .. path, "wb"))
		file:write(text)
		file:close()
	end
end

write("docs/lua-api.md", api_text())
write("lua/meta/lupe.lua", meta_text())
lupe.quit(values.check and stale > 0 and 1 or 0)
