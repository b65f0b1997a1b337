-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "source", args = "FILE", summary = "run the commands of a file, or Lua if it ends in .lua",
	run = function(prompt, text) prompt:source(text) end,
}
