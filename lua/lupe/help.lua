-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- `lupe help`, `lupe --help`, `lupe --version`: what there is, taken from the tables that do the work.
-- A shipped tool's summary is the first comment line of its script.

local check = require "lupe.check"
local format = require "lupe.format"
local options = require "lupe.options"

local help = {}

help.SUBCOMMANDS = {
	{ "repl", "the prompt, with or without a target (the default)" },
	{ "run", "run a Lua script on a program" },
	{ "trace", "trace syscalls; options and output are strace's" },
	{ "stack", "every thread's stack, like pstack" },
	{ "help", "this list, or help on one of these, a command of the prompt, or Lua (lupe.on_syscall)" },
	{ "help annotations", "the library's annotations for the Lua language server" },
}

-- --- tools ---

-- The first comment line of a script that says something; "".
function help.summary_of(text)
	for line in text:gmatch("[^\n]*\n?") do
		local comment = line:match("^%-%-+%s*(.-)%s*$")
		if comment and comment ~= "" and not comment:find("^SPDX") then return comment end
		if not comment and not line:find("^#!") and line:find("%S") then return "" end
	end
	return ""
end

-- name -> text of the shipped scripts.
function help.tools(core)
	local tools = {}
	for _, path in ipairs(core.embedded_list("scripts/")) do
		local name = path:match("^scripts/([%w_-]+)%.lua$")
		if name then tools[name] = core.embedded(path) end
	end
	return tools
end

-- All first words that `lupe` understands.
function help.words(core)
	local words = {}
	for _, item in ipairs(help.SUBCOMMANDS) do
		if not item[1]:find " " then words[#words + 1] = item[1] end
	end
	for name in pairs(help.tools(core)) do words[#words + 1] = name end
	table.sort(words)
	return words
end

-- --- texts ---

function help.version(core)
	local version, rows = core.version, {}
	for _, name in ipairs(check.keys(version)) do
		if name ~= "lupe" then rows[#rows + 1] = { "  " .. name, version[name] } end
	end
	return ("lupe %s\n%s\nLicence GPL-3.0-or-later; no warranty.\n"):format(version.lupe, format.columns(rows))
end

local function overview(core, spec)
	local rows = {}
	for _, item in ipairs(help.SUBCOMMANDS) do rows[#rows + 1] = { "  lupe " .. item[1], item[2] } end
	local text = options.help(spec, core.winsize and core.winsize()) .. "\nSubcommands:\n" .. format.columns(rows)
	local tools, list = help.tools(core), {}
	for _, name in ipairs(check.keys(tools)) do list[#list + 1] = { "  lupe " .. name, help.summary_of(tools[name]) } end
	if #list > 0 then text = text .. "\n\nTools (each is a Lua script; `lupe TOOL --help`):\n" .. format.columns(list) end
	return text .. "\n"
end

-- The module of a subcommand, if this build has it.
local function subcommand_spec(core, name)
	local module = ({ run = "lupe.runner", trace = "lupe.trace", stack = "lupe.stack" })[name]
	if not module or not core.embedded("lua/lupe/" .. module:match("[^.]+$") .. ".lua") then return nil end
	local loaded = require(module)
	return type(loaded) == "table" and loaded.spec or nil
end

-- The help on a command of the prompt, or on what scripts have ("lupe.on_syscall", "ev:fail", "process"); nil and why
-- there is none. A word that is both is the command, and the object with a dot: "thread.".
function help.on(core, commands, topic)
	local command, message, code = commands:find(topic)
	local reference = require("lupe.reference").load(core)
	if topic:find("[.:]") or topic == "lupe" or not command and code ~= "ambiguous" then
		local text, problem = reference:help(topic)
		if text then return text end
		if topic:find("[.:]") then return nil, problem end
	end
	if not command then return nil, message end
	local text = commands:help_text(command)
	if reference.by_name[topic] then text = text .. ("Scripts have an object of that name: help %s.\n"):format(topic) end
	return text
end

-- `lupe help [TOPIC]`: answers the exit status. `spec` is the table of the prompt's own options.
function help.main(core, spec, topic)
	if not topic or topic == "repl" then
		io.stdout:write(overview(core, spec))
		return 0
	end
	if topic == "annotations" then
		io.stdout:write(core.embedded "lua/meta/lupe.lua")
		return 0
	end
	local of_topic = subcommand_spec(core, topic)
	if of_topic then
		io.stdout:write(options.help(of_topic, core.winsize and core.winsize()))
		return 0
	end
	local tool = help.tools(core)[topic]
	if tool then
		for line in tool:gmatch("[^\n]*") do
			local comment = line:match("^%-%-+%s?(.*)$")
			if not comment and not line:find("^#!") then break end
			if comment and not comment:find("^SPDX") then io.stdout:write(comment, "\n") end
		end
		return 0
	end
	local text, message = help.on(core, require("lupe.commands").load(core), topic)
	if text then
		io.stdout:write(text, text:find("\n$") and "" or "\n")
		return 0
	end
	io.stderr:write(("lupe: no help on '%s': %s\n"):format(format.clean(topic), message))
	return 2
end

return help
