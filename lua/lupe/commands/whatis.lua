-- SPDX-License-Identifier: GPL-3.0-or-later
local expression = require "lupe.expression"

return {
	name = "whatis", group = "data", summary = "the type of an expression, or what a name of a type stands for",
	args = { { "EXPRESSION", type = "expression" } },
	run = function(prompt, args)
		local dbg = prompt.dbg
		local kind = expression.type_of(args.expression, dbg:types())
		if kind and kind.handle and kind.handle.is_typedef then -- one level of a typedef is looked behind
			return prompt:say("type = %s", tostring(kind.handle.alias_of or "void"))
		end
		prompt:say("type = %s", (kind or dbg:evaluate(args.expression).type).name)
	end,
}
