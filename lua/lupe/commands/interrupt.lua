-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "interrupt", group = "running", summary = "stop what runs",
	run = function(prompt)
		prompt.dbg:need_target()
		prompt.dbg:stop_all()
		prompt:show_where()
	end,
}
