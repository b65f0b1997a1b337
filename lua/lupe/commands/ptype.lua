-- SPDX-License-Identifier: GPL-3.0-or-later
local expression = require "lupe.expression"

return {
	name = "ptype", group = "data", format = true, summary = "what the type of an expression, or a type, is made of",
	args = { { "EXPRESSION", type = "expression" } },
	examples = { { "ptype struct node", "its members" }, { "ptype/o struct node", "with their offsets and sizes" } },
	run = function(prompt, args)
		local dbg = prompt.dbg
		local kind = expression.type_of(args.expression, dbg:types()) or dbg:evaluate(args.expression).type
		if not kind.handle then return prompt:say("type = %s", kind.name) end
		if args.format == "o" then return prompt:say("%s", require("lupe.layout").text(kind.handle)) end
		if args.format then prompt.fail("ptype: only /o (offsets) can follow") end
		prompt:say("type = %s", kind.handle:definition())
	end,
}
