-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What there is for scripts, described once: `help lupe.on_syscall`, docs/lua-api.md and the annotations for
-- editors derive from it. The source is the comment above each public function of the Lua library:
--
--   -- (pid: integer) -> process | nil, message, code
--   -- Attaches to all threads of a running process.
--   function lupe.attach(pid)
--
-- The first line, if it begins with a bracket, has the types; without one they are unknown. Indented lines are
-- code. Members that are written in C, and the objects themselves, are in lupe/members.lua.
--
-- An entry: object, name, kind ("function", "method", "field"), text, params ({ name, type, optional }), returns
-- ({ type, name }), fails (true: nil, message, code may come), type of a field, writable, prompt_only.

local check = require "lupe.check"
local format = require "lupe.format"

local reference = {}

-- --- signatures ---

-- Splits at a separator outside of brackets.
local function split(text, separator)
	local parts, depth, start = {}, 0, 1
	for i = 1, #text do
		local c = text:sub(i, i)
		if c:find "[({%[]" then depth = depth + 1 elseif c:find "[)}%]]" then depth = depth - 1 end
		if c == separator and depth == 0 then
			parts[#parts + 1] = text:sub(start, i - 1)
			start = i + 1
		end
	end
	parts[#parts + 1] = text:sub(start)
	for i, part in ipairs(parts) do parts[i] = part:match("^%s*(.-)%s*$") end
	return parts
end

local function parse_params(text)
	local params = {}
	if text:match("^%s*$") then return params end
	for _, part in ipairs(split(text, ",")) do
		local name, optional, kind = part:match("^([%w_.]+)(%??):%s*(.*)$")
		params[#params + 1] = { name = name or part, type = kind or "any", optional = optional == "?" }
	end
	return params
end

local FAILS = "%s*|%s*nil, message, code$"

local function parse_results(entry, text)
	local rest, fails = text:gsub(FAILS, "")
	entry.fails, entry.returns = fails > 0, {}
	if rest:match("^%s*$") then return end
	if rest:find("^fun%(") then -- what follows its commas is its own
		entry.returns[1] = { type = rest }
		return
	end
	for _, part in ipairs(split(rest, ",")) do
		-- A function's own type has a bracket before any colon.
		local name, kind = part:match("^([%a_][%w_]*):%s*(.*)$")
		table.insert(entry.returns, { type = kind or part, name = name })
	end
end

-- Reads "(a: integer, b?: string) -> integer | nil, message, code" into an entry.
local function parse_signature(entry, text)
	local params = text:match("^%b()")
	entry.params = parse_params(params:sub(2, -2))
	parse_results(entry, text:sub(#params + 1):match("^%s*%->%s*(.*)$") or "")
end

-- "read(address, n)"; of a field its name.
function reference.short(entry)
	if entry.kind == "field" then return entry.name end
	local names = {}
	for i, param in ipairs(entry.params) do
		names[i] = param.optional and "[" .. param.name .. "]" or param.name
	end
	return ("%s(%s)"):format(entry.name, table.concat(names, ", "))
end

-- --- the comments of the Lua library ---

-- What functions are called after in the sources: the public table, methods of C objects, classes.
local function owner_of(name, classes)
	local object, member = name:match("^methods%.([%a_]+)%.([%a_][%w_]*)$")
	if object then return object, member, "method" end
	object, member = name:match("^([%a_]+)[.:]([%a_][%w_]*)$")
	if object == "lupe" then return object, member, "function" end
	if object and classes[object] and name:find(":", 1, true) and member:sub(1, 2) ~= "__" then
		return classes[object], member, "method"
	end
end

-- Takes the types off the head of a comment: "(...) -> ...", which may go on in the next line after a comma or an
-- open bracket, or "(...)" and a text.
local function take_types(comment)
	if not comment[1] or not comment[1]:find("^%(") then return nil end
	local types = table.remove(comment, 1)
	while comment[1] and (not types:find("^%b()") or types:find("[,|]$")) do
		types = types .. " " .. table.remove(comment, 1)
	end
	local params, rest = types:match("^(%b())%s*(.*)$")
	if not params or rest:find("^%->") then return params and types end
	if rest ~= "" then table.insert(comment, 1, rest) end
	return params
end

local function new_entry(object, name, kind, comment, params)
	local entry = { object = object, name = name, kind = kind, returns = {}, fails = false }
	local types = take_types(comment)
	entry.text = table.concat(comment, "\n")
	if types then
		parse_signature(entry, types)
	else
		entry.params = parse_params(params or "")
	end
	return entry
end

-- The entries of one file of the library, and of its classes: local Counter with Counter.__name = "counter".
local function read_source(text, add)
	local classes = {}
	for class, name in text:gmatch("\n([%a_]+)%.__name = \"([%w_]+)\"") do classes[class] = name end
	for class, name in text:gmatch("\nlocal ([%a_]+) = {[^\n]*__name = \"([%w_]+)\"") do classes[class] = name end
	local comment = {}
	for line in text:gmatch("[^\n]*") do
		local said = line:match("^%s*%-%-%s?(.*)$")
		local name, params = line:match("^%s*function ([%w_.:]+)(%b())")
		if not name then name = line:match("^%s*(lupe%.[%a_][%w_]*) = ") end
		if said then
			comment[#comment + 1] = said
		else
			local object, member, kind = owner_of(name or "", classes)
			if object then
				params = params and params:sub(2, -2)
				-- function methods.process.wait(process): the first is the object itself.
				if params and name:find("^methods") then params = params:gsub("^[^,]*,?%s*", "") end
				add(new_entry(object, member, kind, comment, params))
			end
			comment = {}
		end
	end
end

-- --- the table of members ---

local function read_members(object, add)
	for _, member in ipairs(object) do
		local name, types = member[1]:match("^([%a_][%w_]*)(%b().*)$")
		if name then
			add(new_entry(object.name, name, object.name == "lupe" and "function" or "method", { types, member[2] }))
		else
			local kind
			name, kind = member[1]:match("^([%a_][%w_]*):%s*(.*)$")
			add { object = object.name, name = name, kind = "field", type = kind, text = member[2],
				writable = member.writable, params = {}, returns = {} }
		end
	end
end

-- --- the whole ---

local Reference = {}
Reference.__index = Reference

-- Reads everything: objects in order { name, variable, summary, text, entries (sorted by name), by_name }.
function reference.load(core)
	local self = setmetatable({ objects = {}, by_name = {} }, Reference)
	for _, object in ipairs(require "lupe.members") do
		local own = { name = object.name, variable = object.variable, summary = object.summary, text = object.text,
			entries = {}, by_name = {} }
		self.objects[#self.objects + 1], self.by_name[object.name] = own, own
	end
	local prompt_only = false
	local function add(entry)
		local object = self.by_name[entry.object]
		local known = object and object.by_name[entry.name]
		-- The prompt's own version of a function says nothing new.
		if not object or known and (known.text ~= "" or entry.text == "") then return end
		entry.prompt_only = prompt_only
		object.by_name[entry.name] = entry
	end
	for _, object in ipairs(require "lupe.members") do read_members(object, add) end
	local later = {}
	for _, path in ipairs(core.embedded_list("lua/lupe/")) do
		if path == "lua/lupe/repl.lua" then later[1] = path
		elseif not path:find("^lua/lupe/commands/") then read_source(core.embedded(path), add) end
	end
	prompt_only = true
	for _, path in ipairs(later) do read_source(core.embedded(path), add) end
	for _, object in ipairs(self.objects) do
		for _, name in ipairs(check.keys(object.by_name)) do table.insert(object.entries, object.by_name[name]) end
	end
	return self
end

-- --- help ---

-- By its name, or by what scripts call it in examples: ev:fail, p.pid, t.regs. Of several that are called so (t) the
-- one that has the member; else the first.
local function object_of(self, word, member)
	local first = self.by_name[word]
	for _, object in ipairs(self.objects) do
		if object.variable == word then
			if member and object.by_name[member] then return object end
			first = first or object
		end
	end
	return first
end

-- The object, and the member, that "lupe.on_syscall", "process:read", "ev.fail" or "event" mean; nil and why not.
function Reference:find(topic)
	topic = topic:gsub("%(.*$", "")
	local word, member = topic:match("^(.-)[.:]([%a_]?[%w_]*)$")
	local whole = object_of(self, topic)
	if whole then return whole end
	local object = object_of(self, word or topic, member)
	if not object then
		return nil, ("there is no '%s'%s"):format(format.clean(topic),
			check.did_you_mean(topic, check.keys(self.by_name)))
	end
	if member == "" then return object end
	if object.by_name[member] then return object, object.by_name[member] end
	return nil, ("%s has no '%s'%s"):format(object.name, format.clean(member),
		check.did_you_mean(member, check.keys(object.by_name)))
end

-- "lupe.attach", "p:read", "ev.path": how a script writes it.
function reference.path(object, entry)
	return object.variable .. (entry.kind == "method" and ":" or ".") .. entry.name
end

-- "process", or "process or nil, message, code"; nil for nothing.
function reference.results(entry)
	local types = {}
	for i, result in ipairs(entry.returns) do
		types[i] = (result.name and result.name .. ": " or "") .. result.type
	end
	if #types == 0 then return nil end
	return table.concat(types, ", ") .. (entry.fails and ", or nil, message, code" or "")
end

local function entry_text(object, entry)
	local lines = { object.variable .. (entry.kind == "method" and ":" or ".") .. reference.short(entry) }
	if entry.kind == "field" then
		lines[1] = ("%s: %s%s"):format(lines[1], entry.type, entry.writable and ", can be assigned" or "")
	end
	if entry.prompt_only then lines[#lines + 1] = "At the prompt only." end
	if entry.text ~= "" then lines[#lines + 1] = entry.text end
	for _, param in ipairs(entry.params) do
		if param.type ~= "any" then
			lines[#lines + 1] = ("  %s%s: %s"):format(param.name, param.optional and " (optional)" or "", param.type)
		end
	end
	local results = reference.results(entry)
	if results then lines[#lines + 1] = "Answers " .. results .. "." end
	return table.concat(lines, "\n")
end

-- The first sentence of a text.
local function first_sentence(text)
	text = text:gsub("\n", " ")
	return text:match("^(.-[.:;])%s") or text
end

local function object_text(object)
	local lines, rows = { ("%s: %s"):format(object.name, object.summary) }, {}
	if object.text ~= "" then lines[#lines + 1] = object.text end
	for _, entry in ipairs(object.entries) do
		local path = object.variable .. (entry.kind == "method" and ":" or ".") .. reference.short(entry)
		rows[#rows + 1] = { "  " .. path, (first_sentence(entry.text):gsub("[.:;]$", "")) }
	end
	if #rows > 0 then lines[#lines + 1] = format.columns(rows) end
	return table.concat(lines, "\n")
end

-- All that help takes: "lupe", "lupe.attach", "p:read", "process.read", ...
function Reference:topics()
	local topics = {}
	for _, object in ipairs(self.objects) do
		topics[#topics + 1] = object.name
		for _, entry in ipairs(object.entries) do
			topics[#topics + 1] = reference.path(object, entry)
			if object.name ~= object.variable then topics[#topics + 1] = object.name .. "." .. entry.name end
		end
	end
	return topics
end

-- What a text is part of, as rows of a topic and a sentence, for `apropos`.
function Reference:apropos(text)
	local rows, wanted = {}, text:lower()
	for _, object in ipairs(self.objects) do
		for _, entry in ipairs(object.entries) do
			local path = reference.path(object, entry)
			if (path .. "\n" .. entry.text):lower():find(wanted, 1, true) then
				rows[#rows + 1] = { path, (first_sentence(entry.text):gsub("[.:;]$", "")) }
			end
		end
	end
	return rows
end

-- The help on a topic; nil and why there is none.
function Reference:help(topic)
	local object, entry = self:find(topic)
	if not object then return nil, entry end
	return entry and entry_text(object, entry) or object_text(object)
end

return reference
