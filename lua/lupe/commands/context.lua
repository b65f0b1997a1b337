-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "context", aliases = { "ctx" }, group = "status", summary = "registers, instructions and stack at once",
	run = function(prompt)
		prompt.dbg:need_stopped()
		for _, part in ipairs { { "registers", "info registers" }, { "code", "x/8i $pc" }, { "stack", "telescope $sp 8" } } do
			prompt:say("-- %s %s", part[1], ("-"):rep(60 - #part[1]))
			local last = prompt.last
			prompt:execute_nested(part[2])
			prompt.last = last
		end
	end,
}
