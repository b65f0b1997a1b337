-- SPDX-License-Identifier: GPL-3.0-or-later
local show = require "lupe.show"

return {
	name = "print", aliases = { "p", "inspect" }, group = "data", format = true,
	summary = "the value of an expression as in C, kept as $1, $2, ...",
	args = { { "EXPRESSION", type = "expression", optional = true, default = "$" } },
	examples = { { "print $rax + 1", "a register" }, { "print/x *(int *)$rsp@4", "four ints of the stack" },
		{ "p $1 * 2", "an earlier value" } },
	help = "/FORMAT is one of x d u o t z c a f s. $ is the last value, $$ the one before. NAME = EXPRESSION assigns:\n"
		.. "p $x = 3, p $rax = 0.",
	repeatable = true,
	lua = function(_, args) return ("print(lupe.eval %q)"):format(args.expression or "$") end,
	run = function(prompt, args)
		local format = prompt.need(show.parse_format(args.format or ""))
		if format.count or format.letter == "i" then prompt.fail("print: only a format letter can follow the /") end
		local dbg = prompt.dbg
		local value = dbg:evaluate(args.expression)
		if format.letter == "s" then format.letter = nil end
		local text = show.value(value, prompt:show_options(format.letter))
		prompt:say("$%d = %s", dbg.variables:remember(value), text)
	end,
}
