-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- --tree: the processes of a trace as a tree. Pure: records in, text out.

local format = require "lupe.format"

local tree = {}

local function ending(process, signal_name)
	local how = process.exit_code and ("exited with %d"):format(process.exit_code)
		or process.signo and ("killed by %s"):format(signal_name(process.signo)) or "still running"
	return process.duration_ns and ("%s after %.3f s"):format(how, process.duration_ns / 1e9) or how
end

-- `processes`: { pid, parent, command, duration_ns, exit_code or signo }, parents before children.
function tree.text(processes, signal_name)
	local children, roots, known = {}, {}, {}
	for _, process in ipairs(processes) do
		local list = known[process.parent] and children[process.parent] or roots
		list[#list + 1] = process
		known[process.pid], children[process.pid] = true, {}
	end
	local lines = {}
	local function put(process, first, rest)
		lines[#lines + 1] = ("%s%d %s  [%s]"):format(first, process.pid, format.clean(process.command or "?"),
			ending(process, signal_name))
		local list = children[process.pid]
		-- A reused id has no second tree below it.
		children[process.pid] = {}
		for i, child in ipairs(list) do
			local last = i == #list
			put(child, rest .. (last and "└─ " or "├─ "), rest .. (last and "   " or "│  "))
		end
	end
	for _, process in ipairs(roots) do put(process, "", "") end
	return table.concat(lines, "\n") .. (#lines > 0 and "\n" or "")
end

return tree
