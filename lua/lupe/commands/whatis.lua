-- SPDX-License-Identifier: GPL-3.0-or-later
local expression = require "lupe.expression"

return {
	name = "whatis", aliases = { "ptype" }, group = "data", summary = "the type of an expression, or of a name of a type",
	args = { { "EXPRESSION", type = "expression" } },
	run = function(prompt, args)
		local kind = expression.type_of(args.expression)
		prompt:say("type = %s", (kind or prompt.dbg:evaluate(args.expression).type).name)
	end,
}
