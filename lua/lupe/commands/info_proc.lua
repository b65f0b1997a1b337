-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "info proc", summary = "what /proc tells of the process",
	lua = "print(lupe.target.pid, lupe.target.exe, lupe.target.cwd)",
	run = function(prompt)
		local format = require "lupe.format"
		local process = prompt.dbg:need_target()
		local words = {}
		for i, word in ipairs(process.argv) do words[i] = word:find("^[%w%p]+$") and word or format.quote(word) end
		local rows = { { "process", process.pid }, { "exe", process.exe or "?" }, { "cwd", process.cwd or "?" },
			{ "cmdline", table.concat(words, " ") } }
		local status = process:proc "status" or ""
		for _, field in ipairs { "PPid", "Uid", "Threads", "VmRSS", "VmSize" } do
			rows[#rows + 1] = { field:lower(), (status:match("\n" .. field .. ":%s*([^\n]*)") or "?"):gsub("%s+", " ") .. "" }
		end
		prompt:say("%s", format.columns(rows))
	end,
}
