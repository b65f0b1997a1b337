-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "run", aliases = { "r" }, args = "[PROGRAM [ARG...]]",
	summary = "start the program, from its beginning if it runs",
	help = "Without words: the program of the command line, or of the last `run`.",
	examples = { { "run", "start it" }, { "run ls -l", "start another" } },
	run = function(prompt, text)
		local words = {}
		for word in text:gmatch("%S+") do words[#words + 1] = word end
		prompt:start(words)
		prompt:go_on()
	end,
}
