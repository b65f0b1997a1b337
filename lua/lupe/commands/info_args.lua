-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "info args", summary = "the arguments of the selected frame",
	run = function(prompt) require("lupe.frames").show_variables(prompt, "args") end,
}
