-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The commands of the prompt: one table per file in lua/lupe/commands/. Finding by name, alias or
-- unambiguous abbreviation, parsing of arguments, help, apropos and completion derive from these tables.
--
--   name                    "step", or two words ("info threads"): then the first is found as one, too
--   aliases = {...}         of the last word; an alias is never ambiguous
--   summary                 one line
--   group                   under which the overview lists it
--   args = { arg, ... }     what follows the name, see lupe/arguments.lua; absent: nothing may follow
--   format = true           /FORMAT may follow the name without a space: args.format
--   help                    more text; examples = { { "line", "what it does" }, ... }
--   repeatable              an empty line runs it again; a string: runs that instead; a function(args)
--                           answers that line
--   run(prompt, args)       raises what the user has to read; absent: it only holds subcommands
--   lua                     the Lua that does the same, for --lua: a text or a function(prompt, args)
--   complete(prompt, word, before)  candidates for an argument; by default by the argument's type

local arguments = require "lupe.arguments"
local check = require "lupe.check"
local format = require "lupe.format"

local commands = {}

local Commands = {}
Commands.__index = Commands

local KEYWORDS = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or repeat return then true
	until while]]):gmatch("%a+") do KEYWORDS[word] = true end

-- True for a word that Lua keeps for itself.
function commands.is_keyword(word) return KEYWORDS[word] or false end

-- What a level of names holds: list in order of names, exact by name and alias.
local function new_level() return { list = {}, exact = {} } end

function commands.load(core)
	local self = setmetatable({ top = new_level(), all = {} }, Commands)
	for _, path in ipairs(core.embedded_list("lua/lupe/commands/")) do
		self:add(require("lupe.commands." .. path:match("([^/]+)%.lua$")))
	end
	return self
end

local function insert(level, word, command)
	local at = #level.list + 1
	for i, other in ipairs(level.list) do
		if other.word == word then
			at = i
			table.remove(level.list, i)
			break
		elseif other.word > word then
			at = i
			break
		end
	end
	table.insert(level.list, at, { word = word, command = command })
	level.exact[word] = command
end

-- Adds a command, in place of one of the same name.
function Commands:add(command)
	check.options("command", command, { name = "string", aliases = "table", summary = "string", group = "string",
		args = "table", format = "boolean", help = "string", examples = "table",
		repeatable = "boolean|string|function", run = "function", lua = "string|function", complete = "function",
		subs = "table", hidden = "boolean" })
	local first, second = command.name:match("^(%S+)%s+(%S+)$")
	local level, word = self.top, second or command.name
	if second then
		local parent = self.top.exact[first]
		if not parent then
			parent = { name = first, summary = "" }
			self:add(parent)
		end
		parent.subs = parent.subs or new_level()
		level = parent.subs
	end
	local before = level.exact[word]
	if before and before.name == command.name then
		command.subs = command.subs or before.subs
		for i, other in ipairs(self.all) do
			if other == before then table.remove(self.all, i) break end
		end
	end
	insert(level, word, command)
	for _, alias in ipairs(command.aliases or {}) do level.exact[alias] = command end
	table.insert(self.all, command)
end

local function words_of(level)
	local words = {}
	for _, item in ipairs(level.list) do
		if not item.command.hidden then words[#words + 1] = item.word end
	end
	return words
end

-- The names of the first level.
function Commands:names() return words_of(self.top) end

-- The words of a level that begin with a word: of the first, or of a command's subcommands.
function Commands:matching(word, command)
	local found = {}
	for _, name in ipairs(words_of(command and command.subs or self.top)) do
		if name:sub(1, #word) == word then found[#found + 1] = name end
	end
	return found
end

-- The command of a level that a word means; nil and why not: "ambiguous", or "unknown".
local function find_in(level, word, what)
	if level.exact[word] then return level.exact[word] end
	local found = {}
	for _, item in ipairs(level.list) do
		if item.word:sub(1, #word) == word and not item.command.hidden then found[#found + 1] = item end
	end
	if #found == 1 then return found[1].command end
	if #found > 1 then
		for i, item in ipairs(found) do found[i] = item.word end
		return nil, ("'%s' is ambiguous: %s"):format(word, table.concat(found, ", ")), "ambiguous"
	end
	return nil, ("there is no %s '%s'%s"):format(what, format.clean(word), check.did_you_mean(word, words_of(level))),
		"unknown"
end

-- The command that one or two words mean, and what follows them.
function Commands:find(text)
	local word, rest = text:match("^%s*(%S*)%s*(.-)%s*$")
	local command, message, code = find_in(self.top, word, "command")
	if not command then return nil, message, code end
	local sub, after = rest:match("^(%S+)%s*(.*)$")
	if not command.subs or not sub then return command, rest end
	local found
	found, message, code = find_in(command.subs, sub, command.name .. " command")
	if found then return found, after end
	-- A command of its own takes the word as an argument ("thread 2" beside "thread apply").
	if command.run and code == "unknown" then return command, rest end
	return nil, message, code
end

-- The prompt's one rule: the command that a line begins with, and the text after it. Nothing when the line
-- is Lua; nil and a message when it begins like a command that it cannot be.
function Commands:of_line(line)
	local word, rest = line:match("^(%a[%w_-]*)(.*)$")
	if not word then return nil end
	if rest:find("^%s+=$") or rest:find("^%s+=[^=]") then return nil end
	if not (rest == "" or rest:find("^[%s/]")) then return nil end
	if KEYWORDS[word] and not self.top.exact[word] then return nil end
	local command, message, code = find_in(self.top, word, "command")
	if not command then return nil, code == "ambiguous" and message or nil end
	if rest:sub(1, 1) == "/" then
		if not command.format then return nil end
		return command, rest
	end
	return self:find(line)
end

-- The arguments of a command from the text after its name; raises what is wrong with it.
function Commands:parse(prompt, command, text)
	local given, rest = nil, text
	if text:sub(1, 1) == "/" and command.format then
		given, rest = text:match("^/(%S*)%s*(.*)$")
	end
	local args = arguments.parse(prompt, command.name, command.args or {}, rest)
	args.format = given
	return args
end

-- --- help ---

-- "stepi [COUNT]"
function Commands:usage(command)
	local usage = command.name .. (command.format and "[/FORMAT]" or "")
	local text = arguments.usage(command.args or {})
	if text ~= "" then usage = usage .. " " .. text end
	return usage
end

local function add_subcommands(lines, command)
	local rows = {}
	for _, item in ipairs(command.subs and command.subs.list or {}) do
		rows[#rows + 1] = { "  " .. item.command.name, item.command.summary }
	end
	if #rows > 0 then lines[#lines + 1] = format.columns(rows) end
end

-- The help on one command: what it is, examples first.
function Commands:help_text(command)
	local lines = { command.name .. ": " .. command.summary }
	if command.examples then
		local rows = {}
		for _, example in ipairs(command.examples) do rows[#rows + 1] = { "  " .. example[1], example[2] } end
		lines[#lines + 1] = format.columns(rows)
	end
	if command.run then lines[#lines + 1] = "Usage: " .. self:usage(command) end
	if command.aliases and #command.aliases > 0 then
		lines[#lines + 1] = "Also: " .. table.concat(command.aliases, ", ")
	end
	if command.help then lines[#lines + 1] = command.help end
	add_subcommands(lines, command)
	return table.concat(lines, "\n") .. "\n"
end

-- Those of users come last, under a group that they name or "own".
local GROUPS = { "running", "stops", "data", "threads", "status", "files", "prompt" }

-- All commands with their summaries, by groups.
function Commands:overview()
	local groups = {}
	for _, item in ipairs(self.top.list) do
		if not item.command.hidden then
			local group = item.command.group or "own"
			groups[group] = groups[group] or {}
			table.insert(groups[group], { "  " .. item.word, item.command.summary })
		end
	end
	local lines = {}
	local function add(group)
		if not groups[group] then return end
		lines[#lines + 1] = group .. ":\n" .. format.columns(groups[group])
		groups[group] = nil
	end
	for _, group in ipairs(GROUPS) do add(group) end
	for _, group in ipairs(check.keys(groups)) do add(group) end
	return table.concat(lines, "\n") .. "\n"
end

-- The commands whose name, summary or help contains a text, as rows of name and summary.
function Commands:apropos(text)
	local rows, wanted = {}, text:lower()
	for _, command in ipairs(self.all) do
		local all = table.concat({ command.name, command.summary, command.help or "" }, "\n"):lower()
		if not command.hidden and all:find(wanted, 1, true) then rows[#rows + 1] = { command.name, command.summary } end
	end
	table.sort(rows, function(a, b) return a[1] < b[1] end)
	return rows
end

return commands
