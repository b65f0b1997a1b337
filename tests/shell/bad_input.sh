#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What cannot work is told in one clear line, with the right exit status, and leaves nothing behind.
source "$(dirname "$0")/lib/common.sh"

# Every way to attach: attach_fails PID REGEX
attach_fails() {
	run "$LUPE" run -e 'x = 1' -p "$1"
	one_line_error 125 "$2"
	run "$LUPE" trace -p "$1"
	one_line_error 1 "$2"
}

# no such process: none can have this number; one that has just ended
attach_fails 2147483647 '2147483647.*no such process'
true &
ended=$!
wait "$ended"
attach_fails "$ended" "$ended.*no such process"

# a zombie
start "$FIXTURES/zombie"
hear
attach_fails "${LINE#zombie }" '[Zz]ombie|has (already )?(ended|exited)'
tell end
end_started

# traced already: by whom
start "$FIXTURES/signals"
ready
strace -qq -o /dev/null -p "$READY" &
strace=$!
eventually traced_by "$READY" "$strace"
attach_fails "$READY" "already traced by $strace \(strace\)"
traced_by "$READY" "$strace" || fail "strace lost its target"
kill "$strace"
wait "$strace" 2>/dev/null
eventually untouched "$READY"

# somebody else's: as nobody
if ((EUID == 0)); then
	cp "$LUPE" "$T/lupe"
	chmod 755 "$T/lupe"
	nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	run "${nobody[@]}" "$T/lupe" run -e 'x = 1' -p "$READY"
	one_line_error 125 "$READY .*([Oo]peration not permitted|[Pp]ermission)"
	run "${nobody[@]}" "$T/lupe" trace -p "$READY"
	one_line_error 1 "$READY.*([Oo]peration not permitted|[Pp]ermission)"
else
	echo "not checked: somebody else's process (only root can make one)"
fi
untouched "$READY" || fail "a refused attach changed the target"
tell end
end_started
equal "$STATUS" 0 "exit status of the target"

# a kernel thread
kernel_thread=$(awk '$4 == 2 { print $1; exit }' /proc/[0-9]*/stat 2>/dev/null)
if [[ -n $kernel_thread ]]; then
	attach_fails "$kernel_thread" 'kernel thread'
else
	echo "not checked: a kernel thread (none is visible here)"
fi

# itself, nonsense
run "$LUPE" trace -p 0
one_line_error 1 .
run "$LUPE" run -e 'x = 1' -p -5
equal "$STATUS" 2 "exit status of -p -5"

# vanishing in between: both ends are fine, a hang, a crash or a second line is not
for ((i = 0; i < 40; i++)); do
	"$FIXTURES/forker" >/dev/null &
	pid=$!
	run "$LUPE" run -e 'x = 1' -p "$pid"
	wait "$pid"
	equal $? 0 "exit status of a short-lived target"
	case $STATUS in
	0) equal "$ERR" "" "stderr of an attach that came in time" ;;
	*) one_line_error 125 "$pid" ;;
	esac
done

# programs that cannot be run
echo 'echo never' >"$T/not_executable"
mkdir "$T/folder"
printf '#!/nonexistent/interpreter\n' >"$T/bad_interpreter"
chmod 755 "$T/bad_interpreter"
printf 'neither ELF nor script' >"$T/garbage"
chmod 755 "$T/garbage"
launch_fails() { # STATUS PROGRAM REGEX
	run "$LUPE" run -e 'x = 1' -- "$2"
	one_line_error "$1" "$3"
	# What is there has its call in the trace.
	run "$LUPE" trace -o "$T/log" "$2"
	if [[ -e $2 ]]; then
		one_line_error 1 "^lupe: exec: "
		matches "$(head -n 1 "$T/log")" "^execve\\(\"$2\", .* = -1 E" "the trace of $2"
	else
		one_line_error 1 "$3"
	fi
}
launch_fails 127 /nonexistent/program '/nonexistent/program.*([Nn]o such file|not found)'
launch_fails 127 no_such_program_here 'no_such_program_here.*([Nn]o such file|not found)'
launch_fails 126 "$T/not_executable" 'not_executable.*[Pp]ermission denied'
launch_fails 126 "$T/folder" 'folder.*([Pp]ermission denied|[Ii]s a directory)'
run "$LUPE" run -e 'x = 1' -- "$T/bad_interpreter"
matches "$STATUS" '^12[67]$' "exit status for a bad interpreter"
equal "$(wc -l <"$T/.err")" 1 "lines for a bad interpreter ($ERR)"
run "$LUPE" trace -o "$T/log" "$T/bad_interpreter"
one_line_error 1 "^lupe: exec: No such file or directory$"
run "$LUPE" run -e 'x = 1' -- "$T/garbage"
one_line_error 126 'garbage.*[Ee]xec format error'

# scripts: nothing of the target has run
printf 'local x =\nprint(x' >"$T/bad.lua"
run "$LUPE" run "$T/bad.lua" -- touch "$T/touched"
one_line_error 125 "bad.lua:2: .*expected"
run "$LUPE" run "$T/missing.lua" -- touch "$T/touched"
one_line_error 125 'missing.lua.*No such file'
run "$LUPE" run "$T/folder" -- touch "$T/touched"
one_line_error 125 'folder'
echo 'lupe.on_syscall("opennat", print)' >"$T/unknown.lua"
run "$LUPE" run "$T/unknown.lua" -- touch "$T/touched"
equal "$STATUS" 125 "exit status for an unknown syscall"
matches "$ERR" "unknown.lua:1: .*opennat.*did you mean.*openat" "stderr"
run "$LUPE" trace -e trace=opennat touch "$T/touched"
one_line_error 1 "opennat.*did you mean.*openat"
echo 'error "of the script"' >"$T/raises.lua"
run "$LUPE" run "$T/raises.lua" -- touch "$T/touched"
equal "$STATUS" 125 "exit status of a script that raises"
matches "$ERR" "raises.lua:1: of the script" "stderr"
[[ ! -e $T/touched ]] || fail "a target ran although its script could not"
# A handler that raises ends the run: the launched target is killed, the attached one let go.
echo 'lupe.on_syscall("read", function() error "in the handler" end)' >"$T/handler.lua"
run "$LUPE" run "$T/handler.lua" -- sh -c "read x; touch $T/touched"
equal "$STATUS" 125 "exit status of a handler that raises"
matches "$ERR" "handler.lua:1: in the handler" "stderr"
[[ ! -e $T/touched ]] || fail "the target of a handler that raised ran on"
start "$FIXTURES/threads" 4
ready
run "$LUPE" run "$T/handler.lua" -p "$READY"
equal "$STATUS" 125 "exit status of a handler that raises, attached"
eventually untouched "$READY"
tell stop
hear
matches "$LINE" 'interrupted 0 signals 0 ' "what the threads noticed"
end_started

# wrong command lines
for words in run "run --nonsense x.lua" "run -e x -p 1 -- true" "run -e x --" --nonsense "nosuchtool"; do
	# shellcheck disable=SC2086
	run "$LUPE" $words
	equal "$STATUS" 2 "exit status of lupe $words ($ERR)"
done
run "$LUPE" trace --nonsense true
equal "$STATUS" 1 "exit status of lupe trace --nonsense"
run "$LUPE" trace
equal "$STATUS" 1 "exit status of lupe trace alone"

eventually nothing_left
finish
