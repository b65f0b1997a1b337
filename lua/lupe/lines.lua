-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Stepping by source lines for scripts: thread:step, thread:next. The same rules as at the prompt (lupe/stepping.lua),
-- written as straight-line code over thread:stepi, nexti, until_ and finish.

local check = require "lupe.check"
local row_at = require("lupe.stepping").row_at

local lines = {}

-- Whether the call instruction before `pc` in the caller has led the thread here: its return address is on the stack.
local function was_called(thread, before)
	local word = thread.process:read(thread.sp, 8)
	return thread.sp == before.sp - 8 and word ~= nil and string.unpack("<i8", word) - before.pc <= 15
		and string.unpack("<i8", word) > before.pc
end

-- One line. Answers the event of its last step; nil, message, code.
local function one_line(thread, over)
	local process, frame = thread.process, thread:frame(0)
	local row = frame and row_at(process, thread.pc)
	if not row then
		local result, message, code = thread:finish()
		if not result then return nil, message, code end
		return result.event
	end
	local cfa = frame.cfa
	while true do
		local before = { pc = thread.pc, sp = thread.sp }
		local event, message, code
		if over then event, message, code = thread:nexti(1) else event, message, code = thread:stepi(1) end
		if not event then return nil, message, code end
		if not over and was_called(thread, before) then
			local target = row_at(process, thread.pc) and process:after_prologue(thread.pc)
			if target then return target == thread.pc and event or thread:until_(target) end
			local result
			result, message, code = thread:finish()
			if not result then return nil, message, code end
			event = result.event
		end
		local now = row_at(process, thread.pc)
		local outer = thread:frame(0)
		local left = cfa and outer and outer.cfa and math.ult(cfa, outer.cfa)
		if not now then return event end
		local is_start = now.start == thread.pc and now.is_statement
		if left then
			if is_start then return event end
			cfa, row = outer.cfa, now -- the rest of the line that called it
		elseif is_start and (now.line ~= row.line or now.file ~= row.file) then
			return event
		end
	end
end

local function many(what, thread, n, over)
	check.arg(what, n or 1, "integer")
	local event, message, code
	for _ = 1, n or 1 do
		event, message, code = one_line(thread, over)
		if not event then return nil, message, code end
	end
	return event
end

function lines.add_methods(methods)
	-- (n?: integer) -> event | nil, message, code
	-- Executes n source lines (1), and into functions that have lines; answers the event of the last step. In code without
	-- lines: to its caller.
	function methods.thread.step(thread, n) return many("step", thread, n, false) end

	-- (n?: integer) -> event | nil, message, code
	-- Executes n source lines (1), with all that is called in them.
	function methods.thread.next(thread, n) return many("next", thread, n, true) end
end

return lines
