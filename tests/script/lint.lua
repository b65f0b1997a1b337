-- SPDX-License-Identifier: GPL-3.0-or-later
-- lupe run --check: what is found without running a script, and what is none of its business.
local spec = require "lupe.spec"
local lexer = require "lupe.lexer"
local lint = require "lupe.lint"
local api = require "lupe.api"
local core = require "lupe.core"
local known = require("lupe.reference").load(core)
local public = api.new(core)

local function findings(text, folders)
	assert(load(text, "=text", "t"))
	return lint.check { core = core, lupe = public, reference = known, file = "s", text = text, folders = folders }
end

spec("tokens: lines, strings, comments", function(t)
	local tokens = lexer.tokens("a --[[ x\n ]] 'q\\n' [==[\nl]=]]==] 0x1F 1 ..2 -- e\n.5 ...")
	local seen = {}
	for i, token in ipairs(tokens) do seen[i] = ("%d %s %s"):format(token.line, token.type, token.value or "-") end
	t.equal(seen, { "1 name a", "2 string q\n", "2 string l]=]", "3 number -", "3 number -", "3 .. -", "3 number -",
		"4 number -", "4 ... -", "4 eof -" })
end)

spec("members of lupe that there are none of, with their lines", function(t)
	t.equal(findings "lupe.on_syscal('open', print)", { "s:1: lupe has no 'on_syscal', did you mean 'on_syscall'?" })
	t.equal(findings "\n\nlocal l = lupe\nl.quitt()", { "s:4: lupe has no 'quitt', did you mean 'quit'?" })
	t.equal(findings "local x = lupe\n.\nsleeep", { "s:3: lupe has no 'sleeep', did you mean 'sleep'?" })
	t.equal(findings "return lupe['launchh']{}", { "s:1: lupe has no 'launchh', did you mean 'launch'?" })
	t.equal(#findings "f(lupe.aaaa, lupe.bbbb) function f() return { [lupe.cccc] = -lupe.dddd } end", 4)
	t.equal(findings "lupe.mine = 1; print(lupe.mine, lupe.target, lupe.hex(1))", {})
	t.equal(findings "local lupe = { nosuch = 1 }; print(lupe.nosuch)", {})
	t.equal(findings "local function f(lupe) return lupe.nosuch end f({})", {})
	t.equal(findings "for lupe in pairs {} do print(lupe.nosuch) end", {})
	t.equal(findings "repeat local lupe = {} until lupe.nosuch", {})
	t.equal(findings "do local lupe = {} end print(lupe.nosuch)", { "s:1: lupe has no 'nosuch'" })
end)

spec("members of what lupe's functions answer and handlers get", function(t)
	local function one(text, wanted) t.equal(findings(text), { "s:1: " .. wanted }, text) end
	one("lupe.on_syscall('open', function(ev) print(ev.pth) end)", "event has no 'pth', did you mean 'path'?")
	one("lupe.on_syscall('open', { on_exit = function(ev) print(ev.thread:btt()) end })",
		"thread has no 'btt', did you mean 'bt'?")
	one("lupe.on_syscall('open', { pid = 1 }, function(ev, h) return ev.pid, h.hitz end)",
		"handler has no 'hitz', did you mean 'hits'?")
	one("lupe.on_exec(function(ev) return ev.process.arvg end)", "process has no 'arvg', did you mean 'argv'?")
	one("local p = lupe.target p:brakpoint('f', print)", "process has no 'brakpoint', did you mean 'breakpoint'?")
	one("local p <close> = assert(lupe.launch { 'ls' }) p:hook('f', { on_enter = function(c) c.mine = c.thread.tud end })",
		"thread has no 'tud', did you mean 'tid'?")
	one("for t in lupe.target:threads() do print(t.nmae) end", "thread has no 'nmae', did you mean 'name'?")
	one("lupe.task(function() for ev in lupe.target:events { syscalls = 'open' } do print(ev.nmae) end end)",
		"event has no 'nmae', did you mean 'name'?")
	one("local c = lupe.counter() c:ad(1)", "counter has no 'ad', did you mean 'add'?")
	one("print(lupe.target:threads()().reg)", "thread has no 'reg', did you mean 'regs'?")
	one("local f = assert(assert(lupe.thread(1)):frame(2)) print(f.vars.anything, f:up().lien)",
		"frame has no 'lien', did you mean 'line'?")
	one("lupe.on_syscall('open', { on_entry = print })", "on_syscall: unknown option 'on_entry', did you mean 'on_enter'?")
	one("lupe.launch { 'ls', cwdd = '/' }", "launch: unknown option 'cwdd', did you mean 'cwd'?")
	one("lupe.target:hook('f', { on_leaf = print })", "hook: unknown option 'on_leaf', did you mean 'on_leave'?")
	one("lupe.thread(1):bt { dept = 1 }", "bt: unknown option 'dept', did you mean 'depth'?")
	one("lupe.cmd 'bt'", "lupe has no 'cmd'")
end)

spec("what is not known, or the script's own, is left alone", function(t)
	for _, text in ipairs {
		"lupe.on_syscall('open', function(ev) ev = {} print(ev.pth) end)",
		"local p = lupe.target p = {} print(p.pth)", "local p = lupe.target local function f() return p.x end p = 1 f()",
		"lupe.on_syscall('open', function(ev) print(ev.args.anything.else_, ev.ret) ev.args.x = 1 end)",
		"lupe.on_syscall('open', function(ev) local function f(ev) return ev.pth end f() end)",
		"lupe.launch { 'ls', env = { anything = 1 } } lupe.inject('open', { anything = 1 }) print { anything = 1 }",
		"lupe.table { 'A', { 'B', default = 0 } } lupe.top { print, every = 1 } lupe.launch { ['x'] = 1 }",
		"local h = lupe.on_syscall('open', print) h.mine = 1 print(h.mine)",
		"lupe.on_syscall('open', { on_enter = (function(ev) return ev.pth end) })",
		"lupe.target:hook('f', { on_enter = function(c) c.size = c.args[1] print(c.sise) end })",
		"local t = lupe.target.nosuchfield and {} print(t.x)", "print(lupe.target.argv[1].x, lupe.thread().regs.rax)",
		"for i = lupe.target.pid, 2 do print(i.x) end for k, v in pairs(lupe.target) do print(k.x, v.x) end" } do
		for _, line in ipairs(findings(text)) do t.contains(line, "nosuchfield", text) end
	end
end)

spec("globals that nobody assigns", function(t)
	t.equal(findings "local function f() prnt(1) end f()",
		{ "s:1: nobody assigns the global 'prnt', did you mean 'print'?" })
	t.equal(findings "x.y = 1", { "s:1: nobody assigns the global 'x'" })
	t.equal(findings "lupe.on_syscall('open', handlr)\nhandler = print",
		{ "s:1: nobody assigns the global 'handlr', did you mean 'handler'?" })
	t.equal(findings "if jit then print(1) end local a = b or 1 print(a, b)", {})
	t.equal(findings "function late() return early() end function early() return late() end", {})
	t.equal(findings "for k, v in pairs(_G) do f(k, v) end", {})
	t.equal(findings "local _ENV = { f = print } f(1)", {})
	t.equal(findings "goto out ::out:: local a <const>, b <close> = 1 while a do break end return b;", {})
	t.equal(findings "print(lupe, arg[1], ...) string.format('x'):rep(2) ('x'):rep(2)", {})
end)

spec("syscalls and signals that there are none of", function(t)
	t.match(findings("lupe.on_syscall('opne,read', print)")[1], "^s:1: .*opne.*did you mean 'open'")
	t.match(findings("lupe.inject([[%nosuch]], {error='EIO'})")[1], "^s:1: .*nosuch")
	t.equal(findings "lupe.on_syscall('none', print)", { "s:1: 'none' names no syscall" })
	t.match(findings("lupe.on_signal('USR1,TREM', print)")[1], "^s:1: unknown signal 'TREM', did you mean 'SIGTERM'")
	t.equal(findings "lupe.on_syscall('%file,read', print) lupe.on_signal('all', print) lupe.on_syscall(... , print)", {})
end)

local function folder_with(t, files)
	local folder = os.tmpname()
	os.remove(folder)
	assert(os.execute("mkdir -p '" .. folder .. "/sub'"))
	for name, text in pairs(files) do
		local file <close> = assert(io.open(folder .. "/" .. name, "w"))
		file:write(text)
	end
	return setmetatable({}, { __close = function() os.execute("rm -r '" .. folder .. "'") end }), folder
end

spec("modules are found, and checked with the script", function(t)
	local _ <close>, folder = folder_with(t, { ["good.lua"] = "function from_good() end return lupe.hex",
		["bad.lua"] = "return {\n", ["sub/init.lua"] = "#!shebang\nreturn lupe.hexx" })
	t.equal(findings("require 'good' from_good() require 'lupe.format' require 'string'", { folder .. "/" }), {})
	t.match(findings("require 'bad'", { folder .. "/" })[1], "/bad.lua:2: unexpected symbol")
	t.match(findings("require 'sub'", { folder .. "/" })[1], "/sub/init.lua:2: lupe has no 'hexx', did you mean 'hex'")
	t.match(findings("\nrequire 'nosuch.x'", { folder .. "/" })[1], "^s:2: module 'nosuch.x' not found: .*/nosuch/x.lua")
end)

spec("the command: a line each, status 125; nothing runs", function(t)
	local _ <close>, folder = folder_with(t, {
		["s.lua"] = "#!/usr/bin/env -S lupe run\nprint 'ran'\nlupe.quitt()\nrequire 'beside'",
		["beside.lua"] = "return lupe.hexx", ["fine.lua"] = "\239\187\191print 'ran'" })
	local name = folder .. "/s.lua"
	local result = t.lupe { "run", "--check", name, "--", "sh", "-c", "echo ran" }
	t.equal(result.status, 125)
	t.equal(result.out, "")
	t.equal(result.err, ("lupe: %s/beside.lua:1: lupe has no 'hexx', did you mean 'hex'?\n"
		.. "lupe: %s:3: lupe has no 'quitt', did you mean 'quit'?\n"):format(folder, name))
	result = t.lupe { "run", "--check", folder .. "/fine.lua" }
	t.equal({ result.status, result.out, result.err }, { 0, "", "" })
	result = t.lupe { "run", "--check", "-e", "local = 1" }
	t.equal(result.status, 125)
	t.match(result.err, "^lupe: %(eval%):1: <name> expected")
end)

spec("what is shipped has no findings", function(t)
	for _, path in ipairs(core.embedded_list "lua/lupe/") do
		if not path:find "/commands/" then t.equal(findings(core.embedded(path), {}), {}, path) end
	end
	local source = os.getenv("LUPE_SOURCE") or t.skip("LUPE_SOURCE does not name the sources")
	for _, folder in ipairs { "scripts", "examples" } do
		local list = assert(io.popen(("ls '%s/%s/'*.lua"):format(source, folder)))
		for path in list:lines() do
			local file <close> = assert(io.open(path))
			t.equal(findings(lexer.strip(file:read("a")), {}), {}, path)
		end
		list:close()
	end
end)

spec.finish()
