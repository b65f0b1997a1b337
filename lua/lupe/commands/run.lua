-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "run", aliases = { "restart", "r" }, group = "running",
	summary = "start the program, from its beginning if it runs",
	args = { { "ARG", type = "words", optional = true } },
	examples = { { "run", "with the arguments of before" },
		{ "run -l /tmp >out", "with others, and its output in a file" } },
	help = "ARGs replace the arguments of the command line or of the last `run`. While no program is known, the first\n"
		.. "is the program. <FILE, >FILE, >>FILE and 2>FILE redirect.",
	lua = function(prompt, args)
		local words = { prompt.dbg.program, table.unpack(args.arg or prompt.settings:get "args") }
		for i, word in ipairs(words) do words[i] = ("%q"):format(word) end
		return ("lupe.target = assert(lupe.launch{ %s }); lupe.run()"):format(table.concat(words, ", "))
	end,
	run = function(prompt, args)
		prompt.dbg:start(args.arg)
		prompt.dbg:go_on()
	end,
}
