-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "continue", aliases = { "c" }, summary = "let the target go on until something stops it", repeatable = true,
	help = "Ctrl-C stops it again. A signal that stopped it is delivered.",
	run = function(prompt)
		prompt:need_target()
		prompt:go_on()
	end,
}
