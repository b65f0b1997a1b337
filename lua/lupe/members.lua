-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What the objects of scripts have, as far as it is written in C or made by a loop: lupe/reference.lua adds what
-- the comments of the Lua library say. An object is { name =, summary =, text =, variable = (what scripts call
-- it in examples), members... }; a member is { "name: type" or "name(arguments) -> results", text, writable = }.
-- Types are those of LuaLS; a name of an object stands for that object. "| nil, message, code" ends the results
-- of what can fail.

return {
	{ name = "lupe", variable = "lupe", summary = "the library: a global of scripts and of the prompt", text = [[
Whatever fails as a careful script expects it (no such process, an address that is not there) answers nil, a
message and a code: "not_found", "exited", "fault", "permission", "invalid", "os", or an errno's name. Misuse raises,
with the script's line. An unknown name raises, with the nearest that there is.]],
		{ "target: process", "The process that the run is about: the first, or the one chosen at the prompt; nil for none.",
			writable = true },
		{ "program: string[]?", "The words after `--`; false when there are none. They are started before the script, "
			.. "unless its head has a line \"-- lupe: starts the program itself\"." },
		{ "version: string", "The version of lupe." },
		{ "on_fork(how: { pid?: integer, condition?: fun(ev: event): boolean } | fun(ev: event), "
			.. "fn?: fun(ev: event)) -> handler",
			"A process was made: ev.child is its pid. Threads are no forks (see lupe.on_thread)." },
		{ "on_exec(how: { pid?: integer, condition?: fun(ev: event): boolean } | fun(ev: event), "
			.. "fn?: fun(ev: event)) -> handler",
			"A process runs a new program, which is loaded and has not begun." },
		{ "on_exit(how: { pid?: integer, condition?: fun(ev: event): boolean } | fun(ev: event), "
			.. "fn?: fun(ev: event)) -> handler",
			"A process has ended: ev.kind is \"exited\" (ev.exit_code) or \"killed\" (ev.signo)." },
		{ "on_stop(how: { pid?: integer, condition?: fun(ev: event): boolean } | fun(ev: event), "
			.. "fn?: fun(ev: event)) -> handler",
			"A thread was stopped by a stop signal (\"group_stop\") or an interrupt (\"stopped\")." },
		{ "on_thread(how: { pid?: integer, condition?: fun(ev: event): boolean } | fun(ev: event), "
			.. "fn?: fun(ev: event)) -> handler",
			"A thread came (\"new_thread\") or went (\"thread_exited\")." },
	},

	{ name = "process", variable = "p", summary = "a traced process", text = [[
The same object for the same process. When it has ended, its methods answer nil, "process 42 has exited", "exited";
its fields raise that, but for pid and state. It is to-be-closed: `local p <close> = assert(lupe.attach(pid))` lets it
go at the end of the block; one that was launched is killed then.]],
		{ "pid: integer", "Its number." },
		{ "state: string", "\"running\", \"stopped\" when all its threads are, \"exited\"." },
		{ "argv: string[]", "The words it was started with." },
		{ "environ: string[]?", "\"NAME=value\" as it was started with; nil when that may not be read." },
		{ "exe: string?", "The path of its program." },
		{ "cwd: string?", "Its current folder." },
		{ "launched: boolean", "Whether lupe started it (it is killed at the end) or attached to it (it goes on)." },
		{ "abi: string", "\"x86-64\", \"i386\" or \"x32\"." },
		{ "mechanism: string",
			"How its syscalls are heard of: \"cont\" (none are), \"filter\" (seccomp) or \"syscall\" (every one stops)." },
		{ "filtered: boolean", "Whether a seccomp filter of lupe is installed in it: such a process cannot be let go." },
		{ "threads() -> fun(): thread?", "Iterates over its threads: for t in p:threads() do ... end." },
		{ "maps() -> fun(): table? | nil, message, code",
			"Iterates over its mappings: start, stop, perms (\"r-xp\"), offset, dev, inode, path of each." },
		{ "modules() -> fun(): table? | nil, message, code",
			"Iterates over its program and libraries: path, start, end, is_main, deleted of each." },
		{ "forget_modules() -> boolean | nil, message, code",
			"What is mapped is read anew at the next question: after a library was loaded." },
		{ "fds() -> fun(): fd? | nil, message, code", "Iterates over its open descriptors." },
		{ "proc(name: string) -> string | nil, message, code", "The text of its /proc file: p:proc \"status\"." },
		{ "read(address: integer, n: integer) -> string | nil, message, code",
			"n bytes of its memory, all or nothing; never with a breakpoint's bytes in them." },
		{ "write(address: integer, bytes: string) -> boolean | nil, message, code",
			"Puts bytes into its memory, also where it may not write itself." },
		{ "cstr(address: integer, max?: integer) -> string | nil, message, code",
			"The bytes up to the next zero, or max of them (1 MiB)." },
		{ "symbol(what: string | integer) -> table | nil, message, code",
			"Of a name or an address: name, address, size, kind, is_function, module, and offset of an address inside." },
		{ "stop() -> boolean | nil, message, code", "Stops every thread; they stand when it returns." },
		{ "resume() -> boolean | nil, message, code", "Lets its stopped threads go on; their events are over." },
		{ "interrupt() -> boolean | nil, message, code",
			"One of its threads stops soon and tells so: lupe.on_stop, ev.kind \"stopped\"." },
		{ "signal(signal: string | integer) -> boolean | nil, message, code", "Sends it a signal." },
		{ "kill() -> boolean | nil, message, code", "Kills it." },
		{ "detach() -> boolean | nil, message, code", "Lets it go: it runs on as if nobody had looked." },
		{ "syscall(name: string | integer, ...: integer | boolean | string | nil) -> integer | nil, message, code",
			"Runs a syscall inside it, by one of its threads that stands. Strings are put into its memory for the call, "
				.. "names of constants (\"O_RDONLY|O_CLOEXEC\") are taken for numbers where one is expected. "
				.. "A call that fails answers nil, a message and the errno's name." },
		{ "type(name: string) -> type | nil, message, code",
			"A type of the program by its name: \"struct node\", \"size_t\", \"ns::Class\"." },
		{ "global(name: string, file?: string, fs_base?: integer) -> table | nil, message, code",
			"Where a global or static name is: kind (\"variable\", \"function\", \"enumerator\"), type, and at (its "
				.. "address), bytes, value or missing (why it is nowhere). fs_base: of the thread whose thread-local variable "
				.. "is meant." },
		{ "find_names(name: string, kinds?: string) -> table[] | nil, message, code",
			"What the source calls so, as debug information has it: name, kind, keyword, is_static, module, file, folder, line "
				.. "of each. kinds: \"function\", \"variable\", \"type\", \"enumerator\", several with commas." },
		{ "import_at(slot: integer) -> string?",
			"The name that the loader binds a slot of a global offset table to; nil when it is none." },
		{ "function_names(module?: string) -> string[] | nil, message, code",
			"The names of functions as the files have them (of one library: \"libc.so\"), in no order, some twice." },
		{ "names(kinds?: string, prefix?: string) -> string[] | nil, message, code",
			"All names of these kinds that begin so." },
		{ "line_at(address: integer) -> table?",
			"The source line of an address: file, folder, line, column, start, stop (of its code), is_statement." },
		{ "line_places(file: string, line: integer) -> integer[], integer | nil, message, code",
			"The addresses of a source line, one for each function that has code of it; and the line that has the code." },
		{ "function_places(name: string, file?: string) -> table[] | nil, message, code",
			"Where the functions called so begin: address, is_inlined, name of each." },
		{ "functions_at(address: integer) -> table[] | nil, message, code",
			"The functions that an address is in, the innermost first: name, start, is_inlined, file, line of each." },
		{ "after_prologue(address: integer) -> integer | nil, message, code",
			"Where the function that begins at an address has set up its frame." },
		{ "sources() -> string | nil, message, code", "The paths of all source files, a line each." },
		{ "insert_breakpoint(address: integer) -> boolean | nil, message, code",
			"A thread that comes to this address stops there; the event's kind is \"breakpoint\"." },
		{ "remove_breakpoint(address: integer) -> boolean | nil, message, code", "Takes it out again." },
	},

	{ name = "thread", variable = "t", summary = "a traced thread", text = [[
The same object for the same thread. When it has ended, its methods answer nil, "thread 42 has exited", "exited"; its
fields raise that, but for tid and state. Registers and stack are those of a stopped thread: in a handler, ev.thread.]],
		{ "tid: integer", "Its number; that of the first thread is the pid." },
		{ "process: process", "Whose it is." },
		{ "name: string", "What ps shows (/proc/PID/task/TID/comm)." },
		{ "state: string", "\"running\", \"stopped\", \"listening\" (stopped by a signal, for everybody), \"exited\"." },
		{ "regs: regs", "Its registers." },
		{ "pc: integer", "The address of its next instruction." },
		{ "sp: integer", "Its stack pointer." },
		{ "syscall: table?", "The syscall that it is in or was in last: name, nr, args (six numbers), ret; nil for none." },
		{ "sigmask: integer", "The signals that it blocks: bit n - 1 is signal n.", writable = true },
		{ "frame(level?: integer) -> frame | nil, message, code",
			"A frame of its stack with the variables in it; 0, the default, is the innermost." },
		{ "bt(options?: integer | { depth?: integer, lines?: boolean, locals?: boolean }) -> stack_entry[] "
			.. "| nil, message, code",
			"Its stack, the innermost frame first. lines adds file, line and arguments, and frames of inlined functions; "
				.. "locals adds variables. The list's field `ends` says why it ends: \"\" when it is whole." },
		{ "call_registers(with_return?: boolean) -> integer, ... | nil, message, code",
			"pc, sp, rax, rdi, rsi, rdx, rcx, r8, r9 in one request, and the word at sp if asked for." },
		{ "call_begin(address: integer, returns_to: integer, arguments: table) -> integer, integer, integer "
			.. "| nil, message, code",
			"Prepares a call: the thread executes the function once it goes on, and comes to returns_to with the stack pointer "
				.. "that is answered first. process:call does all of it." },
		{ "call_end(event: integer, depth: integer) -> boolean | nil, message, code",
			"The thread is what it was before call_begin, whose second and third answers these are." },
		{ "call_at_once(address: integer, returns_to: integer) -> integer | nil, message, code",
			"Calls a function without arguments that only computes; nobody hears of anything meanwhile." },
		{ "capture() -> any | nil, message, code",
			"Its registers and signal mask; at a syscall's entry those of before the call. For go_back." },
		{ "go_back(captured: any) -> boolean | nil, message, code",
			"It goes on with the registers and the mask of then; process:snapshot() has memory go back, too." },
		{ "siginfo() -> table | nil, message, code", "What the kernel says of the signal that it stopped for, as ev.info." },
		{ "signal(signal: string | integer) -> boolean | nil, message, code", "Sends a signal to this thread." },
		{ "resume(how?: \"run\" | \"step\") -> boolean | nil, message, code",
			"Lets it go on, or makes one step: its next event's kind is \"stepped\"." },
		{ "interrupt() -> boolean | nil, message, code", "It stops soon and tells so: lupe.on_stop." },
		{ "do_syscall(name: string | integer, ...: integer) -> integer | nil, message, code",
			"Runs a syscall in this thread, with numbers; answers what the kernel does: -errno for a failure." },
		{ "peekdata(address: integer) -> integer | nil, message, code", "A word of its memory." },
		{ "pokedata(address: integer, word: integer) -> boolean | nil, message, code", "Writes a word." },
		{ "peekuser(offset: integer) -> integer | nil, message, code", "A word of struct user." },
		{ "pokeuser(offset: integer, word: integer) -> boolean | nil, message, code", "Writes one." },
	},

	{ name = "event", variable = "ev", summary = "what a handler is called with", text = [[
Fields are read from the target when they are asked for. The thread stands until all handlers have returned; then the
event is over, and what is not known yet raises. tostring(ev) is strace's line. Kinds: syscall_entry, syscall_exit,
signal, group_stop, stopped, fork, vfork, clone, exec, new_thread, thread_exited, exited, killed, stepped, breakpoint,
detached.]],
		{ "kind: string", "What has happened." },
		{ "process: process", "In which process." },
		{ "thread: thread", "In which thread." },
		{ "pid: integer", "The process's number." },
		{ "tid: integer", "The thread's number." },
		{ "time: number", "When: seconds since 1970." },
		{ "over: boolean", "Whether its thread has gone on." },
		{ "name: string?", "Of the syscall (\"openat\") or the signal (\"SIGUSR1\")." },
		{ "nr: integer?", "The syscall's number." },
		{ "args: args?", "The syscall's arguments." },
		{ "path: string?", "The first file name among the arguments." },
		{ "fd: fd?", "The first descriptor among the arguments, or the one that the call made." },
		{ "ret: integer?", "What the kernel answered, -errno for a failure; nil before the exit. Assign it there and the "
			.. "program sees that.", writable = true },
		{ "err: string?", "\"ENOENT\" of a call that failed, else nil." },
		{ "duration: number?", "Seconds in the kernel; nil before the exit." },
		{ "injected: boolean", "Whether a rule or a handler has changed the call." },
		{ "child: integer?", "Of fork, vfork, clone: the new process or thread." },
		{ "former: integer?", "Of exec: the tid of the thread that called it; it has the process's now." },
		{ "exit_code: integer?", "Of exited and thread_exited." },
		{ "signo: integer?", "The signal: of signal, group_stop and killed." },
		{ "core_dumped: boolean?", "Of killed." },
		{ "status: integer?", "The wait status that it was made from." },
		{ "info: table?", "Of a signal: signo, name, code, text and, by signal and code, pid and uid of the sender, addr, "
			.. "value, status, fd, syscall." },
		{ "fail(errno: string | integer) -> boolean | nil, message, code",
			"At the entry: the call is not made, and fails. At the exit: it was made, and seems to have failed." },
		{ "skip(value?: integer) -> boolean | nil, message, code",
			"At the entry: the call is not made; the program sees the value (0)." },
		{ "delay(seconds: number)", "The thread goes on so much later; others are not held up." },
		{ "signal(signal: string | integer) -> boolean | nil, message, code",
			"Of a signal's event: this one is delivered instead, 0: none. Elsewhere: sends it to the thread." },
		{ "json() -> string", "One JSON object: of a syscall with all its arguments." },
		{ "resume(how?: \"run\" | \"step\")", "Lets its thread go on before the handlers have returned." },
	},

	{ name = "args", variable = "ev.args", summary = "the arguments of a syscall", text = [[
By name (ev.args.flags; lupe.syscall "openat" tells the names) or by position from 1 on; #ev.args, pairs(ev.args).
Numbers are numbers, strings and buffers are strings, NULL is nil, structs and arrays are values. What the kernel
writes is there at the exit: before, a buffer is its address. Assigned at the entry, the kernel gets another
argument and the program never knows: ev.args.path = "/other", ev.args.count = 1.]] },

	{ name = "value", variable = "v", summary = "a struct, union or array of the target", text = [[
Members by name (v.st_size), elements by index from 0 on as in C (v[3]); #v, pairs(v), tostring(v). Assigning writes to
the target. lupe.typeof, lupe.addr, lupe.copy and lupe.json take it. It outlives its event with what was read by
then.]] },

	{ name = "fd", variable = "ev.fd", summary = "an open descriptor of a process", text = "",
		{ "num: integer", "Its number." },
		{ "path: string?", "What it is open on: a path, or \"socket:[123]\", \"pipe:[5]\", ..." },
		{ "kind: string?", "\"file\", \"directory\", \"pipe\", \"socket\", \"device\", \"anon\"; nil when it is not open." },
	},

	{ name = "regs", variable = "t.regs", summary = "the registers of a stopped thread", text = [[
By name: t.regs.rax, t.regs.eax, t.regs.al, t.regs.pc, t.regs.sp. Those of up to 8 bytes are integers, larger ones
(xmm0, ymm0, st0) strings of bytes. Assigning writes. pairs(t.regs) walks over the general ones; tostring too.]],
		{ "each(group?: string) -> fun(): string?, integer | string | nil",
			"Iterates over names and values: of the general registers, of \"vector\", ..., or of \"all\"." },
		{ "flags() -> string", "The flags that are set: \"ZF PF IF\"." },
		{ "view(name: string, as: string) -> number[] | nil, message, code",
			"A register as a list of numbers, the lowest first: \"f32\", \"f64\", \"f80\", \"i8\", \"i16\", \"i32\", \"i64\"." },
	},

	{ name = "variable", variable = "v", summary = "a struct, array or pointer of the program", text = [[
It knows its type and address, and reads at each access: v.field, v[3] (from 0 on, as in C), v[{first, count}], #v of an
array, pairs(v), tostring(v) as C shows it. Assigning writes to the target. A pointer is used as what it points to:
p.field, p[i]; NULL is nil. Text is a string: char * up to its NUL, an array of char likewise, one of unsigned char
whole. lupe.typeof, lupe.addr, lupe.copy, lupe.json and lupe.cast take it.]] },

	{ name = "type", variable = "t", summary = "a type of the program", text = [[
tostring(t) is its name in C. The same object for the same type. Sizes and offsets are bytes.]],
		{ "name: string", "Its name in C." },
		{ "kind: string", "Behind typedefs: int, bool, char, float, enum, pointer, array, struct, union, function, ..." },
		{ "size: integer", "How many bytes one takes; 0 when that is not known." },
		{ "signed: boolean", "Whether its numbers have a sign." },
		{ "target: type?", "What a pointer points to, an array consists of, a function returns; nil: void, or none." },
		{ "count: integer?", "Of an array: its elements; 0 when that is not known." },
		{ "is_typedef: boolean", "Whether it is another name of a type." },
		{ "is_reference: boolean", "Whether it is a reference of C++." },
		{ "alias_of: type", "The type behind one typedef or qualifier; itself when it is none." },
		{ "fields: table[]", "The members of a struct or union, the parameters of a function: name, type, offset, bit_size, "
			.. "bit_offset, is_base, is_static of each." },
		{ "enumerators: table[]", "The name and value of each enumerator." },
		{ "pointer() -> type", "The type of pointers to it." },
		{ "array(n: integer) -> type", "The type of n of it in a row." },
		{ "definition() -> string", "What it is made of, as C writes it." },
		{ "field(name: string) -> table?", "A member, also of a base or of a member without a name." },
	},

	{ name = "frame", variable = "f", summary = "a frame of a thread that stands: t:frame(n)", text = [[
Functions that were inlined are frames, too. When its thread has gone on, its members raise that.]],
		{ "level: integer", "0 is the innermost." },
		{ "thread: thread", "Whose it is." },
		{ "pc: integer", "Where it is: of a caller, where the call returns to." },
		{ "address: integer", "By which its code is looked up: of a caller, in the call." },
		{ "sp: integer", "Its stack pointer." },
		{ "cfa: integer?", "The stack pointer before its function was called; nil when not known." },
		{ "fn: string?", "The function's name." },
		{ "start: integer?", "Where the function begins." },
		{ "file: string?", "The source file." },
		{ "folder: string?", "The folder that a relative file is meant from." },
		{ "line: integer?", "The line." },
		{ "module: string?", "The program or library." },
		{ "inlined: boolean", "Whether it was inlined into its caller." },
		{ "is_signal: boolean", "Whether the kernel called a signal handler here." },
		{ "trust: string", "How it was found." },
		{ "regs: table<string, integer>", "Its registers, as far as they are known." },
		{ "vars: table", "Its variables by name, assignable; pairs walks over them: arguments, then locals." },
		{ "args: table", "The same of its arguments only, by name or from 1 on." },
		{ "up() -> frame?", "Its caller; nil at the end of the stack." },
		{ "down() -> frame?", "What it has called; nil at the innermost." },
		{ "variables() -> table[]", "name, is_argument, block, line, type of each variable." },
		{ "find(name: string) -> table?", "Where a variable is: type, and at, bytes (and register) or missing." },
	},

	{ name = "stack_entry", variable = "entry", summary = "one line of a stack, of t:bt()", text = "",
		{ "level: integer", "0 is the innermost." },
		{ "pc: integer", "Where it is." },
		{ "sp: integer", "Its stack pointer." },
		{ "fn: string?", "The function's name; nil when none is known." },
		{ "offset: integer?", "How far in the function." },
		{ "module: string?", "The program or library." },
		{ "is_main: boolean?", "Whether that is the program itself." },
		{ "trust: string?", "How it was found." },
		{ "guessed: boolean?", "Whether it is a guess, for want of call frame information." },
		{ "is_signal: boolean?", "Whether a signal handler was called here." },
		{ "inlined: boolean?", "Whether it is a function that was inlined (with lines)." },
		{ "file: string?", "The source file (with lines)." },
		{ "folder: string?", "The folder that a relative file is meant from (with lines)." },
		{ "line: integer?", "The line (with lines)." },
		{ "column: integer?", "The column (with lines)." },
		{ "args: { name: string, text: string }[]?", "The arguments (with lines): text is \"color=GREEN\"." },
		{ "locals: { name: string, text: string }[]?", "The variables (with locals)." },
	},

	{ name = "call", variable = "c", summary = "one call of a function that is hooked: p:hook", text = [[
The same object in on_enter and on_leave. It takes fields of the script's own: c.started = ev.time.]],
		{ "name: string", "What is hooked." },
		{ "process: process", "In which process." },
		{ "thread: thread", "In which thread, which stands." },
		{ "args: integer[]", "The arguments as integers, from 1 on; in on_enter they can be assigned." },
		{ "ret: integer?", "What the function returned, in on_leave; there it can be assigned.", writable = true },
		{ "skipped: boolean", "Whether c:skip was called." },
		{ "bt(n?: integer) -> stack_entry[] | nil, message, code", "The n innermost frames (10); printed, a line each." },
		{ "skip(value?: number | boolean)",
			"In on_enter: the function is not run, its caller sees the value (0; a float as a double)." },
	},

	{ name = "handler", variable = "h", summary = "what on_syscall and its kin answer", text = [[
It is to-be-closed: `local h <close> = lupe.on_syscall(...)` is deleted at the end of the block.]],
		{ "id: integer", "Its number." },
		{ "hits: integer", "How often it was called for something." },
		{ "enabled: boolean", "Whether it is called at all." },
	},

	{ name = "timer", variable = "timer", summary = "what lupe.after and lupe.every answer", text = "To-be-closed." },

	{ name = "counter", variable = "c", summary = "how often each key was seen: lupe.counter", text = [[
c(key, n) is c:add(key, n); #c is how many keys there are; print(c) is a table.]],
		{ "total: number", "The sum of all counts." },
	},

	{ name = "histogram", variable = "h", summary = "how numbers are spread: lupe.histogram", text = [[
h(value, n) is h:add(value, n); print(h) draws it.]],
		{ "count: number", "How many values came." },
		{ "sum: number", "Their sum." },
		{ "min: number?", "The smallest." },
		{ "max: number?", "The largest." },
	},

	{ name = "histograms", variable = "hs", summary = "a histogram for each key: lupe.histograms", text = [[
hs(key, value, n) is hs:add(key, value, n); print(hs) draws them all.]] },

	{ name = "folded", variable = "stacks", summary = "a counter of stacks: lupe.folded, p:sample", text = "",
		{ "total: number", "The sum of all." },
		{ "add(stack: string, value?: number)", "So much (1) more of a stack, \"outermost;...;innermost\"." },
		{ "sorted() -> string[]", "The stacks, those with the largest sums first." },
		{ "folded() -> string", "Lines \"stack sum\", as `lupe flame` reads them." },
		{ "heaviest(n?: integer, text?: fun(sum: number): string) -> string", "The heaviest stacks, as text." },
		{ "functions(n?: integer, text?: fun(sum: number): string) -> string",
			"A table of functions: what was in them, and in them or what they called." },
	},

	{ name = "rows", variable = "t", summary = "a table of rows under titles: lupe.table", text = [[
#t is how many rows there are; print(t) is all of them in columns. Columns of numbers are aligned right.]] },

	{ name = "top", variable = "top", summary = "something that is shown again and again: lupe.top", text = [[
To-be-closed: it stops then.]] },
}
