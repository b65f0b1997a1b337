/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Launching a program. The child waits until it is seized, then calls execve; it is led to the end of
 * that call, where nothing of the new program has run. What an execve would have told (entry, exec,
 * exit) is replayed when the loop runs: by then whoever wants to hear of it has said so. The strings of
 * the replayed call are ours, at addresses of our own memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "base/buffer.h"
#include "base/cleanup.h"
#include "session/records.h"
#include "trace/status.h"

enum { FIRST_FD = 3 };

/* --- finding the program, as execvp(3) does --- */

/* An errno number, or 0 when `path` is a file that may be executed. */
static int cannot_execute(const char *path)
{
	struct stat status;

	if (stat(path, &status) < 0)
		return errno;
	if (!S_ISREG(status.st_mode))
		return EACCES;
	return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) < 0 ? errno : 0;
}

static struct lupe_error *cannot_run(const char *file, int errnum)
{
	enum lupe_error_code code = errnum == ENOENT || errnum == ENOTDIR ? LUPE_ERROR_NOT_FOUND
				    : errnum == EACCES || errnum == EPERM ? LUPE_ERROR_PERMISSION
									  : LUPE_ERROR_OS;
	struct lupe_error *error =
	    lupe_error_create(code, "cannot run '%s': %s", file, strerror(errnum));

	if (code != LUPE_ERROR_NO_MEMORY && error->code == code)
		error->errnum = errnum;
	return error;
}

/* The directories of PATH in turn; what may not be executed is passed over, but remembered. */
static struct lupe_error *search_path(const char *file, char **ret)
{
	const char *path = getenv("PATH"), *at = path ? path : "/bin:/usr/bin";
	CLEANUP(lupe_buffer_deinit) struct lupe_buffer candidate = {0};
	int worst = ENOENT;

	for (;;) {
		size_t length = strcspn(at, ":");
		int failed;

		lupe_buffer_reset(&candidate);
		lupe_buffer_bytes(&candidate, length ? at : ".", length ? length : 1);
		lupe_buffer_char(&candidate, '/');
		lupe_buffer_string(&candidate, file);
		if (candidate.failed)
			return lupe_error_no_memory();
		failed = cannot_execute(candidate.data);
		if (!failed)
			break;
		if (failed == EACCES)
			worst = EACCES;
		if (!at[length])
			return cannot_run(file, worst);
		at += length + 1;
	}
	*ret = strdup(candidate.data);
	return *ret ? NULL : lupe_error_no_memory();
}

struct lupe_error *lupe_program_find(const char *file, char **ret)
{
	int failed;

	if (!strchr(file, '/'))
		return *file ? search_path(file, ret) : cannot_run(file, ENOENT);
	failed = cannot_execute(file);
	if (failed)
		return cannot_run(file, failed);
	*ret = strdup(file);
	return *ret ? NULL : lupe_error_no_memory();
}

/* --- what is replayed --- */

static char **copy_strings(const char *const *strings)
{
	size_t count = 0;
	char **copy;

	while (strings[count])
		count++;
	copy = calloc(count + 1, sizeof(*copy));
	for (size_t i = 0; copy && i < count; i++) {
		copy[i] = strdup(strings[i]);
		if (!copy[i]) {
			while (i)
				free(copy[--i]);
			free(copy);
			return NULL;
		}
	}
	return copy;
}

static struct lupe_error *strings_create(const struct lupe_launch *launch,
					 struct launch_strings **ret)
{
	const char *file = launch->file ? launch->file : launch->argv[0];
	struct launch_strings *strings = calloc(1, sizeof(*strings));
	struct lupe_error *error;

	if (!strings)
		return lupe_error_no_memory();
	lupe_live_memory_init(&strings->memory, getpid());
	/* A name without a slash is looked for from here; one with a slash counts from the new cwd. */
	error = launch->cwd && strchr(file, '/') && *file != '/'
		    ? (strings->path = strdup(file)) ? NULL : lupe_error_no_memory()
		    : lupe_program_find(file, &strings->path);
	if (!error) {
		strings->argv = copy_strings(launch->argv);
		strings->own_env = launch->env ? copy_strings(launch->env) : NULL;
		/* Ours as it lies: its address shows in a trace, where strace's would. */
		strings->env = launch->env ? strings->own_env : environ;
		if (!strings->argv || !strings->env)
			error = lupe_error_no_memory();
	}
	if (error) {
		launch_strings_destroy(strings);
		return error;
	}
	*ret = strings;
	return NULL;
}

/* --- as another user --- */

struct run_as {
	uid_t uid, euid;
	gid_t gid, egid;
	gid_t *groups;
	int n_groups;
};

/* The ids that an execve by that user would give: those of the file where it is set-id. */
static void set_ids(struct run_as *user, const struct passwd *entry, const char *path)
{
	struct stat status;
	bool known = !stat(path, &status);

	user->uid = user->euid = entry->pw_uid;
	user->gid = user->egid = entry->pw_gid;
	if (known && (status.st_mode & S_ISUID))
		user->euid = status.st_uid;
	if (known && (status.st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP))
		user->egid = status.st_gid;
}

static struct lupe_error *find_user(const char *name, const char *path, struct run_as *ret)
{
	const struct passwd *entry;

	if (getuid() || geteuid())
		return lupe_error_create(LUPE_ERROR_PERMISSION,
					 "only root can run a program as another user");
	entry = getpwnam(name);
	if (!entry)
		return lupe_error_create(LUPE_ERROR_NOT_FOUND, "Cannot find user '%s'", name);
	set_ids(ret, entry, path);
	ret->n_groups = 0;
	getgrouplist(name, ret->gid, NULL, &ret->n_groups);
	ret->groups = reallocarray(NULL, ret->n_groups + 1, sizeof(*ret->groups));
	if (!ret->groups || getgrouplist(name, ret->gid, ret->groups, &ret->n_groups) < 0) {
		free(ret->groups);
		return lupe_error_no_memory();
	}
	return NULL;
}

/* --- the child, between fork and execve: async-signal-safe only --- */

struct child {
	const struct lupe_session *session;
	const struct lupe_launch *launch;
	struct launch_strings *strings; /* the process record's once it runs */
	int go[2], trouble[2]; /* pipes: one byte to go on; an errno number back */
	struct run_as user;     /* valid when the launch names one */
};

static void child_groups(const struct lupe_launch *launch)
{
	sigset_t ttou;

	if (!launch->own_group && !launch->foreground)
		return;
	setpgid(0, 0);
	if (!launch->foreground)
		return;
	/* A background process may not take the terminal, unless it ignores being told so. */
	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	sigprocmask(SIG_BLOCK, &ttou, NULL);
	tcsetpgrp(STDIN_FILENO, getpid());
	sigprocmask(SIG_UNBLOCK, &ttou, NULL);
}

/* Handlers of ours become the default by the exec; what was ignored before them is ignored again. */
static void child_signals(uint64_t ignored)
{
	for (int signal = 1; signal < NSIG; signal++)
		if (ignored >> (signal - 1) & 1)
			sigaction(signal, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
}

static bool is_inherited(const struct lupe_session *session, int fd)
{
	for (size_t i = 0; i < session->inherited.count; i++)
		if (session->inherited.data[i] == fd)
			return true;
	return false;
}

/* Our own descriptors stay ours; those that we were started with are the program's too. */
static int child_descriptors(const struct child *child)
{
	const int *stdio = child->launch->stdio;
	int first = FIRST_FD, last = FIRST_FD - 1;

	for (int i = 0; i < 3; i++)
		if (stdio[i] >= 0 && stdio[i] != i && dup2(stdio[i], i) < 0)
			return errno;
	for (size_t i = 0; i < child->session->inherited.count; i++)
		if (child->session->inherited.data[i] > last)
			last = child->session->inherited.data[i];
	for (; first <= last; first++)
		if (!is_inherited(child->session, first))
			fcntl(first, F_SETFD, FD_CLOEXEC);
	syscall(SYS_close_range, last + 1 > FIRST_FD ? last + 1 : FIRST_FD, ~0u,
		4 /* CLOSE_RANGE_CLOEXEC, Linux 5.11 */);
	return 0;
}

/* An errno number, or 0. */
static int child_user(const struct run_as *user)
{
	if (setgroups(user->n_groups, user->groups) < 0 || setregid(user->gid, user->egid) < 0 ||
	    setreuid(user->uid, user->euid) < 0)
		return errno;
	return 0;
}

__attribute__((noreturn)) static void child_main(const struct child *child)
{
	const struct lupe_launch *launch = child->launch;
	int failed = 0;
	char byte;

	close(child->go[1]);
	cpu_undo_in_child(&child->session->cpu);
	child_groups(launch);
	child_signals(child->session->options.ignored);
	if (launch->cwd && chdir(launch->cwd) < 0)
		failed = errno;
	if (!failed)
		failed = child_descriptors(child);
	if (!failed && launch->no_randomization &&
	    personality(personality(0xffffffff) | ADDR_NO_RANDOMIZE) < 0)
		failed = errno;
	if (!failed && launch->user)
		failed = child_user(&child->user);
	if (!failed && read(child->go[0], &byte, 1) == 1) {
		execve(child->strings->path, child->strings->argv, child->strings->env);
		failed = errno;
	}
	if (write(child->trouble[1], &failed, sizeof(failed)) < 0)
		_exit(126);
	_exit(127);
}

/* --- the parent --- */

static void close_pipes(struct child *child)
{
	for (int i = 0; i < 2; i++) {
		if (child->go[i] >= 0)
			close(child->go[i]);
		if (child->trouble[i] >= 0)
			close(child->trouble[i]);
	}
}

static pid_t wait_for(pid_t pid, int *ret_status)
{
	pid_t got;

	do
		got = lupe_wait(pid, true, ret_status);
	while (got == -EINTR);
	return got;
}

/* This process becomes the program; who returns is its grandchild, which traces it. */
static struct lupe_error *start_behind(struct child *child, pid_t *ret)
{
	pid_t program = getpid(), middle = fork();
	int status;

	if (middle < 0)
		return lupe_error_os(errno, "cannot fork");
	if (middle > 0) {
		wait_for(middle, &status);
		/* Where only ancestors may trace (Yama); the execve takes it back. */
		prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
		child_main(child);
	}
	if (fork() != 0) /* the program ends when nobody is left to tell it to go on */
		_exit(0);
	if (child->launch->daemonize == LUPE_DAEMONIZE_GROUP)
		setpgid(0, 0);
	else if (child->launch->daemonize == LUPE_DAEMONIZE_SESSION)
		setsid();
	/* The strings to be replayed are those of this process now. */
	lupe_live_memory_deinit(&child->strings->memory);
	lupe_live_memory_init(&child->strings->memory, getpid());
	close(child->trouble[1]);
	child->trouble[1] = -1;
	*ret = program;
	return NULL;
}

static struct lupe_error *start_child(struct child *child, pid_t *ret)
{
	if (pipe2(child->go, O_CLOEXEC) < 0 || pipe2(child->trouble, O_CLOEXEC) < 0)
		return lupe_error_os(errno, "cannot make a pipe");
	if (child->launch->daemonize)
		return start_behind(child, ret);
	*ret = fork();
	if (*ret < 0)
		return lupe_error_os(errno, "cannot fork");
	if (!*ret)
		child_main(child);
	if (child->launch->own_group || child->launch->foreground)
		setpgid(*ret, *ret);
	/* Not our end to read from: without one a write to a dead child would be a SIGPIPE. */
	close(child->trouble[1]);
	child->trouble[1] = -1;
	return NULL;
}

/* What the child told of its failure; 0: nothing. Waits until it has ended. */
static int read_trouble(const struct child *child)
{
	int failed = 0;

	return read(child->trouble[0], &failed, sizeof(failed)) == sizeof(failed) ? failed : 0;
}

/* The child ended before its program began. */
static struct lupe_error *why_it_failed(const struct child *child, int failed)
{
	const struct lupe_launch *launch = child->launch;
	const char *file = launch->file ? launch->file : launch->argv[0];

	if (!failed)
		return lupe_error_create(LUPE_ERROR_OS, "'%s' was killed before it began", file);
	if (launch->cwd && access(launch->cwd, X_OK) < 0)
		return lupe_error_os(errno, "cannot enter the folder '%s'", launch->cwd);
	return cannot_run(file, failed);
}

/* Leads the child through its execve, to the exit-stop. */
static struct lupe_error *lead_through_exec(struct child *child, pid_t pid)
{
	enum lupe_ptrace_resume how = LUPE_PTRACE_CONT;
	struct lupe_event event;
	int status;

	for (;;) {
		if (wait_for(pid, &status) < 0)
			return lupe_error_os(ECHILD, "cannot wait for '%s'", child->strings->path);
		lupe_event_from_status(status, &event);
		if (event.kind == LUPE_EVENT_EXITED || event.kind == LUPE_EVENT_KILLED)
			return why_it_failed(child, read_trouble(child));
		if (event.kind == LUPE_EVENT_SYSCALL)
			return NULL;
		if (event.kind == LUPE_EVENT_EXEC)
			how = LUPE_PTRACE_SYSCALL;
		lupe_ptrace_resume(pid, how,
				   event.kind == LUPE_EVENT_SIGNAL ? event.signal : 0);
	}
}

/* It may have failed already, before it was seized. */
static struct lupe_error *cannot_seize(struct child *child, int errnum)
{
	int failed;

	close(child->go[1]); /* it ends if it still waits */
	child->go[1] = -1;
	failed = read_trouble(child);
	return failed ? why_it_failed(child, failed)
		      : lupe_error_os(errnum, "cannot trace '%s'", child->strings->path);
}

static struct lupe_error *seize_and_exec(struct child *child, struct lupe_process *process)
{
	int failed = lupe_ptrace_seize(process->pid, thread_wanted_options(process));

	if (failed)
		return cannot_seize(child, failed);
	if (write(child->go[1], "", 1) != 1)
		return why_it_failed(child, read_trouble(child));
	return lead_through_exec(child, process->pid);
}

/* The record of the one thread, at the exit of an execve that is still to be told. */
static struct lupe_error *begin_replay(struct lupe_process *process)
{
	struct launch_strings *strings = process->strings;
	struct lupe_thread *thread = thread_create(process, process->pid);
	struct user_regs_struct regs;

	if (!thread)
		return lupe_error_no_memory();
	thread->state = THREAD_STOPPED;
	thread->stop = LUPE_EVENT_SYSCALL_EXIT;
	thread->mode = LUPE_PTRACE_SYSCALL;
	thread->phase = CALL_LEFT;
	thread->has_call = true;
	thread->call = (struct lupe_call){
	    .syscall = lupe_syscall_by_nr(LUPE_ABI_X86_64, SYS_execve),
	    .nr = SYS_execve,
	    .args = {(uintptr_t)strings->path, (uintptr_t)strings->argv, (uintptr_t)strings->env},
	    .entry_ns = session_now_ns()};
	if (!lupe_ptrace_get_regs(thread->tid, &regs)) {
		thread->call.pc = regs.rip;
		thread->call.sp = regs.rsp;
		process->abi = regs.cs == 0x23 ? LUPE_ABI_I386 : LUPE_ABI_X86_64;
	}
	thread->replay = REPLAY_ENTRY;
	return session_push_replay(thread);
}

/* Nothing of the child is left, whatever state it is in. */
static void kill_child(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	while (wait_for(pid, &status) == pid && status >> 8 == 0x7f)
		;
}

/* Where the program is our parent's child it ends by itself, as nothing tells it to go on. */
static void give_up(const struct child *child, pid_t pid)
{
	if (!child->launch->daemonize)
		kill_child(pid);
}

static struct lupe_error *launch_child(struct lupe_session *session, struct child *child,
				       struct lupe_process **ret)
{
	struct lupe_process *process;
	struct lupe_error *error;
	pid_t pid = 0;

	error = start_child(child, &pid);
	if (error)
		return error;
	process = process_create(session, pid);
	if (!process) {
		give_up(child, pid);
		return lupe_error_no_memory();
	}
	process->launched = !child->launch->daemonize;
	error = seize_and_exec(child, process);
	if (!error) {
		process->strings = child->strings;
		child->strings = NULL;
		error = begin_replay(process);
	}
	if (error) {
		give_up(child, pid);
		process_end(process);
		return error;
	}
	*ret = process;
	return NULL;
}

struct lupe_error *lupe_session_launch(struct lupe_session *session, const struct lupe_launch *launch,
				       struct lupe_process **ret)
{
	struct child child = {session, launch, NULL, {-1, -1}, {-1, -1}, {0}};
	struct lupe_error *error;

	if (!launch->argv || !launch->argv[0])
		return lupe_error_create(LUPE_ERROR_INVALID, "a program to launch is missing");
	error = strings_create(launch, &child.strings);
	if (error)
		return error;
	if (launch->user)
		error = find_user(launch->user, child.strings->path, &child.user);
	if (!error)
		error = launch_child(session, &child, ret);
	free(child.user.groups);
	launch_strings_destroy(child.strings);
	close_pipes(&child);
	return error;
}
