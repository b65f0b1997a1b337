-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The words of a stop: why, and where.

local format = require "lupe.format"
local frames = require "lupe.frames"

local stops = {}

local MEANING = {
	HUP = "hangup", INT = "interrupt", QUIT = "quit", ILL = "illegal instruction", TRAP = "trace or breakpoint trap",
	ABRT = "aborted", BUS = "bus error", FPE = "arithmetic exception", KILL = "killed", USR1 = "user signal 1",
	SEGV = "segmentation fault", USR2 = "user signal 2", PIPE = "broken pipe", ALRM = "alarm clock",
	TERM = "terminated", STKFLT = "stack fault", CHLD = "child changed", CONT = "continued", STOP = "stopped",
	TSTP = "stopped by the terminal", TTIN = "reads from the terminal", TTOU = "writes to the terminal",
	URG = "urgent data", XCPU = "too much CPU time", XFSZ = "file too large", VTALRM = "virtual alarm",
	PROF = "profiling alarm", WINCH = "window size changed", IO = "I/O is possible", PWR = "power failure",
	SYS = "bad system call",
}

-- By the code of the fault: what the CPU or the kernel found.
local FAULTS = {
	SIGSEGV = { [1] = "nothing is mapped at %s", [2] = "%s may not be accessed so", [3] = "bounds, at %s",
		[4] = "protection key, at %s" },
	SIGBUS = { [1] = "%s is not aligned", [2] = "there is no memory behind %s", [3] = "hardware, at %s" },
	SIGFPE = { [1] = "integer division by zero", [2] = "integer overflow", [3] = "division by zero",
		[4] = "overflow", [5] = "underflow", [6] = "inexact", [7] = "invalid operation" },
}
local SI_KERNEL = 0x80

-- What made a signal: a fault with its address, or who sent it.
local function cause(core, name, info)
	local fault = FAULTS[name] and FAULTS[name][info.code]
	if fault then return fault:format(info.addr and format.hex(info.addr) or "?") end
	if info.code == SI_KERNEL and name == "SIGSEGV" then return "an address that is none, or not permitted" end
	if info.code <= 0 and info.pid and info.pid ~= 0 then return ("sent by %d"):format(info.pid) end
	if core and name == "SIGCHLD" and info.pid then return ("child %d"):format(info.pid) end
end

-- "thread 1 (4242, "name")"
function stops.thread(dbg, thread, tid)
	if not thread then return ("thread %d"):format(tid) end
	return ("thread %d (%d, %s)"):format(dbg:number(thread), thread.tid, format.quote(thread.name))
end

-- The line that tells of a signal; `name` when the event does not have it.
function stops.signal(dbg, event, name)
	name = name or event.name
	local short = name:gsub("^SIG", "")
	local info = event.info
	local why = info and cause(dbg.core, name, info)
	return ("%s received %s%s%s"):format(stops.thread(dbg, event.thread, event.tid), name,
		MEANING[short] and ", " .. MEANING[short] or "", why and ": " .. why or "")
end

function stops.breakpoint(dbg, event, points)
	local texts = {}
	for i, point in ipairs(points) do
		texts[i] = ("%s%s %d"):format(point.temporary and "temporary " or "", point.what, point.id)
	end
	return ("%s, %s"):format(table.concat(texts, ", "), stops.thread(dbg, event.thread, event.tid))
end

-- pc, its symbol, the instruction.
local function instruction(dbg, thread)
	local process, pc = thread.process, thread.pc
	local name = dbg:name_of(process, pc)
	local text = format.hex(pc) .. (name and " <" .. name .. ">" or "")
	if dbg.settings:get "disassemble-next-line" then
		local insn = dbg:instruction(process, pc)
		text = text .. "  " .. (insn and insn.text or "(no memory)")
	end
	return text
end

-- The source line of a frame, with those around it that the settings ask for, its own marked.
local function source(dbg, frame)
	local lines, around = {}, dbg.settings:get "source-lines" // 2
	for number = math.max(1, frame.line - around), frame.line + around do
		local mark = around == 0 and "" or number == frame.line and "=> " or "   "
		lines[#lines + 1] = dbg.sources:line(frame.file, frame.folder, number, mark, dbg.ui.paint_source)
	end
	if #lines == 0 then return ("%d\t%s: no such file"):format(frame.line, format.clean(frame.file)) end
	return table.concat(lines, "\n")
end
stops.source = source

-- True when a step has stayed in the frame that was shown before it.
local function is_same_frame(dbg, plan, thread, frame)
	local shown = plan and plan.shown
	if not shown or shown.cfa ~= frame.cfa then return false end
	local functions = thread.process:functions_at(thread.pc)
	local own = functions[#functions]
	return shown.depth == #functions - dbg:hidden_frames() and own and own.start == shown.name
end

-- Where a thread stands: the frame (unless a plan's step has stayed in it) and the source line, or the instruction
-- where no source is known.
function stops.where(dbg, thread, plan)
	local hidden = dbg:hidden_frames()
	local frame = thread.frame and thread:frame(hidden)
	if not frame or not frame.file then
		dbg.listed = nil
		return instruction(dbg, thread)
	end
	dbg.listed = { file = frame.file, folder = frame.folder, line = frame.line, centre = true }
	local text = source(dbg, frame)
	local row = thread.process:line_at(thread.pc)
	if dbg.settings:get "disassemble-next-line" and not (row and row.start == thread.pc) then
		text = text .. "\n" .. instruction(dbg, thread) -- in the middle of a line
	end
	if is_same_frame(dbg, plan, thread, frame) then return text end
	local described = thread:bt { depth = hidden + 9, lines = true } -- more than one: for values at the entry
	local first = described and described[hidden + 1]
	if first then first.level = 0 end
	return (first and frames.text(first, nil, dbg) .. "\n" or "") .. text
end

return stops
