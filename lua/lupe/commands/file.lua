-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "file", aliases = { "exec-file" }, group = "files", summary = "the program that `run` starts",
	args = { { "PROGRAM", type = "file", single = true } },
	run = function(prompt, args) prompt.dbg.program = args.program end,
}
