-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "info scope", summary = "the variables that the selected frame sees",
	run = function(prompt)
		local dbg = prompt.dbg
		local frame = prompt.need(dbg:frame())
		local list = frame:variables()
		if #list == 0 then return prompt:say("no variables are known here") end
		for _, variable in ipairs(list) do
			local found = variable.name and frame:find(variable.name)
			local where = not found and "?" or found.missing or found.register and "in $" .. found.register
				or found.at and "at " .. require("lupe.format").hex(found.at) or "a constant"
			prompt:say("%s %s: %s, %s", variable.is_argument and "argument" or "local   ", variable.name or "?",
				tostring(variable.type or "?"), where)
		end
	end,
}
