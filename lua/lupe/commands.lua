-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The commands of the prompt: one table per file in lua/lupe/commands/. Finding by name, alias or
-- unambiguous abbreviation, help and completion derive from these tables.
--
--   name, aliases = {...}   words; an alias is never ambiguous
--   summary                 one line
--   args                    "PID", "[N]": what follows the name, for the help
--   help                    more text; examples = { { "line", "what it does" }, ... }
--   repeatable              an empty line runs it again
--   run(prompt, text)       text: the rest of the line; raises what the user has to read
--   complete(prompt, word)  candidates for its argument

local check = require "lupe.check"
local format = require "lupe.format"

local commands = {}

local Commands = {}
Commands.__index = Commands

function commands.load(core)
	local self = setmetatable({ list = {}, exact = {} }, Commands)
	for _, path in ipairs(core.embedded_list("lua/lupe/commands/")) do
		self:add(require("lupe.commands." .. path:match("([^/]+)%.lua$")))
	end
	table.sort(self.list, function(a, b) return a.name < b.name end)
	return self
end

function Commands:add(command)
	self.list[#self.list + 1] = command
	self.exact[command.name] = command
	for _, alias in ipairs(command.aliases or {}) do self.exact[alias] = command end
end

function Commands:names()
	local names = {}
	for _, command in ipairs(self.list) do names[#names + 1] = command.name end
	return names
end

-- All commands whose name begins with a word.
function Commands:matching(word)
	local found = {}
	for _, command in ipairs(self.list) do
		if command.name:sub(1, #word) == word then found[#found + 1] = command end
	end
	return found
end

-- The command that a word means; nil and why not: "ambiguous", or "unknown" with "did you mean".
function Commands:find(word)
	if self.exact[word] then return self.exact[word] end
	local found = self:matching(word)
	if #found == 1 then return found[1] end
	if #found > 1 then
		local names = {}
		for i, command in ipairs(found) do names[i] = command.name end
		return nil, ("'%s' is ambiguous: %s"):format(word, table.concat(names, ", ")), "ambiguous"
	end
	return nil, ("there is no command '%s'%s"):format(format.clean(word), check.did_you_mean(word, self:names())),
		"unknown"
end

function Commands:help_text(command)
	local lines = { command.name .. (command.args and " " .. command.args or "") .. " -- " .. command.summary }
	if command.aliases and #command.aliases > 0 then
		lines[#lines + 1] = "Also: " .. table.concat(command.aliases, ", ")
	end
	if command.help then lines[#lines + 1] = command.help end
	if command.examples then
		local rows = {}
		for _, example in ipairs(command.examples) do rows[#rows + 1] = { "  " .. example[1], example[2] } end
		lines[#lines + 1] = format.columns(rows)
	end
	return table.concat(lines, "\n") .. "\n"
end

function Commands:overview()
	local rows = {}
	for _, command in ipairs(self.list) do rows[#rows + 1] = { "  " .. command.name, command.summary } end
	return format.columns(rows) .. "\n"
end

return commands
