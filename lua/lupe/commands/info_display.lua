-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "info display", summary = "what is shown at each stop",
	run = function(prompt)
		local list = prompt.dbg.displays
		if #list == 0 then prompt:say("nothing is displayed") end
		for _, display in ipairs(list) do
			prompt:say("%d: %s %s", display.id, display.enabled and "y" or "n", display.text)
		end
	end,
}
