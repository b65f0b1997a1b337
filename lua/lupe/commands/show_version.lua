-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "show version", summary = "the versions of lupe and its libraries",
	run = function(prompt) prompt:say("%s", (require("lupe.help").version(prompt.core):gsub("\n$", ""))) end,
}
