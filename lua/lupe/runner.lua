-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- `lupe run`: a script, with or without a target. Order: the target is started or attached (and held),
-- the script's main chunk runs and registers what it wants, then events are pumped until all targets are
-- gone. Exit status: what the script said with lupe.quit, else the target's own; 125 for our or the
-- script's error, 126 and 127 as a shell, 2 for a wrong command line.

local api = require "lupe.api"
local check = require "lupe.check"
local lexer = require "lupe.lexer"
local modules = require "lupe.modules"
local options = require "lupe.options"
local scheduler = require "lupe.scheduler"

local runner = {}

runner.STATUS = { USAGE = 2, ERROR = 125, CANNOT_RUN = 126, NOT_FOUND = 127 }
local STATUS = runner.STATUS
local HEAD = 4096 -- bytes of a script in which it can say something of itself

runner.spec = {
	name = "lupe run",
	summary = "run a Lua script on a program",
	usage = {
		"lupe run [options] SCRIPT [ARG...] [-p PID | -- PROGRAM [ARG...]]",
		"lupe run [options] -e CODE [-p PID | -- PROGRAM [ARG...]]",
	},
	examples = {
		{ "lupe run fail.lua -- tar xf a.tar", "run tar under a script" },
		{ "lupe run count.lua -p 4242", "attach to a running process; Ctrl-C lets it go" },
		{ "lupe run -e 'lupe.on_syscall(\"%file\", print)' -- ls", "a script of one line" },
		{ "#!/usr/bin/env -S lupe run", "first line of an executable script" },
	},
	options = {
		{ short = "e", long = "eval", arg = "CODE", repeatable = true, help = "run this Lua code; no SCRIPT is read" },
		{ short = "p", long = "attach", arg = "PID", type = "integer", repeatable = true, key = "pids",
			operand_like = "pid", help = "attach to a process; may be given again" },
		{ long = "follow", arg = "WHICH", type = "choice", choices = { "both", "parent", "child", "nothing" },
			help = "at a fork: who is followed [both]" },
		{ long = "no-follow-cpu", help = "do not stay on the CPU of the thread that is served" },
		{ long = "no-filter", help = "never use a seccomp filter" },
		{ long = "check", help = "check the script without running it: syntax, unknown members, options, globals, syscalls, "
			.. "signals and modules; status 125 when something is wrong" },
		{ short = "h", long = "help", help = "print this help" },
	},
	notes = "The script sees its arguments in arg and ..., the target as lupe.target. Its modules are found beside it, "
		.. "then in lupe/ of $XDG_DATA_HOME and $XDG_DATA_DIRS.",
	operand_like = "file",
}

function runner.say(format, ...)
	io.stderr:write("lupe: ", format:format(...), "\n")
end

-- --- the command line ---

-- What follows SCRIPT: its arguments, our -p PID among them, and the program after `--`.
local function split_script_args(words, first)
	local args, pids, program = {}, {}, nil
	local i = first
	while i <= #words do
		local word = words[i]
		local pid = word:match("^%-p(%d+)$") or word:match("^%-%-attach=(%d+)$")
		if word == "--" then
			program = table.move(words, i + 1, #words, 1, {})
			break
		elseif pid then
			pids[#pids + 1] = math.tointeger(tonumber(pid))
		elseif (word == "-p" or word == "--attach") and (words[i + 1] or ""):find("^%d+$") then
			i = i + 1
			pids[#pids + 1] = math.tointeger(tonumber(words[i]))
		else
			args[#args + 1] = word
		end
		i = i + 1
	end
	return args, pids, program
end

-- The words after "lupe run" as { values, script, args, pids, program }; nil and a message.
function runner.parse(argv, first)
	local parsed, message = options.parse(runner.spec, argv, first, { stop_at_operand = true })
	if not parsed then return nil, message end
	local values = parsed.values
	local job = { values = values, args = {}, pids = values.pids or {}, program = parsed.rest }
	if values.help then return job end
	local operands = parsed.operands
	local at = 1
	if not values.eval then
		job.script, at = operands[1], 2
		if not job.script then return nil, "a script is missing" end
	end
	local args, pids, program = split_script_args(operands, at)
	job.args, job.program = args, program or job.program
	table.move(pids, 1, #pids, #job.pids + 1, job.pids)
	if job.program and #job.program == 0 then return nil, "a program is missing after '--'" end
	if job.program and #job.pids > 0 then return nil, "-p and -- exclude each other" end
	for _, pid in ipairs(job.pids) do
		if pid <= 0 then return nil, ("-p: a process id is expected, got %d"):format(pid) end
	end
	return job
end

-- --- the script ---

-- A script that starts the program itself, perhaps many times, says so in its head, in a line
-- "-- lupe: starts the program itself"; it finds the words in lupe.program. Others find it started.
local function starts_itself(job)
	return ("\n" .. (job.head or "")):find("\n%-%- lupe: starts the program itself\n") ~= nil
end

-- The text of a job and its name as a chunk; nil and one line that says where and why not.
local function read_script(job)
	if job.text then return job.text, "@" .. job.script end
	if job.values.eval then return table.concat(job.values.eval, "\n"), "=(eval)" end
	local file, message = io.open(job.script, "rb")
	if not file then return nil, "cannot read the script " .. message end
	local text = file:read("a")
	file:close()
	if not text or text == "" then
		return nil, ("cannot read the script %s: it is empty or no file"):format(job.script)
	end
	if text:sub(1, 4) == "\27Lua" then return nil, job.script .. ": precompiled scripts are not run" end
	return text, "@" .. job.script
end

-- The chunk of a job and its text, or nil and one line that says where and why not.
function runner.load(job)
	local text, name = read_script(job)
	if not text then return nil, name end
	job.head = text:sub(1, HEAD)
	text = lexer.strip(text)
	local chunk, message = load(text, name, "t")
	return chunk, chunk and text or message
end

local function set_arg(job)
	local arg = { [0] = job.script or "(eval)" }
	table.move(job.args, 1, #job.args, 1, arg)
	rawset(_G, "arg", arg)
end

-- --- targets ---

local function prepare_targets(lupe, state, job)
	for _, pid in ipairs(job.pids) do
		local process, message = lupe.attach(pid)
		if not process then
			runner.say("%s", message)
			return STATUS.ERROR
		end
	end
	if not job.program or starts_itself(job) then return end
	local process, message, code = lupe.launch { argv = job.program }
	if process then return end
	runner.say("%s", message)
	return code == "not_found" and STATUS.NOT_FOUND or STATUS.CANNOT_RUN
end

-- --- signals to lupe itself ---

local SIGINT, SIGQUIT = 2, 3

-- Ctrl-C at the terminal reaches a launched target too, and it decides what that means, as a shell
-- leaves it to a command; a second one within a second ends the run, as does any other signal, and the
-- first where there is no launched target.
local function woken(state)
	local core, last = state.core, nil
	return function(signo)
		local main = state.main_pid and not state.scheduler.exits[state.main_pid]
		if (signo == SIGINT or signo == SIGQUIT) and main and core.isatty(0) then
			local now = core.now()
			local again = last and now - last < 1
			last = now
			if not again then return false end
		end
		state.status = { signal = signo }
		return true
	end
end

-- --- the run ---

local function run_chunk(state, chunk, job)
	local ok, message = xpcall(chunk, function(e)
		if e == scheduler.QUIT or getmetatable(e) and getmetatable(e).__name == "failure" then return e end
		return check.traceback(e)
	end, table.unpack(job.args))
	if not ok and message ~= scheduler.QUIT then return tostring(message) end
	if state.scheduler.over then return end
	ok, message = pcall(state.scheduler.pump, state.scheduler)
	if not ok and message ~= scheduler.QUIT then return tostring(message) end
end

-- --check: what is wrong with a script that compiles, a line each, without running it.
local function check_only(core, job, text)
	local lines = require("lupe.lint").check { core = core, lupe = api.new(core),
		file = job.script or "(eval)", text = text, folders = modules.folders(job.script) }
	for _, line in ipairs(lines) do runner.say("%s", line) end
	return #lines > 0 and STATUS.ERROR or 0
end

-- Runs a parsed job; answers lupe's exit status or { signal = n }.
function runner.run(core, job)
	local chunk, text = runner.load(job)
	if not chunk then
		runner.say("%s", text)
		return STATUS.ERROR
	end
	if job.values.check then return check_only(core, job, text) end
	io.stdout:setvbuf("line")
	local lupe, state = api.new(core, { follow = job.values.follow, follow_cpu = not job.values.no_follow_cpu,
		use_filter = not job.values.no_filter })
	rawset(_G, "lupe", lupe)
	lupe.program = job.program or false
	-- os.exit would leave targets as they are; this way they are let go first.
	rawset(os, "exit", function(code) -- luacheck: ignore 122
		lupe.quit(code == false and 1 or math.type(code) == "integer" and code or 0)
	end)
	set_arg(job)
	modules.use(modules.folders(job.script))
	state.scheduler.on_woken = woken(state)
	local status = prepare_targets(lupe, state, job)
	local failure = not status and run_chunk(state, chunk, job) or nil
	local late = not status and api.run_at_end(state) or nil
	local closed, close_error = pcall(state.scheduler.close, state.scheduler)
	failure = failure or late or not closed and tostring(close_error) or nil
	if failure then
		runner.say("%s", failure)
		return STATUS.ERROR
	end
	return status or api.final_status(state)
end

-- `lupe run ...`: argv[first..] are its words.
function runner.main(core, argv, first)
	local job, message = runner.parse(argv, first)
	if not job then
		runner.say("%s\nTry 'lupe run --help'.", message)
		return STATUS.USAGE
	end
	if job.values.help then
		io.stdout:write(options.help(runner.spec, core.winsize and core.winsize()))
		return 0
	end
	return runner.run(core, job)
end

-- `lupe TOOL ...`: a shipped script by its name.
function runner.tool(core, name, text, argv, first)
	local args, pids, program = split_script_args(argv, first)
	local job = { values = {}, script = "scripts/" .. name .. ".lua", text = text, args = args, pids = pids,
		program = program }
	if program and #program == 0 then
		runner.say("a program is missing after '--'")
		return STATUS.USAGE
	end
	return runner.run(core, job)
end

return runner
