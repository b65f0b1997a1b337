-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Frames of the selected thread's stack as text, and the choice of one.

local format = require "lupe.format"

local frames = {}

-- "argc=1, argv=0x7ffe..."; what is made of the target's bytes is clean already.
local function arguments(frame)
	local texts = {}
	for i, argument in ipairs(frame.args or {}) do texts[i] = argument.text end
	return table.concat(texts, ", ")
end

-- True at the first instruction of a line: its address is of no interest then.
local function begins_line(frame, dbg)
	local row = dbg and frame.level == 0 and frame.file and dbg:target() and dbg:target():line_at(frame.pc)
	return row and row.start == frame.pc and row.is_statement
end

-- "#1  0x000000401136 in main (argc=1) at main.c:12", "#2  0x00007f0000401136 in read+13 from /lib/libc.so.6"; no
-- address for what another function was inlined into, the `inner` frame, and for the thread at the start of a line.
function frames.text(frame, inner, dbg)
	if frame.is_signal then return ("#%-3d<signal handler called>"):format(frame.level) end
	local name = frame.fn and format.clean(frame.fn) or "??"
	if frame.offset and frame.offset ~= 0 and not frame.file then name = ("%s+%d"):format(name, frame.offset) end
	local address = (inner and inner.inlined or begins_line(frame, dbg)) and "" or ("0x%016x in "):format(frame.pc)
	local text = ("#%-3d%s%s"):format(frame.level, address, name)
	if frame.file or frame.args and #frame.args > 0 then text = ("%s (%s)"):format(text, arguments(frame)) end
	if frame.file then
		text = ("%s at %s:%d"):format(text, format.clean(frame.file), frame.line)
	elseif frame.module and not frame.is_main then text = text .. " from " .. format.clean(frame.module) end
	if frame.guessed then text = ("%s  [guessed: %s]"):format(text, frame.trust) end
	return text
end

-- The stack as the prompt has it, at most `depth` frames: without functions whose inlined code has not begun yet (see
-- lupe/stepping.lua), and, unless the settings ask for them, without what called main.
local function stack(prompt, depth, locals)
	local dbg = prompt.dbg
	local thread, hidden = dbg:need_stopped(), dbg:hidden_frames()
	local list = prompt.need(thread:bt { depth = depth and depth + hidden, lines = true, locals = locals })
	table.move(list, hidden + 1, #list + hidden, 1)
	local past_main = prompt.settings:get "backtrace-past-main"
	for i, frame in ipairs(list) do
		frame.level = i - 1
		if frame.fn == "main" and frame.is_main and not past_main and list[i + 1] then
			for k = #list, i + 1, -1 do list[k] = nil end
			list.ends = ""
			break
		end
	end
	return list
end

local function show_locals(prompt, frame, indent)
	for _, variable in ipairs(frame.locals or {}) do prompt:say("%s%s", indent, variable.text) end
end

-- The innermost `count` frames; of a negative one the outermost; all. With their local variables if `full`.
function frames.show_all(prompt, count, full)
	local list = stack(prompt, count and count > 0 and count or nil, full)
	local first = count and count < 0 and math.max(1, #list + count + 1) or 1
	for i = first, #list do
		prompt:say("%s", frames.text(list[i], list[i - 1], prompt.dbg))
		show_locals(prompt, list[i], "        ")
	end
	if count and count > 0 and list.ends == "there is more" then
		prompt:say("(more frames follow)")
	elseif list.ends ~= "" then
		prompt:say("(the stack ends here: %s)", list.ends)
	end
end

-- The frame of a level, with its local variables; raises when there is none.
function frames.get(prompt, level)
	if level < 0 then prompt.fail("a level of 0 or more is expected") end
	return stack(prompt, level + 1, true)[level + 1] or prompt.fail("the stack has no frame %d", level)
end

-- The arguments or the local variables of the selected frame, a line each.
function frames.show_variables(prompt, kind)
	local frame = frames.get(prompt, prompt.dbg.level or 0)
	if not frame.file then prompt.fail("no debug information is known for this frame") end
	if #frame[kind] == 0 then prompt:say(kind == "args" and "no arguments" or "no locals") end
	for _, variable in ipairs(frame[kind]) do
		prompt:say("%s", kind == "args" and (variable.text:gsub("^(.-)=", "%1 = ", 1)) or variable.text)
	end
end

-- Chooses a frame and shows it. `nearest`: the outermost where there is none so far up.
function frames.select(prompt, level, nearest)
	local list = stack(prompt, level + 1)
	local frame = list[level + 1] or nearest and #list > 0 and level > 0 and list[#list]
	if not frame then prompt.fail("the stack has no frame %d", level) end
	if nearest and frame.level == (prompt.dbg.level or 0) then prompt.fail("this is the outermost frame") end
	prompt.dbg.level = frame.level
	prompt:say("%s", frames.text(frame, list[frame.level], prompt.dbg))
	if not frame.file then
		prompt.dbg.listed = nil
		return
	end
	prompt.dbg.listed = { file = frame.file, folder = frame.folder, line = frame.line, centre = true }
	prompt:say("%s", require("lupe.stops").source(prompt.dbg, frame))
end

return frames
