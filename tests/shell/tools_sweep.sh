#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# sweep: a fixture with planted bugs, all of which it names by their lines; and real programs.
source "$(dirname "$0")/lib/common.sh"
CARELESS=$SOURCE/tests/fixtures/careless.c

command=("$FIXTURES/careless" .)

# "verdict call errors function line" of the findings in a report, sorted.
found() { "$PYTHON" - "$1" <<'END'
import json, sys
report = json.load(open(sys.argv[1]))
print("\n".join(sorted(" ".join((f["verdict"], f["syscall"], ",".join(f["errors"]), f["place"]["fn"],
    str(f["place"]["line"]))) for f in report["findings"])))
END
}
line() { grep -n "/\* $1 \*/" "$CARELESS" | cut -d: -f1; }

# --- the planted bugs, and nothing else ---

run "$LUPE" sweep --json --jobs 4 --scratch -- "${command[@]}"
equal "$STATUS" 1 "exit status with findings ($ERR)"
equal "$ERR" "" "nothing is said beside the report"
cp "$T/.out" "$T/report"
equal "$(found "$T/report")" "crash openat ENOENT,EACCES,EMFILE copy $(line crash)
hang fsync EIO,ENOSPC make $(line hang)
leak write EPIPE talk $(line leak)
silent write ENOSPC copy $(line silent)
status unlink EACCES main $(line status)" "the findings"
eventually nothing_left

# where it died and where it hung; the command that does it again
"$PYTHON" - "$T/report" >"$T/again" <<'END'
import json, sys
print(next(f["again"] for f in json.load(open(sys.argv[1]))["findings"] if f["verdict"] == "crash"))
END
equal "$("$PYTHON" - "$T/report" <<'END'
import json, sys
for f in json.load(open(sys.argv[1]))["findings"]:
    if "where" in f:
        print(f["verdict"], *(w["fn"] for w in f["where"] if w["module"] == "careless"))
END
)" "crash copy main _start
hang make main _start" "where it was"
again=$(<"$T/again")
matches "$again" '^lupe sweep --scratch --fail=openat:ENOENT:[0-9a-f]{12} -- ' "the command that does it again"
read -ra words <<<"$again"
run "$LUPE" "${words[@]:1}"
equal "$STATUS" 139 "it dies as the command does"
matches "$ERR" "openat\(.*/line\", O_RDONLY\) fails with ENOENT" "the call"
matches "$ERR" "copy at .*careless.c:$(line crash)" "its stack"
matches "$ERR" "SIGSEGV at" "the crash"

# --- readable, in parts, resumed ---

run "$LUPE" sweep --resume "$T/log" --max 5 --set '%file,write' --scratch -- "${command[@]}"
matches "$OUT" '[0-9]+ points, 5 runs in [0-9.]+ s: ' "the summary"
matches "$OUT" '[0-9]+ runs were left out' "what was left out"
equal "$(grep -c '"verdict"' "$T/log")" 5 "results in the journal"
printf '{"key":"cut' >>"$T/log"
run "$LUPE" sweep --resume "$T/log" --set '%file,write' --scratch -- "${command[@]}"
equal "$STATUS" 1 "exit status of the rest ($ERR)"
matches "$OUT" "CRASH: crashes when openat fails with ENOENT, EACCES, EMFILE \(SIGSEGV\)" "a finding"
matches "$OUT" "  the call: copy at [^ ]*careless.c:$(line crash)" "its line"
matches "$OUT" "SILENT: .* when write fails with ENOSPC \(exit status 0\)" "another"
total=$(grep -c '"verdict"' "$T/log")
run "$LUPE" sweep --resume "$T/log" --set '%file,write' --scratch -- "${command[@]}"
equal "$(grep -c '"verdict"' "$T/log")" "$total" "nothing is run twice"
run "$LUPE" sweep --resume "$T/log" -- true
one_line_error 2 'journal of another sweep'

# interrupted, it tells what it has, and leaves nothing
TMPDIR=$T "$LUPE" sweep --resume "$T/part" --scratch -- "${command[@]}" >"$T/.out" 2>&1 &
sweep=$!
some_results() { [[ $(grep -cs '"verdict"' "$T/part") -ge 2 ]]; }
eventually some_results
kill -TERM "$sweep"
wait "$sweep"
equal "$?" 143 "it ends by the signal"
matches "$(<"$T/.out")" '[0-9]+ points, [0-9]+ runs in .*[0-9]+ runs were left out' "what was found by then"
equal "$(ls -d "$T"/tmp.* 2>/dev/null)" "" "its temporary files"
eventually nothing_left

# --- programs that are right, and what cannot be swept ---

run "$LUPE" sweep --jobs 2 --set write,close -- /bin/echo hello
equal "$STATUS" 0 "echo ($OUT$ERR)"
matches "$OUT" '0 crash, 0 hang, 0 leak, 0 silent, 0 status; [1-9][0-9]* told' "what is said of it"
run "$LUPE" sweep --jobs 2 --scratch --before 'echo hello >file' --set write,rename -- tar cf out.tar file
equal "$STATUS" 0 "tar ($OUT$ERR)"
matches "$OUT" '; [1-9][0-9]* told.* 0 not reached' "tar tells of a full disk"
run "$LUPE" sweep --jobs 2 --set openat,read --max 20 -- "$PYTHON" -S -c 'print(sorted(open("/etc/passwd"))[0])'
equal "$STATUS" 0 "python ($OUT$ERR)"
matches "$OUT" ', 20 runs .*; [1-9][0-9]* told' "python tells of what it cannot read"
if command -v sqlite3 >/dev/null; then
	run "$LUPE" sweep --jobs 2 --scratch --set pwrite64,fdatasync,fsync,ftruncate -- sqlite3 db \
		'create table t(a); insert into t values(1); select * from t'
	equal "$STATUS" 0 "sqlite3 ($OUT$ERR)"
	matches "$OUT" '; [1-9][0-9]* told.* 0 not reached' "sqlite3 tells of a full disk"
fi
run "$LUPE" sweep --errors EIO --set read -- "$FIXTURES/careless" "$T/none"
matches "$OUT" '^0 points, 0 runs' "a command that fails early"
run "$LUPE" sweep -- sh -c 'kill -SEGV $$'
one_line_error 125 'dies by SIGSEGV as it is'
run "$LUPE" sweep --timeout 0.2 -- sleep 60
one_line_error 125 'does not end in time as it is'
run "$LUPE" sweep -- "$T/nothing"
one_line_error 127 'nothing'
run "$LUPE" sweep
equal "$STATUS" 2 "no command"
run "$LUPE" sweep --errors ENOTHING -- true
equal "$STATUS" 2 "an error that there is not"
run "$LUPE" sweep --set exit_group -- true
one_line_error 2 'no system call that can fail'

# progress on a terminal
"$PYTHON" - "$LUPE" >"$T/screen" <<'END'
import os, pty, sys
pty.spawn([sys.argv[1], "sweep", "--set", "write", "--", "/bin/echo", "hello"], lambda fd: os.read(fd, 4096))
END
grep -q '1/1 .*0 s left' "$T/screen" || fail "no progress: $(cat -v "$T/screen")"
eventually nothing_left
finish
