-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "finish", aliases = { "fin" }, group = "running",
	summary = "go on until the current function has returned; show what it returned",
	run = function(prompt)
		local dbg = prompt.dbg
		local thread = dbg:need_stopped()
		local address, sp = dbg:return_address(thread)
		prompt:say("going on until %s", dbg:name_of(thread.process, address) or require("lupe.format").hex(address))
		dbg:run_to(address, sp)
		local reason = dbg.reason
		if reason and reason.plan and thread.state ~= "exited" then
			local value = { type = require("lupe.ctypes").get.long, v = thread.regs.rax }
			prompt:say("returned $%d = %s", dbg.variables:remember(value),
				require("lupe.show").value(value, prompt:show_options()))
		end
	end,
}
