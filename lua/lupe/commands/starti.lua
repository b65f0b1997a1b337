-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "starti", group = "running", summary = "start the program and stop at its first instruction",
	args = { { "ARG", type = "words", optional = true } },
	run = function(prompt, args)
		prompt.dbg:start(args.arg)
		prompt:show_where()
	end,
}
