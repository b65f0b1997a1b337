-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Stepping by source lines: a plan that leads one thread by instructions (and runs over calls) until another line
-- begins. A frame is known by its CFA.
--
-- plan: over (calls are run over), ends_at (until: it does not go back before the end of its line), from and to (the
-- code that counts as the line), line, file, cfa, name (of its function), left (how many lines more).

local stepping = {}

-- The row of an address; nil where none is known.
local function row_at(process, address)
	local row = process:line_at(address)
	return row and row.line > 0 and row or nil
end
stepping.row_at = row_at

local function functions_of(process, address)
	local names = {}
	for _, fn in ipairs(process:functions_at(address)) do names[#names + 1] = fn end
	return names
end

-- Where the plan's thread is: the line becomes the plan's.
local function begin_line(plan, thread, row, hidden)
	plan.from, plan.to, plan.line, plan.file = row.start, row.stop, row.line, row.file
	local functions = functions_of(thread.process, thread.pc)
	plan.depth = #functions - (hidden or 0)
	local shown = hidden and hidden > 0 and thread:frame(hidden)
	if shown and shown.line then plan.line, plan.file = shown.line, shown.file end
	plan.name = functions[#functions] and functions[#functions].start
end

-- How many functions were inlined at an address with their first instruction there: a thread at it is shown before
-- them, at the line that calls them; a step goes into them without executing anything.
function stepping.beginning(process, address)
	local count = 0
	for _, fn in ipairs(process:functions_at(address)) do
		if not fn.is_inlined or fn.start ~= address then break end
		count = count + 1
	end
	return count
end

-- A plan of `count` lines; nil: the code has no lines (then a step is to the caller).
function stepping.plan(dbg, thread, how)
	local process = thread.process
	local row, frame = row_at(process, thread.pc), thread:frame(0)
	if not row then return nil end
	local plan = { tid = thread.tid, thread = thread, source = true, over = how.over, left = how.count,
		cfa = frame and frame.cfa, ends_at = how.ends_at and row.stop }
	begin_line(plan, thread, row, dbg:hidden_frames())
	if how.ends_at then
		local functions = functions_of(process, thread.pc)
		plan.from = functions[#functions] and functions[#functions].start or plan.from
	end
	plan.shown = { name = plan.name, cfa = plan.cfa, depth = plan.depth }
	return plan
end

local function inside(plan, pc) return not math.ult(pc, plan.from) and math.ult(pc, plan.to) end

-- What a slot of the global offset table leads to: by its contents, or, before the loader has filled it, by the name
-- that it will be bound to.
local function behind_slot(process, slot, from)
	local name = process:import_at(slot)
	local symbol = name and process:symbol(name)
	if symbol and symbol.kind == "function" then return symbol.address end
	local word = process:read(slot, 8)
	local target = word and string.unpack("<i8", word)
	return target ~= from and target or nil
end

-- Where a jump of a linkage table leads: through `jmp *[rip+x]`.
local function behind_jumps(dbg, process, address)
	for _ = 1, 4 do
		local insn = dbg:instruction(process, address)
		if not insn then return nil end
		if insn.kind == "jump" and insn.target then return insn.target end
		local offset = insn.bytes:match("^\xf2?\xff%%(....)$")
		if offset then
			local slot = address + insn.length + string.unpack("<i4", offset)
			return behind_slot(process, slot, address + insn.length)
		end
		if not insn.bytes:find("^\xf3\x0f\x1e\xfa") then return nil end
		address = address + insn.length
	end
end

-- The function with lines that the thread has just been led into; nil: there is none.
local function callee(dbg, process, pc)
	if row_at(process, pc) then return pc end
	local target = behind_jumps(dbg, process, pc)
	return target and row_at(process, target) and target or nil
end

local function done(dbg, plan, event)
	plan.left = plan.left - 1
	if plan.left <= 0 then return { plan = plan } end
	local row, frame = row_at(event.thread.process, event.thread.pc), event.thread:frame(0)
	if not row then return { plan = plan } end
	plan.cfa = frame and frame.cfa
	begin_line(plan, event.thread, row, stepping.beginning(event.thread.process, event.thread.pc))
	return dbg:move_on(plan, event)
end

-- Runs to an address (not deeper in the stack than sp), then goes on with the plan by fn(event).
local function run_to(dbg, plan, event, address, sp, fn)
	plan.mode = "run"
	plan.point = dbg:internal_point(event.thread, address, sp, function(point, hit)
		point:delete()
		plan.point, plan.mode = nil, "step"
		return fn(hit)
	end)
	event:resume("run")
	return "resumed"
end

-- It was led into a call: to the first line of the function, or back out of one without lines.
local function entered(dbg, plan, event)
	local thread = event.thread
	local process, pc = thread.process, thread.pc
	local target = callee(dbg, process, pc)
	if not target then
		local word = process:read(thread.sp, 8)
		if not word then return { plan = plan } end
		return run_to(dbg, plan, event, string.unpack("<i8", word), thread.sp + 8,
			function(hit) return stepping.advance(dbg, plan, hit) end)
	end
	local first = process:after_prologue(target)
	if first == pc then return done(dbg, plan, event) end
	return run_to(dbg, plan, event, first, 0, function(hit) return done(dbg, plan, hit) end)
end

-- A handler of a signal runs: back to what it has interrupted.
local function in_handler(dbg, plan, event)
	local frame = event.thread:frame(1)
	if not frame or not frame.is_signal then return nil end
	local interrupted = plan.signalled
	plan.signalled = nil
	return run_to(dbg, plan, event, interrupted.pc, interrupted.sp,
		function(hit) return stepping.advance(dbg, plan, hit) end)
end

-- Another line of the same function, or the same line in another place.
local function at_row(dbg, plan, event, row)
	local thread = event.thread
	local functions = functions_of(thread.process, thread.pc)
	local same_line = row.line == plan.line and row.file == plan.file
	local deeper = plan.over and #functions > plan.depth -- in what was inlined here
	if same_line or deeper or not row.is_statement or row.start ~= thread.pc then
		if not plan.ends_at and not deeper then plan.from, plan.to = row.start, row.stop end
		return dbg:move_on(plan, event)
	end
	return done(dbg, plan, event)
end

-- After an instruction of the plan, or what it ran over: a reason to stop, or "resumed".
function stepping.advance(dbg, plan, event)
	local thread = event.thread
	local process, pc = thread.process, thread.pc
	stepping.unguard(plan)
	if plan.leaving then
		if not math.ult(pc, plan.leaving.start) and math.ult(pc, plan.leaving["end"]) then
			return dbg:move_on(plan, event)
		end
		plan.leaving = nil
	end
	if plan.signalled then
		local reason = in_handler(dbg, plan, event)
		if reason then return reason end
		plan.signalled = nil
	end
	if plan.called then
		plan.called = nil
		return entered(dbg, plan, event)
	end
	if inside(plan, pc) then return dbg:move_on(plan, event) end
	local row, frame = row_at(process, pc), thread:frame(0)
	local cfa = frame and frame.cfa
	if plan.cfa and cfa and math.ult(plan.cfa, cfa) then -- the function has returned, or was left by longjmp
		if not row or row.start == pc and row.is_statement then return { plan = plan } end
		plan.cfa, plan.ends_at = cfa, nil
		begin_line(plan, thread, row) -- the rest of the line that called it
		return dbg:move_on(plan, event)
	end
	if not row then
		local left = plan.cfa and cfa and cfa == plan.cfa and callee(dbg, process, pc)
		if left or not frame then return { plan = plan } end
		local outer = thread:frame(1) -- a tail call into code without lines
		if not outer then return { plan = plan } end
		return run_to(dbg, plan, event, outer.pc, outer.sp, function(hit) return stepping.advance(dbg, plan, hit) end)
	end
	local functions = functions_of(process, pc)
	local own = functions[#functions]
	if own and own.start == pc and own.start ~= plan.name then return entered(dbg, plan, event) end -- a tail call
	return at_row(dbg, plan, event, row)
end

-- The library that an address is in.
local function module_at(process, address)
	for module in process:modules() do
		if not math.ult(address, module.start) and math.ult(address, module["end"]) then return module end
	end
end

-- While a call is run over: longjmp may leave it for good. It is followed by steps then, out of its library.
function stepping.guard(dbg, plan, thread)
	plan.guards = {}
	local seen = {}
	for _, name in ipairs { "longjmp", "siglongjmp", "__longjmp_chk" } do
		local symbol = thread.process:symbol(name)
		if symbol and symbol.is_function and not seen[symbol.address] then
			seen[symbol.address] = true
			table.insert(plan.guards, dbg:internal_point(thread, symbol.address, 0, function(_, event)
				stepping.unguard(plan)
				dbg:end_points(plan)
				plan.mode, plan.leaving = "step", module_at(event.process, event.thread.pc)
				return dbg:move_on(plan, event)
			end))
		end
	end
end

function stepping.unguard(plan)
	for _, point in ipairs(plan.guards or {}) do point:delete() end
	plan.guards = nil
end

-- A signal is about to be delivered to the plan's thread.
function stepping.signalled(plan, event)
	plan.signalled = { pc = event.thread.pc, sp = event.thread.sp }
end

return stepping
