-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "stepi", aliases = { "si" }, args = "[N]", summary = "execute one instruction, or N", repeatable = true,
	examples = { { "stepi 10", "ten instructions" } },
	run = function(prompt, text)
		local count = text == "" and 1 or math.tointeger(tonumber(text))
		if not count or count < 1 then prompt.fail("stepi: a number of instructions is expected, got '%s'", text) end
		local thread = prompt:need_stopped()
		for _ = 1, count do
			local event, message = thread:stepi()
			prompt.kept, prompt.fresh = nil, false
			if not event then
				prompt:say("%s", message)
				return
			end
			if event.kind == "breakpoint" then break end
		end
		if thread.state ~= "exited" then prompt:say("%s", prompt:where(thread)) end
	end,
}
