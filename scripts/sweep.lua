-- fail each system call of a command in turn, and find crashes, hangs and silent losses
-- SPDX-License-Identifier: GPL-3.0-or-later
-- lupe: starts the program itself
--
-- One run records where the command makes system calls that can fail: a point is a call and the stack that
-- led to it. Then the command runs once for each point and each error that can plausibly befall it, with the
-- calls of that point failing, and how it ends is compared with how it ended undisturbed:
--   crash   it, or a child, died by SIGSEGV, SIGABRT, ...
--   hang    it did not end in time, or wrote without end
--   silent  status and stderr say that all went well, but the output is another
--   status  it ended with a status above 125, which shells use for other things (--ok)
--   leak    processes were left behind
-- All else is as it should be: the failure was told, or overcome.
-- Points before main, in the dynamic loader, are left out. Descriptors 0, 1 and 2 of the command are
-- /dev/null and files, so that runs are alike; --before and --scratch give each the same files.

local core = require "lupe.core"
local format = require "lupe.format"
local json = require "lupe.json"
local plausible = require "lupe.plausible"
local stacks = require "lupe.stacks"
local sweep_report = require "lupe.sweep_report"

local GRACE = 1             -- seconds that children may take to end after the command
-- What passes by itself befalls the first call only: whoever tries again is right.
local PASSING = { EINTR = true, EAGAIN = true, ECONNABORTED = true }
local FLOOD = 64 << 20      -- bytes of output beyond which a run is not going to end
local CRASHES = "SEGV,BUS,ILL,FPE,ABRT,TRAP,SYS"

local function list_of(text)
	local list = {}
	for word in text:gmatch "[^,%s]+" do list[#list + 1] = word end
	return list
end

local function errors_of(text)
	local list = list_of(text:upper())
	for _, name in ipairs(list) do
		if not lupe.errno(name) then return nil, "there is no error " .. name end
	end
	return #list > 0 and list or nil, "names of errors are expected, such as EIO,ENOSPC"
end

-- "0-125,255" as a set.
local function statuses_of(text)
	local set = {}
	for _, word in ipairs(list_of(text)) do
		local first, last = word:match "^(%d+)%-?(%d*)$"
		if not first or word:find "%-$" then return nil, "exit statuses are expected, such as 0-2,64" end
		last = math.tointeger(tonumber(last ~= "" and last or first))
		if last > 255 then return nil, "an exit status is at most 255" end
		for status = math.tointeger(tonumber(first)), last do set[status] = true end
	end
	return set
end

local values, operands = lupe.options {
	name = "lupe sweep",
	summary = "fail each system call of a command in turn, and find crashes, hangs and silent losses",
	usage = { "lupe sweep [options] -- COMMAND [ARG...]" },
	examples = {
		{ "lupe sweep -- ./prog input", "every call that can fail, one run for each" },
		{ "lupe sweep --set write,fsync --errors ENOSPC -- ./prog", "a full disk" },
		{ "lupe sweep --scratch --jobs 2 -- tar cf out.tar /etc/ssl", "in empty folders; what is left there is compared" },
		{ "lupe sweep --resume sweep.log -- make check", "stop it, and go on later" },
		{ "lupe sweep --fail=write:ENOSPC:3f2a90c11d07 -- ./prog", "one of its runs again, to look at" },
	},
	options = {
		{ long = "set", arg = "SET", help = "only these system calls, as in lupe trace -e trace=SET" },
		{ long = "errors", arg = "LIST", type = errors_of, help = "these errors, not those plausible for each call" },
		{ long = "max", arg = "N", type = "integer", help = "at most N runs" },
		{ long = "jobs", short = "j", arg = "N", type = "integer", default = 1, help = "N runs at a time" },
		{ long = "timeout", arg = "S", type = "seconds",
			help = "a run that takes longer hangs [ten times the undisturbed run and two seconds]" },
		{ long = "once", help = "fail the first call of a point only, as EINTR and EAGAIN always do" },
		{ long = "ok", arg = "LIST", type = statuses_of, default = nil,
			help = "exit statuses that may tell of a failure [0-125]" },
		{ long = "stdin", arg = "FILE", default = "/dev/null", help = "what the command reads" },
		{ long = "scratch", help = "run each in an empty folder of its own; the files left there are output" },
		{ long = "before", arg = "COMMAND", help = "a shell command to run before each run, in its folder" },
		{ long = "depth", arg = "N", type = "integer", default = 40, help = "frames that tell points apart" },
		{ long = "resume", arg = "FILE", help = "write results there, and leave out what is there already" },
		{ long = "json", help = "the report as one line of JSON" },
		{ long = "fail", arg = "POINT", help = "only this one: in the foreground, with its stack on stderr" },
	},
	notes = "Exit status: 0 nothing was found, 1 something was, 2 usage, 125 the command does not run as it is.",
}

local function stop(status, text, ...)
	io.stderr:write("lupe sweep: ", text:format(...), "\n")
	lupe.quit(status)
end

local words = lupe.program
if not words or #operands > 0 then
	stop(2, "the command is expected after '--'\nTry 'lupe sweep --help'.")
end
local allowed = values.ok or statuses_of "0-125"

-- --- the system calls ---

local numbers, wrong = core.set_parse(values.set or table.concat(plausible.names(), ","))
if not numbers then stop(2, "%s", wrong) end
local eligible = {}
for _, nr in ipairs(numbers) do
	local call = lupe.syscall(nr)
	if call and not call.never_returns then eligible[#eligible + 1] = call.name end
end
if #eligible == 0 then stop(2, "'%s' names no system call that can fail", values.set) end

-- The kernel closes a descriptor also when close fails: these are made, and their result is replaced.
local MADE = { close = true }
-- What is no -errno: brk answers where the break is.
local ANSWERS = { brk = 0 }

-- --- stacks ---

-- What a script may show or keep of frames: { { fn, file, line, module }, ... }
local function described(thread)
	local list = json.array()
	for i, frame in ipairs(stacks.frames(thread, { depth = values.depth, lines = true })) do
		list[i] = { fn = frame.fn or format.hex(frame.pc), file = frame.file, line = frame.line,
			module = frame.module and frame.module:match "[^/]*$" }
	end
	return list
end

-- FNV-1a
local function digest(text)
	local hash = 0xcbf29ce484222325
	for i = 1, #text do hash = (hash ~ text:byte(i)) * 0x100000001b3 end
	return ("%012x"):format(hash >> 16)
end

local function is_loader(module) return module and module:find "/ld[-%w_.]*%.so[%d.]*$" ~= nil end

-- What names the point of an entry event: equal in every run, wherever things are mapped. nil in the dynamic
-- loader before main.
local function point_id(event)
	local parts, only_loader = { event.name }, true
	for i, frame in ipairs(stacks.frames(event.thread, { depth = values.depth })) do
		local module = frame.module
		only_loader = only_loader and is_loader(module)
		parts[i + 1] = ("%s!%s+%x"):format(module and module:match "[^/]*$" or "?", frame.fn or "",
			frame.offset or frame.pc)
	end
	return not only_loader and digest(table.concat(parts, "\n")) or nil
end

-- --- a run ---

local of_pid = {} -- pid -> the run it belongs to
local points = { by_id = {} } -- in order of their first call: { id, name, errors, count, frames }

local function quoted(list)
	local out = {}
	for i, word in ipairs(list) do
		out[i] = word:find "^[%w_./:=@%%+,-]+$" and word or "'" .. word:gsub("'", "'\\''") .. "'"
	end
	return table.concat(out, " ")
end

local function shell(command)
	local pipe = assert(io.popen(command))
	local text = pipe:read "a"
	return text, (pipe:close())
end

local folder = shell("mktemp -d"):match "[^\n]+"
if not folder then stop(125, "no folder for temporary files can be made") end
lupe.on_end(function() os.execute("rm -rf -- " .. quoted { folder }) end)

local program = words
if values.scratch and words[1]:find "/" and not words[1]:find "^/" then
	program = table.move(words, 1, #words, 1, {})
	program[1] = shell("pwd"):match "[^\n]+" .. "/" .. words[1]
end

local n_runs = 0
local function new_run(fields)
	n_runs = n_runs + 1
	local base = ("%s/%d"):format(folder, n_runs)
	fields.out, fields.err, fields.dir = base .. ".out", base .. ".err", values.scratch and base .. ".dir" or nil
	fields.alive, fields.after, fields.stacks, fields.leaked = {}, {}, {}, 0
	if fields.dir then os.execute("mkdir " .. quoted { fields.dir }) end
	if values.before then
		local place = fields.dir and ("cd %s && "):format(quoted { fields.dir }) or ""
		if not os.execute(("{ %s%s\n} </dev/null >/dev/null"):format(place, values.before)) then
			stop(125, "the command of --before failed")
		end
	end
	return fields
end

local function discard(run)
	os.remove(run.out)
	os.remove(run.err)
	if run.dir then os.execute("rm -rf -- " .. quoted { run.dir }) end
end

local function kill_all(run)
	for pid in pairs(run.alive) do
		local process = lupe.process(pid)
		if process then process:kill() else run.alive[pid] = nil end
	end
end

-- It takes too long: where it stands is worth knowing.
local function expire(run, why)
	if run.hung then return end
	run.hung = why
	run.process:stop()
	local list = json.array()
	for thread in run.process:threads() do
		if #list == 0 then list = described(thread) end
	end
	run.where = list
	kill_all(run)
end

local function wait_all(run)
	local timer = lupe.after(GRACE, function()
		for _ in pairs(run.alive) do run.leaked = run.leaked + 1 end
		kill_all(run)
	end)
	while next(run.alive) do
		local process = lupe.process(next(run.alive))
		if process then process:wait() else run.alive[next(run.alive)] = nil end
	end
	timer:delete()
end

-- Starts the command with the fields of a run (recording, or point and error), waits for its end and
-- answers the run: how, number, took, hung, crashed, leaked, hit.
local function perform(fields, seconds)
	local run = new_run(fields)
	local began = lupe.now()
	local launch = { argv = program, cwd = run.dir, no_randomization = true }
	if not run.foreground then
		launch.stdin, launch.stdout, launch.stderr, launch.own_group = values.stdin, run.out, run.err, true
	end
	local process, message, code = lupe.launch(launch)
	if not process then stop(code == "not_found" and 127 or 126, "%s", message) end
	run.process = process
	of_pid[process.pid], run.alive[process.pid] = run, true
	local timer = seconds and lupe.after(seconds, function() expire(run, "time") end)
	run.how, run.number = process:wait()
	run.took = lupe.now() - began
	if timer then timer:delete() end
	wait_all(run)
	return run
end

lupe.on_fork(function(event)
	local run = of_pid[event.pid]
	if run then of_pid[event.child], run.alive[event.child] = run, true end
end)

lupe.on_exit(function(event)
	local run = of_pid[event.pid]
	if not run then return end
	of_pid[event.pid], run.alive[event.pid] = nil, nil
	local stack = run.stacks[event.pid]
	if event.kind == "killed" and stack and stack.signal == event.signo and not run.crashed then
		run.crashed, run.where = lupe.signal(event.signo), stack.frames
	end
end)

-- The last deadly signal of each process; it may have a handler that exits.
lupe.on_signal(CRASHES, function(event)
	local run = of_pid[event.pid]
	if run then run.stacks[event.pid] = { signal = event.signo, frames = described(event.thread) } end
end)

local function record(run, event)
	local errors = plausible.errors(event, { "EPERM" })
	local id = #errors > 0 and point_id(event)
	if not id then return end
	local point = points.by_id[id]
	if not point then
		point = { id = id, name = event.name, errors = values.errors or errors, count = 0, frames = described(event.thread) }
		points.by_id[id] = point
		points[#points + 1] = point
	end
	point.count = point.count + 1
end

-- The call that a run is about fails.
local function fail(run, event)
	run.hit = (run.hit or 0) + 1
	if run.foreground then
		io.stderr:write(("lupe sweep: %s fails with %s\n"):format(format.clean(tostring(event)), run.error))
		for i, frame in ipairs(described(event.thread)) do
			io.stderr:write(("  #%-2d %s\n"):format(i - 1, sweep_report.frame_text(frame)))
		end
	end
	if MADE[event.name] then run.after[event.tid] = true
	elseif ANSWERS[event.name] then event:skip(ANSWERS[event.name])
	else event:fail(run.error) end
end

local function on_enter(event)
	local run = of_pid[event.pid]
	-- The first execve is lupe's own.
	if not run or event.name == "execve" and not run.started then
		if run then run.started = true end
		return
	end
	if run.recording then record(run, event)
	elseif run.name == event.name and not (run.hit and (values.once or PASSING[run.error]))
		and point_id(event) == run.id then
		fail(run, event)
	end
end

local function on_exit(event)
	local run = of_pid[event.pid]
	if run and run.after[event.tid] then
		run.after[event.tid] = nil
		event.ret = -lupe.errno(run.error)
	end
end

-- The same calls are watched in all runs: to ask for others would interrupt those that go on.
for _, name in ipairs(eligible) do
	lupe.on_syscall(name, { on_enter = on_enter, on_exit = MADE[name] and on_exit or nil })
end

-- --- verdicts ---

local function same_file(a, b)
	local x <close> = assert(io.open(a, "rb"))
	local y <close> = assert(io.open(b, "rb"))
	while true do
		local p, q = x:read(1 << 16), y:read(1 << 16)
		if p ~= q then return false end
		if not p then return true end
	end
end

-- Names, kinds and contents of what a run left in its folder.
local function files_of(run)
	if not run.dir then return "" end
	return (shell(("cd %s && find . \\( -type f -exec cksum {} \\; -o -printf '%%y %%p %%l\\n' \\) | sort"):format(
		quoted { run.dir })))
end

local function same_output(run, base)
	return same_file(run.out, base.out) and files_of(run) == base.files
end

local function status_text(run)
	return run.how == "killed" and lupe.signal(run.number) or ("exit status %d"):format(run.number)
end

-- One word of how a run went beside the undisturbed one, and details.
local function judge(run, base)
	if run.hung then return "hang", run.hung == "time" and "still there after the time" or "writes without end" end
	if run.crashed then return "crash", run.crashed end
	if run.how == "killed" and (base.how ~= "killed" or run.number ~= base.number) then
		return "crash", status_text(run)
	end
	if not run.hit then return "missed" end
	if run.leaked > base.leaked then return "leak", ("%d left"):format(run.leaked - base.leaked) end
	local as_before = run.how == base.how and run.number == base.number
	if run.how == "exited" and not as_before and not allowed[run.number] then return "status", status_text(run) end
	if not as_before or not same_file(run.err, base.err) then return "told", status_text(run) end
	if base.steady and not same_output(run, base) then return "silent", status_text(run) end
	return "overcome"
end

-- --- one point in the foreground ---

local function again(point, err)
	local own = {}
	for _, name in ipairs { "set", "stdin", "before" } do
		if values[name] and values[name] ~= "/dev/null" then own[#own + 1] = ("--%s=%s"):format(name, values[name]) end
	end
	for _, name in ipairs { "once", "scratch" } do
		if values[name] then own[#own + 1] = "--" .. name end
	end
	if values.depth ~= 40 then own[#own + 1] = "--depth=" .. values.depth end
	own[#own + 1] = ("--fail=%s:%s:%s"):format(point.name, err, point.id)
	return ("lupe sweep %s -- %s"):format(quoted(own), quoted(words))
end

if values.fail then
	local name, err, id = values.fail:match "^([%w_]+):(%w+):(%x+)$"
	if not name or not lupe.errno(err) or not lupe.syscall(name) then
		stop(2, "'%s' is no point: NAME:ERROR:ID is expected", values.fail)
	end
	lupe.task(function()
		local run = perform({ foreground = true, name = name, error = err, id = id }, values.timeout)
		if not run.hit then io.stderr:write "lupe sweep: the command did not come to this point\n" end
		if run.hung then io.stderr:write "lupe sweep: it did not end in time\n" end
		if run.where then
			io.stderr:write(("lupe sweep: %s at\n"):format(run.hung and "it was" or run.crashed))
			for i, frame in ipairs(run.where) do
				io.stderr:write(("  #%-2d %s\n"):format(i - 1, sweep_report.frame_text(frame)))
			end
		end
		if run.leaked > 0 then io.stderr:write(("lupe sweep: %d processes were left behind\n"):format(run.leaked)) end
	end)
	lupe.run()
	return
end

-- --- the journal ---

local done, journal = {}, nil

local function signature()
	return json.encode { sweep = 1, command = json.array(table.move(words, 1, #words, 1, {})), depth = values.depth,
		once = values.once or false }
end

local function open_journal(name)
	local file = io.open(name, "r")
	if file then
		local head = file:read "l"
		if head and head ~= signature() then stop(2, "%s is the journal of another sweep", name) end
		for line in file:lines() do
			local item = json.decode(line)
			-- The last line may be cut short.
			if type(item) == "table" and type(item.key) == "string" then done[item.key] = item end
		end
		file:close()
		if not head then file = nil end
	end
	local trouble
	journal, trouble = io.open(name, "a")
	if not journal then stop(2, "%s", trouble) end
	journal:setvbuf "line"
	-- After a line that was cut short a new one begins.
	journal:write(file and "\n" or signature() .. "\n")
end

-- --- the sweep ---

local results, tally = {}, {}
local queue, total, left_out, started = {}, 0, 0, lupe.now()

local function progress()
	if not core.isatty(2) then return end
	local n = #results
	local parts = {}
	for _, verdict in ipairs(sweep_report.VERDICTS) do
		if tally[verdict] then parts[#parts + 1] = ("%d %s"):format(tally[verdict], verdict) end
	end
	local took = lupe.now() - started
	local rest = n > 0 and ("%.0f s left"):format(took / n * (total - n)) or ""
	io.stderr:write(("\r\27[K%s %d/%d  %s  %s"):format(format.bar(total > 0 and n / total or 1, 20), n, total, rest,
		table.concat(parts, ", ")))
end

local function note(item)
	results[#results + 1] = item
	tally[item.verdict] = (tally[item.verdict] or 0) + 1
	progress()
end

-- The runs to make: all points with their first error, then with their second, ...
local function plan()
	local most = 0
	for _, point in ipairs(points) do most = math.max(most, #point.errors) end
	for i = 1, most do
		for _, point in ipairs(points) do
			if point.errors[i] then queue[#queue + 1] = { point = point, error = point.errors[i] } end
		end
	end
	if values.max and #queue > values.max then
		left_out = #queue - values.max
		for i = #queue, values.max + 1, -1 do queue[i] = nil end
	end
	total = #queue
end

local function serve(base, limit)
	while #queue > 0 do
		local job = table.remove(queue, 1)
		local point, key = job.point, ("%s:%s:%s"):format(job.point.name, job.error, job.point.id)
		local item = done[key]
		if not item then
			local run = perform({ name = point.name, error = job.error, id = point.id }, limit)
			local verdict, detail = judge(run, base)
			item = { key = key, verdict = verdict, detail = detail, where = run.where }
			discard(run)
			if journal then journal:write(json.encode(item), "\n") end
		end
		item.point, item.error = point, job.error
		note(item)
	end
end

-- Undisturbed, three times: recorded, then twice to see what of it is always the same.
local function baseline()
	local first = perform({ recording = true }, values.timeout)
	if first.hung then stop(125, "the command does not end in time as it is") end
	if first.crashed then stop(125, "the command dies by %s as it is", first.crashed) end
	local base = perform({}, values.timeout)
	base.files = files_of(base)
	local other = perform({}, values.timeout)
	base.steady = same_output(other, base) and first.number == base.number
	base.leaked = math.max(first.leaked, base.leaked, other.leaked)
	base.took = math.max(first.took, base.took)
	if base.number ~= other.number then stop(125, "the command ends differently each time it runs") end
	discard(first)
	discard(other)
	return base
end

local running = {}
local function watch_output(base)
	local file = io.open(base.out, "rb")
	local limit = FLOOD + 4 * (file and file:seek "end" or 0)
	if file then file:close() end
	return lupe.every(0.5, function()
		for _, run in pairs(of_pid) do running[run] = true end
		for run in pairs(running) do
			for _, name in ipairs { run.out, run.err } do
				local output = io.open(name, "rb")
				if output and output:seek "end" > limit then expire(run, "flood") end
				if output then output:close() end
			end
			running[run] = nil
		end
	end)
end

local base
lupe.task(function()
	base = baseline()
	plan()
	if values.resume then open_journal(values.resume) end
	local watch, limit = watch_output(base), values.timeout or 10 * base.took + 2
	local workers = math.max(1, math.min(values.jobs, 64))
	for _ = 1, workers do
		lupe.task(function()
			serve(base, limit)
			workers = workers - 1
			if workers == 0 then watch:delete() end
		end)
	end
end)

-- --- the end ---

local reported = false
local function report()
	reported = true
	return sweep_report.print({ command = words, points = points, results = results, tally = tally, again = again,
		left_out = left_out + #queue, seconds = lupe.now() - started, steady = base.steady }, values.json)
end

-- What was found by then, when a signal ends it.
lupe.on_end(function()
	if base and not reported then report() end
end)

lupe.run()
if core.isatty(2) then io.stderr:write "\r\27[K" end
lupe.quit(report() > 0 and 1 or 0)
