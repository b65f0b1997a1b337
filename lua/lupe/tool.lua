-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What the shipped tools share: the target that they need, where their lines go (stderr, for stdout is the
-- target's; or -o FILE), an end after a time, and rows that are aligned text or, with --json, an object each.

local core = require "lupe.core"
local format = require "lupe.format"
local json = require "lupe.json"

local tool = {}

local COMMON = {
	{ short = "o", long = "output", arg = "FILE", help = "write there, not to stderr" },
	{ short = "d", long = "duration", arg = "S", type = "seconds", help = "end after S seconds" },
}
local JSON = { long = "json", help = "JSON Lines: an object a row" }

-- Ends with lupe's status for a wrong command line.
function tool.usage(spec, message, ...)
	local lupe = rawget(_G, "lupe")
	io.stderr:write(("%s: %s\nTry '%s --help'.\n"):format(spec.name, message:format(...), spec.name))
	lupe.quit(2)
end

-- lupe.options for a tool that watches a process: adds the options above (--json if spec.rows says that it
-- makes rows) and the usual usage; ends with status 2 when there is no target, and after --duration.
-- Answers values, with `out` the file that its lines go to, and operands.
function tool.options(spec)
	local lupe = rawget(_G, "lupe")
	local words = spec.name .. " [options]" .. (spec.operands and " " .. spec.operands or "")
	spec.usage = spec.usage or { words .. " -p PID", words .. " -- COMMAND [ARG...]" }
	for _, option in ipairs(COMMON) do table.insert(spec.options, option) end
	if spec.rows then table.insert(spec.options, JSON) end
	local values, operands = lupe.options(spec)
	if not lupe.target then tool.usage(spec, "a target is expected: -p PID or -- COMMAND") end
	if not spec.operands and #operands > 0 then tool.usage(spec, "'%s' is not expected", operands[1]) end
	values.out = io.stderr
	if values.output then
		local file, trouble = io.open(values.output, "w")
		if not file then tool.usage(spec, "%s", trouble) end
		values.out = file
	end
	values.out:setvbuf "line"
	-- A period, though it comes once: nobody waits for it when the target has ended.
	if values.duration then lupe.every(math.max(values.duration, 1e-6), function() lupe.quit() end) end
	return values, operands
end

-- The time of an event as "12:34:56.789".
function tool.time(event)
	local time = event.time
	return os.date("%H:%M:%S", math.floor(time)) .. (".%03d"):format(math.floor(time * 1000) % 1000)
end

-- The numbers of a set of system calls from the command line; ends with status 2 for what is none.
function tool.set(name, text)
	local numbers, message = core.set_parse(text)
	if numbers and #numbers > 0 then return numbers end
	tool.usage({ name = name }, "%s", message or ("'%s' names no system call"):format(text))
end

-- Seconds since the process `pid` was started; nil when that is not known (any more).
function tool.age(pid)
	local stat, uptime = io.open(("/proc/%d/stat"):format(pid)), io.open "/proc/uptime"
	local text, up = stat and stat:read "a", uptime and uptime:read "n"
	if stat then stat:close() end
	if uptime then uptime:close() end
	-- The name, in brackets, may hold anything; the start is the 20th field after it, in hundredths.
	local start = text and text:match("^.*%)%s+" .. ("%S+ "):rep(19) .. "(%d+)")
	return start and up and up - tonumber(start) / 100
end

local function cell(column, value)
	local text = value == nil and "-" or math.type(value) == "float" and (column.format or "%.3f"):format(value)
		or format.clean(tostring(value)):gsub("[\n\t]", " ")
	if not column.width then return text end
	return (" "):rep(column.left and 0 or column.width - #text) .. text
		.. (" "):rep(column.left and column.width - #text or 0)
end

-- Writes the heads and answers emit(value, ...), which writes a row. A column: { "NAME", width =, left = true
-- for text, format = of floats }; the last has no width. nil is "-", or left out of the object.
function tool.rows(values, columns)
	local out = values.out
	if values.json then
		return function(...)
			local object = {}
			for i, column in ipairs(columns) do object[column[1]:lower()] = (select(i, ...)) end
			out:write(json.encode(object), "\n")
		end
	end
	local function line(...)
		local cells = {}
		for i, column in ipairs(columns) do cells[i] = cell(column, (select(i, ...))) end
		out:write((table.concat(cells, " "):gsub("%s+$", "")), "\n")
	end
	local heads = {}
	for i, column in ipairs(columns) do heads[i] = column[1] end
	line(table.unpack(heads))
	return line
end

-- Columns that most have.
tool.TIME = { "TIME", width = 12, left = true }
tool.PID = { "PID", width = 7 }
tool.COMM = { "COMM", width = 15, left = true }

return tool
