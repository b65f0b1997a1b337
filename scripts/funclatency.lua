-- how long functions take, as histograms
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- From the call to the return, what it called and waited for included. Entry and return cost the program a stop
-- each, some 10 microseconds: what is shorter is not measured by this.

local format = require "lupe.format"
local functions = require "lupe.functions"
local tool = require "lupe.tool"

local SCALE = { s = 1, ms = 1e3, us = 1e6 }

local values, patterns = tool.options {
	name = "lupe funclatency",
	summary = "how long functions take, as histograms",
	operands = "FUNCTION...",
	examples = {
		{ "lupe funclatency sqlite3_step -- ./prog", "one function" },
		{ "lupe funclatency -a 'handle_*' -p 4242", "a histogram over all that match" },
		{ "lupe funclatency --slow 10ms fsync -p 4242", "also a line for each slow call, with its stack" },
	},
	options = {
		{ short = "u", long = "unit", arg = "UNIT", type = "choice", choices = { "s", "ms", "us" }, default = "us",
			help = "of the histogram" },
		{ short = "a", long = "all", help = "one histogram for all functions" },
		{ long = "slow", arg = "TIME", type = "seconds", help = "tell of each call that takes longer" },
		{ long = "max", arg = "N", type = "integer", default = 500, help = "at most N functions of a program" },
	},
}
if #patterns == 0 then tool.usage({ name = "lupe funclatency" }, "the name of a function is expected") end

local histograms, order = {}, {}

local function histogram_of(title)
	title = values.all and table.concat(patterns, ", ") or title
	local one = histograms[title]
	if not one then
		one = lupe.histogram { title = title, unit = values.unit }
		histograms[title] = one
		order[#order + 1] = title
	end
	return one
end

local function tell(c, title, time)
	local out = values.out
	out:write(("%s took %s in thread %d\n"):format(title, format.seconds(time), c.thread.tid))
	for i, frame in ipairs(c:bt(12) or {}) do
		out:write(("    #%-2d %s\n"):format(i - 1, frame.fn and format.clean(frame.fn) or format.hex(frame.pc)))
	end
end

functions.hook { name = "lupe funclatency", patterns = patterns, limit = values.max, hook = function(title)
	return { on_enter = function(c) c.since = lupe.now() end, on_leave = function(c)
		local time = lupe.now() - c.since
		histogram_of(title):add(math.floor(time * SCALE[values.unit]))
		if values.slow and time >= values.slow then tell(c, title, time) end
	end }
end }

lupe.on_end(function()
	table.sort(order)
	for _, title in ipairs(order) do values.out:write(tostring(histograms[title]), "\n") end
	if #order == 0 then values.out:write "no such function has returned\n" end
end)
