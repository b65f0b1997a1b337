#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# lupe stack's command line: options, several processes, errors in one line each, JSON, and the name pstack.
source "$(dirname "$0")/lib/common.sh"

start "$FIXTURES/deepstack" 5
ready
pid=$READY
WANTED=
while hear && [[ $LINE == frame\ * ]]; do WANTED+="${LINE#frame } "; done
eventually blocked "$pid"

# The fixture's own frames, one name each, as it told them.
own_frames() { sed -nE 's/^#[0-9]+ +(0x[0-9a-f]+ in )?(gamma_|beta|alpha|main)( \(.*)?$/\2/p' <<<"$OUT" | tr '\n' ' '; }

run "$LUPE" stack "$pid"
equal "$STATUS" 0 "exit status"
equal "$ERR" "" stderr
equal "$(own_frames)" "$WANTED" "frames"
matches "$OUT" "^Thread 1 \(LWP $pid\) \"deepstack\":" "the header"
matches "$OUT" $'\n''#0  0x[0-9a-f]{16} in read \([^)]*\) (from /[^ ]*libc|at [^ ]*read.c:)' "frame 0"
untouched "$pid" || fail "the target is traced or stopped"

for stop in needed none short hold; do
	run "$LUPE" stack -q --stop=$stop "$pid"
	equal "$STATUS" 0 "exit status of --stop=$stop"
	matches "$OUT" '#0  read' "frame 0 of --stop=$stop"
	[[ $stop == none ]] || equal "$(own_frames)" "$WANTED" "frames of --stop=$stop"
	untouched "$pid" || fail "the target is traced or stopped after --stop=$stop"
done

run "$LUPE" stack -qn2 "$pid"
equal "$(grep -c '^#' <<<"$OUT")" 2 "frames of -n 2"
matches "$OUT" 'More stack frames follow' "the cut is told"

run "$LUPE" stack -v --stop=short "$pid"
matches "$OUT" "^Process $pid \"deepstack\": 1 thread, 1 stopped for [0-9.]+ ms" "what -v tells"

# sampled: a line a stack, and how often; it ends with the rounds, the time, the target
names=$(tac <<<"${WANTED// /$'\n'}" | sed '/^$/d' | paste -sd ';')
run "$LUPE" stack --folded --loop 3 --every 1 "$pid"
equal "$STATUS $ERR" "0 " "exit status of sampling"
matches "$OUT" "^deepstack;(.*;)?$names(;[^;]*)*;read 3$" "a folded stack"
run "$LUPE" stack -qn1 --every 300 --duration 1 "$pid"
equal "$(grep -c '^#0  read' <<<"$OUT")" 4 "rounds in a second, 300 ms apart"
for words in "--group --folded" "--folded --json"; do
	run "$LUPE" stack $words "$pid"
	equal "$STATUS" 2 "exit status of $words"
	one_line_or_two='exclude each other'
	matches "$ERR" "$one_line_or_two" "what is wrong with $words"
done

"$LUPE" stack --json "$pid" "$$" >"$T/json" || fail "exit status of --json"
"$PYTHON" - "$T/json" "$pid" $WANTED <<'END' || fail "the JSON is not as it should be"
import json, sys
lines = open(sys.argv[1]).read().splitlines()
assert len(lines) == 2
stack = json.loads(lines[0])
assert stack["pid"] == int(sys.argv[2]) and len(stack["threads"]) == 1
names = [f.get("function") for f in stack["threads"][0]["frames"]]
wanted = sys.argv[3:]
assert any(names[i:i + len(wanted)] == wanted for i in range(len(names))), names
assert all(f["level"] == i and int(f["pc"], 16) for i, f in enumerate(stack["threads"][0]["frames"]))
END

# one that is not there spoils nothing but the exit status
run "$LUPE" stack -q "$pid" 4194304 "$$"
equal "$STATUS" 1 "exit status with one missing"
equal "$ERR" "lupe: cannot attach to 4194304: no such process" stderr
matches "$(own_frames)" "^$WANTED" "frames beside one missing"
matches "$OUT" "Process $$ " "the last process"

run "$LUPE" stack -t "$pid" "$pid"
equal "$STATUS" 0 "exit status of -t"
run "$LUPE" stack -t $$ "$pid"
one_line_error 1 "^lupe: $pid has no thread $$"

for words in "" "abc" "-5x" "0" "--stop=never $pid" "-n 0 $pid" "-n x $pid" "--nonsense $pid"; do
	# shellcheck disable=SC2086
	run "$LUPE" stack $words
	equal "$STATUS" 2 "exit status of 'lupe stack $words'"
	matches "$ERR" "^lupe: .*Try 'lupe stack --help'" "stderr of 'lupe stack $words'"
done
run "$LUPE" stack --help
equal "$STATUS" 0 "exit status of --help"
matches "$OUT" '--stop=HOW' "--help"

ln -s "$LUPE" "$T/pstack"
run "$T/pstack" -q "$pid"
equal "$STATUS" 0 "exit status as pstack"
equal "$(own_frames)" "$WANTED" "frames as pstack"

# a stopped process stays stopped; a zombie has no stack
kill -STOP "$pid"
is_stopped() { [[ $(state_of "$pid") == T ]]; }
eventually is_stopped
run "$LUPE" stack -q --stop=short "$pid"
equal "$(own_frames)" "$WANTED" "frames of a stopped process"
is_stopped || fail "the stopped process is in state $(state_of "$pid")"
kill -CONT "$pid"
end_started
equal "$STATUS" 0 "exit status of the target"

start "$FIXTURES/zombie"
hear
run "$LUPE" stack "${LINE#zombie }"
one_line_error 1 'zombie'
end_started

# unless we are root: processes of others are refused in one line
if [[ $(id -u) == 0 ]] && command -v setpriv >/dev/null; then
	run setpriv --reuid=65534 --regid=65534 --clear-groups "$LUPE" stack $$
	one_line_error 1 'operation not permitted'
fi
# the same stack of several threads once
start "$FIXTURES/threads" 8
ready
eventually test "$(ls "/proc/$READY/task" | wc -l)" = 9
run "$LUPE" stack -q --group "$READY"
equal "$STATUS" 0 "exit status of --group"
equal "$(grep -oE 'LWP [0-9]+' <<<"$OUT" | sort | uniq -d)" "" "threads told twice"
equal "$(grep -oE 'LWP [0-9]+' <<<"$OUT" | wc -l)" 9 "threads told"
# sampling ends with the target
run "$LUPE" stack --folded --loop 2 --every 5 "$READY"
matches "$OUT" '(^|\n)threads;.*;work;.* [0-9]+' "what was sampled"
"$LUPE" stack -qn1 --every 20 "$READY" >"$T/samples" 2>"$T/err" &
sampler=$!
eventually test -s "$T/samples"
tell stop
end_started
wait "$sampler"
equal "$? $(<"$T/err")" "0 " "the end of sampling with its target"
eventually nothing_left
finish
