-- SPDX-License-Identifier: GPL-3.0-or-later
local format = require "lupe.format"

local topics = {}

-- Every thread of the target, the selected one marked.
function topics.threads(prompt)
	local selected, rows = prompt:need_thread(), {}
	for thread in prompt:need_target():threads() do
		local where = thread.state == "running" and "(running)" or prompt:where(thread)
		local mark = thread.tid == selected.tid and "*" or " "
		rows[#rows + 1] = { mark, tostring(thread.tid), thread.name, thread.state, where }
	end
	table.sort(rows, function(a, b) return tonumber(a[2]) < tonumber(b[2]) end)
	prompt:say("%s", format.columns(rows))
end

function topics.registers(prompt, words)
	local regs, rows = prompt:need_stopped().regs, {}
	local wanted = {}
	for word in words:gmatch("%S+") do wanted[#wanted + 1] = word:gsub("^%$", "") end
	if #wanted == 0 then
		for name, value in regs:each() do
			local note = name == "eflags" and "[ " .. regs:flags() .. " ]" or tostring(value)
			rows[#rows + 1] = { name, format.hex(value), note }
		end
	end
	for _, name in ipairs(wanted) do
		local value = regs[name]
		if type(value) == "string" then
			rows[#rows + 1] = { name, "0x" .. value:reverse():gsub(".", function(c) return ("%02x"):format(c:byte()) end), "" }
		else
			rows[#rows + 1] = { name, value and format.hex(value) or "(not on this CPU)", tostring(value) }
		end
	end
	prompt:say("%s", format.columns(rows))
end

function topics.inferiors(prompt)
	local rows, target = {}, prompt.state.target
	for _, process in ipairs(prompt.session:processes()) do
		rows[#rows + 1] = { target and process.pid == target.pid and "*" or " ", tostring(process.pid), process.state,
			table.concat(process.argv, " ") }
	end
	prompt:say("%s", #rows > 0 and format.columns(rows) or "no targets")
end

function topics.proc(prompt)
	local process = prompt:need_target()
	prompt:say("process %d\nexe     %s\ncwd     %s\ncmdline %s", process.pid, process.exe or "?", process.cwd or "?",
		table.concat(process.argv, " "))
end

local names = {}
for name in pairs(topics) do names[#names + 1] = name end
table.sort(names)

return {
	name = "info", aliases = { "i" }, args = "threads|registers [NAME...]|inferiors|proc",
	summary = "what is known of the target",
	examples = { { "info threads", "every thread" }, { "info registers rip xmm0", "some registers" } },
	complete = function() return names end,
	run = function(prompt, text)
		local word, rest = text:match("^(%S*)%s*(.*)$")
		local found = {}
		for _, name in ipairs(names) do
			if word ~= "" and name:sub(1, #word) == word then found[#found + 1] = name end
		end
		if #found ~= 1 then prompt.fail("info: one of %s is expected", table.concat(names, ", ")) end
		topics[found[1]](prompt, rest)
	end,
}
