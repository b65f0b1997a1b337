#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The exit status is the target's own; killed by a signal, lupe dies by it; 126 and 127 as a shell.
source "$(dirname "$0")/lib/common.sh"
ulimit -c 0

for how in "exit 0" "exit 3" "exit 255" SEGV FPE ILL TRAP ABRT 1 2 3 9 10 14 15 31 64; do
	# shellcheck disable=SC2086
	for prefix in "trace -f -o $T/log" "trace -e trace=none -o $T/log" "run -e x=1 --"; do
		same_as_bare "$LUPE" $prefix :: "$FIXTURES/crasher" $how
	done
done
# A child that dies by a signal does not kill us.
same_as_bare "$LUPE" trace -f -o "$T/log" :: sh -c "$FIXTURES/crasher SEGV; echo \$?"
for fixture in forker stopper oddcalls; do
	run "$FIXTURES/$fixture"
	bare=$(sed 's/ [0-9]* 1/ PID 1/' <<<"$OUT") status=$STATUS
	for prefix in "trace -f -o $T/log" "trace -o $T/log" "run -e x=1 --" "run -e lupe.on_syscall('all',{on_exit=function()end}) --"; do
		# shellcheck disable=SC2086
		run "$LUPE" $prefix "$FIXTURES/$fixture"
		equal "$(sed 's/ [0-9]* 1/ PID 1/' <<<"$OUT")" "$bare" "output of $fixture under $prefix"
		equal "$STATUS" "$status" "exit status of $fixture under $prefix ($ERR)"
	done
done
# exec from a thread that is not the leader
same_as_bare_input() {
	run sh -c "echo go | $FIXTURES/execer sh -c 'echo replaced; exit 9'"
	local out status=$STATUS
	out=$(sed 's/ready .*/ready/' <<<"$OUT")
	run sh -c "echo go | $LUPE trace -f -o $T/log $FIXTURES/execer sh -c 'echo replaced; exit 9'"
	equal "$(sed 's/ready .*/ready/' <<<"$OUT")" "$out" "output of an exec from a thread"
	equal "$STATUS" "$status" "its exit status"
}
same_as_bare_input
# exec of the whole program
same_as_bare "$LUPE" trace -o "$T/log" :: sh -c 'exec sh -c "echo second; exit 8"'
eventually nothing_left
finish
