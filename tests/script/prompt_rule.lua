-- SPDX-License-Identifier: GPL-3.0-or-later
-- The prompt's pure parts: what a line is, arguments, settings, signals, help.
local spec = require "lupe.spec"
local arguments = require "lupe.arguments"
local check = require "lupe.check"
local commands = require "lupe.commands"
local core = require "lupe.core"
local handling = require "lupe.handling"
local settings = require "lupe.settings"

local list = commands.load(core)

local function name_of(line)
	local command, rest = list:of_line(line)
	return command and command.name, rest
end

spec("the first word decides", function(t)
	t.equal({ name_of "continue" }, { "continue", "" })
	t.equal({ name_of "cont 3" }, { "continue", "3" })
	t.equal({ name_of "x/4g $rsp" }, { "x", "/4g $rsp" })
	t.equal({ name_of "p $rax" }, { "print", "$rax" })
	t.equal({ name_of "print/x 1" }, { "print", "/x 1" })
	t.equal({ name_of "info threads" }, { "info threads", "" })
	t.equal({ name_of "i r rip" }, { "info registers", "rip" })
	t.equal({ name_of "thread 2" }, { "thread", "2" })
	t.equal({ name_of "thread apply all info proc" }, { "thread apply", "all info proc" })
end)

spec("what is no command is Lua", function(t)
	for _, line in ipairs { "print(1)", "x = 3", "p = nil", "x.y = 1", "lupe.target", "for i = 1, 3 do end",
		"if x then y() end",
		"local x = 1", "1 + 1", "continue_ = 2", "info/2", "stepi/3", "while true do end", "x, y = 1, 2" } do
		t.equal({ (name_of(line)) }, { nil }, line)
	end
	t.equal((name_of "x == 3"), "x", "only a lone = makes it Lua")
	t.equal((name_of "until *0x10"), "until", "a keyword of Lua that is a command")
end)

spec("abbreviations: an alias is never ambiguous, a beginning must be the only one", function(t)
	t.equal((name_of "sh"), nil, "several begin so")
	t.equal((name_of "s"), "step")
	t.equal((name_of "b *1"), "break")
	t.equal((name_of "c"), "continue")
	t.equal((name_of "ni"), "nexti")
	local command, message, code = list:find "de"
	t.equal({ command, code }, { nil, "ambiguous" })
	t.equal(message, "'de' is ambiguous: define, delete, detach")
	t.match(select(2, list:find "contineu"), "did you mean 'continue'")
	t.match(select(2, list:find "info theads"), "did you mean 'threads'")
end)

spec("every command is whole", function(t)
	for _, command in ipairs(list.all) do
		t.ok(command.run or command.subs, command.name)
		t.ok(#command.summary > 0 and #command.summary < 80, command.name)
		t.ok(command.name:find(" ") or command.group, command.name .. " has no group")
		t.match(list:help_text(command), "^" .. command.name:gsub("%p", "%%%0") .. ": ")
		for _, example in ipairs(command.examples or {}) do
			local found = list:of_line(example[1])
			t.ok(found and found.run, example[1])
		end
		if type(command.lua) == "string" then t.ok(load(command.lua), command.name .. ": its Lua does not compile") end
		for _, arg in ipairs(command.args or {}) do t.ok(arg.type == nil or type(arg.type) == "string", command.name) end
	end
end)

local prompt = { core = core, dbg = { find_thread = function() return nil, "no thread" end },
	evaluate_integer = function(_, text) return math.tointeger(tonumber(text)) or error("no expression: " .. text, 0) end }

local function parse(spec_, text) return arguments.parse(prompt, "cmd", spec_, text) end

spec("arguments have types", function(t)
	t.equal(parse({ { "COUNT", type = "count", optional = true, default = 1 } }, ""), { count = 1 })
	t.equal(parse({ { "COUNT", type = "count" } }, "3"), { count = 3 })
	t.equal(parse({ { "FILE", type = "file", single = true }, { "END", type = "address" } }, "a.bin  0x10"),
		{ file = "a.bin", ["end"] = 16 })
	t.equal(parse({ { "SIGNAL", type = "signal" } }, "usr1").signal, 10)
	t.equal(parse({ { "N", type = "numbers" } }, "1 3-5,9").n, { 1, 3, 4, 5, 9 })
	t.equal(parse({ { "ARG", type = "words" } }, [[a 'b c' "d\"e" f\ g]]).arg, { "a", "b c", 'd"e', "f g" })
	t.equal(parse({ { "A" }, { "REST", type = "text" } }, "one two  three").rest, "two  three")
	t.raises(function() parse({ { "COUNT", type = "count" } }, "") end, "^cmd: COUNT is missing$")
	t.raises(function() parse({ { "COUNT", type = "count" } }, "-1") end, "above 0 is expected, got '%-1'")
	t.raises(function() parse({}, "extra") end, "nothing is expected at 'extra'")
	t.raises(function() parse({ { "SIGNAL", type = "signal" } }, "USR3") end, "did you mean 'SIGUSR1'")
	t.raises(function() parse({ { "ARG", type = "words" } }, "'x") end, "quote")
	t.equal(arguments.usage { { "A" }, { "B", optional = true }, { "C", type = "words", optional = true } },
		"A [B] [C...]")
end)

spec("settings are typed", function(t)
	local s = settings.new()
	t.equal(s:get "confirm", true)
	t.equal({ s:set("confirm", "off") }, { "confirm" })
	t.equal(s:text "confirm", "off")
	t.equal({ s:set("conf", "on") }, { "confirm" }, "a beginning")
	t.equal({ s:set("print elements", "unlimited") }, { "print-elements" })
	t.equal({ s:get "print-elements", s:text "print-elements" }, { 0, "unlimited" })
	t.match(select(2, s:set("confirm", "maybe")), "on or off")
	t.match(select(2, s:set("listsize", "0")), "at least 1")
	t.match(select(2, s:set("color", "alway")), "did you mean 'always'")
	t.match(select(2, s:set("confrim", "on")), "did you mean 'confirm'")
	t.match(select(2, s:set("dis", "on")), "ambiguous")
	s:set("args", "a 'b c'")
	t.equal(s:get "args", { "a", "b c" })
	for _, entry in ipairs(settings.LIST) do
		t.ok(entry.help and entry.default ~= nil, entry[1])
		t.equal((s:set(entry[1], entry.default)), entry[1], entry[1])
	end
end)

spec("signals are handled as in gdb", function(t)
	local h = handling.new(core.signal_name)
	t.equal(h:get(2), { stop = true, print = true, pass = false })
	t.equal(h:get(17), { stop = false, print = false, pass = true })
	t.equal(h:get(10), { stop = true, print = true, pass = true })
	h:apply({ 10 }, { "nostop", "nopass" })
	t.equal(h:get(10), { stop = false, print = true, pass = false })
	h:apply({ 10 }, { "noprint" })
	t.equal(h:get(10), { stop = false, print = false, pass = false })
	h:apply({ 10 }, { "stop" })
	t.equal(h:get(10), { stop = true, print = true, pass = false })
	local asked = {}
	for _, n in ipairs(h:wanted()) do asked[n] = true end
	t.equal({ asked[10], asked[17], asked[28] }, { true })
	h:apply(h:all(), { "nostop" })
	t.equal(h:get(2).stop, true, "all leaves Ctrl-C")
end)

spec("help and apropos come from the tables", function(t)
	local text = list:overview()
	for _, name in ipairs(list:names()) do t.contains(text, "  " .. name) end
	t.contains(list:help_text(list:find "stepi"), "Usage: stepi [COUNT]")
	t.equal(#list:apropos "nonsense word", 0)
	t.ok(#list:apropos "breakpoint" > 3)
	t.ok(check.keys({ a = 1 }))
end)

spec.finish()
