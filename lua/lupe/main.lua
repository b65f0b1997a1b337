-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The command line's first decision: which subcommand. Called by the C main with the words of the
-- command line; answers the exit status, or { signal = n } to die by that signal.

local check = require "lupe.check"
local core = require "lupe.core"
local help = require "lupe.help"
local options = require "lupe.options"

local USAGE, ERROR = 2, 125

local spec = {
	name = "lupe",
	summary = "a scriptable debugger and tracer",
	usage = {
		"lupe [options] [-p PID | -- PROGRAM [ARG...]]",
		"lupe run SCRIPT [ARG...] [-p PID | -- PROGRAM [ARG...]]",
		"lupe trace [strace's options] [-p PID | PROGRAM [ARG...]]",
		"lupe stack [options] PID...",
		"lupe TOOL [ARG...]",
	},
	examples = {
		{ "lupe -- ./prog args", "the prompt on a new process" },
		{ "lupe -p 4242", "the prompt on a running one" },
		{ "lupe run script.lua -- ./prog", "a Lua script on a program" },
		{ "lupe trace -f -o log make", "what strace -f -o log make prints" },
		{ "lupe -batch -ex 'info threads' -p 4242", "commands without a prompt" },
	},
	options = {
		{ short = "p", long = "attach", arg = "PID", type = "integer", key = "pid", operand_like = "pid",
			help = "attach to a process" },
		{ short = "x", long = "source", arg = "FILE", repeatable = true, key = "files",
			help = "run the commands of a file (Lua if it ends in .lua)" },
		{ short = "e", long = "eval", arg = "CODE", repeatable = true, key = "codes", help = "run Lua code" },
		{ single = "ex", arg = "COMMAND", repeatable = true, key = "commands", help = "run a command of the prompt" },
		{ single = "batch", help = "no prompt: end after -x, -e and -ex, with 125 at the first that fails" },
		{ short = "n", long = "no-init", help = "do not read init.lua" },
		{ short = "i", long = "interactive", help = "prompt even when stdin is no terminal" },
		{ long = "color", arg = "WHEN", type = "choice", choices = { "auto", "always", "never" }, default = "auto",
			help = "colours" },
		{ long = "follow", arg = "WHICH", type = "choice", choices = { "both", "parent", "child", "nothing" },
			help = "at a fork: who is followed [parent]" },
		{ long = "no-follow-cpu", help = "do not stay on the CPU of the thread that is served" },
		{ short = "q", long = "quiet", help = "no greeting" },
		{ short = "h", long = "help", help = "print this help" },
		{ short = "V", long = "version", help = "print the versions of lupe and its libraries" },
	},
}

local function complain(format, ...)
	io.stderr:write("lupe: ", format:format(...), "\n")
	return USAGE
end

-- A subcommand of another module, absent from a build that lacks it. Its module is a function, or a
-- table whose `main` is one.
local function dispatch(module, argv, first)
	if not core.embedded("lua/lupe/" .. module .. ".lua") then
		complain("this build has no '%s'", module)
		return ERROR
	end
	local loaded = require("lupe." .. module)
	if type(loaded) == "table" then loaded = loaded.main end
	local words = table.move(argv, first, #argv, 1, { [0] = argv[0] })
	return loaded(words)
end

local function repl(argv, first)
	local parsed, message = options.parse(spec, argv, first, { stop_at_operand = true })
	if not parsed then return complain("%s\nTry 'lupe --help'.", message) end
	local values = parsed.values
	if values.help then return help.main(core, spec) end
	if values.version then
		io.stdout:write(help.version(core))
		return 0
	end
	if #parsed.operands > 0 then
		local word = parsed.operands[1]
		return complain("unknown subcommand '%s'%s; for a program: lupe -- %s", word,
			check.did_you_mean(word, help.words(core)), table.concat(parsed.operands, " "))
	end
	if parsed.rest and #parsed.rest == 0 then return complain("a program is missing after '--'") end
	if parsed.rest and values.pid then return complain("-p and -- exclude each other") end
	return require("lupe.repl").main(core, { values = values, order = parsed.order, program = parsed.rest })
end

local SUBCOMMANDS = {
	repl = function(argv) return repl(argv, 2) end,
	run = function(argv) return require("lupe.runner").main(core, argv, 2) end,
	trace = function(argv) return dispatch("trace", argv, 2) end,
	stack = function(argv) return dispatch("stack", argv, 2) end,
	help = function(argv) return help.main(core, spec, argv[2]) end,
}

-- Called by these names (a link), lupe is the tool.
local NAMES = { strace = "trace", pstack = "stack" }

return function(argv)
	local name = (argv[0] or "lupe"):match("[^/]*$")
	if NAMES[name] then return dispatch(NAMES[name], argv, 1) end
	local word = argv[1]
	if word and SUBCOMMANDS[word] then return SUBCOMMANDS[word](argv) end
	local tool = word and word:find("^%w[%w_-]*$") and core.embedded("scripts/" .. word .. ".lua")
	if tool then return require("lupe.runner").tool(core, word, tool, argv, 2) end
	return repl(argv, 1)
end
