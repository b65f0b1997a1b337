#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# lupe trace: what options mean, and what is said of wrong ones. Called strace, it speaks as strace does.
source "$(dirname "$0")/lib/common.sh"

mkdir "$T/bin"
ln -s "$LUPE" "$T/bin/strace"
PATH=$T/bin:$PATH
GETPPID=$FIXTURES/getppid

# refused STATUS MESSAGE OPTION...: one line, or two with the hint; nothing runs.
refused() {
	local status=$1 message=$2
	shift 2
	run strace "$@" touch "$T/touched"
	equal "$STATUS" "$status" "exit status of strace $*"
	equal "$(head -n 1 <<<"$ERR")" "strace: $message" "message of strace $*"
	[[ $(wc -l <<<"$ERR") == 1 || $(sed -n 2p <<<"$ERR") == "Try 'strace -h' for more information." ]] ||
		fail "more than a message: $ERR"
	[[ ! -e $T/touched ]] || { fail "strace $* ran the program"; rm "$T/touched"; }
}
refused 1 "invalid option -- 'Q'" -Q
refused 1 "unrecognized option '--foo'" --foo
refused 1 "invalid -s argument: 'x'" -s x
refused 1 "invalid -s argument: '-1'" -s -1
refused 1 "invalid -a argument: '-1'" -a -1
refused 1 "invalid -X argument: 'foo'" -X foo
refused 1 "invalid -I argument: '9'" -I 9
refused 1 "invalid -O argument: 'x'" -c -O x
refused 1 "invalid sortby: 'foo'" -S foo
refused 1 "unknown column name: 'foo'" -c -U foo
refused 1 "call summary column has been provided more than once: 'name' (-U option residual: 'name')" -c -U name,name
refused 1 "Syscall 'foo' for -b isn't supported" -b foo
refused 1 "invalid --relative-timestamps argument: 'foo'" --relative-timestamps=foo
refused 1 "invalid signal 'FOO'" -e signal=FOO
refused 1 "invalid status 'foo'" -e status=foo
refused 1 "invalid quiet 'foo'" --quiet=foo
refused 1 "invalid decode-fds 'foo'" -e decode-fds=foo
refused 1 "invalid descriptor '-1'" -e read=-1
refused 1 "invalid inject argument 'read'" -e inject=read
refused 1 "invalid inject argument 'read:error=FOO'" -e inject=read:error=FOO
refused 1 "invalid inject argument 'read:when=0'" -e inject=read:when=0
refused 1 "invalid inject argument 'read:retval=1:error=3'" -e inject=read:retval=1:error=3
refused 1 "invalid fault argument 'read:signal=USR1'" -e fault=read:signal=USR1
refused 1 "-q and -e quiet/--quiet cannot be provided simultaneously" -q -e quiet=none
refused 1 "-t and --absolute-timestamps cannot be provided simultaneously" -t --absolute-timestamps
refused 1 "-c/--summary-only and -C/--summary are mutually exclusive" -C -c
refused 1 "-w/--summary-wall-clock must be given with (-c/--summary-only or -C/--summary)" -w
refused 1 "piping the output and -ff/--output-separately are mutually exclusive" -ff -o "|cat"
refused 1 "(-c/--summary-only or -C/--summary) and -ff/--output-separately are mutually exclusive" -c -ff -o "$T/x"
refused 1 "Can't fopen '/nonexistent/x': No such file or directory" -o /nonexistent/x
run strace
one_or_two=$(head -n 1 <<<"$ERR")
equal "$one_or_two" "strace: must have PROG [ARGS] or -p PID" "message of strace alone"
for pid in x 0 1x ""; do
	run strace -p "$pid"
	one_line_error 1 "^strace: Invalid process id: '$pid'$"
done
run strace /nonexistent
one_line_error 1 "^strace: Can't stat '/nonexistent': No such file or directory$"
# what is there, but does not start: its call is shown
echo garbage >"$T/garbage"; chmod +x "$T/garbage"
: >"$T/plain"
for program in "$T/plain EACCES Permission denied" "$T/garbage ENOEXEC Exec format error" "$T EACCES Permission denied"; do
	read -r path name reason <<<"$program"
	run strace -o "$T/log" "$path" a
	one_line_error 1 "^strace: exec: $reason$"
	matches "$(<"$T/log")" "^execve\\(\"$path\", \\[\"$path\", \"a\"\\], .*\\) = -1 $name \\($reason\\)
\\+\\+\\+ exited with 1 \\+\\+\\+$" "the log of $path"
done
rm "$T/log"

# log OPTION...: the lines of the getppid calls of three calls, $LOG.
log() {
	run strace -o "$T/log" "$@" "$GETPPID" 3
	LOG=$(cat "$T/log")
}
line='getppid\(\) {31}= [0-9]+'
end='\+\+\+ exited with 0 \+\+\+'
log -e getppid
matches "$LOG" "^($line"$'\n'"){3}$end$" "-e getppid"
log -qq -e trace=getppid
matches "$LOG" "^($line"$'\n'"){2}$line$" "-qq"
log -qq -a 0 -e getppid
matches "$LOG" "^(getppid\\(\\) = [0-9]+"$'\n?'"){3}$" "-a 0"
time='[0-2][0-9]:[0-5][0-9]:[0-6][0-9]'
log -qq -a 1 -t -e getppid
matches "$LOG" "^($time getppid\\(\\) = [0-9]+"$'\n?'"){3}$" "-t"
log -qq -a 1 -tt -T -e getppid
matches "$LOG" "^($time\\.[0-9]{6} getppid\\(\\) = [0-9]+ <0\\.[0-9]{6}>"$'\n?'"){3}$" "-tt -T"
log -qq -a 1 -ttt -e getppid
matches "$LOG" "^([0-9]{10}\\.[0-9]{6} getppid\\(\\) = [0-9]+"$'\n?'"){3}$" "-ttt"
log -qq -a 1 -r -e getppid
matches "$LOG" "^( {5}[0-9]\\.[0-9]{6} getppid\\(\\) = [0-9]+"$'\n?'"){3}$" "-r"
log -qq -a 1 -t -r -e getppid
matches "$LOG" "^($time \\(\\+ {5}[0-9]\\.[0-9]{6}\\) getppid\\(\\) = [0-9]+"$'\n?'"){3}$" "-t -r"
log -qq -a 1 -n -e getppid
matches "$LOG" "^(\\[ 110\\] getppid\\(\\) = [0-9]+"$'\n?'"){3}$" "-n"
log -qq -a 1 -i -e getppid
matches "$LOG" "^(\\[[0-9a-f]{16}\\] getppid\\(\\) = [0-9]+"$'\n?'"){3}$" "-i"
log -e trace=none
equal "$LOG" "+++ exited with 0 +++" "-e trace=none"
log -A -e trace=none
equal "$(wc -l <"$T/log")" 2 "-A adds to the file"

# what is changed
log -qq -e getppid -e inject=getppid:retval=7:when=2+
matches "$LOG" "^$line"$'\n'"(getppid\\(\\) {31}= 7 \\(INJECTED\\)"$'\n?'"){2}$" "retval and when"
log -qq -e getppid -e fault=getppid:when=1+2
fault='getppid\(\) {31}= -1 ENOSYS \(Function not implemented\) \(INJECTED\)'
matches "$LOG" "^$fault"$'\n'"$line"$'\n'"$fault$" fault
log -qq -e getppid -e inject=getppid:delay_enter=1ms
matches "$LOG" "^(getppid\\(\\) {31}= [0-9]+ \\(DELAYED\\)"$'\n?'"){3}$" delay
run strace -o "$T/log" -e getppid -e inject=getppid:signal=TERM:when=2 "$GETPPID" 3
equal "$STATUS" 143 "a signal ends the program"
grep -qx -- '--- SIGTERM {si_signo=SIGTERM, si_code=SI_KERNEL} ---' "$T/log" || fail "no SIGTERM in $(<"$T/log")"

# by what they touch, how they end
echo text >"$T/file"
log -qq -z -e access,openat
grep -q ENOENT <<<"$LOG" && fail "-z shows a failure"
log -qq -Z -e access,openat
grep -v ENOENT <<<"$LOG" | grep -q . && fail "-Z shows a success"
run strace -o "$T/log" -P "$T/file" cat "$T/file"
grep -q 'openat(AT_FDCWD, ".*/file", O_RDONLY) = [0-9]' "$T/log" || fail "-P does not show the open"
grep -q 'ld.so' "$T/log" && fail "-P shows other files"
run strace -o "$T/log" -e read=all -e trace=read wc "$T/file"
grep -q '^ | 00000  74 65 78 74 0a                                    text.            |$' "$T/log" ||
	fail "no dump in $(<"$T/log")"

# the environment, the name
run strace -o /dev/null -E NEW=value -E PATH "$(type -P env)"
grep -qx NEW=value <<<"$OUT" || fail "-E NEW=value"
grep -q ^PATH= <<<"$OUT" && fail "-E PATH"

# the summary
run strace -c -o "$T/log" -e getppid "$GETPPID" 3
matches "$(<"$T/log")" '^% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
100.00    0\.[0-9]{6} +[0-9]+         3           getppid
------ ----------- ----------- --------- --------- ----------------
100.00    0\.[0-9]{6} +[0-9]+         3           total$' "-c"

# to a command, to a file of each
run strace -o "|cat >$T/log" -e getppid "$GETPPID" 1
eventually grep -q 'exited with 0' "$T/log"
mkdir "$T/each"
run strace -ff -o "$T/each/log" sh -c "$GETPPID 1; $GETPPID 2"
equal "$(cat "$T"/each/log.* | grep -c '^write(1, "ns ')" 2 "calls in all files"
equal "$(grep -lc '+++ exited with 0 +++' "$T"/each/log.* | wc -l)" 3 "files"

# JSON: each line an object
run strace --json -f -o "$T/log" sh -c "$GETPPID 1; kill -TERM \$\$"
"$PYTHON" - "$T/log" <<'END' || fail "the JSON is not right"
import json, sys
events = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
assert events[0]["syscall"] == "execve" and events[0]["args"]["argv"][0] == "sh", events[0]
assert [e for e in events if e["type"] == "signal" and e["signal"] == "SIGTERM"], "no signal"
assert events[-1]["type"] == "killed" and events[-1]["signo"] == 15, events[-1]
END
"$PYTHON" "$SOURCE/tests/parity/schema" "$SOURCE/docs/trace.schema.json" "$T/log" || fail "against the schema"
eventually nothing_left
# -s is also how many elements of a list are shown; -v shows all of them.
strace -s 2 -e trace=execve -o "$T/list" /bin/true 1 2 3
equal "$(sed -n '1s/.*\(\[.*\]\).*/\1/p' "$T/list")" '["/b"..., "1", ...]' "a list with -s 2"
strace -v -e trace=execve -o "$T/list" /bin/true {1..40}
equal "$(sed -n '1s/.*"39", "40"\].*/whole/p' "$T/list")" whole "a list with -v"

finish
