-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "start", group = "running", summary = "start the program and stop at its main function",
	args = { { "ARG", type = "words", optional = true } },
	run = function(prompt, args)
		local dbg = prompt.dbg
		local process = dbg:start(args.arg) or dbg:need_target()
		local places, message = dbg:resolve("main", process)
		if not places then prompt.fail("start: %s; `starti` stops at the first instruction", message) end
		dbg:run_to(places)
	end,
}
