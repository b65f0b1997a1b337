-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Documents that are run. A block of code whose first line is a comment with nothing but a name (-- count.lua,
-- // slow.c, # try.sh) is that file. A block `console` has commands after "$ " (they go on after "> ") and below
-- each what it prints, stdout and stderr together; "..." stands for anything: alone in a line for lines, else for
-- text in that line. A heading begins a section.

local documents = {}

local NAME = "^%s*[-/#]+%s*([%w_.-]+%.%a+)%s*$"

-- Lines of one block `console` as { command, wanted = lines, line }.
local function read_console(lines, first)
	local commands = {}
	for i, line in ipairs(lines) do
		local command, more = line:match("^%$ (.*)$"), line:match("^> (.*)$")
		local last = commands[#commands]
		if command then
			commands[#commands + 1] = { command, wanted = {}, line = first + i }
		elseif more and #last.wanted == 0 then
			last[1] = last[1] .. "\n" .. more
		else
			table.insert(last.wanted, line)
		end
	end
	return commands
end

local function end_block(section, kind, lines, first)
	local name = lines[1] and lines[1]:match(NAME)
	if kind == "console" then
		for _, command in ipairs(read_console(lines, first)) do table.insert(section.steps, command) end
	elseif name then
		table.insert(section.steps, { file = name, text = table.concat(lines, "\n") .. "\n", line = first })
	end
end

-- The sections of a document, in order: { title, level, line, steps = files and commands }.
function documents.read(text)
	local sections = { { title = "", level = 0, line = 1, steps = {} } }
	local kind, lines, first, number = nil, nil, nil, 0
	for line in (text .. "\n"):gmatch("(.-)\n") do
		number = number + 1
		local fence, level, title = line:match("^```(%a*)"), line:match("^(#+) (.*)$")
		if fence and kind then
			end_block(sections[#sections], kind, lines, first)
			kind = nil
		elseif fence then
			kind, lines, first = fence, {}, number
		elseif kind then
			lines[#lines + 1] = line
		elseif level then
			sections[#sections + 1] = { title = title, level = #level, line = number, steps = {} }
		end
	end
	return sections
end

-- "a ... b" as a pattern of one line.
local function line_pattern(line)
	local pattern = line:gsub("%p", "%%%0"):gsub("%%%.%%%.%%%.", ".-")
	return "^" .. pattern .. "$"
end

-- Whether lines from `i` on are as wanted from `j` on.
local function fits(lines, i, wanted, j)
	while wanted[j] do
		if wanted[j] == "..." then
			for k = i, #lines + 1 do
				if fits(lines, k, wanted, j + 1) then return true end
			end
			return false
		end
		if not lines[i] or not lines[i]:find(line_pattern(wanted[j])) then return false end
		i, j = i + 1, j + 1
	end
	return lines[i] == nil
end

-- Whether a text is what a command of a document is said to print.
function documents.matches(text, wanted)
	local lines = {}
	for line in text:gmatch("([^\n]*)\n?") do lines[#lines + 1] = line end
	while lines[#lines] == "" do lines[#lines] = nil end
	local bare = table.move(wanted, 1, #wanted, 1, {})
	while bare[#bare] == "" do bare[#bare] = nil end
	return fits(lines, 1, bare, 1)
end

return documents
