-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "advance", group = "running", repeatable = true, summary = "go on until the thread comes to a location",
	args = { { "LOCATION", type = "location" } },
	examples = { { "advance 20", "to a line" }, { "advance work", "to a function" } },
	run = function(prompt, args)
		local dbg = prompt.dbg
		dbg:run_to(prompt.need(dbg:resolve(args.location, dbg:need_target())), nil, true)
	end,
}
