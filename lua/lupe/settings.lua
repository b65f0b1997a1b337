-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The settings of the prompt: one entry says name, type, default and help. `set`, `show`, their help and
-- completion, lupe.set and lupe.get derive from it.
--
-- Types: boolean (on off), integer (with min), string, choice (choices = {...}), words. `unlimited = true`: 0
-- means no limit.

local arguments = require "lupe.arguments"
local check = require "lupe.check"

local settings = {}

settings.LIST = {
	{ "args", type = "words", default = {}, help = "arguments of the program that `run` starts" },
	{ "backtrace-past-main", type = "boolean", default = false, help = "show what called main, too" },
	{ "breakpoint-pending", type = "choice", choices = { "auto", "on", "off" }, default = "auto",
		help = "whether a breakpoint at an unknown name waits until it is loaded" },
	{ "cwd", type = "string", default = "", help = "working directory of the program that `run` starts; empty: ours" },
	{ "confirm", type = "boolean", default = true, help = "ask before a living target is killed" },
	{ "color", type = "choice", choices = { "auto", "always", "never" }, default = "auto",
		help = "colours; NO_COLOR and TERM=dumb turn auto off" },
	{ "disable-randomization", type = "boolean", default = true,
		help = "start programs at the same addresses each time" },
	{ "disassembly-flavor", type = "choice", choices = { "att", "intel" }, default = "att",
		help = "the syntax of instructions" },
	{ "disassemble-next-line", type = "boolean", default = true, help = "show the next instruction at each stop" },
	{ "history-size", type = "integer", min = 0, default = 10000, help = "lines that the history keeps" },
	{ "listsize", type = "integer", min = 1, default = 10, help = "instructions that disassemble and telescope show" },
	{ "pagination", type = "boolean", default = true, help = "show long output page by page" },
	{ "print-elements", type = "integer", min = 0, default = 200, unlimited = true,
		help = "characters of a string and elements of an array that are shown" },
	{ "directories", type = "string", default = "", help = "where sources are looked for, with : between" },
	{ "print-pretty", type = "boolean", default = false, help = "a member of a struct on each line" },
	{ "print-thread-events", type = "boolean", default = true, help = "tell of new and ended threads" },
	{ "print-inferior-events", type = "boolean", default = true,
		help = "tell of forks and of programs that are executed" },
	{ "prompt", type = "string", default = "(lupe) ", help = "the prompt" },
	{ "source-lines", type = "integer", min = 1, default = 1, help = "source lines that are shown at a stop" },
	{ "scheduler-locking", type = "choice", choices = { "off", "step", "on" }, default = "off",
		help = "whether only the selected thread goes on: never, while stepping, always" },
}

local Settings = {}
Settings.__index = Settings

function settings.new(list)
	local self = setmetatable({ entries = {}, values = {}, names = {}, changed = {} }, Settings)
	for _, entry in ipairs(list or settings.LIST) do
		self.entries[entry[1]] = entry
		self.values[entry[1]] = entry.default
		self.names[#self.names + 1] = entry[1]
	end
	table.sort(self.names)
	return self
end

local converters = {}

local SWITCH = { on = true, yes = true, ["true"] = true, ["1"] = true, enable = true, [""] = true,
	off = false, no = false, ["false"] = false, ["0"] = false, disable = false }

function converters.boolean(_, value)
	if type(value) == "boolean" then return value end
	return SWITCH[tostring(value)], "on or off is expected"
end

function converters.integer(entry, value)
	if value == "unlimited" and entry.unlimited then return 0 end
	local number = math.tointeger(tonumber(value))
	if number and number >= (entry.min or math.mininteger) then return number end
	return nil, entry.min and ("a number of at least %d is expected"):format(entry.min) or "a number is expected"
end

function converters.string(_, value) return type(value) == "string" and value or nil, "a text is expected" end

function converters.choice(entry, value)
	for _, choice in ipairs(entry.choices) do
		if choice == value then return choice end
	end
	return nil, "one of " .. table.concat(entry.choices, ", ") .. " is expected"
		.. check.did_you_mean(tostring(value), entry.choices)
end

function converters.words(_, value)
	if type(value) == "table" then return value end
	return arguments.split(tostring(value))
end

-- The full name of a setting from an unambiguous beginning; also with spaces for the dashes. nil, message.
function Settings:find(name)
	local wanted = name:gsub("%s+", "-")
	if self.entries[wanted] then return wanted end
	local found = self:matching(wanted)
	if #found == 1 then return found[1] end
	if #found > 1 then return nil, ("'%s' is ambiguous: %s"):format(name, table.concat(found, ", ")) end
	return nil, ("there is no setting '%s'%s"):format(name, check.did_you_mean(wanted, self.names))
end

function Settings:matching(beginning)
	local found = {}
	for _, name in ipairs(self.names) do
		if name:sub(1, #beginning) == beginning then found[#found + 1] = name end
	end
	return found
end

-- Sets it from a text or a value of its type; nil and a message when it does not fit.
function Settings:set(name, value)
	local full, message = self:find(name)
	if not full then return nil, message end
	local entry = self.entries[full]
	local converted
	converted, message = converters[entry.type](entry, value)
	if converted == nil then return nil, ("%s: %s"):format(full, message or "a value is expected") end
	self.values[full] = converted
	if self.changed[full] then self.changed[full](converted) end
	return full
end

function Settings:get(name)
	local full, message = self:find(name)
	if not full then return nil, message end
	return self.values[full]
end

-- The value as `set` takes it.
function Settings:text(name)
	local value = self.values[name]
	if type(value) == "boolean" then return value and "on" or "off" end
	if type(value) == "table" then return table.concat(value, " ") end
	if value == 0 and self.entries[name].unlimited then return "unlimited" end
	return tostring(value)
end

-- What the value of a setting may be, for completion.
function Settings:choices(name)
	local entry = self.entries[name]
	if not entry then return {} end
	return entry.type == "boolean" and { "off", "on" } or entry.choices or {}
end

return settings
