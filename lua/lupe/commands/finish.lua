-- SPDX-License-Identifier: GPL-3.0-or-later
local returned = require "lupe.returned"

return {
	name = "finish", aliases = { "fin" }, group = "running",
	summary = "go on until the selected frame's function has returned; show what it returned",
	run = function(prompt)
		local dbg = prompt.dbg
		local thread = dbg:need_stopped()
		local frame = dbg:frame()
		if frame and frame.fn == "main" and not prompt.settings:get "backtrace-past-main" then
			prompt.fail("finish: main is the outermost frame; `set backtrace-past-main on` shows what called it")
		end
		local kind = frame and returned.type_of(frame)
		local address, sp = dbg:return_address(thread, dbg:real_level())
		prompt:say("going on until %s", dbg:name_of(thread.process, address) or require("lupe.format").hex(address))
		dbg:run_to(address, sp)
		local reason = dbg.reason
		if not reason or not reason.plan or thread.state == "exited" then return end
		local value = returned.value(dbg:context(), thread.regs, kind)
		if value then
			prompt:say("returned $%d = %s", dbg.variables:remember(value),
				require("lupe.show").value(value, prompt:show_options()))
		end
	end,
}
