#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# lupe trace -e inject= with guards: the calls that a rule is for, on a program that says what came of each.
source "$(dirname "$0")/lib/common.sh"
JOURNAL=$FIXTURES/journal

# lines ROUNDS RULE...: the calls that a rule hit, as "ROUND FUNCTION RESULT"; the log is in $T/log.
hit() {
	local rules=() rule
	for rule in "${@:2}"; do rules+=(-e "inject=$rule"); done
	run "$LUPE" trace -qq -f -o "$T/log" -e pwrite64,fsync "${rules[@]}" "$JOURNAL" "$T/file" "$1"
	equal "$STATUS" 0 "exit status ($ERR)"
	HIT=$(grep -vE ' (append 6|flush 3|checkpoint 4|thread 10)$' "$T/.out" | paste -sd' ')
}

hit 2 pwrite64:error=ENOSPC:stack=wal_flush
equal "$HIT" "1 flush -28 2 flush -28" "a function on the stack"
equal "$(grep -cE 'pwrite64\([0-9]+, "wal", 3, 0\) += -1 ENOSPC \(No space left on device\) \(INJECTED\)$' "$T/log")" 2 "its line"
hit 2 pwrite64:error=ENOSPC:stack=checkpoint:when=2
equal "$HIT" "2 checkpoint -28" "an inlined function; counted among those"
hit 1 pwrite64:retval=1:stack=put,run_round:path="$T/f*":fd="$T/*"
equal "$HIT" "1 append 1 1 flush 1 1 checkpoint 1" "two functions, the path and the descriptor"
hit 1 pwrite64:retval=1:path=/nothing
equal "$HIT" "" "another path"
hit 1 'pwrite64:error=EIO:thread=flush*'
equal "$HIT" "1 thread -5" "a thread by name"
hit 1 pwrite64:error=EIO:args.count=4
equal "$HIT" "1 checkpoint -5" "an argument"
hit 2 pwrite64:error=EIO:after=fsync:args.buf='re*'
equal "$HIT" "2 append -5" "after another call"
hit 2 pwrite64:error=EIO:before=fsync
equal "$HIT" "1 append -5 1 flush -5" "before another call"
hit 5 pwrite64:error=EIO:probability=1:seed=1
equal "$(wc -w <<<"$HIT")" 60 "always"
hit 5 pwrite64:error=EIO:probability=0
equal "$HIT" "" "never"

# several rules for one call: the last whose guards hold
hit 1 pwrite64:retval=1 pwrite64:retval=2:stack=wal_flush pwrite64:retval=3:args.count=10
equal "$HIT" "1 append 1 1 flush 2 1 checkpoint 1 1 thread 3" "several rules"
hit 1 pwrite64:retval=2:stack=wal_flush pwrite64:retval=1
equal "$HIT" "1 append 1 1 flush 1 1 checkpoint 1 1 thread 1" "a rule without guards holds"

# the same words at the prompt
session() { run "$LUPE" -batch -ex "inject $1" -ex run -ex 'info breakpoints' -- "$JOURNAL" "$T/file"; }
session pwrite64:error=ENOSPC:stack=wal_flush
matches "$OUT" '1 append 6.1 flush -28.1 checkpoint 4' "a rule at the prompt ($ERR)"
session pwrite64:retval=3:probability=1:args.count=6
matches "$OUT" '1 append 3.1 flush 3.1 checkpoint 4' "a rule with numbers"
session pwrite64:nothing=1
matches "$ERR" "inject: 'nothing=1' is not right" "a wrong one"

refused() { # MESSAGE RULE
	run "$LUPE" trace -e inject="$2" true
	one_line_error 1 "^lupe: $1$"
}
refused "invalid inject argument 'read:error=EIO:stack='" read:error=EIO:stack=
refused "invalid inject argument 'read:error=EIO:probability=2'" read:error=EIO:probability=2
refused "invalid inject argument 'read:error=EIO:nothing=2'" read:error=EIO:nothing=2
refused "invalid inject argument 'read:stack=main'" read:stack=main
refused "inject: args: 'cont' is no argument of read, did you mean 'count'\?" read:error=EIO:args.cont=2
refused "invalid system call 'nothing'" read:error=EIO:after=nothing
finish
