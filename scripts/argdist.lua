-- how the arguments or results of a system call are spread: counts or a histogram of any expression
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The expression is Lua over the call when it returns: what an event has is a name there (name, ret, err, path,
-- fd, duration, pid, tid, process, thread), and each argument of the call by its own name (count, flags, ...)
-- where the event has none such; args holds them all. nil counts nothing.

local tool = require "lupe.tool"

local values, operands = tool.options {
	name = "lupe argdist",
	summary = "how the arguments or results of a system call are spread",
	operands = "SET EXPRESSION [EXPRESSION...]",
	examples = {
		{ "lupe argdist read count -- cat file", "how often which size was asked for" },
		{ "lupe argdist -H read ret -p 4242", "a histogram of what came" },
		{ "lupe argdist -H fsync 'duration * 1e6' -- sqlite3 db", "of microseconds" },
		{ "lupe argdist openat 'path:match \"[^/]*$\"' err --where 'err' -- make", "of two things together" },
	},
	options = {
		{ short = "H", long = "histogram", help = "a histogram with powers of two, not counts" },
		{ long = "step", arg = "N", type = "number", help = "a histogram with steps of N" },
		{ short = "w", long = "where", arg = "EXPRESSION", help = "only calls for which this holds" },
		{ short = "n", long = "top", arg = "N", type = "integer", help = "at most N counts" },
	},
}

local function complain(message, ...) tool.usage({ name = "lupe argdist" }, message, ...) end

-- The names in expressions: of the event, of its arguments, of Lua.
local current
local EVENT = {}
for name in ("name nr args ret err path fd time duration pid tid process thread"):gmatch "%a+" do EVENT[name] = true end
local LUA = { math = math, string = string, tostring = tostring, tonumber = tonumber, type = type, lupe = lupe }
local names = setmetatable({}, { __index = function(_, name)
	if EVENT[name] then return current[name] end
	for _, arg in ipairs(lupe.syscall(current.name).args) do
		if arg.name == name then return current.args[name] end
	end
	return LUA[name]
end })

local function compile(text)
	local fn, message = load("return " .. text, "=" .. text, "t", names)
	if not fn then complain("%s", message) end
	return fn
end

if #operands < 2 then complain "a set of system calls and an expression are expected" end
tool.set("lupe argdist", operands[1])
local where = values.where and compile(values.where)
local expressions = {}
for i = 2, #operands do expressions[i - 1] = compile(operands[i]) end
local title = table.concat(operands, ", ", 2)
local histogram = (values.histogram or values.step) and lupe.histogram { title = title, step = values.step }
local counter = lupe.counter(title)

local function text_of(ev, value)
	if type(value) == "userdata" then return tostring(value) end
	return value == nil and "-" or math.type(value) == "float" and ("%g"):format(value) or tostring(value)
end

lupe.on_syscall(operands[1], { on_exit = function(ev)
	current = ev
	if where and not where() then return end
	local value = expressions[1]()
	if value == nil and #expressions == 1 then return end
	if histogram then
		if type(value) ~= "number" then complain("'%s' is no number but %s", operands[2], text_of(ev, value)) end
		histogram:add(value)
		return
	end
	local parts = { text_of(ev, value) }
	for i = 2, #expressions do parts[i] = text_of(ev, expressions[i]()) end
	counter:add(table.concat(parts, ", "))
end })

lupe.on_end(function() values.out:write(histogram and tostring(histogram) or counter:text(values.top), "\n") end)
