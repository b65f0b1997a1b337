-- SPDX-License-Identifier: GPL-3.0-or-later
local format = require "lupe.format"

return {
	name = "apropos", group = "prompt", summary = "the commands whose help contains a word",
	args = { { "WORD", type = "text" } },
	run = function(prompt, args)
		local rows = prompt.commands:apropos(args.word)
		if #rows == 0 then prompt.fail("no command's help contains '%s'", args.word) end
		prompt:say("%s", format.columns(rows))
	end,
}
