-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "disable", aliases = { "dis" }, group = "stops", summary = "keep breakpoints from stopping",
	args = { { "NUMBER", type = "numbers", optional = true } },
	run = function(prompt, args) prompt:each_point(args.number, function(point) point:set_enabled(false) end) end,
}
