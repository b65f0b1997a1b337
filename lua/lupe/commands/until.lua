-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "until", aliases = { "u", "advance" }, group = "running", repeatable = true,
	summary = "go on until the thread comes to a location",
	args = { { "LOCATION", type = "location" } },
	examples = { { "until *$pc+12", "to an address" } },
	run = function(prompt, args)
		local dbg = prompt.dbg
		dbg:run_to(prompt.need(dbg:resolve(args.location, dbg:need_target()))[1])
	end,
}
