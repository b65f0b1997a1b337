-- SPDX-License-Identifier: GPL-3.0-or-later
-- Processes and threads: identity, /proc, memory, stopping, syscalls inside, registers, signals.
local spec = require "lupe.spec"

local PYTHON = "/usr/bin/python3"

-- Held at its first instruction.
local function held(t, fn)
	local p = assert(lupe.launch { "/bin/sleep", "1000", env = { LUPE_MARK = "here" }, cwd = "/" })
	return fn(p, assert(lupe.thread(p.pid)))
end

spec("a process is the same object while it is referred to", function(t)
	held(t, function(p, thread)
		t.equal(rawequal(p, lupe.process(p.pid)), true)
		t.equal(rawequal(thread, lupe.thread(p.pid)), true)
		t.equal(rawequal(thread.process, p), true)
		t.equal(rawequal(lupe.target, lupe.target), true)
		for other in lupe.processes() do t.ok(rawequal(other, p) or other ~= p) end
		t.equal({ tostring(p), tostring(thread) },
			{ ("process %d"):format(p.pid), ("thread %d (stopped)"):format(p.pid) })
		t.equal({ lupe.process(1), lupe.thread(1) }, {})
	end)
end)

spec("/proc: words, environment, program, folder, mappings, descriptors", function(t)
	held(t, function(p, thread)
		t.equal(p.argv, { "/bin/sleep", "1000" })
		t.equal(p.cwd, "/")
		t.match(p.exe, "/sleep$")
		t.equal({ thread.name, thread.state, p.state, p.launched, p.abi }, { "sleep", "stopped", "stopped", true, "x86-64" })
		local marked = false
		for _, entry in ipairs(p.environ) do marked = marked or entry == "LUPE_MARK=here" end
		t.ok(marked)
		local program, last = nil, 0
		for m in p:maps() do
			t.ok(m.start < m.stop and math.ult(last, m.stop))
			last = m.stop
			if m.path == p.exe and m.perms:find "x" then program = m end
		end
		t.ok(program and #program.perms == 4 and program.inode > 0 and program.dev:find "^%x+:%x+$")
		t.equal(p:read(program.start, 1) ~= nil, true)
		local numbers = {}
		for fd in p:fds() do numbers[fd.num] = fd.kind end
		t.ok(numbers[0] and numbers[1] and numbers[2])
		t.match(p:proc "status", "Name:%s+sleep")
		t.fails("os", p:proc "nosuch")
		local n = 0
		for each in p:threads() do n = n + (rawequal(each, thread) and 1 or 100) end
		t.equal(n, 1)
	end)
end)

spec("memory: all or nothing, with the first address that is not there", function(t)
	held(t, function(p, thread)
		local sp, stack = thread.sp, nil
		for m in p:maps() do if m.path == "[stack]" then stack = m end end
		t.ok(sp >= stack.start and sp < stack.stop)
		t.equal(#p:read(sp, 64), 64)
		t.equal(p:read(sp, 0), "")
		local _, message, code = p:read(stack.stop - 16, 32)
		t.equal(code, "fault")
		t.contains(message, ("0x%x"):format(stack.stop))
		_, message, code = p:write(stack.stop - 2, "abcd")
		t.equal(code, "fault")
		t.contains(message, ("0x%x"):format(stack.stop))
		t.equal(p:write(sp - 64, "text\0more"), true)
		t.equal({ p:cstr(sp - 64), p:cstr(sp - 64, 2), p:read(sp - 64, 9) }, { "text", "te", "text\0more" })
		t.equal(p:write(stack.stop - 3, "xyz"), true)
		_, message, code = p:cstr(stack.stop - 3)
		t.equal(code, "fault")
		t.contains(message, ("0x%x"):format(stack.stop))
		local long = ("x"):rep(10000)
		t.equal(p:write(sp - 20000, long .. "\0"), true)
		t.equal(p:cstr(sp - 20000), long)
		t.raises(function() p:read(sp, -1) end, "size")
		t.raises(function() p:read(sp, 1 << 40) end, "size")
		t.raises(function() p:cstr(sp, 0) end, "maximum")
		t.equal(thread:pokedata(sp - 64, 0x4142), true)
		t.equal({ thread:peekdata(sp - 64), p:cstr(sp - 64) }, { 0x4142, "BA" })
		t.fails("fault", thread:peekdata(16))
	end)
end)

spec("a syscall runs inside the process", function(t)
	held(t, function(p, thread)
		local before = tostring(thread.regs)
		t.equal(p:syscall "getpid", p.pid)
		local fd = p:syscall("openat", -100, "/etc/passwd", 0)
		t.equal(math.type(fd), "integer")
		local path
		for each in p:fds() do if each.num == fd then path = each.path end end
		t.equal(path, "/etc/passwd")
		t.equal(p:syscall("close", fd), 0)
		t.fails("ENOENT", p:syscall("openat", -100, "/nonexistent", nil))
		fd = p:syscall("openat", "AT_FDCWD", "/etc/passwd", "O_RDONLY | O_CLOEXEC|O_NOATIME")
		t.equal({ p:syscall("fcntl", fd, "F_GETFD", 0), p:syscall("close", fd) }, { 1, 0 })
		local at = p:syscall("mmap", nil, 4096, "PROT_READ|PROT_WRITE", "MAP_PRIVATE|MAP_ANONYMOUS", -1, 0)
		t.equal(p:write(at, "there"), true)
		t.raises(function() p:syscall("openat", -100, "/etc/passwd", "O_RDONLYY") end, "flags: unknown name 'O_RDONLYY'")
		t.raises(function() p:syscall("close", "one") end, "fd: unknown name 'one'")
		t.fails("EBADF", p:syscall(3, -1))
		t.raises(function() p:syscall "opne" end, "unknown syscall 'opne', did you mean 'open'")
		t.raises(function() p:syscall("getpid", 1, 2, 3, 4, 5, 6, 7) end, "six")
		t.equal(tostring(thread.regs), before, "registers are as they were")
		t.match(before, "^rax +0x")
	end)
end)

spec("what runs has to be stopped first", function(t)
	held(t, function(p, thread)
		p:resume()
		while thread.state ~= "running" do lupe.sleep(0.001) end
		t.fails("invalid", p:syscall "getpid")
		t.fails("invalid", thread:resume())
		t.equal(p:stop(), true)
		t.equal({ p.state, thread.state }, { "stopped", "stopped" })
		t.equal(p:syscall "getpid", p.pid)
		t.equal(thread.syscall == nil or math.type(thread.syscall.nr) == "integer", true)
		t.equal(p:resume(), true)
		t.equal(thread.state, "running")
	end)
end)

spec("registers: parts, flags, vectors, x87, views", function(t)
	held(t, function(p, thread)
		local regs = thread.regs
		regs.rax = -1
		regs.al = 0x12
		t.equal({ regs.rax, regs.eax, regs.ah }, { -1 & ~0xff | 0x12, 0xffffff12, 0xff })
		regs.ax = -2
		t.equal(regs.ax, 0xfffe)
		t.raises(function() regs.al = 256 end, "256 does not fit the 8 bits of al")
		t.raises(function() regs.al = -129 end, "does not fit")
		t.raises(function() regs.xmm0 = "short" end, "16 bytes")
		t.raises(function() regs.rax = {} end)
		t.raises(function() regs.nosuch = 1 end, "no 'nosuch'")
		t.equal({ regs.pc, regs.sp, regs["$rip"] }, { thread.pc, thread.sp, thread.pc })
		regs.xmm3 = ("<ffff"):pack(1.5, -2, 0, 8)
		t.equal(regs:view("xmm3", "f32"), { 1.5, -2.0, 0.0, 8.0 })
		t.equal(regs:view("xmm3", "i8")[1], 0)
		t.equal(#regs:view("xmm3", "i16"), 8)
		regs.st0 = ("<I8I2"):pack(1 << 63, 16383)
		t.equal(regs:view("st0", "f80"), { 1.0 })
		t.raises(function() regs:view("xmm3", "f16") end, "f16")
		t.raises(function() regs:view("xmm99", "f32") end, "did you mean")
		local seen = {}
		for name, value in pairs(regs) do seen[name] = value end
		t.equal({ seen.rip, seen.xmm0 }, { thread.pc })
		for name in regs:each "vector" do seen[name] = true end
		t.equal(seen.xmm0, true)
		t.raises(function() regs:each "nosuch" end, "nosuch")
		regs.eflags = regs.eflags | 0x41
		t.match(regs:flags(), "CF")
		t.match(regs:flags(), "ZF")
		t.equal(thread:peekuser(0), regs.r15, "struct user begins with r15")
		t.equal(thread:pokeuser(0, 77), true)
		t.equal(regs.r15, 77)
		t.fails(nil, thread:peekuser(1 << 20))
	end)
end)

spec("the signal mask of a thread", function(t)
	held(t, function(_, thread)
		thread.sigmask = 1 << 9 | 1 << 63
		t.equal(thread.sigmask, 1 << 9 | 1 << 63)
		t.raises(function() thread.sigmask = "USR1" end)
	end)
end)

spec("signals to a process and to a thread", function(t)
	local p = assert(lupe.launch { PYTHON, "-c", "import signal, os\nsignal.pause()" })
	local names = {}
	lupe.on_signal("all", function(ev)
		names[#names + 1] = ev.name
		local info = ev.thread:siginfo()
		t.equal({ info.name, info.pid ~= nil, info.text:find(ev.name) ~= nil }, { ev.name, true, true })
		if ev.name == "SIGUSR1" then ev:signal(0) end
		if #names == 1 then t.equal(ev.thread:signal "TERM", true) end
	end)
	t.equal(p:signal(10), true)
	t.raises(function() p:signal "NOSUCH" end, "no signal")
	t.equal({ p:wait() }, { "killed", 15 })
	t.equal(names, { "SIGUSR1", "SIGTERM" })
end)

spec("an owner that leaves its scope lets go: the launched is killed", function(t)
	local ended
	do
		local p <close> = assert(lupe.launch { "sleep", "1000" })
		ended = p
	end
	t.equal({ ended:wait() }, { "killed", 9 })
end)

spec("stale handles answer, and never another process's data", function(t)
	local p = assert(lupe.launch { "true" })
	local thread = lupe.thread(p.pid)
	p:wait()
	local gone = ("process %d has exited"):format(p.pid)
	for _, method in ipairs { "stop", "resume", "interrupt", "detach", "kill", "maps", "fds" } do
		t.equal(t.fails("exited", p[method](p)), gone, method)
	end
	t.fails("exited", p:signal(10))
	t.fails("exited", p:read(16, 1))
	t.fails("exited", p:write(16, "x"))
	t.fails("exited", p:cstr(16))
	t.fails("exited", p:proc "status")
	t.fails("exited", p:syscall "getpid")
	for _, field in ipairs { "argv", "environ", "exe", "cwd", "filtered", "mechanism", "abi", "launched" } do
		t.raises(function() return p[field] end, gone)
	end
	t.equal({ p.pid == thread.tid, p.state, thread.state }, { true, "exited", "exited" })
	for _ in p:threads() do t.ok(false, "it has no threads") end
	for _, method in ipairs { "resume", "interrupt", "siginfo" } do t.fails("exited", thread[method](thread)) end
	t.fails("exited", thread:signal(10))
	t.fails("exited", thread:peekuser(0))
	t.raises(function() return thread.sigmask end, "thread %d+ has exited")
	t.raises(function() return thread.syscall end, "has exited")
	t.raises(function() return thread.regs.rax end, "has exited")
	t.raises(function() thread.regs.rax = 1 end, "has exited")
end)

spec("core answers names and numbers", function(t)
	local core = require "lupe.core"
	t.equal({ core.errno "ENOENT", core.errno(2), core.errno "ENOSUCH", core.errno(100000) }, { 2, "ENOENT" })
	t.equal({ core.signal_name(10), core.signal_number "USR1", core.signal_number "NOSUCH" }, { "SIGUSR1", 10 })
	local info = core.syscall_info "openat"
	t.equal({ info.nr, info.name, #info.args, info.args[1].name, info.never_returns },
		{ 257, "openat", 4, "dirfd", false })
	t.equal({ core.syscall_info "opnat", core.syscall_info(9999) }, {})
	t.equal(core.syscall_info(231).never_returns, true)
	t.ok(#core.syscall_names() > 350)
	t.equal(core.set_parse "read,write", { 0, 1 })
	t.match(t.fails("invalid", core.set_parse "raed"), "did you mean 'read'")
	t.ok(core.version.lupe and core.version.lua and core.version.capstone and core.version.libdwarf)
	t.equal({ core.embedded "nosuch", #core.embedded_list "lua/lupe/api" }, { nil, 1 })
	t.match(core.embedded "lua/lupe/api.lua", "^%-%- SPDX")
	local name = t.temp_file("x")
	local fd = core.open(name, "r")
	t.equal({ math.type(fd), core.isatty(fd), core.close(fd), core.close(fd) }, { "integer", false, true, false })
	os.remove(name)
	t.fails("os", core.open("/nonexistent/x", "w"))
	local before = core.now()
	t.equal(core.sleep(0.01), true)
	t.ok(core.now() - before >= 0.01)
	t.raises(function() core.methods.session.next(io.stdout) end, "session is expected, got userdata")
	t.raises(function() core.session { follow = "nosuch" } end, "follow")
end)

spec.finish()
