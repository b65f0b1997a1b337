-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "condition", aliases = { "cond" }, group = "stops", summary = "let a breakpoint stop only if something holds",
	args = { { "NUMBER", type = "integer" }, { "EXPRESSION", type = "expression", optional = true } },
	examples = { { "condition 1 $rdi > 3", "as in C" }, { "condition 1 =ev.thread.tid % 2 == 0", "in Lua" },
		{ "condition 1", "always again" } },
	run = function(prompt, args)
		prompt.need(prompt.dbg.points:find(args.number)):set_condition(args.expression)
		if not args.expression then prompt:say("breakpoint %d stops always", args.number) end
	end,
}
