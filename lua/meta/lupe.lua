---@meta
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Annotations for the Lua language server: put the folder of this file into its setting workspace.library.
-- Made by docs/generate.lua.
-- luacheck: ignore

---the library: a global of scripts and of the prompt
---@class lupe
---@field program string[]? The words after `--`; false when there are none. They are started before the script, unless its head has a line "-- lupe: starts the program itself".
---@field target lupe.process The process that the run is about: the first, or the one chosen at the prompt; nil for none.
---@field version string The version of lupe.
lupe = {}

---A command of one's own: the table that lupe/commands.lua describes.
---@param command table
function lupe.add_command(command) end

---Where a value lies in the target; nil when it lies in a register.
---@param value lupe.value
---@return integer?
function lupe.addr(value) end

---Calls fn once in so many seconds: 1, 0.5, "10ms". The run goes on until then.
---@param delay number | string
---@param fn fun()
---@return lupe.timer
function lupe.after(delay, fn) end

---Attaches to all threads of a running process.
---@param pid integer
---@return lupe.process|nil
---@return string? message
---@return string? code
function lupe.attach(pid) end

---What lies at an address (or where an object of the program lies) as another type: one of p:type, or its name.
---@param process lupe.process
---@param kind lupe.type | string
---@param address integer | lupe.variable
---@return any
function lupe.cast(process, kind, address) end

---Runs a line of the prompt.
---@param line string
function lupe.cmd(line) end

---A copy of a value that the target no longer changes.
---@param value any
---@return any
function lupe.copy(value) end

---Counts keys: c:add(key, n), c:get(key), c:top(n), c.total, #c, c:clear(); print(c) is a table, the most
---frequent first. A key may be an array: lupe.counter { "SYSCALL", "ERROR" }, c:add { ev.name, ev.err or "" }.
---@param titles? string | string[]
---@return lupe.counter
function lupe.counter(titles) end

---"ENOENT" to 2 and back.
---@param errno string | integer
---@return integer | string | nil
function lupe.errno(errno) end

---The value of an expression as in C, of the selected thread: a number, or an address.
---@param text string
---@return any
function lupe.eval(text) end

---Calls fn every so many seconds, as long as there are targets.
---@param period number | string
---@param fn fun()
---@return lupe.timer
function lupe.every(period, fn) end

---A counter of stacks: add(stack, n) of "outermost;...;innermost", folded() as lines for `lupe flame`, heaviest(n),
---functions(n) as tables.
---@return lupe.folded
function lupe.folded() end

---A setting of the prompt, as `show NAME`.
---@param name string
---@return any
function lupe.get(name) end

---An address as people read it, 0x7f..., also above 2^63.
---@param n integer
---@return string
function lupe.hex(n) end

---How numbers are spread: h:add(value), h:mean(), h:quantile(0.99); print(h) draws bars. Buckets are powers of
---two, or of equal width with `step`; then what is below `min` and above `max` has a line each.
---@param options? string | { title?: string, unit?: string, step?: number, min?: number, max?: number }
---@return lupe.histogram
function lupe.histogram(options) end

---The same for each key: hs:add(key, value), hs:get(key), hs:top(n).
---@param options? string | table
---@return lupe.histograms
function lupe.histograms(options) end

---A rule instead of a function:
---```lua
---lupe.inject("write", { error = "ENOSPC", fd = "*.db", when = 3 })
---```
---What to do: error, ret (both: the kernel does not run the call), signal, delay_enter, delay_exit
---(seconds, or "10ms"). When: when ("3", "3+", "3+2", "2..5", counted per thread and syscall),
---probability with seed, fd (number, or pattern of its path), path (pattern; of a call without one, of its
---descriptor's), args ({ count = 4096 }; a value, a pattern or a function), thread (tid, pattern of its
---name), pid, condition, stack (pattern of a function on the stack, or several, the innermost first), after
---and before ("fsync", or { "openat", path = "\*.db", count = 2 }: once, or until, such a call was made).
---@param set string | integer | (string | integer)[]
---@param rule table
---@return lupe.handler
function lupe.inject(set, rule) end

---A value as text: tables with their fields, strings quoted.
---@param value any
---@param options? { depth?: integer, width?: integer, max?: integer }
---@return string
function lupe.inspect(value, options) end

---A value as JSON.
---@param value lupe.value
---@return string
function lupe.json(value) end

---Starts a program, held before its first instruction until the run goes on.
---```lua
---lupe.launch{ "ls", "-l", cwd = "/", env = { LC_ALL = "C" }, stdout = "/tmp/out" }
---```
---env is laid over our own environment (false removes a name); stdin, stdout, stderr are descriptor
---numbers or file names (">>name" appends); follow is both (default), parent, child or nothing.
---@param what string | { argv?: string[], file?: string, env?: table, cwd?: string, stdin?: integer | string, stdout?: integer | string, stderr?: integer | string, follow?: string, own_group?: boolean, foreground?: boolean, no_randomization?: boolean }
---@return lupe.process|nil
---@return string? message
---@return string? code
function lupe.launch(what) end

---Seconds of a clock that never goes back: for what lies between two moments.
---@return number
function lupe.now() end

---Calls fn when the run ends, however it ends: the place to print a summary. The targets are gone or about to
---be let go.
---@param fn fun()
function lupe.on_end(fn) end

---A process runs a new program, which is loaded and has not begun.
---@param how { pid?: integer, condition?: fun(ev: lupe.event): boolean } | fun(ev: lupe.event)
---@param fn? fun(ev: lupe.event)
---@return lupe.handler
function lupe.on_exec(how, fn) end

---A process has ended: ev.kind is "exited" (ev.exit_code) or "killed" (ev.signo).
---@param how { pid?: integer, condition?: fun(ev: lupe.event): boolean } | fun(ev: lupe.event)
---@param fn? fun(ev: lupe.event)
---@return lupe.handler
function lupe.on_exit(how, fn) end

---A process was made: ev.child is its pid. Threads are no forks (see lupe.on_thread).
---@param how { pid?: integer, condition?: fun(ev: lupe.event): boolean } | fun(ev: lupe.event)
---@param fn? fun(ev: lupe.event)
---@return lupe.handler
function lupe.on_fork(how, fn) end

---Calls a function before a signal is delivered: "USR1", "INT,TERM", an array, or "all".
---ev:signal(0) withholds it, ev:signal("TERM") delivers another.
---@param signals string | integer | (string | integer)[]
---@param how fun(ev: lupe.event) | { pid?: integer, condition?: fun(ev: lupe.event): boolean }
---@param fn? fun(ev: lupe.event)
---@return lupe.handler
function lupe.on_signal(signals, how, fn) end

---A thread was stopped by a stop signal ("group_stop") or an interrupt ("stopped").
---@param how { pid?: integer, condition?: fun(ev: lupe.event): boolean } | fun(ev: lupe.event)
---@param fn? fun(ev: lupe.event)
---@return lupe.handler
function lupe.on_stop(how, fn) end

---Calls a function at the entry (there arguments can be changed, and the call failed or skipped) or at the exit
---(it sees the result) of syscalls: names, numbers, groups such as %file, as strace has them.
---```lua
---lupe.on_syscall("write", function(ev) print(ev.fd.path, #ev.args.buf) end)
---lupe.on_syscall("openat,%network", { on_exit = function(ev) print(ev) end, pid = 42 })
---```
---@param set string | integer | (string | integer)[]
---@param how fun(ev: lupe.event, h: lupe.handler) | { on_enter?: fun(ev: lupe.event, h: lupe.handler), on_exit?: fun(ev: lupe.event, h: lupe.handler), pid?: integer, condition?: fun(ev: lupe.event): boolean }
---@param fn? fun(ev: lupe.event, h: lupe.handler)
---@return lupe.handler
function lupe.on_syscall(set, how, fn) end

---A thread came ("new_thread") or went ("thread_exited").
---@param how { pid?: integer, condition?: fun(ev: lupe.event): boolean } | fun(ev: lupe.event)
---@param fn? fun(ev: lupe.event)
---@return lupe.handler
function lupe.on_thread(how, fn) end

---The script's own command line by a table of options (see lupe/options.lua): values, operands.
---Prints --help and ends for it; ends with status 2 for a wrong one.
---@param spec table
---@return table values
---@return string[] operands
function lupe.options(spec) end

---The traced process with this pid; nil for none.
---@param pid integer
---@return lupe.process?
function lupe.process(pid) end

---Iterates over the traced processes: for p in lupe.processes() do ... end
---@return fun(): lupe.process?
function lupe.processes() end

---Ends the run now: attached targets go on, launched ones die. `status` is lupe's exit status; left
---out, it is the target's own.
---@param status? integer
function lupe.quit(status) end

---Runs until all targets are gone and no task waits for time. A script that ends without calling it
---runs then. Answers how the main target ended: "exited", status or "killed", signal.
---@return string? how
---@return integer? number
function lupe.run() end

---A setting of the prompt, as `set NAME VALUE`.
---@param name string
---@param value any
function lupe.set(name, value) end

---"USR1" to 10, 10 to "SIGUSR1".
---@param signal string | integer
---@return integer | string
function lupe.signal(signal) end

---Waits so many seconds; targets and other handlers go on meanwhile.
---@param delay number | string
function lupe.sleep(delay) end

---A syscall's description { name, nr, args, groups }; nil for an unknown one.
---@param name string | integer
---@return table?
function lupe.syscall(name) end

---Rows under titles, or { title, format = function(value), right = true, default = value }:
---```lua
---local t = lupe.table { "PID", { "BYTES", default = 0 } }
---t:add(1, 4096); t:row("key").BYTES = 3; t:sort "BYTES"; print(t)
---```
---@param columns (string | table)[]
---@return lupe.rows
function lupe.table(columns) end

---Runs fn as straight-line code beside the handlers: it may wait (p:wait(), lupe.sleep, t:stepi, ...).
---@param fn fun()
function lupe.task(fn) end

---The traced thread with this tid, nil for none; at the prompt without one: the selected thread.
---@param tid? integer
---@return lupe.thread?
function lupe.thread(tid) end

---Shows a counter, a histogram, a table or a function's text every so many seconds and at the end of the run, in
---place on a terminal; `clear` empties it after each time.
---```lua
---lupe.top { c, every = 1, rows = 20, title = "reads", clear = true, output = io.stdout }
---```
---@param what table | fun(): any
---@return lupe.top
function lupe.top(what) end

---The name of a value's type in the target: "struct stat"; of Lua's own what type() says.
---@param value any
---@return string
function lupe.typeof(value) end

---a traced process
---@class lupe.process
---@field abi string "x86-64", "i386" or "x32".
---@field argv string[] The words it was started with.
---@field cwd string? Its current folder.
---@field environ string[]? "NAME=value" as it was started with; nil when that may not be read.
---@field exe string? The path of its program.
---@field filtered boolean Whether a seccomp filter of lupe is installed in it: such a process cannot be let go.
---@field launched boolean Whether lupe started it (it is killed at the end) or attached to it (it goes on).
---@field mechanism string How its syscalls are heard of: "cont" (none are), "filter" (seccomp) or "syscall" (every one stops).
---@field pid integer Its number.
---@field state string "running", "stopped" when all its threads are, "exited".
local process_class = {}

---Where the function that begins at an address has set up its frame.
---@param address integer
---@return integer|nil
---@return string? message
---@return string? code
function process_class:after_prologue(address) end

---Memory of its own in the process, zeroed, "rw" or what else of "rwx"; answers its address.
---@param size integer
---@param access? string
---@return integer|nil
---@return string? message
---@return string? code
function process_class:alloc(size, access) end

---Calls fn whenever a thread comes to a place: an address, "function", "function+4" or "lib.so!function".
---```lua
---p:breakpoint("malloc", { once = true }, function(ev) print(ev.thread.regs.rdi) end)
---```
---Options: condition; thread, that one only; once; ignore, so many hits; pending: the name may come with a library
---later, or never, else a name that the program does not have is an error.
---@param where string | integer
---@param options fun(ev: lupe.event, handler: lupe.handler) | { condition?: fun(ev: lupe.event): boolean, thread?: lupe.thread | integer, once?: boolean, ignore?: integer, pending?: boolean }
---@param fn? fun(ev: lupe.event, handler: lupe.handler)
---@return lupe.handler|nil
---@return string? message
---@return string? code
function process_class:breakpoint(where, options, fn) end

---Calls a function in a thread that stands.
---```lua
---p:call("scale", 1.5, 2.0, { returns = "double", timeout = 1 })
---```
---Arguments: integers, floats (as double), strings (a copy, by address), booleans, nil (0), { "float", 1.5 }.
---Answers its result by `returns`: integer (64 bits, the default), int, uint, short, ushort, char, uchar, bool,
---pointer (nil for 0), string, double, float, void, or a function(thread) that makes the result of its registers.
---nil, message, code when it faulted ("fault"), did not return ("timeout", after 10 seconds), or ended the process
---("exited"); but for the last everything is as before then.
---@param where string | integer
---@param ... integer | number | string | boolean | table | nil
---@return any|nil
---@return string? message
---@return string? code
function process_class:call(where, ...) end

---Lets the stopped threads of the process go on.
---@return boolean|nil
---@return string? message
---@return string? code
function process_class:cont() end

---The bytes up to the next zero, or max of them (1 MiB).
---@param address integer
---@param max? integer
---@return string|nil
---@return string? message
---@return string? code
function process_class:cstr(address, max) end

---Lets it go: it runs on as if nobody had looked.
---@return boolean|nil
---@return string? message
---@return string? code
function process_class:detach() end

---The value of a C expression over the program's variables, types, registers: p:eval "head->next->name". With a
---thread that stands: as its frame `level` (0) sees names.
---@param text string
---@param thread? lupe.thread
---@param level? integer
---@return any|nil
---@return string? message
---@return string? code
function process_class:eval(text, thread, level) end

---Iterates over events; each is held while the loop's body runs, leaving the loop ends it. For tasks.
---```lua
---for ev in p:events { syscalls = "openat", phase = "exit", signals = "USR1", kinds = { "exec" } } do print(ev) end
---```
---@param what { syscalls?: string | integer | table, phase?: "enter" | "exit" | "both", signals?: string | integer | table, kinds?: string[] }
---@return fun(): lupe.event?
function process_class:events(what) end

---Iterates over its open descriptors.
---@return fun(): lupe.fd?
---@return string? message
---@return string? code
function process_class:fds() end

---What the source calls so, as debug information has it: name, kind, keyword, is_static, module, file, folder, line of each. kinds: "function", "variable", "type", "enumerator", several with commas.
---@param name string
---@param kinds? string
---@return table[]|nil
---@return string? message
---@return string? code
function process_class:find_names(name, kinds) end

---What is mapped is read anew at the next question: after a library was loaded.
---@return boolean|nil
---@return string? message
---@return string? code
function process_class:forget_modules() end

---Gives back what process:alloc gave.
---@param address integer
---@return boolean|nil
---@return string? message
---@return string? code
function process_class:free(address) end

---The names of functions as the files have them (of one library: "libc.so"), in no order, some twice.
---@param module? string
---@return string[]|nil
---@return string? message
---@return string? code
function process_class:function_names(module) end

---Where the functions called so begin: address, is_inlined, name of each.
---@param name string
---@param file? string
---@return table[]|nil
---@return string? message
---@return string? code
function process_class:function_places(name, file) end

---The functions that an address is in, the innermost first: name, start, is_inlined, file, line of each.
---@param address integer
---@return table[]|nil
---@return string? message
---@return string? code
function process_class:functions_at(address) end

---Where a global or static name is: kind ("variable", "function", "enumerator"), type, and at (its address), bytes, value or missing (why it is nowhere). fs_base: of the thread whose thread-local variable is meant.
---@param name string
---@param file? string
---@param fs_base? integer
---@return table|nil
---@return string? message
---@return string? code
function process_class:global(name, file, fs_base) end

---Hears of the calls of a function: c is one call, the same for both functions.
---```lua
---p:hook("malloc", { on_enter = function(c) c.size = c.args[1] end,
---  on_leave = function(c) print(c.size, c.ret, c:bt(5)) end })
---```
---c.args[1] (also assigned, in on_enter), c.ret (in on_leave, also assigned), c.thread, c.process, c.name, c:bt(n),
---c:skip(value) (in on_enter: the function is not run), c.skipped, and fields of the script's own. Further options
---as of breakpoint.
---@param where string | integer
---@param options { on_enter?: fun(c: lupe.call, handler: lupe.handler), on_leave?: fun(c: lupe.call, handler: lupe.handler), condition?: fun(ev: lupe.event): boolean, thread?: lupe.thread | integer, once?: boolean, ignore?: integer, pending?: boolean }
---@return lupe.handler|nil
---@return string? message
---@return string? code
function process_class:hook(where, options) end

---The name that the loader binds a slot of a global offset table to; nil when it is none.
---@param slot integer
---@return string?
function process_class:import_at(slot) end

---A thread that comes to this address stops there; the event's kind is "breakpoint".
---@param address integer
---@return boolean|nil
---@return string? message
---@return string? code
function process_class:insert_breakpoint(address) end

---One of its threads stops soon and tells so: lupe.on_stop, ev.kind "stopped".
---@return boolean|nil
---@return string? message
---@return string? code
function process_class:interrupt() end

---Kills it.
---@return boolean|nil
---@return string? message
---@return string? code
function process_class:kill() end

---The source line of an address: file, folder, line, column, start, stop (of its code), is_statement.
---@param address integer
---@return table?
function process_class:line_at(address) end

---The addresses of a source line, one for each function that has code of it; and the line that has the code.
---@param file string
---@param line integer
---@return integer[]|nil
---@return integer|nil
---@return string? message
---@return string? code
function process_class:line_places(file, line) end

---Iterates over its mappings: start, stop, perms ("r-xp"), offset, dev, inode, path of each.
---@return fun(): table?
---@return string? message
---@return string? code
function process_class:maps() end

---Iterates over its program and libraries: path, start, end, is_main, deleted of each.
---@return fun(): table?
---@return string? message
---@return string? code
function process_class:modules() end

---All names of these kinds that begin so.
---@param kinds? string
---@param prefix? string
---@return string[]|nil
---@return string? message
---@return string? code
function process_class:names(kinds, prefix) end

---The text of its /proc file: p:proc "status".
---@param name string
---@return string|nil
---@return string? message
---@return string? code
function process_class:proc(name) end

---n bytes of its memory, all or nothing; never with a breakpoint's bytes in them.
---@param address integer
---@param n integer
---@return string|nil
---@return string? message
---@return string? code
function process_class:read(address, n) end

---Takes it out again.
---@param address integer
---@return boolean|nil
---@return string? message
---@return string? code
function process_class:remove_breakpoint(address) end

---The function is not run any more. `with` is what its callers see (a number or a boolean), a Lua function that
---answers it (of a call as hook has it), or another function of the process, by name or as { address = }, which gets
---its arguments. Deleting the handler has the function back.
---@param where string | integer
---@param with number | boolean | string | table | fun(c: lupe.call): any
---@param options? { condition?: fun(ev: lupe.event): boolean, thread?: lupe.thread | integer, once?: boolean, ignore?: integer, pending?: boolean }
---@return lupe.handler|nil
---@return string? message
---@return string? code
function process_class:replace(where, with, options) end

---Lets its stopped threads go on; their events are over.
---@return boolean|nil
---@return string? message
---@return string? code
function process_class:resume() end

---Lets the process go on until a thread of it (`thread`: that one) comes to a place; answers the event of that: the
---thread stands until the caller lets it go on, waits or is done.
---@param where string | integer
---@param options? { timeout?: number, thread?: lupe.thread | integer }
---@return lupe.event|nil
---@return string? message
---@return string? code
function process_class:run_to(where, options) end

---Samples the stacks of its threads for `duration` seconds (5), each `every` seconds (0.01): of threads that run, by a
---short stop; with wall = true also of those that wait, without one. Answers a counter of stacks (`into`, if given).
---@param options? { every?: number, duration?: number, depth?: integer, wall?: boolean, into?: lupe.folded }
---@return lupe.folded
function process_class:sample(options) end

---Iterates over the addresses where bytes lie in its memory, by address.
---```lua
---for at in p:search("needle", { perms = "w" }) do print(lupe.hex(at)) end
---local first = p:search({ pattern = "48 8b ?? c3" }, { perms = "x" })()
---```
---Options: from and to; perms: mappings with these letters; path: a pattern of the mapping's ("%[heap%]").
---@param what string | { pattern: string }
---@param options? { from?: integer, to?: integer, perms?: string, path?: string }
---@return fun(): integer?
---@return string? message
---@return string? code
function process_class:search(what, options) end

---Sends it a signal.
---@param signal string | integer
---@return boolean|nil
---@return string? message
---@return string? code
function process_class:signal(signal) end

---What a process of one thread, which stands, has to go back to by the snapshot's method restore(): registers,
---signal mask, the memory that it can write and nobody shares. Files, descriptors, children, timers, signal
---handlers and shared memory do not go back.
---```lua
---local s = p:snapshot()
---p:run_to "bad_end"; s:restore()
---```
---@return table|nil
---@return string? message
---@return string? code
function process_class:snapshot() end

---The paths of all source files, a line each.
---@return string|nil
---@return string? message
---@return string? code
function process_class:sources() end

---Stops every thread; they stand when it returns.
---@return boolean|nil
---@return string? message
---@return string? code
function process_class:stop() end

---Of a name or an address: name, address, size, kind, is_function, module, and offset of an address inside.
---@param what string | integer
---@return table|nil
---@return string? message
---@return string? code
function process_class:symbol(what) end

---Runs a syscall inside it, by one of its threads that stands. Strings are put into its memory for the call, names of constants ("O_RDONLY|O_CLOEXEC") are taken for numbers where one is expected. A call that fails answers nil, a message and the errno's name.
---@param name string | integer
---@param ... integer | boolean | string | nil
---@return integer|nil
---@return string? message
---@return string? code
function process_class:syscall(name, ...) end

---Iterates over its threads: for t in p:threads() do ... end.
---@return fun(): lupe.thread?
function process_class:threads() end

---A type of the program by its name: "struct node", "size_t", "ns::Class".
---@param name string
---@return lupe.type|nil
---@return string? message
---@return string? code
function process_class:type(name) end

---A global or static variable, "name" or "file.c::name".
---@param name string
---@return any|nil
---@return string? message
---@return string? code
function process_class:var(name) end

---Waits until the process has ended: "exited", status or "killed", signal or "detached", 0.
---@return string how
---@return integer number
function process_class:wait() end

---Calls fn after an access to memory: a variable's name or an address, `size` bytes of it (8; 1, 2, 4). `on`: "write"
---(the default: when the value has changed) or "access" (also reads). It takes a debug register, of which there are
---four; nil, message, "unsupported" where the machine has none that work, as some virtual machines.
---```lua
---p:watch("total", { size = 4 }, function(ev, old, new) print(old, new, lupe.hex(ev.thread.pc)) end)
---```
---@param where string | integer
---@param options fun(ev: lupe.event, old: integer?, new: integer?, handler: lupe.handler) | { size?: integer, on?: string, condition?: fun(ev: lupe.event): boolean, thread?: lupe.thread | integer, once?: boolean, ignore?: integer }
---@param fn? fun(ev: lupe.event, old: integer?, new: integer?, handler: lupe.handler)
---@return lupe.handler|nil
---@return string? message
---@return string? code
function process_class:watch(where, options, fn) end

---Puts bytes into its memory, also where it may not write itself.
---@param address integer
---@param bytes string
---@return boolean|nil
---@return string? message
---@return string? code
function process_class:write(address, bytes) end

---a traced thread
---@class lupe.thread
---@field name string What ps shows (/proc/PID/task/TID/comm).
---@field pc integer The address of its next instruction.
---@field process lupe.process Whose it is.
---@field regs lupe.regs Its registers.
---@field sigmask integer The signals that it blocks: bit n - 1 is signal n.
---@field sp integer Its stack pointer.
---@field state string "running", "stopped", "listening" (stopped by a signal, for everybody), "exited".
---@field syscall table? The syscall that it is in or was in last: name, nr, args (six numbers), ret; nil for none.
---@field tid integer Its number; that of the first thread is the pid.
local thread_class = {}

---Its stack, the innermost frame first. lines adds file, line and arguments, and frames of inlined functions; locals adds variables. The list's field `ends` says why it ends: "" when it is whole.
---@param options? integer | { depth?: integer, lines?: boolean, locals?: boolean }
---@return lupe.stack_entry[]|nil
---@return string? message
---@return string? code
function thread_class:bt(options) end

---Calls a function in this thread, as process:call does.
---@param where string | integer
---@param ... integer | number | string | boolean | table | nil
---@return any|nil
---@return string? message
---@return string? code
function thread_class:call(where, ...) end

---Calls a function without arguments that only computes; nobody hears of anything meanwhile.
---@param address integer
---@param returns_to integer
---@return integer|nil
---@return string? message
---@return string? code
function thread_class:call_at_once(address, returns_to) end

---Prepares a call: the thread executes the function once it goes on, and comes to returns_to with the stack pointer that is answered first. process:call does all of it.
---@param address integer
---@param returns_to integer
---@param arguments table
---@return integer|nil
---@return integer|nil
---@return integer|nil
---@return string? message
---@return string? code
function thread_class:call_begin(address, returns_to, arguments) end

---The thread is what it was before call_begin, whose second and third answers these are.
---@param event integer
---@param depth integer
---@return boolean|nil
---@return string? message
---@return string? code
function thread_class:call_end(event, depth) end

---pc, sp, rax, rdi, rsi, rdx, rcx, r8, r9 in one request, and the word at sp if asked for.
---@param with_return? boolean
---@return integer|nil
---@return ...|nil
---@return string? message
---@return string? code
function thread_class:call_registers(with_return) end

---Its registers and signal mask; at a syscall's entry those of before the call. For go_back.
---@return any|nil
---@return string? message
---@return string? code
function thread_class:capture() end

---Lets the thread go on.
---@return boolean|nil
---@return string? message
---@return string? code
function thread_class:cont() end

---Runs a syscall in this thread, with numbers; answers what the kernel does: -errno for a failure.
---@param name string | integer
---@param ... integer
---@return integer|nil
---@return string? message
---@return string? code
function thread_class:do_syscall(name, ...) end

---Runs until the function that the thread is in has returned: { ret =, thread =, event = }; nil, message,
---code when the thread ended, or did not come within `timeout` seconds. Its process' other threads go on
---as they do.
---@param options? { timeout?: number }
---@return table|nil
---@return string? message
---@return string? code
function thread_class:finish(options) end

---A frame of its stack with the variables in it; 0, the default, is the innermost.
---@param level? integer
---@return lupe.frame|nil
---@return string? message
---@return string? code
function thread_class:frame(level) end

---It goes on with the registers and the mask of then; process:snapshot() has memory go back, too.
---@param captured any
---@return boolean|nil
---@return string? message
---@return string? code
function thread_class:go_back(captured) end

---It stops soon and tells so: lupe.on_stop.
---@return boolean|nil
---@return string? message
---@return string? code
function thread_class:interrupt() end

---Executes n source lines (1), with all that is called in them.
---@param n? integer
---@return lupe.event|nil
---@return string? message
---@return string? code
function thread_class:next(n) end

---Executes n instructions (1), a call with all that it calls as one; answers the event of the last.
---@param n? integer
---@param options? { timeout?: number }
---@return lupe.event|nil
---@return string? message
---@return string? code
function thread_class:nexti(n, options) end

---A word of its memory.
---@param address integer
---@return integer|nil
---@return string? message
---@return string? code
function thread_class:peekdata(address) end

---A word of struct user.
---@param offset integer
---@return integer|nil
---@return string? message
---@return string? code
function thread_class:peekuser(offset) end

---Writes a word.
---@param address integer
---@param word integer
---@return boolean|nil
---@return string? message
---@return string? code
function thread_class:pokedata(address, word) end

---Writes one.
---@param offset integer
---@param word integer
---@return boolean|nil
---@return string? message
---@return string? code
function thread_class:pokeuser(offset, word) end

---Lets it go on, or makes one step: its next event's kind is "stepped".
---@param how? "run" | "step"
---@return boolean|nil
---@return string? message
---@return string? code
function thread_class:resume(how) end

---What the kernel says of the signal that it stopped for, as ev.info.
---@return table|nil
---@return string? message
---@return string? code
function thread_class:siginfo() end

---Sends a signal to this thread.
---@param signal string | integer
---@return boolean|nil
---@return string? message
---@return string? code
function thread_class:signal(signal) end

---Executes n source lines (1), and into functions that have lines; answers the event of the last step. In code without
---lines: to its caller.
---@param n? integer
---@return lupe.event|nil
---@return string? message
---@return string? code
function thread_class:step(n) end

---Executes n instructions (1) of a stopped thread; answers the event of the last, or nil, message,
---code when the thread has gone. After a handler the thread goes on; in a task it stands until t:cont().
---@param n? integer
---@return lupe.event|nil
---@return string? message
---@return string? code
function thread_class:stepi(n) end

---Runs until the thread comes to a place ("function", "function+4", an address); answers the event.
---@param where string | integer
---@param options? { timeout?: number }
---@return lupe.event|nil
---@return string? message
---@return string? code
function thread_class:until_(where, options) end

---what a handler is called with
---@class lupe.event
---@field args lupe.args? The syscall's arguments.
---@field child integer? Of fork, vfork, clone: the new process or thread.
---@field core_dumped boolean? Of killed.
---@field duration number? Seconds in the kernel; nil before the exit.
---@field err string? "ENOENT" of a call that failed, else nil.
---@field exit_code integer? Of exited and thread_exited.
---@field fd lupe.fd? The first descriptor among the arguments, or the one that the call made.
---@field former integer? Of exec: the tid of the thread that called it; it has the process's now.
---@field info table? Of a signal: signo, name, code, text and, by signal and code, pid and uid of the sender, addr, value, status, fd, syscall.
---@field injected boolean Whether a rule or a handler has changed the call.
---@field kind string What has happened.
---@field name string? Of the syscall ("openat") or the signal ("SIGUSR1").
---@field nr integer? The syscall's number.
---@field over boolean Whether its thread has gone on.
---@field path string? The first file name among the arguments.
---@field pid integer The process's number.
---@field process lupe.process In which process.
---@field ret integer? What the kernel answered, -errno for a failure; nil before the exit. Assign it there and the program sees that.
---@field signo integer? The signal: of signal, group_stop and killed.
---@field status integer? The wait status that it was made from.
---@field thread lupe.thread In which thread.
---@field tid integer The thread's number.
---@field time number When: seconds since 1970.
local event_class = {}

---The thread goes on so much later; others are not held up.
---@param seconds number
function event_class:delay(seconds) end

---At the entry: the call is not made, and fails. At the exit: it was made, and seems to have failed.
---@param errno string | integer
---@return boolean|nil
---@return string? message
---@return string? code
function event_class:fail(errno) end

---One JSON object: of a syscall with all its arguments.
---@return string
function event_class:json() end

---Lets its thread go on before the handlers have returned.
---@param how? "run" | "step"
function event_class:resume(how) end

---Of a signal's event: this one is delivered instead, 0: none. Elsewhere: sends it to the thread.
---@param signal string | integer
---@return boolean|nil
---@return string? message
---@return string? code
function event_class:signal(signal) end

---At the entry: the call is not made; the program sees the value (0).
---@param value? integer
---@return boolean|nil
---@return string? message
---@return string? code
function event_class:skip(value) end

---the arguments of a syscall
---@class lupe.args
---@field [string|integer] any
local args_class = {}

---a struct, union or array of the target
---@class lupe.value
---@field [string|integer] any
local value_class = {}

---an open descriptor of a process
---@class lupe.fd
---@field kind string? "file", "directory", "pipe", "socket", "device", "anon"; nil when it is not open.
---@field num integer Its number.
---@field path string? What it is open on: a path, or "socket:[123]", "pipe:[5]", ...
local fd_class = {}

---the registers of a stopped thread
---@class lupe.regs
---@field [string|integer] any
local regs_class = {}

---Iterates over names and values: of the general registers, of "vector", ..., or of "all".
---@param group? string
---@return fun(): string?, integer | string | nil
function regs_class:each(group) end

---The flags that are set: "ZF PF IF".
---@return string
function regs_class:flags() end

---A register as a list of numbers, the lowest first: "f32", "f64", "f80", "i8", "i16", "i32", "i64".
---@param name string
---@param as string
---@return number[]|nil
---@return string? message
---@return string? code
function regs_class:view(name, as) end

---a struct, array or pointer of the program
---@class lupe.variable
local variable_class = {}

---a type of the program
---@class lupe.type
---@field alias_of lupe.type The type behind one typedef or qualifier; itself when it is none.
---@field count integer? Of an array: its elements; 0 when that is not known.
---@field enumerators table[] The name and value of each enumerator.
---@field fields table[] The members of a struct or union, the parameters of a function: name, type, offset, bit_size, bit_offset, is_base, is_static of each.
---@field is_reference boolean Whether it is a reference of C++.
---@field is_typedef boolean Whether it is another name of a type.
---@field kind string Behind typedefs: int, bool, char, float, enum, pointer, array, struct, union, function, ...
---@field name string Its name in C.
---@field signed boolean Whether its numbers have a sign.
---@field size integer How many bytes one takes; 0 when that is not known.
---@field target lupe.type? What a pointer points to, an array consists of, a function returns; nil: void, or none.
local type_class = {}

---The type of n of it in a row.
---@param n integer
---@return lupe.type
function type_class:array(n) end

---What it is made of, as C writes it.
---@return string
function type_class:definition() end

---A member, also of a base or of a member without a name.
---@param name string
---@return table?
function type_class:field(name) end

---The type of pointers to it.
---@return lupe.type
function type_class:pointer() end

---a frame of a thread that stands: t:frame(n)
---@class lupe.frame
---@field address integer By which its code is looked up: of a caller, in the call.
---@field args table The same of its arguments only, by name or from 1 on.
---@field cfa integer? The stack pointer before its function was called; nil when not known.
---@field file string? The source file.
---@field fn string? The function's name.
---@field folder string? The folder that a relative file is meant from.
---@field inlined boolean Whether it was inlined into its caller.
---@field is_signal boolean Whether the kernel called a signal handler here.
---@field level integer 0 is the innermost.
---@field line integer? The line.
---@field module string? The program or library.
---@field pc integer Where it is: of a caller, where the call returns to.
---@field regs table<string, integer> Its registers, as far as they are known.
---@field sp integer Its stack pointer.
---@field start integer? Where the function begins.
---@field thread lupe.thread Whose it is.
---@field trust string How it was found.
---@field vars table Its variables by name, assignable; pairs walks over them: arguments, then locals.
local frame_class = {}

---What it has called; nil at the innermost.
---@return lupe.frame?
function frame_class:down() end

---The value of a C expression as the frame sees names.
---@param text string
---@return any|nil
---@return string? message
---@return string? code
function frame_class:eval(text) end

---Where a variable is: type, and at, bytes (and register) or missing.
---@param name string
---@return table?
function frame_class:find(name) end

---Its caller; nil at the end of the stack.
---@return lupe.frame?
function frame_class:up() end

---name, is_argument, block, line, type of each variable.
---@return table[]
function frame_class:variables() end

---one line of a stack, of t:bt()
---@class lupe.stack_entry
---@field args { name: string, text: string }[]? The arguments (with lines): text is "color=GREEN".
---@field column integer? The column (with lines).
---@field file string? The source file (with lines).
---@field fn string? The function's name; nil when none is known.
---@field folder string? The folder that a relative file is meant from (with lines).
---@field guessed boolean? Whether it is a guess, for want of call frame information.
---@field inlined boolean? Whether it is a function that was inlined (with lines).
---@field is_main boolean? Whether that is the program itself.
---@field is_signal boolean? Whether a signal handler was called here.
---@field level integer 0 is the innermost.
---@field line integer? The line (with lines).
---@field locals { name: string, text: string }[]? The variables (with locals).
---@field module string? The program or library.
---@field offset integer? How far in the function.
---@field pc integer Where it is.
---@field sp integer Its stack pointer.
---@field trust string? How it was found.
local stack_entry_class = {}

---one call of a function that is hooked: p:hook
---@class lupe.call
---@field args integer[] The arguments as integers, from 1 on; in on_enter they can be assigned.
---@field name string What is hooked.
---@field process lupe.process In which process.
---@field ret integer? What the function returned, in on_leave; there it can be assigned.
---@field skipped boolean Whether c:skip was called.
---@field thread lupe.thread In which thread, which stands.
local call_class = {}

---The n innermost frames (10); printed, a line each.
---@param n? integer
---@return lupe.stack_entry[]|nil
---@return string? message
---@return string? code
function call_class:bt(n) end

---In on_enter: the function is not run, its caller sees the value (0; a float as a double).
---@param value? number | boolean
function call_class:skip(value) end

---what on_syscall and its kin answer
---@class lupe.handler
---@field enabled boolean Whether it is called at all.
---@field hits integer How often it was called for something.
---@field id integer Its number.
local handler_class = {}

---It is never called again.
function handler_class:delete() end

---It is not called until it is enabled.
function handler_class:disable() end

---It is called again.
function handler_class:enable() end

---what lupe.after and lupe.every answer
---@class lupe.timer
local timer_class = {}

---It fires no more.
function timer_class:delete() end

---how often each key was seen: lupe.counter
---@class lupe.counter
---@field total number The sum of all counts.
local counter_class = {}

---One more of a key, or n more.
---@param key any
---@param n? number
---@return lupe.counter
function counter_class:add(key, n) end

---Forgets all keys.
function counter_class:clear() end

---How often a key was seen: 0 for one that never was.
---@param key any
---@return number
function counter_class:get(key) end

---The table that print shows, of the n most frequent keys.
---@param n? integer
---@return string
function counter_class:text(n) end

---Iterates over keys and counts, the most frequent first: for key, count in c:top(10) do ... end
---@param n? integer
---@return fun(): any, number
function counter_class:top(n) end

---how numbers are spread: lupe.histogram
---@class lupe.histogram
---@field count number How many values came.
---@field max number? The largest.
---@field min number? The smallest.
---@field sum number Their sum.
local histogram_class = {}

---Adds a value, once or n times.
---@param value number
---@param n? number
---@return lupe.histogram
function histogram_class:add(value, n) end

---Forgets all values.
function histogram_class:clear() end

---The mean; nil without values.
---@return number?
function histogram_class:mean() end

---The value below which the share q (0 to 1) of all values lies. As exact as the buckets are: inside one the values
---are taken to be spread evenly.
---@param q number
---@return number?
function histogram_class:quantile(q) end

---What print shows, with bars of so many characters (40).
---@param width? integer
---@return string
function histogram_class:text(width) end

---a histogram for each key: lupe.histograms
---@class lupe.histograms
local histograms_class = {}

---Adds a value to the histogram of a key, which is made at its first.
---@param key any
---@param value number
---@param n? number
---@return lupe.histograms
function histograms_class:add(key, value, n) end

---Forgets all keys.
function histograms_class:clear() end

---The histogram of a key; nil when nothing was added to it.
---@param key any
---@return lupe.histogram?
function histograms_class:get(key) end

---What print shows, of the n keys with most values.
---@param n? integer
---@return string
function histograms_class:text(n) end

---Iterates over keys and histograms, the one with most values first.
---@param n? integer
---@return fun(): any, lupe.histogram
function histograms_class:top(n) end

---a counter of stacks: lupe.folded, p:sample
---@class lupe.folded
---@field total number The sum of all.
local folded_class = {}

---So much (1) more of a stack, "outermost;...;innermost".
---@param stack string
---@param value? number
function folded_class:add(stack, value) end

---Lines "stack sum", as `lupe flame` reads them.
---@return string
function folded_class:folded() end

---A table of functions: what was in them, and in them or what they called.
---@param n? integer
---@param text? fun(sum: number): string
---@return string
function folded_class:functions(n, text) end

---The heaviest stacks, as text.
---@param n? integer
---@param text? fun(sum: number): string
---@return string
function folded_class:heaviest(n, text) end

---The stacks, those with the largest sums first.
---@return string[]
function folded_class:sorted() end

---a table of rows under titles: lupe.table
---@class lupe.rows
local rows_class = {}

---A new row with these values; answers it: a table with a field for each title.
---@param ... any
---@return table
function rows_class:add(...) end

---Takes all rows out.
function rows_class:clear() end

---Takes the row of a key out; whether there was one.
---@param key any
---@return boolean
function rows_class:delete(key) end

---The row of a key, made when there is none yet, with these values.
---@param key any
---@param ... any
---@return table
function rows_class:row(key, ...) end

---Iterates over the rows in their order: for row in t:rows(10) do ... end
---@param n? integer
---@return fun(): table?
function rows_class:rows(n) end

---Orders by a column: numbers with the largest first, texts by the alphabet; "PID ascending" turns numbers round.
---@param by string
---@return lupe.rows
function rows_class:sort(by) end

---What print shows, of the first n rows.
---@param n? integer
---@return string
function rows_class:text(n) end

---something that is shown again and again: lupe.top
---@class lupe.top
local top_class = {}

---Shows it now.
---@return lupe.top
function top_class:refresh() end

---Shows it a last time; further refreshes do nothing.
---@return lupe.top
function top_class:stop() end
