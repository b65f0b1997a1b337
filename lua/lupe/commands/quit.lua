-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "quit", aliases = { "q", "exit" }, args = "[STATUS]",
	summary = "end: launched targets are killed, attached ones go on",
	run = function(prompt, text)
		local status = math.tointeger(tonumber(text))
		if text ~= "" and not status then prompt.fail("quit: an exit status is expected, got '%s'", text) end
		prompt.state.status = status
		prompt.over = true
	end,
}
