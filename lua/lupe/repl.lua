-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The prompt. The first word of a line decides: empty repeats the last repeatable command, `!` is the
-- shell's, `=` prints Lua; a command or an unambiguous abbreviation of one, followed by the end, by a
-- space that does not begin a lone `=`, or by /FORMAT, is that command; anything else is Lua.
--
-- All-stop: when something stops a target, all its threads are stopped, and they go on together. The
-- event that made the stop is kept until then. With `-batch` the first failure ends everything.

local api = require "lupe.api"
local check = require "lupe.check"
local commands = require "lupe.commands"
local format = require "lupe.format"
local scheduler = require "lupe.scheduler"

local repl = {}

local ERROR, SIGINT = 125, 2

-- Signals that a target gets all the time: they pass in silence, as in gdb.
local PASSING = { CHLD = true, WINCH = true, URG = true, ALRM = true, IO = true, VTALRM = true, PROF = true }

local Prompt = {}
Prompt.__index = Prompt

-- --- saying ---

function Prompt:say(text, ...)
	io.stdout:write(select("#", ...) > 0 and text:format(...) or text, "\n")
	io.stdout:flush()
end

-- For commands: what the user did wrong, or what did not work.
function Prompt.fail(text, ...)
	error(select("#", ...) > 0 and text:format(...) or text, 0)
end

-- nil, message of a library function becomes such a failure.
function Prompt.need(value, message)
	if value == nil then error(message or "it failed", 0) end
	return value
end

-- --- targets ---

function Prompt:need_target()
	local target = self.state.target
	if not target or target.state == "exited" then
		self.fail("there is no target; start one with `run` or `attach PID`")
	end
	return target
end

-- The selected thread of the target; all commands mean it.
function Prompt:need_thread()
	local target = self:need_target()
	local thread = self.thread
	if thread and thread.state ~= "exited" and thread.process == target then return thread end
	for t in target:threads() do
		if not thread or t.tid == target.pid then self.thread, thread = t, t end
	end
	return self.thread or self.fail("the target has no thread")
end

function Prompt:need_stopped()
	local thread = self:need_thread()
	if thread.state == "running" then self.fail("the target is running; Ctrl-C stops it") end
	return thread
end

-- Where a thread is: pc, and the instruction when it can be read.
function Prompt:where(thread)
	local pc = thread.pc
	local text = format.hex(pc)
	local symbol = self.core.methods.process.symbol
	local found = symbol and symbol(thread.process, pc)
	if found then text = ("%s <%s+%d>"):format(text, found.name, pc - found.address) end
	if self.core.disassemble then
		local bytes = thread.process:read(pc, 15) or ""
		local insn = #bytes > 0 and self.core.disassemble(bytes, pc)
		if insn then text = text .. "  " .. insn end
	end
	return text
end

function Prompt:show_stop(event)
	local reasons = {
		signal = function() return ("thread %d got %s"):format(event.tid, event.name) end,
		breakpoint = function() return ("breakpoint, thread %d"):format(event.tid) end,
		stepped = function() return nil end,
		stopped = function() return ("thread %d stopped"):format(event.tid) end,
		group_stop = function()
			return ("thread %d was stopped by %s"):format(event.tid, self.core.signal_name(event.signo))
		end,
	}
	local reason = reasons[event.kind] and reasons[event.kind]() or event.kind
	if reason then self:say("%s", reason) end
	local thread = event.thread
	if thread then self:say("%s", self:where(thread)) end
end

-- --- running ---

-- Our own terminal, or the target's while it runs.
function Prompt:give_terminal()
	if not self.own_terminal then return end
	local target = self.state.target
	if self.target_modes then self.core.terminal_modes(self.target_modes) end
	if target and target.launched then self.core.foreground(target.pid) end
end

function Prompt:take_terminal()
	if not self.own_terminal then return end
	local target = self.state.target
	if target and target.launched then self.target_modes = self.core.terminal_modes() end
	self.core.foreground(true)
	self.core.terminal_modes(self.own_modes)
end

-- What the scheduler asks of each event that its handlers are done with: true keeps it.
function Prompt:keeps(event, failed)
	if self.over then return false end
	if failed then return true end
	local kind = event.kind
	if kind == "signal" then
		local name = event.name:gsub("^SIG", "")
		if PASSING[name] or name:find("^RT") then return false end
	elseif kind ~= "stopped" and kind ~= "breakpoint" and kind ~= "group_stop" then
		return false
	end
	self.kept, self.thread = event, event.thread
	self.state.target = event.process or self.state.target
	return true
end

-- Lets everything go on until something stops it. Answers "stopped", "idle" or "over".
function Prompt:go_on()
	local kept = self.kept
	self.kept, self.fresh = nil, false
	self:give_terminal()
	if kept then kept:resume() end
	for _, process in ipairs(self.session:processes()) do process:resume() end
	return self:pump()
end

function Prompt:pump()
	local ok, how = pcall(self.sched.pump, self.sched)
	self:take_terminal()
	if not ok then
		if how == scheduler.QUIT then
			self.over = true
			return "over"
		end
		error(tostring(how), 0)
	end
	if how == "stopped" and self.kept then
		local process = self.kept.process
		if process then process:stop() end
		self:show_stop(self.kept)
	elseif how == "over" then
		self.over = true
	end
	return how
end

local function told_end(self)
	return function(pid, ended)
		if ended.how == "exited" then
			self:say("[process %d exited with code %d]", pid, ended.number)
		elseif ended.how == "killed" then
			self:say("[process %d was killed by %s%s]", pid, self.core.signal_name(ended.number),
				ended.core_dumped and " (core dumped)" or "")
		end
		if self.state.target and self.state.target.pid == pid then
			self.state.target, self.thread, self.kept = nil, nil, nil
		end
	end
end

-- Starts the program of the command line, or the one that is named.
function Prompt:start(words)
	if #words > 0 then self.program = words
	elseif self.fresh then return self.state.target end -- started already, and held
	if not self.program then self.fail("which program? `run PROGRAM [ARG...]`") end
	local target = self.state.target
	if target and target.state ~= "exited" and target.launched then
		self:say("[process %d is killed]", target.pid)
		target:kill()
		self.kept = nil
		self:pump()
	end
	local process = self.need(self.lupe.launch { argv = self.program, own_group = self.own_terminal or nil,
		foreground = self.own_terminal or nil })
	self.state.target, self.thread, self.state.main_pid, self.fresh = process, nil, process.pid, true
	self:take_terminal()
	return process
end

-- --- Lua at the prompt ---

local function complete_chunk(text)
	local chunk = load("return " .. text, "=prompt", "t")
	if chunk then return chunk, true end
	local message
	chunk, message = load(text, "=prompt", "t")
	if chunk then return chunk, false end
	return nil, message, message:find("<eof>$") ~= nil
end

function Prompt:print_results(results)
	if results.n == 0 then return end
	local texts = {}
	for i = 1, results.n do
		local value = results[i]
		texts[i] = type(value) == "userdata" and tostring(value) or type(value) == "string" and value or format.inspect(value)
	end
	self:say("%s", table.concat(texts, "\t"))
end

-- Runs Lua text; more lines are asked for while it is incomplete.
function Prompt:lua(text)
	local chunk, expression, incomplete = complete_chunk(text)
	while not chunk and incomplete and self.more do
		local line = self.more()
		if not line then break end
		text = text .. "\n" .. line
		chunk, expression, incomplete = complete_chunk(text)
	end
	if not chunk then self.fail("%s", expression) end
	local results = table.pack(xpcall(chunk, function(e)
		if e == scheduler.QUIT then return e end
		return check.traceback(e)
	end))
	if not results[1] then
		if results[2] == scheduler.QUIT then self.over = true return end
		error(tostring(results[2]), 0)
	end
	if expression then self:print_results(table.pack(table.unpack(results, 2, results.n))) end
end

-- --- lines ---

-- $(lua) inside a command.
function Prompt:substitute(text)
	return (text:gsub("%$(%b())", function(code)
		local chunk, message = load("return " .. code, "=prompt", "t")
		if not chunk then self.fail("%s", message) end
		return tostring(chunk())
	end))
end

-- The command that a line begins with, and the rest of it; nothing when it is Lua.
function Prompt:command_of(line)
	local word, rest = line:match("^(%a[%w_-]*)(.*)$")
	if not word then return nil end
	if rest:find("^%s+=$") or rest:find("^%s+=[^=]") or not (rest == "" or rest:find("^%s") or rest:find("^/")) then
		return nil
	end
	local command, message, code = self.commands:find(word)
	if command then return command, rest:match("^%s*(.-)%s*$") end
	-- A lone word that means several commands is not Lua.
	if code == "ambiguous" and rest == "" and rawget(_G, word) == nil then return nil, message end
end

-- Runs one line; raises what failed.
function Prompt:execute(line)
	line = line:match("^%s*(.-)%s*$")
	if line == "" then
		if not self.last then return end
		line = self.last
	end
	if line:sub(1, 1) == "!" then
		self:take_terminal()
		os.execute(line:sub(2))
		return
	end
	if line:sub(1, 1) == "=" then return self:lua(line:sub(2)) end
	if line:sub(1, 1) == "#" or line:sub(1, 2) == "--" then return end
	local command, rest = self:command_of(line)
	if not command then
		self.last = nil
		if rest then self.fail("%s", rest) end
		return self:lua(line)
	end
	self.last = command.repeatable and line or nil
	command.run(self, self:substitute(rest))
end

-- The same with the failure told; false for a failure.
function Prompt:try(line)
	local ok, message = pcall(self.execute, self, line)
	if ok then return true end
	if message == scheduler.QUIT then
		self.over = true
		return true
	end
	io.stderr:write(tostring(message), "\n")
	self.failed = true
	return false
end

function Prompt:source(path)
	if path:find("%.lua$") then
		local chunk = self.need(loadfile(path, "t"))
		chunk()
		return true
	end
	local file, message = io.open(path)
	if not file then self.fail("cannot read %s", message) end
	for line in file:lines() do
		if self.over then break end
		self:execute(line)
	end
	file:close()
end

-- --- completion ---

local function lua_fields(word)
	local path, last = word:match("^(.-)([%w_]*)$")
	local object = _G
	for name in path:gmatch("([%w_]+)[.:]") do
		local ok, value = pcall(function() return object[name] end)
		if not ok then return {} end
		object = value
	end
	if type(object) == "userdata" then
		local meta = getmetatable(object)
		object = type(meta) == "table" and meta.__members or nil
	end
	local found = {}
	if type(object) ~= "table" then return found end
	for key in pairs(object) do
		if type(key) == "string" and key:sub(1, #last) == last and key:sub(1, 2) ~= "__" then
			found[#found + 1] = path .. key
		end
		if #found >= 500 then break end
	end
	table.sort(found)
	return found
end

function Prompt:complete(line, start, word)
	local before = line:sub(1, start - 1)
	if before:find("^%s*$") then
		local found = {}
		for _, command in ipairs(self.commands:matching(word)) do found[#found + 1] = command.name end
		for _, name in ipairs(lua_fields(word)) do found[#found + 1] = name end
		return found
	end
	local command = self:command_of(line)
	if command and command.complete then
		local found = {}
		for _, candidate in ipairs(command.complete(self, word)) do
			if candidate:sub(1, #word) == word then found[#found + 1] = candidate end
		end
		return found
	end
	return lua_fields(word)
end

-- --- the loop ---

local function history_path()
	local state = os.getenv("XDG_STATE_HOME") or (os.getenv("HOME") or "/") .. "/.local/state"
	return state .. "/lupe", state .. "/lupe/history"
end

function Prompt:read_interactive()
	local core = self.core
	local folder, path = history_path()
	core.make_folder(folder)
	core.history_load(path)
	core.set_completer(function(line, start, word) return self:complete(line, start, word) end)
	self.more = function() return core.readline("... ") or nil end
	while not self.over do
		local line = core.readline("(lupe) ")
		if line == nil then
			self:say("")
			local target = self.state.target
			if not target or not target.launched or target.state == "exited" then break end
			local answer = core.readline(("process %d is alive and will be killed. Quit? [y/N] "):format(target.pid))
			if answer == nil or answer and answer:find("^[yY]") then break end
		elseif line then
			if line:find("%S") then core.history_add(line) end
			self:try(line)
		end
	end
	core.history_save(path)
end

function Prompt:read_lines()
	self.more = function() return io.read("l") end
	for line in io.lines() do
		if self.over then break end
		if not self:try(line) and self.batch then break end
	end
end

-- -x, -e and -ex in the order in which they were given; false at the first failure under -batch.
function Prompt:run_options(order)
	for _, item in ipairs(order) do
		local ok = true
		if item.key == "files" then
			ok = pcall(function() self:source(item.value) end) or self:report_failure(item.value)
		elseif item.key == "codes" then
			ok = self:try("=" .. item.value) -- printed, as at the prompt
		elseif item.key == "commands" then
			ok = self:try(item.value)
		end
		if self.over then return true end
		if not ok and self.batch then return false end
	end
	return true
end

function Prompt:report_failure(path)
	local ok, message = pcall(self.source, self, path)
	if ok then return true end
	io.stderr:write(tostring(message), "\n")
	self.failed = true
	return false
end

local function read_init(self)
	local config = os.getenv("XDG_CONFIG_HOME") or (os.getenv("HOME") or "/") .. "/.config"
	local path = config .. "/lupe/init.lua"
	local file = io.open(path)
	if not file then return end
	file:close()
	local ok, message = pcall(dofile, path)
	if not ok then io.stderr:write("lupe: ", path, ": ", tostring(message), "\n") end
end

local function woken(self)
	return function(signo)
		if signo ~= SIGINT then
			self.state.status, self.over = { signal = signo }, true
			return true
		end
		for _, process in ipairs(self.session:processes()) do process:interrupt() end
		return false
	end
end

-- The signals that may stop; the handlers themselves have nothing to do.
local function want_stops(self)
	self.sched:add { what = "prompt", title = "signals", signals = "all", fn = function() end }
	self.sched:add { what = "prompt", title = "stops", kinds = { "stopped", "group_stop" }, fn = function() end }
end

local function make(core, job)
	local lupe, state = api.new(core, { follow = job.values.follow or "parent",
		follow_cpu = not job.values.no_follow_cpu, use_filter = false })
	rawset(_G, "lupe", lupe)
	local self = setmetatable({ core = core, lupe = lupe, state = state, sched = state.scheduler,
		commands = commands.load(core), batch = job.values.batch, program = job.program }, Prompt)
	self.session = self.sched:get_session()
	self.own_terminal = not self.batch and core.isatty(0) and core.foreground() ~= nil
	self.own_modes = core.terminal_modes()
	self.sched.on_stop = function(event, failed) return self:keeps(event, failed) end
	self.sched.on_end = told_end(self)
	self.sched.on_woken = woken(self)
	state.selected_thread = function() return self:need_thread() end
	function lupe.cmd(line) return self:execute(line) end
	function lupe.add_command(command) self.commands:add(command) end
	want_stops(self)
	return self
end

-- The target of the command line; an exit status when it cannot be had.
local function take_target(self, job)
	if job.values.pid then
		local process, message = self.lupe.attach(job.values.pid)
		if not process then
			io.stderr:write("lupe: ", message, "\n")
			return ERROR
		end
		process:stop()
	elseif self.program then
		local ok, message = pcall(self.start, self, {})
		if not ok then
			io.stderr:write("lupe: ", tostring(message), "\n")
			return tostring(message):find("No such file") and 127 or 126
		end
	end
end

-- `lupe [options] [-p PID | -- PROGRAM]`; answers the exit status.
function repl.main(core, job)
	local values = job.values
	local self = make(core, job)
	local status = take_target(self, job)
	local interactive = not self.batch and (values.interactive or core.isatty(0))
	if not status then
		if not values.no_init and interactive then read_init(self) end
		local ok = self:run_options(job.order)
		if not ok then
			status = ERROR
		elseif not self.over and not self.batch then
			if interactive then
				if not values.quiet then self:say("lupe %s; `help` lists the commands, anything else is Lua", core.version.lupe) end
				self:read_interactive()
			else
				self:read_lines()
			end
		end
	end
	self.over = true
	local late = api.run_at_end(self.state)
	self.sched:close()
	self:take_terminal()
	if late then
		io.stderr:write("lupe: ", late, "\n")
		return ERROR
	end
	if status then return status end
	if self.failed and not interactive then return ERROR end
	return self.state.status or self.batch and api.final_status(self.state) or 0
end

return repl
