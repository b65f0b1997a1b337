-- SPDX-License-Identifier: GPL-3.0-or-later
-- What is said of the library: every function and every member is described, nothing is described that is not
-- there, and the files made of it are up to date.
local spec = require "lupe.spec"
local check = require "lupe.check"
local core = require "lupe.core"
local reference = require "lupe.reference"

local known = reference.load(core)

-- Members that scripts have no use for: the session is the library's own.
local INTERNAL = { session = true }

spec("every function of lupe is described", function(t)
	for _, name in ipairs(check.keys(lupe)) do
		local entry = known.by_name.lupe.by_name[name]
		t.ok(entry and entry.text ~= "", "lupe." .. name .. " has no comment above it")
	end
end)

local function all_described(t, object, names)
	for _, name in ipairs(names) do
		local entry = known.by_name[object] and known.by_name[object].by_name[name]
		t.ok(entry and entry.text ~= "", ("%s.%s is not described: by the comment above it, or in members.lua")
			:format(object, name))
	end
end

-- What objects have is their class's public functions; `fields` are set in them.
local function class_names(object)
	local names = {}
	for _, name in ipairs(check.keys(getmetatable(object).__index)) do
		if name:sub(1, 2) ~= "__" then names[#names + 1] = name end
	end
	return names
end

spec("every member of every object is described", function(t)
	for object, members in pairs(core.methods) do
		if not INTERNAL[object] then all_described(t, object, check.keys(members)) end
	end
	local handler <close> = lupe.on_syscall("open", print)
	all_described(t, "handler", class_names(handler))
	local timer <close> = lupe.every(1, print)
	all_described(t, "timer", class_names(timer))
	local top <close> = lupe.top { function() return "" end, output = assert(io.tmpfile()) }
	all_described(t, "top", class_names(top))
	all_described(t, "counter", class_names(lupe.counter()))
	all_described(t, "histogram", class_names(lupe.histogram()))
	all_described(t, "histograms", class_names(lupe.histograms()))
	all_described(t, "rows", class_names(lupe.table { "A" }))
end)

spec("what is described is there", function(t)
	local samples = { counter = lupe.counter(), histogram = lupe.histogram():add(1), histograms = lupe.histograms(),
		rows = lupe.table { "A" } }
	for object, sample in pairs(samples) do
		for name, entry in pairs(known.by_name[object].by_name) do t.ok(sample[name] ~= nil, object .. "." .. entry.name) end
	end
	for object, members in pairs(core.methods) do
		for name, entry in pairs(known.by_name[object] and known.by_name[object].by_name or {}) do
			t.ok(members[name] ~= nil, object .. "." .. name)
			t.equal(entry.kind == "field", type(members[name]) == "userdata", object .. "." .. name)
		end
	end
	for name, entry in pairs(known.by_name.lupe.by_name) do
		t.ok(entry.prompt_only or name == "target" or rawget(lupe, name) ~= nil, "lupe." .. name)
	end
end)

spec("stacks and descriptors have the fields that are described", function(t)
	t.with_tracee({ "frames", stdout = "/dev/null" }, function(p)
		local frames, fd
		lupe.on_syscall("write", function(ev)
			frames, fd = frames or ev.thread:bt { locals = true, depth = 8 }, ev.fd
		end)
		p:wait()
		local by_name = known.by_name.stack_entry.by_name
		for _, frame in ipairs(frames) do
			for name in pairs(frame) do t.ok(by_name[name], "frame." .. name) end
		end
		all_described(t, "fd", check.keys(getmetatable(fd).__members))
	end)
end)

spec("types: every parameter has a name, every object that is named is there", function(t)
	local plain = {}
	for word in ("string integer number boolean table any nil fun function"):gmatch("%a+") do plain[word] = true end
	local function check_type(text, where)
		text = text:gsub('"[^"]*"', "")
		for word, after in text:gmatch("([%a_][%w_]*)(%??:?)") do
			t.ok(after:find(":", 1, true) or plain[word] or known.by_name[word], where .. ": " .. word)
		end
	end
	for _, object in ipairs(known.objects) do
		for _, entry in ipairs(object.entries) do
			local where = object.name .. "." .. entry.name
			if entry.type then check_type(entry.type, where) end
			for _, param in ipairs(entry.params) do
				t.match(param.name, "^[%a_.][%w_.]*$", where)
				check_type(param.type, where)
			end
			for _, result in ipairs(entry.returns) do check_type(result.type, where) end
			t.match(entry.text, "^[^%s-].*%S$", where)
		end
	end
end)

spec("help: at the prompt and in the shell", function(t)
	local text = assert(known:help "lupe.attach")
	t.equal(text, "lupe.attach(pid)\nAttaches to all threads of a running process.\n  pid: integer\n"
		.. "Answers process, or nil, message, code.")
	t.match(known:help "p:read", "^p:read%(address, n%)\n")
	t.match(known:help "process.read(1, 2)", "^p:read%(address, n%)\n")
	t.match(known:help "ev.ret", "^ev.ret: integer%?, can be assigned\n")
	t.match(known:help "t:row", "^t:row%(key, %.%.%.%)\n")
	t.match(known:help "t:bt", "^t:bt%(%[options%]%)\n")
	t.match(known:help "c:top", "^c:top%(%[n%]%)\n")
	t.match(known:help "event", "^event: what a handler is called with\n")
	t.match(known:help "t.regs", "^regs: ")
	t.fails(nil, known:help "lupe.nosuch")
	t.match(t.fails(nil, known:help "lupe.atach"), "lupe has no 'atach', did you mean 'attach'")
	t.match(t.fails(nil, known:help "procss.x"), "there is no 'procss.x'")
	local result = t.lupe { "-batch", "-n", "-ex", "help lupe.attach", "-ex", "help ev:fail", "-ex", "help thread",
		"-ex", "help histogram" }
	t.equal(result.err, "")
	t.contains(result.out, text .. "\nev:fail(errno)\n")
	t.match(result.out, "\nthread: show or choose .*Scripts have an object of that name: help thread%.\nhistogram: ")
	result = t.lupe { "help", "lupe.attach" }
	t.equal({ result.out, result.status }, { text .. "\n", 0 })
	result = t.lupe { "help", "lupe.atach" }
	t.equal(result.status, 2)
	t.match(result.err, "did you mean 'attach'")
	result = t.lupe { "help", "nosuch" }
	t.equal(result.err, "lupe: no help on 'nosuch': there is no command 'nosuch'\n")
end)

spec("topics are found, and found by what is said of them", function(t)
	local seen = {}
	for _, topic in ipairs(known:topics()) do
		t.ok(known:help(topic), topic)
		seen[topic] = true
	end
	t.ok(seen.lupe and seen["lupe.attach"] and seen["p:read"] and seen["process.read"] and seen["ev.path"])
	local rows = {}
	for _, row in ipairs(known:apropos "RUNNING PROCESS") do rows[row[1]] = row[2] end
	t.equal(rows["lupe.attach"], "Attaches to all threads of a running process")
	t.equal(known:apropos "no such words", {})
	local result = t.lupe { "-batch", "-n", "-ex", "apropos spread" }
	t.match(result.out, "lupe%.histogram  How numbers are spread")
end)

spec("docs/lua-api.md and lua/meta/lupe.lua are up to date", function(t)
	local source = os.getenv("LUPE_SOURCE") or t.skip("LUPE_SOURCE does not name the sources")
	local result = t.lupe { "run", source .. "/docs/generate.lua", "--check" }
	t.equal({ result.err, result.status }, { "", 0 })
	local meta = t.read_file(source .. "/lua/meta/lupe.lua")
	t.ok(load(meta, "=meta", "t"))
	t.equal(t.lupe({ "help", "annotations" }).out, meta)
	t.match(meta, "\n%-%-%-@class lupe.process\n")
	t.match(meta, "\n%-%-%-@return lupe.process|nil\n%-%-%-@return string%? message\n%-%-%-@return string%? code\n"
		.. "function lupe.attach%(pid%) end\n")
end)

spec.finish()
