-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "set variable", aliases = { "var" }, summary = "assign: a register, a variable of the prompt, memory",
	args = { { "EXPRESSION", type = "expression" } },
	examples = { { "set var $rip = $rip + 2", "a register" }, { "set var *(char *)$rdi = 'x'", "a byte" } },
	lua = function(_, args) return ("lupe.eval %q"):format(args.expression or "") end,
	run = function(prompt, args) prompt.dbg:evaluate(args.expression) end,
}
