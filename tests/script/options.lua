-- SPDX-License-Identifier: GPL-3.0-or-later
-- Command lines: parsing as getopt_long does, help, completion.
local spec = require "lupe.spec"
local options = require "lupe.options"

local SPEC = {
	name = "tool", summary = "a tool", usage = { "tool [options] FILE" },
	examples = { { "tool -v x", "look at x" } },
	options = {
		{ short = "v", long = "verbose", count = true, help = "say more" },
		{ short = "p", long = "attach", arg = "PID", type = "integer", repeatable = true, key = "pids", help = "attach" },
		{ long = "color", arg = "WHEN", optional = true, type = "choice", choices = { "always", "never" },
			value = "always", help = "colours" },
		{ long = "count", help = "count" },
		{ short = "e", long = "eval", arg = "CODE", repeatable = true, help = "code" },
		{ single = "ex", arg = "COMMAND", repeatable = true, help = "a command" },
		{ single = "batch", help = "no prompt" },
		{ short = "s", long = "size", arg = "N", type = "size", default = 32, help = "bytes" },
		{ short = "d", arg = "TIME", type = "seconds", key = "delay", help = "time" },
		{ short = "y", arg = "HOW", optional = true, help = "paths" },
	},
}

local function parse(line, how)
	local words = {}
	for word in line:gmatch("%S+") do words[#words + 1] = word end
	return options.parse(SPEC, words, 1, how)
end

local function message(line)
	local parsed, text = parse(line)
	assert(parsed == nil, "it was accepted")
	return text
end

spec("short options cluster, the last may take an argument", function(t)
	local parsed = parse "-vvp12 -p 13 file"
	t.equal(parsed.values.verbose, 2)
	t.equal(parsed.values.pids, { 12, 13 })
	t.equal(parsed.operands, { "file" })
end)

spec("long options take = or the next word, and abbreviations", function(t)
	t.equal(parse("--attach=5 --att 6").values.pids, { 5, 6 })
	t.equal(parse("--colo=never").values.color, "never")
	t.equal(parse("--color never").values.color, "always")
	t.equal(parse("--color never").operands, { "never" })
end)

spec("options with one dash come before clusters", function(t)
	local parsed = parse "-ex run -batch -ex=quit -e x"
	t.equal(parsed.values.ex, { "run", "quit" })
	t.equal(parsed.values.eval, { "x" })
	t.equal(parsed.values.batch, true)
	t.equal(parse("-vex").values.eval, { "x" }, "inside a cluster -e takes the rest")
end)

spec("the order of options is kept", function(t)
	local keys = {}
	for i, item in ipairs(parse("-e a -ex b -e c").order) do keys[i] = item.key .. item.value end
	t.equal(keys, { "evala", "exb", "evalc" })
end)

spec("operands: permuted, ended by --, or ending the options", function(t)
	t.equal(parse("a -v b").operands, { "a", "b" })
	local parsed = parse "a -- -v --"
	t.equal(parsed.rest, { "-v", "--" })
	t.equal(parsed.values.verbose, nil)
	t.equal(parse("-v a -v -- b", { stop_at_operand = true }).operands, { "a", "-v", "--", "b" })
	t.equal(parse("-").operands, { "-" })
end)

spec("values have types", function(t)
	t.equal(parse("").values.size, 32)
	t.equal(parse("-s 4k").values.size, 4096)
	t.match(message "-s 0x", "a size is expected")
	t.equal(parse("-d 10ms").values.delay, 0.01)
	t.equal(parse("-yall").values.y, "all")
	t.equal(parse("-y all").values.y, true)
end)

spec("mistakes are told in getopt's words", function(t)
	t.equal(message "-q", "invalid option -- 'q'")
	t.equal(message "-p", "option requires an argument -- 'p'")
	t.equal(message "--nothing", "unrecognized option '--nothing'")
	t.equal(message "--colr", "unrecognized option '--colr', did you mean '--color'?")
	t.equal(message "--co", "option '--co' is ambiguous; possibilities: '--color' '--count'")
	t.equal(message "--count=2", "option '--count' doesn't allow an argument")
	t.equal(message "--attach", "option '--attach' requires an argument")
	t.equal(message "-p x", "invalid argument 'x' of option '-p': an integer is expected")
	t.match(message "--color=nevr", "one of always, never is expected, did you mean 'never'%?$")
end)

spec("help starts with what it is and examples", function(t)
	local help = options.help(SPEC)
	t.match(help, "^tool: a tool\n\nExamples:\n  tool %-v x  look at x\n\nUsage: tool")
	t.match(help, "  %-p, %-%-attach=PID +attach\n")
	t.match(help, "  %-%-color%[=WHEN%] +colours %(always, never%)")
	t.match(help, "%-s, %-%-size=N +bytes %[32%]")
	for line in options.help(SPEC, 60):gmatch("[^\n]+") do t.ok(#line <= 60, line) end
end)

spec("completion offers options and choices", function(t)
	t.equal(options.complete(SPEC, { "--c" }), { "--color", "--count" })
	t.equal(options.complete(SPEC, { "-b" }), { "-batch" })
	local list, kind = options.complete(SPEC, { "x" })
	t.equal(list, nil)
	t.equal(kind, "file")
end)

spec.finish()
