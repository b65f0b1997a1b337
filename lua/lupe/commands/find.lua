-- SPDX-License-Identifier: GPL-3.0-or-later
local searching = require "lupe.searching"

return {
	name = "find", group = "data", format = true, summary = "search memory for values",
	args = { { "START,END,VALUE...", type = "text" } },
	examples = { { 'find $sp, +4096, "PATH="', "a text" }, { "find/w 0x400000, 0x404000, 0x1234", "a word" } },
	help = "Sizes of numbers: /b /h /w /g. $_ is the last place, $numfound how many were found.",
	run = function(prompt, args) searching.command(prompt, args) end,
}
