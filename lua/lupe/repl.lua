-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The prompt. The first word of a line decides: empty repeats the last repeatable command, `!` is the
-- shell's, `=` prints Lua; a command or an unambiguous abbreviation of one, followed by the end, by a
-- space that does not begin a lone `=`, or by /FORMAT, is that command; anything else is Lua.
--
-- With `-batch` the first failure ends everything. Targets and stops: lupe/debugger.lua.

local api = require "lupe.api"
local check = require "lupe.check"
local commands = require "lupe.commands"
local completion = require "lupe.completion"
local debugger = require "lupe.debugger"
local format = require "lupe.format"
local history = require "lupe.history"
local paging = require "lupe.paging"
local paint = require "lupe.paint"
local scheduler = require "lupe.scheduler"
local settings = require "lupe.settings"
local show = require "lupe.show"
local stops = require "lupe.stops"

local repl = {}

local STATUS = { ERROR = 125, CANNOT_RUN = 126, NOT_FOUND = 127 }
local SIGINT = 2
local DEPTH_MAX = 100 -- of commands that run commands

local Prompt = {}
Prompt.__index = Prompt

-- --- saying ---

function Prompt:say(text, ...)
	text = select("#", ...) > 0 and text:format(...) or text
	for _, page in ipairs(self.pager and self.pager:pages(text) or { text }) do
		if self.pager then self.pager:before(page) end
		io.stdout:write(page, "\n")
		if self.log then self.log:write((page:gsub("\27%[[%d;]*m", "")), "\n") end
	end
	io.stdout:flush()
end

-- A text in a style of lupe/paint.lua, where colours are wanted.
function Prompt:paint(style, text)
	return paint.is_wanted(self.core, self.settings) and paint.style(style, text) or text
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

-- An answer to a question; nil for Ctrl-C. The end of the input, or a signal that ends us, ends the prompt: there is
-- nobody any more who could be asked again.
function Prompt:ask(question)
	local answer, signo = self.core.readline(question)
	if type(answer) == "string" then return answer end
	if signo == SIGINT then return nil end
	if signo then self.state.status = { signal = signo } end
	self.over = true
	return nil
end

-- Asks, where somebody can answer; true otherwise, and when `confirm` is off.
function Prompt:confirm(question, ...)
	if not self.interactive or not self.settings:get "confirm" then return true end
	local answer = self:ask(question:format(...) .. " (y or n) ")
	return answer and answer:find("^%s*[yY]") ~= nil or self.over
end

-- --- Lua at the prompt ---

-- The chunk of a text: as an expression (true), else as statements. nil, message, whether it is only
-- incomplete.
local function compile(text)
	local chunk = load("return " .. text, "=prompt", "t")
	if chunk then return chunk, true end
	local message
	chunk, message = load(text, "=prompt", "t")
	if chunk then return chunk, false end
	return nil, message, message:find("<eof>'?$") ~= nil
end

function Prompt:print_results(results)
	local texts = {}
	for i = 1, results.n do
		local value = results[i]
		texts[i] = type(value) == "string" and format.clean(value) or format.inspect(value)
	end
	if results.n > 0 then self:say("%s", table.concat(texts, "\t")) end
end

-- "interrupted" is the prompt's own doing, not a fault of the script.
local function traceback(message)
	if message == scheduler.QUIT or message == "interrupted" then return message end
	return check.traceback(message)
end

-- Calls a function of the user's; Ctrl-C interrupts it.
function Prompt:call(fn, ...)
	local results = table.pack(self.core.guarded(xpcall, fn, traceback, ...))
	self.dbg:settle_scripts()
	if results[1] then return table.unpack(results, 2, results.n) end
	if results[2] == scheduler.QUIT then
		self.over = true
		return
	end
	error(tostring(results[2]), 0)
end

-- Runs Lua text; more lines are asked for while it is incomplete. `prefix`: what said that it is Lua; empty
-- when only the rule did.
function Prompt:lua(text, prefix)
	local chunk, expression, incomplete = compile(text)
	while not chunk and incomplete and self.more do
		local line = self.more()
		if not line then break end
		text = text .. "\n" .. line
		chunk, expression, incomplete = compile(text)
	end
	self.entered = prefix .. text
	if not chunk then self.fail("%s%s", expression, prefix == "" and self:hint(text) or "") end
	local results = table.pack(self:call(chunk))
	if expression then
		local hint = prefix == "" and results.n == 1 and results[1] == nil and self:hint(text) or ""
		if hint ~= "" then self.fail("nil%s", hint) end
		self:print_results(results)
	end
end

-- For a line that was Lua by the rule, but looks like a command that is misspelt.
function Prompt:hint(text)
	local word, rest = text:match("^%s*(%a[%w_-]*)(.*)$")
	if not word or commands.is_keyword(word) or rawget(_G, word) ~= nil then return "" end
	if rest ~= "" and not rest:find("^%s+[^=%s(]") then return "" end
	local command, message = self.commands:find(word)
	return command and "" or "; " .. message
end

-- --- lines ---

-- $(lua) inside a command.
function Prompt:substitute(text)
	return (text:gsub("%$(%b())", function(code)
		local chunk, message = load("return " .. code, "=prompt", "t")
		if not chunk then self.fail("%s", message) end
		return tostring((self:call(chunk)))
	end))
end

-- COMMAND ... --lua: the Lua that does the same.
function Prompt:print_lua(command, args, text)
	local code = command.lua
	if type(code) == "function" then code = code(self, args) end
	self:say("%s", code or ("lupe.cmd %s"):format(format.quote(command.name .. (text ~= "" and " " .. text or ""))))
end

local TAKES_ALL = { lua = true, line = true }

function Prompt:run_command(command, text, line)
	if not command.run then
		local sub = text:match("^%S+")
		if sub then self.fail("%s", select(2, self.commands:find(command.name .. " " .. sub))) end
		self:say("%s", (self.commands:help_text(command):gsub("\n$", "")))
		return
	end
	local last = (command.args or {})[1]
	local wants_lua = text:match("^%-%-lua$") and "" or text:match("^(.-)%s+%-%-lua$")
	if wants_lua and (text == "--lua" or not (last and TAKES_ALL[last.type])) then
		text = wants_lua
	else
		wants_lua = nil
	end
	if not (last and last.type == "lua") then text = self:substitute(text) end
	local args = wants_lua == "" and {} or self.commands:parse(self, command, text)
	if wants_lua then return self:print_lua(command, args, text) end
	local again = command.repeatable
	if type(again) == "function" then again = again(args) end
	self.last = again == true and line or again or nil
	command.run(self, args, text)
end

-- Runs one line; raises what failed.
function Prompt:execute(line)
	line = line:match("^%s*(.-)%s*$")
	if line == "" then
		line = self.last
		if not line or not self.interactive then return end
	end
	self.last = nil
	local first = line:sub(1, 1)
	if first == "!" then return self:shell(line:sub(2)) end
	if first == "=" then return self:lua(line:sub(2), "=") end
	if first == "#" or line:sub(1, 2) == "--" then return end
	local command, rest = self.commands:of_line(line)
	if command then return self:run_command(command, rest, line) end
	if rest then -- ambiguous: only Lua if it is Lua
		if not compile(line) or line:find("^%a+$") and rawget(_G, line) == nil then self.fail("%s", rest) end
	end
	self:lua(line, "")
end

-- The same for commands that are run by others: the depth is bounded.
function Prompt:execute_nested(line)
	self.depth = (self.depth or 0) + 1
	if self.depth > DEPTH_MAX then
		self.depth = self.depth - 1
		self.fail("commands call each other more than %d deep", DEPTH_MAX)
	end
	local ok, message = pcall(self.execute, self, line)
	self.depth = self.depth - 1
	if not ok then error(message, 0) end
end

-- The commands of a breakpoint, one after the other; those after one that lets the target go on belong to
-- its next stop, and are not run.
function Prompt:run_commands(lines)
	for _, line in ipairs(lines) do
		if self.over then return end
		local reason = self.dbg.reason
		self:execute_nested(line)
		if self.dbg.reason ~= reason then return end
	end
end

function Prompt:shell(text)
	self.dbg:take_terminal()
	if text:match("^%s*$") then text = os.getenv("SHELL") or "sh" end
	local _, how, number = os.execute(text)
	self.dbg.variables:set("_shell_exitcode", how == "exit" and number or 128 + (number or 0))
end

-- Calls a method and tells what failed; false for a failure.
function Prompt:attempt(method, ...)
	local ok, message = pcall(method, self, ...)
	if ok then return true end
	if message == scheduler.QUIT then
		self.over = true
		return true
	end
	return self:tell_failure(message)
end

function Prompt:try(line) return self:attempt(self.execute, line) end

function Prompt:tell_failure(message)
	if message == paging.QUIT then return true end
	io.stdout:flush()
	io.stderr:write(tostring(message), "\n")
	self.failed, self.depth = true, 0
	return false
end

-- The commands of a file, or Lua if its name ends in .lua; raises the first failure with its place.
function Prompt:source(path)
	if path:find("%.lua$") then
		local chunk = self.need(loadfile(path, "t"))
		return self:call(chunk)
	end
	local file, message = io.open(path)
	if not file then self.fail("cannot read %s", message) end
	local more, number = self.more, 0
	self.more = function()
		number = number + 1
		return file:read("l")
	end
	local line = self.more()
	while line and not self.over do
		local ok, failure = pcall(self.execute_nested, self, line)
		if not ok then
			self.more = more
			file:close()
			error(failure == scheduler.QUIT and failure or ("%s:%d: %s"):format(path, number, tostring(failure)), 0)
		end
		line = self.more()
	end
	self.more = more
	file:close()
end

-- Lines up to `end`, of an input that is not the prompt's own when a file is read.
function Prompt:read_block(title)
	if not self.more then self.fail("%s: its lines are missing", title) end
	if self.interactive then self:say("%s: one command a line, `end` ends them", title) end
	local lines, depth = {}, 0
	while true do
		local line = self.more()
		if not line then break end
		local word = line:match("^%s*(.-)%s*$")
		if word == "end" then
			if depth == 0 then break end
			depth = depth - 1
		elseif word:find("^commands") or word:find("^define%s") then
			depth = depth + 1
		end
		if word ~= "" then lines[#lines + 1] = line end
	end
	return lines
end

-- --- values ---

-- The integer of an expression; raises.
function Prompt:evaluate_integer(text) return self.dbg:evaluate_integer(text) end

-- How values are shown: a letter of /FORMAT or nil.
function Prompt:show_options(letter)
	local dbg = self.dbg
	local target, elements = dbg:target(), self.settings:get "print-elements"
	return { letter = letter, elements = elements, context = dbg:context(), load = require("lupe.expression").load,
		text = target and function(handle, place, hex)
			return dbg.core.value_text(target, handle, place, { elements = elements, hex = hex,
				pretty = self.settings:get "print-pretty" })
		end,
		name = function(address) return target and dbg:name_of(target, address) end,
		string = function(address)
			local limit = elements > 0 and elements or 4096
			local text = target and target:cstr(address, limit + 1)
			return text and show.string(text:sub(1, limit)) .. (#text > limit and "..." or "")
		end }
end

-- Where the selected thread stands.
function Prompt:show_where()
	self:say("%s", stops.where(self.dbg, self.dbg:need_stopped()))
end

-- Calls fn(point) for the numbers, or for all breakpoints; none when one of the numbers is unknown.
function Prompt:each_point(numbers, fn)
	local list = self.dbg.points:user_list()
	if numbers then
		list = {}
		for i, id in ipairs(numbers) do list[i] = self.need(self.dbg.points:find(id)) end
	end
	for _, point in ipairs(list) do fn(point) end
end

function Prompt:show_display(display)
	local ok, message = pcall(display.show, self)
	if not ok then
		display.enabled = false
		self:say("display %d is turned off: %s", display.id, tostring(message))
	end
end

-- --- the loop ---

function Prompt:read_prompt()
	return self.core.readline(self.settings:get "prompt")
end

-- The end of the input, or a signal that ends us: true when it is to be.
local function wants_to_end(self, signo)
	if signo and signo ~= SIGINT then
		self.state.status = { signal = signo }
		return true
	end
	if signo then return false end
	return self:confirm_quit()
end

function Prompt:confirm_quit()
	local living = {}
	for _, process in ipairs(self.dbg:processes()) do
		if process.launched then living[#living + 1] = tostring(process.pid) end
	end
	return #living == 0 or self:confirm("process %s is alive and will be killed. Quit?", table.concat(living, ", "))
end

function Prompt:read_interactive()
	local core = self.core
	self.history = history.open(core, self.settings)
	core.set_completer(function(line, start, word) return completion.complete(self, line, start, word) end)
	self.more = function() return core.readline("> ") or nil end
	while not self.over do
		local line, signo = self:read_prompt()
		if not line then
			if wants_to_end(self, signo) then break end
		else
			self.entered = nil
			if self.pager then self.pager:reset() end
			if self.log then self.log:write(self.settings:get "prompt", line, "\n") end
			self:try(line)
			self.history:add(self.entered or line)
		end
	end
	self.history:close()
end

function Prompt:read_lines()
	self.more = function() return io.read("l") end
	for line in io.lines() do
		if not self:try(line) and self.batch then break end
		if self.over then break end
	end
end

-- -x, -e and -ex in the order in which they were given; false at the first failure under -batch.
function Prompt:run_options(order)
	for _, item in ipairs(order) do
		local ok = true
		if item.key == "files" then
			ok = self:attempt(self.source, item.value)
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

-- init.lua of the user's configuration; none is ever read from the current folder.
local function read_init(self)
	local config = os.getenv("XDG_CONFIG_HOME")
	if not config or config == "" then config = (os.getenv("HOME") or "/") .. "/.config" end
	local path = config .. "/lupe/init.lua"
	local file = io.open(path)
	if not file then return end
	file:close()
	self:attempt(self.source, path)
	self.failed = false
end

-- --- the whole ---

-- What scripts and Lua at the prompt have beyond lupe/api.lua.
local function add_to_library(self)
	local lupe, dbg = self.lupe, self.dbg
	self.state.selected_thread = function() return dbg:need_thread() end

	-- (line: string)
	-- Runs a line of the prompt.
	function lupe.cmd(line) return self:execute_nested(check.arg("cmd", line, "string")) end

	-- (command: table)
	-- A command of one's own: the table that lupe/commands.lua describes.
	function lupe.add_command(command) self.commands:add(check.arg("add_command", command, "table")) end

	-- (name: string, value: any)
	-- A setting of the prompt, as `set NAME VALUE`.
	function lupe.set(name, value)
		local ok, message = self.settings:set(check.arg("set: name", name, "string"), value)
		if not ok then check.misuse("set: %s", message) end
	end

	-- (name: string) -> any
	-- A setting of the prompt, as `show NAME`.
	function lupe.get(name)
		local value, message = self.settings:get(check.arg("get: name", name, "string"))
		if value == nil then check.misuse("get: %s", message) end
		return value
	end

	-- (text: string) -> any
	-- The value of an expression as in C, of the selected thread: a number, or an address.
	function lupe.eval(text)
		return require("lupe.expression").scalar(dbg:evaluate(check.arg("eval", text, "string")))
	end

	-- Lets the targets go on until they stop or are gone.
	function lupe.run()
		dbg:need_target()
		dbg:go_on()
		if self.over then error(scheduler.QUIT, 0) end
		local ended = self.sched.exits[self.state.main_pid]
		if ended then return ended.how, ended.number end
	end
end

local function make(core, job)
	local values = job.values
	local lupe, state = api.new(core, { follow = values.follow or "parent", follow_cpu = not values.no_follow_cpu,
		use_filter = false })
	rawset(_G, "lupe", lupe)
	local self = setmetatable({ core = core, lupe = lupe, state = state, sched = state.scheduler,
		settings = settings.new(), commands = commands.load(core), batch = values.batch, own = {} }, Prompt)
	self.interactive = not self.batch and (values.interactive or core.isatty(0)) or false
	if values.color then self.settings:set("color", values.color) end
	self.paint_source = function(text) return paint.is_wanted(core, self.settings) and paint.source(text) or text end
	if self.interactive and core.isatty(1) then self.pager = paging.new(self) end
	self.dbg = debugger.new(core, lupe, state, self)
	if job.program then
		self.dbg.program = job.program[1]
		self.settings:set("args", table.move(job.program, 2, #job.program, 1, {}))
	end
	add_to_library(self)
	return self
end

-- The target of the command line; an exit status when it cannot be had.
local function take_target(self, job)
	local ok, message = true, nil
	if job.values.pid then
		ok, message = pcall(self.dbg.attach, self.dbg, job.values.pid)
	elseif job.program then
		ok, message = pcall(self.dbg.start, self.dbg)
	end
	if ok then return nil end
	io.stderr:write("lupe: ", tostring(message), "\n")
	if job.values.pid then return STATUS.ERROR end
	return self.dbg.launch_failure == "not_found" and STATUS.NOT_FOUND or STATUS.CANNOT_RUN
end

local function greet(self)
	self:say("lupe %s; `help` lists the commands, anything else is Lua", self.core.version.lupe)
	local target = self.dbg:target()
	if not target then return end
	self:say("process %d, %s", target.pid, self.dbg.fresh and "held before its first instruction; `run` lets it go"
		or stops.where(self.dbg, self.dbg:need_thread()))
end

local function finish(self)
	self.over, self.dbg.closing = true, true
	local late = api.run_at_end(self.state)
	self.sched:close()
	self.dbg:take_terminal()
	if not late then return nil end
	io.stderr:write("lupe: ", late, "\n")
	return STATUS.ERROR
end

-- `lupe [options] [-p PID | -- PROGRAM]`; answers the exit status.
function repl.main(core, job)
	local values = job.values
	local self = make(core, job)
	local status = take_target(self, job)
	if not status then
		if not values.no_init and self.interactive then read_init(self) end
		if not values.quiet and self.interactive and not self.over then greet(self) end
		if not self.over and not self:run_options(job.order) then
			status = STATUS.ERROR
		elseif not self.over and not self.batch then
			if self.interactive then self:read_interactive() else self:read_lines() end
		end
	end
	status = finish(self) or status
	if status then return status end
	if self.state.status then return self.state.status end
	if self.failed and not self.interactive then return STATUS.ERROR end
	return self.interactive and 0 or api.final_status(self.state)
end

return repl
