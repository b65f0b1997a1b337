-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "set", group = "prompt", summary = "change a setting, a register, memory",
	args = { { "SETTING", type = "text" } },
	examples = { { "set confirm off", "a setting (`show` lists them)" }, { "set $rax = 1", "a register, or a variable" },
		{ "set var *(int *)$rsp = 7", "memory" } },
	lua = function(_, args)
		local name, value = args.setting:match("^([%a-]+)%s+(.*)$")
		if not name then return ("lupe.eval %q"):format(args.setting) end
		return ("lupe.set(%q, %q)"):format(name, value)
	end,
	complete = function(prompt, _, before)
		local name = before:match("^%s*(%S+)")
		if not name then return { "variable", table.unpack(prompt.settings.names) } end
		return prompt.settings:choices(prompt.settings:find(name) or "")
	end,
	run = function(prompt, args)
		local text = args.setting
		if text:find("^[$*(&]") or text:find("^[%a_][%w_]*%s*=[^=]") then
			prompt.dbg:evaluate(text)
			return
		end
		local words, count = {}, 0
		for word in text:gmatch("%S+") do
			count = count + 1
			words[count] = word
		end
		-- gdb's "set print elements 4": the longest beginning that names a setting
		for i = math.min(count, 3), 1, -1 do
			local name = table.concat(words, "-", 1, i)
			local full = i == 1 and prompt.need(prompt.settings:find(name)) or prompt.settings.entries[name] and name
			if full then
				local value = text
				for _ = 1, i do value = value:match("^%s*%S+%s*(.*)$") end
				prompt.need(prompt.settings:set(full, value))
				return
			end
		end
	end,
}
