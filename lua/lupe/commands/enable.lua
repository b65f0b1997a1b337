-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "enable", aliases = { "en" }, group = "stops", summary = "let breakpoints stop again",
	args = { { "NUMBER", type = "numbers", optional = true } },
	run = function(prompt, args) prompt:each_point(args.number, function(point) point:set_enabled(true) end) end,
}
