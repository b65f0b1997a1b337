-- SPDX-License-Identifier: GPL-3.0-or-later
-- Arguments as values: strings whole, buffers by their count, structs and arrays by name and index,
-- writing to the target, copies, hostile addresses.
local spec = require "lupe.spec"

local PYTHON = "/usr/bin/python3"

local function python(t, code)
	local out = t.temp_file("")
	local p = assert(lupe.launch { PYTHON, "-c", code, stdout = out, stderr = "/dev/null" })
	local how, number = p:wait()
	local text = t.read_file(out)
	os.remove(out)
	return how, number, text
end

-- The first call of these for which choose(ev) holds, seen at `phase` by look(ev).
local function once(set, phase, choose, look)
	local done = false
	lupe.on_syscall(set, { [phase] = function(ev)
		if done or not choose(ev) then return end
		done = true
		look(ev)
	end })
	return function() return done end
end

spec("buffers are whole, by their count, zero bytes and all", function(t)
	local seen
	local was = once("write", "on_enter", function(ev) return ev.args.fd == 1 end,
		function(ev) seen = { ev.args.buf, ev.args.count, ev.args[1], ev.args[3] } end)
	local _, _, out = python(t, "import os; os.write(1, b'a\\0b' * 30000)")
	t.ok(was())
	t.equal({ #seen[1], seen[1] == out, seen[1]:sub(1, 4), seen[2], seen[3], seen[4] },
		{ 90000, true, "a\0ba", 90000, 1, 90000 })
end)

spec("what was read is there at the exit, its address before", function(t)
	local address, text
	once("read", "on_enter", function(ev) return ev.fd and ev.fd.path == "/etc/passwd" end,
		function(ev) address = ev.args.buf end)
	once("read", "on_exit", function(ev) return ev.fd and ev.fd.path == "/etc/passwd" and ev.ret > 0 end,
		function(ev)
			text = ev.args.buf
			t.equal(#text, ev.ret)
			t.equal(ev.process:read(address, 4), text:sub(1, 4))
		end)
	python(t, "open('/etc/passwd', 'rb', buffering=0).read(100)")
	t.equal(math.type(address), "integer")
	t.match(text, "^root:")
end)

spec("a struct has fields, an address, text, JSON and a copy", function(t)
	local kept, copied, field
	local name = t.temp_file(("x"):rep(1234))
	local function is_ours(ev) return not ev.err and ev.args.statbuf.st_size == 1234 end
	local was = once("newfstatat,stat,fstat", "on_exit", is_ours,
		function(ev)
			local st = ev.args.statbuf
			kept, copied, field = st, lupe.copy(st), st.st_mode
			t.equal({ tostring(lupe.typeof(st)), math.type(lupe.addr(st)), type(st) }, { "struct stat", "integer", "userdata" })
			t.equal({ lupe.typeof(3), lupe.typeof("x"), lupe.copy(3), lupe.copy("x") }, { "number", "string", 3, "x" })
			t.equal(ev.args.statbuf == st, true)
			t.match(tostring(st), "st_size = 1234")
			t.match(lupe.json(st), '"st_size":%s*1234')
			local names = {}
			for member, value in pairs(st) do names[member] = value end
			t.equal({ names.st_size, names.st_mode }, { 1234, field })
			t.raises(function() return st.st_sise end, "values.lua:%d+: struct stat has no 'st_sise', did you mean 'st_size'")
			t.raises(function() st.st_sise = 1 end, "did you mean")
			t.raises(function() st.st_size = {} end, "number or a name is expected")
			t.raises(function() st.st_size = 1.5 end, "no integer")
			t.raises(function() copied.st_size = 1 end, "a copy cannot be assigned")
			st.st_size = 4321
			t.equal({ st.st_size, copied.st_size, ev.args.statbuf.st_size }, { 4321, 1234, 4321 })
		end)
	local _, _, out = python(t, ("import os; print(os.stat(%q).st_size)"):format(name))
	os.remove(name)
	t.ok(was())
	t.equal(out, "4321\n")
	t.equal({ copied.st_size, copied.st_mode, kept.st_size }, { 1234, field, 4321 }, "they outlive the event")
end)

spec("arrays count from 0 as in C", function(t)
	local fds
	local was = once("pipe2,pipe", "on_exit", function(ev) return not ev.err end, function(ev)
		local pair = ev.args[1]
		t.equal(#pair, 2)
		fds = { pair[0], pair[1] }
		t.raises(function() return pair[2] end, "no element 2")
		t.raises(function() return pair[-1] end, "no element")
		local list = {}
		for i, fd in pairs(pair) do list[i] = fd end
		t.equal({ list[0], list[1] }, fds)
	end)
	local _, _, out = python(t, "import os; print(*os.pipe())")
	t.ok(was())
	t.equal(out, ("%d %d\n"):format(table.unpack(fds)))
end)

spec("argv and the environment of an execve are arrays of strings", function(t)
	local words, n
	once("execve", "on_enter", function(ev) return ev.path == "/bin/echo" end, function(ev)
		words, n = {}, #ev.args.argv
		for i, word in pairs(ev.args.argv) do words[i + 1] = word end
		t.ok(#ev.args.envp > 0)
		t.raises(function() ev.args.argv[0] = 1 end, "assign the argument")
		t.raises(function() ev.args.argv = { "x", {} } end, "element 2 is a table")
		t.raises(function() ev.args.argv = { "a\0b" } end, "zero byte")
		ev.args.argv = { "echo", 42, "x" }
	end)
	local _, _, out = python(t, "import os; os.execv('/bin/echo', ['echo', 'one', 'two'])")
	t.equal({ words, n, out }, { { "echo", "one", "two" }, 3, "42 x\n" })
end)

spec("symbolic names are assigned by the type of the argument", function(t)
	local name = os.tmpname()
	os.remove(name)
	local was = once("openat", "on_enter", function(ev) return ev.path == name end, function(ev)
		t.raises(function() ev.args.flags = "O_CREATE" end, "unknown name 'O_CREATE'")
		t.raises(function() ev.args.flags = {} end, "flags")
		ev.args.flags = "O_RDWR|O_CREAT|O_CLOEXEC"
		ev.args.mode = 384
		t.equal(ev.args.flags, 2 | 64 | 524288)
		ev.args.dirfd = "AT_FDCWD"
		t.equal(ev.args.dirfd, -100)
	end)
	local _, number = python(t, ("import os; os.write(os.open(%q, os.O_RDONLY), b'x')"):format(name))
	t.ok(was())
	t.equal({ number, t.read_file(name) }, { 0, "x" })
	os.remove(name)
end)

spec("a buffer that is replaced brings its count", function(t)
	once("write", "on_enter", function(ev) return ev.args.fd == 1 end, function(ev)
		ev.args.buf = "a longer text\n"
		t.equal({ ev.args.buf, ev.args.count }, { "a longer text\n", 14 })
	end)
	local _, _, out = python(t, "import os; print(os.write(1, b'short'))")
	t.match(out, "^a longer text\n")
end)

spec("NULL is nil; wrong addresses are numbers, and nobody crashes", function(t)
	local seen = {}
	lupe.on_syscall("newfstatat,access,execve,getcwd,readlink", { on_enter = function(ev)
		local all = {}
		for i = 1, #ev.args do all[i] = ev.args[i] end
		for name, value in pairs(ev.args) do all[name] = value end
		seen[ev.name .. " " .. tostring(all[1])] = all
		t.ok(tostring(ev):find("^" .. ev.name))
		t.ok(ev:json():find(ev.name))
	end })
	local libc = "import ctypes; c = ctypes.CDLL(None); s = c.syscall; s.restype = ctypes.c_long; L = ctypes.c_long;"
	local _, number = python(t, libc .. [[
s(L(21), None, L(0)); s(L(21), L(16), L(0)); s(L(21), L(-1), L(0)); s(L(21), L(0x7fffffffffff), L(0))
s(L(59), L(16), L(24), L(-8)); s(L(59), None, None, None)
s(L(262), L(-100), L(16), L(24), L(0)); s(L(89), L(3), L(5), L(-1))]])
	t.equal(number, 0)
	t.ok(seen["access nil"] and seen["access 16"] and seen["access -1"] and seen["access 140737488355327"])
	t.equal({ seen["execve 16"][2], seen["execve nil"][2] }, { 24 })
end)

spec("an unknown number has six words", function(t)
	local args
	once("999", "on_enter", function() return true end, function(ev)
		args = { ev.name, ev.nr, #ev.args, ev.args[1], ev.args[6] }
		t.raises(function() return ev.args.fd end, "has no 'fd'")
	end)
	local _, number = python(t, "import ctypes; ctypes.CDLL(None).syscall(999, 1, 2, 3, 4, 5, 6)")
	t.equal({ number, args }, { 0, { "syscall_999", 999, 6, 1, 6 } })
end)

spec("descriptors: number, path, kind", function(t)
	local kinds = {}
	local function note(ev)
		local fd = ev.fd
		if fd and fd.path then kinds[fd.kind] = { fd.num, fd.path, tostring(fd) } end
	end
	lupe.on_syscall("fcntl,openat", { on_exit = note })
	python(t, [[
import os, socket, fcntl, select
for f in (os.open("/etc/passwd", 0), os.open("/", 0), os.pipe()[0], socket.socket(), os.open("/dev/null", 0),
		select.epoll(), 77):
	try: fcntl.fcntl(f, 1)
	except OSError: pass]])
	for kind, pattern in pairs { file = "^/", directory = "^/$", pipe = "^pipe:%[", socket = "^socket:%[",
		device = "^/dev/null$", anon = "^anon_inode:%[eventpoll%]" } do
		t.match(kinds[kind] and kinds[kind][2], pattern, kind)
		t.equal(kinds[kind][3], ("%d<%s>"):format(kinds[kind][1], kinds[kind][2]))
	end
end)

spec.finish()
