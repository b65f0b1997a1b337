-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "complete", group = "support", summary = "what a line could become at its end, as Tab shows it",
	args = { { "LINE", type = "line" } },
	run = function(prompt, args)
		local line = args.line
		local start = line:find("[^%s]*$")
		local before = line:sub(1, start - 1)
		for _, word in ipairs(require("lupe.completion").complete(prompt, line, start, line:sub(start)) or {}) do
			prompt:say("%s%s", before, word)
		end
	end,
}
