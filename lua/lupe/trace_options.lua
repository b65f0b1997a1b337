-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The options of `lupe trace`: strace's, one entry each (see options.lua for the fields). Besides those,
--   qualifies = NAME   the long form of -e NAME=SET
-- Short and long form are two entries where they differ in taking an argument; they share a key.

local ALIGNED = "{ -p PID | PROGRAM [ARG...] }"

local trace_options = {}

local function switch(short, long, key, help, group)
	return { short = short, long = long, key = key, help = help, group = group }
end

-- A long option with an optional argument, and the short switch of the same meaning.
local function pair(list, short, long, key, arg, help, group, extra)
	list[#list + 1] = { short = short, key = key }
	local option = { long = long, key = key .. "_as", arg = arg, optional = true, value = false, group = group,
		help = ("%s (also -%s)"):format(help, short) }
	for name, value in pairs(extra or {}) do option[name] = value end
	list[#list + 1] = option
end

local function qualifier(list, name, help, group, extra)
	local option = { long = name, key = "qualify_" .. name:gsub("-", "_"), arg = "SET", help = help, group = group,
		qualifies = name }
	for key, value in pairs(extra or {}) do option[key] = value end
	list[#list + 1] = option
end

local function general(list)
	local group = "General"
	list[#list + 1] = { short = "e", key = "expression", arg = "EXPR", group = group,
		help = "WHAT=[!]VALUE[,VALUE...], or just the values of trace; WHAT is one of trace, abbrev, verbose, raw, "
			.. "signal, read, write, fault, inject, status, quiet, decode-fds, decode-pids, kvm" }
	list[#list + 1] = switch("h", "help", "help", "print this help", group)
	list[#list + 1] = switch("V", "version", "version", "print the version", group)
	list[#list + 1] = { short = "d", long = "debug", key = "debug", group = group,
		help = "tell what lupe itself does" }
end

local function startup(list)
	local group = "Start"
	list[#list + 1] = { short = "p", long = "attach", key = "attach", arg = "PID", operand_like = "pid", group = group,
		help = "trace a running process; a list or several -p trace several" }
	list[#list + 1] = { short = "E", long = "env", key = "env", arg = "NAME[=VALUE]", group = group,
		help = "set a variable in the environment of PROGRAM, or take it out" }
	list[#list + 1] = { short = "u", long = "user", key = "user", arg = "NAME", group = group,
		help = "run PROGRAM as this user" }
	list[#list + 1] = { long = "argv0", key = "argv0", arg = "NAME", group = group,
		help = "what PROGRAM sees as its own name" }
end

local function tracing(list)
	local group = "Tracing"
	list[#list + 1] = switch("f", "follow-forks", "follow", "trace new processes and threads too", group)
	list[#list + 1] = { short = "F", key = "follow_old" }
	list[#list + 1] = { long = "output-separately", key = "separate", group = group,
		help = "with -o: a file for each thread, FILE.PID (also -ff)" }
	list[#list + 1] = { short = "b", long = "detach-on", key = "detach_on", arg = "execve", group = group,
		help = "let a process go when it executes another program" }
	pair(list, "D", "daemonize", "daemonize", "WHERE", "trace from a grandchild, not from the parent; WHERE: grandchild, "
		.. "pgroup (-DD), session (-DDD)", group)
	list[#list + 1] = { short = "I", long = "interruptible", key = "interruptible", arg = "WHEN", group = group,
		help = "when signals end lupe: 1 anywhere, 2 waiting, 3 never (with -o FILE PROGRAM), 4 never_tstp [2]" }
	list[#list + 1] = { long = "syscall-limit", key = "syscall_limit", arg = "N", group = group,
		help = "detach from all after N calls" }
	list[#list + 1] = { long = "seccomp-bpf", key = "seccomp_bpf", group = group,
		help = "stop at traced calls only; lupe does so wherever it can" }
	list[#list + 1] = { long = "kill-on-exit", key = "kill_on_exit", group = group,
		help = "let the kernel kill the targets if lupe dies" }
end

local function filtering(list)
	local group = "Filters"
	qualifier(list, "trace", "calls to trace: [?]NAME, %GROUP, /REGEX, all, none", group)
	qualifier(list, "signal", "signals to print", group, { also = { "signals" } })
	qualifier(list, "status", "calls to print by how they ended: successful, failed, unfinished, unavailable, detached",
		group)
	list[#list + 1] = { short = "P", long = "trace-path", key = "path", arg = "PATH", group = group,
		help = "calls that touch this file" }
	list[#list + 1] = { long = "where", key = "where", arg = "LUA", group = group,
		help = "finished calls for which this is true: 'ret < 0 and args.path:find \"^/etc\"'" }
	list[#list + 1] = switch("z", "successful-only", "successful", "calls that did not fail", group)
	list[#list + 1] = switch("Z", "failed-only", "failed", "calls that failed", group)
end

local function output(list)
	local group = "Output"
	list[#list + 1] = { short = "o", long = "output", key = "output", arg = "FILE", operand_like = "file",
		group = group, help = "write there instead of stderr; '|COMMAND' or '!COMMAND': to its input" }
	list[#list + 1] = switch("A", "output-append-mode", "append", "with -o: add to the file", group)
	list[#list + 1] = { short = "a", long = "columns", key = "column", arg = "COLUMN", group = group,
		help = "where results begin [40]" }
	list[#list + 1] = { short = "s", long = "string-limit", key = "string_limit", arg = "SIZE", group = group,
		help = "bytes shown of a string [32]" }
	list[#list + 1] = { short = "t", key = "clock" }
	list[#list + 1] = { long = "absolute-timestamps", also = { "timestamps" }, key = "clock_as", arg = "FORMAT",
		optional = true, value = false, group = group,
		help = "time of day: none, time or unix, then s, ms, us or ns (also -t; -tt: time,us; -ttt: unix,us)" }
	pair(list, "r", "relative-timestamps", "relative", "PRECISION", "time since the line before: s, ms, us or ns [us]",
		group)
	pair(list, "T", "syscall-times", "duration", "PRECISION", "time spent in each call: s, ms, us or ns [us]", group)
	list[#list + 1] = { short = "q", key = "quiet" }
	list[#list + 1] = { long = "quiet", also = { "silent", "silence" }, key = "qualify_quiet", arg = "SET",
		optional = true, value = false, group = group, qualifies = "quiet",
		help = "leave out messages: attach, exit, path-resolution, personality, thread-execve "
			.. "(also -q: attach,personality; -qq: exit too; -qqq: all)" }
	list[#list + 1] = switch("v", "no-abbrev", "verbose", "abbreviate nothing", group)
	qualifier(list, "abbrev", "calls to abbreviate", group)
	qualifier(list, "verbose", "calls whose structures are shown", group)
	qualifier(list, "raw", "calls whose arguments are shown as numbers", group)
	qualifier(list, "read", "descriptors whose input is dumped", group)
	qualifier(list, "write", "descriptors whose output is dumped", group)
	qualifier(list, "kvm", "vcpu: why a virtual CPU stopped", group)
	list[#list + 1] = { short = "x", key = "hex" }
	list[#list + 1] = { long = "strings-in-hex", key = "hex_as", arg = "WHICH", optional = true, value = false,
		group = group, help = "strings in hexadecimal: non-ascii (-x), all (-xx), or non-ascii-chars of any" }
	list[#list + 1] = { short = "X", long = "const-print-style", key = "style", arg = "FORMAT", group = group,
		help = "named constants: raw, abbrev or verbose" }
	list[#list + 1] = { short = "y", key = "fds" }
	list[#list + 1] = { long = "decode-fds", key = "qualify_decode_fds", arg = "SET", optional = true,
		value = false, group = group, qualifies = "decode-fds",
		help = "what a descriptor stands for: path (-y), socket, dev, pidfd, all (-yy)" }
	list[#list + 1] = { short = "Y", key = "pids" }
	qualifier(list, "decode-pids", "what a process id stands for: comm (-Y), pidns", group)
	list[#list + 1] = switch("i", "instruction-pointer", "pc", "the instruction pointer", group)
	list[#list + 1] = switch("n", "syscall-number", "number", "the call's number", group)
	list[#list + 1] = { short = "k", key = "stacks" }
	list[#list + 1] = { long = "stack-traces", also = { "stack-trace" }, key = "stacks_as", arg = "FORM",
		optional = true, value = false, group = group,
		help = "the stack at each call and signal: symbol (-k), or source, with lines and inlined functions (-kk)" }
	list[#list + 1] = { long = "secontext", key = "secontext", arg = "FORMAT", optional = true, value = false,
		group = group, help = "SELinux contexts: this build has none" }
	list[#list + 1] = { long = "color", key = "color", arg = "WHEN", group = group,
		help = "colours: auto (on a terminal, unless NO_COLOR is set), always, never [never]" }
	list[#list + 1] = { long = "tree", key = "tree", group = group, help = "in the end, the processes as a tree" }
	list[#list + 1] = { long = "json", key = "json", group = group, help = "JSON Lines: an object an event" }
	list[#list + 1] = { long = "arg-names", key = "arg_names", group = group, help = "arguments with their names" }
end

local function statistics(list)
	local group = "Statistics"
	list[#list + 1] = { short = "c", long = "summary-only", key = "summary_only", group = group,
		help = "only a table of calls, times and errors" }
	list[#list + 1] = { short = "C", long = "summary", key = "summary", group = group,
		help = "the table after the trace" }
	list[#list + 1] = { short = "O", long = "summary-syscall-overhead", key = "overhead", arg = "TIME",
		group = group, help = "time to subtract from each call" }
	list[#list + 1] = { short = "S", long = "summary-sort-by", key = "sort_by", arg = "COLUMN",
		group = group, help = "order of the table" }
	list[#list + 1] = { short = "U", long = "summary-columns", key = "summary_columns", arg = "COLUMNS",
		group = group, help = "columns of the table" }
	list[#list + 1] = { short = "w", long = "summary-wall-clock", key = "wall_clock", group = group,
		help = "count the time that passes, not the system's" }
end

local function tampering(list)
	local group = "Changes"
	qualifier(list, "inject", "SET:error=E|retval=N[:signal=S][:delay_enter=T][:delay_exit=T][:when=N]: change calls",
		group)
	qualifier(list, "fault", "SET[:error=E][:when=N]: let calls fail, with ENOSYS by default. Both also take "
		.. "stack=FUNCTION, path=, fd=, thread=, pid=, args.NAME=, after=SET, before=SET, probability=, seed=: which "
		.. "calls; patterns as in a shell", group)
	list[#list + 1] = { long = "tips", key = "tips", arg = "FORMAT", optional = true, value = false, group = group,
		help = "say something worth knowing at the end: [ID,]none, compact or full" }
end

local function all()
	local list = {}
	for _, add in ipairs { general, startup, tracing, filtering, output, statistics, tampering } do add(list) end
	return list
end

trace_options.spec = {
	name = "lupe trace",
	summary = "print the system calls and signals of programs, as strace does",
	usage = { "lupe trace [options] " .. ALIGNED },
	examples = {
		{ "lupe trace ls", "every call of a program" },
		{ "lupe trace -f -o log make", "of a whole build, into a file" },
		{ "lupe trace -e %file -p 4242", "what a running process does with files" },
		{ "lupe trace --where 'err == \"EACCES\"' make", "calls that were not permitted" },
		{ "lupe trace -e trace=openat,close -e signal=none -tt ls", "two calls, no signals, with the time" },
	},
	options = all(),
	notes = "The exit status is the program's own; 1 if it cannot be traced.",
	operand_like = "command",
}

return trace_options
