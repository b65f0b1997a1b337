-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "undisplay", group = "data", summary = "show it no more",
	args = { { "NUMBER", type = "numbers", optional = true } },
	run = function(prompt, args)
		local displays, wanted = prompt.dbg.displays, {}
		for _, id in ipairs(args.number or {}) do wanted[id] = true end
		for i = #displays, 1, -1 do
			if not args.number or wanted[displays[i].id] then
				wanted[displays[i].id] = nil
				table.remove(displays, i)
			end
		end
		local missing = next(wanted)
		if missing then prompt.fail("undisplay: there is no display number %d", missing) end
	end,
}
