-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- `lupe trace`: strace's command line and manners around the log, which is C. Here: what the options
-- mean, who is traced, and how it all ends. Errors exit with 1, in strace's words.

local core = require "lupe.core"
local options = require "lupe.options"
local inject = require "lupe.trace_inject"
local sets = require "lupe.trace_sets"
local summary = require "lupe.trace_summary"
local tips = require "lupe.trace_tips"
local tree = require "lupe.trace_tree"
local where = require "lupe.trace_where"
local spec = require("lupe.trace_options").spec

local trace = { spec = spec }

local ERROR = 1
local INT_MAX = 0x7fffffff

-- A message for the user is raised as a table: { text, usage = true for "Try ... -h" }.
local function fail(format, ...)
	error({ format:format(...) }, 0)
end

local function usage_error(format, ...)
	error({ format:format(...), usage = true }, 0)
end

local function value_or_fail(value, message)
	if value == nil then fail("%s", message) end
	return value
end

-- --- what the options mean: each function changes the settings ---

local function invalid(option, text)
	usage_error("invalid %s argument: '%s'", option.short and "-" .. option.short or "--" .. option.long, text)
end

local function count(settings, name)
	settings.counts[name] = (settings.counts[name] or 0) + 1
	return settings.counts[name]
end

local function syscalls(text)
	return value_or_fail(core.set_parse(text))
end

-- How much of the given set is "not": an abbreviation that excludes some shows those in full.
local function complement(text)
	return syscalls(text:sub(1, 1) == "!" and text:sub(2) or "!" .. text)
end

-- -e NAME=SET
local QUALIFIERS = {
	trace = function(s, text) s.log.trace = syscalls(text) end,
	abbrev = function(s, text) s.log.unabbreviated = complement(text) end,
	verbose = function(s, text) s.log.opaque = complement(text) end,
	raw = function(s, text) s.log.raw = syscalls(text) end,
	signal = function(s, text) s.log.signals = value_or_fail(sets.signals(text, core.signal_number)) end,
	status = function(s, text)
		s.log.status = value_or_fail(sets.words("status", text, sets.STATUS, sets.STATUS_ALL))
	end,
	quiet = function(s, text)
		s.quiet = value_or_fail(sets.words("quiet", text, sets.QUIET, sets.QUIET_ALL))
	end,
	read = function(s, text) s.log.dump_read = value_or_fail(sets.descriptors(text)) end,
	write = function(s, text) s.log.dump_write = value_or_fail(sets.descriptors(text)) end,
	["decode-pids"] = function(s, text)
		local kinds = value_or_fail(sets.words("decode-pids", text, sets.DECODE_PIDS, sets.DECODE_PIDS_ALL))
		s.log.names = kinds & sets.DECODE_PIDS.comm ~= 0
		s.log.pid_spaces = kinds & sets.DECODE_PIDS.pidns ~= 0
	end,
	["decode-fds"] = function(s, text)
		s.log.fd_paths = value_or_fail(sets.words("decode-fds", text, sets.DECODE_FDS, sets.DECODE_FDS_ALL))
	end,
}

function QUALIFIERS.kvm(s, text)
	if text ~= "vcpu" then fail("invalid -e kvm= argument: '%s'", text) end
	s.log.kvm = true
end

for _, what in ipairs { "inject", "fault" } do
	QUALIFIERS[what] = function(s, text)
		s.log.rules = s.log.rules or {}
		table.insert(s.log.rules, value_or_fail(inject.parse(what, text, core)))
		s.log.guard = inject.guard(s.log.rules)
	end
end

local ALIASES = { t = "trace", a = "abbrev", v = "verbose", x = "raw", s = "signal", signals = "signal", r = "read",
	reads = "read", w = "write", writes = "write", q = "quiet", silent = "quiet", silence = "quiet",
	["decode-fd"] = "decode-fds", ["decode-pid"] = "decode-pids" }

local function qualify(settings, name, text)
	name = ALIASES[name] or name
	QUALIFIERS[name](settings, text)
end

local apply = {}

function apply.expression(settings, text)
	local name, set = text:match("^([%a-]+)=(.*)$")
	if name and (QUALIFIERS[name] or ALIASES[name]) then return qualify(settings, name, set) end
	qualify(settings, "trace", text)
end

function apply.help(settings) settings.help = true end
function apply.version(settings) settings.version = true end

function apply.attach(settings, text)
	for _, pid in ipairs(value_or_fail(sets.pids(text))) do table.insert(settings.pids, pid) end
end
function apply.env(settings, text) table.insert(settings.env, text) end
function apply.argv0(settings, text) settings.argv0 = text end
function apply.user(settings, text) settings.user = text end
function apply.debug(settings) settings.log.debug = true end

local DAEMONIZE = { "grandchild", "pgroup", "session" }
function apply.daemonize(settings)
	local level = count(settings, "daemonize")
	if level > #DAEMONIZE then settings.too_many = level end
	settings.daemonize = DAEMONIZE[level]
end
function apply.daemonize_as(settings, text, option)
	settings.daemonize = text or "grandchild"
	for _, known in ipairs(DAEMONIZE) do
		if settings.daemonize == known then return end
	end
	invalid({ long = option.long }, text)
end

function apply.syscall_limit(settings, text, option)
	local limit = sets.number(text, INT_MAX)
	if not limit or limit < 1 then invalid(option, text) end
	settings.log.call_limit = limit
end
function apply.kill_on_exit(settings) settings.kill_on_exit = true end
function apply.secontext(settings)
	fail("SELinux context printing (--secontext option) is not supported by this build of %s", settings.log.program)
end
function apply.tips(settings, text, option)
	settings.tips = tips.parse(text) or invalid(option, text)
end

function apply.follow(settings)
	if count(settings, "follow") >= 2 then settings.log.separate = true end
	settings.log.follow = true
end
function apply.follow_old(settings) settings.follow_old = true end
function apply.separate(settings) settings.log.separate = true end
function apply.detach_on(settings, text)
	if text ~= "execve" then fail("Syscall '%s' for -b isn't supported", text) end
	settings.log.detach_on_exec = true
end

local INTERRUPTIBLE = { anywhere = 1, waiting = 2, never = 3, never_tstp = 4 }
function apply.interruptible(settings, text, option)
	local level = INTERRUPTIBLE[text] or sets.number(text, 4)
	if not level or level < 1 then invalid(text:find("^%d") and option or { long = option.long }, text) end
	settings.interruptible = level
end
function apply.seccomp_bpf(settings) settings.seccomp_bpf = true end

function apply.path(settings, text)
	settings.log.paths = settings.log.paths or {}
	table.insert(settings.log.paths, text)
end
function apply.successful(settings)
	settings.log.status = sets.STATUS.successful
	settings.by_outcome = (settings.by_outcome or "") .. "z"
end
function apply.failed(settings)
	settings.log.status = sets.STATUS.failed
	settings.by_outcome = (settings.by_outcome or "") .. "Z"
end

function apply.output(settings, text) settings.log.file = text end
function apply.append(settings) settings.log.append = true end
function apply.column(settings, text, option)
	settings.log.column = sets.number(text, INT_MAX) or invalid(option, text)
end
function apply.string_limit(settings, text, option)
	settings.log.string_max = sets.number(text, INT_MAX) or invalid(option, text)
end

function apply.clock(settings)
	local log, n = settings.log, count(settings, "clock")
	log.clock, log.clock_digits = n >= 3 and "unix" or "time", n >= 2 and 6 or 0
end
function apply.clock_as(settings, text, option)
	local clock, digits = sets.timestamps(text or "")
	if not clock then invalid({ long = option.long }, text) end
	settings.clock_as = true
	settings.log.clock, settings.log.clock_digits = clock ~= "none" and clock or nil, digits
end

local function precision(name)
	return function(settings, text, option)
		settings.log[name] = not text and 6 or sets.precision(text) or invalid(option, text)
	end
end
apply.relative, apply.relative_as = precision "relative_digits", precision "relative_digits"
apply.duration, apply.duration_as = precision "duration_digits", precision "duration_digits"

function apply.quiet(settings) count(settings, "quiet") end
function apply.verbose(settings) settings.log.unabbreviated = syscalls "all" end

function apply.hex(settings) settings.log.hex_strings = math.min(2, count(settings, "hex")) end
local HEX = { none = 0, ["non-ascii"] = 1, all = 2, ["non-ascii-chars"] = 3 }
function apply.hex_as(settings, text, option)
	settings.log.hex_strings = HEX[text or "all"] or invalid(option, text)
end

local STYLES = { raw = true, abbrev = true, verbose = true }
function apply.style(settings, text, option)
	if not STYLES[text] then invalid(option, text) end
	settings.log.xlat = text
end

function apply.fds(settings)
	settings.log.fd_paths = count(settings, "fds") >= 2 and sets.DECODE_FDS_ALL or sets.DECODE_FDS.path
end
function apply.pids(settings) settings.log.names = true end
function apply.pc(settings) settings.log.pc = true end
function apply.number(settings) settings.log.number = true end
function apply.stacks(settings)
	settings.log.stacks = true
	if count(settings, "stacks") >= 2 then settings.log.stack_lines = true end
end
function apply.stacks_as(settings, text, option)
	if text and text ~= "symbol" and text ~= "source" then invalid(option, text) end
	settings.log.stacks, settings.log.stack_lines = true, text == "source"
end
function apply.color(settings, text, option)
	if text ~= "auto" and text ~= "always" and text ~= "never" then invalid(option, text) end
	settings.color = text
end
function apply.tree(settings) settings.log.tree = true end
function apply.where(settings, text)
	if settings.log.keep then fail("--where can be given once; join expressions by 'and'") end
	settings.log.keep, settings.where_error = where.compile(text)
	if not settings.log.keep then fail("%s", settings.where_error) end
	settings.where_names = where.names(text)
end
function apply.json(settings) settings.log.json = true end
function apply.arg_names(settings) settings.log.arg_names = true end

function apply.summary_only(settings) settings.log.summary_only = true end
function apply.summary(settings) settings.log.summary = true end
function apply.wall_clock(settings) settings.log.wall_clock = true end
function apply.overhead(settings, text, option)
	settings.log.overhead_ns = sets.nanoseconds(text) or invalid(option, text)
end
function apply.sort_by(settings, text)
	local order, message = summary.order(text)
	if not order then usage_error("%s", message) end
	settings.order = order
end
function apply.summary_columns(settings, text)
	local columns, message = summary.columns(text)
	if not columns then usage_error("%s", message) end
	settings.columns = columns
end

-- What the long form of -e means without an argument.
local BARE = { quiet = "attach,personality", ["decode-fds"] = "path" }

local function apply_one(settings, item)
	local option, text = item.option, item.value
	if type(text) ~= "string" then text = nil end -- a switch, or an optional argument that was left out
	if option.qualifies then return qualify(settings, option.qualifies, text or BARE[option.qualifies]) end
	apply[item.key](settings, text, option)
end

-- --- rules about several options ---

local QUIET_LEVELS = { [0] = "none", "attach,personality", "attach,personality,exit", "all" }

local function warn(settings, format, ...)
	io.stderr:write(settings.log.program, ": ", format:format(...), "\n")
end

local function check_output(settings)
	local log = settings.log
	local piped = log.file and log.file:find("^[|!]")
	if log.separate and piped then
		usage_error("piping the output and -ff/--output-separately are mutually exclusive")
	end
	if log.separate and not log.file and not settings.counts.follow then
		warn(settings, "--output-separately has no effect without -o/--output")
	end
	if log.append and not log.file then warn(settings, "-A/--output-append-mode has no effect without -o/--output") end
	if not log.file then log.separate, log.append = nil, nil end
end

-- Options that say nothing when there is only a summary.
local WITHOUT_LINES = {
	{ "pc", "-i/--instruction-pointer" }, { "stacks", "-k/--stack-traces" }, { "number", "-n/--syscall-number" },
	{ "relative_digits", "-r/--relative-timestamps" }, { "clock", "-t/--absolute-timestamps" },
	{ "duration_digits", "-T/--syscall-times" }, { "fd_paths", "-y/--decode-fds" },
}

local function check_summary(settings)
	local log = settings.log
	if log.summary and log.summary_only then
		usage_error("-c/--summary-only and -C/--summary are mutually exclusive")
	end
	local any = log.summary or log.summary_only
	if any and log.separate then
		usage_error("(-c/--summary-only or -C/--summary) and -ff/--output-separately are mutually exclusive")
	end
	if log.wall_clock and not any then
		usage_error("-w/--summary-wall-clock must be given with (-c/--summary-only or -C/--summary)")
	end
	if settings.columns and not any then
		usage_error("-U/--summary-columns must be given with (-c/--summary-only or -C/--summary)")
	end
	for _, option in ipairs(log.summary_only and WITHOUT_LINES or {}) do
		if log[option[1]] then warn(settings, "%s has no effect with -c/--summary-only", option[2]) end
	end
end

-- strace has no colours: they must be asked for.
local function wants_color(settings)
	if settings.color ~= "auto" then return settings.color == "always" end
	return not settings.log.file and (os.getenv "NO_COLOR" or "") == "" and os.getenv "TERM" ~= "dumb"
		and core.isatty(2)
end

local function check_rules(settings)
	local log, counts = settings.log, settings.counts
	if not settings.program and #settings.pids == 0 then usage_error("must have PROG [ARGS] or -p PID") end
	if counts.clock and settings.clock_as then
		usage_error("-t and --absolute-timestamps cannot be provided simultaneously")
	end
	if counts.quiet and settings.quiet then fail("-q and -e quiet/--quiet cannot be provided simultaneously") end
	if settings.follow_old then
		warn(settings, "deprecated option -F ignored")
		log.follow = true
	end
	if settings.by_outcome and settings.by_outcome:find("z") and settings.by_outcome:find("Z") then
		warn(settings, "Only the last of -z/--successful-only/-Z/--failed-only options will take effect. "
			.. "See status qualifier for more complex filters.")
	end
	if settings.seccomp_bpf and not log.follow then
		warn(settings, "--seccomp-bpf cannot be used without -f/--follow-forks, disabling")
	end
	if settings.too_many then
		usage_error("Too many -D's (%d), maximum supported -D count is %d", settings.too_many, #DAEMONIZE)
	end
	if settings.daemonize and not settings.program then
		usage_error("PROG [ARGS] must be specified with -D/--daemonize")
	end
	if settings.kill_on_exit and #settings.pids > 0 then
		usage_error("--kill-on-exit and -p/--attach are mutually exclusive")
	end
	if settings.user and not settings.program then
		warn(settings, "ignoring -u/--user '%s': it makes sense only with PROG", settings.user)
	end
	check_summary(settings)
	check_output(settings)
	if settings.where_names and not log.trace then
		log.trace = syscalls("?" .. table.concat(settings.where_names, ",?"))
	end
	log.color = not log.json and wants_color(settings)
	local level = QUIET_LEVELS[math.min(3, counts.quiet or 0)]
	log.quiet = settings.quiet or sets.words("quiet", level, sets.QUIET, sets.QUIET_ALL)
	if log.file and settings.program and #settings.pids == 0 then
		log.quiet = log.quiet | sets.QUIET.attach | sets.QUIET.personality
	end
	settings.interruptible = settings.interruptible or log.file and settings.program and 3 or 2
end

-- The words of a command line as settings. Raises { text, usage = } for a wrong one.
function trace.parse(argv, program)
	local parsed, message = options.parse(spec, argv, 1, { stop_at_operand = true })
	if not parsed then usage_error("%s", message) end
	local settings = { log = { program = program }, pids = {}, env = {}, counts = {} }
	for _, item in ipairs(parsed.order) do apply_one(settings, item) end
	if settings.help or settings.version then return settings end
	local words = table.move(parsed.rest or {}, 1, #(parsed.rest or {}), #parsed.operands + 1, parsed.operands)
	if #words > 0 then settings.program = words end
	check_rules(settings)
	return settings
end

-- --- targets ---

-- Our environment as changed by -E: an array of "NAME=value", or nil when it is to stay.
local function environment(changes)
	if #changes == 0 then return nil end
	local values, order = {}, {}
	local function put(name, value)
		if values[name] == nil then order[#order + 1] = name end
		values[name] = value
	end
	local file = io.open("/proc/self/environ", "rb")
	for entry in (file and file:read("a") or ""):gmatch("([^\0]+)") do
		local name, value = entry:match("^([^=]*)=(.*)$")
		if name then put(name, value) end
	end
	if file then file:close() end
	for _, change in ipairs(changes) do
		local name, value = change:match("^([^=]*)=(.*)$")
		put(name or change, value or false)
	end
	local list = {}
	for _, name in ipairs(order) do
		if values[name] then list[#list + 1] = name .. "=" .. values[name] end
	end
	return list
end

local function launch(session, log, settings)
	local words = settings.program
	local argv = table.move(words, 1, #words, 1, {})
	argv[1] = settings.argv0 or argv[1]
	local wanted = { file = words[1], argv = argv, env = environment(settings.env), user = settings.user,
		daemonize = settings.daemonize }
	local process, message, code, errnum = session:launch(wanted)
	if not process and settings.user and message:find("^Cannot find user") then fail("%s", message) end
	if not process and settings.user and code == "permission" and message:find("^only root") then
		fail("You must be root to use the -u/--user option")
	end
	if not process and code == "not_found" and not core.program_path(words[1]) then
		fail("Can't stat '%s': %s", words[1], message:match(": ([^:]*)$") or "No such file or directory")
	end
	if not process and errnum > 0 and message:find("^cannot run") then
		log:failed_exec(wanted, errnum)
		return nil
	end
	if not process then fail("exec: %s", message) end
	log:attached(process, true)
	return process.pid
end

-- Attaches to all that can be; true when at least one is traced.
local function attach_all(session, log, settings)
	local any = false
	settings.attached = {}
	for _, pid in ipairs(settings.pids) do
		local process, message = session:attach(pid)
		if process then
			log:attached(process, false, not settings.log.follow and pid or nil)
			table.insert(settings.attached, process.pid)
			any = true
		else
			warn(settings, "attach: %s", message)
		end
	end
	return any
end

-- --- the run ---

local NEVER = 3

-- Runs until all is over: the exit status of the program, or { signal = n } to end by.
local function run(log, settings, main_pid)
	local status = 0
	while true do
		local kind, number = log:run(main_pid or 0)
		if kind == "no_targets" then return status
		elseif kind == "exited" then status = number
		elseif kind == "killed" then status = { signal = number }
		elseif kind == "syscall_exit" then return status, true
		elseif kind == "woken" and settings.interruptible < NEVER then return { signal = number }
		end
	end
end

-- In the order in which they were attached to, then those that were born since; all, or those that are not ours.
local function let_go(session, log, settings, all)
	local processes, rank = {}, {}
	for i, pid in ipairs(settings.attached) do rank[pid] = i end
	for _, process in ipairs(session:processes()) do
		if all or not process.launched then processes[#processes + 1] = process end
	end
	table.sort(processes, function(a, b)
		return (rank[a.pid] or math.maxinteger) < (rank[b.pid] or math.maxinteger)
	end)
	for _, process in ipairs(processes) do log:detach(process) end
end

local function trace_targets(settings)
	local follow = settings.log.follow and "both" or "nothing"
	-- What may be let go while it runs can't have a filter.
	local session <close> = core.session { follow = follow, follow_cpu = true,
		use_filter = not (settings.log.detach_on_exec or settings.log.call_limit or settings.daemonize) }
	local log <close> = value_or_fail(core.log(session, settings.log))
	if settings.interruptible > NEVER then core.stay_running() end
	local main_pid
	if settings.program then main_pid = launch(session, log, settings) end
	local any = attach_all(session, log, settings)
	if not main_pid and not any and not settings.program then return ERROR end
	local status, limited = ERROR
	if main_pid or any then
		status, limited = run(log, settings, main_pid)
		let_go(session, log, settings, limited)
	end
	if settings.log.summary or settings.log.summary_only then
		log:text(summary.text(log:counts(), settings.columns, settings.order))
	end
	if settings.log.tree then log:text(tree.text(log:processes(), core.signal_name)) end
	log:close()
	local failure = settings.where_error and settings.where_error()
	if failure then warn(settings, "--where chose nothing: %s", failure) end
	if settings.tips then io.stderr:write(tips.text(settings.tips, math.random)) end
	return status
end

local function help_text()
	return options.help(spec, core.winsize and core.winsize())
end

-- `lupe trace ...`: argv[0] is the name that lupe was called by.
function trace.main(argv)
	local name = (argv[0] or ""):find("strace$") and argv[0] or "lupe"
	local ok, result = pcall(function()
		local settings = trace.parse(argv, name)
		if settings.help then
			io.stdout:write(help_text())
			return 0
		elseif settings.version then
			io.stdout:write(("%s -- version %s\n"):format(name, core.version.lupe))
			return 0
		end
		return trace_targets(settings)
	end)
	if ok then return result end
	if type(result) ~= "table" then error(result, 0) end
	io.stderr:write(name, ": ", result[1], "\n")
	if result.usage then
		io.stderr:write(("Try '%s -h' for more information.\n"):format(name == "lupe" and "lupe trace" or name))
	end
	return ERROR
end

return trace
