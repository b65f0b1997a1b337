-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "jump", aliases = { "j" }, group = "running", summary = "go on at another location",
	args = { { "LOCATION", type = "location" } },
	examples = { { "jump *$pc+2", "past an instruction of two bytes" } },
	lua = "lupe.thread().regs.rip = ADDRESS; lupe.run()",
	run = function(prompt, args)
		local dbg = prompt.dbg
		local thread = dbg:need_stopped()
		local address = prompt.need(dbg:resolve(args.location, thread.process))[1]
		thread.regs.rip = address
		dbg:go_on()
	end,
}
