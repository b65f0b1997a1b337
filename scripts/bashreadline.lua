-- what is typed at the prompts of bash
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A line for each that the readline of a shell answers; the shell of -p, or one that the command starts. Works on
-- any program that has readline in it or loads it as a library.

local functions = require "lupe.functions"
local tool = require "lupe.tool"

local values = tool.options {
	name = "lupe bashreadline",
	summary = "what is typed at the prompts of bash",
	rows = true,
	examples = {
		{ "lupe bashreadline -p 4242", "of one shell" },
		{ "lupe bashreadline -o typed -- script -q /dev/null", "of all shells in a session" },
	},
	options = {},
}

local emit = tool.rows(values, { tool.TIME, tool.PID, { "COMMAND" } })

functions.hook { name = "lupe bashreadline", patterns = { "readline" }, hook = function()
	return { on_leave = function(c)
		local line = c.ret ~= 0 and c.process:cstr(c.ret, 1 << 16)
		if line then emit(os.date "%H:%M:%S", c.process.pid, line) end
	end }
end }
