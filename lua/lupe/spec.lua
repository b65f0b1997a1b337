-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A small vocabulary for tests, run by lupe itself (or by lua5.4 where no process is needed):
--
--   local spec = require "lupe.spec"
--   spec("a signal can be withheld", function(t)
--       t.with_tracee({ "signals", "USR1" }, function(p) ... t.equal(how, "exited") end)
--   end)
--   spec.finish()
--
-- A spec fails by an error or a failed check; it goes on to the next. t.skip(reason) counts it as
-- skipped. finish prints the summary and ends: 0, 1 for failures, 77 when all were skipped. Handlers
-- registered by a spec are deleted after it, its targets killed and reaped; a watchdog ends it after
-- spec.timeout seconds.

local format = require "lupe.format"

local spec = { timeout = 20 }
local results = { passed = 0, failed = 0, skipped = 0 }
local SKIP = {}

local t = {}
spec.t = t

-- --- checks ---

-- A tested script's position: the first frame outside this file.
local function fail(message, ...)
	local level = 2
	while true do
		local info = debug.getinfo(level, "Sl")
		if not info then break end
		if not info.source:find("lupe/spec.lua$") and info.currentline > 0 then
			message = ("%s:%d: %s"):format(info.short_src, info.currentline, message)
			break
		end
		level = level + 1
	end
	local note = select("#", ...) > 0 and ": " .. tostring((...)) or ""
	error(message .. note, 0)
end

local function same(a, b)
	if a == b then return true end
	if type(a) ~= "table" or type(b) ~= "table" then return false end
	for key, value in pairs(a) do
		if not same(value, b[key]) then return false end
	end
	for key in pairs(b) do
		if a[key] == nil then return false end
	end
	return true
end

-- Equal, tables by their contents.
function t.equal(got, wanted, ...)
	if not same(got, wanted) then
		fail(("got %s, wanted %s"):format(format.inspect(got), format.inspect(wanted)), ...)
	end
end

function t.ok(value, ...)
	if not value then fail(("got %s"):format(format.inspect(value)), ...) end
	return value
end

-- A text that contains a Lua pattern.
function t.match(text, pattern, ...)
	if type(text) ~= "string" or not text:find(pattern) then
		fail(("%s does not match %s"):format(format.inspect(text), format.quote(pattern)), ...)
	end
end

-- A text that contains another.
function t.contains(text, part, ...)
	if type(text) ~= "string" or not text:find(part, 1, true) then
		fail(("%s does not contain %s"):format(format.inspect(text), format.quote(part)), ...)
	end
end

-- fn raises an error whose text matches; answers the text.
function t.raises(fn, pattern)
	local ok, message = pcall(fn)
	if ok then fail("no error was raised") end
	message = tostring(message)
	if pattern and not message:find(pattern) then
		fail(("the error %s does not match %s"):format(format.quote(message), format.quote(pattern)))
	end
	return message
end

-- Answers nil, message, code; checks the code if given.
function t.fails(code, value, message, got)
	if value ~= nil or type(message) ~= "string" then fail("no failure but " .. format.inspect(value)) end
	if code and got ~= code then fail(("the code is %s, wanted %s (%s)"):format(tostring(got), code, message)) end
	return message
end

function t.skip(reason)
	error(setmetatable({ reason = reason }, SKIP), 0)
end

-- --- programs and files ---

local function shell_quote(word)
	return "'" .. tostring(word):gsub("'", "'\\''") .. "'"
end

function t.temp_file(contents)
	local name = os.tmpname()
	if contents then
		local file = assert(io.open(name, "wb"))
		file:write(contents)
		file:close()
	end
	return name
end

function t.read_file(name)
	local file = assert(io.open(name, "rb"))
	local text = file:read("a")
	file:close()
	return text
end

-- Runs a command to its end without tracing it: { status =, signal =, out =, err = }. options: stdin
-- (text), env (table of names), cwd.
function t.run(argv, options)
	options = options or {}
	local out, err, input = os.tmpname(), os.tmpname(), t.temp_file(options.stdin or "")
	local words = {}
	for name, value in pairs(options.env or {}) do words[#words + 1] = name .. "=" .. shell_quote(value) end
	for _, word in ipairs(argv) do words[#words + 1] = shell_quote(word) end
	local line = ("%senv %s <%s >%s 2>%s"):format(options.cwd and "cd " .. shell_quote(options.cwd) .. " && " or "",
		table.concat(words, " "), input, out, err)
	local _, how, number = os.execute(line)
	local result = { out = t.read_file(out), err = t.read_file(err), status = how == "exit" and number or nil,
		signal = how == "signal" and number or nil }
	-- sh says 128 + n for a child that a signal killed.
	if result.status and result.status > 128 and result.status < 193 then result.signal = result.status - 128 end
	for _, name in ipairs { out, err, input } do os.remove(name) end
	return result
end

-- The program under test, as the build's tests name it.
function t.lupe_program()
	return os.getenv("LUPE") or t.skip("LUPE does not name the program under test")
end

-- lupe with these words, as t.run.
function t.lupe(words, options)
	return t.run(table.move(words, 1, #words, 2, { t.lupe_program() }), options)
end

function t.fixture(name)
	local folder = os.getenv("FIXTURES") or t.skip("FIXTURES does not name the folder of helper programs")
	local path = folder .. "/" .. name
	local file = io.open(path, "rb")
	if not file then error("there is no fixture " .. path, 0) end
	file:close()
	return path
end

-- --- targets ---

local function state_of_lupe()
	local lupe = rawget(_G, "lupe")
	return lupe and require("lupe.api").state_of(lupe)
end

-- Everything a spec left: handlers, processes.
local function clean_up()
	local state = state_of_lupe()
	if not state then return end
	local scheduler = state.scheduler
	for _, handler in ipairs(scheduler.handlers) do handler:delete() end
	scheduler.failure = nil
	if not scheduler.session then return end
	for _, process in ipairs(scheduler.session:processes()) do
		if process.launched then process:kill() else process:detach() end
	end
	local deadline = state.core.now() + 10
	local timer = scheduler:add_timer(10, function() end)
	scheduler:pump(function() return #scheduler.session:processes() == 0 or state.core.now() > deadline end)
	timer.deleted = true
	local left = #scheduler.session:processes()
	if left > 0 then error(("%d processes were left and did not end"):format(left), 0) end
end

-- Launches a fixture (a name, or { name, args..., option = }: the options of lupe.launch) and calls
-- fn(process); kills and reaps it afterwards.
function t.with_tracee(what, fn)
	local lupe = rawget(_G, "lupe") or t.skip("needs lupe itself")
	if type(what) == "string" then what = { what } end
	local launch = {}
	for key, value in pairs(what) do launch[key] = value end
	launch[1] = what[1]:find("/", 1, true) and what[1] or t.fixture(what[1])
	local process = assert(lupe.launch(launch))
	return fn(process)
end

-- --- running ---

local function watchdog(name)
	local state = state_of_lupe()
	if not state then return function() end end
	local timer = state.scheduler:add_timer(spec.timeout, function()
		error(("watchdog: %q did not end in %d seconds"):format(name, spec.timeout), 0)
	end)
	return function() timer.deleted = true end
end

local function report(word, name, detail)
	io.stdout:write(("%-7s %s%s\n"):format(word, name, detail and "\n        " .. detail:gsub("\n", "\n        ") or ""))
	io.stdout:flush()
end

local function run_spec(name, fn)
	local stop = watchdog(name)
	local ok, message = xpcall(fn, function(e)
		if getmetatable(e) == SKIP then return e end
		if type(e) == "string" and e:find("^[^\n]+:%d+:") then return e end
		return debug.traceback(tostring(e), 2)
	end, t)
	stop()
	local cleaned, problem = pcall(clean_up)
	if ok and not cleaned then ok, message = false, tostring(problem) end
	if ok then
		results.passed = results.passed + 1
		report("ok", name)
	elseif getmetatable(message) == SKIP then
		results.skipped = results.skipped + 1
		report("skipped", name, message.reason)
	else
		results.failed = results.failed + 1
		report("FAILED", name, message)
	end
end

-- Prints the summary and ends the program.
function spec.finish()
	print(("%d passed, %d failed, %d skipped"):format(results.passed, results.failed, results.skipped))
	local status = results.failed > 0 and 1 or results.passed == 0 and 77 or 0
	local lupe = rawget(_G, "lupe")
	if lupe then lupe.quit(status) end
	os.exit(status)
end

return setmetatable(spec, { __call = function(_, name, fn) run_spec(name, fn) end })
