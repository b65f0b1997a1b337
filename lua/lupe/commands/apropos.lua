-- SPDX-License-Identifier: GPL-3.0-or-later
local format = require "lupe.format"

return {
	name = "apropos", group = "prompt", summary = "the commands and names of Lua whose help contains a word",
	args = { { "WORD", type = "text" } },
	run = function(prompt, args)
		local rows = prompt.commands:apropos(args.word)
		local names = require("lupe.reference").load(prompt.core):apropos(args.word)
		table.move(names, 1, #names, #rows + 1, rows)
		if #rows == 0 then prompt.fail("no help contains '%s'", args.word) end
		prompt:say("%s", format.columns(rows))
	end,
}
