-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "enable once", summary = "let breakpoints stop once; they are turned off then",
	args = { { "NUMBER", type = "numbers" } },
	run = function(prompt, args)
		prompt:each_point(args.number, function(point)
			point:set_enabled(true)
			point.once = true
		end)
	end,
}
