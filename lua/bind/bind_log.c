/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * core.log(session, options): the log as a userdata. Its loop is C; Lua hears only of what a loop
 * cannot decide: a signal for us, the end.
 */
#include "handles.h"
#include "base/cleanup.h"
#include "base/vector.h"
#include "lupe/log.h"

#include <string.h>
#include <sys/wait.h>

struct log_object {
	struct lupe_bind_object object;
	struct lupe_log *log; /* NULL: closed */
	lua_State *L;	      /* while it runs; the log is at index 1 */
};

/* In the registry: log -> the function that chooses its lines, and the one that is asked for its rules. */
static const char keep_key[] = "lupe.log.keep";
static const char guard_key[] = "lupe.log.guard";

static const struct lupe_bind_type log_type;

static struct lupe_log *check_log(lua_State *L, int arg)
{
	struct log_object *object = lupe_bind_check(L, arg, &log_type);

	if (!object->log)
		lupe_bind_misuse(L, "the log is closed");
	return object->log;
}

/* --- options --- */

/* The field `name` of the table at `arg`, or what was there. */
static void read_integer(lua_State *L, int arg, const char *name, lua_Integer *value)
{
	if (lua_getfield(L, arg, name) != LUA_TNIL)
		*value = luaL_checkinteger(L, -1);
	lua_pop(L, 1);
}

/* The string lives as long as the table. */
static const char *read_string(lua_State *L, int arg, const char *name, const char *otherwise)
{
	const char *value = otherwise;

	if (lua_getfield(L, arg, name) != LUA_TNIL)
		value = luaL_checkstring(L, -1);
	lua_pop(L, 1);
	return value;
}

/* An array of numbers; absent: the set stays. */
static void read_set(lua_State *L, int arg, const char *name, struct lupe_syscall_set *set)
{
	lua_Integer i, n;

	if (lua_getfield(L, arg, name) != LUA_TNIL) {
		luaL_checktype(L, -1, LUA_TTABLE);
		*set = (struct lupe_syscall_set){0};
		n = luaL_len(L, -1);
		for (i = 1; i <= n; i++) {
			lua_geti(L, -1, i);
			lupe_syscall_set_add(set, (int)luaL_checkinteger(L, -1));
			lua_pop(L, 1);
		}
	}
	lua_pop(L, 1);
}

static void read_numbers(lua_State *L, int arg, struct lupe_log_options *options)
{
	lua_Integer signals = (lua_Integer)options->signals, quiet = options->quiet,
		    status = options->status, string_max = (lua_Integer)options->text.string_max,
		    hex = 0, fd_paths = 0, column = options->column,
		    clock_digits = options->clock_digits, relative = options->relative_digits,
		    duration = options->duration_digits, overhead = 0, call_limit = 0;

	read_integer(L, arg, "signals", &signals);
	read_integer(L, arg, "quiet", &quiet);
	read_integer(L, arg, "status", &status);
	read_integer(L, arg, "string_max", &string_max);
	read_integer(L, arg, "hex_strings", &hex);
	read_integer(L, arg, "fd_paths", &fd_paths);
	read_integer(L, arg, "column", &column);
	read_integer(L, arg, "clock_digits", &clock_digits);
	read_integer(L, arg, "relative_digits", &relative);
	read_integer(L, arg, "duration_digits", &duration);
	read_integer(L, arg, "overhead_ns", &overhead);
	read_integer(L, arg, "call_limit", &call_limit);
	options->call_limit = (uint64_t)call_limit;
	options->overhead_ns = (uint64_t)overhead;
	options->signals = (uint64_t)signals;
	options->quiet = (unsigned)quiet;
	options->status = (unsigned)status;
	options->text.string_max = (size_t)string_max;
	options->text.hex_strings = (unsigned)hex;
	options->text.fd_paths = (unsigned)fd_paths;
	options->column = (unsigned)column;
	options->clock_digits = (int)clock_digits;
	options->relative_digits = (int)relative;
	options->duration_digits = (int)duration;
}

static void read_options(lua_State *L, int arg, struct lupe_log_options *options)
{
	const char *clock, *xlat;

	luaL_checktype(L, arg, LUA_TTABLE);
	*options = lupe_log_options_default;
	read_numbers(L, arg, options);
	read_set(L, arg, "trace", &options->trace);
	read_set(L, arg, "unabbreviated", &options->unabbreviated);
	read_set(L, arg, "opaque", &options->opaque);
	read_set(L, arg, "raw", &options->raw);
	options->program = read_string(L, arg, "program", options->program);
	options->file = read_string(L, arg, "file", NULL);
	options->append = lupe_bind_option(L, arg, "append");
	options->separate = lupe_bind_option(L, arg, "separate");
	options->follow = lupe_bind_option(L, arg, "follow");
	options->detach_on_exec = lupe_bind_option(L, arg, "detach_on_exec");
	options->text.arg_names = lupe_bind_option(L, arg, "arg_names");
	options->stacks = lupe_bind_option(L, arg, "stacks");
	options->stack_lines = lupe_bind_option(L, arg, "stack_lines");
	options->columns = (lupe_bind_option(L, arg, "number") ? LUPE_LOG_NUMBER : 0) |
			   (lupe_bind_option(L, arg, "pc") ? LUPE_LOG_PC : 0);
	options->color = lupe_bind_option(L, arg, "color");
	options->tree = lupe_bind_option(L, arg, "tree");
	options->names = lupe_bind_option(L, arg, "names");
	options->pid_spaces = lupe_bind_option(L, arg, "pid_spaces");
	options->kvm = lupe_bind_option(L, arg, "kvm");
	options->debug = lupe_bind_option(L, arg, "debug");
	options->json = lupe_bind_option(L, arg, "json");
	options->wall_clock = lupe_bind_option(L, arg, "wall_clock");
	options->summary = lupe_bind_option(L, arg, "summary_only") ? LUPE_LOG_SUMMARY_ONLY
			   : lupe_bind_option(L, arg, "summary")    ? LUPE_LOG_SUMMARY_TOO
								     : LUPE_LOG_NO_SUMMARY;
	clock = read_string(L, arg, "clock", "none");
	options->clock = !strcmp(clock, "time")	  ? LUPE_LOG_TIME_OF_DAY
			 : !strcmp(clock, "unix") ? LUPE_LOG_UNIX_TIME
						  : LUPE_LOG_NO_CLOCK;
	xlat = read_string(L, arg, "xlat", "abbrev");
	options->text.xlat = !strcmp(xlat, "raw")	? LUPE_XLAT_RAW
			     : !strcmp(xlat, "verbose") ? LUPE_XLAT_VERBOSE
							: LUPE_XLAT_ABBREV;
}

/* --- rules that change calls --- */

/* The array `name` of the rule at the top: its pokes, into memory of Lua that stays on the stack below
 * the rule. */
static void read_pokes(lua_State *L, const char *name, bool at_exit, struct lupe_log_poke *pokes,
		       size_t max, size_t *count)
{
	lua_Integer i, arg;

	if (lua_getfield(L, -1, name) == LUA_TTABLE)
		for (i = 1; i <= luaL_len(L, -1) && *count < max; i++) {
			struct lupe_log_poke *poke = &pokes[(*count)++];

			lua_geti(L, -1, i);
			luaL_checktype(L, -1, LUA_TTABLE);
			lua_getfield(L, -1, "bytes");
			poke->bytes = (const unsigned char *)luaL_checklstring(L, -1, &poke->size);
			lua_getfield(L, -2, "arg");
			arg = luaL_checkinteger(L, -1);
			poke->arg = (uint8_t)arg;
			poke->at_exit = at_exit;
			lua_pop(L, 3);
		}
	lua_pop(L, 1);
}

enum { MAX_POKES = 16 };

/* The rule at the top of the stack. */
static void read_rule(lua_State *L, struct lupe_log_inject *rule, struct lupe_log_poke *pokes)
{
	lua_Integer first = 1, last = UINT32_MAX, step = 1, nr = -1, signal = 0, enter = 0, leave = 0;

	luaL_checktype(L, -1, LUA_TTABLE);
	*rule = (struct lupe_log_inject){.pokes = pokes};
	read_set(L, lua_gettop(L), "set", &rule->set);
	read_integer(L, lua_gettop(L), "first", &first);
	read_integer(L, lua_gettop(L), "last", &last);
	read_integer(L, lua_gettop(L), "step", &step);
	read_integer(L, lua_gettop(L), "nr", &nr);
	read_integer(L, lua_gettop(L), "signal", &signal);
	read_integer(L, lua_gettop(L), "delay_enter_ns", &enter);
	read_integer(L, lua_gettop(L), "delay_exit_ns", &leave);
	rule->has_result = lua_getfield(L, -1, "result") != LUA_TNIL;
	rule->result = rule->has_result ? luaL_checkinteger(L, -1) : 0;
	lua_pop(L, 1);
	rule->first = (uint32_t)first;
	rule->last = (uint32_t)last;
	rule->step = step > 0 ? (uint32_t)step : 1;
	rule->nr = (int)nr;
	rule->signal = (int)signal;
	rule->delay_enter_ns = (uint64_t)enter;
	rule->delay_exit_ns = (uint64_t)leave;
	rule->guarded = lupe_bind_option(L, lua_gettop(L), "guarded");
	read_pokes(L, "poke_enter", false, pokes, MAX_POKES, &rule->n_pokes);
	read_pokes(L, "poke_exit", true, pokes, MAX_POKES, &rule->n_pokes);
}

/* An array of paths, into memory of Lua that stays on the stack. */
static void read_paths(lua_State *L, int arg, struct lupe_log_options *options)
{
	const char **paths;
	size_t i, n;

	if (lua_getfield(L, arg, "paths") == LUA_TNIL)
		return;
	luaL_checktype(L, -1, LUA_TTABLE);
	n = (size_t)luaL_len(L, -1);
	paths = lua_newuserdatauv(L, (n + 1) * sizeof(*paths), 0);
	for (i = 0; i < n; i++) {
		lua_geti(L, -2, (lua_Integer)i + 1);
		paths[i] = luaL_checkstring(L, -1);
		lua_pop(L, 1);
	}
	options->paths = paths;
	options->n_paths = n;
}

/* { 3, 5, inverted = true } */
static void read_fds(lua_State *L, int arg, const char *name, struct lupe_log_options *options,
		     struct lupe_log_fds *fds)
{
	lua_Integer i, fd;

	if (lua_getfield(L, arg, name) == LUA_TTABLE) {
		options->dumps = true;
		fds->inverted = lupe_bind_option(L, lua_gettop(L), "inverted");
		for (i = 1; i <= luaL_len(L, -1); i++) {
			lua_geti(L, -1, i);
			fd = luaL_checkinteger(L, -1);
			if (fd >= 0 && fd < LUPE_LOG_MAX_FD)
				fds->bits[fd / 64] |= UINT64_C(1) << (fd % 64);
			lua_pop(L, 1);
		}
	}
	lua_pop(L, 1);
}

/* Leaves the memory of the rules on the stack, if there are any: the caller drops it when the log has
 * its copy. */
static void read_rules(lua_State *L, int arg, struct lupe_log_options *options)
{
	struct lupe_log_poke *pokes;
	struct lupe_log_inject *rules;
	size_t i, n;

	if (lua_getfield(L, arg, "rules") == LUA_TNIL)
		return;
	luaL_checktype(L, -1, LUA_TTABLE);
	n = (size_t)luaL_len(L, -1);
	rules = lua_newuserdatauv(L, (n + 1) * sizeof(*rules), 0);
	pokes = lua_newuserdatauv(L, (n + 1) * MAX_POKES * sizeof(*pokes), 0);
	for (i = 0; i < n; i++) {
		lua_geti(L, -3, (lua_Integer)i + 1);
		read_rule(L, &rules[i], &pokes[i * MAX_POKES]);
		lua_pop(L, 1);
	}
	options->rules = rules;
	options->n_rules = n;
}

/* --- asking Lua: which lines are wanted, which calls a rule is for --- */

/* Protected: the log, the event, the key of the function, the number of a rule -> what it says. */
static int ask_protected(lua_State *L)
{
	const struct lupe_event *event = lua_touserdata(L, 2);
	struct bind_event *object;
	bool answer;

	lupe_bind_push_event(L, 1, event);
	object = lua_touserdata(L, -1);
	lua_getfield(L, LUA_REGISTRYINDEX, lua_touserdata(L, 3));
	lua_pushvalue(L, 1);
	lua_rawget(L, -2);
	lua_pushvalue(L, 5);
	lua_pushvalue(L, 4);
	answer = lua_pcall(L, 2, 1, 0) == LUA_OK && lua_toboolean(L, -1);
	/* The thread goes on: whoever has kept the event has it no more. */
	object->over = true;
	lupe_bind_event_over(L, 1, event->tid);
	lua_pushboolean(L, answer);
	return 1;
}

/* A function that raises chooses nothing; it tells of its errors itself. */
static bool ask(const struct log_object *object, const struct lupe_event *event, const char *key, size_t rule)
{
	lua_State *L = object->L;
	bool answer;

	if (!L || !lua_checkstack(L, 6))
		return false;
	lua_pushcfunction(L, ask_protected);
	lua_pushvalue(L, 1);
	lua_pushlightuserdata(L, (void *)(uintptr_t)event);
	lua_pushlightuserdata(L, (void *)(uintptr_t)key);
	lua_pushinteger(L, (lua_Integer)rule);
	answer = lua_pcall(L, 4, 1, 0) == LUA_OK && lua_toboolean(L, -1);
	lua_pop(L, 1);
	return answer;
}

static bool keep(void *context, const struct lupe_event *event)
{
	return ask(context, event, keep_key, 0);
}

/* Rules are counted from 1 on in Lua. */
static bool guard(void *context, const struct lupe_event *event, size_t rule)
{
	return ask(context, event, guard_key, rule + 1);
}

/* Keeps the function at the top (popped) for the log below it, in a table with weak keys. */
static void set_function(lua_State *L, const char *key)
{
	if (lua_getfield(L, LUA_REGISTRYINDEX, key) != LUA_TTABLE) {
		lua_pop(L, 1);
		lua_newtable(L);
		lua_createtable(L, 0, 1);
		lua_pushliteral(L, "k");
		lua_setfield(L, -2, "__mode");
		lua_setmetatable(L, -2);
		lua_pushvalue(L, -1);
		lua_setfield(L, LUA_REGISTRYINDEX, key);
	}
	lua_pushvalue(L, -3);
	lua_pushvalue(L, -3);
	lua_rawset(L, -3);
	lua_pop(L, 2);
}

/* The functions among the options at index 2, for the log at the top. */
static void read_functions(lua_State *L, struct log_object *object, struct lupe_log_options *options)
{
	if (lua_getfield(L, 2, "keep") == LUA_TFUNCTION) {
		options->keep = keep;
		options->keep_context = object;
	}
	set_function(L, keep_key);
	if (lua_getfield(L, 2, "guard") == LUA_TFUNCTION) {
		options->guard = guard;
		options->guard_context = object;
	}
	set_function(L, guard_key);
}

/* core.log(session, options) -> log; nil, message, code. The session's interest is the log's from
 * now on. */
static int new_log(lua_State *L)
{
	struct lupe_session *session = lupe_bind_check_session(L, 1);
	struct lupe_log_options options;
	struct log_object *object;
	struct lupe_error *error;

	read_options(L, 2, &options);
	read_rules(L, 2, &options);
	read_paths(L, 2, &options);
	read_fds(L, 2, "dump_read", &options, &options.dump_read);
	read_fds(L, 2, "dump_write", &options, &options.dump_write);
	object = lupe_bind_new(L, &log_type, 1);
	read_functions(L, object, &options);
	error = lupe_log_create(&options, &object->log);
	if (!error)
		error = lupe_log_set_interest(object->log, session);
	return error ? lupe_bind_fail(L, error) : 1;
}

/* --- methods --- */

static void set_integer(lua_State *L, const char *name, lua_Integer value)
{
	lua_pushinteger(L, value);
	lua_setfield(L, -2, name);
}

/* log:attached(process, quiet [, tid]): it, or just this thread of it, is traced from now on. */
static int attached(lua_State *L)
{
	struct lupe_log *log = check_log(L, 1);
	struct lupe_process *process = lupe_bind_process(L, 2);
	struct lupe_thread *thread = NULL;
	bool quiet = lua_toboolean(L, 3);
	pid_t tid = (pid_t)luaL_optinteger(L, 4, 0), pid;
	VECTOR(pid_t) tids = {0};

	if (!process)
		return lupe_bind_gone(L, 2);
	pid = lupe_process_pid(process);
	while (!tid && (thread = lupe_process_next_thread(process, thread)))
		if (!VECTOR_PUSH(&tids, lupe_thread_tid(thread)))
			break;
	if (tid)
		lupe_log_attached(log, tid, &tid, 1, quiet);
	else
		lupe_log_attached(log, pid, tids.data, tids.count, quiet);
	VECTOR_DEINIT(&tids);
	lua_pushboolean(L, true);
	return 1;
}

/* log:run(pid [, seconds]) -> kind, number: "none", "no_targets", "woken" and the signal; of process
 * `pid` also "exited" and the code, "killed" and the signal. */
static int run(lua_State *L)
{
	struct lupe_log *log = check_log(L, 1);
	struct lupe_session *session = lupe_bind_check_session(L, 1);
	pid_t pid = (pid_t)luaL_checkinteger(L, 2);
	double seconds = luaL_optnumber(L, 3, -1);
	struct log_object *object = lua_touserdata(L, 1);
	struct lupe_event event;
	struct lupe_error *error;

	object->L = L;
	error = lupe_log_run(log, session, pid, seconds < 0 ? -1 : (int)(seconds * 1000), &event);
	object->L = NULL;
	if (error)
		return lupe_bind_raise(L, error);
	lua_pushstring(L, lupe_event_kind_name(event.kind));
	lua_pushinteger(L, event.kind == LUPE_EVENT_EXITED ? event.exit_code : event.signal);
	return 2;
}

/* log:failed_exec{ argv =, file =, env = }, errno: what launching was asked for and why it failed. */
static int failed_exec(lua_State *L)
{
	struct lupe_log *log = check_log(L, 1);
	int errnum = (int)luaL_checkinteger(L, 3);
	const char *const *argv, *const *env = NULL;

	luaL_checktype(L, 2, LUA_TTABLE);
	lua_getfield(L, 2, "argv");
	argv = lupe_bind_check_strings(L, lua_gettop(L), "argv");
	if (lua_getfield(L, 2, "env") == LUA_TTABLE)
		env = lupe_bind_check_strings(L, lua_gettop(L), "env");
	lua_getfield(L, 2, "file");
	lupe_log_failed_exec(log, luaL_checkstring(L, -1), argv, env, errnum);
	return 0;
}

/* log:detach(process): it goes on without us. */
static int detach(lua_State *L)
{
	struct lupe_log *log = check_log(L, 1);
	struct lupe_process *process = lupe_bind_process(L, 2);

	if (!process)
		return lupe_bind_gone(L, 2);
	lupe_log_detach(log, process);
	lua_pushboolean(L, true);
	return 1;
}

/* log:failure() -> the errno of the first write that failed, or nil. */
static int failure(lua_State *L)
{
	int errnum = lupe_log_failure(check_log(L, 1));

	if (!errnum)
		return 0;
	lua_pushinteger(L, errnum);
	return 1;
}

/* log:counts() -> an array of what was counted: { nr, name, calls, errors, total, least, most }, times in
 * nanoseconds. */
static int counts(lua_State *L)
{
	struct lupe_log *log = check_log(L, 1);
	const struct lupe_syscall *syscall;
	lua_Integer n = 0;
	int nr;

	lua_newtable(L);
	for (nr = 0; nr < LUPE_SYSCALL_LIMIT; nr++) {
		struct lupe_log_count count = lupe_log_get_count(log, nr);

		if (!count.calls)
			continue;
		syscall = lupe_syscall_by_nr(LUPE_ABI_X86_64, nr);
		lua_createtable(L, 0, 7);
		if (syscall)
			lua_pushstring(L, syscall->name);
		else
			lua_pushfstring(L, "syscall_%p", (void *)(uintptr_t)nr);
		lua_setfield(L, -2, "name");
		set_integer(L, "nr", nr);
		set_integer(L, "calls", (lua_Integer)count.calls);
		set_integer(L, "errors", (lua_Integer)count.errors);
		set_integer(L, "total", (lua_Integer)count.total_ns);
		set_integer(L, "least", (lua_Integer)count.least_ns);
		set_integer(L, "most", (lua_Integer)count.most_ns);
		lua_seti(L, -2, ++n);
	}
	return 1;
}

static void push_process(lua_State *L, const struct lupe_log_process *process)
{
	int status = process->status;

	lua_createtable(L, 0, 6);
	set_integer(L, "pid", process->pid);
	set_integer(L, "parent", process->parent);
	if (process->command) {
		lua_pushstring(L, process->command);
		lua_setfield(L, -2, "command");
	}
	if (!process->ended)
		return;
	set_integer(L, "duration_ns", (lua_Integer)(process->end_ns - process->start_ns));
	if (WIFSIGNALED(status))
		set_integer(L, "signo", WTERMSIG(status));
	else
		set_integer(L, "exit_code", WEXITSTATUS(status));
}

/* log:processes() -> an array of what was seen (with tree = true): { pid, parent, command, duration_ns,
 * exit_code or signo }. */
static int processes(lua_State *L)
{
	struct lupe_log *log = check_log(L, 1);
	const struct lupe_log_process *process;
	size_t i;

	lua_newtable(L);
	for (i = 0; (process = lupe_log_get_process(log, i)); i++) {
		push_process(L, process);
		lua_seti(L, -2, (lua_Integer)i + 1);
	}
	return 1;
}

/* log:text(text): after all that was written before. */
static int text(lua_State *L)
{
	struct lupe_log *log = check_log(L, 1);
	size_t size;
	const char *bytes = luaL_checklstring(L, 2, &size);

	lupe_log_text(log, bytes, size);
	return 0;
}

static int close_log(lua_State *L)
{
	struct log_object *object = lupe_bind_check(L, 1, &log_type);

	lupe_log_destroy(object->log);
	object->log = NULL;
	return 0;
}

static const luaL_Reg methods[] = {{"attached", attached}, {"run", run},	 {"detach", detach},
				   {"failure", failure},   {"close", close_log}, {"counts", counts},
				   {"text", text},	   {"processes", processes},
				   {"failed_exec", failed_exec},
				   {NULL, NULL}};

static const luaL_Reg meta[] = {{"__gc", close_log}, {"__close", close_log}, {NULL, NULL}};

static const struct lupe_bind_type log_type = {
    .name = "log", .size = sizeof(struct log_object), .methods = methods, .meta = meta};

static void open_log(lua_State *L)
{
	lupe_bind_register(L, &log_type);
	lua_pushcfunction(L, new_log);
	lua_setfield(L, -2, "log");
}

LUPE_BIND_MODULE(open_log);
