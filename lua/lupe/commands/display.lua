-- SPDX-License-Identifier: GPL-3.0-or-later
local examine = require "lupe.examine"
local show = require "lupe.show"

return {
	name = "display", group = "data", format = true, summary = "show an expression, or memory, at each stop",
	args = { { "EXPRESSION", type = "expression", optional = true } },
	examples = { { "display $rax", "a register" }, { "display/3i $pc", "the next instructions" } },
	run = function(prompt, args)
		local dbg = prompt.dbg
		if not args.expression then
			for _, display in ipairs(dbg.displays) do
				if display.enabled then prompt:show_display(display) end
			end
			return
		end
		local format = prompt.need(show.parse_format(args.format or ""))
		dbg.next_display = (dbg.next_display or 0) + 1
		local id, text = dbg.next_display, args.expression
		local display = { id = id, enabled = true, text = (args.format and "/" .. args.format .. " " or "") .. text }
		local memory = format.count or format.size or format.letter == "i" or format.letter == "s"
		function display.show(p)
			if memory then
				p:say("%d: x%s", id, display.text)
				examine.show(p, dbg:evaluate_integer(text), format)
			else
				p:say("%d: %s = %s", id, text, show.value(dbg:evaluate(text), p:show_options(format.letter)))
			end
		end
		require("lupe.expression").compile(text)
		dbg.displays[#dbg.displays + 1] = display
		if dbg:target() then prompt:show_display(display) end
	end,
}
