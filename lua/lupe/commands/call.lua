-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "call", group = "running", format = true, summary = "call a function in the target; show what it returned",
	args = { { "EXPRESSION", type = "expression" } },
	examples = { { "call fflush(0)", "a function of the program" } },
	help = "As print, but nothing is shown for void. The registers are as before then, also when the function faults.",
	run = function(prompt, args)
		local value = prompt.dbg:evaluate(args.expression)
		if value.type.kind == "void" then return end
		local text = require("lupe.show").value(value, prompt:show_options(args.format))
		prompt:say("$%d = %s", prompt.dbg.variables:remember(value), text)
	end,
}
