-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "delete", aliases = { "d", "del" }, group = "stops", summary = "delete breakpoints, all without a number",
	args = { { "NUMBER", type = "numbers", optional = true } },
	examples = { { "delete 2 4-6", "some" } },
	run = function(prompt, args)
		local points = prompt.dbg.points
		if not args.number then
			local list = points:user_list()
			if #list > 0 and not prompt:confirm("delete all %d breakpoints?", #list) then return end
			for _, point in ipairs(list) do point:delete() end
			return
		end
		local found = {}
		for i, id in ipairs(args.number) do found[i] = prompt.need(points:find(id)) end
		for _, point in ipairs(found) do point:delete() end
	end,
}
