-- SPDX-License-Identifier: GPL-3.0-or-later
local MAX = 500

return {
	name = "rbreak", group = "stops", summary = "stop at every function whose name has a pattern",
	args = { { "PATTERN", type = "line" } },
	examples = { { "rbreak ^work_", "all that begin with work_" } },
	help = "PATTERN is one of Lua's.",
	run = function(prompt, args)
		local list = require("lupe.naming").find(prompt, "function", args.pattern)
		if #list == 0 then prompt.fail("rbreak: no function has '%s' in its name", args.pattern) end
		if #list > MAX then prompt.fail("rbreak: these are more than %d functions", MAX) end
		for _, found in ipairs(list) do
			local file = found.file and found.file:match("[^/]+$")
			local place = found.is_static and file and file .. ":" .. found.name or found.name
			local ok, message = pcall(require("lupe.breaking").add, prompt, place, {})
			if not ok then prompt:say("%s", tostring(message)) end
		end
	end,
}
