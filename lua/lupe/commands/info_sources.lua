-- SPDX-License-Identifier: GPL-3.0-or-later
local format = require "lupe.format"

return {
	name = "info sources", summary = "the source files that debug information names",
	args = { { "PATTERN", type = "line", optional = true } },
	help = "PATTERN is one of Lua's: only files whose path has it are listed.",
	run = function(prompt, args)
		local seen, list = {}, {}
		for path in prompt.need(prompt.dbg:need_target():sources()):gmatch "[^\n]+" do
			if not seen[path] and (not args.pattern or path:find(args.pattern)) then
				seen[path] = true
				list[#list + 1] = format.clean(path)
			end
		end
		table.sort(list)
		if #list == 0 then prompt.fail("no source file is known") end
		prompt:say("%s", table.concat(list, "\n"))
	end,
}
