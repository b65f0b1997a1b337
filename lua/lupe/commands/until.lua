-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "until", aliases = { "u" }, group = "running", repeatable = true,
	summary = "go on until a later line, or a location in this frame",
	args = { { "LOCATION", type = "location", optional = true } },
	examples = { { "until", "out of a loop" }, { "until 20", "to a line" }, { "until *$pc+12", "to an address" } },
	run = function(prompt, args)
		local dbg = prompt.dbg
		if not args.location then return dbg:step_lines { count = 1, over = true, ends_at = true } end
		dbg:run_to(prompt.need(dbg:resolve(args.location, dbg:need_target())), nil, true)
	end,
}
