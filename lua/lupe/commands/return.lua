-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "return", group = "running",
	summary = "leave the selected frame's function at once, with a value if one is given",
	args = { { "EXPRESSION", type = "expression", optional = true } },
	help = "The rest of the function is not executed. The value is put where an integer or a pointer is returned.",
	run = function(prompt, args)
		local dbg = prompt.dbg
		local thread = dbg:need_stopped()
		local level = dbg:real_level()
		local outer = thread:frame(level + 1)
		while outer and outer:down().inlined do outer = outer:up() end
		if not outer then prompt.fail("return: where this function returns to is not known") end
		local value = args.expression and dbg:evaluate_integer(args.expression)
		if not prompt:confirm("Make %s return now?", thread:frame(level).fn or "the function") then return end
		local regs = outer.regs
		regs.rax = value
		for name, number in pairs(regs) do thread.regs[name] = number end
		dbg.level = nil
		prompt:show_where()
	end,
}
