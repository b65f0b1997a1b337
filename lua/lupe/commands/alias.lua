-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "alias", group = "prompt", summary = "another name of a command and its arguments",
	args = { { "NAME=COMMAND", type = "line" } },
	examples = { { "alias regs = info registers", "from then on `regs`" } },
	run = function(prompt, args)
		local name, line = args["name=command"]:match("^([%a][%w_-]*)%s*=%s*(.+)$")
		if not name then prompt.fail("alias: NAME = COMMAND is expected") end
		local command, message = prompt.commands:find(line)
		if not command then prompt.fail("alias: %s", message) end
		if prompt.commands.top.exact[name] and not prompt.own[name] then
			prompt.fail("alias: %s is a command already", name)
		end
		prompt.own[name] = true
		prompt.commands:add { name = name, summary = "alias of " .. line, group = "own",
			repeatable = command.repeatable == true, args = { { "TEXT", type = "text", optional = true, default = "" } },
			run = function(p, a) p:execute_nested(line .. " " .. a.text) end }
	end,
}
