-- SPDX-License-Identifier: GPL-3.0-or-later
local format = require "lupe.format"
local handling = require "lupe.handling"

-- The signals of "USR1", "14-15", "all".
local function signals_of(prompt, word)
	if word == "all" then return prompt.dbg.handling:all() end
	local from, to = word:match("^(%d+)%-(%d+)$")
	if from then
		local list = {}
		for n = math.max(1, tonumber(from)), math.min(64, tonumber(to)) do list[#list + 1] = n end
		return list
	end
	local number = prompt.core.signal_number(word)
	if not number or number < 1 then
		prompt.fail("handle: '%s' is neither a signal nor one of %s", word, table.concat(handling.ACTIONS, ", "))
	end
	return { number }
end

return {
	name = "handle", group = "stops", summary = "what is done about signals: stop, print, pass",
	args = { { "SIGNAL", type = "words" } },
	examples = { { "handle USR1 nostop noprint pass", "do not care about it" }, { "handle all nostop", "never stop" } },
	help = "SIGNALs (names, numbers, 14-15, all) and then ACTIONs: stop nostop print noprint pass nopass.",
	complete = function(prompt)
		local list = { "all", table.unpack(handling.ACTIONS) }
		for n = 1, 31 do list[#list + 1] = prompt.core.signal_name(n) end
		return list
	end,
	run = function(prompt, args)
		local signals, actions = {}, {}
		for _, word in ipairs(args.signal) do
			if handling.is_action(word) then actions[#actions + 1] = word
			else
				for _, signo in ipairs(signals_of(prompt, word)) do signals[#signals + 1] = signo end
			end
		end
		if #signals == 0 then prompt.fail("handle: a signal is missing") end
		prompt.dbg.handling:apply(signals, actions)
		prompt.dbg:hear_signals()
		prompt:say("%s", format.columns(prompt.dbg.handling:rows(signals)))
	end,
}
