-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "enable delete", summary = "let breakpoints stop once; they are deleted then",
	args = { { "NUMBER", type = "numbers" } },
	run = function(prompt, args)
		prompt:each_point(args.number, function(point)
			point:set_enabled(true)
			point.temporary = true
		end)
	end,
}
