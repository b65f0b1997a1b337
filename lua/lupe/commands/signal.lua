-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "signal", args = "SIGNAL|0", summary = "go on with this signal instead of the one that stopped",
	examples = { { "signal 0", "withhold it" }, { "signal TERM", "deliver another" } },
	run = function(prompt, text)
		local kept = prompt.kept
		prompt:need_target()
		if kept and kept.kind == "signal" then
			kept:signal(tonumber(text) and math.tointeger(tonumber(text)) or text)
		elseif text ~= "0" then
			prompt.need(prompt:need_thread():signal(text))
		end
		prompt:go_on()
	end,
}
