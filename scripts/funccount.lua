-- how often functions of a program and its libraries are called
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- FUNCTION is a name or a pattern as in a shell, of the program or of any of its libraries, or of one:
-- libc.so.6!mem*. Each call costs the program a stop.

local functions = require "lupe.functions"
local tool = require "lupe.tool"

local values, patterns = tool.options {
	name = "lupe funccount",
	summary = "how often functions of a program and its libraries are called",
	operands = "FUNCTION...",
	examples = {
		{ "lupe funccount malloc free -- ./prog", "two functions" },
		{ "lupe funccount 'libsqlite3.so.0!sqlite3_*' -d 10 -p 4242", "all of an interface" },
		{ "lupe funccount -i 1 'handle_*' -p 4242", "each second, from zero" },
	},
	options = {
		{ short = "t", long = "threads", help = "by thread, too" },
		{ short = "n", long = "top", arg = "N", type = "integer", help = "at most N rows" },
		{ short = "i", long = "interval", arg = "S", type = "seconds", help = "print each S seconds, and begin anew" },
		{ long = "max", arg = "N", type = "integer", default = 2000, help = "at most N functions of a program" },
	},
}
if #patterns == 0 then tool.usage({ name = "lupe funccount" }, "the name of a function is expected") end

local calls = lupe.counter(values.threads and "THREAD FUNCTION" or "FUNCTION")

functions.hook { name = "lupe funccount", patterns = patterns, limit = values.max, hook = function(title)
	if not values.threads then
		return { on_enter = function() calls:add(title) end }
	end
	return { on_enter = function(c) calls:add(("%d %s %s"):format(c.thread.tid, c.thread.name, title)) end }
end }

local function print_rows() values.out:write(calls:text(values.top), "\n") end

if values.interval then
	lupe.every(math.max(values.interval, 0.01), function()
		values.out:write(os.date "%H:%M:%S", "\n")
		print_rows()
		calls:clear()
	end)
end
lupe.on_end(print_rows)
