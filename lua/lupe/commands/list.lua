-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "list", aliases = { "l" }, group = "status", repeatable = true,
	summary = "source lines: around a place, or those that follow",
	args = { { "PLACE", type = "location", optional = true } },
	examples = { { "list", "the lines that follow, at first those around the stop" }, { "list -", "those before" },
		{ "list 20,30", "a range" }, { "list work", "around a function" }, { "list file.c:12", "around a line" } },
	run = function(prompt, args) require("lupe.listing").run(prompt, args.place) end,
}
