-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "define", group = "prompt", summary = "a new command, from the lines that follow up to `end`",
	args = { { "NAME" } },
	help = "$arg0, $arg1... stand for its words, $argc for their number, $* for all of them.",
	run = function(prompt, args)
		local name = args.name
		if not name:find("^%a[%w_-]*$") then prompt.fail("define: '%s' cannot be the name of a command", name) end
		local known = prompt.commands.top.exact[name]
		if known and not prompt.own[name] and not prompt:confirm("%s is a command. Replace it?", name) then return end
		local lines = prompt:read_block("commands of " .. name)
		prompt.own[name] = true
		prompt.commands:add { name = name, summary = "defined by the user", group = "own",
			args = { { "ARG", type = "words", optional = true, default = {} } },
			run = function(p, a)
				for _, line in ipairs(lines) do
					if p.over then return end
					local text = line:gsub("%$arg(%d)", function(n) return a.arg[tonumber(n) + 1] or "" end)
					text = text:gsub("%$argc", tostring(#a.arg)):gsub("%$%*", function() return table.concat(a.arg, " ") end)
					p:execute_nested(text)
				end
			end }
	end,
}
