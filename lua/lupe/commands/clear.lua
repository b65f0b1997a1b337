-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "clear", group = "stops", summary = "delete the breakpoints at a location (here)",
	args = { { "LOCATION", type = "location", optional = true } },
	run = function(prompt, args)
		local dbg = prompt.dbg
		local target = dbg:need_target()
		local places = args.location and prompt.need(dbg:resolve(args.location, target)) or { dbg:need_stopped().pc }
		local deleted = {}
		for _, address in ipairs(places) do
			for _, point in ipairs(dbg.points:at(target.pid, address)) do
				if not point.internal then
					deleted[#deleted + 1] = tostring(point.id)
					point:delete()
				end
			end
		end
		if #deleted == 0 then prompt.fail("clear: there is no breakpoint at %s", args.location or "this place") end
		prompt:say("deleted breakpoint %s", table.concat(deleted, ", "))
	end,
}
