#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The tools that follow system calls, signals and processes, on real programs.
source "$(dirname "$0")/lib/common.sh"
cd "$T" || exit 1

# tool NAME ARGS...: its lines are in LOG, its exit status in STATUS.
tool() {
	run "$LUPE" "$1" -o "$T/log" "${@:2}"
	LOG=$(<"$T/log")
}
# Some line of LOG matches.
logged() { # REGEX WHAT
	grep -qE "$1" "$T/log" || fail "$2: no line matches '$1' in: $LOG$ERR"
}
unlogged() { # REGEX WHAT
	! grep -qE "$1" "$T/log" || fail "$2: a line matches '$1' in: $LOG"
}
time='^[0-9:]{8}\.[0-9]{3}'

for name in opensnoop execsnoop killsnoop exitsnoop filelife syscount iotrace argdist record; do
	run "$LUPE" "$name"
	equal "$STATUS" 2 "$name without a target"
	matches "$ERR" 'a target is expected|set of system calls' "$name without a target"
done

# --- opensnoop ---

echo hello >file
tool opensnoop -- cat file "$T/none"
equal "$STATUS $OUT" "1 hello" "the command is as it was"
logged "$time +[0-9]+ cat +[0-9]+ - +file$" "a file that is opened"
logged "$time +[0-9]+ cat +- ENOENT +$T/none$" "a file that is not there"
tool opensnoop -x --path '*none' -- cat file none
equal "$(wc -l <log)" 2 "a head and one that failed ($LOG)"
tool opensnoop --json --path file -- cat file
matches "$LOG" '^\{"comm":"cat","fd":[0-9]+,"path":"file","pid":[0-9]+,"time":"[0-9:.]+"\}$' "as JSON"
tool opensnoop -n nobody -- cat file
equal "$(wc -l <log)" 1 "of nobody"

# of a process that runs already
start bash -c 'echo ready $$; while read -r line; do : <"$line"; done'
ready
"$LUPE" opensnoop -o log -p "$READY" &
tracer=$!
opened() { tell "$T/file"; grep -q "bash  *[0-9]* - *$T/file" log; }
eventually opened
kill -TERM "$tracer"
wait "$tracer"
equal "$?" 143 "it ends by the signal"
tell "$T/file"
end_started
equal "$STATUS" 0 "the process has gone on"

# --- execsnoop ---

tool execsnoop -q -- sh -c 'env true "a b"; true'
logged "$time +[0-9]+ +[0-9]+ - +sh -c 'env true \"a b\"; true'" "the command itself"
logged "env true 'a b'$" "what it runs"
tool execsnoop -x -- env no-such-program
equal "$STATUS" 127 "exit status"
logged ' ENOENT +/.*/no-such-program$' "what could not be executed"

# --- killsnoop, exitsnoop ---

tool killsnoop -r -- bash -c 'kill -0 $$; kill -USR1 $$'
equal "$STATUS" 138 "killed by USR1 ($ERR)"
logged 'bash +sent +SIGUSR1 +([0-9]+) ok$' "a signal that is sent"
logged 'bash +received +SIGUSR1 +[0-9]+$' "and received"
logged 'bash +sent +0 +[0-9]+ ok$' "no signal at all"
tool killsnoop -s KILL -x -- bash -c 'kill -0 $$; kill -KILL 999999999'
equal "$(wc -l <log)" 2 "one that failed ($LOG)"
logged 'SIGKILL +999999999 ESRCH$' "its error"
tool exitsnoop -- bash -c '(exit 3); (kill -TERM $BASHPID); exit 4'
equal "$STATUS" 4 "exit status"
logged ' bash +[0-9]+ +[0-9]+ +[0-9]+\.[0-9]+ status 3$' "a child"
logged ' SIGTERM$' "one that is killed"
logged ' status 4$' "the command"
tool exitsnoop -x -- bash -c '(exit 0); (exit 5)'
unlogged 'status 0' "those that fail only"
logged 'status 5' "those that fail"

# --- filelife ---

mkdir folder
tool filelife -l -- sh -c 'echo x >a; mv a b; cd folder; rm ../b; echo y >c; echo z >../file; rm -f none'
logged "sh? +[0-9.]+ removed +$T/b$|rm +[0-9]+\.[0-9]+ removed +$T/b$" "made, renamed and removed"
logged " sh +- left +$T/folder/c$" "made and left"
unlogged "/(file|none)$" "was there before"
tool filelife -a -- rm file
logged "rm +- removed +$T/file$" "removed, though it was there before"

# --- syscount, argdist ---

tool syscount -s time -n 2 -- dd if=/dev/zero of=/dev/null bs=1 count=100
equal "$(wc -l <log)" 3 "a head and two rows ($LOG)"
tool syscount --set read,write -- dd if=/dev/zero of=/dev/null bs=7 count=100
logged '^ *10[0-9] .* read$' "reads"
tool syscount --set openat -b error -x -- cat none
logged ' 1? .* openat ENOENT$' "by error"
tool syscount --set write -b file -- sh -c 'echo hello >out'
logged " $T/out$" "by file"
tool syscount -i 0.05 --set pause -d 0.3 -- sleep 60
equal "$STATUS" 0 "ends after a time"
grep -cE '^[0-9:]{8}$' log | grep -qE '^[1-9]' || fail "no interval: $LOG"
tool argdist write count -- dd if=/dev/zero of=/dev/null bs=7 count=100 status=none
logged '^ *100 .* 7$' "sizes"
tool argdist -H write ret -- dd if=/dev/zero of=/dev/null bs=7 count=100 status=none
logged '^\[4, +8\)  100  (█|#)' "a histogram"
tool argdist --step 5 write ret -- dd if=/dev/zero of=/dev/null bs=7 count=100 status=none
logged '^\[5, +10\)  100  (█|#)' "by steps"
tool argdist openat 'path:match "[^/]*$"' err --where err -- cat "$T/none"
logged ' none, ENOENT$' "of two expressions"
tool argdist read 'ret +' -- true
equal "$STATUS" 2 "an expression that is none"
tool argdist nothing ret -- true
equal "$STATUS" 2 "a system call that is none"

# --- iotrace ---

seq 1000 >file
tool iotrace --kind file --path "$T/*" -- dd if=file of=copy bs=1000 count=2 status=none
equal "$(grep -cE "dd +read +[0-9]+ +1000 +[0-9.]+ $T/file$" log)" 2 "reads ($LOG)"
equal "$(grep -cE "dd +write +[0-9]+ +1000 +[0-9.]+ $T/copy$" log)" 2 "writes ($LOG)"
tool iotrace -s -w -- dd if=file of=copy bs=1000 count=2 status=none
logged "^ *2.0K +2 .* write +$T/copy$" "a summary"
unlogged read "writes only"
tool iotrace -x -- cat folder
logged 'read +[0-9]+ +EISDIR' "what fails"

# --- record ---

tool record --set write,exit_group -k -- sh -c 'echo hello & wait; kill -USR1 $$'
equal "$STATUS" 138 "killed by USR1"
"$PYTHON" - log <<'END' || fail "record: $LOG"
import json, sys
events = [json.loads(line) for line in open(sys.argv[1])]
kinds = [e.get("event") or e["syscall"] for e in events]
assert kinds[0] == "exec" and events[0]["argv"][0] == "sh", kinds
assert "fork" in kinds and kinds[-1] == "killed" and events[-1]["signal"] == "SIGUSR1", kinds
write = next(e for e in events if e.get("syscall") == "write")
assert write["args"]["buf"] == "hello\n" and write["ret"] == 6 and write["pid"] == events[kinds.index("fork")]["child"]
assert any(f["symbol"] == "write" for f in write["stack"]), write["stack"]
assert next(e for e in events if e.get("syscall") == "exit_group")["ret"] is None
signals = [e["signal"] for e in events if e.get("event") == "signal"]
assert signals == ["SIGCHLD", "SIGUSR1"], signals
assert all(e["time"] > 1e9 and e["tid"] for e in events)
END
eventually nothing_left
finish
