-- SPDX-License-Identifier: GPL-3.0-or-later
local show = require "lupe.show"

return {
	name = "output", group = "data", format = true, summary = "the value of an expression alone, without a newline",
	args = { { "EXPRESSION", type = "expression" } },
	run = function(prompt, args)
		local format = prompt.need(show.parse_format(args.format or ""))
		io.stdout:write(show.value(prompt.dbg:evaluate(args.expression), prompt:show_options(format.letter)))
		io.stdout:flush()
	end,
}
